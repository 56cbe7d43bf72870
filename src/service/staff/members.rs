//! Who is on the staff: invited, given other roles, removed; by an operator whose name is recorded.

use super::{ACTIVE, NAME, name_index, needs_a_second, open_name, roles_of, words, words_of};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::{RowKey, RowKind};
use crate::crypto::tokens::Token;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{StaffInvited, StaffInvitedAgain, StaffRemoved, StaffRolesChanged};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, Sealed};
use crate::domain::ids::{AccountId, StaffId};
use crate::domain::staff::{Action, Role};
use crate::domain::time::When;
use crate::service::{Failure, people, search_audit};
use crate::store::Error;
use crate::store::staff::{self as store, MemberRow, NewMember};
use std::sync::OnceLock;
use std::time::Duration;

/// How long an invitation works.
pub const INVITED_FOR: Duration = Duration::from_hours(24 * 7);

/// A member of staff, with the name opened.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: FullName,
    /// Whether an upstream provider knows them.
    pub upstream: bool,
    /// Their roles.
    pub roles: Vec<Role>,
    /// Whether they are on the staff still.
    pub active: bool,
    /// Whether they can sign in: they are known upstream, or have a passkey.
    pub enrolled: bool,
    /// Since when.
    pub created_at: When,
    /// Until when.
    pub removed_at: Option<When>,
}

impl Member {
    pub(super) fn of(app: &App, row: &MemberRow) -> Result<Self, Failure> {
        let upstream = row.kind == "upstream";
        let active = row.state == ACTIVE;
        Ok(Self {
            id: row.id,
            name: open_name(&app.roots, row.id, &row.name, &row.name_key)?,
            upstream,
            roles: roles_of(&row.roles),
            active,
            enrolled: active && (upstream || row.passkeys > 0),
            created_at: row.created_at,
            removed_at: row.removed_at,
        })
    }
}

/// Everybody, the newest first.
pub async fn all(app: &App) -> Result<Vec<Member>, Failure> {
    store::all(&mut app.db.peek()).await?.iter().map(|row| Member::of(app, row)).collect()
}

/// One member.
pub async fn get(app: &App, id: StaffId) -> Result<Option<Member>, Failure> {
    store::get(&mut app.db.peek(), id).await?.as_ref().map(|row| Member::of(app, row)).transpose()
}

/// A member's name, as long as it is kept.
pub async fn name(app: &App, id: StaffId) -> Result<Option<FullName>, Failure> {
    Ok(get(app, id).await?.map(|member| member.name))
}

/// Whether two accounts are one person's, as far as names tell: a local one and one of the council's provider would be two
/// otherwise. Nobody is the second person of what they do themselves under their other account.
///
/// # Errors
/// [`Failure`]; whoever asks must take it for a yes.
pub async fn same_person(app: &App, a: StaffId, b: StaffId) -> Result<bool, Failure> {
    if a == b {
        return Ok(true);
    }
    let (one, other) = (name(app, a).await?, name(app, b).await?);
    Ok(one.zip(other).is_some_and(|(one, other)| one.is_same_as(&other)))
}

/// The active member who has this name, if there is one.
pub async fn namesake(app: &App, name: &FullName) -> Result<Option<Member>, Failure> {
    Ok(all(app).await?.into_iter().find(|member| member.active && member.name.is_same_as(name)))
}

/// The blind indexes of active members who were there before there were any: the next write fills them in.
pub(super) async fn unindexed(app: &App) -> Result<Vec<(StaffId, Vec<u8>)>, Failure> {
    let rows = store::all(&mut app.db.peek()).await?;
    let without = rows.iter().filter(|row| row.name_index.is_none() && row.state == ACTIVE);
    without.map(|row| Ok((row.id, name_index(&app.roots, &Member::of(app, row)?.name)))).collect()
}

/// Active members of one name, each name once with whoever has it: one person may be behind both.
pub async fn namesakes(app: &App) -> Result<Vec<Vec<Member>>, Failure> {
    let mut named = by_name(all(app).await?.into_iter().filter(|member| member.active));
    named.retain(|members| members.len() > 1);
    Ok(named)
}

fn by_name(members: impl Iterator<Item = Member>) -> Vec<Vec<Member>> {
    let mut named: Vec<Vec<Member>> = Vec::new();
    for member in members {
        match named.iter_mut().find(|same| same.iter().any(|one| one.name.is_same_as(&member.name))) {
            Some(same) => same.push(member),
            None => named.push(vec![member]),
        }
    }
    named
}

/// Everybody's pseudonyms, one a log year since they came, newest first; none of those whose keys are gone.
pub async fn pseudonyms(app: &App, now: When) -> Result<Vec<(StaffId, FullName, Vec<String>)>, Failure> {
    let mut all = Vec::new();
    for member in self::all(app).await? {
        let keys = match people::keys(&mut app.db.peek(), &app.roots, AccountId(member.id.0)).await {
            Ok(keys) => keys,
            Err(Failure::Store(Error::Missing) | Failure::Seal(SealError::NoKey)) => continue,
            Err(failure) => return Err(failure),
        };
        all.push((member.id, member.name, search_audit::pseudonyms(&keys, member.created_at, now)));
    }
    Ok(all)
}

/// Whether anybody is on the staff.
pub async fn any(app: &App) -> Result<bool, Failure> {
    Ok(store::any(&mut app.db.peek()).await?)
}

/// How many people can sign in who may be the second person of something; members of one name are one.
pub async fn approvers(app: &App) -> Result<usize, Failure> {
    let may = |member: &Member| super::may_ever(app, &member.roles, Action::GiveApproval);
    Ok(by_name(all(app).await?.into_iter().filter(|member| member.enrolled && may(member))).len())
}

/// Roles that may be given, by whom, and who approved it.
#[derive(Debug, Clone)]
pub struct Grant {
    before: Vec<Role>,
    after: Vec<Role>,
    by: FullName,
    approved_by: Option<FullName>,
}

/// Why roles may not be given so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// Somebody without a role could not do anything.
    #[error("at least one role has to be given")]
    NoRole,
    /// The role decides about others.
    #[error("{} is given by two people", .0.as_str())]
    NeedsASecond(Role),
    /// Whoever does it, or gets it, cannot be the second person.
    #[error("nobody approves what they do themselves, or what they are given")]
    SamePerson,
}

impl Grant {
    /// Roles for the member of this name, who has `before`.
    ///
    /// # Errors
    /// [`GrantError`] says what is missing (O06: self-approval is refused).
    pub fn of(
        app: &App,
        member: &FullName,
        (before, after): (&[Role], &[Role]),
        by: &FullName,
        approved_by: Option<&FullName>,
    ) -> Result<Self, GrantError> {
        let mut after = after.to_vec();
        after.sort_unstable();
        after.dedup();
        if after.is_empty() {
            return Err(GrantError::NoRole);
        }
        if approved_by.is_some_and(|second| second.is_same_as(by) || second.is_same_as(member)) {
            return Err(GrantError::SamePerson);
        }
        let gained = after.iter().filter(|role| !before.contains(role));
        if let (Some(role), None) = (gained.copied().find(|role| needs_a_second(app, *role)), approved_by) {
            return Err(GrantError::NeedsASecond(role));
        }
        Ok(Self { before: before.to_vec(), after, by: by.clone(), approved_by: approved_by.cloned() })
    }

    /// The roles to give.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.after
    }
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// Two accounts of one name could be one person, who would approve what they do themselves.
    #[error("{0} is on the staff under that name already: remove them first, or give a name that tells the two apart")]
    Namesake(StaffId),
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Makes somebody a member of staff, and gives the token of the link with which they add a passkey: good once, for
/// [`INVITED_FOR`], and never to be had again.
///
/// # Errors
/// [`InviteError`]; nobody is invited then.
pub async fn invite(app: &App, name: &FullName, grant: &Grant, now: When) -> Result<(StaffId, Token), InviteError> {
    if let Some(member) = namesake(app, name).await? {
        return Err(InviteError::Namesake(member.id));
    }
    admit(app, name, grant, now).await
}

/// Adds the member, unless somebody else took the name at the same moment.
async fn admit(app: &App, name: &FullName, grant: &Grant, now: When) -> Result<(StaffId, Token), InviteError> {
    let keys = people::create_keys(app, now).await?;
    let id = StaffId(keys.account().0);
    let key = RowKey::generate(RowKind::Staff, id.0).map_err(Failure::from)?;
    let new = NewMember {
        id,
        kind: "local",
        name: key.seal(NAME, name.as_str().as_bytes()).map_err(Failure::from)?,
        name_key: key.wrap(&app.roots).map_err(Failure::from)?.0,
        name_index: name_index(&app.roots, name),
        upstream: None,
        roles: words_of(&grant.after),
    };
    let payload =
        StaffInvited { roles: words(&grant.after), by: Some(grant.by.clone()), approved_by: grant.approved_by.clone() };
    let draft = by_operator(id, payload);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys)).map_err(Failure::from)?;
    // Who has it is seen in the write alone, while theirs is not durable yet.
    let holder_of_name = OnceLock::new();
    let (token, unindexed) = (Token::random(), unindexed(app).await?);
    let admitted = app
        .db
        .write(async |mut w| {
            for (member, index) in &unindexed {
                store::index_name(&mut w, *member, index).await?;
            }
            if !store::insert(&mut w, &new, now).await? {
                let holder = store::named(&mut w, &new.name_index).await?.ok_or(Error::Missing)?;
                holder_of_name.get_or_init(|| holder);
                return Err(Error::GivenUp);
            }
            store::invite(&mut w, &token.hash().0, id, (now, now + INVITED_FOR)).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match (admitted, holder_of_name.get()) {
        (Ok(_), _) => Ok((id, token)),
        (Err(Error::GivenUp), Some(holder)) => Err(InviteError::Namesake(*holder)),
        (Err(Error::Constraint(name)), _) => match store::named(&mut app.db.peek(), &new.name_index).await {
            Ok(Some(holder)) => Err(InviteError::Namesake(holder)),
            Ok(None) => Err(Failure::from(Error::Constraint(name)).into()),
            Err(error) => Err(Failure::from(error).into()),
        },
        (Err(error), _) => Err(Failure::from(error).into()),
    }
}

/// Why nobody was invited again.
#[derive(Debug, thiserror::Error)]
pub enum AgainError {
    /// They sign in with the council's provider.
    #[error("they sign in with the council's provider, and have no passkey here")]
    Upstream,
    /// Somebody else removed them, or changed their roles.
    #[error("they were removed, or their roles were changed by somebody else, just now")]
    Changed,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// Gives an active member another link to add a passkey, for when the invitation lapsed or the passkey was lost: what they had ends,
/// for somebody else may have it. Whoever opens the link is that member, so that it takes what giving the roles took: `grant` is for
/// the roles they have, from none.
///
/// # Errors
/// [`AgainError`]; nothing has happened then.
pub async fn invite_again(app: &App, member: &Member, grant: &Grant, now: When) -> Result<Token, AgainError> {
    if member.upstream {
        return Err(AgainError::Upstream);
    }
    let (id, mut read) = (member.id, app.db.read().await.map_err(Failure::from)?);
    let sessions = store::sessions::open(&mut read, id).await.map_err(Failure::from)?;
    let passkeys = store::passkeys_of(&mut read, id).await.map_err(Failure::from)?.len();
    drop(read);
    let payload = StaffInvitedAgain {
        passkeys: i64::try_from(passkeys).unwrap_or(i64::MAX),
        sessions,
        by: grant.by.clone(),
        approved_by: grant.approved_by.clone(),
    };
    let event = seal(app, id, payload, now).await?;
    let (token, roles) = (Token::random(), words_of(&grant.after));
    let invited = app
        .db
        .write(async |mut w| {
            if !store::start_over(&mut w, id, &roles).await? {
                return Err(Error::Missing);
            }
            store::sessions::end_all(&mut w, id, now).await?;
            store::invite(&mut w, &token.hash().0, id, (now, now + INVITED_FOR)).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    if crate::service::done(invited)? { Ok(token) } else { Err(AgainError::Changed) }
}

/// The active member whom an invitation would admit: looking spends nothing.
pub async fn invited(app: &App, invitation: &Token, now: When) -> Result<Option<Member>, Failure> {
    let row = store::invited(&mut app.db.peek(), &invitation.hash().0, now).await?;
    row.as_ref().map(|row| Member::of(app, row)).transpose()
}

/// Gives an active member other roles; they hold from the next request. `false` if somebody else changed them meanwhile.
pub async fn set_roles(app: &App, id: StaffId, grant: &Grant, now: When) -> Result<bool, Failure> {
    let payload = StaffRolesChanged {
        before: words(&grant.before),
        after: words(&grant.after),
        by: Some(grant.by.clone()),
        approved_by: grant.approved_by.clone(),
    };
    let event = seal(app, id, payload, now).await?;
    let (before, after) = (words_of(&grant.before), words_of(&grant.after));
    let changed = app
        .db
        .write(async |mut w| {
            if !store::set_roles(&mut w, id, &before, &after).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    crate::service::done(changed)
}

/// Removes a member: their sessions end, and passkeys and invitations are useless. `false` if they are removed already.
pub async fn remove(app: &App, id: StaffId, by: &FullName, now: When) -> Result<bool, Failure> {
    let open = store::sessions::open(&mut app.db.peek(), id).await?;
    let event = seal(app, id, StaffRemoved { sessions: open, by: Some(by.clone()) }, now).await?;
    let removed = app
        .db
        .write(async |mut w| {
            if !store::remove(&mut w, id, now).await? {
                return Err(Error::Missing);
            }
            store::sessions::end_all(&mut w, id, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    crate::service::done(removed)
}

fn by_operator<K: Kind>(id: StaffId, payload: K) -> Draft<K> {
    Draft::new(ActorClass::System, payload).about_staff(id).by(Channel::Batch)
}

async fn seal<K: Kind>(app: &App, id: StaffId, payload: K, now: When) -> Result<Sealed<K>, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(id.0)).await?;
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &by_operator(id, payload), Some(&keys))?)
}
