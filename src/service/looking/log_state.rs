//! The state of the log: what waits, what was signed, who cosigned it, and how much was written down lately.

use super::{Deed, Refused, permit, standing};
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::log::destroyed::{Mark, mark};
use crate::store::log::{self, CheckpointRow, LogRow, WitnessRow};
use crate::store::{Read, events};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const DAYS: i64 = 30;

/// What an operator and an auditor ask of the log.
#[derive(Debug, Clone)]
pub struct State {
    /// How many events wait for their places.
    pub waiting: i64,
    /// How long the oldest of them has.
    pub lag: Option<Duration>,
    /// Every log, newest first, each with whether it was destroyed.
    pub logs: Vec<(LogRow, Mark)>,
    /// What was signed last of the newest.
    pub checkpoint: Option<CheckpointRow>,
    /// What each witness cosigned last of it.
    pub witnesses: Vec<WitnessRow>,
    /// How many events got their places on each of the last days of UTC, oldest first: when the day began.
    pub days: Vec<(When, u64)>,
}

/// The state of the log now.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn state(deed: Deed<'_>) -> Result<State, Refused> {
    permit(deed, Action::SeeLog, standing(deed, false), None, None).await?;
    let mut read = deed.app.db.read().await?;
    let waiting = events::unsealed(&mut read).await?;
    let lag = log::lag(&mut read, deed.now).await?;
    let logs = log::all(&mut read).await?;
    let days = days(&mut read, &logs, deed.now).await?;
    let (checkpoint, witnesses) = match logs.first() {
        Some(newest) => {
            (log::checkpoint(&mut read, &newest.name).await?, log::witnessed(&mut read, &newest.name).await?)
        }
        None => (None, Vec::new()),
    };
    let recorder = deed.app.snapshot().recorder.clone();
    let mut marks = Vec::with_capacity(logs.len());
    for log in &logs {
        marks.push(mark(&mut read, &recorder, log, &logs).await.map_err(Failure::from)?);
    }
    let logs = logs.into_iter().zip(marks).collect();
    Ok(State { waiting, lag, logs, checkpoint, witnesses, days })
}

async fn days(read: &mut Read, logs: &[LogRow], now: When) -> Result<Vec<(When, u64)>, Refused> {
    let today = now.seconds().div_euclid(86_400);
    let first = today - DAYS + 1;
    let mut counts: Vec<(When, u64)> = (first..=today).map(|day| (When::from_seconds(day * 86_400), 0)).collect();
    for log in logs {
        // A day more: what the log had when the first one began.
        let sizes = log::sizes_by_day(read, &log.name, When::from_seconds(first * 86_400) - DAY).await?;
        let opened = log.opened_at.seconds().div_euclid(86_400);
        let mut before = if opened >= first - 1 { Some(0) } else { None };
        for (day, size) in sizes {
            // Without a checkpoint of an earlier day nobody knows how much of it is of this one.
            let grown = before.map_or(0, |before| size - before);
            before = Some(size);
            let place = usize::try_from(day - first).ok().and_then(|place| counts.get_mut(place));
            if let Some((_, count)) = place {
                *count += u64::try_from(grown).unwrap_or(0);
            }
        }
    }
    Ok(counts)
}
