//! SQLite in the terms of sqlx: its values, rows and parameters, so that one `FromRow` and one `bind` serve both databases.
//!
//! The statements themselves are run by rusqlite ([`super::connection`]), on the thread that asks. sqlx's own way to SQLite
//! gives each connection a thread, and two changes of thread cost five times what a look does.

mod nothing;
mod values;

use nothing::Nothing;
use rusqlite::types::Value as Plain;
use sqlx::error::BoxDynError;
use sqlx::{ColumnIndex, Encode, Type, encode::IsNull};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// SQLite, as sqlx names a database by a type.
#[derive(Debug)]
pub struct Embedded;

impl sqlx::Database for Embedded {
    type Connection = Nothing;
    type TransactionManager = Nothing;
    type Row = Row;
    type QueryResult = Done;
    type Column = Column;
    type TypeInfo = Kind;
    type Value = Value;
    type ValueRef<'r> = ValueRef<'r>;
    type Arguments = Arguments;
    type ArgumentBuffer = Vec<Plain>;
    type Statement = Nothing;
    const NAME: &'static str = "SQLite";
    const URL_SCHEMES: &'static [&'static str] = &[];
}

/// What SQLite says after a statement; [`super::connection`] says it in its own words.
#[derive(Debug, Default)]
pub struct Done;

impl Extend<Self> for Done {
    fn extend<T: IntoIterator<Item = Self>>(&mut self, _: T) {}
}

/// What a value is: SQLite's storage classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// A whole number of up to 64 bits.
    Integer,
    /// A floating-point number.
    Real,
    /// Text.
    Text,
    /// Bytes.
    Blob,
}

impl Kind {
    const fn of(value: &Plain) -> Self {
        match value {
            Plain::Null => Self::Null,
            Plain::Integer(_) => Self::Integer,
            Plain::Real(_) => Self::Real,
            Plain::Text(_) => Self::Text,
            Plain::Blob(_) => Self::Blob,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(sqlx::TypeInfo::name(self))
    }
}

impl sqlx::TypeInfo for Kind {
    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Text => "TEXT",
            Self::Blob => "BLOB",
        }
    }
}

/// A value of a row.
#[derive(Debug)]
pub struct Value(Plain);

/// A value, where it lies.
#[derive(Debug, Clone, Copy)]
pub struct ValueRef<'r>(&'r Plain);

impl sqlx::Value for Value {
    type Database = Embedded;

    fn as_ref(&self) -> ValueRef<'_> {
        ValueRef(&self.0)
    }

    fn type_info(&self) -> Cow<'_, Kind> {
        Cow::Owned(Kind::of(&self.0))
    }

    fn is_null(&self) -> bool {
        matches!(self.0, Plain::Null)
    }
}

impl<'r> sqlx::ValueRef<'r> for ValueRef<'r> {
    type Database = Embedded;

    fn to_owned(&self) -> Value {
        Value(self.0.clone())
    }

    fn type_info(&self) -> Cow<'_, Kind> {
        Cow::Owned(Kind::of(self.0))
    }

    fn is_null(&self) -> bool {
        matches!(self.0, Plain::Null)
    }
}

/// A column of a statement's rows.
#[derive(Debug)]
pub struct Column {
    name: Box<str>,
    ordinal: usize,
}

impl Column {
    pub(super) fn new(ordinal: usize, name: &str) -> Self {
        Self { name: name.into(), ordinal }
    }
}

impl sqlx::Column for Column {
    type Database = Embedded;

    fn ordinal(&self) -> usize {
        self.ordinal
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// In SQLite values have a kind, columns have none.
    fn type_info(&self) -> &Kind {
        &Kind::Null
    }
}

/// A row, read.
#[derive(Debug)]
pub struct Row {
    columns: Arc<[Column]>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn of(columns: &Arc<[Column]>, row: &rusqlite::Row<'_>) -> Result<Self, rusqlite::Error> {
        let values = (0..columns.len()).map(|at| row.get(at).map(Value)).collect::<Result<_, _>>()?;
        Ok(Self { columns: Arc::clone(columns), values })
    }
}

impl sqlx::Row for Row {
    type Database = Embedded;

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn try_get_raw<I: ColumnIndex<Self>>(&self, index: I) -> Result<ValueRef<'_>, sqlx::Error> {
        let index = index.index(self)?;
        let value = self.values.get(index);
        value
            .map(|value| ValueRef(&value.0))
            .ok_or(sqlx::Error::ColumnIndexOutOfBounds { index, len: self.values.len() })
    }
}

impl ColumnIndex<Row> for usize {
    fn index(&self, row: &Row) -> Result<usize, sqlx::Error> {
        let len = row.columns.len();
        if *self < len { Ok(*self) } else { Err(sqlx::Error::ColumnIndexOutOfBounds { index: *self, len }) }
    }
}

impl ColumnIndex<Row> for str {
    fn index(&self, row: &Row) -> Result<usize, sqlx::Error> {
        let found = row.columns.iter().position(|column| *column.name == *self);
        found.ok_or_else(|| sqlx::Error::ColumnNotFound(self.to_owned()))
    }
}

/// The parameters of a statement, or of several, one behind the other.
#[derive(Debug, Default)]
pub struct Arguments(Vec<Plain>);

impl Arguments {
    /// The parameters, in their order.
    pub(super) fn values(&self) -> &[Plain] {
        &self.0
    }
}

impl sqlx::Arguments for Arguments {
    type Database = Embedded;

    fn reserve(&mut self, additional: usize, _: usize) {
        self.0.reserve(additional);
    }

    fn add<'t, T: Encode<'t, Embedded> + Type<Embedded>>(&mut self, value: T) -> Result<(), BoxDynError> {
        let before = self.0.len();
        match value.encode(&mut self.0) {
            Ok(IsNull::No) => {}
            Ok(IsNull::Yes) => self.0.push(Plain::Null),
            Err(error) => {
                self.0.truncate(before);
                return Err(error);
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}
