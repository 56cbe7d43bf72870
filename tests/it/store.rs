//! The store on both databases.
//!
//! ```text
//! values     what goes in comes out, and time sorts
//! traps      where the two databases differ by themselves, and no longer do
//! futures    deeds that borrow can be spawned
//! record     events are durable with their deed, or neither is
//! races      spent once, whoever comes first
//! attributes  details: one of a kind is present
//! conflicts  PostgreSQL's: run again, or given up
//! group      SQLite's one writer: shared commits, limits, and what a fault does to whom
//! held       how long one may have the writer, and how many may wait
//! faults     the same across processes: killed, or out of disk
//! ledger     lines are only added, and what they come to is kept beside them
//! schema     both databases hold the same columns, each with a category
//! looks      SQLite's looks, on the thread that asks
//! settled    what was destroyed leaves SQLite's files, and nobody waits for that
//! opening    two that open the same fresh database
//! ```

mod attributes;
mod conflicts;
mod faults;
mod futures;
mod group;
mod held;
mod ledger;
mod looks;
mod opening;
mod races;
mod record;
mod schema;
mod seeds;
mod settled;
mod together;
mod traps;
mod undone;
mod values;

use crate::world::{Place, World};
use portreeve::store::{Committed, Db, Error, Housekeeping, Location, Quiet, Settings, Write, house};
use std::path::Path;
use std::time::Duration;

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

/// SQLite in this folder.
pub async fn open_in(folder: &Path, settings: &Settings) -> Db {
    Db::open(&Location::Sqlite(folder.to_owned()), settings).await.unwrap()
}

/// Ends a write that means nothing in itself.
pub async fn done<T>(w: Write, value: T) -> Result<Committed<Quiet, T>, Error> {
    w.commit_quietly(Housekeeping::Lease, value).await
}

/// Writes a name, durably.
pub async fn keep(db: &Db, name: &str) -> Result<(), Error> {
    let kept = db
        .write(async |mut w| {
            let fresh = house::set_once(&mut w, name, name.as_bytes()).await?;
            done(w, fresh).await
        })
        .await?;
    assert!(kept.value, "{name} was there before");
    Ok(())
}

/// Whether the name was written.
pub async fn kept(db: &Db, name: &str) -> bool {
    house::value(&mut db.peek(), name).await.unwrap().is_some()
}
