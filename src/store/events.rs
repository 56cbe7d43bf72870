//! The record's rows. They are added here and nowhere changed; triggers of both databases hold that too.

use super::{Error, Read, Write};
use crate::domain::audit::EventRow;
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;

pub(super) fn insert(w: &mut Write, event: &EventRow) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO event (id, at, type, outcome, subject, person, client_id, leaf, mac, sealed_under, salt, payload)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(event.id)
    .bind(event.at)
    .bind(event.kind)
    .bind(event.outcome.as_str())
    .bind(event.subject.as_deref())
    .bind(event.person)
    .bind(event.client.as_ref().map(crate::domain::ids::ClientId::as_str))
    .bind(event.leaf.as_str())
    .bind(event.mac.as_slice())
    .bind(event.sealed_under)
    .bind(event.salt.as_slice())
    .bind(event.payload.as_slice())
    .later()
}

/// An event as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Stored {
    /// The event.
    pub id: EventId,
    /// When.
    pub at: When,
    /// Its kind's name.
    pub r#type: String,
    /// ok, denied or error.
    pub outcome: String,
    /// The person whose key sealed the payload.
    pub person: Option<AccountId>,
    /// The service concerned.
    pub client_id: Option<String>,
    /// The canonical leaf.
    pub leaf: String,
    /// The MAC over id and leaf.
    pub mac: Vec<u8>,
    /// "profile", "evidence" or "house"; none once the payload is gone.
    pub sealed_under: Option<String>,
    /// The salt of the commitment.
    pub salt: Option<Vec<u8>>,
    /// The sealed payload.
    pub payload: Option<Vec<u8>>,
}

/// The newest events, newest first.
pub async fn newest(r: &mut Read, limit: i64) -> Result<Vec<Stored>, Error> {
    r.sql(
        "SELECT id, at, type, outcome, person, client_id, leaf, mac, sealed_under, salt, payload
         FROM event ORDER BY at DESC, id DESC LIMIT $1",
    )
    .bind(limit)
    .all()
    .await
}

/// An event's leaf, with its place if it has one.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LeafRow {
    /// The event.
    pub id: EventId,
    /// When.
    pub at: When,
    /// The canonical leaf.
    pub leaf: String,
    /// Its log.
    pub log: Option<String>,
    /// Its place there.
    pub leaf_index: Option<i64>,
}

/// The newest events, or those of one kind, newest first.
pub async fn recent(r: &mut Read, kind: Option<&str>, limit: i64) -> Result<Vec<LeafRow>, Error> {
    // Those without a place first: one that gets it meanwhile is found twice, and not missed.
    let mut rows: Vec<LeafRow> = r
        .sql(
            "SELECT id, at, leaf, log, leaf_index FROM event
             WHERE leaf_index IS NULL AND ($1 = '' OR type = $1) ORDER BY at DESC, id DESC LIMIT $2",
        )
        .bind(kind.unwrap_or_default())
        .bind(limit)
        .all()
        .await?;
    let placed: Vec<LeafRow> = match kind {
        Some(kind) => {
            r.sql(
                "SELECT e.id, e.at, e.leaf, e.log, e.leaf_index FROM event_search s JOIN event e ON e.id = s.id
                 WHERE s.type = $1 ORDER BY s.at DESC, s.id DESC LIMIT $2",
            )
            .bind(kind)
            .bind(limit)
            .all()
            .await?
        }
        None => {
            r.sql(
                "SELECT e.id, e.at, e.leaf, e.log, e.leaf_index FROM event_search s JOIN event e ON e.id = s.id
                 ORDER BY s.at DESC, s.id DESC LIMIT $1",
            )
            .bind(limit)
            .all()
            .await?
        }
    };
    rows.retain(|row| placed.iter().all(|other| other.id != row.id));
    rows.extend(placed);
    rows.sort_by_key(|row| std::cmp::Reverse((row.at, row.id)));
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

/// How many events wait for their place in the log.
pub async fn unsealed(r: &mut Read) -> Result<i64, Error> {
    r.sql("SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE leaf_index IS NULL").scalar().await
}

/// An event with its place, if it has one.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Placed {
    /// The event.
    #[sqlx(flatten)]
    pub event: Stored,
    /// Its log.
    pub log: Option<String>,
    /// Its place there.
    pub leaf_index: Option<i64>,
}

/// One event.
pub async fn get(r: &mut Read, id: EventId) -> Result<Option<Placed>, Error> {
    r.sql(
        "SELECT id, at, type, outcome, person, client_id, leaf, mac, sealed_under, salt, payload, log, leaf_index
         FROM event WHERE id = $1",
    )
    .bind(id)
    .maybe()
    .await
}
