//! Why a service may have which claims. A share is a rule of its service file; a record is a line of the ledger: what
//! one resident was told or decided about it. What stands is a fold over her lines, and only that is released: claims
//! that were asked for, that a share in force covers, under the record that says so.
//!
//! ```text
//! ledger (only added to) ──fold──> standing (kept beside it, changed in the same write) ──┐
//! shares of the service file ─────────────────────────────────────────────────────────────┼─ release / explain
//! what was asked for, the time ───────────────────────────────────────────────────────────┘
//! ```
//!
//! Public task, contract and legal obligation inform and continue; only consent asks, and "no" blocks nothing.

pub mod age;
mod ledger;
pub mod objection;
mod papers;
pub mod receipt;
mod release;
pub mod spoken;
mod standing;

pub use age::AgeBand;
pub use ledger::{Decider, How, Method, Record, RecordState, Way};
pub use papers::{Article9, Asked, NoticeChange, Papers, Special, SpecialKind};
pub use release::{
    Explained, Facts, Holds, Reason, Release, Same, Tell, Withheld, as_named, exactly, explain, lasts, lasts_until,
    release,
};
pub use standing::{Standing, fold, may_follow};

use super::audit::Basis;
use super::claims::ClaimSet;
use super::client::Words;
use super::retention::Period;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Who the recipient is to the controller (UK GDPR Art 4(7), (8), 26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientRole {
    /// A service of the same council.
    SameController,
    /// Acts on its instructions.
    Processor,
    /// Decides with it.
    Joint,
    /// Decides for itself; needs a basis of its own.
    Separate,
}

impl RecipientRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SameController, Self::Processor, Self::Joint, Self::Separate];

    /// The word in policy files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameController => "same_controller",
            Self::Processor => "processor",
            Self::Joint => "joint",
            Self::Separate => "separate",
        }
    }
}

/// A notice by id and version, written `parking-permit@1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeRef {
    /// Which notice.
    pub id: String,
    /// Which edition; a notice in use is never edited.
    pub version: u32,
}

impl NoticeRef {
    /// Reads `id@version`: an id of small letters, digits and hyphens, a version from 1.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, version) = text.split_once('@')?;
        let named = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let number: u32 = version.parse().ok()?;
        (named && number > 0 && number.to_string() == version).then(|| Self { id: id.to_owned(), version: number })
    }
}

impl fmt::Display for NoticeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.id, self.version)
    }
}

impl Serialize for NoticeRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NoticeRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a notice is written like parking-permit@1"))
    }
}

/// One rule of a service file: these claims, for this purpose, on this basis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// A purpose of the register; one share a purpose and service.
    pub purpose: String,
    /// Who the recipient is to the controller.
    pub recipient_role: RecipientRole,
    /// A separate or joint controller's own basis, in words.
    pub recipient_basis: Option<String>,
    /// Our basis.
    pub basis: Basis,
    /// The power or duty behind a public task or legal obligation, by its id in the register.
    pub power: Option<String>,
    /// What goes out, with what goes with it ([`with_companions`](super::claims::Claim::with_companions)).
    pub claims: ClaimSet,
    /// What residents are told.
    pub notice: NoticeRef,
    /// How long the recipient keeps it, in words.
    pub recipient_retention: Words,
    /// Whether the service cannot be given without it; never true of consent.
    pub required: bool,
    /// How long a consent lasts.
    pub expires: Option<Period>,
    /// Whether she is asked how old she is before she is asked for her consent ([`age`]).
    pub asks_age: bool,
    /// Where a consent is asked for.
    pub ask: Asked,
    /// Who the recipient is by name, and what was approved for it.
    pub papers: Papers,
}
