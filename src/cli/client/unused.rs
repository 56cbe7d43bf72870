//! `portreeve client unused`: claims that a share allows and that were not released for some months. Counts only.

use super::super::open::Place;
use super::super::policy::source::running;
use super::super::{Ending, Say};
use crate::app::Clock;
use crate::domain::claims::Claim;
use crate::domain::ids::ClientId;
use crate::domain::retention::Period;
use crate::store::received::{self, ReleasedRow};
use serde::Serialize;
use serde_json::json;

/// Say which claims a service may have and has not had for some months: they could be taken out of its shares.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It counts grants, and says of no resident what was released. What goes with a claim, as whether an address is \
    proven, is not counted by itself. Grants are kept as long as the sessions they belong to: a report over more months than \
    that says of a claim that it was not seen, not that it never was. With a finding it ends with 1."
)]
pub(in crate::cli) struct Unused {
    #[command(flatten)]
    place: Place,
    /// For so many months.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=120))]
    months: u16,
    /// One service alone.
    #[arg(long, value_name = "ID", value_parser = client_id)]
    client: Option<ClientId>,
}

fn client_id(text: &str) -> Result<ClientId, String> {
    ClientId::parse(text).ok_or_else(|| "1 to 128 visible ASCII characters".to_owned())
}

/// One claim of one share.
#[derive(Debug, Serialize)]
struct Line {
    client_id: String,
    service: String,
    purpose: String,
    claim: &'static str,
    times: i64,
    last: Option<String>,
}

impl Unused {
    pub(in crate::cli) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let db = house.db_there().await?;
        let running = running(&house, &db).await?;
        let since = Period::months(self.months)?.before(Clock::Wall.now(), &running.bundle.controller.time_zone);
        let released = received::released_since(&mut db.peek(), since).await?;
        let known = |id: &ClientId| running.clients.iter().any(|client| &client.id == id);
        if let Some(id) = self.client.as_ref().filter(|id| !known(id)) {
            anyhow::bail!("there is no service {id}: `portreeve client list` names them all");
        }
        let mut lines = Vec::new();
        for client in running.clients.iter().filter(|client| self.client.as_ref().is_none_or(|id| id == &client.id)) {
            for share in &client.shares {
                for claim in share.claims.iter().filter(|claim| claim.said_of().is_none()) {
                    let (times, last) = seen(&released, client.id.as_str(), claim);
                    lines.push(Line {
                        client_id: client.id.as_str().to_owned(),
                        service: client.name.en.clone(),
                        purpose: share.purpose.clone(),
                        claim: claim.as_str(),
                        times,
                        last,
                    });
                }
            }
        }
        let unused: Vec<&Line> = lines.iter().filter(|line| line.times == 0).collect();
        let said =
            |line: &&Line| format!("{} ({}): {}, not released since {since}", line.client_id, line.purpose, line.claim);
        let text = unused.iter().map(said).collect::<Vec<_>>().join("\n");
        let answer = json!({ "months": self.months, "since": since.to_string(), "unused": unused, "claims": lines });
        say.answer(&answer, if unused.is_empty() { "Every claim was released." } else { &text });
        Ok(if unused.is_empty() { Ending::Fine } else { Ending::Found })
    }
}

/// How often a claim was released to a service, and when last.
fn seen(released: &[ReleasedRow], client: &str, claim: Claim) -> (i64, Option<String>) {
    let has = |row: &&ReleasedRow| {
        let mut words = row.id_token_claims.split(' ').chain(row.userinfo_claims.split(' '));
        row.client_id == client && words.any(|word| word == claim.as_str())
    };
    let rows: Vec<&ReleasedRow> = released.iter().filter(has).collect();
    let last = rows.iter().map(|row| row.last).max().map(|when| when.to_string());
    (rows.iter().map(|row| row.times).sum(), last)
}
