//! Syslog over TLS (RFC 5425), to the same places and under the same trust as calls over https.
//!
//! Syslog has no answer: bytes written are on their way, no more. What stands in for one is the end of the connection. A
//! receiver that gets our close_notify has to send its own (RFC 5425 §4.4), and TLS keeps the order: then it has read
//! everything before. So each batch is a connection, and only its proper end counts as delivered.

use super::{
    ANSWER_LIMIT, CONNECT_TIME, NO_ADDRESS, Outbound, OutboundError, TOTAL_TIME, Url, count, may_be_called, of_tls,
};
use crate::config::Identity;
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls_platform_verifier::Verifier;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

/// Certificate authorities, read when they are first needed: most houses have no such collector.
#[derive(Debug)]
pub(super) struct Trust {
    extra: Vec<u8>,
    verifier: OnceLock<Arc<Verifier>>,
}

impl Trust {
    /// The system's, and in PEM others beside them.
    pub(super) fn with(extra: Option<&[u8]>) -> Self {
        Self { extra: extra.unwrap_or_default().to_vec(), verifier: OnceLock::new() }
    }

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<Verifier>, OutboundError> {
        if let Some(verifier) = self.verifier.get() {
            return Ok(Arc::clone(verifier));
        }
        let extra: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.extra).collect();
        let extra = extra.map_err(|error| OutboundError::Untrusted(error.to_string()))?;
        let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(provider));
        let verifier = verifier.map_err(|error| OutboundError::Untrusted(error.to_string()))?;
        Ok(Arc::clone(self.verifier.get_or_init(|| Arc::new(verifier))))
    }

    /// How TLS is spoken, and what is shown of ourselves to a receiver that asks.
    fn config(&self, shown: Option<Shown>) -> Result<ClientConfig, OutboundError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = self.verifier(&provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| OutboundError::Untrusted(error.to_string()))?
            // It is the system's own, with the extra ones: nothing is left out.
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        match shown {
            None => Ok(builder.with_no_client_auth()),
            Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(unusable),
        }
    }
}

/// A chain of certificates, and the key of the first.
type Shown = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn unusable<E: ToString>(error: E) -> OutboundError {
    OutboundError::Identity(error.to_string())
}

/// Reads what is shown of ourselves.
async fn shown(identity: &Identity) -> Result<Shown, OutboundError> {
    let read = async |path: &Path| {
        tokio::fs::read(path).await.map_err(|error| unusable(format!("{}: {error}", path.display())))
    };
    let (chain, key) = (read(&identity.certificate).await?, Zeroizing::new(read(&identity.key).await?));
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).collect::<Result<_, _>>().map_err(unusable)?;
    Ok((chain, PrivateKeyDer::from_pem_slice(&key).map_err(unusable)?))
}

impl Outbound {
    /// Sends frames (RFC 5425 §4.3) to the host and port of an https address, and waits until the receiver has closed the
    /// connection as it should: then it has read them all. A receiver that asks who we are is shown `identity`.
    ///
    /// # Errors
    /// [`OutboundError`]; some or all may have arrived all the same.
    pub async fn send_frames(
        &self,
        url: &str,
        identity: Option<&Identity>,
        frames: &[u8],
    ) -> Result<(), OutboundError> {
        let result =
            timeout(TOTAL_TIME, self.deliver(url, identity, frames)).await.unwrap_or(Err(OutboundError::Timeout));
        count(result.as_ref().err());
        result
    }

    async fn deliver(&self, url: &str, identity: Option<&Identity>, frames: &[u8]) -> Result<(), OutboundError> {
        let (url, addresses) = self.addresses(url).await?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name =
            ServerName::try_from(host).map_err(|_| OutboundError::Refused("its name cannot be in a certificate"))?;
        let shown = match identity {
            Some(identity) => Some(shown(identity).await?),
            None => None,
        };
        let connector = TlsConnector::from(Arc::new(self.trust.config(shown)?));
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
