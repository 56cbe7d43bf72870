//! The accept loop: HTTP/1.1 and HTTP/2, plain or TLS, with limits on everything a caller can make us wait for, and
//! an end that lets requests in hand finish.

use super::address::{Networks, Peer};
use super::metrics::{CONNECTIONS, HANDSHAKES_FAILED};
use super::shutdown::Shutdown;
use super::tls::Tls;
use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tower::Service;

/// How connections are protected on their way.
#[derive(Debug, Clone)]
pub enum Transport {
    /// Plain http to anybody who can reach the listener: loopback, redirects, probes.
    Plain,
    /// Plain http from these proxies, which have taken TLS off; all others are hung up on.
    Behind(Networks),
    /// TLS by our own certificate.
    Tls(Arc<Tls>),
}

/// What a caller may cost us.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From connection to the end of the TLS handshake.
    pub handshake: Duration,
    /// From connection, or the end of the last answer, to the end of a request's headers.
    pub headers: Duration,
    /// A connection on which nothing moves.
    pub idle: Duration,
    /// All headers of a request, in bytes; past it 431.
    pub header_bytes: usize,
    /// Connections at a time; more wait in the kernel's queue.
    pub connections: usize,
    /// After the wish to stop, how long new connections are still taken, for load balancers to hear of it.
    pub linger: Duration,
    /// How long requests in hand may take to finish after that.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            headers: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            header_bytes: 64 * 1024,
            connections: 4_096,
            linger: Duration::ZERO,
            drain: Duration::from_secs(25),
        }
    }
}

/// How a listener ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were still busy when the time to finish was over.
    pub cut: usize,
}

/// Serves until the shutdown begins and requests in hand are answered. `door` names the listener in metrics.
pub async fn serve(
    listener: TcpListener,
    door: &'static str,
    transport: Transport,
    routes: Router,
    limits: Limits,
    shutdown: Shutdown,
) -> Drained {
    let (closing, told) = watch::channel(false);
    let house = Arc::new(House { door, transport, routes, limits, builder: builder(limits), told });
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    let mut stop = pin!(async {
        shutdown.begun().await;
        sleep(limits.linger).await;
    });
    loop {
        let permit = tokio::select! {
            () = &mut stop => break,
            permit = Arc::clone(&room).acquire_owned() => permit,
        };
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let house = Arc::clone(&house);
                connections.spawn(async move {
                    let open = metrics::gauge!(CONNECTIONS, "door" => house.door);
                    open.increment(1.0);
                    house.receive(stream, peer).await;
                    open.decrement(1.0);
                    drop(permit);
                });
            }
            Err(error) => {
                // Out of descriptors, most likely: trying again at once would only burn the processor.
                tracing::warn!(door, %error, "a connection could not be taken");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    closing.send_replace(true);
    let all_done = async { while connections.join_next().await.is_some() {} };
    let in_time = timeout(limits.drain, all_done).await.is_ok();
    let cut = if in_time { 0 } else { connections.len() };
    connections.shutdown().await;
    Drained { cut }
}

fn builder(limits: Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_buf_size(limits.header_bytes.max(8 * 1024));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

/// What every connection of a listener shares.
struct House {
    door: &'static str,
    transport: Transport,
    routes: Router,
    limits: Limits,
    builder: Builder<TokioExecutor>,
    told: watch::Receiver<bool>,
}

impl House {
    async fn receive(&self, stream: TcpStream, peer: SocketAddr) {
        // Answers are written whole; waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        match &self.transport {
            Transport::Plain => self.converse(stream, peer).await,
            Transport::Behind(proxies) if proxies.contains(peer.ip()) => self.converse(stream, peer).await,
            Transport::Behind(_) => {}
            Transport::Tls(tls) => {
                let handshake = TlsAcceptor::from(tls.current()).accept(stream);
                match timeout(self.limits.handshake, handshake).await {
                    Ok(Ok(stream)) => self.converse(stream, peer).await,
                    Ok(Err(_)) | Err(_) => metrics::counter!(HANDSHAKES_FAILED, "door" => self.door).increment(1),
                }
            }
        }
    }

    async fn converse(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: SocketAddr) {
        let activity = Arc::new(Activity::new());
        let (routes, moving) = (self.routes.clone(), Arc::clone(&activity));
        let service = service_fn(move |request| answer(routes.clone(), request, peer, Arc::clone(&moving)));
        let mut connection = pin!(self.builder.serve_connection(TokioIo::new(stream), service));
        let mut told = self.told.clone();
        let mut told_to_close = false;
        let mut wake = Instant::now() + self.limits.headers;
        loop {
            tokio::select! {
                // Broken connections are the callers' daily business, not ours to log.
                _ = connection.as_mut() => return,
                _ = told.wait_for(|told| *told), if !told_to_close => {
                    told_to_close = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = sleep_until(wake) => {
                    let now = Instant::now();
                    match activity.quiet_until(self.limits) {
                        // Nothing was ever answered here, so there is nothing to finish politely.
                        Some(end) if end <= now && (told_to_close || !activity.has_answered()) => return,
                        Some(end) if end <= now => {
                            told_to_close = true;
                            connection.as_mut().graceful_shutdown();
                            wake = now + Duration::from_secs(5);
                        }
                        Some(end) => wake = end,
                        None => wake = now + self.limits.idle,
                    }
                }
            }
        }
    }
}

async fn answer(
    mut routes: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    activity: Arc<Activity>,
) -> Result<Response<Body>, Infallible> {
    let in_hand = InHand::new(Arc::clone(&activity));
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    let response = routes.call(request).await?;
    drop(in_hand);
    // From here on patience is with the reader: an answer nobody fetches is given up like any quiet connection.
    Ok(response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            activity.change(|_| {});
            frame
        }))
    }))
}

/// What moves on a connection: hyper itself has no idle limit for HTTP/2, nor any before the first byte.
struct Activity(Mutex<State>);

struct State {
    in_hand: usize,
    answered: bool,
    moved: Instant,
}

impl Activity {
    fn new() -> Self {
        Self(Mutex::new(State { in_hand: 0, answered: false, moved: Instant::now() }))
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.moved = Instant::now();
        change(&mut state);
    }

    fn has_answered(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).answered
    }

    /// When the connection has been quiet for too long; `None` while a handler is at work.
    fn quiet_until(&self, limits: Limits) -> Option<Instant> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let patience = if state.answered { limits.idle } else { limits.headers };
        (state.in_hand == 0).then(|| state.moved + patience)
    }
}

/// One request whose handler is at work.
struct InHand(Arc<Activity>);

impl InHand {
    fn new(activity: Arc<Activity>) -> Self {
        activity.change(|state| state.in_hand += 1);
        Self(activity)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.change(|state| {
            state.in_hand = state.in_hand.saturating_sub(1);
            state.answered = true;
        });
    }
}

#[cfg(test)]
mod tests;
