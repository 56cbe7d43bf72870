//! Payloads leave, and the log still verifies (src/decisions/0056): what a rule has come to is taken out of its rows, and in the
//! same write an event says which entries of the log it was. Whoever carries out the schedule decides what, and by which rule.
//!
//! ```text
//! kinds of a category, before a time ──the oldest 200, but those exempt──> payload, salt: NULL ──┐
//! a person's, under one of her keys ──the oldest 200──> payload, salt, whom about: NULL ────────┴─ payload.disposed: one write
//!                                        └─ none left ──> her key out of the vault ── person.key_destroyed
//! ```
//!
//! Only what has its place in a log goes. Killed anywhere, each payload is there and unsaid, or gone and said once.

use super::{Failure, people};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::{EventSeed, Recorder, StoredPayload, commitment};
use crate::domain::audit::disposal::{Disposal, MOST, spans};
use crate::domain::audit::leaf::Read as Leaf;
use crate::domain::audit::vocabulary::{self, PayloadDisposed, PersonKeyDestroyed};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, PersonKey, Sealed};
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;
use crate::store::disposal::{self as rows, Candidate};
use crate::store::{Error, Housekeeping, OneOrMore, Read, Write, erasures, events, vault};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The role in the leaves of what the house disposes of.
const ROLE: &str = "retention";

/// What the log is proved by is never destroyed while there is the log.
const NEVER: &str = "log.checkpoint";

/// So many pages of candidates are looked at for one batch, should all of them be exempt.
const PAGES: usize = 20;

/// By what payloads are destroyed.
#[derive(Debug, Clone, Copy)]
pub struct Order<'o> {
    /// The rule's id.
    pub rule: &'o str,
    /// The version of the schedule that it stands in.
    pub schedule: &'o str,
    /// SHA-256 of the certificate, in hex, if there is one by now.
    pub certificate: Option<&'o str>,
}

/// How far a sweep has come: behind this event.
pub type Cursor = (When, EventId);

/// What one batch came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// How many payloads were destroyed.
    pub count: usize,
    /// Of which entries: of each log the first and the last index of each run.
    pub spans: Vec<(String, Vec<[i64; 2]>)>,
    /// The events that say so, one for each log.
    pub events: Vec<EventId>,
    /// How many were passed over as exempt.
    pub exempt: usize,
    /// Where to go on; none if there is nothing more.
    pub next: Option<Cursor>,
}

/// Payloads chosen for one batch, [`MOST`] at most.
#[derive(Debug, Clone, Default)]
pub struct Picked {
    rows: Vec<Candidate>,
    /// Whom they are about is forgotten with them.
    unlink: bool,
    exempt: usize,
    next: Option<Cursor>,
}

/// The kinds of events whose payloads go by the rule of a category; none of what the log is proved by.
#[must_use]
pub fn kinds_of(category: &str) -> Vec<&'static str> {
    let all = vocabulary::all().filter(|kind| kind.kept == category && kind.kept != NEVER);
    all.map(|kind| kind.name).collect()
}

impl Picked {
    /// What was chosen.
    #[must_use]
    pub fn rows(&self) -> &[Candidate] {
        &self.rows
    }

    /// The events that say so, one for each log; none if nothing was chosen. Made before the write, as every event is.
    ///
    /// # Errors
    /// [`Failure::Seal`].
    pub fn events(
        &self,
        app: &App,
        order: &Order<'_>,
        now: When,
    ) -> Result<Option<OneOrMore<Sealed<PayloadDisposed>>>, Failure> {
        let recorder = &app.snapshot().recorder;
        let mut made = self.by_log().into_iter().map(|(log, spans, count)| {
            let payload = PayloadDisposed {
                log,
                spans,
                count,
                rule: order.rule.to_owned(),
                schedule: order.schedule.to_owned(),
                certificate: order.certificate.map(ToOwned::to_owned),
            };
            Ok::<_, Failure>(recorder.seal(EventSeed::draw(now), &by_the_house(payload), None)?)
        });
        let Some(first) = made.next().transpose()? else { return Ok(None) };
        Ok(Some(OneOrMore { first, more: made.collect::<Result<_, _>>()? }))
    }

    /// Destroys what was chosen, within the write that these events commit: whoever has more to say or to ask in it (whether a
    /// hold was set meanwhile) does so there.
    ///
    /// # Errors
    /// [`Error::GivenUp`] if one of them was destroyed meanwhile, or what the database says.
    pub async fn destroy(&self, w: &mut Write, said: &OneOrMore<Sealed<PayloadDisposed>>) -> Result<(), Error> {
        let ids: Vec<EventId> = self.rows.iter().map(|row| row.id).collect();
        rows::empty(w, &ids, self.unlink).await?;
        for ((log, spans, _), event) in self.by_log().iter().zip([&said.first].into_iter().chain(&said.more)) {
            rows::keep(w, log, spans, event.row.id)?;
        }
        Ok(())
    }

    /// What it came to, once it is committed.
    #[must_use]
    pub fn batch(&self, said: Option<&OneOrMore<Sealed<PayloadDisposed>>>) -> Batch {
        let events = said.into_iter().flat_map(|said| [&said.first].into_iter().chain(&said.more));
        Batch {
            count: self.rows.len(),
            spans: self.by_log().into_iter().map(|(log, spans, _)| (log, spans)).collect(),
            events: events.map(|event| event.row.id).collect(),
            exempt: self.exempt,
            next: self.next,
        }
    }

    fn by_log(&self) -> Vec<(String, Vec<[i64; 2]>, usize)> {
        let mut logs: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for row in &self.rows {
            logs.entry(&row.log).or_default().push(row.leaf_index);
        }
        logs.into_iter().map(|(log, places)| (log.to_owned(), spans(places.iter().copied()), places.len())).collect()
    }

    async fn carried_out(self, app: &App, order: &Order<'_>, now: When) -> Result<Batch, Failure> {
        let Some(said) = self.events(app, order, now)? else { return Ok(self.batch(None)) };
        app.db
            .write(async |mut w| {
                self.destroy(&mut w, &said).await?;
                w.commit(said.clone(), ()).await
            })
            .await?;
        Ok(self.batch(Some(&said)))
    }
}

fn by_the_house<K: Kind>(payload: K) -> Draft<K> {
    let mut draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    draft.role = Some(ROLE.to_owned());
    draft
}

/// How many payloads of these kinds the rule has come to: what happened before a time and has its place in a log.
///
/// # Errors
/// What the store says.
pub async fn due(app: &App, kinds: &[&str], before: When) -> Result<u64, Failure> {
    let mut count = 0;
    for kind in lawful(kinds) {
        count += rows::count(&mut app.db.peek(), kind, before).await?;
    }
    Ok(u64::try_from(count).unwrap_or(0))
}

fn lawful<'k>(kinds: &[&'k str]) -> Vec<&'k str> {
    let never = |kind: &str| vocabulary::all().any(|one| one.name == kind && one.kept == NEVER);
    kinds.iter().copied().filter(|kind| !never(kind)).collect()
}

/// Chooses the next batch of these kinds: the oldest that happened before a time and are not exempt, behind a cursor. What is
/// exempt keeps nothing behind it back.
///
/// # Errors
/// What the store says.
pub async fn pick(
    app: &App,
    kinds: &[&str],
    (from, before): (Option<Cursor>, When),
    exempt: &(dyn Fn(&Candidate) -> bool + Sync),
) -> Result<Picked, Failure> {
    let mut picked = Picked { next: from, ..Picked::default() };
    let kinds = lawful(kinds);
    for _ in 0..PAGES {
        let after = picked.next.unwrap_or((When::from_seconds(i64::from(i32::MIN)), EventId(Uuid::nil())));
        let mut page = Vec::new();
        for kind in &kinds {
            page.extend(rows::of_kind(&mut app.db.peek(), kind, after, before, whole(MOST)).await?);
        }
        // Of each kind the first so many: the first so many of all are among them.
        page.sort_by_key(|row| (row.at, row.id));
        let more = page.len() > MOST;
        page.truncate(MOST);
        let over = !more && page.len() < MOST;
        for row in page {
            if picked.rows.len() == MOST {
                return Ok(picked);
            }
            picked.next = Some((row.at, row.id));
            if exempt(&row) {
                picked.exempt += 1;
            } else {
                picked.rows.push(row);
            }
        }
        if over {
            picked.next = None;
            return Ok(picked);
        }
    }
    Ok(picked)
}

/// Destroys one batch of payloads of these kinds ([`kinds_of`]), as [`pick`] chooses it. To be called again with `next` for as
/// long as there is one; a sweep that begins anew comes to what was exempt before.
///
/// # Errors
/// [`Failure`]; nothing has happened then. [`Error::GivenUp`] if another node destroyed one of them first.
pub async fn strip(
    app: &App,
    kinds: &[&str],
    (from, before): (Option<Cursor>, When),
    exempt: &(dyn Fn(&Candidate) -> bool + Sync),
    order: &Order<'_>,
    now: When,
) -> Result<Batch, Failure> {
    pick(app, kinds, (from, before), exempt).await?.carried_out(app, order, now).await
}

/// What is left of a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPerson {
    /// What this batch came to.
    pub batch: Batch,
    /// How many have no place in a log yet: whoever asked comes again once they have.
    pub waiting: i64,
}

impl OfPerson {
    /// Nothing is left under that key, so that it may be destroyed.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.batch.next.is_none() && self.waiting == 0
    }
}

/// The pseudonyms of a person, one for each year that there is a log of; none if her evidence key is destroyed, without which
/// nobody finds what is hers.
async fn subjects(app: &App, person: AccountId) -> Result<Option<Vec<String>>, Failure> {
    let mut read = app.db.read().await?;
    let keys = match people::keys(&mut read, &app.roots, person).await {
        Ok(keys) => keys,
        Err(Failure::Seal(SealError::NoKey) | Failure::Store(Error::Missing)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    Ok(Some(people::pseudonyms(&mut read, &keys).await?))
}

/// Chooses the next batch of what one of a person's keys sealed, with whom it is about; `next` says whether there is more.
///
/// # Errors
/// What the store says.
pub async fn pick_of_person(app: &App, person: AccountId, key: PersonKey) -> Result<Picked, Failure> {
    let mut rows = Vec::new();
    for subject in subjects(app, person).await?.unwrap_or_default() {
        let room = whole(MOST + 1 - rows.len());
        rows.extend(rows::of_person(&mut app.db.peek(), (person, &subject), key, room).await?);
        if rows.len() > MOST {
            break;
        }
    }
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    let next = rows.last().filter(|_| more).map(|row| (row.at, row.id));
    Ok(Picked { rows, unlink: true, exempt: 0, next })
}

/// Destroys one batch of the payloads of a person that one of her keys sealed, forgets whom they were about, and counts them with her
/// erasure. To be called again until it [is done](OfPerson::is_done).
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn of_person(
    app: &App,
    person: AccountId,
    key: PersonKey,
    order: &Order<'_>,
    now: When,
) -> Result<OfPerson, Failure> {
    // Before the look: what gets its place meanwhile is found, or waited for.
    let waiting = rows::waiting(&mut app.db.peek(), person, key).await?;
    let picked = pick_of_person(app, person, key).await?;
    let said = picked.events(app, order, now)?;
    if let Some(said) = &said {
        app.db
            .write(async |mut w| {
                picked.destroy(&mut w, said).await?;
                erasures::count(&mut w, person, whole(picked.rows.len())).await?;
                w.commit(said.clone(), ()).await
            })
            .await?;
    }
    Ok(OfPerson { batch: picked.batch(said.as_ref()), waiting })
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// It is destroyed, or was before.
    Gone,
    /// It opens payloads that are still there: [`of_person`] comes first.
    StillNeeded,
}

/// Destroys a person's key, once nothing of the record is sealed under it, and what is left of whom events were about. SQLite's
/// vault is a file of its own, and a crash may come between two files: the payloads went first, so that at worst a key to nothing
/// is left, and this is called again; what her erasure has said is not said again. With the evidence key goes the profile key of somebody
/// who never had an account, whom nobody erased. What else the key sealed is for the caller to have
/// destroyed before, and to [`settle`] after the run.
///
/// # Errors
/// [`Failure`]; it is called again then.
pub async fn forget_key(
    app: &App,
    person: AccountId,
    key: PersonKey,
    order: &Order<'_>,
    now: When,
) -> Result<Forgotten, Failure> {
    let Some(subjects) = subjects(app, person).await? else { return Ok(Forgotten::Gone) };
    // What her profile key sealed is found by the evidence key's pseudonyms: that one goes last.
    let sealed: &[PersonKey] = if key == PersonKey::Evidence { &[PersonKey::Profile, key] } else { &[key] };
    for sealed in sealed {
        let waiting = rows::waiting(&mut app.db.peek(), person, *sealed).await?;
        if waiting > 0 || !pick_of_person(app, person, *sealed).await?.rows.is_empty() {
            return Ok(Forgotten::StillNeeded);
        }
    }
    if key == PersonKey::Evidence && vault::keys(&mut app.db.peek(), person).await?.profile.is_some() {
        let profile = Box::pin(forget_key(app, person, PersonKey::Profile, order, now)).await?;
        if profile == Forgotten::StillNeeded {
            return Ok(profile);
        }
    }
    let payload = PersonKeyDestroyed {
        key: key.as_str().to_owned(),
        rule: order.rule.to_owned(),
        schedule: order.schedule.to_owned(),
    };
    let said = app.snapshot().recorder.seal(EventSeed::draw(now), &by_the_house(payload), None)?;
    // What another rule took the payload of before still says whom it is about.
    for subject in &subjects {
        let forget = async |mut w: Write| {
            let unlinked = rows::unlink(&mut w, (person, subject), whole(MOST)).await?;
            w.commit_quietly(Housekeeping::Expire, unlinked).await
        };
        while app.db.write(forget).await?.value > 0 {}
    }
    if erasures::is_key_said(&mut app.db.peek(), person, key).await? {
        let forget = async |mut w: Write| {
            vault::forget(&mut w, person, key).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        };
        app.db.write(forget).await?;
        return Ok(Forgotten::Gone);
    }
    let written = app
        .db
        .write(async |mut w| {
            if !vault::forget(&mut w, person, key).await? {
                return Err(Error::GivenUp);
            }
            erasures::say_key(&mut w, person, key, now).await?;
            w.commit(said.clone(), ()).await
        })
        .await;
    if !matches!(written, Err(Error::GivenUp)) {
        written?;
    }
    Ok(Forgotten::Gone)
}

/// After every run that destroyed a payload or a key: what was destroyed is in no file any more. `false` if a reader was in the
/// way, and it has to be asked again.
///
/// # Errors
/// What the store says.
pub async fn settle(app: &App) -> Result<bool, Failure> {
    Ok(app.db.settle().await?)
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Why payloads are gone: an event that says so, as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The event.
    pub event: EventId,
    /// When they were destroyed.
    pub at: When,
    /// The rule of the schedule.
    pub rule: String,
    /// The version of the schedule.
    pub schedule: String,
    spans: Vec<(i64, i64)>,
}

impl Explained {
    /// The entries that it names, from an index up to another.
    pub fn names(&self, (from, to): (i64, i64)) -> impl Iterator<Item = i64> {
        self.spans.iter().flat_map(move |(first, last)| (*first).max(from)..(*last + 1).min(to))
    }
}

/// The events that say that payloads of entries of a log from an index up to another were destroyed. The rows that lead to them
/// prove nothing: whoever can write to the database adds one. An event counts if it is as we committed it.
///
/// # Errors
/// What the store says.
pub async fn explained(
    r: &mut Read,
    recorder: &Recorder,
    log: &str,
    range: (i64, i64),
) -> Result<Vec<Explained>, Error> {
    let mut ids: Vec<EventId> =
        rows::spans(r, log, range, whole(MOST)).await?.into_iter().map(|span| span.event).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = Vec::new();
    for id in ids {
        let Some(found) = events::get(r, id).await? else { continue };
        // One that stands before what it names cannot say what became of it.
        let place = found.log.as_deref().zip(found.leaf_index.and_then(|index| u64::try_from(index).ok()));
        let behind = |said: &Disposal| place.is_none_or(|(of, index)| said.is_behind(of, index));
        all.extend(read(recorder, log, &found.event, behind));
    }
    Ok(all)
}

/// Why the payload of this entry is gone.
///
/// # Errors
/// What the store says.
pub async fn explanation(
    r: &mut Read,
    recorder: &Recorder,
    (log, index): (&str, i64),
) -> Result<Option<Explained>, Error> {
    let all = explained(r, recorder, log, (index, index + 1)).await?;
    Ok(all.into_iter().find(|one| one.names((index, index + 1)).next().is_some()))
}

fn read(
    recorder: &Recorder,
    log: &str,
    event: &events::Stored,
    behind: impl Fn(&Disposal) -> bool,
) -> Option<Explained> {
    #[derive(Deserialize)]
    struct Said {
        rule: String,
        schedule: String,
    }
    let data = said(recorder, event, PayloadDisposed::TYPE)?;
    let told = Disposal::read(&data).filter(|told| told.log == log && behind(told))?;
    let Said { rule, schedule } = Said::deserialize(&data).ok()?;
    let number = |index: u64| i64::try_from(index).unwrap_or(i64::MAX);
    let spans = told.spans.into_iter().map(|(from, to)| (number(from), number(to))).collect();
    Some(Explained { event: event.id, at: event.at, rule, schedule, spans })
}

/// The `data` of an event of this kind about nobody, if it is as we committed it.
pub(super) fn said(recorder: &Recorder, event: &events::Stored, kind: &str) -> Option<serde_json::Value> {
    let leaf = Leaf::parse(&event.leaf).filter(|leaf| *leaf.kind == *kind)?;
    let (sealed_under, payload) = (event.sealed_under.as_deref()?, event.payload.as_deref()?);
    let stored = StoredPayload { id: event.id, person: event.person, sealed_under, payload };
    let text = recorder.open_house_payload(stored).ok()?;
    let ours = recorder.verify_mac(event.id, &event.leaf, &event.mac)
        && commitment(event.salt.as_deref()?, text.as_bytes()) == *leaf.commit;
    let whole: serde_json::Value = serde_json::from_str(&text).ok()?;
    whole.get("data").filter(|_| ours).cloned()
}
