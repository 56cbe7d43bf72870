//! Members of staff: who they are, their invitations and their passkeys.

pub mod sessions;

use super::{Error, Read, Write};
use crate::domain::ids::{StaffId, StaffSessionId};
use crate::domain::time::When;

/// A member of staff.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MemberRow {
    /// Who.
    pub id: StaffId,
    /// local or upstream.
    pub kind: String,
    /// The name, sealed.
    pub name: Vec<u8>,
    /// The key that seals it, wrapped.
    pub name_key: Vec<u8>,
    /// Roles, with spaces between.
    pub roles: String,
    /// active or removed.
    pub state: String,
    /// Since when.
    pub created_at: When,
    /// Until when.
    pub removed_at: Option<When>,
    /// The blind index of the name; none of those who were there before there was one.
    pub name_index: Option<Vec<u8>>,
    /// How many passkeys they have.
    pub passkeys: i64,
}

/// A member to add.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Who.
    pub id: StaffId,
    /// local or upstream.
    pub kind: &'static str,
    /// The name, sealed.
    pub name: Vec<u8>,
    /// The key that seals it, wrapped.
    pub name_key: Vec<u8>,
    /// The blind index of the name.
    pub name_index: Vec<u8>,
    /// The blind index of issuer and subject, of those who come from an upstream provider.
    pub upstream: Option<Vec<u8>>,
    /// Roles, with spaces between.
    pub roles: String,
}

/// Adds a member unless somebody on the staff has the name: `false` then. Two whom an upstream provider knows may share one, for
/// it tells them apart. Of two at the same moment who neither see each other, a unique index lets one local member in
/// ([`Error::Constraint`] for the other); for a local one and one from upstream, whom it does not compare, nobody approves what a
/// namesake did, and `doctor` names the pair.
pub async fn insert(w: &mut Write, new: &NewMember, now: When) -> Result<bool, Error> {
    let added = w
        .sql(
            "INSERT INTO staff_member (id, kind, name, name_key, name_index, upstream, roles, state, created_at, removed_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, 'active', $8, NULL WHERE NOT EXISTS (
                 SELECT 1 FROM staff_member o WHERE o.name_index = $5 AND o.state = 'active'
                     AND (o.kind = 'local' OR $2 = 'local'))",
        )
        .bind(new.id)
        .bind(new.kind)
        .bind(new.name.as_slice())
        .bind(new.name_key.as_slice())
        .bind(new.name_index.as_slice())
        .bind(new.upstream.as_deref())
        .bind(new.roles.as_str())
        .bind(now)
        .run()
        .await?;
    Ok(added == 1)
}

/// The active member whose name has this blind index.
///
/// # Errors
/// What the database says.
pub async fn named(r: &mut Read, name_index: &[u8]) -> Result<Option<StaffId>, Error> {
    let named: Option<(StaffId,)> = r
        .sql("SELECT id FROM staff_member WHERE name_index = $1 AND state = 'active' ORDER BY kind, id LIMIT 1")
        .bind(name_index)
        .maybe()
        .await?;
    Ok(named.map(|(id,)| id))
}

/// Fills in the blind index of the name of whoever was there before there was one.
pub async fn index_name(w: &mut Write, id: StaffId, name_index: &[u8]) -> Result<(), Error> {
    w.sql(
        "UPDATE staff_member SET name_index = $2 WHERE id = $1 AND name_index IS NULL AND NOT EXISTS (
             SELECT 1 FROM staff_member o WHERE o.name_index = $2 AND o.kind = 'local' AND o.state = 'active')",
    )
    .bind(id)
    .bind(name_index)
    .run()
    .await
    .map(drop)
}

/// The columns of a [`MemberRow`].
macro_rules! member {
    ($rest:literal) => {
        concat!(
            "SELECT m.id, m.kind, m.name, m.name_key, m.roles, m.state, m.created_at, m.removed_at, m.name_index,
                 (SELECT COUNT(*) FROM staff_passkey p WHERE p.staff_id = m.id) AS passkeys FROM staff_member m ",
            $rest
        )
    };
}

/// A member.
pub async fn get(r: &mut Read, id: StaffId) -> Result<Option<MemberRow>, Error> {
    r.sql(member!("WHERE m.id = $1")).bind(id).maybe().await
}

/// The member whom an upstream provider knows.
pub async fn by_upstream(r: &mut Read, blind: &[u8]) -> Result<Option<MemberRow>, Error> {
    r.sql(member!("WHERE m.upstream = $1")).bind(blind).maybe().await
}

/// Everybody, the newest first.
pub async fn all(r: &mut Read) -> Result<Vec<MemberRow>, Error> {
    r.sql(member!("ORDER BY m.created_at DESC, m.id")).all().await
}

/// Whether there is anybody at all.
pub async fn any(r: &mut Read) -> Result<bool, Error> {
    let one: Option<i64> =
        r.sql("SELECT CAST(1 AS BIGINT) FROM staff_member WHERE state = 'active' LIMIT 1").maybe_scalar().await?;
    Ok(one.is_some())
}

/// Changes the roles of an active member who has `before`; `false` if they have others by now, or are removed.
pub async fn set_roles(w: &mut Write, id: StaffId, before: &str, after: &str) -> Result<bool, Error> {
    let set = w
        .sql("UPDATE staff_member SET roles = $3 WHERE id = $1 AND roles = $2 AND state = 'active'")
        .bind(id)
        .bind(before)
        .bind(after)
        .run()
        .await?;
    Ok(set == 1)
}

/// Removes an active member, with their passkeys and invitations, and takes back whom they declared to know; `false` if they are removed already.
pub async fn remove(w: &mut Write, id: StaffId, now: When) -> Result<bool, Error> {
    let removed = w
        .sql("UPDATE staff_member SET state = 'removed', removed_at = $2 WHERE id = $1 AND state = 'active'")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    w.sql("UPDATE staff_invitation SET spent_at = $2 WHERE staff_id = $1 AND spent_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    w.sql("UPDATE conflict SET withdrawn_at = $2 WHERE staff_id = $1 AND withdrawn_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    w.sql("DELETE FROM staff_passkey WHERE staff_id = $1").bind(id).run().await?;
    Ok(removed == 1)
}

/// Stores an invitation and makes earlier ones of the member useless.
pub async fn invite(w: &mut Write, hash: &[u8], id: StaffId, (now, until): (When, When)) -> Result<(), Error> {
    w.sql("UPDATE staff_invitation SET spent_at = $2 WHERE staff_id = $1 AND spent_at IS NULL")
        .bind(id)
        .bind(now)
        .run()
        .await?;
    w.sql(
        "INSERT INTO staff_invitation (hash, staff_id, created_at, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, NULL)",
    )
    .bind(hash)
    .bind(id)
    .bind(now)
    .bind(until)
    .run()
    .await
    .map(drop)
}

/// The active member whom an invitation would admit now: looking spends nothing.
pub async fn invited(r: &mut Read, hash: &[u8], now: When) -> Result<Option<MemberRow>, Error> {
    r.sql(member!(
        "JOIN staff_invitation i ON i.staff_id = m.id
         WHERE i.hash = $1 AND i.spent_at IS NULL AND i.expires_at > $2 AND m.state = 'active'"
    ))
    .bind(hash)
    .bind(now)
    .maybe()
    .await
}

/// Spends the invitation of an active member, by one conditional statement.
pub async fn spend_invitation(w: &mut Write, hash: &[u8], id: StaffId, now: When) -> Result<bool, Error> {
    let spent = w
        .sql(
            "UPDATE staff_invitation SET spent_at = $3
             WHERE hash = $1 AND staff_id = $2 AND spent_at IS NULL AND expires_at > $3
                 AND EXISTS (SELECT 1 FROM staff_member m WHERE m.id = $2 AND m.state = 'active')",
        )
        .bind(hash)
        .bind(id)
        .bind(now)
        .run()
        .await?;
    Ok(spent == 1)
}

/// A passkey, with its owner.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PasskeyRow {
    /// Whose.
    pub staff_id: StaffId,
    /// active or removed.
    pub state: String,
    /// The passkey, as `crypto::passkey` writes it.
    pub passkey: String,
    /// How often it had signed.
    pub signatures: i64,
    /// The owner's evidence key, wrapped.
    pub evidence_key: Option<Vec<u8>>,
}

/// Stores a passkey; `false` if there is one of this number already, whoever's it is.
pub async fn add_passkey(
    w: &mut Write,
    id: &[u8],
    staff: StaffId,
    (passkey, label, signatures): (&str, &str, i64),
    now: When,
) -> Result<bool, Error> {
    let added = w
        .sql(
            "INSERT INTO staff_passkey (id, staff_id, passkey, label, signatures, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(staff)
        .bind(passkey)
        .bind(label)
        .bind(signatures)
        .bind(now)
        .run()
        .await?;
    Ok(added == 1)
}

/// Stores one passkey more of an active local member in this session; `false` if they have `most`, were signed out or removed,
/// or there is one of this number already.
pub async fn add_another(
    w: &mut Write,
    id: &[u8],
    (staff, session): (StaffId, StaffSessionId),
    (passkey, label, signatures): (&str, &str, i64),
    (most, now): (i64, When),
) -> Result<bool, Error> {
    let added = w
        .sql(
            "INSERT INTO staff_passkey (id, staff_id, passkey, label, signatures, created_at, last_used_at)
             SELECT $1, m.id, $3, $4, $5, $6, NULL FROM staff_member m
             WHERE m.id = $2 AND m.state = 'active' AND m.kind = 'local'
                 AND EXISTS (SELECT 1 FROM staff_session s WHERE s.id = $7 AND s.staff_id = $2 AND s.ended_at IS NULL)
                 AND (SELECT COUNT(*) FROM staff_passkey p WHERE p.staff_id = $2) < $8
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id)
        .bind(staff)
        .bind(passkey)
        .bind(label)
        .bind(signatures)
        .bind(now)
        .bind(session)
        .bind(most)
        .run()
        .await?;
    Ok(added == 1)
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnPasskeyRow {
    /// Its number.
    pub id: Vec<u8>,
    /// The browser it was added in.
    pub label: String,
    /// When.
    pub created_at: When,
    /// When it signed last.
    pub last_used_at: Option<When>,
}

/// The passkeys of a member, the oldest first.
pub async fn passkeys_of(r: &mut Read, staff: StaffId) -> Result<Vec<OwnPasskeyRow>, Error> {
    r.sql("SELECT id, label, created_at, last_used_at FROM staff_passkey WHERE staff_id = $1 ORDER BY created_at, id")
        .bind(staff)
        .all()
        .await
}

/// Deletes a passkey of a member who has another; `false` if it is their only one, or none of theirs.
pub async fn remove_passkey(w: &mut Write, id: &[u8], staff: StaffId) -> Result<bool, Error> {
    let removed = w
        .sql(
            "DELETE FROM staff_passkey WHERE id = $1 AND staff_id = $2
                 AND EXISTS (SELECT 1 FROM staff_passkey o WHERE o.staff_id = $2 AND o.id <> $1)",
        )
        .bind(id)
        .bind(staff)
        .run()
        .await?;
    Ok(removed == 1)
}

/// Takes the passkeys of an active local member who has these roles away; `false` if they are removed, or have others.
pub async fn start_over(w: &mut Write, id: StaffId, roles: &str) -> Result<bool, Error> {
    let stands = w
        .sql("UPDATE staff_member SET roles = $2 WHERE id = $1 AND roles = $2 AND state = 'active' AND kind = 'local'")
        .bind(id)
        .bind(roles)
        .run()
        .await?;
    w.sql("DELETE FROM staff_passkey WHERE staff_id = $1").bind(id).run().await?;
    Ok(stands == 1)
}

/// A passkey by its number.
pub async fn passkey(r: &mut Read, id: &[u8]) -> Result<Option<PasskeyRow>, Error> {
    r.sql(
        "SELECT p.staff_id, m.state, p.passkey, p.signatures, e.wrapped AS evidence_key
         FROM staff_passkey p JOIN staff_member m ON m.id = p.staff_id
         LEFT JOIN vault.person_key e ON e.person = p.staff_id AND e.kind = 'evidence' WHERE p.id = $1",
    )
    .bind(id)
    .maybe()
    .await
}

/// Notes that a passkey of an active member has signed. `false` if another signature was noted meanwhile, or the member
/// was removed.
pub async fn used(
    w: &mut Write,
    id: &[u8],
    (passkey, before, after): (&str, i64, i64),
    now: When,
) -> Result<bool, Error> {
    let noted = w
        .sql(
            "UPDATE staff_passkey SET passkey = $2, signatures = $4, last_used_at = $5 WHERE id = $1 AND signatures = $3
                 AND EXISTS (SELECT 1 FROM staff_member m WHERE m.id = staff_passkey.staff_id AND m.state = 'active')",
        )
        .bind(id)
        .bind(passkey)
        .bind(before)
        .bind(after)
        .bind(now)
        .run()
        .await?;
    Ok(noted == 1)
}
