//! One-time codes, links in messages, and the recovery journeys they belong to.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::time::When;

/// A code to store.
#[derive(Debug, Clone)]
pub struct NewChallenge {
    /// The code's row.
    pub id: ChallengeId,
    /// sign_up, reset or change_email.
    pub purpose: &'static str,
    /// The hash of the journey it belongs to.
    pub journey: Vec<u8>,
    /// Whose it is.
    pub person: AccountId,
    /// The keyed hash of journey and code.
    pub code: Vec<u8>,
    /// When it stops working.
    pub expires_at: When,
}

/// Stores a code; earlier ones stay good in their own window.
pub async fn insert(w: &mut Write, new: &NewChallenge, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO challenge (id, purpose, journey, person, code, sent_at, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
    )
    .bind(new.id)
    .bind(new.purpose)
    .bind(new.journey.as_slice())
    .bind(new.person)
    .bind(new.code.as_slice())
    .bind(now)
    .bind(new.expires_at)
    .run()
    .await
    .map(drop)
}

/// What a code turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// Right, in time, and spent now.
    Fresh,
    /// It was right, but its time is over.
    Expired,
    /// It was right, and spent before.
    Used,
    /// Wrong.
    Wrong,
}

/// Spends a code of a journey by one conditional statement.
pub async fn spend(w: &mut Write, journey: &[u8], code: &[u8], now: When) -> Result<Spent, Error> {
    let fresh = w
        .sql(
            "UPDATE challenge SET spent_at = $3
             WHERE journey = $1 AND code = $2 AND spent_at IS NULL AND expires_at > $3",
        )
        .bind(journey)
        .bind(code)
        .bind(now)
        .run()
        .await?;
    if fresh > 0 {
        return Ok(Spent::Fresh);
    }
    // Two letters may carry the same code.
    let sql = "SELECT spent_at FROM challenge WHERE journey = $1 AND code = $2
         ORDER BY CASE WHEN spent_at IS NULL THEN 0 ELSE 1 END LIMIT 1";
    let found: Option<(Option<When>,)> = w.sql(sql).bind(journey).bind(code).maybe().await?;
    Ok(match found {
        Some((None,)) => Spent::Expired,
        Some((Some(_),)) => Spent::Used,
        None => Spent::Wrong,
    })
}

/// Whether this is a code of the journey that was not used, in time or too late: looking spends nothing.
pub async fn is_one(r: &mut Read, journey: &[u8], code: &[u8]) -> Result<bool, Error> {
    let one: Option<i64> = r
        .sql("SELECT CAST(1 AS BIGINT) FROM challenge WHERE journey = $1 AND code = $2 AND spent_at IS NULL")
        .bind(journey)
        .bind(code)
        .maybe_scalar()
        .await?;
    Ok(one.is_some())
}

/// Makes the codes of a journey that still work last until `until`: somebody needs longer.
pub async fn prolong(w: &mut Write, journey: &[u8], until: When, now: When) -> Result<u64, Error> {
    w.sql("UPDATE challenge SET expires_at = $2 WHERE journey = $1 AND spent_at IS NULL AND expires_at > $3")
        .bind(journey)
        .bind(until)
        .bind(now)
        .run()
        .await
}

/// Stores a link and makes earlier ones of its purpose useless.
pub async fn insert_link(
    w: &mut Write,
    hash: &[u8],
    purpose: &'static str,
    person: AccountId,
    detail: Option<&[u8]>,
    times: (When, When),
) -> Result<(), Error> {
    let (now, expires_at) = times;
    w.sql("UPDATE link SET spent_at = $3 WHERE person = $1 AND purpose = $2 AND spent_at IS NULL")
        .bind(person)
        .bind(purpose)
        .bind(now)
        .run()
        .await?;
    w.sql(
        "INSERT INTO link (hash, purpose, person, detail, created_at, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL)",
    )
    .bind(hash)
    .bind(purpose)
    .bind(person)
    .bind(detail)
    .bind(now)
    .bind(expires_at)
    .run()
    .await
    .map(drop)
}

/// Stores a link beside earlier ones of its purpose, which go on working: whoever has taken an account over must not
/// be able to make the owner's way back useless by asking for another.
pub async fn add_link(
    w: &mut Write,
    hash: &[u8],
    purpose: &'static str,
    person: AccountId,
    detail: Option<&[u8]>,
    times: (When, When),
) -> Result<(), Error> {
    let (now, expires_at) = times;
    w.sql(
        "INSERT INTO link (hash, purpose, person, detail, created_at, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL)",
    )
    .bind(hash)
    .bind(purpose)
    .bind(person)
    .bind(detail)
    .bind(now)
    .bind(expires_at)
    .run()
    .await
    .map(drop)
}

/// A link that would work now, whose it is and what it carries: looking changes nothing.
pub async fn link(
    r: &mut Read,
    hash: &[u8],
    purpose: &str,
    now: When,
) -> Result<Option<(AccountId, Option<Vec<u8>>)>, Error> {
    r.sql("SELECT person, detail FROM link WHERE hash = $1 AND purpose = $2 AND spent_at IS NULL AND expires_at > $3")
        .bind(hash)
        .bind(purpose)
        .bind(now)
        .maybe()
        .await
}

/// Until when a person's links of a purpose work, if one does.
pub async fn open_until(r: &mut Read, person: AccountId, purpose: &str, now: When) -> Result<Option<When>, Error> {
    r.sql(
        "SELECT expires_at FROM link WHERE person = $1 AND purpose = $2 AND spent_at IS NULL AND expires_at > $3
         ORDER BY expires_at DESC LIMIT 1",
    )
    .bind(person)
    .bind(purpose)
    .bind(now)
    .maybe_scalar()
    .await
}

/// Makes a person's links of a purpose useless that were made at `since` or later.
pub async fn end_links(w: &mut Write, person: AccountId, purpose: &str, since: When, now: When) -> Result<u64, Error> {
    w.sql("UPDATE link SET spent_at = $4 WHERE person = $1 AND purpose = $2 AND created_at >= $3 AND spent_at IS NULL")
        .bind(person)
        .bind(purpose)
        .bind(since)
        .bind(now)
        .run()
        .await
}

/// Spends a link and says whose it is and what it carries.
pub async fn spend_link(
    w: &mut Write,
    hash: &[u8],
    purpose: &str,
    now: When,
) -> Result<Option<(AccountId, Option<Vec<u8>>)>, Error> {
    w.sql(
        "UPDATE link SET spent_at = $3 WHERE hash = $1 AND purpose = $2 AND spent_at IS NULL AND expires_at > $3
         RETURNING person, detail",
    )
    .bind(hash)
    .bind(purpose)
    .bind(now)
    .maybe()
    .await
}

/// A forgotten password or a change of address on its way.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RecoveryRow {
    /// reset or change_email.
    pub purpose: String,
    /// Whose; nobody's when the address typed is unknown to us.
    pub person: Option<AccountId>,
    /// The hash of the service's flow it began in.
    pub flow: Option<Vec<u8>>,
    /// The new address, sealed, for change_email.
    pub address: Option<Vec<u8>>,
    /// en or cy.
    pub language: String,
    /// When the code was right.
    pub proven_at: Option<When>,
    /// When it was carried out.
    pub spent_at: Option<When>,
    /// Until when it can be finished.
    pub expires_at: When,
}

/// Begins a recovery.
pub async fn insert_recovery(w: &mut Write, journey: &[u8], row: &RecoveryRow, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO recovery (journey, purpose, person, flow, address, language, started_at, proven_at, spent_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL, $8)",
    )
    .bind(journey)
    .bind(row.purpose.as_str())
    .bind(row.person)
    .bind(row.flow.as_deref())
    .bind(row.address.as_deref())
    .bind(row.language.as_str())
    .bind(now)
    .bind(row.expires_at)
    .run()
    .await
    .map(drop)
}

/// The recovery of a journey.
pub async fn recovery(r: &mut Read, journey: &[u8]) -> Result<Option<RecoveryRow>, Error> {
    r.sql(
        "SELECT purpose, person, flow, address, language, proven_at, spent_at, expires_at FROM recovery WHERE journey = $1",
    )
    .bind(journey)
    .maybe()
    .await
}

/// Marks the code of a recovery as right. It goes on under a new journey, until `until`: whoever began it may have done
/// so only to have somebody else type the code, and holds the old one. `address` is the new address, sealed anew.
pub async fn prove_recovery(
    w: &mut Write,
    journey: &[u8],
    next: &[u8],
    address: Option<&[u8]>,
    times: (When, When),
) -> Result<bool, Error> {
    let (now, until) = times;
    let proven = w
        .sql(
            "UPDATE recovery SET proven_at = $4, expires_at = $5, journey = $2, address = $3
             WHERE journey = $1 AND proven_at IS NULL AND spent_at IS NULL AND expires_at > $4",
        )
        .bind(journey)
        .bind(next)
        .bind(address)
        .bind(now)
        .bind(until)
        .run()
        .await?;
    Ok(proven == 1)
}

/// Carries a proven recovery out, once.
pub async fn spend_recovery(w: &mut Write, journey: &[u8], now: When) -> Result<bool, Error> {
    let spent = w
        .sql(
            "UPDATE recovery SET spent_at = $2
             WHERE journey = $1 AND spent_at IS NULL AND proven_at IS NOT NULL AND expires_at > $2",
        )
        .bind(journey)
        .bind(now)
        .run()
        .await?;
    Ok(spent == 1)
}

/// Makes every unfinished recovery of a person useless: what they would change has changed.
pub async fn end_recoveries(w: &mut Write, person: AccountId, now: When) -> Result<u64, Error> {
    w.sql("UPDATE recovery SET spent_at = $2 WHERE person = $1 AND spent_at IS NULL").bind(person).bind(now).run().await
}

/// Deletes codes, links and recoveries whose time is over since `before`: at most `limit` of each.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    let mut gone = 0;
    for sql in [
        "DELETE FROM challenge WHERE id IN (SELECT id FROM challenge WHERE expires_at <= $1 LIMIT $2)",
        "DELETE FROM link WHERE hash IN (SELECT hash FROM link WHERE expires_at <= $1 LIMIT $2)",
        "DELETE FROM recovery WHERE journey IN (SELECT journey FROM recovery WHERE expires_at <= $1 LIMIT $2)",
    ] {
        gone += w.sql(sql).bind(before).bind(limit).run().await?;
    }
    Ok(gone)
}
