//! `portreeve config check`.

use super::{Ending, Say};
use crate::config::{Config as Settings, Environment};
use serde_json::json;
use std::path::PathBuf;

/// The settings.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Config {
    /// Read the settings as `serve` would, and say everything that is wrong with them.
    Check {
        /// The settings' file; deploy/portreeve.toml is an example.
        #[arg(long, value_name = "FILE", env = "PORTREEVE_CONFIG")]
        config: PathBuf,
    },
    /// Print the commented example to start from.
    Example,
}

impl Config {
    pub(super) fn run(self, say: Say) -> Ending {
        match self {
            Self::Example => {
                say.answer(&json!({ "example": Settings::example() }), Settings::example());
                Ending::Fine
            }
            Self::Check { config } => match Settings::load(&config, &Environment::of_process()) {
                Ok(settings) => {
                    let text = format!("The settings are sound. Issuer: {}", settings.issuer);
                    say.answer(&json!({ "issuer": settings.issuer.as_str(), "problems": [] }), &text);
                    Ending::Fine
                }
                Err(found) => {
                    let problems: Vec<_> = found
                        .0
                        .iter()
                        .map(|one| {
                            json!({ "place": one.place(), "key": one.key(), "what": one.what(), "remedy": one.remedy() })
                        })
                        .collect();
                    say.answer(&json!({ "problems": problems }), &found.to_string());
                    Ending::Found
                }
            },
        }
    }
}
