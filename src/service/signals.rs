//! Services are told of a change that concerns what they were given: by a signed Security Event Token (RFC 8417), pushed
//! (RFC 8935) or fetched (RFC 8936), until they have it, and they say what became of it.
//!
//! ```text
//! let told = signals::prepare(app, &change, now).await?;            // who is told what; keys are made here
//! app.db.write(async |mut w| {
//!     … the change itself …
//!     signals::queue(&mut w, &told, now).await?;                    // in the same transaction, or not at all
//!     w.commit(event.clone(), ()).await
//! })
//! ```
//!
//! What a signal says is written down once, sealed under a key of its row; the token is signed anew at each try, with the
//! same `jti` and the same claims, so that a receiver knows one it has had. It has no `exp`: what happened does not cease to
//! have happened (RFC 8417 §2.2).

pub mod answer;
pub mod delivery;
pub mod overdue;

use super::Failure;
use crate::app::App;
use crate::crypto::seal::{RowKey, RowKind, WrappedKey};
use crate::crypto::{SealError, keys, tokens};
use crate::domain::claims::{Claim, ClaimSet};
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::signal::{Change, Given, Kind, Share, State, What, first_state, plan};
use crate::domain::time::When;
use crate::store::signals::{self as rows, NewSignal, SignalRow, Taken};
use crate::store::{Error, Write, sharing};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a signal says beside whom it is for and of what kind it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Body {
    /// The person's subject at the service.
    sub: String,
    /// What it is about.
    shares: Vec<Share>,
}

/// Signals ready to be queued with the change they tell of.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The change, for whoever wants to ask later who was told of it.
    pub txn: Uuid,
    /// The services that are told, by a signal or by hand, each with the claims that it is about.
    pub services: BTreeMap<ClientId, ClaimSet>,
    account: AccountId,
    known: BTreeSet<String>,
    signals: Vec<NewSignal>,
}

/// Finds out who has to be told of a change, and makes the signals. Call it right before the write that makes the change,
/// and [`queue`] within.
///
/// # Errors
/// [`Failure`] of the store or of the library that seals.
pub async fn prepare(app: &App, change: &Change, now: When) -> Result<Prepared, Failure> {
    let mut read = app.db.read().await?;
    let given = rows::given(&mut read, change.account).await?;
    let known: BTreeSet<String> =
        rows::known(&mut read, change.account).await?.into_iter().map(|(client,)| client).collect();
    let client = |id: &str| ClientId::parse(id).ok_or_else(|| Error::Unreadable("client_id".to_owned()));
    let given = given
        .into_iter()
        .map(|(id, purpose, record, claims)| {
            let claims = claims.split(' ').filter_map(Claim::parse).collect();
            Ok(Given { client: client(&id)?, purpose, record, claims })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    let ids = known.iter().map(|id| client(id)).collect::<Result<BTreeSet<_>, Error>>()?;
    let (txn, kind, snapshot) = (tokens::uuid(), change.what.kind(), app.snapshot());
    let (mut services, mut signals) = (BTreeMap::new(), Vec::new());
    for (id, shares) in plan(&change.what, &given, &ids) {
        let client = snapshot.client(&id);
        let mut state = first_state(client.map(|client| &**client), kind);
        let sub = match client {
            Some(client) => sharing::subject(&mut read, change.account, &client.sector).await?,
            None => None,
        };
        let claims = shares.iter().flat_map(|share| &share.claims).filter_map(|name| Claim::parse(name)).collect();
        let jti = tokens::uuid_at(now);
        let sealed = match (state, sub) {
            (State::Waiting, Some(sub)) => Some(seal(app, jti, &Body { sub, shares })?),
            // It was told what it would get, and she never went there: it has nothing of hers.
            (_, None) if client.is_some() => continue,
            _ => {
                state = State::ByHand;
                None
            }
        };
        let (client_id, person) = (id.as_str().to_owned(), change.account);
        services.insert(id, claims);
        signals.push(NewSignal { jti, txn, client_id, person, kind: kind.as_str(), sealed, state: state.as_str() });
    }
    Ok(Prepared { txn, services, account: change.account, known, signals })
}

fn seal(app: &App, jti: Uuid, body: &Body) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let body = serde_json::to_vec(body).map_err(|_| SealError::Malformed)?;
    let key = RowKey::generate(RowKind::Signal, jti)?;
    Ok((key.wrap(&app.roots)?.0, key.seal("body", &body)?))
}

/// Queues the signals of a change, in the write that makes it.
///
/// # Errors
/// [`Error::Conflict`] if a service got to know her since [`prepare`]: nothing has happened then; prepare again. Else what
/// the store says.
pub async fn queue(w: &mut Write, told: &Prepared, now: When) -> Result<(), Error> {
    let known: BTreeSet<String> = rows::known(w, told.account).await?.into_iter().map(|(client,)| client).collect();
    if !known.is_subset(&told.known) {
        return Err(Error::Conflict);
    }
    for signal in &told.signals {
        rows::queue(w, signal, now).await?;
    }
    Ok(())
}

/// The Security Event Token of a signal, signed now (RFC 8417 §2.2).
///
/// # Errors
/// [`Failure`] if the row cannot be opened or nothing signs.
fn token(app: &App, taken: &Taken) -> Result<String, Failure> {
    let (wrapped, body) = taken.row_key.clone().zip(taken.body.as_ref()).ok_or(SealError::NoKey)?;
    let key = RowKey::unwrap(&app.roots, RowKind::Signal, taken.jti, &WrappedKey(wrapped))?;
    let body: Body = serde_json::from_slice(&key.open("body", body)?).map_err(|_| SealError::Malformed)?;
    Ok(app.snapshot().keys.sign(keys::SigningAlg::Es256, keys::TokenType::SecurityEvent, &claims(app, taken, &body))?)
}

fn claims(app: &App, taken: &Taken, body: &Body) -> Value {
    let at = taken.queued_at.seconds();
    let event = event_type(app.issuer.as_str(), &taken.kind);
    json!({
        "iss": app.issuer.as_str(),
        "aud": taken.client_id,
        "iat": at,
        "jti": taken.jti,
        "txn": taken.txn,
        "toe": at,
        // RFC 9493 §3.2.3: the subject by which this service knows her, and nobody else does.
        "sub_id": { "format": "iss_sub", "iss": app.issuer.as_str(), "sub": body.sub },
        "events": { event: { "shares": body.shares } },
    })
}

/// The address that names an event type (RFC 8417 §2.2); its schema lies there.
#[must_use]
pub fn event_type(issuer: &str, kind: &str) -> String {
    format!("{issuer}/events/{kind}")
}

/// What a service was told of a person, and what it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it was told.
    pub kind: Kind,
    /// Where that stands.
    pub state: State,
    /// Its word for why it was refused; `by_hand` where somebody of the council told it.
    pub reason: Option<String>,
    /// When the change was made and the telling began.
    pub since: When,
    /// When the service had it.
    pub told_at: Option<When>,
    /// When it said what became of it.
    pub acknowledged_at: Option<When>,
}

impl Told {
    fn of(row: SignalRow) -> Result<Self, Error> {
        let state = State::parse(&row.state).ok_or_else(|| Error::Unreadable("signal.state".to_owned()))?;
        let kind = Kind::parse(&row.kind).ok_or_else(|| Error::Unreadable("signal.kind".to_owned()))?;
        let answered = matches!(state, State::Done | State::Refused);
        Ok(Self {
            kind,
            state,
            reason: row.reason,
            since: row.queued_at,
            told_at: row.delivered_at,
            acknowledged_at: row.answered_at.filter(|_| answered),
        })
    }
}

/// What a service was told about a person, newest first: for her own page.
///
/// # Errors
/// What the store says.
pub async fn told(app: &App, account: AccountId, client: &ClientId) -> Result<Vec<Told>, Error> {
    let rows = rows::of_account(&mut app.db.peek(), account).await?;
    rows.into_iter().filter(|row| row.client_id == client.as_str()).map(Told::of).collect()
}

/// A change of one share: what [`prepare`] takes for a withdrawal, an objection and what ends it.
#[must_use]
pub fn sharing(account: AccountId, kind: Kind, client: &ClientId, purpose: &str) -> Change {
    Change { account, what: What::Sharing { kind, client: client.clone(), purpose: purpose.to_owned() } }
}
