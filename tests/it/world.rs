//! Where a test lives: a fresh store on SQLite or on PostgreSQL.

use crate::postgres;
use crate::temp::TempDir;
use portreeve::store::{Db, Location, Settings};

/// Where the store of one test is.
#[derive(Debug)]
pub enum Place {
    /// A data folder, removed with its world.
    Sqlite(TempDir),
    /// The URL of a database of its own.
    Postgres(String),
}

/// All that one test needs.
#[derive(Debug)]
pub struct World {
    pub place: Place,
}

impl World {
    /// A world on SQLite.
    #[expect(clippy::unused_async, reason = "the twin of `postgres`")]
    pub async fn sqlite() -> Self {
        Self { place: Place::Sqlite(TempDir::new("world")) }
    }

    /// A world on PostgreSQL.
    pub async fn postgres() -> Self {
        Self { place: Place::Postgres(postgres::database("world", migrate).await) }
    }
}

/// Fills the template of every world, so that a test need not migrate its own.
async fn migrate(url: String) {
    Db::open(&Location::Postgres(url), &Settings::default()).await.unwrap().close().await;
}

/// Runs each test on both databases: `async fn name(world: World)` becomes `sqlite::name` and `postgres::name`. One
/// `both!` a file. `tests/run` counts the twins by these names.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)+) => {
        $($(#[$meta])* pub async fn $name($world: $crate::world::World) $body)+

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::world::World::sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::world::World::postgres().await).await;
            })+
        }
    };
}

mod twins {
    use super::Place;
    use std::sync::atomic::{AtomicU32, Ordering};

    static SEEN: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(0)];

    both! {
        async fn each_test_has_a_place_of_its_own(world: World) {
            let n = match &world.place {
                Place::Sqlite(folder) => {
                    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
                    0
                }
                Place::Postgres(url) => {
                    assert!(url.starts_with("postgres://"));
                    1
                }
            };
            assert_eq!(SEEN[n].fetch_add(1, Ordering::Relaxed), 0, "{:?} ran twice", world.place);
        }
    }
}
