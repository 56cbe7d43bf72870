//! Everything that is held about a person, part by part: what her account shows, and what it does not. What is kept from her for now
//! is left out by the same statement as on her own pages; a hold against fraud or for an inquiry would tell of it, and is left out too.

use super::{Copy, Entry, Noted, entry};
use crate::app::{App, Snapshot};
use crate::crypto::SealError;
use crate::crypto::record::StoredPayload;
use crate::domain::audit::Kind as _;
use crate::domain::audit::leaf;
use crate::domain::audit::vocabulary::{self, BundleNoted};
use crate::domain::client::{Lang, Words};
use crate::domain::disclosure::Disclosure;
use crate::domain::retention::HoldKind;
use crate::domain::rights::bundle::{MOST as PIECES, pieces};
use crate::domain::rights::download::{Cell, Section, Terms};
use crate::domain::rights::step::Step;
use crate::domain::sharing::NoticeRef;
use crate::domain::time::When;
use crate::service::rights::download;
use crate::service::{Failure, people, seen as looks};
use crate::store::seen::{self, SeenRow};
use crate::store::{bundles, holds, sharing, signals};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The most events that are gathered: more than twenty years of a busy account.
const EVENTS: i64 = 200_000;
/// The most lines of any other part.
const MOST: i64 = 10_000;

/// How many pieces are decided one by one.
pub(super) fn decided_one_by_one(sections: &[Section]) -> usize {
    pieces(sections).len().min(PIECES)
}

pub(super) async fn everything(
    copy: &Copy<'_>,
    leave: Disclosure,
    lang: Lang,
    now: When,
) -> Result<Vec<Section>, Failure> {
    let mut all = download::gather(copy.app, &copy.keys, leave, lang, now).await?;
    for section in all.iter_mut().filter(|section| section.name == "requests") {
        officers_words(section);
    }
    all.extend([
        events(copy, leave, lang, now).await?,
        notices(copy, lang).await?,
        proofs(copy).await?,
        messages(copy, lang).await?,
        told(copy, lang).await?,
        questions(copy, leave).await?,
        handling(copy, &leave)?,
        held_back(copy).await?,
        kept(copy.app),
    ]);
    Ok(all)
}

/// What she was told with each step others wrote; what came in is her own.
fn officers_words(requests: &mut Section) {
    for row in &mut requests.rows {
        if let [.., step, words] = row.as_mut_slice()
            && *step != Cell::code(Terms::Step, Step::Received.as_str())
            && let Cell::Text(text) = words
            && !text.is_empty()
        {
            *words = Cell::Others(std::mem::take(text));
        }
    }
}

async fn events(copy: &Copy<'_>, leave: Disclosure, lang: Lang, now: When) -> Result<Section, Failure> {
    let app = copy.app;
    let subjects = people::pseudonyms(&mut app.db.peek(), &copy.keys).await?;
    let who = (leave.subject(), &*subjects);
    let rows = seen::everything(&mut app.db.read().await?, who, looks::newest(now), now, EVENTS).await?;
    let snapshot = app.snapshot();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let (details, others) = said(copy, &snapshot, &row, &leave)?;
        let leaf = leaf::Read::parse(&row.leaf);
        let purpose = leaf.as_ref().and_then(|leaf| leaf.purpose.as_deref());
        let reason = leaf.as_ref().and_then(|leaf| leaf.reason_code.as_deref());
        let known = reason.and_then(|code| snapshot.policy.reasons.iter().find(|one| one.code == code));
        lines.push(vec![
            row.at.into(),
            what_happened(row.r#type),
            Cell::code(Terms::Outcome, &*row.outcome),
            Cell::code(Terms::Actor, leaf.as_ref().map(|leaf| &*leaf.actor.class)),
            row.client_id.map(|id| download::service(app, &id, lang)).into(),
            purpose.map(|key| Cell::named(key, what_for(&snapshot, key).map(|words| words.get(lang)))).into(),
            Cell::code(Terms::Basis, leaf.as_ref().and_then(|leaf| leaf.basis.as_deref())),
            known.map(|reason| reason.title.get(lang)).or(reason).into(),
            details,
            others,
            row.log.into(),
            row.leaf_index.map(|index| index.to_string()).into(),
            row.id.to_string().into(),
        ]);
    }
    let columns = &[
        "when", "what", "result", "by", "service", "purpose", "basis", "reason", "details", "others", "log", "place",
        "event",
    ];
    Ok(Section::new("events", columns, lines))
}

/// What another build wrote may be of a kind that has no words here.
fn what_happened(kind: String) -> Cell {
    if vocabulary::named(&kind).is_some() { Cell::code(Terms::Event, &*kind) } else { kind.into() }
}

/// A purpose of the register, or one of what the council itself does.
fn what_for<'s>(snapshot: &'s Snapshot, key: &str) -> Option<&'s Words> {
    let activities = &snapshot.policy.processing.activities;
    let own = || activities.iter().find(|activity| activity.id == key).map(|activity| &activity.title);
    snapshot.policy.purpose(key).or_else(own)
}

/// What the payload of an event says, and what in it others wrote or names others.
fn said(copy: &Copy<'_>, snapshot: &Snapshot, row: &SeenRow, leave: &Disclosure) -> Result<(Cell, Cell), Failure> {
    let nothing = || Cell::Text(String::new());
    let (Some(sealed_under), Some(payload)) = (&row.sealed_under, &row.payload) else {
        // By the rule of its category, as the part of what is kept says.
        return Ok((Cell::code(Terms::Lost, "destroyed"), nothing()));
    };
    let stored = StoredPayload { id: row.id, person: Some(leave.subject()), sealed_under, payload };
    let text = match snapshot.recorder.open_payload(stored, &copy.keys, leave) {
        Ok(text) => text,
        // Changed from outside, which the duty `watch_log` tells of.
        Err(SealError::Refused | SealError::Malformed) => {
            return Ok((Cell::code(Terms::Lost, "unreadable"), nothing()));
        }
        Err(error) => return Err(error.into()),
    };
    let payload: Map<String, Value> = serde_json::from_str(&text).map_err(|_| SealError::Malformed)?;
    let (mut details, mut others) = (Vec::new(), Vec::new());
    let kind = vocabulary::named(&row.r#type);
    for part in ["context", "data"] {
        let Some(Value::Object(keys)) = payload.get(part) else { continue };
        for (key, value) in keys.iter().filter(|(_, value)| !value.is_null()) {
            let line = format!("{key}: {}", in_words(value));
            let by_others = part == "data" && kind.is_none_or(|kind| kind.by_others(key));
            if by_others { others.push(line) } else { details.push(line) }
        }
    }
    let details = details.join("; ");
    // Who makes her ask may read over her shoulder what was noted of it.
    let details = if row.r#type == BundleNoted::TYPE { Cell::Others(details) } else { Cell::Text(details) };
    let others = others.join("; ");
    Ok((details, if others.is_empty() { nothing() } else { Cell::Others(others) }))
}

fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(in_words).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// The very notices that stand behind what was shared.
async fn notices(copy: &Copy<'_>, lang: Lang) -> Result<Section, Failure> {
    let records = sharing::of_account(&mut copy.app.db.peek(), copy.keys.account()).await?;
    let named: BTreeSet<(String, String)> =
        records.into_iter().map(|record| (record.notice, record.language)).collect();
    let snapshot = copy.app.snapshot();
    let rows = named.into_iter().map(|(notice, language)| {
        let lang = Lang::parse(&language).unwrap_or(lang);
        let reference = NoticeRef::parse(&notice);
        let text = reference.and_then(|reference| snapshot.policy.notice(&reference, lang));
        vec![
            notice.into(),
            Cell::code(Terms::Language, &*language),
            text.map(|text| text.title.clone()).into(),
            text.map(|text| text.text.clone()).into(),
            text.map(|text| text.sha256.clone()).into(),
        ]
    });
    Ok(Section::new("notices", &["notice", "language", "title", "words", "hash"], rows.collect()))
}

/// How she proves who she is, without a secret.
async fn proofs(copy: &Copy<'_>) -> Result<Section, Failure> {
    let rows = bundles::proofs(&mut copy.app.db.peek(), copy.keys.account()).await?;
    let rows = rows.into_iter().map(|(what, at)| vec![Cell::code(Terms::Proof, &*what), at.into()]);
    Ok(Section::new("proofs", &["what", "since"], rows.collect()))
}

async fn messages(copy: &Copy<'_>, lang: Lang) -> Result<Section, Failure> {
    let rows = bundles::messages(&mut copy.app.db.peek(), copy.keys.account(), MOST).await?;
    let rows = rows.into_iter().map(|sent| {
        vec![
            sent.created_at.into(),
            Cell::code(Terms::Message, &*sent.kind),
            sent.client_id.map(|id| download::service(copy.app, &id, lang)).into(),
            Cell::code(Terms::Delivery, &*sent.state),
            sent.finished_at.into(),
        ]
    });
    Ok(Section::new("messages", &["when", "what", "service", "state", "arrived"], rows.collect()))
}

/// What services were told about her, and which say that they need the account.
async fn told(copy: &Copy<'_>, lang: Lang) -> Result<Section, Failure> {
    let mut read = copy.app.db.read().await?;
    let signals = signals::of_account(&mut read, copy.keys.account()).await?;
    let needs = bundles::needs(&mut read, copy.keys.account()).await?;
    let signals = signals.into_iter().map(|signal| {
        vec![
            signal.queued_at.into(),
            download::service(copy.app, &signal.client_id, lang),
            Cell::code(Terms::Signal, &*signal.kind),
            Cell::code(Terms::Answered, &*signal.state),
            signal.delivered_at.into(),
            None::<When>.into(),
        ]
    });
    let empty = || Cell::Text(String::new());
    let needs = needs.into_iter().map(|(client, until)| {
        let needs = Cell::code(Terms::Signal, "needs_the_account");
        vec![empty(), download::service(copy.app, &client, lang), needs, empty(), empty(), until.into()]
    });
    let columns = &["when", "service", "what", "state", "arrived", "until"];
    Ok(Section::new("told", columns, signals.chain(needs).collect()))
}

async fn questions(copy: &Copy<'_>, leave: Disclosure) -> Result<Section, Failure> {
    let rows = bundles::questions(&mut copy.app.db.peek(), leave.subject(), MOST).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let answer = match &row.answer {
            Some(sealed) => Cell::Others(copy.keys.open(looks::answer_field(row.id), sealed, &leave)?.to_string()),
            None => Cell::Text(String::new()),
        };
        lines.push(vec![
            row.asked_at.into(),
            row.event.to_string().into(),
            row.due_at.into(),
            row.answered_at.into(),
            answer,
        ]);
    }
    Ok(Section::new("questions", &["when", "event", "due", "answered", "words"], lines))
}

/// What was noted in this case.
fn handling(copy: &Copy<'_>, leave: &Disclosure) -> Result<Section, Failure> {
    let mut lines = Vec::new();
    for row in &copy.entries {
        let Entry { noted, outcome, at, .. } = entry(row)?;
        let words = copy.words(row, leave)?.unwrap_or_default();
        let (result, words) = match noted {
            Noted::Coercion | Noted::Decision => (Cell::Text(String::new()), format!("{outcome}: {words}")),
            Noted::Identity => (Cell::code(Terms::Identity, &*outcome), words),
            Noted::Delivered => (Cell::code(Terms::Handed, &*outcome), words),
            _ => (outcome.into(), words),
        };
        // That she is asked whether she is safe tells nobody anything; what she said does.
        let what = if noted == Noted::Decision { Noted::Coercion } else { noted };
        let words = if words.is_empty() { Cell::Text(words) } else { Cell::Others(words) };
        lines.push(vec![at.into(), Cell::code(Terms::Noted, what.as_str()), result, words]);
    }
    Ok(Section::new("handling", &["when", "what", "result", "words"], lines))
}

/// What keeps her data from being destroyed.
async fn held_back(copy: &Copy<'_>) -> Result<Section, Failure> {
    let secret = [HoldKind::Fraud, HoldKind::Inquiry].map(HoldKind::as_str);
    let rows = holds::all(&mut copy.app.db.peek()).await?;
    let hers =
        rows.into_iter().filter(|hold| hold.account_id == Some(copy.keys.account()) && !secret.contains(&&*hold.kind));
    let rows = hers.map(|hold| {
        vec![
            hold.placed_at.into(),
            Cell::code(Terms::Hold, &*hold.kind),
            Cell::Others(hold.reason),
            hold.review_by.into(),
            hold.released_at.into(),
        ]
    });
    Ok(Section::new("holds", &["when", "what", "reason", "due", "until"], rows.collect()))
}

/// How long each kind of record is kept, and why (UK GDPR Art 15(1)(d)).
fn kept(app: &App) -> Section {
    let snapshot = app.snapshot();
    let rows = snapshot.policy.retention.rules.iter().map(|rule| {
        vec![
            rule.title.clone().into(),
            rule.category.as_str().into(),
            Cell::Lasts(rule.period),
            rule.legal_basis.clone().into(),
            rule.rationale.clone().into(),
            Cell::code(Terms::Trigger, rule.period.map(|_| rule.trigger.as_str())),
        ]
    });
    Section::new("kept", &["what", "category", "period", "basis", "reason", "from"], rows.collect())
}

#[cfg(test)]
mod tests {
    use super::what_happened;
    use crate::domain::rights::download::{Cell, Terms};

    #[test]
    fn an_event_of_another_build_stands_under_its_own_name() {
        let known = "account.created";
        assert_eq!(what_happened(known.to_owned()), Cell::code(Terms::Event, known));
        assert_eq!(what_happened("account.knighted".to_owned()), Cell::from("account.knighted"));
    }
}
