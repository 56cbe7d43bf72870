//! The language of pages: those offered, her own choice, a service's wish (OIDC Core §3.1.2.1), the browser's header.

use super::browser::Browser;
use super::party::LIBRARY;
use super::{Stage, node_in, text};
use axum::body::to_bytes;
use axum::extract::Request;
use http::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION};
use http::{HeaderMap, StatusCode};
use portreeve::pages::papers;
use portreeve::view::{Lang, Languages};
use std::time::Duration;
use tower::ServiceExt as _;

const WELSH: &str = "<html lang=\"cy\"";
const ENGLISH: &str = "<html lang=\"en\"";

both! {
    async fn a_language_that_the_settings_do_not_name_is_offered_to_nobody(world: World) {
        let stage = Stage::own_device(world).await;
        let (app, _) = node_in(&stage.house, None, Languages::ENGLISH).await;
        let routes = portreeve::routes::public(app.clone(), &papers::error_page(&app));
        let get = async |path: &str, header: (http::HeaderName, &str)| {
            let request = Request::get(path).header(header.0, header.1).body(axum::body::Body::empty()).unwrap();
            let answer = routes.clone().oneshot(request).await.unwrap();
            let place = answer.headers().get(LOCATION).map(|place| place.to_str().unwrap().to_owned());
            let kept = answer.headers().get_all("set-cookie").iter().any(|line| line.to_str().unwrap().contains("-lang"));
            let body = to_bytes(answer.into_body(), 1_000_000).await.unwrap();
            (String::from_utf8_lossy(&body).into_owned(), place, kept)
        };
        for (path, header) in [
            ("/sign-in?lang=cy", (ACCEPT_LANGUAGE, "en")),
            ("/sign-in", (ACCEPT_LANGUAGE, "cy")),
            ("/sign-in", (COOKIE, "portreeve-lang=cy")),
            ("/sign-in", (COOKIE, "portreeve-lang-asked=cy")),
            ("/nowhere", (COOKIE, "portreeve-lang=cy")),
        ] {
            let (body, _, kept) = get(path, header).await;
            assert!(body.contains(ENGLISH) && !body.contains("Cymraeg") && !kept, "{path}: {body}");
        }
        let asked = LIBRARY.authorize(&stage.house, &[("ui_locales", "cy")]);
        let (_, place, kept) = get(asked.strip_prefix(stage.house.app.issuer.as_str()).unwrap(), (ACCEPT_LANGUAGE, "cy")).await;
        assert!(place.unwrap().starts_with("/sign-in?flow=") && !kept);
        let (body, ..) = get("/.well-known/openid-configuration", (ACCEPT_LANGUAGE, "cy")).await;
        let metadata: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(metadata["ui_locales_supported"], serde_json::json!(["en"]));

        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "portreeve-lang=cy".parse().unwrap());
        for page in [papers::error_page(&app), portreeve::staff::error_page(&app)] {
            let body = page.render(StatusCode::FORBIDDEN, &headers).into_body();
            let body = to_bytes(body, 1_000_000).await.unwrap();
            assert!(String::from_utf8_lossy(&body).contains(ENGLISH));
        }
        let letter = |lang| app.view().letters(lang).reset_code("123456", stage.house.app.now());
        assert!(letter(Lang::Cy) == letter(Lang::En));
        // Where both are offered, discovery and the links say so.
        let page = stage.browser.clone().get("/.well-known/openid-configuration").await.json();
        assert_eq!(page["ui_locales_supported"], serde_json::json!(["en", "cy"]));
        assert!(stage.browser.clone().get("/cookies").await.body.contains("lang=cy"));
    }

    async fn a_services_wish_counts_for_its_journey_and_never_against_her_own_choice(world: World) {
        let stage = Stage::own_device(world).await;
        let mut browser = Browser::new(&stage.house);
        let asked = LIBRARY.authorize(&stage.house, &[("ui_locales", "fr cy")]);
        let page = browser.get(&asked).await;
        let wish = page.headers.get_all("set-cookie").iter().find(|line| line.to_str().unwrap().contains("lang"));
        let wish = wish.unwrap().to_str().unwrap();
        assert!(wish.starts_with("portreeve-lang-asked=cy;") && wish.ends_with("Max-Age=3600"), "{wish}");
        assert!(browser.get(page.location().unwrap()).await.body.contains(WELSH));
        assert!(browser.get("/forgotten-password").await.body.contains(WELSH), "every page of the journey");
        // The next service says nothing of it.
        let page = browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(browser.get(page.location().unwrap()).await.body.contains(ENGLISH));

        // She chooses English: from then on no service's wish counts.
        let page = browser.get(&asked).await;
        let place = page.location().unwrap().to_owned();
        assert!(browser.get(&format!("{place}&lang=en")).await.body.contains(ENGLISH));
        assert!(browser.get(&place).await.body.contains(ENGLISH));
        let page = browser.get(&asked).await;
        assert!(browser.get(page.location().unwrap()).await.body.contains(ENGLISH));
        assert_eq!(browser.cookie("portreeve-lang"), Some("en"));
    }

    async fn a_wish_ends_when_she_is_back_at_the_service(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("ui_locales", "cy")]).await;
        assert_eq!(stage.browser.cookie("portreeve-lang-asked"), None);
        assert!(stage.browser.get("/account").await.body.contains(ENGLISH));
        stage.house.later(Duration::from_secs(1));
        let back = LIBRARY.after_logout();
        let parameters = [("id_token_hint", text(&tokens, "id_token")), ("post_logout_redirect_uri", &back), ("ui_locales", "cy")];
        let query = serde_urlencoded::to_string(parameters).unwrap();
        let page = stage.browser.get(&format!("/logout?{query}")).await;
        assert_eq!(page.location(), Some(back.as_str()), "{}", page.body);
        assert_eq!(stage.browser.cookie("portreeve-lang-asked"), None);
    }
}
