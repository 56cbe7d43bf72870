//! The logs: what waits for a place, the places given, the hash tree over them, and the checkpoints signed.

use super::beside::{Beside, beside};
use super::{Error, Read, Write};
use crate::domain::audit::tree::{Place, Tiles};
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;
use std::time::Duration;

/// One log.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LogRow {
    /// Its name, the origin of its checkpoints.
    pub name: String,
    /// The financial year it began in.
    pub year: i64,
    /// How many entries it has.
    pub size: i64,
    /// When it was opened.
    pub opened_at: When,
    /// When it was closed; none while it grows.
    pub closed_at: Option<When>,
    /// How many of its entries, from the first, can be searched.
    pub searchable: i64,
    /// Since when it is destroyed: its rows go, or have gone.
    pub destroyed_at: Option<When>,
    /// The event that says so.
    pub destroyed_by: Option<EventId>,
    /// The keyed MAC over its end.
    pub destroyed_mac: Option<Vec<u8>>,
}

/// What is read of a log.
macro_rules! logs {
    ($rest:literal) => {
        concat!(
            "SELECT name, year, size, opened_at, closed_at, searchable, destroyed_at, destroyed_by, destroyed_mac FROM audit_log ",
            $rest
        )
    };
}
pub(super) use logs;

/// The log that grows, if one was ever opened.
pub async fn open(r: &mut Read) -> Result<Option<LogRow>, Error> {
    r.sql(logs!("WHERE closed_at IS NULL ORDER BY year DESC LIMIT 1")).maybe().await
}

/// The log of a year.
pub async fn of_year(r: &mut Read, year: i64) -> Result<Option<LogRow>, Error> {
    r.sql(logs!("WHERE year = $1")).bind(year).maybe().await
}

/// Every log, newest first.
pub async fn all(r: &mut Read) -> Result<Vec<LogRow>, Error> {
    r.sql(logs!("ORDER BY year DESC")).all().await
}

/// Opens a log; gives the write up if that year has one.
pub async fn begin(w: &mut Write, name: &str, year: i64, now: When) -> Result<(), Error> {
    let made = w
        .sql("INSERT INTO audit_log (name, year, size, opened_at) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(year)
        .bind(now)
        .run()
        .await?;
    if made == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// Closes a log at this size; gives the write up if it is another or was closed.
pub async fn close(w: &mut Write, name: &str, size: i64, now: When) -> Result<(), Error> {
    let closed = w
        .sql("UPDATE audit_log SET closed_at = $3 WHERE name = $1 AND size = $2 AND closed_at IS NULL")
        .bind(name)
        .bind(size)
        .bind(now)
        .run()
        .await?;
    if closed == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// Lets a log grow, and what can be searched with it unless that lags behind; gives the write up if somebody else did so,
/// or closed it, meanwhile.
pub async fn grow(w: &mut Write, name: &str, (from, to): (i64, i64)) -> Result<(), Error> {
    let grown = w
        .sql(
            "UPDATE audit_log SET size = $3, searchable = CASE WHEN searchable = size THEN $3 ELSE searchable END
             WHERE name = $1 AND size = $2 AND closed_at IS NULL",
        )
        .bind(name)
        .bind(from)
        .bind(to)
        .run()
        .await?;
    if grown == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// An event without a place.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    /// The MAC over its id and leaf.
    pub mac: Vec<u8>,
    /// The event.
    #[sqlx(flatten)]
    pub row: Beside,
}

/// Events without a place, oldest first. Never found by a cursor: one committed late would stay behind it.
pub async fn waiting(r: &mut Read, limit: i64) -> Result<Vec<Waiting>, Error> {
    r.sql(beside!("e.mac, ", "WHERE e.leaf_index IS NULL ORDER BY e.at, e.id LIMIT $1")).bind(limit).all().await
}

/// How long the oldest event without a place has waited; none if there is none.
pub async fn lag(r: &mut Read, now: When) -> Result<Option<Duration>, Error> {
    let oldest: Option<When> =
        r.sql("SELECT at FROM event WHERE leaf_index IS NULL ORDER BY at LIMIT 1").maybe_scalar().await?;
    Ok(oldest.map(|at| now.since(at)))
}

/// How many events one statement gives their places.
const TOGETHER: usize = 64;

/// Gives these events the places from `first` on, in their order; gives the write up if one has a place already.
pub async fn place(w: &mut Write, log: &str, first: i64, events: &[EventId]) -> Result<(), Error> {
    let mut at = first;
    for chunk in events.chunks(TOGETHER) {
        let Some(last) = chunk.last() else { break };
        let mut statement = w.sql(PLACE).bind(log).bind(at);
        // One text for any number: what is missing repeats the last, for which the first WHEN counts.
        for event in chunk.iter().chain(std::iter::repeat(last)).take(TOGETHER) {
            statement = statement.bind(*event);
        }
        let placed = i64::try_from(statement.run().await?).unwrap_or(0);
        let wanted = i64::try_from(chunk.len()).unwrap_or(0);
        if placed != wanted {
            return Err(Error::GivenUp);
        }
        at += wanted;
    }
    Ok(())
}

const PLACE: &str = "
    UPDATE event SET log = $1, leaf_index = CAST($2 AS BIGINT) + CASE id
            WHEN $3 THEN 0 WHEN $4 THEN 1 WHEN $5 THEN 2 WHEN $6 THEN 3 WHEN $7 THEN 4 WHEN $8 THEN 5 WHEN $9 THEN 6
            WHEN $10 THEN 7 WHEN $11 THEN 8 WHEN $12 THEN 9 WHEN $13 THEN 10 WHEN $14 THEN 11 WHEN $15 THEN 12
            WHEN $16 THEN 13 WHEN $17 THEN 14 WHEN $18 THEN 15 WHEN $19 THEN 16 WHEN $20 THEN 17 WHEN $21 THEN 18
            WHEN $22 THEN 19 WHEN $23 THEN 20 WHEN $24 THEN 21 WHEN $25 THEN 22 WHEN $26 THEN 23 WHEN $27 THEN 24
            WHEN $28 THEN 25 WHEN $29 THEN 26 WHEN $30 THEN 27 WHEN $31 THEN 28 WHEN $32 THEN 29 WHEN $33 THEN 30
            WHEN $34 THEN 31 WHEN $35 THEN 32 WHEN $36 THEN 33 WHEN $37 THEN 34 WHEN $38 THEN 35 WHEN $39 THEN 36
            WHEN $40 THEN 37 WHEN $41 THEN 38 WHEN $42 THEN 39 WHEN $43 THEN 40 WHEN $44 THEN 41 WHEN $45 THEN 42
            WHEN $46 THEN 43 WHEN $47 THEN 44 WHEN $48 THEN 45 WHEN $49 THEN 46 WHEN $50 THEN 47 WHEN $51 THEN 48
            WHEN $52 THEN 49 WHEN $53 THEN 50 WHEN $54 THEN 51 WHEN $55 THEN 52 WHEN $56 THEN 53 WHEN $57 THEN 54
            WHEN $58 THEN 55 WHEN $59 THEN 56 WHEN $60 THEN 57 WHEN $61 THEN 58 WHEN $62 THEN 59 WHEN $63 THEN 60
            WHEN $64 THEN 61 WHEN $65 THEN 62 WHEN $66 THEN 63
            END
    WHERE leaf_index IS NULL AND id IN (
            $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
            $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45,
            $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66)";

/// Reads these tiles, as many of them as there are.
pub async fn tiles(r: &mut Read, log: &str, places: impl IntoIterator<Item = Place>) -> Result<Tiles, Error> {
    let mut tiles = Tiles::default();
    for place in places {
        if let Some(hashes) = tile(r, log, place).await?
            && !tiles.put(place, &hashes)
        {
            return Err(Error::Unreadable("log_tile.hashes".to_owned()));
        }
    }
    Ok(tiles)
}

/// The hashes of one tile.
pub async fn tile(r: &mut Read, log: &str, place: Place) -> Result<Option<Vec<u8>>, Error> {
    r.sql("SELECT hashes FROM log_tile WHERE log = $1 AND level = $2 AND number = $3")
        .bind(log)
        .bind(i64::from(place.level))
        .bind(i64::try_from(place.number).unwrap_or(i64::MAX))
        .maybe_scalar()
        .await
}

/// Stores a tile, in place of the same one with fewer hashes.
pub async fn put_tile(w: &mut Write, log: &str, place: Place, hashes: &[u8]) -> Result<(), Error> {
    w.sql(
        "INSERT INTO log_tile (log, level, number, hashes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (log, level, number) DO UPDATE SET hashes = $4",
    )
    .bind(log)
    .bind(i64::from(place.level))
    .bind(i64::try_from(place.number).unwrap_or(i64::MAX))
    .bind(hashes)
    .run()
    .await
    .map(drop)
}

/// A checkpoint as signed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CheckpointRow {
    /// How many entries it is over.
    pub size: i64,
    /// The signed note.
    pub note: String,
}

/// Stores a checkpoint. Of those of one minute the last is kept: a year of seconds would be millions.
pub async fn put_checkpoint(w: &mut Write, log: &str, row: &CheckpointRow, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO log_checkpoint (log, minute, size, note) VALUES ($1, $2, $3, $4)
         ON CONFLICT (log, minute) DO UPDATE SET size = $3, note = $4",
    )
    .bind(log)
    .bind(now.seconds().div_euclid(60))
    .bind(row.size)
    .bind(row.note.as_str())
    .run()
    .await
    .map(drop)
}

/// The newest checkpoint of a log.
pub async fn checkpoint(r: &mut Read, log: &str) -> Result<Option<CheckpointRow>, Error> {
    r.sql("SELECT size, note FROM log_checkpoint WHERE log = $1 ORDER BY size DESC, minute DESC LIMIT 1")
        .bind(log)
        .maybe()
        .await
}

/// When a log was signed last, to the minute.
pub async fn signed_at(r: &mut Read, log: &str) -> Result<Option<When>, Error> {
    let minute: Option<i64> = r
        .sql("SELECT minute FROM log_checkpoint WHERE log = $1 ORDER BY minute DESC LIMIT 1")
        .bind(log)
        .maybe_scalar()
        .await?;
    Ok(minute.map(|minute| When::from_seconds(minute.saturating_mul(60))))
}

/// The checkpoints kept of a log, oldest first.
pub async fn checkpoints(r: &mut Read, log: &str) -> Result<Vec<CheckpointRow>, Error> {
    r.sql("SELECT size, note FROM log_checkpoint WHERE log = $1 ORDER BY size, minute").bind(log).all().await
}

/// How many entries a log had when a day of UTC ended, by its checkpoints: (days since 1970, entries), oldest first.
pub async fn sizes_by_day(r: &mut Read, log: &str, since: When) -> Result<Vec<(i64, i64)>, Error> {
    r.sql(
        "SELECT minute / 1440, MAX(size) FROM log_checkpoint WHERE log = $1 AND minute >= $2
         GROUP BY minute / 1440 ORDER BY 1",
    )
    .bind(log)
    .bind(since.seconds().div_euclid(60))
    .all()
    .await
}

/// What a witness cosigned last of a log.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WitnessRow {
    /// The name of its key.
    pub witness: String,
    /// How many entries the checkpoint is over.
    pub size: i64,
    /// The note with its signature.
    pub note: String,
    /// When it was asked.
    pub seen_at: When,
}

/// What each witness cosigned last of a log.
pub async fn witnessed(r: &mut Read, log: &str) -> Result<Vec<WitnessRow>, Error> {
    r.sql("SELECT witness, size, note, seen_at FROM log_witness WHERE log = $1 ORDER BY witness").bind(log).all().await
}

/// Keeps what a witness cosigned, in place of what it cosigned before.
pub async fn put_witnessed(w: &mut Write, log: &str, row: &WitnessRow) -> Result<(), Error> {
    w.sql(
        "INSERT INTO log_witness (log, witness, size, note, seen_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (log, witness) DO UPDATE SET size = $3, note = $4, seen_at = $5",
    )
    .bind(log)
    .bind(row.witness.as_str())
    .bind(row.size)
    .bind(row.note.as_str())
    .bind(row.seen_at)
    .run()
    .await
    .map(drop)
}

/// An entry of a log: the event with its place.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EntryRow {
    /// Its place.
    pub leaf_index: i64,
    /// The event.
    pub id: EventId,
    /// The canonical leaf.
    pub leaf: String,
    /// The person whose key sealed the payload.
    pub person: Option<AccountId>,
    /// "profile", "evidence" or "house"; none once the payload is gone.
    pub sealed_under: Option<String>,
    /// The salt of the commitment.
    pub salt: Option<Vec<u8>>,
    /// The sealed payload.
    pub payload: Option<Vec<u8>>,
}

/// The entries of a log from an index on, in their order.
pub async fn entries(r: &mut Read, log: &str, (from, to): (i64, i64), limit: i64) -> Result<Vec<EntryRow>, Error> {
    r.sql(
        "SELECT leaf_index, id, leaf, person, sealed_under, salt, payload FROM event
         WHERE log = $1 AND leaf_index >= $2 AND leaf_index < $3 ORDER BY leaf_index LIMIT $4",
    )
    .bind(log)
    .bind(from)
    .bind(to)
    .bind(limit)
    .all()
    .await
}

/// The place of an event: its log and index, once it has one.
pub async fn place_of(r: &mut Read, event: EventId) -> Result<Option<(String, i64)>, Error> {
    r.sql("SELECT log, leaf_index FROM event WHERE id = $1 AND leaf_index IS NOT NULL").bind(event).maybe().await
}

/// A log key as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LogKeyRow {
    /// The Ed25519 public key.
    pub public_key: Vec<u8>,
    /// Its private half, PKCS#8 under the key-encryption key.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: When,
    /// The how many-th it is, from 1.
    pub number: i64,
    /// The event that announced it; the first needs none.
    pub announced: Option<EventId>,
    /// From when on the one before it signs no more.
    pub alone_from: Option<When>,
}

/// The log keys that are in force, oldest first: those that follow count once what announced them has its place in a log, and
/// still when that log is destroyed.
pub async fn keys(r: &mut Read) -> Result<Vec<LogKeyRow>, Error> {
    r.sql(
        "SELECT k.public_key, k.wrapped, k.created_at, k.number, k.announced, k.alone_from
         FROM log_key k LEFT JOIN event e ON e.id = k.announced AND e.type = 'log.key_announced'
         WHERE k.number = 1 OR e.leaf_index IS NOT NULL OR k.announced_in IS NOT NULL ORDER BY k.number",
    )
    .all()
    .await
}

/// The number of the last key, in force or not; 0 if there is none.
pub async fn last_number(r: &mut Read) -> Result<i64, Error> {
    let last: Option<i64> = r.sql("SELECT MAX(number) FROM log_key").scalar().await?;
    Ok(last.unwrap_or(0))
}

/// Stores a log key; gives the write up if there is one of that number.
pub async fn insert_key(w: &mut Write, key: &LogKeyRow) -> Result<(), Error> {
    let made = w
        .sql(
            "INSERT INTO log_key (public_key, wrapped, created_at, number, announced, alone_from)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(key.public_key.as_slice())
        .bind(key.wrapped.as_slice())
        .bind(key.created_at)
        .bind(key.number)
        .bind(key.announced)
        .bind(key.alone_from)
        .run()
        .await?;
    if made == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// Whether a duty is being done by somebody now, and whether any is.
pub async fn is_led(r: &mut Read, name: &str, now: When) -> Result<(bool, bool), Error> {
    let held: Vec<(String,)> = r.sql("SELECT name FROM lease WHERE until > $1").bind(now).all().await?;
    Ok((held.iter().any(|(held,)| held == name), !held.is_empty()))
}
