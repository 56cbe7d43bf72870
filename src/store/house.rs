//! What belongs to nobody: policies in force, signing keys, leases, the generation, and the root secret's check.

use super::{Error, Read, Write};
use crate::domain::time::When;
use uuid::Uuid;

/// The generation: it changes with every change of client, policy, key or role.
pub async fn generation(r: &mut Read) -> Result<i64, Error> {
    r.sql("SELECT number FROM generation WHERE id = 1").scalar().await
}

/// Moves every node to reload what it holds in memory.
pub async fn bump(w: &mut Write) -> Result<(), Error> {
    w.sql("UPDATE generation SET number = number + 1 WHERE id = 1").run().await.map(drop)
}

/// The bundle in force: its digest and canonical body.
pub async fn policy(r: &mut Read) -> Result<Option<(Vec<u8>, Vec<u8>)>, Error> {
    // A plain WHERE active would need a bind, since the databases spell booleans differently.
    r.sql("SELECT digest, body FROM policy_bundle WHERE active = $1").bind(true).maybe().await
}

/// The bodies of the bundles that were in force before, latest first.
pub async fn earlier_policies(r: &mut Read, limit: i64) -> Result<Vec<Vec<u8>>, Error> {
    let rows: Vec<(Vec<u8>,)> = r
        .sql("SELECT body FROM policy_bundle WHERE active = $1 ORDER BY activated_at DESC LIMIT $2")
        .bind(false)
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(body,)| body).collect())
}

/// Every bundle that ever was in force, latest first: its digest, when it was put in force last, and whether it is now.
pub async fn policies(r: &mut Read) -> Result<Vec<(Vec<u8>, When, bool)>, Error> {
    r.sql("SELECT digest, activated_at, active FROM policy_bundle ORDER BY active DESC, activated_at DESC").all().await
}

/// The canonical body of a bundle.
pub async fn policy_body(r: &mut Read, digest: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    r.sql("SELECT body FROM policy_bundle WHERE digest = $1").bind(digest).maybe_scalar().await
}

/// The digests of the bundles that were in force at some time from `since` on. One that was put in force anew counts from
/// then, so that there may be one more than there should.
pub async fn policies_since(r: &mut Read, since: When) -> Result<Vec<Vec<u8>>, Error> {
    let rows: Vec<(Vec<u8>,)> = r
        .sql(
            "SELECT digest FROM policy_bundle WHERE activated_at > $1
             OR activated_at = (SELECT MAX(activated_at) FROM policy_bundle WHERE activated_at <= $1)
             ORDER BY activated_at",
        )
        .bind(since)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(digest,)| digest).collect())
}

/// Takes the bundle of this digest out of force; gives the write up unless it is the one in force.
pub async fn replaces(w: &mut Write, digest: &[u8]) -> Result<(), Error> {
    let taken = w
        .sql("UPDATE policy_bundle SET active = $1 WHERE digest = $2 AND active = $3")
        .bind(false)
        .bind(digest)
        .bind(true)
        .run()
        .await?;
    if taken == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// Puts a bundle in force. The same digest twice is the same row.
pub async fn activate(w: &mut Write, digest: &[u8], body: &[u8], now: When) -> Result<(), Error> {
    w.sql("UPDATE policy_bundle SET active = $1 WHERE active = $2").bind(false).bind(true).run().await?;
    w.sql(
        "INSERT INTO policy_bundle (digest, body, activated_at, active) VALUES ($1, $2, $3, $4)
         ON CONFLICT (digest) DO UPDATE SET active = $4, activated_at = $3",
    )
    .bind(digest)
    .bind(body)
    .bind(now)
    .bind(true)
    .run()
    .await?;
    bump(w).await
}

/// A signing key as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SigningKeyRow {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// ES256 or RS256.
    pub algorithm: String,
    /// PKCS#8 under the key-encryption key.
    pub wrapped: Vec<u8>,
    /// The public key, as JSON.
    pub public_jwk: String,
    /// next, active or retired.
    pub state: String,
    /// When it was made.
    pub created_at: When,
    /// When it came to its state, if it was ever moved.
    pub moved_at: Option<When>,
}

/// Stores a signing key.
pub async fn insert_key(w: &mut Write, key: &SigningKeyRow) -> Result<(), Error> {
    w.sql(
        "INSERT INTO signing_key (kid, algorithm, wrapped, public_jwk, state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(key.kid.as_str())
    .bind(key.algorithm.as_str())
    .bind(key.wrapped.as_slice())
    .bind(key.public_jwk.as_str())
    .bind(key.state.as_str())
    .bind(key.created_at)
    .run()
    .await?;
    bump(w).await
}

/// Moves a signing key from one state of its life to another; `false` if it is not in that state.
pub async fn move_key(w: &mut Write, kid: &str, (from, to): (&str, &str), now: When) -> Result<bool, Error> {
    let moved = w
        .sql("UPDATE signing_key SET state = $3, moved_at = $4 WHERE kid = $1 AND state = $2")
        .bind(kid)
        .bind(from)
        .bind(to)
        .bind(now)
        .run()
        .await?;
    bump(w).await?;
    Ok(moved == 1)
}

/// Destroys a signing key, whatever its state; `false` if it is not there.
pub async fn forget_key(w: &mut Write, kid: &str) -> Result<bool, Error> {
    let gone = w.sql("DELETE FROM signing_key WHERE kid = $1").bind(kid).run().await?;
    bump(w).await?;
    Ok(gone == 1)
}

/// Destroys keys that came to this state before `before`. Those of which that is not known came to it now.
pub async fn forget_keys(w: &mut Write, state: &str, before: When, now: When) -> Result<u64, Error> {
    w.sql("UPDATE signing_key SET moved_at = $2 WHERE state = $1 AND moved_at IS NULL")
        .bind(state)
        .bind(now)
        .run()
        .await?;
    let gone =
        w.sql("DELETE FROM signing_key WHERE state = $1 AND moved_at <= $2").bind(state).bind(before).run().await?;
    bump(w).await?;
    Ok(gone)
}

/// All signing keys, newest first.
pub async fn keys(r: &mut Read) -> Result<Vec<SigningKeyRow>, Error> {
    r.sql(
        "SELECT kid, algorithm, wrapped, public_jwk, state, created_at, moved_at FROM signing_key
         ORDER BY created_at DESC, kid",
    )
    .all()
    .await
}

/// A value of the house.
pub async fn value(r: &mut Read, name: &str) -> Result<Option<Vec<u8>>, Error> {
    r.sql("SELECT value FROM house WHERE name = $1").bind(name).maybe_scalar().await
}

/// Sets a value of the house once; `false` if it was there.
pub async fn set_once(w: &mut Write, name: &str, value: &[u8]) -> Result<bool, Error> {
    let set = w
        .sql("INSERT INTO house (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(value)
        .run()
        .await?;
    Ok(set == 1)
}

/// Sets a value of the house anew.
pub async fn set(w: &mut Write, name: &str, value: &[u8]) -> Result<(), Error> {
    w.sql("INSERT INTO house (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2")
        .bind(name)
        .bind(value)
        .run()
        .await
        .map(drop)
}

/// Takes a value of the house away; `false` if it was not there.
pub async fn unset(w: &mut Write, name: &str) -> Result<bool, Error> {
    Ok(w.sql("DELETE FROM house WHERE name = $1").bind(name).run().await? == 1)
}

/// Takes or prolongs the lease of a duty; `false` while another node holds it.
pub async fn lease(w: &mut Write, name: &str, holder: Uuid, now: When, until: When) -> Result<bool, Error> {
    let taken = w
        .sql(
            "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $4)
             ON CONFLICT (name) DO UPDATE SET holder = $2, until = $4 WHERE lease.holder = $2 OR lease.until <= $3",
        )
        .bind(name)
        .bind(holder)
        .bind(now)
        .bind(until)
        .run()
        .await?;
    Ok(taken == 1)
}

/// Gives a lease back.
pub async fn give_back(w: &mut Write, name: &str, holder: Uuid) -> Result<(), Error> {
    w.sql("DELETE FROM lease WHERE name = $1 AND holder = $2").bind(name).bind(holder).run().await.map(drop)
}

/// Forgets leases that ran out by then: of duties that nobody has taken up since.
pub async fn forget_leases(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM lease WHERE name IN (SELECT name FROM lease WHERE until <= $1 LIMIT $2) AND until <= $1")
        .bind(before)
        .bind(limit)
        .run()
        .await
}

/// Gives every lease of a holder back that is known to be gone.
pub async fn give_all_back(w: &mut Write, holder: Uuid) -> Result<(), Error> {
    w.sql("DELETE FROM lease WHERE holder = $1").bind(holder).run().await.map(drop)
}
