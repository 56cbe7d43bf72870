//! What residents ask about looks at their records, and what they were answered.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, EventId, QuestionId};
use crate::domain::time::When;

/// A question as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct QuestionRow {
    /// The question.
    pub id: QuestionId,
    /// Who asks.
    pub account_id: AccountId,
    /// The event that it is about.
    pub event: EventId,
    /// When she asked.
    pub asked_at: When,
    /// By when she is answered.
    pub due_at: When,
    /// When she was.
    pub answered_at: Option<When>,
    /// The answer, sealed under her evidence key.
    pub answer: Option<Vec<u8>>,
}

/// Stores a question; `false` if an open one is about the same event.
pub async fn insert(w: &mut Write, row: &QuestionRow) -> Result<bool, Error> {
    let stored = w
        .sql(
            "INSERT INTO access_question (id, account_id, event, asked_at, due_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(row.id)
        .bind(row.account_id)
        .bind(row.event)
        .bind(row.asked_at)
        .bind(row.due_at)
        .run()
        .await?;
    Ok(stored == 1)
}

/// A question.
pub async fn get(r: &mut Read, id: QuestionId) -> Result<Option<QuestionRow>, Error> {
    r.sql("SELECT id, account_id, event, asked_at, due_at, answered_at, answer FROM access_question WHERE id = $1")
        .bind(id)
        .maybe()
        .await
}

/// The questions of a person about an event, newest first.
pub async fn about(r: &mut Read, account: AccountId, event: EventId, limit: i64) -> Result<Vec<QuestionRow>, Error> {
    r.sql(
        "SELECT id, account_id, event, asked_at, due_at, answered_at, answer FROM access_question
         WHERE event = $1 AND account_id = $2 ORDER BY asked_at DESC, id DESC LIMIT $3",
    )
    .bind(event)
    .bind(account)
    .bind(limit)
    .all()
    .await
}

/// The open ones, the first to be answered first.
pub async fn open(r: &mut Read, limit: i64) -> Result<Vec<QuestionRow>, Error> {
    r.sql(
        "SELECT id, account_id, event, asked_at, due_at, answered_at, answer FROM access_question
         WHERE answered_at IS NULL ORDER BY due_at, id LIMIT $1",
    )
    .bind(limit)
    .all()
    .await
}

/// Stores the answer; `false` if there is one.
pub async fn answer(w: &mut Write, id: QuestionId, sealed: &[u8], now: When) -> Result<bool, Error> {
    let answered = w
        .sql("UPDATE access_question SET answered_at = $3, answer = $2 WHERE id = $1 AND answered_at IS NULL")
        .bind(id)
        .bind(sealed)
        .bind(now)
        .run()
        .await?;
    Ok(answered == 1)
}
