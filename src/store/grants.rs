//! Grants: the code, the access tokens and the family of refresh tokens that come of one authorization.
//!
//! ```text
//! grant_record ── code ──spend──> access_token …
//!      │                     └──> refresh ──rotate──> refresh …   (in the grant's own row: super::refresh)
//!      └── ended_at: everything above is dead at once (RFC 6749 §4.1.2, RFC 9700 §4.14)
//! ```

use super::refresh::RefreshRow;
use super::sharing::{StandingRow, standing_columns};
use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, ClientId, GrantId, SessionId};
use crate::domain::time::When;

/// A grant's row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct GrantRow {
    /// The grant.
    pub id: GrantId,
    /// Whose data it reaches.
    pub account_id: AccountId,
    /// The session that gave it.
    pub session_id: SessionId,
    /// The client it was given to.
    pub client_id: String,
    /// The person's subject there.
    pub sub: String,
    /// The session's name there.
    pub sid: String,
    /// The scopes granted, with spaces between.
    pub scope: String,
    /// The claims of the ID token, with spaces between.
    pub id_token_claims: String,
    /// The claims at userinfo, with spaces between.
    pub userinfo_claims: String,
    /// The sharing records they go out under, as UUIDs with spaces between.
    pub records: String,
    /// The request's nonce.
    pub nonce: Option<String>,
    /// When she proved who she is.
    pub auth_time: When,
    /// How, with spaces between.
    pub amr: String,
    /// The level that the service was named.
    pub acr: String,
    /// The level reached, where it asked for a lower one.
    pub level: Option<String>,
    /// The vector of trust met, if one was asked for.
    pub vot: Option<String>,
    /// Where the code was sent, byte for byte.
    pub redirect_uri: String,
    /// The PKCE challenge.
    pub challenge: Option<String>,
    /// Until when the code can be redeemed.
    pub code_until: When,
    /// When the code was redeemed.
    pub spent_at: Option<When>,
    /// When the grant was ended.
    pub ended_at: Option<When>,
    /// The APIs it is for (RFC 8707), with spaces between; none stands for the issuer alone.
    pub resources: String,
}

/// Stores a grant with its code.
pub fn insert(w: &mut Write, code: &[u8], grant: &GrantRow, now: When) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO grant_record (id, account_id, session_id, client_id, sub, sid, scope, id_token_claims,
             userinfo_claims, records, nonce, auth_time, amr, acr, redirect_uri, challenge, code, code_until, spent_at,
             released_at, created_at, ended_at, resources, vot, level)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, NULL, NULL, $19, NULL,
             $20, $21, $22)",
    )
    .bind(grant.id)
    .bind(grant.account_id)
    .bind(grant.session_id)
    .bind(grant.client_id.as_str())
    .bind(grant.sub.as_str())
    .bind(grant.sid.as_str())
    .bind(grant.scope.as_str())
    .bind(grant.id_token_claims.as_str())
    .bind(grant.userinfo_claims.as_str())
    .bind(grant.records.as_str())
    .bind(grant.nonce.as_deref())
    .bind(grant.auth_time)
    .bind(grant.amr.as_str())
    .bind(grant.acr.as_str())
    .bind(grant.redirect_uri.as_str())
    .bind(grant.challenge.as_deref())
    .bind(code)
    .bind(grant.code_until)
    .bind(now)
    .bind(grant.resources.as_str())
    .bind(grant.vot.as_deref())
    .bind(grant.level.as_deref())
    .later()
}

/// A person's keys as stored beside a row of hers: wrapped under the key-encryption key.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KeysBeside {
    /// The profile key; gone after erasure.
    pub profile_key: Option<Vec<u8>>,
    /// The evidence key.
    pub evidence_key: Option<Vec<u8>>,
}

/// How a grant's person stands to its client, where the grant is `g`.
macro_rules! standings {
    () => {
        concat!(
            "SELECT ",
            standing_columns!(),
            " FROM sharing_standing s JOIN grant_record g ON g.account_id = s.account_id AND g.client_id = s.client_id "
        )
    };
}

/// A code that was shown.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ShownCode {
    /// Its grant, whatever became of it.
    #[sqlx(flatten)]
    pub grant: GrantRow,
    /// The person's keys.
    #[sqlx(flatten)]
    pub keys: KeysBeside,
}

/// The columns of a [`GrantRow`] and the [`KeysBeside`] it.
macro_rules! grant_and_keys {
    () => {
        "g.id, g.account_id, g.session_id, g.client_id, g.sub, g.sid, g.scope, g.id_token_claims, g.userinfo_claims,
             g.records, g.nonce, g.auth_time, g.amr, g.acr, g.level, g.vot, g.redirect_uri, g.challenge, g.code_until,
             g.spent_at, g.ended_at, g.resources, p.wrapped AS profile_key, e.wrapped AS evidence_key"
    };
}

/// Joins the keys of `g.account_id`.
macro_rules! join_keys {
    () => {
        "LEFT JOIN vault.person_key p ON p.person = g.account_id AND p.kind = 'profile'
         LEFT JOIN vault.person_key e ON e.person = g.account_id AND e.kind = 'evidence'"
    };
}

pub(super) use {grant_and_keys, join_keys, standings};

/// The grant of a code, whatever became of it, with the person's keys, and how she stands to its client: one look.
pub async fn by_code(r: &mut Read, code: &[u8]) -> Result<Option<(ShownCode, Vec<StandingRow>)>, Error> {
    let (shown, standings) = r
        .sql(concat!("SELECT ", grant_and_keys!(), " FROM grant_record g ", join_keys!(), " WHERE g.code = $1"))
        .bind(code)
        .beside(concat!(standings!(), "WHERE g.code = $1"))
        .bind(code)
        .maybe_and_all()
        .await?;
    Ok(shown.map(|shown| (shown, standings)))
}

/// What stands between a person and a client when she comes: her keys, and what the service knows her by if she has been
/// there.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Standing {
    /// Her keys.
    #[sqlx(flatten)]
    pub keys: KeysBeside,
    /// Her subject in the client's sector.
    pub sub: Option<String>,
    /// Her session's name at the client, once it has been there.
    pub sid: Option<String>,
    /// Since when her data is kept only (UK GDPR Art 18).
    pub restricted_at: Option<When>,
}

/// How she stands to this client, and what stands of what she was told and decided there: one look.
pub async fn standing(
    r: &mut Read,
    (account, session): (AccountId, SessionId),
    client: &ClientId,
    sector: &str,
) -> Result<(Standing, Vec<StandingRow>), Error> {
    let (standing, standings) = r
        .sql(
            "SELECT p.wrapped AS profile_key, e.wrapped AS evidence_key, u.sub, c.sid, a.restricted_at
             FROM account a
             LEFT JOIN vault.person_key p ON p.person = a.id AND p.kind = 'profile'
             LEFT JOIN vault.person_key e ON e.person = a.id AND e.kind = 'evidence'
             LEFT JOIN subject u ON u.account_id = a.id AND u.sector = $2
             LEFT JOIN session_client c ON c.session_id = $3 AND c.client_id = $4
             WHERE a.id = $1",
        )
        .bind(account)
        .bind(sector)
        .bind(session)
        .bind(client.as_str())
        .beside(concat!(
            "SELECT ",
            standing_columns!(),
            " FROM sharing_standing s WHERE s.account_id = $1 AND s.client_id = $2"
        ))
        .bind(account)
        .bind(client.as_str())
        .maybe_and_all()
        .await?;
    Ok((standing.ok_or(Error::Missing)?, standings))
}

/// Spends a code by one conditional statement: unspent, in time, its grant alive, its account active, its session
/// still open; and if it gives claims, her data not kept only meanwhile. The family of refresh tokens begins with it, if it
/// gives one. Else the write is given up, which says only that; the caller asks [`by_code`] why.
pub fn spend_code(
    w: &mut Write,
    id: GrantId,
    bare: bool,
    refresh: Option<&RefreshRow>,
    now: When,
) -> Result<(), Error> {
    w.deferred(
        "UPDATE grant_record SET spent_at = $2, released_at = $2, refresh = $4, refresh_idle_until = $5,
             refresh_until = $6
         WHERE id = $1 AND spent_at IS NULL AND ended_at IS NULL AND code_until > $2
           AND EXISTS (SELECT 1 FROM account a WHERE a.id = grant_record.account_id AND a.state = 'active'
                       AND ($3 OR a.restricted_at IS NULL))
           AND EXISTS (SELECT 1 FROM session s WHERE s.id = grant_record.session_id AND s.ended_at IS NULL)",
    )
    .bind(id)
    .bind(now)
    .bind(bare)
    .bind(refresh.map(|row| row.hash.as_slice()))
    .bind(refresh.map(|row| row.idle_until))
    .bind(refresh.map(|row| row.until))
    .or_give_up()
}

/// Ends a grant and so everything it gave; `false` if it was ended before.
pub async fn end(w: &mut Write, id: GrantId, now: When) -> Result<bool, Error> {
    let ended = w
        .sql("UPDATE grant_record SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(ended == 1)
}

/// Ends the grants of a session: signing out ends what it gave, but for offline access when `keep_offline`.
pub async fn end_of_session(w: &mut Write, session: SessionId, keep_offline: bool, now: When) -> Result<u64, Error> {
    w.sql(
        "UPDATE grant_record SET ended_at = $2 WHERE session_id = $1 AND ended_at IS NULL
         AND NOT ($3 AND scope LIKE '%offline_access%')",
    )
    .bind(session)
    .bind(now)
    .bind(keep_offline)
    .run()
    .await
}

/// Ends every grant of an account, offline ones too.
pub async fn end_of_account(w: &mut Write, account: AccountId, now: When) -> Result<u64, Error> {
    w.sql("UPDATE grant_record SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL")
        .bind(account)
        .bind(now)
        .run()
        .await
}

/// Ends every grant that a person gave one service, offline ones too.
pub async fn end_at(w: &mut Write, account: AccountId, client: &ClientId, now: When) -> Result<u64, Error> {
    w.sql("UPDATE grant_record SET ended_at = $3 WHERE account_id = $1 AND client_id = $2 AND ended_at IS NULL")
        .bind(account)
        .bind(client.as_str())
        .bind(now)
        .run()
        .await
}

/// People who still give something to a service, or have it in an open session; at most `limit`.
pub async fn people_at(r: &mut Read, client: &ClientId, limit: i64) -> Result<Vec<AccountId>, Error> {
    let rows: Vec<(AccountId,)> = r
        .sql(
            "SELECT account_id FROM grant_record WHERE client_id = $1 AND ended_at IS NULL
             UNION SELECT s.account_id FROM session_client c JOIN session s ON s.id = c.session_id
             WHERE c.client_id = $1 AND s.ended_at IS NULL LIMIT $2",
        )
        .bind(client.as_str())
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}

/// An access token's row.
#[derive(Debug, Clone)]
pub struct AccessRow {
    /// When the token was made, and its SHA-256.
    pub hash: [u8; 32],
    /// Its grant.
    pub grant_id: GrantId,
    /// Its scopes, with spaces between: those of the grant, or fewer.
    pub scope: String,
    /// The claims it opens at userinfo, as recorded when it was issued.
    pub claims: String,
    /// When it stops working.
    pub until: When,
    /// Whom it is for, with spaces between; none stands for the issuer alone.
    pub audience: String,
}

/// Stores an access token's hash.
pub fn insert_access(w: &mut Write, row: &AccessRow, now: When) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO access_token (hash, grant_id, scope, claims, issued_at, expires_at, audience)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(row.hash.as_slice())
    .bind(row.grant_id)
    .bind(row.scope.as_str())
    .bind(row.claims.as_str())
    .bind(now)
    .bind(row.until)
    .bind(row.audience.as_str())
    .later()
}

/// Deletes at most `limit` access tokens that ran out at `before` or earlier.
pub async fn forget_access(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM access_token WHERE hash IN (SELECT hash FROM access_token WHERE expires_at <= $1 LIMIT $2)")
        .bind(before)
        .bind(limit)
        .run()
        .await
}
