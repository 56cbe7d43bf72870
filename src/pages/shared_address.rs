//! "I share this address": the page behind the link in the letter to a taken address.

use super::create_account::step;
use super::sign_in::lapsed;
use crate::crypto::tokens::Token;
use crate::domain::account::{EmailAddress, SignInName, SignInNameError};
use crate::domain::client::Client;
use crate::service::flows::{self, Found};
use crate::service::sign_up::share::{self, Outcome};
use crate::view::Wrong;
use crate::view::pages::{Lapsed, SharedAddress};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// What the link carries.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    token: String,
    flow: String,
}

/// The form of the page.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    token: String,
    sign_in_name: String,
}

/// `GET /create-account/share`: looks, and changes nothing, for mail scanners open links too.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (_, client) = match flow(&visit, &asked.flow).await {
        Ok(flow) => flow,
        Err(answer) => return answer,
    };
    let (link, email) = match open(&visit, &asked.token, client.as_deref()).await {
        Ok(open) => open,
        Err(answer) => return answer,
    };
    visit.page(&page(&link, &email, String::new(), Vec::new()), client.as_deref()).await
}

/// `POST /create-account/share`.
pub async fn submit(mut visit: Visit, Query(asked): Query<Asked>, Form(typed): Form<Typed>) -> Response {
    let (reference, client) = match flow(&visit, &asked.flow).await {
        Ok(flow) => flow,
        Err(answer) => return answer,
    };
    let (link, email) = match open(&visit, &typed.token, client.as_deref()).await {
        Ok(open) => open,
        Err(answer) => return answer,
    };
    let flow = reference.as_deref().map(|flow| format!("&flow={flow}")).unwrap_or_default();
    visit.stand_at(&format!("/create-account/share?token={}{flow}", link.as_str()));
    let wrong = match SignInName::parse(&typed.sign_in_name) {
        Err(SignInNameError::Empty) => Wrong::SignInNameMissing,
        Err(SignInNameError::Malformed) => Wrong::SignInNameMalformed,
        Ok(name) => match share::go_on(&visit.app, &link, &name, &visit.browser, &visit.context, visit.now).await {
            Err(failure) => return visit.fault_at(&failure, client.as_deref()),
            Ok(Outcome::Taken) => Wrong::SignInNameTaken,
            Ok(Outcome::Over) => return lapsed(&visit, Lapsed::Link, client.as_deref()).await,
            Ok(Outcome::GoOn(journey)) => {
                return visit.see_other(&step("/create-account/password", &journey, reference.as_deref()));
            }
        },
    };
    visit.page(&page(&link, &email, typed.sign_in_name, vec![wrong]), client.as_deref()).await
}

/// The flow a letter's link belongs to, where it is opened in the flow's own browser; anywhere else there is none.
async fn flow(visit: &Visit, reference: &str) -> Result<(Option<String>, Option<Arc<Client>>), Response> {
    match flows::find(&visit.app, &visit.browser.token, reference, visit.now).await {
        Ok(Found::Open(flow)) => Ok((Some(reference.to_owned()), Some(flow.client))),
        Ok(Found::Over(client)) => Ok((None, client)),
        Ok(Found::Unknown) => Ok((None, None)),
        Err(failure) => Err(visit.fault(&failure)),
    }
}

async fn open(visit: &Visit, token: &str, client: Option<&Client>) -> Result<(Token, EmailAddress), Response> {
    if let Some(link) = Token::parse(token) {
        match share::address(&visit.app, &link, visit.now).await {
            Ok(Some(email)) => return Ok((link, email)),
            Ok(None) => {}
            Err(failure) => return Err(visit.fault_at(&failure, client)),
        }
    }
    Err(lapsed(visit, Lapsed::Link, client).await)
}

fn page(link: &Token, email: &EmailAddress, sign_in_name: String, errors: Vec<Wrong>) -> SharedAddress {
    SharedAddress { token: link.as_str().to_owned(), masked: email.masked(), sign_in_name, errors }
}
