//! Copies of everything that is held about a person, made in cases: what was noted of each, and the copy itself, sealed.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, CaseId, EventId, StaffId};
use crate::domain::time::When;
use uuid::Uuid;

/// Something that was noted.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EntryRow {
    /// The case.
    pub case_id: CaseId,
    /// Its place, from 0.
    pub place: i64,
    /// identity, coercion, …
    pub noted: String,
    /// How it came out.
    pub outcome: String,
    /// Who noted it; none of the program and of herself.
    pub staff: Option<StaffId>,
    /// When.
    pub at: When,
    /// Their words, sealed.
    pub words: Option<Vec<u8>>,
    /// The event that records it.
    pub event: EventId,
}

/// A copy.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BundleRow {
    /// The case.
    pub case_id: CaseId,
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub account_id: AccountId,
    /// en or cy.
    pub language: String,
    /// ordered, gathered, …
    pub state: String,
    /// When it was ordered.
    pub ordered_at: When,
}

/// What a copy holds, sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Held {
    /// What was gathered, until the file is made.
    pub draft: Option<Vec<u8>>,
    /// SHA-256 of the file.
    pub sha256: Option<Vec<u8>>,
    /// The file.
    pub body: Option<Vec<u8>>,
}

/// Notes something behind what was read: given up if something was noted meanwhile, or the case is closed where it has to be open.
pub fn note(w: &mut Write, row: &EntryRow, must_be_open: bool) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO rights_entry (case_id, place, noted, outcome, staff, at, words, event)
         SELECT c.id, $2, $3, $4, $5, $6, $7, $8 FROM rights_case c
         WHERE c.id = $1 AND ($9 = 0 OR c.closed_at IS NULL) ON CONFLICT DO NOTHING",
    )
    .bind(row.case_id)
    .bind(row.place)
    .bind(row.noted.as_str())
    .bind(row.outcome.as_str())
    .bind(row.staff)
    .bind(row.at)
    .bind(row.words.as_deref())
    .bind(row.event)
    .bind(i64::from(must_be_open))
    .or_give_up()
}

/// What was noted in a case, in its order.
pub async fn entries(r: &mut Read, case: CaseId) -> Result<Vec<EntryRow>, Error> {
    r.sql(
        "SELECT case_id, place, noted, outcome, staff, at, words, event FROM rights_entry
         WHERE case_id = $1 ORDER BY place",
    )
    .bind(case)
    .all()
    .await
}

/// Orders a copy; given up if there is one of this case.
pub fn order(w: &mut Write, row: &BundleRow) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO rights_bundle (case_id, id, account_id, language, state, ordered_at, kept_since)
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING",
    )
    .bind(row.case_id)
    .bind(row.id)
    .bind(row.account_id)
    .bind(row.language.as_str())
    .bind(row.state.as_str())
    .bind(row.ordered_at)
    .or_give_up()
}

/// The copy of a case.
pub async fn get(r: &mut Read, case: CaseId) -> Result<Option<BundleRow>, Error> {
    r.sql("SELECT case_id, id, account_id, language, state, ordered_at FROM rights_bundle WHERE case_id = $1")
        .bind(case)
        .maybe()
        .await
}

/// What it holds.
pub async fn held(r: &mut Read, case: CaseId) -> Result<Option<Held>, Error> {
    r.sql("SELECT draft, sha256, body FROM rights_bundle WHERE case_id = $1").bind(case).maybe().await
}

/// Those that a job has to gather or to make, the oldest first: at most `limit`.
pub async fn waiting(r: &mut Read, limit: i64) -> Result<Vec<BundleRow>, Error> {
    r.sql(
        "SELECT case_id, id, account_id, language, state, ordered_at FROM rights_bundle
         WHERE state IN ('ordered', 'reviewed') ORDER BY ordered_at, case_id LIMIT $1",
    )
    .bind(limit)
    .all()
    .await
}

/// Stores what was gathered.
pub fn gathered(w: &mut Write, case: CaseId, draft: &[u8]) -> Result<(), Error> {
    w.deferred("UPDATE rights_bundle SET state = 'gathered', draft = $2 WHERE case_id = $1 AND state = 'ordered'")
        .bind(case)
        .bind(draft)
        .or_give_up()
}

/// Each piece of it is decided.
pub fn reviewed(w: &mut Write, case: CaseId) -> Result<(), Error> {
    w.deferred("UPDATE rights_bundle SET state = 'reviewed' WHERE case_id = $1 AND state = 'gathered'")
        .bind(case)
        .or_give_up()
}

/// Stores the file; what was gathered for it goes.
pub fn made(w: &mut Write, case: CaseId, (sha256, body): (&[u8], &[u8])) -> Result<(), Error> {
    w.deferred(
        "UPDATE rights_bundle SET state = 'made', draft = NULL, sha256 = $2, body = $3
         WHERE case_id = $1 AND state = 'reviewed'",
    )
    .bind(case)
    .bind(sha256)
    .bind(body)
    .or_give_up()
}

/// She has it: from now on it is kept for the time of its rule.
pub fn delivered(w: &mut Write, case: CaseId, now: When) -> Result<(), Error> {
    w.deferred("UPDATE rights_bundle SET state = 'delivered', kept_since = $2 WHERE case_id = $1 AND state = 'made'")
        .bind(case)
        .bind(now)
        .or_give_up()
}

/// A message that was sent to a person, or is on its way.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SentRow {
    /// mail, letter, …
    pub kind: String,
    /// The service it went to; none of messages to her.
    pub client_id: Option<String>,
    /// waiting, delivered or dead.
    pub state: String,
    /// When it was written.
    pub created_at: When,
    /// When it arrived or was given up.
    pub finished_at: Option<When>,
}

/// The messages about a person that are still known, the newest first: at most `limit`. What they say is gone once they arrived.
pub async fn messages(r: &mut Read, person: AccountId, limit: i64) -> Result<Vec<SentRow>, Error> {
    r.sql(
        "SELECT kind, client_id, state, created_at, finished_at FROM outbox WHERE person = $1
         ORDER BY created_at DESC, id LIMIT $2",
    )
    .bind(person)
    .bind(limit)
    .all()
    .await
}

/// When a password was last changed, and when browsers were last known: of each what there is.
pub async fn proofs(r: &mut Read, account: AccountId) -> Result<Vec<(String, When)>, Error> {
    r.sql(
        "SELECT 'password' AS what, changed_at AS at FROM credential WHERE account_id = $1
         UNION ALL SELECT 'known_browser', last_at FROM known_browser WHERE account_id = $1
         UNION ALL SELECT 'second_step', added_at FROM authenticator WHERE account_id = $1
         UNION ALL SELECT 'recovery_code', made_at FROM recovery_code WHERE account_id = $1
         ORDER BY what, at",
    )
    .bind(account)
    .all()
    .await
}

/// Which services need the account, and until when.
pub async fn needs(r: &mut Read, account: AccountId) -> Result<Vec<(String, When)>, Error> {
    r.sql("SELECT client_id, until FROM account_need WHERE account_id = $1 ORDER BY client_id")
        .bind(account)
        .all()
        .await
}

/// Her questions about looks, the newest first: at most `limit`.
pub async fn questions(
    r: &mut Read,
    account: AccountId,
    limit: i64,
) -> Result<Vec<super::questions::QuestionRow>, Error> {
    r.sql(
        "SELECT id, account_id, event, asked_at, due_at, answered_at, answer FROM access_question
         WHERE account_id = $1 ORDER BY asked_at DESC, id LIMIT $2",
    )
    .bind(account)
    .bind(limit)
    .all()
    .await
}
