//! SQLite's one writer: a task that owns the connection and leases it to one caller at a time.
//!
//! Group commit: those who wait share one transaction, each in a savepoint of its own, and one COMMIT with one fsync
//! serves them all. Nobody is answered before that COMMIT is durable.
//!
//! ```text
//! BEGIN IMMEDIATE ─┬─ lease, SAVEPOINT ──┬─ commit ──> RELEASE, answer owed ─┐
//!                  │                     ├─ dropped ──> ROLLBACK TO           ├─ next, until 64 or nobody waits
//!                  │                     └─ held too long: taken back, same   ┘
//!                  └─ COMMIT ──> every owed answer at once; any failure of RELEASE, ROLLBACK TO or COMMIT fails
//!                                every owed answer and opens the connection anew
//! ```
//!
//! Each way to the connection's thread and back costs more than most statements: SAVEPOINT travels with a member's
//! first statement, and what it put off with RELEASE, or with the COMMIT of a member that is alone.

use super::error::Error;
use super::joined::{Part, joined};
use super::read::Pending;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, SqlStr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, mpsc, oneshot};

/// The most members of one group.
const GROUP: usize = 64;

/// How many may wait for the writer before others are turned away.
const QUEUE: usize = 4_096;

type Answer = oneshot::Sender<Result<(), Error>>;
type Grant = oneshot::Sender<Result<Lease, Error>>;

/// The connection, and what the member that has it must say first.
struct Line {
    connection: Option<SqliteConnection>,
    opening: Option<&'static str>,
}

struct Shared {
    line: Mutex<Line>,
    /// Which lease is in force; one that is not has lost its right to the connection.
    lease: AtomicU64,
}

/// The queue to the one writer.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Grant>,
}

/// The writer, lent. Dropping it rolls back.
pub(super) struct Lease {
    shared: Arc<Shared>,
    number: u64,
    ending: Option<oneshot::Sender<(Pending, Answer)>>,
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
    pub(super) async fn connection(&self) -> Result<Held<'_>, Error> {
        let held = self.shared.line.lock().await;
        if self.shared.lease.load(Ordering::Acquire) == self.number { Ok(Held(held)) } else { Err(Error::LeaseLost) }
    }

    /// Ends the lease with what was put off and a commit, and waits until the group is durable.
    pub(super) async fn commit(mut self, pending: Pending) -> Result<(), Error> {
        let (answer, durable) = oneshot::channel();
        let ending = self.ending.take().ok_or(Error::LeaseLost)?;
        ending.send((pending, answer)).map_err(|_| Error::LeaseLost)?;
        durable.await.unwrap_or(Err(Error::LeaseLost))
    }
}

impl Writer {
    /// Opens the writing connection and starts its task.
    pub(super) async fn start(options: SqliteConnectOptions, vault: PathBuf, hold: Duration) -> Result<Self, Error> {
        let connection = open(&options, &vault).await?;
        let line = Line { connection: Some(connection), opening: None };
        let shared = Arc::new(Shared { line: Mutex::new(line), lease: AtomicU64::new(0) });
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = Task { shared, waiting, options, vault, hold, next: 1 };
        tokio::spawn(task.serve());
        Ok(Self { queue })
    }

    /// Waits for the writer.
    pub(super) async fn lease(&self) -> Result<Lease, Error> {
        let (grant, granted) = oneshot::channel();
        let gone = || Error::Unavailable("the writer has stopped".into());
        self.queue.send(grant).await.map_err(|_| gone())?;
        granted.await.map_err(|_| gone())?
    }
}

async fn open(options: &SqliteConnectOptions, vault: &std::path::Path) -> Result<SqliteConnection, Error> {
    let mut connection = options.connect().await?;
    attach_vault(&mut connection, vault).await?;
    Ok(connection)
}

/// The vault is a file of its own, so that it can be backed up apart and kept for fewer days.
pub(super) async fn attach_vault(
    connection: &mut SqliteConnection,
    vault: &std::path::Path,
) -> Result<(), sqlx::Error> {
    sqlx::query("ATTACH DATABASE $1 AS vault")
        .bind(vault.to_string_lossy().into_owned())
        .execute(&mut *connection)
        .await?;
    for pragma in
        ["PRAGMA vault.journal_mode = WAL", "PRAGMA vault.synchronous = FULL", "PRAGMA vault.secure_delete = ON"]
    {
        sqlx::query(pragma).execute(&mut *connection).await?;
    }
    Ok(())
}

struct Task {
    shared: Arc<Shared>,
    waiting: mpsc::Receiver<Grant>,
    options: SqliteConnectOptions,
    vault: PathBuf,
    hold: Duration,
    next: u64,
}

/// How a lease ended.
enum Ending {
    Commit(Pending, Answer),
    Dropped,
    TakenBack,
}

const SAVEPOINT: &str = "SAVEPOINT member";

impl Task {
    async fn serve(mut self) {
        while let Some(first) = self.waiting.recv().await {
            if let Err(error) = self.group(first).await {
                tracing::warn!(error = %error, "the SQLite writer opens its connection again");
                self.reopen().await;
            }
        }
        if let Some(connection) = self.shared.line.lock().await.connection.take() {
            let _ = connection.close().await;
        }
    }

    /// One transaction. An `Err` means that the connection must be opened again; every owed answer has been failed.
    async fn group(&mut self, first: Grant) -> Result<(), Error> {
        if let Err(error) = self.run("BEGIN IMMEDIATE").await {
            let _ = first.send(Err(Error::Unavailable(error.to_string())));
            return Err(error);
        }
        let mut owed: Vec<Answer> = Vec::new();
        let mut next = Some(first);
        let mut members = 0;
        while let Some(grant) = next.take() {
            members += 1;
            // Alone, the transaction itself is the savepoint.
            let alone = members == 1 && self.waiting.is_empty();
            if let Err(error) = self.member(grant, alone, &mut owed).await {
                fail(owed, &error);
                return Err(error);
            }
            if alone || members >= GROUP {
                break;
            }
            next = self.waiting.try_recv().ok();
        }
        if owed.is_empty() {
            return self.run("ROLLBACK").await;
        }
        match self.run("COMMIT").await {
            Ok(()) => {
                for answer in owed {
                    let _ = answer.send(Ok(()));
                }
                Ok(())
            }
            Err(error) => {
                fail(owed, &error);
                Err(error)
            }
        }
    }

    async fn member(&mut self, grant: Grant, alone: bool, owed: &mut Vec<Answer>) -> Result<(), Error> {
        // Alone, the transaction itself is the savepoint.
        self.shared.line.lock().await.opening = (!alone).then_some(SAVEPOINT);
        let ending = self.lend(grant).await;
        // Only now is nobody else at the connection: a lease that is taken back may be amidst its first statement.
        let unopened = self.shared.line.lock().await.opening.take();
        match ending {
            Ending::Commit(pending, answer) => self.settle(pending, answer, (alone, unopened), owed).await,
            Ending::Dropped | Ending::TakenBack if alone || unopened.is_some() => Ok(()),
            Ending::Dropped | Ending::TakenBack => self.run("ROLLBACK TO member; RELEASE member").await,
        }
    }

    /// Runs what a member put off and ends its savepoint, or its transaction if it is alone.
    async fn settle(
        &mut self,
        pending: Pending,
        answer: Answer,
        (alone, unopened): (bool, Option<&'static str>),
        owed: &mut Vec<Answer>,
    ) -> Result<(), Error> {
        let Pending { mut parts, arguments, .. } = pending;
        if let Some(opening) = unopened {
            parts.insert(0, (opening, 0));
        }
        if !alone {
            parts.push(("RELEASE member", 0));
        }
        if parts.is_empty() {
            owed.push(answer);
            return Ok(());
        }
        match self.run_with(&parts, arguments).await {
            Ok(()) => {
                owed.push(answer);
                Ok(())
            }
            // It failed as any statement of its member would have.
            Err(error) => {
                let _ = answer.send(Err(error));
                if alone { Ok(()) } else { self.run("ROLLBACK TO member; RELEASE member").await }
            }
        }
    }

    async fn lend(&mut self, grant: Grant) -> Ending {
        let number = self.next;
        self.next += 1;
        self.shared.lease.store(number, Ordering::Release);
        let (ending, ended) = oneshot::channel();
        let lease = Lease { shared: Arc::clone(&self.shared), number, ending: Some(ending) };
        let ending = if grant.send(Ok(lease)).is_err() {
            Ending::Dropped
        } else {
            match tokio::time::timeout(self.hold, ended).await {
                Ok(Ok((pending, answer))) => Ending::Commit(pending, answer),
                Ok(Err(_)) => Ending::Dropped,
                Err(_) => Ending::TakenBack,
            }
        };
        self.shared.lease.store(0, Ordering::Release);
        ending
    }

    async fn run(&self, sql: &'static str) -> Result<(), Error> {
        self.run_with(&[(sql, 0)], SqliteArguments::default()).await
    }

    async fn run_with(&self, parts: &[Part], arguments: SqliteArguments) -> Result<(), Error> {
        let mut held = self.shared.line.lock().await;
        let Some(connection) = held.connection.as_mut() else {
            return Err(Error::Unavailable("the database is being opened again".into()));
        };
        sqlx::query_with(joined(parts), arguments).execute(connection).await?;
        Ok(())
    }

    /// Closes what is there and opens it again. If that fails, those who wait are told; the next one has it tried anew.
    async fn reopen(&mut self) {
        if let Some(broken) = self.shared.line.lock().await.connection.take() {
            let _ = broken.close().await;
        }
        match open(&self.options, &self.vault).await {
            Ok(connection) => self.shared.line.lock().await.connection = Some(connection),
            Err(error) => {
                tracing::error!(error = %error, "the SQLite writer cannot open its database");
                while let Ok(grant) = self.waiting.try_recv() {
                    let _ = grant.send(Err(Error::Unavailable(error.to_string())));
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn fail(owed: Vec<Answer>, error: &Error) {
    for answer in owed {
        let _ = answer.send(Err(Error::Unavailable(error.to_string())));
    }
}
