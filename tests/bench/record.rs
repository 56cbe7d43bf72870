//! What the record costs, in this process and through the library: sealing, the event of a write, and the proof.

use super::server::{borrow_core, pin_self};
use anyhow::Context as _;
use aws_lc_rs::digest::{SHA256, digest};
use portreeve::app::App;
use portreeve::crypto::record::EventSeed;
use portreeve::crypto::tokens;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::tree::Place;
use portreeve::domain::audit::verify::{Batch, FORMAT, Manifest, Verifier};
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::audit::{ActorClass, Draft, Sealed};
use portreeve::domain::ids::ClientId;
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::seal_log::SealLog;
use portreeve::service::export::{House, Leave, Range, Taken, take};
use portreeve::service::log::Sealer;
use portreeve::store::{Housekeeping, assertions, events, log};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The most entries that are proved.
const PROVED: u64 = 100_000;

/// Bare and audited writes take turns this often, so that both see the same machine.
const TURNS: u32 = 5;

/// Measures, and prints a row for each.
pub async fn run(app: &App, many: usize, time: Duration) -> anyhow::Result<()> {
    println!("\n| record | figure | aim |\n| --- | ---: | ---: |");
    seal_all(app).await?;
    for writers in [many, 1] {
        let (bare, audited) = commits(app, writers, time).await?;
        println!("| bare write, {writers} at a time, µs each | {bare:.0} | - |");
        println!("| the same with its event, µs each | {audited:.0} | - |");
        println!("| audited by bare | {:.2} | 1.25 or less |", audited / bare);
    }
    let (waiting, began) = (events::unsealed(&mut app.db.peek()).await?, Instant::now());
    seal_all(app).await?;
    #[expect(clippy::cast_precision_loss, reason = "a count of events")]
    let rate = waiting as f64 / began.elapsed().as_secs_f64();
    println!("| events sealed per second, {waiting} waiting | {rate:.0} | - |");
    let (rate, lag) = full_load(app, many, time * 2).await?;
    println!("| events committed per second beside the sealer, {many} at a time | {rate:.0} | - |");
    println!("| longest wait for a place meanwhile, s | {:.2} | under 2 |", lag.as_secs_f64());
    let exported = Exported::of(app).await?;
    let (raw, entries, bytes) = (exported.raw(), exported.to, exported.lines.len());
    println!("| raw SHA-256 of {entries} entries, {bytes} bytes, MB/s | {raw:.1} | - |");
    for (what, lines, aim) in [
        ("in the form of an export", exported.lines.clone(), "0.5 or more"),
        ("in another, each line parsed as any JSON", exported.lines.replace("{\"index\"", "{ \"index\""), "-"),
    ] {
        let rate = exported.proved(&lines, 1)?;
        println!("| verified by one thread, MB/s, {what} | {rate:.1} | - |");
        println!("| that by raw | {:.3} | - |", rate / raw);
        // The command takes as many threads as there are cores.
        let threads = borrow_core();
        let rate = exported.proved(&lines, threads)?;
        pin_self();
        println!("| verified by {threads}, MB/s, {what} | {rate:.1} | - |");
        println!("| that by raw | {:.3} | {aim} |", rate / raw);
    }
    Ok(())
}

async fn seal_all(app: &App) -> anyhow::Result<()> {
    let mut sealer = Sealer::default();
    while events::unsealed(&mut app.db.peek()).await? > 0 {
        sealer.step(app, app.now()).await?;
    }
    Ok(())
}

fn event(app: &App) -> anyhow::Result<Sealed<RegistrationStarted>> {
    let draft = Draft::new(ActorClass::Visitor, RegistrationStarted {});
    Ok(app.snapshot().recorder.seal(EventSeed::draw(app.now()), &draft, None)?)
}

/// One write, as a client's assertion is remembered; with its event, or without.
async fn write(app: &App, client: &ClientId, audited: bool) -> anyhow::Result<()> {
    let (jti, until) = (tokens::uuid(), app.now() + Duration::from_mins(5));
    if audited {
        let event = event(app)?;
        app.db
            .write(async |mut w| {
                assertions::remember(&mut w, client, jti.as_bytes(), until)?;
                w.commit(event.clone(), ()).await
            })
            .await?;
    } else {
        app.db
            .write(async |mut w| {
                assertions::remember(&mut w, client, jti.as_bytes(), until)?;
                w.commit_quietly(Housekeeping::Replay, ()).await
            })
            .await?;
    }
    Ok(())
}

/// Writes until the time is over; gives µs of wall clock for each.
async fn writes(app: &App, writers: usize, time: Duration, audited: bool) -> anyhow::Result<f64> {
    let (began, mut set) = (Instant::now(), JoinSet::new());
    for _ in 0..writers {
        let app = app.clone();
        set.spawn(async move {
            let client = ClientId::parse("bench-basic").context("a client id")?;
            let mut count = 0_u32;
            while began.elapsed() < time {
                write(&app, &client, audited).await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut count = 0;
    while let Some(done) = set.join_next().await {
        count += done??;
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(count.max(1)))
}

async fn commits(app: &App, writers: usize, time: Duration) -> anyhow::Result<(f64, f64)> {
    let (mut bare, mut audited) = (0.0, 0.0);
    for _ in 0..TURNS {
        bare += writes(app, writers, time / TURNS, false).await? / f64::from(TURNS);
        audited += writes(app, writers, time / TURNS, true).await? / f64::from(TURNS);
    }
    Ok((bare, audited))
}

/// Events as fast as they are taken, with the sealer at its own pace beside them: how many a second, and the longest that
/// one waited for its place.
async fn full_load(app: &App, writers: usize, time: Duration) -> anyhow::Result<(f64, Duration)> {
    let (over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut set: JoinSet<anyhow::Result<()>> = JoinSet::new();
    for _ in 0..writers {
        let (app, over, count) = (app.clone(), Arc::clone(&over), Arc::clone(&count));
        set.spawn(async move {
            while !over.load(Ordering::Relaxed) {
                let event = event(&app)?;
                match app.db.write(async |w| w.commit(event.clone(), ()).await).await {
                    Ok(_) => {
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) if error.is_unavailable() => tokio::task::yield_now().await,
                    Err(error) => return Err(error.into()),
                }
            }
            Ok(())
        });
    }
    let sealing = (app.clone(), Arc::clone(&over));
    set.spawn(async move {
        let ((app, over), mut duty) = (sealing, SealLog::default());
        while !over.load(Ordering::Relaxed) {
            duty.round(&app, app.now()).await.map_err(|error| anyhow::anyhow!(error))?;
            tokio::time::sleep(SealLog::EVERY).await;
        }
        Ok(())
    });
    let (began, mut longest) = (Instant::now(), Duration::ZERO);
    while began.elapsed() < time {
        tokio::time::sleep(Duration::from_millis(100)).await;
        match log::lag(&mut app.db.peek(), app.now()).await {
            Ok(lag) => longest = longest.max(lag.unwrap_or_default()),
            // Readers may run short at full load.
            Err(error) if error.is_unavailable() => {}
            Err(error) => return Err(error.into()),
        }
    }
    over.store(true, Ordering::Relaxed);
    while let Some(done) = set.join_next().await {
        done??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of events")]
    let rate = count.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    seal_all(app).await?;
    Ok((rate, longest))
}

/// The record as exported, in memory.
struct Exported {
    taken: Taken,
    to: u64,
    lines: String,
    tiles: HashMap<Place, Vec<u8>>,
}

impl Exported {
    async fn of(app: &App) -> anyhow::Result<Self> {
        let snapshot = app.snapshot();
        let house = House { db: &app.db, roots: &app.roots, policy: &snapshot.policy };
        let named = |name: &str| FullName::parse(name);
        let leave = Leave {
            by: named("Bea Lloyd")?,
            approved_by: Some(named("Cai Morgan")?),
            reason: "audit".to_owned(),
            case: None,
        };
        let size = log::open(&mut app.db.peek()).await?.context("there is no log")?.size;
        let to = u64::try_from(size)?.min(PROVED);
        let taken =
            take(&house, None, Range { from: None, to: Some(to), cosigned: false }, (&leave, &[]), app.now()).await?;
        let (mut lines, mut from) = (String::new(), 0);
        loop {
            let page = taken.entries(&app.db, from).await?;
            let Some(last) = page.last() else { break };
            from = last.index + 1;
            for entry in &page {
                lines.push_str(&serde_json::to_string(entry)?);
                lines.push('\n');
            }
        }
        let mut tiles = HashMap::new();
        for (place, width) in taken.places() {
            tiles.insert(place, taken.tile(&app.db, place, width).await?.context("a tile")?);
        }
        Ok(Self { taken, to, lines, tiles })
    }

    /// MB/s of one SHA-256 over the lines.
    fn raw(&self) -> f64 {
        let began = Instant::now();
        std::hint::black_box(digest(&SHA256, self.lines.as_bytes()));
        rate(&self.lines, began.elapsed())
    }

    /// MB/s of the proof over these lines: so many threads read them, each in its turn, and one holds them against the tree.
    fn proved(&self, lines: &str, threads: usize) -> anyhow::Result<f64> {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            log: self.taken.log.name.clone(),
            from: 0,
            to: self.to,
            exported_ms: self.taken.at.millis(),
            event: self.taken.event.to_string(),
            files: BTreeMap::new(),
        };
        let source = |place: Place, width: usize| {
            self.tiles.get(&place).and_then(|tile| tile.get(..width * 32)).map(<[u8]>::to_vec)
        };
        let began = Instant::now();
        let mut verifier = Verifier::new(manifest, &self.taken.checkpoint, &[], &source);
        let (mut pieces, mut rest) = (Vec::new(), lines);
        while !rest.is_empty() {
            let end = rest.bytes().take(PIECE).rposition(|byte| byte == b'\n').context("a line is too long")?;
            let (piece, more) = rest.split_at(end + 1);
            pieces.push(piece);
            rest = more;
        }
        let (log, pieces) = (&self.taken.log.name, &pieces);
        if threads == 1 {
            for piece in pieces {
                verifier.take(&Batch::read(piece.as_bytes(), log));
            }
        } else {
            thread::scope(|scope| {
                let mut turns = Vec::new();
                for first in 0..threads {
                    let (said, batches) = sync_channel(1);
                    scope.spawn(move || {
                        let mine = pieces.iter().skip(first).step_by(threads);
                        mine.map(|piece| Batch::read(piece.as_bytes(), log)).try_for_each(|batch| said.send(batch))
                    });
                    turns.push(batches);
                }
                for batch in turns.iter().cycle().map_while(|batches| batches.recv().ok()) {
                    verifier.take(&batch);
                }
            });
        }
        let verdict = verifier.finish();
        let took = began.elapsed();
        anyhow::ensure!(verdict.findings.is_empty() && verdict.entries == self.to, "it is not proved: {verdict:?}");
        Ok(rate(lines, took))
    }
}

/// As much as a verifier reads at once.
const PIECE: usize = 256 * 1024;

#[expect(clippy::cast_precision_loss, reason = "a size in memory")]
fn rate(text: &str, took: Duration) -> f64 {
    text.len() as f64 / 1e6 / took.as_secs_f64()
}
