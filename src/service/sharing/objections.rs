//! She objects to a sharing that is not by consent (UK GDPR Art 21(1)): it is paused until an officer has decided, or she
//! takes it back.

use super::choices::{Recording, the};
use super::{Capture, Change, Wanted, add, names};
use crate::app::App;
use crate::domain::audit::vocabulary::{Objected, ObjectionWithdrawn};
use crate::domain::audit::{Basis, Context};
use crate::domain::client::Client;
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::retention::Period;
use crate::domain::sharing::RecordState;
use crate::domain::time::When;
use crate::service::{Failure, people, records};
use crate::store::sharing::{self, StandingRow};
use jiff::tz::TimeZone;

/// The longest grounds, in characters.
pub const LONGEST: usize = 2_000;

/// Pauses a purpose at her word, in the transaction that records it. Only a public task can be objected to: consent is taken
/// back, and a contract or a legal obligation goes on. `None` if there is nothing to object to, or an objection waits.
pub async fn object(
    app: &App,
    account: AccountId,
    (client, purpose): (&Client, &str),
    grounds: &str,
    capture: &Capture,
    context: Context,
    now: When,
) -> Result<Option<Vec<Change>>, Failure> {
    let share = client.shares.iter().find(|share| share.purpose == purpose && share.basis == Basis::PublicTask);
    let Some(share) = share else { return Ok(None) };
    let notice = app.snapshot().policy.edition_at(&share.notice, now);
    let wanted = Wanted {
        client: &client.id,
        purpose,
        basis: share.basis,
        state: RecordState::Objected,
        notice: Some(&notice),
        claims: None,
        expires_at: None,
        reason: None,
        ends: None,
    };
    let grounds: String = grounds.chars().take(LONGEST).collect();
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let recording = Recording { capture, context: &context, keys: &keys };
    add(app, account, &[wanted], (capture, true), now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let payload = Objected { record: line.id, claims: names(line.claims), grounds: grounds.clone() };
        recording.seal(snapshot, seed, payload, line)
    })
    .await
}

/// Takes an objection back before it is decided, in the transaction that records it: what stood before it stands again. `None`
/// if none of hers waits there, or it was decided a moment ago.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn take_back(
    app: &App,
    account: AccountId,
    (client, purpose): (&ClientId, &str),
    capture: &Capture,
    context: Context,
    now: When,
) -> Result<Option<Vec<Change>>, Failure> {
    let Some(Waiting { basis, objection, .. }) = waiting(app, account, client, purpose).await? else {
        return Ok(None);
    };
    let wanted = Wanted {
        client,
        purpose,
        basis,
        state: RecordState::ObjectionWithdrawn,
        notice: None,
        claims: None,
        expires_at: None,
        reason: None,
        ends: Some(objection),
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let recording = Recording { capture, context: &context, keys: &keys };
    add(app, account, &[wanted], (capture, true), now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let payload = ObjectionWithdrawn { record: line.id, objection, claims: names(line.claims) };
        recording.seal(snapshot, seed, payload, line)
    })
    .await
}

/// An objection that waits.
pub(super) struct Waiting {
    /// The basis of what it pauses.
    pub(super) basis: Basis,
    /// Its line.
    pub(super) objection: RecordId,
    /// When it was made.
    pub(super) since: When,
}

/// The objection that waits there.
pub(super) async fn waiting(
    app: &App,
    account: AccountId,
    client: &ClientId,
    purpose: &str,
) -> Result<Option<Waiting>, Failure> {
    let stands = records::standings(sharing::standings_at(&mut app.db.peek(), account, client.as_str()).await?)?;
    let standing = stands.iter().find(|standing| standing.purpose == purpose);
    Ok(standing.and_then(|standing| {
        let (since, objection) = standing.paused?;
        Some(Waiting { basis: standing.basis, objection, since })
    }))
}

/// Whether an objection waits there.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn waits(app: &App, account: AccountId, client: &ClientId, purpose: &str) -> Result<bool, Failure> {
    Ok(waiting(app, account, client, purpose).await?.is_some())
}

/// An objection that waits to be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Whose.
    pub account: AccountId,
    /// The service.
    pub client: ClientId,
    /// The purpose, paused meanwhile.
    pub purpose: String,
    /// The line of the objection.
    pub objection: RecordId,
    /// Since when.
    pub since: When,
    /// By when it is answered: a month (UK GDPR Art 12(3)).
    pub due: When,
}

/// By when an objection of that time is answered: a month (UK GDPR Art 12(3)).
pub(super) fn due(since: When, zone: &TimeZone) -> When {
    Period::months(1).unwrap_or_else(|_| Period::zero()).after(since, zone)
}

/// The objections that wait, the oldest first, and so those that are overdue first; at most so many.
pub async fn pending(app: &App, limit: i64) -> Result<Vec<Pending>, Failure> {
    read(app, sharing::paused(&mut app.db.peek(), limit).await?)
}

/// The objection of this line, if it waits still.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn find(app: &App, objection: RecordId) -> Result<Option<Pending>, Failure> {
    let row = sharing::paused_by(&mut app.db.peek(), objection).await?;
    Ok(read(app, row.into_iter().collect())?.pop())
}

fn read(app: &App, rows: Vec<(AccountId, StandingRow)>) -> Result<Vec<Pending>, Failure> {
    let snapshot = app.snapshot();
    let zone = &snapshot.policy.controller.time_zone;
    let mut found = Vec::with_capacity(rows.len());
    for (account, row) in rows {
        for standing in records::standings(vec![row])? {
            let Some((since, objection)) = standing.paused else { continue };
            let due = due(since, zone);
            found.push(Pending { account, client: standing.client, purpose: standing.purpose, objection, since, due });
        }
    }
    Ok(found)
}
