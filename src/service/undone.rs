//! What a page says once the link of a letter has undone something.

use super::said;
use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::Token;
use crate::domain::time::When;
use serde::{Deserialize, Serialize};

/// What was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "undone", rename_all = "snake_case")]
pub enum Undone {
    /// A change of e-mail address.
    EmailChange {
        /// The address the account uses again, as it may be shown.
        masked: String,
    },
    /// A sign-in on another device.
    SignIn,
}

impl Undone {
    /// As the parameter of an address, for this browser and an hour.
    ///
    /// # Errors
    /// [`SealError`] if it cannot be sealed.
    pub fn seal(self, roots: &Roots, browser: &Token, now: When) -> Result<String, SealError> {
        said::seal(&self, roots, browser, now)
    }

    /// From the parameter of an address, if it is this browser's and of the last hour.
    #[must_use]
    pub fn open(roots: &Roots, text: &str, browser: &Token, now: When) -> Option<Self> {
        said::open(roots, text, browser, now)
    }
}
