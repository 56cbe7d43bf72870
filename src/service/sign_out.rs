//! What signing out carries from page to page: sealed, so that no browser can make one up.

use super::Failure;
use crate::crypto::SealError;
use crate::crypto::roots::Roots;
use crate::crypto::tokens::{Reference, open_reference, seal_reference};
use crate::domain::client::Client;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

/// What a service's request to sign a person out comes to (OIDC RP-Initiated Logout §2), on its way through the page
/// that asks her.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutAsked {
    /// The service.
    pub client_id: Option<String>,
    /// Where it wants her back, checked against what it registered.
    pub post_logout_redirect_uri: Option<String>,
    /// What it wants back with her.
    pub state: Option<String>,
}

/// What the page after signing out shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOutRef {
    /// The messages to the services; none if nobody was signed in.
    pub batch: Option<Uuid>,
    /// The service that asked.
    pub client_id: Option<String>,
    /// The way back to it, with its state.
    pub return_to: Option<String>,
}

impl LogoutAsked {
    /// Seals it for the form field `logout`.
    pub fn seal(&self, roots: &Roots) -> Result<String, Failure> {
        seal(roots, Reference::Logout, self)
    }

    /// Opens what [`LogoutAsked::seal`] made; `None` for anything else.
    #[must_use]
    pub fn open(roots: &Roots, text: &str) -> Option<Self> {
        open(roots, Reference::Logout, text)
    }

    /// The address that leads back to the service, with `state` if it sent one; `None` if it asked for none or for one
    /// that it did not register.
    #[must_use]
    pub fn return_to(&self, client: &Client) -> Option<String> {
        let asked = self.post_logout_redirect_uri.as_deref()?;
        if self.client_id.as_deref() != Some(client.id.as_str()) || !client.returns_after_logout_to(asked) {
            return None;
        }
        let Some(state) = &self.state else {
            return Some(asked.to_owned());
        };
        let mut url = Url::parse(asked).ok()?;
        url.query_pairs_mut().append_pair("state", state);
        Some(url.into())
    }
}

impl SignedOutRef {
    /// Seals it for the query of `/signed-out`.
    pub fn seal(&self, roots: &Roots) -> Result<String, Failure> {
        seal(roots, Reference::Page, self)
    }

    /// Opens what [`SignedOutRef::seal`] made; `None` for anything else.
    #[must_use]
    pub fn open(roots: &Roots, text: &str) -> Option<Self> {
        open(roots, Reference::Page, text)
    }
}

fn seal<T: Serialize>(roots: &Roots, purpose: Reference, value: &T) -> Result<String, Failure> {
    let plain = serde_json::to_vec(value).map_err(|_| SealError::Malformed)?;
    Ok(seal_reference(roots, purpose, &plain)?)
}

fn open<T: DeserializeOwned>(roots: &Roots, purpose: Reference, text: &str) -> Option<T> {
    let plain = open_reference(roots, purpose, text).ok()?;
    serde_json::from_slice(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::{LogoutAsked, SignedOutRef};
    use crate::crypto::roots::{RootSecret, Roots};

    #[test]
    fn l02_a_reference_is_ours_and_for_its_page_alone() {
        let roots = Roots::derive(&RootSecret::from([1; 32])).unwrap();
        let asked = LogoutAsked {
            client_id: Some("garden-waste".into()),
            post_logout_redirect_uri: Some("http://localhost:8090/".into()),
            state: Some("a&b".into()),
        };
        let text = asked.seal(&roots).unwrap();
        assert_eq!(LogoutAsked::open(&roots, &text), Some(asked.clone()));
        assert_eq!(SignedOutRef::open(&roots, &text), None);
        let mut tampered = text.clone();
        tampered.replace_range(30..31, if &text[30..31] == "A" { "B" } else { "A" });
        assert_eq!(LogoutAsked::open(&roots, &tampered), None);
        let other = Roots::derive(&RootSecret::from([2; 32])).unwrap();
        assert_eq!(LogoutAsked::open(&other, &text), None);
    }
}
