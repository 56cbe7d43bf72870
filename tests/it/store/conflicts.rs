//! Transactions that meet on PostgreSQL. SQLite has one writer, so there they cannot.

use super::seeds::{BEFORE, NOW};
use super::{done, keep, patient};
use crate::world::{Place, World};
use portreeve::store::{Db, Error, Location, Settings, throttle};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Barrier;

async fn open(settings: &Settings) -> Db {
    let Place::Postgres(url) = World::postgres().await.place else { panic!("not PostgreSQL") };
    Db::open(&Location::Postgres(url), settings).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_that_lock_each_other_out_both_succeed_in_the_end() {
    let db = open(&patient()).await;
    let both_have_one = Arc::new(Barrier::new(2));
    let tries = Arc::new(AtomicU32::new(0));
    let cross = |first: &'static [u8], second: &'static [u8]| {
        let (db, barrier, tries) = (db.clone(), Arc::clone(&both_have_one), Arc::clone(&tries));
        tokio::spawn(async move {
            let fresh = AtomicU32::new(0);
            db.write(async |mut w| {
                tries.fetch_add(1, Ordering::Relaxed);
                throttle::raise(&mut w, "kind", first, BEFORE, NOW).await?;
                if fresh.fetch_add(1, Ordering::Relaxed) == 0 {
                    barrier.wait().await;
                }
                throttle::raise(&mut w, "kind", second, BEFORE, NOW).await?;
                done(w, ()).await
            })
            .await
            .map(|_| ())
        })
    };
    for key in [b"a", b"b"] {
        db.write(async |mut w| {
            throttle::raise(&mut w, "kind", key, BEFORE, NOW).await?;
            done(w, ()).await
        })
        .await
        .unwrap();
    }
    let (one, other) = (cross(b"a", b"b"), cross(b"b", b"a"));
    one.await.unwrap().unwrap();
    other.await.unwrap().unwrap();
    assert!(tries.load(Ordering::Relaxed) > 2, "they never met");
    for key in [b"a", b"b"] {
        assert_eq!(throttle::look(&mut db.peek(), "kind", key).await.unwrap().unwrap().count, 3, "{key:?}");
    }
}

#[tokio::test]
async fn what_postgresql_says_is_understood() {
    let db = open(&patient()).await;
    let said = async |sql: &'static str| -> (Error, u32) {
        let tries = AtomicU32::new(0);
        let ended = db
            .write(async |mut w| {
                tries.fetch_add(1, Ordering::Relaxed);
                w.sql(sql).run().await?;
                done(w, ()).await
            })
            .await;
        (ended.unwrap_err(), tries.into_inner())
    };
    macro_rules! raising {
        ($state:literal) => {
            said(concat!("DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '", $state, "'; END $$")).await
        };
    }
    for (error, tries) in [raising!("40001"), raising!("40P01")] {
        assert!(matches!(error, Error::Conflict), "{error:?}");
        assert_eq!(tries, 3);
    }
    for (error, tries) in [
        raising!("53100"),
        raising!("53300"),
        raising!("25006"),
        raising!("57014"),
        raising!("55P03"),
        raising!("08006"),
    ] {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        assert_eq!(tries, 1);
    }
    for (error, _) in [raising!("23505"), raising!("23503"), raising!("23514")] {
        assert!(matches!(error, Error::Constraint(_)), "{error:?}");
    }
    let (error, tries) = raising!("XX000");
    assert!(matches!(error, Error::Driver(_)), "{error:?}");
    assert_eq!(tries, 1);
    keep(&db, "after").await.unwrap();
}

#[tokio::test]
async fn a_statement_past_its_limit_is_given_up() {
    let db = open(&Settings { statement: Duration::from_millis(100), ..patient() }).await;
    let slow = db.peek().sql("SELECT CAST(1 AS BIGINT) FROM pg_sleep(20)").scalar::<i64>().await;
    assert!(matches!(slow, Err(Error::Unavailable(_))), "{slow:?}");
    keep(&db, "after").await.unwrap();
}

#[tokio::test]
async fn what_a_database_or_role_was_set_to_changes_no_promise() {
    let Place::Postgres(url) = World::postgres().await.place else { panic!("not PostgreSQL") };
    let location = Location::Postgres(url);
    let set = Db::open(&location, &patient()).await.unwrap();
    for setting in ["default_transaction_isolation = ''serializable''", "synchronous_commit = off"] {
        let name = "(SELECT quote_ident(current_database()))";
        let alter = format!("DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || {name} || ' SET {setting}'; END $$");
        // A text of ours lives as long as the program.
        let alter: &'static str = alter.leak();
        set.write(async |mut w| {
            w.sql(alter).run().await?;
            done(w, ()).await
        })
        .await
        .unwrap();
    }
    set.close().await;
    let db = Db::open(&location, &patient()).await.unwrap();
    let settings = "SELECT current_setting('transaction_isolation'), current_setting('synchronous_commit')";
    let wanted = ("read committed".to_owned(), "on".to_owned());
    let written = db
        .write(async |mut w| {
            let found: (String, String) = w.sql(settings).one().await?;
            done(w, found).await
        })
        .await
        .unwrap();
    assert_eq!(written.value, wanted);
    assert_eq!(db.peek().sql(settings).one::<(String, String)>().await.unwrap(), wanted);
}
