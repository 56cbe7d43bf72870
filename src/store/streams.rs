//! How far each collector has the record.

use super::{Error, Read, Write};
use crate::domain::time::When;

/// What a collector gets next.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CursorRow {
    /// The log.
    pub log: String,
    /// The first index that is not known to have arrived.
    pub next: i64,
    /// When it last moved.
    pub moved_at: When,
}

/// How far a collector has the record; none if it never got any of it.
pub async fn cursor(r: &mut Read, collector: &str) -> Result<Option<CursorRow>, Error> {
    r.sql("SELECT log, next, moved_at FROM log_stream WHERE collector = $1").bind(collector).maybe().await
}

/// Begins at this place; gives the write up if another node did.
pub async fn begin(w: &mut Write, collector: &str, (log, next): (&str, i64), now: When) -> Result<(), Error> {
    let made = w
        .sql("INSERT INTO log_stream (collector, log, next, moved_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(collector)
        .bind(log)
        .bind(next)
        .bind(now)
        .run()
        .await?;
    if made == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// Moves on from a place; gives the write up if it is not there, so that it never goes back.
pub async fn advance(
    w: &mut Write,
    collector: &str,
    from: &CursorRow,
    (log, next): (&str, i64),
    now: When,
) -> Result<(), Error> {
    let moved = w
        .sql(
            "UPDATE log_stream SET log = $4, next = $5, moved_at = $6
             WHERE collector = $1 AND log = $2 AND next = $3",
        )
        .bind(collector)
        .bind(from.log.as_str())
        .bind(from.next)
        .bind(log)
        .bind(next)
        .bind(now)
        .run()
        .await?;
    if moved == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// When the event at a place happened, if there is one.
pub async fn happened(r: &mut Read, (log, index): (&str, i64)) -> Result<Option<When>, Error> {
    r.sql("SELECT at FROM event WHERE log = $1 AND leaf_index = $2").bind(log).bind(index).maybe_scalar().await
}
