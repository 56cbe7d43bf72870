//! What claims say: sealed fields are opened with leave, and values derived from them, at the moment they go out.

use super::{Failure, people};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::seal::{Field, PersonKeys};
use crate::domain::account::{Detail, Given};
use crate::domain::claims::{Claim, ClaimSet, Held, derive};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use crate::store::attributes::{self, AttributeRow};
use crate::store::{Error, Read};
use serde_json::{Map, Value};
use uuid::Uuid;

/// What is held of a person, sealed.
#[derive(Debug, Clone, Copy)]
pub struct SealedPerson<'r> {
    /// Her name.
    pub name: &'r [u8],
    /// The row and address of her contact.
    pub contact: Option<(Uuid, &'r [u8])>,
    /// The details she gave.
    pub details: &'r [AttributeRow],
}

/// Where a detail's value is sealed.
#[must_use]
pub const fn value_field(row: Uuid) -> Field {
    Field::profile("attribute", "value", row)
}

/// The details that these claims are made from; nothing is looked up where none is.
///
/// # Errors
/// [`Failure::Store`].
pub async fn details_for(read: &mut Read, account: AccountId, claims: ClaimSet) -> Result<Vec<AttributeRow>, Failure> {
    if Claim::details(claims).is_empty() { Ok(Vec::new()) } else { Ok(attributes::of(read, account).await?) }
}

/// Opens a detail.
///
/// # Errors
/// [`Failure::Seal`] if there is no leave for it, and [`Failure::Store`] if the row is of no kind we know.
pub fn open_detail(keys: &PersonKeys, row: &AttributeRow, leave: &Disclosure) -> Result<Given, Failure> {
    let detail = Detail::parse(&row.kind).ok_or_else(|| Error::Unreadable("attribute.kind".to_owned()))?;
    let text = keys.open(value_field(row.id), &row.value, leave)?;
    Ok(Given::from_stored(detail, &text).ok_or(SealError::Malformed)?)
}

/// Opens what these claims are made from, and nothing else.
///
/// # Errors
/// As [`open_detail`].
pub fn open_held(
    keys: &PersonKeys,
    sealed: &SealedPerson<'_>,
    leave: &Disclosure,
    wanted: ClaimSet,
) -> Result<Held, Failure> {
    let mut held = Held { email_proven: sealed.contact.is_some(), ..Held::default() };
    if wanted.contains(Claim::Name) {
        held.name = Some(people::open_name(keys, sealed.name, leave)?);
    }
    if let (Some((row, address)), true) = (sealed.contact, wanted.contains(Claim::Email)) {
        held.email = Some(people::open_address(keys, row, address, leave)?);
    }
    let details = Claim::details(wanted);
    for row in sealed.details {
        if Detail::parse(&row.kind).is_some_and(|detail| details.contains(&detail)) {
            held = held.with(open_detail(keys, row, leave)?, row.verified_at.is_some());
        }
    }
    Ok(held)
}

/// The values of the wanted claims (OIDC Core §5.1). Claims that nothing is held for are absent.
///
/// # Errors
/// As [`open_detail`].
pub fn open_values(
    app: &App,
    keys: &PersonKeys,
    sealed: &SealedPerson<'_>,
    leave: &Disclosure,
    wanted: ClaimSet,
    now: When,
) -> Result<Map<String, Value>, Failure> {
    let held = open_held(keys, sealed, leave, wanted)?;
    let snapshot = app.snapshot();
    let controller = &snapshot.policy.controller;
    let today = controller.today(now);
    let value = |claim: Claim| Some((claim.as_str().to_owned(), derive(claim, &held, today, &controller.area)?));
    Ok(wanted.iter().filter_map(value).collect())
}
