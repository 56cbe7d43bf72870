//! Signed notes (C2SP signed-note) and the Ed25519 keys that sign checkpoints: the log's own, and those of witnesses
//! (C2SP tlog-cosignature).
//!
//! ```text
//! example.com/log/2026                   the text: what is signed, with its last line end
//! 7
//! 2KhMW…=
//!                                        an empty line
//! — example.com/log/2026 qR3x…=          a signature: who, then base64 of the key's id (4 bytes) and the signature
//! — witness.example/w1 mQ8a…=            a witness': the same, with its time (8 bytes) before the signature
//! ```

use super::aead::bound_to;
use super::roots::Roots;
use super::seal::WrappedKey;
use super::{SealError, sha256};
use crate::domain::time::When;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// What a key signs, which is part of its id (C2SP signed-note, tlog-cosignature).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// A note as it is: a log's own signature.
    Log,
    /// "This log was consistent when I saw it, at this time": a witness' cosignature/v1.
    Witness,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }
}

/// A public key with the name it signs under, as `name+id+key` (C2SP signed-note calls it a vkey).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    public: [u8; 32],
}

/// Text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a public key is written name+id+key, with 8 hex digits for the id and Ed25519 in base64; the id must fit the rest"
)]
pub struct NoKey;

/// Whether this may stand as the name of a key: no white space, no plus.
#[must_use]
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '+' || c.is_control())
}

impl VerifierKey {
    /// A key by its parts; none if the name may not stand there.
    #[must_use]
    pub fn new(name: &str, kind: KeyKind, public: [u8; 32]) -> Option<Self> {
        is_name(name).then(|| Self { name: name.to_owned(), kind, public })
    }

    /// Whom it names.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The same key under another name: a log key signs for the log of each year.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Self> {
        Self::new(name, self.kind, self.public)
    }

    /// The public key itself.
    #[must_use]
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }

    fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[self.kind.byte()], &self.public]);
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }

    fn verifies(&self, text: &str, signature: &[u8]) -> Option<Signed> {
        let key = UnparsedPublicKey::new(&ED25519, &self.public);
        match self.kind {
            KeyKind::Log => key.verify(text.as_bytes(), signature).ok().map(|()| Signed { at: None }),
            KeyKind::Witness => {
                let (seconds, signature) = signature.split_first_chunk::<8>()?;
                let seconds = i64::try_from(u64::from_be_bytes(*seconds)).ok()?;
                key.verify(cosigned(seconds, text).as_bytes(), signature).ok()?;
                Some(Signed { at: Some(When::from_seconds(seconds)) })
            }
        }
    }
}

/// What a witness signs (C2SP tlog-cosignature, cosignature/v1).
fn cosigned(seconds: i64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[self.kind.byte()][..], &self.public].concat());
        write!(f, "{}+{}+{key}", self.name, super::hex(&self.id()))
    }
}

impl FromStr for VerifierKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(NoKey) };
        let key = STANDARD.decode(key).map_err(|_| NoKey)?;
        let (kind, public) = key.split_first().ok_or(NoKey)?;
        let kind = [KeyKind::Log, KeyKind::Witness].into_iter().find(|one| one.byte() == *kind).ok_or(NoKey)?;
        let key = Self::new(name, kind, public.try_into().map_err(|_| NoKey)?).ok_or(NoKey)?;
        if key.to_string() == text.trim() { Ok(key) } else { Err(NoKey) }
    }
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    name: String,
    /// The key's id and what follows.
    bytes: Vec<u8>,
}

impl Signature {
    /// A line as it stands in a note, without its line end.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (name, text) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() > 4)?;
        is_name(name).then(|| Self { name: name.to_owned(), bytes })
    }

    /// Which key made the line, as it says: the name and the key's id, as they stand in a vkey.
    #[must_use]
    pub fn key(&self) -> String {
        let id = self.bytes.get(..4).map(super::hex).unwrap_or_default();
        format!("{}+{id}", self.name)
    }

    /// Whom the line names; that it is so, only [`Note::signed_by`] says.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\u{2014} {} {}", self.name, STANDARD.encode(&self.bytes))
    }
}

/// A text with signatures under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// The longest note read, in bytes.
const LONGEST: usize = 64 * 1_024;

impl Note {
    /// A text to be signed: each of its lines ended.
    #[must_use]
    pub fn new(text: String) -> Option<Self> {
        let well = text.ends_with('\n') && !text.contains(|c: char| c.is_ascii_control() && c != '\n');
        well.then_some(Self { text, signatures: Vec::new() })
    }

    /// Reads a note; nothing is verified yet.
    #[must_use]
    pub fn parse(note: &str) -> Option<Self> {
        if note.len() > LONGEST {
            return None;
        }
        // The text may hold empty lines itself: the last one parts it from the signatures.
        let (text, lines) = note.rsplit_once("\n\n")?;
        let mut note = Self::new(format!("{text}\n"))?;
        for line in lines.strip_suffix('\n')?.split('\n') {
            note.signatures.push(Signature::parse(line)?);
        }
        Some(note)
    }

    /// What is signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines under it.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a line, unless it is there.
    pub fn add(&mut self, signature: Signature) {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
    }

    /// Whether this key signed it; of a witness, when.
    #[must_use]
    pub fn signed_by(&self, key: &VerifierKey) -> Option<Signed> {
        let of_key = self.signatures.iter().filter(|line| line.name == key.name);
        of_key.filter_map(|line| key.verifies(&self.text, line.bytes.strip_prefix(&key.id())?)).max()
    }

    /// The lines of this key that verify.
    #[must_use]
    pub fn lines_of(&self, key: &VerifierKey) -> Vec<&Signature> {
        let of_key = self.signatures.iter().filter(|line| line.name == key.name);
        of_key
            .filter(|line| {
                line.bytes.strip_prefix(&key.id()).is_some_and(|bytes| key.verifies(&self.text, bytes).is_some())
            })
            .collect()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// That a key signed a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signed {
    /// When, as a witness says.
    pub at: Option<When>,
}

/// A private key that signs notes.
pub struct NoteKey {
    pair: Ed25519KeyPair,
    pkcs8: Zeroizing<Vec<u8>>,
    public: [u8; 32],
}

impl fmt::Debug for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteKey({})", super::hex(&self.public))
    }
}

impl NoteKey {
    /// A new key.
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn generate() -> Result<Self, SealError> {
        let rng = aws_lc_rs::rand::SystemRandom::new();
        let pkcs8 = Ed25519KeyPair::generate_pkcs8v1(&rng)?;
        Self::from_pkcs8(pkcs8.as_ref())
    }

    /// A key as [`NoteKey::pkcs8`] gave it.
    ///
    /// # Errors
    /// [`SealError::Malformed`] if it is none.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, SealError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| SealError::Malformed)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| SealError::Malformed)?;
        Ok(Self { pair, pkcs8: Zeroizing::new(pkcs8.to_vec()), public })
    }

    /// The private key, for the file of a witness.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The private key under the key-encryption key.
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn wrap(&self, roots: &Roots) -> Result<WrappedKey, SealError> {
        Ok(WrappedKey(roots.kek().seal(&wrapping(&self.public), &self.pkcs8)?))
    }

    /// Opens a wrapped key, which must be the private half of `public`.
    ///
    /// # Errors
    /// [`SealError::Refused`] if another key wrapped it or it is another's.
    pub fn unwrap(roots: &Roots, wrapped: &WrappedKey, public: &[u8]) -> Result<Self, SealError> {
        let key = Self::from_pkcs8(&roots.kek().open(&wrapping(public), &wrapped.0)?)?;
        if key.public == *public { Ok(key) } else { Err(SealError::Refused) }
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The public half under a name; none if that may be no name.
    #[must_use]
    pub fn verifier(&self, name: &str, kind: KeyKind) -> Option<VerifierKey> {
        VerifierKey::new(name, kind, self.public)
    }

    /// A log's signature under a text.
    #[must_use]
    pub fn sign(&self, name: &str, text: &str) -> Option<Signature> {
        let key = self.verifier(name, KeyKind::Log)?;
        let signature = self.pair.sign(text.as_bytes());
        Some(Signature { name: name.to_owned(), bytes: [&key.id()[..], signature.as_ref()].concat() })
    }

    /// A witness' cosignature under a checkpoint.
    #[must_use]
    pub fn cosign(&self, name: &str, text: &str, now: When) -> Option<Signature> {
        let key = self.verifier(name, KeyKind::Witness)?;
        let seconds = now.seconds().max(0);
        let signature = self.pair.sign(cosigned(seconds, text).as_bytes());
        let time = u64::try_from(seconds).ok()?.to_be_bytes();
        Some(Signature { name: name.to_owned(), bytes: [&key.id()[..], &time, signature.as_ref()].concat() })
    }
}

fn wrapping(public: &[u8]) -> Vec<u8> {
    bound_to(&[b"log key", public])
}

#[cfg(test)]
mod tests;
