//! What a run counts beside what it destroys.

use crate::domain::word_list::words;

words! {
    /// What is counted.
    About {
        /// Left alone because of the hold of this reference.
        Hold = "hold";
        /// Left alone until a person has looked, for this reason.
        Review = "review";
        /// Left alone because this person looked, and said that it is kept.
        Kept = "kept";
        /// A log of a whole year is left alone: it is not as it was signed (`not_as_signed`), or an older one stays (`behind_another`).
        Log = "log";
        /// Destroyed after this person looked, and said that it goes.
        Goes = "goes";
        /// Could not be destroyed when its turn came, for a fault of this kind.
        Failed = "failed";
    }
}
