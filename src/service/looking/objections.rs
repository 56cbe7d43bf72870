//! Objections to sharing at the consoles. The list names nobody. What she wrote is read in an enquiry, as a look of which she
//! reads; and nobody decides who did not read it, or who knows her.
//!
//! ```text
//! waiting, one ──open──> Enquiry ──view──> what she wrote, and her record masked ──decide──> written to her
//! ```

use super::{Ask, Deed, Given, Look, Refused, conflicts, draft, permit, reason, standing, under, without_case};
use crate::domain::audit::vocabulary::RecordViewed;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{EnquiryId, RecordId};
use crate::domain::sharing::objection::Decision;
use crate::domain::staff::{Action, Circumstances, Enquiry};
use crate::service::people;
use crate::service::sharing::{self, Decided, Judge, Pending, Ruling, Told};
use crate::store::{Error, enquiries};

/// The most that the page lists.
const MOST: i64 = 200;

/// What a look at what she wrote is called among the fields of her record.
const FIELD: &str = "objection";

/// The objections that wait, the most urgent first, for an officer who may see them. Whose they are is not to be shown.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn waiting(deed: Deed<'_>) -> Result<Vec<Pending>, Refused> {
    permit(deed, Action::SeeObjections, standing(deed, false), None, None).await?;
    Ok(sharing::pending(deed.app, MOST).await?)
}

/// One of them.
///
/// # Errors
/// [`Refused::NotFound`] if it does not wait any more; a refusal by the policies is on record.
pub async fn one(deed: Deed<'_>, objection: RecordId) -> Result<Pending, Refused> {
    permit(deed, Action::SeeObjections, standing(deed, false), None, None).await?;
    find(deed, objection).await
}

async fn find(deed: Deed<'_>, objection: RecordId) -> Result<Pending, Refused> {
    sharing::find(deed.app, objection).await?.ok_or(Refused::NotFound)
}

/// Opens the enquiry in which an objection is read: with a purpose, a reason that she may know, and a case.
///
/// # Errors
/// [`Refused`] says what to mend: [`Refused::NeedsApproval`] of a reason that keeps looks from her.
pub async fn open(deed: Deed<'_>, objection: RecordId, ask: &Ask<'_>) -> Result<Enquiry, Refused> {
    find(deed, objection).await?;
    let given = match Given::read(deed.app, ask, false) {
        Err(Refused::NoCase) => return Err(without_case(deed, Action::DecideObjection, ask).await),
        given => given?,
    };
    if given.reason.delay.is_some() {
        return Err(Refused::NeedsApproval);
    }
    if given.case.is_none() {
        return Err(without_case(deed, Action::DecideObjection, ask).await);
    }
    super::open(deed, ask).await
}

/// What she wrote, and in which enquiry it is read.
#[derive(Debug, Clone)]
pub struct Read {
    /// The objection.
    pub pending: Pending,
    /// The enquiry, in which her record may be opened too.
    pub enquiry: Enquiry,
    /// What she wrote; none if it is kept no longer.
    pub grounds: Option<String>,
}

/// Shows what she wrote. That it is read is an event about her first.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, objection: RecordId, enquiry: EnquiryId) -> Result<Read, Refused> {
    let app = deed.app;
    let enquiry = super::find(deed, enquiry).await?;
    // Nothing that is kept from her is done about a right of hers.
    if enquiry.approval.is_some() {
        return Err(Refused::Closed);
    }
    let pending = find(deed, objection).await?;
    let keys = people::keys(&mut app.db.peek(), &app.roots, pending.account).await?;
    let conflict = conflicts::has(app, deed.officer.id, pending.account, deed.now).await?;
    let circumstances = Circumstances { conflict, ..under(deed, &enquiry).await? };
    permit(deed, Action::DecideObjection, circumstances, Some(&keys), Some(&enquiry)).await?;
    let viewed = draft(deed, &enquiry, RecordViewed { fields: vec![FIELD.to_owned()], by: None });
    let look = Look::of(deed, &enquiry, viewed, &keys).await?;
    let committed = app
        .db
        .write(async |mut w| {
            enquiries::find(&mut w, enquiry.id, pending.account, deed.now).await?;
            look.keep(&mut w).await?;
            w.commit(look.events(), ()).await
        })
        .await?;
    let leave = Disclosure::by_look(&committed.receipt()?).ok_or(Error::Missing)?;
    let grounds = sharing::grounds(app, &keys, objection, &leave).await?;
    Ok(Read { pending, enquiry, grounds })
}

/// A decision as an officer gives it.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// What is decided.
    pub decision: Decision,
    /// The compelling legitimate grounds, of a rejection.
    pub grounds: &'a str,
    /// A code of `reasons.toml`.
    pub reason: &'a str,
    /// The case.
    pub case: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is decided, and she is written to.
    Written,
    /// It is decided, and somebody has to tell her by post: there is no e-mail address.
    Unwritten,
    /// A rejection needs grounds, and not more than a letter holds.
    NoGrounds,
}

/// Decides an objection that this officer has read. The enquiry may have run out meanwhile: weighing takes its time.
///
/// # Errors
/// [`Refused`] says what to mend, [`Refused::Decided`] that somebody else was faster, or she took it back; a refusal by the policies
/// is on record.
pub async fn decide(
    deed: Deed<'_>,
    (objection, enquiry): (RecordId, EnquiryId),
    answer: &Answer<'_>,
    tell: Told<'_>,
) -> Result<Became, Refused> {
    let Deed { app, officer, context, now } = deed;
    let read = enquiries::get(&mut app.db.peek(), enquiry).await?.filter(|enquiry| enquiry.staff == officer.id);
    let read = read.ok_or(Refused::Closed)?;
    let Some(pending) = sharing::find(app, objection).await? else { return Err(Refused::Decided) };
    let found = enquiries::found(&mut app.db.peek(), read.id, pending.account).await?;
    found.ok_or(Refused::NotFound)?;
    if reason(app, answer.reason)?.delay.is_some() {
        return Err(Refused::NeedsApproval);
    }
    let Some(case) = super::case(answer.case)? else {
        let ask = Ask { purpose: &read.purpose, reason: answer.reason, case: "", approval: None, who: "" };
        return Err(without_case(deed, Action::DecideObjection, &ask).await);
    };
    let conflict = conflicts::has(app, officer.id, pending.account, now).await?;
    let circumstances = Circumstances { reason: true, case: true, conflict, ..standing(deed, false) };
    let keys = people::keys(&mut app.db.peek(), &app.roots, pending.account).await?;
    permit(deed, Action::DecideObjection, circumstances, Some(&keys), Some(&read)).await?;
    let by = Judge::Officer { officer, context, reason: answer.reason, case: Some(&case) };
    let ruling = Ruling { decision: answer.decision, grounds: answer.grounds, by, objection: Some(objection) };
    let at = (pending.account, &pending.client, pending.purpose.as_str());
    match sharing::decide_objection(app, at, ruling, tell, now).await? {
        Decided::Done { written: true, .. } => Ok(Became::Written),
        Decided::Done { written: false, .. } => Ok(Became::Unwritten),
        Decided::NoGrounds => Ok(Became::NoGrounds),
        Decided::NoneWaits => Err(Refused::Decided),
        Decided::Hidden => Err(Refused::NeedsApproval),
    }
}
