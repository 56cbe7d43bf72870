//! A grant's family of refresh tokens: the one that works and the one that was used for it, in the grant's own row.
//!
//! ```text
//!   refresh       ── the hash of the one that works
//!   refresh_used  ── the hash of its parent, which an honest retry shows once more
//!   any other that the grant gave was used before: whoever shows it ends the family (RFC 9700 §4.14.2)
//! ```
//!
//! Tokens of before stand in `refresh_token`, a row each, and name no grant. The first use of one moves its family here.

use super::grants::{GrantRow, KeysBeside, grant_and_keys, join_keys, standings};
use super::sharing::{StandingRow, standing_columns};
use super::{Error, Read, Write};
use crate::domain::ids::GrantId;
use crate::domain::time::When;

/// A refresh token that works from now on.
#[derive(Debug, Clone)]
pub struct RefreshRow {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// It dies if not used by then.
    pub idle_until: When,
    /// Its family dies then in any case.
    pub until: When,
}

/// A token that was shown, as the store looks for it.
#[derive(Debug, Clone, Copy)]
pub struct Bearer<'a> {
    /// What it is found by: SHA-256 of the token, which for some kinds begins with when it was made.
    pub hash: &'a [u8],
    /// The grant that a refresh token names; none for one of before, and for tokens of other kinds.
    pub grant: Option<GrantId>,
}

/// The family of a refresh token that was shown.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ShownRefresh {
    /// The hash of the one that works.
    pub current: Option<Vec<u8>>,
    /// The hash of the one that was used for it.
    pub used: Option<Vec<u8>>,
    /// When that was, or when the one shown was used.
    pub used_at: Option<When>,
    /// The one that works dies if not used by then.
    pub idle_until: When,
    /// The family dies then in any case.
    pub until: When,
    /// Its grant, whatever became of it.
    #[sqlx(flatten)]
    pub grant: GrantRow,
    /// The person's keys.
    #[sqlx(flatten)]
    pub keys: KeysBeside,
}

/// The family of a refresh token, whatever became of it, and how the person stands to its client: one look.
pub async fn shown(r: &mut Read, shown: Bearer<'_>) -> Result<Option<(ShownRefresh, Vec<StandingRow>)>, Error> {
    let (family, standings) = match shown.grant {
        Some(grant) => {
            r.sql(concat!(
                "SELECT g.refresh AS current, g.refresh_used AS used, g.refresh_used_at AS used_at,
                     g.refresh_idle_until AS idle_until, g.refresh_until AS until, ",
                grant_and_keys!(),
                " FROM grant_record g ",
                join_keys!(),
                " WHERE g.id = $1 AND g.refresh IS NOT NULL"
            ))
            .bind(grant)
            .beside(concat!(standings!(), "WHERE g.id = $1"))
            .bind(grant)
            .maybe_and_all()
            .await?
        }
        None => {
            r.sql(concat!(
                "SELECT CASE WHEN t.spent_at IS NULL THEN t.hash ELSE g.refresh END AS current, g.refresh_used AS used,
                     t.spent_at AS used_at, t.idle_until, t.absolute_until AS until, ",
                grant_and_keys!(),
                " FROM refresh_token t JOIN grant_record g ON g.id = t.grant_id ",
                join_keys!(),
                " WHERE t.hash = $1"
            ))
            .bind(shown.hash)
            .beside(concat!(standings!(), "JOIN refresh_token t ON t.grant_id = g.id WHERE t.hash = $1"))
            .bind(shown.hash)
            .maybe_and_all()
            .await?
        }
    };
    Ok(family.map(|family| (family, standings)))
}

/// Whether claims may still leave by the grant of the row at hand: it is alive, its account active; and unless it is bare
/// of claims (`$5`), her data not kept only meanwhile.
macro_rules! alive {
    () => {
        " AND ended_at IS NULL
           AND EXISTS (SELECT 1 FROM account a WHERE a.id = grant_record.account_id AND a.state = 'active'
                       AND ($5 OR a.restricted_at IS NULL))"
    };
}

/// Puts `next` in the place of the token shown, if it is the one that works, in time, by one conditional statement; else
/// the write is given up. It notes that claims left again.
pub fn rotate(
    w: &mut Write,
    (grant, shown): (GrantId, Bearer<'_>),
    next: &RefreshRow,
    bare: bool,
    now: When,
) -> Result<(), Error> {
    let first_here = shown.grant.is_none();
    let rotation = if first_here {
        w.deferred(
            "UPDATE refresh_token SET spent_at = $2
             WHERE hash = $1 AND spent_at IS NULL AND idle_until > $2 AND absolute_until > $2",
        )
        .bind(shown.hash)
        .bind(now)
        .or_give_up()?;
        w.deferred(concat!(
            "UPDATE grant_record SET refresh = $3, refresh_used = $2, refresh_used_at = $6, refresh_idle_until = $4,
                 released_at = $6, refresh_until = $7
             WHERE id = $1 AND refresh IS NULL",
            alive!()
        ))
    } else {
        w.deferred(concat!(
            "UPDATE grant_record SET refresh = $3, refresh_used = $2, refresh_used_at = $6, refresh_idle_until = $4,
                 released_at = $6
             WHERE id = $1 AND refresh = $2 AND refresh_idle_until > $6 AND refresh_until > $6",
            alive!()
        ))
    };
    let rotation =
        rotation.bind(grant).bind(shown.hash).bind(next.hash.as_slice()).bind(next.idle_until).bind(bare).bind(now);
    if first_here { rotation.bind(next.until) } else { rotation }.or_give_up()
}

/// The same for a token that was used after `since` for one that has not been used: the family stays as it is, and claims
/// leave again.
pub fn again(
    w: &mut Write,
    (grant, shown): (GrantId, Bearer<'_>),
    bare: bool,
    (since, now): (When, When),
) -> Result<(), Error> {
    w.deferred(concat!(
        "UPDATE grant_record SET released_at = $4 WHERE id = $1 AND refresh_used = $2 AND refresh_used_at > $3",
        alive!()
    ))
    .bind(grant)
    .bind(shown.hash)
    .bind(since)
    .bind(now)
    .bind(bare)
    .or_give_up()
}

/// The child of the token that was used then has arrived: nobody gets it again.
pub async fn arrived(w: &mut Write, grant: GrantId, used_at: When) -> Result<(), Error> {
    w.sql("UPDATE grant_record SET refresh_used = NULL WHERE id = $1 AND refresh_used_at = $2")
        .bind(grant)
        .bind(used_at)
        .run()
        .await?;
    Ok(())
}

/// Forgets at most `limit` families that ran out at `before` or earlier, and as many tokens of before.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    let families = w
        .sql(
            "UPDATE grant_record SET refresh = NULL, refresh_used = NULL, refresh_used_at = NULL,
                 refresh_idle_until = NULL, refresh_until = NULL
             WHERE id IN (SELECT id FROM grant_record WHERE refresh_until <= $1 LIMIT $2)",
        )
        .bind(before)
        .bind(limit)
        .run()
        .await?;
    let earlier = w
        .sql(
            "DELETE FROM refresh_token
             WHERE hash IN (SELECT hash FROM refresh_token WHERE absolute_until <= $1 LIMIT $2)",
        )
        .bind(before)
        .bind(limit)
        .run()
        .await?;
    Ok(families + earlier)
}
