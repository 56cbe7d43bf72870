//! `/break-glass`: for somebody's life or safety; and the review that follows.

use super::enquiries::{Typed, to_mend};
use super::record::search_for;
use super::seated::Seated;
use crate::domain::staff::{Action, Glass};
use crate::service::looking::glass as deeds;
use crate::service::post::Text as Letter;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use crate::view::{Lang, Wrong};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// `GET /break-glass`.
pub async fn show(desk: Seated) -> Response {
    page(&desk, &Typed::default(), Vec::new()).await
}

async fn page(desk: &Seated, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let open = match deeds::bearing(&desk.app, desk.officer.id, desk.now).await {
        Ok((open, _)) => open,
        Err(failure) => return desk.fault(&failure),
    };
    let mut page = Console::new(Text::say("glass-title")).back("/").wrong(wrong);
    if let Some(glass) = open {
        page = page
            .block(Block::Warning(Text::say("glass-open").with("time", desk.clock(glass.until))))
            .block(Block::Links(vec![Cell::link(Text::say("enquiry-title"), "/enquiries")]))
            .block(Block::Form(Form::post(format!("/break-glass/{}/close", glass.id), "close", "glass-close")));
    } else if desk.allows(Action::BreakGlass) {
        let snapshot = desk.app.snapshot();
        let reasons = snapshot.policy.reasons.iter().filter(|reason| reason.delay.is_none());
        let reasons = reasons.map(|reason| (reason.code.clone(), desk.words(&reason.title), None)).collect();
        let fields = vec![
            Field::choice("reason", "enquiry-reason", typed.ask().reason, reasons),
            Field::input("case", "enquiry-case", typed.ask().case).hinted("glass-case-hint"),
        ];
        page = page
            .block(Block::Para(Text::say("glass-lead")))
            .block(Block::Warning(Text::say("glass-warning")))
            .block(Block::Form(Form::post("/break-glass", "break", "glass-break").fields(fields).weight("warning")));
    }
    if desk.allows(Action::ReviewBreakGlass) {
        let all = match deeds::all(desk.deed()).await {
            Ok(all) => all,
            Err(refused) => return desk.refused(&refused),
        };
        page = page.block(Block::Heading(Text::say("glass-reviews")));
        if all.is_empty() {
            page = page.block(Block::Para(Text::say("glass-reviews-none")));
        }
        for glass in &all {
            page = page.block(Block::Facts(facts(desk, glass).await));
            if desk.allows(Action::SearchRecord) {
                let (officer, until) = (glass.staff.to_string(), glass.closed_at.unwrap_or(glass.until));
                let done = search_for(desk, ("officer", &officer), (glass.opened_at, until));
                page = page.block(Block::Links(vec![Cell::link(Text::say("glass-done"), done)]));
            }
            if glass.reviewed_at.is_none() && !glass.stands(desk.now) && glass.staff != desk.officer.id {
                for (id, button, word) in
                    [("justified", "glass-justified", "yes"), ("unjustified", "glass-unjustified", "no")]
                {
                    let form = Form::post(format!("/break-glass/{}/review", glass.id), id, button);
                    page = page.block(Block::Form(form.hidden("answer", word).weight("secondary")));
                }
            }
        }
    }
    desk.page(&page)
}

async fn facts(desk: &Seated, glass: &Glass) -> Vec<(Text, Cell)> {
    let state = match (glass.reviewed_at.is_some(), glass.justified, glass.is_overdue(desk.now)) {
        (true, Some(true), _) => "glass-state-justified",
        (true, ..) => "glass-state-unjustified",
        (false, _, true) => "glass-state-overdue",
        (false, ..) if glass.stands(desk.now) => "glass-state-open",
        (false, ..) => "glass-state-waiting",
    };
    let by = desk.name_of(glass.staff).await;
    vec![
        (Text::say("approvals-by"), Text::plain(by).into()),
        (Text::say("enquiry-reason"), desk.reason(&glass.reason).into()),
        (Text::say("enquiry-case"), Text::plain(glass.case.clone().unwrap_or_default()).into()),
        (Text::say("glass-from"), Text::At(glass.opened_at).into()),
        (Text::say("glass-until"), Text::At(glass.closed_at.unwrap_or(glass.until)).into()),
        (Text::say("glass-review-by"), Text::At(glass.review_by).into()),
        (Text::say("approvals-state"), Text::say(state).into()),
    ]
}

/// `POST /break-glass`.
pub async fn break_it(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    if !desk.officer.is_fresh(desk.now) {
        return desk.prove_again("/break-glass");
    }
    let name = desk.name_of(desk.officer.id).await;
    let letter = desk.app.view().letters(Lang::En).glass_broken(&name, desk.now, &desk.at("/break-glass"));
    let alert = Letter { subject: letter.subject, body: letter.body };
    match deeds::break_it(desk.deed(), &typed.ask(), &alert).await {
        Ok(_) => desk.see_other("/break-glass"),
        Err(refused) => match to_mend(&refused) {
            Some(wrong) => page(&desk, &typed, vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}

/// `POST /break-glass/{glass}/close`.
pub async fn close(desk: Seated, Path(id): Path<Uuid>) -> Response {
    match deeds::close(desk.deed(), id).await {
        Ok(()) => desk.see_other("/break-glass"),
        Err(refused) => desk.refused(&refused),
    }
}

/// Justified or not.
#[derive(Debug, Deserialize)]
pub struct Answer {
    #[serde(default)]
    answer: String,
}

/// `POST /break-glass/{glass}/review`.
pub async fn review(desk: Seated, Path(id): Path<Uuid>, Posted(typed): Posted<Answer>) -> Response {
    match deeds::review(desk.deed(), id, typed.answer == "yes").await {
        Ok(()) => desk.see_other("/break-glass"),
        Err(refused) => desk.refused(&refused),
    }
}
