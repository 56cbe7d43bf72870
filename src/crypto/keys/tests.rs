use super::*;
use crate::crypto::roots::RootSecret;
use jsonwebtoken::jwk::{JwkSet, ThumbprintHash};
use jsonwebtoken::{Validation, decode, decode_header};
use serde_json::Value;

fn roots(byte: u8) -> Roots {
    Roots::derive(&RootSecret::from([byte; 32])).unwrap()
}

fn made(alg: SigningAlg, state: KeyState, second: i64) -> StoredKey {
    KeyRing::generate(&roots(1), alg, state, When::from_seconds(second)).unwrap()
}

/// Another library's reading of what we sign and publish.
#[test]
fn what_is_signed_verifies_against_what_is_published() {
    let es256 = made(SigningAlg::Es256, KeyState::Active, 1);
    let rs256 = made(SigningAlg::Rs256, KeyState::Active, 1);
    let ring = KeyRing::open(&roots(1), vec![es256.clone(), rs256]).unwrap();
    let jwks: JwkSet = serde_json::from_str(ring.jwks_json()).unwrap();
    let published: Value = serde_json::from_str(ring.jwks_json()).unwrap();
    assert_eq!(jwks.keys.len(), 2);
    for (alg, typ) in [(SigningAlg::Es256, TokenType::Id), (SigningAlg::Rs256, TokenType::Access)] {
        let token = ring.sign(alg, typ, &serde_json::json!({"sub": "ada"})).unwrap();
        let header = decode_header(&token).unwrap();
        assert_eq!((header.alg, header.typ.as_deref()), (alg.verifier(), Some(typ.as_str())));
        let jwk = jwks.find(header.kid.as_deref().unwrap()).unwrap();
        assert_eq!(jwk.thumbprint(ThumbprintHash::SHA256).unwrap(), header.kid.unwrap());
        let mut rules = Validation::new(alg.verifier());
        rules.required_spec_claims.clear();
        let claims = decode::<Value>(&token, &DecodingKey::from_jwk(jwk).unwrap(), &rules).unwrap().claims;
        assert_eq!(claims["sub"], "ada");
    }
    for key in published["keys"].as_array().unwrap() {
        assert_eq!(key["use"], "sig");
        assert!(key["alg"].is_string() && key["kid"].is_string());
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
    assert_eq!(ring.active_kid(SigningAlg::Es256), Some(es256.kid.as_str()));
    assert_eq!(serde_json::from_str::<Value>(&es256.public_jwk).unwrap()["kid"], es256.kid.as_str());
}

#[test]
fn only_the_active_key_signs_and_all_are_published() {
    let (next, old) = (made(SigningAlg::Es256, KeyState::Next, 3), made(SigningAlg::Es256, KeyState::Retired, 1));
    let ring = KeyRing::open(&roots(1), vec![next.clone(), old.clone()]).unwrap();
    let claims = serde_json::json!({});
    let refused = ring.sign(SigningAlg::Es256, TokenType::Id, &claims);
    assert!(matches!(refused, Err(KeyError::NoneActive(SigningAlg::Es256))));
    assert!(ring.jwks_json().contains(&next.kid) && ring.jwks_json().contains(&old.kid));

    let (first, second) = (made(SigningAlg::Es256, KeyState::Active, 1), made(SigningAlg::Es256, KeyState::Active, 2));
    let ring = KeyRing::open(&roots(1), vec![first, second.clone(), next]).unwrap();
    assert_eq!(ring.active_kid(SigningAlg::Es256), Some(second.kid.as_str()), "the youngest");
}

#[test]
fn a_key_that_is_not_the_one_its_kid_names_is_refused() {
    let (one, two) = (made(SigningAlg::Es256, KeyState::Active, 1), made(SigningAlg::Es256, KeyState::Active, 1));
    assert!(matches!(KeyRing::open(&roots(2), vec![one.clone()]), Err(KeyError::Sealed { .. })), "other roots");
    let swapped = StoredKey { wrapped: two.wrapped.clone(), ..one.clone() };
    assert!(matches!(KeyRing::open(&roots(1), vec![swapped]), Err(KeyError::Sealed { .. })), "another row's key");
    let mistaken = StoredKey { alg: SigningAlg::Rs256, ..one.clone() };
    assert!(matches!(KeyRing::open(&roots(1), vec![mistaken]), Err(KeyError::Damaged { .. })), "another algorithm");
    // The right seal over another key: only someone with the root secret could make it, and it is still noticed.
    let other = roots(1).kek().open(&wrapping(&two.kid), &two.wrapped.0).unwrap();
    let resealed = WrappedKey(roots(1).kek().seal(&wrapping(&one.kid), &other).unwrap());
    let replaced = StoredKey { wrapped: resealed, ..one };
    assert!(matches!(KeyRing::open(&roots(1), vec![replaced]), Err(KeyError::Damaged { .. })));
}

#[test]
fn the_private_key_does_not_print() {
    let stored = made(SigningAlg::Es256, KeyState::Active, 1);
    assert!(format!("{stored:?}").contains("wrapped: WrappedKey(…)"));
    let ring = KeyRing::open(&roots(1), vec![stored.clone()]).unwrap();
    assert_eq!(format!("{ring:?}"), format!("[({:?}, Es256, Active)]", stored.kid));
}

/// RFC 7638 §3.1.
#[test]
fn thumbprints_are_the_rfcs() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\
        tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n9\
        1CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let members = format!(r#"{{"e":"AQAB","kty":"RSA","n":"{n}"}}"#);
    assert_eq!(thumbprint(&members), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

/// OIDC Core Appendix A.3's `at_hash`.
#[test]
fn half_hashes_are_the_specifications() {
    let code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
    assert_eq!(half_hash(SigningAlg::Rs256, code), "LDktKdoQak3Pk0cnXxCltA");
    let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    assert_eq!(half_hash(SigningAlg::Es256, token), "77QmUPtjPfzWtF2AnpK9RQ");
}
