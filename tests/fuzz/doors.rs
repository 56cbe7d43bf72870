//! The parsers that read what anybody may send, as their doors call them, and what must hold whatever that is. Each
//! says whether it was taken. Called by cargo-fuzz (`fuzz_targets/`) with what it makes up, and by `tests/it/fuzz.rs` with
//! the saved corpus.

mod answers;

pub use answers::{logout_token, passkey, poll, proof, pushed, sector, service_keys, signal};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use jsonwebtoken::jwk::JwkSet;
use openidconnect::Nonce;
use openidconnect::core::CoreProviderMetadata;
use portreeve::config::Origin;
use portreeve::crypto::jwt::{
    ASSERTION_LIFE, AssertionRules, CLOCK_SKEW, ObjectRules, verify_client_assertion, verify_own, verify_request_object,
};
use portreeve::crypto::keys::{KeyRing, KeyState, SigningAlg, TokenType};
use portreeve::crypto::note::{KeyKind, Note, NoteKey, VerifierKey};
use portreeve::crypto::refresh::{RefreshToken, presented};
use portreeve::crypto::roots::{RootSecret, Roots, keep_private};
use portreeve::crypto::tokens::{Reference, Token, TokenHash, open_reference, placed, seal_reference};
use portreeve::domain::assurance::{Level, parse_vtr};
use portreeve::domain::audit::checkpoint::Checkpoint;
use portreeve::domain::audit::forms;
use portreeve::domain::audit::tree::{Place, Tiles, WIDTH, between, edge, leaf_hash, parse_path};
use portreeve::domain::audit::verify::{self, Entry, FORMAT, Manifest};
use portreeve::domain::audit::witness::{AddCheckpoint, judge};
use portreeve::domain::authorization::{Prompt, ResponseMode};
use portreeve::domain::claims::{Requested, ScopeSet};
use portreeve::domain::client::Issuer;
use portreeve::domain::ids::ClientId;
use portreeve::domain::pkce::{Challenge, Verifier};
use portreeve::domain::redirect::{Application, RedirectUri};
use portreeve::domain::registration::Metadata;
use portreeve::domain::time::When;
use portreeve::http::cookies::{Cookies, Name};
use portreeve::oidc::client_auth::Claimed;
use portreeve::oidc::parameters::Parameters;
use portreeve::policy::Upstream;
use portreeve::service::staff::upstream::Who;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const ISSUER: &str = "https://account.example.gov.uk";
const CLIENT: &str = "parking-permits";
const NOW: When = When::from_seconds(1_796_126_400);

/// Parameters as a query or a form; what was taken can be handed on and is taken again.
fn parameters(data: &[u8]) -> Option<Parameters> {
    let taken = Parameters::parse(data).ok()?;
    assert_eq!(Parameters::parse(taken.encode().as_bytes()).as_ref(), Ok(&taken));
    Some(taken)
}

/// The query of `/authorize`, the form of `/par`, and the parameters in them.
pub fn authorize(data: &[u8]) -> bool {
    let Some(asked) = parameters(data) else { return false };
    let get = |name: &str| asked.get(name).unwrap_or_default();
    let scopes = ScopeSet::parse(get("scope"));
    assert_eq!(ScopeSet::parse(&scopes.to_string()), scopes);
    if let Ok(requested) = Requested::of(&scopes).and(get("claims")) {
        assert!(scopes.claims().is_subset(requested.all()));
    }
    let _ = Prompt::parse(get("prompt"));
    let _ = ResponseMode::parse(get("response_mode"));
    let _ = Challenge::requested(asked.get("code_challenge"), asked.get("code_challenge_method"));
    let _ = ClientId::parse(get("client_id"));
    let _ = parse_vtr(get("vtr"));
    let levels: Vec<Level> = get("acr_values").split(' ').filter_map(Level::parse).collect();
    assert!(levels.iter().all(|level| get("acr_values").contains(level.as_str())));
    // Whatever is asked for, only the registered address is answered (row R01).
    let issuer = Issuer::parse(ISSUER).expect("an issuer");
    let registered = RedirectUri::register("https://permits.example.gov.uk/cb", Application::Web, &issuer);
    let asked = get("redirect_uri");
    let answered = registered.expect("an address").matches(asked);
    assert_eq!(answered, asked == "https://permits.example.gov.uk/cb");
    answered
}

/// What these doors open was made with it: the saved corpus has a refresh token and a reference.
static ROOTS: LazyLock<Roots> = LazyLock::new(|| {
    let file = std::env::temp_dir().join(format!("portreeve-fuzz-{}.secret", std::process::id()));
    keep_private(&file, b"nothing is sealed with this here").expect("a file");
    let secret = RootSecret::from_file(&file).expect("a secret");
    let _ = std::fs::remove_file(&file);
    Roots::derive(&secret).expect("roots")
});

/// The one refresh token that was ever made with [`ROOTS`].
const REFRESH: &str = "1gYygV24a_6eAwOmGOPA5tCio9yBRwAs1106NAgdGXLJfQdZ3TM-rRhELGNLzenS";

/// By what the store looks a token up: whatever time it claims, the rest is of the whole text. Whether it is of our making.
fn looked_up(text: &str) -> bool {
    let (hash, grant) = presented(&ROOTS, text);
    assert_eq!(hash, placed(&ROOTS, text));
    assert_eq!(hash.0[6..], TokenHash::of(text).0[6..]);
    let read = RefreshToken::read(&ROOTS, text);
    assert_eq!(read.as_ref().map(RefreshToken::grant), grant);
    // Nobody makes another one.
    assert!(read.is_none_or(|token| token.as_str() == text && text == REFRESH));
    grant.is_some()
}

/// The form of `/token`, `/introspect` and `/revoke`.
pub fn token(data: &[u8]) -> bool {
    let Some(asked) = parameters(data) else { return false };
    let mut ours = false;
    for text in ["code", "refresh_token", "token"].into_iter().filter_map(|name| asked.get(name)) {
        if let Some(token) = Token::parse(text) {
            assert_eq!(token.as_str(), text);
        }
        ours |= looked_up(text);
    }
    if let Some(verifier) = asked.get("code_verifier").and_then(|text| Verifier::parse(text).ok()) {
        assert!(verifier.challenge().is_met_by(&verifier));
        return true;
    }
    ours
}

const PURPOSES: [Reference; 9] = [
    Reference::Authorize,
    Reference::Pushed,
    Reference::Logout,
    Reference::Leaving,
    Reference::Page,
    Reference::SecondStep,
    Reference::Ceremony,
    Reference::Search,
    Reference::Upstream,
];

/// What was posted to `/authorize`, sealed with [`ROOTS`].
const REFERENCE: &str = include_str!("corpus/reference/sealed");

/// A reference in an address. What is no base64url is sealed as what was posted to `/authorize` is, so that what is read
/// once it is opened is reached as well.
pub fn reference(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let text = if URL_SAFE_NO_PAD.decode(data).is_ok() {
        assert!(text == REFERENCE || PURPOSES.iter().all(|purpose| open_reference(&ROOTS, *purpose, &text).is_err()));
        text.into_owned()
    } else {
        seal_reference(&ROOTS, Reference::Authorize, data).expect("a reference")
    };
    for purpose in &PURPOSES[1..] {
        assert!(open_reference(&ROOTS, *purpose, &text).is_err());
    }
    open_reference(&ROOTS, Reference::Authorize, &text).is_ok_and(|body| authorize(&body))
}

static KEY: LazyLock<(EcdsaKeyPair, JwkSet)> = LazyLock::new(|| {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let jwk = serde_json::json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "x": x, "y": y}]});
    (pair, serde_json::from_value(jwk).expect("a key set"))
});

/// What is no compact JWS is taken for claims, and signed: so the rules behind the signature are reached as well.
fn jws(data: &[u8]) -> (String, bool) {
    if let Ok(text) = std::str::from_utf8(data)
        && text.split('.').count() == 3
        && !text.starts_with('{')
    {
        return (text.to_owned(), false);
    }
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"k"}"#), URL_SAFE_NO_PAD.encode(data));
    let signature = KEY.0.sign(&SystemRandom::new(), input.as_bytes()).expect("a signature");
    (format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)), true)
}

/// A client's assertion.
pub fn assertion(data: &[u8]) -> bool {
    let (token, signed) = jws(data);
    let mut held = false;
    for rules in [AssertionRules::standard(CLIENT, &[ISSUER]), AssertionRules::strict(CLIENT, ISSUER)] {
        if let Ok(taken) = verify_client_assertion(&token, &KEY.1, &rules, NOW) {
            assert!(signed && !taken.jti.is_empty());
            assert!(taken.exp > NOW && taken.exp <= NOW + ASSERTION_LIFE + CLOCK_SKEW);
            held = true;
        }
    }
    held
}

/// How a request says which client it is: a line for the `Authorization` header, and the form.
pub fn client_auth(data: &[u8]) -> bool {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (line, form) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Ok(value) = HeaderValue::from_bytes(line) else { return false };
    let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
    let Some(asked) = parameters(form) else { return false };
    let Ok(claimed) = Claimed::read(&headers, &asked) else { return false };
    // One method, and nobody else than the form names (RFC 6749 §2.3).
    let basic = line.is_ascii() && line.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic "));
    let methods = [basic, asked.has("client_secret"), asked.has("client_assertion")];
    assert!(methods.iter().filter(|shown| **shown).count() <= 1);
    if let Some(id) = asked.get("client_id") {
        assert_eq!(claimed.client, ClientId::parse(id));
    }
    let Some(client) = claimed.client else { return false };
    assert_claimed_by_each_method(&client);
    client.as_str() == CLIENT
}

/// Whoever is claimed by one method can be claimed by each, and by no two at once.
fn assert_claimed_by_each_method(client: &ClientId) {
    let mut named = Parameters::default();
    named.set("client_id", client.as_str());
    let encoded = named.encode();
    let basic = format!("bAsIc {}", STANDARD.encode(format!("{}:%3A:", &encoded["client_id=".len()..])));
    let shown = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::try_from(basic).expect("a header"))]);
    let mut asserted = Parameters::default();
    asserted.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    asserted.set("client_assertion", &jws(serde_json::json!({"sub": client.as_str()}).to_string().as_bytes()).0);
    let claimed = |headers: &HeaderMap, form: &Parameters| Claimed::read(headers, form).map(|claimed| claimed.client);
    for (headers, form) in
        [(&HeaderMap::new(), &named), (&shown, &Parameters::default()), (&HeaderMap::new(), &asserted)]
    {
        assert_eq!(claimed(headers, form).as_ref(), Ok(&Some(client.clone())));
    }
    assert!(claimed(&shown, &asserted).is_err());
}

/// A request object, and the parameters in it.
pub fn request_object(data: &[u8]) -> bool {
    let (token, signed) = jws(data);
    let mut held = false;
    for strict in [false, true] {
        let rules = ObjectRules { client_id: CLIENT, issuer: ISSUER, strict, alg: None, must_expire: true };
        if let Ok(claims) = verify_request_object(&token, &KEY.1, &rules, NOW) {
            assert!(signed && !claims.contains_key("sub"));
            if let Ok(taken) = Parameters::of_claims(&claims) {
                held |= authorize(taken.encode().as_bytes());
            }
        }
    }
    held
}

static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    let key = KeyRing::generate(&ROOTS, SigningAlg::Es256, KeyState::Active, NOW).expect("a key");
    KeyRing::open(&ROOTS, vec![key]).expect("a ring")
});

/// A token of ours that comes back: as a hint, or to be told about. What is no compact JWS is taken for claims and
/// signed as a token of one kind, which must never be taken for another.
pub fn own_token(data: &[u8]) -> bool {
    let (token, signed) = match serde_json::from_slice::<Map<String, Value>>(data) {
        Ok(claims) => (RING.sign(SigningAlg::Es256, TokenType::Id, &claims).expect("a token"), true),
        Err(_) => (String::from_utf8_lossy(data).into_owned(), false),
    };
    let held = verify_own::<Map<String, Value>>(&token, TokenType::Id, ISSUER, &RING, NOW).is_ok();
    assert!(signed || !held);
    for other in [TokenType::Access, TokenType::Logout] {
        assert!(verify_own::<Map<String, Value>>(&token, other, ISSUER, &RING, NOW).is_err());
    }
    held
}

const COUNCIL: &str = "https://login.example.gov.uk";
const NONCE: &str = "n-0S6_WzA2Mj";

/// The council's provider, which signs with [`KEY`], and what we are to it.
static PROVIDER: LazyLock<(CoreProviderMetadata, Upstream)> = LazyLock::new(|| {
    let metadata = serde_json::json!({
        "issuer": COUNCIL,
        "authorization_endpoint": format!("{COUNCIL}/authorize"),
        "jwks_uri": format!("{COUNCIL}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    });
    let metadata: CoreProviderMetadata = serde_json::from_value(metadata).expect("metadata");
    let keys = serde_json::to_value(&KEY.1).and_then(serde_json::from_value).expect("keys");
    let upstream = serde_json::json!({"issuer": COUNCIL, "client_id": "portreeve", "name": "Work account"});
    (metadata.set_jwks(keys), serde_json::from_value(upstream).expect("settings"))
});

/// What the token endpoint of the council's provider answers. What is neither that nor a compact JWS is taken for the claims
/// of the ID token in it, and signed.
pub fn upstream_token(data: &[u8]) -> bool {
    let whole = serde_json::from_slice::<Map<String, Value>>(data).ok().filter(|whole| whole.contains_key("id_token"));
    let (answer, signed) = if let Some(whole) = whole {
        (Value::Object(whole), false)
    } else {
        let (token, signed) = jws(data);
        (serde_json::json!({"access_token": "a", "token_type": "Bearer", "id_token": token}), signed)
    };
    let Ok(answer) = serde_json::from_value(answer) else { return false };
    let (metadata, upstream) = &*PROVIDER;
    let Ok(who) = Who::read(&answer, metadata, upstream, &Nonce::new(NONCE.to_owned()), NOW) else { return false };
    assert!(signed && who.text("sub").is_some_and(|sub| !sub.is_empty()));
    assert_eq!((who.text("iss"), who.text("nonce")), (Some(COUNCIL), Some(NONCE)));
    let ours = who.list("aud");
    assert!(!ours.is_empty() && ours.iter().all(|aud| *aud == upstream.client_id));
    true
}

/// What a client registers; what was taken is given back, and that is taken again.
pub fn registration(data: &[u8]) -> bool {
    let Ok(object) = serde_json::from_slice::<Map<String, Value>>(data) else { return false };
    let issuer = Issuer::parse(ISSUER).expect("an issuer");
    let Ok(taken) = Metadata::parse(&object, &issuer) else { return false };
    let mut shown = taken.to_json();
    shown.retain(|_, value| !value.is_null());
    assert_eq!(Metadata::parse(&shown, &issuer).as_ref(), Ok(&taken));
    assert!(taken.redirect_uris().iter().all(|uri| !uri.as_str().contains('#')));
    true
}

/// A browser's cookies, a header to a line.
pub fn cookies(data: &[u8]) -> bool {
    let (mut headers, mut held) = (HeaderMap::new(), false);
    for line in data.split(|byte| *byte == b'\n').take(8) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(http::header::COOKIE, value);
        }
    }
    for origin in [ISSUER, "http://localhost:8080"] {
        let cookies = Cookies::new(&Origin::parse(origin).expect("an origin"));
        for name in [Name::Session, Name::Browser, Name::Language, Name::Staff] {
            if let Some(value) = cookies.read(&headers, name) {
                assert!(!value.contains([';', '\n', '\r']));
                held |= Token::parse(value).is_some();
            }
        }
    }
    held
}

static LOG: LazyLock<VerifierKey> = LazyLock::new(|| {
    NoteKey::generate().expect("a key").verifier("town.example/log/2026", KeyKind::Log).expect("a name")
});

/// A signed note, as a witness gets one and a verifier reads one. There is one way to write it, and what was made up is
/// signed by nobody.
pub fn note(data: &[u8]) -> bool {
    let Some(note) = std::str::from_utf8(data).ok().and_then(Note::parse) else { return false };
    assert_eq!(note.to_string().as_bytes(), data);
    assert!(!note.signatures().is_empty());
    assert!(note.signed_by(&LOG).is_none() && note.lines_of(&LOG).is_empty());
    true
}

/// The text of a note as a checkpoint; what was taken begins the text.
pub fn checkpoint(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let Some(taken) = Checkpoint::parse(text) else { return false };
    assert!(text.starts_with(&taken.to_string()));
    assert_eq!(Checkpoint::parse(&taken.to_string()).as_ref(), Some(&taken));
    // What needs a tile of it stays bounded, whatever the size.
    assert!(edge(taken.size).len() <= 64 && between(0, taken.size).len() <= 64);
    true
}

/// The path of a tile; each tile has one.
pub fn tile_path(data: &[u8]) -> bool {
    let Ok(path) = std::str::from_utf8(data) else { return false };
    let Some((place, width)) = parse_path(path) else { return false };
    assert!((1..=WIDTH).contains(&width) && place.level < 8);
    let full = place.path();
    assert_eq!(if width == WIDTH { full } else { format!("{full}.p/{width}") }, format!("tile/{path}"));
    true
}

/// The second entry of the log below, as the corpus has it.
const LEAF: &str = r#"{"actor":{"class":"system","ref":null,"role":null},"basis":null,"build":"0","channel":"batch","client_id":null,"commit":"sha256:0000000000000000000000000000000000000000000000000000000000000000","id":"019b0000-0000-7000-8000-000000000000","on_behalf_of":null,"outcome":"ok","policy_version":"v1","purpose":null,"reason_code":null,"subject":null,"time_ms":1796126400123,"type":"log.opened","v":1}"#;

/// A log with two entries: its head, and its only tile.
static TREE: LazyLock<(Checkpoint, Vec<u8>)> = LazyLock::new(|| {
    let mut tiles = Tiles::default();
    for (size, leaf) in ["first", LEAF].into_iter().enumerate() {
        tiles.append(size as u64, leaf_hash(leaf), &mut BTreeSet::new()).expect("a tree");
    }
    let root = tiles.root(2).expect("a root");
    let tile = tiles.bytes(Place { level: 0, number: 0 });
    (Checkpoint { origin: "town.example/log/2026".to_owned(), size: 2, root }, tile)
});

/// The lines of an export. The verifier finds fault with everything but the entry that is in the log.
pub fn entry(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        log: TREE.0.origin.clone(),
        from: 1,
        to: 2,
        exported_ms: 0,
        event: String::new(),
        files: BTreeMap::new(),
    };
    let source = |place: Place, _: usize| (place == Place { level: 0, number: 0 }).then(|| TREE.1.clone());
    let mut verifier = verify::Verifier::new(manifest, &TREE.0, &[], &source);
    let mut lines = Vec::new();
    for line in text.lines() {
        verifier.line(line);
        lines.extend(serde_json::from_str::<Entry>(line));
        for form in [forms::syslog, forms::ocsf, forms::cef] {
            assert!(!form("town.example/log/2026", 0, line).contains(['\n', '\r']));
        }
    }
    let verdict = verifier.finish();
    let fine = verdict.findings.is_empty() && verdict.more == 0;
    assert!(!fine || matches!(&lines[..], [one] if one.index == 1 && one.leaf == LEAF), "{text}");
    fine
}

/// What a log asks a witness; what was taken can be asked again, and nobody signs what does not follow.
pub fn witness(data: &[u8]) -> bool {
    let Some(asked) = std::str::from_utf8(data).ok().and_then(AddCheckpoint::parse) else { return false };
    assert_eq!(AddCheckpoint::parse(&asked.to_string()).as_ref(), Some(&asked));
    let Some(new) = Note::parse(&asked.note).and_then(|note| Checkpoint::parse(note.text())) else { return false };
    if judge(None, &asked, &new).is_ok() {
        assert!(asked.old == 0 && asked.proof.is_empty());
    }
    if judge(Some(&TREE.0), &asked, &new).is_ok() {
        assert!(asked.old == 2 && new.size >= 2 && (new.size > 2 || new.root == TREE.0.root));
    }
    true
}
