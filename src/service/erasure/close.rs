//! Closing an account, with a while to change one's mind, and the freezing of an account whose owner has died.

use super::super::sessions::{self, Which};
use super::super::{Failure, done, people, post, signals};
use super::stopped::CLOSED;
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::domain::account::State;
use crate::domain::audit::vocabulary::{AccountClosed, AccountReopened, DeathNoted};
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::ids::AccountId;
use crate::domain::retention::Action;
use crate::domain::session::SignedIn;
use crate::domain::signal::{Change, What};
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::service::standing::Why;
use crate::store::{Error, Read, Write, accounts, challenges, grants, outbox};
use jiff::civil::Date;

/// The purpose of the link that opens a closed account again.
const REOPEN: &str = "reopen";

/// Makes the letter that says that the account is closed: from the link that opens it again, and the day it is deleted, if
/// there is one.
pub type Notice<'a> = &'a (dyn Fn(&str, Option<Date>) -> post::Text + Sync);

/// The link to a page that opens a closed account again, and until when it works.
pub type Opener<'a> = (&'a str, When);

/// The way back into a closed account, for a letter to its owner. It works as long as that of the letter which said that the
/// account is closed, and beside it: whoever asks for letters must not make useless what she holds.
pub struct WayBack {
    token: Token,
    account: AccountId,
    until: When,
}

impl WayBack {
    /// A way back into an account that is closed; `None` once it can no longer be opened by a link.
    ///
    /// # Errors
    /// What the store says.
    pub async fn of(r: &mut Read, account: AccountId, now: When) -> Result<Option<Self>, Error> {
        let until = challenges::open_until(r, account, REOPEN, now).await?;
        Ok(until.map(|until| Self { token: Token::random(), account, until }))
    }

    /// Where it leads.
    #[must_use]
    pub fn url(&self, app: &App) -> String {
        url(app, self.token.as_str())
    }

    /// Until when.
    #[must_use]
    pub const fn until(&self) -> When {
        self.until
    }

    /// Makes it work, in the write that queues the letter.
    ///
    /// # Errors
    /// What the store says.
    pub async fn keep(&self, w: &mut Write, now: When) -> Result<(), Error> {
        challenges::add_link(w, &self.token.hash().0, REOPEN, self.account, None, (now, self.until)).await
    }
}

fn url(app: &App, token: &str) -> String {
    app.issuer.at(&format!("/account/reopen?token={token}"))
}

/// What closing an account came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Closed; deleted from this day on, unless she opens it again. None while the schedule deletes nothing.
    Closed(Option<Date>),
    /// It was not in use.
    NotOpen,
}

/// The end of an account that is closed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Until when its owner may open it again by herself.
    pub(super) opens_until: When,
    /// The day from which it is deleted. None while the schedule deletes nothing: it is a draft, or its rule does not destroy.
    pub(super) day: Option<Date>,
}

impl End {
    pub(super) fn of(policy: &Bundle, now: When) -> Self {
        let (schedule, zone) = (&policy.retention, &policy.controller.time_zone);
        let rule = schedule.rule_for(CLOSED);
        // Nothing is destroyed before the schedule is in effect.
        let begins = schedule.effective_from.and_then(|day| day.to_zoned(zone.clone()).ok());
        let begins = begins.map_or(now, |begins| When::from(begins.timestamp()));
        let until = rule.and_then(|rule| rule.period).map(|period| period.after(now, zone).max(begins));
        let destroys = !schedule.is_draft() && rule.is_some_and(|rule| rule.action == Action::Destroy);
        let day = until.filter(|_| destroys).map(|until| until.day(zone));
        Self { opens_until: until.unwrap_or(now), day }
    }
}

/// Closes the account of the person whose session it is: nobody signs in to it, everything it gave ends, and the services
/// are told. It waits for its rule, and a link in the letter opens it again until then.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn close(
    app: &App,
    who: &SignedIn,
    notice: Notice<'_>,
    context: Context,
    now: When,
) -> Result<Closing, Failure> {
    let snapshot = app.snapshot();
    let End { opens_until, day } = End::of(&snapshot.policy, now);
    let account = who.account;
    let (keys, profile) = people::own_profile(app, who).await?;
    let told = signals::prepare(app, &Change { account, what: What::Closed }, now).await?;
    let endings = sessions::Endings::of(app, account, Which::All, tokens::uuid());
    let token = Token::random();
    let link = token.hash().0;
    let text = notice(&url(app, token.as_str()), day);
    let letter = profile.email.map(|to| post::letter(&app.roots, Some(account), &to, &text)).transpose()?;
    let services = told.services.keys().map(|id| id.as_str().to_owned()).collect();
    let payload = AccountClosed {
        sessions: endings.now().await?.sessions,
        services,
        deleted_from: day.map(|day| day.to_string()),
    };
    let draft = Draft::new(ActorClass::Resident, payload).about(account).from(context);
    let event = snapshot.recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let closed = app
        .db
        .write(async |mut w| {
            if !accounts::close(&mut w, account, now).await? {
                return Err(Error::Missing);
            }
            sessions::end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, account, now).await?;
            challenges::end_recoveries(&mut w, account, now).await?;
            challenges::insert_link(&mut w, &link, REOPEN, account, None, (now, opens_until)).await?;
            signals::queue(&mut w, &told, now).await?;
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    Ok(if done(closed)? { Closing::Closed(day) } else { Closing::NotOpen })
}

/// Whether this link would open an account again now: looking changes nothing.
///
/// # Errors
/// What the store says.
pub async fn reopens(app: &App, token: &Token, now: When) -> Result<bool, Failure> {
    Ok(challenges::link(&mut app.db.peek(), &token.hash().0, REOPEN, now).await?.is_some())
}

/// Opens a closed account again by the link of its letter; `false` if the link works no more. She signs in as before.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn reopen(app: &App, token: &Token, context: Context, now: When) -> Result<bool, Failure> {
    let hash = token.hash().0;
    let Some((account, _)) = challenges::link(&mut app.db.peek(), &hash, REOPEN, now).await? else { return Ok(false) };
    let draft = Draft::new(ActorClass::Resident, AccountReopened { by: None }).about(account).from(context);
    opened(app, account, draft, Some(&hash), now).await
}

/// Opens a closed account again for an operator; `false` if it is not closed.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn reopened_by(app: &App, account: AccountId, why: &Why, now: When) -> Result<bool, Failure> {
    let draft = Draft::new(ActorClass::System, AccountReopened { by: Some(why.by().clone()) });
    let draft = draft.about(account).by(Channel::Batch).because(why.code(), why.case());
    opened(app, account, draft, None, now).await
}

async fn opened(
    app: &App,
    account: AccountId,
    draft: Draft<AccountReopened>,
    link: Option<&[u8; 32]>,
    now: When,
) -> Result<bool, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let opened = app
        .db
        .write(async |mut w| {
            if let Some(hash) = link
                && challenges::spend_link(&mut w, hash, REOPEN, now).await?.is_none()
            {
                return Err(Error::Missing);
            }
            if !accounts::reopen(&mut w, account, now).await? {
                return Err(Error::Missing);
            }
            // Those of other letters are of no use any more, nor when she closes it another time.
            challenges::end_links(&mut w, account, REOPEN, When::from_micros(0), now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    done(opened)
}

/// Notes that somebody has died: nobody signs in to her account any more, nothing is passed on, and no letter goes to her
/// address; those that waited are destroyed. It waits for the rule of its own. `None` if there is no account in use,
/// suspended or closed.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn note_death(app: &App, account: AccountId, why: &Why, now: When) -> Result<Option<usize>, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let endings = sessions::Endings::of(app, account, Which::All, tokens::uuid());
    let sessions = endings.now().await?.sessions;
    let draft = Draft::new(ActorClass::System, DeathNoted { sessions, by: why.by().clone() })
        .about(account)
        .by(Channel::Batch)
        .because(why.code(), why.case());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let noted = app
        .db
        .write(async |mut w| {
            if !accounts::note_death(&mut w, account, State::Frozen.as_str(), now).await? {
                return Err(Error::Missing);
            }
            sessions::end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, account, now).await?;
            challenges::end_recoveries(&mut w, account, now).await?;
            outbox::withdraw_letters(&mut w, account, "the resident has died", now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    Ok(done(noted)?.then_some(sessions))
}
