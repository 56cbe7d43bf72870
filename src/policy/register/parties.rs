//! Parties: whoever receives or processes data beside the council's own services (UK GDPR Art 26, 28, 30(1)(d)).

use crate::domain::client::Words;
use crate::domain::sharing::RecipientRole;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A party.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its id.
    pub id: String,
    /// Its name in law.
    pub name: Words,
    /// Its postal address.
    pub address: String,
    /// Where it is reached: an e-mail address or a number.
    pub contact: String,
    /// Its data protection officer, if it has one.
    pub dpo: Option<String>,
    /// What it is to the council.
    pub role: PartyRole,
    /// The first day.
    #[serde(deserialize_with = "crate::policy::dates::day")]
    pub valid_from: Date,
    /// The last day, if it has one.
    #[serde(default, deserialize_with = "crate::policy::dates::perhaps")]
    pub valid_to: Option<Date>,
    /// The parties that process for it (UK GDPR Art 28(2)).
    #[serde(default)]
    pub sub_processors: Vec<String>,
}

impl Party {
    /// Whether it may have data on a day.
    #[must_use]
    pub fn is_valid(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// What a party is to the council.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    /// A controller of its own.
    Controller,
    /// Decides with the council.
    Joint,
    /// Acts on its instructions, or those of a processor.
    Processor,
    /// A recipient that law does not count as one of these, as an authority in a particular inquiry (Art 4(9)).
    Recipient,
}

impl PartyRole {
    /// The word in policy files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Joint => "joint",
            Self::Processor => "processor",
            Self::Recipient => "recipient",
        }
    }

    /// Whether a share may call such a party this.
    #[must_use]
    pub const fn fits(self, role: RecipientRole) -> bool {
        matches!(
            (self, role),
            (Self::Controller | Self::Recipient, RecipientRole::Separate)
                | (Self::Joint, RecipientRole::Joint)
                | (Self::Processor, RecipientRole::Processor)
        )
    }
}
