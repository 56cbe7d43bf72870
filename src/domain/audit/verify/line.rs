//! What one line of `entries.jsonl` says by itself, before it is held against the tree and the lines around it. Any thread
//! can find that out; the [`super::Verifier`] takes what they found in the order of the lines.

use super::scan::{self, Members, Texts};
use super::{Entry, Kept};
use crate::domain::audit::disposal::Disposal;
use crate::domain::audit::leaf::Read as Leaf;
use crate::domain::audit::tree::{Hash, leaf_hash};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;

/// What some lines say, one after another.
#[derive(Debug, Default, PartialEq)]
pub struct Batch {
    /// Of each line; none if it cannot be read.
    pub(super) lines: Vec<Option<Facts>>,
    /// The versions of policies that they cite.
    pub(super) policies: Vec<String>,
}

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) struct Facts {
    pub(super) index: u64,
    /// The hash of its leaf.
    pub(super) hash: Hash,
    /// None if the entry is no leaf of this format.
    pub(super) said: Option<Said>,
}

/// What the leaf says, and the payload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) payload: Payload,
    /// Which of the batch's policies it cites.
    pub(super) policy: usize,
    pub(super) time_ms: i64,
    /// An officer acted, or somebody in their stead, and gives no reason.
    pub(super) silent: bool,
    pub(super) told: Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payload {
    /// Given, and it fits the commitment.
    Fits,
    /// Given, and it is another.
    Another,
    Withheld,
    Destroyed,
    /// The line says one thing of it and holds another.
    Contradicts,
}

/// What an entry tells of others.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    Nothing,
    /// The policies that it cites were put in force.
    Activated,
    /// The log was opened, when these versions of policies were in force, or had been a moment before.
    Opened(Vec<String>),
    /// This entry of the log or its row was changed after its commit.
    Tampered(Option<u64>),
    /// Payloads of these entries were destroyed; none if it does not say so in its form.
    Disposed(Option<Disposal>),
}

impl Batch {
    /// Reads lines of the export of this log: whole ones, each with its end; the last may lack it.
    #[must_use]
    pub fn read(lines: &[u8], log: &str) -> Self {
        // An entry takes some six hundred bytes.
        let mut batch = Self { lines: Vec::with_capacity(lines.len() / 512), policies: Vec::new() };
        let mut texts = Texts::default();
        if let Ok(mut rest) = str::from_utf8(lines) {
            while !rest.is_empty() {
                rest = batch.next(rest, log, &mut texts);
            }
            return batch;
        }
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            match str::from_utf8(line) {
                Ok(line) => drop(batch.next(line, log, &mut texts)),
                Err(_) => batch.lines.push(None),
            }
        }
        batch
    }

    /// Reads the first line; gives the rest.
    fn next<'l>(&mut self, text: &'l str, log: &str, texts: &mut Texts) -> &'l str {
        if let Some((scanned, rest)) = scan::line(text, texts) {
            let hash = leaf_hash(&texts.leaf);
            let payload = payload(scanned.kept, scanned.salt, scanned.salt.map(|_| &*texts.payload), &scanned.leaf);
            let said = self.said(payload, &scanned.leaf, &texts.payload, log);
            self.lines.push(Some(Facts { index: scanned.index, hash, said: Some(said) }));
            return rest;
        }
        let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
        let facts = self.slowly(line, log);
        self.lines.push(facts);
        rest
    }

    /// A line in whatever form JSON has for it.
    fn slowly(&mut self, line: &str, log: &str) -> Option<Facts> {
        let entry: Entry = serde_json::from_str(line).ok()?;
        let said = Leaf::parse(&entry.leaf).map(|leaf| {
            let leaf = Members {
                class: &leaf.actor.class,
                commit: &leaf.commit,
                policy: &leaf.policy_version,
                reason: leaf.reason_code.as_deref(),
                time_ms: leaf.time_ms,
                kind: &leaf.kind,
            };
            let payload = payload(entry.kept, entry.salt.as_deref(), entry.payload.as_deref(), &leaf);
            self.said(payload, &leaf, entry.payload.as_deref().unwrap_or_default(), log)
        });
        Some(Facts { index: entry.index, hash: leaf_hash(&entry.leaf), said })
    }

    fn said(&mut self, payload: Payload, leaf: &Members<'_>, text: &str, log: &str) -> Said {
        let policy = self.policies.iter().position(|known| known == leaf.policy).unwrap_or_else(|| {
            self.policies.push(leaf.policy.to_owned());
            self.policies.len() - 1
        });
        let silent = leaf.reason.is_none() && needs_reason(leaf.class, leaf.kind);
        let given = if payload == Payload::Fits { text } else { "" };
        Said { payload, policy, time_ms: leaf.time_ms, silent, told: told(leaf, given, log) }
    }
}

/// Whether whoever did it has to say why: a member of staff, and whoever does what is theirs to do. Their own comings and goings,
/// `staff.`, are no deeds that ask for a reason; and that a day has passed is nobody's deed.
fn needs_reason(class: &str, kind: &str) -> bool {
    let by_officer = class == "officer" && !kind.starts_with("staff.");
    let theirs = kind.starts_with("officer.") && !(class == "system" && kind == "officer.notice_released");
    by_officer || theirs
}

/// What the log itself tells of its policies, and of events that were changed before they were sealed.
fn told(leaf: &Members<'_>, payload: &str, log: &str) -> Told {
    // What is not given, or not what was sealed, says nothing of disposal.
    if !matches!(leaf.kind, "config.policy_activated" | "log.opened" | "log.tampering_found")
        && (leaf.kind != "payload.disposed" || payload.is_empty())
    {
        return Told::Nothing;
    }
    let payload: Value = serde_json::from_str(payload).unwrap_or_default();
    let data = payload.get("data");
    let text = |key: &str| data.and_then(|data| data.get(key)).and_then(Value::as_str).unwrap_or_default();
    match leaf.kind {
        "config.policy_activated" => Told::Activated,
        "log.opened" => {
            let versions = data.and_then(|data| data.get("versions")).and_then(Value::as_array);
            let versions = versions.into_iter().flatten().filter_map(Value::as_str);
            // The first version of this event names the one in force alone.
            let own = text("bundle").starts_with(leaf.policy).then_some(leaf.policy);
            Told::Opened(versions.chain(own).map(ToOwned::to_owned).collect())
        }
        "log.tampering_found" if text("log") == log => {
            Told::Tampered(data.and_then(|data| data.get("index")).and_then(Value::as_u64))
        }
        "payload.disposed" => Told::Disposed(data.and_then(Disposal::read)),
        _ => Told::Nothing,
    }
}

fn payload(kept: Kept, salt: Option<&str>, text: Option<&str>, leaf: &Members<'_>) -> Payload {
    match (kept, salt, text) {
        (Kept::Given, Some(salt), Some(text)) => {
            let hex = leaf.commit.strip_prefix("sha256:");
            match (hex.and_then(unhex), committed(salt, text)) {
                (Some(wanted), Some(commit)) if wanted == commit => Payload::Fits,
                _ => Payload::Another,
            }
        }
        (Kept::Withheld, None, None) => Payload::Withheld,
        (Kept::Destroyed, None, None) => Payload::Destroyed,
        _ => Payload::Contradicts,
    }
}

/// The commitment of a payload: SHA-256 over salt and text.
pub(super) fn committed(salt: &str, payload: &str) -> Option<[u8; 32]> {
    let mut bytes = Vec::with_capacity(32 + payload.len());
    bytes.extend_from_slice(&unhex(salt)?);
    bytes.extend_from_slice(payload.as_bytes());
    digest(&SHA256, &bytes).as_ref().try_into().ok()
}

/// 32 bytes in hex; its digits are small letters.
fn unhex(text: &str) -> Option<[u8; 32]> {
    // Without a branch for each digit: of every entry there are 128.
    let mut digits: [u8; 64] = text.as_bytes().try_into().ok()?;
    let mut odd = 0;
    for digit in &mut digits {
        let (number, letter) = (digit.wrapping_sub(b'0'), digit.wrapping_sub(b'a'));
        *digit = if number < 10 {
            number
        } else if letter < 6 {
            letter + 10
        } else {
            0xff
        };
        odd |= *digit;
    }
    let mut bytes = [0; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
        *byte = high << 4 | low;
    }
    (odd < 16).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEAF: &str = r#"{"actor":{"class":"officer","ref":"ab12","role":null},"basis":"consent","build":"0","channel":"web","client_id":null,"commit":"COMMIT","id":"019b","on_behalf_of":null,"outcome":"ok","policy_version":"v1","purpose":null,"reason_code":null,"subject":null,"time_ms":1796126400123,"type":"log.opened","v":1}"#;

    fn commit(salt: &str, payload: &str) -> String {
        let commit = committed(salt, payload).map(|commit| data_encoding::HEXLOWER.encode(&commit));
        format!("sha256:{}", commit.unwrap_or("none".to_owned()))
    }

    fn entry(leaf: &str, payload: &str) -> Entry {
        let salt = "0f".repeat(32);
        let leaf = leaf.replace("COMMIT", &commit(&salt, payload));
        Entry { index: 7, leaf, kept: Kept::Given, salt: Some(salt), payload: Some(payload.to_owned()) }
    }

    /// What both ways say of a line, and whether the quick one said anything.
    fn both(line: &str) -> (Batch, bool) {
        let (mut slow, mut texts) = (Batch::default(), Texts::default());
        let facts = slow.slowly(line, "log");
        slow.lines.push(facts);
        let quick = Batch::read(line.as_bytes(), "log");
        assert_eq!(quick, slow, "{line}");
        (quick, scan::line(line, &mut texts).is_some())
    }

    #[test]
    fn what_an_export_writes_is_read_quickly_and_as_the_slower_way_reads_it() {
        let payload = r#"{"context":{},"data":{"bundle":"v1234","versions":["v0",7]},"v":2}"#;
        let given = entry(LEAF, payload);
        let withheld = Entry { kept: Kept::Withheld, salt: None, payload: None, ..given.clone() };
        let destroyed = Entry { kept: Kept::Destroyed, ..withheld.clone() };
        for (one, said) in [(&given, Payload::Fits), (&withheld, Payload::Withheld), (&destroyed, Payload::Destroyed)] {
            let (batch, quickly) = both(&serde_json::to_string(one).unwrap());
            let facts = batch.lines[0].as_ref().unwrap();
            let told = Told::Opened(if said == Payload::Fits { vec!["v0".into(), "v1".into()] } else { Vec::new() });
            let wanted = Said { payload: said, policy: 0, time_ms: 1_796_126_400_123, silent: true, told };
            assert_eq!((facts.index, facts.hash, facts.said.as_ref()), (7, leaf_hash(&one.leaf), Some(&wanted)));
            assert!(quickly);
        }
    }

    #[test]
    fn what_is_written_otherwise_is_not_read_in_another_way() {
        let line = serde_json::to_string(&entry(LEAF, r#"{"context":{},"data":{}}"#)).unwrap();
        for (from, to) in [
            ("{\"index\":7", "{ \"index\":7"),
            ("\"index\":7", "\"index\":07"),
            ("\"index\":7", "\"index\":-7"),
            ("\"index\":7", "\"index\":99999999999999999999"),
            ("\"given\"", "\"withheld\""),
            ("\"given\"", "\"lost\""),
            ("0f0f", "0F0f"),
            ("0f0f", "\\u0030f0f"),
            (r#"\"data\""#, r#"\u0022data\""#),
            (r#"\"data\""#, "\\\"data\u{7}\\\""),
            (r#"\"data\""#, r#"\"data\n\""#),
            ("1796126400123", "-0"),
            ("1796126400123", "-1"),
            ("1796126400123", "01"),
            ("1796126400123", "9007199254740991"),
            ("1796126400123", "9007199254740992"),
            ("1796126400123", "-9007199254740992"),
            (r#"\"web\""#, r#"\"w\\u0065b\""#),
            (r#"\"web\""#, r#"\"w\u0065b\""#),
            (r#"\"web\""#, r#"\"\\\"\""#),
            (r#"\"web\""#, "\\\"w\u{7f}\u{e9}\u{2028}b\\\""),
            (r#"\"web\""#, "\\\"w\u{1}b\\\""),
            (r#"\"web\""#, "null"),
            (r#"\"subject\":null"#, r#"\"subject\":\"\""#),
            (r#"\"subject\":null"#, r#"\"subject\":7"#),
            ("\"}", "\"} "),
            ("\"}", "\",\"more\":1}"),
        ] {
            let odd = line.replacen(from, to, 1);
            assert_ne!(odd, line, "{from}");
            both(&odd);
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_it_both_ways_say_the_same(
            word in ".{0,40}", other in ".{0,20}", time in any::<i64>(), index in any::<u64>(),
            at in 0_usize..1_000, byte in any::<char>(),
        ) {
            let word_in_json = serde_json::to_string(&word).unwrap();
            let leaf = LEAF.replace("\"v1\"", &word_in_json).replace("1796126400123", &(time >> (index % 64)).to_string());
            let payload = serde_json::json!({ "context": {}, "data": { "n": other } }).to_string();
            let mut line = serde_json::to_string(&Entry { index, ..entry(&leaf, &payload) }).unwrap();
            both(&line);
            // And with one character put in anywhere; a line end would make two lines.
            if let Some((at, _)) = line.char_indices().nth(at).filter(|_| byte != '\n') {
                line.insert(at, byte);
                both(&line);
            }
        }
    }

    #[test]
    fn a_salt_is_written_in_one_way() {
        let salt = "0f".repeat(32);
        assert!(committed(&salt, "").is_some());
        for odd in ["0F".repeat(32), "+f".repeat(32), " f".repeat(32), "0f".repeat(31), "0f".repeat(33)] {
            assert_eq!(committed(&odd, ""), None, "{odd}");
        }
    }

    #[test]
    fn lines_end_with_a_line_feed_and_a_broken_one_is_one() {
        let line = serde_json::to_string(&entry(LEAF, "{}")).unwrap();
        let well = Batch::read(line.as_bytes(), "log");
        for (text, wanted) in [
            (format!("{line}\n\n{line}").into_bytes(), [true, false, true]),
            ([line.as_bytes(), b"\n\xff\xfe\n", line.as_bytes(), b"\n"].concat(), [true, false, true]),
            (format!("{line}\n{line}\r\n{line} x\n").into_bytes(), [true, true, false]),
        ] {
            let batch = Batch::read(&text, "log");
            assert_eq!(batch.lines.iter().map(Option::is_some).collect::<Vec<_>>(), wanted);
            assert_eq!((batch.lines.first(), &batch.policies), (well.lines.first(), &well.policies));
        }
        assert_eq!(Batch::read(b"", "log"), Batch::default());
    }
}
