//! Opening a database, also when somebody else does so too.

use super::{keep, kept, patient};
use crate::postgres;
use crate::temp::TempDir;
use portreeve::store::{Db, Location};
use std::sync::Arc;
use tokio::sync::Barrier;

/// Several open one fresh database at once, all succeed, and all see one another's writes.
async fn together(location: Location) {
    const N: usize = 4;
    let barrier = Arc::new(Barrier::new(N));
    let tasks: Vec<_> = (0..N)
        .map(|n| {
            let (location, barrier) = (location.clone(), Arc::clone(&barrier));
            // A runtime each, so that one's migration does not run between the other's statements by courtesy.
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    barrier.wait().await;
                    let db = Db::open(&location, &patient()).await?;
                    keep(&db, &format!("opened by {n}")).await?;
                    db.close().await;
                    Ok::<_, portreeve::store::Error>(())
                })
            })
        })
        .collect();
    for task in tasks {
        task.join().unwrap().unwrap();
    }
    let db = Db::open(&location, &patient()).await.unwrap();
    for n in 0..N {
        assert!(kept(&db, &format!("opened by {n}")).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_open_a_fresh_folder_at_once() {
    for _ in 0..5 {
        let folder = TempDir::new("opening");
        together(Location::Sqlite(folder.path().join("made/on/the/way"))).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_open_a_fresh_postgresql_database_at_once() {
    for _ in 0..2 {
        together(Location::Postgres(postgres::database("empty", async |_| {}).await)).await;
    }
}

#[tokio::test]
async fn the_wait_for_another_nodes_migration_has_no_statement_limit() {
    let url = postgres::database("empty", async |_| {}).await;
    let mut other = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await.unwrap();
    sqlx::migrate::Migrate::lock(&mut other).await.unwrap();
    let settings = portreeve::store::Settings { statement: std::time::Duration::from_millis(50), ..patient() };
    let waiting = tokio::spawn(async move { Db::open(&Location::Postgres(url), &settings).await.map(|_| ()) });
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert!(!waiting.is_finished());
    sqlx::migrate::Migrate::unlock(&mut other).await.unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
async fn off_loopback_the_server_must_prove_who_it_is() {
    // 127.1 is loopback by another name, where this server speaks no TLS.
    let url = postgres::database("empty", async |_| {}).await.replace("127.0.0.1", "127.1");
    for asked in ["", "?sslmode=disable", "?sslmode=prefer", "?sslmode=require"] {
        let error = Db::open(&Location::Postgres(format!("{url}{asked}")), &patient()).await.err().unwrap().to_string();
        assert!(error.to_lowercase().contains("tls"), "{asked}: {error}");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told() {
    let folder = TempDir::new("opening");
    std::fs::write(folder.path().join("file"), "x").unwrap();
    let error = Db::open(&Location::Sqlite(folder.path().join("file/below")), &patient()).await.err().unwrap();
    assert!(error.is_unavailable(), "{error}");
}
