//! From settings, or a demo's data directory, to the parts of an application.

use crate::app::{App, Clock, Parts};
use crate::config::{Collector, Config, Database, Environment, Origin, SecretPlace, SmtpTls};
use crate::crypto::password::{Cost, Hasher};
use crate::crypto::roots::{RootSecret, Roots};
use crate::crypto::weak::{BreachedFilter, WeakPasswords};
use crate::domain::client::Issuer;
use crate::http::address::Networks;
use crate::http::outbound::Outbound;
use crate::mail::{Kept, Mail, Relay, RelaySettings, RelayTls};
use crate::policy::Bundle;
use crate::service::staff::upstream::Provider;
use crate::service::{backup, setup};
use crate::store::{Db, Location, Settings, folder, house};
use crate::view::Languages;
use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest one try with the mail relay may take.
const RELAY_PATIENCE: Duration = Duration::from_secs(20);

/// Which installation: by its settings, or a demo by its data directory.
#[derive(Debug, Clone, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct Place {
    /// The settings' file; deploy/portreeve.toml is an example.
    #[arg(long, value_name = "FILE", env = "PORTREEVE_CONFIG")]
    config: Option<PathBuf>,
    /// A demo's data directory.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// An installation's whereabouts.
pub(super) struct House {
    pub(super) issuer: Issuer,
    pub(super) policies: PathBuf,
    pub(super) location: Location,
    /// The languages offered, where settings say so.
    pub(super) languages: Option<Vec<String>>,
    /// Where sealed events go, where settings say so.
    pub(super) collector: Option<Collector>,
    /// Where members of staff sign in.
    pub(super) staff_origin: Option<Origin>,
    secret: SecretPlace,
}

/// Any demo's issuer, as far as policies ask: plain http on loopback.
pub(super) const DEMO_ISSUER: &str = "http://localhost:8080";

/// What a demo writes into its data directory: where members of staff sign in, for the commands that make links.
pub(in crate::cli) const STAFF_ORIGIN: &str = "staff.origin";

fn staff_origin_of_a_demo(data: &Path) -> Option<Origin> {
    let text = std::fs::read_to_string(data.join(STAFF_ORIGIN)).ok()?;
    Origin::parse(text.trim()).ok()
}

impl Place {
    /// The place that other arguments name: one of the two.
    pub(super) const fn of(config: Option<PathBuf>, data: Option<PathBuf>) -> Self {
        Self { config, data }
    }

    /// Reads the settings.
    pub(super) fn find(&self) -> anyhow::Result<House> {
        match (&self.config, &self.data) {
            (Some(file), _) => House::of(&Config::load(file, &Environment::of_process())?),
            (None, Some(data)) => {
                let secret = data.join("root.secret");
                anyhow::ensure!(secret.exists(), "{} is not a demo's data directory", data.display());
                Ok(House {
                    issuer: Issuer::parse(DEMO_ISSUER)?,
                    policies: data.join("policies"),
                    location: Location::Sqlite(data.clone()),
                    languages: None,
                    collector: None,
                    staff_origin: staff_origin_of_a_demo(data),
                    secret: SecretPlace::File(secret),
                })
            }
            (None, None) => anyhow::bail!("name the installation with --config FILE or --data DIR"),
        }
    }
}

impl House {
    pub(super) fn of(config: &Config) -> anyhow::Result<Self> {
        Ok(Self {
            issuer: Issuer::parse(config.issuer.as_str())?,
            policies: config.policies.clone(),
            location: match &config.database {
                Database::Sqlite { dir } => Location::Sqlite(dir.clone()),
                Database::Postgres { url } => Location::Postgres(url.expose_secret().to_owned()),
            },
            languages: Some(config.languages.clone()),
            collector: config.collector.clone(),
            staff_origin: config.staff_origin.clone(),
            secret: config.root_secret.clone(),
        })
    }

    /// The folder that a node here keeps its state in: SQLite's own, or with PostgreSQL the one that systemd keeps for the
    /// service, if there is one.
    pub(super) fn state_folder(&self) -> Option<PathBuf> {
        match &self.location {
            Location::Sqlite(folder) => Some(folder.clone()),
            Location::Postgres(_) => {
                let all = std::env::var_os("STATE_DIRECTORY")?;
                std::env::split_paths(&all).next()
            }
        }
    }

    pub(super) fn roots(&self) -> anyhow::Result<Roots> {
        let secret = match &self.secret {
            SecretPlace::File(file) => RootSecret::from_file(file)?,
            SecretPlace::Credential { directory, name } => RootSecret::from_credential(directory, name)?,
        };
        Ok(Roots::derive(&secret)?)
    }

    /// Opens the database, with its schema brought up to date.
    pub(super) async fn db(&self) -> anyhow::Result<Db> {
        Ok(Db::open(&self.location, &Settings::default()).await?)
    }

    /// Whether there is no database yet; one without a single table counts as none.
    pub(super) async fn is_bare(&self) -> anyhow::Result<bool> {
        let pending = Db::pending(&self.location).await?;
        Ok(pending.first().is_some_and(|first| first.starts_with("0001 ")))
    }

    /// Opens the database of an installation that was started, as it is: a command that asks makes none, and brings none up to
    /// date, for the nodes that run may be of the version before.
    pub(super) async fn db_there(&self) -> anyhow::Result<Db> {
        if let Location::Sqlite(folder) = &self.location {
            folder::whole(folder)?;
            anyhow::ensure!(
                folder.join("portreeve.db").exists(),
                "nothing was started here yet: there is no database in {}. Start serve, or run `portreeve policy activate`",
                folder.display()
            );
        }
        let pending = Db::pending(&self.location).await?;
        anyhow::ensure!(
            pending.is_empty(),
            "the database is of an earlier version, and nothing was done: its schema lacks {}. Run `portreeve migrate` first (serve \
             does so too when it starts)",
            pending.join(", ")
        );
        self.db().await
    }

    /// An application for one command, which does a deed as a page would. It calls nobody and sends nothing: what is to
    /// be told to services waits in the outbox, where a running `serve` finds it.
    pub(super) async fn app(&self) -> anyhow::Result<App> {
        self.app_on(self.db_there().await?).await
    }

    /// The same on this database.
    pub(super) async fn app_on(&self, db: Db) -> anyhow::Result<App> {
        let roots = self.roots()?;
        anyhow::ensure!(setup::was_started(&db, &roots).await?, "nothing was started here yet");
        let parts = Parts {
            hasher: Hasher::new(Cost::FLOOR, 1, 0, None)?,
            weak: WeakPasswords::default(),
            clock: Clock::Wall,
            mail: Mail::Kept(Kept::new()),
            outbound: Outbound::new(&[], None)?,
            upstream: Provider::default(),
            languages: self.offered(),
            origin: Origin::parse(self.issuer.as_str())?,
            staff_origin: self.staff_origin.clone(),
            issuer: self.issuer.clone(),
            proxies: Networks::default(),
            kiosks: Networks::default(),
            open_registration: None,
            db,
            roots,
        };
        Ok(App::start(parts).await?)
    }

    /// The policies in force, if any ever were.
    pub(super) async fn in_force(&self, db: &Db) -> anyhow::Result<Option<Bundle>> {
        let Some((_, body)) = house::policy(&mut db.peek()).await? else {
            return Ok(None);
        };
        Bundle::from_canonical(&body, &self.issuer).map(Some).context("the policies in force cannot be read")
    }

    /// The languages offered here; both, where no settings say so.
    fn offered(&self) -> Languages {
        self.languages.as_deref().map_or(Languages::BOTH, Languages::of)
    }

    /// The languages offered here that nobody has reviewed.
    pub(super) fn unreviewed(&self, bundle: &Bundle) -> Vec<&'static str> {
        let offered = |lang: &&str| self.languages.as_ref().is_some_and(|all| all.iter().any(|one| one == lang));
        bundle.controller.unreviewed().into_iter().map(crate::domain::client::Lang::as_str).filter(offered).collect()
    }
}

/// Whether what is there may be served: no copy that was put back waits to be looked at, and nothing says that it went back.
pub(super) async fn may_be_served(db: &Db, folder: Option<&Path>) -> anyhow::Result<()> {
    anyhow::ensure!(
        backup::open(db).await?.is_none(),
        "a backup was put back here, and what was looked at was not all well: `portreeve restore --check` says what is wrong, and \
         opens the house when nothing is"
    );
    if let Some(why) = backup::head::went_back(db, folder).await? {
        anyhow::bail!(
            "{why}: was an older copy put in place? Put the newest back, or run `portreeve restore --check`, which erases again \
             whoever was erased since, says what is lost, and opens the house"
        );
    }
    Ok(())
}

/// What the settings name beside policies and database, and can be had without calling anybody.
pub(super) struct Peers {
    hasher: Hasher,
    weak: WeakPasswords,
    relay: Relay,
    pub(super) outbound: Outbound,
}

/// Reads them.
pub(super) fn peers(config: &Config) -> anyhow::Result<Peers> {
    let extra_ca = match &config.extra_ca {
        Some(file) => Some(std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?),
        None => None,
    };
    let cost = Cost::new(config.argon2.memory_kib, config.argon2.passes, config.argon2.lanes)
        .context("`argon2` is out of bounds")?;
    let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let breached = match &config.breached_filter {
        Some(file) => Some(BreachedFilter::load(file).with_context(|| format!("{}", file.display()))?),
        None => None,
    };
    let smtp = config.smtp.as_ref().context("`smtp.host` is missing: name the mail relay that takes our letters")?;
    let relay = Relay::new(RelaySettings {
        host: smtp.host.clone(),
        port: smtp.port,
        credentials: smtp.credentials.clone(),
        tls: match smtp.tls {
            SmtpTls::Starttls => RelayTls::Starttls,
            SmtpTls::Tls => RelayTls::Tls,
            SmtpTls::None => RelayTls::None,
        },
        extra_ca: extra_ca.clone(),
        from: config.mail_from.clone(),
        patience: RELAY_PATIENCE,
    })?;
    Ok(Peers {
        hasher: Hasher::new(cost, config.argon2.permits.unwrap_or_else(cores), config.argon2.queue, None)?,
        weak: WeakPasswords::new(breached),
        relay,
        outbound: Outbound::new(&config.outbound_allow, extra_ca.as_deref())?,
    })
}

/// Puts the parts of `serve` together.
pub(super) fn parts(config: &Config, db: Db, roots: Roots, clock: Clock) -> anyhow::Result<Parts> {
    let Peers { hasher, weak, relay, outbound } = peers(config)?;
    Ok(Parts {
        db,
        roots,
        hasher,
        weak,
        clock,
        mail: Mail::Smtp(relay),
        outbound,
        upstream: Provider::new(config.staff_upstream_secret.clone()),
        languages: Languages::of(&config.languages),
        issuer: Issuer::parse(config.issuer.as_str())?,
        origin: config.issuer.clone(),
        staff_origin: config.staff_origin.clone(),
        proxies: Networks::new(&config.trusted_proxies),
        kiosks: Networks::new(&config.kiosks),
        open_registration: None,
    })
}
