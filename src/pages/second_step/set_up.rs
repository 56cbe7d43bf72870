//! An authenticator app is shown its secret, confirms it by a code, and the recovery codes follow.

use super::{Typed, at, notice};
use crate::crypto::tokens::Code;
use crate::domain::session::SignedIn;
use crate::pages::sign_in::{Place, lapsed, place};
use crate::service::second_step::{self, Confirmed, SetUp};
use crate::service::{Failure, flows, people};
use crate::view::letters::SecondStepNews;
use crate::view::pages::{Lapsed, RecoveryCodes, SecondStepSetUp};
use crate::view::{Wrong, qr};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use zeroize::Zeroizing;

const PATH: &str = "/account/second-step/set-up";

/// What these pages need: a person, her set-up, and the service that waits.
struct Here {
    who: SignedIn,
    set_up: SetUp,
    place: Place,
}

async fn here(visit: &Visit, asked: &Typed) -> Result<Here, Response> {
    let place = place(visit, &asked.flow).await?;
    let Some(who) = visit.signed_in.clone() else {
        return Err(visit.see_other(&place.at("/sign-in")));
    };
    match SetUp::open(&visit.app, &who, &asked.journey, visit.now) {
        Some(set_up) => Ok(Here { who, set_up, place }),
        None => Err(visit.see_other(&place.at("/account/second-step"))),
    }
}

/// What the QR code says: the account's name in the app's list is the address she is written to.
async fn key_uri(visit: &Visit, here: &Here) -> Result<Zeroizing<String>, Failure> {
    let (_, profile) = people::own_profile(&visit.app, &here.who).await?;
    let snapshot = visit.app.snapshot();
    let issuer = &snapshot.policy.controller.account_name.en;
    let account = profile.email.map_or_else(|| profile.name.short(), |email| email.as_str().to_owned());
    Ok(here.set_up.seed.key_uri(issuer, &account))
}

async fn page(visit: &Visit, here: &Here, journey: &str, errors: Vec<Wrong>) -> Response {
    let page = SecondStepSetUp {
        flow: here.place.reference.clone(),
        journey: Some(journey.to_owned()),
        secret: here.set_up.seed.grouped().to_string(),
        errors,
    };
    visit.page(&page, here.place.client()).await
}

/// GET `/account/second-step/set-up`.
pub async fn show(visit: Visit, Query(asked): Query<Typed>) -> Response {
    match here(&visit, &asked).await {
        Ok(here) => page(&visit, &here, &asked.journey, Vec::new()).await,
        Err(answer) => answer,
    }
}

/// GET `/account/second-step/qr`: the picture on that page, a file of its own because pages hold no inline ones.
pub async fn picture(visit: Visit, Query(asked): Query<Typed>) -> Response {
    let here = match here(&visit, &asked).await {
        Ok(here) => here,
        Err(answer) => return answer,
    };
    match key_uri(&visit, &here).await {
        Ok(uri) => match qr::svg(&uri) {
            Some(svg) => ([(CONTENT_TYPE, "image/svg+xml")], svg).into_response(),
            // The secret stands on the page as text too.
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Err(failure) => visit.fault_at(&failure, here.place.client()),
    }
}

/// POST `/account/second-step/set-up`.
pub async fn confirm(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    let here = match here(&visit, &typed).await {
        Ok(here) => here,
        Err(answer) => return answer,
    };
    let flow = here.place.reference.clone();
    visit.stand_at(&at(PATH, Some(&typed.journey), flow.as_deref()));
    let code = match (typed.code.trim(), Code::parse(&typed.code)) {
        ("", _) => return page(&visit, &here, &typed.journey, vec![Wrong::AppCodeMissing]).await,
        (_, None) => return page(&visit, &here, &typed.journey, vec![Wrong::CodeMalformed]).await,
        (_, Some(code)) => code,
    };
    let letter = notice(&visit, SecondStepNews::On);
    let context = visit.context.clone();
    match second_step::confirm(&visit.app, &here.who, &here.set_up, &code, &letter, context, visit.now).await {
        Ok(Confirmed::Done { token, codes }) => {
            visit.keep_session(&token, here.who.own_device);
            visit.see_other(&at("/account/second-step/codes", Some(&codes), flow.as_deref()))
        }
        Ok(Confirmed::Wrong) => page(&visit, &here, &typed.journey, vec![Wrong::AppCodeIncorrect]).await,
        Ok(Confirmed::Over) => visit.see_other(&here.place.at("/account/second-step")),
        Err(failure) => visit.fault_at(&failure, here.place.client()),
    }
}

/// GET `/account/second-step/codes`: the recovery codes, for as long as a link works.
pub async fn codes(visit: Visit, Query(asked): Query<Typed>) -> Response {
    let place = match place(&visit, &asked.flow).await {
        Ok(place) => place,
        Err(answer) => return answer,
    };
    let Some(who) = &visit.signed_in else {
        return visit.see_other(&place.at("/sign-in"));
    };
    let Some(codes) = second_step::opened_codes(&visit.app, who, &asked.journey, visit.now) else {
        return lapsed(&visit, Lapsed::Link, place.client()).await;
    };
    let onward = match place.reference.as_deref() {
        None => "/account?news=second_step_on".to_owned(),
        flow => flows::onward(flow),
    };
    visit.page(&RecoveryCodes { codes, onward }, place.client()).await
}
