//! Request objects (RFC 9101, OIDC Core §6): signed by their client, for us, now; of them only the inside counts.

use super::Stage;
use super::party::{APP, KEY, Key, LIBRARY, MUSEUM, OLD_BASIC, OLD_POST, Party, encoded, files_with};
use super::record::count;
use crate::app::House;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The claims of a good object, with some other than usual; `null` takes one out.
fn claims(house: &House, party: &Party, other: &Value) -> Value {
    let now = house.app.now().seconds();
    let mut claims = json!({"iss": party.id, "aud": house.app.issuer.as_str(), "iat": now, "exp": now + 60});
    for (name, value) in party.parameters() {
        claims[name] = value.into();
    }
    for (name, value) in other.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": "oauth-authz-req+jwt", "kid": "k1"})
}

fn object(house: &House, party: &Party, other: &Value) -> String {
    KEY.sign(&header(), &claims(house, party, other).to_string())
}

/// A request that says no more outside than it must.
fn by_value(house: &House, party: &Party, object: &str) -> String {
    format!("{}?client_id={}&response_type=code&scope=openid&request={object}", house.at("/authorize"), party.id)
}

/// One who answers every call with this, and how often he was called.
async fn neighbour(answer: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    tokio::spawn(async move {
        while let Ok((mut call, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut heard = [0; 4096];
                let _ = call.read(&mut heard).await;
                let _ = call.write_all(answer.as_bytes()).await;
            });
        }
    });
    (address, calls)
}

fn page(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/oauth-authz-req+jwt\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

both! {
    async fn q01_an_object_is_its_clients_for_us_and_now(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (house, browser) = (&stage.house, &mut stage.browser);
        let now = house.app.now().seconds();
        for other in [
            json!({"client_id": "museum"}),
            json!({"iss": "museum"}),
            json!({"iss": null}),
            json!({"aud": "https://other.test"}),
            json!({"aud": [house.app.issuer.as_str(), "https://other.test"]}),
            json!({"aud": house.at("/authorize")}),
            json!({"aud": null}),
            json!({"exp": null}),
            json!({"exp": now}),
            json!({"exp": now + 4_000}),
            json!({"exp": "1900000000"}),
            json!({"nbf": now + 61}),
            json!({"iat": now + 61}),
            json!({"sub": "library"}),
            json!({"sub": "somebody"}),
            json!({"response_type": "token"}),
            json!({"request": "a.b.c"}),
            json!({"request_uri": "https://a.test/"}),
        ] {
            let wanted = LIBRARY.authorize(house, &[("request", &object(house, &LIBRARY, &other))]);
            let page = browser.get(&wanted).await;
            page.is_told_to(house, LIBRARY.redirect_uri, "invalid_request_object");
            // With no address outside there is nobody to tell.
            browser.get(&by_value(house, &LIBRARY, &object(house, &LIBRARY, &other))).await.is_told_at_home();
        }
        // Signed with another key, or another client's object.
        let thief = Key::generate().sign(&header(), &claims(house, &LIBRARY, &json!({})).to_string());
        let of_museum = object(house, &MUSEUM, &json!({}));
        // A client assertion is no request, nor is an ID token.
        let assertion = LIBRARY.assertion(house, &json!({}));
        let mut typed = header();
        typed["typ"] = "at+jwt".into();
        let typed = KEY.sign(&typed, &claims(house, &LIBRARY, &json!({})).to_string());
        for bad in [thief.as_str(), &of_museum, &assertion, &typed, "", "a.b", "a.b.c.d.e", &"x".repeat(3_000)] {
            let wanted = format!("{}&request={}", LIBRARY.authorize(house, &[]), encoded(bad));
            let page = browser.get(&wanted).await;
            // An empty parameter is as if left out (RFC 6749 §3.1).
            if !bad.is_empty() {
                page.is_told_to(house, LIBRARY.redirect_uri, "invalid_request_object");
            }
        }
        assert_eq!(count(house, "authorization.granted").await, 0);
    }

    async fn t01_t02_an_object_without_a_signature_is_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (house, browser) = (&stage.house, &mut stage.browser);
        let said = claims(house, &LIBRARY, &json!({})).to_string();
        for alg in ["none", "None", "nOnE", "HS256", "HS512", "ES384", "RS256", ""] {
            let mut header = header();
            header["alg"] = alg.into();
            let signed = KEY.sign(&header, &said);
            let bare = format!("{}.", signed.rsplit_once('.').unwrap().0);
            for bad in [signed, bare] {
                let page = browser.get(&LIBRARY.authorize(house, &[("request", &bad)])).await;
                page.is_told_to(house, LIBRARY.redirect_uri, "invalid_request_object");
            }
        }
    }

    async fn q02_only_the_inside_counts(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        // More inside than outside, and other things outside than inside.
        let inside = object(&stage.house, &LIBRARY, &json!({"state": "inside", "scope": "openid email"}));
        let outside = [
            ("request", inside.as_str()),
            ("redirect_uri", "https://evil.test/"),
            ("state", "outside"),
            ("scope", "openid profile email"),
            ("response_mode", "form_post"),
            ("prompt", "none login"),
            ("max_age", "0"),
            ("claims", "[]"),
            ("code_challenge", ""),
        ];
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &outside)).await;
        assert!(page.location().unwrap().starts_with(LIBRARY.redirect_uri), "{:?}", page.location());
        assert_eq!(page.parameter("state").as_deref(), Some("inside"));
        let tokens = LIBRARY.redeem(&stage.house, &page.parameter("code").unwrap()).await.json();
        assert_eq!(tokens["scope"], "openid email", "{tokens}");
        // What is only outside is not there.
        let unchallenged = object(&stage.house, &LIBRARY, &json!({"code_challenge": null}));
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("request", &unchallenged)])).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
        // An address inside that is not registered: nothing goes anywhere, whatever stands outside.
        for bad in [json!({"redirect_uri": "https://evil.test/"}), json!({"redirect_uri": null}), json!({"redirect_uri": [LIBRARY.redirect_uri]})] {
            let bad = object(&stage.house, &LIBRARY, &bad);
            stage.browser.get(&LIBRARY.authorize(&stage.house, &[("request", &bad)])).await.is_told_at_home();
        }
        // Numbers and objects inside are what they would be outside.
        let inside = json!({"max_age": 3600, "claims": {"id_token": {"email": null}}, "response_type": null});
        let page = stage.browser.get(&by_value(&stage.house, &LIBRARY, &object(&stage.house, &LIBRARY, &inside))).await;
        let code = page.parameter("code").unwrap_or_else(|| panic!("{:?}", page.location()));
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let said = super::tokens::claims(super::text(&tokens, "id_token"));
        assert_eq!(said["email"], "ada@havenbrook.example", "{said}");
    }

    async fn a_client_may_name_the_one_algorithm_of_its_objects(world: World) {
        let files = files_with(&[("library", "request_object_signing_alg = \"PS256\"")]);
        let mut stage = Stage::with(world, &files).await;
        let good_elsewhere = object(&stage.house, &LIBRARY, &json!({}));
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("request", &good_elsewhere)])).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request_object");
        let museum = object(&stage.house, &MUSEUM, &json!({}));
        let page = stage.answered(&MUSEUM, &[("request", &museum)]).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
    }

    async fn q11_what_is_not_there_for_a_client_is_said_by_name(world: World) {
        let mut stage = Stage::own_device(world).await;
        for (party, name, value, error) in [
            (OLD_BASIC, "request", "a.b.c", "request_not_supported"),
            (OLD_POST, "request", "a.b.c", "request_not_supported"),
            (APP, "request", "a.b.c", "request_not_supported"),
            (LIBRARY, "request_uri", "https://localhost/r", "request_uri_not_supported"),
            (LIBRARY, "registration", "{}", "registration_not_supported"),
        ] {
            let page = stage.browser.get(&party.authorize(&stage.house, &[(name, value)])).await;
            page.is_told_to(&stage.house, party.redirect_uri, error);
        }
        // Inside an object as well; and one of the two ways excludes the other.
        let inside = object(&stage.house, &LIBRARY, &json!({"registration": {"x": 1}}));
        let page = stage.browser.get(&by_value(&stage.house, &LIBRARY, &inside)).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "registration_not_supported");
        let both = [("request", "a.b.c"), ("request_uri", "https://localhost/r")];
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &both)).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
    }

    async fn q03_an_object_lies_only_where_the_client_registered_it(world: World) {
        let (trap, knocks) = neighbour(page("x")).await;
        let (moved, asked) = neighbour(format!("HTTP/1.1 302 Found\r\nlocation: {trap}/\r\ncontent-length: 0\r\n\r\n")).await;
        let (large, _) = neighbour(page(&"x".repeat(65 * 1024))).await;
        let (wrong, _) = neighbour("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".into()).await;
        let (junk, _) = neighbour(page("no object")).await;
        let gone = "https://192.0.2.1/r";
        let registered = [format!("{moved}/r"), format!("{large}/r"), format!("{wrong}/r"), format!("{junk}/r#h"), gone.into()];
        let lines = format!("request_uris = {registered:?}");
        let mut stage = Stage::with(world, &files_with(&[("library", &lines)])).await;
        let (house, browser) = (&stage.house, &mut stage.browser);
        let port = trap.rsplit(':').next().unwrap();
        for other in [
            format!("{trap}/"),
            format!("http://localhost:{port}/"),
            format!("http://[::ffff:127.0.0.1]:{port}/"),
            format!("http://0x7f.1:{port}/"),
            "http://169.254.169.254/latest".into(),
            "file:///etc/passwd".into(),
            format!("{moved}/r/"),
            format!("{moved}/r?x=1"),
            format!("{junk}/r"),
            format!("{junk}/r#other"),
        ] {
            let page = browser.get(&LIBRARY.authorize(house, &[("request_uri", &other)])).await;
            page.is_told_to(house, LIBRARY.redirect_uri, "invalid_request_uri");
        }
        assert_eq!((knocks.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (0, 0));
        for (uri, error) in registered.iter().zip(["invalid_request_uri", "invalid_request_uri", "invalid_request_uri", "invalid_request_object", "invalid_request_uri"]) {
            let page = browser.get(&LIBRARY.authorize(house, &[("request_uri", uri)])).await;
            page.is_told_to(house, LIBRARY.redirect_uri, error);
        }
        // Asked, and not followed.
        assert_eq!((knocks.load(Ordering::SeqCst), asked.load(Ordering::SeqCst)), (0, 1));
    }

    async fn an_object_is_fetched_from_where_it_was_registered(world: World) {
        // Its claims hold the issuer, which is known once the house stands: the address comes first, the object after.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let lines = format!("request_uris = [\"http://{address}/r#hash\"]");
        let mut stage = Stage::with(world, &files_with(&[("library", &lines)])).await;
        // One that its client gives out just now need not say when it ends.
        let inside = object(&stage.house, &LIBRARY, &json!({"exp": null, "iat": null, "state": "inside"}));
        tokio::spawn(async move {
            while let Ok((mut call, _)) = listener.accept().await {
                let mut heard = [0; 4096];
                let _ = call.read(&mut heard).await;
                let _ = call.write_all(page(&format!("{inside}\n")).as_bytes()).await;
            }
        });
        let uri = format!("http://{address}/r#hash");
        let page = stage.answered(&LIBRARY, &[("request_uri", &uri), ("state", "outside")]).await;
        assert_eq!(page.parameter("state").as_deref(), Some("inside"), "{:?}", page.location());
        assert!(page.parameter("code").is_some());
    }

    async fn an_object_may_be_signed_with_rs256(world: World) {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = key.public_key();
        let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let jwk = format!(r#"{{ kty = "RSA", use = "sig", alg = "RS256", kid = "r1", n = "{n}", e = "{e}" }}"#);
        let mut files = files_with(&[("library", "request_object_signing_alg = \"RS256\"")]);
        let library = files.iter_mut().find(|file| file.id == "library").unwrap();
        library.toml = String::leak(library.toml.replace("jwks = { keys = [", &format!("jwks = {{ keys = [{jwk}, ")));
        let mut stage = Stage::with(world, &files).await;
        let said = claims(&stage.house, &LIBRARY, &json!({"state": "inside"})).to_string();
        let header = json!({"alg": "RS256", "typ": "oauth-authz-req+jwt", "kid": "r1"}).to_string();
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(said));
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
        let object = format!("{input}.{}", URL_SAFE_NO_PAD.encode(&signature));
        let page = stage.answered(&LIBRARY, &[("request", &object)]).await;
        assert_eq!(page.parameter("state").as_deref(), Some("inside"), "{:?}", page.location());
        signature[0] ^= 1;
        let object = format!("{input}.{}", URL_SAFE_NO_PAD.encode(&signature));
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("request", &object)])).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request_object");
    }

    async fn y01_the_clock_of_an_object_may_be_a_little_ahead(world: World) {
        let mut stage = Stage::own_device(world).await;
        let now = stage.house.app.now().seconds();
        let ahead = object(&stage.house, &LIBRARY, &json!({"iat": now + 8, "nbf": now + 8}));
        assert!(stage.answered(&LIBRARY, &[("request", &ahead)]).await.parameter("code").is_some());
        // And it ends when it says.
        stage.house.later(Duration::from_mins(1));
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("request", &ahead)])).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request_object");
    }
}
