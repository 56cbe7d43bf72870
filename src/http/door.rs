//! What every request of a listener goes through, outermost first: name and trace, the client's address, the host
//! check, limits of its body, the handler (whose panic becomes one 500), the headers of the answer, log and count.

use super::address::{ClientAddress, Networks, Peer, UNKNOWN};
use super::headers::HeaderPolicy;
use super::host::Hosts;
use super::metrics::Tally;
use super::refusal::ErrorPage;
use super::trace::RequestId;
use crate::config::Origin;
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use futures_util::FutureExt;
use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, HeaderValue,
    RETRY_AFTER,
};
use http::{HeaderName, StatusCode};
use http_body::Body as _;
use http_body_util::Limited;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::timeout::DeadlineBody;
use tracing::Instrument;

/// The largest request body, in bytes, unless a listener needs more.
pub const BODY_LIMIT: usize = 64 * 1024;

/// How long a request body may take to arrive, unless a listener needs more.
pub const BODY_TIME: Duration = Duration::from_secs(25);

/// The answer's copy of the request's name, for a resident to quote and an operator to find.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// One listener's own: how it is named in metrics and what its origin decides.
#[derive(Debug, Clone)]
pub struct Door {
    /// "public" or "staff".
    pub name: &'static str,
    /// Headers by the origin's scheme.
    pub headers: HeaderPolicy,
    /// The host it answers to.
    pub hosts: Hosts,
    /// Proxies believed about the client's address.
    pub proxies: Networks,
    /// The page of a refused or failed request.
    pub page: ErrorPage,
    /// The largest request body, in bytes.
    pub body_limit: usize,
    /// How long a request body may take to arrive.
    pub body_time: Duration,
}

impl Door {
    /// A listener reached at `origin`, with the usual limits.
    #[must_use]
    pub fn new(name: &'static str, origin: &Origin, proxies: Networks, page: ErrorPage) -> Self {
        let (headers, hosts) = (HeaderPolicy::new(origin), Hosts::of(origin));
        Self { name, headers, hosts, proxies, page, body_limit: BODY_LIMIT, body_time: BODY_TIME }
    }

    /// Puts the routes behind the door. It is one layer, for each costs every request a handful of allocations.
    pub fn lead_to(self, routes: Router) -> Router {
        routes.layer(from_fn_with_state(Arc::new(Standing { tally: Tally::new(self.name), door: self }), pass))
    }

    /// Why a request goes no further, if so.
    fn refuses(&self, request: &Request) -> Option<StatusCode> {
        let headers = request.headers();
        let length = |value: &HeaderValue| value.to_str().ok()?.parse::<usize>().ok();
        if !self.hosts.is_named(request.uri(), headers) {
            Some(StatusCode::MISDIRECTED_REQUEST)
        } else if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            // Bodies are small; a compressed one could only be a bomb.
            Some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
        } else if headers.get(CONTENT_LENGTH).and_then(length).is_some_and(|length| length > self.body_limit) {
            Some(StatusCode::PAYLOAD_TOO_LARGE)
        } else {
            None
        }
    }

    /// The body, which ends in an error where it grows too large or arrives too slowly.
    fn limited(&self, body: Body) -> Body {
        if body.is_end_stream() {
            return body;
        }
        Body::new(Limited::new(DeadlineBody::new(self.body_time, body), self.body_limit))
    }
}

/// A door with its counters.
#[derive(Debug)]
struct Standing {
    door: Door,
    tally: Tally,
}

async fn pass(State(standing): State<Arc<Standing>>, mut request: Request, next: Next) -> Response {
    let (door, began) = (&standing.door, Instant::now());
    let id = RequestId::new();
    let span = tracing::info_span!("request", request.id = %id, door = door.name);
    let peer = request.extensions().get::<Peer>().map_or(UNKNOWN, |peer| peer.0.ip());
    let client = ClientAddress::of(peer, request.headers(), &door.proxies);
    request.extensions_mut().insert(client);
    request.extensions_mut().insert(id);
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    // The handler takes the request with it, so these are kept aside.
    let kept = DRAWN_BY.map(|name| request.headers().get(name).cloned());

    let mut response = if let Some(status) = door.refuses(&request) {
        door.page.render(status, &drawn_by(kept))
    } else {
        let request = request.map(|body| door.limited(body));
        let handled = AssertUnwindSafe(next.run(request).instrument(span.clone())).catch_unwind().await;
        match handled {
            Ok(answer) if is_bare(&answer) => dressed(&answer, &door.page, &drawn_by(kept)),
            Ok(answer) => answer,
            Err(_) => door.page.render(StatusCode::INTERNAL_SERVER_ERROR, &drawn_by(kept)),
        }
    };
    door.headers.write(&mut response);
    response.headers_mut().insert(REQUEST_ID, id.header());

    let (status, took) = (response.status(), began.elapsed());
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    standing.tally.count(route, status, took);
    let millis = took.as_millis();
    // An answer that went well is a figure in the metrics; a line for each would bury the others.
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::error!(%method, route, status = status.as_u16(), millis, "request failed");
        } else if status.is_client_error() {
            tracing::info!(%method, route, status = status.as_u16(), millis, "request refused");
        } else {
            tracing::debug!(%method, route, status = status.as_u16(), millis, "request answered");
        }
    });
    response
}

/// A refusal in the framework's own words, or in none: a form that cannot be read, a method no route takes, a body too
/// large.
fn is_bare(answer: &Response) -> bool {
    let status = answer.status();
    let kind = answer.headers().get(CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// The page in its place, with what the refusal told the client to do.
fn dressed(bare: &Response, page: &ErrorPage, headers: &HeaderMap) -> Response {
    let mut response = page.render(bare.status(), headers);
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = bare.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// The headers an error page is drawn by.
const DRAWN_BY: [HeaderName; 3] = [ACCEPT, ACCEPT_LANGUAGE, COOKIE];

fn drawn_by(kept: [Option<HeaderValue>; 3]) -> HeaderMap {
    DRAWN_BY.into_iter().zip(kept).filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::Door;
    use crate::config::{Cidr, Origin};
    use crate::http::address::{ClientAddress, Networks, Peer};
    use crate::http::refusal::ErrorPage;
    use axum::Router;
    use axum::body::{Body, Bytes, to_bytes};
    use axum::response::{Html, IntoResponse};
    use axum::routing::{get, post};
    use http::{HeaderMap, Request, StatusCode};
    use std::time::Duration;
    use tower::ServiceExt;

    async fn panics() -> &'static str {
        panic!("planted")
    }

    fn app() -> Router {
        door().lead_to(routes())
    }

    fn door() -> Door {
        let origin = Origin::parse("https://a.example").unwrap();
        let page = ErrorPage::new(|status, headers: &HeaderMap| {
            let language = headers.get("accept-language").map_or("", |value| value.to_str().unwrap_or(""));
            Html(format!("There is a problem {} {language}", status.as_u16())).into_response()
        });
        let proxies = Networks::new(&[Cidr::parse("10.0.0.0/8").unwrap()]);
        Door::new("public", &origin, proxies, page)
    }

    fn routes() -> Router {
        Router::new()
            .route("/panic", get(panics))
            .route("/where", get(|client: ClientAddress| async move { client.prefix() }))
            .route("/form", post(|body: Bytes| async move { body.len().to_string() }))
            .fallback(|| async { (StatusCode::NOT_FOUND, Html("no such page")) })
    }

    async fn ask(request: http::request::Builder, body: Body) -> (StatusCode, HeaderMap, String) {
        let response = app().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    fn get_from(path: &str) -> http::request::Builder {
        Request::get(path).header("host", "a.example").header("accept-language", "cy")
    }

    #[tokio::test]
    async fn z06_a_panic_is_one_500_in_the_readers_language() {
        let (status, headers, body) = ask(get_from("/panic"), Body::empty()).await;
        assert_eq!((status, body.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "There is a problem 500 cy"));
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(ask(get_from("/where"), Body::empty()).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn every_answer_has_headers_and_a_name() {
        for path in ["/where", "/nowhere", "/panic"] {
            let (_, headers, _) = ask(get_from(path), Body::empty()).await;
            assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
            assert_eq!(headers["x-request-id"].len(), 32, "{path}");
        }
        let (_, headers, _) = ask(get_from("/where").header("x-request-id", "planted"), Body::empty()).await;
        assert_ne!(headers["x-request-id"], "planted");
    }

    #[tokio::test]
    async fn an_unknown_host_goes_no_further() {
        let request = Request::get("/where").header("host", "evil.example");
        let (status, headers, body) = ask(request, Body::empty()).await;
        assert_eq!((status, body.as_str()), (StatusCode::MISDIRECTED_REQUEST, "There is a problem 421 "));
        assert_eq!(headers["x-frame-options"], "DENY");
        let forwarded = get_from("/where").header("x-forwarded-host", "evil.example").header("forwarded", "host=evil");
        assert_eq!(ask(forwarded, Body::empty()).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn the_clients_address_comes_by_way_of_a_trusted_proxy_only() {
        let request = |peer: &str| {
            let peer = Peer(peer.parse().unwrap());
            get_from("/where").header("x-forwarded-for", "198.51.100.7").extension(peer)
        };
        assert_eq!(ask(request("10.0.0.1:1"), Body::empty()).await.2, "198.51.100.0/24");
        assert_eq!(ask(request("203.0.113.1:1"), Body::empty()).await.2, "203.0.113.0/24");
    }

    #[tokio::test]
    async fn z01_a_body_too_large_or_compressed_is_refused() {
        let post = || Request::post("/form").header("host", "a.example");
        assert_eq!(ask(post(), Body::from(vec![b'x'; 65_536])).await.2, "65536");
        assert_eq!(ask(post(), Body::from(vec![b'x'; 65_537])).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        let said = post().header("content-length", "10000000");
        assert_eq!(ask(said, Body::empty()).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        let stream = futures_util::stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![0; 1_000]))));
        assert_eq!(ask(post(), Body::from_stream(stream)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        let zipped = post().header("content-encoding", "gzip");
        assert_eq!(ask(zipped, Body::from("x")).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    #[tokio::test]
    async fn a_refusal_of_the_framework_is_a_page_too() {
        let page = |status: StatusCode| format!("There is a problem {} ", status.as_u16());
        let (status, headers, body) = ask(Request::put("/form").header("host", "a.example"), Body::empty()).await;
        assert_eq!((status, body), (StatusCode::METHOD_NOT_ALLOWED, page(status)));
        assert_eq!(headers["allow"], "POST");
        let post = Request::post("/form").header("host", "a.example");
        let (status, _, body) = ask(post, Body::from(vec![b'x'; 65_537])).await;
        assert_eq!((status, body), (StatusCode::PAYLOAD_TOO_LARGE, page(status)));
        let own = ask(Request::get("/nowhere").header("host", "a.example"), Body::empty()).await;
        assert_eq!((own.0, own.2.as_str()), (StatusCode::NOT_FOUND, "no such page"));
    }

    #[tokio::test]
    async fn z02_a_body_that_drips_is_given_up() {
        let app = Door { body_time: Duration::from_millis(200), ..door() }.lead_to(routes());
        let drip = futures_util::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Some((Ok::<_, std::io::Error>("x"), ()))
        });
        let request = Request::post("/form").header("host", "a.example").body(Body::from_stream(drip)).unwrap();
        let answer = tokio::time::timeout(Duration::from_secs(3), app.oneshot(request)).await.expect("given up");
        assert!(answer.unwrap().status().is_client_error());
        assert!(door().body_time <= Duration::from_secs(30), "{:?}", door().body_time);
    }
}
