//! What the OpenID Foundation's certification plans ask and no other test here does, with the client they register: a
//! secret by Basic, no PKCE, no more in a request than it must hold. `tests/conformance/README.md` names each.

use super::super::browser::{Browser, http};
use super::super::tokens::{claims, header};
use super::super::{Page, Stage, needed, text};
use super::{CALLBACK, ask, initial_token, plain, register, token};
use crate::app::House;
use portreeve::domain::claims::Claim;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// A client that may get refresh tokens.
async fn client(stage: &Stage) -> Value {
    register(&stage.house, &json!({"grant_types": ["authorization_code", "refresh_token"]})).await
}

/// The answer to a request that holds what is required and these.
async fn asks(stage: &mut Stage, client: &Value, more: &[(&str, &str)]) -> Page {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([
        ("client_id", text(client, "client_id")),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
    ]);
    query.extend_pairs(more);
    stage.browser.get(&format!("{}?{}", stage.house.at("/authorize"), query.finish())).await
}

/// The same, once she has said "Continue" where that was asked: a page for each of the template's two purposes.
async fn answered(stage: &mut Stage, client: &Value, more: &[(&str, &str)]) -> Page {
    let page = asks(stage, client, more).await;
    if !page.leads_to("/continue") {
        return page;
    }
    let flow = page.parameter("flow").unwrap();
    let first = stage.browser.post("/continue", &[("flow", &flow)]).await;
    if first.leads_to("/consent") {
        stage.browser.get(first.location().unwrap()).await;
    } else if first.parameter("code").is_some() || first.parameter("error").is_some() {
        return first;
    }
    stage.browser.post("/continue", &[("flow", &flow)]).await
}

fn code(page: &Page) -> String {
    page.parameter("code").unwrap_or_else(|| panic!("no code: {:?} {}", page.location(), page.body))
}

/// What the token endpoint makes of a code.
async fn redeem(stage: &Stage, client: &Value, code: &str) -> Page {
    let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    token(&stage.house, text(client, "client_id"), text(client, "client_secret"), &form).await
}

/// Tokens for a request with these.
async fn tokens(stage: &mut Stage, client: &Value, more: &[(&str, &str)]) -> Value {
    let page = answered(stage, client, more).await;
    let answer = redeem(stage, client, &code(&page)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

both! {
    async fn a_request_without_nonce_and_pkce_is_served(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = client(&stage).await;
        let given = tokens(&mut stage, &client, &[("scope", "openid")]).await;
        assert_eq!(given["token_type"], "Bearer");
        let said = claims(text(&given, "id_token"));
        assert_eq!((said.get("nonce"), &said["aud"]), (None, &client["client_id"]));
        let given = tokens(&mut stage, &client, &[("scope", "openid"), ("nonce", "n1")]).await;
        assert_eq!(claims(text(&given, "id_token"))["nonce"], "n1");
    }

    async fn a_scope_gives_what_we_hold_and_the_rest_is_absent(world: World) {
        let mut stage = Stage::own_device(world).await;
        for given in [needed::birthdate(), needed::address(), needed::phone()] {
            needed::gives(&stage, given).await;
        }
        let client = client(&stage).await;
        let (email, phone) = (["email", "email_verified"], ["phone_number", "phone_number_verified"]);
        let all = ["address", "email", "email_verified", "name", "phone_number", "phone_number_verified"];
        let rows: [(&str, &[&str]); 8] = [
            ("openid", &[]),
            ("openid profile", &["name"]),
            ("openid email", &email),
            ("openid address", &["address"]),
            ("openid phone", &phone),
            ("openid profile email address phone", &all),
            ("email openid", &email),
            ("phone email address profile openid", &all),
        ];
        for (scope, wanted) in rows {
            let given = tokens(&mut stage, &client, &[("scope", scope)]).await;
            let info = stage.userinfo(text(&given, "access_token")).await.json();
            let found: Vec<&str> = names(&info).into_iter().filter(|name| *name != "sub").collect();
            assert_eq!(found, wanted, "{scope}");
            // Nothing stands there empty (OIDC Core §5.3.2), each of its type (§5.1), none in the ID token unasked (§5.4).
            for (name, value) in info.as_object().unwrap() {
                let sound = match name.as_str() {
                    "address" => value["formatted"] == "3 Orchard Row\nHavenbrook\nHV1 4QT" && value["postal_code"] == "HV1 4QT",
                    "email_verified" | "phone_number_verified" => value.is_boolean(),
                    "phone_number" => value == "+447700900982",
                    _ => value.as_str().is_some_and(|value| !value.is_empty()),
                };
                assert!(sound, "{name}: {value}");
            }
            let said = claims(text(&given, "id_token"));
            assert_eq!(said["sub"], info["sub"]);
            assert!(Claim::ALL.iter().all(|claim| said.get(claim.as_str()).is_none()), "{said}");
        }
    }

    async fn what_the_test_resident_has_not_given_is_asked_for_where_the_suite_asks(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = client(&stage).await;
        let page = asks(&mut stage, &client, &[("scope", "openid phone")]).await;
        let (flow, page) = (page.parameter("flow").unwrap(), stage.browser.get(page.location().unwrap()).await);
        assert!(page.leads_to("/continue/details"), "{:?}", page.location());
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.body.contains("Try-out asks for your phone number"), "{}", page.body);
        let form = [("flow", flow.as_str()), ("phone_number", "07700 900982")];
        let given = stage.browser.post("/continue/details", &form).await;
        assert!(given.leads_to("/continue"), "{:?} {}", given.location(), given.body);
        stage.browser.get(given.location().unwrap()).await;
        let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
        let given = redeem(&stage, &client, &code(&page)).await.json();
        assert_eq!(stage.userinfo(text(&given, "access_token")).await.json()["phone_number"], "+447700900982");
    }

    async fn an_essential_claim_is_given_and_one_we_do_not_hold_is_no_error(world: World) {
        let mut stage = Stage::own_device(world).await;
        needed::gives(&stage, needed::birthdate()).await;
        let client = client(&stage).await;
        let wish = r#"{"userinfo":{"name":{"essential":true},"birthdate":{"essential":true},"gender":{"essential":true}}}"#;
        let given = tokens(&mut stage, &client, &[("scope", "openid"), ("claims", wish)]).await;
        let info = stage.userinfo(text(&given, "access_token")).await.json();
        assert_eq!(names(&info), ["birthdate", "name", "sub"]);
        assert_eq!((&info["name"], &info["birthdate"]), (&"Ada Wren".into(), &"1984-02-14".into()));
    }

    async fn a_proof_young_enough_is_not_asked_for_again_and_its_time_is_told(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = client(&stage).await;
        let first = tokens(&mut stage, &client, &[("scope", "openid"), ("max_age", "10000")]).await;
        stage.house.later(Duration::from_secs(90));
        for more in [("max_age", "10000"), ("prompt", "none")] {
            let again = tokens(&mut stage, &client, &[("scope", "openid"), more]).await;
            let (one, two) = (claims(text(&first, "id_token")), claims(text(&again, "id_token")));
            assert!(one["auth_time"].is_i64());
            assert_eq!((&one["auth_time"], &one["sub"]), (&two["auth_time"], &two["sub"]), "{more:?}");
            assert_ne!(one["iat"], two["iat"]);
        }
    }

    async fn a_code_used_again_half_a_minute_later_ends_what_it_gave(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = client(&stage).await;
        let more = [("scope", "openid offline_access"), ("prompt", "consent")];
        let code = code(&answered(&mut stage, &client, &more).await);
        let given = redeem(&stage, &client, &code).await.json();
        assert_eq!(stage.userinfo(text(&given, "access_token")).await.status, 200);
        stage.house.later(Duration::from_secs(30));
        let again = redeem(&stage, &client, &code).await;
        assert_eq!((again.status, again.error().as_str()), (400, "invalid_grant"));
        assert_eq!(stage.userinfo(text(&given, "access_token")).await.status, 401);
        let form = [("grant_type", "refresh_token"), ("refresh_token", text(&given, "refresh_token"))];
        let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
        assert_eq!(token(&stage.house, id, secret, &form).await.error(), "invalid_grant");
    }

    async fn a_sensitive_service_that_registered_itself_is_kept_apart(world: World) {
        // No service file has a list, so that the template alone can say it.
        let changes = [("registrations/conformance.toml", "sensitive = false", "sensitive = true")];
        let house = House::with(world, &[], &changes).await;
        let ada = house.resident("Ada Wren", "ada@havenbrook.example", "kettle-orbit-49").await;
        let mut browser = Browser::new(&house);
        browser.sign_in(&house, ada, true).await;
        let mut stage = Stage { house, ada, browser };
        let client = client(&stage).await;
        let page = answered(&mut stage, &client, &[("scope", "openid"), ("prompt", "none")]).await;
        assert_eq!(page.parameter("error").as_deref(), Some("login_required"), "{:?}", page.location());
    }

    async fn a_refreshed_id_token_is_of_the_same_person_and_proof(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = client(&stage).await;
        let more = [("scope", "openid offline_access"), ("prompt", "consent"), ("nonce", "n1")];
        let first = tokens(&mut stage, &client, &more).await;
        stage.house.later(Duration::from_mins(1));
        let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
        let form = [("grant_type", "refresh_token"), ("refresh_token", text(&first, "refresh_token"))];
        let answer = token(&stage.house, id, secret, &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let second = answer.json();
        // OIDC Core §12.2.
        let (one, two) = (claims(text(&first, "id_token")), claims(text(&second, "id_token")));
        for name in ["iss", "sub", "aud", "auth_time"] {
            assert_eq!(one[name], two[name], "{name}");
        }
        assert!(two["iat"].as_i64() > one["iat"].as_i64());
        // The nonce was the request's, and there was none.
        assert_eq!((&one["nonce"], two.get("nonce")), (&json!("n1"), None));
        assert_eq!(stage.userinfo(text(&second, "access_token")).await.status, 200);
        // And of no other client.
        let other = register(&stage.house, &json!({"grant_types": ["authorization_code", "refresh_token"]})).await;
        let form = [("grant_type", "refresh_token"), ("refresh_token", text(&second, "refresh_token"))];
        let refused = token(&stage.house, text(&other, "client_id"), text(&other, "client_secret"), &form).await;
        assert_eq!((refused.status, refused.error().as_str()), (400, "invalid_grant"));
    }

    async fn an_id_token_is_signed_as_registered_and_never_unsigned(world: World) {
        let mut stage = Stage::own_device(world).await;
        // OIDC Registration §2: RS256 where nothing is said, in a profile that allows it.
        for (more, wanted) in [
            (json!({}), "RS256"),
            (json!({"id_token_signed_response_alg": "RS256"}), "RS256"),
            (json!({"id_token_signed_response_alg": "ES256"}), "ES256"),
        ] {
            let client = register(&stage.house, &more).await;
            assert_eq!(client["id_token_signed_response_alg"], wanted);
            let given = tokens(&mut stage, &client, &[("scope", "openid")]).await;
            let header = header(text(&given, "id_token"));
            assert_eq!(header["alg"], wanted);
            let jwks = Page::of(http(&stage.house).get(stage.house.at("/jwks")).send().await.unwrap()).await.json();
            assert!(jwks["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]), "{header}");
        }
        let (leave, address) = (initial_token(&stage.house, None).await, stage.house.at("/register"));
        for name in ["id_token_signed_response_alg", "userinfo_signed_response_alg", "request_object_signing_alg"] {
            let page = ask(&stage.house, Method::POST, &address, &leave, &plain(&json!({name: "none"}))).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_client_metadata"), "{name}");
        }
        let discovery = stage.browser.get("/.well-known/openid-configuration").await.json();
        assert_eq!(discovery["id_token_signing_alg_values_supported"], json!(["ES256", "RS256"]));
    }

    async fn what_a_client_registers_is_what_it_reads(world: World) {
        let house = crate::app::House::new(world).await;
        for (name, value) in [
            ("logo_uri", json!("https://a.example/logo.png")),
            ("policy_uri", json!("https://a.example/privacy")),
            ("tos_uri", json!("https://a.example/terms")),
            ("initiate_login_uri", json!("https://a.example/begin")),
            ("post_logout_redirect_uris", json!(["http://localhost:9950/out"])),
            ("backchannel_logout_uri", json!("http://localhost:9950/back")),
            ("backchannel_logout_session_required", json!(true)),
            ("frontchannel_logout_uri", json!("http://localhost:9950/front")),
            ("frontchannel_logout_session_required", json!(true)),
        ] {
            let client = register(&house, &json!({name: value})).await;
            assert_eq!(client[name], value);
            let (address, token) = (text(&client, "registration_client_uri"), text(&client, "registration_access_token"));
            assert_eq!(ask(&house, Method::GET, address, token, &Value::Null).await.json()[name], value);
        }
    }

    async fn sign_in_is_begun_by_https_only(world: World) {
        let house = crate::app::House::new(world).await;
        let (token, address) = (initial_token(&house, None).await, house.at("/register"));
        // OIDC Registration §2: https; off loopback there is no exception.
        let plainly = plain(&json!({"initiate_login_uri": "http://a.example/begin"}));
        let page = ask(&house, Method::POST, &address, &token, &plainly).await;
        assert_eq!((page.status, page.error().as_str()), (400, "invalid_client_metadata"), "{}", page.body);
        assert!(page.body.contains("initiate_login_uri"), "{}", page.body);
    }

    async fn what_is_not_asked_for_leads_back_nowhere(world: World) {
        let mut stage = Stage::own_device(world).await;
        let back = "http://localhost:9950/out";
        let client = register(&stage.house, &json!({"post_logout_redirect_uris": [back]})).await;
        let given = tokens(&mut stage, &client, &[("scope", "openid")]).await;
        let logout = |more: &[(&str, &str)]| {
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(more).finish();
            format!("/logout?{query}")
        };
        // Without a hint she is asked, and a state alone goes nowhere.
        for more in [&[][..], &[("state", "s1")]] {
            let page = stage.browser.get(&logout(more)).await;
            assert_eq!((page.status, page.location()), (200, None));
            assert!(page.body.contains("logout-confirm") && !page.body.contains(back), "{}", page.body);
        }
        // A way back whose client nobody names is refused.
        stage.browser.get(&logout(&[("post_logout_redirect_uri", back), ("state", "s1")])).await.is_told_at_home();
        // With the hint and the way back, but no state, there is none to give back.
        let hint = ("id_token_hint", text(&given, "id_token"));
        let page = stage.browser.get(&logout(&[hint, ("post_logout_redirect_uri", back)])).await;
        assert_eq!(page.location(), Some(back), "{}", page.body);
        // With the hint alone she is signed out here.
        let page = stage.browser.get(&logout(&[hint])).await;
        assert!(page.leads_to("/signed-out"), "{:?}", page.location());
    }
}
