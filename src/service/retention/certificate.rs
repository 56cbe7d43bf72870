//! The certificate of a run: what went, by which rule, on whose word, and what is kept. It names no resident, and the log's
//! key signs it, so that it can be held against the log without asking us.

use super::{Failure, Step, house_event};
use crate::app::App;
use crate::crypto::note::{KeyKind, Note};
use crate::crypto::{hex, sha256, tokens};
use crate::domain::audit::vocabulary::RetentionFinished;
use crate::domain::retention::{Action, Rule, Trigger};
use crate::domain::time::When;
use crate::service::log::keys::LogKeys;
use crate::service::log::{LogFault, head};
use crate::service::witness::newest_cosigned;
use crate::store::retention::{self as runs, CertificateRow, PartRow, RunRow};
use crate::store::{Error, erasures, holds, log};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The form of a certificate.
pub const SCHEMA: &str = "portreeve.disposal-certificate/1";

/// What one rule came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The rule.
    pub rule: String,
    /// What the records are, in plain words.
    pub title: String,
    /// Their category.
    pub category: String,
    /// What started their clock.
    pub trigger: Trigger,
    /// How long they were kept from there, as the schedule writes it.
    pub period: Option<String>,
    /// What was done.
    pub action: Action,
    /// By which means.
    pub method: Option<String>,
    /// The law.
    pub legal_basis: String,
    /// So much was due when the run was planned.
    pub due: i64,
    /// So much of it was destroyed. What was used, held or decided on meanwhile was not.
    pub destroyed: i64,
    /// So much was held when it was planned.
    pub held_when_planned: i64,
    /// So much was held when its turn came.
    pub held: i64,
    /// So much waited for a person's look.
    pub reviewed: i64,
    /// The oldest clock of what was destroyed (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
    /// The newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
}

/// The certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`SCHEMA`].
    pub schema: String,
    /// Its id.
    pub id: Uuid,
    /// Whose records.
    pub controller: String,
    /// When it was issued (RFC 3339).
    pub issued_at: String,
    /// The version of the schedule.
    pub schedule: String,
    /// The version of the policies it stands in.
    pub policy: String,
    /// Who approved the schedule.
    pub schedule_approved_by: Vec<String>,
    /// The run.
    pub run: Uuid,
    /// Who planned it; the house itself if nobody is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_by: Option<String>,
    /// When.
    pub planned_at: String,
    /// From when on it could be carried out.
    pub not_before: String,
    /// The two who let it go on, where the schedule asked for that.
    pub approved_by: Vec<String>,
    /// When it began to destroy.
    pub started_at: String,
    /// The rules, each with what it came to.
    pub parts: Vec<Part>,
    /// The holds that stood at the end: reference and kind.
    pub holds: Vec<(String, String)>,
    /// What services were told of accounts that were erased: how many signals stand how.
    pub signals: BTreeMap<String, i64>,
    /// The log that was open when it was planned, and its size then: what it says of the run comes behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_before: Option<(String, i64)>,
    /// The checkpoint of the log at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// The logs of whole years that went, each with what proves it from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<LogGone>,
    /// What remains, in words.
    pub remains: String,
}

/// A log that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogGone {
    /// The log.
    pub log: String,
    /// How many entries it had.
    pub entries: i64,
    /// The event that says so.
    pub event: String,
    /// Its last checkpoint, a signed note.
    pub checkpoint: String,
}

const REMAINS: &str = "Entries of the log stay, without names, until their year's rule ends it; the details of entries under \
    a destroyed key are unreadable from now on. Backups taken before hold what was destroyed until they are overwritten; \
    whoever was erased is erased again when one is put back.";

impl Certificate {
    /// Its digest, in hex: what the log's key signs, and the log names.
    #[must_use]
    pub fn digest(body: &str) -> String {
        hex(&sha256(&[body.as_bytes()]))
    }
}

fn part(row: &PartRow, rule: Option<&Rule>) -> Part {
    Part {
        rule: row.rule.clone(),
        title: rule.map(|rule| rule.title.clone()).unwrap_or_default(),
        category: row.category.clone(),
        trigger: rule.map_or(Trigger::Created, |rule| rule.trigger),
        period: rule.and_then(|rule| rule.period).map(|period| period.to_string()),
        action: rule.map_or(Action::Destroy, |rule| rule.action),
        method: rule.and_then(|rule| rule.method.clone()),
        legal_basis: rule.map(|rule| rule.legal_basis.clone()).unwrap_or_default(),
        due: row.due,
        destroyed: row.done,
        held_when_planned: row.held,
        held: row.held_at_run,
        reviewed: row.reviewed,
        oldest: row.oldest.map(|at| at.to_string()),
        newest: row.newest.map(|at| at.to_string()),
    }
}

/// Ends a run with its certificate.
pub(super) async fn issue(app: &App, run: &RunRow, now: When) -> Result<Step, Failure> {
    let snapshot = app.snapshot();
    let schedule = &snapshot.policy.retention;
    let mut read = app.db.read().await?;
    let rows = runs::parts(&mut read, run.id).await?;
    let told: BTreeMap<String, i64> = erasures::told(&mut read, run.id).await?.into_iter().collect();
    let open = holds::open(&mut read).await?;
    let mut gone = Vec::new();
    // No other run was open meanwhile.
    let began = run.started_at.unwrap_or(now);
    for one in log::all(&mut read).await?.into_iter().rev() {
        let Some(event) = one.destroyed_by.filter(|_| one.destroyed_at.is_some_and(|at| at >= began)) else { continue };
        let checkpoint =
            newest_cosigned(&mut read, &one.name).await?.filter(|(head, _)| head.size == one.size.unsigned_abs());
        let newest = log::checkpoint(&mut read, &one.name).await?.map(|row| row.note).unwrap_or_default();
        let checkpoint = checkpoint.map_or(newest, |(_, note)| note.to_string());
        gone.push(LogGone { log: one.name, entries: one.size, event: event.to_string(), checkpoint });
    }
    let keys = LogKeys::read(&mut read, &app.roots).await?;
    let checkpoint = match (&keys, log::open(&mut read).await?) {
        (Some(keys), Some(log)) => Some(head(&mut read, &log, &keys.public()).await?.note.to_string()),
        _ => None,
    };
    drop(read);
    let certificate = Certificate {
        schema: SCHEMA.to_owned(),
        id: tokens::uuid(),
        controller: snapshot.policy.controller.name.en.clone(),
        issued_at: now.to_string(),
        schedule: run.schedule.clone(),
        policy: run.policy.clone(),
        schedule_approved_by: schedule.approved_by.clone(),
        run: run.id,
        planned_by: run.planned_by.clone(),
        planned_at: run.planned_at.to_string(),
        not_before: run.not_before.to_string(),
        approved_by: run.approved_by.iter().chain(&run.approved_with).cloned().collect(),
        started_at: run.started_at.unwrap_or(now).to_string(),
        parts: rows.iter().map(|row| part(row, schedule.rules.iter().find(|rule| rule.id == row.rule))).collect(),
        holds: open.into_iter().map(|hold| (hold.id, hold.kind.as_str().to_owned())).collect(),
        signals: told,
        log_before: run.log.clone().zip(run.log_size),
        checkpoint,
        logs: gone,
        remains: REMAINS.to_owned(),
    };
    let body = serde_json::to_string(&certificate).map_err(|error| Error::Unreadable(error.to_string()))?;
    let digest = Certificate::digest(&body);
    let note = signed(app, keys.as_ref(), &certificate, &digest, now)?;
    let row = CertificateRow { id: certificate.id, run_id: run.id, issued_at: now, body, note };
    let destroyed = rows.iter().map(|row| row.done).sum();
    let payload = RetentionFinished { run: run.id, certificate: certificate.id, sha256: digest, destroyed };
    let event = house_event(app, payload, now)?;
    let ended = app
        .db
        .write(async |mut w| {
            if !runs::end(&mut w, run.id, "done", now).await? {
                return Err(Error::Missing);
            }
            runs::certify(&mut w, &row).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    Ok(if crate::service::done(ended)? { Step::Done(Box::new(certificate)) } else { Step::Nothing })
}

/// The note that signs a certificate: `<log>/disposal`, its id, and the digest of its bytes. The key is the log's.
fn signed(
    app: &App,
    keys: Option<&LogKeys>,
    certificate: &Certificate,
    digest: &str,
    now: When,
) -> Result<String, Failure> {
    let origin = origin(app);
    let text = format!("{origin}\n{}\n{digest}\n", certificate.id);
    let name = || LogFault::Name(origin.clone());
    let lines: Option<Vec<_>> =
        keys.map_or(Some(Vec::new()), |keys| keys.signing(now).map(|key| key.sign(&origin, &text)).collect());
    let mut note = Note::new(text.clone()).ok_or_else(name)?;
    for line in lines.ok_or_else(name)? {
        note.add(line);
    }
    Ok(note.to_string())
}

/// What a certificate's note is signed as.
fn origin(app: &App) -> String {
    let address = app.issuer.as_str();
    let place = address.split_once("://").map_or(address, |(_, place)| place);
    format!("{place}/disposal")
}

/// Whether a certificate is as it was signed, by one of the log's keys.
///
/// # Errors
/// What the store says.
pub async fn verified(app: &App, row: &CertificateRow) -> Result<bool, Failure> {
    let origin = origin(app);
    let keys = crate::service::log::keys::public_keys(&mut app.db.peek()).await?;
    let Some(note) = Note::parse(&row.note) else { return Ok(false) };
    let text = format!("{origin}\n{}\n{}\n", row.id, Certificate::digest(&row.body));
    let by = |key: [u8; 32]| crate::crypto::note::VerifierKey::new(&origin, KeyKind::Log, key);
    Ok(note.text() == text && keys.into_iter().filter_map(by).any(|key| note.signed_by(&key).is_some()))
}

/// The latest certificates, each as it was signed, with whether its signature holds.
///
/// # Errors
/// What the store says, or that one cannot be read.
pub async fn certificates(app: &App, limit: i64) -> Result<Vec<(CertificateRow, Certificate, bool)>, Failure> {
    let mut all = Vec::new();
    for row in runs::certificates(&mut app.db.peek(), limit).await? {
        let certificate =
            serde_json::from_str(&row.body).map_err(|_| Error::Unreadable("disposal_certificate.body".to_owned()))?;
        let holds = verified(app, &row).await?;
        all.push((row, certificate, holds));
    }
    Ok(all)
}
