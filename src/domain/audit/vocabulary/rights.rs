//! A person's rights: her data is kept and not used.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, PersonKey};
use serde::Serialize;

events! {
    /// Her data is kept and not used (UK GDPR Art 18): nothing is passed on.
    AccountRestricted = "account.restricted", Evidence {
        /// How many services are told so.
        told: usize => "event.security",
        /// The operator who did it; none if an officer did.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// She was told that the restriction will be lifted (UK GDPR Art 18(3)).
    RestrictionAnnounced = "account.restriction_announced", Evidence {
        /// From when on it may be (RFC 3339).
        from: String => "event.security",
        /// The operator who did it; none if an officer did.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// Her data is used again.
    RestrictionLifted = "account.restriction_lifted", Evidence {
        /// How many services are told so.
        told: usize => "event.security",
        /// Whether she asked for it; else she was told before.
        asked: bool => "event.security",
        /// The operator who did it; none if an officer did.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
}
