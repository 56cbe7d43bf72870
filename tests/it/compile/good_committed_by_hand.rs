//! What a commit gives back can be read.
use portreeve::store::{Committed, Quiet};

pub fn value(committed: Committed<Quiet, u64>) -> u64 {
    committed.value
}
