//! Personal fields under keys of their person, and messages under keys of their own: destroy the key, and every copy
//! of the field is unreadable, in backups too.

#[cfg(test)]
mod tests;

use super::aead::{AeadKey, bound_to};
use super::roots::Roots;
use super::{SealError, hex, hmac, random};
use crate::domain::audit::PersonKey;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::AccountId;
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A key under the key-encryption key: what the vault holds.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrappedKey(…)")
    }
}

/// Where a sealed value lives and which of the person's keys seals it. A value moved to another place does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    key: PersonKey,
    table: &'static str,
    column: &'static str,
    row: Uuid,
}

impl Field {
    /// A field that dies at erasure.
    #[must_use]
    pub const fn profile(table: &'static str, column: &'static str, row: Uuid) -> Self {
        Self { key: PersonKey::Profile, table, column, row }
    }

    /// A field kept as evidence until its own rule lapses.
    #[must_use]
    pub const fn evidence(table: &'static str, column: &'static str, row: Uuid) -> Self {
        Self { key: PersonKey::Evidence, table, column, row }
    }

    fn aad(&self) -> Vec<u8> {
        bound_to(&[self.table.as_bytes(), self.column.as_bytes(), self.row.as_bytes()])
    }
}

struct DataKey {
    bytes: Zeroizing<[u8; 32]>,
    aead: AeadKey,
}

impl DataKey {
    fn new(bytes: Zeroizing<[u8; 32]>) -> Result<Self, SealError> {
        Ok(Self { aead: AeadKey::new(&bytes)?, bytes })
    }

    fn random() -> Result<Self, SealError> {
        Self::new(Zeroizing::new(random()))
    }

    fn wrap(&self, roots: &Roots, aad: &[u8]) -> Result<WrappedKey, SealError> {
        roots.kek().seal(aad, &*self.bytes).map(WrappedKey)
    }

    fn unwrap(roots: &Roots, aad: &[u8], wrapped: &WrappedKey) -> Result<Self, SealError> {
        let plain = roots.kek().open(aad, &wrapped.0)?;
        Self::new(Zeroizing::new(plain.as_slice().try_into().map_err(|_| SealError::Malformed)?))
    }
}

/// A person's two keys, opened. The profile key may be gone already while evidence is still kept.
pub struct PersonKeys {
    account: AccountId,
    profile: Option<DataKey>,
    evidence: DataKey,
}

impl PersonKeys {
    /// New keys for a new account. Commit them to the vault before the first row sealed with them.
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn generate(account: AccountId) -> Result<Self, SealError> {
        Ok(Self { account, profile: Some(DataKey::random()?), evidence: DataKey::random()? })
    }

    /// One of the keys as the vault holds it, bound to its kind and its account.
    ///
    /// # Errors
    /// [`SealError::NoKey`] if that key is gone.
    pub fn wrap(&self, roots: &Roots, which: PersonKey) -> Result<WrappedKey, SealError> {
        self.key(which)?.wrap(roots, &wrapping(which, self.account))
    }

    /// Opens what the vault holds for `account`.
    ///
    /// # Errors
    /// [`SealError::Refused`] if a key was wrapped under other roots, for another account or as the other kind.
    pub fn unwrap(
        roots: &Roots,
        account: AccountId,
        profile: Option<&WrappedKey>,
        evidence: &WrappedKey,
    ) -> Result<Self, SealError> {
        let open = |which, wrapped| DataKey::unwrap(roots, &wrapping(which, account), wrapped);
        Ok(Self {
            account,
            profile: profile.map(|wrapped| open(PersonKey::Profile, wrapped)).transpose()?,
            evidence: open(PersonKey::Evidence, evidence)?,
        })
    }

    /// Whose keys these are.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// Whether what is sealed in the profile can still be read: not after erasure.
    #[must_use]
    pub const fn has_profile(&self) -> bool {
        self.profile.is_some()
    }

    /// Seals a field's text.
    ///
    /// # Errors
    /// [`SealError::NoKey`] if the field's key is gone.
    pub fn seal(&self, field: Field, plaintext: &str) -> Result<Vec<u8>, SealError> {
        self.seal_bytes(field, plaintext.as_bytes())
    }

    /// Opens a field, for one who has earned it.
    ///
    /// # Errors
    /// [`SealError::WrongPerson`] if the disclosure is about someone else; [`SealError::Refused`] if the value was
    /// sealed for another place; [`SealError::NoKey`] after erasure.
    pub fn open(&self, field: Field, sealed: &[u8], leave: &Disclosure) -> Result<Zeroizing<String>, SealError> {
        text(&self.open_bytes(field, sealed, leave)?)
    }

    /// Seals a field that is no text.
    ///
    /// # Errors
    /// As [`PersonKeys::seal`].
    pub fn seal_bytes(&self, field: Field, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        self.key(field.key)?.aead.seal(&field.aad(), plaintext)
    }

    /// Opens one, for one who has earned it.
    ///
    /// # Errors
    /// As [`PersonKeys::open`].
    pub fn open_bytes(&self, field: Field, sealed: &[u8], leave: &Disclosure) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.earned(leave)?;
        self.key(field.key)?.aead.open(&field.aad(), sealed)
    }

    /// The person's pseudonym in the log of one financial year (`domain::audit::leaf::log_year`), in hex: the same all
    /// year, unlinkable to the next year's and to her once the evidence key is destroyed.
    #[must_use]
    pub fn pseudonym(&self, log_year: i16) -> String {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &*self.evidence.bytes);
        hex(&hmac(&key, &[b"subject", log_year.to_string().as_bytes()]))
    }

    pub(super) fn seal_payload(
        &self,
        which: PersonKey,
        nonce: [u8; 12],
        aad: &[u8],
        payload: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        self.key(which)?.aead.seal_with(nonce, aad, payload)
    }

    pub(super) fn open_payload(
        &self,
        which: PersonKey,
        aad: &[u8],
        sealed: &[u8],
        leave: &Disclosure,
    ) -> Result<Zeroizing<String>, SealError> {
        self.earned(leave)?;
        text(&self.key(which)?.aead.open(aad, sealed)?)
    }

    fn earned(&self, leave: &Disclosure) -> Result<(), SealError> {
        if leave.subject() == self.account { Ok(()) } else { Err(SealError::WrongPerson) }
    }

    fn key(&self, which: PersonKey) -> Result<&DataKey, SealError> {
        match which {
            PersonKey::Profile => self.profile.as_ref().ok_or(SealError::NoKey),
            PersonKey::Evidence => Ok(&self.evidence),
        }
    }

    #[cfg(test)]
    pub(super) fn fixed(account: AccountId, profile: [u8; 32], evidence: [u8; 32]) -> Self {
        let key = |bytes| DataKey::new(Zeroizing::new(bytes)).unwrap();
        Self { account, profile: Some(key(profile)), evidence: key(evidence) }
    }
}

impl fmt::Debug for PersonKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKeys(…)")
    }
}

fn wrapping(which: PersonKey, account: AccountId) -> Vec<u8> {
    bound_to(&[b"person key", which.as_str().as_bytes(), account.0.as_bytes()])
}

pub(super) fn text(plain: &[u8]) -> Result<Zeroizing<String>, SealError> {
    std::str::from_utf8(plain).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| SealError::Malformed)
}

/// What a [`RowKey`] is for. The kind is part of every seal: a message's key opens no registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A message of the outbox: opened to deliver it, and for nothing else. Destroyed on delivery or dead letter.
    Message,
    /// A started registration, before there is an account: opened for the journey of the one who typed it.
    Registration,
    /// A signal to a service: opened to hand it over, and for nothing else. Destroyed once it has arrived or is given up.
    Signal,
    /// What an account can see of itself, as a file: opened for its owner who fetches it. Destroyed then, or after a day.
    Download,
    /// A member of staff: their name is opened to say who acted, and to themselves.
    Staff,
}

impl RowKind {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Message => b"message",
            Self::Registration => b"registration",
            Self::Signal => b"signal",
            Self::Download => b"download",
            Self::Staff => b"staff",
        }
    }
}

/// A key for one row that has no person's keys. It needs no [`Disclosure`]: its kind says the only use it has.
pub struct RowKey {
    kind: RowKind,
    row: Uuid,
    key: DataKey,
}

impl RowKey {
    /// A new key for a new row.
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn generate(kind: RowKind, row: Uuid) -> Result<Self, SealError> {
        Ok(Self { kind, row, key: DataKey::random()? })
    }

    /// The key as the row holds it.
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn wrap(&self, roots: &Roots) -> Result<WrappedKey, SealError> {
        self.key.wrap(roots, &self.wrapping())
    }

    /// Opens the key of a row.
    ///
    /// # Errors
    /// [`SealError::Refused`] if it was wrapped under other roots, or for another row or kind.
    pub fn unwrap(roots: &Roots, kind: RowKind, row: Uuid, wrapped: &WrappedKey) -> Result<Self, SealError> {
        let key = DataKey::unwrap(roots, &row_wrapping(kind, row), wrapped)?;
        Ok(Self { kind, row, key })
    }

    /// Seals one column of the row.
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn seal(&self, column: &'static str, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        self.key.aead.seal(&self.aad(column), plaintext)
    }

    /// Opens one column of the row.
    ///
    /// # Errors
    /// [`SealError::Refused`] if it was sealed for another column or row.
    pub fn open(&self, column: &'static str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.key.aead.open(&self.aad(column), sealed)
    }

    /// Opens one column of the row as text.
    ///
    /// # Errors
    /// As [`RowKey::open`], and [`SealError::Malformed`] if it is not UTF-8.
    pub fn open_text(&self, column: &'static str, sealed: &[u8]) -> Result<Zeroizing<String>, SealError> {
        text(&self.open(column, sealed)?)
    }

    fn aad(&self, column: &str) -> Vec<u8> {
        bound_to(&[self.kind.label(), column.as_bytes(), self.row.as_bytes()])
    }

    fn wrapping(&self) -> Vec<u8> {
        row_wrapping(self.kind, self.row)
    }
}

fn row_wrapping(kind: RowKind, row: Uuid) -> Vec<u8> {
    bound_to(&[b"row key", kind.label(), row.as_bytes()])
}

impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowKey(…)")
    }
}
