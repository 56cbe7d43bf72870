//! The application: built once, cheap to clone. The only place that reads the clock.

mod clock;
mod council;

pub use clock::{Clock, Moved};

use crate::config::Origin;
use crate::crypto::keys::{KeyRing, KeyState, SigningAlg, StoredKey};
use crate::crypto::passkey::{PasskeyError, Passkeys};
use crate::crypto::password::Hasher;
use crate::crypto::record::Recorder;
use crate::crypto::roots::Roots;
use crate::crypto::seal::WrappedKey;
use crate::crypto::weak::WeakPasswords;
use crate::domain::client::{Client, Issuer};
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::http::address::Networks;
use crate::http::cookies::Cookies;
use crate::http::outbound::Outbound;
use crate::mail::Mail;
use crate::policy::Bundle;
use crate::service::client_keys::FetchedKeys;
use crate::service::logos::FetchedLogos;
use crate::service::registration;
use crate::service::staff::upstream::Provider;
use crate::store::{Db, Error, clients, house};
use crate::view::{Languages, Renderer, RendererError};
use arc_swap::ArcSwap;
use axum::body::Bytes;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What a node holds in memory of policies and keys; replaced as a whole when the store's generation moves.
pub struct Snapshot {
    /// The store's generation it was read at.
    pub generation: i64,
    /// The policy bundle in force.
    pub policy: Bundle,
    /// The signing keys.
    pub keys: KeyRing,
    /// Seals events under that bundle.
    pub recorder: Recorder,
    /// Pages and letters, as the council describes itself in that bundle.
    pub view: Renderer,
    /// The passkeys of those who sign in at the staff listener, where there is one, under the council's name.
    pub passkeys: Option<Passkeys>,
    /// The clients that registered themselves, read by that bundle.
    registered: BTreeMap<ClientId, Arc<Client>>,
    metadata: OnceLock<Bytes>,
}

impl Snapshot {
    /// A client, of the bundle or registered.
    #[must_use]
    pub fn client(&self, id: &ClientId) -> Option<&Arc<Client>> {
        self.policy.clients.get(id).or_else(|| self.registered.get(id))
    }

    /// Whether clients can register themselves at all: there is a template for them.
    #[must_use]
    pub fn takes_registrations(&self) -> bool {
        !self.policy.templates.is_empty()
    }

    /// Every client: those of the bundle, then those that registered themselves.
    pub fn clients(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.policy.clients.values().chain(self.registered.values())
    }
}

/// The parts an application is made of.
pub struct Parts {
    /// The store.
    pub db: Db,
    /// The keys derived from the root secret.
    pub roots: Roots,
    /// The password bench.
    pub hasher: Hasher,
    /// What passwords are refused.
    pub weak: WeakPasswords,
    /// Where *now* comes from.
    pub clock: Clock,
    /// How letters leave.
    pub mail: Mail,
    /// The guarded client for calls to services.
    pub outbound: Outbound,
    /// The council's own provider, which may sign members of staff in.
    pub upstream: Provider,
    /// The languages of pages and letters.
    pub languages: Languages,
    /// The issuer.
    pub issuer: Issuer,
    /// Our origin, as browsers see it.
    pub origin: Origin,
    /// The origin of the staff listener, where there is one.
    pub staff_origin: Option<Origin>,
    /// Proxies whose word about the client's address is taken.
    pub proxies: Networks,
    /// Shared machines of the council, where residents use our pages.
    pub kiosks: Networks,
    /// The template under which anybody on this machine may register a client without a token: in a demo only.
    pub open_registration: Option<&'static str>,
}

/// What the staff listener needs of its origin.
#[derive(Debug)]
pub struct StaffSite {
    /// The origin, as browsers see it.
    pub origin: Origin,
    /// How its cookies are named, read and set.
    pub cookies: Cookies,
}

struct Inner {
    parts: Parts,
    cookies: Cookies,
    staff_site: Option<StaffSite>,
    fetched_keys: FetchedKeys,
    fetched_logos: FetchedLogos,
    snapshot: ArcSwap<Snapshot>,
}

/// The application.
#[derive(Clone)]
pub struct App(Arc<Inner>);

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

/// Why an application cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] Error),
    /// Nothing was ever activated.
    #[error("no policies are in force: run `portreeve policy activate` first")]
    NoPolicy,
    /// The bundle in force cannot be read by this version.
    #[error("the policies in force cannot be read: {0}")]
    Policy(String),
    /// A signing key cannot be opened: the root secret is another one, or the row was changed.
    #[error("a signing key cannot be opened: {0}")]
    Key(#[from] crate::crypto::keys::KeyError),
    /// Members of staff could not sign in with passkeys at the staff listener's origin.
    #[error("`staff_origin`: {0}")]
    StaffOrigin(#[from] PasskeyError),
    /// Pages and letters cannot be made: this version is broken.
    #[error(transparent)]
    View(#[from] RendererError),
    /// The root secret is not the one this store was made with.
    #[error(
        "the root secret is not the one this data was sealed with: put the right file in place; nothing was changed"
    )]
    WrongRoot,
}

impl App {
    /// Puts the parts together and reads policies and keys.
    ///
    /// # Errors
    /// [`StartError`] in one plain line.
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        let kept = house::value(&mut parts.db.peek(), "root_check").await?;
        if kept.is_some_and(|kept| !parts.roots.verify_check(&kept)) {
            return Err(StartError::WrongRoot);
        }
        parts.clock.believe();
        let snapshot = read_snapshot(&parts, None).await?;
        let cookies = Cookies::new(&parts.origin);
        let staff_site =
            parts.staff_origin.clone().map(|origin| StaffSite { cookies: Cookies::of_staff(&origin), origin });
        Ok(Self(Arc::new(Inner {
            parts,
            cookies,
            staff_site,
            fetched_keys: FetchedKeys::default(),
            fetched_logos: FetchedLogos::default(),
            snapshot: ArcSwap::from_pointee(snapshot),
        })))
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> When {
        self.clock.now()
    }

    /// Policies and keys as they stand: one look for one request.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.snapshot.load_full()
    }

    /// Pages and letters, by the policies in force.
    #[must_use]
    pub fn view(&self) -> Renderer {
        self.0.snapshot.load().view.clone()
    }

    /// Services' public keys fetched so far.
    #[must_use]
    pub fn fetched_keys(&self) -> &FetchedKeys {
        &self.0.fetched_keys
    }

    /// What discovery says: written by the first who asks, for it follows from the issuer and the policies in force.
    pub fn metadata(&self, write: impl FnOnce(&Snapshot) -> Bytes) -> Bytes {
        let snapshot = self.snapshot();
        snapshot.metadata.get_or_init(|| write(&snapshot)).clone()
    }

    /// Services' logos fetched so far.
    #[must_use]
    pub fn fetched_logos(&self) -> &FetchedLogos {
        &self.0.fetched_logos
    }

    /// How our cookies are named, read and set.
    #[must_use]
    pub fn cookies(&self) -> Cookies {
        self.0.cookies
    }

    /// The staff listener's site, where there is one.
    #[must_use]
    pub fn staff_site(&self) -> Option<&StaffSite> {
        self.0.staff_site.as_ref()
    }

    /// Reads policies and keys anew if the store's generation has moved; says whether it had.
    ///
    /// # Errors
    /// As [`App::start`]; the old snapshot stays in force.
    pub async fn refresh(&self) -> Result<bool, StartError> {
        let generation = house::generation(&mut self.db.peek()).await?;
        if generation == self.0.snapshot.load().generation {
            return Ok(false);
        }
        let before = self.snapshot();
        let snapshot = read_snapshot(self, Some(&before)).await?;
        self.0.snapshot.store(Arc::new(snapshot));
        Ok(true)
    }
}

async fn read_snapshot(parts: &Parts, before: Option<&Snapshot>) -> Result<Snapshot, StartError> {
    let Parts { db, roots, issuer, .. } = parts;
    let mut read = db.read().await?;
    let generation = house::generation(&mut read).await?;
    let (_, body) = house::policy(&mut read).await?.ok_or(StartError::NoPolicy)?;
    let rows = house::keys(&mut read).await?;
    let registrations = clients::all(&mut read).await?;
    let policy = Bundle::from_canonical(&body, issuer).map_err(|error| StartError::Policy(error.to_string()))?;
    let stored = rows.into_iter().map(stored_key).collect::<Result<Vec<_>, _>>()?;
    let keys = KeyRing::open(roots, stored)?;
    let recorder = Recorder::new(roots.clone(), policy.version());
    let registered = registration::load(&registrations, &policy, issuer);
    // Templates are compiled anew only where something else would stand in them.
    let view = match before.filter(|before| before.policy.digest() == policy.digest()) {
        Some(before) => before.view.clone(),
        None => council::view(&policy.controller, parts.languages)?,
    };
    let council = &policy.controller.name.en;
    let passkeys = parts.staff_origin.as_ref().map(|origin| Passkeys::new(origin.as_str(), council)).transpose()?;
    Ok(Snapshot { generation, policy, keys, recorder, view, passkeys, registered, metadata: OnceLock::new() })
}

fn stored_key(row: house::SigningKeyRow) -> Result<StoredKey, StartError> {
    let unreadable = |what: &str| Error::Unreadable(format!("signing_key.{what}"));
    Ok(StoredKey {
        alg: SigningAlg::parse(&row.algorithm).ok_or_else(|| unreadable("algorithm"))?,
        state: KeyState::parse(&row.state).ok_or_else(|| unreadable("state"))?,
        kid: row.kid,
        wrapped: WrappedKey(row.wrapped),
        public_jwk: row.public_jwk,
        created_at: row.created_at,
    })
}
