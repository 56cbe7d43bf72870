//! `/rights/{case}/enquiries/{enquiry}/erasure`: what an erasure takes and leaves, and the button that does it.

use super::rights::tell;
use super::seated::Seated;
use crate::domain::ids::{CaseId, EnquiryId};
use crate::service::looking::erasing::{self as deeds, Became, Before};
use crate::service::rights::cases;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What she is told, and the reference number once more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    words: String,
    reference: String,
}

/// `GET /rights/{case}/enquiries/{enquiry}/erasure`.
pub async fn show(desk: Seated, Path(which): Path<(Uuid, Uuid)>) -> Response {
    // Before they write, and not when they have written.
    if !desk.officer.is_fresh(desk.now) {
        return desk.prove_again(&place(which));
    }
    page(&desk, which, &Said::default(), Vec::new()).await
}

fn place((case, enquiry): (Uuid, Uuid)) -> String {
    format!("/rights/{case}/enquiries/{enquiry}/erasure")
}

async fn page(desk: &Seated, which: (Uuid, Uuid), said: &Said, wrong: Vec<Wrong>) -> Response {
    let (case, enquiry) = which;
    // What was written is shown again though the enquiry may have run out meanwhile.
    let before = match deeds::view(desk.deed(), (CaseId(case), EnquiryId(enquiry)), !wrong.is_empty()).await {
        Ok(before) => before,
        Err(refused) => return desk.refused(&refused),
    };
    let draft = crate::service::erasure::closed_until(&desk.app, desk.now).is_none();
    let page =
        Console::new(Text::say("erasing-title")).back(format!("/rights/{case}/enquiries/{enquiry}")).wrong(wrong);
    let page = page
        .block(Block::Facts(vec![
            (Text::say("rights-reference"), Text::plain(before.case.summary.reference.clone()).into()),
            (Text::say("rights-desk-due"), super::rights::due(desk, before.case.summary.clock).into()),
            (Text::say("erasing-services"), Cell::new(Text::plain(before.services.to_string()))),
        ]))
        .block(Block::Para(Text::say("erasing-lead")))
        .block(kept(desk, &before))
        .maybe(draft.then(|| Block::Para(Text::say("erasing-kept-draft"))));
    let prove = Cell::link(Text::say("erasing-prove"), format!("/prove?next={}", place(which)));
    let page = page.maybe((!desk.officer.is_fresh(desk.now)).then(|| Block::Links(vec![prove])));
    desk.page(&match before.hold {
        Some(kind) => {
            let words = Text::say("erasing-held").with("kind", kind.as_str());
            page.block(Block::Warning(words))
        }
        None => {
            page.block(Block::Form(Form::post(place(which), "erase", "erasing-button").weight("warning").fields(vec![
                Field::input("words", "rights-take-words", &said.words).of_type("area").hinted("erasing-words-hint"),
                Field::input("reference", "erasing-reference", &said.reference).hinted("erasing-reference-hint"),
            ])))
        }
    })
}

fn kept(desk: &Seated, before: &Before) -> Block {
    let row = |kept: &crate::service::erasure::Kept| {
        let what = Text::say(&format!("erasing-kept-{}", kept.what));
        let why = Text::say(&format!("erasing-why-{}", kept.what)).with("law", &kept.legal_basis);
        vec![what.into(), why.into(), Text::Day(cases::at_noon(&desk.app, kept.until)).into()]
    };
    let head = ["erasing-kept-what", "erasing-kept-why", "erasing-kept-until"].map(Text::say).to_vec();
    Block::Table { caption: Text::say("erasing-kept"), head, rows: before.kept.iter().map(row).collect() }
}

/// `POST /rights/{case}/enquiries/{enquiry}/erasure`.
pub async fn erase(desk: Seated, Path(which): Path<(Uuid, Uuid)>, Posted(said): Posted<Said>) -> Response {
    let (case, enquiry) = which;
    let wrong = |field, words| vec![Wrong::Console(field, words)];
    if !desk.officer.is_fresh(desk.now) {
        return page(&desk, which, &said, wrong("words", "wrong-erasing-proof")).await;
    }
    let reference = match cases::summary(&desk.app, CaseId(case), desk.now).await {
        Ok(Some(summary)) => summary.reference,
        Ok(None) => return desk.not_found(),
        Err(failure) => return desk.fault(&failure),
    };
    if !said.reference.trim().eq_ignore_ascii_case(&reference) {
        return page(&desk, which, &said, wrong("reference", "wrong-erasing-reference")).await;
    }
    let which_case = (CaseId(case), EnquiryId(enquiry));
    match deeds::erase(desk.deed(), which_case, &said.words, &tell(&desk)).await {
        Ok(Became::Done { written }) => {
            let told = if written { "written" } else { "unwritten" };
            desk.see_other(&format!("/rights/{case}/enquiries/{enquiry}?told={told}"))
        }
        Ok(Became::NoWords) => page(&desk, which, &said, wrong("words", "wrong-rights-told")).await,
        Ok(Became::Held) => page(&desk, which, &said, wrong("words", "wrong-erasing-held")).await,
        Ok(Became::NotNow) => page(&desk, which, &said, wrong("words", "wrong-restriction-now")).await,
        Err(refused) => desk.refused(&refused),
    }
}
