//! The copy of everything that is held, at the consoles: made in the case of somebody whom the officer does not know, under the
//! enquiry in which the case is read. What is shown of it, and taken, is a look of which she reads.

use super::rights::{about, look};
use super::{Deed, Refused, permit, under};
use crate::domain::ids::{CaseId, EnquiryId};
use crate::domain::rights::bundle::{Noted, Verdict, Way};
use crate::domain::rights::kind::Kind;
use crate::domain::staff::{Action, Enquiry};
use crate::service::people;
use crate::service::rights::bundle::{self as deeds, Became, Ready, View, Who};
use crate::service::rights::cases::{self, Case};
use crate::service::sharing::Judge;
use crate::store::rights::CaseRow;

/// What a look at it is called among the fields of her record, beside what she asked for.
const FIELDS: [&str; 2] = ["rights", "bundle"];

/// A case with the copy that is made in it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The case.
    pub case: Case,
    /// The copy.
    pub view: View,
}

/// Something an officer does about it.
#[derive(Clone, Copy)]
pub enum Does<'a> {
    /// Notes something: what, how it came out, and the words.
    Note(Noted, &'a str, &'a str),
    /// Orders it.
    Order,
    /// Decides every piece, in their order; none where nothing was chosen.
    Review(&'a [Option<Verdict>]),
    /// Releases it to her account.
    Release(Ready<'a>),
}

/// Only a request for a copy, of somebody with an account, has one.
fn has_copy(row: &CaseRow) -> Result<(), Refused> {
    let fits = row.kind == Kind::Access.as_str() && row.account_id.is_some();
    if fits { Ok(()) } else { Err(Refused::NotFound) }
}

fn who<'a>(deed: Deed<'a>, enquiry: &'a Enquiry) -> Who<'a> {
    let (reason, case) = (&*enquiry.reason, enquiry.case.as_deref());
    Who {
        officer: deed.officer.id,
        judge: Judge::Officer { officer: deed.officer, context: deed.context, reason, case },
    }
}

async fn case_of(deed: Deed<'_>, row: &CaseRow) -> Result<Case, Refused> {
    cases::get(deed.app, row.id, deed.now).await?.map(|(_, case)| case).ok_or(Refused::NotFound)
}

/// Shows how it stands, with everything that was noted and the pieces that wait. That it is shown is an event about her first.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, which: (CaseId, EnquiryId)) -> Result<Seen, Refused> {
    let (_, row) = about(deed, which, false).await?;
    has_copy(&row)?;
    let (_, row, _, leave) = look(deed, which, &FIELDS).await?;
    let view = deeds::view(deed.app, &row, &leave).await?;
    Ok(Seen { case: case_of(deed, &row).await?, view })
}

/// Does one thing. What is noted may be noted in an enquiry that has run out meanwhile; nothing is opened in one.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn act(deed: Deed<'_>, which: (CaseId, EnquiryId), does: Does<'_>) -> Result<Became, Refused> {
    let late = matches!(does, Does::Note(..));
    let (enquiry, row) = about(deed, which, late).await?;
    has_copy(&row)?;
    let case = case_of(deed, &row).await?;
    let (of, who) = ((&row, &case), who(deed, &enquiry));
    Ok(match does {
        Does::Note(noted, outcome, words) => deeds::note(deed.app, of, (noted, outcome, words), who, deed.now).await?,
        Does::Order => deeds::order(deed.app, of, who, deed.now).await?,
        Does::Review(verdicts) => {
            let (_, _, _, leave) = look(deed, which, &FIELDS).await?;
            deeds::review(deed.app, of, (verdicts, &leave), who, deed.now).await?
        }
        Does::Release(ready) => deeds::release(deed.app, of, ready, who, deed.now).await?,
    })
}

/// Takes the file to hand it over, once. It shows every field in clear: who takes it proved who they are a short while ago.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn take(deed: Deed<'_>, which: (CaseId, EnquiryId), way: Way) -> Result<Result<Vec<u8>, Became>, Refused> {
    let (enquiry, row) = about(deed, which, false).await?;
    has_copy(&row)?;
    let keys = people::keys(&mut deed.app.db.peek(), &deed.app.roots, row.person).await?;
    permit(deed, Action::RevealField, under(deed, &enquiry).await?, Some(&keys), Some(&enquiry)).await?;
    let case = case_of(deed, &row).await?;
    Ok(deeds::hand_over(deed.app, (&row, &case), way, who(deed, &enquiry), deed.now).await?)
}
