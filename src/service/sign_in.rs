//! Signing in with a password.
//!
//! ```text
//! reserve an attempt ──closed──> Closed          (counted on what was typed, whether it is anybody's or not)
//!        │
//!   hash, with no transaction open               (as much work for nobody as for somebody)
//!        │
//! right, and the account has a second step ────> CodeNeeded: nobody is signed in yet
//!        │
//! record the outcome, if the password and the account still stand as they were checked
//! ```

pub mod arrival;
pub mod second;
pub mod stranger;

use super::guesses::{self, Reserved};
use super::recovery::Compose;
use super::{Failure, people, refusal};
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::password::{HashError, Password, PasswordError, Phc};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::Token;
use crate::domain::account::{State, fold_typed};
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::{Locked, SigninFailed};
use crate::domain::audit::{ActorClass, Context, Draft, Sealed};
use crate::domain::ids::AccountId;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::time::When;
use crate::store::accounts::CredentialRow;
use crate::store::{Either, Error, Write, accounts, authenticators, sessions, throttle};
use arrival::{Arrival, Door};

/// The counter of an identifier, for browsers its account does not know.
pub(super) const STRANGERS: &str = "sign_in";
/// The counter of an identifier in one browser that its account knows.
const KNOWN: &str = "sign_in_known";

/// What was typed, and where.
pub struct Attempt<'a> {
    /// The e-mail address or sign-in name.
    pub typed: &'a str,
    /// The password.
    pub password: &'a str,
    /// Where.
    pub door: Door<'a>,
    /// Writes the letter that tells the owner of a sign-in from a browser her account does not know: from the link
    /// that ends it, and the time it stops working.
    pub warning: Compose<'a>,
}

/// How an attempt ended.
#[derive(Debug)]
pub enum Outcome {
    /// She is signed in.
    SignedIn {
        /// The session's cookie.
        token: Token,
        /// Whose.
        account: AccountId,
    },
    /// The password is right, and a code is asked for next: what its page carries.
    CodeNeeded {
        /// Good in this browser, for as long as a code works.
        reference: String,
    },
    /// Identifier and password do not go together, or the account is not open; never says which.
    Wrong,
    /// Too many misses: this was the last that was looked at, or came after it.
    Closed {
        /// When this browser may try again.
        until: When,
    },
    /// No password could be like this; nothing was looked at or counted.
    Unusable(PasswordError),
}

/// What a guess is counted by: both counters are forgotten when the right password is given.
struct Counters {
    known: bool,
    strangers: BlindIndex,
    here: BlindIndex,
}

/// The blind index of whatever was typed to sign in with.
#[must_use]
pub fn identifier(app: &App, typed: &str) -> BlindIndex {
    BlindIndex::of(&app.roots, IndexKind::SignInName, &fold_typed(typed))
}

/// Tries to sign in. [`HashError::Busy`] comes as [`Failure`]: the page says to try again.
pub async fn attempt(app: &App, attempt: &Attempt<'_>, now: When) -> Result<Outcome, Failure> {
    let password = match Password::attempt(attempt.password) {
        Ok(password) => password,
        Err(unusable) => return Ok(Outcome::Unusable(unusable)),
    };
    let blind = identifier(app, attempt.typed);
    let counters = counters(app, blind, &attempt.door.browser.token).await?;
    let limit = app.snapshot().policy.assurance.passwords;
    // Only what will be looked at is counted: who is told to try again did not guess.
    let seat = app.hasher.seat()?;
    let reserved = reserve(app, &counters, limit, now).await?;
    if let Gate::Closed { until } = reserved.gate {
        note(app, "closed", &attempt.door.context, now).await?;
        return Ok(Outcome::Closed { until });
    }
    // The last one that was looked at closes, and is told so: whatever was wrong with it.
    let missed =
        if reserved.gate == Gate::Last { Outcome::Closed { until: now + limit.closed } } else { Outcome::Wrong };
    let Some(row) = accounts::credential_by_identifier(&mut app.db.peek(), &blind.0).await? else {
        seat.verify_nobody(password).await?;
        note(app, "unknown_identifier", &attempt.door.context, now).await?;
        return Ok(missed);
    };
    let verdict = seat.verify(password.clone(), &Phc::from_stored(row.phc.clone())).await?;
    if !verdict.matches {
        fail(app, &row, reserved, limit, attempt, now).await?;
        return Ok(missed);
    }
    let stronger = if verdict.needs_rehash { rehash(app, password).await? } else { None };
    // Whatever else keeps an account from opening is found out where it would open.
    let open = State::parse(&row.state) == Some(State::Active);
    let outcome = if open && authenticators::get(&mut app.db.peek(), row.account_id).await?.is_some() {
        second::ask(app, &row, &counters, stronger, attempt, now).await?
    } else {
        succeed(app, &row, &counters, stronger, attempt, now).await?
    };
    Ok(if matches!(outcome, Outcome::Wrong) { missed } else { outcome })
}

async fn counters(app: &App, blind: BlindIndex, browser: &Token) -> Result<Counters, Failure> {
    let hash = browser.hash().0;
    let known = sessions::browser_known(&mut app.db.peek(), &blind.0, &hash).await?;
    let pair: Vec<String> = [blind.0, hash].iter().flatten().map(|byte| format!("{byte:02x}")).collect();
    let here = BlindIndex::of(&app.roots, IndexKind::Browser, &pair.concat());
    Ok(Counters { known, strangers: blind, here })
}

/// Counts an attempt. A known browser passes what strangers closed, but guesses from it are counted too.
async fn reserve(app: &App, counters: &Counters, limit: Limit, now: When) -> Result<Reserved, Failure> {
    let (kind, key) = if counters.known { (KNOWN, counters.here.0) } else { (STRANGERS, counters.strangers.0) };
    guesses::reserve(app, kind, &key, limit, now).await
}

async fn note(app: &App, reason: &'static str, context: &Context, now: When) -> Result<(), Failure> {
    refusal::note(app, &refusal::Refusal { endpoint: "/sign-in", reason, client: None, context }, now).await
}

/// The same password under today's cost. Not worth turning her away for when the bench is busy.
async fn rehash(app: &App, password: Password) -> Result<Option<Phc>, Failure> {
    match app.hasher.hash(password).await {
        Ok(phc) => Ok(Some(phc)),
        Err(HashError::Busy) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

fn failed(reason: &str, row: &CredentialRow, attempts: i64, attempt: &Attempt<'_>) -> Draft<SigninFailed> {
    Draft::new(ActorClass::Visitor, SigninFailed { attempts })
        .about(row.account_id)
        .denied(reason)
        .from(attempt.door.context.clone())
}

async fn fail(
    app: &App,
    row: &CredentialRow,
    reserved: Reserved,
    limit: Limit,
    attempt: &Attempt<'_>,
    now: When,
) -> Result<(), Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, row.account_id).await?;
    let recorder = &app.snapshot().recorder;
    let draft = failed("wrong_password", row, reserved.count, attempt);
    let missed = recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let events: Either<Sealed<SigninFailed>, (Sealed<SigninFailed>, Sealed<Locked>)> = if reserved.gate == Gate::Last {
        let payload = Locked { until: (now + limit.closed).to_string() };
        let draft = Draft::new(ActorClass::System, payload).about(row.account_id).from(attempt.door.context.clone());
        Either::That((missed, recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?))
    } else {
        Either::This(missed)
    };
    app.db.write(async |w| w.commit(events.clone(), ()).await).await?;
    Ok(())
}

async fn succeed(
    app: &App,
    row: &CredentialRow,
    counters: &Counters,
    stronger: Option<Phc>,
    attempt: &Attempt<'_>,
    now: When,
) -> Result<Outcome, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, row.account_id).await?;
    let arrival = Arrival::prepare(app, &keys, &attempt.door, Proof::Password, now).await?;
    let warning = if counters.known {
        None
    } else {
        stranger::prepare(app, &keys, arrival.session(), attempt.warning, now).await?
    };
    let draft = failed("no_longer_stands", row, 0, attempt);
    let refused = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let (account, version) = (row.account_id, row.version);
    let stood = app
        .db
        .write(async |mut w| {
            if !accounts::still_stands(&mut w, account, version, now).await? {
                return w.commit(Either::That(refused.clone()), false).await;
            }
            if let Some(phc) = &stronger {
                accounts::rehash(&mut w, account, version, phc.as_str()).await?;
            }
            forget_misses(&mut w, counters).await?;
            arrival.store(&mut w, now).await?;
            if let Some(warning) = &warning {
                warning.store(&mut w, now).await?;
            }
            w.commit(Either::This(arrival.events()), true).await
        })
        .await?;
    Ok(if stood.value { Outcome::SignedIn { token: arrival.token, account } } else { Outcome::Wrong })
}

async fn forget_misses(w: &mut Write, counters: &Counters) -> Result<(), Error> {
    throttle::clear(w, STRANGERS, &counters.strangers.0).await?;
    throttle::clear(w, KNOWN, &counters.here.0).await
}
