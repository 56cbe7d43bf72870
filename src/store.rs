//! The only room with SQL: one text for SQLite and PostgreSQL behind a small facade.
//!
//! ```text
//! db.peek()   one statement, no transaction       ──┐
//! db.read()   a consistent snapshot               ──┴─> &mut Read   (cannot reach a function that writes)
//! db.write()  one transaction, re-run on conflict ────> Write ──commit(events)──> Committed   durable, with its events
//!                                                            └─commit_quietly(Housekeeping)   nobody is concerned
//!                                                            └─dropped                        nothing happened
//! ```
//!
//! A statement put off (`later`) travels with the next one, or with the commit. SQLite is asked on the thread that asks
//! (src/decisions/0072).
//!
//! Rows go in and out; what they mean ("is it expired?") is decided in `domain`.

pub mod accounts;
pub mod approvals;
pub mod assertions;
pub mod attributes;
pub mod authenticators;
pub mod beside;
pub mod breaches;
pub mod bundles;
pub mod challenges;
pub mod clients;
pub mod columns;
mod connection;
pub mod contacts;
pub mod copies;
mod db;
pub mod delays;
pub mod deliveries;
pub mod disposal;
pub mod downloads;
pub mod due;
pub mod dumps;
mod embedded;
pub mod enquiries;
pub mod erasures;
mod error;
pub mod events;
pub mod flows;
pub mod folder;
pub mod glass;
pub mod grants;
mod group;
pub mod heads;
pub mod holds;
pub mod house;
mod joined;
pub mod lapses;
pub mod log;
pub mod log_years;
pub mod outbox;
mod pending;
pub mod proposals;
pub mod pushed;
pub mod questions;
mod read;
mod readers;
pub mod received;
pub mod refresh;
pub mod registrations;
pub mod restrictions;
pub mod retention;
pub mod revocations;
pub mod rights;
pub mod search;
mod searchable;
pub mod seen;
pub mod sessions;
pub mod sharing;
pub mod shown;
pub mod signals;
pub mod staff;
pub mod streams;
pub mod tallies;
pub mod throttle;
mod turn;
mod values;
pub mod vault;
mod write;
mod writer;

pub use db::{Db, Location, Settings};
pub use error::Error;
pub use pending::Deferred;
pub use read::{Bind, Read, Row, Scalar, Statement};
pub use write::{AndPerhaps, Committed, Either, Events, Housekeeping, OneOrMore, Quiet, Recorded, Write};
