//! `portreeve backup`: copies of the data and of the vault, sealed, each to its own place.

use super::open::Place;
use super::{Ending, Say, person};
use crate::crypto::hex;
use crate::crypto::parcel::{self, Digest};
use crate::crypto::roots::{Roots, unfinished};
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::BackedUp;
use crate::domain::time::When;
use crate::service::backup;
use crate::store::copies::{self, Which};
use crate::store::{Location, log};
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The form of a backup's head.
pub(super) const FORMAT: &str = "portreeve-backup/1";

/// What PostgreSQL's operators do instead.
pub(super) const BY_ITS_OWN: &str = "PostgreSQL is copied and put back by its own tools: `pg_dump --format=custom --exclude-schema=vault` for the \
     data, `pg_dump --format=custom --schema=vault` for the vault, each encrypted and kept apart, or pgBackRest; after \
     `pg_restore`, and before serve starts, run `portreeve restore --check`";

/// Copy the data and the vault, sealed under the root secret, while serve runs.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Keep copies of the data for 35 days at most and those of the vault for 7, each apart from the other and \
                        from the root secret, without which neither opens."
)]
pub(super) struct Backup {
    /// The folder that the copy of the data goes into; made if it is missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Another folder, for the copy of the vault, which holds everybody's keys.
    #[arg(long, value_name = "DIR")]
    vault_out: Option<PathBuf>,
    /// Who does it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

/// The head of a copy, in the clear: what it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: String,
    /// "data" or "vault".
    pub(super) what: String,
    /// When (RFC 3339), and in microseconds.
    pub(super) taken: String,
    pub(super) taken_us: i64,
    pub(super) issuer: String,
    /// The open log, and how many entries it had at least.
    pub(super) log: Option<(String, i64)>,
    pub(super) policy: String,
    /// The rows of some tables.
    pub(super) counts: BTreeMap<String, i64>,
    /// SHA-256 of the file before it was sealed.
    pub(super) sha256: String,
    /// How many days it is to be kept at most.
    pub(super) keep_days: u32,
    /// What only the right root secret opens, in hex.
    pub(super) root: String,
}

impl Manifest {
    pub(super) const fn at(&self) -> When {
        When::from_micros(self.taken_us)
    }
}

/// A file that is in the clear for as long as it is needed: written over and removed at the end.
pub(super) struct Scratch(pub(super) PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Ok(mut file) = OpenOptions::new().write(true).open(&self.0) {
            let length = file.metadata().map_or(0, |metadata| metadata.len());
            let _ = io::copy(&mut io::repeat(0).take(length), &mut file).and_then(|_| file.sync_all());
        }
        let _ = fs::remove_file(&self.0);
    }
}

/// A copy in the clear, with what its head will say.
struct Copied {
    which: Which,
    scratch: Scratch,
    manifest: Manifest,
    to: PathBuf,
}

impl Backup {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let Location::Sqlite(folder) = &house.location else { anyhow::bail!(BY_ITS_OWN) };
        let app = house.app().await?;
        let mut targets = vec![(Which::Data, made(&self.out)?)];
        if let Some(vault) = &self.vault_out {
            targets.push((Which::Vault, made(vault)?));
        }
        let ours = folder.canonicalize()?;
        anyhow::ensure!(
            targets.iter().all(|(_, to)| *to != ours),
            "a copy in the data folder is lost with it: name another folder"
        );
        if let [(_, one), (_, other)] = targets.as_slice() {
            anyhow::ensure!(
                one != other,
                "the copy of the vault must not lie beside that of the data: it is kept for 7 days and that of the data for longer, \
                 and whoever was erased meanwhile could be read from the two together; name another folder"
            );
        }
        let _alone = alone(folder)?;
        let issuer = app.issuer.as_str().to_owned();
        let policy = app.snapshot().policy.version().to_owned();
        let mut copied = Vec::new();
        // The vault last: whoever is erased meanwhile is known there.
        for (which, to) in targets {
            let now = app.now();
            let open = log::open(&mut app.db.peek()).await?.map(|log| (log.name, log.size));
            let scratch = Scratch(folder.join(format!("{}.copy", which.as_str())));
            // One that was left by whoever was killed here.
            drop(Scratch(scratch.0.clone()));
            copies::copy(folder, which, &scratch.0).await?;
            let counts = copies::counts(&scratch.0, which).await?;
            let manifest = Manifest {
                format: FORMAT.to_owned(),
                what: which.as_str().to_owned(),
                taken: now.to_string(),
                taken_us: now.micros(),
                issuer: issuer.clone(),
                log: open.filter(|_| which == Which::Data),
                policy: policy.clone(),
                counts: counts.into_iter().map(|(table, rows)| (table.to_owned(), rows)).collect(),
                sha256: digest(&scratch.0)?,
                keep_days: if which == Which::Vault { 7 } else { 35 },
                root: hex(&app.roots.seal_check()?),
            };
            let to = to.join(format!("{}-{}.backup", which.as_str(), compact(now)));
            anyhow::ensure!(!to.exists(), "{} is there already, and nothing was written", to.display());
            copied.push(Copied { which, scratch, manifest, to });
        }
        let sha256 = |which| copied.iter().find(|one| one.which == which).map(|one| one.manifest.sha256.clone());
        let payload = BackedUp {
            data: sha256(Which::Data).unwrap_or_default(),
            vault: sha256(Which::Vault),
            by: self.by.clone(),
        };
        backup::record(&app, payload, app.now()).await?;
        let mut text = String::new();
        let mut answer = Vec::new();
        for one in copied {
            write(&app.roots, &one).with_context(|| format!("{} cannot be written", one.to.display()))?;
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "The {} as of {}, sealed: {}. Keep it for {} days at most.",
                one.which.as_str(),
                one.manifest.taken,
                one.to.display(),
                one.manifest.keep_days
            );
            answer.push(json!({ "file": one.to, "manifest": one.manifest }));
        }
        if self.vault_out.is_none() {
            text.push_str(
                "The vault was not copied (--vault-out): without it nobody's data in this copy can be read.\n",
            );
        }
        text.push_str("Neither opens without the root secret: keep a copy of that elsewhere.");
        say.answer(&json!({ "copies": answer }), &text);
        Ok(Ending::Fine)
    }
}

/// The folder, made if it is missing.
fn made(folder: &Path) -> anyhow::Result<PathBuf> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| folder.canonicalize());
    made.with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// One copy at a time: the next would take this one's files for left over.
fn alone(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("backup.lock");
    let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => anyhow::bail!("another backup is being made: wait until it has ended"),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| path.display().to_string()),
    }
}

fn digest(file: &Path) -> anyhow::Result<String> {
    let mut digest = Digest::default();
    io::copy(&mut File::open(file)?, &mut digest)?;
    Ok(digest.hex())
}

/// "20261126T220100Z".
fn compact(now: When) -> String {
    now.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Whole under its name, or not there at all.
fn write(roots: &Roots, one: &Copied) -> anyhow::Result<()> {
    let new = unfinished(&one.to);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    let written = sealed(roots, one, file).and_then(|()| Ok(fs::hard_link(&new, &one.to)?));
    fs::remove_file(&new)?;
    written?;
    if let Some(folder) = one.to.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn sealed(roots: &Roots, one: &Copied, file: File) -> anyhow::Result<()> {
    let head = serde_json::to_string(&one.manifest)?;
    let mut out = BufWriter::new(file);
    parcel::seal(roots, &head, &mut BufReader::new(File::open(&one.scratch.0)?), &mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(())
}
