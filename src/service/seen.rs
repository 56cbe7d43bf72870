//! "Who has seen my data": looks of the staff and what services got, as the person whose data it is reads them, each with a
//! receipt that anybody can check. What is kept from her for now ([`super::delay`]) is not there.

use super::account::deny;
use super::disposal::{self, Explained};
use super::{Failure, export, log as logs, people};
use crate::app::{App, Snapshot};
use crate::crypto::SealError;
use crate::crypto::record::StoredPayload;
use crate::crypto::seal::{Field, PersonKeys};
use crate::domain::audit::Context;
use crate::domain::audit::leaf;
use crate::domain::claims::Claim;
use crate::domain::client::{Client, Words};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{ClientId, EventId, QuestionId};
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::store::questions::QuestionRow;
use crate::store::seen::{self, SeenRow};
use crate::store::sharing::SharingRow;
use crate::store::{questions, sharing};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

pub use crate::store::seen::By;

/// How many are shown at once.
pub const PAGE: usize = 10;

/// The most questions about one event that are shown.
const QUESTIONS: i64 = 20;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// A record was opened.
    Viewed,
    /// She was searched for, and found.
    Searched,
    /// A masked field was shown in clear.
    Revealed,
    /// Her account was suspended.
    Suspended,
    /// It was given back to her.
    Restored,
    /// Her data began to be kept and not used.
    Restricted,
    /// That is about to end, or has ended.
    Lifted,
    /// Her question was answered.
    Answered,
    /// A choice of hers was written down.
    Recorded,
    /// Anything else that members of staff do.
    Used,
    /// A service got something.
    Received,
}

impl Did {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Viewed,
        Self::Searched,
        Self::Revealed,
        Self::Suspended,
        Self::Restored,
        Self::Restricted,
        Self::Lifted,
        Self::Answered,
        Self::Recorded,
        Self::Used,
        Self::Received,
    ];

    fn of(kind: &str) -> Self {
        match kind {
            "officer.viewed" | "officer.bundle_ordered" | "officer.bundle_taken" => Self::Viewed,
            "officer.searched" | "officer.sought" => Self::Searched,
            "officer.revealed" => Self::Revealed,
            "account.suspended" => Self::Suspended,
            "account.restored" => Self::Restored,
            "account.restricted" => Self::Restricted,
            "account.restriction_announced" | "account.restriction_lifted" => Self::Lifted,
            "officer.answered" => Self::Answered,
            "officer.choice_recorded" => Self::Recorded,
            "claims.released" | "claims.denied" => Self::Received,
            _ => Self::Used,
        }
    }

    /// The word in the catalogue.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewed => "viewed",
            Self::Searched => "searched",
            Self::Revealed => "revealed",
            Self::Suspended => "suspended",
            Self::Restored => "restored",
            Self::Restricted => "restricted",
            Self::Lifted => "lifted",
            Self::Answered => "answered",
            Self::Recorded => "recorded",
            Self::Used => "used",
            Self::Received => "received",
        }
    }
}

/// One look, or one thing a service got.
#[derive(Debug, Clone)]
pub struct Access {
    /// The event.
    pub event: EventId,
    /// When.
    pub at: When,
    /// What.
    pub did: Did,
    /// It was tried, and refused.
    pub refused: bool,
    /// Which of her details, by the names of claims and fields.
    pub fields: Vec<String>,
    /// Why, in the words of the policies in force.
    pub reason: Option<Words>,
    /// The case it belongs to.
    pub case: Option<String>,
    /// The service: its id, and itself as the policies have it.
    pub service: Option<(String, Option<Arc<Client>>)>,
    /// What it is for, with the lawful basis, one for each sharing record.
    pub purposes: Vec<(Option<Words>, String)>,
    /// Its details were destroyed, as this says.
    pub destroyed: Option<Explained>,
    /// Since when it is shown, if it was kept from her before, and on what ground.
    pub late: Option<(When, Option<Words>)>,
    /// Her last question about it: when, by when she is answered, when she was.
    pub question: Option<(When, When, Option<When>)>,
    place: Option<(String, u64)>,
}

/// A part of the list.
#[derive(Debug, Clone)]
pub struct Part {
    /// Newest first.
    pub items: Vec<Access>,
    /// Behind which one there are more.
    pub older: Option<EventId>,
}

#[derive(Default, Deserialize)]
struct Payload {
    #[serde(default)]
    context: InContext,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
struct InContext {
    case: Option<String>,
}

/// What the kinds have in common, each under its own name.
#[derive(Default, Deserialize)]
struct Data {
    #[serde(default)]
    fields: Vec<String>,
    field: Option<String>,
    #[serde(default)]
    claims: Vec<String>,
    #[serde(default)]
    records: Vec<Uuid>,
}

/// What reading a row needs beside it.
struct Reader<'a> {
    app: &'a App,
    leave: Disclosure,
    keys: PersonKeys,
    subjects: Vec<String>,
    records: Vec<SharingRow>,
    snapshot: Arc<Snapshot>,
    explained: Mutex<Vec<(String, Explained)>>,
}

impl<'a> Reader<'a> {
    async fn new(app: &'a App, leave: Disclosure) -> Result<Self, Failure> {
        let mut read = app.db.read().await?;
        let keys = people::keys(&mut read, &app.roots, leave.subject()).await?;
        let records = sharing::of_account(&mut read, leave.subject()).await?;
        let subjects = people::pseudonyms(&mut read, &keys).await?;
        Ok(Self { app, leave, keys, subjects, records, snapshot: app.snapshot(), explained: Mutex::default() })
    }

    async fn rows(&self, by: By, before: (When, EventId), now: When, limit: i64) -> Result<Vec<SeenRow>, Failure> {
        let who = (self.leave.subject(), &*self.subjects);
        Ok(seen::before(&mut self.app.db.peek(), who, by, before, now, limit).await?)
    }

    fn payload(&self, row: &SeenRow) -> Result<Payload, Failure> {
        let (Some(sealed_under), Some(payload)) = (&row.sealed_under, &row.payload) else {
            return Ok(Payload::default());
        };
        let stored = StoredPayload { id: row.id, person: Some(self.leave.subject()), sealed_under, payload };
        let text = match self.snapshot.recorder.open_payload(stored, &self.keys, &self.leave) {
            Ok(text) => text,
            // Changed from outside: she is shown what the leaf says, and all else she may see (the duty `watch_log` tells of it).
            Err(SealError::Refused | SealError::Malformed) => {
                tracing::error!(event = %row.id, "the payload of an event does not open");
                return Ok(Payload::default());
            }
            Err(error) => return Err(error.into()),
        };
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    fn reason(&self, code: &str) -> Option<&crate::policy::Reason> {
        self.snapshot.policy.reasons.iter().find(|reason| reason.code == code)
    }

    /// Why there is nothing beside its leaf any more, if there is not.
    async fn destroyed(&self, row: &SeenRow) -> Result<Option<Explained>, Failure> {
        let (None, Some(log), Some(index)) = (&row.payload, &row.log, row.leaf_index) else { return Ok(None) };
        let names = |one: &Explained| one.names((index, index + 1)).next().is_some();
        // One event explains a whole batch: it is read once.
        let known = |explained: &[(String, Explained)]| {
            explained.iter().find(|(of, one)| of == log && names(one)).map(|(_, one)| one.clone())
        };
        if let Some(explained) = known(&self.explained.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(Some(explained));
        }
        let mut read = self.app.db.read().await?;
        let explained = disposal::explanation(&mut read, &self.snapshot.recorder, (log, index)).await?;
        let mut all = self.explained.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(explained.iter().map(|one| (log.clone(), one.clone())));
        Ok(explained)
    }

    async fn access(&self, row: SeenRow) -> Result<Access, Failure> {
        let destroyed = self.destroyed(&row).await?;
        let Payload { context, data } = self.payload(&row)?;
        let code = leaf::Read::parse(&row.leaf).and_then(|leaf| leaf.reason_code);
        // "The address was checked" goes with the address; as a line of its own it tells her nothing.
        let told = |claim: &String| Claim::parse(claim).is_none_or(|claim| claim.said_of().is_none());
        let claims = data.claims.into_iter().filter(told);
        let purposes = self.records.iter().filter(|record| data.records.contains(&record.id.0));
        let service = row.client_id.map(|id| {
            let client = ClientId::parse(&id).and_then(|id| self.snapshot.client(&id).cloned());
            (id, client)
        });
        Ok(Access {
            event: row.id,
            at: row.at,
            did: Did::of(&row.r#type),
            refused: row.outcome != "ok",
            fields: data.fields.into_iter().chain(data.field).chain(claims).collect(),
            reason: code.and_then(|code| self.reason(&code).map(|reason| reason.title.clone())),
            case: context.case,
            service,
            purposes: purposes
                .map(|record| (self.snapshot.policy.purpose(&record.purpose).cloned(), record.basis.clone()))
                .collect(),
            destroyed,
            late: row.delay_reason.zip(row.shown_since).map(|(code, since)| {
                let delay = self.reason(&code).and_then(|reason| reason.delay.as_ref());
                (since, delay.map(|delay| delay.ground.clone()))
            }),
            question: row.asked_at.zip(row.due_at).map(|(asked, due)| (asked, due, row.answered_at)),
            place: row.log.zip(row.leaf_index.and_then(|index| u64::try_from(index).ok())),
        })
    }

    async fn part(&self, by: By, before: (When, EventId), now: When) -> Result<Part, Failure> {
        let one_more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = self.rows(by, before, now, one_more).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let older = rows.last().filter(|_| more).map(|row| row.id);
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.access(row).await?);
        }
        Ok(Part { items, older })
    }
}

/// Behind everything that has happened: another node's clock may be a little ahead.
pub(super) fn newest(now: When) -> (When, EventId) {
    (now + Duration::from_hours(24), EventId(Uuid::max()))
}

/// The newest of the staff, and of services.
pub async fn overview(app: &App, who: &SignedIn, now: When) -> Result<(Part, Part), Failure> {
    let reader = Reader::new(app, who.disclosure()).await?;
    Ok((reader.part(By::Staff, newest(now), now).await?, reader.part(By::Services, newest(now), now).await?))
}

/// Everything of the staff, or of services, the newest first: at most `limit`. Whoever asks has a leave to look at her.
pub(super) async fn everything(
    app: &App,
    leave: Disclosure,
    by: By,
    now: When,
    limit: i64,
) -> Result<Vec<Access>, Failure> {
    let reader = Reader::new(app, leave).await?;
    let rows = reader.rows(by, newest(now), now, limit).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(reader.access(row).await?);
    }
    Ok(all)
}

/// What was before one of hers, or the newest. `None` if the one named is none that she may see, which is an event.
pub async fn older(
    app: &App,
    who: &SignedIn,
    (by, before): (By, Option<EventId>),
    context: Context,
    now: When,
) -> Result<Option<Part>, Failure> {
    let before = match before {
        None => newest(now),
        Some(event) => match hers(app, who, event, context, now).await? {
            Some(row) => (row.at, row.id),
            None => return Ok(None),
        },
    };
    Ok(Some(Reader::new(app, who.disclosure()).await?.part(by, before, now).await?))
}

/// The row of an event that she may see; that she named another one is an event (security row O02).
pub(super) async fn hers(
    app: &App,
    who: &SignedIn,
    event: EventId,
    context: Context,
    now: When,
) -> Result<Option<SeenRow>, Failure> {
    let row = seen::get(&mut app.db.peek(), who.account, event, now).await?;
    if row.is_none() {
        deny(app, who, "access", context, now).await?;
    }
    Ok(row)
}

/// One of them, with all there is to say of it.
#[derive(Debug, Clone)]
pub struct Details {
    /// What happened.
    pub access: Access,
    /// Its log, its place there, and the public key that the log is signed with; none until it has its place.
    pub receipt: Option<(String, u64, String)>,
    /// Her questions about it, newest first.
    pub questions: Vec<Asked>,
}

/// A question of hers.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub id: QuestionId,
    /// When.
    pub at: When,
    /// By when she is answered.
    pub due: When,
    /// When she was, and what.
    pub answered: Option<(When, String)>,
}

/// One of them; `None` if it is none that she may see.
pub async fn one(
    app: &App,
    who: &SignedIn,
    event: EventId,
    context: Context,
    now: When,
) -> Result<Option<Details>, Failure> {
    let Some(row) = hers(app, who, event, context, now).await? else { return Ok(None) };
    let reader = Reader::new(app, who.disclosure()).await?;
    let asked = questions::about(&mut app.db.peek(), who.account, event, QUESTIONS).await?;
    let questions = asked.iter().map(|row| reader.asked(row)).collect::<Result<_, _>>()?;
    let access = reader.access(row).await?;
    let receipt = match &access.place {
        Some((log, index)) => logs::key_of(&app.db, log).await?.map(|key| (log.clone(), *index, key.to_string())),
        None => None,
    };
    Ok(Some(Details { access, receipt, questions }))
}

/// Where an answer is sealed.
pub(super) const fn answer_field(question: QuestionId) -> Field {
    Field::evidence("access_question", "answer", question.0)
}

impl Reader<'_> {
    fn asked(&self, row: &QuestionRow) -> Result<Asked, Failure> {
        let answer = match &row.answer {
            Some(sealed) => self.keys.open(answer_field(row.id), sealed, &self.leave)?.to_string(),
            None => String::new(),
        };
        Ok(Asked { id: row.id, at: row.asked_at, due: row.due_at, answered: row.answered_at.map(|at| (at, answer)) })
    }
}

/// What became of a receipt that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// The proof that the entry is in its log, as text (C2SP tlog-proof).
    Proof(String),
    /// The entry has no place yet; it will have in a moment.
    NotYet,
    /// There is none that she may see.
    NotHers,
}

/// The receipt of one of them.
pub async fn receipt(
    app: &App,
    who: &SignedIn,
    event: EventId,
    context: Context,
    now: When,
) -> Result<Receipt, Failure> {
    let Some(row) = hers(app, who, event, context, now).await? else { return Ok(Receipt::NotHers) };
    let (Some(log), Some(index)) = (row.log, row.leaf_index.and_then(|index| u64::try_from(index).ok())) else {
        return Ok(Receipt::NotYet);
    };
    let proof = export::receipt(&app.db, &log, (index, row.leaf), now).await?;
    Ok(proof.map_or(Receipt::NotYet, |proof| Receipt::Proof(proof.to_string())))
}
