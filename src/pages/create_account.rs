//! Creating an account: who you are, the code from the letter, a password.
//!
//! ```text
//! /create-account ──> /create-account/code ────> /create-account/password ──> back to the service, or /account
//!                     /create-account/finish ──^
//! ```
//!
//! The journey's reference travels in addresses and hidden fields. Whoever has it not, on another device, finishes with
//! the address and the code. From then on the journey belongs to the browser where the code was typed.

pub mod code;
pub mod elsewhere;
pub mod password;

use super::sign_in::{self, Asked, lapsed};
use crate::crypto::tokens::Token;
use crate::domain::account::{EmailAddress, EmailError, FullName, NameError};
use crate::domain::client::Client;
use crate::domain::sharing::NoticeRef;
use crate::domain::time::When;
use crate::service::erasure::Opener;
use crate::service::flows::{self, Found};
use crate::service::post::Text;
use crate::service::sign_up::letter::Letters;
use crate::service::sign_up::{self, Begin, Journey, Started};
use crate::view::Wrong;
use crate::view::letters::Letter;
use crate::view::pages::{CreateAccount, Lapsed, Locked, LockedWhat};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// The form of `/create-account`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    full_name: String,
    email: String,
    flow: String,
}

/// `GET /create-account`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let place = match sign_in::place(&visit, &asked.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    if visit.signed_in.is_some() && place.flow.is_none() {
        return visit.see_other("/account");
    }
    // OpenID Connect Prompt Create 1.0 §4: a hint is for this page, too.
    let email = place.flow.as_ref().and_then(|flow| flow.request.login_hint.clone()).unwrap_or_default();
    let notice_url = notice_url(&visit);
    let page = CreateAccount { flow: place.reference.clone(), email, notice_url, ..CreateAccount::default() };
    visit.page(&page, place.client()).await
}

/// `POST /create-account`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let place = match sign_in::place(&visit, &typed.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    visit.stand_at(&place.at("/create-account"));
    let (name, email) = match parse(&typed) {
        Ok(parsed) => parsed,
        Err(errors) => {
            let Typed { full_name, email, .. } = typed;
            let notice_url = notice_url(&visit);
            let page = CreateAccount { flow: place.reference.clone(), full_name, email, notice_url, errors };
            return visit.page(&page, place.client()).await;
        }
    };
    let flow = place.reference.as_deref().and_then(Token::parse);
    let begin = Begin {
        name,
        email,
        language: visit.lang.as_str(),
        flow: flow.as_ref(),
        notice: notice(&visit),
        context: visit.context.clone(),
    };
    let (code, taken, closed) = (in_code(&visit), in_taken(&visit), in_closed(&visit));
    let letters = Letters { code: &code, taken: &taken, closed: &closed };
    match sign_up::start(&visit.app, &begin, &letters, visit.now).await {
        Ok(Started::Wait { until }) => {
            let page = Locked { what: LockedWhat::Network, until, flow: place.reference.clone() };
            visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page, place.client()).await
        }
        Ok(Started::Journey(journey)) => {
            visit.see_other(&step("/create-account/code", &journey, place.reference.as_deref()))
        }
        Err(failure) => visit.fault_at(&failure, place.client()),
    }
}

fn parse(typed: &Typed) -> Result<(FullName, EmailAddress), Vec<Wrong>> {
    let name = FullName::parse(&typed.full_name).map_err(|error| match error {
        NameError::Empty => Wrong::NameMissing,
        NameError::TooLong => Wrong::NameTooLong,
        NameError::Unshowable => Wrong::NameUnshowable,
    });
    match (name, email_or_wrong(&typed.email)) {
        (Ok(name), Ok(email)) => Ok((name, email)),
        (name, email) => Err(name.err().into_iter().chain(email.err()).collect()),
    }
}

fn email_or_wrong(typed: &str) -> Result<EmailAddress, Wrong> {
    EmailAddress::parse(typed).map_err(|error| match error {
        EmailError::Empty => Wrong::EmailMissing,
        EmailError::Malformed => Wrong::EmailMalformed,
    })
}

/// The notice that stood before the first field, as the record names it.
fn notice(visit: &Visit) -> String {
    format!("{} {}", edition(visit), visit.lang.as_str())
}

/// Where it is read.
pub(super) fn notice_url(visit: &Visit) -> String {
    format!("/notices/{}", edition(visit))
}

fn edition(visit: &Visit) -> NoticeRef {
    let snapshot = visit.app.snapshot();
    let policy = &snapshot.policy;
    policy.edition_at(&policy.processing.account.notice, visit.now)
}

fn text(letter: Letter) -> Text {
    Text { subject: letter.subject, body: letter.body }
}

fn in_code(visit: &Visit) -> impl Fn(&str, When) -> Text + Sync + use<> {
    let (view, lang, finish) = (visit.app.view(), visit.lang, visit.app.issuer.at(elsewhere::PATH));
    move |code, until| text(view.letters(lang).sign_up_code(code, &finish, until))
}

fn in_taken(visit: &Visit) -> impl Fn(&str, &str, When) -> Text + Sync + use<> {
    let (view, lang) = (visit.app.view(), visit.lang);
    move |sign_in, shared, until| text(view.letters(lang).sign_up_address_taken(sign_in, shared, until))
}

fn in_closed(visit: &Visit) -> impl Fn(Option<Opener<'_>>, &str, When) -> Text + Sync + use<> {
    let (view, lang) = (visit.app.view(), visit.lang);
    move |opener, shared, until| text(view.letters(lang).sign_up_address_closed(opener, shared, until))
}

/// The address of a step of the journey.
pub(super) fn step(path: &str, journey: &Token, flow: Option<&str>) -> String {
    let flow = flow.map(|flow| format!("&flow={flow}")).unwrap_or_default();
    format!("{path}?journey={}{flow}", journey.as_str())
}

/// A step's own place: the journey, and what is left of the service's flow.
struct Step {
    token: Token,
    journey: Journey,
    /// The flow's reference, if it can be gone on with in this browser.
    flow: Option<String>,
    client: Option<Arc<Client>>,
}

impl Step {
    fn at(&self, path: &str) -> String {
        step(path, &self.token, self.flow.as_deref())
    }
}

/// Finds the journey of a step. A flow that has lapsed, or began on another device, does not end the journey: the
/// account is made all the same, and the service's start page is the way on.
async fn find(visit: &Visit, journey: &str, flow: &str) -> Result<Step, Response> {
    let app = &visit.app;
    let found = match flow {
        "" => None,
        flow => Some(
            flows::find(app, &visit.browser.token, flow, visit.now).await.map_err(|failure| visit.fault(&failure))?,
        ),
    };
    let (open, client) = match found {
        Some(Found::Open(found)) => (Some(flow.to_owned()), Some(found.client)),
        Some(Found::Over(client)) => (None, client),
        Some(Found::Unknown) | None => (None, None),
    };
    let Some(token) = Token::parse(journey) else {
        return Err(lapsed(visit, Lapsed::Journey, client.as_deref()).await);
    };
    let fault = |failure| visit.fault_at(&failure, client.as_deref());
    let Some(journey) = sign_up::find(app, &token, visit.now).await.map_err(fault)? else {
        return Err(lapsed(visit, Lapsed::Journey, client.as_deref()).await);
    };
    if !flow.is_empty() && client.is_none() && journey.row.flow.is_none() {
        return Err(sign_in::not_ours(visit, "/create-account").await);
    }
    let client = match client {
        Some(client) => Some(client),
        None => sign_up::service(app, &journey).await.map_err(|failure| visit.fault(&failure))?,
    };
    Ok(Step { token, journey, flow: open, client })
}
