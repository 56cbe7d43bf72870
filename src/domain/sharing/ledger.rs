//! The lines of the ledger. Lines are added, never changed and never dated back.

use super::{AgeBand, NoticeRef};
use crate::domain::audit::Basis;
use crate::domain::claims::ClaimSet;
use crate::domain::client::Lang;
use crate::domain::ids::{ClientId, EventId, RecordId};
use crate::domain::time::When;
use crate::domain::word_list::words;
use serde::Serialize;

words! {
    /// What a line of the ledger says (ISO/IEC TS 27560 event state, widened by what is no consent).
    RecordState {
        /// She was shown the notice, and continued. Of a consent: she was asked.
        Shown = "shown";
        /// She said yes.
        Given = "given";
        /// She said yes again: her yes runs anew.
        Reaffirmed = "reaffirmed";
        /// She said no.
        Refused = "refused";
        /// She took her yes back (UK GDPR Art 7(3)).
        Withdrawn = "withdrawn";
        /// Her yes ran out.
        Expired = "expired";
        /// The notice changed in substance: what she was told before no longer stands.
        Superseded = "superseded";
        /// Found not to have been lawful, by the controller or a court.
        Invalidated = "invalidated";
        /// She objected (UK GDPR Art 21(1)): the purpose is paused until it is decided.
        Objected = "objected";
        /// Her objection was upheld: the purpose is stopped.
        ObjectionUpheld = "objection_upheld";
        /// The controller showed compelling grounds: what stood before her objection stands again.
        ObjectionRejected = "objection_rejected";
        /// She took her objection back before it was decided: what stood before it stands again.
        ObjectionWithdrawn = "objection_withdrawn";
        /// Evidence of an earlier system. Gives no leave by itself.
        Imported = "imported";
    }
}

words! {
    /// The way a line was captured (Kantara `collectionMethod`).
    Way {
        /// Our pages.
        Web = "web";
        /// On the phone, by an officer.
        Phone = "phone";
        /// At a desk, by an officer.
        Desk = "desk";
        /// At a shared machine in a public place.
        Kiosk = "kiosk";
        /// By letter.
        Post = "post";
        /// From an earlier system, or by a job.
        Import = "import";
    }
}

words! {
    /// What she did to say so.
    Method {
        /// Read a page and continued.
        Page = "page";
        /// Chose one of two radios.
        Radio = "radio";
        /// Said it.
        Verbal = "verbal";
        /// Signed it.
        Signed = "signed";
        /// Whatever an earlier system took for it.
        Import = "import";
    }
}

words! {
    /// Who decided (UK GDPR Art 7(1), 8(2)).
    Decider {
        /// The resident.
        Resident = "self";
        /// An officer for the controller, on an objection.
        Officer = "officer";
        /// Someone with authority to act for her.
        Delegate = "delegate";
        /// A holder of parental responsibility.
        Parent = "parent";
        /// The clock or a change of policy.
        System = "system";
    }
}

impl RecordState {
    /// Whether a line of this state can be what claims go out under, on the right basis.
    #[must_use]
    pub const fn authorises(self, basis: Basis) -> bool {
        match self {
            Self::Shown => !matches!(basis, Basis::Consent),
            Self::Given | Self::Reaffirmed => matches!(basis, Basis::Consent),
            _ => false,
        }
    }

    /// Whether a line of this state takes away what stood.
    #[must_use]
    pub const fn stops(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::Withdrawn
                | Self::Expired
                | Self::Superseded
                | Self::Invalidated
                | Self::ObjectionUpheld
        )
    }
}

/// How a line came about: what the archived policies cannot tell (`domain.md` §2.2). Lines of before the ledger was
/// widened say nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct How {
    /// Its place among the lines about one person, service and purpose, from 1.
    pub place: Option<i64>,
    /// The way it was captured.
    pub channel: Option<Way>,
    /// What she did to say so.
    pub method: Option<Method>,
    /// Page loads and actions that it took her.
    pub steps: Option<i64>,
    /// SHA-256 of the page as rendered to her, in hex.
    pub page_sha256: Option<String>,
    /// Who decided.
    pub actor: Option<Decider>,
    /// A pseudonym of who that is, where it is not she.
    pub actor_ref: Option<String>,
    /// What gives them authority: a case, a power of attorney, an approval.
    pub authority_ref: Option<String>,
    /// Until when it stands.
    pub expires_at: Option<When>,
    /// A code of the closed list, or of the engine (`notice_changed`).
    pub reason: Option<String>,
    /// The line it follows.
    pub previous: Option<RecordId>,
    /// How old she was.
    pub age_band: Option<AgeBand>,
    /// The version of the age rule that was applied.
    pub age_rule: Option<String>,
    /// The event of the log that records it.
    pub event: Option<EventId>,
}

/// One line of a resident's sharing history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Its id.
    pub id: RecordId,
    /// The service it is about.
    pub client: ClientId,
    /// The purpose.
    pub purpose: String,
    /// The basis then.
    pub basis: Basis,
    /// The notice shown.
    pub notice: NoticeRef,
    /// SHA-256 of the words shown, in hex.
    pub notice_sha256: String,
    /// The language they were shown in.
    pub lang: Lang,
    /// The claims she was told of or decided on.
    pub claims: ClaimSet,
    /// What she was told or decided.
    pub state: RecordState,
    /// The policy bundle that decided.
    pub policy: String,
    /// When it was written.
    pub at: When,
    /// How it came about.
    pub how: How,
}
