//! What members of staff do, and operators in their stead.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, Look, PersonKey};
use serde::Serialize;

events! {
    /// Entries of a log left the house in an export or a proof.
    LogExported = "officer.exported", Evidence {
        /// The log.
        log: String => "log.checkpoint",
        /// The first index.
        from: i64 => "log.checkpoint",
        /// The first index after the last.
        to: i64 => "log.checkpoint",
        /// Who did it.
        by: FullName => "officer.access",
        /// The second person, who approved it; one entry alone needs none.
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_by: Option<FullName> => "officer.access",
    }
    /// An officer or operator looked at a person's record.
    RecordViewed = "officer.viewed", Evidence {
        /// The fields opened.
        fields: Vec<String> => "officer.access",
        /// Who looked, if it was an operator, whom the leaf cannot name.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
}

impl Look for RecordViewed {}
