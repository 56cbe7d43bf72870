//! What a page says of something that has just been done: carried in its address, so that it can be loaded again and read in
//! another language. It is said for an hour, to the browser that did it and to no other, so that nobody can send it to
//! somebody else.

use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::{Reference, Token, open_reference, seal_reference};
use crate::domain::time::When;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const SAID_FOR: Duration = Duration::from_hours(1);

#[derive(Serialize, Deserialize)]
struct Said<T> {
    #[serde(flatten)]
    what: T,
    browser: [u8; 32],
    until: i64,
}

/// As the parameter of an address, for this browser.
///
/// # Errors
/// [`SealError`] if it cannot be sealed.
pub fn seal<T: Serialize>(what: &T, roots: &Roots, browser: &Token, now: When) -> Result<String, SealError> {
    let said = Said { what, browser: browser.hash().0, until: (now + SAID_FOR).micros() };
    let plain = serde_json::to_vec(&said).map_err(|_| SealError::Malformed)?;
    seal_reference(roots, Reference::Page, &plain)
}

/// From the parameter of an address, if it is this browser's and of the last hour.
#[must_use]
pub fn open<T: DeserializeOwned>(roots: &Roots, text: &str, browser: &Token, now: When) -> Option<T> {
    let said: Said<T> = serde_json::from_slice(&open_reference(roots, Reference::Page, text).ok()?).ok()?;
    (said.browser == browser.hash().0 && now.micros() < said.until).then_some(said.what)
}
