//! The answer by form (OAuth 2.0 Form Post Response Mode 1.0): every one of them, and none before client and address are
//! known.

use super::browser::Browser;
use super::party::{APP, LIBRARY, NEWS, Party, STATE};
use super::{Page, Stage};
use std::collections::BTreeMap;

const BY_FORM: (&str, &str) = ("response_mode", "form_post");

/// Where the form of the page leads and what it carries.
fn form(page: &Page) -> (String, BTreeMap<String, String>) {
    assert_eq!((page.status, page.location()), (200, None), "{}", page.body);
    page.form().unwrap_or_else(|| panic!("no form: {}", page.body))
}

/// That the service is told this error by form, with state and issuer.
fn is_told(page: &Page, stage: &Stage, party: &Party, error: &str) {
    let (action, fields) = form(page);
    assert_eq!(action, party.redirect_uri);
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["error", "error_description", "iss", "state"]);
    assert_eq!((fields["error"].as_str(), fields["state"].as_str()), (error, STATE));
    assert_eq!(fields["iss"], stage.house.app.issuer.as_str());
}

both! {
    async fn r12_a_form_carries_code_state_and_issuer(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[BY_FORM])).await;
        let (action, fields) = form(&page);
        assert_eq!(action, LIBRARY.redirect_uri);
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["code", "iss", "state"]);
        assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), (STATE, stage.house.app.issuer.as_str()));
        assert_eq!(page.header("cache-control"), "no-store");
        let csp = page.header("content-security-policy");
        assert!(csp.contains("script-src 'self';") && !csp.contains("unsafe"), "{csp}");
        assert!(csp.contains("form-action 'self' https: http://localhost:* http://127.0.0.1:*;"), "{csp}");
        // Submitted by the served script; by hand for those it does not run for.
        assert_eq!(page.body.matches("<script").count(), 1);
        assert!(page.body.contains("<script type=\"module\" src=\"/assets/app."), "{}", page.body);
        assert!(page.body.contains("id=\"continue\""), "{}", page.body);
        // The page shows nothing else of what was asked.
        assert!(!page.body.contains(super::party::NONCE) && !page.body.contains(super::party::CHALLENGE));
        assert_eq!(LIBRARY.redeem(&stage.house, &fields["code"]).await.status, 200);
    }

    async fn r10_a_post_is_answered_by_303_before_the_form_is_shown(world: World) {
        let mut stage = Stage::own_device(world).await;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[BY_FORM])).await;
        assert!(page.leads_to("/continue"), "{:?}", page.location());
        let flow = page.parameter("flow").unwrap();
        let posted = stage.browser.post("/continue", &[("flow", &flow)]).await;
        assert_eq!((posted.status, posted.leads_to("/consent")), (303, true), "{:?}", posted.location());
        let answered = stage.browser.get(posted.location().unwrap()).await;
        let (_, fields) = form(&answered);
        // Shown again, it carries nothing: a flow is answered once.
        let again = stage.browser.get(posted.location().unwrap()).await;
        assert_eq!(again.status, 410, "{}", again.body);
        assert_eq!(LIBRARY.redeem(&stage.house, &fields["code"]).await.status, 200);
    }

    async fn r12_every_error_goes_by_form_where_that_was_asked(world: World) {
        let mut stage = Stage::own_device(world).await;
        for (name, value, error) in [
            ("response_type", "token", "unsupported_response_type"),
            ("scope", "profile", "invalid_scope"),
            ("max_age", "soon", "invalid_request"),
            ("prompt", "none login", "invalid_request"),
            ("prompt", "none", "interaction_required"),
            ("claims", "[]", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
            ("request_uri", "https://localhost/r", "request_uri_not_supported"),
            ("request", "a.b.c", "invalid_request_object"),
            ("registration", "{}", "registration_not_supported"),
        ] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[BY_FORM, (name, value)])).await;
            is_told(&page, &stage, &LIBRARY, error);
        }
        let none = LIBRARY.authorize(&stage.house, &[BY_FORM, ("prompt", "none")]);
        let page = Browser::new(&stage.house).get(&none).await;
        is_told(&page, &stage, &LIBRARY, "login_required");
        // From the middle of a flow as well: she turns out not to be the one who was meant.
        let claims = r#"{"id_token":{"sub":{"value":"somebody"}}}"#;
        let wanted = NEWS.authorize(&stage.house, &[BY_FORM, ("claims", claims), ("prompt", "login")]);
        let flow = stage.browser.get(&wanted).await.parameter("flow").unwrap();
        stage.house.later(std::time::Duration::from_secs(1));
        let ada = stage.ada;
        stage.browser.sign_in(&stage.house, ada, true).await;
        let page = stage.browser.get(&format!("/continue?flow={flow}")).await;
        is_told(&page, &stage, &NEWS, "login_required");
    }

    async fn r13_a_mode_that_is_not_known_is_refused_by_name(world: World) {
        let mut stage = Stage::own_device(world).await;
        for other in ["fragment", "jwt", "query.jwt", "form_post.jwt", "web_message", "Form_Post", "form_post query"] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("response_mode", other)])).await;
            page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
            let words = page.parameter("error_description").unwrap();
            assert!(words.contains("response_mode"), "{words}");
        }
        assert!(stage.answered(&LIBRARY, &[("response_mode", "query")]).await.parameter("code").is_some());
    }

    async fn r04_r07_no_form_leads_to_an_address_that_is_not_registered(world: World) {
        let mut stage = Stage::own_device(world).await;
        for party in [LIBRARY, APP] {
            for other in ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "https://evil.test/"] {
                let wanted = party.authorize(&stage.house, &[BY_FORM, ("redirect_uri", other)]);
                let page = stage.browser.get(&wanted).await;
                page.is_told_at_home();
                assert!(!page.body.contains("data-submit-at-once") && !page.body.contains(other), "{}", page.body);
            }
        }
        stage.code(&APP, &[]).await;
        let page = stage.browser.get(&APP.authorize(&stage.house, &[BY_FORM])).await;
        assert_eq!(form(&page).0, APP.redirect_uri);
    }

    async fn r15_x02_state_stays_text_in_a_form(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        for state in ["\"><script>alert(1)</script>", "' onfocus='x", "{{7*7}}", "&quot;&amp;", "\u{202e}é€😀", "a/b?c#d"] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[BY_FORM, ("state", state)])).await;
            assert_eq!(form(&page).1["state"], state);
            assert_eq!(page.body.matches("<script").count(), 1, "{}", page.body);
        }
    }
}
