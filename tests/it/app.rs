//! An application for a test, on its own store, with a clock that the test moves and letters that it reads.

use crate::events::watch::{self, Watch, Watched};
use crate::temp::TempDir;
use crate::world::{Place, World};
use axum::middleware::from_fn_with_state;
use portreeve::app::{App, Clock, Moved, Parts};
use portreeve::config::Origin;
use portreeve::config::{Allowed, Cidr};
use portreeve::crypto::keys::{KeyRing, KeyState, SigningAlg};
use portreeve::crypto::password::{Cost, Hasher, Password};
use portreeve::crypto::record::{EventSeed, Recorder};
use portreeve::crypto::roots::{RootSecret, Roots};
use portreeve::crypto::weak::WeakPasswords;
use portreeve::domain::account::{EmailAddress, FullName};
use portreeve::domain::audit::vocabulary::{AccountCreated, PolicyActivated};
use portreeve::domain::audit::{ActorClass, Channel, Draft};
use portreeve::domain::client::Issuer;
use portreeve::domain::ids::AccountId;
use portreeve::domain::time::When;
use portreeve::http::address::Networks;
use portreeve::http::outbound::Outbound;
use portreeve::http::refusal::ErrorPage;
use portreeve::mail::{Kept, Mail, Relay, RelaySettings, RelayTls};
use portreeve::policy::{Bundle, sample};
use portreeve::service::staff::upstream::Provider;
use portreeve::service::{people, setup};
use portreeve::store::house::SigningKeyRow;
use portreeve::store::{Db, Location, Settings, accounts, contacts, house};
use portreeve::view::Languages;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// 1 December 2026, noon.
pub const NOON: i64 = 1_796_126_400;

/// Where members of staff sign in.
pub const STAFF: &str = "http://localhost:8081";

/// An application that listens on loopback until the test ends.
pub struct House {
    pub app: App,
    pub mail: Kept,
    pub address: SocketAddr,
    clock: Moved,
    root: TempDir,
    world: World,
    _watched: Watched,
}

/// Changes to the sample policies: (file, what stands there, what shall stand there). Where nothing stands, a further file.
pub type Changes<'a> = &'a [(&'a str, &'a str, &'a str)];

/// A further service file, for a client that the samples do not have.
pub struct Service<'a> {
    pub id: &'a str,
    pub toml: &'a str,
}

/// What is around a house, where it is out of the ordinary.
#[derive(Default)]
struct Around<'a> {
    extra_ca: Option<&'a [u8]>,
    kiosks: &'a [Cidr],
    relay: Option<Relay>,
}

impl House {
    /// With the sample policies.
    pub async fn new(world: World) -> Self {
        Self::with(world, &[], &[]).await
    }

    /// With the sample policies and, in PEM, a further authority for calls to others.
    pub async fn trusting(world: World, extra_ca: &[u8]) -> Self {
        let around = Around { extra_ca: Some(extra_ca), ..Around::default() };
        Self::build(world, (&[], &[]), around, When::from_seconds(NOON)).await
    }

    /// With the sample policies, whose letters leave through the relay at this port of this machine.
    pub async fn posting(world: World, port: u16) -> Self {
        let relay = Relay::new(RelaySettings {
            host: "127.0.0.1".into(),
            port,
            credentials: None,
            tls: RelayTls::None,
            extra_ca: None,
            from: EmailAddress::parse("no-reply@havenbrook.example").unwrap(),
            patience: Duration::from_secs(30),
        });
        let around = Around { relay: Some(relay.unwrap()), ..Around::default() };
        Self::build(world, (&[], &[]), around, When::from_seconds(NOON)).await
    }

    /// With the sample policies, at the time that commands run at.
    pub async fn by_the_wall(world: World) -> Self {
        Self::build(world, (&[], &[]), Around::default(), Clock::Wall.now()).await
    }

    /// With changed policies, since so long before the time that commands run at.
    pub async fn since(world: World, changes: Changes<'_>, ago: Duration) -> Self {
        Self::build(world, (&[], changes), Around::default(), Clock::Wall.now() - ago).await
    }

    /// With changed or further policies.
    pub async fn with(world: World, services: &[Service<'_>], changes: Changes<'_>) -> Self {
        Self::build(world, (services, changes), Around::default(), When::from_seconds(NOON)).await
    }

    /// With the sample policies, on a machine that is a kiosk of the council.
    pub async fn at_a_kiosk(world: World) -> Self {
        // The listener of a house names no peer.
        let here = [Cidr::parse("0.0.0.0/32").unwrap()];
        let around = Around { kiosks: &here, ..Around::default() };
        Self::build(world, (&[], &[]), around, When::from_seconds(NOON)).await
    }

    async fn build(
        world: World,
        (services, changes): (&[Service<'_>], Changes<'_>),
        Around { extra_ca, kiosks, relay }: Around<'_>,
        now: When,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = Issuer::parse(&format!("http://localhost:{}", address.port())).unwrap();
        let root = TempDir::new("root");
        let secret = RootSecret::generate_to_file(&root.path().join("root.key")).unwrap();
        let roots = Roots::derive(&secret).unwrap();
        let location = match &world.place {
            Place::Sqlite(folder) => Location::Sqlite(folder.path().to_owned()),
            Place::Postgres(url) => Location::Postgres(url.clone()),
        };
        let settings = Settings { hold: Duration::from_secs(5), ..Settings::default() };
        let db = Db::open(&location, &settings).await.unwrap();
        let clock = Moved { says: Arc::new(AtomicI64::new(now.micros())), ..Moved::default() };
        first_start(&db, &roots, &policies(services, changes, &issuer), now).await;
        let mail = Kept::new();
        let parts = Parts {
            hasher: Hasher::new(Cost::FLOOR, 2, 64, None).unwrap(),
            weak: WeakPasswords::default(),
            clock: Clock::Fixed(clock.clone()),
            mail: relay.map_or_else(|| Mail::Kept(mail.clone()), Mail::Smtp),
            outbound: Outbound::new(&[Allowed::parse("127.0.0.0/8").unwrap()], extra_ca).unwrap(),
            upstream: Provider::default(),
            languages: Languages::BOTH,
            origin: Origin::parse(issuer.as_str()).unwrap(),
            staff_origin: Some(Origin::parse(STAFF).unwrap()),
            proxies: Networks::new(&[]),
            kiosks: Networks::new(kiosks),
            open_registration: None,
            db,
            roots,
            issuer,
        };
        let app = App::start(parts).await.unwrap();
        let routes = portreeve::routes::public(app.clone(), &ErrorPage::default());
        let door = portreeve::http::door::Door::new("public", &app.origin, Networks::new(&[]), ErrorPage::default());
        let (watch, watched) = Watch::new(&app, "");
        let routes = door.lead_to(routes.layer(from_fn_with_state(watch, watch::watch)));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { app, mail, address, clock, root, world, _watched: watched }
    }

    /// A settings file of this house, for commands.
    pub fn settings(&self, folder: &std::path::Path) -> String {
        let database = store_setting(&self.world, folder);
        let (root, issuer) = (self.root.path().join("root.key"), self.app.issuer.as_str());
        let text = format!(
            "issuer = \"{issuer}\"\n{database}\npolicies = \"policies\"\nroot_secret_file = \"{}\"\n\
             mail_from = \"no-reply@havenbrook.example\"\nlanguages = [\"en\"]\n[listen]\npublic = \"127.0.0.1:0\"\n\
             internal = \"127.0.0.1:0\"\n[smtp]\nhost = \"localhost\"\nport = 1\ntls = \"none\"\n",
            root.display()
        );
        sample::write_to(&folder.join("policies"), "http://localhost:8090", "http://localhost:8091").unwrap();
        let file = folder.join("portreeve.toml");
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// Where it lives.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Moves the clock on.
    pub fn later(&self, by: Duration) {
        self.clock.says.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Somebody sets the clock, by so many hours.
    pub fn sets_the_clock(&self, hours: i64) {
        for moved in [&self.clock.says, &self.clock.set] {
            moved.fetch_add(hours * 3_600_000_000, Ordering::SeqCst);
        }
    }

    /// Puts other policies in force: the samples with these services.
    pub async fn activate(&self, services: &[Service<'_>]) {
        self.follow(&policies(services, &[], &self.app.issuer)).await;
    }

    /// Puts other policies in force: the samples, changed so.
    pub async fn activate_with(&self, changes: Changes<'_>) {
        self.follow(&policies(&[], changes, &self.app.issuer)).await;
    }

    async fn follow(&self, bundle: &Bundle) {
        setup::activate(&self.app.db, &self.app.roots, &bundle.into(), self.app.now()).await.unwrap();
        assert!(self.app.refresh().await.unwrap());
    }

    /// An address of this house.
    pub fn at(&self, path: &str) -> String {
        self.app.issuer.at(path)
    }

    /// A resident who can sign in.
    pub async fn resident(&self, name: &str, email: &str, password: &str) -> AccountId {
        let (app, now) = (&self.app, self.app.now());
        let keys = people::create_keys(app, now).await.unwrap();
        let account = keys.account();
        let leaveless = FullName::parse(name).unwrap();
        let email = EmailAddress::parse(email).unwrap();
        let sealed = keys.seal(people::name_field(account), leaveless.as_str()).unwrap();
        let id = portreeve::crypto::tokens::uuid();
        let blind = portreeve::crypto::index::BlindIndex::of(
            &app.roots,
            portreeve::crypto::index::IndexKind::SignInName,
            &email.folded(),
        );
        let contact = contacts::NewContact {
            id,
            account,
            kind: "email",
            blind: portreeve::crypto::index::BlindIndex::of(
                &app.roots,
                portreeve::crypto::index::IndexKind::Email,
                &email.folded(),
            )
            .0
            .to_vec(),
            address: keys.seal(people::address_field(id), email.as_str()).unwrap(),
        };
        let phc = app.hasher.hash(Password::parse(password).unwrap()).await.unwrap();
        let draft = Draft::new(ActorClass::Resident, AccountCreated { notice: "account@1 en".into() }).about(account);
        let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys)).unwrap();
        app.db
            .write(async |mut w| {
                accounts::insert(&mut w, account, "active", &sealed, now).await?;
                accounts::claim_identifier(&mut w, "email", &blind.0, account, now).await?;
                contacts::insert(&mut w, &contact, now).await?;
                accounts::insert_credential(&mut w, account, phc.as_str(), now).await?;
                w.commit(event.clone(), ()).await
            })
            .await
            .unwrap();
        account
    }
}

/// The line of a settings file that says where a world's store is.
pub fn store_setting(world: &World, folder: &std::path::Path) -> String {
    match &world.place {
        Place::Sqlite(data) => format!("data = \"{}\"", data.path().display()),
        Place::Postgres(url) => {
            let file = folder.join("postgres.url");
            std::fs::write(&file, url).unwrap();
            std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            format!("postgres_url_file = \"{}\"", file.display())
        }
    }
}

fn policies(services: &[Service<'_>], changes: Changes<'_>, issuer: &Issuer) -> Bundle {
    let mut files = sample::files("http://localhost:8090", "http://localhost:8091");
    for (file, from, to) in changes {
        if from.is_empty() {
            files.push(((*file).to_owned(), (*to).to_owned()));
            continue;
        }
        let (_, text) = files.iter_mut().find(|(path, _)| path == file).unwrap();
        assert!(text.contains(from), "{file} does not hold {from}");
        *text = text.replace(from, to);
    }
    files.extend(services.iter().map(|service| (format!("services/{}.toml", service.id), service.toml.to_owned())));
    Bundle::from_files(files, issuer).unwrap_or_else(|refused| panic!("{refused}"))
}

async fn first_start(db: &Db, roots: &Roots, bundle: &Bundle, now: When) {
    let recorder = Recorder::new(roots.clone(), bundle.version());
    let keys = SigningAlg::ALL.map(|alg| KeyRing::generate(roots, alg, KeyState::Active, now).unwrap());
    let payload = PolicyActivated { bundle: bundle.digest_hex(), by: None, approved_by: None };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = recorder.seal(EventSeed::draw(now), &draft, None).unwrap();
    let check = roots.seal_check().unwrap();
    db.write(async |mut w| {
        house::set_once(&mut w, setup::ROOT_CHECK, &check).await?;
        house::activate(&mut w, bundle.digest(), bundle.canonical(), now).await?;
        for key in &keys {
            let row = SigningKeyRow {
                kid: key.kid.clone(),
                algorithm: key.alg.as_str().to_owned(),
                wrapped: key.wrapped.0.clone(),
                public_jwk: key.public_jwk.clone(),
                state: key.state.as_str().to_owned(),
                created_at: key.created_at,
                moved_at: None,
            };
            house::insert_key(&mut w, &row).await?;
        }
        w.commit(event.clone(), ()).await
    })
    .await
    .unwrap();
}
