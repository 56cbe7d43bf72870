//! The second step: the code after the password, and the code that a service's request asks for in a session that has
//! none yet.
//!
//! ```text
//! /sign-in ── password right ──> /sign-in/code ──> signed in
//! /authorize, /continue ── more is needed ──> /sign-in/code ──> on to the service
//!                                                  └── she has no app ──> /account/second-step
//! ```

mod manage;
mod set_up;

pub use manage::{show as manage, submit as change};
pub use set_up::{codes, confirm, picture, show as set_up};

use super::sign_in::{Place, place, warning};
use crate::domain::assurance::{Proof, Verdict};
use crate::domain::session::SignedIn;
use crate::service::flows;
use crate::service::second_step::{self, Outcome, Shown, Unproven};
use crate::service::sign_in::arrival::Door;
use crate::service::sign_in::second::{self, Finished, Letters};
use crate::service::{Failure, post};
use crate::view::Wrong;
use crate::view::letters::SecondStepNews;
use crate::view::pages::SecondStep;
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;

const PATH: &str = "/sign-in/code";

/// The references of these pages, and what was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) flow: String,
    pub(super) journey: String,
    pub(super) code: String,
    pub(super) current_password: String,
    pub(super) act: String,
}

/// An address of these pages with its references.
fn at(path: &str, journey: Option<&str>, flow: Option<&str>) -> String {
    let pairs = [("journey", journey), ("flow", flow)];
    let query: Vec<_> =
        pairs.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name}={value}"))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// The letter that tells of something about the second step.
pub(super) fn notice(visit: &Visit, news: SecondStepNews) -> post::Text {
    let letter = visit.app.view().letters(visit.lang).second_step_notice(news, visit.now);
    post::Text { subject: letter.subject, body: letter.body }
}

/// What can be told of a code before it is looked at.
pub(super) fn parse(typed: &str) -> Result<Shown, Wrong> {
    if typed.trim().is_empty() {
        return Err(Wrong::StepCodeMissing);
    }
    Shown::parse(typed).ok_or(Wrong::StepCodeMalformed)
}

/// The code that goes with the password where the account has a second step; `None` where it has none.
pub(super) fn beside(there: bool, typed: &str) -> Result<Option<Shown>, Wrong> {
    if there { parse(typed).map(Some) } else { Ok(None) }
}

/// What to mend about that code.
pub(super) const fn mend(unproven: Unproven) -> Wrong {
    match unproven {
        Unproven::Missing => Wrong::StepCodeMissing,
        Unproven::Wrong => Wrong::StepCodeIncorrect,
        Unproven::Wait { until } => Wrong::CodeWait { until },
    }
}

/// Who has a step to take here.
enum Who<'a> {
    /// Somebody whose password was right, by this reference.
    Arriving(&'a str),
    /// Somebody who is signed in by her password alone.
    SteppingUp(&'a SignedIn),
}

/// Finds out who it is; nobody is answered here.
async fn who<'a>(visit: &'a Visit, journey: &'a str, place: &Place) -> Result<Who<'a>, Response> {
    if !journey.is_empty() {
        let stands = second::stands(&visit.app, &visit.browser.token, journey, visit.now);
        return if stands { Ok(Who::Arriving(journey)) } else { Err(visit.see_other(&place.at("/sign-in"))) };
    }
    let Some(who) = &visit.signed_in else {
        return Err(visit.see_other(&place.at("/sign-in")));
    };
    if who.acr >= Proof::PasswordAndCode.level() {
        return Err(visit.see_other(&flows::onward(place.reference.as_deref())));
    }
    match second_step::state(&visit.app, who.account).await {
        Ok(Some(_)) => Ok(Who::SteppingUp(who)),
        Ok(None) => Err(visit.see_other(&place.at("/account/second-step"))),
        Err(failure) => Err(visit.fault_at(&failure, place.client())),
    }
}

/// Whether the service of this place only wishes for a second step, and would take her as she is signed in now.
fn may_skip(visit: &Visit, place: &Place) -> bool {
    let (Some(flow), Some(who)) = (&place.flow, &visit.signed_in) else {
        return false;
    };
    let offered = visit.app.snapshot().policy.assurance.levels.offered;
    let wanted = flow.request.wanted(flow.client.least_assurance);
    wanted.judge(who.acr, offered) == Verdict::StepUp { needed: false }
}

async fn page(visit: &Visit, journey: &str, place: &Place, errors: Vec<Wrong>) -> Response {
    let journey = (!journey.is_empty()).then(|| journey.to_owned());
    let may_skip = journey.is_none() && may_skip(visit, place);
    let page = SecondStep { flow: place.reference.clone(), journey, may_skip, errors };
    visit.page(&page, place.client()).await
}

/// GET `/sign-in/code`.
pub async fn show(visit: Visit, Query(asked): Query<Typed>) -> Response {
    let place = match place(&visit, &asked.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    match who(&visit, &asked.journey, &place).await {
        Ok(_) => page(&visit, &asked.journey, &place, Vec::new()).await,
        Err(answer) => answer,
    }
}

/// POST `/sign-in/code`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let place = match place(&visit, &typed.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    let journey = Some(typed.journey.as_str()).filter(|journey| !journey.is_empty());
    visit.stand_at(&at(PATH, journey, place.reference.as_deref()));
    let who = match who(&visit, &typed.journey, &place).await {
        Ok(who) => who,
        Err(answer) => return answer,
    };
    let shown = match parse(&typed.code) {
        Ok(shown) => shown,
        Err(wrong) => return page(&visit, &typed.journey, &place, vec![wrong]).await,
    };
    let done = match who {
        Who::Arriving(reference) => arrive(&visit, &place, reference, &shown).await,
        Who::SteppingUp(who) => step_up(&visit, who, &shown).await,
    };
    match done {
        Ok(Done::In(token, own_device)) => {
            visit.keep_session(&token, own_device);
            visit.see_other(&flows::onward(place.reference.as_deref()))
        }
        Ok(Done::Mend(wrong)) => page(&visit, &typed.journey, &place, vec![wrong]).await,
        Ok(Done::Over) => visit.see_other(&place.at("/sign-in")),
        Err(failure) => visit.fault_at(&failure, place.client()),
    }
}

enum Done {
    In(crate::crypto::tokens::Token, bool),
    Mend(Wrong),
    Over,
}

async fn arrive(visit: &Visit, place: &Place, reference: &str, shown: &Shown) -> Result<Done, Failure> {
    let door = Door {
        browser: &visit.browser,
        own_device: false,
        language: visit.lang.as_str(),
        client: place.client().map(|client| &client.id),
        before: visit.signed_in.as_ref(),
        context: visit.context.clone(),
    };
    let (used, warning) = (notice(visit, SecondStepNews::CodeUsed), warning(visit));
    let letters = Letters { used: &used, warning: &warning };
    Ok(match second::finish(&visit.app, reference, shown, &door, letters, visit.now).await? {
        Finished::SignedIn { token, own_device } => Done::In(token, own_device),
        Finished::Wrong => Done::Mend(Wrong::StepCodeIncorrect),
        Finished::Wait { until } => Done::Mend(Wrong::CodeWait { until }),
        Finished::Over => Done::Over,
    })
}

async fn step_up(visit: &Visit, who: &SignedIn, shown: &Shown) -> Result<Done, Failure> {
    let letter = notice(visit, SecondStepNews::CodeUsed);
    let (browser, context) = (&visit.browser, &visit.context);
    Ok(match second_step::step_up(&visit.app, who, shown, browser, &letter, context, visit.now).await? {
        Outcome::Right(token) => Done::In(token, who.own_device),
        Outcome::Wrong => Done::Mend(Wrong::StepCodeIncorrect),
        Outcome::Wait { until } => Done::Mend(Wrong::CodeWait { until }),
        Outcome::None => Done::Over,
    })
}
