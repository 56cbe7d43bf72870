//! Addresses as settings write them: ranges, places and web origins.

use serde::{Deserialize, Deserializer};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses, such as `10.0.0.0/8` or `fd00::/8`; a bare address is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    base: IpAddr,
    bits: u8,
}

impl Cidr {
    /// Reads `ADDRESS` or `ADDRESS/BITS`. `None` where the address has bits set beyond the range: `10.1.2.3/8` says
    /// two things at once, and guessing which is meant would open the wrong door.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let base: IpAddr = address.parse().ok()?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= width)?,
            None => width,
        };
        (network(base, bits) == base).then_some(Self { base, bits })
    }

    /// Whether `address` lies in the range. An IPv4-mapped address counts as the IPv4 address it stands for.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.base.is_ipv4() == address.is_ipv4() && network(address, self.bits) == self.base
    }
}

/// The first address of the range of `bits` that holds `address`.
#[must_use]
pub fn network(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits.into())).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits.into())).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` is not a range of addresses such as `10.0.0.0/8`"))
        })
    }
}

/// A place outbound calls may reach although it is not public: `host:port`, or a range of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// This host (a name or an address literal, lower case) at this port.
    Place {
        /// The host as URLs write it; an IPv6 literal without its brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// Every address in this range, at any port.
    Range(Cidr),
}

impl Allowed {
    /// Reads `host:port`, `[IPv6]:port`, or a range with its `/bits`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains('/') {
            return Cidr::parse(text).map(Self::Range);
        }
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        let host = match host.strip_prefix('[') {
            Some(literal) => literal.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?.to_string(),
            None if host.contains(':') => return None,
            None => match url::Host::parse(host).ok()? {
                url::Host::Domain(name) => name,
                url::Host::Ipv4(address) => address.to_string(),
                url::Host::Ipv6(_) => return None,
            },
        };
        Some(Self::Place { host, port })
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Place { host, port } => write!(f, "{host}:{port}"),
            Self::Range(range) => range.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Allowed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` is neither `host:port` nor a range such as `10.0.0.0/8`"))
        })
    }
}

/// The origin a listener is reached at (RFC 6454 §4), which for the public one is the issuer: `https://host[:port]`
/// with no path and no trailing slash; `http` only on loopback.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    authority: String,
    https: bool,
    loopback: bool,
}

/// Why a text is not an [`Origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not a URL with a host.
    #[error("not a web address such as https://account.example.gov.uk")]
    Malformed,
    /// Anything after the host and port, including a lone slash.
    #[error("must end after the host or port: no path, no trailing slash, no question mark, no sign-in name")]
    NotBare,
    /// Plain http to a host that other machines can reach.
    #[error("must begin with https:// (http:// is for localhost alone)")]
    NotHttps,
    /// Written otherwise than URLs normalise it, so that byte comparison by services would fail.
    #[error("must be written in its plain form: lower case, without the scheme's own port")]
    NotPlain,
}

impl Origin {
    /// Reads an origin; what is accepted is kept byte for byte, as `iss` values are compared so.
    ///
    /// # Errors
    /// [`OriginError`] says what to mend.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = url::Url::parse(text).map_err(|_| OriginError::Malformed)?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(OriginError::NotHttps),
        };
        let host = url.host().ok_or(OriginError::Malformed)?;
        let loopback = match host {
            url::Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            url::Host::Ipv4(v4) => v4.is_loopback(),
            url::Host::Ipv6(v6) => v6.is_loopback(),
        };
        let plain = url.origin().ascii_serialization();
        let rest = text.get("https://".len()..).unwrap_or_default();
        if rest.contains(['/', '?', '#', '@', '\\']) {
            return Err(OriginError::NotBare);
        }
        if plain != text {
            return Err(OriginError::NotPlain);
        }
        if !https && !loopback {
            return Err(OriginError::NotHttps);
        }
        let authority = text.split_once("://").map(|(_, authority)| authority.to_owned()).unwrap_or_default();
        Ok(Self { text: plain, authority, https, loopback })
    }

    /// The origin as text, byte for byte what the settings hold.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `host` or `host:port`, as browsers write it in `Host` (RFC 9110 §7.2).
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether browsers reach it over TLS: secure cookies and HSTS follow from this alone.
    #[must_use]
    pub const fn https(&self) -> bool {
        self.https
    }

    /// Whether it is on this machine only.
    #[must_use]
    pub const fn loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Allowed, Cidr, Origin, OriginError};
    use std::net::IpAddr;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_its_own_addresses_only() {
        let ten = Cidr::parse("10.0.0.0/8").unwrap();
        assert!(ten.contains(ip("10.255.0.1")) && ten.contains(ip("::ffff:10.1.1.1")));
        assert!(!ten.contains(ip("11.0.0.1")) && !ten.contains(ip("::1")));
        let ula = Cidr::parse("fd00::/8").unwrap();
        assert!(ula.contains(ip("fd12::1")) && !ula.contains(ip("fe80::1")));
        assert!(Cidr::parse("0.0.0.0/0").unwrap().contains(ip("203.0.113.9")));
        assert_eq!(Cidr::parse("127.0.0.1").map(|c| c.to_string()), Some("127.0.0.1/32".into()));
        for bad in ["10.0.0.1/8", "10.0.0.0/33", "::/129", "ten/8", "", "10.0.0.0/"] {
            assert_eq!(Cidr::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_allowed_place_names_its_port() {
        for (text, shown) in [
            ("localhost:8090", "localhost:8090"),
            ("LOCALHOST:8090", "localhost:8090"),
            ("[::1]:8090", "[::1]:8090"),
            ("10.0.0.0/8", "10.0.0.0/8"),
        ] {
            assert_eq!(Allowed::parse(text).map(|a| a.to_string()), Some(shown.into()), "{text}");
        }
        for bad in ["localhost", "localhost:", "localhost:0", "::1:80", "10.0.0.1/8", "a b:1"] {
            assert_eq!(Allowed::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_issuer_is_a_bare_https_origin() {
        let issuer = Origin::parse("https://account.example.gov.uk").unwrap();
        assert_eq!((issuer.authority(), issuer.https(), issuer.loopback()), ("account.example.gov.uk", true, false));
        for (text, authority) in [
            ("http://localhost:8080", "localhost:8080"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!((origin.authority(), origin.https(), origin.loopback()), (authority, false, true));
        }
        for (text, why) in [
            ("account", OriginError::Malformed),
            ("https://", OriginError::Malformed),
            ("ftp://a.example", OriginError::NotHttps),
            ("http://account.example.gov.uk", OriginError::NotHttps),
            ("http://localhost.example.org", OriginError::NotHttps),
            ("https://a.example/", OriginError::NotBare),
            ("https://a.example/path", OriginError::NotBare),
            ("https://a.example?x", OriginError::NotBare),
            ("https://ada@a.example", OriginError::NotBare),
            ("https://A.example", OriginError::NotPlain),
            ("https://a.example:443", OriginError::NotPlain),
        ] {
            assert_eq!(Origin::parse(text), Err(why), "{text}");
        }
    }
}
