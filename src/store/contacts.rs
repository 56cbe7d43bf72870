//! Where a person is written to: apart from what she signs in with, and shareable.

use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use uuid::Uuid;

/// A contact, sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactRow {
    /// The row, which its seal is bound to.
    pub id: Uuid,
    /// The account.
    pub account_id: AccountId,
    /// Its blind index.
    pub blind: Vec<u8>,
    /// The address, sealed.
    pub address: Vec<u8>,
    /// When it was proven.
    pub verified_at: When,
}

/// A proven contact to add.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// The row, which its seal is bound to.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
    /// "email".
    pub kind: &'static str,
    /// Its blind index.
    pub blind: Vec<u8>,
    /// The address, sealed.
    pub address: Vec<u8>,
}

/// Adds a proven contact.
pub async fn insert(w: &mut Write, new: &NewContact, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO contact (id, account_id, kind, blind, address, verified_at, replaced_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL)",
    )
    .bind(new.id)
    .bind(new.account)
    .bind(new.kind)
    .bind(new.blind.as_slice())
    .bind(new.address.as_slice())
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Marks the present contacts of a kind as replaced.
pub async fn replace(w: &mut Write, account: AccountId, kind: &str, now: When) -> Result<u64, Error> {
    w.sql("UPDATE contact SET replaced_at = $3 WHERE account_id = $1 AND kind = $2 AND replaced_at IS NULL")
        .bind(account)
        .bind(kind)
        .bind(now)
        .run()
        .await
}

/// Brings a replaced contact back into use.
pub async fn restore(w: &mut Write, id: Uuid, account: AccountId) -> Result<bool, Error> {
    let restored = w
        .sql("UPDATE contact SET replaced_at = NULL WHERE id = $1 AND account_id = $2")
        .bind(id)
        .bind(account)
        .run()
        .await?;
    Ok(restored == 1)
}

/// The present contact of a kind.
pub async fn current(r: &mut Read, account: AccountId, kind: &str) -> Result<Option<ContactRow>, Error> {
    r.sql(
        "SELECT id, account_id, blind, address, verified_at FROM contact
         WHERE account_id = $1 AND kind = $2 AND replaced_at IS NULL ORDER BY verified_at DESC LIMIT 1",
    )
    .bind(account)
    .bind(kind)
    .maybe()
    .await
}

/// A contact by its row, replaced or not.
pub async fn get(r: &mut Read, id: Uuid) -> Result<Option<ContactRow>, Error> {
    r.sql("SELECT id, account_id, blind, address, verified_at FROM contact WHERE id = $1").bind(id).maybe().await
}

/// Whether another account is written to at the same address: then reading its mail proves neither person.
pub async fn shared(r: &mut Read, blind: &[u8], account: AccountId) -> Result<bool, Error> {
    let others: Option<i64> = r
        .sql(
            "SELECT CAST(1 AS BIGINT) FROM contact
             WHERE blind = $1 AND account_id <> $2 AND replaced_at IS NULL LIMIT 1",
        )
        .bind(blind)
        .bind(account)
        .maybe_scalar()
        .await?;
    Ok(others.is_some())
}
