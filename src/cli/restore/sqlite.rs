//! SQLite's two files, written beside their places and renamed. Whoever is killed on the way leaves a folder that nobody opens, and
//! that the next one clears.

use super::super::backup::sqlite::Scratch;
use super::{Bare, Parcel};
use crate::crypto::roots::Roots;
use crate::store::copies::{self, Which};
use crate::store::folder::{self, Restoring};
use std::fs::{self, File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A folder with neither file.
pub(super) fn bare(folder: &Path) -> anyhow::Result<Bare<'_>> {
    if let Some(there) = folder::occupied(folder) {
        anyhow::bail!(
            "there is {} already, and nothing was written: move it away, or name an empty data folder. If a copy was put back here \
             before, `portreeve restore --check` looks at it",
            there.display()
        );
    }
    Ok(Bare::Folder(folder))
}

/// Puts both in place, the data marked with this value of the house; all of it or nothing.
pub(super) async fn put(
    folder: &Path,
    roots: &Roots,
    parcels: (&Parcel<'_>, &Parcel<'_>),
    mark: (&str, &[u8]),
) -> anyhow::Result<()> {
    let restoring = Restoring::begin(folder)?;
    clear(&restoring);
    let done = both(folder, roots, parcels, mark).await;
    if done.is_err() {
        clear(&restoring);
    }
    if done.is_ok() || restoring.files().is_empty() {
        restoring.end()?;
    }
    done
}

/// Removes what was put there so far, by us or by whoever was killed at it.
fn clear(restoring: &Restoring<'_>) {
    restoring.files().into_iter().map(Scratch).for_each(drop);
}

async fn both(
    folder: &Path,
    roots: &Roots,
    (data, vault): (&Parcel<'_>, &Parcel<'_>),
    (name, value): (&str, &[u8]),
) -> anyhow::Result<()> {
    let (data_at, vault_at) = (write(data, roots, folder).await?, write(vault, roots, folder).await?);
    copies::mark(&data_at, name, value).await?;
    for (from, which) in [(&vault_at, Which::Vault), (&data_at, Which::Data)] {
        File::open(from)?.sync_all()?;
        fs::rename(from, folder.join(which.file()))?;
    }
    Ok(())
}

/// Writes what is in it beside its place, and counts it.
async fn write(parcel: &Parcel<'_>, roots: &Roots, folder: &Path) -> anyhow::Result<PathBuf> {
    let path = folder.join(folder::restoring(parcel.which.file()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    parcel.unpack(roots, &mut BufWriter::new(file))?;
    for (table, rows) in copies::counts(&path, parcel.which).await? {
        let then = parcel.manifest.counts.get(table).copied();
        anyhow::ensure!(
            then.is_none_or(|then| then == rows),
            "{} has {rows} rows of {table}, and {then:?} were copied: nothing was put in place",
            parcel.file.display()
        );
    }
    Ok(path)
}
