//! Rules whose rows go one by one.

use super::{BATCH, Job, house_event};
use crate::app::App;
use crate::domain::audit::vocabulary::RecordsDisposed;
use crate::domain::retention::{By, Facts, Item, Verdict};
use crate::domain::time::When;
use crate::service::Failure;
use crate::store::due::{DueRow, FIRST, SOURCES, Source};
use crate::store::retention::{self as runs, PartRow, RunRow};
use crate::store::{Error, Housekeeping};

pub(super) fn is_one(category: &str) -> bool {
    SOURCES.iter().any(|source| source.category == category)
}

fn sources(category: &str) -> impl Iterator<Item = &'static Source> {
    SOURCES.iter().filter(move |source| source.category == category)
}

impl Job<'_> {
    fn judge(&self, row: &DueRow, now: When) -> Verdict<'_> {
        let zone = &self.snapshot.policy.controller.time_zone;
        let by = By { rule: self.rule, along: &[], holds: self.holds, zone };
        by.judge(&Item { account: row.account, since: row.since }, &Facts::default(), now)
    }
}

pub(super) async fn survey(job: &Job<'_>, mut part: PartRow, now: When) -> Result<PartRow, Failure> {
    for source in sources(job.rule.category.as_str()) {
        if job.holds.is_empty() {
            part.due += source.count(&mut job.app.db.peek(), job.cutoff).await?;
            continue;
        }
        let mut after = FIRST;
        loop {
            let rows = source.find(&mut job.app.db.peek(), job.cutoff, after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = (last.since, last.id);
            for row in &rows {
                match job.judge(row, now) {
                    Verdict::Due => part.due += 1,
                    Verdict::Held(_) => part.held += 1,
                    Verdict::Review(_) => part.reviewed += 1,
                    Verdict::NotYet | Verdict::Warn(_) => {}
                }
            }
        }
    }
    Ok(part)
}

/// How many records of a category began their clock then or earlier.
pub(super) async fn count(app: &App, category: &str, cutoff: When) -> Result<i64, Failure> {
    let mut all = 0;
    for source in sources(category) {
        all += source.count(&mut app.db.peek(), cutoff).await?;
    }
    Ok(all)
}

/// Destroys the next batch of what is due; with nothing left, the run is through with the rule. Gives how many went.
pub(super) async fn carry_out(job: &Job<'_>, run: &RunRow, now: When) -> Result<u64, Failure> {
    let mut held = 0;
    for source in sources(job.rule.category.as_str()) {
        let mut after = FIRST;
        loop {
            let rows = source.find(&mut job.app.db.peek(), job.cutoff, after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = (last.since, last.id);
            let due: Vec<&DueRow> = rows.iter().filter(|row| job.judge(row, now) == Verdict::Due).collect();
            held += rows.iter().filter(|row| matches!(job.judge(row, now), Verdict::Held(_))).count();
            if due.is_empty() {
                continue;
            }
            let went = destroy(job, source, &due, run, now).await?;
            if went > 0 {
                return Ok(went);
            }
        }
    }
    let held = i64::try_from(held).unwrap_or(i64::MAX);
    let through = job
        .app
        .db
        .write(async |mut w| {
            runs::still_runs(&mut w, run.id).await?;
            runs::through(&mut w, (run.id, &job.rule.id), held, now).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await;
    stopped(through.map(|_| 0))
}

/// A run that was cancelled meanwhile destroys nothing more.
fn stopped(outcome: Result<u64, Error>) -> Result<u64, Failure> {
    match outcome {
        Err(Error::GivenUp) => Ok(0),
        outcome => Ok(outcome?),
    }
}

async fn destroy(job: &Job<'_>, source: &Source, due: &[&DueRow], run: &RunRow, now: When) -> Result<u64, Failure> {
    let (Some(first), Some(last)) = (due.first(), due.last()) else { return Ok(0) };
    let span = (first.since, last.since);
    let payload = RecordsDisposed {
        run: run.id,
        rule: job.rule.id.clone(),
        schedule: run.schedule.clone(),
        category: job.rule.category.as_str().to_owned(),
        most: due.len(),
        oldest: span.0.to_string(),
        newest: span.1.to_string(),
    };
    let event = house_event(job.app, payload, now)?;
    let went = job
        .app
        .db
        .write(async |mut w| {
            runs::still_runs(&mut w, run.id).await?;
            let mut went = 0;
            for row in due {
                went += source.destroy(&mut w, row).await?;
            }
            let count = i64::try_from(went).unwrap_or(i64::MAX);
            runs::count(&mut w, (run.id, &job.rule.id), count, span).await?;
            w.commit(event.clone(), went).await
        })
        .await
        .map(|committed| committed.value);
    stopped(went)
}
