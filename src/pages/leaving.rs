//! Closing or deleting one's account, and opening it again by the link of the letter.

use super::account::{SIGN_IN, both};
use super::second_step::{beside, mend, notice as used_notice};
use crate::crypto::tokens::Token;
use crate::domain::ids::ClientId;
use crate::domain::session::SignedIn;
use crate::http::cookies::Name;
use crate::service::erasure::{self, Left, Letters, Wish};
use crate::service::second_step::{self, Again, Shown};
use crate::service::{Failure, people, post};
use crate::view::letters::SecondStepNews;
use crate::view::pages::{
    Expired, KeptLine, Lapsed, LeaveAccount, LeftAccount, LeftHow, Locked, LockedWhat, ReopenAccount,
};
use crate::view::{Both, Wrong};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;

/// The form.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    when: String,
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    code: String,
}

/// GET `/account/delete`: what goes, what is kept and until when, and who is told.
pub async fn show(visit: Visit) -> Response {
    ask(&visit, &Typed::default(), Vec::new()).await
}

async fn ask(visit: &Visit, typed: &Typed, errors: Vec<Wrong>) -> Response {
    let Some(who) = &visit.signed_in else {
        return visit.see_other(SIGN_IN);
    };
    match page(visit, who, typed, errors).await {
        Ok(page) => visit.page(&page, None).await,
        Err(failure) => visit.fault(&failure),
    }
}

async fn page(visit: &Visit, who: &SignedIn, typed: &Typed, errors: Vec<Wrong>) -> Result<LeaveAccount, Failure> {
    let (app, now) = (&visit.app, visit.now);
    let snapshot = app.snapshot();
    let told = erasure::told(app, who.account).await?;
    let named = |id: &ClientId| match snapshot.client(id) {
        Some(client) => both(&client.name),
        None => Both::from(id.as_str()),
    };
    let kept = erasure::kept(app, who.account, now).await?;
    Ok(LeaveAccount {
        services: told.iter().map(named).collect(),
        kept: kept.into_iter().map(|one| KeptLine { what: one.what, until: one.until }).collect(),
        closed_until: erasure::closed_until(app, now),
        username: people::own_profile(app, who).await?.1.email.map(|email| email.as_str().to_owned()),
        second_step: second_step::state(app, who.account).await?.is_some(),
        when: typed.when.clone(),
        errors,
    })
}

fn check(typed: &Typed, there: bool) -> Result<(Wish, Option<Shown>), Vec<Wrong>> {
    let wish = match typed.when.as_str() {
        "later" => Ok(Wish::Later),
        "now" => Ok(Wish::Now),
        _ => Err(Wrong::WhenMissing),
    };
    let current = if typed.current_password.is_empty() { Err(Wrong::CurrentPasswordMissing) } else { Ok(()) };
    match (wish, current, beside(there, &typed.code)) {
        (Ok(wish), Ok(()), Ok(shown)) => Ok((wish, shown)),
        (wish, current, shown) => Err([wish.err(), current.err(), shown.err()].into_iter().flatten().collect()),
    }
}

/// POST `/account/delete`.
pub async fn submit(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let there = match second_step::state(&visit.app, who.account).await {
        Ok(state) => state.is_some(),
        Err(failure) => return visit.fault(&failure),
    };
    let (wish, shown) = match check(&typed, there) {
        Ok(checked) => checked,
        Err(errors) => return ask(&visit, &typed, errors).await,
    };
    let again = Again {
        password: &typed.current_password,
        shown: shown.as_ref(),
        browser: &visit.browser,
        notice: &used_notice(&visit, SecondStepNews::CodeUsed),
    };
    let view = visit.app.view();
    let letters = view.letters(visit.lang);
    let closed = |link: &str, day: Option<Date>| {
        let letter = letters.closed(link, day);
        post::Text { subject: letter.subject, body: letter.body }
    };
    let erased = letters.erased();
    let erased = post::Text { subject: erased.subject, body: erased.body };
    let letters = Letters { closed: &closed, erased };
    let left = erasure::leave(&visit.app, &who, (wish, &again), &letters, visit.context.clone(), visit.now).await;
    let (how, closed_until, services) = match left {
        Ok(Left::Closed(day)) => (LeftHow::Closed, day, 0),
        Ok(Left::Deleted(services)) => (LeftHow::Deleted, None, services),
        Ok(Left::Held) => (LeftHow::Held, None, 0),
        Ok(Left::Gone) => return gone(visit),
        Ok(Left::WrongCurrent) => return ask(&visit, &typed, vec![Wrong::CurrentPasswordIncorrect]).await,
        Ok(Left::Unproven(unproven)) => return ask(&visit, &typed, vec![mend(unproven)]).await,
        Ok(Left::Shut { until }) => {
            let locked = Locked { what: LockedWhat::Account, until, flow: None };
            return visit.page_with(StatusCode::TOO_MANY_REQUESTS, &locked, None).await;
        }
        Err(failure) => return visit.fault(&failure),
    };
    left_page(visit, LeftAccount { how, closed_until, services }).await
}

/// She is nobody here any more: the page says so to whoever holds the browser.
async fn left_page(mut visit: Visit, page: LeftAccount) -> Response {
    visit.signed_in = None;
    visit.drop_cookie(Name::Session);
    visit.page(&page, None).await
}

fn gone(mut visit: Visit) -> Response {
    visit.signed_in = None;
    visit.drop_cookie(Name::Session);
    visit.see_other(SIGN_IN)
}

/// The token of the link, in the query or in the form.
#[derive(Default, Deserialize)]
pub struct Linked {
    #[serde(default)]
    token: String,
}

/// GET `/account/reopen`: asks, and changes nothing (security row M03).
pub async fn before_reopen(visit: Visit, Query(linked): Query<Linked>) -> Response {
    let works = match Token::parse(&linked.token) {
        Some(token) => erasure::reopens(&visit.app, &token, visit.now).await,
        None => Ok(false),
    };
    match works {
        Ok(true) => visit.page(&ReopenAccount { token: linked.token, done: false }, None).await,
        Ok(false) => lapsed(&visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/reopen`.
pub async fn reopen(visit: Visit, Form(linked): Form<Linked>) -> Response {
    let opened = match Token::parse(&linked.token) {
        Some(token) => erasure::reopen(&visit.app, &token, visit.context.clone(), visit.now).await,
        None => Ok(false),
    };
    match opened {
        Ok(true) => visit.page(&ReopenAccount { token: String::new(), done: true }, None).await,
        Ok(false) => lapsed(&visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

async fn lapsed(visit: &Visit) -> Response {
    visit.page_with(StatusCode::GONE, &Expired { what: Lapsed::Link }, None).await
}
