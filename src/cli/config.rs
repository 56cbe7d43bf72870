//! `portreeve config check`.

use super::open::{House, peers};
use super::{Ending, Say};
use crate::app::Clock;
use crate::config::{Config as Settings, Environment, Problem};
use crate::http::tls::Tls;
use crate::policy::{Bundle, Severity, lint};
use crate::service::setup;
use secrecy::ExposeSecret as _;
use serde_json::json;
use std::path::PathBuf;

/// What only a running database or a peer can tell.
const NOT_CHECKED: [&str; 3] = [
    "the database, and what is in force there (`portreeve doctor` does)",
    "whether the root secret is the one that the data was sealed with (`portreeve doctor` does)",
    "whether the addresses can be listened on, and the mail relay, witnesses and collector reached (serve does)",
];

/// The settings.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Config {
    /// Read the settings, and what they name, as `serve` would at its first start, and say everything that is wrong.
    Check {
        /// The settings' file; deploy/portreeve.toml is an example.
        #[arg(long, value_name = "FILE", env = "PORTREEVE_CONFIG")]
        config: PathBuf,
    },
    /// Print the commented example to start from.
    Example,
}

impl Config {
    pub(super) fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Example => {
                say.answer(&json!({ "example": Settings::example() }), Settings::example());
                Ok(Ending::Fine)
            }
            Self::Check { config } => match Settings::load(&config, &Environment::of_process()) {
                Ok(settings) => named(&settings, say),
                Err(found) => {
                    let problems: Vec<_> = found.0.iter().map(as_json).collect();
                    let text = format!("{found}\nThe rest is looked at once these are put right.");
                    say.answer(&json!({ "problems": problems }), &text);
                    Ok(Ending::Found)
                }
            },
        }
    }
}

fn as_json(one: &Problem) -> serde_json::Value {
    json!({ "place": one.place(), "key": one.key(), "what": one.what(), "remedy": one.remedy() })
}

/// What sound settings name: policies, languages, certificate, filter, authorities.
fn named(settings: &Settings, say: Say) -> anyhow::Result<Ending> {
    let house = House::of(settings)?;
    let mut problems = policies(&house);
    let place = house.policies.display().to_string();
    let mut found = |key: &str, place: &str, what: String, remedy: &str| {
        problems.push(Problem::new(place.to_owned(), key, what, remedy));
    };
    if let Some(tls) = settings.tls.clone()
        && let Err(error) = Tls::load(tls)
    {
        found("tls", "the certificate", format!("{error:#}"), "put a chain and the key that belongs to it in place");
    }
    match peers(settings) {
        Ok(peers) => {
            let remedy = "write a public https address, or list its host and port in `outbound_allow` (plain http on this machine alone)";
            for (key, url) in called(settings) {
                if let Err(error) = peers.outbound.may_call(url) {
                    found(key, "the settings", error.to_string(), remedy);
                }
            }
        }
        Err(error) => found("settings", "what the settings name", format!("cannot be used: {error:#}"), "put it right"),
    }
    let head = if problems.is_empty() {
        format!("The settings are sound, and so are the policies in {place}. Issuer: {}", settings.issuer)
    } else {
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let text = format!("{head}\nNot checked:\n  {}", NOT_CHECKED.join("\n  "));
    let answer = json!({
        "issuer": settings.issuer.as_str(),
        "problems": problems.iter().map(as_json).collect::<Vec<_>>(),
        "not_checked": NOT_CHECKED,
    });
    say.answer(&answer, &text);
    Ok(if problems.is_empty() { Ending::Fine } else { Ending::Found })
}

/// The addresses in the settings that the guard of outbound calls stands before, by their keys.
fn called(settings: &Settings) -> impl Iterator<Item = (&'static str, &str)> {
    let collector = settings.collector.iter().map(|one| ("collector.url", one.address.expose_secret()));
    collector.chain(settings.witnesses.iter().map(|one| ("witness.url", one.url.as_str())))
}

/// The folder of policies for this issuer, and the languages offered, which must have been reviewed.
fn policies(house: &House) -> Vec<Problem> {
    let (bundle, findings) = match Bundle::load(&house.policies, &house.issuer) {
        Ok(bundle) => {
            let findings = lint(&bundle, &setup::held(), bundle.controller.today(Clock::Wall.now()));
            (Some(bundle), findings)
        }
        Err(refused) => (None, refused.findings),
    };
    let wrong = findings.iter().filter(|finding| finding.severity == Severity::Error).map(|finding| {
        let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
        let place = format!("{}{line}", house.policies.join(&finding.file).display());
        Problem::new(place, finding.rule, finding.message.trim_end_matches('.'), finding.remedy.trim_end_matches('.'))
    });
    let unread = bundle.iter().flat_map(|bundle| house.unreviewed(bundle)).map(|lang| {
        let place = house.policies.join("controller.toml").display().to_string();
        let what = format!("offers {lang}, and nobody has reviewed the notices in it: serve does not start");
        Problem::new(
            place,
            "languages",
            what,
            "name who did in controller.toml, or take the language out of `languages`",
        )
    });
    wrong.chain(unread).collect()
}
