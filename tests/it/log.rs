//! The record: one gapless log for each year, a tree over it that only our key signs, and what everybody may see of it.

mod collector;
mod cosigned;
pub mod export;
mod killed;
pub mod python;
mod receipt;
mod recent;
mod rotation;
mod rows;
mod stream;
mod strict;
pub mod tampered;
pub mod witness;
pub mod year;

use crate::app::House;
use portreeve::app::App;
use portreeve::crypto::note::{KeyKind, Note, VerifierKey};
use portreeve::crypto::record::EventSeed;
use portreeve::domain::audit::checkpoint::Checkpoint;
use portreeve::domain::audit::tree::{Hash, Tiles, leaf_hash};
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::audit::{ActorClass, Draft, Sealed};
use portreeve::domain::time::When;
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::watch_log::WatchLog;
use portreeve::service::Failure;
use portreeve::service::log::{LogFault, Sealer, public_key};
use portreeve::store::{Error, Housekeeping, events, log};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// An event about nobody, not yet stored.
fn event(app: &App, at: When) -> Sealed<RegistrationStarted> {
    let draft = Draft::new(ActorClass::Visitor, RegistrationStarted {});
    app.snapshot().recorder.seal(EventSeed::draw(at), &draft, None).unwrap()
}

/// Tries again what is short of something: a busy machine, or locks of a transaction that was dropped a moment ago.
async fn patiently<T>(mut deed: impl AsyncFnMut() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 0..50 {
        match deed().await {
            Err(error) if error.is_unavailable() => tokio::time::sleep(Duration::from_millis(50)).await,
            ended => return ended,
        }
    }
    deed().await
}

pub async fn happen(app: &App, count: usize) {
    for _ in 0..count {
        let event = event(app, app.now());
        patiently(async || app.db.write(async |w| w.commit(event.clone(), ()).await).await).await.unwrap();
    }
}

/// Steps until nothing waits.
pub async fn seal(app: &App) {
    let mut sealer = Sealer::default();
    for _ in 0..100 {
        match sealer.step(app, app.now()).await {
            // Or a step that was dropped is still being committed.
            Err(Failure::Store(error)) if error.is_unavailable() || matches!(error, Error::GivenUp) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            ended => drop(ended.unwrap()),
        }
        if events::unsealed(&mut app.db.peek()).await.unwrap() == 0 {
            return;
        }
    }
    panic!("events wait for ever");
}

/// What an event about nobody says.
fn house_payload(app: &App, event: &events::Stored) -> serde_json::Value {
    let stored = portreeve::crypto::record::StoredPayload {
        id: event.id,
        person: event.person,
        sealed_under: event.sealed_under.as_deref().unwrap(),
        payload: event.payload.as_deref().unwrap(),
    };
    serde_json::from_str(&app.snapshot().recorder.open_house_payload(stored).unwrap()).unwrap()
}

/// Changes the store behind the program's back.
pub async fn tamper(app: &App, statements: &[&'static str]) {
    app.db
        .write(async |mut w| {
            for sql in statements {
                w.sql(sql).run().await?;
            }
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await
        .unwrap();
}

/// Drops what keeps events from being changed by mistake: it holds no one who has the database.
pub async fn unguard(app: &App) {
    let on = if app.db.name() == "sqlite" { "" } else { " ON event" };
    let triggers = ["event_kept", "event_stays", "event_placed", "event_emptied"];
    let statements = triggers.map(|trigger| &*format!("DROP TRIGGER {trigger}{on}").leak());
    tamper(app, &statements).await;
}

/// The leaves of a log, in their order.
async fn leaves(app: &App, name: &str) -> Vec<String> {
    let rows: Vec<(i64, String)> = app
        .db
        .peek()
        .sql("SELECT leaf_index, leaf FROM event WHERE log = $1 ORDER BY leaf_index")
        .bind(name)
        .all()
        .await
        .unwrap();
    let places: Vec<i64> = rows.iter().map(|(index, _)| *index).collect();
    let wanted: Vec<i64> = (0..).take(rows.len()).collect();
    assert_eq!(places, wanted, "the log has gaps");
    rows.into_iter().map(|(_, leaf)| leaf).collect()
}

fn root(leaves: &[String]) -> Hash {
    let mut tiles = Tiles::default();
    for (size, leaf) in (0..).zip(leaves) {
        tiles.append(size, leaf_hash(leaf), &mut BTreeSet::new()).unwrap();
    }
    tiles.root(u64::try_from(leaves.len()).unwrap()).unwrap()
}

/// The newest checkpoint of a year as our key signed it.
async fn checkpoint(app: &App, year: i64) -> Checkpoint {
    let of_year = log::of_year(&mut app.db.peek(), year).await.unwrap().unwrap();
    let row = log::checkpoint(&mut app.db.peek(), &of_year.name).await.unwrap().unwrap();
    let key = VerifierKey::new(&of_year.name, KeyKind::Log, public_key(&app.db).await.unwrap().unwrap()).unwrap();
    let note = Note::parse(&row.note).unwrap();
    assert!(note.signed_by(&key).is_some());
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!((row.size, of_year.size), (i64::try_from(checkpoint.size).unwrap(), row.size));
    checkpoint
}

/// The whole log of a year: gapless, and its checkpoint is over exactly these leaves.
async fn whole(app: &App, year: i64) -> Vec<String> {
    let signed = checkpoint(app, year).await;
    let leaves = leaves(app, &signed.origin).await;
    assert_eq!(signed.size, u64::try_from(leaves.len()).unwrap());
    assert_eq!(signed.root, root(&leaves));
    leaves
}

async fn refused(app: &App) -> LogFault {
    match Sealer::default().step(app, app.now()).await {
        Err(Failure::Log(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

both! {
    async fn events_get_their_places_in_the_order_of_time(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        happen(app, 3).await;
        house.later(Duration::from_secs(1));
        happen(app, 2).await;
        seal(app).await;
        let leaves = whole(app, 2026).await;
        // With what the first start recorded, the key and the opening of the log.
        assert_eq!(leaves.len(), 8);
        let times: Vec<i64> =
            leaves.iter().map(|leaf| serde_json::from_str::<serde_json::Value>(leaf).unwrap()["time_ms"].as_i64().unwrap()).collect();
        assert!(times.is_sorted(), "{times:?}");
        assert!(leaves.iter().any(|leaf| leaf.contains(r#""type":"log.opened""#)));
        assert!(leaves.iter().any(|leaf| leaf.contains(r#""type":"config.key_created""#)));
        // Nothing new, nothing done; then the tree grows over more than one tile, from what is stored alone.
        let before = checkpoint(app, 2026).await;
        seal(app).await;
        assert_eq!(checkpoint(app, 2026).await, before);
        happen(app, 600).await;
        seal(app).await;
        assert_eq!(whole(app, 2026).await.len(), 608);
    }

    async fn an_event_committed_late_is_not_lost(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        seal(app).await;
        let (late, began, go) = (event(app, app.now()), Arc::new(Notify::new()), Arc::new(Notify::new()));
        house.later(Duration::from_secs(5));
        let writing = app.db.name() == "postgres";
        let slow = {
            let (app, late, began, go) = (app.clone(), late.clone(), Arc::clone(&began), Arc::clone(&go));
            tokio::spawn(async move {
                if !writing {
                    // SQLite has one writer: nobody commits while another's transaction is open.
                    began.notify_one();
                    go.notified().await;
                }
                app.db
                    .write(async |mut w| {
                        w.sql("UPDATE generation SET number = number WHERE id = 1").run().await?;
                        if writing {
                            began.notify_one();
                            go.notified().await;
                        }
                        w.commit(late.clone(), ()).await
                    })
                    .await
                    .unwrap();
            })
        };
        began.notified().await;
        happen(app, 3).await;
        seal(app).await;
        let size = whole(app, 2026).await.len();
        go.notify_one();
        slow.await.unwrap();
        seal(app).await;
        let leaves = whole(app, 2026).await;
        assert_eq!(leaves.len(), size + 1);
        assert_eq!(leaves.last(), Some(&late.row.leaf), "behind those that were there before it");
    }

    async fn u08_two_that_seal_at_once_and_fifty_that_write_make_one_log(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        seal(app).await;
        let done = Arc::new(AtomicBool::new(false));
        let sealers: Vec<_> = (0..2)
            .map(|_| {
                let (app, done) = (app.clone(), Arc::clone(&done));
                tokio::spawn(async move {
                    let (mut sealer, mut count) = (Sealer::default(), 0);
                    while !done.load(Ordering::SeqCst) {
                        // Whoever comes second in a step has to give it up.
                        match sealer.step(&app, app.now()).await {
                            Ok(some) => count += some,
                            Err(Failure::Store(Error::GivenUp | Error::Conflict | Error::Constraint(_))) => {}
                            // Readers may run short.
                            Err(Failure::Store(error)) if error.is_unavailable() => {}
                            Err(error) => panic!("{error}"),
                        }
                        tokio::task::yield_now().await;
                    }
                    count
                })
            })
            .collect();
        let mut writers = JoinSet::new();
        for _ in 0..50 {
            let app = app.clone();
            writers.spawn(async move {
                let mut committed = 0;
                while committed < 20 {
                    let event = event(&app, app.now());
                    match app.db.write(async |w| w.commit(event.clone(), ()).await).await {
                        Ok(_) => committed += 1,
                        Err(error) => assert!(error.is_unavailable(), "{error}"),
                    }
                }
            });
        }
        while let Some(writer) = writers.join_next().await {
            writer.unwrap();
        }
        done.store(true, Ordering::SeqCst);
        let mut sealed = 0;
        for sealer in sealers {
            sealed += sealer.await.unwrap();
        }
        seal(app).await;
        assert!(sealed > 0);
        // Five were there.
        assert_eq!(whole(app, 2026).await.len(), 1_003);
    }

    async fn a_sealer_stopped_anywhere_leaves_no_gap_and_nothing_twice(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let mut stopped = 0;
        for round in 0..60_u64 {
            happen(app, 70).await;
            let mut sealer = Sealer::default();
            // Dropped at whatever it waits for.
            let in_time = tokio::time::timeout(Duration::from_micros(round * 400), sealer.step(app, app.now())).await;
            stopped += u32::from(in_time.is_err());
        }
        assert!(stopped > 5, "{stopped} were stopped");
        seal(app).await;
        assert_eq!(whole(app, 2026).await.len(), 60 * 70 + 3);
    }

    async fn a_year_ends_with_march_and_the_next_log_says_how(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        happen(app, 2).await;
        seal(app).await;
        let midnight = "2027-03-31T23:00:00Z".parse::<jiff::Timestamp>().unwrap();
        house.later((When::from(midnight) - Duration::from_secs(1)).since(app.now()));
        happen(app, 1).await;
        seal(app).await;
        let last = checkpoint(app, 2026).await;
        assert!(last.origin.ends_with("/log/2026"), "{}", last.origin);
        house.later(Duration::from_secs(1));
        happen(app, 1).await;
        seal(app).await;
        assert_eq!(checkpoint(app, 2026).await, last);
        assert!(log::of_year(&mut app.db.peek(), 2026).await.unwrap().unwrap().closed_at.is_some());
        assert_eq!(whole(app, 2026).await.len(), 6);
        assert_eq!(whole(app, 2027).await.len(), 2);
        let newest = events::newest(&mut app.db.peek(), 10).await.unwrap();
        let opened = newest.iter().find(|event| event.r#type == "log.opened").unwrap();
        let payload = house_payload(app, opened);
        assert_eq!(payload["data"]["previous"], last.origin);
        assert_eq!(payload["data"]["previous_size"], 6);
        assert_eq!(payload["data"]["previous_root"], last.root.to_string());
        // A clock that goes back opens no log anew.
        tamper(app, &["UPDATE audit_log SET size = size"]).await;
        let mut sealer = Sealer::default();
        happen(app, 1).await;
        sealer.step(app, app.now() - Duration::from_hours(24 * 30)).await.unwrap();
        assert_eq!(whole(app, 2027).await.len(), 3);
        assert_eq!(log::all(&mut app.db.peek()).await.unwrap().len(), 2);
    }

    async fn u01_an_event_changed_before_it_is_sealed_is_found(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        seal(app).await;
        let size = i64::try_from(whole(app, 2026).await.len()).unwrap();
        house.later(Duration::from_secs(1));
        happen(app, 1).await;
        house.later(Duration::from_secs(1));
        happen(app, 1).await;
        unguard(app).await;
        tamper(
            app,
            &["UPDATE event SET leaf = REPLACE(leaf, '\"visitor\"', '\"officer\"')
               WHERE at = (SELECT MIN(at) FROM event WHERE leaf_index IS NULL) AND leaf_index IS NULL"],
        )
        .await;
        seal(app).await;
        assert_eq!(whole(app, 2026).await.len(), usize::try_from(size).unwrap() + 3);
        let found: Vec<_> = events::newest(&mut app.db.peek(), 100)
            .await
            .unwrap()
            .into_iter()
            .filter(|event| event.r#type == "log.tampering_found")
            .collect();
        let [found] = &found[..] else { panic!("{found:?}") };
        assert_eq!(found.outcome, "error");
        let payload = house_payload(app, found);
        assert_eq!(payload["data"]["index"], size);
    }

    async fn a_tree_changed_from_outside_is_not_signed(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        happen(app, 4).await;
        seal(app).await;
        let name = checkpoint(app, 2026).await.origin;
        happen(app, 1).await;
        tamper(app, &["UPDATE audit_log SET size = size - 1"]).await;
        assert_eq!(refused(app).await, LogFault::NotAsSigned(name.clone()));
        tamper(app, &["UPDATE audit_log SET size = size + 1"]).await;
        // One bit of one hash of the tree.
        let tile = portreeve::domain::audit::tree::Place { level: 0, number: 0 };
        let mut hashes = log::tile(&mut app.db.peek(), &name, tile).await.unwrap().unwrap();
        hashes[5] ^= 1;
        app.db
            .write(async |mut w| {
                log::put_tile(&mut w, &name, tile, &hashes).await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await
            .unwrap();
        assert_eq!(refused(app).await, LogFault::NotAsSigned(name.clone()));
        hashes[5] ^= 1;
        app.db
            .write(async |mut w| {
                log::put_tile(&mut w, &name, tile, &hashes).await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await
            .unwrap();
        tamper(app, &["UPDATE log_checkpoint SET note = REPLACE(note, '/log/2026 ', '/log/2026 A')"]).await;
        assert_eq!(refused(app).await, LogFault::Unsigned(name.clone()));
        tamper(app, &["UPDATE log_checkpoint SET note = REPLACE(note, '/log/2026 A', '/log/2026 ')"]).await;
        seal(app).await;
        whole(app, 2026).await;
    }

    async fn how_long_events_wait_is_measured(world: World) {
        // The figures are the process': one house at a time.
        static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _alone = ALONE.lock().await;
        let handle = portreeve::http::metrics::install().unwrap();
        let house = House::new(world).await;
        let (app, mut duty) = (&house.app, WatchLog::default());
        seal(app).await;
        happen(app, 3).await;
        house.later(Duration::from_secs(12));
        duty.round(app, app.now()).await.unwrap();
        let text = handle.render();
        assert!(text.contains("portreeve_log_unsealed_events 3\n") && text.contains("portreeve_log_lag_seconds 12\n"), "{text}");
        seal(app).await;
        duty.round(app, app.now()).await.unwrap();
        let text = handle.render();
        assert!(text.contains("portreeve_log_unsealed_events 0\n") && text.contains("portreeve_log_lag_seconds 0\n"), "{text}");
        assert!(text.contains("portreeve_log_year_in_doubt 0\n"), "{text}");
        house.later(Duration::from_hours(24 * 500));
        duty.round(app, app.now()).await.unwrap();
        let text = handle.render();
        assert!(text.contains("portreeve_log_year_in_doubt 1\n"), "{text}");
    }

    async fn a_place_once_given_is_kept_by_the_database(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        seal(app).await;
        for sql in [
            "UPDATE event SET leaf_index = NULL",
            "UPDATE event SET leaf_index = leaf_index + 100",
            "UPDATE event SET log = 'another'",
            "UPDATE event SET leaf = 'another'",
            "DELETE FROM event",
        ] {
            let outcome = app
                .db
                .write(async |mut w| {
                    w.sql(sql).run().await?;
                    w.commit_quietly(Housekeeping::Seal, ()).await
                })
                .await;
            assert!(outcome.is_err(), "{sql}");
        }
        whole(app, 2026).await;
    }

    async fn everybody_sees_checkpoints_and_hashes_and_never_an_entry(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        happen(app, 300).await;
        seal(app).await;
        let leaves = whole(app, 2026).await;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let get = async |path: &str| client.get(house.at(path)).send().await.unwrap();
        let answer = get("/log/2026/checkpoint").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "public, max-age=1");
        assert!(answer.headers().get("set-cookie").is_none());
        let note = Note::parse(&answer.text().await.unwrap()).unwrap();
        assert_eq!(Checkpoint::parse(note.text()), Some(checkpoint(app, 2026).await));
        let mut tiles = Tiles::default();
        let last = leaves.len() - 256;
        for (path, level, number, hashes) in
            [("0/000".to_owned(), 0, 0, 256), (format!("0/001.p/{last}"), 0, 1, last), ("1/000.p/1".to_owned(), 1, 0, 1)]
        {
            let answer = get(&format!("/log/2026/tile/{path}")).await;
            assert_eq!(answer.status(), 200, "{path}");
            assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(answer.headers()["content-type"], "application/octet-stream");
            let bytes = answer.bytes().await.unwrap();
            assert_eq!(bytes.len(), hashes * 32);
            assert!(tiles.put(portreeve::domain::audit::tree::Place { level, number }, &bytes));
        }
        assert_eq!(tiles.root(u64::try_from(leaves.len()).unwrap()), Some(root(&leaves)), "they are the tree");
        let part = get("/log/2026/tile/0/001.p/3").await.bytes().await.unwrap();
        assert_eq!(part.len(), 96);
        for nothing in [
            "/log/2026/tile/0/001",
            "/log/2026/tile/0/001.p/250",
            "/log/2026/tile/0/002.p/1",
            "/log/2026/tile/1/000",
            "/log/2026/tile/entries/000",
            "/log/2026/tile/0/000?x=1/../entries",
            "/log/2025/checkpoint",
            "/log/2025/tile/0/000",
            "/log/2026/entries",
            "/log/2026/tile/0/0",
        ] {
            let wanted = if nothing.contains('?') { 200 } else { 404 };
            let answer = get(nothing).await;
            assert_eq!(answer.status(), wanted, "{nothing}");
            assert!(!answer.text().await.unwrap_or_default().contains("registration_started"), "{nothing}");
        }
    }
}
