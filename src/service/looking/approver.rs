//! What a second person sees of the resident whom they are asked about: her record, masked. It is a look like any other, and
//! kept from her if what is asked for is.

use super::approvals::about;
use super::{Deed, Look, Refused, conflicts, permit, person, seal, standing};
use crate::domain::audit::Draft;
use crate::domain::audit::vocabulary::{NotPermitted, RecordViewed};
use crate::domain::ids::AccountId;
use crate::domain::staff::{Action, Circumstances, Found};
use crate::service::delay::{self, Hand};
use crate::service::staff::members;
use crate::service::{details, people};
use crate::store::approvals::{self as rows, ApprovalRow};
use uuid::Uuid;

/// Opens the masked record of whom a request is about, for somebody who may decide it; none if nobody signs in with what was
/// typed, or she is gone.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record. [`Refused::Decided`] if there is nothing to decide.
pub async fn resident(deed: Deed<'_>, id: Uuid) -> Result<Option<person::Person>, Refused> {
    permit(deed, Action::GiveApproval, standing(deed, false), None, None).await?;
    let row = rows::get(&mut deed.app.db.peek(), id).await?;
    let row = row.filter(|row| row.decided_at.is_none() && deed.now < row.until).ok_or(Refused::Decided)?;
    if members::same_person(deed.app, row.asked_by, deed.officer.id).await? {
        return Err(Refused::Decided);
    }
    match row.about {
        Some(account) => look(deed, &row, account).await,
        None => Ok(None),
    }
}

async fn look(deed: Deed<'_>, row: &ApprovalRow, account: AccountId) -> Result<Option<person::Person>, Refused> {
    let app = deed.app;
    if conflicts::has(app, deed.officer.id, account, deed.now).await? {
        return Err(they_know_her(deed, row).await);
    }
    let case = row.case_ref.is_some();
    let circumstances = Circumstances { reason: true, case, ..standing(deed, false) };
    permit(deed, Action::GiveApproval, circumstances, None, None).await?;
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let found = Found { account, revealed: Vec::new() };
    let given = details::given_by(app, account).await?;
    let fields = person::named(&given, &found);
    let draft = about(deed, row, RecordViewed { fields, by: None }).about(account);
    let event = seal(deed, &draft, Some(&keys))?;
    let (by, asker) = (Hand::Staff(deed.officer.id), Hand::Staff(row.asked_by));
    let held = delay::hold_back(app, &keys, (&draft, event.row.id), &row.reason, (&by, Some(&asker)), deed.now);
    let look = Look { event, held: held.map_err(|_| Refused::Decided)? };
    let leave = look.take(deed).await?;
    Ok(Some(person::read(deed, &found, &keys, &given, &leave).await?))
}

/// Nobody looks at somebody they know, as a second person no more than as a first.
async fn they_know_her(deed: Deed<'_>, row: &ApprovalRow) -> Refused {
    let because = vec!["conflict".to_owned()];
    let payload = NotPermitted { action: Action::GiveApproval.as_str().to_owned(), because, enquiry: None };
    let refused = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).denied("not_permitted");
    let refused = refused.because(&row.reason, row.case_ref.as_deref());
    let written = async {
        let event = seal(deed, &refused, None)?;
        deed.app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
        Ok::<_, Refused>(())
    };
    match written.await {
        Ok(()) => Refused::Known,
        Err(refused) => refused,
    }
}
