//! `portreeve resident show | suspend | restore | restrict | lift-restriction | erase | reopen | death | objections |
//! decide-objection`.

mod leaving;
mod objections;
mod restriction;

use super::open::Place;
use super::{Ending, Say, person};
use crate::app::App;
use crate::domain::account::{EmailAddress, FullName, Given, State};
use crate::domain::ids::AccountId;
use crate::service::sign_in::identifier;
use crate::service::standing::{self, Suspended, Why, WhyError};
use crate::store::accounts;
use anyhow::Context as _;
use serde_json::json;
use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal as _, Read as _, Write as _};
use uuid::Uuid;

/// Longer than any address or username.
const LONGEST_LINE: u64 = 1_024;

/// Those who have an account here.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Resident {
    /// Show who has an account, its state, and which services got something. It is recorded first, and she sees that it was
    /// done and why.
    #[command(after_help = WHO)]
    Show(Whose),
    /// Suspend an account: nobody signs in to it, and whoever is signed in to it is signed out everywhere.
    #[command(after_help = WHO)]
    Suspend(Change),
    /// Give a suspended account back to its owner, who signs in anew.
    #[command(after_help = WHO)]
    Restore(Change),
    /// Keep what is held of a resident and pass nothing on (UK GDPR Art 18). She is written to and services are told in the same
    /// write; she can still sign in to her account.
    #[command(after_help = WHO)]
    Restrict(restriction::Restrict),
    /// Let a resident's details be passed on again: tell her first with --announce, and lift it when the day she was told of has
    /// come; or lift it at once with --as-she-asks.
    #[command(after_help = WHO)]
    LiftRestriction(restriction::Lift),
    /// Erase an account: what is decided is carried out, services are told, and nothing brings it back.
    #[command(after_help = WHO)]
    Erase(Change),
    /// Open an account again that its owner closed.
    #[command(after_help = WHO)]
    Reopen(Change),
    /// Note that the owner of an account has died: nobody signs in to it, and no letter goes out.
    #[command(after_help = WHO)]
    Death(Change),
    /// List the objections to sharing that wait to be decided, the oldest first, with the day each is due.
    Objections(objections::List),
    /// Decide an objection: uphold it, and the service gets nothing more for that purpose; or go on, on compelling grounds. She is
    /// written to in the same write.
    #[command(after_help = WHO)]
    DecideObjection(objections::Decide),
}

const WHO: &str = "Without ACCOUNT, the e-mail address or username she signs in with is read as one line of standard \
    input (asked for at a terminal), so that it stays out of the shell's history and the list of processes.";

/// Whose account, and who looks at it or changes it, for which reason.
#[derive(Debug, clap::Args)]
pub(super) struct Whose {
    /// The account's id, as these commands say it.
    #[arg(value_name = "ACCOUNT", value_parser = account)]
    account: Option<AccountId>,
    /// Who does it: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    /// The second person, who approved it: for a reason that keeps it from her for a while.
    #[arg(long, value_name = "NAME", value_parser = person)]
    approved_by: Option<FullName>,
    /// Why: a code of `reasons.toml`.
    #[arg(long, value_name = "CODE")]
    reason: String,
    /// The case it belongs to; most reasons need one.
    #[arg(long, value_name = "REF")]
    case: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// What is to be changed.
#[derive(Debug, clap::Args)]
pub(super) struct Change {
    #[command(flatten)]
    whose: Whose,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn account(text: &str) -> Result<AccountId, String> {
    let wrong = "not an account's id; leave it out to be asked for the e-mail address or username instead";
    Uuid::parse_str(text).map(AccountId).map_err(|_| wrong.to_owned())
}

impl Resident {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Show(whose) => {
                let (app, why, account) = whose.find().await?;
                show(&app, account, &why, say).await
            }
            Self::Suspend(change) => {
                let (app, why, account, state) = change.look().await?;
                suspend(&app, account, state, &why, change.dry_run, say).await
            }
            Self::Restore(change) => {
                let (app, why, account, state) = change.look().await?;
                restore(&app, account, state, &why, change.dry_run, say).await
            }
            Self::Restrict(restrict) => restrict.run(say).await,
            Self::LiftRestriction(lift) => lift.run(say).await,
            Self::Erase(change) => leaving::erase(&change, say).await,
            Self::Reopen(change) => leaving::reopen(&change, say).await,
            Self::Death(change) => leaving::death(&change, say).await,
            Self::Objections(list) => list.run(say).await,
            Self::DecideObjection(decide) => decide.run(say).await,
        }
    }
}

impl Whose {
    async fn find(&self) -> anyhow::Result<(App, Why, AccountId)> {
        let app = self.place.find()?.app().await?;
        let people = (self.by.clone(), self.approved_by.clone());
        let why = why(&app, people, &self.reason, self.case.as_deref())?;
        let account = whom(&app, self.account).await?;
        Ok((app, why, account))
    }
}

/// Whose account: the one named, or that of whom is typed.
pub(super) async fn whom(app: &App, account: Option<AccountId>) -> anyhow::Result<AccountId> {
    match account {
        Some(account) => Ok(account),
        None => by_identifier(app, &typed()?).await,
    }
}

/// The reason that was given, with who does it and who approved it.
pub(super) fn why(
    app: &App,
    people: (FullName, Option<FullName>),
    reason: &str,
    case: Option<&str>,
) -> anyhow::Result<Why> {
    Why::approved(app, people, reason, case).map_err(|error| match error {
        WhyError::Unknown(_) => anyhow::anyhow!("--reason {reason}: {error}"),
        WhyError::NoCase => anyhow::anyhow!("--reason {reason}: {error}; name it with --case REF"),
        WhyError::OnePerson => {
            anyhow::anyhow!("--reason {reason}: {error}; name another one with --approved-by NAME")
        }
    })
}

impl Change {
    async fn look(&self) -> anyhow::Result<(App, Why, AccountId, State)> {
        let (app, why, account) = self.whose.find().await?;
        let state = standing::look(&app, account, &why, app.now()).await?.with_context(|| no_account(account))?;
        Ok((app, why, account, state))
    }
}

pub(super) fn no_account(account: AccountId) -> String {
    format!("there is no account {account}: look at the id again")
}

async fn show(app: &App, account: AccountId, why: &Why, say: Say) -> anyhow::Result<Ending> {
    let shown = standing::show(app, account, why, app.now()).await?.with_context(|| no_account(account))?;
    let email = shown.email.as_ref().map(EmailAddress::as_str);
    let services: Vec<_> = shown
        .services
        .iter()
        .map(|(client, last)| json!({ "client_id": client, "last_received": last.to_string() }))
        .collect();
    let mut value = json!({
        "account": account, "state": shown.state, "name": shown.name.as_str(), "email": email, "services": services,
    });
    let mut text = format!(
        "{account}\nState: {}\nName: {}\nE-mail: {}",
        shown.state,
        shown.name.as_str(),
        email.unwrap_or("none")
    );
    // Writing to a String cannot fail.
    for given in &shown.details {
        let (label, said) = match given {
            Given::Birthdate(birthdate) => ("Date of birth", birthdate.stored()),
            Given::Address(address) => ("Address", address.on_one_line()),
            Given::PhoneNumber(phone) => ("Phone number", phone.spoken()),
        };
        let _ = write!(text, "\n{label}: {said}");
        if let Some(value) = value.as_object_mut() {
            value.insert(given.detail().as_str().to_owned(), json!(said));
        }
    }
    for (client, last) in &shown.services {
        let _ = write!(text, "\nService: {client}, last on {last}");
    }
    say.answer(&value, &text);
    Ok(Ending::Fine)
}

/// One line of standard input.
fn typed() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let mut out = std::io::stderr().lock();
        let _ = write!(out, "The e-mail address or username she signs in with: ").and_then(|()| out.flush());
    }
    let mut line = String::new();
    stdin.lock().take(LONGEST_LINE).read_line(&mut line).context("standard input cannot be read")?;
    let line = line.trim();
    anyhow::ensure!(
        !line.is_empty(),
        "whose account? Name its id, or give the e-mail address or username she signs in with on standard input"
    );
    Ok(line.to_owned())
}

/// What was typed is not said again: it would be a person's address in somebody's terminal log.
pub(super) async fn by_identifier(app: &App, typed: &str) -> anyhow::Result<AccountId> {
    let found = accounts::by_identifier(&mut app.db.peek(), &identifier(app, typed).0).await?;
    found.context(
        "nobody signs in with that; look at the spelling, and ask whether she signs in with another address or with a \
         username",
    )
}

async fn suspend(
    app: &App,
    account: AccountId,
    state: State,
    why: &Why,
    dry: bool,
    say: Say,
) -> anyhow::Result<Ending> {
    match state {
        State::Active => {}
        State::Frozen => {
            anyhow::bail!("{account} is suspended already, and nothing was done; `resident restore` ends it")
        }
        State::Restricted | State::Closed => {
            anyhow::bail!("{account} is {}, so that nobody signs in to it anyway; nothing was done", state.as_str())
        }
    }
    let ended = if dry {
        standing::open(app, account).await?
    } else {
        let suspended = standing::suspend(app, account, why, app.now()).await?;
        suspended.with_context(|| format!("{account} was changed by somebody else just now, and nothing was done"))?
    };
    let Suspended { sessions, told } = ended;
    let count = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    let (ends, calls) = (count(sessions, "session"), count(told, "call"));
    let text = if dry {
        format!("{account} would be suspended: {ends} would end, and services be told so in {calls}.")
    } else {
        format!(
            "{account} is suspended: nobody signs in to it.\n{ends} ended, and services are told so in \
             {calls}: `portreeve client deliveries` says what they answered.\nAn access token that a service's API \
             verifies by itself works to its end, for minutes.\n`portreeve resident restore` gives the account back."
        )
    };
    let answer = json!({ "account": account, "suspended": !dry, "sessions": sessions, "told": told, "dry_run": dry });
    say.answer(&answer, &text);
    Ok(Ending::Fine)
}

async fn restore(
    app: &App,
    account: AccountId,
    state: State,
    why: &Why,
    dry: bool,
    say: Say,
) -> anyhow::Result<Ending> {
    match state {
        State::Frozen => {}
        State::Active => anyhow::bail!("{account} is not suspended, and nothing was done; `resident suspend` would"),
        State::Restricted | State::Closed => {
            anyhow::bail!("{account} is {}, not suspended; nothing was done", state.as_str())
        }
    }
    let text = if dry {
        format!("{account} would be given back to its owner.")
    } else {
        let restored = standing::restore(app, account, why, app.now()).await?;
        anyhow::ensure!(restored, "{account} was changed by somebody else just now, and nothing was done");
        format!("{account} is given back to its owner, who signs in anew: what was ended stays ended.")
    };
    say.answer(&json!({ "account": account, "restored": !dry, "dry_run": dry }), &text);
    Ok(Ending::Fine)
}

#[cfg(test)]
mod tests {
    use super::account;

    #[test]
    fn an_address_is_not_taken_from_the_command_line() {
        assert!(account("8f14e45f-ceea-467f-a8f5-0123456789ab").is_ok());
        for typed in ["ada@example.org", "ada.w", ""] {
            assert!(account(typed).unwrap_err().contains("leave it out"), "{typed}");
        }
    }
}
