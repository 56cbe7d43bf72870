//! POST `/token` (RFC 6749 §3.2, OIDC Core §3.1.3): who is it, which grant, what comes of it. One file a grant.

mod authorization_code;
mod refresh_token;

use super::client_auth;
use super::error::WireError;
use super::origin;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::audit::Context;
use crate::domain::client::Client;
use crate::domain::time::When;
use crate::http::address::ClientAddress;
use crate::service::refusal::{self, Refusal};
use crate::service::tokens::{Issued, Redeemed};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;

const PATH: &str = "/token";

/// A token request whose client is known.
struct Asked<'a> {
    app: &'a App,
    client: Arc<Client>,
    parameters: Parameters,
    context: &'a Context,
    now: When,
}

/// The endpoint.
pub async fn post(
    State(app): State<App>,
    address: Option<Extension<ClientAddress>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let context = Context { address: address.map(|Extension(address)| address.prefix()), ..Context::default() };
    match answer(&app, query.as_deref(), &headers, &body, &context).await {
        Ok((client, issued)) => {
            let mut response = Json(issued).into_response();
            // RFC 6749 §5.1.
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            origin::allow(&mut response, &client, &headers);
            response
        }
        Err(error) => error.into_response(),
    }
}

async fn answer(
    app: &App,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
    context: &Context,
) -> Result<(Arc<Client>, Issued), WireError> {
    // RFC 6749 §3.2: parameters travel in the body only; §2.3.1: never credentials in the address.
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(WireError::invalid_request("send the parameters in the body, none in the address"));
    }
    let form = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if form.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
        return Err(WireError::invalid_request("the body must be application/x-www-form-urlencoded"));
    }
    let parameters =
        Parameters::parse(body).map_err(|_| WireError::invalid_request("a parameter stands more than once"))?;
    let now = app.now();
    let client = client_auth::authenticate(app, headers, &parameters, PATH, context, now).await?;
    let asked = Asked { app, client: Arc::clone(&client), parameters, context, now };
    let redeemed = match asked.parameters.get("grant_type") {
        Some("authorization_code") => authorization_code::redeem(&asked).await?,
        Some("refresh_token") => refresh_token::redeem(&asked).await?,
        Some(_) => return Err(WireError::unsupported_grant_type()),
        None => return Err(WireError::invalid_request("grant_type is missing")),
    };
    match redeemed {
        Redeemed::Issued(issued) => Ok((client, *issued)),
        Redeemed::TooMuch => Err(WireError::invalid_scope("scope goes beyond what was granted")),
        Redeemed::Refused(reason) => {
            let refused = Refusal { endpoint: PATH, reason: "invalid_grant", client: Some(&client.id), context };
            refusal::note(app, &refused, now).await?;
            Err(WireError::invalid_grant(reason))
        }
    }
}
