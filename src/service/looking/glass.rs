//! Broken glass: opened with an alert, closed by itself after an hour, looked at by somebody else.

use super::{Ask, Deed, Refused, case, permit, reason, seal, standing};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens;
use crate::domain::account::EmailAddress;
use crate::domain::audit::vocabulary::{GlassBroken, GlassClosed, GlassOverdue, GlassReviewed};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind};
use crate::domain::ids::StaffId;
use crate::domain::staff::{Action, Circumstances, Glass, review_by};
use crate::domain::time::When;
use crate::service::staff::members;
use crate::service::{Failure, post};
use crate::store::{Error, glass as rows, outbox};
use uuid::Uuid;

/// The officer's open glass.
pub async fn open_of(app: &App, staff: StaffId, now: When) -> Result<Option<Uuid>, Failure> {
    let all = rows::of(&mut app.db.peek(), staff, now).await?;
    Ok(all.iter().find(|glass| glass.stands(now)).map(|glass| glass.id))
}

/// What bears on an officer: open glass, and whether some was not reviewed in time, so that they do nothing more.
pub async fn bearing(app: &App, staff: StaffId, now: When) -> Result<(Option<Glass>, bool), Failure> {
    let all = rows::of(&mut app.db.peek(), staff, now).await?;
    let overdue = rows::is_overdue(&mut app.db.peek(), staff, now).await?;
    Ok((all.into_iter().find(|glass| glass.stands(now)), overdue))
}

/// So many times an officer may break the glass before somebody has looked at one of them.
const UNREVIEWED: i64 = 3;

/// Breaks the glass. Those who answer for personal data are written to in the same transaction.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record. [`Refused::Decided`] if it is broken already, or was too
/// often without a review.
pub async fn break_it(deed: Deed<'_>, ask: &Ask<'_>, alert: &post::Text) -> Result<Glass, Refused> {
    let Deed { app, officer, now, .. } = deed;
    // What is done behind it is told to the resident: no reason that keeps looks from her breaks it.
    let reason = reason(app, ask.reason)?;
    if reason.delay.is_some() {
        return Err(Refused::NoReason);
    }
    let case = case(ask.case)?;
    let circumstances = Circumstances { reason: true, case: case.is_some(), ..standing(deed, false) };
    permit(deed, Action::BreakGlass, circumstances, None, None).await?;
    let snapshot = app.snapshot();
    let controller = &snapshot.policy.controller;
    let glass = Glass {
        id: tokens::uuid(),
        staff: officer.id,
        reason: reason.code,
        case,
        opened_at: now,
        until: now + Glass::LASTS,
        closed_at: None,
        review_by: review_by(now, &controller.time_zone, &controller.bank_holidays),
        reviewed_at: None,
        justified: None,
    };
    let payload = GlassBroken {
        glass: glass.id,
        until: glass.until.timestamp().to_string(),
        review_by: glass.review_by.timestamp().to_string(),
    };
    let broken = of_glass(deed, &glass, payload);
    let event = seal(deed, &broken, None)?;
    let letters = alerted(app)?
        .iter()
        .map(|to| post::letter(&app.roots, None, to, alert))
        .collect::<Result<Vec<_>, Failure>>()?;
    let written = app
        .db
        .write(async |mut w| {
            if !rows::insert(&mut w, &glass, UNREVIEWED).await? {
                return Err(Error::GivenUp);
            }
            for letter in &letters {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match written {
        Ok(_) => Ok(glass),
        Err(Error::GivenUp) => Err(Refused::Decided),
        Err(error) => Err(error.into()),
    }
}

/// Who is told at once: the data protection officer and those who answer complaints.
fn alerted(app: &App) -> Result<Vec<EmailAddress>, Failure> {
    let controller = &app.snapshot().policy.controller;
    let all = [&controller.data_protection_officer.email, &controller.complaints.email];
    let mut read: Vec<EmailAddress> = all.iter().filter_map(|email| EmailAddress::parse(email).ok()).collect();
    read.dedup();
    if read.is_empty() { Err(Error::Missing.into()) } else { Ok(read) }
}

fn of_glass<K: Kind>(deed: Deed<'_>, glass: &Glass, payload: K) -> Draft<K> {
    let draft = Draft::of_officer(deed.officer, payload).from(deed.context.clone());
    draft.because(&glass.reason, glass.case.as_deref())
}

/// Closes the officer's own glass before its hour is over.
///
/// # Errors
/// [`Refused::Decided`] if it is closed, or somebody else's.
pub async fn close(deed: Deed<'_>, id: Uuid) -> Result<(), Refused> {
    let glass = rows::get(&mut deed.app.db.peek(), id).await?.ok_or(Refused::Decided)?;
    let event = seal(deed, &of_glass(deed, &glass, GlassClosed { glass: id }), None)?;
    let closed = deed
        .app
        .db
        .write(async |mut w| {
            if !rows::close(&mut w, id, deed.officer.id, deed.now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(closed)
}

/// Writes down what somebody else found who looked at it.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record. [`Refused::Decided`] if there was a review, the glass is open still,
/// or it is one's own.
pub async fn review(deed: Deed<'_>, id: Uuid, justified: bool) -> Result<(), Refused> {
    permit(deed, Action::ReviewBreakGlass, standing(deed, false), None, None).await?;
    let glass = rows::get(&mut deed.app.db.peek(), id).await?.ok_or(Refused::Decided)?;
    // One person with two accounts is one person.
    if members::same_person(deed.app, glass.staff, deed.officer.id).await? {
        return Err(Refused::Decided);
    }
    let event = seal(deed, &of_glass(deed, &glass, GlassReviewed { glass: id, justified }), None)?;
    let reviewed = deed
        .app
        .db
        .write(async |mut w| {
            if !rows::review(&mut w, id, deed.officer.id, justified, deed.now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(reviewed)
}

fn done<T>(outcome: Result<T, Error>) -> Result<(), Refused> {
    match outcome {
        Ok(_) => Ok(()),
        Err(Error::GivenUp) => Err(Refused::Decided),
        Err(error) => Err(error.into()),
    }
}

/// Everybody's glass, for those who review it.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn all(deed: Deed<'_>) -> Result<Vec<Glass>, Refused> {
    permit(deed, Action::ReviewBreakGlass, standing(deed, false), None, None).await?;
    Ok(rows::all(&mut deed.app.db.peek()).await?)
}

/// Puts on record whose glass nobody looked at in time; how many.
pub async fn note_overdue(app: &App, now: When) -> Result<usize, Failure> {
    let overdue = rows::overdue(&mut app.db.peek(), now).await?;
    let mut noted = 0;
    for glass in overdue {
        let payload = GlassOverdue { glass: glass.id };
        let mut draft = Draft::new(ActorClass::System, payload).by(Channel::Batch).because(&glass.reason, None);
        draft.role = Some("watch_glass".to_owned());
        let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?;
        let written = app
            .db
            .write(async |mut w| {
                if !rows::note_overdue(&mut w, glass.id, now).await? {
                    return Err(Error::GivenUp);
                }
                w.commit(event.clone(), ()).await
            })
            .await;
        match written {
            Ok(_) => noted += 1,
            Err(Error::GivenUp) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(noted)
}
