//! `portreeve audit export | verify | prove | recent | witness | checkpoint | open-year | schema`.

mod chain;
mod export;
mod lines;
mod open_year;
mod prove;
mod recent;
mod report;
mod schema;
mod verify;
mod witness;

use super::open::Place;
use super::{Ending, Say};
use crate::app::Clock;
use crate::crypto::note::VerifierKey;
use crate::crypto::roots::Roots;
use crate::domain::account::FullName;
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::service::export::{House, Leave};
use crate::service::log as logs;
use crate::service::witness::{newest, newest_cosigned};
use crate::store::{Db, log};
use anyhow::Context as _;
use serde_json::json;
use std::path::Path;

/// The record of deeds: taken out, and proved.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Audit {
    /// Write a log, or a part of it, into a folder, with all that proves it.
    Export(export::Export),
    /// Prove an export, or a proof, from its files alone.
    Verify(verify::Verify),
    /// Write the proof that one event is in its log.
    Prove(prove::Prove),
    /// Show the leaves of the last events, newest first.
    Recent(recent::Recent),
    /// Be a witness of a council's log, on a machine that the council does not run.
    Witness(witness::Serve),
    /// Show the JSON Schema of a type of event, or say which there are.
    Schema(schema::Schemas),
    /// Open the log of a year that the clock alone is not believed to have reached.
    OpenYear(open_year::OpenYear),
    /// Show the newest checkpoint of the log, with the signatures of the witnesses that saw it, and the public key that verifies it.
    Checkpoint {
        #[command(flatten)]
        place: Place,
        /// The log of this financial year, by the year in which it begins.
        #[arg(long, value_name = "YEAR")]
        year: Option<i64>,
    },
}

/// Who takes something out of the record, and why: it is recorded before anything is shown.
#[derive(Debug, clap::Args)]
struct Why {
    /// Who does it.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The second person, who approved it; more than one entry needs one.
    #[arg(long, value_name = "NAME")]
    approved_by: Option<String>,
    /// Why: a code of `reasons.toml`.
    #[arg(long, value_name = "CODE")]
    reason: String,
    /// The case it belongs to.
    #[arg(long, value_name = "REF")]
    case: Option<String>,
}

impl Why {
    fn leave(&self) -> anyhow::Result<Leave> {
        let by = FullName::parse(&self.by).context("--by")?;
        let approved_by = self.approved_by.as_deref().map(FullName::parse).transpose().context("--approved-by")?;
        Ok(Leave { by, approved_by, reason: self.reason.clone(), case: self.case.clone() })
    }
}

/// An installation that was started.
struct Opened {
    db: Db,
    roots: Roots,
    policy: Bundle,
    /// What is recorded is recorded at this time: the clock of the application, as for what the consoles take.
    now: When,
}

impl Opened {
    async fn find(place: &Place) -> anyhow::Result<Self> {
        let app = place.find()?.app().await?;
        let policy = app.snapshot().policy.clone();
        Ok(Self { db: app.db.clone(), roots: app.roots.clone(), policy, now: app.now() })
    }

    const fn house(&self) -> House<'_> {
        House { db: &self.db, roots: &self.roots, policy: &self.policy }
    }
}

impl Audit {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Export(export) => export.run(say).await,
            Self::Verify(verify) => verify.run(say),
            Self::Prove(prove) => prove.run(say).await,
            Self::Recent(recent) => recent.run(say).await,
            Self::Witness(witness) => witness.run(say).await,
            Self::OpenYear(open) => open.run(say, Clock::Wall.now()).await,
            Self::Schema(schemas) => schemas.run(say),
            Self::Checkpoint { place, year } => checkpoint(&place, year, say).await,
        }
    }
}

async fn checkpoint(place: &Place, year: Option<i64>, say: Say) -> anyhow::Result<Ending> {
    let db = place.find()?.db_there().await?;
    let all = log::all(&mut db.peek()).await?;
    let one =
        all.iter().find(|log| year.is_none_or(|year| log.year == year)).context("there is no log of that year")?;
    let (size, key, note) = head_of(&db, &one.name).await?;
    let value = json!({ "log": one.name, "size": size, "key": key, "checkpoint": note });
    say.answer(&value, &format!("Key: {key}\n\n{note}"));
    Ok(Ending::Fine)
}

/// The size of a log, its key, and its newest checkpoint, with the cosignatures of witnesses if it has any.
async fn head_of(db: &Db, log: &str) -> anyhow::Result<(u64, String, String)> {
    let mut read = db.read().await?;
    let (head, note) = newest(&mut read, log).await?.context("the log has no checkpoint")?;
    let cosigned = newest_cosigned(&mut read, log).await?.filter(|(seen, _)| *seen == head);
    drop(read);
    let key = logs::key_of(db, log).await?.context("no key of ours signed the checkpoint")?;
    Ok((head.size, key.to_string(), cosigned.map_or(note, |(_, note)| note).to_string()))
}

/// A key as typed, or in a file.
fn key(text: &str) -> Result<VerifierKey, String> {
    let read = if text.contains('+') || !Path::new(text).exists() {
        text.to_owned()
    } else {
        std::fs::read_to_string(text).map_err(|error| error.to_string())?
    };
    read.trim().parse().map_err(|error: crate::crypto::note::NoKey| error.to_string())
}
