//! `portreeve client plan | apply | list | new-secret | rotate-secret | remove | registration-token | unused | deliveries |
//! signals | why | import-records`.

mod deliveries;
mod import;
mod list;
mod remove;
mod secret;
mod signals;
mod token;
mod unused;
mod why;

use super::open::{House, Place};
use super::policy::{People, in_words, loaded, put_in_force, report, today, weigh};
use super::{Ending, Say};
use crate::crypto::record::Recorder;
use crate::policy::Bundle;
use crate::service::effects::Weighed;
use crate::service::setup;
use crate::store::Db;
use anyhow::Context as _;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// The longest a secret may go on beside the next one, and a token give leave, in days.
const MOST_DAYS: u64 = 366;

/// The services that rely on this one.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Client {
    /// Say what the files of services and registrations would change of what is in force.
    #[command(after_help = "Ends with 0 if they are in force as they stand, with 1 if they differ or are refused.")]
    Plan {
        #[command(flatten)]
        files: Files,
    },
    /// Put the files of services and registrations in force, and no other policies with them.
    Apply {
        #[command(flatten)]
        files: Files,
        #[command(flatten)]
        people: People,
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// List all services: those of the files, and those that registered themselves.
    List {
        #[command(flatten)]
        files: Files,
    },
    /// Make the first secret of a service whose file is to have one, shown once, with the line for the file.
    #[command(after_help = "It touches nothing: add the line to services/<id>.toml, then `portreeve client apply`.")]
    NewSecret,
    /// Make a new secret for a service, shown once; the one before it works on for a while.
    #[command(
        after_help = "For a service that registered itself it works at once. For a service with a file, the file is \
        changed: put it in force with `portreeve client apply`."
    )]
    RotateSecret {
        /// The service's client_id.
        id: String,
        /// How long the one before works on: days or hours, as 7d or 12h. For a file, days are rounded up.
        #[arg(long, value_name = "TIME", default_value = "7d", value_parser = time)]
        overlap: Duration,
        /// The one before that, where it was to work on for a while yet, stops.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        files: Files,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take a service away that registered itself.
    Remove(remove::Remove),
    /// Make a token that lets services register themselves, list those there are, or take one back.
    RegistrationToken(token::RegistrationToken),
    /// Say which claims a service may have and has not had for some months: they could be taken out of its shares.
    Unused(unused::Unused),
    /// Say which service was told of ended sessions, when, how often, and what it answered.
    Deliveries(deliveries::Deliveries),
    /// Say which services were told of a withdrawal, a correction or an erasure, and what they answered.
    Signals(signals::Signals),
    /// Say why a service gets what it gets: of anybody, or of one resident with what stands in the way of the rest.
    Why(why::Why),
    /// Take records of an earlier system over, as evidence of what residents were told or agreed to then.
    ImportRecords(import::Import),
}

/// An installation with its policies.
#[derive(Debug, clap::Args)]
pub(super) struct Files {
    #[command(flatten)]
    place: Place,
    /// Another folder of policies than the configured one.
    #[arg(long, value_name = "DIR")]
    policies: Option<PathBuf>,
}

impl Files {
    fn find(self) -> anyhow::Result<House> {
        let mut house = self.place.find()?;
        if let Some(policies) = self.policies {
            house.policies = policies;
        }
        Ok(house)
    }
}

fn time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("days or hours, as 7d or 12h, up to {MOST_DAYS}d");
    let (number, hours) = match (text.strip_suffix('d'), text.strip_suffix('h')) {
        (Some(days), _) => (days, 24),
        (None, Some(hours)) => (hours, 1),
        (None, None) => return Err(wrong()),
    };
    let hours = number.parse::<u64>().ok().and_then(|number| number.checked_mul(hours));
    hours.filter(|hours| *hours <= MOST_DAYS * 24).map(Duration::from_hours).ok_or_else(wrong)
}

impl Client {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Plan { files } => {
                let house = files.find()?;
                let db = house.db_there().await?;
                match proposed(&house, &db, say).await? {
                    Ok((before, new)) => plan(&house, &db, &before, &new, say).await,
                    Err(ending) => Ok(ending),
                }
            }
            Self::Apply { files, people, dry_run } => {
                let house = files.find()?;
                let db = house.db_there().await?;
                match proposed(&house, &db, say).await? {
                    Ok((before, new)) => {
                        put_in_force(&house, Some(&db), (Some(&before), &new), &people, dry_run, say).await
                    }
                    Err(ending) => Ok(ending),
                }
            }
            Self::List { files } => list::list(&files.find()?, say).await,
            Self::NewSecret => Ok(secret::first(say)),
            Self::RotateSecret { id, overlap, replace, files, dry_run } => {
                secret::rotate(&files.find()?, &id, (overlap, replace), dry_run, say).await
            }
            Self::Remove(remove) => remove.run(say).await,
            Self::RegistrationToken(token) => token.run(say).await,
            Self::Deliveries(deliveries) => deliveries.run(say).await,
            Self::Signals(signals) => signals.run(say).await,
            Self::Unused(unused) => unused.run(say).await,
            Self::Why(why) => why.run(say).await,
            Self::ImportRecords(import) => import.run(say).await,
        }
    }
}

/// What is in force, and the same with the services and registrations of the folder; or the findings have been said.
async fn proposed(house: &House, db: &Db, say: Say) -> anyhow::Result<Result<(Bundle, Bundle), Ending>> {
    let before = in_force(house, db).await?;
    let folder = match loaded(house, say) {
        Ok(folder) => folder,
        Err(ending) => return Ok(Err(ending)),
    };
    let new = before.with_clients_of(&folder, &house.issuer).and_then(|new| {
        new.check(&setup::held(), today(&new))?;
        Ok(new)
    });
    Ok(match new {
        Ok(new) => Ok((before, new)),
        Err(refused) => Err(report(say, &refused.findings)),
    })
}

async fn in_force(house: &House, db: &Db) -> anyhow::Result<Bundle> {
    house.in_force(db).await?.context("no policies are in force yet: run `portreeve policy activate` first")
}

async fn plan(house: &House, db: &Db, before: &Bundle, new: &Bundle, say: Say) -> anyhow::Result<Ending> {
    let weighed = weigh(house, db, Some(before), new).await?;
    let Weighed { changes, never, touched, differs, .. } = &weighed;
    let head = match (*differs, never.is_empty()) {
        (false, _) => "The files are in force as they stand.",
        (true, true) => "The files differ from what is in force; `portreeve client apply` would change:",
        (true, false) => "The files differ from what is in force, and cannot be put in force:",
    };
    let answer = json!({ "differs": differs, "changes": changes, "touched": touched, "forbidden": never });
    say.answer(&answer, &format!("{head}\n{}", in_words(&weighed)));
    Ok(if *differs { Ending::Found } else { Ending::Fine })
}

/// What seals events here; the root secret is checked first.
async fn recorder(house: &House, db: &Db, bundle: &Bundle) -> anyhow::Result<Recorder> {
    let roots = house.roots()?;
    anyhow::ensure!(setup::was_started(db, &roots).await?, "nothing was started here yet");
    Ok(Recorder::new(roots, bundle.version()))
}

#[cfg(test)]
mod tests {
    use super::time;
    use std::time::Duration;

    #[test]
    fn an_overlap_is_days_or_hours() {
        assert_eq!(time("7d"), Ok(Duration::from_hours(7 * 24)));
        assert_eq!(time("12h"), Ok(Duration::from_hours(12)));
        assert_eq!(time("0d"), Ok(Duration::ZERO));
        for bad in ["7", "d", "-1d", "367d", "99999999999999999999d", "1 d"] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
