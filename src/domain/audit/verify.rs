//! What an export of a log proves, and what not (deploy/verify/FORMAT.md): entry by entry, from its files alone.
//!
//! ```text
//! signed checkpoint ──root──> tiles ──hash at each index──> entries ──commitment──> payloads
//! ```
//!
//! Signatures are judged by the caller; here they are facts.

mod disposed;
mod line;
mod scan;
mod verdict;

pub use disposed::Elsewhere;
pub use line::Batch;
pub use verdict::{Finding, TOLD, Verdict};

use super::checkpoint::Checkpoint;
use super::disposal::Disposal;
use super::tree::{Hash, MOST, Place, Tiles, WIDTH, edge, subtree};
use crate::domain::time::When;
use disposed::Disposed;
use line::{Facts, Payload, Said, Told};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The format that is written.
pub const FORMAT: &str = "portreeve-audit/2";

/// The one before, which knows of no disposal, and is read as ever.
pub const FORMAT_1: &str = "portreeve-audit/1";

/// How far times may go backwards along the log: clocks of nodes differ, and transactions commit late.
pub const SKEW: Duration = Duration::from_mins(10);

/// What an export says of itself. It is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`], or one before.
    pub format: String,
    /// The log's name.
    pub log: String,
    /// The first index.
    pub from: u64,
    /// The first index after the last.
    pub to: u64,
    /// When it was written, in milliseconds since the epoch.
    pub exported_ms: i64,
    /// The event that records the export.
    pub event: String,
    /// SHA-256 of each file but the tiles, which the checkpoint proves, in hex.
    pub files: BTreeMap<String, String>,
}

/// Whether the payload of an entry is in the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// It is.
    Given,
    /// The house has it, sealed under a person's key.
    Withheld,
    /// The house has it no longer.
    Destroyed,
}

/// One line of `entries.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place.
    pub index: u64,
    /// The leaf, byte for byte.
    pub leaf: String,
    /// Whether the payload is here.
    pub kept: Kept,
    /// The salt of the commitment, in hex, of a payload that is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// The payload, byte for byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
}

/// A signed checkpoint from before the export's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// Whether somebody kept it; else it is one of the export, which holds the hashes for it.
    pub kept: bool,
}

/// Where tiles come from; none if that one is not in the export.
pub type Source<'s> = dyn Fn(Place, usize) -> Option<Vec<u8>> + 's;

/// Goes through an export, line by line.
pub struct Verifier<'s> {
    manifest: Manifest,
    size: u64,
    /// Whether the tree in the export is the one of the checkpoint.
    sound: bool,
    source: &'s Source<'s>,
    tiles: Tiles,
    /// The index that the next line should have.
    next: u64,
    /// The number of the tile that the last line lies in.
    turned: Option<u64>,
    /// Which tiles above the leaves are proved, of those that were asked for: each has thousands of entries under it.
    judged: BTreeMap<Place, bool>,
    latest_ms: i64,
    activated: BTreeSet<String>,
    cited: BTreeMap<String, u64>,
    disposed: Disposed,
    /// Of which log it is kept what entries say was destroyed, and what they say.
    keeps: Option<String>,
    kept: Vec<Elsewhere>,
    verdict: Verdict,
}

/// How many hashes the tile at this place has in a tree of `size`.
#[must_use]
pub fn width(place: Place, size: u64) -> usize {
    let nodes = size.checked_shr(8 * u32::from(place.level)).unwrap_or(0);
    let before = place.number.saturating_mul(WIDTH as u64);
    usize::try_from(nodes.saturating_sub(before).min(WIDTH as u64)).unwrap_or(0)
}

impl<'s> Verifier<'s> {
    /// Begins. `checkpoint` is signed; `earlier` are too.
    #[must_use]
    pub fn new(manifest: Manifest, checkpoint: &Checkpoint, earlier: &[Before], source: &'s Source<'s>) -> Self {
        let mut verifier = Self {
            next: manifest.from,
            turned: None,
            judged: BTreeMap::new(),
            size: checkpoint.size,
            sound: false,
            source,
            tiles: Tiles::default(),
            latest_ms: i64::MIN,
            activated: BTreeSet::new(),
            cited: BTreeMap::new(),
            disposed: Disposed::new(&manifest.log, manifest.from, manifest.to),
            keeps: None,
            kept: Vec::new(),
            verdict: Verdict::default(),
            manifest,
        };
        if verifier.manifest.to > checkpoint.size || verifier.manifest.from > verifier.manifest.to {
            verifier.verdict.find(
                3,
                Some(checkpoint.size),
                "The manifest names entries that the checkpoint is not over.",
            );
        }
        verifier.tree(checkpoint, earlier);
        verifier
    }

    /// Keeps what entries say was destroyed of this log, for another export.
    #[must_use]
    pub fn keeping(mut self, log: Option<&str>) -> Self {
        self.keeps = log.map(ToOwned::to_owned);
        self
    }

    /// What entries of another export say.
    pub fn elsewhere(&mut self, said: &[Elsewhere]) {
        for one in said {
            self.disposed.elsewhere(one);
        }
    }

    /// Proof 4: the tree is the one of the checkpoint, and each earlier checkpoint is over its beginning.
    fn tree(&mut self, checkpoint: &Checkpoint, earlier: &[Before]) {
        let mut earlier: Vec<&Before> = earlier.iter().collect();
        earlier.sort_by_key(|before| before.checkpoint.size);
        let (until, later): (Vec<_>, Vec<_>) =
            earlier.into_iter().partition(|before| before.checkpoint.size <= checkpoint.size);
        self.sound = self.root(checkpoint.size) == Some(checkpoint.root);
        // Two over the same number may contradict each other: what holds below is what is smaller than both.
        let (mut below, mut well) = (0, 0);
        for (before, kept) in until.iter().map(|one| (&one.checkpoint, one.kept)).chain([(checkpoint, false)]) {
            let root = self.root(before.size);
            if root.is_none() && kept {
                self.verdict.not_compared.push(before.size);
                continue;
            }
            if before.size > well {
                below = well;
            }
            if root != Some(before.root) {
                let last = before.size.max(below + 1) - 1;
                let what = format!(
                    "Somewhere here the log is not what was signed when it had {} entries; those before are.",
                    before.size
                );
                self.verdict.find_all(4, Some(below), Some(last), what);
                break;
            }
            well = before.size;
        }
        if let Some(later) = later.first().map(|later| later.checkpoint.size) {
            let what = format!("A signed checkpoint is over {later} entries, and this log ends here.");
            self.verdict.find_all(4, Some(checkpoint.size), Some(later - 1), what);
        }
    }

    fn root(&mut self, size: u64) -> Option<Hash> {
        for place in edge(size) {
            self.load(place);
        }
        self.tiles.root(size)
    }

    fn load(&mut self, place: Place) {
        let wanted = width(place, self.size);
        if wanted > 0
            && self.tiles.hashes(place).is_empty()
            && let Some(bytes) = (self.source)(place, wanted)
            && bytes.len() == wanted * 32
        {
            self.tiles.put(place, &bytes);
        }
    }

    /// Whether the tile at this place is proved by the checkpoint: a full one by the hash above it, the last by the root.
    fn proved(&mut self, place: Place) -> bool {
        self.load(place);
        let hashes = self.tiles.hashes(place);
        if hashes.is_empty() {
            return false;
        }
        if hashes.len() < WIDTH {
            return self.sound;
        }
        let root = subtree(hashes);
        let above = Place { level: place.level + 1, number: place.number / WIDTH as u64 };
        let within = usize::try_from(place.number % WIDTH as u64).unwrap_or(WIDTH);
        let proved = self.judged.get(&above).copied().unwrap_or_else(|| self.proved(above));
        self.judged.insert(above, proved);
        proved && self.tiles.hashes(above).get(within) == Some(&root)
    }

    /// The next line of `entries.jsonl`.
    pub fn line(&mut self, line: &str) {
        // One that is empty is a line too.
        let mut whole = line.as_bytes().to_vec();
        whole.push(b'\n');
        self.take(&Batch::read(&whole, &self.manifest.log));
    }

    /// The next lines of `entries.jsonl`.
    pub fn take(&mut self, batch: &Batch) {
        let mut seen = vec![false; batch.policies.len()];
        for facts in &batch.lines {
            self.verdict.entries += 1;
            let Some(facts) = facts else {
                self.verdict.find(2, Some(self.next), "Its line cannot be read.");
                self.next += 1;
                continue;
            };
            let Some(said) = self.place(facts) else { continue };
            // The first that cites a version is told.
            if let (Some(seen), Some(policy)) = (seen.get_mut(said.policy), batch.policies.get(said.policy))
                && (!*seen || said.told != Told::Nothing)
            {
                *seen = true;
                self.cites(facts.index, policy, &said.told);
            }
            self.content(facts.index, said);
        }
    }

    /// Proofs 2 and 3; gives what the entry says if it stands at its place.
    fn place<'f>(&mut self, facts: &'f Facts) -> Option<&'f Said> {
        let index = facts.index;
        if index > MOST || index >= self.manifest.to {
            let what = format!("Here stands an entry with the number {index}, which this export should not hold.");
            self.verdict.find(3, Some(self.next), what);
            return None;
        }
        if index < self.next {
            let what = "It stands a second time, or behind a later one.";
            self.verdict.find(3, Some(index), what);
            return None;
        }
        if index > self.next {
            self.missing(index);
        }
        let tile = index / WIDTH as u64;
        if self.turned != Some(tile) {
            self.turned = Some(tile);
            self.turn_to(index);
        }
        self.next = index + 1;
        self.included(index, facts.hash);
        if facts.said.is_none() {
            self.verdict.find(2, Some(index), "The entry is no leaf of this format.");
        }
        facts.said.as_ref()
    }

    fn missing(&mut self, until: u64) {
        let what = if until == self.next + 1 { "It is missing." } else { "They are missing." };
        self.verdict.find_all(3, Some(self.next), Some(until - 1), what);
    }

    /// Tiles of leaves are needed one after another: those left behind are let go.
    fn turn_to(&mut self, index: u64) {
        let place = Place { level: 0, number: index / WIDTH as u64 };
        self.tiles.keep(|held| held.level > 0 || held.number >= place.number || width(held, self.size) < WIDTH);
        if !self.proved(place) && self.sound {
            let (from, to) = place.entries();
            let what = "The hashes of these entries in the export are not those of the log.";
            let (from, to) = (from.max(self.manifest.from), to.min(self.size));
            self.verdict.find_all(2, Some(from), Some(to.saturating_sub(1)), what);
        }
    }

    /// Proof 2.
    fn included(&mut self, index: u64, hash: Hash) {
        let at = |tiles: &Tiles, index: u64| {
            let place = Place { level: 0, number: index / WIDTH as u64 };
            let within = usize::try_from(index % WIDTH as u64).unwrap_or(WIDTH);
            tiles.hashes(place).get(within).copied()
        };
        if at(&self.tiles, index) == Some(hash) {
            return;
        }
        let nearby = index.saturating_sub(256)..index.saturating_add(256).min(self.size);
        self.load(Place { level: 0, number: (index / WIDTH as u64) + 1 });
        let what = match nearby.into_iter().find(|index| at(&self.tiles, *index) == Some(hash)) {
            Some(other) => {
                format!("Here stands entry {other}: one was taken out or put in before it, or they changed places.")
            }
            None => "What stands here is not what was sealed at this place: it was changed, or put in.".to_owned(),
        };
        self.verdict.find(2, Some(index), what);
    }

    /// What proof 7 needs of an entry.
    fn cites(&mut self, index: u64, policy: &str, told: &Told) {
        match told {
            Told::Activated => drop(self.activated.insert(policy.to_owned())),
            Told::Opened(versions) => self.activated.extend(versions.iter().cloned()),
            Told::Nothing | Told::Tampered(_) | Told::Disposed(_) => {}
        }
        if !self.cited.contains_key(policy) {
            self.cited.insert(policy.to_owned(), index);
        }
    }

    /// Proofs 5, 6, 8, 9 and 10.
    fn content(&mut self, at: u64, said: &Said) {
        let index = Some(at);
        let knows = self.manifest.format != FORMAT_1;
        match said.payload {
            Payload::Fits => self.verdict.payloads += 1,
            Payload::Another => {
                self.verdict.find(5, index, "Its payload is not the one that was sealed with it.");
            }
            Payload::Withheld => self.verdict.withheld += 1,
            // Whether an entry behind it says why is known at the end.
            Payload::Destroyed if knows => self.disposed.gone(at),
            Payload::Destroyed => {
                self.verdict.find(6, index, "Its payload is gone, and no disposal event says why.");
            }
            Payload::Contradicts => {
                self.verdict.find(5, index, "The line says one thing of its payload and holds another.");
            }
        }
        if let Told::Tampered(index) = said.told {
            self.verdict.find(2, index, "It, or its row, was changed after its commit; the log itself says so.");
        }
        if let (Told::Disposed(disposal), true) = (&said.told, knows) {
            self.says(at, disposal.as_ref());
        }
        let skew = i64::try_from(SKEW.as_millis()).unwrap_or(i64::MAX);
        if said.time_ms < self.latest_ms.saturating_sub(skew) {
            let before = When::from_millis(self.latest_ms);
            self.verdict.find(8, index, format!("Its time is long before that of an entry before it, {before}."));
        }
        self.latest_ms = self.latest_ms.max(said.time_ms);
        if said.silent {
            self.verdict.find(9, index, "A member of staff acted, and no reason is given.");
        }
    }

    /// Proof 10.
    fn says(&mut self, at: u64, disposal: Option<&Disposal>) {
        let Some(disposal) = disposal else {
            let what = "What it says was destroyed is not in its form, or it does not count as many as it names.";
            return self.verdict.find(10, Some(at), what);
        };
        if !self.disposed.says(at, disposal) {
            let what = "It says that payloads were destroyed of entries that do not stand before it.";
            return self.verdict.find(10, Some(at), what);
        }
        if self.keeps.as_ref() == Some(&disposal.log) {
            let (log, disposal) = (self.manifest.log.clone(), disposal.clone());
            self.kept.push(Elsewhere { log, index: at, disposal });
        }
    }

    /// After the last line.
    #[must_use]
    pub fn finish(self) -> Verdict {
        self.finish_with().0
    }

    /// After the last line; with what was kept for another export.
    #[must_use]
    pub fn finish_with(mut self) -> (Verdict, Vec<Elsewhere>) {
        if self.manifest.format != FORMAT_1 {
            self.disposed.judge(&mut self.verdict);
        }
        if self.next < self.manifest.to {
            self.missing(self.manifest.to);
        }
        // Of a part of the log it is not known what was activated before it.
        if self.manifest.from == 0 {
            for (version, index) in &self.cited {
                if !self.activated.contains(version) {
                    let what = format!("It cites the policies {version}, which were never activated in this log.");
                    self.verdict.find(7, Some(*index), what);
                }
            }
        }
        (self.verdict, self.kept)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_disposal;
