//! Which payloads are gone, and which are said to be: a bit for each, for a log has millions of entries.

use super::Verdict;
use crate::domain::audit::disposal::{Disposal, is_earlier};
use std::collections::{BTreeMap, BTreeSet};

/// What an entry of another export says of the log that is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The log that the entry stands in.
    pub log: String,
    /// Its place there.
    pub index: u64,
    /// What it names.
    pub disposal: Disposal,
}

/// A bit for each entry, sixty-four to a word; words without any are not held.
#[derive(Debug, Default)]
struct Bits(BTreeMap<u64, u64>);

impl Bits {
    /// Sets it; whether it was set before.
    fn set(&mut self, index: u64) -> bool {
        let (word, bit) = (self.0.entry(index / 64).or_default(), 1 << (index % 64));
        let before = *word & bit != 0;
        *word |= bit;
        before
    }

    fn has(&self, index: u64) -> bool {
        self.0.get(&(index / 64)).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }
}

/// What is known of the payloads of an export.
#[derive(Debug, Default)]
pub(super) struct Disposed {
    /// The log, the first index, and the first after the last.
    log: String,
    from: u64,
    to: u64,
    gone: Bits,
    said: Bits,
    twice: Bits,
}

impl Disposed {
    pub(super) fn new(log: &str, from: u64, to: u64) -> Self {
        Self { log: log.to_owned(), from, to, ..Self::default() }
    }

    /// The payload of this entry is gone.
    pub(super) fn gone(&mut self, index: u64) {
        self.gone.set(index);
    }

    /// An entry of this export says so; whether it may: what it names was sealed before it.
    pub(super) fn says(&mut self, index: u64, disposal: &Disposal) -> bool {
        if !disposal.is_behind(&self.log, index) {
            return false;
        }
        if disposal.log == self.log {
            self.names(disposal);
        }
        true
    }

    /// An entry of another export says so.
    pub(super) fn elsewhere(&mut self, one: &Elsewhere) {
        let behind = one.log == self.log && one.index >= self.to || is_earlier(&self.log, &one.log);
        if behind && one.disposal.log == self.log && one.disposal.is_behind(&one.log, one.index) {
            self.names(&one.disposal);
        }
    }

    fn names(&mut self, disposal: &Disposal) {
        let all = disposal.spans.iter().flat_map(|(from, to)| *from..=*to);
        for index in all.filter(|index| (self.from..self.to).contains(index)) {
            if self.said.set(index) {
                self.twice.set(index);
            }
        }
    }

    /// Proof 6: what is gone is named exactly once, and nothing else is.
    pub(super) fn judge(&self, verdict: &mut Verdict) {
        let words: BTreeSet<u64> = self.gone.0.keys().chain(self.said.0.keys()).copied().collect();
        for index in words.into_iter().flat_map(|word| word * 64..word * 64 + 64) {
            let wrong = match (self.gone.has(index), self.said.has(index), self.twice.has(index)) {
                (false, false, _) => continue,
                (true, true, false) => {
                    verdict.destroyed += 1;
                    continue;
                }
                (true, false, _) => {
                    verdict.unexplained += 1;
                    "Its payload is gone, and no entry here says why."
                }
                (_, true, true) => "Its payload is said to have been destroyed more than once.",
                (false, true, _) => "Its payload is said to have been destroyed, and it is not.",
            };
            verdict.find(6, Some(index), wrong);
        }
    }
}
