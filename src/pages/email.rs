//! Changing the e-mail address, and undoing it from the old one.

use super::account::SIGN_IN;
use super::forgotten::{Asked, CodeForm, Done, Place, code_page, handle_code, lapsed, place};
use super::second_step::{beside, mend, notice as used_notice};
use crate::domain::account::{EmailAddress, EmailError};
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::http::cookies::Name;
use crate::service::recovery::email::{self, Begun};
use crate::service::recovery::{self, Letters, Purpose, Standing};
use crate::service::second_step::{self, Again, Shown};
use crate::service::undone::Undone;
use crate::service::{people, post};
use crate::view::Wrong;
use crate::view::letters::{Letter, SecondStepNews};
use crate::view::pages::{ChangeEmail, Lapsed, Locked, LockedWhat, UndoEmail, UndoState};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

const CODE: &str = "/account/email/code";
const UNDO: &str = "/account/email/undo";

fn text(letter: Letter) -> post::Text {
    post::Text { subject: letter.subject, body: letter.body }
}

/// The letter with the code that proves a new address.
fn letter(visit: &Visit) -> impl Fn(&str, When) -> post::Text + Sync {
    let (app, lang) = (visit.app.clone(), visit.lang);
    move |code, until| text(app.view().letters(lang).email_change_code(code, until))
}

/// The letter to the old address.
fn notice(visit: &Visit) -> impl Fn(&str, When) -> post::Text + Sync {
    let (app, lang, now) = (visit.app.clone(), visit.lang, visit.now);
    move |url, until| text(app.view().letters(lang).email_changed_notice(now, url, until))
}

/// The form.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    code: String,
}

/// GET `/account/email`.
pub async fn show(visit: Visit) -> Response {
    ask(&visit, String::new(), Vec::new()).await
}

async fn ask(visit: &Visit, typed: String, errors: Vec<Wrong>) -> Response {
    let Some(who) = &visit.signed_in else {
        return visit.see_other(SIGN_IN);
    };
    let read = async {
        let second_step = second_step::state(&visit.app, who.account).await?.is_some();
        Ok((second_step, people::own_profile(&visit.app, who).await?.1))
    };
    match read.await {
        Ok((second_step, profile)) => {
            let current_masked = profile.email.map(|email| email.masked()).unwrap_or_default();
            visit.page(&ChangeEmail { current_masked, email: typed, second_step, errors }, None).await
        }
        Err(failure) => visit.fault(&failure),
    }
}

/// What can be told before anything is looked at: the address and the code, or all that is to mend, as the fields stand
/// on the page.
fn check(typed: &Typed, there: bool) -> Result<(EmailAddress, Option<Shown>), Vec<Wrong>> {
    let address = EmailAddress::parse(&typed.email).map_err(|error| match error {
        EmailError::Empty => Wrong::EmailMissing,
        EmailError::Malformed => Wrong::EmailMalformed,
    });
    let current = if typed.current_password.is_empty() { Err(Wrong::CurrentPasswordMissing) } else { Ok(()) };
    match (address, current, beside(there, &typed.code)) {
        (Ok(address), Ok(()), Ok(shown)) => Ok((address, shown)),
        (address, current, shown) => Err([address.err(), current.err(), shown.err()].into_iter().flatten().collect()),
    }
}

/// POST `/account/email`.
pub async fn submit(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let there = match second_step::state(&visit.app, who.account).await {
        Ok(state) => state.is_some(),
        Err(failure) => return visit.fault(&failure),
    };
    let (address, shown) = match check(&typed, there) {
        Ok(checked) => checked,
        Err(errors) => return ask(&visit, typed.email, errors).await,
    };
    let again = Again {
        password: &typed.current_password,
        shown: shown.as_ref(),
        browser: &visit.browser,
        notice: &used_notice(&visit, SecondStepNews::CodeUsed),
    };
    let (lang, compose) = (visit.lang.as_str(), letter(&visit));
    match email::begin(&visit.app, &who, (&again, &address), lang, &compose, &visit.context, visit.now).await {
        Ok(Begun::CodeSent(journey)) => match journey.reference(&visit.app.roots) {
            Ok(journey) => visit.see_other(&place(CODE, Some(&journey), None)),
            Err(failure) => visit.fault(&failure),
        },
        Ok(Begun::WrongCurrent) => ask(&visit, typed.email, vec![Wrong::CurrentPasswordIncorrect]).await,
        Ok(Begun::Unproven(unproven)) => ask(&visit, typed.email, vec![mend(unproven)]).await,
        Ok(Begun::Same) => ask(&visit, typed.email, vec![Wrong::EmailSame]).await,
        Ok(Begun::Closed { until }) => {
            visit
                .page_with(
                    StatusCode::TOO_MANY_REQUESTS,
                    &Locked { what: LockedWhat::Account, until, flow: None },
                    None,
                )
                .await
        }
        Err(failure) => visit.fault(&failure),
    }
}

/// The person and her journey; or the answer that says there is none.
async fn standing(visit: &Visit, journey: &str) -> Result<(SignedIn, Standing), Response> {
    let Some(who) = visit.signed_in.clone() else {
        return Err(visit.see_other(SIGN_IN));
    };
    match recovery::find(&visit.app, Purpose::ChangeEmail, journey, visit.now).await {
        Ok(Some(standing)) if standing.person() == Some(who.account) => Ok((who, standing)),
        Ok(_) => Err(lapsed(visit, Lapsed::Journey, None).await),
        Err(failure) => Err(visit.fault(&failure)),
    }
}

const fn here() -> Place<'static> {
    Place { purpose: Purpose::ChangeEmail, path: CODE, flow: None, client: None }
}

/// GET `/account/email/code`.
pub async fn show_code(visit: Visit, Query(asked): Query<Asked>) -> Response {
    match standing(&visit, &asked.journey).await {
        Ok((_, standing)) => {
            let sent = (asked.sent == "again", standing.longer && asked.sent == "longer");
            code_page(&visit, &standing, &here(), sent, Vec::new()).await
        }
        Err(answer) => answer,
    }
}

/// POST `/account/email/code`: the right code carries the change out.
pub async fn submit_code(mut visit: Visit, Form(form): Form<CodeForm>) -> Response {
    visit.stand_at(&place(CODE, Some(&form.journey), None));
    let (who, standing) = match standing(&visit, &form.journey).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let code = letter(&visit);
    let letters = Letters { code: &code, closed: None };
    let proven = match handle_code(&visit, standing, &here(), &form, &letters).await {
        Done::Right(proven) => proven,
        Done::Answer(answer) => return answer,
    };
    let (notice, context) = (notice(&visit), visit.context.clone());
    match email::confirm(&visit.app, &who, &proven, &notice, context, visit.now).await {
        Ok(true) => visit.see_other("/account?news=email_changed"),
        Ok(false) => lapsed(&visit, Lapsed::Journey, None).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// The token of the link, in the query or in the form; or what came of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct UndoAsked {
    token: String,
    done: String,
}

/// GET `/account/email/undo`: asks, and changes nothing (security row M03).
pub async fn show_undo(visit: Visit, Query(asked): Query<UndoAsked>) -> Response {
    let done = Undone::open(&visit.app.roots, &asked.done, &visit.browser.token, visit.now);
    if let Some(Undone::EmailChange { masked }) = done {
        return visit.page(&UndoEmail { token: String::new(), old_masked: masked, state: UndoState::Done }, None).await;
    }
    match email::undoable(&visit.app, &asked.token, visit.now).await {
        Ok(Some(old)) => {
            let page = UndoEmail { token: asked.token, old_masked: old.masked(), state: UndoState::Ask };
            visit.page(&page, None).await
        }
        Ok(None) => lapsed(&visit, Lapsed::Link, None).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/email/undo`.
pub async fn submit_undo(mut visit: Visit, Form(asked): Form<UndoAsked>) -> Response {
    visit.stand_at(&format!("{UNDO}?token={}", asked.token));
    let context = visit.context.clone();
    match email::undo(&visit.app, &asked.token, context, visit.now).await {
        Ok(Some(old)) => {
            // Every session of the account was ended; should this browser hold another's, it signs in again.
            visit.signed_in = None;
            visit.drop_cookie(Name::Session);
            let undone = Undone::EmailChange { masked: old.masked() };
            match undone.seal(&visit.app.roots, &visit.browser.token, visit.now) {
                Ok(done) => visit.see_other(&format!("{UNDO}?done={done}")),
                Err(error) => visit.fault(&error.into()),
            }
        }
        Ok(None) => lapsed(&visit, Lapsed::Link, None).await,
        Err(failure) => visit.fault(&failure),
    }
}
