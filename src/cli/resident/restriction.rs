//! A resident's data is kept and not used, or used again (UK GDPR Art 18).

use super::{Change, Whose, no_account};
use crate::app::App;
use crate::cli::{Ending, Say};
use crate::domain::ids::AccountId;
use crate::domain::rights::restriction::{News, Restriction, Step};
use crate::service::post::Text;
use crate::service::rights::restriction::{self, Became};
use crate::service::sharing::Judge;
use crate::service::standing::Why;
use crate::store::Error;
use crate::view::Lang;
use serde_json::json;
use std::fmt::Write as _;

/// Whose data is kept only.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Restrict {
    #[command(flatten)]
    change: Change,
}

/// Whose is used again.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Lift {
    #[command(flatten)]
    whose: Whose,
    /// Tell her that it will be lifted, seven days from now at the earliest: she has to know before (Art 18(3)).
    #[arg(long)]
    announce: bool,
    /// She asks for it herself: it is lifted at once.
    #[arg(long, conflicts_with = "announce")]
    as_she_asks: bool,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

impl Restrict {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let Change { whose, dry_run } = self.change;
        let (app, why, account) = whose.find().await?;
        take(&app, account, (Step::Restrict, &why), dry_run, say).await
    }
}

impl Lift {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let (app, why, account) = self.whose.find().await?;
        let step = match (self.announce, self.as_she_asks) {
            (true, _) => Step::Announce,
            (_, true) => Step::LiftAsAsked,
            _ => Step::Lift,
        };
        take(&app, account, (step, &why), self.dry_run, say).await
    }
}

async fn take(app: &App, account: AccountId, (step, why): (Step, &Why), dry: bool, say: Say) -> anyhow::Result<Ending> {
    let stands = match restriction::of(app, account).await {
        Err(Error::Missing) => anyhow::bail!(no_account(account)),
        stands => stands?,
    };
    anyhow::ensure!(Step::possible(stands, app.now()).contains(&step), not_now(account, stands));
    let mut told = None;
    if !dry {
        let tell = |news: &News| {
            let letter = app.view().letters(Lang::from(news.lang)).restriction(news);
            Text { subject: letter.subject, body: letter.body }
        };
        match restriction::take(app, account, (step, Judge::Operator(why)), &tell, app.now()).await? {
            Became::Done { written, told: services, from } => told = Some((written, services, from)),
            Became::NotNow => anyhow::bail!("{account} was changed by somebody else just now, and nothing was done"),
            Became::Hidden => anyhow::bail!(
                "this reason keeps what is done from her for a while, and what becomes of her data is hers to know: give \
                 another reason"
            ),
        }
    }
    let is = if dry { "would be" } else { "is" };
    let mut text = match step {
        Step::Restrict => format!("What is held of {account} {is} kept and not used: no service gets anything."),
        Step::Announce => format!("{account} {is} told that the restriction will be lifted."),
        Step::Lift | Step::LiftAsAsked => {
            format!("The restriction of {account} {is} lifted: services get again what they got.")
        }
    };
    if let Some((written, services, from)) = told {
        if let Some(from) = from {
            // Writing to a String cannot fail.
            let _ = write!(text, " It can be from {from}.");
        }
        if services > 0 {
            let _ = write!(text, " Services to tell: {services}; `portreeve client signals` says what they answered.");
        }
        text.push_str(if written {
            " She is written to."
        } else {
            " She has no e-mail address, or no mail goes to her: tell her by post."
        });
    }
    let answer = json!({
        "account": account, "step": step.as_str(), "dry_run": dry, "written": told.map(|(written, ..)| written),
        "told": told.map(|(_, services, _)| services), "from": told.and_then(|(.., from)| from).map(|from| from.to_string()),
    });
    say.answer(&answer, &text);
    Ok(Ending::Fine)
}

/// What stands in the way, and what to do.
fn not_now(account: AccountId, stands: Option<Restriction>) -> String {
    match stands {
        None => format!("{account} is not restricted, and nothing was done; `resident restrict` would"),
        Some(Restriction { ends: None, .. }) => format!(
            "{account} is restricted, and has not been told that it ends: `resident lift-restriction --announce` tells her; \
             nothing was done"
        ),
        Some(Restriction { ends: Some(from), .. }) => {
            format!("{account} is restricted, and was told that it can end from {from}; nothing was done")
        }
    }
}
