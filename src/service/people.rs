//! A person's keys and profile: where sealed fields are opened for herself.

use super::Failure;
use crate::app::App;
use crate::crypto::roots::Roots;
use crate::crypto::seal::{Field, PersonKeys, WrappedKey};
use crate::crypto::{SealError, tokens};
use crate::domain::account::{EmailAddress, FullName};
use crate::domain::audit::PersonKey;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::AccountId;
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::store::grants::KeysBeside;
use crate::store::{Error, Housekeeping, Read, accounts, contacts, log, vault};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Makes a person who has no account yet: her keys are durable before the first row sealed with them. Where that is never written, the
/// housekeeping destroys them (`jobs::expire`).
pub async fn create_keys(app: &App, now: When) -> Result<PersonKeys, Failure> {
    let person = AccountId(tokens::uuid());
    let keys = PersonKeys::generate(person)?;
    let profile = keys.wrap(&app.roots, PersonKey::Profile)?;
    let evidence = keys.wrap(&app.roots, PersonKey::Evidence)?;
    app.db
        .write(async |mut w| {
            vault::insert(&mut w, person, &profile.0, &evidence.0, now).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await?;
    Ok(keys)
}

/// A person's keys, opened.
pub async fn keys(read: &mut Read, roots: &Roots, person: AccountId) -> Result<PersonKeys, Failure> {
    let stored = vault::keys(read, person).await?;
    let evidence = stored.evidence.ok_or(SealError::NoKey)?;
    let profile = stored.profile.map(WrappedKey);
    Ok(PersonKeys::unwrap(roots, person, profile.as_ref(), &WrappedKey(evidence))?)
}

/// A person's keys that were read beside a row of hers, opened.
pub fn opened(roots: &Roots, person: AccountId, beside: KeysBeside) -> Result<PersonKeys, Failure> {
    let evidence = beside.evidence_key.ok_or(SealError::NoKey)?;
    let profile = beside.profile_key.map(WrappedKey);
    Ok(PersonKeys::unwrap(roots, person, profile.as_ref(), &WrappedKey(evidence))?)
}

/// A person's pseudonyms, one for each year that there is a log of: what is hers in the record is found by them.
///
/// # Errors
/// What the store says.
pub async fn pseudonyms(read: &mut Read, keys: &PersonKeys) -> Result<Vec<String>, Error> {
    let logs = log::all(read).await?;
    // What happened just before a year's end may have its place in the next one's log.
    let years: BTreeSet<i16> =
        logs.iter().filter_map(|log| i16::try_from(log.year).ok()).flat_map(|year| [year - 1, year]).collect();
    Ok(years.into_iter().map(|year| keys.pseudonym(year)).collect())
}

/// Where an account's name is sealed.
#[must_use]
pub const fn name_field(account: AccountId) -> Field {
    Field::profile("account", "name", account.0)
}

/// Where a contact's address is sealed.
#[must_use]
pub const fn address_field(contact: Uuid) -> Field {
    Field::profile("contact", "address", contact)
}

/// Opens a sealed name.
pub fn open_name(keys: &PersonKeys, sealed: &[u8], leave: &Disclosure) -> Result<FullName, Failure> {
    let text = keys.open(name_field(keys.account()), sealed, leave)?;
    Ok(FullName::parse(&text).map_err(|_| SealError::Malformed)?)
}

/// Opens a contact's sealed address.
pub fn open_address(
    keys: &PersonKeys,
    contact: Uuid,
    sealed: &[u8],
    leave: &Disclosure,
) -> Result<EmailAddress, Failure> {
    let text = keys.open(address_field(contact), sealed, leave)?;
    Ok(EmailAddress::parse(&text).map_err(|_| SealError::Malformed)?)
}

/// The address a person is written to: what is opened here goes to it. None once her death was noted.
pub(super) async fn written_to(read: &mut Read, keys: &PersonKeys) -> Result<Option<EmailAddress>, Failure> {
    let leave = Disclosure::to_the_person(keys.account());
    if !accounts::may_be_written_to(read, keys.account()).await? {
        return Ok(None);
    }
    let contact = contacts::current(read, keys.account(), "email").await?;
    contact.map(|row| open_address(keys, row.id, &row.address, &leave)).transpose()
}

/// What a person is shown of herself.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Her name.
    pub name: FullName,
    /// The address she is written to.
    pub email: Option<EmailAddress>,
}

/// The profile of the person whose session it is, and her keys for what comes next.
pub async fn own_profile(app: &App, who: &SignedIn) -> Result<(PersonKeys, Profile), Failure> {
    let mut read = app.db.read().await?;
    let keys = keys(&mut read, &app.roots, who.account).await?;
    let leave = who.disclosure();
    let name = open_name(&keys, &who.name, &leave)?;
    let contact = contacts::current(&mut read, who.account, "email").await?;
    let email = contact.map(|row| open_address(&keys, row.id, &row.address, &leave)).transpose()?;
    Ok((keys, Profile { name, email }))
}
