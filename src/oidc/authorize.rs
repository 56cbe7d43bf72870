//! `/authorize` (RFC 6749 §4.1.1, OIDC Core §3.1.2): whose request is it, may it be asked, what stands in the way.
//!
//! Until client and redirect URI are known to belong together nothing goes to the client: the resident gets a page
//! (RFC 6749 §4.1.2.1). From then on every answer goes back there, with `iss` (RFC 9207 §2).

use super::parameters::Parameters;
use crate::app::{App, Snapshot};
use crate::crypto::jwt::verify_own;
use crate::crypto::keys::TokenType;
use crate::crypto::tokens::{Reference, open_reference, seal_reference};
use crate::domain::assurance::parse_vtr;
use crate::domain::authorization::{Prompt, Request, answer_at};
use crate::domain::claims::{Requested, Scope, ScopeSet};
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::pkce::Challenge;
use crate::domain::time::When;
use crate::service::authorize::{Next, Stage, answer, next};
use crate::service::refusal::{self, Refusal};
use crate::service::{Failure, flows};
use crate::view::Lang;
use crate::view::pages::Trouble;
use crate::visit::Visit;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use std::sync::Arc;

const PATH: &str = "/authorize";
/// The longest request taken, in bytes: longer ones break proxies on the way.
const LONGEST: usize = 8_192;

/// Why a request is not answered as asked.
#[derive(Debug)]
enum Fault {
    /// Told to the resident only: the client or its address is not known to be the one it says.
    AtHome(&'static str, Option<ClientId>),
    /// Told to the client, by a code of the registry.
    ToClient(Box<Told>),
}

#[derive(Debug)]
struct Told {
    client: Arc<Client>,
    redirect_uri: String,
    state: Option<String>,
    code: &'static str,
    description: &'static str,
}

/// POST (OIDC Core §3.1.2.1). It may come from another site, so it reads no cookie and changes nothing: the
/// parameters come back by a GET of our own.
pub async fn post(State(app): State<App>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    if query.is_some_and(|query| !query.is_empty()) || body.len() > LONGEST {
        return StatusCode::BAD_REQUEST.into_response();
    }
    match seal_reference(&app.roots, Reference::Authorize, &body) {
        Ok(reference) => (StatusCode::SEE_OTHER, [(LOCATION, format!("{PATH}?resume={reference}"))]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// GET.
pub async fn get(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    match asked(&visit, &query) {
        Ok((client, request, lang)) => match go_on(&visit, &client, &request, lang).await {
            Ok(response) => response,
            Err(failure) => visit.fault(&failure),
        },
        Err(fault) => refuse(&visit, fault).await.unwrap_or_else(|failure| visit.fault(&failure)),
    }
}

fn asked(visit: &Visit, query: &str) -> Result<(Arc<Client>, Request, Option<Lang>), Fault> {
    let home = |reason| Fault::AtHome(reason, None);
    if query.len() > LONGEST * 2 {
        return Err(home("too_long"));
    }
    let mut parameters = Parameters::parse(query.as_bytes()).map_err(|_| home("repeated_parameter"))?;
    if let Some(resume) = parameters.get("resume") {
        let body = open_reference(&visit.app.roots, Reference::Authorize, resume).map_err(|_| home("reference"))?;
        parameters = Parameters::parse(&body).map_err(|_| home("repeated_parameter"))?;
    }
    check(&visit.app, &visit.app.snapshot(), &parameters, visit.now)
}

/// Every check that needs no resident, in the order of the specifications.
fn check(
    app: &App,
    snapshot: &Snapshot,
    parameters: &Parameters,
    now: When,
) -> Result<(Arc<Client>, Request, Option<Lang>), Fault> {
    // RFC 6749 §3.1.2.4, §4.1.2.1: these two first, and nothing goes anywhere if they are wrong.
    let id = parameters.get("client_id").ok_or(Fault::AtHome("client_id_missing", None))?;
    let client = ClientId::parse(id).and_then(|id| snapshot.client(&id).cloned());
    let client = client.ok_or(Fault::AtHome("unknown_client", None))?;
    let redirect_uri = parameters.get("redirect_uri").filter(|uri| client.redirects_to(uri));
    let Some(redirect_uri) = redirect_uri else {
        return Err(Fault::AtHome("redirect_uri", Some(client.id.clone())));
    };
    let state = parameters.get("state").map(ToOwned::to_owned);
    let to_client = |code, description| {
        let (client, redirect_uri, state) = (Arc::clone(&client), redirect_uri.to_owned(), state.clone());
        Fault::ToClient(Box::new(Told { client, redirect_uri, state, code, description }))
    };
    let invalid = |description| to_client("invalid_request", description);

    // OIDC Core §6, §7.2.1: not supported is said by name, never silently dropped.
    for (name, code) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        if parameters.has(name) {
            return Err(to_client(code, "send the parameters themselves"));
        }
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(to_client("unsupported_response_type", "response_type is code")),
        None => return Err(invalid("response_type is missing: it is code")),
    }
    if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(invalid("response_mode is query"));
    }
    // Scopes the client is not registered for are left out, as unknown ones are (OIDC Core §3.1.2.1, RFC 6749 §3.3).
    let scopes = ScopeSet::parse(parameters.get("scope").unwrap_or_default()).within(&client.scopes);
    if !scopes.contains(Scope::OpenId) {
        return Err(to_client("invalid_scope", "scope must contain openid"));
    }
    // RFC 7636 §4.3, §4.4.1; RFC 9700 §2.1.1.
    let (challenge, method) = (parameters.get("code_challenge"), parameters.get("code_challenge_method"));
    let challenge = if challenge.is_none() && method.is_none() && !client.needs_pkce(now) {
        None
    } else {
        let requested = Challenge::requested(challenge, method);
        Some(requested.map_err(|_| invalid("PKCE is required: send code_challenge with code_challenge_method=S256"))?)
    };
    let prompt = Prompt::parse(parameters.get("prompt").unwrap_or_default())
        .map_err(|_| invalid("prompt is none alone, or some of login, consent, select_account, create"))?;
    let max_age = match parameters.get("max_age").map(str::parse::<u64>) {
        None => None,
        Some(Ok(seconds)) => Some(seconds),
        Some(Err(_)) => return Err(invalid("max_age is a whole number of seconds")),
    };
    let claims = parameters.get("claims");
    if claims.is_some_and(|claims| Requested::of(&scopes).and(claims).is_err()) {
        return Err(invalid("claims is not the JSON object that OpenID Connect Core 5.5 describes"));
    }
    let vtr = parameters.get("vtr");
    if vtr.is_some_and(|vtr| parse_vtr(vtr).is_err()) {
        return Err(invalid("vtr is not the JSON array of vectors that RFC 8485 describes"));
    }
    let hinted_sub = match parameters.get("id_token_hint") {
        None => None,
        Some(hint) => {
            Some(hinted(app, snapshot, &client, hint, now).ok_or_else(|| invalid("id_token_hint is not one of ours"))?)
        }
    };
    let request = Request {
        client_id: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        scope: scopes.to_string(),
        claims: claims.map(ToOwned::to_owned),
        nonce: parameters.get("nonce").map(ToOwned::to_owned),
        challenge: challenge.map(|challenge| challenge.as_str().to_owned()),
        login_hint: parameters.get("login_hint").map(ToOwned::to_owned),
        asked_at: now.micros(),
        acr_values: parameters.get("acr_values").map(ToOwned::to_owned),
        vtr: vtr.map(ToOwned::to_owned),
        without_step_up: false,
        state,
        prompt,
        max_age,
        hinted_sub,
    };
    Ok((client, request, parameters.get("ui_locales").and_then(Lang::from_ui_locales)))
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

async fn go_on(visit: &Visit, client: &Client, request: &Request, lang: Option<Lang>) -> Result<Response, Failure> {
    let (app, now) = (&visit.app, visit.now);
    let place = match next(app, request, client, visit.signed_in.as_ref(), Stage::Arrived, now).await? {
        Next::Clear(release) => {
            if let Some(who) = &visit.signed_in
                && let Some(code) = answer(app, request, client, who, &release, None, now).await?
            {
                return Ok(visit.see_other(&with_code(app, request, code.as_str())));
            }
            "/sign-in"
        }
        Next::Refused(code, description) => {
            return Ok(visit.see_other(&with_error(
                app,
                &request.redirect_uri,
                request.state.as_deref(),
                code,
                description,
            )));
        }
        Next::SignIn if request.prompt.create => "/create-account",
        Next::SignIn => "/sign-in",
        Next::StepUp => "/sign-in/code",
        Next::Interact(_) => "/continue",
    };
    let flow = flows::keep(app, &visit.browser.token, request, now).await?;
    let lang = lang.map_or_else(String::new, |lang| format!("&lang={}", lang.as_str()));
    Ok(visit.see_other(&format!("{place}?flow={}{lang}", flow.as_str())))
}

async fn refuse(visit: &Visit, fault: Fault) -> Result<Response, Failure> {
    let (app, now, context) = (&visit.app, visit.now, &visit.context);
    match fault {
        Fault::AtHome(reason, client) => {
            let refusal = Refusal { endpoint: PATH, reason, client: client.as_ref(), context };
            refusal::note(app, &refusal, now).await?;
            let client = client.and_then(|id| app.snapshot().client(&id).cloned());
            Ok(visit.problem(StatusCode::BAD_REQUEST, Trouble::BadRequest, client.as_deref()).await)
        }
        Fault::ToClient(told) => {
            let refusal = Refusal { endpoint: PATH, reason: told.code, client: Some(&told.client.id), context };
            refusal::note(app, &refusal, now).await?;
            let place = with_error(app, &told.redirect_uri, told.state.as_deref(), told.code, told.description);
            Ok(visit.see_other(&place))
        }
    }
}

/// RFC 6749 §4.1.2, RFC 9207 §2.
fn with_code(app: &App, request: &Request, code: &str) -> String {
    let mut parameters = vec![("code", code)];
    parameters.extend(request.state.as_deref().map(|state| ("state", state)));
    parameters.push(("iss", app.issuer.as_str()));
    answer_at(&request.redirect_uri, &parameters)
}

/// RFC 6749 §4.1.2.1, RFC 9207 §2.
fn with_error(app: &App, redirect_uri: &str, state: Option<&str>, code: &str, description: &str) -> String {
    let mut parameters = vec![("error", code), ("error_description", description)];
    parameters.extend(state.map(|state| ("state", state)));
    parameters.push(("iss", app.issuer.as_str()));
    answer_at(redirect_uri, &parameters)
}
