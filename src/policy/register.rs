//! `register.toml`: parties, purposes, powers, impact assessments, agreements and notices; shares refer to them.
//!
//! What was activated before there were parties and editions in it is still read; lint asks for them.

mod notices;
mod parties;

pub use notices::Edition;
pub use parties::{Party, PartyRole};

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::audit::Basis;
use crate::domain::client::Words;
use crate::domain::sharing::NoticeRef;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub(super) const FILE: &str = "register.toml";

/// The register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    schema: String,
    /// Who answers for the policies as one document.
    pub book: Option<Book>,
    /// What data is used for.
    #[serde(default, rename = "purpose")]
    pub purposes: Vec<Purpose>,
    /// What the law lets or makes the council do.
    #[serde(default, rename = "power")]
    pub powers: Vec<Power>,
    /// Data protection impact assessments (UK GDPR Art 35).
    #[serde(default, rename = "dpia")]
    pub assessments: Vec<Approved>,
    /// Data sharing and processing agreements.
    #[serde(default, rename = "agreement")]
    pub agreements: Vec<Agreement>,
    /// Appropriate policy documents (Data Protection Act 2018 Sch 1 Part 4).
    #[serde(default, rename = "policy_document")]
    pub policy_documents: Vec<Approved>,
    /// Whoever receives or processes data beside the council's own services.
    #[serde(default, rename = "party")]
    pub parties: Vec<Party>,
    /// The editions of the notices: what each changed, and who approved it.
    #[serde(default, rename = "notice")]
    pub editions: Vec<Edition>,
}

/// Who answers for the policies as one document (`portreeve policy book`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Who.
    pub owner: String,
    /// When it is to be looked at again.
    #[serde(deserialize_with = "super::dates::day")]
    pub review_by: Date,
}

/// What kind of purpose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurposeCategory {
    /// The account itself.
    Account,
    /// A service that a resident asks for.
    Service,
    /// Telling people of what they did not ask for (PECR reg 22).
    Marketing,
    /// Research and statistics.
    Research,
    /// Keeping people and systems safe.
    Security,
    /// Trying out what is being built.
    Testing,
}

impl PurposeCategory {
    /// The word in policy files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Service => "service",
            Self::Marketing => "marketing",
            Self::Research => "research",
            Self::Security => "security",
            Self::Testing => "testing",
        }
    }
}

/// One purpose (UK GDPR Art 5(1)(b)).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its id.
    pub id: String,
    /// What it is, as a resident would say it: "give you a parking permit".
    pub title: Words,
    /// What kind of purpose it is.
    pub category: Option<PurposeCategory>,
    /// Why the data is needed for it, as a whole sentence.
    pub because: Words,
    /// The one basis it rests on.
    pub basis: Basis,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    #[serde(deserialize_with = "super::dates::day")]
    pub approved_on: Date,
    /// When it is to be looked at again.
    #[serde(deserialize_with = "super::dates::day")]
    pub review_by: Date,
    /// Its impact assessment.
    pub dpia: Option<String>,
    /// Why it needs none.
    pub dpia_not_needed_because: Option<String>,
}

/// A power or duty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    /// Its id (`rtra-1984-s45`).
    pub id: String,
    /// The Act and section.
    pub title: Words,
    /// Who confirmed that it carries what rests on it.
    pub approved_by: Option<String>,
    /// When.
    #[serde(default, deserialize_with = "super::dates::perhaps")]
    pub approved_on: Option<Date>,
    /// When it is to be looked at again.
    #[serde(default, deserialize_with = "super::dates::perhaps")]
    pub review_by: Option<Date>,
}

/// An agreement with another party (UK GDPR Art 26, 28).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The parties it is with.
    #[serde(default)]
    pub parties: Vec<String>,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    #[serde(deserialize_with = "super::dates::day")]
    pub approved_on: Date,
    /// When it is to be looked at again.
    #[serde(deserialize_with = "super::dates::day")]
    pub review_by: Date,
    /// Its last day, if it has one.
    #[serde(default, deserialize_with = "super::dates::perhaps")]
    pub ends_on: Option<Date>,
}

/// A paper that somebody approved.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approved {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    #[serde(deserialize_with = "super::dates::day")]
    pub approved_on: Date,
    /// When it is to be looked at again.
    #[serde(deserialize_with = "super::dates::day")]
    pub review_by: Date,
}

impl Register {
    /// A purpose by id.
    #[must_use]
    pub fn purpose(&self, id: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.id == id)
    }

    /// A power by id.
    #[must_use]
    pub fn power(&self, id: &str) -> Option<&Power> {
        self.powers.iter().find(|power| power.id == id)
    }

    /// An impact assessment by id.
    #[must_use]
    pub fn assessment(&self, id: &str) -> Option<&Approved> {
        self.assessments.iter().find(|paper| paper.id == id)
    }

    /// An agreement by id.
    #[must_use]
    pub fn agreement(&self, id: &str) -> Option<&Agreement> {
        self.agreements.iter().find(|paper| paper.id == id)
    }

    /// A party by id.
    #[must_use]
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// What is registered of an edition of a notice.
    #[must_use]
    pub fn edition(&self, reference: &NoticeRef) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.is(reference))
    }
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Register> {
    let before = findings.len();
    super::finding::refuse_legitimate_interests(sources, FILE, &["purpose"], findings);
    if findings.len() > before {
        return None;
    }
    let register: Register = sources.parse(FILE, findings)?;
    if register.schema != "portreeve.register/1" {
        let at = sources.place(FILE, "schema");
        let remedy = "Write portreeve.register/1.";
        findings.push(Finding::error("file.schema", at, "The schema is not one this program reads.", remedy));
    }
    let editions: Vec<String> = register.editions.iter().map(|it| it.reference().to_string()).collect();
    let lists: [(&str, Vec<&str>); 7] = [
        ("purpose", register.purposes.iter().map(|it| it.id.as_str()).collect()),
        ("power", register.powers.iter().map(|it| it.id.as_str()).collect()),
        ("dpia", register.assessments.iter().map(|it| it.id.as_str()).collect()),
        ("agreement", register.agreements.iter().map(|it| it.id.as_str()).collect()),
        ("policy_document", register.policy_documents.iter().map(|it| it.id.as_str()).collect()),
        ("party", register.parties.iter().map(|it| it.id.as_str()).collect()),
        ("notice", editions.iter().map(String::as_str).collect()),
    ];
    for (list, ids) in lists {
        let mut seen = BTreeSet::new();
        for (place, id) in ids.into_iter().enumerate() {
            if !seen.insert(id) {
                let at = sources.place(FILE, &format!("{list}.{place}.id"));
                let message = format!("There are two entries {id:?}.");
                findings.push(Finding::error("register.twice", at, message, "Give one of them another id."));
            }
        }
    }
    Some(register)
}
