//! Rows of events beside what their leaves say: the columns that repeat a leaf, and what the search made of it.

use super::search::Found;
use super::{Error, Read};
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;

/// The columns of an event that repeat its leaf, and whom it is about with the key that proves it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Beside {
    /// The event.
    pub id: EventId,
    /// When.
    pub at: When,
    /// Its kind's name.
    pub r#type: String,
    /// ok, denied or error.
    pub outcome: String,
    /// The subject's pseudonym.
    pub subject: Option<String>,
    /// The service concerned.
    pub client_id: Option<String>,
    /// The person it is about.
    pub person: Option<AccountId>,
    /// Her evidence key, wrapped; none once it is destroyed.
    pub evidence_key: Option<Vec<u8>>,
    /// The canonical leaf.
    pub leaf: String,
    /// What is kept beside the leaf: [`WHOLE`], [`EMPTY`], or only a part of it, which is never so.
    pub kept: i64,
}

/// Salt and payload, with the word for the key.
pub const WHOLE: i64 = 3;

/// None of them.
pub const EMPTY: i64 = 0;

/// The columns of a [`Beside`], with more before them.
macro_rules! beside {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $more,
            "e.id, e.at, e.type, e.outcome, e.subject, e.client_id, e.person, k.wrapped AS evidence_key, e.leaf,
                 CAST(CASE WHEN e.payload IS NULL THEN 0 ELSE 1 END + CASE WHEN e.salt IS NULL THEN 0 ELSE 1 END
                     + CASE WHEN e.sealed_under IS NULL THEN 0 ELSE 1 END AS BIGINT) AS kept
             FROM event e LEFT JOIN vault.person_key k ON k.person = e.person AND k.kind = 'evidence' ",
            $rest
        )
    };
}
pub(super) use beside;

/// The rows of a log that have these places, in their order.
///
/// # Errors
/// What the database says.
pub async fn rows(r: &mut Read, log: &str, (from, to): (i64, i64)) -> Result<Vec<(i64, Beside)>, Error> {
    /// With its place.
    #[derive(sqlx::FromRow)]
    struct Placed {
        leaf_index: i64,
        #[sqlx(flatten)]
        row: Beside,
    }
    let rows: Vec<Placed> = r
        .sql(beside!(
            "e.leaf_index, ",
            "WHERE e.log = $1 AND e.leaf_index >= $2 AND e.leaf_index < $3 ORDER BY e.leaf_index"
        ))
        .bind(log)
        .bind(from)
        .bind(to)
        .all()
        .await?;
    Ok(rows.into_iter().map(|placed| (placed.leaf_index, placed.row)).collect())
}

/// What the search says of the same rows.
///
/// # Errors
/// What the database says.
pub async fn found(r: &mut Read, log: &str, (from, to): (i64, i64)) -> Result<Vec<Found>, Error> {
    r.sql(
        "SELECT s.at, s.id, s.log, s.leaf_index, s.type, s.outcome, s.actor, s.officer, s.subject, s.client_id, s.purpose,
             s.reason
         FROM event e JOIN event_search s ON s.at = e.at AND s.id = e.id
         WHERE e.log = $1 AND e.leaf_index >= $2 AND e.leaf_index < $3",
    )
    .bind(log)
    .bind(from)
    .bind(to)
    .all()
    .await
}
