//! A run of the schedule over many accounts, one in a hundred of them due: how many are looked at and how many erased in a second,
//! and how much memory that takes. In this process and through the library, on its one core. Then what a run of the server's own
//! costs those who ask for tokens meanwhile.

use super::house::House;
use super::load::{Load, Operation, Proof};
use super::server::{Server, peak_mib};
use super::target::Target;
use anyhow::Context as _;
use portreeve::app::App;
use portreeve::domain::account::FullName;
use portreeve::domain::ids::AccountId;
use portreeve::domain::time::When;
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::seal_log::SealLog;
use portreeve::policy::Bundle;
use portreeve::service::retention::{self, Planned, Step};
use portreeve::service::{people, setup};
use portreeve::store::{Housekeeping, accounts, events};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// One in so many is due.
const DUE: i64 = 100;

/// How many rows one statement makes.
const CHUNK: i64 = 5_000;

// Accounts somebody uses: their keys are never asked for.
const ON_SQLITE: &str = "INSERT INTO account (id, state, name, created_at, last_used_at)
    WITH RECURSIVE number (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n + 1 < $2)
    SELECT randomblob(16), 'active', randomblob(40), $3, $3 FROM number";
const ON_POSTGRES: &str = "INSERT INTO account (id, state, name, created_at, last_used_at)
    WITH RECURSIVE number (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n + 1 < $2)
    SELECT gen_random_uuid(), 'active', CAST('sealed' AS BYTEA), $3, $3 FROM number";

/// Fills, plans, carries out, and prints a row for each.
pub async fn run(house: &House, app: &App, many: i64) -> anyhow::Result<()> {
    println!("\n| sweep over {many} accounts, 1 in {DUE} due | figure |\n| --- | ---: |");
    approved(house, app).await?;
    let (now, due) = (app.now(), many / DUE);
    fill(app, many - due, now).await?;
    fill_due(app, due, now - Duration::from_hours(24 * 800)).await?;
    seal(app).await?;
    let before = peak_mib("self")?;
    retention::look_at_the_clock(app, now).await?;
    let began = Instant::now();
    let Planned::Run(run, _) = retention::plan(app, None, now).await? else { anyhow::bail!("nothing was planned") };
    row("planned, accounts a second", rate(many, began));
    let (ole, meg) = (person("Ole Berg")?, person("Meg Hale")?);
    retention::approve(app, run.id, (&ole, &meg), now).await?;
    let (began, mut working) = (Instant::now(), Duration::ZERO);
    let (mut went, mut tenth) = (0, None);
    loop {
        let step = Instant::now();
        let done = retention::step(app, now).await?;
        retention::finish_erasures(app, now).await?;
        working += step.elapsed();
        match done {
            Step::Done(certificate) => {
                let gone: i64 = certificate.parts.iter().map(|part| part.destroyed).sum();
                anyhow::ensure!(gone >= due, "{gone} of {due} went");
                break;
            }
            Step::Went(some) => {
                went += some;
                if tenth.is_none() && went >= due.unsigned_abs() / 10 {
                    tenth = Some(peak_mib("self")?);
                }
                seal(app).await?;
            }
            other => anyhow::bail!("the run stopped: {other:?}"),
        }
    }
    row("erased, accounts a second", rate_of(due, working));
    row("the same with the sealing of their events", rate(due, began));
    row("peak memory before the run, MiB", before);
    row("after a tenth of it, MiB", tenth.context("nothing went")?);
    row("after all of it, MiB", peak_mib("self")?);
    Ok(())
}

/// How many are due in the run beside which tokens are asked for.
const BESIDE: i64 = 8_000;

/// The longest that a run of the server's own is waited for.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// What a refresh takes while nothing else is done, and while the server's own duty carries a run out.
pub async fn beside(house: &House, binary: &Path, seconds: f64) -> anyhow::Result<()> {
    let app = house.app().await?;
    let now = app.now();
    fill_due(&app, BESIDE, now - Duration::from_hours(24 * 800)).await?;
    seal(&app).await?;
    let server = Server::start(house, binary).await?;
    let load = Load::new(Target::Ours(house), &server, Duration::from_secs_f64(seconds));
    println!(
        "\n| refresh, connections | quiet p99 ms | beside a run p99 ms | ratio | quiet ops/s | beside ops/s | erased meanwhile |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut quiet = Vec::new();
    for connections in [1, 4, 16] {
        quiet.push((connections, load.run(Operation::Refresh, Proof::Basic, connections).await?));
    }
    let Planned::Run(run, _) = retention::plan(&app, None, app.now()).await? else {
        anyhow::bail!("nothing was planned")
    };
    retention::approve(&app, run.id, (&person("Ole Berg")?, &person("Meg Hale")?), app.now()).await?;
    for (connections, before) in quiet {
        // Between two rounds of the duty nothing is erased.
        let (began, rested) = (Instant::now(), gone(&app, run.id).await?);
        while gone(&app, run.id).await? == rested {
            anyhow::ensure!(began.elapsed() < LONGEST_WAIT, "the server does not go on with the run");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let first = gone(&app, run.id).await?;
        let figures = load.run(Operation::Refresh, Proof::Basic, connections).await?;
        let went = gone(&app, run.id).await? - first;
        anyhow::ensure!(went > 0, "no account was erased meanwhile: take fewer seconds");
        let (calm, busy) = (before.p99.as_secs_f64() * 1e3, figures.p99.as_secs_f64() * 1e3);
        let (was, is) = (before.per_second, figures.per_second);
        println!("| {connections} | {calm:.2} | {busy:.2} | {:.2} | {was:.0} | {is:.0} | {went} |", busy / calm);
    }
    server.stop()?;
    app.db.close().await;
    Ok(())
}

/// How many accounts a run has erased so far.
async fn gone(app: &App, run: uuid::Uuid) -> anyhow::Result<i64> {
    // The run's own count is taken at the end of each rule.
    let count = "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure WHERE run_id = $1";
    Ok(app.db.peek().sql(count).bind(run).scalar().await?)
}

fn row(what: &str, figure: f64) {
    println!("| {what} | {figure:.0} |");
}

fn person(name: &str) -> anyhow::Result<FullName> {
    FullName::parse(name).map_err(|error| anyhow::anyhow!("{error}"))
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
fn rate_of(count: i64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

fn rate(count: i64, began: Instant) -> f64 {
    rate_of(count, began.elapsed())
}

/// The house's policies with a schedule that two people stand behind, without a cooling period and without warnings.
async fn approved(house: &House, app: &App) -> anyhow::Result<()> {
    let file = house.policies().join("retention.toml");
    let mut text = std::fs::read_to_string(&file)?;
    text = text.replace("approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]");
    text = text.replace("dry_run_first = true", "dry_run_first = false");
    let (from, to) = (text.find("notify = [").context("no warnings")?, text.find("]\nreview_if").context("no end")?);
    text.replace_range(from..to + 2, "");
    std::fs::write(&file, text)?;
    let bundle = Bundle::load(&house.policies(), &app.issuer)?;
    setup::activate(&app.db, &app.roots, &(&bundle).into(), app.now()).await?;
    app.refresh().await?;
    Ok(())
}

async fn fill(app: &App, many: i64, now: When) -> anyhow::Result<()> {
    let sql = if app.db.name() == "postgres" { ON_POSTGRES } else { ON_SQLITE };
    let mut there = 0;
    while there < many {
        let until = (there + CHUNK).min(many);
        app.db
            .write(async |mut w| {
                w.sql(sql).bind(there).bind(until).bind(now).run().await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await?;
        there = until;
    }
    Ok(())
}

/// Those that are due have keys and a name sealed with them, as every account has.
async fn fill_due(app: &App, many: i64, used: When) -> anyhow::Result<()> {
    for _ in 0..=many.div_euclid(16) {
        let mut sixteen = JoinSet::new();
        for _ in 0..16 {
            let app = app.clone();
            sixteen.spawn(async move { one(&app, used).await });
        }
        while let Some(done) = sixteen.join_next().await {
            done??;
        }
    }
    Ok(())
}

async fn one(app: &App, used: When) -> anyhow::Result<AccountId> {
    let keys = people::create_keys(app, used).await?;
    let account = keys.account();
    let name = keys.seal(people::name_field(account), "Ada Wren")?;
    let blind = account.0.as_bytes().repeat(2);
    app.db
        .write(async |mut w| {
            accounts::insert(&mut w, account, "active", &name, used).await?;
            accounts::claim_identifier(&mut w, "email", &blind, account, used).await?;
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await?;
    Ok(account)
}

async fn seal(app: &App) -> anyhow::Result<()> {
    let mut duty = SealLog::default();
    while events::unsealed(&mut app.db.peek()).await? > 0 {
        duty.round(app, app.now()).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    }
    Ok(())
}
