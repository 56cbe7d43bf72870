//! A group that is undone takes with it what others lost against.

use super::group::{hold, world};
use super::{done, keep};
use portreeve::store::{Error, house};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_against_what_was_undone_runs_again() {
    let (_folder, db) = world(Duration::from_secs(5)).await;
    keep(&db, "seat").await.unwrap();
    let release = hold(&db).await;
    let take = |name: &'static [u8]| {
        let db = db.clone();
        tokio::spawn(async move {
            let taken = db
                .write(async |mut w| {
                    w.deferred("UPDATE house SET value = $1 WHERE name = 'seat' AND value = $2")
                        .bind(name)
                        .bind(&b"seat"[..])
                        .or_give_up()?;
                    done(w, ()).await
                })
                .await;
            (taken.map(drop), house::value(&mut db.peek(), "seat").await.unwrap().unwrap())
        })
    };
    let mut tasks = Vec::new();
    for name in [&b"first"[..], b"second"] {
        tasks.push(take(name));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // It undoes the group, after the second has lost against the first.
    let fails = tokio::spawn({
        let db = db.clone();
        async move {
            db.write(async |mut w| {
                w.deferred("INSERT INTO no_such_table (x) VALUES (1)").later()?;
                done(w, ()).await
            })
            .await
            .map(drop)
        }
    });
    tokio::time::sleep(Duration::from_millis(5)).await;
    release.send(()).unwrap();
    assert!(fails.await.unwrap().is_err());
    let mut won = 0;
    for task in tasks {
        let (taken, seen) = task.await.unwrap();
        assert!(matches!(taken, Ok(()) | Err(Error::GivenUp)), "{taken:?}");
        assert_ne!(seen, b"seat", "told before anybody had it: {taken:?}");
        won += usize::from(taken.is_ok());
    }
    assert_eq!(won, 1);
}
