use super::{Drained, Limits, Transport, serve};
use crate::config::{Cidr, TlsFiles};
use crate::http::address::{Networks, Peer};
use crate::http::shutdown::Shutdown;
use crate::http::tls::Tls;
use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_millis(600)).await;
    "slow"
}

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/slow", get(slow))
        .route("/stuck", get(std::future::pending::<&'static str>))
        .route("/peer", get(|Extension(peer): Extension<Peer>| async move { peer.0.ip().to_string() }))
}

fn quick() -> Limits {
    Limits {
        handshake: Duration::from_millis(300),
        headers: Duration::from_millis(300),
        idle: Duration::from_millis(500),
        drain: Duration::from_secs(5),
        ..Limits::default()
    }
}

async fn start(transport: Transport, limits: Limits) -> (SocketAddr, Shutdown, JoinHandle<Drained>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let served = tokio::spawn(serve(listener, "test", transport, routes(), limits, shutdown.clone()));
    (address, shutdown, served)
}

/// Sends bytes and reads until the server hangs up.
async fn talk(address: SocketAddr, send: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(send).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

struct Certificate {
    files: TlsFiles,
    folder: PathBuf,
}

impl Certificate {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("portreeve-server-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let files = TlsFiles { cert: folder.join("chain.pem"), key: folder.join("key.pem") };
        Self { files, folder }
    }

    /// Writes a new certificate over the old one, and gives a client that trusts it alone.
    fn renew(&self) -> reqwest::Client {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&self.files.cert, made.cert.pem()).unwrap();
        std::fs::write(&self.files.key, made.signing_key.serialize_pem()).unwrap();
        client(&made.cert.pem(), reqwest::tls::Version::TLS_1_3)
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn client(pem: &str, highest: reqwest::tls::Version) -> reqwest::Client {
    let trusted = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    reqwest::Client::builder().tls_certs_only([trusted]).tls_version_max(highest).no_proxy().build().unwrap()
}

#[tokio::test]
async fn plain_http_is_served_without_a_servers_name() {
    let (address, _shutdown, _served) = start(Transport::Plain, Limits::default()).await;
    let answer = talk(address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("hello"), "{answer}");
    assert!(!answer.to_lowercase().contains("server:"), "{answer}");
}

#[tokio::test]
async fn tls_is_served_and_a_reload_serves_the_new_certificate() {
    let certificate = Certificate::new();
    let old = certificate.renew();
    let tls = Tls::load(certificate.files.clone()).unwrap();
    let (address, _shutdown, _served) = start(Transport::Tls(tls.clone()), Limits::default()).await;
    let url = format!("https://localhost:{}/", address.port());
    let answer = old.get(&url).send().await.unwrap();
    assert_eq!(answer.version(), http::Version::HTTP_2);
    let pem = std::fs::read_to_string(&certificate.files.cert).unwrap();
    let older = client(&pem, reqwest::tls::Version::TLS_1_2);
    assert_eq!(older.get(&url).send().await.unwrap().text().await.unwrap(), "hello");

    let new = certificate.renew();
    assert!(new.get(&url).send().await.is_err(), "not before the reload");
    tls.reload().unwrap();
    assert_eq!(new.get(&url).send().await.unwrap().text().await.unwrap(), "hello");
    assert_eq!(old.get(&url).send().await.unwrap().status(), 200, "a connection in use keeps its own");
    let fresh = client(&pem, reqwest::tls::Version::TLS_1_3);
    assert!(fresh.get(&url).send().await.is_err(), "the old certificate is gone");
}

#[tokio::test]
async fn a_slow_request_is_finished_before_the_end() {
    let (address, shutdown, served) = start(Transport::Plain, Limits::default()).await;
    let asked = tokio::spawn(async move { talk(address, b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    shutdown.begin();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(address).await.is_err(), "no new connection is taken");
    // Connections are told to close: nobody waits for their patience to run out.
    let ended = tokio::time::timeout(Duration::from_secs(3), served).await.expect("ended soon after the answer");
    assert_eq!(ended.unwrap(), Drained { cut: 0 });
    assert!(asked.await.unwrap().ends_with("slow"));
}

#[tokio::test]
async fn a_slow_request_over_http2_is_finished_too() {
    let certificate = Certificate::new();
    let client = certificate.renew();
    let tls = Tls::load(certificate.files.clone()).unwrap();
    let (address, shutdown, served) = start(Transport::Tls(tls), Limits::default()).await;
    let url = format!("https://localhost:{}/slow", address.port());
    let asked = tokio::spawn(async move { client.get(url).send().await.unwrap().text().await.unwrap() });
    tokio::time::sleep(Duration::from_millis(250)).await;
    shutdown.begin();
    assert_eq!(asked.await.unwrap(), "slow");
    let ended = tokio::time::timeout(Duration::from_secs(3), served).await.expect("ended soon after the answer");
    assert_eq!(ended.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut_and_counted() {
    let limits = Limits { drain: Duration::from_millis(200), ..Limits::default() };
    let (address, shutdown, served) = start(Transport::Plain, limits).await;
    let asked = tokio::spawn(async move { talk(address, b"GET /stuck HTTP/1.1\r\nhost: a\r\n\r\n").await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    let began = Instant::now();
    shutdown.begin();
    assert_eq!(served.await.unwrap(), Drained { cut: 1 });
    assert!(began.elapsed() < Duration::from_secs(2));
    assert_eq!(asked.await.unwrap(), "");
}

#[tokio::test]
async fn new_connections_are_still_taken_while_balancers_learn() {
    let limits = Limits { linger: Duration::from_millis(400), ..Limits::default() };
    let (address, shutdown, served) = start(Transport::Plain, limits).await;
    shutdown.begin();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(shutdown.has_begun());
    let answer = talk(address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.ends_with("hello"), "{answer}");
    assert_eq!(served.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn z02_callers_that_dawdle_are_hung_up_on() {
    let certificate = Certificate::new();
    certificate.renew();
    let tls = Tls::load(certificate.files.clone()).unwrap();
    let (plain, _one, _served) = start(Transport::Plain, quick()).await;
    let (secure, _two, _served) = start(Transport::Tls(tls), quick()).await;
    for (address, send) in [
        (plain, &b""[..]),
        (plain, b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: "),
        (plain, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (plain, b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"),
        (secure, b""),
        (secure, b"\x16\x03\x01"),
    ] {
        let hung_up = tokio::time::timeout(Duration::from_secs(3), talk(address, send)).await;
        assert!(hung_up.is_ok(), "{} waited for ever", String::from_utf8_lossy(send));
    }
}

#[test]
fn z02_nobody_dawdles_over_headers_for_more_than_ten_seconds() {
    let Limits { handshake, headers, .. } = Limits::default();
    assert!(handshake <= Duration::from_secs(10) && headers <= Duration::from_secs(10), "{handshake:?} {headers:?}");
}

#[tokio::test]
async fn a_request_at_work_is_not_taken_for_a_dawdler() {
    let (address, _shutdown, _served) = start(Transport::Plain, quick()).await;
    let answer = talk(address, b"GET /slow HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.ends_with("slow"), "{answer}");
}

#[tokio::test]
async fn z01_headers_without_measure_are_refused() {
    let (address, _shutdown, _served) = start(Transport::Plain, Limits::default()).await;
    let request = format!("GET / HTTP/1.1\r\nhost: a\r\ncookie: {}\r\n\r\n", "x".repeat(70_000));
    let answer = talk(address, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let thousand: Vec<String> = (0..1_000).map(|n| format!("c{n}={}", "y".repeat(70))).collect();
    let request = format!("GET / HTTP/1.1\r\nhost: a\r\ncookie: {}\r\n\r\n", thousand.join("; "));
    let answer = talk(address, request.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "a thousand cookies: {answer}");
    let many = "x-more: y\r\n".repeat(150);
    let answer = talk(address, format!("GET / HTTP/1.1\r\nhost: a\r\n{many}\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let answer = talk(address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(answer.ends_with("hello"), "others are served on: {answer}");
}

#[tokio::test]
async fn behind_a_proxy_only_the_proxy_is_answered() {
    let behind = |range: &str| Transport::Behind(Networks::new(&[Cidr::parse(range).unwrap()]));
    let ask = b"GET /peer HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let (address, _shutdown, _served) = start(behind("127.0.0.0/8"), Limits::default()).await;
    assert!(talk(address, ask).await.ends_with("127.0.0.1"));
    let (address, _shutdown, _served) = start(behind("10.0.0.0/8"), Limits::default()).await;
    assert_eq!(talk(address, ask).await, "");
}

#[tokio::test]
async fn past_the_most_connections_others_wait_their_turn() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let (address, _shutdown, _served) = start(Transport::Plain, limits).await;
    let held = TcpStream::connect(address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let waiting =
        tokio::spawn(async move { talk(address, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished());
    drop(held);
    assert!(waiting.await.unwrap().ends_with("hello"));
}
