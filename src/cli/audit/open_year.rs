//! `portreeve audit open-year`: a person's word that a year has come, where a clock's alone is not taken.

use super::super::open::Place;
use super::super::{Ending, Say};
use super::Opened;
use crate::domain::account::FullName;
use crate::domain::audit::leaf::log_year;
use crate::domain::time::When;
use crate::service::log as logs;
use anyhow::Context as _;
use serde_json::json;

/// Open the log of a year that the clock alone is not believed to have reached.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "serve opens the log of each financial year by itself, unless more than a year, or more than 31 days without \
    a signature, seem to have passed since the log before was signed: then a clock may have jumped, and a log that is closed \
    is never opened again. Until this is run, or the clock is set right, events wait for their places; none is lost."
)]
pub(in crate::cli) struct OpenYear {
    #[command(flatten)]
    place: Place,
    /// The year in which the financial year begins.
    year: i64,
    /// Who confirms it.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

impl OpenYear {
    pub(super) async fn run(self, say: Say, now: When) -> anyhow::Result<Ending> {
        let by = FullName::parse(&self.by).context("--by")?;
        anyhow::ensure!(
            self.year == i64::from(log_year(now)),
            "this clock says {now}, which lies in the year that began in April {}",
            log_year(now)
        );
        let issuer = self.place.find()?.issuer;
        let opened = Opened::find(&self.place).await?;
        let doubted = logs::doubt(&mut opened.db.read().await?, now).await?.is_some();
        let parts = (&opened.db, &issuer);
        let done = !self.dry_run && logs::open_year(parts, &opened.roots, &opened.policy, &by, now).await?;
        let name = logs::name(&issuer, self.year);
        let text = match (doubted, done) {
            (false, _) => "Nothing is in doubt: serve opens the log of a year by itself.".to_owned(),
            (true, false) => format!("{name} would be opened."),
            (true, true) => format!("{name} is open."),
        };
        say.answer(&json!({ "log": name, "doubted": doubted, "opened": done }), &text);
        Ok(if doubted { Ending::Fine } else { Ending::Found })
    }
}
