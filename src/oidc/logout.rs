//! `/logout` (OpenID Connect RP-Initiated Logout 1.0 §2). The resident is asked, unless nobody is signed in or the hint
//! names the session she is in. The services her session visited are told by back-channel, from the outbox, and those
//! that have a sign-out page of their own by a frame on the page she then sees (Front-Channel Logout 1.0 §3).
//!
//! `logout_hint` is taken and not looked at: who is signed out follows from the browser and from what we signed, never
//! from words in an address. There is no session management iframe (security row L03).

use super::parameters::Parameters;
use crate::app::{App, Snapshot};
use crate::crypto::jwt::verify_own;
use crate::crypto::keys::TokenType;
use crate::crypto::tokens::{Reference, open_reference, seal_reference};
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::http::cookies::Name;
use crate::service::refusal::{self, Refusal};
use crate::service::sign_out::{LogoutAsked, SignedOutRef};
use crate::service::{Failure, sessions};
use crate::store;
use crate::view::Both;
use crate::view::pages::{LogoutConfirm, Trouble};
use crate::visit::Visit;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use std::sync::Arc;

const PATH: &str = "/logout";
/// The longest request taken, in bytes: it comes back in an address, and longer ones break proxies on the way.
const LONGEST: usize = 8_192;

/// POST: may come from another site, so it reads no cookie and changes nothing.
pub async fn post(State(app): State<App>, body: Bytes) -> Response {
    if body.len() > LONGEST {
        // The page that says so is shown by the GET: no request is called by this.
        return (StatusCode::SEE_OTHER, [(LOCATION, format!("{PATH}?resume=-"))]).into_response();
    }
    match seal_reference(&app.roots, Reference::Logout, &body) {
        Ok(reference) => (StatusCode::SEE_OTHER, [(LOCATION, format!("{PATH}?resume={reference}"))]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// GET.
pub async fn get(mut visit: Visit, RawQuery(query): RawQuery) -> Response {
    match asked(&visit.app, &query.unwrap_or_default(), visit.now) {
        Ok(asked) => match go_on(&mut visit, &asked).await {
            Ok(response) => response,
            Err(failure) => visit.fault(&failure),
        },
        Err(reason) => {
            let refusal = Refusal { endpoint: PATH, reason, client: None, context: &visit.context };
            if let Err(failure) = refusal::note(&visit.app, &refusal, visit.now).await {
                return visit.fault(&failure);
            }
            visit.problem(StatusCode::BAD_REQUEST, Trouble::BadRequest, None).await
        }
    }
}

/// What a logout request asks, checked.
struct Asked {
    client: Option<Arc<Client>>,
    sid: Option<String>,
    wish: LogoutAsked,
    ui_locales: Option<String>,
}

#[derive(Deserialize)]
struct Hint {
    aud: String,
    sid: Option<String>,
}

fn asked(app: &App, query: &str, now: When) -> Result<Asked, &'static str> {
    let mut parameters = Parameters::parse(query.as_bytes()).map_err(|_| "repeated_parameter")?;
    if let Some(resume) = parameters.get("resume") {
        let body = open_reference(&app.roots, Reference::Logout, resume).map_err(|_| "reference")?;
        parameters = Parameters::parse(&body).map_err(|_| "repeated_parameter")?;
    }
    let snapshot = app.snapshot();
    let hint = match parameters.get("id_token_hint") {
        None => None,
        // §2: an expired hint is taken as long as it is ours.
        Some(hint) => Some(hinted(app, &snapshot, hint, now).ok_or("id_token_hint")?),
    };
    let named = parameters.get("client_id");
    if let (Some(hint), Some(named)) = (&hint, named)
        && hint.aud != named
    {
        return Err("client_id");
    }
    let id = named.or(hint.as_ref().map(|hint| hint.aud.as_str()));
    let client = match id {
        None => None,
        Some(id) => Some(ClientId::parse(id).and_then(|id| snapshot.client(&id).cloned()).ok_or("unknown_client")?),
    };
    // §3: byte for byte one of the addresses registered; without a client there is nothing to compare with.
    let back = parameters.get("post_logout_redirect_uri");
    if let Some(back) = back
        && !client.as_ref().is_some_and(|client| client.returns_after_logout_to(back))
    {
        return Err("post_logout_redirect_uri");
    }
    let wish = LogoutAsked {
        client_id: client.as_ref().map(|client| client.id.as_str().to_owned()),
        post_logout_redirect_uri: back.map(ToOwned::to_owned),
        state: parameters.get("state").map(ToOwned::to_owned),
    };
    let ui_locales = parameters.get("ui_locales").map(ToOwned::to_owned);
    Ok(Asked { client, sid: hint.and_then(|hint| hint.sid), wish, ui_locales })
}

fn hinted(app: &App, snapshot: &Snapshot, hint: &str, now: When) -> Option<Hint> {
    verify_own::<Hint>(hint, TokenType::Id, app.issuer.as_str(), &snapshot.keys, now).ok().map(|own| own.claims)
}

/// Back to the service, with no page of ours in between.
fn straight_back(visit: &mut Visit, to: &str) -> Response {
    visit.end_wish();
    visit.see_other(to)
}

async fn go_on(visit: &mut Visit, asked: &Asked) -> Result<Response, Failure> {
    let app = visit.app.clone();
    visit.wish(asked.ui_locales.as_deref());
    let Some(who) = visit.signed_in.clone() else {
        return Ok(match asked.wish.return_to(asked.client.as_deref()) {
            Some(back) => straight_back(visit, &back),
            None => visit.see_other("/signed-out"),
        });
    };
    let snapshot = app.snapshot();
    let visits = store::sessions::visits(&mut app.db.peek(), who.session).await?;
    let mut visited =
        visits.iter().filter_map(|visit| ClientId::parse(&visit.client_id).and_then(|id| snapshot.client(&id)));
    if !is_hers(&app, asked, &who).await? {
        let services = visited.map(|client| Both::new(client.name.en.clone(), client.name.cy.clone())).collect();
        let logout = Some(asked.wish.seal(&app.roots)?);
        return Ok(visit.page(&LogoutConfirm { logout, services }, asked.client.as_deref()).await);
    }
    let others =
        visited.any(|client| Some(client.id.as_str()) != asked.wish.client_id.as_deref() && client.hears_of_sign_out());
    let framed = asked.client.as_ref().is_some_and(|client| client.frontchannel_logout_uri.is_some());
    let batch = sessions::sign_out(&app, &who, visit.context.clone(), visit.now).await?;
    visit.drop_cookie(Name::Session);
    visit.signed_in = None;
    // §3 wants her back at the service. Where other services are being told she first sees which of them confirmed,
    // with the way back on that page; where the service has a sign-out page of its own, that page opens it.
    match asked.wish.return_to(asked.client.as_deref()) {
        Some(back) if !others && !framed => Ok(straight_back(visit, &back)),
        _ => {
            let reference = SignedOutRef { batch, session: Some(who.session), wish: asked.wish.clone() };
            Ok(visit.see_other(&reference.address(&app.roots, &visit.browser.token, visit.now)?))
        }
    }
}

/// Whether the hint names the very session this browser is in.
async fn is_hers(app: &App, asked: &Asked, who: &SignedIn) -> Result<bool, Failure> {
    let (Some(client), Some(sid)) = (&asked.client, &asked.sid) else {
        return Ok(false);
    };
    Ok(store::sessions::by_sid(&mut app.db.peek(), sid, &client.id).await? == Some(who.session))
}
