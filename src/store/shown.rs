//! Tokens that are shown at introspection and revocation, whatever kind they are; and those of services' own programs.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, ClientId, GrantId};
use crate::domain::time::When;
use crate::store::grants::KeysBeside;

/// A living token, as introspection needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ShownToken {
    /// access, refresh or machine.
    pub kind: String,
    /// The client it was given to.
    pub client_id: String,
    /// What that client knows the person by; none for a machine's.
    pub sub: Option<String>,
    /// What the asking sector knows her by, if it does.
    pub sub_there: Option<String>,
    /// Its scopes.
    pub scope: String,
    /// Whom it is for, with spaces between; none stands for the issuer alone.
    pub audience: String,
    /// When it was issued.
    pub issued_at: When,
    /// When it stops working.
    pub expires_at: When,
    /// The level she was signed in at.
    pub acr: Option<String>,
    /// When she proved who she is.
    pub auth_time: Option<When>,
}

/// The token of a hash if nothing has ended it but perhaps time: one statement. An access token's grant lives and its
/// account is active; a refresh token is unspent, too.
pub async fn living(r: &mut Read, hash: &[u8], sector: &str) -> Result<Option<ShownToken>, Error> {
    r.sql(
        "SELECT 'access' AS kind, g.client_id, g.sub, u.sub AS sub_there, t.scope, t.audience, t.issued_at,
             t.expires_at, g.acr, g.auth_time
         FROM access_token t
         JOIN grant_record g ON g.id = t.grant_id
         JOIN account a ON a.id = g.account_id
         LEFT JOIN subject u ON u.account_id = g.account_id AND u.sector = $2
         WHERE t.hash = $1 AND g.ended_at IS NULL AND a.state = 'active'
         UNION ALL
         SELECT 'refresh', g.client_id, g.sub, NULL, g.scope, '', t.issued_at, t.idle_until, g.acr, g.auth_time
         FROM refresh_token t
         JOIN grant_record g ON g.id = t.grant_id
         JOIN account a ON a.id = g.account_id
         WHERE t.hash = $1 AND t.spent_at IS NULL AND g.ended_at IS NULL AND a.state = 'active'
         UNION ALL
         SELECT 'machine', t.client_id, NULL, NULL, t.scope, t.audience, t.issued_at, t.expires_at, NULL, NULL
         FROM machine_token t WHERE t.hash = $1",
    )
    .bind(hash)
    .bind(sector)
    .maybe()
    .await
}

/// A token that someone wants revoked.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Revocable {
    /// access, refresh or machine.
    pub kind: String,
    /// The client it was given to.
    pub client_id: String,
    /// Its grant; none for a machine's.
    pub grant_id: Option<GrantId>,
    /// Whose data the grant reaches.
    pub account_id: Option<AccountId>,
    /// The person's keys.
    #[sqlx(flatten)]
    pub keys: KeysBeside,
}

/// The token of a hash, if its grant lives: one statement. A spent refresh token counts: its family lives.
pub async fn revocable(r: &mut Read, hash: &[u8]) -> Result<Option<Revocable>, Error> {
    r.sql(
        "SELECT s.kind, s.client_id, s.grant_id, s.account_id, p.wrapped AS profile_key, e.wrapped AS evidence_key
         FROM (SELECT 'access' AS kind, g.client_id, g.id AS grant_id, g.account_id
               FROM access_token t JOIN grant_record g ON g.id = t.grant_id
               WHERE t.hash = $1 AND g.ended_at IS NULL
               UNION ALL
               SELECT 'refresh', g.client_id, g.id, g.account_id
               FROM refresh_token t JOIN grant_record g ON g.id = t.grant_id
               WHERE t.hash = $1 AND g.ended_at IS NULL
               UNION ALL
               SELECT 'machine', t.client_id, NULL, NULL FROM machine_token t WHERE t.hash = $1) s
         LEFT JOIN vault.person_key p ON p.person = s.account_id AND p.kind = 'profile'
         LEFT JOIN vault.person_key e ON e.person = s.account_id AND e.kind = 'evidence'",
    )
    .bind(hash)
    .maybe()
    .await
}

/// Forgets one access token; `false` if it is not there.
pub async fn revoke_access(w: &mut Write, hash: &[u8]) -> Result<bool, Error> {
    Ok(w.sql("DELETE FROM access_token WHERE hash = $1").bind(hash).run().await? == 1)
}

/// Forgets one machine's token; `false` if it is not there.
pub async fn revoke_machine(w: &mut Write, hash: &[u8]) -> Result<bool, Error> {
    Ok(w.sql("DELETE FROM machine_token WHERE hash = $1").bind(hash).run().await? == 1)
}

/// A machine's token.
#[derive(Debug, Clone)]
pub struct MachineRow {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// The client it is given to.
    pub client: ClientId,
    /// Its scopes, with spaces between.
    pub scope: String,
    /// Whom it is for, with spaces between; none stands for the issuer alone.
    pub audience: String,
    /// When it stops working.
    pub until: When,
}

/// Stores a machine's token's hash.
pub async fn insert_machine(w: &mut Write, row: &MachineRow, now: When) -> Result<(), Error> {
    w.deferred(
        "INSERT INTO machine_token (hash, client_id, scope, audience, issued_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.hash.as_slice())
    .bind(row.client.as_str())
    .bind(row.scope.as_str())
    .bind(row.audience.as_str())
    .bind(now)
    .bind(row.until)
    .later()
}

/// Deletes machines' tokens whose time is over since `before`: at most `limit`.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql("DELETE FROM machine_token WHERE hash IN (SELECT hash FROM machine_token WHERE expires_at <= $1 LIMIT $2)")
        .bind(before)
        .bind(limit)
        .run()
        .await
}
