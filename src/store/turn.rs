//! A write's turn at SQLite's one writer, and the connection while it is lent.

use super::connection::{Asked, Connection, Outcome, Want, aside};
use super::error::Error;
use super::writer::{Answer, Batch, Writer, gone};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// Statements that are said as they stand.
pub(super) type Said = &'static [&'static str];

/// The connection, and what the member that has it must say first.
pub(super) struct Line {
    pub(super) connection: Option<Connection>,
    pub(super) opening: Option<Said>,
}

/// What the writer's task and those who write have between them.
pub(super) struct Shared {
    /// Since when the member that has the connection keeps others from it: since it has said what it must say first.
    since: Lock<Option<Instant>>,
    pub(super) line: Arc<Mutex<Line>>,
    /// Which lease is in force; one that is not has lost its right to the connection.
    lease: AtomicU64,
    /// How many groups were undone: who lost within one may have lost against nobody.
    pub(super) undone: AtomicU64,
}

impl Shared {
    pub(super) fn around(connection: Connection) -> Arc<Self> {
        let line = Line { connection: Some(connection), opening: None };
        Arc::new(Self {
            since: Lock::new(None),
            line: Arc::new(Mutex::new(line)),
            lease: AtomicU64::new(0),
            undone: AtomicU64::new(0),
        })
    }

    fn since(&self) -> Option<Instant> {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_since(&self, since: Option<Instant>) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = since;
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

    pub(super) async fn connection(&mut self) -> Result<Held, Error> {
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
pub(super) struct Held {
    line: OwnedMutexGuard<Line>,
    shared: Arc<Shared>,
}

impl Held {
    /// Runs statements, and before them what must be said first.
    pub(super) async fn run(mut self, asked: Asked, want: Want) -> Result<Outcome, Error> {
        // It keeps the connection even if nobody waits for it any more.
        aside(move || {
            let opening = self.line.opening.take();
            let connection = self.line.live()?;
            if let Some(opening) = opening {
                let said = connection.say(opening);
                self.shared.set_since(Some(Instant::now()));
                said?;
            }
            connection.whole(&asked, want)
        })
        .await?
    }
}

impl Line {
    /// The connection, unless it is being opened again.
    pub(super) fn live(&mut self) -> Result<&mut Connection, Error> {
        self.connection.as_mut().ok_or_else(|| Error::Unavailable("the database is being opened again".into()))
    }
}

impl Lease {
    async fn connection(&self) -> Result<Held, Error> {
        let line = Arc::clone(&self.shared.line).lock_owned().await;
        if self.shared.lease.load(Ordering::Acquire) != self.number {
            return Err(Error::LeaseLost);
        }
        Ok(Held { line, shared: Arc::clone(&self.shared) })
    }

    /// Ends the lease with what was put off and a commit, and waits until the group is durable.
    async fn commit(mut self, batch: Batch) -> Result<(), Error> {
        let (answer, durable) = oneshot::channel();
        let ending = self.ending.take().ok_or(Error::LeaseLost)?;
        ending.send((batch, answer)).map_err(|_| Error::LeaseLost)?;
        durable.await.map_err(|_| gone())?
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

/// Lends the connection under this number, until the lease ends or was `hold` long. What its opening waits does not count.
pub(super) async fn lend(shared: &Arc<Shared>, number: u64, (grant, hold): (Grant, Duration)) -> Ending {
    shared.set_since(None);
    shared.lease.store(number, Ordering::Release);
    let (ending, mut ended) = oneshot::channel();
    let lease = Lease { shared: Arc::clone(shared), number, ending: Some(ending) };
    if grant.send(Ok(lease)).is_err() {
        shared.lease.store(0, Ordering::Release);
        return Ending::Dropped;
    }
    let mut left = hold;
    let ending = loop {
        match tokio::time::timeout(left, &mut ended).await {
            Ok(Ok((batch, answer))) => break Ending::Commit(batch, answer),
            Ok(Err(_)) => break Ending::Dropped,
            Err(_) => left = left_of(shared, hold).await,
        }
        if left.is_zero() {
            // Who has sent its commit by now need not do all again.
            ended.close();
            break ended.try_recv().map_or(Ending::TakenBack, |(batch, answer)| Ending::Commit(batch, answer));
        }
    };
    shared.lease.store(0, Ordering::Release);
    ending
}

/// How long a member that has had the connection for `hold` may keep it still.
async fn left_of(shared: &Shared, hold: Duration) -> Duration {
    // Whoever is at it stays there until its statement has run, and its first one may wait for another process.
    drop(shared.line.lock().await);
    shared.since().map_or(Duration::ZERO, |since| hold.saturating_sub(since.elapsed()))
}
