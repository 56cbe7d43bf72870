//! The one client for calls we make because somebody else named the address (a service's keys, its back-channel
//! sign-out): https to public addresses, no redirects, little time, little data. Exceptions are listed by the
//! operator, never learned.

use crate::config::Allowed;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, StatusCode, Url, redirect};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The largest answer read, in bytes.
pub const ANSWER_LIMIT: usize = 64 * 1024;
const CONNECT_TIME: Duration = Duration::from_secs(3);
const TOTAL_TIME: Duration = Duration::from_secs(5);
/// The most documents fetched from one host at once; who else wants one waits, for as long as a fetch may take. Anybody can
/// have us fetch what a service registered, and that must not become a flood at its door.
const AT_ONCE: usize = 8;

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address may not be called; nothing was sent.
    #[error("the address may not be called: {0}")]
    Refused(&'static str),
    /// No connection, or one that broke off.
    #[error("no answer: the connection failed")]
    Unreachable,
    /// Over 3 seconds to connect, or 5 in all.
    #[error("no answer in time")]
    Timeout,
    /// An answer other than 200.
    #[error("answered with status {0}")]
    Status(u16),
    /// Over [`ANSWER_LIMIT`] bytes.
    #[error("the answer is larger than 64 KiB")]
    TooLarge,
    /// Not JSON.
    #[error("the answer is not JSON")]
    NotJson,
    /// Not UTF-8.
    #[error("the answer is no text")]
    NotText,
    /// TLS was not agreed on: its certificate is not of an authority we know, or not for that name, or it does not speak TLS.
    #[error("no connection that can be trusted: {0}")]
    Untrusted(String),
    /// The certificate that we are to show, or its key, cannot be used; nothing was sent.
    #[error("our own certificate for it cannot be used: {0}")]
    Identity(String),
    /// It closed without saying that it had read to the end (RFC 5425 §4.4).
    #[error("it closed the connection without confirming that it read everything")]
    Unconfirmed,
}

impl OutboundError {
    /// Whether there is nothing at that address, by its own word (RFC 9110 §15.5.5, §15.5.11).
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        matches!(self, Self::Status(404 | 410))
    }
}

/// Why the client could not be built.
#[derive(Debug, thiserror::Error)]
#[error("`extra_ca` holds no certificates we can use, or TLS cannot start: {0}")]
pub struct SetupError(#[from] reqwest::Error);

/// A call on its way.
pub type Called = Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, OutboundError>> + Send>>;

/// The guarded client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbound {
    allowed: Arc<[Allowed]>,
    /// Whether every port of this machine may be called.
    own_machine: bool,
    /// https to public addresses and allowed ranges.
    public: Client,
    /// https to places the operator listed, wherever they are.
    listed: Client,
    /// To places on this machine: http to those listed, or whatever is there.
    loopback: Client,
    /// What is trusted where TLS is spoken without HTTP.
    trust: Arc<syslog::Trust>,
    /// The hosts that something is being fetched from.
    fetching: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

impl Outbound {
    /// With the operator's exceptions and, in PEM, certificate authorities beside the system's.
    ///
    /// # Errors
    /// If `extra_ca` is not PEM or the system's authorities cannot be used.
    pub fn new(allowed: &[Allowed], extra_ca: Option<&[u8]>) -> Result<Self, SetupError> {
        let allowed: Arc<[Allowed]> = allowed.into();
        let extra = extra_ca.map(Certificate::from_pem_bundle).transpose()?.unwrap_or_default();
        let client = |reach| {
            Client::builder()
                .tls_certs_merge(extra.clone())
                .dns_resolver(Arc::new(Guarded { reach, allowed: Arc::clone(&allowed) }))
                // A proxy would resolve names itself, out of the guard's sight.
                .no_proxy()
                .redirect(redirect::Policy::none())
                .referer(false)
                .connect_timeout(CONNECT_TIME)
                .timeout(TOTAL_TIME)
                .pool_max_idle_per_host(2)
                .user_agent("portreeve")
                .build()
        };
        let (public, listed, loopback) = (client(Reach::Public)?, client(Reach::Anywhere)?, client(Reach::Loopback)?);
        let trust = Arc::new(syslog::Trust::with(extra_ca));
        Ok(Self { allowed, own_machine: false, public, listed, loopback, trust, fetching: Arc::default() })
    }

    /// The same, and whatever listens on this machine's own addresses: for a demo, whose services are whatever somebody
    /// tries out beside it. Everything else stays as it is.
    #[must_use]
    pub fn with_own_machine(self) -> Self {
        Self { own_machine: true, ..self }
    }

    /// The operator's exceptions, for start-up to print.
    #[must_use]
    pub fn allowed(&self) -> &[Allowed] {
        &self.allowed
    }

    /// Whether an address may be called, as far as it says itself: a name is judged again by what it resolves to.
    ///
    /// # Errors
    /// [`OutboundError::Refused`] says why not.
    pub fn may_call(&self, url: &str) -> Result<(), OutboundError> {
        self.judge(url).map(drop)
    }

    /// GETs a JSON document.
    ///
    /// # Errors
    /// [`OutboundError`]; anything but 200 is one.
    pub async fn get_json(&self, url: &str) -> Result<serde_json::Value, OutboundError> {
        let result = self.fetch(url, "application/json").await;
        count(result.as_ref().err());
        serde_json::from_slice(&result?).map_err(|_| OutboundError::NotJson)
    }

    /// GETs a request object (RFC 9101 §5.2.3): a JWT, perhaps with a line end after it.
    ///
    /// # Errors
    /// [`OutboundError`]; anything but 200 is one.
    pub async fn get_request_object(&self, url: &str) -> Result<String, OutboundError> {
        let result = self.fetch(url, "application/oauth-authz-req+jwt, application/jwt").await;
        count(result.as_ref().err());
        let text = String::from_utf8(result?).map_err(|_| OutboundError::NotText)?;
        Ok(text.trim_ascii_end().to_owned())
    }

    /// GETs a picture; what it is, its bytes say.
    ///
    /// # Errors
    /// [`OutboundError`]; anything but 200 is one.
    pub async fn get_picture(&self, url: &str) -> Result<Vec<u8>, OutboundError> {
        let result = self.fetch(url, "image/png, image/webp, image/jpeg, image/gif").await;
        count(result.as_ref().err());
        result
    }

    async fn fetch(&self, url: &str, accept: &str) -> Result<Vec<u8>, OutboundError> {
        let (url, client) = self.permit(url)?;
        let _place = self.place(&url).await?;
        let mut response = client.get(url).header("accept", accept).send().await.map_err(|e| why(&e))?;
        if response.status() != StatusCode::OK {
            return Err(OutboundError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| why(&e))? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(OutboundError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    async fn place(&self, url: &Url) -> Result<OwnedSemaphorePermit, OutboundError> {
        let places = {
            let mut all = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, places| Arc::strong_count(places) > 1);
            let host = url.origin().ascii_serialization();
            Arc::clone(all.entry(host).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
        };
        match tokio::time::timeout(TOTAL_TIME, places.acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(OutboundError::Timeout),
        }
    }

    /// POSTs form fields and gives the status; the answer's body is not read.
    ///
    /// # Errors
    /// [`OutboundError`], never for a status.
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Result<StatusCode, OutboundError> {
        let result = async {
            let (url, client) = self.permit(url)?;
            let response = client.post(url).form(fields).send().await.map_err(|e| why(&e))?;
            Ok(response.status())
        }
        .await;
        count(result.as_ref().err());
        result
    }

    /// Sends a request as it is, and gives the answer as it is, whatever its status: for a protocol's own client.
    ///
    /// # Errors
    /// [`OutboundError`], never for a status.
    pub async fn call(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, OutboundError> {
        let result = async {
            let (parts, body) = request.into_parts();
            let (url, client) = self.permit(&parts.uri.to_string())?;
            let sent = client.request(parts.method, url).headers(parts.headers).body(body).send();
            let mut answer = sent.await.map_err(|e| why(&e))?;
            let mut response = http::Response::new(Vec::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            while let Some(chunk) = answer.chunk().await.map_err(|e| why(&e))? {
                if response.body().len() + chunk.len() > ANSWER_LIMIT {
                    return Err(OutboundError::TooLarge);
                }
                response.body_mut().extend_from_slice(&chunk);
            }
            Ok(response)
        }
        .await;
        count(result.as_ref().err());
        result
    }

    /// [`call`](Self::call) in the shape that a library takes for its client.
    pub fn caller(&self) -> impl Fn(http::Request<Vec<u8>>) -> Called + Send + Sync + use<> {
        let outbound = self.clone();
        move |request| {
            let outbound = outbound.clone();
            Box::pin(async move { outbound.call(request).await })
        }
    }

    /// Decides before anything is sent, from the address as parsed: `0x7f.1` is 127.0.0.1 here already. Names are
    /// judged again by the address they resolve to, which is the very address connected to.
    fn permit(&self, url: &str) -> Result<(Url, &Client), OutboundError> {
        let (url, reach) = self.judge(url)?;
        let client = match reach {
            Reach::Public => &self.public,
            Reach::Anywhere => &self.listed,
            Reach::Loopback => &self.loopback,
        };
        Ok((url, client))
    }

    fn judge(&self, url: &str) -> Result<(Url, Reach), OutboundError> {
        let url = Url::parse(url).map_err(|_| OutboundError::Refused("not a URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::Refused("it holds a user or password"));
        }
        let (host, port) = match (url.host(), url.port_or_known_default()) {
            (Some(host), Some(port)) => (host.to_owned(), port),
            _ => return Err(OutboundError::Refused("it names no host")),
        };
        let literal = match &host {
            url::Host::Domain(_) => None,
            url::Host::Ipv4(address) => Some(IpAddr::V4(*address)),
            url::Host::Ipv6(address) => Some(IpAddr::V6(*address)),
        };
        let name = literal.map_or_else(|| host.to_string(), |address| address.to_string());
        let listed = self
            .allowed
            .iter()
            .any(|place| matches!(place, Allowed::Place { host, port: listed } if *host == name && *listed == port));
        let in_range = literal.is_some_and(|address| in_ranges(&self.allowed, address));
        let own = literal.map_or_else(|| name == "localhost", |address| address.to_canonical().is_loopback());
        let reach = match url.scheme() {
            "http" | "https" if self.own_machine && own => Reach::Loopback,
            "https" if listed => Reach::Anywhere,
            "https" if in_range || literal.is_none_or(is_public) => Reach::Public,
            "https" => return Err(OutboundError::Refused("it is not a public address")),
            "http" if (listed || in_range) && literal.is_none_or(|address| address.to_canonical().is_loopback()) => {
                Reach::Loopback
            }
            _ => return Err(OutboundError::Refused("it is not https")),
        };
        Ok((url, reach))
    }
}

fn count(error: Option<&OutboundError>) {
    let outcome = match error {
        None => "answered",
        Some(OutboundError::Refused(_)) => "refused",
        Some(_) => "failed",
    };
    metrics::counter!(super::metrics::OUTBOUND, "outcome" => outcome).increment(1);
}

const NO_ADDRESS: &str = "its name resolves to no address that may be called";

fn why(error: &reqwest::Error) -> OutboundError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if current.is::<NotPublic>() {
            return OutboundError::Refused(NO_ADDRESS);
        }
        if let Some(inner) = of_tls(current) {
            return OutboundError::Untrusted(inner.to_string());
        }
        cause = current.source();
    }
    if error.is_timeout() { OutboundError::Timeout } else { OutboundError::Unreachable }
}

/// The fault of TLS in an error; an I/O error shows what is in it to nobody who asks for its source.
fn of_tls<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    match error.downcast_ref::<rustls::Error>() {
        Some(tls) => Some(tls),
        None => of_tls(error.downcast_ref::<std::io::Error>()?.get_ref()?),
    }
}

/// Which addresses a name may resolve to.
#[derive(Debug, Clone, Copy)]
enum Reach {
    Public,
    Anywhere,
    Loopback,
}

/// Every address a name resolved to was refused.
#[derive(Debug, thiserror::Error)]
#[error("no address that may be called")]
struct NotPublic;

#[derive(Debug)]
struct Guarded {
    reach: Reach,
    allowed: Arc<[Allowed]>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, allowed) = (self.reach, Arc::clone(&self.allowed));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let kept = may_be_called(found, reach, &allowed);
            if kept.is_empty() {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(kept.into_iter());
            Ok(addresses)
        })
    }
}

fn may_be_called(found: Vec<SocketAddr>, reach: Reach, allowed: &[Allowed]) -> Vec<SocketAddr> {
    let may = |address: IpAddr| match reach {
        Reach::Public => is_public(address) || in_ranges(allowed, address),
        Reach::Anywhere => true,
        Reach::Loopback => address.to_canonical().is_loopback(),
    };
    found.into_iter().filter(|address| may(address.ip())).collect()
}

fn in_ranges(allowed: &[Allowed], address: IpAddr) -> bool {
    allowed.iter().any(|place| matches!(place, Allowed::Range(range) if range.contains(address)))
}

/// Networks that are not the public internet (IANA special-purpose registries, RFC 6890), and those that carry an
/// IPv4 address inside an IPv6 one.
const NOT_PUBLIC_V4: [([u8; 4], u8); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// Within 2000::/3, the one range IANA gives out.
const NOT_PUBLIC_V6: [([u16; 2], u8); 4] = [
    // IETF protocol assignments, with Teredo.
    ([0x2001, 0], 23),
    ([0x2001, 0x0db8], 32),
    // 6to4: an IPv4 address inside.
    ([0x2002, 0], 16),
    ([0x3fff, 0], 20),
];

/// Whether an address is on the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !NOT_PUBLIC_V4.iter().any(|(base, bits)| same_network(v4, Ipv4Addr::from(*base), *bits)),
        // Mapped addresses (::ffff:0:0/96) fall outside 2000::/3: a public name has no reason to resolve to one.
        IpAddr::V6(v6) => {
            let within = |high: u16, next: u16, bits| {
                let base = Ipv6Addr::new(high, next, 0, 0, 0, 0, 0, 0);
                crate::config::network::network(IpAddr::V6(v6), bits) == IpAddr::V6(base)
            };
            within(0x2000, 0, 3) && !NOT_PUBLIC_V6.iter().any(|([high, next], bits)| within(*high, *next, *bits))
        }
    }
}

fn same_network(address: Ipv4Addr, base: Ipv4Addr, bits: u8) -> bool {
    crate::config::network::network(IpAddr::V4(address), bits) == IpAddr::V4(base)
}

mod syslog;
mod text;

#[cfg(test)]
mod tests;
