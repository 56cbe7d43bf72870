use super::short;
use crate::demo::key::ServiceKey;
use crate::demo::samples::garden_waste;
use crate::demo::service::Service;
use crate::demo::stub::{Browser, CLIENT, NOON, Page, Stub};
use http::StatusCode;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Value, json};
use url::Url;

async fn world() -> (Stub, Service, Browser) {
    let stub = Stub::start().await;
    let key = ServiceKey::generate().unwrap();
    let service = Service::new(garden_waste("http://localhost:8090", &stub.issuer, key, stub.clock())).unwrap();
    let browser = Browser::new(&service);
    (stub, service, browser)
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap()
}

/// Leaves for the provider and comes back with its answer.
async fn sign_in(stub: &Stub, browser: &mut Browser) -> Page {
    let away = browser.get("/sign-in").await.goes_to();
    browser.get(&stub.authorize(&away)).await
}

/// A sign-in that must not succeed: the status, the problem named, and nobody signed in.
async fn refused(browser: &mut Browser, page: Page, status: StatusCode, text: &str) {
    assert_eq!(page.status, status, "{}", page.body);
    assert!(page.body.contains("There is a problem") && page.body.contains(text), "{}", page.body);
    let start = browser.get("/").await.body;
    assert!(start.contains(r#"id="sign-in""#) && !start.contains("Ada"), "{start}");
}

/// The verdict on an ID token with one claim replaced, or left out if null.
async fn with_claim(claim: &str, value: Value) -> StatusCode {
    let (stub, _, mut browser) = world().await;
    stub.mood.lock().unwrap().claims.insert(claim.to_owned(), value);
    let page = sign_in(&stub, &mut browser).await;
    let status = page.status;
    if status == StatusCode::BAD_REQUEST {
        refused(&mut browser, page, StatusCode::BAD_REQUEST, "could not be trusted").await;
    }
    status
}

#[tokio::test]
async fn ada_signs_in_and_sees_what_was_received() {
    let (stub, service, mut browser) = world().await;
    let away = browser.get("/sign-in").await.goes_to();
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", "http://localhost:8090/callback"),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(parameter(&away, name), value);
    }
    assert!(!away.as_str().contains("ui_locales"), "nobody has chosen a language: {away}");
    let before = browser.jar[CLIENT].clone();
    let back = browser.get(&stub.authorize(&away)).await;
    assert_eq!(back.goes_to().path(), "/");
    assert_ne!(browser.jar[CLIENT], before, "a cookie known before the sign-in is worth nothing after it");
    let cookie = back.header("set-cookie").unwrap();
    assert!(cookie.starts_with("garden-waste=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
    let page = browser.get("/").await.body;
    assert!(page.contains("<h1>Hello Ada Wójcik</h1>"), "{page}");
    assert!(page.contains("1 Quay Street<br>Havenbrook") && page.contains("ada@example.org"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;") && !page.contains("<script"), "{page}");
    let account = format!("{}/account", stub.issuer).replace('/', "&#x2f;");
    assert!(page.contains(&format!(r#"id="your-account" href="{account}""#)), "{page}");
    assert!(page.contains(r#"id="sign-out""#));
    assert_eq!(service.cookie_name(), CLIENT);
}

#[tokio::test]
async fn the_client_authenticates_with_a_signed_assertion() {
    let (stub, service, mut browser) = world().await;
    sign_in(&stub, &mut browser).await;
    let form = stub.mood.lock().unwrap().token_requests[0].clone();
    assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert!(!form.contains_key("client_secret"));
    let jwks: jsonwebtoken::jwk::JwkSet = serde_json::from_value(service.jwks()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_audience(&[&stub.issuer]);
    let key = DecodingKey::from_jwk(&jwks.keys[0]).unwrap();
    let token = decode::<Value>(&form["client_assertion"], &key, &validation).unwrap();
    assert_eq!(token.claims["sub"], CLIENT);
    assert_eq!(token.claims["exp"], NOON + 60);
}

#[tokio::test]
async fn a_tampered_state_is_refused_and_nothing_is_asked_of_the_provider() {
    let (stub, _, mut browser) = world().await;
    let away = browser.get("/sign-in").await.goes_to();
    let state = parameter(&away, "state");
    let good = stub.authorize(&away);
    for path in [good.replace(&state, "tampered"), good.replace("state=", "other="), format!("{good}&state={state}")] {
        let page = browser.get(&path).await;
        refused(&mut browser, page, StatusCode::BAD_REQUEST, "not started in this browser").await;
    }
    assert!(stub.mood.lock().unwrap().token_requests.is_empty());
    // The sign-in itself is still good, once.
    assert_eq!(browser.get(&good).await.goes_to().path(), "/");
    assert_eq!(browser.get(&good).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_answer_belongs_to_the_browser_that_asked() {
    let (stub, service, mut browser) = world().await;
    let answer = stub.authorize(&browser.get("/sign-in").await.goes_to());
    let mut other = Browser::new(&service);
    other.get("/sign-in").await;
    let page = other.get(&answer).await;
    refused(&mut other, page, StatusCode::BAD_REQUEST, "not started in this browser").await;
}

#[tokio::test]
async fn an_answer_from_another_issuer_is_refused() {
    for (from, to) in [("&iss=http", "&iss=https"), ("&iss=", "&was="), ("?code", "?iss=http://evil.test&code")] {
        let (stub, _, mut browser) = world().await;
        let answer = stub.authorize(&browser.get("/sign-in").await.goes_to()).replace(from, to);
        let page = browser.get(&answer).await;
        refused(&mut browser, page, StatusCode::BAD_REQUEST, "did not come from your council account").await;
        assert!(stub.mood.lock().unwrap().token_requests.is_empty());
    }
}

#[tokio::test]
async fn a_resident_who_did_not_continue_is_not_told_of_a_problem() {
    let (stub, _, mut browser) = world().await;
    let state = parameter(&browser.get("/sign-in").await.goes_to(), "state");
    let page = browser.get(&stub.answer(&[("error", "access_denied"), ("state", &state)])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("You have not signed in") && page.body.contains(r#"id="sign-in""#));
    assert!(!page.body.contains("There is a problem"));
}

#[tokio::test]
async fn an_error_is_said_in_words_with_its_code() {
    let (stub, _, mut browser) = world().await;
    let state = parameter(&browser.get("/sign-in").await.goes_to(), "state");
    let path = stub.answer(&[("error", "invalid_scope"), ("error_description", "<b>"), ("state", &state)]);
    let page = browser.get(&path).await;
    assert!(page.body.contains("<code>invalid_scope</code>"), "{}", page.body);
    refused(&mut browser, page, StatusCode::BAD_REQUEST, "could not sign you in").await;
    assert_eq!(short("<b>\u{7}é x"), "<b>x");
    assert_eq!(short(&"x".repeat(100)).len(), 64);
}

#[tokio::test]
async fn a_refusal_at_the_token_endpoint_is_shown() {
    let (stub, _, mut browser) = world().await;
    stub.mood.lock().unwrap().token_error = Some("invalid_client".to_owned());
    let page = sign_in(&stub, &mut browser).await;
    refused(&mut browser, page, StatusCode::BAD_REQUEST, "invalid_client").await;
}

#[tokio::test]
async fn an_id_token_must_be_ours_and_of_now() {
    assert_eq!(with_claim("nonce", json!("another")).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("nonce", Value::Null).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("aud", json!("parking-permits")).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("aud", json!([CLIENT, "parking-permits"])).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("iss", json!("http://evil.test")).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("exp", json!(NOON)).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("iat", json!(NOON - 301)).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")).await, StatusCode::BAD_REQUEST);
    assert_eq!(with_claim("at_hash", Value::Null).await, StatusCode::SEE_OTHER);
    assert_eq!(with_claim("iat", json!(NOON - 300)).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn userinfo_of_somebody_else_is_refused() {
    let (stub, _, mut browser) = world().await;
    stub.mood.lock().unwrap().userinfo_sub = Some("pairwise-bob".to_owned());
    let page = sign_in(&stub, &mut browser).await;
    refused(&mut browser, page, StatusCode::BAD_REQUEST, "could not be trusted").await;
}

#[tokio::test]
async fn a_rotated_key_is_found_and_an_unpublished_one_is_refused() {
    let (stub, _, mut browser) = world().await;
    browser.get("/sign-in").await;
    stub.pass(30);
    stub.new_key(true);
    assert_eq!(sign_in(&stub, &mut browser).await.goes_to().path(), "/");
    let (stub, _, mut browser) = world().await;
    stub.new_key(false);
    let page = sign_in(&stub, &mut browser).await;
    refused(&mut browser, page, StatusCode::BAD_REQUEST, "could not be trusted").await;
}

#[tokio::test]
async fn a_session_ends_after_two_hours() {
    let (stub, _, mut browser) = world().await;
    sign_in(&stub, &mut browser).await;
    stub.pass(2 * 3_600 - 1);
    assert!(browser.get("/").await.body.contains("Hello Ada"));
    stub.pass(1);
    assert!(browser.get("/").await.body.contains(r#"id="sign-in""#));
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let (stub, _, mut browser) = world().await;
    sign_in(&stub, &mut browser).await;
    let earlier = browser.jar.clone();
    sign_in(&stub, &mut browser).await;
    assert!(browser.get("/").await.body.contains("Hello Ada"));
    browser.jar = earlier;
    assert!(browser.get("/").await.body.contains(r#"id="sign-in""#));
}
