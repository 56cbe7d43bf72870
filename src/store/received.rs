//! What services received, as the person whose data it is sees it.

use super::{Error, Read};
use crate::domain::ids::AccountId;
use crate::domain::time::When;

/// What a service received and when, as the person sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReceivedRow {
    /// The service.
    pub client_id: String,
    /// The claims of the ID token.
    pub id_token_claims: String,
    /// The claims at userinfo.
    pub userinfo_claims: String,
    /// When they last left.
    pub released_at: When,
}

/// What services received, newest first.
pub async fn of(r: &mut Read, account: AccountId, limit: i64) -> Result<Vec<ReceivedRow>, Error> {
    r.sql(
        "SELECT client_id, id_token_claims, userinfo_claims, released_at FROM grant_record
         WHERE account_id = $1 AND released_at IS NOT NULL ORDER BY released_at DESC LIMIT $2",
    )
    .bind(account)
    .bind(limit)
    .all()
    .await
}

/// What services received: each set of claims with the time it last left, newest first.
pub async fn newest(r: &mut Read, account: AccountId) -> Result<Vec<ReceivedRow>, Error> {
    r.sql(
        "SELECT client_id, id_token_claims, userinfo_claims, MAX(released_at) AS released_at FROM grant_record
         WHERE account_id = $1 AND released_at IS NOT NULL GROUP BY client_id, id_token_claims, userinfo_claims
         ORDER BY MAX(released_at) DESC",
    )
    .bind(account)
    .all()
    .await
}

/// What a service received since some day, without regard to whom: a set of claims, how often, and when last.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReleasedRow {
    /// The service.
    pub client_id: String,
    /// The claims of the ID token.
    pub id_token_claims: String,
    /// The claims at userinfo.
    pub userinfo_claims: String,
    /// How many grants.
    pub times: i64,
    /// When the last of them was released.
    pub last: When,
}

/// What services received since `since`, counted.
pub async fn released_since(r: &mut Read, since: When) -> Result<Vec<ReleasedRow>, Error> {
    r.sql(
        "SELECT client_id, id_token_claims, userinfo_claims, COUNT(*) AS times, MAX(released_at) AS last
         FROM grant_record WHERE released_at > $1 GROUP BY client_id, id_token_claims, userinfo_claims",
    )
    .bind(since)
    .all()
    .await
}
