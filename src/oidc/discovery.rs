//! What we can do, told to machines: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2, and the keys (RFC 7517 §5).

use crate::app::{App, Snapshot};
use crate::domain::assurance::Level;
use crate::domain::claims::{Claim, Scope};
use crate::http::headers::Cors;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};

/// Clients may keep the metadata for an hour …
const METADATA_KEPT: &str = "public, max-age=3600, stale-if-error=86400";
/// … and the keys for fifteen minutes: a new key is published for longer than that before it signs.
const KEYS_KEPT: &str = "public, max-age=900, stale-if-error=86400";

/// `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub async fn metadata(State(app): State<App>) -> Response {
    let metadata = app.metadata(|snapshot| metadata_of(&app, snapshot).to_string().into());
    public(metadata, METADATA_KEPT, HeaderValue::from_static("application/json"))
}

/// `/jwks`.
pub async fn jwks(State(app): State<App>) -> Response {
    let keys = app.snapshot().keys.jwks_json().to_string();
    public(keys.into(), KEYS_KEPT, HeaderValue::from_static("application/jwk-set+json"))
}

fn public(body: Bytes, kept: &'static str, kind: HeaderValue) -> Response {
    let headers: [(HeaderName, HeaderValue); 2] =
        [(CONTENT_TYPE, kind), (CACHE_CONTROL, HeaderValue::from_static(kept))];
    let mut response = (headers, body).into_response();
    response.extensions_mut().insert(Cors::Public);
    response
}

fn metadata_of(app: &App, snapshot: &Snapshot) -> Value {
    let at = |path: &str| app.issuer.at(path);
    let algorithms = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];
    let claims: Vec<&str> = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"]
        .into_iter()
        .chain(held().iter().map(|claim| claim.as_str()))
        .collect();
    let mut metadata = json!({
        "issuer": app.issuer.as_str(),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "acr_values_supported": Level::ALL.map(Level::as_str),
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "token_endpoint_auth_methods_supported":
            ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"],
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "ui_locales_supported": ["en", "cy"],
        "display_values_supported": ["page"],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "op_policy_uri": at("/privacy"),
        "service_documentation": at("/docs/limits"),
    });
    if let (Some(metadata), true) = (metadata.as_object_mut(), snapshot.takes_registrations()) {
        metadata.insert("registration_endpoint".to_owned(), at("/register").into());
    }
    metadata
}

/// The claims this installation can hold of a person today; others of OIDC Core §5.1 are simply absent.
const fn held() -> &'static [Claim] {
    &[Claim::Name, Claim::Email, Claim::EmailVerified]
}
