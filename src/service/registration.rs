//! Clients that register themselves (RFC 7591) and look after their registration (RFC 7592).
//!
//! ```text
//! make_token ──initial access token──> leave ──> register ──> client, secret, registration access token (shown once)
//!                                                                 │
//!                                               holder <──────────┘  read, change (a new token with each), remove
//! ```

mod initial;
mod secrets;

pub use initial::{Given, given, make_token, shown, withdraw_token};
pub use secrets::{Rotated, promised, rotate_secret};

use super::{Failure, departure};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{ClientChanged, ClientRegistered, ClientRemoved};
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::client::{Client, Issuer, Secret, Unusable};
use crate::domain::ids::ClientId;
use crate::domain::registration::{Metadata, Refused, Template};
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::store::clients::ClientRow;
use crate::store::{Error, clients, throttle};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use subtle::ConstantTimeEq as _;

/// The most clients that may register themselves in one installation: all are held in memory by every node.
const MOST: i64 = 5_000;

/// How often a client may change its registration within so long: each is an event, and has every node read all clients anew.
const CHANGES: i64 = 20;
const WITHIN: Duration = Duration::from_hours(1);
/// What its changes are counted under.
const KIND: &str = "registration";

/// Leave to register a client under a template.
#[derive(Debug, Clone)]
pub struct Leave {
    template: Arc<Template>,
    /// The hash of the token that gives it; none where the demo is open to all.
    token: Option<[u8; 32]>,
}

/// The leave that a presented token gives, or that nobody needs in a demo.
pub async fn leave(app: &App, presented: Option<&str>, now: When) -> Result<Option<Leave>, Failure> {
    let snapshot = app.snapshot();
    let (name, token) = match (presented, app.open_registration) {
        (Some(presented), _) => {
            let Some(hash) = Token::parse(presented).map(|token| token.hash().0) else { return Ok(None) };
            let Some(row) = clients::token(&mut app.db.peek(), &hash, now).await? else { return Ok(None) };
            (row.template, Some(hash))
        }
        (None, Some(open)) if app.issuer.is_loopback() => (open.to_owned(), None),
        (None, _) => return Ok(None),
    };
    Ok(snapshot.policy.templates.get(&name).map(|template| Leave { template: Arc::clone(template), token }))
}

/// A registration as the client is told of it. What is secret in it is shown this once.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub id: ClientId,
    /// What is registered.
    pub metadata: Map<String, Value>,
    /// A secret made just now.
    pub secret: Option<Token>,
    /// When secrets of this template end, if they do.
    pub secret_until: Option<When>,
    /// The registration access token in force.
    pub access_token: Token,
    /// When it registered first.
    pub since: When,
}

/// How a registration ended.
#[derive(Debug)]
pub enum Outcome {
    /// Done.
    Done(Box<Registered>),
    /// The metadata cannot be taken.
    Refused(Refused),
    /// The token, or the client, is there no longer.
    NoLonger,
    /// It has changed as often as it may, until then.
    TooOften(When),
}

/// What is to be stored of a client, judged.
struct Judged {
    metadata: Map<String, Value>,
    text: String,
    sector: String,
}

/// Registers a client (RFC 7591 §3.1).
pub async fn register(
    app: &App,
    leave: &Leave,
    mut metadata: Metadata,
    context: Context,
    now: When,
) -> Result<Outcome, Failure> {
    let template = &leave.template;
    let Some(id) = ClientId::parse(&tokens::uuid().to_string()) else { return Ok(Outcome::NoLonger) };
    let secret = metadata.method().has_secret().then(Token::random);
    let judged = match weigh(template, &id, &mut metadata, now) {
        Ok(judged) => judged,
        Err(refused) => return Ok(Outcome::Refused(refused)),
    };
    if let Err(refused) = is_listed(app, &metadata).await {
        return Ok(Outcome::Refused(refused));
    }
    let access_token = Token::random();
    let row = ClientRow {
        id: id.as_str().to_owned(),
        template: template.name.clone(),
        sector: judged.sector,
        metadata: judged.text,
        secret: secret.as_ref().map(|secret| secret.hash().0.to_vec()),
        previous_secret: None,
        previous_until: None,
        created_at: now,
    };
    let payload = ClientRegistered { template: template.name.clone(), metadata: digest(&row.metadata) };
    let draft = Draft::new(ActorClass::Client, payload).at(&id).by(Channel::Api).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?;
    let stored = app
        .db
        .write(async |mut w| {
            if let Some(token) = &leave.token
                && !clients::use_token(&mut w, token, now).await?
            {
                return Err(Error::Missing);
            }
            if !clients::insert(&mut w, &row, &access_token.hash().0, MOST).await? {
                return Err(Error::Unavailable("no more clients may register themselves".to_owned()));
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match stored {
        Ok(_) => {}
        Err(Error::Missing) => return Ok(Outcome::NoLonger),
        Err(error) => return Err(error.into()),
    }
    follow(app).await;
    Ok(Outcome::Done(Box::new(Registered {
        id,
        metadata: judged.metadata,
        secret_until: secret.as_ref().and_then(|_| template.ends_at()),
        secret,
        access_token,
        since: now,
    })))
}

/// A registered client and the hash of the token that speaks for it.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The client.
    pub id: ClientId,
    row: ClientRow,
    presented: Token,
    token: [u8; 32],
    template: Arc<Template>,
}

/// Whom a registration access token speaks for, if it is this client (RFC 7592 §2).
pub async fn holder(app: &App, id: &str, presented: &str) -> Result<Option<Holder>, Failure> {
    let (Some(id), Some(presented)) = (ClientId::parse(id), Token::parse(presented)) else { return Ok(None) };
    let token = presented.hash().0;
    let row = clients::by_access_token(&mut app.db.peek(), &token).await?.filter(|row| row.id == id.as_str());
    let snapshot = app.snapshot();
    Ok(row.and_then(|row| {
        let template = Arc::clone(snapshot.policy.templates.get(&row.template)?);
        Some(Holder { id, row, presented, token, template })
    }))
}

impl Holder {
    /// What is registered (RFC 7592 §2.1), with the token that was presented. A secret is never shown again.
    #[must_use]
    pub fn read(&self) -> Registered {
        let metadata = serde_json::from_str(&self.row.metadata).unwrap_or_default();
        Registered {
            id: self.id.clone(),
            metadata,
            secret: None,
            secret_until: None,
            access_token: self.presented.clone(),
            since: self.row.created_at,
        }
    }

    /// Whether this is the secret in use.
    #[must_use]
    pub fn knows(&self, secret: &str) -> bool {
        let shown = tokens::TokenHash::of(secret).0;
        self.row.secret.as_deref().is_some_and(|kept| shown.ct_eq(kept).into())
    }

    /// Replaces all that is registered, and the token with it (RFC 7592 §2.2, §3). What is registered already changes nothing,
    /// and is answered with the token that was presented.
    pub async fn change(
        &self,
        app: &App,
        mut metadata: Metadata,
        context: Context,
        now: When,
    ) -> Result<Outcome, Failure> {
        let wants_secret = metadata.method().has_secret();
        let judged = match weigh(&self.template, &self.id, &mut metadata, now) {
            Ok(judged) => judged,
            Err(refused) => return Ok(Outcome::Refused(refused)),
        };
        let same = (&judged.text, &judged.sector) == (&self.row.metadata, &self.row.sector);
        if same && wants_secret == self.row.secret.is_some() {
            return Ok(Outcome::Done(Box::new(self.read())));
        }
        if let Some(until) = self.may_change_again(app, now).await? {
            return Ok(Outcome::TooOften(until));
        }
        if let Err(refused) = is_listed(app, &metadata).await {
            return Ok(Outcome::Refused(refused));
        }
        let secret = (wants_secret && self.row.secret.is_none()).then(Token::random);
        let mut row = ClientRow { sector: judged.sector, metadata: judged.text, ..self.row.clone() };
        if !wants_secret {
            (row.secret, row.previous_secret, row.previous_until) = (None, None, None);
        } else if let Some(secret) = &secret {
            row.secret = Some(secret.hash().0.to_vec());
        }
        let access_token = Token::random();
        let payload = ClientChanged { template: row.template.clone(), metadata: digest(&row.metadata) };
        let draft = Draft::new(ActorClass::Client, payload).at(&self.id).by(Channel::Api).from(context);
        let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?;
        let new = access_token.hash().0;
        let stored = app
            .db
            .write(async |mut w| {
                if !clients::replace(&mut w, &row, (&self.token, &new), wants_secret && secret.is_none(), now).await? {
                    return Err(Error::Missing);
                }
                let count = throttle::raise(&mut w, KIND, &self.counted(), now - WITHIN, now).await?;
                if count.count > CHANGES {
                    return Err(Error::Constraint(KIND.to_owned()));
                }
                w.commit(event.clone(), ()).await
            })
            .await;
        match stored {
            Ok(_) => {}
            Err(Error::Missing) if row.sector != self.row.sector => {
                return Ok(self.stays(app).await?.map_or(Outcome::NoLonger, Outcome::Refused));
            }
            Err(Error::Missing) => return Ok(Outcome::NoLonger),
            Err(Error::Constraint(why)) if why == KIND => return Ok(Outcome::TooOften(now + WITHIN)),
            Err(error) => return Err(error.into()),
        }
        follow(app).await;
        Ok(Outcome::Done(Box::new(Registered {
            id: self.id.clone(),
            metadata: judged.metadata,
            secret_until: secret.as_ref().and_then(|_| self.template.ends_at()),
            secret,
            access_token,
            since: self.row.created_at,
        })))
    }

    /// Until when it may change nothing, if it has changed as often as it may.
    async fn may_change_again(&self, app: &App, now: When) -> Result<Option<When>, Failure> {
        let count = throttle::look(&mut app.db.peek(), KIND, &self.counted()).await?;
        let until = count.filter(|count| count.count >= CHANGES).map(|count| count.window_start + WITHIN);
        Ok(until.filter(|until| now < *until))
    }

    /// What its changes are counted by.
    fn counted(&self) -> [u8; 32] {
        tokens::TokenHash::of(self.id.as_str()).0
    }

    /// Why it cannot leave its sector, if that knows residents: they would be others to it (OIDC Core §8.1).
    async fn stays(&self, app: &App) -> Result<Option<Refused>, Failure> {
        let known = clients::residents_of(&mut app.db.peek(), &self.row.sector).await?;
        Ok((known > 0).then(|| {
            // How many are known in a sector is not one client's to be told: others may share it.
            tracing::info!(client = %self.id, sector = self.row.sector, residents = known, "a client would leave a sector that knows residents");
            Refused::metadata("redirect_uris: on another host it would lose whom it knows; register a new client")
        }))
    }

    /// Takes the registration back (RFC 7592 §2.3): the client, its grants and its tokens are dead; `false` if they
    /// were already.
    pub async fn remove(&self, app: &App, context: Context, now: When) -> Result<bool, Failure> {
        let payload = ClientRemoved { template: self.row.template.clone(), by: None };
        let draft = Draft::new(ActorClass::Client, payload).at(&self.id).by(Channel::Api).from(context);
        Ok(end(app, &self.id, &draft, now).await?.is_some())
    }
}

/// Takes a client's registration away at an operator's word, as the client itself might. Says how many residents had
/// given it anything; `None` if it is gone already.
pub async fn take_away(
    app: &App,
    id: &ClientId,
    template: &str,
    by: FullName,
    now: When,
) -> Result<Option<u64>, Failure> {
    let payload = ClientRemoved { template: template.to_owned(), by: Some(by) };
    let draft = Draft::new(ActorClass::System, payload).at(id).by(Channel::Batch);
    end(app, id, &draft, now).await
}

/// Parts with everybody who is there first: a client that is gone has no address to be told at, and what it was given is
/// ended for each person by an event of hers. What comes meanwhile ends with the registration, a change of it too.
async fn end(app: &App, id: &ClientId, draft: &Draft<ClientRemoved>, now: When) -> Result<Option<u64>, Failure> {
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), draft, None)?;
    let parted = match app.snapshot().client(id).cloned() {
        Some(client) => departure::part_wholly(app, &client, now).await?,
        None => 0,
    };
    let removed = app
        .db
        .write(async |mut w| {
            if !clients::remove(&mut w, id, now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match removed {
        Ok(_) => {}
        Err(Error::Missing) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    follow(app).await;
    Ok(Some(parted))
}

/// Whether the template allows it; nobody is called for that.
fn weigh(template: &Template, id: &ClientId, metadata: &mut Metadata, now: When) -> Result<Judged, Refused> {
    if template.ends_at().is_some_and(|end| end <= now) {
        let why = "the days in which clients may be registered under this template are over; ask for another token";
        return Err(Refused::metadata(why));
    }
    template.complete(metadata)?;
    let sector = metadata.sector(id)?;
    let client = template.admit(id.clone(), sector.clone(), metadata, Vec::new())?;
    // Asked of what is new alone: a client that goes on in spite of it is not taken away.
    if let Some(Unusable { key, what, remedy }) = client.unusable() {
        return Err(Refused::metadata(format!("{key}: {what}; {remedy}")));
    }
    let object = metadata.to_json();
    let text = serde_json_canonicalizer::to_string(&object).map_err(|_| Refused::metadata("it cannot be written"))?;
    Ok(Judged { metadata: object, text, sector })
}

/// Whether its sector document, if it names one, lists it. Asked last, so that we call nobody for a registration that fails
/// anyway.
async fn is_listed(app: &App, metadata: &Metadata) -> Result<(), Refused> {
    let Some(uri) = metadata.sector_identifier_uri() else { return Ok(()) };
    let document = app.outbound.get_json(uri.as_str()).await.map_err(|error| {
        tracing::info!(%error, %uri, "a sector document cannot be fetched");
        Refused::metadata(format!("sector_identifier_uri: it cannot be fetched ({error})"))
    })?;
    metadata.is_listed_in(&document)
}

fn digest(text: &str) -> String {
    crate::crypto::hex(&tokens::TokenHash::of(text).0)
}

/// This node knows of the change at once; the others within a moment, as the generation has moved.
async fn follow(app: &App) {
    if let Err(error) = app.refresh().await {
        tracing::warn!(%error, "the change of a client will be known a moment later");
    }
}

/// A stored client, read by the policies in force.
///
/// # Errors
/// Why it cannot be used: its template is gone, or what it registered is allowed no longer.
pub fn loaded(row: &ClientRow, policy: &Bundle, issuer: &Issuer) -> Result<Client, String> {
    let template = policy.templates.get(&row.template);
    let template = template.ok_or_else(|| format!("the registration template {} is gone", row.template))?;
    let id = ClientId::parse(&row.id).ok_or("its identifier cannot be read")?;
    let object: Map<String, Value> = serde_json::from_str(&row.metadata).map_err(|error| error.to_string())?;
    let metadata = Metadata::parse(&object, issuer).map_err(|refused| refused.description)?;
    let secret = |hash: Option<&Vec<u8>>, until| {
        hash.and_then(|hash| hash.as_slice().try_into().ok()).map(|sha256| Secret { sha256, until })
    };
    let former = row.previous_until.and_then(|until| secret(row.previous_secret.as_ref(), Some(until)));
    let secrets = secret(row.secret.as_ref(), None).into_iter().chain(former).collect();
    template.admit(id, row.sector.clone(), &metadata, secrets).map_err(|refused| refused.description)
}

/// All of them, by id. One that cannot be used is passed over with a warning: it is as if it were not there.
#[must_use]
pub fn load(rows: &[ClientRow], policy: &Bundle, issuer: &Issuer) -> BTreeMap<ClientId, Arc<Client>> {
    let usable = |row: &ClientRow| match loaded(row, policy, issuer) {
        Ok(client) => Some((client.id.clone(), Arc::new(client))),
        Err(why) => {
            tracing::warn!(client = row.id, why, "a registered client cannot be used");
            None
        }
    };
    rows.iter().filter_map(usable).collect()
}
