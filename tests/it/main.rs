//! The one integration crate: its files mirror `src`, and `rooms` keeps the walls of the house.
//!
//! ```text
//! rooms         who may call whom, sizes, names, what a commit may hold
//! compile_fail  what the types refuse, proved by rustc on the programs in compile/
//! oidc          the OpenID Connect endpoints and the way back to a service, over HTTP
//! postgres      a throw-away PostgreSQL server for this process
//! store         the store on both databases
//! temp          temporary folders
//! world         where a test lives; `both!` runs it on SQLite and on PostgreSQL
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot set itself up should stop there and say where"
)]

mod app;
mod compile_fail;
mod postgres;
mod rooms;
mod temp;
#[macro_use]
mod world;

mod oidc;
mod store;
