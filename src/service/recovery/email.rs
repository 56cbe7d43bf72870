//! Changing the address of an account, and undoing it from the old one (security row A07).

use super::codes::{Journey, Purpose, Standing, address_field};
use super::letters::{Compose, Letters, Mailbox, Reader, mailbox, may_write, posting};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::crypto::{hex, unhex};
use crate::domain::account::EmailAddress;
use crate::domain::audit::vocabulary::{ContactChanged, ContactRestored};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::claims::Claim;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::AccountId;
use crate::domain::session::SignedIn;
use crate::domain::signal::{Change, What};
use crate::domain::time::When;
use crate::service::account::{Proof, prove};
use crate::service::looking::conflicts::{self, Met};
use crate::service::second_step::{self, Again, Unproven};
use crate::service::sessions::{self, Which};
use crate::service::{Failure, people, post, signals};
use crate::store::challenges::RecoveryRow;
use crate::store::contacts::NewContact;
use crate::store::{Error, Housekeeping, Read, accounts, challenges, contacts, grants, outbox};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// How long the link works that undoes a change of address: long enough for a letter that is read once a week. It is not
/// one of the figures of `assurance.toml`, because shortening it would only serve a thief.
pub const UNDO_LASTS: Duration = Duration::from_hours(7 * 24);

const UNDO: &str = "undo_email";

/// How often a change begins anew because a service got to know her meanwhile.
const TRIES: usize = 4;

/// The kind of an identifier that is an e-mail address.
const ADDRESS: &str = "email";

/// What became of a wish to change the address.
#[derive(Debug)]
pub enum Begun {
    /// A code is on its way, unless somebody signs in with that address; the page does not tell.
    CodeSent(Journey),
    /// The present password is wrong.
    WrongCurrent,
    /// Too many wrong ones.
    Closed {
        /// When it opens.
        until: When,
    },
    /// The account has a second step, and its code is not right.
    Unproven(Unproven),
    /// It is the present address.
    Same,
}

/// Begins a change of address: the present password is asked, with a code if there is a second step, and another code
/// goes to the new address.
pub async fn begin(
    app: &App,
    who: &SignedIn,
    (again, new): (&Again<'_>, &EmailAddress),
    language: &str,
    compose: Compose<'_>,
    context: &Context,
    now: When,
) -> Result<Begun, Failure> {
    match prove(app, who, again.password, context, now).await? {
        Proof::Right(_) => {}
        Proof::Wrong => return Ok(Begun::WrongCurrent),
        Proof::Closed { until } => return Ok(Begun::Closed { until }),
    }
    let blind = contact_index(app, new);
    let mailbox = mailbox(app, who.account).await?.ok_or(Error::Missing)?;
    if mailbox.blind == blind {
        return Ok(Begun::Same);
    }
    if let Some(unproven) = second_step::code(app, &mailbox.keys, again, context, now).await? {
        return Ok(Begun::Unproven(unproven));
    }
    let journey = Journey::begin(new.masked());
    let hash = journey.hash();
    let row = RecoveryRow {
        purpose: Purpose::ChangeEmail.as_str().to_owned(),
        person: Some(who.account),
        flow: None,
        address: Some(mailbox.keys.seal(address_field(&hash), new.as_str())?),
        language: language.to_owned(),
        proven_at: None,
        spent_at: None,
        expires_at: now + app.snapshot().policy.assurance.journey,
    };
    let may_write = may_write(app, &blind, now).await?;
    let free = is_free(app, &mut app.db.read().await?, who.account, new).await?;
    if may_write && free {
        let mailbox = mailbox.at(new.clone(), blind);
        let lifetime = app.snapshot().policy.assurance.codes.otherwise;
        let (reader, letters) = (Reader::of_code(mailbox), Letters { code: compose, closed: None });
        let posting = posting(app, reader, &hash, Purpose::ChangeEmail, (now, lifetime), &letters, context)?;
        app.db
            .write(async |mut w| {
                challenges::insert_recovery(&mut w, &hash, &row, now).await?;
                posting.queue(&mut w, now).await?;
                w.commit(posting.event.clone(), ()).await
            })
            .await?;
    } else {
        app.db
            .write(async |mut w| {
                challenges::insert_recovery(&mut w, &hash, &row, now).await?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            })
            .await?;
    }
    Ok(Begun::CodeSent(journey))
}

fn contact_index(app: &App, address: &EmailAddress) -> Vec<u8> {
    BlindIndex::of(&app.roots, IndexKind::Email, &address.folded()).0.to_vec()
}

fn identifier_index(app: &App, address: &EmailAddress) -> [u8; 32] {
    BlindIndex::of(&app.roots, IndexKind::SignInName, &address.folded()).0
}

/// Whether she may have the address: one who signs in with her address needs it to herself, one who signs in with a
/// name may share it.
async fn is_free(app: &App, read: &mut Read, account: AccountId, address: &EmailAddress) -> Result<bool, Failure> {
    if !signs_in_by_address(read, account).await? {
        return Ok(true);
    }
    let owner = accounts::by_identifier(read, &identifier_index(app, address)).await?;
    Ok(owner.is_none_or(|owner| owner == account))
}

async fn signs_in_by_address(read: &mut Read, account: AccountId) -> Result<bool, Failure> {
    Ok(accounts::identifiers(read, account).await?.iter().any(|(kind, _)| kind == ADDRESS))
}

/// The new address of a journey, opened for the one who typed it.
fn new_address(mailbox: &Mailbox, standing: &Standing) -> Result<EmailAddress, Failure> {
    let leave = Disclosure::to_the_person(mailbox.keys.account());
    let sealed = standing.row.address.as_deref().ok_or(SealError::NoKey)?;
    let text = mailbox.keys.open(address_field(&standing.journey.hash()), sealed, &leave)?;
    Ok(EmailAddress::parse(&text).map_err(|_| SealError::Malformed)?)
}

/// Where a further code of a journey goes: the new address, while it is free.
pub(super) async fn new_mailbox(app: &App, standing: &Standing, mailbox: Mailbox) -> Result<Option<Mailbox>, Failure> {
    let address = new_address(&mailbox, standing)?;
    let free = is_free(app, &mut app.db.read().await?, mailbox.keys.account(), &address).await?;
    let blind = contact_index(app, &address);
    Ok(free.then(|| mailbox.at(address, blind)))
}

/// The new address of a journey, sealed for the journey that it goes on under.
pub(super) async fn moved_address(
    app: &App,
    standing: &Standing,
    from: &[u8; 32],
    to: &[u8; 32],
) -> Result<Option<Vec<u8>>, Failure> {
    let (Some(person), Some(sealed)) = (standing.person(), standing.row.address.as_deref()) else {
        return Ok(None);
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, person).await?;
    let text = keys.open(address_field(from), sealed, &Disclosure::to_the_person(person))?;
    Ok(Some(keys.seal(address_field(to), &text)?))
}

/// What the link that undoes a change carries: no address, only which rows to bring back.
#[derive(Serialize, Deserialize)]
struct Undo {
    contact: Uuid,
    /// The blind index she signed in with, in hex.
    identifier: Option<String>,
    /// When the change was made, in microseconds.
    at: i64,
}

/// Carries a proven change out, once; `false` if it was before, has run out, or somebody took the address meanwhile.
/// `notice` writes the letter to the old address, from the link that undoes the change and the time it stops working.
pub async fn confirm(
    app: &App,
    who: &SignedIn,
    standing: &Standing,
    notice: Compose<'_>,
    context: Context,
    now: When,
) -> Result<bool, Failure> {
    if standing.person() != Some(who.account) || !standing.is_proven() {
        return Ok(false);
    }
    let Some(mailbox) = mailbox(app, who.account).await? else {
        return Ok(false);
    };
    let new = new_address(&mailbox, standing)?;
    let mut read = app.db.read().await?;
    let old = contacts::current(&mut read, who.account, "email").await?.ok_or(Error::Missing)?;
    let identifiers = accounts::identifiers(&mut read, who.account).await?;
    drop(read);
    let present = identifiers.into_iter().find(|(kind, _)| kind == ADDRESS).map(|(_, blind)| blind);
    let contact_id = tokens::uuid();
    let contact = NewContact {
        id: contact_id,
        account: who.account,
        kind: "email",
        blind: contact_index(app, &new),
        address: mailbox.keys.seal(people::address_field(contact_id), new.as_str())?,
    };
    let identifier = present.is_some().then(|| identifier_index(app, &new));
    let met = known_by(app, who.account, present.as_deref()).await?;
    let token = Token::random();
    let undo = Undo { contact: old.id, identifier: present.map(|blind| hex(&blind)), at: now.micros() };
    let undo = serde_json::to_vec(&undo).map_err(|_| SealError::Malformed)?;
    let undo_until = now + UNDO_LASTS;
    let url = app.issuer.at(&format!("/account/email/undo?token={}", token.as_str()));
    let letter = post::letter(&app.roots, Some(who.account), &mailbox.to, &notice(&url, undo_until))?;
    let payload = ContactChanged { channel: "email".to_owned() };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&mailbox.keys))?;
    let (hash, link) = (standing.journey.hash(), token.hash().0);
    for _ in 0..TRIES {
        let told = signals::prepare(app, &moved(who.account), now).await?;
        let confirmed = app
            .db
            .write(async |mut w| {
                if !challenges::spend_recovery(&mut w, &hash, now).await? {
                    return Err(Error::Missing);
                }
                if let Some(identifier) = &identifier
                    && !accounts::swap_identifier(&mut w, ADDRESS, who.account, identifier, now).await?
                {
                    return Err(Error::Missing);
                }
                for met in &met {
                    met.keep(&mut w).await?;
                }
                contacts::replace(&mut w, who.account, "email", now).await?;
                contacts::insert(&mut w, &contact, now).await?;
                // Codes and links that went to the old address die with it.
                challenges::end_recoveries(&mut w, who.account, now).await?;
                challenges::add_link(&mut w, &link, UNDO, who.account, Some(&undo), (now, undo_until)).await?;
                outbox::queue(&mut w, &letter, now).await?;
                signals::queue(&mut w, &told, now).await?;
                w.commit(event.clone(), ()).await
            })
            .await;
        match confirmed {
            Ok(_) => return Ok(true),
            Err(Error::Missing) => return Ok(false),
            // A service got to know her meanwhile.
            Err(Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Conflict.into())
}

/// Officers who declared to know whoever signs in with this address.
async fn known_by(app: &App, account: AccountId, address: Option<&[u8]>) -> Result<Vec<Met>, Failure> {
    match address {
        Some(blind) => conflicts::met(app, account, blind).await,
        None => Ok(Vec::new()),
    }
}

/// Services that were given the address are told that it is another now (UK GDPR Art 19).
fn moved(account: AccountId) -> Change {
    Change { account, what: What::Corrected([Claim::Email].into()) }
}

/// The address that an undo link would bring back, for the page that asks: looking changes nothing. `None` if the link
/// does not work.
pub async fn undoable(app: &App, token: &str, now: When) -> Result<Option<EmailAddress>, Failure> {
    let Some(token) = Token::parse(token) else {
        return Ok(None);
    };
    let mut read = app.db.read().await?;
    let Some((person, detail)) = challenges::link(&mut read, &token.hash().0, UNDO, now).await? else {
        return Ok(None);
    };
    let undo = read_undo(detail.as_deref())?;
    Ok(Some(old_address(app, &mut read, person, &undo).await?))
}

fn read_undo(detail: Option<&[u8]>) -> Result<Undo, Failure> {
    let detail = detail.ok_or(SealError::Malformed)?;
    Ok(serde_json::from_slice(detail).map_err(|_| SealError::Malformed)?)
}

async fn old_address(app: &App, read: &mut Read, person: AccountId, undo: &Undo) -> Result<EmailAddress, Failure> {
    let contact = contacts::get(read, undo.contact).await?.ok_or(Error::Missing)?;
    let keys = people::keys(read, &app.roots, person).await?;
    // The link came with a letter to this very address.
    people::open_address(&keys, contact.id, &contact.address, &Disclosure::to_the_person(person))
}

/// Brings the old address back and ends every session. Gives that address; `None` if the link does not work.
///
/// Links of later changes die with it, and those of earlier ones stay: whoever changes the address twice must not be
/// able to outlive the first letter by the second.
pub async fn undo(app: &App, token: &str, context: Context, now: When) -> Result<Option<EmailAddress>, Failure> {
    let Some(token) = Token::parse(token) else {
        return Ok(None);
    };
    let hash = token.hash().0;
    let mut read = app.db.read().await?;
    let Some((person, detail)) = challenges::link(&mut read, &hash, UNDO, now).await? else {
        return Ok(None);
    };
    let undo = read_undo(detail.as_deref())?;
    let address = old_address(app, &mut read, person, &undo).await?;
    let keys = people::keys(&mut read, &app.roots, person).await?;
    let present = accounts::identifiers(&mut read, person).await?.into_iter().find(|(kind, _)| kind == ADDRESS);
    drop(read);
    let met = known_by(app, person, present.as_ref().map(|(_, blind)| blind.as_slice())).await?;
    let identifier = undo.identifier.as_deref().map(|hex| unhex(hex).ok_or(SealError::Malformed)).transpose()?;
    let endings = sessions::Endings::of(app, person, Which::All, tokens::uuid());
    let payload = ContactRestored { channel: "email".to_owned() };
    let draft = Draft::new(ActorClass::Resident, payload).about(person).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let since = When::from_micros(undo.at);
    for _ in 0..TRIES {
        let told = signals::prepare(app, &moved(person), now).await?;
        let undone = app
            .db
            .write(async |mut w| {
                if challenges::spend_link(&mut w, &hash, UNDO, now).await?.is_none() {
                    return Err(Error::Missing);
                }
                if let Some(identifier) = &identifier
                    && !accounts::swap_identifier(&mut w, ADDRESS, person, identifier, now).await?
                {
                    return Err(Error::Missing);
                }
                for met in &met {
                    met.keep(&mut w).await?;
                }
                contacts::replace(&mut w, person, "email", now).await?;
                contacts::restore(&mut w, undo.contact, person).await?;
                challenges::end_links(&mut w, person, UNDO, since, now).await?;
                challenges::end_recoveries(&mut w, person, now).await?;
                sessions::end_within(&mut w, &endings, false, now).await?;
                grants::end_of_account(&mut w, person, now).await?;
                crate::store::sessions::forget_browsers(&mut w, person, None).await?;
                signals::queue(&mut w, &told, now).await?;
                w.commit(event.clone(), ()).await
            })
            .await;
        match undone {
            Ok(_) => return Ok(Some(address)),
            Err(Error::Missing) => return Ok(None),
            Err(Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Conflict.into())
}
