//! Letters through an SMTP relay (RFC 5321).

use super::{Letter, MailError};
use crate::domain::account::EmailAddress;
use crate::domain::ids::MessageId;
use crate::domain::time::When;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use std::error::Error;
use std::time::{Duration, SystemTime};

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayTls {
    /// Upgraded by STARTTLS, which the relay must offer (RFC 3207).
    Starttls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
    /// None; for a relay on this machine.
    None,
}

/// Which relay, and as whom.
#[derive(Debug, Clone)]
pub struct RelaySettings {
    /// Host name, checked against the relay's certificate.
    pub host: String,
    /// Port.
    pub port: u16,
    /// User and password, where the relay asks.
    pub credentials: Option<(String, SecretString)>,
    /// How the connection is protected.
    pub tls: RelayTls,
    /// Certificate authorities beside the system's, in PEM.
    pub extra_ca: Option<Vec<u8>>,
    /// The sender.
    pub from: EmailAddress,
    /// The longest one try may take, over all its steps.
    pub patience: Duration,
}

/// Why the relay cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The sender's address is not one SMTP can carry.
    #[error("`mail_from` is not an address a relay can carry")]
    From,
    /// The extra authorities are not PEM, or TLS cannot start.
    #[error("TLS to the mail relay cannot start: {0}")]
    Tls(#[from] smtp::Error),
    /// No TLS to a relay elsewhere.
    #[error("letters may leave this machine over TLS only")]
    Clear,
}

/// Connections to the relay. Cheap to clone; clones share them.
#[derive(Debug, Clone)]
pub struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
    patience: Duration,
}

/// RFC 3834 §5: no holiday notice shall answer this.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Relay {
    /// Makes ready; connects at the first letter.
    ///
    /// # Errors
    /// [`SetupError`] names the setting.
    pub fn new(settings: RelaySettings) -> Result<Self, SetupError> {
        let address: Address = settings.from.as_str().parse().map_err(|_| SetupError::From)?;
        let domain = address.domain().to_owned();
        let parameters = || {
            let mut parameters = TlsParameters::builder(settings.host.clone());
            if let Some(pem) = &settings.extra_ca {
                parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
            }
            parameters.build_rustls()
        };
        let tls = match settings.tls {
            RelayTls::Starttls => Tls::Required(parameters()?),
            RelayTls::Tls => Tls::Wrapper(parameters()?),
            RelayTls::None if on_this_machine(&settings.host) => Tls::None,
            RelayTls::None => return Err(SetupError::Clear),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(domain.clone()))
            .timeout(Some(settings.patience))
            .pool_config(PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(30)));
        if let Some((user, password)) = settings.credentials {
            transport = transport.credentials(Credentials::new(user, password.expose_secret().to_owned()));
        }
        let from = Mailbox::new(None, address);
        Ok(Self { transport: transport.build(), from, domain, patience: settings.patience })
    }

    pub(super) async fn send(&self, letter: &Letter, id: MessageId, now: When) -> Result<(), MailError> {
        let unfit = MailError::Permanent { why: "the address is not one a relay can carry", code: None };
        let to: Address = letter.to.as_str().parse().map_err(|_| unfit)?;
        let message = self.envelope(id, now).to(Mailbox::new(None, to)).subject(letter.subject.clone());
        let message = message.body(letter.body.clone()).map_err(|_| unfit)?;
        match tokio::time::timeout(self.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => Err(MailError::Transient { why: "the relay took too long", code: None }),
        }
    }

    fn envelope(&self, id: MessageId, now: When) -> MessageBuilder {
        let since_epoch = Duration::from_millis(u64::try_from(now.millis()).unwrap_or_default());
        Message::builder()
            .from(self.from.clone())
            .date(SystemTime::UNIX_EPOCH + since_epoch)
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
    }
}

fn on_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Codes by which a relay refuses *us* (RFC 4954 §6, RFC 5321 §4.2.2): a letter must not be lost because a password
/// was mistyped.
const ABOUT_US: [u16; 6] = [421, 454, 530, 534, 535, 538];

fn judge(error: &smtp::Error) -> MailError {
    let code = error.status().map(u16::from);
    match code {
        Some(code) if ABOUT_US.contains(&code) => {
            MailError::Transient { why: "the relay refuses us", code: Some(code) }
        }
        Some(code) if error.is_permanent() => MailError::Permanent { why: "the relay refuses it", code: Some(code) },
        Some(code) => MailError::Transient { why: "the relay asks to wait", code: Some(code) },
        None if error.is_client() && lacks_smtputf8(error) => {
            MailError::Permanent { why: "the relay cannot carry this address", code: None }
        }
        None if error.is_client() => {
            MailError::Transient { why: "the relay offers no STARTTLS, or no way to sign in", code: None }
        }
        None if error.is_timeout() => MailError::Transient { why: "the relay took too long", code: None },
        None if is_about_tls(error) => MailError::Transient { why: "TLS to the relay failed", code: None },
        None => MailError::Transient { why: "the relay cannot be reached", code: None },
    }
}

/// Whether an address asks for what the relay has not (RFC 6531). Nothing but its words tells this from other faults.
fn lacks_smtputf8(error: &smtp::Error) -> bool {
    error.source().is_some_and(|cause| cause.to_string().contains("SMTPUTF8"))
}

/// Whether the handshake failed; to lettre that is a connection like another.
fn is_about_tls(error: &smtp::Error) -> bool {
    std::iter::successors(error.source(), |cause| (*cause).source())
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>()?.get_ref())
        .any(<dyn Error + Send + Sync>::is::<rustls::Error>)
}
