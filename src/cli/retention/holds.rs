//! `portreeve retention hold place | keep | release | list`.

use super::second::Two;
use crate::cli::open::Place;
use crate::cli::resident::account as account_id;
use crate::cli::{Ending, Say, person};
use crate::domain::account::FullName;
use crate::domain::ids::AccountId;
use crate::domain::retention::{Category, HoldKind, Scope};
use crate::domain::time::When;
use crate::policy::Controller;
use crate::service::retention::{self, Matter, NewHold};
use crate::store::holds::HoldRow;
use anyhow::Context as _;
use jiff::civil::Date;
use serde_json::json;
use std::fmt::Write as _;
use std::time::Duration;

/// What may not be destroyed.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Holds {
    /// Place a hold: what it is about is not destroyed until two people release it. It is honoured at once, even by a run that has
    /// begun.
    Place(PlaceHold),
    /// Look at a hold again, and let it stand until another day.
    Keep(Keep),
    /// Release a hold: by two people.
    Release(Release),
    /// The holds there are, or were too.
    List(List),
}

/// What is held, why, and who answers for it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --account, --category, --since and --until, everything is held that stops for its kind."
)]
pub(in crate::cli) struct PlaceHold {
    /// Its reference, such as FOI-2026-0417.
    reference: String,
    /// legal, foi, sar, audit, fraud or inquiry.
    #[arg(long, value_parser = kind)]
    kind: HoldKind,
    /// Why, in a sentence.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Only what is this resident's: the account's id.
    #[arg(long, value_name = "ACCOUNT", value_parser = account_id)]
    account: Option<AccountId>,
    /// Only this category of the schedule.
    #[arg(long)]
    category: Option<String>,
    /// Only what began its clock on this day or later (2026-06-01).
    #[arg(long, value_name = "DAY")]
    since: Option<Date>,
    /// Only what began its clock on this day or earlier.
    #[arg(long, value_name = "DAY")]
    until: Option<Date>,
    /// Who answers for it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    owner: FullName,
    /// When it is looked at again: within six months.
    #[arg(long, value_name = "DAY")]
    review_by: Date,
    /// Who places it: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Keep {
    /// Its reference.
    reference: String,
    /// When it is looked at again: within six months.
    #[arg(long, value_name = "DAY")]
    review_by: Date,
    /// Who looked: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Release {
    /// Its reference.
    reference: String,
    #[command(flatten)]
    two: Two,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct List {
    /// Those that were released too.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    place: Place,
}

fn kind(text: &str) -> Result<HoldKind, String> {
    let all = || HoldKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    HoldKind::parse(text).ok_or_else(|| format!("the kinds are {}", all()))
}

/// The first moment of a day where the council is, or of the day after it.
pub(super) fn moment(controller: &Controller, day: Date, after: bool) -> anyhow::Result<When> {
    let day = if after { day.tomorrow()? } else { day };
    Ok(When::from(day.to_zoned(controller.time_zone.clone())?.timestamp()))
}

impl Holds {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Place(place) => place.run(say).await,
            Self::Keep(keep) => keep.run(say).await,
            Self::Release(release) => release.run(say).await,
            Self::List(list) => list.run(say).await,
        }
    }
}

impl PlaceHold {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let snapshot = app.snapshot();
        let controller = &snapshot.policy.controller;
        let day = |day: Option<Date>, after: bool| day.map(|day| moment(controller, day, after)).transpose();
        let new = NewHold {
            id: self.reference,
            kind: self.kind,
            reason: self.reason,
            scope: Scope {
                account: self.account,
                category: self.category.as_deref().map(Category::new),
                since: day(self.since, false)?,
                until: day(self.until, true)?,
            },
            owner: self.owner,
            review_by: moment(controller, self.review_by, true)?,
        };
        retention::place(&app, &new, &self.by, app.now()).await??;
        let text = format!(
            "The hold {} stands: what it is about is not destroyed. {} looks at it again by {}.",
            new.id,
            new.owner.as_str(),
            self.review_by
        );
        say.answer(&json!({ "hold": new.id, "placed": true, "review_by": self.review_by }), &text);
        Ok(Ending::Fine)
    }
}

impl Keep {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let review_by = moment(&app.snapshot().policy.controller, self.review_by, true)?;
        let kept = retention::keep(&app, &self.reference, review_by, &self.by, app.now()).await?;
        anyhow::ensure!(
            kept,
            "no hold {} stands, or the day is not within six months from today: nothing was done",
            self.reference
        );
        let text = format!("The hold {} stands on, and is looked at again by {}.", self.reference, self.review_by);
        say.answer(&json!({ "hold": self.reference, "kept": true, "review_by": self.review_by }), &text);
        Ok(Ending::Fine)
    }
}

impl Release {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let app = house.app().await?;
        let none = format!("no hold {} stands, and nothing was done", self.reference);
        let matter = Matter::Release(self.reference.clone());
        let Some(two) = self.two.named((&house, &app), &matter, &none, say).await? else { return Ok(Ending::Fine) };
        let released = retention::release(&app, &self.reference, two, app.now()).await?;
        anyhow::ensure!(released, none);
        let text = format!("The hold {} is released: what it held goes by its rule again.", self.reference);
        say.answer(&json!({ "hold": self.reference, "released": true }), &text);
        Ok(Ending::Fine)
    }
}

fn about(row: &HoldRow) -> String {
    let mut about = Vec::new();
    if let Some(account) = row.account_id {
        about.push(format!("of {account}"));
    }
    if let Some(category) = &row.category {
        about.push(format!("of the category {category}"));
    }
    if let Some(since) = row.since {
        about.push(format!("from {since} on"));
    }
    if let Some(until) = row.until {
        about.push(format!("up to {until}"));
    }
    if about.is_empty() { "About everything".to_owned() } else { format!("About what is {}", about.join(", ")) }
}

impl List {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let now = app.now();
        let mut rows = retention::holds(&app).await.context("the holds cannot be read")?;
        rows.retain(|row| self.all || row.released_at.is_none());
        let snapshot = app.snapshot();
        // It is kept as the end of that day.
        let day = |row: &HoldRow| (row.review_by - Duration::from_secs(1)).day(&snapshot.policy.controller.time_zone);
        let late = |row: &HoldRow| row.released_at.is_none() && row.review_by <= now;
        let values: Vec<_> = rows
            .iter()
            .map(|row| {
                json!({
                    "hold": row.id, "kind": row.kind, "reason": row.reason, "account": row.account_id, "category": row.category,
                    "since": row.since, "until": row.until, "owner": row.owner, "placed_by": row.placed_by,
                    "placed_at": row.placed_at, "review_by": row.review_by, "overdue": late(row), "released_at": row.released_at,
                })
            })
            .collect();
        let mut text = match rows.len() {
            0 => "Nothing is held.".to_owned(),
            1 => "1 hold:".to_owned(),
            many => format!("{many} holds:"),
        };
        for row in &rows {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n{} ({}): {}. {}. Owner: {}. ", row.id, row.kind, row.reason, about(row), row.owner);
            let _ = match row.released_at {
                Some(at) => write!(text, "Released {at}."),
                None if late(row) => write!(text, "It was to be looked at by {}, which is over.", day(row)),
                None => write!(text, "To be looked at by {}.", day(row)),
            };
        }
        say.answer(&json!(values), &text);
        Ok(if rows.iter().any(late) { Ending::Found } else { Ending::Fine })
    }
}
