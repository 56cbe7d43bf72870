//! Logs of whole years that are destroyed (decision 0059): whether it was us, and what is said of it.
//!
//! A log's mark carries our MAC, for the event that says so goes with a later year itself; as long as that year stands, the event
//! has to be there too. Nothing is taken away behind a mark that is not ours.

use crate::crypto::record::Recorder;
use crate::domain::audit::Kind as _;
use crate::domain::audit::vocabulary::LogDestroyed;
use crate::domain::ids::EventId;
use crate::domain::time::When;
use crate::service::disposal::said;
use crate::store::log::LogRow;
use crate::store::{Error, Read, events};
use serde::Deserialize;

/// The end of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// When.
    pub at: When,
    /// The event that says so.
    pub event: EventId,
    /// By which rule of which schedule; none once that event's own year is destroyed.
    pub by: Option<(String, String)>,
}

/// What a log's mark is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// It has none.
    None,
    /// It is ours.
    Ours(Destroyed),
    /// Somebody else put it there.
    Forged,
}

impl Mark {
    /// Whether we destroyed the log.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(self, Self::Ours(_))
    }
}

/// What a log's mark is worth, beside all the logs there are.
///
/// # Errors
/// What the store says.
pub async fn mark(r: &mut Read, recorder: &Recorder, log: &LogRow, all: &[LogRow]) -> Result<Mark, Error> {
    #[derive(Deserialize)]
    struct Said {
        log: String,
        size: i64,
        rule: String,
        schedule: String,
    }
    let Some(at) = log.destroyed_at else { return Ok(Mark::None) };
    let (Some(event), Some(mac)) = (log.destroyed_by, &log.destroyed_mac) else { return Ok(Mark::Forged) };
    if log.closed_at.is_none() || !recorder.verify_end((&log.name, log.size), event, at, mac) {
        return Ok(Mark::Forged);
    }
    let Some(found) = events::get(r, event).await? else {
        let went = |other: &LogRow| {
            other.year > log.year && other.destroyed_at.is_some() && other.closed_at.is_some_and(|closed| at <= closed)
        };
        return Ok(if all.iter().any(went) { Mark::Ours(Destroyed { at, event, by: None }) } else { Mark::Forged });
    };
    let said = said(recorder, &found.event, LogDestroyed::TYPE).and_then(|data| Said::deserialize(&data).ok());
    let said = said.filter(|said| said.log == log.name && said.size == log.size);
    Ok(said.map_or(Mark::Forged, |said| Mark::Ours(Destroyed { at, event, by: Some((said.rule, said.schedule)) })))
}
