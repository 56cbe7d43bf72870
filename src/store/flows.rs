//! Services' requests waiting for their resident.

use super::{Error, Read, Write};
use crate::domain::ids::ClientId;
use crate::domain::retention::Cutoff;
use crate::domain::time::When;

/// A flow, sealed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FlowRow {
    /// The hash of the browser's cookie it is bound to.
    pub browser: Vec<u8>,
    /// The service.
    pub client_id: String,
    /// The request, sealed.
    pub request: Vec<u8>,
    /// When it came.
    pub created_at: When,
    /// Until when it can be answered.
    pub expires_at: When,
    /// When it was answered.
    pub ended_at: Option<When>,
}

/// Keeps a request.
pub async fn insert(
    w: &mut Write,
    hash: &[u8],
    browser: &[u8],
    client: &ClientId,
    request: &[u8],
    times: (When, When),
) -> Result<(), Error> {
    let (now, expires_at) = times;
    w.sql(
        "INSERT INTO flow (hash, browser, client_id, request, created_at, expires_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL)",
    )
    .bind(hash)
    .bind(browser)
    .bind(client.as_str())
    .bind(request)
    .bind(now)
    .bind(expires_at)
    .run()
    .await
    .map(drop)
}

/// The flow of a reference's hash.
pub async fn get(r: &mut Read, hash: &[u8]) -> Result<Option<FlowRow>, Error> {
    r.sql("SELECT browser, client_id, request, created_at, expires_at, ended_at FROM flow WHERE hash = $1")
        .bind(hash)
        .maybe()
        .await
}

/// Answers a flow, once: else the write is given up.
pub fn end(w: &mut Write, hash: &[u8], now: When) -> Result<(), Error> {
    w.deferred("UPDATE flow SET ended_at = $2 WHERE hash = $1 AND ended_at IS NULL AND expires_at > $2")
        .bind(hash)
        .bind(now)
        .or_give_up()
}

/// Deletes at most `limit` flows past their time.
pub async fn forget(w: &mut Write, past: Cutoff, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM flow WHERE hash IN (SELECT hash FROM flow WHERE expires_at <= $1 AND created_at <= $2 LIMIT $3)")
        .bind(past.over)
        .bind(past.made)
        .bind(limit)
        .run()
        .await
}
