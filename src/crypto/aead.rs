//! AES-256-GCM as this house uses it: one format byte, a 96-bit nonce, the sealed bytes with their tag.

use super::{SealError, random};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// The format written today; another number would be another layout or another cipher.
const FORMAT: u8 = 1;
const HEAD: usize = 1 + NONCE_LEN;

/// One AES-256-GCM key. With random nonces it may seal 2^32 values (NIST SP 800-38D §8.3); persons' keys and row keys
/// stay far below, and so does the key-encryption key, which seals two values a person.
pub(super) struct AeadKey(LessSafeKey);

impl AeadKey {
    pub(super) fn new(bytes: &[u8; 32]) -> Result<Self, SealError> {
        Ok(Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes)?)))
    }

    pub(super) fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seal_with(random(), aad, plaintext)
    }

    /// Seals with a nonce that the caller makes unique for each plaintext.
    pub(super) fn seal_with(&self, nonce: [u8; NONCE_LEN], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut body = Vec::with_capacity(HEAD + plaintext.len() + AES_256_GCM.tag_len());
        body.push(FORMAT);
        body.extend_from_slice(&nonce);
        body.extend_from_slice(plaintext);
        let in_out = body.get_mut(HEAD..).ok_or(SealError::Fault)?;
        let tag = self.0.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), in_out)?;
        body.extend_from_slice(tag.as_ref());
        Ok(body)
    }

    pub(super) fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (head, body) = sealed.split_at_checked(HEAD).ok_or(SealError::Refused)?;
        let (format, nonce) = head.split_first().ok_or(SealError::Refused)?;
        if *format != FORMAT {
            return Err(SealError::Refused);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Refused)?;
        let mut plain = Zeroizing::new(body.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(aad), &mut plain).map_err(|_| SealError::Refused)?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

/// Additional data that no two different lists of parts share: each part is preceded by its length.
pub(super) fn bound_to(parts: &[&[u8]]) -> Vec<u8> {
    let mut aad = Vec::with_capacity(parts.iter().map(|part| part.len() + 4).sum());
    for part in parts {
        aad.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        aad.extend_from_slice(part);
    }
    aad
}

#[cfg(test)]
mod tests {
    use super::{AeadKey, bound_to};
    use crate::crypto::SealError;

    #[test]
    fn a_seal_opens_whole_and_unchanged_or_not_at_all() {
        let key = AeadKey::new(&[7; 32]).unwrap();
        let sealed = key.seal(b"row", b"Ada").unwrap();
        assert_eq!(key.open(b"row", &sealed).unwrap().as_slice(), b"Ada");
        assert_ne!(sealed, key.seal(b"row", b"Ada").unwrap(), "a nonce must never be used again");
        assert_eq!(key.open(b"another row", &sealed).unwrap_err(), SealError::Refused);
        assert_eq!(AeadKey::new(&[8; 32]).unwrap().open(b"row", &sealed).unwrap_err(), SealError::Refused);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(b"row", &changed).unwrap_err(), SealError::Refused, "byte {at}");
            assert_eq!(key.open(b"row", &sealed[..at]).unwrap_err(), SealError::Refused, "cut at {at}");
        }
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        assert_ne!(bound_to(&[b"ab", b"c"]), bound_to(&[b"a", b"bc"]));
    }
}
