//! What members of staff do, and operators in their stead.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, Look, PersonKey};
use crate::domain::ids::{EventId, QuestionId};
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
    /// A look is kept from the person looked at for a while, on a legal ground.
    NoticeDelayed = "officer.notice_delayed", Evidence {
        /// The look.
        look: EventId => "officer.access",
        /// Until when, unless two people look at it again before (RFC 3339).
        until: String => "officer.access",
        /// Who asked for it: the name of an operator, or the number of a member of staff.
        by: String => "officer.access",
        /// The second person, who approved it.
        approved_by: String => "officer.access",
    }
    /// Two people looked again at why a look is kept from the person looked at, and it still is.
    NoticeRenewed = "officer.notice_renewed", Evidence {
        /// The look.
        look: EventId => "officer.access",
        /// Until when now (RFC 3339).
        until: String => "officer.access",
        /// Who asked for it: the number of a member of staff.
        by: String => "officer.access",
        /// The second person, who approved it.
        approved_by: String => "officer.access",
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
