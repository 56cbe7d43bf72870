//! SQLite's two files, written beside their places and renamed.

use super::super::backup::sqlite::Scratch;
use super::{Bare, Parcel};
use crate::crypto::roots::Roots;
use crate::store::copies::{self, Which};
use crate::store::folder;
use std::fs::{self, File, OpenOptions};
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// A folder with neither file.
pub(super) fn bare(folder: &Path) -> anyhow::Result<Bare<'_>> {
    for name in [Which::Data, Which::Vault].map(Which::file) {
        anyhow::ensure!(
            !folder.join(name).exists(),
            "there is a {name} in {} already, and nothing was written: move it away, or name an empty data folder",
            folder.display()
        );
    }
    Ok(Bare::Folder(folder))
}

/// Puts both in place, the data marked with this value of the house.
pub(super) async fn put(
    folder: &Path,
    roots: &Roots,
    (data, vault): (&Parcel<'_>, &Parcel<'_>),
    (name, value): (&str, &[u8]),
) -> anyhow::Result<()> {
    folder::make(folder)?;
    let (data_at, vault_at) = (write(data, roots, folder).await?, write(vault, roots, folder).await?);
    copies::mark(&data_at.0, name, value).await?;
    // The data last: before it, there is nothing that could be started.
    for (scratch, which) in [(&vault_at, Which::Vault), (&data_at, Which::Data)] {
        File::open(&scratch.0)?.sync_all()?;
        fs::rename(&scratch.0, folder.join(which.file()))?;
    }
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Writes what is in it beside its place, and counts it.
async fn write(parcel: &Parcel<'_>, roots: &Roots, folder: &Path) -> anyhow::Result<Scratch> {
    let scratch = Scratch(folder.join(format!("{}.restoring", parcel.which.file())));
    // One that was left by whoever was killed here.
    drop(Scratch(scratch.0.clone()));
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&scratch.0)?;
    parcel.unpack(roots, &mut BufWriter::new(file))?;
    for (table, rows) in copies::counts(&scratch.0, parcel.which).await? {
        let then = parcel.manifest.counts.get(table).copied();
        anyhow::ensure!(
            then.is_none_or(|then| then == rows),
            "{} has {rows} rows of {table}, and {then:?} were copied: nothing was put in place",
            parcel.file.display()
        );
    }
    Ok(scratch)
}
