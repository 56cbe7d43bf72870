//! What a person types to say which account is hers: an e-mail address, or a name of her own where two people share
//! one address.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Why a text cannot be a sign-in name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInNameError {
    /// Nothing was typed.
    #[error("no sign-in name was given")]
    Empty,
    /// Not 3 to 40 letters, digits, dots and dashes.
    #[error("a sign-in name is 3 to 40 letters, digits, dots and dashes")]
    Malformed,
}

/// A name to sign in with in place of an e-mail address, as typed (trimmed, in NFC). It holds no `@`, so it never is
/// an address too.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInName(String);

impl SignInName {
    /// The fewest and the most characters.
    pub const CHARS: std::ops::RangeInclusive<usize> = 3..=40;

    /// Accepts letters of any alphabet, digits, dots and dashes, with a letter or digit at either end.
    ///
    /// # Errors
    /// [`SignInNameError`] says what to mend.
    pub fn parse(typed: &str) -> Result<Self, SignInNameError> {
        let text: String = typed.trim().nfc().collect();
        if text.is_empty() {
            return Err(SignInNameError::Empty);
        }
        let edge = |c: char| matches!(c, '.' | '-');
        let formed = Self::CHARS.contains(&text.chars().count())
            && text.chars().all(|c| c.is_alphanumeric() || edge(c))
            && !text.starts_with(edge)
            && !text.ends_with(edge);
        if formed { Ok(Self(text)) } else { Err(SignInNameError::Malformed) }
    }

    /// The name as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one name share: the input of the blind index.
    #[must_use]
    pub fn folded(&self) -> String {
        fold_typed(&self.0)
    }
}

impl fmt::Debug for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInName(…)")
    }
}

/// The folded form of whatever was typed to sign in with. For an address it is
/// [`EmailAddress::folded`](super::EmailAddress::folded), for a name [`SignInName::folded`]; for anything else it is
/// no account's, and counted all the same.
#[must_use]
pub fn fold_typed(typed: &str) -> String {
    typed.trim().nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{SignInName, SignInNameError, fold_typed};
    use crate::domain::account::EmailAddress;

    #[test]
    fn names_are_letters_digits_dots_and_dashes() {
        for good in ["ada", " Ada.Wojcik-2 ", "siân", "42nd.street", &"x".repeat(40)] {
            assert!(SignInName::parse(good).is_ok(), "{good}");
        }
        assert_eq!(SignInName::parse("  ").err(), Some(SignInNameError::Empty));
        for bad in ["ab", "a b c", "ada@example.org", "-ada", "ada.", "ada_w", "a\u{202E}da", &"x".repeat(41)] {
            assert_eq!(SignInName::parse(bad).err(), Some(SignInNameError::Malformed), "{bad}");
        }
    }

    /// Security row B01: every spelling is one identifier.
    #[test]
    fn b01_spellings_fold_to_one() {
        let address = EmailAddress::parse("Ada.W@Example.ORG").unwrap();
        for typed in ["ada.w@example.org", " ADA.W@EXAMPLE.ORG\t", "Ada.W@Example.org"] {
            assert_eq!(fold_typed(typed), address.folded());
        }
        let name = SignInName::parse("Sia\u{302}n.W").unwrap();
        for typed in ["siân.w", "SIÂN.W ", "sia\u{302}n.w"] {
            assert_eq!(fold_typed(typed), name.folded());
        }
    }
}
