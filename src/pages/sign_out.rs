//! Signing out: the answer to "Do you want to sign out?", and the page that says which services confirmed.

use super::account::both;
use super::visit::Visit;
use crate::domain::ids::ClientId;
use crate::http::cookies::Name;
use crate::service::sessions;
use crate::service::sign_out::{LogoutAsked, SignedOutRef};
use crate::store::outbox;
use crate::view::Both;
use crate::view::pages::{ReturnLink, SignedOut, SignedOutService, SignedOutState};
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;

/// The form.
#[derive(Debug, Default, Deserialize)]
pub struct Confirm {
    #[serde(default)]
    logout: String,
}

/// POST `/logout/confirm`.
pub async fn confirm(mut visit: Visit, Form(form): Form<Confirm>) -> Response {
    let app = visit.app.clone();
    let asked = LogoutAsked::open(&app.roots, &form.logout).unwrap_or_default();
    let client =
        asked.client_id.as_deref().and_then(ClientId::parse).and_then(|id| app.snapshot().client(&id).cloned());
    let mut done = SignedOutRef {
        batch: None,
        client_id: client.as_ref().map(|client| client.id.as_str().to_owned()),
        return_to: client.as_ref().and_then(|client| asked.return_to(client)),
    };
    if let Some(who) = visit.signed_in.take() {
        match sessions::sign_out(&app, &who, visit.context.clone(), visit.now).await {
            Ok(batch) => done.batch = Some(batch),
            Err(failure) => return visit.fault(&failure),
        }
    }
    visit.drop_cookie(Name::Session);
    match done.seal(&app.roots) {
        Ok(reference) => visit.see_other(&format!("/signed-out?ref={reference}")),
        Err(failure) => visit.fault(&failure),
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
    let Some(done) = SignedOutRef::open(&visit.app.roots, &asked.r#ref) else {
        return visit.page(&SignedOut { check_url: "/signed-out".to_owned(), ..SignedOut::default() }, None).await;
    };
    let told = match done.batch {
        Some(batch) => match outbox::batch(&mut visit.app.db.peek(), batch).await {
            Ok(told) => told,
            Err(error) => return visit.fault(&error.into()),
        },
        None => Vec::new(),
    };
    let services = told.into_iter().map(|(id, state, _)| SignedOutService {
        name: client(&id).map_or_else(|| Both::from(id.as_str()), |client| both(&client.name)),
        state: match state.as_str() {
            "delivered" => SignedOutState::Confirmed,
            "dead" => SignedOutState::NotReached,
            _ => SignedOutState::Waiting,
        },
    });
    let asker = done.client_id.as_deref().and_then(client);
    let return_to = done.return_to.zip(asker).map(|(url, client)| ReturnLink { url, name: both(&client.name) });
    let page =
        SignedOut { services: services.collect(), return_to, check_url: format!("/signed-out?ref={}", asked.r#ref) };
    visit.page(&page, None).await
}
