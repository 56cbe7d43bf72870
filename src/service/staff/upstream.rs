//! Signing members of staff in at the council's own OpenID provider (`[upstream]` of `staff.toml`): authorization code with
//! PKCE (OIDC Core §3.1, RFC 7636), and what may come back from it.
//!
//! ```text
//! begin ──address──> the provider            the browser keeps `pending`, sealed, in the cookie Name::Upstream
//!                        │
//! finish <──the query────┘   state, once and of this browser ─> code ─> ID token ─> tenant ─> groups ─> roles
//! ```
//!
//! Roles come anew with every sign-in, and nothing of the provider's is kept: a session from there lasts [`lifetime`],
//! so that whoever left is out within the hour (`src/decisions/0032`).
//!
//! The answer of the provider is a cross-site request: the cookie of a staff session, which is `SameSite=Strict`, is not sent
//! with it, nor with a redirect that follows. The door answers with a page that leads on, not with 303.

mod provider;
mod token;

pub use provider::Provider;
pub use token::{Unheld, Who};

use super::network;
use crate::app::App;
use crate::crypto::tokens::{Reference, TokenHash, open_reference, seal_reference};
use crate::domain::account::FullName;
use crate::domain::audit::Context;
use crate::domain::ids::{ClientId, StaffId, StaffSessionId};
use crate::domain::session::Lifetime;
use crate::domain::staff::Role;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::refusal::{self, Refusal};
use crate::store::{Error, Housekeeping, assertions};
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow};
use openidconnect::{CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, Scope};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where the provider sends browsers back to, on the staff listener.
pub const CALLBACK: &str = "/sign-in/callback";
/// How long somebody may stay at the provider.
pub const LASTS: Duration = Duration::from_mins(10);
/// What counts those who come back.
const COUNTER: &str = "staff_upstream";
/// Under which name states are remembered that were spent. States are random: no client's assertion can be one.
const SPENT: &str = "staff-upstream";

/// What somebody goes to the provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To sign in. Being signed in there already will do, if that is not older than a staff session may be.
    SignIn {
        /// The session that the browser has now, and will not have any more: no cookie of it comes back.
        before: Option<StaffSessionId>,
    },
    /// To prove once more who they are: the provider must ask for it now. Nobody else may come back, and the session that
    /// they have is replaced.
    ProveAgain {
        /// Who is signed in.
        staff: StaffId,
        /// In which session.
        session: StaffSessionId,
    },
}

/// A sign-in on its way.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where the browser goes.
    pub address: String,
    /// What it keeps until it comes back: text of under 1 KiB for an `HttpOnly` cookie that lasts [`LASTS`].
    pub pending: String,
}

/// Somebody whom the council's provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Who says so.
    pub issuer: String,
    /// Its own name for them, which never changes.
    pub subject: String,
    /// Their name.
    pub name: FullName,
    /// Their roles as of now, at least one.
    pub roles: Vec<Role>,
    /// When they last proved to the provider who they are.
    pub auth_time: When,
    /// What they went there for. Who proves again has to be who is signed in: [`super::arrivals::arrive`] compares.
    pub purpose: Purpose,
}

/// Why nobody arrived. Each is on record under its [`reason`](Self::reason).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no `[upstream]`.
    #[error("no provider signs members of staff in")]
    NotSetUp,
    /// The answer does not belong to a sign-in of this browser.
    #[error("state is missing, or of another browser")]
    State,
    /// It was answered before.
    #[error("this sign-in was answered before")]
    Spent,
    /// Too many come back on this network: each makes us ask the provider.
    #[error("too many sign in from this network")]
    Crowded,
    /// It took longer than [`LASTS`].
    #[error("the sign-in took too long")]
    Late,
    /// The answer is from somebody else (RFC 9207 §2.4).
    #[error("iss is not the provider")]
    Issuer,
    /// They chose not to go on.
    #[error("the provider was told not to go on")]
    Cancelled,
    /// The provider says why it cannot.
    #[error("the provider answered {0}")]
    Answered(String),
    /// It cannot be reached, or what it says of itself cannot be used.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    /// An ID token that does not hold.
    #[error("the ID token does not hold: {0}")]
    Token(String),
    /// The sign-in at the provider is too old, or nobody says when it was.
    #[error("auth_time is missing or too long ago")]
    NotFresh,
    /// Somebody of another tenant of the same provider.
    #[error("they are of another tenant")]
    Tenant,
    /// No name that can be put on record.
    #[error("the provider does not say their name")]
    NoName,
    /// In none of the groups that have a role. Whoever writes `staff.toml` with `groups_claim = "sub"` has to learn the
    /// provider's name for them: it is for the page, and not for the log.
    #[error("they are in no group that has a role")]
    NoRole {
        /// The provider's name for them.
        subject: String,
    },
}

impl Refused {
    /// One word for the record.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NotSetUp => "not_set_up",
            Self::State => "state",
            Self::Spent => "spent",
            Self::Crowded => network::CROWDED,
            Self::Late => "late",
            Self::Issuer => "issuer",
            Self::Cancelled => "cancelled",
            Self::Answered(_) => "provider_error",
            Self::Unreachable(_) => "provider_unreachable",
            Self::Token(_) => "id_token",
            Self::NotFresh => "not_fresh",
            Self::Tenant => "other_tenant",
            Self::NoName => "no_name",
            Self::NoRole { .. } => "no_role",
        }
    }
}

/// What the browser keeps. It is sealed: `nonce` and `verifier` are secrets of ours, `at` must not be set back.
#[derive(Serialize, Deserialize)]
struct Pending {
    issuer: String,
    state: String,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    purpose: Purpose,
    at: i64,
}

/// How long a session lasts that began at the provider: no longer than leavers may stay (`revocation.leavers` of
/// `assurance.toml`, 60 minutes). Then the provider is asked again, and says nothing to those who are still signed in there.
#[must_use]
pub fn lifetime(app: &App) -> Lifetime {
    let policy = &app.snapshot().policy;
    let Lifetime { idle, absolute } = policy.staff.session;
    let absolute = absolute.min(policy.assurance.revocation.leavers);
    Lifetime { idle: idle.min(absolute), absolute }
}

/// Sends somebody to the provider, who comes back to `callback` ([`CALLBACK`] of the staff listener's origin).
///
/// # Errors
/// [`Refused::NotSetUp`] or [`Refused::Unreachable`]; neither is recorded, for nobody has asked for anything yet.
pub async fn begin(app: &App, callback: &str, purpose: Purpose, now: When) -> Result<Begun, Refused> {
    let snapshot = app.snapshot();
    let upstream = snapshot.policy.staff.upstream.as_ref().ok_or(Refused::NotSetUp)?;
    let metadata = app.upstream.metadata(app, upstream, now).await?;
    let client = provider::client(&metadata, upstream, callback)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let mut request = client
        .authorize_url(flow, || CsrfToken::new_random_len(32), || Nonce::new_random_len(32))
        .add_scope(Scope::new("profile".to_owned()))
        .set_max_age(max_age(app, purpose))
        .set_pkce_challenge(challenge);
    if matches!(purpose, Purpose::ProveAgain { .. }) {
        request = request.add_prompt(CoreAuthPrompt::Login);
    }
    let (address, state, nonce) = request.url();
    let issuer = upstream.issuer.clone();
    let pending = Pending { issuer, state: state.into_secret(), nonce, verifier, purpose, at: now.micros() };
    let sealed = serde_json::to_vec(&pending).ok().and_then(|bytes| {
        let bytes = zeroize::Zeroizing::new(bytes);
        seal_reference(&app.roots, Reference::Upstream, &bytes).ok()
    });
    let pending = sealed.ok_or_else(|| Refused::Unreachable("the request cannot be sealed".to_owned()))?;
    Ok(Begun { address: address.into(), pending })
}

/// How long ago they may have proved to the provider who they are.
fn max_age(app: &App, purpose: Purpose) -> Duration {
    match purpose {
        Purpose::SignIn { .. } => app.snapshot().policy.staff.session.absolute,
        Purpose::ProveAgain { .. } => Duration::ZERO,
    }
}

/// Takes the provider's answer: the query of the callback, and what the browser had kept. A refusal is on record when
/// this returns it.
pub async fn finish(
    app: &App,
    callback: &str,
    pending: Option<&str>,
    query: &str,
    context: &Context,
    now: When,
) -> Result<Result<Arrived, Refused>, Failure> {
    let outcome = match spend(app, pending, query, context, now).await? {
        Ok(pending) => arrive(app, callback, pending, query, now).await,
        Err(refused) => Err(refused),
    };
    if let Err(refused) = &outcome {
        tracing::info!(reason = refused.reason(), why = %refused, "a member of staff could not sign in");
        let refusal = Refusal { endpoint: CALLBACK, reason: refused.reason(), client: None, context };
        refusal::note(app, &refusal, now).await?;
    }
    Ok(outcome)
}

/// The sign-in that this browser began and this answer belongs to, which no other answer can belong to any more.
async fn spend(
    app: &App,
    pending: Option<&str>,
    query: &str,
    context: &Context,
    now: When,
) -> Result<Result<Pending, Refused>, Failure> {
    let opened = pending.and_then(|text| open_reference(&app.roots, Reference::Upstream, text).ok());
    let pending = opened.and_then(|bytes| serde_json::from_slice::<Pending>(&bytes).ok());
    let Some(pending) = pending.filter(|kept| parameter(query, "state").as_ref() == Some(&kept.state)) else {
        return Ok(Err(Refused::State));
    };
    let until = When::from_micros(pending.at) + LASTS;
    if now >= until {
        return Ok(Err(Refused::Late));
    }
    if network::spend(app, COUNTER, context, now).await?.is_some() {
        return Ok(Err(Refused::Crowded));
    }
    let (name, state) = (ClientId::parse(SPENT), TokenHash::of(&pending.state));
    let spent = app
        .db
        .write(async |mut w| {
            let name = name.as_ref().ok_or(Error::Missing)?;
            assertions::remember(&mut w, name, &state.0, until)?;
            w.commit_quietly(Housekeeping::Replay, ()).await
        })
        .await;
    match spent {
        Ok(_) => Ok(Ok(pending)),
        Err(Error::GivenUp) => Ok(Err(Refused::Spent)),
        Err(error) => Err(error.into()),
    }
}

async fn arrive(app: &App, callback: &str, pending: Pending, query: &str, now: When) -> Result<Arrived, Refused> {
    let snapshot = app.snapshot();
    let upstream = snapshot.policy.staff.upstream.as_ref().ok_or(Refused::NotSetUp)?;
    // Other policies may have come into force meanwhile; and no answer may come from another provider.
    if pending.issuer != upstream.issuer || parameter(query, "iss").is_some_and(|iss| iss != upstream.issuer) {
        return Err(Refused::Issuer);
    }
    match parameter(query, "error") {
        Some(error) if error == "access_denied" => return Err(Refused::Cancelled),
        Some(error) => return Err(Refused::Answered(short(&error))),
        None => {}
    }
    let code = parameter(query, "code").ok_or_else(|| Refused::Answered("no code".to_owned()))?;
    let metadata = app.upstream.metadata(app, upstream, now).await?;
    let Pending { nonce, verifier, purpose, at, .. } = pending;
    let answer = provider::redeem(app, (&metadata, upstream, callback), code, verifier, now).await?;
    let who = token::verified(app, (&metadata, upstream), &answer, &nonce, now).await?;
    let auth_time = who.auth_time().ok_or(Refused::NotFresh)?;
    let oldest = match purpose {
        Purpose::SignIn { .. } => now - max_age(app, purpose),
        Purpose::ProveAgain { .. } => When::from_micros(at),
    };
    if auth_time + token::SKEW < oldest || auth_time > now + token::SKEW {
        return Err(Refused::NotFresh);
    }
    if upstream.tenant.is_some() && upstream.tenant.as_deref() != who.text("tid") {
        return Err(Refused::Tenant);
    }
    let who = who.with_userinfo(app, &metadata, &answer, &upstream.groups_claim).await;
    let roles = snapshot.policy.staff.roles_of(who.list(&upstream.groups_claim));
    let subject = who.text("sub").unwrap_or_default().to_owned();
    if roles.is_empty() {
        return Err(Refused::NoRole { subject });
    }
    let name = ["name", "preferred_username", "email"].iter().find_map(|claim| FullName::parse(who.text(claim)?).ok());
    let name = name.ok_or(Refused::NoName)?;
    Ok(Arrived { issuer: upstream.issuer.clone(), subject, name, roles, auth_time: auth_time.min(now), purpose })
}

/// A parameter of the answer; one that is sent twice is as good as none (RFC 6749 §3.1).
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

/// An error code as it may be written down: the characters of RFC 6749 §4.1.2.1, at most 64.
fn short(error: &str) -> String {
    error.chars().filter(char::is_ascii_graphic).take(64).collect()
}
