//! Handing signals over: by push, as the duty does, and by poll, as the service asks. Each outcome is an event.

use super::super::{Failure, people};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::vocabulary::{SignalDelivered, SignalRefused, SignalUnanswered};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, Outcome, Sealed};
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::signal::{State, TRIED_FOR, error_code, wait_after};
use crate::domain::time::When;
use crate::store::signals::{self as rows, SignalRow, Taken, TryRow};
use crate::store::{Error, Housekeeping};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::time::Duration;
use uuid::Uuid;

/// How long a signal that is being pushed is nobody else's.
const LEASE: Duration = Duration::from_mins(1);

/// A signal on the wire.
pub(super) struct About<'a> {
    pub jti: Uuid,
    pub client: &'a str,
    pub person: AccountId,
    pub kind: &'a str,
    pub tries: i64,
}

impl<'a> From<&'a Taken> for About<'a> {
    fn from(row: &'a Taken) -> Self {
        Self { jti: row.jti, client: &row.client_id, person: row.person, kind: &row.kind, tries: row.tries }
    }
}

impl<'a> From<&'a SignalRow> for About<'a> {
    fn from(row: &'a SignalRow) -> Self {
        Self { jti: row.jti, client: &row.client_id, person: row.person, kind: &row.kind, tries: row.tries }
    }
}

/// Seals the event of a signal: about its person, or about nobody once her keys are destroyed, for that the service was told
/// to erase her data is to be proven then, too.
pub(super) async fn event<K: Kind>(
    app: &App,
    about: &About<'_>,
    draft: Draft<K>,
    now: When,
) -> Result<Sealed<K>, Failure> {
    let draft = match ClientId::parse(about.client) {
        Some(client) => draft.at(&client),
        None => draft,
    };
    let keys = keys_of(app, about.person).await?;
    let draft = if keys.is_some() { draft.about(about.person) } else { draft };
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, keys.as_ref())?)
}

async fn keys_of(app: &App, person: AccountId) -> Result<Option<PersonKeys>, Failure> {
    match people::keys(&mut app.db.peek(), &app.roots, person).await {
        Ok(keys) => Ok(Some(keys)),
        Err(Failure::Store(Error::Missing) | Failure::Seal(SealError::NoKey)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What became of one push.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pushed {
    /// RFC 8935 §2.2.
    Accepted,
    /// RFC 8935 §2.3: it will never take this one.
    Refused(String),
    /// Anything else.
    Again(String),
}

/// Takes what is due for a service that is called.
///
/// # Errors
/// What the store says.
pub async fn take(app: &App, client: &ClientId, limit: usize, now: When) -> Result<Vec<Taken>, Error> {
    let limit = i64::try_from(limit).unwrap_or(1);
    let taken = app
        .db
        .write(async |mut w| {
            let taken = rows::take(&mut w, client, limit, now, now + LEASE).await?;
            w.commit_quietly(Housekeeping::Delivery, taken).await
        })
        .await?;
    Ok(taken.value)
}

/// Pushes a signal once and writes down what became of it. `spread` is a random share from 0 up to 1, which keeps the
/// next tries of many signals apart.
///
/// # Errors
/// [`Failure`] if the outcome could not be written down: it is pushed again when its lease has run out, with the same `jti`.
pub async fn push(app: &App, endpoint: &str, taken: &Taken, spread: f64) -> Result<(), Failure> {
    let began = app.now();
    let pushed = match super::token(app, taken) {
        Ok(set) => call(app, endpoint, set).await,
        Err(failure) => {
            tracing::error!(signal = %taken.jti, error = %failure, "a signal cannot be made");
            Pushed::Again("it could not be made".to_owned())
        }
    };
    let now = app.now();
    let answer = match &pushed {
        Pushed::Accepted => "answered with status 202".to_owned(),
        Pushed::Refused(code) => format!("refused: {code}"),
        Pushed::Again(why) => why.clone(),
    };
    let log = TryRow {
        jti: taken.jti,
        attempt: taken.tries,
        client_id: taken.client_id.clone(),
        at: began,
        took: i64::try_from(now.since(began).as_millis()).unwrap_or(i64::MAX),
        answer,
    };
    match pushed {
        Pushed::Accepted => delivered(app, &taken.into(), Some(&log), now).await.map(drop),
        Pushed::Refused(code) => refused(app, &taken.into(), &code, Some(&log), now).await.map(drop),
        // The last one there is.
        Pushed::Again(_) if now >= taken.queued_at + TRIED_FOR => {
            unanswered(app, &taken.into(), Some(&log), now).await.map(drop)
        }
        Pushed::Again(_) => {
            let due = now + wait_after(taken.tries).mul_f64(1.0 + spread / 5.0);
            // One last try at the very end, rather than none.
            let due = due.min(taken.queued_at + TRIED_FOR);
            app.db
                .write(async |mut w| {
                    rows::postpone(&mut w, taken.jti, due).await?;
                    rows::insert_try(&mut w, &log).await?;
                    w.commit_quietly(Housekeeping::Delivery, ()).await
                })
                .await?;
            Ok(())
        }
    }
}

/// RFC 8935 §2.1 to §2.4.
async fn call(app: &App, endpoint: &str, token: String) -> Pushed {
    let request = http::Request::post(endpoint)
        .header("content-type", "application/secevent+jwt")
        .header("accept", "application/json")
        .body(token.into_bytes());
    let Ok(request) = request else {
        return Pushed::Again("its address cannot be called".to_owned());
    };
    match app.outbound.call(request).await {
        Ok(answer) if answer.status() == http::StatusCode::ACCEPTED => Pushed::Accepted,
        Ok(answer) if answer.status() == http::StatusCode::BAD_REQUEST => match error_of(answer.body()) {
            Some(code) => Pushed::Refused(code),
            None => Pushed::Again("answered with status 400 and no error code".to_owned()),
        },
        Ok(answer) => Pushed::Again(format!("answered with status {}", answer.status().as_u16())),
        Err(error) => Pushed::Again(error.to_string()),
    }
}

#[derive(Deserialize)]
struct Told {
    err: String,
}

/// The error code in a service's answer (RFC 8935 §2.3), if it is one that can be kept.
#[must_use]
pub fn error_of(body: &[u8]) -> Option<String> {
    let told: Told = serde_json::from_slice(body).ok()?;
    error_code(&told.err).map(ToOwned::to_owned)
}

/// The service has the signal; `false` if that was known.
async fn delivered(app: &App, about: &About<'_>, log: Option<&TryRow>, now: When) -> Result<bool, Failure> {
    let payload = SignalDelivered { signal: about.jti, kind: about.kind.to_owned(), tries: about.tries };
    let event = event(app, about, Draft::new(ActorClass::System, payload).by(Channel::Batch), now).await?;
    close(app, about, (State::Delivered, None, Some(now)), (&event, log), now).await
}

/// The service does not take the signal; `false` if it had it, or had said so.
async fn refused(app: &App, about: &About<'_>, code: &str, log: Option<&TryRow>, now: When) -> Result<bool, Failure> {
    let payload = SignalRefused { signal: about.jti, kind: about.kind.to_owned(), why: code.to_owned() };
    let draft = Draft::new(ActorClass::Client, payload).by(Channel::Api).denied("not_taken");
    let event = event(app, about, draft, now).await?;
    close(app, about, (State::Refused, Some(code), None), (&event, log), now).await
}

/// The service had its 14 days; `false` if it has answered after all.
async fn unanswered(app: &App, about: &About<'_>, log: Option<&TryRow>, now: When) -> Result<bool, Failure> {
    let payload = SignalUnanswered { signal: about.jti, kind: about.kind.to_owned(), tries: about.tries };
    let mut draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    draft.outcome = Outcome::Error;
    draft.reason = Some("no_answer".to_owned());
    let event = event(app, about, draft, now).await?;
    let closed = close(app, about, (State::NoAnswer, None, None), (&event, log), now).await?;
    if closed {
        tracing::warn!(signal = %about.jti, service = about.client, "a service did not answer a signal for 14 days");
    }
    Ok(closed)
}

/// Moves a waiting signal on, with its event; a write without a change leaves nothing.
async fn close<K: Kind>(
    app: &App,
    about: &About<'_>,
    (state, reason, delivered): (State, Option<&str>, Option<When>),
    (event, log): (&Sealed<K>, Option<&TryRow>),
    now: When,
) -> Result<bool, Failure>
where
    Sealed<K>: Clone,
{
    let closed = app
        .db
        .write(async |mut w| {
            let which = (about.jti, about.client);
            if !rows::close(&mut w, which, (state.as_str(), reason), delivered, now).await? {
                return Err(Error::Missing);
            }
            if let Some(log) = log {
                rows::insert_try(&mut w, log).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    crate::service::done(closed)
}

/// Gives up what no service answered or fetched for 14 days and nobody is trying; says how much that was. What is pushed is
/// given up by its last try, unless there was none.
///
/// # Errors
/// [`Failure`]; what was given up until then stays so.
pub async fn give_up(app: &App, now: When, limit: i64) -> Result<usize, Failure> {
    let mut gone = 0;
    for row in rows::run_out(&mut app.db.peek(), now - TRIED_FOR, now, limit).await? {
        gone += usize::from(unanswered(app, &(&row).into(), None, now).await?);
    }
    Ok(gone)
}

/// What a service that asks says of what it was handed before (RFC 8936 §2.4).
#[derive(Debug, Clone, Default)]
pub struct Acknowledged {
    /// It has these.
    pub taken: Vec<Uuid>,
    /// It takes these not, for these reasons.
    pub refused: Vec<(Uuid, String)>,
    /// What names no signal at all.
    pub unknown: usize,
}

/// Takes note of what a service says it has; gives how many were none of its own.
///
/// # Errors
/// [`Failure`]; what was noted until then stays so, and the rest is said again.
pub async fn acknowledge(app: &App, client: &ClientId, said: &Acknowledged, now: When) -> Result<usize, Failure> {
    let mut forged = said.unknown;
    for (jti, code) in said.taken.iter().map(|jti| (jti, None)).chain(said.refused.iter().map(|(j, c)| (j, Some(c)))) {
        let found = rows::find(&mut app.db.peek(), *jti).await?;
        // One that was never handed over cannot be known to an honest service.
        let Some(row) = found.filter(|row| row.client_id == client.as_str() && row.tries > 0) else {
            forged += 1;
            continue;
        };
        // Said twice is nothing new: its own acknowledgement may have been lost on the way.
        match code {
            None => delivered(app, &(&row).into(), None, now).await?,
            Some(code) => refused(app, &(&row).into(), code, None, now).await?,
        };
    }
    Ok(forged)
}

/// What waits for a service, each with its `jti` (RFC 8936 §2.3), at most `limit`; and whether more does.
///
/// # Errors
/// [`Failure`]; nothing was handed over then.
pub async fn hand_over(app: &App, client: &ClientId, limit: i64) -> Result<(Map<String, Value>, bool), Failure> {
    let waiting = rows::waiting(&mut app.db.peek(), client).await?;
    let mut sets = Map::new();
    if waiting == 0 || limit == 0 {
        return Ok((sets, waiting > 0));
    }
    let taken = app
        .db
        .write(async |mut w| {
            let taken = rows::hand_over(&mut w, client, limit).await?;
            w.commit_quietly(Housekeeping::Delivery, taken).await
        })
        .await?
        .value;
    for row in &taken {
        sets.insert(row.jti.to_string(), Value::String(super::token(app, row)?));
    }
    Ok((sets, waiting > i64::try_from(taken.len()).unwrap_or(i64::MAX)))
}
