//! `portreeve migrate`.

use super::open::Place;
use super::{Ending, Say};
use crate::store::Db;
use serde_json::json;

/// Bring the database's schema up to date (serve does so too when it starts).
#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    place: Place,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

impl Migrate {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let pending = Db::pending(&house.location).await?;
        if !self.dry_run {
            house.db().await?.close().await;
        }
        let done = !self.dry_run;
        let text = match (pending.as_slice(), done) {
            ([], _) => "The schema is up to date.".to_owned(),
            (some, true) => format!("Done:\n  {}", some.join("\n  ")),
            (some, false) => format!("To be done:\n  {}", some.join("\n  ")),
        };
        say.answer(&json!({ "migrations": pending, "done": done }), &text);
        Ok(Ending::Fine)
    }
}
