//! Whom an officer knows: a spouse, a neighbour. Declared by the officer, kept as a keyed hash of what the person signs in
//! with, so that the council holds no list of its staff's families; their records do not open to that officer.

use super::{Deed, Refused, budget, seal};
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::domain::audit::Draft;
use crate::domain::audit::vocabulary::ConflictDeclared;
use crate::domain::ids::{AccountId, StaffId};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::sign_in::identifier;
use crate::service::staff::members;
use crate::store::glass::{self, Known};
use crate::store::{Error, Write, accounts, search};
use std::collections::BTreeSet;
use std::time::Duration;

fn hash(app: &App, staff: StaffId, blind: &[u8]) -> BlindIndex {
    let both = format!("{staff}\n{}", crate::crypto::hex(blind));
    BlindIndex::of(&app.roots, IndexKind::Conflict, &both)
}

/// Her account, whatever she signs in with later.
fn of_account(app: &App, staff: StaffId, account: AccountId) -> BlindIndex {
    BlindIndex::of(&app.roots, IndexKind::Conflict, &format!("{staff}\naccount {account}"))
}

/// How long a declaration holds after it was taken back: nobody takes one back to look at once.
const HOLDS: Duration = Duration::from_hours(24);

/// Declares that the officer knows whoever signs in with this, or takes it back. Whether anybody does is not said.
///
/// # Errors
/// [`Refused::DeclaredTooOften`], or a failure.
pub async fn declare(deed: Deed<'_>, typed: &str, knows: bool) -> Result<(), Refused> {
    budget::spend_declaration(deed).await?;
    let Deed { app, officer, now, .. } = deed;
    let blind = identifier(app, typed.trim());
    let found = accounts::by_identifier(&mut app.db.peek(), &blind.0).await?;
    let account = found.map(|account| of_account(app, officer.id, account));
    let hash = hash(app, officer.id, &blind.0);
    let how = if knows { "declared" } else { "withdrawn" };
    let declared = Draft::of_officer(officer, ConflictDeclared { how: how.to_owned() }).from(deed.context.clone());
    let event = seal(deed, &declared, None)?;
    let written = app
        .db
        .write(async |mut w| {
            let new = if knows {
                glass::declare(&mut w, officer.id, (&hash.0, account.as_ref().map(|hash| hash.0.as_slice())), now)
                    .await?
            } else {
                glass::withdraw(&mut w, officer.id, &hash.0, now).await?
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

/// Pairs of pseudonyms, officer and resident, of looks in a while at people whom the officer ever declared to know; and whether it is
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
        if glass::declared(&mut app.db.peek(), staff).await?.is_empty() {
            continue;
        }
        let (looked_at, all) = search::looked_at(&mut app.db.peek(), &officer, window, MOST).await?;
        whole &= all;
        for (officer, subject, account) in looked_at {
            if knows(app, staff, account, |_| true).await? {
                pairs.insert((officer, subject));
            }
        }
    }
    Ok((pairs, whole))
}

/// A declaration made before its person had an account, and which account that is.
#[derive(Debug, Clone)]
pub struct Met {
    staff: StaffId,
    hash: Vec<u8>,
    account: Vec<u8>,
}

/// Who declared to know whoever signs in with this, before there was an account: what she signs in with is about to change, and the
/// declaration goes with her. Call it before that write, and [`Met::keep`] within.
///
/// # Errors
/// What the store says.
pub async fn met(app: &App, account: AccountId, blind: &[u8]) -> Result<Vec<Met>, Failure> {
    let unmet = glass::unmet(&mut app.db.peek()).await?.into_iter();
    let hers = unmet.filter(|(staff, known)| *known == hash(app, *staff, blind).0);
    Ok(hers.map(|(staff, hash)| Met { staff, hash, account: of_account(app, staff, account).0.to_vec() }).collect())
}

impl Met {
    /// In the write that changes what she signs in with.
    ///
    /// # Errors
    /// What the store says.
    pub async fn keep(&self, w: &mut Write) -> Result<(), Error> {
        glass::met(w, self.staff, &self.hash, &self.account).await
    }
}

/// How many people an officer declares to know.
pub async fn count(app: &App, staff: StaffId) -> Result<usize, Failure> {
    let declared = glass::declared(&mut app.db.peek(), staff).await?;
    Ok(declared.iter().filter(|known| known.withdrawn_at.is_none()).count())
}

/// Whether an officer declared to know this person, and did not take it back a day ago or longer.
pub async fn has(app: &App, staff: StaffId, account: AccountId, now: When) -> Result<bool, Failure> {
    let holds = |known: &Known| known.withdrawn_at.is_none_or(|at| now < at + HOLDS);
    knows(app, staff, account, holds).await
}

async fn knows(app: &App, staff: StaffId, account: AccountId, holds: impl Fn(&Known) -> bool) -> Result<bool, Failure> {
    let mut read = app.db.read().await?;
    let declared: Vec<Known> = glass::declared(&mut read, staff).await?.into_iter().filter(holds).collect();
    if declared.is_empty() {
        return Ok(false);
    }
    let whole = of_account(app, staff, account).0.to_vec();
    if declared.iter().any(|known| known.account_hash.as_ref() == Some(&whole)) {
        return Ok(true);
    }
    let identifiers = accounts::identifiers(&mut read, account).await?;
    let hashes: Vec<Vec<u8>> = identifiers.iter().map(|(_, blind)| hash(app, staff, blind).0.to_vec()).collect();
    Ok(declared.iter().any(|known| hashes.contains(&known.hash)))
}
