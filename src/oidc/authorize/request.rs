//! The parameters of an authorization request, checked in the order of the specifications: everything that needs no
//! resident. `/authorize` and `/par` ask the same.

use super::Fault;
use crate::app::{App, Snapshot};
use crate::crypto::jwt::verify_own;
use crate::crypto::keys::TokenType;
use crate::domain::assurance::parse_vtr;
use crate::domain::authorization::{Prompt, Request, ResponseMode};
use crate::domain::claims::{Requested, Scope, ScopeSet};
use crate::domain::client::{Client, Target};
use crate::domain::ids::ClientId;
use crate::domain::pkce::{Challenge, PkceError};
use crate::domain::time::When;
use crate::domain::wire_errors::said;
use crate::oidc::parameters::Parameters;
use serde::Deserialize;
use std::sync::Arc;

/// A request whose client is known, with the parameters that count: those sent, or those of its request object.
#[derive(Debug)]
pub struct Sent {
    /// Whose request it is.
    pub client: Arc<Client>,
    /// What it says.
    pub parameters: Parameters,
    /// Whether the client sent it to `/par` itself (RFC 9126).
    pub pushed: bool,
}

/// The client a request names (RFC 6749 §4.1.2.1: nothing goes anywhere while it is not known).
pub fn client(snapshot: &Snapshot, parameters: &Parameters) -> Result<Arc<Client>, Fault> {
    let id = parameters.get("client_id").ok_or(Fault::AtHome("client_id_missing", None))?;
    let client = ClientId::parse(id).and_then(|id| snapshot.client(&id).cloned());
    client.ok_or(Fault::AtHome("unknown_client", None))
}

/// Checks what was sent. Who is there is not known here: [`Request::proof_before`] is for who knows.
pub fn check(app: &App, snapshot: &Snapshot, sent: &Sent, now: When) -> Result<Request, Fault> {
    let Sent { client, parameters, .. } = sent;
    // RFC 6749 §3.1.2.4: only now is there anybody to tell.
    let Some(redirect_uri) = parameters.get("redirect_uri").filter(|uri| client.redirects_to(uri)) else {
        return Err(Fault::AtHome("redirect_uri", Some(Arc::clone(client))));
    };
    let to_client = |said| Fault::told(client, parameters, said);

    // OIDC Core §7.2.1: not supported is said by name, never silently dropped.
    if parameters.has("registration") {
        return Err(to_client(said::REGISTRATION));
    }
    // RFC 9126 §5, FAPI 2.0 Security Profile §5.3.2.2.
    if client.must_push() && !sent.pushed {
        return Err(to_client(said::MUST_PUSH));
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(to_client(said::RESPONSE_TYPE)),
        None => return Err(to_client(said::RESPONSE_TYPE_MISSING)),
    }
    let response_mode = match parameters.get("response_mode") {
        None => ResponseMode::default(),
        Some(mode) => ResponseMode::parse(mode).ok_or_else(|| to_client(said::RESPONSE_MODE))?,
    };
    // Scopes the client is not registered for are left out, as unknown ones are (OIDC Core §3.1.2.1, RFC 6749 §3.3).
    let scopes = ScopeSet::parse(parameters.get("scope").unwrap_or_default()).within(&client.scopes);
    if !scopes.contains(Scope::OpenId) {
        return Err(to_client(said::NO_OPENID));
    }
    let challenge = challenge(client, parameters, now).map_err(|_| to_client(said::PKCE))?;
    // OpenID Connect Prompt Create 1.0 §4.1: a value that is not supported is an error.
    let prompt = Prompt::parse(parameters.get("prompt").unwrap_or_default()).map_err(|_| to_client(said::PROMPT))?;
    let max_age = match parameters.get("max_age").map(str::parse::<u64>) {
        None => client.default_max_age,
        Some(Ok(seconds)) => Some(seconds),
        Some(Err(_)) => return Err(to_client(said::MAX_AGE)),
    };
    let claims = parameters.get("claims");
    if claims.is_some_and(|claims| Requested::of(&scopes).and(claims).is_err()) {
        return Err(to_client(said::CLAIMS));
    }
    let vtr = parameters.get("vtr");
    if vtr.is_some_and(|vtr| parse_vtr(vtr).is_err()) {
        return Err(to_client(said::VTR));
    }
    // RFC 8707 §2.1.
    let resources = parameters.resources();
    if Target::decide(resources, client, &snapshot.policy.clients, &app.issuer).is_none() {
        return Err(to_client(said::TARGET));
    }
    let hinted_sub = match parameters.get("id_token_hint") {
        None => None,
        Some(hint) => Some(hinted(app, snapshot, client, hint, now).ok_or_else(|| to_client(said::HINT))?),
    };
    // `display` changes nothing: one page fits every screen, and a value nobody knows may be passed over (OIDC Core
    // §3.1.2.1). So does `claims_locales`: a name is held as its owner writes it, in no language (§5.2).
    let text = |name| parameters.get(name).map(ToOwned::to_owned);
    let request = Request {
        client_id: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        response_mode,
        scope: scopes.to_string(),
        claims: claims.map(ToOwned::to_owned),
        nonce: text("nonce"),
        challenge: challenge.map(|challenge| challenge.as_str().to_owned()),
        login_hint: text("login_hint"),
        proof_before: None,
        state: text("state"),
        prompt,
        max_age,
        hinted_sub,
        resources: resources.to_vec(),
        acr_values: text("acr_values").or_else(|| usual_levels(client)),
        vtr: text("vtr"),
        without_step_up: false,
    };
    Ok(request)
}

/// The PKCE challenge, which only an old client may do without (RFC 7636 §4.3, §4.4.1; RFC 9700 §2.1.1).
fn challenge(client: &Client, parameters: &Parameters, now: When) -> Result<Option<Challenge>, PkceError> {
    let (challenge, method) = (parameters.get("code_challenge"), parameters.get("code_challenge_method"));
    if challenge.is_none() && method.is_none() && !client.needs_pkce(now) {
        return Ok(None);
    }
    Challenge::requested(challenge, method).map(Some)
}

/// The levels a client wishes for where its request names none (OIDC Registration §2, `default_acr_values`).
fn usual_levels(client: &Client) -> Option<String> {
    let levels: Vec<&str> = client.default_acr_values.iter().map(|level| level.as_str()).collect();
    (!levels.is_empty()).then(|| levels.join(" "))
}

#[derive(Deserialize)]
struct Hint {
    sub: String,
    aud: String,
}

/// The subject of an ID token of ours for this client, expired or not (OIDC Core §3.1.2.1).
fn hinted(app: &App, snapshot: &Snapshot, client: &Client, hint: &str, now: When) -> Option<String> {
    let own = verify_own::<Hint>(hint, TokenType::Id, app.issuer.as_str(), &snapshot.keys, now).ok()?;
    (own.claims.aud == client.id.as_str()).then_some(own.claims.sub)
}
