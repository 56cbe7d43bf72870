//! Sealed events go to a collector as they happen, each at least once (decision 24).
//!
//! ```text
//! place kept in the store ──> the next entries, so many at most ──> sent ──the collector has them──> place moved on
//!                                                                     └──away, refused, killed──> the same again, later
//! ```

use super::Failure;
use super::export::entry;
use crate::app::App;
use crate::config::{Collector, Form};
use crate::crypto::record::EventSeed;
use crate::domain::audit::forms;
use crate::domain::audit::vocabulary::CollectorAdded;
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::time::When;
use crate::store::log::{self, LogRow};
use crate::store::streams::{self, CursorRow};
use crate::store::{Db, Error, Housekeeping};
use secrecy::ExposeSecret as _;

/// The most entries of one batch.
pub const BATCH: i64 = 256;

/// A batch ends with the entry that brings it over so many bytes: collectors have limits of their own, a mebibyte often.
const BYTES: usize = 512 * 1024;

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The collector has everything that is sealed.
    Nothing,
    /// It has so many more.
    Delivered(usize),
    /// It did not take them: nothing was moved.
    Away(String),
}

/// One step: the next batch is sent, and the place moved on once the collector has it.
///
/// # Errors
/// [`Failure`] for faults of ours.
pub async fn step(app: &App, collector: &Collector, now: When) -> Result<Sent, Failure> {
    let mut read = app.db.read().await?;
    let logs = log::all(&mut read).await?;
    let Some(cursor) = streams::cursor(&mut read, &collector.key).await? else {
        drop(read);
        return begin(app, collector, &logs, now).await;
    };
    let Some(log) = logs.iter().find(|log| log.name == cursor.log) else { return Ok(Sent::Nothing) };
    // What is destroyed is sent to nobody any more.
    if cursor.next >= log.size || log.destroyed_at.is_some() {
        drop(read);
        // A log is closed in the transaction that opens the one after it.
        let after = logs.iter().filter(|other| other.year > log.year).min_by_key(|other| other.year);
        let Some(after) = after.filter(|_| log.closed_at.is_some()) else { return Ok(Sent::Nothing) };
        advance(app, collector, &cursor, (&after.name, 0), now).await?;
        return Ok(Sent::Delivered(0));
    }
    let mut to = log.size.min(cursor.next.saturating_add(BATCH));
    let rows = log::entries(&mut read, &log.name, (cursor.next, to), BATCH).await?;
    drop(read);
    let (snapshot, mut body, mut count) = (app.snapshot(), String::new(), 0);
    for row in &rows {
        match collector.form {
            Form::Lines => {
                body.push_str(&forms::json(&log.name, &entry(&snapshot.recorder, row)));
                body.push('\n');
            }
            Form::Syslog => {
                let index = u64::try_from(row.leaf_index).unwrap_or(u64::MAX);
                body.push_str(&forms::framed(&forms::syslog(&log.name, index, &row.leaf)));
            }
        }
        count += 1;
        if body.len() > BYTES {
            to = row.leaf_index + 1;
            break;
        }
    }
    if i64::try_from(count).unwrap_or(i64::MAX) != to - cursor.next {
        // Whoever deletes an entry must not silence what comes after it.
        tracing::error!(
            log = log.name,
            from = cursor.next,
            to,
            "entries of the log are missing: they were deleted from outside"
        );
    }
    if count > 0
        && let Err(why) = send(app, collector, body).await
    {
        return Ok(Sent::Away(why));
    }
    advance(app, collector, &cursor, (&log.name, to), now).await?;
    Ok(Sent::Delivered(count))
}

async fn send(app: &App, collector: &Collector, body: String) -> Result<(), String> {
    let address = collector.address.expose_secret();
    match collector.form {
        Form::Syslog => {
            let sent = app.outbound.send_frames(address, collector.identity.as_ref(), body.as_bytes()).await;
            sent.map_err(|error| error.to_string())
        }
        Form::Lines => match app.outbound.post_lines(address, collector.authorization.as_ref(), body).await {
            Ok(status) if status.is_success() => Ok(()),
            Ok(status) => Err(format!("it answers {status}")),
            Err(error) => Err(error.to_string()),
        },
    }
}

/// From here on the record leaves the house: that is itself recorded.
async fn begin(app: &App, collector: &Collector, logs: &[LogRow], now: When) -> Result<Sent, Failure> {
    let Some(oldest) = logs.iter().filter(|log| log.destroyed_at.is_none()).min_by_key(|log| log.year) else {
        return Ok(Sent::Nothing);
    };
    let payload = CollectorAdded { collector: collector.name.clone(), log: oldest.name.clone() };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?;
    let begun = app
        .db
        .write(async |mut w| {
            streams::begin(&mut w, &collector.key, (&oldest.name, 0), now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match begun {
        Ok(_) | Err(Error::GivenUp) => Ok(Sent::Delivered(0)),
        Err(error) => Err(error.into()),
    }
}

async fn advance(
    app: &App,
    collector: &Collector,
    from: &CursorRow,
    to: (&str, i64),
    now: When,
) -> Result<(), Failure> {
    let moved = app
        .db
        .write(async |mut w| {
            streams::advance(&mut w, &collector.key, from, to, now).await?;
            w.commit_quietly(Housekeeping::Delivery, ()).await
        })
        .await;
    match moved {
        // Another node sent the same, and moved it first.
        Ok(_) | Err(Error::GivenUp) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What a collector has not got yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Behind {
    /// How many sealed entries.
    pub entries: i64,
    /// When the oldest of them happened.
    pub since: Option<When>,
}

/// How far a collector is behind.
///
/// # Errors
/// What the store says.
pub async fn behind(db: &Db, collector: &Collector) -> Result<Behind, Error> {
    let mut read = db.read().await?;
    let mut logs = log::all(&mut read).await?;
    logs.sort_by_key(|log| log.year);
    let (mut name, mut next) = (logs.first().map(|log| log.name.clone()), 0);
    if let Some(cursor) = streams::cursor(&mut read, &collector.key).await? {
        (name, next) = (Some(cursor.log), cursor.next);
    }
    let mut behind = Behind::default();
    for log in logs.iter().skip_while(|log| name.as_ref() != Some(&log.name)) {
        if next < log.size && log.destroyed_at.is_none() {
            behind.entries += log.size - next;
            if behind.since.is_none() {
                behind.since = streams::happened(&mut read, (&log.name, next)).await?;
            }
        }
        next = 0;
    }
    Ok(behind)
}
