//! The end of an account: closing it for a while, deleting it, and opening it again.

use crate::view::{Both, Page, Wrong};
use jiff::civil::Date;
use serde::Serialize;

/// Something that is kept when an account is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptLine {
    /// The catalogue's `leave-kept-…`.
    pub what: &'static str,
    /// Until this day at the latest.
    pub until: Date,
}

/// `/account/delete`. Radios `when` (`later`, `now`), fields `current_password`, and `code` if there is a second step; submit
/// `id=continue`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LeaveAccount {
    /// The services that are told.
    pub services: Vec<Both>,
    /// What is kept, exactly.
    pub kept: Vec<KeptLine>,
    /// The day from which a closed account is deleted; none while the schedule deletes nothing.
    pub closed_until: Option<Date>,
    /// The address, for password managers.
    pub username: Option<String>,
    /// A code of the second step is asked for too.
    pub second_step: bool,
    /// What was chosen.
    pub when: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl Page for LeaveAccount {
    const TEMPLATE: &'static str = "leave_account.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

/// How an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftHow {
    /// Closed: it can be opened again for a while.
    Closed,
    /// Deleted.
    Deleted,
    /// It cannot be deleted yet: it is closed.
    Held,
}

/// What is said once it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftAccount {
    /// How.
    pub how: LeftHow,
    /// The day from which a closed account is deleted; none if it is not known, or deleted already.
    pub closed_until: Option<Date>,
    /// So many services are told.
    pub services: usize,
}

impl Page for LeftAccount {
    const TEMPLATE: &'static str = "left_account.html";
}

/// `/account/reopen`, where the letter about a closed account leads. Field `token`; submit `id=continue`.
#[derive(Debug, Clone, Serialize)]
pub struct ReopenAccount {
    /// The link's token.
    pub token: String,
    /// The account is open again.
    pub done: bool,
}

impl Page for ReopenAccount {
    const TEMPLATE: &'static str = "reopen_account.html";
}
