//! Signature algorithms (RFC 7518 §3.1, RFC 8037 §3.1): what we sign with, and what clients may.

use serde::{Deserialize, Serialize};

/// A signature algorithm of ID tokens (RFC 7518 §3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SigningAlg {
    /// ECDSA on P-256.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// RSA PKCS #1 v1.5.
    #[serde(rename = "RS256")]
    Rs256,
}

impl SigningAlg {
    /// All of them, best first.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// The `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// An algorithm that a client signs its assertions and request objects with. `none` and the HMACs are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ClientAlg {
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA on P-384.
    #[serde(rename = "ES384")]
    Es384,
    /// Edwards curve 25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSA PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
    /// RSA PKCS #1 v1.5.
    #[serde(rename = "RS256")]
    Rs256,
}

impl ClientAlg {
    /// All of them, best first.
    pub const ALL: [Self; 5] = [Self::Es256, Self::Es384, Self::EdDsa, Self::Ps256, Self::Rs256];

    /// Those that FAPI 2.0 lets a client sign with (Security Profile §5.4.1).
    pub const FAPI2: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Ps256];

    /// The `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Ps256 => "PS256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm an `alg` value names, if a client may use it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == text)
    }
}
