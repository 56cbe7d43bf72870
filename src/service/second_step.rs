//! The second step of signing in: a code of an authenticator app (RFC 6238), or a recovery code from paper.
//!
//! ```text
//! password right ──> has she an app? ──no──> signed in (A0) ──a service needs more──> set one up ──┐
//!                          │ yes                                                                  ├──> A1
//!                          └──────────────> the code, counted before it is looked at, spent once ─┘
//! ```

mod again;
mod carried;
mod change;
mod guess;
mod set_up;

pub(super) use again::code;
pub use again::{Again, Unproven};
pub(super) use carried::Carried;
pub use change::{Changed, Deed, Place, change};
pub use guess::Shown;
pub(super) use guess::{Guess, check, missed};
pub use set_up::{Confirmed, SetUp, confirm, opened_codes};

use super::{Failure, people, post};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::{Field, PersonKeys};
use crate::crypto::tokens::Token;
use crate::crypto::totp::Seed;
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::{RecoveryCodeUsed, SteppedUp};
use crate::domain::audit::{ActorClass, Context, Draft, Sealed};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::AccountId;
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::sessions::Browser;
use crate::store::authenticators::{self, AuthenticatorRow};
use crate::store::outbox::NewMessage;
use crate::store::{Either, Error, outbox, sessions};
use uuid::Uuid;

/// An account's second step, as its owner sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// When the app was set up.
    pub since: When,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

/// Whether an account has a second step.
pub async fn state(app: &App, account: AccountId) -> Result<Option<State>, Failure> {
    let row = authenticators::get(&mut app.db.peek(), account).await?;
    Ok(row.map(|row| State { since: row.added_at, codes_left: row.codes_left }))
}

/// Where an app's seed is sealed.
const fn seed_field(authenticator: Uuid) -> Field {
    Field::profile("authenticator", "seed", authenticator)
}

/// Opens an app's seed: it is looked at to check what its owner typed, and for nothing else.
fn seed(keys: &PersonKeys, row: &AuthenticatorRow) -> Result<Seed, Failure> {
    let leave = Disclosure::to_the_person(keys.account());
    Ok(Seed::parse(&keys.open(seed_field(row.id), &row.seed, &leave)?).ok_or(SealError::Malformed)?)
}

/// The letter that tells a person of a change, if there is an address to write to.
async fn letter(app: &App, keys: &PersonKeys, text: &post::Text) -> Result<Option<NewMessage>, Failure> {
    let to = people::written_to(&mut app.db.peek(), keys).await?;
    to.map(|to| post::letter(&app.roots, Some(keys.account()), &to, text)).transpose()
}

/// What is recorded of a recovery code, and the letter that tells of it.
pub(super) struct Used {
    pub(super) event: Sealed<RecoveryCodeUsed>,
    pub(super) letter: Option<NewMessage>,
}

/// Makes ready what a recovery code leaves behind, if it is one.
pub(super) async fn used(
    app: &App,
    keys: &PersonKeys,
    left: Option<i64>,
    notice: &post::Text,
    context: &Context,
    now: When,
) -> Result<Option<Used>, Failure> {
    let Some(left) = left else {
        return Ok(None);
    };
    let draft = Draft::new(ActorClass::Resident, RecoveryCodeUsed { left }).about(keys.account()).from(context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    Ok(Some(Used { event, letter: letter(app, keys, notice).await? }))
}

/// How a step of a person who is signed in ended.
#[derive(Debug)]
pub enum Outcome {
    /// Right: her session goes on under this cookie.
    Right(Token),
    /// Wrong, or used before.
    Wrong,
    /// Too many were wrong.
    Wait {
        /// When one can be tried again.
        until: When,
    },
    /// She has no second step yet, or is no longer signed in.
    None,
}

/// Takes the second step in a session that a password began: the session goes on under a new cookie (security row S01).
/// `notice` is the letter that tells her, should it be a recovery code.
pub async fn step_up(
    app: &App,
    who: &SignedIn,
    shown: &Shown,
    browser: &Browser,
    notice: &post::Text,
    context: &Context,
    now: When,
) -> Result<Outcome, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let spend = match check(app, &keys, shown, browser, context, now).await? {
        Guess::Right(spend) => spend,
        Guess::Wrong => return Ok(Outcome::Wrong),
        Guess::Wait { until } => return Ok(Outcome::Wait { until }),
        Guess::None => return Ok(Outcome::None),
    };
    let token = Token::random();
    let proof = Proof::PasswordAndCode;
    let payload = SteppedUp { amr: proof.amr().split(' ').map(ToOwned::to_owned).collect() };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let used = used(app, &keys, spend.codes_left(), notice, context, now).await?;
    let events = match &used {
        None => Either::This(event),
        Some(used) => Either::That((event, used.event.clone())),
    };
    let (of, hash) = ((who.session, who.account), token.hash().0);
    let stepped = app
        .db
        .write(async |mut w| {
            if !spend.spend(&mut w).await? {
                return Err(Error::Missing);
            }
            if !sessions::lift(&mut w, of, &hash, (proof.amr(), proof.level().as_str()), now).await? {
                return Err(Error::Constraint(ENDED.to_owned()));
            }
            if let Some(letter) = used.as_ref().and_then(|used| used.letter.as_ref()) {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(events.clone(), ()).await
        })
        .await;
    match stepped {
        Ok(_) => Ok(Outcome::Right(token)),
        Err(Error::Missing) => Ok(match missed(app, &keys, &spend, context, now).await? {
            Some(until) => Outcome::Wait { until },
            None => Outcome::Wrong,
        }),
        Err(Error::Constraint(why)) if why == ENDED => Ok(Outcome::None),
        Err(error) => Err(error.into()),
    }
}

/// The session ended while its step was looked at: nothing is spent.
const ENDED: &str = "second_step.session";
