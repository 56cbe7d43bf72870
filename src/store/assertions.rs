//! The memory of client assertions: each is taken once, on whichever node.

use super::{Error, Write};
use crate::domain::ids::ClientId;
use crate::domain::time::When;

/// Remembers a client assertion until it runs out; the write is given up if it was seen before (RFC 7523 §3, rule 7).
pub fn remember(w: &mut Write, client: &ClientId, jti: &[u8], until: When) -> Result<(), Error> {
    w.deferred("INSERT INTO assertion (client_id, jti, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(client.as_str())
        .bind(jti)
        .bind(until)
        .or_give_up()
}

/// Deletes at most `limit` assertions that ran out at `before` or earlier.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM assertion WHERE (client_id, jti) IN (
             SELECT client_id, jti FROM assertion WHERE expires_at <= $1 LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .run()
    .await
}
