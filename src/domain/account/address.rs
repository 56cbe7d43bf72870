//! Where somebody lives: a snapshot of the text, its postcode, its UPRN if one is known; or, for those who have no such
//! address, their own words.

use super::postcode::Postcode;
use super::unshowable;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Why lines are no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("no address was given")]
    Empty,
    /// Longer than an envelope carries.
    #[error("the address is too long")]
    TooLong,
    /// Control characters, or marks that turn the direction of writing.
    #[error("the address holds characters that cannot be shown")]
    Unshowable,
}

/// A unique property reference number: up to 12 digits (BS 7666-2).
#[derive(Clone, PartialEq, Eq)]
pub struct Uprn(String);

impl Uprn {
    /// Reads one, with or without leading zeros.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim();
        let formed = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let bare = digits.trim_start_matches('0');
        (formed && !bare.is_empty()).then(|| Self(bare.to_owned()))
    }

    /// Without leading zeros.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Uprn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uprn(…)")
    }
}

/// An address as its owner gave it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    lines: Vec<String>,
    postcode: Option<Postcode>,
    uprn: Option<Uprn>,
}

/// How it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    lines: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uprn: Option<String>,
}

impl Address {
    /// The most lines there may be.
    pub const MAX_LINES: usize = 6;
    /// The most characters a line may have.
    pub const MAX_LINE: usize = 100;
    /// The most characters there may be in one's own words.
    pub const MAX_WORDS: usize = 500;

    /// An address with a postcode. Empty lines are passed over.
    ///
    /// # Errors
    /// [`AddressError`] says what to mend.
    pub fn at(typed: &[&str], postcode: Postcode, uprn: Option<Uprn>) -> Result<Self, AddressError> {
        let lines = lines(typed.iter().copied(), Self::MAX_LINE)?;
        Ok(Self { lines, postcode: Some(postcode), uprn })
    }

    /// Whether this can be a line of an address with a postcode, or be left empty.
    ///
    /// # Errors
    /// [`AddressError`] says what to mend.
    pub fn fits(typed: &str) -> Result<(), AddressError> {
        line(typed, Self::MAX_LINE).map(drop)
    }

    /// A place in her own words: no fixed abode, a boat, a home too new to have a postcode. Nothing is derived from it.
    ///
    /// # Errors
    /// [`AddressError`] says what to mend.
    pub fn described(words: &str) -> Result<Self, AddressError> {
        if words.chars().count() > Self::MAX_WORDS {
            return Err(AddressError::TooLong);
        }
        Ok(Self { lines: lines(words.lines(), Self::MAX_WORDS)?, postcode: None, uprn: None })
    }

    /// Its lines without the postcode.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Its postcode, unless it is in her own words.
    #[must_use]
    pub const fn postcode(&self) -> Option<&Postcode> {
        self.postcode.as_ref()
    }

    /// Its UPRN, if one is known.
    #[must_use]
    pub const fn uprn(&self) -> Option<&Uprn> {
        self.uprn.as_ref()
    }

    /// As on an envelope, lines parted by line feeds (OIDC Core §5.1.1 `formatted`).
    #[must_use]
    pub fn formatted(&self) -> String {
        let postcode = self.postcode.iter().map(Postcode::as_str);
        self.lines.iter().map(String::as_str).chain(postcode).collect::<Vec<_>>().join("\n")
    }

    /// The same with commas, for a page.
    #[must_use]
    pub fn on_one_line(&self) -> String {
        let tidy = |line: &str| line.trim_end_matches(',').to_owned();
        self.formatted().lines().map(tidy).collect::<Vec<_>>().join(", ")
    }

    /// "•••, HV1": some thousands of addresses; none where no postcode is known.
    #[must_use]
    pub fn masked(&self) -> Option<String> {
        self.postcode.as_ref().map(|postcode| format!("•••, {}", postcode.district()))
    }

    /// How it is stored, before it is sealed.
    #[must_use]
    pub fn stored(&self) -> String {
        let stored = Stored {
            lines: self.lines.clone(),
            postcode: self.postcode.as_ref().map(|code| code.as_str().to_owned()),
            uprn: self.uprn.as_ref().map(|uprn| uprn.as_str().to_owned()),
        };
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what [`Address::stored`] wrote.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let Stored { lines, postcode, uprn } = serde_json::from_str(text).ok()?;
        let postcode = match postcode {
            Some(text) => Some(Postcode::parse(&text).ok()?),
            None => None,
        };
        Some(Self { lines, postcode, uprn: uprn.as_deref().and_then(Uprn::parse) })
    }
}

fn lines<'a>(typed: impl Iterator<Item = &'a str>, longest: usize) -> Result<Vec<String>, AddressError> {
    let mut kept = Vec::new();
    for typed in typed {
        let line = line(typed, longest)?;
        if !line.is_empty() {
            kept.push(line);
        }
    }
    match kept.len() {
        0 => Err(AddressError::Empty),
        n if n > Address::MAX_LINES => Err(AddressError::TooLong),
        _ => Ok(kept),
    }
}

fn line(typed: &str, longest: usize) -> Result<String, AddressError> {
    if typed.chars().any(unshowable) {
        return Err(AddressError::Unshowable);
    }
    let line: String = typed.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if line.chars().count() > longest { Err(AddressError::TooLong) } else { Ok(line) }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, AddressError, Uprn};
    use crate::domain::account::Postcode;

    #[test]
    fn an_address_is_kept_as_on_an_envelope() {
        let postcode = Postcode::parse("hv14qt").unwrap();
        let typed = ["  3  Orchard Row", "", "Havenbrook"];
        let address = Address::at(&typed, postcode.clone(), Uprn::parse("010001234567")).unwrap();
        assert_eq!(address.formatted(), "3 Orchard Row\nHavenbrook\nHV1 4QT");
        assert_eq!(address.uprn().unwrap().as_str(), "10001234567");
        assert_eq!(Address::from_stored(&address.stored()), Some(address));
        assert_eq!(Address::at(&["", " "], postcode.clone(), None), Err(AddressError::Empty));
        let long = "x".repeat(101);
        assert_eq!(Address::at(&[&long], postcode.clone(), None), Err(AddressError::TooLong));
        assert_eq!(Address::at(&["a\u{202E}b"], postcode, None), Err(AddressError::Unshowable));
        assert_eq!(
            [long.as_str(), "a\u{202E}b", " "].map(Address::fits),
            [Err(AddressError::TooLong), Err(AddressError::Unshowable), Ok(())]
        );
    }

    #[test]
    fn a_place_without_a_postcode_is_kept_in_its_owners_words() {
        let boat = Address::described("Narrowboat Gwennol,\r\n\r\n moored below  Town Lock").unwrap();
        assert_eq!(boat.formatted(), "Narrowboat Gwennol,\nmoored below Town Lock");
        assert_eq!(boat.postcode(), None);
        assert_eq!(Address::from_stored(&boat.stored()), Some(boat));
        assert_eq!(Address::described(" \n "), Err(AddressError::Empty));
        assert_eq!(Address::described(&"x".repeat(501)), Err(AddressError::TooLong));
        assert_eq!(Address::described(&"x\n".repeat(7)), Err(AddressError::TooLong));
    }

    #[test]
    fn a_uprn_has_up_to_twelve_digits() {
        for bad in ["", "0", "1234567890123", "12a", "-1"] {
            assert_eq!(Uprn::parse(bad), None, "{bad}");
        }
    }
}
