//! The connections that read SQLite, each lent to one statement or one snapshot at a time.
//!
//! They are kept here rather than in the driver's pool: that one asks every connection that comes back for a sign of
//! life, which is a second way to the connection's thread for each look.
//!
//! Each has a cache of pages, which is empty after every commit, and a thread, which has to be woken. So looks go through few of
//! them, one behind the other, and what one has read serves the next. A look that takes long keeps nobody waiting: who
//! has waited for some milliseconds takes another connection.

use super::error::Error;
use super::writer::attach_vault;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a look waits for one of the few.
const BEHIND: Duration = Duration::from_millis(5);

struct Kept {
    idle: Mutex<Vec<SqliteConnection>>,
    room: Arc<Semaphore>,
    /// For looks: one for each processor, and one that goes on while another waits for a page.
    few: Arc<Semaphore>,
    most: u32,
    options: SqliteConnectOptions,
    vault: PathBuf,
}

/// All of them; clones share them.
#[derive(Clone)]
pub(super) struct Readers(Arc<Kept>);

/// A connection, lent. It goes back when dropped, even amidst a statement: its thread ends one before it begins the
/// next.
pub(super) struct Lent {
    connection: Option<SqliteConnection>,
    kept: Arc<Kept>,
    _place: OwnedSemaphorePermit,
    _of_few: Option<OwnedSemaphorePermit>,
}

/// A connection inside a transaction that only reads.
pub(super) struct Snapshot(Option<Lent>);

impl Readers {
    /// At most `most` connections; they are opened when first needed, but for one.
    pub(super) async fn open(options: SqliteConnectOptions, vault: PathBuf, most: u32) -> Result<Self, Error> {
        let room = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let few = Arc::new(Semaphore::new(processors + 1));
        let readers = Self(Arc::new(Kept { idle: Mutex::default(), room, few, most, options, vault }));
        drop(readers.lend(None).await?);
        Ok(readers)
    }

    /// Lends a connection for one statement.
    pub(super) async fn look(&self) -> Result<Lent, Error> {
        let few = &self.0.few;
        let of_few = match Arc::clone(few).try_acquire_owned() {
            Ok(place) => Some(place),
            Err(_) => tokio::time::timeout(BEHIND, Arc::clone(few).acquire_owned()).await.ok().and_then(Result::ok),
        };
        self.lend(of_few).await
    }

    /// Lends a connection, or says after a second that none was free.
    async fn lend(&self, of_few: Option<OwnedSemaphorePermit>) -> Result<Lent, Error> {
        let kept = Arc::clone(&self.0);
        let closed = || Error::Unavailable("the database is closed".into());
        let place = match Arc::clone(&kept.room).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => tokio::time::timeout(PATIENCE, Arc::clone(&kept.room).acquire_owned())
                .await
                .map_err(|_| Error::Unavailable("no connection was free for a second".into()))?
                .map_err(|_| closed())?,
        };
        let idle = kept.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => kept.connect().await?,
        };
        Ok(Lent { connection: Some(connection), kept, _place: place, _of_few: of_few })
    }

    /// Lends a connection with a transaction begun.
    pub(super) async fn snapshot(&self) -> Result<Snapshot, Error> {
        let mut snapshot = Snapshot(Some(self.lend(None).await?));
        sqlx::query("BEGIN").execute(snapshot.live()?).await?;
        Ok(snapshot)
    }

    /// Waits until every connection is back and closes them.
    pub(super) async fn close(&self) {
        let all = self.0.room.acquire_many(self.0.most).await;
        self.0.room.close();
        drop(all);
        let idle = std::mem::take(&mut *self.0.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            let _ = connection.close().await;
        }
    }
}

impl Kept {
    async fn connect(&self) -> Result<SqliteConnection, Error> {
        let mut connection = self.options.connect().await?;
        attach_vault(&mut connection, &self.vault).await?;
        sqlx::query("PRAGMA query_only = ON").execute(&mut connection).await?;
        Ok(connection)
    }
}

impl Lent {
    pub(super) fn live(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.connection.as_mut().ok_or_else(|| Error::Unavailable("the connection was closed".into()))
    }

    /// Closes it instead of giving it back, after a failure that may be its own.
    pub(super) fn spoil(&mut self) {
        self.connection = None;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.kept.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Snapshot {
    pub(super) fn live(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.0.as_mut().ok_or_else(|| Error::Unavailable("the connection was closed".into()))?.live()
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        let Some(mut lent) = self.0.take() else { return };
        // Left open it would keep the log of changes from being taken into the database.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if let Ok(connection) = lent.live()
                        && sqlx::query("ROLLBACK").execute(connection).await.is_err()
                    {
                        lent.spoil();
                    }
                });
            }
            Err(_) => lent.spoil(),
        }
    }
}
