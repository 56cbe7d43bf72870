//! "Stay signed in": the answer to the warning that an idle session is about to end. Asking is activity like any other;
//! the session's own end stays where it is.

use super::account::SIGN_IN;
use crate::visit::Visit;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the script is told: how long from now, and the words that the page's line is to say in its
/// language.
#[derive(Serialize)]
struct Stays {
    left: u64,
    renewable: bool,
    words: BTreeMap<&'static str, String>,
}

/// POST `/account/stay`.
pub async fn submit(visit: Visit, headers: HeaderMap) -> Response {
    let script = headers.get(ACCEPT).is_some_and(|accept| accept == "application/json");
    let (Some(who), Some(idle)) = (&visit.signed_in, visit.idle()) else {
        return if script { StatusCode::UNAUTHORIZED.into_response() } else { visit.see_other(SIGN_IN) };
    };
    if !script {
        return visit.see_other("/account");
    }
    let words = visit.app.view().signs_out_at(who.ends_at, idle.renewable);
    Json(Stays { left: idle.left, renewable: idle.renewable, words }).into_response()
}
