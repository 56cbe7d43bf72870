//! What members of staff do, and operators in their stead.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, OthersWords, Shaped};
use crate::domain::audit::{Kind, Look, PersonKey};
use crate::domain::ids::{EventId, QuestionId, RecordId};
use serde::Serialize;
use uuid::Uuid;

events! {
    /// Entries of a log left the house in an export or a proof.
    LogExported = "officer.exported" @ 2, Evidence as "officer.access" {
        /// The log.
        log: String => "log.checkpoint",
        /// The first index.
        from: i64 => "log.checkpoint",
        /// The first index after the last.
        to: i64 => "log.checkpoint",
        /// Who did it, if it was an operator, whom the leaf cannot name.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
        /// An operator's second person, who approved it; one entry alone needs none.
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_by: Option<FullName> => "officer.access",
        /// The approval of an officer's second person, which is spent with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        approval: Option<Uuid> => "officer.access",
        /// The forms that the entries were written in besides.
        forms: Vec<String> => "officer.access",
        /// What they were chosen by, if not all of the range left the house.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        filters: Vec<String> => "officer.access",
        /// How many left the house, if not all of the range.
        #[serde(skip_serializing_if = "Option::is_none")]
        entries: Option<i64> => "officer.access",
    }
    /// An officer or operator looked at a person's record.
    RecordViewed = "officer.viewed", Evidence {
        /// The fields opened.
        fields: Vec<String> => "officer.access",
        /// Who looked, if it was an operator, whom the leaf cannot name.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// An officer wrote down what a resident chose about sharing: beside the event of the choice itself.
    ChoiceRecorded = "officer.choice_recorded", Evidence {
        /// The line of the ledger.
        record: RecordId => "sharing.other_basis",
        /// How it came.
        heard: String => "sharing.other_basis" in ["phone", "desk", "form", "post"],
        /// Who decided.
        decider: String => "sharing.other_basis" in ["self", "delegate", "parent"],
        /// What gives somebody else the authority.
        #[serde(skip_serializing_if = "Option::is_none")]
        authority: Option<OthersWords> => "sharing.other_basis",
        /// How it was known who it was.
        check: String => "sharing.other_basis" in ["word", "call_back", "facts", "document", "signature"],
        /// SHA-256 of what was read out, or what the paper says, in hex: service, purpose, details, how long they are kept, notice.
        read: String => "sharing.other_basis",
        /// id@version of the notice that a signed yes names.
        #[serde(skip_serializing_if = "Option::is_none")]
        edition: Option<String> => "sharing.other_basis",
        /// Where the paper lies, if there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        evidence: Option<OthersWords> => "sharing.other_basis",
    }
    /// A member of staff asked for what their roles may not have; they were told so once this was on record.
    OfficerRefused = "officer.refused", Evidence {
        /// What they asked for.
        action: String => "officer.access",
        /// The roles they had.
        roles: Vec<String> => "officer.access",
    }
    /// Somebody was made a member of staff, and given a link to add a passkey.
    StaffInvited = "staff.invited", Evidence {
        /// The roles given.
        roles: Vec<String> => "officer.access",
        /// Who did it, if it was an operator, whom the leaf cannot name.
        by: Option<FullName> => "officer.access",
        /// The second person, who approved it; not every role needs one.
        approved_by: Option<FullName> => "officer.access",
    }
    /// A member of staff can sign in from now on.
    StaffEnrolled = "staff.enrolled", Evidence {
        /// By which proof.
        proof: String => "officer.access" in ["passkey", "upstream"],
    }
    /// A member of staff was given another link to add a passkey: those they had are gone, and they are signed out everywhere.
    StaffInvitedAgain = "staff.invited_again", Evidence {
        /// How many passkeys ended with it.
        passkeys: i64 => "officer.access",
        /// How many sessions ended with it.
        sessions: i64 => "officer.access",
        /// Who did it: an operator, whom the leaf cannot name.
        by: FullName => "officer.access",
        /// The second person, who approved it; not every role needs one.
        approved_by: Option<FullName> => "officer.access",
    }
    /// A member of staff who was signed in added another passkey.
    StaffPasskeyAdded = "staff.passkey_added", Evidence as "officer.access" {}
    /// A member of staff who was signed in took one of their passkeys away.
    StaffPasskeyRemoved = "staff.passkey_removed", Evidence {
        /// How many sessions ended with it: all but the one it was done in.
        sessions: i64 => "officer.access",
    }
    /// A member of staff signed in.
    StaffSignedIn = "staff.signed_in", Evidence {
        /// By which proof.
        proof: String => "officer.access" in ["passkey", "upstream"],
    }
    /// Somebody could not sign in on the staff listener; at most one a minute for a reason and an address prefix.
    StaffSigninFailed = "staff.signin_failed", Evidence {
        /// How many since the last such event, this one included.
        count: i64 => "event.security",
    }
    /// A member of staff who was signed in proved once more who they are.
    StaffProvedAgain = "staff.proved_again", Evidence {
        /// By which proof.
        proof: String => "officer.access" in ["passkey", "upstream"],
    }
    /// A member of staff signed out.
    StaffSignedOut = "staff.signed_out", Evidence as "officer.access" {}
    /// The roles of a member of staff were changed: they hold from the next request.
    StaffRolesChanged = "staff.roles_changed", Evidence {
        /// The roles they had.
        before: Vec<String> => "officer.access",
        /// The roles they have.
        after: Vec<String> => "officer.access",
        /// Who did it, if it was an operator, whom the leaf cannot name.
        by: Option<FullName> => "officer.access",
        /// The second person, who approved it; not every role needs one.
        approved_by: Option<FullName> => "officer.access",
    }
    /// A member of staff was removed: they are signed out everywhere, and their passkeys are gone.
    StaffRemoved = "staff.removed", Evidence {
        /// How many sessions ended with it.
        sessions: i64 => "officer.access",
        /// Who did it, if it was an operator, whom the leaf cannot name.
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
        /// A keyed hash of what was typed to name a resident: the same for the same words, and no way back.
        #[serde(skip_serializing_if = "Option::is_none")]
        sought: Option<String> => "officer.access",
    }
    /// A look is kept from the person looked at for a while, on a legal ground.
    NoticeDelayed = "officer.notice_delayed", Evidence {
        /// The look.
        look: EventId => "officer.access",
        /// Until when, unless two people look at it again before (RFC 3339).
        until: String => "officer.access",
        /// Who asked for it: the name of an operator, or the number of a member of staff.
        by: OthersWords => "officer.access",
        /// The second person, who approved it.
        approved_by: OthersWords => "officer.access",
    }
    /// Two people looked again at why a look is kept from the person looked at, and it still is.
    NoticeRenewed = "officer.notice_renewed", Evidence {
        /// The look.
        look: EventId => "officer.access",
        /// Until when now (RFC 3339).
        until: String => "officer.access",
        /// Who asked for it: the number of a member of staff.
        by: OthersWords => "officer.access",
        /// The second person, who approved it.
        approved_by: OthersWords => "officer.access",
    }
    /// The person looked at sees from now on that she was.
    NoticeReleased = "officer.notice_released", Evidence {
        /// The look.
        look: EventId => "officer.access",
        /// Somebody released it, or nobody looked at it again in time.
        how: String => "officer.access" in ["released", "ran_out"],
    }
    /// A resident was answered who had asked about a look.
    QuestionAnswered = "officer.answered", Evidence {
        /// The question.
        question: QuestionId => "access.question",
        /// The event that it is about.
        event: EventId => "access.question",
    }
}

impl Look for RecordViewed {}
impl Look for EventViewed {}
