//! Signing out: by the resident here (OpenID Connect RP-Initiated Logout), and by the provider (Back-Channel Logout).

use super::logout_token::{self, Refused};
use super::page::see_other;
use super::service::Service;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use http::HeaderMap;
use http::header::CACHE_CONTROL;
use jsonwebtoken::jwk::JwkSet;
use openidconnect::{CsrfToken, LogoutRequest, ProviderMetadataWithLogout};
use serde_json::json;

/// A field of a posted form; one that is sent twice is as good as none.
fn field(body: &[u8], name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(body).filter(|(key, _)| key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value.into_owned()),
        _ => None,
    }
}

/// `POST /sign-out`: ends the session here, then asks the provider to end its own and all others.
pub(super) async fn here(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Response {
    let language = service.language(&headers);
    let cookie = service.cookie(&headers);
    let (Some(session), _) = service.memory().look(cookie, service.now()) else { return see_other("/") };
    if field(&body, "form_token").map(CsrfToken::new).as_ref() != Some(&session.form_token) {
        return service.problem(language, StatusCode::FORBIDDEN, "problem_form", None);
    }
    let state = CsrfToken::new_random_len(32);
    service.memory().sign_out(cookie, state.clone());
    // Signing out here never waits for the provider: somebody may be in a hurry to leave a shared computer.
    let end = match service.0.provider.metadata().await {
        Ok(metadata) => metadata.additional_metadata().end_session_endpoint.clone(),
        Err(_) => None,
    };
    let Some(end) = end else {
        return service.problem(language, StatusCode::BAD_GATEWAY, "problem_half_signed_out", None);
    };
    let request = LogoutRequest::from(end)
        .set_id_token_hint(&session.id_token)
        .set_client_id(service.0.client_id.clone())
        .set_post_logout_redirect_uri(service.0.after_logout.clone())
        .set_state(state);
    let request = match service.chosen_language(&headers) {
        Some(language) => request.add_ui_locale(language),
        None => request,
    };
    see_other(request.http_get_url().as_str())
}

/// `POST /backchannel-logout`: the provider says that somebody has signed out (§2.5 to §2.8). Sessions that are already gone are
/// no error. Without the provider's keys the answer is 503, so that it is tried again.
pub(super) async fn back_channel(State(service): State<Service>, body: Bytes) -> Response {
    let Some(token) = field(&body, "logout_token") else {
        return refuse(StatusCode::BAD_REQUEST, "the request has no logout_token, or more than one");
    };
    let now = service.now();
    let judge = |metadata: &ProviderMetadataWithLogout| {
        logout_token::verify(&token, &keys(metadata), service.0.issuer.as_str(), &service.0.client_id, now)
    };
    let mut verdict = match service.0.provider.metadata().await {
        Ok(metadata) => judge(&metadata),
        Err(error) => return refuse(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
    };
    if matches!(verdict, Err(Refused::UnknownKey)) {
        verdict = match service.0.provider.renewed().await {
            Ok(metadata) => judge(&metadata),
            Err(error) => return refuse(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
        };
    }
    let ended = verdict.and_then(|token| {
        let mut memory = service.memory();
        if !memory.first_use(&token.jti, token.expires, now) {
            return Err(Refused::Replayed);
        }
        Ok(memory.end(token.sub.as_deref(), token.sid.as_deref()))
    });
    match ended {
        Ok(sessions) => {
            tracing::info!(service = service.0.slug, sessions, "signed out by back-channel");
            (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response()
        }
        Err(refused) => {
            tracing::info!(service = service.0.slug, reason = %refused, "a logout token is refused");
            refuse(StatusCode::BAD_REQUEST, &refused.to_string())
        }
    }
}

/// The provider's keys in the shape of the library that verifies; a key it cannot read is left out.
pub(super) fn keys(metadata: &ProviderMetadataWithLogout) -> JwkSet {
    let readable = |key| serde_json::to_value(key).and_then(serde_json::from_value).ok();
    JwkSet { keys: metadata.jwks().keys().iter().filter_map(readable).collect() }
}

fn refuse(status: StatusCode, why: &str) -> Response {
    let body = Json(json!({"error": "invalid_request", "error_description": why}));
    (status, [(CACHE_CONTROL, "no-store")], body).into_response()
}

#[cfg(test)]
mod tests;
