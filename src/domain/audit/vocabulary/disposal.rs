//! What was destroyed of the record, said in the record.

use super::{Entry, events, may_be_absent, version};
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, PersonKey};
use serde::Serialize;
use uuid::Uuid;

events! {
    /// Payloads of events were destroyed, with their salts: their entries stay, and what they commit to can no longer be read.
    PayloadDisposed = "payload.disposed", Evidence as "log.checkpoint" {
        /// The log that the entries stand in: the one that says so, or that of an earlier year.
        log: String => "log.checkpoint",
        /// The first and the last index of each run of entries, in ascending order. No other such event names any of them.
        spans: Vec<[i64; 2]> => "log.checkpoint",
        /// How many entries those are, 200 at most.
        count: usize => "log.checkpoint",
        /// The rule of the schedule.
        rule: String => "policy.version",
        /// The version of the schedule.
        schedule: String => "policy.version",
        /// SHA-256 of the certificate of disposal, in hex, where there was one by then.
        #[serde(skip_serializing_if = "Option::is_none")]
        certificate: Option<String> => "log.checkpoint",
    }
    /// A person's key was destroyed: what it sealed cannot be opened any more, in a copy of the data either.
    PersonKeyDestroyed = "person.key_destroyed", Evidence as "log.checkpoint" {
        /// Which of her two.
        key: String => "log.checkpoint" in ["profile", "evidence"],
        /// The rule of the schedule.
        rule: String => "policy.version",
        /// The version of the schedule.
        schedule: String => "policy.version",
    }
    /// The log of a whole year was destroyed: its entries and the hashes over them go, and are not there from now on. Its checkpoints
    /// stay, and are the proof of what it was.
    LogDestroyed = "log.destroyed", Evidence as "log.checkpoint" {
        /// The log.
        log: String => "log.checkpoint",
        /// How many entries it had.
        size: i64 => "log.checkpoint",
        /// The root hash of its tree, in base64, as its last checkpoint has it.
        root: String => "log.checkpoint",
        /// SHA-256 of the note of its last checkpoint, in hex.
        checkpoint: String => "log.checkpoint",
        /// The rule of the schedule.
        rule: String => "policy.version",
        /// The version of the schedule.
        schedule: String => "policy.version",
        /// The run.
        run: Uuid => "log.checkpoint",
    }
}
