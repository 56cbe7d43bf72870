//! What a resident tells us about herself, parsed once at the door.

mod address;
mod birthdate;
mod detail;
mod phone;
mod postcode;
mod sign_in_name;

pub use address::{Address, AddressError, Uprn};
pub use birthdate::{Birthdate, BirthdateError};
pub use detail::{Detail, Given, Source};
pub use phone::{Phone, PhoneError};
pub(crate) use postcode::is_outward;
pub use postcode::{Postcode, PostcodeError};
pub use sign_in_name::{SignInName, SignInNameError, fold_typed};

use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The account's state; only [`State::Active`] releases claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In use.
    Active,
    /// Storage only (UK GDPR Art 18).
    Restricted,
    /// Stopped for death, fraud or a court; no mail is sent.
    Frozen,
    /// Closed by its owner, waiting for its retention rule.
    Closed,
}

impl State {
    /// The word the store holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Restricted => "restricted",
            Self::Frozen => "frozen",
            Self::Closed => "closed",
        }
    }

    /// The state a stored word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Restricted, Self::Frozen, Self::Closed].into_iter().find(|state| state.as_str() == word)
    }
}

/// Why a text is not a full name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but white space.
    #[error("no name was given")]
    Empty,
    /// Over 100 characters, or more combining marks than writing needs.
    #[error("the name is longer than 100 characters")]
    TooLong,
    /// Control characters, or marks that turn the direction of writing.
    #[error("the name holds characters that cannot be shown")]
    Unshowable,
}

/// A person's whole name as one field, in NFC, with single inner spaces.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FullName(String);

impl FullName {
    /// The most characters a name may have.
    pub const MAX_CHARS: usize = 100;

    /// Folds white space and normalises; keeps everything people's names really hold.
    ///
    /// # Errors
    /// [`NameError`] says what to mend.
    pub fn parse(typed: &str) -> Result<Self, NameError> {
        if typed.chars().any(unshowable) {
            return Err(NameError::Unshowable);
        }
        let words: Vec<&str> = typed.split_whitespace().collect();
        let name: String = words.join(" ").nfc().collect();
        match name.chars().count() {
            0 => Err(NameError::Empty),
            n if n > Self::MAX_CHARS => Err(NameError::TooLong),
            _ => Ok(Self(name)),
        }
    }

    /// The whole name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both name one person, as far as spelling tells: case does not.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }

    /// What spellings of one name share: the input of a blind index.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.nfkc().collect::<String>().to_lowercase()
    }

    /// "A… W…": enough to tell two people apart who are asked for.
    #[must_use]
    pub fn masked(&self) -> String {
        let initials = self.0.split(' ').filter_map(|word| word.chars().next());
        initials.map(|first| format!("{first}…")).collect::<Vec<_>>().join(" ")
    }

    /// "Ada W.": enough to know oneself by on a shared screen.
    #[must_use]
    pub fn short(&self) -> String {
        let mut words = self.0.split(' ');
        let first = words.next().unwrap_or_default();
        match words.next_back().and_then(|last| last.chars().next()) {
            Some(initial) => format!("{first} {initial}."),
            None => first.to_owned(),
        }
    }

    /// "Ada".
    #[must_use]
    pub fn first(&self) -> &str {
        self.0.split(' ').next().unwrap_or_default()
    }
}

impl fmt::Debug for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FullName(…)")
    }
}

/// Controls, and the bidirectional and zero-width marks that can make a page lie about its text.
fn unshowable(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || c == '\r'
        || c == '\n'
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Why a text is not an e-mail address we can write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was typed.
    #[error("no e-mail address was given")]
    Empty,
    /// Not of the form name@place.
    #[error("the e-mail address is not in the right form, like name@example.com")]
    Malformed,
}

/// An e-mail address as typed (trimmed), which is what mail is sent to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// RFC 5321 §4.5.3.1.3: a path of 256 with its brackets.
    pub const MAX_BYTES: usize = 254;

    /// Accepts the addresses people have; quoted local parts and address literals are refused.
    ///
    /// # Errors
    /// [`EmailError`] says what to mend.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let text: String = typed.trim().nfc().collect();
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        let shown = !text.chars().any(|c| c.is_control() || c.is_whitespace() || unshowable(c));
        let formed = text.len() <= Self::MAX_BYTES
            && shown
            && text.rsplit_once('@').is_some_and(|(local, domain)| local_part(local) && domain_part(domain));
        if formed { Ok(Self(text)) } else { Err(EmailError::Malformed) }
    }

    /// The address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one address share: the input of the blind index. Mail hosts that tell upper from lower
    /// case exist on paper only; people type both.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// "a•••@example.org": enough to know which mailbox to open.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        format!("{}•••@{domain}", local.chars().next().unwrap_or('•'))
    }
}

fn local_part(local: &str) -> bool {
    (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || !c.is_ascii() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
}

fn domain_part(domain: &str) -> bool {
    domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{EmailAddress, EmailError, FullName, NameError};

    #[test]
    fn x03_names_keep_what_people_write_and_refuse_what_cannot_be_shown() {
        for (typed, kept) in [
            ("  Ada   Wójcik ", "Ada Wójcik"),
            ("Siân O’Neill-Ŵyn", "Siân O’Neill-Ŵyn"),
            ("Ama\u{0301}", "Amá"),
            ("Prince", "Prince"),
            ("Li 𠮷", "Li 𠮷"),
            ("{{7*7}} <b>", "{{7*7}} <b>"),
        ] {
            assert_eq!(FullName::parse(typed).map(|n| n.as_str().to_owned()), Ok(kept.to_owned()));
        }
        assert_eq!(FullName::parse(" \t"), Err(NameError::Empty));
        for bad in ["Ada\u{202E}W", "A\0da", "Ada\r\nBcc: x", "A\u{200B}da"] {
            assert_eq!(FullName::parse(bad), Err(NameError::Unshowable), "{bad:?}");
        }
        assert_eq!(FullName::parse(&"\u{0301}".repeat(10_000)), Err(NameError::TooLong));
    }

    #[test]
    fn a_short_name_shows_one_initial() {
        let short = |n: &str| FullName::parse(n).map(|n| n.short());
        assert_eq!(short("Ada Wójcik"), Ok("Ada W.".into()));
        assert_eq!(short("Ada Maria Wójcik"), Ok("Ada W.".into()));
        assert_eq!(short("Prince"), Ok("Prince".into()));
    }

    #[test]
    fn addresses_are_parsed_once() {
        for good in ["ada@example.org", " Ada.W+x@mail.example.co.uk ", "o'neill@example.org", "jösé@exämple.org"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        assert_eq!(EmailAddress::parse(" "), Err(EmailError::Empty));
        for bad in
            ["ada", "ada@", "@b.org", "a@b", "a@b..org", "a b@c.org", "a@b.org\r\nBcc: c@d.org", "a@-b.org", ".a@b.org"]
        {
            assert_eq!(EmailAddress::parse(bad), Err(EmailError::Malformed), "{bad:?}");
        }
        assert_eq!(EmailAddress::parse("Ada@Example.ORG").map(|e| e.folded()), Ok("ada@example.org".into()));
        assert_eq!(EmailAddress::parse("ada@example.org").map(|e| e.masked()), Ok("a•••@example.org".into()));
    }
}
