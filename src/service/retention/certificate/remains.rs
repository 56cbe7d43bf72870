//! What remains of what a run destroyed, and until when: computed from the schedule in force, and from what is in the store.

use super::super::keys::EVIDENCE;
use super::{Copies, CopiesEnd, Part, Stays};
use crate::app::App;
use crate::domain::retention::ENTRIES;
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::service::backup::{self, category};
use crate::service::erasure::{kept_until, year_ends};
use crate::store::Error;
use crate::store::copies::Which;

/// What is said of it in a sentence.
pub(super) const REMAINS: &str = "What is listed here stays, each until its day at the latest unless a hold keeps it. Entries of the log \
    stay without names, and the details of entries under a destroyed key are unreadable from now on. Copies made before may hold what \
    was destroyed until their day; whoever was erased is erased again when one is put back.";

/// What remains of any run: that it was carried out, the log, what the log was, and the schedule.
const ALWAYS: &[&str] = &["retention.record", ENTRIES, "log.checkpoint", "policy.version"];

/// The copies that were made by the end of a run, at `now`. What is made by other means counts by the same rules, so that not the newest
/// copy that the house knows is what counts, but the end of the run.
pub(super) async fn copies(app: &App, now: When) -> Result<Copies, Error> {
    let snapshot = app.snapshot();
    let newest = backup::last(&app.db).await?.map(|last| When::from_micros(last.taken_us).to_string());
    let of = |which| end(&snapshot.policy, which, now);
    Ok(Copies { newest, data: of(Which::Data), vault: of(Which::Vault) })
}

fn end(policy: &Bundle, which: Which, now: When) -> Option<CopiesEnd> {
    let zone = &policy.controller.time_zone;
    // A rule that cannot be followed ends nothing.
    backup::over(policy, which, now)?;
    let rule = policy.retention.rule_for(category(which))?;
    let period = rule.period?;
    let until = period.after(now, zone).day(zone).to_string();
    Some(CopiesEnd { rule: rule.id.clone(), period: period.to_string(), until })
}

impl Copies {
    /// The last day on which a copy may be read that holds what was destroyed; what was under a key that went is read in none once the
    /// copies of the keys are gone.
    pub(super) fn beyond_use(&self, by_key: bool) -> Option<String> {
        let data = self.data.as_ref().map(|end| &end.until);
        let vault = self.vault.as_ref().filter(|_| by_key).map(|end| &end.until);
        // ISO days sort as they follow each other.
        data.into_iter().chain(vault).min().cloned()
    }
}

/// What remains, with how many rows of those who were erased (`left`), at `now`.
pub(super) fn stays(policy: &Bundle, parts: &[Part], left: &[(&'static str, i64)], now: When) -> Vec<Stays> {
    let mut stays: Vec<Stays> = left
        .iter()
        .filter_map(|(category, rows)| stay(policy, category, Some(*rows), from(policy, category, now)))
        .collect();
    // Of those whose keys went it is kept that they were erased, which was longer ago.
    let keys = |part: &&Part| part.category == "person_key" && part.destroyed > 0;
    if let Some(part) = parts.iter().find(keys)
        && left.iter().all(|(category, _)| *category != "erasure")
    {
        stays.extend(stay(policy, "erasure", Some(part.destroyed), now));
    }
    stays.extend(ALWAYS.iter().filter_map(|category| stay(policy, category, None, from(policy, category, now))));
    stays
}

/// When the clock begins at the latest of what remains.
fn from(policy: &Bundle, category: &str, now: When) -> When {
    let zone = &policy.controller.time_zone;
    match category {
        // Its rule counts from the end of the year.
        ENTRIES => year_ends(policy, now),
        // A key goes when all that it may have sealed is over.
        "person_key" => {
            let periods = EVIDENCE.iter().filter_map(|category| policy.retention.rule_for(category)?.period);
            periods.map(|period| period.after(now, zone)).max().unwrap_or(now)
        }
        _ => now,
    }
}

fn stay(policy: &Bundle, category: &str, rows: Option<i64>, from: When) -> Option<Stays> {
    let rule = policy.retention.rule_for(category)?;
    let until = kept_until(policy, category, from).filter(|_| rule.action.destroys());
    Some(Stays {
        category: category.to_owned(),
        title: rule.title.clone(),
        rows,
        rule: rule.id.clone(),
        trigger: rule.trigger,
        period: rule.period.map(|period| period.to_string()),
        until: until.map(|day| day.to_string()),
    })
}
