//! Wire errors: an answer of the catalogue (RFC 6749 §5.2) with its status, and perhaps a private reason that is only
//! logged.

use crate::domain::wire_errors::{Code, Said, said};
use crate::service::Failure;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::json;
use std::time::Duration;

/// An error answer of a back-end endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireError {
    /// What the developer is told.
    pub said: Said,
    status: StatusCode,
    challenge: Option<Challenge>,
    /// When to come back (RFC 9110 §10.2.3).
    wait: Option<Duration>,
}

/// What `WWW-Authenticate` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Challenge {
    /// RFC 7617 §2.
    Basic,
    /// RFC 6750 §3; with the code, if a token was shown.
    Bearer(Option<Code>),
}

impl WireError {
    /// An answer of the catalogue, with the status that goes with its code.
    #[must_use]
    pub const fn of(said: Said) -> Self {
        let (status, challenge) = match said.code() {
            Code::InvalidClient => (StatusCode::UNAUTHORIZED, None),
            // RFC 6750 §3.1.
            code @ Code::InvalidToken => (StatusCode::UNAUTHORIZED, Some(Challenge::Bearer(Some(code)))),
            code @ Code::InsufficientScope => (StatusCode::FORBIDDEN, Some(Challenge::Bearer(Some(code)))),
            Code::TemporarilyUnavailable => (StatusCode::SERVICE_UNAVAILABLE, None),
            Code::ServerError => (StatusCode::INTERNAL_SERVER_ERROR, None),
            _ => (StatusCode::BAD_REQUEST, None),
        };
        let wait = match said.code() {
            Code::TemporarilyUnavailable => Some(Duration::from_secs(2)),
            _ => None,
        };
        Self { said, status, challenge, wait }
    }

    /// A request longer than we take (RFC 9126 §2.3): 413.
    #[must_use]
    pub const fn too_long() -> Self {
        let mut error = Self::of(said::TOO_LONG);
        error.status = StatusCode::PAYLOAD_TOO_LARGE;
        error
    }

    /// Asked for more often than we do it: 429 (RFC 6585 §4), and when to come back.
    #[must_use]
    pub const fn too_often(wait: Duration) -> Self {
        let mut error = Self::of(said::OFTEN);
        error.status = StatusCode::TOO_MANY_REQUESTS;
        error.wait = Some(wait);
        error
    }

    /// With a challenge, for a client that tried the Authorization header; others would take it for a question to
    /// answer (RFC 6749 §5.2).
    #[must_use]
    pub const fn challenging_basic(mut self) -> Self {
        self.challenge = Some(Challenge::Basic);
        self
    }

    /// `invalid_grant`: the reason is logged, the words stay the same, so that a thief learns nothing.
    #[must_use]
    pub fn invalid_grant(reason: &'static str) -> Self {
        tracing::info!(reason, "a grant is refused");
        Self::of(said::GRANT)
    }

    /// No token at all at a protected resource: a bare challenge (RFC 6750 §3.1).
    #[must_use]
    pub const fn no_token() -> Self {
        let mut error = Self::of(said::NO_TOKEN);
        error.status = StatusCode::UNAUTHORIZED;
        error.challenge = Some(Challenge::Bearer(None));
        error
    }

    /// A fault or shortage of ours.
    #[must_use]
    pub fn failed(failure: &Failure) -> Self {
        Self::of(our_fault(failure))
    }
}

/// What a client is told of a fault or shortage of ours; the log has the reason.
pub(super) fn our_fault(failure: &Failure) -> Said {
    if failure.is_shortage() {
        tracing::warn!(error = %failure, "short of something");
        return said::SHORTAGE;
    }
    tracing::error!(error = %failure, "an endpoint failed");
    said::FAULT
}

impl Challenge {
    fn to_header(self) -> HeaderValue {
        match self {
            Self::Basic => HeaderValue::from_static("Basic realm=\"portreeve\", charset=\"UTF-8\""),
            Self::Bearer(None) => HeaderValue::from_static("Bearer"),
            Self::Bearer(Some(code)) => {
                let scope = if code == Code::InsufficientScope { ", scope=\"openid\"" } else { "" };
                HeaderValue::from_str(&format!("Bearer error=\"{}\"{scope}", code.as_str()))
                    .unwrap_or(HeaderValue::from_static("Bearer"))
            }
        }
    }
}

impl From<Failure> for WireError {
    fn from(failure: Failure) -> Self {
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
        let (code, description) = (self.said.code().as_str(), self.said.description());
        let body = Json(json!({ "error": code, "error_description": description }));
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, challenge.to_header());
        }
        if let Some(wait) = self.wait {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}
