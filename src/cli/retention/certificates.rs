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
    use serde_json::{Value, json};

    /// The least that one of `/1` says.
    fn least() -> Value {
        let part = json!({
            "rule": "browser", "title": "Browsers", "category": "browser", "trigger": "created", "period": null,
            "action": "destroy", "method": null, "legal_basis": "UK GDPR Art 5(1)(e)", "due": 0, "destroyed": 0,
            "held_when_planned": 0, "held": 0, "reviewed": 0,
        });
        json!({
            "schema": "portreeve.disposal-certificate/1", "id": "00000000-0000-4000-8000-000000000001",
            "controller": "Havenbrook & Co", "issued_at": "2026-12-01T12:00:00Z", "schedule": "1", "policy": "ab",
            "schedule_approved_by": [], "run": "00000000-0000-4000-8000-000000000002", "planned_at": "2026-12-01T12:00:00Z",
            "not_before": "2026-12-01T12:00:00Z", "approved_by": [], "started_at": "2026-12-01T12:00:00Z", "parts": [part],
            "holds": [], "signals": {}, "remains": "Nothing.",
        })
    }

    fn printed(certificate: Value) -> String {
        let certificate: Certificate = serde_json::from_value(certificate).unwrap();
        page(&certificate, "note", false).unwrap()
    }

    #[test]
    fn one_that_has_the_least_to_say_can_be_printed_too() {
        let page = printed(least());
        for words in ["Havenbrook &amp; Co", "by the house", "The signature does not hold.", "None had to be told."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // What an older one never looked at, it says nothing of.
        for words in ["Logs of whole years", "left alone", "tried again", "No witness", "Copies that hold"] {
            assert!(!page.contains(words), "{words}: {page}");
        }
    }

    #[test]
    fn one_that_has_everything_to_say_says_it_in_plain_words() {
        let mut whole = least();
        whole["schema"] = json!("portreeve.disposal-certificate/2");
        whole["parts"][0]["destroyed"] = json!(3);
        whole["parts"][0]["left"] = json!([
            { "because": "hold", "what": "FOI-<1>", "items": 2 },
            { "because": "review", "what": "open_case", "items": 4 },
            { "because": "log", "what": "behind_another", "items": 9 },
        ]);
        whole["parts"][0]["decided"] =
            json!([{ "by": "Ole Berg", "said": "goes", "items": 1 }, { "by": "Meg Hale", "said": "kept", "items": 1 }]);
        whole["parts"][0]["failed"] = json!([{ "why": "store", "items": 5 }]);
        whole["parts"][0]["still_due"] = json!(1);
        whole["parts"][0]["beyond_use_until"] = json!("2026-12-08");
        whole["stays"] = json!([
            { "category": "erasure", "title": "Erased", "rows": 7, "rule": "erasure", "trigger": "event", "period": "P7Y", "until": "2033-12-17" },
            { "category": "log.checkpoint", "title": "Checkpoint", "rule": "log.checkpoint", "trigger": "created" },
        ]);
        let end = json!({ "rule": "backup.vault", "period": "P7D", "until": "2026-12-08" });
        whole["copies"] = json!({ "newest": "2026-11-30T02:00:00Z", "vault": end });
        whole["before"] = json!({ "log": "l", "checkpoint": "first" });
        whole["after"] = json!({
            "log": "l", "checkpoint": "last", "cosigned": "seen", "witnesses": ["witness.example"], "proof": ["hash"],
        });
        whole["grown"] = json!(["other"]);
        let page = printed(whole);
        for words in [
            "Held by <code>FOI-&lt;1&gt;</code>: 2",
            "because the person has a question, a case or a wish that is open: 4",
            "Left, because an older log stays: 9",
            "Ole Berg looked and said that it goes: 1 went",
            "Meg Hale looked and said that it is kept: 1 stays",
            "browser: 5, because the database refused.",
            "browser: 1 is due still, and goes with the next run.",
            "<td>7</td><td>erasure</td><td>P7Y from event</td><td>2033-12-17</td>",
            "good from created</td><td>kept for good</td>",
            "No rule of the schedule ends copies of the data",
            "Copies of the keys made by then are there until 2026-12-08",
            "Portreeve made itself is of 2026-11-30T02:00:00Z",
            "can be read in a copy until 2026-12-08",
            "No witness outside has cosigned this log.",
            "Cosigned by witness.example, as the log was a little before",
            "<pre>hash</pre>",
            "<pre>other</pre>",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
}
