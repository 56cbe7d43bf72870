//! What sqlx asks of a database and nobody here uses: a connection of sqlx's own kind. There is none, and the compiler knows.

use super::{Arguments, Embedded};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{Either, FromRow, IntoArguments, SqlStr};
use std::str::FromStr;

/// Can not be made.
#[derive(Debug, Clone)]
pub enum Nothing {}

impl sqlx::Connection for Nothing {
    type Database = Embedded;
    type Options = Self;

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {}
    }

    async fn close_hard(self) -> Result<(), sqlx::Error> {
        match self {}
    }

    async fn ping(&mut self) -> Result<(), sqlx::Error> {
        match *self {}
    }

    async fn begin(&mut self) -> Result<sqlx::Transaction<'_, Embedded>, sqlx::Error> {
        match *self {}
    }

    fn shrink_buffers(&mut self) {
        match *self {}
    }

    async fn flush(&mut self) -> Result<(), sqlx::Error> {
        match *self {}
    }

    fn should_flush(&self) -> bool {
        match *self {}
    }
}

fn none() -> sqlx::Error {
    sqlx::Error::Configuration("SQLite is reached through rusqlite".into())
}

impl FromStr for Nothing {
    type Err = sqlx::Error;

    fn from_str(_: &str) -> Result<Self, sqlx::Error> {
        Err(none())
    }
}

impl sqlx::ConnectOptions for Nothing {
    type Connection = Self;

    fn from_url(_: &url::Url) -> Result<Self, sqlx::Error> {
        Err(none())
    }

    async fn connect(&self) -> Result<Self, sqlx::Error> {
        match *self {}
    }

    fn log_statements(self, _: log::LevelFilter) -> Self {
        self
    }

    fn log_slow_statements(self, _: log::LevelFilter, _: std::time::Duration) -> Self {
        self
    }
}

impl sqlx_core::transaction::TransactionManager for Nothing {
    type Database = Embedded;

    async fn begin(connection: &mut Self, _: Option<SqlStr>) -> Result<(), sqlx::Error> {
        match *connection {}
    }

    async fn commit(connection: &mut Self) -> Result<(), sqlx::Error> {
        match *connection {}
    }

    async fn rollback(connection: &mut Self) -> Result<(), sqlx::Error> {
        match *connection {}
    }

    fn start_rollback(connection: &mut Self) {
        match *connection {}
    }

    fn get_transaction_depth(connection: &Self) -> usize {
        match *connection {}
    }
}

impl sqlx::Statement for Nothing {
    type Database = Embedded;

    fn into_sql(self) -> SqlStr {
        match self {}
    }

    fn sql(&self) -> &SqlStr {
        match *self {}
    }

    fn parameters(&self) -> Option<Either<&[super::Kind], usize>> {
        match *self {}
    }

    fn columns(&self) -> &[super::Column] {
        match *self {}
    }

    fn query(&self) -> Query<'_, Embedded, Arguments> {
        match *self {}
    }

    fn query_with<A: IntoArguments<Embedded>>(&self, _: A) -> Query<'_, Embedded, A> {
        match *self {}
    }

    fn query_as<O: for<'r> FromRow<'r, super::Row>>(&self) -> QueryAs<'_, Embedded, O, Arguments> {
        match *self {}
    }

    fn query_as_with<'s, O, A>(&'s self, _: A) -> QueryAs<'s, Embedded, O, A>
    where
        O: for<'r> FromRow<'r, super::Row>,
        A: IntoArguments<Embedded>,
    {
        match *self {}
    }

    fn query_scalar<O>(&self) -> QueryScalar<'_, Embedded, O, Arguments>
    where
        (O,): for<'r> FromRow<'r, super::Row>,
    {
        match *self {}
    }

    fn query_scalar_with<'s, O, A>(&'s self, _: A) -> QueryScalar<'s, Embedded, O, A>
    where
        (O,): for<'r> FromRow<'r, super::Row>,
        A: IntoArguments<Embedded>,
    {
        match *self {}
    }
}
