//! Clients that registered themselves, and the tokens that let them.

use super::{Error, Read, Write, house};
use crate::domain::ids::ClientId;
use crate::domain::time::When;

/// An initial access token as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InitialTokenRow {
    /// The template of what it registers.
    pub template: String,
    /// How many clients it may register; any number if it does not say.
    pub most: Option<i64>,
    /// How many it has.
    pub uses: i64,
    /// When it stops working.
    pub expires_at: When,
}

/// Stores an initial access token's hash.
pub async fn insert_token(w: &mut Write, hash: &[u8], row: &InitialTokenRow, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO initial_token (hash, template, most, uses, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(hash)
    .bind(row.template.as_str())
    .bind(row.most)
    .bind(row.uses)
    .bind(now)
    .bind(row.expires_at)
    .run()
    .await
    .map(drop)
}

/// The initial access token of a hash, if it works now.
pub async fn token(r: &mut Read, hash: &[u8], now: When) -> Result<Option<InitialTokenRow>, Error> {
    r.sql(
        "SELECT template, most, uses, expires_at FROM initial_token
         WHERE hash = $1 AND expires_at > $2 AND (most IS NULL OR uses < most)",
    )
    .bind(hash)
    .bind(now)
    .maybe()
    .await
}

/// Uses an initial access token by one conditional statement; `false` if it works no longer.
pub async fn use_token(w: &mut Write, hash: &[u8], now: When) -> Result<bool, Error> {
    let used = w
        .sql(
            "UPDATE initial_token SET uses = uses + 1
             WHERE hash = $1 AND expires_at > $2 AND (most IS NULL OR uses < most)",
        )
        .bind(hash)
        .bind(now)
        .run()
        .await?;
    Ok(used == 1)
}

/// An initial access token as it was given.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct GivenTokenRow {
    /// SHA-256 of it.
    pub hash: Vec<u8>,
    /// The template of what it registers.
    pub template: String,
    /// How many clients it may register; any number if it does not say.
    pub most: Option<i64>,
    /// How many it has.
    pub uses: i64,
    /// When it was made.
    pub created_at: When,
    /// When it stops working.
    pub expires_at: When,
}

/// All initial access tokens that are not forgotten yet, the oldest first.
pub async fn tokens(r: &mut Read) -> Result<Vec<GivenTokenRow>, Error> {
    r.sql("SELECT hash, template, most, uses, created_at, expires_at FROM initial_token ORDER BY created_at, hash")
        .all()
        .await
}

/// Takes an initial access token back; `false` if it is gone.
pub async fn withdraw_token(w: &mut Write, hash: &[u8]) -> Result<bool, Error> {
    Ok(w.sql("DELETE FROM initial_token WHERE hash = $1").bind(hash).run().await? == 1)
}

/// Forgets initial access tokens that stopped working before this.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM initial_token WHERE hash IN (SELECT hash FROM initial_token WHERE expires_at <= $1 LIMIT $2)")
        .bind(before)
        .bind(limit)
        .run()
        .await
}

/// A registered client as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ClientRow {
    /// Its identifier.
    pub id: String,
    /// Its template.
    pub template: String,
    /// By which it knows residents.
    pub sector: String,
    /// Its metadata, as JSON.
    pub metadata: String,
    /// SHA-256 of its secret, if it has one.
    pub secret: Option<Vec<u8>>,
    /// SHA-256 of the secret before that.
    pub previous_secret: Option<Vec<u8>>,
    /// When the one before stops working.
    pub previous_until: Option<When>,
    /// When it registered.
    pub created_at: When,
}

/// All registered clients.
pub async fn all(r: &mut Read) -> Result<Vec<ClientRow>, Error> {
    r.sql(
        "SELECT id, template, sector, metadata, secret, previous_secret, previous_until, created_at
         FROM registered_client ORDER BY created_at, id",
    )
    .all()
    .await
}

/// One registered client.
pub async fn by_id(r: &mut Read, id: &str) -> Result<Option<ClientRow>, Error> {
    r.sql(
        "SELECT id, template, sector, metadata, secret, previous_secret, previous_until, created_at
         FROM registered_client WHERE id = $1",
    )
    .bind(id)
    .maybe()
    .await
}

/// The client that this registration access token (RFC 7592 §1.2) is for.
pub async fn by_access_token(r: &mut Read, hash: &[u8]) -> Result<Option<ClientRow>, Error> {
    r.sql(
        "SELECT id, template, sector, metadata, secret, previous_secret, previous_until, created_at
         FROM registered_client WHERE access_token = $1",
    )
    .bind(hash)
    .maybe()
    .await
}

/// Stores a client with the hash of its registration access token; `false` if there are `most` already.
pub async fn insert(w: &mut Write, row: &ClientRow, access_token: &[u8], most: i64) -> Result<bool, Error> {
    let stored = w
        .sql(
            "INSERT INTO registered_client (id, template, sector, metadata, access_token, secret, previous_secret,
                 previous_until, created_at, changed_at)
             SELECT $1, $2, $3, $4, $5, $6, NULL, NULL, $7, $7
             WHERE (SELECT COUNT(*) FROM registered_client) < $8",
        )
        .bind(row.id.as_str())
        .bind(row.template.as_str())
        .bind(row.sector.as_str())
        .bind(row.metadata.as_str())
        .bind(access_token)
        .bind(row.secret.as_deref())
        .bind(row.created_at)
        .bind(most)
        .run()
        .await?;
    house::bump(w).await?;
    Ok(stored == 1)
}

/// Replaces what a client said of itself, and its registration access token; `false` if the old token works no longer, or
/// if it would leave a sector that knows residents. Where it keeps its secret, the one there is stays: an operator may have
/// rotated it since the row was read.
pub async fn replace(
    w: &mut Write,
    row: &ClientRow,
    (old, new): (&[u8], &[u8]),
    keeps_secret: bool,
    now: When,
) -> Result<bool, Error> {
    let replaced = w
        .sql(
            "UPDATE registered_client SET sector = $3, metadata = $4, access_token = $5, changed_at = $9,
                 secret = CASE WHEN $10 THEN secret ELSE $6 END,
                 previous_secret = CASE WHEN $10 THEN previous_secret ELSE $7 END,
                 previous_until = CASE WHEN $10 THEN previous_until ELSE $8 END
             WHERE id = $1 AND access_token = $2
                 AND (sector = $3 OR NOT EXISTS (SELECT 1 FROM subject WHERE subject.sector = registered_client.sector))",
        )
        .bind(row.id.as_str())
        .bind(old)
        .bind(row.sector.as_str())
        .bind(row.metadata.as_str())
        .bind(new)
        .bind(row.secret.as_deref())
        .bind(row.previous_secret.as_deref())
        .bind(row.previous_until)
        .bind(now)
        .bind(keeps_secret)
        .run()
        .await?;
    house::bump(w).await?;
    Ok(replaced == 1)
}

/// Gives a client that has a secret another one; the one before works until `until`. `false` if it has none, or if one still works
/// that was in use before that, unless it is to be replaced: there is no third place.
pub async fn rotate_secret(
    w: &mut Write,
    id: &str,
    secret: &[u8],
    (until, replaces): (When, bool),
    now: When,
) -> Result<bool, Error> {
    let rotated = w
        .sql(
            "UPDATE registered_client SET previous_secret = secret, previous_until = $3, secret = $2, changed_at = $4
             WHERE id = $1 AND secret IS NOT NULL
                 AND ($5 OR previous_secret IS NULL OR previous_until IS NULL OR previous_until <= $4)",
        )
        .bind(id)
        .bind(secret)
        .bind(until)
        .bind(now)
        .bind(replaces)
        .run()
        .await?;
    house::bump(w).await?;
    Ok(rotated == 1)
}

/// Removes a client, ends all it was given and forgets where it was visited; `false` if it is gone.
pub async fn remove(w: &mut Write, id: &ClientId, now: When) -> Result<bool, Error> {
    let removed = w.sql("DELETE FROM registered_client WHERE id = $1").bind(id.as_str()).run().await?;
    if removed == 0 {
        return Ok(false);
    }
    w.sql("UPDATE grant_record SET ended_at = $2 WHERE client_id = $1 AND ended_at IS NULL")
        .bind(id.as_str())
        .bind(now)
        .run()
        .await?;
    w.sql("DELETE FROM session_client WHERE client_id = $1").bind(id.as_str()).run().await?;
    house::bump(w).await?;
    Ok(true)
}

/// How many residents are known in a sector. Not by what a client has of them on record, for that goes before the
/// subject it knows them by does.
pub async fn residents_of(r: &mut Read, sector: &str) -> Result<i64, Error> {
    r.sql("SELECT COUNT(*) FROM subject WHERE sector = $1").bind(sector).scalar().await
}
