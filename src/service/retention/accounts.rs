//! Rules that end whole accounts: those nobody uses, those their owners closed, those whose owners have died.

use super::left::Left;
use super::{BATCH, Job, through};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::domain::audit::vocabulary::AccountNeeded;
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::client::Client;
use crate::domain::retention::{About, By, Decision, Facts, Item, Period, Verdict};
use crate::domain::time::When;
use crate::service::erasure::{self, ALONG, Cause, Erased, Seen};
use crate::service::{Failure, people};
use crate::store::due::FIRST;
use crate::store::lapses::{self, AccountClock, AccountRow, ReviewRow, WarningRow};
use crate::store::retention::{self as runs, PartRow, RunRow};
use crate::store::{Error, Housekeeping, erasures, sharing};
use futures_util::future::join_all;
use jiff::civil::Date;
use uuid::Uuid;

/// So many accounts are erased at a time: each waits for the disk several times, and a disk serves several at once.
pub(super) const AT_ONCE: usize = 4;

/// What starts the clock of a category of accounts; none for other categories.
pub(in crate::service) fn clock_of(category: &str) -> Option<AccountClock> {
    match category {
        "account_profile" => Some(AccountClock::Used),
        "account.closed" => Some(AccountClock::Closed),
        "account.deceased" => Some(AccountClock::Died),
        _ => None,
    }
}

/// Why a person looks: it is suspended, so that its owner cannot use it.
pub(super) const SUSPENDED: &str = "suspended";

/// The facts of one account that its rule asks for.
struct Known {
    item: Item,
    facts: Vec<&'static str>,
    warned: Vec<(String, When)>,
    suspended: bool,
    review: Option<ReviewRow>,
}

async fn known(job: &Job<'_>, row: &AccountRow) -> Result<Known, Failure> {
    let mut read = job.app.db.read().await?;
    let since = began(row);
    let warnings =
        if job.rule.notify.is_empty() { Vec::new() } else { lapses::warnings(&mut read, row.id, since).await? };
    let review = lapses::review(&mut read, row.id, &job.rule.id).await?;
    let facts = if row.open_case { vec!["open_case"] } else { vec![] };
    Ok(Known {
        item: Item { account: Some(row.id), since },
        facts,
        warned: warnings.into_iter().filter(reached).map(|warning| (warning.before, warning.sent_at)).collect(),
        suspended: row.suspended,
        review,
    })
}

/// When an account's clock began: nobody is dormant while a service needs the account.
pub(in crate::service) fn began(row: &AccountRow) -> When {
    row.needed_until.map_or(row.since, |until| row.since.max(until))
}

/// A letter that came back is no warning.
pub(super) fn reached(warning: &WarningRow) -> bool {
    warning.state.as_deref() != Some("dead")
}

/// What a person said who was asked since the clock began. What was said before is over: the account was used since.
pub(super) fn decision(review: &ReviewRow, began: When) -> Option<Decision> {
    if review.since < began {
        return None;
    }
    Some(match (review.keep, review.keep_until) {
        (None, _) | (Some(true), None) => Decision::Asked,
        (Some(true), Some(until)) => Decision::KeptUntil(until),
        (Some(false), _) => Decision::Goes,
    })
}

impl Job<'_> {
    fn judge_account<'a>(&'a self, known: &Known, now: When) -> Verdict<'a> {
        let zone = &self.snapshot.policy.controller.time_zone;
        let by = By { rule: self.rule, along: ALONG, holds: self.holds, zone };
        let decided = known.review.as_ref().and_then(|review| decision(review, known.item.since));
        match by.judge(&known.item, &Facts { facts: &known.facts, warned: &known.warned, decided }, now) {
            // Its owner cannot use it: that nobody does says nothing.
            Verdict::Due if known.suspended && decided.is_none() => Verdict::Review(SUSPENDED),
            verdict => verdict,
        }
    }
}

pub(super) async fn survey(
    job: &Job<'_>,
    clock: AccountClock,
    mut part: PartRow,
    now: When,
) -> Result<PartRow, Failure> {
    let mut after = FIRST;
    loop {
        let rows = lapses::accounts(&mut job.app.db.peek(), clock, job.cutoff, after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(part) };
        after = (last.since, last.id.0);
        for row in &rows {
            match job.judge_account(&known(job, row).await?, now) {
                Verdict::Due => part.due += 1,
                Verdict::Held(_) => part.held += 1,
                Verdict::Review(_) => part.reviewed += 1,
                Verdict::NotYet | Verdict::Warn(_) => {}
            }
        }
    }
}

/// Erases the accounts of one batch that are due, and puts before a person what asks for one. With nothing left, the run is
/// through with the rule. Gives how many went.
pub(super) async fn carry_out(job: &Job<'_>, clock: AccountClock, run: &RunRow, now: When) -> Result<u64, Failure> {
    let (mut after, mut left) = (FIRST, Left::default());
    loop {
        let rows = lapses::accounts(&mut job.app.db.peek(), clock, job.cutoff, after, BATCH).await?;
        let Some(last) = rows.last() else { break };
        after = (last.since, last.id.0);
        let mut went = 0;
        for some in rows.chunks(job.pace.at_once(AT_ONCE)) {
            let mut fault = None;
            for became in join_all(some.iter().map(|row| one(job, clock, row, run, now))).await {
                match became {
                    Ok(Became::Erased) => went += 1,
                    Ok(Became::Left(about, what)) => left.add(about, &what, 1),
                    Ok(Became::Nothing) => {}
                    Err(failure) => fault = job.stops_at(run.id, failure).await.or(fault),
                }
            }
            if let Some(failure) = fault {
                return Err(failure);
            }
            if !job.pace.goes_on().await || !still_runs(job.app, run.id).await? {
                return Ok(went);
            }
        }
        if went > 0 {
            return Ok(went);
        }
    }
    // By what they say themselves, however often the run was cut off.
    let gone = erasures::erased_by(&mut job.app.db.peek(), run.id, &job.rule.id).await?;
    through(job, run, (left, Some(gone)), now).await
}

/// What became of one account.
enum Became {
    Erased,
    /// It is over, and stays because of this.
    Left(About, String),
    /// It is not over any more, or has gone.
    Nothing,
}

/// What becomes of one account.
async fn one(job: &Job<'_>, clock: AccountClock, row: &AccountRow, run: &RunRow, now: When) -> Result<Became, Failure> {
    let known = known(job, row).await?;
    match job.judge_account(&known, now) {
        Verdict::Due => {
            let seen = Seen { clock, row: row.clone(), review: known.review };
            let (rule, schedule) = (job.rule.id.clone(), run.schedule.clone());
            let cause = Cause::Rule { rule, schedule, run: run.id, seen: Box::new(seen) };
            Ok(match erasure::erase(job.app, row.id, &cause, None, now).await? {
                Erased::Done { .. } => Became::Erased,
                Erased::Held(hold) => Became::Left(About::Hold, hold.id),
                Erased::Gone | Erased::Stays => Became::Nothing,
            })
        }
        Verdict::Held(hold) => Ok(Became::Left(About::Hold, hold.id.clone())),
        Verdict::Review(why) => {
            ask(job.app, row, &job.rule.id, why, now).await?;
            Ok(Became::Left(About::Review, known.asked(why).to_owned()))
        }
        Verdict::NotYet | Verdict::Warn(_) => {
            Ok(known.kept_by(now).map_or(Became::Nothing, |by| Became::Left(About::Kept, by.to_owned())))
        }
    }
}

impl Known {
    /// Why a person looks: of one that was asked before, as was said then.
    fn asked<'k>(&'k self, why: &'k str) -> &'k str {
        let asked = |review: &&ReviewRow| decision(review, self.item.since) == Some(Decision::Asked);
        self.review.as_ref().filter(asked).map_or(why, |review| &review.why)
    }

    /// Who said that it is kept until a day that has not come.
    fn kept_by(&self, now: When) -> Option<&str> {
        let review = self.review.as_ref()?;
        let kept = matches!(decision(review, self.item.since), Some(Decision::KeptUntil(until)) if now < until);
        review.decided_by.as_deref().filter(|_| kept)
    }
}

/// Whether the run has not been stopped meanwhile.
async fn still_runs(app: &App, run: Uuid) -> Result<bool, Failure> {
    Ok(runs::open(&mut app.db.peek()).await?.is_some_and(|open| open.id == run && open.state == "running"))
}

/// Puts an account before a person.
pub(super) async fn ask(app: &App, row: &AccountRow, rule: &str, why: &str, now: When) -> Result<(), Failure> {
    app.db
        .write(async |mut w| {
            lapses::ask_review(&mut w, (row.id, rule), why, (began(row), now)).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await?;
    Ok(())
}

/// How a service's word was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// It is kept.
    Noted,
    /// The day is more than five years ahead.
    TooFar,
    /// Nobody with an account in use is called so at that service.
    Nobody,
}

/// How many months ahead a service may need an account.
const AHEAD: u16 = 60;

/// A service that may say so needs an account until the end of a day: it is not dormant meanwhile, and was used now. A day that
/// is over takes it back.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn needed(
    app: &App,
    (client, sub): (&Client, &str),
    until: Date,
    context: &Context,
    now: When,
) -> Result<Needed, Failure> {
    let snapshot = app.snapshot();
    let controller = &snapshot.policy.controller;
    let furthest = Period::months(AHEAD).map_or(now, |period| period.after(now, &controller.time_zone));
    if until > furthest.day(&controller.time_zone) {
        return Ok(Needed::TooFar);
    }
    let Some(account) = sharing::whose(&mut app.db.peek(), &client.sector, sub).await? else {
        return Ok(Needed::Nobody);
    };
    let end = until.tomorrow().and_then(|day| day.to_zoned(controller.time_zone.clone()));
    let end = end.map_or(furthest, |end| When::from(end.timestamp()));
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let draft =
        Draft::new(ActorClass::Client, AccountNeeded { until: until.to_string() }).about(account).at(&client.id);
    let draft = draft.by(Channel::Api).from(context.clone());
    let event = snapshot.recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let needed = app
        .db
        .write(async |mut w| {
            if !lapses::used(&mut w, account, now).await? {
                return Err(Error::Missing);
            }
            if end > now {
                lapses::need(&mut w, account, client.id.as_str(), end, now).await?;
            } else {
                lapses::need_no_more(&mut w, account, client.id.as_str()).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    Ok(if crate::service::done(needed)? { Needed::Noted } else { Needed::Nobody })
}
