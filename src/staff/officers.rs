//! `/officers…`: what an officer looked at, and the review of a month beside the others.

use super::enquiries;
use super::record::{Kept, Typed};
use super::seated::Seated;
use crate::domain::audit::leaf::short;
use crate::domain::audit::review::{Activity, Sign};
use crate::domain::retention::Period;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::search_audit::{self as deeds, Filters, OfficerReport, Refused, Review};
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Query};
use axum::response::Response;
use std::time::Duration;

/// `GET /officers`: filled in with the month up to now, which is what is gone through as a rule.
pub async fn show(desk: Seated) -> Response {
    let month = Period::months(1).unwrap_or_else(|_| Period::zero());
    let zone = desk.app.snapshot().policy.controller.time_zone.clone();
    let from = desk.typed(month.before(desk.now, &zone));
    let to = desk.typed(desk.now + Duration::from_mins(1));
    form(&desk, &Typed::within(from, to), Vec::new()).await
}

async fn form(desk: &Seated, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let mut fields = enquiries::fields(desk, &enquiries::Typed::of(&typed.why()));
    fields.push(desk.officers("officer", "record-officer", &typed.officer).await);
    fields.push(Field::input("from", "record-from", &typed.from).of_type("datetime-local"));
    fields.push(Field::input("to", "record-to", &typed.to).of_type("datetime-local"));
    let page = Console::new(Text::say("officers-title"))
        .back("/")
        .wrong(wrong)
        .block(Block::Para(Text::say("officers-lead")))
        .block(Block::Form(Form::post("/officers", "report", "officers-show").fields(fields)));
    desk.page(&page)
}

/// `POST /officers`.
pub async fn ask(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    let (ask, filters) = match typed.read(&desk, Action::ReportOnOfficers).await {
        Ok(read) => read,
        Err(wrong) => return form(&desk, &typed, vec![wrong]).await,
    };
    if filters.from.is_none() || filters.to.is_none() {
        return form(&desk, &typed, vec![Wrong::Console("from", "wrong-window")]).await;
    }
    let which = if filters.officer.is_some() { "report" } else { "review" };
    match deeds::keep(&desk.app, &desk.officer, &ask, &filters) {
        Ok(kept) => desk.see_other(&format!("/officers/{which}?search={kept}")),
        Err(failure) => desk.fault(&failure),
    }
}

fn window(filters: &Filters) -> Result<(When, When), Refused> {
    let both = filters.from.zip(filters.to).ok_or(Refused::Filter("time"))?;
    Ok((When::from_micros(both.0), When::from_micros(both.1)))
}

/// `GET /officers/report`.
pub async fn report(desk: Seated, Query(kept): Query<Kept>) -> Response {
    if let Err(refused) = desk.permit_kept(Action::ReportOnOfficers, &kept.search).await {
        return refused;
    }
    let made = async {
        let (ask, filters) = deeds::kept(&desk.app, &desk.officer, &kept.search)?;
        let officer = filters.officer.clone().ok_or(Refused::Filter("officer"))?;
        let window = window(&filters)?;
        let (conflicts, whole) = desk.conflicts(window).await?;
        let report =
            deeds::officer_report(&desk.app, desk.who(), &ask, (&officer, conflicts), window, desk.now).await?;
        Ok::<_, Refused>(OfficerReport { whole: report.whole && whole, ..report })
    };
    match made.await {
        Ok(report) => desk.page(&shown(&desk, &report)),
        Err(refused) => desk.search_refused(&refused),
    }
}

fn counts(activity: &Activity) -> Vec<(Text, Cell)> {
    let number = |id: &str, number: usize| (Text::say(id), Cell::from(Text::plain(number.to_string())));
    vec![
        number("officers-looks", activity.looks),
        number("officers-persons", activity.persons.len()),
        number("officers-without-case", activity.without_case),
        number("officers-at-night", activity.at_night),
        number("officers-conflict", activity.in_conflict),
    ]
}

fn shown(desk: &Seated, report: &OfficerReport) -> Console {
    let mut facts = counts(&report.activity);
    facts.push((Text::say("officers-refused"), Text::plain(report.refused.to_string()).into()));
    let by_reason = report.activity.by_reason.iter().map(|(code, count)| {
        let reason = code.as_deref().map_or_else(|| Text::say("officers-no-reason"), |code| desk.reason(code));
        vec![reason.into(), Cell::number(count)]
    });
    let by_kind =
        report.by_kind.iter().map(|(kind, count)| vec![Text::plain(kind.clone()).into(), Cell::number(count)]);
    Console::new(Text::say("officers-report"))
        .back("/officers")
        .maybe((!report.whole).then(|| Block::Warning(Text::say("record-not-whole"))))
        .block(Block::Facts(facts))
        .block(Block::Table {
            caption: Text::say("officers-by-reason"),
            head: ["enquiry-reason", "officers-looks"].map(Text::say).to_vec(),
            rows: by_reason.collect(),
        })
        .block(Block::Table {
            caption: Text::say("officers-by-kind"),
            head: ["record-kind", "officers-events"].map(Text::say).to_vec(),
            rows: by_kind.collect(),
        })
}

/// `GET /officers/review`.
pub async fn review(desk: Seated, Query(kept): Query<Kept>) -> Response {
    if let Err(refused) = desk.permit_kept(Action::ReportOnOfficers, &kept.search).await {
        return refused;
    }
    let made = async {
        let (ask, filters) = deeds::kept(&desk.app, &desk.officer, &kept.search)?;
        let window = window(&filters)?;
        let (conflicts, whole) = desk.conflicts(window).await?;
        let review = deeds::review(&desk.app, desk.who(), &ask, window, conflicts, desk.now).await?;
        Ok::<_, Refused>(Review { whole: review.whole && whole, ..review })
    };
    match made.await {
        Ok(review) => reviewed(&desk, &review).await,
        Err(refused) => desk.search_refused(&refused),
    }
}

async fn reviewed(desk: &Seated, review: &Review) -> Response {
    let names = desk.names().await;
    let rows = review.officers.iter().map(|(officer, (activity, signs))| {
        let name = names.get(officer).cloned().unwrap_or_else(|| short(officer).to_owned());
        let mut row = vec![Cell::new(Text::plain(name))];
        row.extend(counts(activity).into_iter().map(|(_, cell)| Cell { numeric: true, ..cell }));
        let shows = |sign| if signs.contains(&sign) { "yes" } else { "no" };
        let why = Text::say("officers-signs")
            .with("volume", shows(Sign::Volume))
            .with("case", shows(Sign::WithoutCase))
            .with("night", shows(Sign::AtNight))
            .with("known", shows(Sign::Conflict));
        row.push(if signs.is_empty() { Text::say("no") } else { why }.into());
        row
    });
    let mut head = vec![Text::say("approvals-by")];
    head.extend(counts(&Activity::default()).into_iter().map(|(text, _)| text));
    head.push(Text::say("officers-stands-out"));
    let median = Text::say("officers-median")
        .with("count", format!("{}.{}", review.twice_the_median / 2, review.twice_the_median % 2 * 5));
    let page = Console::new(Text::say("officers-review"))
        .back("/officers")
        .maybe((!review.whole).then(|| Block::Warning(Text::say("record-not-whole"))))
        .block(Block::Para(median))
        .block(Block::Table { caption: Text::say("officers-all"), head, rows: rows.collect() });
    desk.page(&page)
}
