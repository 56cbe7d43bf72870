//! How often somebody is looked for in one enquiry: a call is about one person or a few. More is trawling, and is refused.

use super::{Deed, Refused, draft, seal};
use crate::domain::audit::vocabulary::NotPermitted;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::staff::{Action, Enquiry};
use crate::service::guesses::{self, Reserved};

/// The searches of one enquiry, which is over before this opens again.
const LIMIT: Limit = Limit { misses: 30, window: Enquiry::LASTS, closed: Enquiry::LASTS };

/// What counts them.
const COUNTER: &str = "enquiry";

/// Counts a search before it is done.
///
/// # Errors
/// [`Refused::TooMany`], which is on record then.
pub(super) async fn spend(deed: Deed<'_>, enquiry: &Enquiry) -> Result<(), Refused> {
    let Reserved { gate, .. } = guesses::reserve(deed.app, COUNTER, enquiry.id.0.as_bytes(), LIMIT, deed.now).await?;
    if !matches!(gate, Gate::Closed { .. }) {
        return Ok(());
    }
    let payload = NotPermitted {
        action: Action::SearchPeople.as_str().to_owned(),
        because: vec!["searches_of_one_enquiry".to_owned()],
        enquiry: Some(enquiry.id),
    };
    let event = seal(deed, &draft(deed, enquiry, payload).denied("too_many"), None)?;
    deed.app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Err(Refused::TooMany)
}
