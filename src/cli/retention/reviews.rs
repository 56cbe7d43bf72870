//! `portreeve retention review list | decide | letter`.

mod letter;

use super::holds::moment;
use crate::cli::open::Place;
use crate::cli::resident::account as account_id;
use crate::cli::{Ending, Say, person};
use crate::domain::account::FullName;
use crate::domain::ids::AccountId;
use crate::service::retention::{self, Decided};
use jiff::civil::Date;
use serde_json::json;
use std::fmt::Write as _;

/// So many are listed.
const MOST: i64 = 1_000;

/// Accounts that a person looks at before they go.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Reviews {
    /// Those that wait, the oldest first.
    List(List),
    /// Say of one that it goes, or is kept until a day. Kept can be one that does not wait, too: whoever calls keeps theirs.
    Decide(Decide),
    /// Print the warning that no e-mail brings to somebody, as a page to post. That name and address were looked at is on record, and
    /// so is the warning: the schedule goes on from it.
    Letter(letter::Letter),
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Decide {
    /// The account, as the list says it.
    #[arg(value_parser = account_id)]
    account: AccountId,
    /// The rule, as the list says it.
    rule: String,
    /// It goes with the next run.
    #[arg(long, required_unless_present = "keep_until", conflicts_with = "keep_until")]
    goes: bool,
    /// It is kept until this day, and looked at again.
    #[arg(long, value_name = "DAY")]
    keep_until: Option<Date>,
    /// Who looked: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

impl Reviews {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::List(list) => list.run(say).await,
            Self::Decide(decide) => decide.run(say).await,
            Self::Letter(letter) => letter.run(say).await,
        }
    }
}

/// Why a person looks, in words.
fn why(word: &str) -> &str {
    match word {
        "open_case" => "a question or case of hers is open, or its use is restricted",
        "not_reached" => {
            "no warning can reach her: `portreeve retention review letter` prints one for the post, where the schedule gives one"
        }
        "suspended" => "it is suspended, so that its owner cannot use it",
        "kept" => "it was kept until a day that has come",
        "rule" => "the rule asks for it",
        other => other,
    }
}

impl List {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let rows = retention::waiting(&app, MOST).await?;
        let values: Vec<_> = rows
            .iter()
            .map(|row| json!({ "account": row.account_id, "rule": row.rule, "why": row.why, "since": row.since }))
            .collect();
        let mut text =
            if rows.is_empty() { "Nothing waits for a person.".to_owned() } else { format!("{} wait:", rows.len()) };
        for row in &rows {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n{} {}: since {}, {}", row.account_id, row.rule, row.since, why(&row.why));
        }
        say.answer(&json!(values), &text);
        Ok(if rows.is_empty() { Ending::Fine } else { Ending::Found })
    }
}

impl Decide {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let decided = match self.keep_until {
            Some(day) => Decided::KeptUntil(moment(&app.snapshot().policy.controller, day, false)?),
            None => Decided::Goes,
        };
        let kept = retention::decide(&app, (self.account, &self.rule), decided, &self.by, app.now()).await?;
        let not = if self.goes {
            "does not wait under"
        } else {
            "is no account, the day has come, or its time does not run by the rule"
        };
        anyhow::ensure!(kept, "{} {not} {}, and nothing was done", self.account, self.rule);
        let text = match self.keep_until {
            Some(day) => format!("{} is kept until {day}, and looked at again.", self.account),
            None => format!("{} goes with the next run, unless it is used or held.", self.account),
        };
        let answer =
            json!({ "account": self.account, "rule": self.rule, "goes": self.goes, "keep_until": self.keep_until });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }
}
