//! What a service shows of itself where a resident meets it first: links to its own pages, and its logo, which comes from
//! us (src/decisions/0016).

use super::super::browser::http;
use super::super::party::{CHALLENGE, NEWS, NONCE};
use super::super::{Page, Stage, text};
use super::{CALLBACK, ask, initial_token, plain, register};
use crate::app::House;
use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use portreeve::http::outbound::OutboundError;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what follows";
/// What no page of ours may let a browser fetch.
const IMAGES: &str = "img-src 'self' data:;";

/// A server that has one file, and keeps the headers it is asked with.
struct Pictures {
    address: String,
    file: Arc<Mutex<Vec<u8>>>,
    asked: Arc<Mutex<Vec<HeaderMap>>>,
}

impl Pictures {
    async fn with(file: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/logo", listener.local_addr().unwrap());
        let (file, asked) = (Arc::new(Mutex::new(file.to_vec())), Arc::new(Mutex::new(Vec::new())));
        let (shown, kept) = (Arc::clone(&file), Arc::clone(&asked));
        let answer = move |headers: HeaderMap| {
            kept.lock().unwrap().push(headers);
            let file = shown.lock().unwrap().clone();
            // What it calls itself is not believed.
            async move { ([("content-type", "text/html")], file) }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/logo", get(answer))).await });
        Self { address, file, asked }
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// Waits for what is done beside the answers, for ten seconds at most.
async fn until(there: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if there().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it did not come");
}

async fn logo(house: &House, id: &str) -> (Page, Vec<u8>) {
    let response = http(house).get(house.at(&format!("/services/{id}/logo"))).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap().to_vec();
    (Page { status, headers, body: String::new() }, bytes)
}

/// The page that Ada is shown before she goes there, in a language.
async fn first_met(stage: &mut Stage, client: &Value, lang: &str) -> Page {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("client_id", text(client, "client_id")),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
    ]);
    query.extend_pairs([("scope", "openid email"), ("nonce", NONCE)]);
    query.extend_pairs([("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
    let page = stage.browser.get(&format!("{}?{}", stage.house.at("/authorize"), query.finish())).await;
    assert!(page.leads_to("/continue"), "{:?} {}", page.location(), page.body);
    stage.browser.get(&format!("{}&lang={lang}", page.location().unwrap())).await
}

both! {
    /// What a browser allows a form to lead to holds for every hop after it (CSP level 3 §6.4.1); no host of it can be `[::1]`.
    async fn the_pages_on_the_way_to_an_app_at_an_ipv6_address_let_it_through(world: World) {
        let mut stage = Stage::own_device(world).await;
        let native = |redirect: &str| {
            json!({"application_type": "native", "token_endpoint_auth_method": "none", "client_uri": "https://app.example/", "redirect_uris": [redirect]})
        };
        for (redirect, plain) in [("http://127.0.0.1/cb", " http://localhost:* http://127.0.0.1:*;"), ("http://[::1]/cb", " http:;")] {
            let client = register(&stage.house, &native(redirect)).await;
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs([("client_id", text(&client, "client_id")), ("redirect_uri", redirect), ("response_type", "code")]);
            query.extend_pairs([("scope", "openid email"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
            let mut page = stage.browser.get(&format!("{}?{}", stage.house.at("/authorize"), query.finish())).await;
            while let Some(next) = page.location().map(ToOwned::to_owned) {
                page = stage.browser.get(&next).await;
            }
            let csp = page.header("content-security-policy");
            assert!(page.status == 200 && csp.contains(&format!("form-action 'self' https:{plain}")), "{redirect}: {csp}");
        }
    }

    async fn a_services_policy_and_terms_are_linked_with_their_host(world: World) {
        let mut stage = Stage::shared_device(world).await;
        let bare = register(&stage.house, &json!({})).await;
        let page = first_met(&mut stage, &bare, "en").await;
        assert!(!page.body.contains("_blank") && !page.body.contains("app-logo"), "{}", page.body);
        let pages = json!({"policy_uri": "https://a.example/privacy?x=1&y=2", "tos_uri": "https://b.example:8443/terms"});
        let client = register(&stage.house, &pages).await;
        for (lang, policy, terms) in [
            ("en", "Privacy policy at a.example (opens in new tab)", "Terms at b.example:8443 (opens in new tab)"),
            ("cy", "Polisi preifatrwydd ar a.example (yn agor mewn tab newydd)", "Telerau ar b.example:8443 (yn agor mewn tab newydd)"),
        ] {
            let page = first_met(&mut stage, &client, lang).await;
            let body = page.body.replace("&#x2f;", "/").replace("&#x3D;", "=");
            for (url, words) in [("https://a.example/privacy?x=1&amp;y=2", policy), ("https://b.example:8443/terms", terms)] {
                let link = format!("href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer\">{words}</a>");
                assert!(body.contains(&link), "{link} is not in {body}");
            }
            assert!(page.header("content-security-policy").contains(IMAGES));
            assert_eq!(page.header("referrer-policy"), "no-referrer");
        }
    }

    async fn they_stand_on_the_page_that_asks_as_well(world: World) {
        let mut stage = Stage::own_device(world).await;
        let page = stage.browser.get(&NEWS.authorize(&stage.house, &[("scope", "openid email")])).await;
        let flow = page.parameter("flow").unwrap();
        stage.browser.post("/continue", &[("flow", &flow)]).await;
        let asked = stage.browser.get(&format!("/consent?flow={flow}")).await;
        assert!(asked.body.contains("consent-allow"), "{}", asked.body);
        let body = asked.body.replace("&#x2f;", "/");
        assert!(body.contains("href=\"https://news.example/privacy\" target=\"_blank\" rel=\"noopener noreferrer\""), "{body}");
        assert!(!body.contains("<img "), "its logo cannot be had: {body}");
        assert!(asked.header("content-security-policy").contains(IMAGES));
    }

    async fn a_logo_is_shown_from_here_and_fetched_without_her(world: World) {
        let mut stage = Stage::shared_device(world).await;
        let pictures = Pictures::with(PNG).await;
        let client = register(&stage.house, &json!({"logo_uri": pictures.address})).await;
        let id = text(&client, "client_id").to_owned();
        let first = first_met(&mut stage, &client, "en").await;
        assert!(!first.body.contains("<img "), "no page waits for it: {}", first.body);
        until(async || logo(&stage.house, &id).await.0.status == 200).await;
        let page = first_met(&mut stage, &client, "en").await;
        let body = page.body.replace("&#x2f;", "/");
        let image = format!("<img class=\"app-logo\" src=\"/services/{id}/logo\" alt=\"\" width=\"64\" height=\"64\" referrerpolicy=\"no-referrer\">");
        assert!(body.contains(&image), "{body}");
        assert!(!body.contains(&pictures.address), "{body}");
        assert!(page.header("content-security-policy").contains(IMAGES));
        let (shown, bytes) = logo(&stage.house, &id).await;
        assert_eq!((shown.status, shown.header("content-type"), bytes.as_slice()), (200, "image/png", PNG));
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        assert_eq!(shown.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        let headers = pictures.asked.lock().unwrap()[0].clone();
        assert_eq!(headers["user-agent"], "portreeve");
        assert!(["cookie", "referer", "x-forwarded-for", "accept-language"].iter().all(|name| !headers.contains_key(*name)), "{headers:?}");
        // Many look and nobody asks again; a logo that cannot be had a day later is the one of before.
        for _ in 0..3 {
            first_met(&mut stage, &client, "en").await;
            assert_eq!(logo(&stage.house, &id).await.0.status, 200);
        }
        assert_eq!(pictures.asked(), 1);
        *pictures.file.lock().unwrap() = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec();
        stage.house.later(Duration::from_hours(24));
        stage.browser.sign_in(&stage.house, stage.ada, false).await;
        first_met(&mut stage, &client, "en").await;
        until(async || pictures.asked() == 2).await;
        let page = first_met(&mut stage, &client, "en").await;
        assert!(page.body.contains("app-logo"), "{}", page.body);
        assert_eq!(logo(&stage.house, &id).await.1, PNG);
    }

    async fn what_is_no_picture_or_lies_on_a_private_address_is_not_shown(world: World) {
        let mut stage = Stage::shared_device(world).await;
        for file in [&b"<script>alert(1)</script>"[..], b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", b""] {
            let pictures = Pictures::with(file).await;
            let client = register(&stage.house, &json!({"logo_uri": pictures.address})).await;
            first_met(&mut stage, &client, "en").await;
            until(async || pictures.asked() == 1).await;
            for _ in 0..2 {
                let page = first_met(&mut stage, &client, "en").await;
                assert!(!page.body.contains("<img "), "{}", page.body);
                let (page, bytes) = logo(&stage.house, text(&client, "client_id")).await;
                assert!(page.status == 404 && !bytes.contains(&b'<'), "{page:?}");
            }
            assert_eq!(pictures.asked(), 1, "not again at once");
        }
        // The allow-list of this house holds loopback alone; nothing is sent to these at all.
        for private in ["https://10.0.0.1/logo.png", "https://[fd00::1]/logo.png", "https://169.254.169.254/latest"] {
            let client = register(&stage.house, &json!({"logo_uri": private})).await;
            for _ in 0..2 {
                assert!(!first_met(&mut stage, &client, "en").await.body.contains("<img "), "{private}");
            }
            assert_eq!(logo(&stage.house, text(&client, "client_id")).await.0.status, 404, "{private}");
            let refused = stage.house.app.outbound.get_picture(private).await.unwrap_err();
            assert!(matches!(refused, OutboundError::Refused(_)), "{private}: {refused}");
        }
        let house = &stage.house;
        let without = register(house, &json!({})).await;
        for id in [text(&without, "client_id"), "garden-waste", "nobody", "%2e%2e"] {
            assert_eq!(logo(house, id).await.0.status, 404, "{id}");
        }
        let token = initial_token(house, None).await;
        for name in ["logo_uri", "policy_uri", "tos_uri"] {
            for bad in ["http://a.example/x", "javascript:alert(1)", "data:image/png;base64,AA", "https://u:p@a.example/x"] {
                let page = ask(house, Method::POST, &house.at("/register"), &token, &plain(&json!({name: bad}))).await;
                assert_eq!((page.status, page.error().as_str()), (400, "invalid_client_metadata"), "{name} {bad}");
            }
        }
    }
}
