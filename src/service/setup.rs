//! The first start, and policies put in force later.
//!
//! ```text
//! nothing kept yet ──first_start──> root check, one signing key for each algorithm, policies in force
//!                                   (one transaction with its events: all of it happened, or none)
//! kept already     ──first_start──> the root secret is checked, and nothing is made anew
//! ```

use super::Failure;
use super::rotation::new_key;
use crate::crypto::keys::{KeyState, SigningAlg};
use crate::crypto::record::{EventSeed, Recorder};
use crate::crypto::roots::Roots;
use crate::domain::audit::vocabulary::{CONTEXT, PolicyActivated, all};
use crate::domain::audit::{ActorClass, Channel, Draft, Sealed};
use crate::domain::time::When;
use crate::policy::{Bundle, Names};
use crate::store::columns::{ELSEWHERE, TABLES};
use crate::store::house;
use crate::store::{Db, Error};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The name under which the root secret's check value is kept.
pub const ROOT_CHECK: &str = "root_check";

/// Why a first start, or a later one, cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// Other keys sealed this data.
    #[error(
        "the root secret is not the one this data was sealed with: put the right file in place; nothing was changed"
    )]
    WrongRoot,
    /// Others were put in force since these were weighed.
    #[error("other policies were put in force meanwhile, and nothing was changed: look at what yours change of those")]
    Overtaken,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Error> for SetupError {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

/// Policies to put in force: the canonical bytes with what names them.
#[derive(Debug, Clone, Copy)]
pub struct Proposal<'a> {
    /// SHA-256 of the body.
    pub digest: &'a [u8],
    /// The canonical bytes.
    pub body: &'a [u8],
    /// The short name that events carry.
    pub version: &'a str,
    /// The digest of those they were weighed against; where it is named, no others are replaced.
    pub over: Option<&'a [u8]>,
    /// Who puts them in force, and who approved it.
    pub names: Option<&'a Names>,
}

impl<'a> From<&'a Bundle> for Proposal<'a> {
    fn from(bundle: &'a Bundle) -> Self {
        Self { digest: bundle.digest(), body: bundle.canonical(), version: bundle.version(), over: None, names: None }
    }
}

/// The data categories of this installation: those of its columns, of its events' payloads, and of its copies.
#[must_use]
pub fn held() -> Vec<&'static str> {
    let columns = TABLES
        .iter()
        .flat_map(|(_, own, others)| std::iter::once(*own).chain(others.iter().map(|(_, category)| *category)));
    let payloads = all().flat_map(|entry| entry.payload).chain(CONTEXT).map(|(_, category)| *category);
    let mut held: Vec<&'static str> = columns.chain(payloads).chain(ELSEWHERE.iter().copied()).collect();
    held.sort_unstable();
    held.dedup();
    held
}

/// Where each data category of this installation is held: the tables, `events` for what events carry, and `copies`.
#[must_use]
pub fn held_in() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut held: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    for (table, own, others) in TABLES {
        for category in std::iter::once(*own).chain(others.iter().map(|(_, category)| *category)) {
            held.entry(category).or_default().insert(table);
        }
    }
    for (_, category) in all().flat_map(|entry| entry.payload).chain(CONTEXT) {
        held.entry(category).or_default().insert("events");
    }
    for category in ELSEWHERE {
        held.entry(category).or_default().insert("copies");
    }
    held
}

/// Whether this store was ever started with a root secret, and that it was this one.
///
/// # Errors
/// [`SetupError::WrongRoot`] if it was another.
pub async fn was_started(db: &Db, roots: &Roots) -> Result<bool, SetupError> {
    match house::value(&mut db.peek(), ROOT_CHECK).await? {
        Some(kept) if roots.verify_check(&kept) => Ok(true),
        Some(_) => Err(SetupError::WrongRoot),
        None => Ok(false),
    }
}

/// Makes a new store usable: `true` if it was this call that did. Of two nodes that start at once, one does.
///
/// # Errors
/// [`SetupError`]; nothing has happened then.
pub async fn first_start(db: &Db, roots: &Roots, policies: &Proposal<'_>, now: When) -> Result<bool, SetupError> {
    if was_started(db, roots).await? {
        return Ok(false);
    }
    let recorder = Recorder::new(roots.clone(), policies.version);
    let check = roots.seal_check().map_err(Failure::from)?;
    let (es256, es256_made) = new_key(roots, &recorder, SigningAlg::Es256, KeyState::Active, now).await?;
    let (rs256, rs256_made) = new_key(roots, &recorder, SigningAlg::Rs256, KeyState::Active, now).await?;
    let activated = activated(&recorder, policies, now)?;
    let (digest, body) = (policies.digest, policies.body);
    let outcome = db
        .write(async |mut w| {
            if !house::set_once(&mut w, ROOT_CHECK, &check).await? {
                return Err(Error::Constraint(ROOT_CHECK.to_owned()));
            }
            house::insert_key(&mut w, &es256).await?;
            house::insert_key(&mut w, &rs256).await?;
            house::activate(&mut w, digest, body, now).await?;
            w.commit(((es256_made.clone(), rs256_made.clone()), activated.clone()), ()).await
        })
        .await;
    match outcome {
        Ok(_) => Ok(true),
        // Another node was first; it must have had the same root secret.
        Err(Error::Constraint(_)) => other_node(db, roots).await.map(|()| false),
        Err(error) => Err(error.into()),
    }
}

/// Waits for the node that was first: a write may meet another one a moment before that is durable for readers.
async fn other_node(db: &Db, roots: &Roots) -> Result<(), SetupError> {
    for _ in 0..40 {
        if was_started(db, roots).await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(Error::Unavailable("another node began the first start and has not ended it".to_owned()).into())
}

/// Puts policies in force; `false` if they were already. Every node follows within a second.
///
/// # Errors
/// [`SetupError`]; the old ones stay in force then.
pub async fn activate(db: &Db, roots: &Roots, policies: &Proposal<'_>, now: When) -> Result<bool, SetupError> {
    let in_force = house::policy(&mut db.peek()).await?;
    if in_force.is_some_and(|(digest, _)| digest == policies.digest) {
        return Ok(false);
    }
    let event = activated(&Recorder::new(roots.clone(), policies.version), policies, now)?;
    let (digest, body) = (policies.digest, policies.body);
    let outcome = db
        .write(async |mut w| {
            if let Some(over) = policies.over {
                house::replaces(&mut w, over).await?;
            }
            house::activate(&mut w, digest, body, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match outcome {
        Ok(_) => Ok(true),
        Err(Error::GivenUp) => Err(SetupError::Overtaken),
        Err(error) => Err(error.into()),
    }
}

fn activated(recorder: &Recorder, policies: &Proposal<'_>, now: When) -> Result<Sealed<PolicyActivated>, Failure> {
    let payload = PolicyActivated {
        bundle: crate::crypto::hex(policies.digest),
        by: policies.names.and_then(Names::by).cloned(),
        approved_by: policies.names.and_then(Names::approved_by).cloned(),
    };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    Ok(recorder.seal(EventSeed::draw(now), &draft, None)?)
}
