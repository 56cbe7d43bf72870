//! The signing keys: made here, kept wrapped, held parsed, published as a JWK set (RFC 7517).

use super::aead::bound_to;
use super::roots::Roots;
use super::seal::WrappedKey;
use super::{SealError, sha256};
use crate::domain::time::When;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Serialize;
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The algorithms we sign with (RFC 7518 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SigningAlg {
    /// ECDSA on P-256 with SHA-256: the default.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256 and 2048 bits: for clients that know nothing else (OIDC Core §15.1).
    Rs256,
}

impl SigningAlg {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// The `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm an `alg` value names, if it is one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == text)
    }

    pub(super) const fn verifier(self) -> Algorithm {
        match self {
            Self::Es256 => Algorithm::ES256,
            Self::Rs256 => Algorithm::RS256,
        }
    }
}

/// What a token is, as its `typ` header says (RFC 8725 §3.11): one kind is never taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenType {
    /// An ID token (OIDC Core §2).
    Id,
    /// An access token (RFC 9068 §2.1).
    Access,
    /// A logout token (Back-Channel Logout 1.0 §2.4).
    Logout,
    /// A signed answer of userinfo (OIDC Core §5.3.2): it has no `exp`, so it never passes for an ID token.
    UserInfo,
    /// An assertion of ours as somebody else's client (RFC 7523 §3). Its issuer is what they call us, which is never our issuer.
    Assertion,
    /// A receipt of a line of the sharing ledger. It is read by people and their programs, and opens nothing.
    Receipt,
}

impl TokenType {
    const ALL: [Self; 6] = [Self::Id, Self::Access, Self::Logout, Self::UserInfo, Self::Assertion, Self::Receipt];

    /// The `typ` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            // OIDC Core names no type for these, and libraries refuse any other.
            Self::Id | Self::UserInfo | Self::Assertion => "JWT",
            Self::Access => "at+jwt",
            Self::Logout => "logout+jwt",
            Self::Receipt => "sharing-receipt+jwt",
        }
    }
}

/// Where a key is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// Published, not signing yet: gives every cached key set time to learn it.
    Next,
    /// Signing.
    Active,
    /// No longer signing, still published while something it signed may be shown.
    Retired,
}

impl KeyState {
    /// The word the store holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }

    /// The state a stored word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Next, Self::Active, Self::Retired].into_iter().find(|state| state.as_str() == word)
    }
}

/// A signing key as the store holds it.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlg,
    /// The PKCS#8 private key under the key-encryption key.
    pub wrapped: WrappedKey,
    /// The public half as a JWK with `alg`, `use` and `kid`, in JSON.
    pub public_jwk: String,
    /// When it was made.
    pub created_at: When,
    /// Where it is in its life.
    pub state: KeyState,
}

/// What can go wrong with a signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The wrapped key does not open.
    #[error("signing key {kid}: {source}")]
    Sealed {
        /// Which.
        kid: String,
        /// Why.
        source: SealError,
    },
    /// The library does not take the key, or it is not the one its `kid` names.
    #[error("signing key {kid} is damaged")]
    Damaged {
        /// Which.
        kid: String,
    },
    /// No active key signs with that algorithm.
    #[error("no active key signs with {}", .0.as_str())]
    NoneActive(SigningAlg),
    /// The claims could not be written as JSON.
    #[error("the claims cannot be written as JSON: {0}")]
    Claims(#[from] serde_json::Error),
    /// The cryptographic library failed.
    #[error("the cryptographic library failed to sign or to make a key")]
    Fault,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

impl Pair {
    fn parse(alg: SigningAlg, pkcs8: &[u8]) -> Option<Self> {
        match alg {
            SigningAlg::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok().map(Self::Es256)
            }
            SigningAlg::Rs256 => RsaKeyPair::from_pkcs8(pkcs8).ok().map(Self::Rs256),
        }
    }

    fn generate(alg: SigningAlg) -> Option<(Self, Zeroizing<Vec<u8>>)> {
        let pkcs8 = match alg {
            SigningAlg::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
                Zeroizing::new(pair.to_pkcs8v1().ok()?.as_ref().to_vec())
            }
            SigningAlg::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).ok()?;
                let der: Pkcs8V1Der<'static> = pair.as_der().ok()?;
                Zeroizing::new(der.as_ref().to_vec())
            }
        };
        Some((Self::parse(alg, &pkcs8)?, pkcs8))
    }

    /// The public half: its kid, its JWK and its verifier.
    fn public(&self) -> Option<Public> {
        match self {
            Self::Es256(pair) => {
                // SEC 1 §2.3.3: 0x04, then x and y of 32 bytes each.
                let (x, y) = pair.public_key().as_ref().strip_prefix(&[4])?.split_at_checked(32)?;
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                let kid = thumbprint(&format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
                let verifier = DecodingKey::from_ec_components(&x, &y).ok()?;
                let jwk =
                    json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256", "use": "sig", "kid": kid});
                Some(Public { kid, jwk, verifier })
            }
            Self::Rs256(pair) => {
                let key = pair.public_key();
                let n = URL_SAFE_NO_PAD.encode(key.modulus().big_endian_without_leading_zero());
                let e = URL_SAFE_NO_PAD.encode(key.exponent().big_endian_without_leading_zero());
                let kid = thumbprint(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#));
                let verifier = DecodingKey::from_rsa_components(&n, &e).ok()?;
                let jwk = json!({"kty": "RSA", "n": n, "e": e, "alg": "RS256", "use": "sig", "kid": kid});
                Some(Public { kid, jwk, verifier })
            }
        }
    }

    fn sign_onto(&self, text: &mut String) -> Result<(), KeyError> {
        let rng = SystemRandom::new();
        match self {
            Self::Es256(pair) => {
                let signature = pair.sign(&rng, text.as_bytes()).map_err(|_| KeyError::Fault)?;
                text.push('.');
                URL_SAFE_NO_PAD.encode_string(signature, text);
            }
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &rng, text.as_bytes(), &mut signature).map_err(|_| KeyError::Fault)?;
                text.push('.');
                URL_SAFE_NO_PAD.encode_string(signature, text);
            }
        }
        Ok(())
    }
}

struct Public {
    kid: String,
    jwk: serde_json::Value,
    verifier: DecodingKey,
}

/// RFC 7638 §3: SHA-256 over the required members, in order, without white space.
fn thumbprint(members: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(&[members.as_bytes()]))
}

fn wrapping(kid: &str) -> Vec<u8> {
    bound_to(&[b"signing key", kid.as_bytes()])
}

struct Held {
    alg: SigningAlg,
    state: KeyState,
    created_at: When,
    pair: Pair,
    public: Public,
    /// The base64url header of each token type, with its dot.
    headers: [(TokenType, String); 6],
}

/// The keys in use, parsed once. Replaced as a whole when the store's keys change.
pub struct KeyRing {
    held: Vec<Held>,
    jwks: Arc<str>,
}

impl KeyRing {
    /// Makes a key pair, ready to be stored.
    ///
    /// # Errors
    /// [`KeyError::Fault`] if the library refuses.
    pub fn generate(roots: &Roots, alg: SigningAlg, state: KeyState, now: When) -> Result<StoredKey, KeyError> {
        let (pair, pkcs8) = Pair::generate(alg).ok_or(KeyError::Fault)?;
        let public = pair.public().ok_or(KeyError::Fault)?;
        let wrapped = roots.kek().seal(&wrapping(&public.kid), &pkcs8).map_err(|_| KeyError::Fault)?;
        Ok(StoredKey {
            public_jwk: public.jwk.to_string(),
            kid: public.kid,
            alg,
            wrapped: WrappedKey(wrapped),
            created_at: now,
            state,
        })
    }

    /// Opens and parses every stored key. What is published comes from the private keys, not from stored text.
    ///
    /// # Errors
    /// [`KeyError::Sealed`] or [`KeyError::Damaged`] for a key that is not the one its `kid` names.
    pub fn open(roots: &Roots, stored: Vec<StoredKey>) -> Result<Self, KeyError> {
        let mut held = stored.into_iter().map(|key| hold(roots, key)).collect::<Result<Vec<_>, _>>()?;
        held.sort_by_key(|key| std::cmp::Reverse(key.created_at));
        let jwks: Vec<_> = held.iter().map(|key| &key.public.jwk).collect();
        let jwks = json!({ "keys": jwks }).to_string().into();
        Ok(Self { held, jwks })
    }

    /// The JWK set to publish (RFC 7517 §5), built once: every key, whatever its state.
    #[must_use]
    pub fn jwks_json(&self) -> &Arc<str> {
        &self.jwks
    }

    /// The key that signs with `alg` now: of several active ones, the youngest.
    #[must_use]
    pub fn active_kid(&self, alg: SigningAlg) -> Option<&str> {
        self.active(alg).map(|key| key.public.kid.as_str())
    }

    /// A compact JWS (RFC 7515 §7.1) over the claims.
    ///
    /// # Errors
    /// [`KeyError::NoneActive`] if nothing signs with `alg`; [`KeyError::Claims`] if they are not JSON.
    pub fn sign(&self, alg: SigningAlg, typ: TokenType, claims: &impl Serialize) -> Result<String, KeyError> {
        let key = self.active(alg).ok_or(KeyError::NoneActive(alg))?;
        let claims = serde_json::to_vec(claims)?;
        let mut token = String::with_capacity(claims.len() * 4 / 3 + 512);
        for (_, header) in key.headers.iter().filter(|(of, _)| *of == typ) {
            token.push_str(header);
        }
        URL_SAFE_NO_PAD.encode_string(&claims, &mut token);
        key.pair.sign_onto(&mut token)?;
        Ok(token)
    }

    pub(super) fn verifier(&self, kid: &str) -> Option<(SigningAlg, &DecodingKey)> {
        self.held.iter().find(|key| key.public.kid == kid).map(|key| (key.alg, &key.public.verifier))
    }

    fn active(&self, alg: SigningAlg) -> Option<&Held> {
        self.held.iter().find(|key| key.alg == alg && key.state == KeyState::Active)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.held.iter().map(|key| (&key.public.kid, key.alg, key.state))).finish()
    }
}

fn hold(roots: &Roots, stored: StoredKey) -> Result<Held, KeyError> {
    let StoredKey { kid, alg, wrapped, created_at, state, .. } = stored;
    let pkcs8 = match roots.kek().open(&wrapping(&kid), &wrapped.0) {
        Ok(pkcs8) => pkcs8,
        Err(source) => return Err(KeyError::Sealed { kid, source }),
    };
    let parsed = Pair::parse(alg, &pkcs8).and_then(|pair| pair.public().map(|public| (pair, public)));
    let Some((pair, public)) = parsed.filter(|(_, public)| public.kid == kid) else {
        return Err(KeyError::Damaged { kid });
    };
    let headers = TokenType::ALL.map(|typ| {
        let header = json!({"alg": alg.as_str(), "typ": typ.as_str(), "kid": kid}).to_string();
        (typ, format!("{}.", URL_SAFE_NO_PAD.encode(header)))
    });
    Ok(Held { alg, state, created_at, pair, public, headers })
}

/// `at_hash` and `c_hash` (OIDC Core §3.1.3.6): the left half of the hash that belongs to the signature's algorithm.
#[must_use]
pub fn half_hash(alg: SigningAlg, value: &str) -> String {
    let hash = match alg {
        SigningAlg::Es256 | SigningAlg::Rs256 => sha256(&[value.as_bytes()]),
    };
    let (left, _) = hash.split_at(hash.len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests;
