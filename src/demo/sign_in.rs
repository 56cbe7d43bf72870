//! Signing in: the authorization code flow with PKCE (OpenID Connect Core §3.1, RFC 7636), and what can come back from it.

use super::memory::{Journey, Session};
use super::page::see_other;
use super::provider::{OtherClaims, Tokens, Unreachable, UserInfo, party};
use super::received;
use super::service::{Service, Trouble};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreGenderClaim, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, CsrfToken, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, ProviderMetadataWithLogout, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
    UserInfoError,
};
use serde_json::Value;

/// The assertion type of `private_key_jwt` (RFC 7523 §2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long after its making an ID token is still taken from the token endpoint, and how far its clock may be ahead, in seconds.
const ISSUED_WITHIN: i64 = 300;

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
enum Refused {
    /// The answer does not belong to a sign-in of this browser.
    #[error("state is missing, unknown, or of another browser")]
    State,
    /// The answer is from somebody else (RFC 9207 §2.4).
    #[error("iss is missing or not the issuer")]
    Issuer,
    /// The resident chose not to go on.
    #[error("the resident did not continue")]
    Cancelled,
    /// The provider says why it cannot.
    #[error("the provider answered {0}")]
    Answered(String),
    /// A token or claim that does not hold.
    #[error("{0}")]
    Untrusted(String),
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<Unreachable> for Refused {
    fn from(error: Unreachable) -> Self {
        Self::Trouble(error.into())
    }
}

/// `GET /sign-in`: leaves for the provider. With `prompt=consent` it asks again what the resident may choose; with `task` for
/// what its task needs.
pub(super) async fn leave(State(service): State<Service>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let asks = query.as_deref() == Some("prompt=consent");
    let metadata = match service.0.provider.metadata().await {
        Ok(metadata) => metadata,
        Err(error) => return refusal(&service, &headers, &error.into()),
    };
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let party = party(&metadata, &service.0.client_id, &service.0.redirect);
    let mut request = party.authorize_url(
        CoreAuthenticationFlow::AuthorizationCode,
        || CsrfToken::new_random_len(32),
        || Nonce::new_random_len(32),
    );
    if let Some(language) = service.chosen_language(&headers) {
        request = request.add_ui_locale(language);
    }
    if asks {
        request = request.add_prompt(CoreAuthPrompt::Consent);
    }
    if let (Some("task"), Some(needs)) = (query.as_deref(), service.0.needs) {
        request = request
            .add_scopes(needs.scopes.iter().map(|scope| Scope::new((*scope).to_owned())))
            .add_extra_param("claims", needs.claims);
    }
    let (url, state, nonce) = request.add_scopes(service.0.scopes.iter().cloned()).set_pkce_challenge(challenge).url();
    let journey = Journey { state, nonce, verifier, started: service.now() };
    let cookie = service.memory().start(service.cookie(&headers), journey);
    let mut response = see_other(url.as_str());
    service.set_cookie(&mut response, &cookie);
    response
}

/// `GET /callback`: the provider's answer (RFC 6749 §4.1.2, RFC 9207).
pub(super) async fn callback(
    State(service): State<Service>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match finish(&service, &query.unwrap_or_default(), &headers).await {
        Ok(session) => {
            let cookie = service.memory().sign_in(service.cookie(&headers), session);
            let mut response = see_other("/");
            service.set_cookie(&mut response, &cookie);
            response
        }
        Err(refused) => refusal(&service, &headers, &refused),
    }
}

fn refusal(service: &Service, headers: &HeaderMap, refused: &Refused) -> Response {
    tracing::info!(service = service.0.slug, reason = %refused, "a sign-in did not succeed");
    let language = service.language(headers);
    let (status, text, code) = match refused {
        Refused::Cancelled => return service.cancelled(language),
        Refused::State => (StatusCode::BAD_REQUEST, "problem_state", None),
        Refused::Issuer => (StatusCode::BAD_REQUEST, "problem_issuer", None),
        Refused::Answered(code) => (StatusCode::BAD_REQUEST, "problem_answer", Some(code.as_str())),
        Refused::Untrusted(_) => (StatusCode::BAD_REQUEST, "problem_token", None),
        Refused::Trouble(Trouble::Unreachable(_)) => (StatusCode::BAD_GATEWAY, "problem_unreachable", None),
        Refused::Trouble(Trouble::Key(_)) => (StatusCode::INTERNAL_SERVER_ERROR, "problem_answer", Some("client_key")),
    };
    service.problem(language, status, text, code)
}

/// A parameter of the answer; one that is sent twice is as good as none (RFC 6749 §3.1).
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

async fn finish(service: &Service, query: &str, headers: &HeaderMap) -> Result<Session, Refused> {
    let state = parameter(query, "state").ok_or(Refused::State)?;
    let journey = service.memory().take(service.cookie(headers), &state, service.now()).ok_or(Refused::State)?;
    if parameter(query, "iss").as_deref() != Some(service.0.issuer.as_str()) {
        return Err(Refused::Issuer);
    }
    match parameter(query, "error") {
        Some(error) if error == "access_denied" => return Err(Refused::Cancelled),
        Some(error) => return Err(Refused::Answered(short(&error))),
        None => {}
    }
    let code = parameter(query, "code").ok_or_else(|| Refused::Answered("no_code".to_owned()))?;
    let metadata = service.0.provider.metadata().await?;
    let Journey { nonce, verifier, .. } = journey;
    let tokens = exchange(service, &metadata, code, verifier).await?;
    let metadata = newest_keys(service, metadata, &tokens, &nonce).await?;
    verified(service, &metadata, &tokens, &nonce).await
}

/// An error code as a resident may read it to the help desk: the characters of RFC 6749 §4.1.2.1, at most 64.
fn short(error: &str) -> String {
    error.chars().filter(char::is_ascii_graphic).take(64).collect()
}

async fn exchange(
    service: &Service,
    metadata: &ProviderMetadataWithLogout,
    code: String,
    verifier: openidconnect::PkceCodeVerifier,
) -> Result<Tokens, Refused> {
    let assertion = service
        .0
        .key
        .assertion(&service.0.client_id, service.0.issuer.as_str(), service.now())
        .map_err(Trouble::from)?;
    let party = party(metadata, &service.0.client_id, &service.0.redirect);
    party
        .exchange_code(AuthorizationCode::new(code))
        .map_err(|error| Refused::Untrusted(error.to_string()))?
        .set_pkce_verifier(verifier)
        .add_extra_param("client_assertion_type", ASSERTION_TYPE)
        .add_extra_param("client_assertion", assertion)
        .request_async(&service.0.provider.http())
        .await
        .map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => Refused::Answered(short(answer.error().as_ref())),
            RequestTokenError::Request(error) => Unreachable(error.to_string()).into(),
            other => Refused::Untrusted(other.to_string()),
        })
}

/// The provider's keys, asked for once more if the ID token names one that we don't know yet (a rotation).
async fn newest_keys(
    service: &Service,
    metadata: std::sync::Arc<ProviderMetadataWithLogout>,
    tokens: &Tokens,
    nonce: &Nonce,
) -> Result<std::sync::Arc<ProviderMetadataWithLogout>, Refused> {
    let unknown = ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey).to_string();
    let party = party(&metadata, &service.0.client_id, &service.0.redirect);
    let verdict = tokens.id_token().map(|token| token.claims(&verifier(service, &party), nonce).err());
    match verdict.flatten() {
        Some(error) if error.to_string() == unknown => Ok(service.0.provider.renewed().await?),
        _ => Ok(metadata),
    }
}

fn verifier<'a>(
    service: &'a Service,
    party: &'a super::provider::Party,
) -> openidconnect::IdTokenVerifier<'a, openidconnect::core::CoreJsonWebKey> {
    let now = || DateTime::<Utc>::from_timestamp_micros(service.now().micros()).unwrap_or_default();
    party
        .id_token_verifier()
        // What this client is registered for, whatever else the provider can do.
        .set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256])
        .set_time_fn(now)
        .set_issue_time_verifier_fn(move |issued| {
            let apart = now().signed_duration_since(issued).num_seconds().abs();
            if apart <= ISSUED_WITHIN { Ok(()) } else { Err("the ID token is not of now".to_owned()) }
        })
}

/// Verifies the ID token (OpenID Connect Core §3.1.3.7, `at_hash` by §3.1.3.8), asks userinfo, and compares the subject (§5.3.2).
async fn verified(
    service: &Service,
    metadata: &ProviderMetadataWithLogout,
    tokens: &Tokens,
    nonce: &Nonce,
) -> Result<Session, Refused> {
    let untrusted = |error: &dyn std::fmt::Display| Refused::Untrusted(error.to_string());
    let party = party(metadata, &service.0.client_id, &service.0.redirect);
    let id_token = tokens.id_token().ok_or_else(|| untrusted(&"the answer holds no ID token"))?;
    let (subject, sid) = {
        let verifier = verifier(service, &party);
        let claims = id_token.claims(&verifier, nonce).map_err(|error| untrusted(&error))?;
        if let Some(expected) = claims.access_token_hash() {
            let alg = id_token.signing_alg().map_err(|error| untrusted(&error))?;
            let key = id_token.signing_key(&verifier).map_err(|error| untrusted(&error))?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), alg, key);
            if actual.map_err(|error| untrusted(&error))? != *expected {
                return Err(untrusted(&"at_hash does not match the access token"));
            }
        }
        (claims.subject().clone(), claims.additional_claims().text("sid").map(str::to_owned))
    };
    let info: UserInfo = party
        .user_info(tokens.access_token().clone(), Some(subject.clone()))
        .map_err(|error| untrusted(&error))?
        .request_async::<OtherClaims, _, CoreGenderClaim>(&service.0.provider.http())
        .await
        .map_err(|error| match error {
            UserInfoError::Request(error) => Unreachable(error.to_string()).into(),
            other => Refused::Untrusted(other.to_string()),
        })?;
    let Ok(Value::Object(received)) = serde_json::to_value(&info) else {
        return Err(untrusted(&"userinfo is not an object"));
    };
    let name = received.get("name").and_then(Value::as_str).map(str::to_owned);
    Ok(Session {
        sub: subject.to_string(),
        sid,
        id_token: id_token.clone(),
        name,
        received: received::rows(received),
        form_token: CsrfToken::new_random_len(32),
        began: service.now(),
    })
}

#[cfg(test)]
mod tests;
