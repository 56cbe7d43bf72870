//! Watches how long events wait for their place in the log: on every node, for the one that seals may be the one that
//! is stuck.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::store::{events, log};
use std::time::Duration;

/// Events without a place in the log.
const WAITING: &str = "portreeve_log_unsealed_events";
/// How long the oldest of them has waited, in seconds.
const LAG: &str = "portreeve_log_lag_seconds";

/// From here on it is an alarm.
pub const LONGEST: Duration = Duration::from_secs(10);

/// The duty. Knows whether the alarm was raised.
#[derive(Debug, Default)]
pub struct WatchLog {
    raised: bool,
}

impl Duty for WatchLog {
    const NAME: &'static str = "watch_log";
    const EVERY: Duration = Duration::from_secs(2);
    const LEASED: bool = false;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let lag = log::lag(&mut app.db.peek(), now).await?.unwrap_or_default();
        let waiting = events::unsealed(&mut app.db.peek()).await?;
        #[expect(clippy::cast_precision_loss, reason = "a gauge of events")]
        metrics::gauge!(WAITING).set(waiting as f64);
        metrics::gauge!(LAG).set(lag.as_secs_f64());
        let late = lag >= LONGEST;
        if late && !self.raised {
            tracing::error!(waiting, seconds = lag.as_secs(), "events wait for their place in the log");
        }
        if self.raised && !late {
            tracing::info!("events have their places in the log again");
        }
        self.raised = late;
        Ok(())
    }
}
