//! Keeps what the log's head is where an older copy of the data does not bring back an older one: in the vault, and in the folder
//! that this node keeps its state in. `serve` asks both before it starts.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::service::backup::head;
use std::path::PathBuf;
use std::time::Duration;

/// The duty. Knows what it kept last: while nothing happens, it writes nothing.
#[derive(Debug)]
pub struct RememberHead {
    folder: Option<PathBuf>,
    kept: Option<String>,
}

impl RememberHead {
    /// With this folder, if there is one.
    #[must_use]
    pub const fn into(folder: Option<PathBuf>) -> Self {
        Self { folder, kept: None }
    }
}

impl Duty for RememberHead {
    const NAME: &'static str = "remember_head";
    const EVERY: Duration = Duration::from_mins(1);
    const LEASED: bool = false;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        self.kept = head::remember(app, self.folder.as_deref(), self.kept.as_deref(), now).await?;
        Ok(())
    }
}
