//! Everything an account has, proved again by somebody who is signed in, before something weighty (security rows A08,
//! W07): her password first, and a code if she has a second step.

use super::guess::Spend;
use super::{Guess, Shown, check, missed, used};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::SteppedUp;
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::time::When;
use crate::service::sessions::Browser;
use crate::service::{Failure, post};
use crate::store::{Either, Error, authenticators, outbox};

/// What she shows again, and where.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// The present password.
    pub password: &'a str,
    /// The code, if she typed one.
    pub shown: Option<&'a Shown>,
    /// In which browser.
    pub browser: &'a Browser,
    /// The letter that tells her, should it be a recovery code.
    pub notice: &'a post::Text,
}

/// What is wrong with the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// There is a second step, and no code was typed.
    Missing,
    /// It is not right, or was used before.
    Wrong,
    /// Too many were not right.
    Wait {
        /// When one can be tried again.
        until: When,
    },
}

/// Asks for the code and spends it; `None` if it is right, or the account has no second step. The password has to be
/// proven before, so that codes cannot be guessed by whoever holds nothing but a session.
pub(in crate::service) async fn code(
    app: &App,
    keys: &PersonKeys,
    again: &Again<'_>,
    context: &Context,
    now: When,
) -> Result<Option<Unproven>, Failure> {
    if authenticators::get(&mut app.db.peek(), keys.account()).await?.is_none() {
        return Ok(None);
    }
    let Some(shown) = again.shown else {
        return Ok(Some(Unproven::Missing));
    };
    let spend = match check(app, keys, shown, again.browser, context, now).await? {
        Guess::Right(spend) => spend,
        Guess::Wrong => return Ok(Some(Unproven::Wrong)),
        Guess::Wait { until } => return Ok(Some(Unproven::Wait { until })),
        Guess::None => return Ok(None),
    };
    if spend_apart(app, keys, &spend, again.notice, context, now).await? {
        return Ok(None);
    }
    Ok(Some(match missed(app, keys, &spend, context, now).await? {
        Some(until) => Unproven::Wait { until },
        None => Unproven::Wrong,
    }))
}

/// Spends a code in a write of its own, for a deed that comes later; `false` if it was spent before.
pub(super) async fn spend_apart(
    app: &App,
    keys: &PersonKeys,
    spend: &Spend,
    notice: &post::Text,
    context: &Context,
    now: When,
) -> Result<bool, Failure> {
    let amr = Proof::PasswordAndCode.amr().split(' ').map(ToOwned::to_owned).collect();
    let draft = Draft::new(ActorClass::Resident, SteppedUp { amr }).about(keys.account()).from(context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    let used = used(app, keys, spend.codes_left(), notice, context, now).await?;
    let letter = used.as_ref().and_then(|used| used.letter.clone());
    let events = match used {
        None => Either::This(event),
        Some(used) => Either::That((event, used.event)),
    };
    let written = app
        .db
        .write(async |mut w| {
            if !spend.spend(&mut w).await? {
                return Err(Error::Missing);
            }
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(events.clone(), ()).await
        })
        .await;
    crate::service::done(written)
}
