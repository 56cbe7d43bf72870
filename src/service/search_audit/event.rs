//! One event is opened: its leaf, its place in the log and the proof of it, and what the house keeps of it beside.

use super::{Ask, Refused, Who, known, person, sealed};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::{HOUSE, StoredPayload};
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::leaf;
use crate::domain::audit::proof::Proof;
use crate::domain::audit::tree::{edge, way_up};
use crate::domain::audit::vocabulary::{self, Entry, EventViewed};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::EventId;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::delay;
use crate::service::disposal::{self, Explained};
use crate::service::log::{self as logs, LogFault};
use crate::store::events::{self, Stored};
use crate::store::{AndPerhaps, log};

/// An event as an officer sees it.
#[derive(Debug)]
pub struct Opened {
    /// The row.
    pub event: Stored,
    /// What the vocabulary says of its kind; none for a kind of another version.
    pub kind: Option<&'static Entry>,
    /// Its place in a log, once it has one.
    pub placed: Option<Placed>,
    /// What was kept beside the leaf.
    pub payload: Payload,
    /// The event that records this look.
    pub look: EventId,
}

impl Opened {
    /// The leaf, read; none if it is not as leaves are written.
    #[must_use]
    pub fn leaf(&self) -> Option<leaf::Read<'_>> {
        leaf::Read::parse(&self.event.leaf)
    }
}

/// Where an event is.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The log.
    pub log: String,
    /// The index in it.
    pub index: i64,
    /// Whether the log proves it.
    pub proved: Proved,
}

/// What the log proves.
#[derive(Debug, Clone)]
pub enum Proved {
    /// The leaf is in the tree of this checkpoint, which our key signed.
    Holds(Box<Proof>, Checkpoint),
    /// It is not, or the log is not as it was signed: this is an incident.
    Broken(LogFault),
}

/// What was kept beside the leaf.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// It was not asked for.
    Closed,
    /// `context` and `data`.
    Shown(serde_json::Value),
    /// It is gone, as an event says, or else the key it was sealed under.
    Destroyed(Option<Explained>),
    /// It does not open: it was changed from outside.
    Broken,
}

/// Opens an event; with its payload, if that is asked for. That it is opened is on record first, and if it is about a
/// person, about her; what is kept from her for now keeps that back too.
///
/// # Errors
/// [`Refused`]; nothing is shown then.
pub async fn open(
    app: &App,
    who: Who<'_>,
    ask: &Ask,
    (id, with_payload): (EventId, bool),
    now: When,
) -> Result<Opened, Refused> {
    let held = ask.held(app)?;
    let found = events::get(&mut app.db.peek(), id).await?.ok_or(Refused::NoEvent)?;
    let keys = match found.event.person {
        Some(account) => person(app, account).await?.map(|(keys, _)| keys),
        None => None,
    };
    if let Some(keys) = &keys {
        known::permit(app, (who, ask, &held), Action::ViewEvent, (keys, Some(&found.event)), now).await?;
    }
    let draft = ask.draft(&held, who, EventViewed { event: id, opened: with_payload });
    let event = sealed(app, draft.clone(), keys.as_ref(), now)?;
    let held = match &keys {
        Some(keys) => delay::hold_back_too(app, keys, (&draft, event.row.id), &found.event, now).await?,
        None => None,
    };
    let looked = app
        .db
        .write(async |mut w| {
            if let Some(held) = &held {
                held.keep(&mut w).await?;
            }
            w.commit(AndPerhaps(event.clone(), held.as_ref().map(|held| held.event.clone())), ()).await
        })
        .await?;
    // From here on it is on record.
    let leave = Disclosure::by_look(&looked.receipt()?);
    let at = found.log.zip(found.leaf_index);
    let payload = match &found.event.payload {
        // That it is gone is no secret.
        None => gone(app, at.as_ref()).await?,
        Some(_) if with_payload => payload(app, &found.event, keys.as_ref(), leave)?,
        Some(_) => Payload::Closed,
    };
    let placed = match at {
        Some((log, index)) => {
            let proved = proved(app, &log, index, &found.event.leaf).await?;
            Some(Placed { log, index, proved })
        }
        None => None,
    };
    let kind = vocabulary::named(&found.event.r#type);
    Ok(Opened { kind, placed, payload, look: event.row.id, event: found.event })
}

/// Why there is none: what no event says was not the house's deed.
async fn gone(app: &App, at: Option<&(String, i64)>) -> Result<Payload, Failure> {
    let Some((log, index)) = at else { return Ok(Payload::Broken) };
    let recorder = &app.snapshot().recorder;
    let explained = disposal::explanation(&mut app.db.read().await?, recorder, (log, *index)).await?;
    Ok(explained.map_or(Payload::Broken, |explained| Payload::Destroyed(Some(explained))))
}

fn payload(
    app: &App,
    event: &Stored,
    keys: Option<&PersonKeys>,
    leave: Option<Disclosure>,
) -> Result<Payload, Failure> {
    let (Some(sealed_under), Some(payload)) = (&event.sealed_under, &event.payload) else {
        return Ok(Payload::Broken);
    };
    let stored = StoredPayload { id: event.id, person: event.person, sealed_under, payload };
    let recorder = &app.snapshot().recorder;
    let opened = match (event.person, keys, &leave) {
        (None, ..) if sealed_under == HOUSE => recorder.open_house_payload(stored),
        (Some(_), Some(keys), Some(leave)) => recorder.open_payload(stored, keys, leave),
        _ => Err(SealError::NoKey),
    };
    match opened {
        Ok(text) => Ok(serde_json::from_str(&text).map_or(Payload::Broken, Payload::Shown)),
        Err(SealError::NoKey) => Ok(Payload::Destroyed(None)),
        Err(SealError::Refused | SealError::Malformed | SealError::WrongPerson) => Ok(Payload::Broken),
        Err(error) => Err(error.into()),
    }
}

/// Holds a leaf against the newest checkpoint of its log.
async fn proved(app: &App, name: &str, index: i64, leaf: &str) -> Result<Proved, Failure> {
    let broken = || LogFault::NotAsSigned(name.to_owned());
    let mut read = app.db.read().await?;
    let keys = logs::public_keys(&mut read).await?;
    let log = log::all(&mut read).await?.into_iter().find(|log| log.name == name);
    let (Some(log), Ok(index)) = (log, u64::try_from(index)) else {
        return Ok(Proved::Broken(broken()));
    };
    let head = match logs::head(&mut read, &log, &keys).await {
        Ok(head) => head,
        Err(Failure::Log(fault)) => return Ok(Proved::Broken(fault)),
        Err(failure) => return Err(failure),
    };
    let size = head.checkpoint.size;
    let tiles = log::tiles(&mut read, name, way_up(index).into_iter().chain(edge(size))).await?;
    let hashes = if index < size { tiles.inclusion(size, index) } else { None };
    let proof = hashes.map(|hashes| Proof { index, leaf: leaf.to_owned(), hashes, note: head.note.to_string() });
    Ok(match proof.filter(|proof| proof.holds(&head.checkpoint)) {
        Some(proof) => Proved::Holds(Box::new(proof), head.checkpoint),
        None => Proved::Broken(broken()),
    })
}
