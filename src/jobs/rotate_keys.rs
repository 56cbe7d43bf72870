//! Changes the signing keys every ninety days, each published a week before it signs, and destroys old ones.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::service::rotation;
use std::time::Duration;

/// Rotates.
#[derive(Debug)]
pub struct RotateKeys;

impl Duty for RotateKeys {
    const NAME: &'static str = "rotate_keys";
    const EVERY: Duration = Duration::from_mins(10);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let version = app.snapshot().policy.version().to_owned();
        for done in rotation::keep(&app.db, &app.roots, &version, now).await? {
            tracing::info!(published = done.made, signs = done.signs, "a signing key was made");
        }
        Ok(())
    }
}
