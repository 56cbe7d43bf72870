//! Rows held against their leaves. A row repeats its leaf (kind, time, outcome, subject, service) and names the person it is
//! about, for the pages to find it by; the search repeats it once more. Whoever changes a row and not the leaf would hide a
//! look from the resident or lay it at another's door, and the tree would still hold. So every row is held against its leaf
//! before it gets its place, and again and again afterwards, by the duty `watch_log` and by `doctor`:
//!
//! - the repeated columns, and those of the search, are what the leaf says;
//! - the person is the one whose evidence key gives the leaf's pseudonym, so that no MAC of its own is needed;
//! - salt and payload are there, or an event of disposal that we committed names the entry, and none names one that has them;
//!   then alone may a row that is about somebody say nothing of whom (src/decisions/0056);
//! - a look is kept from her only by a row that carries our MAC, which goes when she may see it;
//! - a log that is said to be destroyed was so by us (decision 0059).
//!
//! What this cannot tell: whom an event is about once her evidence key is destroyed (today those of journeys that never became
//! an account; what she is shown is never of them), whether a whole row is gone (`audit verify` finds that by the tree), whether
//! a row of `notice_delay` was deleted (she then sees a look early, which hides nothing), and whether one, MAC and all, was put
//! back from a backup to what it was before it was renewed or let go: its events say so.

use super::destroyed::{Mark, mark};
use crate::crypto::record::Recorder;
use crate::domain::audit::leaf::{self, log_year};
use crate::domain::ids::EventId;
use crate::domain::time::When;
use crate::service::disposal::explained;
use crate::store::beside::{self, Beside};
use crate::store::delays::{self, DelayRow};
use crate::store::search::Found;
use crate::store::{Error, Read, log};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A row that is not as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odd {
    /// The event.
    pub event: EventId,
    /// Its log, and its place there.
    pub place: Option<(String, i64)>,
    /// What of it: a column, "search" or "delay"; "destroyed" of a log that somebody else said is so.
    pub what: &'static str,
}

/// Kinds that she is shown, which are about nobody but whoever has an account.
fn is_shown(kind: &str) -> bool {
    const OTHERS: [&str; 4] = ["account.suspended", "account.restored", "claims.released", "claims.denied"];
    kind.starts_with("officer.") || kind.starts_with("account.restrict") || OTHERS.contains(&kind)
}

/// What of a row is not as its leaf says, if anything is; `disposed` if an event says that its payload was destroyed.
pub(super) fn odd(
    recorder: &Recorder,
    row: &Beside,
    leaf: Option<&leaf::Read<'_>>,
    disposed: bool,
) -> Option<&'static str> {
    let Some(leaf) = leaf else { return Some("leaf") };
    let columns = [
        ("id", *leaf.id == *row.id.0.as_hyphenated().encode_lower(&mut Uuid::encode_buffer())),
        ("at", leaf.time_ms == row.at.millis()),
        ("type", *leaf.kind == *row.r#type),
        ("outcome", *leaf.outcome == *row.outcome),
        ("subject", leaf.subject.as_deref() == row.subject.as_deref()),
        ("client_id", leaf.client_id.as_deref() == row.client_id.as_deref()),
    ];
    if let Some((name, _)) = columns.into_iter().find(|(_, well)| !well) {
        return Some(name);
    }
    if row.kept != if disposed { beside::EMPTY } else { beside::WHOLE } {
        return Some("payload");
    }
    let is_hers = match (row.person, &leaf.subject, &row.evidence_key) {
        (None, None, _) => true,
        (None, Some(_), _) if disposed => true,
        (Some(person), Some(subject), Some(key)) => recorder.is_about((person, key), log_year(row.at), subject),
        (Some(_), Some(_), None) => !is_shown(&leaf.kind),
        (Some(_), None, _) | (None, Some(_), _) => false,
    };
    (!is_hers).then_some("person")
}

/// Goes through all rows that have their places, the newest first, a few at a time, and then begins anew.
#[derive(Debug, Default)]
pub struct Rounds {
    /// The year of a log, and before which of its entries to go on.
    at: Option<(i64, i64)>,
}

impl Rounds {
    /// Holds the next `many` rows against their leaves: what is odd, and how many were looked at; none once it has been through
    /// all of them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn step(&mut self, r: &mut Read, recorder: &Recorder, many: i64) -> Result<(Vec<Odd>, usize), Error> {
        let (all_logs, mut logs, mut all) = (log::all(r).await?, Vec::new(), Vec::new());
        for log in &all_logs {
            match mark(r, recorder, log, &all_logs).await? {
                Mark::Ours(_) => continue,
                // Once a round.
                Mark::Forged if self.at.is_none() => {
                    let event = log.destroyed_by.unwrap_or(EventId(Uuid::nil()));
                    all.push(Odd { event, place: Some((log.name.clone(), 0)), what: "destroyed" });
                }
                Mark::Forged | Mark::None => {}
            }
            logs.push(log);
        }
        let next = match self.at.take() {
            Some((year, to)) if to > 0 => logs.iter().find(|log| log.year == year).map(|log| (*log, to.min(log.size))),
            Some((year, _)) => logs.iter().find(|log| log.year < year).map(|log| (*log, log.size)),
            None => logs.first().map(|log| (*log, log.size)),
        };
        let Some((log, to)) = next else { return Ok((all, 0)) };
        let from = to.saturating_sub(many.max(1)).max(0);
        self.at = Some((log.year, from));
        let rows = beside::rows(r, &log.name, (from, to)).await?;
        let found = beside::found(r, &log.name, (from, to)).await?;
        let found: HashMap<EventId, Found> = found.into_iter().map(|found| (found.id, found)).collect();
        let disposed = explained(r, recorder, &log.name, (from, to)).await?;
        let disposed: HashSet<i64> = disposed.iter().flat_map(|one| one.names((from, to))).collect();
        for (index, row) in &rows {
            let leaf = leaf::Read::parse(&row.leaf);
            let what = odd(recorder, row, leaf.as_ref(), disposed.contains(index));
            let should = Found::of((row.id, row.at), leaf, &log.name, *index);
            let well = found.get(&row.id).map_or(*index >= log.searchable, |found| *found == should);
            let what = what.or_else(|| (!well).then_some("search"));
            all.extend(what.map(|what| Odd { event: row.id, place: Some((log.name.clone(), *index)), what }));
        }
        Ok((all, usize::try_from(to - from).unwrap_or(0)))
    }
}

/// How many rows of delays are read at once.
const PAGE: i64 = 500;

/// Looks that are kept from residents by rows that we did not write so.
///
/// # Errors
/// What the database says.
pub async fn delays(r: &mut Read, recorder: &Recorder) -> Result<Vec<Odd>, Error> {
    let (mut all, mut after) = (Vec::new(), (When::from_seconds(0), EventId(Uuid::nil())));
    loop {
        let rows = delays::standing_after(r, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = (last.review_by, last.event);
        for row in rows.iter().filter(|row| !is_ours(recorder, row)) {
            let place = log::place_of(r, row.event).await?;
            all.push(Odd { event: row.event, place, what: "delay" });
        }
    }
}

fn is_ours(recorder: &Recorder, row: &DelayRow) -> bool {
    let words = [row.reason.as_str(), &row.set_by, &row.approved_by];
    let times = (row.set_at, row.review_by);
    row.mac.as_ref().is_some_and(|mac| recorder.verify_delay(row.event, words, times, mac))
}
