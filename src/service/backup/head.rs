//! Whether a store is the one it was, or went back: what others have seen of its logs, held against the logs that are here.
//!
//! | seen by | tells |
//! | --- | --- |
//! | the vault | data older than the vault, on any machine |
//! | the folder that a node keeps its state in | both taken back together under that node |
//! | the database's own numbers (PostgreSQL) | a copy put back by statements, however new |
//! | a checkpoint that somebody brings | what he says |
//!
//! A witness is asked apart ([`crate::service::witness::compare`]). What none of them has seen goes unseen: decision 0058.

use super::{Check, Failure};
use crate::app::App;
use crate::crypto::note::{KeyKind, Note, VerifierKey};
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::tree::edge;
use crate::domain::time::When;
use crate::service::log as logs;
use crate::store::heads::{self, SeenRow};
use crate::store::{Db, Error, Housekeeping, Read, house, log};
use std::path::Path;

/// The value of the house that says when a copy that was put back was looked at: what was seen before counts no more.
pub(super) const LOOKED: &str = "restore.looked";

/// The value of the house that says which database it stands in.
pub(super) const PLACE: &str = "place";

const WHAT: &str = "log's head";

const BROUGHT: &str = "the checkpoint you brought";

/// How a log here stands to a head of it that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// It begins with it, and has so many entries more.
    Here {
        /// The log.
        log: String,
        /// How many it had.
        seen: u64,
        /// How many more it has.
        more: u64,
    },
    /// It ends before it: so many entries that there were are not here.
    Lost {
        /// The log.
        log: String,
        /// How many it had.
        seen: u64,
        /// How many of them are not here.
        lost: u64,
    },
    /// It is another one of that name.
    Other {
        /// The log.
        log: String,
        /// How many it had.
        seen: u64,
    },
    /// No key of this log signed it, as far as this store knows.
    NotOurs,
}

/// Holds a head that was seen against the logs here.
///
/// # Errors
/// [`Failure`] for faults of the store.
pub async fn stand(r: &mut Read, note: &str) -> Result<Stand, Failure> {
    let Some(note) = Note::parse(note) else { return Ok(Stand::NotOurs) };
    let Some(Checkpoint { origin: log, size: seen, root }) = Checkpoint::parse(note.text()) else {
        return Ok(Stand::NotOurs);
    };
    let keys = logs::public_keys(r).await?;
    let mut keys = keys.into_iter().filter_map(|key| VerifierKey::new(&log, KeyKind::Log, key));
    if !keys.any(|key| note.signed_by(&key).is_some()) {
        return Ok(Stand::NotOurs);
    }
    let here = log::all(r).await?.into_iter().find(|one| one.name == log);
    let size = here.as_ref().map_or(0, |here| u64::try_from(here.size).unwrap_or(0));
    if size < seen {
        return Ok(Stand::Lost { log, seen, lost: seen - size });
    }
    let tiles = log::tiles(r, &log, edge(seen)).await?;
    let mut found = tiles.root(seen);
    if found.is_none() && here.is_some_and(|here| here.destroyed_at.is_some()) {
        // Its hashes have gone with it (decision 0059): what it was is known by the checkpoints that are kept.
        let kept = log::checkpoints(r, &log).await?.into_iter().filter_map(|row| Note::parse(&row.note));
        let mut kept = kept.filter_map(|note| Checkpoint::parse(note.text()));
        found = kept.find(|kept| kept.size == seen).map(|kept| kept.root);
    }
    Ok(if found == Some(root) { Stand::Here { log, seen, more: size - seen } } else { Stand::Other { log, seen } })
}

/// All that was seen and counts, each with who saw it.
async fn seen(db: &Db, folder: Option<&Path>) -> Result<Vec<(&'static str, SeenRow)>, Error> {
    let looked = house::value(&mut db.peek(), LOOKED).await?.and_then(|at| String::from_utf8(at).ok()?.parse().ok());
    let looked = looked.map(When::from_micros);
    let vault = heads::in_vault(&mut db.peek()).await?.map(|row| ("the vault", row));
    let folder = folder.map(heads::in_folder).transpose()?.flatten().map(|row| ("this node", row));
    Ok(vault.into_iter().chain(folder).filter(|(_, row)| looked.is_none_or(|looked| row.seen_at > looked)).collect())
}

/// Why nobody may be served: it went back, or stands where it was not. None if nothing says so.
///
/// # Errors
/// [`Failure`] for faults of the store.
pub async fn went_back(db: &Db, folder: Option<&Path>) -> Result<Option<String>, Failure> {
    for (who, row) in seen(db, folder).await? {
        let at = row.seen_at;
        match stand(&mut db.read().await?, &row.note).await? {
            Stand::Here { .. } => {}
            Stand::Lost { log, seen, lost } => {
                return Ok(Some(format!(
                    "{who} saw {log} with {seen} entries at {at}, and {lost} of them are not here"
                )));
            }
            Stand::Other { log, seen } => {
                return Ok(Some(format!("{who} saw another {log} at {at}, of {seen} entries")));
            }
            Stand::NotOurs => {
                return Ok(Some(format!("what {who} saw of the log at {at} was signed by a key that is not here")));
            }
        }
    }
    let (known, here) = (house::value(&mut db.peek(), PLACE).await?, db.place().await?);
    Ok(match (known, here) {
        (Some(known), Some(here)) if known != here.as_bytes() => {
            Some("what is in this database was copied from another one".to_owned())
        }
        _ => None,
    })
}

/// Keeps what the log's head is now, in the vault and in the folder, unless it is `before`, which was kept last; gives what is
/// kept. What is kept was committed before.
///
/// # Errors
/// [`Failure`]; what was kept before stays then.
pub async fn remember(
    app: &App,
    folder: Option<&Path>,
    before: Option<&str>,
    now: When,
) -> Result<Option<String>, Failure> {
    let place = app.db.place().await?;
    let mut read = app.db.read().await?;
    let Some(log) = log::open(&mut read).await? else { return Ok(None) };
    let Some(newest) = log::checkpoint(&mut read, &log.name).await? else { return Ok(None) };
    drop(read);
    if before == Some(newest.note.as_str()) {
        return Ok(Some(newest.note));
    }
    let row = SeenRow { note: newest.note, seen_at: now };
    app.db
        .write(async |mut w| {
            heads::put_in_vault(&mut w, &log.name, &row).await?;
            if let Some(place) = &place {
                house::set_once(&mut w, PLACE, place.as_bytes()).await?;
            }
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await?;
    if let Some(folder) = folder {
        heads::put_in_folder(folder, &row)?;
    }
    Ok(Some(row.note))
}

/// What is said of the heads that were seen, and of one that somebody brought, with how many entries are lost.
pub(super) async fn checks(
    db: &Db,
    folder: Option<&Path>,
    brought: Option<&str>,
) -> Result<(Vec<Check>, Option<i64>), Failure> {
    let (mut checks, mut most) = (Vec::new(), None);
    let seen = seen(db, folder).await?.into_iter().map(|(who, row)| (who, row.note));
    let brought = brought.map(|note| (BROUGHT, note.to_owned()));
    for (who, note) in seen.chain(brought) {
        let check = match stand(&mut db.read().await?, &note).await? {
            Stand::Here { log, seen, more } => {
                most = most.max(Some(0));
                Check::fine(WHAT, format!("{who} knows {log} with {seen} entries; they are here, and {more} more"))
            }
            Stand::Lost { log, seen, lost } => {
                most = most.max(i64::try_from(lost).ok());
                Check::fine(
                    WHAT,
                    format!(
                        "{who} knows {log} with {seen} entries, and {} are here: {lost} events were recorded after the copy and \
                         are lost with what they tell of. Tell your auditor and your witnesses",
                        seen - lost
                    ),
                )
            }
            Stand::Other { log, seen } => Check::bad(
                WHAT,
                format!("{who} knows another {log}, of {seen} entries: the log here does not begin with it"),
                "take another copy; keep this one for whoever finds out what happened",
            ),
            Stand::NotOurs if who == BROUGHT => Check::bad(
                WHAT,
                format!("{who} is signed by no key that this log has"),
                "if another log key followed after the copy, bring an earlier checkpoint; else it is forged: find out where it \
                 came from",
            ),
            // The vault and the folder are ours.
            Stand::NotOurs => Check::fine(
                WHAT,
                format!(
                    "what {who} knows is signed by a key that is not here: another log key followed after the copy, and events \
                     were recorded that are lost; how many, a witness may tell"
                ),
            ),
        };
        checks.push(check);
    }
    Ok((checks, most))
}
