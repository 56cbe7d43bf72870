//! `portreeve demo`: the whole thing on SQLite, with two sample services and a mail tray, nothing configured.

mod folder;
mod ports;
mod resident;
mod staff;

use super::open::may_be_served;
use super::{Ending, Say, doors, line};
use crate::app::{App, Clock, Parts};
use crate::config::Origin;
use crate::crypto::password::{Cost, Hasher};
use crate::crypto::roots::Roots;
use crate::crypto::weak::WeakPasswords;
use crate::demo::service::{Clock as ServiceClock, Service, ServiceConfig};
use crate::demo::{key::ServiceKey, samples, tray};
use crate::domain::client::Issuer;
use crate::http::address::Networks;
use crate::http::outbound::Outbound;
use crate::http::server::{Limits, Transport, serve};
use crate::http::shutdown::Shutdown;
use crate::http::trace::start_demo_logging;
use crate::jobs;
use crate::mail::{Kept, Mail};
use crate::policy::{Bundle, sample};
use crate::service::setup;
use crate::store::{Db, Location, Settings};
use crate::view::Languages;
use anyhow::Context as _;
use axum::Router;
use folder::Folder;
use ports::{Port, Ports};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Try everything: a made-up council with two services and a mail tray, on this computer alone.
#[derive(Debug, clap::Args)]
#[command(after_help = "Everything is kept in the data directory between runs. Ctrl-C stops cleanly.")]
pub(super) struct Demo {
    /// The data directory, made if it is missing.
    #[arg(long, value_name = "DIR", default_value = "./portreeve-data")]
    data: PathBuf,
    /// Start over: delete what an earlier demo left in the data directory.
    #[arg(long)]
    fresh: bool,
    /// The public site's port.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// The staff listener's port.
    #[arg(long, value_name = "PORT", default_value_t = 8081)]
    staff_port: u16,
    /// The sample services' ports: Garden waste, Parking permits.
    #[arg(long, value_name = "PORT,PORT", default_value = "8090,8091", value_parser = two_ports)]
    service_ports: (u16, u16),
    /// The mail tray's port; unless given, the one after the second service's, or any that is free.
    #[arg(long, value_name = "PORT")]
    mail_port: Option<u16>,
}

impl Demo {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        // The addresses are what somebody wants to read here, so the log says little more than why something was refused.
        start_demo_logging().map_err(|error| anyhow::anyhow!("the log cannot start: {error}"))?;
        let ports = Ports::open(self.port, self.staff_port, self.service_ports, self.mail_port).await?;
        let folder = Folder::open(&self.data, self.fresh)?;
        let holder = folder.taken()?;
        let kept = Kept::new();
        let app = start(&folder, &ports, &kept).await?;
        let resident = resident::ensure(&app, &folder).await?;
        let invited = staff::ensure(&app, &folder, &Origin::parse(&ports.staff.origin())?).await?;

        let shutdown = Shutdown::new();
        shutdown.tell_on_signal()?;
        let others = jobs::Others { folder: Some(folder.path().to_owned()), ..jobs::Others::default() };
        let mut duties = jobs::start(&app, holder, others, &shutdown).await;
        let (garden, permits) = services(&folder, &ports)?;
        announce(say, &app, &ports, &folder, (&resident, &invited));
        let staff = Origin::parse(&ports.staff.origin())?;
        let mut listening = JoinSet::new();
        for (port, door, routes) in [
            (ports.public, "public", doors::public(&app)),
            (ports.staff, "staff", doors::staff(&app, &staff)),
            (ports.garden, "garden-waste", garden.router()),
            (ports.permits, "parking-permits", permits.router()),
            (ports.mail, "mail", mail_tray(&kept)?),
        ] {
            listen(&mut listening, port, door, &routes, &shutdown);
        }
        shutdown.begun().await;
        while listening.join_next().await.is_some() {}
        while duties.join_next().await.is_some() {}
        app.db.close().await;
        Ok(Ending::Fine)
    }
}

fn two_ports(text: &str) -> Result<(u16, u16), String> {
    let two =
        text.split_once(',').and_then(|(one, other)| Some((one.trim().parse().ok()?, other.trim().parse().ok()?)));
    two.ok_or_else(|| "it takes two ports, as in 8090,8091".to_owned())
}

fn listen(listening: &mut JoinSet<()>, port: Port, door: &'static str, routes: &Router, shutdown: &Shutdown) {
    let limits = Limits { drain: Duration::from_secs(10), ..Limits::default() };
    for listener in port.listeners {
        let (routes, shutdown) = (routes.clone(), shutdown.clone());
        listening.spawn(async move {
            serve(listener, door, Transport::Plain, routes, limits, shutdown).await;
        });
    }
}

/// Puts the application together on what lies in the folder, and makes there what is missing.
async fn start(folder: &Folder, ports: &Ports, kept: &Kept) -> anyhow::Result<App> {
    let clock = Clock::Wall;
    let now = clock.now();
    let issuer = Issuer::parse(&ports.public.origin())?;
    let roots = Roots::derive(&folder.root_secret()?)?;
    let policies = folder.policies(&ports.garden.origin(), &ports.permits.origin())?;
    let bundle = Bundle::load(&policies, &issuer).with_context(|| folder.start_over())?;
    let today = bundle.controller.today(now).max(sample::DATED);
    bundle.check(&setup::held(), today).with_context(|| folder.start_over())?;
    // The machine of a demo has its browser to run as well, and often a compiler.
    let settings = Settings { hold: Duration::from_secs(2), ..Settings::default() };
    let db = Db::open(&Location::Sqlite(folder.path().to_owned()), &settings).await?;
    may_be_served(&db, Some(folder.path())).await?;
    if !setup::first_start(&db, &roots, &(&bundle).into(), now).await? {
        setup::activate(&db, &roots, &(&bundle).into(), now).await?;
    }
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let house = Parts {
        db,
        roots,
        hasher: Hasher::new(Cost::FLOOR, cores, 64, None)?,
        weak: WeakPasswords::default(),
        clock,
        mail: Mail::Kept(kept.clone()),
        outbound: Outbound::new(&[], None)?.with_own_machine(),
        upstream: crate::service::staff::upstream::Provider::default(),
        languages: Languages::BOTH,
        origin: Origin::parse(issuer.as_str())?,
        staff_origin: Some(Origin::parse(&ports.staff.origin())?),
        issuer,
        proxies: Networks::default(),
        kiosks: Networks::default(),
        open_registration: Some("conformance"),
    };
    Ok(App::start(house).await?)
}

/// What outbound calls may reach here: the samples, and the services that somebody tries out beside them.
const OUTBOUND: &str = "this computer alone (localhost, any port), where services that you try out may be";

fn services(folder: &Folder, ports: &Ports) -> anyhow::Result<(Service, Service)> {
    let clock: ServiceClock = Arc::new(|| Clock::Wall.now());
    let issuer = ports.public.origin();
    let make = |sample: fn(&str, &str, ServiceKey, ServiceClock) -> ServiceConfig, port: &Port, name: &str| {
        let key = ServiceKey::load_or_make(&folder.path().join(format!("{name}.key")))?;
        anyhow::Ok(Service::new(sample(&port.origin(), &issuer, key, Arc::clone(&clock)))?)
    };
    Ok((
        make(samples::garden_waste, &ports.garden, "garden-waste")?,
        make(samples::parking_permits, &ports.permits, "parking-permits")?,
    ))
}

fn mail_tray(kept: &Kept) -> anyhow::Result<Router> {
    let kept = kept.clone();
    let letters = move || {
        let letter = |letter: crate::mail::KeptLetter| tray::Letter {
            to: letter.to.as_str().to_owned(),
            subject: letter.subject,
            body: letter.body,
            at: letter.at,
        };
        kept.letters().into_iter().map(letter).collect()
    };
    Ok(tray::router(Arc::new(letters))?)
}

fn announce(
    say: Say,
    app: &App,
    ports: &Ports,
    folder: &Folder,
    (resident, invited): (&resident::Resident, &[staff::Invited]),
) {
    let (public, staff) = (ports.public.origin(), ports.staff.origin());
    let (garden, permits) = (ports.garden.origin(), ports.permits.origin());
    let mail = format!("{}/mail", ports.mail.origin());
    let password = resident.password.as_deref();
    if say.json {
        let said = serde_json::json!({
            "public": public, "staff": staff, "garden_waste": garden, "parking_permits": permits, "mail": mail,
            "data": folder.path(), "resident": resident.email, "password": password,
            "outbound_allowed": ["localhost"],
            "invitations": invited.iter().map(|one| (one.role.as_str(), one.link.as_str())).collect::<BTreeMap<_, _>>(),
        });
        line(&said.to_string());
        return;
    }
    let snapshot = app.snapshot();
    let controller = &snapshot.policy.controller;
    line(&format!("Portreeve for {}, which is made up. Only this computer can reach it.\n", controller.name.en));
    line(&format!("Garden waste:     {garden}"));
    line(&format!("Parking permits:  {permits}"));
    line(&format!("Your account:     {public}"));
    line(&format!("Staff:            {staff}"));
    line(&format!("Mail tray:        {mail}"));
    line(&format!("\nResident: {}", resident.email));
    let gone = "(its file is gone: choose \"Forgotten password\" and read the mail tray)";
    line(&format!("Password: {}\n", password.unwrap_or(gone)));
    for one in invited {
        line(&format!("Staff, {}: {}", one.name, one.link));
    }
    if !invited.is_empty() {
        line(
            "(each link adds a passkey once: for information governance, customer service, and the deputy who approves what",
        );
        line("the others ask a second person for; more with `portreeve staff invite`)\n");
    }
    line("What to try:");
    line("  1. Open Garden waste, choose sign in, and create an account: the code comes to the mail tray.");
    line("  2. Open Parking permits and choose sign in: you are in without typing anything.");
    line("  3. Look at your account: what each service received, when, and why.");
    line("  4. Sign out at one service: the other hears of it.");
    line("  5. As Callum Okafor find the resident, and say why; she reads it under \"Who has seen my data\".");
    // As it was called: whoever came by `cargo run` has no `portreeve` on the path.
    let program = std::env::args().next().unwrap_or_else(|| "portreeve".to_owned());
    line("  6. See what was recorded of all that, in another terminal:");
    line(&format!("     {program} audit recent --data {}\n", folder.path().display()));
    for lang in controller.unreviewed() {
        line(&format!("Unreviewed language: {} (serve refuses it until somebody has put a name to it)", lang.as_str()));
    }
    line(&format!("Outbound calls:   to {OUTBOUND}"));
    line(&format!("Data:             {} (--fresh starts over; Ctrl-C stops)", folder.path().display()));
}
