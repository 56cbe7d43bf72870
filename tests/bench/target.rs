//! Whom the operations are asked of.

use super::house::House;
use std::net::SocketAddr;

/// A server with what the client needs to know of it.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// Ours, on the house's records.
    Ours(&'a House),
    /// The peer at this address, under the same paths.
    Peer(SocketAddr),
}

impl Target<'_> {
    /// Where it listens.
    pub const fn address(self) -> SocketAddr {
        match self {
            Self::Ours(house) => house.address,
            Self::Peer(address) => address,
        }
    }

    /// The authority of its issuer.
    pub fn host(self) -> String {
        format!("localhost:{}", self.address().port())
    }

    /// What a service's own program adds to its form for a signed token: the peer signs for a named API only.
    pub const fn resource(self) -> &'static str {
        match self {
            Self::Ours(_) => "",
            Self::Peer(_) => "&resource=urn%3Abench",
        }
    }
}
