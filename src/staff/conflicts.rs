//! `/conflicts`: whom one knows, and so does not look at.

use super::seated::Seated;
use crate::service::looking::conflicts as deeds;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Console, Field, Form, Text};
use axum::extract::Form as Posted;
use axum::response::Response;
use serde::Deserialize;

/// `GET /conflicts`.
pub async fn show(desk: Seated) -> Response {
    page(&desk, Vec::new()).await
}

async fn page(desk: &Seated, wrong: Vec<Wrong>) -> Response {
    let count = match deeds::count(&desk.app, desk.officer.id).await {
        Ok(count) => count,
        Err(failure) => return desk.fault(&failure),
    };
    let who = Field::input("who", "conflicts-who", "").hinted("enquiry-who-hint");
    let page = Console::new(Text::say("conflicts-title"))
        .back("/")
        .wrong(wrong)
        .block(Block::Para(Text::say("conflicts-lead")))
        .block(Block::Para(Text::say("conflicts-count").with("count", count)))
        .block(Block::Form(
            Form::post("/conflicts", "declare", "conflicts-declare").fields(vec![who.clone()]).hidden("how", "declare"),
        ))
        .maybe((count > 0).then(|| {
            let form = Form::post("/conflicts", "withdraw", "conflicts-withdraw").hidden("how", "withdraw");
            let who = Field::input("whom", "conflicts-whom", "");
            Block::Form(form.fields(vec![who]).weight("secondary"))
        }));
    desk.page(&page)
}

/// Whom, and whether it is declared or taken back.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    who: String,
    #[serde(default)]
    whom: String,
    #[serde(default)]
    how: String,
}

/// `POST /conflicts`.
pub async fn change(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    let declares = typed.how != "withdraw";
    let (field, who) = if declares { ("who", &typed.who) } else { ("whom", &typed.whom) };
    if who.trim().is_empty() {
        return page(&desk, vec![Wrong::Console(field, "wrong-who")]).await;
    }
    match deeds::declare(desk.deed(), who, declares).await {
        Ok(()) => desk.see_other("/conflicts"),
        Err(refused) => desk.refused(&refused),
    }
}
