//! SQLite's one writer: a task that owns the connection, has a thread that may wait run what is written, and leases the
//! connection to one caller at a time where that one has to see what comes of a statement.
//!
//! Group commit: those who wait share one transaction, and one COMMIT with one fsync serves them all. Nobody is answered before
//! that COMMIT is durable.
//!
//! ```text
//! BEGIN IMMEDIATE ─┬─ those who wait for nothing, in one go ──> answers owed ──────┐
//!                  ├─ lease, SAVEPOINT ──┬─ commit ──> RELEASE, answer owed ───────┤
//!                  │                     ├─ dropped ──> ROLLBACK TO                ├─ until 64 or nobody waits
//!                  │                     └─ held too long: taken back, same ───────┘
//!                  └─ COMMIT ──> every owed answer at once; any failure of RELEASE, ROLLBACK TO or COMMIT fails
//!                                every owed answer and opens the connection anew
//! ```
//!
//! Each way to another thread and back costs more than most statements, so all that can goes along: BEGIN and SAVEPOINT with a
//! lease's first statement, RELEASE with what it put off, and COMMIT with the last of those in [`super::group`].
//!
//! A commit costs as much as several members: its fsync, and each page that it changed once more in the log of changes. So
//! where the last group had company, those who are about to come are let run first, once. Whoever is alone waits for nobody.

use super::connection::{Asked, Connection, Files, Want, aside};
use super::embedded::Arguments;
use super::error::Error;
use super::group::{BEGIN, BEGIN_AND_SAVEPOINT, COMMIT, Group, Member, RELEASE, ROLLBACK, Ran, Run, SAVEPOINT, UNDO};
use super::pending;
use super::turn::{Ending, Grant, Lease, Said, Shared, Turn, lend};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// The most members of one group.
const GROUP: usize = 64;

/// How many may wait for the writer before others are turned away.
const QUEUE: usize = 4_096;

pub(super) type Batch = pending::Batch<Arguments>;
pub(super) type Answer = oneshot::Sender<Result<(), Error>>;

/// What a member wants.
enum Job {
    /// The connection, for as long as it says.
    Lease(Grant),
    /// These statements run and committed.
    Batch(Member, Answer),
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
    pub(super) async fn start(files: Files, hold: Duration) -> Result<Self, Error> {
        let shared = Shared::around(open(&files).await?);
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = Task {
            shared: Arc::clone(&shared),
            waiting,
            files,
            hold,
            jobs: VecDeque::new(),
            next: 0,
            careful: 0,
            company: false,
        };
        tokio::spawn(task.serve());
        Ok(Self { queue, shared })
    }

    /// A turn, not yet begun.
    pub(super) fn turn(&self) -> Turn {
        Turn::new(self.clone())
    }

    pub(super) async fn lease(&self) -> Result<Lease, Error> {
        let (grant, granted) = oneshot::channel();
        self.take(Job::Lease(grant))?;
        granted.await.map_err(|_| gone())?
    }

    pub(super) async fn batch(&self, batch: Batch) -> Result<(), Error> {
        let Batch { parts, arguments, late_condition } = batch;
        let member = Member { asked: Asked { parts, arguments }, late_condition };
        self.answered(|answer| Job::Batch(member, answer)).await
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

    fn take(&self, job: Job) -> Result<(), Error> {
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::Unavailable(format!("{QUEUE} writes wait already")),
            TrySendError::Closed(_) => gone(),
        })
    }

    async fn answered(&self, job: impl FnOnce(Answer) -> Job) -> Result<(), Error> {
        let (answer, durable) = oneshot::channel();
        self.take(job(answer))?;
        durable.await.map_err(|_| gone())?
    }
}

pub(super) fn gone() -> Error {
    Error::Unavailable("the writer has stopped".into())
}

async fn open(files: &Files) -> Result<Connection, Error> {
    let files = files.clone();
    aside(move || files.open()).await?
}

struct Task {
    shared: Arc<Shared>,
    waiting: mpsc::Receiver<Job>,
    /// Those who have come, in their order.
    jobs: VecDeque<Job>,
    files: Files,
    hold: Duration,
    next: u64,
    /// How many more members have a savepoint.
    careful: usize,
    /// Whether the last group had more than one member, so that others are likely on their way.
    company: bool,
}

/// A group that is being written.
#[derive(Default)]
struct Open {
    owed: Vec<Answer>,
    members: usize,
    /// Whether there is a transaction.
    begun: bool,
}

impl Task {
    async fn serve(mut self) {
        loop {
            if self.jobs.is_empty() {
                match self.waiting.recv().await {
                    Some(first) => self.jobs.push_back(first),
                    None => break,
                }
            }
            let mut open = Open::default();
            let ended = self.group(&mut open).await;
            self.company = open.members > 1;
            if let Err(error) = ended {
                for answer in open.owed {
                    let _ = answer.send(Err(Error::Unavailable(error.to_string())));
                }
                self.shared.undone.fetch_add(1, Ordering::AcqRel);
                tracing::warn!(error = %error, "the SQLite writer opens its connection again");
                self.reopen().await;
            }
        }
        let connection = self.shared.line.lock().await.connection.take();
        let _ = aside(move || drop(connection)).await;
    }

    /// Takes along who has come, up to the most that a group has, and where others are likely on their way lets them come.
    async fn gather(&mut self, members: usize) {
        self.take_along(members);
        while self.company {
            let before = self.jobs.len();
            tokio::task::yield_now().await;
            self.take_along(members);
            if self.jobs.len() == before {
                return;
            }
        }
    }

    fn take_along(&mut self, members: usize) {
        while members + self.jobs.len() < GROUP
            && let Ok(job) = self.waiting.try_recv()
        {
            self.jobs.push_back(job);
        }
    }

    /// One transaction. An `Err` means that the connection must be opened again, and that every owed answer is to be failed.
    async fn group(&mut self, open: &mut Open) -> Result<(), Error> {
        self.gather(0).await;
        loop {
            let (members, answers) = self.before_a_lease(open);
            let ends = self.jobs.is_empty();
            if (!members.is_empty() || (ends && open.begun)) && self.in_one_go((members, answers), ends, open).await? {
                return Ok(());
            }
            let Some(Job::Lease(grant)) = self.jobs.pop_front() else { return Ok(()) };
            open.members += 1;
            let alone = open.members == 1 && self.jobs.is_empty();
            self.member(grant, alone, open).await?;
            if alone {
                return Ok(());
            }
            self.gather(open.members).await;
        }
    }

    /// Those who need no lease, up to the first who does.
    fn before_a_lease(&mut self, open: &mut Open) -> (Vec<Member>, Vec<Answer>) {
        let (mut members, mut answers) = (Vec::new(), Vec::new());
        while let Some(job) = self.jobs.pop_front() {
            match job {
                Job::Batch(member, answer) => {
                    members.push(member);
                    answers.push(answer);
                }
                // Nothing is being written.
                Job::After(answer) if members.is_empty() && !open.begun => drop(answer.send(Ok(()))),
                Job::After(answer) => open.owed.push(answer),
                Job::Lease(grant) => {
                    self.jobs.push_front(Job::Lease(grant));
                    break;
                }
            }
        }
        (members, answers)
    }

    /// Runs them, and says whether the group has ended.
    async fn in_one_go(
        &mut self,
        (members, answers): (Vec<Member>, Vec<Answer>),
        ends: bool,
        open: &mut Open,
    ) -> Result<bool, Error> {
        open.members += members.len();
        let (owes, careful) = (!open.owed.is_empty(), self.careful);
        let run = Run { members, begins: !open.begun, ends, owes, careful };
        open.begun = true;
        let ran = self.at(move |connection| Ok(run.run(connection))).await;
        let Ran { results, left, careful, group } = match ran {
            Ok(ran) => ran,
            Err(error) => {
                open.owed.extend(answers);
                return Err(error);
            }
        };
        self.careful = careful;
        let mut answers = answers.into_iter();
        for (result, answer) in results.into_iter().zip(answers.by_ref()) {
            match result {
                Ok(()) => open.owed.push(answer),
                Err(error) => drop(answer.send(Err(error))),
            }
        }
        match group {
            Group::Open => return Ok(false),
            Group::Ended => answer_all(&mut open.owed),
            Group::Undone => {
                self.shared.undone.fetch_add(1, Ordering::AcqRel);
                for answer in open.owed.drain(..) {
                    let _ = answer.send(Err(Error::Conflict));
                }
                let left = left.into_iter().zip(answers).map(|(member, answer)| Job::Batch(member, answer));
                // They go first, in their order.
                for job in left.rev() {
                    self.jobs.push_front(job);
                }
            }
            Group::Broken(error) => {
                open.owed.extend(answers);
                return Err(error);
            }
        }
        Ok(true)
    }

    /// A member that has the connection for a while. One that is alone ends its group.
    async fn member(&mut self, grant: Grant, alone: bool, open: &mut Open) -> Result<(), Error> {
        self.shared.line.lock().await.opening = match (open.begun, alone) {
            (true, _) => Some(SAVEPOINT),
            // Alone, the transaction itself is the savepoint.
            (false, true) => Some(BEGIN),
            (false, false) => Some(BEGIN_AND_SAVEPOINT),
        };
        self.next += 1;
        let ending = lend(&self.shared, self.next, (grant, self.hold)).await;
        // Only now is nobody else at the connection: a lease that is taken back may be amidst its first statement.
        let unopened = self.shared.line.lock().await.opening.take();
        open.begun |= unopened.is_none();
        match ending {
            Ending::Commit(batch, answer) => self.settle(batch, answer, (alone, unopened), open).await,
            Ending::Dropped | Ending::TakenBack if unopened.is_some() => Ok(()),
            Ending::Dropped | Ending::TakenBack => self.say(if alone { ROLLBACK } else { UNDO }).await,
        }
    }

    /// Runs what a member put off and ends its savepoint, or its transaction if it is alone.
    async fn settle(
        &mut self,
        batch: Batch,
        answer: Answer,
        (alone, unopened): (bool, Option<Said>),
        open: &mut Open,
    ) -> Result<(), Error> {
        let Batch { parts, arguments, .. } = batch;
        if parts.is_empty() && unopened.is_some() {
            let _ = answer.send(Ok(()));
            return Ok(());
        }
        open.begun = true;
        let asked = Asked { parts, arguments };
        let settled = self
            .at(move |connection| {
                let ran = unopened.map_or(Ok(()), |opening| connection.say(opening));
                let ran = ran.and_then(|()| connection.whole(&asked, Want::All)).map(drop);
                let ran = if alone { ran } else { ran.and_then(|()| connection.say(RELEASE)) };
                match ran {
                    // Whether COMMIT failed or came to be is not known then.
                    Ok(()) if alone => connection.say(COMMIT).map(Ok),
                    Ok(()) => Ok(Ok(())),
                    Err(error) => match connection.say(if alone { ROLLBACK } else { UNDO }) {
                        Ok(()) => Ok(Err(error)),
                        // The transaction ended with the statement, whose error says why.
                        Err(_) => Err(error),
                    },
                }
            })
            .await;
        match settled {
            Ok(Ok(())) if !alone => open.owed.push(answer),
            Ok(ran) => drop(answer.send(ran)),
            Err(error) => {
                open.owed.push(answer);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn say(&self, sql: Said) -> Result<(), Error> {
        self.at(move |connection| connection.say(sql)).await
    }

    /// Has a thread that may wait do this with the connection.
    async fn at<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let mut line = Arc::clone(&self.shared.line).lock_owned().await;
        aside(move || deed(line.live()?)).await?
    }

    /// Closes what is there and opens it again. If that fails, those who wait are told; the next one has it tried anew.
    async fn reopen(&mut self) {
        let broken = self.shared.line.lock().await.connection.take();
        let _ = aside(move || drop(broken)).await;
        match open(&self.files).await {
            Ok(connection) => self.shared.line.lock().await.connection = Some(connection),
            Err(error) => {
                tracing::error!(error = %error, "the SQLite writer cannot open its database");
                for job in self.jobs.drain(..) {
                    job.refuse(&error);
                }
                while let Ok(job) = self.waiting.try_recv() {
                    job.refuse(&error);
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn answer_all(owed: &mut Vec<Answer>) {
    for answer in owed.drain(..) {
        let _ = answer.send(Ok(()));
    }
}
