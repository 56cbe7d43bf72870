//! Accounts being created. The registration's id is the account's id to be, and its keys the account's keys.

use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::retention::Cutoff;
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
    /// Somebody needs more time: codes last longer.
    pub longer: bool,
    /// What she will sign in with in place of a shared address, sealed.
    pub sign_in_name: Option<Vec<u8>>,
    /// en or cy.
    pub language: String,
    /// The privacy notice shown before the first field.
    pub notice: String,
    /// When the address was proven.
    pub proven_at: Option<When>,
    /// The hash of the cookie of the browser that proved it: only there it becomes an account.
    pub browser: Option<Vec<u8>>,
    /// When the account was made of it.
    pub finished_at: Option<When>,
    /// Until when it can be finished.
    pub expires_at: When,
}

/// Stores a new registration under the hash of its journey.
pub async fn insert(w: &mut Write, journey: &[u8], row: &RegistrationRow, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO registration (id, journey, flow, email_blind, email, name, taken, share, longer, sign_in_name,
             language, notice, started_at, proven_at, browser, finished_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10, $11, $12, NULL, NULL, NULL, $13)",
    )
    .bind(row.id)
    .bind(journey)
    .bind(row.flow.as_deref())
    .bind(row.email_blind.as_slice())
    .bind(row.email.as_slice())
    .bind(row.name.as_slice())
    .bind(row.taken)
    .bind(row.share)
    .bind(row.longer)
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
        "SELECT id, flow, email_blind, email, name, taken, share, longer, sign_in_name, language, notice, proven_at,
             browser, finished_at, expires_at
         FROM registration WHERE journey = $1",
    )
    .bind(journey)
    .maybe()
    .await
}

/// The registration of a person to be.
pub async fn get(r: &mut Read, id: AccountId) -> Result<Option<RegistrationRow>, Error> {
    r.sql(
        "SELECT id, flow, email_blind, email, name, taken, share, longer, sign_in_name, language, notice, proven_at,
             browser, finished_at, expires_at
         FROM registration WHERE id = $1",
    )
    .bind(id)
    .maybe()
    .await
}

/// The journeys begun with an address that can still be finished and have a code to be typed, each with its person to
/// be, the newest first. Letters are limited, so that these are few, however many were begun.
pub async fn with_codes(r: &mut Read, email_blind: &[u8], now: When) -> Result<Vec<(AccountId, Vec<u8>)>, Error> {
    r.sql(
        "SELECT id, journey FROM registration
         WHERE email_blind = $1 AND finished_at IS NULL AND expires_at > $2 AND EXISTS (
             SELECT 1 FROM challenge c WHERE c.journey = registration.journey AND c.spent_at IS NULL)
         ORDER BY started_at DESC, id LIMIT 100",
    )
    .bind(email_blind)
    .bind(now)
    .all()
    .await
}

/// The journey begun last with an address that can still be finished.
pub async fn newest(r: &mut Read, email_blind: &[u8], now: When) -> Result<Option<Vec<u8>>, Error> {
    r.sql(
        "SELECT journey FROM registration WHERE email_blind = $1 AND finished_at IS NULL AND expires_at > $2
         ORDER BY started_at DESC, id LIMIT 1",
    )
    .bind(email_blind)
    .bind(now)
    .maybe_scalar()
    .await
}

/// How a registration goes on in a browser that does not know its journey.
#[derive(Debug, Clone)]
pub struct Move {
    /// The hash of its journey so far.
    pub from: Vec<u8>,
    /// The hash of its new journey.
    pub to: Vec<u8>,
    /// The hash of the browser's cookie.
    pub browser: Vec<u8>,
}

/// Goes on under a new journey, proven, in this browser: its code was typed there. `false` if it was finished or moved
/// before, or has run out.
pub async fn move_on(w: &mut Write, id: AccountId, step: &Move, now: When) -> Result<bool, Error> {
    let moved = w
        .sql(
            "UPDATE registration SET journey = $3, browser = $4, proven_at = $5
             WHERE id = $1 AND journey = $2 AND finished_at IS NULL AND expires_at > $5",
        )
        .bind(id)
        .bind(step.from.as_slice())
        .bind(step.to.as_slice())
        .bind(step.browser.as_slice())
        .bind(now)
        .run()
        .await?;
    Ok(moved == 1)
}

/// Marks the address as proven in this browser, which is the one that may go on: whoever else holds the journey's
/// reference may have begun it only to have somebody else type the code.
pub async fn prove(w: &mut Write, id: AccountId, browser: &[u8], now: When) -> Result<(), Error> {
    w.sql("UPDATE registration SET proven_at = $3, browser = $2 WHERE id = $1 AND finished_at IS NULL")
        .bind(id)
        .bind(browser)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Lets codes last longer from now on; `false` if they did already.
pub async fn lengthen(w: &mut Write, id: AccountId) -> Result<bool, Error> {
    let changed = w
        .sql("UPDATE registration SET longer = $2 WHERE id = $1 AND longer = $3 AND finished_at IS NULL")
        .bind(id)
        .bind(true)
        .bind(false)
        .run()
        .await?;
    Ok(changed == 1)
}

/// How a registration goes on whose address is shared.
#[derive(Debug, Clone)]
pub struct Share {
    /// The hash of its new journey.
    pub journey: Vec<u8>,
    /// What she will sign in with, sealed.
    pub sign_in_name: Vec<u8>,
    /// The hash of the browser's cookie.
    pub browser: Vec<u8>,
}

/// Goes on under a new journey, proven and sharing its address: the owner of the mailbox said so. `false` if it was
/// finished before or has run out.
pub async fn share(w: &mut Write, id: AccountId, new: &Share, now: When) -> Result<bool, Error> {
    let shared = w
        .sql(
            "UPDATE registration SET share = $2, proven_at = $3, journey = $4, sign_in_name = $5, browser = $6
             WHERE id = $1 AND finished_at IS NULL AND expires_at > $3",
        )
        .bind(id)
        .bind(true)
        .bind(now)
        .bind(new.journey.as_slice())
        .bind(new.sign_in_name.as_slice())
        .bind(new.browser.as_slice())
        .run()
        .await?;
    Ok(shared == 1)
}

/// Turns it into an account, once, in the browser that proved the address; `false` if that was done before, or it has
/// run out.
pub async fn finish(w: &mut Write, id: AccountId, browser: &[u8], now: When) -> Result<bool, Error> {
    let finished = w
        .sql(
            "UPDATE registration SET finished_at = $3
             WHERE id = $1 AND browser = $2 AND finished_at IS NULL AND proven_at IS NOT NULL AND expires_at > $3",
        )
        .bind(id)
        .bind(browser)
        .bind(now)
        .run()
        .await?;
    Ok(finished == 1)
}

/// Deletes those past their time, with what was typed: the first `limit`, whose keys
/// [`super::vault::forget_unfinished`] has destroyed.
pub async fn forget(w: &mut Write, past: Cutoff, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM registration WHERE id IN (
             SELECT id FROM registration WHERE expires_at <= $1 AND started_at <= $2
             ORDER BY expires_at, id LIMIT $3)",
    )
    .bind(past.over)
    .bind(past.made)
    .bind(limit)
    .run()
    .await
}
