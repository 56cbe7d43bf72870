//! `portreeve audit prove`: one event, with its way up to a signed checkpoint.

use super::super::open::Place;
use super::super::{Ending, Say};
use super::{Opened, Why};
use crate::domain::ids::EventId;
use crate::service::export::{Range, Refused, take};
use crate::store::log;
use serde_json::json;
use uuid::Uuid;

/// Write the proof that one event is in its log.
#[derive(Debug, clap::Args)]
#[command(after_help = "The proof (C2SP tlog-proof) goes to the output; `portreeve audit verify` reads it.")]
pub(in crate::cli) struct Prove {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    why: Why,
    /// The event's identifier.
    event: Uuid,
}

impl Prove {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let opened = Opened::find(&self.place).await?;
        let (leave, now) = (self.why.leave()?, opened.now);
        let place = log::place_of(&mut opened.db.peek(), EventId(self.event)).await?;
        let (name, index) = place.ok_or(Refused::NoEvent)?;
        let all = log::all(&mut opened.db.peek()).await?;
        let year = all.iter().find(|log| log.name == name).map(|log| log.year).ok_or(Refused::NoLog)?;
        let index = u64::try_from(index)?;
        let range = Range { from: Some(index), to: Some(index + 1), cosigned: false };
        let taken = take(&opened.house(), Some(year), range, (&leave, &[]), now).await?;
        let proof = taken.proof(&opened.db).await?;
        let (vkey, text) = (taken.vkey(), proof.to_string());
        say.answer(&json!({ "log": name, "index": index, "proof": text, "key": vkey }), &text);
        Ok(Ending::Fine)
    }
}
