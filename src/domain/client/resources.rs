//! Protected resources (RFC 8707): which APIs there are, whose they are, and whose tokens may be for them.

use super::{Client, Issuer};
use crate::domain::claims::Scope;
use crate::domain::ids::ClientId;
use crate::domain::redirect::{RedirectError, service_url};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// The identifier of an API (RFC 8707 §2): an absolute address without fragment, compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Resource(String);

impl Resource {
    /// Takes an address into a registration.
    ///
    /// # Errors
    /// [`RedirectError`] says what is wrong with it.
    pub fn register(text: &str, issuer: &Issuer) -> Result<Self, RedirectError> {
        service_url(text, issuer).map(|_| Self(text.to_owned()))
    }

    /// As registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A scope value of some API (RFC 6749 §3.3), never one of those that stand for a resident's data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ScopeToken(String);

impl ScopeToken {
    /// The longest value accepted, in bytes.
    const MAX_BYTES: usize = 128;

    /// Accepts `1*( %x21 / %x23-5B / %x5D-7E )`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_BYTES).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'));
        (fits && Scope::parse(text).is_none()).then(|| Self(text.to_owned()))
    }

    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ScopeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A client's part in other services' programs calling its own, and its own calling theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Apis {
    /// The APIs it is: a token for one of them is for it to look at.
    pub serves: BTreeSet<Resource>,
    /// The APIs its tokens may be for.
    pub calls: BTreeSet<Resource>,
    /// What its own programs may ask for in nobody's name (RFC 6749 §4.4); none: they get no tokens.
    pub machine_scopes: BTreeSet<ScopeToken>,
}

/// Whom an access token is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// The `aud` values, in the order asked for; none stands for the issuer alone.
    pub audience: Vec<String>,
    /// The sector whose `sub` the token names, where that is not the client's own.
    pub sector: Option<String>,
    /// Whether the token must say nothing to whoever finds it.
    pub opaque: bool,
}

impl Target {
    /// Decides whom a client's token is for. `asked` are the `resource` values of the request; each is the issuer, or an
    /// API that this client may call and some service is. Those of two sectors cannot share a token: it would tell
    /// each what the other knows a resident by.
    ///
    /// `None`: `invalid_target` (RFC 8707 §2).
    #[must_use]
    pub fn decide(
        asked: &[String],
        client: &Client,
        clients: &BTreeMap<ClientId, Arc<Client>>,
        issuer: &Issuer,
    ) -> Option<Self> {
        let mut target = Self { opaque: client.sensitive, ..Self::default() };
        for asked in asked {
            if target.audience.contains(asked) {
                continue;
            }
            target.audience.push(asked.clone());
            if asked == issuer.as_str() {
                continue;
            }
            let resource = client.apis.calls.iter().find(|resource| resource.as_str() == asked)?;
            let owner = clients.values().find(|owner| owner.apis.serves.contains(resource))?;
            if target.sector.as_ref().is_some_and(|sector| *sector != owner.sector) {
                return None;
            }
            target.sector = Some(owner.sector.clone());
            target.opaque |= owner.sensitive;
        }
        if target.audience.iter().all(|audience| audience == issuer.as_str()) {
            target.audience.clear();
        }
        if target.sector.as_ref() == Some(&client.sector) {
            target.sector = None;
        }
        Some(target)
    }

    /// Whether the token is for us too, so that it opens userinfo.
    #[must_use]
    pub fn is_for(&self, issuer: &Issuer) -> bool {
        self.audience.is_empty() || self.audience.iter().any(|audience| audience == issuer.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Resource, ScopeToken};
    use crate::domain::client::Issuer;

    #[test]
    fn a_resource_is_an_address_as_machines_write_it() {
        let issuer = Issuer::parse("https://account.havenbrook.example").unwrap();
        for good in ["https://api.havenbrook.example/", "https://api.havenbrook.example/permits?v=2"] {
            assert_eq!(Resource::register(good, &issuer).unwrap().as_str(), good);
        }
        for bad in ["api", "urn:api", "http://api.test/", "https://a.test/#x", "https://a.test", "https://A.test/"] {
            assert!(Resource::register(bad, &issuer).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_scope_of_an_api_is_never_a_residents() {
        for good in ["permits.read", "permits:write", "a"] {
            assert!(ScopeToken::parse(good).is_some(), "{good}");
        }
        for bad in ["", "a b", "\"", "\\", "é", "openid", "profile", "email", "offline_access"] {
            assert!(ScopeToken::parse(bad).is_none(), "{bad}");
        }
    }
}
