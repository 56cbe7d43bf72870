//! The second verifier, written from the format's page, comes to the same.

use super::export::{answer, export, verdict};
use super::{happen, seal, tampered};
use crate::app::House;
use crate::temp::TempDir;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python that has the one package: that of `tests/run`, or the system's.
fn python() -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = [top.join("tests/conformance/.venv/bin/python"), PathBuf::from("python3")];
    let has = |python: &PathBuf| {
        let asked = Command::new(python).args(["-c", "import cryptography"]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    all.into_iter().find(has).expect("Python with the package cryptography is needed: `tests/run rust` installs it")
}

pub fn python_verdict(folder: &Path, key: &str, more: &[&str]) -> (Option<i32>, Value) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/verify/verify.py");
    let output =
        Command::new(python()).arg(script).arg(folder).args(["--json", "--key", key]).args(more).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let wrong = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{wrong}")))
}

both! {
    async fn both_verifiers_name_the_same_index(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("python"));
        let (app, out) = (&house.app, folder.path().join("out"));
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        happen(app, 270).await;
        seal(app).await;
        let kept = folder.path().join("kept");
        let name = portreeve::store::log::open(&mut app.db.peek()).await.unwrap().unwrap().name;
        let note = portreeve::store::log::checkpoint(&mut app.db.peek(), &name).await.unwrap().unwrap().note;
        std::fs::write(&kept, note).unwrap();
        house.later(std::time::Duration::from_mins(2));
        happen(app, 300).await;
        seal(app).await;
        let settings = house.settings(folder.path());
        let key = export(&settings, &out);
        let part = folder.path().join("part");
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--out", part.to_str().unwrap(), "--config", &settings];
        let (code, ..) = answer(&[&["audit", "export", "--from", "200", "--to", "400"], &who[..]].concat());
        assert_eq!(code, Some(0));
        for honest in [&out, &part] {
            let (code, said) = python_verdict(honest, &key, &["--without-witness", "--seen", kept.to_str().unwrap()]);
            assert_eq!(code, Some(0), "{said}");
            let ours = verdict(honest, &key, &["--without-witness"]).1;
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
