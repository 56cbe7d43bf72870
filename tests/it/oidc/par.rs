//! `/par` (RFC 9126): a request handed in by its client, used once, by that client, soon.

use super::browser::{Browser, http};
use super::party::{
    APP, CHALLENGE, KEY, LIBRARY, MUSEUM, NONCE, OLD_BASIC, OLD_POST, Party, SECRET, STATE, STRICT, files_with,
};
use super::record::{added, everything, refusals};
use super::{Page, Stage};
use crate::app::House;
use serde_json::json;
use std::time::Duration;

/// What `/par` answers to this client's usual request, with some parameters other than usual.
async fn push(house: &House, party: &Party, other: &[(&str, &str)]) -> Page {
    let query = party.query(other);
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into(), value.into())).collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // The request names the client already.
    let form: Vec<_> = form.into_iter().filter(|(name, _)| *name != "client_id").collect();
    party.post(house, "/par", &form).await
}

/// The `request_uri` of a request that was taken.
async fn pushed(house: &House, party: &Party, other: &[(&str, &str)]) -> String {
    let page = push(house, party, other).await;
    assert_eq!(page.status, 201, "{}", page.body);
    super::text(&page.json(), "request_uri").to_owned()
}

fn by_reference(house: &House, id: &str, uri: &str) -> String {
    format!("{}?client_id={id}&request_uri={}", house.at("/authorize"), super::party::encoded(uri))
}

both! {
    async fn a_pushed_request_is_answered_as_one_in_the_address_is(world: World) {
        let mut stage = Stage::own_device(world).await;
        for party in [LIBRARY, STRICT, OLD_BASIC, OLD_POST, APP] {
            let page = push(&stage.house, &party, &[]).await;
            assert_eq!((page.status, page.header("cache-control")), (201, "no-store"), "{} {}", party.id, page.body);
            assert_eq!(page.json()["expires_in"], 90);
            let uri = super::text(&page.json(), "request_uri").to_owned();
            assert_eq!(uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap().len(), 43, "256 bits");
            // What else stands in the address is passed over.
            let address = by_reference(&stage.house, party.id, &uri) + "&state=other&redirect_uri=https://evil.test/&prompt=none";
            let page = stage.browser.get(&address).await;
            assert!(page.leads_to("/continue"), "{:?}", page.location());
            let flow = page.parameter("flow").unwrap();
            let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
            assert!(page.location().unwrap().starts_with(party.redirect_uri), "{:?}", page.location());
            assert_eq!(page.parameter("state").as_deref(), Some(STATE));
            assert_eq!(party.redeem(&stage.house, &page.parameter("code").unwrap()).await.status, 200);
        }
        // By POST from the service's page too.
        let uri = pushed(&stage.house, &LIBRARY, &[]).await;
        let page = stage.browser.post("/authorize", &[("client_id", "library"), ("request_uri", &uri)]).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
    }

    async fn q05_a_pushed_request_is_its_clients_once_and_soon(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let (house, browser) = (&stage.house, &mut stage.browser);
        let uri = pushed(house, &LIBRARY, &[]).await;
        // Another client's try gets nothing and burns nothing.
        let page = browser.get(&by_reference(house, "museum", &uri)).await;
        page.is_told_at_home();
        browser.get(&by_reference(house, "nobody", &uri)).await.is_told_at_home();
        browser.get(&format!("{}?request_uri={}", house.at("/authorize"), super::party::encoded(&uri))).await.is_told_at_home();
        let page = browser.get(&by_reference(house, "library", &uri)).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
        // Used: her way on is the service's start page.
        let page = browser.get(&by_reference(house, "library", &uri)).await;
        page.is_told_at_home();
        assert!(page.body.contains("http://localhost:9901/"), "{}", page.body);
        // In time, and too late.
        let (early, late) = (pushed(house, &LIBRARY, &[]).await, pushed(house, &LIBRARY, &[]).await);
        house.later(Duration::from_secs(89));
        assert!(browser.get(&by_reference(house, "library", &early)).await.parameter("code").is_some());
        house.later(Duration::from_secs(1));
        browser.get(&by_reference(house, "library", &late)).await.is_told_at_home();
        // None of ours.
        for bad in ["", "x", &"A".repeat(43)] {
            let bad = format!("urn:ietf:params:oauth:request_uri:{bad}");
            browser.get(&by_reference(house, "library", &bad)).await.is_told_at_home();
        }
        assert!(refusals(house).await.iter().any(|(reason, _)| reason == "request_uri"));
        let page = Page::of(http(house).get(house.at("/par")).send().await.unwrap()).await;
        assert_eq!(page.status, 405);
        for inside in ["urn:ietf:params:oauth:request_uri:x", "https://a.test/", uri.as_str()] {
            let page = push(house, &LIBRARY, &[("request_uri", inside)]).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"));
        }
    }

    async fn q05_a_pushed_request_at_two_doors_at_once_is_used_once(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let uri = pushed(&stage.house, &LIBRARY, &[]).await;
        let address = by_reference(&stage.house, "library", &uri);
        let tries = (0..6).map(|_| {
            let (mut browser, address) = (stage.browser.clone(), address.clone());
            async move { browser.get(&address).await }
        });
        let pages = futures_util::future::join_all(tries).await;
        assert_eq!(pages.iter().filter(|page| page.parameter("code").is_some()).count(), 1);
    }

    async fn q06_nothing_of_a_pushed_request_lies_open(world: World) {
        let stage = Stage::own_device(world).await;
        let house = &stage.house;
        let more = [("login_hint", "ada-the-hinted@havenbrook.example"), ("state", "state-of-hers")];
        let (page, events) = added(house, push(house, &LIBRARY, &more)).await;
        assert_eq!((page.status, events), (201, Vec::new()), "{}", page.body);
        let uri = super::text(&page.json(), "request_uri").to_owned();
        let mut visitor = Browser::new(house);
        let page = visitor.get(&by_reference(house, "library", &uri)).await;
        assert!(page.leads_to("/sign-in"), "{:?}", page.location());
        let reference = uri.rsplit(':').next().unwrap();
        let (place, cookies) = (page.location().unwrap(), format!("{:?}", page.headers.get_all("set-cookie")));
        let held = everything(house).await;
        assert!(held.contains("pushed library"), "the dump holds pushed requests");
        for secret in [more[0].1, more[1].1, NONCE, CHALLENGE, LIBRARY.redirect_uri, reference] {
            let hex = secret.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            assert!(!place.contains(secret) && !cookies.contains(secret), "{place} {cookies}");
            assert!(!held.contains(secret) && !held.contains(&hex), "the database holds {secret}");
        }
    }

    async fn r12_par_checks_what_authorize_checks(world: World) {
        let stage = Stage::own_device(world).await;
        let house = &stage.house;
        for (name, value, error) in [
            ("redirect_uri", "https://evil.test/", "invalid_request"),
            ("redirect_uri", "", "invalid_request"),
            ("response_type", "token", "unsupported_response_type"),
            ("response_type", "", "invalid_request"),
            ("response_mode", "fragment", "invalid_request"),
            ("scope", "profile", "invalid_scope"),
            ("max_age", "soon", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("claims", "{", "invalid_request"),
            ("id_token_hint", "a.b.c", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("registration", "{}", "registration_not_supported"),
            ("request", "a.b.c", "invalid_request_object"),
        ] {
            let page = push(house, &LIBRARY, &[(name, value)]).await;
            assert_eq!((page.status, page.error().as_str()), (400, error), "{name}={value}");
            assert_eq!(page.header("cache-control"), "no-store");
        }
        // RFC 9126 §2.3.
        let long = "x".repeat(33 * 1024);
        assert_eq!(push(house, &LIBRARY, &[("login_hint", &long)]).await.status, 413);
        let refused = refusals(house).await;
        assert!(refused.iter().any(|(reason, _)| reason == "invalid_request_object"), "{refused:?}");
    }

    async fn k02_k03_par_knows_its_client_as_the_token_endpoint_does(world: World) {
        let stage = Stage::own_device(world).await;
        let house = &stage.house;
        let with = async |party: &Party, assertion: &str, more: &[(&str, &str)]| {
            let mut form = vec![("client_assertion_type", super::party::ASSERTION_TYPE), ("client_assertion", assertion)];
            form.extend(more);
            let query = party.query(&[]);
            let request = http(house).post(house.at("/par")).header("content-type", "application/x-www-form-urlencoded");
            let proof = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            Page::of(request.body(format!("{query}&{proof}")).send().await.unwrap()).await
        };
        let (par, token, issuer) = (house.at("/par"), house.at("/token"), house.app.issuer.as_str());
        for (audience, standard, strict) in [(issuer, 201, 201), (token.as_str(), 201, 401), (par.as_str(), 201, 401), ("https://other.test", 401, 401)] {
            let aud = json!({"aud": audience});
            assert_eq!(with(&LIBRARY, &LIBRARY.assertion(house, &aud), &[]).await.status, standard, "{audience}");
            assert_eq!(with(&STRICT, &STRICT.assertion(house, &aud), &[]).await.status, strict, "{audience}");
        }
        let used = LIBRARY.assertion(house, &json!({}));
        assert_eq!(with(&LIBRARY, &used, &[]).await.status, 201);
        assert_eq!(with(&LIBRARY, &used, &[]).await.error(), "invalid_client");
        // Of another client, of nobody, by two methods, and in the address.
        assert_eq!(with(&MUSEUM, &LIBRARY.assertion(house, &json!({})), &[]).await.error(), "invalid_client");
        let two = with(&LIBRARY, &LIBRARY.assertion(house, &json!({})), &[("client_secret", SECRET)]).await;
        assert_eq!(two.error(), "invalid_request");
        for path in ["/par", "/par?client_id=library"] {
            let form = LIBRARY.parameters();
            let page = Page::of(http(house).post(house.at(path)).form(&form).send().await.unwrap()).await;
            let wanted = if path == "/par" { (401, "invalid_client") } else { (400, "invalid_request") };
            assert_eq!((page.status, page.error().as_str()), wanted);
        }
        let json = http(house).post(house.at("/par")).header("content-type", "application/json").body("{}");
        assert_eq!(Page::of(json.send().await.unwrap()).await.error(), "invalid_request");
        // R06: twice is refused.
        let twice = format!("{}&state=2", APP.query(&[]));
        let twice = http(house).post(house.at("/par")).header("content-type", "application/x-www-form-urlencoded").body(twice);
        assert_eq!(Page::of(twice.send().await.unwrap()).await.error(), "invalid_request");
    }

    async fn a_client_that_must_push_is_told_so(world: World) {
        let files = files_with(&[("library", "require_pushed_authorization_requests = true")]);
        let mut stage = Stage::with(world, &files).await;
        for party in [LIBRARY, STRICT] {
            let page = stage.browser.get(&party.authorize(&stage.house, &[])).await;
            page.is_told_to(&stage.house, party.redirect_uri, "invalid_request");
            let uri = pushed(&stage.house, &party, &[]).await;
            let page = stage.browser.get(&by_reference(&stage.house, party.id, &uri)).await;
            assert!(page.leads_to("/continue"), "{:?}", page.location());
        }
        let page = stage.browser.get(&MUSEUM.authorize(&stage.house, &[])).await;
        assert!(page.leads_to("/continue"), "{:?}", page.location());
    }

    async fn q02_of_a_pushed_object_only_the_inside_counts(world: World) {
        let mut stage = Stage::own_device(world).await;
        let now = stage.house.app.now().seconds();
        let mut claims = json!({"iss": "library", "aud": stage.house.app.issuer.as_str(), "exp": now + 60});
        for (name, value) in LIBRARY.parameters() {
            claims[name] = value.into();
        }
        let object = |claims: &serde_json::Value| KEY.sign(&json!({"alg": "ES256", "kid": "k1"}), &claims.to_string());
        let uri = pushed(&stage.house, &LIBRARY, &[("request", &object(&claims)), ("state", "outside"), ("scope", "email")]).await;
        let page = stage.browser.get(&by_reference(&stage.house, "library", &uri)).await;
        let flow = page.parameter("flow").unwrap_or_else(|| panic!("{:?}", page.location()));
        let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
        assert_eq!(page.parameter("state").as_deref(), Some(STATE));
        // FAPI 2.0 takes one audience, as a text.
        for (party, status) in [(LIBRARY, 201), (STRICT, 400)] {
            let mut listed = claims.clone();
            (listed["iss"], listed["client_id"]) = (party.id.into(), party.id.into());
            listed["redirect_uri"] = party.redirect_uri.into();
            assert_eq!(push(&stage.house, &party, &[("request", &object(&listed))]).await.status, 201);
            listed["aud"] = json!([stage.house.app.issuer.as_str()]);
            assert_eq!(push(&stage.house, &party, &[("request", &object(&listed))]).await.status, status, "{}", party.id);
        }
        claims["client_id"] = "museum".into();
        let page = push(&stage.house, &LIBRARY, &[("request", &object(&claims))]).await;
        assert_eq!((page.status, page.error().as_str()), (400, "invalid_request_object"));
    }

    async fn pushed_requests_are_forgotten(world: World) {
        let stage = Stage::own_device(world).await;
        let house = &stage.house;
        pushed(house, &LIBRARY, &[]).await;
        let kept = async || -> i64 {
            house.app.db.peek().sql("SELECT count(*) FROM pushed_request").scalar().await.unwrap()
        };
        portreeve::jobs::expire::forget(&house.app, house.app.now()).await.unwrap();
        assert_eq!(kept().await, 1);
        // The schedule gives flows a day after their end.
        for (passes, rows) in [(Duration::from_secs(90), 1), (Duration::from_hours(24), 0)] {
            house.later(passes);
            portreeve::jobs::expire::forget(&house.app, house.app.now()).await.unwrap();
            assert_eq!(kept().await, rows);
        }
    }
}
