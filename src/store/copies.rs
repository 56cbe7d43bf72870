//! Copies of SQLite's two files, made while others write, and looked at before they are put in place.

use super::Error;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// `portreeve.db`.
    Data,
    /// `vault.db`.
    Vault,
}

impl Which {
    /// The file's name in a data folder.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Data => "portreeve.db",
            Self::Vault => "vault.db",
        }
    }

    /// "data" or "vault".
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Vault => "vault",
        }
    }

    /// What is counted in it: the tables by which a loss would be seen.
    pub(super) const fn counted(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Data => DATA,
            Self::Vault => VAULT,
        }
    }
}

const DATA: &[(&str, &str)] = &[
    ("account", "SELECT COUNT(*) FROM account"),
    ("identifier", "SELECT COUNT(*) FROM identifier"),
    ("contact", "SELECT COUNT(*) FROM contact"),
    ("credential", "SELECT COUNT(*) FROM credential"),
    ("sharing_record", "SELECT COUNT(*) FROM sharing_record"),
    ("grant_record", "SELECT COUNT(*) FROM grant_record"),
    ("erasure", "SELECT COUNT(*) FROM erasure"),
    ("signal", "SELECT COUNT(*) FROM signal"),
    ("event", "SELECT COUNT(*) FROM event"),
    ("log_tile", "SELECT COUNT(*) FROM log_tile"),
    ("signing_key", "SELECT COUNT(*) FROM signing_key"),
    ("policy_bundle", "SELECT COUNT(*) FROM policy_bundle"),
];

const VAULT: &[(&str, &str)] =
    &[("person_key", "SELECT COUNT(*) FROM person_key"), ("tombstone", "SELECT COUNT(*) FROM tombstone")];

/// Copies one of the files of this folder to `to`, which must not be there; others write meanwhile. The copy is as of one
/// moment, and its owner's alone.
///
/// # Errors
/// What SQLite or the file system says; `to` may be there in part then.
pub async fn copy(folder: &Path, which: Which, to: &Path) -> Result<(), Error> {
    // An empty file is taken for none, and keeps its rights.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    made.map_err(|error| Error::Unavailable(format!("{} cannot be made: {error}", to.display())))?;
    let mut connection = there(&folder.join(which.file())).connect().await?;
    let copied = sqlx::query("VACUUM INTO $1").bind(to.to_string_lossy().into_owned()).execute(&mut connection).await;
    connection.close().await?;
    copied?;
    Ok(())
}

/// How many rows the tables of a copy have by which a loss would be seen; [`Error::Unreadable`] if the file is damaged.
///
/// # Errors
/// It is not such a file, or damaged.
pub async fn counts(copy: &Path, which: Which) -> Result<Vec<(&'static str, i64)>, Error> {
    let mut connection = there(copy).connect().await?;
    let found = counted(&mut connection, which).await;
    connection.close().await?;
    found
}

async fn counted(connection: &mut SqliteConnection, which: Which) -> Result<Vec<(&'static str, i64)>, Error> {
    let sound: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?;
    if sound != "ok" {
        return Err(Error::Unreadable(format!("the copy of the {} is damaged: {sound}", which.as_str())));
    }
    let mut counts = Vec::new();
    for (table, sql) in which.counted() {
        counts.push((*table, sqlx::query_scalar(*sql).fetch_one(&mut *connection).await?));
    }
    Ok(counts)
}

/// Writes into a copy of the data, before it is put in place, that it has not been looked at yet: this value of the house
/// stands until somebody has.
///
/// # Errors
/// What SQLite says.
pub async fn mark(copy: &Path, name: &str, value: &[u8]) -> Result<(), Error> {
    let mut connection = there(copy).connect().await?;
    let marked = sqlx::query(
        "INSERT INTO house (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(&mut connection)
    .await;
    connection.close().await?;
    marked?;
    Ok(())
}

fn there(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(std::time::Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
}
