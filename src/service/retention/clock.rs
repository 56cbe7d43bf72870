//! Whether the clock is to be trusted: one that jumped must not age everything there is.

use super::{Failure, house_event};
use crate::app::App;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::ClockConfirmed;
use crate::domain::time::When;
use crate::service::log;
use crate::store::{Db, Error, Housekeeping, house};
use std::time::Duration;

/// The value that keeps what the clock said last.
const SEEN: &str = "retention.clock";

/// A clock that says so much more than when it was last looked at has jumped, or nobody looked: a person says which.
const APART: Duration = Duration::from_hours(24 * 31);

/// How far it may go back: clocks of nodes differ.
const BACK: Duration = Duration::from_hours(1);

async fn seen(db: &Db) -> Result<Option<When>, Error> {
    let stored = house::value(&mut db.peek(), SEEN).await?;
    let bytes = stored.map(|bytes| <[u8; 8]>::try_from(bytes.as_slice()));
    let bytes = bytes.transpose().map_err(|_| Error::Unreadable(SEEN.to_owned()))?;
    Ok(bytes.map(|bytes| When::from_micros(i64::from_be_bytes(bytes))))
}

/// Why the clock is not to be trusted, in a sentence; none if it is.
///
/// # Errors
/// What the store says.
pub async fn doubt(db: &Db, now: When) -> Result<Option<String>, Failure> {
    if let Some(fault) = log::doubt(&mut db.peek(), now).await? {
        return Ok(Some(fault.to_string()));
    }
    Ok(seen(db).await?.and_then(|seen| {
        if now + BACK < seen {
            return Some(format!("the clock says {now}, and has said {seen}: it went back"));
        }
        (now.since(seen) > APART).then(|| {
            format!("the clock says {now}, and was last looked at when it said {seen}: it has jumped, or nothing ran meanwhile")
        })
    }))
}

/// Keeps what the clock says, unless it is in doubt.
///
/// # Errors
/// What the store says.
pub async fn look(app: &App, now: When) -> Result<(), Failure> {
    if doubt(&app.db, now).await?.is_some() {
        return Ok(());
    }
    let value = now.micros().to_be_bytes();
    app.db
        .write(async |mut w| {
            house::set(&mut w, SEEN, &value).await?;
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
    if doubt(&app.db, now).await?.is_none() {
        return Ok(false);
    }
    let event = house_event(app, ClockConfirmed { says: now.to_string(), by: by.clone() }, now)?;
    let value = now.micros().to_be_bytes();
    app.db
        .write(async |mut w| {
            house::set(&mut w, SEEN, &value).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(true)
}
