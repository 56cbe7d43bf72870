//! What becomes of the sharing of data after it was told or asked.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, OthersWords, Shaped};
use crate::domain::audit::{Kind, PersonKey};
use crate::domain::ids::RecordId;
use serde::Serialize;

events! {
    /// She said yes again, before her yes ran out: it runs anew.
    ConsentReaffirmed = "sharing.consent_reaffirmed", Evidence {
        /// The record.
        record: RecordId => "sharing.consent",
        /// id@version.
        notice: String => "sharing.consent",
        /// The language shown.
        language: String => "sharing.consent",
        /// SHA-256 of what was shown, in hex.
        sha256: String => "sharing.consent",
    }
    /// She took her yes back.
    ConsentWithdrawn = "sharing.consent_withdrawn", Evidence {
        /// The record.
        record: RecordId => "sharing.consent",
        /// The record that it ends.
        ends: RecordId => "sharing.consent",
        /// The claims that no longer go out for this purpose.
        claims: Vec<String> => "sharing.consent",
    }
    /// Her yes ran out.
    ConsentExpired = "sharing.consent_expired", Evidence {
        /// The record.
        record: RecordId => "sharing.consent",
        /// The record that it ends.
        ends: RecordId => "sharing.consent",
        /// The claims that no longer go out for this purpose.
        claims: Vec<String> => "sharing.consent",
    }
    /// The notice changed in substance, so that her yes no longer stands.
    ConsentSuperseded = "sharing.consent_superseded", Evidence {
        /// The record.
        record: RecordId => "sharing.consent",
        /// The record that it ends.
        ends: RecordId => "sharing.consent",
        /// The claims that no longer go out for this purpose.
        claims: Vec<String> => "sharing.consent",
        /// id@version of the notice that is in force.
        present: String => "sharing.consent",
    }
    /// She was reminded that her yes will run out.
    ConsentReminded = "sharing.consent_reminded", Evidence {
        /// The record that will.
        record: RecordId => "sharing.consent",
        /// When (RFC 3339).
        until: String => "sharing.consent",
    }
    /// She objected to a sharing: the purpose is paused.
    Objected = "sharing.objected", Evidence {
        /// The record.
        record: RecordId => "sharing.other_basis",
        /// The claims that do not go out for this purpose.
        claims: Vec<String> => "sharing.other_basis",
        /// What she said about her situation (UK GDPR Art 21(1)).
        grounds: String => "sharing.other_basis",
    }
    /// She took her objection back before it was decided.
    ObjectionWithdrawn = "sharing.objection_withdrawn", Evidence {
        /// The record.
        record: RecordId => "sharing.other_basis",
        /// The record of the objection.
        objection: RecordId => "sharing.other_basis",
        /// The claims that go out again for this purpose.
        claims: Vec<String> => "sharing.other_basis",
    }
    /// An objection was decided.
    ObjectionDecided = "sharing.objection_decided" @ 2, Evidence as "sharing.other_basis" {
        /// The record.
        record: RecordId => "sharing.other_basis",
        /// The record of the objection.
        objection: RecordId => "sharing.other_basis",
        /// upheld: the purpose is stopped; rejected: there are compelling grounds, and what stood stands again.
        decision: String => "sharing.other_basis" in ["upheld", "rejected"],
        /// The compelling legitimate grounds, of one that was rejected: she has read them.
        #[serde(skip_serializing_if = "Option::is_none")]
        grounds: Option<String> => "sharing.other_basis",
        /// Who decided, if it was an operator, whom the leaf cannot name.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// Evidence of an earlier system was taken over. It gives no leave by itself.
    SharingImported = "sharing.imported", Evidence {
        /// The record.
        record: RecordId => "sharing.other_basis",
        /// id@version of what she was shown then.
        notice: String => "sharing.other_basis",
        /// Where the evidence lies.
        evidence: OthersWords => "sharing.other_basis",
    }
}
