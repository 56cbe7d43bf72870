//! An officer erases the account of somebody who asked for that by right (UK GDPR Art 17): in an enquiry about her case, after having
//! proved who they are.
//!
//! ```text
//! what goes, what stays ──erase──> account gone, services and she told ──> the case is closed
//! ```
//!
//! Cut off between the two, the account is gone and the case open: whoever comes again closes it.

use super::rights::about_for;
use super::{Deed, Refused};
use crate::domain::ids::{CaseId, EnquiryId};
use crate::domain::retention::HoldKind;
use crate::domain::rights::kind::Kind;
use crate::domain::rights::step::{self, Step};
use crate::domain::staff::{Action, Enquiry};
use crate::service::erasure::{self, ByOfficer, Cause, Erased, Kept};
use crate::service::rights::cases::{self, Case, Tell};
use crate::service::rights::steps::{self, Became as Closed};
use crate::service::sharing::Judge;
use crate::store::rights::CaseRow;

/// What an erasure comes to before it is done.
#[derive(Debug, Clone)]
pub struct Before {
    /// The case.
    pub case: Case,
    /// What is kept, and until when.
    pub kept: Vec<Kept>,
    /// How many services are told.
    pub services: usize,
    /// The kind of hold that stands against it.
    pub hold: Option<HoldKind>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It is gone, and the case is closed.
    Done {
        /// Whether she is written to.
        written: bool,
    },
    /// A hold stands against it: nothing has happened.
    Held,
    /// As the case stands nothing can be erased: it is closed, or we wait for her to show who she is.
    NotNow,
    /// It needs words that she reads, and not more than a letter holds.
    NoWords,
}

/// What goes and what stays, before anything does.
///
/// # Errors
/// [`Refused::NotFound`] if the case is about no erasure of an account; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, which: (CaseId, EnquiryId), late: bool) -> Result<Before, Refused> {
    let (_, row, case) = find(deed, which, (late, Action::HandleRights)).await?;
    let (app, now) = (deed.app, deed.now);
    let account = row.account_id.ok_or(Refused::NotFound)?;
    Ok(Before {
        case,
        kept: erasure::kept(app, account, now).await?,
        services: erasure::told(app, account).await?.len(),
        hold: erasure::held(app, account).await?.map(|hold| hold.kind),
    })
}

async fn find(
    deed: Deed<'_>,
    which: (CaseId, EnquiryId),
    (late, action): (bool, Action),
) -> Result<(Enquiry, CaseRow, Case), Refused> {
    let (enquiry, row) = about_for(deed, which, late, action).await?;
    let (_, case) = cases::get(deed.app, row.id, deed.now).await?.ok_or(Refused::NotFound)?;
    let erases = case.summary.kind == Kind::Erasure && case.account.is_some();
    if erases { Ok((enquiry, row, case)) } else { Err(Refused::NotFound) }
}

/// Erases the account, tells her with these words, and closes the case.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn erase(deed: Deed<'_>, which: (CaseId, EnquiryId), typed: &str, tell: Tell<'_>) -> Result<Became, Refused> {
    let (app, now) = (deed.app, deed.now);
    let (enquiry, row, case) = find(deed, which, (true, Action::EraseAccount)).await?;
    let account = row.account_id.ok_or(Refused::NotFound)?;
    if !steps::possible(app, &case, now).contains(&Step::Done) {
        return Ok(Became::NotNow);
    }
    let Some(words) = step::said(Step::Done, typed) else { return Ok(Became::NoWords) };
    let letter = tell(&cases::news(app, &row, (Step::Done, case.summary.clock.due, words))?);
    let by = ByOfficer {
        officer: deed.officer.clone(),
        context: deed.context.clone(),
        reason: enquiry.reason.clone(),
        case: case.summary.reference.clone(),
    };
    let written = match erasure::erase(app, account, &Cause::Officer(Box::new(by)), Some(&letter), now).await? {
        Erased::Done { written, .. } => written,
        Erased::Held(_) => return Ok(Became::Held),
        Erased::Gone | Erased::Stays => false,
    };
    let (reason, reference) = (&*enquiry.reason, enquiry.case.as_deref());
    let by = Judge::Officer { officer: deed.officer, context: deed.context, reason, case: reference };
    match steps::take(app, which.0, (Step::Done, typed), (by, tell), now).await? {
        Closed::Done { .. } => Ok(Became::Done { written }),
        // Another was quicker to close it; the account is gone all the same.
        _ => Ok(Became::NotNow),
    }
}
