//! `portreeve retention forecast`: what goes in the coming months, and what would by another schedule.

use crate::cli::open::Place;
use crate::cli::policy::source::page as print_page;
use crate::cli::{Ending, Say};
use crate::domain::client::Issuer;
use crate::policy::Bundle;
use crate::service::retention::{self, Months};
use crate::view::chart;
use anyhow::Context as _;
use minijinja::context;
use minijinja::value::Serde;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

const PAGE: &str = include_str!("forecast.html");

/// How wide the longest bar is.
const BAR: i64 = 40;

/// How far ahead, and by which schedule.
#[derive(Debug, clap::Args)]
#[command(after_help = "What is used, decided on or held before its time does not go: this is the most that can.")]
pub(in crate::cli) struct Forecast {
    /// How many months.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u8).range(1..=60))]
    months: u8,
    /// The folder of other policies: what their schedule would destroy stands beside it.
    #[arg(long, value_name = "DIR")]
    what_if: Option<PathBuf>,
    /// Write a page with tables and a chart as well.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

fn bars(numbers: &[i64]) -> Vec<String> {
    let most = numbers.iter().copied().max().unwrap_or(0).max(1);
    let wide = |number: i64| usize::try_from((number * BAR + most - 1) / most).unwrap_or(0);
    numbers.iter().map(|number| "#".repeat(wide(*number))).collect()
}

impl Forecast {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let issuer: Issuer = house.issuer.clone();
        let app = house.app().await?;
        let now = app.now();
        let snapshot = app.snapshot();
        let present = retention::forecast(&app, &snapshot.policy.retention, self.months, now).await?;
        let other = match &self.what_if {
            Some(folder) => {
                let bundle = Bundle::load(folder, &issuer).with_context(|| folder.display().to_string())?;
                Some((
                    bundle.retention.version.clone(),
                    retention::forecast(&app, &bundle.retention, self.months, now).await?,
                ))
            }
            None => None,
        };
        let totals = present.totals();
        let draft = snapshot.policy.retention.is_draft();
        if let Some(file) = &self.html {
            let numbers: Vec<u64> = totals.iter().map(|number| u64::try_from(*number).unwrap_or(0)).collect();
            let page = print_page(
                PAGE,
                context! {
                    controller => snapshot.policy.controller.name.en.as_str(),
                    version => snapshot.policy.retention.version.as_str(), draft,
                    present => Serde(&present), chart => chart::bars(&numbers), totals => Serde(&totals),
                    other => Serde(&other),
                },
            )?;
            std::fs::write(file, page).with_context(|| file.display().to_string())?;
        }
        let answer = json!({
            "schedule": snapshot.policy.retention.version, "draft": draft, "months": present.months, "rules": present.rules,
            "totals": totals,
            "what_if": other.as_ref().map(|(version, other)| json!({ "schedule": version, "rules": other.rules, "totals": other.totals() })),
            "html": self.html,
        });
        say.answer(&answer, &text(&snapshot.policy.retention.version, draft, &present, other.as_ref()));
        Ok(Ending::Fine)
    }
}

fn text(version: &str, draft: bool, present: &Months, other: Option<&(String, Months)>) -> String {
    let state = if draft { " (a draft: it destroys nothing)" } else { "" };
    let mut text = format!("By the schedule {version}{state}, at most so many records go in the month that ends on:");
    let totals = present.totals();
    // Writing to a String cannot fail.
    for ((month, total), bar) in present.months.iter().zip(&totals).zip(bars(&totals)) {
        let _ = write!(text, "\n  {month} {total:>9} {bar}");
    }
    let _ = write!(text, "\nBy rule, over all these months:");
    for rule in present.rules.iter().filter(|rule| rule.total() > 0) {
        let _ = write!(text, "\n  {:<22} {:>9}  {}", rule.rule, rule.total(), rule.title);
    }
    if totals.iter().all(|total| *total == 0) {
        text.push_str("\n  nothing");
    }
    if let Some((version, other)) = other {
        let _ = write!(text, "\nBy the schedule {version} instead, what is different:");
        let mut same = true;
        for rule in &other.rules {
            let before = present.rules.iter().find(|it| it.rule == rule.rule).map_or(0, retention::RuleMonths::total);
            let change = rule.total() - before;
            if change != 0 {
                same = false;
                let _ = write!(text, "\n  {:<22} {:>9}  ({change:+})", rule.rule, rule.total());
            }
        }
        for gone in
            present.rules.iter().filter(|rule| rule.total() > 0 && !other.rules.iter().any(|it| it.rule == rule.rule))
        {
            same = false;
            let _ = write!(text, "\n  {:<22} {:>9}  (no such rule)", gone.rule, 0);
        }
        if same {
            text.push_str("\n  nothing");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::bars;

    #[test]
    fn the_longest_bar_is_forty_wide_and_one_is_seen_beside_a_million() {
        let bars = bars(&[1_000_000, 1, 0]);
        assert_eq!(bars.iter().map(String::len).collect::<Vec<_>>(), [40, 1, 0]);
    }
}
