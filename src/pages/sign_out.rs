//! Signing out: the answer to "Do you want to sign out?", and the page that says which services confirmed.

use super::account::both;
use crate::crypto::tokens;
use crate::domain::ids::{ClientId, SessionId};
use crate::http::cookies::Name;
use crate::http::headers::Pages;
use crate::service::sessions;
use crate::service::sign_out::{LogoutAsked, SignedOutRef};
use crate::store::{self, Error, outbox};
use crate::view::Both;
use crate::view::pages::{Frame, ReturnLink, SignedOut, SignedOutService, SignedOutState};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;
use url::Url;

/// The form.
#[derive(Debug, Default, Deserialize)]
pub struct Confirm {
    #[serde(default)]
    logout: String,
}

/// POST `/logout/confirm`. Without the reference of a service's request she simply signs out.
pub async fn confirm(mut visit: Visit, Form(form): Form<Confirm>) -> Response {
    let app = visit.app.clone();
    let asked = LogoutAsked::open(&app.roots, &form.logout).unwrap_or_default();
    let (batch, session) = match visit.signed_in.take() {
        Some(who) => match sessions::sign_out(&app, &who, visit.context.clone(), visit.now).await {
            Ok(batch) => (batch, Some(who.session)),
            Err(failure) => return visit.fault(&failure),
        },
        // Signed out before, in another tab: there is nothing to tell anybody, only the way back.
        None => (tokens::uuid(), None),
    };
    visit.drop_cookie(Name::Session);
    let done = SignedOutRef { batch, session, wish: asked };
    match done.address(&app.roots, &visit.browser.token, visit.now) {
        Ok(place) => visit.see_other(&place),
        Err(error) => visit.fault(&error.into()),
    }
}

/// What the page is asked with.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    r#ref: String,
}

/// GET `/signed-out`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let snapshot = visit.app.snapshot();
    let client = |id: &str| ClientId::parse(id).and_then(|id| snapshot.client(&id).cloned());
    // Never say so to somebody who is not: on a shared computer she would walk away.
    if visit.signed_in.is_some() {
        return visit.see_other("/account");
    }
    let Some(done) = SignedOutRef::open(&visit.app.roots, &asked.r#ref, &visit.browser.token, visit.now) else {
        return visit.page(&SignedOut { check_url: "/signed-out".to_owned(), ..SignedOut::default() }, None).await;
    };
    let told = match outbox::batch(&mut visit.app.db.peek(), done.batch).await {
        Ok(told) => told,
        Err(error) => return visit.fault(&error.into()),
    };
    let frames = match frames(&visit, done.session).await {
        Ok(frames) => frames,
        Err(error) => return visit.fault(&error.into()),
    };
    let hers_alone = told.iter().all(|(id, ..)| Some(id) == done.wish.client_id.as_ref());
    let services = told.into_iter().map(|(id, state, _)| SignedOutService {
        name: client(&id).map_or_else(|| Both::from(id.as_str()), |client| both(&client.name)),
        state: match state.as_str() {
            "delivered" => SignedOutState::Confirmed,
            "dead" => SignedOutState::NotReached,
            _ => SignedOutState::Waiting,
        },
    });
    let service = done.wish.client_id.as_deref().and_then(client);
    let url = done.wish.return_to(service.as_deref());
    let return_to = url.zip(service).map(|(url, service)| ReturnLink { url, name: both(&service.name) });
    let goes_on = hers_alone && !frames.is_empty() && return_to.is_some();
    let mut origins: Vec<String> = frames.iter().map(|(_, url)| url.origin().ascii_serialization()).collect();
    origins.sort();
    origins.dedup();
    let page = SignedOut {
        services: services.collect(),
        return_to,
        check_url: format!("/signed-out?ref={}", asked.r#ref),
        frames: frames.into_iter().map(|(name, url)| Frame { name, src: url.into() }).collect(),
        goes_on,
    };
    let mut response = visit.page(&page, None).await;
    response.extensions_mut().insert(Pages::SigningOut { frames: origins });
    response
}

/// The sign-out pages of the services that the session visited (OIDC Front-Channel Logout §3).
async fn frames(visit: &Visit, session: Option<SessionId>) -> Result<Vec<(Both, Url)>, Error> {
    let Some(session) = session else {
        return Ok(Vec::new());
    };
    let snapshot = visit.app.snapshot();
    let visits = store::sessions::visits(&mut visit.app.db.peek(), session).await?;
    let frame = |row: store::sessions::VisitRow| {
        let client = snapshot.client(&ClientId::parse(&row.client_id)?).cloned()?;
        Some((both(&client.name), client.frontchannel_logout(visit.app.issuer.as_str(), &row.sid)?))
    };
    Ok(visits.into_iter().filter_map(frame).collect())
}
