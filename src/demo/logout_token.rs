//! What makes a logout token acceptable (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6).

use crate::domain::time::When;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;

/// The member of `events` that makes a JWT a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How far the provider's clock may be ahead of ours.
const SKEW: Duration = Duration::from_mins(1);

/// Why a logout token is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says it in words")]
pub enum Refused {
    #[error("the logout token is not a JWT")]
    Malformed,
    #[error("the logout token's typ is not logout+jwt")]
    Type,
    #[error("the logout token is not signed with ES256")]
    Algorithm,
    #[error("the logout token's header has extensions that are not understood")]
    Critical,
    #[error("the logout token names a key that the provider does not publish")]
    UnknownKey,
    #[error("the logout token's signature does not verify")]
    Signature,
    #[error("the logout token carries a nonce")]
    Nonce,
    #[error("the logout token lacks a claim, or has one of the wrong type")]
    Claims,
    #[error("the logout token is from another issuer")]
    Issuer,
    #[error("the logout token is for another client")]
    Audience,
    #[error("the logout token has expired")]
    Expired,
    #[error("the logout token is from the future")]
    IssuedAt,
    #[error("the logout token has no back-channel logout event")]
    Event,
    #[error("the logout token has neither sub nor sid")]
    NoSubject,
    #[error("the logout token was used before")]
    Replayed,
}

/// A verified logout token.
#[derive(Debug)]
pub struct LogoutToken {
    /// Its identifier, which comes once.
    pub jti: String,
    /// Until when it may come, in seconds since 1970.
    pub expires: i64,
    /// The resident whose sessions end.
    pub sub: Option<String>,
    /// The one session that ends.
    pub sid: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: i64,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
}

/// Verifies `token` against the provider's keys and what this client expects. Whether it was used before is the caller's memory
/// to say, after everything here has passed.
///
/// # Errors
/// [`Refused`] says what is wrong with it.
pub fn verify(token: &str, keys: &JwkSet, issuer: &str, client_id: &str, now: When) -> Result<LogoutToken, Refused> {
    let header = decode_header(token).map_err(|_| Refused::Malformed)?;
    if !header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case("logout+jwt")) {
        return Err(Refused::Type);
    }
    if header.alg != Algorithm::ES256 {
        return Err(Refused::Algorithm);
    }
    if header.crit.is_some() {
        return Err(Refused::Critical);
    }
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(Refused::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Refused::UnknownKey)?;
    // Only the signature: jsonwebtoken would read the wall clock, and says less about what is wrong.
    let mut signature_only = Validation::new(Algorithm::ES256);
    signature_only.required_spec_claims.clear();
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    let claims: Map<String, Value> = decode(token, &key, &signature_only).map_err(|_| Refused::Signature)?.claims;
    // A nonce makes an ID token of it, whatever its value (§2.4).
    if claims.contains_key("nonce") {
        return Err(Refused::Nonce);
    }
    let claims: Claims = serde_json::from_value(Value::Object(claims)).map_err(|_| Refused::Claims)?;
    if claims.iss != issuer {
        return Err(Refused::Issuer);
    }
    let for_us = match &claims.aud {
        Audience::One(aud) => aud == client_id,
        Audience::Many(many) => !many.is_empty() && many.iter().all(|aud| aud == client_id),
    };
    if !for_us {
        return Err(Refused::Audience);
    }
    if claims.exp <= now.seconds() {
        return Err(Refused::Expired);
    }
    if When::from_seconds(claims.iat) > now + SKEW {
        return Err(Refused::IssuedAt);
    }
    if !claims.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(Refused::Event);
    }
    if claims.jti.is_empty() {
        return Err(Refused::Claims);
    }
    if claims.sub.is_none() && claims.sid.is_none() {
        return Err(Refused::NoSubject);
    }
    Ok(LogoutToken { jti: claims.jti, expires: claims.exp, sub: claims.sub, sid: claims.sid })
}

#[cfg(test)]
mod tests {
    use super::{EVENT, LogoutToken, Refused, verify};
    use crate::demo::key::ServiceKey;
    use crate::domain::time::When;
    use serde_json::{Value, json};

    const NOW: When = When::from_seconds(1_000_000);

    fn claims() -> Value {
        json!({
            "iss": "http://op.test", "aud": "garden-waste", "iat": 1_000_000, "exp": 1_000_120, "jti": "j",
            "events": {EVENT: {}}, "sub": "s", "sid": "d",
        })
    }

    fn check(typ: &str, claims: &Value) -> Result<LogoutToken, Refused> {
        let key = ServiceKey::generate().unwrap();
        let keys = serde_json::from_value(key.jwks()).unwrap();
        verify(&key.sign(typ, claims).unwrap(), &keys, "http://op.test", "garden-waste", NOW)
    }

    /// The verdict on an otherwise good token with one claim replaced, or removed if `value` is null.
    fn with(claim: &str, value: Value) -> Option<Refused> {
        let mut claims = claims();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
            value => claims[claim] = value,
        }
        check("logout+jwt", &claims).err()
    }

    #[test]
    fn a_good_token_passes() {
        let token = check("logout+jwt", &claims()).unwrap();
        assert_eq!((token.sub.as_deref(), token.sid.as_deref()), (Some("s"), Some("d")));
        assert_eq!((token.jti.as_str(), token.expires), ("j", 1_000_120));
        assert_eq!(with("aud", json!(["garden-waste"])), None);
        assert_eq!(with("sid", Value::Null), None);
        assert_eq!(with("sub", Value::Null), None);
    }

    #[test]
    fn an_id_token_is_no_logout_token() {
        assert_eq!(check("JWT", &claims()).err(), Some(Refused::Type));
        assert_eq!(with("nonce", json!("n")), Some(Refused::Nonce));
        let mut null = claims();
        null["nonce"] = Value::Null;
        assert_eq!(check("logout+jwt", &null).err(), Some(Refused::Nonce));
    }

    #[test]
    fn it_must_be_from_our_provider_and_for_us_alone() {
        assert_eq!(with("iss", json!("http://op.test/")), Some(Refused::Issuer));
        assert_eq!(with("aud", json!("parking-permits")), Some(Refused::Audience));
        assert_eq!(with("aud", json!(["garden-waste", "parking-permits"])), Some(Refused::Audience));
        assert_eq!(with("aud", json!([])), Some(Refused::Audience));
    }

    #[test]
    fn it_must_be_of_now() {
        assert_eq!(with("exp", json!(1_000_000)), Some(Refused::Expired));
        assert_eq!(with("exp", json!(1_000_001)), None);
        assert_eq!(with("iat", json!(1_000_061)), Some(Refused::IssuedAt));
        assert_eq!(with("iat", json!(1_000_060)), None);
    }

    #[test]
    fn it_must_say_what_happened_to_whom() {
        assert_eq!(with("events", json!({})), Some(Refused::Event));
        assert_eq!(with("events", json!({EVENT: "yes"})), Some(Refused::Event));
        assert_eq!(with("jti", json!("")), Some(Refused::Claims));
        for needed in ["iss", "aud", "iat", "exp", "jti", "events"] {
            assert_eq!(with(needed, Value::Null), Some(Refused::Claims), "{needed}");
        }
        let mut nobody = claims();
        for claim in ["sub", "sid"] {
            nobody.as_object_mut().unwrap().remove(claim);
        }
        assert_eq!(check("logout+jwt", &nobody).err(), Some(Refused::NoSubject));
    }

    #[test]
    fn its_signature_is_checked_with_a_published_key() {
        let (ours, other) = (ServiceKey::generate().unwrap(), ServiceKey::generate().unwrap());
        let token = ours.sign("logout+jwt", &claims()).unwrap();
        let judge = |token: &str, jwks: Value| {
            verify(token, &serde_json::from_value(jwks).unwrap(), "http://op.test", "garden-waste", NOW).err()
        };
        assert_eq!(judge(&token, other.jwks()), Some(Refused::UnknownKey));
        let mut same_name = other.jwks();
        same_name["keys"][0]["kid"] = json!(ours.kid());
        assert_eq!(judge(&token, same_name), Some(Refused::Signature));
        assert_eq!(judge("not.a.jwt", ours.jwks()), Some(Refused::Malformed));
    }

    #[test]
    fn only_es256_and_no_extensions() {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let key = ServiceKey::generate().unwrap();
        let keys = serde_json::from_value(key.jwks()).unwrap();
        let judge = |header: Value| {
            let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
            let token = format!("{}.{}.{}", part(&header), part(&claims()), URL_SAFE_NO_PAD.encode([0; 64]));
            verify(&token, &keys, "http://op.test", "garden-waste", NOW).err()
        };
        let header = |alg: &str| json!({"typ": "logout+jwt", "alg": alg, "kid": key.kid()});
        assert_eq!(judge(header("none")), Some(Refused::Malformed));
        assert_eq!(judge(header("HS256")), Some(Refused::Algorithm));
        let mut critical = header("ES256");
        critical["crit"] = json!(["b64"]);
        assert_eq!(judge(critical), Some(Refused::Critical));
        assert_eq!(judge(header("ES256")), Some(Refused::Signature));
    }
}
