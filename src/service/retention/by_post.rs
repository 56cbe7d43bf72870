//! A warning for the post, for whoever has no e-mail address or whose letters came back: a person prints it.

use super::accounts::{began, reached};
use super::warnings::{UNREACHED, ends};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::domain::account::{Address, FullName, Given};
use crate::domain::audit::vocabulary::DormancyWarned;
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::ids::AccountId;
use crate::domain::retention::{By, Facts, Item, Verdict};
use crate::domain::time::When;
use crate::service::erasure::{ALONG, PROFILE};
use crate::service::standing::{self, Why};
use crate::service::values::open_detail;
use crate::service::{Failure, done, people};
use crate::store::lapses::{self, AccountClock, AccountRow};
use crate::store::{Error, accounts, attributes, holds, sessions};
use jiff::civil::Date;

/// A warning to be posted.
#[derive(Debug)]
pub struct ByPost {
    /// To whom.
    pub name: FullName,
    /// Where to, if she gave it.
    pub address: Option<Address>,
    /// In which language; empty if none is known.
    pub language: String,
    /// The day from which the account is deleted, if nobody uses it.
    pub ends: Date,
    row: AccountRow,
    rule: String,
    before: String,
}

/// Why no warning is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotByPost {
    /// The schedule is a draft, or not yet in effect.
    #[error("the schedule in force is a draft, or not yet in effect: nobody is warned by it")]
    Draft,
    /// The clock is not to be trusted.
    #[error("the clock is in doubt, so that no day can be named: `portreeve doctor` says why")]
    InDoubt,
    /// Nothing waits, or for something else.
    #[error("no warning to her waits for the post: `portreeve retention review list` says what waits, and why")]
    NotWaiting,
    /// The schedule does not give this warning so, or none is left to be given.
    #[error(
        "the schedule gives her no further warning by letter now: say whether it goes, or until when it is kept \
         (`portreeve retention review decide`)"
    )]
    NoLetter,
}

/// The warning that is due to somebody whom none reached. That it is looked at whose it is and where she lives is on record first.
///
/// # Errors
/// What the store says.
pub async fn by_post(
    app: &App,
    account: AccountId,
    why: &Why,
    now: When,
) -> Result<Result<ByPost, NotByPost>, Failure> {
    let snapshot = app.snapshot();
    let (schedule, zone) = (&snapshot.policy.retention, &snapshot.policy.controller.time_zone);
    let today = snapshot.policy.controller.today(now);
    if schedule.is_draft() || schedule.effective_from.is_some_and(|from| today < from) {
        return Ok(Err(NotByPost::Draft));
    }
    if super::clock_in_doubt(app, now).await?.is_some() {
        return Ok(Err(NotByPost::InDoubt));
    }
    let mut read = app.db.read().await?;
    let row = lapses::account(&mut read, AccountClock::Used, account).await?;
    let (Some(rule), Some(row)) = (schedule.rule_for(PROFILE), row) else { return Ok(Err(NotByPost::NotWaiting)) };
    let (since, review) = (began(&row), lapses::review(&mut read, account, &rule.id).await?);
    if !review.is_some_and(|review| review.why == UNREACHED && review.decided_at.is_none() && review.since >= since) {
        return Ok(Err(NotByPost::NotWaiting));
    }
    let warnings = lapses::warnings(&mut read, account, since).await?;
    let warned: Vec<_> = warnings.into_iter().filter(reached).map(|given| (given.before, given.sent_at)).collect();
    let holds = holds::open(&mut read).await?;
    let by = By { rule, along: ALONG, holds: &holds, zone };
    let facts = Facts { facts: &[], warned: &warned, decided: None };
    let Verdict::Warn(step) = by.judge(&Item { account: Some(account), since }, &facts, now) else {
        return Ok(Err(NotByPost::NoLetter));
    };
    if !step.by.iter().any(|way| way == "letter") {
        return Ok(Err(NotByPost::NoLetter));
    }
    let language = sessions::language(&mut read, account).await?.unwrap_or_default();
    drop(read);
    let (keys, leave) = standing::viewed(app, account, &["name", "address"], why, now).await?;
    let mut read = app.db.read().await?;
    let name = people::open_name(&keys, &accounts::get(&mut read, account).await?.name, &leave)?;
    let mut address = None;
    for held in attributes::of(&mut read, account).await?.iter().filter(|held| held.kind == "address") {
        if let Given::Address(given) = open_detail(&keys, held, &leave)? {
            address = Some(given);
        }
    }
    let (rule_id, before) = (rule.id.clone(), step.before.to_string());
    let ends = ends(rule, step, (since, now), &by);
    Ok(Ok(ByPost { name, address, language, ends, row, rule: rule_id, before }))
}

/// It was printed, and is posted by this person: the ladder of warnings goes on from it. `false` if the account was used meanwhile,
/// or somebody else has decided: then it is not posted.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn posted(app: &App, letter: &ByPost, by: &FullName, now: When) -> Result<bool, Failure> {
    const WAY: &str = "letter";
    let (account, before) = (letter.row.id, &*letter.before);
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let payload = DormancyWarned {
        before: before.to_owned(),
        way: WAY.to_owned(),
        deleted_from: letter.ends.to_string(),
        by: Some(by.clone()),
    };
    let draft = Draft::new(ActorClass::System, payload).about(account).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let given = app
        .db
        .write(async |mut w| {
            if !lapses::still_unused(&mut w, account, letter.row.since).await?
                || !lapses::answered(&mut w, (account, &letter.rule)).await?
            {
                return Err(Error::Missing);
            }
            lapses::warned(&mut w, account, (before, WAY), None, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    done(given)
}
