//! Whose leases a node takes: a name for each process, and the end of the one before. On a folder of SQLite's there is
//! one process at a time.
//!
//! ```text
//! <folder>/instance   locked by the operating system for as long as the process lives, however it ends;
//!                     holds the name under which it takes leases, and the machine and file it was written to;
//!                     and, on a line of its own, the process' number
//! ```
//!
//! Whoever gets the lock knows that the process whose name stands there is gone, and gives its leases back at once:
//! after a crash a lone node does its duties without waiting until they have run out. A lock says nothing of another
//! machine or of the file that a folder was copied from, so that a name written there is not followed. Names are never
//! used again, so that two nodes cannot take one lease for theirs.

use crate::store::{Db, Error, Housekeeping, house};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use uuid::Uuid;

/// The file's name.
pub const FILE: &str = "instance";

/// Why a process has no name on a folder.
#[derive(Debug, thiserror::Error)]
pub enum Taken {
    /// Another one lives there.
    #[error(
        "the data folder {folder} is in use by {process}: stop it first, or name another folder (`portreeve client`, \
         `policy`, `audit` and the other commands work beside it)"
    )]
    InUse {
        /// The folder.
        folder: String,
        /// "process 4711".
        process: String,
    },
    /// The file cannot be read or written.
    #[error("{file} cannot be written: {error}")]
    Unwritable {
        /// The file.
        file: String,
        /// What the operating system says.
        error: io::Error,
    },
}

/// This process' name.
#[derive(Debug)]
pub struct Holder {
    id: Uuid,
    /// The one before it on this folder, which is gone.
    before: Option<Uuid>,
    /// Kept for the lock.
    _lock: Option<File>,
}

impl Holder {
    /// A name that nobody follows: leases it leaves run out by themselves.
    #[must_use]
    pub fn nameless() -> Self {
        Self { id: crate::crypto::tokens::uuid(), before: None, _lock: None }
    }

    /// The name of the process on this folder; while another one holds the lock, it is [`Holder::nameless`].
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn of(folder: &Path) -> Result<Self, Taken> {
        match Self::alone(folder) {
            Err(Taken::InUse { .. }) => Ok(Self::nameless()),
            found => found,
        }
    }

    /// The name of the one process on this folder.
    ///
    /// # Errors
    /// Another one is there, or the file cannot be read or written.
    pub fn alone(folder: &Path) -> Result<Self, Taken> {
        let path = folder.join(FILE);
        take(&path).map_err(|error| Taken::Unwritable { file: path.display().to_string(), error })?.map_err(|process| {
            let process = process.map_or_else(|| "another process".to_owned(), |number| format!("process {number}"));
            Taken::InUse { folder: folder.display().to_string(), process }
        })
    }

    /// The name.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Gives back what the process before held.
    ///
    /// # Errors
    /// What the store says; those leases run out by themselves then.
    pub async fn give_back_before(&self, db: &Db) -> Result<(), Error> {
        let Some(before) = self.before else {
            return Ok(());
        };
        db.write(async |mut w| {
            house::give_all_back(&mut w, before).await?;
            w.commit_quietly(Housekeeping::Lease, ()).await
        })
        .await?;
        Ok(())
    }
}

/// Takes the lock and writes the name; or gives the number of the process that has it.
fn take(path: &Path) -> io::Result<Result<Holder, Option<u32>>> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    let locked = file.try_lock();
    let mut written = Vec::new();
    (&mut file).take(256).read_to_end(&mut written)?;
    let mut lines = str::from_utf8(&written).unwrap_or_default().lines();
    let (name, process) = (lines.next().unwrap_or_default(), lines.next());
    match locked {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => return Ok(Err(process.and_then(|number| number.parse().ok()))),
        Err(std::fs::TryLockError::Error(error)) => return Err(error),
    }
    let place = place(&file)?;
    let before = name.split_once(' ').filter(|(_, there)| *there == place);
    let before = before.and_then(|(name, _)| Uuid::parse_str(name).ok());
    let id = crate::crypto::tokens::uuid();
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{id} {place}\n{}", std::process::id())?;
    file.sync_all()?;
    Ok(Ok(Holder { id, before, _lock: Some(file) }))
}

/// This machine and this file: the same at the next start, and nowhere else.
fn place(file: &File) -> io::Result<String> {
    let machine = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let metadata = file.metadata()?;
    Ok(format!("{}:{}:{}", machine.trim(), metadata.dev(), metadata.ino()))
}
