//! The log key changes: announced under the old one, both sign for a while, and both verifiers follow the chain or name who is
//! no part of it (decision 0040).

use super::export::{answer, export, verdict};
use super::python::python_verdict;
use super::{happen, seal};
use crate::app::House;
use crate::temp::TempDir;
use portreeve::app::App;
use portreeve::crypto::note::{KeyKind, Note, NoteKey, VerifierKey};
use portreeve::domain::account::FullName;
use portreeve::service::log::keys::{self, NotNow, OVERLAP};
use portreeve::service::log::{key_of, public_keys};
use portreeve::store::{events, log};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

fn name(text: &str) -> FullName {
    FullName::parse(text).unwrap()
}

async fn announce(app: &App, (by, second): (&str, &str)) -> Result<keys::Announced, NotNow> {
    let snapshot = app.snapshot();
    let parts = (&app.db, &app.roots, &snapshot.recorder);
    keys::announce(parts, (&name(by), &name(second)), OVERLAP, app.now()).await
}

const TWO: (&str, &str) = ("Bea Lloyd", "Cai Morgan");

async fn grow(house: &House) {
    house.later(Duration::from_mins(2));
    happen(&house.app, 10).await;
    seal(&house.app).await;
}

/// Who signed the newest checkpoint, of these.
async fn signers(app: &App, of: &[&VerifierKey]) -> Vec<bool> {
    let log = log::open(&mut app.db.peek()).await.unwrap().unwrap().name;
    let note = Note::parse(&log::checkpoint(&mut app.db.peek(), &log).await.unwrap().unwrap().note).unwrap();
    of.iter().map(|key| note.signed_by(key).is_some()).collect()
}

/// The key as its signatures name it.
fn id(key: &VerifierKey) -> String {
    let text = key.to_string();
    let mut parts = text.splitn(3, '+');
    format!("{}+{}", parts.next().unwrap(), parts.next().unwrap())
}

/// Both verifiers come to the same.
fn both_say(folder: &Path, key: &str, more: &[&str]) -> (Option<i32>, [Value; 2]) {
    let more = [&["--without-witness"], more].concat();
    let ((code, ours), (other, theirs)) = (verdict(folder, key, &more), python_verdict(folder, key, &more));
    assert_eq!(code, other, "{ours} {theirs}");
    assert_eq!(
        (&ours["first_bad_index"], &ours["announced"]),
        (&theirs["first_bad_index"], &theirs["announced"]),
        "{theirs}"
    );
    (code, [ours, theirs])
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let there = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &there);
        } else {
            std::fs::copy(entry.path(), there).unwrap();
        }
    }
}

both! {
    async fn a_key_that_the_log_announces_is_followed_by_both_verifiers(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("rotation"));
        let app = &house.app;
        assert!(matches!(announce(app, TWO).await, Err(NotNow::NoLog)));
        grow(&house).await;
        assert!(matches!(announce(app, ("Bea Lloyd", "bea lloyd")).await, Err(NotNow::OnePerson)));
        house.later(Duration::from_mins(2));
        let said = announce(app, TWO).await.unwrap();
        assert!(matches!(announce(app, TWO).await, Err(NotNow::Underway)), "its place is to come");
        let (old, new) = (&said.previous, &said.key);
        assert_eq!(public_keys(&mut app.db.peek()).await.unwrap(), [*old.public()], "it counts once it is sealed");
        seal(app).await;
        assert_eq!(signers(app, &[old, new]).await, [true, false], "the old one alone signs over what announces the new one");
        assert_eq!(public_keys(&mut app.db.peek()).await.unwrap(), [*old.public(), *new.public()]);
        grow(&house).await;
        assert_eq!(signers(app, &[old, new]).await, [true, true]);
        assert!(matches!(announce(app, TWO).await, Err(NotNow::Underway)));
        house.later(OVERLAP);
        grow(&house).await;
        assert_eq!(signers(app, &[old, new]).await, [false, true]);
        let row = events::newest(&mut app.db.peek(), 100).await.unwrap().into_iter().find(|row| row.r#type == "log.key_announced");
        let place = log::place_of(&mut app.db.peek(), row.unwrap().id).await.unwrap();
        assert!(place.is_some_and(|(name, _)| name == said.log.name));

        let settings = house.settings(folder.path());
        let (_, listed, _) = answer(&["--json", "keys", "list", "--config", &settings]);
        let listed: Value = serde_json::from_str(&listed).unwrap();
        let log = json!([{ "key": old.to_string(), "signs_until": said.alone_from }, { "key": new.to_string(), "signs_until": null }]);
        assert_eq!(listed["log"], log, "{listed}");
        let out = folder.path().join("out");
        let printed = export(&settings, &out);
        assert_eq!(printed, new.to_string());
        assert_eq!(key_of(&app.db, old.name()).await.unwrap().as_ref(), Some(new));
        let (code, [ours, _]) = both_say(&out, &old.to_string(), &[]);
        assert_eq!((code, &ours["findings"], &ours["announced"]), (Some(0), &json!([]), &json!([printed])), "{ours}");
        let (code, [ours, _]) = both_say(&out, &new.to_string(), &[]);
        assert_eq!((code, &ours["findings"]), (Some(0), &json!([])), "earlier checkpoints are by the one it follows: {ours}");
        let (code, _) = both_say(&out, &old.to_string(), &["--key", &new.to_string()]);
        assert_eq!(code, Some(0));

        // A part of the log that does not hold what announces it: both keys are named, or it fails.
        let part = folder.path().join("part");
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--out", part.to_str().unwrap()];
        let range = ["audit", "export", "--from", "0", "--to", "5", "--config", &settings];
        assert_eq!(answer(&[&range[..], &who].concat()).0, Some(0));
        let (code, said) = both_say(&part, &old.to_string(), &[]);
        assert_eq!(code, Some(1));
        for said in &said {
            assert!(said["findings"][0]["what"].as_str().unwrap().contains(&id(new)), "{said}");
        }
        assert_eq!(both_say(&part, &old.to_string(), &["--key", &new.to_string()]).0, Some(0));

        // Without a checkpoint of the old key over it, what announces the new one is the word of the new one alone.
        let cut = folder.path().join("cut");
        copied(&out, &cut);
        let lines = std::fs::read_to_string(cut.join("checkpoints.jsonl")).unwrap();
        let by_new = |line: &&str| Note::parse(&serde_json::from_str::<String>(line).unwrap()).unwrap().signed_by(old).is_none();
        let kept: Vec<&str> = lines.lines().filter(by_new).collect();
        std::fs::write(cut.join("checkpoints.jsonl"), kept.join("\n") + "\n").unwrap();
        let (code, said) = both_say(&cut, &old.to_string(), &[]);
        assert_eq!(code, Some(1));
        for said in &said {
            let told = said["findings"].as_array().unwrap().iter().any(|one| one["what"].as_str().unwrap().contains(&id(new)));
            assert!(told && said["first_bad_index"] == 0, "{said}");
        }
    }

    async fn a_key_that_was_never_announced_is_named(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("stranger"));
        grow(&house).await;
        let (settings, out) = (house.settings(folder.path()), folder.path().join("out"));
        let key = export(&settings, &out);
        let log = key.split('+').next().unwrap();
        let stranger = NoteKey::generate().unwrap();
        let vkey = stranger.verifier(log, KeyKind::Log).unwrap();
        for file in ["checkpoint", "manifest.note"] {
            let note = Note::parse(&std::fs::read_to_string(out.join(file)).unwrap()).unwrap();
            let mut again = Note::new(note.text().to_owned()).unwrap();
            again.add(stranger.sign(log, note.text()).unwrap());
            std::fs::write(out.join(file), again.to_string()).unwrap();
        }
        let (code, said) = both_say(&out, &key, &[]);
        assert_eq!(code, Some(1));
        for said in &said {
            assert!(said["findings"][0]["what"].as_str().unwrap().contains(&id(&vkey)), "{said}");
        }
    }
}

#[test]
fn the_command_asks_for_two_names() {
    for less in [
        &["keys", "rotate", "--log"][..],
        &["keys", "rotate", "--log", "--by", "Bea Lloyd"],
        &["keys", "rotate", "--by", "Bea"],
    ] {
        assert_eq!(answer(less).0, Some(2), "{less:?}");
    }
}
