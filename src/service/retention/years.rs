//! The rules of whole years of the log: its entries, and the hashes over them (decision 0059). Both go together, when the longer of
//! both is over, the oldest log first: what explains a gap in a log stands in the same one or a later one.
//!
//! ```text
//! closed, over, held by nothing, as it was signed ──> marked, counted, log.destroyed: one write ──> batches ──> row, checkpoints
//! ```
//!
//! With the mark it is done, and counted: what is left goes behind it whatever becomes of the run, which gets its certificate when
//! nothing is.

use super::left::Left;
use super::{Job, house_event, stopped, through};
use crate::app::App;
use crate::crypto::{hex, sha256};
use crate::domain::audit::leaf::end_of;
use crate::domain::audit::vocabulary::{self, LogDestroyed};
use crate::domain::retention::{About, Action, ENTRIES, Hold, Rule, Schedule, TREE};
use crate::domain::time::When;
use crate::service::log::destroyed::mark;
use crate::service::log::{head, public_keys};
use crate::service::{Failure, disposal};
use crate::store::log::{self, LogRow};
use crate::store::log_years::{self as rows, Mark};
use crate::store::retention::{self as runs, PartRow, RunRow};
use crate::store::{Error, Housekeeping, holds, streams};
use std::time::Duration;

/// How many rows of a destroyed log one write takes away.
const BATCH: i64 = 500;

/// How long before a log's first entry another of its entries may have happened: clocks differ, and writes commit late.
const LATE: Duration = Duration::from_hours(24);

pub(super) fn is_one(rule: &Rule) -> bool {
    [ENTRIES, TREE].contains(&rule.category.as_str()) && rule.action == Action::Destroy
}

/// The rules of entries and of hashes; a log goes by both, or by none.
fn both(schedule: &Schedule) -> Option<[&Rule; 2]> {
    let of = |category| schedule.rule_for(category).filter(|rule| is_one(rule) && rule.period.is_some());
    Some([of(ENTRIES)?, of(TREE)?])
}

/// A log whose time is over.
struct Year {
    log: LogRow,
    tiles: i64,
    /// When its clock began: its year was over, and it was closed.
    since: When,
}

impl Year {
    /// How much goes under a rule.
    fn amount(&self, rule: &Rule) -> i64 {
        if rule.category.as_str() == ENTRIES { self.log.size } else { self.tiles }
    }
}

/// The logs that are over at `at`, the oldest first, up to the first that is not.
async fn over(app: &App, schedule: &Schedule, at: When) -> Result<Vec<Year>, Failure> {
    let Some(rules) = both(schedule) else { return Ok(Vec::new()) };
    let (snapshot, mut years) = (app.snapshot(), Vec::new());
    let zone = &snapshot.policy.controller.time_zone;
    let mut read = app.db.read().await?;
    for log in log::all(&mut read).await?.into_iter().rev().filter(|log| log.destroyed_at.is_none()) {
        let Some(since) = log.closed_at.map(|closed| closed.max(end_of(log.year))) else { break };
        if rules.iter().filter_map(|rule| rule.period).any(|period| period.after(since, zone) > at) {
            break;
        }
        let tiles = rows::tiles(&mut read, &log.name).await?;
        years.push(Year { log, tiles, since });
    }
    Ok(years)
}

/// The hold that keeps a log made between these times: by its own rules, or by one of what its entries hold.
fn held<'h>(schedule: &Schedule, holds: &'h [Hold], within: (When, When)) -> Option<&'h Hold> {
    let within_it = |rule: &&Rule| {
        let category = rule.category.as_str();
        [ENTRIES, TREE].contains(&category) || vocabulary::all().any(|kind| kind.kept == category)
    };
    let rules: Vec<&Rule> = schedule.rules.iter().filter(within_it).collect();
    holds.iter().find(|hold| rules.iter().any(|rule| hold.stops_whole(rule, within)))
}

/// Why a log stays whose time is over.
type Why = (About, String);

/// The logs that are over at `at`: those that go, the oldest first, and those that are kept, because of a hold, because one is not as
/// it was signed, which is evidence, or because an older one is kept.
async fn chosen(
    (app, schedule): (&App, &Schedule),
    open: &[Hold],
    at: When,
) -> Result<(Vec<Year>, Vec<(Year, Why)>), Failure> {
    let (mut goes, mut kept) = (Vec::new(), Vec::new());
    for year in over(app, schedule, at).await? {
        let why = if let Some(hold) = held(schedule, open, made(app, &year).await?) {
            Some((About::Hold, hold.id.clone()))
        } else if !kept.is_empty() {
            Some((About::Log, "behind_another".to_owned()))
        } else if is_as_signed(app, &year.log).await?.is_none() {
            Some((About::Log, "not_as_signed".to_owned()))
        } else {
            None
        };
        match why {
            Some(why) => kept.push((year, why)),
            None => goes.push(year),
        }
    }
    Ok((goes, kept))
}

/// When a log's entries happened: from its first one to its end.
async fn made(app: &App, year: &Year) -> Result<(When, When), Error> {
    let first = streams::happened(&mut app.db.peek(), (&year.log.name, 0)).await?;
    Ok((first.unwrap_or(year.log.opened_at).min(year.log.opened_at) - LATE, year.since))
}

/// The root of a log and the note of its last checkpoint; none if the log is not as it was signed.
async fn is_as_signed(app: &App, log: &LogRow) -> Result<Option<(String, String)>, Failure> {
    let mut read = app.db.read().await?;
    let keys = public_keys(&mut read).await?;
    match head(&mut read, log, &keys).await {
        Ok(head) => Ok(Some((head.checkpoint.root.to_string(), head.note.to_string()))),
        Err(Failure::Log(fault)) => {
            tracing::error!(%fault, "a log whose time is over is kept, for it is evidence");
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}

pub(super) async fn survey(
    job: &Job<'_>,
    schedule: &Schedule,
    mut part: PartRow,
    now: When,
) -> Result<PartRow, Failure> {
    let (goes, kept) = chosen((job.app, schedule), job.holds, now).await?;
    part.due = goes.iter().map(|year| year.amount(job.rule)).sum();
    part.held = kept.iter().map(|(year, _)| year.amount(job.rule)).sum();
    Ok(part)
}

/// How much of a rule is over by then.
pub(super) async fn count(app: &App, rule: &Rule, schedule: &Schedule, by: When) -> Result<i64, Failure> {
    Ok(over(app, schedule, by).await?.iter().map(|year| year.amount(rule)).sum())
}

/// Destroys the oldest log that goes; with none left, the run is through with the rule. Gives how many entries went.
pub(super) async fn carry_out(job: &Job<'_>, schedule: &Schedule, run: &RunRow, now: When) -> Result<u64, Failure> {
    // What was over when it was planned, and is: a clock that was put back waits.
    let (goes, kept) = chosen((job.app, schedule), job.holds, run.planned_at.min(now)).await?;
    if job.rule.category.as_str() == ENTRIES
        && let (Some(year), Some(rules)) = (goes.first(), both(schedule))
    {
        return match destroy(job.app, (schedule, rules), year, run, now).await {
            Ok(went) => Ok(went),
            Err(failure) => Err(job.failed(run.id, year.amount(job.rule), failure).await),
        };
    }
    let mut left = Left::default();
    for (year, (about, what)) in &kept {
        left.add(*about, what, year.amount(job.rule));
    }
    through(job, run, (left, None), now).await
}

/// Marks a log as destroyed, and counts all of it.
async fn destroy(
    app: &App,
    (schedule, [entries, tree]): (&Schedule, [&Rule; 2]),
    year: &Year,
    run: &RunRow,
    now: When,
) -> Result<u64, Failure> {
    let Some((root, note)) = is_as_signed(app, &year.log).await? else { return Ok(0) };
    let within = made(app, year).await?;
    let log = &year.log;
    let payload = LogDestroyed {
        log: log.name.clone(),
        size: log.size,
        root,
        checkpoint: hex(&sha256(&[note.as_bytes()])),
        rule: entries.id.clone(),
        schedule: run.schedule.clone(),
        run: run.id,
    };
    let event = house_event(app, payload, now)?;
    let mac = app.snapshot().recorder.end_mac((&log.name, log.size), event.row.id, now);
    let marked = app
        .db
        .write(async |mut w| {
            runs::still_runs(&mut w, run.id).await?;
            if held(schedule, &holds::open(&mut w).await?, within).is_some() {
                return Err(Error::GivenUp);
            }
            rows::mark(&mut w, log, Mark { event: event.row.id, mac: &mac, at: now }).await?;
            for rule in [entries, tree] {
                let span = (year.since, year.since);
                runs::count(&mut w, (run.id, &rule.id), year.amount(rule), span).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    let went = stopped(marked.map(|_| log.size.unsigned_abs()))?;
    if went > 0 {
        tracing::info!(log = log.name, entries = log.size, "the log of a year was destroyed");
    }
    Ok(went)
}

/// Takes away the next batch of what is left of destroyed logs: entries, then where it is said what of them went before, then the
/// hashes. Gives how many rows went; nothing goes behind a mark that is not ours.
pub(super) async fn sweep(app: &App, now: When) -> Result<u64, Failure> {
    let left = rows::unfinished(&mut app.db.peek()).await?;
    if left.is_empty() {
        return Ok(0);
    }
    let mut read = app.db.read().await?;
    let (all, recorder) = (log::all(&mut read).await?, app.snapshot().recorder.clone());
    for log in left {
        if !mark(&mut read, &recorder, &log, &all).await?.is_ours() {
            tracing::error!(log = log.name, "somebody else says that this log is destroyed: it is kept");
            continue;
        }
        let first = rows::first(&mut read, &log.name).await?;
        drop(read);
        let went = app
            .db
            .write(async |mut w| {
                let went = match first {
                    Some(first) => rows::take_entries(&mut w, &log.name, (first, first + BATCH), now).await?,
                    None => match rows::take_spans(&mut w, &log.name, BATCH).await? {
                        0 => rows::take_tiles(&mut w, &log.name, BATCH).await?,
                        spans => spans,
                    },
                };
                w.commit_quietly(Housekeeping::Expire, went).await
            })
            .await?
            .value;
        if rows::unfinished(&mut app.db.peek()).await?.iter().all(|other| other.name != log.name) {
            // What was destroyed is in no file any more; a reader in the way is met again by the next settling.
            disposal::settle(app).await?;
        }
        return Ok(went);
    }
    Ok(0)
}
