//! `portreeve policy matrix`: which service gets which claim, what for, and on which basis.

use super::source::{From, page, write};
use crate::cli::{Ending, Say};
use crate::domain::audit::forms::table_line;
use crate::policy::{Shared, matrix, plain};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

const PAGE: &str = include_str!("matrix.html");

/// Say which service gets what, what for, and on which basis: purpose by service by claim.
#[derive(Debug, clap::Args)]
#[command(after_help = "Of an installation it says what runs: services that registered themselves are in it.")]
pub(in crate::cli) struct Matrix {
    #[command(flatten)]
    from: From,
    /// Write a table for a spreadsheet as well.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write a page to print as well.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

const HEAD: [&str; 18] = [
    "service",
    "client_id",
    "purpose",
    "claim",
    "lawful basis",
    "power or duty",
    "residents are",
    "consent lasts",
    "asked how old they are",
    "recipient",
    "recipient is",
    "recipient's basis",
    "notice",
    "notice to come",
    "kept by the recipient",
    "whole because",
    "impact assessment",
    "agreement",
];

/// One claim of one share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Line([String; 18]);

fn lines(shared: &[Shared]) -> Vec<Line> {
    let of = |one: &Shared, claim: &str| {
        Line([
            one.service.en.clone(),
            one.client_id.clone(),
            one.purpose.clone(),
            claim.to_owned(),
            plain::basis(one.basis).to_owned(),
            one.power.as_ref().map(|it| it.en.clone()).unwrap_or_default(),
            if one.asks() { "asked, and may say no" } else { "told" }.to_owned(),
            one.expires.and_then(plain::length).unwrap_or_default(),
            if one.asks_age { "yes" } else { "" }.to_owned(),
            one.recipient.en.clone(),
            plain::recipient(one.recipient_role).to_owned(),
            one.recipient_basis.clone().unwrap_or_default(),
            one.notice.clone(),
            plain::ahead(&one.notices_ahead),
            one.recipient_retention.en.clone(),
            one.whole_because(claim).unwrap_or_default().to_owned(),
            one.dpia.clone().unwrap_or_default(),
            one.agreement.clone().unwrap_or_default(),
        ])
    };
    shared.iter().flat_map(|one| one.claims.iter().map(move |claim| of(one, claim))).collect()
}

impl Matrix {
    pub(in crate::cli) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let running = self.from.find().await?;
        let day = running.today();
        let shared = matrix(&running.bundle, running.clients.iter().map(Arc::as_ref), day);
        let lines = lines(&shared);
        write(self.csv.as_deref(), || {
            let rows = lines.iter().map(|line| table_line(line.0.clone()));
            Ok(std::iter::once(table_line(HEAD)).chain(rows).collect())
        })?;
        write(self.html.as_deref(), || {
            page(
                PAGE,
                context! {
                    controller => running.bundle.controller.name.en.as_str(),
                    day => day.to_string(),
                    version => running.bundle.version(),
                    digest => running.bundle.digest_hex(),
                    head => HEAD,
                    lines => Serde(&lines),
                },
            )
        })?;
        let said = |line: &Line| {
            let [service, _, purpose, claim, basis, power, residents, lasts, age, .., whole, _, _] = &line.0;
            let more =
                |before: &str, text: &str| if text.is_empty() { String::new() } else { format!("{before}{text}") };
            let age = if age.is_empty() { "" } else { "; they are asked how old they are" };
            let (power, lasts, whole) =
                (more(", ", power), more("; it lasts ", lasts), more("; whole because: ", whole));
            format!("{service}: {claim}, to {purpose}; {basis}{power}; residents are {residents}{lasts}{age}{whole}")
        };
        let text = lines.iter().map(said).collect::<Vec<_>>().join("\n");
        let answer = json!({
            "day": day, "version": running.bundle.version(), "digest": running.bundle.digest_hex(), "shares": shared,
            "csv": self.csv, "html": self.html,
        });
        say.answer(&answer, if lines.is_empty() { "No service gets anything." } else { &text });
        Ok(Ending::Fine)
    }
}
