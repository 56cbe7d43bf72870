//! What an event of disposal says: which payloads of a log are gone, each named exactly once (src/decisions/0056).
//!
//! ```text
//! entries        0 1 2 3 4 5 6 7 8 9
//! gone               x x     x          spans [2,3] [6,6], count 3
//! ```

use super::tree::MOST as HIGHEST;
use serde_json::Value;

/// The most payloads that one event names.
pub const MOST: usize = 200;

/// Payloads that are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposal {
    /// The log that their entries stand in.
    pub log: String,
    /// The first and the last index of each run of entries, in ascending order.
    pub spans: Vec<(u64, u64)>,
}

impl Disposal {
    /// Reads the `data` of an event of disposal; none if it is not in its form (deploy/verify/FORMAT.md §10), or does not count
    /// as many as it names.
    #[must_use]
    pub fn read(data: &Value) -> Option<Self> {
        let text = |key: &str| data.get(key)?.as_str();
        let log = text("log")?.to_owned();
        (text("rule").is_some() && text("schedule").is_some()).then_some(())?;
        let certified = match data.get("certificate") {
            None => true,
            Some(digest) => digest.as_str().is_some_and(is_digest),
        };
        let (mut spans, mut names, mut next) = (Vec::new(), 0, 0);
        for span in data.get("spans")?.as_array()? {
            let [from, to] = span.as_array()?.as_slice() else { return None };
            let (from, to) = (from.as_u64()?, to.as_u64()?);
            if from < next || to < from || to > HIGHEST {
                return None;
            }
            (names, next) = (names + (to - from + 1), to + 1);
            spans.push((from, to));
        }
        let counted = data.get("count")?.as_u64()? == names && (1..=MOST as u64).contains(&names);
        (certified && counted).then_some(Self { log, spans })
    }

    /// Whether all that it names was sealed before an entry of this log at this index.
    #[must_use]
    pub fn is_behind(&self, log: &str, index: u64) -> bool {
        if self.log == log { self.spans.last().is_some_and(|(_, to)| *to < index) } else { is_earlier(&self.log, log) }
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Whether a log is that of an earlier year of the same council: their names differ in the year they end with alone.
#[must_use]
pub fn is_earlier(log: &str, than: &str) -> bool {
    let year = |name: &str| {
        let (before, year) = name.rsplit_once('/')?;
        let well = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        well.then(|| (before.to_owned(), year.to_owned()))
    };
    match (year(log), year(than)) {
        (Some((one, before)), Some((other, after))) => one == other && before < after,
        _ => false,
    }
}

/// Indexes as runs, each with its first and its last one.
#[must_use]
pub fn spans(indexes: impl IntoIterator<Item = i64>) -> Vec<[i64; 2]> {
    let mut sorted: Vec<i64> = indexes.into_iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut spans: Vec<[i64; 2]> = Vec::new();
    for index in sorted {
        match spans.last_mut() {
            Some([_, last]) if *last + 1 == index => *last = index,
            _ => spans.push([index, index]),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn indexes_scattered_over_a_log_become_runs() {
        assert_eq!(spans([6, 2, 3, 9, 10, 11]), [[2, 3], [6, 6], [9, 11]]);
        assert_eq!(spans([4, 4]), [[4, 4]]);
        assert!(spans([]).is_empty());
    }

    /// The committed vectors, which the second verifier is held against too.
    #[test]
    fn what_an_event_says_is_taken_in_one_form_alone() {
        let vectors: Value = serde_json::from_str(include_str!("../../../tests/vectors/disposal.json")).unwrap();
        for case in vectors["cases"].as_array().unwrap() {
            let said = Disposal::read(&case["data"]).map(|said| json!({ "log": said.log, "spans": said.spans }));
            assert_eq!(said.unwrap_or_default(), case["means"], "{case}");
        }
        for case in vectors["order"].as_array().unwrap() {
            let said = |at: usize| case[at].as_str().unwrap();
            assert_eq!(is_earlier(said(0), said(1)), case[2].as_bool().unwrap(), "{case}");
        }
    }

    #[test]
    fn what_is_named_stands_before_who_names_it() {
        let said = |log: &str| Disposal { log: log.to_owned(), spans: vec![(2, 3), (6, 6)] };
        assert!(said("a/log/2026").is_behind("a/log/2026", 7));
        assert!(!said("a/log/2026").is_behind("a/log/2026", 6));
        assert!(said("a/log/2026").is_behind("a/log/2027", 0));
        assert!(!said("a/log/2027").is_behind("a/log/2026", 900));
        assert!(!said("b/log/2025").is_behind("a/log/2026", 900));
    }

    proptest! {
        #[test]
        fn runs_name_each_index_once(indexes in prop::collection::btree_set(0_i64..500, 1..=MOST)) {
            let runs = spans(indexes.iter().copied());
            let named: Vec<i64> = runs.iter().flat_map(|[from, to]| *from..=*to).collect();
            prop_assert!(named.iter().eq(indexes.iter()));
            let data = json!({ "log": "l", "spans": runs, "count": named.len(), "rule": "r", "schedule": "s" });
            prop_assert_eq!(Disposal::read(&data).unwrap().spans.len(), runs.len());
        }
    }
}
