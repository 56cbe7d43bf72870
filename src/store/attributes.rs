//! What residents gave once beside their names: date of birth, address, phone number.

use super::{Error, Read, Write};
use crate::domain::account::{Detail, Source};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use uuid::Uuid;

/// A detail, sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AttributeRow {
    /// The row, which its seal is bound to.
    pub id: Uuid,
    /// Which detail: see [`Detail`].
    pub kind: String,
    /// The value, sealed.
    pub value: Vec<u8>,
    /// When it was checked to be true of her; never, for what only she says.
    pub verified_at: Option<When>,
    /// When it was given.
    pub changed_at: When,
    /// Counts what she gave of this kind, from 1.
    pub version: i64,
}

/// A detail to keep.
#[derive(Debug, Clone)]
pub struct NewAttribute {
    /// The row, which its seal is bound to.
    pub id: Uuid,
    /// The account.
    pub account: AccountId,
    /// Which detail.
    pub detail: Detail,
    /// The value, sealed.
    pub value: Vec<u8>,
    /// The blind index of a phone number or a postcode.
    pub blind: Option<Vec<u8>>,
    /// The blind index of a UPRN.
    pub uprn_blind: Option<Vec<u8>>,
    /// Whom it comes from.
    pub source: Source,
    /// When it was checked to be true of her.
    pub verified_at: Option<When>,
    /// One more than that of the one before.
    pub version: i64,
}

/// What an account holds at present.
pub async fn of(r: &mut Read, account: AccountId) -> Result<Vec<AttributeRow>, Error> {
    r.sql(
        "SELECT id, kind, value, verified_at, changed_at, version FROM attribute
         WHERE account_id = $1 AND replaced_at IS NULL ORDER BY kind",
    )
    .bind(account)
    .all()
    .await
}

/// What an account gave that is still kept, the newest of each kind first: kind, version, and when it was replaced.
pub async fn history(r: &mut Read, account: AccountId) -> Result<Vec<(String, i64, Option<When>)>, Error> {
    r.sql("SELECT kind, version, replaced_at FROM attribute WHERE account_id = $1 ORDER BY kind, version DESC")
        .bind(account)
        .all()
        .await
}

/// Makes the present value a former one; `false` if it is that no longer.
pub async fn replace(w: &mut Write, row: Uuid, now: When) -> Result<bool, Error> {
    let replaced = w
        .sql("UPDATE attribute SET replaced_at = $2 WHERE id = $1 AND replaced_at IS NULL")
        .bind(row)
        .bind(now)
        .run()
        .await?;
    Ok(replaced == 1)
}

/// Deletes the present value, and then the former ones of its kind; `false`, and nothing is deleted, if it is present no
/// longer.
pub async fn remove(w: &mut Write, account: AccountId, detail: Detail, row: Uuid) -> Result<bool, Error> {
    let removed = w.sql("DELETE FROM attribute WHERE id = $1 AND replaced_at IS NULL").bind(row).run().await?;
    if removed != 1 {
        return Ok(false);
    }
    w.sql("DELETE FROM attribute WHERE account_id = $1 AND kind = $2 AND replaced_at IS NOT NULL")
        .bind(account)
        .bind(detail.as_str())
        .run()
        .await?;
    Ok(true)
}

/// Keeps a value. A constraint refuses a second one of its kind beside one that is present.
pub async fn insert(w: &mut Write, new: &NewAttribute, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO attribute (id, account_id, kind, value, blind, uprn_blind, source, verified_at, changed_at, version,
             replaced_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL)",
    )
    .bind(new.id)
    .bind(new.account)
    .bind(new.detail.as_str())
    .bind(new.value.as_slice())
    .bind(new.blind.as_deref())
    .bind(new.uprn_blind.as_deref())
    .bind(new.source.as_str())
    .bind(new.verified_at)
    .bind(now)
    .bind(new.version)
    .run()
    .await
    .map(drop)
}

/// Whose phone number, postcode or UPRN this is at present, by its blind index; at most `limit`.
pub async fn by_blind(r: &mut Read, blind: &[u8], limit: i64) -> Result<Vec<AccountId>, Error> {
    let rows: Vec<(AccountId,)> = r
        .sql(
            "SELECT account_id FROM attribute WHERE blind = $1 AND replaced_at IS NULL
             UNION SELECT account_id FROM attribute WHERE uprn_blind = $1 AND replaced_at IS NULL LIMIT $2",
        )
        .bind(blind)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}
