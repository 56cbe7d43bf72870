//! A look at SQLite runs on the thread that asks, and one that takes long does not keep that thread from others.

use super::{done, keep, open_in, patient};
use crate::temp::TempDir;
use portreeve::domain::ids::AccountId;
use portreeve::store::{Error, Settings, erasures, house};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)
    SELECT MAX(i) FROM n";

#[tokio::test]
async fn looks_that_take_long_keep_nobody_out() {
    let folder = TempDir::new("looks");
    let db = open_in(folder.path(), &Settings { connections: 4, ..patient() }).await;
    let long: Vec<_> = (0..3)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.peek().sql(LONG).scalar::<i64>().await.unwrap() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let short: i64 = db.peek().sql("SELECT CAST(7 AS BIGINT)").scalar().await.unwrap();
    assert_eq!(short, 7);
    assert!(long.iter().all(|look| !look.is_finished()), "it waited for one of them");
    for look in long {
        assert_eq!(look.await.unwrap(), 3_000_000);
    }
}

#[tokio::test]
async fn a_snapshot_stays_of_its_moment_when_one_of_its_looks_takes_long() {
    let folder = TempDir::new("moment");
    let db = open_in(folder.path(), &Settings { connections: 1, ..patient() }).await;
    let mut snapshot = db.read().await.unwrap();
    assert!(house::value(&mut snapshot, "late").await.unwrap().is_none());
    keep(&db, "late").await.unwrap();
    assert_eq!(snapshot.sql(LONG).scalar::<i64>().await.unwrap(), 3_000_000);
    assert!(house::value(&mut snapshot, "late").await.unwrap().is_none());
    // Who stops waiting amidst one gives the connection back without its transaction.
    let cut = tokio::time::timeout(Duration::from_millis(5), snapshot.sql(LONG).scalar::<i64>()).await;
    assert!(cut.is_err(), "{cut:?}");
    drop(snapshot);
    let late = loop {
        match house::value(&mut db.peek(), "late").await {
            Err(Error::Unavailable(_)) => {}
            late => break late,
        }
    };
    assert!(late.unwrap().is_some(), "the next look is still of that moment");
}

#[tokio::test]
async fn what_is_brief_stays_so_however_often_it_is_asked() {
    let folder = TempDir::new("often");
    let db = open_in(folder.path(), &Settings { connections: 1, ..patient() }).await;
    for _ in 0..5_000 {
        let mut snapshot = db.read().await.unwrap();
        assert!(house::value(&mut snapshot, "nothing").await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_look_ends_with_the_patience_of_whoever_asked() {
    // Some ten seconds, if nobody ends it.
    const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000000)
        SELECT MAX(i) FROM n";
    let folder = TempDir::new("endless");
    let db = open_in(folder.path(), &Settings { connections: 1, ..patient() }).await;
    for _ in 0..3 {
        let cut = tokio::time::timeout(Duration::from_millis(20), db.peek().sql(ENDLESS).scalar::<i64>()).await;
        assert!(cut.is_err(), "{cut:?}");
        // There is one connection, and one waits a second for it.
        assert!(house::value(&mut db.peek(), "nothing").await.unwrap().is_none());
    }
    db.close().await;
}

#[tokio::test]
async fn a_snapshot_is_of_one_moment_in_both_files() {
    let folder = TempDir::new("both");
    let db = open_in(folder.path(), &patient()).await;
    let person = AccountId(Uuid::new_v4());
    let mut before = db.read().await.unwrap();
    keep(&db, "late").await.unwrap();
    db.write(async |mut w| {
        w.sql("INSERT INTO vault.tombstone (person, cause, erased_at) VALUES ($1, 'request', $2)")
            .bind(person)
            .bind(super::seeds::NOW)
            .run()
            .await?;
        done(w, ()).await
    })
    .await
    .unwrap();
    let mut after = db.read().await.unwrap();
    assert!(!erasures::is_entombed(&mut before, person).await.unwrap());
    assert!(house::value(&mut before, "late").await.unwrap().is_none());
    assert!(erasures::is_entombed(&mut after, person).await.unwrap());
    assert!(house::value(&mut after, "late").await.unwrap().is_some());
}

#[tokio::test]
async fn one_look_behind_the_other_lets_others_come_to_their_turn() {
    let folder = TempDir::new("turns");
    let db = open_in(folder.path(), &patient()).await;
    let turns = Arc::new(AtomicU32::new(0));
    let other = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        }
    });
    let before = turns.load(Ordering::Relaxed);
    for _ in 0..2_000 {
        assert!(house::value(&mut db.peek(), "nothing").await.unwrap().is_none());
    }
    // There is one thread, and it never had to wait.
    assert!(turns.load(Ordering::Relaxed) > before + 3);
    other.abort();
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_had_leaves_no_transaction_behind() {
    let folder = TempDir::new("had");
    let db = open_in(folder.path(), &Settings { connections: 1, ..patient() }).await;
    db.write(async |mut w| {
        w.sql("DROP TABLE vault.tombstone").run().await?;
        done(w, ()).await
    })
    .await
    .unwrap();
    for name in ["one", "two", "three"] {
        assert!(db.read().await.is_err());
        keep(&db, name).await.unwrap();
        assert!(house::value(&mut db.peek(), name).await.unwrap().is_some(), "{name}: a look of an earlier moment");
    }
}
