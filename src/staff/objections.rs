//! `/objections`: which objections to sharing wait, what she wrote (read under a reason), and the council's decision.

use super::enquiries::{self, Typed, to_mend};
use super::seated::Seated;
use crate::domain::ids::{EnquiryId, RecordId};
use crate::domain::sharing::objection::{Answered, Decision};
use crate::domain::staff::Action;
use crate::service::looking::objections::{self as deeds, Answer, Became, Read};
use crate::service::looking::{Ask, Refused};
use crate::service::post::Text as Letter;
use crate::service::sharing::Pending;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What the list is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What became of a decision.
    decided: String,
}

/// `GET /objections`.
pub async fn show(desk: Seated, Query(asked): Query<Asked>) -> Response {
    let waiting = match deeds::waiting(desk.deed()).await {
        Ok(waiting) => waiting,
        Err(refused) => return desk.refused(&refused),
    };
    let rows: Vec<Vec<Cell>> = waiting.iter().map(|one| row(&desk, one)).collect();
    let done = match asked.decided.as_str() {
        "written" => Some(Block::Done(Text::say("objections-written"))),
        "unwritten" => Some(Block::Warning(Text::say("objections-unwritten"))),
        _ => None,
    };
    let page = Console::new(Text::say("objections-title"))
        .back("/")
        .maybe(done)
        .block(Block::Para(Text::say("objections-lead")));
    desk.page(&if rows.is_empty() {
        page.block(Block::Para(Text::say("objections-none")))
    } else {
        let head = ["objections-made", "person-service", "objections-purpose", "objections-due", "objections-where"];
        page.block(Block::Table { caption: Text::say("objections-waiting"), head: head.map(Text::say).to_vec(), rows })
    })
}

fn row(desk: &Seated, one: &Pending) -> Vec<Cell> {
    vec![
        Cell::link(Text::At(one.since), format!("/objections/{}", one.objection.0)),
        desk.service(&one.client).into(),
        Text::plain(desk.purpose(&one.purpose)).into(),
        Text::Day(one.due).into(),
        clock(desk, one).into(),
    ]
}

/// How long there is, in words.
fn clock(desk: &Seated, one: &Pending) -> Text {
    if one.due <= desk.now {
        return Text::say("objections-overdue");
    }
    Text::say("objections-left").with("days", one.due.since(desk.now).as_secs() / 86_400)
}

fn facts(desk: &Seated, one: &Pending) -> Block {
    Block::Facts(vec![
        (Text::say("person-service"), desk.service(&one.client).into()),
        (Text::say("objections-purpose"), Text::plain(desk.purpose(&one.purpose)).into()),
        (Text::say("objections-made"), Text::At(one.since).into()),
        (Text::say("objections-due"), Text::Day(one.due).into()),
        (Text::say("objections-where"), clock(desk, one).into()),
    ])
}

/// `GET /objections/{record}`: nothing of hers.
pub async fn one(desk: Seated, Path(record): Path<Uuid>) -> Response {
    ask(&desk, RecordId(record), &Typed::default(), Vec::new()).await
}

async fn ask(desk: &Seated, record: RecordId, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let pending = match deeds::one(desk.deed(), record).await {
        Ok(pending) => pending,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let page = Console::new(Text::say("objections-one")).back("/objections").wrong(wrong).block(facts(desk, &pending));
    desk.page(&if desk.allows(Action::DecideObjection) {
        let form = Form::post(format!("/objections/{}", record.0), "open", "objections-open");
        page.block(Block::Heading(Text::say("objections-read")))
            .block(Block::Para(Text::say("objections-read-lead")))
            .block(Block::Form(form.fields(enquiries::fields(desk, typed))))
    } else {
        page
    })
}

/// What a refusal has to be mended at: a decision is hers to know, and so is who read what she wrote.
fn wrong(refused: &Refused) -> Option<Wrong> {
    match refused {
        Refused::NeedsApproval | Refused::NoPerson => Some(Wrong::Console("reason", "wrong-objection-hidden")),
        refused => to_mend(refused),
    }
}

/// `POST /objections/{record}`: an enquiry is opened, in which it is read.
pub async fn open(desk: Seated, Path(record): Path<Uuid>, Posted(typed): Posted<Typed>) -> Response {
    let ask_of = Ask { approval: None, who: "", ..typed.ask() };
    match deeds::open(desk.deed(), RecordId(record), &ask_of).await {
        Ok(enquiry) => desk.see_other(&format!("/objections/{record}/enquiries/{}", enquiry.id)),
        Err(Refused::NotFound) => desk.not_found(),
        Err(refused) => match wrong(&refused) {
            Some(wrong) => ask(&desk, RecordId(record), &typed, vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}

/// What is decided, and why.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    decision: String,
    grounds: String,
    reason: String,
    case: String,
}

/// `GET /objections/{record}/enquiries/{enquiry}`: what she wrote, and the form of the decision.
pub async fn read(desk: Seated, Path((record, enquiry)): Path<(Uuid, Uuid)>) -> Response {
    weigh(&desk, (RecordId(record), EnquiryId(enquiry)), None, Vec::new()).await
}

async fn weigh(
    desk: &Seated,
    (record, enquiry): (RecordId, EnquiryId),
    said: Option<&Said>,
    wrong: Vec<Wrong>,
) -> Response {
    let Read { pending, enquiry, grounds } = match deeds::view(desk.deed(), record, enquiry).await {
        Ok(read) => read,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let first =
        Said { reason: enquiry.reason.clone(), case: enquiry.case.clone().unwrap_or_default(), ..Said::default() };
    let said = said.unwrap_or(&first);
    let here = format!("/objections/{}/enquiries/{}", record.0, enquiry.id);
    let form = Form::post(here, "decide", "objections-decide").fields(fields(desk, said));
    let wrote = match grounds.as_deref().map(str::trim) {
        None => Text::say("objections-gone"),
        Some("") => Text::say("objections-silent"),
        Some(grounds) => Text::plain(grounds),
    };
    let record = format!("/enquiries/{}/people/{}", enquiry.id, pending.account);
    let page = Console::new(Text::say("objections-one"))
        .back("/objections")
        .wrong(wrong)
        .block(facts(desk, &pending))
        .block(Block::Heading(Text::say("objections-wrote")))
        .block(Block::Inset(wrote))
        .block(Block::Links(vec![Cell::link(Text::say("objections-record"), record)]))
        .block(Block::Heading(Text::say("objections-decision")))
        .block(Block::Para(Text::say("objections-law")))
        .block(Block::Form(form));
    desk.page(&page)
}

fn fields(desk: &Seated, said: &Said) -> Vec<Field> {
    let decisions = Decision::ALL.map(|one| {
        let words = format!("objections-{}", one.as_str());
        (one.as_str().to_owned(), Text::say(&words), Some(Text::say(&format!("{words}-hint"))))
    });
    let typed = Typed::of(&Ask { purpose: "", reason: &said.reason, case: &said.case, approval: None, who: "" });
    // What it is for is the purpose that she objected to.
    let why = enquiries::fields(desk, &typed).into_iter().skip(1);
    let mut fields = vec![
        Field::choice("decision", "objections-decision-question", &said.decision, decisions.to_vec()),
        Field::input("grounds", "objections-grounds", &said.grounds).of_type("area").hinted("objections-grounds-hint"),
    ];
    fields.extend(why);
    fields
}

/// `POST /objections/{record}/enquiries/{enquiry}`.
pub async fn decide(desk: Seated, Path((record, enquiry)): Path<(Uuid, Uuid)>, Posted(said): Posted<Said>) -> Response {
    let which = (RecordId(record), EnquiryId(enquiry));
    let Some(decision) = Decision::parse(&said.decision) else {
        return weigh(&desk, which, Some(&said), vec![Wrong::Console("decision", "wrong-objection-decision")]).await;
    };
    let view = desk.app.view();
    let tell = move |answered: &Answered| {
        let letter = view.letters(answered.lang.into()).objection_answered(answered);
        Letter { subject: letter.subject, body: letter.body }
    };
    let answer = Answer { decision, grounds: &said.grounds, reason: &said.reason, case: &said.case };
    match deeds::decide(desk.deed(), which, &answer, &tell).await {
        Ok(Became::Written) => desk.see_other("/objections?decided=written"),
        Ok(Became::Unwritten) => desk.see_other("/objections?decided=unwritten"),
        Ok(Became::NoGrounds) => {
            weigh(&desk, which, Some(&said), vec![Wrong::Console("grounds", "wrong-objection-grounds")]).await
        }
        Err(refused) => match wrong(&refused) {
            Some(wrong) => weigh(&desk, which, Some(&said), vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}
