//! Statements put off: what a write does without waiting for each, so that it goes to the database in one trip.

use super::embedded::Arguments as Plain;
use super::error::Error;
use super::joined::{Part, UNLESS_CHANGED, one_statement};
use super::read::{Bind, Read, highest_parameter};
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::{Arguments, Postgres};

/// Statements that travel as one, with the parameters of all of them.
#[derive(Default)]
pub(super) struct Batch<A> {
    pub(super) parts: Vec<Part>,
    pub(super) arguments: A,
    /// Whether a condition stands behind a statement that changes something, so that there may be something to undo
    /// when it does not hold.
    pub(super) late_condition: bool,
}

/// What a write has put off, in its order.
pub(super) enum Pending {
    /// One behind the other.
    Sqlite(Batch<Plain>),
    /// PostgreSQL takes one statement at a time, and what fits is made one.
    Postgres(Vec<Batch<PgArguments>>),
}

impl Batch<PgArguments> {
    /// Whether this statement can become one with those before. The parts of one statement do not see what the others
    /// did, so it may not so much as name a table that is changed before it; and what DELETE takes along is not seen
    /// in its text.
    fn takes(&self, sql: &str) -> bool {
        changed_table(sql).is_some()
            && self.parts.iter().all(|(earlier, _)| {
                *earlier == UNLESS_CHANGED || changed_table(earlier).is_some_and(|table| !sql.contains(table))
            })
    }

    /// Runs it.
    pub(super) async fn run(self, connection: &mut PgConnection) -> Result<(), Error> {
        sqlx::query_with::<Postgres, _>(one_statement(&self.parts), self.arguments).execute(connection).await?;
        Ok(())
    }
}

/// The table that an INSERT or UPDATE changes; `None` for any other statement.
fn changed_table(sql: &str) -> Option<&str> {
    let rest = sql.strip_prefix("INSERT INTO ").or_else(|| sql.strip_prefix("UPDATE "))?;
    rest.split_whitespace().next()
}

enum Carried {
    Sqlite(Batch<Plain>),
    Postgres(Batch<PgArguments>),
}

/// A statement that is put off, being filled in.
#[must_use = "a statement does nothing unless it is put off"]
pub struct Deferred<'t> {
    read: &'t mut Read,
    sql: &'static str,
    /// It with those it becomes one with.
    carried: Result<Carried, Error>,
    /// How many parameters are those of the others.
    before: usize,
}

impl Read {
    /// Begins a statement that nobody waits for, whose outcome decides nothing: it is run with the next one that is
    /// waited for, or with the commit. If it fails, what it travels with fails. Parameters are `$1`, `$2`, …
    pub fn deferred(&mut self, sql: &'static str) -> Deferred<'_> {
        let mut before = 0;
        let carried = match &mut self.pending {
            Some(pending) if !self.poisoned => Ok(match pending {
                Pending::Sqlite(batch) => {
                    let mut batch = std::mem::take(batch);
                    before = batch.arguments.len();
                    batch.parts.push((sql, before));
                    Carried::Sqlite(batch)
                }
                Pending::Postgres(batches) => {
                    let mut batch = batches.pop_if(|last| last.takes(sql)).unwrap_or_default();
                    before = batch.arguments.len();
                    batch.parts.push((sql, before));
                    Carried::Postgres(batch)
                }
            }),
            // Nothing may be written here, or nothing more.
            _ => Err(Error::Poisoned),
        };
        // Should it not be put off after all, what it carries would be lost: poisoned until then.
        self.poisoned = true;
        Deferred { read: self, sql, carried, before }
    }
}

impl Deferred<'_> {
    /// Binds the next parameter.
    pub fn bind<'b, T: Bind<'b>>(mut self, value: T) -> Self {
        let added = match &mut self.carried {
            Ok(Carried::Sqlite(batch)) => Arguments::add(&mut batch.arguments, value),
            Ok(Carried::Postgres(batch)) => Arguments::add(&mut batch.arguments, value),
            Err(_) => Ok(()),
        };
        if let Err(error) = added {
            self.carried = Err(Error::Unreadable(error.to_string()));
        }
        self
    }

    /// Puts it off.
    ///
    /// # Errors
    /// [`Error::Poisoned`] on a handle that may not write, or after a failed statement.
    pub fn later(self) -> Result<(), Error> {
        self.put_off(false)
    }

    /// Puts it off, and unless it then changes a row gives the whole write up with [`Error::GivenUp`]: the condition of
    /// a write that is otherwise known beforehand, and so needs one trip.
    ///
    /// # Errors
    /// As [`Deferred::later`].
    pub fn or_give_up(self) -> Result<(), Error> {
        self.put_off(true)
    }

    fn put_off(self, must_change: bool) -> Result<(), Error> {
        let Self { read, sql, carried, before } = self;
        let mut carried = carried?;
        let bound = match &mut carried {
            Carried::Sqlite(batch) => condition(batch, must_change),
            Carried::Postgres(batch) => condition(batch, must_change),
        };
        if cfg!(debug_assertions) {
            let (bound, wanted) = (bound - before, highest_parameter(sql));
            if bound != wanted {
                return Err(Error::Unreadable(format!("{bound} parameters bound, {wanted} wanted: {sql}")));
            }
        }
        match (&mut read.pending, carried) {
            (Some(Pending::Sqlite(pending)), Carried::Sqlite(batch)) => *pending = batch,
            (Some(Pending::Postgres(pending)), Carried::Postgres(batch)) => pending.push(batch),
            _ => return Err(Error::Poisoned),
        }
        read.poisoned = false;
        Ok(())
    }
}

/// Adds the condition, if there is one, and says how many parameters there are.
fn condition<A: Arguments>(batch: &mut Batch<A>, must_change: bool) -> usize {
    let bound = batch.arguments.len();
    if must_change {
        batch.late_condition |= batch.parts.len() > 1;
        batch.parts.push((UNLESS_CHANGED, bound));
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::{Batch, UNLESS_CHANGED, changed_table};
    use sqlx::postgres::PgArguments;

    #[test]
    fn statements_that_could_see_each_other_stay_apart() {
        let batch = Batch::<PgArguments> {
            parts: vec![("UPDATE one SET a = $1", 0), (UNLESS_CHANGED, 1), ("INSERT INTO two (a) VALUES ($1)", 1)],
            ..Batch::default()
        };
        assert!(batch.takes("INSERT INTO three (a) SELECT a FROM four"));
        assert!(batch.takes("UPDATE three SET a = 1"));
        for sees in [
            "INSERT INTO three (a) SELECT a FROM one",
            "UPDATE two SET a = 1",
            "DELETE FROM three",
            "SELECT 1",
            "INSERT INTO three (a) VALUES ((SELECT b FROM two))",
        ] {
            assert!(!batch.takes(sees), "{sees}");
        }
        assert!(Batch::<PgArguments>::default().takes("UPDATE one SET a = 1"));
        assert_eq!(changed_table("INSERT INTO event (id)\n VALUES ($1)"), Some("event"));
        assert_eq!(changed_table("WITH x AS (SELECT 1) UPDATE one SET a = 1"), None);
    }
}
