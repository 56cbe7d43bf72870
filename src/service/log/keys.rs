//! The keys of the log: which sign now, whose signatures count, and how a new one follows (decision 0040).
//!
//! ```text
//! announced (an event) ──sealed under the old key──> in force: both sign ──`alone_from`──> the new one signs alone
//! ```

use crate::crypto::note::{KeyKind, Note, NoteKey, VerifierKey};
use crate::crypto::record::{EventSeed, Recorder};
use crate::crypto::roots::Roots;
use crate::crypto::seal::WrappedKey;
use crate::crypto::{SealError, hex};
use crate::domain::account::FullName;
use crate::domain::audit::leaf::log_year;
use crate::domain::audit::vocabulary::LogKeyAnnounced;
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::time::When;
use crate::service::Failure;
use crate::store::log::{self, LogKeyRow, LogRow};
use crate::store::{Db, Error, Read};
use std::time::Duration;

/// The keys in force, oldest first, at least one.
#[derive(Debug)]
pub struct LogKeys {
    held: Vec<(NoteKey, Option<When>)>,
    rows: Vec<LogKeyRow>,
}

impl LogKeys {
    /// Opens stored keys.
    ///
    /// # Errors
    /// [`SealError::Refused`] if the root secret is another one.
    pub fn open(roots: &Roots, rows: Vec<LogKeyRow>) -> Result<Self, SealError> {
        let held = rows.iter().map(|row| Ok((opened(roots, row)?, row.alone_from)));
        Ok(Self { held: held.collect::<Result<_, SealError>>()?, rows })
    }

    /// A key that was made just now, and is the first.
    #[must_use]
    pub fn first(key: NoteKey, row: LogKeyRow) -> Self {
        Self { held: vec![(key, None)], rows: vec![row] }
    }

    /// The keys in force; none before the first was made.
    ///
    /// # Errors
    /// What the store says, or [`SealError::Refused`].
    pub async fn read(r: &mut Read, roots: &Roots) -> Result<Option<Self>, Failure> {
        let rows = log::keys(r).await?;
        Ok(if rows.is_empty() { None } else { Some(Self::open(roots, rows)?) })
    }

    /// Whether they are those of these rows.
    #[must_use]
    pub fn are(&self, rows: &[LogKeyRow]) -> bool {
        self.rows == rows
    }

    /// The newest.
    #[must_use]
    pub fn newest(&self) -> Option<&NoteKey> {
        self.held.last().map(|(key, _)| key)
    }

    /// The public halves, oldest first.
    #[must_use]
    pub fn public(&self) -> Vec<[u8; 32]> {
        self.held.iter().map(|(key, _)| *key.public()).collect()
    }

    /// Those that sign now, oldest first: the newest, and for a while the one before it.
    pub fn signing(&self, now: When) -> impl Iterator<Item = &NoteKey> {
        let alone = self.held.last().and_then(|(_, alone_from)| *alone_from).is_none_or(|from| now >= from);
        let from = self.held.len().saturating_sub(if alone { 1 } else { 2 });
        self.held.iter().skip(from).map(|(key, _)| key)
    }

    /// Those that signed a note, or the newest if none did: they sign what is said of it.
    #[must_use]
    pub fn of<'k>(&'k self, log: &str, note: &Note) -> Vec<&'k NoteKey> {
        let signed = |key: &NoteKey| key.verifier(log, KeyKind::Log).is_some_and(|key| note.signed_by(&key).is_some());
        let these: Vec<&NoteKey> = self.held.iter().map(|(key, _)| key).filter(|key| signed(key)).collect();
        if these.is_empty() { self.newest().into_iter().collect() } else { these }
    }
}

/// Opens a stored log key.
///
/// # Errors
/// [`SealError::Refused`] if the root secret is another one.
pub fn opened(roots: &Roots, row: &LogKeyRow) -> Result<NoteKey, SealError> {
    NoteKey::unwrap(roots, &WrappedKey(row.wrapped.clone()), &row.public_key)
}

/// The public halves of the keys in force, oldest first; none before the first was made.
///
/// # Errors
/// [`Error::Unreadable`] if one is not 32 bytes.
pub async fn public_keys(r: &mut Read) -> Result<Vec<[u8; 32]>, Error> {
    let unreadable = || Error::Unreadable("log_key.public_key".to_owned());
    log::keys(r).await?.into_iter().map(|row| row.public_key.try_into().map_err(|_| unreadable())).collect()
}

/// The public half of the newest key, if one was made.
///
/// # Errors
/// As [`public_keys`].
pub async fn public_key(db: &Db) -> Result<Option<[u8; 32]>, Error> {
    Ok(public_keys(&mut db.peek()).await?.pop())
}

/// The key that verifies a log: the newest of those that signed its last checkpoint.
///
/// # Errors
/// As [`public_keys`].
pub async fn key_of(db: &Db, log: &str) -> Result<Option<VerifierKey>, Error> {
    let note = log::checkpoint(&mut db.peek(), log).await?.and_then(|row| Note::parse(&row.note));
    let keys = public_keys(&mut db.peek()).await?.into_iter().rev();
    let mut keys = keys.filter_map(|key| VerifierKey::new(log, KeyKind::Log, key));
    Ok(keys.find(|key| note.as_ref().is_some_and(|note| note.signed_by(key).is_some())))
}

/// The keys in force as vkeys of the log that is open, oldest first, each with the time from which on it signs no more, if that is
/// set; nothing before there is a log.
///
/// # Errors
/// As [`public_keys`].
pub async fn in_force(db: &Db) -> Result<Vec<(VerifierKey, Option<When>)>, Error> {
    let mut read = db.read().await?;
    let Some(log) = log::open(&mut read).await? else { return Ok(Vec::new()) };
    let until: Vec<Option<When>> = log::keys(&mut read).await?.into_iter().skip(1).map(|row| row.alone_from).collect();
    let keys = public_keys(&mut read).await?.into_iter();
    let named = keys.filter_map(|key| VerifierKey::new(&log.name, KeyKind::Log, key));
    Ok(named.zip(until.into_iter().chain([None])).collect())
}

/// How long both sign, unless said otherwise: long enough that every witness and verifier is told.
pub const OVERLAP: Duration = Duration::from_hours(24 * 30);

/// So long before the end of the log's year no key is announced: its event has its place well before that.
const NEAR_THE_END: Duration = Duration::from_hours(1);

/// A new key that follows.
#[derive(Debug)]
pub struct Announced {
    /// The log that says so.
    pub log: LogRow,
    /// The new key, as a vkey.
    pub key: VerifierKey,
    /// The one before it.
    pub previous: VerifierKey,
    /// From when on the new one signs alone.
    pub alone_from: When,
}

/// Why none follows.
#[derive(Debug, thiserror::Error)]
pub enum NotNow {
    /// There is no log yet.
    #[error("there is no log yet: serve opens one when it first runs")]
    NoLog,
    /// Nobody else approved it.
    #[error("a second person has to approve that the log key changes (--approved-by)")]
    OnePerson,
    /// One follows already.
    #[error("a key that follows was announced already, and the one before it still signs beside it")]
    Underway,
    /// The log's year is about to end, or over: the event would have its place in another log than it names.
    #[error(
        "the log of {0} is about to end, or its year is over and serve has not opened the next one yet: announce the key again once \
         the log of the new year is open (`portreeve keys list` names it)"
    )]
    TurnOfTheYear(i64),
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Error> for NotNow {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<SealError> for NotNow {
    fn from(error: SealError) -> Self {
        Self::Failure(error.into())
    }
}

/// Makes a key that follows, and announces it in the log that grows. It counts once the event has its place there.
///
/// # Errors
/// [`NotNow`]; nothing has happened then.
pub async fn announce(
    (db, roots, recorder): (&Db, &Roots, &Recorder),
    (by, second): (&FullName, &FullName),
    overlap: Duration,
    now: When,
) -> Result<Announced, NotNow> {
    if by.is_same_as(second) {
        return Err(NotNow::OnePerson);
    }
    let mut read = db.read().await?;
    let keys = LogKeys::read(&mut read, roots).await?.ok_or(NotNow::NoLog)?;
    let (log, last) = (log::open(&mut read).await?.ok_or(NotNow::NoLog)?, log::last_number(&mut read).await?);
    drop(read);
    let underway = keys.signing(now).count() > 1 || keys.rows.last().is_none_or(|row| row.number != last);
    if underway {
        return Err(NotNow::Underway);
    }
    if i64::from(log_year(now + NEAR_THE_END)) > log.year {
        return Err(NotNow::TurnOfTheYear(log.year));
    }
    let named = |key: &NoteKey| key.verifier(&log.name, KeyKind::Log).ok_or(NotNow::NoLog);
    let previous = named(keys.newest().ok_or(NotNow::NoLog)?)?;
    let made = NoteKey::generate()?;
    let (key, alone_from) = (named(&made)?, now + overlap);
    let payload = LogKeyAnnounced {
        log: log.name.clone(),
        key: key.to_string(),
        previous: previous.to_string(),
        alone_from: alone_from.to_string(),
        by: by.clone(),
        approved_by: second.clone(),
    };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = recorder.seal(EventSeed::draw(now), &draft, None)?;
    let row = LogKeyRow {
        public_key: made.public().to_vec(),
        wrapped: made.wrap(roots)?.0,
        created_at: now,
        number: last + 1,
        announced: Some(event.row.id),
        alone_from: Some(alone_from),
    };
    let written = db.write(async |mut w| {
        log::insert_key(&mut w, &row).await?;
        w.commit(event.clone(), ()).await
    });
    match written.await {
        Ok(_) => {
            tracing::info!(key = hex(made.public()), "a log key that follows was announced");
            Ok(Announced { log, key, previous, alone_from })
        }
        Err(Error::GivenUp) => Err(NotNow::Underway),
        Err(error) => Err(error.into()),
    }
}
