//! How a client proves who it is.

use crate::domain::time::When;
use url::Url;

/// How a client proves who it is (OIDC Core §9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthMethod {
    /// A signed assertion (RFC 7523).
    PrivateKeyJwt {
        /// Where its public keys are.
        keys: Keys,
    },
    /// A shared secret by HTTP Basic.
    ClientSecretBasic {
        /// The secret, and while it is being replaced the one before it.
        secrets: Vec<Secret>,
    },
    /// A shared secret in the form.
    ClientSecretPost {
        /// The secret, and while it is being replaced the one before it.
        secrets: Vec<Secret>,
    },
    /// A native app: PKCE alone ties the code to it.
    None,
}

impl AuthMethod {
    /// The registered name (`token_endpoint_auth_method`).
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::PrivateKeyJwt { .. } => "private_key_jwt",
            Self::ClientSecretBasic { .. } => "client_secret_basic",
            Self::ClientSecretPost { .. } => "client_secret_post",
            Self::None => "none",
        }
    }
}

/// A shared secret, as its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret {
    /// SHA-256 of the secret.
    pub sha256: [u8; 32],
    /// When it stops working; `None` for the one in use.
    pub until: Option<When>,
}

impl Secret {
    /// Whether it works now.
    #[must_use]
    pub fn stands(&self, now: When) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// A client's public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// In its registration: a JWK set (RFC 7517 §5).
    Inline(serde_json::Value),
    /// At an address it keeps.
    Uri(Url),
}

/// Members of a JWK that only its owner may know (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl Keys {
    /// Takes a JWK set that holds public keys and nothing else.
    #[must_use]
    pub fn inline(jwks: &serde_json::Value) -> Option<Self> {
        let public = |key: &serde_json::Value| {
            key.get("kty").is_some_and(|kty| kty == "EC" || kty == "RSA" || kty == "OKP")
                && PRIVATE.iter().all(|member| key.get(member).is_none())
        };
        let keys = jwks.get("keys")?.as_array()?;
        (!keys.is_empty() && keys.iter().all(public)).then(|| Self::Inline(jwks.clone()))
    }
}
