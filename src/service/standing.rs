//! An account is looked at, suspended, and restored: by an operator, for a reason of the closed list.

use super::delay::{Hand, Held, Refused, hold_back};
use super::sessions::{self, Which};
use super::values::open_detail;
use super::{Failure, details, done, people};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens;
use crate::domain::account::{EmailAddress, FullName, Given, State};
use crate::domain::audit::vocabulary::{AccountRestored, AccountSuspended, NoticeDelayed, RecordViewed};
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Kind, Sealed};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use crate::policy::Reason;
use crate::store::{AndPerhaps, Error, Write, accounts, attributes, challenges, contacts, grants, received};

/// Why it is done: a code of `reasons.toml`, with the case it belongs to; and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    by: FullName,
    second: Option<FullName>,
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
    /// This reason keeps what is done from the resident for a while, which takes two.
    #[error("this reason keeps it from the resident for a while, which a second person has to approve")]
    OnePerson,
}

impl Why {
    /// A reason that the policies in force know.
    ///
    /// # Errors
    /// [`WhyError`] says what to mend.
    pub fn of(app: &App, by: FullName, code: &str, case: Option<&str>) -> Result<Self, WhyError> {
        Self::approved(app, (by, None), code, case)
    }

    /// A reason that the policies in force know, and the second person, whom one that keeps things from the resident needs.
    ///
    /// # Errors
    /// [`WhyError`] says what to mend.
    pub fn approved(
        app: &App,
        (by, second): (FullName, Option<FullName>),
        code: &str,
        case: Option<&str>,
    ) -> Result<Self, WhyError> {
        let (reason, case) = given(app, code, case)?;
        if reason.delay.is_some() && second.as_ref().is_none_or(|second| second.is_same_as(&by)) {
            return Err(WhyError::OnePerson);
        }
        Ok(Self { by, second, code: reason.code, case })
    }

    /// Who does it.
    pub(super) const fn by(&self) -> &FullName {
        &self.by
    }

    /// The reason's code.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    /// The case.
    pub(super) fn case(&self) -> Option<&str> {
        self.case.as_deref()
    }
}

/// The reason of a code, with the case that goes with it.
pub(super) fn given(app: &App, code: &str, case: Option<&str>) -> Result<(Reason, Option<String>), WhyError> {
    let snapshot = app.snapshot();
    let all = &snapshot.policy.reasons;
    let known = || all.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>().join(", ");
    let reason = all.iter().find(|reason| reason.code == code).ok_or_else(|| WhyError::Unknown(known()))?;
    let case = case.map(str::trim).filter(|case| !case.is_empty()).map(ToOwned::to_owned);
    if reason.needs_case && case.is_none() {
        return Err(WhyError::NoCase);
    }
    Ok((reason.clone(), case))
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
    fn of(ended: sessions::Ended) -> Self {
        Self { sessions: ended.sessions, told: ended.told }
    }
}

/// The state of an account, if there is one. That it is looked at is on record first, with who looked and why.
pub async fn look(app: &App, account: AccountId, why: &Why, now: When) -> Result<Option<State>, Failure> {
    if !exists(app, account).await? {
        return Ok(None);
    }
    viewed(app, account, &["state", "sessions"], why, now).await?;
    // As it is once the look is on record.
    Ok(State::parse(&accounts::get(&mut app.db.peek(), account).await?.state))
}

/// Leave to look at what services get of an account, if there is one. The look is on record first.
pub async fn look_at_sharing(
    app: &App,
    account: AccountId,
    why: &Why,
    now: When,
) -> Result<Option<Disclosure>, Failure> {
    if !exists(app, account).await? {
        return Ok(None);
    }
    let (_, leave) = viewed(app, account, &["sharing"], why, now).await?;
    Ok(Some(leave))
}

async fn exists(app: &App, account: AccountId) -> Result<bool, Failure> {
    match accounts::get(&mut app.db.peek(), account).await {
        Err(Error::Missing) => Ok(false),
        found => Ok(found.map(|_| true)?),
    }
}

/// Records that an account is looked at, and gives the keys and the leave to show these fields.
pub(super) async fn viewed(
    app: &App,
    account: AccountId,
    fields: &[&str],
    why: &Why,
    now: When,
) -> Result<(PersonKeys, Disclosure), Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    let deed = seal(app, &keys, RecordViewed { fields, by: Some(why.by.clone()) }, why, now)?;
    let committed = app
        .db
        .write(async |mut w| {
            deed.keep(&mut w).await?;
            w.commit(deed.events(), ()).await
        })
        .await?;
    let leave = Disclosure::by_look(&committed.receipt()?).ok_or(Error::Missing)?;
    Ok((keys, leave))
}

/// An account as an operator is shown it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Her name.
    pub name: FullName,
    /// The address she is written to.
    pub email: Option<EmailAddress>,
    /// The details she gave.
    pub details: Vec<Given>,
    /// The account's state.
    pub state: String,
    /// The services that got something, each with the last time, the latest first.
    pub services: Vec<(String, When)>,
}

/// An account's profile, if there is such an account: opened once the look is on record.
pub async fn show(app: &App, account: AccountId, why: &Why, now: When) -> Result<Option<Shown>, Failure> {
    if !exists(app, account).await? {
        return Ok(None);
    }
    let given = details::given_by(app, account).await?;
    let names = given.iter().map(|detail| detail.as_str());
    let fields: Vec<&str> = ["name", "email"].into_iter().chain(names).chain(["state", "services"]).collect();
    let (keys, leave) = viewed(app, account, &fields, why, now).await?;
    let mut read = app.db.read().await?;
    let row = accounts::get(&mut read, account).await?;
    let contact = contacts::current(&mut read, account, "email").await?;
    // What she gave after the look was put on record is in the next one.
    let held = attributes::of(&mut read, account).await?;
    let held = held.iter().filter(|row| given.iter().any(|detail| detail.as_str() == row.kind));
    let details = held.map(|row| open_detail(&keys, row, &leave)).collect::<Result<_, _>>()?;
    let mut services: Vec<(String, When)> = Vec::new();
    for release in received::newest(&mut read, account).await? {
        if !services.iter().any(|(known, _)| *known == release.client_id) {
            services.push((release.client_id, release.released_at));
        }
    }
    Ok(Some(Shown {
        name: people::open_name(&keys, &row.name, &leave)?,
        email: contact.map(|row| people::open_address(&keys, row.id, &row.address, &leave)).transpose()?,
        details,
        state: row.state,
        services,
    }))
}

/// What suspending an account would end now.
pub async fn open(app: &App, account: AccountId) -> Result<Suspended, Failure> {
    Ok(Suspended::of(sessions::Endings::of(app, account, Which::All, tokens::uuid()).now().await?))
}

/// Suspends an account: nobody signs in to it, its sessions and everything they gave end, and every service it is
/// signed in to is told. `None` if it is not in use.
pub async fn suspend(app: &App, account: AccountId, why: &Why, now: When) -> Result<Option<Suspended>, Failure> {
    let endings = sessions::Endings::of(app, account, Which::All, tokens::uuid());
    let ended = Suspended::of(endings.now().await?);
    let payload = AccountSuspended { sessions: ended.sessions, by: why.by.clone() };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let deed = seal(app, &keys, payload, why, now)?;
    let suspended = app
        .db
        .write(async |mut w| {
            if !accounts::suspend(&mut w, account, now).await? {
                return Err(Error::Missing);
            }
            sessions::end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, account, now).await?;
            challenges::end_recoveries(&mut w, account, now).await?;
            deed.keep(&mut w).await?;
            w.commit(deed.events(), ()).await
        })
        .await;
    Ok(done(suspended)?.then_some(ended))
}

/// Gives a suspended account back to its owner, who signs in anew; `false` if it is not suspended.
pub async fn restore(app: &App, account: AccountId, why: &Why, now: When) -> Result<bool, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let deed = seal(app, &keys, AccountRestored { by: why.by.clone() }, why, now)?;
    let restored = app
        .db
        .write(async |mut w| {
            if !accounts::give_back(&mut w, account).await? {
                return Err(Error::Missing);
            }
            deed.keep(&mut w).await?;
            w.commit(deed.events(), ()).await
        })
        .await;
    done(restored)
}

/// What is done to an account or seen of it, with what keeps it from her if the reason says so.
struct Deed<K> {
    event: Sealed<K>,
    held: Option<Held>,
}

impl<K: Kind + Clone> Deed<K> {
    async fn keep(&self, w: &mut Write) -> Result<(), Error> {
        match &self.held {
            Some(held) => held.keep(w).await,
            None => Ok(()),
        }
    }

    fn events(&self) -> AndPerhaps<Sealed<K>, Sealed<NoticeDelayed>> {
        AndPerhaps(self.event.clone(), self.held.as_ref().map(|held| held.event.clone()))
    }
}

fn seal<K: Kind>(app: &App, keys: &PersonKeys, payload: K, why: &Why, now: When) -> Result<Deed<K>, Failure> {
    let context = Context { case: why.case.clone(), ..Context::default() };
    let mut draft = Draft::new(ActorClass::System, payload).about(keys.account()).by(Channel::Batch).from(context);
    draft.reason = Some(why.code.clone());
    let seed = EventSeed::draw(now);
    let (by, second) = (Hand::Operator(why.by.clone()), why.second.clone().map(Hand::Operator));
    let held = match hold_back(app, keys, (&draft, seed.id()), &why.code, (&by, second.as_ref()), now) {
        Ok(held) => held,
        Err(Refused::Failure(failure)) => return Err(failure),
        // Policies changed since the reason was looked at: what it asks for now is not there.
        Err(Refused::OnePerson) => return Err(Error::GivenUp.into()),
    };
    Ok(Deed { event: app.snapshot().recorder.seal(seed, &draft, Some(keys))?, held })
}
