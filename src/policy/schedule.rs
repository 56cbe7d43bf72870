//! `retention.toml`: the schedule, and how carefully the engine follows it; `retention/*.toml`: more of its rules.

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::retention::{Period, Rule, Schedule};
use jiff::civil::Date;
use serde::Deserialize;

pub(super) const FILE: &str = "retention.toml";

/// How carefully the engine destroys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    /// A forecast stands before every run of a new schedule.
    pub dry_run_first: bool,
    /// How long it stands before anything is destroyed.
    pub cooling: Period,
    /// Above so many records a run stops for a second approver.
    pub max_destroy_per_run: u32,
    /// Above such a share of all accounts, in percent, too; of ten accounts or fewer no share is looked at.
    #[serde(default = "a_twentieth")]
    pub max_share_of_accounts: u32,
}

const fn a_twentieth() -> u32 {
    5
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    version: String,
    #[serde(default)]
    approved_by: Vec<String>,
    approved_ref: Option<String>,
    #[serde(default, deserialize_with = "super::dates::perhaps")]
    effective_from: Option<Date>,
    #[serde(default, deserialize_with = "super::dates::perhaps")]
    review_by: Option<Date>,
    engine: Engine,
    #[serde(default)]
    rule: Vec<Rule>,
}

/// A file with rules alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    #[serde(default)]
    rule: Vec<Rule>,
}

/// The folder of files with rules alone.
const FOLDER: &str = "retention";

/// Where each rule stands, in the order of the schedule: its file, and its place among the rules there.
pub(super) fn places(sources: &Sources) -> Vec<(String, usize)> {
    let mut quiet = Vec::new();
    let mut places = Vec::new();
    let first = sources.parse::<Written>(FILE, &mut quiet).map_or(0, |written| written.rule.len());
    places.extend((0..first).map(|nth| (FILE.to_owned(), nth)));
    for (file, _) in sources.under(FOLDER, ".toml") {
        let count = sources.parse::<More>(file, &mut quiet).map_or(0, |more| more.rule.len());
        places.extend((0..count).map(|nth| (file.to_owned(), nth)));
    }
    places
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<(Schedule, Engine)> {
    let mut written: Written = sources.parse(FILE, findings)?;
    for (file, _) in sources.under(FOLDER, ".toml") {
        let more: More = sources.parse(file, findings)?;
        written.rule.extend(more.rule);
    }
    if written.schema != "portreeve.retention/1" {
        let at = sources.place(FILE, "schema");
        let remedy = "Write portreeve.retention/1.";
        findings.push(Finding::error("file.schema", at, "The schema is not one this program reads.", remedy));
    }
    let schedule = Schedule {
        version: written.version,
        approved_by: written.approved_by,
        approved_ref: written.approved_ref,
        effective_from: written.effective_from,
        review_by: written.review_by,
        rules: written.rule,
    };
    Some((schedule, written.engine))
}
