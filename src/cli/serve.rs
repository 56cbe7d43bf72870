//! `portreeve serve`: listeners, duties, reload and drain.

use super::open::{House, may_be_served, parts};
use super::{Ending, doors};
use crate::app::{App, Clock};
use crate::config::{Config, Environment, Witness};
use crate::http::address::Networks;
use crate::http::server::{Limits, Transport, serve};
use crate::http::shutdown::Shutdown;
use crate::http::tls::Tls;
use crate::http::{metrics, redirect, trace};
use crate::jobs::{self, holder::Holder};
use crate::policy::Bundle;
use crate::service::witness::{self, Answer as Said};
use crate::service::{Failure, setup};
use crate::store::{Db, Location, folder, house};
use anyhow::Context as _;
use axum::Router;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

/// After the wish to stop, how long new connections are still taken: load balancers that ask `/ready` hear of it.
const LINGER: Duration = Duration::from_secs(2);

/// Run the service.
#[derive(Debug, clap::Args)]
#[command(after_help = "SIGHUP reads the certificate again; SIGTERM lets requests in hand finish (25 s) and stops.")]
pub(super) struct Serve {
    /// The settings' file; deploy/portreeve.toml is an example.
    #[arg(long, value_name = "FILE", env = "PORTREEVE_CONFIG")]
    config: PathBuf,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<Ending> {
        // Heard from here on: it would end the process, and may come while this is still starting.
        let hangups = signal(SignalKind::hangup())?;
        let config = Config::load(&self.config, &Environment::of_process())?;
        trace::start_logging(config.log).map_err(|error| anyhow::anyhow!("the log cannot start: {error}"))?;
        let listeners = Listeners::bind(&config).await?;
        let tls = config.tls.clone().map(Tls::load).transpose()?;
        // Before anything in the folder is touched.
        let house = House::of(&config)?;
        let holder = holder(&house)?;
        let app = Box::pin(start(&config)).await?;
        let handle = metrics::install().map_err(|error| anyhow::anyhow!("metrics cannot start: {error}"))?;

        tokio::spawn(metrics::upkeep(handle.clone()));
        // The internal listener outlives the others, to say that this node takes no more requests.
        let (shutdown, last) = (Shutdown::new(), Shutdown::new());
        shutdown.tell_on_signal()?;
        let others = jobs::Others {
            witnesses: config.witnesses.clone(),
            collector: config.collector.clone(),
            folder: house.state_folder(),
        };
        let mut duties = jobs::start(&app, holder, others, &shutdown).await;
        let internal = metrics::router(handle, readiness(&app, &shutdown));
        let mut watching = JoinSet::new();
        listen(&mut watching, listeners.internal, ("internal", Transport::Plain), internal, &last);
        let mut listening = JoinSet::new();
        let transport = transport(&config, tls.as_ref());
        listen(&mut listening, listeners.public, ("public", transport.clone()), doors::public(&app), &shutdown);
        if let (Some(listener), Some(origin)) = (listeners.staff, &config.staff_origin) {
            listen(&mut listening, listener, ("staff", transport), doors::staff(&app, origin), &shutdown);
        }
        if let Some(listener) = listeners.redirect {
            let routes = redirect::router(&config.issuer);
            listen(&mut listening, listener, ("redirect", Transport::Plain), routes, &shutdown);
        }
        let reload = tokio::spawn(reload(tls, hangups));
        for place in app.outbound.allowed() {
            tracing::info!(%place, "outbound calls may reach this place although it is not public");
        }
        tracing::info!(issuer = app.issuer.as_str(), public = %config.listen.public, database = app.db.name(), "serving");

        shutdown.begun().await;
        tracing::info!("stopping: requests in hand are finished");
        while listening.join_next().await.is_some() {}
        while duties.join_next().await.is_some() {}
        last.begin();
        while watching.join_next().await.is_some() {}
        reload.abort();
        app.db.close().await;
        tracing::info!("stopped");
        Ok(Ending::Fine)
    }
}

/// Named in the data folder, which it has for itself; with PostgreSQL in the folder that systemd keeps for the service,
/// if there is one.
fn holder(house: &House) -> anyhow::Result<Holder> {
    if let Location::Sqlite(dir) = &house.location {
        folder::make(dir)?;
        let holder = Holder::alone(dir)?;
        super::backup::sqlite::clear(dir)?;
        return Ok(holder);
    }
    Ok(house.state_folder().map_or_else(|| Ok(Holder::nameless()), |folder| Holder::of(&folder))?)
}

struct Listeners {
    public: TcpListener,
    staff: Option<TcpListener>,
    internal: TcpListener,
    redirect: Option<TcpListener>,
}

impl Listeners {
    /// All of them, before anything else is touched.
    async fn bind(config: &Config) -> anyhow::Result<Self> {
        let listen = config.listen;
        let perhaps = async |address: Option<SocketAddr>, key| match address {
            Some(address) => bind(address, key).await.map(Some),
            None => Ok(None),
        };
        Ok(Self {
            public: bind(listen.public, "listen.public").await?,
            staff: perhaps(listen.staff, "listen.staff").await?,
            internal: bind(listen.internal, "listen.internal").await?,
            redirect: perhaps(listen.redirect, "listen.redirect").await?,
        })
    }
}

async fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("`{key}`: {address} cannot be listened on"))
}

fn listen(
    set: &mut JoinSet<()>,
    listener: TcpListener,
    (door, transport): (&'static str, Transport),
    routes: Router,
    shutdown: &Shutdown,
) {
    let linger = if door == "internal" { Duration::ZERO } else { LINGER };
    let limits = Limits { linger, ..Limits::default() };
    let shutdown = shutdown.clone();
    set.spawn(async move {
        let drained = serve(listener, door, transport, routes, limits, shutdown).await;
        if drained.cut > 0 {
            tracing::warn!(door, connections = drained.cut, "connections were cut off: their time to finish was over");
        }
    });
}

/// TLS by our own certificate; else plain http from trusted proxies alone; else, on loopback, plain http.
fn transport(config: &Config, tls: Option<&Arc<Tls>>) -> Transport {
    match tls {
        Some(tls) => Transport::Tls(Arc::clone(tls)),
        None if config.trusted_proxies.is_empty() => Transport::Plain,
        None => Transport::Behind(Networks::new(&config.trusted_proxies)),
    }
}

/// Reads the certificate again at every SIGHUP.
async fn reload(tls: Option<Arc<Tls>>, mut hangups: Signal) {
    while hangups.recv().await.is_some() {
        match tls.as_ref().map(|tls| tls.reload()) {
            Some(Ok(())) => tracing::info!("certificate reloaded"),
            Some(Err(error)) => tracing::error!(%error, "certificate not reloaded; the one in use stays"),
            None => tracing::info!("there is no certificate of ours to read again"),
        }
    }
}

type Answer = std::pin::Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send>>;

fn readiness(app: &App, shutdown: &Shutdown) -> impl Fn() -> Answer + Clone + Send + Sync + 'static {
    let (app, shutdown) = (app.clone(), shutdown.clone());
    move || {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        Box::pin(async move {
            if shutdown.has_begun() {
                return Err("stopping");
            }
            house::generation(&mut app.db.peek()).await.map(drop).map_err(|_| "database")
        })
    }
}

async fn start(config: &Config) -> anyhow::Result<App> {
    let place = House::of(config)?;
    let (roots, db, clock) = (place.roots()?, place.db().await?, Clock::Wall);
    may_be_served(&db, place.state_folder().as_deref()).await?;
    let bundle = in_force(&place, &db, &roots, clock.now()).await?;
    let unreviewed = place.unreviewed(&bundle);
    anyhow::ensure!(
        unreviewed.is_empty(),
        "nobody has reviewed the notices in {}: name who did in controller.toml and activate it, or take the language \
         out of `languages`",
        unreviewed.join(", ")
    );
    let app = App::start(parts(config, db, roots, clock)?).await?;
    compare(&app, &config.witnesses).await?;
    Ok(app)
}

/// A store that was taken back to an earlier state must not go on as if nothing had been: who saw it later is asked.
async fn compare(app: &App, witnesses: &[Witness]) -> anyhow::Result<()> {
    if witnesses.is_empty() {
        return Ok(());
    }
    // The sealer does not sign it and `doctor` tells of it; residents can be served.
    let odd = |fault| tracing::error!(%fault, "there is nothing to compare with witnesses");
    for (log, head) in witness::heads(app).await? {
        let head = match head {
            Ok(head) => head,
            Err(fault) => {
                odd(fault);
                continue;
            }
        };
        for one in witnesses {
            let name = one.key.name();
            let said = match witness::compare(app, one, (&log, &head)).await {
                Err(Failure::Log(fault)) => {
                    odd(fault);
                    continue;
                }
                said => said?,
            };
            match said {
                Said::Behind { seen, ours } => anyhow::bail!(
                    "the store is behind: {name} has seen {} with {seen} entries, and {ours} are here, or another {ours}. \
                     Was an older copy of the data put in place? Put the newest back. If it is lost, keep what the \
                     witness has, tell it and your auditor, and take it out of the settings to go on",
                    log.name
                ),
                Said::Inconsistent => anyhow::bail!("{name} has seen another {} than the one that is here", log.name),
                Said::Away(why) => tracing::warn!(witness = name, why, "a witness was not there to compare with"),
                Said::Known(size) | Said::Cosigned(size) => {
                    tracing::info!(witness = name, log = log.name, size, "not behind what a witness has seen");
                }
            }
        }
    }
    Ok(())
}

/// The policies in force. The first start activates what lies in the folder; later a folder that differs or is broken
/// is told and changes nothing.
async fn in_force(
    place: &House,
    db: &Db,
    roots: &crate::crypto::roots::Roots,
    now: crate::domain::time::When,
) -> anyhow::Result<Bundle> {
    let lying = Bundle::load(&place.policies, &place.issuer);
    if setup::was_started(db, roots).await? {
        let active = place.in_force(db).await?.context("no policies are in force: run `portreeve policy activate`")?;
        match lying {
            Ok(lying) if lying.digest() == active.digest() => {}
            Ok(_) => tracing::warn!("the policy files differ from what is in force: activate them, or put them back"),
            Err(refused) => tracing::error!(%refused, "the policy files are broken; what is in force stays"),
        }
        return Ok(active);
    }
    let lying = lying?;
    lying.check(&setup::held(), lying.controller.today(Clock::Wall.now()))?;
    // Refused languages must not come into force first.
    let unreviewed = place.unreviewed(&lying);
    anyhow::ensure!(unreviewed.is_empty(), "nobody has reviewed the notices in {}", unreviewed.join(", "));
    if setup::first_start(db, roots, &(&lying).into(), now).await? {
        tracing::info!(version = lying.version(), "first start: keys made, policies in force");
    }
    Ok(lying)
}
