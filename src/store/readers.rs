//! The connections that read SQLite, each lent to one statement or one snapshot at a time.
//!
//! A look runs on the thread that asks ([`super::connection`]), so there are never more of them at once than threads that
//! serve, and the one connection that was used last, with its cache of pages, does almost all.

use super::connection::{Asked, Connection, Files, Outcome, Want, aside};
use super::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// Each file's part of a transaction begins when it is first looked at: so both are, at once.
const OF_BOTH: &str = "SELECT 1 FROM main.house, vault.tombstone LIMIT 0";

struct Kept {
    idle: Mutex<Vec<Connection>>,
    room: Arc<Semaphore>,
    most: u32,
    files: Files,
}

/// All of them; clones share them.
#[derive(Clone)]
pub(super) struct Readers(Arc<Kept>);

/// A connection, lent. It goes back when dropped.
pub(super) struct Lent {
    connection: Option<Connection>,
    /// Whether a transaction is open: left so it would keep the log of changes from being taken into the database.
    begun: bool,
    kept: Arc<Kept>,
    _place: OwnedSemaphorePermit,
}

/// A connection inside a transaction that only reads; none after a failure.
pub(super) struct Snapshot(Option<Lent>);

impl Readers {
    /// At most `most` connections; they are opened when first needed, but for one.
    pub(super) async fn open(files: Files, most: u32) -> Result<Self, Error> {
        let room = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        let readers = Self(Arc::new(Kept { idle: Mutex::default(), room, most, files }));
        drop(readers.lend().await?);
        Ok(readers)
    }

    /// Lends a connection, or says after a second that none was free.
    pub(super) async fn lend(&self) -> Result<Lent, Error> {
        let kept = Arc::clone(&self.0);
        let closed = || Error::Unavailable("the database is closed".into());
        let place = match Arc::clone(&kept.room).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => Box::pin(tokio::time::timeout(PATIENCE, Arc::clone(&kept.room).acquire_owned()))
                .await
                .map_err(|_| Error::Unavailable("no connection was free for a second".into()))?
                .map_err(|_| closed())?,
        };
        let idle = kept.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = if let Some(connection) = idle {
            connection
        } else {
            let files = kept.files.clone();
            Box::pin(aside(move || files.open_for_looks())).await??
        };
        Ok(Lent { connection: Some(connection), begun: false, kept, _place: place })
    }

    /// Lends a connection with a transaction begun.
    pub(super) async fn snapshot(&self) -> Result<Snapshot, Error> {
        let mut lent = self.lend().await?;
        lent.live()?.say(&["BEGIN"])?;
        lent.begun = true;
        let (_, lent) = lent.run(Asked { parts: vec![(OF_BOTH, 0)], ..Asked::default() }, Want::All).await?;
        Ok(Snapshot(Some(lent)))
    }

    /// Waits until every connection is back and closes them.
    pub(super) async fn close(&self) {
        let all = self.0.room.acquire_many(self.0.most).await;
        self.0.room.close();
        drop(all);
        let idle = std::mem::take(&mut *self.0.idle.lock().unwrap_or_else(PoisonError::into_inner));
        // The last one to close takes the log of changes into the database.
        let _ = aside(move || drop(idle)).await;
    }
}

impl Lent {
    fn live(&mut self) -> Result<&mut Connection, Error> {
        self.connection.as_mut().ok_or_else(|| Error::Unavailable("the connection was closed".into()))
    }

    /// Runs statements that read, here if they are brief. After a failure, which may be its own, the connection is closed.
    pub(super) async fn run(mut self, asked: Asked, want: Want) -> Result<(Outcome, Self), Error> {
        // One look behind the other waits for nothing: so others of this thread come to their turn between.
        tokio::task::coop::consume_budget().await;
        match self.live()?.brief(&asked, want) {
            Ok(Some(outcome)) => Ok((outcome, self)),
            // All of it goes along: whoever stops waiting takes neither the connection nor its place from this.
            Ok(None) => {
                let _patience = self.live()?.patience();
                Box::pin(aside(move || self.at_length(&asked, want))).await?
            }
            Err(error) => {
                self.connection = None;
                Err(error)
            }
        }
    }

    fn at_length(mut self, asked: &Asked, want: Want) -> Result<(Outcome, Self), Error> {
        match self.live()?.at_length(asked, want) {
            Ok(outcome) => Ok((outcome, self)),
            Err(error) => {
                self.connection = None;
                Err(error)
            }
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if connection.is_hurried() && (!self.begun || connection.say(&["ROLLBACK"]).is_ok()) {
            self.kept.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

impl Snapshot {
    /// Runs statements, which all see the same moment.
    pub(super) async fn run(&mut self, asked: Asked, want: Want) -> Result<Outcome, Error> {
        let lent = self.0.take().ok_or_else(|| Error::Unavailable("the snapshot has ended".into()))?;
        let (outcome, lent) = lent.run(asked, want).await?;
        self.0 = Some(lent);
        Ok(outcome)
    }
}
