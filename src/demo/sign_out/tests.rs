use crate::demo::key::ServiceKey;
use crate::demo::samples::garden_waste;
use crate::demo::service::Service;
use crate::demo::stub::{Browser, CLIENT, Page, Stub};
use http::StatusCode;
use serde_json::{Value, json};

async fn world() -> (Stub, Service, Browser) {
    let stub = Stub::start().await;
    let key = ServiceKey::generate().unwrap();
    let service = Service::new(garden_waste("http://localhost:8090", &stub.issuer, key, stub.clock())).unwrap();
    let browser = signed_in(&stub, &service).await;
    (stub, service, browser)
}

async fn signed_in(stub: &Stub, service: &Service) -> Browser {
    let mut browser = Browser::new(service);
    let away = browser.get("/sign-in").await.goes_to();
    browser.get(&stub.authorize(&away)).await.goes_to();
    browser
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/").await.body.contains("Hello Ada")
}

async fn form_token(browser: &mut Browser) -> String {
    let page = browser.get("/").await.body;
    let (_, rest) = page.split_once(r#"name="form_token" value=""#).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// Posts a logout token as the provider would: without the resident's cookies.
async fn post(service: &Service, token: &str) -> Page {
    Browser::new(service).post("/backchannel-logout", &[("logout_token", token)]).await
}

/// The description of a refusal.
fn refusal(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
    assert_eq!(page.header("cache-control").as_deref(), Some("no-store"));
    let body: Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(body["error"], "invalid_request");
    body["error_description"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn signing_out_here_goes_on_to_the_provider_and_comes_back() {
    let (stub, _, mut browser) = world().await;
    let token = form_token(&mut browser).await;
    let away = browser.post("/sign-out", &[("form_token", &token)]).await.goes_to();
    assert!(!is_signed_in(&mut browser).await);
    assert!(away.as_str().starts_with(&format!("{}/logout?", stub.issuer)));
    let query: std::collections::HashMap<String, String> = away.query_pairs().into_owned().collect();
    assert_eq!(query["client_id"], CLIENT);
    assert_eq!(query["post_logout_redirect_uri"], "http://localhost:8090/");
    assert_eq!(query["id_token_hint"].split('.').count(), 3);
    let page = browser.get(&format!("/?state={}", query["state"])).await.body;
    assert!(page.contains("You have signed out") && page.contains(r#"id="sign-in""#), "{page}");
    assert!(!browser.get("/?state=made-up").await.body.contains("You have signed out"));
}

#[tokio::test]
async fn another_site_cannot_sign_a_resident_out() {
    let (_, _, mut browser) = world().await;
    for fields in [&[][..], &[("form_token", "guessed")][..]] {
        let page = browser.post("/sign-out", fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.body.contains("There is a problem"));
    }
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn signing_out_twice_is_no_problem() {
    let (_, service, _) = world().await;
    assert_eq!(Browser::new(&service).post("/sign-out", &[]).await.goes_to().path(), "/");
}

#[tokio::test]
async fn a_logout_token_ends_the_session_it_names() {
    let (stub, service, mut ada) = world().await;
    stub.mood.lock().unwrap().claims.insert("sid".to_owned(), json!("sid-2"));
    let mut elsewhere = signed_in(&stub, &service).await;
    let page = post(&service, &stub.logout_token("j1", &json!({}))).await;
    assert_eq!((page.status, page.header("cache-control").as_deref()), (StatusCode::OK, Some("no-store")));
    assert!(!is_signed_in(&mut ada).await);
    assert!(ada.get("/").await.body.contains("signed out here too"));
    assert!(is_signed_in(&mut elsewhere).await, "another session of the same person stays");
    // Without a sid all sessions of the subject end.
    assert_eq!(post(&service, &stub.logout_token("j2", &json!({"sid": null}))).await.status, StatusCode::OK);
    assert!(!is_signed_in(&mut elsewhere).await);
}

#[tokio::test]
async fn a_logout_token_of_somebody_else_ends_nothing() {
    let (stub, service, mut ada) = world().await;
    for (jti, change) in [("j1", json!({"sub": "pairwise-bob"})), ("j2", json!({"sid": "sid-9"}))] {
        assert_eq!(post(&service, &stub.logout_token(jti, &change)).await.status, StatusCode::OK);
    }
    assert!(is_signed_in(&mut ada).await);
}

#[tokio::test]
async fn a_bad_logout_token_is_refused_and_ends_nothing() {
    let (stub, service, mut ada) = world().await;
    for (change, why) in [
        (json!({"nonce": "n"}), "carries a nonce"),
        (json!({"aud": "parking-permits"}), "for another client"),
        (json!({"iss": "http://evil.test"}), "from another issuer"),
        (json!({"exp": 1_799_999_999}), "has expired"),
        (json!({"events": {}}), "no back-channel logout event"),
        (json!({"sub": null, "sid": null}), "neither sub nor sid"),
    ] {
        let page = post(&service, &stub.logout_token("j", &change)).await;
        assert!(refusal(&page).contains(why), "{}", page.body);
    }
    let id_token = stub.sign("JWT", &json!({}));
    assert!(refusal(&post(&service, &id_token).await).contains("typ is not logout+jwt"));
    assert!(refusal(&Browser::new(&service).post("/backchannel-logout", &[]).await).contains("no logout_token"));
    stub.new_key(false);
    assert!(refusal(&post(&service, &stub.logout_token("j", &json!({}))).await).contains("does not publish"));
    assert!(is_signed_in(&mut ada).await);
}

#[tokio::test]
async fn a_logout_token_works_once() {
    let (stub, service, _) = world().await;
    let token = stub.logout_token("j", &json!({}));
    assert_eq!(post(&service, &token).await.status, StatusCode::OK);
    let mut again = signed_in(&stub, &service).await;
    assert!(refusal(&post(&service, &token).await).contains("used before"));
    assert!(is_signed_in(&mut again).await);
}

#[tokio::test]
async fn a_refused_logout_token_does_not_use_up_its_jti() {
    let (stub, service, mut ada) = world().await;
    refusal(&post(&service, &stub.logout_token("j", &json!({"nonce": "n"}))).await);
    assert_eq!(post(&service, &stub.logout_token("j", &json!({}))).await.status, StatusCode::OK);
    assert!(!is_signed_in(&mut ada).await);
}

#[tokio::test]
async fn a_logout_token_under_a_rotated_key_is_accepted() {
    let (stub, service, mut ada) = world().await;
    stub.pass(30);
    stub.new_key(true);
    assert_eq!(post(&service, &stub.logout_token("j", &json!({}))).await.status, StatusCode::OK);
    assert!(!is_signed_in(&mut ada).await);
}

#[tokio::test]
async fn without_the_providers_keys_the_provider_is_asked_to_try_again() {
    let key = ServiceKey::generate().unwrap();
    let config = garden_waste("http://localhost:8090", "http://127.0.0.1:1", key, crate::demo::stub::clock());
    let page = post(&Service::new(config).unwrap(), "a.b.c").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
}
