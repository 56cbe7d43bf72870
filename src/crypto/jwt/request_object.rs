//! Request objects (RFC 9101, OIDC Core §6.1): an authorization request that its client signed.

use super::{ASSERTION_ALGORITHMS, CLOCK_SKEW, Claims, JwtError, STRICT_ALGORITHMS, by_any_key, header};
use crate::domain::time::When;
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::JwkSet;
use serde_json::{Map, Value};
use std::time::Duration;

/// How long a request object may be valid.
pub const OBJECT_LIFE: Duration = Duration::from_hours(1);

/// What a request object must say.
#[derive(Debug, Clone)]
pub struct ObjectRules<'a> {
    /// The client whose request it is.
    pub client_id: &'a str,
    /// Whom it must be meant for.
    pub issuer: &'a str,
    /// FAPI 2.0: fewer algorithms, and the audience is a string.
    pub strict: bool,
    /// The one algorithm the client is registered with, if it is (OIDC Registration §2, `request_object_signing_alg`).
    pub alg: Option<&'a str>,
    /// Whether it must have an `exp`; RFC 9101 asks for none, so one fetched from its client just now may have none.
    pub must_expire: bool,
}

/// Verifies a request object against the client's own keys and gives the parameters in it, without what is about the
/// token itself (RFC 9101 §4, §6.2). Keys named in its header are never looked at.
///
/// # Errors
/// [`JwtError`] says which rule it broke; on [`JwtError::UnknownKey`] the keys may be stale.
pub fn verify_request_object(
    token: &str,
    jwks: &JwkSet,
    rules: &ObjectRules<'_>,
    now: When,
) -> Result<Map<String, Value>, JwtError> {
    let header = header(token, if rules.strict { STRICT_ALGORITHMS } else { ASSERTION_ALGORITHMS })?;
    if rules.alg.is_some_and(|alg| alg.parse::<Algorithm>() != Ok(header.alg)) {
        return Err(JwtError::Algorithm);
    }
    // RFC 9101 §10.8: a token of another kind is no request.
    let fits = |typ: &str| ["jwt", "oauth-authz-req+jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known));
    if header.typ.as_deref().is_some_and(|typ| !fits(typ)) {
        return Err(JwtError::Type);
    }
    let claims = Claims(by_any_key(token, &header, jwks)?);
    claims.names("iss", rules.client_id)?;
    claims.audience(&[rules.issuer], rules.strict)?;
    // RFC 9101 §10.8: with a subject it could be meant as a client assertion.
    if claims.0.contains_key("sub") {
        return Err(JwtError::Claim("sub"));
    }
    match claims.time("exp")? {
        None if rules.must_expire => return Err(JwtError::Missing("exp")),
        Some(exp) if exp <= now => return Err(JwtError::Expired),
        Some(exp) if exp > now + OBJECT_LIFE + CLOCK_SKEW => return Err(JwtError::TooLong),
        None | Some(_) => {}
    }
    for claim in ["iat", "nbf"] {
        if claims.time(claim)?.is_some_and(|at| at > now + CLOCK_SKEW) {
            return Err(JwtError::NotYet);
        }
    }
    let mut parameters = claims.0;
    parameters.retain(|name, _| !["iss", "aud", "exp", "iat", "nbf", "jti"].contains(&name.as_str()));
    Ok(parameters)
}
