//! What an honest house does not do, and whoever can write to its database might: both verifiers and its own round find it.

use super::{RULE, found, odd, sweep, verified};
use crate::app::House;
use crate::log::export::{export, verdict};
use crate::log::python::{python, python_code, python_verdict};
use crate::log::tampered::copy;
use crate::log::{happen, seal, tamper, unguard};
use crate::temp::TempDir;
use portreeve::app::App;
use portreeve::crypto::record::EventSeed;
use portreeve::domain::audit::vocabulary::PayloadDisposed;
use portreeve::domain::audit::{ActorClass, Channel, Draft};
use portreeve::domain::ids::EventId;
use portreeve::store::{disposal as rows, log};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// An event of disposal whose word nobody has to take, with the rows that lead to it.
async fn says(app: &App, log: &str, spans: &[[i64; 2]], count: usize) -> EventId {
    let payload = PayloadDisposed {
        log: log.to_owned(),
        spans: spans.to_vec(),
        count,
        rule: RULE.rule.to_owned(),
        schedule: RULE.schedule.to_owned(),
        certificate: None,
    };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(app.now()), &draft, None).unwrap();
    app.db
        .write(async |mut w| {
            let known = rows::spans(&mut w, log, (0, 1_000), 200).await?;
            let new: Vec<_> = spans.iter().filter(|[first, _]| known.iter().all(|span| span.first != *first)).collect();
            for span in new {
                rows::keep(&mut w, log, &[*span], event.row.id)?;
            }
            w.commit(event.clone(), ()).await
        })
        .await
        .unwrap();
    event.row.id
}

async fn place(app: &App, event: EventId) -> Option<u64> {
    let (_, index) = log::place_of(&mut app.db.peek(), event).await.unwrap().unwrap();
    Some(u64::try_from(index).unwrap())
}

/// Takes the payload of an entry, and says nothing.
async fn take(app: &App, index: i64) {
    let sql = format!("UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL WHERE leaf_index = {index}");
    tamper(app, &[&*sql.leak()]).await;
}

fn vectors() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

both! {
    async fn a_house_that_misbehaves_is_found_by_both_verifiers_and_by_its_own_round(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        seal(app).await;
        happen(app, 40).await;
        seal(app).await;
        let name = crate::log::export::name(app).await;
        for index in [10, 12, 13, 14, 15, 16] {
            take(app, index).await;
        }
        let next = "havenbrook.example/log/2027";
        // 10 is gone without a word; 11 is there and said to be gone; 12 is said twice, 13 miscounted, 14 as it should be.
        says(app, &name, &[[11, 11]], 1).await;
        says(app, &name, &[[12, 12]], 1).await;
        says(app, &name, &[[12, 12]], 1).await;
        let miscounted = says(app, &name, &[[13, 13]], 2).await;
        says(app, &name, &[[14, 14]], 1).await;
        // What is not before it, in this log or in another.
        let ahead = says(app, &name, &[[15, 15], [500, 500]], 2).await;
        let other = says(app, next, &[[16, 16]], 1).await;
        seal(app).await;
        let mut wanted: BTreeSet<_> = [10, 11, 12, 13, 15, 16].map(|index| (6, Some(index))).into();
        for event in [miscounted, ahead, other] {
            wanted.insert((10, place(app, event).await));
        }
        assert_eq!(verified(&house).await, (wanted, 1));
        // Its own round asks the events themselves too.
        assert_eq!(odd(app).await, ["payload"; 5]);
    }

    async fn what_was_taken_or_put_back_from_outside_is_no_disposal(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        seal(app).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        seal(app).await;
        super::signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
        happen(app, 20).await;
        seal(app).await;
        tamper(app, &["CREATE TABLE kept AS SELECT * FROM event"]).await;
        house.later(Duration::from_mins(1));
        assert_eq!(sweep(app, app.now(), &|row| row.leaf_index >= 20).await, (16, 5));
        seal(app).await;
        assert_eq!(odd(app).await, Vec::<&str>::new());
        // A payload that is taken and laid at the door of an event that does not name it.
        take(app, 22).await;
        assert_eq!(odd(app).await, ["payload"]);
        tamper(app, &["INSERT INTO disposed_span (log, first, last, event) SELECT log, 22, 22, event FROM disposed_span WHERE first < 22"]).await;
        assert_eq!(odd(app).await, ["payload"]);
        // The way to what explains is gone: nothing is explained any more.
        tamper(app, &["CREATE TABLE ways AS SELECT * FROM disposed_span", "DELETE FROM disposed_span"]).await;
        assert_eq!(odd(app).await.len(), 17);
        tamper(app, &["INSERT INTO disposed_span SELECT * FROM ways"]).await;
        assert_eq!(odd(app).await, ["payload"]);
        // Put back from a backup, all or a part; and whom a look was about, taken off a row that has its payload.
        unguard(app).await;
        for (statement, odds) in [
            ("UPDATE event SET payload = (SELECT k.payload FROM kept k WHERE k.id = event.id),
                  salt = (SELECT k.salt FROM kept k WHERE k.id = event.id),
                  sealed_under = (SELECT k.sealed_under FROM kept k WHERE k.id = event.id)
              WHERE leaf_index IN (SELECT MAX(e.leaf_index) FROM event e WHERE e.payload IS NULL AND e.leaf_index < 20)", 2),
            ("UPDATE event SET salt = (SELECT k.salt FROM kept k WHERE k.id = event.id)
              WHERE leaf_index IN (SELECT MIN(e.leaf_index) FROM event e WHERE e.payload IS NULL)", 3),
            ("UPDATE event SET person = NULL WHERE type = 'account.created'", 4),
        ] {
            tamper(app, &[statement]).await;
            assert_eq!(odd(app).await.len(), odds, "{statement}");
        }
    }

    async fn what_is_changed_in_an_export_of_what_was_destroyed_is_named(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("gone"));
        let (app, out) = (&house.app, folder.path().join("out"));
        seal(app).await;
        happen(app, 30).await;
        seal(app).await;
        assert_eq!(sweep(app, app.now() + Duration::from_secs(1), &|row| row.leaf_index == 11).await, (29, 1));
        seal(app).await;
        let key = export(&house.settings(folder.path()), &out);
        let text = std::fs::read_to_string(out.join("entries.jsonl")).unwrap();
        for (name, at, from, to, index) in [
            ("kept_after_all", 10, "destroyed", "withheld", 10),
            ("not_named", 11, "given", "destroyed", 11),
            ("form_before", 0, "", "", 3),
        ] {
            let hurt = folder.path().join(name);
            copy(&out, &hurt);
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if name == "not_named" {
                let mut line: Value = serde_json::from_str(&lines[at]).unwrap();
                line.as_object_mut().unwrap().retain(|member, _| !["salt", "payload"].contains(&member.as_str()));
                lines[at] = line.to_string();
            }
            if name == "form_before" {
                let manifest = std::fs::read_to_string(hurt.join("manifest.json")).unwrap();
                assert!(manifest.contains("portreeve-audit/2"));
                std::fs::write(hurt.join("manifest.json"), manifest.replace("portreeve-audit/2", "portreeve-audit/1")).unwrap();
            } else {
                lines[at] = lines[at].replace(&format!("\"{from}\""), &format!("\"{to}\""));
                std::fs::write(hurt.join("entries.jsonl"), lines.join("\n") + "\n").unwrap();
            }
            for (code, said) in [verdict(&hurt, &key, &["--without-witness"]), python_verdict(&hurt, &key, &["--without-witness"])] {
                assert_eq!((code, said["first_bad_index"].as_u64()), (Some(1), Some(index)), "{name}: {said}");
                assert!(found(&said).contains(&(6, Some(index))), "{name}: {said}");
            }
        }
        // And the page for the auditor says how many.
        let page = folder.path().join("report.html");
        verdict(&out, &key, &["--without-witness", "--report", page.to_str().unwrap()]);
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains("The record is proved.") && page.contains("29 were destroyed under the council"), "{page}");
    }
}

#[test]
fn an_export_of_the_form_before_is_proved_as_ever() {
    let (export, key) = (vectors().join("export-1"), vectors().join("export-1.key"));
    let key = key.to_str().unwrap();
    let (code, said) = verdict(&export, key, &["--without-witness"]);
    assert_eq!((code, &said["entries"], &said["withheld"]), (Some(0), &11.into(), &6.into()), "{said}");
    assert_eq!(python_code(&export, key, &["--without-witness"]), Some(0));
    let folder = TempDir::new("before");
    let hurt = folder.path().join("hurt");
    copy(&export, &hurt);
    let text = std::fs::read_to_string(hurt.join("entries.jsonl")).unwrap();
    std::fs::write(hurt.join("entries.jsonl"), text.replacen("\"withheld\"", "\"destroyed\"", 1)).unwrap();
    for (code, said) in
        [verdict(&hurt, key, &["--without-witness"]), python_verdict(&hurt, key, &["--without-witness"])]
    {
        assert_eq!((code, found(&said)), (Some(1), [(1, None), (6, Some(3))].into()), "{said}");
    }
}

/// Reads each case of the vectors with the second verifier's own words.
const READS: &str = "
import json, sys
sys.path.insert(0, sys.argv[1])
import tlog
vectors = tlog.loads(open(sys.argv[2], encoding='utf-8').read())
data = [case['data'] for case in vectors['cases']]
said = [tlog.disposal_of(one if type(one) is dict else {}) for one in data]
print(json.dumps([said, [tlog.is_earlier(one, other) for one, other, _ in vectors['order']]]))
";

#[test]
fn the_second_verifier_reads_what_an_event_says_as_the_vectors_do() {
    let file = vectors().join("disposal.json");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/verify");
    let output = Command::new(python()).args(["-B", "-c", READS]).arg(folder).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let means = |case: &Value| match &case["means"] {
        Value::Null => Value::Null,
        means => serde_json::json!([means["log"], means["spans"]]),
    };
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() > 40);
    assert_eq!(said[0], Value::Array(cases.iter().map(means).collect()));
    assert_eq!(said[1], vectors["order"].as_array().unwrap().iter().map(|case| case[2].clone()).collect::<Value>());
}
