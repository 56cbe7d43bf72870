//! The collector: where sealed events go as they happen.

use super::check::Check;
use super::raw::{Raw, RawCollector};
use secrecy::{ExposeSecret as _, SecretString};
use std::path::PathBuf;
use url::Url;

/// A program that gathers the records of others: a SIEM.
#[derive(Debug, Clone)]
pub struct Collector {
    /// Where it is, without what may be a secret: scheme, host and port.
    pub name: String,
    /// That and a digest of the whole address: under it the place in the log is kept.
    pub key: String,
    /// Its address as one of http or https, for the guard of outbound calls. Path and query may hold a token.
    pub address: SecretString,
    /// What it is sent.
    pub form: Form,
    /// The value of the header `Authorization`, with its scheme; for lines only.
    pub authorization: Option<SecretString>,
    /// What we show of ourselves; for syslog only.
    pub identity: Option<Identity>,
}

/// A certificate of our own, in PEM files that are read anew for each connection: whoever renews it restarts nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate, and those between it and its authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// What a collector is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON, one entry a line, by POST.
    Lines,
    /// RFC 5424 messages over TLS (RFC 5425).
    Syslog,
}

impl Collector {
    fn new(form: Form, address: &str, authorization: Option<SecretString>) -> Self {
        let origin = Url::parse(address).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
        let name = match form {
            Form::Lines => origin,
            Form::Syslog => origin.replacen("https", SCHEME, 1),
        };
        let digest = crate::crypto::hex(&crate::crypto::sha256(&[address.as_bytes()]));
        let key = format!("{name}#{}", digest.get(..16).unwrap_or_default());
        Self { name, key, address: address.to_owned().into(), form, authorization, identity: None }
    }

    /// The collector at an address.
    ///
    /// ```
    /// # use portreeve::config::{Collector, Form};
    /// let siem = Collector::at("syslog+tls://siem.example.gov.uk", None).unwrap();
    /// assert_eq!((siem.form, siem.name.as_str()), (Form::Syslog, "syslog+tls://siem.example.gov.uk:6514"));
    /// assert!(Collector::at("siem.example.gov.uk", None).is_none());
    /// ```
    #[must_use]
    pub fn at(url: &str, authorization: Option<SecretString>) -> Option<Self> {
        Form::of(url).map(|(form, address)| Self::new(form, &address, authorization))
    }
}

/// The port that RFC 5425 §4.1 sets aside.
const SYSLOG_TLS: u16 = 6514;

/// The scheme of syslog over TLS in our settings; none is registered.
const SCHEME: &str = "syslog+tls";

impl Form {
    /// What an address asks for, and the address as the guard of outbound calls knows it.
    fn of(text: &str) -> Option<(Self, String)> {
        let url = Url::parse(text).ok().filter(|url| url.username().is_empty() && url.password().is_none())?;
        match url.scheme() {
            "https" | "http" if url.fragment().is_none() => Some((Self::Lines, url.to_string())),
            SCHEME if matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none() => {
                // Read again as https: only of schemes that it knows does the parser take hosts for what they are.
                let address = format!("https://{}:{}", url.host_str()?, url.port().unwrap_or(SYSLOG_TLS));
                Url::parse(&address).ok().map(|url| (Self::Syslog, url.to_string()))
            }
            _ => None,
        }
    }
}

impl Check<'_> {
    pub(super) fn collector(&mut self, raw: &Raw) -> Option<Collector> {
        let written = raw.collector.as_ref()?;
        let url = written.url.clone().unwrap_or_default();
        let source =
            self.source("collector.authorization_file", "collector_authorization", written.authorization_file.as_ref());
        let authorization = self.secret(&source);
        let Some((form, address)) = Form::of(&url) else {
            let remedy = "write it as https://siem.example.gov.uk/ingest or syslog+tls://siem.example.gov.uk:6514";
            self.report("collector.url", "is no address of a collector", remedy);
            return None;
        };
        if authorization.is_some() && form == Form::Syslog {
            let remedy =
                "remove it; over syslog the collector knows us by our address, or by `client_certificate_file`";
            self.report("collector.authorization_file", "is for https only", remedy);
        }
        let header = |secret: &SecretString| http::HeaderValue::from_str(secret.expose_secret()).is_ok();
        if authorization.as_ref().is_some_and(|secret| !header(secret)) {
            let remedy = "write one line: the scheme, a space and the token";
            self.report("collector.authorization_file", "cannot stand in a header", remedy);
        }
        let identity = self.identity(written, form);
        Some(Collector { identity, ..Collector::new(form, &address, authorization) })
    }

    /// Our certificate towards the collector (RFC 5425 §4.2.2).
    fn identity(&mut self, written: &RawCollector, form: Form) -> Option<Identity> {
        let certificate = self.existing("collector.client_certificate_file", written.client_certificate_file.clone());
        let key = self.existing("collector.client_key_file", written.client_key_file.clone());
        if certificate.is_some() != key.is_some() {
            let remedy = "name the PEM files of the chain and of its private key, or neither";
            self.report("collector.client_certificate_file", "and `client_key_file` go together", remedy);
        }
        if certificate.is_some() && form == Form::Lines {
            let remedy = "remove it; over https the collector knows us by `authorization_file`";
            self.report("collector.client_certificate_file", "is for syslog+tls only", remedy);
        }
        certificate.zip(key).map(|(certificate, key)| Identity { certificate, key })
    }
}

#[cfg(test)]
mod tests {
    use super::{Collector, Form};

    #[test]
    fn what_may_be_a_secret_is_shown_nowhere() {
        let one = Collector::at("https://siem.example/in/s3cret?token=s3cret", Some("Bearer s3cret".into())).unwrap();
        assert_eq!(one.name, "https://siem.example");
        assert!(!format!("{one:?}").contains("s3cret"));
        let other = Collector::at("https://siem.example/in/another", None).unwrap();
        assert_ne!(one.key, other.key);
        assert_eq!(one.name, other.name);
    }

    #[test]
    fn an_address_says_what_is_sent() {
        let of = Form::of;
        let lines = |address: &str| Some((Form::Lines, address.to_owned()));
        let syslog = |address: &str| Some((Form::Syslog, address.to_owned()));
        assert_eq!(of("https://siem.example/in?index=a"), lines("https://siem.example/in?index=a"));
        assert_eq!(of("http://127.0.0.1:9/in"), lines("http://127.0.0.1:9/in"));
        assert_eq!(of("syslog+tls://siem.example"), syslog("https://siem.example:6514/"));
        assert_eq!(of("syslog+tls://siem.example:443/"), syslog("https://siem.example/"));
        assert_eq!(of("syslog+tls://0x7f.1:6514"), syslog("https://127.0.0.1:6514/"));
        assert_eq!(of("syslog+tls://[::1]:7"), syslog("https://[::1]:7/"));
        for bad in [
            "",
            "siem.example",
            "syslog://siem.example",
            "tcp://siem.example:514",
            "syslog+tls:siem.example",
            "syslog+tls://",
            "syslog+tls://siem.example/path",
            "syslog+tls://siem.example?q",
            "https://user:password@siem.example/",
            "syslog+tls://user@siem.example/",
            "https://siem.example/#part",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
