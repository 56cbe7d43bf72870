//! `register.toml`: purposes, powers, impact assessments and agreements; shares refer to them.

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::audit::Basis;
use crate::domain::client::Words;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) const FILE: &str = "register.toml";

/// The register.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    schema: String,
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
    pub agreements: Vec<Approved>,
}

/// One purpose (UK GDPR Art 5(1)(b)).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its id.
    pub id: String,
    /// What it is, as a resident would say it: "give you a parking permit".
    pub title: Words,
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
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Register> {
    let register: Register = sources.parse(FILE, findings)?;
    if register.schema != "portreeve.register/1" {
        let at = sources.place(FILE, "schema");
        let remedy = "Write portreeve.register/1.";
        findings.push(Finding::error("file.schema", at, "The schema is not one this program reads.", remedy));
    }
    let lists: [(&str, Vec<&str>); 4] = [
        ("purpose", register.purposes.iter().map(|it| it.id.as_str()).collect()),
        ("power", register.powers.iter().map(|it| it.id.as_str()).collect()),
        ("dpia", register.assessments.iter().map(|it| it.id.as_str()).collect()),
        ("agreement", register.agreements.iter().map(|it| it.id.as_str()).collect()),
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
