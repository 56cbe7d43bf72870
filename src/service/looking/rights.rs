//! Requests about rights and complaints at the consoles. The list names nobody. What somebody wrote is read in an enquiry whose
//! case is this one, as a look of which she reads; and nobody handles the case of somebody they know.
//!
//! ```text
//! receive ──> case        waiting, one ──open──> Enquiry ──view──> what she wrote ──take──> told to her
//! ```

use super::choices::{Found, In};
use super::{Ask, Deed, Given, Look, Refused, conflicts, draft, permit, standing, under};
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::vocabulary::RecordViewed;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{CaseId, EnquiryId};
use crate::domain::rights::bundle::Entry;
use crate::domain::rights::figures::Figures;
use crate::domain::rights::step::Step;
use crate::domain::staff::{Action, Circumstances, Enquiry};
use crate::service::people;
use crate::service::rights::cases::{self, Case, New, Opened, Tell, Told};
use crate::service::rights::figures::{self as counted, Between};
use crate::service::rights::steps::{self, Became};
use crate::service::rights::{Hand, bundle};
use crate::service::sharing::Judge;
use crate::store::rights::CaseRow;
use crate::store::{Error, enquiries};

/// What a look at what she wrote is called among the fields of her record.
const FIELD: &str = "rights";
/// The reason under which a case without an account is written down: she asked.
const ASKED: &str = "resident_asked";

/// The open cases, the most urgent first. Whose they are is not to be shown.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn waiting(deed: Deed<'_>) -> Result<Vec<Case>, Refused> {
    permit(deed, Action::SeeRights, standing(deed, false), None, None).await?;
    Ok(cases::waiting(deed.app, deed.now).await?)
}

/// How those were answered that were received in a time; none if they are too many to count at once.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn figures(deed: Deed<'_>, days: Between) -> Result<Option<Vec<Figures>>, Refused> {
    permit(deed, Action::SeeRights, standing(deed, false), None, None).await?;
    Ok(counted::figures(deed.app, days, deed.now).await?)
}

/// One case, as the list has it.
///
/// # Errors
/// [`Refused::NotFound`] if there is none; a refusal by the policies is on record.
pub async fn one(deed: Deed<'_>, id: CaseId) -> Result<Case, Refused> {
    permit(deed, Action::SeeRights, standing(deed, false), None, None).await?;
    Ok(find(deed, id).await?.1)
}

async fn find(deed: Deed<'_>, id: CaseId) -> Result<(CaseRow, Case), Refused> {
    cases::get(deed.app, id, deed.now).await?.ok_or(Refused::NotFound)
}

/// Writes down what somebody asks for who has no account, or asks without it.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn receive(deed: Deed<'_>, new: &New, tell: Tell<'_>) -> Result<Opened, Refused> {
    permit(deed, Action::ReceiveRequest, standing(deed, false), None, None).await?;
    let by = Judge::Officer { officer: deed.officer, context: deed.context, reason: ASKED, case: None };
    Ok(cases::open(deed.app, None, new, (Hand::Council(by), tell), deed.now).await?)
}

/// The same for a resident whom an enquiry has found.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn receive_of(deed: Deed<'_>, who: In, new: &New, tell: Tell<'_>) -> Result<Opened, Refused> {
    let found = Found::of(deed, who, Action::ReceiveRequest).await?;
    let (reason, case) = (&*found.enquiry.reason, found.enquiry.case.as_deref());
    let by = Judge::Officer { officer: deed.officer, context: deed.context, reason, case };
    Ok(cases::open(deed.app, Some(who.account), new, (Hand::Council(by), tell), deed.now).await?)
}

/// Opens the enquiry in which a case is read: it is about this case and no other.
///
/// # Errors
/// [`Refused`] says what to mend: [`Refused::NeedsApproval`] of a reason that keeps looks from her.
pub async fn open(deed: Deed<'_>, id: CaseId, (purpose, reason): (&str, &str)) -> Result<Enquiry, Refused> {
    let (row, _) = find(deed, id).await?;
    let ask = Ask { purpose, reason, case: &row.reference, approval: None, who: "" };
    if Given::read(deed.app, &ask, false)?.reason.delay.is_some() {
        return Err(Refused::NeedsApproval);
    }
    super::open(deed, &ask).await
}

/// A case with what was said in it, and the enquiry in which it is read.
#[derive(Debug, Clone)]
pub struct Read {
    /// The case.
    pub told: Told,
    /// The enquiry, in which her record may be opened too if she has an account.
    pub enquiry: Enquiry,
    /// What can happen next.
    pub next: Vec<Step>,
    /// What was noted about a copy of everything that is held, without its words.
    pub noted: Vec<Entry>,
}

/// An enquiry of this officer about this case, and leave to act in it. An enquiry may have run out meanwhile if nothing is shown.
pub(super) async fn about(
    deed: Deed<'_>,
    which: (CaseId, EnquiryId),
    late: bool,
) -> Result<(Enquiry, CaseRow), Refused> {
    about_for(deed, which, late, Action::HandleRights).await
}

/// The same, for something else than to handle it.
pub(super) async fn about_for(
    deed: Deed<'_>,
    (id, enquiry): (CaseId, EnquiryId),
    late: bool,
    action: Action,
) -> Result<(Enquiry, CaseRow), Refused> {
    let enquiry = if late {
        let read = enquiries::get(&mut deed.app.db.peek(), enquiry).await?;
        read.filter(|enquiry| enquiry.staff == deed.officer.id).ok_or(Refused::Closed)?
    } else {
        super::find(deed, enquiry).await?
    };
    let (row, _) = find(deed, id).await?;
    // Nothing that is kept from her is done about a right of hers, and nothing under another case.
    if enquiry.approval.is_some() || enquiry.case.as_deref() != Some(&row.reference) {
        return Err(Refused::Closed);
    }
    let keys = people::keys(&mut deed.app.db.peek(), &deed.app.roots, row.person).await?;
    let conflict = conflicts::has(deed.app, deed.officer.id, row.person, deed.now).await?;
    let circumstances = Circumstances { conflict, ..under(deed, &enquiry).await? };
    permit(deed, action, circumstances, Some(&keys), Some(&enquiry)).await?;
    Ok((enquiry, row))
}

/// Opens a case in an enquiry about it: that these fields of her record are read is an event about her first.
pub(super) async fn look(
    deed: Deed<'_>,
    which: (CaseId, EnquiryId),
    fields: &[&str],
) -> Result<(Enquiry, CaseRow, PersonKeys, Disclosure), Refused> {
    let app = deed.app;
    let (enquiry, row) = about(deed, which, false).await?;
    let keys = people::keys(&mut app.db.peek(), &app.roots, row.person).await?;
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    let viewed = draft(deed, &enquiry, RecordViewed { fields, by: None });
    let look = Look::of(deed, &enquiry, viewed, &keys).await?;
    let committed = app
        .db
        .write(async |mut w| {
            if let Some(account) = row.account_id {
                enquiries::find(&mut w, enquiry.id, account, deed.now).await?;
            }
            look.keep(&mut w).await?;
            w.commit(look.events(), ()).await
        })
        .await?;
    let leave = Disclosure::by_look(&committed.receipt()?).ok_or(Error::Missing)?;
    Ok((enquiry, row, keys, leave))
}

/// Shows what was said in a case. That it is read is an event about her first.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, which: (CaseId, EnquiryId)) -> Result<Read, Refused> {
    let (enquiry, row, keys, leave) = look(deed, which, &[FIELD]).await?;
    let told = cases::told(deed.app, &keys, &row, &leave, deed.now).await?;
    let next = steps::possible(deed.app, &told.case, deed.now);
    let noted = bundle::noted(deed.app, row.id).await?;
    Ok(Read { told, enquiry, next, noted })
}

/// Takes a step in a case that this officer has read.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn take(
    deed: Deed<'_>,
    which: (CaseId, EnquiryId),
    step: (Step, &str),
    tell: Tell<'_>,
) -> Result<Became, Refused> {
    let (enquiry, _) = about(deed, which, true).await?;
    let (reason, case) = (&*enquiry.reason, enquiry.case.as_deref());
    let by = Judge::Officer { officer: deed.officer, context: deed.context, reason, case };
    Ok(steps::take(deed.app, which.0, step, (by, tell), deed.now).await?)
}
