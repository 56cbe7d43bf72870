//! The letters of a journey: who is written to, and what makes a letter useful.

use super::codes::{Purpose, code_hash};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens;
use crate::domain::account::{EmailAddress, FullName, State};
use crate::domain::audit::vocabulary::CodeSent;
use crate::domain::audit::{ActorClass, Context, Draft, Sealed};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::time::When;
use crate::service::erasure::{Opener, WayBack};
use crate::service::{Failure, people, post};
use crate::store::accounts::AccountRow;
use crate::store::challenges::NewChallenge;
use crate::store::outbox::NewMessage;
use crate::store::{Error, Housekeeping, Read, Write, accounts, challenges, contacts, outbox, throttle};
use std::time::Duration;

/// At most so many letters with codes to an address …
const LETTERS: i64 = 3;
/// … within so long.
const LETTERS_WITHIN: Duration = Duration::from_hours(1);

/// Writes the letter with a code, or with a link, and the time it stops working.
pub type Compose<'a> = &'a (dyn Fn(&str, When) -> post::Text + Sync);

/// Writes the letter about an account that was closed, with how it is opened again, if it still can be.
pub type Closed<'a> = &'a (dyn Fn(Option<Opener<'_>>) -> post::Text + Sync);

/// The letters of a journey.
pub struct Letters<'a> {
    /// With a code.
    pub code: Compose<'a>,
    /// For an account that was closed; `None` where no such account is written to.
    pub closed: Option<Closed<'a>>,
}

/// Where a person is written to.
pub(super) struct Mailbox {
    pub keys: PersonKeys,
    pub name: FullName,
    pub to: EmailAddress,
    pub blind: Vec<u8>,
    shared: bool,
}

impl Mailbox {
    /// Nobody else is written to there, so that reading its letters proves who she is.
    pub(super) const fn is_hers_alone(&self) -> bool {
        !self.shared
    }

    /// The same person, written to at a new address that she has yet to prove.
    pub(super) fn at(self, to: EmailAddress, blind: Vec<u8>) -> Self {
        Self { to, blind, ..self }
    }
}

/// The mailbox of an active account: no other is sent a code.
pub(super) async fn mailbox(app: &App, person: AccountId) -> Result<Option<Mailbox>, Failure> {
    let mut read = app.db.read().await?;
    let account = accounts::get(&mut read, person).await?;
    if State::parse(&account.state) != Some(State::Active) {
        return Ok(None);
    }
    open_mailbox(app, &mut read, &account).await
}

async fn open_mailbox(app: &App, read: &mut Read, account: &AccountRow) -> Result<Option<Mailbox>, Failure> {
    let person = account.id;
    let Some(contact) = contacts::current(read, person, "email").await? else {
        return Ok(None);
    };
    let keys = people::keys(read, &app.roots, person).await?;
    // Her own message: what is opened here goes to her address, or into a check of her own password.
    let leave = Disclosure::to_the_person(person);
    Ok(Some(Mailbox {
        name: people::open_name(&keys, &account.name, &leave)?,
        to: people::open_address(&keys, contact.id, &contact.address, &leave)?,
        shared: contacts::shared(read, &contact.blind, person).await?,
        blind: contact.blind,
        keys,
    }))
}

/// Who is written to in a journey, and what her letter is good for.
pub(super) struct Reader {
    pub mailbox: Mailbox,
    sent: Sent,
}

/// What she is sent: a code, or the way back into an account that she closed, while there is one.
enum Sent {
    Code,
    Back(Option<WayBack>),
}

impl Reader {
    /// One who is sent a code.
    pub(super) const fn of_code(mailbox: Mailbox) -> Self {
        Self { mailbox, sent: Sent::Code }
    }
}

/// Who is written to when a password is forgotten: whose mailbox is hers alone. Where she closed her account no code helps,
/// for nobody signs in: she is told, and sent the way back.
pub(super) async fn forgetful(app: &App, person: AccountId, now: When) -> Result<Option<Reader>, Failure> {
    let mut read = app.db.read().await?;
    let account = accounts::get(&mut read, person).await?;
    let sent = match State::parse(&account.state) {
        Some(State::Active) => Sent::Code,
        Some(State::Closed) => Sent::Back(WayBack::of(&mut read, person, now).await?),
        _ => return Ok(None),
    };
    let mailbox = open_mailbox(app, &mut read, &account).await?.filter(Mailbox::is_hers_alone);
    Ok(mailbox.map(|mailbox| Reader { mailbox, sent }))
}

/// Counts a letter to an address and says whether it may be written. Addresses that are nobody's are counted too.
pub(super) async fn may_write(app: &App, blind: &[u8], now: When) -> Result<bool, Failure> {
    let raised = app
        .db
        .write(async |mut w| {
            let count = throttle::raise(&mut w, "mail", blind, now - LETTERS_WITHIN, now).await?;
            w.commit_quietly(Housekeeping::Throttle, count).await
        })
        .await?;
    Ok(raised.value.count <= LETTERS)
}

/// What makes a letter useful: a code, or the way back into an account that was closed, while there is one.
enum Key {
    Code(NewChallenge),
    Back(Option<WayBack>),
}

/// A letter on its way: what is stored, what is sent, what is recorded.
pub(super) struct Posting {
    key: Key,
    letter: NewMessage,
    pub event: Sealed<CodeSent>,
}

impl Posting {
    /// Queues the letter.
    pub(super) async fn queue(&self, w: &mut Write, now: When) -> Result<(), Error> {
        match &self.key {
            Key::Code(challenge) => challenges::insert(w, challenge, now).await?,
            Key::Back(Some(back)) => back.keep(w, now).await?,
            Key::Back(None) => {}
        }
        outbox::queue(w, &self.letter, now).await
    }
}

/// Makes the letter to whoever is written to, with what it carries.
pub(super) fn posting(
    app: &App,
    reader: Reader,
    hash: &[u8; 32],
    purpose: Purpose,
    (now, lifetime): (When, Duration),
    letters: &Letters<'_>,
    context: &Context,
) -> Result<Posting, Failure> {
    let Reader { mailbox, sent } = reader;
    let actor = if purpose == Purpose::Reset { ActorClass::Visitor } else { ActorClass::Resident };
    let payload = CodeSent { purpose: purpose.as_str().to_owned() };
    let draft = Draft::new(actor, payload).about(mailbox.keys.account()).from(context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&mailbox.keys))?;
    let (key, letter) = match (sent, letters.closed) {
        (Sent::Back(back), Some(compose)) => with_way_back(app, &mailbox, back, compose)?,
        _ => with_code(app, &mailbox, hash, purpose, now + lifetime, letters.code)?,
    };
    Ok(Posting { key, letter, event })
}

/// A letter that tells of a closed account. Without a link it is of use whenever it comes.
fn with_way_back(
    app: &App,
    mailbox: &Mailbox,
    back: Option<WayBack>,
    compose: Closed<'_>,
) -> Result<(Key, NewMessage), Failure> {
    let person = mailbox.keys.account();
    let letter = match &back {
        Some(back) => {
            let text = compose(Some((&back.url(app), back.until())));
            post::letter_until(&app.roots, person, &mailbox.to, &text, back.until())?
        }
        None => post::letter(&app.roots, Some(person), &mailbox.to, &compose(None))?,
    };
    Ok((Key::Back(back), letter))
}

/// A letter with a code.
fn with_code(
    app: &App,
    mailbox: &Mailbox,
    hash: &[u8; 32],
    purpose: Purpose,
    until: When,
    compose: Compose<'_>,
) -> Result<(Key, NewMessage), Failure> {
    let code = tokens::six_digits();
    let person = mailbox.keys.account();
    let challenge = NewChallenge {
        id: ChallengeId(tokens::uuid()),
        purpose: purpose.as_str(),
        journey: hash.to_vec(),
        person,
        code: code_hash(&app.roots, hash, &code).0.to_vec(),
        expires_at: until,
    };
    let letter = post::letter_until(&app.roots, person, &mailbox.to, &compose(code.as_str(), until), until)?;
    Ok((Key::Code(challenge), letter))
}
