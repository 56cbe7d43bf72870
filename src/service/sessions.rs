//! Beginning, finding and ending sessions. However a session ends, the services it visited are told, from the outbox,
//! in the same transaction.

use super::{Failure, people, post};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::domain::account::State;
use crate::domain::assurance::Level;
use crate::domain::audit::vocabulary::{SessionsEnded, SignedOut};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::ids::{AccountId, ClientId, SessionId};
use crate::domain::session::{Facts, Lifetime, SignedIn, stands, worth_noting};
use crate::domain::time::When;
use crate::store::outbox::NewMessage;
use crate::store::sessions::NewSession;
use crate::store::{Error, Housekeeping, Read, Write, accounts, grants, outbox, sessions};
use std::time::Duration;
use uuid::Uuid;

/// The browser a request came from.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The token of its browser cookie.
    pub token: Token,
    /// In plain words, for the list of sessions.
    pub agent: String,
}

/// How long a session of this kind lasts.
#[must_use]
pub fn lifetime(app: &App, own_device: bool) -> Lifetime {
    let snapshot = app.snapshot();
    let sessions = &snapshot.policy.assurance.sessions;
    if own_device { sessions.own_device } else { sessions.shared_device }
}

/// How long before a session of this kind ends idle its pages warn (WCAG 2.2.1).
#[must_use]
pub fn warning(app: &App, own_device: bool) -> Duration {
    let snapshot = app.snapshot();
    let sessions = &snapshot.policy.assurance.sessions;
    if own_device { sessions.own_warning } else { sessions.shared_warning }
}

/// The session of a cookie, if it stands. Notes its use now and then.
pub async fn find(app: &App, cookie: &Token, now: When) -> Result<Option<SignedIn>, Failure> {
    let Some(row) = sessions::by_token(&mut app.db.peek(), &cookie.hash().0).await? else {
        return Ok(None);
    };
    let idle = lifetime(app, row.own_device).idle;
    let Some(state) = State::parse(&row.state) else {
        return Ok(None);
    };
    let facts = Facts { seen_at: row.seen_at, absolute_until: row.absolute_until, ended_at: row.ended_at, state };
    if !stands(&facts, idle, now) {
        return Ok(None);
    }
    let mut seen_at = row.seen_at;
    if worth_noting(seen_at, idle, now) {
        seen_at = now;
        let id = row.id;
        app.db
            .write(async |mut w| {
                sessions::touch(&mut w, id, now).await?;
                w.commit_quietly(Housekeeping::LastSeen, ()).await
            })
            .await?;
    }
    Ok(Some(SignedIn {
        account: row.account_id,
        session: row.id,
        auth_time: row.auth_time,
        amr: row.amr,
        acr: Level::parse(&row.acr).unwrap_or(Level::A0),
        own_device: row.own_device,
        ends_at: (seen_at + idle).min(row.absolute_until),
        renewable: seen_at + idle < row.absolute_until,
        name: row.name,
    }))
}

/// A session to begin, and the cookie that will hold it. Made outside the transaction that stores it.
#[must_use]
pub fn draw(
    app: &App,
    account: AccountId,
    browser: &Browser,
    language: &str,
    own_device: bool,
    now: When,
) -> (Token, NewSession) {
    let token = Token::random();
    let session = NewSession {
        id: SessionId(tokens::uuid()),
        token: token.hash().0.to_vec(),
        account,
        browser: browser.token.hash().0.to_vec(),
        agent: browser.agent.clone(),
        language: language.to_owned(),
        amr: "pwd".to_owned(),
        acr: Level::A0.as_str(),
        own_device,
        absolute_until: now + lifetime(app, own_device).absolute,
    };
    (token, session)
}

/// Which sessions of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// All but this one.
    AllBut(SessionId),
    /// Just this one.
    Only(SessionId),
}

/// Sessions to end. Which they are, and whom they visited, is looked up in the write that ends them: a session that begins
/// while that write is prepared, with the password it is about to replace, ends like the others.
#[derive(Clone)]
pub struct Endings {
    app: App,
    account: AccountId,
    which: Which,
    batch: Uuid,
}

/// What ending sessions comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ended {
    /// The sessions.
    pub sessions: usize,
    /// The services that are called about them; one counts for each session it was visited in.
    pub told: usize,
}

impl Ended {
    /// The sessions, as events count them.
    #[must_use]
    pub fn counted(self) -> i64 {
        i64::try_from(self.sessions).unwrap_or(i64::MAX)
    }
}

impl Endings {
    /// Those of an account; the calls about them are of this batch.
    #[must_use]
    pub fn of(app: &App, account: AccountId, which: Which, batch: Uuid) -> Self {
        Self { app: app.clone(), account, which, batch }
    }

    /// What it would come to now.
    ///
    /// # Errors
    /// [`Failure`] of the store or of a seal.
    pub async fn now(&self) -> Result<Ended, Failure> {
        let mut read = self.app.db.peek();
        let mut all = Ended::default();
        for session in self.open(&mut read).await? {
            all.sessions += 1;
            all.told += self.calls(&mut read, session).await?.len();
        }
        Ok(all)
    }

    async fn open(&self, r: &mut Read) -> Result<Vec<SessionId>, Error> {
        let but = if let Which::AllBut(session) = self.which { Some(session) } else { None };
        let mut open = sessions::open_but(r, self.account, but).await?;
        if let Which::Only(session) = self.which {
            open.retain(|id| *id == session);
        }
        Ok(open)
    }

    async fn calls(&self, r: &mut Read, session: SessionId) -> Result<Vec<NewMessage>, Error> {
        let snapshot = self.app.snapshot();
        let mut messages = Vec::new();
        for visit in sessions::visits(r, session).await? {
            let client = ClientId::parse(&visit.client_id).and_then(|id| snapshot.client(&id).cloned());
            if client.is_some_and(|client| client.backchannel_logout_uri.is_some()) {
                let call = post::BackChannel { sub: visit.sub, sid: visit.sid, left: None };
                let message = post::back_channel(&self.app.roots, self.account, self.batch, &visit.client_id, &call);
                messages.push(message.map_err(|failure| match failure {
                    Failure::Store(error) => error,
                    other => Error::Unreadable(other.to_string()),
                })?);
            }
        }
        Ok(messages)
    }
}

/// Ends sessions within a write: their grants die (offline access may outlive signing out), and the services hear of it.
pub async fn end_within(w: &mut Write, endings: &Endings, keep_offline: bool, now: When) -> Result<(), Error> {
    if !matches!(endings.which, Which::Only(_)) {
        // Whoever signs in at this moment is through, and seen below, or waits and finds the account as it is afterwards.
        accounts::hold(w, endings.account).await?;
    }
    for session in endings.open(w).await? {
        if !sessions::end(w, session, endings.account, now).await? {
            continue;
        }
        grants::end_of_session(w, session, keep_offline, now).await?;
        for call in endings.calls(w, session).await? {
            outbox::queue(w, &call, now).await?;
        }
    }
    Ok(())
}

/// Signs a person out: her session ends, and the services it visited are told. Gives the reference under which a page
/// can ask what they said ([`crate::store::outbox::batch`]).
pub async fn sign_out(app: &App, who: &SignedIn, context: Context, now: When) -> Result<Uuid, Failure> {
    let batch = tokens::uuid();
    let endings = Endings::of(app, who.account, Which::Only(who.session), batch);
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let payload = SignedOut { session: who.session, services: endings.now().await?.told };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    app.db
        .write(async |mut w| {
            end_within(&mut w, &endings, true, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(batch)
}

/// Ends a session whose time has run out, so that the services it visited hear of it; `false` if it was used, renewed
/// or ended meanwhile. Offline access outlives it, as it outlives signing out.
pub async fn end_run_out(app: &App, session: SessionId, account: AccountId, now: When) -> Result<bool, Failure> {
    let endings = Endings::of(app, account, Which::Only(session), tokens::uuid());
    let keys = people::keys(&mut app.db.read().await?, &app.roots, account).await?;
    let payload = SessionsEnded { why: "ran_out".to_owned(), count: 1 };
    let draft = Draft::new(ActorClass::System, payload).about(account);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let unused_since = (now - lifetime(app, false).idle, now - lifetime(app, true).idle);
    let ended = app
        .db
        .write(async |mut w| {
            if !sessions::end_run_out(&mut w, session, unused_since, now).await? {
                return Err(Error::Missing);
            }
            grants::end_of_session(&mut w, session, true, now).await?;
            for call in endings.calls(&mut w, session).await? {
                outbox::queue(&mut w, &call, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    crate::service::done(ended)
}

/// Ends sessions at somebody's word other than signing out (`not_me`, `ended_by_resident`). Gives the reference as
/// [`sign_out`].
pub async fn end_for(
    app: &App,
    account: AccountId,
    which: Which,
    why: &'static str,
    context: Context,
    now: When,
) -> Result<Uuid, Failure> {
    let batch = tokens::uuid();
    let endings = Endings::of(app, account, which, batch);
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let payload = SessionsEnded { why: why.to_owned(), count: endings.now().await?.counted() };
    let draft = Draft::new(ActorClass::Resident, payload).about(account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    app.db
        .write(async |mut w| {
            end_within(&mut w, &endings, false, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(batch)
}

/// Signs a person out everywhere: every session ends, this one too, and every grant with them, offline ones included;
/// no browser but this one passes a lock-out any more. Gives the reference as [`sign_out`].
pub async fn end_everywhere(app: &App, who: &SignedIn, context: Context, now: When) -> Result<Uuid, Failure> {
    let batch = tokens::uuid();
    let endings = Endings::of(app, who.account, Which::All, batch);
    let browser = sessions::browser(&mut app.db.peek(), who.session).await?;
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let payload = SessionsEnded { why: "signed_out_everywhere".to_owned(), count: endings.now().await?.counted() };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    app.db
        .write(async |mut w| {
            end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, who.account, now).await?;
            sessions::forget_browsers(&mut w, who.account, browser.as_deref()).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(batch)
}
