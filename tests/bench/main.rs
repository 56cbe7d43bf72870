//! The load program: how much processor one operation costs the server, and how long it takes. See README.md.
//!
//! ```text
//! main      what is measured, and the table
//! house     a store with clients, residents and sessions, made through the library
//! server    the release binary as a process of its own, on a core of its own
//! wire      HTTP/1.1 over one kept connection
//! load      the operations, and how they are timed
//! target    whom they are asked of
//! compare   the same operations asked of ours and of a peer, side by side
//! peer      the peer: npm's oidc-provider, in memory
//! record    what the record costs, in this process
//! storm     what others notice while the server is beset
//! sharing   what a release costs
//! bundle    how long the copy of everything about a person takes
//! search    how long a search of the record takes
//! postgres  a throw-away PostgreSQL server
//! yardstick a bare server, to tell this core's speed by
//! ```

mod bundle;
mod compare;
mod house;
mod load;
mod peer;
mod postgres;
mod record;
mod search;
mod server;
mod sharing;
mod storm;
mod sweep;
mod target;
mod wire;
mod yardstick;

use anyhow::Context as _;
use house::{House, Place};
use load::{Figures, Load, Operation, Proof};
use portreeve::store::Location;
use server::{Server, pin_self};
use std::path::{Path, PathBuf};
use std::time::Duration;
use target::Target;
use yardstick::Slower;

/// Connections at a time.
const MANY: usize = 16;

/// What the command line asks for.
struct Asked {
    seconds: f64,
    only: Vec<String>,
    databases: Vec<String>,
    binary: PathBuf,
    peer: bool,
    events: Option<i64>,
}

impl Asked {
    /// `--seconds N`, `--events N`, `--binary FILE`, `--peer`, and `--only WORD` and `--database sqlite|postgres` as often as wanted.
    fn read() -> anyhow::Result<Self> {
        let binary = PathBuf::from(env!("CARGO_BIN_EXE_portreeve"));
        let mut asked =
            Self { seconds: 2.0, only: Vec::new(), databases: Vec::new(), binary, peer: false, events: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seconds" => asked.seconds = value()?.parse::<f64>()?.clamp(0.1, 60.0),
                "--only" => asked.only.push(value()?),
                "--binary" => asked.binary = value()?.into(),
                "--database" => asked.databases.push(value()?),
                "--peer" => asked.peer = true,
                "--events" => asked.events = Some(value()?.parse()?),
                // Cargo says so to every bench.
                "--bench" => {}
                other => anyhow::bail!("what is {other}? See tests/bench/README.md"),
            }
        }
        Ok(asked)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| name.contains(word.as_str()))
    }

    /// A search takes minutes to fill: only where it is named.
    fn wants_search(&self) -> bool {
        self.only.iter().any(|word| word == "search")
    }

    /// So does a sweep.
    fn wants_sweep(&self) -> bool {
        self.only.iter().any(|word| word == "sweep")
    }

    /// A storm takes half a minute, until the last slow caller was hung up on.
    fn wants_storm(&self) -> bool {
        self.only.iter().any(|word| word == "storm")
    }

    /// A copy of what is held is made for somebody with many events: they are written first.
    fn wants_bundle(&self) -> bool {
        self.only.iter().any(|word| word == "bundle")
    }

    fn wants_database(&self, name: &str) -> bool {
        self.databases.is_empty() || self.databases.iter().any(|database| database == name)
    }
}

fn main() -> anyhow::Result<()> {
    // As the program itself does: the library makes TLS clients.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    if let Some(address) = std::env::args().skip_while(|word| word != "--yardstick").nth(1) {
        return yardstick::serve(&address);
    }
    let asked = Asked::read()?;
    let cores = pin_self();
    println!("{cores}\n");
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(&asked))
}

async fn run(asked: &Asked) -> anyhow::Result<()> {
    if asked.peer {
        return compare::run(asked).await;
    }
    if asked.wants_search() {
        return searched(asked).await;
    }
    let slower = yardstick::measure(MANY, Duration::from_secs_f64(asked.seconds)).await?;
    if asked.wants_database("sqlite") {
        let house = House::new(Place::Sqlite).await.context("a store on SQLite")?;
        drive("SQLite", &house, asked, &slower).await?;
    }
    if asked.wants_database("postgres") {
        match postgres::Postgres::start()? {
            Some(postgres) => {
                let house = House::new(Place::Postgres(postgres.url())).await.context("a store on PostgreSQL")?;
                drive("PostgreSQL", &house, asked, &slower).await?;
            }
            None => println!("PostgreSQL: skipped, initdb is not installed\n"),
        }
    }
    Ok(())
}

/// The search alone, on a store of its own.
async fn searched(asked: &Asked) -> anyhow::Result<()> {
    let sizes = search::sizes(asked.events);
    if asked.wants_database("sqlite") {
        let folder = std::env::temp_dir().join(format!("portreeve-bench-search-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        let measured = search::run("SQLite", &Location::Sqlite(folder.clone()), &sizes).await;
        std::fs::remove_dir_all(&folder)?;
        measured?;
    }
    if asked.wants_database("postgres") {
        match postgres::Postgres::start()? {
            Some(postgres) => search::run("PostgreSQL", &Location::Postgres(postgres.url()), &sizes).await?,
            None => println!("PostgreSQL: skipped, initdb is not installed\n"),
        }
    }
    Ok(())
}

/// One row of the plan: its name, what is done, on how many connections, and the aim in µs of server processor.
type Row = (&'static str, Operation, Proof, usize, Option<f64>);

fn plan(aims: bool) -> Vec<Row> {
    use Operation::{ClientCredentials, CodeFlow, Discovery, Introspect, Jwks, Refresh, SignIn, Userinfo};
    let aim = |figure| aims.then_some(figure);
    vec![
        ("discovery", Discovery, Proof::Basic, MANY, aim(12.0)),
        ("jwks", Jwks, Proof::Basic, MANY, aim(12.0)),
        ("userinfo", Userinfo, Proof::Basic, MANY, aim(36.0)),
        ("refresh, client_secret_basic", Refresh, Proof::Basic, MANY, aim(120.0)),
        ("code flow, client_secret_basic", CodeFlow, Proof::Basic, MANY, aim(220.0)),
        ("client_credentials", ClientCredentials, Proof::Basic, MANY, None),
        ("introspect", Introspect, Proof::Basic, MANY, None),
        ("refresh, private_key_jwt", Refresh, Proof::KeyJwt, MANY, None),
        ("code flow, private_key_jwt", CodeFlow, Proof::KeyJwt, MANY, None),
        ("discovery", Discovery, Proof::Basic, 1, None),
        ("jwks", Jwks, Proof::Basic, 1, None),
        ("userinfo", Userinfo, Proof::Basic, 1, None),
        ("refresh, client_secret_basic", Refresh, Proof::Basic, 1, None),
        ("code flow, client_secret_basic", CodeFlow, Proof::Basic, 1, None),
        ("sign-in", SignIn, Proof::Basic, MANY, None),
    ]
}

async fn drive(database: &str, house: &House, asked: &Asked, slower: &Slower) -> anyhow::Result<()> {
    println!("## {database}\n");
    if asked.wants_sweep() {
        let app = house.app().await?;
        sweep::run(house, &app, asked.events.unwrap_or(1_000_000).clamp(10_000, 1_000_000))
            .await
            .context("the sweep")?;
        app.db.close().await;
        return sweep::beside(house, &asked.binary, asked.seconds).await.context("tokens beside a sweep");
    }
    if asked.wants_bundle() {
        let app = house.app().await?;
        bundle::run(&app, asked.events.unwrap_or(10_000).clamp(100, 100_000)).await.context("the copy")?;
        app.db.close().await;
        return Ok(());
    }
    if asked.wants_storm() {
        return storm::run(house, &asked.binary, asked.seconds).await.context("the storm");
    }
    let of_server =
        plan(false).iter().any(|(name, ..)| asked.wants(name)) || asked.wants("ready") || asked.wants("memory");
    if of_server {
        serve(database == "SQLite", database, house, asked, slower).await?;
    }
    if asked.wants("record") {
        let app = house.app().await?;
        record::run(&app, MANY, Duration::from_secs_f64(asked.seconds)).await.context("the record")?;
        app.db.close().await;
    }
    if asked.wants("release") {
        let app = house.app().await?;
        sharing::run(&app, Duration::from_secs_f64(asked.seconds)).await.context("the release")?;
        app.db.close().await;
    }
    println!();
    Ok(())
}

/// What is asked of the server.
async fn serve(aims: bool, database: &str, house: &House, asked: &Asked, slower: &Slower) -> anyhow::Result<()> {
    if asked.wants("ready") {
        let ready = ready(house, &asked.binary).await?;
        println!("start to ready, existing store: {:.0} ms{}", ready.as_secs_f64() * 1e3, aim(aims, "105 ms"));
    }
    let server = Server::start(house, &asked.binary).await?;
    if asked.wants("memory") {
        tokio::time::sleep(Duration::from_secs(1)).await;
        println!("idle, proportional set size: {:.1} MiB{}", server.pss_mib()?, aim(aims, "22 MiB"));
    }
    println!("\n| operation | connections | server µs/op | aim | aim here | ops/s | p50 ms | p99 ms | ops |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let load = Load::new(Target::Ours(house), &server, Duration::from_secs_f64(asked.seconds));
    let mut hashed = None;
    for (name, operation, proof, connections, aim) in plan(aims) {
        if !asked.wants(name) {
            continue;
        }
        let before = (operation == Operation::SignIn).then(load::raw_hash);
        let figures = load.run(operation, proof, connections).await.with_context(|| format!("{name} on {database}"))?;
        let signs = matches!(operation, Operation::Refresh | Operation::CodeFlow | Operation::ClientCredentials);
        let times = if signs { slower.signed } else { slower.bare };
        print_row(name, connections, &figures, aim, times);
        if let Some(before) = before {
            let raw = f64::midpoint(before?, load::raw_hash()?);
            hashed = Some((raw, figures.micros));
        }
    }
    if let Some((raw, whole)) = hashed {
        let share = raw / whole;
        println!("\nsign-ins as a share of raw hashing ({raw:.0} µs each): {share:.2}{}", aim(aims, "0.9 or more"));
    }
    if asked.wants("memory") {
        println!("after the load, proportional set size: {:.1} MiB", server.pss_mib()?);
    }
    server.stop()
}

fn aim(there_is: bool, figure: &str) -> String {
    if there_is { format!(" (aim {figure})") } else { String::new() }
}

/// `times`: how many times slower this core is than the one the aims were set on.
fn print_row(name: &str, connections: usize, figures: &Figures, aim: Option<f64>, times: f64) {
    let Figures { micros, per_second, p50, p99, count } = figures;
    let figure = |aim: Option<f64>| aim.map_or_else(|| "-".to_owned(), |aim| format!("{aim:.0}"));
    let (aim, here) = (figure(aim), figure(aim.map(|aim| aim * times)));
    println!(
        "| {name} | {connections} | {micros:.1} | {aim} | {here} | {per_second:.0} | {:.2} | {:.2} | {count} |",
        p50.as_secs_f64() * 1e3,
        p99.as_secs_f64() * 1e3
    );
}

/// The middle one of seven starts.
async fn ready(house: &House, binary: &Path) -> anyhow::Result<Duration> {
    let mut all = Vec::new();
    for _ in 0..7 {
        let server = Server::start(house, binary).await?;
        all.push(server.ready_after());
        server.stop()?;
    }
    all.sort_unstable();
    all.get(all.len() / 2).copied().context("no start was measured")
}
