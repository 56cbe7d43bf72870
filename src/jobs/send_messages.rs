//! Delivers the outbox: letters through the relay, back-channel sign-out calls to services.
//!
//! ```text
//! waiting ──taken (leased 60 s)──> tried ──ok─────────────────────> delivered   (what it said is gone for good)
//!    ^                               │ ──worth another try────┐
//!    └──────── due later ────────────┼────────────────────────┘
//!                                    └──refused, or too often────> dead         (the reason stays)
//! ```
//!
//! Every destination (the relay, each service) has a few lanes of its own, so that one that is slow delays nobody else.
//! A node that dies in the middle of a try leaves a row whose lease runs out; it is tried again then, a letter under
//! the same Message-ID.

use super::runner::{Duty, Fault, share};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::keys::TokenType;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::Token;
use crate::domain::audit::vocabulary::{LogoutConfirmed, LogoutUndelivered};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind};
use crate::domain::client::SigningAlg;
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::time::When;
use crate::http::metrics::LETTERS;
use crate::http::outbound::OutboundError;
use crate::mail::{Letter, MailError};
use crate::service::post::{self, BackChannel, Opened};
use crate::service::tokens::signing_alg;
use crate::service::{Failure, people};
use crate::store::deliveries::{self, DeliveryRow};
use crate::store::outbox::{self, TakenRow};
use crate::store::{Error, Housekeeping, Write};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How long a taken message is nobody else's.
const LEASE: Duration = Duration::from_mins(1);

/// Tries at a time to one destination.
const LANES: usize = 4;

/// How long tries in hand have when the node stops: longer than one call may take.
const LAST_TRIES: Duration = Duration::from_secs(8);

/// A logout token's life; OIDC Back-Channel Logout §4 advises two minutes at most.
const LOGOUT_TOKEN: Duration = Duration::from_mins(2);

/// How long a letter is tried for, unless what it carries is of no use sooner.
const LETTER_TRIED_FOR: Duration = Duration::from_hours(24);

/// The waits between the tries of a back-channel call: eight tries over an hour and three quarters.
const CALL_WAITS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_mins(30),
    Duration::from_hours(1),
];

/// The duty. Holds what is being tried.
#[derive(Debug, Default)]
pub struct SendMessages {
    in_hand: JoinSet<()>,
    lanes: HashMap<Option<String>, Arc<Semaphore>>,
    counted_at: Option<When>,
}

impl SendMessages {
    /// Nothing in hand.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Duty for SendMessages {
    const NAME: &'static str = "send_messages";
    const EVERY: Duration = Duration::from_millis(250);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        while self.in_hand.try_join_next().is_some() {}
        for destination in outbox::due(&mut app.db.peek(), now).await? {
            let lanes = self.lanes.entry(destination.clone()).or_insert_with(|| Arc::new(Semaphore::new(LANES)));
            let free = lanes.available_permits();
            if free == 0 {
                continue;
            }
            for taken in take(app, destination.as_deref(), free, now).await? {
                let Ok(lane) = Arc::clone(lanes).try_acquire_owned() else { break };
                let app = app.clone();
                self.in_hand.spawn(async move {
                    deliver(&app, &taken).await;
                    drop(lane);
                });
            }
        }
        if self.counted_at.is_none_or(|at| now.since(at) >= Duration::from_secs(10)) {
            self.counted_at = Some(now);
            let (waiting, dead) = outbox::counts(&mut app.db.peek()).await?;
            #[expect(clippy::cast_precision_loss, reason = "a gauge of messages")]
            for (state, count) in [("waiting", waiting as f64), ("dead", dead as f64)] {
                metrics::gauge!("portreeve_outbox_messages", "state" => state).set(count);
            }
        }
        Ok(())
    }

    async fn finish(&mut self) {
        let all = async { while self.in_hand.join_next().await.is_some() {} };
        // What is cut off here is tried again when its lease has run out.
        let _ = tokio::time::timeout(LAST_TRIES, all).await;
        self.in_hand.abort_all();
    }
}

async fn take(app: &App, to: Option<&str>, limit: usize, now: When) -> Result<Vec<TakenRow>, Error> {
    let limit = i64::try_from(limit).unwrap_or(1);
    let taken = app
        .db
        .write(async |mut w| {
            let taken = outbox::take_for(&mut w, to, limit, now, now + LEASE).await?;
            w.commit_quietly(Housekeeping::Delivery, taken).await
        })
        .await?;
    Ok(taken.value)
}

/// What became of one try.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tried {
    Delivered(String),
    /// Worth another try, if that is before the moment named.
    Again(String, Option<When>),
    Never(String),
}

/// Tries one message once and writes down what became of it.
async fn deliver(app: &App, taken: &TakenRow) {
    let began = app.now();
    let tried = attempt(app, taken).await;
    let log = logged(taken, &tried, began, app.now());
    // The outcome is worth some patience: unwritten, the message goes out twice.
    for pause in [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5)] {
        match note(app, taken, &tried, log.as_ref(), app.now()).await {
            Ok(()) => return,
            Err(failure) if failure.is_shortage() => tokio::time::sleep(pause).await,
            Err(failure) => {
                tracing::error!(message = %taken.id, error = %failure, "a delivery could not be noted");
                return;
            }
        }
    }
    tracing::error!(message = %taken.id, "a delivery could not be noted: the database is away");
}

/// The line of the delivery log, for calls to services.
fn logged(taken: &TakenRow, tried: &Tried, at: When, now: When) -> Option<DeliveryRow> {
    let (outcome, answer) = match tried {
        Tried::Delivered(answer) => ("confirmed", answer),
        Tried::Again(error, before) if next_try(taken, *before, now).is_some() => ("again", error),
        Tried::Again(error, _) | Tried::Never(error) => ("given_up", error),
    };
    Some(DeliveryRow {
        message: taken.id,
        attempt: taken.attempts,
        client_id: taken.client_id.clone()?,
        at,
        took: i64::try_from(now.since(at).as_millis()).unwrap_or(i64::MAX),
        outcome: outcome.to_owned(),
        answer: answer.clone(),
    })
}

async fn attempt(app: &App, taken: &TakenRow) -> Tried {
    match post::open(&app.roots, taken) {
        Ok(Opened::Mail { until: Some(until), .. }) if until <= app.now() => {
            metrics::counter!(LETTERS, "outcome" => "lapsed").increment(1);
            Tried::Never("what it carries works no longer".to_owned())
        }
        Ok(Opened::Mail { to, text, until }) => {
            let letter = Letter { to, subject: text.subject, body: text.body };
            let (tried, outcome) = match app.mail.send(&letter, taken.id, app.now()).await {
                Ok(()) => (Tried::Delivered(String::new()), "sent"),
                Err(error @ MailError::Transient { .. }) => (Tried::Again(error.to_string(), until), "transient"),
                Err(error @ MailError::Permanent { .. }) => (Tried::Never(error.to_string()), "permanent"),
            };
            metrics::counter!(LETTERS, "outcome" => outcome).increment(1);
            tried
        }
        Ok(Opened::BackChannel(call)) => {
            let snapshot = app.snapshot();
            let client = taken.client_id.as_deref().and_then(ClientId::parse);
            let client = client.and_then(|id| snapshot.client(&id).cloned());
            let place = match (&client, &call.left) {
                (Some(client), _) => {
                    client.backchannel_logout_uri.as_ref().map(|uri| (uri.as_str(), client.id_token_alg_at(app.now())))
                }
                (None, Some(left)) => Some((left.uri.as_str(), left.alg)),
                (None, None) => return Tried::Never("the service is no longer one of ours".to_owned()),
            };
            match (place, taken.client_id.as_deref()) {
                (Some((uri, alg)), Some(id)) => tell(app, (id, uri, alg), &call, app.now()).await,
                _ => Tried::Never("the service takes no sign-out calls any more".to_owned()),
            }
        }
        Err(failure) => Tried::Never(format!("it cannot be opened: {failure}")),
    }
}

/// One call to a service (OIDC Back-Channel Logout §2.5), with a logout token made for it.
async fn tell(app: &App, (id, uri, alg): (&str, &str, SigningAlg), call: &BackChannel, now: When) -> Tried {
    let token = match logout_token(app, (id, alg), call, now) {
        Ok(token) => token,
        Err(failure) => return Tried::Again(failure.to_string(), None),
    };
    match app.outbound.post_form(uri, &[("logout_token", &token)]).await {
        Ok(status) if status.is_success() => Tried::Delivered(format!("answered with status {}", status.as_u16())),
        Ok(status) => Tried::Again(format!("answered with status {}", status.as_u16()), None),
        Err(error @ OutboundError::Refused(_)) => Tried::Again(format!("not called: {error}"), None),
        Err(error) => Tried::Again(error.to_string(), None),
    }
}

/// A logout token (OIDC Back-Channel Logout §2.4).
fn logout_token(app: &App, (id, alg): (&str, SigningAlg), call: &BackChannel, now: When) -> Result<String, Failure> {
    let claims = json!({
        "iss": app.issuer.as_str(),
        "aud": id,
        "iat": now.seconds(),
        "exp": (now + LOGOUT_TOKEN).seconds(),
        "jti": Token::random().as_str(),
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        "sid": call.sid,
        "sub": call.sub,
    });
    Ok(app.snapshot().keys.sign(signing_alg(alg), TokenType::Logout, &claims)?)
}

/// When a message is tried again, or never: `before` is when it is of no use any more.
fn next_try(taken: &TakenRow, before: Option<When>, now: When) -> Option<When> {
    let tries = usize::try_from(taken.attempts).unwrap_or(usize::MAX).max(1);
    if taken.kind == "back_channel" {
        let wait = *CALL_WAITS.get(tries - 1)?;
        return Some(now + wait.mul_f64(1.0 + share() / 5.0));
    }
    let doubled = Duration::from_mins(1).saturating_mul(1_u32 << (tries - 1).min(6));
    let due = now + doubled.min(Duration::from_hours(1)).mul_f64(1.0 - share() / 5.0);
    let end = taken.created_at + LETTER_TRIED_FOR;
    (due < before.map_or(end, |before| end.min(before))).then_some(due)
}

async fn note(app: &App, taken: &TakenRow, tried: &Tried, log: Option<&DeliveryRow>, now: When) -> Result<(), Failure> {
    let (error, due) = match tried {
        Tried::Delivered(_) => return confirm(app, taken, log, now).await,
        Tried::Never(error) => (error, None),
        Tried::Again(error, before) => (error, next_try(taken, *before, now)),
    };
    let Some(due) = due else {
        return give_up(app, taken, error, log, now).await;
    };
    let id = taken.id;
    app.db
        .write(async |mut w| {
            write_down(&mut w, log).await?;
            outbox::postpone(&mut w, id, error, due).await?;
            w.commit_quietly(Housekeeping::Delivery, ()).await
        })
        .await?;
    Ok(())
}

async fn write_down(w: &mut Write, log: Option<&DeliveryRow>) -> Result<(), Error> {
    match log {
        Some(row) => deliveries::insert(w, row).await,
        None => Ok(()),
    }
}

async fn confirm(app: &App, taken: &TakenRow, log: Option<&DeliveryRow>, now: When) -> Result<(), Failure> {
    let id = taken.id;
    match about(app, taken, LogoutConfirmed { attempts: taken.attempts }, None, now).await? {
        Some(event) => {
            app.db
                .write(async |mut w| {
                    outbox::delivered(&mut w, id, now).await?;
                    write_down(&mut w, log).await?;
                    w.commit(event.clone(), ()).await
                })
                .await?;
        }
        None => {
            app.db
                .write(async |mut w| {
                    outbox::delivered(&mut w, id, now).await?;
                    write_down(&mut w, log).await?;
                    w.commit_quietly(Housekeeping::Delivery, ()).await
                })
                .await?;
        }
    }
    Ok(())
}

async fn give_up(
    app: &App,
    taken: &TakenRow,
    error: &str,
    log: Option<&DeliveryRow>,
    now: When,
) -> Result<(), Failure> {
    let id = taken.id;
    let service = taken.client_id.as_deref().unwrap_or("-");
    tracing::error!(message = %id, kind = taken.kind, service, tries = taken.attempts, error, "a message is given up");
    match about(app, taken, LogoutUndelivered { attempts: taken.attempts }, Some("undelivered"), now).await? {
        Some(event) => {
            app.db
                .write(async |mut w| {
                    outbox::dead(&mut w, id, error, now).await?;
                    write_down(&mut w, log).await?;
                    w.commit(event.clone(), ()).await
                })
                .await?;
        }
        None => {
            app.db
                .write(async |mut w| {
                    outbox::dead(&mut w, id, error, now).await?;
                    write_down(&mut w, log).await?;
                    w.commit_quietly(Housekeeping::Delivery, ()).await
                })
                .await?;
        }
    }
    Ok(())
}

/// The event of a back-channel call, about the person whose session ended. Letters have none of their own: the deed
/// that wrote them has.
async fn about<K: Kind>(
    app: &App,
    taken: &TakenRow,
    payload: K,
    failed: Option<&str>,
    now: When,
) -> Result<Option<crate::domain::audit::Sealed<K>>, Failure> {
    let (Some(person), Some(client)) = (taken.person, taken.client_id.as_deref().and_then(ClientId::parse)) else {
        return Ok(None);
    };
    // Erased meanwhile, there is nobody left that an event could be about.
    let Some(keys) = keys_of(app, person).await? else {
        return Ok(None);
    };
    let mut draft = Draft::new(ActorClass::System, payload).about(person).at(&client).by(Channel::Batch);
    if let Some(reason) = failed {
        draft.outcome = crate::domain::audit::Outcome::Error;
        draft.reason = Some(reason.to_owned());
    }
    Ok(Some(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?))
}

async fn keys_of(app: &App, person: AccountId) -> Result<Option<crate::crypto::seal::PersonKeys>, Failure> {
    match people::keys(&mut app.db.peek(), &app.roots, person).await {
        Ok(keys) => Ok(Some(keys)),
        Err(Failure::Store(Error::Missing) | Failure::Seal(SealError::NoKey)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::{LETTER_TRIED_FOR, next_try};
    use crate::domain::ids::MessageId;
    use crate::domain::time::When;
    use crate::store::outbox::TakenRow;
    use std::time::Duration;
    use uuid::Uuid;

    fn letter(attempts: i64) -> TakenRow {
        let (id, kind, created_at) = (MessageId(Uuid::nil()), "mail".to_owned(), When::from_micros(0));
        let (client_id, person, row_key, recipient, body) = (None, None, None, None, None);
        TakenRow { id, kind, client_id, person, row_key, recipient, body, attempts, created_at }
    }

    #[test]
    fn a_letter_is_tried_for_a_day_and_not_beyond_what_it_carries() {
        let start = When::from_micros(0);
        let mut now = start;
        let mut tries = 0;
        while let Some(due) = next_try(&letter(tries), None, now) {
            assert!(due > now && due < start + LETTER_TRIED_FOR);
            (now, tries) = (due, tries + 1);
        }
        assert!((25..60).contains(&tries) && now.since(start) > Duration::from_hours(22), "{tries} tries until {now}");
        let before = Some(start + Duration::from_mins(15));
        // The waits are a minute, two, four and eight, each up to a fifth shorter.
        assert!(next_try(&letter(1), before, start).is_some());
        assert!(next_try(&letter(3), before, start + Duration::from_mins(7)).is_some());
        assert_eq!(next_try(&letter(4), before, start + Duration::from_mins(9)), None);
    }
}
