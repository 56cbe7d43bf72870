use super::*;
use crate::crypto::keys::{KeyState, SigningAlg};
use crate::crypto::roots::{RootSecret, Roots};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaKeyPair,
};
use serde_json::json;

const NOW: When = When::from_seconds(1_790_000_000);
const CLIENT: &str = "parking-permits";
const ISSUER: &str = "https://account.example.gov.uk";
const TOKEN: &str = "https://account.example.gov.uk/token";

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of any header and claims, signed in any way.
fn token(header: &str, claims: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let text = format!("{}.{}", b64(header), b64(claims));
    let signature = sign(text.as_bytes());
    format!("{text}.{}", b64(signature))
}

struct Client {
    pair: EcdsaKeyPair,
    jwk: Value,
}

impl Client {
    fn new(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref().to_vec();
        let jwk = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": b64(&point[1..33]), "y": b64(&point[33..])});
        Self { pair, jwk }
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec()
    }

    fn jwks(&self) -> JwkSet {
        set(&[&self.jwk])
    }

    fn assertion(&self, claims: &Value) -> String {
        token(r#"{"alg":"ES256","kid":"k"}"#, &claims.to_string(), |text| self.sign(text))
    }
}

fn set(keys: &[&Value]) -> JwkSet {
    serde_json::from_value(json!({ "keys": keys })).unwrap()
}

fn rsa(bits: usize) -> (RsaKeyPair, Value) {
    let pair = RsaKeyPair::generate(match bits {
        2048 => aws_lc_rs::rsa::KeySize::Rsa2048,
        _ => aws_lc_rs::rsa::KeySize::Rsa3072,
    })
    .unwrap();
    let key = pair.public_key();
    let n = b64(key.modulus().big_endian_without_leading_zero());
    let e = b64(key.exponent().big_endian_without_leading_zero());
    (pair, json!({"kty": "RSA", "kid": "k", "n": n, "e": e}))
}

fn claims() -> Value {
    json!({"iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "j-1", "exp": NOW.seconds() + 60, "iat": NOW.seconds()})
}

fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[claim] = value;
    claims
}

fn without(claim: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(claim);
    claims
}

fn rules() -> AssertionRules<'static> {
    AssertionRules::standard(CLIENT, &[ISSUER, TOKEN])
}

fn check(client: &Client, claims: &Value) -> Result<Assertion, JwtError> {
    verify_client_assertion(&client.assertion(claims), &client.jwks(), &rules(), NOW)
}

#[test]
fn a_good_assertion_passes() {
    let client = Client::new("k");
    let good = Assertion { jti: "j-1".into(), exp: NOW + Duration::from_mins(1) };
    assert_eq!(check(&client, &claims()), Ok(good.clone()));
    let no_kid = token(r#"{"alg":"ES256"}"#, &claims().to_string(), |text| client.sign(text));
    let other = Client::new("other");
    let both = set(&[&other.jwk, &client.jwk]);
    assert_eq!(verify_client_assertion(&no_kid, &both, &rules(), NOW), Ok(good.clone()), "the second key fits");
    let mut unnamed = client.jwk.clone();
    unnamed.as_object_mut().unwrap().remove("kid");
    let named = client.assertion(&claims());
    assert_eq!(
        verify_client_assertion(&named, &set(&[&unnamed]), &rules(), NOW),
        Ok(good.clone()),
        "a key without kid"
    );
    for typ in ["JWT", "jwt", "client-authentication+jwt"] {
        let header = json!({"alg": "ES256", "typ": typ}).to_string();
        let typed = token(&header, &claims().to_string(), |text| client.sign(text));
        assert_eq!(verify_client_assertion(&typed, &both, &rules(), NOW), Ok(good.clone()), "{typ}");
    }
}

#[test]
fn rsa_assertions_pass_by_pkcs1_and_pss() {
    let (pair, jwk) = rsa(2048);
    for (alg, scheme) in [("RS256", &RSA_PKCS1_SHA256), ("PS256", &RSA_PSS_SHA256)] {
        let signed = token(&json!({"alg": alg, "kid": "k"}).to_string(), &claims().to_string(), |text| {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(scheme, &SystemRandom::new(), text, &mut signature).unwrap();
            signature
        });
        assert!(verify_client_assertion(&signed, &set(&[&jwk]), &rules(), NOW).is_ok(), "{alg}");
        // FAPI 2.0 allows PSS and not PKCS#1 v1.5.
        let strict = verify_client_assertion(&signed, &set(&[&jwk]), &AssertionRules::strict(CLIENT, ISSUER), NOW);
        assert_eq!(strict.is_ok(), alg == "PS256", "{alg}");
        // A key that says what it is for is used for nothing else.
        let mut bound = jwk.clone();
        bound["alg"] = json!(if alg == "RS256" { "PS256" } else { "RS256" });
        assert_eq!(verify_client_assertion(&signed, &set(&[&bound]), &rules(), NOW), Err(JwtError::UnknownKey));
    }
}

/// What lint and registration refuse is what could not be verified here.
#[test]
fn what_a_profile_lets_a_client_sign_with_is_said_alike_in_both_places() {
    let of = |algs: &[ClientAlg]| algs.iter().flat_map(|alg| of_client(*alg)).copied().collect::<Vec<_>>();
    assert_eq!(of(&ClientAlg::ALL), ASSERTION_ALGORITHMS);
    assert_eq!(of(&ClientAlg::FAPI2), STRICT_ALGORITHMS);
}

/// Row T01.
#[test]
fn t01_alg_none_is_refused_in_every_spelling() {
    let client = Client::new("k");
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let header = json!({"alg": alg, "kid": "k"}).to_string();
        let unsigned = token(&header, &claims().to_string(), |_| Vec::new());
        assert_eq!(verify_client_assertion(&unsigned, &client.jwks(), &rules(), NOW), Err(JwtError::Algorithm));
        let signed = token(&header, &claims().to_string(), |text| client.sign(text));
        assert_eq!(verify_client_assertion(&signed, &client.jwks(), &rules(), NOW), Err(JwtError::Algorithm));
        let own = verify_own::<Value>(&signed, TokenType::Id, ISSUER, &ring(), NOW);
        assert_eq!(own, Err(JwtError::Algorithm));
    }
    let missing = token(r#"{"kid":"k"}"#, &claims().to_string(), |text| client.sign(text));
    assert_eq!(verify_client_assertion(&missing, &client.jwks(), &rules(), NOW), Err(JwtError::Malformed));
}

/// Row T02.
#[test]
fn t02_an_hmac_keyed_with_a_public_key_is_refused() {
    let (pair, jwk) = rsa(2048);
    let der = pair.public_key().as_ref().to_vec();
    let body = base64::engine::general_purpose::STANDARD.encode(&der);
    let pem = format!("-----BEGIN RSA PUBLIC KEY-----\n{body}\n-----END RSA PUBLIC KEY-----");
    let keys = [der, pem.clone().into_bytes(), format!("{pem}\n").into_bytes(), jwk.to_string().into_bytes()];
    let octets = json!({"kty": "oct", "kid": "k", "k": b64(&keys[1])});
    for key in &keys {
        for alg in ["HS256", "HS384", "HS512"] {
            let forged = token(&json!({"alg": alg, "kid": "k"}).to_string(), &claims().to_string(), |text| {
                hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
            });
            for jwks in [set(&[&jwk]), set(&[&octets])] {
                assert_eq!(verify_client_assertion(&forged, &jwks, &rules(), NOW), Err(JwtError::Algorithm));
            }
        }
        // An allowed algorithm over a symmetric key must not fit either.
        let confused = token(r#"{"alg":"RS256","kid":"k"}"#, &claims().to_string(), |text| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
        });
        assert_eq!(verify_client_assertion(&confused, &set(&[&octets]), &rules(), NOW), Err(JwtError::UnknownKey));
    }
}

/// Row T03: keys that the token brings along are not looked at.
#[test]
fn t03_keys_in_the_header_are_ignored() {
    let (client, attacker) = (Client::new("k"), Client::new("k"));
    for header in [
        json!({"alg": "ES256", "jwk": attacker.jwk}),
        json!({"alg": "ES256", "kid": "k", "jwk": attacker.jwk}),
        json!({"alg": "ES256", "jku": "https://attacker.example/jwks"}),
        json!({"alg": "ES256", "x5u": "https://attacker.example/chain"}),
    ] {
        let forged = token(&header.to_string(), &claims().to_string(), |text| attacker.sign(text));
        assert_eq!(
            verify_client_assertion(&forged, &client.jwks(), &rules(), NOW),
            Err(JwtError::Signature),
            "{header}"
        );
        let honest = token(&header.to_string(), &claims().to_string(), |text| client.sign(text));
        assert!(verify_client_assertion(&honest, &client.jwks(), &rules(), NOW).is_ok(), "{header}");
    }
}

/// Row T05.
#[test]
fn t05_times_that_only_look_like_numbers_are_refused() {
    let client = Client::new("k");
    let soon = NOW.seconds() + 60;
    for claim in ["exp", "nbf", "iat"] {
        for bad in [json!(soon.to_string()), json!(1.5), json!(-1), json!(true), Value::Null] {
            assert_eq!(check(&client, &with(claim, bad.clone())), Err(JwtError::Claim(claim)), "{bad}");
        }
        assert_eq!(check(&client, &with(claim, json!({}))), Err(JwtError::Claim(claim)));
        // The library may trip over an array before this house reads it.
        let list = check(&client, &with(claim, json!([soon])));
        assert!(list == Err(JwtError::Claim(claim)) || list == Err(JwtError::Malformed), "{list:?}");
        assert_eq!(check(&client, &with(claim, json!(u64::MAX))), Err(JwtError::Claim(claim)));
        let huge = claims().to_string().replacen('{', &format!("{{\"{claim}\":1e400,"), 1);
        let signed = token(r#"{"alg":"ES256","kid":"k"}"#, &huge, |text| client.sign(text));
        assert_eq!(verify_client_assertion(&signed, &client.jwks(), &rules(), NOW), Err(JwtError::Malformed));
    }
    let float = claims().to_string().replace(&soon.to_string(), &format!("{soon}.0"));
    let signed = token(r#"{"alg":"ES256","kid":"k"}"#, &float, |text| client.sign(text));
    assert_eq!(verify_client_assertion(&signed, &client.jwks(), &rules(), NOW), Err(JwtError::Claim("exp")));
    for claim in ["iss", "sub", "aud", "exp", "jti"] {
        assert_eq!(check(&client, &without(claim)), Err(JwtError::Missing(claim)));
    }
    assert!(check(&client, &without("iat")).is_ok(), "RFC 7523 §3 leaves iat and nbf to the client");
}

/// Row Y01, and the life of an assertion.
#[test]
fn clocks_may_differ_a_little_and_lives_are_short() {
    let client = Client::new("k");
    let at = |claim, ahead: i64| check(&client, &with(claim, json!(NOW.seconds() + ahead))).map(|_| ());
    for claim in ["iat", "nbf"] {
        assert_eq!(at(claim, 8), Ok(()));
        assert_eq!(at(claim, 30), Ok(()));
        assert_eq!(at(claim, 61), Err(JwtError::NotYet));
        assert_eq!(at(claim, -3_600), Ok(()));
    }
    assert_eq!(at("exp", 1), Ok(()));
    assert_eq!(at("exp", 0), Err(JwtError::Expired));
    assert_eq!(at("exp", -1), Err(JwtError::Expired));
    assert_eq!(at("exp", 360), Ok(()));
    assert_eq!(at("exp", 361), Err(JwtError::TooLong));
}

/// Row T19.
#[test]
fn t19_false_signatures_and_unfitting_keys_are_refused() {
    let client = Client::new("k");
    let header = r#"{"alg":"ES256","kid":"k"}"#;
    let refused = |token: &str, jwks: &JwkSet| verify_client_assertion(token, jwks, &rules(), NOW).unwrap_err();
    let zeros = token(header, &claims().to_string(), |_| vec![0; 64]);
    assert_eq!(refused(&zeros, &client.jwks()), JwtError::Signature, "r = s = 0");
    assert_eq!(refused(&token(header, &claims().to_string(), |_| Vec::new()), &client.jwks()), JwtError::Signature);

    let pkcs8 = client.pair.to_pkcs8v1().unwrap();
    let der = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap();
    let asn1 =
        token(header, &claims().to_string(), |text| der.sign(&SystemRandom::new(), text).unwrap().as_ref().to_vec());
    assert_eq!(refused(&asn1, &client.jwks()), JwtError::Signature, "DER in place of r ‖ s");

    let good = client.assertion(&claims());
    let mut off_curve = client.jwk.clone();
    off_curve["y"] = json!(b64([7; 32]));
    assert_eq!(refused(&good, &set(&[&off_curve])), JwtError::Signature, "a point off the curve");

    let es384 = token(r#"{"alg":"ES384","kid":"k"}"#, &claims().to_string(), |text| client.sign(text));
    assert_eq!(refused(&es384, &client.jwks()), JwtError::UnknownKey, "a P-256 key for ES384");

    let small = json!({"kty": "RSA", "kid": "k", "n": b64([0xC1; 64]), "e": "AQAB"});
    let rs256 = token(r#"{"alg":"RS256","kid":"k"}"#, &claims().to_string(), |_| vec![1; 64]);
    assert_eq!(refused(&rs256, &set(&[&small])), JwtError::UnknownKey, "RSA of 512 bits");
    assert_eq!(refused(&rs256, &client.jwks()), JwtError::UnknownKey, "an EC key for RS256");

    let mut changed = good.clone();
    changed.replace_range(60..61, if &good[60..61] == "A" { "B" } else { "A" });
    assert!(verify_client_assertion(&changed, &client.jwks(), &rules(), NOW).is_err());
    assert_eq!(refused(&good, &Client::new("k").jwks()), JwtError::Signature, "another key of that name");
    assert_eq!(refused(&good, &Client::new("l").jwks()), JwtError::UnknownKey, "no key of that name");
    for (member, value) in [("use", json!("enc")), ("key_ops", json!(["sign"])), ("alg", json!("ES384"))] {
        let mut key = client.jwk.clone();
        key[member] = value;
        assert_eq!(refused(&good, &set(&[&key])), JwtError::UnknownKey, "{member}");
    }
}

#[test]
fn an_assertion_names_the_client_and_this_server() {
    let client = Client::new("k");
    assert_eq!(check(&client, &with("iss", json!("garden-waste"))), Err(JwtError::Mismatch("iss")));
    assert_eq!(check(&client, &with("sub", json!("garden-waste"))), Err(JwtError::Mismatch("sub")));
    assert_eq!(check(&client, &with("sub", json!(7))), Err(JwtError::Claim("sub")));
    for (jti, refusal) in [(json!(""), "jti"), (json!(7), "jti"), (json!("x".repeat(257)), "jti")] {
        assert_eq!(check(&client, &with("jti", jti)), Err(JwtError::Claim(refusal)));
    }
}

/// Row K02.
#[test]
fn k02_the_audience_is_this_server_and_for_strict_clients_the_issuer_alone() {
    let client = Client::new("k");
    let wrong = Err(JwtError::Mismatch("aud"));
    let other = "https://other.example";
    for (aud, standard, strict) in [
        (json!(ISSUER), true, true),
        (json!(TOKEN), true, false),
        (json!([ISSUER]), true, false),
        (json!([ISSUER, TOKEN]), true, false),
        (json!([ISSUER, other]), false, false),
        (json!([]), false, false),
        (json!([[ISSUER]]), false, false),
        (json!(other), false, false),
        (json!(format!("{ISSUER}/")), false, false),
    ] {
        let token = client.assertion(&with("aud", aud.clone()));
        for (rules, accepted) in [(rules(), standard), (AssertionRules::strict(CLIENT, ISSUER), strict)] {
            let answer = verify_client_assertion(&token, &client.jwks(), &rules, NOW).map(|_| ());
            assert_eq!(answer, if accepted { Ok(()) } else { wrong }, "{aud} {rules:?}");
        }
    }
    assert_eq!(check(&client, &with("aud", json!(5))), Err(JwtError::Claim("aud")));
}

#[test]
fn what_is_not_a_plain_signed_jwt_is_refused() {
    let client = Client::new("k");
    let good = client.assertion(&claims());
    let long = format!("{good}{}", "A".repeat(MAX_BYTES));
    for bad in ["", "a.b", "a.b.c", &format!("{good}.x"), &good.replace('.', ""), &format!(" {good}"), &long] {
        assert_eq!(verify_client_assertion(bad, &client.jwks(), &rules(), NOW), Err(JwtError::Malformed), "{bad}");
    }
    let critical = token(r#"{"alg":"ES256","kid":"k","crit":["b64"],"b64":false}"#, &claims().to_string(), |text| {
        client.sign(text)
    });
    assert_eq!(verify_client_assertion(&critical, &client.jwks(), &rules(), NOW), Err(JwtError::Critical));
    for typ in ["at+jwt", "logout+jwt", "dpop+jwt"] {
        let header = json!({"alg": "ES256", "kid": "k", "typ": typ}).to_string();
        let other = token(&header, &claims().to_string(), |text| client.sign(text));
        assert_eq!(verify_client_assertion(&other, &client.jwks(), &rules(), NOW), Err(JwtError::Type), "{typ}");
    }
    let list = token(r#"{"alg":"ES256","kid":"k"}"#, "[]", |text| client.sign(text));
    assert_eq!(verify_client_assertion(&list, &client.jwks(), &rules(), NOW), Err(JwtError::Malformed));
}

fn ring_of(state: KeyState) -> KeyRing {
    let roots = Roots::derive(&RootSecret::from([1; 32])).unwrap();
    KeyRing::open(&roots, vec![KeyRing::generate(&roots, SigningAlg::Es256, state, NOW).unwrap()]).unwrap()
}

fn ring() -> KeyRing {
    ring_of(KeyState::Active)
}

#[test]
fn our_own_tokens_are_known_by_key_type_and_issuer() {
    let ring = ring();
    let claims = |exp: i64| json!({"iss": ISSUER, "sid": "s", "exp": NOW.seconds() + exp});
    let sign = |typ, exp| ring.sign(SigningAlg::Es256, typ, &claims(exp)).unwrap();
    let verify = |token: &str| verify_own::<Value>(token, TokenType::Id, ISSUER, &ring, NOW);
    let fresh = verify(&sign(TokenType::Id, 300)).unwrap();
    assert_eq!((fresh.expired, &fresh.claims["sid"]), (false, &json!("s")));
    assert!(verify(&sign(TokenType::Id, -86_400)).unwrap().expired);
    assert!(verify(&sign(TokenType::Id, 0)).unwrap().expired);
    assert_eq!(verify(&sign(TokenType::Access, 300)), Err(JwtError::Type));
    assert_eq!(verify(&sign(TokenType::Logout, 300)), Err(JwtError::Type));
    let token = sign(TokenType::Id, 300);
    assert_eq!(
        verify_own::<Value>(&token, TokenType::Id, "https://other.example", &ring, NOW),
        Err(JwtError::Mismatch("iss"))
    );
    let others = ring_of(KeyState::Active);
    assert_eq!(verify_own::<Value>(&token, TokenType::Id, ISSUER, &others, NOW), Err(JwtError::UnknownKey));
    let mut forged = token.clone();
    let last = forged.rfind('.').unwrap() + 5;
    forged.replace_range(last..=last, if &token[last..=last] == "A" { "B" } else { "A" });
    assert_eq!(verify(&forged), Err(JwtError::Signature));
    let timeless = ring.sign(SigningAlg::Es256, TokenType::Id, &json!({"iss": ISSUER})).unwrap();
    assert_eq!(verify(&timeless), Err(JwtError::Missing("exp")));
}

/// Row T02 for our own keys: the same kid with another algorithm.
#[test]
fn a_key_of_ours_is_tied_to_its_algorithm() {
    let ring = ring();
    let kid = ring.active_kid(SigningAlg::Es256).unwrap();
    let claims = json!({"iss": ISSUER, "exp": NOW.seconds() + 60}).to_string();
    for alg in ["RS256", "HS256", "ES384"] {
        let header = json!({"alg": alg, "typ": "JWT", "kid": kid}).to_string();
        let forged = token(&header, &claims, |text| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, ring.jwks_json().as_bytes()), text).as_ref().to_vec()
        });
        let refused = verify_own::<Value>(&forged, TokenType::Id, ISSUER, &ring, NOW);
        assert_eq!(refused, Err(JwtError::Algorithm), "{alg}");
    }
}
