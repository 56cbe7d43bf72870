//! Sends what is sealed to the collector that the settings name.

use super::runner::{Duty, Fault, share};
use crate::app::App;
use crate::config::Collector;
use crate::domain::time::When;
use crate::service::stream::{Sent, behind, step};
use std::time::Duration;

/// Sealed entries that the collector has not got.
const BEHIND: &str = "portreeve_stream_behind_entries";
/// How old the oldest of them is, in seconds.
const AGE: &str = "portreeve_stream_behind_seconds";
/// Entries that it took.
const DELIVERED: &str = "portreeve_stream_delivered_total";

/// From here on `doctor` tells of it.
pub const LONGEST: Duration = Duration::from_mins(5);

/// The pause after a failure; twice as long after each further one, up to [`LAST`].
const FIRST: Duration = Duration::from_secs(1);
const LAST: Duration = Duration::from_mins(1);

/// A round ends after so long, though more may wait: a node that stops does not wait for a backlog.
const ROUND: Duration = Duration::from_secs(5);

/// The duty. Knows how often it failed in a row, and what it said of it.
#[derive(Debug, Default)]
pub struct StreamLog {
    collector: Option<Collector>,
    failures: u32,
    again: Option<When>,
    told: Option<String>,
}

impl StreamLog {
    /// To this collector.
    #[must_use]
    pub fn to(collector: Option<Collector>) -> Self {
        Self { collector, ..Self::default() }
    }

    /// Sends until nothing is left, it is refused, or the round is over.
    async fn send(&mut self, app: &App, collector: &Collector) -> Result<(), Fault> {
        let end = tokio::time::Instant::now() + ROUND;
        while tokio::time::Instant::now() < end {
            match step(app, collector, app.now()).await? {
                Sent::Nothing => break,
                Sent::Delivered(count) => {
                    metrics::counter!(DELIVERED).increment(u64::try_from(count).unwrap_or(0));
                    if count > 0 && self.failures > 0 {
                        tracing::info!(collector = collector.name, "the collector takes the record again");
                        (self.failures, self.told) = (0, None);
                    }
                }
                Sent::Away(why) => {
                    if self.told.as_ref() != Some(&why) {
                        tracing::warn!(collector = collector.name, why, "the collector does not take the record");
                    }
                    self.told = Some(why);
                    let pause = FIRST.saturating_mul(1 << self.failures.min(6)).min(LAST);
                    self.failures = self.failures.saturating_add(1);
                    self.again = Some(app.now() + pause + pause.mul_f64(share() / 4.0));
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Duty for StreamLog {
    const NAME: &'static str = "stream_log";
    const EVERY: Duration = Duration::from_secs(1);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let Some(collector) = self.collector.clone() else { return Ok(()) };
        let sent = if self.again.is_none_or(|again| again <= now) {
            self.again = None;
            self.send(app, &collector).await
        } else {
            Ok(())
        };
        let behind = behind(&app.db, &collector).await?;
        #[expect(clippy::cast_precision_loss, reason = "a gauge of entries")]
        metrics::gauge!(BEHIND).set(behind.entries as f64);
        metrics::gauge!(AGE).set(behind.since.map_or(0.0, |since| app.now().since(since).as_secs_f64()));
        sent
    }
}
