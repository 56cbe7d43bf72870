//! Signing out by frames (OIDC Front-Channel Logout 1.0), and the session iframe that is not built (row L03).

use super::browser::Browser;
use super::party::{self, LIBRARY, MUSEUM, NEWS};
use super::tokens::claims;
use super::{Stage, text};
use crate::app::House;
use crate::world::World;

const LINES: [(&str, &str); 2] = [
    (
        "library",
        "frontchannel_logout_uri = \"http://localhost:9901/out?x=1\"\nfrontchannel_logout_session_required = true",
    ),
    ("museum", "frontchannel_logout_uri = \"http://localhost:9902/out\""),
];

async fn stage(world: World) -> Stage {
    let house = House::with(world, &party::files_with(&LINES), &[]).await;
    let ada = house.resident("Ada Wren", "ada@havenbrook.example", "kettle-orbit-49").await;
    let mut browser = Browser::new(&house);
    browser.sign_in(&house, ada, true).await;
    Stage { house, ada, browser }
}

fn frames(body: &str) -> Vec<String> {
    let srcs = body.split("<iframe src=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    srcs.map(|src| src.replace("&amp;", "&")).collect()
}

/// The sources a page's policy lets frames be of.
fn frame_src(csp: &str) -> Option<&str> {
    csp.split("; ").find_map(|part| part.strip_prefix("frame-src "))
}

both! {
    async fn the_service_that_asks_is_told_by_a_frame_before_she_goes_back(world: World) {
        let mut stage = stage(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let (hint, back) = (text(&tokens, "id_token"), LIBRARY.after_logout());
        let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", &back), ("state", "s1")];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let page = stage.browser.get(&format!("/logout?{query}")).await;
        assert!(page.leads_to("/signed-out"), "{:?}", page.location());
        let page = stage.browser.get(page.location().unwrap()).await;
        let claims = claims(hint);
        let [src] = <[String; 1]>::try_from(frames(&page.body)).unwrap();
        let src = url::Url::parse(&src).unwrap();
        assert_eq!(src.as_str().split('?').next(), Some("http://localhost:9901/out"));
        let pairs: Vec<_> = src.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let wanted = [pair("x", "1"), pair("iss", stage.house.app.issuer.as_str()), pair("sid", text(&claims, "sid"))];
        assert_eq!(pairs, wanted);
        assert_eq!(frame_src(page.header("content-security-policy")), Some("http://localhost:9901"));
        // A script follows the way back when the frame has loaded; without one it is a link.
        assert!(page.body.contains(&format!("href=\"{back}?state=s1\" data-follow-when-loaded")), "{}", page.body);
    }

    async fn every_service_visited_has_its_frame_and_no_other_page_has_one(world: World) {
        let mut stage = stage(world).await;
        for party in [LIBRARY, MUSEUM, NEWS] {
            let page = stage.answered(&party, &[]).await;
            if party.id != "news" {
                assert!(page.parameter("code").is_some(), "{:?}", page.location());
            }
        }
        let confirm = stage.browser.get("/logout").await;
        assert_eq!(frame_src(confirm.header("content-security-policy")), None);
        let page = stage.browser.post("/logout/confirm", &[]).await;
        let place = page.location().unwrap().to_owned();
        let page = stage.browser.get(&place).await;
        let mut found = frames(&page.body);
        found.sort();
        assert!(found.len() == 2 && found[1] == "http://localhost:9902/out", "{found:?}");
        let allowed = frame_src(page.header("content-security-policy"));
        assert_eq!(allowed, Some("http://localhost:9901 http://localhost:9902"));
        assert!(!page.body.contains("data-follow"), "there is no way back to follow");
        assert_eq!(page.header("x-frame-options"), "DENY");
        for path in ["/signed-out", "/sign-in", "/signed-out?ref=x"] {
            let page = stage.browser.get(path).await;
            assert!(frames(&page.body).is_empty(), "{path}");
            assert_eq!(frame_src(page.header("content-security-policy")), None, "{path}");
        }
        // Signed out elsewhere, by a form sent twice: there is no session whose frames could be shown.
        let page = stage.browser.post("/logout/confirm", &[]).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(frames(&page.body).is_empty());
    }

    async fn s05_no_page_of_ours_stands_in_a_frame(world: World) {
        let mut stage = stage(world).await;
        for path in [
            "/", "/sign-in", "/create-account", "/forgotten-password", "/account", "/account/password", "/logout", "/signed-out",
            "/privacy", "/authorize?client_id=nobody", "/logout?client_id=nobody", "/nowhere",
        ] {
            let page = stage.browser.get(path).await;
            if page.location().is_none() {
                assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
                assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
            }
        }
    }

    async fn l03_there_is_no_session_iframe(world: World) {
        let mut stage = stage(world).await;
        let discovery = stage.browser.get("/.well-known/openid-configuration").await.json();
        assert!(discovery.get("check_session_iframe").is_none());
        let page = stage.answered(&LIBRARY, &[]).await;
        assert!(page.parameter("code").is_some() && page.parameter("session_state").is_none());
        for path in ["/check-session", "/check_session", "/session/check", "/connect/checksession"] {
            assert_eq!(stage.browser.get(path).await.status, 404, "{path}");
        }
    }
}
