//! A write's turn at SQLite's one writer, and the connection while it is lent.

use super::error::Error;
use super::joined::{Part, joined};
use super::writer::{Answer, Batch, Writer};
use sqlx::SqlStr;
use sqlx::sqlite::SqliteConnection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, oneshot};

/// The connection, and what the member that has it must say first.
pub(super) struct Line {
    pub(super) connection: Option<SqliteConnection>,
    pub(super) opening: Option<&'static str>,
}

/// What the writer's task and those who write have between them.
pub(super) struct Shared {
    pub(super) line: Mutex<Line>,
    /// Which lease is in force; one that is not has lost its right to the connection.
    lease: AtomicU64,
    /// How many groups were undone: who lost within one may have lost against nobody.
    pub(super) undone: AtomicU64,
}

impl Shared {
    pub(super) fn around(connection: SqliteConnection) -> Arc<Self> {
        let line = Line { connection: Some(connection), opening: None };
        Arc::new(Self { line: Mutex::new(line), lease: AtomicU64::new(0), undone: AtomicU64::new(0) })
    }
}

/// A write's turn at the writer, which it takes when it first waits for a statement, or else as a whole.
pub(super) struct Turn {
    writer: Writer,
    lease: Option<Lease>,
}

impl Turn {
    /// A turn, not yet begun.
    pub(super) const fn new(writer: Writer) -> Self {
        Self { writer, lease: None }
    }

    pub(super) async fn connection(&mut self) -> Result<Held<'_>, Error> {
        let lease = match self.lease.take() {
            Some(lease) => lease,
            None => self.writer.lease().await?,
        };
        self.lease.insert(lease).connection().await
    }

    /// Ends the turn with what was put off and a commit, and waits until it is durable.
    pub(super) async fn commit(self, batch: Batch) -> Result<(), Error> {
        match self.lease {
            Some(lease) => lease.commit(batch).await,
            None if batch.parts.is_empty() => Ok(()),
            None => self.writer.batch(batch).await,
        }
    }
}

/// The writer, lent. Dropping it rolls back.
pub(super) struct Lease {
    shared: Arc<Shared>,
    number: u64,
    ending: Option<oneshot::Sender<(Batch, Answer)>>,
}

/// The connection, for one statement.
pub(super) struct Held<'l>(MutexGuard<'l, Line>);

impl Held<'_> {
    /// The text of these statements, with what must be said first.
    pub(super) fn text(&mut self, mut parts: Vec<Part>) -> SqlStr {
        if let Some(opening) = self.0.opening.take() {
            parts.insert(0, (opening, 0));
        }
        joined(&parts)
    }

    pub(super) fn live(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.0.connection.as_mut().ok_or_else(|| Error::Unavailable("the database is being opened again".into()))
    }
}

impl Lease {
    async fn connection(&self) -> Result<Held<'_>, Error> {
        let held = self.shared.line.lock().await;
        if self.shared.lease.load(Ordering::Acquire) == self.number { Ok(Held(held)) } else { Err(Error::LeaseLost) }
    }

    /// Ends the lease with what was put off and a commit, and waits until the group is durable.
    async fn commit(mut self, batch: Batch) -> Result<(), Error> {
        let (answer, durable) = oneshot::channel();
        let ending = self.ending.take().ok_or(Error::LeaseLost)?;
        ending.send((batch, answer)).map_err(|_| Error::LeaseLost)?;
        durable.await.unwrap_or(Err(Error::LeaseLost))
    }
}

/// Who waits for a lease.
pub(super) type Grant = oneshot::Sender<Result<Lease, Error>>;

/// How a lease ended.
pub(super) enum Ending {
    Commit(Batch, Answer),
    Dropped,
    TakenBack,
}

/// Lends the connection under this number, until the lease ends or was `hold` long.
pub(super) async fn lend(shared: &Arc<Shared>, number: u64, (grant, hold): (Grant, Duration)) -> Ending {
    shared.lease.store(number, Ordering::Release);
    let (ending, ended) = oneshot::channel();
    let lease = Lease { shared: Arc::clone(shared), number, ending: Some(ending) };
    let ending = if grant.send(Ok(lease)).is_err() {
        Ending::Dropped
    } else {
        match tokio::time::timeout(hold, ended).await {
            Ok(Ok((batch, answer))) => Ending::Commit(batch, answer),
            Ok(Err(_)) => Ending::Dropped,
            Err(_) => Ending::TakenBack,
        }
    };
    shared.lease.store(0, Ordering::Release);
    ending
}
