//! What those read who build services.

use super::papers;
use crate::app::App;
use crate::view::pages::{Checker, Errors, Sample, SetUp, SetUpStep, Step};
use crate::visit::Visit;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

/// GET `/docs/errors`.
pub async fn errors(visit: Visit) -> Response {
    visit.page(&Errors::all(), None).await
}

/// GET `/docs/set-up`.
pub async fn set_up(visit: Visit) -> Response {
    visit.page(&SetUp::at(visit.app.issuer.as_str()), None).await
}

/// GET `/docs/set-up/{step}`.
pub async fn step(visit: Visit, Path(name): Path<String>) -> Response {
    match Step::parse(&name) {
        Some(step) => visit.page(&SetUpStep::at(visit.app.issuer.as_str(), step), None).await,
        None => papers::not_found(visit).await,
    }
}

/// GET `/docs/samples/{name}`: a file of the samples, for this installation.
pub async fn sample(State(app): State<App>, Path(name): Path<String>) -> Response {
    match Sample::ALL.iter().find(|sample| sample.name == name) {
        Some(sample) => {
            ([(CONTENT_TYPE, "text/plain; charset=utf-8")], sample.for_issuer(app.issuer.as_str())).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// GET `/docs/verify/{name}`: a file of the second verifier.
pub async fn checker(Path(name): Path<String>) -> Response {
    match Checker::ALL.iter().find(|checker| checker.name == name) {
        Some(checker) => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], checker.text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
