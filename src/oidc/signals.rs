//! Signals as a service meets them: POST `/signals/poll` (RFC 8936), POST `/signals/done`, and the schema that an event
//! type's address leads to (RFC 8417 §2.2).

pub mod done;
pub mod poll;

use crate::app::App;
use crate::domain::signal::Kind;
use crate::http::headers::Cors;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

/// What a signal looks like, as JSON Schema.
const SCHEMA: &str = include_str!("../../deploy/signals/signal@1.json");

/// GET `/events/{kind}`: the schema of an event type, at the address that names it.
pub async fn schema(State(app): State<App>, Path(kind): Path<String>) -> Response {
    if Kind::parse(&kind).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = SCHEMA.replace("https://account.example.gov.uk", app.issuer.as_str());
    let mut response = ([(CONTENT_TYPE, "application/schema+json")], text).into_response();
    response.extensions_mut().insert(Cors::Public);
    response
}
