//! The staff listener, and the pages that a door draws for what it refuses.

use crate::app::House;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use portreeve::pages::papers;
use portreeve::routes;
use tower::ServiceExt;

both! {
    async fn the_staff_listener_says_that_it_is_not_set_up(world: World) {
        let house = House::new(world).await;
        let css = portreeve::view::assets::url("app.css").unwrap();
        for (path, status, holds) in [
            ("/", StatusCode::OK, "<html lang=\"en\""),
            ("/?lang=cy", StatusCode::OK, "<html lang=\"cy\""),
            ("/sign-in", StatusCode::NOT_FOUND, "<main"),
            ("/account", StatusCode::NOT_FOUND, "<main"),
            (css.as_str(), StatusCode::OK, "govuk"),
            ("/assets/x.css", StatusCode::NOT_FOUND, ""),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = routes::staff(house.app.clone()).oneshot(request).await.unwrap();
            assert_eq!(response.status(), status, "{path}");
            assert!(!response.headers().contains_key("set-cookie"));
            let body = to_bytes(response.into_body(), 4_000_000).await.unwrap();
            assert!(String::from_utf8_lossy(&body).contains(holds), "{path}");
        }
    }

    async fn a_refused_request_gets_a_page_in_the_visitors_language(world: World) {
        let house = House::new(world).await;
        let page = papers::error_page(&house.app);
        for status in [StatusCode::FORBIDDEN, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::SERVICE_UNAVAILABLE] {
            for (name, value, lang, words) in [
                ("accept-language", "cy", "cy", "Mae problem"),
                ("cookie", "portreeve-lang=cy", "cy", "Mae problem"),
                ("accept-language", "fr", "en", "There is a problem"),
            ] {
                let mut headers = HeaderMap::new();
                headers.insert(name, value.parse().unwrap());
                let response = page.render(status, &headers);
                assert_eq!(response.status(), status);
                let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
                let body = String::from_utf8_lossy(&body);
                assert!(body.contains(&format!("<html lang=\"{lang}\"")) && body.contains(words), "{status}: {body}");
            }
        }
    }
}
