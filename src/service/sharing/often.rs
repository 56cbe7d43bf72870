//! How often she lets services have something: each time is a line of her ledger and an event, which are kept for years. To stop
//! and to object is not counted. It is hers to do at any time (UK GDPR Art 7(3), 21), and nothing is stopped more often than it
//! was allowed.

use crate::app::App;
use crate::domain::ids::AccountId;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::guesses::{self, Reserved};
use std::time::Duration;

const LIMIT: Limit = Limit { misses: 20, window: Duration::from_hours(24), closed: Duration::from_hours(24) };

/// What counts it, by account.
const COUNTER: &str = "sharing";

/// Counts that she says yes, allows something again or takes an objection back, in her account. Until when it is not taken, if she
/// did so too often in a day.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn too_often(app: &App, account: AccountId, now: When) -> Result<Option<When>, Failure> {
    let Reserved { gate, .. } = guesses::reserve(app, COUNTER, account.0.as_bytes(), LIMIT, now).await?;
    Ok(if let Gate::Closed { until } = gate { Some(until) } else { None })
}
