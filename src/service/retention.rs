//! The schedule is carried out: what is due is counted, stands for a while for anybody to object, and goes in small steps.
//!
//! ```text
//! plan ──> cooling ──────────────────────> running ──> done, with a certificate
//!     └──> waiting (more than the schedule lets one run destroy) ──two people──> cooling
//!                       └──────────cancel, by anybody who may──> cancelled
//! ```
//!
//! A run destroys only what was over when it was planned, is over still, and is under no hold when its turn comes. Whatever
//! is cut off finds its place by looking at the rows: each goes in the write that counts it.

mod accounts;
mod by_post;
mod certificate;
mod clock;
mod forecast;
mod holding;
mod keys;
mod left;
mod pace;
mod reviews;
mod rows;
mod second;
mod warnings;
mod years;

pub use accounts::{Needed, needed};
pub(super) use accounts::{began, clock_of};
pub use by_post::{ByPost, NotByPost, by_post, posted};
pub use certificate::{
    Certificate, Copies, CopiesEnd, Decision, Failed, LeftAlone, LogGone, Part, SCHEMA, Shown, Stays, certificates,
    verified,
};
pub use clock::{
    confirm as confirm_clock, doubt as clock_in_doubt, look as look_at_the_clock, stored_doubt as stored_clock_in_doubt,
};
pub use forecast::{Months, RuleMonths, forecast};
pub use holding::{NewHold, NotPlaced, all as holds, keep, place, release};
pub use keys::EVIDENCE;
pub use pace::Pace;
pub use reviews::{Decided, decide, waiting};
pub use second::{Matter, Waits, ask as ask_second, decide as second_says, waits as second_waits};
pub use warnings::{Compose, warn};

use super::witness::newest_cosigned;
use super::{Failure, disposal, done, erasure};
use crate::app::{App, Snapshot};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{RetentionApproved, RetentionCancelled, RetentionPlanned};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, Sealed};
use crate::domain::retention::{Hold, Rule, Schedule};
use crate::domain::time::When;
use crate::policy::Engine;
use crate::store::log::LogRow;
use crate::store::retention::{self as runs, PartRow, RunRow, Went};
use crate::store::{Error, Housekeeping, Write, erasures, holds, lapses, log};
use futures_util::future::join_all;
use left::Left;
use uuid::Uuid;

/// How many things one write destroys, and how many are looked at in one go.
const BATCH: i64 = 200;

/// Above so many accounts a run's share of all of them is looked at: of few, one is a large share.
const FEW: i64 = 10;

/// A rule that the engine carries out.
fn carried_out(schedule: &Schedule) -> impl Iterator<Item = &Rule> {
    schedule.rules.iter().filter(|rule| {
        let by_one = keys::is_one(rule) || years::is_one(rule) || rows::is_one(rule);
        by_one || accounts::clock_of(rule.category.as_str()).is_some()
    })
}

/// What the schedule in force comes to at `now`, rule by rule: what would be destroyed, what is held, what waits for a
/// person. Nothing is written.
///
/// # Errors
/// What the store says.
pub async fn survey(app: &App, schedule: &Schedule, now: When) -> Result<Vec<PartRow>, Failure> {
    let snapshot = app.snapshot();
    let holds = holds::open(&mut app.db.peek()).await?;
    let mut parts = Vec::new();
    for rule in carried_out(schedule) {
        let Some(period) = rule.period else { continue };
        let cutoff = period.before(now, &snapshot.policy.controller.time_zone);
        let job = Job { app, snapshot: &snapshot, rule, holds: &holds, cutoff, pace: &Pace::FULL };
        parts.push(look(&job, schedule, now).await?);
    }
    Ok(parts)
}

/// What one rule comes to at `now`.
async fn look(job: &Job<'_>, schedule: &Schedule, now: When) -> Result<PartRow, Failure> {
    let rule = job.rule;
    let part = PartRow {
        rule: rule.id.clone(),
        category: rule.category.as_str().to_owned(),
        cutoff: job.cutoff,
        due: 0,
        held: 0,
        reviewed: 0,
        done: 0,
        held_at_run: 0,
        oldest: None,
        newest: None,
        finished_at: None,
    };
    match accounts::clock_of(rule.category.as_str()) {
        Some(clock) => accounts::survey(job, clock, part, now).await,
        None if keys::is_one(rule) => keys::survey(job, schedule, part, now).await,
        None if years::is_one(rule) => years::survey(job, schedule, part, now).await,
        None => rows::survey(job, part, now).await,
    }
}

/// A rule at work.
struct Job<'j> {
    app: &'j App,
    snapshot: &'j Snapshot,
    rule: &'j Rule,
    holds: &'j [Hold],
    cutoff: When,
    pace: &'j Pace,
}

impl Job<'_> {
    /// Whether the run goes on and the holds are those that the job goes by: asked within the write that destroys or says that nothing is
    /// left, for a hold may be placed behind the look at them.
    async fn stands(&self, w: &mut Write, run: &RunRow) -> Result<(), Error> {
        runs::still_runs(w, run.id).await?;
        if holds::open(w).await? == self.holds { Ok(()) } else { Err(Error::GivenUp) }
    }
}

/// What became of planning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Planned {
    /// The schedule is a draft, or not yet in effect: nothing is destroyed by it.
    Draft,
    /// Nothing is due.
    Nothing,
    /// The clock is not to be trusted.
    InDoubt(String),
    /// A run is open already.
    Open(RunRow),
    /// A run is planned.
    Run(RunRow, Vec<PartRow>),
}

/// Plans a run: counts what is due, and lets it stand for the cooling period. One that would destroy more than the schedule
/// lets a run destroy waits for two people.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn plan(app: &App, by: Option<&FullName>, now: When) -> Result<Planned, Failure> {
    let snapshot = app.snapshot();
    let (schedule, engine) = (&snapshot.policy.retention, &snapshot.policy.engine);
    let today = snapshot.policy.controller.today(now);
    if schedule.is_draft() || schedule.effective_from.is_some_and(|from| today < from) {
        return Ok(Planned::Draft);
    }
    if let Some(doubt) = clock_in_doubt(app, now).await? {
        return Ok(Planned::InDoubt(doubt));
    }
    if let Some(open) = runs::open(&mut app.db.peek()).await? {
        return Ok(Planned::Open(open));
    }
    let parts = survey(app, schedule, now).await?;
    let (open_log, log_note, log_cosigned) = as_signed(app).await?;
    let waits = is_too_much(app, engine, &parts).await?;
    let cooling =
        if engine.dry_run_first { engine.cooling.after(now, &snapshot.policy.controller.time_zone) } else { now };
    let run = RunRow {
        id: tokens::uuid(),
        schedule: schedule.version.clone(),
        policy: snapshot.policy.version().to_owned(),
        state: if waits { "waiting" } else { "cooling" }.to_owned(),
        planned_by: by.map(|by| by.as_str().to_owned()),
        log: open_log.as_ref().map(|log| log.name.clone()),
        log_size: open_log.map(|log| log.size),
        log_note,
        log_cosigned,
        planned_at: now,
        not_before: cooling,
        approved_by: None,
        approved_with: None,
        started_at: None,
        finished_at: None,
    };
    let payload = RetentionPlanned {
        run: run.id,
        schedule: run.schedule.clone(),
        due: told(&parts, |part| part.due),
        held: told(&parts, |part| part.held),
        not_before: run.not_before.to_string(),
        waits_for_two: waits,
        by: by.cloned(),
    };
    let event = house_event(app, payload, now)?;
    let begun = app
        .db
        .write(async |mut w| {
            if !runs::begin(&mut w, &run, &parts).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match begun {
        Ok(_) => Ok(Planned::Run(run, parts)),
        // Another was quicker.
        Err(Error::Missing) => {
            let open = runs::open(&mut app.db.peek()).await?.ok_or(Error::Conflict)?;
            Ok(Planned::Open(open))
        }
        Err(error) => Err(error.into()),
    }
}

/// The log that is open, its newest checkpoint, and the newest that witnesses cosigned: of a minute the last alone is kept, and of a
/// witness the last.
async fn as_signed(app: &App) -> Result<(Option<LogRow>, Option<String>, Option<String>), Failure> {
    let mut read = app.db.read().await?;
    let Some(log) = log::open(&mut read).await? else { return Ok((None, None, None)) };
    let note = log::checkpoint(&mut read, &log.name).await?.map(|row| row.note);
    let cosigned = newest_cosigned(&mut read, &log.name).await?.map(|(_, note)| note.to_string());
    Ok((Some(log), note, cosigned))
}

/// The daily plan of the house: none within that time of the one before, and none where nothing is due.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn plan_if_due(app: &App, every: std::time::Duration, now: When) -> Result<Planned, Failure> {
    if let Some(last) = runs::latest(&mut app.db.peek(), 1).await?.pop()
        && (last.finished_at.is_none() || now.since(last.planned_at) < every)
    {
        return Ok(Planned::Open(last));
    }
    if app.snapshot().policy.retention.is_draft() {
        return Ok(Planned::Draft);
    }
    let parts = survey(app, &app.snapshot().policy.retention, now).await?;
    if parts.iter().all(|part| part.due + part.reviewed == 0) {
        return Ok(Planned::Nothing);
    }
    plan(app, None, now).await
}

/// "account.dormant=12": for the record, which names nobody.
fn told(parts: &[PartRow], count: impl Fn(&PartRow) -> i64) -> Vec<String> {
    parts.iter().filter(|part| count(part) > 0).map(|part| format!("{}={}", part.rule, count(part))).collect()
}

async fn is_too_much(app: &App, engine: &Engine, parts: &[PartRow]) -> Result<bool, Failure> {
    let due: i64 = parts.iter().map(|part| part.due).sum();
    let of_accounts = parts.iter().filter(|part| accounts::clock_of(&part.category).is_some());
    let accounts: i64 = of_accounts.map(|part| part.due).sum();
    let all = lapses::all_accounts(&mut app.db.peek()).await?;
    let share =
        accounts > FEW && accounts.saturating_mul(100) > all.saturating_mul(i64::from(engine.max_share_of_accounts));
    Ok(due > i64::from(engine.max_destroy_per_run) || share)
}

/// Two people let a run go on that waits for them. The cooling period runs on from when it was planned; `false` if no run
/// waits, or it is one person under two names.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn approve(app: &App, run: Uuid, (by, with): (&FullName, &FullName), now: When) -> Result<bool, Failure> {
    if by.is_same_as(with) {
        return Ok(false);
    }
    let event = house_event(app, RetentionApproved { run, by: by.clone(), approved_by: with.clone() }, now)?;
    let approved = app
        .db
        .write(async |mut w| {
            if !runs::approve(&mut w, run, (by.as_str(), with.as_str()), now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(approved)
}

/// Stops a run: what it has destroyed stays destroyed, nothing else goes. `false` if it had ended.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn cancel(app: &App, run: Uuid, by: &FullName, now: When) -> Result<bool, Failure> {
    let event = house_event(app, RetentionCancelled { run, why: "by_a_person".to_owned(), by: Some(by.clone()) }, now)?;
    let cancelled = app
        .db
        .write(async |mut w| {
            if !runs::end(&mut w, run, "cancelled", now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(cancelled)
}

/// Whether another schedule is in force than the run goes by, or a draft.
#[must_use]
pub fn is_replaced(schedule: &Schedule, run: &RunRow) -> bool {
    schedule.is_draft() || schedule.version != run.schedule
}

/// What one step of a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is nothing to carry out now: no run, or it cools, or waits for two people.
    Nothing,
    /// The clock is not to be trusted.
    InDoubt(String),
    /// So much went; there may be more.
    Went(u64),
    /// The run is over: its certificate.
    Done(Box<Certificate>),
}

/// Carries the open run on by one step; what is left of a log that is destroyed goes before, whatever became of its run.
///
/// # Errors
/// [`Failure`]; what went before stays gone, and the next step goes on.
pub async fn step(app: &App, now: When) -> Result<Step, Failure> {
    step_at(app, &Pace::FULL, now).await
}

/// A [`step`] at this pace; short of what a step may do once the pace's time is over.
///
/// # Errors
/// As [`step`].
pub async fn step_at(app: &App, pace: &Pace, now: When) -> Result<Step, Failure> {
    let swept = years::sweep(app, now).await?;
    if swept > 0 {
        return Ok(Step::Went(swept));
    }
    let Some(run) = runs::open(&mut app.db.peek()).await? else { return Ok(Step::Nothing) };
    if let Some(doubt) = clock_in_doubt(app, now).await? {
        return Ok(Step::InDoubt(doubt));
    }
    if run.state == "waiting" || now < run.not_before {
        return Ok(Step::Nothing);
    }
    let snapshot = app.snapshot();
    let schedule = &snapshot.policy.retention;
    if is_replaced(schedule, &run) {
        // Another schedule is in force: what was counted by the old one is destroyed by none.
        let why = "schedule_replaced".to_owned();
        let event = house_event(app, RetentionCancelled { run: run.id, why, by: None }, now)?;
        app.db
            .write(async |mut w| {
                runs::end(&mut w, run.id, "cancelled", now).await?;
                w.commit(event.clone(), ()).await
            })
            .await?;
        return Ok(Step::Nothing);
    }
    if run.state == "cooling" {
        app.db
            .write(async |mut w| {
                runs::start(&mut w, run.id, now).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await?;
    }
    let parts = runs::parts(&mut app.db.peek(), run.id).await?;
    for part in parts.iter().filter(|part| part.finished_at.is_none()) {
        let Some(rule) = schedule.rules.iter().find(|rule| rule.id == part.rule) else { continue };
        // Looked up anew at each step: a hold that was placed during a run is honoured.
        let holds = holds::open(&mut app.db.peek()).await?;
        let job = Job { app, snapshot: &snapshot, rule, holds: &holds, cutoff: part.cutoff, pace };
        let went = match accounts::clock_of(&part.category) {
            Some(clock) => accounts::carry_out(&job, clock, &run, now).await?,
            None if keys::is_one(rule) => keys::carry_out(&job, schedule, &run, now).await?,
            None if years::is_one(rule) => years::carry_out(&job, schedule, &run, now).await?,
            None => rows::carry_out(&job, &run, now).await?,
        };
        return Ok(Step::Went(went));
    }
    if erasures::are_open(&mut app.db.peek(), run.id).await? {
        return Ok(Step::Went(0));
    }
    certificate::issue(app, &run, now).await
}

/// The run is through with a rule, unless it was cancelled meanwhile: so much was left alone, and so much went, where that was not
/// counted as it went.
async fn through(job: &Job<'_>, run: &RunRow, (left, went): (Left, Option<Went>), now: When) -> Result<u64, Failure> {
    let through = job
        .app
        .db
        .write(async |mut w| {
            let part = (run.id, &*job.rule.id);
            job.stands(&mut w, run).await?;
            if let Some(went) = went {
                runs::set_count(&mut w, part, went).await?;
            }
            if !runs::through(&mut w, part, left.held(), now).await? {
                return Err(Error::GivenUp);
            }
            left.keep(&mut w, part).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await;
    stopped(through.map(|_| 0))
}

/// One that was cancelled, or met a hold, meanwhile destroys nothing: the next step looks anew.
fn stopped(outcome: Result<u64, Error>) -> Result<u64, Failure> {
    match outcome {
        Err(Error::GivenUp) => Ok(0),
        outcome => Ok(outcome?),
    }
}

/// Brings erasures to their end: those cut off, then the keys of those whose rows are gone. Gives how many were finished.
///
/// # Errors
/// [`Failure`]; the next round goes on.
pub async fn finish_erasures(app: &App, now: When) -> Result<usize, Failure> {
    finish_erasures_at(app, &Pace::FULL, now).await
}

/// [`finish_erasures`] at this pace, for no longer than it lasts.
///
/// # Errors
/// As [`finish_erasures`].
pub async fn finish_erasures_at(app: &App, pace: &Pace, now: When) -> Result<usize, Failure> {
    erasure::resume(app, now, BATCH).await?;
    finish_begun(app, pace, now).await
}

/// Finishes the erasures of which the rows are gone. Gives how many.
///
/// # Errors
/// As [`finish_erasures`].
pub async fn finish_begun(app: &App, pace: &Pace, now: When) -> Result<usize, Failure> {
    forget_clocks(app).await?;
    let mut finished = 0;
    let open = erasures::open(&mut app.db.peek(), BATCH).await?;
    for some in open.chunks(pace.at_once(accounts::AT_ONCE)) {
        let mut fault = None;
        for (open, shred) in some.iter().zip(join_all(some.iter().map(|open| erasure::shred(app, open, now))).await) {
            let failure = match (shred, open.run_id) {
                (Ok(done), _) => {
                    finished += usize::from(done);
                    continue;
                }
                (Err(failure), Some(run)) => left::failed(app, (run, &open.cause), 1, failure).await,
                (Err(failure), None) => failure,
            };
            if failure.is_damage() {
                tracing::error!(error = %failure, "what is left of somebody who was erased cannot be read, and stays");
            } else {
                fault = Some(failure);
            }
        }
        if let Some(failure) = fault {
            return Err(failure);
        }
        if !pace.goes_on().await {
            break;
        }
    }
    if finished > 0 {
        // A reader in the way is met again by the next settling.
        disposal::settle(app).await?;
    }
    Ok(finished)
}

/// Forgets when the clocks began of those whom runs erased that have ended: their certificates say the range.
async fn forget_clocks(app: &App) -> Result<(), Failure> {
    loop {
        let known = erasures::known_clocks(&mut app.db.peek(), BATCH).await?;
        if known.is_empty() {
            return Ok(());
        }
        app.db
            .write(async |mut w| {
                for account in &known {
                    erasures::forget_clock(&mut w, *account)?;
                }
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await?;
    }
}

fn house_event<K: Kind>(app: &App, payload: K, now: When) -> Result<Sealed<K>, Failure> {
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?)
}
