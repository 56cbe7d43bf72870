//! How old she is, where a share on consent asks it: whether she may agree herself (src/decisions/0045).

use crate::domain::claims::{Claim, ClaimSet};
use crate::domain::client::Client;
use crate::domain::session::SignedIn;
use crate::domain::sharing::age::{AgeBand, agrees};
use crate::service::Failure;
use crate::service::details::own_held;
use crate::view::Wrong;
use crate::visit::Visit;

/// What the page has to know.
pub(super) enum Age {
    /// The share does not ask.
    Unasked,
    /// It follows from the date of birth she gave.
    Known(AgeBand),
    /// She is asked.
    Asked,
}

/// Whether she is asked how old she is.
pub(super) async fn age(visit: &Visit, client: &Client, who: &SignedIn, purpose: &str) -> Result<Age, Failure> {
    if !client.shares.iter().any(|share| share.purpose == purpose && share.asks_age) {
        return Ok(Age::Unasked);
    }
    let held = own_held(&visit.app, who, ClaimSet::from([Claim::Birthdate])).await?;
    let today = super::details::today(visit);
    Ok(held.birthdate.map_or(Age::Asked, |birthdate| Age::Known(AgeBand::of(birthdate, today))))
}

/// The band that is kept with her yes, and the rule of the day under which she may say it.
pub(super) fn may_agree(visit: &Visit, age: &Age, answered: &str) -> Result<Option<(AgeBand, String)>, Wrong> {
    let band = match age {
        Age::Unasked => return Ok(None),
        Age::Known(band) => *band,
        Age::Asked => AgeBand::parse(answered).ok_or(Wrong::AgeBandMissing)?,
    };
    let snapshot = visit.app.snapshot();
    let agrees = agrees(&snapshot.policy.controller.consent_ages, band, super::details::today(visit));
    agrees.map(Some).ok_or(Wrong::TooYoung)
}
