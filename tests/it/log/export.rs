//! Exports and proofs, by the commands themselves: what honest ones prove, and what is found in others.

use super::python::python_verdict;
use super::{happen, seal, tamper, tampered, unguard};
use crate::app::House;
use crate::serve::portreeve;
use crate::temp::TempDir;
use crate::wording;
use portreeve::app::App;
use portreeve::domain::audit::tree::{Tiles, leaf_hash};
use portreeve::store::{Housekeeping, events, log};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

pub fn answer(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = portreeve(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Exports the log into this folder; gives the public key.
pub fn export(settings: &str, out: &Path) -> String {
    let out = out.to_str().unwrap();
    let who =
        ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--out", out, "--config", settings];
    let (_, said, wrong) = answer(&[&["--json", "audit", "export"], &who[..]].concat());
    let said: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{wrong}"));
    said["key"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
}

/// What the verifier says of a folder.
pub fn verdict(folder: &Path, key: &str, more: &[&str]) -> (Option<i32>, Value) {
    let arguments = [&["--json", "audit", "verify", folder.to_str().unwrap(), "--key", key], more].concat();
    let (code, said, wrong) = answer(&arguments);
    (code, serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{wrong}")))
}

/// The tree in the store, computed anew over what stands there.
pub async fn recompute(app: &App, name: &str) {
    let rows: Vec<(String,)> =
        app.db.peek().sql("SELECT leaf FROM event WHERE log = $1 ORDER BY leaf_index").bind(name).all().await.unwrap();
    let (mut tiles, mut changed) = (Tiles::default(), BTreeSet::new());
    for (size, (leaf,)) in (0..).zip(&rows) {
        tiles.append(size, leaf_hash(leaf), &mut changed).unwrap();
    }
    app.db
        .write(async |mut w| {
            for place in &changed {
                log::put_tile(&mut w, name, *place, &tiles.bytes(*place)).await?;
            }
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await
        .unwrap();
}

pub async fn name(app: &App) -> String {
    log::open(&mut app.db.peek()).await.unwrap().unwrap().name
}

/// Commands take a store for one that was started if it has the root secret's check.
pub async fn rooted(app: &App) {
    let check = app.roots.seal_check().unwrap();
    app.db
        .write(async |mut w| {
            portreeve::store::house::set_once(&mut w, "root_check", &check).await?;
            w.commit_quietly(Housekeeping::Lease, ()).await
        })
        .await
        .unwrap();
}

/// The leaves of the events that say so.
async fn exports(app: &App) -> Vec<String> {
    let all = events::newest(&mut app.db.peek(), 1_000).await.unwrap();
    all.into_iter().filter(|event| event.r#type == "officer.exported").map(|event| event.leaf).collect()
}

both! {
    async fn u09_an_export_is_proved_from_its_files_alone(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("export"));
        let (app, out) = (&house.app, folder.path().join("out"));
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        happen(app, 300).await;
        seal(app).await;
        let settings = house.settings(folder.path());
        let key = export(&settings, &out);
        let (code, said) = verdict(&out, &key, &["--without-witness"]);
        assert_eq!((code, &said["findings"]), (Some(0), &serde_json::json!([])), "{said}");
        assert_eq!((&said["entries"], &said["withheld"]), (&304.into(), &1.into()), "{said}");
        let (code, said) = verdict(&out, &key, &[]);
        assert_eq!(code, Some(1));
        assert_eq!(said["caveat"], "rewriting by whoever holds the key cannot be excluded");
        // What is about Ada stays in the house.
        let text = std::fs::read_to_string(out.join("entries.jsonl")).unwrap();
        assert!(text.contains("account.created") && !text.contains("account@1"), "her payload stays sealed");
        // That it left the house is on record, with a name and a reason.
        let [exported] = &exports(app).await[..] else { panic!("one was made") };
        assert!(exported.contains(r#""reason_code":"audit""#) && !exported.contains("Lloyd"), "{exported}");
        // The page for the auditor.
        let page = folder.path().join("report.html");
        verdict(&out, &key, &["--without-witness", "--report", page.to_str().unwrap()]);
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains("The record is proved.") && !page.contains("<strong>Wrong</strong>"), "{page}");
        assert!(page.contains("That something was never recorded at all."));
        // For spreadsheets and collectors.
        let forms = folder.path().join("forms");
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--out", forms.to_str().unwrap(), "--config", &settings];
        let both = ["--form", "csv", "--form", "syslog", "--form", "ocsf", "--form", "cef"];
        assert_eq!(answer(&[&["audit", "export"], &who[..], &both[..]].concat()).0, Some(0));
        let text = |name: &str| std::fs::read_to_string(forms.join(name)).unwrap();
        assert_eq!(text("entries.csv").matches("\r\n").count(), 305, "with its heading");
        assert_eq!(text("entries.syslog").lines().filter(|line| line.starts_with("<110>1 20")).count(), 304);
        let objects = text("entries.ocsf.jsonl");
        let objects = objects.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let sequence: Vec<u64> = objects.map(|one| one["metadata"]["sequence"].as_u64().unwrap()).collect();
        assert!(sequence.iter().copied().eq(0..304), "{sequence:?}");
        assert_eq!(text("entries.cef").lines().filter(|line| line.starts_with("CEF:0|Portreeve|")).count(), 304);
        assert!(!wording::says(&text("entries.cef"), "Ada") && !wording::says(&text("entries.ocsf.jsonl"), "Ada"));
        assert_eq!(verdict(&forms, &key, &["--without-witness"]).0, Some(0));
        assert_eq!(python_verdict(&forms, &key, &["--without-witness"]).0, Some(0));
        std::fs::write(forms.join("entries.csv"), text("entries.csv").replace("ok", "denied")).unwrap();
        assert_eq!(verdict(&forms, &key, &["--without-witness"]).0, Some(1), "it is not the one that was exported");
        assert_eq!(python_verdict(&forms, &key, &["--without-witness"]).0, Some(1));
        // A part of it, from the midst.
        let part = folder.path().join("part");
        let range = ["--from", "10", "--to", "270"];
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--out", part.to_str().unwrap(), "--config", &settings];
        assert_eq!(answer(&[&["audit", "export"], &who[..], &range[..]].concat()).0, Some(0));
        let (code, said) = verdict(&part, &key, &["--without-witness"]);
        assert_eq!((code, &said["entries"]), (Some(0), &260.into()), "{said}");
    }

    async fn nothing_leaves_without_a_name_a_reason_and_its_case(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("export"));
        let (app, out) = (&house.app, folder.path().join("out"));
        seal(app).await;
        let settings = house.settings(folder.path());
        let to = ["audit", "export", "--config", &settings, "--out", out.to_str().unwrap()];
        let two = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan"];
        for (who, code) in [
            (vec!["--reason", "audit"], 2),
            (vec!["--by", "Bea Lloyd"], 2),
            (vec!["--by", " ", "--reason", "audit"], 1),
            ([&two[..], &["--reason", "curious"]].concat(), 1),
            ([&two[..], &["--reason", "complaint"]].concat(), 1),
            ([&two[..], &["--reason", "audit", "--to", "999"]].concat(), 1),
            ([&two[..], &["--reason", "audit", "--from", "3", "--to", "2"]].concat(), 1),
            ([&two[..], &["--reason", "audit", "--year", "2019"]].concat(), 1),
            // O06: a second person, and another one.
            (vec!["--by", "Bea Lloyd", "--reason", "audit"], 1),
            (vec!["--by", "Bea Lloyd", "--approved-by", " bea  LLOYD", "--reason", "audit"], 1),
        ] {
            assert_eq!(answer(&[&to[..], &who[..]].concat()).0, Some(code), "{who:?}");
            assert!(!out.exists(), "{who:?}");
        }
        let dry = ["--by", "Bea Lloyd", "--reason", "audit", "--dry-run"];
        assert_eq!(answer(&[&to[..], &dry[..]].concat()).0, Some(0));
        assert!(!out.exists());
        assert_eq!(events::unsealed(&mut app.db.peek()).await.unwrap(), 0, "nothing was recorded, for nothing left");
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "complaint", "--case", "CRM-7"];
        assert_eq!(answer(&[&to[..], &who[..]].concat()).0, Some(0));
        assert_eq!(answer(&[&to[..], &who[..]].concat()).0, Some(1), "a folder is not written over");
    }

    async fn what_was_done_to_an_export_is_named_with_its_index(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("export"));
        let (app, out) = (&house.app, folder.path().join("out"));
        // What the house began with comes first in the log: no entry that others rest on is among those that are cut.
        house.later(Duration::from_secs(1));
        happen(app, 290).await;
        seal(app).await;
        let key = export(&house.settings(folder.path()), &out);
        for one in tampered::all(&out, &folder.path().join("tampered"), 270) {
            let (code, said) = verdict(&one.folder, &key, &["--without-witness"]);
            assert_eq!(code, Some(1), "{}: {said}", one.name);
            assert_eq!(said["first_bad_index"].as_u64(), one.index, "{}: {said}", one.name);
        }
        // Another key, and a note of another's.
        let other = portreeve::crypto::note::NoteKey::generate().unwrap();
        let other = other.verifier(&name(app).await, portreeve::crypto::note::KeyKind::Log).unwrap().to_string();
        let (code, said) = verdict(&out, &other, &["--without-witness"]);
        assert_eq!((code, said["first_bad_index"].as_u64()), (Some(1), Some(0)), "{said}");
        let page = folder.path().join("report.html");
        let edited = folder.path().join("tampered/edited");
        verdict(&edited, &key, &["--without-witness", "--report", page.to_str().unwrap()]);
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains("has the number 270") && page.contains("<strong>Wrong</strong>"), "{page}");
    }

    async fn what_was_done_around_the_entries_is_told(world: World) {
        type Change = fn(String) -> String;
        let (house, folder) = (House::new(world).await, TempDir::new("export"));
        let (app, out) = (&house.app, folder.path().join("out"));
        happen(app, 10).await;
        seal(app).await;
        house.later(Duration::from_mins(2));
        happen(app, 10).await;
        seal(app).await;
        let key = export(&house.settings(folder.path()), &out);
        let last_gone: Change = |text| format!("{}\n", text.trim_end().rsplit_once('\n').unwrap().0);
        for (name, change, ours, theirs) in [
            (
                "manifest.json",
                (|text| text.replace("\"exported_ms\":1", "\"exported_ms\":2")) as Change,
                "The manifest is not as the house signed it.",
                "the manifest is not as it was signed",
            ),
            (
                "manifest.json",
                |text| text.replace("\"checkpoint\":", "\"../checkpoint\":"),
                "The file ../checkpoint is not the one",
                "../checkpoint is not the file",
            ),
            (
                "manifest.json",
                |text| text.replace("\"checkpoint\":", "\"another\":"),
                "does not name the file checkpoint.",
                "does not name the file checkpoint",
            ),
            (
                "checkpoints.jsonl",
                |text| text.replacen("/log/2026 ", "/log/2026 A", 1),
                "One of the earlier checkpoints is not signed",
                "an earlier checkpoint is not signed",
            ),
            (
                "checkpoints.jsonl",
                |text| format!("{text}\"not ended\""),
                "One of the earlier checkpoints is not signed",
                "an earlier checkpoint is not signed",
            ),
            (
                "manifest.note",
                |text| text.replace('\n', "\r\n"),
                "The manifest is not as the house signed it.",
                "the manifest is not as it was signed",
            ),
            ("checkpoints.jsonl", last_gone, "The file checkpoints.jsonl is not", "checkpoints.jsonl is not the file"),
        ] {
            let hurt = folder.path().join("hurt");
            let _ = std::fs::remove_dir_all(&hurt);
            tampered::copy(&out, &hurt);
            let text = std::fs::read_to_string(hurt.join(name)).unwrap();
            let changed = change(text.clone());
            assert_ne!(text, changed, "{ours}");
            std::fs::write(hurt.join(name), changed).unwrap();
            let more = ["--without-witness"];
            for ((code, said), what) in
                [(verdict(&hurt, &key, &more), ours), (python_verdict(&hurt, &key, &more), theirs)]
            {
                assert_eq!(code, Some(1), "{what}: {said}");
                let all: Vec<&str> =
                    said["findings"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
                assert!(all.iter().any(|one| one.contains(what)), "{what}: {all:?}");
                assert!(said["first_bad_index"].is_null(), "the entries are as they were: {said}");
            }
        }
    }

    async fn what_was_done_to_the_database_is_named_with_its_index(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("export"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        happen(app, 20).await;
        seal(app).await;
        let before = log::open(&mut app.db.peek()).await.unwrap().unwrap().size;
        house.later(Duration::from_mins(2));
        happen(app, 20).await;
        seal(app).await;
        let kept = folder.path().join("kept");
        let note = log::checkpoint(&mut app.db.peek(), &name(app).await).await.unwrap().unwrap().note;
        std::fs::write(&kept, note).unwrap();
        house.later(Duration::from_mins(2));
        happen(app, 20).await;
        seal(app).await;
        unguard(app).await;
        let check = async |at: &str, index: u64| {
            let out = folder.path().join(at);
            let key = export(&settings, &out);
            let (code, said) = verdict(&out, &key, &["--without-witness"]);
            assert_eq!((code, said["first_bad_index"].as_u64()), (Some(1), Some(index)), "{at}: {said}");
            let (code, said) = python_verdict(&out, &key, &["--without-witness"]);
            assert_eq!((code, said["first_bad_index"].as_u64()), (Some(1), Some(index)), "{at}: {said}");
        };
        let change = "UPDATE event SET leaf = REPLACE(leaf, '\"visitor\"', '\"officer\"') WHERE leaf_index = 30";
        let back = "UPDATE event SET leaf = REPLACE(leaf, '\"officer\"', '\"visitor\"') WHERE leaf_index = 30";
        tamper(app, &[change]).await;
        check("edited", 30).await;
        // The tree made to fit, which only the key could sign: what was signed before the change still holds.
        recompute(app, &name(app).await).await;
        check("recomputed", u64::try_from(before).unwrap()).await;
        tamper(app, &[back]).await;
        recompute(app, &name(app).await).await;
        tamper(app, &["UPDATE event SET leaf_index = -1 WHERE leaf_index = 31", "UPDATE event SET leaf_index = 31 WHERE leaf_index = 32", "UPDATE event SET leaf_index = 32 WHERE leaf_index = -1"]).await;
        check("reordered", 31).await;
        tamper(app, &["DELETE FROM event WHERE leaf_index = 31"]).await;
        check("deleted", 31).await;
        // The log taken back to what was signed in its first minute: proved, but for who kept a later checkpoint.
        tamper(app, &["DELETE FROM event WHERE leaf_index IS NULL OR leaf_index >= (SELECT MIN(size) FROM log_checkpoint WHERE size > 0)",
            "DELETE FROM log_checkpoint WHERE size > (SELECT MIN(size) FROM log_checkpoint WHERE size > 0)",
            "UPDATE audit_log SET size = (SELECT MAX(size) FROM log_checkpoint)"]).await;
        recompute(app, &name(app).await).await;
        let out = folder.path().join("back");
        let key = export(&settings, &out);
        assert_eq!(verdict(&out, &key, &["--without-witness"]).0, Some(0));
        let seen = ["--without-witness", "--seen", kept.to_str().unwrap()];
        for (code, said) in [verdict(&out, &key, &seen), python_verdict(&out, &key, &seen)] {
            assert_eq!((code, said["first_bad_index"].as_i64()), (Some(1), Some(before)), "{said}");
        }
    }

    async fn an_event_changed_before_it_was_sealed_is_named_by_the_verifier(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("export"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        happen(app, 3).await;
        seal(app).await;
        let size = log::open(&mut app.db.peek()).await.unwrap().unwrap().size;
        happen(app, 1).await;
        unguard(app).await;
        tamper(app, &["UPDATE event SET leaf = REPLACE(leaf, '\"visitor\"', '\"system\"') WHERE leaf_index IS NULL"]).await;
        seal(app).await;
        let out = folder.path().join("out");
        let key = export(&settings, &out);
        let (code, said) = verdict(&out, &key, &["--without-witness"]);
        assert_eq!((code, said["first_bad_index"].as_i64()), (Some(1), Some(size)), "{said}");
    }

    async fn one_event_is_proved_by_itself(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("prove"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        happen(app, 20).await;
        let event = events::newest(&mut app.db.peek(), 1).await.unwrap().remove(0);
        let id = event.id.to_string();
        let who = ["--by", "Bea Lloyd", "--reason", "audit", "--config", &settings];
        assert_eq!(answer(&[&["audit", "prove", &id], &who[..]].concat()).0, Some(1), "it has no place yet");
        seal(app).await;
        let (code, said, wrong) = answer(&[&["--json", "audit", "prove", &id], &who[..]].concat());
        assert_eq!(code, Some(0), "{wrong}");
        let said: Value = serde_json::from_str(&said).unwrap();
        let (key, proof) = (said["key"].as_str().unwrap(), said["proof"].as_str().unwrap());
        assert_eq!(exports(app).await.len(), 1, "and it is on record");
        let file = folder.path().join("one.tlog-proof");
        std::fs::write(&file, proof).unwrap();
        let (code, said) = verdict(&file, key, &["--without-witness"]);
        assert_eq!((code, said["leaf"].as_str()), (Some(0), Some(event.leaf.as_str())), "{said}");
        assert_eq!(verdict(&file, key, &[]).0, Some(1), "nobody else has seen it");
        let page = folder.path().join("one.html");
        let report = ["--without-witness", "--report", page.to_str().unwrap()];
        let (code, _, wrong) = answer(&[&["audit", "verify", file.to_str().unwrap(), "--key", key], &report[..]].concat());
        assert!(code != Some(0) && wrong.contains("--report is for exports") && !page.exists(), "{wrong}");
        // Another index, another leaf, another key.
        std::fs::write(&file, proof.replacen("index ", "index 1", 1)).unwrap();
        assert_eq!(verdict(&file, key, &["--without-witness"]).0, Some(1));
        std::fs::write(&file, proof).unwrap();
        let other = portreeve::crypto::note::NoteKey::generate().unwrap();
        let other = other.verifier(&name(app).await, portreeve::crypto::note::KeyKind::Log).unwrap().to_string();
        assert_eq!(verdict(&file, &other, &["--without-witness"]).0, Some(1));
        let (code, said, _) = answer(&["--json", "audit", "checkpoint", "--config", &settings]);
        assert_eq!(code, Some(0));
        assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["key"], key);
    }

    async fn doctor_tells_of_events_that_wait_and_of_a_tree_that_was_changed(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("doctor"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        seal(app).await;
        rooted(app).await;
        let doctor = || answer(&["doctor", "--config", &settings]).1;
        assert!(doctor().contains("fine     log"), "{}", doctor());
        // Its clock is the machine's: these happened long ago, or will have.
        let past = portreeve::domain::time::When::from_seconds(1_700_000_000);
        let event = super::event(app, past);
        app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
        assert!(doctor().contains("fine     log"), "nothing runs, so that nothing is late: {}", doctor());
        let (holder, far) = (portreeve::crypto::tokens::uuid(), portreeve::domain::time::When::from_seconds(4_000_000_000));
        app.db
            .write(async |mut w| {
                portreeve::store::house::lease(&mut w, "send_messages", holder, past, far).await?;
                w.commit_quietly(Housekeeping::Lease, ()).await
            })
            .await
            .unwrap();
        let said = doctor();
        assert!(said.contains("1 events wait for their place") && said.contains("no node does the duty"), "{said}");
        tamper(app, &["UPDATE audit_log SET year = 2019"]).await;
        let said = doctor();
        assert!(said.contains("was signed last at 20") && said.contains("audit open-year YEAR --by NAME"), "{said}");
        tamper(app, &["UPDATE audit_log SET year = 2026"]).await;
        seal(app).await;
        tamper(app, &["UPDATE audit_log SET size = size - 1"]).await;
        let said = doctor();
        assert!(said.contains("is not the one of its last checkpoint"), "{said}");
    }
}
