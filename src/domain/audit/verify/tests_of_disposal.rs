//! Payloads that are gone, and what entries say of them.

use super::tests::{Log, SALT, commit, leaf, payload};
use super::*;
use serde_json::{Value, json};

fn data(spans: &Value, count: u64) -> Value {
    json!({ "log": "log", "spans": spans, "count": count, "rule": "event.signin", "schedule": "1" })
}

fn text(data: &Value) -> String {
    json!({ "context": {}, "data": data }).to_string()
}

/// A log of twenty with entries of disposal at these places, and the lines of an export in which these payloads are gone.
fn disposing(said: &[(u64, Value)], gone: &[usize]) -> (Log, Vec<Entry>) {
    let of = |n: u64| said.iter().find(|(at, _)| *at == n).map(|(_, data)| text(data));
    let leaves = (0..20).map(|n| match of(n) {
        Some(text) => leaf(n, "payload.disposed", "system", 0).replace(&commit(&payload(n)), &commit(&text)),
        None => leaf(n, if n == 0 { "config.policy_activated" } else { "auth.signed_out" }, "system", 0),
    });
    let log = Log::with(leaves.collect());
    let mut lines = log.lines();
    for line in &mut lines {
        line.payload = of(line.index).or(line.payload.take());
    }
    for at in gone {
        (lines[*at].kept, lines[*at].salt, lines[*at].payload) = (Kept::Destroyed, None, None);
    }
    (log, lines)
}

/// What is found, and how many are gone as entries say.
fn found(
    log: &Log,
    lines: &[Entry],
    (format, from, to): (&str, u64, u64),
    more: &[Elsewhere],
) -> (Vec<(u8, u64)>, u64) {
    let manifest = Manifest {
        format: format.into(),
        log: "log".into(),
        from,
        to,
        exported_ms: 0,
        event: String::new(),
        files: BTreeMap::new(),
    };
    let source = |place: Place, width: usize| log.tiles.bytes(place).get(..width * 32).map(<[u8]>::to_vec);
    let mut verifier = Verifier::new(manifest, &log.checkpoint(20), &[], &source);
    verifier.elsewhere(more);
    for line in lines.iter().filter(|line| (from..to).contains(&line.index)) {
        verifier.line(&serde_json::to_string(line).unwrap());
    }
    let verdict = verifier.finish();
    let findings = verdict.findings.iter().map(|finding| (finding.proof, finding.index.unwrap()));
    (findings.collect(), verdict.destroyed)
}

const WHOLE: (&str, u64, u64) = (FORMAT, 0, 20);

#[test]
fn what_is_gone_is_named_once_by_an_entry_behind_it() {
    let three = || data(&json!([[2, 3], [6, 6]]), 3);
    for (said, gone, wanted) in [
        (vec![(10, three())], vec![2, 3, 6], (vec![], 3)),
        (vec![(10, three()), (11, data(&json!([[7, 7]]), 1))], vec![2, 3, 6, 7], (vec![], 4)),
        // Of an entry of disposal too.
        (vec![(10, three()), (11, data(&json!([[10, 10]]), 1))], vec![2, 3, 6, 10], (vec![(6, 2), (6, 3), (6, 6)], 1)),
        (vec![], vec![2], (vec![(6, 2)], 0)),
        (vec![(10, three())], vec![2, 3, 6, 7], (vec![(6, 7)], 3)),
        (vec![(10, three())], vec![2, 3], (vec![(6, 6)], 2)),
        (vec![(10, three()), (11, data(&json!([[3, 4]]), 2))], vec![2, 3, 4, 6], (vec![(6, 3)], 3)),
        // Counted wrongly, in no form, or of what stands behind it: it names nothing.
        (vec![(10, data(&json!([[2, 3], [6, 6]]), 4))], vec![2, 3, 6], (vec![(10, 10), (6, 2), (6, 3), (6, 6)], 0)),
        (vec![(10, data(&json!([[6, 6], [2, 3]]), 3))], vec![], (vec![(10, 10)], 0)),
        (vec![(10, data(&json!([[9, 10]]), 2))], vec![9], (vec![(10, 10), (6, 9)], 0)),
        (vec![(10, data(&json!([[12, 12]]), 1))], vec![12], (vec![(10, 10), (6, 12)], 0)),
    ] {
        let (log, lines) = disposing(&said, &gone);
        assert_eq!(found(&log, &lines, WHOLE, &[]), wanted, "{said:?} {gone:?}");
    }
}

#[test]
fn what_is_not_given_or_not_what_was_sealed_explains_nothing() {
    let said = [(10, data(&json!([[2, 2]]), 1))];
    let (log, mut lines) = disposing(&said, &[2]);
    lines[10].salt = Some(SALT.replace('a', "b"));
    assert_eq!(found(&log, &lines, WHOLE, &[]), (vec![(5, 10), (6, 2)], 0));
    (lines[10].kept, lines[10].salt, lines[10].payload) = (Kept::Withheld, None, None);
    assert_eq!(found(&log, &lines, WHOLE, &[]), (vec![(6, 2)], 0));
}

#[test]
fn the_form_before_knows_of_no_disposal() {
    let (log, lines) = disposing(&[(10, data(&json!([[2, 2]]), 1))], &[2]);
    assert_eq!(found(&log, &lines, WHOLE, &[]), (vec![], 1));
    assert_eq!(found(&log, &lines, (FORMAT_1, 0, 20), &[]), (vec![(6, 2)], 0));
    // Nor does it ask for a form of what it does not know.
    let (log, lines) = disposing(&[(10, json!({}))], &[]);
    assert_eq!(found(&log, &lines, (FORMAT_1, 0, 20), &[]), (vec![], 0));
    assert_eq!(found(&log, &lines, WHOLE, &[]), (vec![(10, 10)], 0));
}

#[test]
fn what_stands_behind_an_export_is_given_beside_it() {
    let (log, lines) = disposing(&[(12, data(&json!([[2, 3], [6, 6]]), 3))], &[2, 3, 6]);
    let part = (FORMAT, 3, 10);
    assert_eq!(found(&log, &lines, part, &[]), (vec![(6, 3), (6, 6)], 0));
    let disposal = Disposal { log: "log".into(), spans: vec![(2, 3), (6, 6)] };
    let beside = |log: &str, index| Elsewhere { log: log.into(), index, disposal: disposal.clone() };
    assert_eq!(found(&log, &lines, part, &[beside("log", 12)]), (vec![], 2));
    // Once is enough, and more is too much; what stands in the export itself is read there.
    assert_eq!(found(&log, &lines, part, &[beside("log", 12), beside("log", 13)]), (vec![(6, 3), (6, 6)], 0));
    assert_eq!(found(&log, &lines, WHOLE, &[beside("log", 12)]), (vec![], 3));
    // The log of another house, or of no later year.
    for other in ["log/2027", "other"] {
        assert_eq!(found(&log, &lines, part, &[beside(other, 12)]), (vec![(6, 3), (6, 6)], 0), "{other}");
    }
}
