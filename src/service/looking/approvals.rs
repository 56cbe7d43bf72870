//! Four eyes: what needs a second person is asked for, and that person says yes or no. Nobody approves their own.

use super::{Ask, Deed, Given, Refused, permit, permit_to_hide, seal, standing, word_for};
use crate::crypto::tokens;
use crate::domain::audit::vocabulary::{ApprovalGiven, ApprovalRefused, ApprovalRequested};
use crate::domain::audit::{Draft, Kind};
use crate::domain::ids::AccountId;
use crate::domain::staff::{Action, Approval};
use crate::service::staff::members;
use crate::service::{proposals, retention, search_audit, second_person};
use crate::store::approvals::{self as rows, ApprovalRow};
use crate::store::{Either, Error};
use std::time::Duration;
use uuid::Uuid;

/// So many words of one officer are waited for at a time: more would push those of others from the page where they are given.
pub const OPEN: i64 = 20;

/// How far back an officer sees what they asked for: two weeks.
const SEEN: Duration = Duration::from_hours(24 * 14);

/// Asks for a second person. `what` says exactly what for: only that can be done with it. If it is about one resident, the
/// second person may see her record, masked.
///
/// # Errors
/// [`Refused`] says what to mend.
pub async fn ask(
    deed: Deed<'_>,
    kind: Approval,
    ask: &Ask<'_>,
    (what, about_her): (&str, Option<AccountId>),
) -> Result<Uuid, Refused> {
    let given = Given::read(deed.app, ask, false)?;
    let row = ApprovalRow {
        id: tokens::uuid(),
        kind: kind.as_str().to_owned(),
        asked_by: deed.officer.id,
        what: what.to_owned(),
        reason: given.reason.code,
        case_ref: given.case,
        asked_at: deed.now,
        until: deed.now + Approval::LASTS,
        decided_by: None,
        decided_at: None,
        approved: None,
        used_at: None,
        about: about_her,
    };
    let payload = ApprovalRequested { approval: row.id, kind: row.kind.clone() };
    let event = seal(deed, &about(deed, &row, payload), None)?;
    let asked = deed
        .app
        .db
        .write(async |mut w| {
            if !rows::ask(&mut w, &row, OPEN).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match asked {
        Ok(_) => Ok(row.id),
        Err(Error::GivenUp) => Err(Refused::AskedTooOften),
        Err(error) => Err(error.into()),
    }
}

/// An enquiry under a reason that hides looks, at one resident.
///
/// # Errors
/// [`Refused`] says what to mend.
pub async fn ask_for_enquiry(deed: Deed<'_>, hidden: &Ask<'_>) -> Result<Uuid, Refused> {
    let given = Given::read(deed.app, hidden, false)?;
    permit_to_hide(deed, &given, hidden).await?;
    let what = word_for(&given.purpose, &search_audit::sought(deed.app, hidden.who));
    // Whether anybody signs in with that, only the second person is shown.
    let about_her = search_audit::account_of(deed.app, hidden.who).await?;
    ask(deed, Approval::HiddenEnquiry, hidden, (&what, about_her)).await
}

pub(super) fn about<K: Kind>(deed: Deed<'_>, row: &ApprovalRow, payload: K) -> Draft<K> {
    let draft = Draft::of_officer(deed.officer, payload).from(deed.context.clone());
    draft.because(&row.reason, row.case_ref.as_deref())
}

/// Says yes or no, as the second person.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record. [`Refused::Decided`] if it is too late, or one's own.
pub async fn decide(deed: Deed<'_>, id: Uuid, approved: bool) -> Result<(), Refused> {
    permit(deed, Action::GiveApproval, standing(deed, false), None, None).await?;
    let row = rows::get(&mut deed.app.db.peek(), id).await?.ok_or(Refused::Decided)?;
    // One person with two accounts is one person.
    if members::same_person(deed.app, row.asked_by, deed.officer.id).await? {
        return Err(Refused::Decided);
    }
    match Approval::parse(&row.kind) {
        Some(Approval::Policy) => return proposals::decide(deed, &row, approved).await,
        Some(Approval::HoldRelease | Approval::RetentionRun) => {
            return retention::second_says(deed, &row, approved).await;
        }
        Some(Approval::HiddenEnquiry | Approval::Delay | Approval::Export) | None => {}
    }
    let kind = row.kind.clone();
    let event = if approved {
        Either::This(seal(deed, &about(deed, &row, ApprovalGiven { approval: id, kind }), None)?)
    } else {
        Either::That(seal(deed, &about(deed, &row, ApprovalRefused { approval: id, kind }), None)?)
    };
    let decided = deed
        .app
        .db
        .write(async |mut w| {
            if !rows::decide(&mut w, id, deed.officer.id, approved, deed.now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    second_person::decided(decided)
}

/// What waits for a second person.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn waiting(deed: Deed<'_>) -> Result<Vec<ApprovalRow>, Refused> {
    permit(deed, Action::GiveApproval, standing(deed, false), None, None).await?;
    Ok(rows::waiting(&mut deed.app.db.peek(), deed.now).await?)
}

/// What the officer asked for lately.
///
/// # Errors
/// [`Refused::Failure`] only.
pub async fn own(deed: Deed<'_>) -> Result<Vec<ApprovalRow>, Refused> {
    Ok(rows::of(&mut deed.app.db.peek(), deed.officer.id, deed.now - SEEN).await?)
}
