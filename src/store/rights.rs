//! What somebody asks for by right, or complains of, and what happens then.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, CaseId, EventId};
use crate::domain::time::When;

/// A case.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CaseRow {
    /// Which.
    pub id: CaseId,
    /// What people call it by.
    pub reference: String,
    /// access, complaint, …
    pub kind: String,
    /// web, phone, …
    pub channel: String,
    /// en or cy: she is written to in it.
    pub language: String,
    /// Whose keys seal it.
    pub person: AccountId,
    /// Her account; none if she has none, or asked without it.
    pub account_id: Option<AccountId>,
    /// What she wrote, and how to reach her if there is no account, sealed.
    pub said: Vec<u8>,
    /// When it was received.
    pub received_at: When,
    /// How many steps there are.
    pub version: i64,
    /// When it was closed.
    pub closed_at: Option<When>,
}

/// A step of a case.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StepRow {
    /// The case.
    pub case_id: CaseId,
    /// Its place, from 0.
    pub place: i64,
    /// received, extended, …
    pub step: String,
    /// When.
    pub at: When,
    /// What she was told with it, sealed.
    pub words: Option<Vec<u8>>,
    /// The event that records it.
    pub event: EventId,
}

macro_rules! columns {
    () => {
        "SELECT id, reference, kind, channel, language, person, account_id, said, received_at, version, closed_at
         FROM rights_case "
    };
}

/// Stores a case with its first step.
pub async fn insert(w: &mut Write, row: &CaseRow, step: &StepRow) -> Result<(), Error> {
    w.sql(
        "INSERT INTO rights_case (id, reference, kind, channel, language, person, account_id, said, received_at, version,
             closed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, NULL)",
    )
    .bind(row.id)
    .bind(row.reference.as_str())
    .bind(row.kind.as_str())
    .bind(row.channel.as_str())
    .bind(row.language.as_str())
    .bind(row.person)
    .bind(row.account_id)
    .bind(row.said.as_slice())
    .bind(row.received_at)
    .run()
    .await?;
    add(w, step)
}

/// Takes a step that follows those that were read: given up if another one came between, or the case is closed.
pub fn take(w: &mut Write, step: &StepRow, closes: bool) -> Result<(), Error> {
    w.deferred(
        "UPDATE rights_case SET version = version + 1, closed_at = CASE WHEN $3 THEN $4 END
         WHERE id = $1 AND version = $2 AND closed_at IS NULL",
    )
    .bind(step.case_id)
    .bind(step.place)
    .bind(closes)
    .bind(step.at)
    .or_give_up()?;
    add(w, step)
}

fn add(w: &mut Write, step: &StepRow) -> Result<(), Error> {
    w.deferred("INSERT INTO rights_step (case_id, place, step, at, words, event) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(step.case_id)
        .bind(step.place)
        .bind(step.step.as_str())
        .bind(step.at)
        .bind(step.words.as_deref())
        .bind(step.event)
        .later()
}

/// A case.
pub async fn get(r: &mut Read, id: CaseId) -> Result<Option<CaseRow>, Error> {
    r.sql(concat!(columns!(), "WHERE id = $1")).bind(id).maybe().await
}

/// The case that people call so.
pub async fn by_reference(r: &mut Read, reference: &str) -> Result<Option<CaseRow>, Error> {
    r.sql(concat!(columns!(), "WHERE reference = $1")).bind(reference).maybe().await
}

/// So many steps are counted at once: those of a large council in several years.
pub const MOST_COUNTED: usize = 200_000;

/// A step of a case, with what is counted of the case.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CountedRow {
    /// The case.
    pub id: CaseId,
    /// access, complaint, …
    pub kind: String,
    /// When it was received.
    pub received_at: When,
    /// received, extended, …
    pub step: String,
    /// When that was.
    pub at: When,
}

/// The steps of all cases that were received in a time (its end is not in it), case by case and in their order: at most one more
/// than [`MOST_COUNTED`].
pub async fn received_in(r: &mut Read, (from, until): (When, When)) -> Result<Vec<CountedRow>, Error> {
    r.sql(
        "SELECT c.id, c.kind, c.received_at, s.step, s.at FROM rights_case c JOIN rights_step s ON s.case_id = c.id
         WHERE c.received_at >= $1 AND c.received_at < $2 ORDER BY c.id, s.place LIMIT $3",
    )
    .bind(from)
    .bind(until)
    .bind(i64::try_from(MOST_COUNTED).unwrap_or(i64::MAX) + 1)
    .all()
    .await
}

/// Those of an account, the newest first: at most `limit`.
pub async fn of_account(r: &mut Read, account: AccountId, limit: i64) -> Result<Vec<CaseRow>, Error> {
    r.sql(concat!(columns!(), "WHERE account_id = $1 ORDER BY received_at DESC, id LIMIT $2"))
        .bind(account)
        .bind(limit)
        .all()
        .await
}

/// Those that are open, the oldest first: at most `limit`.
pub async fn open(r: &mut Read, limit: i64) -> Result<Vec<CaseRow>, Error> {
    r.sql(concat!(columns!(), "WHERE closed_at IS NULL ORDER BY received_at, id LIMIT $1")).bind(limit).all().await
}

/// The steps of a case, in their order.
pub async fn steps(r: &mut Read, id: CaseId) -> Result<Vec<StepRow>, Error> {
    r.sql("SELECT case_id, place, step, at, words, event FROM rights_step WHERE case_id = $1 ORDER BY place")
        .bind(id)
        .all()
        .await
}

/// The steps of the cases that [`open`] gives, without their words.
pub async fn steps_of_open(r: &mut Read, limit: i64) -> Result<Vec<StepRow>, Error> {
    r.sql(
        "SELECT s.case_id, s.place, s.step, s.at, CASE WHEN 1 = 0 THEN s.words END AS words, s.event
         FROM (SELECT id FROM rights_case WHERE closed_at IS NULL ORDER BY received_at, id LIMIT $1) c
         JOIN rights_step s ON s.case_id = c.id ORDER BY s.case_id, s.place",
    )
    .bind(limit)
    .all()
    .await
}
