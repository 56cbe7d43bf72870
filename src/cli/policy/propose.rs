//! `portreeve policy propose`: policies that another member of staff reads and approves in the console.

use super::{in_words, loaded, report};
use crate::cli::open::Place;
use crate::cli::{Ending, Say, person};
use crate::domain::account::FullName;
use crate::domain::staff::Approval;
use crate::service::effects::{Weighed, weigh};
use crate::service::{proposals, second_person};
use serde_json::json;
use std::path::PathBuf;

/// Propose an installation's folder of policies: another member of staff approves it in the console.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It waits a day for somebody who may approve, and replaces only what is in force now. Approving puts it in \
    force; the record names both. Where nobody signs in to the staff pages, `policy activate` takes two named people."
)]
pub(in crate::cli) struct Propose {
    #[command(flatten)]
    place: Place,
    /// Another folder than the configured one.
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// The member of staff who proposes it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    /// Only say what it would change.
    #[arg(long)]
    dry_run: bool,
}

impl Propose {
    pub(in crate::cli) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let mut house = self.place.find()?;
        if let Some(policies) = self.policies {
            house.policies = policies;
        }
        let new = match loaded(&house, say) {
            Ok(new) => new,
            Err(ending) => return Ok(ending),
        };
        let app = house.app().await?;
        let unreviewed = house.unreviewed(&new);
        anyhow::ensure!(
            unreviewed.is_empty(),
            "nobody has reviewed the notices in {}: name who did in controller.toml, or take the language out of the settings",
            unreviewed.join(", ")
        );
        let weighed = weigh(&app.db, &app.snapshot().policy, &new, &app.issuer).await?;
        let Weighed { changes, never, touched, ages, differs } = &weighed;
        if !never.is_empty() {
            return Ok(report(say, never));
        }
        anyhow::ensure!(*differs, "these policies are in force already: {}", new.version());
        let member = second_person::asker(&app, &self.by).await?;
        let now = app.now();
        let (id, until) = if self.dry_run {
            (None, now + Approval::LASTS)
        } else {
            let (id, until) = proposals::propose(&app, &new, &member, now).await?;
            (Some(id), until)
        };
        let page = house.staff_origin.as_ref().zip(id).map(|(origin, id)| format!("{}/policies/{id}", origin.as_str()));
        let head = match &page {
            Some(page) => format!("Proposed: {}. Until {until} somebody else can approve it: {page}", new.version()),
            None if self.dry_run => format!("To be proposed: {}", new.version()),
            None => format!("Proposed: {}. Until {until} somebody else can approve it in the console.", new.version()),
        };
        let answer = json!({
            "approval": id, "version": new.version(), "digest": new.digest_hex(), "by": self.by.as_str(), "until": until.to_string(),
            "page": page, "changes": changes, "touched": touched, "ages": ages, "dry_run": self.dry_run,
        });
        say.answer(&answer, &format!("{head}\n{}", in_words(&weighed)));
        Ok(Ending::Fine)
    }
}
