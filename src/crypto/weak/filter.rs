//! The breached-password filter: about 9 bits a password, never a miss, one false alarm in 256 or fewer.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use xorf::{BinaryFuse8, Descriptor, Filter as _};

/// What the file begins with; another layout would have another number.
const MAGIC: &[u8; 16] = b"portreeve weak 1";
/// Ample for the largest public list: 2^32 fingerprints.
const MAX_FINGERPRINTS: u64 = 1 << 32;

/// Why a list or a filter file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// Reading or writing failed.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The list holds no password.
    #[error("the list is empty")]
    Empty,
    /// No filter could be built over the list.
    #[error("no filter could be built: {0}")]
    Build(&'static str),
    /// Not a filter file, cut short, or changed.
    #[error("this is not a whole filter file: import the list again")]
    Damaged,
}

/// A set of passwords known from breaches, as fingerprints that give no password back.
pub struct BreachedFilter(BinaryFuse8);

impl std::fmt::Debug for BreachedFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BreachedFilter({} fingerprints)", self.0.len())
    }
}

impl BreachedFilter {
    /// Builds a filter from a list, one a line: a password, or the SHA-1 of one in hex with an optional `:count`, as
    /// public lists have them. Needs 8 bytes of memory a line, and three times that while it builds.
    ///
    /// # Errors
    /// [`FilterError::Empty`], [`FilterError::Build`] or what reading gave.
    pub fn import(mut list: impl BufRead) -> Result<Self, FilterError> {
        let mut keys = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            if list.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if !text.is_empty() {
                keys.push(hashed_line(text).unwrap_or_else(|| key_of(text)));
            }
        }
        if keys.is_empty() {
            return Err(FilterError::Empty);
        }
        // The builder never ends on equal keys.
        keys.sort_unstable();
        keys.dedup();
        BinaryFuse8::try_from_iterator(keys.iter().copied()).map(Self).map_err(FilterError::Build)
    }

    /// Whether the password is in the set: always yes if it is, and by chance for about one in 256 that is not.
    #[must_use]
    pub fn contains(&self, password: &str) -> bool {
        self.0.contains(&key_of(password.as_bytes()))
    }

    /// Writes the filter file: layout number, descriptor, fingerprints, SHA-256 over all before it.
    ///
    /// # Errors
    /// What writing gave.
    pub fn write(&self, out: &mut impl Write) -> Result<(), FilterError> {
        let head = self.head();
        out.write_all(&head)?;
        out.write_all(&self.0.fingerprints)?;
        out.write_all(&crate::crypto::sha256(&[&head, &self.0.fingerprints]))?;
        Ok(())
    }

    /// Reads a filter file whole.
    ///
    /// # Errors
    /// [`FilterError::Damaged`] unless it is exactly what [`BreachedFilter::write`] wrote.
    pub fn load(path: &Path) -> Result<Self, FilterError> {
        Self::read(&mut io::BufReader::new(std::fs::File::open(path)?))
    }

    /// Reads a filter whole.
    ///
    /// # Errors
    /// As [`BreachedFilter::load`].
    pub fn read(from: &mut impl Read) -> Result<Self, FilterError> {
        let magic: [u8; 16] = take(from)?;
        let descriptor = Descriptor {
            seed: u64::from_be_bytes(take(from)?),
            segment_length: u32::from_be_bytes(take(from)?),
            segment_length_mask: u32::from_be_bytes(take(from)?),
            segment_count_length: u32::from_be_bytes(take(from)?),
        };
        let count = u64::from_be_bytes(take(from)?);
        if magic != *MAGIC || count > MAX_FINGERPRINTS || !sound(&descriptor, count) {
            return Err(FilterError::Damaged);
        }
        let mut fingerprints = Vec::new();
        from.take(count).read_to_end(&mut fingerprints)?;
        let whole = u64::try_from(fingerprints.len()).is_ok_and(|read| read == count);
        let filter = Self(BinaryFuse8 { descriptor, fingerprints: fingerprints.into() });
        let sum: [u8; 32] = take(from)?;
        let at_end = from.read(&mut [0])? == 0;
        let right = sum == crate::crypto::sha256(&[&filter.head(), &filter.0.fingerprints]);
        if whole && at_end && right { Ok(filter) } else { Err(FilterError::Damaged) }
    }

    fn head(&self) -> Vec<u8> {
        let of = &self.0.descriptor;
        let count = u64::try_from(self.0.fingerprints.len()).unwrap_or(u64::MAX);
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&of.seed.to_be_bytes());
        for figure in [of.segment_length, of.segment_length_mask, of.segment_count_length] {
            head.extend_from_slice(&figure.to_be_bytes());
        }
        head.extend_from_slice(&count.to_be_bytes());
        head
    }
}

/// A look-up indexes three neighbouring segments without asking: a descriptor that reaches past the end must not load.
fn sound(of: &Descriptor, count: u64) -> bool {
    let (segment, span) = (u64::from(of.segment_length), u64::from(of.segment_count_length));
    of.segment_length.is_power_of_two()
        && of.segment_length_mask == of.segment_length - 1
        && span % segment == 0
        && span + 2 * segment <= count
}

fn take<const N: usize>(from: &mut impl Read) -> Result<[u8; N], FilterError> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => FilterError::Damaged,
        _ => FilterError::File(error),
    })?;
    Ok(bytes)
}

/// The filter's key: the first 64 bits of SHA-1, because that is what public lists hold. Nothing here needs SHA-1 to
/// resist collisions.
fn key_of(password: &[u8]) -> u64 {
    first_64(digest(&SHA1_FOR_LEGACY_USE_ONLY, password).as_ref())
}

fn first_64(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |key, byte| (key << 8) | u64::from(*byte))
}

/// A line of 40 hex digits, alone or before a colon.
fn hashed_line(line: &[u8]) -> Option<u64> {
    let (digits, rest) = line.split_at_checked(40)?;
    let counted = rest.strip_prefix(b":").is_some_and(|count| count.iter().all(u8::is_ascii_digit));
    if !(rest.is_empty() || counted) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(digits.get(..16)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{BreachedFilter, FilterError};

    fn written(filter: &BreachedFilter) -> Vec<u8> {
        let mut file = Vec::new();
        filter.write(&mut file).unwrap();
        file
    }

    #[test]
    fn lists_of_passwords_and_of_hashes_give_the_same_answers() {
        // SHA-1 of "hunter2", in both cases of hex, with and without a count.
        let hashed = b"F3BBBD66A63D4BF1747940578EC3D0103530E21D:17043\r\n" as &[u8];
        let lower = b"f3bbbd66a63d4bf1747940578ec3d0103530e21d" as &[u8];
        for list in [b"hunter2\n\nhunter2\nother\n" as &[u8], hashed, lower] {
            let filter = BreachedFilter::import(list).unwrap();
            assert!(filter.contains("hunter2"));
        }
    }

    #[test]
    fn a_filter_never_misses_and_seldom_errs() {
        let list: String = (0..5_000).map(|n| format!("password number {n}\n")).collect();
        let filter = BreachedFilter::read(&mut written(&BreachedFilter::import(list.as_bytes()).unwrap()).as_slice());
        let filter = filter.unwrap();
        assert!((0..5_000).all(|n| filter.contains(&format!("password number {n}"))));
        let false_alarms = (0..5_000).filter(|n| filter.contains(&format!("something else {n}"))).count();
        assert!(false_alarms < 60, "{false_alarms} of 5000");
    }

    #[test]
    fn an_empty_list_and_a_damaged_file_are_refused() {
        assert!(matches!(BreachedFilter::import(b"\n" as &[u8]), Err(FilterError::Empty)));
        let file = written(&BreachedFilter::import(b"one\ntwo\nthree\n" as &[u8]).unwrap());
        assert!(BreachedFilter::read(&mut file.as_slice()).is_ok());
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 0x10;
            assert!(matches!(BreachedFilter::read(&mut changed.as_slice()), Err(FilterError::Damaged)), "byte {at}");
            assert!(matches!(BreachedFilter::read(&mut &file[..at]), Err(FilterError::Damaged)), "cut at {at}");
        }
        let mut longer = file;
        longer.push(0);
        assert!(matches!(BreachedFilter::read(&mut longer.as_slice()), Err(FilterError::Damaged)));
    }
}
