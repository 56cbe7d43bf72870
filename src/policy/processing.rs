//! `processing.toml`: what the council itself does with accounts, and who works for it: the rest of the Article 30
//! record.

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::audit::Basis;
use crate::domain::client::Words;
use crate::domain::sharing::NoticeRef;
use serde::Deserialize;

pub(super) const FILE: &str = "processing.toml";

/// The council's own processing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Processing {
    schema: String,
    /// What an account itself rests on.
    pub account: AccountProcessing,
    /// Those who work for the council (UK GDPR Art 28).
    #[serde(default, rename = "processor")]
    pub processors: Vec<Processor>,
    /// Each kind of processing (UK GDPR Art 30(1)).
    #[serde(default, rename = "activity")]
    pub activities: Vec<Activity>,
}

/// What an account itself rests on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountProcessing {
    /// A purpose of the register.
    pub purpose: String,
    /// Its basis.
    pub basis: Basis,
    /// The power behind it.
    pub power: Option<String>,
    /// What everybody is told before the first field.
    pub notice: NoticeRef,
}

/// A processor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Processor {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The party of the register that it is.
    pub party: Option<String>,
    /// What it does for the council.
    pub task: Words,
    /// The contract.
    pub agreement: String,
    /// Where the data lies.
    pub location: String,
}

/// One kind of processing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: Words,
    /// Its basis.
    pub basis: Basis,
    /// The power behind it.
    pub power: Option<String>,
    /// Whose data.
    pub subjects: Words,
    /// The categories of data, each with a rule in the schedule.
    pub categories: Vec<String>,
    /// The processors that take part.
    #[serde(default)]
    pub processors: Vec<String>,
    /// How it is kept safe.
    pub security: Words,
    /// Transfers abroad and what safeguards them; none unless written.
    #[serde(default)]
    pub transfers: Option<Words>,
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Processing> {
    let before = findings.len();
    super::finding::refuse_legitimate_interests(sources, FILE, &["account", "activity"], findings);
    if findings.len() > before {
        return None;
    }
    let processing: Processing = sources.parse(FILE, findings)?;
    if processing.schema != "portreeve.processing/1" {
        let at = sources.place(FILE, "schema");
        let remedy = "Write portreeve.processing/1.";
        findings.push(Finding::error("file.schema", at, "The schema is not one this program reads.", remedy));
    }
    Some(processing)
}
