//! The letter that a registration sends: a code to a free address, word to the owner of a taken one.

use crate::app::App;
use crate::crypto::tokens::{self, Code, Token};
use crate::domain::account::EmailAddress;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::time::When;
use crate::service::erasure::{Opener, WayBack};
use crate::service::{Failure, post};
use crate::store::challenges::NewChallenge;
use crate::store::outbox::NewMessage;
use crate::store::registrations::RegistrationRow;
use crate::store::{Error, Housekeeping, Write, challenges, outbox, throttle};
use std::time::Duration;

/// So many letters to one address within an hour, whoever asks for them: the page says the same when none goes out.
const LETTERS: Limit = Limit { misses: 3, window: Duration::from_hours(1), closed: Duration::from_hours(1) };

/// The counter of letters, by the blind index of the address.
const KIND: &str = "mail";

/// Makes the texts in the resident's language; the view room has the words.
pub struct Letters<'a> {
    /// The code, and until when it works.
    pub code: &'a (dyn Fn(&str, When) -> post::Text + Sync),
    /// Where to sign in, the link for an address that is shared, and until when it works.
    pub taken: &'a (dyn Fn(&str, &str, When) -> post::Text + Sync),
    /// How the account that was closed is opened again, if it still can be; the link for an address that is shared, and until
    /// when it works.
    pub closed: &'a (dyn Fn(Option<Opener<'_>>, &str, When) -> post::Text + Sync),
}

/// Whose address it is, as it stands when the letter is written.
pub(super) enum Owner {
    /// Somebody's who can sign in.
    Open,
    /// Somebody's who closed her account, with the way back into it.
    Closed(Option<WayBack>),
    /// Somebody's to whom no mail is sent.
    Frozen,
}

/// What makes the letter useful: a code, or a link.
enum Key {
    Code(NewChallenge),
    Link { hash: [u8; 32], person: AccountId, until: When, back: Option<WayBack> },
}

/// A letter with its code or link, made outside the write that queues it.
pub(super) struct Post {
    key: Key,
    message: NewMessage,
    blind: Vec<u8>,
    /// No mail is sent to a frozen account's owner.
    held: bool,
}

impl Post {
    /// Writes the letter for a registration. `flow` is the reference of the service's flow, so that a link opened in
    /// the same browser leads on to it. `owner` is whose the address is, for one that is taken.
    pub(super) fn write(
        app: &App,
        (row, owner): (&RegistrationRow, Option<Owner>),
        journey: &[u8; 32],
        to: &EmailAddress,
        flow: Option<&Token>,
        letters: &Letters<'_>,
        now: When,
    ) -> Result<Self, Failure> {
        let held = matches!(owner, Some(Owner::Frozen));
        let (key, text, until) = if row.taken {
            let link = Token::random();
            let until = now + app.snapshot().policy.assurance.link;
            let flow = flow.map(|flow| format!("&flow={}", flow.as_str())).unwrap_or_default();
            let shared = app.issuer.at(&format!("/create-account/share?token={}{flow}", link.as_str()));
            let (text, back) = match owner {
                Some(Owner::Closed(back)) => {
                    let place = back.as_ref().map(|back| (back.url(app), back.until()));
                    let opener = place.as_ref().map(|(url, until)| (url.as_str(), *until));
                    ((letters.closed)(opener, &shared, until), back)
                }
                _ => ((letters.taken)(&app.issuer.at("/sign-in"), &shared, until), None),
            };
            (Key::Link { hash: link.hash().0, person: row.id, until, back }, text, until)
        } else {
            let code = tokens::six_digits();
            let until = now + super::code_lasts(app, row.longer);
            let challenge = NewChallenge {
                id: ChallengeId(tokens::uuid()),
                purpose: "sign_up",
                journey: journey.to_vec(),
                person: row.id,
                code: code_hash(app, journey, &code),
                expires_at: until,
            };
            // More time may be asked for while the letter is on its way: the code it carries works longer then.
            let longest = now + super::code_lasts(app, true);
            (Key::Code(challenge), (letters.code)(code.as_str(), until), longest)
        };
        let message = post::letter_until(&app.roots, row.id, to, &text, until)?;
        Ok(Self { key, message, blind: row.email_blind.clone(), held })
    }

    /// Counts the letter and queues it, unless the address had enough of them; says whether it was queued.
    pub(super) async fn queue(&self, w: &mut Write, now: When) -> Result<bool, Error> {
        let room = self.count(w, now).await?;
        if room {
            self.send(w, now).await?;
        }
        Ok(room)
    }

    /// Counts the letter in a write of its own; says whether it may be queued.
    pub(super) async fn room(&self, app: &App, now: When) -> Result<bool, Failure> {
        let counted = app
            .db
            .write(async |mut w| {
                let room = self.count(&mut w, now).await?;
                w.commit_quietly(Housekeeping::Throttle, room).await
            })
            .await?;
        Ok(counted.value)
    }

    async fn count(&self, w: &mut Write, now: When) -> Result<bool, Error> {
        let count = throttle::raise(w, KIND, &self.blind, LETTERS.oldest(now), now).await?;
        Ok(!self.held && !matches!(LETTERS.gate(count.count, None, now), Gate::Closed { .. }))
    }

    /// Queues a letter that was counted.
    pub(super) async fn send(&self, w: &mut Write, now: When) -> Result<(), Error> {
        match &self.key {
            Key::Code(challenge) => challenges::insert(w, challenge, now).await?,
            Key::Link { hash, person, until, back } => {
                challenges::insert_link(w, hash, "share", *person, None, (now, *until)).await?;
                if let Some(back) = back {
                    back.keep(w, now).await?;
                }
            }
        }
        outbox::queue(w, &self.message, now).await
    }
}

/// Counts a letter that nobody gets, for there is no registration at the address.
pub(super) async fn count_nobodys(app: &App, blind: &[u8], now: When) -> Result<(), Failure> {
    app.db
        .write(async |mut w| {
            throttle::raise(&mut w, KIND, blind, LETTERS.oldest(now), now).await?;
            w.commit_quietly(Housekeeping::Throttle, ()).await
        })
        .await?;
    Ok(())
}

/// What the store keeps of a code. It is bound to the journey and not to its row, so that every code of the journey
/// that still works is found by what was typed.
pub(super) fn code_hash(app: &App, journey: &[u8; 32], code: &Code) -> Vec<u8> {
    let (half, _) = journey.split_at(16);
    let mut name = [0; 16];
    name.copy_from_slice(half);
    tokens::code_hash(&app.roots, ChallengeId(uuid::Uuid::from_bytes(name)), code).0.to_vec()
}
