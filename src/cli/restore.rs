//! `portreeve restore`: copies put back, and looked at before they serve anybody.

use super::backup::{BY_ITS_OWN, FORMAT, Manifest, Scratch};
use super::open::{House, Place};
use super::{Ending, Say, person};
use crate::crypto::roots::Roots;
use crate::crypto::{parcel, unhex};
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::Restored;
use crate::service::backup::{self, Check, OPEN, Open};
use crate::store::copies::{self, Which};
use crate::store::{Location, folder};
use anyhow::Context as _;
use serde_json::json;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Put copies of the data and of the vault back, where there is nothing yet, and look at them.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The root secret, the settings and the policies are no part of a copy: put them in place first. Exit code 1 if \
                        anything is not well; serve does not start until `restore --check` finds that all is."
)]
pub(super) struct Restore {
    /// The copy of the data.
    #[arg(long, value_name = "FILE", required_unless_present = "check", conflicts_with = "check")]
    from: Option<PathBuf>,
    /// The copy of the vault: the newest there is.
    #[arg(long, value_name = "FILE", required_unless_present = "check", conflicts_with = "check")]
    vault: Option<PathBuf>,
    /// It is known that the vault's copy is older than the data's: who was erased since is back, who came since cannot be read.
    #[arg(long)]
    older_vault: bool,
    /// Put nothing back: look at what was.
    #[arg(long)]
    check: bool,
    /// Only say whether the copies open and fit.
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
    /// Who does it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

/// A copy as it lies there.
struct Parcel<'p> {
    file: &'p Path,
    head: String,
    manifest: Manifest,
    which: Which,
}

impl Restore {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let (Some(from), Some(vault)) = (&self.from, &self.vault) else {
            return self.look(&house, Vec::new(), say).await;
        };
        let Location::Sqlite(folder) = &house.location else { anyhow::bail!(BY_ITS_OWN) };
        for name in [Which::Data, Which::Vault].map(Which::file) {
            anyhow::ensure!(
                !folder.join(name).exists(),
                "there is a {name} in {} already, and nothing was written: move it away, or name an empty data folder",
                folder.display()
            );
        }
        let roots = house.roots()?;
        let data = Parcel::at(from, Which::Data, &house, &roots)?;
        let vault = Parcel::at(vault, Which::Vault, &house, &roots)?;
        let older = vault.manifest.at() < data.manifest.at();
        anyhow::ensure!(
            !older || self.older_vault,
            "the vault's copy is of {} and the data's of {}: whoever was erased between them would be back, and whoever came \
             between them could not be read. Take the newest copy of the vault; if there is none, say --older-vault",
            vault.manifest.taken,
            data.manifest.taken
        );
        // Both to their ends, before anything is written.
        for one in [&data, &vault] {
            one.unpack(&roots, &mut io::sink())?;
        }
        let of = |one: &Parcel<'_>| format!("of {}, whole and unchanged", one.manifest.taken);
        let mut checks = vec![Check::fine("data", of(&data)), Check::fine("vault", of(&vault))];
        if older {
            let said = format!(
                "OLDER than the data, as you know: whoever was erased after {} is not known to be, and is back; whoever came \
                 after it cannot be read",
                vault.manifest.taken
            );
            checks.push(Check::fine("vault's age", said));
        }
        if self.dry_run {
            return Ok(answer(say, &checks, (false, true)));
        }
        folder::make(folder)?;
        let (data_at, vault_at) = (data.put(&roots, folder).await?, vault.put(&roots, folder).await?);
        checks.push(Check::fine("counts", "as many rows as were copied, in each table that is counted".to_owned()));
        let open = Open { data_of: Some(data.manifest.taken.clone()), vault_of: Some(vault.manifest.taken.clone()) };
        copies::mark(&data_at.0, OPEN, &serde_json::to_vec(&open)?).await?;
        // The data last: before it, there is nothing that could be started.
        for (scratch, which) in [(&vault_at, Which::Vault), (&data_at, Which::Data)] {
            File::open(&scratch.0)?.sync_all()?;
            fs::rename(&scratch.0, folder.join(which.file()))?;
        }
        File::open(folder)?.sync_all()?;
        self.look(&house, checks, say).await
    }

    async fn look(&self, house: &House, mut checks: Vec<Check>, say: Say) -> anyhow::Result<Ending> {
        let app = match house.app().await {
            Ok(app) => app,
            Err(error) => {
                let remedy = "mend what it says, then run `portreeve restore --check`";
                checks.push(Check::bad("opening", format!("{error:#}"), remedy));
                return Ok(answer(say, &checks, (false, false)));
            }
        };
        let now = app.now();
        let Open { data_of, vault_of } = backup::open(&app.db).await?.unwrap_or_default();
        let (more, erased_again) = backup::look(&app, self.older_vault, now).await?;
        checks.extend(more);
        let fine = checks.iter().all(|check| check.remedy.is_none());
        if fine {
            let payload = Restored { data_of, vault_of, erased_again, by: self.by.clone() };
            backup::finish(&app, payload, now).await?;
        }
        app.db.close().await;
        Ok(answer(say, &checks, (fine, false)))
    }
}

fn answer(say: Say, checks: &[Check], (fine, dry_run): (bool, bool)) -> Ending {
    let line = |check: &Check| match check.remedy {
        None => format!("fine     {}: {}", check.what, check.said),
        Some(remedy) => format!("PROBLEM  {}: {}\n         {remedy}", check.what, check.said),
    };
    let mut lines: Vec<String> = checks.iter().map(line).collect();
    lines.push(
        match (fine, dry_run) {
            (true, _) => "All is well: serve may start.",
            (false, true) => "The copies open and fit; nothing was written.",
            (false, false) => "serve does not start until `portreeve restore --check` finds that all is well.",
        }
        .to_owned(),
    );
    say.answer(&json!({ "fine": fine, "dry_run": dry_run, "checks": checks }), &lines.join("\n"));
    if fine || dry_run { Ending::Fine } else { Ending::Found }
}

impl<'p> Parcel<'p> {
    /// Reads the head of a copy, and holds it against this installation.
    fn at(file: &'p Path, which: Which, house: &House, roots: &Roots) -> anyhow::Result<Self> {
        let name = || file.display().to_string();
        let head = parcel::head(&mut reader(file)?).with_context(name)?;
        let manifest: Manifest =
            serde_json::from_str(&head).ok().filter(|manifest: &Manifest| manifest.format == FORMAT).with_context(
                || format!("{} is no backup of the form {FORMAT}: name the file that `portreeve backup` wrote", name()),
            )?;
        anyhow::ensure!(
            manifest.what == which.as_str(),
            "{} is a copy of the {}, and that of the {} goes there",
            name(),
            manifest.what,
            which.as_str()
        );
        anyhow::ensure!(
            unhex(&manifest.root).is_some_and(|check| roots.verify_check(&check)),
            "the root secret here is not the one that {} was sealed with: put the right one in place; nothing was written",
            name()
        );
        anyhow::ensure!(
            manifest.issuer == house.issuer.as_str(),
            "{} is of {}, and this is {}: name the settings of that house",
            name(),
            manifest.issuer,
            house.issuer.as_str()
        );
        Ok(Self { file, head, manifest, which })
    }

    fn unpack(&self, roots: &Roots, out: &mut impl Write) -> anyhow::Result<()> {
        let name = || format!("{}: nothing was put in place", self.file.display());
        let mut sealed = reader(self.file)?;
        let head = parcel::head(&mut sealed).with_context(name)?;
        anyhow::ensure!(head == self.head, "{} changed while it was read", self.file.display());
        let digest = parcel::open(roots, &head, &mut sealed, out).with_context(name)?;
        anyhow::ensure!(digest == self.manifest.sha256, "{} does not hold what its head says", self.file.display());
        Ok(())
    }

    /// Writes what is in it beside its place, and counts it.
    async fn put(&self, roots: &Roots, folder: &Path) -> anyhow::Result<Scratch> {
        let scratch = Scratch(folder.join(format!("{}.restoring", self.which.file())));
        // One that was left by whoever was killed here.
        drop(Scratch(scratch.0.clone()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&scratch.0)?;
        self.unpack(roots, &mut BufWriter::new(file))?;
        for (table, rows) in copies::counts(&scratch.0, self.which).await? {
            let then = self.manifest.counts.get(table).copied();
            anyhow::ensure!(
                then.is_none_or(|then| then == rows),
                "{} has {rows} rows of {table}, and {then:?} were copied: nothing was put in place",
                self.file.display()
            );
        }
        Ok(scratch)
    }
}

fn reader(file: &Path) -> anyhow::Result<BufReader<File>> {
    Ok(BufReader::new(File::open(file).with_context(|| format!("{} cannot be read", file.display()))?))
}
