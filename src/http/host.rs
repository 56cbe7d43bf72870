//! A request must name a host of ours. Links are always built from the configured issuer, so a forged `Host` could
//! not steer them; refusing it keeps caches and DNS rebinding out as well.

use crate::config::Origin;
use http::header::HOST;
use http::{HeaderMap, Uri};

/// The host a listener answers to.
#[derive(Debug, Clone)]
pub struct Hosts {
    authority: String,
    default_port: &'static str,
}

impl Hosts {
    /// The host of this origin.
    #[must_use]
    pub fn of(origin: &Origin) -> Self {
        let default_port = if origin.https() { ":443" } else { ":80" };
        Self { authority: origin.authority().to_owned(), default_port }
    }

    /// Whether the request names this host, once: in `Host` (HTTP/1.1, RFC 9112 §3.2) or the target's authority
    /// (HTTP/2 `:authority`, or an absolute target), and alike where in both.
    #[must_use]
    pub fn is_named(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
        let host = named.next();
        let target = uri.authority().map(http::uri::Authority::as_str);
        named.next().is_none()
            && (host.is_some() || target.is_some())
            && host.is_none_or(|name| self.is_ours(name))
            && target.is_none_or(|name| self.is_ours(name))
    }

    fn is_ours(&self, name: &str) -> bool {
        let bare = name.strip_suffix(self.default_port).unwrap_or(name);
        bare.eq_ignore_ascii_case(&self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::Hosts;
    use crate::config::Origin;
    use http::{HeaderMap, Uri};

    fn named(origin: &str, uri: &str, hosts: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append("host", host.parse().unwrap());
        }
        Hosts::of(&Origin::parse(origin).unwrap()).is_named(&uri.parse::<Uri>().unwrap(), &headers)
    }

    #[test]
    fn only_our_own_host_is_ours() {
        let ours = "https://account.example.gov.uk";
        for (uri, hosts) in [
            ("/", &["account.example.gov.uk"][..]),
            ("/", &["ACCOUNT.example.gov.uk:443"]),
            ("https://account.example.gov.uk/", &[]),
            ("https://account.example.gov.uk/", &["account.example.gov.uk"]),
        ] {
            assert!(named(ours, uri, hosts), "{uri} {hosts:?}");
        }
        for (uri, hosts) in [
            ("/", &[][..]),
            ("/", &["evil.example"]),
            ("/", &["account.example.gov.uk.evil.example"]),
            ("/", &["account.example.gov.uk:8443"]),
            ("/", &["account.example.gov.uk@evil.example"]),
            ("/", &["account.example.gov.uk", "evil.example"]),
            ("https://evil.example/", &["account.example.gov.uk"]),
            ("https://account.example.gov.uk/", &["evil.example"]),
        ] {
            assert!(!named(ours, uri, hosts), "{uri} {hosts:?}");
        }
        assert!(named("http://localhost:8080", "/", &["localhost:8080"]));
        assert!(!named("http://localhost:8080", "/", &["localhost"]));
    }
}
