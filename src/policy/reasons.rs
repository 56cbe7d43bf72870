//! `reasons.toml`: the closed list of reasons a member of staff may give for a look or a change.

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::client::Words;
use crate::domain::retention::Period;
use crate::domain::time::When;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;
use std::time::Duration;

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
    /// When somebody last asked whether it is still needed and says what it means. None in a bundle that was activated before
    /// there were such dates.
    #[serde(default, deserialize_with = "reviewed")]
    pub reviewed: Option<Date>,
    /// What lets a look under it be kept from the resident for a while; none if nothing does.
    #[serde(default)]
    pub delay: Option<Delay>,
}

/// A look is kept from the resident (DPA 2018 Sch 2: where telling her would defeat the purpose).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// The law that allows it; she reads it once she is told.
    pub ground: Words,
    /// Who answers for it.
    pub owner: String,
    /// How long at most until two people look at it again.
    pub most: Period,
}

/// The day of a review. An earlier form of the file had yes or no here, which nothing read.
fn reviewed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Earlier(#[expect(dead_code, reason = "says nothing")] bool),
        Day(#[serde(deserialize_with = "super::dates::day")] Date),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Earlier(_) => None,
        Written::Day(day) => Some(day),
    })
}

impl Reason {
    /// Whether its last review is more than a year ago.
    #[must_use]
    pub fn is_late(&self, today: Date) -> bool {
        self.reviewed.is_some_and(|day| day.saturating_add(1.year()) < today)
    }
}

/// The most days between two reviews of a look that is kept back.
const DAYS: u64 = 90;

impl Delay {
    /// Whether it ends in time wherever in the year it begins: 1 July is followed by the longest three months.
    fn ends_in_time(&self) -> bool {
        let july = When::from_seconds(1_782_864_000);
        let lasts = self.most.after(july, &TimeZone::UTC).since(july);
        !self.most.is_zero() && lasts <= Duration::from_hours(24 * DAYS)
    }
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
        if let Some(delay) = &reason.delay {
            let at = |key: &str| sources.place(FILE, &format!("reason.{place}.delay.{key}"));
            if delay.ground.is_blank() {
                let remedy = "Name the law that allows it.";
                findings.push(Finding::error("reason.delay", at("ground"), "The delay has no legal ground.", remedy));
            }
            if delay.owner.trim().is_empty() {
                let remedy = "Name who answers for it.";
                findings.push(Finding::error("reason.delay", at("owner"), "Nobody answers for the delay.", remedy));
            }
            if !delay.ends_in_time() {
                let message = "The delay is longer than 90 days in places, or takes no time.";
                findings.push(Finding::error("reason.delay", at("most"), message, "Write P90D, or less."));
            }
        }
        if !seen.insert(reason.code.as_str()) {
            let message = format!("There are two reasons {:?}.", reason.code);
            findings.push(Finding::error("reason.twice", at(), message, "Give one of them another code."));
        }
    }
    Some(written.reason)
}
