//! What travels with a sign-out: what a service asked for, and what the page afterwards needs. Both are sealed
//! references, so nothing about them is kept and nobody can change them.

use super::said;
use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::{Reference, Token, open_reference, seal_reference};
use crate::domain::client::Client;
use crate::domain::ids::SessionId;
use crate::domain::time::When;
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
    /// Where she goes back to, with the state; nowhere if this is not the service, or has no such address any more.
    #[must_use]
    pub fn return_to(&self, client: Option<&Client>) -> Option<String> {
        let uri = self.post_logout_redirect_uri.as_deref()?;
        client.filter(|client| {
            self.client_id.as_deref() == Some(client.id.as_str()) && client.returns_after_logout_to(uri)
        })?;
        Some(match self.state.as_deref() {
            Some(state) => crate::domain::authorization::answer_at(uri, &[("state", state)]),
            None => uri.to_owned(),
        })
    }

    /// As text for a hidden field.
    pub fn seal(&self, roots: &Roots) -> Result<String, SealError> {
        let plain = serde_json::to_vec(self).map_err(|_| SealError::Malformed)?;
        seal_reference(roots, Reference::Leaving, &plain)
    }

    /// From the text of a hidden field.
    pub fn open(roots: &Roots, text: &str) -> Result<Self, SealError> {
        serde_json::from_slice(&open_reference(roots, Reference::Leaving, text)?).map_err(|_| SealError::Malformed)
    }
}

/// What the page "You have signed out" needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOutRef {
    /// The calls of this sign-out in the outbox.
    pub batch: Uuid,
    /// The session that ended, whose services' own sign-out pages are opened.
    pub session: Option<SessionId>,
    /// What the service asked for.
    pub wish: LogoutAsked,
}

impl SignedOutRef {
    /// The page's address, for this browser and an hour.
    pub fn address(&self, roots: &Roots, browser: &Token, now: When) -> Result<String, SealError> {
        Ok(format!("/signed-out?ref={}", said::seal(self, roots, browser, now)?))
    }

    /// From the `ref` of the page's address, if it is this browser's and of the last hour.
    #[must_use]
    pub fn open(roots: &Roots, text: &str, browser: &Token, now: When) -> Option<Self> {
        said::open(roots, text, browser, now)
    }
}
