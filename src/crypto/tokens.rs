//! Bearer values: random tokens, one-time codes, identifiers, and the values bound to them.

use super::aead::bound_to;
use super::roots::Roots;
use super::{SealError, hmac, masked, random, sha256};
use crate::domain::ids::{ChallengeId, EventId};
use crate::domain::time::When;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A 256-bit bearer value as 43 characters of base64url. The store keeps only its [`TokenHash`].
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self::of(&Zeroizing::new(random()))
    }

    /// A new one of 51 characters that tells this house, and nobody else, when it was made: see [`placed`].
    #[must_use]
    pub fn at(roots: &Roots, now: When) -> Self {
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(random());
        let bytes =
            Zeroizing::new([&secret[..], &masked(roots.token(), &[b"made", &secret[..]], millis(now))].concat());
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(&*bytes)))
    }

    /// Reads a presented value; anything that [`Token::random`] could not have made is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // The decoder refuses stray bits in the last character, so a token has exactly one spelling.
        let whole = text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32);
        whole.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text that travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }

    fn of(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes)))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// SHA-256 of a bearer value's text. Safe to store and to compare in SQL: the value has 256 bits, or is a signed JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// The hash of a value as presented: also for JWT access tokens and client secrets.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(sha256(&[text.as_bytes()]))
    }
}

/// By what the store finds a code or an access token: its SHA-256, which begins with when the token was made if the token
/// tells. Many are made, and none is asked for but the newest: rows that come one behind the other are written together,
/// where those in the order of a hash are all over the table. 208 bits of the hash are left, of a value that has 256 or is
/// a signed JWT.
#[must_use]
pub fn placed(roots: &Roots, text: &str) -> TokenHash {
    let mut hash = TokenHash::of(text);
    if let (Some(made), Some(first)) = (made_at(roots, text), hash.0.first_chunk_mut()) {
        *first = made;
    }
    hash
}

/// The same of one that was made at `now` by [`Token::at`], or has such a one in its `jti`: nothing has to be read.
#[must_use]
pub fn placed_at(text: &str, now: When) -> TokenHash {
    let mut hash = TokenHash::of(text);
    if let Some(first) = hash.0.first_chunk_mut() {
        *first = millis(now);
    }
    hash
}

/// The time in a [`Token::at`], or in the `jti` of a JWT. Nobody has looked at the signature: who makes up a time finds no row.
fn made_at(roots: &Roots, text: &str) -> Option<[u8; 6]> {
    #[derive(serde::Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        jti: &'a str,
    }
    if text.len() == 51 {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        let (secret, made) = bytes.split_first_chunk::<32>()?;
        return made.first_chunk().map(|made| masked(roots.token(), &[b"made", secret], *made));
    }
    let payload = URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    let named: Named<'_> = serde_json::from_slice(&payload).ok()?;
    if named.jti.len() == 51 { made_at(roots, named.jti) } else { None }
}

/// Milliseconds since 1970, as their last 48 bits: enough for 8,900 years (RFC 9562 §5.7 counts so, too).
fn millis(now: When) -> [u8; 6] {
    let [_, _, rest @ ..] = u64::try_from(now.millis()).unwrap_or(0).to_be_bytes();
    rest
}

/// A one-time code of six digits.
#[derive(Clone)]
pub struct Code(Zeroizing<String>);

impl Code {
    /// Reads what a person typed: spaces and hyphens between the digits are hers to put.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let six = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
        six.then(|| Self(Zeroizing::new(digits)))
    }

    /// The six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// A new code; each of the million is as likely as the next.
#[must_use]
pub fn six_digits() -> Code {
    // The largest multiple of a million that 32 bits hold: what lies above would favour low codes.
    const FAIR: u32 = u32::MAX - u32::MAX % 1_000_000;
    loop {
        let drawn = u32::from_be_bytes(random());
        if drawn < FAIR {
            return Code(Zeroizing::new(format!("{:06}", drawn % 1_000_000)));
        }
    }
}

/// What the store keeps of a [`Code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodeHash(pub [u8; 32]);

/// Keyed, because a million codes are hashed in no time: without the root secret a stolen database tells no code.
/// Bound to its challenge, so that equal codes do not show.
#[must_use]
pub fn code_hash(roots: &Roots, challenge: ChallengeId, code: &Code) -> CodeHash {
    CodeHash(hmac(roots.code(), &[challenge.0.as_bytes(), code.0.as_bytes()]))
}

/// A version 7 identifier (RFC 9562 §5.7) at `now`, out of what was drawn for it; the clock is never read here.
#[must_use]
pub fn event_id(now: When, drawn: &[u8; 32]) -> EventId {
    EventId(uuid_of(now, &std::array::from_fn(|place| drawn.get(place).copied().unwrap_or_default())))
}

/// An identifier that sorts by when it was made (RFC 9562 §5.7): rows with such a key are written side by side.
#[must_use]
pub fn uuid_at(now: When) -> Uuid {
    uuid_of(now, &random())
}

fn uuid_of(now: When, drawn: &[u8; 10]) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, drawn).into_uuid()
}

/// A random identifier (RFC 9562 §5.4).
#[must_use]
pub fn uuid() -> Uuid {
    uuid::Builder::from_random_bytes(random()).into_uuid()
}

/// The synchroniser token of every form shown to this browser, with a mark of whoever was signed in then.
#[must_use]
pub fn form_token(roots: &Roots, browser: &Token, whom: Option<Uuid>) -> String {
    let token = URL_SAFE_NO_PAD.encode(hmac(roots.form(), &[browser.0.as_bytes(), b"form"]));
    match whom {
        Some(whom) => format!("{token}.{}", whose(roots, browser, whom)),
        None => token,
    }
}

/// Whether `presented` is this browser's form token, whoever it was shown to, in constant time.
#[must_use]
pub fn check_form_token(roots: &Roots, browser: &Token, presented: &str) -> bool {
    let token = presented.split_once('.').map_or(presented, |(token, _)| token);
    form_token(roots, browser, None).as_bytes().ct_eq(token.as_bytes()).into()
}

/// Whether a form was shown while somebody else than this was signed in. One that was shown to nobody is of no other.
#[must_use]
pub fn is_of_another(roots: &Roots, browser: &Token, presented: &str, whom: Uuid) -> bool {
    presented.split_once('.').is_some_and(|(_, mark)| mark != whose(roots, browser, whom))
}

fn whose(roots: &Roots, browser: &Token, whom: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(hmac(roots.form(), &[browser.0.as_bytes(), b"whom", whom.as_bytes()]))
}

/// What an opaque reference is for; one made for one purpose does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// The parameters of a cross-site POST to `/authorize`, on their way to its GET.
    Authorize,
    /// The parameters of a request that its client pushed to `/par`.
    Pushed,
    /// The parameters of a cross-site POST to `/logout`, on their way to its GET: whatever anybody posted.
    Logout,
    /// A logout request that was checked, waiting for the resident's word.
    Leaving,
    /// A choice that a page offers and a later form hands back unchanged.
    Page,
    /// The second step of a sign-in on its way, or one being set up.
    SecondStep,
    /// What the answer of a passkey is checked against.
    Ceremony,
    /// An officer's search of the record, and where in it the next page begins.
    Search,
    /// A member of staff on the way to the council's own provider.
    Upstream,
}

impl Reference {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Authorize => b"authorize",
            Self::Pushed => b"pushed",
            Self::Logout => b"logout",
            Self::Leaving => b"leaving",
            Self::Page => b"page",
            Self::SecondStep => b"second step",
            Self::Ceremony => b"ceremony",
            Self::Search => b"search",
            Self::Upstream => b"upstream",
        }
    }
}

/// Seals bytes into text that only this house can read and nobody can change. It has no expiry of its own: put a time
/// into the bytes where one matters.
///
/// # Errors
/// [`SealError::Fault`] if the library refuses.
pub fn seal_reference(roots: &Roots, purpose: Reference, bytes: &[u8]) -> Result<String, SealError> {
    roots
        .reference()
        .seal(&bound_to(&[b"reference", purpose.label()]), bytes)
        .map(|sealed| URL_SAFE_NO_PAD.encode(sealed))
}

/// Opens what [`seal_reference`] made for the same purpose.
///
/// # Errors
/// [`SealError::Refused`] for anything else.
pub fn open_reference(roots: &Roots, purpose: Reference, text: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError::Refused)?;
    roots.reference().open(&bound_to(&[b"reference", purpose.label()]), &sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::refresh::RefreshToken;
    use crate::crypto::roots::RootSecret;
    use crate::domain::ids::GrantId;
    use std::collections::BTreeSet;

    fn roots(byte: u8) -> Roots {
        Roots::derive(&RootSecret::from([byte; 32])).unwrap()
    }

    #[test]
    fn a_token_has_one_spelling() {
        let token = Token::random();
        assert_eq!(Token::parse(token.as_str()).unwrap().hash(), token.hash());
        assert_eq!(TokenHash::of(token.as_str()), token.hash());
        assert_ne!(Token::random().hash(), token.hash());
        let zero = "A".repeat(43);
        assert!(Token::parse(&zero).is_some());
        for bad in ["", "A", &"A".repeat(42), &"A".repeat(44), &format!("{}=", &zero[1..]), &format!("{}B", &zero[1..])]
        {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
        assert!(Token::parse(&format!("+{}", &zero[1..])).is_none(), "base64url, not base64");
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn rows_of_tokens_come_in_the_order_of_their_making() {
        let roots = roots(1);
        let at = |millis: i64| Token::at(&roots, When::from_millis(millis));
        let placed = |text: &str| placed(&roots, text);
        let jwt = |payload: &str| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        let first = at(1_790_000_000_000);
        assert_eq!((first.as_str().len(), Token::parse(first.as_str()).is_none()), (51, true));
        assert_ne!(first.as_str(), at(1_790_000_000_000).as_str());
        let mut hashes = Vec::new();
        for millis in 0..300 {
            let token = at(1_790_000_000_000 + millis);
            hashes.push(placed(token.as_str()));
            let made = When::from_millis(1_790_000_000_000 + millis);
            assert_eq!(placed_at(token.as_str(), made), hashes[hashes.len() - 1]);
            let other = at(1_790_000_000_000 + millis);
            let of_jwt = placed(&jwt(&format!(r#"{{"iss":"x","jti":"{}"}}"#, other.as_str())));
            assert_eq!(of_jwt.0[..6], placed_at(other.as_str(), made).0[..6]);
            assert_eq!(of_jwt.0[..6], hashes[hashes.len() - 1].0[..6]);
            assert_ne!(of_jwt, *hashes.last().unwrap());
        }
        assert!(hashes.is_sorted());
        let (text, hash) = (first.as_str(), placed(first.as_str()).0);
        assert_eq!(hash[..6], [0x01, 0xa0, 0xc4, 0x50, 0x6c, 0x00]);
        assert_eq!(hash[6..], TokenHash::of(text).0[6..], "of the whole text");
        // Nobody else reads the time.
        let (secret, sent) = (|token: &Token| URL_SAFE_NO_PAD.decode(token.as_str()).unwrap(), at(1_790_000_000_000));
        assert_ne!(secret(&first)[32..], secret(&sent)[32..]);
        assert_ne!(super::placed(&self::roots(2), text).0[..6], hash[..6]);
    }

    #[test]
    fn c10_ten_thousand_of_each_share_nothing() {
        let roots = roots(1);
        let (now, grant) = (When::from_millis(1_790_000_000_000), GrantId(uuid()));
        let draw: [(&str, &dyn Fn() -> String); 3] = [
            ("session ids", &|| Token::random().as_str().to_owned()),
            ("codes of one moment", &|| Token::at(&roots, now).as_str().to_owned()),
            ("refresh tokens of one grant", &|| RefreshToken::first(&roots, grant).as_str().to_owned()),
        ];
        for (what, draw) in draw {
            let all: BTreeSet<Vec<u8>> = (0..10_000).map(|_| URL_SAFE_NO_PAD.decode(draw()).unwrap()).collect();
            assert_eq!(all.len(), 10_000, "{what}: one twice");
            // Eight times what chance strays by: a bit that stands still, or leans, is far beyond.
            for bit in 0..all.first().unwrap().len() * 8 {
                let set = all.iter().filter(|one| one[bit / 8] >> (bit % 8) & 1 == 1).count();
                assert!((4_600..=5_400).contains(&set), "{what}: bit {bit} is set in {set} of 10,000");
            }
        }
    }

    #[test]
    fn what_tells_no_time_is_found_by_its_whole_hash() {
        let jwt = |payload: &str| format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        let random = Token::random();
        let others = ["", "..", "a.b.c", "e30.e30.e30", &"é".repeat(51), &"A".repeat(50), random.as_str()];
        let named = [
            jwt(r#"{"jti":1}"#),
            jwt(&format!(r#"{{"jti":"{}"}}"#, random.as_str())),
            jwt(&format!(
                r#"{{"jti":"{}"}}"#,
                jwt(&format!(r#"{{"jti":"{}"}}"#, Token::at(&roots(1), When::from_seconds(1)).as_str()))
            )),
        ];
        for text in others.into_iter().chain(named.iter().map(String::as_str)) {
            assert_eq!(placed(&roots(1), text), TokenHash::of(text), "{text}");
        }
    }

    #[test]
    fn codes_are_six_digits_however_typed() {
        for _ in 0..1_000 {
            let code = six_digits();
            assert_eq!(Code::parse(code.as_str()).unwrap().as_str(), code.as_str());
        }
        assert_eq!(Code::parse(" 012 345\n").unwrap().as_str(), "012345");
        assert_eq!(Code::parse("012-345").unwrap().as_str(), "012345");
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６", &format!("{}012345", " ".repeat(60))] {
            assert!(Code::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(format!("{:?}", six_digits()), "Code(…)");
    }

    #[test]
    fn a_code_hash_is_keyed_and_bound_to_its_challenge() {
        let code = Code::parse("123456").unwrap();
        let challenge = ChallengeId(uuid());
        let hash = code_hash(&roots(1), challenge, &code);
        assert_eq!(hash, code_hash(&roots(1), challenge, &code));
        assert_ne!(hash, code_hash(&roots(2), challenge, &code));
        assert_ne!(hash, code_hash(&roots(1), ChallengeId(uuid()), &code));
        assert_ne!(hash, code_hash(&roots(1), challenge, &Code::parse("123457").unwrap()));
    }

    #[test]
    fn event_ids_carry_the_time_they_were_given() {
        let now = When::from_micros(1_790_000_000_123_456);
        let id = event_id(now, &random());
        assert_eq!(id.0.get_version_num(), 7);
        let (seconds, nanos) = id.0.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos), (1_790_000_000, 123_000_000));
        assert!(event_id(now + std::time::Duration::from_millis(1), &random()) > id);
        assert_ne!(event_id(now, &random()), id);
        assert_eq!(uuid().get_version_num(), 4);
    }

    #[test]
    fn a_form_token_fits_one_browser() {
        let browser = Token::random();
        let token = form_token(&roots(1), &browser, None);
        assert!(check_form_token(&roots(1), &browser, &token));
        assert!(!check_form_token(&roots(1), &Token::random(), &token));
        assert!(!check_form_token(&roots(2), &browser, &token));
        assert!(!check_form_token(&roots(1), &browser, ""));
        assert!(!check_form_token(&roots(1), &browser, browser.as_str()));
        assert!(!check_form_token(&roots(1), &browser, &format!(".{token}")));
    }

    #[test]
    fn a_form_says_whom_it_was_shown_to() {
        let (browser, ada, ben) = (Token::random(), uuid(), uuid());
        let (hers, nobodys) = (form_token(&roots(1), &browser, Some(ada)), form_token(&roots(1), &browser, None));
        for token in [&hers, &nobodys] {
            assert!(check_form_token(&roots(1), &browser, token));
            assert!(!is_of_another(&roots(1), &browser, token, ada));
        }
        assert!(is_of_another(&roots(1), &browser, &hers, ben) && !is_of_another(&roots(1), &browser, &nobodys, ben));
        assert!(is_of_another(&roots(1), &browser, &format!("{nobodys}."), ada));
    }

    #[test]
    fn a_reference_opens_for_its_purpose_alone() {
        let text = seal_reference(&roots(1), Reference::Authorize, b"a=b").unwrap();
        assert_eq!(open_reference(&roots(1), Reference::Authorize, &text).unwrap().as_slice(), b"a=b");
        assert_eq!(open_reference(&roots(1), Reference::Logout, &text).unwrap_err(), SealError::Refused);
        assert_eq!(open_reference(&roots(2), Reference::Authorize, &text).unwrap_err(), SealError::Refused);
        assert_eq!(open_reference(&roots(1), Reference::Authorize, "x!").unwrap_err(), SealError::Refused);
    }
}
