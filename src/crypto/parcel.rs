//! Parcels: files sealed for keeping elsewhere, read and written a chunk at a time.
//!
//! ```text
//! {"format":…}\n            what is in it, in the clear; its SHA-256 is bound into every chunk
//! last(1) length(4) sealed  a chunk: AES-256-GCM over at most a mebibyte, bound to its number and to whether it is the last
//! last(1) length(4) sealed  …
//! ```
//!
//! So that a byte changed, a chunk left out, moved or taken from another parcel, and an end cut off are all found.

use super::aead::bound_to;
use super::roots::Roots;
use super::{SealError, hex, sha256};
use std::io::{self, BufRead, Read, Write};

/// The plain bytes of one chunk.
const CHUNK: usize = 1 << 20;

/// The most that a head may have.
const HEAD: u64 = 1 << 16;

/// What a sealed chunk has beside its plain bytes, generously.
const MORE: usize = 64;

/// Why a parcel does not open.
#[derive(Debug, thiserror::Error)]
pub enum ParcelError {
    /// It has no head, or none of ours.
    #[error("it does not begin as a backup of ours does: name the file that `portreeve backup` wrote")]
    NoHead,
    /// Another key sealed it, or it was changed.
    #[error(
        "chunk {0} does not open: the file was changed, or the root secret is not the one it was sealed with; take another copy \
         of the file, or put the right secret in place"
    )]
    Changed(u64),
    /// Its end is missing.
    #[error("it ends after chunk {0}, which is not its last: the file was cut off; take another copy of it")]
    CutOff(u64),
    /// There is something behind its end.
    #[error("something stands behind its last chunk: the file was changed; take another copy of it")]
    Behind,
    /// The file system.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The library that seals.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Seals all that `plain` gives behind this head, which is one line.
///
/// # Errors
/// [`ParcelError`]; what was written is of no use then.
pub fn seal(roots: &Roots, head: &str, plain: &mut impl Read, out: &mut impl Write) -> Result<(), ParcelError> {
    if head.contains('\n') || head.len() as u64 >= HEAD {
        return Err(ParcelError::NoHead);
    }
    out.write_all(head.as_bytes())?;
    out.write_all(b"\n")?;
    let bound = sha256(&[head.as_bytes()]);
    let (mut now, mut next) = (chunk(plain)?, chunk(plain)?);
    for number in 0_u64.. {
        let last = next.is_empty();
        let sealed = roots.backup().seal(&place(&bound, number, last), &now)?;
        let length = u32::try_from(sealed.len()).map_err(|_| SealError::Fault)?;
        out.write_all(&[u8::from(last)])?;
        out.write_all(&length.to_be_bytes())?;
        out.write_all(&sealed)?;
        if last {
            break;
        }
        now = std::mem::replace(&mut next, chunk(plain)?);
    }
    out.flush()?;
    Ok(())
}

/// The head of a parcel. Nothing of it is proved before [`open`] has come to the end.
///
/// # Errors
/// [`ParcelError::NoHead`] if there is none.
pub fn head(sealed: &mut impl BufRead) -> Result<String, ParcelError> {
    let mut line = Vec::new();
    sealed.take(HEAD).read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(ParcelError::NoHead);
    }
    String::from_utf8(line).map_err(|_| ParcelError::NoHead)
}

/// Opens all that stands behind this head; gives the SHA-256 of the plain bytes, in hex.
///
/// # Errors
/// [`ParcelError`]; what was written by then must not be used.
pub fn open(roots: &Roots, head: &str, sealed: &mut impl Read, out: &mut impl Write) -> Result<String, ParcelError> {
    let bound = sha256(&[head.as_bytes()]);
    let mut digest = Digest::default();
    for number in 0_u64.. {
        let (mut last, mut length) = ([0; 1], [0; 4]);
        whole(sealed, &mut last, number)?;
        whole(sealed, &mut length, number)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > CHUNK + MORE {
            return Err(ParcelError::Changed(number));
        }
        let mut body = vec![0; length];
        whole(sealed, &mut body, number)?;
        let last = last == [1];
        let plain = match roots.backup().open(&place(&bound, number, last), &body) {
            Err(SealError::Refused) => return Err(ParcelError::Changed(number)),
            opened => opened?,
        };
        digest.write_all(&plain)?;
        out.write_all(&plain)?;
        if last {
            break;
        }
    }
    if sealed.read(&mut [0])? != 0 {
        return Err(ParcelError::Behind);
    }
    out.flush()?;
    Ok(digest.hex())
}

fn place(bound: &[u8; 32], number: u64, last: bool) -> Vec<u8> {
    bound_to(&[b"backup", bound, &number.to_be_bytes(), &[u8::from(last)]])
}

fn whole(sealed: &mut impl Read, into: &mut [u8], number: u64) -> Result<(), ParcelError> {
    sealed.read_exact(into).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ParcelError::CutOff(number),
        _ => error.into(),
    })
}

fn chunk(plain: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(CHUNK);
    plain.take(CHUNK as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// SHA-256 of what is written to it.
pub struct Digest(aws_lc_rs::digest::Context);

impl Default for Digest {
    fn default() -> Self {
        Self(aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256))
    }
}

impl Digest {
    /// In hex.
    #[must_use]
    pub fn hex(self) -> String {
        hex(self.0.finish().as_ref())
    }
}

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, ParcelError, head, open, seal};
    use crate::crypto::roots::{RootSecret, Roots};

    fn roots(byte: u8) -> Roots {
        Roots::derive(&RootSecret::from([byte; 32])).unwrap()
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        seal(&roots(1), "{}", &mut &*plain, &mut out).unwrap();
        out
    }

    fn opened(roots: &Roots, mut parcel: &[u8]) -> Result<Vec<u8>, ParcelError> {
        let mut plain = Vec::new();
        let head = head(&mut parcel)?;
        open(roots, &head, &mut parcel, &mut plain)?;
        Ok(plain)
    }

    #[test]
    fn a_parcel_opens_whole_whatever_its_length() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
            let plain: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            assert!(opened(&roots(1), &sealed(&plain)).unwrap() == plain, "{length}");
        }
    }

    #[test]
    fn what_was_changed_cut_off_or_moved_does_not_open() {
        let parcel = sealed(&vec![7; CHUNK + 5]);
        for at in [0, 3, 7, 40, CHUNK + 20, parcel.len() - 1] {
            let mut changed = parcel.clone();
            changed[at] ^= 1;
            assert!(opened(&roots(1), &changed).is_err(), "byte {at}");
        }
        let first = CHUNK + 29 + 5;
        for cut in [2, 3, 9, 3 + first, 3 + first + 4, parcel.len() - 1] {
            assert!(opened(&roots(1), &parcel[..cut]).is_err(), "cut at {cut}");
        }
        let (before, chunks) = parcel.split_at(3);
        let (one, two) = chunks.split_at(first);
        assert!(opened(&roots(1), &[before, two, one].concat()).is_err(), "another order");
        assert!(opened(&roots(1), &[before, two].concat()).is_err(), "the first is missing");
        assert!(matches!(opened(&roots(1), &[&parcel[..], b"x"].concat()), Err(ParcelError::Behind)));
        assert!(matches!(opened(&roots(2), &parcel), Err(ParcelError::Changed(0))), "another secret");
        let other = [b"{ }\n", chunks].concat();
        assert!(matches!(opened(&roots(1), &other), Err(ParcelError::Changed(0))), "another head");
    }
}
