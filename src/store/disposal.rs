//! Payloads that go: found by kind or by person, taken out of their rows, and where it is said that they were.

use super::{Error, Read, Write, searchable};
use crate::domain::audit::PersonKey;
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;

/// An event that has its place in a log, and its payload still.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Candidate {
    /// The event.
    pub id: EventId,
    /// When it happened.
    pub at: When,
    /// Its kind's name.
    pub r#type: String,
    /// The person whom it is about.
    pub person: Option<AccountId>,
    /// The service concerned.
    pub client_id: Option<String>,
    /// Which key sealed the payload: "profile", "evidence" or "house".
    pub sealed_under: String,
    /// Its log.
    pub log: String,
    /// Its place there.
    pub leaf_index: i64,
}

/// Those of one kind that happened before a time, behind an event, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_kind(
    r: &mut Read,
    kind: &str,
    (after, event): (When, EventId),
    before: When,
    limit: i64,
) -> Result<Vec<Candidate>, Error> {
    r.sql(
        "SELECT id, at, type, person, client_id, sealed_under, log, leaf_index FROM event
         WHERE type = $1 AND (at, id) > ($2, $3) AND at < $4 AND payload IS NOT NULL AND leaf_index IS NOT NULL
         ORDER BY at, id LIMIT $5",
    )
    .bind(kind)
    .bind(after)
    .bind(event)
    .bind(before)
    .bind(limit)
    .all()
    .await
}

/// How many there are of one kind that happened before a time.
///
/// # Errors
/// What the database says.
pub async fn count(r: &mut Read, kind: &str, before: When) -> Result<i64, Error> {
    r.sql(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM event
         WHERE type = $1 AND at < $2 AND payload IS NOT NULL AND leaf_index IS NOT NULL",
    )
    .bind(kind)
    .bind(before)
    .scalar()
    .await
}

/// A person's under one of her keys, of those that name her by this pseudonym, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn of_person(
    r: &mut Read,
    (person, subject): (AccountId, &str),
    key: PersonKey,
    limit: i64,
) -> Result<Vec<Candidate>, Error> {
    r.sql(
        "SELECT e.id, e.at, e.type, e.person, e.client_id, e.sealed_under, e.log, e.leaf_index
         FROM event_search s JOIN event e ON e.id = s.id
         WHERE s.subject = $1 AND e.person = $2 AND e.sealed_under = $3 AND e.payload IS NOT NULL
         ORDER BY s.at, s.id LIMIT $4",
    )
    .bind(subject)
    .bind(person)
    .bind(key.as_str())
    .bind(limit)
    .all()
    .await
}

/// How many of a person's under one of her keys a log holds from a place on. One log at a time: asked for all logs that are behind,
/// SQLite reads every event there is.
pub const BEHIND: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM event
    WHERE log = $1 AND leaf_index >= $2 AND person = $3 AND sealed_under = $4";

/// How many events of a person under one of her keys have no place in a log yet, or have one and cannot be found yet. Where none
/// does, whoever looks for hers after this finds them all.
///
/// # Errors
/// What the database says.
pub async fn waiting(r: &mut Read, person: AccountId, key: PersonKey) -> Result<i64, Error> {
    let mut waiting: i64 = r
        .sql(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE leaf_index IS NULL AND person = $1 AND sealed_under = $2",
        )
        .bind(person)
        .bind(key.as_str())
        .scalar()
        .await?;
    for (log, from) in searchable::all_behind(r).await? {
        let behind: i64 = r.sql(BEHIND).bind(log).bind(from).bind(person).bind(key.as_str()).scalar().await?;
        waiting += behind;
    }
    Ok(waiting)
}

/// How many events one statement empties.
const TOGETHER: usize = 64;

const EMPTY: &str = "
    UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL,
        person = CASE WHEN CAST($1 AS BIGINT) = 1 THEN NULL ELSE person END
    WHERE payload IS NOT NULL AND leaf_index IS NOT NULL AND id IN (
        $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
        $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47,
        $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65)";

/// Takes the payloads of these events away, and if `unlink` whom they are about; gives the write up if one of them has none
/// any more, so that none is said to be destroyed twice.
///
/// # Errors
/// [`Error::GivenUp`], or what the database says.
pub async fn empty(w: &mut Write, events: &[EventId], unlink: bool) -> Result<(), Error> {
    for chunk in events.chunks(TOGETHER) {
        let Some(last) = chunk.last() else { break };
        let mut statement = w.sql(EMPTY).bind(i64::from(unlink));
        for event in chunk.iter().chain(std::iter::repeat(last)).take(TOGETHER) {
            statement = statement.bind(*event);
        }
        if usize::try_from(statement.run().await?).ok() != Some(chunk.len()) {
            return Err(Error::GivenUp);
        }
    }
    Ok(())
}

/// Forgets whom events without payload are about, a few of those that name her by this pseudonym; how many.
///
/// # Errors
/// What the database says.
pub async fn unlink(w: &mut Write, (person, subject): (AccountId, &str), limit: i64) -> Result<u64, Error> {
    w.sql(
        "UPDATE event SET person = NULL WHERE id IN (
             SELECT e.id FROM event_search s JOIN event e ON e.id = s.id
             WHERE s.subject = $1 AND e.person = $2 AND e.payload IS NULL ORDER BY s.at, s.id LIMIT $3)",
    )
    .bind(subject)
    .bind(person)
    .bind(limit)
    .run()
    .await
}

/// Where it is said that a run of payloads was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SpanRow {
    /// The first index.
    pub first: i64,
    /// The last one.
    pub last: i64,
    /// The event that says so.
    pub event: EventId,
}

/// Keeps where it is said.
///
/// # Errors
/// [`Error::Poisoned`] after a failed statement.
pub fn keep(w: &mut Write, log: &str, spans: &[[i64; 2]], event: EventId) -> Result<(), Error> {
    for [first, last] in spans {
        w.deferred("INSERT INTO disposed_span (log, first, last, event) VALUES ($1, $2, $3, $4)")
            .bind(log)
            .bind(*first)
            .bind(*last)
            .bind(event)
            .later()?;
    }
    Ok(())
}

/// The runs that entries of a log lie in, from an index up to another; none is longer than `longest`.
///
/// # Errors
/// What the database says.
pub async fn spans(r: &mut Read, log: &str, (from, to): (i64, i64), longest: i64) -> Result<Vec<SpanRow>, Error> {
    r.sql(
        "SELECT first, last, event FROM disposed_span
         WHERE log = $1 AND first > $2 AND first < $3 AND last >= $4 ORDER BY first",
    )
    .bind(log)
    .bind(from - longest)
    .bind(to)
    .bind(from)
    .all()
    .await
}
