//! Signing in.

use super::account::device;
use crate::crypto::password::PasswordError;
use crate::domain::client::Client;
use crate::domain::time::When;
use crate::http::metrics::SIGN_INS;
use crate::service::flows::{self, Flow, Found};
use crate::service::refusal::{self, Refusal};
use crate::service::sign_in::arrival::Door;
use crate::service::sign_in::{self, Attempt, Outcome};
use crate::service::{Failure, post, sso};
use crate::view::Wrong;
use crate::view::pages::{Expired, Lapsed, Locked, LockedWhat, SignIn, Trouble};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// What the page's `news` is after a forgotten password was replaced.
pub(super) const NEW_PASSWORD: &str = "password_reset";

/// The references a page's address carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub(super) flow: String,
    news: String,
}

/// The form of `/sign-in`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    password: String,
    own_device: String,
    flow: String,
}

/// The service's flow a page was asked for in: its reference as it came, and what it stands for.
pub(super) struct Place {
    pub(super) reference: Option<String>,
    pub(super) flow: Option<Box<Flow>>,
}

impl Place {
    /// The service.
    pub(super) fn client(&self) -> Option<&Client> {
        self.flow.as_deref().map(|flow| &*flow.client)
    }

    /// This place's page as a GET shows it.
    pub(super) fn at(&self, path: &str) -> String {
        match &self.reference {
            Some(flow) => format!("{path}?flow={flow}"),
            None => path.to_owned(),
        }
    }
}

/// Finds the flow of a reference; none is fine, one that is over or not this browser's is answered here.
pub(super) async fn place(visit: &Visit, reference: &str) -> Result<Place, Response> {
    if reference.is_empty() {
        return Ok(Place { reference: None, flow: None });
    }
    match flows::find(&visit.app, &visit.browser.token, reference, visit.now).await {
        Ok(Found::Open(flow)) => Ok(Place { reference: Some(reference.to_owned()), flow: Some(flow) }),
        Ok(Found::Over(client)) => Err(lapsed(visit, Lapsed::Flow, client.as_deref()).await),
        Ok(Found::Unknown) => Err(not_ours(visit, "/sign-in").await),
        Err(failure) => Err(visit.fault(&failure)),
    }
}

/// Refuses a reference that is tampered with or another browser's, and says so in the record.
pub(super) async fn not_ours(visit: &Visit, endpoint: &'static str) -> Response {
    let refused = Refusal { endpoint, reason: "flow", client: None, context: &visit.context };
    match refusal::note(&visit.app, &refused, visit.now).await {
        Ok(()) => visit.problem(StatusCode::BAD_REQUEST, Trouble::NotThisBrowser, None).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// Says what has lapsed, with the service's start page as the way on.
pub(super) async fn lapsed(visit: &Visit, what: Lapsed, client: Option<&Client>) -> Response {
    visit.page_with(StatusCode::GONE, &Expired { what }, client).await
}

/// `GET /sign-in`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let place = match place(&visit, &asked.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    if visit.signed_in.is_some() && place.flow.is_none() {
        return visit.see_other("/account");
    }
    let hint = place.flow.as_ref().and_then(|flow| flow.request.login_hint.clone()).unwrap_or_default();
    let apart = match is_apart(&visit, &place).await {
        Ok(apart) => apart,
        Err(failure) => return visit.fault_at(&failure, place.client()),
    };
    let reset = asked.news == NEW_PASSWORD;
    let page = SignIn { flow: place.reference.clone(), email: hint, apart, reset, ..SignIn::default() };
    visit.page(&page, place.client()).await
}

/// Whether she is signed in, but not for the service she comes from.
async fn is_apart(visit: &Visit, place: &Place) -> Result<bool, Failure> {
    match (&visit.signed_in, place.client()) {
        (Some(who), Some(client)) => sso::keeps_apart(&visit.app, who.session, client).await,
        _ => Ok(false),
    }
}

/// The letter to the owner of an account that was signed in to from a browser it does not know.
pub(super) fn warning(visit: &Visit) -> impl Fn(&str, When) -> post::Text + Sync + use<> {
    let (app, lang, now, agent) = (visit.app.clone(), visit.lang, visit.now, visit.browser.agent.clone());
    move |url, until| {
        let letter = app.view().letters(lang).new_browser_notice(&device(&agent), now, url, until);
        post::Text { subject: letter.subject, body: letter.body }
    }
}

/// `POST /sign-in`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let place = match place(&visit, &typed.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    visit.stand_at(&place.at("/sign-in"));
    let apart = match is_apart(&visit, &place).await {
        Ok(apart) => apart,
        Err(failure) => return visit.fault_at(&failure, place.client()),
    };
    let own_device = typed.own_device == "yes";
    let again = |errors| SignIn {
        flow: place.reference.clone(),
        email: typed.email.clone(),
        own_device,
        apart,
        errors,
        reset: false,
    };
    let mut missing = Vec::new();
    if typed.email.trim().is_empty() {
        missing.push(Wrong::EmailMissing);
    }
    if typed.password.is_empty() {
        missing.push(Wrong::PasswordMissing);
    }
    if !missing.is_empty() {
        return visit.page(&again(missing), place.client()).await;
    }
    let door = Door {
        browser: &visit.browser,
        own_device,
        language: visit.lang.as_str(),
        client: place.client().map(|client| &client.id),
        before: visit.signed_in.as_ref(),
        context: visit.context.clone(),
    };
    let warning = warning(&visit);
    let attempt = Attempt { typed: &typed.email, password: &typed.password, door, warning: &warning };
    let tried = sign_in::attempt(&visit.app, &attempt, visit.now).await;
    metrics::counter!(SIGN_INS, "outcome" => word(&tried)).increment(1);
    match tried {
        Err(failure) => visit.fault_at(&failure, place.client()),
        Ok(Outcome::Wrong) => visit.page(&again(vec![Wrong::SignInFailed]), place.client()).await,
        Ok(Outcome::Closed { until }) => {
            let page = Locked { what: LockedWhat::Account, until, flow: place.reference.clone() };
            visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page, place.client()).await
        }
        Ok(Outcome::Unusable(PasswordError::TooLong)) => {
            let page = again(vec![Wrong::PasswordTooLong]);
            visit.page_with(StatusCode::BAD_REQUEST, &page, place.client()).await
        }
        Ok(Outcome::Unusable(_)) => visit.problem(StatusCode::BAD_REQUEST, Trouble::Unusable, place.client()).await,
        Ok(Outcome::CodeNeeded { reference }) => {
            let flow = place.reference.as_deref().map_or_else(String::new, |flow| format!("&flow={flow}"));
            visit.see_other(&format!("/sign-in/code?journey={reference}{flow}"))
        }
        Ok(Outcome::SignedIn { token, .. }) => {
            visit.keep_session(&token, own_device);
            visit.see_other(&flows::onward(place.reference.as_deref()))
        }
    }
}

fn word(tried: &Result<Outcome, Failure>) -> &'static str {
    match tried {
        Ok(Outcome::SignedIn { .. }) => "signed_in",
        Ok(Outcome::CodeNeeded { .. }) => "code_needed",
        Ok(Outcome::Wrong) => "wrong",
        Ok(Outcome::Closed { .. }) => "closed",
        Ok(Outcome::Unusable(_)) => "unusable",
        Err(failure) if failure.is_shortage() => "busy",
        Err(_) => "fault",
    }
}
