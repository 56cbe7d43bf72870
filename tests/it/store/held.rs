//! How long one may have SQLite's writer, how many may wait for it, and what becomes of whoever had it longer.

use super::group::{hold, world};
use super::{done, kept, open_in, patient};
use crate::temp::TempDir;
use portreeve::store::{Error, Settings, house, throttle};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_looks_waits_for_another_process_as_every_write_does() {
    let folder = TempDir::new("process");
    let other = open_in(folder.path(), &patient()).await;
    let db = open_in(folder.path(), &Settings { hold: Duration::from_millis(400), ..patient() }).await;
    let release = hold(&other).await;
    let waits = tokio::spawn(async move {
        let runs = AtomicU32::new(0);
        let raised = db
            .write(async |mut w| {
                runs.fetch_add(1, Ordering::Relaxed);
                throttle::raise(&mut w, "kind", b"key", super::seeds::BEFORE, super::seeds::NOW).await?;
                throttle::raise(&mut w, "kind", b"key", super::seeds::BEFORE, super::seeds::NOW).await?;
                done(w, ()).await
            })
            .await;
        // It has the connection no longer than it may for all that.
        let long = db
            .write(async |mut w| {
                throttle::raise(&mut w, "kind", b"other", super::seeds::BEFORE, super::seeds::NOW).await?;
                tokio::time::sleep(Duration::from_millis(1_200)).await;
                done(w, ()).await
            })
            .await;
        (raised.map(|_| runs.into_inner()), long.map(drop))
    });
    tokio::time::sleep(Duration::from_millis(900)).await;
    release.send(()).unwrap();
    let (raised, long) = waits.await.unwrap();
    assert_eq!(raised.unwrap(), 1, "it waited, rather than to be taken back and run again");
    assert!(matches!(long, Err(Error::LeaseLost)), "{long:?}");
}

/// A machine may be so busy that whoever writes is not let run for a while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_was_taken_back_is_run_again_twice() {
    let (_folder, db) = world(Duration::from_millis(100)).await;
    for (dawdles, runs, ends_well) in [(1, 2, true), (2, 3, true), (3, 3, false)] {
        let (name, run) = (format!("dawdles {dawdles} times"), AtomicU32::new(0));
        let ended = db
            .write(async |mut w| {
                let before = run.fetch_add(1, Ordering::Relaxed);
                assert!(house::set_once(&mut w, &name, b"x").await?, "what was taken back is there");
                if before < dawdles {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                }
                done(w, ()).await
            })
            .await;
        assert_eq!(run.into_inner(), runs, "{name}");
        assert!(if ends_well { ended.is_ok() } else { matches!(ended, Err(Error::LeaseLost)) }, "{name}");
        assert_eq!(kept(&db, &name).await, ends_well, "{name}");
    }
}

/// Nobody is kept from the file before BEGIN has been said.
#[test]
fn the_time_until_a_thread_is_free_does_not_count() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (_folder, db) = world(Duration::from_millis(100)).await;
        let busy = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(400)));
        let run = AtomicU32::new(0);
        let ended = db
            .write(async |mut w| {
                run.fetch_add(1, Ordering::Relaxed);
                house::set_once(&mut w, "waits", b"x").await?;
                done(w, ()).await
            })
            .await;
        ended.unwrap();
        assert_eq!(run.into_inner(), 1);
        busy.await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_writes_than_may_wait_are_turned_away() {
    let folder = TempDir::new("queue");
    let db = open_in(folder.path(), &Settings { hold: Duration::from_mins(1), ..patient() }).await;
    let release = hold(&db).await;
    let writes: Vec<_> = (0..4_500)
        .map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(async |mut w| {
                    w.deferred("INSERT INTO house (name, value) VALUES ($1, $2)")
                        .bind(format!("write {n}"))
                        .bind(b"1".as_slice())
                        .later()?;
                    done(w, ()).await
                })
                .await
                .map(drop)
            })
        })
        .collect();
    while writes.iter().filter(|write| write.is_finished()).count() < 300 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    release.send(()).unwrap();
    let (mut done, mut away) = (0, 0);
    for write in writes {
        match write.await.unwrap() {
            Ok(()) => done += 1,
            Err(Error::Unavailable(_)) => away += 1,
            Err(error) => panic!("{error}"),
        }
    }
    let kept: i64 =
        db.peek().sql("SELECT CAST(COUNT(*) AS BIGINT) FROM house WHERE name LIKE 'write %'").scalar().await.unwrap();
    assert!(away >= 300 && done >= 4_000 && kept == done, "{done} of {kept}, {away}");
}
