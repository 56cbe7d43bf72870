//! POST `/signals/poll` (RFC 8936): a service fetches its signals and says which it has.
//!
//! The body is the JSON object of §2.2. A client with a secret proves itself in the Authorization header; one with a key
//! puts `client_id`, `client_assertion_type` and `client_assertion` (RFC 7523 §2.2) beside the members of §2.2, where
//! others would have them in a form (decision 0046).

use super::super::client_auth;
use super::super::error::WireError;
use super::super::form::is_of;
use super::super::parameters::Parameters;
use crate::app::App;
use crate::domain::audit::Context;
use crate::domain::client::{AuthMethod, Client};
use crate::domain::signal::error_code;
use crate::domain::wire_errors::said;
use crate::http::address::ClientAddress;
use crate::service::refusal::{self, Refusal};
use crate::service::signals::delivery::{Acknowledged, acknowledge, hand_over};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use uuid::Uuid;

const PATH: &str = "/signals/poll";
/// The most signals handed over at once, and the most acknowledged.
const MOST: usize = 100;
/// How long a service that does not say `returnImmediately` waits for its first signal.
const LONGEST: Duration = Duration::from_secs(20);
/// How often it is looked meanwhile.
const PAUSE: Duration = Duration::from_millis(500);
/// How many may wait at this node at a time; others are answered at once.
const SEATS: usize = 256;

static WAITING: AtomicUsize = AtomicUsize::new(0);

/// A waiting request's place; free again when it is answered or given up.
struct Seat;

impl Seat {
    fn take() -> Option<Self> {
        let free =
            WAITING.fetch_update(Ordering::AcqRel, Ordering::Acquire, |taken| (taken < SEATS).then_some(taken + 1));
        free.is_ok().then_some(Self)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What is asked for and acknowledged (RFC 8936 §2.2). Members that are not ours are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Asked {
    max_events: Option<usize>,
    return_immediately: bool,
    ack: Vec<String>,
    set_errs: BTreeMap<String, Fault>,
}

/// RFC 8936 §2.6; the description is not kept, for it is free text.
#[derive(Debug, Deserialize)]
struct Fault {
    err: String,
}

impl Asked {
    /// Reads the members of a body, and apart from them what its client proves itself by.
    ///
    /// # Errors
    /// `invalid_request` with what a body must be.
    pub fn read(body: &[u8]) -> Result<(Map<String, Value>, Parameters), WireError> {
        let members: Map<String, Value> = serde_json::from_slice(body).map_err(|_| WireError::of(said::POLL))?;
        let parameters = Parameters::of_claims(&members).map_err(|_| WireError::of(said::POLL))?;
        Ok((members, parameters))
    }

    /// What the members ask for.
    ///
    /// # Errors
    /// `invalid_request` where one is of another kind, or too much is acknowledged at once.
    pub fn of(members: Map<String, Value>) -> Result<Self, WireError> {
        let asked: Self = serde_json::from_value(Value::Object(members)).map_err(|_| WireError::of(said::POLL))?;
        if asked.ack.len() + asked.set_errs.len() > MOST { Err(WireError::of(said::POLL)) } else { Ok(asked) }
    }

    /// Which signals were taken and which were not; what is no name of a signal is counted.
    #[must_use]
    pub fn acknowledged(&self) -> Acknowledged {
        let mut all = Acknowledged::default();
        for jti in &self.ack {
            match Uuid::parse_str(jti) {
                Ok(jti) => all.taken.push(jti),
                Err(_) => all.unknown += 1,
            }
        }
        for (jti, fault) in &self.set_errs {
            let code = error_code(&fault.err).unwrap_or("unreadable");
            match Uuid::parse_str(jti) {
                Ok(jti) => all.refused.push((jti, code.to_owned())),
                Err(_) => all.unknown += 1,
            }
        }
        all
    }
}

/// The endpoint. Scripts of other origins never read it: whoever asks keeps a secret.
pub async fn post(
    State(app): State<App>,
    address: Option<Extension<ClientAddress>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let context = Context { address: address.map(|Extension(address)| address.prefix()), ..Context::default() };
    let answer = match Box::pin(known(&app, query.as_deref(), &headers, &body, &context)).await {
        Ok((client, asked)) => answer(&app, &client, &asked, &context).await,
        Err(error) => Err(error),
    };
    let mut response = answer.map(Json).map_or_else(IntoResponse::into_response, IntoResponse::into_response);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn known(
    app: &App,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
    context: &Context,
) -> Result<(Arc<Client>, Asked), WireError> {
    if query.is_some_and(|query| !query.is_empty()) {
        return Err(WireError::of(said::BODY_ONLY));
    }
    if !is_of(headers, "application/json") {
        return Err(WireError::of(said::POLL));
    }
    let (members, parameters) = Asked::read(body)?;
    let client = client_auth::authenticate(app, headers, &parameters, PATH, context, app.now()).await?;
    if client.auth == AuthMethod::None {
        return Err(WireError::of(said::NO_SIGNALS));
    }
    Ok((client, Asked::of(members)?))
}

async fn answer(app: &App, client: &Client, asked: &Asked, context: &Context) -> Result<Value, WireError> {
    let now = app.now();
    let forged = acknowledge(app, &client.id, &asked.acknowledged(), now).await?;
    if forged > 0 {
        let refused = Refusal { endpoint: PATH, reason: "signal_unknown", client: Some(&client.id), context };
        refusal::note(app, &refused, now).await?;
    }
    let limit = i64::try_from(asked.max_events.unwrap_or(MOST).min(MOST)).unwrap_or(0);
    let (sets, more) = fetched(app, client, limit, asked.return_immediately).await?;
    // RFC 8936 §2.3.
    Ok(json!({ "sets": sets, "moreAvailable": more }))
}

async fn fetched(
    app: &App,
    client: &Client,
    limit: i64,
    at_once: bool,
) -> Result<(Map<String, Value>, bool), WireError> {
    let until = tokio::time::Instant::now() + LONGEST;
    // §2.2: with maxEvents 0 a service only acknowledges.
    let seat = if at_once || limit == 0 { None } else { Seat::take() };
    loop {
        let (sets, more) = hand_over(app, &client.id, limit).await?;
        if !sets.is_empty() || seat.is_none() || tokio::time::Instant::now() + PAUSE > until {
            return Ok((sets, more));
        }
        tokio::time::sleep(PAUSE).await;
    }
}
