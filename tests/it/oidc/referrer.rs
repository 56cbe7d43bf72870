//! No page lets out where its reader is, and none has anything fetched from elsewhere (row R11).

use super::browser::{Browser, Page, http};
use super::party::{LIBRARY, NEWS};
use super::{Stage, text};
use crate::app::House;
use axum::body::{Body, to_bytes};
use http::Request;
use portreeve::http::address::Networks;
use portreeve::http::door::Door;
use portreeve::pages::papers;
use portreeve::{routes, staff};
use reqwest::Method;
use tower::ServiceExt;

/// What a page may load from: itself. Frames are of the services that she signs out of, and are asked for elsewhere.
const OURS: [&str; 3] = ["'none'", "'self'", "data:"];

fn keeps_to_itself(what: &str, page: &Page) {
    let sent: Vec<_> = page.headers.get_all("referrer-policy").iter().collect();
    assert_eq!(sent, ["no-referrer"], "{what}");
    let csp = page.header("content-security-policy");
    assert!(csp.starts_with("default-src 'none'; "), "{what}: {csp}");
    for directive in csp.split("; ").filter(|directive| !directive.starts_with("form-action ")) {
        assert!(directive.split(' ').skip(1).all(|source| OURS.contains(&source)), "{what}: {directive}");
    }
    // Nothing in the page says otherwise.
    let body = page.body.replace("&#x2f;", "/");
    assert!(!body.contains("name=\"referrer\""), "{what}: {body}");
    assert!(body.split("referrerpolicy=\"").skip(1).all(|rest| rest.starts_with("no-referrer\"")), "{what}: {body}");
    for element in body.split('<').filter_map(|element| element.split('>').next()) {
        let loads = ["script", "img", "link", "source", "video", "audio", "embed", "object"];
        let name = element.split_whitespace().next().unwrap_or_default();
        let from = [" src=\"", " href=\"", " data=\""].iter().filter_map(|attribute| element.split(attribute).nth(1));
        for address in from.filter(|_| loads.contains(&name)) {
            let ours = address.starts_with('/') && !address.starts_with("//") || address.starts_with("data:");
            assert!(ours, "{what}: <{element}>");
        }
    }
}

/// The page at this address, which has to have this status.
async fn shown(browser: &mut Browser, path: &str, status: u16) -> Page {
    let page = browser.get(path).await;
    assert_eq!(page.status, status, "{path}: {}", page.body);
    keeps_to_itself(path, &page);
    page
}

/// A public listener with the pages that a refused request gets where the program runs.
async fn refused(house: &House, request: Request<Body>) -> Page {
    let page = papers::error_page(&house.app);
    let door = Door::new("public", &house.app.origin, Networks::new(&[]), page.clone());
    answered(door.lead_to(routes::public(house.app.clone(), &page)), request).await
}

/// The staff listener.
async fn to_staff(house: &House, path: &str) -> Page {
    let page = staff::error_page(&house.app);
    let door = Door::new("staff", &house.app.staff_site().unwrap().origin, Networks::new(&[]), page.clone());
    let request = Request::get(path).header("host", "localhost:8081").body(Body::empty()).unwrap();
    answered(door.lead_to(routes::staff(house.app.clone(), &page)), request).await
}

async fn answered(routes: axum::Router, request: Request<Body>) -> Page {
    let (parts, body) = routes.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, 1_000_000).await.unwrap();
    Page { status: parts.status.as_u16(), headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

both! {
    async fn r11_no_page_on_the_way_to_a_service_lets_a_referrer_out(world: World) {
        let mut stage = Stage::own_device(world).await;
        let mut stranger = Browser::new(&stage.house);
        for path in ["/", "/sign-in", "/create-account", "/forgotten-password", "/privacy", "/cookies", "/accessibility"] {
            shown(&mut stranger, path, 200).await;
        }
        let wrong = stranger.post("/sign-in", &[("email", "ada@havenbrook.example"), ("password", "not hers at all")]).await;
        assert!(wrong.status == 200 && wrong.body.contains("There is a problem"), "{}", wrong.body);
        keeps_to_itself("a wrong password", &wrong);

        for path in ["/account", "/account/seen", "/account/sharing", "/account/details", "/account/password"] {
            shown(&mut stage.browser, path, 200).await;
        }
        // Told, asked, and the way back by address and by form.
        let page = stage.browser.get(&NEWS.authorize(&stage.house, &[("scope", "openid email")])).await;
        assert!(page.leads_to("/continue"), "{:?}", page.location());
        keeps_to_itself("the way to a page", &page);
        shown(&mut stage.browser, page.location().unwrap(), 200).await;
        let flow = page.parameter("flow").unwrap();
        let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
        let page = shown(&mut stage.browser, page.location().unwrap(), 200).await;
        assert!(page.body.contains("consent-allow"), "{}", page.body);
        let page = stage.browser.post("/consent", &[("flow", &flow), ("consent", "allow")]).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
        keeps_to_itself("the way back", &page);
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("response_mode", "form_post")])).await;
        assert!(page.body.contains("data-submit-at-once"), "{}", page.body);
        keeps_to_itself("a form to the service", &page);

        let page = shown(&mut stage.browser, "/logout", 200).await;
        assert!(page.body.contains("logout-confirm"), "{}", page.body);
        let out = format!("/logout?id_token_hint={}", text(&tokens, "id_token"));
        let page = stage.browser.get(&out).await;
        shown(&mut stage.browser, page.location().unwrap(), 200).await;
    }

    async fn r11_no_error_page_lets_a_referrer_out(world: World) {
        let mut stage = Stage::own_device(world).await;
        let bad = LIBRARY.authorize(&stage.house, &[("redirect_uri", "https://evil.test/")]);
        let page = stage.browser.get(&bad).await;
        page.is_told_at_home();
        keeps_to_itself("an unknown address", &page);
        for (path, status) in [("/sign-in?flow=x", 400), ("/authorize", 400), ("/logout?post_logout_redirect_uri=x", 400), ("/nowhere", 404)] {
            shown(&mut stage.browser, path, status).await;
        }
        let house = &stage.house;
        let elsewhere = http(house).post(house.at("/sign-in")).header("sec-fetch-site", "cross-site").body("x=1");
        let page = Page::of(elsewhere.send().await.unwrap()).await;
        assert_eq!(page.status, 403);
        keeps_to_itself("a form from elsewhere", &page);

        let host = format!("localhost:{}", house.address.port());
        let ask = |method: Method, path: &str| Request::builder().method(method).uri(path).header("host", &host);
        let empty = Body::empty;
        for (request, status) in [
            (ask(Method::PUT, "/sign-in").body(empty()), 403),
            (ask(Method::GET, "/logout/confirm").body(empty()), 405),
            (ask(Method::POST, "/authorize").header("content-length", "10000000").body(empty()), 413),
            (ask(Method::POST, "/authorize").header("content-encoding", "gzip").body(Body::from("x")), 415),
            (Request::get("/sign-in").header("host", "evil.test").body(empty()), 421),
        ] {
            let page = refused(house, request.unwrap()).await;
            assert!(page.status == status && page.body.contains("There is a problem"), "{status}: {} {}", page.status, page.body);
            keeps_to_itself(&status.to_string(), &page);
        }
    }

    async fn r11_no_page_of_the_staff_lets_a_referrer_out(world: World) {
        let stage = Stage::own_device(world).await;
        for (path, status) in [("/", 200), ("/sign-in", 200), ("/enrol/x", 404), ("/nowhere", 404), ("/stay", 405)] {
            let page = to_staff(&stage.house, path).await;
            assert_eq!(page.status, status, "{path}: {}", page.body);
            keeps_to_itself(path, &page);
        }
    }
}
