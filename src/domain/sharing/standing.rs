//! What the ledger comes to. One standing a person, service and purpose, changed by each line that is added.

use super::{NoticeRef, Record, RecordState};
use crate::domain::audit::Basis;
use crate::domain::claims::ClaimSet;
use crate::domain::ids::{ClientId, RecordId};
use crate::domain::time::When;
use serde::Serialize;
use std::collections::BTreeMap;

/// How one resident stands to one service for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The service.
    pub client: ClientId,
    /// The purpose.
    pub purpose: String,
    /// What the last line with an effect said. An objection that is not yet decided leaves it as it was.
    pub state: RecordState,
    /// The basis of that line.
    pub basis: Basis,
    /// The line that claims go out under; none if none does.
    pub record: Option<RecordId>,
    /// The claims it covers: all that stands.
    pub claims: ClaimSet,
    /// The notice it was told or asked under; of the last line if nothing stands.
    pub notice: NoticeRef,
    /// Since when it stands.
    pub since: Option<When>,
    /// The last line.
    pub last: RecordId,
    /// When that was written.
    pub last_at: When,
    /// Until when it stands, if the line says so.
    pub expires_at: Option<When>,
    /// Since when, and by which line, it is paused by an objection that is not yet decided.
    pub paused: Option<(When, RecordId)>,
    /// The place of the last line; 0 after lines of before they were counted.
    pub version: i64,
}

impl Standing {
    /// The standing after one more line.
    #[must_use]
    pub fn after(before: Option<&Self>, line: &Record) -> Self {
        let mut next = before.cloned().unwrap_or_else(|| Self {
            client: line.client.clone(),
            purpose: line.purpose.clone(),
            state: line.state,
            basis: line.basis,
            record: None,
            claims: ClaimSet::new(),
            notice: line.notice.clone(),
            since: None,
            last: line.id,
            last_at: line.at,
            expires_at: None,
            paused: None,
            version: 0,
        });
        (next.last, next.last_at) = (line.id, line.at);
        next.version = line.how.place.unwrap_or(0);
        match line.state {
            state if state.authorises(line.basis) => {
                (next.state, next.basis, next.notice) = (state, line.basis, line.notice.clone());
                (next.record, next.since) = (Some(line.id), Some(line.at));
                (next.claims, next.expires_at) = (line.claims, line.how.expires_at);
            }
            state if state.stops() => {
                if state == RecordState::ObjectionUpheld {
                    next.paused = None;
                }
                (next.state, next.basis, next.notice) = (state, line.basis, line.notice.clone());
                (next.record, next.since, next.expires_at) = (None, None, None);
                next.claims = ClaimSet::new();
            }
            RecordState::Objected => {
                next.paused = next.paused.or(Some((line.at, line.id)));
            }
            RecordState::ObjectionRejected | RecordState::ObjectionWithdrawn => next.paused = None,
            // A question shown, a word on another basis, evidence of an earlier system: no effect.
            _ => {}
        }
        next
    }

    /// Whether claims go out under it at `now`, as far as the ledger says: the share in force may end it earlier.
    #[must_use]
    pub fn is_in_force(&self, now: When) -> bool {
        self.record.is_some() && self.paused.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Whether it is stopped or paused by an objection: nothing is released, and nothing shown about it at the door.
    #[must_use]
    pub fn is_objected(&self) -> bool {
        self.paused.is_some() || self.state == RecordState::ObjectionUpheld
    }
}

/// What the lines come to, by service and purpose, in that order. The lines may be of one person, in any order.
#[must_use]
pub fn fold(records: &[Record]) -> Vec<Standing> {
    let mut lines: Vec<&Record> = records.iter().collect();
    // Of lines without a place, a "no" of the same instant comes last: when in doubt, no.
    lines.sort_by_key(|line| (line.how.place.unwrap_or(0), line.at, !line.state.authorises(line.basis), line.id));
    let mut standings: BTreeMap<(&ClientId, &str), Standing> = BTreeMap::new();
    for line in lines {
        let key = (&line.client, line.purpose.as_str());
        let next = Standing::after(standings.get(&key), line);
        standings.insert(key, next);
    }
    standings.into_values().collect()
}

/// Whether a line of this state may follow: what would say nothing new, or would undo what another has decided, is not
/// written. `herself` is true where she asks for it in her account, not at the door.
#[must_use]
pub fn may_follow(before: Option<&Standing>, state: RecordState, herself: bool, at: When) -> bool {
    let stands = before.is_some_and(|standing| standing.record.is_some());
    let paused = before.is_some_and(|standing| standing.paused.is_some());
    let stopped = before.is_some_and(|standing| standing.state == RecordState::ObjectionUpheld);
    match state {
        RecordState::Shown => !paused && (herself || !stopped),
        RecordState::Given | RecordState::Refused | RecordState::Imported => true,
        RecordState::Reaffirmed | RecordState::Withdrawn | RecordState::Superseded | RecordState::Invalidated => stands,
        RecordState::Expired => stands && before.and_then(|standing| standing.expires_at).is_some_and(|end| end <= at),
        RecordState::Objected => !paused && !stopped,
        RecordState::ObjectionUpheld | RecordState::ObjectionRejected => paused,
        RecordState::ObjectionWithdrawn => paused && herself,
    }
}

#[cfg(test)]
mod tests;
