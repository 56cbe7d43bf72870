//! Finishing on another device what was begun elsewhere: the address and a code, and nothing else.

use super::{email_or_wrong, in_closed, in_code, in_taken, step};
use crate::crypto::tokens::Code;
use crate::domain::account::EmailAddress;
use crate::domain::client::Client;
use crate::pages::forgotten::{flow, place, service};
use crate::service::sign_up::elsewhere::{self, Outcome};
use crate::service::sign_up::letter::Letters;
use crate::view::Wrong;
use crate::view::pages::FinishSignUp;
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;

pub(super) const PATH: &str = "/create-account/finish";

/// What the page's address carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    flow: String,
}

/// The form of the page: an address with a code, or with the button for a new one.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    flow: String,
    email: String,
    code: String,
    act: String,
}

/// `GET /create-account/finish`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let flow = flow(&asked.flow);
    let client = service(&visit, flow.as_deref()).await;
    visit.page(&FinishSignUp { flow, ..FinishSignUp::default() }, client.as_deref()).await
}

/// `POST /create-account/finish`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let flow = flow(&typed.flow);
    let client = service(&visit, flow.as_deref()).await;
    visit.stand_at(&place(PATH, None, flow.as_deref()));
    let page = FinishSignUp { flow, email: typed.email.clone(), ..FinishSignUp::default() };
    let email = email_or_wrong(&typed.email);
    if typed.act == "resend" {
        return match email {
            Ok(email) => send_again(&visit, &email, page, client.as_deref()).await,
            Err(wrong) => visit.page(&FinishSignUp { errors: vec![wrong], ..page }, client.as_deref()).await,
        };
    }
    let code = match Code::parse(&typed.code) {
        Some(code) => Ok(code),
        None if typed.code.trim().is_empty() => Err(Wrong::CodeMissing),
        None => Err(Wrong::CodeMalformed),
    };
    let wrong = match (email, code) {
        (Ok(email), Ok(code)) => {
            let (browser, context) = (&visit.browser, &visit.context);
            match elsewhere::check(&visit.app, &email, &code, browser, context, visit.now).await {
                Err(failure) => return visit.fault_at(&failure, client.as_deref()),
                Ok(Outcome::Right(journey)) => {
                    return visit.see_other(&step("/create-account/password", &journey, page.flow.as_deref()));
                }
                Ok(Outcome::Wrong) => vec![Wrong::CodeIncorrect],
                Ok(Outcome::Expired) => vec![Wrong::CodeExpired],
                Ok(Outcome::Wait { until }) => vec![Wrong::CodeWait { until }],
            }
        }
        (email, code) => email.err().into_iter().chain(code.err()).collect(),
    };
    visit.page(&FinishSignUp { errors: wrong, ..page }, client.as_deref()).await
}

/// Not answered with 303: the address would have to travel in the next one, or be typed again.
async fn send_again(visit: &Visit, email: &EmailAddress, page: FinishSignUp, client: Option<&Client>) -> Response {
    let (code, taken, closed) = (in_code(visit), in_taken(visit), in_closed(visit));
    let letters = Letters { code: &code, taken: &taken, closed: &closed };
    match elsewhere::send_again(&visit.app, email, &letters, &visit.context, visit.now).await {
        Ok(()) => visit.page(&FinishSignUp { resent: true, ..page }, client).await,
        Err(failure) => visit.fault_at(&failure, client),
    }
}
