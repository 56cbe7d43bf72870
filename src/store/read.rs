//! Reading: statements with native types on either database.

use super::error::Error;
use super::joined::{Part, joined};
use super::pending::{Batch, Pending};
use super::readers::{Readers, Snapshot};
use super::turn::Turn;
use futures_util::TryStreamExt as _;
use sqlx::pool::Pool;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, Encode, Executor, FromRow, Postgres, Sqlite, Transaction, Type};

/// What may be bound: everything both drivers know natively.
pub trait Bind<'b>: Encode<'b, Sqlite> + Type<Sqlite> + Encode<'b, Postgres> + Type<Postgres> + Send {}

impl<'b, T> Bind<'b> for T where T: Encode<'b, Sqlite> + Type<Sqlite> + Encode<'b, Postgres> + Type<Postgres> + Send {}

/// A row as a struct (`#[derive(sqlx::FromRow)]` serves both databases) or tuple.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A single column.
pub trait Scalar:
    for<'r> sqlx::Decode<'r, Sqlite> + Type<Sqlite> + for<'r> sqlx::Decode<'r, Postgres> + Type<Postgres> + Send + Unpin
{
}

impl<T> Scalar for T where
    T: for<'r> sqlx::Decode<'r, Sqlite>
        + Type<Sqlite>
        + for<'r> sqlx::Decode<'r, Postgres>
        + Type<Postgres>
        + Send
        + Unpin
{
}

pub(super) enum Source {
    /// One statement on whichever connection is free.
    SqliteLook(Readers),
    PostgresPool(Pool<Postgres>),
    /// A snapshot.
    SqliteTx(Snapshot),
    PostgresTx(Transaction<'static, Postgres>),
    /// The one writer of SQLite, leased when first waited for.
    Turn(Turn),
    /// A transaction that writes, begun when first waited for.
    PostgresTurn(PostgresTurn),
}

/// Begins a transaction, in a task of its own: the driver loses sight of a BEGIN whose caller goes away before it is
/// answered, and would lend its connection to the next one amidst a transaction that nobody ends.
pub(super) async fn begin(
    pool: Pool<Postgres>,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, Error> {
    let begun = tokio::spawn(async move { pool.begin_with(statement).await }).await;
    Ok(begun.map_err(|_| Error::Unavailable("the database is being closed".into()))??)
}

/// A write's turn at PostgreSQL.
pub(super) struct PostgresTurn {
    pool: Pool<Postgres>,
    begun: Option<Transaction<'static, Postgres>>,
}

impl PostgresTurn {
    pub(super) const fn new(pool: Pool<Postgres>) -> Self {
        Self { pool, begun: None }
    }

    async fn transaction(&mut self) -> Result<&mut Transaction<'static, Postgres>, Error> {
        let begun = match self.begun.take() {
            Some(begun) => begun,
            None => begin(self.pool.clone(), "BEGIN").await?,
        };
        Ok(self.begun.insert(begun))
    }

    /// Runs what was put off and makes it all durable. A write that waited for nothing and is one statement is its own
    /// transaction.
    pub(super) async fn commit(mut self, mut pending: Vec<Batch<PgArguments>>) -> Result<(), Error> {
        match (&self.begun, pending.pop()) {
            (None, None) => Ok(()),
            (None, Some(only)) if pending.is_empty() => only.run(&mut *self.pool.acquire().await?).await,
            (_, last) => {
                let transaction = self.transaction().await?;
                for batch in pending.into_iter().chain(last) {
                    batch.run(&mut *transaction).await?;
                }
                match self.begun {
                    Some(transaction) => Ok(transaction.commit().await?),
                    None => Err(Error::Poisoned),
                }
            }
        }
    }
}

/// A place to read from. Functions that only read take `&mut Read`; a [`super::Write`] derefs to it.
pub struct Read {
    pub(super) source: Source,
    pub(super) poisoned: bool,
    /// What was put off; none where nothing may be written.
    pub(super) pending: Option<Pending>,
}

impl Read {
    pub(super) const fn new(source: Source) -> Self {
        Self { source, poisoned: false, pending: None }
    }

    /// Begins a statement. Parameters are `$1`, `$2`, … on both databases.
    pub fn sql(&mut self, sql: &'static str) -> Statement<'_> {
        let (mut parts, mut before, mut taken) = (Vec::new(), 0, false);
        let arguments = match (&self.source, &mut self.pending) {
            (Source::Turn(_), Some(Pending::Sqlite(pending))) if !self.poisoned => {
                // What was put off travels with this one. Should this one never be run, it would be lost: poisoned
                // until then.
                let Batch { parts: earlier, arguments, .. } = std::mem::take(pending);
                taken = !earlier.is_empty();
                self.poisoned = taken;
                (before, parts) = (arguments.len(), earlier);
                Bound::Sqlite(arguments)
            }
            (Source::SqliteLook(_) | Source::SqliteTx(_) | Source::Turn(_), _) => {
                Bound::Sqlite(SqliteArguments::default())
            }
            (Source::PostgresPool(_) | Source::PostgresTx(_) | Source::PostgresTurn(_), _) => {
                Bound::Postgres(PgArguments::default())
            }
        };
        parts.push((sql, before));
        Statement { read: self, parts, sql, arguments, before, taken, first: None, refused: None }
    }

    /// Runs what was put off where it does not travel with the next statement.
    async fn catch_up(&mut self) -> Result<(), Error> {
        let (Source::PostgresTurn(turn), Some(Pending::Postgres(pending))) = (&mut self.source, &mut self.pending)
        else {
            return Ok(());
        };
        if pending.is_empty() {
            return Ok(());
        }
        self.poisoned = true;
        let transaction = turn.transaction().await?;
        for batch in std::mem::take(pending) {
            batch.run(&mut *transaction).await?;
        }
        self.poisoned = false;
        Ok(())
    }
}

enum Bound {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// A statement being filled in.
#[must_use = "a statement does nothing until it is run"]
pub struct Statement<'t> {
    read: &'t mut Read,
    sql: &'static str,
    /// What was put off before it, and itself.
    parts: Vec<Part>,
    arguments: Bound,
    /// How many parameters are those of the others.
    before: usize,
    /// Whether there are others.
    taken: bool,
    /// On PostgreSQL: the statement that this one stands beside.
    first: Option<(&'static str, PgArguments)>,
    refused: Option<Error>,
}

/// Runs two SELECTs as one text.
async fn one_after_the_other<T: Row, U: Row>(
    connection: &mut SqliteConnection,
    parts: &[Part],
    arguments: SqliteArguments,
) -> Result<(Option<T>, Vec<U>), Error> {
    let mut steps = connection.fetch_many(sqlx::query_with::<Sqlite, _>(joined(parts), arguments));
    let (mut first, mut all, mut over) = (None, Vec::new(), false);
    while let Some(step) = steps.try_next().await? {
        match step.right() {
            None => over = true,
            Some(row) if over => all.push(U::from_row(&row)?),
            Some(row) => first = Some(T::from_row(&row)?),
        }
    }
    Ok((first, all))
}

/// Runs one query method on whatever the source is.
macro_rules! on {
    ($statement:ident, $query:ident [$($row:ty),*], |$sql:ident, $target:ident| $run:expr) => {{
        $statement.complete()?;
        $statement.read.catch_up().await?;
        let ($sql, parts, read) = ($statement.sql, $statement.parts, $statement.read);
        // Until it has answered: whoever stops waiting for a statement cannot know what it did.
        read.poisoned = true;
        let outcome = match (&mut read.source, $statement.arguments) {
            (Source::SqliteLook(readers), Bound::Sqlite(arguments)) => match readers.look().await {
                Ok(mut lent) => {
                    let ($sql, $target) = (sqlx::$query::<Sqlite, $($row,)* _>($sql, arguments), lent.live()?);
                    let outcome = $run.await.map_err(Error::from);
                    if !matches!(outcome, Ok(_) | Err(Error::Missing)) {
                        lent.spoil();
                    }
                    outcome
                }
                Err(busy) => Err(busy),
            },
            (Source::SqliteTx(snapshot), Bound::Sqlite(arguments)) => {
                let ($sql, $target) = (sqlx::$query::<Sqlite, $($row,)* _>($sql, arguments), snapshot.live()?);
                $run.await.map_err(Error::from)
            }
            (Source::Turn(turn), Bound::Sqlite(arguments)) => match turn.connection().await {
                Ok(mut held) => {
                    let text = held.text(parts);
                    let ($sql, $target) = (sqlx::$query::<Sqlite, $($row,)* _>(text, arguments), held.live()?);
                    $run.await.map_err(Error::from)
                }
                Err(lost) => Err(lost),
            },
            (Source::PostgresPool(pool), Bound::Postgres(arguments)) => {
                let ($sql, $target) = (sqlx::$query::<Postgres, $($row,)* _>($sql, arguments), &*pool);
                $run.await.map_err(Error::from)
            }
            (Source::PostgresTx(tx), Bound::Postgres(arguments)) => {
                let ($sql, $target) = (sqlx::$query::<Postgres, $($row,)* _>($sql, arguments), &mut **tx);
                $run.await.map_err(Error::from)
            }
            (Source::PostgresTurn(turn), Bound::Postgres(arguments)) => match turn.transaction().await {
                Ok(tx) => {
                    let ($sql, $target) = (sqlx::$query::<Postgres, $($row,)* _>($sql, arguments), &mut **tx);
                    $run.await.map_err(Error::from)
                }
                Err(away) => Err(away),
            },
            _ => Err(Error::Poisoned),
        };
        // PostgreSQL aborts the whole transaction on any failed statement, SQLite carries on: poison both alike.
        read.poisoned = !matches!(outcome, Ok(_) | Err(Error::Missing));
        outcome
    }};
}

impl Statement<'_> {
    /// Binds the next parameter.
    pub fn bind<'b, T: Bind<'b>>(mut self, value: T) -> Self {
        let added = match &mut self.arguments {
            Bound::Sqlite(arguments) => Arguments::add(arguments, value),
            Bound::Postgres(arguments) => Arguments::add(arguments, value),
        };
        if let Err(error) = added {
            self.refused = Some(Error::Unreadable(error.to_string()));
        }
        self
    }

    /// SQLite takes a missing parameter for NULL without a word; here it is an error on both.
    fn complete(&mut self) -> Result<(), Error> {
        if self.read.poisoned && !self.taken {
            return Err(Error::Poisoned);
        }
        self.read.poisoned = false;
        if let Some(refused) = self.refused.take() {
            self.read.poisoned = true;
            return Err(refused);
        }
        if cfg!(debug_assertions) {
            let bound = match &self.arguments {
                Bound::Sqlite(arguments) => arguments.len() - self.before,
                Bound::Postgres(arguments) => arguments.len(),
            };
            let wanted = highest_parameter(self.sql);
            if bound != wanted {
                self.read.poisoned = true;
                return Err(Error::Unreadable(format!("{bound} parameters bound, {wanted} wanted: {}", self.sql)));
            }
        }
        Ok(())
    }

    /// The one row there must be.
    pub async fn one<T: Row>(mut self) -> Result<T, Error> {
        on!(self, query_as_with[T], |sql, target| sql.fetch_one(target))
    }

    /// The row, if there is one.
    pub async fn maybe<T: Row>(mut self) -> Result<Option<T>, Error> {
        on!(self, query_as_with[T], |sql, target| sql.fetch_optional(target))
    }

    /// All rows.
    pub async fn all<T: Row>(mut self) -> Result<Vec<T>, Error> {
        on!(self, query_as_with[T], |sql, target| sql.fetch_all(target))
    }

    /// The one column of the one row.
    pub async fn scalar<T: Scalar>(mut self) -> Result<T, Error> {
        on!(self, query_scalar_with[T], |sql, target| sql.fetch_one(target))
    }

    /// The one column of the row, if there is one.
    pub async fn maybe_scalar<T: Scalar>(mut self) -> Result<Option<T>, Error> {
        on!(self, query_scalar_with[T], |sql, target| sql.fetch_optional(target))
    }

    /// Adds a second SELECT to this one, for [`Statement::maybe_and_all`]; its parameters are bound next, from `$1`.
    pub fn beside(mut self, sql: &'static str) -> Self {
        // Whatever is wrong with the first is found before its parameters are no longer the last.
        if let Err(error) = self.complete() {
            self.refused = Some(error);
        }
        let first = std::mem::replace(&mut self.sql, sql);
        self.parts.push((sql, 0));
        match &mut self.arguments {
            Bound::Sqlite(arguments) => {
                self.before = arguments.len();
                if let Some(second) = self.parts.last_mut() {
                    second.1 = self.before;
                }
            }
            Bound::Postgres(arguments) => self.first = Some((first, std::mem::take(arguments))),
        }
        self
    }

    /// The row of the first statement, if there is one, and all rows of the one [beside](Statement::beside) it: on
    /// SQLite in one trip.
    pub async fn maybe_and_all<T: Row, U: Row>(mut self) -> Result<(Option<T>, Vec<U>), Error> {
        self.complete()?;
        let Statement { read, sql, parts, arguments, first, .. } = self;
        read.poisoned = true;
        let outcome = match (&mut read.source, arguments) {
            (Source::SqliteLook(readers), Bound::Sqlite(arguments)) => {
                let mut lent = readers.look().await?;
                let outcome = one_after_the_other(lent.live()?, &parts, arguments).await;
                if outcome.is_err() {
                    lent.spoil();
                }
                outcome
            }
            (Source::SqliteTx(snapshot), Bound::Sqlite(arguments)) => {
                one_after_the_other(snapshot.live()?, &parts, arguments).await
            }
            (Source::PostgresPool(pool), Bound::Postgres(arguments)) => {
                let (first, before) = first.ok_or(Error::Poisoned)?;
                let row = sqlx::query_as_with::<Postgres, T, _>(first, before).fetch_optional(&*pool).await?;
                Ok((row, sqlx::query_as_with::<Postgres, U, _>(sql, arguments).fetch_all(&*pool).await?))
            }
            (Source::PostgresTx(tx), Bound::Postgres(arguments)) => {
                let (first, before) = first.ok_or(Error::Poisoned)?;
                let row = sqlx::query_as_with::<Postgres, T, _>(first, before).fetch_optional(&mut **tx).await?;
                Ok((row, sqlx::query_as_with::<Postgres, U, _>(sql, arguments).fetch_all(&mut **tx).await?))
            }
            // A write has no use for it.
            _ => Err(Error::Poisoned),
        };
        read.poisoned = outcome.is_err();
        outcome
    }

    /// Runs it and says how many rows it changed. On a read handle the database itself refuses.
    pub async fn run(mut self) -> Result<u64, Error> {
        on!(self, query_with [], |sql, target| async {
            let mut all = target.fetch_many(sql);
            let mut changed = 0;
            // What travelled with it came first.
            while let Some(step) = all.try_next().await? {
                if let Some(done) = step.left() {
                    changed = done.rows_affected();
                }
            }
            Ok::<_, sqlx::Error>(changed)
        })
    }
}

/// The number after the highest `$` in the text.
pub(super) fn highest_parameter(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.get(..digits).and_then(|number| number.parse().ok())
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::highest_parameter;

    #[test]
    fn parameters_are_counted_by_their_highest_number() {
        assert_eq!(highest_parameter("SELECT 1"), 0);
        assert_eq!(highest_parameter("x = $1 AND y = $2 OR z = $1"), 2);
        assert_eq!(highest_parameter("($1, $10)"), 10);
    }
}
