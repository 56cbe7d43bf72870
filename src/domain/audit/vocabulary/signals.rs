//! What became of the signals that tell services of a change ([`crate::domain::signal`]).

use super::{Entry, events, may_be_absent, version};
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, PersonKey};
use serde::Serialize;
use uuid::Uuid;

events! {
    /// A service has the signal: it took it by push, or acknowledged it by poll.
    SignalDelivered = "signal.delivered", Evidence {
        /// The signal.
        signal: Uuid => "signal",
        /// What it tells.
        kind: String => "signal" in ["consent_withdrawn", "sharing_paused", "sharing_resumed", "attribute_corrected", "processing_restricted", "restriction_lifted", "account_closed", "erasure_decided"],
        /// How often it was handed over.
        tries: i64 => "signal",
    }
    /// A service said that it did what the signal told it, or a member of staff that it was told by hand.
    SignalDone = "signal.done", Evidence {
        /// The signal.
        signal: Uuid => "signal",
        /// What it tells.
        kind: String => "signal" in ["consent_withdrawn", "sharing_paused", "sharing_resumed", "attribute_corrected", "processing_restricted", "restriction_lifted", "account_closed", "erasure_decided"],
    }
    /// A service would not take a signal, or said why it does not do what it tells.
    SignalRefused = "signal.refused", Evidence {
        /// The signal.
        signal: Uuid => "signal",
        /// What it tells.
        kind: String => "signal" in ["consent_withdrawn", "sharing_paused", "sharing_resumed", "attribute_corrected", "processing_restricted", "restriction_lifted", "account_closed", "erasure_decided"],
        /// Its word for why.
        why: String => "signal",
    }
    /// A service did not answer for 14 days.
    SignalUnanswered = "signal.unanswered", Evidence {
        /// The signal.
        signal: Uuid => "signal",
        /// What it tells.
        kind: String => "signal" in ["consent_withdrawn", "sharing_paused", "sharing_resumed", "attribute_corrected", "processing_restricted", "restriction_lifted", "account_closed", "erasure_decided"],
        /// How often it was handed over.
        tries: i64 => "signal",
    }
}
