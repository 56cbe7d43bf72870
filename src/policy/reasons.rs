//! `reasons.toml`: the closed list of reasons a member of staff may give for a look or a change.

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::client::Words;
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) const FILE: &str = "reasons.toml";

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Its code, which the log holds.
    pub code: String,
    /// What a resident reads beside the look.
    pub title: Words,
    /// Whether a case number goes with it.
    pub needs_case: bool,
    /// Whether a second person looks at each use of it.
    #[serde(default)]
    pub reviewed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    #[serde(default)]
    reason: Vec<Reason>,
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Vec<Reason>> {
    let written: Written = sources.parse(FILE, findings)?;
    if written.schema != "portreeve.reasons/1" {
        let at = sources.place(FILE, "schema");
        let remedy = "Write portreeve.reasons/1.";
        findings.push(Finding::error("file.schema", at, "The schema is not one this program reads.", remedy));
    }
    let mut seen = BTreeSet::new();
    for (place, reason) in written.reason.iter().enumerate() {
        let at = || sources.place(FILE, &format!("reason.{place}.code"));
        let formed = |code: &str| !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !formed(&reason.code) {
            let message = format!("{:?} is no code.", reason.code);
            findings.push(Finding::error("reason.code", at(), message, "Use small letters and underscores."));
        }
        if !seen.insert(reason.code.as_str()) {
            let message = format!("There are two reasons {:?}.", reason.code);
            findings.push(Finding::error("reason.twice", at(), message, "Give one of them another code."));
        }
    }
    Some(written.reason)
}
