//! `portreeve backup`: copies of the data and of the vault, sealed, each to its own place.
//!
//! ```text
//! SQLite      files copied ──┐
//! PostgreSQL  pg_dump ───────┴─> sealed under a name of its own ──> house.backed_up ──> its name ──> made ──> what is over goes
//! ```

pub(super) mod old;
mod postgres;
pub(super) mod sqlite;

use super::open::{House, Place};
use super::{Ending, Say, person};
use crate::app::App;
use crate::crypto::parcel::{self, Digest};
use crate::crypto::roots::unfinished;
use crate::crypto::{hex, unhex};
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::BackedUp;
use crate::domain::time::When;
use crate::service::backup;
use crate::store::copies::Which;
use crate::store::{Db, Location, log};
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// The form of a backup's head.
pub(super) const FORMAT: &str = "portreeve-backup/1";

/// Copy the data and the vault, sealed under the root secret, while serve runs.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "With PostgreSQL it needs pg_dump, pg_restore and psql of the server's version or newer (Debian: \
                  postgresql-client), on PATH or in /usr/lib/postgresql/*/bin; both copies are then of one moment, and \
                  nothing is written in the clear. With SQLite each copy lies in the clear in the data folder, beside the \
                  databases themselves, until it is sealed; what is left there of a backup that was killed, the next one removes, \
                  and serve when it starts. Copies in these folders that are over by the schedule (rules backup and \
                  backup.vault; 35 and 7 days unless you changed them) are destroyed, unless the clock is in doubt. Keep each apart from the other and from the root secret, \
                  without which neither opens."
)]
pub(super) struct Backup {
    /// The folder that the copy of the data goes into; made if it is missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Another folder, for the copy of the vault, which holds everybody's keys.
    #[arg(long, value_name = "DIR")]
    vault_out: Option<PathBuf>,
    /// The folder of PostgreSQL's programs, where they are elsewhere.
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
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
    /// "sqlite" or "postgres": the same takes it back.
    #[serde(default = "sqlite")]
    pub(super) database: String,
    /// The number of the last migration of its schema.
    #[serde(default)]
    pub(super) schema: i64,
    /// When (RFC 3339), and in microseconds.
    pub(super) taken: String,
    pub(super) taken_us: i64,
    pub(super) issuer: String,
    /// The open log, and how many entries it had at least.
    pub(super) log: Option<(String, i64)>,
    pub(super) policy: String,
    /// The rows of some tables.
    pub(super) counts: BTreeMap<String, i64>,
    /// SHA-256 of what was sealed, where it was known before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<String>,
    /// Until when it is to be kept, by the schedule in force when it was taken (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) keep_until: Option<String>,
    /// What only the right root secret opens, in hex.
    pub(super) root: String,
}

fn sqlite() -> String {
    "sqlite".to_owned()
}

impl Manifest {
    pub(super) const fn at(&self) -> When {
        When::from_micros(self.taken_us)
    }

    /// Reads the head of a copy; none if it is of another form.
    pub(super) fn read(head: &str) -> Option<Self> {
        serde_json::from_str(head).ok().filter(|manifest: &Self| manifest.format == FORMAT)
    }

    /// Whether it was made by this house: of this issuer, under this root secret.
    pub(super) fn is_of(&self, app: &App) -> bool {
        self.issuer == app.issuer.as_str() && unhex(&self.root).is_some_and(|check| app.roots.verify_check(&check))
    }

    /// What stands in the head of any copy that is taken now; the rest is of this one.
    async fn now(which: Which, app: &App, house: &House) -> anyhow::Result<Self> {
        let (now, snapshot) = (app.now(), app.snapshot());
        let open = log::open(&mut app.db.peek()).await?.map(|log| (log.name, log.size));
        let rule = snapshot.policy.retention.rule_for(backup::category(which));
        let keep =
            rule.and_then(|rule| rule.period).map(|period| period.after(now, &snapshot.policy.controller.time_zone));
        Ok(Self {
            format: FORMAT.to_owned(),
            what: which.as_str().to_owned(),
            database: app.db.name().to_owned(),
            schema: Db::newest_migration(&house.location),
            taken: now.to_string(),
            taken_us: now.micros(),
            issuer: app.issuer.as_str().to_owned(),
            log: open.filter(|_| which == Which::Data),
            policy: snapshot.policy.version().to_owned(),
            counts: BTreeMap::new(),
            sha256: None,
            keep_until: keep.map(|until| until.to_string()),
            root: hex(&app.roots.seal_check()?),
        })
    }
}

/// A sealed copy that is not shown yet: removed unless it is.
struct Copied {
    which: Which,
    manifest: Manifest,
    /// SHA-256 of what was sealed.
    sha256: String,
    new: PathBuf,
    to: PathBuf,
}

impl Drop for Copied {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.new);
    }
}

impl Copied {
    /// Seals what `plain` gives into this folder.
    fn seal(app: &App, which: Which, manifest: Manifest, plain: impl Read, folder: &Path) -> anyhow::Result<Self> {
        let to = folder.join(format!("{}-{}.backup", which.as_str(), compact(manifest.at())));
        anyhow::ensure!(!to.exists(), "{} is there already, and nothing was written", to.display());
        let head = serde_json::to_string(&manifest)?;
        let new = unfinished(&to);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        let mut copied = Self { which, manifest, sha256: String::new(), new, to };
        let (mut out, mut plain) =
            (BufWriter::new(file), Digested { plain: BufReader::new(plain), digest: Digest::default() });
        parcel::seal(&app.roots, &head, &mut plain, &mut out)?;
        out.flush()?;
        out.get_ref().sync_all()?;
        copied.sha256 = plain.digest.hex();
        Ok(copied)
    }

    /// Gives it its name: whole, or not there at all.
    fn show(&self) -> io::Result<()> {
        name(&self.new, &self.to, |new, to| fs::hard_link(new, to))?;
        if let Some(folder) = self.to.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// Gives a file that name, and replaces none: by a second link to it, or, where the file system has no hard links, in place of
/// an empty file that was not there before.
fn name(new: &Path, to: &Path, link: impl Fn(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
    match link(new, to) {
        Ok(()) => fs::remove_file(new),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Which error says that there are none differs: vfat's is no other than that of a folder that may not be written to.
        Err(_) => {
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
            fs::rename(new, to).inspect_err(|_| {
                let _ = fs::remove_file(to);
            })
        }
    }
}

/// What is read, digested on the way.
struct Digested<R> {
    plain: R,
    digest: Digest,
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.plain.read(into)?;
        self.digest.write_all(into.get(..length).unwrap_or_default())?;
        Ok(length)
    }
}

impl Backup {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let app = house.app().await?;
        let mut targets = vec![(Which::Data, made(&self.out)?)];
        if let Some(vault) = &self.vault_out {
            targets.push((Which::Vault, made(vault)?));
        }
        if let [(_, one), (_, other)] = targets.as_slice() {
            anyhow::ensure!(
                one != other,
                "the copy of the vault must not lie beside that of the data: it is kept for a shorter time, and whoever was erased \
                 meanwhile could be read from the two together; name another folder"
            );
        }
        let copied = match &house.location {
            Location::Sqlite(folder) => sqlite::copy(&app, &house, folder, &targets).await?,
            Location::Postgres(url) => postgres::copy(&app, &house, (url, self.programs.as_deref()), &targets).await?,
        };
        let sha256 = |which| copied.iter().find(|one| one.which == which).map(|one| one.sha256.clone());
        let payload = BackedUp {
            data: sha256(Which::Data).unwrap_or_default(),
            vault: sha256(Which::Vault),
            by: self.by.clone(),
        };
        let folders: Vec<PathBuf> = targets.into_iter().map(|(_, folder)| folder).collect();
        let taken = app.now();
        backup::record(&app, payload, taken).await?;
        let mut text = String::new();
        let mut answer = Vec::new();
        for one in &copied {
            one.show().with_context(|| {
                format!(
                    "{} cannot be written. This backup does not count as made: look at its folder, then run it again",
                    one.to.display()
                )
            })?;
            let keep = one
                .manifest
                .keep_until
                .as_ref()
                .map_or_else(String::new, |until| format!(" Keep it until {until} at most."));
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "The {} as of {}, sealed: {}.{keep}",
                one.which.as_str(),
                one.manifest.taken,
                one.to.display()
            );
            answer.push(json!({ "file": one.to, "manifest": one.manifest, "sha256": one.sha256 }));
        }
        backup::made(&app, folders.clone(), taken).await?;
        let old = old::destroy(&app, &folders, &self.by).await?;
        for (which, files) in &old.destroyed {
            let _ = writeln!(text, "Destroyed, for they were over: {} of the {}.", files.len(), which.as_str());
        }
        if let Some(doubt) = &old.doubt {
            let _ = writeln!(
                text,
                "No earlier copy is destroyed while the clock is in doubt: {doubt}. Look at it, then run `portreeve retention \
                 confirm-clock`."
            );
        }
        if self.vault_out.is_none() {
            text.push_str(
                "The vault was not copied (--vault-out): without it nobody's data in this copy can be read.\n",
            );
        }
        text.push_str("Neither opens without the root secret: keep a copy of that elsewhere.");
        let gone: Vec<&PathBuf> = old.destroyed.iter().flat_map(|(_, files)| files).collect();
        say.answer(&json!({ "copies": answer, "destroyed": gone, "clock_in_doubt": old.doubt }), &text);
        Ok(Ending::Fine)
    }
}

/// The folder, made if it is missing.
fn made(folder: &Path) -> anyhow::Result<PathBuf> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| folder.canonicalize());
    made.with_context(|| format!("the folder {} cannot be made", folder.display()))
}

/// "20261126T220100Z".
fn compact(now: When) -> String {
    now.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::name;
    use std::fs;
    use std::io;
    use std::path::Path;

    /// As vfat and CIFS answer.
    fn none(_: &Path, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }

    #[test]
    fn a_copy_gets_its_name_without_hard_links_too_and_replaces_nothing() {
        let folder = std::env::temp_dir().join(format!("portreeve-name-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (new, to) = (folder.join("data.backup.new"), folder.join("data.backup"));
        let links: [fn(&Path, &Path) -> io::Result<()>; 2] = [|new, to| fs::hard_link(new, to), none];
        for link in links {
            fs::write(&new, "sealed").unwrap();
            name(&new, &to, link).unwrap();
            assert!(fs::read(&to).unwrap() == b"sealed" && !new.exists());
            fs::write(&new, "another").unwrap();
            assert_eq!(name(&new, &to, link).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert!(fs::read(&to).unwrap() == b"sealed" && new.exists());
            fs::remove_file(&to).unwrap();
        }
        // Where it cannot be renamed no empty file is left that would look like a copy.
        fs::remove_file(&new).unwrap();
        assert!(name(&new, &to, none).is_err() && !to.exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
