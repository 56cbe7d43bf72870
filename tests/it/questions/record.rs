//! Was the record altered: by an erasure, by a byte, by a deed that is gone, by whoever holds the key (questions 16 to 19).

use super::{Council, PERSONAL, without};
use crate::disposal::RULE;
use crate::disposal::by_person::all_of;
use crate::log::export::{self, verdict};
use crate::log::python::python_verdict;
use crate::log::tampered::copy;
use crate::log::witness::{Neighbour, rewrite, show, size, vkey};
use crate::log::{seal, tamper, unguard};
use crate::temp::TempDir;
use portreeve::app::App;
use portreeve::domain::audit::PersonKey;
use portreeve::domain::ids::AccountId;
use portreeve::service::disposal::{Forgotten, forget_key};
use portreeve::service::witness::Answer;
use portreeve::store::Housekeeping;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const ALONE: &[&str] = &["--without-witness"];

/// Where the record of a council is taken out to.
pub struct Books {
    folder: TempDir,
    settings: String,
}

impl Books {
    pub fn of(council: &Council) -> Self {
        let folder = TempDir::new("books");
        let settings = council.story.house.settings(folder.path());
        Self { folder, settings }
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// How many entries an export holds.
    pub fn entries(folder: &Path) -> usize {
        lines(folder).len()
    }

    /// The record as an auditor gets it, as far as it has its places: the folder, and the public key. That it was taken out
    /// is on record at the machine's own time, which is not the story's: so that event is left waiting.
    pub fn export(&self, name: &str) -> (PathBuf, String) {
        let out = self.at(name);
        let key = export::export(&self.settings, &out);
        without(&fs::read_to_string(out.join("entries.jsonl")).unwrap(), PERSONAL);
        (out, key)
    }
}

/// What both verifiers come to, who name nobody.
pub fn verified(folder: &Path, key: &str, more: &[&str]) -> (Option<i32>, Value) {
    let (code, said) = verdict(folder, key, more);
    let (theirs, also) = python_verdict(folder, key, more);
    assert_eq!((code, &said["first_bad_index"]), (theirs, &also["first_bad_index"]), "{said}\n{also}");
    without(&said.to_string(), PERSONAL);
    without(&also.to_string(), PERSONAL);
    (code, said)
}

/// Proof and index of each finding.
fn findings(said: &Value) -> Vec<(u64, Option<u64>)> {
    let all = said["findings"].as_array().unwrap();
    all.iter().map(|one| (one["proof"].as_u64().unwrap(), one["index"].as_u64())).collect()
}

fn lines(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("entries.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn leaves(folder: &Path) -> Vec<Value> {
    lines(folder).iter().map(|line| line["leaf"].clone()).collect()
}

/// Where the events about somebody are.
async fn places(app: &App, account: AccountId) -> Vec<u64> {
    let rows: Vec<(i64,)> = app
        .db
        .peek()
        .sql("SELECT leaf_index FROM event WHERE person = $1 AND leaf_index IS NOT NULL ORDER BY leaf_index")
        .bind(account)
        .all()
        .await
        .unwrap();
    rows.into_iter().map(|(index,)| u64::try_from(index).unwrap()).collect()
}

/// That something was taken out, which waits: at the story's own time it never happened.
const WAITING: &str = "DELETE FROM event WHERE type = 'officer.exported' AND leaf_index IS NULL";

/// Destroys what was sealed under both keys of somebody, and the keys.
async fn erased(app: &App, account: AccountId) {
    for key in [PersonKey::Profile, PersonKey::Evidence] {
        all_of(app, account, key).await;
        assert_eq!(forget_key(app, account, key, &RULE, app.now()).await.unwrap(), Forgotten::Gone);
    }
    seal(app).await;
}

/// One statement about somebody, behind the house's back.
async fn about(app: &App, account: AccountId, sql: &'static str) {
    app.db
        .write(async |mut w| {
            w.sql(sql).bind(account).run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
}

const PAYLOADS: &str =
    "UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL, person = NULL WHERE person = $1";

/// The log named first, with one byte of an entry's leaf another.
fn flipped(folder: &Path, to: &Path, index: usize, place: usize) {
    copy(folder, to);
    let path = to.join("entries.jsonl");
    let mut bytes = fs::read(&path).unwrap();
    let begin: usize = bytes.split_inclusive(|byte| *byte == b'\n').take(index).map(<[u8]>::len).sum();
    bytes[begin + place] ^= 1;
    fs::write(path, bytes).unwrap();
}

both! {
    async fn q16_an_erasure_leaves_the_log_as_it_was(world: World) {
        let council = Council::told(world).await;
        let (app, books) = (council.story.app(), Books::of(&council));
        let (before, key) = books.export("before");
        assert_eq!(verified(&before, &key, ALONE).0, Some(0));
        let kept = before.join("checkpoint");
        let with = ["--without-witness", "--seen", kept.to_str().unwrap()];
        let (hers, his) = (places(app, council.story.ada).await, places(app, council.story.bob).await);
        // Her account, two looks, one release.
        assert_eq!((hers.len(), his.len()), (4, 4));

        // What her keys sealed goes, and the log says so of each; then the keys. Every leaf stays at its place, byte for byte, in
        // the tree that was signed before, and both verifiers find each absence explained.
        unguard(app).await;
        tamper(app, &[WAITING]).await;
        erased(app, council.story.ada).await;
        let (after, key) = books.export("after");
        let (code, said) = verified(&after, &key, &with);
        assert_eq!((code, findings(&said), &said["destroyed"]), (Some(0), vec![], &hers.len().into()), "{said}");
        assert_eq!(leaves(&after)[..Books::entries(&before)], leaves(&before));
        let of = |index: &u64| lines(&after)[usize::try_from(*index).unwrap()]["kept"].clone();
        assert!(hers.iter().all(|index| of(index) == "destroyed"));
        assert!(his.iter().all(|index| of(index) == "withheld"), "what is Bob's is as it was");

        // Another erasure, another answer: one that nothing in the log explains is named entry by entry.
        tamper(app, &[WAITING]).await;
        about(app, council.story.bob, PAYLOADS).await;
        let (both, key) = books.export("both");
        let (code, said) = verified(&both, &key, &with);
        let wanted: Vec<_> = his.into_iter().map(|index| (6, Some(index))).collect();
        assert_eq!((code, findings(&said)), (Some(1), wanted), "{said}");
        assert_eq!(said["findings"][0]["what"], "Its payload is gone, and no entry here says why.");
    }

    async fn q17_one_byte_flipped_is_named_by_its_index(world: World) {
        let council = Council::told(world).await;
        let (app, books) = (council.story.app(), Books::of(&council));
        let (honest, key) = books.export("honest");
        assert_eq!(verified(&honest, &key, ALONE).0, Some(0));
        // In what was taken out: a byte of a leaf, of the number, of the line's own form.
        for (index, place) in [(2, 60), (5, 200), (7, 60), (9, 2)] {
            let hurt = books.at(&format!("flipped-{index}"));
            flipped(&honest, &hurt, index, place);
            let (code, said) = verified(&hurt, &key, ALONE);
            assert_eq!((code, said["first_bad_index"].as_u64()), (Some(1), u64::try_from(index).ok()), "{said}");
        }
        // In the database itself, by whoever has it.
        unguard(app).await;
        tamper(app, &["UPDATE event SET leaf = REPLACE(leaf, '\"ok\"', '\"oK\"') WHERE leaf_index = 6"]).await;
        let (hurt, key) = books.export("database");
        let (code, said) = verified(&hurt, &key, ALONE);
        assert_eq!((code, said["first_bad_index"].as_u64()), (Some(1), Some(6)), "{said}");
    }

    async fn q18_an_event_that_was_deleted_is_a_gap(world: World) {
        let council = Council::told(world).await;
        let (app, books) = (council.story.app(), Books::of(&council));
        unguard(app).await;
        let mut gone = Vec::new();
        for (nth, sql) in ["DELETE FROM event WHERE leaf_index = 6", "DELETE FROM event WHERE leaf_index = 3"].iter().enumerate() {
            gone.insert(0, [6, 3][nth]);
            tamper(app, &[*sql]).await;
            let (hurt, key) = books.export(&format!("hurt-{nth}"));
            let (code, said) = verified(&hurt, &key, ALONE);
            assert_eq!(code, Some(1));
            let wanted: Vec<_> = gone.iter().map(|index| (3, Some(*index))).collect();
            assert_eq!(findings(&said), wanted, "{said}");
            assert_eq!((&said["findings"][0]["what"], &said["first_bad_index"]), (&json!("It is missing."), &json!(gone[0])));
        }
    }

    async fn q19_history_rewritten_and_signed_again_is_not_what_the_witness_signed(world: World) {
        let mut council = Council::told(world).await;
        let books = TempDir::new("witness");
        let neighbour = Neighbour::new(books.path(), "audit.neighbour.example", &vkey(council.story.app()).await);
        let named = neighbour.key();
        assert_eq!(show(council.story.app(), &neighbour).await, Answer::Cosigned(size(council.story.app()).await));
        // An honest log goes on, and the witness signs it.
        let why = ("resident_asked", "CRM-88124");
        council.story.looks_at(&mut council.imogen, crate::search::story::ADA, why).await;
        let (app, books) = (council.story.app(), Books::of(&council));
        seal(app).await;
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(size(app).await));
        let (honest, key) = books.export("honest");
        assert_eq!(verified(&honest, &key, &["--witness", &named]).0, Some(0));
        // Whoever has the key writes it anew: by itself it is without a flaw.
        unguard(app).await;
        rewrite(app, &["UPDATE event SET leaf = REPLACE(leaf, '\"ok\"', '\"error\"') WHERE leaf_index = 5"]).await;
        let (anew, key) = books.export("anew");
        assert_eq!(verified(&anew, &key, ALONE).0, Some(0));
        crate::log::happen(app, 1).await;
        seal(app).await;
        // The witness signs no more, and the auditor who asks for its signature gets none.
        assert_eq!(show(app, &neighbour).await, Answer::Inconsistent);
        let (code, said) = verified(&anew, &key, &["--witness", &named]);
        assert_eq!((code, &said["witnesses"][0]["at"]), (Some(1), &Value::Null), "{said}");
        // What it signed before is not of this log, from the first entry on that is another.
        let kept = honest.join("checkpoint");
        let (code, said) = verified(&anew, &key, &["--without-witness", "--seen", kept.to_str().unwrap()]);
        assert_eq!((code, findings(&said).iter().all(|(proof, _)| *proof == 4)), (Some(1), true), "{said}");
        assert!(said["first_bad_index"].as_u64().unwrap() <= 5, "{said}");
    }
}
