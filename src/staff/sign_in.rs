//! Signing in with a passkey.

use super::desk::Desk;
use super::passkey::{self, Asked, Shown};
use super::upstream;
use crate::service::staff::passkeys;
use crate::view::pages::{StaffSignIn, StaffTold};
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;

/// GET `/sign-in`.
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Response {
    let next = asked.next();
    if desk.officer.is_some() {
        return desk.see_other(next.as_deref().unwrap_or("/"));
    }
    let told = match asked.told.as_str() {
        "enrolled" => Some(StaffTold::Enrolled),
        "signed_out" => Some(StaffTold::SignedOut),
        _ => None,
    };
    let upstream = upstream::name(&desk);
    desk.page(&StaffSignIn { told, next, upstream })
}

/// POST `/sign-in/challenge`: the script asks what to sign.
pub async fn challenge(desk: Desk) -> Response {
    match passkeys::ask_sign_in(&desk.app, &desk.browser, &desk.context, desk.now).await {
        Ok(Ok(question)) => passkey::question(&desk, &question),
        // The script sends the form without an answer, and the page says why.
        Ok(Err(until)) => desk.too_many(desk.answer(StatusCode::TOO_MANY_REQUESTS, ()), until),
        Err(failure) => desk.fault(&failure),
    }
}

/// POST `/sign-in`.
pub async fn submit(mut desk: Desk, Form(form): Form<Shown>) -> Response {
    let next = form.next();
    let told = if form.is_empty() {
        match passkeys::crowded(&desk.app, &desk.context, desk.now).await {
            Ok(None) => StaffTold::NoScript,
            Ok(Some(until)) => {
                let page = StaffSignIn { told: Some(StaffTold::Crowded), next, upstream: upstream::name(&desk) };
                return desk.too_many(desk.page_with(StatusCode::TOO_MANY_REQUESTS, &page), until);
            }
            Err(failure) => return desk.fault(&failure),
        }
    } else {
        let before = desk.officer.as_ref().map(|officer| officer.session);
        match passkeys::sign_in(&desk.app, &form.answer(&desk), before, desk.now).await {
            Ok(Ok(token)) => {
                desk.keep_session(&token);
                return desk.see_other(next.as_deref().unwrap_or("/"));
            }
            Ok(Err(_)) => StaffTold::Failed,
            Err(failure) => return desk.fault(&failure),
        }
    };
    desk.page_with(StatusCode::BAD_REQUEST, &StaffSignIn { told: Some(told), next, upstream: upstream::name(&desk) })
}
