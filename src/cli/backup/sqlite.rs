//! SQLite's two files, each copied as of one moment.

use super::super::open::House;
use super::{Copied, Manifest};
use crate::app::App;
use crate::crypto::parcel::Digest;
use crate::store::copies::{self, Which};
use anyhow::Context as _;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// A file that is in the clear for as long as it is needed: written over and removed at the end.
pub(in crate::cli) struct Scratch(pub(in crate::cli) PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Ok(mut file) = OpenOptions::new().write(true).open(&self.0) {
            let length = file.metadata().map_or(0, |metadata| metadata.len());
            let _ = io::copy(&mut io::repeat(0).take(length), &mut file).and_then(|_| file.sync_all());
        }
        let _ = fs::remove_file(&self.0);
    }
}

/// Copies and seals what is asked for; in the clear it lies beside the files themselves, and nowhere else.
pub(super) async fn copy(
    app: &App,
    house: &House,
    folder: &Path,
    targets: &[(Which, PathBuf)],
) -> anyhow::Result<Vec<Copied>> {
    let ours = folder.canonicalize()?;
    anyhow::ensure!(
        targets.iter().all(|(_, to)| *to != ours),
        "a copy in the data folder is lost with it: name another folder"
    );
    let _alone = alone(folder)?.context("another backup is being made: wait until it has ended")?;
    let mut copied = Vec::new();
    // The vault last: whoever is erased meanwhile is known there.
    for (which, to) in targets {
        let mut manifest = Manifest::now(*which, app, house).await?;
        let scratch = Scratch(folder.join(name(*which)));
        // One that was left by whoever was killed here.
        drop(Scratch(scratch.0.clone()));
        copies::copy(folder, *which, &scratch.0).await?;
        let counts = copies::counts(&scratch.0, *which).await?;
        manifest.counts = counts.into_iter().map(|(table, rows)| (table.to_owned(), rows)).collect();
        manifest.sha256 = Some(digest(&scratch.0)?);
        copied.push(Copied::seal(app, *which, manifest, File::open(&scratch.0)?, to)?);
    }
    Ok(copied)
}

/// What a copy in the clear is called.
fn name(which: Which) -> String {
    format!("{}.copy", which.as_str())
}

/// What SQLite keeps beside a file that it writes.
const BESIDE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

fn in_the_clear(folder: &Path) -> Vec<PathBuf> {
    let names = [Which::Data, Which::Vault].map(name);
    let all = names.iter().flat_map(|name| BESIDE.map(|end| folder.join(format!("{name}{end}"))));
    all.filter(|path| path.exists()).collect()
}

/// What a backup that was killed left in the clear, with the right to remove it; none while one is being made.
pub(in crate::cli) fn left_over(folder: &Path) -> anyhow::Result<Option<(File, Vec<PathBuf>)>> {
    if in_the_clear(folder).is_empty() {
        return Ok(None);
    }
    let Some(alone) = alone(folder)? else { return Ok(None) };
    let files = in_the_clear(folder);
    Ok((!files.is_empty()).then_some((alone, files)))
}

/// Removes it: it holds the keys of whoever was erased since.
pub(in crate::cli) fn clear(folder: &Path) -> anyhow::Result<()> {
    let Some((_alone, files)) = left_over(folder)? else { return Ok(()) };
    for file in files {
        tracing::warn!(path = %file.display(), "a backup was cut off, and left this in the clear: it is removed");
        drop(Scratch(file));
    }
    Ok(())
}

/// One copy at a time: the next would take this one's files for left over. None while another is being made.
fn alone(folder: &Path) -> anyhow::Result<Option<File>> {
    let path = folder.join("backup.lock");
    let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| path.display().to_string()),
    }
}

fn digest(file: &Path) -> anyhow::Result<String> {
    let mut digest = Digest::default();
    io::copy(&mut File::open(file)?, &mut digest)?;
    Ok(digest.hex())
}
