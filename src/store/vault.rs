//! The vault: each person's two wrapped keys. A key is committed before the first row sealed with it.

use super::{Error, Read, Write};
use crate::domain::audit::PersonKey;
use crate::domain::ids::AccountId;
use crate::domain::retention::Cutoff;
use crate::domain::time::When;

/// A person's keys as stored: wrapped under the key-encryption key.
#[derive(Debug, Clone)]
pub struct WrappedKeys {
    /// Opens the profile; gone after erasure.
    pub profile: Option<Vec<u8>>,
    /// Opens the evidence; gone when the last evidence rule has lapsed.
    pub evidence: Option<Vec<u8>>,
}

/// Stores a new person's keys.
pub async fn insert(w: &mut Write, person: AccountId, profile: &[u8], evidence: &[u8], now: When) -> Result<(), Error> {
    w.sql("INSERT INTO vault.person_key (person, kind, wrapped, created_at) VALUES ($1, $2, $3, $6), ($1, $4, $5, $6)")
        .bind(person)
        .bind(PersonKey::Profile.as_str())
        .bind(profile)
        .bind(PersonKey::Evidence.as_str())
        .bind(evidence)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// A person's keys; [`Error::Missing`] if there are none at all.
pub async fn keys(r: &mut Read, person: AccountId) -> Result<WrappedKeys, Error> {
    let rows: Vec<(String, Vec<u8>)> =
        r.sql("SELECT kind, wrapped FROM vault.person_key WHERE person = $1").bind(person).all().await?;
    let mut found = WrappedKeys { profile: None, evidence: None };
    for (kind, wrapped) in rows {
        match kind.as_str() {
            "profile" => found.profile = Some(wrapped),
            "evidence" => found.evidence = Some(wrapped),
            other => return Err(Error::Unreadable(format!("vault.person_key.kind {other}"))),
        }
    }
    if found.profile.is_none() && found.evidence.is_none() { Err(Error::Missing) } else { Ok(found) }
}

/// Destroys one of a person's keys; whether she had it.
pub async fn forget(w: &mut Write, person: AccountId, key: PersonKey) -> Result<bool, Error> {
    let gone = w
        .sql("DELETE FROM vault.person_key WHERE person = $1 AND kind = $2")
        .bind(person)
        .bind(key.as_str())
        .run()
        .await?;
    Ok(gone > 0)
}

/// Destroys the keys of registrations past their time that never became accounts: those among the first `limit`.
pub async fn forget_unfinished(w: &mut Write, past: Cutoff, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM vault.person_key WHERE person IN (
             SELECT first.id FROM (SELECT id, finished_at FROM registration WHERE expires_at <= $1 AND started_at <= $2
                 ORDER BY expires_at, id LIMIT $3) AS first WHERE first.finished_at IS NULL)",
    )
    .bind(past.over)
    .bind(past.made)
    .bind(limit)
    .run()
    .await
}

/// Whose keys nothing names that has a rule: what was to be written after them never was.
macro_rules! nobodys {
    () => {
        "NOT EXISTS (SELECT 1 FROM account a WHERE a.id = k.person)
         AND NOT EXISTS (SELECT 1 FROM registration r WHERE r.id = k.person)
         AND NOT EXISTS (SELECT 1 FROM rights_case c WHERE c.person = k.person)
         AND NOT EXISTS (SELECT 1 FROM staff_member m WHERE m.id = k.person)
         AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.account_id = k.person)"
    };
}

/// Of the next `limit` evidence keys behind `after`, in the order of their owners: whose, and whether it was made then or earlier and is
/// nobody's.
pub async fn looked_through(
    r: &mut Read,
    after: AccountId,
    made: When,
    limit: i64,
) -> Result<Vec<(AccountId, bool)>, Error> {
    let rows: Vec<(AccountId, i64)> = r
        .sql(concat!(
            "SELECT k.person, CAST(CASE WHEN k.created_at <= $2 AND ",
            nobodys!(),
            " THEN 1 ELSE 0 END AS BIGINT) FROM vault.person_key k
             WHERE k.person > $1 AND k.kind = 'evidence' ORDER BY k.person LIMIT $3"
        ))
        .bind(after)
        .bind(made)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(person, nobodys)| (person, nobodys == 1)).collect())
}

/// Whether an event names this person. It goes through all of them, for no index is kept by whom they name: a look for the few whose keys
/// are nobody's, and not for a write.
pub async fn is_on_record(r: &mut Read, person: AccountId) -> Result<bool, Error> {
    let named: Option<i64> =
        r.sql("SELECT CAST(1 AS BIGINT) FROM event WHERE person = $1 LIMIT 1").bind(person).maybe_scalar().await?;
    Ok(named.is_some())
}

/// Destroys the keys of this person if they are nobody's still.
pub async fn forget_nobodys(w: &mut Write, person: AccountId) -> Result<u64, Error> {
    w.sql(concat!(
        "DELETE FROM vault.person_key WHERE person = $1
             AND EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = $1 AND ",
        nobodys!(),
        ")"
    ))
    .bind(person)
    .run()
    .await
}
