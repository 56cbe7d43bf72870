//! What a hold holds, and what a run would destroy, for whoever decides.

use crate::domain::time::When;
use crate::service::retention::Waits;
use crate::staff::seated::Seated;
use crate::store::holds::HoldRow;
use crate::store::retention::{PartRow, RunRow};
use crate::view::pages::console::{Cell, Text};
use std::time::Duration;

/// It, beside who asks and until when.
pub(super) fn facts(desk: &Seated, about: &Waits) -> Vec<(Text, Cell)> {
    match about {
        Waits::Hold(hold) => held(desk, hold),
        Waits::Run(run, parts) => due(desk, run, parts),
    }
}

fn fact(label: &str, text: Text) -> (Text, Cell) {
    (Text::say(label), text.into())
}

fn held(desk: &Seated, hold: &HoldRow) -> Vec<(Text, Cell)> {
    let mut facts = vec![
        fact("hold-kind", Text::say(&format!("hold-kind-{}", hold.kind))),
        fact("hold-reason", Text::plain(hold.reason.clone())),
        fact("hold-about", Text::say(if hold.account_id.is_some() { "hold-about-one" } else { "hold-about-all" })),
    ];
    facts.extend(hold.category.iter().map(|category| {
        let snapshot = desk.app.snapshot();
        let rule = snapshot.policy.retention.rule_for(category);
        let title = rule.map_or_else(|| category.clone(), |rule| format!("{} ({category})", rule.title));
        fact("hold-category", Text::plain(title))
    }));
    facts.extend(hold.since.map(|since| fact("hold-since", Text::Day(since))));
    facts.extend(hold.until.map(|until| fact("hold-until", Text::Day(last_day(until)))));
    facts.extend([
        fact("hold-owner", Text::plain(hold.owner.clone())),
        fact("hold-placed-by", Text::plain(hold.placed_by.clone())),
        fact("hold-placed-at", Text::At(hold.placed_at)),
        fact("hold-review-by", Text::Day(last_day(hold.review_by))),
    ]);
    facts
}

/// Days are kept as the moment they end.
fn last_day(end: When) -> When {
    end - Duration::from_secs(1)
}

fn due(desk: &Seated, run: &RunRow, parts: &[PartRow]) -> Vec<(Text, Cell)> {
    let snapshot = desk.app.snapshot();
    let schedule = &snapshot.policy.retention;
    let mut facts = vec![
        fact("schedule-version", Text::plain(run.schedule.clone())),
        fact("run-planned-by", run.planned_by.clone().map_or_else(|| Text::say("run-by-the-house"), Text::plain)),
        fact("run-planned-at", Text::At(run.planned_at)),
        fact("run-not-before", Text::At(run.not_before)),
    ];
    for part in parts.iter().filter(|part| part.due + part.held > 0) {
        let rule = schedule.rules.iter().find(|rule| rule.id == part.rule);
        let title = rule.map_or_else(|| part.rule.clone(), |rule| format!("{} ({})", rule.title, rule.id));
        facts.push((Text::plain(title), Text::say("run-due").with("due", part.due).with("held", part.held).into()));
    }
    facts
}
