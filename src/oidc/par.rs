//! POST `/par` (RFC 9126): a client hands its authorization request in by itself, before any browser has it.

use super::authorize::{Fault, object, request};
use super::client_auth;
use super::error::WireError;
use super::form::{FORM, is_of};
use super::origin;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::audit::Context;
use crate::domain::client::Client;
use crate::domain::wire_errors::said;
use crate::http::address::ClientAddress;
use crate::service::pushed;
use crate::service::refusal::{self, Refusal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;
use std::sync::Arc;

const PATH: &str = "/par";
/// The longest request taken, in bytes. It travels in no address, so it may be longer than one at `/authorize`.
const LONGEST: usize = 32 * 1024;
/// What proves the client and is no part of its request.
const PROOF: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

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
        Ok((client, request_uri)) => {
            // RFC 9126 §2.2.
            let said = json!({ "request_uri": request_uri, "expires_in": pushed::LASTS.as_secs() });
            let mut response = (StatusCode::CREATED, Json(said)).into_response();
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
) -> Result<(Arc<Client>, String), WireError> {
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(WireError::of(said::BODY_ONLY));
    }
    if !is_of(headers, FORM) {
        return Err(WireError::of(said::FORM_ONLY));
    }
    // RFC 9126 §2.3.
    if body.len() > LONGEST {
        return Err(WireError::too_long());
    }
    let mut parameters = Parameters::parse(body).map_err(|_| WireError::of(said::TWICE))?;
    let now = app.now();
    // §2: as at the token endpoint.
    let client = client_auth::authenticate(app, headers, &parameters, PATH, context, now).await?;
    for name in PROOF {
        parameters.remove(name);
    }
    parameters.set("client_id", client.id.as_str());
    let checked = async {
        let sent = object::pushing(app, Arc::clone(&client), parameters, now).await?;
        request::check(app, &app.snapshot(), &sent, now)?;
        Ok::<_, Fault>(sent)
    };
    let sent = match checked.await {
        Ok(sent) => sent,
        Err(fault) => {
            let error = told(fault);
            let refusal =
                Refusal { endpoint: PATH, reason: error.said.code().as_str(), client: Some(&client.id), context };
            refusal::note(app, &refusal, now).await?;
            return Err(error);
        }
    };
    let request_uri = pushed::keep(app, &client.id, sent.parameters.encode().as_bytes(), now).await?;
    Ok((client, request_uri))
}

/// RFC 9126 §2.3: the codes of the authorization endpoint, told here.
fn told(fault: Fault) -> WireError {
    match fault {
        Fault::ToClient(told) => WireError::of(told.said),
        Fault::Nowhere(said, _) => WireError::of(said),
        Fault::Ours(failure) => WireError::failed(&failure),
        Fault::AtHome(..) => WireError::of(said::REDIRECT_URI),
        Fault::Lapsed(_) => WireError::of(said::URI_NOT_PUSHED),
    }
}
