use super::*;
use crate::domain::audit::tree::{WIDTH, leaf_hash};
use std::fmt::Write as _;

/// A log of this many entries, and what an honest export of it holds.
pub(super) struct Log {
    leaves: Vec<String>,
    pub(super) tiles: Tiles,
}

pub(super) fn payload(n: u64) -> String {
    format!(r#"{{"context":{{}},"data":{{"n":{n}}}}}"#)
}

pub(super) const SALT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

pub(super) fn commit(payload: &str) -> String {
    line::committed(SALT, payload).unwrap().iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

pub(super) fn leaf(n: u64, kind: &str, class: &str, time_ms: i64) -> String {
    let commit = commit(&payload(n));
    format!(
        r#"{{"actor":{{"class":"{class}","ref":null,"role":null}},"basis":null,"build":"1","channel":"web","client_id":null,"commit":"{commit}","id":"{n}","on_behalf_of":null,"outcome":"ok","policy_version":"v1","purpose":null,"reason_code":null,"subject":null,"time_ms":{time_ms},"type":"{kind}","v":1}}"#
    )
}

impl Log {
    fn of(count: u64) -> Self {
        let kind = |n| if n == 0 { "config.policy_activated" } else { "auth.signed_out" };
        Self::with((0..count).map(|n| leaf(n, kind(n), "system", i64::try_from(n).unwrap() * 1_000)).collect())
    }

    pub(super) fn with(leaves: Vec<String>) -> Self {
        let mut tiles = Tiles::default();
        for (size, leaf) in (0..).zip(&leaves) {
            tiles.append(size, leaf_hash(leaf), &mut BTreeSet::new()).unwrap();
        }
        Self { leaves, tiles }
    }

    fn size(&self) -> u64 {
        u64::try_from(self.leaves.len()).unwrap()
    }

    pub(super) fn checkpoint(&self, size: u64) -> Checkpoint {
        Checkpoint { origin: "log".into(), size, root: self.tiles.root(size).unwrap() }
    }

    pub(super) fn lines(&self) -> Vec<Entry> {
        let leaves = (0..).zip(&self.leaves);
        leaves
            .map(|(index, leaf)| Entry {
                index,
                leaf: leaf.clone(),
                kept: Kept::Given,
                salt: Some(SALT.into()),
                payload: Some(payload(index)),
            })
            .collect()
    }

    fn verify(&self, entries: &[Entry], (from, to): (u64, u64), earlier: &[Checkpoint], head: &Checkpoint) -> Verdict {
        let manifest = Manifest {
            format: FORMAT.into(),
            log: "log".into(),
            from,
            to,
            exported_ms: 0,
            event: String::new(),
            files: BTreeMap::new(),
        };
        let source = |place: Place, width: usize| self.tiles.bytes(place).get(..width * 32).map(<[u8]>::to_vec);
        let earlier: Vec<_> = earlier.iter().map(|one| Before { checkpoint: one.clone(), kept: false }).collect();
        let mut verifier = Verifier::new(manifest, head, &earlier, &source);
        for entry in entries {
            verifier.line(&serde_json::to_string(entry).unwrap());
        }
        verifier.finish()
    }

    fn whole(&self, entries: &[Entry]) -> Verdict {
        self.verify(entries, (0, self.size()), &[], &self.checkpoint(self.size()))
    }
}

fn bad(verdict: &Verdict) -> (Option<u64>, u8) {
    (verdict.first_bad_index, verdict.findings.first().map_or(0, |finding| finding.proof))
}

#[test]
fn an_honest_log_is_proved_whatever_its_size() {
    for count in [1, 2, 255, 256, 257, 512, 700, 66_000] {
        let log = Log::of(count);
        let verdict = log.whole(&log.lines());
        assert_eq!(verdict.findings, [], "{count}");
        assert_eq!((verdict.entries, verdict.payloads), (count, count));
    }
    let log = Log::of(700);
    let earlier: Vec<_> = [1, 300, 699].map(|size| log.checkpoint(size)).into();
    for (from, to) in [(0, 700), (3, 5), (255, 257), (256, 512), (600, 700), (5, 5)] {
        let part = &log.lines()[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()];
        assert_eq!(log.verify(part, (from, to), &earlier, &log.checkpoint(700)).findings, [], "{from} {to}");
    }
}

#[test]
fn what_was_done_to_an_entry_is_named_with_its_index() {
    let log = Log::of(700);
    for at in [1_usize, 255, 256, 300, 698] {
        let index = u64::try_from(at).unwrap();
        let mut edited = log.lines();
        edited[at].leaf = edited[at].leaf.replace("signed_out", "locked");
        assert_eq!(bad(&log.whole(&edited)), (Some(index), 2), "edited");
        let mut deleted = log.lines();
        deleted.remove(at);
        assert_eq!(bad(&log.whole(&deleted)), (Some(index), 3), "deleted");
        let mut renumbered = deleted.clone();
        (0..).zip(&mut renumbered).for_each(|(index, entry)| entry.index = index);
        assert_eq!(bad(&log.whole(&renumbered)).0, Some(index), "deleted and numbered anew");
        let mut inserted = log.lines();
        inserted.insert(at, Entry { leaf: leaf(9_999, "auth.locked", "system", 0), ..inserted[at].clone() });
        (0..).zip(&mut inserted).for_each(|(index, entry)| entry.index = index);
        assert_eq!(bad(&log.whole(&inserted)).0, Some(index), "inserted");
        let mut swapped = log.lines();
        swapped.swap(at, at + 1);
        assert_eq!(bad(&log.whole(&swapped)).0, Some(index), "reordered");
        (0..).zip(&mut swapped).for_each(|(index, entry)| entry.index = index);
        let verdict = log.whole(&swapped);
        assert_eq!(bad(&verdict), (Some(index), 2), "reordered and numbered anew");
        assert!(verdict.findings[0].what.contains(&format!("entry {}", at + 1)), "{:?}", verdict.findings[0]);
        let mut payloads = log.lines();
        payloads[at].payload = Some(payload(0));
        assert_eq!(bad(&log.whole(&payloads)), (Some(index), 5), "payload");
        let mut gone = log.lines();
        (gone[at].kept, gone[at].salt, gone[at].payload) = (Kept::Destroyed, None, None);
        assert_eq!(bad(&log.whole(&gone)), (Some(index), 6), "payload gone");
        let cut = &log.lines()[..at];
        assert_eq!(bad(&log.whole(cut)), (Some(index), 3), "tail cut");
    }
    let mut withheld = log.lines();
    (withheld[7].kept, withheld[7].salt, withheld[7].payload) = (Kept::Withheld, None, None);
    let verdict = log.whole(&withheld);
    assert_eq!((verdict.findings.len(), verdict.withheld, verdict.payloads), (0, 1, 699));
    withheld[7].payload = Some(payload(7));
    assert_eq!(bad(&log.whole(&withheld)), (Some(7), 5));
}

#[test]
fn a_tree_recomputed_without_the_key_fails_at_the_checkpoints() {
    let honest = Log::of(700);
    let mut leaves = honest.leaves.clone();
    leaves[420] = leaf(420, "auth.locked", "system", 420_000);
    let changed = Log::with(leaves);
    let signed: Vec<_> = [256, 400, 450, 600].map(|size| honest.checkpoint(size)).into();
    let verdict = changed.verify(&changed.lines(), (0, 700), &signed, &honest.checkpoint(700));
    assert_eq!(bad(&verdict), (Some(400), 4));
    assert_eq!(verdict.findings[0].last, Some(449));
    let verdict = changed.verify(&changed.lines(), (0, 700), &[], &honest.checkpoint(700));
    assert_eq!(bad(&verdict), (Some(0), 4));
    // The head was taken back to an earlier one, and the tail with it.
    let short = Log::with(honest.leaves[..600].to_vec());
    let verdict = short.verify(&short.lines(), (0, 600), &[honest.checkpoint(700)], &short.checkpoint(600));
    assert_eq!(bad(&verdict), (Some(600), 4));
}

#[test]
fn a_kept_checkpoint_without_its_hashes_is_not_compared() {
    let mut log = Log::of(700);
    let (head, few) = (log.checkpoint(700), log.checkpoint(20));
    let other = Checkpoint { root: head.root, ..few.clone() };
    let manifest = || Manifest {
        format: FORMAT.into(),
        log: "log".into(),
        from: 600,
        to: 600,
        exported_ms: 0,
        event: String::new(),
        files: BTreeMap::new(),
    };
    let verdict = |log: &Log, checkpoint: &Checkpoint, kept: bool| {
        let source = |place: Place, width: usize| log.tiles.bytes(place).get(..width * 32).map(<[u8]>::to_vec);
        Verifier::new(manifest(), &head, &[Before { checkpoint: checkpoint.clone(), kept }], &source).finish()
    };
    assert_eq!(verdict(&log, &few, true), Verdict::default());
    assert_eq!(bad(&verdict(&log, &other, true)), (Some(0), 4));
    log.tiles.keep(|place| place != Place { level: 0, number: 0 });
    let said = verdict(&log, &few, true);
    assert_eq!((said.findings.len(), said.first_bad_index, said.not_compared), (0, None, vec![20]));
    // The export's own must have them.
    assert_eq!(bad(&verdict(&log, &few, false)), (Some(0), 4));
}

#[test]
fn every_failure_is_counted_under_its_proof() {
    let (mut first, mut rest) = (Verdict::default(), Verdict::default());
    for index in 0..60 {
        first.find(1, None, "one");
        rest.find(2, Some(index), "two");
    }
    rest.find(7, Some(3), "seven");
    let verdict = first.joined(rest);
    assert_eq!(verdict.failed, BTreeMap::from([(1, 60), (2, 60), (7, 1)]));
    assert_eq!((verdict.findings.len(), verdict.more), (100, 21));
}

#[test]
fn a_leaf_that_could_be_read_in_two_ways_is_none() {
    let well = leaf(4, "auth.locked", "system", 4_000);
    let proof = |odd: &str| {
        let mut leaves = Log::of(20).leaves;
        leaves[4] = odd.to_owned();
        let log = Log::with(leaves);
        bad(&log.whole(&log.lines()))
    };
    assert_eq!(proof(&well), (None, 0));
    for (from, to) in [
        ("\"v\":1", "\"v\":2"),
        ("\"v\":1", "\"v\":1.0"),
        ("\"v\":1", "\"v\":1 "),
        (",\"v\":1", ""),
        ("{\"actor\"", "{\"a\":1,\"actor\""),
        ("\"v\":1", "\"v\":1,\"v\":1"),
        ("\"ref\":null,", ""),
        ("\"ref\":null", "\"ref\":null,\"ref\":null"),
        ("\"reason_code\":null,", ""),
        ("\"reason_code\":null", "\"reason_code\":7"),
        ("\"time_ms\":4000", "\"time_ms\":4000.0"),
        ("\"time_ms\":4000", "\"time_ms\":\"4000\""),
        ("\"time_ms\":4000", "\"time_ms\":9007199254740992"),
        ("\"time_ms\":4000", "\"time_ms\":NaN"),
        ("\"channel\":\"web\"", "\"channel\":\"w\\u0065b\""),
    ] {
        let odd = well.replacen(from, to, 1);
        assert_ne!(odd, well, "{from}");
        assert_eq!(proof(&odd), (Some(4), 2), "{odd}");
    }
}

#[test]
fn hashes_that_were_changed_prove_nothing() {
    let mut log = Log::of(700);
    let head = log.checkpoint(700);
    let place = Place { level: 0, number: 1 };
    let mut bytes = log.tiles.bytes(place);
    bytes[40] ^= 1;
    log.tiles.put(place, &bytes);
    let verdict = log.verify(&log.lines(), (0, 700), &[], &head);
    assert_eq!(bad(&verdict), (Some(256), 2));
    assert_eq!(verdict.findings[0].last, Some(511));
    // One that is missing proves as little.
    log.tiles.keep(|held| held != place);
    assert_eq!(bad(&log.verify(&log.lines(), (0, 700), &[], &head)), (Some(256), 2));
}

#[test]
fn staff_give_reasons_times_go_on_and_policies_were_activated() {
    let kinds = |n: u64| if n == 0 { "config.policy_activated" } else { "auth.signed_out" };
    let with = |at: u64, odd: String| {
        Log::with((0..20).map(|n| if n == at { odd.clone() } else { leaf(n, kinds(n), "system", 900_000) }).collect())
    };
    let well = with(
        4,
        leaf(4, "officer.viewed", "officer", 900_000).replace("\"reason_code\":null", "\"reason_code\":\"fault\""),
    );
    assert_eq!(well.whole(&well.lines()).findings, []);
    let silent = with(4, leaf(4, "officer.viewed", "officer", 900_000));
    assert_eq!(bad(&silent.whole(&silent.lines())), (Some(4), 9));
    // Whoever does it: an operator's look needs a reason like an officer's. That a day has passed needs none.
    for (kind, class, finds) in [
        ("officer.viewed", "system", true),
        ("officer.notice_delayed", "system", true),
        ("officer.notice_released", "officer", true),
        ("officer.notice_released", "system", false),
        ("staff.signed_in", "officer", false),
        ("breach.recorded", "officer", true),
        ("account.suspended", "system", false),
    ] {
        let log = with(4, leaf(4, kind, class, 900_000));
        let findings = log.whole(&log.lines()).findings;
        assert_eq!(!findings.is_empty(), finds, "{kind} by {class}: {findings:?}");
    }
    let within = with(4, leaf(4, "auth.locked", "system", 300_000));
    assert_eq!(within.whole(&within.lines()).findings, []);
    let early = with(4, leaf(4, "auth.locked", "system", 299_999));
    assert_eq!(bad(&early.whole(&early.lines())), (Some(4), 8));
    let cites = with(4, leaf(4, "auth.locked", "system", 900_000).replace("\"v1\"", "\"v2\""));
    assert_eq!(bad(&cites.whole(&cites.lines())), (Some(4), 7));
    assert_eq!(cites.verify(&cites.lines()[2..], (2, 20), &[], &cites.checkpoint(20)).findings, []);
    let odd = with(4, "{}".to_owned());
    assert_eq!(bad(&odd.whole(&odd.lines())), (Some(4), 2));
}

#[test]
fn policies_from_just_before_the_log_was_opened_may_be_cited() {
    let text = r#"{"context":{},"data":{"bundle":"v1abc","versions":["v0","v1"]},"v":2}"#;
    let opened = |version: &str| {
        leaf(1, "log.opened", "system", 9_000)
            .replace(&commit(&payload(1)), &commit(text))
            .replace("\"v1\"", &format!("\"{version}\""))
    };
    let verify = |opened: String, first: &str, given: bool| {
        let cites = |n: u64, version: &str| leaf(n, "auth.locked", "system", 9_000).replace("\"v1\"", version);
        let log = Log::with(vec![cites(0, first), opened, cites(2, "\"v1\"")]);
        let mut lines = log.lines();
        lines[1].payload = Some(text.to_owned());
        if !given {
            (lines[1].kept, lines[1].salt, lines[1].payload) = (Kept::Withheld, None, None);
        }
        bad(&log.whole(&lines))
    };
    assert_eq!(verify(opened("v1"), "\"v0\"", true), (None, 0));
    assert_eq!(verify(opened("v1"), "\"v9\"", true), (Some(0), 7), "one that it does not name");
    assert_eq!(verify(opened("v1"), "\"v\"", true), (Some(0), 7), "the beginning of one is none");
    assert_eq!(verify(opened("v1"), "\"v0\"", false), (Some(0), 7), "what it says is not there");
    // A node that had not heard of the newest opened it.
    assert_eq!(verify(opened("v0"), "\"v0\"", true), (None, 0));
}

#[test]
fn a_line_that_is_none_counts_as_its_entry() {
    let log = Log::of(20);
    let source = |place: Place, width: usize| log.tiles.bytes(place).get(..width * 32).map(<[u8]>::to_vec);
    let manifest = Manifest {
        format: FORMAT.into(),
        log: "log".into(),
        from: 0,
        to: 21,
        exported_ms: 0,
        event: String::new(),
        files: BTreeMap::new(),
    };
    let mut verifier = Verifier::new(manifest.clone(), &log.checkpoint(20), &[], &source);
    for (nth, entry) in log.lines().iter().enumerate() {
        let line = serde_json::to_string(entry).unwrap();
        verifier.line(if nth == 9 { "{" } else { &line });
    }
    let verdict = verifier.finish();
    assert_eq!(verdict.first_bad_index, Some(9));
    // At the border of two tiles too it is the one entry.
    let log = Log::of(700);
    let source = |place: Place, width: usize| log.tiles.bytes(place).get(..width * 32).map(<[u8]>::to_vec);
    let manifest = Manifest { to: 700, ..manifest };
    let mut verifier = Verifier::new(manifest, &log.checkpoint(700), &[], &source);
    for (nth, entry) in log.lines().iter().enumerate() {
        let line = serde_json::to_string(entry).unwrap();
        verifier.line(if nth == 256 { "{" } else { &line });
    }
    let at: Vec<_> = verifier.finish().findings.into_iter().map(|finding| (finding.proof, finding.index)).collect();
    assert_eq!(at, [(2, Some(256))]);
    assert!(verdict.findings.iter().any(|finding| finding.index == Some(20)), "more than the checkpoint is over");
    assert_eq!(width(Place { level: 0, number: 0 }, 20), 20);
    assert_eq!(width(Place { level: 0, number: 2 }, 513), 1);
    assert_eq!(width(Place { level: 1, number: 0 }, 513), 2);
    assert_eq!(width(Place { level: 0, number: 1 }, 513), WIDTH);
}
