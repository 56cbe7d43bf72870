//! `/record…`: the record of events is searched, under a reason; an event is opened with its proof; who looked at a person.

use super::enquiries::{self, to_mend};
use super::seated::Seated;
use crate::domain::audit::leaf::short;
use crate::domain::audit::{Outcome, vocabulary};
use crate::domain::ids::EventId;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::disposal::Explained;
use crate::service::looking::{self, Ask as Why};
use crate::service::search_audit::{self as deeds, Ask, Filters, Opened, Payload, Proved, Refused, Results};
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use std::time::Duration;
use uuid::Uuid;

/// How many events a page of results has.
const PAGE: usize = 50;

/// What is sought, as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) purpose: String,
    pub(super) reason: String,
    pub(super) case: String,
    pub(super) resident: String,
    pub(super) officer: String,
    member: String,
    pub(super) service: String,
    of_purpose: String,
    of_reason: String,
    outcome: String,
    kind: String,
    pub(super) from: String,
    pub(super) to: String,
}

impl Typed {
    /// Of a while.
    pub(super) fn within(from: String, to: String) -> Self {
        Self { from, to, ..Self::default() }
    }

    pub(super) fn why(&self) -> Why<'_> {
        Why { purpose: &self.purpose, reason: &self.reason, case: &self.case, approval: None, who: "" }
    }

    /// The questions of a search but its reason.
    pub(super) async fn filters(&self, desk: &Seated) -> Vec<Field> {
        let outcomes =
            Outcome::ALL.map(|one| (one.as_str().to_owned(), Text::say(&format!("outcome-{}", one.as_str())), None));
        let all = std::iter::once((String::new(), Text::say("record-any"), None)).chain(outcomes).collect();
        vec![
            Field::input("resident", "record-resident", &self.resident).hinted("enquiry-who-hint"),
            desk.officers("officer", "record-officer", &self.officer).await,
            desk.officers("member", "record-member", &self.member).await,
            desk.services("service", &self.service),
            desk.purposes("of_purpose", &self.of_purpose),
            desk.reasons("of_reason", &self.of_reason),
            Field::choice("outcome", "record-outcome", &self.outcome, all),
            Field::input("kind", "record-kind", &self.kind).hinted("record-kind-hint").offering(kinds()),
            Field::input("from", "record-from", &self.from).of_type("datetime-local"),
            Field::input("to", "record-to", &self.to).of_type("datetime-local"),
        ]
    }

    /// Reads them; what is empty is not asked for.
    pub(super) async fn read(&self, desk: &Seated, action: Action) -> Result<(Ask, Filters), Wrong> {
        let ask = looking::given(desk.deed(), action, &self.why())
            .await
            .map_err(|refused| to_mend(&refused).unwrap_or(UNREAD))?;
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let moment = |field: &'static str, text: &str| match (text.trim().is_empty(), desk.moment(text)) {
            (true, _) => Ok(None),
            (false, Some(at)) => Ok(Some(at.micros())),
            (false, None) => Err(Wrong::Console(field, "wrong-time")),
        };
        let officer = match some(&self.officer) {
            Some(id) => Some(desk.pseudonyms(&id).await.ok_or(Wrong::Console("officer", "wrong-officer"))?),
            None => None,
        };
        let member = match some(&self.member) {
            Some(id) => Some(desk.pseudonyms(&id).await.ok_or(Wrong::Console("member", "wrong-officer"))?),
            None => None,
        };
        let filters = Filters {
            resident: some(&self.resident),
            officer,
            member,
            service: some(&self.service),
            purpose: some(&self.of_purpose),
            reason: some(&self.of_reason),
            outcome: some(&self.outcome),
            kind: some(&self.kind),
            from: moment("from", &self.from)?,
            to: moment("to", &self.to)?,
        };
        match deeds::check(&desk.app, &filters).await {
            Ok(()) => Ok((ask, filters)),
            Err(Refused::Filter(name)) => Err(wrong_filter(name)),
            Err(_) => Err(UNREAD),
        }
    }
}

/// The kinds of events there are.
fn kinds() -> Vec<&'static str> {
    let mut kinds: Vec<_> = vocabulary::all().map(|kind| kind.name).collect();
    kinds.sort_unstable();
    kinds
}

/// The form of a search by an officer or for a kind of event, and from when until when, filled in: they say why, and look.
pub(super) fn search_for(desk: &Seated, what: (&str, &str), (from, to): (When, When)) -> String {
    // What happened within the last minute is found too.
    let to = to + Duration::from_mins(1);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair(what.0, what.1)
        .append_pair("from", &desk.typed(from))
        .append_pair("to", &desk.typed(to))
        .finish();
    format!("/record?{query}")
}

/// What a filter that nothing can fit has to be mended at.
fn wrong_filter(name: &str) -> Wrong {
    match name {
        "service" => Wrong::Console("service", "wrong-filter"),
        "purpose" => Wrong::Console("of_purpose", "wrong-filter"),
        "reason" => Wrong::Console("of_reason", "wrong-filter"),
        "outcome" => Wrong::Console("outcome", "wrong-filter"),
        "kind" => Wrong::Console("kind", "wrong-kind"),
        "officer" => Wrong::Console("officer", "wrong-officer"),
        _ => Wrong::Console("from", "wrong-window"),
    }
}

const UNREAD: Wrong = Wrong::Console("reason", "wrong-reason");

/// `GET /record`: filled in as the address says; nothing is searched for yet.
pub async fn show(desk: Seated, Query(typed): Query<Typed>) -> Response {
    form(&desk, &typed, Vec::new()).await
}

async fn form(desk: &Seated, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let mut fields = enquiries::fields(desk, &enquiries::Typed::of(&typed.why()));
    fields.extend(typed.filters(desk).await);
    let page = Console::new(Text::say("record-title"))
        .back("/")
        .wrong(wrong)
        .block(Block::Para(Text::say("record-lead")))
        .block(Block::Form(Form::post("/record", "search", "enquiry-search").fields(fields)));
    desk.page(&page)
}

/// `POST /record`.
pub async fn search(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    let (ask, filters) = match typed.read(&desk, Action::SearchRecord).await {
        Ok(read) => read,
        Err(wrong) => return form(&desk, &typed, vec![wrong]).await,
    };
    match deeds::keep(&desk.app, &desk.officer, &ask, &filters) {
        Ok(kept) => desk.see_other(&format!("/record/results?search={kept}")),
        Err(failure) => desk.fault(&failure),
    }
}

/// A search that was kept, and a page of it.
#[derive(Debug, Deserialize)]
pub struct Kept {
    #[serde(default)]
    pub(super) search: String,
    #[serde(default)]
    pub(super) page: Option<String>,
    #[serde(default)]
    payload: Option<String>,
}

/// `GET /record/results`.
pub async fn results(desk: Seated, Query(kept): Query<Kept>) -> Response {
    if let Err(refused) = desk.permit_kept(Action::SearchRecord, &kept.search).await {
        return refused;
    }
    let found = async {
        let (ask, filters) = deeds::kept(&desk.app, &desk.officer, &kept.search)?;
        deeds::search(&desk.app, desk.who(), &ask, &filters, (kept.page.as_deref(), PAGE), desk.now).await
    };
    match found.await {
        Ok(found) => list(&desk, &found, ("record-results", "/record"), ("/record/results", &kept.search)).await,
        Err(refused) => desk.search_refused(&refused),
    }
}

pub(super) async fn list(
    desk: &Seated,
    results: &Results,
    (title, back): (&str, &str),
    (here, search): (&str, &str),
) -> Response {
    let names = desk.names().await;
    let rows = results.found.iter().map(|found| {
        let who = match (&found.officer, found.actor.as_str()) {
            (Some(officer), _) => Text::plain(names.get(officer).cloned().unwrap_or_else(|| short(officer).to_owned())),
            (None, actor) => Text::say(&format!("actor-{actor}")),
        };
        let service = found.client_id.as_deref().map_or_else(|| Text::plain(""), |id| desk.service_of(id));
        vec![
            Cell::link(Text::At(found.at), format!("/record/events/{}?search={search}", found.id)),
            Text::plain(found.r#type.clone()).into(),
            Text::say(&format!("outcome-{}", found.outcome)).into(),
            who.into(),
            Text::plain(found.subject.as_deref().map(short).unwrap_or_default()).into(),
            service.into(),
            found.reason.as_deref().map_or_else(|| Text::plain(""), |code| desk.reason(code)).into(),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let head = ["record-at", "record-kind", "record-outcome", "record-who", "record-subject", "person-service"];
    let mut head: Vec<Text> = head.map(Text::say).to_vec();
    head.push(Text::say("enquiry-reason"));
    let mut ways = Vec::new();
    for (words, cursor) in [("record-newer", &results.newer), ("record-older", &results.older)] {
        ways.extend(
            cursor.as_ref().map(|page| Cell::link(Text::say(words), format!("{here}?search={search}&page={page}"))),
        );
    }
    let mut page = Console::new(Text::say(title)).back(back);
    page = if rows.is_empty() {
        page.block(Block::Para(Text::say("record-none")))
    } else {
        let caption = Text::say("record-page").with("page", results.page);
        page.block(Block::Table { caption, head, rows })
    };
    page = page.maybe((!ways.is_empty()).then_some(Block::Links(ways)));
    desk.page(&page.block(Block::Inset(Text::say("record-sealed-only"))))
}

/// `GET /record/events/{event}`.
pub async fn event(desk: Seated, Path(id): Path<Uuid>, Query(kept): Query<Kept>) -> Response {
    if let Err(refused) = desk.permit_kept(Action::ViewEvent, &kept.search).await {
        return refused;
    }
    let opened = async {
        let (ask, _) = deeds::kept(&desk.app, &desk.officer, &kept.search)?;
        let opens = kept.payload.is_some();
        deeds::open(&desk.app, desk.who(), &ask, (EventId(id), opens), desk.now).await
    };
    match opened.await {
        Ok(opened) => desk.page(&one(&desk, id, &opened, &kept.search).await),
        Err(refused) => desk.search_refused(&refused),
    }
}

async fn one(desk: &Seated, id: Uuid, opened: &Opened, search: &str) -> Console {
    let event = &opened.event;
    let mut facts: Vec<(Text, Cell)> = vec![
        (Text::say("record-at"), Text::At(event.at).into()),
        (Text::say("record-kind"), Text::plain(event.r#type.clone()).into()),
        (Text::say("record-outcome"), Text::say(&format!("outcome-{}", event.outcome)).into()),
        (Text::say("record-id"), Text::plain(event.id.to_string()).into()),
    ];
    if let Some(leaf) = &opened.leaf() {
        let reason = leaf.reason_code.as_deref().map_or_else(|| Text::plain(""), |code| desk.reason(code));
        facts.push((Text::say("enquiry-reason"), reason.into()));
        facts.push((Text::say("record-policy"), Text::plain(&*leaf.policy_version).into()));
    }
    if let Some(placed) = &opened.placed {
        facts.push((Text::say("log-name"), Text::plain(placed.log.clone()).into()));
        facts.push((Text::say("record-index"), Text::plain(placed.index.to_string()).into()));
    }
    let mut page = Console::new(Text::say("record-event"))
        .back(format!("/record/results?search={search}"))
        .maybe(opened.kind.map(|kind| Block::Para(Text::plain(kind.meaning.trim()))))
        .block(Block::Facts(facts))
        .block(Block::Heading(Text::say("record-leaf")))
        .block(Block::Code(event.leaf.clone()));
    page = match opened.placed.as_ref().map(|placed| &placed.proved) {
        None => page.block(Block::Para(Text::say("record-unsealed"))),
        Some(Proved::Broken(_)) => page.block(Block::Warning(Text::say("record-broken"))),
        Some(Proved::Holds(proof, checkpoint)) => page
            .block(Block::Heading(Text::say("record-proof")))
            .block(Block::Para(Text::say("record-proved").with("size", checkpoint.size)))
            .block(Block::Code(proof.to_string())),
    };
    let page = page.block(Block::Heading(Text::say("record-payload")));
    match &opened.payload {
        Payload::Closed => {
            let form = Form::get(format!("/record/events/{id}"), "payload", "record-open-payload");
            let form = form.hidden("search", search).hidden("payload", "1").weight("secondary");
            page.block(Block::Para(Text::say("record-payload-closed"))).block(Block::Form(form))
        }
        Payload::Shown(payload) => page.block(Block::Code(serde_json::to_string_pretty(payload).unwrap_or_default())),
        Payload::Destroyed(explained) => page
            .block(Block::Para(Text::say("record-payload-destroyed")))
            .maybe(explained.as_ref().map(|explained| destroyed(explained, search))),
        Payload::Broken => page.block(Block::Warning(Text::say("record-broken"))),
    }
}

/// When it was destroyed, under which rule, and the event that says so.
fn destroyed(explained: &Explained, search: &str) -> Block {
    let event = explained.event;
    let link = Cell::link(Text::plain(event.to_string()), format!("/record/events/{event}?search={search}"));
    Block::Facts(vec![
        (Text::say("record-destroyed-at"), Text::At(explained.at).into()),
        (Text::say("record-destroyed-rule"), Text::plain(explained.rule.clone()).into()),
        (Text::say("record-destroyed-schedule"), Text::plain(explained.schedule.clone()).into()),
        (Text::say("record-destroyed-event"), link),
    ])
}

/// `GET /record/person`.
pub async fn person(desk: Seated) -> Response {
    person_form(&desk, &Typed::default(), Vec::new())
}

fn person_form(desk: &Seated, typed: &Typed, wrong: Vec<Wrong>) -> Response {
    let mut fields = enquiries::fields(desk, &enquiries::Typed::of(&typed.why()));
    fields.push(Field::input("resident", "enquiry-who", &typed.resident).hinted("enquiry-who-hint"));
    let page = Console::new(Text::say("who-saw-title"))
        .back("/")
        .wrong(wrong)
        .block(Block::Form(Form::post("/record/person", "search", "who-saw-show").fields(fields)));
    desk.page(&page)
}

/// `POST /record/person`.
pub async fn ask_person(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    let (ask, filters) = match typed.read(&desk, Action::ReportOnPerson).await {
        Ok(read) => read,
        Err(wrong) => return person_form(&desk, &typed, vec![wrong]),
    };
    if filters.resident.is_none() {
        return person_form(&desk, &typed, vec![Wrong::Console("resident", "wrong-who")]);
    }
    match deeds::keep(&desk.app, &desk.officer, &ask, &filters) {
        Ok(kept) => desk.see_other(&format!("/record/person/seen?search={kept}")),
        Err(failure) => desk.fault(&failure),
    }
}

/// `GET /record/person/seen`: who looked at this person.
pub async fn seen(desk: Seated, Query(kept): Query<Kept>) -> Response {
    if let Err(refused) = desk.permit_kept(Action::ReportOnPerson, &kept.search).await {
        return refused;
    }
    let found = async {
        let (ask, filters) = deeds::kept(&desk.app, &desk.officer, &kept.search)?;
        let typed = filters.resident.ok_or(Refused::NoResident)?;
        deeds::who_saw(&desk.app, desk.who(), &ask, &typed, (kept.page.as_deref(), PAGE), desk.now).await
    };
    match found.await {
        Ok(found) => {
            list(&desk, &found, ("who-saw-title", "/record/person"), ("/record/person/seen", &kept.search)).await
        }
        Err(refused) => desk.search_refused(&refused),
    }
}
