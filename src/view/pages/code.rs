//! The one-time code, and the new password that follows it.

use crate::view::{Page, Wrong};
use serde::Serialize;

/// What a code or a new password is for; decides words and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    /// Proving the address of a new account.
    SignUp,
    /// A forgotten password.
    Reset,
    /// Proving a new address of an account.
    ChangeEmail,
}

/// `/create-account/code`, `/forgotten-password/code`, `/account/email/code`. Fields `code`, `flow`, `journey`; submit
/// `id=continue`. A second form at the same address has the buttons `act=resend` ("Send a new code") and `act=longer`
/// ("I need longer").
#[derive(Debug, Clone, Serialize)]
pub struct CheckCode {
    /// What the code is for.
    pub purpose: CodePurpose,
    /// The journey this belongs to, if a service waits at its end.
    pub flow: Option<String>,
    /// The reference of the sign-up, reset or change itself.
    pub journey: Option<String>,
    /// Where the code went, masked.
    pub masked: String,
    /// How long a code of this kind works, in minutes.
    pub minutes: u32,
    /// A new code has just been sent.
    pub resent: bool,
    /// The longer time has just been granted: codes work for `minutes`.
    pub longer: bool,
    /// It was granted, just now or before: the button is gone.
    pub lengthened: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/create-account/finish`: for a device that knows nothing of the sign-up. Fields `email`, `code`, `flow`; submit
/// `id=continue`, or the button `act=resend`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FinishSignUp {
    /// The journey this belongs to, if a service waits at its end.
    pub flow: Option<String>,
    /// What was typed.
    pub email: String,
    /// A letter has just been sent, if the address has one to come.
    pub resent: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/create-account/password`, `/forgotten-password/password`. Fields `password`, `flow`, `journey`; submit
/// `id=continue`.
#[derive(Debug, Clone, Serialize)]
pub struct ChoosePassword {
    /// [`CodePurpose::SignUp`] or [`CodePurpose::Reset`].
    pub purpose: CodePurpose,
    /// The journey this belongs to, if a service waits at its end.
    pub flow: Option<String>,
    /// The reference of the sign-up or reset itself.
    pub journey: Option<String>,
    /// The address just proven: tells password managers whose password this is.
    pub username: Option<String>,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl Page for CheckCode {
    const TEMPLATE: &'static str = "check_code.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for FinishSignUp {
    const TEMPLATE: &'static str = "finish_sign_up.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for ChoosePassword {
    const TEMPLATE: &'static str = "choose_password.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}
