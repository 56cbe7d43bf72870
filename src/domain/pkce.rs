//! Proof Key for Code Exchange (RFC 7636), S256 only: `plain` is refused for everyone.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use subtle::ConstantTimeEq;

/// Why a challenge or verifier is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// No `code_challenge` where one is needed: `invalid_request`.
    #[error("code_challenge is missing")]
    Missing,
    /// A method other than S256, or none (which RFC 7636 §4.3 reads as `plain`): `invalid_request`.
    #[error("code_challenge_method must be S256")]
    Method,
    /// Not the base64url of a SHA-256, without padding: `invalid_request`.
    #[error("code_challenge must be 43 characters of base64url without padding")]
    Challenge,
    /// Not 43 to 128 unreserved characters (RFC 7636 §4.1): `invalid_grant`.
    #[error("code_verifier must be 43 to 128 unreserved characters")]
    Verifier,
}

/// The `code_challenge` of an authorization request: SHA-256 of a verifier only the client knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// The characters of an S256 challenge.
    pub const CHARS: usize = 43;

    /// Reads the two parameters of an authorization request (RFC 7636 §4.3).
    ///
    /// # Errors
    /// [`PkceError::Missing`] if there is no challenge; a client excused from PKCE asks first whether one was sent.
    pub fn requested(challenge: Option<&str>, method: Option<&str>) -> Result<Self, PkceError> {
        let challenge = challenge.ok_or(PkceError::Missing)?;
        if method != Some("S256") {
            return Err(PkceError::Method);
        }
        Self::parse(challenge)
    }

    /// Reads a challenge, as requested or as stored.
    ///
    /// # Errors
    /// [`PkceError::Challenge`] if it can be no SHA-256.
    pub fn parse(text: &str) -> Result<Self, PkceError> {
        let whole = text.len() == Self::CHARS && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32);
        if whole { Ok(Self(text.to_owned())) } else { Err(PkceError::Challenge) }
    }

    /// The challenge as sent, which is what the store holds.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `verifier` is the one this challenge was made of (RFC 7636 §4.6), in constant time.
    #[must_use]
    pub fn is_met_by(&self, verifier: &Verifier) -> bool {
        verifier.challenge().0.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// The `code_verifier` of a token request (RFC 7636 §4.1). Secret: it is never stored or shown.
#[derive(Clone)]
pub struct Verifier(String);

impl Verifier {
    /// Accepts 43 to 128 unreserved characters.
    ///
    /// # Errors
    /// [`PkceError::Verifier`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PkceError> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let formed = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        if formed { Ok(Self(text.to_owned())) } else { Err(PkceError::Verifier) }
    }

    /// Its S256 challenge (RFC 7636 §4.2).
    #[must_use]
    pub fn challenge(&self) -> Challenge {
        Challenge(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.0.as_bytes())))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Challenge, PkceError, Verifier};
    use proptest::prelude::*;

    // RFC 7636 Appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_holds() -> Result<(), PkceError> {
        let challenge = Challenge::requested(Some(CHALLENGE), Some("S256"))?;
        assert!(challenge.is_met_by(&Verifier::parse(VERIFIER)?));
        assert!(!challenge.is_met_by(&Verifier::parse(&VERIFIER.replace('k', "l"))?));
        assert!(!challenge.is_met_by(&Verifier::parse(CHALLENGE)?), "plain must not pass");
        Ok(())
    }

    #[test]
    fn c05_plain_and_misshapen_are_refused() {
        let ask = |challenge, method| Challenge::requested(challenge, method).err();
        assert_eq!(ask(None, Some("S256")), Some(PkceError::Missing));
        for method in [None, Some("plain"), Some("s256"), Some("")] {
            assert_eq!(ask(Some(CHALLENGE), method), Some(PkceError::Method), "{method:?}");
        }
        let padded = format!("{CHALLENGE}=");
        let swapped = CHALLENGE.replace('M', "=");
        for bad in [padded.as_str(), swapped.as_str(), &CHALLENGE[..42], &CHALLENGE.replace('-', "+"), ""] {
            assert_eq!(ask(Some(bad), Some("S256")), Some(PkceError::Challenge), "{bad}");
        }
        for bad in ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(42)), format!("{}é", "a".repeat(43))] {
            assert_eq!(Verifier::parse(&bad).err(), Some(PkceError::Verifier), "{bad}");
        }
        for good in ["a".repeat(43), "~".repeat(128)] {
            assert!(Verifier::parse(&good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_verifier_is_not_printed() -> Result<(), PkceError> {
        assert!(!format!("{:?}", Verifier::parse(VERIFIER)?).contains("dBj"));
        Ok(())
    }

    proptest! {
        #[test]
        fn a_challenge_is_met_by_its_own_verifier_only(a in "[A-Za-z0-9._~-]{43,128}", b in "[A-Za-z0-9._~-]{43,128}") {
            let (a, b) = (Verifier::parse(&a).unwrap(), Verifier::parse(&b).unwrap());
            prop_assert!(a.challenge().is_met_by(&a));
            prop_assert_eq!(a.challenge().is_met_by(&b), a.0 == b.0);
            prop_assert_eq!(Challenge::parse(a.challenge().as_str()), Ok(a.challenge()));
        }
    }
}
