//! A resident as an officer sees her: found by what she signs in with, masked, a field in clear only when it was revealed.

use super::{Deed, Look, Refused, budget, conflicts, draft, permit, seal, under};
use crate::app::App;
use crate::crypto::seal::PersonKeys;
use crate::domain::account::{Detail, Given, State};
use crate::domain::audit::vocabulary::{FieldRevealed, NotPermitted, PersonSought, RecordViewed};
use crate::domain::claims::ClaimSet;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::sharing::RecordState;
use crate::domain::staff::{Action, Circumstances, Enquiry, Field, Found};
use crate::domain::time::When;
use crate::service::sign_in::identifier;
use crate::service::values::open_detail;
use crate::service::{Failure, details, people, records, search_audit};
use crate::store::{Error, accounts, attributes, authenticators, contacts, enquiries, sessions, sharing};
use std::collections::BTreeSet;
use uuid::Uuid;

/// One field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub field: Field,
    /// What is shown of it, masked or in clear.
    pub said: Said,
    /// Whether it is in clear.
    pub revealed: bool,
}

/// What is shown of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// That she gave it, and nothing of it.
    Given,
    /// A text.
    Text(String),
    /// A day.
    Day(When),
}

/// A service that has been told something about her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The service.
    pub client: ClientId,
    /// For which purpose.
    pub purpose: String,
    /// What it may have.
    pub claims: ClaimSet,
    /// Since when.
    pub at: When,
}

/// Her record.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// How it stands.
    pub state: State,
    /// When it was made.
    pub created_at: When,
    /// Her name, what she is written to by, and the details that she gave.
    pub fields: Vec<Shown>,
    /// How many browsers are signed in to it.
    pub sessions: usize,
    /// Whether it asks for a second step.
    pub second_step: bool,
    /// What services may have.
    pub told: Vec<Told>,
}

/// Looks for a resident by the e-mail address or username she signs in with, or by her account's number. Nobody is found by
/// part of a name: what cannot be browsed cannot be trawled.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn search(deed: Deed<'_>, enquiry: &Enquiry, typed: &str) -> Result<Option<AccountId>, Refused> {
    let app = deed.app;
    budget::spend(deed, enquiry).await?;
    let typed = typed.trim();
    // What hides its looks was approved for one resident, as she was typed then.
    if enquiry.only_for.as_ref().is_some_and(|only| *only != search_audit::sought(app, typed)) {
        return Err(somebody_else(deed, enquiry).await);
    }
    let named = Uuid::parse_str(typed).ok().map(AccountId);
    let account = match named {
        Some(account) => match accounts::get(&mut app.db.peek(), account).await {
            Ok(row) => Some(row.id),
            Err(Error::Missing) => None,
            Err(error) => return Err(error.into()),
        },
        None => accounts::by_identifier(&mut app.db.peek(), &identifier(app, typed).0).await?,
    };
    let keys = match account {
        Some(account) => Some(people::keys(&mut app.db.peek(), &app.roots, account).await?),
        None => None,
    };
    let circumstances = match &keys {
        Some(keys) => with_conflict(deed, enquiry, keys.account()).await?,
        None => under(deed, enquiry).await?,
    };
    permit(deed, Action::SearchPeople, circumstances, keys.as_ref(), Some(enquiry)).await?;
    let sought = search_audit::sought(app, typed);
    let payload = PersonSought { enquiry: enquiry.id, sought, found: account.is_some(), fields: Vec::new() };
    let sought = draft(deed, enquiry, payload);
    let look = match &keys {
        Some(keys) => Look::of(deed, enquiry, sought, keys).await?,
        None => Look { event: seal(deed, &sought, None)?, held: None },
    };
    app.db
        .write(async |mut w| {
            if let Some(account) = account {
                enquiries::find(&mut w, enquiry.id, account, deed.now).await?;
            }
            look.keep(&mut w).await?;
            w.commit(look.events(), ()).await
        })
        .await?;
    Ok(account)
}

/// Puts on record that somebody else was to be looked for behind a word that was given for one resident.
async fn somebody_else(deed: Deed<'_>, enquiry: &Enquiry) -> Refused {
    let because = vec!["approved_for_one_resident".to_owned()];
    let payload = NotPermitted { action: Action::SearchPeople.as_str().to_owned(), because, enquiry: Some(enquiry.id) };
    let written = async {
        let refused = draft(deed, enquiry, payload).denied("not_permitted");
        let event = seal(deed, &refused.because(&enquiry.reason, enquiry.case.as_deref()), None)?;
        deed.app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
        Ok::<_, Refused>(())
    };
    written.await.err().unwrap_or(Refused::NeedsApproval)
}

async fn with_conflict(deed: Deed<'_>, enquiry: &Enquiry, account: AccountId) -> Result<Circumstances, Failure> {
    let conflict = conflicts::has(deed.app, deed.officer.id, account, deed.now).await?;
    Ok(Circumstances { conflict, ..under(deed, enquiry).await? })
}

async fn found(deed: Deed<'_>, enquiry: &Enquiry, account: AccountId) -> Result<(Found, PersonKeys), Refused> {
    let found = enquiries::found(&mut deed.app.db.peek(), enquiry.id, account).await?.ok_or(Refused::NotFound)?;
    Ok((found, people::keys(&mut deed.app.db.peek(), &deed.app.roots, account).await?))
}

/// Opens her record. That it is opened, and which fields of it in clear, is an event first.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn view(deed: Deed<'_>, enquiry: &Enquiry, account: AccountId) -> Result<Person, Refused> {
    let app = deed.app;
    let (found, keys) = found(deed, enquiry, account).await?;
    let circumstances = with_conflict(deed, enquiry, account).await?;
    permit(deed, Action::ViewPerson, circumstances, Some(&keys), Some(enquiry)).await?;
    let given = details::given_by(app, account).await?;
    let fields = named(&given, &found);
    let look = Look::of(deed, enquiry, draft(deed, enquiry, RecordViewed { fields, by: None }), &keys).await?;
    let leave = look.take(deed).await?;
    Ok(read(deed, &found, &keys, &given, &leave).await?)
}

/// What a look at her record opens, as the event of it names it.
pub(super) fn named(given: &BTreeSet<Detail>, found: &Found) -> Vec<String> {
    let fields = Field::ALWAYS.into_iter().chain(given.iter().copied().map(Field::from)).map(|field| {
        let masked = if found.revealed.contains(&field) { "" } else { "_masked" };
        format!("{}{masked}", field.as_str())
    });
    fields.chain(OPEN.map(str::to_owned)).collect()
}

/// What a record shows beside the fields that are masked.
const OPEN: [&str; 4] = ["state", "sessions", "second_step", "services"];

pub(super) async fn read(
    deed: Deed<'_>,
    found: &Found,
    keys: &PersonKeys,
    given: &BTreeSet<Detail>,
    leave: &Disclosure,
) -> Result<Person, Failure> {
    let account = keys.account();
    let mut read = deed.app.db.read().await?;
    let row = accounts::get(&mut read, account).await?;
    let shown = |field, masked: String, clear: &str| {
        let revealed = found.revealed.contains(&field);
        Shown { field, said: Said::Text(if revealed { clear.to_owned() } else { masked }), revealed }
    };
    let name = people::open_name(keys, &row.name, leave)?;
    let mut fields = vec![shown(Field::Name, name.masked(), name.as_str())];
    if let Some(contact) = contacts::current(&mut read, account, "email").await? {
        let email = people::open_address(keys, contact.id, &contact.address, leave)?;
        fields.push(shown(Field::Email, email.masked(), email.as_str()));
    }
    // What she gave after the look was put on record is in the next one.
    let held = attributes::of(&mut read, account).await?;
    for detail in given {
        let Some(row) = held.iter().find(|row| row.kind == detail.as_str()) else { continue };
        let field = Field::from(*detail);
        let revealed = found.revealed.contains(&field);
        let said = if revealed || *detail != Detail::Birthdate {
            of_detail(deed.app, &open_detail(keys, row, leave)?, revealed)
        } else {
            Said::Given
        };
        fields.push(Shown { field, said, revealed });
    }
    let history = records::history(sharing::of_account(&mut read, account).await?)?;
    let told = history
        .into_iter()
        .filter(|record| matches!(record.state, RecordState::Shown | RecordState::Given | RecordState::Reaffirmed));
    Ok(Person {
        account,
        state: State::parse(&row.state).ok_or_else(|| Error::Unreadable("account.state".to_owned()))?,
        created_at: row.created_at,
        fields,
        sessions: sessions::list(&mut read, account).await?.len(),
        second_step: authenticators::get(&mut read, account).await?.is_some(),
        told: told
            .map(|record| Told { client: record.client, purpose: record.purpose, claims: record.claims, at: record.at })
            .collect(),
    })
}

fn of_detail(app: &App, given: &Given, revealed: bool) -> Said {
    match given {
        Given::Birthdate(birthdate) if revealed => {
            let day = birthdate.date().to_zoned(app.snapshot().policy.controller.time_zone.clone());
            day.map_or_else(|_| Said::Text(birthdate.stored()), |day| Said::Day(When::from(day.timestamp())))
        }
        Given::Address(address) if revealed => Said::Text(address.on_one_line()),
        Given::PhoneNumber(phone) if revealed => Said::Text(phone.spoken()),
        Given::Birthdate(_) => Said::Given,
        Given::Address(address) => address.masked().map_or(Said::Given, Said::Text),
        Given::PhoneNumber(phone) => Said::Text(phone.masked()),
    }
}

/// Reveals one field for as long as the enquiry stands. The officer has proved who they are a short while ago.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn reveal(deed: Deed<'_>, enquiry: &Enquiry, account: AccountId, field: Field) -> Result<(), Refused> {
    let (_, keys) = found(deed, enquiry, account).await?;
    let given = details::given_by(deed.app, account).await?;
    if !Field::ALWAYS.contains(&field) && !given.into_iter().any(|detail| Field::from(detail) == field) {
        return Err(Refused::NotFound);
    }
    let circumstances = with_conflict(deed, enquiry, account).await?;
    permit(deed, Action::RevealField, circumstances, Some(&keys), Some(enquiry)).await?;
    let payload = FieldRevealed { enquiry: enquiry.id, field: field.as_str().to_owned() };
    let look = Look::of(deed, enquiry, draft(deed, enquiry, payload), &keys).await?;
    let revealed = deed
        .app
        .db
        .write(async |mut w| {
            if !enquiries::reveal(&mut w, enquiry.id, account, field).await? {
                return Err(Error::GivenUp);
            }
            look.keep(&mut w).await?;
            w.commit(look.events(), ()).await
        })
        .await;
    match revealed {
        // It is in clear already.
        Ok(_) | Err(Error::GivenUp) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
