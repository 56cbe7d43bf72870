//! The details that a resident gives once, beside her name and what she signs in with.

use super::address::Address;
use super::birthdate::Birthdate;
use super::phone::Phone;
use serde::{Deserialize, Serialize};

/// A detail that an account may hold: only what some service's purpose needs is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Her date of birth.
    Birthdate,
    /// Where she lives.
    Address,
    /// Her phone number.
    PhoneNumber,
}

impl Detail {
    /// Every detail, in the order pages list them.
    pub const ALL: [Self; 3] = [Self::Birthdate, Self::Address, Self::PhoneNumber];

    /// The word the store holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Birthdate => "birthdate",
            Self::Address => "address",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// The detail a stored word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detail| detail.as_str() == word)
    }

    /// Its page below `/account/details`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Birthdate => "date-of-birth",
            Self::Address => "address",
            Self::PhoneNumber => "phone-number",
        }
    }

    /// The detail that has this page.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|detail| detail.path() == path)
    }
}

/// Whom a detail comes from (UK GDPR Art 5(1)(d), 14(2)(f)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// She gave it herself.
    #[serde(rename = "self")]
    Herself,
    /// An officer wrote it down.
    Officer,
    /// A provider upstream said so.
    Upstream,
}

impl Source {
    /// The word the store holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Herself => "self",
            Self::Officer => "officer",
            Self::Upstream => "upstream",
        }
    }
}

/// A detail with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A date of birth.
    Birthdate(Birthdate),
    /// An address.
    Address(Address),
    /// A phone number.
    PhoneNumber(Phone),
}

impl Given {
    /// Which detail it is.
    #[must_use]
    pub const fn detail(&self) -> Detail {
        match self {
            Self::Birthdate(_) => Detail::Birthdate,
            Self::Address(_) => Detail::Address,
            Self::PhoneNumber(_) => Detail::PhoneNumber,
        }
    }

    /// The text that is sealed.
    #[must_use]
    pub fn stored(&self) -> String {
        match self {
            Self::Birthdate(birthdate) => birthdate.stored(),
            Self::Address(address) => address.stored(),
            Self::PhoneNumber(phone) => phone.as_str().to_owned(),
        }
    }

    /// Reads what [`Given::stored`] wrote.
    #[must_use]
    pub fn from_stored(detail: Detail, text: &str) -> Option<Self> {
        Some(match detail {
            Detail::Birthdate => Self::Birthdate(Birthdate::from_stored(text)?),
            Detail::Address => Self::Address(Address::from_stored(text)?),
            Detail::PhoneNumber => Self::PhoneNumber(Phone::parse(text).ok()?),
        })
    }
}
