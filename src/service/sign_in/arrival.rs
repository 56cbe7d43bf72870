//! A person who has proved who she is arrives at a browser: her new session, and what becomes of the one it had.

use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens::{self, Token};
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::{SessionsEnded, SigninSucceeded};
use crate::domain::audit::{ActorClass, Context, Draft, Sealed};
use crate::domain::ids::{ClientId, SessionId};
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::sessions::{self as sittings, Browser, Endings, Which};
use crate::service::{Failure, people};
use crate::store::sessions::NewSession;
use crate::store::{Either, Error, Write, sessions};

/// Where somebody comes in.
#[derive(Debug, Clone)]
pub struct Door<'a> {
    /// From which browser.
    pub browser: &'a Browser,
    /// She said that it is her own.
    pub own_device: bool,
    /// en or cy.
    pub language: &'a str,
    /// The service at whose request; none if she came by herself.
    pub client: Option<&'a ClientId>,
    /// Who was signed in there until now.
    pub before: Option<&'a SignedIn>,
    /// For events.
    pub context: Context,
}

/// What an arrival is recorded by: the sign-in, and the end of another person's session if there was one.
pub type Arrived = Either<Sealed<SigninSucceeded>, (Sealed<SigninSucceeded>, Sealed<SessionsEnded>)>;

/// An arrival, made ready outside the write that stores it.
pub struct Arrival {
    /// The new session's cookie; never one that the browser had before.
    pub token: Token,
    session: NewSession,
    own: Option<SessionId>,
    client: Option<ClientId>,
    other: Option<Endings>,
    events: Arrived,
}

impl Arrival {
    /// Makes an arrival ready: `keys` are those of the person who arrives, `proof` is what she has shown.
    pub async fn prepare(
        app: &App,
        keys: &PersonKeys,
        door: &Door<'_>,
        proof: Proof,
        now: When,
    ) -> Result<Self, Failure> {
        let account = keys.account();
        let (token, mut session) = sittings::draw(app, account, door.browser, door.language, door.own_device, now);
        let own = door.before.filter(|before| before.account == account).map(|before| before.session);
        let other = door.before.filter(|before| before.account != account);
        let recorder = &app.snapshot().recorder;
        (session.amr, session.acr) = (proof.amr().to_owned(), proof.level().as_str());
        let amr = proof.amr().split(' ').map(ToOwned::to_owned).collect();
        let payload = SigninSucceeded { amr, own_device: door.own_device };
        let context = Context { session: Some(own.unwrap_or(session.id)), ..door.context.clone() };
        let draft = Draft::new(ActorClass::Resident, payload).about(account).from(context);
        let succeeded = recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
        let (other, events) = match other {
            None => (None, Either::This(succeeded)),
            Some(other) => {
                let batch = tokens::uuid();
                let endings = Endings::of(app, other.account, Which::Only(other.session), batch);
                let keys = people::keys(&mut app.db.peek(), &app.roots, other.account).await?;
                let payload = SessionsEnded { why: "another_signed_in".to_owned(), count: 1 };
                let context = Context { session: Some(other.session), ..door.context.clone() };
                let draft = Draft::new(ActorClass::Visitor, payload).about(other.account).from(context);
                let ended = recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
                (Some(endings), Either::That((succeeded, ended)))
            }
        };
        Ok(Self { token, session, own, client: door.client.cloned(), other, events })
    }

    /// Stores it: her own session goes on under a new cookie, another person's ends, and the browser is known.
    pub async fn store(&self, w: &mut Write, now: When) -> Result<(), Error> {
        if let Some(other) = &self.other {
            sittings::end_within(w, other, true, now).await?;
        }
        let renewed = match self.own {
            Some(own) => sessions::renew(w, own, &self.session, now).await?,
            None => false,
        };
        if !renewed {
            sessions::insert(w, &self.session, now).await?;
        }
        let session = self.own.filter(|_| renewed).unwrap_or(self.session.id);
        sessions::prove(w, session, self.client.as_ref(), now).await?;
        sessions::know_browser(w, self.session.account, &self.session.browser, now).await
    }

    /// The session she will be in.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.own.unwrap_or(self.session.id)
    }

    /// What to commit it with.
    #[must_use]
    pub fn events(&self) -> Arrived {
        self.events.clone()
    }
}
