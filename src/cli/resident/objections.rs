//! Objections to sharing: which wait, and what is decided (UK GDPR Art 21(1)).

use super::{Place, Whose};
use crate::cli::{Ending, Say};
use crate::domain::ids::ClientId;
use crate::domain::sharing::objection;
use crate::service::post::Text;
use crate::service::sharing::{self, Answered, Decided, Decision, Judge, Ruling};
use crate::view::Lang;
use anyhow::Context as _;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

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
    /// There are compelling legitimate grounds, which the file of --grounds says: what stood stands again.
    #[arg(long, requires = "grounds")]
    go_on: bool,
    /// A file with these grounds in words, at most 1,000 characters: she reads them in the letter that tells her.
    #[arg(long, value_name = "FILE", conflicts_with = "uphold")]
    grounds: Option<PathBuf>,
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
        let grounds = self.grounds()?;
        anyhow::ensure!(objection::grounds(decision, &grounds).is_some(), NO_GROUNDS);
        let mut written = None;
        if self.dry_run {
            anyhow::ensure!(sharing::waits(&app, account, &client, &self.purpose).await?, none());
        } else {
            let at = (account, &client, self.purpose.as_str());
            let ruling = Ruling { decision, grounds: &grounds, by: Judge::Operator(&why), objection: None };
            let tell = |answered: &Answered| {
                let lang = Lang::from(answered.lang);
                let letter = app.view().letters(lang).objection_answered(answered);
                Text { subject: letter.subject, body: letter.body }
            };
            match sharing::decide_objection(&app, at, ruling, &tell, app.now()).await? {
                Decided::Done { written: told, .. } => written = Some(told),
                Decided::NoneWaits => anyhow::bail!(none()),
                Decided::NoGrounds => anyhow::bail!(NO_GROUNDS),
                Decided::Hidden => anyhow::bail!(
                    "this reason keeps what is done from her for a while, and a decision on her objection is hers to know: \
                     give another reason"
                ),
            }
        }
        let (purpose, would) = (&self.purpose, if self.dry_run { "would be" } else { "is" });
        let text = match decision {
            Decision::Upheld => {
                format!("The objection {would} upheld: {client} gets nothing of {account} for {purpose}.")
            }
            Decision::Rejected => {
                format!(
                    "The objection {would} turned down: {client} gets again what it got of {account} for {purpose}."
                )
            }
        };
        let told = match written {
            Some(true) => " She is written to.",
            Some(false) => {
                " She has no e-mail address: tell her by post, and that she may complain to you and to the regulator."
            }
            None => "",
        };
        let text = format!("{text}{told}");
        let answer = json!({
            "account": account, "client_id": client, "purpose": purpose, "decision": decision.as_str(),
            "dry_run": self.dry_run, "written": written,
        });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }

    fn grounds(&self) -> anyhow::Result<String> {
        let Some(file) = &self.grounds else { return Ok(String::new()) };
        std::fs::read_to_string(file).with_context(|| format!("--grounds {}", file.display()))
    }
}

const NO_GROUNDS: &str = "--grounds: the compelling grounds are there in words, and in at most 1,000 characters";
