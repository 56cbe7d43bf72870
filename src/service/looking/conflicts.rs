//! Whom an officer knows: a spouse, a neighbour. Declared by the officer, kept as a keyed hash of what the person signs in
//! with, so that the council holds no list of its staff's families; their records do not open to that officer.

use super::{Deed, Refused, seal};
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::domain::audit::Draft;
use crate::domain::audit::vocabulary::ConflictDeclared;
use crate::domain::ids::{AccountId, StaffId};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::sign_in::identifier;
use crate::service::staff::members;
use crate::store::{Error, accounts, glass, search};
use std::collections::BTreeSet;

fn hash(app: &App, staff: StaffId, blind: &[u8]) -> BlindIndex {
    let both = format!("{staff}\n{}", crate::crypto::hex(blind));
    BlindIndex::of(&app.roots, IndexKind::Conflict, &both)
}

/// Declares that the officer knows whoever signs in with this, or takes it back. Whether anybody does is not said.
///
/// # Errors
/// [`Refused::Failure`] only.
pub async fn declare(deed: Deed<'_>, typed: &str, knows: bool) -> Result<(), Refused> {
    let Deed { app, officer, now, .. } = deed;
    let hash = hash(app, officer.id, &identifier(app, typed.trim()).0);
    let how = if knows { "declared" } else { "withdrawn" };
    let declared = Draft::of_officer(officer, ConflictDeclared { how: how.to_owned() }).from(deed.context.clone());
    let event = seal(deed, &declared, None)?;
    let written = app
        .db
        .write(async |mut w| {
            let new = if knows {
                glass::declare(&mut w, officer.id, &hash.0, now).await?
            } else {
                glass::withdraw(&mut w, officer.id, &hash.0).await?
            };
            if !new {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match written {
        Ok(_) | Err(Error::GivenUp) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The most people looked at under one pseudonym who are held against what its officer declared.
const MOST: usize = 10_000;

/// Pairs of pseudonyms, officer and resident, of looks in a while at people whom the officer declared to know; and whether it is
/// all of them.
///
/// # Errors
/// What the store says.
pub async fn of_looks(
    app: &App,
    window: (When, When),
    now: When,
) -> Result<(BTreeSet<(String, String)>, bool), Failure> {
    let (mut pairs, mut whole) = (BTreeSet::new(), true);
    for (staff, _, officer) in members::pseudonyms(app, now).await? {
        if count(app, staff).await? == 0 {
            continue;
        }
        let (looked_at, all) = search::looked_at(&mut app.db.peek(), &officer, window, MOST).await?;
        whole &= all;
        for (officer, subject, account) in looked_at {
            if has(app, staff, account).await? {
                pairs.insert((officer, subject));
            }
        }
    }
    Ok((pairs, whole))
}

/// How many people an officer declared to know.
pub async fn count(app: &App, staff: StaffId) -> Result<usize, Failure> {
    Ok(glass::declared(&mut app.db.peek(), staff).await?.len())
}

/// Whether an officer declared to know this person.
pub async fn has(app: &App, staff: StaffId, account: AccountId) -> Result<bool, Failure> {
    let mut read = app.db.read().await?;
    let declared = glass::declared(&mut read, staff).await?;
    if declared.is_empty() {
        return Ok(false);
    }
    let identifiers = accounts::identifiers(&mut read, account).await?;
    Ok(identifiers.iter().any(|(_, blind)| declared.contains(&hash(app, staff, blind).0.to_vec())))
}
