//! What we can do, told to machines: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2, and the keys (RFC 7517 §5).

use crate::app::{App, Snapshot};
use crate::domain::assurance::Level;
use crate::domain::authorization::ResponseMode;
use crate::domain::claims::{Claim, ClaimSet, Scope, ScopeSet};
use crate::http::headers::Cors;
use crate::view::Lang;
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

/// What a client may sign with: assertions and request objects.
const ALGORITHMS: [&str; 5] = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];

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
    let mut all = endpoints(app);
    if let (Value::Object(all), Value::Object(more)) = (&mut all, abilities(app, snapshot)) {
        all.extend(more);
        if snapshot.takes_registrations() {
            all.insert("registration_endpoint".to_owned(), app.issuer.at("/register").into());
        }
    }
    all
}

/// Where everything is, and how one proves there who one is.
fn endpoints(app: &App) -> Value {
    let at = |path: &str| app.issuer.at(path);
    let secret_or_key = ["private_key_jwt", "client_secret_basic", "client_secret_post"];
    let any = ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"];
    json!({
        "issuer": app.issuer.as_str(),
        "authorization_endpoint": at("/authorize"),
        "pushed_authorization_request_endpoint": at("/par"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "introspection_endpoint": at("/introspect"),
        "revocation_endpoint": at("/revoke"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "op_policy_uri": at("/privacy"),
        "service_documentation": at("/docs/set-up"),
        "token_endpoint_auth_methods_supported": any,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": secret_or_key,
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": any,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    })
}

/// What can be asked for, and how.
fn abilities(app: &App, snapshot: &Snapshot) -> Value {
    let own = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "vot", "vtm", "sid", "at_hash"];
    let claims: Vec<&str> = own.into_iter().chain(given(snapshot).into_iter().map(Claim::as_str)).collect();
    let offered = snapshot.policy.assurance.levels.offered;
    let levels: Vec<&str> = Level::ALL.into_iter().filter(|level| *level <= offered).map(Level::as_str).collect();
    json!({
        "scopes_supported": asked(snapshot).map(Scope::as_str).collect::<Vec<_>>(),
        "response_types_supported": ["code"],
        "response_modes_supported": ResponseMode::ALL.map(ResponseMode::as_str),
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "acr_values_supported": levels,
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "userinfo_signing_alg_values_supported": ["ES256", "RS256"],
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": true,
        "require_request_uri_registration": true,
        "request_object_signing_alg_values_supported": ALGORITHMS,
        "require_pushed_authorization_requests": false,
        "ui_locales_supported": app.view().languages().all().map(Lang::as_str).collect::<Vec<_>>(),
        "display_values_supported": ["page"],
        "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
    })
}

/// The scopes that some service may ask for, or may once it has registered itself.
fn asked(snapshot: &Snapshot) -> impl Iterator<Item = Scope> {
    let by_clients = snapshot.clients().map(|client| &client.scopes);
    let allowed: Vec<&ScopeSet> = by_clients.chain(snapshot.policy.templates.values().map(|t| &t.scopes)).collect();
    Scope::ALL
        .into_iter()
        .filter(move |scope| *scope == Scope::OpenId || allowed.iter().any(|set| set.contains(*scope)))
}

/// The claims that some service may get, or may once it has registered itself; others of OIDC Core §5.1 are nowhere held.
fn given(snapshot: &Snapshot) -> ClaimSet {
    let shares = snapshot.clients().flat_map(|client| &client.shares);
    let shares = shares.chain(snapshot.policy.templates.values().flat_map(|template| &template.shares));
    shares.flat_map(|share| share.claims).collect()
}

#[cfg(test)]
mod tests {
    use super::KEYS_KEPT;
    use crate::domain::rotation::KEY_SET_KEPT;

    #[test]
    fn f15_the_keys_are_kept_for_as_long_as_rotation_waits() {
        assert!(KEYS_KEPT.contains(&format!("max-age={},", KEY_SET_KEPT.as_secs())), "{KEYS_KEPT}");
    }
}
