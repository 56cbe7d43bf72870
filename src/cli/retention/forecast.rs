//! `portreeve retention forecast`: what goes in the coming months, what a person looks at, and what would by another schedule.

use crate::cli::open::Place;
use crate::cli::policy::source::page as print_page;
use crate::cli::{Ending, Say};
use crate::domain::client::Issuer;
use crate::policy::Bundle;
use crate::service::retention::{self, Months, RuleMonths};
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
        let (totals, reviewed) = (present.destroyed(), present.reviewed());
        let draft = snapshot.policy.retention.is_draft();
        if let Some(file) = &self.html {
            let numbers: Vec<u64> = totals.iter().map(|number| u64::try_from(*number).unwrap_or(0)).collect();
            let page = print_page(
                PAGE,
                context! {
                    controller => snapshot.policy.controller.name.en.as_str(),
                    version => snapshot.policy.retention.version.as_str(), draft,
                    present => Serde(&present), chart => chart::bars(&numbers), totals => Serde(&totals),
                    destroyed => Serde(rules(&present, true)), reviewed => Serde(rules(&present, false)),
                    other => Serde(&other),
                },
            )?;
            std::fs::write(file, page).with_context(|| file.display().to_string())?;
        }
        let answer = json!({
            "schedule": snapshot.policy.retention.version, "draft": draft, "months": present.months, "rules": present.rules,
            "totals": totals, "reviewed": reviewed,
            "what_if": other.as_ref().map(|(version, other)| json!({
                "schedule": version, "rules": other.rules, "totals": other.destroyed(), "reviewed": other.reviewed(),
            })),
            "html": self.html,
        });
        say.answer(&answer, &text(&snapshot.policy.retention.version, draft, &present, other.as_ref()));
        Ok(Ending::Fine)
    }
}

/// The rules that destroy, or those that do not.
fn rules(months: &Months, destroy: bool) -> Vec<&RuleMonths> {
    months.rules.iter().filter(|rule| rule.action.destroys() == destroy).collect()
}

/// So many records over all months, rule by rule.
fn by_rule(text: &mut String, rules: &[&RuleMonths]) {
    let before = text.len();
    for rule in rules.iter().filter(|rule| rule.total() > 0) {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  {:<22} {:>9}  {}", rule.rule, rule.total(), rule.title);
    }
    if text.len() == before {
        text.push_str("\n  nothing");
    }
}

fn text(version: &str, draft: bool, present: &Months, other: Option<&(String, Months)>) -> String {
    let state = if draft { " (a draft: it destroys nothing)" } else { "" };
    let mut text = format!("By the schedule {version}{state}, at most so many records go in the month that ends on:");
    let totals = present.destroyed();
    for ((month, total), bar) in present.months.iter().zip(&totals).zip(bars(&totals)) {
        let _ = write!(text, "\n  {month} {total:>9} {bar}");
    }
    let _ = write!(text, "\nBy rule, over all these months:");
    by_rule(&mut text, &rules(present, true));
    let reviewed = rules(present, false);
    if !reviewed.is_empty() {
        text.push_str("\nA person looks at these, which stay until then:");
        by_rule(&mut text, &reviewed);
    }
    if let Some((version, other)) = other {
        let _ = write!(text, "\nBy the schedule {version} instead, what is different:");
        differences(&mut text, present, other);
    }
    text
}

/// What another schedule does otherwise, rule by rule.
fn differences(text: &mut String, present: &Months, other: &Months) {
    let before = text.len();
    for rule in &other.rules {
        let was = present.rules.iter().find(|it| it.rule == rule.rule);
        let (change, total) = (rule.total() - was.map_or(0, RuleMonths::total), rule.total());
        let becomes = was.map_or(rule.action, |was| was.action).destroys() != rule.action.destroys();
        if change != 0 || becomes && total > 0 {
            let _ = write!(text, "\n  {:<22} {total:>9}  ({change:+})", rule.rule);
            if becomes {
                text.push_str(if rule.action.destroys() { ", destroyed" } else { ", for a person to look at" });
            }
        }
    }
    let is_gone = |rule: &&RuleMonths| rule.total() > 0 && !other.rules.iter().any(|it| it.rule == rule.rule);
    for gone in present.rules.iter().filter(is_gone) {
        let _ = write!(text, "\n  {:<22} {:>9}  (no such rule)", gone.rule, 0);
    }
    if text.len() == before {
        text.push_str("\n  nothing");
    }
}

#[cfg(test)]
mod tests {
    use super::{Months, RuleMonths, bars, text};
    use crate::domain::retention::Action;
    use jiff::civil::date;

    #[test]
    fn the_longest_bar_is_forty_wide_and_one_is_seen_beside_a_million() {
        let bars = bars(&[1_000_000, 1, 0]);
        assert_eq!(bars.iter().map(String::len).collect::<Vec<_>>(), [40, 1, 0]);
    }

    fn months(dormant: Action, numbers: [i64; 2]) -> Months {
        let rule = |rule: &str, action, numbers: [i64; 2]| RuleMonths {
            rule: rule.to_owned(),
            title: rule.to_uppercase(),
            action,
            numbers: numbers.to_vec(),
        };
        Months {
            months: vec![date(2027, 1, 1), date(2027, 2, 1)],
            rules: vec![rule("dormant", dormant, numbers), rule("signin", Action::StripPayload, [1, 2])],
        }
    }

    #[test]
    fn what_a_person_looks_at_is_told_apart_from_what_goes() {
        let (goes, stays) = (months(Action::Destroy, [4, 0]), months(Action::Review, [4, 0]));
        assert_eq!((goes.destroyed(), goes.reviewed()), (vec![5, 2], vec![0, 0]));
        assert_eq!((stays.destroyed(), stays.reviewed()), (vec![1, 2], vec![4, 0]));
        let said = text("1", false, &stays, None);
        let (destroyed, looked) = said.split_once("\nA person looks at these, which stay until then:\n").unwrap();
        assert!(looked.starts_with("  dormant                        4  DORMANT"), "{said}");
        assert!(destroyed.contains("2027-01-01         1 ####") && !destroyed.contains("dormant"), "{said}");
        assert!(!text("1", false, &goes, None).contains("A person looks"));
        let changes = |present, other| {
            let said = text("1", false, present, Some(&("2".to_owned(), other)));
            said.split_once("instead, what is different:\n").unwrap().1.to_owned()
        };
        let to_review = "  dormant                        4  (+0), for a person to look at";
        assert_eq!(changes(&goes, stays.clone()), to_review);
        assert_eq!(changes(&stays, goes.clone()), "  dormant                        4  (+0), destroyed");
        assert_eq!(changes(&goes, months(Action::Destroy, [4, 1])), "  dormant                        5  (+1)");
        assert_eq!(changes(&goes, goes.clone()), "  nothing");
    }
}
