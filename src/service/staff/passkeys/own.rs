//! A member's own passkeys: more than one, so that a lost one locks nobody out, and none that is lost for good.

use super::{Answer, Outcome, Purpose, Refused, fail, passkeys, spend};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{StaffPasskeyAdded, StaffPasskeyRemoved};
use crate::domain::audit::{Context, Draft, Kind, Sealed};
use crate::domain::ids::AccountId;
use crate::domain::staff::Officer;
use crate::domain::time::When;
use crate::service::staff::members;
use crate::service::{Failure, people};
use crate::store::{Error, staff as store};

pub use crate::store::staff::OwnPasskeyRow as OwnPasskey;

/// The most of one member.
pub const MOST: i64 = 5;

/// Those of a member, the oldest first.
///
/// # Errors
/// What the store says.
pub async fn all(app: &App, officer: &Officer) -> Result<Vec<OwnPasskey>, Failure> {
    Ok(store::passkeys_of(&mut app.db.peek(), officer.id).await?)
}

/// Whether a member with so many may add one. Whoever comes from the council's provider leaves with it, and has none.
pub(super) async fn may_add(app: &App, officer: &Officer, now: When) -> Outcome<(FullName, Vec<Vec<u8>>)> {
    if !officer.is_fresh(now) {
        return Ok(Err(Refused::Stale));
    }
    let Some(member) = members::get(app, officer.id).await?.filter(|member| member.active) else {
        return Ok(Err(Refused::NotTheirs));
    };
    let has: Vec<Vec<u8>> = all(app, officer).await?.into_iter().map(|row| row.id).collect();
    if member.upstream || i64::try_from(has.len()).unwrap_or(MOST) >= MOST {
        return Ok(Err(Refused::NoMore));
    }
    Ok(Ok((member.name, has)))
}

/// Adds one.
///
/// # Errors
/// [`Failure`]; nothing was added then.
pub async fn add(app: &App, officer: &Officer, answer: &Answer<'_>, now: When) -> Outcome<()> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(officer.id.0)).await?;
    let checked = async {
        if let Err(refused) = may_add(app, officer, now).await? {
            return Ok(Err(refused));
        }
        let state = match spend(app, Purpose::Add, answer, now).await? {
            Ok((staff, state)) if staff == Some(officer.id) => state,
            Ok(_) => return Ok(Err(Refused::Ceremony)),
            Err(refused) => return Ok(Err(refused)),
        };
        Ok::<_, Failure>(passkeys(app)?.finish_enrolment(&state, answer.answer).map_err(Refused::Passkey))
    };
    let new = match checked.await? {
        Ok(new) => new,
        Err(refused) => return fail(app, refused, Some(&(officer.id, keys)), answer.context, now).await,
    };
    let event = seal(app, officer, StaffPasskeyAdded {}, answer.context, now).await?;
    let who = (officer.id, officer.session);
    let added = app
        .db
        .write(async |mut w| {
            let passkey = (new.passkey.as_str(), answer.browser.agent.as_str(), new.signatures);
            if !store::add_another(&mut w, &new.id, who, passkey, (MOST, now)).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match added {
        Ok(_) => Ok(Ok(())),
        Err(Error::Missing) => fail(app, Refused::NoMore, Some(&(officer.id, keys)), answer.context, now).await,
        Err(error) => Err(error.into()),
    }
}

/// Takes one away, of a member who has another and proved just now who they are. Whoever may have it is signed out with it: every
/// session of theirs ends but this one.
///
/// # Errors
/// [`Failure`]; nothing was taken away then.
pub async fn remove(app: &App, officer: &Officer, id: &[u8], context: &Context, now: When) -> Outcome<()> {
    if !officer.is_fresh(now) {
        return Ok(Err(Refused::Stale));
    }
    let open = store::sessions::open(&mut app.db.peek(), officer.id).await?;
    let payload = StaffPasskeyRemoved { sessions: open.saturating_sub(1) };
    let event = seal(app, officer, payload, context, now).await?;
    let removed = app
        .db
        .write(async |mut w| {
            if !store::remove_passkey(&mut w, id, officer.id).await? {
                return Err(Error::Missing);
            }
            store::sessions::end_others(&mut w, officer.id, officer.session, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match removed {
        Ok(_) => Ok(Ok(())),
        Err(Error::Missing) => Ok(Err(Refused::NotTheirs)),
        Err(error) => Err(error.into()),
    }
}

async fn seal<K: Kind>(
    app: &App,
    officer: &Officer,
    payload: K,
    context: &Context,
    now: When,
) -> Result<Sealed<K>, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(officer.id.0)).await?;
    let draft = Draft::of_officer(officer, payload).about_staff(officer.id).from(context.clone());
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?)
}
