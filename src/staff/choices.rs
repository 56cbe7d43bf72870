//! `/enquiries/{enquiry}/people/{account}/choices…`: what a resident says about sharing by phone, at a desk or by post is written
//! down, and printed for her.

use super::seated::Seated;
use crate::domain::client::Lang as Spoken;
use crate::domain::ids::{AccountId, EnquiryId, RecordId};
use crate::domain::sharing::age::AgeBand;
use crate::domain::sharing::receipt::About;
use crate::domain::sharing::spoken::{self, Check, Choice, Heard, Noted, Unclear};
use crate::domain::sharing::{Decider, Method, Record, Way};
use crate::service::looking::Refused;
use crate::service::looking::choices::{self as deeds, Asked, Became, In};
use crate::service::post::Text as Letter;
use crate::service::sharing::own::{Can, Mine};
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use crate::view::{Lang, Wrong};
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// The most receipts that are offered on a page.
const RECEIPTS: usize = 5;

/// Whom it is about.
fn who(enquiry: Uuid, account: Uuid) -> In {
    In { enquiry: EnquiryId(enquiry), account: AccountId(account), late: false }
}

/// Where all of it is.
fn place(enquiry: Uuid, account: Uuid) -> String {
    format!("/enquiries/{enquiry}/people/{account}")
}

/// The language of the page: what is read to her is in it.
fn lang(desk: &Seated) -> Spoken {
    desk.lang.into()
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
    let all = match deeds::view(desk.deed(), who(enquiry, account)).await {
        Ok(all) => all,
        Err(refused) => return desk.refused(&refused),
    };
    let here = place(enquiry, account);
    let rows: Vec<Vec<Cell>> = all.iter().map(|(mine, choices)| row(&desk, &here, mine, choices)).collect();
    let page = Console::new(Text::say("choices-title")).back(&here).block(Block::Para(Text::say("choices-lead")));
    desk.page(&if rows.is_empty() {
        page.block(Block::Para(Text::say("choices-none")))
    } else {
        let head = ["person-service", "objections-purpose", "choices-stands", "person-when", "choices-choose"];
        page.block(Block::Table { caption: Text::say("choices-table"), head: head.map(Text::say).to_vec(), rows })
    })
}

fn row(desk: &Seated, here: &str, mine: &Mine, choices: &[Choice]) -> Vec<Cell> {
    let (service, purpose) = (desk.service_name(&mine.client_id), desk.purpose(&mine.purpose));
    let write = format!("{here}/choices/{}/{}", mine.client_id, mine.purpose);
    let words = || Text::say("choices-write").with("service", &service).with("purpose", &purpose);
    let link = if choices.is_empty() { Text::plain("").into() } else { Cell::link(words(), write) };
    vec![
        Text::plain(&*service).into(),
        Text::plain(&*purpose).into(),
        stands(mine.can).into(),
        mine.since.map_or_else(|| Text::plain(""), Text::At).into(),
        link,
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
    language: String,
    edition: String,
    read: String,
}

type Which = Path<(Uuid, Uuid, String, String)>;

/// `GET …/choices/{client_id}/{purpose}`: what is read to her, and the form.
pub async fn one(desk: Seated, Path(which): Which) -> Response {
    ask(&desk, &which, &Typed::default(), Vec::new()).await
}

/// Whether the council speaks another language beside that of the page.
fn bilingual(desk: &Seated) -> bool {
    let languages = desk.app.view().languages();
    Lang::ALL.into_iter().all(|lang| languages.speak(lang) == lang)
}

async fn ask(
    desk: &Seated,
    (enquiry, account, client, of): &(Uuid, Uuid, String, String),
    typed: &Typed,
    wrong: Vec<Wrong>,
) -> Response {
    let here = format!("{}/choices", place(*enquiry, *account));
    let who = In { late: !wrong.is_empty(), ..who(*enquiry, *account) };
    let asked = match deeds::one(desk.deed(), who, (client, of), lang(desk)).await {
        Ok(asked) => asked,
        // She chose meanwhile, and nothing is left to choose there.
        Err(Refused::NotFound) if who.late => return desk.see_other(&here),
        Err(refused) => return desk.refused(&refused),
    };
    let form = Form::post(format!("{here}/{client}/{of}"), "write", "choices-record").hidden("read", &asked.read);
    let page = Console::new(Text::say("choices-one")).back(&here).wrong(wrong);
    let page = script(desk, page, &asked).block(Block::Form(form.fields(fields(desk, &asked, typed))));
    let receipts = asked.lines.iter().take(RECEIPTS).map(|line| {
        let words = did(line);
        vec![words.into(), Cell::link(Text::At(line.at), format!("{}/receipts/{}", place(*enquiry, *account), line.id))]
    });
    let rows: Vec<Vec<Cell>> = receipts.collect();
    let head = ["receipt-what", "choices-receipts-print"].map(Text::say).to_vec();
    let table = Block::Table { caption: Text::say("choices-receipts"), head, rows };
    desk.page(&page.maybe((!asked.lines.is_empty()).then_some(table)))
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
    let (service, purpose) = (desk.service_name(&mine.client_id), desk.purpose(&mine.purpose));
    let kept = mine.retention.as_ref().map(|kept| desk.say(kept)).unwrap_or_default();
    let words = Text::say(words).with("service", &service).with("purpose", &purpose).with("kept", kept);
    let claims = asked.tell.claims.iter().filter(|claim| claim.said_of().is_none());
    let rows = claims.map(|claim| vec![Text::Claim(claim.as_str().to_owned()).into()]).collect();
    let mut facts: Vec<(Text, Cell)> = vec![
        (Text::say("person-service"), Text::plain(service).into()),
        (Text::say("objections-purpose"), Text::plain(purpose).into()),
        (Text::say("choices-stands"), stands(mine.can).into()),
    ];
    let notice = format!("{}/notices/{}", desk.app.origin.as_str().trim_end_matches('/'), asked.tell.notice);
    facts.push((Text::say("receipt-notice"), Cell::link(Text::plain(asked.tell.notice.to_string()), notice)));
    page.block(Block::Facts(facts))
        .block(Block::Heading(Text::say(heading)))
        .block(Block::Inset(words))
        .block(Block::Table { caption: Text::say("choices-details"), head: vec![Text::say("person-claim")], rows })
        .maybe(bilingual(desk).then(|| Block::Para(Text::say("choices-read-lang"))))
}

fn fields(desk: &Seated, asked: &Asked, typed: &Typed) -> Vec<Field> {
    fn items<'a>(
        words: impl IntoIterator<Item = &'a str>,
        said: impl Fn(&str) -> String,
    ) -> Vec<(String, Text, Option<Text>)> {
        words.into_iter().map(|word| (word.to_owned(), Text::say(&said(word)), None)).collect()
    }
    let choices = asked.choices.iter().map(|one| one.as_str());
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
    let (gives, consents) = (|choice: &Choice| matches!(choice, Choice::Yes | Choice::Allow), asked.asks_age);
    if asked.choices.iter().any(gives) {
        fields.push(Field::input("edition", "choices-edition", &typed.edition).hinted("choices-edition-hint"));
    }
    if bilingual(desk) {
        let value = if typed.language.is_empty() { desk.lang.as_str() } else { &typed.language };
        let languages = items(Lang::ALL.map(Lang::as_str), |word| format!("receipt-language-{word}"));
        fields.insert(2, Field::choice("language", "choices-language", value, languages));
    }
    if !asked.age_held {
        let bands = items(AgeBand::ALL.map(AgeBand::as_str), |band| format!("age-band-{band}"));
        let age = Field::choice("age_band", "choices-age", &typed.age_band, bands);
        fields.push(age.hinted(if consents { "choices-age-hint" } else { "choices-age-parent-hint" }));
    }
    if asked.mine.can == Can::Object {
        let grounds = Field::input("grounds", "choices-grounds", &typed.grounds).of_type("area");
        fields.insert(1, grounds.hinted("choices-grounds-hint"));
    }
    fields
}

fn unclear(what: Unclear) -> Wrong {
    match what {
        Unclear::Choice => Wrong::Console("choice", "wrong-choice-said"),
        Unclear::Heard => Wrong::Console("heard", "wrong-choice-heard"),
        Unclear::Decider => Wrong::Console("decider", "wrong-choice-decider"),
        Unclear::Authority => Wrong::Console("authority", "wrong-choice-authority"),
        Unclear::Check => Wrong::Console("check", "wrong-choice-check"),
        Unclear::CheckThere => Wrong::Console("check", "wrong-choice-check-there"),
        Unclear::CheckMore => Wrong::Console("check", "wrong-choice-check-more"),
        Unclear::Evidence => Wrong::Console("evidence", "wrong-choice-evidence"),
    }
}

/// `POST …/choices/{client_id}/{purpose}`.
pub async fn write(desk: Seated, Path(which): Which, Posted(typed): Posted<Typed>) -> Response {
    let read = spoken::Spoken::read(&spoken::Typed {
        choice: &typed.choice,
        heard: &typed.heard,
        decider: &typed.decider,
        authority: &typed.authority,
        check: &typed.check,
        evidence: &typed.evidence,
    });
    let spoken = match read {
        Ok(spoken) => spoken,
        Err(wrong) => return ask(&desk, &which, &typed, wrong.into_iter().map(unclear).collect()).await,
    };
    let said = deeds::Said {
        spoken: &spoken,
        age: AgeBand::parse(&typed.age_band),
        grounds: &typed.grounds,
        edition: &typed.edition,
        lang: Spoken::parse(&typed.language).unwrap_or_else(|| lang(&desk)),
        shown: lang(&desk),
        read: &typed.read,
    };
    let view = desk.app.view();
    let letter = move |noted: &Noted| {
        let letter = view.letters(noted.lang.into()).choice_noted(noted);
        Letter { subject: letter.subject, body: letter.body }
    };
    let (enquiry, account, client, of) = &which;
    let who = In { late: true, ..who(*enquiry, *account) };
    let wrong = match deeds::record(desk.deed(), who, (client, of), &said, &letter).await {
        Ok(Became::Done { record, written }) => {
            let told = if written { "written" } else { "unwritten" };
            return desk.see_other(&format!("{}/receipts/{record}?told={told}", place(*enquiry, *account)));
        }
        Ok(Became::Changed) => {
            let typed = Typed { choice: String::new(), ..typed };
            return ask(&desk, &which, &typed, vec![Wrong::Console("choice", "wrong-choice-changed")]).await;
        }
        Ok(Became::OtherLanguage) => Wrong::Console("language", "wrong-choice-language"),
        Ok(Became::OtherEdition) => Wrong::Console("edition", "wrong-choice-edition"),
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
    // An enquiry may have run out while it was written down.
    let who = In { late: !told.told.is_empty(), ..who(enquiry, account) };
    let about = match deeds::receipt(desk.deed(), who, RecordId(record), lang(&desk)).await {
        Ok(about) => about,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let done = match told.told.as_str() {
        "written" => Some(Block::Done(Text::say("choices-written"))),
        "unwritten" => Some(Block::Done(Text::say("choices-unwritten"))),
        _ => None,
    };
    let back = format!("{}/choices", place(enquiry, account));
    let page = Console::new(Text::say("choices-receipt")).back(back).maybe(done);
    let page = page.block(Block::Facts(facts(&about))).block(Block::Para(Text::say("choices-not-said")));
    desk.page(&page.block(Block::Para(change(&about))))
}

/// What a line says, in the words that the resident reads.
fn did(line: &Record) -> Text {
    let by = line.how.actor.map_or("", Decider::as_str);
    Text::say(&format!("sharing-did-{}", line.state.as_str())).with("by", by)
}

fn facts(about: &About) -> Vec<(Text, Cell)> {
    let (record, how) = (&about.record, &about.record.how);
    let said = did(record);
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
    let method = how.method.map(Method::as_str).map(|method| Text::say(&format!("receipt-method-{method}")));
    facts.extend(method.map(|method| (Text::say("choices-method"), method.into())));
    let claims = record.claims.iter().filter(|claim| claim.said_of().is_none());
    facts.extend(claims.map(|claim| (Text::say("choices-detail"), Text::Claim(claim.as_str().to_owned()).into())));
    if !about.retention.is_empty() {
        facts.push((Text::say("receipt-kept"), Text::plain(about.retention.clone()).into()));
    }
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
        .with("address", &council.address)
        .with("url", &about.change_url)
}
