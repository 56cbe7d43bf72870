//! What services answered when they were told that a session ended: one row a try, for operators. No row names a
//! person; the message it belongs to does, for as long as the outbox keeps it.

use super::{Error, Read, Write};
use crate::domain::ids::{ClientId, MessageId};
use crate::domain::time::When;
use serde::Serialize;

/// One try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct DeliveryRow {
    /// The message that was tried.
    pub message: MessageId,
    /// Which try it was, from 1.
    pub attempt: i64,
    /// The service told.
    pub client_id: String,
    /// When the try began.
    pub at: When,
    /// How long it took, in milliseconds.
    pub took: i64,
    /// confirmed, again (it is tried again) or given_up.
    pub outcome: String,
    /// What it answered, or why there was no answer.
    pub answer: String,
}

/// Writes a try down, once.
pub async fn insert(w: &mut Write, row: &DeliveryRow) -> Result<(), Error> {
    w.sql(
        "INSERT INTO delivery (message, attempt, client_id, at, took, outcome, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (message, attempt) DO NOTHING",
    )
    .bind(row.message)
    .bind(row.attempt)
    .bind(row.client_id.as_str())
    .bind(row.at)
    .bind(row.took)
    .bind(row.outcome.as_str())
    .bind(row.answer.as_str())
    .run()
    .await
    .map(drop)
}

/// The latest tries, newest first: of one service or of all.
pub async fn latest(r: &mut Read, client: Option<&ClientId>, limit: i64) -> Result<Vec<DeliveryRow>, Error> {
    match client {
        Some(client) => {
            r.sql(
                "SELECT message, attempt, client_id, at, took, outcome, answer FROM delivery WHERE client_id = $1
                 ORDER BY at DESC, message, attempt DESC LIMIT $2",
            )
            .bind(client.as_str())
            .bind(limit)
            .all()
            .await
        }
        None => {
            r.sql(
                "SELECT message, attempt, client_id, at, took, outcome, answer FROM delivery
                 ORDER BY at DESC, message, attempt DESC LIMIT $1",
            )
            .bind(limit)
            .all()
            .await
        }
    }
}

/// How one service's messages stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Standing {
    /// The service.
    pub client_id: String,
    /// Messages on their way.
    pub waiting: i64,
    /// Messages it confirmed.
    pub confirmed: i64,
    /// Messages given up: the dead letters.
    pub given_up: i64,
}

/// How the messages to each service stand, as far back as the outbox goes (a week).
pub async fn standings(r: &mut Read) -> Result<Vec<Standing>, Error> {
    r.sql(
        "SELECT client_id, CAST(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
             CAST(SUM(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END) AS BIGINT) AS confirmed,
             CAST(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS BIGINT) AS given_up
         FROM outbox WHERE client_id IS NOT NULL GROUP BY client_id ORDER BY client_id",
    )
    .all()
    .await
}

/// Deletes at most `limit` tries made before `before`.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM delivery WHERE (message, attempt) IN (
             SELECT message, attempt FROM delivery WHERE at <= $1 LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .run()
    .await
}
