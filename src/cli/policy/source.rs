//! Where a document about policies gets them from: a folder, or what is in force at an installation.

use crate::app::Clock;
use crate::cli::open::{DEMO_ISSUER, House, Place};
use crate::domain::client::{Client, Issuer};
use crate::policy::Bundle;
use crate::service::registration;
use crate::store::{Db, clients};
use anyhow::Context as _;
use jiff::civil::Date;
use minijinja::{Environment, UndefinedBehavior};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder, or an installation.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct From {
    /// A folder of policies, as it lies there.
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// What is in force at the installation of this settings' file.
    #[arg(long, value_name = "FILE", env = "PORTREEVE_CONFIG")]
    config: Option<PathBuf>,
    /// What is in force at a demo: its data directory.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Policies, with every service that runs under them.
pub(in crate::cli) struct Running {
    pub(in crate::cli) bundle: Bundle,
    pub(in crate::cli) clients: Vec<Arc<Client>>,
}

impl Running {
    /// The day it is where the council is: what a document says holds on it.
    pub(in crate::cli) fn today(&self) -> Date {
        self.bundle.controller.today(Clock::Wall.now())
    }
}

impl From {
    pub(super) async fn find(self) -> anyhow::Result<Running> {
        match self {
            Self { policies: Some(folder), .. } => {
                let bundle = Bundle::load(&folder, &Issuer::parse(DEMO_ISSUER)?)?;
                Ok(Running { clients: bundle.clients.values().cloned().collect(), bundle })
            }
            Self { config, data, .. } => {
                let house = Place::of(config, data).find()?;
                running(&house, &house.db_there().await?).await
            }
        }
    }
}

/// What is in force, and what runs: the services of the files, and those that registered themselves.
pub(in crate::cli) async fn running(house: &House, db: &Db) -> anyhow::Result<Running> {
    let bundle =
        house.in_force(db).await?.context("no policies are in force yet: run `portreeve policy activate` first")?;
    let registered = registration::load(&clients::all(&mut db.peek()).await?, &bundle, &house.issuer);
    let clients = bundle.clients.values().cloned().chain(registered.into_values()).collect();
    Ok(Running { bundle, clients })
}

/// A page to print; its name ends in html, so that values are escaped.
pub(in crate::cli) fn page(template: &'static str, values: minijinja::Value) -> anyhow::Result<String> {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    pages.add_template("page.html", template)?;
    Ok(pages.get_template("page.html")?.render(values)?)
}

/// Writes a document where it was asked for.
pub(in crate::cli) fn write(file: Option<&Path>, text: impl FnOnce() -> anyhow::Result<String>) -> anyhow::Result<()> {
    match file {
        Some(file) => std::fs::write(file, text()?).with_context(|| file.display().to_string()),
        None => Ok(()),
    }
}
