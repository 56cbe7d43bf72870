//! Guesses of passwords and codes are counted before they are looked at, so that guesses at once cannot outrun the limit;
//! the last one that will be looked at closes. Should it be right, the counter is forgotten anyway. What a resident may do only
//! so often a day is counted in the same way.

use super::Failure;
use crate::app::App;
use crate::domain::ids::AccountId;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::time::When;
use crate::store::{Housekeeping, throttle};
use std::time::Duration;

/// What somebody does in their account again and again: each time is an event that is kept for years, and services are told. What
/// takes something away is not counted: it is theirs to do at any time, and can be done no more often than it was given.
const A_DAY: Limit = Limit { misses: 20, window: Duration::from_hours(24), closed: Duration::from_hours(24) };

/// A guess that was counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reserved {
    /// Whether it may be looked at.
    pub gate: Gate,
    /// How many there were in the window, this one included; 0 if it was not counted.
    pub count: i64,
}

/// Counts a guess under a key. What comes while it is closed is not counted: the time we named holds, however often
/// somebody tries before it.
pub(super) async fn reserve(
    app: &App,
    kind: &'static str,
    key: &[u8],
    limit: Limit,
    now: When,
) -> Result<Reserved, Failure> {
    let reserved = app
        .db
        .write(async |mut w| {
            let before = throttle::look(&mut w, kind, key).await?;
            if let Some(until) = before.and_then(|count| count.closed_until).filter(|until| *until > now) {
                let closed = Reserved { gate: Gate::Closed { until }, count: 0 };
                return w.commit_quietly(Housekeeping::Throttle, closed).await;
            }
            let counted = throttle::raise(&mut w, kind, key, limit.oldest(now), now).await?;
            let gate = limit.gate(counted.count, counted.closed_until, now);
            if gate == Gate::Last {
                throttle::close(&mut w, kind, key, now + limit.closed).await?;
            }
            w.commit_quietly(Housekeeping::Throttle, Reserved { gate, count: counted.count }).await
        })
        .await?;
    Ok(reserved.value)
}

/// Counts what somebody does in their account, under its name. Until when it is not taken, if it was done too often in a day.
pub(super) async fn too_often(
    app: &App,
    what: &'static str,
    account: AccountId,
    now: When,
) -> Result<Option<When>, Failure> {
    let Reserved { gate, .. } = reserve(app, what, account.0.as_bytes(), A_DAY, now).await?;
    Ok(if let Gate::Closed { until } = gate { Some(until) } else { None })
}
