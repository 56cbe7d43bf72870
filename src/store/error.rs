//! What can go wrong in the store, as its callers must tell it apart.

/// A failure of the store. Refusals that must persist are outcomes of a committed write, never errors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A constraint refused the row; its name says which.
    #[error("the row is refused by the constraint {0}")]
    Constraint(String),
    /// Two transactions met; the caller's closure is run again (SQLSTATE 40001, 40P01).
    #[error("the transaction met another one")]
    Conflict,
    /// The database is full, read-only, away, or slower than its limit; nothing was changed.
    #[error("the database cannot take this now: {0}")]
    Unavailable(String),
    /// An earlier statement of this transaction failed, so it can only be given up.
    #[error("an earlier statement of this transaction failed")]
    Poisoned,
    /// The one writer was held longer than its limit and was taken back; the caller's closure is run again.
    #[error("the write took longer than its limit and was rolled back")]
    LeaseLost,
    /// A row that must be there is not.
    #[error("no such row")]
    Missing,
    /// A condition of the write did not hold ([`super::Deferred::or_give_up`]): nothing has happened.
    #[error("a condition of the write did not hold")]
    GivenUp,
    /// What the row holds is not what the column promises.
    #[error("the row cannot be read: {0}")]
    Unreadable(String),
    /// Everything else the driver says: a fault of ours.
    #[error(transparent)]
    Driver(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Whether the caller may try again later and succeed without changing anything.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::LeaseLost | Self::Conflict)
    }
}

/// SQLite's primary result codes that pass: BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
const SQLITE_AWAY: [i32; 9] = [5, 6, 7, 8, 9, 10, 13, 14, 15];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::Missing,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => {
                Self::Unavailable(error.to_string())
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Unreadable(error.to_string()),
            sqlx::Error::Database(said) => {
                let code = said.code().unwrap_or_default().into_owned();
                if said.is_unique_violation() || said.is_foreign_key_violation() || said.is_check_violation() {
                    return Self::Constraint(said.constraint().unwrap_or(said.message()).to_owned());
                }
                if said.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                    let primary = code.parse::<i32>().unwrap_or(0) & 0xff;
                    if SQLITE_AWAY.contains(&primary) {
                        return Self::Unavailable(error.to_string());
                    }
                    return Self::Driver(error.into());
                }
                match code.as_str() {
                    "40001" | "40P01" => Self::Conflict,
                    super::joined::NOTHING_COUNTED => Self::GivenUp,
                    // Read-only, resources, shutting down, statement or lock timeout.
                    "25006" | "57P01" | "57P02" | "57P03" | "57014" | "55P03" => Self::Unavailable(error.to_string()),
                    other if other.starts_with("53") || other.starts_with("08") => Self::Unavailable(error.to_string()),
                    _ => Self::Driver(error.into()),
                }
            }
            _ => Self::Driver(error.into()),
        }
    }
}

/// SQLite's extended result codes of a refused row: CHECK, FOREIGNKEY, PRIMARYKEY, UNIQUE.
const SQLITE_REFUSED: [i32; 4] = [275, 787, 1555, 2067];

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(code, said) if SQLITE_REFUSED.contains(&code.extended_code) => {
                Self::Constraint(said.unwrap_or_else(|| code.to_string()))
            }
            rusqlite::Error::SqliteFailure(code, _) if SQLITE_AWAY.contains(&(code.extended_code & 0xff)) => {
                Self::Unavailable(error.to_string())
            }
            error => Self::Driver(error.into()),
        }
    }
}
