//! Settings: one TOML file, `PORTREEVE_…` variables over it (`PORTREEVE_SMTP__HOST` is `smtp.host`), secrets by
//! `*_file` or systemd credentials. Parsed once into types, refused by name where wrong, never a default secret.

mod check;
mod collector;
pub mod network;
mod problem;
mod raw;
mod secrets;
#[cfg(test)]
mod tests;

pub use collector::{Collector, Form, Identity};
pub use network::{Allowed, Cidr, Origin};
pub use problem::{ConfigError, Problem};

use crate::crypto::note::VerifierKey;
use crate::domain::account::EmailAddress;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Everything `serve` needs to know. Secrets are redacted in `Debug`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The issuer (OpenID Connect Discovery §3) and public origin.
    pub issuer: Origin,
    /// The origin of the staff listener; present exactly when `listen.staff` is.
    pub staff_origin: Option<Origin>,
    /// Where data is kept.
    pub database: Database,
    /// The folder of policy files.
    pub policies: PathBuf,
    /// Where to read what every other key is derived from.
    pub root_secret: SecretPlace,
    /// Listening addresses.
    pub listen: Listen,
    /// Our certificate, unless a trusted proxy terminates TLS.
    pub tls: Option<TlsFiles>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Cidr>,
    /// Shared machines of the council, where residents use our pages: what they choose there is recorded so.
    pub kiosks: Vec<Cidr>,
    /// The mail relay; `None` only where letters are kept (demo).
    pub smtp: Option<Smtp>,
    /// The sender of letters.
    pub mail_from: EmailAddress,
    /// Places that are not public but may be called all the same.
    pub outbound_allow: Vec<Allowed>,
    /// A PEM file of further certificate authorities for outbound calls and the mail relay.
    pub extra_ca: Option<PathBuf>,
    /// Languages offered, the first being the default; ISO 639-1 codes.
    pub languages: Vec<String>,
    /// A filter of breached passwords, as `portreeve` imports it.
    pub breached_filter: Option<PathBuf>,
    /// Cost of a password hash.
    pub argon2: Argon2,
    /// How the log is written.
    pub log: Log,
    /// Who is shown the record's checkpoints, and cosigns them.
    pub witnesses: Vec<Witness>,
    /// What we prove ourselves with at the council's own provider; without it our signing key does.
    pub staff_upstream_secret: Option<SecretString>,
    /// Where sealed events go as they happen.
    pub collector: Option<Collector>,
}

/// A witness (C2SP tlog-witness).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// What `/add-checkpoint` is added to.
    pub url: String,
    /// Its public key, which has its name.
    pub key: VerifierKey,
}

/// Where the root secret lies. It was looked at when the settings were checked, and is read where keys are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// A file that only its owner may read.
    File(PathBuf),
    /// A systemd credential.
    Credential {
        /// `$CREDENTIALS_DIRECTORY`.
        directory: PathBuf,
        /// What `LoadCredential=` calls it.
        name: &'static str,
    },
}

/// Where data is kept.
#[derive(Debug, Clone)]
pub enum Database {
    /// SQLite files in this folder.
    Sqlite {
        /// The folder; made if it is missing.
        dir: PathBuf,
    },
    /// A PostgreSQL server.
    Postgres {
        /// Connection URL with its password.
        url: SecretString,
    },
}

/// Listening addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// Residents and services.
    pub public: SocketAddr,
    /// Staff consoles; off unless set.
    pub staff: Option<SocketAddr>,
    /// `/live`, `/ready`, `/metrics`; loopback unless set otherwise.
    pub internal: SocketAddr,
    /// Plain http that only sends browsers to https; off unless set.
    pub redirect: Option<SocketAddr>,
}

/// PEM files of a certificate chain and its private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, leaf first.
    pub cert: PathBuf,
    /// The key: PKCS#8, SEC1 or PKCS#1.
    pub key: PathBuf,
}

/// The mail relay.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Host name, checked against the relay's certificate.
    pub host: String,
    /// Port; 587 for STARTTLS, 465 for TLS, 25 for none, unless set.
    pub port: u16,
    /// User and password, where the relay asks.
    pub credentials: Option<(String, SecretString)>,
    /// How the connection is protected.
    pub tls: SmtpTls,
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Upgraded by STARTTLS, which the relay must offer (RFC 3207).
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None: to a relay on loopback only.
    None,
}

/// Cost of a password hash (RFC 9106), and how many may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2 {
    /// Memory of one hash, in KiB; at least 19,456.
    pub memory_kib: u32,
    /// Passes over it; at least 2.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// Hashes at a time; `None` is one for each core.
    pub permits: Option<usize>,
    /// Callers that may wait for a permit; past it the answer is 503.
    pub queue: usize,
}

impl Default for Argon2 {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1, permits: None, queue: 64 }
    }
}

/// How the log is written, always to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// One JSON object a line, or text for people.
    pub format: LogFormat,
    /// The least severity written.
    pub level: LogLevel,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Text for people.
    Text,
}

/// The least severity written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What needs a person.
    Error,
    /// And what may soon.
    Warn,
    /// And each request, without personal data.
    Info,
    /// And decisions on the way.
    Debug,
}

impl LogLevel {
    /// The word settings and filters use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// What the process was started with beside the file.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Variables by name; those not ours are ignored.
    pub variables: BTreeMap<String, String>,
    /// `$CREDENTIALS_DIRECTORY`: where systemd puts `LoadCredential=` files.
    pub credentials: Option<PathBuf>,
}

impl Environment {
    /// That of this process. Values that are not UTF-8 are ignored.
    #[must_use]
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("PORTREEVE_"))
            .collect();
        Self { variables, credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from) }
    }
}

impl Config {
    /// The commented example, `deploy/portreeve.toml`.
    #[must_use]
    pub const fn example() -> &'static str {
        include_str!("../deploy/portreeve.toml")
    }

    /// Reads and checks the settings. Relative paths start at the file's own folder.
    ///
    /// # Errors
    /// Every problem found, each with its place and remedy.
    pub fn load(file: &Path, environment: &Environment) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file).map_err(|error| {
            let what = format!("the settings cannot be read ({error})");
            let remedy = "name the file with --config; deploy/portreeve.toml is an example to start from";
            ConfigError(vec![Problem::new(file.display().to_string(), "--config", what, remedy)])
        })?;
        let raw = raw::parse(file, &text, &environment.variables).map_err(ConfigError)?;
        check::Check::new(file, environment).config(raw)
    }
}
