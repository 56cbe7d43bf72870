//! What a client signs with, and whether what it registered for that can ever hold.

use super::{AuthMethod, Client, ClientAlg, Keys, SecurityProfile};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm, KeyOperations, PublicKeyUse};

/// Something registered by which no signature of the client could ever be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// The member at fault, under its registered name (RFC 7591 §2).
    pub key: &'static str,
    /// What is wrong with it.
    pub what: String,
    /// What to write instead.
    pub remedy: &'static str,
}

impl SecurityProfile {
    /// What a client of this profile may sign its assertions and request objects with (FAPI 2.0 Security Profile §5.4.1).
    #[must_use]
    pub const fn client_algs(&self) -> &'static [ClientAlg] {
        match self {
            Self::Standard | Self::Legacy(_) => &ClientAlg::ALL,
            Self::Fapi2 => &ClientAlg::FAPI2,
        }
    }
}

impl Client {
    /// What of its registration can never work: an algorithm that its profile forbids, request objects that nobody can verify,
    /// or keys none of which can verify what it signs. What lies at an address is not known here.
    #[must_use]
    pub fn unusable(&self) -> Option<Unusable> {
        let allowed = self.security_profile.client_algs();
        let registered = [
            ("token_endpoint_auth_signing_alg", self.token_endpoint_auth_signing_alg),
            ("request_object_signing_alg", self.request_object_signing_alg),
        ];
        for (key, alg) in registered {
            if let Some(alg) = alg.filter(|alg| !allowed.contains(alg)) {
                let what = format!("FAPI 2.0 lets no client sign with {}", alg.as_str());
                return Some(Unusable { key, what, remedy: "name ES256, EdDSA or PS256, or leave it out" });
            }
        }
        let Some(keys) = self.public_keys() else {
            return self.request_object_signing_alg.map(|_| Unusable {
                key: "request_object_signing_alg",
                what: "request objects are signed with keys, and there are none".to_owned(),
                remedy: "add jwks or jwks_uri, or leave it out",
            });
        };
        let one_of = |alg: &Option<ClientAlg>| alg.map_or_else(|| allowed.to_vec(), |alg| vec![alg]);
        let assertions = matches!(self.auth, AuthMethod::PrivateKeyJwt { .. });
        let wanted = [
            assertions.then(|| one_of(&self.token_endpoint_auth_signing_alg)),
            (!assertions || self.request_object_signing_alg.is_some())
                .then(|| one_of(&self.request_object_signing_alg)),
        ];
        let unmet = wanted.into_iter().flatten().find(|algs| !keys.may_fit(algs))?;
        let names = unmet.iter().map(|alg| alg.as_str()).collect::<Vec<_>>().join(", ");
        Some(Unusable {
            key: "jwks",
            what: format!("no key in it can verify a signature by {names}"),
            remedy: "give an EC key on P-256 or P-384, an Ed25519 key, or an RSA key of 2048 to 8192 bits, for signatures",
        })
    }
}

impl Keys {
    /// Whether one of them may verify one of these algorithms; at an address there may be one.
    fn may_fit(&self, algs: &[ClientAlg]) -> bool {
        match self {
            Self::Uri(_) => true,
            Self::Inline(set) => serde_json::from_value::<JwkSet>(set.clone())
                .is_ok_and(|set| set.keys.iter().any(|key| algs.iter().any(|alg| fits(key, *alg)))),
        }
    }
}

/// Whether a published key may verify this algorithm: its type, curve and size (RFC 7518 §6, RFC 8037 §2), and what it says of
/// itself (RFC 7517 §4.2 to §4.4).
#[must_use]
pub fn fits(jwk: &Jwk, alg: ClientAlg) -> bool {
    let length = |text: &str| URL_SAFE_NO_PAD.decode(text).map_or(0, |bytes| bytes.len());
    let shape = match (&jwk.algorithm, alg) {
        (AlgorithmParameters::EllipticCurve(key), ClientAlg::Es256) => {
            key.curve == EllipticCurve::P256 && (length(&key.x), length(&key.y)) == (32, 32)
        }
        (AlgorithmParameters::EllipticCurve(key), ClientAlg::Es384) => {
            key.curve == EllipticCurve::P384 && (length(&key.x), length(&key.y)) == (48, 48)
        }
        (AlgorithmParameters::OctetKeyPair(key), ClientAlg::EdDsa) => {
            key.curve == EllipticCurve::Ed25519 && length(&key.x) == 32
        }
        (AlgorithmParameters::RSA(key), ClientAlg::Rs256 | ClientAlg::Ps256) => {
            (256..=1024).contains(&length(&key.n)) && length(&key.e) > 0
        }
        _ => false,
    };
    let named = match alg {
        ClientAlg::Es256 => KeyAlgorithm::ES256,
        ClientAlg::Es384 => KeyAlgorithm::ES384,
        ClientAlg::EdDsa => KeyAlgorithm::EdDSA,
        ClientAlg::Ps256 => KeyAlgorithm::PS256,
        ClientAlg::Rs256 => KeyAlgorithm::RS256,
    };
    let common = &jwk.common;
    shape
        && common.key_algorithm.is_none_or(|of| of == named)
        && common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|of| of.contains(&KeyOperations::Verify))
}

#[cfg(test)]
mod tests {
    use super::{ClientAlg, Keys};
    use serde_json::{Value, json};

    fn text(bytes: usize) -> String {
        use base64::Engine as _;
        super::URL_SAFE_NO_PAD.encode(vec![0xC1; bytes])
    }

    fn ec(curve: &str, bytes: usize) -> Value {
        json!({"kty": "EC", "crv": curve, "x": text(bytes), "y": text(bytes)})
    }

    #[test]
    fn a_key_fits_by_its_type_its_size_and_what_it_says_of_itself() {
        let fits = |key: &Value, alg| Keys::Inline(json!({ "keys": [key] })).may_fit(&[alg]);
        let okp = |curve: &str| json!({"kty": "OKP", "crv": curve, "x": text(32)});
        let rsa = |bytes| json!({"kty": "RSA", "n": text(bytes), "e": "AQAB"});
        for (key, alg) in [
            (ec("P-256", 32), ClientAlg::Es256),
            (ec("P-384", 48), ClientAlg::Es384),
            (okp("Ed25519"), ClientAlg::EdDsa),
            (rsa(256), ClientAlg::Rs256),
            (rsa(512), ClientAlg::Ps256),
        ] {
            assert!(fits(&key, alg), "{key}");
            let elsewhere = ClientAlg::ALL.into_iter().filter(|other| fits(&key, *other)).count();
            assert_eq!(elsewhere, if key["kty"] == "RSA" { 2 } else { 1 }, "{key}");
            for (member, value) in
                [("use", json!("enc")), ("key_ops", json!(["encrypt"])), ("alg", json!("RSA-OAEP-256"))]
            {
                let mut other = key.clone();
                other[member] = value;
                assert!(!fits(&other, alg), "{other}");
            }
            for (member, value) in [("use", json!("sig")), ("key_ops", json!(["verify"])), ("alg", json!(alg))] {
                let mut same = key.clone();
                same[member] = value;
                assert!(fits(&same, alg), "{same}");
            }
        }
        for key in [
            json!({"kty": "EC"}),
            json!({"kty": "EC", "crv": "P-256", "x": text(32)}),
            ec("P-256", 31),
            ec("P-256", 0),
            ec("P-521", 66),
            ec("secp256k1", 32),
            okp("X25519"),
            rsa(128),
            rsa(1025),
            json!({"kty": "RSA", "n": text(256)}),
        ] {
            assert!(ClientAlg::ALL.into_iter().all(|alg| !fits(&key, alg)), "{key}");
        }
        // One that nobody can use stands in no other's way.
        let both = Keys::Inline(json!({ "keys": [okp("X25519"), ec("P-256", 32)] }));
        assert!(both.may_fit(&[ClientAlg::Es256]) && !both.may_fit(&[ClientAlg::Ps256]));
    }
}
