//! `portreeve ropa export`: the record of processing activities (UK GDPR Art 30(1)), from what is in force and what runs.

use super::open::Place;
use super::policy::source::{page, running, write};
use super::{Ending, Say};
use crate::domain::audit::forms::table_line;
use crate::policy::ropa::{COLUMNS, Ropa as Record, ropa};
use crate::service::setup;
use minijinja::context;
use minijinja::value::Serde;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

const PAGE: &str = include_str!("ropa.html");

/// The record of processing activities (UK GDPR Article 30).
#[derive(Debug, clap::Subcommand)]
pub(super) enum Ropa {
    /// Write it: controller, purposes, data, recipients, transfers, retention, security, with the papers of each.
    #[command(
        after_help = "It is made from the policies in force, the tables of this version and the services that run, \
        those that registered themselves among them. Nobody keeps it up to date by hand."
    )]
    Export(Export),
}

/// Where it goes.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    #[command(flatten)]
    place: Place,
    /// Write a table for a spreadsheet.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a page to print.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Ropa {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let Self::Export(export) = self;
        let house = export.place.find()?;
        let running = running(&house, &house.db_there().await?).await?;
        let record = ropa(&running.bundle, running.clients.iter().map(Arc::as_ref), &setup::held_in(), running.today());
        let rows = record.rows();
        write(export.csv.as_deref(), || {
            let lines = rows.iter().map(|row| table_line(row.clone()));
            Ok(std::iter::once(table_line(COLUMNS)).chain(lines).collect())
        })?;
        write(export.html.as_deref(), || {
            page(
                PAGE,
                context! {
                    controller => record.controller.name.as_str(),
                    version => record.version.as_str(),
                    digest => record.digest.as_str(),
                    head => COLUMNS,
                    rows => Serde(&rows),
                    ropa => Serde(&record),
                },
            )
        })?;
        let answer = json!({ "ropa": record, "csv": export.csv, "html": export.html });
        say.answer(&answer, &in_words(&record));
        Ok(Ending::Fine)
    }
}

fn in_words(record: &Record) -> String {
    let mut text = vec![
        format!("Record of processing activities by the policies {}, on {}", record.version, record.day),
        format!("Controller: {}, {}, {}", record.controller.name, record.controller.email, record.controller.phone),
        format!("Data protection officer: {}, {}, {}", record.dpo.name, record.dpo.email, record.dpo.phone),
    ];
    text.push("\nOwn processing".to_owned());
    for one in &record.activities {
        text.push(format!("  {} [{}]: {}; {}", one.title, one.id, one.basis, one.categories.join(", ")));
    }
    text.push("\nSharing".to_owned());
    for one in &record.sharing {
        text.push(format!("  {} ({}): {}; {}", one.service.en, one.purpose, one.claims.join(", "), one.basis.as_str()));
    }
    text.push("\nCategories of data".to_owned());
    for one in &record.categories {
        text.push(format!("  {} [{}]: {}", one.title, one.id, one.retention));
    }
    text.push("\nProcessors".to_owned());
    for one in &record.processors {
        text.push(format!("  {}: {}; {}; {}", one.name, one.task, one.location, one.agreement));
    }
    text.join("\n")
}
