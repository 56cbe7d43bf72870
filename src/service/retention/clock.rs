//! Whether the clock is to be trusted: one that jumped must not age everything there is.

use super::{Failure, house_event};
use crate::app::App;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::ClockConfirmed;
use crate::domain::time::When;
use crate::service::log;
use crate::store::{Db, Error, Housekeeping, house};
use jiff::SignedDuration;
use std::time::Duration;

/// The value that keeps what the clock said last.
const SEEN: &str = "retention.clock";

/// The value that keeps what a clock said that was set while a node ran, until somebody says that it is right or it is set back.
const SET: &str = "retention.clock_set";

/// A clock that says so much more than when it was last looked at has jumped, or nobody looked: a person says which.
const APART: Duration = Duration::from_hours(24 * 31);

/// Whoever runs sees that the clock is set forward: by less than this, nothing is destroyed more than a day early.
const BY: SignedDuration = SignedDuration::from_hours(24);

/// How far it may go back: clocks of nodes differ.
const BACK: Duration = Duration::from_hours(1);

async fn kept(db: &Db, name: &str) -> Result<Option<When>, Error> {
    let stored = house::value(&mut db.peek(), name).await?;
    let bytes = stored.map(|bytes| <[u8; 8]>::try_from(bytes.as_slice()));
    let bytes = bytes.transpose().map_err(|_| Error::Unreadable(name.to_owned()))?;
    Ok(bytes.map(|bytes| When::from_micros(i64::from_be_bytes(bytes))))
}

/// Why the clock is not to be trusted, in a sentence; none if it is.
///
/// # Errors
/// What the store says.
pub async fn doubt(app: &App, now: When) -> Result<Option<String>, Failure> {
    if let Some(doubt) = stored_doubt(&app.db, now).await? {
        return Ok(Some(doubt));
    }
    let by = app.clock.set_by();
    if by < BY {
        if by <= -BY {
            // Nothing goes early by that; how far it went back the store has said.
            app.clock.believe();
        }
        return Ok(None);
    }
    // Nothing is looked at while it is in doubt: by what it says now, a person has, or each time it was set by little.
    if kept(&app.db, SEEN).await?.is_some_and(|seen| now.since(seen) <= BACK) {
        app.clock.believe();
        return Ok(None);
    }
    Ok(Some(was_set(now)))
}

fn was_set(says: When) -> String {
    format!("the clock was set to {says} while `portreeve` ran")
}

/// As far as the store tells, which no running process is asked.
///
/// # Errors
/// What the store says.
pub async fn stored_doubt(db: &Db, now: When) -> Result<Option<String>, Failure> {
    if let Some(fault) = log::doubt(&mut db.peek(), now).await? {
        return Ok(Some(fault.to_string()));
    }
    // Set back to before that, it is right again.
    if let Some(says) = kept(db, SET).await?.filter(|says| now + BACK >= *says) {
        return Ok(Some(was_set(says)));
    }
    Ok(kept(db, SEEN).await?.and_then(|seen| {
        if now + BACK < seen {
            return Some(format!("the clock says {now}, and has said {seen}: it went back"));
        }
        (now.since(seen) > APART).then(|| {
            format!("the clock says {now}, and was last looked at when it said {seen}: it has jumped, or nothing ran meanwhile")
        })
    }))
}

/// Keeps what the clock says, unless it is in doubt; that it was set is kept too, so that a restart does not forget it.
///
/// # Errors
/// What the store says.
pub async fn look(app: &App, now: When) -> Result<(), Failure> {
    if stored_doubt(&app.db, now).await?.is_some() {
        return Ok(());
    }
    // It may have been set since `now` was read.
    let (name, now) = if doubt(app, now).await?.is_some() { (SET, app.now()) } else { (SEEN, now) };
    let value = now.micros().to_be_bytes();
    app.db
        .write(async |mut w| {
            house::set(&mut w, name, &value).await?;
            if name == SEEN {
                house::unset(&mut w, SET).await?;
            }
            w.commit_quietly(Housekeeping::Lease, ()).await
        })
        .await?;
    Ok(())
}

/// A person says that the clock is right; `false` if nobody doubts it.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn confirm(app: &App, by: &FullName, now: When) -> Result<bool, Failure> {
    if doubt(app, now).await?.is_none() {
        return Ok(false);
    }
    let event = house_event(app, ClockConfirmed { says: now.to_string(), by: by.clone() }, now)?;
    let value = now.micros().to_be_bytes();
    app.db
        .write(async |mut w| {
            house::set(&mut w, SEEN, &value).await?;
            house::unset(&mut w, SET).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(true)
}
