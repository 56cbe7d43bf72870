//! What needs a second person, and what that person said.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, StaffId};
use crate::domain::time::When;
use uuid::Uuid;

/// A request for a second person's word.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ApprovalRow {
    /// Which.
    pub id: Uuid,
    /// See [`crate::domain::staff::Approval`].
    pub kind: String,
    /// Who asks.
    pub asked_by: StaffId,
    /// What exactly, as the kind writes it.
    pub what: String,
    /// A code of `reasons.toml`.
    pub reason: String,
    /// The case.
    pub case_ref: Option<String>,
    /// When.
    pub asked_at: When,
    /// Until when it can be decided and used.
    pub until: When,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// When.
    pub decided_at: Option<When>,
    /// Yes or no.
    pub approved: Option<bool>,
    /// When it was used; once is all.
    pub used_at: Option<When>,
    /// Whom it is about, if it is about one resident; forgotten at erasure.
    pub about: Option<AccountId>,
}

/// Asks for a second person's word; `false` if so `many` words that the officer asked for are waited for already.
pub async fn ask(w: &mut Write, row: &ApprovalRow, many: i64) -> Result<bool, Error> {
    let asked = w
        .sql(
            "INSERT INTO approval (id, kind, asked_by, what, reason, case_ref, asked_at, until, about)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT COUNT(*) FROM approval o
                 WHERE o.asked_by = $3 AND o.decided_at IS NULL AND o.until > $7) < $10",
        )
        .bind(row.id)
        .bind(row.kind.as_str())
        .bind(row.asked_by)
        .bind(row.what.as_str())
        .bind(row.reason.as_str())
        .bind(row.case_ref.as_deref())
        .bind(row.asked_at)
        .bind(row.until)
        .bind(row.about)
        .bind(many)
        .run()
        .await?;
    Ok(asked == 1)
}

/// Decides; `false` if it is too late, decided, or asked by the same person.
pub async fn decide(w: &mut Write, id: Uuid, by: StaffId, approved: bool, now: When) -> Result<bool, Error> {
    let decided = w
        .sql(
            "UPDATE approval SET decided_by = $2, decided_at = $3, approved = $4
             WHERE id = $1 AND asked_by <> $2 AND decided_at IS NULL AND until > $3",
        )
        .bind(id)
        .bind(by)
        .bind(now)
        .bind(approved)
        .run()
        .await?;
    Ok(decided == 1)
}

/// Uses an approval, once; `false` if it is not this officer's, not given, used or out of time, or whoever gave it or asked for it has left.
pub async fn spend(w: &mut Write, id: Uuid, kind: &str, asked_by: StaffId, now: When) -> Result<bool, Error> {
    let used = w
        .sql(
            "UPDATE approval SET used_at = $4 WHERE id = $1 AND kind = $2 AND asked_by = $3 AND approved = $5
               AND used_at IS NULL AND until > $4
               AND NOT EXISTS (SELECT 1 FROM staff_member m WHERE m.id IN (decided_by, asked_by) AND m.state = 'removed')",
        )
        .bind(id)
        .bind(kind)
        .bind(asked_by)
        .bind(now)
        .bind(true)
        .run()
        .await?;
    Ok(used == 1)
}

/// One request.
pub async fn get(r: &mut Read, id: Uuid) -> Result<Option<ApprovalRow>, Error> {
    r.sql(
        "SELECT id, kind, asked_by, what, reason, case_ref, asked_at, until, decided_by, decided_at, approved, used_at, about
         FROM approval WHERE id = $1",
    )
    .bind(id)
    .maybe()
    .await
}

/// Requests that wait for somebody, oldest first.
pub async fn waiting(r: &mut Read, now: When) -> Result<Vec<ApprovalRow>, Error> {
    r.sql(
        "SELECT id, kind, asked_by, what, reason, case_ref, asked_at, until, decided_by, decided_at, approved, used_at, about
         FROM approval WHERE decided_at IS NULL AND until > $1 ORDER BY asked_at, id LIMIT 100",
    )
    .bind(now)
    .all()
    .await
}

/// What an officer asked for lately, newest first.
pub async fn of(r: &mut Read, staff: StaffId, since: When) -> Result<Vec<ApprovalRow>, Error> {
    r.sql(
        "SELECT id, kind, asked_by, what, reason, case_ref, asked_at, until, decided_by, decided_at, approved, used_at, about
         FROM approval WHERE asked_by = $1 AND asked_at > $2 ORDER BY asked_at DESC, id LIMIT 100",
    )
    .bind(staff)
    .bind(since)
    .all()
    .await
}
