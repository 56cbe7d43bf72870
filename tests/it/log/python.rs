//! The second verifier, written from the format's page, comes to the same.

use super::export::{answer, export, verdict};
use super::{happen, seal, tampered};
use crate::app::House;
use crate::temp::TempDir;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python that has the one package: that of `tests/run`, or the system's.
pub fn python() -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = [top.join("tests/conformance/.venv/bin/python"), PathBuf::from("python3")];
    let has = |python: &PathBuf| {
        let asked = Command::new(python).args(["-c", "import cryptography"]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    all.into_iter().find(has).expect("Python with the package cryptography is needed: `tests/run rust` installs it")
}

fn run(folder: &Path, key: &str, more: &[&str]) -> std::process::Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/verify/verify.py");
    Command::new(python()).arg(script).arg(folder).args(["--json", "--key", key]).args(more).output().unwrap()
}

/// How it ends, if it may say nothing.
pub fn python_code(folder: &Path, key: &str, more: &[&str]) -> Option<i32> {
    run(folder, key, more).status.code()
}

pub fn python_verdict(folder: &Path, key: &str, more: &[&str]) -> (Option<i32>, Value) {
    let output = run(folder, key, more);
    let said = String::from_utf8(output.stdout).unwrap();
    let wrong = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{wrong}")))
}

both! {
    async fn both_verifiers_name_the_same_index(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("python"));
        let (app, out) = (&house.app, folder.path().join("out"));
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        happen(app, 20).await;
        seal(app).await;
        let (kept, few) = (folder.path().join("kept"), folder.path().join("few"));
        let name = portreeve::store::log::open(&mut app.db.peek()).await.unwrap().unwrap().name;
        let first = portreeve::store::log::checkpoint(&mut app.db.peek(), &name).await.unwrap().unwrap();
        std::fs::write(&few, first.note).unwrap();
        happen(app, 250).await;
        seal(app).await;
        let note = portreeve::store::log::checkpoint(&mut app.db.peek(), &name).await.unwrap().unwrap().note;
        std::fs::write(&kept, note).unwrap();
        house.later(std::time::Duration::from_mins(2));
        happen(app, 300).await;
        seal(app).await;
        let settings = house.settings(folder.path());
        let key = export(&settings, &out);
        // A key is typed, or in a file; anything else is bad usage.
        let file = folder.path().join("key");
        std::fs::write(&file, format!("{key}\n")).unwrap();
        assert_eq!(python_code(&out, file.to_str().unwrap(), &["--without-witness"]), Some(0));
        assert_eq!(python_code(&out, "no key", &["--without-witness"]), Some(2));
        let part = folder.path().join("part");
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--out", part.to_str().unwrap(), "--config", &settings];
        let (code, ..) = answer(&[&["audit", "export", "--from", "200", "--to", "400"], &who[..]].concat());
        assert_eq!(code, Some(0));
        // A part that begins behind the tile that an earlier checkpoint ends in.
        let late = folder.path().join("late");
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--out", late.to_str().unwrap(), "--config", &settings];
        let (code, ..) = answer(&[&["audit", "export", "--from", "520", "--to", "540"], &who[..]].concat());
        assert_eq!(code, Some(0));
        // Of the first minute's checkpoints the last is kept: for the one before it this part has not the hashes.
        let seen = ["--without-witness", "--seen", few.to_str().unwrap()];
        for (code, said) in [verdict(&late, &key, &seen), python_verdict(&late, &key, &seen)] {
            assert_eq!((code, &said["findings"], &said["first_bad_index"]), (Some(1), &serde_json::json!([]), &Value::Null));
            assert_eq!(said["not_compared"], serde_json::json!([first.size]), "{said}");
        }
        assert_eq!(verdict(&part, &key, &seen).0, Some(0));
        assert_eq!(python_code(&part, &key, &seen), Some(0));
        for honest in [&out, &part, &late] {
            let (code, said) = python_verdict(honest, &key, &["--without-witness", "--seen", kept.to_str().unwrap()]);
            assert_eq!(code, Some(0), "{said}");
            let (code, ours) = verdict(honest, &key, &["--without-witness"]);
            assert_eq!(code, Some(0), "{ours}");
            for count in ["entries", "payloads", "withheld"] {
                assert_eq!(said[count], ours[count], "{count}");
            }
        }
        let (code, said) = python_verdict(&out, &key, &[]);
        assert_eq!(code, Some(1));
        assert_eq!(said["caveat"], "rewriting by whoever holds the key cannot be excluded");
        for at in [256, 300] {
            for one in tampered::all(&out, &folder.path().join(format!("tampered{at}")), at) {
                let (code, said) = python_verdict(&one.folder, &key, &["--without-witness"]);
                assert_eq!(code, Some(1), "{}: {said}", one.name);
                assert_eq!(said["first_bad_index"].as_u64(), one.index, "{}: {said}", one.name);
                let ours = verdict(&one.folder, &key, &["--without-witness"]).1;
                assert_eq!(ours["first_bad_index"], said["first_bad_index"], "{}: {ours}", one.name);
            }
        }
    }
}
