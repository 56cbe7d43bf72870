//! Authorization requests that clients pushed (RFC 9126), until their browser comes.

use super::{Error, Write};
use crate::domain::ids::ClientId;
use crate::domain::time::When;

/// Keeps a request, sealed; `times` are now and until when it can be used.
pub async fn insert(
    w: &mut Write,
    hash: &[u8],
    client: &ClientId,
    request: &[u8],
    times: (When, When),
) -> Result<(), Error> {
    let (now, expires_at) = times;
    w.sql(
        "INSERT INTO pushed_request (hash, client_id, request, created_at, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, $5, NULL)",
    )
    .bind(hash)
    .bind(client.as_str())
    .bind(request)
    .bind(now)
    .bind(expires_at)
    .run()
    .await
    .map(drop)
}

/// Spends a request by one conditional statement: this client's, unspent, in time. Gives what was sealed.
pub async fn spend(w: &mut Write, hash: &[u8], client: &ClientId, now: When) -> Result<Option<Vec<u8>>, Error> {
    w.sql(
        "UPDATE pushed_request SET spent_at = $3
         WHERE hash = $1 AND client_id = $2 AND spent_at IS NULL AND expires_at > $3
         RETURNING request",
    )
    .bind(hash)
    .bind(client.as_str())
    .bind(now)
    .maybe_scalar()
    .await
}

/// Deletes at most `limit` requests whose time is over since `before`.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM pushed_request WHERE hash IN (SELECT hash FROM pushed_request WHERE expires_at <= $1 LIMIT $2)")
        .bind(before)
        .bind(limit)
        .run()
        .await
}
