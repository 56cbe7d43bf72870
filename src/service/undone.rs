//! What a page says once the link of a letter has undone something: carried in its address, so that it can be loaded again
//! and read in another language, and that nobody but us can say it.

use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::{Reference, open_reference, seal_reference};
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
    /// As the parameter of an address.
    ///
    /// # Errors
    /// [`SealError`] if it cannot be sealed.
    pub fn seal(&self, roots: &Roots) -> Result<String, SealError> {
        let plain = serde_json::to_vec(self).map_err(|_| SealError::Malformed)?;
        seal_reference(roots, Reference::Page, &plain)
    }

    /// From the parameter of an address, if it is one of ours.
    #[must_use]
    pub fn open(roots: &Roots, text: &str) -> Option<Self> {
        serde_json::from_slice(&open_reference(roots, Reference::Page, text).ok()?).ok()
    }
}
