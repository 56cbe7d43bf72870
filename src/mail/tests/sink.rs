//! A real SMTP server on loopback: what it accepts, it keeps.

use super::settings;
use crate::mail::{Mail, Relay, RelaySettings, RelayTls};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use secrecy::SecretString;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub(super) const USER: &str = "havenbrook";
pub(super) const PASSWORD: &str = "Kittiwake 4417";

/// How it behaves.
#[derive(Clone, Default)]
pub(super) struct Behaviour {
    pub greeting: Option<&'static str>,
    pub sender: Option<&'static str>,
    pub recipient: Option<&'static str>,
    pub data: Option<&'static str>,
    pub tarpit: bool,
    pub hang_up_after_data: bool,
    pub guard: Guard,
    /// How one signs in, which one must then, under TLS if it has that.
    pub sign_in: Option<&'static str>,
}

/// Whether it speaks TLS, and from when.
#[derive(Clone, Default)]
pub(super) enum Guard {
    #[default]
    None,
    Starttls(TlsAcceptor),
    Tls(TlsAcceptor),
}

/// A certificate, and in PEM the authority that made it and no other.
pub(super) struct Certificate {
    pub authority: Vec<u8>,
    acceptor: TlsAcceptor,
}

impl Certificate {
    pub(super) fn of(host: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new([host.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        Self { authority: authority.pem().into_bytes(), acceptor: TlsAcceptor::from(Arc::new(config)) }
    }

    /// What a relay with it is like for who connects so.
    pub(super) fn guard(&self, tls: RelayTls) -> Guard {
        match tls {
            RelayTls::None => Guard::None,
            RelayTls::Starttls => Guard::Starttls(self.acceptor.clone()),
            RelayTls::Tls => Guard::Tls(self.acceptor.clone()),
        }
    }
}

/// The server.
pub(super) struct Sink {
    pub address: SocketAddr,
    kept: Arc<Kept>,
}

#[derive(Default)]
struct Kept {
    letters: Mutex<Vec<String>>,
    clear: Mutex<Vec<String>>,
    guarded: Mutex<Vec<String>>,
}

impl Sink {
    pub(super) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, kept) = (listener.local_addr().unwrap(), Arc::<Kept>::default());
        let here = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behaviour.clone(), Arc::clone(&here)));
            }
        });
        Self { address, kept }
    }

    pub(super) fn mail(&self) -> Mail {
        Mail::Smtp(Relay::new(settings(self.address)).unwrap())
    }

    /// For who signs in with this password under TLS and trusts this authority beside the system's.
    pub(super) fn guarded_mail(&self, tls: RelayTls, password: &str, extra_ca: Option<&[u8]>) -> Mail {
        let settings = RelaySettings {
            host: "localhost".into(),
            credentials: Some((USER.into(), SecretString::from(password))),
            tls,
            extra_ca: extra_ca.map(<[u8]>::to_vec),
            patience: Duration::from_secs(30),
            ..settings(self.address)
        };
        Mail::Smtp(Relay::new(settings).unwrap())
    }

    /// The letters it took.
    pub(super) fn taken(&self) -> Vec<String> {
        self.kept.letters.lock().unwrap().clone()
    }

    /// What it was told that anybody on the way could read, letters aside.
    pub(super) fn heard_in_clear(&self) -> Vec<String> {
        self.kept.clear.lock().unwrap().clone()
    }

    /// What it was told under TLS, letters aside.
    pub(super) fn heard_under_tls(&self) -> Vec<String> {
        self.kept.guarded.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, behaviour: Behaviour, kept: Arc<Kept>) -> std::io::Result<()> {
    let greeting = Some(behaviour.greeting.unwrap_or("220 sink"));
    match behaviour.guard.clone() {
        Guard::None => converse(stream, &behaviour, (&kept.letters, &kept.clear), greeting).await.map(drop),
        Guard::Tls(acceptor) => {
            let stream = acceptor.accept(stream).await?;
            let unoffered = Behaviour { guard: Guard::None, ..behaviour };
            converse(stream, &unoffered, (&kept.letters, &kept.guarded), greeting).await.map(drop)
        }
        Guard::Starttls(acceptor) => {
            let Some(stream) = converse(stream, &behaviour, (&kept.letters, &kept.clear), greeting).await? else {
                return Ok(());
            };
            let stream = acceptor.accept(stream).await?;
            let unoffered = Behaviour { guard: Guard::None, ..behaviour };
            converse(stream, &unoffered, (&kept.letters, &kept.guarded), None).await.map(drop)
        }
    }
}

async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Gives the stream back if it is to be upgraded.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    behaviour: &Behaviour,
    (letters, heard): (&Mutex<Vec<String>>, &Mutex<Vec<String>>),
    greeting: Option<&str>,
) -> std::io::Result<Option<S>> {
    let mut stream = BufReader::new(stream);
    let upgrades = matches!(behaviour.guard, Guard::Starttls(_));
    let mut signed_in = behaviour.sign_in.is_none();
    let mut say = greeting.map(ToOwned::to_owned);
    loop {
        if let Some(reply) = say.take() {
            stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
            stream.flush().await?;
        }
        let Some(said) = line(&mut stream).await? else { return Ok(None) };
        heard.lock().unwrap().push(said.clone());
        if behaviour.tarpit {
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        let verb = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" if upgrades => "250-sink\r\n250-STARTTLS\r\n250 8BITMIME".to_owned(),
            "EHLO" => {
                let ways = behaviour.sign_in.map(|ways| format!("250-AUTH {ways}\r\n")).unwrap_or_default();
                format!("250-sink\r\n{ways}250 8BITMIME")
            }
            "STARTTLS" if upgrades => {
                stream.write_all(b"220 go on\r\n").await?;
                return Ok(Some(stream.into_inner()));
            }
            "AUTH" if !upgrades => {
                signed_in = sign_in(&mut stream, &said).await?;
                if signed_in { "235 2.7.0 welcome" } else { "535 5.7.8 not you" }.to_owned()
            }
            "MAIL" if !signed_in => "530 5.7.0 sign in first".to_owned(),
            "MAIL" => behaviour.sender.unwrap_or("250 ok").to_owned(),
            "RCPT" => behaviour.recipient.unwrap_or("250 ok").to_owned(),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                stream.flush().await?;
                let mut letter = String::new();
                while let Some(line) = line(&mut stream).await?.filter(|line| line != ".") {
                    letter.push_str(&line);
                    letter.push('\n');
                }
                if behaviour.data.is_none() {
                    letters.lock().unwrap().push(letter);
                }
                if behaviour.hang_up_after_data {
                    return Ok(None);
                }
                behaviour.data.unwrap_or("250 taken").to_owned()
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                stream.flush().await?;
                return Ok(None);
            }
            _ => "250 ok".to_owned(),
        };
        say = Some(reply);
    }
}

/// RFC 4954 with PLAIN, or with LOGIN as it is in use.
async fn sign_in<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, said: &str) -> std::io::Result<bool> {
    let clear = |text: &str| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
    if let Some(at_once) = said.strip_prefix("AUTH PLAIN ") {
        return Ok(clear(at_once) == format!("\0{USER}\0{PASSWORD}"));
    }
    assert_eq!(said, "AUTH LOGIN");
    let mut right = true;
    for (question, wanted) in [("Username:", USER), ("Password:", PASSWORD)] {
        stream.write_all(format!("334 {}\r\n", STANDARD.encode(question)).as_bytes()).await?;
        stream.flush().await?;
        right &= line(stream).await?.is_some_and(|answer| clear(&answer) == wanted);
    }
    Ok(right)
}
