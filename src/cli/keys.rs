//! `portreeve keys list | rotate`, the latter for tokens or, with `--log`, for the log.

use super::open::Place;
use super::{Ending, Say};
use crate::app::Clock;
use crate::crypto::keys::{KeyState, SigningAlg};
use crate::crypto::record::Recorder;
use crate::domain::account::FullName;
use crate::domain::rotation::may_sign_from;
use crate::domain::time::When;
use crate::service::log::keys as logs;
use crate::service::rotation::{How, Rotation, rotate as move_on};
use crate::service::setup;
use crate::store::house::{self, SigningKeyRow};
use anyhow::Context as _;
use serde_json::json;
use std::time::Duration;

/// The keys that tokens are signed with.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Keys {
    /// List them, newest first, and after them those of the log.
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Publish a new key, and let the one that was published before sign.
    #[command(
        after_help = "serve does this by itself every 90 days. By hand, run it twice, 16 minutes apart or more: the \
        first run publishes a key, so that services that keep a copy of the key set learn it; the second lets it \
        sign and publishes the one after it. With --log it is the key of the record: a new one is announced in the log under \
        the old one, and both sign until the overlap is over. Tell witnesses and whoever verifies the new key by then."
    )]
    Rotate {
        #[command(flatten)]
        place: Place,
        /// Change the key that signs the record, not those of tokens.
        #[arg(long, requires = "by", requires = "approved_by", conflicts_with_all = ["alg", "at_once", "leaked"])]
        log: bool,
        /// Who does it.
        #[arg(long, value_name = "NAME", requires = "log")]
        by: Option<String>,
        /// The second person, who approved it.
        #[arg(long, value_name = "NAME", requires = "log")]
        approved_by: Option<String>,
        /// For so many days both log keys sign.
        #[arg(long, value_name = "DAYS", requires = "log", value_parser = clap::value_parser!(u32).range(1..=400))]
        overlap: Option<u32>,
        /// For one algorithm alone: ES256 or RS256.
        #[arg(long, value_name = "ALG", value_parser = algorithm)]
        alg: Option<SigningAlg>,
        /// Let the new key sign at once: services refuse what it signs until they have read the keys again: most within a
        /// minute, all within a quarter of an hour.
        #[arg(long, conflicts_with = "leaked")]
        at_once: bool,
        /// Somebody else may have the key that signs: let a new one sign at once, and destroy the key that signed and the
        /// one published ahead. What they signed is refused here from now on, and by services once they have read the keys
        /// again, within a quarter of an hour: their access tokens are dead, and refresh tokens give new ones.
        #[arg(long)]
        leaked: bool,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

fn algorithm(text: &str) -> Result<SigningAlg, String> {
    SigningAlg::parse(text).ok_or_else(|| "ES256 or RS256".to_owned())
}

impl Keys {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::List { place } => list(&place, say).await,
            Self::Rotate { place, log: true, by, approved_by, overlap, dry_run, .. } => {
                let names = (by.unwrap_or_default(), approved_by.unwrap_or_default());
                rotate_log(&place, names, overlap, dry_run, say).await
            }
            Self::Rotate { place, alg, at_once, leaked, dry_run, .. } => {
                let algs = alg.map_or_else(|| SigningAlg::ALL.to_vec(), |alg| vec![alg]);
                let how = match (leaked, at_once) {
                    (true, _) => How::Leaked,
                    (false, true) => How::AtOnce,
                    (false, false) => How::InTime,
                };
                rotate(&place, &algs, how, dry_run, say).await
            }
        }
    }
}

async fn list(place: &Place, say: Say) -> anyhow::Result<Ending> {
    let db = place.find()?.db_there().await?;
    let keys = house::keys(&mut db.peek()).await?;
    let rows: Vec<_> = keys
        .iter()
        .map(|key| json!({ "kid": key.kid, "alg": key.algorithm, "state": key.state, "created_at": key.created_at }))
        .collect();
    let mut lines: Vec<String> =
        keys.iter().map(|key| format!("{}  {}  {:7}  {}", key.kid, key.algorithm, key.state, key.created_at)).collect();
    let mut log = Vec::new();
    for (key, until) in logs::in_force(&db).await? {
        log.push(json!({ "key": key.to_string(), "signs_until": until }));
        let until = until.map_or_else(|| "signs".to_owned(), |until| format!("signs until {until}"));
        lines.push(format!("log  {key}  {until}"));
    }
    let text =
        if lines.is_empty() { "There are none yet: the first start makes them.".to_owned() } else { lines.join("\n") };
    say.answer(&json!({ "keys": rows, "log": log }), &text);
    Ok(Ending::Fine)
}

async fn rotate(place: &Place, algs: &[SigningAlg], how: How, dry: bool, say: Say) -> anyhow::Result<Ending> {
    let house = place.find()?;
    let (db, roots, now) = (house.db_there().await?, house.roots()?, Clock::Wall.now());
    anyhow::ensure!(setup::was_started(&db, &roots).await?, "there are no keys yet: the first start makes them");
    let policy = house.in_force(&db).await?.context("no policies are in force")?;
    let (mut done, mut too_soon, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    let mut wait = |alg: SigningAlg, kid: &str, from: When, lines: &mut Vec<String>| {
        let alg = alg.as_str();
        lines.push(format!("{alg}: nothing to be done yet; {kid} was published just now and may sign from {from}"));
        too_soon.push(json!({ "alg": alg, "kid": kid, "may_sign_from": from }));
    };
    for alg in algs {
        if dry {
            let keys = house::keys(&mut db.peek()).await?;
            match would(&keys, *alg, how, now) {
                Ok(line) => lines.push(line),
                Err((kid, from)) => wait(*alg, &kid, from, &mut lines),
            }
            continue;
        }
        let rotated = match move_on(&db, &roots, policy.version(), *alg, how, now).await? {
            Rotation::Done(rotated) => rotated,
            Rotation::TooSoon { kid, from } => {
                wait(*alg, &kid, from, &mut lines);
                continue;
            }
        };
        let signs = rotated.signs.as_deref().unwrap_or("the same as before");
        lines.push(format!("{}: published {}; signs now: {signs}", alg.as_str(), rotated.made));
        if !rotated.destroyed.is_empty() {
            let gone = rotated.destroyed.join(", ");
            lines.push(format!("{}: destroyed, and nothing that they signed is good any longer: {gone}", alg.as_str()));
        }
        done.push(json!({
            "alg": alg.as_str(), "published": rotated.made, "signs": rotated.signs, "retired": rotated.retired,
            "destroyed": rotated.destroyed,
        }));
    }
    let ending = if too_soon.is_empty() { Ending::Fine } else { Ending::Found };
    let plan = if dry { lines.clone() } else { Vec::new() };
    say.answer(&json!({ "rotated": done, "too_soon": too_soon, "plan": plan }), &lines.join("\n"));
    Ok(ending)
}

/// What a rotation would do; or the key that may not sign yet, and from when it may.
fn would(keys: &[SigningKeyRow], alg: SigningAlg, how: How, now: When) -> Result<String, (String, When)> {
    let ahead = keys.iter().rfind(|key| key.algorithm == alg.as_str() && key.state == KeyState::Next.as_str());
    let alg = alg.as_str();
    match (how, ahead) {
        (How::Leaked, _) => Ok(format!("{alg}: a new key would sign at once, and those of before be destroyed")),
        (How::AtOnce, _) => Ok(format!("{alg}: a new key would sign at once")),
        (How::InTime, None) => Ok(format!("{alg}: a new key would be published")),
        (How::InTime, Some(key)) => match may_sign_from(key.created_at) {
            from if now < from => Err((key.kid.clone(), from)),
            _ => Ok(format!("{alg}: {} would sign, and a new key be published", key.kid)),
        },
    }
}

async fn rotate_log(
    place: &Place,
    (by, second): (String, String),
    overlap: Option<u32>,
    dry: bool,
    say: Say,
) -> anyhow::Result<Ending> {
    let by = FullName::parse(&by).context("--by")?;
    let second = FullName::parse(&second).context("--approved-by")?;
    let house = place.find()?;
    let (db, roots, now) = (house.db_there().await?, house.roots()?, Clock::Wall.now());
    let policy = house.in_force(&db).await?.context("no policies are in force: nothing was ever started here")?;
    let overlap = overlap.map_or(logs::OVERLAP, |days| Duration::from_hours(24 * u64::from(days)));
    if dry {
        let text = format!("a new log key would be announced, and sign alone from {}", now + overlap);
        say.answer(&json!({ "plan": [text.clone()] }), &text);
        return Ok(Ending::Fine);
    }
    let recorder = Recorder::new(roots.clone(), policy.version());
    let done = logs::announce((&db, &roots, &recorder), (&by, &second), overlap, now).await?;
    let value = json!({
        "log": done.log.name, "key": done.key.to_string(), "previous": done.previous.to_string(),
        "alone_from": done.alone_from,
    });
    let text = format!(
        "New key: {}\nBefore:  {}\nBoth sign once the announcement has its place in {}, until {}.\n\
         Tell every witness (its operator adds --log with the new key) and whoever verifies until then.",
        done.key, done.previous, done.log.name, done.alone_from
    );
    say.answer(&value, &text);
    Ok(Ending::Fine)
}
