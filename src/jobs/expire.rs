//! Ends sessions that ran out, so that the services they visited hear of it, and forgets rows past their time.
//!
//! A session that ran out opens no door already; ending it is for the services. Rows are forgotten in small batches,
//! so that no write is held for long; what is left over is found by the next round.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::crypto::SealError;
use crate::domain::ids::{AccountId, SessionId};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::sessions as deeds;
use crate::store::{
    Error, Housekeeping, challenges, clients, flows, grants, outbox, registrations, sessions, throttle, vault,
};
use std::time::Duration;

/// Sessions ended in a round, and rows of one kind forgotten by one write.
const BATCH: i64 = 200;

/// The batches of one round: the rest waits for the next.
const BATCHES: usize = 20;

const DAY: Duration = Duration::from_hours(24);

/// How long rows stay after their time, as the schedule of the sample policies has it.
mod kept {
    use super::DAY;
    use std::time::Duration;

    /// Codes, links and recoveries.
    pub const CHALLENGES: Duration = Duration::from_hours(2);
    /// Flows.
    pub const FLOWS: Duration = DAY;
    /// Tokens and assertions: a day for the answer to a token that has just lapsed.
    pub const TOKENS: Duration = DAY;
    /// Counters against guessing.
    pub const COUNTERS: Duration = DAY;
    /// Messages delivered or given up.
    pub const MESSAGES: Duration = Duration::from_hours(7 * 24);
    /// Sessions.
    pub const SESSIONS: Duration = Duration::from_hours(30 * 24);
    /// What services received through a session.
    pub const RECEIVED: Duration = Duration::from_hours(90 * 24);
}

/// Ends and forgets.
#[derive(Debug)]
pub struct Expire;

impl Duty for Expire {
    const NAME: &'static str = "expire";
    const EVERY: Duration = Duration::from_secs(10);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        end_sessions(app, now).await?;
        forget(app, now).await?;
        Ok(())
    }
}

/// Ends the sessions whose time has run out and has the services told.
///
/// # Errors
/// [`Failure`] of the store; a session that cannot be ended with its event does not keep the others from ending.
pub async fn end_sessions(app: &App, now: When) -> Result<usize, Failure> {
    let (shared, own) = (deeds::lifetime(app, false).idle, deeds::lifetime(app, true).idle);
    let over = sessions::run_out(&mut app.db.peek(), now - shared, now - own, now, BATCH).await?;
    let mut ended = 0;
    for (session, account) in over {
        match deeds::end_run_out(app, session, account, now).await {
            Ok(true) => ended += 1,
            // Used or signed out of meanwhile.
            Ok(false) => {}
            // Her keys are destroyed: there is nobody left that an event could be about.
            Err(Failure::Seal(SealError::NoKey) | Failure::Store(Error::Missing)) => {
                end_quietly(app, session, account, now).await?;
            }
            Err(failure) if failure.is_shortage() => return Err(failure),
            Err(failure) => tracing::error!(error = %failure, "a session that ran out could not be ended"),
        }
    }
    Ok(ended)
}

async fn end_quietly(app: &App, session: SessionId, account: AccountId, now: When) -> Result<(), Error> {
    app.db
        .write(async |mut w| {
            sessions::end(&mut w, session, account, now).await?;
            grants::end_of_session(&mut w, session, false, now).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await?;
    Ok(())
}

/// Forgets rows past their time; gives how many.
///
/// # Errors
/// What the store says; what was forgotten until then stays forgotten.
pub async fn forget(app: &App, now: When) -> Result<u64, Error> {
    let mut gone = 0;
    for _ in 0..BATCHES {
        // Keys first, in a write of their own: should it end between the two, a row without keys is left over for the
        // next round, never keys without a row.
        app.db
            .write(async |mut w| {
                vault::forget_unfinished(&mut w, now, BATCH).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await?;
        let forgotten = app
            .db
            .write(async |mut w| {
                let mut rows = registrations::forget(&mut w, now, BATCH).await?;
                rows += challenges::forget(&mut w, now - kept::CHALLENGES, BATCH).await?;
                rows += clients::forget(&mut w, now - kept::TOKENS, BATCH).await?;
                rows += flows::forget(&mut w, now - kept::FLOWS, BATCH).await?;
                rows += grants::forget(&mut w, now - kept::TOKENS, BATCH).await?;
                rows += throttle::forget(&mut w, now - kept::COUNTERS, now, BATCH).await?;
                rows += outbox::forget(&mut w, now - kept::MESSAGES, BATCH).await?;
                rows += sessions::forget(&mut w, now - kept::SESSIONS, now - kept::RECEIVED, BATCH).await?;
                w.commit_quietly(Housekeeping::Expire, rows).await
            })
            .await?
            .value;
        gone += forgotten;
        if forgotten == 0 {
            break;
        }
    }
    Ok(gone)
}
