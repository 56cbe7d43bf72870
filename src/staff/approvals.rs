//! `/approvals`: what waits for a second person, and what one asked for.

mod retention;

use super::seated::Seated;
use super::{enquiries, exports};
use crate::domain::staff::{Action, Approval};
use crate::service::Failure;
use crate::service::looking::exports::Asked;
use crate::service::looking::{approvals as deeds, approver};
use crate::service::retention::second_waits;
use crate::store::approvals::ApprovalRow;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What was done just now.
#[derive(Debug, Default, Deserialize)]
pub struct News {
    #[serde(default)]
    asked: Option<String>,
}

/// `GET /approvals`.
pub async fn show(desk: Seated, Query(news): Query<News>) -> Response {
    let decides = desk.allows(Action::GiveApproval);
    let waiting = if decides { deeds::waiting(desk.deed()).await } else { Ok(Vec::new()) };
    let (waiting, own) = match (waiting, deeds::own(desk.deed()).await) {
        (Ok(waiting), Ok(own)) => (waiting, own),
        (Err(refused), _) | (_, Err(refused)) => return desk.refused(&refused),
    };
    let mut page = Console::new(Text::say("approvals-title"))
        .back("/")
        .maybe(news.asked.map(|_| Block::Done(Text::say("approvals-asked"))));
    if decides {
        page = page.block(Block::Heading(Text::say("approvals-waiting")));
        let others: Vec<_> = waiting.iter().filter(|row| row.asked_by != desk.officer.id).collect();
        if others.is_empty() {
            page = page.block(Block::Para(Text::say("approvals-none")));
        }
        for row in others {
            page = match waits(&desk, row).await {
                Ok(blocks) => blocks.into_iter().fold(page, Console::block),
                Err(failure) => return desk.fault(&failure),
            };
        }
    }
    page = page.block(Block::Heading(Text::say("approvals-own")));
    if own.is_empty() {
        page = page.block(Block::Para(Text::say("approvals-own-none")));
    }
    for row in &own {
        let mut shown = facts(&desk, row).await;
        shown.push((Text::say("approvals-state"), Text::say(state(row)).into()));
        page = page.block(Block::Facts(shown));
        let open = row.approved == Some(true) && row.used_at.is_none() && desk.now < row.until;
        if open && row.kind == Approval::Export.as_str() {
            page = page.block(Block::Links(vec![Cell::link(Text::say("approvals-take"), "/exports")]));
        }
        if open && row.kind == Approval::HiddenEnquiry.as_str() {
            let form = Form::post("/enquiries", "open", "enquiry-open")
                .hidden("purpose", row.what.split(' ').next().unwrap_or_default())
                .hidden("reason", &row.reason)
                .hidden("case", row.case_ref.as_deref().unwrap_or_default())
                .hidden("approval", row.id)
                .fields(vec![Field::input("about", "enquiry-about", "").hinted("enquiry-about-again")]);
            page = page.block(Block::Form(form));
        }
    }
    desk.page(&page)
}

/// What waits for somebody, with what they can do.
async fn waits(desk: &Seated, row: &ApprovalRow) -> Result<Vec<Block>, Failure> {
    let mut facts = facts(desk, row).await;
    let kind = Approval::parse(&row.kind);
    // What policies change is read before they are approved: its page has the buttons.
    if kind == Some(Approval::Policy) {
        let read = Cell::link(Text::say("proposal-read"), format!("/policies/{}", row.id));
        return Ok(vec![Block::Facts(facts), Block::Links(vec![read])]);
    }
    let mut may = true;
    let mut after = Vec::new();
    if matches!(kind, Some(Approval::HoldRelease | Approval::RetentionRun)) {
        if let Some(about) = second_waits(&desk.app, row).await? {
            facts.extend(retention::facts(desk, &about));
        } else {
            may = false;
            after.push(Block::Inset(Text::say("approvals-overtaken")));
        }
    }
    if about_one(row) {
        let see = Form::get(format!("/approvals/{}/person", row.id), "see", "approvals-see");
        after.push(Block::Form(see.weight("secondary")));
    }
    let answers = [("approve", "approvals-approve", "yes", ""), ("refuse", "approvals-refuse", "no", "secondary")];
    for (id, button, word, weight) in answers.into_iter().filter(|(_, _, word, _)| may || *word == "no") {
        let form = Form::post(format!("/approvals/{}", row.id), id, button).hidden("answer", word);
        after.push(Block::Form(form.weight(weight)));
    }
    Ok([vec![Block::Facts(facts)], after].concat())
}

fn state(row: &ApprovalRow) -> &'static str {
    match (row.approved, row.used_at) {
        (None, _) => "approvals-state-waiting",
        (Some(false), _) => "approvals-state-refused",
        (Some(true), None) => "approvals-state-given",
        (Some(true), Some(_)) => "approvals-state-used",
    }
}

/// Whether one resident is what it is about.
fn about_one(row: &ApprovalRow) -> bool {
    row.about.is_some()
        || row.kind == Approval::HiddenEnquiry.as_str()
        || Asked::read(row).is_some_and(|asked| asked.about_one)
}

async fn facts(desk: &Seated, row: &ApprovalRow) -> Vec<(Text, Cell)> {
    let kind = Approval::parse(&row.kind);
    let fact = |label: &str, text: Text| (Text::say(label), Cell::from(text));
    let mut facts = vec![fact("approvals-kind", Text::say(&format!("approvals-kind-{}", row.kind)))];
    // An export says itself what it takes out and why.
    if kind != Some(Approval::Export) {
        facts.push(fact("approvals-what", what(desk, row)));
    }
    if kind == Some(Approval::HiddenEnquiry) {
        facts.push(fact("enquiry-person-about", Text::say("approvals-one-resident")));
    }
    facts.push(fact("approvals-by", Text::plain(desk.name_of(row.asked_by).await)));
    // Policies and the schedule's work are about nobody's record.
    let of_a_record = !matches!(kind, Some(Approval::Policy | Approval::HoldRelease | Approval::RetentionRun));
    if of_a_record {
        facts.push(fact("enquiry-reason", desk.reason(&row.reason)));
    }
    if of_a_record && kind != Some(Approval::Export) {
        facts.push(fact("enquiry-case", Text::plain(row.case_ref.clone().unwrap_or_default())));
    }
    facts.push(fact("approvals-at", Text::At(row.asked_at)));
    if kind == Some(Approval::Export) {
        facts.extend(exports::facts(row));
    } else {
        facts.push(fact("approvals-until", Text::At(row.until)));
    }
    facts
}

/// `GET /approvals/{approval}/person`: whom it is about, masked, for whoever decides; that is a look on record.
pub async fn person(desk: Seated, Path(id): Path<Uuid>) -> Response {
    let page = Console::new(Text::say("person-title")).back("/approvals");
    match approver::resident(desk.deed(), id).await {
        Ok(Some(seen)) => {
            let page = page.block(Block::Inset(Text::say("approvals-person")));
            desk.page(&page.block(Block::Facts(enquiries::facts(&seen))))
        }
        Ok(None) => desk.page(&page.block(Block::Para(Text::say("approvals-nobody")))),
        Err(refused) => desk.refused(&refused),
    }
}

/// Yes or no.
#[derive(Debug, Deserialize)]
pub struct Answer {
    #[serde(default)]
    answer: String,
}

/// `POST /approvals/{approval}`.
pub async fn decide(desk: Seated, Path(id): Path<Uuid>, Posted(typed): Posted<Answer>) -> Response {
    match deeds::decide(desk.deed(), id, typed.answer == "yes").await {
        Ok(()) => desk.see_other("/approvals"),
        Err(refused) => desk.refused(&refused),
    }
}

/// What exactly is asked for: one resident, whom the case names, an event, a hold, or a run.
fn what(desk: &Seated, row: &ApprovalRow) -> Text {
    if row.kind == Approval::HiddenEnquiry.as_str() {
        desk.activity(row.what.split(' ').next().unwrap_or_default())
    } else {
        Text::plain(row.what.clone())
    }
}
