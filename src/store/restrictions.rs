//! Data that is kept and not used (UK GDPR Art 18). That it is stands in the account's row, so that every release sees it in
//! the statement that it reads anyway.

use super::revocations::{self, RESTRICTED};
use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::time::When;

/// Since when, and from when on it may end; none if the account is used as ever.
pub async fn get(r: &mut Read, account: AccountId) -> Result<Option<(When, Option<When>)>, Error> {
    let row: Option<(Option<When>, Option<When>)> =
        r.sql("SELECT restricted_at, restriction_ends_at FROM account WHERE id = $1").bind(account).maybe().await?;
    let (since, ends) = row.ok_or(Error::Missing)?;
    Ok(since.map(|since| (since, ends)))
}

/// Begins it; `false` if it stands.
pub async fn begin(w: &mut Write, account: AccountId, now: When) -> Result<bool, Error> {
    let begun = w
        .sql(
            "UPDATE account SET restricted_at = $2, restriction_ends_at = NULL WHERE id = $1 AND restricted_at IS NULL",
        )
        .bind(account)
        .bind(now)
        .run()
        .await?;
    if begun == 1 {
        revocations::keep(w, account, RESTRICTED, now)?;
    }
    Ok(begun == 1)
}

/// Says from when on it may end; `false` if it does not stand, or that was said.
pub async fn announce(w: &mut Write, account: AccountId, from: When) -> Result<bool, Error> {
    let said = w
        .sql(
            "UPDATE account SET restriction_ends_at = $2
             WHERE id = $1 AND restricted_at IS NOT NULL AND restriction_ends_at IS NULL",
        )
        .bind(account)
        .bind(from)
        .run()
        .await?;
    Ok(said == 1)
}

/// Ends it, if it stands and may end by now, or was asked to; else `false`.
pub async fn end(w: &mut Write, account: AccountId, asked: bool, now: When) -> Result<bool, Error> {
    let ended = w
        .sql(
            "UPDATE account SET restricted_at = NULL, restriction_ends_at = NULL
             WHERE id = $1 AND restricted_at IS NOT NULL AND ($2 OR restriction_ends_at <= $3)",
        )
        .bind(account)
        .bind(asked)
        .bind(now)
        .run()
        .await?;
    if ended == 1 {
        revocations::lift(w, account, RESTRICTED)?;
    }
    Ok(ended == 1)
}
