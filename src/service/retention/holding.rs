//! Holds are placed by one person, and released by two.

use super::house_event;
use crate::app::App;
use crate::crypto::tokens;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{HoldKept, HoldPlaced, HoldReleased};
use crate::domain::retention::{Category, Does, HoldKind, Keeps, LOOKED_AT_WITHIN, Rule, Scope};
use crate::domain::time::When;
use crate::service::{Failure, done, erasure};
use crate::store::holds::{self, HoldRow};
use crate::store::retention as runs;
use crate::store::{Error, accounts};

/// A hold to place.
#[derive(Debug, Clone)]
pub struct NewHold {
    /// Its reference, which is said at its release.
    pub id: String,
    /// Why.
    pub kind: HoldKind,
    /// Why, in a sentence.
    pub reason: String,
    /// What it is about.
    pub scope: Scope,
    /// Who answers for it.
    pub owner: FullName,
    /// When it is looked at again.
    pub review_by: When,
}

/// Why a hold is not placed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotPlaced {
    /// One of this reference stands or stood.
    #[error("there is or was a hold called {0}: give this one another reference")]
    Taken(String),
    /// The reference or the reason says nothing.
    #[error("a hold needs a reference and a reason of at most 200 characters each")]
    Nameless,
    /// It would be looked at too late, or never.
    #[error("a hold is looked at again within six months of being placed, and after today: name another day")]
    ReviewedTooLate,
    /// Nobody has such an account.
    #[error("there is no such account: look at the id again")]
    NoAccount,
    /// The schedule has no such category.
    #[error("the schedule in force has no category {0}")]
    NoCategory(String),
    /// Records of the category go whatever holds, or stay anyway.
    #[error("no hold keeps records of the category {0}: name the account that they belong to, or another category")]
    NeverHeld(String),
    /// No rule stops for such a hold: it would hold nothing.
    #[error(
        "no rule that it is about stops for a hold of the kind {0}: add the kind to `holds` of the rule in retention.toml"
    )]
    StopsNothing(&'static str),
    /// Its time ends before it begins.
    #[error("the hold ends before it begins")]
    Backwards,
}

/// Every hold there is or was.
///
/// # Errors
/// What the store says.
pub async fn all(app: &App) -> Result<Vec<HoldRow>, Failure> {
    Ok(holds::all(&mut app.db.peek()).await?)
}

fn check(app: &App, new: &NewHold, now: When) -> Result<(), NotPlaced> {
    let snapshot = app.snapshot();
    let fits =
        |text: &str| !text.trim().is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control);
    if !fits(&new.id) || !fits(&new.reason) {
        return Err(NotPlaced::Nameless);
    }
    if new.review_by <= now || new.review_by.since(now) > LOOKED_AT_WITHIN {
        return Err(NotPlaced::ReviewedTooLate);
    }
    if new.scope.since.zip(new.scope.until).is_some_and(|(since, until)| until < since) {
        return Err(NotPlaced::Backwards);
    }
    let schedule = &snapshot.policy.retention;
    let rules: Vec<_> = match &new.scope.category {
        Some(category) => match schedule.rule_for(category.as_str()) {
            Some(rule) => vec![rule],
            None => return Err(NotPlaced::NoCategory(category.as_str().to_owned())),
        },
        None => schedule.rules.iter().collect(),
    };
    let category = new.scope.category.as_ref().map(Category::as_str);
    let keeps = category.and_then(Does::of).map(|does| does.holds);
    if let (Some(category), Some(Keeps::Never)) = (category, keeps) {
        return Err(NotPlaced::NeverHeld(category.to_owned()));
    }
    // What stays as long as the account does is held by holding the account.
    let profile = schedule.rule_for(erasure::PROFILE).filter(|_| keeps == Some(Keeps::WithTheAccount));
    let stops = |rule: &&Rule| rule.holds.iter().any(|kind| kind == new.kind.as_str());
    if !rules.iter().chain(profile.iter()).any(stops) {
        return Err(NotPlaced::StopsNothing(new.kind.as_str()));
    }
    Ok(())
}

/// Places a hold.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn place(app: &App, new: &NewHold, by: &FullName, now: When) -> Result<Result<(), NotPlaced>, Failure> {
    if let Err(refused) = check(app, new, now) {
        return Ok(Err(refused));
    }
    let row = HoldRow {
        number: tokens::uuid(),
        id: new.id.trim().to_owned(),
        kind: new.kind.as_str().to_owned(),
        reason: new.reason.trim().to_owned(),
        account_id: new.scope.account,
        category: new.scope.category.as_ref().map(|category| category.as_str().to_owned()),
        since: new.scope.since,
        until: new.scope.until,
        owner: new.owner.as_str().to_owned(),
        placed_by: by.as_str().to_owned(),
        placed_at: now,
        review_by: new.review_by,
        released_at: None,
    };
    let payload = HoldPlaced {
        hold: row.id.clone(),
        kind: row.kind.clone(),
        category: row.category.clone(),
        one_person: row.account_id.is_some(),
        owner: new.owner.clone(),
        review_by: new.review_by.to_string(),
        by: by.clone(),
    };
    let event = house_event(app, payload, now)?;
    let placed = app
        .db
        .write(async |mut w| {
            runs::after_batch(&mut w).await?;
            // Whoever erases her is through, and she is gone, or waits and finds the hold.
            if let Some(account) = row.account_id
                && !accounts::hold(&mut w, account).await?
            {
                return Err(Error::Missing);
            }
            if !holds::place(&mut w, &row).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match placed {
        Ok(_) => Ok(Ok(())),
        Err(Error::Missing) => Ok(Err(NotPlaced::NoAccount)),
        Err(Error::GivenUp) => Ok(Err(NotPlaced::Taken(new.id.clone()))),
        Err(error) => Err(error.into()),
    }
}

/// Releases a hold on the word of two; `false` if none of this reference stands, or it is one person under two names.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn release(app: &App, id: &str, (by, with): (&FullName, &FullName), now: When) -> Result<bool, Failure> {
    if by.is_same_as(with) {
        return Ok(false);
    }
    let payload = HoldReleased { hold: id.to_owned(), by: by.clone(), approved_by: with.clone() };
    let event = house_event(app, payload, now)?;
    let released = app
        .db
        .write(async |mut w| {
            if !holds::release(&mut w, id, (by.as_str(), with.as_str()), now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(released)
}

/// Puts off when a hold is looked at again, by six months at most; `false` if none of this reference stands, or the day is
/// too far off.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn keep(app: &App, id: &str, review_by: When, by: &FullName, now: When) -> Result<bool, Failure> {
    if review_by <= now || review_by.since(now) > LOOKED_AT_WITHIN {
        return Ok(false);
    }
    let payload = HoldKept { hold: id.to_owned(), review_by: review_by.to_string(), by: by.clone() };
    let event = house_event(app, payload, now)?;
    let kept = app
        .db
        .write(async |mut w| {
            if !holds::keep(&mut w, id, review_by).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(kept)
}
