//! Signals to services: what they are told of a change, and what they answered ([`crate::domain::signal`]).
//!
//! Of one person, a service is handed one signal at a time, the oldest: it never learns of a second change before the
//! first.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::time::When;
use serde::Serialize;
use uuid::Uuid;

/// A signal to queue.
#[derive(Debug, Clone)]
pub struct NewSignal {
    /// Its identifier on the wire, which stays the same through all tries.
    pub jti: Uuid,
    /// The change it tells of: signals of one change have it in common.
    pub txn: Uuid,
    /// The service told.
    pub client_id: String,
    /// Whom it is about.
    pub person: AccountId,
    /// What it tells.
    pub kind: &'static str,
    /// The row's key, wrapped, and what is told, sealed; none where a person has to tell it.
    pub sealed: Option<(Vec<u8>, Vec<u8>)>,
    /// Its first state.
    pub state: &'static str,
}

/// Queues a signal in the transaction of the change it tells of.
pub async fn queue(w: &mut Write, new: &NewSignal, now: When) -> Result<(), Error> {
    let (row_key, body) = new.sealed.as_ref().map(|(key, body)| (key.as_slice(), body.as_slice())).unzip();
    w.sql(
        "INSERT INTO signal (jti, txn, client_id, person, kind, row_key, body, state, reason, tries, queued_at, due_at,
             leased_until, delivered_at, answered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, 0, $9, $9, NULL, NULL, NULL)",
    )
    .bind(new.jti)
    .bind(new.txn)
    .bind(new.client_id.as_str())
    .bind(new.person)
    .bind(new.kind)
    .bind(row_key)
    .bind(body)
    .bind(new.state)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// What a person's records say a service was given: service, purpose, record, claims with spaces between.
pub async fn given(r: &mut Read, account: AccountId) -> Result<Vec<(String, String, RecordId, String)>, Error> {
    r.sql(
        "SELECT client_id, purpose, id, claims FROM sharing_record
         WHERE account_id = $1 AND state IN ('shown', 'given', 'reaffirmed', 'imported') ORDER BY at, id",
    )
    .bind(account)
    .all()
    .await
}

/// The services that know a person: she went there, or was told what they get.
pub async fn known(r: &mut Read, account: AccountId) -> Result<Vec<(String,)>, Error> {
    r.sql(
        "SELECT client_id FROM grant_record WHERE account_id = $1
         UNION SELECT client_id FROM sharing_record
         WHERE account_id = $1 AND state IN ('shown', 'given', 'reaffirmed', 'imported')",
    )
    .bind(account)
    .all()
    .await
}

/// A signal that is being handed over.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Taken {
    /// Its identifier.
    pub jti: Uuid,
    /// The change it tells of.
    pub txn: Uuid,
    /// The service told.
    pub client_id: String,
    /// Whom it is about.
    pub person: AccountId,
    /// What it tells.
    pub kind: String,
    /// The row's key, wrapped.
    pub row_key: Option<Vec<u8>>,
    /// What is told, sealed.
    pub body: Option<Vec<u8>>,
    /// How often it was handed over, this time included.
    pub tries: i64,
    /// When it was queued.
    pub queued_at: When,
}

/// The services that something is due for.
pub async fn due(r: &mut Read, now: When) -> Result<Vec<(String,)>, Error> {
    r.sql(
        "SELECT DISTINCT client_id FROM signal
         WHERE state = 'waiting' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)",
    )
    .bind(now)
    .all()
    .await
}

/// Takes what is due for a service, for as long as `until`: nobody else takes it meanwhile.
pub async fn take(w: &mut Write, client: &ClientId, limit: i64, now: When, until: When) -> Result<Vec<Taken>, Error> {
    w.sql(
        "UPDATE signal SET leased_until = $3, tries = tries + 1 WHERE jti IN (
             SELECT s.jti FROM signal s WHERE s.client_id = $1 AND s.state = 'waiting' AND s.due_at <= $2
                 AND (s.leased_until IS NULL OR s.leased_until <= $2)
                 AND NOT EXISTS (SELECT 1 FROM signal e WHERE e.client_id = s.client_id AND e.person = s.person
                     AND e.state = 'waiting' AND (e.queued_at, e.jti) < (s.queued_at, s.jti))
             ORDER BY s.due_at, s.jti LIMIT $4)
           AND state = 'waiting' AND (leased_until IS NULL OR leased_until <= $2)
         RETURNING jti, txn, client_id, person, kind, row_key, body, tries, queued_at",
    )
    .bind(client.as_str())
    .bind(now)
    .bind(until)
    .bind(limit)
    .all()
    .await
}

/// Hands a service that asks the oldest of what waits for it.
pub async fn hand_over(w: &mut Write, client: &ClientId, limit: i64) -> Result<Vec<Taken>, Error> {
    w.sql(
        "UPDATE signal SET tries = tries + 1 WHERE jti IN (
             SELECT s.jti FROM signal s WHERE s.client_id = $1 AND s.state = 'waiting'
                 AND NOT EXISTS (SELECT 1 FROM signal e WHERE e.client_id = s.client_id AND e.person = s.person
                     AND e.state = 'waiting' AND (e.queued_at, e.jti) < (s.queued_at, s.jti))
             ORDER BY s.queued_at, s.jti LIMIT $2)
           AND state = 'waiting'
         RETURNING jti, txn, client_id, person, kind, row_key, body, tries, queued_at",
    )
    .bind(client.as_str())
    .bind(limit)
    .all()
    .await
}

/// How much waits for a service.
pub async fn waiting(r: &mut Read, client: &ClientId) -> Result<i64, Error> {
    r.sql("SELECT CAST(COUNT(*) AS BIGINT) FROM signal WHERE client_id = $1 AND state = 'waiting'")
        .bind(client.as_str())
        .scalar()
        .await
}

/// A signal that arrived, was refused on arrival, or is given up: what it says is gone for good. `false` if it waits no
/// longer, or was never handed over.
pub async fn close(
    w: &mut Write,
    (jti, client): (Uuid, &str),
    (state, reason): (&str, Option<&str>),
    delivered: Option<When>,
    now: When,
) -> Result<bool, Error> {
    // A delivery is no answer yet.
    let answered = delivered.is_none().then_some(now);
    let closed = w
        .sql(
            "UPDATE signal SET state = $3, reason = $4, delivered_at = $5, answered_at = $6, row_key = NULL, body = NULL,
                 leased_until = NULL
             WHERE jti = $1 AND client_id = $2 AND state = 'waiting' AND (tries > 0 OR $3 = 'no_answer')",
        )
        .bind(jti)
        .bind(client)
        .bind(state)
        .bind(reason)
        .bind(delivered)
        .bind(answered)
        .run()
        .await?;
    Ok(closed == 1)
}

/// To be pushed again at `due`.
pub async fn postpone(w: &mut Write, jti: Uuid, due: When) -> Result<(), Error> {
    w.sql("UPDATE signal SET due_at = $2, leased_until = NULL WHERE jti = $1 AND state = 'waiting'")
        .bind(jti)
        .bind(due)
        .run()
        .await
        .map(drop)
}

/// What a service says became of a signal: once, and only of one that was handed to it. `false` else.
pub async fn answer(
    w: &mut Write,
    (jti, client): (Uuid, &ClientId),
    (state, reason): (&str, Option<&str>),
    now: When,
) -> Result<bool, Error> {
    let answered = w
        .sql(
            "UPDATE signal SET state = $3, reason = $4, answered_at = $5, delivered_at = COALESCE(delivered_at, $5),
                 row_key = NULL, body = NULL, leased_until = NULL
             WHERE jti = $1 AND client_id = $2 AND state IN ('waiting', 'delivered', 'no_answer') AND tries > 0",
        )
        .bind(jti)
        .bind(client.as_str())
        .bind(state)
        .bind(reason)
        .bind(now)
        .run()
        .await?;
    Ok(answered == 1)
}

/// Somebody told the service: once, and only where it did not answer for itself. `false` else.
pub async fn settle(w: &mut Write, jti: Uuid, now: When) -> Result<bool, Error> {
    let settled = w
        .sql(
            "UPDATE signal SET state = 'done', reason = 'by_hand', answered_at = $2
             WHERE jti = $1 AND state IN ('by_hand', 'refused', 'no_answer')",
        )
        .bind(jti)
        .bind(now)
        .run()
        .await?;
    Ok(settled == 1)
}

/// A signal as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct SignalRow {
    /// Its identifier.
    pub jti: Uuid,
    /// The change it tells of.
    pub txn: Uuid,
    /// The service told.
    pub client_id: String,
    /// Whom it is about.
    #[serde(skip)]
    pub person: AccountId,
    /// What it tells.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// Why it was refused, or by_hand where somebody told the service.
    pub reason: Option<String>,
    /// How often it was handed over.
    pub tries: i64,
    /// When the change was made.
    pub queued_at: When,
    /// When the service had it.
    pub delivered_at: Option<When>,
    /// When it said what became of it, or was given up.
    pub answered_at: Option<When>,
}

/// One signal.
pub async fn find(r: &mut Read, jti: Uuid) -> Result<Option<SignalRow>, Error> {
    r.sql(
        "SELECT jti, txn, client_id, person, kind, state, reason, tries, queued_at, delivered_at, answered_at
         FROM signal WHERE jti = $1",
    )
    .bind(jti)
    .maybe()
    .await
}

/// What services were told about a person, newest first.
pub async fn of_account(r: &mut Read, account: AccountId) -> Result<Vec<SignalRow>, Error> {
    r.sql(
        "SELECT jti, txn, client_id, person, kind, state, reason, tries, queued_at, delivered_at, answered_at
         FROM signal WHERE person = $1 ORDER BY queued_at DESC, jti DESC",
    )
    .bind(account)
    .all()
    .await
}

/// The signals of one change.
pub async fn of_change(r: &mut Read, txn: Uuid) -> Result<Vec<SignalRow>, Error> {
    r.sql(
        "SELECT jti, txn, client_id, person, kind, state, reason, tries, queued_at, delivered_at, answered_at
         FROM signal WHERE txn = $1 ORDER BY client_id, jti",
    )
    .bind(txn)
    .all()
    .await
}

/// The latest signals, newest first: to one service, or to all (an empty name).
pub async fn latest(r: &mut Read, client: &str, limit: i64) -> Result<Vec<SignalRow>, Error> {
    r.sql(
        "SELECT jti, txn, client_id, person, kind, state, reason, tries, queued_at, delivered_at, answered_at
         FROM signal WHERE client_id = $1 OR $1 = '' ORDER BY queued_at DESC, jti DESC LIMIT $2",
    )
    .bind(client)
    .bind(limit)
    .all()
    .await
}

/// Those that a person has to look after, oldest first: refused, unanswered or to be told by hand; waiting since `late` or
/// earlier; not said to be done since `undone` or earlier. To one service, or to all (an empty name).
pub async fn overdue(
    r: &mut Read,
    client: &str,
    (late, undone): (When, When),
    limit: i64,
) -> Result<Vec<SignalRow>, Error> {
    r.sql(
        "SELECT jti, txn, client_id, person, kind, state, reason, tries, queued_at, delivered_at, answered_at
         FROM signal WHERE state <> 'done' AND (client_id = $1 OR $1 = '')
             AND (state IN ('refused', 'no_answer', 'by_hand') OR (state = 'waiting' AND queued_at <= $2)
                 OR (state = 'delivered' AND queued_at <= $3))
         ORDER BY queued_at, jti LIMIT $4",
    )
    .bind(client)
    .bind(late)
    .bind(undone)
    .bind(limit)
    .all()
    .await
}

/// Waiting signals that were queued at `before` or earlier and are not being tried.
pub async fn run_out(r: &mut Read, before: When, now: When, limit: i64) -> Result<Vec<SignalRow>, Error> {
    r.sql(
        "SELECT jti, txn, client_id, person, kind, state, reason, tries, queued_at, delivered_at, answered_at
         FROM signal WHERE state = 'waiting' AND queued_at <= $1 AND (leased_until IS NULL OR leased_until <= $2)
         ORDER BY queued_at, jti LIMIT $3",
    )
    .bind(before)
    .bind(now)
    .bind(limit)
    .all()
    .await
}

/// One push.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct TryRow {
    /// The signal.
    pub jti: Uuid,
    /// Which try it was, from 1.
    pub attempt: i64,
    /// The service.
    pub client_id: String,
    /// When it began.
    pub at: When,
    /// How long it took, in milliseconds.
    pub took: i64,
    /// What was answered, or why nothing was.
    pub answer: String,
}

/// Writes a try down, once.
pub async fn insert_try(w: &mut Write, row: &TryRow) -> Result<(), Error> {
    w.sql(
        "INSERT INTO signal_try (jti, attempt, client_id, at, took, answer) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (jti, attempt) DO NOTHING",
    )
    .bind(row.jti)
    .bind(row.attempt)
    .bind(row.client_id.as_str())
    .bind(row.at)
    .bind(row.took)
    .bind(row.answer.as_str())
    .run()
    .await
    .map(drop)
}

/// The latest tries, newest first: at one service, or at all (an empty name).
pub async fn tries(r: &mut Read, client: &str, limit: i64) -> Result<Vec<TryRow>, Error> {
    r.sql(
        "SELECT jti, attempt, client_id, at, took, answer FROM signal_try WHERE client_id = $1 OR $1 = ''
         ORDER BY at DESC, jti, attempt DESC LIMIT $2",
    )
    .bind(client)
    .bind(limit)
    .all()
    .await
}

/// Deletes at most `limit` tries made before `before`.
pub async fn forget_tries(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM signal_try WHERE (jti, attempt) IN (
             SELECT jti, attempt FROM signal_try WHERE at <= $1 LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .run()
    .await
}
