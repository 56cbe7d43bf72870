//! Changing the second step, after a fresh proof of everything the account has (security rows W07, A08): the password,
//! and a code if there is an app.

use super::again::spend_apart;
use super::set_up::{SetUp, draw_codes};
use super::{Guess, Shown, check, letter, missed};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::{AuthenticatorRemoved, RecoveryCodesMade};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::account::{self, Proof as Password};
use crate::service::second_step::guess::Spend;
use crate::service::sessions::{self as sittings, Browser, Which};
use crate::service::{Failure, people, post};
use crate::store::{Error, Events, Write, authenticators, grants, outbox, sessions};

/// What she wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Set an app up, in the place of the one she has if she has one.
    SetUp,
    /// Get new recovery codes.
    NewCodes,
    /// Take the second step away.
    Remove,
}

/// What became of it.
#[derive(Debug)]
pub enum Changed {
    /// An app can be set up under this reference.
    SetUp(String),
    /// There are new recovery codes, shown under this reference.
    NewCodes(String),
    /// There is no second step any more: the session goes on under this cookie.
    Removed(Token),
    /// The password is not right.
    WrongPassword,
    /// Too many passwords were not right.
    Closed {
        /// When one can be tried again.
        until: When,
    },
    /// There is an app, and no code was typed.
    CodeMissing,
    /// The code is not right.
    WrongCode,
    /// Too many codes were not right.
    Wait {
        /// When one can be tried again.
        until: When,
    },
    /// There is nothing to change, or the session is over.
    Over,
}

/// Where she stands, and the letter that tells her.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Who.
    pub who: &'a SignedIn,
    /// In which browser.
    pub browser: &'a Browser,
    /// For events.
    pub context: &'a Context,
    /// Told her by letter: of the change, or with [`Deed::SetUp`] of a recovery code that was used.
    pub notice: &'a post::Text,
}

/// Does it, if the password and the code are right.
pub async fn change(
    app: &App,
    at: Place<'_>,
    deed: Deed,
    (password, shown): (&str, Option<&Shown>),
    now: When,
) -> Result<Changed, Failure> {
    let there = authenticators::get(&mut app.db.peek(), at.who.account).await?.is_some();
    match (there, deed, shown) {
        (false, Deed::NewCodes | Deed::Remove, _) => return Ok(Changed::Over),
        (true, _, None) => return Ok(Changed::CodeMissing),
        _ => {}
    }
    match account::prove(app, at.who, password, at.context, now).await? {
        Password::Right(_) => {}
        Password::Wrong => return Ok(Changed::WrongPassword),
        Password::Closed { until } => return Ok(Changed::Closed { until }),
    }
    let Some(shown) = shown.filter(|_| there) else {
        return Ok(Changed::SetUp(SetUp::begin(app, at.who, None, now)?));
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, at.who.account).await?;
    let spend = match check(app, &keys, shown, at.browser, at.context, now).await? {
        Guess::Right(spend) => spend,
        Guess::Wrong => return Ok(Changed::WrongCode),
        Guess::Wait { until } => return Ok(Changed::Wait { until }),
        Guess::None => return Ok(Changed::Over),
    };
    let done = match deed {
        Deed::SetUp => prove(app, at, &keys, &spend, now).await?,
        Deed::NewCodes => new_codes(app, at, &keys, &spend, now).await?,
        Deed::Remove => remove(app, at, &keys, &spend, now).await?,
    };
    match done {
        Some(changed) => Ok(changed),
        None => Ok(match missed(app, &keys, &spend, at.context, now).await? {
            Some(until) => Changed::Wait { until },
            None => Changed::WrongCode,
        }),
    }
}

type Keys = crate::crypto::seal::PersonKeys;

/// Spends the code in a write of its own: the new app is confirmed later. `None` if it was spent before.
async fn prove(app: &App, at: Place<'_>, keys: &Keys, spend: &Spend, now: When) -> Result<Option<Changed>, Failure> {
    if !spend_apart(app, keys, spend, at.notice, at.context, now).await? {
        return Ok(None);
    }
    Ok(Some(Changed::SetUp(SetUp::begin(app, at.who, Some(spend.authenticator), now)?)))
}

/// Spends the code, or gives the write up.
async fn first(w: &mut Write, spend: &Spend) -> Result<(), Error> {
    if spend.spend(w).await? { Ok(()) } else { Err(Error::Missing) }
}

async fn new_codes(
    app: &App,
    at: Place<'_>,
    keys: &Keys,
    spend: &Spend,
    now: When,
) -> Result<Option<Changed>, Failure> {
    let (hashes, shown) = draw_codes(app, at.who, now)?;
    let payload = RecoveryCodesMade { count: hashes.len() };
    let draft = Draft::new(ActorClass::Resident, payload).about(at.who.account).from(at.context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    let letter = letter(app, keys, at.notice).await?;
    let done = app
        .db
        .write(async |mut w| {
            first(&mut w, spend).await?;
            authenticators::set_recovery(&mut w, at.who.account, &hashes, now).await?;
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    settled(done, Changed::NewCodes(shown))
}

/// Takes the app away, and puts out whoever else is in (security row S09).
async fn remove(app: &App, at: Place<'_>, keys: &Keys, spend: &Spend, now: When) -> Result<Option<Changed>, Failure> {
    let who = at.who;
    let endings = sittings::Endings::of(app, who.account, Which::AllBut(who.session), tokens::uuid());
    let letter = letter(app, keys, at.notice).await?;
    let draft = Draft::new(ActorClass::Resident, AuthenticatorRemoved {}).about(who.account).from(at.context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    let token = Token::random();
    let (of, hash, left) = ((who.session, who.account), token.hash().0, Proof::Password);
    let done = app
        .db
        .write(async |mut w| {
            first(&mut w, spend).await?;
            if !authenticators::remove(&mut w, who.account, spend.authenticator).await? {
                return Err(Error::Missing);
            }
            // What the session has proved is worth no more than what the account has left.
            sessions::lift(&mut w, of, &hash, (left.amr(), left.level().as_str()), now).await?;
            sittings::end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, who.account, now).await?;
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    settled(done, Changed::Removed(token))
}

fn settled<E: Events>(
    done: Result<crate::store::Committed<E, ()>, Error>,
    changed: Changed,
) -> Result<Option<Changed>, Failure> {
    match done {
        Ok(_) => Ok(Some(changed)),
        Err(Error::Missing) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
