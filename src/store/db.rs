//! The database itself: opened once, cheap to clone.

use super::connection::{Files, aside};
use super::error::Error;
use super::folder;
use super::read::{PostgresTurn, Read, Source, begin};
use super::readers::Readers;
use super::write::{Committed, Write};
use super::writer::Writer;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The vault's tables, made before the first migration. In WAL mode a transaction over two files is two commits, and a
/// process may die between them: a migration that touched both could be on record and half done.
const VAULT: &str = include_str!("../../migrations/vault.sql");
static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How often a write that met another one is run in all.
const TRIES: u32 = 3;

/// Where the records are.
#[derive(Clone)]
pub enum Location {
    /// `portreeve.db` and `vault.db` in this folder.
    Sqlite(PathBuf),
    /// A connection URL; off loopback the server's certificate and name are always verified.
    Postgres(String),
}

impl Location {
    /// "sqlite" or "postgres".
    #[must_use]
    pub const fn database(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
}

/// Limits of the store.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long one caller may hold SQLite's writer.
    pub hold: Duration,
    /// How many connections may read; on PostgreSQL as many more may write.
    pub connections: u32,
    /// The longest one statement may take on PostgreSQL.
    pub statement: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { hold: Duration::from_millis(250), connections: 8, statement: Duration::from_secs(2) }
    }
}

/// One database of either kind.
#[derive(Clone)]
pub struct Db {
    kind: Backend,
}

#[derive(Clone)]
enum Backend {
    Sqlite { readers: Readers, writer: Writer, files: Files, settling: Arc<Settling> },
    Postgres { readers: PgPool, writers: PgPool },
}

/// How often a settling was asked for, and the last that came to its end.
#[derive(Debug, Default)]
struct Settling {
    asked: AtomicU64,
    done: AtomicU64,
}

impl Db {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// The folder cannot be written, the server cannot be reached or trusted, or a migration does not fit.
    pub async fn open(location: &Location, settings: &Settings) -> Result<Self, Error> {
        let kind = match location {
            Location::Sqlite(folder) => open_sqlite(folder.clone(), settings).await?,
            Location::Postgres(url) => open_postgres(url, settings).await?,
        };
        Ok(Self { kind })
    }

    /// The migrations that have still to be run there; runs none, and makes nothing.
    ///
    /// # Errors
    /// The database cannot be reached or trusted.
    pub async fn pending(location: &Location) -> Result<Vec<String>, Error> {
        const DONE: &str = "SELECT version FROM _sqlx_migrations WHERE success";
        let (all, done): (&Migrator, Vec<(i64,)>) = match location {
            Location::Sqlite(folder) => {
                folder::whole(folder)?;
                let file = folder.join("portreeve.db");
                if !file.exists() {
                    return Ok(names(&SQLITE, &[]));
                }
                let mut connection = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
                let asked = sqlx::query_as(DONE).fetch_all(&mut connection).await;
                (&SQLITE, asked.or_else(|error| no_table(error, "no such table"))?)
            }
            Location::Postgres(url) => {
                let mut connection = secured(PgConnectOptions::from_str(url)?).connect().await?;
                let asked = sqlx::query_as(DONE).fetch_all(&mut connection).await;
                (&POSTGRES, asked.or_else(|error| no_table(error, "does not exist"))?)
            }
        };
        Ok(names(all, &done))
    }

    /// The number of the last migration that this program knows for such a place.
    #[must_use]
    pub fn newest_migration(location: &Location) -> i64 {
        let all = match location {
            Location::Sqlite(_) => &SQLITE,
            Location::Postgres(_) => &POSTGRES,
        };
        all.iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    /// What this database is and no other one, whatever was copied into it: on PostgreSQL the server's number, the
    /// database's and that of the table `house`, which are new wherever a copy is put back by statements. None on SQLite,
    /// whose files are copied byte by byte, and where a server does not tell.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn place(&self) -> Result<Option<String>, Error> {
        if matches!(self.kind, Backend::Sqlite { .. }) {
            return Ok(None);
        }
        let numbers = self
            .peek()
            .sql(
                "SELECT s.system_identifier, CAST(d.oid AS BIGINT), CAST(CAST('house' AS regclass) AS BIGINT)
                 FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()",
            )
            .one::<(i64, i64, i64)>()
            .await;
        match numbers {
            Ok((server, database, table)) => Ok(Some(format!("{server}/{database}/{table}"))),
            Err(error) if error.is_unavailable() => Err(error),
            // Not every server has that function, or lets us call it.
            Err(_) => Ok(None),
        }
    }

    /// "sqlite" or "postgres", for logs and metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.kind {
            Backend::Sqlite { .. } => "sqlite",
            Backend::Postgres { .. } => "postgres",
        }
    }

    /// For one statement, without a transaction. The database itself refuses a write.
    #[must_use]
    pub fn peek(&self) -> Read {
        Read::new(match &self.kind {
            Backend::Sqlite { readers, .. } => Source::SqliteLook(readers.clone()),
            Backend::Postgres { readers, .. } => Source::PostgresPool(readers.clone()),
        })
    }

    /// A consistent snapshot, in which the database itself refuses every write.
    ///
    /// # Errors
    /// No connection can be had.
    pub async fn read(&self) -> Result<Read, Error> {
        let source = match &self.kind {
            Backend::Sqlite { readers, .. } => Source::SqliteTx(readers.snapshot().await?),
            Backend::Postgres { readers, .. } => {
                Source::PostgresTx(begin(readers.clone(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(Read::new(source))
    }

    /// Runs `deed` in one transaction, and again (three times in all) if it met another one, or had SQLite's writer longer
    /// than [`Settings::hold`]: on a machine that is busy enough nobody is at fault for that. What must not change between
    /// tries (secrets, ids, *now*) is made outside.
    ///
    /// # Errors
    /// What the deed or the database says; nothing has happened then.
    pub async fn write<E, T, F, D>(&self, deed: F) -> Result<Committed<E, T>, Error>
    where
        // An `async |w|` closure fits here too. As `AsyncFn` its future could not be shown to be Send once it borrows.
        F: Fn(Write) -> D,
        D: Future<Output = Result<Committed<E, T>, Error>>,
    {
        let mut tries = 1;
        loop {
            let undone = self.undone();
            let source = match &self.kind {
                Backend::Sqlite { writer, .. } => Source::Turn(writer.turn()),
                Backend::Postgres { writers, .. } => Source::PostgresTurn(PostgresTurn::new(writers.clone())),
            };
            let ended = match deed(Write::new(source)).await {
                // What it lost against may not be committed yet, and the caller looks for it next; or that was undone.
                Err(Error::GivenUp) => Err(Box::pin(self.settled(Some(undone))).await.err().unwrap_or(Error::GivenUp)),
                // By a constraint it may have undone them itself.
                Err(lost @ Error::Constraint(_)) => Err(Box::pin(self.settled(None)).await.err().unwrap_or(lost)),
                ended => ended,
            };
            match ended {
                Err(Error::Conflict | Error::LeaseLost) if tries < TRIES => {
                    // Run again at once, it may lock the other one out again.
                    Box::pin(tokio::time::sleep(Duration::from_millis(10) * tries)).await;
                    tries += 1;
                }
                ended => return ended,
            }
        }
    }

    /// How many groups of writes were undone. On PostgreSQL each write is a transaction of its own.
    fn undone(&self) -> u64 {
        match &self.kind {
            Backend::Sqlite { writer, .. } => writer.undone(),
            Backend::Postgres { .. } => 0,
        }
    }

    /// Waits until nothing is half written. On PostgreSQL a statement waits for what it meets by itself.
    async fn settled(&self, undone: Option<u64>) -> Result<(), Error> {
        match &self.kind {
            Backend::Sqlite { writer, .. } => writer.after(undone).await,
            Backend::Postgres { .. } => Ok(()),
        }
    }

    /// Writes what the write-ahead logs of SQLite hold into its two files, and empties them: what was destroyed is in no file
    /// any more. `false` if a reader was in the way; then it has to be asked again, and [`Db::is_settled`] says so.
    /// PostgreSQL does so by itself.
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn settle(&self) -> Result<bool, Error> {
        let Backend::Sqlite { files, settling, .. } = &self.kind else { return Ok(true) };
        let (files, asked) = (files.clone(), settling.asked.fetch_add(1, Ordering::AcqRel) + 1);
        let settled = aside(move || files.open()?.settle()).await??;
        if settled {
            settling.done.fetch_max(asked, Ordering::AcqRel);
        }
        Ok(settled)
    }

    /// Whether each [settling](Db::settle) that this process asked for came to its end.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        match &self.kind {
            Backend::Sqlite { settling, .. } => {
                settling.done.load(Ordering::Acquire) >= settling.asked.load(Ordering::Acquire)
            }
            Backend::Postgres { .. } => true,
        }
    }

    /// Lets every connection end its work and closes.
    pub async fn close(&self) {
        match &self.kind {
            Backend::Sqlite { readers, .. } => readers.close().await,
            Backend::Postgres { readers, writers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }
}

async fn open_sqlite(folder: PathBuf, settings: &Settings) -> Result<Backend, Error> {
    folder::whole(&folder)?;
    folder::make(&folder)?;
    let files = Files { data: folder.join("portreeve.db"), vault: folder.join("vault.db") };
    {
        let _alone = alone(&folder).await?;
        folder::close_databases(&folder)?;
        let mut connection = for_migrations(&files).await?;
        sqlx::query(VAULT).execute(&mut connection).await?;
        // `run` takes its connection in a way that makes this future not Send.
        SQLITE.run_direct(None, &mut connection, false).await.map_err(|error| migration(&error))?;
        connection.close().await?;
    }
    let writer = Writer::start(files.clone(), settings.hold).await?;
    let readers = Readers::open(files.clone(), settings.connections).await?;
    Ok(Backend::Sqlite { readers, writer, files, settling: Arc::default() })
}

/// sqlx's own connection, on which it runs its migrations.
async fn for_migrations(files: &Files) -> Result<SqliteConnection, Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(&files.data)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
        .pragma("secure_delete", "ON")
        .connect()
        .await?;
    sqlx::query("ATTACH DATABASE $1 AS vault")
        .bind(files.vault.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    for pragma in
        ["PRAGMA vault.journal_mode = WAL", "PRAGMA vault.synchronous = FULL", "PRAGMA vault.secure_delete = ON"]
    {
        sqlx::query(pragma).execute(&mut connection).await?;
    }
    Ok(connection)
}

/// The right to migrate this folder, kept until dropped. SQLite's own locks do not do: two that turn on WAL at once, or
/// run the same migration, fail.
async fn alone(folder: &Path) -> Result<File, Error> {
    let path = folder.join("migrate.lock");
    let said = |error: std::io::Error| Error::Unavailable(format!("{} cannot be locked: {error}", path.display()));
    let lock = File::create(&path).map_err(said)?;
    for _ in 0..3_000 {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(10)).await,
            Err(TryLockError::Error(error)) => return Err(said(error)),
        }
    }
    Err(Error::Unavailable(format!("{}: another process has been migrating for half a minute", folder.display())))
}

async fn open_postgres(url: &str, settings: &Settings) -> Result<Backend, Error> {
    let options = secured(PgConnectOptions::from_str(url)?);
    let durable: bool = {
        // Without the limits of the pools: a migration may be long, and so may the wait for another node's.
        let mut connection = options.connect().await?;
        POSTGRES.run_direct(None, &mut connection, false).await.map_err(|error| migration(&error))?;
        let durable = sqlx::query_scalar("SELECT current_setting('synchronous_commit') <> 'off'");
        let durable = durable.fetch_one(&mut connection).await?;
        connection.close().await?;
        durable
    };
    let limit = settings.statement.as_millis().to_string();
    let mut options = options.application_name("portreeve").statement_cache_capacity(256).options([
        ("statement_timeout", limit.as_str()),
        ("lock_timeout", limit.as_str()),
        // Conditions are looked up anew where a statement waited for another's: a stricter level would refuse them instead.
        ("default_transaction_isolation", "read committed"),
    ]);
    if !durable {
        // Nobody is answered before it is. Every other setting waits for a disk at least.
        options = options.options([("synchronous_commit", "on")]);
    }
    let pool = || {
        PgPoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(Duration::from_secs(1))
            .test_before_acquire(false)
    };
    let readers = pool().connect_lazy_with(options.clone().options([("default_transaction_read_only", "on")]));
    let writers = pool().connect_lazy_with(options);
    Ok(Backend::Postgres { readers, writers })
}

/// The driver's own default would fall back to plain text in silence.
pub(super) fn secured(options: PgConnectOptions) -> PgConnectOptions {
    let loopback = matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1" | "[::1]")
        || options.get_socket().is_some()
        || options.get_host().starts_with('/');
    if loopback { options } else { options.ssl_mode(PgSslMode::VerifyFull) }
}

fn names(all: &Migrator, done: &[(i64,)]) -> Vec<String> {
    let open = all.iter().filter(|migration| !done.contains(&(migration.version,)));
    open.map(|migration| format!("{:04} {}", migration.version, migration.description)).collect()
}

/// A database in which nothing was ever migrated has no table of migrations.
fn no_table(error: sqlx::Error, said: &str) -> Result<Vec<(i64,)>, Error> {
    if error.as_database_error().is_some_and(|error| error.message().contains(said)) {
        return Ok(Vec::new());
    }
    Err(error.into())
}

fn migration(error: &sqlx::migrate::MigrateError) -> Error {
    use sqlx::migrate::MigrateError;
    let remedy = match error {
        MigrateError::VersionMissing(_) => {
            "a newer version made it: run that version, or put back the copy of the data from before the update"
        }
        MigrateError::VersionMismatch(_) => {
            "another build made it: run the version that made it, or begin with an empty data folder or database"
        }
        _ => "put right what the database says, then run `portreeve migrate` again",
    };
    Error::Unavailable(format!("the database's schema does not fit this version of portreeve ({error}): {remedy}"))
}
