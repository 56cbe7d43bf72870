//! Entries in the forms that other programs read: tables (RFC 4180), syslog (RFC 5424), OCSF and CEF. They prove nothing by themselves;
//! the hash of the leaf in each leads back to the entry that is proved.

mod cef;
mod form;
mod ocsf;

pub use cef::cef;
pub use form::Form;
pub use ocsf::ocsf;

use super::tree::leaf_hash;
use super::verify::Entry;
use crate::domain::time::When;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;

/// The columns of a table: the heading, and where in the leaf the value stands.
const COLUMNS: [(&str, &str); 16] = [
    ("type", "/type"),
    ("outcome", "/outcome"),
    ("actor_class", "/actor/class"),
    ("actor_role", "/actor/role"),
    ("actor_ref", "/actor/ref"),
    ("subject", "/subject"),
    ("on_behalf_of", "/on_behalf_of"),
    ("client_id", "/client_id"),
    ("channel", "/channel"),
    ("purpose", "/purpose"),
    ("basis", "/basis"),
    ("reason_code", "/reason_code"),
    ("policy_version", "/policy_version"),
    ("build", "/build"),
    ("id", "/id"),
    ("commit", "/commit"),
];

/// The first line of a table.
#[must_use]
pub fn csv_header() -> String {
    let names = ["index", "time"].into_iter().chain(COLUMNS.iter().map(|(name, _)| *name)).chain(["leaf_hash"]);
    line(names.map(ToOwned::to_owned))
}

/// The line of one entry.
#[must_use]
pub fn csv(index: u64, leaf: &str) -> String {
    let read: Value = serde_json::from_str(leaf).unwrap_or_default();
    let cells = COLUMNS.iter().map(|(_, place)| text(&read, place));
    line([index.to_string(), time(&read)].into_iter().chain(cells).chain([hash(leaf)]))
}

/// The line of one entry for a collector: that of an export's `entries.jsonl` with the name of the log.
#[must_use]
pub fn json(log: &str, entry: &Entry) -> String {
    #[derive(Serialize)]
    struct Line<'e> {
        log: &'e str,
        #[serde(flatten)]
        entry: &'e Entry,
    }
    // Text and numbers under text can always be written.
    serde_json::to_string(&Line { log, entry }).unwrap_or_default()
}

/// A message with its length in bytes before it (RFC 5425 §4.3).
#[must_use]
pub fn framed(message: &str) -> String {
    format!("{} {message}", message.len())
}

/// One syslog message in one line. The facility is 13 (log audit); the structured data's number is the one that RFC 5612 sets
/// aside.
#[must_use]
pub fn syslog(log: &str, index: u64, leaf: &str) -> String {
    let read: Value = serde_json::from_str(leaf).unwrap_or_default();
    let severity = match text(&read, "/outcome").as_str() {
        "ok" => 6,
        "denied" => 4,
        _ => 3,
    };
    let host = log.split('/').next().unwrap_or_default();
    let (time, kind) = (nil(&time(&read)), nil(&text(&read, "/type")));
    let mut data = String::new();
    for (name, value) in [
        ("log", log.to_owned()),
        ("index", index.to_string()),
        ("leaf_hash", hash(leaf)),
        ("outcome", text(&read, "/outcome")),
        ("actor", text(&read, "/actor/class")),
        ("subject", text(&read, "/subject")),
        ("client", text(&read, "/client_id")),
        ("reason", text(&read, "/reason_code")),
    ] {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(data, " {name}=\"{}\"", escaped(&value));
        }
    }
    let message: String = leaf.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let priority = 13 * 8 + severity;
    let (host, kind) = (header(&nil(host), 255), header(&kind, 32));
    format!("<{priority}>1 {time} {host} portreeve - {kind} [audit@32473{data}] {message}")
}

fn text(leaf: &Value, place: &str) -> String {
    leaf.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn time(leaf: &Value) -> String {
    let millis = leaf.pointer("/time_ms").and_then(Value::as_i64);
    millis.map_or_else(String::new, |millis| When::from_millis(millis).to_string())
}

fn hash(leaf: &str) -> String {
    leaf_hash(leaf).0.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Every cell in quotes, the line ended as RFC 4180 §2 says.
fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| format!("\"{}\"", safe(&cell).replace('"', "\"\""))).collect();
    format!("{}\r\n", cells.join(","))
}

/// One line of a table: no cell of it is a formula to a spreadsheet.
#[must_use]
pub fn table_line<S: Into<String>>(cells: impl IntoIterator<Item = S>) -> String {
    line(cells.into_iter().map(Into::into))
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe before it.
fn safe(cell: &str) -> String {
    // Spreadsheets pass over white space, and take full-width signs for plain ones.
    let first = cell.trim_start().chars().next();
    let formula = first.is_some_and(|first| "=+-@＝＋－＠".contains(first)) || cell.starts_with(['\t', '\r', '\n']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// What has no value is a dash (RFC 5424 §6).
fn nil(value: &str) -> String {
    if value.is_empty() { "-".to_owned() } else { value.to_owned() }
}

/// A field of the header: printable ASCII without spaces, so many at most.
fn header(value: &str, most: usize) -> String {
    value.chars().map(|c| if c.is_ascii_graphic() { c } else { '?' }).take(most).collect()
}

/// A value of structured data (RFC 5424 §6.3.3).
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for c in value.chars() {
        if matches!(c, '"' | '\\' | ']') {
            text.push('\\');
        }
        text.push(if c.is_control() { ' ' } else { c });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{csv, csv_header, framed, json, syslog};
    use crate::domain::audit::verify::{Entry, Kept};

    fn leaf(client: &str, outcome: &str) -> String {
        serde_json::json!({
            "actor": { "class": "client", "ref": client, "role": null }, "client_id": client, "commit": "sha256:00",
            "id": "0193", "outcome": outcome, "time_ms": 1_796_126_400_123_i64, "type": "claims.denied",
            "subject": null, "policy_version": "v1", "build": "0.1.0", "channel": "api", "reason_code": "no_share",
        })
        .to_string()
    }

    /// A leaf of a kind, about somebody and a client.
    pub(super) fn of_kind(kind: &str, subject: Option<&str>, client: Option<&str>, outcome: &str) -> String {
        let mut leaf: serde_json::Value = serde_json::from_str(&leaf("", outcome)).unwrap();
        leaf["type"] = kind.into();
        leaf["subject"] = subject.into();
        leaf["client_id"] = client.into();
        leaf.to_string()
    }

    fn cells(line: &str) -> Vec<String> {
        let inner = line.strip_prefix('"').unwrap().strip_suffix("\"\r\n").unwrap();
        inner.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
    }

    #[test]
    fn a_line_has_a_cell_for_each_heading() {
        let (heading, row) = (cells(&csv_header()), cells(&csv(7, &leaf("garden-waste", "ok"))));
        assert_eq!(heading.len(), row.len());
        let of = |name: &str| row[heading.iter().position(|heading| heading == name).unwrap()].clone();
        assert_eq!((of("index"), of("time")), ("7".into(), "2026-12-01T12:00:00.123Z".into()));
        assert_eq!(
            (of("type"), of("client_id"), of("subject")),
            ("claims.denied".into(), "garden-waste".into(), String::new())
        );
        assert_eq!(of("leaf_hash").len(), 64);
        assert_eq!(cells(&csv(7, "no leaf")).len(), heading.len());
    }

    #[test]
    fn x07_no_cell_is_a_formula_and_none_breaks_out() {
        for bad in ["=HYPERLINK(\"x\")", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "＝1"] {
            let row = cells(&csv(0, &leaf(bad, "ok")));
            assert!(row.contains(&format!("'{bad}")), "{bad}: {row:?}");
            assert!(row.iter().all(|cell| cell != bad));
        }
        let row = csv(0, &leaf("a\",\"b", "ok"));
        assert!(row.contains("\"a\"\",\"\"b\""), "{row}");
        assert!(cells(&csv(0, &leaf("a-1", "ok"))).contains(&"a-1".to_owned()));
    }

    #[test]
    fn a_line_for_a_collector_names_the_log() {
        let entry = Entry { index: 7, leaf: "{}".into(), kept: Kept::Withheld, salt: None, payload: None };
        assert_eq!(json("town/log/1", &entry), r#"{"log":"town/log/1","index":7,"leaf":"{}","kept":"withheld"}"#);
    }

    #[test]
    fn a_frame_counts_bytes() {
        assert_eq!(framed("<1>1 tŵn"), "9 <1>1 tŵn");
        assert_eq!(framed(""), "0 ");
    }

    #[test]
    fn x06_whatever_is_in_a_leaf_it_is_one_record() {
        for bad in
            ["a\r\nb", "a\u{1b}[2Kb", "a\0b", "a\u{2028}b", "{\"type\":\"forged\"}", "a\"}\n{\"type\":\"forged\"}"]
        {
            let leaf = leaf(bad, "denied");
            for line in [syslog("t/log/1", 0, &leaf), super::cef("t/log/1", 0, &leaf), super::ocsf("t/log/1", 0, &leaf)]
            {
                assert!(!line.contains(|c: char| c.is_ascii_control()), "{bad:?}: {line:?}");
                assert!(!line.starts_with("{\"type\":\"forged"), "{line}");
            }
            let entry = Entry { index: 7, leaf, kept: Kept::Withheld, salt: None, payload: None };
            let line = json("t/log/1", &entry);
            assert!(!line.contains(|c: char| c.is_ascii_control()), "{bad:?}: {line:?}");
            let back: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!(back["leaf"], entry.leaf);
        }
    }

    #[test]
    fn a_syslog_message_is_one_line_of_rfc_5424() {
        let line = syslog("town.example/log/2026", 7, &leaf("a]\"\\b", "denied"));
        let start = "<108>1 2026-12-01T12:00:00.123Z town.example portreeve - claims.denied [audit@32473 ";
        assert!(line.starts_with(start), "{line}");
        assert!(line.contains(r#"client="a\]\"\\b""#) && line.contains(r#"index="7""#), "{line}");
        assert!(line.contains(r#"log="town.example/log/2026""#) && !line.contains("subject="), "{line}");
        assert!(syslog("t/log/1", 0, &leaf("x", "ok")).starts_with("<110>1 "));
        assert!(syslog("t/log/1", 0, &leaf("x", "error")).starts_with("<107>1 "));
        let torn = syslog("tówn/log/1", 0, "no\nleaf");
        assert!(torn.starts_with("<107>1 - t?wn portreeve - - [audit@32473 ") && !torn.contains('\n'), "{torn}");
    }
}
