//! `portreeve retention certificates`.

use crate::cli::open::Place;
use crate::cli::policy::source::page as print_page;
use crate::cli::{Ending, Say};
use crate::service::retention::{self, Certificate};
use anyhow::Context as _;
use minijinja::context;
use minijinja::value::Serde;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;
use uuid::Uuid;

const PAGE: &str = include_str!("certificate.html");

/// So many are listed.
const MOST: i64 = 240;

/// Which, and where to.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Certificates {
    /// Only this one, whole.
    certificate: Option<Uuid>,
    /// Write it as a page to print and sign.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    html: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl Certificates {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let all = retention::certificates(&app, MOST).await?;
        let Some(id) = self.certificate else {
            let values: Vec<_> = all
                .iter()
                .map(|(row, certificate, holds)| {
                    let destroyed: i64 = certificate.parts.iter().map(|part| part.destroyed).sum();
                    json!({ "certificate": row.id, "run": row.run_id, "issued_at": row.issued_at, "destroyed": destroyed, "signature_holds": holds })
                })
                .collect();
            let mut text = if all.is_empty() { "No run has ended yet.".to_owned() } else { "Certificates:".to_owned() };
            for (row, certificate, holds) in &all {
                let destroyed: i64 = certificate.parts.iter().map(|part| part.destroyed).sum();
                let signed = if *holds { "signed" } else { "ITS SIGNATURE DOES NOT HOLD" };
                // Writing to a String cannot fail.
                let _ = write!(text, "\n{} of {}: {destroyed} destroyed, {signed}", row.id, row.issued_at);
            }
            say.answer(&json!(values), &text);
            return Ok(if all.iter().all(|(.., holds)| *holds) { Ending::Fine } else { Ending::Found });
        };
        let (row, certificate, holds) =
            all.into_iter().find(|(row, ..)| row.id == id).with_context(|| format!("there is no certificate {id}"))?;
        if let Some(file) = &self.html {
            std::fs::write(file, page(&certificate, &row.note, holds)?).with_context(|| file.display().to_string())?;
        }
        let answer =
            json!({ "certificate": certificate, "note": row.note, "body": row.body, "signature_holds": holds });
        let whole = serde_json::to_string_pretty(&certificate)?;
        let signed = if holds { "Its signature holds:" } else { "ITS SIGNATURE DOES NOT HOLD:" };
        say.answer(&answer, &format!("{whole}\n\n{signed}\n\n{}", row.note));
        Ok(if holds { Ending::Fine } else { Ending::Found })
    }
}

/// A certificate as a page to print and sign. What was not there to be said is not in it at all, as it was signed.
fn page(certificate: &Certificate, note: &str, holds: bool) -> anyhow::Result<String> {
    print_page(PAGE, context! { certificate => Serde(certificate), note, holds })
}

#[cfg(test)]
mod tests {
    use super::page;
    use crate::service::retention::Certificate;
    use serde_json::json;

    #[test]
    fn one_that_has_the_least_to_say_can_be_printed_too() {
        let part = json!({
            "rule": "browser", "title": "Browsers", "category": "browser", "trigger": "created", "period": null,
            "action": "destroy", "method": null, "legal_basis": "UK GDPR Art 5(1)(e)", "due": 0, "destroyed": 0,
            "held_when_planned": 0, "held": 0, "reviewed": 0,
        });
        let least = json!({
            "schema": "portreeve.disposal-certificate/1", "id": "00000000-0000-4000-8000-000000000001",
            "controller": "Havenbrook & Co", "issued_at": "2026-12-01T12:00:00Z", "schedule": "1", "policy": "ab",
            "schedule_approved_by": [], "run": "00000000-0000-4000-8000-000000000002", "planned_at": "2026-12-01T12:00:00Z",
            "not_before": "2026-12-01T12:00:00Z", "approved_by": [], "started_at": "2026-12-01T12:00:00Z", "parts": [part],
            "holds": [], "signals": {}, "remains": "Nothing.",
        });
        let certificate: Certificate = serde_json::from_value(least).unwrap();
        let page = page(&certificate, "note", false).unwrap();
        for words in ["Havenbrook &amp; Co", "by the house", "The signature does not hold.", "None had to be told."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("Logs of whole years"), "{page}");
    }
}
