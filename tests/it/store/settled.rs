//! What was destroyed leaves SQLite's files once they are settled. A reader may be in the way; those who write are not kept waiting
//! meanwhile, and it is tried again.

use super::group::hold;
use super::{done, keep, open_in, patient};
use crate::app::House;
use crate::temp::TempDir;
use crate::world::{Place, World};
use portreeve::jobs::retention::Retention;
use portreeve::jobs::runner::Duty as _;
use portreeve::store::{Error, Settings, house, throttle};
use std::path::Path;
use std::time::Duration;

/// How long SQLite's two logs of changes are.
fn logs(folder: &Path) -> [u64; 2] {
    ["portreeve.db-wal", "vault.db-wal"].map(|name| std::fs::metadata(folder.join(name)).map_or(0, |log| log.len()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_does_not_wait_for_a_settling_that_a_reader_is_in_the_way_of() {
    let folder = TempDir::new("settled");
    let db = open_in(folder.path(), &patient()).await;
    keep(&db, "before").await.unwrap();
    let mut reader = db.read().await.unwrap();
    assert!(house::value(&mut reader, "before").await.unwrap().is_some());
    let settling = tokio::spawn({
        let db = db.clone();
        async move { db.settle().await.unwrap() }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    for name in ["one", "two", "three"] {
        keep(&db, name).await.unwrap();
    }
    assert!(!settling.is_finished(), "they waited for it");
    assert!(!settling.await.unwrap() && !db.is_settled());
    assert!(logs(folder.path())[0] > 0);
    drop(reader);
    assert!(db.settle().await.unwrap() && db.is_settled());
    assert_eq!(logs(folder.path()), [0, 0]);
}

#[tokio::test]
async fn what_could_not_be_settled_is_settled_with_the_next_round() {
    let world = World::sqlite().await;
    let Place::Sqlite(folder) = &world.place else { panic!("not SQLite") };
    let folder = folder.path().to_owned();
    let house = House::with(world, &[], &[]).await;
    let mut duty = Retention::default();
    duty.round(&house.app, house.app.now()).await.unwrap();
    assert_eq!(logs(&folder), [0, 0], "the first round begins with it");
    let mut reader = house.app.db.read().await.unwrap();
    keep(&house.app.db, "destroyed").await.unwrap();
    assert!(house::value(&mut reader, "destroyed").await.unwrap().is_none());
    // What was destroyed without a word is taken out within the hour.
    duty.round(&house.app, house.app.now()).await.unwrap();
    assert!(logs(&folder)[0] > 0);
    assert!(!house.app.db.settle().await.unwrap());
    drop(reader);
    duty.round(&house.app, house.app.now()).await.unwrap();
    assert!(house.app.db.is_settled());
    keep(&house.app.db, "later").await.unwrap();
    house.later(Duration::from_hours(1));
    duty.round(&house.app, house.app.now()).await.unwrap();
    assert_eq!(logs(&folder), [0, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_looks_waits_for_another_process_as_every_write_does() {
    let folder = TempDir::new("process");
    let other = open_in(folder.path(), &patient()).await;
    let db = open_in(folder.path(), &Settings { hold: Duration::from_millis(100), ..patient() }).await;
    let release = hold(&other).await;
    let waits = tokio::spawn(async move {
        let raised = db
            .write(async |mut w| {
                throttle::raise(&mut w, "kind", b"key", super::seeds::BEFORE, super::seeds::NOW).await?;
                throttle::raise(&mut w, "kind", b"key", super::seeds::BEFORE, super::seeds::NOW).await?;
                done(w, ()).await
            })
            .await;
        // It has the connection no longer than it may for all that.
        let long = db
            .write(async |mut w| {
                throttle::raise(&mut w, "kind", b"other", super::seeds::BEFORE, super::seeds::NOW).await?;
                tokio::time::sleep(Duration::from_millis(400)).await;
                done(w, ()).await
            })
            .await;
        (raised.map(drop), long.map(drop))
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    release.send(()).unwrap();
    let (raised, long) = waits.await.unwrap();
    raised.unwrap();
    assert!(matches!(long, Err(Error::LeaseLost)), "{long:?}");
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
