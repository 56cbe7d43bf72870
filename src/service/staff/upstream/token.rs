//! The ID token of the council's provider, and what userinfo adds to it.

use super::Refused;
use crate::app::App;
use crate::domain::time::When;
use crate::policy::Upstream;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, ClientId, Nonce, OAuth2TokenResponse as _, SignatureVerificationError,
    TokenResponse as _,
};
use serde_json::{Map, Value};
use std::time::Duration;

/// How far the provider's clock may be from ours.
pub(super) const SKEW: Duration = Duration::from_mins(1);
/// How long after its making an ID token is still taken.
const ISSUED_WITHIN: Duration = Duration::from_mins(5);
/// What it may be signed with: no MAC, and not nothing.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
];

/// What the provider says of somebody, once its signature and everything around it hold.
#[derive(Debug)]
pub struct Who(Map<String, Value>);

impl Who {
    /// Reads the ID token in an answer of the token endpoint (OIDC Core §3.1.3.7; `at_hash` by §3.1.3.8).
    ///
    /// # Errors
    /// [`Unheld`]; with [`Unheld::UnknownKey`] the keys may be stale.
    pub fn read(
        answer: &CoreTokenResponse,
        metadata: &CoreProviderMetadata,
        upstream: &Upstream,
        nonce: &Nonce,
        now: When,
    ) -> Result<Self, Unheld> {
        let id_token = answer.id_token().ok_or_else(|| other(&"there is none"))?;
        let verifier = verifier(metadata, upstream, now);
        let claims = id_token.claims(&verifier, nonce).map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                Unheld::UnknownKey
            }
            error => other(&error),
        })?;
        if let Some(expected) = claims.access_token_hash() {
            let alg = id_token.signing_alg().map_err(|error| other(&error))?;
            let key = id_token.signing_key(&verifier).map_err(|error| other(&error))?;
            let actual = AccessTokenHash::from_token(answer.access_token(), alg, key).map_err(|error| other(&error))?;
            if actual != *expected {
                return Err(other(&"at_hash does not match the access token"));
            }
        }
        // The library keeps only the claims it knows; these are of the same text, whose signature holds.
        let text = id_token.to_string();
        let payload = text.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims = payload.and_then(|bytes| serde_json::from_slice::<Map<String, Value>>(&bytes).ok());
        let who = Self(claims.ok_or_else(|| other(&"it is not JSON"))?);
        // §3.1.3.7 rules 4 and 5, which the library leaves to us.
        if who.0.get("azp").is_some_and(|azp| azp.as_str() != Some(&upstream.client_id)) {
            return Err(other(&"azp names somebody else"));
        }
        let begins = who.0.get("nbf").and_then(Value::as_i64).map(When::from_seconds);
        if begins.is_some_and(|begins| begins > now + SKEW) {
            return Err(other(&"it is not valid yet"));
        }
        if who.text("sub").is_none_or(str::is_empty) {
            return Err(other(&"it is about nobody"));
        }
        Ok(who)
    }

    /// When they proved who they are.
    #[must_use]
    pub fn auth_time(&self) -> Option<When> {
        self.0.get("auth_time").and_then(Value::as_i64).map(When::from_seconds)
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim).and_then(Value::as_str)
    }

    /// A claim that is a list of texts, or one text.
    #[must_use]
    pub fn list(&self, claim: &str) -> Vec<&str> {
        match self.0.get(claim) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// With what userinfo says, where the ID token says nothing: name or groups. Many providers put neither into it.
    /// What cannot be had there is missed later, under its own name.
    pub(super) async fn with_userinfo(
        mut self,
        app: &App,
        metadata: &CoreProviderMetadata,
        answer: &CoreTokenResponse,
        groups: &str,
    ) -> Self {
        let there = |claim: &str| self.0.contains_key(claim);
        let Some(endpoint) = metadata.userinfo_endpoint().filter(|_| !there("name") || !there(groups)) else {
            return self;
        };
        let bearer = format!("Bearer {}", answer.access_token().secret());
        let request = http::Request::get(endpoint.as_str()).header("authorization", bearer).body(Vec::new());
        let Ok(request) = request else { return self };
        let Ok(response) = app.outbound.call(request).await else { return self };
        let said = serde_json::from_slice::<Map<String, Value>>(response.body()).unwrap_or_default();
        // It must be about the same person (OIDC Core §5.3.2); and no claim of the signed token is replaced.
        if response.status() == 200 && said.get("sub").and_then(Value::as_str) == self.text("sub") {
            for (claim, value) in said {
                self.0.entry(claim).or_insert(value);
            }
        }
        self
    }
}

/// Why an ID token does not hold.
#[derive(Debug)]
pub enum Unheld {
    /// No known key fits.
    UnknownKey,
    /// Whatever else is wrong with it.
    Other(Refused),
}

fn other(why: &dyn std::fmt::Display) -> Unheld {
    Unheld::Other(Refused::Token(why.to_string()))
}

/// Whom the ID token is about, with keys fetched anew if it names one that we do not know yet.
pub(super) async fn verified(
    app: &App,
    (metadata, upstream): (&CoreProviderMetadata, &Upstream),
    answer: &CoreTokenResponse,
    nonce: &Nonce,
    now: When,
) -> Result<Who, Refused> {
    match Who::read(answer, metadata, upstream, nonce, now) {
        Err(Unheld::UnknownKey) => {
            let renewed = app.upstream.renewed(app, upstream, now).await?;
            Who::read(answer, &renewed, upstream, nonce, now)
        }
        verdict => verdict,
    }
    .map_err(|error| match error {
        Unheld::UnknownKey => Refused::Token("no known key fits".to_owned()),
        Unheld::Other(refused) => refused,
    })
}

/// Issuer, audience (ours alone), signature, `exp`, `iat` and nonce.
fn verifier<'a>(metadata: &CoreProviderMetadata, upstream: &Upstream, now: When) -> CoreIdTokenVerifier<'a> {
    let at = move |when: When| DateTime::<Utc>::from_timestamp_micros(when.micros()).unwrap_or_default();
    let id = ClientId::new(upstream.client_id.clone());
    CoreIdTokenVerifier::new_public_client(id, metadata.issuer().clone(), metadata.jwks().clone())
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || at(now))
        .set_issue_time_verifier_fn(move |issued| {
            let of_now = issued <= at(now + SKEW) && issued >= at(now - ISSUED_WITHIN);
            if of_now { Ok(()) } else { Err("it was not made just now".to_owned()) }
        })
}
