//! Objections to sharing: which wait, and what is decided (UK GDPR Art 21(1)).

use super::{Place, Whose};
use crate::cli::{Ending, Say};
use crate::domain::ids::ClientId;
use crate::service::sharing::{self, Decided, Decision};
use anyhow::Context as _;
use serde_json::json;
use std::fmt::Write as _;

/// The most that are listed.
const MOST: i64 = 1_000;

/// Which wait.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    place: Place,
}

impl List {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let now = app.now();
        let waiting = sharing::pending(&app, MOST).await?;
        let lines: Vec<_> = waiting
            .iter()
            .map(|one| {
                json!({
                    "account": one.account, "client_id": one.client, "purpose": one.purpose, "record": one.objection,
                    "since": one.since, "due": one.due, "overdue": one.due <= now,
                })
            })
            .collect();
        let mut text = match waiting.len() {
            0 => "No objection waits.".to_owned(),
            1 => "1 objection waits:".to_owned(),
            number => format!("{number} objections wait:"),
        };
        for one in &waiting {
            let late = if one.due <= now { ", which is over" } else { "" };
            let (account, client, purpose) = (one.account, &one.client, &one.purpose);
            // Writing to a String cannot fail.
            let _ = write!(text, "\n{account} {client} {purpose}: since {}, due by {}{late}", one.since, one.due);
        }
        say.answer(&json!(lines), &text);
        Ok(if waiting.iter().any(|one| one.due <= now) { Ending::Found } else { Ending::Fine })
    }
}

/// What is decided.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Decide {
    #[command(flatten)]
    whose: Whose,
    /// The service's client_id.
    #[arg(long, value_name = "ID")]
    client: String,
    /// The purpose she objected to.
    #[arg(long)]
    purpose: String,
    /// She is right: the service gets nothing more for it until she asks for it herself.
    #[arg(long, required_unless_present = "go_on", conflicts_with = "go_on")]
    uphold: bool,
    /// There are compelling legitimate grounds, which the case names: what stood stands again.
    #[arg(long)]
    go_on: bool,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

impl Decide {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let (app, why, account) = self.whose.find().await?;
        let client = ClientId::parse(&self.client).context("--client: not a client_id")?;
        let none = || format!("no objection of {account} to {} of {client} waits, and nothing was done", self.purpose);
        let decision = if self.uphold { Decision::Upheld } else { Decision::Rejected };
        if self.dry_run {
            anyhow::ensure!(sharing::waits(&app, account, &client, &self.purpose).await?, none());
        } else {
            let at = (account, &client, self.purpose.as_str());
            match sharing::decide_objection(&app, at, decision, &why, app.now()).await? {
                Decided::Done(_) => {}
                Decided::NoneWaits => anyhow::bail!(none()),
                Decided::Hidden => anyhow::bail!(
                    "this reason keeps what is done from her for a while, and a decision on her objection is hers to know: \
                     give another reason"
                ),
            }
        }
        let (purpose, would) = (&self.purpose, if self.dry_run { "would be" } else { "is" });
        let text = match decision {
            Decision::Upheld => {
                format!("The objection {would} upheld: {client} gets nothing of {account} for {purpose}. Tell her so.")
            }
            Decision::Rejected => format!(
                "The objection {would} turned down: {client} gets again what it got of {account} for {purpose}. Tell her \
                 why, and that she may complain to the regulator."
            ),
        };
        let answer = json!({
            "account": account, "client_id": client, "purpose": purpose, "decision": decision.as_str(),
            "dry_run": self.dry_run,
        });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }
}
