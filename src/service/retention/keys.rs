//! The rule of persons' keys: the evidence key of somebody who is erased goes when the last thing that needs it has gone, and
//! with it what it sealed. From then on nobody can say whose the entries of the log were.

use super::left::Left;
use super::{BATCH, Job, stopped, through};
use crate::app::App;
use crate::domain::audit::PersonKey;
use crate::domain::ids::AccountId;
use crate::domain::retention::{By, Facts, Item, Rule, Schedule, Trigger, Verdict};
use crate::domain::time::When;
use crate::service::{Failure, disposal, erasure};
use crate::store::due::{After, FIRST};
use crate::store::retention::{PartRow, RunRow};
use crate::store::{Housekeeping, erasures};

/// The categories whose records may be sealed as evidence: the longest of their rules is waited for, and what holds one of them
/// holds the key.
pub const EVIDENCE: &[&str] = &[
    "access.question",
    "erasure",
    "event.security",
    "officer.access",
    "retention.hold",
    "rights.case",
    "sharing.consent",
    "sharing.other_basis",
    "signal",
];

pub(super) fn is_one(rule: &Rule) -> bool {
    rule.trigger == Trigger::LastEvidenceLapsed
}

/// Who was erased then or earlier may have no evidence left at `now`.
fn erased_by(app: &App, schedule: &Schedule, rule: &Rule, now: When) -> When {
    let snapshot = app.snapshot();
    let zone = &snapshot.policy.controller.time_zone;
    let periods = EVIDENCE.iter().filter_map(|category| schedule.rule_for(category)?.period);
    let lapsed = rule.period.map_or(now, |period| period.before(now, zone));
    periods.map(|period| period.before(lapsed, zone)).min().unwrap_or(now)
}

/// How many keys would go by then.
pub(super) async fn count(app: &App, rule: &Rule, schedule: &Schedule, by: When) -> Result<i64, Failure> {
    Ok(erasures::count_lapsed(&mut app.db.peek(), erased_by(app, schedule, rule, by)).await?)
}

impl Job<'_> {
    fn judge_key(&self, schedule: &Schedule, person: AccountId, now: When) -> Verdict<'_> {
        let zone = &self.snapshot.policy.controller.time_zone;
        let by = By { rule: self.rule, along: EVIDENCE, holds: self.holds, zone };
        // All its evidence has lapsed by `erased_by`: nothing more is to be waited for.
        let period = self.rule.period.map_or(now, |period| period.before(now, zone));
        let verdict = by.judge(&Item { account: Some(person), since: period }, &Facts::default(), now);
        let category = self.rule.category.as_str();
        let mut holds = self.holds.iter().filter(|_| verdict == Verdict::Due);
        let hold = holds.find(|hold| hold.stops_all_of(schedule, category, EVIDENCE, person));
        hold.map_or(verdict, Verdict::Held)
    }
}

pub(super) async fn survey(
    job: &Job<'_>,
    schedule: &Schedule,
    mut part: PartRow,
    now: When,
) -> Result<PartRow, Failure> {
    let cutoff = erased_by(job.app, schedule, job.rule, now);
    let mut after = FIRST;
    loop {
        let rows = erasures::lapsed(&mut job.app.db.peek(), cutoff, after, BATCH).await?;
        let Some((last, at)) = rows.last() else { return Ok(part) };
        after = (*at, last.0);
        for (person, _) in &rows {
            match job.judge_key(schedule, *person, now) {
                Verdict::Due => part.due += 1,
                Verdict::Held(_) => part.held += 1,
                _ => {}
            }
        }
    }
}

/// Destroys the keys of one batch; with nothing left, the run is through with the rule. Gives how many went.
///
/// The vault may be a file of its own, so that no write takes a key and counts it. Which run takes it is laid down before it goes; what
/// went is counted by looking at the vault at the end, however often the run was cut off.
pub(super) async fn carry_out(job: &Job<'_>, schedule: &Schedule, run: &RunRow, now: When) -> Result<u64, Failure> {
    let cutoff = erased_by(job.app, schedule, job.rule, run.planned_at);
    let (mut after, mut left): (After, Left) = (FIRST, Left::default());
    loop {
        let rows = erasures::lapsed(&mut job.app.db.peek(), cutoff, after, BATCH).await?;
        let Some((last, at)) = rows.last() else { break };
        after = (*at, last.0);
        let mut went = 0;
        for (person, _) in &rows {
            match job.judge_key(schedule, *person, now) {
                Verdict::Due => match take(job, *person, run, now).await {
                    Ok(true) => went += 1,
                    // An event of hers has no place in the log yet: she is left for the next run.
                    Ok(false) => {}
                    Err(failure) => {
                        if let Some(failure) = job.stops_at(run.id, failure).await {
                            return Err(failure);
                        }
                    }
                },
                verdict => left.judged(&verdict),
            }
        }
        if went > 0 {
            disposal::settle(job.app).await?;
            return Ok(went);
        }
    }
    let taken = erasures::keys_taken(&mut job.app.db.peek(), run.id).await?;
    through(job, run, (left, Some(taken)), now).await
}

/// Takes one key; `false` if it is needed still. None is begun by a run that was stopped, or behind a hold that was placed, meanwhile.
async fn take(job: &Job<'_>, person: AccountId, run: &RunRow, now: When) -> Result<bool, Failure> {
    let laid_down = job
        .app
        .db
        .write(async |mut w| {
            job.stands(&mut w, run).await?;
            erasures::take_key(&mut w, person, run.id).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await;
    if stopped(laid_down.map(|_| 1))? == 0 {
        return Ok(false);
    }
    erasure::destroyed(job.app, person, PersonKey::Evidence, &job.rule.id, now).await
}
