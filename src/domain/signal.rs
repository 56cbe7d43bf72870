//! What services are told of a change that concerns what they were given (UK GDPR Art 7(3), 19), and who is told what:
//! Security Event Tokens (RFC 8417), by push (RFC 8935) or poll (RFC 8936).
//!
//! ```text
//! waiting ──handed over, 202 or ack──> delivered ──it says that it did──> done
//!    │                                     └──────it says why it will not──> refused
//!    ├──it takes no such token──────────────────────────────────────────────> refused
//!    └──14 days──> no_answer ──it says so after all──> done
//! by_hand: the service takes no signals, or none of this kind: somebody has to tell it
//! ```

use super::claims::ClaimSet;
use super::client::Client;
use super::ids::{AccountId, ClientId, RecordId};
use super::time::When;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use url::Url;

/// How long a service is tried, or waited for.
pub const TRIED_FOR: Duration = Duration::from_hours(14 * 24);

/// After this a signal that has not arrived stands on the overdue list: services are told "without undue delay".
pub const LATE: Duration = Duration::from_hours(24);

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal;)+) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[doc = $doc])+ $name),+ }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in service files, in the store and at the end of the event type's address.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// What the service is asked to do, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+)),+ }
            }
        }
    };
}

kinds! {
    /// Consent was taken back: stop what it was given for, and keep only what another basis lets you keep.
    ConsentWithdrawn = "consent_withdrawn";
    /// The resident objected, or sharing was paused: stop using these claims for this purpose until you hear more.
    SharingPaused = "sharing_paused";
    /// What was paused goes on.
    SharingResumed = "sharing_resumed";
    /// A value was put right: read these claims again.
    AttributeCorrected = "attribute_corrected";
    /// Processing is restricted: keep these claims and do nothing else with them.
    ProcessingRestricted = "processing_restricted";
    /// The restriction is over.
    RestrictionLifted = "restriction_lifted";
    /// The account is closed: nobody signs in with this subject any more. Keep your own record under your own rule.
    AccountClosed = "account_closed";
    /// Erasure was decided: erase these claims, unless a duty of your own stands against it.
    ErasureDecided = "erasure_decided";
}

impl Kind {
    /// The kind of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

/// How a service takes signals, as `[signals]` of its file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals {
    /// By push or by poll.
    pub delivery: Delivery,
    /// Of which kinds.
    pub events: BTreeSet<Kind>,
}

/// The way of delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// We call this address (RFC 8935).
    Push(Url),
    /// It asks us (RFC 8936).
    Poll,
}

/// Where a signal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// On its way.
    Waiting,
    /// The service has it.
    Delivered,
    /// The service says that it did what it was told.
    Done,
    /// The service would not take it, or says why it does not do it.
    Refused,
    /// 14 days without an answer.
    NoAnswer,
    /// The service takes no such signal: somebody has to tell it.
    ByHand,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Delivered, Self::Done, Self::Refused, Self::NoAnswer, Self::ByHand];

    /// The word the store holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::ByHand => "by_hand",
        }
    }

    /// The state of a stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// Whether somebody at the council has to look after a signal: it was refused or never answered, has to be told by hand,
/// has not arrived for a day, or was not said to be done within 14 days.
#[must_use]
pub fn is_overdue(state: State, queued_at: When, now: When) -> bool {
    match state {
        State::Done => false,
        State::Refused | State::NoAnswer | State::ByHand => true,
        State::Waiting => now.since(queued_at) >= LATE,
        State::Delivered => now.since(queued_at) >= TRIED_FOR,
    }
}

/// The waits between the first tries of a push; later ones are an hour apart.
const WAITS: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_mins(30),
];

/// How long to wait after so many tries that brought nothing.
#[must_use]
pub fn wait_after(tries: i64) -> Duration {
    let nth = usize::try_from(tries).unwrap_or(usize::MAX).max(1) - 1;
    WAITS.get(nth).copied().unwrap_or(Duration::from_hours(1))
}

/// What a service says became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it was told.
    Done,
    /// It does not, for this reason.
    Refused(Reason),
}

macro_rules! reasons {
    ($($(#[$doc:meta])+ $name:ident = $word:literal;)+) => {
        /// Why a service does not do what it was told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])+ $name),+ }

        impl Reason {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The reason of a word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.as_str() == word)
            }
        }
    };
}

reasons! {
    /// It holds nothing of this person.
    UnknownSubject = "unknown_subject";
    /// A law tells it to keep what it has (UK GDPR Art 17(3)(b)).
    LegalObligation = "legal_obligation";
    /// It needs it for a legal claim (UK GDPR Art 17(3)(e), 18(2)).
    LegalClaim = "legal_claim";
    /// Its own decision is still to come.
    UnderReview = "under_review";
    /// Anything else: the council asks.
    Other = "other";
}

impl Outcome {
    /// Reads what a service sent; a reason goes with a refusal and with nothing else.
    #[must_use]
    pub fn parse(outcome: &str, reason: Option<&str>) -> Option<Self> {
        match (outcome, reason) {
            ("done", None) => Some(Self::Done),
            ("refused", Some(word)) => Reason::parse(word).map(Self::Refused),
            _ => None,
        }
    }

    /// The state it leads to.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Done => State::Done,
            Self::Refused(_) => State::Refused,
        }
    }
}

/// A change that services have to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose data it is about.
    pub account: AccountId,
    /// What changed.
    pub what: What,
}

/// What changed, with whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// One share of one service: [`Kind::ConsentWithdrawn`], [`Kind::SharingPaused`] or [`Kind::SharingResumed`].
    Sharing {
        /// Which of the three.
        kind: Kind,
        /// The service.
        client: ClientId,
        /// The purpose of the register.
        purpose: String,
    },
    /// These claims have another value now: everybody who was given one of them.
    Corrected(ClaimSet),
    /// Restricted: everybody who was given anything.
    Restricted,
    /// No longer restricted.
    RestrictionLifted,
    /// The account is closed: everybody who knows her.
    Closed,
    /// These claims are to be erased, or all of them: everybody who was given one of them.
    Erased(Option<ClaimSet>),
}

impl What {
    /// The kind of signal it makes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Sharing { kind, .. } => *kind,
            Self::Corrected(_) => Kind::AttributeCorrected,
            Self::Restricted => Kind::ProcessingRestricted,
            Self::RestrictionLifted => Kind::RestrictionLifted,
            Self::Closed => Kind::AccountClosed,
            Self::Erased(_) => Kind::ErasureDecided,
        }
    }
}

/// What a service was given of a person, under one sharing record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The service.
    pub client: ClientId,
    /// For what.
    pub purpose: String,
    /// Under which record.
    pub record: RecordId,
    /// Which claims.
    pub claims: ClaimSet,
}

/// One part of what a signal is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The purpose.
    pub purpose: String,
    /// The record under which the claims were given.
    pub record: RecordId,
    /// Their names; never a value.
    pub claims: Vec<String>,
}

/// Whom a change is told, and about what. `known` are the services that know the person, whether they were given a
/// claim or not; one without a claim is told only that the account is closed, or that all is to be erased.
#[must_use]
pub fn plan(what: &What, given: &[Given], known: &BTreeSet<ClientId>) -> BTreeMap<ClientId, Vec<Share>> {
    let mut told: BTreeMap<ClientId, Vec<Share>> = BTreeMap::new();
    if matches!(what, What::Closed | What::Erased(None)) {
        told.extend(known.iter().map(|client| (client.clone(), Vec::new())));
    }
    for one in given {
        let claims: Vec<String> = match what {
            What::Sharing { client, purpose, .. } if client != &one.client || purpose != &one.purpose => continue,
            What::Corrected(only) | What::Erased(Some(only)) => words(one.claims.intersection(*only)),
            _ => words(one.claims),
        };
        if claims.is_empty() {
            continue;
        }
        let shares = told.entry(one.client.clone()).or_default();
        // Records follow each other: the latest one of a purpose speaks for those before, with all their claims.
        match shares.iter_mut().find(|share| share.purpose == one.purpose) {
            Some(share) => {
                share.record = one.record;
                let all: BTreeSet<String> = share.claims.drain(..).chain(claims).collect();
                share.claims.extend(all);
            }
            None => shares.push(Share { purpose: one.purpose.clone(), record: one.record, claims }),
        }
    }
    told
}

fn words(claims: ClaimSet) -> Vec<String> {
    claims.iter().map(|claim| claim.as_str().to_owned()).collect()
}

/// How a signal of this kind begins at a service: on its way, or with a person of the council.
#[must_use]
pub fn first_state(client: Option<&Client>, kind: Kind) -> State {
    match client.and_then(|client| client.signals.as_ref()) {
        Some(signals) if signals.events.contains(&kind) => State::Waiting,
        _ => State::ByHand,
    }
}

/// An error code of a receiver (RFC 8935 §2.4), if it is one that may be kept: a word, never free text.
#[must_use]
pub fn error_code(text: &str) -> Option<&str> {
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    fits.then_some(text)
}

#[cfg(test)]
mod tests;
