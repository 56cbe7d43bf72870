//! SQLite's folder: open to its owner alone, and so are the databases in it.

use super::error::Error;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// The databases of a folder. Their journals get the rights of the database.
pub(super) const DATABASES: [&str; 2] = ["portreeve.db", "vault.db"];

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
