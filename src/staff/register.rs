//! `/register`: which service gets what, what for, and on which basis, as the policies in force say it.

use super::seated::Seated;
use crate::domain::audit::Basis;
use crate::domain::client::Words;
use crate::domain::ids::ClientId;
use crate::domain::retention::Period;
use crate::domain::sharing::age::ConsentAge;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::policy::{Ahead, Shared, matrix};
use crate::view::pages::console::{Block, Cell, Console, Text};
use axum::extract::Path;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// `GET /register`: purpose by service by claim.
pub async fn show(desk: Seated) -> Response {
    if let Err(refused) = desk.permit(Action::SeeRegister, None).await {
        return refused;
    }
    let snapshot = desk.app.snapshot();
    let (policy, controller) = (&snapshot.policy, &snapshot.policy.controller);
    let officer = &controller.data_protection_officer;
    let lines = matrix(policy, snapshot.clients().map(Arc::as_ref), controller.today(desk.now));
    // Of what will be read in place of a notice there are two columns, where anything will.
    let coming = lines.iter().any(|line| !line.notices_ahead.is_empty());
    let rows = lines.iter().flat_map(|line| {
        let ahead = line.notices_ahead.first();
        let next = ahead.map_or_else(String::new, |one| one.notice.clone());
        let from = ahead.map_or_else(|| Text::plain(""), |one| day(one.from, &controller.time_zone));
        let next = if coming { vec![Text::plain(next).into(), from.into()] } else { Vec::<Cell>::new() };
        let desk = &desk;
        line.claims.iter().map(move |claim| {
            let mut row = vec![
                Cell::link(desk.words(&line.service), format!("/register/{}", line.client_id)),
                desk.words(&line.title).into(),
                Text::Claim((*claim).to_owned()).into(),
                basis(line.basis).into(),
                asked(line).into(),
                Text::plain(line.notice.clone()).into(),
            ];
            row.extend(next.clone());
            row
        })
    });
    let head = [
        "register-service",
        "register-purpose",
        "register-claim",
        "register-basis",
        "register-asked",
        "register-notice",
        "register-notice-next",
        "register-notice-from",
    ];
    let head = head.map(Text::say).into_iter().take(if coming { 8 } else { 6 }).collect();
    let reached = |email: &str, phone: &str| Text::plain(format!("{email}, {phone}"));
    let page = Console::new(Text::say("register-title"))
        .back("/")
        .block(Block::Para(Text::say("register-lead")))
        .block(Block::Facts(
            [
                vec![
                    (Text::say("register-controller"), desk.words(&controller.name).into()),
                    (Text::say("register-address"), desk.words(&controller.address).into()),
                    (Text::say("register-contact"), reached(&controller.email, &controller.phone).into()),
                    (Text::say("register-officer"), desk.words(&officer.name).into()),
                    (Text::say("register-officer-contact"), reached(&officer.email, &officer.phone).into()),
                    (Text::say("register-policies"), Text::plain(policy.version()).into()),
                ],
                controller.consent_ages.iter().map(|rule| consent_age(*rule, &controller.time_zone)).collect(),
            ]
            .concat(),
        ))
        .block(Block::Table { caption: Text::say("register-all"), head, rows: rows.collect() });
    desk.page(&page)
}

/// `GET /register/{client}`: one service, each of its shares with why it rests on what it rests on.
pub async fn one(desk: Seated, Path(id): Path<String>) -> Response {
    if let Err(refused) = desk.permit(Action::SeeRegister, None).await {
        return refused;
    }
    let snapshot = desk.app.snapshot();
    let Some(client) = ClientId::parse(&id).and_then(|id| snapshot.client(&id).cloned()) else {
        return desk.not_found();
    };
    let zone = &snapshot.policy.controller.time_zone;
    let mut page = Console::new(desk.words(&client.name)).back("/register");
    let lines = matrix(&snapshot.policy, [client.as_ref()], snapshot.policy.controller.today(desk.now));
    if lines.is_empty() {
        page = page.block(Block::Para(Text::say("register-none")));
    }
    for line in &lines {
        page = page.block(Block::Heading(desk.words(&line.title))).block(Block::Facts(facts(&desk, line, zone)));
    }
    desk.page(&page)
}

fn facts(desk: &Seated, line: &Shared, zone: &TimeZone) -> Vec<(Text, Cell)> {
    let mut facts: Vec<(Text, Cell)> = vec![(Text::say("register-because"), desk.words(&line.because).into())];
    let claims = line.claims.iter().map(|claim| Text::Claim((*claim).to_owned()));
    facts.extend(claims.map(|claim| (Text::say("register-claim"), claim.into())));
    facts.push((Text::say("register-basis"), basis(line.basis).into()));
    let power = |words: &Words| (Text::say("register-power"), desk.words(words).into());
    facts.extend(line.power.as_ref().map(power));
    facts.push((Text::say("register-why"), Text::say(&format!("register-why-{}", line.basis.as_str())).into()));
    facts.push((Text::say("register-asked"), asked(line).into()));
    facts.push((Text::say("register-recipient"), desk.words(&line.recipient).into()));
    let role = Text::say(&format!("register-recipient-{}", line.recipient_role.as_str()));
    facts.push((Text::say("register-recipient-is"), role.into()));
    facts.push((Text::say("register-kept"), desk.words(&line.recipient_retention).into()));
    facts.push((Text::say("register-notice"), Text::plain(line.notice.clone()).into()));
    let ahead =
        |one: &Ahead| (Text::say("register-notice-ahead").with("notice", &one.notice), day(one.from, zone).into());
    facts.extend(line.notices_ahead.iter().map(ahead));
    for (key, value) in [
        ("register-recipient-basis", &line.recipient_basis),
        ("register-whole", &line.raw_because),
        ("register-dpia", &line.dpia),
        ("register-agreement", &line.agreement),
    ] {
        facts.extend(value.as_ref().map(|value| (Text::say(key), Text::plain(value.clone()).into())));
    }
    facts.extend(line.expires.map(|lasts| (Text::say("register-expires"), length(lasts).into())));
    if line.asks_age {
        facts.push((Text::say("register-age"), Text::say("register-age-asked").into()));
    }
    if let Some((kind, condition)) = line.special {
        let said = format!("{kind}: {}", condition.unwrap_or_default());
        facts.push((Text::say("register-special"), Text::plain(said).into()));
    }
    facts
}

fn basis(basis: Basis) -> Text {
    Text::say(&format!("register-basis-{}", basis.as_str()))
}

/// From when on somebody of which age may consent for themselves (UK GDPR Art 8).
fn consent_age(rule: ConsentAge, zone: &TimeZone) -> (Text, Cell) {
    (Text::say("register-consent-age").with("age", rule.age), day(rule.from, zone).into())
}

/// A day of the council's calendar.
pub(super) fn day(day: Date, zone: &TimeZone) -> Text {
    let begins = day.to_zoned(zone.clone()).map(|begins| Text::Day(When::from(begins.timestamp())));
    begins.unwrap_or_else(|_| Text::plain(day.to_string()))
}

/// A length in words; one that is not of a single unit stands as it is written.
pub(super) fn length(period: Period) -> Text {
    match period.of_one_unit() {
        Some((count, unit)) => Text::say(&format!("length-{unit}")).with("count", count),
        None => Text::plain(period.to_string()),
    }
}

/// Only a task of the council can be objected to (UK GDPR Art 21(1)).
fn asked(line: &Shared) -> Text {
    Text::say(match (line.asks(), line.in_context) {
        (false, _) if line.basis == Basis::PublicTask => "register-told-objects",
        (false, _) => "register-told",
        (true, false) => "register-asks",
        (true, true) => "register-asks-later",
    })
}
