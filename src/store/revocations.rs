//! What was taken back or stopped, kept where an older copy of the data does not bring it back: in the vault. It is asked when a
//! copy was put back, and goes by the rule of tombstones.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, RecordId};
use crate::domain::time::When;
use uuid::Uuid;

/// A password was replaced: the one before opens nothing.
pub const PASSWORD: &str = "password";
/// Her data is kept only (UK GDPR Art 18).
pub const RESTRICTED: &str = "restricted";
/// An operator suspended the account.
pub const SUSPENDED: &str = "suspended";
/// She closed it.
pub const CLOSED: &str = "closed";
/// She has died.
pub const DIED: &str = "died";
/// A consent was taken back, refused or found to be none. The record is its line.
const WITHDRAWN: &str = "withdrawn";
/// She objected. The record is the line that she was told under.
const OBJECTED: &str = "objected";

/// Keeps what was done about a person; the last time counts.
pub(super) fn keep(w: &mut Write, person: AccountId, what: &'static str, now: When) -> Result<(), Error> {
    put(w, person.0, (person, what), now)
}

/// It was undone.
pub(super) fn lift(w: &mut Write, person: AccountId, what: &'static str) -> Result<(), Error> {
    take(w, person.0, what)
}

/// Keeps that a consent ended at somebody's word.
///
/// # Errors
/// What the database says.
pub fn withdrawn(w: &mut Write, person: AccountId, consent: RecordId, now: When) -> Result<(), Error> {
    put(w, consent.0, (person, WITHDRAWN), now)
}

/// Keeps that she objected to what she was told under this line.
///
/// # Errors
/// What the database says.
pub fn objected(w: &mut Write, person: AccountId, told: RecordId, now: When) -> Result<(), Error> {
    put(w, told.0, (person, OBJECTED), now)
}

/// The objection was taken back, or rejected.
///
/// # Errors
/// What the database says.
pub fn no_longer_objected(w: &mut Write, told: RecordId) -> Result<(), Error> {
    take(w, told.0, OBJECTED)
}

fn put(w: &mut Write, record: Uuid, (person, what): (AccountId, &'static str), now: When) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO vault.revocation (record, what, person, revoked_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (record, what) DO UPDATE SET revoked_at = $4",
    )
    .bind(record)
    .bind(what)
    .bind(person)
    .bind(now)
    .later()
}

fn take(w: &mut Write, record: Uuid, what: &'static str) -> Result<(), Error> {
    w.deferred("DELETE FROM vault.revocation WHERE record = $1 AND what = $2").bind(record).bind(what).later()
}

/// What of sharing is back: whose, the service, the purpose, and whether it was a consent (else she had objected).
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SharedRow {
    /// Whose.
    pub person: AccountId,
    /// The service.
    pub client_id: String,
    /// The purpose.
    pub purpose: String,
    /// Which line.
    pub record_id: RecordId,
    /// A consent that was taken back; else what she had objected to.
    pub consent: bool,
}

/// Consents that stand and had been taken back, and what is shared although she had objected, behind this line.
pub async fn shared_again(r: &mut Read, after: RecordId, limit: i64) -> Result<Vec<SharedRow>, Error> {
    r.sql(
        "SELECT v.person, s.client_id, s.purpose, v.record AS record_id, (CASE WHEN v.what = 'withdrawn' THEN $1 ELSE $2 END) AS consent
         FROM vault.revocation v JOIN sharing_standing s ON s.account_id = v.person AND s.record_id = v.record
         WHERE v.record > $3 AND (v.what = 'withdrawn' OR (v.what = 'objected' AND s.paused_at IS NULL))
         ORDER BY v.record LIMIT $4",
    )
    .bind(true)
    .bind(false)
    .bind(after)
    .bind(limit)
    .all()
    .await
}

/// What of an account is back as it was before.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct BackRow {
    /// Whose.
    pub person: AccountId,
    /// [`PASSWORD`], [`RESTRICTED`], [`SUSPENDED`], [`CLOSED`] or [`DIED`].
    pub what: String,
    /// When it was done.
    pub revoked_at: When,
}

/// Passwords that had been replaced, and accounts in use that had been suspended, closed or restricted, or whose owner has died,
/// behind this one.
pub async fn back(r: &mut Read, after: (AccountId, &str), limit: i64) -> Result<Vec<BackRow>, Error> {
    r.sql(
        "SELECT v.person, v.what, v.revoked_at FROM vault.revocation v JOIN account a ON a.id = v.person
         LEFT JOIN credential c ON c.account_id = a.id
         WHERE v.record = v.person AND (v.person, v.what) > ($1, $2) AND ((v.what = 'password' AND c.changed_at < v.revoked_at)
             OR (v.what = 'restricted' AND a.restricted_at IS NULL) OR (v.what = 'died' AND a.died_at IS NULL)
             OR (v.what IN ('suspended', 'closed') AND a.state = 'active'))
         ORDER BY v.person, v.what LIMIT $3",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .all()
    .await
}

/// Those who have a session or a grant that stands, behind this person.
pub async fn open(r: &mut Read, after: AccountId, limit: i64) -> Result<Vec<AccountId>, Error> {
    let rows: Vec<(AccountId,)> = r
        .sql(
            "SELECT a.id FROM account a WHERE a.id > $1
                 AND (EXISTS (SELECT 1 FROM session s WHERE s.account_id = a.id AND s.ended_at IS NULL)
                 OR EXISTS (SELECT 1 FROM grant_record g WHERE g.account_id = a.id AND g.ended_at IS NULL))
             ORDER BY a.id LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}
