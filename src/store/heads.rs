//! The heads of logs as they were seen last, kept where a copy of the data does not bring them back: in the vault, and in a file
//! of the folder that a node keeps its state in.

use super::{Error, Read, Write};
use crate::domain::time::When;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The file's name.
pub const FILE: &str = "log.seen";

/// A head as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SeenRow {
    /// The checkpoint, as our key signed it.
    pub note: String,
    /// When it was seen.
    pub seen_at: When,
}

/// What the vault has seen last.
pub async fn in_vault(r: &mut Read) -> Result<Option<SeenRow>, Error> {
    r.sql("SELECT note, seen_at FROM vault.log_seen ORDER BY seen_at DESC LIMIT 1").maybe().await
}

/// Keeps in the vault what was seen of the log that grows, in place of any other: a new log says how the one before it ended, whose
/// tree may go.
pub async fn put_in_vault(w: &mut Write, log: &str, row: &SeenRow) -> Result<(), Error> {
    w.sql("DELETE FROM vault.log_seen WHERE log <> $1").bind(log).run().await?;
    w.sql(
        "INSERT INTO vault.log_seen (log, note, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (log) DO UPDATE SET note = $2, seen_at = $3",
    )
    .bind(log)
    .bind(row.note.as_str())
    .bind(row.seen_at)
    .run()
    .await
    .map(drop)
}

/// What the folder has seen; none if there is no such file, or none that can be read.
///
/// # Errors
/// It is there and the operating system does not give it.
pub fn in_folder(folder: &Path) -> Result<Option<SeenRow>, Error> {
    let text = match fs::read_to_string(folder.join(FILE)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| said(folder, &error))?,
    };
    let row = text
        .split_once('\n')
        .and_then(|(at, note)| Some(SeenRow { note: note.to_owned(), seen_at: When::from_micros(at.parse().ok()?) }));
    Ok(row)
}

/// Keeps in the folder what was seen: whole, or what was there stays.
///
/// # Errors
/// The folder cannot be written.
pub fn put_in_folder(folder: &Path, row: &SeenRow) -> Result<(), Error> {
    let (path, new) = (folder.join(FILE), folder.join(format!("{FILE}.new")));
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        write!(file, "{}\n{}", row.seen_at.micros(), row.note)?;
        file.sync_all()?;
        fs::rename(&new, &path)
    };
    write().map_err(|error| said(folder, &error))
}

fn said(folder: &Path, error: &std::io::Error) -> Error {
    Error::Unavailable(format!("{} cannot be read or written: {error}", folder.join(FILE).display()))
}
