//! The receipt of a resident: one entry, proved by either verifier from the file alone.

use super::python::python_verdict;
use super::seal;
use crate::app::House;
use crate::seen::{WORD, look, signed_in};
use crate::serve::portreeve;
use crate::temp::TempDir;
use crate::wording;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Both verdicts: exit code, place, what is wrong.
fn verdicts(file: &std::path::Path, key: &str, more: &[&str]) -> [(Option<i32>, Value, bool); 2] {
    let arguments = [&["--json", "audit", "verify", file.to_str().unwrap(), "--key", key], more].concat();
    let output = portreeve(&arguments).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let (code, python) = python_verdict(file, key, more);
    [(output.status.code(), said), (code, python)]
        .map(|(code, said)| (code, said["index"].clone(), said["wrong"].is_null()))
}

both! {
    async fn anybody_can_check_a_receipt_and_see_that_a_changed_one_is_none(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let visitor = signed_in(&house, "ada@example.org").await;
        let event = look(&house, ada, "fault").await;
        let (page, receipt) = (format!("/account/seen/{event}"), format!("/account/seen/{event}/receipt"));
        assert!(visitor.get(&page).await.body.contains("ready in a moment"));
        let early = visitor.get(&receipt).await;
        assert_eq!((early.status, early.to.as_str()), (303, page.as_str()));

        seal(&house.app).await;
        house.resident("Bob Price", "bob@example.org", WORD).await;
        seal(&house.app).await;
        let shown = visitor.get(&page).await.body;
        let key = shown.split("<code>").nth(1).unwrap().split('<').next().unwrap().replace("&#x2f;", "/");
        let got = visitor.get(&receipt).await;
        let headers: Vec<_> = got.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert!(headers.contains(&("content-type", "text/plain; charset=utf-8")), "{headers:?}");
        let attached = format!("attachment; filename=\"receipt-{event}.txt\"");
        assert!(headers.contains(&("content-disposition", &attached)), "{headers:?}");
        let folder = TempDir::new("receipt");
        let file = folder.path().join("receipt.txt");
        std::fs::write(&file, &got.body).unwrap();
        let alone = ["--without-witness"];
        for (code, index, fine) in verdicts(&file, &key, &alone) {
            assert!(code == Some(0) && fine && shown.contains(&format!("entry {index} of our record")), "{code:?} {index}");
        }
        // With nothing but what the page leads to.
        for name in ["verify.py", "tlog.py", "FORMAT.md"] {
            assert!(shown.contains(&format!("href=\"/docs/verify/{name}\"")), "{shown}");
            let got = visitor.get(&format!("/docs/verify/{name}")).await;
            assert_eq!(got.status, 200, "{name}");
            std::fs::write(folder.path().join(name), got.body).unwrap();
        }
        assert_eq!(visitor.get("/docs/verify/Cargo.toml").await.status, 404);
        let mut command = std::process::Command::new(super::python::python());
        command.arg(folder.path().join("verify.py")).arg(&file).args(["--key", &key, "--without-witness"]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        for (code, _, fine) in verdicts(&file, &key, &[]) {
            assert_eq!((code, fine), (Some(1), true), "without a witness that is said");
        }
        let leaf = got.body.lines().find_map(|line| line.strip_prefix("extra ")).unwrap();
        let text = String::from_utf8(STANDARD.decode(leaf).unwrap()).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&read["id"], &read["reason_code"]), (&json!(event.to_string()), &json!("fault")));
        assert!(!wording::says(&text, "Bea") && !wording::says(&text, "C-17"), "{text}");
        let other = STANDARD.encode(text.replace("\"fault\"", "\"audit\""));
        for (from, to) in [(leaf, other.as_str()), ("index ", "index 1")] {
            std::fs::write(&file, got.body.replacen(from, to, 1)).unwrap();
            for (code, _, fine) in verdicts(&file, &key, &alone) {
                assert_eq!((code, fine), (Some(1), false), "{to}");
            }
        }
    }
}
