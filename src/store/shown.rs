//! Tokens that are shown at userinfo, introspection and revocation, whatever kind they are; and those of services' own
//! programs.

use super::refresh::Bearer;
use super::sharing::StandingRow;
use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, ClientId, GrantId, RecordId};
use crate::domain::time::When;
use crate::store::grants::KeysBeside;

/// How the person of a token stands to its client: the columns of a row that may not be there.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StandsRow {
    purpose: Option<String>,
    standing: Option<String>,
    basis: Option<String>,
    record_id: Option<RecordId>,
    stands_for: Option<String>,
    notice: Option<String>,
    since: Option<When>,
    last_id: Option<RecordId>,
    last_at: Option<When>,
    stands_until: Option<When>,
    paused_at: Option<When>,
    paused_by: Option<RecordId>,
    version: Option<i64>,
    restricted_at: Option<When>,
}

impl StandsRow {
    /// The row, if it is there.
    #[must_use]
    pub fn row(self, client_id: &str) -> Option<StandingRow> {
        Some(StandingRow {
            client_id: client_id.to_owned(),
            purpose: self.purpose?,
            state: self.standing?,
            basis: self.basis?,
            record_id: self.record_id,
            claims: self.stands_for?,
            notice: self.notice?,
            since: self.since,
            last_id: self.last_id?,
            last_at: self.last_at?,
            expires_at: self.stands_until,
            paused_at: self.paused_at,
            paused_by: self.paused_by,
            version: self.version?,
            restricted_at: self.restricted_at,
        })
    }
}

/// The columns of a [`StandsRow`] of `sharing_standing s`; whether her data is kept only stands beside them.
macro_rules! stands {
    () => {
        "s.purpose, s.state AS standing, s.basis, s.record_id, s.claims AS stands_for, s.notice, s.since, s.last_id,
             s.last_at, s.expires_at AS stands_until, s.paused_at, s.paused_by, s.version"
    };
}

/// What userinfo needs of a token.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Presented {
    /// Whose data.
    pub account_id: AccountId,
    /// The account's state.
    pub state: String,
    /// The account's name, sealed.
    pub name: Vec<u8>,
    /// The client the token was given to.
    pub client_id: String,
    /// The person's subject there.
    pub sub: String,
    /// The token's scopes.
    pub scope: String,
    /// The claims it opened when it was issued.
    pub claims: String,
    /// When the token stops working.
    pub expires_at: When,
    /// Whom it is for.
    pub audience: String,
    /// The present e-mail contact's row, if any.
    pub contact_id: Option<uuid::Uuid>,
    /// Its address, sealed.
    pub address: Option<Vec<u8>>,
    /// The wrapped profile key.
    pub profile_key: Option<Vec<u8>>,
    /// The wrapped evidence key.
    pub evidence_key: Option<Vec<u8>>,
    /// What gave it.
    #[sqlx(flatten)]
    pub given: Given,
    /// How she stands to the client for one purpose, if she was told or asked anything.
    #[sqlx(flatten)]
    pub stands: StandsRow,
}

/// What gave an access token, for who must know whether that is the first sign that a refresh token's child arrived.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Given {
    /// Its grant; none for a machine's.
    pub grant_id: Option<GrantId>,
    /// When the token was issued.
    pub issued_at: When,
    /// When the grant's last refresh token was used whose child may be asked for again; none for a refresh token.
    pub used_at: Option<When>,
}

/// The token of a hash, if its grant lives, with how its person stands to its client: one statement, which gives a row for
/// each purpose, the same but for how she stands.
pub async fn presented(r: &mut Read, hash: &[u8]) -> Result<Option<(Presented, Vec<StandingRow>)>, Error> {
    let rows: Vec<Presented> = r
        .sql(concat!(
            "SELECT g.account_id, a.state, a.name, g.client_id, g.sub, t.scope, t.claims, t.expires_at, t.audience,
                 g.id AS grant_id, t.issued_at, CASE WHEN g.refresh_used IS NOT NULL THEN g.refresh_used_at END AS used_at,
                 c.id AS contact_id, c.address, p.wrapped AS profile_key, e.wrapped AS evidence_key, a.restricted_at, ",
            stands!(),
            " FROM access_token t
             JOIN grant_record g ON g.id = t.grant_id
             JOIN account a ON a.id = g.account_id
             LEFT JOIN contact c ON c.account_id = a.id AND c.kind = 'email' AND c.replaced_at IS NULL
             LEFT JOIN vault.person_key p ON p.person = a.id AND p.kind = 'profile'
             LEFT JOIN vault.person_key e ON e.person = a.id AND e.kind = 'evidence'
             LEFT JOIN sharing_standing s ON s.account_id = g.account_id AND s.client_id = g.client_id
             WHERE t.hash = $1 AND g.ended_at IS NULL"
        ))
        .bind(hash)
        .all()
        .await?;
    let stand = rows.iter().filter_map(|row| row.stands.clone().row(&row.client_id)).collect();
    Ok(rows.into_iter().next().map(|row| (row, stand)))
}

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
    /// When it was issued, and by what.
    #[sqlx(flatten)]
    pub given: Given,
    /// When it stops working.
    pub expires_at: When,
    /// The level she was signed in at.
    pub acr: Option<String>,
    /// When she proved who she is.
    pub auth_time: Option<When>,
    /// The claims that its grant was given for, with spaces between.
    pub granted: String,
    /// How she stands to the client for one purpose, if she was told or asked anything.
    #[sqlx(flatten)]
    pub stands: StandsRow,
}

/// The token of a hash if nothing has ended it but perhaps time, with how its person stands to its client: one statement,
/// which gives a row for each purpose. An access token's grant lives and its account is active; a refresh token is
/// unspent, too.
pub async fn living(
    r: &mut Read,
    token: Bearer<'_>,
    sector: &str,
) -> Result<Option<(ShownToken, Vec<StandingRow>)>, Error> {
    let rows: Vec<ShownToken> = r
        .sql(concat!(
            "SELECT k.kind, k.client_id, k.sub, k.sub_there, k.scope, k.audience, k.grant_id, k.issued_at,
                 k.used_at, k.expires_at, k.acr, k.auth_time, k.granted, k.restricted_at, ",
            stands!(),
            " FROM (
                 SELECT 'access' AS kind, g.account_id, g.client_id, g.sub, u.sub AS sub_there, t.scope, t.audience,
                     g.id AS grant_id, t.issued_at,
                     CASE WHEN g.refresh_used IS NOT NULL THEN g.refresh_used_at END AS used_at, t.expires_at, g.acr, g.auth_time, g.userinfo_claims AS granted, a.restricted_at
                 FROM access_token t
                 JOIN grant_record g ON g.id = t.grant_id
                 JOIN account a ON a.id = g.account_id
                 LEFT JOIN subject u ON u.account_id = g.account_id AND u.sector = $2
                 WHERE t.hash = $1 AND g.ended_at IS NULL AND a.state = 'active'
                 UNION ALL
                 SELECT 'refresh', g.account_id, g.client_id, g.sub, NULL, g.scope, '', g.id, g.released_at, NULL,
                     g.refresh_idle_until, g.acr, g.auth_time, g.userinfo_claims, a.restricted_at
                 FROM grant_record g
                 JOIN account a ON a.id = g.account_id
                 WHERE g.id = $3 AND g.refresh = $1 AND g.ended_at IS NULL AND a.state = 'active'
                 UNION ALL
                 SELECT 'refresh', g.account_id, g.client_id, g.sub, NULL, g.scope, '', g.id, t.issued_at, NULL, t.idle_until,
                     g.acr, g.auth_time, g.userinfo_claims, a.restricted_at
                 FROM refresh_token t
                 JOIN grant_record g ON g.id = t.grant_id
                 JOIN account a ON a.id = g.account_id
                 WHERE t.hash = $1 AND t.spent_at IS NULL AND g.ended_at IS NULL AND a.state = 'active'
                 UNION ALL
                 SELECT 'machine', NULL, t.client_id, NULL, NULL, t.scope, t.audience, NULL, t.issued_at, NULL,
                     t.expires_at, NULL, NULL, '', NULL
                 FROM machine_token t WHERE t.hash = $1
             ) k
             LEFT JOIN sharing_standing s ON s.account_id = k.account_id AND s.client_id = k.client_id"
        ))
        .bind(token.hash)
        .bind(sector)
        .bind(token.grant)
        .all()
        .await?;
    let stand = rows.iter().filter_map(|row| row.stands.clone().row(&row.client_id)).collect();
    Ok(rows.into_iter().next().map(|row| (row, stand)))
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
pub async fn revocable(r: &mut Read, token: Bearer<'_>) -> Result<Option<Revocable>, Error> {
    r.sql(
        "SELECT s.kind, s.client_id, s.grant_id, s.account_id, p.wrapped AS profile_key, e.wrapped AS evidence_key
         FROM (SELECT 'access' AS kind, g.client_id, g.id AS grant_id, g.account_id
               FROM access_token t JOIN grant_record g ON g.id = t.grant_id
               WHERE t.hash = $1 AND g.ended_at IS NULL
               UNION ALL
               SELECT 'refresh', g.client_id, g.id, g.account_id
               FROM grant_record g WHERE g.id = $2 AND g.refresh IS NOT NULL AND g.ended_at IS NULL
               UNION ALL
               SELECT 'refresh', g.client_id, g.id, g.account_id
               FROM refresh_token t JOIN grant_record g ON g.id = t.grant_id
               WHERE t.hash = $1 AND g.ended_at IS NULL
               UNION ALL
               SELECT 'machine', t.client_id, NULL, NULL FROM machine_token t WHERE t.hash = $1) s
         LEFT JOIN vault.person_key p ON p.person = s.account_id AND p.kind = 'profile'
         LEFT JOIN vault.person_key e ON e.person = s.account_id AND e.kind = 'evidence'",
    )
    .bind(token.hash)
    .bind(token.grant)
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
    /// When the token was made, and its SHA-256.
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
