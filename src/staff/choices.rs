//! `/enquiries/{enquiry}/people/{account}/choices…`: what a resident says about sharing by phone, at a desk or by post is written
//! down, and printed for her.

use super::seated::Seated;
use crate::domain::client::{Lang as Spoken, Words};
use crate::domain::ids::{AccountId, EnquiryId, RecordId};
use crate::domain::sharing::age::AgeBand;
use crate::domain::sharing::receipt::About;
use crate::domain::sharing::spoken::{self, Check, Choice, Heard, Noted, Unclear};
use crate::domain::sharing::{Decider, Way};
use crate::service::looking::Refused;
use crate::service::looking::choices::{self as deeds, Asked, Became};
use crate::service::post::Text as Letter;
use crate::service::sharing::own::{Can, Mine};
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// Where all of it is.
fn place(enquiry: Uuid, account: Uuid) -> String {
    format!("/enquiries/{enquiry}/people/{account}")
}

/// The language of the page: what is read to her is in it.
fn lang(desk: &Seated) -> Spoken {
    desk.lang.into()
}

fn say(desk: &Seated, words: &Words) -> String {
    words.get(lang(desk)).to_owned()
}

fn service(desk: &Seated, mine: &Mine) -> String {
    mine.client.as_ref().map_or_else(|| mine.client_id.to_string(), |client| say(desk, &client.name))
}

fn purpose(desk: &Seated, mine: &Mine) -> String {
    let snapshot = desk.app.snapshot();
    snapshot.policy.purpose(&mine.purpose).map_or_else(|| mine.purpose.clone(), |words| say(desk, words))
}

fn stands(can: Can) -> Text {
    Text::say(match can {
        Can::Stop => "choices-can-stop",
        Can::Say => "choices-can-say",
        Can::Object => "choices-can-object",
        Can::Wait(_) => "choices-can-wait",
        Can::Allow => "choices-can-allow",
        Can::Nothing => "choices-can-nothing",
    })
}

/// `GET …/choices`.
pub async fn show(desk: Seated, Path((enquiry, account)): Path<(Uuid, Uuid)>) -> Response {
    let (_, all) = match deeds::view(desk.deed(), EnquiryId(enquiry), AccountId(account)).await {
        Ok(seen) => seen,
        Err(refused) => return desk.refused(&refused),
    };
    let here = place(enquiry, account);
    let rows: Vec<Vec<Cell>> = all.iter().map(|mine| row(&desk, &here, mine)).collect();
    let page = Console::new(Text::say("choices-title")).back(&here).block(Block::Para(Text::say("choices-lead")));
    desk.page(&if rows.is_empty() {
        page.block(Block::Para(Text::say("choices-none")))
    } else {
        let head = ["person-service", "objections-purpose", "choices-stands", "person-when", "choices-choose"];
        page.block(Block::Table { caption: Text::say("choices-table"), head: head.map(Text::say).to_vec(), rows })
    })
}

fn row(desk: &Seated, here: &str, mine: &Mine) -> Vec<Cell> {
    let write = format!("{here}/choices/{}/{}", mine.client_id, mine.purpose);
    let link = || Cell::link(Text::say("choices-write").with("service", service(desk, mine)), write);
    vec![
        Text::plain(service(desk, mine)).into(),
        Text::plain(purpose(desk, mine)).into(),
        stands(mine.can).into(),
        mine.since.map_or_else(|| Text::plain(""), Text::At).into(),
        if mine.can.choices().is_empty() { Text::plain("").into() } else { link() },
    ]
}

/// What an officer writes down.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    choice: String,
    heard: String,
    decider: String,
    authority: String,
    check: String,
    evidence: String,
    age_band: String,
    grounds: String,
    read: String,
}

type Which = Path<(Uuid, Uuid, String, String)>;

/// `GET …/choices/{client_id}/{purpose}`: what is read to her, and the form.
pub async fn one(desk: Seated, Path(which): Which) -> Response {
    ask(&desk, &which, &Typed::default(), Vec::new()).await
}

async fn ask(
    desk: &Seated,
    (enquiry, account, client, of): &(Uuid, Uuid, String, String),
    typed: &Typed,
    wrong: Vec<Wrong>,
) -> Response {
    let who = (EnquiryId(*enquiry), AccountId(*account));
    let asked = match deeds::one(desk.deed(), who, (client, of), lang(desk)).await {
        Ok(asked) => asked,
        Err(refused) => return desk.refused(&refused),
    };
    let here = format!("{}/choices", place(*enquiry, *account));
    let form = Form::post(format!("{here}/{client}/{of}"), "write", "choices-record").hidden("read", &asked.read);
    let page = Console::new(Text::say("choices-one")).back(&here).wrong(wrong);
    let page = script(desk, page, &asked);
    desk.page(&page.block(Block::Form(form.fields(fields(&asked, typed)))))
}

/// What is read to her, and what it is about.
fn script(desk: &Seated, page: Console, asked: &Asked) -> Console {
    let mine = &asked.mine;
    let (heading, words) = match mine.can {
        Can::Stop => ("choices-read-again", "choices-ask"),
        Can::Object => ("choices-read", "choices-object"),
        Can::Wait(_) => ("choices-read", "choices-take-back"),
        Can::Allow => ("choices-read", "choices-allow"),
        Can::Say | Can::Nothing => ("choices-read", "choices-ask"),
    };
    let words = Text::say(words).with("service", service(desk, mine)).with("purpose", purpose(desk, mine));
    let claims = asked.tell.claims.iter().filter(|claim| claim.said_of().is_none());
    let rows = claims.map(|claim| vec![Text::Claim(claim.as_str().to_owned()).into()]).collect();
    let mut facts: Vec<(Text, Cell)> = vec![
        (Text::say("person-service"), Text::plain(service(desk, mine)).into()),
        (Text::say("objections-purpose"), Text::plain(purpose(desk, mine)).into()),
        (Text::say("choices-stands"), stands(mine.can).into()),
    ];
    facts.extend(mine.retention.as_ref().map(|kept| (Text::say("receipt-kept"), desk.words(kept).into())));
    let notice = format!("{}/notices/{}", desk.app.origin.as_str().trim_end_matches('/'), asked.tell.notice);
    facts.push((Text::say("receipt-notice"), Cell::link(Text::plain(asked.tell.notice.to_string()), notice)));
    page.block(Block::Facts(facts))
        .block(Block::Heading(Text::say(heading)))
        .block(Block::Inset(words))
        .block(Block::Table { caption: Text::say("choices-details"), head: vec![Text::say("person-claim")], rows })
        .block(Block::Para(Text::say("choices-read-lang")))
}

fn fields(asked: &Asked, typed: &Typed) -> Vec<Field> {
    fn items<'a>(
        words: impl IntoIterator<Item = &'a str>,
        said: impl Fn(&str) -> String,
    ) -> Vec<(String, Text, Option<Text>)> {
        words.into_iter().map(|word| (word.to_owned(), Text::say(&said(word)), None)).collect()
    }
    let choices = asked.mine.can.choices().iter().map(|one| one.as_str());
    let choices = items(choices, |word| format!("choices-said-{word}"));
    let heard = items(Heard::ALL.iter().map(|one| one.as_str()), |word| format!("choices-heard-{word}"));
    let deciders = spoken::Spoken::DECIDERS.map(Decider::as_str);
    let deciders = items(deciders, |word| format!("choices-decider-{word}"));
    let checks = items(Check::ALL.iter().map(|one| one.as_str()), |word| format!("choices-check-{word}"));
    let mut fields = vec![
        Field::choice("choice", "choices-said", &typed.choice, choices),
        Field::choice("heard", "choices-heard", &typed.heard, heard),
        Field::choice("decider", "choices-decider", &typed.decider, deciders),
        Field::input("authority", "choices-authority", &typed.authority).hinted("choices-authority-hint"),
        Field::choice("check", "choices-check", &typed.check, checks),
        Field::input("evidence", "choices-evidence", &typed.evidence).hinted("choices-evidence-hint"),
    ];
    if asked.asks_age {
        let bands = AgeBand::ALL.map(AgeBand::as_str);
        let age =
            Field::choice("age_band", "choices-age", &typed.age_band, items(bands, |band| format!("age-band-{band}")));
        fields.insert(1, age.hinted("choices-age-hint"));
    }
    if asked.mine.can == Can::Object {
        let grounds = Field::input("grounds", "choices-grounds", &typed.grounds).of_type("area");
        fields.insert(1, grounds.hinted("choices-grounds-hint"));
    }
    fields
}

fn unclear(what: Unclear) -> Wrong {
    match what {
        Unclear::Heard => Wrong::Console("heard", "wrong-choice-heard"),
        Unclear::Decider => Wrong::Console("decider", "wrong-choice-decider"),
        Unclear::Authority => Wrong::Console("authority", "wrong-choice-authority"),
        Unclear::Check => Wrong::Console("check", "wrong-choice-check"),
        Unclear::CheckThere => Wrong::Console("check", "wrong-choice-check-there"),
        Unclear::Evidence => Wrong::Console("evidence", "wrong-choice-evidence"),
    }
}

/// `POST …/choices/{client_id}/{purpose}`.
pub async fn write(desk: Seated, Path(which): Which, Posted(typed): Posted<Typed>) -> Response {
    let said = spoken::Spoken::read(&spoken::Typed {
        heard: &typed.heard,
        decider: &typed.decider,
        authority: &typed.authority,
        check: &typed.check,
        evidence: &typed.evidence,
    });
    let (choice, spoken) = match (Choice::parse(&typed.choice), said) {
        (Some(choice), Ok(spoken)) => (choice, spoken),
        (choice, said) => {
            let nothing = choice.is_none().then_some(Wrong::Console("choice", "wrong-choice-said"));
            let wrong = nothing.into_iter().chain(said.err().into_iter().flatten().map(unclear)).collect();
            return ask(&desk, &which, &typed, wrong).await;
        }
    };
    let said = deeds::Said {
        choice,
        spoken: &spoken,
        age: AgeBand::parse(&typed.age_band),
        grounds: &typed.grounds,
        lang: lang(&desk),
        read: &typed.read,
    };
    let view = desk.app.view.clone();
    let letter = move |noted: &Noted| {
        let letter = view.letters(noted.lang.into()).choice_noted(noted);
        Letter { subject: letter.subject, body: letter.body }
    };
    let (enquiry, account, client, of) = &which;
    let who = (EnquiryId(*enquiry), AccountId(*account));
    let wrong = match deeds::record(desk.deed(), who, (client, of), &said, &letter).await {
        Ok(Became::Done { record, written }) => {
            let told = if written { "written" } else { "unwritten" };
            return desk.see_other(&format!("{}/receipts/{record}?told={told}", place(*enquiry, *account)));
        }
        Ok(Became::Changed) => Wrong::Console("choice", "wrong-choice-changed"),
        Ok(Became::NoAge) => Wrong::Console("age_band", "wrong-choice-age"),
        Ok(Became::TooYoung) => Wrong::Console("decider", "wrong-choice-young"),
        Ok(Became::TooOld) => Wrong::Console("decider", "wrong-choice-old"),
        Ok(Became::LongGrounds) => Wrong::Console("grounds", "wrong-choice-grounds"),
        Err(refused) => return desk.refused(&refused),
    };
    ask(&desk, &which, &typed, vec![wrong]).await
}

/// Whether she is written to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    told: String,
}

/// `GET …/receipts/{record}`: what was written down, to be printed for her.
pub async fn receipt(
    desk: Seated,
    Path((enquiry, account, record)): Path<(Uuid, Uuid, Uuid)>,
    Query(told): Query<Told>,
) -> Response {
    let who = (EnquiryId(enquiry), AccountId(account));
    let about = match deeds::receipt(desk.deed(), who, RecordId(record), lang(&desk)).await {
        Ok(about) => about,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let done = match told.told.as_str() {
        "written" => Some(Block::Done(Text::say("choices-written"))),
        "unwritten" => Some(Block::Warning(Text::say("choices-unwritten"))),
        _ => None,
    };
    let back = format!("{}/choices", place(enquiry, account));
    let page = Console::new(Text::say("choices-receipt")).back(back).maybe(done);
    desk.page(&page.block(Block::Facts(facts(&about))).block(Block::Para(change(&about))))
}

fn facts(about: &About) -> Vec<(Text, Cell)> {
    let (record, how) = (&about.record, &about.record.how);
    let said = Text::say(&format!("sharing-did-{}", record.state.as_str()));
    let mut facts: Vec<(Text, Cell)> = vec![
        (Text::say("receipt-what"), said.into()),
        (Text::say("receipt-service"), Text::plain(about.service.clone()).into()),
        (Text::say("receipt-purpose"), Text::plain(about.purpose.clone()).into()),
        (Text::say("receipt-when"), Text::At(record.at).into()),
    ];
    let way = how.channel.map(Way::as_str).map(|way| Text::say(&format!("sharing-way-{way}")));
    facts.extend(way.map(|way| (Text::say("receipt-how"), way.into())));
    let actor = how.actor.map(|actor| Text::say(&format!("receipt-actor-{}", actor.as_str())));
    facts.extend(actor.map(|actor| (Text::say("receipt-actor"), actor.into())));
    facts.extend(how.expires_at.map(|until| (Text::say("choices-until"), Text::Day(until).into())));
    facts.extend([
        (Text::say("receipt-notice"), Text::plain(record.notice.to_string()).into()),
        (Text::say("receipt-council-name"), Text::plain(about.controller.name.clone()).into()),
        (Text::say("receipt-number"), Text::plain(record.id.to_string()).into()),
    ]);
    facts.extend(how.event.map(|event| (Text::say("receipt-event"), Text::plain(event.to_string()).into())));
    facts
}

fn change(about: &About) -> Text {
    let council = &about.controller;
    Text::say("choices-change")
        .with("phone", &council.phone)
        .with("email", &council.email)
        .with("address", &council.address)
        .with("url", &about.change_url)
}
