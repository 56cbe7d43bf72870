//! `/userinfo` (OIDC Core §5.3), GET and POST: the token in the header, or in the form of a POST (RFC 6750 §2.1, §2.2).

use super::error::WireError;
use super::origin;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::wire_errors::said;
use crate::service::tokens::{self, Shown};
use crate::service::userinfo::signed;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};

/// GET.
pub async fn get(State(app): State<App>, headers: HeaderMap) -> Response {
    with(&app, &headers, &[]).await
}

/// POST.
pub async fn post(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    with(&app, &headers, &body).await
}

async fn with(app: &App, headers: &HeaderMap, body: &[u8]) -> Response {
    // The framework moves a handler's future about before it is first polled, and this one is large.
    Box::pin(answer(app, headers, body)).await.unwrap_or_else(|error| {
        let mut response = error.into_response();
        origin::allow_any(&mut response, app, headers);
        response
    })
}

async fn answer(app: &App, headers: &HeaderMap, body: &[u8]) -> Result<Response, WireError> {
    let token = token(headers, body)?;
    let now = app.now();
    let (client, claims) = match tokens::userinfo(app, &token, now).await? {
        Shown::Claims(client, claims) => (client, claims),
        Shown::NotForHere => return Err(WireError::of(said::LACKS_OPENID)),
        Shown::Dead => return Err(WireError::of(said::DEAD_TOKEN)),
    };
    // A client taken off the list since then is no client.
    let client = app.snapshot().client(&client).cloned().ok_or(WireError::of(said::DEAD_TOKEN))?;
    let mut response = match signed(app, &client, &claims, now)? {
        Some(jwt) => ([(CONTENT_TYPE, HeaderValue::from_static("application/jwt"))], jwt).into_response(),
        None => Json(claims).into_response(),
    };
    origin::allow(&mut response, &client, headers);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// One token by one way (RFC 6750 §2).
fn token(headers: &HeaderMap, body: &[u8]) -> Result<String, WireError> {
    let twice = || WireError::of(said::ONE_TOKEN);
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let by_header = lines
        .next()
        .and_then(|line| line.to_str().ok())
        .and_then(|line| line.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned());
    if lines.next().is_some() {
        return Err(twice());
    }
    let form =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let by_form = if form {
        Parameters::parse(body).map_err(|_| twice())?.get("access_token").map(ToOwned::to_owned)
    } else {
        None
    };
    match (by_header, by_form) {
        (Some(_), Some(_)) => Err(twice()),
        (Some(token), None) | (None, Some(token)) => Ok(token),
        (None, None) => Err(WireError::no_token()),
    }
}
