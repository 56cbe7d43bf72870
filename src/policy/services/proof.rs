//! How a service proves who it is: the method with its keys or secret, as its profile allows.

use super::written::{Method, Service};
use super::{Finding, Reader, Relaxation, SecurityProfile, excused};
use crate::domain::client::{AuthMethod, Keys, SigningAlg};
use crate::domain::redirect::Application;

/// Members of a JWK that only its owner may know (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl Reader<'_> {
    pub(super) fn auth(
        &self,
        service: &Service,
        profile: &SecurityProfile,
        findings: &mut Vec<Finding>,
    ) -> Option<AuthMethod> {
        let method = service.token_endpoint_auth_method;
        let mut error = |rule, path: &str, message: &str, remedy: &str| {
            findings.push(Finding::error(rule, self.at(path), message, remedy));
        };
        let secret = matches!(method, Method::ClientSecretBasic | Method::ClientSecretPost);
        if secret && !excused(profile, Relaxation::ClientSecret) {
            let remedy = "Use private_key_jwt, or a legacy profile with the relaxation client_secret and its last day.";
            error("client.secret", "token_endpoint_auth_method", "A shared secret is a dated exception.", remedy);
        }
        if (method == Method::None) != (service.application_type == Application::Native) {
            let remedy = "Write application_type = \"native\" with token_endpoint_auth_method = \"none\", or neither.";
            error(
                "client.native",
                "token_endpoint_auth_method",
                "A native app, and it alone, keeps no secret.",
                remedy,
            );
        }
        if matches!(profile, SecurityProfile::Fapi2) && method != Method::PrivateKeyJwt {
            let message = "FAPI 2.0 asks for private_key_jwt.";
            error("client.fapi2", "token_endpoint_auth_method", message, "Use private_key_jwt, or another profile.");
        }
        let signed = [
            ("id_token_signed_response_alg", Some(service.id_token_signed_response_alg)),
            ("userinfo_signed_response_alg", service.userinfo_signed_response_alg),
        ];
        for (key, alg) in signed {
            if alg == Some(SigningAlg::Rs256) && !excused(profile, Relaxation::Rs256) {
                let remedy = "Use ES256, or a legacy profile with the relaxation rs256 and its last day.";
                error("client.rs256", key, "RS256 is a dated exception.", remedy);
            }
        }
        let wants = match method {
            Method::PrivateKeyJwt => "one of jwks and jwks_uri",
            Method::ClientSecretBasic | Method::ClientSecretPost => "client_secret_sha256",
            Method::None => "neither keys nor secret",
        };
        match (method, &service.jwks, &service.jwks_uri, &service.client_secret_sha256) {
            (Method::PrivateKeyJwt, Some(jwks), None, None) => {
                if !is_public(jwks) {
                    let remedy = "Write { keys = [ … ] } with public keys, and replace any private key shown here.";
                    error("client.jwks", "jwks", "This is no set of public keys.", remedy);
                }
                Some(AuthMethod::PrivateKeyJwt { keys: Keys::Inline(jwks.clone()) })
            }
            (Method::PrivateKeyJwt, None, Some(uri), None) => {
                let url = self.url("jwks_uri", uri, findings)?;
                Some(AuthMethod::PrivateKeyJwt { keys: Keys::Uri(url) })
            }
            (Method::ClientSecretBasic | Method::ClientSecretPost, None, None, Some(hex)) => {
                let Some(sha256) = sha256(hex) else {
                    let remedy = "Write 64 hex digits; the secret itself never stands in a file.";
                    error("client.secret", "client_secret_sha256", "This is no SHA-256.", remedy);
                    return None;
                };
                Some(match method {
                    Method::ClientSecretPost => AuthMethod::ClientSecretPost { sha256 },
                    _ => AuthMethod::ClientSecretBasic { sha256 },
                })
            }
            (Method::None, None, None, None) => Some(AuthMethod::None),
            _ => {
                let message = format!("This method goes with {wants}.");
                error(
                    "client.keys",
                    "token_endpoint_auth_method",
                    &message,
                    "Keep what goes with it, and nothing else.",
                );
                None
            }
        }
    }
}

fn is_public(jwks: &serde_json::Value) -> bool {
    let keys = jwks.get("keys").and_then(serde_json::Value::as_array);
    keys.is_some_and(|keys| {
        !keys.is_empty()
            && keys.iter().all(|key| {
                key.get("kty").is_some_and(|kty| kty == "EC" || kty == "RSA" || kty == "OKP")
                    && PRIVATE.iter().all(|member| key.get(member).is_none())
            })
    })
}

fn sha256(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}
