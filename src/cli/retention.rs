//! `portreeve retention forecast | plan | run | show | approve | cancel | hold … | review … | certificates | confirm-clock`.

mod certificates;
mod forecast;
mod holds;
mod reviews;
mod second;

use self::second::Two;
use super::open::Place;
use super::{Ending, Say, person};
use crate::app::App;
use crate::domain::account::FullName;
use crate::service::retention::{self, Matter, Planned, Step};
use crate::store::retention::{self as runs, PartRow, RunRow};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::fmt::Write as _;
use uuid::Uuid;

/// How data leaves: what the schedule destroys, when, on whose word, and what may not go.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Retention {
    /// What the schedule will destroy in each of the coming months, by rule; and what another schedule would.
    Forecast(forecast::Forecast),
    /// Count what is due now. Unless it is a dry run, that becomes a run, which destroys nothing before its cooling period is over.
    Plan(Plan),
    /// Carry the planned run out, as far as its time has come. `serve` does so by itself.
    Run(Run),
    /// The latest runs, and what each rule came to in the last.
    Show(Show),
    /// Let a run go on that would destroy more than one run may: by two people.
    Approve(Approve),
    /// Stop a run: nothing more goes by it.
    Cancel(Cancel),
    /// What may not be destroyed although its time is over.
    #[command(subcommand)]
    Hold(holds::Holds),
    /// Accounts that a person looks at before they go.
    #[command(subcommand)]
    Review(reviews::Reviews),
    /// What was destroyed, as signed: list the certificates, or write one as a page to print.
    Certificates(certificates::Certificates),
    /// Say that the clock is right, after it has jumped or nothing ran for a month: until then nothing is destroyed.
    ConfirmClock(ConfirmClock),
}

#[derive(Debug, clap::Args)]
pub(super) struct Plan {
    /// Who plans it: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    /// Only count.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(super) struct Run {
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(super) struct Show {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(super) struct Approve {
    /// The run, as `retention show` says it.
    run: Uuid,
    #[command(flatten)]
    two: Two,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(super) struct Cancel {
    /// The run, as `retention show` says it.
    run: Uuid,
    /// Who stops it: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(super) struct ConfirmClock {
    /// Who looked: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

impl Retention {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Forecast(forecast) => forecast.run(say).await,
            Self::Plan(plan) => plan.run(say).await,
            Self::Run(run) => run.run(say).await,
            Self::Show(show) => show.run(say).await,
            Self::Approve(approve) => approve.run(say).await,
            Self::Cancel(cancel) => cancel.run(say).await,
            Self::Hold(holds) => holds.run(say).await,
            Self::Review(reviews) => reviews.run(say).await,
            Self::Certificates(certificates) => certificates.run(say).await,
            Self::ConfirmClock(confirm) => confirm.run(say).await,
        }
    }
}

fn part_value(part: &PartRow) -> Value {
    json!({
        "rule": part.rule, "category": part.category, "cutoff": part.cutoff, "due": part.due, "held": part.held,
        "reviewed": part.reviewed, "destroyed": part.done, "held_at_run": part.held_at_run,
        "through": part.finished_at.is_some(),
    })
}

fn run_value(run: &RunRow) -> Value {
    json!({
        "run": run.id, "schedule": run.schedule, "state": run.state, "planned_by": run.planned_by,
        "planned_at": run.planned_at, "not_before": run.not_before, "approved_by": run.approved_by,
        "approved_with": run.approved_with, "started_at": run.started_at, "finished_at": run.finished_at,
    })
}

/// The rules with something to say, a line each.
fn lines(parts: &[PartRow]) -> String {
    let mut text = String::new();
    for part in parts.iter().filter(|part| part.due + part.held + part.reviewed + part.done > 0) {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  {}: {} due", part.rule, part.due);
        for (count, what) in [
            (part.held, "held when counted"),
            (part.reviewed, "for a person to look at"),
            (part.done, "destroyed"),
            (part.held_at_run, "held when their turn came"),
        ] {
            if count > 0 {
                let _ = write!(text, ", {count} {what}");
            }
        }
    }
    if text.is_empty() { "\n  nothing".to_owned() } else { text }
}

const DRAFT: &str = "The schedule in force is a draft, or not yet in effect: it forecasts, and destroys nothing. Name the two \
    people who approve it in approved_by of retention.toml, and activate the policies.";

fn doubted(doubt: &str) -> String {
    format!(
        "Nothing is destroyed while the clock is in doubt: {doubt}. Look at it, then run `portreeve retention confirm-clock`."
    )
}

impl Plan {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let now = app.now();
        if self.dry_run {
            let parts = retention::survey(&app, &app.snapshot().policy.retention, now).await?;
            let draft = app.snapshot().policy.retention.is_draft();
            let answer = json!({
                "dry_run": true, "draft": draft, "parts": parts.iter().map(part_value).collect::<Vec<_>>(),
            });
            let note = if draft { format!("\n{DRAFT}") } else { String::new() };
            say.answer(&answer, &format!("By the schedule in force, now:{}{note}", lines(&parts)));
            return Ok(Ending::Fine);
        }
        match retention::plan(&app, Some(&self.by), now).await? {
            Planned::Draft => anyhow::bail!(DRAFT),
            Planned::InDoubt(doubt) => anyhow::bail!(doubted(&doubt)),
            Planned::Open(run) => anyhow::bail!(
                "the run {} is open since {}: `portreeve retention show` says what it waits for, and `cancel` stops it",
                run.id,
                run.planned_at
            ),
            Planned::Nothing => say.answer(&json!({ "run": null }), "Nothing is due."),
            Planned::Run(run, parts) => {
                let mut answer = run_value(&run);
                if let Some(answer) = answer.as_object_mut() {
                    answer.insert("parts".to_owned(), parts.iter().map(part_value).collect());
                }
                let next = if run.state == "waiting" {
                    format!(
                        "It would destroy more than one run may, and waits for two people:\n  portreeve retention approve {} \
                         --by NAME\nand somebody else approves it in the console (or --approved-by NAME where nobody signs in there).",
                        run.id
                    )
                } else {
                    format!(
                        "Nothing goes before {}. Until then `portreeve retention cancel {}` stops it.",
                        run.not_before, run.id
                    )
                };
                say.answer(&answer, &format!("Run {} is planned:{}\n{next}", run.id, lines(&parts)));
            }
        }
        Ok(Ending::Fine)
    }
}

impl Run {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let open = runs::open(&mut app.db.peek()).await?;
        let Some(run) = open else {
            say.answer(&json!({ "run": null }), "No run is planned: `portreeve retention plan` plans one.");
            return Ok(Ending::Fine);
        };
        if self.dry_run {
            let parts = runs::parts(&mut app.db.peek(), run.id).await?;
            let answer = json!({ "run": run_value(&run), "parts": parts.iter().map(part_value).collect::<Vec<_>>(), "dry_run": true });
            say.answer(
                &answer,
                &format!("Run {} ({}) would destroy what is due still of:{}", run.id, run.state, lines(&parts)),
            );
            return Ok(Ending::Fine);
        }
        let mut went = 0;
        loop {
            let now = app.now();
            match retention::step(&app, now).await? {
                Step::Went(count) => {
                    went += count;
                    if count == 0 && !retention_moves(&app, &run).await? {
                        let answer = json!({ "run": run_value(&run), "went": went, "done": false });
                        let text = format!(
                            "{went} went. Accounts that were erased wait for their last events to be sealed: `serve` does that, \
                             or this command again, a little later."
                        );
                        say.answer(&answer, &text);
                        return Ok(Ending::Fine);
                    }
                }
                Step::Done(certificate) => {
                    let answer =
                        json!({ "run": run_value(&run), "went": went, "done": true, "certificate": certificate });
                    let text =
                        format!("{went} went, and run {} is over. Its certificate is {}.", run.id, certificate.id);
                    say.answer(&answer, &text);
                    return Ok(Ending::Fine);
                }
                Step::InDoubt(doubt) => anyhow::bail!(doubted(&doubt)),
                Step::Nothing => {
                    // The step itself stops a run whose schedule was replaced.
                    let run = runs::get(&mut app.db.peek(), run.id).await?.context("the run is gone")?;
                    let why = match run.state.as_str() {
                        "waiting" => format!("it waits for two people (not before {})", run.not_before),
                        "cooling" => format!("its cooling period lasts (not before {})", run.not_before),
                        ended if retention::is_replaced(&app.snapshot().policy.retention, &run) => {
                            format!("it is {ended}, for the schedule that it was planned by is not in force any more")
                        }
                        ended => format!("it is {ended}"),
                    };
                    let text = format!("Nothing goes by run {} now: {why}.", run.id);
                    say.answer(&json!({ "run": run_value(&run), "went": went, "done": false }), &text);
                    return Ok(Ending::Fine);
                }
            }
        }
    }
}

/// Whether a run that destroyed nothing in its last step has rules to go through still, or erasures that can be finished.
async fn retention_moves(app: &App, run: &RunRow) -> anyhow::Result<bool> {
    let parts = runs::parts(&mut app.db.peek(), run.id).await?;
    Ok(parts.iter().any(|part| part.finished_at.is_none()) || retention::finish_erasures(app, app.now()).await? > 0)
}

/// So many runs are shown.
const SHOWN: i64 = 12;

impl Show {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let latest = runs::latest(&mut app.db.peek(), SHOWN).await?;
        let parts = match latest.first() {
            Some(run) => runs::parts(&mut app.db.peek(), run.id).await?,
            None => Vec::new(),
        };
        let doubt = retention::clock_in_doubt(&app, app.now()).await?;
        let answer = json!({
            "runs": latest.iter().map(run_value).collect::<Vec<_>>(),
            "parts": parts.iter().map(part_value).collect::<Vec<_>>(), "clock_in_doubt": doubt,
        });
        let mut text = match latest.first() {
            None => "Nothing was ever planned.".to_owned(),
            Some(last) => format!("The last run, {} ({}):{}", last.id, last.state, lines(&parts)),
        };
        for run in &latest {
            let _ = write!(
                text,
                "\n{} {}: planned {} by {}, not before {}",
                run.id,
                run.state,
                run.planned_at,
                run.planned_by.as_deref().unwrap_or("the house"),
                run.not_before
            );
        }
        if let Some(doubt) = &doubt {
            let _ = write!(text, "\n{}", doubted(doubt));
        }
        say.answer(&answer, &text);
        let waits = latest.iter().any(|run| run.state == "waiting");
        Ok(if doubt.is_some() || waits { Ending::Found } else { Ending::Fine })
    }
}

impl Approve {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let app = house.app().await?;
        let none = format!("the run {} does not wait for anybody, and nothing was done", self.run);
        let matter = Matter::Run(self.run);
        let Some(two) = self.two.named((&house, &app), &matter, &none, say).await? else { return Ok(Ending::Fine) };
        let approved = retention::approve(&app, self.run, two, app.now()).await?;
        anyhow::ensure!(approved, none);
        let run = runs::get(&mut app.db.peek(), self.run).await?.context("the run is gone")?;
        let text = format!("Run {} goes on: nothing goes before {}.", run.id, run.not_before);
        say.answer(&run_value(&run), &text);
        Ok(Ending::Fine)
    }
}

impl Cancel {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let cancelled = retention::cancel(&app, self.run, &self.by, app.now()).await?;
        anyhow::ensure!(cancelled, "there is no open run {}, and nothing was done", self.run);
        say.answer(
            &json!({ "run": self.run, "cancelled": true }),
            &format!("Run {} is stopped: nothing more goes by it.", self.run),
        );
        Ok(Ending::Fine)
    }
}

impl ConfirmClock {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let now = app.now();
        let confirmed = retention::confirm_clock(&app, &self.by, now).await?;
        let text = if confirmed {
            format!("The clock says {now}, and is taken at its word.")
        } else {
            format!("The clock says {now}, and nobody doubts it: nothing was done.")
        };
        say.answer(&json!({ "says": now, "confirmed": confirmed }), &text);
        Ok(Ending::Fine)
    }
}
