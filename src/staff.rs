//! The staff listener: its own origin, its own sessions, and every page under a decision of the policies.
//!
//! ```text
//! request ──Desk──> nobody signed in ──> /sign-in
//!            │
//!            └─desk.officer(action, circumstances) ──> Officer, or 403 once the refusal is on record
//! ```

pub mod approvals;
pub mod breaches;
pub mod choices;
pub mod conflicts;
pub mod delays;
pub mod desk;
pub mod enquiries;
pub mod enrol;
pub mod erasing;
pub mod exports;
pub mod figures;
pub mod front;
pub mod glass;
pub mod log_state;
pub mod measure;
pub mod members;
pub mod objections;
pub mod officers;
mod passkey;
pub mod passkeys;
pub mod proposals;
pub mod prove;
pub mod questions;
pub mod record;
pub mod register;
pub mod restriction;
pub mod rights;
pub mod schedule;
pub mod seated;
pub mod sign_in;
pub mod sign_out;
pub mod signals;
pub mod upstream;

use crate::app::App;
use crate::http::asset::{self, Forms};
use crate::http::refusal::ErrorPage;
use crate::view::pages::{Busy, Cookies, NotFound, Problem, Trouble};
use crate::view::{Chrome, StaffChrome, assets};
use crate::visit::{arrived, cookies};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use desk::Desk;
use http::{HeaderMap, StatusCode};
use std::time::Duration;

/// Everything that no route leads to.
pub async fn elsewhere(desk: Desk) -> Response {
    desk.page_with(StatusCode::NOT_FOUND, &NotFound {})
}

/// GET `/cookies`: those of this listener.
pub async fn cookies(desk: Desk) -> Response {
    let names = desk.app.staff_site().map_or_else(|| desk.app.cookies(), |site| site.cookies);
    desk.page(&Cookies { cookies: cookies::lines(names, &cookies::STAFF, Duration::ZERO) })
}

/// GET `/assets/{name}`.
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::find(&name) {
        Some(found) => {
            let forms = Forms { plain: found.bytes, gzip: found.gzip, brotli: found.brotli };
            asset::serve(found.content_type, forms, &headers)
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// GET `/council/{name}`: the council's colours.
pub async fn colours(State(app): State<App>, Path(name): Path<String>) -> Response {
    match app.view().sheet(&name) {
        Some(sheet) => asset::small("text/css; charset=utf-8", sheet.css.to_string()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The page of a request that is refused before it reaches a desk.
#[must_use]
pub fn error_page(app: &App) -> ErrorPage {
    let app = app.clone();
    ErrorPage::new(move |status, headers| {
        let cookies = app.staff_site().map_or_else(|| app.cookies(), |site| site.cookies);
        let lang = arrived::language(headers, cookies, app.view().languages());
        let staff = Some(StaffChrome::default());
        let chrome = Chrome { lang, here: "/".to_owned(), staff, ..Chrome::default() };
        let why = match status {
            StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
            StatusCode::FORBIDDEN => Trouble::StaleForm,
            status if status.is_client_error() => Trouble::Unusable,
            _ => Trouble::Ours,
        };
        let html = match status {
            StatusCode::SERVICE_UNAVAILABLE => app.view().page(&Busy {}, &chrome),
            StatusCode::NOT_FOUND => app.view().page(&NotFound {}, &chrome),
            _ => app.view().page(&Problem { why, reference: None }, &chrome),
        };
        arrived::document(status, &[], html)
    })
}
