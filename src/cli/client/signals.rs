//! `portreeve client signals`.

use super::super::open::Place;
use super::super::{Ending, Say};
use crate::app::Clock;
use crate::domain::ids::ClientId;
use crate::domain::signal::State;
use crate::service::signals::overdue::{self, ByHand};
use crate::store::signals::{self, SignalRow, TryRow};
use serde_json::json;
use uuid::Uuid;

/// Say which services were told of a withdrawal, a correction or an erasure, and what they answered.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Overdue is what was refused, not answered for 14 days or has to be told by hand; what has not arrived for \
    a day; and what was not said to be done within 14 days. If anything is, the command ends with 1; with --change, it does \
    unless every service has confirmed."
)]
pub(in crate::cli) struct Signals {
    #[command(flatten)]
    place: Place,
    /// One service alone.
    #[arg(long, value_name = "ID", value_parser = client_id)]
    client: Option<ClientId>,
    /// Only those that somebody has to look after, oldest first.
    #[arg(long)]
    overdue: bool,
    /// Of one change alone (the `txn` of its signals): which services confirmed it, and which did not.
    #[arg(long, value_name = "TXN", conflicts_with_all = ["overdue", "client"])]
    change: Option<Uuid>,
    /// At most so many, latest first.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

fn client_id(text: &str) -> Result<ClientId, String> {
    ClientId::parse(text).ok_or_else(|| "1 to 128 visible ASCII characters".to_owned())
}

impl Signals {
    pub(in crate::cli) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let db = house.db_there().await?;
        let (client, limit) = (self.client.as_ref().map_or("", ClientId::as_str), i64::from(self.limit));
        let late = overdue::all(&mut db.peek(), client, Clock::Wall.now(), limit).await?;
        let found = !late.is_empty();
        if let Some(change) = self.change {
            let told = signals::of_change(&mut db.peek(), change).await?;
            anyhow::ensure!(!told.is_empty(), "No service was told of such a change.");
            say.answer(&json!({ "signals": told }), &told.iter().map(row).collect::<Vec<_>>().join("\n"));
            let done = told.iter().all(|one| State::parse(&one.state) == Some(State::Done));
            return Ok(if done { Ending::Fine } else { Ending::Found });
        }
        let (rows, tries) = if self.overdue {
            (late, Vec::new())
        } else {
            (
                signals::latest(&mut db.peek(), client, limit).await?,
                signals::tries(&mut db.peek(), client, limit).await?,
            )
        };
        let mut by_hand = overdue::by_hand(super::in_force(&house, &db).await?.clients.values());
        by_hand.retain(|one| client.is_empty() || one.client_id == client);
        let all = json!({ "signals": rows, "tries": tries, "by_hand": by_hand });
        say.answer(&all, &in_words(&rows, &tries, &by_hand, self.overdue));
        Ok(if found { Ending::Found } else { Ending::Fine })
    }
}

fn row(one: &SignalRow) -> String {
    let SignalRow { queued_at, client_id, kind, state, reason, tries, jti, txn, .. } = one;
    let why = reason.as_deref().map_or_else(String::new, |why| format!(" ({why})"));
    format!("{queued_at}  {client_id}  {kind}  {state}{why}  {tries} tries  {jti}  of {txn}")
}

fn in_words(rows: &[SignalRow], tries: &[TryRow], by_hand: &[ByHand], overdue: bool) -> String {
    let one_try = |one: &TryRow| {
        let TryRow { at, client_id, attempt, answer, took, jti, .. } = one;
        format!("{at}  {client_id}  try {attempt}  {took} ms  {answer}  {jti}")
    };
    let hand = |one: &ByHand| format!("{}: tell it by hand of {}", one.client_id, one.kinds.join(", "));
    let mut lines: Vec<String> = rows.iter().map(row).chain(tries.iter().map(one_try)).collect();
    if rows.is_empty() {
        let none = if overdue { "No service is overdue." } else { "No service has been told of a change." };
        lines.push(none.to_owned());
    }
    lines.extend(by_hand.iter().map(hand));
    lines.join("\n")
}
