//! What services and browsers answer, and what others check of ours: the sample services take logout tokens and signals,
//! anybody a proof out of the log.

use super::{CLIENT, COUNCIL, ISSUER, KEY, LEAF, NOW, SystemRandom, TREE, URL_SAFE_NO_PAD, jws};
use base64::Engine as _;
use jsonwebtoken::jwk::JwkSet;
use portreeve::crypto::jwt::{AssertionRules, verify_client_assertion};
use portreeve::crypto::passkey::Passkeys;
use portreeve::demo::{logout_token as logout, signals};
use portreeve::domain::audit::proof::Proof;
use portreeve::domain::client::Issuer;
use portreeve::domain::registration::Metadata;
use portreeve::domain::signal::error_code;
use portreeve::oidc::signals::poll::Asked;
use portreeve::service::signals::delivery::error_of;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The body of `/signals/poll`.
pub fn poll(data: &[u8]) -> bool {
    let Ok((members, _)) = Asked::read(data) else { return false };
    let Ok(asked) = Asked::of(members) else { return false };
    let said = asked.acknowledged();
    assert!(said.taken.len() + said.refused.len() + said.unknown <= 100);
    assert!(said.refused.iter().all(|(_, code)| error_code(code).is_some()));
    !said.taken.is_empty() || !said.refused.is_empty()
}

/// What a service answers to a signal that it does not take.
pub fn pushed(data: &[u8]) -> bool {
    let Some(code) = error_of(data) else { return false };
    assert!(!code.is_empty() && code.len() <= 64 && error_code(&code).is_some());
    true
}

/// An assertion signed with [`KEY`].
static ASSERTION: LazyLock<String> = LazyLock::new(|| {
    let (now, exp) = (NOW.seconds(), NOW.seconds() + 60);
    let claims = json!({"iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "j", "iat": now, "exp": exp});
    jws(claims.to_string().as_bytes()).0
});

/// A service's key set, registered or fetched. `$x` and `$y` stand for the coordinates of [`KEY`]: nothing else than that key
/// verifies what it signed.
pub fn service_keys(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let key = serde_json::to_value(&KEY.1).expect("keys");
    let of_key = |name: &str| key["keys"][0][name].as_str().expect("a coordinate").to_owned();
    let filled = text.replace("$x", &of_key("x")).replace("$y", &of_key("y"));
    let Ok(set) = serde_json::from_str::<JwkSet>(&filled) else { return false };
    let held = [AssertionRules::standard(CLIENT, &[ISSUER]), AssertionRules::strict(CLIENT, ISSUER)]
        .iter()
        .any(|rules| verify_client_assertion(&ASSERTION, &set, rules, NOW).is_ok());
    assert!(!held || filled.contains(&of_key("x")));
    held
}

/// What lies at a `sector_identifier_uri`.
pub fn sector(data: &[u8]) -> bool {
    const URIS: [&str; 2] = ["https://one.example.gov.uk/cb", "https://two.example.gov.uk/cb"];
    let Ok(document) = serde_json::from_slice::<Value>(data) else { return false };
    let object = json!({"redirect_uris": URIS, "sector_identifier_uri": "https://one.example.gov.uk/sector"});
    let object: Map<String, Value> = object.as_object().expect("an object").clone();
    let client = Metadata::parse(&object, &Issuer::parse(ISSUER).expect("an issuer")).expect("a client");
    let held = client.is_listed_in(&document).is_ok();
    let listed = |uri: &&str| document.as_array().is_some_and(|all| all.iter().any(|one| one == *uri));
    assert_eq!(held, URIS.iter().all(listed));
    held
}

/// A proof that an entry is in a log; it holds for nothing but what is there.
pub fn proof(data: &[u8]) -> bool {
    let Some(proof) = std::str::from_utf8(data).ok().and_then(Proof::parse) else { return false };
    assert_eq!(Proof::parse(&proof.to_string()).as_ref(), Some(&proof));
    let held = proof.holds(&TREE.0);
    assert!(!held || matches!((proof.index, proof.leaf.as_str()), (0, "first") | (1, LEAF)));
    held
}

/// What a browser says for a passkey before anybody is known; it proves nobody.
pub fn passkey(data: &[u8]) -> bool {
    let Ok(answer) = std::str::from_utf8(data) else { return false };
    let passkeys = Passkeys::new(ISSUER, "Havenbrook").expect("a site");
    let begun = passkeys.begin_proof().expect("a ceremony");
    assert!(passkeys.finish_proof(&begun.state, answer, "{}").is_err());
    assert!(passkeys.finish_enrolment(&begun.state, answer).is_err());
    passkeys.claimed(answer).is_ok()
}

/// What is no compact JWS is taken for claims, and signed as a token of this type.
fn typed(data: &[u8], typ: &str) -> (String, bool) {
    if !data.starts_with(b"{") {
        return (String::from_utf8_lossy(data).into_owned(), false);
    }
    let header = json!({"alg": "ES256", "kid": "k", "typ": typ}).to_string();
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(data));
    let signature = KEY.0.sign(&SystemRandom::new(), input.as_bytes()).expect("a signature");
    (format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)), true)
}

/// A logout token, as a sample service takes one.
pub fn logout_token(data: &[u8]) -> bool {
    let (token, signed) = typed(data, "logout+jwt");
    let Ok(claims) = logout::verify(&token, &KEY.1, COUNCIL, CLIENT, NOW) else { return false };
    assert!(signed && !claims.jti.is_empty() && claims.expires > NOW.seconds());
    assert!(claims.sub.is_some() || claims.sid.is_some());
    assert!(signals::check(&token, &KEY.1, COUNCIL, CLIENT).is_err(), "a token of one kind is of no other");
    true
}

/// A signal, as a sample service takes one.
pub fn signal(data: &[u8]) -> bool {
    let (token, signed) = typed(data, "secevent+jwt");
    let held = signals::check(&token, &KEY.1, COUNCIL, CLIENT).is_ok();
    assert!(!held || (signed && logout::verify(&token, &KEY.1, COUNCIL, CLIENT, NOW).is_err()));
    held
}
