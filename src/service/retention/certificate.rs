//! The certificate of a run: what went, by which rule, on whose word, and what is kept. It names no resident, and the log's
//! key signs it, so that it can be held against the log without asking us.

mod issue;
mod remains;
mod shown;

pub(super) use issue::issue;

use super::Failure;
use crate::app::App;
use crate::crypto::note::{KeyKind, Note};
use crate::crypto::{hex, sha256};
use crate::domain::retention::{Action, Trigger};
use crate::store::Error;
use crate::store::retention::{self as runs, CertificateRow};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The form of a certificate. One of `/1` is read as well: it lacks what has a default here.
pub const SCHEMA: &str = "portreeve.disposal-certificate/2";

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
    /// What was over and left alone when its turn came, each thing once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftAlone>,
    /// Who looked at some of it, and what they said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<Decision>,
    /// What could not be destroyed when its turn came, and was tried again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
    /// So much of what was over when it was planned was due still at the end, and goes with the next run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub still_due: Option<i64>,
    /// From the day after this one (ISO 8601) nothing of what was destroyed can be read in any copy that was made by the end of the run.
    /// Absent where nothing was destroyed, and where no rule ends the copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond_use_until: Option<String>,
}

/// So many things that were left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftAlone {
    /// `hold`, `review` (a person looks first) or `log` (of a whole year, which is not as it was signed or behind such a one).
    pub because: String,
    /// The hold's reference, or why: `open_case`, `suspended`, `kept`, `rule`, `not_as_signed`, `behind_another`.
    pub what: String,
    /// How many.
    pub items: i64,
}

/// What somebody decided who looked at things before they went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Who.
    pub by: String,
    /// `goes`, and so many went; or `kept`, and so many stay for as long as they said.
    pub said: String,
    /// How many.
    pub items: i64,
}

/// What could not be destroyed at first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// What kind of fault: `store_away`, `store`, `key`, `log`, `other`.
    pub why: String,
    /// For how many things, each counted as often as it failed.
    pub items: i64,
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
    /// The log when it was planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Shown>,
    /// The log at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Shown>,
    /// The proof that the log at the end begins with the log as it was planned, where both are of one year (RFC 9162 §2.1.4, each hash
    /// in base64).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grown: Vec<String>,
    /// The logs of whole years that went, each with what proves it from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<LogGone>,
    /// What remains, in words.
    pub remains: String,
    /// What remains, each with the rule that ends it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<Stays>,
    /// The copies of the house that may hold what was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<Copies>,
}

/// A log as it was signed at a time, and as witnesses outside saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// The log.
    pub log: String,
    /// Its checkpoint, a signed note.
    pub checkpoint: String,
    /// The newest checkpoint until then that witnesses cosigned, a note with their signatures; absent where none had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosigned: Option<String>,
    /// Whose signatures it has besides the log's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witnesses: Vec<String>,
    /// The proof that the checkpoint begins with what they cosigned (RFC 9162 §2.1.4, each hash in base64).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<String>,
}

/// Something that remains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stays {
    /// Its category.
    pub category: String,
    /// What it is, in plain words.
    pub title: String,
    /// How many rows of those who were erased; absent where it is not about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<i64>,
    /// The rule that ends it.
    pub rule: String,
    /// What starts its clock.
    pub trigger: Trigger,
    /// How long it is kept from there, as the schedule writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Until which day at the latest (ISO 8601), if no hold keeps it; absent where it is kept for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Copies of the house that were made by the end of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copies {
    /// When the newest of them was made, as far as the house knows (RFC 3339). Others may have been made by other means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
    /// Those of the data; absent where no rule ends them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<CopiesEnd>,
    /// Those of the keys, without which those of the data do not open what was under a key that was destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<CopiesEnd>,
}

/// When copies are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiesEnd {
    /// The rule.
    pub rule: String,
    /// How long they are kept, as the schedule writes it.
    pub period: String,
    /// The last day (ISO 8601) on which there is one that was made by the end of the run.
    pub until: String,
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

impl Certificate {
    /// Its digest, in hex: what the log's key signs, and the log names.
    #[must_use]
    pub fn digest(body: &str) -> String {
        hex(&sha256(&[body.as_bytes()]))
    }
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
