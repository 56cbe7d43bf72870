//! `portreeve client deliveries`.

use super::super::open::Place;
use super::super::{Ending, Say};
use crate::domain::ids::ClientId;
use crate::store::clients;
use crate::store::deliveries::{self, DeliveryRow, Standing};
use serde_json::json;

/// Say which service was told of ended sessions, when, how often, and what it answered.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Tries are kept for 90 days, the counts of messages for a week. At a service with messages that \
    were given up, residents may still be signed in whose sessions have ended: the command then ends with 1."
)]
pub(in crate::cli) struct Deliveries {
    #[command(flatten)]
    place: Place,
    /// One service alone.
    #[arg(long, value_name = "ID", value_parser = client_id)]
    client: Option<ClientId>,
    /// At most so many tries, latest first.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

fn client_id(text: &str) -> Result<ClientId, String> {
    ClientId::parse(text).ok_or_else(|| "1 to 128 visible ASCII characters".to_owned())
}

impl Deliveries {
    pub(in crate::cli) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let db = house.db_there().await?;
        let client = self.client.as_ref();
        let tries = deliveries::latest(&mut db.peek(), client, self.limit.into()).await?;
        let mut services = deliveries::standings(&mut db.peek()).await?;
        services.retain(|one| client.is_none_or(|client| one.client_id == client.as_str()));
        if let Some(client) = client.filter(|_| services.is_empty() && tries.is_empty()) {
            let in_force = super::in_force(&house, &db).await?.clients.contains_key(client);
            let registered = clients::by_id(&mut db.peek(), client.as_str()).await?.is_some();
            anyhow::ensure!(
                in_force || registered,
                "there is no service {client}: `portreeve client list` names them all"
            );
        }
        say.answer(&json!({ "services": services, "tries": tries }), &in_words(&services, &tries));
        let given_up = services.iter().any(|one| one.given_up > 0);
        Ok(if given_up { Ending::Found } else { Ending::Fine })
    }
}

fn in_words(services: &[Standing], tries: &[DeliveryRow]) -> String {
    if services.is_empty() && tries.is_empty() {
        return "No service has been told of an ended session.".to_owned();
    }
    let service = |one: &Standing| {
        let Standing { client_id, waiting, confirmed, given_up } = one;
        format!("{client_id}: {confirmed} confirmed, {waiting} on their way, {given_up} given up")
    };
    let line = |one: &DeliveryRow| {
        let DeliveryRow { at, client_id, attempt, outcome, answer, took, .. } = one;
        format!("{at}  {client_id}  try {attempt}  {outcome:9}  {took} ms  {answer}")
    };
    let lines: Vec<String> = services.iter().map(service).chain(tries.iter().map(line)).collect();
    lines.join("\n")
}
