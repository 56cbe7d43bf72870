//! Looks that are kept from residents for now: seen by those who answer for personal data, let go by one, renewed by two.

use super::{Ask, Deed, Refused, approvals, case, permit, standing};
use crate::domain::ids::EventId;
use crate::domain::staff::{Action, Approval, Circumstances};
use crate::service::delay::{self, Compose};
use crate::store::approvals as rows;
use crate::store::delays::{self, DelayRow};
use std::time::Duration;
use uuid::Uuid;

/// Every delay ends sooner than that.
const YEAR: Duration = Duration::from_hours(24 * 366);

/// The most on the page.
const MOST: i64 = 100;

async fn allowed(deed: Deed<'_>) -> Result<(), Refused> {
    permit(deed, Action::ReviewDelay, standing(deed, false), None, None).await
}

/// To keep a look back takes a reason, a case and a second person's word, as to hide it did.
async fn may_hide(deed: Deed<'_>, case: Option<&str>) -> Result<(), Refused> {
    let circumstances = Circumstances { reason: true, case: case.is_some(), approved: true, ..standing(deed, false) };
    permit(deed, Action::DelayNotice, circumstances, None, None).await
}

/// What is kept back now, the first to be reviewed first.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn all(deed: Deed<'_>) -> Result<Vec<DelayRow>, Refused> {
    allowed(deed).await?;
    Ok(delay::due_for_review(deed.app, deed.now + YEAR, MOST).await?)
}

async fn one(deed: Deed<'_>, look: EventId) -> Result<DelayRow, Refused> {
    delays::get(&mut deed.app.db.peek(), look).await?.ok_or(Refused::Decided)
}

/// Lets the resident see a look from now on, and writes to her that there is one; one person may.
///
/// # Errors
/// [`Refused`]; [`Refused::Decided`] if she does already.
pub async fn release(deed: Deed<'_>, look: EventId, typed: &str, compose: Compose<'_>) -> Result<(), Refused> {
    allowed(deed).await?;
    let case = case(typed)?.ok_or(Refused::NoCase)?;
    let released =
        delay::release(deed.app, (deed.officer, deed.context), (look, Some(&case)), compose, deed.now).await?;
    if released { Ok(()) } else { Err(Refused::Decided) }
}

/// Asks a second person to look at it again.
///
/// # Errors
/// [`Refused`] says what to mend.
pub async fn ask(deed: Deed<'_>, look: EventId, typed: &str) -> Result<(), Refused> {
    allowed(deed).await?;
    may_hide(deed, case(typed)?.as_deref()).await?;
    let row = one(deed, look).await?;
    let snapshot = deed.app.snapshot();
    let purpose = snapshot.policy.processing.activities.iter().find(|one| one.id == "security");
    let purpose = purpose.or(snapshot.policy.processing.activities.first()).ok_or(Refused::NoPurpose)?;
    let asked = Ask { purpose: &purpose.id, reason: &row.reason, case: typed, ..Ask::default() };
    approvals::ask(deed, Approval::Delay, &asked, (&look.to_string(), row.person)).await.map(drop)
}

/// Keeps a look back for a while longer, with the second person's word, which is spent.
///
/// # Errors
/// [`Refused`]; [`Refused::NeedsApproval`] if the word is none for this look.
pub async fn renew(deed: Deed<'_>, look: EventId, approval: Uuid) -> Result<(), Refused> {
    allowed(deed).await?;
    let found = rows::get(&mut deed.app.db.peek(), approval).await?;
    let word = found.filter(|row| {
        let given = row.approved == Some(true) && row.used_at.is_none() && deed.now < row.until;
        given && row.asked_by == deed.officer.id && row.kind == Approval::Delay.as_str() && row.what == look.to_string()
    });
    let (case, second) = match word {
        Some(row) => (row.case_ref, row.decided_by.ok_or(Refused::NeedsApproval)?),
        None => return Err(Refused::NeedsApproval),
    };
    may_hide(deed, case.as_deref()).await?;
    let spend = (approval, Approval::Delay.as_str());
    let who = (deed.officer, deed.context, second);
    let renewed = delay::renew(deed.app, who, look, (case.as_deref(), Some(spend)), deed.now).await;
    match renewed {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refused::Decided),
        Err(delay::Refused::OnePerson) => Err(Refused::NeedsApproval),
        Err(delay::Refused::Failure(failure)) => Err(Refused::Failure(failure)),
    }
}
