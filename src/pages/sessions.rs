//! Where she is signed in: ending one, all others, or all; and ending one from the letter that told of it.

use super::account::SIGN_IN;
use super::papers;
use crate::domain::ids::SessionId;
use crate::http::cookies::Name;
use crate::service::account::{self, SessionEnd};
use crate::service::sessions::{self, Which};
use crate::service::sign_in::stranger;
use crate::service::sign_out::{LogoutAsked, SignedOutRef};
use crate::service::undone::Undone;
use crate::view::pages::{Expired, Lapsed, NotMySignIn};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

const NOT_ME: &str = "/account/sessions/not-me";

/// Which session to end.
#[derive(Debug, Default, Deserialize)]
pub struct End {
    /// Its id.
    #[serde(default)]
    session: String,
}

/// POST `/account/sessions/end`.
pub async fn end(visit: Visit, Form(end): Form<End>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let Ok(id) = end.session.parse::<Uuid>() else {
        return visit.see_other("/account");
    };
    if id == who.session.0 {
        return visit.see_other("/logout");
    }
    let context = visit.context.clone();
    match account::end_session(&visit.app, &who, SessionId(id), context, visit.now).await {
        Ok(SessionEnd::Ended) => visit.see_other("/account?news=session_ended"),
        Ok(SessionEnd::Over) => visit.see_other("/account"),
        Ok(SessionEnd::NotHers) => papers::not_found(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/sessions/end-others`: everywhere but here.
pub async fn end_others(visit: Visit) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let (which, context) = (Which::AllBut(who.session), visit.context.clone());
    match sessions::end_for(&visit.app, who.account, which, "ended_others", context, visit.now).await {
        Ok(_) => visit.see_other("/account?news=others_ended"),
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/sessions/end-all`: everywhere, here too.
pub async fn end_all(mut visit: Visit) -> Response {
    let Some(who) = visit.signed_in.take() else {
        return visit.see_other(SIGN_IN);
    };
    let batch = match sessions::end_everywhere(&visit.app, &who, visit.context.clone(), visit.now).await {
        Ok(batch) => batch,
        Err(failure) => return visit.fault(&failure),
    };
    visit.drop_cookie(Name::Session);
    let done = SignedOutRef { batch, session: Some(who.session), wish: LogoutAsked::default() };
    match done.address(&visit.app.roots, &visit.browser.token, visit.now) {
        Ok(place) => visit.see_other(&place),
        Err(error) => visit.fault(&error.into()),
    }
}

/// The token of the link, in the query or in the form; or what came of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Linked {
    token: String,
    done: String,
}

/// GET `/account/sessions/not-me`: asks, and changes nothing (security row M03).
pub async fn ask(visit: Visit, Query(linked): Query<Linked>) -> Response {
    if Undone::open(&visit.app.roots, &linked.done, &visit.browser.token, visit.now) == Some(Undone::SignIn) {
        return visit.page(&NotMySignIn { token: String::new(), done: true }, None).await;
    }
    match stranger::works(&visit.app, &linked.token, visit.now).await {
        Ok(true) => visit.page(&NotMySignIn { token: linked.token, done: false }, None).await,
        Ok(false) => lapsed(&visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/sessions/not-me`.
pub async fn not_mine(mut visit: Visit, Form(linked): Form<Linked>) -> Response {
    visit.stand_at(&format!("{NOT_ME}?token={}", linked.token));
    match stranger::end(&visit.app, &linked.token, visit.context.clone(), visit.now).await {
        Ok(true) => match Undone::SignIn.seal(&visit.app.roots, &visit.browser.token, visit.now) {
            Ok(done) => visit.see_other(&format!("{NOT_ME}?done={done}")),
            Err(error) => visit.fault(&error.into()),
        },
        Ok(false) => lapsed(&visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

async fn lapsed(visit: &Visit) -> Response {
    visit.page_with(StatusCode::GONE, &Expired { what: Lapsed::Link }, None).await
}
