//! Loads `policies/` into domain types and refuses what it does not understand.
//!
//! ```text
//! files --Bundle::load--> Bundle --lint--> findings     (each with rule, file, line and remedy)
//!                           |
//!                           +--canonical, digest--> activated: the store keeps the bytes, every node runs them
//!                           +--diff(old, new)-----> what a second person approves, in words
//! ```
//!
//! A file by itself is checked when it is read, so that a [`Bundle`] holds sound types only; [`lint`] checks what the
//! files say about each other, and the law.

mod access;
mod approval;
pub mod assurance;
mod bundle;
mod change;
mod controller;
mod dates;
mod effect;
mod finding;
mod lint;
mod matrix;
mod notices;
pub mod plain;
mod processing;
mod reasons;
mod register;
mod registrations;
pub mod ropa;
pub mod sample;
mod schedule;
mod services;
mod sources;
mod staff;

pub use access::{Access, Condition, Decision, Row, Title, said, said_of};
pub use approval::{Names, NamesError, Unapproved};
pub use assurance::Assurance;
pub use bundle::Bundle;
pub use change::{Change, SectorLeft, diff, forbidden, sectors_left};
pub use controller::{Brand, Contact, Controller, Language, Regulator, Review};
pub use effect::{Effect, effects};
pub use finding::{Finding, Refused, Severity};
pub use lint::{lint, overdue, running_out};
pub use matrix::{Ahead, Shared, matrix};
pub use notices::{Block, Notice, Notices};
pub use processing::{AccountProcessing, Activity, Processing, Processor};
pub use reasons::{Delay, Reason};
pub use register::{Agreement, Approved, Book, Edition, Party, PartyRole, Power, Purpose, PurposeCategory, Register};
pub use schedule::Engine;
pub use staff::{Staff, Upstream};
