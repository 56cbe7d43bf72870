//! What a run counts beside what it destroys: what it leaves alone and why, by whose decision something goes, what failed.

use super::{Error, Read, Write};
use crate::domain::retention::About;
use uuid::Uuid;

/// So many things of one rule.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TallyRow {
    /// The rule.
    pub rule: String,
    /// An [`About`].
    pub about: String,
    /// The hold, the reason or the person.
    pub what: String,
    /// How many.
    pub items: i64,
}

/// Counts more of the same.
pub async fn add(
    w: &mut Write,
    (run, rule): (Uuid, &str),
    (about, what): (About, &str),
    items: i64,
) -> Result<(), Error> {
    w.sql(
        "INSERT INTO retention_tally (run_id, rule, about, what, items) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (run_id, rule, about, what) DO UPDATE SET items = retention_tally.items + $5",
    )
    .bind(run)
    .bind(rule)
    .bind(about.as_str())
    .bind(what)
    .bind(items)
    .run()
    .await
    .map(drop)
}

/// What a run counted, by rule.
pub async fn all(r: &mut Read, run: Uuid) -> Result<Vec<TallyRow>, Error> {
    r.sql("SELECT rule, about, what, items FROM retention_tally WHERE run_id = $1 ORDER BY rule, about, what")
        .bind(run)
        .all()
        .await
}
