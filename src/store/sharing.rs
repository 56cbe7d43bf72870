//! Sharing records (appended to, never changed) and the pairwise subjects of each sector.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, RecordId};
use crate::domain::time::When;

/// A sharing record as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SharingRow {
    /// The record.
    pub id: RecordId,
    /// The service.
    pub client_id: String,
    /// A purpose of the register.
    pub purpose: String,
    /// The lawful basis.
    pub basis: String,
    /// shown, given, refused, …
    pub state: String,
    /// id@version of the notice.
    pub notice: String,
    /// SHA-256 of what was shown.
    pub notice_sha256: Vec<u8>,
    /// en or cy.
    pub language: String,
    /// The claims, with spaces between.
    pub claims: String,
    /// The policy bundle that decided.
    pub policy: String,
    /// When.
    pub at: When,
}

/// Adds a record.
pub async fn insert(w: &mut Write, account: AccountId, row: &SharingRow) -> Result<(), Error> {
    w.sql(
        "INSERT INTO sharing_record (id, account_id, client_id, purpose, basis, state, notice, notice_sha256, language,
             claims, policy, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(row.id)
    .bind(account)
    .bind(row.client_id.as_str())
    .bind(row.purpose.as_str())
    .bind(row.basis.as_str())
    .bind(row.state.as_str())
    .bind(row.notice.as_str())
    .bind(row.notice_sha256.as_slice())
    .bind(row.language.as_str())
    .bind(row.claims.as_str())
    .bind(row.policy.as_str())
    .bind(row.at)
    .run()
    .await
    .map(drop)
}

/// All of a person's records, oldest first.
pub async fn of_account(r: &mut Read, account: AccountId) -> Result<Vec<SharingRow>, Error> {
    r.sql(
        "SELECT id, client_id, purpose, basis, state, notice, notice_sha256, language, claims, policy, at
         FROM sharing_record WHERE account_id = $1 ORDER BY at, id",
    )
    .bind(account)
    .all()
    .await
}

/// How things stand between residents and a share: for each state and notice of their latest records, how many residents.
pub async fn standings(r: &mut Read, client: &str, purpose: &str) -> Result<Vec<(String, String, i64)>, Error> {
    r.sql(
        "SELECT s.state, s.notice, COUNT(*) FROM sharing_record s WHERE s.client_id = $1 AND s.purpose = $2
           AND NOT EXISTS (SELECT 1 FROM sharing_record n WHERE n.account_id = s.account_id AND n.client_id = $1
             AND n.purpose = $2 AND (n.at > s.at OR (n.at = s.at AND n.id > s.id)))
         GROUP BY s.state, s.notice ORDER BY s.state, s.notice",
    )
    .bind(client)
    .bind(purpose)
    .all()
    .await
}

/// The person's subject in a sector, if she has been there.
pub async fn subject(r: &mut Read, account: AccountId, sector: &str) -> Result<Option<String>, Error> {
    r.sql("SELECT sub FROM subject WHERE account_id = $1 AND sector = $2")
        .bind(account)
        .bind(sector)
        .maybe_scalar()
        .await
}

/// The person's subject in a sector: the one she has, or this new one.
pub async fn claim_subject(
    w: &mut Write,
    account: AccountId,
    sector: &str,
    fresh: &str,
    now: When,
) -> Result<String, Error> {
    // DO UPDATE rather than NOTHING, because only a touched row is returned.
    w.sql(
        "INSERT INTO subject (account_id, sector, sub, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, sector) DO UPDATE SET sector = $2 RETURNING sub",
    )
    .bind(account)
    .bind(sector)
    .bind(fresh)
    .bind(now)
    .scalar()
    .await
}
