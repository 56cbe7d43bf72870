//! `/rights…`: which requests and complaints wait, and by when they are answered; each is read under an enquiry of its own, and goes
//! on step by step. `receive` writes one down.

mod bundle;
mod receive;

pub use bundle::{act as bundle_act, decide as bundle_pieces, show as bundle_show, take as bundle_file};
pub use receive::{receipt, receive, receive_of, write, write_of};

use super::enquiries::{self, Typed as Why, to_mend};
use super::seated::Seated;
use crate::domain::ids::{CaseId, EnquiryId};
use crate::domain::rights::clock::{Clock, Light, Waits};
use crate::domain::rights::kind::Kind;
use crate::domain::rights::letter::About;
use crate::domain::rights::said;
use crate::domain::rights::step::Step;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::looking::Refused;
use crate::service::looking::rights::{self as deeds, Read};
use crate::service::post::Text as Letter;
use crate::service::rights::cases::{self, Case};
use crate::service::rights::steps::Became;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// The letters that tell somebody of a step.
pub(super) fn tell(desk: &Seated) -> impl Fn(&About) -> Letter + Sync + use<> {
    let view = desk.app.view();
    move |about| {
        let letter = view.letters(about.lang.into()).rights(about);
        Letter { subject: letter.subject, body: letter.body }
    }
}

/// `GET /rights`.
pub async fn list(desk: Seated) -> Response {
    let waiting = match deeds::waiting(desk.deed()).await {
        Ok(waiting) => waiting,
        Err(refused) => return desk.refused(&refused),
    };
    let page = Console::new(Text::say("rights-desk-title")).back("/").block(Block::Para(Text::say("rights-desk-lead")));
    let head = ["rights-reference", "rights-what-desk", "rights-received", "rights-desk-due", "objections-where"];
    let table = |light: Light, caption: &str| {
        let some = waiting.iter().filter(|case| case.summary.clock.light == light);
        let rows: Vec<Vec<Cell>> = some.map(|case| row(&desk, case)).collect();
        let head = head.map(Text::say).to_vec();
        (!rows.is_empty()).then(|| Block::Table { caption: Text::say(caption), head, rows })
    };
    let page = page
        .maybe(table(Light::Red, "rights-desk-red"))
        .maybe(table(Light::Amber, "rights-desk-amber"))
        .maybe(table(Light::Green, "rights-desk-green"));
    let page = if waiting.is_empty() { page.block(Block::Para(Text::say("rights-desk-none"))) } else { page };
    desk.page(&page.block(Block::Links(vec![Cell::link(Text::say("figures-link"), "/rights/figures")])))
}

fn row(desk: &Seated, case: &Case) -> Vec<Cell> {
    vec![
        Cell::link(Text::plain(case.summary.reference.clone()), format!("/rights/{}", case.id)),
        kind(case.summary.kind).into(),
        Text::At(case.summary.received).into(),
        due(desk, case.summary.clock).into(),
        left(desk, case.summary.clock).into(),
    ]
}

pub(super) fn kind(kind: Kind) -> Text {
    Text::say(&format!("rights-kind-{}", kind.as_str()))
}

pub(super) fn due(desk: &Seated, clock: Clock) -> Text {
    match (clock.due, clock.waits) {
        (_, Some(Waits::Identity)) | (None, _) => Text::say("rights-desk-no-day"),
        (Some(due), _) => Text::Day(cases::at_noon(&desk.app, due)),
    }
}

/// How long there is, in words.
fn left(desk: &Seated, clock: Clock) -> Text {
    match (clock.light, clock.waits, clock.due) {
        (_, Some(Waits::Identity), _) => Text::say("rights-desk-identity"),
        (_, Some(Waits::Clarification), _) => Text::say("rights-desk-clarification"),
        (Light::Closed, ..) => Text::say("rights-desk-closed"),
        (Light::Red, ..) => Text::say("objections-overdue"),
        (_, _, Some(due)) => Text::say("rights-desk-left").with("days", cases::days_left(&desk.app, due, desk.now)),
        (Light::Amber, ..) => Text::say("rights-desk-silent"),
        _ => Text::say("rights-desk-told"),
    }
}

fn facts(desk: &Seated, case: &Case) -> Block {
    let summary = &case.summary;
    let channel = case.channel.map_or("web", |channel| channel.as_str());
    Block::Facts(vec![
        (Text::say("rights-reference"), Text::plain(summary.reference.clone()).into()),
        (Text::say("rights-what-desk"), kind(summary.kind).into()),
        (Text::say("rights-received"), Text::At(summary.received).into()),
        (Text::say("rights-channel"), Text::say(&format!("rights-channel-{channel}")).into()),
        (Text::say("rights-desk-due"), due(desk, summary.clock).into()),
        (Text::say("objections-where"), left(desk, summary.clock).into()),
    ])
}

fn timeline(steps: &[(Step, When)]) -> Block {
    let rows = steps
        .iter()
        .map(|(step, at)| vec![Text::At(*at).into(), Text::say(&format!("rights-step-{}", step.as_str())).into()]);
    let head = ["person-when", "receipt-what"].map(Text::say).to_vec();
    Block::Table { caption: Text::say("rights-steps"), head, rows: rows.collect() }
}

/// `GET /rights/{case}`: nothing of hers.
pub async fn one(desk: Seated, Path(case): Path<Uuid>) -> Response {
    ask(&desk, CaseId(case), &Why::default(), Vec::new()).await
}

async fn ask(desk: &Seated, id: CaseId, typed: &Why, wrong: Vec<Wrong>) -> Response {
    let case = match deeds::one(desk.deed(), id).await {
        Ok(case) => case,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let page = Console::new(Text::say("rights-desk-one")).back("/rights").wrong(wrong).block(facts(desk, &case));
    let page = page.block(timeline(&case.summary.steps));
    desk.page(&if desk.allows(Action::HandleRights) {
        // The case is this one.
        let fields = enquiries::fields(desk, typed).into_iter().take(2).collect();
        page.block(Block::Heading(Text::say("rights-desk-read")))
            .block(Block::Para(Text::say("rights-desk-read-lead")))
            .block(Block::Form(Form::post(format!("/rights/{id}"), "open", "rights-desk-open").fields(fields)))
    } else {
        page
    })
}

/// `POST /rights/{case}`: an enquiry is opened, in which it is read.
pub async fn open(desk: Seated, Path(case): Path<Uuid>, Posted(typed): Posted<Why>) -> Response {
    let asked = typed.ask();
    match deeds::open(desk.deed(), CaseId(case), (asked.purpose, asked.reason)).await {
        Ok(enquiry) => desk.see_other(&format!("/rights/{case}/enquiries/{}", enquiry.id)),
        Err(Refused::NotFound) => desk.not_found(),
        Err(Refused::NeedsApproval | Refused::NoPerson) => {
            let wrong = Wrong::Console("reason", "wrong-objection-hidden");
            ask(&desk, CaseId(case), &typed, vec![wrong]).await
        }
        Err(refused) => match to_mend(&refused) {
            Some(wrong) => ask(&desk, CaseId(case), &typed, vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}

/// The next step, and what she is told with it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    step: String,
    words: String,
}

/// What the page is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Whether she was written to of what was just done.
    told: String,
}

/// `GET /rights/{case}/enquiries/{enquiry}`: what was said in it, and the form of the next step.
pub async fn read(desk: Seated, Path((case, enquiry)): Path<(Uuid, Uuid)>, Query(asked): Query<Asked>) -> Response {
    show(&desk, (CaseId(case), EnquiryId(enquiry)), &Said::default(), (Vec::new(), &asked.told)).await
}

async fn show(desk: &Seated, which: (CaseId, EnquiryId), said: &Said, (wrong, told): (Vec<Wrong>, &str)) -> Response {
    let read = match deeds::view(desk.deed(), which).await {
        Ok(read) => read,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let done = match told {
        "written" => Some(Block::Done(Text::say("rights-desk-written"))),
        "unwritten" => Some(Block::Warning(Text::say("rights-desk-unwritten"))),
        "noted" => Some(Block::Done(Text::say("rights-desk-noted"))),
        _ => None,
    };
    let Read { told, enquiry, next, noted } = &read;
    let case = &told.case;
    let here = format!("/rights/{}", case.id);
    let page = Console::new(Text::say("rights-desk-one")).back(&*here).wrong(wrong).maybe(done);
    let page = page.block(facts(desk, case)).maybe(reach(&told.said));
    let page = unaccounted(desk, &read, !next.is_empty()).into_iter().fold(page, Console::block);
    let wrote = told.said.words.trim();
    let wrote = if wrote.is_empty() { Text::say("rights-desk-silence") } else { Text::plain(wrote) };
    let mut page = page.block(Block::Heading(Text::say("rights-desk-said"))).block(Block::Inset(wrote));
    page = page.block(timeline(&case.summary.steps)).maybe(bundle::timeline(noted));
    for ((step, _), words) in case.summary.steps.iter().zip(&told.words) {
        if let Some(words) = words {
            page = page.block(Block::Heading(Text::say(&format!("rights-step-{}", step.as_str()))));
            page = page.block(Block::Inset(Text::plain(words.clone())));
        }
    }
    page = page.maybe(links(case, enquiry.id, !next.is_empty()));
    if next.is_empty() {
        return desk.page(&page);
    }
    let steps = next.iter().map(|step| {
        let unasked = *step == Step::IdentityProven && case.facts.identity_asked.is_none();
        let words = format!("rights-take-{}", if unasked { "identity_known" } else { step.as_str() });
        (step.as_str().to_owned(), Text::say(&words), Some(Text::say(&format!("{words}-hint"))))
    });
    let fields = vec![
        Field::choice("step", "rights-take", &said.step, steps.collect()),
        Field::input("words", "rights-take-words", &said.words).of_type("area").hinted("rights-take-words-hint"),
    ];
    let form = Form::post(format!("{here}/enquiries/{}", enquiry.id), "take", "restriction-do").fields(fields);
    desk.page(&page.block(Block::Heading(Text::say("rights-take"))).block(Block::Form(form)))
}

/// Who has no account said how to reach them.
fn reach(said: &said::Said) -> Option<Block> {
    let all = [("full-name", &said.name), ("email", &said.email), ("rights-desk-address", &said.address)];
    let facts = all.into_iter().filter(|(_, value)| !value.is_empty());
    let facts: Vec<(Text, Cell)> =
        facts.map(|(label, value)| (Text::say(label), Text::plain(value.clone()).into())).collect();
    (!facts.is_empty()).then_some(Block::Facts(facts))
}

/// What to mind in a case of somebody who asked without an account.
fn unaccounted(desk: &Seated, Read { told, enquiry, .. }: &Read, open: bool) -> Vec<Block> {
    let case = &told.case;
    if case.account.is_some() || !open {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    if case.facts.is_unknown(case.asker()) {
        blocks.push(Block::Warning(Text::say("rights-desk-unknown")));
    } else if case.summary.kind.is_request() && !case.facts.awaits_identity() {
        blocks.push(Block::Para(Text::say("rights-desk-elsewhere")));
        let find = Cell::link(Text::say("rights-desk-find"), format!("/enquiries/{}", enquiry.id));
        blocks.push(Block::Links(vec![find]));
    }
    if told.said.email.is_empty() {
        blocks.push(Block::Para(Text::say("rights-desk-by-post")));
        if desk.allows(Action::ReceiveRequest) {
            let receipt = Cell::link(Text::say("rights-receipt"), format!("/rights/{}/receipt", case.id));
            blocks.push(Block::Links(vec![receipt]));
        }
    }
    blocks
}

/// Where what is asked for is done.
fn links(case: &Case, enquiry: EnquiryId, open: bool) -> Option<Block> {
    let account = case.account?;
    let person = format!("/enquiries/{enquiry}/people/{account}");
    let mut links = vec![Cell::link(Text::say("objections-record"), person.clone())];
    if case.summary.kind == Kind::Access {
        links.push(Cell::link(Text::say("bundle-title"), bundle::at(case.id, enquiry)));
    }
    match case.summary.kind {
        Kind::Restriction => {
            links.push(Cell::link(Text::say("restriction-link"), format!("{person}/restriction")));
        }
        // It has a list and a month of its own.
        Kind::Objection => {
            links.push(Cell::link(Text::say("choices-link"), format!("{person}/choices")));
            links.push(Cell::link(Text::say("objections-title"), "/objections"));
        }
        Kind::Erasure if open => {
            let place = format!("/rights/{}/enquiries/{enquiry}/erasure", case.id);
            links.push(Cell::link(Text::say("erasing-title"), place));
        }
        Kind::Access | Kind::Rectification | Kind::Portability | Kind::Complaint | Kind::Erasure => {}
    }
    Some(Block::Links(links))
}

/// `POST /rights/{case}/enquiries/{enquiry}`.
pub async fn step(desk: Seated, Path((case, enquiry)): Path<(Uuid, Uuid)>, Posted(said): Posted<Said>) -> Response {
    let which = (CaseId(case), EnquiryId(enquiry));
    let Some(step) = Step::parse(&said.step) else {
        return show(&desk, which, &said, (vec![Wrong::Console("step", "wrong-rights-step")], "")).await;
    };
    let wrong = match deeds::take(desk.deed(), which, (step, &said.words), &tell(&desk)).await {
        Ok(Became::Done { written }) => {
            let told = match written {
                Some(true) => "written",
                Some(false) => "unwritten",
                None => "noted",
            };
            return desk.see_other(&format!("/rights/{case}/enquiries/{enquiry}?told={told}"));
        }
        Ok(Became::NoWords) => Wrong::Console("words", "wrong-rights-told"),
        Ok(Became::NotNow) => Wrong::Console("step", "wrong-restriction-now"),
        Ok(Became::Hidden) => return desk.refused(&Refused::NeedsApproval),
        Ok(Became::NoCase) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    show(&desk, which, &said, (vec![wrong], "")).await
}
