//! Keeps what this node holds in memory as the database has it: each node for itself, so without a lease.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use std::time::Duration;

/// Follows the store's generation.
#[derive(Debug)]
pub struct Refresh;

impl Duty for Refresh {
    const NAME: &'static str = "refresh";
    const EVERY: Duration = Duration::from_millis(250);
    const LEASED: bool = false;

    async fn round(&mut self, app: &App, _: When) -> Result<(), Fault> {
        if app.refresh().await? {
            tracing::info!(version = app.snapshot().policy.version(), "policies and keys read anew");
        }
        Ok(())
    }
}
