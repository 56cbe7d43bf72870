//! Who may read an answer from a script in a browser: the calling client's own origins, nobody else. Origins are compared as
//! browsers write them (RFC 6454 §6.2).

use crate::app::App;
use crate::domain::client::Client;
use crate::http::headers::Cors;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, ALLOW, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// How long a browser may keep the answer to a preflight, in seconds: an origin taken off the list is out by then.
const KEPT: &str = "600";

/// Lets a script read the answer if its origin is that of one of the client's redirect URIs.
pub(super) fn allow(response: &mut Response, client: &Client, headers: &HeaderMap) {
    if let Some(origin) = headers.get(ORIGIN).filter(|origin| is_of(origin, client)) {
        response.extensions_mut().insert(Cors::Client(origin.clone()));
    }
}

/// As [`allow`], for an answer that is the same for everybody and says nothing of any client: a refusal of one that is
/// not known. Any registered service's script may read that.
pub(super) fn allow_any(response: &mut Response, app: &App, headers: &HeaderMap) {
    if let Some(origin) = headers.get(ORIGIN).filter(|origin| is_registered(app, origin)) {
        response.extensions_mut().insert(Cors::Client(origin.clone()));
    }
}

fn is_registered(app: &App, origin: &HeaderValue) -> bool {
    app.snapshot().clients().any(|client| is_of(origin, client))
}

fn is_of(origin: &HeaderValue, client: &Client) -> bool {
    client.redirect_uris.iter().any(|uri| {
        let uri = url::Url::parse(uri.as_str()).map(|uri| uri.origin());
        // A private-use scheme has an opaque origin, which is written like that of any sandboxed page: "null".
        uri.is_ok_and(|uri| uri.is_tuple() && origin == uri.ascii_serialization().as_str())
    })
}

/// OPTIONS of an endpoint that takes POST (Fetch §4.8, CORS-preflight). It names no client, so any registered service's
/// origin may go on to ask; whether it may read the answer is decided when the client is known.
pub async fn may_post(State(app): State<App>, headers: HeaderMap) -> Response {
    preflight(&app, &headers, "POST")
}

/// As [`may_post`], for userinfo.
pub async fn may_get_and_post(State(app): State<App>, headers: HeaderMap) -> Response {
    preflight(&app, &headers, "GET, POST")
}

/// OPTIONS of what everybody may read: discovery and keys.
pub async fn may_get() -> Response {
    let mut response = permission("GET");
    response.extensions_mut().insert(Cors::Public);
    response
}

fn preflight(app: &App, headers: &HeaderMap, methods: &'static str) -> Response {
    match headers.get(ORIGIN).filter(|origin| is_registered(app, origin)) {
        Some(origin) => {
            let mut response = permission(methods);
            response.extensions_mut().insert(Cors::Client(origin.clone()));
            response
        }
        None => (StatusCode::NO_CONTENT, lines([(ALLOW, methods), (VARY, "Origin")])).into_response(),
    }
}

fn permission(methods: &'static str) -> Response {
    let lines = lines([
        (ALLOW, methods),
        (ACCESS_CONTROL_ALLOW_METHODS, methods),
        (ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type"),
        (ACCESS_CONTROL_MAX_AGE, KEPT),
    ]);
    (StatusCode::NO_CONTENT, lines).into_response()
}

fn lines<const N: usize>(lines: [(HeaderName, &'static str); N]) -> [(HeaderName, HeaderValue); N] {
    lines.map(|(name, value)| (name, HeaderValue::from_static(value)))
}
