//! Collectors of the record, as real servers on loopback: one that takes lines over HTTP, one that takes syslog over TLS.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use rustls::server::WebPkiClientVerifier;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;

/// A port that refuses whoever connects, until it is listened on.
pub(super) fn closed() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// What an HTTP collector does with a request.
#[derive(Clone, Copy)]
pub(super) enum Mood {
    Takes,
    Refuses,
    Hangs,
}

/// A collector of lines over HTTP.
#[derive(Clone)]
pub(super) struct Siem {
    pub(super) got: Arc<Mutex<Vec<Value>>>,
    pub(super) mood: Arc<Mutex<Mood>>,
    asked: Arc<AtomicUsize>,
}

impl Siem {
    pub(super) fn on(listener: TcpListener, mood: Mood) -> Self {
        let siem = Self { got: Arc::default(), mood: Arc::new(Mutex::new(mood)), asked: Arc::default() };
        let routes = Router::new().route("/in", post(Self::take)).with_state(siem.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        siem
    }

    async fn take(State(siem): State<Self>, headers: HeaderMap, body: String) -> StatusCode {
        siem.asked.fetch_add(1, Ordering::SeqCst);
        let mood = *siem.mood.lock().unwrap();
        match mood {
            Mood::Takes => {}
            Mood::Refuses => return StatusCode::SERVICE_UNAVAILABLE,
            Mood::Hangs => std::future::pending().await,
        }
        if headers["authorization"] != "Bearer turnstone" || headers["content-type"] != "application/x-ndjson" {
            return StatusCode::UNAUTHORIZED;
        }
        assert!(body.ends_with('\n') && body.len() < 1024 * 1024);
        siem.got.lock().unwrap().extend(body.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        StatusCode::NO_CONTENT
    }

    pub(super) fn got(&self) -> Vec<(String, u64, String)> {
        let got = self.got.lock().unwrap();
        let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
        got.iter().map(|line| (text(line, "log"), line["index"].as_u64().unwrap(), text(line, "leaf"))).collect()
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// How a syslog collector ends a connection.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// As RFC 5425 §4.4 says.
    Proper,
    /// With everything read, but without a word.
    Mute,
    /// After so many bytes.
    Cut(usize),
}

/// A collector of syslog over TLS.
#[derive(Clone)]
pub(super) struct Syslog {
    got: Arc<Mutex<Vec<String>>>,
    end: Arc<Mutex<End>>,
    pub(super) connected: Arc<AtomicUsize>,
    /// Its certificate, in PEM.
    pub(super) certificate: String,
    pub(super) port: u16,
}

/// A certificate that speaks for itself, in PEM.
pub(super) struct Certificate {
    pub(super) chain: String,
    pub(super) key: String,
    der: rustls::pki_types::CertificateDer<'static>,
}

impl Certificate {
    pub(super) fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(["portreeve.example".to_owned()]).unwrap();
        Self { chain: made.cert.pem(), key: made.signing_key.serialize_pem(), der: made.cert.der().clone() }
    }
}

impl Syslog {
    pub(super) async fn new() -> Self {
        Self::with(None).await
    }

    /// One that takes messages from who shows this certificate, and from nobody else (RFC 5425 §4.2).
    pub(super) async fn asking(client: &Certificate) -> Self {
        Self::with(Some(client)).await
    }

    async fn with(client: Option<&Certificate>) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match client {
            None => builder.with_no_client_auth(),
            Some(client) => {
                let mut roots = rustls::RootCertStore::empty();
                roots.add(client.der.clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
                builder.with_client_cert_verifier(verifier)
            }
        };
        let config = builder.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let syslog = Self {
            got: Arc::default(),
            end: Arc::new(Mutex::new(End::Proper)),
            connected: Arc::default(),
            certificate: made.cert.pem(),
            port,
        };
        let (acceptor, here) = (TlsAcceptor::from(Arc::new(config)), syslog.clone());
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                here.connected.fetch_add(1, Ordering::SeqCst);
                let (acceptor, here) = (acceptor.clone(), here.clone());
                tokio::spawn(async move {
                    if let Ok(tls) = acceptor.accept(tcp).await {
                        here.take(tls).await;
                    }
                });
            }
        });
        syslog
    }

    async fn take(&self, mut tls: tokio_rustls::server::TlsStream<tokio::net::TcpStream>) {
        let (end, mut bytes) = (*self.end.lock().unwrap(), Vec::new());
        let most = if let End::Cut(most) = end { most } else { usize::MAX };
        let mut buffer = [0; 1024];
        while bytes.len() < most {
            match tls.read(&mut buffer).await {
                Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
                // Its end, or the sender was killed: what is whole is kept.
                _ => break,
            }
        }
        self.got.lock().unwrap().extend(messages(&bytes));
        if matches!(end, End::Proper) {
            let _ = tls.shutdown().await;
        }
    }

    pub(super) fn url(&self) -> String {
        format!("syslog+tls://localhost:{}", self.port)
    }

    pub(super) fn got(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }

    pub(super) fn ends_with(&self, end: End) {
        *self.end.lock().unwrap() = end;
        self.got.lock().unwrap().clear();
    }
}

/// The whole frames in some bytes (RFC 5425 §4.3).
fn messages(mut bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(space) = bytes.iter().position(|byte| *byte == b' ') {
        let length: usize = std::str::from_utf8(&bytes[..space]).unwrap().parse().unwrap();
        let Some(message) = bytes.get(space + 1..space + 1 + length) else { break };
        all.push(String::from_utf8(message.to_vec()).unwrap());
        bytes = &bytes[space + 1 + length..];
    }
    all
}
