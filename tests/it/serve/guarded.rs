//! `config check` on a collector and a witness that outbound calls may not reach, by settings that are sound otherwise.

use super::{answer, settings};
use crate::temp::TempDir;
use portreeve::crypto::note::{KeyKind, VerifierKey};

#[test]
fn what_the_guard_never_calls_is_told() {
    let folder = TempDir::new("guarded");
    let (file, _) = settings(folder.path(), r#"["en"]"#);
    let whole = std::fs::read_to_string(&file).unwrap();
    let witness = VerifierKey::new("w.example", KeyKind::Witness, [7; 32]).unwrap();
    let of_witness = |url: &str| format!("[[witness]]\nurl = \"{url}\"\nkey = \"{witness}\"\n");
    let of_collector = |url: &str| format!("[collector]\nurl = \"{url}\"\n");
    let check = |first: &str, more: &str| {
        std::fs::write(&file, format!("{first}{whole}{more}")).unwrap();
        answer(&["config", "check", "--config", &file])
    };
    for (url, why) in [
        ("http://siem.example/s3cret", "it is not https"),
        ("https://10.0.0.7/s3cret", "it is not a public address"),
        ("syslog+tls://10.0.0.7", "it is not a public address"),
    ] {
        let (code, said, _) = check("", &of_collector(url));
        assert!(code == Some(1) && said.contains("`collector.url`") && said.contains(why), "{url}: {said}");
        assert!(said.contains("outbound_allow") && !said.contains("s3cret"), "{said}");
    }
    let (code, said, _) = check("", &of_witness("https://192.168.0.7"));
    assert!(code == Some(1) && said.contains("`witness.url`") && said.contains("not a public address"), "{said}");
    let listed = "outbound_allow = [\"10.0.0.7:443\", \"192.168.0.0/16\", \"localhost:9\"]\n";
    for more in [
        of_collector("https://10.0.0.7/in") + &of_witness("https://192.168.0.7"),
        of_collector("http://localhost:9/in"),
        of_collector("https://siem.example/in"),
    ] {
        let (code, said, _) = check(listed, &more);
        assert_eq!(code, Some(0), "{said}");
    }
}
