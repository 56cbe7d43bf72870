//! The demo's listeners, bound before anything is made, so that a busy port changes nothing.

use anyhow::bail;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::net::TcpListener;

/// One port of `localhost`, on both of its addresses where the machine has both.
pub(super) struct Port {
    number: u16,
    pub(super) listeners: Vec<TcpListener>,
}

/// All of them.
pub(super) struct Ports {
    pub(super) public: Port,
    pub(super) staff: Port,
    pub(super) garden: Port,
    pub(super) permits: Port,
    pub(super) mail: Port,
}

impl Ports {
    /// Binds them all; `mail` is chosen freely unless given.
    pub(super) async fn open(
        public: u16,
        staff: u16,
        (garden, permits): (u16, u16),
        mail: Option<u16>,
    ) -> anyhow::Result<Self> {
        let public = Port::open(public, "--port").await?;
        let staff = Port::open(staff, "--staff-port").await?;
        let garden = Port::open(garden, "--service-ports").await?;
        let permits = Port::open(permits, "--service-ports").await?;
        let mail = match mail {
            Some(mail) => Port::open(mail, "--mail-port").await?,
            None => match Port::open(permits.number.wrapping_add(1), "--mail-port").await {
                Ok(next) => next,
                Err(_) => Port::open(0, "--mail-port").await?,
            },
        };
        Ok(Self { public, staff, garden, permits, mail })
    }
}

impl Port {
    async fn open(number: u16, flag: &str) -> anyhow::Result<Self> {
        let first = match TcpListener::bind((Ipv4Addr::LOCALHOST, number)).await {
            Ok(first) => first,
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                bail!("port {number} is taken by another program: choose another with {flag}")
            }
            Err(error) => bail!("port {number} cannot be opened ({error}): choose another with {flag}"),
        };
        // Port 0 is any free one: the second address takes what the first was given.
        let number = first.local_addr()?.port();
        let mut listeners = vec![first];
        match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, number))).await {
            Ok(second) => listeners.push(second),
            // A browser that tries this address first would end up at the other program.
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                bail!("port {number} is taken by another program: choose another with {flag}")
            }
            // No IPv6 on this machine.
            Err(_) => {}
        }
        Ok(Self { number, listeners })
    }

    /// As browsers write it.
    pub(super) fn origin(&self) -> String {
        format!("http://localhost:{}", self.number)
    }
}
