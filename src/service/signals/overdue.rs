//! What a person at the council has to look after: services that were not told, did not answer, or would not; and services
//! that have to be told by hand.

use super::super::Failure;
use super::super::looking::{Deed, Refused, permit};
use super::delivery::{About, event};
use crate::domain::audit::Draft;
use crate::domain::audit::vocabulary::SignalDone;
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::signal::{Kind, LATE, TRIED_FOR};
use crate::domain::staff::{Action, Circumstances, Enquiry};
use crate::domain::time::When;
use crate::store::signals::{self as rows, SignalRow};
use crate::store::{Error, Read, sharing};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// The signals that are overdue, oldest first: to one service, or to all (an empty name).
///
/// # Errors
/// What the store says.
pub async fn all(read: &mut Read, client: &str, now: When, limit: i64) -> Result<Vec<SignalRow>, Error> {
    rows::overdue(read, client, (now - LATE, now - TRIED_FOR), limit).await
}

/// A service whose people have to be told by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByHand {
    /// The service.
    pub client_id: String,
    /// Of what: everything, if it takes no signals.
    pub kinds: Vec<&'static str>,
}

/// Of these services, those that get data, with what they have to be told by hand.
#[must_use]
pub fn by_hand<'a>(clients: impl Iterator<Item = &'a Arc<Client>>) -> Vec<ByHand> {
    let gets_data = clients.filter(|client| !client.shares.is_empty());
    let listed = gets_data.map(|client| {
        let takes = |kind: &Kind| client.signals.as_ref().is_some_and(|signals| signals.events.contains(kind));
        let kinds = Kind::ALL.iter().filter(|kind| !takes(kind)).map(|kind| kind.as_str()).collect();
        ByHand { client_id: client.id.as_str().to_owned(), kinds }
    });
    listed.filter(|one| !one.kinds.is_empty()).collect()
}

/// What the console shows.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The signals that are overdue.
    pub overdue: Vec<SignalRow>,
    /// The services to be told by hand.
    pub by_hand: Vec<ByHand>,
}

fn circumstances(deed: Deed<'_>) -> Circumstances {
    Circumstances { fresh: deed.officer.is_fresh(deed.now), ..Circumstances::default() }
}

/// The most that a page lists.
const MOST: i64 = 200;

/// The overdue list, for an officer who may see it. It names no person.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn seen(deed: Deed<'_>) -> Result<Seen, Refused> {
    permit(deed, Action::SeeSignals, circumstances(deed), None, None).await?;
    let overdue = all(&mut deed.app.db.peek(), "", deed.now, MOST).await?;
    Ok(Seen { overdue, by_hand: by_hand(deed.app.snapshot().clients()) })
}

/// One signal as an officer sees it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where it stands.
    pub row: SignalRow,
    /// Whom the service has to be told about, as it knows her; none once the account is gone.
    pub sub: Option<String>,
}

/// One signal, for an officer who may see it.
///
/// # Errors
/// [`Refused::NotFound`] if there is none; a refusal by the policies is on record.
pub async fn one(deed: Deed<'_>, jti: Uuid) -> Result<Listed, Refused> {
    permit(deed, Action::SeeSignals, circumstances(deed), None, None).await?;
    let row = rows::find(&mut deed.app.db.peek(), jti).await?.ok_or(Refused::NotFound)?;
    let client = ClientId::parse(&row.client_id).and_then(|id| deed.app.snapshot().client(&id).cloned());
    let sub = match client {
        Some(client) => sharing::subject(&mut deed.app.db.peek(), row.person, &client.sector).await?,
        None => None,
    };
    Ok(Listed { row, sub })
}

/// What every service that was given something was told of one change, and what it answered, for an officer who may see it.
/// It names no person.
///
/// # Errors
/// [`Refused::NotFound`] if nobody was told of such a change; a refusal by the policies is on record.
pub async fn of_change(deed: Deed<'_>, txn: Uuid) -> Result<Vec<SignalRow>, Refused> {
    permit(deed, Action::SeeSignals, circumstances(deed), None, None).await?;
    let told = rows::of_change(&mut deed.app.db.peek(), txn).await?;
    if told.is_empty() { Err(Refused::NotFound) } else { Ok(told) }
}

/// An officer told the service, by whatever way: the signal is off the list, once.
///
/// # Errors
/// [`Refused::NoCase`] without the number of a case; [`Refused::Decided`] if it is not on the list, or another officer was first; a refusal by the policies is on record.
pub async fn settle(deed: Deed<'_>, jti: Uuid, case: &str) -> Result<(), Refused> {
    let Deed { app, officer, context, now } = deed;
    let case = case.trim();
    if case.is_empty() {
        return Err(Refused::NoCase);
    }
    if case.chars().count() > Enquiry::MOST_CASE || case.chars().any(char::is_control) {
        return Err(Refused::BadCase);
    }
    permit(deed, Action::SettleSignal, circumstances(deed), None, None).await?;
    let row = rows::find(&mut app.db.peek(), jti).await?.ok_or(Refused::Decided)?;
    let payload = SignalDone { signal: jti, kind: row.kind.clone() };
    let draft = Draft::of_officer(officer, payload).from(context.clone()).because("told_by_hand", Some(case));
    let event = event(app, &About::from(&row), draft, now).await?;
    let settled = app
        .db
        .write(async |mut w| {
            if !rows::settle(&mut w, jti, now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match settled {
        Ok(_) => Ok(()),
        Err(Error::Missing) => Err(Refused::Decided),
        Err(error) => Err(Failure::Store(error).into()),
    }
}
