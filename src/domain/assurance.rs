//! How sure we are of a person: the ladder A0 to A3, which travels as `acr` (OIDC Core §2).

use serde::{Deserialize, Serialize};
use std::fmt;

/// The assurance ladder of `policies/assurance.toml`; each level includes the ones below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// An e-mail address or phone is proven.
    A0,
    /// A0 and a second factor or passkey.
    A1,
    /// A1 and a home address proven.
    A2,
    /// A person proven by an upstream identity check.
    A3,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 4] = [Self::A0, Self::A1, Self::A2, Self::A3];

    /// The `acr` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A0 => "A0",
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::A3 => "A3",
        }
    }

    /// The level an `acr` value names, if it is one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
