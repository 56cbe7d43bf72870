//! Ends sessions that ran out, so that the services they visited hear of it, parts with services that left the policies,
//! records looks that residents see now because nobody reviewed in time why they should not and writes to them, and forgets
//! rows past their time: how long they stay is what the schedule in force says (`retention.toml`; decision 0014).
//!
//! A session that ran out opens no door already; ending it is for the services. Rows are forgotten in small batches,
//! so that no write is held for long; what is left over is found by the next round.
//!
//! A clock that jumped would end and forget everything at once, which nobody could undo: while it is in doubt, all of that
//! waits (security row F11). What ran out by it opens no door all the same.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::crypto::SealError;
use crate::domain::ids::{AccountId, SessionId};
use crate::domain::retention::Cutoff;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::post::Text;
use crate::service::sessions as deeds;
use crate::service::{delay, departure, retention};
use crate::store::{
    Error, Housekeeping, Write, assertions, challenges, clients, deliveries, flows, grants, house, outbox, pushed,
    refresh, registrations, sessions, shown, signals, staff, throttle, vault,
};
use crate::view::Lang;
use std::time::Duration;
use uuid::Uuid;

/// Sessions ended in a round, and rows of one kind forgotten by one write.
const BATCH: i64 = 200;

/// The batches of one round: the rest waits for the next.
const BATCHES: usize = 20;

const DAY: Duration = Duration::from_hours(24);

/// Ends and forgets. Holds the generation of the policies whose departures are settled, and whose keys were looked at last.
#[derive(Debug, Default)]
pub struct Expire {
    settled: Option<i64>,
    looked_at: Option<AccountId>,
}

impl Duty for Expire {
    const NAME: &'static str = "expire";
    const EVERY: Duration = Duration::from_secs(10);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        let trusted = retention::clock_in_doubt(app, now).await?.is_none();
        if trusted {
            end_sessions(app, now).await?;
        }
        let generation = app.snapshot().generation;
        if self.settled != Some(generation) && departure::settle(app, now).await? {
            self.settled = Some(generation);
        }
        if !trusted {
            return Ok(());
        }
        let compose = |language: &str| {
            let letter = app.view().letters(Lang::parse(language).unwrap_or_default()).shown_notice();
            Text { subject: letter.subject, body: letter.body }
        };
        delay::run_out(app, &compose, now, BATCH).await?;
        forget(app, now).await?;
        self.looked_at = forget_nobodys_keys(app, self.looked_at, now).await?;
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

/// Whose rows go, by the schedule in force.
struct Past {
    registrations: Option<Cutoff>,
    flows: Option<Cutoff>,
    /// Codes, links and recoveries.
    codes: Option<Cutoff>,
    grants: Option<Cutoff>,
    access: Option<Cutoff>,
    refresh: Option<Cutoff>,
    assertions: Option<Cutoff>,
    counters: Option<Cutoff>,
    messages: Option<Cutoff>,
    deliveries: Option<Cutoff>,
    initial_tokens: Option<Cutoff>,
    leases: Option<Cutoff>,
    sessions: Option<Cutoff>,
    staff_sessions: Option<Cutoff>,
}

impl Past {
    fn of(app: &App, now: When) -> Self {
        let snapshot = app.snapshot();
        let (schedule, zone) = (&snapshot.policy.retention, &snapshot.policy.controller.time_zone);
        // A counter has run out when the longest window that may have been counted in is over.
        let figures = &snapshot.policy.assurance;
        let windows = [figures.codes.limit, figures.passwords, figures.registrations].map(|limit| limit.window);
        let longest = windows.into_iter().chain([figures.journey, DAY]).max().unwrap_or(DAY);
        Self::by(|category| schedule.cutoff(category, zone, now), longest)
    }

    /// By what `cutoff` says of each category, where a counter may have counted for so long at most.
    fn by(mut cutoff: impl FnMut(&'static str) -> Option<Cutoff>, longest: Duration) -> Self {
        Self {
            registrations: cutoff("registration"),
            flows: cutoff("flow"),
            codes: cutoff("otp_challenge"),
            grants: cutoff("auth_code"),
            access: cutoff("access_token"),
            refresh: cutoff("refresh_token"),
            assertions: cutoff("client.assertion_jti"),
            counters: cutoff("throttle").map(|past| Cutoff { over: past.over - longest, ..past }),
            messages: cutoff("outbox_message"),
            deliveries: cutoff("delivery_log"),
            initial_tokens: cutoff("client.initial_token"),
            leases: cutoff("lease"),
            sessions: cutoff("session"),
            staff_sessions: cutoff("staff.session"),
        }
    }

    /// Forgets one batch of each kind.
    async fn forget(&self, w: &mut Write, now: When) -> Result<u64, Error> {
        let mut rows = 0;
        if let Some(past) = self.registrations {
            rows += registrations::forget(w, past, BATCH).await?;
        }
        if let Some(past) = self.flows {
            rows += flows::forget(w, past, BATCH).await?;
            rows += pushed::forget(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.codes {
            rows += challenges::forget(w, past.over, BATCH).await?;
            rows += staff::sessions::forget_asked(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.access {
            rows += grants::forget_access(w, past.over, BATCH).await?;
            rows += shown::forget(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.refresh {
            rows += refresh::forget(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.assertions {
            rows += assertions::forget(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.counters {
            rows += throttle::forget(w, past.over, now, BATCH).await?;
        }
        if let Some(past) = self.messages {
            rows += outbox::forget(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.deliveries {
            rows += deliveries::forget(w, past.over, BATCH).await?;
            rows += signals::forget_tries(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.initial_tokens {
            rows += clients::forget(w, past.over, BATCH).await?;
        }
        if let Some(past) = self.leases {
            rows += house::forget_leases(w, past.over, BATCH).await?;
        }
        // A session goes with the grants it made, so it waits for both rules.
        if let (Some(session), Some(grant)) = (self.sessions, self.grants) {
            rows += sessions::forget(w, session.over, grant.over, BATCH).await?;
        }
        if let Some(past) = self.staff_sessions {
            rows += staff::sessions::forget(w, past.over, BATCH).await?;
        }
        Ok(rows)
    }
}

/// Forgets rows past their time; gives how many.
///
/// # Errors
/// What the store says; what was forgotten until then stays forgotten.
pub async fn forget(app: &App, now: When) -> Result<u64, Error> {
    let past = Past::of(app, now);
    let mut gone = 0;
    for _ in 0..BATCHES {
        // Keys first, in a write of their own: should it end between the two, a row without keys is left over for the
        // next round, never keys without a row.
        if let Some(past) = past.registrations {
            app.db
                .write(async |mut w| {
                    vault::forget_unfinished(&mut w, past, BATCH).await?;
                    w.commit_quietly(Housekeeping::Expire, ()).await
                })
                .await?;
        }
        let forgotten = app
            .db
            .write(async |mut w| {
                let rows = past.forget(&mut w, now).await?;
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

/// Destroys keys that were made more than a day ago for what was never written: those among the next few behind whom was looked at last.
/// Gives who was now, or none at the end of the vault, from which it begins anew.
///
/// # Errors
/// What the store says; what was destroyed until then stays destroyed.
pub async fn forget_nobodys_keys(app: &App, after: Option<AccountId>, now: When) -> Result<Option<AccountId>, Error> {
    let after = after.unwrap_or(AccountId(Uuid::nil()));
    let looked = vault::looked_through(&mut app.db.peek(), after, now - DAY, BATCH).await?;
    for (person, _) in looked.iter().filter(|(_, nobodys)| *nobodys) {
        match vault::is_on_record(&mut app.db.peek(), *person).await {
            Ok(false) => {}
            Ok(true) => continue,
            // In a large record that can take longer than a look may: the keys of one do not keep those behind.
            Err(error) => {
                tracing::warn!(error = %error, "whether an event names the owner of a key could not be told");
                continue;
            }
        }
        app.db
            .write(async |mut w| {
                vault::forget_nobodys(&mut w, *person).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await?;
    }
    Ok(looked.last().map(|(person, _)| *person))
}

#[cfg(test)]
mod tests {
    use super::{DAY, Past};
    use crate::domain::retention::HOUSEKEEPING;
    use crate::service::backup::category;
    use crate::store::copies::Which;
    use std::collections::BTreeSet;

    #[test]
    fn what_goes_by_itself_is_what_is_asked_for() {
        let mut asked = BTreeSet::from([Which::Data, Which::Vault].map(category));
        Past::by(
            |category| {
                asked.insert(category);
                None
            },
            DAY,
        );
        assert_eq!(asked, HOUSEKEEPING.iter().map(|(category, _)| *category).collect());
    }
}
