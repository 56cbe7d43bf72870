//! Keys, hashes, seals and signatures. Everything here computes; nothing here decides, stores or speaks HTTP.
//!
//! One root secret (a file or a systemd credential) gives every other key by HKDF ([`roots`]); signing keys and
//! persons' keys are random and kept wrapped under it. AES-256-GCM, HMAC-SHA-256, ECDSA and RSA come from aws-lc;
//! passwords go through Argon2id.

pub mod index;
pub mod jwt;
pub mod keys;
pub mod note;
pub mod parcel;
pub mod passkey;
pub mod password;
pub mod record;
pub mod refresh;
pub mod roots;
pub mod seal;
pub mod tokens;
pub mod totp;
pub mod weak;

mod aead;
mod canonical;

/// Why a seal could not be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Another key sealed it, it belongs to another row, or it was changed.
    #[error("the sealed value does not open: wrong key, wrong row, or changed")]
    Refused,
    /// The keys, the disclosure and the event do not name one and the same person.
    #[error("the keys belong to another person")]
    WrongPerson,
    /// That key was destroyed, or was not handed over.
    #[error("the key that this needs is gone")]
    NoKey,
    /// What was sealed is not text, or what is to be sealed is not JSON.
    #[error("the value is not in the form it should have")]
    Malformed,
    /// The cryptographic library refused a correct call.
    #[error("the cryptographic library failed")]
    Fault,
}

impl From<aws_lc_rs::error::Unspecified> for SealError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Fault
    }
}

/// `N` bytes from the system's random source. A machine that has none must not go on making secrets, so the process
/// ends there.
#[must_use]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

/// The same, of several values at once: each time that the source is asked takes as long as all that is drawn.
#[must_use]
pub(crate) fn random_blocks<const N: usize>() -> [[u8; 32]; N] {
    let mut blocks = [[0; 32]; N];
    if aws_lc_rs::rand::fill(blocks.as_flattened_mut()).is_err() {
        std::process::abort();
    }
    blocks
}

/// SHA-256 over the parts, one after the other.
#[must_use]
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in parts {
        context.update(part);
    }
    first_32(context.finish().as_ref())
}

/// HMAC-SHA-256 over the parts, one after the other: callers keep them unambiguous.
#[must_use]
pub(crate) fn hmac(key: &aws_lc_rs::hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    first_32(context.sign().as_ref())
}

/// Bytes as they travel, and back: beside random `parts` they look as random as those, to whoever has not the key.
fn masked<const N: usize>(key: &aws_lc_rs::hmac::Key, parts: &[&[u8]], mut bytes: [u8; N]) -> [u8; N] {
    for (byte, mask) in bytes.iter_mut().zip(hmac(key, parts)) {
        *byte ^= mask;
    }
    bytes
}

fn first_32(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

/// ASCII text in groups of `size`, as people read it out.
fn grouped(text: &str, size: usize, between: char) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for (place, sign) in text.chars().enumerate() {
        if place > 0 && place % size == 0 {
            out.push(between);
        }
        out.push(sign);
    }
    out
}

/// The bytes that [`hex`] text stands for.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes().chunks(2).map(|pair| Some(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?)).collect()
}

/// Lower-case hex.
#[must_use]
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}
