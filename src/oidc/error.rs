//! Wire errors: the registry's code and words for the developer (RFC 6749 §5.2), with a private reason that is only
//! logged.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::json;

/// An error answer of a back-end endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireError {
    /// A code of the OAuth registry.
    pub code: &'static str,
    /// What the developer should do; never a secret, never a person.
    pub description: &'static str,
    status: StatusCode,
    challenge: Option<&'static str>,
}

impl WireError {
    const fn new(status: StatusCode, code: &'static str, description: &'static str) -> Self {
        Self { code, description, status, challenge: None }
    }

    /// `invalid_request`.
    #[must_use]
    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// Another code of the authorization endpoint, told to a client that pushes its request (RFC 9126 §2.3).
    #[must_use]
    pub const fn refused(code: &'static str, description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, description)
    }

    /// A request longer than we take (RFC 9126 §2.3): 413.
    #[must_use]
    pub const fn too_large(description: &'static str) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", description)
    }

    /// `invalid_client`: 401.
    #[must_use]
    pub const fn invalid_client(description: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// With a challenge, for a client that tried the Authorization header; others would take it for a question to
    /// answer (RFC 6749 §5.2).
    #[must_use]
    pub const fn challenging_basic(mut self) -> Self {
        self.challenge = Some("Basic realm=\"portreeve\", charset=\"UTF-8\"");
        self
    }

    /// `invalid_grant`: the reason is logged, the words stay the same, so that a thief learns nothing.
    #[must_use]
    pub fn invalid_grant(reason: &'static str) -> Self {
        tracing::info!(reason, "invalid_grant");
        let description = "the code or token is not valid for this client and request: begin again";
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    /// `invalid_scope`.
    #[must_use]
    pub const fn invalid_scope(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }

    /// `invalid_target` (RFC 8707 §2).
    #[must_use]
    pub const fn invalid_target() -> Self {
        let description = "resource is none that this client may call, or none that was granted";
        Self::new(StatusCode::BAD_REQUEST, "invalid_target", description)
    }

    /// `unauthorized_client`.
    #[must_use]
    pub const fn unauthorized_client() -> Self {
        let description = "the service's file names no machine_scopes: it gets no tokens in its own name";
        Self::new(StatusCode::BAD_REQUEST, "unauthorized_client", description)
    }

    /// `unsupported_grant_type`.
    #[must_use]
    pub const fn unsupported_grant_type() -> Self {
        let description = "grant_type is authorization_code, refresh_token or client_credentials";
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description)
    }

    /// `invalid_token` at a protected resource (RFC 6750 §3.1).
    #[must_use]
    pub const fn invalid_token() -> Self {
        let mut error = Self::new(StatusCode::UNAUTHORIZED, "invalid_token", "the access token does not work");
        error.challenge = Some("Bearer error=\"invalid_token\"");
        error
    }

    /// `insufficient_scope` at a protected resource (RFC 6750 §3.1).
    #[must_use]
    pub const fn insufficient_scope() -> Self {
        let mut error = Self::new(StatusCode::FORBIDDEN, "insufficient_scope", "the access token lacks openid");
        error.challenge = Some("Bearer error=\"insufficient_scope\", scope=\"openid\"");
        error
    }

    /// No token at all at a protected resource: a bare challenge (RFC 6750 §3.1).
    #[must_use]
    pub const fn no_token() -> Self {
        let mut error = Self::new(StatusCode::UNAUTHORIZED, "invalid_request", "send the access token as Bearer");
        error.challenge = Some("Bearer");
        error
    }

    /// A fault or shortage of ours.
    #[must_use]
    pub fn failed(failure: &crate::service::Failure) -> Self {
        if failure.is_shortage() {
            tracing::warn!(error = %failure, "short of something");
            return Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again in a moment");
        }
        tracing::error!(error = %failure, "an endpoint failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "a fault of ours: try again later")
    }
}

impl From<crate::service::Failure> for WireError {
    fn from(failure: crate::service::Failure) -> Self {
        Self::failed(&failure)
    }
}

impl From<crate::store::Error> for WireError {
    fn from(error: crate::store::Error) -> Self {
        Self::failed(&error.into())
    }
}

impl IntoResponse for WireError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.code, "error_description": self.description }));
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
