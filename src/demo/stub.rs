//! For tests: a browser without a network, and a small OpenID provider on loopback that can be told to misbehave.

use super::key::ServiceKey;
use super::service::{Clock, Service};
use crate::domain::time::When;
use axum::body::Body;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use url::Url;

/// The client that the tests are about.
pub const CLIENT: &str = "garden-waste";
/// When the tests happen, in seconds.
pub const NOON: i64 = 1_800_000_000;
/// The event of a logout token.
pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A clock that stands still.
pub fn clock() -> Clock {
    Arc::new(|| When::from_seconds(NOON))
}

/// An answer, read to its end.
pub struct Page {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Page {
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    /// Where the answer sends the browser.
    pub fn goes_to(&self) -> Url {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        Url::parse("http://self.test").unwrap().join(&self.header(LOCATION.as_str()).unwrap()).unwrap()
    }
}

/// A browser with a cookie jar that visits one router.
pub struct Browser {
    router: Router,
    pub jar: BTreeMap<String, String>,
    pub host: String,
}

impl Browser {
    pub fn new(service: &Service) -> Self {
        Self::of(service.router())
    }

    pub fn of(router: Router) -> Self {
        Self { router, jar: BTreeMap::new(), host: "localhost:8090".to_owned() }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = serde_urlencoded::to_string(fields).unwrap();
        self.send(Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded"), form.into()).await
    }

    async fn send(&mut self, request: http::request::Builder, body: Body) -> Page {
        let jar: Vec<_> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(HOST, &self.host).header(COOKIE, jar.join("; ")).body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let cookie = cookie::Cookie::parse(cookie.to_str().unwrap().to_owned()).unwrap();
            self.jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
        }
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, body }
    }
}

/// How the provider misbehaves, and what it has seen.
#[derive(Default)]
pub struct Mood {
    /// Claims of the ID token to replace, or to leave out if null.
    pub claims: Map<String, Value>,
    /// Another `sub` at userinfo.
    pub userinfo_sub: Option<String>,
    /// The token endpoint's error.
    pub token_error: Option<String>,
    /// What was posted to the token endpoint.
    pub token_requests: Vec<HashMap<String, String>>,
    codes: HashMap<String, HashMap<String, String>>,
}

/// The provider.
#[derive(Clone)]
pub struct Stub {
    pub issuer: String,
    pub mood: Arc<Mutex<Mood>>,
    now: Arc<AtomicI64>,
    signing: Arc<Mutex<Arc<ServiceKey>>>,
    published: Arc<Mutex<Arc<ServiceKey>>>,
}

impl Stub {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let key = Arc::new(ServiceKey::generate().unwrap());
        let stub = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            mood: Arc::default(),
            now: Arc::new(AtomicI64::new(NOON)),
            signing: Arc::new(Mutex::new(Arc::clone(&key))),
            published: Arc::new(Mutex::new(key)),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stub
    }

    pub fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || When::from_seconds(now.load(Ordering::SeqCst)))
    }

    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Signs with a new key; publishes it too if `published`.
    pub fn new_key(&self, published: bool) {
        let key = Arc::new(ServiceKey::generate().unwrap());
        *self.signing.lock().unwrap() = Arc::clone(&key);
        if published {
            *self.published.lock().unwrap() = key;
        }
    }

    pub fn sign(&self, typ: &str, claims: &Value) -> String {
        let key = Arc::clone(&self.signing.lock().unwrap());
        key.sign(typ, claims).unwrap()
    }

    /// A logout token for the client's session `sid`, with claims replaced, or left out if null.
    pub fn logout_token(&self, jti: &str, change: &Value) -> String {
        let now = self.now.load(Ordering::SeqCst);
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": jti,
            "events": {EVENT: {}}, "sub": "pairwise-ada", "sid": "sid-1",
        });
        self.sign("logout+jwt", &changed(claims, change.as_object().unwrap()))
    }

    /// What the provider's pages would answer to the authorization request: the path to call back, with a code.
    pub fn authorize(&self, request: &Url) -> String {
        assert!(request.as_str().starts_with(&format!("{}/authorize?", self.issuer)), "{request}");
        let query: HashMap<String, String> = request.query_pairs().into_owned().collect();
        let state = query["state"].clone();
        let mut mood = self.mood.lock().unwrap();
        let code = format!("code-{}", mood.codes.len());
        mood.codes.insert(code.clone(), query);
        self.answer(&[("code", &code), ("state", &state)])
    }

    /// The path of an answer with `iss`.
    pub fn answer(&self, parameters: &[(&str, &str)]) -> String {
        format!("/callback?{}&iss={}", serde_urlencoded::to_string(parameters).unwrap(), self.issuer)
    }
}

fn changed(mut claims: Value, change: &Map<String, Value>) -> Value {
    let map = claims.as_object_mut().unwrap();
    for (claim, value) in change {
        match value {
            Value::Null => drop(map.remove(claim)),
            value => drop(map.insert(claim.clone(), value.clone())),
        }
    }
    claims
}

fn sha256(text: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

async fn discovery(State(stub): State<Stub>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", stub.issuer);
    Json(json!({
        "issuer": stub.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"), "jwks_uri": at("jwks"), "end_session_endpoint": at("logout"),
        "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
    }))
}

async fn jwks(State(stub): State<Stub>) -> Json<Value> {
    Json(stub.published.lock().unwrap().jwks())
}

async fn token(State(stub): State<Stub>, Form(form): Form<HashMap<String, String>>) -> Response {
    let mut mood = stub.mood.lock().unwrap();
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    mood.token_requests.push(form.clone());
    if let Some(error) = &mood.token_error {
        return refuse(error);
    }
    let Some(asked) = mood.codes.remove(&form["code"]) else { return refuse("invalid_grant") };
    if URL_SAFE_NO_PAD.encode(sha256(&form["code_verifier"])) != asked["code_challenge"] {
        return refuse("invalid_grant");
    }
    let bearer = "access-token-1";
    let now = stub.now.load(Ordering::SeqCst);
    let claims = json!({
        "iss": stub.issuer, "aud": CLIENT, "sub": "pairwise-ada", "sid": "sid-1", "iat": now, "exp": now + 300,
        "nonce": asked["nonce"], "at_hash": URL_SAFE_NO_PAD.encode(&sha256(bearer)[..16]),
    });
    let id_token = stub.sign("JWT", &changed(claims, &mood.claims));
    Json(json!({
        "access_token": bearer, "token_type": "Bearer", "expires_in": 300, "id_token": id_token,
    }))
    .into_response()
}

async fn userinfo(State(stub): State<Stub>, headers: http::HeaderMap) -> Response {
    if headers.get(AUTHORIZATION).is_none_or(|value| value != "Bearer access-token-1") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let subject = stub.mood.lock().unwrap().userinfo_sub.clone().unwrap_or_else(|| "pairwise-ada".to_owned());
    Json(json!({
        "sub": subject, "name": "Ada Wójcik", "email": "ada@example.org", "email_verified": true,
        "address": {"formatted": "1 Quay Street\nHavenbrook"}, "x_note": "<script>alert(1)</script>",
    }))
    .into_response()
}
