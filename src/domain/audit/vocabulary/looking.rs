//! Officers look at residents' records: enquiries, what is found and revealed in them, the second person's word, and
//! broken glass.

use super::{Entry, events, may_be_absent, version};
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, Look, PersonKey};
use crate::domain::ids::EnquiryId;
use serde::Serialize;
use uuid::Uuid;

events! {
    /// An officer asked for what the policies do not permit them, and got nothing.
    NotPermitted = "officer.not_permitted", Evidence {
        /// What was asked.
        action: String => "officer.access",
        /// The policies that forbid it, or the reason that asks for a case; none if no policy permits it.
        because: Vec<String> => "officer.access",
        /// The enquiry, if it was under one.
        #[serde(skip_serializing_if = "Option::is_none")]
        enquiry: Option<EnquiryId> => "officer.access",
    }
    /// An officer said why, before anything is found or shown.
    EnquiryOpened = "officer.enquiry_opened", Evidence {
        /// The enquiry.
        enquiry: EnquiryId => "officer.access",
        /// The glass it was opened behind.
        #[serde(skip_serializing_if = "Option::is_none")]
        glass: Option<Uuid> => "officer.access",
        /// The second person's word that it needed.
        #[serde(skip_serializing_if = "Option::is_none")]
        approval: Option<Uuid> => "officer.access",
    }
    /// An officer closed an enquiry before its time.
    EnquiryClosed = "officer.enquiry_closed", Evidence {
        /// The enquiry.
        enquiry: EnquiryId => "officer.access",
    }
    /// An officer looked for a resident by what she signs in with; about her if she was found.
    PersonSought = "officer.sought", Evidence {
        /// The enquiry.
        enquiry: EnquiryId => "officer.access",
        /// A keyed hash of what was typed: the same for the same words, and no way back.
        sought: String => "officer.access",
        /// Whether somebody was found.
        found: bool => "officer.access",
        /// The fields shown, masked.
        fields: Vec<String> => "officer.access",
    }
    /// A masked field was revealed to an officer.
    FieldRevealed = "officer.revealed" @ 2, Evidence {
        /// The enquiry.
        enquiry: EnquiryId => "officer.access",
        /// The field.
        field: String => "officer.access" in ["name", "email", "birthdate", "address", "phone_number"],
    }
    /// A second person was asked.
    ApprovalRequested = "officer.approval_requested", Evidence {
        /// The request.
        approval: Uuid => "officer.access",
        /// What needs it.
        kind: String => "officer.access" in ["hidden_enquiry", "delay", "export"],
    }
    /// The second person said yes.
    ApprovalGiven = "officer.approval_given", Evidence {
        /// The request.
        approval: Uuid => "officer.access",
        /// What needed it.
        kind: String => "officer.access" in ["hidden_enquiry", "delay", "export"],
    }
    /// The second person said no.
    ApprovalRefused = "officer.approval_refused", Evidence {
        /// The request.
        approval: Uuid => "officer.access",
        /// What needed it.
        kind: String => "officer.access" in ["hidden_enquiry", "delay", "export"],
    }
    /// An officer broke the glass; those who answer for personal data were written to.
    GlassBroken = "officer.breakglass_opened", Evidence {
        /// The glass.
        glass: Uuid => "officer.access",
        /// Until when (RFC 3339).
        until: String => "officer.access",
        /// By when somebody else looks at what was done (RFC 3339).
        review_by: String => "officer.access",
    }
    /// An officer closed the glass before its hour was over.
    GlassClosed = "officer.breakglass_closed", Evidence {
        /// The glass.
        glass: Uuid => "officer.access",
    }
    /// Somebody else looked at what was done behind broken glass.
    GlassReviewed = "officer.breakglass_reviewed", Evidence {
        /// The glass.
        glass: Uuid => "officer.access",
        /// Whether it was justified.
        justified: bool => "officer.access",
    }
    /// Nobody looked at broken glass in time: its officer does nothing more until somebody has.
    GlassOverdue = "staff.suspended", Evidence {
        /// The glass.
        glass: Uuid => "officer.access",
    }
    /// A breach was written into the register.
    BreachRecorded = "breach.recorded", Evidence {
        /// The breach.
        breach: Uuid => "breach.register",
        /// When the council became aware of it (RFC 3339).
        aware_at: String => "breach.register",
        /// By when the regulator is told (RFC 3339).
        notify_by: String => "breach.register",
        /// How many people it concerns.
        subjects: i64 => "breach.register",
    }
    /// The regulator or the people concerned were told of a breach, or need not be.
    BreachDecided = "breach.decided", Evidence {
        /// The breach.
        breach: Uuid => "breach.register",
        /// Who.
        told: String => "breach.register" in ["regulator", "people"],
        /// Whether they were told.
        decision: String => "breach.register" in ["notified", "not_needed"],
        /// The regulator's reference.
        reference: Option<String> => "breach.register",
    }
    /// An officer said that they know somebody, or took it back.
    ConflictDeclared = "staff.conflict_declared", Evidence {
        /// Which.
        how: String => "officer.access" in ["declared", "withdrawn"],
    }
}

impl Look for PersonSought {}
impl Look for FieldRevealed {}
