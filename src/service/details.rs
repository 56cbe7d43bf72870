//! The details a resident gives once: date of birth, address, phone number. Only what some service's purpose needs is
//! asked for; what she gives, corrects or takes away is an event, and whoever was given what stood there before is told.

use super::values::{self, SealedPerson, open_detail, value_field};
use super::{Failure, guesses, people, signals};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens;
use crate::domain::account::{Detail, Given, Source};
use crate::domain::audit::vocabulary::DetailChanged;
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::claims::{Claim, ClaimSet, Held, derive};
use crate::domain::client::{Client, Words};
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::session::SignedIn;
use crate::domain::sharing::Tell;
use crate::domain::signal::{Change, What};
use crate::domain::time::When;
use crate::store::attributes::{self, NewAttribute};
use crate::store::{Error, contacts};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How often a change begins anew because another window was faster.
const TRIES: usize = 4;

/// What counts how often somebody's details are given or corrected in a day. Deleting is not counted.
const COUNTER: &str = "details";

/// A service and purpose that a detail is needed for.
#[derive(Debug, Clone)]
pub struct Use {
    /// The service.
    pub client: Arc<Client>,
    /// The purpose, in the register's words.
    pub purpose: Option<Words>,
    /// What of it the service gets.
    pub claims: ClaimSet,
}

/// A detail as its owner sees it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Which.
    pub detail: Detail,
    /// What she gave, and when.
    pub given: Option<(Given, When)>,
    /// What it is needed for.
    pub uses: Vec<Use>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is done, and these services are told that these claims say something else now (UK GDPR Art 19).
    Done(BTreeMap<ClientId, ClaimSet>),
    /// It is what was held already, or there was nothing to take away.
    Same,
    /// Too much was given and corrected in a day: nothing is changed.
    TooOften {
        /// When it may be again.
        until: When,
    },
}

/// The details that a share in force needs, with who needs them for what. Nothing else is asked for (UK GDPR
/// Art 5(1)(c)).
#[must_use]
pub fn needed(app: &App) -> BTreeMap<Detail, Vec<Use>> {
    let snapshot = app.snapshot();
    let mut needed: BTreeMap<Detail, Vec<Use>> = BTreeMap::new();
    for client in snapshot.clients() {
        for share in &client.shares {
            for detail in Claim::details(share.claims) {
                let of = |claim: &Claim| claim.detail() == Some(detail) && claim.said_of().is_none();
                needed.entry(detail).or_default().push(Use {
                    client: Arc::clone(client),
                    purpose: snapshot.policy.purpose(&share.purpose).cloned(),
                    claims: share.claims.iter().filter(of).collect(),
                });
            }
        }
    }
    needed
}

/// Her details: those that are needed, and those that she gave when they were.
///
/// # Errors
/// [`Failure`] of the store or of a seal.
pub async fn own(app: &App, who: &SignedIn) -> Result<Vec<Kept>, Failure> {
    let mut needed = needed(app);
    let mut read = app.db.read().await?;
    let rows = attributes::of(&mut read, who.account).await?;
    let keys = people::keys(&mut read, &app.roots, who.account).await?;
    let leave = who.disclosure();
    let mut kept = Vec::new();
    for detail in Detail::ALL {
        let row = rows.iter().find(|row| row.kind == detail.as_str());
        let given = row.map(|row| Ok::<_, Failure>((open_detail(&keys, row, &leave)?, row.changed_at))).transpose()?;
        let uses = needed.remove(&detail).unwrap_or_default();
        if given.is_some() || !uses.is_empty() {
            kept.push(Kept { detail, given, uses });
        }
    }
    Ok(kept)
}

/// Which details somebody gave: not what they say.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn given_by(app: &App, account: AccountId) -> Result<BTreeSet<Detail>, Failure> {
    let rows = attributes::of(&mut app.db.peek(), account).await?;
    Ok(rows.iter().filter_map(|row| Detail::parse(&row.kind)).collect())
}

/// What she has, opened for herself as far as these claims need it.
///
/// # Errors
/// [`Failure`] of the store or of a seal.
pub async fn own_held(app: &App, who: &SignedIn, claims: ClaimSet) -> Result<Held, Failure> {
    let mut read = app.db.read().await?;
    let details = values::details_for(&mut read, who.account, claims).await?;
    let contact = contacts::current(&mut read, who.account, "email").await?;
    let keys = people::keys(&mut read, &app.roots, who.account).await?;
    let contact = contact.as_ref().map(|row| (row.id, row.address.as_slice()));
    values::open_held(&keys, &SealedPerson { name: &who.name, contact, details: &details }, &who.disclosure(), claims)
}

/// The first detail that she is about to be told of and has not given, with whether the service cannot do without it.
/// Those in `later` she has put off on her way.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn missing(
    app: &App,
    who: &SignedIn,
    tells: &[Tell],
    later: &BTreeSet<Detail>,
) -> Result<Option<(Detail, bool)>, Failure> {
    let mut wanted: BTreeMap<Detail, bool> = BTreeMap::new();
    for tell in tells {
        for detail in Claim::details(tell.claims) {
            *wanted.entry(detail).or_default() |= tell.required;
        }
    }
    wanted.retain(|detail, required| *required || !later.contains(detail));
    if wanted.is_empty() {
        return Ok(None);
    }
    let there = given_by(app, who.account).await?;
    Ok(wanted.into_iter().find(|(detail, _)| !there.contains(detail)))
}

/// Keeps a detail that she gave herself, in place of the one before.
///
/// # Errors
/// [`Failure`] of the store or of a seal.
pub async fn give(app: &App, who: &SignedIn, given: &Given, context: &Context, now: When) -> Result<Changed, Failure> {
    change(app, who, given.detail(), Some(given), context, now).await
}

/// Deletes a detail, with what stood there before it. What services received they keep by their own rule; nothing more is
/// made from it.
///
/// # Errors
/// [`Failure`] of the store or of a seal.
pub async fn take_away(
    app: &App,
    who: &SignedIn,
    detail: Detail,
    context: &Context,
    now: When,
) -> Result<Changed, Failure> {
    change(app, who, detail, None, context, now).await
}

async fn change(
    app: &App,
    who: &SignedIn,
    detail: Detail,
    given: Option<&Given>,
    context: &Context,
    now: When,
) -> Result<Changed, Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let mut counted = given.is_none();
    // What another window did meanwhile is changed like what was there before.
    for _ in 0..TRIES {
        let rows = attributes::of(&mut app.db.peek(), who.account).await?;
        let row = rows.iter().find(|row| row.kind == detail.as_str());
        let before = row.map(|row| open_detail(&keys, row, &who.disclosure())).transpose()?;
        if before.as_ref() == given {
            return Ok(Changed::Same);
        }
        if !counted {
            if let Some(until) = guesses::too_often(app, COUNTER, who.account, now).await? {
                return Ok(Changed::TooOften { until });
            }
            counted = true;
        }
        let (before_row, version) = (row.map(|row| row.id), row.map_or(0, |row| row.version));
        let new = match given {
            Some(given) => Some(sealed(app, &keys, given, version + 1)?),
            None => None,
        };
        let what = What::Corrected(moved(app, (before.as_ref(), given), now));
        let told = signals::prepare(app, &Change { account: who.account, what }, now).await?;
        let how = match (&before, given) {
            (None, _) => "given",
            (Some(_), Some(_)) => "corrected",
            (Some(_), None) => "taken_away",
        };
        let claims: ClaimSet = told.services.values().copied().flatten().collect();
        let payload = DetailChanged {
            detail: detail.as_str().to_owned(),
            how: how.to_owned(),
            claims: claims.into_iter().map(|claim| claim.as_str().to_owned()).collect(),
            services: told.services.keys().map(|id| id.as_str().to_owned()).collect(),
        };
        let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context.clone());
        let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
        let changed = app
            .db
            .write(async |mut w| {
                let stood = match (before_row, &new) {
                    (None, _) => true,
                    (Some(row), Some(_)) => attributes::replace(&mut w, row, now).await?,
                    (Some(row), None) => attributes::remove(&mut w, who.account, detail, row).await?,
                };
                if !stood {
                    return Err(Error::GivenUp);
                }
                if let Some(new) = &new {
                    attributes::insert(&mut w, new, now).await?;
                }
                signals::queue(&mut w, &told, now).await?;
                w.commit(event.clone(), ()).await
            })
            .await;
        match changed {
            Ok(_) => return Ok(Changed::Done(told.services)),
            // Another window was faster, or a service got to know her.
            Err(Error::GivenUp | Error::Constraint(_) | Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Conflict.into())
}

fn sealed(app: &App, keys: &PersonKeys, given: &Given, version: i64) -> Result<NewAttribute, SealError> {
    let id = tokens::uuid();
    let index = |kind, folded: &str| BlindIndex::of(&app.roots, kind, folded).0.to_vec();
    let (blind, uprn_blind) = match given {
        Given::Birthdate(_) => (None, None),
        Given::PhoneNumber(phone) => (Some(index(IndexKind::Phone, phone.as_str())), None),
        Given::Address(address) => (
            address.postcode().map(|postcode| index(IndexKind::Postcode, &postcode.folded())),
            address.uprn().map(|uprn| index(IndexKind::Uprn, uprn.as_str())),
        ),
    };
    let value = keys.seal(value_field(id), &given.stored())?;
    let (account, detail) = (keys.account(), given.detail());
    let source = Source::Herself;
    Ok(NewAttribute { id, account, detail, value, blind, uprn_blind, source, verified_at: None, version })
}

/// A detail that the house makes up or is told of, ready to be kept in a write of the caller's.
///
/// # Errors
/// [`SealError`].
pub fn first(app: &App, keys: &PersonKeys, given: &Given) -> Result<NewAttribute, SealError> {
    sealed(app, keys, given, 1)
}

/// The claims whose value is another now. What she had never given before nobody had.
fn moved(app: &App, (before, after): (Option<&Given>, Option<&Given>), now: When) -> ClaimSet {
    let Some(before) = before else {
        return ClaimSet::new();
    };
    let snapshot = app.snapshot();
    let controller = &snapshot.policy.controller;
    let today = controller.today(now);
    let held =
        |given: Option<&Given>| given.map_or_else(Held::default, |given| Held::default().with(given.clone(), false));
    let (was, is) = (held(Some(before)), held(after));
    let says = |claim: Claim, held: &Held| derive(claim, held, today, &controller.area);
    Claim::ALL.into_iter().filter(|claim| says(*claim, &was) != says(*claim, &is)).collect()
}
