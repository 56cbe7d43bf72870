//! The one name this provider goes by.

use crate::domain::redirect::is_loopback;
use serde::Serialize;
use std::fmt;
use url::{Origin, Url};

/// The issuer (OIDC Core §2): an origin, perhaps with a path, without a trailing slash, query or fragment.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Issuer {
    text: String,
    #[serde(skip)]
    url: Url,
}

/// Why a text is no issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Not an absolute address, or with parts an issuer may not have.
    #[error("an issuer is an address like https://account.example.gov.uk, with nothing after it")]
    Malformed,
    /// Plain http elsewhere than on loopback.
    #[error("an issuer has https; plain http is for localhost and loopback addresses only")]
    PlainHttp,
}

impl Issuer {
    /// Accepts https, or http on loopback; without trailing slash.
    ///
    /// # Errors
    /// [`IssuerError`] says what to mend.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError::Malformed)?;
        // The library writes a bare origin with a slash; everything else must come back as it was given.
        let normal = url.as_str().strip_suffix('/').unwrap_or(url.as_str()) == text;
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && !text.contains('*');
        match url.scheme() {
            "https" | "http" if !normal || !bare => Err(IssuerError::Malformed),
            "https" => Ok(Self { text: text.to_owned(), url }),
            "http" if is_loopback(&url) => Ok(Self { text: text.to_owned(), url }),
            "http" => Err(IssuerError::PlainHttp),
            _ => Err(IssuerError::Malformed),
        }
    }

    /// The issuer as text: what stands in `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of a path that begins with a slash.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The origin a browser sends in `Origin`.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.url.origin()
    }

    /// Whether it is on this machine, so that plain http to this machine is in order.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Whether browsers reach it by https, so that cookies can be `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Issuer, IssuerError};

    #[test]
    fn an_issuer_is_bare_and_https_unless_on_loopback() -> Result<(), IssuerError> {
        for good in ["https://account.havenbrook.example", "https://a.example/tenant", "http://localhost:8080"] {
            assert_eq!(Issuer::parse(good)?.as_str(), good);
        }
        for bad in [
            "https://a.example/",
            "https://a.example?x",
            "https://a.example#x",
            "https://u@a.example",
            "a.example",
            "https://A.example",
            "ftp://a.example",
        ] {
            assert_eq!(Issuer::parse(bad), Err(IssuerError::Malformed), "{bad}");
        }
        assert_eq!(Issuer::parse("http://a.example"), Err(IssuerError::PlainHttp));
        assert_eq!(Issuer::parse("http://localhost.evil.example"), Err(IssuerError::PlainHttp));
        let demo = Issuer::parse("http://127.0.0.1:8080")?;
        assert!(demo.is_loopback() && !demo.is_https());
        assert_eq!(demo.at("/token"), "http://127.0.0.1:8080/token");
        assert_eq!(demo.origin().ascii_serialization(), "http://127.0.0.1:8080");
        Ok(())
    }
}
