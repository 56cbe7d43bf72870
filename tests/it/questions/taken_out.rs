//! What is handed out: to who does not trust us, to who verifies without us, to the council's SIEM (questions 20, 21 and 47).

use super::record::{Books, verified};
use super::{Council, Desk, PERSONAL, plain, tables, without};
use crate::events::faults;
use crate::log::export::answer;
use crate::log::seal;
use crate::log::witness::{Neighbour, show, size, vkey};
use crate::temp::TempDir;
use crate::visitor::Visitor;
use portreeve::domain::staff::Role;
use portreeve::service::witness::Answer;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

const REWRITTEN: &str = "rewriting by whoever holds the key cannot be excluded";

async fn log_page(desk: &mut Desk) -> String {
    let page = desk.browser.get("/log").await;
    assert_eq!(page.status, 200);
    without(&page.body, PERSONAL);
    page.body
}

/// A program on a machine that has this folder, and nothing of the council's.
fn elsewhere(program: &Path, folder: &Path, arguments: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Command::new(program).args(arguments).env_clear().env("PATH", path).current_dir(folder).output().unwrap()
}

both! {
    async fn q20_that_the_vendor_could_do_it_unseen_without_a_witness_is_said(world: World) {
        let council = Council::told(world).await;
        let app = council.story.app();
        let text = plain(&Visitor::new(&council.story.house).get("/docs/limits").await.body);
        let could = "Whoever runs our computers and has the key of the log could write the log anew. Only the signatures of \
            witnesses outside the council show that.";
        assert!(text.contains(could), "{text}");
        without(&text, PERSONAL);
        // Without a witness every one who asks is told so.
        let mut eve = council.story.desk("Eve Ash", &[Role::Auditor]).await;
        let alone = "No witness has cosigned this log. Rewriting by whoever holds the key cannot be excluded.";
        assert!(log_page(&mut eve).await.contains(alone));
        let books = Books::of(&council);
        let (out, key) = books.export("alone");
        let (code, said) = verified(&out, &key, &[]);
        assert_eq!((code, &said["caveat"], &said["findings"]), (Some(1), &json!(REWRITTEN), &json!([])));
        let (_, said, _) = answer(&["audit", "verify", out.to_str().unwrap(), "--key", &key]);
        assert!(said.contains(REWRITTEN), "{said}");
        assert_eq!(verified(&out, &key, &["--without-witness"]).0, Some(0));

        // With one that the council does not run, the list names it and what it has seen.
        let folder = TempDir::new("witness");
        let neighbour = Neighbour::new(folder.path(), "audit.neighbour.example", &vkey(app).await);
        let seen = size(app).await;
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(seen));
        let page = log_page(&mut eve).await;
        without(&page, &[alone]);
        let (_, rows) = tables(&page).into_iter().find(|(caption, _)| caption == "Witnesses").unwrap();
        assert_eq!(rows, [["audit.neighbour.example", &seen.to_string(), "1 December 2026 at 1pm"]]);
        let (out, key) = books.export("witnessed");
        let (code, said) = verified(&out, &key, &["--witness", &neighbour.key()]);
        assert_eq!((code, &said["caveat"]), (Some(0), &Value::Null), "{said}");
    }

    async fn q21_it_is_verified_on_another_machine_without_us(world: World) {
        let council = Council::told(world).await;
        let other = TempDir::new("laptop");
        let program = other.path().join("portreeve");
        let ours = Path::new(env!("CARGO_BIN_EXE_portreeve"));
        std::fs::hard_link(ours, &program).or_else(|_| std::fs::copy(ours, &program).map(drop)).unwrap();
        for file in ["verify.py", "tlog.py"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/verify").join(file);
            std::fs::copy(from, other.path().join(file)).unwrap();
        }
        let books = Books::of(&council);
        let (out, key) = books.export("out");
        crate::log::tampered::copy(&out, &other.path().join("export"));
        let hurt = other.path().join("hurt");
        crate::log::tampered::copy(&out, &hurt);
        let text = std::fs::read_to_string(hurt.join("entries.jsonl")).unwrap();
        let entries = text.lines().count();
        let changed = text.lines().enumerate().map(|(index, line)| match index {
            4 => line.replace("time_ms", "time_mS"),
            _ => line.to_owned(),
        });
        std::fs::write(hurt.join("entries.jsonl"), changed.map(|line| line + "\n").collect::<String>()).unwrap();
        // The council, its store and its secrets are gone.
        drop(books);
        drop(council);
        let python = crate::log::python::python();
        for (folder, code, bad) in [("export", 0, Value::Null), ("hurt", 1, json!(4))] {
            let arguments = ["--json", "audit", "verify", folder, "--key", &key, "--without-witness"];
            let theirs = ["verify.py", folder, "--json", "--key", &key, "--without-witness"];
            for output in [elsewhere(&program, other.path(), &arguments), elsewhere(&python, other.path(), &theirs)] {
                let said = String::from_utf8(output.stdout).unwrap();
                without(&said, PERSONAL);
                let said: Value = serde_json::from_str(&said).unwrap();
                assert_eq!((output.status.code(), &said["first_bad_index"]), (Some(code), &bad), "{said}");
                assert!(code == 1 || said["entries"] == entries, "{said}");
            }
        }
    }

    async fn q47_the_siem_gets_the_events_in_forms_it_knows(world: World) {
        let mut council = Council::told(world).await;
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/siem/ocsf-1.3.0.schema.json");
        let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        let mut counts = Vec::new();
        for name in ["first", "second"] {
            seal(council.story.app()).await;
            let books = Books::of(&council);
            let out = books.at(name);
            let who = ["--by", "Op Erator", "--approved-by", "Se Cond", "--reason", "audit", "--config", books.settings()];
            let forms = ["--form", "ocsf", "--form", "syslog", "--out", out.to_str().unwrap()];
            assert_eq!(answer(&[&["audit", "export"], &who[..], &forms[..]].concat()).0, Some(0));
            let text = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
            let parsed = |text: &str| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
            let (entries, objects, messages) = (parsed(&text("entries.jsonl")), parsed(&text("entries.ocsf.jsonl")), text("entries.syslog"));
            assert_eq!((objects.len(), messages.lines().count()), (entries.len(), entries.len()));
            for ((entry, object), message) in entries.iter().zip(&objects).zip(messages.lines()) {
                let leaf = entry["leaf"].as_str().unwrap();
                let read: Value = serde_json::from_str(leaf).unwrap();
                let kind = read["type"].as_str().unwrap();
                // Each by its published schema; and the three say the same.
                assert_eq!(faults(kind, &json!({ "leaf": read })), Vec::<String>::new());
                let wrong: Vec<_> = schema.iter_errors(object).map(|error| error.to_string()).collect();
                assert!(wrong.is_empty(), "{kind}: {wrong:?} {object}");
                assert_eq!((&object["metadata"]["event_code"], &object["time"]), (&json!(kind), &read["time_ms"]));
                let priority = if read["outcome"] == "ok" { "<110>1 20" } else { "<108>1 20" };
                assert!(message.starts_with(priority) && message.ends_with(leaf), "{message}");
            }
            for form in ["entries.ocsf.jsonl", "entries.syslog"] {
                without(&text(form), PERSONAL);
            }
            // Who looked, in the SIEM's own words: an officer read an entity, once a look.
            let reads = objects.iter().filter(|one| one["type_uid"] == 300_402 && one["metadata"]["event_code"] == "officer.viewed");
            counts.push(reads.map(|one| one["unmapped"]["reason_code"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
            // What is not of the schema is seen.
            let mut other = objects[0].clone();
            other["class_uid"] = json!(3002);
            assert!(schema.is_valid(&objects[0]) && !schema.is_valid(&other));
            let why = ("fault", "CRM-7");
            council.story.looks_at(&mut council.callum, crate::search::story::ADA, why).await;
        }
        assert_eq!(counts, [vec!["resident_asked", "complaint"], vec!["resident_asked", "complaint", "fault"]]);
    }
}
