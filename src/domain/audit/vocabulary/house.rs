//! What the house does: policies, keys, clients, the log, and requests of nobody known.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, PersonKey};
use crate::domain::ids::EventId;
use serde::Serialize;
use uuid::Uuid;

events! {
    /// A service's own program got a token, in nobody's name.
    MachineTokenIssued = "token.issued_to_machine", Evidence {
        /// The scopes.
        scope: String => "event.security",
        /// The APIs it is for; none is ourselves alone.
        audience: String => "event.security",
        /// Until when it works (RFC 3339).
        until: String => "event.security",
    }
    /// A request was refused before anybody was known; at most one a minute for a type, client and address prefix.
    RequestRefused = "request.refused", Evidence {
        /// The endpoint.
        endpoint: String => "event.security",
        /// How many since the last such event, this one included.
        count: i64 => "event.security",
    }
    /// A policy bundle became the one in force.
    PolicyActivated = "config.policy_activated", Evidence as "officer.access" {
        /// Its SHA-256, in hex.
        bundle: String => "policy.version",
        /// Who did it.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
        /// The second person, who approved it.
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_by: Option<FullName> => "officer.access",
    }
    /// Policies were proposed: they wait for a second person, and nothing of them is in force.
    PolicyProposed = "config.policy_proposed", Evidence as "officer.access" {
        /// The request for a second person.
        approval: Uuid => "officer.access",
        /// The SHA-256 of the bundle, in hex.
        bundle: String => "policy.version",
        /// Who proposed it.
        by: FullName => "officer.access",
        /// Until when it can be approved (RFC 3339).
        until: String => "officer.access",
    }
    /// The second person refused policies that were proposed.
    PolicyRefused = "config.policy_refused", Evidence as "officer.access" {
        /// The request for a second person.
        approval: Uuid => "officer.access",
        /// The SHA-256 of the bundle, in hex.
        bundle: String => "policy.version",
        /// Who proposed it.
        by: FullName => "officer.access",
        /// Who refused it.
        refused_by: FullName => "officer.access",
    }
    /// A copy of the house was made, to be kept elsewhere.
    BackedUp = "house.backed_up", Evidence as "officer.access" {
        /// SHA-256 of the data, in hex, before it was sealed.
        data: String => "event.security",
        /// The same of the vault, if it was copied too.
        #[serde(skip_serializing_if = "Option::is_none")]
        vault: Option<String> => "event.security",
        /// Who did it.
        by: FullName => "officer.access",
    }
    /// Copies of the house that were over by the schedule were destroyed where the last ones went.
    CopiesDestroyed = "house.copies_destroyed", Evidence as "officer.access" {
        /// Of which part they were.
        what: String => "event.security" in ["data", "vault"],
        /// How many.
        copies: i64 => "event.security",
        /// The version of the schedule.
        schedule: String => "policy.version",
        /// Who did it.
        by: FullName => "officer.access",
    }
    /// A copy of the house was put back, and looked at: whoever had been erased was erased again. Nobody is served before nothing is wrong.
    Restored = "house.restored" @ 2, Evidence as "officer.access" {
        /// When the data was copied (RFC 3339), where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        data_of: Option<String> => "event.security",
        /// When the vault was.
        #[serde(skip_serializing_if = "Option::is_none")]
        vault_of: Option<String> => "event.security",
        /// What was looked at.
        checked: Vec<String> => "event.security",
        /// What of it is not well; nothing, if the house was opened.
        wrong: Vec<String> => "event.security",
        /// How many entries of the log are known to be lost, where somebody had seen a later one.
        #[serde(skip_serializing_if = "Option::is_none")]
        lost: Option<i64> => "event.security",
        /// How many were erased again.
        erased_again: i64 => "erasure",
        /// Who did it.
        by: FullName => "officer.access",
    }
    /// A signing key was made.
    KeyCreated = "config.key_created", Evidence {
        /// The key's id.
        kid: String => "signing_key",
        /// Its algorithm.
        algorithm: String => "signing_key",
    }
    /// Another key of an algorithm began to sign.
    KeyRotated = "config.key_rotated", Evidence {
        /// The key that signs from now on.
        kid: String => "signing_key",
        /// Its algorithm.
        algorithm: String => "signing_key",
        /// The keys that sign no longer; they stay published for what they signed.
        retired: Vec<String> => "signing_key",
    }
    /// Retired keys were destroyed: nothing that they signed is looked at any more.
    KeysDestroyed = "config.keys_destroyed", Evidence {
        /// The keys' ids.
        kids: Vec<String> => "signing_key",
    }
    /// Leave to register clients was given, as a token.
    ClientTokenMade = "config.client_token_made", Evidence {
        /// The template of the clients it may register.
        template: String => "client.registration",
        /// Until when (RFC 3339).
        until: String => "client.registration",
    }
    /// Leave to register clients, given as a token, was taken back.
    ClientTokenWithdrawn = "config.client_token_withdrawn", Evidence as "officer.access" {
        /// The template of the clients it could register.
        template: String => "client.registration",
        /// The first digits of SHA-256 of the token, in hex.
        token: String => "client.registration",
        /// Who did it.
        by: FullName => "officer.access",
    }
    /// A client registered itself.
    ClientRegistered = "config.client_registered", Evidence {
        /// Its template.
        template: String => "client.registration",
        /// SHA-256 of its metadata, in hex.
        metadata: String => "client.registration",
    }
    /// A client changed its registration.
    ClientChanged = "config.client_changed", Evidence {
        /// Its template.
        template: String => "client.registration",
        /// SHA-256 of its metadata, in hex.
        metadata: String => "client.registration",
    }
    /// A client took its registration back, or an operator took it away: all it had been given is dead.
    ClientRemoved = "config.client_removed", Evidence as "officer.access" {
        /// Its template.
        template: String => "client.registration",
        /// The operator, if it was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// A client's secret was replaced.
    ClientSecretRotated = "config.client_secret_rotated", Evidence {
        /// Until when the former one works (RFC 3339).
        until: String => "client.registration",
    }
    /// A log was opened, the first or that of a new year; the one before is closed at this size and root.
    LogOpened = "log.opened" @ 2, Evidence as "log.checkpoint" {
        /// Its name.
        log: String => "log.checkpoint",
        /// The public key that its checkpoints are signed with, as a vkey of C2SP signed-note.
        key: String => "log.checkpoint",
        /// SHA-256 of the policies in force, in hex.
        bundle: String => "policy.version",
        /// The versions of policies, as entries cite them, that were in force within a day before the oldest event that waited
        /// for its place then.
        versions: Vec<String> => "policy.version",
        /// Who confirmed that the year has come, where the clock alone was not believed.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
        /// The log before it, if there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous: Option<String> => "log.checkpoint",
        /// The final size of that one.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous_size: Option<i64> => "log.checkpoint",
        /// The root of that one's tree, in base64.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous_root: Option<String> => "log.checkpoint",
    }
    /// Another key will sign checkpoints; the one before it signs over this event, and beside the other one until then.
    LogKeyAnnounced = "log.key_announced", Evidence as "log.checkpoint" {
        /// The log that says so, and that both keys are named for here.
        log: String => "log.checkpoint",
        /// The public key that follows, as a vkey of C2SP signed-note.
        key: String => "log.checkpoint",
        /// The one before it.
        previous: String => "log.checkpoint",
        /// From when on the new one signs alone (RFC 3339).
        alone_from: String => "log.checkpoint",
        /// Who did it.
        by: FullName => "officer.access",
        /// The second person.
        approved_by: FullName => "officer.access",
    }
    /// The record begins to leave the house as it happens.
    CollectorAdded = "config.collector_added", Evidence {
        /// The collector's address.
        collector: String => "log.checkpoint",
        /// The log it begins with, at the first entry.
        log: String => "log.checkpoint",
    }
    /// An event was not as it was committed when it got its place in the log, or its row is not any more.
    TamperingFound = "log.tampering_found", Evidence as "log.checkpoint" {
        /// The event.
        event: EventId => "event.security",
        /// Its log.
        log: String => "log.checkpoint",
        /// Its place there.
        index: i64 => "log.checkpoint",
    }
}
