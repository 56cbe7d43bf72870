//! How often somebody is looked for in one enquiry: a call is about one person or a few. More is trawling, and is refused. So is
//! naming a whole town as people one knows, to see whose records close.

use super::{Deed, Refused, draft, seal};
use crate::domain::audit::Draft;
use crate::domain::audit::vocabulary::NotPermitted;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::staff::{Action, Enquiry};
use crate::service::guesses::{self, Reserved};
use std::time::Duration;

/// The searches of one enquiry, which is over before this opens again.
const LIMIT: Limit = Limit { misses: 30, window: Enquiry::LASTS, closed: Enquiry::LASTS };

/// What counts them.
const COUNTER: &str = "enquiry";

/// The people whom one officer declares to know, or takes back, in a day.
const KNOWN: Limit = Limit { misses: 60, window: DAY, closed: DAY };
const DAY: Duration = Duration::from_hours(24);

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

/// Counts a declaration before it is made.
///
/// # Errors
/// [`Refused::DeclaredTooOften`], which is on record then.
pub(super) async fn spend_declaration(deed: Deed<'_>) -> Result<(), Refused> {
    let who = deed.officer.id.0;
    let Reserved { gate, .. } = guesses::reserve(deed.app, "conflict", who.as_bytes(), KNOWN, deed.now).await?;
    if !matches!(gate, Gate::Closed { .. }) {
        return Ok(());
    }
    let payload = NotPermitted {
        action: Action::UseConsole.as_str().to_owned(),
        because: vec!["declarations_of_one_officer".to_owned()],
        enquiry: None,
    };
    let refused = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).denied("too_many");
    let event = seal(deed, &refused, None)?;
    deed.app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Err(Refused::DeclaredTooOften)
}
