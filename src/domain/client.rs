//! A service that relies on us: an OAuth client (RFC 6749 §2), as its file in `policies/services/` describes it.

mod alg;
mod auth;
mod issuer;
mod resources;
mod signing;
mod words;

pub use alg::{ClientAlg, SigningAlg};
pub use auth::{AuthMethod, Keys, Secret};
pub use issuer::{Issuer, IssuerError};
pub use resources::{Apis, Resource, ScopeToken, Target};
pub use signing::{Unusable, fits};
pub use words::{Lang, Words};

use super::assurance::Level;
use super::claims::{ClaimSet, ScopeSet};
use super::ids::ClientId;
use super::redirect::{Application, RedirectUri};
use super::sharing::Share;
use super::signal::Signals;
use super::time::When;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use url::Url;

/// One service, ready for use: every address is parsed and sound.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its registration, under its registered name")]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// What residents know it as.
    pub name: Words,
    /// Where a resident starts, with no request in hand.
    pub start_url: Url,
    /// What is demanded of it.
    pub security_profile: SecurityProfile,
    /// A program on a server, or one on a resident's device.
    pub application: Application,
    /// How it proves at the token endpoint who it is.
    pub auth: AuthMethod,
    /// Public keys of a client that does not authenticate by them: its request objects are signed with these.
    pub object_keys: Option<Keys>,
    /// Where a browser may be sent back to with a code.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may be sent after sign-out (OIDC RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where we say that a session ended (OIDC Back-Channel Logout §2.2).
    pub backchannel_logout_uri: Option<Url>,
    /// Whether it cannot do without `sid` in a logout token (OIDC Back-Channel Logout §2.2).
    pub backchannel_logout_session_required: bool,
    /// A page of its own that a browser opens at sign-out (OIDC Front-Channel Logout §2).
    pub frontchannel_logout_uri: Option<Url>,
    /// Whether that page cannot do without `iss` and `sid` (OIDC Front-Channel Logout §2).
    pub frontchannel_logout_session_required: bool,
    /// Clients of one sector know a resident by the same `sub` (OIDC Core §8.1).
    pub sector: String,
    /// The least we must be sure of a resident before she goes there.
    pub least_assurance: Level,
    /// Why an account is needed, as a sentence to the resident.
    pub account_needed_because: Words,
    /// How to be served without an account.
    pub other_ways: OtherWays,
    /// What its ID tokens are signed with.
    pub id_token_alg: SigningAlg,
    /// What userinfo is signed with for it; `None` is plain JSON (OIDC Core §5.3.2).
    pub userinfo_signed_response_alg: Option<SigningAlg>,
    /// The one algorithm its request objects may be signed with; `None` is any we take (OIDC Registration §2).
    pub request_object_signing_alg: Option<ClientAlg>,
    /// The one algorithm its assertions may be signed with; `None` is any we take (OIDC Registration §2).
    pub token_endpoint_auth_signing_alg: Option<ClientAlg>,
    /// What a `request_uri` may be, as registered (OIDC Core §6.2); a fragment is the hash of what lies there.
    pub request_uris: Vec<Url>,
    /// Whether its requests must come by `/par` (RFC 9126 §6).
    pub require_pushed_authorization_requests: bool,
    /// The oldest sign-in, in seconds, that will do where a request names no `max_age` (OIDC Registration §2).
    pub default_max_age: Option<u64>,
    /// Whether its ID tokens always carry `auth_time` (OIDC Registration §2).
    pub require_auth_time: bool,
    /// What it would have where a request names no `acr_values`, best first (OIDC Registration §2).
    pub default_acr_values: Vec<Level>,
    /// Where a sign-in that somebody else begins is sent (OIDC Core §4).
    pub initiate_login_uri: Option<Url>,
    /// Whom to write to about it (OIDC Registration §2); never shown to residents.
    pub contacts: Vec<String>,
    /// Its picture, as an address; named, never fetched (OIDC Registration §2).
    pub logo_uri: Option<Url>,
    /// How it uses what it is told (OIDC Registration §2).
    pub policy_uri: Option<Url>,
    /// Its terms (OIDC Registration §2).
    pub tos_uri: Option<Url>,
    /// What it may ask for; other scopes of a request are passed over.
    pub scopes: ScopeSet,
    /// What it may be told, and why.
    pub shares: Vec<Share>,
    /// A service one may need to leave in a hurry: its pages carry "Exit this page", and its access tokens say nothing to
    /// whoever finds one (they are random, not JWTs).
    pub sensitive: bool,
    /// The APIs it offers and those its tokens may be for.
    pub apis: Apis,
    /// The services that a proof given here serves, too; see [`Client::shares_sign_in_with`].
    pub sso_shared_with: Option<BTreeSet<ClientId>>,
    /// It may say that it needs a resident's account, which is not taken for unused then.
    pub keeps_account: bool,
    /// How it takes signals; one that takes none has to be told by a person.
    pub signals: Option<Signals>,
}

impl Client {
    /// Whether a request's `redirect_uri` is one of those registered.
    #[must_use]
    pub fn redirects_to(&self, asked: &str) -> bool {
        self.redirect_uris.iter().any(|registered| registered.matches(asked))
    }

    /// Whether a `post_logout_redirect_uri` is one of those registered; never with more freedom than the bytes give.
    #[must_use]
    pub fn returns_after_logout_to(&self, asked: &str) -> bool {
        self.post_logout_redirect_uris.iter().any(|registered| registered.as_str() == asked)
    }

    /// Whether it can be told that a session has ended: by a call, or by a frame.
    #[must_use]
    pub fn hears_of_sign_out(&self) -> bool {
        self.backchannel_logout_uri.is_some() || self.frontchannel_logout_uri.is_some()
    }

    /// Its own sign-out page for one session, which a browser opens in a frame (OIDC Front-Channel Logout §2): with
    /// `iss` and `sid` if it cannot do without.
    #[must_use]
    pub fn frontchannel_logout(&self, issuer: &str, sid: &str) -> Option<Url> {
        let mut url = self.frontchannel_logout_uri.clone()?;
        if self.frontchannel_logout_session_required {
            url.query_pairs_mut().append_pair("iss", issuer).append_pair("sid", sid);
        }
        Some(url)
    }

    /// Whether its sign-out page is on the origin of one of its redirect URIs, as it must be (OIDC Front-Channel
    /// Logout §2); true if it has none.
    #[must_use]
    pub fn frontchannel_is_at_home(&self) -> bool {
        let origin = |uri: &RedirectUri| Url::parse(uri.as_str()).map(|url| url.origin());
        self.frontchannel_logout_uri
            .as_ref()
            .is_none_or(|page| self.redirect_uris.iter().any(|uri| origin(uri).is_ok_and(|home| home == page.origin())))
    }

    /// Whether a named relaxation holds today.
    #[must_use]
    pub fn is_relaxed(&self, relaxation: Relaxation, now: When) -> bool {
        match &self.security_profile {
            SecurityProfile::Legacy(legacy) => legacy.relaxes(relaxation, now),
            SecurityProfile::Standard | SecurityProfile::Fapi2 => false,
        }
    }

    /// How its ID tokens and logout tokens are signed then: as it registered, RS256 only until its exception ends.
    #[must_use]
    pub fn id_token_alg_at(&self, now: When) -> SigningAlg {
        if self.is_relaxed(Relaxation::Rs256, now) { self.id_token_alg } else { SigningAlg::Es256 }
    }

    /// Its public keys, whatever it authenticates by.
    #[must_use]
    pub const fn public_keys(&self) -> Option<&Keys> {
        match &self.auth {
            AuthMethod::PrivateKeyJwt { keys } => Some(keys),
            _ => self.object_keys.as_ref(),
        }
    }

    /// Whether an authorization request must carry a PKCE challenge.
    #[must_use]
    pub fn needs_pkce(&self, now: When) -> bool {
        !self.is_relaxed(Relaxation::NoPkce, now)
    }

    /// Whether the token endpoint may be named as audience of a client assertion beside the issuer.
    #[must_use]
    pub const fn takes_token_endpoint_as_audience(&self) -> bool {
        !matches!(self.security_profile, SecurityProfile::Fapi2)
    }

    /// Whether its authorization requests must come by `/par` (RFC 9126 §5, FAPI 2.0 Security Profile §5.3.2.2).
    #[must_use]
    pub const fn must_push(&self) -> bool {
        self.require_pushed_authorization_requests || matches!(self.security_profile, SecurityProfile::Fapi2)
    }

    /// Where a resident starts from a page of ours: its own sign-in, told who asks and where she wants to go (OIDC
    /// Core §4), or else its front page.
    #[must_use]
    pub fn start_at(&self, issuer: &Issuer) -> Url {
        let Some(mut initiate) = self.initiate_login_uri.clone() else {
            return self.start_url.clone();
        };
        let parameters = [("iss", issuer.as_str()), ("target_link_uri", self.start_url.as_str())];
        initiate.query_pairs_mut().extend_pairs(parameters);
        initiate
    }

    /// The private-use schemes a page's `form-action` has to allow on the way back to a native app.
    #[must_use]
    pub fn native_schemes(&self) -> BTreeSet<&str> {
        self.redirect_uris
            .iter()
            .map(RedirectUri::scheme)
            .filter(|scheme| !matches!(*scheme, "https" | "http"))
            .collect()
    }

    /// Whether a browser may be sent back to it at `[::1]` (RFC 8252 §7.3).
    #[must_use]
    pub fn listens_at_ipv6(&self) -> bool {
        self.redirect_uris.iter().chain(&self.post_logout_redirect_uris).any(RedirectUri::is_at_ipv6)
    }

    /// Whom it shares a sign-in with: those it lists, nobody if it is sensitive and lists none, else (`None`) everybody.
    #[must_use]
    pub fn shares_sign_in_with(&self) -> Option<&BTreeSet<ClientId>> {
        static NOBODY: BTreeSet<ClientId> = BTreeSet::new();
        self.sso_shared_with.as_ref().or_else(|| self.sensitive.then_some(&NOBODY))
    }

    /// Every claim that some share names.
    #[must_use]
    pub fn claims(&self) -> ClaimSet {
        self.shares.iter().flat_map(|share| share.claims).collect()
    }
}

/// What is demanded of a client. There is no global switch: what one client is excused from, no other is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecurityProfile {
    /// PKCE, no shared secrets, ES256.
    Standard,
    /// FAPI 2.0 Security Profile.
    Fapi2,
    /// Standard but for named and dated relaxations.
    Legacy(Legacy),
}

impl SecurityProfile {
    /// The word in service files.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Fapi2 => "fapi2",
            Self::Legacy(_) => "legacy",
        }
    }
}

/// How long before its last day a relaxation is warned of.
const NEAR: std::time::Duration = std::time::Duration::from_hours(60 * 24);

/// What an old client is excused from, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Legacy {
    /// From what.
    pub relaxations: BTreeSet<Relaxation>,
    /// The last day (UTC) it holds.
    pub until: Date,
}

impl Legacy {
    /// Whether it holds now.
    #[must_use]
    pub fn relaxes(&self, relaxation: Relaxation, now: When) -> bool {
        let today = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        today <= self.until && self.relaxations.contains(&relaxation)
    }

    /// Whether its last day was before this one.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        self.until < today
    }

    /// Whether its last day is so near that it is time to change the client.
    #[must_use]
    pub fn is_near(&self, today: Date) -> bool {
        !self.is_over(today) && self.until <= today.saturating_add(NEAR)
    }

    /// The moment after its last day.
    #[must_use]
    pub fn ends_at(&self) -> When {
        end_of(self.until)
    }
}

/// The moment a day (UTC) is over.
#[must_use]
pub fn end_of(day: Date) -> When {
    let next = day.tomorrow().ok().and_then(|next| next.to_zoned(jiff::tz::TimeZone::UTC).ok());
    next.map_or(When::from_micros(i64::MAX), |next| next.timestamp().into())
}

/// One thing an old client cannot do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relaxation {
    /// Send a PKCE challenge.
    NoPkce,
    /// Sign an assertion: it has a shared secret.
    ClientSecret,
    /// Verify ES256.
    Rs256,
}

impl Relaxation {
    /// The word in service files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPkce => "no_pkce",
            Self::ClientSecret => "client_secret",
            Self::Rs256 => "rs256",
        }
    }
}

/// How to be served without an account; every service has all three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherWays {
    /// A number to ring.
    pub phone: String,
    /// A place to go to, with its hours.
    pub place: Words,
    /// An address to write to.
    pub post: Words,
}

#[cfg(test)]
mod tests {
    use super::{Legacy, Relaxation};
    use crate::domain::time::When;
    use std::collections::BTreeSet;

    #[test]
    fn a_relaxation_ends_with_its_last_day() {
        let legacy =
            Legacy { relaxations: BTreeSet::from([Relaxation::NoPkce]), until: jiff::civil::date(2027, 3, 31) };
        let at = |text: &str| When::from(text.parse::<jiff::Timestamp>().unwrap());
        assert!(legacy.relaxes(Relaxation::NoPkce, at("2027-03-31T23:59:59Z")));
        assert!(!legacy.relaxes(Relaxation::NoPkce, at("2027-04-01T00:00:00Z")));
        assert!(!legacy.relaxes(Relaxation::Rs256, at("2027-03-31T00:00:00Z")));
    }
}
