//! Reading: statements with native types on either database.

use super::error::Error;
use super::writer::Lease;
use sqlx::pool::Pool;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Encode, FromRow, Postgres, Sqlite, Transaction, Type};

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
    SqlitePool(Pool<Sqlite>),
    PostgresPool(Pool<Postgres>),
    /// A snapshot.
    SqliteTx(Transaction<'static, Sqlite>),
    PostgresTx(Transaction<'static, Postgres>),
    /// The one writer of SQLite, leased.
    Lease(Lease),
}

/// A place to read from. Functions that only read take `&mut Read`; a [`super::Write`] derefs to it.
pub struct Read {
    pub(super) source: Source,
    pub(super) poisoned: bool,
}

impl Read {
    pub(super) const fn new(source: Source) -> Self {
        Self { source, poisoned: false }
    }

    /// Begins a statement. Parameters are `$1`, `$2`, … on both databases.
    pub fn sql(&mut self, sql: &'static str) -> Statement<'_> {
        let arguments = match self.source {
            Source::SqlitePool(_) | Source::SqliteTx(_) | Source::Lease(_) => Bound::Sqlite(SqliteArguments::default()),
            Source::PostgresPool(_) | Source::PostgresTx(_) => Bound::Postgres(PgArguments::default()),
        };
        Statement { read: self, sql, arguments, refused: None }
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
    arguments: Bound,
    refused: Option<Error>,
}

/// Runs one query method on whatever the source is.
macro_rules! on {
    ($statement:ident, $query:ident [$($row:ty),*], |$sql:ident, $target:ident| $run:expr) => {{
        $statement.complete()?;
        let $sql = $statement.sql;
        let read = $statement.read;
        // Until it has answered: whoever stops waiting for a statement cannot know what it did.
        read.poisoned = true;
        let outcome = match (&mut read.source, $statement.arguments) {
            (Source::SqlitePool(pool), Bound::Sqlite(arguments)) => {
                let ($sql, $target) = (sqlx::$query::<Sqlite, $($row,)* _>($sql, arguments), &*pool);
                $run.await.map_err(Error::from)
            }
            (Source::SqliteTx(tx), Bound::Sqlite(arguments)) => {
                let ($sql, $target) = (sqlx::$query::<Sqlite, $($row,)* _>($sql, arguments), &mut **tx);
                $run.await.map_err(Error::from)
            }
            (Source::Lease(lease), Bound::Sqlite(arguments)) => match lease.connection().await {
                Ok(mut held) => {
                    let ($sql, $target) = (sqlx::$query::<Sqlite, $($row,)* _>($sql, arguments), held.live()?);
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
        if self.read.poisoned {
            return Err(Error::Poisoned);
        }
        if let Some(refused) = self.refused.take() {
            self.read.poisoned = true;
            return Err(refused);
        }
        if cfg!(debug_assertions) {
            let bound = match &self.arguments {
                Bound::Sqlite(arguments) => arguments.len(),
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

    /// Runs it and says how many rows it changed. On a read handle the database itself refuses.
    pub async fn run(mut self) -> Result<u64, Error> {
        on!(self, query_with [], |sql, target| async { sql.execute(target).await.map(|done| done.rows_affected()) })
    }
}

/// The number after the highest `$` in the text.
fn highest_parameter(sql: &str) -> usize {
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
