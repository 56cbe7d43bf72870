//! `portreeve client import-records`: evidence of an earlier system is taken over. It shows what was, and gives no leave.

use crate::app::App;
use crate::cli::open::Place;
use crate::cli::resident::{account, by_identifier};
use crate::cli::{Ending, Say};
use crate::domain::audit::Basis;
use crate::domain::claims::ClaimSet;
use crate::domain::client::{Client, Lang};
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::sharing::{Decider, NoticeRef, Way};
use crate::service::sharing::{self, Capture};
use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;
use std::path::PathBuf;

/// The longest name of where the evidence lies, in characters.
const LONGEST: usize = 500;

/// Which service, from which file.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Import {
    /// The service's client_id.
    id: String,
    /// One record a line, as JSON: `resident` (an account's id, or what she signs in with), `purpose`, `notice` (id@version of
    /// what she was shown then), `claims`, `evidence` (where it lies), and perhaps `way` and `language`.
    file: PathBuf,
    /// Who approved the import: recorded with each.
    #[arg(long, value_name = "REF")]
    authority: String,
    /// Only look the file through.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    resident: String,
    purpose: String,
    notice: NoticeRef,
    claims: ClaimSet,
    evidence: String,
    #[serde(default)]
    way: Option<Way>,
    #[serde(default)]
    language: Lang,
}

/// A line that holds.
struct Checked {
    line: Line,
    account: AccountId,
    basis: Basis,
}

impl Import {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let client = ClientId::parse(&self.id).and_then(|id| app.snapshot().client(&id).cloned());
        let client = client.with_context(|| {
            format!("there is no service {:?} in force; `portreeve client list` names them", self.id)
        })?;
        let file = self.file.display();
        let text = std::fs::read_to_string(&self.file).with_context(|| format!("{file} cannot be read"))?;
        let mut records = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let checked = check(&app, &client, line).await;
            records.push(checked.with_context(|| format!("{file}, line {}: nothing was imported", number + 1))?);
        }
        let (mut taken, mut there) = (0_usize, 0_usize);
        if !self.dry_run {
            for record in &records {
                if self.take(&app, &client, record).await? { taken += 1 } else { there += 1 }
            }
        }
        let text = if self.dry_run {
            format!("{} records would be imported.", records.len())
        } else {
            format!(
                "{taken} records are imported, {there} were there. None gives leave: residents are asked or told anew."
            )
        };
        let answer = json!({ "read": records.len(), "imported": taken, "there": there, "dry_run": self.dry_run });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }

    async fn take(&self, app: &App, client: &Client, record: &Checked) -> anyhow::Result<bool> {
        let Checked { line, account, basis } = record;
        let capture = Capture {
            channel: line.way.unwrap_or(Way::Import),
            lang: line.language,
            actor: Decider::System,
            authority: Some(self.authority.clone()),
            ..Capture::by_system()
        };
        let about = (client, line.purpose.as_str(), *basis);
        let evidence = (&line.notice, line.claims, line.evidence.as_str());
        let taken = sharing::import(app, *account, about, evidence, &capture, app.now()).await?;
        Ok(taken.is_some())
    }
}

/// Reads a line; what it says of a person is not said again.
async fn check(app: &App, client: &Client, text: &str) -> anyhow::Result<Checked> {
    let line: Line = serde_json::from_str(text).context("it is not a record")?;
    let share = client.shares.iter().find(|share| share.purpose == line.purpose);
    let share = share.with_context(|| format!("{} has no share for {:?}", client.id, line.purpose))?;
    anyhow::ensure!(line.claims.is_subset(share.claims), "the share does not have all of these claims");
    let length = line.evidence.chars().count();
    anyhow::ensure!((1..=LONGEST).contains(&length), "evidence: say where it lies, in at most {LONGEST} characters");
    let account = match account(&line.resident) {
        Ok(account) => account,
        Err(_) => by_identifier(app, &line.resident).await?,
    };
    let basis = share.basis;
    Ok(Checked { line, account, basis })
}
