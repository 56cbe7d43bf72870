//! SQLite in the terms of sqlx: its values, rows and parameters, so that one `FromRow` and one `bind` serve both databases.
//!
//! The statements themselves are run by rusqlite ([`super::connection`]), on the thread that asks. sqlx's own way to SQLite
//! gives each connection a thread, and two changes of thread cost five times what a look does.

mod nothing;
mod values;

use nothing::Nothing;
use rusqlite::types::ValueRef as Plain;
use sqlx::error::BoxDynError;
use sqlx::{ColumnIndex, Encode, Type, encode::IsNull};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
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
    type ArgumentBuffer = Values;
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
    const fn of(value: Plain<'_>) -> Self {
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

/// Values one behind the other, and what they say in one piece of memory: a piece for each would cost more than the look.
#[derive(Debug, Default)]
pub struct Values {
    all: Vec<Lies>,
    bytes: Vec<u8>,
}

/// A value, or where in the bytes it lies.
#[derive(Debug, Clone)]
enum Lies {
    Null,
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
    Blob(Range<usize>),
}

impl Values {
    fn push(&mut self, value: Plain<'_>) {
        let lies = match value {
            Plain::Null => Lies::Null,
            Plain::Integer(number) => Lies::Integer(number),
            Plain::Real(number) => Lies::Real(number),
            Plain::Text(text) => Lies::Text(self.keep(text)),
            Plain::Blob(bytes) => Lies::Blob(self.keep(bytes)),
        };
        self.all.push(lies);
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let begins = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        begins..self.bytes.len()
    }

    fn get(&self, at: usize) -> Option<Plain<'_>> {
        self.all.get(at).map(|lies| self.value(lies))
    }

    fn value<'v>(&'v self, lies: &Lies) -> Plain<'v> {
        let bytes = |at: &Range<usize>| self.bytes.get(at.clone()).unwrap_or_default();
        match lies {
            Lies::Null => Plain::Null,
            Lies::Integer(number) => Plain::Integer(*number),
            Lies::Real(number) => Plain::Real(*number),
            Lies::Text(at) => Plain::Text(bytes(at)),
            Lies::Blob(at) => Plain::Blob(bytes(at)),
        }
    }
}

/// A value of its own.
#[derive(Debug)]
pub struct Value(rusqlite::types::Value);

/// A value, where it lies.
#[derive(Debug, Clone, Copy)]
pub struct ValueRef<'r>(Plain<'r>);

impl sqlx::Value for Value {
    type Database = Embedded;

    fn as_ref(&self) -> ValueRef<'_> {
        ValueRef((&self.0).into())
    }

    fn type_info(&self) -> Cow<'_, Kind> {
        Cow::Owned(Kind::of((&self.0).into()))
    }

    fn is_null(&self) -> bool {
        matches!(self.0, rusqlite::types::Value::Null)
    }
}

impl<'r> sqlx::ValueRef<'r> for ValueRef<'r> {
    type Database = Embedded;

    fn to_owned(&self) -> Value {
        let bytes = |bytes: &[u8]| rusqlite::types::Value::Blob(bytes.to_vec());
        Value(match self.0 {
            Plain::Null => rusqlite::types::Value::Null,
            Plain::Integer(number) => number.into(),
            Plain::Real(number) => number.into(),
            // Text that is none stays as it is: it is refused where it is read.
            Plain::Text(text) => std::str::from_utf8(text).map_or_else(|_| bytes(text), |text| text.to_owned().into()),
            Plain::Blob(blob) => bytes(blob),
        })
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

/// Bytes: a UUID, or a short name.
const ROOM_OF_A_COLUMN: usize = 16;

/// A row, read.
#[derive(Debug)]
pub struct Row {
    columns: Arc<[Column]>,
    values: Values,
}

impl Row {
    pub(super) fn of(columns: &Arc<[Column]>, row: &rusqlite::Row<'_>) -> Result<Self, rusqlite::Error> {
        let bytes = Vec::with_capacity(columns.len() * ROOM_OF_A_COLUMN);
        let mut values = Values { all: Vec::with_capacity(columns.len()), bytes };
        for at in 0..columns.len() {
            values.push(row.get_ref(at)?);
        }
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
        let value = self.values.get(index).map(ValueRef);
        value.ok_or(sqlx::Error::ColumnIndexOutOfBounds { index, len: self.columns.len() })
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

/// Room for the parameters of most statements, and for their bytes.
const ROOM: (usize, usize) = (12, 256);

/// The parameters of a statement, or of several, one behind the other.
#[derive(Debug, Default)]
pub struct Arguments(Values);

impl Arguments {
    /// These parameters, in their order.
    pub(super) fn values(&self, which: Range<usize>) -> impl Iterator<Item = Plain<'_>> {
        self.0.all.get(which).unwrap_or_default().iter().map(|lies| self.0.value(lies))
    }
}

impl sqlx::Arguments for Arguments {
    type Database = Embedded;

    fn reserve(&mut self, additional: usize, size: usize) {
        self.0.all.reserve(additional);
        self.0.bytes.reserve(size);
    }

    fn add<'t, T: Encode<'t, Embedded> + Type<Embedded>>(&mut self, value: T) -> Result<(), BoxDynError> {
        if self.0.all.capacity() == 0 {
            self.reserve(ROOM.0, ROOM.1);
        }
        let before = self.0.all.len();
        match value.encode(&mut self.0) {
            Ok(IsNull::No) => {}
            Ok(IsNull::Yes) => self.0.push(Plain::Null),
            Err(error) => {
                self.0.all.truncate(before);
                return Err(error);
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.all.len()
    }
}
