//! `portreeve retention review letter`: a warning for the post.

use crate::cli::open::Place;
use crate::cli::policy::source::page;
use crate::cli::resident::{account as account_id, why};
use crate::cli::{Ending, Say, person};
use crate::domain::account::{Address, FullName};
use crate::domain::ids::AccountId;
use crate::service::retention;
use crate::view::Lang;
use crate::view::words::day;
use anyhow::Context as _;
use minijinja::context;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

const PAGE: &str = include_str!("letter.html");

/// Whom it is for, and who posts it.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Letter {
    /// The account, as the list says it.
    #[arg(value_parser = account_id)]
    account: AccountId,
    /// Where the page is written, for its owner to read; nothing that is there is written over.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Who prints and posts it: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    /// Why name and address are looked at: a code of `reasons.toml`.
    #[arg(long, value_name = "CODE", default_value = "account_ending")]
    reason: String,
    /// The case it belongs to, if the reason needs one.
    #[arg(long, value_name = "REF")]
    case: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Letter {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let now = app.now();
        let why = why(&app, (self.by.clone(), None), &self.reason, self.case.as_deref())?;
        // Before anything is looked at: what cannot be written is not opened.
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.out);
        let mut file = file.with_context(|| self.out.display().to_string())?;
        let written = async {
            let letter = retention::by_post(&app, self.account, &why, now)
                .await?
                .map_err(|refused| anyhow::anyhow!("{}: {refused}; nothing was done", self.account))?;
            let snapshot = app.snapshot();
            let controller = &snapshot.policy.controller;
            let lang = Lang::parse(&letter.language).unwrap_or_default();
            let sign_in = format!("{}/sign-in", app.issuer.as_str());
            let text = app.view().letters(lang).dormant_by_post(&sign_in, letter.ends);
            let to = letter.address.as_ref().map(Address::formatted).unwrap_or_default();
            let to: Vec<String> = to.lines().map(ToOwned::to_owned).collect();
            let printed = page(
                PAGE,
                context! {
                    lang => lang.as_str(), subject => text.subject, body => text.body.trim(), name => letter.name.as_str(),
                    to, council => controller.name.get(lang.into()), from => controller.address.get(lang.into()),
                    today => day(controller.today(now), lang),
                },
            )?;
            file.write_all(printed.as_bytes())
                .and_then(|()| file.sync_all())
                .with_context(|| self.out.display().to_string())?;
            let posted = retention::posted(&app, &letter, &self.by, now).await?;
            anyhow::ensure!(posted, "{} was used, or decided about, just now: do not post it", self.account);
            Ok(letter)
        };
        let letter = match written.await {
            Ok(letter) => letter,
            Err(failure) => {
                let _ = std::fs::remove_file(&self.out);
                return Err(failure);
            }
        };
        let mut text = format!(
            "{} is to be posted: {} is deleted from {} on, unless it is used.",
            self.out.display(),
            self.account,
            letter.ends
        );
        if letter.address.is_none() {
            text.push_str("\nShe gave no address: write it on the envelope if you know it, or keep the account.");
        }
        let answer = json!({
            "account": self.account, "file": self.out, "deleted_from": letter.ends, "address": letter.address.is_some(),
        });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }
}
