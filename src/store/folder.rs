//! SQLite's folder: open to its owner alone, and so are the databases in it. While copies are put back in it nobody opens it.

use super::error::Error;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The databases of a folder. Their journals get the rights of the database.
pub(super) const DATABASES: [&str; 2] = ["portreeve.db", "vault.db"];

/// What SQLite keeps beside a database, and takes up when it is opened, whatever lies there as the database by then.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Stands in a folder from before the first byte of a copy is put back there until the last is in its place.
const RESTORING: &str = "restore.lock";

/// What a copy is called until it is put in its place.
#[must_use]
pub fn restoring(name: &str) -> String {
    format!("{name}.restoring")
}

/// Whether the databases of this folder are whole: no copy is being put back there, and none was when it was cut off. Whoever
/// opened one of the two then would begin a house of its own beside the other.
///
/// # Errors
/// They are not, and nothing there may be opened.
pub fn whole(folder: &Path) -> Result<(), Error> {
    if !folder.join(RESTORING).exists() {
        return Ok(());
    }
    Err(Error::Unavailable(format!(
        "copies are being put back in {}, or were when it was cut off, and nothing there is whole: run `portreeve restore` again, \
         which begins anew",
        folder.display()
    )))
}

/// The first of the databases, or of what SQLite keeps beside them, that lies in this folder. Nothing does where copies were being
/// put back when it was cut off: what is there goes.
#[must_use]
pub fn occupied(folder: &Path) -> Option<PathBuf> {
    if folder.join(RESTORING).exists() {
        return None;
    }
    let names =
        DATABASES.into_iter().flat_map(|name| [""].into_iter().chain(BESIDE).map(move |end| format!("{name}{end}")));
    names.map(|name| folder.join(name)).find(|path| path.exists())
}

/// The right to put copies back in a folder, which nobody opens meanwhile. It stays if the process is killed, and if it is dropped:
/// then somebody begins anew.
pub struct Restoring<'f> {
    folder: &'f Path,
    _alone: File,
}

impl<'f> Restoring<'f> {
    /// Takes it. What is left in the folder by one that was cut off is to go then.
    ///
    /// # Errors
    /// Somebody else has it, or what the operating system says.
    pub fn begin(folder: &'f Path) -> Result<Self, Error> {
        make(folder)?;
        let path = folder.join(RESTORING);
        let said = |error: io::Error| Error::Unavailable(format!("{} cannot be locked: {error}", path.display()));
        let alone =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(said)?;
        match alone.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let folder = folder.display();
                return Err(Error::Unavailable(format!("somebody else is putting copies back in {folder}")));
            }
            Err(TryLockError::Error(error)) => return Err(said(error)),
        }
        sync(folder)?;
        Ok(Self { folder, _alone: alone })
    }

    /// All files that were put in the folder so far.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let names = DATABASES.into_iter().flat_map(|name| [name.to_owned(), restoring(name)]);
        let names = names.flat_map(|name| [""].into_iter().chain(BESIDE).map(move |end| format!("{name}{end}")));
        names.map(|name| self.folder.join(name)).filter(|path| path.exists()).collect()
    }

    /// Gives it back: what is in the folder is whole, or nothing is there.
    ///
    /// # Errors
    /// What the operating system says; it may be there still.
    pub fn end(self) -> Result<(), Error> {
        sync(self.folder)?;
        fs::remove_file(self.folder.join(RESTORING)).map_err(|error| {
            Error::Unavailable(format!("{} cannot be removed: {error}", self.folder.join(RESTORING).display()))
        })?;
        sync(self.folder)
    }
}

/// What was made, renamed or removed in the folder is so after a loss of power too.
fn sync(folder: &Path) -> Result<(), Error> {
    let said = |error: io::Error| Error::Unavailable(format!("{} cannot be written: {error}", folder.display()));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(said)
}

/// Makes the folder if it is missing, and closes it to others if it is empty or holds our databases: what else somebody
/// keeps in it is left as it is.
///
/// # Errors
/// What the operating system says.
pub fn make(folder: &Path) -> Result<(), Error> {
    let close = || {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let ours = DATABASES.iter().any(|name| folder.join(name).exists());
        if ours || fs::read_dir(folder)?.next().is_none() { tighten(folder, 0o700) } else { Ok(()) }
    };
    close().map_err(|error: io::Error| {
        Error::Unavailable(format!("the data folder {} cannot be made: {error}", folder.display()))
    })
}

/// The databases, made empty where they are missing, so that none is ever open to others.
pub(super) fn close_databases(folder: &Path) -> Result<(), Error> {
    for path in DATABASES.map(|name| folder.join(name)) {
        let closed = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => tighten(&path, 0o600),
            made => made.map(drop),
        };
        closed.map_err(|error| Error::Unavailable(format!("{} cannot be made: {error}", path.display())))?;
    }
    Ok(())
}

/// Takes rights away that others have. Whoever is not the owner cannot, and the owner does at the next start.
fn tighten(path: &Path, mode: u32) -> io::Result<()> {
    let now = fs::metadata(path)?.permissions().mode() & 0o777;
    if now & !mode == 0 {
        return Ok(());
    }
    match fs::set_permissions(path, Permissions::from_mode(now & mode)) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            tracing::warn!(path = %path.display(), "others may read this, and only its owner can change that");
            Ok(())
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::{DATABASES, close_databases, make};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_folder_and_its_databases_are_their_owners_alone() {
        let path = std::env::temp_dir().join(format!("portreeve-closed-{}", uuid::Uuid::new_v4()));
        let mode = |name: &str| fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777;
        let open = |name: &str, mode| fs::set_permissions(path.join(name), Permissions::from_mode(mode)).unwrap();
        fs::create_dir(&path).unwrap();
        open("", 0o755);
        fs::write(path.join("notes.txt"), "").unwrap();
        make(&path).unwrap();
        assert_eq!(mode(""), 0o755, "somebody else's folder");
        fs::remove_file(path.join("notes.txt")).unwrap();
        make(&path).unwrap();
        assert_eq!(mode(""), 0o700);
        close_databases(&path).unwrap();
        assert_eq!(DATABASES.map(mode), [0o600, 0o600]);
        fs::write(path.join("vault.db"), "kept").unwrap();
        open("vault.db", 0o644);
        open("", 0o750);
        make(&path).unwrap();
        close_databases(&path).unwrap();
        assert_eq!((mode(""), mode("vault.db")), (0o700, 0o600));
        assert_eq!(fs::read(path.join("vault.db")).unwrap(), b"kept");
        fs::remove_dir_all(path).unwrap();
    }
}
