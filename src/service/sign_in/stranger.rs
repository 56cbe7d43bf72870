//! A sign-in from a browser that the account does not know: its owner is written to, with a link that ends it. The first
//! browser of an account is no stranger.

use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens::{self, Token};
use crate::domain::audit::vocabulary::SessionsEnded;
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, SessionId};
use crate::domain::time::When;
use crate::service::recovery::Compose;
use crate::service::recovery::email::UNDO_LASTS;
use crate::service::sessions::{self as sittings, Which};
use crate::service::{Failure, people, post};
use crate::store::outbox::{self, NewMessage};
use crate::store::{Error, Write, challenges, contacts, sessions};
use uuid::Uuid;

const PURPOSE: &str = "end_session";

/// The letter and its link, made ready outside the write of the sign-in.
pub(super) struct Warning {
    person: AccountId,
    letter: NewMessage,
    link: [u8; 32],
    session: SessionId,
    until: When,
}

/// Makes the letter ready; `None` if the account knows no browser yet, or has no address to write to.
pub(super) async fn prepare(
    app: &App,
    keys: &PersonKeys,
    session: SessionId,
    compose: Compose<'_>,
    now: When,
) -> Result<Option<Warning>, Failure> {
    let person = keys.account();
    if !sessions::knows_browsers(&mut app.db.peek(), person).await? {
        return Ok(None);
    }
    let Some(contact) = contacts::current(&mut app.db.peek(), person, "email").await? else {
        return Ok(None);
    };
    let to = people::open_address(keys, contact.id, &contact.address, &Disclosure::to_the_person(person))?;
    let token = Token::random();
    // As long as the link that undoes a change of address, and for the same reason.
    let until = now + UNDO_LASTS;
    let url = app.issuer.at(&format!("/account/sessions/not-me?token={}", token.as_str()));
    let letter = post::letter(&app.roots, Some(person), &to, &compose(&url, until))?;
    Ok(Some(Warning { person, letter, link: token.hash().0, session, until }))
}

impl Warning {
    /// Queues it in the write of the sign-in.
    pub(super) async fn store(&self, w: &mut Write, now: When) -> Result<(), Error> {
        let (session, times) = (self.session.0, (now, self.until));
        challenges::add_link(w, &self.link, PURPOSE, self.person, Some(session.as_bytes()), times).await?;
        outbox::queue(w, &self.letter, now).await
    }
}

/// Whether the link of a letter works: looking changes nothing.
pub async fn works(app: &App, token: &str, now: When) -> Result<bool, Failure> {
    let Some(token) = Token::parse(token) else {
        return Ok(false);
    };
    Ok(challenges::link(&mut app.db.peek(), &token.hash().0, PURPOSE, now).await?.is_some())
}

/// Ends the session the letter told of, once, and forgets its browser; `false` if the link does not work.
pub async fn end(app: &App, token: &str, context: Context, now: When) -> Result<bool, Failure> {
    let Some(token) = Token::parse(token) else {
        return Ok(false);
    };
    let hash = token.hash().0;
    let Some((person, detail)) = challenges::link(&mut app.db.peek(), &hash, PURPOSE, now).await? else {
        return Ok(false);
    };
    let session = detail.as_deref().and_then(|id| Uuid::from_slice(id).ok()).ok_or(SealError::Malformed)?;
    let session = SessionId(session);
    let endings = sittings::Endings::of(app, person, Which::Only(session), tokens::uuid());
    let browser = sessions::browser(&mut app.db.peek(), session).await?;
    let keys = people::keys(&mut app.db.peek(), &app.roots, person).await?;
    let count = endings.now().await?.counted();
    let payload = SessionsEnded { why: "ended_from_letter".to_owned(), count };
    let draft = Draft::new(ActorClass::Resident, payload).about(person).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let ended = app
        .db
        .write(async |mut w| {
            if challenges::spend_link(&mut w, &hash, PURPOSE, now).await?.is_none() {
                return Err(Error::Missing);
            }
            sittings::end_within(&mut w, &endings, false, now).await?;
            if let Some(browser) = &browser {
                sessions::forget_browser(&mut w, person, browser).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    crate::service::done(ended)
}
