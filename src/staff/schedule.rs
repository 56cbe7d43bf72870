//! `/schedule`: how long each kind of record is kept and what happens then, as the schedule in force says it, and who stands
//! behind it.

use super::register::{day, length};
use super::seated::Seated;
use crate::domain::retention::{Period, Rule};
use crate::domain::staff::Action;
use crate::view::pages::console::{Block, Cell, Console, Text};
use axum::response::Response;

/// `GET /schedule`.
pub async fn show(desk: Seated) -> Response {
    if let Err(refused) = desk.permit(Action::SeeRegister, None).await {
        return refused;
    }
    let snapshot = desk.app.snapshot();
    let (policy, zone) = (&snapshot.policy, &snapshot.policy.controller.time_zone);
    let (schedule, engine) = (&policy.retention, &policy.engine);
    let state = if schedule.is_draft() { "schedule-draft" } else { "schedule-in-force" };
    let approvers = match schedule.approved_by.as_slice() {
        [] => Text::say("schedule-nobody"),
        people => Text::plain(people.join(", ")),
    };
    let mut facts: Vec<(Text, Cell)> = vec![
        (Text::say("schedule-version"), Text::plain(schedule.version.clone()).into()),
        (Text::say("schedule-state"), Text::say(state).into()),
        (Text::say("schedule-approved-by"), approvers.into()),
    ];
    let paper = schedule.approved_ref.as_ref();
    facts.extend(paper.map(|paper| (Text::say("schedule-approved-ref"), Text::plain(paper.clone()).into())));
    facts.extend(schedule.effective_from.map(|from| (Text::say("schedule-effective"), day(from, zone).into())));
    facts.extend(schedule.review_by.map(|by| (Text::say("schedule-review"), day(by, zone).into())));
    facts.push((Text::say("schedule-cooling"), length(engine.cooling).into()));
    let most = Text::say("schedule-most-is").with("count", engine.max_destroy_per_run);
    facts.push((Text::say("schedule-most"), most.with("share", engine.max_share_of_accounts).into()));
    let head = ["what", "kept", "from", "then", "holds", "basis", "owner"];
    let page = Console::new(Text::say("schedule-title"))
        .back("/")
        .block(Block::Para(Text::say("schedule-lead")))
        .block(Block::Facts(facts))
        .block(Block::Table {
            caption: Text::say("schedule-rules"),
            head: head.map(|column| Text::say(&format!("schedule-{column}"))).into(),
            rows: schedule.rules.iter().map(row).collect(),
        });
    desk.page(&page)
}

fn row(rule: &Rule) -> Vec<Cell> {
    let holds = if rule.holds.is_empty() { Text::say("schedule-no-hold") } else { Text::plain(rule.holds.join(", ")) };
    vec![
        Text::plain(format!("{} ({})", rule.title, rule.id)).into(),
        kept(rule.period).into(),
        rule.period
            .map_or_else(|| Text::plain(""), |_| Text::say(&format!("schedule-from-{}", rule.trigger.as_str())))
            .into(),
        Text::say(&format!("schedule-then-{}", rule.action.as_str())).into(),
        holds.into(),
        Text::plain(rule.legal_basis.clone()).into(),
        Text::plain(rule.owner.clone()).into(),
    ]
}

fn kept(period: Option<Period>) -> Text {
    match period {
        None => Text::say("schedule-for-good"),
        Some(none) if none == Period::zero() => Text::say("schedule-at-once"),
        Some(period) => length(period),
    }
}
