//! Between the password and the session: the code of an account that has a second step.

use super::arrival::{Arrival, Door};
use super::{Attempt, Counters, Outcome, forget_misses, stranger};
use crate::app::App;
use crate::crypto::password::Phc;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::Token;
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::PasswordAccepted;
use crate::domain::audit::{ActorClass, Draft};
use crate::domain::time::When;
use crate::service::recovery::Compose;
use crate::service::second_step::{Carried, Guess, Shown, check, missed, used};
use crate::service::{Failure, people, post};
use crate::store::accounts::CredentialRow;
use crate::store::{Either, Error, accounts, outbox};
use subtle::ConstantTimeEq;

/// The password is right and nobody is signed in: gives what the page of the code carries.
pub(super) async fn ask(
    app: &App,
    row: &CredentialRow,
    counters: &Counters,
    stronger: Option<Phc>,
    attempt: &Attempt<'_>,
    now: When,
) -> Result<Outcome, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, row.account_id).await?;
    let draft = Draft::new(ActorClass::Visitor, PasswordAccepted {}).about(row.account_id);
    let draft = draft.from(attempt.door.context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let carried = Carried::SignIn {
        account: row.account_id,
        version: row.version,
        browser: attempt.door.browser.token.hash().0,
        own_device: attempt.door.own_device,
        until: (now + app.snapshot().policy.assurance.codes.otherwise).micros(),
    };
    let reference = carried.seal(&app.roots)?;
    app.db
        .write(async |mut w| {
            if let Some(phc) = &stronger {
                accounts::rehash(&mut w, row.account_id, row.version, phc.as_str()).await?;
            }
            forget_misses(&mut w, counters).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(Outcome::CodeNeeded { reference })
}

/// How the second step of a sign-in ended.
#[derive(Debug)]
pub enum Finished {
    /// She is signed in.
    SignedIn {
        /// The session's cookie.
        token: Token,
        /// On a device that she said was her own.
        own_device: bool,
    },
    /// Wrong, or used before.
    Wrong,
    /// Too many were wrong.
    Wait {
        /// When one can be tried again.
        until: When,
    },
    /// It has to begin again with the password.
    Over,
}

/// Whether a reference of [`ask`] can still be finished in this browser.
#[must_use]
pub fn stands(app: &App, browser: &Token, reference: &str, now: When) -> bool {
    opened(app, browser, reference, now).is_some()
}

fn opened(app: &App, browser: &Token, reference: &str, now: When) -> Option<Carried> {
    let carried = Carried::open(&app.roots, reference)?;
    let Carried::SignIn { browser: hash, until, .. } = &carried else {
        return None;
    };
    let here = bool::from(hash.ct_eq(&browser.hash().0)) && now.micros() < *until;
    here.then_some(carried)
}

/// What its owner is told by letter of a sign-in that a code finished.
#[derive(Clone, Copy)]
pub struct Letters<'a> {
    /// That it was a recovery code.
    pub used: &'a post::Text,
    /// That her account does not know the browser: from the link that ends it, and the time it stops working.
    pub warning: Compose<'a>,
}

/// Finishes a sign-in by a code.
pub async fn finish(
    app: &App,
    reference: &str,
    shown: &Shown,
    door: &Door<'_>,
    letters: Letters<'_>,
    now: When,
) -> Result<Finished, Failure> {
    let Some(Carried::SignIn { account, version, own_device, .. }) = opened(app, &door.browser.token, reference, now)
    else {
        return Ok(Finished::Over);
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let spend = match check(app, &keys, shown, door.browser, &door.context, now).await? {
        Guess::Right(spend) => spend,
        Guess::Wrong => return Ok(Finished::Wrong),
        Guess::Wait { until } => return Ok(Finished::Wait { until }),
        Guess::None => return Ok(Finished::Over),
    };
    let door = Door { own_device, ..door.clone() };
    let arrival = Arrival::prepare(app, &keys, &door, Proof::PasswordAndCode, now).await?;
    let used = used(app, &keys, spend.codes_left(), letters.used, &door.context, now).await?;
    let warning = if spend.browser_known() {
        None
    } else {
        stranger::prepare(app, &keys, arrival.session(), letters.warning, now).await?
    };
    let events = match &used {
        None => Either::This(arrival.events()),
        Some(used) => Either::That((arrival.events(), used.event.clone())),
    };
    let done = app
        .db
        .write(async |mut w| {
            if !accounts::still_stands(&mut w, account, version, now).await? {
                return Err(Error::Constraint(OVER.to_owned()));
            }
            if !spend.spend(&mut w).await? {
                return Err(Error::Missing);
            }
            if let Some(letter) = used.as_ref().and_then(|used| used.letter.as_ref()) {
                outbox::queue(&mut w, letter, now).await?;
            }
            arrival.store(&mut w, now).await?;
            if let Some(warning) = &warning {
                warning.store(&mut w, now).await?;
            }
            w.commit(events.clone(), ()).await
        })
        .await;
    match done {
        Ok(_) => Ok(Finished::SignedIn { token: arrival.token, own_device }),
        Err(Error::Missing) => Ok(match missed(app, &keys, &spend, &door.context, now).await? {
            Some(until) => Finished::Wait { until },
            None => Finished::Wrong,
        }),
        Err(Error::Constraint(why)) if why == OVER => Ok(Finished::Over),
        Err(error) => Err(error.into()),
    }
}

/// The password was changed, or the account closed, since it was shown: nothing is spent.
const OVER: &str = "sign_in.over";
