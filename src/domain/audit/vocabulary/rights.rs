//! A person's rights: her data is kept and not used, and what she asks for or complains of.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, Look, PersonKey};
use crate::domain::ids::CaseId;
use serde::Serialize;
use uuid::Uuid;

events! {
    /// Her data is kept and not used (UK GDPR Art 18): nothing is passed on.
    AccountRestricted = "account.restricted", Evidence as "rights.case" {
        /// How many services are told so.
        told: usize => "event.security",
        /// The operator who did it; none if an officer did.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// She was told that the restriction will be lifted (UK GDPR Art 18(3)).
    RestrictionAnnounced = "account.restriction_announced", Evidence as "rights.case" {
        /// From when on it may be (RFC 3339).
        from: String => "event.security",
        /// The operator who did it; none if an officer did.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// Her data is used again.
    RestrictionLifted = "account.restriction_lifted", Evidence as "rights.case" {
        /// How many services are told so.
        told: usize => "event.security",
        /// Whether she asked for it; else she was told before.
        asked: bool => "event.security",
        /// The operator who did it; none if an officer did.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// A request about a right, or a complaint, came in.
    RightsReceived = "rights.received", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// What is asked for.
        kind: String => "rights.case" in ["access", "rectification", "restriction", "erasure", "portability", "objection", "complaint"],
        /// How it came in.
        channel: String => "rights.case" in ["web", "phone", "desk", "post"],
        /// When (RFC 3339).
        received: String => "rights.case",
        /// By which day it is answered, or a complaint acknowledged.
        due: String => "rights.case",
    }
    /// A case went on; she was written to of what she has to know.
    RightsStepTaken = "rights.step_taken", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// What happened.
        step: String => "rights.case" in ["identity_asked", "identity_proven", "clarification_asked", "clarified", "extended", "acknowledged", "progress"],
        /// By which day it is answered now; none of a complaint that was acknowledged.
        due: Option<String> => "rights.case",
    }
    /// A case was closed, and she was told.
    RightsClosed = "rights.closed", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Whether what she asked for was done.
        outcome: String => "rights.case" in ["done", "refused"],
        /// Whether it was in time.
        in_time: bool => "rights.case",
    }
    /// She asked for what her account can see of itself.
    DownloadAsked = "rights.download_asked", Evidence {
        /// Which.
        download: Uuid => "rights.case",
    }
    /// It was made, and she was written to.
    DownloadMade = "rights.download_made", Evidence {
        /// Which.
        download: Uuid => "rights.case",
        /// SHA-256 of the file, in hex.
        sha256: String => "rights.case",
        /// How long it is, in bytes.
        bytes: usize => "rights.case",
    }
    /// She proved who she is, and fetched it.
    DownloadTaken = "rights.download_taken", Evidence {
        /// Which.
        download: Uuid => "rights.case",
        /// SHA-256 of the file, in hex.
        sha256: String => "rights.case",
    }
    /// Something was noted about the copy of everything that is held; the words are in the case.
    BundleNoted = "rights.bundle_noted", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// What was noted.
        noted: String => "rights.case" in ["identity", "coercion", "decision"],
        /// How it came out.
        outcome: String => "rights.case" in ["session", "account", "desk", "details", "clear", "worry", "go", "stop"],
    }
    /// An officer ordered the copy of everything that is held about her.
    BundleOrdered = "officer.bundle_ordered", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
        /// What of hers is opened for it.
        fields: Vec<String> => "rights.case",
    }
    /// What is held about her was opened to make it.
    BundleOpened = "rights.bundle_opened", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
    }
    /// All of it was gathered: what others wrote, or what names others, waits to be decided.
    BundleGathered = "rights.bundle_gathered", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
        /// How many lines.
        lines: usize => "rights.case",
        /// How many pieces wait.
        pieces: usize => "rights.case",
    }
    /// Each piece of it was decided.
    BundleReviewed = "rights.bundle_reviewed", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
        /// How many stay.
        kept: usize => "rights.case",
        /// How many go.
        redacted: usize => "rights.case",
    }
    /// The file was made.
    BundleMade = "rights.bundle_made", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
        /// SHA-256 of the file, in hex.
        sha256: String => "rights.case",
        /// How long it is, in bytes.
        bytes: usize => "rights.case",
    }
    /// It was released to her account, and she was written to.
    BundleReleased = "rights.bundle_released", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
        /// Until when she can fetch it (RFC 3339).
        until: String => "rights.case",
    }
    /// An officer took the file to hand it over.
    BundleTaken = "officer.bundle_taken", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
        /// SHA-256 of the file, in hex.
        sha256: String => "rights.case",
        /// How she gets it.
        way: String => "rights.case" in ["desk", "post"],
        /// What of hers the file shows.
        fields: Vec<String> => "rights.case",
    }
    /// She proved who she is, and fetched it.
    BundleFetched = "rights.bundle_fetched", Evidence {
        /// The case.
        case: CaseId => "rights.case",
        /// Which.
        bundle: Uuid => "rights.case",
        /// SHA-256 of the file, in hex.
        sha256: String => "rights.case",
    }
}

impl Look for BundleOpened {}
impl Look for BundleTaken {}
