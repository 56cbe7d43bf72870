//! "Your account" and what can be changed there.

use super::SharingLine;
use crate::domain::time::When;
use crate::view::{Both, Page, Wrong};
use serde::Serialize;

/// One kind of value a service received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Received {
    /// The claim's name.
    pub claim: String,
    /// When it was last given.
    pub when: When,
}

/// One service the resident has used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountService {
    /// Its name.
    pub name: Both,
    /// Where it starts.
    pub start_url: String,
    /// What it received, latest first.
    pub received: Vec<Received>,
    /// When the account last reached it.
    pub last_used: Option<When>,
    /// The lawful bases as policies name them.
    pub bases: Vec<String>,
    /// What it received is no longer listed.
    pub before: bool,
    /// What she agreed to and can stop from here.
    pub agreed: Vec<SharingLine>,
}

/// What kind of device a browser runs on, as far as its own words tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// One of the two.
    Mobile,
    /// A computer, on a desk or a lap.
    Computer,
    /// It does not say.
    #[default]
    Unknown,
}

/// A device as its owner would name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Device {
    /// What it is.
    pub kind: DeviceKind,
    /// The browser's name, "Firefox 128".
    pub browser: Option<String>,
    /// The system's name, "Android".
    pub system: Option<String>,
}

/// One place where the account is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountSession {
    /// What the "Sign out there" button posts as `session` to `/account/sessions/end`.
    pub id: String,
    /// On what.
    pub device: Device,
    /// She said that the device is her own.
    pub own_device: bool,
    /// The services it was used for.
    pub services: Vec<Both>,
    /// When it signed in.
    pub started: When,
    /// When it was last seen.
    pub last_seen: When,
    /// The browser this page is shown in.
    pub this_one: bool,
}

/// What has just been done, said once at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountNews {
    /// The account has just been made.
    Created,
    /// The password has changed.
    PasswordChanged,
    /// The e-mail address has changed.
    EmailChanged,
    /// Another session has been ended.
    SessionEnded,
    /// The second step is set up.
    SecondStepOn,
    /// The second step is taken away.
    SecondStepOff,
    /// Every other session has been ended.
    OthersEnded,
}

impl AccountNews {
    /// Each of them.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::PasswordChanged,
        Self::EmailChanged,
        Self::SessionEnded,
        Self::SecondStepOn,
        Self::SecondStepOff,
        Self::OthersEnded,
    ];
}

/// `/account`.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// The full name.
    pub name: String,
    /// The address, masked.
    pub email_masked: String,
    /// Signing in takes a second step.
    pub second_step: bool,
    /// Since when her data is kept and not used (UK GDPR Art 18).
    pub restricted: Option<When>,
    /// The services used.
    pub services: Vec<AccountService>,
    /// Where it is signed in.
    pub sessions: Vec<AccountSession>,
    /// What has just been done.
    pub news: Option<AccountNews>,
}

/// `/account/sessions/not-me`, where the letter about a new browser leads. Field `token`; submit `id=continue`.
#[derive(Debug, Clone, Serialize)]
pub struct NotMySignIn {
    /// The link's token.
    pub token: String,
    /// The session has been ended.
    pub done: bool,
}

/// `/account/password`. Fields `current_password`, `password`, and `code` if there is a second step; submit
/// `id=continue`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChangePassword {
    /// The address, for password managers.
    pub username: Option<String>,
    /// A code of the second step is asked for too.
    pub second_step: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/account/email`. Fields `email`, `current_password`, and `code` if there is a second step; submit `id=continue`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChangeEmail {
    /// The present address, masked.
    pub current_masked: String,
    /// What was typed.
    pub email: String,
    /// A code of the second step is asked for too.
    pub second_step: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// How far undoing a change of address has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoState {
    /// The link works: ask.
    Ask,
    /// Done: the old address is back and every session is ended.
    Done,
}

/// `/account/email/undo`. Field `token`; submit `id=continue`.
#[derive(Debug, Clone, Serialize)]
pub struct UndoEmail {
    /// The link's token.
    pub token: String,
    /// The address that would be back, masked.
    pub old_masked: String,
    /// How far it has come.
    pub state: UndoState,
}

impl Page for Account {
    const TEMPLATE: &'static str = "account.html";
}

impl Page for NotMySignIn {
    const TEMPLATE: &'static str = "not_my_sign_in.html";
}

impl Page for ChangePassword {
    const TEMPLATE: &'static str = "change_password.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for ChangeEmail {
    const TEMPLATE: &'static str = "change_email.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for UndoEmail {
    const TEMPLATE: &'static str = "undo_email.html";
}
