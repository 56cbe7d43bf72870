//! The yardstick: a bare hyper server on the core that the server gets, driven by the same client. The aims were set on
//! a core where it took [`BARE`] and [`SIGNED`]; what it takes here says how fast this core is now.

use super::server::Server;
use super::wire::Wire;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::try_join_all;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Processor time of one bare answer where the aims were set, in microseconds.
pub const BARE: f64 = 7.0;
/// And of one with an ES256 signature.
pub const SIGNED: f64 = 38.0;

/// How many times slower this core is than the one the aims were set on.
pub struct Slower {
    /// By bare answers.
    pub bare: f64,
    /// By signed ones.
    pub signed: f64,
}

/// Starts the yardstick as a process of its own and measures it over so many connections.
pub async fn measure(connections: usize, time: Duration) -> anyhow::Result<Slower> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, super::house::free_port()?));
    let mut command = Server::command(&std::env::current_exe()?);
    command.args(["--yardstick", &address.to_string()]);
    let server = Server::run(command, address, address, String::new).await?;
    let bare = drive(&server, address, "/bare", connections, time).await?;
    let signed = drive(&server, address, "/signed", connections, time).await?;
    server.stop()?;
    println!(
        "yardstick: a bare hyper server takes {bare:.1} µs here ({BARE:.0} where the aims were set), with one ES256 \
         signature {signed:.1} ({SIGNED:.0})\n"
    );
    Ok(Slower { bare: bare / BARE, signed: signed / SIGNED })
}

async fn drive(
    server: &Server,
    address: SocketAddr,
    path: &str,
    connections: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let ask = |until: Instant| {
        let request = request.clone();
        async move {
            let mut wire = Wire::to(address).await?;
            let mut count = 0_u32;
            while Instant::now() < until {
                wire.ask(request.as_bytes()).await?.with(200)?;
                count += 1;
            }
            Ok::<_, anyhow::Error>(count)
        }
    };
    let warm = Instant::now() + time / 5;
    try_join_all((0..connections).map(|_| ask(warm))).await?;
    let (before, end) = (server.processor()?, Instant::now() + time);
    let count: u32 = try_join_all((0..connections).map(|_| ask(end))).await?.into_iter().sum();
    Ok(server.processor()?.saturating_sub(before).as_secs_f64() * 1e6 / f64::from(count.max(1)))
}

/// The yardstick itself: answers until it is killed.
pub fn serve(address: &str) -> anyhow::Result<()> {
    let key = Arc::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?);
    let address: SocketAddr = address.parse()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async move {
        let listener = tokio::net::TcpListener::bind(address).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let key = Arc::clone(&key);
            tokio::spawn(async move {
                let answer = service_fn(move |request: Request<Incoming>| {
                    let body = if request.uri().path() == "/signed" { signed(&key) } else { "x".repeat(200) };
                    std::future::ready(Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body)))))
                });
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    })
}

fn signed(key: &EcdsaKeyPair) -> String {
    let signature = key.sign(&SystemRandom::new(), &[b'x'; 200]);
    signature.map_or_else(|_| String::new(), |signature| URL_SAFE_NO_PAD.encode(signature))
}
