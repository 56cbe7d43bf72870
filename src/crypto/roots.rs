//! The one secret an operator keeps, and the keys that come from it.

use super::aead::AeadKey;
use super::{SealError, hex, random};
use aws_lc_rs::{hkdf, hmac};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::{Zeroize as _, Zeroizing};

/// Where a file lies until it is whole: beside its place, under a name of its own.
#[must_use]
pub fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

/// Makes a file that its owner alone can read (mode 0600). Whoever is killed here leaves it whole or not there at all,
/// and at most an [`unfinished`] one, which the next try replaces.
///
/// # Errors
/// What the file system says; [`io::ErrorKind::AlreadyExists`] if the file is there, which then stays as it is.
pub fn keep_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = unfinished(path);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // A second name, not another: renaming would replace what is there.
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished)?;
    linked?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Why a root secret could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// The file is not there, or cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others on this machine could read it.
    #[error("{path}: its mode is {mode:04o}, and must be 0600 or 0400: run `chmod 600 {path}`")]
    Mode {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Neither 32 bytes nor 64 hex digits, or one byte over and over.
    #[error("{path}: a root secret is 32 random bytes, raw or as 64 hex digits")]
    Malformed {
        /// Which file.
        path: PathBuf,
    },
}

/// 32 random bytes from which [`Roots`] derives every long-lived key. Losing it loses every sealed field.
pub struct RootSecret(Zeroizing<[u8; 32]>);

impl RootSecret {
    /// Reads a file that only its owner can read (mode 0600 or 0400).
    ///
    /// # Errors
    /// [`RootError`], with the path and the remedy.
    pub fn from_file(path: &Path) -> Result<Self, RootError> {
        Self::read(path, |mode| mode == 0o600 || mode == 0o400)
    }

    /// Reads a systemd credential: `directory` is what `$CREDENTIALS_DIRECTORY` names, `name` what `LoadCredential=`
    /// calls it. systemd may grant the service's user by an access list, which shows as a group bit; the directory
    /// itself is closed to others.
    ///
    /// # Errors
    /// [`RootError`], with the path and the remedy.
    pub fn from_credential(directory: &Path, name: &str) -> Result<Self, RootError> {
        Self::read(&directory.join(name), |mode| [0o400, 0o440, 0o600, 0o640].contains(&mode))
    }

    /// Draws a new secret and writes it as hex to a new file of mode 0600. Only `demo` calls this: elsewhere the
    /// operator makes the secret and keeps a copy of it.
    ///
    /// # Errors
    /// [`RootError::File`], also when the file exists already.
    pub fn generate_to_file(path: &Path) -> Result<Self, RootError> {
        let failed = |source| RootError::File { path: path.to_owned(), source };
        let secret = Self(Zeroizing::new(random()));
        let mut text = Zeroizing::new(hex(&*secret.0));
        text.push('\n');
        keep_private(path, text.as_bytes()).map_err(failed)?;
        Ok(secret)
    }

    fn read(path: &Path, safe: impl Fn(u32) -> bool) -> Result<Self, RootError> {
        let failed = |source| RootError::File { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        // The open file is asked, not the path: the path may name another file by now.
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
        if !safe(mode) {
            return Err(RootError::Mode { path: path.to_owned(), mode });
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(128));
        file.take(128).read_to_end(&mut bytes).map_err(failed)?;
        Self::parse(&bytes).ok_or_else(|| RootError::Malformed { path: path.to_owned() })
    }

    /// 32 raw bytes, or 64 hex digits with white space around them.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut secret = Zeroizing::new([0_u8; 32]);
        if bytes.len() == secret.len() {
            secret.copy_from_slice(bytes);
        } else {
            let digits = bytes.trim_ascii();
            if digits.len() != 64 {
                return None;
            }
            for (byte, pair) in secret.iter_mut().zip(digits.chunks_exact(2)) {
                *byte = pair.iter().try_fold(0, |high, digit| Some(high * 16 + hex_digit(*digit)?))?;
            }
        }
        let varied = secret.iter().any(|byte| secret.first() != Some(byte));
        varied.then_some(Self(secret))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
impl From<[u8; 32]> for RootSecret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

impl fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootSecret(…)")
    }
}

/// The keys derived from a [`RootSecret`], each for one use. Cheap to clone.
#[derive(Clone)]
pub struct Roots(Arc<Derived>);

struct Derived {
    kek: AeadKey,
    house: AeadKey,
    reference: AeadKey,
    backup: AeadKey,
    index: hmac::Key,
    event_mac: hmac::Key,
    refresh: hmac::Key,
    form: hmac::Key,
    code: hmac::Key,
    token: hmac::Key,
}

/// What [`Roots::seal_check`] seals. Its text is public; that it opens is the point.
const CHECK: &[u8] = b"portreeve root secret";

impl Roots {
    /// Derives every key by HKDF-SHA-256 (RFC 5869), one label each.
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn derive(secret: &RootSecret) -> Result<Self, SealError> {
        let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"portreeve").extract(secret.bytes());
        let seal = |label: &str| AeadKey::new(&*expand(&prk, label)?);
        let mac = |label: &str| expand(&prk, label).map(|key| hmac::Key::new(hmac::HMAC_SHA256, &*key));
        Ok(Self(Arc::new(Derived {
            kek: seal("kek")?,
            house: seal("house")?,
            reference: seal("flow")?,
            backup: seal("backup")?,
            index: mac("blind index")?,
            event_mac: mac("event mac")?,
            refresh: mac("refresh")?,
            form: mac("form")?,
            code: mac("code")?,
            token: mac("token")?,
        })))
    }

    /// A sealed known text for the store to keep: see [`Roots::verify_check`].
    ///
    /// # Errors
    /// [`SealError::Fault`] if the library refuses.
    pub fn seal_check(&self) -> Result<Vec<u8>, SealError> {
        self.0.kek.seal(b"root check", CHECK)
    }

    /// Whether these are the roots that sealed `kept`. Ask before the first write: with the wrong root secret every
    /// look-up would miss and every new field would be lost to the right one.
    #[must_use]
    pub fn verify_check(&self, kept: &[u8]) -> bool {
        self.0.kek.open(b"root check", kept).is_ok_and(|text| text.as_slice() == CHECK)
    }

    pub(super) fn kek(&self) -> &AeadKey {
        &self.0.kek
    }

    pub(super) fn house(&self) -> &AeadKey {
        &self.0.house
    }

    pub(super) fn reference(&self) -> &AeadKey {
        &self.0.reference
    }

    pub(super) fn backup(&self) -> &AeadKey {
        &self.0.backup
    }

    pub(super) fn index(&self) -> &hmac::Key {
        &self.0.index
    }

    pub(super) fn event_mac(&self) -> &hmac::Key {
        &self.0.event_mac
    }

    pub(super) fn refresh(&self) -> &hmac::Key {
        &self.0.refresh
    }

    pub(super) fn form(&self) -> &hmac::Key {
        &self.0.form
    }

    pub(super) fn code(&self) -> &hmac::Key {
        &self.0.code
    }

    pub(super) fn token(&self) -> &hmac::Key {
        &self.0.token
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Roots(…)")
    }
}

fn expand(prk: &hkdf::Prk, label: &str) -> Result<Zeroizing<[u8; 32]>, SealError> {
    let mut key = Zeroizing::new([0; 32]);
    let info = [label.as_bytes()];
    let filled = prk.expand(&info, hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut *key));
    if filled.is_err() {
        key.zeroize();
        return Err(SealError::Fault);
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::{RootError, RootSecret, Roots, unfinished};
    use crate::crypto::index::{BlindIndex, IndexKind};
    use crate::crypto::{hex, hmac};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("portreeve-roots-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn write(path: &PathBuf, bytes: &[u8], mode: u32) {
        let _ = std::fs::remove_file(path);
        std::fs::write(path, bytes).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_made_secret_is_private_and_reads_back_the_same() {
        let folder = folder("made");
        let path = folder.join("root");
        let made = RootSecret::generate_to_file(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(made.bytes(), RootSecret::from_file(&path).unwrap().bytes());
        assert!(matches!(RootSecret::generate_to_file(&path), Err(RootError::File { .. })), "never written over");
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_a_killed_process_left_unfinished_is_replaced() {
        let folder = folder("unfinished");
        let path = folder.join("root");
        write(&unfinished(&path), b"0123", 0o644);
        let made = RootSecret::generate_to_file(&path).unwrap();
        assert_eq!(made.bytes(), RootSecret::from_file(&path).unwrap().bytes());
        assert!(!unfinished(&path).exists());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        let folder = folder("mode");
        let path = folder.join("root");
        let hex = "0123456789abcdef".repeat(4);
        for (mode, well) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o666, false)] {
            write(&path, hex.as_bytes(), mode);
            assert_eq!(RootSecret::from_file(&path).is_ok(), well, "{mode:o}");
        }
        for (mode, well) in [(0o400, true), (0o440, true), (0o444, false), (0o660, false)] {
            write(&path, hex.as_bytes(), mode);
            assert_eq!(RootSecret::from_credential(&folder, "root").is_ok(), well, "{mode:o}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn only_32_bytes_or_64_hex_digits_are_a_secret() {
        let raw: Vec<u8> = (0..32).collect();
        assert!(RootSecret::parse(&raw).is_some());
        let hex = "0123456789abcdefABCDEF0011223344".repeat(2);
        assert!(RootSecret::parse(hex.as_bytes()).is_some());
        assert!(RootSecret::parse(format!("{hex}\n").as_bytes()).is_some());
        let bad = [vec![], vec![0; 32], b"changeme".to_vec(), vec![b'0'; 64], hex.replace('a', "g").into_bytes()];
        for bad in bad {
            assert!(RootSecret::parse(&bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_wrong_root_is_noticed() {
        let right = Roots::derive(&RootSecret::from([1; 32])).unwrap();
        let wrong = Roots::derive(&RootSecret::from([2; 32])).unwrap();
        let kept = right.seal_check().unwrap();
        assert!(right.verify_check(&kept));
        assert!(!wrong.verify_check(&kept));
        assert!(!right.verify_check(b""));
    }

    /// Computed by other code. A label that changes loses every field, index and session made before.
    #[test]
    fn the_derived_keys_never_change() {
        let mut secret = [0; 32];
        secret.iter_mut().zip(0..).for_each(|(byte, at)| *byte = at);
        let roots = Roots::derive(&RootSecret::from(secret)).unwrap();
        for (key, tag) in [
            (roots.event_mac(), "06d96c4c98d63ce1d39aec696968d1aac83e7f269ee8a8a55c1e3459b192b888"),
            (roots.refresh(), "5dc102ee0e201299c973d7d047ce7d8013e17dd476ae4a13f2a192286c2af53d"),
            (roots.form(), "23f0433128bd4738be87b2d80e9c7d95a4f4b5a5ee6933b2daeb2f95c6e6e911"),
            (roots.code(), "02e567117f627962f72bce9759e2e4f721e9bf611bf22b478402d885182e96f3"),
            (roots.token(), "76b597efb5677142ba1ff14db5716438e307dc411cbf9c5036576cce839987f0"),
        ] {
            assert_eq!(hex(&hmac(key, &[b"x"])), tag);
        }
        let email = BlindIndex::of(&roots, IndexKind::Email, "ada@example.org");
        assert_eq!(hex(&email.0), "f9a632b46f56649b57c2dc04e6bc312a1f23fe35af8dc632a7ed96aa756589d9");
        for (key, sealed) in [
            (roots.kek(), "83764af201db9b5bc56f6424cdeda630ef86391010"),
            (roots.house(), "3c77c8fcd2185f5e8a43ec959995e8c9a955c1b136"),
            (roots.backup(), "6e7eeeaaa050e69bcb78b4605a627f80466e5c00c9"),
            (roots.reference(), "e4eab51b2076ee75ce3d86d4dfcc259a8953cbf859"),
        ] {
            assert_eq!(hex(&key.seal_with([7; 12], b"place", b"known").unwrap()[13..]), sealed);
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let secret = RootSecret::from([0xAB; 32]);
        let roots = Roots::derive(&secret).unwrap();
        assert_eq!(format!("{secret:?} {roots:?}"), "RootSecret(…) Roots(…)");
    }
}
