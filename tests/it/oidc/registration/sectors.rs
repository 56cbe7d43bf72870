//! Who knows a resident by which name (OIDC Core §8.1), and keys that a service keeps at an address of its own.

use super::super::browser::http;
use super::super::party::{ASSERTION_TYPE, Key};
use super::super::{Page, Stage, text};
use super::{CALLBACK, ask, initial_token, plain, register, tokens};
use crate::app::House;
use axum::Router;
use axum::routing::get;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// A server of a service: one document, which the test may change, and how often it was asked for.
struct Server {
    address: String,
    document: Arc<Mutex<Value>>,
    status: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
}

impl Server {
    async fn with(document: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/document", listener.local_addr().unwrap());
        let (document, asked) = (Arc::new(Mutex::new(document)), Arc::new(AtomicUsize::new(0)));
        let status = Arc::new(AtomicU16::new(200));
        let (shown, counted, says) = (Arc::clone(&document), Arc::clone(&asked), Arc::clone(&status));
        let answer = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let text = shown.lock().unwrap().to_string();
            let status = StatusCode::from_u16(says.load(Ordering::SeqCst)).unwrap();
            async move { (status, [("content-type", "application/json")], text) }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/document", get(answer))).await });
        Self { address, document, status, asked }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// What `/token` makes of an assertion by this key.
async fn asserted(house: &House, id: &str, key: &Key, kid: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let (now, jti) = (house.app.now().seconds(), NEXT.fetch_add(1, Ordering::Relaxed));
    let claims =
        json!({"iss": id, "sub": id, "aud": house.app.issuer.as_str(), "exp": now + 60, "jti": format!("r{jti}")});
    let assertion = key.sign(&json!({"alg": "ES256", "kid": kid}), &claims.to_string());
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "none"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", &assertion),
    ];
    Page::of(http(house).post(house.at("/token")).form(&form).send().await.unwrap()).await.error()
}

const KNOWN: &str = "invalid_grant";
const UNKNOWN: &str = "invalid_client";

both! {
    async fn a_sector_document_lists_every_redirect_uri(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (a, b) = (CALLBACK, "http://127.0.0.1:9951/callback");
        let server = Server::with(json!([a, b, "https://other.example/cb"])).await;
        let listed = json!({"redirect_uris": [a, b], "sector_identifier_uri": server.address});
        let (one, two) = (register(&stage.house, &listed).await, register(&stage.house, &listed).await);
        assert_eq!((text(&one, "sector_identifier_uri"), server.asked()), (server.address.as_str(), 2));
        let apart = register(&stage.house, &json!({"redirect_uris": [a]})).await;
        let mut subs = Vec::new();
        for client in [&one, &two, &apart] {
            let answer = tokens(&mut stage, client, "openid").await;
            let info = stage.userinfo(text(&answer, "access_token")).await.json();
            subs.push(text(&info, "sub").to_owned());
        }
        assert_eq!(subs[0], subs[1], "one sector, one name");
        assert_ne!(subs[0], subs[2], "another sector, another name");

        let (token, address) = (initial_token(&stage.house, None).await, stage.house.at("/register"));
        let two_hosts = plain(&json!({"redirect_uris": [a, b]}));
        let refused = async |body: &Value| {
            let page = ask(&stage.house, Method::POST, &address, &token, body).await;
            (page.status, page.error())
        };
        let wrong = (400, "invalid_client_metadata".to_owned());
        assert_eq!(refused(&two_hosts).await, wrong, "two hosts, and no list");
        *server.document.lock().unwrap() = json!([a]);
        assert_eq!(refused(&plain(&listed)).await, wrong, "not all are listed");
        *server.document.lock().unwrap() = json!({"redirect_uris": [a, b]});
        assert_eq!(refused(&plain(&listed)).await, wrong, "no list");
        let nowhere = json!({"sector_identifier_uri": "http://127.0.0.1:9/list"});
        assert_eq!(refused(&plain(&nowhere)).await, wrong, "nobody there");
        let asked = server.asked();
        let bad = plain(&json!({"sector_identifier_uri": server.address, "subject_type": "public"}));
        assert_eq!((refused(&bad).await, server.asked()), (wrong, asked), "refused before anybody is called");
    }

    async fn a_client_that_knows_residents_stays_in_its_sector(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = register(&stage.house, &json!({})).await;
        let address = text(&client, "registration_client_uri");
        let elsewhere = json!({
            "client_id": client["client_id"], "redirect_uris": ["http://127.0.0.1:9951/callback"], "client_name": "Try-out",
        });
        let here = json!({"client_id": client["client_id"], "redirect_uris": [CALLBACK]});
        let put = async |stage: &Stage, token: &str, body: &Value| ask(&stage.house, Method::PUT, address, token, body).await;
        // As long as it knows nobody, it may move.
        let moved = put(&stage, text(&client, "registration_access_token"), &elsewhere).await.json();
        let back = put(&stage, text(&moved, "registration_access_token"), &here).await.json();
        tokens(&mut stage, &client, "openid").await;
        let refused = put(&stage, text(&back, "registration_access_token"), &elsewhere).await;
        assert_eq!((refused.status, refused.error().as_str()), (400, "invalid_client_metadata"));
        let said = refused.json()["error_description"].as_str().unwrap().to_owned();
        assert_eq!(said, "redirect_uris: on another host it would lose whom it knows; register a new client", "and not how many");
    }

    async fn keys_that_can_no_longer_be_fetched_are_used_for_a_while_and_no_longer(world: World) {
        let house = House::new(world).await;
        let key = Key::generate();
        let server = Server::with(json!({"keys": [key.jwk("k1")]})).await;
        let client = register(&house, &json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": server.address})).await;
        let id = text(&client, "client_id");
        let said = async || asserted(&house, id, &key, "k1").await;
        let minutes = |minutes| house.later(Duration::from_mins(minutes));
        assert_eq!(said().await, KNOWN);
        // An outage of the address shuts nobody out, for a day.
        server.status.store(503, Ordering::SeqCst);
        minutes(24 * 60 - 1);
        assert_eq!(said().await, KNOWN);
        minutes(1);
        assert_eq!((said().await.as_str(), said().await.as_str()), (UNKNOWN, UNKNOWN));
        server.status.store(200, Ordering::SeqCst);
        minutes(1);
        assert_eq!(said().await, KNOWN);
        // What is there no longer works for an hour more, and whatever comes between does not prolong it.
        for gone in [404, 410] {
            server.status.store(gone, Ordering::SeqCst);
            minutes(16);
            assert_eq!(said().await, KNOWN);
            server.status.store(503, Ordering::SeqCst);
            minutes(59);
            assert_eq!(said().await, KNOWN);
            minutes(1);
            assert_eq!(said().await, UNKNOWN, "{gone}");
            server.status.store(200, Ordering::SeqCst);
            minutes(1);
            assert_eq!(said().await, KNOWN);
        }
    }

    async fn an_unfamiliar_key_is_looked_up_again_and_not_too_often(world: World) {
        let house = House::new(world).await;
        let (first, second) = (Key::generate(), Key::generate());
        let server = Server::with(json!({"keys": [first.jwk("k1")]})).await;
        let by_key = json!({
            "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": server.address,
            "token_endpoint_auth_signing_alg": "ES256",
        });
        let client = register(&house, &by_key).await;
        assert_eq!(client.get("client_secret"), None);
        let id = text(&client, "client_id");
        assert_eq!((asserted(&house, id, &first, "k1").await.as_str(), server.asked()), (KNOWN, 1));
        assert_eq!((asserted(&house, id, &first, "k1").await.as_str(), server.asked()), (KNOWN, 1));
        // OIDC Core §10.1.1: it rotates a moment after we looked, and signs with the new key at once.
        *server.document.lock().unwrap() = json!({"keys": [second.jwk("k2")]});
        assert_eq!((asserted(&house, id, &second, "k2").await.as_str(), server.asked()), (KNOWN, 2));
        assert_eq!((asserted(&house, id, &first, "k1").await.as_str(), server.asked()), (UNKNOWN, 2), "and the old one is out");
        for _ in 0..5 {
            assert_eq!(asserted(&house, id, &Key::generate(), "forged").await, UNKNOWN);
        }
        assert_eq!(server.asked(), 2, "forged names do not make us knock");
        house.later(Duration::from_secs(10));
        let keys: Vec<Key> = (0..20).map(|_| Key::generate()).collect();
        let at_once = keys.iter().map(|key| asserted(&house, id, key, "forged"));
        assert!(futures_util::future::join_all(at_once).await.iter().all(|said| said == UNKNOWN));
        assert_eq!(server.asked(), 3, "nor when many come at once");
        house.later(Duration::from_secs(10));
        assert_eq!((asserted(&house, id, &first, "k1").await.as_str(), server.asked()), (UNKNOWN, 4));
        // A new key under the name of the one before is looked up as well.
        house.later(Duration::from_secs(10));
        let third = Key::generate();
        *server.document.lock().unwrap() = json!({"keys": [third.jwk("k2")]});
        assert_eq!((asserted(&house, id, &third, "k2").await.as_str(), server.asked()), (KNOWN, 5));
        // Another algorithm than the registered one is refused although we take it from others.
        let other = json!({
            "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": server.address,
            "token_endpoint_auth_signing_alg": "PS256",
        });
        let other = register(&house, &other).await;
        assert_eq!(asserted(&house, text(&other, "client_id"), &third, "k2").await, UNKNOWN);
    }
}
