//! `portreeve restore`: copies put back, and looked at before they serve anybody.

mod postgres;
mod sqlite;

use super::backup::{FORMAT, Manifest};
use super::open::{House, Place};
use super::{Ending, Say, person};
use crate::app::App;
use crate::crypto::roots::Roots;
use crate::crypto::{parcel, unhex};
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::Restored;
use crate::service::backup::{self, Check, Known, Looked, OPEN, Open};
use crate::store::copies::Which;
use crate::store::dumps::Programs;
use crate::store::{Db, Location};
use anyhow::Context as _;
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

/// Put copies of the data and of the vault back, where there is nothing yet, and look at them.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The root secret, the settings and the policies are no part of a copy: put them in place first. PostgreSQL's copies go \
                  into an empty database, by pg_restore and psql, in one transaction. What was put back by hand (pg_restore, \
                  pgBackRest, files copied back) is looked at with --check. Exit code 1 if anything is not well; serve does not \
                  start until `restore --check` finds that all is."
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
    /// A checkpoint of the log, as a witness or somebody else kept it: whether the log here is that one, and what is lost.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The folder of PostgreSQL's programs, where they are elsewhere.
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
    /// Only say whether the copies open and fit.
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
    /// Who does it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
}

/// Where there is nothing yet.
enum Bare<'h> {
    /// A data folder of SQLite's.
    Folder(&'h Path),
    /// A database of PostgreSQL's, with the programs that reach it.
    Database(Programs),
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
        let checkpoint = self.checkpoint()?;
        let checkpoint = checkpoint.as_deref();
        let (Some(from), Some(vault)) = (&self.from, &self.vault) else {
            return self.look(&house, Vec::new(), checkpoint, say).await;
        };
        let bare = match &house.location {
            Location::Sqlite(folder) => sqlite::bare(folder)?,
            Location::Postgres(url) => postgres::bare(url, self.programs.as_deref()).await?,
        };
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
            return Ok(answer(say, &checks, (true, true)));
        }
        let open = Open { data_of: Some(data.manifest.taken.clone()), vault_of: Some(vault.manifest.taken.clone()) };
        let mark = serde_json::to_vec(&open)?;
        match &bare {
            Bare::Folder(folder) => sqlite::put(folder, &roots, (&data, &vault), (OPEN, &mark)).await?,
            Bare::Database(programs) => postgres::put(programs, &roots, (&data, &vault), (OPEN, &mark))?,
        }
        checks.push(Check::fine("counts", "as many rows as were copied, in each table that is counted".to_owned()));
        self.look(&house, checks, checkpoint, say).await
    }

    /// What stands in the file that was named. A witness' or a council's page may end it without a new line.
    fn checkpoint(&self) -> anyhow::Result<Option<String>> {
        let Some(file) = &self.checkpoint else { return Ok(None) };
        let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        Ok(Some(format!("{}\n", text.trim_end_matches('\n'))))
    }

    async fn look(
        &self,
        house: &House,
        mut checks: Vec<Check>,
        checkpoint: Option<&str>,
        say: Say,
    ) -> anyhow::Result<Ending> {
        let app = match opened(house).await {
            Ok(app) => app,
            Err(error) => {
                let remedy = "mend what it says, then run `portreeve restore --check`";
                checks.push(Check::bad("opening", format!("{error:#}"), remedy));
                return Ok(answer(say, &checks, (false, false)));
            }
        };
        let now = app.now();
        let Open { data_of, vault_of } = backup::open(&app.db).await?.unwrap_or_default();
        let folder = house.state_folder();
        let known = Known { older_vault: self.older_vault, folder: folder.as_deref(), checkpoint };
        let Looked { checks: more, erased_again, lost, back } = backup::look(&app, known, now).await?;
        checks.extend(more);
        let named = |well| {
            let these = checks.iter().filter(|check| check.remedy.is_none() == well);
            these.map(|check| check.what.to_owned()).collect::<Vec<_>>()
        };
        let (mut checked, wrong) = (named(true), named(false));
        checked.extend(wrong.iter().cloned());
        let fine = wrong.is_empty();
        let payload = Restored { data_of, vault_of, checked, wrong, lost, erased_again, by: self.by.clone() };
        backup::finish(&app, payload, back, now).await?;
        app.db.close().await;
        Ok(answer(say, &checks, (fine, false)))
    }
}

/// What was put back may be of an earlier version, and is brought up to date here: nothing is served from it yet.
async fn opened(house: &House) -> anyhow::Result<App> {
    anyhow::ensure!(!house.is_bare().await?, "nothing was put back here yet: there is no database");
    house.app_on(house.db().await?).await
}

fn answer(say: Say, checks: &[Check], (fine, dry_run): (bool, bool)) -> Ending {
    let line = |check: &Check| match check.remedy {
        None => format!("fine     {}: {}", check.what, check.said),
        Some(remedy) => format!("PROBLEM  {}: {}\n         {remedy}", check.what, check.said),
    };
    let mut lines: Vec<String> = checks.iter().map(line).collect();
    lines.push(
        match (fine, dry_run) {
            (true, true) => "The copies open and fit; nothing was written.",
            (true, false) => "All is well: serve may start.",
            (false, _) => "serve does not start until `portreeve restore --check` finds that all is well.",
        }
        .to_owned(),
    );
    say.answer(&json!({ "fine": fine, "dry_run": dry_run, "checks": checks }), &lines.join("\n"));
    if fine { Ending::Fine } else { Ending::Found }
}

impl<'p> Parcel<'p> {
    /// Reads the head of a copy, and holds it against this installation.
    fn at(file: &'p Path, which: Which, house: &House, roots: &Roots) -> anyhow::Result<Self> {
        let name = || file.display().to_string();
        let head = parcel::head(&mut reader(file)?).with_context(name)?;
        let manifest = Manifest::read(&head).with_context(|| {
            format!("{} is no backup of the form {FORMAT}: name the file that `portreeve backup` wrote", name())
        })?;
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
        let database = house.location.database();
        anyhow::ensure!(
            manifest.database == database,
            "{} was made on {}, and this house is on {database}: a copy goes back to the kind of database it came from",
            name(),
            manifest.database
        );
        let schema = Db::newest_migration(&house.location);
        anyhow::ensure!(
            manifest.schema <= schema,
            "{} was made by a newer version (its schema is {}, and this version knows {schema}): put it back with that version; \
             nothing was written",
            name(),
            manifest.schema
        );
        Ok(Self { file, head, manifest, which })
    }

    fn unpack(&self, roots: &Roots, out: &mut impl Write) -> anyhow::Result<()> {
        let name = || format!("{}: nothing was put in place", self.file.display());
        let mut sealed = reader(self.file)?;
        let head = parcel::head(&mut sealed).with_context(name)?;
        anyhow::ensure!(head == self.head, "{} changed while it was read", self.file.display());
        let digest = parcel::open(roots, &head, &mut sealed, out).with_context(name)?;
        let said = self.manifest.sha256.as_ref();
        anyhow::ensure!(
            said.is_none_or(|said| *said == digest),
            "{} does not hold what its head says",
            self.file.display()
        );
        Ok(())
    }
}

fn reader(file: &Path) -> anyhow::Result<BufReader<File>> {
    Ok(BufReader::new(File::open(file).with_context(|| format!("{} cannot be read", file.display()))?))
}
