//! The password of the new account.

use super::{Step, find};
use crate::crypto::password::PasswordError;
use crate::crypto::weak::Weakness;
use crate::pages::sign_in::lapsed;
use crate::service::flows;
use crate::service::sign_in::arrival::Door;
use crate::service::sign_up::finish::{self, Outcome};
use crate::view::Wrong;
use crate::view::pages::{ChoosePassword, CodePurpose, Expired, Lapsed, Trouble};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

const PATH: &str = "/create-account/password";

/// What the page's address carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    journey: String,
    flow: String,
}

/// The form of the page.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    journey: String,
    flow: String,
    password: String,
}

/// `GET /create-account/password`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    match proven(&visit, &asked.journey, &asked.flow).await {
        Ok(step) => visit.page(&page(&step, Vec::new()), step.client.as_deref()).await,
        Err(answer) => answer,
    }
}

/// `POST /create-account/password`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let step = match proven(&visit, &typed.journey, &typed.flow).await {
        Ok(step) => step,
        Err(answer) => return answer,
    };
    visit.stand_at(&step.at(PATH));
    let client = step.client.as_deref();
    if typed.password.is_empty() {
        return visit.page(&page(&step, vec![Wrong::PasswordMissing]), client).await;
    }
    let door = Door {
        browser: &visit.browser,
        own_device: false,
        language: visit.lang.as_str(),
        client: client.map(|client| &client.id),
        before: visit.signed_in.as_ref(),
        context: visit.context.clone(),
    };
    let wrong = match finish::finish(&visit.app, &step.journey, &typed.password, &door, visit.now).await {
        Err(failure) => return visit.fault_at(&failure, client),
        Ok(Outcome::SignedIn(token)) => {
            visit.keep_session(&token, false);
            // The account is there, but the service's own page waits elsewhere, or no more.
            if step.flow.is_none() && client.is_some() {
                return visit.page(&Expired { what: Lapsed::Flow }, client).await;
            }
            return visit.see_other(&flows::onward(step.flow.as_deref()));
        }
        Ok(Outcome::Taken) => {
            let flow = step.flow.as_deref().map(|flow| format!("?flow={flow}")).unwrap_or_default();
            return visit.see_other(&format!("/sign-in{flow}"));
        }
        Ok(Outcome::Over) => return lapsed(&visit, Lapsed::Journey, client).await,
        Ok(Outcome::Unusable(PasswordError::TooShort)) => Wrong::PasswordTooShort,
        Ok(Outcome::Unusable(PasswordError::TooLong)) => Wrong::PasswordTooLong,
        Ok(Outcome::Unusable(PasswordError::Untypable)) => {
            return visit.problem(StatusCode::BAD_REQUEST, Trouble::Unusable, client).await;
        }
        Ok(Outcome::Weak(why)) => match why {
            Weakness::Context => Wrong::PasswordLikeYou,
            Weakness::Breached => Wrong::PasswordBreached,
            Weakness::Guessable => Wrong::PasswordCommon,
        },
    };
    visit.page(&page(&step, vec![wrong]), client).await
}

/// The journey, once its address was proven in this browser; until then the code comes first.
async fn proven(visit: &Visit, journey: &str, flow: &str) -> Result<Step, Response> {
    let step = find(visit, journey, flow).await?;
    if step.journey.proven_in(&visit.browser.token) {
        Ok(step)
    } else {
        Err(visit.see_other(&step.at("/create-account/code")))
    }
}

fn page(step: &Step, errors: Vec<Wrong>) -> ChoosePassword {
    let journey = &step.journey;
    let username = journey.sign_in_name.as_ref().map_or(journey.email.as_str(), |name| name.as_str());
    ChoosePassword {
        purpose: CodePurpose::SignUp,
        flow: step.flow.clone(),
        journey: Some(step.token.as_str().to_owned()),
        username: Some(username.to_owned()),
        errors,
    }
}
