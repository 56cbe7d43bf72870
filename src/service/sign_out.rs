//! What travels with a sign-out: what a service asked for, and what the page afterwards needs. Both are sealed
//! references, so nothing about them is kept and nobody can change them.

use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::{Reference, open_reference, seal_reference};
use crate::domain::ids::SessionId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A checked logout request (RP-Initiated Logout 1.0 §2), waiting for the resident's word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutAsked {
    /// The service that asked, if it said so.
    pub client_id: Option<String>,
    /// Where it wants her back, as registered.
    pub post_logout_redirect_uri: Option<String>,
    /// Goes back with her.
    pub state: Option<String>,
}

impl LogoutAsked {
    /// Where she goes back to, with the state.
    #[must_use]
    pub fn return_to(&self) -> Option<String> {
        let uri = self.post_logout_redirect_uri.as_deref()?;
        Some(match self.state.as_deref() {
            Some(state) => crate::domain::authorization::answer_at(uri, &[("state", state)]),
            None => uri.to_owned(),
        })
    }

    /// As text for a hidden field.
    pub fn seal(&self, roots: &Roots) -> Result<String, SealError> {
        seal(roots, Reference::Logout, self)
    }

    /// From the text of a hidden field.
    pub fn open(roots: &Roots, text: &str) -> Result<Self, SealError> {
        open(roots, Reference::Logout, text)
    }
}

/// What the page "You have signed out" needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOutRef {
    /// The calls of this sign-out in the outbox.
    pub batch: Uuid,
    /// The session that ended, whose services' own sign-out pages are opened.
    #[serde(default)]
    pub session: Option<SessionId>,
    /// The service to go back to.
    pub client_id: Option<String>,
    /// Where.
    pub return_to: Option<String>,
}

impl SignedOutRef {
    /// The page's address.
    pub fn address(&self, roots: &Roots) -> Result<String, SealError> {
        Ok(format!("/signed-out?ref={}", seal(roots, Reference::Page, self)?))
    }

    /// From the `ref` of the page's address.
    pub fn open(roots: &Roots, text: &str) -> Result<Self, SealError> {
        open(roots, Reference::Page, text)
    }
}

fn seal<T: Serialize>(roots: &Roots, purpose: Reference, what: &T) -> Result<String, SealError> {
    let plain = serde_json::to_vec(what).map_err(|_| SealError::Malformed)?;
    seal_reference(roots, purpose, &plain)
}

fn open<T: DeserializeOwned>(roots: &Roots, purpose: Reference, text: &str) -> Result<T, SealError> {
    serde_json::from_slice(&open_reference(roots, purpose, text)?).map_err(|_| SealError::Malformed)
}
