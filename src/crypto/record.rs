//! From a deed in clear to a row of the record: leaf, commitment, sealed payload and MAC.

use super::aead::bound_to;
use super::canonical;
use super::roots::Roots;
use super::seal::{PersonKeys, WrappedKey, text};
use super::tokens::event_id;
use super::{SealError, hex, hmac, random_blocks, sha256};
use crate::domain::audit::leaf::{Leaf, log_year};
use crate::domain::audit::{Context, Draft, EventRow, Kind, PersonKey, Sealed};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;
use serde::Serialize;
use std::fmt;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The word of `sealed_under` for an event about nobody.
pub const HOUSE: &str = "house";

/// What an event needs from chance and the clock, drawn before a transaction opens: a transaction that is run again
/// makes the same event, and one that is rolled back used nothing up. One seed serves one event.
#[derive(Clone)]
pub struct EventSeed {
    id: EventId,
    at: When,
    salt: [u8; 32],
    nonce: [u8; 32],
}

impl EventSeed {
    /// For one event at `now`.
    #[must_use]
    pub fn draw(now: When) -> Self {
        let [id, salt, nonce] = random_blocks();
        Self { id: event_id(now, &id), at: now, salt, nonce }
    }

    /// The event's identifier.
    #[must_use]
    pub const fn id(&self) -> EventId {
        self.id
    }

    /// The event's time.
    #[must_use]
    pub const fn at(&self) -> When {
        self.at
    }
}

impl fmt::Debug for EventSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventSeed({})", self.id)
    }
}

/// Seals events under the policy bundle in force.
#[derive(Debug, Clone)]
pub struct Recorder {
    roots: Roots,
    policy_version: String,
}

#[derive(Serialize)]
struct Payload<'a, K> {
    context: &'a Context,
    data: &'a K,
    /// Left out of the first version, as it was before there were others.
    #[serde(skip_serializing_if = "Option::is_none")]
    v: Option<u32>,
}

impl Recorder {
    /// `policy_version` is the short hash of the active bundle: it goes into every leaf.
    #[must_use]
    pub fn new(roots: Roots, policy_version: &str) -> Self {
        Self { roots, policy_version: policy_version.to_owned() }
    }

    /// Seals one event. About a person, it needs her keys; about nobody, none.
    ///
    /// # Errors
    /// [`SealError::NoKey`] if the person's keys are missing or that key is destroyed, [`SealError::WrongPerson`] if
    /// keys and subject differ (also keys given for an event about nobody).
    #[expect(clippy::needless_pass_by_value, reason = "one seed serves one event, and is spent here")]
    pub fn seal<K: Kind>(
        &self,
        seed: EventSeed,
        draft: &Draft<K>,
        keys: Option<&PersonKeys>,
    ) -> Result<Sealed<K>, SealError> {
        let EventSeed { id, at, salt, nonce } = seed;
        let keys = match (draft.subject, keys) {
            (None, None) => None,
            (Some(_), None) => return Err(SealError::NoKey),
            (subject, Some(keys)) if subject == Some(keys.account()) => Some(keys),
            (_, Some(_)) => return Err(SealError::WrongPerson),
        };
        let payload =
            Payload { v: (K::VERSION > 1).then_some(K::VERSION), context: &draft.context, data: &draft.payload };
        let payload = Zeroizing::new(canonical::to_vec(&payload).map_err(|_| SealError::Malformed)?);
        let subject = keys.map(|keys| keys.pseudonym(log_year(at)));
        let commit = commitment(&salt, &payload);
        // The nonce depends on what is sealed: should one seed ever meet two payloads, they still get two nonces.
        let nonce = synthetic_nonce(&self.roots, &nonce, &commit);
        let place = payload_place(id);
        let sealed = match keys {
            Some(keys) => keys.seal_payload(K::KEY, nonce, &place, &payload)?,
            None => self.roots.house().seal_with(nonce, &place, &payload)?,
        };
        let leaf = Leaf::of(draft, id, at, subject.clone(), &self.policy_version, commit);
        let leaf = leaf.text().map_err(|_| SealError::Malformed)?;
        Ok(Sealed::new(EventRow {
            id,
            at,
            kind: K::TYPE,
            outcome: draft.outcome,
            subject,
            person: keys.map(PersonKeys::account),
            client: draft.client.clone(),
            mac: self.mac(id, &leaf).to_vec(),
            leaf,
            salt: salt.to_vec(),
            payload: sealed,
            sealed_under: keys.map_or(HOUSE, |_| K::KEY.as_str()),
        }))
    }

    /// Opens the payload of an event about a person: JSON text with `context` and `data`.
    ///
    /// # Errors
    /// [`SealError::WrongPerson`] if event, keys and disclosure do not name the same person; [`SealError::NoKey`] if
    /// the key is destroyed; [`SealError::Refused`] if the payload is another event's or was changed.
    pub fn open_payload(
        &self,
        stored: StoredPayload<'_>,
        keys: &PersonKeys,
        leave: &Disclosure,
    ) -> Result<Zeroizing<String>, SealError> {
        if stored.person != Some(keys.account()) {
            return Err(SealError::WrongPerson);
        }
        let which = [PersonKey::Profile, PersonKey::Evidence]
            .into_iter()
            .find(|key| key.as_str() == stored.sealed_under)
            .ok_or(SealError::Malformed)?;
        keys.open_payload(which, &payload_place(stored.id), stored.payload, leave)
    }

    /// Opens the payload of an event about nobody: JSON text with `context` and `data`.
    ///
    /// # Errors
    /// [`SealError::WrongPerson`] if the event is about a person; [`SealError::Refused`] if it was changed.
    pub fn open_house_payload(&self, stored: StoredPayload<'_>) -> Result<Zeroizing<String>, SealError> {
        if stored.person.is_some() || stored.sealed_under != HOUSE {
            return Err(SealError::WrongPerson);
        }
        text(&self.roots.house().open(&payload_place(stored.id), stored.payload)?)
    }

    /// Whether a stored row is as it was committed: `mac` covers identifier and leaf.
    #[must_use]
    pub fn verify_mac(&self, id: EventId, leaf: &str, mac: &[u8]) -> bool {
        self.mac(id, leaf).as_slice().ct_eq(mac).into()
    }

    /// Whether a leaf's subject, a pseudonym of this log year, is this person: her evidence key, wrapped, proves it.
    #[must_use]
    pub fn is_about(&self, (person, evidence): (AccountId, &[u8]), log_year: i16, subject: &str) -> bool {
        PersonKeys::unwrap(&self.roots, person, None, &WrappedKey(evidence.to_vec()))
            .is_ok_and(|keys| keys.pseudonym(log_year) == subject)
    }

    /// The MAC over what keeps a look back: the reason, who did so and who approved it, since when and until when.
    #[must_use]
    pub fn delay_mac(&self, look: EventId, words: [&str; 3], (since, until): (When, When)) -> [u8; 32] {
        let lengths = words.map(|word| (word.len() as u64).to_be_bytes());
        let (since, until) = (since.micros().to_be_bytes(), until.micros().to_be_bytes());
        let mut parts: Vec<&[u8]> = vec![b"notice delay", look.0.as_bytes(), &since, &until];
        for (length, word) in lengths.iter().zip(words) {
            parts.extend([length.as_slice(), word.as_bytes()]);
        }
        hmac(self.roots.event_mac(), &parts)
    }

    /// Whether a look is kept back as we once decided.
    #[must_use]
    pub fn verify_delay(&self, look: EventId, words: [&str; 3], times: (When, When), mac: &[u8]) -> bool {
        self.delay_mac(look, words, times).as_slice().ct_eq(mac).into()
    }

    /// The MAC over the end of a log: its name and size, the event that says that it is destroyed, and when.
    #[must_use]
    pub fn end_mac(&self, (log, size): (&str, i64), said: EventId, at: When) -> [u8; 32] {
        let (size, at) = (size.to_be_bytes(), at.micros().to_be_bytes());
        hmac(self.roots.event_mac(), &[b"log destroyed", said.0.as_bytes(), &size, &at, log.as_bytes()])
    }

    /// Whether a log was destroyed by us.
    #[must_use]
    pub fn verify_end(&self, log: (&str, i64), said: EventId, at: When, mac: &[u8]) -> bool {
        self.end_mac(log, said, at).as_slice().ct_eq(mac).into()
    }

    fn mac(&self, id: EventId, leaf: &str) -> [u8; 32] {
        hmac(self.roots.event_mac(), &[id.0.as_bytes(), leaf.as_bytes()])
    }
}

/// The columns that opening a payload needs.
#[derive(Debug, Clone, Copy)]
pub struct StoredPayload<'a> {
    /// The event.
    pub id: EventId,
    /// The person whose key sealed it.
    pub person: Option<AccountId>,
    /// "profile", "evidence" or "house".
    pub sealed_under: &'a str,
    /// The sealed payload.
    pub payload: &'a [u8],
}

impl<'a> From<&'a EventRow> for StoredPayload<'a> {
    fn from(row: &'a EventRow) -> Self {
        Self { id: row.id, person: row.person, sealed_under: row.sealed_under, payload: &row.payload }
    }
}

/// The leaf's `commit`: "sha256:" and the hex of SHA-256(salt ‖ payload). Without the salt nobody can try payloads.
#[must_use]
pub fn commitment(salt: &[u8], payload: &[u8]) -> String {
    format!("sha256:{}", hex(&sha256(&[salt, payload])))
}

/// The hash of a leaf in the tree: SHA-256(0x00 ‖ leaf) (RFC 6962 §2.1).
#[must_use]
pub fn leaf_hash(leaf: &str) -> [u8; 32] {
    sha256(&[&[0], leaf.as_bytes()])
}

fn payload_place(id: EventId) -> Vec<u8> {
    bound_to(&[b"audit_event", b"payload", id.0.as_bytes()])
}

fn synthetic_nonce(roots: &Roots, drawn: &[u8; 32], commit: &str) -> [u8; 12] {
    let mixed = hmac(roots.event_mac(), &[b"payload nonce", drawn, commit.as_bytes()]);
    let mut nonce = [0; 12];
    for (to, from) in nonce.iter_mut().zip(mixed) {
        *to = from;
    }
    nonce
}

#[cfg(test)]
mod tests;
