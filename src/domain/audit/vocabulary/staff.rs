//! What members of staff do, and operators in their stead.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, Look, PersonKey};
use crate::domain::ids::EventId;
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
    /// An officer searched the record of events; each page is an event.
    RecordSearched = "officer.searched", Evidence {
        /// The filters, as name=value; a person is never named.
        filters: Vec<String> => "officer.access",
        /// A keyed hash of what was typed to name a resident: the same for the same words, and no way back.
        #[serde(skip_serializing_if = "Option::is_none")]
        sought: Option<String> => "officer.access",
        /// Which page it was, from 1.
        page: i64 => "officer.access",
    }
    /// An officer opened one event of the record.
    EventViewed = "officer.event_viewed", Evidence {
        /// The event.
        event: EventId => "officer.access",
        /// Whether more than its leaf was opened.
        opened: bool => "officer.access",
    }
    /// An officer had a report made of the record.
    RecordReported = "officer.reported", Evidence {
        /// Which: who looked at a person, what an officer looked at, the monthly review, or the extent of a breach.
        report: String => "officer.access" in ["who_saw", "officer", "review", "breach"],
        /// What it is over, as name=value; a person is never named.
        filters: Vec<String> => "officer.access",
    }
}

impl Look for RecordViewed {}
impl Look for EventViewed {}
