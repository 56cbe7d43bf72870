//! `/delays`: looks that are kept from residents for now, and their reviews.

use super::seated::Seated;
use crate::domain::ids::EventId;
use crate::domain::staff::Approval;
use crate::service::looking::{Refused, approvals, hidden};
use crate::service::post::Text as Letter;
use crate::view::pages::console::{Block, Console, Field, Form, Text};
use crate::view::{Lang, Wrong};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// `GET /delays`.
pub async fn show(desk: Seated) -> Response {
    page(&desk, Vec::new()).await
}

async fn page(desk: &Seated, wrong: Vec<Wrong>) -> Response {
    let rows = match hidden::all(desk.deed()).await {
        Ok(rows) => rows,
        Err(refused) => return desk.refused(&refused),
    };
    let own = match approvals::own(desk.deed()).await {
        Ok(own) => own,
        Err(refused) => return desk.refused(&refused),
    };
    let mut page =
        Console::new(Text::say("delays-title")).back("/").wrong(wrong).block(Block::Para(Text::say("delays-lead")));
    if rows.is_empty() {
        page = page.block(Block::Para(Text::say("delays-none")));
    }
    for (nth, row) in rows.iter().enumerate() {
        let look = row.event.to_string();
        let apart = Text::say("delays-apart").with("nth", nth + 1).with("all", rows.len());
        page = page.block(Block::Heading(apart.clone()));
        page = page.block(Block::Facts(vec![
            (Text::say("record-id"), Text::plain(look.clone()).into()),
            (Text::say("enquiry-reason"), desk.reason(&row.reason).into()),
            (Text::say("delays-since"), Text::At(row.set_at).into()),
            (Text::say("delays-until"), Text::At(row.review_by).into()),
        ]));
        let release = Form::post(format!("/delays/{look}/release"), "release", "delays-release");
        page = page.block(Block::Form(release.fields(vec![case()]).apart(apart.clone()).weight("secondary")));
        let given = own.iter().find(|one| {
            let open = one.approved == Some(true) && one.used_at.is_none() && desk.now < one.until;
            open && one.kind == Approval::Delay.as_str() && one.what == look
        });
        let renew = match given {
            Some(given) => {
                Form::post(format!("/delays/{look}/renew"), "renew", "delays-renew").hidden("approval", given.id)
            }
            None => Form::post(format!("/delays/{look}/ask"), "ask", "delays-ask").fields(vec![case()]),
        };
        page = page.block(Block::Form(renew.apart(apart).weight("secondary")));
    }
    desk.page(&page)
}

fn case() -> Field {
    Field::input("case", "enquiry-case", "")
}

/// The case, or the second person's word.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    case: String,
    approval: Option<Uuid>,
}

async fn done(desk: &Seated, outcome: Result<(), Refused>, place: &str) -> Response {
    match outcome {
        Ok(()) => desk.see_other(place),
        Err(Refused::NoCase | Refused::BadCase) => page(desk, vec![Wrong::Console("case", "wrong-case-missing")]).await,
        Err(refused) => desk.refused(&refused),
    }
}

/// `POST /delays/{look}/release`: the resident sees it from now on.
pub async fn release(desk: Seated, Path(look): Path<Uuid>, Posted(typed): Posted<Typed>) -> Response {
    let view = desk.app.view();
    let compose = move |language: &str| {
        let letter = view.letters(Lang::parse(language).unwrap_or_default()).shown_notice();
        Letter { subject: letter.subject, body: letter.body }
    };
    let released = hidden::release(desk.deed(), EventId(look), &typed.case, &compose).await;
    done(&desk, released, "/delays").await
}

/// `POST /delays/{look}/ask`: a second person is asked to look at it again.
pub async fn ask(desk: Seated, Path(look): Path<Uuid>, Posted(typed): Posted<Typed>) -> Response {
    let asked = hidden::ask(desk.deed(), EventId(look), &typed.case).await;
    done(&desk, asked, "/approvals?asked=1").await
}

/// `POST /delays/{look}/renew`: with the second person's word it is kept back for a while longer.
pub async fn renew(desk: Seated, Path(look): Path<Uuid>, Posted(typed): Posted<Typed>) -> Response {
    let renewed = match typed.approval {
        Some(approval) => hidden::renew(desk.deed(), EventId(look), approval).await,
        None => Err(Refused::NeedsApproval),
    };
    done(&desk, renewed, "/delays").await
}
