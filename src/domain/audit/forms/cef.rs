//! CEF (ArcSight Common Event Format, version 0 of the header, extension dictionary of revision 25): one line for each entry.
//!
//! | key | source |
//! | --- | --- |
//! | `rt` | `time_ms` |
//! | `externalId` | `id` |
//! | `dvchost` | the host in the log's name |
//! | `outcome`, `reason` | `outcome`, `reason_code` |
//! | `suid`, `spriv` | `actor.ref`; `actor.class`, with `/` and `actor.role` where there is one |
//! | `duid` | `subject` |
//! | `cs1` to `cs6` | log, hash of the leaf, `client_id`, `purpose`, `basis`, `policy_version`; each with its label |
//! | `cn1` | the index |
//! | `PortreeveChannel`, `PortreeveOnBehalfOf`, `PortreeveCommit` | `channel`, `on_behalf_of`, `commit` |
//!
//! The device's version is `build`, the event class and its name are `type`.

use super::{hash, text};
use serde_json::Value;
use std::fmt::Write as _;

/// The line of one entry.
#[must_use]
pub fn cef(log: &str, index: u64, leaf: &str) -> String {
    let read: Value = serde_json::from_str(leaf).unwrap_or_default();
    let field = |place: &str| text(&read, place);
    let severity = match field("/outcome").as_str() {
        "ok" => 1,
        "denied" => 5,
        _ => 8,
    };
    let (class, role) = (field("/actor/class"), field("/actor/role"));
    let actor = if role.is_empty() { class } else { format!("{class}/{role}") };
    let time = read.pointer("/time_ms").and_then(Value::as_i64).map_or_else(String::new, |millis| millis.to_string());
    let kind = header(&field("/type"));
    let mut line = format!("CEF:0|Portreeve|Portreeve|{}|{kind}|{kind}|{severity}|", header(&field("/build")));
    let labelled = [
        ("cs1", "log", log.to_owned()),
        ("cs2", "leaf hash", hash(leaf)),
        ("cs3", "client", field("/client_id")),
        ("cs4", "purpose", field("/purpose")),
        ("cs5", "lawful basis", field("/basis")),
        ("cs6", "policy version", field("/policy_version")),
        ("cn1", "index", index.to_string()),
    ];
    let labelled = labelled.into_iter().filter(|(_, _, value)| !value.is_empty());
    let labelled =
        labelled.flat_map(|(key, label, value)| [(key.to_owned(), value), (format!("{key}Label"), label.to_owned())]);
    let plain = [
        ("rt", time),
        ("externalId", field("/id")),
        ("dvchost", log.split('/').next().unwrap_or_default().to_owned()),
        ("outcome", field("/outcome")),
        ("reason", field("/reason_code")),
        ("suid", field("/actor/ref")),
        ("spriv", actor),
        ("duid", field("/subject")),
        ("PortreeveChannel", field("/channel")),
        ("PortreeveOnBehalfOf", field("/on_behalf_of")),
        ("PortreeveCommit", field("/commit")),
    ];
    let plain = plain.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key.to_owned(), value));
    for (number, (key, value)) in plain.chain(labelled).enumerate() {
        let space = if number == 0 { "" } else { " " };
        // Writing to a String cannot fail.
        let _ = write!(line, "{space}{key}={}", escaped(&value));
    }
    line
}

/// A field of the header: bars and backslashes are escaped, and it has one line.
fn header(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('|', "\\|");
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A value of the extension: equals signs and backslashes are escaped, line ends are written as `\n` and `\r`.
fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('=', "\\=").replace('\n', "\\n").replace('\r', "\\r");
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::of_kind;
    use super::cef;

    #[test]
    fn an_entry_is_one_line_of_cef() {
        let line =
            cef("town.example/log/2026", 7, &of_kind("auth.signin_failed", Some("s:c1"), Some("parking"), "denied"));
        let start = "CEF:0|Portreeve|Portreeve|0.1.0|auth.signin_failed|auth.signin_failed|5|rt=1796126400123 \
                     externalId=0193 dvchost=town.example outcome=denied reason=no_share ";
        assert!(line.starts_with(start), "{line}");
        for part in [
            " spriv=client ",
            " duid=s:c1 ",
            " cs1=town.example/log/2026 cs1Label=log ",
            " cs3=parking cs3Label=client ",
            " cs6=v1 cs6Label=policy version ",
            " PortreeveChannel=api ",
            " PortreeveCommit=sha256:00 ",
        ] {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert!(line.ends_with(" cn1=7 cn1Label=index"), "{line}");
        assert!(!line.contains("cs4") && !line.contains("OnBehalfOf"), "what has no value is left out: {line}");
        assert!(cef("t/log/1", 0, &of_kind("log.opened", None, None, "ok")).contains("|log.opened|1|"));
        assert!(cef("t/log/1", 0, &of_kind("log.tampering_found", None, None, "error")).contains("found|8|"));
    }

    #[test]
    fn no_value_breaks_out_of_its_field() {
        let line = cef("t/log/1", 0, &of_kind("a|b\\c\nd", None, Some("x=y\\z\nduid=s:other\r"), "ok"));
        assert!(line.contains("|a\\|b\\\\c d|a\\|b\\\\c d|1|"), "{line}");
        assert!(line.contains("cs3=x\\=y\\\\z\\nduid\\=s:other\\r cs3Label="), "{line}");
        let torn = cef("t/log/1", 0, "no\nleaf");
        assert!(torn.starts_with("CEF:0|Portreeve|Portreeve||||8|dvchost=t ") && !torn.contains('\n'), "{torn}");
    }
}
