//! Secrets come from files of their own or from systemd credentials, never from the settings themselves.

use super::problem::Problem;
use secrecy::{ExposeSecret, SecretString};
use std::path::{Path, PathBuf};

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
    /// The file to read: the named one, else the credential if it is there.
    fn path(&self) -> Option<PathBuf> {
        let credential = || self.credentials.map(|dir| dir.join(self.credential)).filter(|path| path.exists());
        self.file.clone().or_else(credential)
    }

    /// The secret without its trailing line break; `None` if neither file nor credential is there.
    pub fn read(&self) -> Result<Option<SecretString>, Problem> {
        let Some(path) = self.path() else { return Ok(None) };
        let place = path.display().to_string();
        let problem = |what: String, remedy: &str| Problem::new(&place, self.key, what, remedy);
        if self.file.is_some() && read_by_all(&path) {
            return Err(problem(
                "every user of this machine can read this secret".into(),
                "take the right away with `chmod o= FILE`",
            ));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| {
            problem(format!("cannot be read ({error})"), "check that it exists and is ours to read")
        })?;
        let secret = SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned());
        if secret.expose_secret().is_empty() {
            return Err(problem("is empty".into(), "write the secret into it"));
        }
        Ok(Some(secret))
    }

    /// Where a reader is told to put it.
    pub fn remedy(&self) -> String {
        format!("set `{}` to a file, or pass it as the systemd credential `{}`", self.key, self.credential)
    }
}

#[cfg(unix)]
fn read_by_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn read_by_all(_path: &Path) -> bool {
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

/// What makes a text unfit as the root secret: 32 random bytes take 43 characters of base64, and random text of that
/// length has far more than 12 different ones.
pub(super) fn root_weakness(secret: &str) -> Option<&'static str> {
    let lower = secret.to_ascii_lowercase();
    let mut distinct: Vec<char> = secret.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if DEFAULTS.iter().any(|word| word.len() > 5 && lower.contains(word)) {
        Some("looks like a default or an example, not like a secret")
    } else if secret.chars().count() < 43 {
        Some("is shorter than 32 random bytes (43 characters of base64)")
    } else if distinct.len() < 12 {
        Some("repeats itself too much to be random")
    } else {
        None
    }
}
