//! `/enquiries/{enquiry}/people/{account}/restriction`: a resident's data is kept and not used, or used again.

use super::seated::Seated;
use crate::domain::ids::{AccountId, EnquiryId};
use crate::domain::rights::restriction::{News, Restriction, Step};
use crate::service::looking::choices::In;
use crate::service::looking::{Refused, restriction as deeds};
use crate::service::post::Text as Letter;
use crate::service::rights::restriction::Became;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What the page is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Whether she was written to of what was just done.
    told: String,
}

/// What is done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    step: String,
}

fn place(enquiry: Uuid, account: Uuid) -> String {
    format!("/enquiries/{enquiry}/people/{account}")
}

/// `GET …/restriction`.
pub async fn show(desk: Seated, Path(which): Path<(Uuid, Uuid)>, Query(asked): Query<Asked>) -> Response {
    page(&desk, which, &asked.told, Vec::new()).await
}

async fn page(desk: &Seated, (enquiry, account): (Uuid, Uuid), told: &str, wrong: Vec<Wrong>) -> Response {
    // An enquiry may have run out while it was done.
    let late = !told.is_empty() || !wrong.is_empty();
    let who = In { enquiry: EnquiryId(enquiry), account: AccountId(account), late };
    let stands = match deeds::view(desk.deed(), who).await {
        Ok(stands) => stands,
        Err(refused) => return desk.refused(&refused),
    };
    let done = match told {
        "written" => Some(Block::Done(Text::say("restriction-written"))),
        "unwritten" => Some(Block::Warning(Text::say("restriction-unwritten"))),
        _ => None,
    };
    let here = place(enquiry, account);
    let steps = Step::possible(stands, desk.now).into_iter().map(|step| {
        let words = format!("restriction-{}", step.as_str());
        (step.as_str().to_owned(), Text::say(&words), Some(Text::say(&format!("{words}-hint"))))
    });
    let form = Form::post(format!("{here}/restriction"), "restrict", "restriction-do");
    let form = form.fields(vec![Field::choice("step", "restriction-question", "", steps.collect())]);
    let page = Console::new(Text::say("restriction-title")).back(&here).wrong(wrong).maybe(done);
    let page = page.block(Block::Para(Text::say("restriction-lead"))).block(Block::Facts(facts(stands)));
    desk.page(&page.block(Block::Form(form)))
}

fn facts(stands: Option<Restriction>) -> Vec<(Text, Cell)> {
    let now = Text::say(if stands.is_some() { "restriction-on" } else { "restriction-off" });
    let mut facts: Vec<(Text, Cell)> = vec![(Text::say("restriction-now"), now.into())];
    if let Some(Restriction { since, ends }) = stands {
        facts.push((Text::say("restriction-since"), Text::At(since).into()));
        let told = ends.map_or_else(|| Text::say("restriction-not-told"), Text::At);
        facts.push((Text::say("restriction-ends"), told.into()));
    }
    facts
}

/// `POST …/restriction`.
pub async fn take(desk: Seated, Path(which): Path<(Uuid, Uuid)>, Posted(said): Posted<Said>) -> Response {
    let Some(step) = Step::parse(&said.step) else {
        return page(&desk, which, "", vec![Wrong::Console("step", "wrong-restriction")]).await;
    };
    let view = desk.app.view();
    let tell = move |news: &News| {
        let letter = view.letters(news.lang.into()).restriction(news);
        Letter { subject: letter.subject, body: letter.body }
    };
    let (enquiry, account) = which;
    let who = In { enquiry: EnquiryId(enquiry), account: AccountId(account), late: true };
    match deeds::take(desk.deed(), who, step, &tell).await {
        Ok(Became::Done { written, .. }) => {
            let told = if written { "written" } else { "unwritten" };
            desk.see_other(&format!("{}/restriction?told={told}", place(enquiry, account)))
        }
        Ok(Became::NotNow) => page(&desk, which, "", vec![Wrong::Console("step", "wrong-restriction-now")]).await,
        Ok(Became::Hidden) => desk.refused(&Refused::NeedsApproval),
        Err(refused) => desk.refused(&refused),
    }
}
