//! `portreeve policy lint | diff | activate`.

use super::open::{DEMO_ISSUER, House, Place};
use super::{Ending, Say};
use crate::app::Clock;
use crate::domain::client::Issuer;
use crate::policy::{Bundle, Change, Finding, Severity, diff, forbidden, lint};
use crate::service::setup;
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
    },
    /// Put an installation's folder of policies in force. Every node follows within a second.
    Activate {
        #[command(flatten)]
        place: Place,
        /// Another folder than the configured one.
        #[arg(long, value_name = "DIR")]
        policies: Option<PathBuf>,
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
    },
}

impl Policy {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Lint { policies, issuer } => {
                let findings = match Bundle::load(&policies, &Issuer::parse(&issuer)?) {
                    Ok(bundle) => lint(&bundle, &setup::held()),
                    Err(refused) => refused.findings,
                };
                Ok(report(say, &findings))
            }
            Self::Diff { old, new, issuer } => {
                let issuer = Issuer::parse(&issuer)?;
                let load = |folder: &Path| Bundle::load(folder, &issuer).context(folder.display().to_string());
                let (old, new) = (load(&old)?, load(&new)?);
                let (changes, never) = (diff(&old, &new), forbidden(&old, &new));
                say.answer(&json!({ "changes": changes, "forbidden": never }), &in_words(&changes, &never));
                Ok(if never.is_empty() { Ending::Fine } else { Ending::Found })
            }
            Self::Activate { place, policies, dry_run } => {
                let mut house = place.find()?;
                if let Some(policies) = policies {
                    house.policies = policies;
                }
                activate(&house, dry_run, say).await
            }
        }
    }
}

async fn activate(house: &House, dry_run: bool, say: Say) -> anyhow::Result<Ending> {
    let new = match Bundle::load(&house.policies, &house.issuer) {
        Ok(bundle) => bundle,
        Err(refused) => return Ok(report(say, &refused.findings)),
    };
    if let Err(refused) = new.check(&setup::held()) {
        return Ok(report(say, &refused.findings));
    }
    let unreviewed = house.unreviewed(&new);
    anyhow::ensure!(
        unreviewed.is_empty(),
        "nobody has reviewed the notices in {}: name who did in controller.toml, or take the language out of the settings",
        unreviewed.join(", ")
    );
    let (db, now) = (house.db().await?, Clock::Wall.now());
    let roots = house.roots()?;
    let before = house.in_force(&db).await?;
    let (changes, never) = match &before {
        Some(before) => (diff(before, &new), forbidden(before, &new)),
        None => (Vec::new(), Vec::new()),
    };
    if !never.is_empty() {
        return Ok(report(say, &never));
    }
    let activated = if dry_run {
        before.as_ref().is_none_or(|before| before.digest() != new.digest())
    } else if setup::was_started(&db, &roots).await? {
        setup::activate(&db, &roots, &(&new).into(), now).await?
    } else {
        setup::first_start(&db, &roots, &(&new).into(), now).await?
    };
    let head = match (activated, dry_run) {
        (false, _) => format!("These policies are in force already: {}", new.version()),
        (true, true) => format!("To be put in force: {}", new.version()),
        (true, false) => format!("In force now: {}", new.version()),
    };
    let answer = json!({ "version": new.version(), "digest": new.digest_hex(), "changed": activated, "dry_run": dry_run, "changes": changes });
    say.answer(&answer, &format!("{head}\n{}", in_words(&changes, &[])));
    Ok(Ending::Fine)
}

fn report(say: Say, findings: &[Finding]) -> Ending {
    let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
    let mut text: Vec<String> = findings.iter().map(ToString::to_string).collect();
    text.push(if wrong { "Refused." } else { "Nothing stands in the way." }.to_owned());
    say.answer(&json!({ "findings": findings }), &text.join("\n"));
    if wrong { Ending::Found } else { Ending::Fine }
}

fn in_words(changes: &[Change], never: &[Finding]) -> String {
    let mut lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
    if changes.iter().any(|change| change.high_impact) {
        lines.push(
            "! changes who gets what, on which basis, for how long or how safely: have a second person read it"
                .to_owned(),
        );
    }
    lines.extend(never.iter().map(ToString::to_string));
    lines.join("\n")
}
