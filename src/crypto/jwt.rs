//! Verification of tokens: those that clients sign, and our own when they come back. The clock is an argument: the
//! library's own checks of time are switched off, and every claim is checked here.

mod request_object;

pub use request_object::{OBJECT_LIFE, ObjectRules, verify_request_object};

use super::keys::{KeyRing, TokenType};
use crate::domain::client::{ClientAlg, fits};
use crate::domain::time::When;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::time::Duration;

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not a compact JWS of JSON parts, or too long.
    #[error("not a signed JWT")]
    Malformed,
    /// `none`, an HMAC, or an algorithm this use does not allow.
    #[error("the algorithm is not allowed here")]
    Algorithm,
    /// A `crit` header (RFC 7515 §4.1.11): we understand no extension.
    #[error("it names critical extensions")]
    Critical,
    /// The `typ` header says that it is something else.
    #[error("it is a token of another type")]
    Type,
    /// No published key fits `kid` and `alg`. A client may have rotated: fetch its keys anew, once.
    #[error("no known key fits")]
    UnknownKey,
    /// The signature is not by that key over this text.
    #[error("the signature is wrong")]
    Signature,
    /// A claim that must be there is not.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// A claim is of the wrong JSON type or out of range.
    #[error("the claim {0} is malformed")]
    Claim(&'static str),
    /// Another issuer, subject or audience than this use demands.
    #[error("the claim {0} names someone else")]
    Mismatch(&'static str),
    /// Past its `exp`.
    #[error("it has expired")]
    Expired,
    /// Its `exp` is further ahead than this use allows.
    #[error("it is valid for too long")]
    TooLong,
    /// `iat` or `nbf` is ahead of our clock by more than clocks differ.
    #[error("it comes from the future")]
    NotYet,
}

/// How far ahead of ours a signer's clock may be.
pub const CLOCK_SKEW: Duration = Duration::from_mins(1);
/// How long a client assertion may be valid.
pub const ASSERTION_LIFE: Duration = Duration::from_mins(5);
/// The longest token looked at, in bytes.
const MAX_BYTES: usize = 16 * 1024;
/// The most keys tried for a token without `kid`.
const MAX_TRIES: usize = 8;
/// The longest `jti` remembered, in bytes.
const MAX_JTI: usize = 256;

/// What this client's assertions (RFC 7523 §3) must say.
#[derive(Debug, Clone)]
pub struct AssertionRules<'a> {
    client_id: &'a str,
    audiences: Vec<&'a str>,
    single_audience: bool,
    algorithms: &'static [Algorithm],
}

/// What a standard client may sign with.
pub const ASSERTION_ALGORITHMS: &[Algorithm] =
    &[Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::PS256, Algorithm::RS256];
/// What FAPI 2.0 lets a client sign with (Security Profile §5.4.1).
const STRICT_ALGORITHMS: &[Algorithm] = &[Algorithm::ES256, Algorithm::EdDSA, Algorithm::PS256];

impl<'a> AssertionRules<'a> {
    /// The audience is any of `audiences` (issuer, token endpoint), as a string or an array of nothing else.
    #[must_use]
    pub fn standard(client_id: &'a str, audiences: &[&'a str]) -> Self {
        Self { client_id, audiences: audiences.to_vec(), single_audience: false, algorithms: ASSERTION_ALGORITHMS }
    }

    /// FAPI 2.0 and rfc7523bis: the audience is the issuer, as a string.
    #[must_use]
    pub fn strict(client_id: &'a str, issuer: &'a str) -> Self {
        Self { client_id, audiences: vec![issuer], single_audience: true, algorithms: STRICT_ALGORITHMS }
    }
}

impl AssertionRules<'_> {
    /// By this algorithm alone, as the client registered (`token_endpoint_auth_signing_alg`); one that these rules do
    /// not allow is not allowed by being registered.
    #[must_use]
    pub fn signed_with(self, alg: ClientAlg) -> Self {
        let only = of_client(alg);
        let allowed = only.iter().all(|alg| self.algorithms.contains(alg));
        Self { algorithms: if allowed { only } else { &[] }, ..self }
    }
}

/// A registered algorithm in the library's words.
#[must_use]
pub const fn of_client(alg: ClientAlg) -> &'static [Algorithm] {
    match alg {
        ClientAlg::Es256 => &[Algorithm::ES256],
        ClientAlg::Es384 => &[Algorithm::ES384],
        ClientAlg::EdDsa => &[Algorithm::EdDSA],
        ClientAlg::Ps256 => &[Algorithm::PS256],
        ClientAlg::Rs256 => &[Algorithm::RS256],
    }
}

/// A client assertion that holds. The caller remembers `jti` until `exp` and refuses it a second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Its identifier, unique for the client.
    pub jti: String,
    /// When it ends, and may be forgotten.
    pub exp: When,
}

/// Verifies a `private_key_jwt` assertion against the client's own keys. Keys named in its header (`jku`, `x5u`,
/// `jwk`, `x5c`) are never looked at.
///
/// # Errors
/// [`JwtError`] says which rule it broke; on [`JwtError::UnknownKey`] the keys may be stale.
pub fn verify_client_assertion(
    token: &str,
    jwks: &JwkSet,
    rules: &AssertionRules<'_>,
    now: When,
) -> Result<Assertion, JwtError> {
    let header = header(token, rules.algorithms)?;
    let typ = header.typ.as_deref();
    let fits = |typ: &str| ["jwt", "client-authentication+jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known));
    if typ.is_some_and(|typ| !fits(typ)) {
        return Err(JwtError::Type);
    }
    let claims = Claims(by_any_key(token, &header, jwks)?);
    claims.names("iss", rules.client_id)?;
    claims.names("sub", rules.client_id)?;
    claims.audience(&rules.audiences, rules.single_audience)?;
    let exp = claims.time("exp")?.ok_or(JwtError::Missing("exp"))?;
    if exp <= now {
        return Err(JwtError::Expired);
    }
    if exp > now + ASSERTION_LIFE + CLOCK_SKEW {
        return Err(JwtError::TooLong);
    }
    for claim in ["iat", "nbf"] {
        if claims.time(claim)?.is_some_and(|at| at > now + CLOCK_SKEW) {
            return Err(JwtError::NotYet);
        }
    }
    let jti = claims.text("jti")?;
    if jti.is_empty() || jti.len() > MAX_JTI {
        return Err(JwtError::Claim("jti"));
    }
    Ok(Assertion { jti: jti.to_owned(), exp })
}

/// One of our own tokens, come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own<T> {
    /// What it says.
    pub claims: T,
    /// Whether its `exp` has passed. An `id_token_hint` may have expired; an access token may not.
    pub expired: bool,
}

/// Verifies a token that we signed: by a key of the ring (retired ones too), of this type, by this issuer.
///
/// # Errors
/// [`JwtError`] says which rule it broke.
pub fn verify_own<T: DeserializeOwned>(
    token: &str,
    typ: TokenType,
    issuer: &str,
    ring: &KeyRing,
    now: When,
) -> Result<Own<T>, JwtError> {
    let header = header(token, &[Algorithm::ES256, Algorithm::RS256])?;
    if header.typ.as_deref() != Some(typ.as_str()) {
        return Err(JwtError::Type);
    }
    let kid = header.kid.as_deref().ok_or(JwtError::UnknownKey)?;
    let (alg, key) = ring.verifier(kid).ok_or(JwtError::UnknownKey)?;
    if alg.verifier() != header.alg {
        return Err(JwtError::Algorithm);
    }
    let claims = Claims(by_key(token, header.alg, key)?);
    claims.names("iss", issuer)?;
    let exp = claims.time("exp")?.ok_or(JwtError::Missing("exp"))?;
    let claims = serde_json::from_value(Value::Object(claims.0)).map_err(|_| JwtError::Malformed)?;
    Ok(Own { claims, expired: exp <= now })
}

/// Reads the header and refuses what no key could save.
fn header(token: &str, allowed: &[Algorithm]) -> Result<Header, JwtError> {
    if token.len() > MAX_BYTES || token.split('.').count() != 3 {
        return Err(JwtError::Malformed);
    }
    let encoded = token.split('.').next().unwrap_or_default();
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| JwtError::Malformed)?;
    let raw: Map<String, Value> = serde_json::from_slice(&json).map_err(|_| JwtError::Malformed)?;
    if raw.contains_key("crit") {
        return Err(JwtError::Critical);
    }
    // The library knows no `none` at all: told apart here, so that the refusal says why.
    let named = raw.get("alg").and_then(Value::as_str).ok_or(JwtError::Malformed)?;
    let alg: Algorithm = named.parse().map_err(|_| JwtError::Algorithm)?;
    if !allowed.contains(&alg) {
        return Err(JwtError::Algorithm);
    }
    jsonwebtoken::decode_header(token).map_err(|_| JwtError::Malformed)
}

fn by_any_key(token: &str, header: &Header, jwks: &JwkSet) -> Result<Map<String, Value>, JwtError> {
    // A key without a name fits any: only the signature decides.
    let named = |jwk: &&Jwk| header.kid.is_none() || jwk.common.key_id.is_none() || jwk.common.key_id == header.kid;
    let mut refusal = JwtError::UnknownKey;
    let alg = to_client(header.alg).ok_or(JwtError::Algorithm)?;
    for jwk in jwks.keys.iter().filter(named).filter(|jwk| fits(jwk, alg)).take(MAX_TRIES) {
        let Ok(key) = DecodingKey::from_jwk(jwk) else { continue };
        match by_key(token, header.alg, &key) {
            Err(JwtError::Signature) => refusal = JwtError::Signature,
            answer => return answer,
        }
    }
    Err(refusal)
}

fn by_key(token: &str, alg: Algorithm, key: &DecodingKey) -> Result<Map<String, Value>, JwtError> {
    let mut rules = Validation::new(alg);
    // Its clock is the machine's; ours is an argument.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    match jsonwebtoken::decode::<Map<String, Value>>(token, key, &rules) {
        Ok(token) => Ok(token.claims),
        Err(error) => Err(match error.kind() {
            ErrorKind::InvalidSignature | ErrorKind::InvalidEcdsaKey | ErrorKind::InvalidRsaKey(_) => {
                JwtError::Signature
            }
            ErrorKind::InvalidAlgorithm => JwtError::Algorithm,
            _ => JwtError::Malformed,
        }),
    }
}

/// An algorithm of the library's in the words that clients register.
fn to_client(alg: Algorithm) -> Option<ClientAlg> {
    ClientAlg::ALL.into_iter().find(|one| of_client(*one).contains(&alg))
}

/// Verified claims, read strictly.
struct Claims(Map<String, Value>);

impl Claims {
    fn text(&self, name: &'static str) -> Result<&str, JwtError> {
        self.0.get(name).ok_or(JwtError::Missing(name))?.as_str().ok_or(JwtError::Claim(name))
    }

    fn names(&self, name: &'static str, expected: &str) -> Result<(), JwtError> {
        if self.text(name)? == expected { Ok(()) } else { Err(JwtError::Mismatch(name)) }
    }

    /// A `NumericDate`: a whole number from 0, nothing that only looks like one.
    fn time(&self, name: &'static str) -> Result<Option<When>, JwtError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let seconds = value.as_i64().filter(|seconds| *seconds >= 0).ok_or(JwtError::Claim(name))?;
        Ok(Some(When::from_seconds(seconds)))
    }

    fn audience(&self, known: &[&str], single: bool) -> Result<(), JwtError> {
        let ours = |value: &Value| value.as_str().is_some_and(|aud| known.contains(&aud));
        let fits = match self.0.get("aud").ok_or(JwtError::Missing("aud"))? {
            // Everyone named must be us: a token also meant for another server could be replayed by it.
            Value::Array(all) => !single && !all.is_empty() && all.iter().all(ours),
            one @ Value::String(_) => ours(one),
            _ => return Err(JwtError::Claim("aud")),
        };
        if fits { Ok(()) } else { Err(JwtError::Mismatch("aud")) }
    }
}

#[cfg(test)]
mod tests;
