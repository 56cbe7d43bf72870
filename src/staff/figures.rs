//! `/rights/figures`: how requests and complaints were answered, as numbers, and the same as a sheet.

use super::rights::kind as words_of;
use super::seated::Seated;
use crate::domain::rights::download::{Cell as Value, Section, csv};
use crate::domain::rights::figures::{Days, Figures};
use crate::service::looking::Refused;
use crate::service::looking::rights as deeds;
use crate::service::rights::figures::Between;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::body::Body;
use axum::extract::Query;
use axum::response::Response;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;

/// Which time is asked about, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    from: String,
    to: String,
}

impl Typed {
    /// Days as they were typed, this financial year if none were; none if they are no days, or the second is before the first.
    fn read(&self, desk: &Seated) -> Option<Between> {
        if self.from.is_empty() && self.to.is_empty() {
            return Some(Between::this_year(&desk.app, desk.now));
        }
        let between = Between { first: self.from.trim().parse().ok()?, last: self.to.trim().parse().ok()? };
        (between.first <= between.last).then_some(between)
    }
}

/// `GET /rights/figures`.
pub async fn show(desk: Seated, Query(typed): Query<Typed>) -> Response {
    let read = typed.read(&desk);
    let asked = read.unwrap_or_else(|| Between::this_year(&desk.app, desk.now));
    let figures = match deeds::figures(desk.deed(), asked).await {
        Ok(figures) => figures,
        Err(refused) => return desk.refused(&refused),
    };
    let (from, to) = read.map_or((typed.from, typed.to), |days| (days.first.to_string(), days.last.to_string()));
    let fields = ["from", "to"].map(|name| {
        let typed = if name == "from" { &from } else { &to };
        Field::input(name, &format!("figures-{name}"), typed).of_type("date")
    });
    let form = Form::get("/rights/figures", "figures", "figures-show").fields(fields.into()).weight("secondary");
    let page = Console::new(Text::say("figures-title")).back("/rights");
    let page = match (read, &figures) {
        (None, _) => page.wrong(vec![Wrong::Console("from", "wrong-days")]),
        (_, None) => page.wrong(vec![Wrong::Console("from", "wrong-many-cases")]),
        _ => page,
    };
    let page = page.block(Block::Para(Text::say("figures-lead"))).block(Block::Form(form));
    let Some(figures) = figures.filter(|_| read.is_some()) else { return desk.page(&page) };
    if figures.is_empty() {
        return desk.page(&page.block(Block::Para(Text::say("figures-none"))));
    }
    let sheet = format!("/rights/figures.csv?from={from}&to={to}");
    desk.page(
        &page
            .maybe(requests(&figures))
            .maybe(complaints(&figures))
            .block(Block::Para(Text::say("figures-how")))
            .block(Block::Links(vec![Cell::link(Text::say("figures-sheet"), sheet)])),
    )
}

fn table(caption: &str, head: &[&str], rows: Vec<Vec<Cell>>) -> Option<Block> {
    let head = head.iter().map(|id| Text::say(id)).collect();
    (!rows.is_empty()).then(|| Block::Table { caption: Text::say(caption), head, rows })
}

fn days(days: Option<Days>) -> [Cell; 2] {
    [days.map(|days| days.median), days.map(|days| days.p95)].map(|days| match days {
        Some(days) => Cell::number(days),
        None => Cell::number("–"),
    })
}

fn requests(figures: &[Figures]) -> Option<Block> {
    let head = [
        "rights-what-desk",
        "figures-received",
        "figures-open",
        "figures-done",
        "figures-refused",
        "figures-extended",
        "figures-in-time",
        "figures-late",
        "figures-median",
        "figures-p95",
    ];
    let row = |figures: &Figures| {
        let mut row = vec![words_of(figures.kind).into()];
        let Figures { received, open, done, refused, extended, in_time, late, .. } = figures;
        row.extend([received, open, done, refused, extended, in_time, late].map(Cell::number));
        row.extend(days(figures.answered));
        row
    };
    let rows = figures.iter().filter(|figures| figures.kind.is_request()).map(row).collect();
    table("figures-requests", &head, rows)
}

fn complaints(figures: &[Figures]) -> Option<Block> {
    let head = [
        "figures-received",
        "figures-open",
        "figures-done",
        "figures-refused",
        "figures-acknowledged",
        "figures-late",
        "figures-ack-median",
        "figures-ack-p95",
        "figures-median",
        "figures-p95",
    ];
    let row = |figures: &Figures| {
        let Figures { received, open, done, refused, in_time, late, .. } = figures;
        let mut row: Vec<Cell> = [received, open, done, refused, in_time, late].map(Cell::number).into();
        row.extend(days(figures.answered));
        row.extend(days(figures.decided));
        row
    };
    let rows = figures.iter().filter(|figures| !figures.kind.is_request()).map(row).collect();
    table("figures-complaints", &head, rows)
}

/// `GET /rights/figures.csv`: the same for a spreadsheet, with the words that programs use.
pub async fn sheet(desk: Seated, Query(typed): Query<Typed>) -> Response {
    let Some(asked) = typed.read(&desk) else { return desk.refused(&Refused::NotFound) };
    let figures = match deeds::figures(desk.deed(), asked).await {
        Ok(Some(figures)) => figures,
        Ok(None) => return desk.refused(&Refused::NotFound),
        Err(refused) => return desk.refused(&refused),
    };
    let number = |number: i32| Value::from(number.to_string());
    let both = |days: Option<Days>| {
        days.map_or([Value::from(""), Value::from("")], |days| [number(days.median), number(days.p95)])
    };
    let row = |figures: &Figures| {
        let Figures { kind, received, open, done, refused, extended, in_time, late, answered, decided } = figures;
        let mut row = vec![Value::from(kind.as_str())];
        row.extend([received, open, done, refused, extended, in_time, late].map(|many| Value::from(many.to_string())));
        row.extend(both(*answered));
        row.extend(both(*decided));
        row
    };
    let columns = &[
        "kind",
        "received",
        "open",
        "done",
        "refused",
        "extended",
        "in_time",
        "late",
        "median_days",
        "p95_days",
        "decided_median_days",
        "decided_p95_days",
    ];
    let sheet = csv(&Section::new("figures", columns, figures.iter().map(row).collect()));
    let mut answer = desk.answer(StatusCode::OK, Body::from(sheet));
    let name = format!("attachment; filename=\"rights-{}-{}.csv\"", asked.first, asked.last);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    answer
}
