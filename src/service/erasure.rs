//! An account ends: closed by its owner, who may still change her mind, or erased, which nobody can undo.
//!
//! ```text
//! entomb (vault: whose, and why) ──> wipe, with the event and what services are told ──> payloads under her profile key,
//!    then the key itself ([`finish`], by the job) ──> what is left is looked at, and put on record
//! ```
//!
//! Whatever is cut off on the way is found by its tombstone and done again; so is a backup that brings her rows back.

mod close;
mod kept;
mod leave;
mod stopped;

pub use close::{Closing, Notice, Opener, WayBack, close, note_death, reopen, reopened_by, reopens};
pub use kept::{Kept, kept};
pub(super) use kept::{until as kept_until, year_ends};
pub use leave::{Left, Letters, Wish, closed_until, leave, told};
use stopped::standing_against;
pub use stopped::{ALONG, PROFILE, STATES, held};

use super::disposal::{self, Forgotten, Order};
use super::retention::{began, clock_of, is_replaced};
use super::sessions::{self, Which};
use super::signals::{self, Prepared};
use super::{Failure, done, people, post};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::{SealError, tokens};
use crate::domain::audit::vocabulary::{AccountErased, ErasureFinished};
use crate::domain::audit::{ActorClass, Channel, Context, Draft, PersonKey, Sealed};
use crate::domain::ids::AccountId;
use crate::domain::retention::{About, Hold, Schedule};
use crate::domain::signal::{Change, What};
use crate::domain::staff::Officer;
use crate::domain::time::When;
use crate::service::standing::Why;
use crate::store::due::FIRST;
use crate::store::erasures::{self, ErasureRow};
use crate::store::lapses::{self, AccountClock, AccountRow, ReviewRow};
use crate::store::outbox::NewMessage;
use crate::store::retention as runs;
use crate::store::tallies;
use crate::store::{Error, Housekeeping, Read, Write, accounts, grants, outbox};
use uuid::Uuid;

/// An officer who carries out what somebody asked for by right.
#[derive(Debug, Clone)]
pub struct ByOfficer {
    /// Who.
    pub officer: Officer,
    /// From where.
    pub context: Context,
    /// The reason's code.
    pub reason: String,
    /// The case.
    pub case: String,
}

/// Why an account is erased.
#[derive(Debug, Clone)]
pub enum Cause {
    /// She asked for it in her account.
    Resident(Context),
    /// An officer carries out what was decided.
    Officer(Box<ByOfficer>),
    /// An operator carries out what was decided.
    Operator(Box<Why>),
    /// A rule of the schedule.
    Rule {
        /// Its id.
        rule: String,
        /// The schedule's version.
        schedule: String,
        /// The run.
        run: Uuid,
        /// The account as it was found to be due.
        seen: Box<Seen>,
    },
    /// It was begun before, and cut off; or a backup brought it back.
    Again {
        /// Why it was begun.
        cause: String,
        /// The run that began it and goes on, and when the account's clock began: it counts her.
        by: Option<(Uuid, When)>,
    },
}

/// An account as it was found to be due. It goes only if it still is so.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What started its clock.
    pub clock: AccountClock,
    /// When, and what is known of it.
    pub row: AccountRow,
    /// What a person was asked, and said.
    pub review: Option<ReviewRow>,
}

impl Seen {
    /// Whether nothing came in between.
    async fn stands(&self, rule: &str, r: &mut Read) -> Result<bool, Error> {
        let row = lapses::account(r, self.clock, self.row.id).await?;
        Ok(row.as_ref() == Some(&self.row) && lapses::review(r, self.row.id, rule).await? == self.review)
    }
}

impl Cause {
    fn word(&self) -> &str {
        match self {
            Self::Resident(_) => "resident",
            Self::Officer(_) => "officer",
            Self::Operator(_) => "operator",
            Self::Rule { rule, .. } => rule,
            Self::Again { cause, .. } => cause,
        }
    }

    /// The run that ends her.
    fn run(&self) -> Option<Uuid> {
        match self {
            Self::Rule { run, .. } => Some(*run),
            Self::Again { by, .. } => by.map(|(run, _)| run),
            _ => None,
        }
    }

    /// Gives the write up unless this may be: its run goes on, and she is as she was found. From now on nobody stops that run, uses her
    /// account or places a hold on her, until the write is done or given up.
    async fn may_be(&self, account: AccountId, w: &mut Write) -> Result<(), Error> {
        // The run before the account, as in every write that takes both.
        if let Some(run) = self.run() {
            runs::still_runs(w, run).await?;
        }
        if !accounts::hold(w, account).await? {
            return Err(Error::Missing);
        }
        match self {
            Self::Rule { rule, seen, .. } if !seen.stands(rule, w).await? => Err(Error::GivenUp),
            Self::Again { .. } if erasures::has_outlived(w, account).await? => Err(Error::GivenUp),
            _ => Ok(()),
        }
    }
}

/// What became of an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erased {
    /// Her rows are gone, and so many services are told.
    Done {
        /// How many services.
        services: usize,
        /// Whether she is written to.
        written: bool,
    },
    /// A hold stands against it (UK GDPR Art 17(3)): nothing has happened.
    Held(Hold),
    /// There is no such account.
    Gone,
    /// It is as it was found to be due no more, or the run was stopped: nothing has happened.
    Stays,
}

/// Erases an account. `farewell` is the letter that tells her, if she can be written to.
///
/// # Errors
/// [`Failure`]; what was laid down is done by the next round then.
pub async fn erase(
    app: &App,
    account: AccountId,
    cause: &Cause,
    farewell: Option<&post::Text>,
    now: When,
) -> Result<Erased, Failure> {
    // Twice at most: a service that got to know her meanwhile is told, too.
    for last in [false, true] {
        if let Some(hold) = held(app, account).await? {
            return Ok(Erased::Held(hold));
        }
        match accounts::get(&mut app.db.peek(), account).await {
            Ok(_) => {}
            Err(Error::Missing) => return Ok(Erased::Gone),
            Err(error) => return Err(error.into()),
        }
        let prepared = prepare(app, account, cause, farewell, now).await?;
        let (services, written) = (prepared.told.services.len(), prepared.letter.is_some());
        let gone = match lay_down(app, account, cause, now).await {
            Ok(()) => carry_out(app, &prepared, cause, now).await,
            Err(error) => Err(error.into()),
        };
        match gone {
            Ok(()) => return Ok(Erased::Done { services, written }),
            Err(Failure::Store(Error::Missing)) => return Ok(Erased::Gone),
            // A hold was placed meanwhile, or she came back, or the run was stopped: nothing of hers has gone.
            Err(Failure::Store(Error::GivenUp)) => {
                exhume(app, account, cause.word()).await?;
                if matches!(cause, Cause::Rule { .. }) {
                    return Ok(held(app, account).await?.map_or(Erased::Stays, Erased::Held));
                }
            }
            Err(Failure::Store(Error::Conflict)) if !last => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(Erased::Held(held(app, account).await?.ok_or(Error::Conflict)?))
}

/// Lays down that she goes; by a rule only if she may still, for whoever stops that takes back what is laid down by then.
async fn lay_down(app: &App, account: AccountId, cause: &Cause, now: When) -> Result<(), Error> {
    app.db
        .write(async |mut w| {
            if matches!(cause, Cause::Rule { .. }) {
                cause.may_be(account, &mut w).await?;
            }
            erasures::entomb(&mut w, account, cause.word(), now).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await?;
    Ok(())
}

/// Takes back that somebody is to go for this cause, of whose nothing has gone.
async fn exhume(app: &App, account: AccountId, cause: &str) -> Result<(), Failure> {
    app.db
        .write(async |mut w| {
            erasures::exhume(&mut w, (account, cause)).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await?;
    Ok(())
}

struct Ready {
    row: ErasureRow,
    endings: sessions::Endings,
    told: Prepared,
    letter: Option<NewMessage>,
    /// None where her keys are gone already: there is nobody that an event could be about.
    event: Option<Sealed<AccountErased>>,
}

async fn prepare(
    app: &App,
    account: AccountId,
    cause: &Cause,
    farewell: Option<&post::Text>,
    now: When,
) -> Result<Ready, Failure> {
    let keys = keys(app, account).await?;
    let told = signals::prepare(app, &Change { account, what: What::Erased(None) }, now).await?;
    let endings = sessions::Endings::of(app, account, Which::All, tokens::uuid());
    let letter = match (farewell, &keys) {
        (Some(text), Some(keys)) if keys.has_profile() => {
            let to = people::written_to(&mut app.db.peek(), keys).await?;
            // About nobody: it is the one message that must outlive her rows.
            to.map(|to| post::letter(&app.roots, None, &to, text)).transpose()?
        }
        _ => None,
    };
    let event = keys.map(|keys| event(app, &keys, cause, &told, now)).transpose()?;
    let by = match cause {
        Cause::Rule { run, seen, .. } => Some((*run, began(&seen.row))),
        Cause::Again { by, .. } => *by,
        _ => None,
    };
    let row = ErasureRow {
        account_id: account,
        cause: cause.word().to_owned(),
        run_id: by.map(|(run, _)| run),
        began: by.map(|(_, began)| began),
        txn: told.txn,
        erased_at: now,
        payloads: 0,
        finished_at: None,
    };
    Ok(Ready { row, endings, told, letter, event })
}

async fn keys(app: &App, account: AccountId) -> Result<Option<PersonKeys>, Failure> {
    match people::keys(&mut app.db.peek(), &app.roots, account).await {
        Ok(keys) => Ok(Some(keys)),
        Err(Failure::Store(Error::Missing) | Failure::Seal(SealError::NoKey)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn event(
    app: &App,
    keys: &PersonKeys,
    cause: &Cause,
    told: &Prepared,
    now: When,
) -> Result<Sealed<AccountErased>, Failure> {
    let services = told.services.keys().map(|id| id.as_str().to_owned()).collect();
    let (rule, schedule) = match cause {
        Cause::Rule { rule, schedule, .. } => (Some(rule.clone()), Some(schedule.clone())),
        _ => (None, None),
    };
    let by = if let Cause::Operator(why) = cause { Some(why.by().clone()) } else { None };
    let word = match cause {
        Cause::Rule { .. } => "rule",
        Cause::Again { .. } => "again",
        _ => cause.word(),
    };
    let payload = AccountErased { cause: word.to_owned(), rule, schedule, services, by };
    let by_the_house = |payload| Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let draft = match cause {
        Cause::Resident(context) => Draft::new(ActorClass::Resident, payload).from(context.clone()),
        Cause::Officer(by) => {
            let draft = Draft::of_officer(&by.officer, payload).from(by.context.clone());
            draft.because(&by.reason, Some(&by.case))
        }
        Cause::Operator(why) => by_the_house(payload).because(why.code(), why.case()),
        Cause::Rule { .. } | Cause::Again { .. } => by_the_house(payload),
    };
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft.about(keys.account()), Some(keys))?)
}

async fn carry_out(app: &App, ready: &Ready, cause: &Cause, now: When) -> Result<(), Failure> {
    let snapshot = app.snapshot();
    let schedule = &snapshot.policy.retention;
    match &ready.event {
        Some(event) => {
            app.db
                .write(async |mut w| {
                    go(&mut w, ready, (schedule, cause), now).await?;
                    w.commit(event.clone(), ()).await
                })
                .await?;
        }
        None => {
            app.db
                .write(async |mut w| {
                    go(&mut w, ready, (schedule, cause), now).await?;
                    w.commit_quietly(Housekeeping::Expire, ()).await
                })
                .await?;
        }
    }
    Ok(())
}

async fn go(w: &mut Write, ready: &Ready, (schedule, cause): (&Schedule, &Cause), now: When) -> Result<(), Error> {
    let account = ready.row.account_id;
    // Of two who erase her the second finds no account: it takes nothing back that the first laid down.
    cause.may_be(account, w).await?;
    if !erasures::is_entombed(w, account).await? || standing_against(w, schedule, account).await?.is_some() {
        return Err(Error::GivenUp);
    }
    sessions::end_within(w, &ready.endings, false, now).await?;
    grants::end_of_account(w, account, now).await?;
    let first = erasures::begin(w, &ready.row).await?;
    if let (true, Some((run, began))) = (first, ready.row.run_id.zip(ready.row.began)) {
        // Her rows take along what was said of her: whoever said that she goes is counted for the run's certificate.
        let said = lapses::review(w, account, &ready.row.cause).await?;
        let said = said.filter(|said| said.keep == Some(false) && said.since >= began);
        if let Some(who) = said.and_then(|said| said.decided_by) {
            tallies::add(w, (run, &ready.row.cause), (About::Goes, &who), 1).await?;
        }
    }
    erasures::wipe(w, account).await?;
    // A backup that brought her back tells nobody a second time.
    if first {
        signals::queue(w, &ready.told, now).await?;
        if let Some(letter) = &ready.letter {
            outbox::queue(w, letter, now).await?;
        }
    }
    Ok(())
}

/// Erases again those who were erased and have an account all the same: cut off on the way, or brought back by a backup. Whoever
/// was to go by a rule and used the account since stays. Whoever cannot go, by a hold, keeps nobody behind from it. Gives how many
/// were erased, at most `limit`: with none, nobody is left who can be, but those of whom the log says why not.
///
/// # Errors
/// [`Failure`]; who was not reached is found again.
pub async fn resume(app: &App, now: When, limit: i64) -> Result<i64, Failure> {
    for (account, cause) in erasures::outlived(&mut app.db.peek(), limit).await? {
        exhume(app, account, &cause).await?;
    }
    let (mut erased, mut after) = (0, FIRST);
    loop {
        let begun = erasures::unfinished(&mut app.db.peek(), after, limit).await?;
        let Some((last, _, at)) = begun.last() else { return Ok(erased) };
        after = (*at, last.0);
        for begun in begun {
            if erased == limit {
                return Ok(erased);
            }
            match again(app, begun, now).await {
                Ok(gone) => erased += i64::from(gone),
                Err(failure) if failure.is_shortage() => return Err(failure),
                // One that cannot be erased does not keep the others.
                Err(failure) => tracing::error!(error = %failure, "an account that is to be erased could not be"),
            }
        }
    }
}

/// Erases somebody again; `false` if she stays for now.
async fn again(app: &App, (account, cause, begun): (AccountId, String, When), now: When) -> Result<bool, Failure> {
    if held(app, account).await?.is_some() {
        return Ok(false);
    }
    // One run goes at a time, so that what was begun since it started was begun by it.
    let run = runs::open(&mut app.db.peek()).await?.filter(|run| run.started_at.is_some_and(|at| at <= begun));
    let by = match run {
        // Its next step stops it, and takes back what it laid down.
        Some(run) if erasures::is_rule(&cause) && is_replaced(&app.snapshot().policy.retention, &run) => {
            return Ok(false);
        }
        Some(run) => clock_began(app, account, &cause).await?.map(|began| (run.id, began)),
        None => None,
    };
    let cause = Cause::Again { cause, by };
    let ready = prepare(app, account, &cause, None, now).await?;
    match carry_out(app, &ready, &cause, now).await {
        Ok(()) => Ok(true),
        Err(Failure::Store(Error::Missing | Error::GivenUp)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// When the account's clock began, by the rule of this id, if it runs.
async fn clock_began(app: &App, account: AccountId, rule: &str) -> Result<Option<When>, Error> {
    let snapshot = app.snapshot();
    let rule = snapshot.policy.retention.rules.iter().find(|known| known.id == rule);
    let Some(clock) = rule.and_then(|rule| clock_of(rule.category.as_str())) else { return Ok(None) };
    Ok(lapses::account(&mut app.db.peek(), clock, account).await?.as_ref().map(began))
}

/// Destroys the profile key of somebody whose rows are gone, with the payloads of events it sealed, and puts on record that
/// everything that goes has gone; `false` if an event of hers has no place in the log yet: come again.
///
/// # Errors
/// [`Failure`]; the next call goes on.
pub async fn shred(app: &App, erasure: &ErasureRow, now: When) -> Result<bool, Failure> {
    let account = erasure.account_id;
    if !destroyed(app, account, PersonKey::Profile, &erasure.cause, now).await? {
        return Ok(false);
    }
    // As counted by the batches, not by this call.
    let row = erasures::get(&mut app.db.peek(), account).await?.ok_or(Error::Missing)?;
    finish(app, &row, now).await
}

/// Destroys one of the keys of somebody whose account is gone, with the payloads of events it sealed; `false` if an event of
/// hers has no place in the log yet. Whoever calls it for the last time settles ([`disposal::settle`]).
pub(super) async fn destroyed(
    app: &App,
    person: AccountId,
    key: PersonKey,
    cause: &str,
    now: When,
) -> Result<bool, Failure> {
    let snapshot = app.snapshot();
    let order = Order { rule: cause, schedule: &snapshot.policy.retention.version, certificate: None };
    loop {
        let of_person = disposal::of_person(app, person, key, &order, now).await?;
        if of_person.is_done() {
            break;
        }
        if of_person.batch.count == 0 {
            return Ok(false);
        }
    }
    Ok(disposal::forget_key(app, person, key, &order, now).await? == Forgotten::Gone)
}

/// Puts on record that everything of a person that goes has gone, with what is left as the store says now.
///
/// # Errors
/// [`Failure`] of the store or of the library that seals.
async fn finish(app: &App, erasure: &ErasureRow, now: When) -> Result<bool, Failure> {
    let left = erasures::left(&mut app.db.peek(), erasure.account_id).await?;
    let left: Vec<String> = left.iter().map(|(table, rows)| format!("{table}={rows}")).collect();
    let payload = ErasureFinished { payloads: erasure.payloads, left };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let keys = keys(app, erasure.account_id).await?;
    let draft = if keys.is_some() { draft.about(erasure.account_id) } else { draft };
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, keys.as_ref())?;
    let account = erasure.account_id;
    let finished = app
        .db
        .write(async |mut w| {
            if !erasures::finish(&mut w, account, now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(finished)
}
