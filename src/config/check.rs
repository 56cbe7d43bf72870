//! Turns settings as written into settings that hold.

use super::network::Origin;
use super::raw::Raw;
use super::secrets::{self, Source};
use super::{
    Argon2, Config, ConfigError, Database, Environment, Listen, Log, LogFormat, LogLevel, Problem, SecretPlace, Smtp,
    SmtpTls, TlsFiles, Witness,
};
use crate::crypto::note::{KeyKind, VerifierKey};
use crate::crypto::passkey::Passkeys;
use crate::domain::account::EmailAddress;
use crate::domain::client::Issuer;
use secrecy::{ExposeSecret, SecretString};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Turns raw settings into checked ones, gathering problems as it goes.
pub(super) struct Check<'a> {
    file: String,
    folder: &'a Path,
    environment: &'a Environment,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    pub(super) fn new(file: &'a Path, environment: &'a Environment) -> Self {
        let folder = file.parent().unwrap_or(Path::new(""));
        Self { file: file.display().to_string(), folder, environment, problems: Vec::new() }
    }

    pub(super) fn report(&mut self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        // The variable is named where it set the value: editing the file would change nothing.
        let variable = format!("PORTREEVE_{}", key.replace('.', "__").to_ascii_uppercase());
        let place = if self.environment.variables.contains_key(&variable) { variable } else { self.file.clone() };
        self.problems.push(Problem::new(place, key, what, remedy));
    }

    pub(super) fn config(mut self, raw: Raw) -> Result<Config, ConfigError> {
        let issuer = self.issuer(raw.issuer.as_deref());
        let staff_origin = self.origin("staff_origin", raw.staff_origin.as_deref());
        let listen = self.listen(&raw);
        if raw.listen.staff.is_some() != raw.staff_origin.is_some() {
            self.report("staff_origin", "and `listen.staff` go together", "set both, or neither");
        }
        if staff_origin.as_ref().is_some_and(|origin| Passkeys::new(origin.as_str(), "staff").is_err()) {
            self.report(
                "staff_origin",
                "cannot have passkeys",
                "write a host name, as https://staff.account.example.gov.uk",
            );
        }
        let database = self.database(&raw);
        let policies = self.existing("policies", raw.policies.clone());
        if raw.policies.is_none() {
            self.report("policies", "is missing", "name the folder of policy files");
        }
        let root_secret = self.root_secret(&raw);
        let tls = self.tls(&raw);
        let proxies = raw.trusted_proxies.clone().unwrap_or_default();
        if let Some(issuer) = &issuer {
            self.transport(issuer, &listen, tls.is_some(), !proxies.is_empty());
            if staff_origin.as_ref().is_some_and(|origin| origin.https() != issuer.https()) {
                self.report("staff_origin", "is not served as the issuer is", "begin both with https://");
            }
        }
        let smtp = self.smtp(&raw);
        let mail_from = self.mail_from(raw.mail_from.as_deref());
        let languages = self.languages(raw.languages.clone());
        let extra_ca = self.existing("extra_ca", raw.extra_ca.clone());
        let breached_filter = self.existing("breached_filter", raw.breached_filter.clone());
        let argon2 = self.argon2(&raw);
        let witnesses = self.witnesses(&raw);
        let collector = self.collector(&raw);
        let staff_upstream_secret = self.staff_upstream_secret(&raw);
        let format = raw.log.format.unwrap_or(LogFormat::Json);
        let log = Log { format, level: raw.log.level.unwrap_or(LogLevel::Info) };
        match (issuer, database, policies, root_secret, mail_from) {
            (Some(issuer), Some(database), Some(policies), Some(root_secret), Some(mail_from))
                if self.problems.is_empty() =>
            {
                Ok(Config {
                    issuer,
                    staff_origin,
                    database,
                    policies,
                    root_secret,
                    listen,
                    tls,
                    trusted_proxies: proxies,
                    kiosks: raw.kiosks.unwrap_or_default(),
                    smtp,
                    mail_from,
                    outbound_allow: raw.outbound_allow.unwrap_or_default(),
                    extra_ca,
                    languages,
                    breached_filter,
                    argon2,
                    log,
                    witnesses,
                    staff_upstream_secret,
                    collector,
                })
            }
            _ => Err(ConfigError(self.problems)),
        }
    }

    fn issuer(&mut self, text: Option<&str>) -> Option<Origin> {
        if text.is_none() {
            self.report(
                "issuer",
                "is missing",
                "write the address residents will see, as https://account.example.gov.uk",
            );
        }
        let issuer = self.origin("issuer", text)?;
        // Of the same form, but not every name of this machine is one that services may be told (OIDC Core §2).
        if let Err(error) = Issuer::parse(issuer.as_str()) {
            self.report(
                "issuer",
                error.to_string(),
                "write it as https://account.example.gov.uk, or as http://localhost:8080 to try it out",
            );
        }
        Some(issuer)
    }

    fn origin(&mut self, key: &str, text: Option<&str>) -> Option<Origin> {
        match Origin::parse(text?) {
            Ok(origin) => Some(origin),
            Err(error) => {
                self.report(key, error.to_string(), "write it as https://account.example.gov.uk");
                None
            }
        }
    }

    fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    pub(super) fn existing(&mut self, key: &str, path: Option<PathBuf>) -> Option<PathBuf> {
        let path = self.path(&path?);
        if !path.exists() {
            self.report(key, format!("{} is not there", path.display()), "correct the path, or put the file there");
        }
        Some(path)
    }

    fn listen(&mut self, raw: &Raw) -> Listen {
        let loopback = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        if raw.listen.public.is_none() {
            self.report("listen.public", "is missing", "write the address and port to listen on, as \"0.0.0.0:8443\"");
        }
        let listen = Listen {
            public: raw.listen.public.unwrap_or(loopback(8080)),
            staff: raw.listen.staff,
            internal: raw.listen.internal.unwrap_or(loopback(9100)),
            redirect: raw.listen.redirect,
        };
        let mut all: Vec<SocketAddr> = [Some(listen.public), listen.staff, Some(listen.internal), listen.redirect]
            .into_iter()
            .flatten()
            .filter(|address| address.port() != 0)
            .collect();
        all.sort_unstable();
        if all.windows(2).any(|pair| pair.first() == pair.last()) {
            self.report("listen", "two listeners share one address", "give each an address or port of its own");
        }
        listen
    }

    fn transport(&mut self, issuer: &Origin, listen: &Listen, tls: bool, proxied: bool) {
        if issuer.https() && !tls && !proxied {
            self.report(
                "tls",
                "an https issuer needs a certificate, or a proxy that has one",
                "set `tls.cert` and `tls.key`, or name the proxy's address in `trusted_proxies`",
            );
        }
        if !issuer.https() && tls {
            self.report(
                "tls",
                "a certificate is set, but the issuer begins with http://",
                "write the issuer with https://",
            );
        }
        for (key, address) in [("listen.public", Some(listen.public)), ("listen.staff", listen.staff)] {
            if !issuer.https() && address.is_some_and(|address| !address.ip().is_loopback()) {
                self.report(
                    key,
                    "plain http may be served on loopback only",
                    "listen on 127.0.0.1, or give the issuer https:// and a certificate",
                );
            }
        }
        if listen.redirect.is_some() && !issuer.https() {
            self.report("listen.redirect", "there is no https to send browsers to", "remove it");
        }
    }

    fn tls(&mut self, raw: &Raw) -> Option<TlsFiles> {
        let tls = raw.tls.as_ref()?;
        let cert = self.existing("tls.cert", tls.cert.clone());
        let key = self.existing("tls.key", tls.key.clone());
        let (Some(cert), Some(key)) = (cert, key) else {
            self.report("tls", "needs both `cert` and `key`", "name the PEM files of the chain and its private key");
            return None;
        };
        Some(TlsFiles { cert, key })
    }

    pub(super) fn secret(&mut self, source: &Source<'_>) -> Option<SecretString> {
        match source.text() {
            Ok(secret) => secret,
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    pub(super) fn source(&self, key: &'static str, credential: &'static str, file: Option<&PathBuf>) -> Source<'a> {
        let credentials = self.environment.credentials.as_deref();
        Source { key, credential, file: file.map(|file| self.path(file)), credentials }
    }

    fn staff_upstream_secret(&mut self, raw: &Raw) -> Option<SecretString> {
        let file = raw.staff.upstream.client_secret_file.as_ref();
        let source = self.source("staff.upstream.client_secret_file", "staff_upstream_client_secret", file);
        self.secret(&source)
    }

    fn database(&mut self, raw: &Raw) -> Option<Database> {
        let source = self.source("postgres_url_file", "postgres_url", raw.postgres_url_file.as_ref());
        let before = self.problems.len();
        let url = self.secret(&source);
        match (raw.data.as_deref(), url) {
            (Some(dir), None) => Some(Database::Sqlite { dir: self.path(dir) }),
            (None, Some(url)) => {
                let parsed = url::Url::parse(url.expose_secret()).ok();
                let wrong = match &parsed {
                    None => Some(("is not a URL", "write it as postgres://user:password@host/database")),
                    Some(url) if !matches!(url.scheme(), "postgres" | "postgresql") => {
                        Some(("does not begin with postgres://", "write it as postgres://user:password@host/database"))
                    }
                    Some(url) if url.password().is_some_and(secrets::is_default) => {
                        Some(("holds a default password", "give the database user a password of its own"))
                    }
                    Some(_) => None,
                };
                if let Some((what, remedy)) = wrong {
                    self.report("postgres_url_file", what, remedy);
                }
                Some(Database::Postgres { url })
            }
            (Some(_), Some(_)) => {
                self.report(
                    "data",
                    "both SQLite and PostgreSQL are named",
                    "keep `data` or `postgres_url_file`, not both",
                );
                None
            }
            (None, None) => {
                if self.problems.len() == before {
                    self.report("data", "no database is named", "set `data` to a folder, or `postgres_url_file`");
                }
                None
            }
        }
    }

    fn root_secret(&mut self, raw: &Raw) -> Option<SecretPlace> {
        const MAKE: &str = "make one with `openssl rand -hex 32`, and keep a copy apart from backups of the data";
        let source = self.source("root_secret_file", "root_secret", raw.root_secret_file.as_ref());
        match source.bytes() {
            Ok(Some(bytes)) => {
                if let Some(weakness) = secrets::root_weakness(&bytes) {
                    self.problems.push(Problem::new(source.place_name(), source.key, weakness, MAKE));
                }
            }
            Ok(None) => {
                self.report("root_secret_file", "there is no root secret", format!("{}; {MAKE}", source.remedy()));
            }
            Err(problem) => self.problems.push(problem),
        }
        source.place()
    }

    fn smtp(&mut self, raw: &Raw) -> Option<Smtp> {
        let Some((smtp, host)) = raw.smtp.as_ref().and_then(|smtp| Some((smtp, smtp.host.clone()?))) else {
            self.report("smtp.host", "is missing", "name the mail relay that takes our letters");
            return None;
        };
        let tls = smtp.tls.unwrap_or(SmtpTls::Starttls);
        let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if tls == SmtpTls::None && !loopback {
            self.report("smtp.tls", "letters may leave this machine over TLS only", "write \"starttls\" or \"tls\"");
        }
        let source = self.source("smtp.password_file", "smtp_password", smtp.password_file.as_ref());
        let password = self.secret(&source);
        if password.as_ref().is_some_and(|password| secrets::is_default(password.expose_secret())) {
            self.report("smtp.password_file", "is a default password", "give the relay's user a password of its own");
        }
        if smtp.user.is_some() != password.is_some() {
            self.report("smtp.user", "a user and a password go together", source.remedy());
        }
        let port = smtp.port.unwrap_or(match tls {
            SmtpTls::Starttls => 587,
            SmtpTls::Tls => 465,
            SmtpTls::None => 25,
        });
        Some(Smtp { host, port, credentials: smtp.user.clone().zip(password), tls })
    }

    fn mail_from(&mut self, text: Option<&str>) -> Option<EmailAddress> {
        match EmailAddress::parse(text.unwrap_or_default()) {
            Ok(address) => Some(address),
            Err(error) => {
                self.report("mail_from", error.to_string(), "write the address letters come from");
                None
            }
        }
    }

    fn languages(&mut self, languages: Option<Vec<String>>) -> Vec<String> {
        let languages = languages.unwrap_or_else(|| vec!["en".into(), "cy".into()]);
        let known = languages.iter().all(|language| matches!(language.as_str(), "en" | "cy"));
        if !known || languages.first().is_none_or(|first| first != "en") {
            self.report("languages", "must begin with \"en\" and may add \"cy\"", "write [\"en\", \"cy\"]");
        }
        languages
    }

    fn witnesses(&mut self, raw: &Raw) -> Vec<Witness> {
        let mut witnesses: Vec<Witness> = Vec::new();
        for written in &raw.witness {
            let key = written.key.as_deref().and_then(|key| key.parse::<VerifierKey>().ok());
            let key = key.filter(|key| key.kind() == KeyKind::Witness);
            let url = written.url.clone().filter(|url| url::Url::parse(url).is_ok_and(|url| url.has_host()));
            match (url, key) {
                (Some(url), Some(key)) if witnesses.iter().all(|other| other.key.name() != key.name()) => {
                    witnesses.push(Witness { url, key });
                }
                (Some(_), Some(_)) => self.report("witness", "one name stands twice", "remove one of them"),
                (None, _) => self.report("witness.url", "is no address", "write it as https://witness.example.org"),
                (_, None) => self.report(
                    "witness.key",
                    "is no public key of a witness",
                    "write the line that `portreeve audit witness` prints on its machine",
                ),
            }
        }
        witnesses
    }

    fn argon2(&mut self, raw: &Raw) -> Argon2 {
        let floor = Argon2::default();
        let argon2 = Argon2 {
            memory_kib: raw.argon2.memory_kib.unwrap_or(floor.memory_kib),
            passes: raw.argon2.passes.unwrap_or(floor.passes),
            lanes: raw.argon2.lanes.unwrap_or(floor.lanes),
            permits: raw.argon2.permits,
            queue: raw.argon2.queue.unwrap_or(floor.queue),
        };
        let in_bounds = (floor.memory_kib..=1_048_576).contains(&argon2.memory_kib)
            && (floor.passes..=64).contains(&argon2.passes)
            && (1..=16).contains(&argon2.lanes)
            && argon2.permits != Some(0);
        if !in_bounds {
            self.report(
                "argon2",
                "is out of bounds",
                "memory_kib 19456 to 1048576, passes 2 to 64, lanes 1 to 16, permits at least 1",
            );
        }
        argon2
    }
}
