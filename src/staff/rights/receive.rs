//! A request or a complaint that comes by phone, at a desk or by post is written down: for a resident whom an enquiry has found, or
//! for somebody without an account. Who asked gets a receipt.

use super::{due, kind, tell};
use crate::domain::client::Lang as Spoken;
use crate::domain::ids::{AccountId, CaseId, EnquiryId};
use crate::domain::rights::kind::{Channel, Kind};
use crate::domain::rights::said::{Said, Unfit};
use crate::service::looking::choices::In;
use crate::service::looking::{Refused, rights as deeds};
use crate::service::rights::cases::{self, New, Opened};
use crate::staff::seated::Seated;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use crate::view::{Lang, Wrong};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What an officer writes down.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    kind: String,
    channel: String,
    language: String,
    received: String,
    full_name: String,
    email: String,
    address: String,
    words: String,
}

/// Whether she is written to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    told: String,
}

fn items<'a>(words: impl IntoIterator<Item = &'a str>, prefix: &str) -> Vec<(String, Text, Option<Text>)> {
    words.into_iter().map(|word| (word.to_owned(), Text::say(&format!("{prefix}{word}")), None)).collect()
}

fn fields(desk: &Seated, typed: &Typed, has_account: bool) -> Vec<Field> {
    let mut kinds = items(Kind::ALL.iter().map(|kind| kind.as_str()), "rights-kind-");
    for (word, _, hint) in &mut kinds {
        if word == Kind::Objection.as_str() {
            *hint = Some(Text::say("rights-kind-objection-desk"));
        }
    }
    let channels = items(Channel::TOLD.iter().map(|channel| channel.as_str()), "rights-channel-");
    let value = if typed.language.is_empty() { desk.lang.as_str() } else { &typed.language };
    let mut fields = vec![
        Field::choice("kind", "rights-what-desk", &typed.kind, kinds),
        Field::choice("channel", "rights-channel", &typed.channel, channels),
        Field::choice("language", "rights-language", value, items(Lang::ALL.map(Lang::as_str), "receipt-language-")),
        Field::input("received", "rights-received-on", &typed.received).of_type("date").hinted("rights-received-hint"),
    ];
    if !has_account {
        fields.extend([
            Field::input("full_name", "full-name", &typed.full_name),
            Field::input("email", "email", &typed.email).hinted("rights-reach-hint"),
            Field::input("address", "rights-desk-address", &typed.address).of_type("area"),
        ]);
    }
    fields.push(
        Field::input("words", "rights-desk-words", &typed.words).of_type("area").hinted("rights-desk-words-hint"),
    );
    fields
}

fn page(
    desk: &Seated,
    (back, here): (&str, &str),
    typed: &Typed,
    (wrong, has_account): (Vec<Wrong>, bool),
) -> Response {
    let form = Form::post(here, "write", "rights-desk-write").fields(fields(desk, typed, has_account));
    let lead = if has_account { "rights-new-lead-account" } else { "rights-new-lead" };
    let page = Console::new(Text::say("rights-new-title")).back(back).wrong(wrong);
    desk.page(&page.block(Block::Para(Text::say(lead))).block(Block::Form(form)))
}

/// Reads what was typed.
fn read(desk: &Seated, typed: &Typed, has_account: bool) -> Result<New, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let kind = Kind::parse(&typed.kind);
    if kind.is_none() {
        wrong.push(Wrong::Console("kind", "wrong-rights-kind-desk"));
    }
    let channel = Channel::parse(&typed.channel).filter(|channel| Channel::TOLD.contains(channel));
    if channel.is_none() {
        wrong.push(Wrong::Console("channel", "wrong-rights-channel"));
    }
    let received = cases::received_on(&desk.app, &typed.received, desk.now);
    if received.is_none() {
        wrong.push(Wrong::Console("received", "wrong-rights-received"));
    }
    // An officer writes down what was asked for, though its kind would say enough.
    let said = if has_account {
        Said::by_a_resident(&typed.words, false).map_err(|unfit| vec![unfit])
    } else {
        Said::by_anybody([&typed.full_name, &typed.email, &typed.address, &typed.words], false)
    };
    wrong.extend(said.as_ref().err().into_iter().flatten().map(|unfit| unfit_as(*unfit)));
    match (kind, channel, received, said) {
        (Some(kind), Some(channel), Some(received), Ok(said)) => {
            let lang = Spoken::parse(&typed.language).unwrap_or_else(|| desk.lang.into());
            Ok(New { kind, channel, lang, said, received })
        }
        _ => Err(wrong),
    }
}

/// What is to be mended, as it is said to an officer.
const fn unfit_as(unfit: Unfit) -> Wrong {
    match unfit {
        Unfit::Name(_) => Wrong::Console("full_name", "wrong-rights-name"),
        Unfit::NoReach => Wrong::Console("email", "wrong-rights-reach"),
        Unfit::Email => Wrong::EmailMalformed,
        Unfit::LongAddress => Wrong::Console("address", "wrong-complaint-address"),
        Unfit::NoWords => Wrong::Console("words", "wrong-rights-words-desk"),
        Unfit::LongWords => Wrong::Console("words", "wrong-rights-long"),
    }
}

/// `GET /rights/new`.
pub async fn receive(desk: Seated) -> Response {
    page(&desk, ("/", "/rights/new"), &Typed::default(), (Vec::new(), false))
}

/// `POST /rights/new`.
pub async fn write(desk: Seated, Posted(typed): Posted<Typed>) -> Response {
    let new = match read(&desk, &typed, false) {
        Ok(new) => new,
        Err(wrong) => return page(&desk, ("/", "/rights/new"), &typed, (wrong, false)),
    };
    let opened = deeds::receive(desk.deed(), &new, &tell(&desk)).await;
    written(&desk, opened)
}

fn written(desk: &Seated, opened: Result<Opened, Refused>) -> Response {
    match opened {
        Ok(Opened::Done { case, written, .. }) => {
            let told = if written { "written" } else { "unwritten" };
            desk.see_other(&format!("/rights/{case}/receipt?told={told}"))
        }
        // What an officer writes down is not counted.
        Ok(Opened::TooMany) => desk.refused(&Refused::TooMany),
        Err(refused) => desk.refused(&refused),
    }
}

fn place(enquiry: Uuid, account: Uuid) -> (String, String) {
    let person = format!("/enquiries/{enquiry}/people/{account}");
    let here = format!("{person}/rights");
    (person, here)
}

/// `GET /enquiries/{enquiry}/people/{account}/rights`.
pub async fn receive_of(desk: Seated, Path((enquiry, account)): Path<(Uuid, Uuid)>) -> Response {
    let (person, here) = place(enquiry, account);
    page(&desk, (&person, &here), &Typed::default(), (Vec::new(), true))
}

/// `POST /enquiries/{enquiry}/people/{account}/rights`.
pub async fn write_of(
    desk: Seated,
    Path((enquiry, account)): Path<(Uuid, Uuid)>,
    Posted(typed): Posted<Typed>,
) -> Response {
    let (person, here) = place(enquiry, account);
    let new = match read(&desk, &typed, true) {
        Ok(new) => new,
        Err(wrong) => return page(&desk, (&person, &here), &typed, (wrong, true)),
    };
    let who = In { enquiry: EnquiryId(enquiry), account: AccountId(account), late: true };
    let opened = deeds::receive_of(desk.deed(), who, &new, &tell(&desk)).await;
    written(&desk, opened)
}

/// `GET /rights/{case}/receipt`: to be printed for whoever asked. It holds nothing of theirs.
pub async fn receipt(desk: Seated, Path(case): Path<Uuid>, Query(told): Query<Told>) -> Response {
    let case = match cases::summary(&desk.app, CaseId(case), desk.now).await {
        Ok(Some(case)) => case,
        Ok(None) => return desk.not_found(),
        Err(failure) => return desk.fault(&failure),
    };
    let done = match told.told.as_str() {
        "written" => Some(Block::Done(Text::say("rights-receipt-written"))),
        "unwritten" => Some(Block::Done(Text::say("rights-receipt-unwritten"))),
        _ => None,
    };
    let snapshot = desk.app.snapshot();
    let controller = &snapshot.policy.controller;
    let (council, regulator) = (&controller.complaints, &controller.regulator);
    let complain = Text::say("rights-complain-us").with("name", desk.say(&council.name));
    let complain = complain.with("email", &council.email).with("phone", &council.phone);
    let instead = Text::say("complain-data").with("name", desk.say(&regulator.name)).with("phone", &regulator.phone);
    let label = if case.kind.is_request() { "rights-due" } else { "rights-due-complaint" };
    let facts: Vec<(Text, Cell)> = vec![
        (Text::say("rights-reference"), Text::plain(case.reference.clone()).into()),
        (Text::say("rights-what-desk"), kind(case.kind).into()),
        (Text::say("rights-received"), Text::At(case.received).into()),
        (Text::say(label), due(&desk, case.clock).into()),
    ];
    let page = Console::new(Text::say("rights-receipt")).back("/").maybe(done).block(Block::Facts(facts));
    let page = page.block(Block::Heading(Text::say("rights-complain"))).block(Block::Para(complain));
    let page = page.block(Block::Para(instead)).block(Block::Para(Text::plain(regulator.website.to_string())));
    desk.page(&page)
}
