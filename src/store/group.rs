//! Members of a group commit that wait for nothing of their own: run one behind the other, in one go, on the writer's connection.
//!
//! A member has no savepoint if its condition comes before all else, for keeping one costs as much as its statements do: where
//! that does not hold, it has changed nothing. If it fails otherwise, which is rare, the group is rolled back, the others
//! run again, and for a while every member has a savepoint. They run again only if that ROLLBACK succeeds: else the
//! transaction had ended by itself, and nobody knows how.

use super::connection::{Asked, Connection, Want};
use super::error::Error;

pub(super) const BEGIN: &[&str] = &["BEGIN IMMEDIATE"];
pub(super) const BEGIN_AND_SAVEPOINT: &[&str] = &["BEGIN IMMEDIATE", "SAVEPOINT member"];
pub(super) const COMMIT: &[&str] = &["COMMIT"];
pub(super) const ROLLBACK: &[&str] = &["ROLLBACK"];
pub(super) const SAVEPOINT: &[&str] = &["SAVEPOINT member"];
pub(super) const RELEASE: &[&str] = &["RELEASE member"];
pub(super) const UNDO: &[&str] = &["ROLLBACK TO member", "RELEASE member"];

/// How many members have a savepoint after one failed that had none.
const CAREFUL: usize = 256;

/// One of them.
pub(super) struct Member {
    pub(super) asked: Asked,
    /// Whether there may be something to undo when its condition does not hold.
    pub(super) late_condition: bool,
}

/// Some of them, and where they stand in their group.
pub(super) struct Run {
    pub(super) members: Vec<Member>,
    /// Whether the transaction is still to be begun.
    pub(super) begins: bool,
    /// Whether the group ends with them.
    pub(super) ends: bool,
    /// Whether somebody before them is owed a commit.
    pub(super) owes: bool,
    /// How many more members have a savepoint.
    pub(super) careful: usize,
}

/// What came of them.
pub(super) struct Ran {
    /// Of each that ran, in their order; who ran well is owed a commit.
    pub(super) results: Vec<Result<(), Error>>,
    /// Those behind one that had the group undone.
    pub(super) left: Vec<Member>,
    pub(super) careful: usize,
    pub(super) group: Group,
}

/// What became of the group's transaction.
pub(super) enum Group {
    /// It goes on.
    Open,
    /// It is durable; if nobody was owed anything, it is gone.
    Ended,
    /// It was rolled back because of one member.
    Undone,
    /// Nobody knows.
    Broken(Error),
}

/// How a member ended.
enum Ended {
    Well,
    Refused(Error),
    /// Refused, and the whole transaction with it.
    Undone(Error),
}

impl Run {
    pub(super) fn run(self, connection: &mut Connection) -> Ran {
        let Self { members, begins, ends, mut owes, careful } = self;
        // There is nobody else to save.
        let alone = begins && ends && !owes && members.len() == 1;
        let mut ran = Ran { results: Vec::new(), left: Vec::new(), careful, group: Group::Open };
        if begins && let Err(error) = connection.say(BEGIN) {
            ran.group = Group::Broken(error);
            return ran;
        }
        let mut members = members.into_iter();
        let mut bare = false;
        for member in members.by_ref() {
            let marked = !alone && (member.late_condition || ran.careful > 0);
            ran.careful = ran.careful.saturating_sub(1);
            bare = !marked;
            match member.run(connection, (alone, marked)) {
                Ok(Ended::Well) => {
                    owes = true;
                    ran.results.push(Ok(()));
                }
                Ok(Ended::Refused(error)) => ran.results.push(Err(error)),
                Ok(Ended::Undone(error)) => {
                    ran.results.push(Err(error));
                    ran.left.extend(members);
                    ran.group = if alone { Group::Ended } else { Group::Undone };
                    if !alone {
                        ran.careful = CAREFUL;
                    }
                    return ran;
                }
                Err(error) => {
                    ran.group = Group::Broken(error);
                    return ran;
                }
            }
        }
        if ends {
            ran.end(connection, owes, bare && !alone);
        }
        ran
    }
}

impl Ran {
    /// Ends the transaction. Where COMMIT is refused, the last member is to blame if it has no savepoint, as if it had failed
    /// itself: the others run again.
    fn end(&mut self, connection: &Connection, owes: bool, bare: bool) {
        let Err(error) = connection.say(if owes { COMMIT } else { ROLLBACK }) else {
            self.group = Group::Ended;
            return;
        };
        match self.results.last_mut() {
            Some(last) if bare && last.is_ok() && connection.say(ROLLBACK).is_ok() => {
                *last = Err(error);
                self.careful = CAREFUL;
                self.group = Group::Undone;
            }
            _ => self.group = Group::Broken(error),
        }
    }
}

impl Member {
    /// Runs it. An error means that nobody knows what became of the transaction.
    fn run(self, connection: &mut Connection, (alone, marked): (bool, bool)) -> Result<Ended, Error> {
        let ran = self.statements(connection, marked);
        Ok(match ran {
            Ok(()) => Ended::Well,
            Err(error) if marked => match connection.say(UNDO) {
                Ok(()) => Ended::Refused(error),
                // Then the transaction ended with the statement, and that one's error says why.
                Err(_) => return Err(error),
            },
            // Its condition came before all else: there is nothing to undo.
            Err(Error::GivenUp) if !alone => Ended::Refused(Error::GivenUp),
            Err(error) => match connection.say(ROLLBACK) {
                Ok(()) => Ended::Undone(error),
                Err(_) => return Err(error),
            },
        })
    }

    fn statements(&self, connection: &mut Connection, marked: bool) -> Result<(), Error> {
        if marked {
            connection.say(SAVEPOINT)?;
        }
        connection.whole(&self.asked, Want::All)?;
        if marked { connection.say(RELEASE) } else { Ok(()) }
    }
}
