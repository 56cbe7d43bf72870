//! What a page says once the link of a letter has undone something: carried in its address, so that it can be loaded again
//! and read in another language. It is said for an hour, to the browser that undid it and to no other, so that nobody can
//! send it to somebody else.

use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::{Reference, Token, open_reference, seal_reference};
use crate::domain::time::When;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const SAID_FOR: Duration = Duration::from_hours(1);

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

#[derive(Serialize, Deserialize)]
struct Carried {
    #[serde(flatten)]
    what: Undone,
    browser: [u8; 32],
    until: i64,
}

impl Undone {
    /// As the parameter of an address, for this browser.
    ///
    /// # Errors
    /// [`SealError`] if it cannot be sealed.
    pub fn seal(self, roots: &Roots, browser: &Token, now: When) -> Result<String, SealError> {
        let carried = Carried { what: self, browser: browser.hash().0, until: (now + SAID_FOR).micros() };
        let plain = serde_json::to_vec(&carried).map_err(|_| SealError::Malformed)?;
        seal_reference(roots, Reference::Page, &plain)
    }

    /// From the parameter of an address, if it is this browser's and of the last hour.
    #[must_use]
    pub fn open(roots: &Roots, text: &str, browser: &Token, now: When) -> Option<Self> {
        let carried: Carried = serde_json::from_slice(&open_reference(roots, Reference::Page, text).ok()?).ok()?;
        (carried.browser == browser.hash().0 && now.micros() < carried.until).then_some(carried.what)
    }
}
