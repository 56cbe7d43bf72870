//! The answer of userinfo as a client wants it signed (OIDC Core §5.3.2).

use super::Failure;
use super::tokens::signing_alg;
use crate::app::App;
use crate::crypto::keys::{SigningAlg, TokenType};
use crate::domain::client::{Client, Relaxation};
use crate::domain::time::When;
use serde_json::{Map, Value, json};

/// The claims as a JWT with issuer and audience; `None` if the client wants plain JSON. RS256 is a dated exception.
///
/// # Errors
/// [`Failure`] of the keys.
pub fn signed(app: &App, client: &Client, claims: &Map<String, Value>, now: When) -> Result<Option<String>, Failure> {
    let Some(registered) = client.userinfo_signed_response_alg else { return Ok(None) };
    let alg = if client.is_relaxed(Relaxation::Rs256, now) { signing_alg(registered) } else { SigningAlg::Es256 };
    let mut claims = claims.clone();
    claims.insert("iss".to_owned(), json!(app.issuer.as_str()));
    claims.insert("aud".to_owned(), json!(client.id.as_str()));
    Ok(Some(app.snapshot().keys.sign(alg, TokenType::UserInfo, &claims)?))
}
