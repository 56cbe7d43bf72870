//! Logs of whole years that are destroyed: marked in one statement, and taken away in batches behind it. Row and checkpoints stay.

use super::log::{LogRow, logs};
use super::{Error, Read, Write};
use crate::domain::ids::EventId;
use crate::domain::time::When;

/// How many tiles a log has.
///
/// # Errors
/// What the database says.
pub async fn tiles(r: &mut Read, log: &str) -> Result<i64, Error> {
    r.sql("SELECT CAST(COUNT(*) AS BIGINT) FROM log_tile WHERE log = $1").bind(log).scalar().await
}

/// How a log is marked.
#[derive(Debug, Clone, Copy)]
pub struct Mark<'m> {
    /// The event that says so.
    pub event: EventId,
    /// The keyed MAC over its end.
    pub mac: &'m [u8],
    /// When.
    pub at: When,
}

/// A closed log is destroyed from now on, if every older one is; the keys that it announced stay in force. Gives the write up if the
/// log is not as it was read, or is destroyed already.
///
/// # Errors
/// [`Error::GivenUp`], or what the database says.
pub async fn mark(w: &mut Write, log: &LogRow, mark: Mark<'_>) -> Result<(), Error> {
    let marked = w
        .sql(
            "UPDATE audit_log SET destroyed_at = $3, destroyed_by = $4, destroyed_mac = $5, searchable = size
             WHERE name = $1 AND size = $2 AND closed_at IS NOT NULL AND destroyed_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM audit_log o WHERE o.year < audit_log.year AND o.destroyed_at IS NULL)",
        )
        .bind(log.name.as_str())
        .bind(log.size)
        .bind(mark.at)
        .bind(mark.event)
        .bind(mark.mac)
        .run()
        .await?;
    if marked != 1 {
        return Err(Error::GivenUp);
    }
    w.sql(
        "UPDATE log_key SET announced_in = $1 WHERE announced IN (
             SELECT id FROM event WHERE log = $1 AND type = 'log.key_announced' AND leaf_index IS NOT NULL)",
    )
    .bind(log.name.as_str())
    .run()
    .await
    .map(drop)
}

/// Destroyed logs of which something is still there, the oldest first: the hashes go last.
///
/// # Errors
/// What the database says.
pub async fn unfinished(r: &mut Read) -> Result<Vec<LogRow>, Error> {
    r.sql(logs!(
        "WHERE destroyed_at IS NOT NULL AND EXISTS (SELECT 1 FROM log_tile t WHERE t.log = audit_log.name) ORDER BY year"
    ))
    .all()
    .await
}

/// The index of the first entry that is still there.
///
/// # Errors
/// What the database says.
pub async fn first(r: &mut Read, log: &str) -> Result<Option<i64>, Error> {
    r.sql("SELECT leaf_index FROM event WHERE log = $1 AND leaf_index IS NOT NULL ORDER BY leaf_index LIMIT 1")
        .bind(log)
        .maybe_scalar()
        .await
}

/// Takes entries of a destroyed log away, with what the search has of them; how many. What was kept from a resident until then ends.
///
/// # Errors
/// What the database says: it refuses what is of no destroyed log.
pub async fn take_entries(w: &mut Write, log: &str, (from, to): (i64, i64), now: When) -> Result<u64, Error> {
    w.sql(
        "UPDATE notice_delay SET released_at = $4, mac = NULL WHERE released_at IS NULL AND event IN (
             SELECT id FROM event WHERE log = $1 AND leaf_index >= $2 AND leaf_index < $3)",
    )
    .bind(log)
    .bind(from)
    .bind(to)
    .bind(now)
    .run()
    .await?;
    w.sql(
        "DELETE FROM event_search WHERE (at, id) IN (
             SELECT at, id FROM event WHERE log = $1 AND leaf_index >= $2 AND leaf_index < $3)",
    )
    .bind(log)
    .bind(from)
    .bind(to)
    .run()
    .await?;
    w.sql("DELETE FROM event WHERE log = $1 AND leaf_index >= $2 AND leaf_index < $3")
        .bind(log)
        .bind(from)
        .bind(to)
        .run()
        .await
}

/// Takes away where it is said what of a log was disposed of before; how many.
///
/// # Errors
/// What the database says.
pub async fn take_spans(w: &mut Write, log: &str, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM disposed_span WHERE log = $1 AND first IN (
             SELECT first FROM disposed_span WHERE log = $1 ORDER BY first LIMIT $2)",
    )
    .bind(log)
    .bind(limit)
    .run()
    .await
}

/// Takes hashes of a log away; how many.
///
/// # Errors
/// What the database says.
pub async fn take_tiles(w: &mut Write, log: &str, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM log_tile WHERE (log, level, number) IN (
             SELECT log, level, number FROM log_tile WHERE log = $1 ORDER BY level, number LIMIT $2)",
    )
    .bind(log)
    .bind(limit)
    .run()
    .await
}
