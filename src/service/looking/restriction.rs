//! An officer keeps a resident's data from being used, or lets it be used again (UK GDPR Art 18), in an enquiry that found her.

use super::choices::{Found, In, look};
use super::{Deed, Refused};
use crate::domain::rights::restriction::{Restriction, Step};
use crate::domain::staff::Action;
use crate::service::rights::restriction::{self, Became, Told};
use crate::service::sharing::Judge;

/// What such a look is called among the fields of her record.
const FIELD: &str = "restriction";

/// What stands.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, who: In) -> Result<Option<Restriction>, Refused> {
    let found = Found::of(deed, who, Action::HandleRights).await?;
    look(deed, &found.enquiry, &found.keys, FIELD).await?;
    Ok(restriction::of(deed.app, who.account).await?)
}

/// Does one step. The enquiry's reason and case go with it.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn take(deed: Deed<'_>, who: In, step: Step, tell: Told<'_>) -> Result<Became, Refused> {
    let found = Found::of(deed, who, Action::HandleRights).await?;
    let by = Judge::Officer {
        officer: deed.officer,
        context: deed.context,
        reason: &found.enquiry.reason,
        case: found.enquiry.case.as_deref(),
    };
    Ok(restriction::take(deed.app, who.account, (step, by), tell, deed.now).await?)
}
