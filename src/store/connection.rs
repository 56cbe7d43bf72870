//! One connection to SQLite, on which statements run on the thread that asks.
//!
//! A look takes two microseconds, so a thread that serves requests does it itself. What would hold that thread up is
//! left: [`Connection::brief`] gives a statement up after some thousand steps of SQLite's machine, or where a lock would
//! have to be waited for, and its caller has it run [whole](Connection::whole) by a thread that may wait
//! ([`aside`]). Only what reads can be given up so and asked again.

use super::embedded::{Arguments, Column, Row};
use super::error::Error;
use super::joined::{Part, UNLESS_CHANGED};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode, OpenFlags, StatementStatus};
use sqlx::Arguments as _;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// After how many steps of SQLite's machine a brief look is given up: some tenths of a millisecond.
const STEPS: i32 = 4_000;

/// How long a thread that may wait does so for another process.
const BUSY: Duration = Duration::from_secs(5);

/// How often it is tried to empty a log of changes, and how long others are let write between.
const SETTLED: (usize, Duration) = (40, Duration::from_millis(25));

/// What [`Connection::hurried`] holds where no look may take long.
const HURRIED: u64 = 0;

/// How many prepared statements a connection keeps.
const PREPARED: usize = 256;

/// SQLite's two files.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub(super) data: PathBuf,
    pub(super) vault: PathBuf,
}

/// What a statement's caller takes of what it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// The first row.
    First,
    /// Every row.
    All,
}

/// Statements to be run one behind the other.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) parts: Vec<Part>,
    /// The parameters of all of them.
    pub(super) arguments: Arguments,
}

/// What came of them.
#[derive(Default)]
pub(super) struct Outcome {
    /// The rows, each with the number of statements that ended before its own.
    pub(super) rows: Vec<(Row, usize)>,
    /// How many rows the last one changed.
    pub(super) changed: u64,
}

/// What is known of a text of ours once it was run.
struct Known {
    /// It with `?1` for `$1`: to SQLite that is a number, and a `$1` a name like any other.
    text: Box<str>,
    columns: Arc<[Column]>,
}

/// A connection to both files.
pub(super) struct Connection {
    /// Boxed, for a connection is handed on often.
    inner: Box<rusqlite::Connection>,
    /// By where a static text lies, which says which one it is.
    known: HashMap<(usize, usize), Known>,
    /// [`HURRIED`], or the number of the look that may take long.
    hurried: Arc<AtomicU64>,
    /// How many did.
    long: u64,
}

/// Held by who waits for a look that may take long. Dropped, it gives that one up.
pub(super) struct Patience {
    hurried: Arc<AtomicU64>,
    number: u64,
}

impl Drop for Patience {
    fn drop(&mut self) {
        // Once it is over the connection may be another's.
        let _ = self.hurried.compare_exchange(self.number, HURRIED, Ordering::AcqRel, Ordering::Relaxed);
    }
}

/// Has a thread that may wait do this.
pub(super) async fn aside<T: Send + 'static>(deed: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(deed).await.map_err(|error| {
        let why = if error.is_panic() { "its thread failed" } else { "the database is being closed" };
        Error::Unavailable(why.into())
    })
}

impl Files {
    /// Opens both.
    pub(super) fn open(&self) -> Result<Connection, Error> {
        let inner = rusqlite::Connection::open_with_flags(
            &self.data,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        inner.busy_timeout(BUSY)?;
        inner.set_prepared_statement_cache_capacity(PREPARED);
        let main = [
            ("journal_mode", "WAL"),
            ("synchronous", "FULL"),
            ("foreign_keys", "ON"),
            ("trusted_schema", "OFF"),
            ("secure_delete", "ON"),
            // What a savepoint may have to put back is kept in memory: a file for it would be made in every transaction.
            ("temp_store", "MEMORY"),
            // Pages that every write touches go back into the file once in sixteen megabytes, not once in four.
            ("wal_autocheckpoint", "4000"),
        ];
        for (name, value) in main {
            inner.pragma_update(None, name, value)?;
        }
        inner.execute("ATTACH DATABASE ?1 AS vault", [self.vault.to_string_lossy()])?;
        for (name, value) in [("journal_mode", "WAL"), ("synchronous", "FULL"), ("secure_delete", "ON")] {
            inner.pragma_update(Some("vault"), name, value)?;
        }
        let hurried = Arc::new(AtomicU64::new(HURRIED));
        Ok(Connection { inner: Box::new(inner), known: HashMap::new(), hurried, long: 0 })
    }

    /// Opens both for looks; SQLite itself refuses a write.
    pub(super) fn open_for_looks(&self) -> Result<Connection, Error> {
        let connection = self.open()?;
        connection.inner.pragma_update(None, "query_only", "ON")?;
        let hurried = Arc::clone(&connection.hurried);
        connection.inner.progress_handler(STEPS, Some(move || hurried.load(Ordering::Relaxed) == HURRIED))?;
        connection.inner.busy_timeout(Duration::ZERO)?;
        Ok(connection)
    }
}

impl Connection {
    /// Runs looks if that takes hardly any time; `None` if it would take longer.
    pub(super) fn brief(&mut self, asked: &Asked, want: Want) -> Result<Option<Outcome>, Error> {
        match self.run(asked, want) {
            Ok(outcome) => Ok(Some(outcome)),
            Err(Failed::Driver(error)) if is_unfinished(&error) => Ok(None),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Lets the next look take long, for as long as somebody has patience.
    pub(super) fn patience(&mut self) -> Patience {
        self.long += 1;
        self.hurried.store(self.long, Ordering::Release);
        Patience { hurried: Arc::clone(&self.hurried), number: self.long }
    }

    /// Runs looks for as long as whoever asked has [patience](Connection::patience).
    pub(super) fn at_length(&mut self, asked: &Asked, want: Want) -> Result<Outcome, Error> {
        self.inner.busy_timeout(BUSY)?;
        let outcome = self.whole(asked, want);
        self.inner.busy_timeout(Duration::ZERO)?;
        self.hurried.store(HURRIED, Ordering::Release);
        outcome
    }

    /// Whether it is as it is lent. A look that panicked leaves it otherwise.
    pub(super) fn is_hurried(&self) -> bool {
        self.hurried.load(Ordering::Acquire) == HURRIED
    }

    /// Runs statements. What [`super::Deferred::or_give_up`] asks for is an error where it does not hold.
    pub(super) fn whole(&mut self, asked: &Asked, want: Want) -> Result<Outcome, Error> {
        Ok(self.run(asked, want)?)
    }

    /// Runs one statement after the other that has no parameters and gives nothing.
    pub(super) fn say(&self, statements: &[&'static str]) -> Result<(), Error> {
        for sql in statements {
            prepared(&self.inner, sql)?.execute([])?;
        }
        Ok(())
    }

    /// Takes both logs of changes into their files and empties them; `false` if a reader stayed in the way. To empty one
    /// keeps everybody from writing. So what needs no lock goes first, and what would have to wait is tried again.
    pub(super) fn settle(self) -> Result<bool, Error> {
        self.inner.busy_timeout(Duration::ZERO)?;
        let (tries, pause) = SETTLED;
        for [gently, whole] in [
            ["PRAGMA main.wal_checkpoint(PASSIVE)", "PRAGMA main.wal_checkpoint(TRUNCATE)"],
            ["PRAGMA vault.wal_checkpoint(PASSIVE)", "PRAGMA vault.wal_checkpoint(TRUNCATE)"],
        ] {
            let mut left = tries;
            while self.checkpoint(gently)? || self.checkpoint(whole)? {
                left -= 1;
                if left == 0 {
                    return Ok(false);
                }
                std::thread::sleep(pause);
            }
        }
        Ok(true)
    }

    /// Whether something was in the way.
    fn checkpoint(&self, pragma: &str) -> Result<bool, Error> {
        Ok(self.inner.query_row(pragma, [], |row| row.get::<_, i64>(0))? != 0)
    }

    fn run(&mut self, asked: &Asked, want: Want) -> Result<Outcome, Failed> {
        let mut outcome = Outcome::default();
        let mut parts = asked.parts.iter().enumerate().peekable();
        while let Some((ended, (sql, before))) = parts.next() {
            if *sql == UNLESS_CHANGED {
                if outcome.changed == 0 {
                    return Err(Failed::Condition);
                }
                continue;
            }
            let end = parts.peek().map_or_else(|| asked.arguments.len(), |(_, (_, next))| *next);
            let values = asked.arguments.values(*before..end);
            outcome.changed = self.statement(sql, values, want, |row| outcome.rows.push((row, ended)))?;
        }
        Ok(outcome)
    }

    fn statement<'v>(
        &mut self,
        sql: &'static str,
        values: impl Iterator<Item = ValueRef<'v>>,
        want: Want,
        mut take: impl FnMut(Row),
    ) -> Result<u64, rusqlite::Error> {
        let key = (sql.as_ptr().addr(), sql.len());
        let known = match self.known.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(Known::of(&self.inner, sql)?),
        };
        let mut statement = prepared(&self.inner, &known.text)?;
        for (number, value) in (1..).zip(values) {
            statement.raw_bind_parameter::<usize, _>(number, ToSqlOutput::Borrowed(value))?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            take(Row::of(&known.columns, row)?);
            if want == Want::First {
                break;
            }
        }
        drop(rows);
        Ok(if statement.readonly() { 0 } else { self.inner.changes() })
    }
}

/// A statement that is kept, and counted from nothing: SQLite counts its steps over all the times that it was run.
fn prepared<'c>(connection: &'c rusqlite::Connection, sql: &str) -> Result<CachedStatement<'c>, rusqlite::Error> {
    let statement = connection.prepare_cached(sql)?;
    statement.reset_status(StatementStatus::VmStep);
    Ok(statement)
}

impl Known {
    fn of(connection: &rusqlite::Connection, sql: &str) -> Result<Self, rusqlite::Error> {
        let text = sql.replace('$', "?");
        let statement = connection.prepare_cached(&text)?;
        let columns = statement.column_names().iter().enumerate().map(|(at, name)| Column::new(at, name)).collect();
        drop(statement);
        Ok(Self { text: text.into(), columns })
    }
}

/// How statements fail.
enum Failed {
    Driver(rusqlite::Error),
    Condition,
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Driver(error)
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Driver(error) => error.into(),
            Failed::Condition => Self::GivenUp,
        }
    }
}

/// Whether it was given up, or would have had to wait.
fn is_unfinished(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::OperationInterrupted | ErrorCode::DatabaseBusy))
}
