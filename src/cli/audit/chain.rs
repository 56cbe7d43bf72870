//! Which keys count for an export (FORMAT.md §4): those that were named, and those that follow them because the log itself says
//! so under them. Whether what says so is in the log is proved with everything else: proofs 2, 4 and 5.

use crate::crypto::note::{KeyKind, Note, Signature, VerifierKey};
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::verify::Entry;
use serde_json::Value;
use std::io::{self, BufRead};

/// What announces a key.
const KIND: &str = "log.key_announced";

/// The keys that count.
pub(super) struct Chain {
    /// For the head and the manifest.
    pub(super) now: Vec<VerifierKey>,
    /// For earlier checkpoints also those that came before: a key that counts says which one it follows.
    pub(super) ever: Vec<VerifierKey>,
    named: usize,
}

/// An entry that says which key follows which.
struct Step {
    index: u64,
    key: VerifierKey,
    previous: VerifierKey,
}

impl Chain {
    /// Those that were named alone.
    pub(super) fn of(named: &[VerifierKey]) -> Self {
        Self { now: named.to_vec(), ever: named.to_vec(), named: named.len() }
    }

    /// Those that the entries announce too: each by an entry that a checkpoint is over which a key signed that counts.
    pub(super) fn read(named: &[VerifierKey], notes: &[Note], entries: impl BufRead) -> io::Result<Self> {
        let mut chain = Self::of(named);
        let log = named.first().map_or("", VerifierKey::name);
        let mut steps = Vec::new();
        for line in entries.split(b'\n') {
            steps.extend(String::from_utf8(line?).ok().and_then(|line| step(&line, log)));
        }
        let over: Vec<(u64, &Note)> = notes
            .iter()
            .filter_map(|note| Some((Checkpoint::parse(note.text()).filter(|head| head.origin == log)?.size, note)))
            .collect();
        for step in &steps {
            let sealed = over.iter().any(|(size, note)| *size > step.index && signed(note, &chain.now));
            if sealed && chain.now.contains(&step.previous) && !chain.now.contains(&step.key) {
                chain.now.push(step.key.clone());
            }
        }
        chain.ever.clone_from(&chain.now);
        for step in steps.iter().rev() {
            if chain.ever.contains(&step.key) && !chain.ever.contains(&step.previous) {
                chain.ever.push(step.previous.clone());
            }
        }
        Ok(chain)
    }

    /// Those that were not named.
    pub(super) fn announced(&self) -> Vec<String> {
        self.now.iter().skip(self.named).map(ToString::to_string).collect()
    }

    /// Who signed a note under the log's name and does not count, in words.
    pub(super) fn strangers(&self, note: &Note) -> String {
        let log = self.now.first().map_or("", VerifierKey::name);
        let known: Vec<String> = self.now.iter().filter_map(id).collect();
        let all = note.signatures().iter().filter(|line| line.name() == log).map(Signature::key);
        let strange: Vec<String> = all.filter(|key| !known.contains(key)).collect();
        if strange.is_empty() {
            return String::new();
        }
        format!(" It names {}, which the log announces under no key that was named.", strange.join(" and "))
    }
}

/// A key without its last part, as a signature names it.
fn id(key: &VerifierKey) -> Option<String> {
    let text = key.to_string();
    let (name, rest) = text.split_once('+')?;
    let (id, _) = rest.split_once('+')?;
    (key.kind() == KeyKind::Log).then(|| format!("{name}+{id}"))
}

/// Whether one of these keys signed a note.
pub(super) fn signed(note: &Note, keys: &[VerifierKey]) -> bool {
    keys.iter().any(|key| note.signed_by(key).is_some())
}

fn step(line: &str, log: &str) -> Option<Step> {
    if !line.contains(KIND) {
        return None;
    }
    let entry: Entry = serde_json::from_str(line).ok()?;
    let leaf: Value = serde_json::from_str(&entry.leaf).ok()?;
    let payload: Value = serde_json::from_str(entry.payload.as_deref()?).ok()?;
    let data = payload.get("data")?;
    let key = |name: &str| -> Option<VerifierKey> { data.get(name)?.as_str()?.parse().ok() };
    let of_log = |key: &VerifierKey| key.name() == log && key.kind() == KeyKind::Log;
    let (key, previous) = (key("key").filter(of_log)?, key("previous").filter(of_log)?);
    (leaf.get("type")? == KIND).then_some(Step { index: entry.index, key, previous })
}
