//! Gives events their places in the log of the year, and signs its head.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::service::log::{self, BATCH, Sealer};
use std::time::Duration;

/// Events given their places.
const SEALED: &str = "portreeve_log_sealed_events_total";

/// How many batches a round makes findable that have their places already: new events come first.
const BATCHES: usize = 16;

/// The duty. Holds the log key, opened.
#[derive(Default)]
pub struct SealLog {
    sealer: Sealer,
    /// Where it last did a round.
    app: Option<App>,
}

impl SealLog {
    /// Step by step until nothing waits.
    async fn seal(&mut self, app: &App) -> Result<(), Fault> {
        loop {
            let sealed = self.sealer.step(app, app.now()).await?;
            metrics::counter!(SEALED).increment(u64::try_from(sealed).unwrap_or(0));
            if sealed < BATCH {
                return Ok(());
            }
        }
    }
}

impl Duty for SealLog {
    const NAME: &'static str = "seal_log";
    const EVERY: Duration = Duration::from_millis(500);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, _: When) -> Result<(), Fault> {
        self.app = Some(app.clone());
        self.seal(app).await?;
        for _ in 0..BATCHES {
            if !log::index(app).await? {
                break;
            }
        }
        Ok(())
    }

    /// What the last requests did should not wait for the next start.
    async fn finish(&mut self) {
        if let Some(app) = self.app.take()
            && let Err(error) = self.seal(&app).await
        {
            tracing::warn!(%error, "the last events wait for the next start, or for another node");
        }
    }
}
