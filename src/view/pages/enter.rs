//! The ways in: home page, sign in, create an account, forgotten password.

use crate::view::{Page, Wrong};
use serde::Serialize;

/// `/`: what this is, and the two ways in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Home {}

/// `/sign-in`. Fields `email`, `password`, `own_device` (`yes` when ticked), `flow`; submit `id=continue`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignIn {
    /// The journey this belongs to.
    pub flow: Option<String>,
    /// What was typed, or the relying party's `login_hint`.
    pub email: String,
    /// "This is my own device" is ticked.
    pub own_device: bool,
    /// She is signed in already, and the service is kept apart from that.
    pub apart: bool,
    /// She has just replaced a forgotten password.
    pub reset: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/create-account`. Fields `full_name`, `email`, `flow`; submit `id=continue`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CreateAccount {
    /// The journey this belongs to.
    pub flow: Option<String>,
    /// What was typed.
    pub full_name: String,
    /// What was typed.
    pub email: String,
    /// The notice that is recorded as having stood before the first field.
    pub notice_url: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// The page behind "I share this address" in the letter to a taken address: choose a sign-in name to use instead of
/// the address. Fields `token`, `sign_in_name`; submit `id=continue`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SharedAddress {
    /// The link's token.
    pub token: String,
    /// The address that is shared, masked.
    pub masked: String,
    /// What was typed.
    pub sign_in_name: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/forgotten-password`. Fields `email`, `flow`; submit `id=continue`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Forgotten {
    /// The journey this belongs to.
    pub flow: Option<String>,
    /// What was typed.
    pub email: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl Page for Home {
    const TEMPLATE: &'static str = "home.html";
}

impl Page for SignIn {
    const TEMPLATE: &'static str = "sign_in.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for CreateAccount {
    const TEMPLATE: &'static str = "create_account.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for SharedAddress {
    const TEMPLATE: &'static str = "shared_address.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for Forgotten {
    const TEMPLATE: &'static str = "forgotten.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}
