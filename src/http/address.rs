//! The client's address: the peer, or what a trusted proxy says it was.

use crate::config::Cidr;
use crate::config::network::network;
use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The other end of the TCP connection; the server puts it on every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Addresses that the settings name: proxies whose `X-Forwarded-For` is believed, the council's kiosks.
#[derive(Debug, Clone, Default)]
pub struct Networks(Arc<[Cidr]>);

impl Networks {
    /// From settings.
    #[must_use]
    pub fn new(ranges: &[Cidr]) -> Self {
        Self(ranges.into())
    }

    /// Whether this address is one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(address))
    }
}

/// The address a request came from, as far as we can know it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The client's address: the peer's, unless the peer is a trusted proxy; then the right-most entry of
    /// `X-Forwarded-For` that is not itself one. An entry that is no address ends the search, for whoever wrote it
    /// could have written anything to its left.
    #[must_use]
    pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &Networks) -> Self {
        let mut client = peer.to_canonical();
        if !trusted.contains(client) {
            return Self(client);
        }
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or("?")).collect();
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !trusted.contains(client) {
                break;
            }
            match parse_entry(entry.trim()) {
                Some(address) => client = address.to_canonical(),
                None => break,
            }
        }
        Self(client)
    }

    /// The network the address is in, /24 for IPv4 and /48 for IPv6: what throttles and the audit count by.
    #[must_use]
    pub fn prefix(self) -> String {
        let bits = if self.0.is_ipv4() { 24 } else { 48 };
        format!("{}/{bits}", network(self.0, bits))
    }
}

/// An address, or an address with a port as some proxies write.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

impl std::fmt::Debug for ClientAddress {
    /// Addresses are personal data: logs never hold them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientAddress(…)")
    }
}

/// Where no connection is behind the request (handlers called directly).
pub(super) const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = || parts.extensions.get::<Peer>().map_or(UNKNOWN, |peer| peer.0.ip().to_canonical());
        Ok(parts.extensions.get::<Self>().copied().unwrap_or_else(|| Self(peer())))
    }
}

#[cfg(test)]
mod tests {
    use super::{ClientAddress, Networks};
    use crate::config::Cidr;
    use http::HeaderMap;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = Networks::new(&[Cidr::parse("10.0.0.0/8").unwrap(), Cidr::parse("fd00::/8").unwrap()]);
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        ClientAddress::of(peer.parse().unwrap(), &headers, &trusted).0.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn what_the_client_wrote_to_the_left_is_not_believed() {
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, nonsense, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(client("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(client("fd00::1", &["[2001:db8::1]:443"]), "2001:db8::1");
    }

    #[test]
    fn a_prefix_names_the_network_only() {
        let prefix = |text: &str| ClientAddress(text.parse().unwrap()).prefix();
        assert_eq!(prefix("203.0.113.9"), "203.0.113.0/24");
        assert_eq!(prefix("2001:db8:1:2:3::4"), "2001:db8:1::/48");
        assert_eq!(format!("{:?}", ClientAddress("203.0.113.9".parse().unwrap())), "ClientAddress(…)");
    }
}
