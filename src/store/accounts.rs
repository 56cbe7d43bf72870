//! Accounts, what one signs in with, and passwords.

use super::revocations::{self, CLOSED, DIED, PASSWORD, SUSPENDED};
use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::time::When;

/// An account's row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AccountRow {
    /// The account.
    pub id: AccountId,
    /// See [`crate::domain::account::State`].
    pub state: String,
    /// The full name, sealed.
    pub name: Vec<u8>,
    /// When it was made.
    pub created_at: When,
}

/// What a sign-in is checked against.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CredentialRow {
    /// The account.
    pub account_id: AccountId,
    /// See [`crate::domain::account::State`].
    pub state: String,
    /// The password's hash in PHC form.
    pub phc: String,
    /// Changes with every change of password.
    pub version: i64,
}

/// Creates an account.
pub async fn insert(w: &mut Write, id: AccountId, state: &str, name: &[u8], now: When) -> Result<(), Error> {
    w.sql("INSERT INTO account (id, state, name, created_at, last_used_at) VALUES ($1, $2, $3, $4, $4)")
        .bind(id)
        .bind(state)
        .bind(name)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Takes an identifier for an account; `false` if somebody has it.
pub async fn claim_identifier(
    w: &mut Write,
    kind: &str,
    blind: &[u8],
    account: AccountId,
    now: When,
) -> Result<bool, Error> {
    let taken = w
        .sql("INSERT INTO identifier (kind, blind, account_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
        .bind(kind)
        .bind(blind)
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(taken == 1)
}

/// Exchanges an account's identifier of a kind for another; `false` if somebody else has that one, or the account has
/// none of the kind.
pub async fn swap_identifier(
    w: &mut Write,
    kind: &str,
    account: AccountId,
    blind: &[u8],
    now: When,
) -> Result<bool, Error> {
    let swapped = w
        .sql(
            "UPDATE identifier SET blind = $3, created_at = $4 WHERE kind = $1 AND account_id = $2
             AND NOT EXISTS (SELECT 1 FROM identifier other WHERE other.blind = $3 AND other.account_id <> $2)",
        )
        .bind(kind)
        .bind(account)
        .bind(blind)
        .bind(now)
        .run()
        .await;
    match swapped {
        Ok(rows) => Ok(rows == 1),
        // Somebody took it between the look and the change.
        Err(Error::Constraint(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What an account signs in with: kind and blind index of each.
pub async fn identifiers(r: &mut Read, account: AccountId) -> Result<Vec<(String, Vec<u8>)>, Error> {
    r.sql("SELECT kind, blind FROM identifier WHERE account_id = $1 ORDER BY kind, created_at")
        .bind(account)
        .all()
        .await
}

/// Whose identifier it is.
pub async fn by_identifier(r: &mut Read, blind: &[u8]) -> Result<Option<AccountId>, Error> {
    r.sql("SELECT account_id FROM identifier WHERE blind = $1").bind(blind).maybe_scalar().await
}

/// The credential of whoever signs in with this identifier.
pub async fn credential_by_identifier(r: &mut Read, blind: &[u8]) -> Result<Option<CredentialRow>, Error> {
    r.sql(
        "SELECT c.account_id, a.state, c.phc, c.version FROM identifier i
         JOIN account a ON a.id = i.account_id JOIN credential c ON c.account_id = a.id WHERE i.blind = $1",
    )
    .bind(blind)
    .maybe()
    .await
}

/// Those whose password was set last, with its hash: a sample.
pub async fn newest_credentials(r: &mut Read, limit: i64) -> Result<Vec<(AccountId, String)>, Error> {
    r.sql("SELECT account_id, phc FROM credential ORDER BY changed_at DESC, account_id LIMIT $1")
        .bind(limit)
        .all()
        .await
}

/// The credential of an account.
pub async fn credential(r: &mut Read, account: AccountId) -> Result<Option<CredentialRow>, Error> {
    r.sql(
        "SELECT c.account_id, a.state, c.phc, c.version FROM account a JOIN credential c ON c.account_id = a.id
         WHERE a.id = $1",
    )
    .bind(account)
    .maybe()
    .await
}

/// Sets the first password.
pub async fn insert_credential(w: &mut Write, account: AccountId, phc: &str, now: When) -> Result<(), Error> {
    w.sql("INSERT INTO credential (account_id, phc, version, changed_at) VALUES ($1, $2, 1, $3)")
        .bind(account)
        .bind(phc)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Replaces the password if `version` still stands; `false` if it was changed meanwhile.
pub async fn replace_credential(
    w: &mut Write,
    account: AccountId,
    version: i64,
    phc: &str,
    now: When,
) -> Result<bool, Error> {
    let changed = w
        .sql("UPDATE credential SET phc = $3, version = version + 1, changed_at = $4 WHERE account_id = $1 AND version = $2")
        .bind(account)
        .bind(version)
        .bind(phc)
        .bind(now)
        .run()
        .await?;
    if changed == 1 {
        revocations::keep(w, account, PASSWORD, now)?;
    }
    Ok(changed == 1)
}

/// Replaces the hash of the same password by a stronger one; the version stays.
pub async fn rehash(w: &mut Write, account: AccountId, version: i64, phc: &str) -> Result<bool, Error> {
    let changed = w
        .sql("UPDATE credential SET phc = $3 WHERE account_id = $1 AND version = $2")
        .bind(account)
        .bind(version)
        .bind(phc)
        .run()
        .await?;
    Ok(changed == 1)
}

/// Whether a checked password may still sign in, in the transaction that records it: the version stands and the
/// account is active. Marks the account as used.
pub async fn still_stands(w: &mut Write, account: AccountId, version: i64, now: When) -> Result<bool, Error> {
    // Before the look, which on PostgreSQL is as old as the beginning of its statement.
    hold(w, account).await?;
    let stands = w
        .sql(
            "UPDATE account SET last_used_at = $3 WHERE id = $1 AND state = 'active'
             AND EXISTS (SELECT 1 FROM credential c WHERE c.account_id = account.id AND c.version = $2)",
        )
        .bind(account)
        .bind(version)
        .bind(now)
        .run()
        .await?;
    Ok(stands == 1)
}

/// Keeps others from changing the account until the transaction ends, or waits for who does; `false` if there is none.
pub async fn hold(w: &mut Write, account: AccountId) -> Result<bool, Error> {
    let held = w.sql("UPDATE account SET state = state WHERE id = $1").bind(account).run().await?;
    Ok(held == 1)
}

/// The account.
pub async fn get(r: &mut Read, account: AccountId) -> Result<AccountRow, Error> {
    r.sql("SELECT id, state, name, created_at FROM account WHERE id = $1").bind(account).one().await
}

/// Suspends an account that is in use; `false` if it is not.
pub async fn suspend(w: &mut Write, account: AccountId, now: When) -> Result<bool, Error> {
    let suspended =
        w.sql("UPDATE account SET state = 'frozen' WHERE id = $1 AND state = 'active'").bind(account).run().await?;
    if suspended == 1 {
        revocations::keep(w, account, SUSPENDED, now)?;
    }
    Ok(suspended == 1)
}

/// Gives a suspended account back; `false` if it is not suspended. A death that was noted by mistake must not end the account a
/// year on, nor that it was closed before: neither clock runs on.
pub async fn give_back(w: &mut Write, account: AccountId) -> Result<bool, Error> {
    let given = w
        .sql("UPDATE account SET state = 'active', died_at = NULL, closed_at = NULL WHERE id = $1 AND state = 'frozen'")
        .bind(account)
        .run()
        .await?;
    if given == 1 {
        for what in [SUSPENDED, DIED, CLOSED] {
            revocations::lift(w, account, what)?;
        }
    }
    Ok(given == 1)
}

/// Changes the account's state.
pub async fn set_state(w: &mut Write, account: AccountId, state: &str) -> Result<(), Error> {
    w.sql("UPDATE account SET state = $2 WHERE id = $1").bind(account).bind(state).run().await.map(drop)
}

/// Closes an account that is in use; `false` if it is not.
pub async fn close(w: &mut Write, account: AccountId, now: When) -> Result<bool, Error> {
    let closed = w
        .sql("UPDATE account SET state = 'closed', closed_at = $2 WHERE id = $1 AND state = 'active'")
        .bind(account)
        .bind(now)
        .run()
        .await?;
    if closed == 1 {
        revocations::keep(w, account, CLOSED, now)?;
    }
    Ok(closed == 1)
}

/// Opens a closed account again, which counts as a use of it; `false` if it is not closed.
pub async fn reopen(w: &mut Write, account: AccountId, now: When) -> Result<bool, Error> {
    let opened = w
        .sql(
            "UPDATE account SET state = 'active', closed_at = NULL, last_used_at = $2
             WHERE id = $1 AND state = 'closed' AND died_at IS NULL",
        )
        .bind(account)
        .bind(now)
        .run()
        .await?;
    if opened == 1 {
        revocations::lift(w, account, CLOSED)?;
    }
    Ok(opened == 1)
}

/// Notes that an account's owner has died; `false` if that was noted before, or there is no such account.
pub async fn note_death(w: &mut Write, account: AccountId, state: &str, now: When) -> Result<bool, Error> {
    let noted = w
        .sql("UPDATE account SET state = $2, died_at = $3 WHERE id = $1 AND died_at IS NULL")
        .bind(account)
        .bind(state)
        .bind(now)
        .run()
        .await?;
    if noted == 1 {
        revocations::keep(w, account, DIED, now)?;
    }
    Ok(noted == 1)
}

/// Whether letters may go to an account's owner: not once her death was noted.
pub async fn may_be_written_to(r: &mut Read, account: AccountId) -> Result<bool, Error> {
    let died: Option<String> =
        r.sql("SELECT state FROM account WHERE id = $1 AND died_at IS NOT NULL").bind(account).maybe_scalar().await?;
    Ok(died.is_none())
}
