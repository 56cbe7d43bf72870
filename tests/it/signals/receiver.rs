//! A service that takes signals, written to RFC 8417, RFC 8935 and RFC 9493 and to nothing of ours: it fetches the
//! provider's keys, checks what it is sent, keeps each `jti` once and answers 202 or 400.

use crate::app::House;
use crate::oidc::browser::http;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it answers.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Mood {
    /// As the RFC says.
    #[default]
    Well,
    /// It is not there.
    Down,
    /// It takes what it is sent, and its answer is lost.
    Lost,
    /// It refuses what it is sent, by this code.
    Refuses(&'static str),
    /// 400, without a code.
    Mute,
    /// It takes its time: it answers once it is in another mood.
    Slow,
    /// 200, which is not what RFC 8935 asks for.
    Fine,
}

#[derive(Default)]
struct Inner {
    mood: Mutex<Mood>,
    provider: Mutex<Option<(reqwest::Client, String, &'static str)>>,
    seen: Mutex<BTreeSet<String>>,
    taken: Mutex<Vec<Value>>,
    calls: Mutex<Vec<String>>,
}

/// The library's receiver.
#[derive(Clone, Default)]
pub struct Receiver(Arc<Inner>);

impl Receiver {
    /// Listens; gives its address.
    pub async fn open(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/signals", post(receive)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        format!("http://{address}/signals")
    }

    /// Whose signals it takes.
    pub fn trusts(&self, house: &House) {
        self.hears(house, "library");
    }

    /// Whose signals it takes, as another service than the library.
    pub fn hears(&self, house: &House, audience: &'static str) {
        *self.0.provider.lock().unwrap() = Some((http(house), house.app.issuer.as_str().to_owned(), audience));
    }

    pub fn is(&self, mood: Mood) {
        *self.0.mood.lock().unwrap() = mood;
    }

    /// The claims of what it took, each once, in order.
    pub fn taken(&self) -> Vec<Value> {
        self.0.taken.lock().unwrap().clone()
    }

    /// Every token it was sent, whatever became of it.
    pub fn calls(&self) -> Vec<String> {
        self.0.calls.lock().unwrap().clone()
    }
}

fn refused(err: &str) -> Response {
    let body = json!({ "err": err, "description": "as RFC 8935 2.4 says" });
    (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> Response {
    for _ in 0..1_000 {
        if *receiver.0.mood.lock().unwrap() != Mood::Slow {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mood = *receiver.0.mood.lock().unwrap();
    if mood == Mood::Down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    receiver.0.calls.lock().unwrap().push(body.clone());
    match mood {
        Mood::Refuses(code) => return refused(code),
        Mood::Mute => return (StatusCode::BAD_REQUEST, "no").into_response(),
        Mood::Fine => return StatusCode::OK.into_response(),
        _ => {}
    }
    if headers.get("content-type").is_none_or(|kind| kind != "application/secevent+jwt") {
        return refused("invalid_request");
    }
    let (client, issuer, audience) = receiver.0.provider.lock().unwrap().clone().unwrap();
    let keys: JwkSet = client.get(format!("{issuer}/jwks")).send().await.unwrap().json().await.unwrap();
    let claims = match check(&body, &keys, &issuer, audience) {
        Ok(claims) => claims,
        Err(code) => return refused(code),
    };
    if receiver.0.seen.lock().unwrap().insert(claims["jti"].as_str().unwrap().to_owned()) {
        receiver.0.taken.lock().unwrap().push(claims);
    }
    if mood == Mood::Lost { StatusCode::BAD_GATEWAY } else { StatusCode::ACCEPTED }.into_response()
}

/// Checks a Security Event Token: RFC 8417 §2.2, §2.3, §4; RFC 8935 §2.3 has the codes.
pub fn check(token: &str, keys: &JwkSet, issuer: &str, audience: &str) -> Result<Value, &'static str> {
    let header = decode_header(token).map_err(|_| "invalid_request")?;
    if header.typ.as_deref() != Some("secevent+jwt") || header.alg != Algorithm::ES256 {
        return Err("invalid_request");
    }
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or("invalid_key")?;
    let mut rules = Validation::new(Algorithm::ES256);
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[audience]);
    let claims =
        decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &rules).map_err(|_| "invalid_key")?.claims;
    let whole = claims["iss"] == issuer
        && claims["aud"] == audience
        && claims["jti"].is_string()
        && claims["iat"].is_i64()
        && claims["events"].as_object().is_some_and(|events| events.len() == 1)
        // RFC 8417 §2.2: exp is not for this kind of token, and an ID token's claims would make it pass for one (§4.1).
        && ["exp", "sub", "nonce"].iter().all(|name| claims.get(name).is_none());
    if whole { Ok(claims) } else { Err("invalid_request") }
}
