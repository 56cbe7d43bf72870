//! What a verification came to.

use serde::Serialize;
use std::collections::BTreeMap;

/// So many findings are told in full; of the rest, how many.
pub const TOLD: usize = 50;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which of the numbered proofs of FORMAT.md fails.
    pub proof: u8,
    /// The index it is about; of several, the first.
    pub index: Option<u64>,
    /// The last of several.
    pub last: Option<u64>,
    /// What, in plain words.
    pub what: String,
}

/// What a verification came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The first index that is not as it should be.
    pub first_bad_index: Option<u64>,
    /// What is wrong, the first [`TOLD`] of them.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: u64,
    /// Entries read.
    pub entries: u64,
    /// Payloads that fit their commitment.
    pub payloads: u64,
    /// Payloads that the export does not hold.
    pub withheld: u64,
    /// Payloads that are gone, with an entry that says why.
    pub destroyed: u64,
    /// Payloads that are gone, and nothing here says why: what does may be sealed behind this export.
    pub unexplained: u64,
    /// How often each of the numbered proofs fails, those not told included.
    pub failed: BTreeMap<u8, u64>,
    /// The sizes of kept checkpoints that the export has not the hashes for: nothing is known of them.
    pub not_compared: Vec<u64>,
}

impl Verdict {
    /// Takes a finding.
    pub fn find(&mut self, proof: u8, index: Option<u64>, what: impl Into<String>) {
        self.find_all(proof, index, None, what);
    }

    pub(super) fn find_all(&mut self, proof: u8, index: Option<u64>, last: Option<u64>, what: impl Into<String>) {
        self.first_bad_index = match (self.first_bad_index, index) {
            (Some(before), Some(now)) => Some(before.min(now)),
            (before, now) => before.or(now),
        };
        *self.failed.entry(proof).or_default() += 1;
        if self.findings.len() < TOLD {
            self.findings.push(Finding { proof, index, last, what: what.into() });
        } else {
            self.more += 1;
        }
    }

    /// What was found before the entries, then what was found in them.
    #[must_use]
    pub fn joined(self, mut rest: Self) -> Self {
        rest.first_bad_index = match (self.first_bad_index, rest.first_bad_index) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        rest.findings.splice(0..0, self.findings);
        rest.more += self.more;
        for (proof, count) in self.failed {
            *rest.failed.entry(proof).or_default() += count;
        }
        rest
    }
}
