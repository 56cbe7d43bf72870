//! Broken glass, and conflicts that officers declared.

use super::{Error, Read, Write};
use crate::domain::ids::StaffId;
use crate::domain::staff::Glass;
use crate::domain::time::When;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    staff_id: StaffId,
    reason: String,
    case_ref: Option<String>,
    opened_at: When,
    until: When,
    closed_at: Option<When>,
    review_by: When,
    reviewed_at: Option<When>,
    justified: Option<bool>,
}

impl From<Row> for Glass {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            staff: row.staff_id,
            reason: row.reason,
            case: row.case_ref,
            opened_at: row.opened_at,
            until: row.until,
            closed_at: row.closed_at,
            review_by: row.review_by,
            reviewed_at: row.reviewed_at,
            justified: row.justified,
        }
    }
}

/// Breaks the glass; `false` if this officer's is broken, or was broken so often that a review comes first. That one
/// officer has one alone is held by an index too.
pub async fn insert(w: &mut Write, glass: &Glass, unreviewed: i64) -> Result<bool, Error> {
    // What ran out was closed by time.
    w.sql("UPDATE glass SET closed_at = until WHERE staff_id = $1 AND closed_at IS NULL AND until <= $2")
        .bind(glass.staff)
        .bind(glass.opened_at)
        .run()
        .await?;
    let broken = w
        .sql(
            "INSERT INTO glass (id, staff_id, reason, case_ref, opened_at, until, review_by)
             SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE NOT EXISTS (SELECT 1 FROM glass WHERE staff_id = $2 AND closed_at IS NULL)
               AND (SELECT COUNT(*) FROM glass WHERE staff_id = $2 AND reviewed_at IS NULL) < $8",
        )
        .bind(glass.id)
        .bind(glass.staff)
        .bind(glass.reason.as_str())
        .bind(glass.case.as_deref())
        .bind(glass.opened_at)
        .bind(glass.until)
        .bind(glass.review_by)
        .bind(unreviewed)
        .run()
        .await;
    match broken {
        Ok(broken) => Ok(broken == 1),
        // Two tries at once.
        Err(Error::Constraint(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a review of an officer's broken glass is overdue.
pub async fn is_overdue(r: &mut Read, staff: StaffId, now: When) -> Result<bool, Error> {
    let count: i64 = r
        .sql(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM glass
             WHERE staff_id = $1 AND reviewed_at IS NULL AND review_by <= $2",
        )
        .bind(staff)
        .bind(now)
        .scalar()
        .await?;
    Ok(count > 0)
}

/// Closes an officer's glass; `false` if it is closed.
pub async fn close(w: &mut Write, id: Uuid, staff: StaffId, now: When) -> Result<bool, Error> {
    let closed = w
        .sql("UPDATE glass SET closed_at = $3 WHERE id = $1 AND staff_id = $2 AND closed_at IS NULL AND until > $3")
        .bind(id)
        .bind(staff)
        .bind(now)
        .run()
        .await?;
    Ok(closed == 1)
}

/// Writes down what a review found; `false` if there was one, it is still open, or it is the reviewer's own.
pub async fn review(w: &mut Write, id: Uuid, by: StaffId, justified: bool, now: When) -> Result<bool, Error> {
    let reviewed = w
        .sql(
            "UPDATE glass SET reviewed_by = $2, reviewed_at = $3, justified = $4
             WHERE id = $1 AND staff_id <> $2 AND reviewed_at IS NULL AND (closed_at IS NOT NULL OR until <= $3)",
        )
        .bind(id)
        .bind(by)
        .bind(now)
        .bind(justified)
        .run()
        .await?;
    Ok(reviewed == 1)
}

/// One.
pub async fn get(r: &mut Read, id: Uuid) -> Result<Option<Glass>, Error> {
    let row: Option<Row> = r
        .sql(
            "SELECT id, staff_id, reason, case_ref, opened_at, until, closed_at, review_by, reviewed_at, justified
             FROM glass WHERE id = $1",
        )
        .bind(id)
        .maybe()
        .await?;
    Ok(row.map(Glass::from))
}

/// What bears on an officer now: glass that is open or was not reviewed, newest first.
pub async fn of(r: &mut Read, staff: StaffId, now: When) -> Result<Vec<Glass>, Error> {
    let rows: Vec<Row> = r
        .sql(
            "SELECT id, staff_id, reason, case_ref, opened_at, until, closed_at, review_by, reviewed_at, justified
             FROM glass WHERE staff_id = $1 AND (reviewed_at IS NULL OR until > $2) ORDER BY opened_at DESC LIMIT 100",
        )
        .bind(staff)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(Glass::from).collect())
}

/// Everybody's, newest first: what waits for a review before what had one.
pub async fn all(r: &mut Read) -> Result<Vec<Glass>, Error> {
    let rows: Vec<Row> = r
        .sql(
            "SELECT id, staff_id, reason, case_ref, opened_at, until, closed_at, review_by, reviewed_at, justified
             FROM glass ORDER BY CASE WHEN reviewed_at IS NULL THEN 0 ELSE 1 END, opened_at DESC LIMIT 200",
        )
        .all()
        .await?;
    Ok(rows.into_iter().map(Glass::from).collect())
}

/// Those whose review is overdue and not yet on record as such.
pub async fn overdue(r: &mut Read, now: When) -> Result<Vec<Glass>, Error> {
    let rows: Vec<Row> = r
        .sql(
            "SELECT id, staff_id, reason, case_ref, opened_at, until, closed_at, review_by, reviewed_at, justified
             FROM glass WHERE reviewed_at IS NULL AND review_by <= $1 AND suspended_at IS NULL
             ORDER BY review_by, id LIMIT 100",
        )
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(Glass::from).collect())
}

/// Notes that an overdue review is on record; `false` if it was, or was reviewed meanwhile.
pub async fn note_overdue(w: &mut Write, id: Uuid, now: When) -> Result<bool, Error> {
    let noted = w
        .sql("UPDATE glass SET suspended_at = $2 WHERE id = $1 AND suspended_at IS NULL AND reviewed_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(noted == 1)
}

/// Notes that an officer knows whoever these hashes stand for; `false` if it was noted.
pub async fn declare(
    w: &mut Write,
    staff: StaffId,
    (hash, account): (&[u8], Option<&[u8]>),
    now: When,
) -> Result<bool, Error> {
    let declared = w
        .sql(
            "INSERT INTO conflict (staff_id, hash, account_hash, declared_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (staff_id, hash) DO UPDATE SET account_hash = $3, declared_at = $4, withdrawn_at = NULL
             WHERE conflict.withdrawn_at IS NOT NULL",
        )
        .bind(staff)
        .bind(hash)
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(declared == 1)
}

/// Takes a declaration back; `false` if there was none. It is kept, so that looks are held against it still.
pub async fn withdraw(w: &mut Write, staff: StaffId, hash: &[u8], now: When) -> Result<bool, Error> {
    let gone = w
        .sql("UPDATE conflict SET withdrawn_at = $3 WHERE staff_id = $1 AND hash = $2 AND withdrawn_at IS NULL")
        .bind(staff)
        .bind(hash)
        .bind(now)
        .run()
        .await?;
    Ok(gone == 1)
}

/// Whom an officer declared to know.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Known {
    /// A keyed hash of what the person signed in with then.
    pub hash: Vec<u8>,
    /// A keyed hash of her account, if there was one.
    pub account_hash: Option<Vec<u8>>,
    /// When it was taken back.
    pub withdrawn_at: Option<When>,
}

/// Whom an officer declared to know, those taken back too.
pub async fn declared(r: &mut Read, staff: StaffId) -> Result<Vec<Known>, Error> {
    r.sql("SELECT hash, account_hash, withdrawn_at FROM conflict WHERE staff_id = $1 ORDER BY declared_at, hash")
        .bind(staff)
        .all()
        .await
}

/// Officers who declared to know somebody who had no account then.
pub async fn unmet(r: &mut Read) -> Result<Vec<(StaffId, Vec<u8>)>, Error> {
    r.sql("SELECT staff_id, hash FROM conflict WHERE account_hash IS NULL ORDER BY staff_id, hash").all().await
}

/// Notes whose account it is whom an officer declared to know.
pub async fn met(w: &mut Write, staff: StaffId, hash: &[u8], account: &[u8]) -> Result<(), Error> {
    w.sql("UPDATE conflict SET account_hash = $3 WHERE staff_id = $1 AND hash = $2 AND account_hash IS NULL")
        .bind(staff)
        .bind(hash)
        .bind(account)
        .run()
        .await?;
    Ok(())
}
