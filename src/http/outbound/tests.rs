use super::{ANSWER_LIMIT, AT_ONCE, Outbound, OutboundError, Reach, is_public, may_be_called};
use crate::config::Allowed;
use axum::Router;
use axum::body::Body;
use axum::response::Redirect;
use axum::routing::{get, post};
use http::StatusCode;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn allow(places: &[String]) -> Outbound {
    let places: Vec<Allowed> = places.iter().map(|place| Allowed::parse(place).unwrap()).collect();
    Outbound::new(&places, None).unwrap()
}

async fn logout(body: String) -> StatusCode {
    if body == "logout_token=a%26b" { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST }
}

/// A real server on loopback that counts the connections it takes.
async fn server() -> (SocketAddr, Arc<AtomicUsize>) {
    let endless = || async {
        let chunk = || Ok::<_, std::io::Error>(vec![b' '; 8 * 1024]);
        Body::from_stream(futures_util::stream::repeat_with(chunk))
    };
    let routes = Router::new()
        .route("/jwks", get(|| async { r#"{"keys":[]}"# }))
        .route("/text", get(|| async { "not json" }))
        .route("/moved", get(|| async { Redirect::temporary("/jwks") }))
        .route("/gone", get(|| async { StatusCode::GONE }))
        .route("/full", get(|| async { format!("\"{}\"", "x".repeat(ANSWER_LIMIT - 2)) }))
        .route("/over", get(|| async { format!("\"{}\"", "x".repeat(ANSWER_LIMIT - 1)) }))
        .route("/endless", get(endless))
        .route("/stuck", get(std::future::pending::<&'static str>))
        .route("/logout", post(logout));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let routes = routes.layer(axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
        counter.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    }));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (address, taken)
}

#[test]
fn private_addresses_are_told_from_public_ones() {
    for private in [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "100::1",
    ] {
        assert!(!is_public(ip(private)), "{private}");
    }
    for public in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.3.1", "2a00:1450::1", "2001:4860:4860::8888"] {
        assert!(is_public(ip(public)), "{public}");
    }
}

#[test]
fn a_name_may_resolve_to_permitted_addresses_only() {
    let found: Vec<SocketAddr> =
        ["8.8.8.8:0", "10.20.0.1:0", "127.0.0.1:0", "[::1]:0"].iter().map(|text| text.parse().unwrap()).collect();
    let range = [Allowed::parse("10.20.0.0/16").unwrap()];
    let kept = |reach, allowed: &[Allowed]| -> Vec<String> {
        may_be_called(found.clone(), reach, allowed).iter().map(|a| a.ip().to_string()).collect()
    };
    assert_eq!(kept(Reach::Public, &[]), ["8.8.8.8"]);
    assert_eq!(kept(Reach::Public, &range), ["8.8.8.8", "10.20.0.1"]);
    assert_eq!(kept(Reach::Loopback, &range), ["127.0.0.1", "::1"]);
    assert_eq!(kept(Reach::Anywhere, &[]).len(), 4);
}

#[tokio::test]
async fn nothing_private_is_called_in_any_spelling() {
    let (address, taken) = server().await;
    let port = address.port();
    let outbound = allow(&["127.0.0.1:1".into()]);
    for url in [
        format!("https://127.0.0.1:{port}/jwks"),
        format!("https://0x7f.1:{port}/jwks"),
        format!("https://2130706433:{port}/jwks"),
        format!("https://[::1]:{port}/jwks"),
        format!("https://[::ffff:127.0.0.1]:{port}/jwks"),
        format!("https://localhost:{port}/jwks"),
        "https://169.254.169.254/latest/meta-data/".into(),
        format!("http://127.0.0.1:{port}/jwks"),
        format!("http://localhost:{port}/jwks"),
        "http://example.org/jwks".into(),
        "file:///etc/passwd".into(),
        "ftp://127.0.0.1/jwks".into(),
        "data:application/json,{}".into(),
        format!("https://ada:pw@localhost:{port}/jwks"),
        "nonsense".into(),
    ] {
        let answer = outbound.get_json(&url).await;
        assert!(matches!(answer, Err(OutboundError::Refused(_))), "{url}: {answer:?}");
        let posted = outbound.post_form(&url, &[]).await;
        assert!(matches!(posted, Err(OutboundError::Refused(_))), "{url}: {posted:?}");
    }
    assert_eq!(taken.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_listed_place_on_this_machine_is_called() {
    let (address, _) = server().await;
    let port = address.port();
    let outbound = allow(&[format!("localhost:{port}")]);
    let url = |path: &str| format!("http://localhost:{port}{path}");
    assert_eq!(outbound.get_json(&url("/jwks")).await.unwrap(), serde_json::json!({"keys": []}));
    assert_eq!(outbound.post_form(&url("/logout"), &[("logout_token", "a&b")]).await, Ok(StatusCode::NO_CONTENT));
    assert_eq!(outbound.post_form(&url("/gone"), &[]).await, Ok(StatusCode::METHOD_NOT_ALLOWED));
    // Listed by its name, not by its address, nor the other way round.
    let by_address = outbound.get_json(&format!("http://127.0.0.1:{port}/jwks")).await;
    assert!(matches!(by_address, Err(OutboundError::Refused(_))), "{by_address:?}");
    let by_range = allow(&["127.0.0.0/8".into()]);
    assert!(by_range.get_json(&format!("http://127.0.0.1:{port}/jwks")).await.is_ok());
    assert_eq!(outbound.allowed().iter().map(ToString::to_string).collect::<Vec<_>>(), [format!("localhost:{port}")]);
}

#[tokio::test]
async fn one_host_is_not_flooded_and_who_waits_has_its_turn() {
    let (address, taken) = server().await;
    let outbound = allow(&[address.to_string()]);
    let url = |path: &str| format!("http://{address}/{path}");
    // Eight are being answered, and never are: a ninth is not sent until one of them is given up.
    let fetch = |path: &str| {
        let (outbound, url) = (outbound.clone(), url(path));
        tokio::spawn(async move { outbound.get_json(&url).await })
    };
    let stuck: Vec<_> = (0..AT_ONCE).map(|_| fetch("stuck")).collect();
    while taken.load(Ordering::SeqCst) < AT_ONCE {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ninth = fetch("jwks");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(taken.load(Ordering::SeqCst), AT_ONCE);
    stuck.iter().for_each(tokio::task::JoinHandle::abort);
    assert!(ninth.await.unwrap().is_ok());
    assert_eq!(taken.load(Ordering::SeqCst), AT_ONCE + 1);
}

#[tokio::test]
async fn a_demo_calls_whatever_is_on_its_own_machine_and_nothing_else_more() {
    let (address, _) = server().await;
    let demo = allow(&[]).with_own_machine();
    for host in ["localhost", "127.0.0.1"] {
        assert!(demo.get_json(&format!("http://{host}:{}/jwks", address.port())).await.is_ok(), "{host}");
    }
    for elsewhere in
        ["http://10.255.255.1/jwks", "http://localhost.havenbrook.example/jwks", "https://10.255.255.1/jwks"]
    {
        assert!(matches!(demo.get_json(elsewhere).await, Err(OutboundError::Refused(_))), "{elsewhere}");
    }
}

#[tokio::test]
async fn plain_http_stays_on_this_machine_even_if_listed() {
    let outbound = allow(&["10.255.255.1:80".into(), "10.0.0.0/8".into()]);
    let answer = outbound.get_json("http://10.255.255.1/jwks").await;
    assert_eq!(answer, Err(OutboundError::Refused("it is not https")));
}

#[tokio::test]
async fn answers_are_bounded_and_never_followed() {
    let (address, taken) = server().await;
    let outbound = allow(&[address.to_string()]);
    let get = async |path: &str| outbound.get_json(&format!("http://{address}{path}")).await;
    assert_eq!(get("/moved").await, Err(OutboundError::Status(307)));
    assert_eq!(taken.load(Ordering::SeqCst), 1, "the redirect was followed");
    assert_eq!(get("/gone").await, Err(OutboundError::Status(410)));
    assert_eq!(get("/text").await, Err(OutboundError::NotJson));
    assert!(get("/full").await.is_ok());
    assert_eq!(get("/over").await, Err(OutboundError::TooLarge));
    assert_eq!(get("/endless").await, Err(OutboundError::TooLarge));
    let began = std::time::Instant::now();
    assert_eq!(get("/stuck").await, Err(OutboundError::Timeout));
    assert!(began.elapsed() < Duration::from_secs(7));
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let unanswered = allow(&[nobody.to_string()]).get_json(&format!("http://{nobody}/jwks")).await;
    assert_eq!(unanswered, Err(OutboundError::Unreachable));
}

#[tokio::test]
async fn a_listed_place_over_tls_needs_a_certificate_we_trust() {
    use crate::http::{server, shutdown::Shutdown, tls::Tls};
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = std::env::temp_dir().join(format!("portreeve-outbound-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&folder).unwrap();
    let files = crate::config::TlsFiles { cert: folder.join("c.pem"), key: folder.join("k.pem") };
    std::fs::write(&files.cert, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let transport = server::Transport::Tls(Tls::load(files).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let routes = Router::new().route("/jwks", get(|| async { "{}" }));
    tokio::spawn(server::serve(listener, "test", transport, routes, server::Limits::default(), Shutdown::new()));
    let url = format!("https://localhost:{port}/jwks");
    let listed = [Allowed::parse(&format!("localhost:{port}")).unwrap()];
    let trusting = Outbound::new(&listed, Some(made.cert.pem().as_bytes())).unwrap();
    assert!(trusting.get_json(&url).await.is_ok());
    let stranger = Outbound::new(&listed, None).unwrap();
    let untrusted = stranger.get_json(&url).await;
    assert!(matches!(untrusted, Err(OutboundError::Untrusted(_))), "{untrusted:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}
