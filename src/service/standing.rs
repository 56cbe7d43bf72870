//! An account is suspended, and restored: by an operator or a member of staff, for a reason of the closed list.

use super::sessions::{self, Which};
use super::{Failure, people};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens;
use crate::domain::account::{FullName, State};
use crate::domain::audit::vocabulary::{AccountRestored, AccountSuspended, RecordViewed};
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Kind};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use crate::store::{Error, accounts, challenges, grants};

/// Why it is done: a code of `reasons.toml`, with the case it belongs to; and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    by: FullName,
    code: String,
    case: Option<String>,
}

/// Why a reason is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhyError {
    /// The list has no such code.
    #[error("the policies in force have no such reason; they have: {0}")]
    Unknown(String),
    /// This reason goes with a case, and none was named.
    #[error("this reason needs the number of a case")]
    NoCase,
}

impl Why {
    /// A reason that the policies in force know.
    ///
    /// # Errors
    /// [`WhyError`] says what to mend.
    pub fn of(app: &App, by: FullName, code: &str, case: Option<&str>) -> Result<Self, WhyError> {
        let case = check(app, code, case)?;
        Ok(Self { by, code: code.to_owned(), case })
    }
}

/// Holds a reason against the list in force; gives the case, if one is named.
///
/// # Errors
/// [`WhyError`] says what to mend.
pub fn check(app: &App, code: &str, case: Option<&str>) -> Result<Option<String>, WhyError> {
    let snapshot = app.snapshot();
    let all = &snapshot.policy.reasons;
    let known = || all.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(", ");
    let reason = all.iter().find(|reason| reason.code == code).ok_or_else(|| WhyError::Unknown(known()))?;
    let case = case.map(str::trim).filter(|case| !case.is_empty()).map(ToOwned::to_owned);
    if reason.needs_case && case.is_none() { Err(WhyError::NoCase) } else { Ok(case) }
}

/// What suspending ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspended {
    /// How many sessions were open.
    pub sessions: usize,
    /// How many calls tell services so.
    pub told: usize,
}

impl Suspended {
    fn of(endings: &[sessions::Ending]) -> Self {
        Self { sessions: endings.len(), told: endings.iter().map(sessions::Ending::told).sum() }
    }
}

/// The state of an account, if there is one. That it is looked at is on record first, with who looked and why.
pub async fn look(app: &App, account: AccountId, why: &Why, now: When) -> Result<Option<State>, Failure> {
    match accounts::get(&mut app.db.peek(), account).await {
        Err(Error::Missing) => return Ok(None),
        found => found?,
    };
    let fields = ["state", "sessions"].map(str::to_owned).to_vec();
    let event = seal(app, account, RecordViewed { fields, by: Some(why.by.clone()) }, why, now).await?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    // As it is once the look is on record.
    Ok(State::parse(&accounts::get(&mut app.db.peek(), account).await?.state))
}

/// What suspending an account would end now.
pub async fn open(app: &App, account: AccountId) -> Result<Suspended, Failure> {
    let endings = sessions::ending(app, account, Which::All, tokens::uuid()).await?;
    Ok(Suspended::of(&endings))
}

/// Suspends an account: nobody signs in to it, its sessions and everything they gave end, and every service it is
/// signed in to is told. `None` if it is not in use.
pub async fn suspend(app: &App, account: AccountId, why: &Why, now: When) -> Result<Option<Suspended>, Failure> {
    let endings = sessions::ending(app, account, Which::All, tokens::uuid()).await?;
    let ended = Suspended::of(&endings);
    let payload = AccountSuspended { sessions: ended.sessions, by: why.by.clone() };
    let event = seal(app, account, payload, why, now).await?;
    let suspended = app
        .db
        .write(async |mut w| {
            if !accounts::move_state(&mut w, account, State::Active.as_str(), State::Frozen.as_str()).await? {
                return Err(Error::Missing);
            }
            sessions::end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, account, now).await?;
            challenges::end_recoveries(&mut w, account, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    Ok(done(suspended)?.then_some(ended))
}

/// Gives a suspended account back to its owner, who signs in anew; `false` if it is not suspended.
pub async fn restore(app: &App, account: AccountId, why: &Why, now: When) -> Result<bool, Failure> {
    let event = seal(app, account, AccountRestored { by: why.by.clone() }, why, now).await?;
    let restored = app
        .db
        .write(async |mut w| {
            if !accounts::move_state(&mut w, account, State::Frozen.as_str(), State::Active.as_str()).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(restored)
}

async fn seal<K: Kind>(
    app: &App,
    account: AccountId,
    payload: K,
    why: &Why,
    now: When,
) -> Result<crate::domain::audit::Sealed<K>, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let context = Context { case: why.case.clone(), ..Context::default() };
    let mut draft = Draft::new(ActorClass::System, payload).about(account).by(Channel::Batch).from(context);
    draft.reason = Some(why.code.clone());
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?)
}

fn done<T>(outcome: Result<T, Error>) -> Result<bool, Failure> {
    match outcome {
        Ok(_) => Ok(true),
        Err(Error::Missing) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
