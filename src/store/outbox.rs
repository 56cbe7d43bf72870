//! Messages on their way. What they say and to whom is sealed under a key of the row, which is destroyed when the
//! message is delivered or given up.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, MessageId};
use crate::domain::time::When;
use uuid::Uuid;

/// A message to queue.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The message.
    pub id: MessageId,
    /// mail or back_channel.
    pub kind: &'static str,
    /// Those that belong together: one signing-out.
    pub batch: Option<Uuid>,
    /// The service told.
    pub client_id: Option<String>,
    /// Whom it is about.
    pub person: Option<AccountId>,
    /// The row's key, wrapped.
    pub row_key: Vec<u8>,
    /// To whom, sealed.
    pub recipient: Vec<u8>,
    /// What, sealed.
    pub body: Vec<u8>,
}

/// Queues a message in the transaction of the deed it tells of.
pub async fn queue(w: &mut Write, new: &NewMessage, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO outbox (id, kind, batch, client_id, person, row_key, recipient, body, state, attempts, created_at,
             due_at, leased_until, finished_at, last_error)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $9, NULL, NULL, NULL)",
    )
    .bind(new.id)
    .bind(new.kind)
    .bind(new.batch)
    .bind(new.client_id.as_deref())
    .bind(new.person)
    .bind(new.row_key.as_slice())
    .bind(new.recipient.as_slice())
    .bind(new.body.as_slice())
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// A message taken to be delivered.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TakenRow {
    /// The message.
    pub id: MessageId,
    /// mail or back_channel.
    pub kind: String,
    /// The service told.
    pub client_id: Option<String>,
    /// Whom it is about.
    pub person: Option<AccountId>,
    /// The row's key, wrapped.
    pub row_key: Option<Vec<u8>>,
    /// To whom, sealed.
    pub recipient: Option<Vec<u8>>,
    /// What, sealed.
    pub body: Option<Vec<u8>>,
    /// The tries, this one included.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: When,
}

/// To whom something is due: services, and `None` for letters.
pub async fn due(r: &mut Read, now: When) -> Result<Vec<Option<String>>, Error> {
    let rows: Vec<(Option<String>,)> = r
        .sql(
            "SELECT DISTINCT client_id FROM outbox WHERE state = 'waiting' AND due_at <= $1
                 AND (leased_until IS NULL OR leased_until <= $1)",
        )
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(client,)| client).collect())
}

/// Takes what is due to one service, or letters, as [`take`].
pub async fn take_for(
    w: &mut Write,
    client: Option<&str>,
    limit: i64,
    now: When,
    until: When,
) -> Result<Vec<TakenRow>, Error> {
    w.sql(
        "UPDATE outbox SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
             SELECT id FROM outbox WHERE state = 'waiting' AND due_at <= $1
                 AND (leased_until IS NULL OR leased_until <= $1) AND COALESCE(client_id, '') = $4
             ORDER BY due_at LIMIT $3)
           AND (leased_until IS NULL OR leased_until <= $1)
         RETURNING id, kind, client_id, person, row_key, recipient, body, attempts, created_at",
    )
    .bind(now)
    .bind(until)
    .bind(limit)
    .bind(client.unwrap_or_default())
    .all()
    .await
}

/// Takes what is due, for as long as `until`: nobody else takes it meanwhile.
pub async fn take(w: &mut Write, limit: i64, now: When, until: When) -> Result<Vec<TakenRow>, Error> {
    w.sql(
        "UPDATE outbox SET leased_until = $2, attempts = attempts + 1 WHERE id IN (
             SELECT id FROM outbox WHERE state = 'waiting' AND due_at <= $1
                 AND (leased_until IS NULL OR leased_until <= $1) ORDER BY due_at LIMIT $3)
           AND (leased_until IS NULL OR leased_until <= $1)
         RETURNING id, kind, client_id, person, row_key, recipient, body, attempts, created_at",
    )
    .bind(now)
    .bind(until)
    .bind(limit)
    .all()
    .await
}

/// Delivered: what it said is gone for good.
pub async fn delivered(w: &mut Write, id: MessageId, now: When) -> Result<(), Error> {
    finish(w, id, "delivered", None, now).await
}

/// Given up: what it said is gone for good, the reason stays.
pub async fn dead(w: &mut Write, id: MessageId, error: &str, now: When) -> Result<(), Error> {
    finish(w, id, "dead", Some(error), now).await
}

async fn finish(w: &mut Write, id: MessageId, state: &str, error: Option<&str>, now: When) -> Result<(), Error> {
    w.sql(
        "UPDATE outbox SET state = $2, last_error = $3, finished_at = $4, row_key = NULL, recipient = NULL, body = NULL,
             leased_until = NULL
         WHERE id = $1 AND state = 'waiting'",
    )
    .bind(id)
    .bind(state)
    .bind(error)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Gives up the letters to a person that wait: what they said is gone for good.
pub async fn withdraw_letters(w: &mut Write, person: AccountId, error: &str, now: When) -> Result<u64, Error> {
    w.sql(
        "UPDATE outbox SET state = 'dead', last_error = $2, finished_at = $3, row_key = NULL, recipient = NULL,
             body = NULL, leased_until = NULL
         WHERE person = $1 AND kind = 'mail' AND state = 'waiting'",
    )
    .bind(person)
    .bind(error)
    .bind(now)
    .run()
    .await
}

/// To be tried again at `due`.
pub async fn postpone(w: &mut Write, id: MessageId, error: &str, due: When) -> Result<(), Error> {
    w.sql("UPDATE outbox SET due_at = $2, last_error = $3, leased_until = NULL WHERE id = $1 AND state = 'waiting'")
        .bind(id)
        .bind(due)
        .bind(error)
        .run()
        .await
        .map(drop)
}

/// How the messages of a batch stand: service, state, tries so far.
pub async fn batch(r: &mut Read, batch: Uuid) -> Result<Vec<(String, String, i64)>, Error> {
    r.sql(
        "SELECT client_id, state, attempts FROM outbox WHERE batch = $1 AND client_id IS NOT NULL
         ORDER BY created_at, client_id",
    )
    .bind(batch)
    .all()
    .await
}

/// How many wait, and how many were given up.
pub async fn counts(r: &mut Read) -> Result<(i64, i64), Error> {
    r.sql(
        "SELECT CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT),
             CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM outbox",
    )
    .one()
    .await
}

/// Deletes at most `limit` messages that were finished before `before`.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE finished_at <= $1 LIMIT $2)")
        .bind(before)
        .bind(limit)
        .run()
        .await
}
