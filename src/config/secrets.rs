//! Secrets come from files of their own or from systemd credentials, never from the settings themselves.

use super::SecretPlace;
use super::problem::Problem;
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where a secret may lie.
pub(super) struct Source<'a> {
    /// The key that names a file, such as `root_secret_file`.
    pub key: &'static str,
    /// The credential's name in systemd's directory, such as `root_secret`.
    pub credential: &'static str,
    /// The file, where the key is set.
    pub file: Option<PathBuf>,
    /// `$CREDENTIALS_DIRECTORY`, where systemd set it.
    pub credentials: Option<&'a Path>,
}

impl Source<'_> {
    /// The named file, else the credential if it is there.
    pub fn place(&self) -> Option<SecretPlace> {
        let credential = || {
            let directory = self.credentials.filter(|directory| directory.join(self.credential).exists())?;
            Some(SecretPlace::Credential { directory: directory.to_owned(), name: self.credential })
        };
        self.file.clone().map(SecretPlace::File).or_else(credential)
    }

    /// What lies there; `None` if neither file nor credential is there.
    pub fn bytes(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Problem> {
        let path = match self.place() {
            None => return Ok(None),
            Some(SecretPlace::File(path)) => path,
            Some(SecretPlace::Credential { directory, name }) => directory.join(name),
        };
        let problem = |what: String, remedy: &str| Problem::new(path.display().to_string(), self.key, what, remedy);
        // systemd closes the directory of credentials itself; a file of ours is as closed as its mode says.
        if self.file.is_some() && open_to_others(&path) {
            return Err(problem(
                "other users of this machine can read this secret".into(),
                "leave it to its owner alone with `chmod 600 FILE`",
            ));
        }
        let bytes = std::fs::read(&path).map_err(|error| {
            problem(format!("cannot be read ({error})"), "check that it exists and is ours to read")
        })?;
        if bytes.trim_ascii().is_empty() {
            return Err(problem("is empty".into(), "write the secret into it"));
        }
        Ok(Some(Zeroizing::new(bytes)))
    }

    /// The secret as text, without its trailing line break.
    pub fn text(&self) -> Result<Option<SecretString>, Problem> {
        let Some(bytes) = self.bytes()? else { return Ok(None) };
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Problem::new(self.place_name(), self.key, "is not text", "write the secret into it as plain text")
        })?;
        Ok(Some(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned())))
    }

    /// Where it lies, for a message.
    pub fn place_name(&self) -> String {
        match self.place() {
            None => self.key.to_owned(),
            Some(SecretPlace::File(path)) => path.display().to_string(),
            Some(SecretPlace::Credential { directory, name }) => directory.join(name).display().to_string(),
        }
    }

    /// Where a reader is told to put it.
    pub fn remedy(&self) -> String {
        format!("set `{}` to a file, or pass it as the systemd credential `{}`", self.key, self.credential)
    }
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_path: &Path) -> bool {
    false
}

/// Words that stand for "nobody chose this": refused wherever they are the secret.
const DEFAULTS: [&str; 12] = [
    "changeme",
    "change-me",
    "change_me",
    "password",
    "secret",
    "admin",
    "postgres",
    "portreeve",
    "default",
    "test",
    "example",
    "insecure",
];

/// Whether a password is one of the words that ship as defaults.
pub(super) fn is_default(password: &str) -> bool {
    DEFAULTS.contains(&password.to_ascii_lowercase().as_str())
}

/// What makes bytes unfit as the root secret, which is 32 random bytes, raw or as 64 hex digits.
pub(super) fn root_weakness(bytes: &[u8]) -> Option<&'static str> {
    let digits = bytes.trim_ascii();
    let in_hex = digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit);
    let lower = bytes.to_ascii_lowercase();
    let holds = |word: &&str| word.len() > 5 && lower.windows(word.len()).any(|part| part == word.as_bytes());
    // Fewer different bytes than chance would ever give: 32 random ones, or 64 random digits.
    let least = if in_hex { 8 } else { 16 };
    if DEFAULTS.iter().any(holds) {
        Some("looks like a default or an example, not like a secret")
    } else if !in_hex && bytes.len() != 32 {
        Some("is neither 64 hex digits nor 32 raw bytes")
    } else if digits.iter().collect::<BTreeSet<_>>().len() < least {
        Some("repeats itself too much to be random")
    } else {
        None
    }
}
