//! What stops an erasure, whoever asks for it: a hold on the person, on what goes along, or on all accounts that are in such a state.

use super::super::Failure;
use crate::app::App;
use crate::domain::ids::AccountId;
use crate::domain::retention::{Hold, Item, Schedule};
use crate::store::lapses::{self, AccountClock};
use crate::store::{Error, Read, holds};

/// Categories that go with the account: a hold on one of them holds it. What housekeeping takes as soon as it has run out is not
/// among them, for no hold keeps that.
pub const ALONG: &[&str] = &[
    "sign_in_identifier",
    "contact",
    "contact.history",
    "account_detail",
    "credential",
    "browser",
    "rights.bundle",
    // Payloads of events under her profile key.
    "event.security",
    "event.signin",
];

/// The category of accounts that their owners closed.
pub(super) const CLOSED: &str = "account.closed";

/// The category of accounts whose owners have died.
const DECEASED: &str = "account.deceased";

/// Categories of accounts in a state, which a hold on one account means whatever its state; one on nobody in particular is about
/// those alone that are in it.
pub const STATES: &[&str] = &[CLOSED, DECEASED];

/// The rule of accounts that are not used, whose holds stand against any erasure.
pub const PROFILE: &str = "account_profile";

/// The hold that keeps an account, if there is one.
///
/// # Errors
/// What the store says.
pub async fn held(app: &App, account: AccountId) -> Result<Option<Hold>, Failure> {
    Ok(standing_against(&mut app.db.peek(), &app.snapshot().policy.retention, account).await?)
}

pub(super) async fn standing_against(
    r: &mut Read,
    schedule: &Schedule,
    account: AccountId,
) -> Result<Option<Hold>, Error> {
    let holds = holds::open(r).await?;
    let rule = match lapses::ended(r, account).await? {
        Some((AccountClock::Closed, at)) => schedule.rule_for(CLOSED).zip(Some(at)),
        Some((AccountClock::Died, at)) => schedule.rule_for(DECEASED).zip(Some(at)),
        Some((AccountClock::Used, _)) | None => None,
    };
    let of_one = [ALONG, STATES].concat();
    Ok(holds.into_iter().find(|hold| {
        let along = if hold.scope.account.is_some() { &of_one } else { ALONG };
        let of_its_state = |(rule, since)| hold.stops(rule, ALONG, &Item { account: Some(account), since });
        hold.stops_all_of(schedule, PROFILE, along, account) || rule.is_some_and(of_its_state)
    }))
}
