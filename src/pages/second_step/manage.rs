//! Setting a second step up, renewing its recovery codes, taking it away: each after password and code.

use super::{Typed, at, beside, may_skip, notice};
use crate::pages::sign_in::{Place, place};
use crate::service::second_step::{self, Changed, Deed, Shown, State};
use crate::service::{flows, people};
use crate::view::Wrong;
use crate::view::letters::SecondStepNews;
use crate::view::pages::{Locked, LockedWhat, SecondStepSettings};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;

const PATH: &str = "/account/second-step";

/// GET `/account/second-step`.
pub async fn show(visit: Visit, Query(asked): Query<Typed>) -> Response {
    match place(&visit, &asked.flow).await {
        Ok(place) => page(&visit, &place, &asked, Vec::new()).await,
        Err(answer) => answer,
    }
}

async fn page(visit: &Visit, place: &Place, typed: &Typed, errors: Vec<Wrong>) -> Response {
    let Some(who) = &visit.signed_in else {
        return visit.see_other(&place.at("/sign-in"));
    };
    let read = async {
        let state = second_step::state(&visit.app, who.account).await?;
        Ok((state, people::own_profile(&visit.app, who).await?.1))
    };
    let (state, profile) = match read.await {
        Ok(read) => read,
        Err(failure) => return visit.fault(&failure),
    };
    let page = SecondStepSettings {
        flow: place.reference.clone(),
        since: state.map(|state| state.since),
        codes_left: state.map_or(0, |state: State| state.codes_left),
        // Where a service waits for it, she is told why; where the service only wishes for it, she may go on without.
        for_service: place.flow.is_some(),
        may_skip: may_skip(visit, place),
        act: typed.act.clone(),
        username: profile.email.map(|email| email.as_str().to_owned()),
        errors,
    };
    visit.page(&page, place.client()).await
}

/// POST `/account/second-step`.
pub async fn submit(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let place = match place(&visit, &typed.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    visit.stand_at(&place.at(PATH));
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(&place.at("/sign-in"));
    };
    if typed.act == "skip" {
        return skip(&visit, &place).await;
    }
    let there = match second_step::state(&visit.app, who.account).await {
        Ok(state) => state.is_some(),
        Err(failure) => return visit.fault(&failure),
    };
    let (deed, shown) = match check(&typed, there) {
        Ok(checked) => checked,
        Err(errors) => return page(&visit, &place, &typed, errors).await,
    };
    let news = match deed {
        Deed::SetUp => SecondStepNews::CodeUsed,
        Deed::NewCodes => SecondStepNews::NewCodes,
        Deed::Remove => SecondStepNews::Off,
    };
    let letter = notice(&visit, news);
    let here = second_step::Place { who: &who, browser: &visit.browser, context: &visit.context, notice: &letter };
    let proof = (typed.current_password.as_str(), shown.as_ref());
    let flow = place.reference.as_deref();
    let wrong = match second_step::change(&visit.app, here, deed, proof, visit.now).await {
        Ok(Changed::SetUp(journey)) => {
            return visit.see_other(&at("/account/second-step/set-up", Some(&journey), flow));
        }
        Ok(Changed::NewCodes(journey)) => {
            return visit.see_other(&at("/account/second-step/codes", Some(&journey), flow));
        }
        Ok(Changed::Removed(token)) => {
            visit.keep_session(&token, who.own_device);
            return visit.see_other("/account?news=second_step_off");
        }
        Ok(Changed::Closed { until }) => {
            let locked = Locked { what: LockedWhat::Account, until, flow: place.reference.clone() };
            return visit.page_with(StatusCode::TOO_MANY_REQUESTS, &locked, place.client()).await;
        }
        Ok(Changed::Over) => return visit.see_other(&place.at(PATH)),
        Ok(Changed::WrongPassword) => Wrong::CurrentPasswordIncorrect,
        Ok(Changed::CodeMissing) => Wrong::StepCodeMissing,
        Ok(Changed::WrongCode) => Wrong::StepCodeIncorrect,
        Ok(Changed::Wait { until }) => Wrong::CodeWait { until },
        Err(failure) => return visit.fault(&failure),
    };
    page(&visit, &place, &typed, vec![wrong]).await
}

/// What she wants to do, and by which code; or everything that is missing.
fn check(typed: &Typed, there: bool) -> Result<(Deed, Option<Shown>), Vec<Wrong>> {
    let mut errors = Vec::new();
    let deed = match typed.act.as_str() {
        _ if !there => Some(Deed::SetUp),
        "replace" => Some(Deed::SetUp),
        "codes" => Some(Deed::NewCodes),
        "remove" => Some(Deed::Remove),
        _ => None,
    };
    if deed.is_none() {
        errors.push(Wrong::ActMissing);
    }
    if typed.current_password.is_empty() {
        errors.push(Wrong::CurrentPasswordMissing);
    }
    let shown = match beside(there, &typed.code) {
        Ok(shown) => shown,
        Err(wrong) => {
            errors.push(wrong);
            None
        }
    };
    match deed {
        Some(deed) if errors.is_empty() => Ok((deed, shown)),
        _ => Err(errors),
    }
}

/// She goes on without a step that the service only wished for.
async fn skip(visit: &Visit, place: &Place) -> Response {
    let Some(flow) = place.flow.as_ref().filter(|_| may_skip(visit, place)) else {
        return visit.see_other(&place.at(PATH));
    };
    match flows::without_step_up(&visit.app, &visit.browser.token, flow, visit.now).await {
        Ok(Some(reference)) => visit.see_other(&flows::onward(Some(reference.as_str()))),
        Ok(None) => visit.see_other(&flows::onward(place.reference.as_deref())),
        Err(failure) => visit.fault(&failure),
    }
}
