//! `portreeve resident erase | reopen | death`: how an account ends, for those who do not end it themselves.

use super::{Change, no_account};
use crate::app::App;
use crate::cli::{Ending, Say};
use crate::domain::account::State;
use crate::domain::ids::AccountId;
use crate::service::erasure::{self, Cause, Erased};
use crate::service::post::Text;
use crate::service::standing::Why;
use crate::view::Lang;
use serde_json::json;
use std::fmt::Write as _;

/// What is kept, in words.
fn kept_words(what: &str) -> &str {
    match what {
        "sharing_record" => "what services were given and why, without what it said",
        "signal" => "which services were told, and what they answered",
        "access_question" => "what she asked about who saw her data, and the answers",
        "rights_case" => "what she asked for by right or complained of, and the answers",
        "enquiry_person" => "who on the staff looked at her record, and why",
        "log" => "the log, without names",
        "backup" => "copies of the vault, without which nobody reads her details in a copy of the data",
        "erasure" => "that the account was erased, so that no backup brings it back",
        other => other,
    }
}

pub(super) async fn erase(change: &Change, say: Say) -> anyhow::Result<Ending> {
    let (app, why, account, _) = change.look().await?;
    let now = app.now();
    let kept = erasure::kept(&app, account, now).await?;
    if let Some(hold) = erasure::held(&app, account).await? {
        anyhow::bail!(
            "the hold {} ({}) stands against it, and nothing was done: two people release it with `portreeve retention hold release`",
            hold.id,
            hold.kind.as_str()
        );
    }
    let services = if change.dry_run {
        None
    } else {
        let letter = app.view().letters(Lang::default()).erased();
        let farewell = Text { subject: letter.subject, body: letter.body };
        match erasure::erase(&app, account, &cause(&why), Some(&farewell), now).await? {
            Erased::Done { services, .. } => Some(services),
            Erased::Held(hold) => anyhow::bail!("the hold {} was placed just now, and nothing was done", hold.id),
            Erased::Gone | Erased::Stays => anyhow::bail!(no_account(account)),
        }
    };
    let mut text = match services {
        Some(services) => format!(
            "{account} is erased, and {} told. Its last events are sealed before its key is destroyed: `serve` \
             does that within seconds, and records what is left.",
            if services == 1 { "1 service is".to_owned() } else { format!("{services} services are") }
        ),
        None => format!("{account} would be erased."),
    };
    text.push_str("\nWhat is kept:");
    for one in &kept {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n  {}, until {} at the latest: {} ({})",
            kept_words(one.what),
            one.until,
            one.rationale,
            one.legal_basis
        );
    }
    if erasure::closed_until(&app, now).is_none() {
        text.push_str("\nNothing is deleted on these days yet, except for the copies: the schedule is not in force.");
    }
    let answer = json!({ "account": account, "erased": !change.dry_run, "services": services, "kept": kept, "dry_run": change.dry_run });
    say.answer(&answer, &text);
    Ok(Ending::Fine)
}

fn cause(why: &Why) -> Cause {
    Cause::Operator(Box::new(why.clone()))
}

pub(super) async fn reopen(change: &Change, say: Say) -> anyhow::Result<Ending> {
    let (app, why, account, state) = change.look().await?;
    anyhow::ensure!(state == State::Closed, "{account} is {}, not closed; nothing was done", state.as_str());
    if !change.dry_run {
        let reopened = erasure::reopened_by(&app, account, &why, app.now()).await?;
        anyhow::ensure!(reopened, "{account} was changed by somebody else just now, and nothing was done");
    }
    let text = if change.dry_run {
        format!("{account} would be opened again.")
    } else {
        format!("{account} is open again: its owner signs in as before, and says anew what services may get.")
    };
    say.answer(&json!({ "account": account, "reopened": !change.dry_run, "dry_run": change.dry_run }), &text);
    Ok(Ending::Fine)
}

pub(super) async fn death(change: &Change, say: Say) -> anyhow::Result<Ending> {
    let (app, why, account, _) = change.look().await?;
    let sessions = if change.dry_run { None } else { Some(noted(&app, account, &why).await?) };
    let text = match sessions {
        Some(sessions) => format!(
            "It is noted that the owner of {account} has died: nobody signs in, nothing is passed on, no letter goes out, and \
             {sessions} sessions ended. The account goes by the rule of its own (account.deceased)."
        ),
        None => format!("It would be noted that the owner of {account} has died."),
    };
    say.answer(&json!({ "account": account, "noted": !change.dry_run, "dry_run": change.dry_run }), &text);
    Ok(Ending::Fine)
}

async fn noted(app: &App, account: AccountId, why: &Why) -> anyhow::Result<usize> {
    let noted = erasure::note_death(app, account, why, app.now()).await?;
    noted.ok_or_else(|| anyhow::anyhow!("that the owner of {account} has died was noted before, and nothing was done"))
}
