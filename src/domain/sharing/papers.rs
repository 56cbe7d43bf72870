//! What stands behind a share: where it is asked, who receives it, what was approved for it, and, of special categories
//! of data, the conditions they are shared under.

use serde::{Deserialize, Serialize};

/// Whether a new edition of a notice says something else, or the same in better words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeChange {
    /// The same in better words: nobody is told or asked again.
    Editorial,
    /// Something else: consents under earlier editions are superseded on the day it takes effect, and whoever was told is
    /// told again.
    Material,
}

/// Where a resident is asked for her consent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// When she first comes to the service.
    #[default]
    AtSignIn,
    /// Later, by the service or in her account: never at the door.
    InContext,
}

/// The papers of a share: ids of the register.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Papers {
    /// The party that receives it; none is the council itself.
    pub party: Option<String>,
    /// The impact assessment (UK GDPR Art 35).
    pub dpia: Option<String>,
    /// The agreement with the party (UK GDPR Art 26, 28).
    pub agreement: Option<String>,
    /// Why a claim goes out whole that a derived one says less of.
    pub raw_because: Option<String>,
    /// Of a special category: which, and on which conditions.
    pub special: Option<Special>,
}

/// What allows data of a special category to be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Special {
    /// What the data tell of.
    pub kind: SpecialKind,
    /// The condition beside the basis.
    pub condition: Option<Article9>,
    /// The condition of the Data Protection Act 2018, Schedule 1, in words.
    pub schedule1: Option<String>,
    /// The appropriate policy document (DPA 2018 Sch 1 Part 4), by its id in the register.
    pub policy_document: Option<String>,
}

/// The special categories of UK GDPR Art 9(1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecialKind {
    /// Racial or ethnic origin.
    EthnicOrigin,
    /// Political opinions.
    PoliticalOpinions,
    /// Religious or philosophical beliefs.
    Beliefs,
    /// Trade union membership.
    TradeUnion,
    /// Genetic data.
    Genetic,
    /// Biometric data that identify a person.
    Biometric,
    /// Health.
    Health,
    /// Sex life or sexual orientation.
    SexLife,
}

impl SpecialKind {
    /// The word in policy files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EthnicOrigin => "ethnic_origin",
            Self::PoliticalOpinions => "political_opinions",
            Self::Beliefs => "beliefs",
            Self::TradeUnion => "trade_union",
            Self::Genetic => "genetic",
            Self::Biometric => "biometric",
            Self::Health => "health",
            Self::SexLife => "sex_life",
        }
    }
}

/// The conditions of UK GDPR Art 9(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Article9 {
    /// (a).
    ExplicitConsent,
    /// (b): employment, social security and social protection law.
    SocialProtection,
    /// (c).
    VitalInterests,
    /// (d).
    NotForProfitBody,
    /// (e): made public by the person herself.
    MadePublic,
    /// (f).
    LegalClaims,
    /// (g).
    SubstantialPublicInterest,
    /// (h).
    HealthOrSocialCare,
    /// (i).
    PublicHealth,
    /// (j): archiving, research and statistics.
    Research,
}

impl Article9 {
    /// The word in policy files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExplicitConsent => "explicit_consent",
            Self::SocialProtection => "social_protection",
            Self::VitalInterests => "vital_interests",
            Self::NotForProfitBody => "not_for_profit_body",
            Self::MadePublic => "made_public",
            Self::LegalClaims => "legal_claims",
            Self::SubstantialPublicInterest => "substantial_public_interest",
            Self::HealthOrSocialCare => "health_or_social_care",
            Self::PublicHealth => "public_health",
            Self::Research => "research",
        }
    }

    /// Whether it holds only with a condition of Schedule 1 (DPA 2018 s10(2), (3)).
    #[must_use]
    pub const fn needs_schedule1(self) -> bool {
        matches!(
            self,
            Self::SocialProtection
                | Self::SubstantialPublicInterest
                | Self::HealthOrSocialCare
                | Self::PublicHealth
                | Self::Research
        )
    }

    /// Whether an appropriate policy document has to be there (DPA 2018 Sch 1 paras 1, 5).
    #[must_use]
    pub const fn needs_policy_document(self) -> bool {
        matches!(self, Self::SocialProtection | Self::SubstantialPublicInterest)
    }
}
