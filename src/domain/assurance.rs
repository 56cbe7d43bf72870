//! How sure we are of a person: the ladder A0 to A3, which travels as `acr` (OIDC Core §2).

mod wanted;

pub use wanted::{Reached, Verdict, Wanted, WantedError, parse_vtr};

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

/// What somebody has proved in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A password.
    Password,
    /// A password, and a code of her authenticator app or one of her recovery codes.
    PasswordAndCode,
}

impl Proof {
    /// The `amr` values (RFC 8176 §2), with spaces between. A recovery code is a one-time password like the app's.
    #[must_use]
    pub const fn amr(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::PasswordAndCode => "pwd otp mfa",
        }
    }

    /// The level it reaches.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Password => Level::A0,
            Self::PasswordAndCode => Level::A1,
        }
    }
}
