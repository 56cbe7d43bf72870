//! A sample service's signing key: P-256, kept in a file, used for `private_key_jwt` (OpenID Connect Core §9).

use crate::crypto::roots::keep_private;
use crate::domain::time::When;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::CsrfToken;
use serde_json::{Value, json};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// How long a client assertion is good for, in seconds.
const ASSERTION_SECONDS: i64 = 60;

/// What can be wrong with a service's key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file can be neither read nor written.
    #[error("the key file {0}")]
    File(PathBuf, #[source] std::io::Error),
    /// The file holds something else than a P-256 key in PKCS#8.
    #[error("{0} does not hold a P-256 key in PKCS#8: delete it to have a new one made")]
    Malformed(PathBuf),
    /// The cryptographic library failed.
    #[error("the cryptographic library refused to make, read or use a key")]
    Crypto,
}

/// A service's key pair, parsed once.
pub struct ServiceKey {
    pair: EcdsaKeyPair,
    x: String,
    y: String,
    kid: String,
}

impl std::fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl ServiceKey {
    /// Reads the key from `file`, or makes one and keeps it there, readable by its owner alone.
    pub fn load_or_make(file: &Path) -> Result<Self, KeyError> {
        let failed = |error| KeyError::File(file.to_owned(), error);
        match fs::read(file) {
            Ok(der) => Self::parse(&der).map_err(|_| KeyError::Malformed(file.to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let der = Self::make()?;
                keep_private(file, &der).map_err(failed)?;
                Self::parse(&der)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// A key that lives only in memory.
    pub fn generate() -> Result<Self, KeyError> {
        Self::parse(&Self::make()?)
    }

    fn make() -> Result<Vec<u8>, KeyError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        document.map(|d| d.as_ref().to_vec()).map_err(|_| KeyError::Crypto)
    }

    fn parse(der: &[u8]) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| KeyError::Crypto)?;
        // SEC 1 §2.3.3: 0x04, then both coordinates of 32 bytes.
        let (x, y) = match pair.public_key().as_ref().split_first() {
            Some((4, point)) if point.len() == 64 => point.split_at(32),
            _ => return Err(KeyError::Crypto),
        };
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()));
        Ok(Self { pair, x, y, kid })
    }

    /// The key's identifier: its thumbprint (RFC 7638).
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half as a JWK Set (RFC 7517 §5), to be served at the client's `jwks_uri`.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "x": self.x, "y": self.y, "kid": self.kid, "alg": "ES256", "use": "sig",
        }]})
    }

    /// A JWT of `typ` over `claims`, signed with ES256 in compact form (RFC 7515 §7.1).
    pub fn sign(&self, typ: &str, claims: &Value) -> Result<String, KeyError> {
        let header = json!({"alg": "ES256", "typ": typ, "kid": self.kid});
        let (header, claims) = (header.to_string(), claims.to_string());
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes()).map_err(|_| KeyError::Crypto)?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// A client assertion for `client_id` to `issuer` (RFC 7523 §3; OpenID Connect Core §9), good for a minute.
    pub fn assertion(&self, client_id: &str, issuer: &str, now: When) -> Result<String, KeyError> {
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": issuer,
            "iat": now.seconds(), "exp": now.seconds().saturating_add(ASSERTION_SECONDS),
            "jti": CsrfToken::new_random_len(32).into_secret(),
        });
        self.sign("JWT", &claims)
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyError, ServiceKey};
    use crate::domain::time::When;
    use jsonwebtoken::jwk::JwkSet;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
    use serde_json::Value;

    fn file(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("portreeve-{name}-{}.p8", uuid::Uuid::new_v4()))
    }

    #[test]
    fn the_key_outlives_the_process_and_is_the_owners_alone() {
        let at = file("key");
        let made = ServiceKey::load_or_make(&at).unwrap();
        assert_eq!(ServiceKey::load_or_make(&at).unwrap().kid(), made.kid());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&at).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::remove_file(&at).unwrap();
    }

    #[test]
    fn a_broken_file_is_named_and_not_replaced() {
        let at = file("broken");
        std::fs::write(&at, b"not a key").unwrap();
        assert!(matches!(ServiceKey::load_or_make(&at), Err(KeyError::Malformed(named)) if named == at));
        assert_eq!(std::fs::read(&at).unwrap(), b"not a key");
        std::fs::remove_file(&at).unwrap();
    }

    #[test]
    fn an_assertion_verifies_with_the_published_key() {
        let key = ServiceKey::generate().unwrap();
        let assertion = key.assertion("parking-permits", "http://localhost:8080", When::from_seconds(1_000)).unwrap();
        let published: JwkSet = serde_json::from_value(key.jwks()).unwrap();
        let public = published.find(key.kid()).unwrap();
        assert_eq!(public.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap(), key.kid());
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.set_audience(&["http://localhost:8080"]);
        let token = decode::<Value>(&assertion, &DecodingKey::from_jwk(public).unwrap(), &validation).unwrap();
        assert_eq!(token.header.typ.as_deref(), Some("JWT"));
        assert_eq!(token.claims["iss"], "parking-permits");
        assert_eq!(token.claims["sub"], "parking-permits");
        assert_eq!(token.claims["exp"], 1_060);
        assert!(token.claims["jti"].as_str().unwrap().len() >= 43);
    }
}
