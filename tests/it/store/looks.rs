//! Looks at SQLite go through few connections, and one that takes long keeps nobody out.

use super::{open_in, patient};
use crate::temp::TempDir;
use portreeve::store::Settings;
use std::thread::available_parallelism;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looks_that_take_long_keep_nobody_out() {
    const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000)
        SELECT MAX(i) FROM n";
    let folder = TempDir::new("looks");
    let few = available_parallelism().unwrap().get() + 1;
    let connections = u32::try_from(few + 1).unwrap();
    let db = open_in(folder.path(), &Settings { connections, ..patient() }).await;
    let long: Vec<_> = (0..few)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move { db.peek().sql(LONG).scalar::<i64>().await.unwrap() })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let short: i64 = db.peek().sql("SELECT CAST(7 AS BIGINT)").scalar().await.unwrap();
    assert_eq!(short, 7);
    assert!(long.iter().all(|look| !look.is_finished()), "it waited for one of them");
    for look in long {
        assert_eq!(look.await.unwrap(), 10_000_000);
    }
}
