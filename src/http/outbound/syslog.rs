//! Syslog over TLS (RFC 5425), to the same places and under the same trust as calls over https.
//!
//! Syslog has no answer: bytes written are on their way, no more. What stands in for one is the end of the connection. A
//! receiver that gets our close_notify has to send its own (RFC 5425 §4.4), and TLS keeps the order: then it has read
//! everything before. So each batch is a connection, and only its proper end counts as delivered.

use super::{
    ANSWER_LIMIT, CONNECT_TIME, NO_ADDRESS, Outbound, OutboundError, TOTAL_TIME, Url, count, may_be_called, of_tls,
};
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::Verifier;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Certificate authorities, read when they are first needed: most houses have no such collector.
#[derive(Debug)]
pub(super) struct Trust {
    extra: Vec<u8>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Trust {
    /// The system's, and in PEM others beside them.
    pub(super) fn with(extra: Option<&[u8]>) -> Self {
        Self { extra: extra.unwrap_or_default().to_vec(), config: OnceLock::new() }
    }

    fn config(&self) -> Result<Arc<ClientConfig>, OutboundError> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let extra: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.extra).collect();
        let extra = extra.map_err(|error| OutboundError::Untrusted(error.to_string()))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let untrusted = |error: rustls::Error| OutboundError::Untrusted(error.to_string());
        let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(untrusted)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(untrusted)?
            // It is the system's own, with the extra ones: nothing is left out.
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Arc::clone(self.config.get_or_init(|| Arc::new(config))))
    }
}

impl Outbound {
    /// Sends frames (RFC 5425 §4.3) to the host and port of an https address, and waits until the receiver has closed the
    /// connection as it should: then it has read them all.
    ///
    /// # Errors
    /// [`OutboundError`]; some or all may have arrived all the same.
    pub async fn send_frames(&self, url: &str, frames: &[u8]) -> Result<(), OutboundError> {
        let result = timeout(TOTAL_TIME, self.deliver(url, frames)).await.unwrap_or(Err(OutboundError::Timeout));
        count(result.as_ref().err());
        result
    }

    async fn deliver(&self, url: &str, frames: &[u8]) -> Result<(), OutboundError> {
        let (url, addresses) = self.addresses(url).await?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name =
            ServerName::try_from(host).map_err(|_| OutboundError::Refused("its name cannot be in a certificate"))?;
        let connector = TlsConnector::from(self.trust.config()?);
        let tcp = timeout(CONNECT_TIME, TcpStream::connect(&addresses[..])).await;
        let tcp = tcp.map_err(|_| OutboundError::Timeout)?.map_err(|_| OutboundError::Unreachable)?;
        let mut tls = connector.connect(name, tcp).await.map_err(|error| broken(&error))?;
        tls.write_all(frames).await.map_err(|error| broken(&error))?;
        tls.shutdown().await.map_err(|error| broken(&error))?;
        let (mut said, mut buffer) = (0, [0; 1024]);
        loop {
            // The end of the file without the alert before it is an error here, and rightly: anybody can cut a wire.
            match tls.read(&mut buffer).await {
                Ok(0) => return Ok(()),
                Ok(more) if said + more <= ANSWER_LIMIT => said += more,
                Ok(_) => return Err(OutboundError::TooLarge),
                Err(error) => match broken(&error) {
                    OutboundError::Unreachable => return Err(OutboundError::Unconfirmed),
                    other => return Err(other),
                },
            }
        }
    }

    /// Where a name leads to, as far as it may be called.
    async fn addresses(&self, url: &str) -> Result<(Url, Vec<SocketAddr>), OutboundError> {
        let (url, reach) = self.judge(url)?;
        if url.scheme() != "https" {
            return Err(OutboundError::Refused("it is not over TLS"));
        }
        let port = url.port_or_known_default().unwrap_or_default();
        let found: Vec<SocketAddr> = match url.host() {
            Some(url::Host::Ipv4(address)) => vec![(address, port).into()],
            Some(url::Host::Ipv6(address)) => vec![(address, port).into()],
            Some(url::Host::Domain(name)) => {
                tokio::net::lookup_host((name, port)).await.map_err(|_| OutboundError::Unreachable)?.collect()
            }
            None => Vec::new(),
        };
        let kept = may_be_called(found, reach, &self.allowed);
        if kept.is_empty() { Err(OutboundError::Refused(NO_ADDRESS)) } else { Ok((url, kept)) }
    }
}

fn broken(error: &std::io::Error) -> OutboundError {
    match of_tls(error) {
        Some(inner) => OutboundError::Untrusted(inner.to_string()),
        None => OutboundError::Unreachable,
    }
}
