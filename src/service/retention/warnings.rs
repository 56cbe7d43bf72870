//! Warnings before the end of an account nobody uses. Any use of it cancels them; one that cannot reach her goes into no
//! void: a person looks.

use super::accounts::{SUSPENDED, ask, began, decision, reached};
use super::{BATCH, Failure};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::domain::audit::vocabulary::DormancyWarned;
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::retention::{By, Decision, Facts, Item, Notify, Rule, Verdict};
use crate::domain::time::When;
use crate::service::erasure::ALONG;
use crate::service::{people, post};
use crate::store::due::FIRST;
use crate::store::lapses::{self, AccountClock, AccountRow};
use crate::store::{Error, holds, outbox, sessions};
use jiff::civil::Date;

/// Makes the letter that warns: in the language she used last, with the day from which the account is deleted.
pub type Compose<'a> = &'a (dyn Fn(&str, Date) -> post::Text + Sync);

/// Why a person looks: no warning can reach her.
pub(super) const UNREACHED: &str = "not_reached";

/// Gives the warnings that are due. A draft of a schedule warns nobody. Gives how many were given.
///
/// # Errors
/// [`Failure`]; who was not reached is found again.
pub async fn warn(app: &App, compose: Compose<'_>, now: When) -> Result<usize, Failure> {
    let snapshot = app.snapshot();
    let schedule = &snapshot.policy.retention;
    let today = snapshot.policy.controller.today(now);
    let rule = schedule.rule_for(crate::service::erasure::PROFILE).filter(|rule| !rule.notify.is_empty());
    let (Some(rule), false) = (rule, schedule.is_draft() || schedule.effective_from.is_some_and(|from| today < from))
    else {
        return Ok(0);
    };
    if super::clock_in_doubt(app, now).await?.is_some() {
        return Ok(0);
    }
    let zone = &snapshot.policy.controller.time_zone;
    let Some(period) = rule.period else { return Ok(0) };
    // Whose first warning may be due: the longest before the end.
    let first = rule.notify.iter().map(|step| step.before.after(now, zone)).max().unwrap_or(now);
    let cutoff = period.before(first, zone);
    let holds = holds::open(&mut app.db.peek()).await?;
    let (mut after, mut given) = (FIRST, 0);
    loop {
        let rows = lapses::accounts(&mut app.db.peek(), AccountClock::Used, cutoff, after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(given) };
        after = (last.since, last.id.0);
        for row in &rows {
            let by = By { rule, along: ALONG, holds: &holds, zone };
            match warn_one(app, row, &by, compose, now).await {
                Ok(true) => given += 1,
                // Used or erased meanwhile.
                Ok(false) | Err(Failure::Seal(SealError::NoKey) | Failure::Store(Error::Missing)) => {}
                Err(failure) if failure.is_shortage() => return Err(failure),
                // One who cannot be warned does not keep the others from being warned.
                Err(failure) => tracing::error!(error = %failure, "a warning could not be given"),
            }
        }
    }
}

async fn warn_one(app: &App, row: &AccountRow, by: &By<'_>, compose: Compose<'_>, now: When) -> Result<bool, Failure> {
    let mut read = app.db.read().await?;
    let since = began(row);
    let warnings = lapses::warnings(&mut read, row.id, since).await?;
    let review = lapses::review(&mut read, row.id, &by.rule.id).await?;
    let decided = review.and_then(|review| decision(&review, since));
    if decided == Some(Decision::Asked) {
        // A person is looking.
        return Ok(false);
    }
    let lost = !warnings.iter().all(reached);
    let warned: Vec<(String, When)> = warnings.into_iter().map(|warning| (warning.before, warning.sent_at)).collect();
    let facts = Facts { facts: &[], warned: &warned, decided };
    let verdict = by.judge(&Item { account: Some(row.id), since }, &facts, now);
    // Once that day has come nothing is said any more.
    let said = decided.is_some_and(|said| !matches!(said, Decision::KeptUntil(until) if until <= now));
    if lost && !said {
        drop(read);
        ask(app, row, &by.rule.id, UNREACHED, now).await?;
        return Ok(false);
    }
    let Verdict::Warn(step) = verdict else { return Ok(false) };
    if row.suspended {
        drop(read);
        ask(app, row, &by.rule.id, SUSPENDED, now).await?;
        return Ok(false);
    }
    let keys = people::keys(&mut read, &app.roots, row.id).await?;
    let to = people::written_to(&mut read, &keys).await?.filter(|_| step.by.iter().any(|way| way == "email"));
    let language = sessions::language(&mut read, row.id).await?.unwrap_or_default();
    drop(read);
    let Some(to) = to else {
        ask(app, row, &by.rule.id, UNREACHED, now).await?;
        return Ok(false);
    };
    let ends = ends(by.rule, step, (since, now), by);
    let letter = post::letter(&app.roots, Some(row.id), &to, &compose(&language, ends))?;
    let before = step.before.to_string();
    let payload =
        DormancyWarned { before: before.clone(), way: "email".to_owned(), deleted_from: ends.to_string(), by: None };
    let draft = Draft::new(ActorClass::System, payload).about(row.id).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let used = row.since;
    let warned = app
        .db
        .write(async |mut w| {
            if !lapses::still_unused(&mut w, row.id, used).await? {
                return Err(Error::Missing);
            }
            outbox::queue(&mut w, &letter, now).await?;
            lapses::warned(&mut w, row.id, (&before, "email"), Some(letter.id), now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    crate::service::done(warned)
}

/// The day from which the account is deleted, if nobody uses it: as late as the warnings that follow this one need.
pub(super) fn ends(rule: &Rule, step: &Notify, (since, now): (When, When), by: &By<'_>) -> Date {
    let end = rule.period.map_or(now, |period| period.after(since, by.zone));
    end.max(step.before.after(now, by.zone)).day(by.zone)
}
