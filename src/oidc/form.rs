//! A request that a service's own program makes: a form by POST, from a client that says who it is. What `/token`,
//! `/introspect` and `/revoke` have in common.

use super::client_auth;
use super::error::WireError;
use super::origin;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::audit::Context;
use crate::domain::client::Client;
use crate::domain::time::When;
use crate::domain::wire_errors::said;
use crate::http::address::ClientAddress;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;

/// What a form is, as a request says.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Whether the body is of this kind, whatever parameters the kind has (RFC 9110 §8.3).
pub(super) fn is_of(headers: &HeaderMap, kind: &str) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|said| said.to_str().ok()).unwrap_or_default();
    said.split(';').next().map(str::trim) == Some(kind)
}

/// The request as it came.
#[derive(Debug)]
pub struct Form {
    query: bool,
    headers: HeaderMap,
    body: Bytes,
    /// Where it came from.
    pub(super) context: Context,
}

impl FromRequest<App> for Form {
    type Rejection = Response;

    async fn from_request(mut request: Request, app: &App) -> Result<Self, Response> {
        let address = request.extensions().get::<ClientAddress>().map(|address| address.prefix());
        let query = request.uri().query().is_some_and(|query| !query.is_empty());
        let context = Context { address, ..Context::default() };
        let headers = std::mem::take(request.headers_mut());
        let body = Bytes::from_request(request, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self { query, headers, body, context })
    }
}

impl Form {
    /// The parameters, and the client that sent them.
    pub(super) async fn known(
        &self,
        app: &App,
        path: &'static str,
        now: When,
    ) -> Result<(Arc<Client>, Parameters), WireError> {
        // RFC 6749 §3.2: parameters travel in the body only; §2.3.1: never credentials in the address.
        if self.query {
            return Err(WireError::of(said::BODY_ONLY));
        }
        if !is_of(&self.headers, FORM) {
            return Err(WireError::of(said::FORM_ONLY));
        }
        let parameters = Parameters::parse(&self.body).map_err(|_| WireError::of(said::TWICE))?;
        let client = client_auth::authenticate(app, &self.headers, &parameters, path, &self.context, now).await?;
        Ok((client, parameters))
    }

    /// The answer, which nobody keeps (RFC 6749 §5.1), and which scripts of the client's own origins may read.
    pub(super) fn answer(
        &self,
        app: &App,
        client: Option<&Client>,
        answer: Result<impl IntoResponse, WireError>,
    ) -> Response {
        let mut response = Self::privately(answer);
        match client {
            Some(client) => origin::allow(&mut response, client, &self.headers),
            None => origin::allow_any(&mut response, app, &self.headers),
        }
        response
    }

    /// The answer, which nobody keeps and no script of another origin reads.
    pub(super) fn privately(answer: Result<impl IntoResponse, WireError>) -> Response {
        let mut response = answer.map_or_else(IntoResponse::into_response, IntoResponse::into_response);
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
