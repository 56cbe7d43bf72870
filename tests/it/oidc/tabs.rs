//! Several requests at once in one browser: each ends at its own client, each is answered once, and nothing is a fault.

use super::party::{LIBRARY, MUSEUM, NEWS};
use super::record::count;
use super::{Stage, text};
use std::time::Duration;

both! {
    async fn s13_two_clients_in_two_tabs_end_each_at_its_own(world: World) {
        let mut stage = Stage::own_device(world).await;
        let one = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await.parameter("flow").unwrap();
        let two = stage.browser.get(&MUSEUM.authorize(&stage.house, &[("state", "two")])).await.parameter("flow").unwrap();
        let three = stage.browser.get(&NEWS.authorize(&stage.house, &[])).await.parameter("flow").unwrap();
        let second = stage.browser.post("/continue", &[("flow", &two)]).await;
        let first = stage.browser.post("/continue", &[("flow", &one)]).await;
        assert!(first.location().unwrap().starts_with(LIBRARY.redirect_uri));
        assert!(second.location().unwrap().starts_with(MUSEUM.redirect_uri));
        assert_eq!(second.parameter("state").as_deref(), Some("two"));
        assert_eq!(LIBRARY.redeem(&stage.house, &first.parameter("code").unwrap()).await.status, 200);
        assert_eq!(MUSEUM.redeem(&stage.house, &second.parameter("code").unwrap()).await.status, 200);
        let third = stage.browser.post("/continue", &[("flow", &three)]).await;
        assert!(third.status == 303 && third.leads_to("/consent"), "{:?}", third.location());
    }

    async fn s13_a_flow_is_answered_once(world: World) {
        let mut stage = Stage::own_device(world).await;
        let flow = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await.parameter("flow").unwrap();
        let form = [("flow", flow.as_str())];
        let first = stage.browser.post("/continue", &form).await;
        assert!(first.parameter("code").is_some());
        // Sent again, gone back to, or asked about: its way on is the service's start page.
        for page in [
            stage.browser.post("/continue", &form).await,
            stage.browser.get(&format!("/continue?flow={flow}")).await,
            stage.browser.get(&format!("/consent?flow={flow}")).await,
            stage.browser.post("/consent", &[form[0], ("consent", "allow")]).await,
        ] {
            assert_eq!((page.status, page.location()), (410, None), "{}", page.body);
            assert!(page.body.contains("http://localhost:9901/"), "{}", page.body);
        }
        assert_eq!(count(&stage.house, "authorization.granted").await, 1);
        assert_eq!(LIBRARY.redeem(&stage.house, &first.parameter("code").unwrap()).await.status, 200);
    }

    async fn s13_a_double_click_is_no_fault(world: World) {
        let mut stage = Stage::own_device(world).await;
        for _ in 0..3 {
            let more = [("prompt", "consent")];
            let flow = stage.browser.get(&LIBRARY.authorize(&stage.house, &more)).await.parameter("flow").unwrap();
            stage.browser.get(&format!("/continue?flow={flow}")).await;
            let clicks = (0..4).map(|_| {
                let (mut browser, flow) = (stage.browser.clone(), flow.clone());
                async move { browser.post("/continue", &[("flow", &flow)]).await }
            });
            let pages = futures_util::future::join_all(clicks).await;
            let codes = pages.iter().filter(|page| page.parameter("code").is_some()).count();
            let answers: Vec<_> = pages.iter().map(|page| (page.status, page.location())).collect();
            assert!(codes == 1 && pages.iter().all(|page| matches!(page.status, 303 | 410)), "{answers:?}");
        }
        assert_eq!(count(&stage.house, "authorization.granted").await, 3);
    }

    async fn s13_arrivals_at_once_know_one_subject(world: World) {
        let mut stage = Stage::own_device(world).await;
        // She has been told, so that nothing stands in the way of the four that come at once.
        let told = stage.tokens(&MUSEUM, &[]).await;
        let subject = super::tokens::claims(text(&told, "id_token"))["sub"].clone();
        let arrivals = (0..4).map(|_| {
            let (mut browser, address) = (stage.browser.clone(), MUSEUM.authorize(&stage.house, &[]));
            async move { browser.get(&address).await.parameter("code").unwrap() }
        });
        for code in futures_util::future::join_all(arrivals).await {
            let tokens = MUSEUM.redeem(&stage.house, &code).await.json();
            assert_eq!(super::tokens::claims(text(&tokens, "id_token"))["sub"], subject);
        }
    }

    async fn a_flow_lapses_and_says_where_to_begin(world: World) {
        let mut stage = Stage::own_device(world).await;
        let flow = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await.parameter("flow").unwrap();
        stage.house.later(Duration::from_hours(24));
        let page = stage.browser.get(&format!("/continue?flow={flow}")).await;
        assert_eq!((page.status, page.location()), (410, None));
        assert!(page.body.contains("http://localhost:9901/"), "{}", page.body);
    }

    async fn a_form_of_another_site_does_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let flow = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await.parameter("flow").unwrap();
        let cookies = format!(
            "portreeve={}; portreeve-browser={}",
            stage.browser.cookie("portreeve").unwrap(),
            stage.browser.cookie("portreeve-browser").unwrap()
        );
        for path in ["/continue", "/consent", "/not-me"] {
            for (name, value) in [("origin", "https://evil.test"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
                let ask = stage.browser.http.post(stage.house.at(path)).header("cookie", &cookies).header(name, value);
                let page = ask.form(&[("flow", flow.as_str()), ("consent", "allow")]).send().await.unwrap();
                assert_eq!(page.status(), 403, "{path} {name}");
            }
        }
        assert_eq!(count(&stage.house, "authorization.granted").await, 0);
        assert_eq!(count(&stage.house, "auth.sessions_ended").await, 0);
    }
}
