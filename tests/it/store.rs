//! The store on both databases.

mod futures;

use crate::world::{Place, World};
use portreeve::domain::time::When;
use portreeve::store::{Db, Location, Settings};
use std::time::Duration;

/// When these tests take place.
pub const NOW: When = When::from_seconds(1_800_000_000);

/// Limits that a slow machine does not meet.
pub fn patient() -> Settings {
    Settings { hold: Duration::from_secs(5), statement: Duration::from_secs(20), ..Settings::default() }
}

/// Where a world's records are.
pub fn location(world: &World) -> Location {
    match &world.place {
        Place::Sqlite(folder) => Location::Sqlite(folder.path().to_owned()),
        Place::Postgres(url) => Location::Postgres(url.clone()),
    }
}

/// The world's database.
pub async fn open(world: &World) -> Db {
    Db::open(&location(world), &patient()).await.unwrap()
}
