//! The staff listener. Until staff sign-in is set up it has one page, which says so.

use crate::app::App;
use crate::http::asset::{self, Forms};
use crate::view::pages::StaffNotSetUp;
use crate::view::{Chrome, Lang, assets};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

/// `/`.
pub async fn not_set_up(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    page(&app, &uri, &headers, StatusCode::OK)
}

/// Everything else.
pub async fn elsewhere(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    page(&app, &uri, &headers, StatusCode::NOT_FOUND)
}

/// The page. It sets no cookie: a language chosen by its link holds for that page.
fn page(app: &App, uri: &Uri, headers: &HeaderMap, status: StatusCode) -> Response {
    let asked = uri.query().and_then(|query| {
        url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang").map(|(_, value)| value)
    });
    let lang = asked
        .and_then(|tag| Lang::parse(&tag))
        .unwrap_or_else(|| Lang::negotiate(None, headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok())));
    let chrome = Chrome { lang, here: "/".to_owned(), ..Chrome::default() };
    let html = app.view.page(&StaffNotSetUp {}, &chrome);
    let mut response = (status, html.0).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// `/assets/{name}`.
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::find(&name) {
        Some(found) => {
            let forms = Forms { plain: found.bytes, gzip: found.gzip, brotli: found.brotli };
            asset::serve(found.content_type, forms, &headers)
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
