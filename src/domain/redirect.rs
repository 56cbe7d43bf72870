//! Where a browser may be sent back to. A registered address matches byte for byte, or not at all; the one freedom is
//! the port of a native app on a loopback address (RFC 8252 §7.3).

use super::client::Issuer;
use serde::{Serialize, Serializer};
use std::fmt;
use url::{Host, Url};

/// What kind of program a client is (OIDC Registration §2, `application_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// Runs on a server.
    Web,
    /// Runs on a resident's own device, so it can keep no secret.
    Native,
}

/// Why an address cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// No absolute URI.
    #[error("is not an absolute address")]
    Malformed,
    /// Has a fragment, which RFC 6749 §3.1.2 forbids.
    #[error("has a fragment (#…)")]
    Fragment,
    /// Has a star: only whole addresses are registered.
    #[error("has a wildcard (*)")]
    Wildcard,
    /// Has a user name or password in it.
    #[error("has a user name or password in it")]
    Credentials,
    /// Another scheme than https, and not one this client may use.
    #[error("has the scheme {0:?}, which this client may not use")]
    Scheme(String),
    /// http, and not on loopback, or on loopback while the issuer is not.
    #[error("is plain http, which is for loopback addresses only, while the issuer is on loopback too")]
    PlainHttp,
    /// A native app's http address that is not `127.0.0.1` or `[::1]`: names can be pointed elsewhere (RFC 8252 §8.3).
    #[error("is plain http on a name; a native app uses http://127.0.0.1 or http://[::1]")]
    LoopbackName,
    /// Written in a way that browsers rewrite, so that no match by bytes would hold.
    #[error("is written unusually; write {0}")]
    NotNormal(String),
}

/// A redirect URI as registered.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RedirectUri {
    text: String,
    /// What stands before and after the port, if the port is free.
    around_port: Option<(String, String)>,
}

impl RedirectUri {
    /// Takes an address into a client's registration.
    ///
    /// # Errors
    /// [`RedirectError`] says what is wrong with it.
    pub fn register(text: &str, application: Application, issuer: &Issuer) -> Result<Self, RedirectError> {
        let url = sound(text)?;
        match url.scheme() {
            "https" if url.host().is_some() => Ok(Self { text: text.to_owned(), around_port: None }),
            "http" if application == Application::Native => {
                let literal = loopback_literal(&url).ok_or(RedirectError::LoopbackName)?;
                let around = (format!("http://{literal}"), url[url::Position::BeforePath..].to_owned());
                Ok(Self { text: text.to_owned(), around_port: Some(around) })
            }
            "http" if issuer.is_loopback() && is_loopback(&url) => {
                Ok(Self { text: text.to_owned(), around_port: None })
            }
            "http" => Err(RedirectError::PlainHttp),
            // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a full stop; no scheme that a
            // browser acts upon has one.
            scheme if application == Application::Native && scheme.contains('.') => {
                Ok(Self { text: text.to_owned(), around_port: None })
            }
            scheme => Err(RedirectError::Scheme(scheme.to_owned())),
        }
    }

    /// Whether the `redirect_uri` of a request is this one.
    #[must_use]
    pub fn matches(&self, asked: &str) -> bool {
        if asked == self.text {
            return true;
        }
        let Some((before, after)) = &self.around_port else { return false };
        let middle = asked.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(after.as_str()));
        middle.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
    }

    /// As registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is plain http to this machine by its address of IPv6.
    #[must_use]
    pub fn is_at_ipv6(&self) -> bool {
        self.text.starts_with("http://[")
    }

    /// The scheme, which a page's `form-action` has to allow when it is a native app's own.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.text.split(':').next().unwrap_or_default()
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for RedirectUri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// An address of a service that is not a redirect target: its start page, keys or back channel. https, or http on
/// loopback while the issuer is on loopback.
///
/// # Errors
/// [`RedirectError`] says what is wrong with it.
pub fn service_url(text: &str, issuer: &Issuer) -> Result<Url, RedirectError> {
    let url = sound(text)?;
    match url.scheme() {
        "https" if url.host().is_some() => Ok(url),
        "http" if issuer.is_loopback() && is_loopback(&url) => Ok(url),
        "http" => Err(RedirectError::PlainHttp),
        scheme => Err(RedirectError::Scheme(scheme.to_owned())),
    }
}

/// An address a service keeps request objects at: as [`service_url`], but it may end in the hash of what lies there
/// (OIDC Core §6.2).
///
/// # Errors
/// [`RedirectError`] says what is wrong with it.
pub fn request_url(text: &str, issuer: &Issuer) -> Result<Url, RedirectError> {
    let (before, hash) = text.split_once('#').map_or((text, None), |(before, hash)| (before, Some(hash)));
    let mut url = service_url(before, issuer)?;
    url.set_fragment(hash);
    if url.as_str() == text { Ok(url) } else { Err(RedirectError::NotNormal(url.into())) }
}

/// Whether a URL's host is this machine: a loopback literal or `localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Parses an address that browsers would read just as it is written.
fn sound(text: &str) -> Result<Url, RedirectError> {
    if text.contains('*') {
        return Err(RedirectError::Wildcard);
    }
    let url = Url::parse(text).map_err(|_| RedirectError::Malformed)?;
    if url.fragment().is_some() {
        return Err(RedirectError::Fragment);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(RedirectError::Credentials);
    }
    if url.as_str() == text { Ok(url) } else { Err(RedirectError::NotNormal(url.into())) }
}

/// `127.0.0.1` or `[::1]`, if that is the host: exactly these two (RFC 8252 §7.3).
fn loopback_literal(url: &Url) -> Option<&'static str> {
    match url.host() {
        Some(Host::Ipv4(ip)) if ip == std::net::Ipv4Addr::LOCALHOST => Some("127.0.0.1"),
        Some(Host::Ipv6(ip)) if ip == std::net::Ipv6Addr::LOCALHOST => Some("[::1]"),
        _ => None,
    }
}

fn is_port(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|p| p > 0)
}

#[cfg(test)]
mod tests {
    use super::{Application, RedirectError, RedirectUri, service_url};
    use crate::domain::client::Issuer;
    use proptest::prelude::*;

    fn council() -> Issuer {
        Issuer::parse("https://account.havenbrook.example").unwrap()
    }

    fn demo() -> Issuer {
        Issuer::parse("http://localhost:8080").unwrap()
    }

    fn web(text: &str) -> Result<RedirectUri, RedirectError> {
        RedirectUri::register(text, Application::Web, &council())
    }

    fn native(text: &str) -> Result<RedirectUri, RedirectError> {
        RedirectUri::register(text, Application::Native, &council())
    }

    #[test]
    fn r01_only_the_same_bytes_match() -> Result<(), RedirectError> {
        let registered = web("https://a.test/cb")?;
        assert!(registered.matches("https://a.test/cb"));
        for other in [
            "https://axtest/cb",
            "https://a.test/cb/",
            "https://a.test/cb/../x",
            "https://a.test/cb%2f",
            "https://A.test/cb",
            "https://a.test:443/cb",
            "https://a.test/cb?x=1",
            "https://a.test/cb#x",
            "https://a.test/c",
            "https://a.test/cb\n",
            "http://a.test/cb",
            "https://a.test.evil.test/cb",
            "",
        ] {
            assert!(!registered.matches(other), "{other}");
        }
        Ok(())
    }

    #[test]
    fn r04_schemes_that_run_are_refused() {
        for bad in
            ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://a.test/x"]
        {
            assert!(matches!(web(bad), Err(RedirectError::Scheme(_))), "{bad}");
            assert!(matches!(native(bad), Err(RedirectError::Scheme(_))), "{bad}");
        }
        assert!(native("app.havenbrook.uk:/cb").is_ok());
        assert!(matches!(web("app.havenbrook.uk:/cb"), Err(RedirectError::Scheme(_))));
    }

    #[test]
    fn r05_the_port_is_free_on_loopback_literals_only() -> Result<(), RedirectError> {
        assert!(native("http://127.0.0.1:7000/cb")?.matches("http://127.0.0.1/cb"));
        let registered = native("http://127.0.0.1/cb")?;
        for good in ["http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"] {
            assert!(registered.matches(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1.evil.test/cb",
            "http://127.0.0.1:80@evil.test/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:+80/cb",
            "http://127.0.0.1:80/other",
            "http://127.0.0.1:80/cb?x=1",
            "http://localhost:80/cb",
            "http://[::1]:80/cb",
            "https://127.0.0.1:80/cb",
        ] {
            assert!(!registered.matches(bad), "{bad}");
        }
        assert!(native("http://[::1]:7000/cb")?.matches("http://[::1]:9/cb"));
        for bad in ["http://localhost/cb", "http://127.0.0.1.evil.test/cb", "http://127.0.0.2/cb", "http://a.test/cb"] {
            assert_eq!(native(bad), Err(RedirectError::LoopbackName), "{bad}");
        }
        Ok(())
    }

    #[test]
    fn a_web_client_has_no_free_port() -> Result<(), RedirectError> {
        let registered = RedirectUri::register("http://127.0.0.1:8090/cb", Application::Web, &demo())?;
        assert!(!registered.matches("http://127.0.0.1:8091/cb"));
        assert!(!native("https://127.0.0.1/cb")?.matches("https://127.0.0.1:1/cb"));
        Ok(())
    }

    #[test]
    fn http_is_for_loopback_while_the_issuer_is_there() {
        let at_demo = |text| RedirectUri::register(text, Application::Web, &demo());
        assert!(at_demo("http://localhost:8090/callback").is_ok());
        assert_eq!(at_demo("http://a.test/callback"), Err(RedirectError::PlainHttp));
        assert_eq!(at_demo("http://localhost.evil.test/callback"), Err(RedirectError::PlainHttp));
        assert_eq!(web("http://localhost:8090/callback"), Err(RedirectError::PlainHttp));
        assert!(service_url("http://localhost:8090/jwks", &demo()).is_ok());
        assert_eq!(service_url("http://localhost:8090/jwks", &council()), Err(RedirectError::PlainHttp));
        assert_eq!(service_url("http://10.0.0.1/jwks", &demo()), Err(RedirectError::PlainHttp));
        assert!(matches!(service_url("ftp://a.test/jwks", &council()), Err(RedirectError::Scheme(_))));
    }

    #[test]
    fn what_is_not_plain_is_not_registered() {
        assert_eq!(web("https://a.test/cb#"), Err(RedirectError::Fragment));
        assert_eq!(web("https://a.test/*"), Err(RedirectError::Wildcard));
        assert_eq!(web("https://*.a.test/cb"), Err(RedirectError::Wildcard));
        assert_eq!(web("/cb"), Err(RedirectError::Malformed));
        for named in ["https://u:p@a.test/cb", "https://u@a.test/cb", "https://:p@a.test/cb"] {
            assert_eq!(web(named), Err(RedirectError::Credentials), "{named}");
        }
        for odd in [
            "https://A.test/cb",
            "https://a.test:443/cb",
            "https://a.test/x/../cb",
            "https:a.test/cb",
            " https://a.test/cb",
            "https://a.test",
        ] {
            assert!(matches!(web(odd), Err(RedirectError::NotNormal(_))), "{odd}");
        }
        assert!(web("https://a.test/cb?tenant=1").is_ok());
    }

    proptest! {
        #[test]
        fn nothing_but_the_registered_bytes_passes(asked in "https://a\\.test/[a-z/%.?#:@]{0,12}") {
            let registered = web("https://a.test/cb").unwrap();
            prop_assert_eq!(registered.matches(&asked), asked == "https://a.test/cb");
        }

        #[test]
        fn a_free_port_frees_nothing_else(middle in "[0-9a-z.:@/]{0,10}") {
            let asked = format!("http://127.0.0.1{middle}/cb");
            if native("http://127.0.0.1/cb").unwrap().matches(&asked) {
                let url = url::Url::parse(&asked).unwrap();
                prop_assert_eq!((url.host_str(), url.path()), (Some("127.0.0.1"), "/cb"));
            }
        }
    }
}
