//! An enquiry: why an officer looks at residents' records. Nothing is found or shown without one, and each look under it
//! carries its purpose, reason and case.

use crate::domain::account::Detail;
use crate::domain::audit::Basis;
use crate::domain::ids::{AccountId, EnquiryId, StaffId};
use crate::domain::time::When;
use crate::domain::word_list::words;
use std::time::Duration;
use uuid::Uuid;

words! {
    /// What is masked on a resident's record until it is revealed.
    Field {
        /// Her full name.
        Name = "name";
        /// The e-mail address she is written to.
        Email = "email";
        /// The date of birth she gave.
        Birthdate = "birthdate";
        /// The address she gave.
        Address = "address";
        /// The phone number she gave.
        PhoneNumber = "phone_number";
    }
}

impl Field {
    /// What every record has.
    pub const ALWAYS: [Self; 2] = [Self::Name, Self::Email];
}

impl From<Detail> for Field {
    fn from(detail: Detail) -> Self {
        match detail {
            Detail::Birthdate => Self::Birthdate,
            Detail::Address => Self::Address,
            Detail::PhoneNumber => Self::PhoneNumber,
        }
    }
}

words! {
    /// What needs a second person.
    Approval {
        /// An enquiry whose looks are kept from the resident for a while.
        HiddenEnquiry = "hidden_enquiry";
        /// A look stays kept from the resident for a while longer.
        Delay = "delay";
        /// Entries of the record leave the house.
        Export = "export";
        /// Other policies come in force.
        Policy = "policy";
        /// A hold is released.
        HoldRelease = "hold_release";
        /// A run of the schedule goes on that would destroy more than one run may.
        RetentionRun = "retention_run";
    }
}

impl Approval {
    /// How long somebody has to decide, and then the other to use it.
    pub const LASTS: Duration = Duration::from_hours(24);
}

/// An enquiry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enquiry {
    /// Which.
    pub id: EnquiryId,
    /// Whose.
    pub staff: StaffId,
    /// What it is for: an activity of `processing.toml`.
    pub purpose: String,
    /// The activity's basis.
    pub basis: Basis,
    /// A code of `reasons.toml`.
    pub reason: String,
    /// The case it belongs to.
    pub case: Option<String>,
    /// The broken glass behind which it was opened.
    pub glass: Option<Uuid>,
    /// The second person's word, if it needed one.
    pub approval: Option<Uuid>,
    /// Whom alone it may find: a keyed hash of what she signs in with. One that hides its looks is about one person.
    pub only_for: Option<String>,
    /// When it was opened.
    pub opened_at: When,
    /// When it closes by itself.
    pub until: When,
}

impl Enquiry {
    /// How long it stays open: one call, one visit to the desk.
    pub const LASTS: Duration = Duration::from_mins(15);

    /// The longest case reference.
    pub const MOST_CASE: usize = 64;

    /// Whether it is this officer's and still open.
    #[must_use]
    pub fn stands(&self, staff: StaffId, now: When) -> bool {
        self.staff == staff && now < self.until
    }
}

/// A resident found in an enquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub account: AccountId,
    /// The fields revealed so far.
    pub revealed: Vec<Field>,
}

#[cfg(test)]
mod tests {
    use super::{Basis, Enquiry, EnquiryId, StaffId, When};
    use uuid::Uuid;

    #[test]
    fn an_enquiry_stands_for_its_officer_and_its_time() {
        let (mine, other) = (StaffId(Uuid::from_u128(1)), StaffId(Uuid::from_u128(2)));
        let opened_at = When::from_seconds(1_000);
        let enquiry = Enquiry {
            id: EnquiryId(Uuid::from_u128(3)),
            staff: mine,
            purpose: "help".into(),
            basis: Basis::PublicTask,
            reason: "resident_asked".into(),
            case: None,
            glass: None,
            approval: None,
            only_for: None,
            opened_at,
            until: opened_at + Enquiry::LASTS,
        };
        assert!(enquiry.stands(mine, When::from_seconds(1_899)));
        assert!(!enquiry.stands(mine, When::from_seconds(1_900)));
        assert!(!enquiry.stands(other, opened_at));
    }
}
