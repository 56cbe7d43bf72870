//! The council's own OpenID provider: a real one on loopback, which signs with its own key and says what a test tells it to.

use crate::oidc::party::Key;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use url::Url;

/// What it calls the house.
pub const CLIENT: &str = "portreeve-staff";
/// Which tenant the council is.
pub const TENANT: &str = "5f1d4a52-6d0d-4ad5-8f7a-0c0ffee00001";

/// A code not redeemed yet.
struct Granted {
    challenge: String,
    id_token: String,
}

/// What it has been told to do, and what it was asked.
#[derive(Default)]
struct Told {
    grants: BTreeMap<String, Granted>,
    published: Vec<Value>,
    methods: Option<Value>,
    userinfo: Option<Value>,
    issuer: Option<String>,
    redeemed: Vec<(BTreeMap<String, String>, String)>,
    keys_asked: usize,
}

/// The provider.
#[derive(Clone)]
pub struct Council {
    pub issuer: String,
    told: Arc<Mutex<Told>>,
}

impl Council {
    /// One that publishes this key as `c1`.
    pub async fn start(key: &Key) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/tenant", listener.local_addr().unwrap());
        let told = Told { published: vec![key.jwk("c1")], ..Told::default() };
        let council = Self { issuer, told: Arc::new(Mutex::new(told)) };
        let routes = Router::new()
            .route("/tenant/.well-known/openid-configuration", get(discovery))
            .route("/tenant/keys", get(keys))
            .route("/tenant/token", post(token))
            .route("/tenant/userinfo", get(userinfo))
            .with_state(council.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        council
    }

    /// Somebody signs in for the request at this address; the ID token is this one. Gives the code.
    pub fn grants(&self, address: &str, id_token: String) -> String {
        let mut told = self.told.lock().unwrap();
        let code = format!("code-{}", told.grants.len());
        let challenge = asked(address, "code_challenge").unwrap();
        told.grants.insert(code.clone(), Granted { challenge, id_token });
        code
    }

    /// Publishes this key too.
    pub fn publishes(&self, jwk: Value) {
        self.told.lock().unwrap().published.push(jwk);
    }

    /// Takes these methods at the token endpoint, by its metadata.
    pub fn takes(&self, methods: Value) {
        self.told.lock().unwrap().methods = Some(methods);
    }

    /// Says this at userinfo.
    pub fn says(&self, userinfo: Value) {
        self.told.lock().unwrap().userinfo = Some(userinfo);
    }

    /// Calls itself something else.
    pub fn claims_to_be(&self, issuer: &str) {
        self.told.lock().unwrap().issuer = Some(issuer.to_owned());
    }

    /// How often its keys were asked for.
    pub fn keys_asked(&self) -> usize {
        self.told.lock().unwrap().keys_asked
    }

    /// The form and the `Authorization` of the last request for tokens.
    pub fn last(&self) -> (BTreeMap<String, String>, String) {
        self.told.lock().unwrap().redeemed.last().unwrap().clone()
    }

    /// How often tokens were asked for.
    pub fn redeemed(&self) -> usize {
        self.told.lock().unwrap().redeemed.len()
    }
}

/// A parameter of an authorization request.
pub fn asked(address: &str, name: &str) -> Option<String> {
    let url = Url::parse(address).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn discovery(State(council): State<Council>) -> Json<Value> {
    let told = council.told.lock().unwrap();
    let at = |path: &str| format!("{}/{path}", council.issuer);
    let mut document = json!({
        "issuer": told.issuer.as_deref().unwrap_or(&council.issuer),
        "authorization_endpoint": at("authorize"), "token_endpoint": at("token"), "jwks_uri": at("keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "none"],
    });
    if told.userinfo.is_some() {
        document["userinfo_endpoint"] = json!(at("userinfo"));
    }
    if let Some(methods) = &told.methods {
        document["token_endpoint_auth_methods_supported"] = methods.clone();
    }
    Json(document)
}

async fn keys(State(council): State<Council>) -> Json<Value> {
    let mut told = council.told.lock().unwrap();
    told.keys_asked += 1;
    Json(json!({ "keys": told.published }))
}

async fn token(
    State(council): State<Council>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let mut told = council.told.lock().unwrap();
    let authorization = headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
    let granted = told.grants.get(&form["code"]).map(|granted| granted.challenge.clone());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes());
    let fits = granted.as_deref() == Some(&URL_SAFE_NO_PAD.encode(digest));
    let code = form["code"].clone();
    told.redeemed.push((form, authorization));
    // A code that was redeemed is kept under another name, so that codes stay numbered.
    match told.grants.remove(&code).filter(|_| fits) {
        Some(Granted { id_token, challenge }) => {
            told.grants.insert(format!("spent-{code}"), Granted { challenge, id_token: String::new() });
            Json(json!({ "access_token": "at-1", "token_type": "Bearer", "id_token": id_token })).into_response()
        }
        None => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}

async fn userinfo(State(council): State<Council>, headers: HeaderMap) -> Response {
    if headers.get("authorization").is_none_or(|value| value != "Bearer at-1") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(council.told.lock().unwrap().userinfo.clone().unwrap()).into_response()
}
