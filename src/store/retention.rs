//! Runs of the schedule with what each rule came to, and their certificates.

use super::{Error, Read, Write, erasures};
use crate::domain::time::When;
use uuid::Uuid;

/// One carrying-out of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RunRow {
    /// The run.
    pub id: Uuid,
    /// The schedule's version.
    pub schedule: String,
    /// The version of the policies.
    pub policy: String,
    /// `cooling`, `waiting` (for a second person), `running`, `done` or `cancelled`.
    pub state: String,
    /// Who planned it; none is the house itself.
    pub planned_by: Option<String>,
    /// The log that was open then.
    pub log: Option<String>,
    /// Its size then.
    pub log_size: Option<i64>,
    /// Its newest checkpoint then, a signed note.
    pub log_note: Option<String>,
    /// The newest that witnesses had cosigned then, a note with their signatures.
    pub log_cosigned: Option<String>,
    /// When.
    pub planned_at: When,
    /// Nothing is destroyed before then.
    pub not_before: When,
    /// Who approved it, where that was needed.
    pub approved_by: Option<String>,
    /// The second who did.
    pub approved_with: Option<String>,
    /// When the first thing was destroyed.
    pub started_at: Option<When>,
    /// When it ended.
    pub finished_at: Option<When>,
}

/// What one rule comes to in a run.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PartRow {
    /// The rule.
    pub rule: String,
    /// Its category.
    pub category: String,
    /// What began its clock then or earlier was over when the run was planned.
    pub cutoff: When,
    /// So much was due then.
    pub due: i64,
    /// So much was held then.
    pub held: i64,
    /// So much waited for a person then.
    pub reviewed: i64,
    /// So much was destroyed.
    pub done: i64,
    /// So much was found held when the run came to it.
    pub held_at_run: i64,
    /// The oldest clock of what was destroyed.
    pub oldest: Option<When>,
    /// The newest.
    pub newest: Option<When>,
    /// When the run was through with it.
    pub finished_at: Option<When>,
}

/// Begins a run; `false` while another is open.
pub async fn begin(w: &mut Write, run: &RunRow, parts: &[PartRow]) -> Result<bool, Error> {
    let begun = w
        .sql(
            "INSERT INTO retention_run (id, schedule, policy, state, planned_by, planned_at, not_before, log, log_size,
                 log_note, log_cosigned)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        )
        .bind(run.id)
        .bind(run.schedule.as_str())
        .bind(run.policy.as_str())
        .bind(run.state.as_str())
        .bind(run.planned_by.as_deref())
        .bind(run.planned_at)
        .bind(run.not_before)
        .bind(run.log.as_deref())
        .bind(run.log_size)
        .bind(run.log_note.as_deref())
        .bind(run.log_cosigned.as_deref())
        .run()
        .await?;
    if begun == 0 {
        return Ok(false);
    }
    for part in parts {
        w.sql(
            "INSERT INTO retention_part (run_id, rule, category, cutoff, due, held, reviewed, done, held_at_run, oldest,
                 newest, finished_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, NULL, NULL, NULL)",
        )
        .bind(run.id)
        .bind(part.rule.as_str())
        .bind(part.category.as_str())
        .bind(part.cutoff)
        .bind(part.due)
        .bind(part.held)
        .bind(part.reviewed)
        .run()
        .await?;
    }
    Ok(true)
}

/// The run that is open, if one is.
pub async fn open(r: &mut Read) -> Result<Option<RunRow>, Error> {
    r.sql(
        "SELECT id, schedule, policy, state, planned_by, log, log_size, log_note, log_cosigned, planned_at, not_before,
             approved_by, approved_with, started_at, finished_at FROM retention_run WHERE finished_at IS NULL",
    )
    .maybe()
    .await
}

/// The latest runs, the newest first.
pub async fn latest(r: &mut Read, limit: i64) -> Result<Vec<RunRow>, Error> {
    r.sql(
        "SELECT id, schedule, policy, state, planned_by, log, log_size, log_note, log_cosigned, planned_at, not_before,
             approved_by, approved_with, started_at, finished_at FROM retention_run ORDER BY planned_at DESC, id LIMIT $1",
    )
    .bind(limit)
    .all()
    .await
}

/// One run.
pub async fn get(r: &mut Read, run: Uuid) -> Result<Option<RunRow>, Error> {
    r.sql(
        "SELECT id, schedule, policy, state, planned_by, log, log_size, log_note, log_cosigned, planned_at, not_before,
             approved_by, approved_with, started_at, finished_at FROM retention_run WHERE id = $1",
    )
    .bind(run)
    .maybe()
    .await
}

/// What each rule comes to in a run, by rule.
pub async fn parts(r: &mut Read, run: Uuid) -> Result<Vec<PartRow>, Error> {
    r.sql(
        "SELECT rule, category, cutoff, due, held, reviewed, done, held_at_run, oldest, newest, finished_at
         FROM retention_part WHERE run_id = $1 ORDER BY rule",
    )
    .bind(run)
    .all()
    .await
}

/// Two people let a run go on that waits for them; `false` if it does not wait.
pub async fn approve(w: &mut Write, run: Uuid, (by, with): (&str, &str), now: When) -> Result<bool, Error> {
    let approved = w
        .sql(
            "UPDATE retention_run SET state = 'cooling', approved_by = $2, approved_with = $3, approved_at = $4
             WHERE id = $1 AND state = 'waiting'",
        )
        .bind(run)
        .bind(by)
        .bind(with)
        .bind(now)
        .run()
        .await?;
    Ok(approved == 1)
}

/// Begins to destroy, once the cooling period is over; `false` if it is not, or the run is in another state.
pub async fn start(w: &mut Write, run: Uuid, now: When) -> Result<bool, Error> {
    let started = w
        .sql(
            "UPDATE retention_run SET state = 'running', started_at = $2
             WHERE id = $1 AND state = 'cooling' AND not_before <= $2",
        )
        .bind(run)
        .bind(now)
        .run()
        .await?;
    Ok(started == 1)
}

/// Ends a run in this state; `false` if it had ended. Whom it was to erase and did not is to be erased by nothing any more.
pub async fn end(w: &mut Write, run: Uuid, state: &str, now: When) -> Result<bool, Error> {
    let ended = w
        .sql("UPDATE retention_run SET state = $2, finished_at = $3 WHERE id = $1 AND finished_at IS NULL")
        .bind(run)
        .bind(state)
        .bind(now)
        .run()
        .await?;
    if ended == 1 {
        erasures::exhume_all(w, run).await?;
    }
    Ok(ended == 1)
}

/// Gives the write up unless the run is being carried out: it may have been stopped.
pub async fn still_runs(w: &mut Write, run: Uuid) -> Result<(), Error> {
    let runs =
        w.sql("UPDATE retention_run SET state = state WHERE id = $1 AND state = 'running'").bind(run).run().await?;
    if runs == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// Waits for a batch of a run that is being destroyed, and keeps the next one back until this write is done: what it reads then is as it
/// is.
pub async fn after_batch(w: &mut Write) -> Result<(), Error> {
    w.sql("UPDATE retention_run SET state = state WHERE state = 'running'").run().await.map(drop)
}

/// Counts what one batch destroyed.
pub async fn count(
    w: &mut Write,
    (run, rule): (Uuid, &str),
    done: i64,
    (oldest, newest): (When, When),
) -> Result<(), Error> {
    w.sql(
        "UPDATE retention_part SET done = done + $3,
             oldest = CASE WHEN oldest IS NULL OR oldest > $4 THEN $4 ELSE oldest END,
             newest = CASE WHEN newest IS NULL OR newest < $5 THEN $5 ELSE newest END
         WHERE run_id = $1 AND rule = $2",
    )
    .bind(run)
    .bind(rule)
    .bind(done)
    .bind(oldest)
    .bind(newest)
    .run()
    .await
    .map(drop)
}

/// What went under a rule, looked up at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Went {
    /// How much.
    pub items: i64,
    /// The oldest clock of it.
    pub oldest: Option<When>,
    /// The newest.
    pub newest: Option<When>,
}

/// Sets what went under a rule.
pub async fn set_count(w: &mut Write, (run, rule): (Uuid, &str), went: Went) -> Result<(), Error> {
    w.sql("UPDATE retention_part SET done = $3, oldest = $4, newest = $5 WHERE run_id = $1 AND rule = $2")
        .bind(run)
        .bind(rule)
        .bind(went.items)
        .bind(went.oldest)
        .bind(went.newest)
        .run()
        .await
        .map(drop)
}

/// The run is through with a rule, and so much was found held; `false` if it was before.
pub async fn through(w: &mut Write, (run, rule): (Uuid, &str), held: i64, now: When) -> Result<bool, Error> {
    let through = w
        .sql(
            "UPDATE retention_part SET finished_at = $3, held_at_run = $4
             WHERE run_id = $1 AND rule = $2 AND finished_at IS NULL",
        )
        .bind(run)
        .bind(rule)
        .bind(now)
        .bind(held)
        .run()
        .await?;
    Ok(through == 1)
}

/// A certificate as signed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CertificateRow {
    /// Its id.
    pub id: Uuid,
    /// The run.
    pub run_id: Uuid,
    /// When it was issued.
    pub issued_at: When,
    /// The certificate, JSON.
    pub body: String,
    /// What signs it: a C2SP note over its digest.
    pub note: String,
}

/// Keeps a certificate.
pub async fn certify(w: &mut Write, row: &CertificateRow) -> Result<(), Error> {
    w.sql("INSERT INTO disposal_certificate (id, run_id, issued_at, body, note) VALUES ($1, $2, $3, $4, $5)")
        .bind(row.id)
        .bind(row.run_id)
        .bind(row.issued_at)
        .bind(row.body.as_str())
        .bind(row.note.as_str())
        .run()
        .await
        .map(drop)
}

/// The latest certificates, the newest first.
pub async fn certificates(r: &mut Read, limit: i64) -> Result<Vec<CertificateRow>, Error> {
    r.sql("SELECT id, run_id, issued_at, body, note FROM disposal_certificate ORDER BY issued_at DESC, id LIMIT $1")
        .bind(limit)
        .all()
        .await
}
