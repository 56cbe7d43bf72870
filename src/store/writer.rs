//! SQLite's one writer: a task that owns the connection and leases it to one caller at a time.
//!
//! Group commit: those who wait share one transaction, each in a savepoint of its own, and one COMMIT with one fsync
//! serves them all. Nobody is answered before that COMMIT is durable.
//!
//! ```text
//! BEGIN IMMEDIATE ─┬─ lease, SAVEPOINT ──┬─ commit ──> RELEASE, answer owed ─┐
//!                  │                     ├─ dropped ──> ROLLBACK TO           ├─ next, until 64 or nobody waits
//!                  │                     └─ held too long: taken back, same   │
//!                  ├─ text ──────────────────────────> answer owed ───────────┘
//!                  └─ COMMIT ──> every owed answer at once; any failure of RELEASE, ROLLBACK TO or COMMIT fails
//!                                every owed answer and opens the connection anew
//! ```
//!
//! Each way to the connection's thread and back costs more than most statements. So SAVEPOINT travels with a member's
//! first statement, and RELEASE with what it put off. A member that waits for no statement of its own never has the
//! connection at all: it is one text, with BEGIN before it if it is the group's first and COMMIT after it if nobody
//! waits behind. It has no savepoint either, for keeping one costs as much as its statements do: if its condition does
//! not hold it has changed nothing, and if it fails otherwise, which is rare, the group is rolled back, the others run
//! again, and for a while every member has a savepoint. They run again only if that ROLLBACK succeeds: else the
//! transaction had ended by itself, and nobody knows how.
//!
//! A commit costs as much as several members: its fsync, and each page that it changed once more in the log of changes. So
//! where the last group had company, COMMIT does not travel with the member behind whom nobody waits: those who are about to
//! come are let run first, once, and it goes when they did not. Whoever is alone waits for nobody.

use super::error::Error;
use super::joined::{Part, joined};
use super::pending;
use super::turn::{Ending, Grant, Lease, Shared, Turn, lend};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// The most members of one group.
const GROUP: usize = 64;

/// How many members have a savepoint after one failed that had none.
const CAREFUL: usize = 256;

/// How many may wait for the writer before others are turned away.
const QUEUE: usize = 4_096;

pub(super) type Batch = pending::Batch<SqliteArguments>;
pub(super) type Answer = oneshot::Sender<Result<(), Error>>;

/// What a member wants.
enum Job {
    /// The connection, for as long as it says.
    Lease(Grant),
    /// These statements run and committed.
    Batch(Batch, Answer),
    /// Nothing, once what is being written now is committed.
    After(Answer),
}

impl Job {
    /// Says that it will not be.
    fn refuse(self, error: &Error) {
        let error = Error::Unavailable(error.to_string());
        match self {
            Self::Lease(grant) => drop(grant.send(Err(error))),
            Self::Batch(_, answer) | Self::After(answer) => drop(answer.send(Err(error))),
        }
    }
}

/// The queue to the one writer.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    shared: Arc<Shared>,
}

impl Writer {
    /// Opens the writing connection and starts its task.
    pub(super) async fn start(options: SqliteConnectOptions, vault: PathBuf, hold: Duration) -> Result<Self, Error> {
        let connection = open(&options, &vault).await?;
        let shared = Shared::around(connection);
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task =
            Task { shared: Arc::clone(&shared), waiting, options, vault, hold, next: 0, careful: 0, company: false };
        tokio::spawn(task.serve());
        Ok(Self { queue, shared })
    }

    /// A turn, not yet begun.
    pub(super) fn turn(&self) -> Turn {
        Turn::new(self.clone())
    }

    pub(super) async fn lease(&self) -> Result<Lease, Error> {
        let (grant, granted) = oneshot::channel();
        self.queue.send(Job::Lease(grant)).await.map_err(|_| gone())?;
        granted.await.map_err(|_| gone())?
    }

    pub(super) async fn batch(&self, batch: Batch) -> Result<(), Error> {
        self.answered(|answer| Job::Batch(batch, answer)).await
    }

    /// How many groups were undone so far.
    pub(super) fn undone(&self) -> u64 {
        self.shared.undone.load(Ordering::Acquire)
    }

    /// Waits for the group that is being written: who lost against a member of it knows so before anybody can read why.
    /// It is a conflict where a group was undone since there were `undone` of them: that may have been the one.
    pub(super) async fn after(&self, undone: Option<u64>) -> Result<(), Error> {
        self.answered(Job::After).await?;
        if undone.is_none_or(|before| before == self.undone()) { Ok(()) } else { Err(Error::Conflict) }
    }

    async fn answered(&self, job: impl FnOnce(Answer) -> Job) -> Result<(), Error> {
        let (answer, durable) = oneshot::channel();
        self.queue.send(job(answer)).await.map_err(|_| gone())?;
        durable.await.map_err(|_| gone())?
    }
}

fn gone() -> Error {
    Error::Unavailable("the writer has stopped".into())
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
    waiting: mpsc::Receiver<Job>,
    options: SqliteConnectOptions,
    vault: PathBuf,
    hold: Duration,
    next: u64,
    /// How many more members have a savepoint.
    careful: usize,
    /// Whether the last group had more than one member, so that others are likely on their way.
    company: bool,
}

/// Where in its group a member stands.
#[derive(Clone, Copy)]
struct Place {
    /// How many there are with it.
    members: usize,
    /// Whether the group ends with it.
    last: bool,
}

/// What became of the group's transaction.
enum Group {
    Open,
    Ended,
}

const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";
const SAVEPOINT: &str = "SAVEPOINT member";
const RELEASE: &str = "RELEASE member";
const UNDO: &str = "ROLLBACK TO member; RELEASE member";

impl Task {
    async fn serve(mut self) {
        while let Some(first) = self.waiting.recv().await {
            if let Err(error) = self.group(first).await {
                self.shared.undone.fetch_add(1, Ordering::AcqRel);
                tracing::warn!(error = %error, "the SQLite writer opens its connection again");
                self.reopen().await;
            }
        }
        if let Some(connection) = self.shared.line.lock().await.connection.take() {
            let _ = connection.close().await;
        }
    }

    /// One transaction. An `Err` means that the connection must be opened again; every owed answer has been failed.
    async fn group(&mut self, first: Job) -> Result<(), Error> {
        let mut owed: Vec<Answer> = Vec::new();
        let mut next = Some(first);
        let mut place = Place { members: 0, last: false };
        while let Some(job) = next.take() {
            let nobody = self.waiting.is_empty() && !self.company;
            place = Place { members: place.members + 1, last: place.members + 1 >= GROUP || nobody };
            let done = match job {
                Job::Batch(batch, answer) => self.batch(batch, answer, place, &mut owed).await,
                Job::Lease(grant) => self.leased(grant, place, &mut owed).await,
                Job::After(answer) if place.members == 1 => {
                    let _ = answer.send(Ok(()));
                    return Ok(());
                }
                Job::After(answer) => {
                    owed.push(answer);
                    Ok(Group::Open)
                }
            };
            match done {
                Ok(Group::Open) => {}
                Ok(Group::Ended) => {
                    self.company = place.members > 1;
                    return Ok(());
                }
                Err(error) => {
                    fail(owed, &error);
                    return Err(error);
                }
            }
            if place.last {
                break;
            }
            next = self.waiting.try_recv().ok();
            if next.is_none() && self.company {
                tokio::task::yield_now().await;
                next = self.waiting.try_recv().ok();
            }
        }
        self.company = place.members > 1;
        if owed.is_empty() {
            return self.run("ROLLBACK").await;
        }
        match self.run(COMMIT).await {
            Ok(()) => {
                answer_all(owed);
                Ok(())
            }
            Err(error) => {
                fail(owed, &error);
                Err(error)
            }
        }
    }

    /// A member that is one text.
    async fn batch(
        &mut self,
        batch: Batch,
        answer: Answer,
        place: Place,
        owed: &mut Vec<Answer>,
    ) -> Result<Group, Error> {
        let Batch { parts, arguments, late_condition, .. } = batch;
        let alone = place.members == 1 && place.last;
        let marked = !alone && (late_condition || self.careful > 0);
        self.careful = self.careful.saturating_sub(1);
        let first = (place.members == 1).then_some(BEGIN);
        let mark = marked.then_some(SAVEPOINT);
        let opening = first.into_iter().chain(mark).map(|sql| (sql, 0));
        let closing = marked.then_some(RELEASE).into_iter().chain(place.last.then_some(COMMIT)).map(|sql| (sql, 0));
        let parts: Vec<Part> = opening.chain(parts).chain(closing).collect();
        match self.run_with(&parts, arguments).await {
            Ok(()) => {
                owed.push(answer);
                if place.last {
                    answer_all(std::mem::take(owed));
                    return Ok(Group::Ended);
                }
                Ok(Group::Open)
            }
            // There is nobody else to save. A COMMIT that failed may have ended the transaction, and then ROLLBACK
            // fails and the connection is opened again.
            Err(error) if alone => {
                let _ = answer.send(Err(error));
                self.run("ROLLBACK").await.map(|()| Group::Ended)
            }
            // If it was RELEASE or COMMIT that failed, there is no savepoint any more, and so this fails too.
            Err(error) if marked => {
                let _ = answer.send(Err(error));
                self.run(UNDO).await.map(|()| Group::Open)
            }
            // Its condition came before all else: there is nothing to undo.
            Err(Error::GivenUp) => {
                let _ = answer.send(Err(Error::GivenUp));
                Ok(Group::Open)
            }
            Err(error) => {
                let _ = answer.send(Err(error));
                self.careful = CAREFUL;
                self.run("ROLLBACK").await?;
                self.shared.undone.fetch_add(1, Ordering::AcqRel);
                for answer in std::mem::take(owed) {
                    let _ = answer.send(Err(Error::Conflict));
                }
                Ok(Group::Ended)
            }
        }
    }

    /// A member that has the connection for a while.
    async fn leased(&mut self, grant: Grant, place: Place, owed: &mut Vec<Answer>) -> Result<Group, Error> {
        if place.members == 1
            && let Err(error) = self.run(BEGIN).await
        {
            Job::Lease(grant).refuse(&error);
            return Err(error);
        }
        // Alone, the transaction itself is the savepoint.
        self.member(grant, place.members == 1 && place.last, owed).await.map(|()| Group::Open)
    }

    async fn member(&mut self, grant: Grant, alone: bool, owed: &mut Vec<Answer>) -> Result<(), Error> {
        self.shared.line.lock().await.opening = (!alone).then_some(SAVEPOINT);
        self.next += 1;
        let ending = lend(&self.shared, self.next, (grant, self.hold)).await;
        // Only now is nobody else at the connection: a lease that is taken back may be amidst its first statement.
        let unopened = self.shared.line.lock().await.opening.take();
        match ending {
            Ending::Commit(batch, answer) => self.settle(batch, answer, (alone, unopened), owed).await,
            Ending::Dropped | Ending::TakenBack if alone || unopened.is_some() => Ok(()),
            Ending::Dropped | Ending::TakenBack => self.run(UNDO).await,
        }
    }

    /// Runs what a member put off and ends its savepoint, or its transaction if it is alone.
    async fn settle(
        &mut self,
        batch: Batch,
        answer: Answer,
        (alone, unopened): (bool, Option<&'static str>),
        owed: &mut Vec<Answer>,
    ) -> Result<(), Error> {
        let Batch { mut parts, arguments, .. } = batch;
        if let Some(opening) = unopened {
            parts.insert(0, (opening, 0));
        }
        if !alone {
            parts.push((RELEASE, 0));
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
                if alone { Ok(()) } else { self.run(UNDO).await }
            }
        }
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
                while let Ok(job) = self.waiting.try_recv() {
                    job.refuse(&error);
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn answer_all(owed: Vec<Answer>) {
    for answer in owed {
        let _ = answer.send(Ok(()));
    }
}

fn fail(owed: Vec<Answer>, error: &Error) {
    for answer in owed {
        let _ = answer.send(Err(Error::Unavailable(error.to_string())));
    }
}
