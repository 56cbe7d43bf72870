//! `/breaches`: the register with its clock of 72 hours, and how far a breach reaches.

use super::enquiries::{self, to_mend};
use super::seated::Seated;
use crate::domain::breach::{Breach, Decision, Told};
use crate::domain::ids::ClientId;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::looking::Ask;
use crate::service::looking::breaches::{self as deeds, Facts, Lacks};
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What is typed about a breach.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    title: String,
    aware: String,
    from: String,
    to: String,
    service: String,
    subjects: String,
    categories: String,
    effects: String,
    remedies: String,
    purpose: String,
    reason: String,
    case: String,
}

impl Typed {
    fn ask(&self) -> Ask<'_> {
        Ask { purpose: &self.purpose, reason: &self.reason, case: &self.case, approval: None, who: "" }
    }
}

/// `GET /breaches`.
pub async fn show(desk: Seated) -> Response {
    page(&desk, &Typed::default(), Vec::new()).await
}

async fn page(desk: &Seated, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let all = match deeds::all(desk.deed()).await {
        Ok(all) => all,
        Err(refused) => return desk.refused(&refused),
    };
    let rows: Vec<Vec<Cell>> = all.iter().map(|breach| row(desk, breach)).collect();
    let mut page = Console::new(Text::say("breaches-title")).back("/").wrong(wrong);
    page = if rows.is_empty() {
        page.block(Block::Para(Text::say("breaches-none")))
    } else {
        page.block(Block::Table {
            caption: Text::say("breaches-register"),
            head: ["breach-title", "breach-aware", "breach-regulator", "breach-people"].map(Text::say).to_vec(),
            rows,
        })
    };
    page = page.block(Block::Links(vec![Cell::link(Text::say("measure-title"), "/breaches/measure")]));
    if desk.allows(Action::RecordBreach) {
        page = page
            .block(Block::Heading(Text::say("breach-record")))
            .block(Block::Para(Text::say("breach-no-names")))
            .block(Block::Form(Form::post("/breaches", "record", "breach-write").fields(fields(desk, typed))));
    }
    desk.page(&page)
}

fn fields(desk: &Seated, typed: &Typed) -> Vec<Field> {
    let snapshot = desk.app.snapshot();
    let services = snapshot.clients().map(|client| (client.id.to_string(), desk.words(&client.name), None));
    let any = (String::new(), Text::say("breach-any-service"), None);
    let mut fields = vec![
        Field::input("title", "breach-title", &typed.title),
        Field::input("aware", "breach-aware", &typed.aware).of_type("datetime-local").hinted("breach-aware-hint"),
        Field::input("from", "breach-from", &typed.from).of_type("datetime-local"),
        Field::input("to", "breach-to", &typed.to).of_type("datetime-local"),
        Field::choice("service", "person-service", &typed.service, std::iter::once(any).chain(services).collect()),
        Field::input("subjects", "breach-subjects", &typed.subjects).of_type("number"),
        Field::input("categories", "breach-categories", &typed.categories),
        Field::input("effects", "breach-effects", &typed.effects),
        Field::input("remedies", "breach-remedies", &typed.remedies),
    ];
    fields.extend(why(desk, &typed.ask()));
    fields
}

fn why(desk: &Seated, ask: &Ask<'_>) -> Vec<Field> {
    enquiries::fields(desk, &enquiries::Typed::of(ask))
}

fn regulator(desk: &Seated, breach: &Breach) -> Text {
    match &breach.regulator {
        Some((Decision::NotNeeded, ..)) => Text::say("breach-not-needed"),
        Some((Decision::Notified, ..)) if breach.is_late(desk.now) => Text::say("breach-notified-late"),
        Some((Decision::Notified, ..)) => Text::say("breach-notified"),
        None if breach.is_late(desk.now) => Text::say("breach-late"),
        None => {
            let left = breach.left(desk.now).unwrap_or_default();
            Text::say("breach-left").with("hours", left.as_secs() / 3_600).with("minutes", left.as_secs() / 60 % 60)
        }
    }
}

fn people(breach: &Breach) -> Text {
    Text::say(match breach.people {
        Some((Decision::NotNeeded, _)) => "breach-not-needed",
        Some((Decision::Notified, _)) => "breach-notified",
        None => "breach-undecided",
    })
}

fn row(desk: &Seated, breach: &Breach) -> Vec<Cell> {
    vec![
        Cell::link(Text::plain(breach.title.clone()), format!("/breaches/{}", breach.id)),
        Text::At(breach.aware_at).into(),
        regulator(desk, breach).into(),
        people(breach).into(),
    ]
}

/// `POST /breaches`.
pub async fn record(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    let window = match (desk.moment(&typed.from), desk.moment(&typed.to)) {
        (Some(from), Some(to)) => Some((from, to)),
        _ => None,
    };
    let half = typed.from.trim().is_empty() != typed.to.trim().is_empty();
    let unread = !typed.from.trim().is_empty() && window.is_none();
    let facts = Facts {
        title: &typed.title,
        effects: &typed.effects,
        remedies: &typed.remedies,
        aware_at: desk.moment(&typed.aware),
        window,
        client: ClientId::parse(&typed.service),
        subjects: if typed.subjects.trim().is_empty() { 0 } else { typed.subjects.trim().parse().unwrap_or(-1) },
        categories: &typed.categories,
    };
    let lacks = if half || unread { Some(Lacks::Window) } else { deeds::lacks(&facts, desk.now) };
    if let Some(lacks) = lacks {
        return page(&desk, &typed, vec![wrong(lacks)]).await;
    }
    match deeds::record(desk.deed(), &typed.ask(), &facts).await {
        Ok(breach) => desk.see_other(&format!("/breaches/{}", breach.id)),
        Err(refused) => match to_mend(&refused) {
            Some(wrong) => page(&desk, &typed, vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}

const fn wrong(lacks: Lacks) -> Wrong {
    match lacks {
        Lacks::Title => Wrong::Console("title", "wrong-breach-title"),
        Lacks::Effects => Wrong::Console("effects", "wrong-breach-long"),
        Lacks::Remedies => Wrong::Console("remedies", "wrong-breach-long"),
        Lacks::Aware => Wrong::Console("aware", "wrong-breach-aware"),
        Lacks::Window => Wrong::Console("from", "wrong-breach-window"),
        Lacks::Subjects => Wrong::Console("subjects", "wrong-breach-subjects"),
    }
}

/// `GET /breaches/{breach}`.
pub async fn one(desk: Seated, Path(id): Path<Uuid>) -> Response {
    entry(&desk, id, Vec::new()).await
}

async fn entry(desk: &Seated, id: Uuid, wrong: Vec<Wrong>) -> Response {
    let breach = match deeds::get(desk.deed(), id).await {
        Ok(Some(breach)) => breach,
        Ok(None) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let at = |when: Option<When>| when.map_or_else(|| Text::plain(""), Text::At);
    let service = breach.client.as_ref().map_or_else(|| Text::say("breach-any-service"), |client| desk.service(client));
    let mut facts: Vec<(Text, Cell)> = vec![
        (Text::say("breach-aware"), Text::At(breach.aware_at).into()),
        (Text::say("breach-notify-by"), Text::At(breach.notify_by()).into()),
        (Text::say("breach-regulator"), regulator(desk, &breach).into()),
        (Text::say("breach-people"), people(&breach).into()),
        (Text::say("breach-from"), at(breach.window.map(|(from, _)| from)).into()),
        (Text::say("breach-to"), at(breach.window.map(|(_, to)| to)).into()),
        (Text::say("person-service"), service.into()),
        (Text::say("breach-subjects"), Text::plain(breach.subjects.to_string()).into()),
        (Text::say("breach-categories"), Text::plain(breach.categories.clone()).into()),
        (Text::say("breach-effects"), Text::plain(breach.effects.clone()).into()),
        (Text::say("breach-remedies"), Text::plain(breach.remedies.clone()).into()),
        (Text::say("approvals-by"), Text::plain(desk.name_of(breach.recorded_by).await).into()),
    ];
    if let Some((Decision::Notified, at, reference)) = &breach.regulator {
        facts.push((Text::say("breach-told-at"), Text::At(*at).into()));
        facts.push((Text::say("breach-reference"), Text::plain(reference.clone().unwrap_or_default()).into()));
    }
    let mut page = Console::new(Text::plain(breach.title.clone())).back("/breaches").wrong(wrong);
    if breach.is_late(desk.now) {
        page = page.block(Block::Warning(Text::say("breach-late-why")));
    }
    page = page.block(Block::Facts(facts));
    let decides = desk.allows(Action::RecordBreach) && (breach.regulator.is_none() || breach.people.is_none());
    if decides {
        let mut whom = Vec::new();
        for (told, open) in [(Told::Regulator, breach.regulator.is_none()), (Told::People, breach.people.is_none())] {
            for decision in [Decision::Notified, Decision::NotNeeded].into_iter().filter(|_| open) {
                let word = format!("{}-{}", told.as_str(), decision.as_str());
                whom.push((word.clone(), Text::say(&format!("breach-{word}")), None));
            }
        }
        let mut fields = vec![Field::choice("decision", "breach-decision", "", whom)];
        fields.push(Field::input("reference", "breach-reference", ""));
        fields.extend(why(desk, &Ask::default()));
        let form = Form::post(format!("/breaches/{id}"), "decide", "breach-write").fields(fields);
        page = page.block(Block::Heading(Text::say("breach-decide"))).block(Block::Form(form));
    }
    desk.page(&page)
}

/// Who was told, or need not be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decided {
    decision: String,
    reference: String,
    purpose: String,
    reason: String,
    case: String,
}

/// `POST /breaches/{breach}`.
pub async fn decide(desk: Seated, Path(id): Path<Uuid>, Posted(typed): Posted<Decided>) -> Response {
    let chosen = typed.decision.split_once('-');
    let chosen = chosen.and_then(|(told, decision)| Some((Told::parse(told)?, Decision::parse(decision)?)));
    let Some(chosen) = chosen else {
        return entry(&desk, id, vec![Wrong::Console("decision", "wrong-breach-decision")]).await;
    };
    let ask = Ask { purpose: &typed.purpose, reason: &typed.reason, case: &typed.case, approval: None, who: "" };
    match deeds::decide(desk.deed(), id, &ask, chosen, &typed.reference).await {
        Ok(()) => desk.see_other(&format!("/breaches/{id}")),
        Err(refused) => match to_mend(&refused) {
            Some(wrong) => entry(&desk, id, vec![wrong]).await,
            None => desk.refused(&refused),
        },
    }
}
