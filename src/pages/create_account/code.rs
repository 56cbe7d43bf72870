//! The code from the letter.

use super::{Step, find, in_closed, in_code, in_taken};
use crate::crypto::tokens::{Code, Token};
use crate::service::Failure;
use crate::service::sign_up;
use crate::service::sign_up::code::{self, Outcome};
use crate::service::sign_up::letter::Letters;
use crate::view::Wrong;
use crate::view::pages::{CheckCode, CodePurpose};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;

const PATH: &str = "/create-account/code";

/// What the page's address carries. `news` is what was just done, and changes a banner alone.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    journey: String,
    flow: String,
    news: String,
}

/// The forms of the page: a code, or a button in place of one.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    journey: String,
    flow: String,
    code: String,
    act: String,
}

/// `GET /create-account/code`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    match find(&visit, &asked.journey, &asked.flow).await {
        Ok(step) => {
            let page = page(&visit, &step, Vec::new());
            let (resent, longer) = (asked.news == "resent", asked.news == "longer" && page.lengthened);
            let page = CheckCode { resent, longer, ..page };
            visit.page(&page, step.client.as_deref()).await
        }
        Err(answer) => answer,
    }
}

/// `POST /create-account/code`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let step = match find(&visit, &typed.journey, &typed.flow).await {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    visit.stand_at(&step.at(PATH));
    let done = match typed.act.as_str() {
        "resend" => resend(&visit, &step, &typed.flow).await.map(|()| "resent"),
        "longer" => sign_up::longer(&visit.app, &step.journey, visit.now).await.map(|()| "longer"),
        _ => return check(&visit, &step, &typed.code).await,
    };
    match done {
        Ok(news) => visit.see_other(&format!("{}&news={news}", step.at(PATH))),
        Err(failure) => visit.fault_at(&failure, step.client.as_deref()),
    }
}

async fn resend(visit: &Visit, step: &Step, flow: &str) -> Result<(), Failure> {
    let (code, taken, closed) = (in_code(visit), in_taken(visit), in_closed(visit));
    let letters = Letters { code: &code, taken: &taken, closed: &closed };
    let flow = Token::parse(flow);
    sign_up::resend(&visit.app, &step.journey, flow.as_ref(), &letters, &visit.context, visit.now).await
}

async fn check(visit: &Visit, step: &Step, typed: &str) -> Response {
    let wrong = match Code::parse(typed) {
        None if typed.trim().is_empty() => Wrong::CodeMissing,
        None => Wrong::CodeMalformed,
        Some(code) => {
            let context = &visit.context;
            match code::check(&visit.app, &step.journey, &code, &visit.browser, context, visit.now).await {
                Err(failure) => return visit.fault_at(&failure, step.client.as_deref()),
                Ok(Outcome::Right | Outcome::Used { here: true }) => {
                    return visit.see_other(&step.at("/create-account/password"));
                }
                Ok(Outcome::Used { here: false }) => Wrong::CodeUsed,
                Ok(Outcome::Wrong { .. }) => Wrong::CodeIncorrect,
                Ok(Outcome::Expired) => Wrong::CodeExpired,
                Ok(Outcome::Wait { until }) => Wrong::CodeWait { until },
            }
        }
    };
    visit.page(&page(visit, step, vec![wrong]), step.client.as_deref()).await
}

fn page(visit: &Visit, step: &Step, errors: Vec<Wrong>) -> CheckCode {
    let minutes = step.journey.code_lasts(&visit.app).as_secs() / 60;
    CheckCode {
        purpose: CodePurpose::SignUp,
        flow: step.flow.clone(),
        journey: Some(step.token.as_str().to_owned()),
        masked: step.journey.email.masked(),
        minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
        resent: false,
        longer: false,
        lengthened: step.journey.row.longer,
        errors,
    }
}
