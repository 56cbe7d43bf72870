//! The same operations, asked of ours and of a peer in one run, and a table of each.

use super::house::{House, Place};
use super::load::{Figures, Load, Operation, Proof};
use super::peer::Peer;
use super::postgres::Postgres;
use super::server::Server;
use super::target::Target;
use super::{Asked, MANY};
use anyhow::Context as _;
use std::time::Duration;

const OPERATIONS: [(&str, Operation); 7] = [
    ("discovery", Operation::Discovery),
    ("jwks", Operation::Jwks),
    ("client_credentials", Operation::ClientCredentials),
    ("code flow", Operation::CodeFlow),
    ("refresh", Operation::Refresh),
    ("userinfo", Operation::Userinfo),
    ("introspect", Operation::Introspect),
];

/// How many times as long as it is timed the peer does each operation before: Node.js compiles what is done often.
const WARM: u32 = 5;

/// What one server came to.
struct Measured {
    name: String,
    figures: Vec<(&'static str, Figures)>,
    /// Proportional set size in MiB, idle and after the load.
    memory: Option<(f64, f64)>,
}

/// One server after the other, so that none shares the core, or pages of memory, with the next.
pub async fn run(asked: &Asked) -> anyhow::Result<()> {
    let mut ours = Vec::new();
    if asked.wants_database("sqlite") {
        let house = House::new(Place::Sqlite).await.context("a store on SQLite")?;
        ours.push(ours_on("SQLite", &house, asked).await?);
    }
    if asked.wants_database("postgres") {
        match Postgres::start()? {
            Some(postgres) => {
                let house = House::new(Place::Postgres(postgres.url())).await.context("a store on PostgreSQL")?;
                ours.push(ours_on("PostgreSQL", &house, asked).await?);
            }
            None => println!("PostgreSQL: skipped, initdb is not installed\n"),
        }
    }
    let peer = match Peer::start().await? {
        Some(Peer { server, address, name }) => {
            Some(measure(name, Target::Peer(address), server, asked).await.context("the peer")?)
        }
        None => None,
    };
    print(&ours, peer.as_ref());
    Ok(())
}

async fn ours_on(database: &str, house: &House, asked: &Asked) -> anyhow::Result<Measured> {
    let server = Server::start(house, &asked.binary).await?;
    let name = format!("ours on {database}");
    measure(name, Target::Ours(house), server, asked).await.with_context(|| format!("ours on {database}"))
}

async fn measure(name: String, target: Target<'_>, server: Server, asked: &Asked) -> anyhow::Result<Measured> {
    let wants_memory = asked.wants("memory");
    let mut idle = 0.0;
    if wants_memory {
        tokio::time::sleep(Duration::from_secs(1)).await;
        idle = server.pss_mib()?;
    }
    let load = Load::new(target, &server, Duration::from_secs_f64(asked.seconds));
    let warm = Load::new(target, &server, WARM * Duration::from_secs_f64(asked.seconds));
    let mut figures = Vec::new();
    for (operation, what) in OPERATIONS {
        if asked.wants(operation) {
            if matches!(target, Target::Peer(_)) {
                warm.run(what, Proof::Basic, MANY).await.context(operation)?;
            }
            figures.push((operation, load.run(what, Proof::Basic, MANY).await.context(operation)?));
        }
    }
    let memory = if wants_memory { Some((idle, server.pss_mib()?)) } else { None };
    server.stop()?;
    Ok(Measured { name, figures, memory })
}

fn print(ours: &[Measured], peer: Option<&Measured>) {
    println!("{MANY} connections. Aims: at most 0.20 of the peer's processor time, 1.00 or more of its throughput,");
    println!("and 0.25 of its memory.\n");
    let all = || ours.iter().chain(peer);
    for (operation, _) in OPERATIONS {
        let find =
            |one: &Measured| one.figures.iter().find(|(name, _)| *name == operation).map(|(_, figures)| *figures);
        if all().all(|one| find(one).is_none()) {
            continue;
        }
        println!("### {operation}\n");
        println!("| server | server µs/op | of the peer's | ops/s | of the peer's | p50 ms | p99 ms | ops |");
        println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        let beside = peer.and_then(find);
        for one in all() {
            let Some(Figures { micros, per_second, p50, p99, count }) = find(one) else { continue };
            println!(
                "| {} | {micros:.1} | {} | {per_second:.0} | {} | {:.2} | {:.2} | {count} |",
                one.name,
                share(micros, beside.map(|peer| peer.micros)),
                share(per_second, beside.map(|peer| peer.per_second)),
                p50.as_secs_f64() * 1e3,
                p99.as_secs_f64() * 1e3
            );
        }
        println!();
    }
    if all().all(|one| one.memory.is_none()) {
        return;
    }
    println!("### memory, proportional set size\n");
    println!("| server | idle MiB | of the peer's | after the load MiB | of the peer's |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let beside = peer.and_then(|peer| peer.memory);
    for one in all() {
        let Some((idle, after)) = one.memory else { continue };
        let (of_idle, of_after) = (share(idle, beside.map(|peer| peer.0)), share(after, beside.map(|peer| peer.1)));
        println!("| {} | {idle:.1} | {of_idle} | {after:.1} | {of_after} |", one.name);
    }
    println!();
}

fn share(own: f64, peers: Option<f64>) -> String {
    peers.map_or_else(|| "-".to_owned(), |peers| format!("{:.2}", own / peers))
}
