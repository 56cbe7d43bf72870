//! The settings as written: file and environment, each parsed strictly on its own, then laid over one another.

use super::network::{Allowed, Cidr};
use super::problem::Problem;
use super::{LogFormat, LogLevel, SmtpTls};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Every key a file or variable may set. All are optional here, so that a missing one is reported in our words, with
/// its remedy.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub issuer: Option<String>,
    pub staff_origin: Option<String>,
    pub data: Option<PathBuf>,
    pub postgres_url_file: Option<PathBuf>,
    pub policies: Option<PathBuf>,
    pub root_secret_file: Option<PathBuf>,
    pub mail_from: Option<String>,
    pub trusted_proxies: Option<Vec<Cidr>>,
    pub kiosks: Option<Vec<Cidr>>,
    pub outbound_allow: Option<Vec<Allowed>>,
    pub extra_ca: Option<PathBuf>,
    pub languages: Option<Vec<String>>,
    pub breached_filter: Option<PathBuf>,
    #[serde(default)]
    pub listen: RawListen,
    pub tls: Option<RawTls>,
    pub smtp: Option<RawSmtp>,
    #[serde(default)]
    pub argon2: RawArgon2,
    #[serde(default)]
    pub log: RawLog,
    #[serde(default)]
    pub witness: Vec<RawWitness>,
    pub collector: Option<RawCollector>,
    #[serde(default)]
    pub staff: RawStaff,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStaff {
    #[serde(default)]
    pub upstream: RawUpstream,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawUpstream {
    pub client_secret_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCollector {
    pub url: Option<String>,
    pub authorization_file: Option<PathBuf>,
    pub client_certificate_file: Option<PathBuf>,
    pub client_key_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWitness {
    pub url: Option<String>,
    pub key: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawListen {
    pub public: Option<SocketAddr>,
    pub staff: Option<SocketAddr>,
    pub internal: Option<SocketAddr>,
    pub redirect: Option<SocketAddr>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTls {
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSmtp {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub user: Option<String>,
    pub password_file: Option<PathBuf>,
    pub tls: Option<SmtpTls>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArgon2 {
    pub memory_kib: Option<u32>,
    pub passes: Option<u32>,
    pub lanes: Option<u32>,
    pub permits: Option<usize>,
    pub queue: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLog {
    pub format: Option<LogFormat>,
    pub level: Option<LogLevel>,
}

/// What begins the name of every variable of ours.
const PREFIX: &str = "PORTREEVE_";

/// Variables of ours that are not settings: the command line's own, the build's, and those of tests.
fn not_a_setting(name: &str) -> bool {
    matches!(name, "PORTREEVE_CONFIG" | "PORTREEVE_UI_DIST") || name.starts_with("PORTREEVE_TEST_")
}

/// Reads the file's text and lays the variables over it. Each part is checked against [`Raw`] by itself first, so
/// that a refusal names the line or the variable at fault.
pub(super) fn parse(file: &Path, text: &str, variables: &BTreeMap<String, String>) -> Result<Raw, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut table = match toml::from_str::<Raw>(text).and_then(|_| toml::from_str::<toml::Table>(text)) {
        Ok(table) => table,
        Err(error) => {
            problems.push(in_file(file, text, &error));
            toml::Table::new()
        }
    };
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(PREFIX).filter(|_| !not_a_setting(name)) else { continue };
        let keys: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
        let layer = nest(&keys, as_toml(value));
        match layer.clone().try_into::<Raw>() {
            Ok(_) => lay_over(&mut table, layer),
            // The parser's message quotes the value at fault; no secret is ever a value here (they come by file).
            Err(error) => problems.push(Problem::new(
                name,
                keys.join("."),
                error.message(),
                "unset the variable or mend its value; write tables with two underscores, as in PORTREEVE_SMTP__HOST",
            )),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    table.try_into().map_err(|error| vec![in_file(file, text, &error)])
}

fn in_file(file: &Path, text: &str, error: &toml::de::Error) -> Problem {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place = before.map_or_else(
        || file.display().to_string(),
        |before| format!("{}:{}", file.display(), before.matches('\n').count() + 1),
    );
    let line = before.map(|before| before.matches('\n').count()).and_then(|n| text.lines().nth(n)).unwrap_or_default();
    let key = line.split('=').next().unwrap_or_default().trim();
    Problem::new(
        place,
        key,
        error.message(),
        "correct or remove this line; `portreeve.toml` in deploy/ shows every key",
    )
}

/// A variable's value as TOML where it plainly is one (list, table, quoted text, truth, number), else as text.
fn as_toml(value: &str) -> toml::Value {
    format!("v = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut table| table.remove("v"))
        .filter(|parsed| !parsed.is_datetime() && !parsed.is_float())
        .unwrap_or_else(|| toml::Value::String(value.to_owned()))
}

fn nest(keys: &[String], value: toml::Value) -> toml::Table {
    let mut inner = value;
    for key in keys.iter().skip(1).rev() {
        inner = toml::Value::Table(toml::Table::from_iter([(key.clone(), inner)]));
    }
    toml::Table::from_iter(keys.first().map(|key| (key.clone(), inner)))
}

fn lay_over(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}
