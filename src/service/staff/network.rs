//! How often somebody on one network comes to the doors where nobody is signed in yet: what is asked for there is kept for a
//! while, or makes us ask the council's provider.

use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::domain::audit::Context;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::time::When;
use crate::service::{Failure, guesses};
use crate::store::throttle;
use std::time::Duration;

/// A whole office signs in from one network on a Monday morning.
const LIMIT: Limit = Limit { misses: 300, window: Duration::from_mins(5), closed: Duration::from_mins(5) };

/// The reason in events.
pub(super) const CROWDED: &str = "network";

fn key(app: &App, context: &Context) -> BlindIndex {
    BlindIndex::of(&app.roots, IndexKind::AddressPrefix, context.address.as_deref().unwrap_or_default())
}

/// Counts somebody at a door; says until when nobody more is let in from there.
pub(super) async fn spend(
    app: &App,
    door: &'static str,
    context: &Context,
    now: When,
) -> Result<Option<When>, Failure> {
    match guesses::reserve(app, door, &key(app, context).0, LIMIT, now).await?.gate {
        Gate::Open | Gate::Last => Ok(None),
        Gate::Closed { until } => Ok(Some(until)),
    }
}

/// Until when nobody is let in at a door from there, if that is so.
pub(super) async fn closed(
    app: &App,
    door: &'static str,
    context: &Context,
    now: When,
) -> Result<Option<When>, Failure> {
    let count = throttle::look(&mut app.db.peek(), door, &key(app, context).0).await?;
    Ok(count.and_then(|count| count.closed_until).filter(|until| *until > now))
}
