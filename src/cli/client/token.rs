//! `portreeve client registration-token`: initial access tokens (RFC 7591 §3) are made, listed and taken back.

use super::MOST_DAYS;
use crate::app::Clock;
use crate::cli::open::{House, Place};
use crate::cli::{Ending, Say, person};
use crate::domain::account::FullName;
use crate::service::registration::{self, Given};
use anyhow::Context as _;
use serde_json::json;
use std::time::Duration;

/// The fewest digits that name a token: a slip must not take another one's back.
const FEWEST: usize = 6;

/// Make a token that lets services register themselves under a template of `registrations/`, shown once; list those there are; or
/// take one back.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A token is named by the first digits of its hash, which are said when it is made. What was registered by a token \
    that is taken back stays: `portreeve client remove` takes that away."
)]
pub(in crate::cli) struct RegistrationToken {
    /// The template's name.
    #[arg(long, required_unless_present_any = ["list", "withdraw"])]
    template: Option<String>,
    /// How many days it works.
    #[arg(long, required_unless_present_any = ["list", "withdraw"], value_parser = clap::value_parser!(u64).range(1..=MOST_DAYS))]
    days: Option<u64>,
    /// How many services it may register; as many as they like, unless given.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..))]
    uses: Option<i64>,
    /// Say which tokens there are.
    #[arg(long, conflicts_with_all = ["template", "days", "uses", "withdraw", "dry_run"])]
    list: bool,
    /// Take the token back whose hash begins so, as --list says it.
    #[arg(long, value_name = "PREFIX", requires = "by", conflicts_with_all = ["template", "days", "uses"], value_parser = prefix)]
    withdraw: Option<String>,
    /// Who takes it back: recorded with it.
    #[arg(long, value_name = "NAME", requires = "withdraw", value_parser = person)]
    by: Option<FullName>,
    #[command(flatten)]
    place: Place,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

fn prefix(text: &str) -> Result<String, String> {
    let digits = text.to_ascii_lowercase();
    let sound = digits.len() >= FEWEST && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then_some(digits).ok_or_else(|| format!("at least {FEWEST} of the hex digits that --list says"))
}

impl RegistrationToken {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        match (self.template, self.days, self.withdraw, self.by) {
            (_, _, Some(prefix), Some(by)) => withdraw(&house, &prefix, by, self.dry_run, say).await,
            (Some(template), Some(days), _, _) => make(&house, &template, (days, self.uses), self.dry_run, say).await,
            _ => list(&house, say).await,
        }
    }
}

async fn make(
    house: &House,
    template: &str,
    (days, uses): (u64, Option<i64>),
    dry: bool,
    say: Say,
) -> anyhow::Result<Ending> {
    let (db, now) = (house.db_there().await?, Clock::Wall.now());
    let bundle = super::in_force(house, &db).await?;
    let known = || bundle.templates.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let found = bundle.templates.get(template);
    let found = found.with_context(|| format!("there is no template {template:?} in force; there are: {}", known()))?;
    anyhow::ensure!(
        found.ends_at().is_none_or(|end| end > now),
        "the last day of the template {template} is over: give it another in its file, or use another template"
    );
    let until = now + Duration::from_hours(24 * days);
    let token = if dry {
        None
    } else {
        let recorder = super::recorder(house, &db, &bundle).await?;
        Some(registration::make_token(&db, &recorder, found, uses, until, now).await?)
    };
    let shown = token.as_ref().map(crate::crypto::tokens::Token::as_str);
    let hash = token.as_ref().map(|token| registration::shown(&token.hash().0));
    let many = match uses {
        None => "any number of services".to_owned(),
        Some(1) => "one service".to_owned(),
        Some(uses) => format!("at most {uses} services"),
    };
    let text = match shown.zip(hash.as_deref()) {
        Some((token, hash)) => format!(
            "{token}\nIt registers {many} under {template} until {until}. It is not shown again. Its hash begins with {hash}: \
             `portreeve client registration-token --withdraw {hash}` takes it back."
        ),
        None => format!("A token would be made that registers {many} under {template} until {until}."),
    };
    let answer = json!({
        "token": shown, "hash": hash, "template": template, "uses": uses, "until": until, "dry_run": dry,
    });
    say.answer(&answer, &text);
    Ok(Ending::Fine)
}

async fn list(house: &House, say: Say) -> anyhow::Result<Ending> {
    let db = house.db_there().await?;
    let all = registration::given(&db, Clock::Wall.now()).await?;
    let text = all.iter().map(line).collect::<Vec<_>>().join("\n");
    say.answer(&json!({ "tokens": all }), if all.is_empty() { "There are none." } else { &text });
    Ok(Ending::Fine)
}

fn line(one: &Given) -> String {
    let Given { hash, template, uses, made, until, .. } = one;
    let most = one.most.map_or_else(String::new, |most| format!(" of {most}"));
    let works = if one.works { "works" } else { "works no longer" };
    format!("{hash}  {template}  {works}  until {until}, made {made}; it has registered {uses}{most}")
}

async fn withdraw(house: &House, prefix: &str, by: FullName, dry: bool, say: Say) -> anyhow::Result<Ending> {
    let (db, now) = (house.db_there().await?, Clock::Wall.now());
    let bundle = super::in_force(house, &db).await?;
    let all = registration::given(&db, now).await?;
    let named: Vec<&Given> = all.iter().filter(|one| one.begins(prefix)).collect();
    let token = match named.as_slice() {
        [token] => *token,
        [] => anyhow::bail!(
            "there is no token whose hash begins with {prefix}, and nothing was done: --list says which there are"
        ),
        more => anyhow::bail!(
            "{} tokens have a hash that begins with {prefix}, and nothing was done: give more digits",
            more.len()
        ),
    };
    let done = if dry {
        false
    } else {
        let recorder = super::recorder(house, &db, &bundle).await?;
        let withdrawn = registration::withdraw_token(&db, &recorder, token, by, now).await?;
        anyhow::ensure!(withdrawn, "it was taken back, or forgotten, just now");
        true
    };
    let head = if done { "Taken back:" } else { "It would be taken back:" };
    let answer = json!({ "token": token, "withdrawn": done, "dry_run": dry });
    say.answer(&answer, &format!("{head} {}", line(token)));
    Ok(Ending::Fine)
}
