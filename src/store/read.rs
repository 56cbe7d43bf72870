//! Reading: statements with native types on either database.

use super::connection::{Asked, Outcome, Want};
use super::embedded::{self, Embedded};
use super::error::Error;
use super::joined::Part;
use super::pending::{Batch, Pending};
use super::readers::{Readers, Snapshot};
use super::turn::Turn;
use futures_util::TryStreamExt as _;
use sqlx::pool::Pool;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::{Arguments, Either, Encode, Executor, FromRow, Postgres, Row as _, Transaction, Type};

/// What may be bound: everything both drivers know natively.
pub trait Bind<'b>: Encode<'b, Embedded> + Type<Embedded> + Encode<'b, Postgres> + Type<Postgres> + Send {}

impl<'b, T> Bind<'b> for T where T: Encode<'b, Embedded> + Type<Embedded> + Encode<'b, Postgres> + Type<Postgres> + Send {}

/// A row as a struct (`#[derive(sqlx::FromRow)]` serves both databases) or tuple.
pub trait Row: for<'r> FromRow<'r, embedded::Row> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Row for T where T: for<'r> FromRow<'r, embedded::Row> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A single column.
pub trait Scalar:
    for<'r> sqlx::Decode<'r, Embedded> + Type<Embedded> + for<'r> sqlx::Decode<'r, Postgres> + Type<Postgres> + Send + Unpin
{
}

impl<T> Scalar for T where
    T: for<'r> sqlx::Decode<'r, Embedded>
        + Type<Embedded>
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
                Bound::Sqlite(embedded::Arguments::default())
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
        let batches = std::mem::take(pending);
        // What the driver needs to wait for PostgreSQL is large, and would be part of every request's future.
        Box::pin(async {
            let transaction = turn.transaction().await?;
            for batch in batches {
                batch.run(&mut *transaction).await?;
            }
            Ok::<_, Error>(())
        })
        .await?;
        self.poisoned = false;
        Ok(())
    }
}

enum Bound {
    Sqlite(embedded::Arguments),
    Postgres(PgArguments),
}

/// A row on its way to its caller.
enum Given<'r> {
    Sqlite(&'r embedded::Row),
    Postgres(&'r PgRow),
}

impl Given<'_> {
    fn row<T: Row>(&self) -> Result<T, Error> {
        Ok(match *self {
            Self::Sqlite(row) => T::from_row(row)?,
            Self::Postgres(row) => T::from_row(row)?,
        })
    }

    fn column<T: Scalar>(&self) -> Result<T, Error> {
        Ok(match *self {
            Self::Sqlite(row) => row.try_get(0)?,
            Self::Postgres(row) => row.try_get(0)?,
        })
    }
}

/// Takes the rows, each with the number of statements that ended before its own.
type Take<'t> = &'t mut (dyn FnMut(Given<'_>, usize) -> Result<(), Error> + Send);

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

fn give(outcome: &Outcome, take: Take<'_>) -> Result<u64, Error> {
    for (row, ended) in &outcome.rows {
        take(Given::Sqlite(row), *ended)?;
    }
    Ok(outcome.changed)
}

async fn on_postgres(
    connection: &mut PgConnection,
    (sql, arguments): (&'static str, PgArguments),
    want: Want,
    (ended, take): (usize, Take<'_>),
) -> Result<u64, Error> {
    let query = sqlx::query_with::<Postgres, _>(sql, arguments);
    if want == Want::First {
        let row = connection.fetch_optional(query).await?;
        return row.map_or(Ok(()), |row| take(Given::Postgres(&row), ended)).map(|()| 0);
    }
    let mut steps = connection.fetch_many(query);
    let mut changed = 0;
    while let Some(step) = steps.try_next().await? {
        match step {
            Either::Left(done) => changed = done.rows_affected(),
            Either::Right(row) => take(Given::Postgres(&row), ended)?,
        }
    }
    Ok(changed)
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

    /// Runs it on whatever the source is. Not generic, for there are hundreds of kinds of rows.
    async fn ask(mut self, want: Want, take: Take<'_>) -> Result<u64, Error> {
        self.complete()?;
        self.read.catch_up().await?;
        let Self { read, sql, parts, arguments, first, .. } = self;
        // Until it has answered: whoever stops waiting for a statement cannot know what it did.
        read.poisoned = true;
        // PostgreSQL aborts the whole transaction on any failed statement, SQLite carries on: both stay poisoned alike.
        let changed = match (&mut read.source, arguments) {
            (Source::SqliteLook(readers), Bound::Sqlite(arguments)) => {
                let (outcome, _) = readers.lend().await?.run(Asked { parts, arguments }, want).await?;
                give(&outcome, take)?
            }
            (Source::SqliteTx(snapshot), Bound::Sqlite(arguments)) => {
                give(&snapshot.run(Asked { parts, arguments }, want).await?, take)?
            }
            (Source::Turn(turn), Bound::Sqlite(arguments)) => {
                let held = turn.connection().await?;
                give(&held.run(Asked { parts, arguments }, want).await?, take)?
            }
            (Source::PostgresPool(pool), Bound::Postgres(arguments)) => {
                let mut connection = Box::pin(pool.acquire()).await?;
                Box::pin(both_on_postgres(&mut connection, first, (sql, arguments), want, take)).await?
            }
            (Source::PostgresTx(tx), Bound::Postgres(arguments)) => {
                Box::pin(both_on_postgres(&mut *tx, first, (sql, arguments), want, take)).await?
            }
            (Source::PostgresTurn(turn), Bound::Postgres(arguments)) => {
                let transaction = Box::pin(turn.transaction()).await?;
                Box::pin(both_on_postgres(transaction, first, (sql, arguments), want, take)).await?
            }
            _ => return Err(Error::Poisoned),
        };
        read.poisoned = false;
        Ok(changed)
    }

    /// The one row there must be.
    pub async fn one<T: Row>(self) -> Result<T, Error> {
        self.maybe().await?.ok_or(Error::Missing)
    }

    /// The row, if there is one.
    pub async fn maybe<T: Row>(self) -> Result<Option<T>, Error> {
        let mut found = None;
        self.ask(Want::First, &mut |row, _| row.row().map(|row| found = Some(row))).await?;
        Ok(found)
    }

    /// All rows.
    pub async fn all<T: Row>(self) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        self.ask(Want::All, &mut |row, _| row.row().map(|row| found.push(row))).await?;
        Ok(found)
    }

    /// The one column of the one row.
    pub async fn scalar<T: Scalar>(self) -> Result<T, Error> {
        self.maybe_scalar().await?.ok_or(Error::Missing)
    }

    /// The one column of the row, if there is one.
    pub async fn maybe_scalar<T: Scalar>(self) -> Result<Option<T>, Error> {
        let mut found = None;
        self.ask(Want::First, &mut |row, _| row.column().map(|column| found = Some(column))).await?;
        Ok(found)
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
    /// SQLite in one trip. A write has no use for it.
    pub async fn maybe_and_all<T: Row, U: Row>(self) -> Result<(Option<T>, Vec<U>), Error> {
        let (mut first, mut all) = (None, Vec::new());
        let mut take = |row: Given<'_>, ended| match ended {
            0 if first.is_some() => Ok(()),
            0 => row.row().map(|row| first = Some(row)),
            _ => row.row().map(|row| all.push(row)),
        };
        self.ask(Want::All, &mut take).await?;
        Ok((first, all))
    }

    /// Runs it and says how many rows it changed. On a read handle the database itself refuses.
    pub async fn run(self) -> Result<u64, Error> {
        self.ask(Want::All, &mut |_, _| Ok(())).await
    }
}

/// Runs a statement after the one that it stands beside, if there is one.
async fn both_on_postgres(
    connection: &mut PgConnection,
    first: Option<(&'static str, PgArguments)>,
    last: (&'static str, PgArguments),
    want: Want,
    take: Take<'_>,
) -> Result<u64, Error> {
    let mut ended = 0;
    if let Some(first) = first {
        on_postgres(connection, first, Want::First, (0, take)).await?;
        ended = 1;
    }
    on_postgres(connection, last, want, (ended, take)).await
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
