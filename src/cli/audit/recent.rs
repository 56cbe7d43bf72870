//! `portreeve audit recent`: what was recorded last.

use super::super::open::Place;
use super::super::{Ending, Say};
use crate::domain::audit::leaf::{Read, short};
use crate::domain::audit::vocabulary;
use crate::domain::time::When;
use crate::store::events::{self, LeafRow};
use anyhow::Context as _;
use serde_json::{Value, json};

/// Say what was recorded last, newest first.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A leaf names nobody: members of staff and residents stand in it as pseudonyms, and what else was recorded \
    is in the payload, which is not shown. So this is no look at anybody, and leaves no event. Each line begins with \
    the place of the event in its log, or a dash until it has one; then when, what, what became of it, who, at which \
    service, for which purpose, and about whom if not about themselves. Pseudonyms are shortened; `--json` has the leaves whole."
)]
pub(in crate::cli) struct Recent {
    #[command(flatten)]
    place: Place,
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    last: u32,
    /// Of this type alone, like officer.viewed; `portreeve audit schema` lists them.
    #[arg(long, value_name = "TYPE", value_parser = kind)]
    kind: Option<String>,
}

fn kind(text: &str) -> Result<String, String> {
    let known = vocabulary::named(text).is_some();
    known.then(|| text.to_owned()).ok_or_else(|| "no type of event: `portreeve audit schema` lists them".to_owned())
}

impl Recent {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let db = self.place.find()?.db_there().await?;
        let rows = events::recent(&mut db.read().await?, self.kind.as_deref(), i64::from(self.last)).await?;
        let lines: Vec<String> = rows.iter().map(line).collect();
        let text = if lines.is_empty() { "Nothing of the kind was recorded.".to_owned() } else { lines.join("\n") };
        let all: Vec<Value> = rows.iter().map(value).collect::<anyhow::Result<_>>()?;
        say.answer(&json!({ "events": all }), &text);
        Ok(Ending::Fine)
    }
}

/// A leaf of another version stands as it is.
fn line(row: &LeafRow) -> String {
    let index = row.leaf_index.map_or_else(|| "-".to_owned(), |index| index.to_string());
    format!("{index:>8}  {}", Read::parse(&row.leaf).map_or_else(|| row.leaf.clone(), |leaf| in_words(&leaf)))
}

fn in_words(leaf: &Read) -> String {
    let Read { actor, channel, client_id, kind, outcome, purpose, reason_code, subject, time_ms, .. } = leaf;
    let at = When::from_millis(*time_ms);
    let became = reason_code.as_ref().map_or_else(|| outcome.to_string(), |reason| format!("{outcome} ({reason})"));
    // A client is called by its id, anybody else by a pseudonym.
    let named = |reference| if *actor.class == *"client" { reference } else { short(reference) };
    let who = [Some(&*actor.class), actor.role.as_deref(), actor.reference.as_deref().map(named)];
    let who = who.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let service = client_id.as_ref().filter(|service| actor.reference.as_ref() != Some(service));
    let about = subject.as_ref().filter(|subject| actor.reference.as_ref() != Some(subject));
    let words = [
        Some(format!("{at:.3}  {kind:<24}  {became}  {who} ({channel})")),
        service.map(|service| format!("at {service}")),
        purpose.as_ref().map(|purpose| format!("for {purpose}")),
        about.map(|subject| format!("about {}", short(subject))),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

fn value(row: &LeafRow) -> anyhow::Result<Value> {
    let leaf: Value = serde_json::from_str(&row.leaf).context("a leaf cannot be read")?;
    Ok(json!({ "log": row.log, "index": row.leaf_index, "leaf": leaf }))
}
