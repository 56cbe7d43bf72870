//! How data leaves: accounts that end, the schedule carried out, holds.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, PersonKey};
use serde::Serialize;
use uuid::Uuid;

events! {
    /// She closed her account: nobody signs in to it, and it waits for its rule.
    AccountClosed = "account.closed" @ 2, Evidence as "erasure" {
        /// How many sessions ended with it.
        sessions: usize => "event.security",
        /// The services that are told.
        services: Vec<String> => "sharing.other_basis",
        /// The day from which it is deleted (ISO 8601); absent while the schedule deletes nothing.
        #[serde(skip_serializing_if = "Option::is_none")]
        deleted_from: Option<String> => "erasure",
    }
    /// A closed account was opened again, by the link of the letter that said it was closed, or by an operator.
    AccountReopened = "account.reopened", Evidence {
        /// The operator, if it was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// An account was erased: what goes at once has gone, and the services are told (UK GDPR Art 17, 19).
    AccountErased = "account.erased" @ 2, Evidence as "erasure" {
        /// Why: she asked, an officer or an operator carried out what was decided, a rule; again: cut off before, or brought back by
        /// a backup.
        cause: String => "erasure" in ["resident", "officer", "operator", "rule", "again"],
        /// The rule.
        #[serde(skip_serializing_if = "Option::is_none")]
        rule: Option<String> => "erasure",
        /// The version of the schedule it stands in.
        #[serde(skip_serializing_if = "Option::is_none")]
        schedule: Option<String> => "erasure",
        /// The services that are told.
        services: Vec<String> => "sharing.other_basis",
        /// The operator, if it was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// Everything of an erased account that goes has gone, its profile key too: the store was looked at again.
    ErasureFinished = "account.erasure_finished", Evidence {
        /// How many payloads of events went with the key.
        payloads: i64 => "erasure",
        /// The tables that still hold her number, each with how many rows.
        left: Vec<String> => "erasure",
    }
    /// It was noted that the account's owner has died: nobody signs in, nothing is passed on, no letter goes out.
    DeathNoted = "account.death_noted", Evidence as "officer.access" {
        /// How many sessions ended with it.
        sessions: usize => "event.security",
        /// Who noted it.
        by: FullName => "officer.access",
    }
    /// She was warned that an account nobody uses will be deleted.
    DormancyWarned = "account.dormancy_warned" @ 2, Evidence as "erasure" {
        /// How long before the end the warning stands in the schedule.
        before: String => "erasure",
        /// Which way it went.
        way: String => "erasure" in ["email", "letter"],
        /// The day from which it is deleted (ISO 8601).
        deleted_from: String => "erasure",
        /// Who printed and posted it, if it was a letter.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// A service said that it needs the account, which is not taken for unused until then, or that it needs it no more.
    AccountNeeded = "account.needed", Evidence {
        /// Until which day (ISO 8601); one that is over takes it back.
        until: String => "erasure",
    }
    /// A person looked at an account before its end, and said whether it goes.
    RetentionReviewed = "retention.reviewed", Evidence as "officer.access" {
        /// The rule.
        rule: String => "erasure",
        /// What was said.
        decided: String => "erasure" in ["goes", "kept"],
        /// Until when it is kept (RFC 3339).
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<String> => "erasure",
        /// Who looked.
        by: FullName => "officer.access",
    }
    /// A run of the schedule was planned: what is due by it is counted, and nothing goes before the cooling period is over.
    RetentionPlanned = "retention.planned", Evidence as "retention.record" {
        /// The run.
        run: Uuid => "retention.record",
        /// The schedule's version.
        schedule: String => "retention.record",
        /// The rules with something due, each with how much.
        due: Vec<String> => "retention.record",
        /// The rules under which something is held, each with how much.
        held: Vec<String> => "retention.record",
        /// From when on it is carried out (RFC 3339).
        not_before: String => "retention.record",
        /// It would destroy more than one run may, and waits for two people.
        waits_for_two: bool => "retention.record",
        /// Who planned it; nobody named: the house.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// Two people let a run go on that would destroy more than one run may.
    RetentionApproved = "retention.approved", Evidence as "retention.record" {
        /// The run.
        run: Uuid => "retention.record",
        /// Who asked.
        by: FullName => "officer.access",
        /// Who approved it.
        approved_by: FullName => "officer.access",
    }
    /// A member of staff asked for the second person that the release of a hold or a run needs: nothing goes yet.
    SecondPersonAsked = "retention.second_person_asked", Evidence as "retention.record" {
        /// The request for a second person.
        approval: Uuid => "officer.access",
        /// What for.
        what: String => "retention.record" in ["hold_release", "retention_run"],
        /// The hold's reference, or the run.
        which: String => "retention.record",
        /// Who asked.
        by: FullName => "officer.access",
        /// Until when it can be approved (RFC 3339).
        until: String => "officer.access",
    }
    /// The second person said no: the hold stands, the run waits.
    SecondPersonRefused = "retention.second_person_refused", Evidence as "retention.record" {
        /// The request for a second person.
        approval: Uuid => "officer.access",
        /// What for.
        what: String => "retention.record" in ["hold_release", "retention_run"],
        /// The hold's reference, or the run.
        which: String => "retention.record",
        /// Who asked.
        by: FullName => "officer.access",
        /// Who refused it.
        refused_by: FullName => "officer.access",
    }
    /// A run was stopped: nothing more goes by it.
    RetentionCancelled = "retention.cancelled", Evidence as "retention.record" {
        /// The run.
        run: Uuid => "retention.record",
        /// Why.
        why: String => "retention.record" in ["by_a_person", "schedule_replaced"],
        /// Who stopped it.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// Records whose time was over were destroyed, in the write that says so.
    RecordsDisposed = "retention.disposed", Evidence {
        /// The run.
        run: Uuid => "retention.record",
        /// The rule.
        rule: String => "retention.record",
        /// The schedule's version.
        schedule: String => "retention.record",
        /// The category.
        category: String => "retention.record",
        /// So many at most: what changed at the same moment stayed.
        most: usize => "retention.record",
        /// The oldest clock of them (RFC 3339).
        oldest: String => "retention.record",
        /// The newest.
        newest: String => "retention.record",
    }
    /// A run is over, and its certificate issued.
    RetentionFinished = "retention.finished", Evidence {
        /// The run.
        run: Uuid => "retention.record",
        /// The certificate.
        certificate: Uuid => "retention.record",
        /// SHA-256 of the certificate's bytes, in hex.
        sha256: String => "retention.record",
        /// How much was destroyed, by all rules.
        destroyed: i64 => "retention.record",
    }
    /// A person said that the clock is right, which the house had doubted.
    ClockConfirmed = "retention.clock_confirmed", Evidence as "retention.record" {
        /// What it said (RFC 3339).
        says: String => "retention.record",
        /// Who said so.
        by: FullName => "officer.access",
    }
    /// A hold was placed: what it is about is not destroyed.
    HoldPlaced = "hold.placed", Evidence as "retention.hold" {
        /// Its reference.
        hold: String => "retention.hold",
        /// Why.
        kind: String => "retention.hold" in ["legal", "foi", "sar", "audit", "fraud", "inquiry"],
        /// The category it is about.
        #[serde(skip_serializing_if = "Option::is_none")]
        category: Option<String> => "retention.hold",
        /// It is about one resident's data.
        one_person: bool => "retention.hold",
        /// Who answers for it.
        owner: FullName => "officer.access",
        /// When it is looked at again (RFC 3339).
        review_by: String => "retention.hold",
        /// Who placed it.
        by: FullName => "officer.access",
    }
    /// A hold was looked at, and stays.
    HoldKept = "hold.kept", Evidence as "retention.hold" {
        /// Its reference.
        hold: String => "retention.hold",
        /// When it is looked at again (RFC 3339).
        review_by: String => "retention.hold",
        /// Who looked.
        by: FullName => "officer.access",
    }
    /// Two people released a hold.
    HoldReleased = "hold.released", Evidence as "retention.hold" {
        /// Its reference.
        hold: String => "retention.hold",
        /// Who asked.
        by: FullName => "officer.access",
        /// Who approved it.
        approved_by: FullName => "officer.access",
    }
}
