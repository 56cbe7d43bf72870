//! A service says what became of a signal: that it did what it was told, or why it does not. Each signal is answered once.

use super::super::Failure;
use super::delivery::{About, event};
use crate::app::App;
use crate::domain::audit::vocabulary::{SignalDone, SignalRefused};
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Kind, Sealed};
use crate::domain::client::Client;
use crate::domain::signal::{Outcome, State};
use crate::domain::time::When;
use crate::store::signals::{self as rows, SignalRow};
use crate::store::{Error, Events};
use uuid::Uuid;

/// How an answer was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It stands.
    Noted,
    /// No such signal was handed to this service.
    Unknown,
    /// It was answered before, in the same way.
    Before,
    /// It was answered before, in another way, which stands.
    Contradicted,
}

/// Takes the answer of an authenticated service.
///
/// # Errors
/// [`Failure`]; nothing is noted then.
pub async fn answer(
    app: &App,
    client: &Client,
    (jti, outcome): (Uuid, Outcome),
    context: &Context,
    now: When,
) -> Result<Answered, Failure> {
    let found = rows::find(&mut app.db.peek(), jti).await?;
    let Some(row) = found.filter(|row| row.client_id == client.id.as_str() && row.tries > 0) else {
        return Ok(Answered::Unknown);
    };
    let noted = match outcome {
        Outcome::Done => {
            let payload = SignalDone { signal: jti, kind: row.kind.clone() };
            let draft = by(payload, context);
            note(app, client, &row, (State::Done, None), &event(app, &About::from(&row), draft, now).await?, now)
                .await?
        }
        Outcome::Refused(reason) => {
            let why = reason.as_str();
            let payload = SignalRefused { signal: jti, kind: row.kind.clone(), why: why.to_owned() };
            let draft = by(payload, context).denied("not_done");
            let event = event(app, &About::from(&row), draft, now).await?;
            note(app, client, &row, (State::Refused, Some(why)), &event, now).await?
        }
    };
    if noted {
        return Ok(Answered::Noted);
    }
    // Somebody was first: which answer was it?
    let stands = rows::find(&mut app.db.peek(), jti).await?.ok_or(Error::Missing)?;
    let reason = match outcome {
        Outcome::Done => None,
        Outcome::Refused(reason) => Some(reason.as_str()),
    };
    let same = stands.state == outcome.state().as_str() && stands.reason.as_deref() == reason;
    Ok(if same { Answered::Before } else { Answered::Contradicted })
}

fn by<K: Kind>(payload: K, context: &Context) -> Draft<K> {
    Draft::new(ActorClass::Client, payload).by(Channel::Api).from(context.clone())
}

async fn note<K: Kind>(
    app: &App,
    client: &Client,
    row: &SignalRow,
    to: (State, Option<&str>),
    event: &Sealed<K>,
    now: When,
) -> Result<bool, Failure>
where
    Sealed<K>: Clone + Events,
{
    let noted = app
        .db
        .write(async |mut w| {
            if !rows::answer(&mut w, (row.jti, &client.id), (to.0.as_str(), to.1), now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    crate::service::done(noted)
}
