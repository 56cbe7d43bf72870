//! The record leaves the house: who takes it, what of it, and why, is recorded first.

pub mod pack;

use super::Failure;
use super::log::{LogFault, LogKeys, destroyed};
use super::witness;
use crate::crypto::note::{KeyKind, Note};
use crate::crypto::record::{EventSeed, HOUSE, Recorder, StoredPayload};
use crate::crypto::roots::Roots;
use crate::domain::account::FullName;
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::forms::Form;
use crate::domain::audit::proof::Proof;
use crate::domain::audit::tree::{Place, WIDTH, edge, way_up};
use crate::domain::audit::verify::{Entry, FORMAT, Kept, Manifest, width};
use crate::domain::audit::vocabulary::{CONTEXT, LogExported};
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::ids::EventId;
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::store::log::{self, EntryRow, LogRow};
use crate::store::{Db, Error, Read};
use std::collections::BTreeMap;

/// The most earlier checkpoints in an export; of more, every second, every third and so on.
const CHECKPOINTS: usize = 2_000;

/// Who takes it, and why.
#[derive(Debug, Clone)]
pub struct Leave {
    /// Who.
    pub by: FullName,
    /// The second person, who approved it; more than one entry needs one.
    pub approved_by: Option<FullName>,
    /// A code of `reasons.toml`.
    pub reason: String,
    /// The case it belongs to.
    pub case: Option<String>,
}

/// Why nothing may be taken, or can be.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No such reason.
    #[error("{0:?} is no reason of reasons.toml: there are {1}")]
    NoReason(String, String),
    /// The reason asks for a case.
    #[error("the reason {0:?} asks for the number of a case (--case)")]
    NoCase(String),
    /// Nobody else approved it.
    #[error("a second person has to approve that more than one entry leaves the house (--approved-by)")]
    OnePerson,
    /// No such log.
    #[error("there is no log of that year: serve opens one when it first runs")]
    NoLog,
    /// It is destroyed.
    #[error(
        "{0} was destroyed by the rule of the schedule: its checkpoints alone are there (`portreeve audit checkpoint`)"
    )]
    Destroyed(String),
    /// Not so many entries.
    #[error("the log has {0} entries: from and to lie within them")]
    NoRange(u64),
    /// No witness ever cosigned it.
    #[error("no witness has cosigned a checkpoint of {0} yet")]
    NotCosigned(String),
    /// The event is unknown or waits for its place.
    #[error("there is no such event with a place in a log; one that happened just now has to wait a moment")]
    NoEvent,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

/// A part of a log that may be taken out: the event that says so is stored.
pub struct Taken {
    /// The log.
    pub log: LogRow,
    /// The first index, and the first after the last.
    pub range: (u64, u64),
    /// What was signed last.
    pub checkpoint: Checkpoint,
    /// The note that says so.
    pub note: Note,
    /// The event that records it.
    pub event: EventId,
    /// When.
    pub at: When,
    /// Earlier checkpoints, oldest first: how many entries each is over, and its note.
    earlier: Vec<(u64, String)>,
    keys: LogKeys,
    recorder: Recorder,
}

/// Where the record is, and what decides over it.
pub struct House<'h> {
    /// The store.
    pub db: &'h Db,
    /// The keys.
    pub roots: &'h Roots,
    /// The policies in force.
    pub policy: &'h Bundle,
}

/// Which part: all that there is of it, unless said otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub struct Range {
    /// The first index.
    pub from: Option<u64>,
    /// The first index after the last.
    pub to: Option<u64>,
    /// Only what witnesses cosigned, however long ago; else what they have not may be in it if they are away.
    pub cosigned: bool,
}

/// Records that a part of a log is taken out.
///
/// # Errors
/// [`Refused`]; nothing was recorded then, and nothing may be shown.
pub async fn take(
    house: &House<'_>,
    year: Option<i64>,
    range: Range,
    (leave, forms): (&Leave, &[Form]),
    now: When,
) -> Result<Taken, Refused> {
    let reason = house.policy.reasons.iter().find(|reason| reason.code == leave.reason).ok_or_else(|| {
        let all: Vec<&str> = house.policy.reasons.iter().map(|reason| reason.code.as_str()).collect();
        Refused::NoReason(leave.reason.clone(), all.join(", "))
    })?;
    if reason.needs_case && leave.case.is_none() {
        return Err(Refused::NoCase(leave.reason.clone()));
    }
    let found = find(house, year, range, now).await?;
    let (from, to) = found.range;
    if to - from > 1 && leave.approved_by.as_ref().is_none_or(|other| other.is_same_as(&leave.by)) {
        return Err(Refused::OnePerson);
    }
    let recorder = Recorder::new(house.roots.clone(), house.policy.version());
    let event = record(house, &recorder, &found, (leave, forms), now).await?;
    Ok(found.taken(event, recorder, now))
}

/// A part of a log as it stands. Nothing of it may be shown before it is on record that it is taken.
pub(super) struct Found {
    /// The log.
    pub(super) log: LogRow,
    /// The first index, and the first after the last.
    pub(super) range: (u64, u64),
    checkpoint: Checkpoint,
    note: Note,
    earlier: Vec<(u64, String)>,
    keys: LogKeys,
}

impl Found {
    /// It is on record, by this event.
    pub(super) fn taken(self, event: EventId, recorder: Recorder, at: When) -> Taken {
        let Self { log, range, checkpoint, note, earlier, keys } = self;
        Taken { log, range, checkpoint, note, event, at, earlier, keys, recorder }
    }
}

/// What there is to be taken.
pub(super) async fn find(house: &House<'_>, year: Option<i64>, range: Range, now: When) -> Result<Found, Refused> {
    let mut read = house.db.read().await?;
    let keys = LogKeys::read(&mut read, house.roots).await?.ok_or(Refused::NoLog)?;
    let all = log::all(&mut read).await?;
    let log = all.iter().find(|log| year.is_none_or(|year| log.year == year)).ok_or(Refused::NoLog)?.clone();
    let recorder = Recorder::new(house.roots.clone(), house.policy.version());
    if destroyed::mark(&mut read, &recorder, &log, &all).await?.is_ours() {
        return Err(Refused::Destroyed(log.name));
    }
    // A log that is not as it was signed leaves the house too: it is what an auditor must see.
    let (checkpoint, note) = against(&mut read, &log.name, range, now).await?;
    let earlier = earlier(&mut read, &log.name, checkpoint.size).await?;
    drop(read);
    let (from, to) = (range.from.unwrap_or(0), range.to.unwrap_or(checkpoint.size));
    if from > to || to > checkpoint.size {
        return Err(Refused::NoRange(checkpoint.size));
    }
    Ok(Found { log, range: (from, to), checkpoint, note, earlier, keys })
}

/// The checkpoint that an export is proved against: one that witnesses cosigned if it is over all that is asked for.
async fn against(r: &mut Read, log: &str, range: Range, now: When) -> Result<(Checkpoint, Note), Refused> {
    let cosigned = witness::newest_cosigned(r, log).await?;
    if range.cosigned {
        return cosigned.ok_or_else(|| Refused::NotCosigned(log.to_owned()));
    }
    let found = match (range.to, cosigned) {
        (Some(to), Some(cosigned)) if to <= cosigned.0.size => Some(cosigned),
        (Some(_), _) => witness::newest(r, log).await?,
        (None, _) => witness::published(r, log, now).await?,
    };
    found.ok_or_else(|| Failure::from(LogFault::Unsigned(log.to_owned())).into())
}

async fn earlier(r: &mut Read, log: &str, until: u64) -> Result<Vec<(u64, String)>, Error> {
    let all = log::checkpoints(r, log).await?.into_iter();
    let sized = all.filter_map(|row| Some((u64::try_from(row.size).ok()?, row.note)));
    // A witness may not have cosigned the newest yet.
    let all: Vec<_> = sized.filter(|(size, _)| *size <= until).collect();
    let nth = all.len().div_ceil(CHECKPOINTS).max(1);
    Ok(all.into_iter().step_by(nth).collect())
}

/// An index as events hold it.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

async fn record(
    house: &House<'_>,
    recorder: &Recorder,
    found: &Found,
    (leave, forms): (&Leave, &[Form]),
    now: When,
) -> Result<EventId, Failure> {
    let payload = LogExported {
        log: found.log.name.clone(),
        from: whole(found.range.0),
        to: whole(found.range.1),
        by: Some(leave.by.clone()),
        approved_by: leave.approved_by.clone(),
        approval: None,
        forms: forms.iter().map(|form| form.as_str().to_owned()).collect(),
        filters: Vec::new(),
        entries: None,
    };
    let mut draft = Draft::new(ActorClass::Officer, payload).by(Channel::Batch);
    draft.role = Some("operator".to_owned());
    draft.reason = Some(leave.reason.clone());
    let draft = draft.from(Context { case: leave.case.clone(), ..Context::default() });
    let event = recorder.seal(EventSeed::draw(now), &draft, None)?;
    house.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Ok(event.row.id)
}

/// What may leave the house of an entry: payloads about people stay.
pub(super) fn entry(recorder: &Recorder, row: &EntryRow) -> Entry {
    let index = u64::try_from(row.leaf_index).unwrap_or(u64::MAX);
    let entry = Entry { index, leaf: row.leaf.clone(), kept: Kept::Destroyed, salt: None, payload: None };
    match (&row.sealed_under, &row.salt, &row.payload) {
        (Some(under), Some(salt), Some(payload)) if under == HOUSE => {
            let stored = StoredPayload { id: row.id, person: None, sealed_under: under, payload };
            // One that does not open was changed: no text fits its commitment, and an empty one says so.
            let text = recorder.open_house_payload(stored).map(|text| text.to_string()).unwrap_or_default();
            if tells_of_a_caller(&text) {
                return Entry { kept: Kept::Withheld, ..entry };
            }
            Entry { kept: Kept::Given, salt: Some(crate::crypto::hex(salt)), payload: Some(text), ..entry }
        }
        (Some(_), Some(_), Some(_)) => Entry { kept: Kept::Withheld, ..entry },
        _ => entry,
    }
}

impl Taken {
    /// The entries from an index on, a thousand at most.
    ///
    /// # Errors
    /// What the store says.
    pub async fn entries(&self, db: &Db, from: u64) -> Result<Vec<Entry>, Error> {
        self.some(db, (from, self.range.1)).await
    }

    async fn some(&self, db: &Db, (from, to): (u64, u64)) -> Result<Vec<Entry>, Error> {
        let rows = log::entries(&mut db.peek(), &self.log.name, (whole(from), whole(to)), 1_000).await?;
        Ok(rows.iter().map(|row| entry(&self.recorder, row)).collect())
    }

    /// The tiles that an export of this part needs: those of its leaves, the edge of the tree and of each earlier one that a
    /// checkpoint is over, and every one above.
    #[must_use]
    pub fn places(&self) -> Vec<(Place, usize)> {
        let size = self.checkpoint.size;
        let of = |level: u8, from: u64, to: u64| (from..to).map(move |number| Place { level, number });
        let (from, to) = self.range;
        let leaves = of(0, from / WIDTH as u64, to.div_ceil(WIDTH as u64));
        let above = (1..8).flat_map(|level| of(level, 0, (size >> (8 * u32::from(level))).div_ceil(WIDTH as u64)));
        let edges = self.earlier.iter().map(|(size, _)| *size).chain([size]).flat_map(edge);
        let mut places: Vec<Place> = leaves.chain(edges).chain(above).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|place| (place, width(place, size))).filter(|(_, width)| *width > 0).collect()
    }

    /// A tile as it was when the checkpoint was signed; none if the store has it no longer.
    ///
    /// # Errors
    /// What the store says.
    pub async fn tile(&self, db: &Db, place: Place, width: usize) -> Result<Option<Vec<u8>>, Error> {
        let hashes = log::tile(&mut db.peek(), &self.log.name, place).await?;
        Ok(hashes.map(|mut hashes| {
            hashes.truncate(width * 32);
            hashes
        }))
    }

    /// Earlier checkpoints, oldest first, each a signed note.
    pub fn earlier(&self) -> impl Iterator<Item = &str> {
        self.earlier.iter().map(|(_, note)| note.as_str())
    }

    /// The manifest over these files, and the note that signs it.
    #[must_use]
    pub fn manifest(&self, files: BTreeMap<String, String>) -> Option<(String, String)> {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            log: self.log.name.clone(),
            from: self.range.0,
            to: self.range.1,
            exported_ms: self.at.millis(),
            event: self.event.to_string(),
            files,
        };
        self.signed(serde_json_canonicalizer::to_string(&manifest).ok()?)
    }

    /// A manifest, and the note that signs it.
    fn signed(&self, text: String) -> Option<(String, String)> {
        let said = sealed_text(&self.log.name, &text);
        let keys = self.keys.of(&self.log.name, &self.note);
        let lines: Option<Vec<_>> = keys.into_iter().map(|key| key.sign(&self.log.name, &said)).collect();
        let mut note = Note::new(said)?;
        for line in lines? {
            note.add(line);
        }
        Some((text, note.to_string()))
    }

    /// The public key that all of it is signed with, as a vkey.
    #[must_use]
    pub fn vkey(&self) -> Option<String> {
        let newest = self.keys.of(&self.log.name, &self.note).pop()?;
        newest.verifier(&self.log.name, KeyKind::Log).map(|key| key.to_string())
    }

    /// The proof that the only entry taken is in the log (C2SP tlog-proof), with its leaf as extra data.
    ///
    /// # Errors
    /// [`LogFault::NotAsSigned`] if the tree is not the one of the checkpoint.
    pub async fn proof(&self, db: &Db) -> Result<Proof, Failure> {
        self.proof_of(db, self.range.0).await
    }

    /// The same for one of several.
    async fn proof_of(&self, db: &Db, index: u64) -> Result<Proof, Failure> {
        let fault = || LogFault::NotAsSigned(self.log.name.clone());
        let entry = self.entries(db, index).await?.into_iter().next().ok_or_else(fault)?;
        prove(&mut db.read().await?, &self.log.name, (index, entry.leaf), (&self.checkpoint, &self.note)).await
    }
}

/// The proof that an entry is in the tree of a checkpoint.
async fn prove(
    r: &mut Read,
    log: &str,
    (index, leaf): (u64, String),
    (checkpoint, note): (&Checkpoint, &Note),
) -> Result<Proof, Failure> {
    let fault = || LogFault::NotAsSigned(log.to_owned());
    let tiles = log::tiles(r, log, way_up(index).into_iter().chain(edge(checkpoint.size))).await?;
    let hashes = tiles.inclusion(checkpoint.size, index).ok_or_else(fault)?;
    let proof = Proof { index, leaf, hashes, note: note.to_string() };
    if proof.holds(checkpoint) { Ok(proof) } else { Err(fault().into()) }
}

/// The proof that an entry is in its log, for the person whom the entry is about: what is hers may leave the house, and no
/// event says that it did. `None` if no checkpoint is over it yet.
pub(super) async fn receipt(
    db: &Db,
    log: &str,
    (index, leaf): (u64, String),
    now: When,
) -> Result<Option<Proof>, Failure> {
    let mut read = db.read().await?;
    let range = Range { to: Some(index + 1), ..Range::default() };
    let (checkpoint, note) = match against(&mut read, log, range, now).await {
        Ok(found) => found,
        Err(Refused::Failure(failure)) => return Err(failure),
        Err(_) => return Ok(None),
    };
    if index >= checkpoint.size {
        return Ok(None);
    }
    prove(&mut read, log, (index, leaf), (&checkpoint, &note)).await.map(Some)
}

/// Whether a payload holds what tells of somebody who called: an address, a browser, a session. Who works for the council and
/// acted for it is named in what he did; that is what an auditor looks for.
fn tells_of_a_caller(payload: &str) -> bool {
    let read: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let context = read.get("context").and_then(serde_json::Value::as_object);
    let of_the_house = |key: &str| CONTEXT.iter().any(|(name, category)| *name == key && *category == OF_OFFICERS);
    context.is_some_and(|context| context.keys().any(|key| !of_the_house(key)))
}

/// The data category of what officers did.
const OF_OFFICERS: &str = "officer.access";

/// What the note beside a manifest says: no checkpoint can be taken for it.
#[must_use]
pub fn sealed_text(log: &str, manifest: &str) -> String {
    let digest = crate::crypto::hex(&crate::crypto::sha256(&[manifest.as_bytes()]));
    format!("portreeve audit export v1\n{log}\n{digest}\n")
}
