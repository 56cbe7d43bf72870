//! What a release costs, in this process: the decision, the fold, and the look at a resident with a long ledger.

use anyhow::Context as _;
use portreeve::app::App;
use portreeve::domain::audit::Basis;
use portreeve::domain::claims::{Claim, Requested};
use portreeve::domain::client::{Client, Lang};
use portreeve::domain::ids::{AccountId, ClientId, RecordId};
use portreeve::domain::sharing::{Facts, How, NoticeRef, Record, RecordState, Standing, fold, release};
use portreeve::domain::time::When;
use portreeve::service::records;
use portreeve::store::{Housekeeping, sharing};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The services a resident uses, each with two purposes.
const SERVICES: usize = 20;

/// The lines of her ledger.
const LINES: i64 = 1_000;

/// Measures, and prints a row for each.
pub async fn run(app: &App, time: Duration) -> anyhow::Result<()> {
    println!("\n| release | figure | aim |\n| --- | ---: | ---: |");
    let snapshot = app.snapshot();
    let client = snapshot.clients().find(|client| !client.shares.is_empty()).context("no service has a share")?;
    let lines = ledger(client);
    let standings = fold(&lines);
    let asked = Requested { userinfo: client.claims(), ..Requested::default() };
    let facts = Facts::at(app.now());
    let micros = each(time, || black_box(release(black_box(&asked), client, &standings, &facts)));
    println!("| one decision, {} standings, µs | {micros:.2} | under 20 |", standings.len());
    let some: Vec<Record> = lines.iter().take(500).cloned().collect();
    let micros = each(time, || black_box(fold(black_box(&some))));
    println!("| the fold of 500 lines, µs | {micros:.0} | under 1000 |");
    let [short, long] = [AccountId(Uuid::new_v4()), AccountId(Uuid::new_v4())];
    // The ids of lines are nobody's twice.
    let others = ledger(client);
    keep(app, short, others.get(..1).unwrap_or_default()).await?;
    keep(app, long, &lines).await?;
    for (who, what) in [(short, "one line"), (long, "a thousand lines")] {
        let (mut count, began) = (0_u32, Instant::now());
        while began.elapsed() < time {
            let rows = sharing::standings_at(&mut app.db.peek(), who, client.id.as_str()).await?;
            black_box(records::decide(&snapshot, &asked, client, rows, app.now())?);
            count += 1;
        }
        let micros = began.elapsed().as_secs_f64() * 1e6 / f64::from(count.max(1));
        println!("| look and decision, a ledger of {what}, µs | {micros:.0} | - |");
    }
    Ok(())
}

/// How long one takes, in µs.
fn each<T>(time: Duration, deed: impl Fn() -> T) -> f64 {
    let (mut count, began) = (0_u32, Instant::now());
    while began.elapsed() < time {
        for _ in 0..100 {
            deed();
        }
        count += 100;
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(count.max(1))
}

/// Five years: told and asked again and again, at this service and at others.
fn ledger(client: &Client) -> Vec<Record> {
    let names: Vec<ClientId> = (1..SERVICES).filter_map(|n| ClientId::parse(&format!("service-{n}"))).collect();
    let purposes: Vec<(ClientId, String, Basis, NoticeRef)> = client
        .shares
        .iter()
        .map(|share| (client.id.clone(), share.purpose.clone(), share.basis, share.notice.clone()))
        .chain(names.into_iter().flat_map(|id| {
            let notice = NoticeRef { id: "notice".to_owned(), version: 1 };
            [("told", Basis::PublicTask), ("asked", Basis::Consent)]
                .map(|(purpose, basis)| (id.clone(), purpose.to_owned(), basis, notice.clone()))
        }))
        .collect();
    let many = i64::try_from(purposes.len()).unwrap_or(1);
    let lines = (0..LINES).zip(purposes.iter().cycle()).map(|(at, (client, purpose, basis, notice))| Record {
        id: RecordId(Uuid::new_v4()),
        client: client.clone(),
        purpose: purpose.clone(),
        basis: *basis,
        notice: notice.clone(),
        notice_sha256: "00".repeat(32),
        lang: Lang::En,
        claims: [Claim::Name, Claim::Email].into(),
        state: if *basis == Basis::Consent { RecordState::Given } else { RecordState::Shown },
        policy: "policy".to_owned(),
        at: When::from_seconds(1_700_000_000 + at),
        how: How { place: Some(at / many + 1), ..How::default() },
    });
    lines.collect()
}

async fn keep(app: &App, who: AccountId, lines: &[Record]) -> anyhow::Result<()> {
    let mut stands: BTreeMap<(&ClientId, &str), Standing> = BTreeMap::new();
    for line in lines {
        let key = (&line.client, line.purpose.as_str());
        let was = stands.get(&key);
        let after = Standing::after(was, line);
        let (row, standing) = (records::line_row(line), records::standing_row(&after));
        let version = was.map_or(0, |was| was.version);
        app.db
            .write(async |mut w| {
                sharing::append(&mut w, who, &row, &standing, version)?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            })
            .await?;
        stands.insert(key, after);
    }
    Ok(())
}
