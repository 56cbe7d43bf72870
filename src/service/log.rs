//! The logs: each event gets its place in the tree of its year, and the tree a signed head (design §4, decision 2).
//!
//! ```text
//! none open, or April has come ──> close the last at its size and root, open that of the year   (one event: log.opened)
//!                       └──is it April, or has the clock jumped? ──> nothing is closed, events wait, a person is asked
//! events wait ──> hash them behind the tree, sign its new head ──> size, places, tiles, checkpoint: one transaction
//! ```
//!
//! Killed anywhere it has done all of a step or nothing of it, and two at once cannot both: a step begins with the size
//! that it was computed for.

pub mod destroyed;
pub mod keys;
mod rows;

pub use keys::{LogKeys, key_of, opened, public_key, public_keys};
pub use rows::{Odd, Rounds, delays};

use super::Failure;
use crate::app::App;
use crate::crypto::note::{KeyKind, Note, NoteKey, VerifierKey};
use crate::crypto::record::{EventSeed, Recorder};
use crate::crypto::roots::Roots;
use crate::domain::account::FullName;
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::leaf::{Read as Leaf, is_over, log_year};
use crate::domain::audit::tree::{Tiles, edge, leaf_hash};
use crate::domain::audit::vocabulary::{KeyCreated, LogOpened, TamperingFound};
use crate::domain::audit::{ActorClass, Channel, Draft, Outcome, Sealed};
use crate::domain::client::Issuer;
use crate::domain::ids::EventId;
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::store::log::{self, CheckpointRow, LogKeyRow, LogRow, Waiting};
use crate::store::search::{self, Found};
use crate::store::{Db, Error, Housekeeping, OneOrMore, Read, Write, house, throttle};
use std::collections::BTreeSet;
use std::time::Duration;

/// The most events of one step: SQLite's writer is held no longer than it takes to place so many.
pub const BATCH: usize = 512;

/// Why a log does not grow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// The tree was changed, or the checkpoint was: what is there is not what was signed.
    #[error("the tree of {0} is not the one of its last checkpoint: it was changed from outside, and is not signed")]
    NotAsSigned(String),
    /// There is no checkpoint that our key signed.
    #[error("{0} has no checkpoint signed by our key")]
    Unsigned(String),
    /// The clock says that the log's year is over, and it has no second witness.
    #[error(
        "this clock says {now}, and {log} was signed last at {signed}: a clock that jumped must not end it, so that no log of \
         another year is opened until somebody confirms the year (`portreeve audit open-year`)"
    )]
    Year {
        /// The log that is open.
        log: String,
        /// When it was signed last.
        signed: When,
        /// What the clock says.
        now: When,
    },
    /// The name cannot stand in a note.
    #[error("{0} cannot be the name of a log")]
    Name(String),
}

/// What a log is called: its address without the scheme (C2SP tlog-checkpoint).
#[must_use]
pub fn name(issuer: &Issuer, year: i64) -> String {
    let address = issuer.as_str();
    let place = address.split_once("://").map_or(address, |(_, place)| place);
    format!("{place}/log/{year}")
}

/// A log's head: what our key signed last, and the edge of the tree, which fits it.
#[derive(Debug, Clone)]
pub struct Head {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The note that says so.
    pub note: Note,
    /// The right edge of the tree.
    pub tiles: Tiles,
}

/// The head of a log, held against our keys and the tree.
///
/// # Errors
/// [`LogFault`] if it is not as it was signed.
pub async fn head(r: &mut Read, log: &LogRow, keys: &[[u8; 32]]) -> Result<Head, Failure> {
    let unsigned = || LogFault::Unsigned(log.name.clone());
    let row = log::checkpoint(r, &log.name).await?.ok_or_else(unsigned)?;
    let keys = keys.iter().map(|key| VerifierKey::new(&log.name, KeyKind::Log, *key));
    let keys = keys.collect::<Option<Vec<_>>>().ok_or_else(|| LogFault::Name(log.name.clone()))?;
    let signed = |note: &Note| keys.iter().any(|key| note.signed_by(key).is_some());
    let note = Note::parse(&row.note).filter(signed).ok_or_else(unsigned)?;
    let checkpoint = Checkpoint::parse(note.text()).ok_or_else(unsigned)?;
    let size = u64::try_from(log.size).unwrap_or(u64::MAX);
    let tiles = log::tiles(r, &log.name, edge(size)).await?;
    let fits = checkpoint.origin == log.name && checkpoint.size == size && tiles.root(size) == Some(checkpoint.root);
    if fits { Ok(Head { checkpoint, note, tiles }) } else { Err(LogFault::NotAsSigned(log.name.clone()).into()) }
}

/// Gives events their places. Keeps the log keys opened.
#[derive(Debug, Default)]
pub struct Sealer {
    keys: Option<LogKeys>,
}

impl Sealer {
    /// One step: the log of the year is open, and up to [`BATCH`] events have their places in it. Says how many.
    ///
    /// # Errors
    /// [`Failure`]; nothing has happened then.
    pub async fn step(&mut self, app: &App, now: When) -> Result<usize, Failure> {
        let keys = self.keys(app, now).await?;
        // One snapshot: a log and its head that another sealer moved on in between would not fit each other.
        let mut read = app.db.read().await?;
        let Some(log) = log::open(&mut read).await?.filter(|log| i64::from(log_year(now)) <= log.year) else {
            drop(read);
            let snapshot = app.snapshot();
            let parts =
                Parts { db: &app.db, issuer: &app.issuer, policy: &snapshot.policy, recorder: &snapshot.recorder };
            return turn(&parts, keys, None, now).await.map(|()| 0);
        };
        let waiting = log::waiting(&mut read, i64::try_from(BATCH).unwrap_or(i64::MAX)).await?;
        if waiting.is_empty() {
            return Ok(0);
        }
        let head = head(&mut read, &log, &keys.public()).await?;
        drop(read);
        let grown = grow(app, (keys, now), &log, head, &waiting)?;
        let (log, placed) = (&log, waiting.len());
        match tampering(app, &log.name, &grown.odd, now)? {
            Some(found) => {
                tracing::error!(
                    log = log.name,
                    events = grown.odd.len(),
                    "events were changed before they were sealed"
                );
                app.db
                    .write(async |mut w| {
                        store(&mut w, log, &grown, now).await?;
                        w.commit(found.clone(), ()).await
                    })
                    .await?;
            }
            None => {
                app.db
                    .write(async |mut w| {
                        store(&mut w, log, &grown, now).await?;
                        w.commit_quietly(Housekeeping::Seal, ()).await
                    })
                    .await?;
            }
        }
        Ok(placed)
    }

    /// The log keys in force; the first is made if there is none yet.
    async fn keys(&mut self, app: &App, now: When) -> Result<&LogKeys, Failure> {
        let rows = log::keys(&mut app.db.peek()).await?;
        let keys = match self.keys.take() {
            Some(keys) if keys.are(&rows) => keys,
            _ if rows.is_empty() => made(app, now).await?,
            _ => LogKeys::open(&app.roots, rows)?,
        };
        Ok(self.keys.insert(keys))
    }
}

/// Makes up to [`BATCH`] events findable that have their places and cannot be found yet: those of before there was a
/// search, or sealed by a node of the version before. Says whether there may be more.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn index(app: &App) -> Result<bool, Failure> {
    let Some((log, from)) = search::behind(&mut app.db.peek()).await? else { return Ok(false) };
    let rows = search::sealed(&mut app.db.peek(), &log, from, i64::try_from(BATCH).unwrap_or(i64::MAX)).await?;
    let Some(last) = rows.last() else { return Ok(false) };
    let to = last.leaf_index + 1;
    app.db
        .write(async |mut w| {
            search::advance(&mut w, &log, (from, to)).await?;
            search::add(&mut w, &rows).await?;
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await?;
    Ok(true)
}

async fn made(app: &App, now: When) -> Result<LogKeys, Failure> {
    let key = NoteKey::generate()?;
    let wrapped = key.wrap(&app.roots)?.0;
    let public_key = key.public().to_vec();
    let row = LogKeyRow { public_key, wrapped, created_at: now, number: 1, announced: None, alone_from: None };
    let payload = KeyCreated { kid: crate::crypto::hex(key.public()), algorithm: "Ed25519".to_owned() };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?;
    app.db
        .write(async |mut w| {
            log::insert_key(&mut w, &row).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(LogKeys::first(key, row))
}

/// A tree with the waiting events behind it, and its head.
struct Grown {
    from: i64,
    to: i64,
    tiles: Vec<(crate::domain::audit::tree::Place, Vec<u8>)>,
    checkpoint: CheckpointRow,
    /// What the search is to find of them.
    found: Vec<Found>,
    /// Events that are not as they were committed, with their places.
    odd: Vec<(EventId, i64)>,
}

fn grow(
    app: &App,
    (keys, now): (&LogKeys, When),
    log: &LogRow,
    head: Head,
    waiting: &[Waiting],
) -> Result<Grown, Failure> {
    let (snapshot, from) = (app.snapshot(), head.checkpoint.size);
    let (mut tiles, mut changed, mut odd, mut size) = (head.tiles, BTreeSet::new(), Vec::new(), from);
    let mut found = Vec::with_capacity(waiting.len());
    let broken = || LogFault::NotAsSigned(log.name.clone());
    for (index, Waiting { mac, row }) in (log.size..).zip(waiting) {
        let leaf = Leaf::parse(&row.leaf);
        if !snapshot.recorder.verify_mac(row.id, &row.leaf, mac)
            || rows::odd(&snapshot.recorder, row, leaf.as_ref(), false).is_some()
        {
            odd.push((row.id, index));
        }
        found.push(Found::of((row.id, row.at), leaf, &log.name, index));
        tiles.append(size, leaf_hash(&row.leaf), &mut changed).map_err(|_| broken())?;
        size += 1;
    }
    let root = tiles.root(size).ok_or_else(broken)?;
    let checkpoint = signed((keys, now), &Checkpoint { origin: log.name.clone(), size, root })?;
    let tiles = changed.into_iter().map(|place| (place, tiles.bytes(place))).collect();
    Ok(Grown { from: log.size, to: checkpoint.size, tiles, checkpoint, found, odd })
}

fn signed((keys, now): (&LogKeys, When), checkpoint: &Checkpoint) -> Result<CheckpointRow, Failure> {
    let text = checkpoint.to_string();
    let lines: Option<Vec<_>> = keys.signing(now).map(|key| key.sign(&checkpoint.origin, &text)).collect();
    let note = Note::new(text).zip(lines.filter(|lines| !lines.is_empty())).map(|(mut note, lines)| {
        for line in lines {
            note.add(line);
        }
        note.to_string()
    });
    let note = note.ok_or_else(|| LogFault::Name(checkpoint.origin.clone()))?;
    Ok(CheckpointRow { size: i64::try_from(checkpoint.size).unwrap_or(i64::MAX), note })
}

async fn store(w: &mut Write, log: &LogRow, grown: &Grown, now: When) -> Result<(), Error> {
    let ids: Vec<EventId> = grown.found.iter().map(|event| event.id).collect();
    log::grow(w, &log.name, (grown.from, grown.to)).await?;
    log::place(w, &log.name, grown.from, &ids).await?;
    search::add(w, &grown.found).await?;
    for (place, hashes) in &grown.tiles {
        log::put_tile(w, &log.name, *place, hashes).await?;
    }
    log::put_checkpoint(w, &log.name, &grown.checkpoint, now).await
}

fn tampering(
    app: &App,
    log: &str,
    odd: &[(EventId, i64)],
    now: When,
) -> Result<Option<OneOrMore<Sealed<TamperingFound>>>, Failure> {
    let mut events = odd
        .iter()
        .map(|(event, index)| {
            let payload = TamperingFound { event: *event, log: log.to_owned(), index: *index };
            let mut draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
            draft.outcome = Outcome::Error;
            Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?)
        })
        .collect::<Result<Vec<_>, Failure>>()?
        .into_iter();
    Ok(events.next().map(|first| OneOrMore { first, more: events.collect() }))
}

/// How long a row that is odd is not put on record again.
const AGAIN: Duration = Duration::from_hours(24);

/// Puts rows on record that are not as they were committed, each once a day however many nodes find it; how many.
///
/// # Errors
/// [`Failure`]; what was recorded until then stays so.
pub async fn put_on_record(app: &App, odd: &[Odd], now: When) -> Result<usize, Failure> {
    let mut noted = 0;
    for Odd { event, place, what } in odd {
        tracing::error!(%event, what, "a row of the record is not as it was committed");
        // What has no place yet is looked at when it gets one.
        let Some((log, index)) = place else { continue };
        let Some(found) = tampering(app, log, &[(*event, *index)], now)? else { continue };
        let written = app
            .db
            .write(async |mut w| {
                if throttle::raise(&mut w, "odd_row", event.0.as_bytes(), now - AGAIN, now).await?.count > 1 {
                    return Err(Error::GivenUp);
                }
                w.commit(found.clone(), ()).await
            })
            .await;
        match written {
            Ok(_) => noted += 1,
            Err(Error::GivenUp) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(noted)
}

/// What a log is opened with.
struct Parts<'p> {
    db: &'p Db,
    issuer: &'p Issuer,
    policy: &'p Bundle,
    recorder: &'p Recorder,
}

/// Why the open log is not ended, although the clock says that its year is over.
///
/// # Errors
/// What the store says.
pub async fn doubt(r: &mut Read, now: When) -> Result<Option<LogFault>, Error> {
    let Some(log) = log::open(r).await?.filter(|log| i64::from(log_year(now)) > log.year) else { return Ok(None) };
    let signed = log::signed_at(r, &log.name).await?.unwrap_or(log.opened_at);
    Ok((!is_over(log.year, signed, now)).then_some(LogFault::Year { log: log.name, signed, now }))
}

/// Opens the log of this year on a person's word, where the clock's alone is not taken. `false` if there is nothing to say.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn open_year(
    (db, issuer): (&Db, &Issuer),
    roots: &Roots,
    policy: &Bundle,
    by: &FullName,
    now: When,
) -> Result<bool, Failure> {
    let mut read = db.read().await?;
    let (doubt, keys) = (doubt(&mut read, now).await?, LogKeys::read(&mut read, roots).await?);
    drop(read);
    let (Some(_), Some(keys)) = (doubt, keys) else { return Ok(false) };
    let recorder = Recorder::new(roots.clone(), policy.version());
    let parts = Parts { db, issuer, policy, recorder: &recorder };
    turn(&parts, &keys, Some(by), now).await.map(|()| true)
}

/// How long before the oldest event that waits a policy may have been replaced and still be cited by one that is not seen
/// yet: far longer than any transaction, or any node's ignorance of it.
const CITED: Duration = Duration::from_hours(24);

/// The versions of policies that entries of a log which is opened now may cite.
async fn versions(r: &mut Read, now: When) -> Result<Vec<String>, Error> {
    let waited = log::lag(r, now).await?.unwrap_or_default();
    let digests = house::policies_since(r, now - waited - CITED).await?;
    Ok(digests.iter().map(|digest| Bundle::version_of(digest)).collect())
}

/// Closes the log before, if there is one, and opens that of the year.
async fn turn(parts: &Parts<'_>, keys: &LogKeys, by: Option<&FullName>, now: When) -> Result<(), Failure> {
    let year = i64::from(log_year(now));
    let name = name(parts.issuer, year);
    let vkey = keys.newest().and_then(|key| key.verifier(&name, KeyKind::Log));
    let vkey = vkey.ok_or_else(|| LogFault::Name(name.clone()))?;
    let empty = Tiles::default().root(0).ok_or_else(|| LogFault::NotAsSigned(name.clone()))?;
    let first = signed((keys, now), &Checkpoint { origin: name.clone(), size: 0, root: empty })?;
    let mut read = parts.db.read().await?;
    if by.is_none()
        && let Some(doubt) = doubt(&mut read, now).await?
    {
        return Err(doubt.into());
    }
    let before = match log::open(&mut read).await? {
        // Another was quicker.
        Some(log) if log.year >= year => return Ok(()),
        Some(log) => Some((head(&mut read, &log, &keys.public()).await?.checkpoint, log)),
        None => None,
    };
    let payload = LogOpened {
        log: name.clone(),
        key: vkey.to_string(),
        bundle: parts.policy.digest_hex(),
        versions: versions(&mut read, now).await?,
        by: by.cloned(),
        previous: before.as_ref().map(|(_, log)| log.name.clone()),
        previous_size: before.as_ref().map(|(_, log)| log.size),
        previous_root: before.as_ref().map(|(last, _)| last.root.to_string()),
    };
    drop(read);
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = parts.recorder.seal(EventSeed::draw(now), &draft, None)?;
    parts
        .db
        .write(async |mut w| {
            if let Some((_, log)) = &before {
                // Had it grown since, this would be given up.
                log::close(&mut w, &log.name, log.size, now).await?;
            }
            log::begin(&mut w, &name, year, now).await?;
            log::put_checkpoint(&mut w, &name, &first, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    tracing::info!(log = name, "a log was opened");
    Ok(())
}
