//! The one-time code of a registration.

use super::letter::code_hash;
use super::{Journey, find_hashed};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::Code;
use crate::domain::audit::vocabulary::{AddressProven, CodeFailed};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::sign_in::Gate;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::guesses::{self, Reserved};
use crate::service::sessions::Browser;
use crate::store::challenges::Spent;
use crate::store::{Either, challenges, registrations, throttle};

/// The counter of misses, by the journey: a new letter does not refill it.
pub(super) const KIND: &str = "code";

/// What a typed code turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The address is proven, in this browser.
    Right,
    /// One of the journey's codes, used before. Whoever has it had the letter: it tells nothing to somebody who guesses, whom
    /// a code that is used gets nowhere.
    Used {
        /// It was used in this browser, where the address is proven: a form that was sent twice, or a step back.
        here: bool,
    },
    /// Not one of the journey's codes.
    Wrong {
        /// The misses so far, this one included.
        misses: i64,
    },
    /// One of the journey's codes, too late.
    Expired,
    /// Too many misses: nothing is looked at before then.
    Wait {
        /// When a code can be tried again.
        until: When,
    },
}

/// Checks a code.
pub async fn check(
    app: &App,
    journey: &Journey,
    code: &Code,
    browser: &Browser,
    context: &Context,
    now: When,
) -> Result<Outcome, Failure> {
    let limit = app.snapshot().policy.assurance.codes.limit;
    let Reserved { gate, count: misses } = guesses::reserve(app, KIND, &journey.hash, limit, now).await?;
    if let Gate::Closed { until } = gate {
        return Ok(Outcome::Wait { until });
    }
    let (id, hash, token) = (journey.row.id, journey.hash, browser.token.hash().0);
    let code = code_hash(app, &hash, code);
    let recorder = &app.snapshot().recorder;
    let draft = Draft::new(ActorClass::Resident, AddressProven {}).about(id).from(context.clone());
    let proven = recorder.seal(EventSeed::draw(now), &draft, Some(&journey.keys))?;
    let payload = CodeFailed { purpose: "sign_up".to_owned(), misses };
    let draft = Draft::new(ActorClass::Visitor, payload).about(id).denied("wrong_code").from(context.clone());
    let failed = recorder.seal(EventSeed::draw(now), &draft, Some(&journey.keys))?;
    let spent = app
        .db
        .write(async |mut w| {
            let spent = challenges::spend(&mut w, &hash, &code, now).await?;
            if spent != Spent::Fresh {
                return w.commit(Either::That(failed.clone()), spent).await;
            }
            throttle::clear(&mut w, KIND, &hash).await?;
            registrations::prove(&mut w, id, &token, now).await?;
            w.commit(Either::This(proven.clone()), spent).await
        })
        .await?;
    // As it stands now: the journey was looked at before the other form had proven it.
    let here = spent.value == Spent::Used
        && find_hashed(app, hash, now).await?.is_some_and(|journey| journey.proven_in(&browser.token));
    Ok(match (spent.value, gate) {
        (Spent::Fresh, _) => Outcome::Right,
        (Spent::Used, _) if here => Outcome::Used { here },
        (_, Gate::Last) => Outcome::Wait { until: now + limit.closed },
        (Spent::Expired, _) => Outcome::Expired,
        (Spent::Used, _) => Outcome::Used { here },
        (Spent::Wrong, _) => Outcome::Wrong { misses },
    })
}
