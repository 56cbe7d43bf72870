//! What was destroyed leaves SQLite's files once they are settled. A reader may be in the way; those who write are not kept waiting
//! meanwhile, and it is tried again.

use super::{keep, open_in, patient};
use crate::app::House;
use crate::temp::TempDir;
use crate::world::{Place, World};
use portreeve::jobs::retention::Retention;
use portreeve::jobs::runner::Duty as _;
use portreeve::store::house;
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
