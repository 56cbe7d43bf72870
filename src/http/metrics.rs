//! Figures for the operator, in Prometheus text, and the internal listener that shows them. Labels are our own words
//! (route patterns, never paths), so that neither people nor guesses of paths end up in them.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// Requests answered, by `door`, `route` and `status`.
pub const REQUESTS: &str = "portreeve_http_requests_total";
/// Seconds an answer took, by `door` and `route`.
pub const SECONDS: &str = "portreeve_http_request_seconds";
/// Connections open now, by `door`.
pub const CONNECTIONS: &str = "portreeve_http_connections";
/// Connections that broke off before a request: handshakes failed or timed out, by `door`.
pub const HANDSHAKES_FAILED: &str = "portreeve_tls_handshakes_failed_total";
/// Letters by `outcome`: sent, transient, permanent.
pub const LETTERS: &str = "portreeve_letters_total";
/// Passwords tried at sign-in by `outcome`: signed_in, code_needed, wrong, closed, unusable, busy, fault. Many pairs of name and
/// password tried once each (credential stuffing) show here, and nowhere in one account's record.
pub const SIGN_INS: &str = "portreeve_sign_ins_total";
/// Calls to others by `outcome`: answered, refused, failed.
pub const OUTBOUND: &str = "portreeve_outbound_calls_total";

/// Bounds of the histogram, in seconds: from a key lookup to a queued password hash.
const BUCKETS: [f64; 10] = [0.000_5, 0.001, 0.002_5, 0.01, 0.025, 0.1, 0.25, 0.7, 2.0, 10.0];

/// Starts counting; every further call gives the same handle.
///
/// # Errors
/// If some other recorder was installed in this process.
pub fn install() -> Result<PrometheusHandle, Box<dyn std::error::Error + Send + Sync>> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.build_recorder();
    let handle = recorder.handle();
    // Of two first callers one installs; the other must find that one's handle, not an error.
    let handle = HANDLE.get_or_init(|| handle);
    if metrics::set_global_recorder(recorder).is_ok() {
        metrics::describe_counter!(REQUESTS, "Requests answered");
        metrics::describe_histogram!(SECONDS, metrics::Unit::Seconds, "Time to answer");
        metrics::describe_gauge!(CONNECTIONS, "Connections open");
        metrics::describe_counter!(HANDSHAKES_FAILED, "TLS handshakes failed or timed out");
        metrics::describe_counter!(LETTERS, "Letters by outcome");
        metrics::describe_counter!(SIGN_INS, "Passwords tried at sign-in by outcome");
        metrics::describe_counter!(OUTBOUND, "Calls to others by outcome");
    }
    Ok(handle.clone())
}

/// One listener's counters: each is looked up by its name and labels once, for that costs more than counting.
#[derive(Debug)]
pub(super) struct Tally {
    door: &'static str,
    routes: RwLock<HashMap<String, Arc<OfRoute>>>,
}

/// The counters of one route.
struct OfRoute {
    seconds: Histogram,
    answered: [OnceLock<Counter>; CLASSES.len()],
}

impl fmt::Debug for OfRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfRoute")
    }
}

/// What answers are counted by.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

impl Tally {
    pub(super) fn new(door: &'static str) -> Self {
        Self { door, routes: RwLock::default() }
    }

    /// Counts one answered request.
    pub(super) fn count(&self, route: &str, status: StatusCode, took: Duration) {
        let known = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(route).cloned();
        let of_route = known.unwrap_or_else(|| {
            let seconds = metrics::histogram!(SECONDS, "door" => self.door, "route" => route.to_owned());
            let new = Arc::new(OfRoute { seconds, answered: Default::default() });
            let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(routes.entry(route.to_owned()).or_insert(new))
        });
        let class = usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1;
        if let (Some(counter), Some(class)) = (of_route.answered.get(class), CLASSES.get(class)) {
            let register = || {
                let route = route.to_owned();
                metrics::counter!(REQUESTS, "door" => self.door, "route" => route, "status" => *class)
            };
            counter.get_or_init(register).increment(1);
        }
        of_route.seconds.record(took.as_secs_f64());
    }
}

/// Gathers the samples of histograms now and then: else they would pile up until somebody asks.
pub async fn upkeep(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        handle.run_upkeep();
    }
}

/// The internal listener: `/live` (the process answers), `/ready` (it may be sent requests; else 503 with the name
/// of what is missing), `/metrics`. None of them tells a version.
pub fn router<Ready, Answer>(handle: PrometheusHandle, ready: Ready) -> Router
where
    Ready: Fn() -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<(), &'static str>> + Send + 'static,
{
    let show = move || {
        handle.run_upkeep();
        let text = handle.render();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    };
    Router::new()
        .route("/live", get(|| async { "live" }))
        .route("/ready", get(move || readiness(ready())))
        .route("/metrics", get(show))
}

async fn readiness(ready: impl Future<Output = Result<(), &'static str>>) -> Response {
    match ready.await {
        Ok(()) => "ready".into_response(),
        Err(missing) => (StatusCode::SERVICE_UNAVAILABLE, missing).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Tally, install, router};
    use axum::body::{Body, to_bytes};
    use http::{Request, StatusCode};
    use std::time::Duration;
    use tower::ServiceExt;

    async fn ask(path: &str, ready: Result<(), &'static str>) -> (StatusCode, String) {
        let app = router(install().unwrap(), move || async move { ready });
        let response = app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn ready_says_what_is_missing() {
        assert_eq!(ask("/live", Err("database")).await, (StatusCode::OK, "live".into()));
        assert_eq!(ask("/ready", Ok(())).await, (StatusCode::OK, "ready".into()));
        assert_eq!(ask("/ready", Err("database")).await, (StatusCode::SERVICE_UNAVAILABLE, "database".into()));
    }

    #[tokio::test]
    async fn requests_are_counted_by_route() {
        install().unwrap();
        Tally::new("test").count("/counted/{id}", StatusCode::SEE_OTHER, Duration::from_millis(3));
        let (status, text) = ask("/metrics", Ok(())).await;
        assert_eq!(status, StatusCode::OK);
        let counted = r#"portreeve_http_requests_total{door="test",route="/counted/{id}",status="3xx"} 1"#;
        assert!(text.contains(counted), "{text}");
        assert!(
            text.contains(r#"portreeve_http_request_seconds_bucket{door="test",route="/counted/{id}",le="0.01"} 1"#)
        );
        assert!(!text.to_lowercase().contains("version"));
    }
}
