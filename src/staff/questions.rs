//! `/questions`: residents who asked about a look, and the council's answer.

use super::enquiries::{self, Typed, to_mend};
use super::record::search_for;
use super::seated::Seated;
use crate::domain::ids::QuestionId;
use crate::domain::staff::Action;
use crate::service::looking::{self, Refused};
use crate::service::post::Text as Letter;
use crate::service::questions::{self as deeds, Answer, Waiting};
use crate::store::events;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use crate::view::{Lang, Wrong};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// The most questions on the page.
const MOST: i64 = 100;

/// `GET /questions`.
pub async fn show(desk: Seated) -> Response {
    if let Err(refused) = desk.permit(Action::AnswerQuestion, None).await {
        return refused;
    }
    let waiting = match deeds::questions(&desk.app, MOST).await {
        Ok(waiting) => waiting,
        Err(failure) => return desk.fault(&failure),
    };
    let rows = waiting.iter().map(|one| {
        vec![
            Cell::link(Text::At(one.asked_at), format!("/questions/{}", one.id)),
            Text::At(one.due_at).into(),
            Text::plain(one.event.to_string()).into(),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let page = Console::new(Text::say("questions-title")).back("/");
    desk.page(&if rows.is_empty() {
        page.block(Block::Para(Text::say("questions-none")))
    } else {
        page.block(Block::Table {
            caption: Text::say("questions-waiting"),
            head: ["questions-asked", "questions-due", "record-id"].map(Text::say).to_vec(),
            rows,
        })
    })
}

/// An answer, and why it is given.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answered {
    answer: String,
    purpose: String,
    reason: String,
    case: String,
}

impl Answered {
    fn why(&self) -> looking::Ask<'_> {
        looking::Ask { purpose: &self.purpose, reason: &self.reason, case: &self.case, approval: None, who: "" }
    }
}

/// `GET /questions/{question}`.
pub async fn one(desk: Seated, Path(id): Path<Uuid>) -> Response {
    form(&desk, id, &Answered::default(), Vec::new()).await
}

async fn form(desk: &Seated, id: Uuid, typed: &Answered, wrong: Vec<Wrong>) -> Response {
    if let Err(refused) = desk.permit(Action::AnswerQuestion, None).await {
        return refused;
    }
    let waiting = match deeds::questions(&desk.app, MOST).await {
        Ok(waiting) => waiting.into_iter().find(|one| one.id == QuestionId(id)),
        Err(failure) => return desk.fault(&failure),
    };
    let Some(Waiting { event, asked_at, due_at, .. }) = waiting else {
        return desk.not_found();
    };
    // Its kind and its time say nothing of her, and lead to it: looking at it is another deed.
    let placed = match events::get(&mut desk.app.db.peek(), event).await {
        Ok(placed) => placed.map(|placed| placed.event),
        Err(error) => return desk.fault(&error.into()),
    };
    let find = placed.filter(|_| desk.allows(Action::SearchRecord)).map(|event| {
        let search = search_for(desk, ("kind", &event.r#type), (event.at, event.at));
        Block::Links(vec![Cell::link(Text::say("questions-search"), search)])
    });
    let mut fields = enquiries::fields(desk, &Typed::of(&typed.why()));
    fields.push(
        Field::input("answer", "questions-answer", &typed.answer).of_type("area").hinted("questions-answer-hint"),
    );
    let page = Console::new(Text::say("questions-one"))
        .back("/questions")
        .wrong(wrong)
        .block(Block::Facts(vec![
            (Text::say("questions-asked"), Text::At(asked_at).into()),
            (Text::say("questions-due"), Text::At(due_at).into()),
            (Text::say("record-id"), Text::plain(event.to_string()).into()),
        ]))
        .block(Block::Para(Text::say("questions-find")))
        .maybe(find)
        .block(Block::Form(Form::post(format!("/questions/{id}"), "answer-it", "questions-send").fields(fields)));
    desk.page(&page)
}

/// `POST /questions/{question}`.
pub async fn answer(desk: Seated, Path(id): Path<Uuid>, Posted(typed): Posted<Answered>) -> Response {
    if let Err(refused) = desk.permit(Action::AnswerQuestion, None).await {
        return refused;
    }
    let given = match looking::given(desk.deed(), Action::AnswerQuestion, &typed.why()).await {
        Ok(given) => given,
        Err(refused) => {
            return match to_mend(&refused) {
                Some(wrong) => form(&desk, id, &typed, vec![wrong]).await,
                None => desk.refused(&refused),
            };
        }
    };
    let view = desk.app.view();
    let compose = move |language: &str| {
        let letter = view.letters(Lang::parse(language).unwrap_or_default()).answer_notice();
        Letter { subject: letter.subject, body: letter.body }
    };
    let why = (given.reason.as_str(), given.case.as_deref());
    match deeds::answer(desk.deed(), QuestionId(id), why, &typed.answer, &compose).await {
        Ok(Answer::Done) => desk.see_other("/questions"),
        Ok(Answer::NoQuestion) => desk.not_found(),
        Ok(Answer::OwnLook) => form(&desk, id, &typed, vec![Wrong::Console("answer", "wrong-own-look")]).await,
        Ok(Answer::NoText) => form(&desk, id, &typed, vec![Wrong::Console("answer", "wrong-answer")]).await,
        Ok(Answer::NoReason(_)) => form(&desk, id, &typed, vec![Wrong::Console("reason", "wrong-reason")]).await,
        // They may answer, only not this person; the record has it that they wanted to.
        Err(Refused::NotPermitted(_) | Refused::Known) => {
            form(&desk, id, &typed, vec![Wrong::Console("answer", "wrong-known")]).await
        }
        Err(refused) => desk.refused(&refused),
    }
}
