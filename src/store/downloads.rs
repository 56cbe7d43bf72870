//! What an account can see of itself, as it was asked for: made by a job, sealed while it lies, fetched once, for a day.

use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use uuid::Uuid;

/// One that was asked for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DownloadRow {
    /// Whose.
    pub account_id: AccountId,
    /// Which.
    pub id: Uuid,
    /// en or cy.
    pub language: String,
    /// When it was asked for.
    pub asked_at: When,
    /// When it was made.
    pub made_at: Option<When>,
    /// Until when it is there.
    pub expires_at: When,
    /// When it was fetched.
    pub spent_at: Option<When>,
}

/// What was made, sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Made {
    /// SHA-256 of the file.
    pub sha256: Vec<u8>,
    /// The key of the row, wrapped.
    pub row_key: Vec<u8>,
    /// The file, sealed.
    pub body: Vec<u8>,
}

/// Asks for one; `false` if one is being made or waits to be fetched.
pub async fn ask(w: &mut Write, row: &DownloadRow) -> Result<bool, Error> {
    let asked = w
        .sql(
            "INSERT INTO download (account_id, id, language, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account_id) DO UPDATE SET id = excluded.id, language = excluded.language,
                 asked_at = excluded.asked_at, expires_at = excluded.expires_at, made_at = NULL, spent_at = NULL,
                 sha256 = NULL, row_key = NULL, body = NULL
             WHERE download.spent_at IS NOT NULL OR download.expires_at <= excluded.asked_at",
        )
        .bind(row.account_id)
        .bind(row.id)
        .bind(row.language.as_str())
        .bind(row.asked_at)
        .bind(row.expires_at)
        .run()
        .await?;
    Ok(asked == 1)
}

/// The last one of an account.
pub async fn get(r: &mut Read, account: AccountId) -> Result<Option<DownloadRow>, Error> {
    r.sql(
        "SELECT account_id, id, language, asked_at, made_at, expires_at, spent_at FROM download WHERE account_id = $1",
    )
    .bind(account)
    .maybe()
    .await
}

/// Those that are to be made, the oldest first: at most `limit`.
pub async fn waiting(r: &mut Read, now: When, limit: i64) -> Result<Vec<DownloadRow>, Error> {
    r.sql(
        "SELECT account_id, id, language, asked_at, made_at, expires_at, spent_at FROM download
         WHERE made_at IS NULL AND expires_at > $1 ORDER BY asked_at LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .all()
    .await
}

/// Stores what was made; `false` if it was made before, or another one was asked for.
pub async fn made(
    w: &mut Write,
    (account, id): (AccountId, Uuid),
    made: &Made,
    (now, until): (When, When),
) -> Result<bool, Error> {
    let stored = w
        .sql(
            "UPDATE download SET made_at = $3, expires_at = $4, sha256 = $5, row_key = $6, body = $7
             WHERE account_id = $1 AND id = $2 AND made_at IS NULL",
        )
        .bind(account)
        .bind(id)
        .bind(now)
        .bind(until)
        .bind(made.sha256.as_slice())
        .bind(made.row_key.as_slice())
        .bind(made.body.as_slice())
        .run()
        .await?;
    Ok(stored == 1)
}

/// What was made, if it is there still.
pub async fn sealed(r: &mut Read, (account, id): (AccountId, Uuid)) -> Result<Option<Made>, Error> {
    r.sql(
        "SELECT sha256, row_key, body FROM download
         WHERE account_id = $1 AND id = $2 AND spent_at IS NULL AND body IS NOT NULL",
    )
    .bind(account)
    .bind(id)
    .maybe()
    .await
}

/// Fetches it, once and in time, and destroys its key; else the write is given up.
pub fn spend(w: &mut Write, (account, id): (AccountId, Uuid), now: When) -> Result<(), Error> {
    w.deferred(
        "UPDATE download SET spent_at = $3, row_key = NULL, body = NULL
         WHERE account_id = $1 AND id = $2 AND spent_at IS NULL AND body IS NOT NULL AND expires_at > $3",
    )
    .bind(account)
    .bind(id)
    .bind(now)
    .or_give_up()
}

/// Forgets those that ran out at `now` or earlier: at most `limit`.
pub async fn forget(w: &mut Write, now: When, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM download WHERE account_id IN (SELECT account_id FROM download WHERE expires_at <= $1 LIMIT $2)")
        .bind(now)
        .bind(limit)
        .run()
        .await
}
