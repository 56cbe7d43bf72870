//! Going on with a registration in a browser that knows nothing of it: by its address and a code from the letter.
//!
//! Nothing that is answered here tells an address at which somebody began from any other (security row A01), but to
//! whoever has the letter.

use super::code::KIND;
use super::letter::{self, Letters, code_hash};
use super::{find_hashed, resend};
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{Code, Token};
use crate::domain::account::EmailAddress;
use crate::domain::audit::vocabulary::{AddressProven, CodeFailed};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::ids::AccountId;
use crate::domain::sign_in::Gate;
use crate::domain::time::When;
use crate::service::guesses::{self, Reserved};
use crate::service::sessions::Browser;
use crate::service::{Failure, people};
use crate::store::challenges::Spent;
use crate::store::registrations::Move;
use crate::store::{Error, challenges, registrations, throttle};

/// What an address and a code turned out to be.
#[derive(Debug)]
pub enum Outcome {
    /// The address is proven, in this browser, and the registration goes on under this journey.
    Right(Token),
    /// No code of a registration at this address, or used before.
    Wrong,
    /// One of them, too late.
    Expired,
    /// Too many misses at this address: nothing is looked at before then.
    Wait {
        /// When a code can be tried again.
        until: When,
    },
}

fn blind(app: &App, email: &EmailAddress) -> BlindIndex {
    BlindIndex::of(&app.roots, IndexKind::Email, &email.folded())
}

/// Checks a code. Misses are counted by the address, whether anybody began there or not; those at the journey's own
/// page are counted by the journey, so that nobody can close that page to her who is there.
pub async fn check(
    app: &App,
    email: &EmailAddress,
    code: &Code,
    browser: &Browser,
    context: &Context,
    now: When,
) -> Result<Outcome, Failure> {
    let blind = blind(app, email).0;
    let limit = app.snapshot().policy.assurance.codes.limit;
    let Reserved { gate, count } = guesses::reserve(app, KIND, &blind, limit, now).await?;
    if let Gate::Closed { until } = gate {
        return Ok(Outcome::Wait { until });
    }
    let waiting = registrations::with_codes(&mut app.db.peek(), &blind, now).await?;
    for (id, journey) in &waiting {
        let Ok(journey) = <[u8; 32]>::try_from(journey.as_slice()) else { continue };
        let hash = code_hash(app, &journey, code);
        if !challenges::is_one(&mut app.db.peek(), &journey, &hash).await? {
            continue;
        }
        match take_over(app, (*id, &journey), &hash, &blind, (browser, context), now).await? {
            Outcome::Wrong => break,
            Outcome::Expired if gate == Gate::Last => break,
            ended => return Ok(ended),
        }
    }
    if let Some((id, _)) = waiting.first() {
        missed(app, *id, count, context, now).await?;
    }
    Ok(match gate {
        Gate::Last => Outcome::Wait { until: now + limit.closed },
        _ => Outcome::Wrong,
    })
}

/// Spends the code and takes the registration to this browser, in one transaction.
async fn take_over(
    app: &App,
    (id, journey): (AccountId, &[u8; 32]),
    code: &[u8],
    blind: &[u8; 32],
    (browser, context): (&Browser, &Context),
    now: When,
) -> Result<Outcome, Failure> {
    let next = Token::random();
    let step = Move { from: journey.to_vec(), to: next.hash().0.to_vec(), browser: browser.token.hash().0.to_vec() };
    let keys = people::keys(&mut app.db.peek(), &app.roots, id).await?;
    let draft = Draft::new(ActorClass::Resident, AddressProven {}).about(id).from(context.clone());
    let proven = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let done = app
        .db
        .write(async |mut w| {
            match challenges::spend(&mut w, journey, code, now).await? {
                Spent::Fresh => {}
                Spent::Expired => return Err(Error::Constraint(LATE.to_owned())),
                Spent::Used | Spent::Wrong => return Err(Error::Missing),
            }
            if !registrations::move_on(&mut w, id, &step, now).await? {
                return Err(Error::Missing);
            }
            throttle::clear(&mut w, KIND, blind).await?;
            w.commit(proven.clone(), ()).await
        })
        .await;
    match done {
        Ok(_) => Ok(Outcome::Right(next)),
        Err(Error::Constraint(why)) if why == LATE => Ok(Outcome::Expired),
        // Spent, finished or moved a moment ago.
        Err(Error::Missing) => Ok(Outcome::Wrong),
        Err(error) => Err(error.into()),
    }
}

/// The write is given up with this when the code is too old.
const LATE: &str = "sign_up.late";

/// Records a miss where there is somebody whose registration it is about.
async fn missed(app: &App, id: AccountId, misses: i64, context: &Context, now: When) -> Result<(), Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, id).await?;
    let payload = CodeFailed { purpose: "sign_up".to_owned(), misses };
    let draft = Draft::new(ActorClass::Visitor, payload).about(id).denied("wrong_code").from(context.clone());
    let failed = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    app.db.write(async |w| w.commit(failed.clone(), ()).await).await?;
    Ok(())
}

/// Sends a new letter for the registration begun last at this address; to nobody if there is none.
pub async fn send_again(
    app: &App,
    email: &EmailAddress,
    letters: &Letters<'_>,
    context: &Context,
    now: When,
) -> Result<(), Failure> {
    let blind = blind(app, email).0;
    let newest = registrations::newest(&mut app.db.peek(), &blind, now).await?;
    let hash = newest.and_then(|journey| <[u8; 32]>::try_from(journey).ok());
    let journey = match hash {
        Some(hash) => find_hashed(app, hash, now).await?,
        None => None,
    };
    match journey {
        Some(journey) => resend(app, &journey, None, letters, context, now).await,
        // As much counting for nobody as for somebody.
        None => letter::count_nobodys(app, &blind, now).await,
    }
}
