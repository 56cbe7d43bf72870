//! `portreeve policy lint | diff | matrix | book | access | sample | init | propose | activate`.

mod access;
mod book;
mod matrix;
mod propose;
pub(super) mod source;

use super::open::{DEMO_ISSUER, House, Place};
use super::{Ending, Say};
use crate::app::Clock;
use crate::domain::client::Issuer;
use crate::policy::{
    Bundle, Finding, Names, Severity, diff, forbidden, lint, overdue, running_out, sample, sectors_left,
};
use crate::service::effects::{self, Aged, Counted, Weighed};
use crate::service::setup::{self, Proposal};
use crate::store::Db;
use anyhow::Context as _;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The policies: what a council edits and an auditor reads.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Policy {
    /// Say everything that is wrong with a folder of policies.
    Lint {
        /// The folder.
        #[arg(long, value_name = "DIR")]
        policies: PathBuf,
        /// The issuer they are for; plain http to loopback is allowed for a loopback issuer alone.
        #[arg(long, value_name = "URL", default_value = DEMO_ISSUER)]
        issuer: String,
    },
    /// Say in words what one folder of policies changes against another.
    Diff {
        /// The folder as it was.
        old: PathBuf,
        /// The folder as it shall be.
        new: PathBuf,
        /// The issuer they are for.
        #[arg(long, value_name = "URL", default_value = DEMO_ISSUER)]
        issuer: String,
        #[command(flatten)]
        store: Store,
    },
    /// Say which service gets what, what for, and on which basis: purpose by service by claim.
    Matrix(matrix::Matrix),
    /// Write the policies as one document in plain English, to be approved: collection, use, storage, access, retention.
    Book(book::Book),
    /// Propose an installation's folder of policies: another member of staff approves it in the console.
    Propose(propose::Propose),
    /// Say in plain words who on the staff may do what, for somebody to sign.
    Access(access::Table),
    /// Print a file of the sample policies, as a pattern.
    Sample {
        /// The file, like access.cedar.
        file: String,
    },
    /// Begin a folder of policies: the sample's, without its services.
    #[command(
        after_help = "What stands in the files is of a council that is made up: change controller.toml and register.toml \
        first. `portreeve policy lint` says what is left to do."
    )]
    Init {
        /// The folder, which must not be there yet or be empty.
        folder: PathBuf,
        /// With the template by which a conformance suite registers its own clients: never where residents' data is.
        #[arg(long)]
        with_conformance: bool,
    },
    /// Put an installation's folder of policies in force. Every node follows within a second.
    Activate {
        #[command(flatten)]
        place: Place,
        /// Another folder than the configured one.
        #[arg(long, value_name = "DIR")]
        policies: Option<PathBuf>,
        #[command(flatten)]
        people: People,
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
    },
}

/// An installation whose residents are counted, if one is named.
#[derive(Debug, clap::Args)]
pub(super) struct Store {
    /// Count whom it touches in the installation of this settings' file.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    config: Option<PathBuf>,
    /// Count whom it touches in this demo.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Who stands for a change of policies. What changes who gets what, on which basis, for how long or how safely takes
/// two of them.
#[derive(Debug, clap::Args)]
pub(super) struct People {
    /// Who puts it in force.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// The second person, who read the change and approved it.
    #[arg(long, value_name = "NAME")]
    approved_by: Option<String>,
}

impl People {
    fn names(&self) -> anyhow::Result<Names> {
        Ok(Names::parse(self.by.as_deref(), self.approved_by.as_deref())?)
    }
}

impl Policy {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Lint { policies, issuer } => {
                let findings = match Bundle::load(&policies, &Issuer::parse(&issuer)?) {
                    Ok(bundle) => {
                        let today = today(&bundle);
                        let mut findings = lint(&bundle, &setup::held(), today);
                        findings.extend(running_out(&bundle, today));
                        findings.extend(overdue(&bundle, today));
                        findings
                    }
                    Err(refused) => refused.findings,
                };
                Ok(report(say, &findings))
            }
            Self::Diff { old, new, issuer, store } => difference(&old, &new, &issuer, store, say).await,
            Self::Access(table) => table.run(say),
            Self::Matrix(matrix) => matrix.run(say).await,
            Self::Book(book) => book.run(say).await,
            Self::Propose(proposal) => proposal.run(say).await,
            Self::Sample { file } => {
                let names = || sample::FILES.iter().map(|(path, _)| *path).collect::<Vec<_>>().join(", ");
                let text =
                    sample::file(&file).with_context(|| format!("there is no {file:?}; there are {}", names()))?;
                say.answer(&json!({ "file": file, "text": text }), text);
                Ok(Ending::Fine)
            }
            Self::Init { folder, with_conformance } => init(&folder, with_conformance, say),
            Self::Activate { place, policies, people, dry_run } => {
                let mut house = place.find()?;
                if let Some(policies) = policies {
                    house.policies = policies;
                }
                match loaded(&house, say) {
                    Ok(new) => {
                        // The first activation makes the database; saying what it would do makes nothing.
                        let db = match (house.is_bare().await?, dry_run) {
                            (true, true) => None,
                            (true, false) => Some(house.db().await?),
                            (false, _) => Some(house.db_there().await?),
                        };
                        let before = match &db {
                            Some(db) => house.in_force(db).await?,
                            None => None,
                        };
                        put_in_force(&house, db.as_ref(), (before.as_ref(), &new), &people, dry_run, say).await
                    }
                    Err(ending) => Ok(ending),
                }
            }
        }
    }
}

/// What one folder changes against another; with a store, whom that touches.
async fn difference(old: &Path, new: &Path, issuer: &str, store: Store, say: Say) -> anyhow::Result<Ending> {
    let house = match store {
        Store { config: None, data: None } => None,
        Store { config, data } => Some(Place::of(config, data).find()?),
    };
    let issuer = house.as_ref().map_or_else(|| Issuer::parse(issuer), |house| Ok(house.issuer.clone()))?;
    let load = |folder: &Path| Bundle::load(folder, &issuer).context(folder.display().to_string());
    let (old, new) = (load(old)?, load(new)?);
    let weighed = match &house {
        Some(house) => weigh(house, &house.db_there().await?, Some(&old), &new).await?,
        None => Weighed {
            changes: diff(&old, &new),
            never: forbidden(&old, &new, &sectors_left(&old, &new)),
            ..Weighed::default()
        },
    };
    let Weighed { changes, never, touched, ages, .. } = &weighed;
    let counted = house.as_ref().map(|_| (touched, ages)).unzip();
    let answer = json!({ "changes": changes, "touched": counted.0, "ages": counted.1, "forbidden": never });
    say.answer(&answer, &in_words(&weighed));
    Ok(if never.is_empty() { Ending::Fine } else { Ending::Found })
}

fn init(folder: &Path, with_conformance: bool, say: Say) -> anyhow::Result<Ending> {
    let used = folder.exists() && std::fs::read_dir(folder)?.next().is_some();
    anyhow::ensure!(!used, "{} holds something: name a folder that is empty or not there", folder.display());
    let files =
        sample::begin(folder, with_conformance).with_context(|| format!("{} cannot be written", folder.display()))?;
    let text = format!(
        "{} files are in {}. They are of a council that is made up:\n\
         1. In controller.toml write whose service this is, and who has read the notices in each language.\n\
         2. In register.toml write your purposes and powers, in notices/ what residents read.\n\
         3. Add a file for each service in services/; /docs/set-up of a running installation explains them.\n\
         4. `portreeve policy lint --policies {}` says what is left to do.",
        files.len(),
        folder.display(),
        folder.display()
    );
    say.answer(&json!({ "folder": folder, "files": files }), &text);
    Ok(Ending::Fine)
}

/// The day it is for the council whose policies these are.
pub(super) fn today(bundle: &Bundle) -> jiff::civil::Date {
    bundle.controller.today(Clock::Wall.now())
}

/// The folder's policies if they can be put in force here; else what is wrong with them has been said.
pub(super) fn loaded(house: &House, say: Say) -> Result<Bundle, Ending> {
    let new = Bundle::load(&house.policies, &house.issuer).map_err(|refused| report(say, &refused.findings))?;
    new.check(&setup::held(), today(&new)).map_err(|refused| report(say, &refused.findings))?;
    Ok(new)
}

pub(super) async fn weigh(house: &House, db: &Db, before: Option<&Bundle>, new: &Bundle) -> anyhow::Result<Weighed> {
    match before {
        None => Ok(Weighed { differs: true, ..Weighed::default() }),
        Some(before) => Ok(effects::weigh(db, before, new, &house.issuer).await?),
    }
}

/// Puts a bundle in force, or says what that would change. It replaces none but `before`, which the caller has looked at and may
/// have built it on. The first one needs nobody's approval: it replaces none, and there may be no database to ask then.
pub(super) async fn put_in_force(
    house: &House,
    db: Option<&Db>,
    (before, new): (Option<&Bundle>, &Bundle),
    people: &People,
    dry: bool,
    say: Say,
) -> anyhow::Result<Ending> {
    let names = people.names()?;
    let unreviewed = house.unreviewed(new);
    anyhow::ensure!(
        unreviewed.is_empty(),
        "nobody has reviewed the notices in {}: name who did in controller.toml, or take the language out of the settings",
        unreviewed.join(", ")
    );
    let (roots, now) = (house.roots()?, Clock::Wall.now());
    let weighed = match db {
        Some(db) => weigh(house, db, before, new).await?,
        None => Weighed { differs: true, ..Weighed::default() },
    };
    let Weighed { changes, never, touched, ages, differs } = &weighed;
    if !never.is_empty() {
        return Ok(report(say, never));
    }
    let proposal = Proposal { over: before.map(|one| one.digest().as_slice()), names: Some(&names), ..new.into() };
    let activated = match db.filter(|_| !dry) {
        None => *differs,
        Some(db) if setup::was_started(db, &roots).await? => {
            names.suffice_for(changes)?;
            setup::activate(db, &roots, &proposal, now).await?
        }
        Some(db) => setup::first_start(db, &roots, &proposal, now).await?,
    };
    let head = match (activated, dry) {
        (false, _) => format!("These policies are in force already: {}", new.version()),
        (true, true) => format!("To be put in force: {}", new.version()),
        (true, false) => format!("In force now: {}", new.version()),
    };
    let answer = json!({
        "version": new.version(), "digest": new.digest_hex(), "changed": activated, "dry_run": dry, "changes": changes,
        "needs_second_person": changes.iter().any(|change| change.high_impact),
        "by": names.by(), "approved_by": names.approved_by(), "touched": touched, "ages": ages,
    });
    say.answer(&answer, &format!("{head}\n{}", in_words(&weighed)));
    Ok(Ending::Fine)
}

pub(super) fn report(say: Say, findings: &[Finding]) -> Ending {
    let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    let mut text: Vec<String> = findings.iter().map(ToString::to_string).collect();
    text.push(if wrong { "Refused." } else { "Nothing stands in the way." }.to_owned());
    say.answer(&json!({ "findings": findings }), &text.join("\n"));
    if wrong { Ending::Found } else { Ending::Fine }
}

pub(super) fn in_words(weighed: &Weighed) -> String {
    let Weighed { changes, never, touched, ages, .. } = weighed;
    let mut lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
    if changes.iter().any(|change| change.high_impact) {
        lines.push(
            "! changes who gets what, on which basis, for how long or how safely: it takes a second person, named by \
             --approved-by beside --by"
                .to_owned(),
        );
    }
    lines.extend(touched.iter().map(Counted::in_words));
    lines.extend(ages.iter().map(Aged::in_words));
    lines.extend(never.iter().map(ToString::to_string));
    lines.join("\n")
}
