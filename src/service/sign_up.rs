//! Creating an account.
//!
//! ```text
//! start ──letter with a code──> check_code ──proven in this browser──> finish ──> account and session
//!   │                      └──in another browser──> elsewhere ──proven there, under a new journey──^
//!   └──letter to the owner of a taken address──> share ──proven under a new journey────────────────^
//! ```
//!
//! Until the mailbox has been proven, nothing tells a taken address from a free one.

pub mod code;
pub mod elsewhere;
pub mod finish;
pub mod letter;
pub mod share;

use super::erasure::WayBack;
use super::refusal::{self, Refusal};
use super::{Failure, guesses, people};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::{Field, PersonKeys};
use crate::crypto::tokens::Token;
use crate::domain::account::{EmailAddress, FullName, SignInName, State};
use crate::domain::audit::vocabulary::{CodeSent, RegistrationStarted};
use crate::domain::audit::{ActorClass, Context, Draft, Sealed};
use crate::domain::client::Client;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::sign_in::Gate;
use crate::domain::time::When;
use crate::store::registrations::RegistrationRow;
use crate::store::{Either, Error, Housekeeping, accounts, challenges, flows, registrations};
use letter::{Letters, Owner, Post};
use std::sync::Arc;
use std::time::Duration;

/// What somebody typed who wants an account.
#[derive(Debug, Clone)]
pub struct Begin<'a> {
    /// Her name.
    pub name: FullName,
    /// Her address.
    pub email: EmailAddress,
    /// en or cy.
    pub language: &'a str,
    /// The reference of the service's flow it begins in.
    pub flow: Option<&'a Token>,
    /// The privacy notice shown before the first field, as id@version and language.
    pub notice: String,
    /// For events.
    pub context: Context,
}

/// A registration that can still be finished, as its own journey sees it.
pub struct Journey {
    /// The registration.
    pub row: RegistrationRow,
    /// The journey's name in the store.
    pub hash: [u8; 32],
    /// The keys of the person to be.
    pub keys: PersonKeys,
    /// The name that was typed.
    pub name: FullName,
    /// The address that was typed.
    pub email: EmailAddress,
    /// What she will sign in with in place of a shared address.
    pub sign_in_name: Option<SignInName>,
}

impl Journey {
    /// Whether the address was proven in this browser.
    #[must_use]
    pub fn proven_in(&self, browser: &Token) -> bool {
        self.row.proven_at.is_some() && self.row.browser.as_deref() == Some(&browser.hash().0)
    }

    /// How long a code of this journey works.
    #[must_use]
    pub fn code_lasts(&self, app: &App) -> Duration {
        code_lasts(app, self.row.longer)
    }
}

fn code_lasts(app: &App, longer: bool) -> Duration {
    let snapshot = app.snapshot();
    let codes = &snapshot.policy.assurance.codes;
    if longer { codes.sign_up * codes.longer } else { codes.sign_up }
}

const fn email_field(id: AccountId) -> Field {
    Field::profile("registration", "email", id.0)
}

const fn name_field(id: AccountId) -> Field {
    Field::profile("registration", "name", id.0)
}

const fn sign_in_name_field(id: AccountId) -> Field {
    Field::profile("registration", "sign_in_name", id.0)
}

/// The counter of registrations begun, by the blind index of the network.
const NETWORK: &str = "sign_up_network";

/// What came of a wish to begin.
#[derive(Debug)]
pub enum Started {
    /// A registration, under this journey's reference.
    Journey(Token),
    /// Too many were begun from this network: nothing was kept, and nobody is written to.
    Wait {
        /// When one can be begun again.
        until: When,
    },
}

/// Begins a registration, unless its network had enough of them. Whether the address is taken shows neither in the
/// answer nor in how long it takes.
pub async fn start(app: &App, begin: &Begin<'_>, letters: &Letters<'_>, now: When) -> Result<Started, Failure> {
    if let Some(until) = crowded(app, &begin.context, now).await? {
        return Ok(Started::Wait { until });
    }
    let keys = people::create_keys(app, now).await?;
    let id = keys.account();
    let journey = Token::random();
    let hash = journey.hash().0;
    let blind = BlindIndex::of(&app.roots, IndexKind::Email, &begin.email.folded());
    let mut row = RegistrationRow {
        id,
        flow: begin.flow.map(|flow| flow.hash().0.to_vec()),
        email_blind: blind.0.to_vec(),
        email: keys.seal(email_field(id), begin.email.as_str())?,
        name: keys.seal(name_field(id), begin.name.as_str())?,
        taken: false,
        share: false,
        longer: false,
        sign_in_name: None,
        language: begin.language.to_owned(),
        notice: begin.notice.clone(),
        proven_at: None,
        browser: None,
        finished_at: None,
        expires_at: now + app.snapshot().policy.assurance.journey,
    };
    let owner = owner(app, &begin.email, now).await?;
    row.taken = owner.is_some();
    let post = Post::write(app, (&row, owner), &hash, &begin.email, begin.flow, letters, now)?;
    let recorder = &app.snapshot().recorder;
    let draft = Draft::new(ActorClass::Visitor, RegistrationStarted {}).about(id).from(begin.context.clone());
    let started: Sealed<RegistrationStarted> = recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let sent = letter_sent(app, &keys, &begin.context, now)?;
    app.db
        .write(async |mut w| {
            registrations::insert(&mut w, &hash, &row, now).await?;
            if post.queue(&mut w, now).await? {
                w.commit(Either::This((started.clone(), sent.clone())), ()).await
            } else {
                w.commit(Either::That(started.clone()), ()).await
            }
        })
        .await?;
    Ok(Started::Journey(journey))
}

/// Counts a registration by the network it is begun from; says until when no more are taken from there.
async fn crowded(app: &App, context: &Context, now: When) -> Result<Option<When>, Failure> {
    let Some(prefix) = context.address.as_deref() else {
        return Ok(None);
    };
    let key = BlindIndex::of(&app.roots, IndexKind::AddressPrefix, prefix);
    let limit = app.snapshot().policy.assurance.registrations;
    match guesses::reserve(app, NETWORK, &key.0, limit, now).await?.gate {
        Gate::Open | Gate::Last => Ok(None),
        Gate::Closed { until } => {
            let refused = Refusal { endpoint: "/create-account", reason: "network", client: None, context };
            refusal::note(app, &refused, now).await?;
            Ok(Some(until))
        }
    }
}

/// Who signs in with this address, if anybody does.
async fn owner(app: &App, email: &EmailAddress, now: When) -> Result<Option<Owner>, Failure> {
    let blind = BlindIndex::of(&app.roots, IndexKind::SignInName, &email.folded());
    let mut read = app.db.read().await?;
    let Some(id) = accounts::by_identifier(&mut read, &blind.0).await? else {
        return Ok(None);
    };
    let state = accounts::get(&mut read, id).await?.state;
    Ok(Some(match State::parse(&state).ok_or_else(|| Error::Unreadable("account.state".to_owned()))? {
        State::Active | State::Restricted => Owner::Open,
        State::Closed => Owner::Closed(WayBack::of(&mut read, id, now).await?),
        State::Frozen => Owner::Frozen,
    }))
}

fn letter_sent(app: &App, keys: &PersonKeys, context: &Context, now: When) -> Result<Sealed<CodeSent>, Failure> {
    let payload = CodeSent { purpose: "sign_up".to_owned() };
    let draft = Draft::new(ActorClass::Visitor, payload).about(keys.account()).from(context.clone());
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?)
}

/// The registration of a journey, if it can still be finished.
pub async fn find(app: &App, journey: &Token, now: When) -> Result<Option<Journey>, Failure> {
    find_hashed(app, journey.hash().0, now).await
}

async fn find_hashed(app: &App, hash: [u8; 32], now: When) -> Result<Option<Journey>, Failure> {
    let mut read = app.db.read().await?;
    let Some(row) = registrations::by_journey(&mut read, &hash).await? else {
        return Ok(None);
    };
    if row.finished_at.is_some() || now >= row.expires_at {
        return Ok(None);
    }
    let keys = people::keys(&mut read, &app.roots, row.id).await?;
    open(row, hash, keys).map(Some)
}

/// Opens what was typed for the one whose journey it is.
fn open(row: RegistrationRow, hash: [u8; 32], keys: PersonKeys) -> Result<Journey, Failure> {
    let leave = Disclosure::to_the_person(row.id);
    let name = keys.open(name_field(row.id), &row.name, &leave)?;
    let email = keys.open(email_field(row.id), &row.email, &leave)?;
    let sign_in_name = row.sign_in_name.as_deref().map(|sealed| keys.open(sign_in_name_field(row.id), sealed, &leave));
    let sign_in_name = sign_in_name.transpose()?.map(|text| SignInName::parse(&text));
    Ok(Journey {
        name: FullName::parse(&name).map_err(|_| SealError::Malformed)?,
        email: EmailAddress::parse(&email).map_err(|_| SealError::Malformed)?,
        sign_in_name: sign_in_name.transpose().map_err(|_| SealError::Malformed)?,
        row,
        hash,
        keys,
    })
}

/// The service whose flow a journey began in, if it still is one of ours: its start page is the way on where the flow
/// itself cannot be gone on with.
pub async fn service(app: &App, journey: &Journey) -> Result<Option<Arc<Client>>, Failure> {
    let Some(flow) = &journey.row.flow else {
        return Ok(None);
    };
    let row = flows::get(&mut app.db.peek(), flow).await?;
    let id = row.and_then(|row| ClientId::parse(&row.client_id));
    Ok(id.and_then(|id| app.snapshot().client(&id).cloned()))
}

/// Sends a new letter. What was sent before goes on working in its own window, and misses stay counted.
pub async fn resend(
    app: &App,
    journey: &Journey,
    flow: Option<&Token>,
    letters: &Letters<'_>,
    context: &Context,
    now: When,
) -> Result<(), Failure> {
    let owner = if journey.row.taken { owner(app, &journey.email, now).await? } else { None };
    let post = Post::write(app, (&journey.row, owner), &journey.hash, &journey.email, flow, letters, now)?;
    if !post.room(app, now).await? {
        return Ok(());
    }
    let sent = letter_sent(app, &journey.keys, context, now)?;
    app.db
        .write(async |mut w| {
            post.send(&mut w, now).await?;
            w.commit(sent.clone(), ()).await
        })
        .await?;
    Ok(())
}

/// Lets this journey's codes work longer: those sent, from now, and those to come.
pub async fn longer(app: &App, journey: &Journey, now: When) -> Result<(), Failure> {
    let (id, hash, until) = (journey.row.id, journey.hash, now + code_lasts(app, true));
    app.db
        .write(async |mut w| {
            if registrations::lengthen(&mut w, id).await? {
                challenges::prolong(&mut w, &hash, until, now).await?;
            }
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await?;
    Ok(())
}
