//! A look at SQLite runs on the thread that asks, and one that takes long does not keep that thread from others.

use super::{keep, open_in, patient};
use crate::temp::TempDir;
use portreeve::store::{Error, Settings, house};
use std::time::Duration;

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
