//! Accounts being created. The registration's id is the account's id to be, and its keys the account's keys.

use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::time::When;

/// A registration, sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RegistrationRow {
    /// The account to be.
    pub id: AccountId,
    /// The hash of the service's flow it began in.
    pub flow: Option<Vec<u8>>,
    /// The blind index of the address.
    pub email_blind: Vec<u8>,
    /// The address, sealed.
    pub email: Vec<u8>,
    /// The full name, sealed.
    pub name: Vec<u8>,
    /// Somebody signs in with this address already: a message went to them, no code.
    pub taken: bool,
    /// The owner of the address said that two people share it.
    pub share: bool,
    /// en or cy.
    pub language: String,
    /// The privacy notice shown before the first field.
    pub notice: String,
    /// When the address was proven.
    pub proven_at: Option<When>,
    /// When the account was made of it.
    pub finished_at: Option<When>,
    /// Until when it can be finished.
    pub expires_at: When,
}

/// Stores a new registration under the hash of its journey.
pub async fn insert(w: &mut Write, journey: &[u8], row: &RegistrationRow, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO registration (id, journey, flow, email_blind, email, name, taken, share, language, notice,
             started_at, proven_at, finished_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, $12)",
    )
    .bind(row.id)
    .bind(journey)
    .bind(row.flow.as_deref())
    .bind(row.email_blind.as_slice())
    .bind(row.email.as_slice())
    .bind(row.name.as_slice())
    .bind(row.taken)
    .bind(row.share)
    .bind(row.language.as_str())
    .bind(row.notice.as_str())
    .bind(now)
    .bind(row.expires_at)
    .run()
    .await
    .map(drop)
}

/// The registration of a journey.
pub async fn by_journey(r: &mut Read, journey: &[u8]) -> Result<Option<RegistrationRow>, Error> {
    r.sql(
        "SELECT id, flow, email_blind, email, name, taken, share, language, notice, proven_at, finished_at, expires_at
         FROM registration WHERE journey = $1",
    )
    .bind(journey)
    .maybe()
    .await
}

/// Marks the address as proven.
pub async fn prove(w: &mut Write, id: AccountId, now: When) -> Result<(), Error> {
    w.sql("UPDATE registration SET proven_at = $2 WHERE id = $1 AND proven_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Goes on under a new journey, proven and sharing its address: the owner of the mailbox said so.
pub async fn share(w: &mut Write, id: AccountId, journey: &[u8], now: When) -> Result<bool, Error> {
    let shared = w
        .sql(
            "UPDATE registration SET share = $3, proven_at = $4, journey = $2
             WHERE id = $1 AND finished_at IS NULL AND expires_at > $4",
        )
        .bind(id)
        .bind(journey)
        .bind(true)
        .bind(now)
        .run()
        .await?;
    Ok(shared == 1)
}

/// Turns it into an account, once; `false` if that was done before or it has run out.
pub async fn finish(w: &mut Write, id: AccountId, now: When) -> Result<bool, Error> {
    let finished = w
        .sql(
            "UPDATE registration SET finished_at = $2
             WHERE id = $1 AND finished_at IS NULL AND proven_at IS NOT NULL AND expires_at > $2",
        )
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(finished == 1)
}

/// Deletes those that ran out, with what was typed: the first `limit`, whose keys
/// [`super::vault::forget_unfinished`] has destroyed.
pub async fn forget(w: &mut Write, now: When, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM registration WHERE id IN (
             SELECT id FROM registration WHERE expires_at <= $1 ORDER BY expires_at, id LIMIT $2)",
    )
    .bind(now)
    .bind(limit)
    .run()
    .await
}
