//! What a person may ask of the council about her data, and by when it answers (UK GDPR Chapter III, DPA 2018 s164A).
//!
//! ```text
//! steps of a case (case) ──fold──> what the clock needs (case::Facts) ──> due, waiting, amber, red (clock)
//! ```

pub mod bundle;
pub mod calendar;
pub mod case;
pub mod clock;
pub mod download;
pub mod figures;
pub mod kind;
pub mod letter;
pub mod restriction;
pub mod said;
pub mod step;
