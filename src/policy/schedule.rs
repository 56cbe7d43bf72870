//! `retention.toml`: the schedule, and how carefully the engine follows it.

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

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<(Schedule, Engine)> {
    let written: Written = sources.parse(FILE, findings)?;
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
