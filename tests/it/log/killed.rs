//! A process that seals on PostgreSQL is killed amidst it, as `crash` kills one on SQLite: whoever goes on leaves no gap and no double.

use super::{event, whole};
use crate::app::House;
use crate::serve::{Running, portreeve};
use crate::temp::TempDir;
use crate::world::World;
use portreeve::domain::audit::leaf::log_year;
use portreeve::store::events;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Kills.
const KILLS: usize = 3;
/// Events that wait before each: several batches.
const WAITING: usize = 1_500;
/// How long it takes at most until somebody seals: the lease of the one before has to run out, on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(2);

async fn happen(house: &House) {
    let mut lanes = JoinSet::new();
    for _ in 0..8 {
        let app = house.app.clone();
        lanes.spawn(async move {
            for _ in 0..WAITING.div_ceil(8) {
                let event = event(&app, app.now());
                app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
            }
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.unwrap();
    }
}

async fn waiting(house: &House) -> i64 {
    events::unsealed(&mut house.app.db.peek()).await.unwrap()
}

/// A process whose sealer is at work: fewer wait than did.
async fn sealing(house: &House, file: &str) -> Running {
    let (before, began) = (waiting(house).await, Instant::now());
    let mut command = portreeve(&["serve", "--config", file]);
    let mut running = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    while waiting(house).await >= before {
        assert!(running.0.try_wait().unwrap().is_none(), "it ended by itself");
        assert!(began.elapsed() < PATIENCE, "nobody seals");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    running
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sealer_that_is_killed_on_postgresql_leaves_no_gap_and_no_double() {
    let house = House::by_the_wall(World::postgres().await).await;
    let folder = TempDir::new("killed");
    let file = house.settings(folder.path());
    let mut amidst = 0;
    for _ in 0..KILLS {
        happen(&house).await;
        // SIGKILL, where it is.
        drop(sealing(&house, &file).await);
        amidst += usize::from(waiting(&house).await > 0);
    }
    assert!(amidst > 0, "each had sealed all before it was killed");
    happen(&house).await;
    let last = sealing(&house, &file).await;
    let began = Instant::now();
    while waiting(&house).await > 0 {
        assert!(began.elapsed() < PATIENCE, "{} wait", waiting(&house).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(last.stop(), Some(0));
    let all: i64 = house
        .app
        .db
        .peek()
        .sql("SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE leaf_index IS NOT NULL")
        .scalar()
        .await
        .unwrap();
    let leaves = whole(&house.app, i64::from(log_year(house.app.now()))).await;
    assert_eq!(i64::try_from(leaves.len()).unwrap(), all);
    let mut once = leaves.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), leaves.len(), "a leaf stands twice");
}
