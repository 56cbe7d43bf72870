//! The second step of signing in: asked for, set up, changed, and explained to services.

use crate::domain::time::When;
use crate::view::{Page, Wrong};
use serde::Serialize;

/// `/sign-in/code`. Fields `code`, `flow`, `journey`; submit `id=continue`. Where it may be skipped, a second form leads to
/// `/account/second-step` with the button `act=skip`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SecondStep {
    /// The service's journey this belongs to.
    pub flow: Option<String>,
    /// The sign-in on its way; none if she is signed in by her password alone.
    pub journey: Option<String>,
    /// The service would take her without.
    pub may_skip: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/account/second-step`. Fields `current_password`, `code` and `act` (`replace`, `codes`, `remove`; the latter two only
/// where there is one already), `flow`; submit `id=continue`. Where it may be skipped, a second form has the button
/// `act=skip`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SecondStepSettings {
    /// The service's journey this belongs to.
    pub flow: Option<String>,
    /// When it was set up, if it is.
    pub since: Option<When>,
    /// How many recovery codes are left.
    pub codes_left: i64,
    /// A service waits for it.
    pub for_service: bool,
    /// The service would take her without.
    pub may_skip: bool,
    /// What was chosen.
    pub act: String,
    /// The address, for password managers.
    pub username: Option<String>,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/account/second-step/set-up`. Fields `code`, `journey`, `flow`; submit `id=continue`.
#[derive(Debug, Clone, Serialize)]
pub struct SecondStepSetUp {
    /// The service's journey this belongs to.
    pub flow: Option<String>,
    /// The set-up: the picture is shown under it too.
    pub journey: Option<String>,
    /// The secret in groups of four.
    pub secret: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/account/second-step/codes`: the recovery codes, to be printed or written down.
#[derive(Debug, Clone, Serialize)]
pub struct RecoveryCodes {
    /// Each as printed.
    pub codes: Vec<String>,
    /// Where the page leads.
    pub onward: String,
}

/// `/docs/vectors-of-trust`: what `vot` means here (RFC 8485 §5).
#[derive(Debug, Clone, Default, Serialize)]
pub struct VectorsOfTrust {}

impl Page for SecondStep {
    const TEMPLATE: &'static str = "second_step.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for SecondStepSettings {
    const TEMPLATE: &'static str = "second_step_settings.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for SecondStepSetUp {
    const TEMPLATE: &'static str = "second_step_set_up.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for RecoveryCodes {
    const TEMPLATE: &'static str = "recovery_codes.html";
}

impl Page for VectorsOfTrust {
    const TEMPLATE: &'static str = "vectors_of_trust.html";
}
