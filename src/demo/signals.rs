//! Signals: what the account service tells this one of a change (RFC 8417, pushed by RFC 8935), and this one's answer.

use super::service::Service;
use super::words::Words;
use super::{page, sign_out};
use crate::domain::time::When;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Signals remembered at a time; the oldest is forgotten. A real service has a table.
const MOST: usize = 200;

/// A signal as taken.
#[derive(Debug, Clone)]
pub struct Signal {
    jti: String,
    sub: String,
    /// The last part of the event type's address.
    kind: String,
    claims: Vec<String>,
    at: When,
}

/// One signal in words, for the page of the person it is about.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    kind: String,
    what: String,
    at: String,
}

/// The signals taken, each once.
#[derive(Debug, Default)]
pub(super) struct Taken {
    seen: HashSet<String>,
    all: Vec<Signal>,
}

impl Taken {
    /// Keeps a signal; `false` if it was taken before.
    fn keep(&mut self, signal: Signal) -> bool {
        if !self.seen.insert(signal.jti.clone()) {
            return false;
        }
        if self.all.len() >= MOST {
            self.seen.remove(&self.all.remove(0).jti);
        }
        self.all.push(signal);
        true
    }

    /// What was said about a person, newest first.
    pub fn about(&self, sub: &str, words: &Words) -> Vec<Shown> {
        let shown = |signal: &Signal| {
            let labels = signal.claims.iter().map(|claim| words.get(&format!("claim_{claim}")).unwrap_or(claim));
            let labels: Vec<&str> = labels.collect();
            let kind = words.say(&format!("signal_{}", signal.kind)).to_owned();
            let what = if labels.is_empty() { kind } else { format!("{kind}: {}", labels.join(", ")) };
            Shown { kind: signal.kind.clone(), what, at: page::spoken(signal.at, words) }
        };
        self.all.iter().rev().filter(|signal| signal.sub == sub).map(shown).collect()
    }
}

/// Reads a signal.
///
/// # Errors
/// Why it is refused: a code of RFC 8935 §2.4.
pub fn check(token: &str, keys: &JwkSet, issuer: &str, client_id: &str) -> Result<Signal, &'static str> {
    const MALFORMED: &str = "invalid_request";
    let header = decode_header(token).map_err(|_| MALFORMED)?;
    let typed = header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case("secevent+jwt"));
    if !typed || header.alg != Algorithm::ES256 || header.crit.is_some() {
        return Err(MALFORMED);
    }
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or("unknown_key")?;
    let key = DecodingKey::from_jwk(key).map_err(|_| "invalid_key")?;
    // Only the signature: the rest is looked at here, where it can be said what is wrong.
    let mut signature_only = Validation::new(Algorithm::ES256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let claims: Map<String, Value> = decode(token, &key, &signature_only).map_err(|_| "invalid_key")?.claims;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(issuer) {
        return Err("invalid_issuer");
    }
    if text("aud") != Some(client_id) {
        return Err("invalid_audience");
    }
    let subject = claims.get("sub_id").filter(|subject| subject["format"] == "iss_sub" && subject["iss"] == issuer);
    let sub = subject.and_then(|subject| subject["sub"].as_str()).ok_or(MALFORMED)?;
    let jti = text("jti").filter(|jti| !jti.is_empty()).ok_or(MALFORMED)?;
    let events = claims.get("events").and_then(Value::as_object).filter(|events| events.len() == 1);
    let (event, said) = events.and_then(|events| events.iter().next()).ok_or(MALFORMED)?;
    let kind = event.strip_prefix(issuer).and_then(|rest| rest.strip_prefix("/events/")).ok_or(MALFORMED)?;
    let shares = said["shares"].as_array().ok_or(MALFORMED)?;
    let claims_of = |share: &Value| share["claims"].as_array().cloned().unwrap_or_default();
    let mut named: Vec<String> =
        shares.iter().flat_map(claims_of).filter_map(|claim| claim.as_str().map(ToOwned::to_owned)).collect();
    named.sort_unstable();
    named.dedup();
    let at = claims.get("toe").and_then(Value::as_i64).ok_or(MALFORMED)?;
    Ok(Signal {
        jti: jti.to_owned(),
        sub: sub.to_owned(),
        kind: kind.to_owned(),
        claims: named,
        at: When::from_seconds(at),
    })
}

/// `POST /signals`. Without the provider's keys the answer is 503, so that it is sent again.
pub(super) async fn receive(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let token = std::str::from_utf8(&body).unwrap_or_default().trim();
    if kind.split(';').next().map(str::trim) != Some("application/secevent+jwt") {
        return refuse("invalid_request");
    }
    let judge = |keys: &JwkSet| check(token, keys, service.0.issuer.as_str(), &service.0.client_id);
    let mut verdict = match service.0.provider.metadata().await {
        Ok(metadata) => judge(&sign_out::keys(&metadata)),
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    if verdict.as_ref().err() == Some(&"unknown_key") {
        verdict = match service.0.provider.renewed().await {
            Ok(metadata) => judge(&sign_out::keys(&metadata)).map_err(|code| match code {
                "unknown_key" => "invalid_key",
                code => code,
            }),
            Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        };
    }
    match verdict {
        Ok(signal) => {
            let jti = signal.jti.clone();
            tracing::info!(service = service.0.slug, kind = signal.kind, "a signal is taken");
            if service.signals().keep(signal) {
                tokio::spawn(async move { done(&service, &jti).await });
            }
            (StatusCode::ACCEPTED, [(CACHE_CONTROL, "no-store")]).into_response()
        }
        Err(code) => {
            tracing::info!(service = service.0.slug, code, "a signal is refused");
            refuse(code)
        }
    }
}

fn refuse(code: &str) -> Response {
    let body = Json(json!({ "err": code, "description": "see RFC 8935, 2.4" }));
    (StatusCode::BAD_REQUEST, [(CACHE_CONTROL, "no-store")], body).into_response()
}

/// Says that it was done: this service keeps nothing beyond the session, so there is nothing left to do.
async fn done(service: &Service, jti: &str) {
    let issuer = service.0.issuer.as_str();
    let assertion = match service.0.key.assertion(&service.0.client_id, issuer, service.now()) {
        Ok(assertion) => assertion,
        Err(error) => return tracing::error!(%error, "an assertion cannot be signed"),
    };
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("jti", jti)
        .append_pair("outcome", "done")
        .append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        .append_pair("client_assertion", &assertion)
        .finish();
    let request = http::Request::post(format!("{issuer}/signals/done"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes());
    let Ok(request) = request else { return };
    match service.0.provider.http()(request).await {
        Ok(answer) if answer.status().is_success() => {}
        Ok(answer) => tracing::warn!(status = answer.status().as_u16(), "an answer to a signal was not taken"),
        Err(error) => tracing::warn!(%error, "an answer to a signal was not taken"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Taken, check};
    use crate::demo::key::ServiceKey;
    use crate::demo::words::{Language, Words};
    use serde_json::{Value, json};

    const ISSUER: &str = "http://op.test";

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "aud": "garden-waste", "iat": 1_000_000, "toe": 1_000_000, "jti": "j", "txn": "t",
            "sub_id": { "format": "iss_sub", "iss": ISSUER, "sub": "s" },
            "events": { "http://op.test/events/consent_withdrawn": {
                "shares": [{ "purpose": "p", "record": "r", "claims": ["email"] }] } },
        })
    }

    fn judge(typ: &str, claims: &Value) -> Result<super::Signal, &'static str> {
        let key = ServiceKey::generate().unwrap();
        let keys = serde_json::from_value(key.jwks()).unwrap();
        check(&key.sign(typ, claims).unwrap(), &keys, ISSUER, "garden-waste")
    }

    fn with(name: &str, value: Value) -> Option<&'static str> {
        let mut claims = claims();
        claims[name] = value;
        judge("secevent+jwt", &claims).err()
    }

    #[test]
    fn a_signal_is_taken_once_and_shown_to_whom_it_is_about() {
        let signal = judge("secevent+jwt", &claims()).unwrap();
        let mut taken = Taken::default();
        assert!(taken.keep(signal.clone()) && !taken.keep(signal));
        let words = Words::of(Language::English);
        let shown = taken.about("s", &words);
        assert_eq!((shown.len(), shown[0].kind.as_str()), (1, "consent_withdrawn"));
        assert!(shown[0].what.contains("consent"), "{shown:?}");
        assert!(taken.about("another", &words).is_empty());
    }

    #[test]
    fn what_is_not_for_us_or_not_a_signal_is_refused() {
        assert_eq!(judge("JWT", &claims()).err(), Some("invalid_request"));
        assert_eq!(with("iss", json!("http://else.test")), Some("invalid_issuer"));
        assert_eq!(with("aud", json!("parking-permits")), Some("invalid_audience"));
        assert_eq!(with("sub_id", json!({ "format": "opaque", "id": "s" })), Some("invalid_request"));
        assert_eq!(with("events", json!({})), Some("invalid_request"));
        assert_eq!(with("events", json!({ "http://else.test/events/x": { "shares": [] } })), Some("invalid_request"));
        let (ours, other) = (ServiceKey::generate().unwrap(), ServiceKey::generate().unwrap());
        let token = ours.sign("secevent+jwt", &claims()).unwrap();
        let mut keys = other.jwks();
        let by = |keys: Value| check(&token, &serde_json::from_value(keys).unwrap(), ISSUER, "garden-waste").err();
        assert_eq!(by(keys.clone()), Some("unknown_key"));
        keys["keys"][0]["kid"] = json!(ours.kid());
        assert_eq!(by(keys), Some("invalid_key"));
    }
}
