//! She objects to a sharing that is not by consent (UK GDPR Art 21(1)): it is paused until an officer has decided.

use super::choices::{about, the};
use super::{Capture, Change, Wanted, add, names};
use crate::app::App;
use crate::domain::audit::vocabulary::{Objected, ObjectionDecided};
use crate::domain::audit::{ActorClass, Basis, Channel, Context, Draft};
use crate::domain::client::Client;
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::retention::Period;
use crate::domain::sharing::{Decider, Method, RecordState};
use crate::domain::time::When;
use crate::service::standing::Why;
use crate::service::{Failure, people, records};
use crate::store::sharing;
use jiff::tz::TimeZone;

/// The longest grounds, in characters.
pub const LONGEST: usize = 2_000;

/// What an officer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// She is right: the purpose is stopped until she asks for it herself.
    Upheld,
    /// There are compelling legitimate grounds, named in the case: what stood stands again.
    Rejected,
}

impl Decision {
    /// The word of events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
        }
    }
}

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
    };
    let grounds: String = grounds.chars().take(LONGEST).collect();
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    add(app, account, &[wanted], (capture, true), now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let payload = Objected { record: line.id, claims: names(&line.claims), grounds: grounds.clone() };
        let draft = about(capture, payload, account, line, &context);
        Ok(snapshot.recorder.seal(seed, &draft, Some(&keys))?)
    })
    .await
}

/// What became of a decision.
#[derive(Debug)]
pub enum Decided {
    /// It is written, and bites.
    Done(Vec<Change>),
    /// No objection waits there.
    NoneWaits,
    /// The reason keeps things from her for a while; a decision on her objection is hers to know.
    Hidden,
}

/// Decides an objection, for a reason of the closed list and a case.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn decide_objection(
    app: &App,
    (account, client, purpose): (AccountId, &ClientId, &str),
    decision: Decision,
    why: &Why,
    now: When,
) -> Result<Decided, Failure> {
    if why.hides(app) {
        return Ok(Decided::Hidden);
    }
    let Some((basis, objection)) = waiting(app, account, client, purpose).await? else {
        return Ok(Decided::NoneWaits);
    };
    let state = match decision {
        Decision::Upheld => RecordState::ObjectionUpheld,
        Decision::Rejected => RecordState::ObjectionRejected,
    };
    let wanted = Wanted {
        client,
        purpose,
        basis,
        state,
        notice: None,
        claims: None,
        expires_at: None,
        reason: Some(why.code()),
    };
    let authority = why.case().map(ToOwned::to_owned);
    let capture = Capture { method: Method::Page, actor: Decider::Officer, authority, ..Capture::by_system() };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let added = add(app, account, &[wanted], (&capture, false), now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let decision = decision.as_str().to_owned();
        let payload = ObjectionDecided { record: line.id, objection, decision, by: why.by().clone() };
        let context = Context { case: why.case().map(ToOwned::to_owned), ..Context::default() };
        let mut draft = Draft::new(ActorClass::System, payload)
            .about(account)
            .at(&line.client)
            .purpose(&line.purpose, line.basis)
            .by(Channel::Batch)
            .from(context);
        draft.reason = Some(why.code().to_owned());
        Ok(snapshot.recorder.seal(seed, &draft, Some(&keys))?)
    })
    .await?;
    Ok(added.map_or(Decided::NoneWaits, Decided::Done))
}

/// The basis and the line of an objection that waits there.
async fn waiting(
    app: &App,
    account: AccountId,
    client: &ClientId,
    purpose: &str,
) -> Result<Option<(Basis, RecordId)>, Failure> {
    let stands = records::standings(sharing::standings_at(&mut app.db.peek(), account, client.as_str()).await?)?;
    let standing = stands.iter().find(|standing| standing.purpose == purpose);
    Ok(standing.and_then(|standing| Some((standing.basis, standing.paused?.1))))
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

/// The objections that wait, the oldest first; at most so many.
pub async fn pending(app: &App, limit: i64) -> Result<Vec<Pending>, Failure> {
    let rows = sharing::paused(&mut app.db.peek(), limit).await?;
    let snapshot = app.snapshot();
    let zone = &snapshot.policy.controller.time_zone;
    let mut found = Vec::with_capacity(rows.len());
    for (account, row) in rows {
        for standing in records::standings(vec![row])? {
            if let Some((since, objection)) = standing.paused {
                let due = due(since, zone);
                found.push(Pending {
                    account,
                    client: standing.client,
                    purpose: standing.purpose,
                    objection,
                    since,
                    due,
                });
            }
        }
    }
    Ok(found)
}
