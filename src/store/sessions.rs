//! Signed-in browsers, the browsers an account knows, and whom to tell when a session ends.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, ClientId, SessionId};
use crate::domain::time::When;

/// A session's row with its account's state: one joined look for every request.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub account_id: AccountId,
    /// The account's state.
    pub state: String,
    /// The account's name, sealed.
    pub name: Vec<u8>,
    /// The hash of the browser's cookie it belongs to.
    pub browser: Vec<u8>,
    /// When she last proved who she is.
    pub auth_time: When,
    /// How, as amr values with spaces between.
    pub amr: String,
    /// The level reached.
    pub acr: String,
    /// On a device said to be her own.
    pub own_device: bool,
    /// When it was last used.
    pub seen_at: When,
    /// When it ends in any case.
    pub absolute_until: When,
    /// When it was ended.
    pub ended_at: Option<When>,
}

/// A session to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The session.
    pub id: SessionId,
    /// The hash of its cookie.
    pub token: Vec<u8>,
    /// Whose.
    pub account: AccountId,
    /// The hash of the browser's cookie.
    pub browser: Vec<u8>,
    /// The browser in plain words.
    pub agent: String,
    /// en or cy.
    pub language: String,
    /// amr values with spaces between.
    pub amr: String,
    /// The level reached.
    pub acr: &'static str,
    /// On a device said to be her own.
    pub own_device: bool,
    /// When it ends in any case.
    pub absolute_until: When,
}

/// Begins a session.
pub async fn insert(w: &mut Write, new: &NewSession, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO session (id, token, account_id, browser, agent, language, auth_time, amr, acr, own_device,
             created_at, seen_at, absolute_until, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $7, $7, $11, NULL)",
    )
    .bind(new.id)
    .bind(new.token.as_slice())
    .bind(new.account)
    .bind(new.browser.as_slice())
    .bind(new.agent.as_str())
    .bind(new.language.as_str())
    .bind(now)
    .bind(new.amr.as_str())
    .bind(new.acr)
    .bind(new.own_device)
    .bind(new.absolute_until)
    .run()
    .await
    .map(drop)
}

/// Goes on with an open session of the same person under the new session's cookie and proof: the old cookie is dead,
/// and the services visited stay visited. `false` if it was ended meanwhile or is another person's.
pub async fn renew(w: &mut Write, id: SessionId, new: &NewSession, now: When) -> Result<bool, Error> {
    let renewed = w
        .sql(
            "UPDATE session SET token = $3, browser = $4, agent = $5, language = $6, auth_time = $7, amr = $8, acr = $9,
                 own_device = $10, seen_at = $7, absolute_until = $11
             WHERE id = $1 AND account_id = $2 AND ended_at IS NULL",
        )
        .bind(id)
        .bind(new.account)
        .bind(new.token.as_slice())
        .bind(new.browser.as_slice())
        .bind(new.agent.as_str())
        .bind(new.language.as_str())
        .bind(now)
        .bind(new.amr.as_str())
        .bind(new.acr)
        .bind(new.own_device)
        .bind(new.absolute_until)
        .run()
        .await?;
    Ok(renewed == 1)
}

/// Goes on with an open session under another cookie and another level: a further step was taken, or undone. When she
/// signed in stays as it was. `false` if it was ended meanwhile or is another person's.
pub async fn lift(
    w: &mut Write,
    (id, account): (SessionId, AccountId),
    token: &[u8],
    (amr, acr): (&str, &str),
    now: When,
) -> Result<bool, Error> {
    let lifted = w
        .sql(
            "UPDATE session SET token = $3, amr = $4, acr = $5, seen_at = $6
             WHERE id = $1 AND account_id = $2 AND ended_at IS NULL",
        )
        .bind(id)
        .bind(account)
        .bind(token)
        .bind(amr)
        .bind(acr)
        .bind(now)
        .run()
        .await?;
    Ok(lifted == 1)
}

/// The session of a cookie's hash, ended or not.
pub async fn by_token(r: &mut Read, token: &[u8]) -> Result<Option<SessionRow>, Error> {
    r.sql(
        "SELECT s.id, s.account_id, a.state, a.name, s.browser, s.auth_time, s.amr, s.acr, s.own_device, s.seen_at,
             s.absolute_until, s.ended_at
         FROM session s JOIN account a ON a.id = s.account_id WHERE s.token = $1",
    )
    .bind(token)
    .maybe()
    .await
}

/// Marks a session as used.
pub async fn touch(w: &mut Write, id: SessionId, now: When) -> Result<(), Error> {
    w.sql("UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2").bind(id).bind(now).run().await.map(drop)
}

/// Ends one session of an account; `false` if it was ended before or is not hers.
pub async fn end(w: &mut Write, id: SessionId, account: AccountId, now: When) -> Result<bool, Error> {
    let ended = w
        .sql("UPDATE session SET ended_at = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL")
        .bind(id)
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(ended == 1)
}

/// The open sessions of an account but one.
pub async fn open_but(r: &mut Read, account: AccountId, but: Option<SessionId>) -> Result<Vec<SessionId>, Error> {
    let rows: Vec<(SessionId,)> = r
        .sql("SELECT id FROM session WHERE account_id = $1 AND ended_at IS NULL ORDER BY created_at")
        .bind(account)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).filter(|id| Some(*id) != but).collect())
}

/// Sessions whose time has run out: idle since `idle_shared` or `idle_own`, or past their end.
pub async fn run_out(
    r: &mut Read,
    idle_shared: When,
    idle_own: When,
    now: When,
    limit: i64,
) -> Result<Vec<(SessionId, AccountId)>, Error> {
    r.sql(
        "SELECT id, account_id FROM session WHERE ended_at IS NULL AND (absolute_until <= $3
             OR (own_device = $5 AND seen_at <= $1) OR (own_device = $6 AND seen_at <= $2))
         ORDER BY seen_at LIMIT $4",
    )
    .bind(idle_shared)
    .bind(idle_own)
    .bind(now)
    .bind(limit)
    .bind(false)
    .bind(true)
    .all()
    .await
}

/// Ends a session whose time has run out, by the measure of [`run_out`]; `false` if it was used, renewed or ended since
/// it was found.
pub async fn end_run_out(
    w: &mut Write,
    id: SessionId,
    (idle_shared, idle_own): (When, When),
    now: When,
) -> Result<bool, Error> {
    let ended = w
        .sql(
            "UPDATE session SET ended_at = $4 WHERE id = $1 AND ended_at IS NULL AND (absolute_until <= $4
                 OR (own_device = $5 AND seen_at <= $2) OR (own_device = $6 AND seen_at <= $3))",
        )
        .bind(id)
        .bind(idle_shared)
        .bind(idle_own)
        .bind(now)
        .bind(false)
        .bind(true)
        .run()
        .await?;
    Ok(ended == 1)
}

/// A session as its owner sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ListedSession {
    /// The session.
    pub id: SessionId,
    /// The browser in plain words.
    pub agent: String,
    /// When she signed in.
    pub auth_time: When,
    /// When it was last used.
    pub seen_at: When,
    /// On a device said to be her own.
    pub own_device: bool,
    /// When it ends in any case.
    pub absolute_until: When,
}

/// The open sessions of an account, newest first.
pub async fn list(r: &mut Read, account: AccountId) -> Result<Vec<ListedSession>, Error> {
    r.sql(
        "SELECT id, agent, auth_time, seen_at, own_device, absolute_until FROM session
         WHERE account_id = $1 AND ended_at IS NULL ORDER BY seen_at DESC",
    )
    .bind(account)
    .all()
    .await
}

/// The services that the open sessions of an account have visited, each session's in the order of the first visit.
pub async fn visits_of(r: &mut Read, account: AccountId) -> Result<Vec<(SessionId, String)>, Error> {
    r.sql(
        "SELECT c.session_id, c.client_id FROM session_client c JOIN session s ON s.id = c.session_id
         WHERE s.account_id = $1 AND s.ended_at IS NULL ORDER BY c.first_at",
    )
    .bind(account)
    .all()
    .await
}

/// Whose session it is, open or ended; none if there is no such session.
pub async fn owner(r: &mut Read, session: SessionId) -> Result<Option<AccountId>, Error> {
    r.sql("SELECT account_id FROM session WHERE id = $1").bind(session).maybe_scalar().await
}

/// The hash of the browser's cookie a session belongs to.
pub async fn browser(r: &mut Read, session: SessionId) -> Result<Option<Vec<u8>>, Error> {
    r.sql("SELECT browser FROM session WHERE id = $1").bind(session).maybe_scalar().await
}

/// Notes at whose request she proved who she is: a service's, or, without one, her own account's.
pub async fn prove(w: &mut Write, id: SessionId, client: Option<&ClientId>, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO session_proof (session_id, client_id, proven_at) VALUES ($1, $2, $3)
         ON CONFLICT (session_id, client_id) DO UPDATE SET proven_at = $3",
    )
    .bind(id)
    .bind(client.map_or("", ClientId::as_str))
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// At whose request she proved who she is in a session; `None` is her own account.
pub async fn proofs(r: &mut Read, id: SessionId) -> Result<Vec<Option<String>>, Error> {
    let rows: Vec<(String,)> =
        r.sql("SELECT client_id FROM session_proof WHERE session_id = $1").bind(id).all().await?;
    Ok(rows.into_iter().map(|(client,)| Some(client).filter(|client| !client.is_empty())).collect())
}

/// Remembers that an account has signed in from a browser.
pub async fn know_browser(w: &mut Write, account: AccountId, browser: &[u8], now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO known_browser (account_id, browser, last_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, browser) DO UPDATE SET last_at = $3",
    )
    .bind(account)
    .bind(browser)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Forgets the browsers an account has signed in from, but this one: they pass a lock-out no more.
pub async fn forget_browsers(w: &mut Write, account: AccountId, but: Option<&[u8]>) -> Result<u64, Error> {
    w.sql("DELETE FROM known_browser WHERE account_id = $1 AND browser <> $2")
        .bind(account)
        // No hash is empty.
        .bind(but.unwrap_or_default())
        .run()
        .await
}

/// Forgets one browser that an account has signed in from.
pub async fn forget_browser(w: &mut Write, account: AccountId, browser: &[u8]) -> Result<(), Error> {
    w.sql("DELETE FROM known_browser WHERE account_id = $1 AND browser = $2")
        .bind(account)
        .bind(browser)
        .run()
        .await
        .map(drop)
}

/// Whether an account has ever signed in from any browser that is remembered.
pub async fn knows_browsers(r: &mut Read, account: AccountId) -> Result<bool, Error> {
    let known: Option<i64> = r
        .sql("SELECT CAST(1 AS BIGINT) FROM known_browser WHERE account_id = $1 LIMIT 1")
        .bind(account)
        .maybe_scalar()
        .await?;
    Ok(known.is_some())
}

/// Whether the owner of this identifier has signed in from this browser before.
pub async fn browser_known(r: &mut Read, identifier: &[u8], browser: &[u8]) -> Result<bool, Error> {
    let known: Option<i64> = r
        .sql(
            "SELECT CAST(1 AS BIGINT) FROM known_browser k JOIN identifier i ON i.account_id = k.account_id
             WHERE i.blind = $1 AND k.browser = $2",
        )
        .bind(identifier)
        .bind(browser)
        .maybe_scalar()
        .await?;
    Ok(known.is_some())
}

/// A service a session has visited.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct VisitRow {
    /// The service.
    pub client_id: String,
    /// The session's name at that service (OIDC Back-Channel Logout §2.1).
    pub sid: String,
    /// The person's subject there.
    pub sub: String,
}

/// Notes that a session visits a service, and gives the session's `sid` there: the one it had, or this one.
pub async fn visit(
    w: &mut Write,
    session: SessionId,
    client: &ClientId,
    sid: &str,
    sub: &str,
    now: When,
) -> Result<String, Error> {
    w.sql(
        "INSERT INTO session_client (session_id, client_id, sid, sub, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (session_id, client_id) DO UPDATE SET last_at = $5 RETURNING sid",
    )
    .bind(session)
    .bind(client.as_str())
    .bind(sid)
    .bind(sub)
    .bind(now)
    .scalar()
    .await
}

/// Notes that a session visits a service that it has visited before.
pub fn visit_again(w: &mut Write, session: SessionId, client: &ClientId, now: When) -> Result<(), Error> {
    w.deferred("UPDATE session_client SET last_at = $3 WHERE session_id = $1 AND client_id = $2")
        .bind(session)
        .bind(client.as_str())
        .bind(now)
        .later()
}

/// The services a session has visited.
pub async fn visits(r: &mut Read, session: SessionId) -> Result<Vec<VisitRow>, Error> {
    r.sql("SELECT client_id, sid, sub FROM session_client WHERE session_id = $1 ORDER BY first_at")
        .bind(session)
        .all()
        .await
}

/// The visits to one service in a person's open sessions.
pub async fn visits_at(r: &mut Read, account: AccountId, client: &ClientId) -> Result<Vec<VisitRow>, Error> {
    r.sql(
        "SELECT c.client_id, c.sid, c.sub FROM session_client c JOIN session s ON s.id = c.session_id
         WHERE s.account_id = $1 AND c.client_id = $2 AND s.ended_at IS NULL ORDER BY c.first_at",
    )
    .bind(account)
    .bind(client.as_str())
    .all()
    .await
}

/// Forgets that a person's sessions visited a service: it has left.
pub async fn forget_visits(w: &mut Write, account: AccountId, client: &ClientId) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM session_client WHERE client_id = $2
             AND session_id IN (SELECT id FROM session WHERE account_id = $1)",
    )
    .bind(account)
    .bind(client.as_str())
    .run()
    .await
}

/// The session that has this `sid` at this service.
pub async fn by_sid(r: &mut Read, sid: &str, client: &ClientId) -> Result<Option<SessionId>, Error> {
    r.sql("SELECT session_id FROM session_client WHERE sid = $1 AND client_id = $2")
        .bind(sid)
        .bind(client.as_str())
        .maybe_scalar()
        .await
}

/// Deletes at most `limit` sessions (and all that hangs on them) that ended, or could no longer be used, before
/// `before`; not those on which offline access still hangs, nor those through which a service received something
/// since `received`: the resident is shown that.
pub async fn forget(w: &mut Write, before: When, received: When, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM session WHERE id IN (
             SELECT s.id FROM session s WHERE (s.absolute_until <= $1 OR s.ended_at <= $1) AND NOT EXISTS (
                 SELECT 1 FROM grant_record g WHERE g.session_id = s.id AND (g.released_at > $2 OR (
                     g.ended_at IS NULL AND (g.refresh IS NOT NULL
                         OR EXISTS (SELECT 1 FROM refresh_token t WHERE t.grant_id = g.id)))))
             LIMIT $3)",
    )
    .bind(before)
    .bind(received)
    .bind(limit)
    .run()
    .await
}

/// The language a person last signed in with.
pub async fn language(r: &mut Read, account: AccountId) -> Result<Option<String>, Error> {
    r.sql("SELECT language FROM session WHERE account_id = $1 ORDER BY auth_time DESC LIMIT 1")
        .bind(account)
        .maybe_scalar()
        .await
}
