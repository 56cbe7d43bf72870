//! Second factors: the authenticator app of an account, and its recovery codes.

use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use uuid::Uuid;

/// An account's authenticator app.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AuthenticatorRow {
    /// Changes when the app is replaced.
    pub id: Uuid,
    /// The seed, sealed.
    pub seed: Vec<u8>,
    /// The last step whose code was used.
    pub last_step: i64,
    /// When it was set up.
    pub added_at: When,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

/// The authenticator app of an account, if it has one.
pub async fn get(r: &mut Read, account: AccountId) -> Result<Option<AuthenticatorRow>, Error> {
    r.sql(
        "SELECT a.id, a.seed, a.last_step, a.added_at,
             (SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_code c WHERE c.account_id = a.account_id) AS codes_left
         FROM authenticator a WHERE a.account_id = $1",
    )
    .bind(account)
    .maybe()
    .await
}

/// An app to set up.
#[derive(Debug, Clone)]
pub struct NewAuthenticator {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub account: AccountId,
    /// The seed, sealed.
    pub seed: Vec<u8>,
    /// The step whose code confirmed it.
    pub step: i64,
    /// The app whose place it takes.
    pub replaces: Option<Uuid>,
}

/// Sets an app up; `false` if the account has another one by now than the one it should replace, or one at all.
pub async fn put(w: &mut Write, new: &NewAuthenticator, now: When) -> Result<bool, Error> {
    let statement = match new.replaces {
        None => w.sql(
            "INSERT INTO authenticator (account_id, id, seed, last_step, added_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account_id) DO NOTHING",
        ),
        Some(_) => w.sql(
            "UPDATE authenticator SET id = $2, seed = $3, last_step = $4, added_at = $5
             WHERE account_id = $1 AND id = $6",
        ),
    };
    let statement = statement.bind(new.account).bind(new.id).bind(new.seed.as_slice()).bind(new.step).bind(now);
    let put = match new.replaces {
        None => statement.run().await?,
        Some(old) => statement.bind(old).run().await?,
    };
    Ok(put == 1)
}

/// Spends a step of an app, once: `false` if it or a later one was spent before, or the app is no longer the account's.
pub async fn spend_step(w: &mut Write, id: Uuid, step: i64) -> Result<bool, Error> {
    let spent = w.sql("UPDATE authenticator SET last_step = $2 WHERE id = $1 AND last_step < $2").bind(id).bind(step);
    Ok(spent.run().await? == 1)
}

/// Spends a recovery code, once: nothing of it is left.
pub async fn spend_recovery(w: &mut Write, account: AccountId, hash: &[u8]) -> Result<bool, Error> {
    let spent = w.sql("DELETE FROM recovery_code WHERE account_id = $1 AND hash = $2").bind(account).bind(hash);
    Ok(spent.run().await? == 1)
}

/// Gives an account these recovery codes; whatever it had before is gone.
pub async fn set_recovery(w: &mut Write, account: AccountId, hashes: &[[u8; 32]], now: When) -> Result<(), Error> {
    w.sql("DELETE FROM recovery_code WHERE account_id = $1").bind(account).run().await?;
    for hash in hashes {
        w.sql("INSERT INTO recovery_code (account_id, hash, made_at) VALUES ($1, $2, $3)")
            .bind(account)
            .bind(hash.as_slice())
            .bind(now)
            .run()
            .await?;
    }
    Ok(())
}

/// Takes an app and the recovery codes away; `false` if it is no longer the account's.
pub async fn remove(w: &mut Write, account: AccountId, id: Uuid) -> Result<bool, Error> {
    let removed =
        w.sql("DELETE FROM authenticator WHERE account_id = $1 AND id = $2").bind(account).bind(id).run().await?;
    if removed == 1 {
        w.sql("DELETE FROM recovery_code WHERE account_id = $1").bind(account).run().await?;
    }
    Ok(removed == 1)
}
