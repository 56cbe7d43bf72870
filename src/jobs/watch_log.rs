//! Watches how long events wait for their place in the log, whether a clock says that a year is over and is not believed, and,
//! a few at a time, whether rows of events are still what their leaves say: on every node, for the one that seals may be the
//! one that is stuck.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::service::log::{self as logs, Rounds};
use crate::store::{events, log};
use std::time::Duration;

/// Events without a place in the log.
const WAITING: &str = "portreeve_log_unsealed_events";
/// How long the oldest of them has waited, in seconds.
const LAG: &str = "portreeve_log_lag_seconds";

/// 1 while the log of another year is not opened on the word of this clock alone.
const DOUBT: &str = "portreeve_log_year_in_doubt";

/// Rows that the last look at each of them found changed.
const ODD: &str = "portreeve_log_changed_rows";

/// So many rows are held against their leaves in a round: a million of them in half a day.
const ROWS: i64 = 50;

/// From here on it is an alarm.
pub const LONGEST: Duration = Duration::from_secs(10);

/// The duty. Knows whether the alarm was raised, and how far it has come.
#[derive(Debug, Default)]
pub struct WatchLog {
    raised: bool,
    doubted: bool,
    rounds: Rounds,
    odd: usize,
}

impl WatchLog {
    /// Some rows more, and once they have all been looked at what keeps looks from residents.
    async fn rows(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let snapshot = app.snapshot();
        let mut read = app.db.read().await?;
        let (mut odd, looked_at) = self.rounds.step(&mut read, &snapshot.recorder, ROWS).await?;
        if looked_at == 0 {
            odd = logs::delays(&mut read, &snapshot.recorder).await?;
        }
        drop(read);
        self.odd += odd.len();
        logs::put_on_record(app, &odd, now).await?;
        if looked_at == 0 {
            #[expect(clippy::cast_precision_loss, reason = "a gauge of rows")]
            metrics::gauge!(ODD).set(self.odd as f64);
            self.odd = 0;
        }
        Ok(())
    }
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
        let doubt = logs::doubt(&mut app.db.read().await?, now).await?;
        metrics::gauge!(DOUBT).set(f64::from(u8::from(doubt.is_some())));
        match &doubt {
            Some(doubt) if !self.doubted => tracing::error!(%doubt, "the log of another year is not opened"),
            None if self.doubted => tracing::info!("the year of the log is in doubt no longer"),
            _ => {}
        }
        self.doubted = doubt.is_some();
        self.rows(app, now).await
    }
}
