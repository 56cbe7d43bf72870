//! Whose leases a node takes: a name for each process, and the end of the one before.
//!
//! ```text
//! <folder>/instance   locked by the operating system for as long as the process lives, however it ends;
//!                     holds the name under which it takes leases, and the machine and file it was written to
//! ```
//!
//! Whoever gets the lock knows that the process whose name stands there is gone, and gives its leases back at once:
//! after a crash a lone node does its duties without waiting until they have run out. A lock says nothing of another
//! machine or of the file that a folder was copied from, so that a name written there is not followed. Names are never
//! used again, so that two nodes cannot take one lease for theirs.

use crate::store::{Db, Error, Housekeeping, house};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use uuid::Uuid;

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
    pub fn of(folder: &Path) -> io::Result<Self> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join("instance"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Ok(Self::nameless()),
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        }
        let mut written = Vec::new();
        (&mut file).take(256).read_to_end(&mut written)?;
        let place = place(&file)?;
        let before = str::from_utf8(&written).ok().and_then(|text| {
            let (name, there) = text.trim().split_once(' ')?;
            Uuid::parse_str(name).ok().filter(|_| there == place)
        });
        let id = crate::crypto::tokens::uuid();
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{id} {place}")?;
        file.sync_all()?;
        Ok(Self { id, before, _lock: Some(file) })
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

/// This machine and this file: the same at the next start, and nowhere else.
fn place(file: &File) -> io::Result<String> {
    let machine = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let metadata = file.metadata()?;
    Ok(format!("{}:{}:{}", machine.trim(), metadata.dev(), metadata.ino()))
}
