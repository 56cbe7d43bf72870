//! Sessions of members of staff. Session, member and roles are read with every request, so that what is taken away is
//! gone with the next one, on every node.

use super::{ACTIVE, evidence, open_name, roles_of};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::domain::account::{FullName, State};
use crate::domain::audit::leaf::log_year;
use crate::domain::audit::vocabulary::{OfficerRefused, StaffSignedOut};
use crate::domain::audit::{Context, Draft};
use crate::domain::ids::{AccountId, SessionId, StaffId, StaffSessionId};
use crate::domain::session::{Facts, Lifetime, stands, worth_noting};
use crate::domain::staff::{Action, Officer, Proof};
use crate::domain::time::When;
use crate::service::{Failure, people};
use crate::store::staff::sessions::{self as store, NewStaffSession};
use crate::store::{Error, Housekeeping};

/// How long a session lasts.
#[must_use]
pub fn lifetime(app: &App) -> Lifetime {
    app.snapshot().policy.staff.session
}

/// A member of staff at a browser, whose session stood when the request came.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Who, with which roles.
    pub officer: Officer,
    /// Their name, to be shown to themselves.
    pub name: FullName,
    /// When the session ends if nothing more is done in it.
    pub ends_at: When,
    /// Whether doing something puts that off.
    pub renewable: bool,
}

/// The session of a cookie, if it stands. Notes its use now and then.
pub async fn find(app: &App, cookie: &Token, now: When) -> Result<Option<Seat>, Failure> {
    let Some(row) = store::by_token(&mut app.db.peek(), &cookie.hash().0).await? else {
        return Ok(None);
    };
    let idle = lifetime(app).idle;
    let state = if row.state == ACTIVE { State::Active } else { State::Closed };
    let facts = Facts { seen_at: row.seen_at, absolute_until: row.absolute_until, ended_at: row.ended_at, state };
    let Some(proof) = Proof::parse(&row.proof).filter(|_| stands(&facts, idle, now)) else {
        return Ok(None);
    };
    let mut seen_at = row.seen_at;
    if worth_noting(seen_at, idle, now) {
        seen_at = now;
        app.db
            .write(async |mut w| {
                store::touch(&mut w, row.id, now).await?;
                w.commit_quietly(Housekeeping::LastSeen, ()).await
            })
            .await?;
    }
    let officer = Officer {
        id: row.staff_id,
        session: row.id,
        roles: roles_of(&row.roles),
        pseudonym: evidence(&app.roots, row.staff_id, row.evidence_key)?.pseudonym(log_year(now)),
        proof,
        proved_at: row.proved_at,
    };
    Ok(Some(Seat {
        name: open_name(&app.roots, row.staff_id, &row.name, &row.name_key)?,
        officer,
        ends_at: (seen_at + idle).min(row.absolute_until),
        renewable: seen_at + idle < row.absolute_until,
    }))
}

/// A session to begin, and the cookie that will hold it. Made outside the transaction that stores it.
#[must_use]
pub fn draw(app: &App, staff: StaffId, proof: Proof, agent: &str, now: When) -> (Token, NewStaffSession) {
    let token = Token::random();
    let session = NewStaffSession {
        id: StaffSessionId(tokens::uuid()),
        token: token.hash().0.to_vec(),
        staff,
        agent: agent.to_owned(),
        proof: proof.as_str(),
        proved_at: now,
        absolute_until: now + lifetime(app).absolute,
    };
    (token, session)
}

/// The context of what is done in this session.
#[must_use]
pub fn within(context: &Context, session: StaffSessionId) -> Context {
    Context { session: Some(SessionId(session.0)), ..context.clone() }
}

/// Signs out; a session that was ended before stays ended, with no second event.
pub async fn sign_out(app: &App, officer: &Officer, context: &Context, now: When) -> Result<(), Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(officer.id.0)).await?;
    let draft =
        Draft::of_officer(officer, StaffSignedOut {}).about_staff(officer.id).from(within(context, officer.session));
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let session = officer.session;
    let ended = app
        .db
        .write(async |mut w| {
            if !store::end(&mut w, session, now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match ended {
        Ok(_) | Err(Error::Missing) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Records that an officer asked for what they may not have. They are told so once this is durable.
pub async fn refuse(
    app: &App,
    officer: &Officer,
    action: Action,
    reason: Option<&str>,
    context: &Context,
    now: When,
) -> Result<(), Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(officer.id.0)).await?;
    let payload = OfficerRefused { action: action.as_str().to_owned(), roles: super::words(&officer.roles) };
    let draft = Draft::of_officer(officer, payload)
        .about_staff(officer.id)
        .denied(reason.unwrap_or("not_permitted"))
        .from(within(context, officer.session));
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Ok(())
}
