//! Her data is kept and not used (UK GDPR Art 18). Nothing is passed on from the same moment, services are told so (Art 19), and
//! before it ends she is told that it will (Art 18(3)). Storage goes on, and so does signing in to her own account.
//!
//! ```text
//! ──Restrict──> kept only ──Announce──> she knows from when ──Lift──> used again
//!                   └──────────────LiftAsAsked────────────────────────┘
//! ```

use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::domain::account::State;
use crate::domain::audit::vocabulary::{AccountRestricted, RestrictionAnnounced, RestrictionLifted};
use crate::domain::audit::{Kind, Sealed};
use crate::domain::client::{Lang, Words};
use crate::domain::ids::AccountId;
use crate::domain::rights::restriction::{NOTICE, News, Restriction, Step};
use crate::domain::signal::{Change, What};
use crate::domain::time::When;
use crate::service::sharing::Judge;
use crate::service::{Failure, people, post, signals};
use crate::store::outbox::NewMessage;
use crate::store::{Error, accounts, outbox, restrictions, sessions};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is done.
    Done {
        /// Whether she is written to: without an e-mail address somebody has to tell her by post.
        written: bool,
        /// How many services are told.
        told: usize,
        /// From when on it may be lifted, of an announcement.
        from: Option<When>,
    },
    /// As it stands it cannot be done: it was, or she has to be told first.
    NotNow,
    /// The reason keeps things from her for a while; what becomes of her data is hers to know.
    Hidden,
}

/// Makes the letter that tells her.
pub type Told<'a> = &'a (dyn Fn(&News) -> post::Text + Sync);

/// What stands.
///
/// # Errors
/// What the store says; [`Error::Missing`] if there is no such account.
pub async fn of(app: &App, account: AccountId) -> Result<Option<Restriction>, Error> {
    let found = restrictions::get(&mut app.db.peek(), account).await?;
    Ok(found.map(|(since, ends)| Restriction { since, ends }))
}

/// Does one step, for a reason of the closed list, with its event, the signals to services and the letter to her in one write.
///
/// # Errors
/// [`Failure`] of the store; nothing has happened then.
pub async fn take(
    app: &App,
    account: AccountId,
    (step, by): (Step, Judge<'_>),
    tell: Told<'_>,
    now: When,
) -> Result<Became, Failure> {
    if by.hides(&app.snapshot()) {
        return Ok(Became::Hidden);
    }
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let stands = of(app, account).await?;
    if !Step::possible(stands, now).contains(&step) {
        return Ok(Became::NotNow);
    }
    let from = (step == Step::Announce).then_some(now + NOTICE);
    let letter = letter(app, &keys, (step, from.unwrap_or(now)), tell).await?;
    let what = match step {
        Step::Restrict => Some(What::Restricted),
        Step::Announce => None,
        Step::Lift | Step::LiftAsAsked => Some(What::RestrictionLifted),
    };
    // Twice at most: a service that got to know her meanwhile is told, too.
    for last in [false, true] {
        let told = match &what {
            Some(what) => Some(signals::prepare(app, &Change { account, what: what.clone() }, now).await?),
            None => None,
        };
        let services = told.as_ref().map_or(0, |told| told.services.len());
        let beside = Beside { account, step, from, letter: letter.as_ref(), told: told.as_ref(), now };
        let by_name = by.by();
        let taken = match step {
            Step::Restrict => {
                let event = seal(app, &keys, by, AccountRestricted { told: services, by: by_name }, now)?;
                beside.write(app, event).await
            }
            Step::Announce => {
                let event = seal(
                    app,
                    &keys,
                    by,
                    RestrictionAnnounced { from: from.unwrap_or(now).to_string(), by: by_name },
                    now,
                )?;
                beside.write(app, event).await
            }
            Step::Lift | Step::LiftAsAsked => {
                let asked = step == Step::LiftAsAsked;
                let event = seal(app, &keys, by, RestrictionLifted { told: services, asked, by: by_name }, now)?;
                beside.write(app, event).await
            }
        };
        match taken {
            Ok(()) => return Ok(Became::Done { written: letter.is_some(), told: services, from }),
            Err(Error::GivenUp) => return Ok(Became::NotNow),
            Err(Error::Conflict) if !last => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Conflict.into())
}

/// A step, with what is written beside it.
#[derive(Clone, Copy)]
struct Beside<'a> {
    account: AccountId,
    step: Step,
    from: Option<When>,
    letter: Option<&'a NewMessage>,
    told: Option<&'a signals::Prepared>,
    now: When,
}

impl Beside<'_> {
    async fn write<K: Kind + Clone>(self, app: &App, event: Sealed<K>) -> Result<(), Error> {
        let Self { account, step, now, .. } = self;
        let written = app.db.write(async |mut w| {
            let changed = match step {
                Step::Restrict => restrictions::begin(&mut w, account, now).await?,
                Step::Announce => restrictions::announce(&mut w, account, self.from.unwrap_or(now)).await?,
                Step::Lift => restrictions::end(&mut w, account, false, now).await?,
                Step::LiftAsAsked => restrictions::end(&mut w, account, true, now).await?,
            };
            if !changed {
                return Err(Error::GivenUp);
            }
            if let Some(told) = self.told {
                signals::queue(&mut w, told, now).await?;
            }
            if let Some(letter) = self.letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        });
        written.await.map(drop)
    }
}

fn seal<K: Kind>(app: &App, keys: &PersonKeys, by: Judge<'_>, payload: K, now: When) -> Result<Sealed<K>, Failure> {
    let draft = by.draft(payload).about(keys.account());
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?)
}

/// The letter to her, unless there is no address, or no mail goes to the account.
async fn letter(
    app: &App,
    keys: &PersonKeys,
    (step, at): (Step, When),
    tell: Told<'_>,
) -> Result<Option<NewMessage>, Failure> {
    let account = keys.account();
    let mut read = app.db.read().await?;
    if accounts::get(&mut read, account).await?.state == State::Frozen.as_str() {
        return Ok(None);
    }
    let Some(to) = people::written_to(&mut read, keys).await? else { return Ok(None) };
    let lang = sessions::language(&mut read, account).await?.as_deref().and_then(Lang::parse).unwrap_or_default();
    drop(read);
    let say = |words: &Words| words.get(lang).to_owned();
    let snapshot = app.snapshot();
    let (council, regulator) = (&snapshot.policy.controller.complaints, &snapshot.policy.controller.regulator);
    let news = News {
        lang,
        step,
        at,
        complaints: [say(&council.name), council.email.clone(), council.phone.clone()],
        regulator: [say(&regulator.name), regulator.website.to_string(), regulator.phone.clone()],
    };
    Ok(Some(post::letter(&app.roots, Some(account), &to, &tell(&news))?))
}
