//! Staff doors, on their own listener.

use crate::app::App;
use crate::view::pages::StaffNotSetUp;
use crate::view::{Chrome, Lang};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::header::ACCEPT_LANGUAGE;
use http::{HeaderMap, StatusCode};

/// The listener's only page until staff sign-in is set up.
pub async fn not_set_up(State(app): State<App>, headers: HeaderMap) -> Response {
    let lang = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let chrome = Chrome { lang: Lang::negotiate(None, lang), here: "/".to_owned(), ..Chrome::default() };
    (StatusCode::OK, Html(app.view.page(&StaffNotSetUp {}, &chrome).0)).into_response()
}
