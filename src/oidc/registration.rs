//! `/register` (OIDC Dynamic Client Registration 1.0 §3, RFC 7591 §3) and `/register/{client_id}` (RFC 7592 §2).

use super::error::WireError;
use crate::app::App;
use crate::domain::audit::Context;
use crate::domain::registration::{Metadata, Refused};
use crate::domain::time::When;
use crate::domain::wire_errors::{Code, said};
use crate::http::address::ClientAddress;
use crate::service::Failure;
use crate::service::refusal::{self, Refusal};
use crate::service::registration::{self, Holder, Outcome, Registered};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

const PATH: &str = "/register";

/// What RFC 7592 §2.2 forbids a client to send back.
const OURS: [&str; 4] =
    ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];

/// Why a request is not answered with a registration.
enum Wrong {
    /// Registration is off here: there is no such page.
    Off,
    /// The metadata.
    Refused(Refused),
    /// Everything else.
    Wire(WireError),
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self::Wire(WireError::failed(&failure))
    }
}

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        match self {
            Self::Off => StatusCode::NOT_FOUND.into_response(),
            Self::Refused(Refused { code, description }) => {
                let body = Json(json!({ "error": code.as_str(), "error_description": description }));
                unkept((StatusCode::BAD_REQUEST, body).into_response())
            }
            Self::Wire(error) => error.into_response(),
        }
    }
}

/// POST `/register`.
pub async fn register(
    State(app): State<App>,
    address: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let context = context(address);
    let registered = async {
        is_on(&app)?;
        let now = app.now();
        let presented = bearer(&headers);
        let Some(leave) = registration::leave(&app, presented.as_deref(), now).await? else {
            return Err(turned_away(&app, presented.is_some(), &context, now).await);
        };
        let metadata = Metadata::parse(&object(&headers, &body)?, &app.issuer).map_err(Wrong::Refused)?;
        match registration::register(&app, &leave, metadata, context.clone(), now).await? {
            Outcome::Done(registered) => Ok(told(&app, *registered)),
            other => Err(ended(&app, other, &context, now).await),
        }
    };
    match registered.await {
        Ok(told) => unkept((StatusCode::CREATED, Json(told)).into_response()),
        Err(wrong) => wrong.into_response(),
    }
}

/// GET `/register/{client_id}`.
pub async fn read(
    State(app): State<App>,
    address: Option<Extension<ClientAddress>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    match holder(&app, &id, &headers, &context(address)).await {
        Ok(holder) => unkept(Json(told(&app, holder.read())).into_response()),
        Err(wrong) => wrong.into_response(),
    }
}

/// PUT `/register/{client_id}`.
pub async fn change(
    State(app): State<App>,
    address: Option<Extension<ClientAddress>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let context = context(address);
    let changed = async {
        let holder = holder(&app, &id, &headers, &context).await?;
        let object = object(&headers, &body)?;
        is_its_own(&holder, &object).map_err(Wrong::Refused)?;
        let metadata = Metadata::parse(&object, &app.issuer).map_err(Wrong::Refused)?;
        let now = app.now();
        match holder.change(&app, metadata, context.clone(), now).await? {
            Outcome::Done(registered) => Ok(told(&app, *registered)),
            other => Err(ended(&app, other, &context, now).await),
        }
    };
    match changed.await {
        Ok(told) => unkept(Json(told).into_response()),
        Err(wrong) => wrong.into_response(),
    }
}

/// DELETE `/register/{client_id}`.
pub async fn remove(
    State(app): State<App>,
    address: Option<Extension<ClientAddress>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let context = context(address);
    let removed = async {
        let (holder, now) = (holder(&app, &id, &headers, &context).await?, app.now());
        if holder.remove(&app, context.clone(), now).await? {
            Ok(unkept(StatusCode::NO_CONTENT.into_response()))
        } else {
            Err(turned_away(&app, true, &context, now).await)
        }
    };
    removed.await.unwrap_or_else(IntoResponse::into_response)
}

fn is_on(app: &App) -> Result<(), Wrong> {
    if app.snapshot().takes_registrations() { Ok(()) } else { Err(Wrong::Off) }
}

fn context(address: Option<Extension<ClientAddress>>) -> Context {
    Context { address: address.map(|Extension(address)| address.prefix()), ..Context::default() }
}

/// The token of the Authorization header (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// Whom the token speaks for. A client that is not there is answered like a token that does not fit (RFC 7592 §2.1).
async fn holder(app: &App, id: &str, headers: &HeaderMap, context: &Context) -> Result<Holder, Wrong> {
    is_on(app)?;
    let presented = bearer(headers);
    let found = match &presented {
        Some(token) => registration::holder(app, id, token).await?,
        None => None,
    };
    match found {
        Some(holder) => Ok(holder),
        None => Err(turned_away(app, presented.is_some(), context, app.now()).await),
    }
}

/// What came of a registration or change that was not done.
async fn ended(app: &App, outcome: Outcome, context: &Context, now: When) -> Wrong {
    match outcome {
        Outcome::Refused(refused) => Wrong::Refused(refused),
        Outcome::TooOften(until) => Wrong::Wire(WireError::too_often(until.since(now))),
        Outcome::Done(_) | Outcome::NoLonger => turned_away(app, true, context, now).await,
    }
}

async fn turned_away(app: &App, with_token: bool, context: &Context, now: When) -> Wrong {
    let refused = Refusal { endpoint: PATH, reason: Code::InvalidToken.as_str(), client: None, context };
    if let Err(failure) = refusal::note(app, &refused, now).await {
        return failure.into();
    }
    Wrong::Wire(if with_token { WireError::of(said::DEAD_TOKEN) } else { WireError::no_token() })
}

fn object(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Wrong> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    let object = json.then(|| serde_json::from_slice(body).ok()).flatten();
    object.ok_or_else(|| Wrong::Refused(Refused::metadata("the body must be one JSON object, as application/json")))
}

/// What RFC 7592 §2.2 asks of a change: about this client, by its own secret if any, and nothing that is ours to say.
fn is_its_own(holder: &Holder, object: &Map<String, Value>) -> Result<(), Refused> {
    if object.get("client_id").and_then(Value::as_str) != Some(holder.id.as_str()) {
        return Err(Refused::metadata("client_id: must be there, and be the one of this address"));
    }
    if let Some(key) = OURS.into_iter().find(|key| object.contains_key(*key)) {
        return Err(Refused::metadata(format!("{key}: is not the client's to say; leave it out")));
    }
    match object.get("client_secret") {
        None => Ok(()),
        Some(Value::String(secret)) if holder.knows(secret) => Ok(()),
        Some(_) => Err(Refused::metadata("client_secret: is not the one in use; leave it out")),
    }
}

/// RFC 7591 §3.2.1, RFC 7592 §3.
fn told(app: &App, registered: Registered) -> Map<String, Value> {
    let Registered { id, metadata: mut told, secret, secret_until, access_token, since } = registered;
    let address = app.issuer.at(&format!("{PATH}/{id}"));
    told.insert("client_id".to_owned(), id.as_str().into());
    told.insert("client_id_issued_at".to_owned(), since.seconds().into());
    told.insert("registration_client_uri".to_owned(), address.into());
    if let Some(secret) = secret {
        told.insert("client_secret".to_owned(), secret.as_str().into());
        told.insert("client_secret_expires_at".to_owned(), secret_until.map_or(0, When::seconds).into());
    }
    told.insert("registration_access_token".to_owned(), access_token.as_str().into());
    told
}

fn unkept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
