//! How long a page of a search takes, however many events there are: its rows are put there directly, by the database itself.

use anyhow::Context as _;
use portreeve::store::search::{Place, Query, Way, page};
use portreeve::store::{Db, Housekeeping, Location, Settings};
use std::time::{Duration, Instant};

/// Events of one page; with it even 100,000 events have a hundredth page for everybody who is asked for.
const PAGE: usize = 10;

/// How many pages are timed, taking turns through ten persons, officers or services.
const TIMED: usize = 300;

/// How many rows one statement makes.
const CHUNK: i64 = 20_000;

// Each of ten residents has 1 in 100 of the events, a million others the rest; each of ten officers has 1 in 100, each of
// twenty services 1 in 20; 1 in 33 was refused. They follow each other by 90 seconds, with identifiers in order of time.
macro_rules! filled {
    ($time:literal, $id:literal, $open:literal, $close:literal) => {
        concat!(
            "INSERT INTO event_search (at, id, log, leaf_index, type, outcome, actor, officer, subject, client_id, purpose, reason)
             WITH RECURSIVE number (n) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n + 1 < $2),
             mixed AS (SELECT n, (n * 2654435761) % 4294967291 AS m FROM number)
             SELECT ", $time, ", ", $id, ", 'localhost/log/2026', n,
                 CASE m % 4 WHEN 0 THEN 'auth.signin_succeeded' WHEN 1 THEN 'authorization.granted'
                     WHEN 2 THEN 'claims.released' ELSE 'officer.viewed' END,
                 CASE WHEN m % 33 = 0 THEN 'denied' ELSE 'ok' END, CASE WHEN m % 100 < 10 THEN 'officer' ELSE 'resident' END,
                 CASE WHEN m % 100 < 10 THEN ", $open, "m % 100", $close, " END,
                 CASE WHEN (m / 100) % 100 < 10 THEN ", $open, "(m / 100) % 100", $close, " ELSE ", $open, "10 + m % 1000000", $close, " END,
                 'service-' || CAST(m % 20 AS TEXT),
                 CASE WHEN m % 5 = 0 THEN 'purpose-' || CAST(m % 15 AS TEXT) END,
                 CASE WHEN m % 100 < 10 THEN 'resident_asked' END
             FROM mixed"
        )
    };
}

const ON_SQLITE: &str =
    filled!("1700000000000000 + n * 90000000", "CAST(printf('%016d', n) AS BLOB)", "printf('%064x', ", ")");
const ON_POSTGRES: &str = filled!(
    "TIMESTAMPTZ '2023-11-14 22:13:20Z' + n * INTERVAL '90 seconds'",
    "CAST(LPAD(TO_HEX(n), 32, '0') AS UUID)",
    "LPAD(TO_HEX(",
    "), 64, '0')"
);

/// Fills up to each of these sizes, and prints a table at each.
pub async fn run(name: &str, location: &Location, sizes: &[i64]) -> anyhow::Result<()> {
    let (hold, statement) = (Duration::from_mins(5), Duration::from_mins(5));
    let db = Db::open(location, &Settings { hold, statement, ..Settings::default() }).await?;
    println!(
        "\n| {name}: search | events | page | p50 ms | p95 ms | aim |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    );
    let mut there = 0;
    for size in sizes {
        let began = Instant::now();
        while there < *size {
            let until = (there + CHUNK).min(*size);
            fill(&db, there, until).await?;
            there = until;
        }
        if db.name() == "postgres" {
            // As autovacuum does by itself in time.
            db.write(async |mut w| {
                w.sql("ANALYZE event_search").run().await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await?;
        }
        let filled = began.elapsed().as_secs_f64();
        for (what, queries) in asked() {
            for (number, before) in [("first", 0), ("hundredth", 99)] {
                let (p50, p95) = timed(&db, &queries, before).await.with_context(|| format!("{what}, {number}"))?;
                println!("| {what} | {size} | {number} | {p50:.2} | {p95:.2} | under 50 |");
            }
        }
        let (p50, p95) = bare(&db).await?;
        println!("| SELECT 1, for this machine now | {size} | - | {p50:.2} | {p95:.2} | - |");
        println!("| filled in {filled:.0} s | {size} | - | - | - | - |");
    }
    db.close().await;
    Ok(())
}

async fn fill(db: &Db, from: i64, to: i64) -> anyhow::Result<()> {
    let sql = if db.name() == "postgres" { ON_POSTGRES } else { ON_SQLITE };
    db.write(async |mut w| {
        w.sql(sql).bind(from).bind(to).run().await?;
        w.commit_quietly(Housekeeping::Seal, ()).await
    })
    .await?;
    Ok(())
}

/// A pseudonym as the statement above makes it.
fn person(number: usize) -> String {
    format!("{number:064x}")
}

/// What is sought, each with ten to take turns.
fn asked() -> Vec<(&'static str, Vec<Query>)> {
    let ten = |query: &dyn Fn(usize) -> Query| (0..10).map(query).collect::<Vec<_>>();
    let one = |number: usize| Some(vec![person(number)]);
    let service = |number: usize| Some(format!("service-{number}"));
    vec![
        ("one resident", ten(&|n| Query { subject: one(n), ..Query::default() })),
        ("one officer", ten(&|n| Query { officer: one(n), ..Query::default() })),
        ("one service", ten(&|n| Query { client: service(n), ..Query::default() })),
        (
            "service and refused",
            ten(&|n| Query { client: service(n), outcome: Some("denied".to_owned()), ..Query::default() }),
        ),
        // Nothing is both: a page looks as far as it may.
        (
            "nothing, by service and purpose",
            ten(&|_| Query { client: service(1), purpose: Some("purpose-0".to_owned()), ..Query::default() }),
        ),
    ]
}

/// The middle and the 95th of a hundred, in ms, of the page that has so many before it.
async fn timed(db: &Db, queries: &[Query], before: usize) -> anyhow::Result<(f64, f64)> {
    let mut places: Vec<Option<Place>> = Vec::new();
    for query in queries {
        let mut place = None;
        for _ in 0..before {
            match page(&mut db.peek(), query, place, Way::Older, PAGE).await?.next {
                Some(next) => place = Some(next),
                None => break,
            }
        }
        places.push(place);
    }
    let mut took = Vec::new();
    for (query, place) in queries.iter().zip(&places).cycle().take(TIMED) {
        let began = Instant::now();
        std::hint::black_box(page(&mut db.peek(), query, *place, Way::Older, PAGE).await?);
        took.push(began.elapsed());
    }
    Ok(shares(took))
}

/// The same of a statement that does nothing: what is the machine's, and not the search's.
async fn bare(db: &Db) -> anyhow::Result<(f64, f64)> {
    let mut took = Vec::new();
    for _ in 0..TIMED {
        let began = Instant::now();
        std::hint::black_box(db.peek().sql("SELECT CAST(1 AS BIGINT)").scalar::<i64>().await?);
        took.push(began.elapsed());
    }
    Ok(shares(took))
}

fn shares(mut took: Vec<Duration>) -> (f64, f64) {
    took.sort_unstable();
    let at =
        |hundredths: usize| took.get(took.len() * hundredths / 100).map_or(f64::NAN, |one| one.as_secs_f64() * 1e3);
    (at(50), at(95))
}

/// The sizes to measure at: 100,000 and a million, and the one asked for.
pub fn sizes(asked: Option<i64>) -> Vec<i64> {
    let most = asked.unwrap_or(1_000_000).clamp(1_000, 10_000_000);
    [100_000, 1_000_000].into_iter().filter(|size| *size < most).chain([most]).collect()
}
