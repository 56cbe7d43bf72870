//! Writing. Promise 1: no unaudited write. A [`Write`] ends in `commit(events)`, in the few lawful words of
//! [`Housekeeping`], or in nothing at all.

use super::error::Error;
use super::pending::{Batch, Pending};
use super::read::{Read, Source};
use crate::domain::audit::{EventRow, Kind, Receipt, Sealed};
use crate::domain::ids::{AccountId, EventId};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A transaction that writes. Dropped uncommitted, it never happened.
pub struct Write {
    read: Read,
}

impl Deref for Write {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

/// What may be committed as the record of a deed: one event or more.
pub trait Events: Send {
    /// The rows to write, at least one.
    fn rows(&self) -> Vec<&EventRow>;
}

impl<K: Kind> Events for Sealed<K> {
    fn rows(&self) -> Vec<&EventRow> {
        vec![&self.row]
    }
}

impl<A: Events, B: Events> Events for (A, B) {
    fn rows(&self) -> Vec<&EventRow> {
        let mut rows = self.0.rows();
        rows.extend(self.1.rows());
        rows
    }
}

/// An event, and at times another beside it.
#[derive(Debug, Clone)]
pub struct AndPerhaps<A, B>(pub A, pub Option<B>);

impl<A: Events, B: Events + Sync> Events for AndPerhaps<A, B> {
    fn rows(&self) -> Vec<&EventRow> {
        let mut rows = self.0.rows();
        rows.extend(self.1.iter().flat_map(Events::rows));
        rows
    }
}

/// A deed that ends in one of two ways, each with its own event.
#[derive(Debug, Clone)]
pub enum Either<A, B> {
    /// The first.
    This(A),
    /// The second.
    That(B),
}

impl<A: Events, B: Events> Events for Either<A, B> {
    fn rows(&self) -> Vec<&EventRow> {
        match self {
            Self::This(events) => events.rows(),
            Self::That(events) => events.rows(),
        }
    }
}

/// Several events of one kind, for one deed that concerns several people or services.
#[derive(Debug, Clone)]
pub struct OneOrMore<E> {
    /// There is always one.
    pub first: E,
    /// And perhaps these.
    pub more: Vec<E>,
}

impl<E: Events + Sync> Events for OneOrMore<E> {
    fn rows(&self) -> Vec<&EventRow> {
        let mut rows = self.first.rows();
        rows.extend(self.more.iter().flat_map(Events::rows));
        rows
    }
}

/// Writes that concern nobody, and so need no event. Nothing else does without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Housekeeping {
    /// A job's lease, taken, prolonged or given back.
    Lease,
    /// A counter against guessing.
    Throttle,
    /// When a session or account was last used.
    LastSeen,
    /// The memory of assertions already seen.
    Replay,
    /// A journey's place, before it has a person.
    Flow,
    /// The state of a message on its way.
    Delivery,
    /// Events given their place in the log.
    Seal,
    /// Rows past their time.
    Expire,
}

/// The marker of a write that was committed quietly.
#[derive(Debug)]
pub struct Quiet;

/// A durable write and what it gives back. `E` names its events, so that a deed's signature says what it records.
#[derive(Debug)]
pub struct Committed<E, T> {
    /// What the deed gives back.
    pub value: T,
    first: Option<(EventId, Option<AccountId>)>,
    events: PhantomData<fn() -> E>,
}

/// A deed recorded by one event of kind `K`.
pub type Recorded<K, T> = Committed<Sealed<K>, T>;

impl<K: Kind, T> Committed<Sealed<K>, T> {
    /// The proof that the event is durable, which a look turns into a disclosure.
    ///
    /// # Errors
    /// Never in practice: a commit with an event has its id.
    pub fn receipt(&self) -> Result<Receipt<K>, Error> {
        self.first.map(|(event, person)| Receipt::committed(event, person)).ok_or(Error::Missing)
    }
}

impl<K: Kind, B, T> Committed<AndPerhaps<Sealed<K>, B>, T> {
    /// The proof that the first event is durable.
    ///
    /// # Errors
    /// As [`Committed::receipt`] of one event.
    pub fn receipt(&self) -> Result<Receipt<K>, Error> {
        self.first.map(|(event, person)| Receipt::committed(event, person)).ok_or(Error::Missing)
    }
}

impl Write {
    pub(super) fn new(source: Source) -> Self {
        let pending = match &source {
            Source::PostgresTurn(_) => Pending::Postgres(Vec::new()),
            _ => Pending::Sqlite(Batch::default()),
        };
        Self { read: Read { source, poisoned: false, pending: Some(pending) } }
    }

    /// Stores the events and makes everything durable, or nothing.
    ///
    /// # Errors
    /// [`Error::Poisoned`] after a failed statement; else what the database says. Nothing has happened then.
    pub async fn commit<E: Events, T>(mut self, events: E, value: T) -> Result<Committed<E, T>, Error> {
        let rows = events.rows();
        let first = rows.first().map(|row| (row.id, row.person));
        for row in rows {
            super::events::insert(&mut self, row)?;
        }
        self.finish().await?;
        Ok(Committed { value, first, events: PhantomData })
    }

    /// Makes a write durable that concerns nobody.
    ///
    /// # Errors
    /// As [`Write::commit`].
    pub async fn commit_quietly<T>(self, why: Housekeeping, value: T) -> Result<Committed<Quiet, T>, Error> {
        tracing::trace!(?why, "quiet commit");
        self.finish().await?;
        Ok(Committed { value, first: None, events: PhantomData })
    }

    async fn finish(self) -> Result<(), Error> {
        // PostgreSQL answers COMMIT of an aborted transaction with a rollback and no error: never ask it.
        if self.read.poisoned {
            return Err(Error::Poisoned);
        }
        match (self.read.source, self.read.pending) {
            (Source::Turn(turn), Some(Pending::Sqlite(batch))) => turn.commit(batch).await,
            (Source::PostgresTurn(turn), Some(Pending::Postgres(batches))) => Box::pin(turn.commit(batches)).await,
            _ => Err(Error::Poisoned),
        }
    }
}
