//! Counters against guessing, in the database so that every node counts alike. Keys are blind indexes, so an
//! address that has no account is counted just the same.

use super::{Error, Read, Write};
use crate::domain::time::When;

/// A counter after it was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Count {
    /// How many in the window, this one included.
    pub count: i64,
    /// Closed until then, if it is.
    pub closed_until: Option<When>,
    /// When the window began.
    pub window_start: When,
}

/// Raises a counter by one statement; a window that began at or before `oldest` begins anew.
pub async fn raise(w: &mut Write, kind: &str, key: &[u8], oldest: When, now: When) -> Result<Count, Error> {
    w.sql(
        "INSERT INTO throttle (kind, key, window_start, count, closed_until) VALUES ($1, $2, $4, 1, NULL)
         ON CONFLICT (kind, key) DO UPDATE SET
             count = CASE WHEN throttle.window_start <= $3 THEN 1 ELSE throttle.count + 1 END,
             window_start = CASE WHEN throttle.window_start <= $3 THEN $4 ELSE throttle.window_start END
         RETURNING count, closed_until, window_start",
    )
    .bind(kind)
    .bind(key)
    .bind(oldest)
    .bind(now)
    .one()
    .await
}

/// Closes until then.
pub async fn close(w: &mut Write, kind: &str, key: &[u8], until: When) -> Result<(), Error> {
    w.sql("UPDATE throttle SET closed_until = $3 WHERE kind = $1 AND key = $2")
        .bind(kind)
        .bind(key)
        .bind(until)
        .run()
        .await
        .map(drop)
}

/// The counter as it stands.
pub async fn look(r: &mut Read, kind: &str, key: &[u8]) -> Result<Option<Count>, Error> {
    r.sql("SELECT count, closed_until, window_start FROM throttle WHERE kind = $1 AND key = $2")
        .bind(kind)
        .bind(key)
        .maybe()
        .await
}

/// Forgets a counter: the right password or code was given.
pub async fn clear(w: &mut Write, kind: &str, key: &[u8]) -> Result<(), Error> {
    w.sql("DELETE FROM throttle WHERE kind = $1 AND key = $2").bind(kind).bind(key).run().await.map(drop)
}

/// Deletes at most `limit` counters whose window began before `before` and that hold nothing closed.
pub async fn forget(w: &mut Write, before: When, now: When, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM throttle WHERE (kind, key) IN (SELECT kind, key FROM throttle
             WHERE window_start <= $1 AND (closed_until IS NULL OR closed_until <= $2) LIMIT $3)",
    )
    .bind(before)
    .bind(now)
    .bind(limit)
    .run()
    .await
}
