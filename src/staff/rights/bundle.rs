//! `/rights/{case}/enquiries/{enquiry}/copy…`: the copy of everything that is held about somebody, from what has to be known before it
//! is made to the day on which she has it.

use super::Seated;
use crate::domain::client::Lang as Spoken;
use crate::domain::ids::{CaseId, EnquiryId};
use crate::domain::rights::bundle::{
    Barred, Checked, Coercion, Decision, Entry, Identity, MOST, Noted, Stage, Standing, Verdict, Way, pieces,
};
use crate::domain::time::When;
use crate::service::looking::Refused;
use crate::service::looking::bundle::{self as deeds, Does, Seen};
use crate::service::post::Text as Letter;
use crate::service::rights::bundle::Became;
use crate::view::Wrong;
use crate::view::pages::console::{Block, Console, Field, Form, Text};
use axum::body::Body;
use axum::extract::{Form as Posted, Path, Query};
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

/// What the fields of the pieces are called, made once.
static PIECES: LazyLock<Vec<String>> = LazyLock::new(|| (1..=MOST).map(|number| format!("piece-{number}")).collect());

/// What the forms say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    act: String,
    identity: String,
    identity_words: String,
    coercion: String,
    coercion_words: String,
    decision: String,
    decision_words: String,
}

/// How it is handed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct By {
    way: String,
}

/// What the page is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Whether she was written to of what was just done.
    told: String,
}

/// What was typed, and what to mend.
#[derive(Default)]
struct Shown {
    typed: Typed,
    chosen: BTreeMap<String, String>,
    way: String,
    wrong: Vec<Wrong>,
    told: String,
}

impl Shown {
    fn of(typed: Typed) -> Self {
        Self { typed, ..Self::default() }
    }
}

type Which = (CaseId, EnquiryId);

/// Where the copy of a case is.
pub(super) fn at(case: CaseId, enquiry: EnquiryId) -> String {
    format!("/rights/{case}/enquiries/{enquiry}/copy")
}

/// What was noted, in its order, without the words.
pub(super) fn timeline(noted: &[Entry]) -> Option<Block> {
    let rows = noted.iter().map(|entry| vec![Text::At(entry.at).into(), said(entry).into()]);
    let head = ["person-when", "receipt-what"].map(Text::say).to_vec();
    let caption = Text::say("bundle-title");
    (!noted.is_empty()).then(|| Block::Table { caption, head, rows: rows.collect() })
}

fn said(entry: &Entry) -> Text {
    let what = entry.noted.as_str();
    match entry.noted {
        Noted::Identity | Noted::Coercion | Noted::Decision | Noted::Delivered => {
            Text::say(&format!("bundle-{what}-{}", entry.outcome))
        }
        Noted::Gathered | Noted::Made => Text::say(&format!("bundle-{what}")).with("outcome", &entry.outcome),
        Noted::Ordered | Noted::Reviewed | Noted::Released => Text::say(&format!("bundle-{what}")),
    }
}

/// `GET …/copy`.
pub async fn show(desk: Seated, Path((case, enquiry)): Path<(Uuid, Uuid)>, Query(asked): Query<Asked>) -> Response {
    page(&desk, (CaseId(case), EnquiryId(enquiry)), Shown { told: asked.told, ..Shown::default() }).await
}

async fn page(desk: &Seated, which: Which, shown: Shown) -> Response {
    let Seen { case, view } = match deeds::view(desk.deed(), which).await {
        Ok(seen) => seen,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    let here = at(which.0, which.1);
    let done = match &*shown.told {
        "written" => Some(Block::Done(Text::say("rights-desk-written"))),
        "unwritten" => Some(Block::Warning(Text::say("rights-desk-unwritten"))),
        "noted" => Some(Block::Done(Text::say("rights-desk-noted"))),
        _ => None,
    };
    let back = here.trim_end_matches("/copy").to_owned();
    let mut page = Console::new(Text::say("bundle-title")).back(back).wrong(shown.wrong.clone()).maybe(done);
    page = page.block(Block::Para(Text::say("bundle-lead").with("reference", &case.summary.reference)));
    page = page.maybe(noted(desk, &view.entries).await);
    for (entry, words) in &view.entries {
        if let Some(words) = words {
            page = page.block(Block::Heading(said(entry))).block(Block::Inset(Text::plain(words.clone())));
        }
    }
    if let Some(sum) = &view.sha256 {
        page = page.block(Block::Heading(Text::say("bundle-hash"))).block(Block::Code(sum.clone()));
    }
    if case.facts.closed.is_some() {
        return desk.page(&page);
    }
    let standing = &view.standing;
    let page = match standing.stage {
        Stage::None => before(page, &here, standing, case.is_known(), &shown.typed),
        Stage::Ordered | Stage::Reviewed => page.block(Block::Para(Text::say("bundle-waits"))),
        Stage::Gathered => match &view.sections {
            Some(sections) => {
                page.block(Block::Heading(Text::say("bundle-pieces"))).block(review(&here, sections, &shown.chosen))
            }
            None => page,
        },
        Stage::Made | Stage::Released(_) if standing.is_ready(desk.now) => deliver(page, &here, &shown.way),
        Stage::Made | Stage::Released(_) | Stage::Delivered(_) => page,
    };
    desk.page(&page)
}

/// What was noted, and by whom.
async fn noted(desk: &Seated, entries: &[(Entry, Option<String>)]) -> Option<Block> {
    let mut rows = Vec::with_capacity(entries.len());
    for (entry, _) in entries {
        let by = match entry.by {
            Some(staff) => Text::plain(desk.name_of(staff).await),
            None => Text::plain(""),
        };
        rows.push(vec![Text::At(entry.at).into(), said(entry).into(), by.into()]);
    }
    let head = ["person-when", "receipt-what", "bundle-by"].map(Text::say).to_vec();
    (!rows.is_empty()).then(|| Block::Table { caption: Text::say("bundle-noted"), head, rows })
}

fn items(words: impl IntoIterator<Item = &'static str>, prefix: &str) -> Vec<(String, Text, Option<Text>)> {
    words.into_iter().map(|word| (word.to_owned(), Text::say(&format!("{prefix}{word}")), None)).collect()
}

/// The form that does one thing of these.
fn form(here: &str, (act, id): (&str, &'static str), button: &str, fields: Vec<Field>) -> Block {
    Block::Form(Form::post(here, id, button).fields(fields).hidden("act", act))
}

/// What has to be known before it is made.
fn before(page: Console, here: &str, standing: &Standing, known: bool, typed: &Typed) -> Console {
    let proofs = Identity::ALL.iter().filter(|proof| (**proof == Identity::Session) == known);
    let value = if known { Identity::Session.as_str() } else { &typed.identity };
    let identity = vec![
        Field::choice(
            "identity",
            "bundle-identity",
            value,
            items(proofs.map(|proof| proof.as_str()), "bundle-identity-"),
        )
        .hinted("bundle-identity-hint"),
        Field::input("identity_words", "bundle-words", &typed.identity_words).of_type("area"),
    ];
    let mut page = page.block(Block::Heading(Text::say("bundle-identity-title"))).block(form(
        here,
        ("identity", "note-identity"),
        "bundle-note",
        identity,
    ));
    let worry = matches!(standing.checked, Checked::Worry(_) | Checked::Stop(_));
    if worry {
        let decisions = items(Decision::ALL.iter().map(|one| one.as_str()), "bundle-decide-");
        let fields = vec![
            Field::choice("decision", "bundle-decision", &typed.decision, decisions).hinted("bundle-decision-hint"),
            Field::input("decision_words", "bundle-reasons", &typed.decision_words).of_type("area"),
        ];
        page = page
            .block(Block::Heading(Text::say("bundle-decision-title")))
            .block(Block::Warning(Text::say("bundle-worry-lead")))
            .block(form(here, ("decision", "note-decision"), "bundle-note", fields));
    } else {
        let checks = items(Coercion::ALL.iter().map(|one| one.as_str()), "bundle-check-");
        let fields = vec![
            Field::choice("coercion", "bundle-coercion", &typed.coercion, checks).hinted("bundle-coercion-hint"),
            Field::input("coercion_words", "bundle-coercion-words", &typed.coercion_words).of_type("area"),
        ];
        page = page.block(Block::Heading(Text::say("bundle-coercion-title"))).block(form(
            here,
            ("coercion", "note-coercion"),
            "bundle-note",
            fields,
        ));
    }
    let ready = standing.identity.is_some() && matches!(standing.checked, Checked::Clear | Checked::Go);
    page = page.block(Block::Heading(Text::say("bundle-order-title")));
    page.block(if ready {
        form(here, ("order", "order"), "bundle-order", Vec::new())
    } else {
        Block::Para(Text::say("bundle-order-lead"))
    })
}

/// Every piece with what can be decided of it.
fn review(
    here: &str,
    sections: &[crate::domain::rights::download::Section],
    chosen: &BTreeMap<String, String>,
) -> Block {
    let verdicts = || items(Verdict::ALL.iter().map(|verdict| verdict.as_str()), "bundle-verdict-");
    let all = pieces(sections);
    let fields = all.iter().zip(PIECES.iter()).enumerate().map(|(place, (piece, name))| Field::Choice {
        name,
        legend: Text::say(&format!("bundle-piece-{}", piece.part)).with("number", place + 1).with("count", piece.count),
        hint: Some(Text::plain(piece.text)),
        value: chosen.get(name).cloned().unwrap_or_default(),
        items: verdicts(),
    });
    let button = if all.is_empty() { "bundle-no-pieces" } else { "bundle-decide" };
    Block::Form(Form::post(format!("{here}/pieces"), "decide", button).fields(fields.collect()))
}

fn deliver(page: Console, here: &str, way: &str) -> Console {
    let ways = items([Way::Desk, Way::Post].map(Way::as_str), "bundle-way-");
    let fields = vec![Field::choice("way", "bundle-way", way, ways)];
    page.block(Block::Heading(Text::say("bundle-release-title")))
        .block(Block::Para(Text::say("bundle-release-lead")))
        .block(form(here, ("release", "release"), "bundle-release", Vec::new()))
        .block(Block::Heading(Text::say("bundle-take-title")))
        .block(Block::Para(Text::say("bundle-take-lead")))
        .block(Block::Form(
            Form::post(format!("{here}/file"), "take", "bundle-take").weight("secondary").fields(fields),
        ))
}

/// What to mend, and where.
fn mend(became: Became, field: &'static str, words: &'static str) -> Wrong {
    let say = match became {
        Became::NoWords => return Wrong::Console(words, "wrong-bundle-words"),
        Became::Undecided => "wrong-bundle-piece",
        Became::Done { .. } => "wrong-restriction-now",
        Became::Barred(barred) => match barred {
            Barred::WrongCase | Barred::NotNow => "wrong-restriction-now",
            Barred::NoIdentity => "wrong-bundle-identity",
            Barred::WrongProof => "wrong-bundle-proof",
            Barred::NoCheck => "wrong-bundle-check",
            Barred::Worry => "wrong-bundle-worry",
            Barred::OwnWorry => "wrong-bundle-own",
        },
    };
    Wrong::Console(field, say)
}

/// The letter that says it can be fetched.
fn ready(desk: &Seated) -> impl Fn(Spoken, &str, When) -> Letter + Sync + use<> {
    let (view, origin) = (desk.app.view(), desk.app.origin.as_str().trim_end_matches('/').to_owned());
    move |lang, reference, until| {
        let url = format!("{origin}/account/rights/{reference}/copy");
        let letter = view.letters(lang.into()).copy_ready(&url, until);
        Letter { subject: letter.subject, body: letter.body }
    }
}

fn told(became: Became) -> Option<&'static str> {
    match became {
        Became::Done { written: Some(true) } => Some("written"),
        Became::Done { written: Some(false) } => Some("unwritten"),
        Became::Done { written: None } => Some("noted"),
        _ => None,
    }
}

/// `POST …/copy`: something is noted, ordered or released.
pub async fn act(desk: Seated, Path((case, enquiry)): Path<(Uuid, Uuid)>, Posted(typed): Posted<Typed>) -> Response {
    let which = (CaseId(case), EnquiryId(enquiry));
    let ready = ready(&desk);
    let Typed { identity, identity_words, coercion, coercion_words, decision, decision_words, .. } = &typed;
    let (does, field, words, known) = match &*typed.act {
        "identity" => {
            let does = Does::Note(Noted::Identity, identity, identity_words);
            (does, "identity", "identity_words", Identity::parse(identity).is_some())
        }
        "coercion" => {
            let does = Does::Note(Noted::Coercion, coercion, coercion_words);
            (does, "coercion", "coercion_words", Coercion::parse(coercion).is_some())
        }
        "decision" => {
            let does = Does::Note(Noted::Decision, decision, decision_words);
            (does, "decision", "decision_words", Decision::parse(decision).is_some())
        }
        "order" => (Does::Order, "order", "order", true),
        "release" => (Does::Release(&ready), "release", "release", true),
        _ => return desk.not_found(),
    };
    if !known {
        let wrong = vec![Wrong::Console(field, "wrong-bundle-choose")];
        return page(&desk, which, Shown { typed, wrong, ..Shown::default() }).await;
    }
    let became = deeds::act(desk.deed(), which, does).await;
    after(&desk, which, became, |became| Shown { wrong: vec![mend(became, field, words)], ..Shown::of(typed.clone()) })
        .await
}

/// The page again: behind what was done, or with what was typed and what to mend.
async fn after(
    desk: &Seated,
    which: Which,
    became: Result<Became, Refused>,
    shown: impl FnOnce(Became) -> Shown,
) -> Response {
    let became = match became {
        Ok(became) => became,
        Err(Refused::NotFound) => return desk.not_found(),
        Err(refused) => return desk.refused(&refused),
    };
    if let Some(told) = told(became) {
        return desk.see_other(&format!("{}?told={told}", at(which.0, which.1)));
    }
    page(desk, which, shown(became)).await
}

/// `POST …/copy/pieces`: every piece is decided at once.
pub async fn decide(
    desk: Seated,
    Path((case, enquiry)): Path<(Uuid, Uuid)>,
    Posted(chosen): Posted<BTreeMap<String, String>>,
) -> Response {
    let which = (CaseId(case), EnquiryId(enquiry));
    let of = |name: &String| chosen.get(name).and_then(|word| Verdict::parse(word));
    // None but those that a page of ours has shown are looked at.
    let verdicts: Vec<Option<Verdict>> = PIECES.iter().map(of).collect();
    let became = deeds::act(desk.deed(), which, Does::Review(&verdicts)).await;
    let first = PIECES.iter().find(|name| of(name).is_none()).map_or("decide", String::as_str);
    after(&desk, which, became, |became| Shown { chosen, wrong: vec![mend(became, first, first)], ..Shown::default() })
        .await
}

/// `POST …/copy/file`: the file, once, to be handed over.
pub async fn take(desk: Seated, Path((case, enquiry)): Path<(Uuid, Uuid)>, Posted(by): Posted<By>) -> Response {
    let which = (CaseId(case), EnquiryId(enquiry));
    let Some(way) = Way::parse(&by.way).filter(|way| *way != Way::Account) else {
        let wrong = vec![Wrong::Console("way", "wrong-bundle-way")];
        return page(&desk, which, Shown { way: by.way, wrong, ..Shown::default() }).await;
    };
    // They come back here, and press the button again.
    if !desk.officer.is_fresh(desk.now) {
        return desk.prove_again(&at(which.0, which.1));
    }
    match deeds::take(desk.deed(), which, way).await {
        Ok(Ok(file)) => {
            let name = format!("attachment; filename=\"copy-{}.zip\"", desk.now.timestamp().strftime("%Y-%m-%d"));
            let mut answer = desk.answer(StatusCode::OK, Body::from(file));
            let headers = answer.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            if let Ok(name) = HeaderValue::from_str(&name) {
                headers.insert(CONTENT_DISPOSITION, name);
            }
            answer
        }
        Ok(Err(became)) => {
            let wrong = vec![mend(became, "way", "way")];
            page(&desk, which, Shown { way: by.way, wrong, ..Shown::default() }).await
        }
        Err(Refused::NotFound) => desk.not_found(),
        Err(refused) => desk.refused(&refused),
    }
}
