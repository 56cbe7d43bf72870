//! `portreeve client remove`: a client that registered itself is taken away, as it could have done itself (RFC 7592
//! §2.3).

use crate::cli::open::Place;
use crate::cli::{Ending, Say, person};
use crate::domain::account::FullName;
use crate::domain::ids::ClientId;
use crate::service::registration;
use crate::store::clients;
use anyhow::Context as _;
use serde_json::json;

/// Which, and who does it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "All it was given ends at once, residents' sessions there are ended, and it is told so. It cannot be \
    undone: registered anew, it is another client."
)]
pub(in crate::cli) struct Remove {
    /// The service's client_id, as `client list` says it.
    id: String,
    /// Who does it: recorded with the change.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

impl Remove {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let id = ClientId::parse(&self.id).context("this is no client_id")?;
        let app = self.place.find()?.app().await?;
        anyhow::ensure!(
            !app.snapshot().policy.clients.contains_key(&id),
            "{id} stands in a file, and nothing was done: take services/{id}.toml out of the folder of policies, and put \
             that in force with `portreeve client apply`; everything residents gave it ends then"
        );
        let row = clients::by_id(&mut app.db.peek(), id.as_str()).await?;
        let row = row.with_context(|| {
            format!("no client {id} has registered, and nothing was done; `portreeve client list` says which have")
        })?;
        let parted = if self.dry_run {
            None
        } else {
            let parted = registration::take_away(&app, &id, &row.template, self.by, app.now()).await?;
            Some(parted.with_context(|| format!("{id} was removed by somebody else just now"))?)
        };
        let text = match parted {
            None => format!("{id}, which registered under {}, would be removed, with all it was given.", row.template),
            Some(people) => format!(
                "{id} is removed, with all it was given by {people} residents. Where they were signed in there, it is told \
                 so: `portreeve client deliveries` says what it answered."
            ),
        };
        let answer = json!({ "client_id": id.as_str(), "removed": parted.is_some(), "residents": parted, "dry_run": self.dry_run });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }
}
