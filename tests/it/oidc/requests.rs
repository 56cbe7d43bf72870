//! What `/authorize` refuses, and where it says so: at home until client and address are known to belong together, at
//! the client from then on.

use super::Stage;
use super::browser::Browser;
use super::party::{APP, LIBRARY, OLD_BASIC, OLD_POST, STATE};
use super::record::{added, count, refusals};
use crate::app::House;
use crate::world::World;
use std::time::Duration;

async fn visitor(world: World) -> (House, Browser) {
    let house = House::with(world, &super::party::files(), &[]).await;
    let browser = Browser::new(&house);
    (house, browser)
}

both! {
    async fn r01_a_redirect_uri_is_taken_byte_for_byte(world: World) {
        let mut stage = Stage::own_device(world).await;
        let registered = LIBRARY.redirect_uri;
        for other in [
            registered.replace("localhost", "LOCALHOST"),
            registered.replace("http:", "https:"),
            registered.replace(":9901", ":99011"),
            registered.replace("localhost", "localhostx"),
            registered.replace("localhost", "127.0.0.1"),
            format!("{registered}/"),
            format!("{registered}/../x"),
            format!("{registered}%2f"),
            format!("{registered}?x=1"),
            format!("{registered}#f"),
            format!("{registered} "),
            format!(" {registered}"),
            registered.replace("/callback", ":443/callback"),
            registered.replace("/callback", "@evil.test/callback"),
            OLD_BASIC.redirect_uri.to_owned(),
            "https://evil.test/callback".to_owned(),
        ] {
            let address = LIBRARY.authorize(&stage.house, &[("redirect_uri", &other)]);
            stage.browser.get(&address).await.is_told_at_home();
        }
        stage.browser.get(&LIBRARY.authorize(&stage.house, &[("redirect_uri", "")])).await.is_told_at_home();
        assert_eq!(count(&stage.house, "authorization.granted").await, 0);
    }

    async fn r04_no_script_is_ever_an_address(world: World) {
        let (house, mut browser) = visitor(world).await;
        for party in [LIBRARY, APP] {
            for other in ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt://localhost:9901/callback"] {
                browser.get(&party.authorize(&house, &[("redirect_uri", other)])).await.is_told_at_home();
            }
        }
    }

    async fn r05_an_app_may_listen_on_any_port_of_a_loopback_literal(world: World) {
        let (house, mut browser) = visitor(world).await;
        for good in ["http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"] {
            let page = browser.get(&APP.authorize(&house, &[("redirect_uri", good), ("prompt", "none")])).await;
            page.is_told_to(&house, good, "login_required");
        }
        for bad in [
            "http://localhost:1/cb",
            "http://127.0.0.1.evil.test/cb",
            "http://127.0.0.1:1@evil.test/cb",
            "http://127.0.0.1:1/cb/",
            "http://127.0.0.1:1/cb?x=1",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.2:1/cb",
            "http://[::1]:1/cb",
            "https://127.0.0.1:1/cb",
        ] {
            browser.get(&APP.authorize(&house, &[("redirect_uri", bad)])).await.is_told_at_home();
        }
        // A web service has no such freedom.
        let moved = LIBRARY.redirect_uri.replace("9901", "9999");
        browser.get(&LIBRARY.authorize(&house, &[("redirect_uri", &moved)])).await.is_told_at_home();
    }

    async fn r06_a_parameter_twice_is_refused_at_home(world: World) {
        let (house, mut browser) = visitor(world).await;
        for (name, value) in LIBRARY.parameters() {
            let pair = format!("&{name}={}", super::party::encoded(&value));
            browser.get(&(LIBRARY.authorize(&house, &[]) + &pair)).await.is_told_at_home();
            // By POST the same, and never a part here and a part there.
            let form = format!("{}{pair}", LIBRARY.query(&[]));
            let posted = browser.http.post(house.at("/authorize")).body(form).send().await.unwrap();
            let resumed = super::Page::of(posted).await;
            browser.get(resumed.location().unwrap()).await.is_told_at_home();
            let split = browser.http.post(house.at(&format!("/authorize?{}", &pair[1..])));
            let split = super::Page::of(split.body(LIBRARY.query(&[(name, "")])).send().await.unwrap()).await;
            browser.get(split.location().unwrap()).await.is_told_at_home();
        }
    }

    async fn r07_an_unknown_client_or_address_is_never_answered_elsewhere(world: World) {
        let (house, mut browser) = visitor(world).await;
        for mode in ["query", "fragment", "form_post", "jwt", "query.jwt"] {
            let more = [("prompt", "none"), ("response_mode", mode)];
            for bad in [("client_id", "nobody"), ("client_id", ""), ("client_id", "../library"), ("redirect_uri", "https://evil.test/")] {
                let page = browser.get(&LIBRARY.authorize(&house, &[more[0], more[1], bad])).await;
                page.is_told_at_home();
                assert!(!page.body.contains("//evil.test"), "{}", page.body);
            }
        }
    }

    async fn r12_every_answer_names_the_issuer(world: World) {
        let mut stage = Stage::own_device(world).await;
        let issuer = stage.house.app.issuer.as_str().to_owned();
        for (name, value, error) in [
            ("response_type", "token", "unsupported_response_type"),
            ("scope", "profile", "invalid_scope"),
            ("max_age", "soon", "invalid_request"),
            ("max_age", "-1", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("prompt", "sometimes", "invalid_request"),
            ("claims", "[]", "invalid_request"),
            ("claims", "{", "invalid_request"),
            ("id_token_hint", "a.b.c", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
        ] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[(name, value)])).await;
            page.is_told_to(&stage.house, LIBRARY.redirect_uri, error);
        }
        let page = stage.answered(&LIBRARY, &[]).await;
        assert_eq!(page.parameter("iss"), Some(issuer.clone()));
        assert_eq!(page.parameter("state").as_deref(), Some(STATE));
        // A query that is registered stays, and the answer stands beside it.
        let page = stage.answered(&OLD_POST, &[]).await;
        assert!(page.location().unwrap().starts_with("http://localhost:9905/callback?tenant=1&code="));
        assert_eq!(page.parameter("iss"), Some(issuer));
    }

    async fn r13_only_the_code_flow_is_there(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (house, browser) = (&stage.house, &mut stage.browser);
        for other in ["token", "id_token", "id_token token", "code token", "code id_token", "none", "Code"] {
            let page = browser.get(&LIBRARY.authorize(house, &[("response_type", other)])).await;
            page.is_told_to(house, LIBRARY.redirect_uri, "unsupported_response_type");
        }
        let page = browser.get(&LIBRARY.authorize(house, &[("response_type", "")])).await;
        page.is_told_to(house, LIBRARY.redirect_uri, "invalid_request");
    }

    async fn r15_state_comes_back_byte_for_byte(world: World) {
        let mut stage = Stage::own_device(world).await;
        let long = "x".repeat(6_000);
        for state in ["\"'<>&%=+# /?", "a\r\nSet-Cookie: b=c", "\u{202e}abc\u{2066}", "\0\t\u{7f}", "é€😀", long.as_str()] {
            let page = stage.answered(&LIBRARY, &[("state", state)]).await;
            assert_eq!(page.status, 303, "{state:?}: {}", page.body);
            assert_eq!(page.parameter("state").as_deref(), Some(state));
            assert!(page.parameter("code").is_some());
            assert!(!page.headers.contains_key("set-cookie"));
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("state", state), ("scope", "email")])).await;
            assert_eq!(page.parameter("state").as_deref(), Some(state));
        }
        let endless = "x".repeat(40_000);
        stage.browser.get(&LIBRARY.authorize(&stage.house, &[("state", &endless)])).await.is_told_at_home();
    }

    async fn c04_c05_pkce_is_asked_for_and_s256_only(world: World) {
        let mut stage = Stage::own_device(world).await;
        for more in [
            [("code_challenge", ""), ("code_challenge_method", "")],
            [("code_challenge_method", "plain"), ("x", "1")],
            [("code_challenge_method", ""), ("x", "1")],
            [("code_challenge", ""), ("x", "1")],
            [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="), ("x", "1")],
            [("code_challenge", "too-short"), ("x", "1")],
        ] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &more)).await;
            page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
        }
        // Excused by name, until a day: a half of it is no better for that.
        assert!(stage.answered(&OLD_BASIC, &[]).await.parameter("code").is_some());
        let half = stage.browser.get(&OLD_BASIC.authorize(&stage.house, &[("code_challenge_method", "plain")])).await;
        half.is_told_to(&stage.house, OLD_BASIC.redirect_uri, "invalid_request");
        stage.house.later(Duration::from_hours(24 * 365));
        let late = Browser::new(&stage.house).get(&OLD_BASIC.authorize(&stage.house, &[])).await;
        late.is_told_to(&stage.house, OLD_BASIC.redirect_uri, "invalid_request");
    }

    async fn r01_a_way_back_that_was_given_up_takes_no_answer_of_an_open_flow(world: World) {
        let mut stage = Stage::own_device(world).await;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        let flow = page.parameter("flow").unwrap();
        assert_eq!(stage.browser.get(page.location().unwrap()).await.status, 200);
        let mut files = super::party::files();
        let library = files.iter_mut().find(|file| file.id == LIBRARY.id).unwrap();
        library.toml = String::leak(library.toml.replace("9901/callback", "9901/elsewhere"));
        stage.house.activate(&files).await;
        let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
        assert_eq!((page.status, page.location()), (410, None), "{}", page.body);
        assert!(page.body.contains("Start The library again"), "{}", page.body);
        assert_eq!(count(&stage.house, "authorization.granted").await, 0);
    }

    async fn a_post_reads_no_cookie_and_comes_back_by_get(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let (page, events) = added(&stage.house, stage.browser.post("/authorize", &[("client_id", "library")])).await;
        assert_eq!((page.status, events), (303, Vec::new()));
        assert!(!page.headers.contains_key("set-cookie"));
        let form = LIBRARY.parameters();
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = stage.browser.post("/authorize", &form).await;
        assert!(page.leads_to("/authorize"), "{:?}", page.location());
        let again = stage.browser.get(page.location().unwrap()).await;
        assert!(again.parameter("code").is_some(), "{:?}", again.location());
        // The reference is ours: changed by a byte, it is nothing.
        let changed = page.location().unwrap().to_owned() + "A";
        stage.browser.get(&changed).await.is_told_at_home();
    }

    async fn refusals_leave_one_event_a_minute_with_a_count(world: World) {
        let (house, mut browser) = visitor(world).await;
        let bad = LIBRARY.authorize(&house, &[("redirect_uri", "https://evil.test/")]);
        for _ in 0..5 {
            browser.get(&bad).await.is_told_at_home();
        }
        assert_eq!(count(&house, "request.refused").await, 1);
        // Another reason is another event.
        browser.get(&LIBRARY.authorize(&house, &[("client_id", "nobody")])).await.is_told_at_home();
        assert_eq!(count(&house, "request.refused").await, 2);
        house.later(Duration::from_secs(61));
        browser.get(&bad).await.is_told_at_home();
        assert_eq!(count(&house, "request.refused").await, 3);
        // One that got its own event, and the four that did not beside the one that came later.
        let wanted = [("redirect_uri", 1), ("redirect_uri", 5), ("unknown_client", 1)];
        assert_eq!(refusals(&house).await, wanted.map(|(reason, count)| (reason.to_owned(), count)));
    }

    async fn refusals_at_the_same_moment_leave_one_event(world: World) {
        let (house, browser) = visitor(world).await;
        let bad = LIBRARY.authorize(&house, &[("redirect_uri", "https://evil.test/")]);
        let tries = (0..8).map(|_| {
            let (mut browser, bad) = (browser.clone(), bad.clone());
            tokio::spawn(async move { browser.get(&bad).await.is_told_at_home() })
        });
        for ended in tries.collect::<Vec<_>>() {
            ended.await.unwrap();
        }
        assert_eq!(count(&house, "request.refused").await, 1);
    }
}
