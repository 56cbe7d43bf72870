//! How a service proves who it is: the method with its keys or secret, as its profile allows.

use super::written::{Method, Service};
use super::{Finding, Reader, Relaxation, SecurityProfile, excused};
use crate::domain::client::{AuthMethod, Keys, Secret, SigningAlg, end_of};
use crate::domain::redirect::Application;

impl Reader<'_> {
    pub(super) fn auth(
        &self,
        service: &Service,
        profile: &SecurityProfile,
        findings: &mut Vec<Finding>,
    ) -> Option<(AuthMethod, Option<Keys>)> {
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
        // Keys beside another method are those that request objects are signed with.
        let objects = service.request_object_signing_alg.is_some();
        let wants = match method {
            Method::PrivateKeyJwt => "one of jwks and jwks_uri",
            Method::ClientSecretBasic | Method::ClientSecretPost => {
                "client_secret_sha256 (`portreeve client new-secret` makes a secret and prints the line), and with keys only where \
                 request_object_signing_alg is named"
            }
            Method::None => "no secret, and with keys only where request_object_signing_alg is named",
        };
        let before = findings.len();
        let keys = self.keys(service, findings);
        let secrets = self.secrets(service, findings);
        // What cannot be read has been said, and is not missing as well.
        if findings.len() > before {
            return None;
        }
        match (method, keys, secrets) {
            (Method::PrivateKeyJwt, Some(keys), None) => Some((AuthMethod::PrivateKeyJwt { keys }, None)),
            (Method::ClientSecretBasic, keys, Some(secrets)) if objects || keys.is_none() => {
                Some((AuthMethod::ClientSecretBasic { secrets }, keys))
            }
            (Method::ClientSecretPost, keys, Some(secrets)) if objects || keys.is_none() => {
                Some((AuthMethod::ClientSecretPost { secrets }, keys))
            }
            (Method::None, keys, None) if objects || keys.is_none() => Some((AuthMethod::None, keys)),
            _ => {
                let at = self.at("token_endpoint_auth_method");
                let message = format!("This method goes with {wants}.");
                findings.push(Finding::error("client.keys", at, message, "Keep what goes with it, and nothing else."));
                None
            }
        }
    }

    fn keys(&self, service: &Service, findings: &mut Vec<Finding>) -> Option<Keys> {
        match (&service.jwks, &service.jwks_uri) {
            (Some(_), Some(_)) => {
                let message = "jwks and jwks_uri are both there.";
                findings.push(Finding::error("client.keys", self.at("jwks_uri"), message, "Keep one of them."));
                None
            }
            (Some(jwks), None) => {
                let keys = Keys::inline(jwks);
                if keys.is_none() {
                    let message = "This is no set of public keys.";
                    let remedy = "Write { keys = [ … ] } with public keys, and replace any private key shown here.";
                    findings.push(Finding::error("client.jwks", self.at("jwks"), message, remedy));
                }
                keys
            }
            (None, Some(uri)) => self.url("jwks_uri", uri, findings).map(Keys::Uri),
            (None, None) => None,
        }
    }

    /// The secret in use, and the one before it until its last day.
    fn secrets(&self, service: &Service, findings: &mut Vec<Finding>) -> Option<Vec<Secret>> {
        let mut one = |path: &str, hex: &str, until| {
            let sha256 = sha256(hex);
            if sha256.is_none() {
                let remedy = "Write the 64 hex digits that `portreeve client new-secret` prints, as in client_secret_sha256 = \
                              \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"; the secret itself never stands \
                              in a file.";
                findings.push(Finding::error("client.secret", self.at(path), "This is no SHA-256.", remedy));
            }
            Some(Secret { sha256: sha256?, until })
        };
        let now = service.client_secret_sha256.as_deref().map(|hex| one("client_secret_sha256", hex, None));
        let before = service
            .previous_client_secret
            .as_ref()
            .map(|before| one("previous_client_secret.sha256", &before.sha256, Some(end_of(before.until))));
        if now.is_none() && before.is_some() {
            let message = "There is a previous secret and none in use.";
            let remedy = "Add client_secret_sha256, or take previous_client_secret out.";
            findings.push(Finding::error("client.secret", self.at("previous_client_secret"), message, remedy));
        }
        now.map(|now| now.into_iter().chain(before.flatten()).collect())
    }
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
