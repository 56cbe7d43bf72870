//! `portreeve policy access`: what `access.cedar` comes to, in words that a privacy officer can sign.

use super::report;
use crate::cli::open::{DEMO_ISSUER, Place};
use crate::cli::{Ending, Say};
use crate::domain::client::Issuer;
use crate::domain::staff::{Action, Role};
use crate::policy::{Bundle, Row, said, said_of};
use anyhow::Context as _;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;

/// The name ends in html, so that values are escaped.
const PAGE: (&str, &str) = ("access.html", include_str!("access.html"));

/// Say in plain words who on the staff may do what.
#[derive(Debug, clap::Args)]
#[command(after_help = "It asks the policies under all circumstances there are; it does not read their text.")]
pub(in crate::cli) struct Table {
    #[command(flatten)]
    from: From,
    /// The issuer they are for, where a folder is named.
    #[arg(long, value_name = "URL", default_value = DEMO_ISSUER)]
    issuer: String,
    /// Write a page to print and sign as well.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// A folder, or that of an installation.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct From {
    /// The folder of policies.
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// The settings' file of an installation.
    #[arg(long, value_name = "FILE", env = "PORTREEVE_CONFIG")]
    config: Option<PathBuf>,
    /// A demo's data directory.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// One action, with what each role may do of it.
#[derive(Serialize)]
struct Line {
    action: &'static str,
    title: &'static str,
    roles: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    role: &'static str,
    title: &'static str,
    words: String,
}

impl Table {
    pub(in crate::cli) fn run(self, say: Say) -> anyhow::Result<Ending> {
        let (folder, issuer) = match self.from {
            From { policies: Some(folder), .. } => (folder, Issuer::parse(&self.issuer)?),
            From { config, data, .. } => {
                let house = Place::of(config, data).find()?;
                (house.policies, house.issuer)
            }
        };
        let bundle = match Bundle::load(&folder, &issuer) {
            Ok(bundle) => bundle,
            Err(refused) => return Ok(report(say, &refused.findings)),
        };
        let table = bundle.access.table();
        let lines = lines(&table);
        if let Some(file) = &self.html {
            std::fs::write(file, page(&bundle, &lines)?).with_context(|| file.display().to_string())?;
        }
        let answer = json!({
            "version": bundle.version(), "digest": bundle.digest_hex(), "table": table,
            "policies": bundle.access.titles(), "html": self.html,
        });
        say.answer(&answer, &in_words(&bundle, &lines));
        Ok(Ending::Fine)
    }
}

fn lines(table: &[Row]) -> Vec<Line> {
    let of = |action: Action| {
        let rows = table.iter().filter(|row| row.action == action);
        let cell = |row: &Row| Cell { role: row.role.as_str(), title: said_of(row.role), words: row.in_words() };
        Line { action: action.as_str(), title: said(action), roles: rows.map(cell).collect() }
    };
    Action::ALL.iter().copied().map(of).collect()
}

/// The table as plain texts: its heads, and a row for each action.
pub(super) fn rows(bundle: &Bundle) -> (Vec<String>, Vec<Vec<String>>) {
    let roles = Role::ALL.iter().map(|role| said_of(*role).to_owned());
    let head = std::iter::once("Action".to_owned()).chain(roles).collect();
    let row =
        |line: Line| std::iter::once(line.title.to_owned()).chain(line.roles.into_iter().map(|it| it.words)).collect();
    (head, lines(&bundle.access.table()).into_iter().map(row).collect())
}

fn in_words(bundle: &Bundle, lines: &[Line]) -> String {
    let mut text = vec![format!("Who on the staff may do what, by the policies {}", bundle.version())];
    for line in lines {
        text.push(format!("\n{} ({})", line.title, line.action));
        text.extend(line.roles.iter().map(|cell| format!("  {:<24}{}", cell.title, cell.words)));
    }
    text.push("\nWhy".to_owned());
    for policy in bundle.access.titles() {
        text.push(format!("\n{} [{}]\n  {}", policy.title, policy.id, policy.why));
    }
    text.join("\n")
}

fn page(bundle: &Bundle, lines: &[Line]) -> Result<String, minijinja::Error> {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    pages.add_template(PAGE.0, PAGE.1)?;
    let roles: Vec<&str> = Role::ALL.iter().map(|role| said_of(*role)).collect();
    pages.get_template(PAGE.0)?.render(context! {
        controller => bundle.controller.name.en.as_str(),
        version => bundle.version(),
        digest => bundle.digest_hex(),
        roles => roles,
        lines => Serde(lines),
        policies => Serde(bundle.access.titles()),
    })
}
