//! `portreeve client why`: why a service gets this, and not that; of one resident as a look at her, with its reason.

use crate::app::App;
use crate::cli::open::Place;
use crate::cli::resident::{account, no_account, whom, why};
use crate::cli::{Ending, Say, person};
use crate::domain::account::FullName;
use crate::domain::claims::Claim;
use crate::domain::client::Client;
use crate::domain::ids::{AccountId, ClientId};
use crate::service::{sharing, standing};
use anyhow::Context as _;
use serde_json::{Value, json};

/// Which service, and of whom.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Why {
    /// The service's client_id.
    id: String,
    /// What it gets of this resident, by the account's id; `-` to be asked for the e-mail address or username she signs in with.
    /// It is recorded first, and she sees that it was done and why.
    #[arg(long, value_name = "ACCOUNT", requires_all = ["by", "reason"], value_parser = resident)]
    resident: Option<Resident>,
    /// Who looks: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: Option<FullName>,
    /// The second person, who approved it: for a reason that keeps it from her for a while.
    #[arg(long, value_name = "NAME", value_parser = person)]
    approved_by: Option<FullName>,
    /// Why: a code of `reasons.toml`.
    #[arg(long, value_name = "CODE")]
    reason: Option<String>,
    /// The case it belongs to; most reasons need one.
    #[arg(long, value_name = "REF")]
    case: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// An account that was named, or is to be asked for.
#[derive(Debug, Clone, Copy)]
struct Resident(Option<AccountId>);

fn resident(text: &str) -> Result<Resident, String> {
    if text == "-" { Ok(Resident(None)) } else { account(text).map(|account| Resident(Some(account))) }
}

impl Why {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let snapshot = app.snapshot();
        let client = ClientId::parse(&self.id).and_then(|id| snapshot.client(&id).cloned());
        let client = client.with_context(|| {
            format!("there is no service {:?} in force; `portreeve client list` names them", self.id)
        })?;
        let (Some(Resident(named)), Some(by), Some(reason)) = (self.resident, self.by, self.reason) else {
            shares(&app, &client, say);
            return Ok(Ending::Fine);
        };
        let why = why(&app, (by, self.approved_by), &reason, self.case.as_deref())?;
        let account = whom(&app, named).await?;
        of_resident(&app, &client, account, &why, say).await
    }
}

/// What it may get, of anybody, and why.
fn shares(app: &App, client: &Client, say: Say) {
    let (snapshot, now) = (app.snapshot(), app.now());
    let mut lines: Vec<Value> = Vec::new();
    let mut text = vec![format!("{} may get:", client.id)];
    for share in &client.shares {
        let notice = snapshot.policy.edition_at(&share.notice, now);
        let claims: Vec<&str> = share.claims.iter().map(Claim::as_str).collect();
        let power = share.power.as_ref().map(|power| format!(", {power}")).unwrap_or_default();
        text.push(format!(
            "{} for {} ({}{power}), told by {}; it keeps it: {}",
            claims.join(", "),
            share.purpose,
            share.basis.as_str(),
            notice,
            share.recipient_retention.en,
        ));
        lines.push(json!({
            "purpose": share.purpose, "basis": share.basis, "power": share.power, "claims": share.claims,
            "notice": notice, "recipient_retention": share.recipient_retention.en,
        }));
    }
    if lines.is_empty() {
        text = vec![format!("{} may get nothing about anybody.", client.id)];
    }
    say.answer(&json!({ "client_id": client.id, "shares": lines }), &text.join("\n"));
}

async fn of_resident(
    app: &App,
    client: &Client,
    account: AccountId,
    why: &standing::Why,
    say: Say,
) -> anyhow::Result<Ending> {
    let now = app.now();
    let leave = standing::look_at_sharing(app, account, why, now).await?.with_context(|| no_account(account))?;
    let found = sharing::why(app, client, &leave, now).await?;
    let mut lines: Vec<Value> = Vec::new();
    let mut text = vec![format!("Of {account}, {}:", client.id)];
    for line in &found {
        let power = line.power.as_ref().map(|power| format!(", {power}")).unwrap_or_default();
        let head = format!("{} for {} ({}{power})", line.claim.as_str(), line.purpose, line.basis.as_str());
        let (record, since, because) = match &line.outcome {
            Ok((record, since)) => (Some(record), *since, None),
            Err(because) => (None, None, Some(*because)),
        };
        text.push(match (since, because) {
            (_, Some(because)) => format!("does not get {head}: {}", because.in_words()),
            (Some(since), None) => {
                let until = line.until.map(|until| format!(", until {until}")).unwrap_or_default();
                format!("gets {head}: by {} since {since}{until}", line.notice)
            }
            (None, None) => format!("gets {head}: by {}", line.notice),
        });
        lines.push(json!({
            "claim": line.claim, "purpose": line.purpose, "basis": line.basis, "power": line.power,
            "notice": line.notice, "gets": because.is_none(), "because": because, "record": record, "since": since,
            "until": line.until,
        }));
    }
    say.answer(&json!({ "client_id": client.id, "account": account, "claims": lines }), &text.join("\n"));
    Ok(Ending::Fine)
}
