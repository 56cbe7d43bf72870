//! The record of deeds: what an event is, which events there are, and the leaf that stands for one in the log.
//!
//! ```text
//! Draft<K> --crypto::record seals--> Sealed<K> --store commits--> Receipt<K>
//!  (a deed,     (leaf, commitment,               (proof that the row is durable,
//!   in clear)    payload under a person's key)    with the change it records)
//! ```

pub mod checkpoint;
pub mod disposal;
pub mod forms;
pub mod leaf;
pub mod proof;
pub mod review;
pub mod schema;
pub mod tree;
pub mod verify;
pub mod vocabulary;
pub mod witness;

use super::ids::{AccountId, ClientId, EventId, SessionId, StaffId};
use super::staff::Officer;
use super::time::When;
use serde::Serialize;
use std::marker::PhantomData;

/// One type of event: its wire name, the key its payload is sealed under, and the category of each payload key.
pub trait Kind: Serialize + Send + Sync + 'static {
    /// The dotted, past-tense name (`auth.signin_succeeded`).
    const TYPE: &'static str;
    /// The version of its payload: it rises with each change of the published schema (see [`schema::same_shape`]). A
    /// payload names its version as `v`; one that names none is of version 1.
    const VERSION: u32;
    /// Which of the person's keys seals the payload, and so when it can be shredded.
    const KEY: PersonKey;
    /// Each payload key with its data category in `retention.toml`.
    const PAYLOAD: &'static [(&'static str, &'static str)];
}

/// Kinds that record a look at a person's data; only these earn a [`super::disclosure::Disclosure`].
pub trait Look: Kind {}

/// The two keys a person has in the vault (design: UK GDPR Art 17 against Art 17(3)(b), (e)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKey {
    /// Dies at erasure: profile fields and sign-in payloads.
    Profile,
    /// Dies when the last evidence rule lapses: sharing, consent and access payloads.
    Evidence,
}

impl PersonKey {
    /// The word the vault holds.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Evidence => "evidence",
        }
    }
}

/// How a deed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Ok,
    /// Refused by a rule.
    Denied,
    /// Failed for a fault of ours or of a peer.
    Error,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Denied, Self::Error];

    /// The word in leaves and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Denied => "denied",
            Self::Error => "error",
        }
    }
}

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorClass {
    /// The person whose account it is.
    Resident,
    /// A service, authenticated as a client.
    Client,
    /// A member of staff.
    Officer,
    /// A job, a migration or the command line.
    System,
    /// Nobody who has proven anything yet.
    Visitor,
}

impl ActorClass {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Resident, Self::Client, Self::Officer, Self::System, Self::Visitor];
}

/// The way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Public pages.
    Web,
    /// OpenID Connect endpoints.
    Api,
    /// A job or a command.
    Batch,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Web, Self::Api, Self::Batch];
}

/// The lawful basis of a deed or a share (UK GDPR Art 6(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Art 6(1)(a).
    Consent,
    /// Art 6(1)(b).
    Contract,
    /// Art 6(1)(c).
    LegalObligation,
    /// Art 6(1)(d).
    VitalInterests,
    /// Art 6(1)(e): a task of the controller.
    PublicTask,
}

impl Basis {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Consent, Self::Contract, Self::LegalObligation, Self::VitalInterests, Self::PublicTask];

    /// The word in policy files and leaves.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegalObligation => "legal_obligation",
            Self::VitalInterests => "vital_interests",
            Self::PublicTask => "public_task",
        }
    }
}

/// Where a deed came from: payload, never in the leaf. In the order of its keys, to be written in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Context {
    /// The client's address, cut to /24 or /48.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The browser's family name and major version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The help desk's case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The journey it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey: Option<String>,
    /// The session it happened in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// A deed in clear, before it is sealed. Built with [`Draft::new`] and the `with_…` words.
#[derive(Debug, Clone)]
pub struct Draft<K> {
    /// The payload of its kind.
    pub payload: K,
    /// How it ended.
    pub outcome: Outcome,
    /// Who acted.
    pub actor: ActorClass,
    /// The actor's role, for officers and jobs ("retention").
    pub role: Option<String>,
    /// The pseudonym of the officer who acted.
    pub officer: Option<String>,
    /// The person it is about; her pseudonym goes into the leaf.
    pub subject: Option<AccountId>,
    /// The service concerned.
    pub client: Option<ClientId>,
    /// The way in.
    pub channel: Channel,
    /// A purpose of the register.
    pub purpose: Option<String>,
    /// Its lawful basis.
    pub basis: Option<Basis>,
    /// A code of the closed list, for refusals and looks.
    pub reason: Option<String>,
    /// Where it came from.
    pub context: Context,
}

impl<K: Kind> Draft<K> {
    /// A deed that succeeded, by `actor`, on the web, about nobody yet.
    #[must_use]
    pub fn new(actor: ActorClass, payload: K) -> Self {
        Self {
            payload,
            outcome: Outcome::Ok,
            actor,
            role: None,
            officer: None,
            subject: None,
            client: None,
            channel: Channel::Web,
            purpose: None,
            basis: None,
            reason: None,
            context: Context::default(),
        }
    }

    /// A deed of an officer who is signed in, on the staff listener.
    #[must_use]
    pub fn of_officer(officer: &Officer, payload: K) -> Self {
        let mut draft = Self::new(ActorClass::Officer, payload);
        draft.role = Some(officer.roles_in_words());
        draft.officer = Some(officer.pseudonym.clone());
        draft
    }

    /// About this member of staff: the vault holds keys of theirs as of residents.
    #[must_use]
    pub fn about_staff(self, staff: StaffId) -> Self {
        self.about(AccountId(staff.0))
    }

    /// Under this reason of the closed list, for this case.
    #[must_use]
    pub fn because(mut self, reason: &str, case: Option<&str>) -> Self {
        self.reason = Some(reason.to_owned());
        self.context.case = case.map(ToOwned::to_owned);
        self
    }

    /// About this person.
    #[must_use]
    pub fn about(mut self, subject: AccountId) -> Self {
        self.subject = Some(subject);
        self
    }

    /// Concerning this service.
    #[must_use]
    pub fn at(mut self, client: &ClientId) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// By this way in.
    #[must_use]
    pub fn by(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
    }

    /// For this purpose, on this basis.
    #[must_use]
    pub fn purpose(mut self, purpose: &str, basis: Basis) -> Self {
        self.purpose = Some(purpose.to_owned());
        self.basis = Some(basis);
        self
    }

    /// Refused, with the code that says why.
    #[must_use]
    pub fn denied(mut self, reason: &str) -> Self {
        self.outcome = Outcome::Denied;
        self.reason = Some(reason.to_owned());
        self
    }

    /// From this place.
    #[must_use]
    pub fn from(mut self, context: Context) -> Self {
        self.context = context;
        self
    }
}

/// An event ready to be stored: the leaf in clear (nothing personal), the payload sealed.
#[derive(Debug, Clone)]
pub struct Sealed<K> {
    /// What the store writes.
    pub row: EventRow,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Sealed<K> {
    /// Only `crypto::record` makes these (kept by `tests/it/rooms.rs`).
    pub(crate) const fn new(row: EventRow) -> Self {
        Self { row, kind: PhantomData }
    }
}

/// The columns of one event.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Version 7.
    pub id: EventId,
    /// When it happened.
    pub at: When,
    /// The kind's name.
    pub kind: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// The subject's pseudonym of this log year, in hex.
    pub subject: Option<String>,
    /// Whose key sealed the payload; forgotten at erasure.
    pub person: Option<AccountId>,
    /// The service concerned.
    pub client: Option<ClientId>,
    /// The canonical leaf (RFC 8785).
    pub leaf: String,
    /// 32 random bytes that keep the commitment from being guessed.
    pub salt: Vec<u8>,
    /// The payload, sealed.
    pub payload: Vec<u8>,
    /// Which key sealed it: "profile", "evidence", or "house" for an event about nobody.
    pub sealed_under: &'static str,
    /// A keyed MAC over id and leaf: protects the row until it has its place in the tree.
    pub mac: Vec<u8>,
}

/// Proof that an event of kind `K` is durable. Only the store makes these (kept by `tests/it/rooms.rs`).
#[derive(Debug)]
pub struct Receipt<K> {
    event: EventId,
    person: Option<AccountId>,
    kind: PhantomData<fn() -> K>,
}

impl<K> Receipt<K> {
    pub(crate) const fn committed(event: EventId, person: Option<AccountId>) -> Self {
        Self { event, person, kind: PhantomData }
    }

    /// Whom the event is about; none if it is about nobody.
    #[must_use]
    pub const fn person(&self) -> Option<AccountId> {
        self.person
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> EventId {
        self.event
    }
}
