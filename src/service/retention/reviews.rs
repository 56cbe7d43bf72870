//! Accounts that a person looks at before they go.

use super::accounts::{began, clock_of};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::RetentionReviewed;
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use crate::service::done;
use crate::service::{Failure, people};
use crate::store::lapses::{self, ReviewRow};
use crate::store::{Error, erasures};

/// What a person says of an account that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It goes with the next run.
    Goes,
    /// It is kept until then, and looked at again. That can be said of any account, asked or not.
    KeptUntil(When),
}

/// What waits for a person, the oldest first.
///
/// # Errors
/// What the store says.
pub async fn waiting(app: &App, limit: i64) -> Result<Vec<ReviewRow>, Failure> {
    Ok(lapses::reviews(&mut app.db.peek(), limit).await?)
}

/// Keeps what a person says; `false` if there is nothing to say it of: an account that goes waits under that rule, and one that is
/// kept is there, its clock runs under that rule, and the day has not come.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn decide(
    app: &App,
    (account, rule): (AccountId, &str),
    decided: Decided,
    by: &FullName,
    now: When,
) -> Result<bool, Failure> {
    let until = if let Decided::KeptUntil(until) = decided { Some(until) } else { None };
    let word = if until.is_some() { "kept" } else { "goes" };
    let payload = RetentionReviewed {
        rule: rule.to_owned(),
        decided: word.to_owned(),
        until: until.map(|until| until.to_string()),
        by: by.clone(),
    };
    let snapshot = app.snapshot();
    let known = snapshot.policy.retention.rules.iter().find(|one| one.id == rule);
    let Some(clock) = known.and_then(|rule| clock_of(rule.category.as_str())) else { return Ok(false) };
    if until.is_some_and(|until| until <= now) {
        return Ok(false);
    }
    let keys = match people::keys(&mut app.db.peek(), &app.roots, account).await {
        // Nobody has such an account, or has it still.
        Err(Failure::Seal(SealError::NoKey) | Failure::Store(Error::Missing)) => return Ok(false),
        keys => keys?,
    };
    let draft = Draft::new(ActorClass::System, payload).about(account).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let kept = app
        .db
        .write(async |mut w| {
            let about = (account, rule);
            if let Some(until) = until {
                // A run that is taking it has its row: what is said behind that is said of nobody. One that was cut off goes on with nobody
                // who is kept.
                let row = lapses::stopped(&mut w, clock, account).await?.ok_or(Error::Missing)?;
                lapses::keep(&mut w, about, (until, by.as_str()), (began(&row), now)).await?;
                erasures::exhume(&mut w, about).await?;
            } else if !lapses::let_go(&mut w, about, by.as_str(), now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(kept)
}
