//! `/breaches/measure…`: subjects, data and window of a breach.

use super::enquiries;
use super::record::{Kept, Typed};
use super::seated::Seated;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::search_audit::{self as deeds, BreachScope, Data, Radius, Refused};
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Query};
use axum::response::Response;

/// `GET /breaches/measure`.
pub async fn show(desk: Seated) -> Response {
    form(&desk, &Typed::default(), Vec::new()).await
}

async fn form(desk: &Seated, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let mut fields = enquiries::fields(desk, &enquiries::Typed::of(&typed.why()));
    fields.push(Field::input("from", "record-from", &typed.from).of_type("datetime-local"));
    fields.push(Field::input("to", "record-to", &typed.to).of_type("datetime-local"));
    fields.push(desk.services("service", &typed.service));
    fields.push(desk.officers("officer", "record-officer", &typed.officer).await);
    let page = Console::new(Text::say("measure-title"))
        .back("/breaches")
        .wrong(wrong)
        .block(Block::Para(Text::say("measure-lead")))
        .block(Block::Form(Form::post("/breaches/measure", "measure", "measure-show").fields(fields)));
    desk.page(&page)
}

/// `POST /breaches/measure`.
pub async fn ask(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    let (ask, filters) = match typed.read(&desk, Action::MeasureBreach).await {
        Ok(read) => read,
        Err(wrong) => return form(&desk, &typed, vec![wrong]).await,
    };
    if filters.from.is_none() || filters.to.is_none() {
        return form(&desk, &typed, vec![Wrong::Console("from", "wrong-window")]).await;
    }
    match deeds::keep(&desk.app, &desk.officer, &ask, &filters) {
        Ok(kept) => desk.see_other(&format!("/breaches/measured?search={kept}")),
        Err(failure) => desk.fault(&failure),
    }
}

/// `GET /breaches/measured`.
pub async fn measured(desk: Seated, Query(kept): Query<Kept>) -> Response {
    if let Err(refused) = desk.permit_kept(Action::MeasureBreach, &kept.search).await {
        return refused;
    }
    let made = async {
        let (ask, filters) = deeds::kept(&desk.app, &desk.officer, &kept.search)?;
        let (from, to) = filters.from.zip(filters.to).ok_or(Refused::Filter("time"))?;
        let scope = BreachScope {
            from: When::from_micros(from),
            to: When::from_micros(to),
            service: filters.service,
            officer: filters.officer,
            kinds: None,
        };
        deeds::blast_radius(&desk.app, desk.who(), &ask, &scope, desk.now).await
    };
    match made.await {
        Ok(radius) => desk.page(&shown(&desk, &radius)),
        Err(refused) => desk.search_refused(&refused),
    }
}

fn row(mut named: Vec<Cell>, data: Data) -> Vec<Cell> {
    named.extend([Cell::number(data.events), Cell::number(data.subjects)]);
    named
}

/// A table, unless there is nothing in it: what there is in all says so.
fn table(caption: &str, names: &[&str], rows: Vec<Vec<Cell>>) -> Option<Block> {
    let head = names.iter().chain(&["measure-events", "measure-subjects"]).map(|id| Text::say(id)).collect();
    (!rows.is_empty()).then(|| Block::Table { caption: Text::say(caption), head, rows })
}

fn shown(desk: &Seated, radius: &Radius) -> Console {
    let services = radius.by_service.iter().map(|(id, data)| row(vec![desk.service_of(id).into()], *data));
    let claims = radius
        .by_claim
        .iter()
        .map(|((id, claim), data)| row(vec![desk.service_of(id).into(), Text::Claim(claim.clone()).into()], *data));
    let categories = radius.by_category.iter().map(|(name, data)| row(vec![Text::plain(name.clone()).into()], *data));
    Console::new(Text::say("measure-title"))
        .back("/breaches/measure")
        .maybe((!radius.whole).then(|| Block::Warning(Text::say("record-not-whole"))))
        .maybe(table("measure-all", &[], vec![row(Vec::new(), radius.all)]))
        .maybe(table("measure-by-service", &["person-service"], services.collect()))
        .maybe(table("measure-by-claim", &["person-service", "person-claim"], claims.collect()))
        .maybe(table("measure-by-category", &["measure-category"], categories.collect()))
        .block(Block::Links(vec![Cell::link(Text::say("breach-record"), "/breaches")]))
}
