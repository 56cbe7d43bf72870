//! Rules whose rows go one by one, and with them the payloads of events of their category: those whose clock starts when
//! something happens. What a sharing or a case sealed goes with its person's key, for its clock starts at an end.

use super::left::Left;
use super::{BATCH, Job, house_event, stopped, through};
use crate::app::App;
use crate::domain::audit::vocabulary::RecordsDisposed;
use crate::domain::retention::{By, Facts, Item, Rule, Trigger, Verdict};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::disposal::{self, Order};
use crate::store::disposal::Candidate;
use crate::store::due::{DueRow, FIRST, SOURCES, Source};
use crate::store::retention::{self as runs, PartRow, RunRow};
use std::sync::{Mutex, PoisonError};

pub(super) fn is_one(rule: &Rule) -> bool {
    SOURCES.iter().any(|source| source.category == rule.category.as_str()) || !kinds(rule).is_empty()
}

/// The kinds of events whose payloads go by a rule.
fn kinds(rule: &Rule) -> Vec<&'static str> {
    let by_time = matches!(rule.trigger, Trigger::Event | Trigger::Created);
    if by_time && rule.action.destroys() { disposal::kinds_of(rule.category.as_str()) } else { Vec::new() }
}

fn sources(category: &str) -> impl Iterator<Item = &'static Source> {
    SOURCES.iter().filter(move |source| source.category == category)
}

impl Job<'_> {
    /// Whether a hold keeps an event's payload from going.
    fn is_held(&self, event: &Candidate, now: When) -> bool {
        let row = DueRow { id: event.id.0, account: event.person, since: event.at, held: Vec::new() };
        !matches!(self.judge(&row, now), Verdict::Due)
    }

    fn judge(&self, row: &DueRow, now: When) -> Verdict<'_> {
        let zone = &self.snapshot.policy.controller.time_zone;
        let by = By { rule: self.rule, along: &[], holds: self.holds, zone };
        let judge = |account| by.judge(&Item { account, since: row.since }, &Facts::default(), now);
        let held =
            row.held.iter().map(|person| judge(Some(*person))).find(|verdict| matches!(verdict, Verdict::Held(_)));
        held.unwrap_or_else(|| judge(row.account))
    }
}

pub(super) async fn survey(job: &Job<'_>, mut part: PartRow, now: When) -> Result<PartRow, Failure> {
    for source in sources(job.rule.category.as_str()) {
        if job.holds.is_empty() && job.rule.action.destroys() {
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
    count_payloads(job, &mut part, now).await?;
    Ok(part)
}

async fn count_payloads(job: &Job<'_>, part: &mut PartRow, now: When) -> Result<(), Failure> {
    let kinds = kinds(job.rule);
    if kinds.is_empty() {
        return Ok(());
    }
    if job.holds.is_empty() {
        part.due += i64::try_from(disposal::due(job.app, &kinds, job.cutoff).await?).unwrap_or(i64::MAX);
        return Ok(());
    }
    let held = |event: &Candidate| job.is_held(event, now);
    let mut from = None;
    loop {
        let picked = disposal::pick(job.app, &kinds, (from, job.cutoff), &held).await?;
        part.due += i64::try_from(picked.rows().len()).unwrap_or(i64::MAX);
        let batch = picked.batch(None);
        part.held += i64::try_from(batch.exempt).unwrap_or(i64::MAX);
        from = batch.next;
        if from.is_none() {
            return Ok(());
        }
    }
}

/// How many records of a rule began their clock then or earlier.
pub(super) async fn count(app: &App, rule: &Rule, cutoff: When) -> Result<i64, Failure> {
    let payloads = disposal::due(app, &kinds(rule), cutoff).await?;
    let mut all = i64::try_from(payloads).unwrap_or(i64::MAX);
    for source in sources(rule.category.as_str()) {
        all += source.count(&mut app.db.peek(), cutoff).await?;
    }
    Ok(all)
}

/// Destroys the next batch of what is due; with nothing left, the run is through with the rule. Gives how many went.
pub(super) async fn carry_out(job: &Job<'_>, run: &RunRow, now: When) -> Result<u64, Failure> {
    let mut left = Left::default();
    for source in sources(job.rule.category.as_str()) {
        let mut after = FIRST;
        loop {
            let rows = source.find(&mut job.app.db.peek(), job.cutoff, after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = (last.since, last.id);
            let mut due: Vec<&DueRow> = Vec::new();
            for row in &rows {
                match job.judge(row, now) {
                    Verdict::Due => due.push(row),
                    verdict => left.judged(&verdict),
                }
            }
            if due.is_empty() {
                continue;
            }
            let went = match destroy(job, source, &due, run, now).await {
                Ok(went) => went,
                Err(failure) => return Err(job.failed(run.id, whole(due.len()), failure).await),
            };
            if went > 0 {
                return Ok(went);
            }
        }
    }
    let (went, exempt) = strip(job, run, now).await?;
    if went > 0 {
        return Ok(went);
    }
    left.and(exempt);
    through(job, run, (left, None), now).await
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Destroys the next batch of payloads; says how many went, and what is left alone.
async fn strip(job: &Job<'_>, run: &RunRow, now: When) -> Result<(u64, Left), Failure> {
    let kinds = kinds(job.rule);
    if kinds.is_empty() {
        return Ok((0, Left::default()));
    }
    let left = Mutex::new(Left::default());
    let held = |event: &Candidate| {
        let row = DueRow { id: event.id.0, account: event.person, since: event.at, held: Vec::new() };
        let verdict = job.judge(&row, now);
        left.lock().unwrap_or_else(PoisonError::into_inner).judged(&verdict);
        verdict != Verdict::Due
    };
    let order = Order { rule: &job.rule.id, schedule: &run.schedule, certificate: None };
    let mut from = None;
    loop {
        let picked = disposal::pick(job.app, &kinds, (from, job.cutoff), &held).await?;
        let (first, last) = (picked.rows().first().map(|row| row.at), picked.rows().last().map(|row| row.at));
        let batch = picked.batch(None);
        if let (Some(said), Some(first), Some(last)) = (picked.events(job.app, &order, now)?, first, last) {
            let count = whole(batch.count);
            let went = job
                .app
                .db
                .write(async |mut w| {
                    job.stands(&mut w, run).await?;
                    picked.destroy(&mut w, &said).await?;
                    runs::count(&mut w, (run.id, &job.rule.id), count, (first, last)).await?;
                    w.commit(said.clone(), count.unsigned_abs()).await
                })
                .await
                .map(|committed| committed.value);
            return match stopped(went) {
                Ok(went) => Ok((went, Left::default())),
                Err(failure) => Err(job.failed(run.id, count, failure).await),
            };
        }
        from = batch.next;
        if from.is_none() {
            return Ok((0, left.into_inner().unwrap_or_else(PoisonError::into_inner)));
        }
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
            job.stands(&mut w, run).await?;
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
