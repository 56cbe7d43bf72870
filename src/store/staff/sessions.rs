//! Signed-in members of staff, and the passkey ceremonies that lead there.

use crate::domain::ids::{StaffId, StaffSessionId};
use crate::domain::time::When;
use crate::store::{Error, Read, Write};

/// A session's row with its member: one joined look for every request, so that a role taken away bites at once.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StaffSessionRow {
    /// The session.
    pub id: StaffSessionId,
    /// Whose.
    pub staff_id: StaffId,
    /// How they proved who they are.
    pub proof: String,
    /// When they did so last.
    pub proved_at: When,
    /// When it was last used.
    pub seen_at: When,
    /// When it ends in any case.
    pub absolute_until: When,
    /// When it was ended.
    pub ended_at: Option<When>,
    /// active or removed.
    pub state: String,
    /// Roles, with spaces between.
    pub roles: String,
    /// The member's name, sealed.
    pub name: Vec<u8>,
    /// The key that seals it, wrapped.
    pub name_key: Vec<u8>,
    /// The member's evidence key, wrapped.
    pub evidence_key: Option<Vec<u8>>,
}

/// A session to begin.
#[derive(Debug, Clone)]
pub struct NewStaffSession {
    /// The session.
    pub id: StaffSessionId,
    /// The hash of its cookie.
    pub token: Vec<u8>,
    /// Whose.
    pub staff: StaffId,
    /// The browser in plain words.
    pub agent: String,
    /// How they proved who they are.
    pub proof: &'static str,
    /// When.
    pub proved_at: When,
    /// When it ends in any case.
    pub absolute_until: When,
}

/// Begins a session of an active member; `false` if they were removed.
pub async fn insert(w: &mut Write, new: &NewStaffSession, now: When) -> Result<bool, Error> {
    let begun = w
        .sql(
            "INSERT INTO staff_session (id, token, staff_id, agent, proof, proved_at, created_at, seen_at, absolute_until,
                 ended_at)
             SELECT $1, $2, m.id, $4, $5, $8, $6, $6, $7, NULL FROM staff_member m WHERE m.id = $3 AND m.state = 'active'",
        )
        .bind(new.id)
        .bind(new.token.as_slice())
        .bind(new.staff)
        .bind(new.agent.as_str())
        .bind(new.proof)
        .bind(now)
        .bind(new.absolute_until)
        .bind(new.proved_at)
        .run()
        .await?;
    Ok(begun == 1)
}

/// The session of a cookie's hash.
pub async fn by_token(r: &mut Read, token: &[u8]) -> Result<Option<StaffSessionRow>, Error> {
    r.sql(
        "SELECT s.id, s.staff_id, s.proof, s.proved_at, s.seen_at, s.absolute_until, s.ended_at, m.state, m.roles, m.name,
             m.name_key, e.wrapped AS evidence_key
         FROM staff_session s JOIN staff_member m ON m.id = s.staff_id
         LEFT JOIN vault.person_key e ON e.person = s.staff_id AND e.kind = 'evidence' WHERE s.token = $1",
    )
    .bind(token)
    .maybe()
    .await
}

/// Notes the last use.
pub async fn touch(w: &mut Write, id: StaffSessionId, now: When) -> Result<(), Error> {
    w.sql("UPDATE staff_session SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Notes a new proof of an open session, which goes on under another cookie. `false` if it was ended meanwhile.
pub async fn prove(w: &mut Write, id: StaffSessionId, token: &[u8], proof: &str, now: When) -> Result<bool, Error> {
    let proved = w
        .sql(
            "UPDATE staff_session SET token = $2, proof = $3, proved_at = $4, seen_at = $4
             WHERE id = $1 AND ended_at IS NULL",
        )
        .bind(id)
        .bind(token)
        .bind(proof)
        .bind(now)
        .run()
        .await?;
    Ok(proved == 1)
}

/// Ends a session; `false` if it was ended before.
pub async fn end(w: &mut Write, id: StaffSessionId, now: When) -> Result<bool, Error> {
    let ended = w
        .sql("UPDATE staff_session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(ended == 1)
}

/// How many sessions of a member were not ended.
pub async fn open(r: &mut Read, staff: StaffId) -> Result<i64, Error> {
    r.sql("SELECT COUNT(*) FROM staff_session WHERE staff_id = $1 AND ended_at IS NULL").bind(staff).scalar().await
}

/// Ends all sessions of a member; says how many were open.
pub async fn end_all(w: &mut Write, staff: StaffId, now: When) -> Result<u64, Error> {
    w.sql("UPDATE staff_session SET ended_at = $2 WHERE staff_id = $1 AND ended_at IS NULL")
        .bind(staff)
        .bind(now)
        .run()
        .await
}

/// Ends the sessions of everybody.
pub async fn end_everybodys(w: &mut Write, now: When) -> Result<u64, Error> {
    w.sql("UPDATE staff_session SET ended_at = $1 WHERE ended_at IS NULL").bind(now).run().await
}

/// Ends all sessions of a member but one; says how many were open.
pub async fn end_others(w: &mut Write, staff: StaffId, this: StaffSessionId, now: When) -> Result<u64, Error> {
    w.sql("UPDATE staff_session SET ended_at = $3 WHERE staff_id = $1 AND id <> $2 AND ended_at IS NULL")
        .bind(staff)
        .bind(this)
        .bind(now)
        .run()
        .await
}

/// A passkey that is asked for.
#[derive(Debug, Clone)]
pub struct NewCeremony {
    /// The hash of its reference.
    pub hash: Vec<u8>,
    /// The hash of the browser's cookie.
    pub browser: Vec<u8>,
    /// enrol, sign_in or prove.
    pub purpose: &'static str,
    /// Whose passkey, where one person is meant.
    pub staff: Option<StaffId>,
    /// What the answer is checked against, sealed.
    pub state: String,
    /// Until when it can be answered.
    pub expires_at: When,
}

/// Stores a ceremony.
pub async fn begin(w: &mut Write, new: &NewCeremony) -> Result<(), Error> {
    w.sql(
        "INSERT INTO staff_ceremony (hash, browser, purpose, staff_id, state, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL)",
    )
    .bind(new.hash.as_slice())
    .bind(new.browser.as_slice())
    .bind(new.purpose)
    .bind(new.staff)
    .bind(new.state.as_str())
    .bind(new.expires_at)
    .run()
    .await
    .map(drop)
}

/// Spends a ceremony of this browser and purpose, by one conditional statement, and gives whose it is and its state.
pub async fn spend(
    w: &mut Write,
    (hash, browser): (&[u8], &[u8]),
    purpose: &str,
    now: When,
) -> Result<Option<(Option<StaffId>, String)>, Error> {
    w.sql(
        "UPDATE staff_ceremony SET spent_at = $4
         WHERE hash = $1 AND browser = $2 AND purpose = $3 AND spent_at IS NULL AND expires_at > $4
         RETURNING staff_id, state",
    )
    .bind(hash)
    .bind(browser)
    .bind(purpose)
    .bind(now)
    .maybe()
    .await
}

/// Deletes ceremonies and invitations whose time is over since `before`: at most `limit` of each.
pub async fn forget_asked(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    let mut gone = 0;
    for sql in [
        "DELETE FROM staff_ceremony WHERE hash IN (SELECT hash FROM staff_ceremony WHERE expires_at <= $1 LIMIT $2)",
        "DELETE FROM staff_invitation WHERE hash IN (SELECT hash FROM staff_invitation WHERE expires_at <= $1 LIMIT $2)",
    ] {
        gone += w.sql(sql).bind(before).bind(limit).run().await?;
    }
    Ok(gone)
}

/// Deletes at most `limit` sessions that ended, or could no longer be used, before `before`.
pub async fn forget(w: &mut Write, before: When, limit: i64) -> Result<u64, Error> {
    w.sql(
        "DELETE FROM staff_session WHERE id IN (
             SELECT id FROM staff_session WHERE absolute_until <= $1 OR ended_at <= $1 LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .run()
    .await
}
