//! Whom an officer knows they do not look up in the record either; and nobody is looked up in it by trying addresses.

use super::{Ask, Held, Refused, Who, sealed};
use crate::app::App;
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::vocabulary::NotPermitted;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::staff::{Action, Circumstances};
use crate::domain::time::When;
use crate::service::guesses::{self, Reserved};
use crate::service::looking::{conflicts, glass};
use crate::service::{Failure, delay};
use crate::store::AndPerhaps;
use crate::store::events::Stored;
use std::time::Duration;

/// The residents whom one officer names in searches and reports; pages of one search count once.
const LIMIT: Limit = Limit { misses: 60, window: Duration::from_mins(15), closed: Duration::from_mins(15) };

/// What counts them.
const COUNTER: &str = "record";

/// Counts a search for a resident before it is done.
///
/// # Errors
/// [`Refused::TooMany`], which is on record then.
pub(super) async fn spend(
    app: &App,
    (who, ask, held): (Who<'_>, &Ask, &Held),
    action: Action,
    now: When,
) -> Result<(), Refused> {
    let Reserved { gate, .. } = guesses::reserve(app, COUNTER, who.0.id.0.as_bytes(), LIMIT, now).await?;
    if !matches!(gate, Gate::Closed { .. }) {
        return Ok(());
    }
    let draft = ask.draft(held, who, refusal(action, vec!["residents_of_one_officer".to_owned()])).denied("too_many");
    let event = sealed(app, draft, None, now)?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await.map_err(Failure::from)?;
    Err(Refused::TooMany)
}

/// Whether what the record says of this person may leave the house in the hands of this officer: not if they may not search for
/// her there.
///
/// # Errors
/// As [`permit`]; [`Refused::Why`] if the reason is none any more.
pub(in crate::service) async fn may_take(
    app: &App,
    (who, ask): (Who<'_>, &Ask),
    keys: &PersonKeys,
    now: When,
) -> Result<(), Refused> {
    permit(app, (who, ask, &ask.held(app)?), Action::SearchRecord, (keys, None), now).await
}

fn refusal(action: Action, because: Vec<String>) -> NotPermitted {
    NotPermitted { action: action.as_str().to_owned(), because, enquiry: None }
}

/// Asks the policies about a look in the record at somebody whom the officer declared to know; of others they were asked at the
/// door. What they do not permit is on record as a look at her, and kept from her if what was to be `opened` is.
///
/// # Errors
/// [`Refused::Known`]; nothing of the record is shown then.
pub(super) async fn permit(
    app: &App,
    (who, ask, held): (Who<'_>, &Ask, &Held),
    action: Action,
    (keys, opened): (&PersonKeys, Option<&Stored>),
    now: When,
) -> Result<(), Refused> {
    let officer = who.0;
    if !conflicts::has(app, officer.id, keys.account(), now).await? {
        return Ok(());
    }
    let circumstances = Circumstances {
        reason: true,
        case: held.case.is_some(),
        fresh: officer.is_fresh(now),
        glass_broken: glass::open_of(app, officer.id, now).await?.is_some(),
        conflict: true,
        ..Circumstances::default()
    };
    let decision = app.snapshot().policy.access.decide(&officer.roles, action, circumstances);
    if decision.allowed {
        return Ok(());
    }
    let draft = ask.draft(held, who, refusal(action, decision.because)).denied("not_permitted").about(keys.account());
    // She reads for which reason it was tried.
    let draft = draft.because(&ask.reason, held.case.as_deref());
    let event = sealed(app, draft.clone(), Some(keys), now)?;
    let held = match opened {
        Some(opened) => delay::hold_back_too(app, keys, (&draft, event.row.id), opened, now).await?,
        None => None,
    };
    app.db
        .write(async |mut w| {
            if let Some(held) = &held {
                held.keep(&mut w).await?;
            }
            w.commit(AndPerhaps(event.clone(), held.as_ref().map(|held| held.event.clone())), ()).await
        })
        .await
        .map_err(Failure::from)?;
    Err(Refused::Known)
}
