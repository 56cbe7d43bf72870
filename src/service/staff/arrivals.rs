//! Whoever the council's own provider vouches for begins a session here; the first time, they become a member of staff.

use super::sessions::{draw, within};
use super::upstream::{self, Arrived, Purpose};
use super::{ACTIVE, NAME, members, name_index, roles_of, words, words_of};
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::{PersonKeys, RowKey, RowKind};
use crate::crypto::tokens::Token;
use crate::domain::audit::leaf::log_year;
use crate::domain::audit::vocabulary::{StaffEnrolled, StaffRolesChanged, StaffSignedIn};
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Sealed};
use crate::domain::ids::{AccountId, StaffId};
use crate::domain::staff::{Officer, Proof, Role};
use crate::domain::time::When;
use crate::service::refusal::{self, Refusal};
use crate::service::{Failure, people};
use crate::store::staff::{self as store, MemberRow, NewMember, sessions};
use crate::store::{AndPerhaps, Either, Error, Write};

/// Why whoever arrived does not begin a session. Each is on record under its [`reason`](Self::reason).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// They were removed here, or their roles were changed by somebody else just now.
    #[error("they are on the staff no more")]
    Removed,
    /// They would be a member a second time, and could approve what they do themselves.
    #[error("a local member has this name")]
    Namesake,
    /// Somebody else than who is signed in proved who they are.
    #[error("somebody else proved again")]
    Another,
    /// The session was ended while they were away.
    #[error("the session that was to be replaced is over")]
    Over,
}

impl Refused {
    /// One word for the record.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Namesake => "name_taken",
            Self::Another => "another_member",
            Self::Over => "session_over",
        }
    }
}

/// Begins a session for whoever arrived; gives its cookie. Whoever proves again has to be who went there. The session that the
/// browser had until then ends with the same write.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn arrive(
    app: &App,
    arrived: &Arrived,
    agent: &str,
    context: &Context,
    now: When,
) -> Result<Result<Token, Refused>, Failure> {
    let blind = BlindIndex::of(&app.roots, IndexKind::Upstream, &format!("{}\n{}", arrived.issuer, arrived.subject));
    let found = store::by_upstream(&mut app.db.peek(), &blind.0).await?;
    let outcome = match found {
        ref other if is_another(arrived.purpose, other.as_ref()) => Err(Refused::Another),
        Some(row) if row.state == ACTIVE => again(app, &row, arrived, agent, context, now).await?,
        Some(_) => Err(Refused::Removed),
        None => first(app, &blind, arrived, agent, context, now).await?,
    };
    if let Err(refused) = outcome {
        tracing::info!(reason = refused.reason(), why = %refused, "a member of staff could not sign in");
        let refusal = Refusal { endpoint: upstream::CALLBACK, reason: refused.reason(), client: None, context };
        refusal::note(app, &refusal, now).await?;
    }
    Ok(outcome)
}

/// Whether somebody went there to prove again, and it was not they who came back.
fn is_another(purpose: Purpose, found: Option<&MemberRow>) -> bool {
    matches!(purpose, Purpose::ProveAgain { staff, .. } if found.is_none_or(|row| row.id != staff))
}

/// A session that begins there ends sooner than one of a passkey, and its proof is as old as the provider says.
fn begun(app: &App, id: StaffId, arrived: &Arrived, agent: &str, now: When) -> (Token, sessions::NewStaffSession) {
    let (token, mut session) = draw(app, id, Proof::Upstream, agent, now);
    session.absolute_until = now + upstream::lifetime(app).absolute;
    session.proved_at = arrived.auth_time.min(now);
    (token, session)
}

fn signed_in(
    app: &App,
    keys: &PersonKeys,
    (session, roles): (&sessions::NewStaffSession, &[Role]),
    context: &Context,
    now: When,
) -> Result<Sealed<StaffSignedIn>, Failure> {
    let officer = Officer {
        id: session.staff,
        session: session.id,
        roles: roles.to_vec(),
        pseudonym: keys.pseudonym(log_year(now)),
        proof: Proof::Upstream,
        proved_at: session.proved_at,
    };
    let payload = StaffSignedIn { proof: Proof::Upstream.as_str().to_owned() };
    let draft = Draft::of_officer(&officer, payload).about_staff(officer.id).from(within(context, session.id));
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?)
}

/// Ends the session that the browser had when it went there; `false` if it was to be proved again, and is over.
async fn end_before(w: &mut Write, purpose: Purpose, now: When) -> Result<bool, Error> {
    match purpose {
        Purpose::SignIn { before: Some(before) } => sessions::end(w, before, now).await.map(|_| true),
        Purpose::SignIn { before: None } => Ok(true),
        Purpose::ProveAgain { session, .. } => sessions::end(w, session, now).await,
    }
}

async fn again(
    app: &App,
    row: &MemberRow,
    arrived: &Arrived,
    agent: &str,
    context: &Context,
    now: When,
) -> Result<Result<Token, Refused>, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(row.id.0)).await?;
    let (token, session) = begun(app, row.id, arrived, agent, now);
    let event = signed_in(app, &keys, (&session, &arrived.roles), context, now)?;
    let after = words_of(&arrived.roles);
    let changed = if row.roles == after {
        None
    } else {
        let payload = StaffRolesChanged {
            before: words(&roles_of(&row.roles)),
            after: words(&arrived.roles),
            by: None,
            approved_by: None,
        };
        let mut draft = Draft::new(ActorClass::System, payload).about_staff(row.id).by(Channel::Web);
        draft.role = Some("upstream".to_owned());
        Some(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?)
    };
    let events = AndPerhaps(event, changed);
    let written = app
        .db
        .write(async |mut w| {
            if !end_before(&mut w, arrived.purpose, now).await? {
                return Err(Error::GivenUp);
            }
            let kept = events.1.is_none() || store::set_roles(&mut w, row.id, &row.roles, &after).await?;
            if !kept || !sessions::insert(&mut w, &session, now).await? {
                return Err(Error::Missing);
            }
            w.commit(Either::<_, Sealed<StaffSignedIn>>::This(events.clone()), ()).await
        })
        .await;
    done(written, token)
}

async fn first(
    app: &App,
    blind: &BlindIndex,
    arrived: &Arrived,
    agent: &str,
    context: &Context,
    now: When,
) -> Result<Result<Token, Refused>, Failure> {
    // A local account may be of the same person, who would be two then, and the second person of what they do themselves.
    if members::namesake(app, &arrived.name).await?.is_some_and(|member| !member.upstream) {
        return Ok(Err(Refused::Namesake));
    }
    let keys = people::create_keys(app, now).await?;
    let id = StaffId(keys.account().0);
    let key = RowKey::generate(RowKind::Staff, id.0)?;
    let new = NewMember {
        id,
        kind: "upstream",
        name: key.seal(NAME, arrived.name.as_str().as_bytes())?,
        name_key: key.wrap(&app.roots)?.0,
        name_index: name_index(&app.roots, &arrived.name),
        upstream: Some(blind.0.to_vec()),
        roles: words_of(&arrived.roles),
    };
    let mut draft = Draft::new(ActorClass::Officer, StaffEnrolled { proof: Proof::Upstream.as_str().to_owned() })
        .about_staff(id)
        .from(context.clone());
    draft.officer = Some(keys.pseudonym(log_year(now)));
    let enrolled = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let (token, session) = begun(app, id, arrived, agent, now);
    let event = signed_in(app, &keys, (&session, &arrived.roles), context, now)?;
    let unindexed = members::unindexed(app).await?;
    let written = app
        .db
        .write(async |mut w| {
            for (member, index) in &unindexed {
                store::index_name(&mut w, *member, index).await?;
            }
            if !store::insert(&mut w, &new, now).await? {
                return Err(Error::GivenUp);
            }
            end_before(&mut w, arrived.purpose, now).await?;
            if !sessions::insert(&mut w, &session, now).await? {
                return Err(Error::Missing);
            }
            w.commit((enrolled.clone(), event.clone()), ()).await
        })
        .await;
    match written {
        Err(Error::GivenUp) => Ok(Err(Refused::Namesake)),
        // Two browsers of one new member at once: the other was first, and the next try finds them.
        Err(Error::Constraint(_)) => Ok(Err(Refused::Removed)),
        other => done(other, token),
    }
}

fn done<T>(written: Result<T, Error>, token: Token) -> Result<Result<Token, Refused>, Failure> {
    match written {
        Ok(_) => Ok(Ok(token)),
        Err(Error::Missing) => Ok(Err(Refused::Removed)),
        Err(Error::GivenUp) => Ok(Err(Refused::Over)),
        Err(error) => Err(error.into()),
    }
}
