//! Proving once more who one is, for what needs a fresh proof; and staying signed in.

use super::desk::Desk;
use super::passkey::{self, Asked, Shown};
use super::upstream;
use crate::domain::staff::{Action, Circumstances};
use crate::service::staff::passkeys;
use crate::view::pages::{StaffProve, StaffTold};
use axum::Json;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use serde_json::json;

/// GET `/prove`.
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Response {
    if let Err(refused) = desk.officer(Action::UseConsole, Circumstances::default()).await {
        return refused;
    }
    let upstream = upstream::name(&desk);
    desk.page(&StaffProve { told: None, next: asked.next(), upstream })
}

/// POST `/prove/challenge`: the script asks what to sign.
pub async fn challenge(desk: Desk) -> Response {
    let officer = match desk.officer(Action::UseConsole, Circumstances::default()).await {
        Ok(officer) => officer,
        Err(refused) => return refused,
    };
    match passkeys::ask_again(&desk.app, &officer, &desk.browser, desk.now).await {
        Ok(question) => passkey::question(&desk, &question),
        Err(failure) => desk.fault(&failure),
    }
}

/// POST `/prove`.
pub async fn submit(mut desk: Desk, Form(form): Form<Shown>) -> Response {
    let officer = match desk.officer(Action::UseConsole, Circumstances::default()).await {
        Ok(officer) => officer,
        Err(refused) => return refused,
    };
    let next = form.next();
    let told = if form.is_empty() {
        StaffTold::NoScript
    } else {
        match passkeys::prove(&desk.app, &officer, &form.answer(&desk), desk.now).await {
            Ok(Ok(token)) => {
                desk.keep_session(&token);
                return desk.see_other(next.as_deref().unwrap_or("/"));
            }
            Ok(Err(_)) => StaffTold::Failed,
            Err(failure) => return desk.fault(&failure),
        }
    };
    desk.page_with(StatusCode::BAD_REQUEST, &StaffProve { told: Some(told), next, upstream: upstream::name(&desk) })
}

/// POST `/stay`: the answer to the warning that an idle session is about to end. Asking is activity like any other.
pub async fn stay(desk: Desk, headers: HeaderMap) -> Response {
    if let Err(refused) = desk.officer(Action::UseConsole, Circumstances::default()).await {
        return refused;
    }
    let script = headers.get(ACCEPT).is_some_and(|accept| accept == "application/json");
    let (true, Some(idle), Some(at)) = (script, desk.idle(), desk.ends_at()) else {
        return desk.see_other("/");
    };
    let words = desk.app.view().signs_out_at(at, idle.renewable);
    desk.answer(StatusCode::OK, Json(json!({ "left": idle.left, "renewable": idle.renewable, "words": words })))
}
