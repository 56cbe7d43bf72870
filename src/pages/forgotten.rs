//! A forgotten password: the address, the code, the new password. The pages are the same whether the address is known
//! or not (security row A01).

mod code;

pub(super) use code::{CodeForm, Done, Place, code_page, handle_code};
pub use code::{show_code, submit_code};

use super::password::{notice, parse_new, weak};
use super::sign_in::NEW_PASSWORD;
use crate::crypto::tokens::Token;
use crate::domain::client::Client;
use crate::domain::time::When;
use crate::service::erasure::Opener;
use crate::service::flows::{self, Found};
use crate::service::post;
use crate::service::recovery::{self, Finished, Letters, Purpose, Standing};
use crate::view::pages::{ChoosePassword, CodePurpose, Expired, Forgotten, Lapsed};
use crate::view::{Lang, Wrong};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// What the pages of a journey are asked with, in the query or hidden in their forms.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(super) flow: String,
    #[serde(default)]
    pub(super) journey: String,
    #[serde(default)]
    pub(super) sent: String,
}

/// The reference of a flow, if it has the form of one.
pub(super) fn flow(text: &str) -> Option<String> {
    Token::parse(text).map(|token| token.as_str().to_owned())
}

/// The service that waits at the end, if there is one.
pub(super) async fn service(visit: &Visit, flow: Option<&str>) -> Option<Arc<Client>> {
    match flows::find(&visit.app, &visit.browser.token, flow?, visit.now).await {
        Ok(Found::Open(flow)) => Some(flow.client),
        Ok(Found::Over(client)) => client,
        Ok(Found::Unknown) | Err(_) => None,
    }
}

/// A page's address with its references. Both are base64url; what is not goes into no address.
pub(super) fn place(path: &str, journey: Option<&str>, flow: Option<&str>) -> String {
    let fits = |text: &&str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let (journey, flow) = (journey.filter(fits), flow.filter(fits));
    let mut pairs = Vec::new();
    pairs.extend(journey.map(|journey| format!("journey={journey}")));
    pairs.extend(flow.map(|flow| format!("flow={flow}")));
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

pub(super) async fn lapsed(visit: &Visit, what: Lapsed, client: Option<&Client>) -> Response {
    visit.page_with(StatusCode::GONE, &Expired { what }, client).await
}

/// The letter with a reset's code.
pub(super) fn letter(visit: &Visit, lang: Lang) -> impl Fn(&str, When) -> post::Text + Sync {
    let app = visit.app.clone();
    move |code, until| {
        let letter = app.view().letters(lang).reset_code(code, until);
        post::Text { subject: letter.subject, body: letter.body }
    }
}

/// The letter to whoever forgot the password of an account that was closed.
fn closed_letter(visit: &Visit) -> impl Fn(Option<Opener<'_>>) -> post::Text + Sync + use<> {
    let (view, lang) = (visit.app.view(), visit.lang);
    move |opener| {
        let letter = view.letters(lang).reset_closed(opener);
        post::Text { subject: letter.subject, body: letter.body }
    }
}

/// GET `/forgotten-password`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let flow = flow(&asked.flow);
    let client = service(&visit, flow.as_deref()).await;
    visit.page(&Forgotten { flow, ..Forgotten::default() }, client.as_deref()).await
}

/// The form.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    email: String,
}

/// POST `/forgotten-password`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let flow = flow(&typed.flow);
    visit.stand_at(&place("/forgotten-password", None, flow.as_deref()));
    if typed.email.trim().is_empty() {
        let client = service(&visit, flow.as_deref()).await;
        let page = Forgotten { flow, email: String::new(), errors: vec![Wrong::EmailMissing] };
        return visit.page(&page, client.as_deref()).await;
    }
    // Longer than an address or a name can be: nobody's, and not worth folding. The mask shows its first letter.
    let email: String = typed.email.chars().take(320).collect();
    let hash = flow.as_deref().and_then(Token::parse).map(|token| token.hash().0);
    let (lang, code, closed) = (visit.lang.as_str(), letter(&visit, visit.lang), closed_letter(&visit));
    let letters = Letters { code: &code, closed: Some(&closed) };
    let begun = recovery::begin_reset(&visit.app, &email, hash, lang, &letters, &visit.context, visit.now).await;
    match begun.and_then(|journey| journey.reference(&visit.app.roots)) {
        Ok(journey) => visit.see_other(&place("/forgotten-password/code", Some(&journey), flow.as_deref())),
        Err(failure) => visit.fault_at(&failure, service(&visit, flow.as_deref()).await.as_deref()),
    }
}

/// The journey, proven; or the answer that says it is over.
async fn proven(visit: &Visit, journey: &str, client: Option<&Client>) -> Result<Standing, Response> {
    match recovery::find(&visit.app, Purpose::Reset, journey, visit.now).await {
        Ok(Some(standing)) if standing.is_proven() => Ok(standing),
        Ok(_) => Err(lapsed(visit, Lapsed::Journey, client).await),
        Err(failure) => Err(visit.fault_at(&failure, client)),
    }
}

/// GET `/forgotten-password/password`.
pub async fn show_password(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let flow = flow(&asked.flow);
    let client = service(&visit, flow.as_deref()).await;
    match proven(&visit, &asked.journey, client.as_deref()).await {
        Ok(standing) => choose(&visit, &standing, (asked.journey, flow), client.as_deref(), Vec::new()).await,
        Err(answer) => answer,
    }
}

async fn choose(
    visit: &Visit,
    standing: &Standing,
    (journey, flow): (String, Option<String>),
    client: Option<&Client>,
    errors: Vec<Wrong>,
) -> Response {
    let username = match recovery::proven_address(&visit.app, standing).await {
        Ok(address) => address.map(|address| address.as_str().to_owned()),
        Err(failure) => return visit.fault_at(&failure, client),
    };
    let page = ChoosePassword { purpose: CodePurpose::Reset, flow, journey: Some(journey), username, errors };
    visit.page(&page, client).await
}

/// The form.
#[derive(Default, Deserialize)]
pub struct NewPassword {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    journey: String,
    #[serde(default)]
    password: String,
}

/// POST `/forgotten-password/password`.
pub async fn submit_password(mut visit: Visit, Form(typed): Form<NewPassword>) -> Response {
    let flow = flow(&typed.flow);
    visit.stand_at(&place("/forgotten-password/password", Some(&typed.journey), flow.as_deref()));
    let client = service(&visit, flow.as_deref()).await;
    let standing = match proven(&visit, &typed.journey, client.as_deref()).await {
        Ok(standing) => standing,
        Err(answer) => return answer,
    };
    let references = (typed.journey, flow.clone());
    let new = match parse_new(&typed.password) {
        Ok(new) => new,
        Err(wrong) => return choose(&visit, &standing, references, client.as_deref(), vec![wrong]).await,
    };
    let letter = notice(&visit, visit.lang);
    let context = visit.context.clone();
    match recovery::finish(&visit.app, &standing, new, &letter, context, visit.now).await {
        Ok(Finished::Done) => {
            let hers = visit.signed_in.as_ref().is_some_and(|who| Some(who.account) == standing.person());
            if hers {
                visit.drop_cookie(crate::http::cookies::Name::Session);
            }
            let there = place("/sign-in", None, flow.as_deref());
            let joint = if there.contains('?') { '&' } else { '?' };
            visit.see_other(&format!("{there}{joint}news={NEW_PASSWORD}"))
        }
        Ok(Finished::Weak(weakness)) => {
            choose(&visit, &standing, references, client.as_deref(), vec![weak(weakness)]).await
        }
        Ok(Finished::Over) => lapsed(&visit, Lapsed::Journey, client.as_deref()).await,
        Err(failure) => visit.fault_at(&failure, client.as_deref()),
    }
}
