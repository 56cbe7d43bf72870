//! Puts on record whose broken glass nobody looked at in time. Their next request finds it out by itself; the event is for
//! those who read the record.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::service::looking::glass;
use std::time::Duration;

/// Watches.
#[derive(Debug)]
pub struct WatchGlass;

impl Duty for WatchGlass {
    const NAME: &'static str = "watch_glass";
    const EVERY: Duration = Duration::from_mins(1);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let overdue = glass::note_overdue(app, now).await?;
        if overdue > 0 {
            tracing::warn!(overdue, "broken glass was not reviewed within two working days");
        }
        Ok(())
    }
}
