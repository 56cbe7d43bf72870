//! Copies that are over by the schedule, in the folders that copies go to.

use super::Manifest;
use crate::app::App;
use crate::crypto::parcel;
use crate::domain::account::FullName;
use crate::domain::time::When;
use crate::service::{backup, retention};
use crate::store::copies::Which;
use anyhow::Context as _;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// What became of the copies that are over.
pub(super) struct Old {
    /// They are destroyed.
    pub(super) destroyed: Vec<(Which, Vec<PathBuf>)>,
    /// Why the clock is in doubt: none is destroyed then, for one that jumped would end all of them but the last.
    pub(super) doubt: Option<String>,
}

/// Destroys the copies in these folders that are over, unless the clock is in doubt.
pub(super) async fn destroy(app: &App, folders: &[PathBuf], by: &FullName) -> anyhow::Result<Old> {
    let mut destroyed = Vec::new();
    let now = app.now();
    let doubt = retention::clock_in_doubt(app, now).await?;
    if doubt.is_some() {
        return Ok(Old { destroyed, doubt });
    }
    for (which, files) in over(app, folders, now)? {
        backup::destroying(app, which, i64::try_from(files.len()).unwrap_or(i64::MAX), by, now).await?;
        for file in &files {
            fs::remove_file(file).with_context(|| format!("{} is over and cannot be destroyed", file.display()))?;
        }
        destroyed.push((which, files));
    }
    for folder in folders {
        File::open(folder)?.sync_all()?;
    }
    Ok(Old { destroyed, doubt })
}

/// The copies of this house in these folders that are over by the schedule in force, wherever they lie and whatever they are
/// called: what they are stands in their heads.
pub(in crate::cli) fn over(app: &App, folders: &[PathBuf], now: When) -> anyhow::Result<Vec<(Which, Vec<PathBuf>)>> {
    let mut all = Vec::new();
    for folder in folders {
        let inside = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in inside {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                all.extend(ours(app, &entry.path()));
            }
        }
    }
    let policy = &app.snapshot().policy;
    let mut over = Vec::new();
    for which in [Which::Data, Which::Vault] {
        let Some(cutoff) = backup::over(policy, which, now) else { continue };
        let of = all.iter().filter(|(_, manifest)| manifest.what == which.as_str() && manifest.at() <= cutoff);
        let mut files: Vec<PathBuf> = of.map(|(file, _)| file.clone()).collect();
        files.sort();
        if !files.is_empty() {
            over.push((which, files));
        }
    }
    Ok(over)
}

/// A copy of this house, by its head. What cannot be read is left alone.
fn ours(app: &App, file: &Path) -> Option<(PathBuf, Manifest)> {
    let head = parcel::head(&mut BufReader::new(File::open(file).ok()?)).ok()?;
    let manifest = Manifest::read(&head).filter(|manifest| manifest.is_of(app))?;
    Some((file.to_owned(), manifest))
}
