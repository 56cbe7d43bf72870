//! Documents, headers, and who may read what from where.

use super::browser::http;
use super::party::{APP, LIBRARY, STATE};
use super::{Page, Stage, text};
use crate::app::House;
use crate::world::World;
use reqwest::Method;
use serde_json::json;

async fn house(world: World) -> House {
    House::with(world, &super::party::files(), &[]).await
}

async fn ask(house: &House, method: Method, path: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = http(house).request(method, house.at(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Page::of(request.send().await.unwrap()).await
}

both! {
    async fn discovery_says_what_is_there_and_no_more(world: World) {
        let house = house(world).await;
        let page = ask(&house, Method::GET, "/.well-known/openid-configuration", &[]).await;
        assert_eq!((page.status, page.header("content-type")), (200, "application/json"));
        assert_eq!(page.header("cache-control"), "public, max-age=3600, stale-if-error=86400");
        let issuer = house.app.issuer.as_str();
        assert!(!issuer.ends_with('/'));
        let generic = page.body.replace(issuer, "https://issuer.test");
        let document: serde_json::Value = serde_json::from_str(&generic).unwrap();
        let algorithms = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];
        let wanted = json!({
            "issuer": "https://issuer.test",
            "authorization_endpoint": "https://issuer.test/authorize",
            "token_endpoint": "https://issuer.test/token",
            "userinfo_endpoint": "https://issuer.test/userinfo",
            "jwks_uri": "https://issuer.test/jwks",
            "end_session_endpoint": "https://issuer.test/logout",
            "registration_endpoint": "https://issuer.test/register",
            "scopes_supported": ["openid", "profile", "email", "phone", "address", "offline_access"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "introspection_endpoint": "https://issuer.test/introspect",
            "revocation_endpoint": "https://issuer.test/revoke",
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "acr_values_supported": ["A0", "A1"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
            "token_endpoint_auth_methods_supported":
                ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"],
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
            "introspection_endpoint_auth_methods_supported":
                ["private_key_jwt", "client_secret_basic", "client_secret_post"],
            "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
            "revocation_endpoint_auth_methods_supported":
                ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"],
            "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
            "userinfo_signing_alg_values_supported": ["ES256", "RS256"],
            "claim_types_supported": ["normal"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "vot", "vtm",
                "sid", "at_hash", "name", "email", "email_verified", "phone_number", "phone_number_verified", "address", "in_borough",
                "postcode_district", "birthdate", "over_18"],
            "claims_parameter_supported": true,
            "request_parameter_supported": true,
            "request_uri_parameter_supported": true,
            "require_request_uri_registration": true,
            "request_object_signing_alg_values_supported": algorithms,
            "pushed_authorization_request_endpoint": "https://issuer.test/par",
            "require_pushed_authorization_requests": false,
            "ui_locales_supported": ["en", "cy"],
            "display_values_supported": ["page"],
            "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "frontchannel_logout_supported": true,
            "frontchannel_logout_session_supported": true,
            "op_policy_uri": "https://issuer.test/privacy",
            "service_documentation": "https://issuer.test/docs/set-up",
        });
        assert_eq!(document, wanted);
        let other = ask(&house, Method::GET, "/.well-known/oauth-authorization-server", &[]).await;
        assert_eq!(other.body, page.body);
    }

    async fn what_no_service_may_ask_for_is_not_offered(world: World) {
        let template = "registrations/conformance.toml";
        let fewer = [(template, "\"phone\", \"address\", ", ""), (template, "\"phone_number\", \"address\", ", "")];
        let house = House::with(world, &[], &fewer).await;
        let offered = async |what: &str| {
            let document = ask(&house, Method::GET, "/.well-known/openid-configuration", &[]).await.json();
            document[what].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(offered("scopes_supported").await, ["openid", "profile", "email", "address", "offline_access"]);
        assert!(!offered("claims_supported").await.contains(&"phone_number".to_owned()));
        house.activate(&super::party::files()).await;
        assert!(offered("scopes_supported").await.contains(&"phone".to_owned()));
    }

    async fn keys_are_public_halves_only(world: World) {
        let house = house(world).await;
        let page = ask(&house, Method::GET, "/jwks", &[]).await;
        assert_eq!((page.status, page.header("content-type")), (200, "application/jwk-set+json"));
        assert_eq!(page.header("cache-control"), "public, max-age=900, stale-if-error=86400");
        let keys = page.json()["keys"].as_array().unwrap().clone();
        let mut algorithms: Vec<&str> = keys.iter().map(|key| text(key, "alg")).collect();
        algorithms.sort_unstable();
        assert_eq!(algorithms, ["ES256", "RS256"]);
        for key in &keys {
            let mut names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
            names.retain(|name| !["kty", "kid", "use", "alg", "crv", "x", "y", "n", "e"].contains(name));
            assert_eq!(names, Vec::<&str>::new());
            assert_eq!(key["use"], "sig");
        }
    }

    async fn scripts_of_other_origins_read_what_is_theirs(world: World) {
        let mut stage = Stage::own_device(world).await;
        for path in ["/jwks", "/.well-known/openid-configuration"] {
            let page = ask(&stage.house, Method::GET, path, &[("origin", "https://any.test")]).await;
            assert_eq!(page.header("access-control-allow-origin"), "*");
            assert_eq!(page.header("access-control-allow-credentials"), "");
        }
        let code = stage.code(&LIBRARY, &[]).await;
        let theirs = "http://localhost:9901";
        let form = |code: &str, assertion: String| {
            vec![
                ("grant_type", "authorization_code".to_owned()),
                ("code", code.to_owned()),
                ("redirect_uri", LIBRARY.redirect_uri.to_owned()),
                ("code_verifier", super::party::VERIFIER.to_owned()),
                ("client_assertion_type", super::party::ASSERTION_TYPE.to_owned()),
                ("client_assertion", assertion),
            ]
        };
        let token = async |origin: &str, code: &str| {
            let form = form(code, LIBRARY.assertion(&stage.house, &json!({})));
            let ask = http(&stage.house).post(stage.house.at("/token")).header("origin", origin).form(&form);
            Page::of(ask.send().await.unwrap()).await
        };
        let page = token(theirs, &code).await;
        assert_eq!((page.status, page.header("access-control-allow-origin")), (200, theirs));
        assert_eq!(page.header("vary"), "Origin");
        let access = text(&page.json(), "access_token").to_owned();
        for (origin, wanted) in [(theirs, theirs), ("https://any.test", ""), ("http://localhost:9902", ""), ("null", "")] {
            let bearer = format!("Bearer {access}");
            let page = ask(&stage.house, Method::GET, "/userinfo", &[("origin", origin), ("authorization", &bearer)]).await;
            assert_eq!((page.status, page.header("access-control-allow-origin")), (200, wanted), "{origin}");
        }
        // Pages are nobody's.
        let page = ask(&stage.house, Method::GET, &LIBRARY.authorize(&stage.house, &[]).replace(stage.house.app.issuer.as_str(), ""), &[("origin", theirs)]).await;
        assert_eq!(page.header("access-control-allow-origin"), "");
        // A refusal is as readable to its own script as an answer, so that it can say what is wrong.
        for (origin, wanted) in [(theirs, theirs), ("https://any.test", ""), ("http://localhost:9902", "")] {
            let page = token(origin, "x").await;
            assert_eq!((page.status, page.header("access-control-allow-origin")), (400, wanted), "{origin}");
            let page = ask(&stage.house, Method::GET, "/userinfo", &[("origin", origin), ("authorization", "Bearer x")]).await;
            let wanted = if origin == "https://any.test" { "" } else { origin };
            assert_eq!((page.status, page.header("access-control-allow-origin")), (401, wanted), "{origin}");
        }
    }

    async fn a_browser_asks_first_and_is_answered_for_registered_origins_only(world: World) {
        let house = house(world).await;
        let preflight = async |path: &str, origin: &str| {
            let asks = [
                ("origin", origin),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "authorization"),
            ];
            ask(&house, Method::OPTIONS, path, &asks).await
        };
        for (path, methods) in [("/token", "POST"), ("/revoke", "POST"), ("/userinfo", "GET, POST")] {
            for origin in ["http://localhost:9901", "http://localhost:9902"] {
                let page = preflight(path, origin).await;
                assert_eq!((page.status, page.header("access-control-allow-origin")), (204, origin), "{path}");
                assert_eq!(page.header("access-control-allow-methods"), methods, "{path}");
                assert_eq!(page.header("access-control-allow-headers"), "Authorization, Content-Type");
                assert_eq!(page.header("access-control-allow-credentials"), "");
                assert_eq!(page.header("vary"), "Origin");
            }
            for origin in ["https://any.test", "http://localhost:9999", "null", "https://localhost:9901", "http://localhost:9901/"] {
                let page = preflight(path, origin).await;
                assert_eq!(page.header("access-control-allow-origin"), "", "{path} {origin}");
                assert_eq!(page.header("access-control-allow-methods"), "", "{path} {origin}");
                assert_eq!(page.header("vary"), "Origin");
            }
        }
        for path in ["/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            let page = preflight(path, "https://any.test").await;
            assert_eq!((page.status, page.header("access-control-allow-origin")), (204, "*"), "{path}");
            assert_eq!(page.header("access-control-allow-methods"), "GET");
        }
        // Nobody's script speaks for a service's own program, and pages are nobody's.
        for path in ["/introspect", "/signals/poll", "/signals/done", "/in-use", "/authorize", "/sign-in", "/logout"] {
            let page = preflight(path, "http://localhost:9901").await;
            assert_eq!((page.status, page.header("access-control-allow-origin")), (405, ""), "{path}");
        }
    }

    async fn nothing_with_a_token_is_kept_by_anybody(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&LIBRARY, &[]).await;
        let page = LIBRARY.redeem(&stage.house, &code).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
        assert_eq!(page.header("content-type"), "application/json");
        let access = text(&page.json(), "access_token").to_owned();
        let page = stage.userinfo(&access).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
        let refused = LIBRARY.redeem(&stage.house, "x").await;
        assert_eq!((refused.status, refused.header("cache-control")), (400, "no-store"));
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert_eq!((page.status, page.header("cache-control")), (303, "no-store"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
    }

    async fn userinfo_takes_one_token_by_one_way(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&APP, &[]).await;
        let (access, issuer) = (text(&tokens, "access_token"), &stage.house);
        let bearer = format!("Bearer {access}");
        let page = ask(issuer, Method::GET, "/userinfo", &[]).await;
        assert_eq!((page.status, page.header("www-authenticate")), (401, "Bearer"));
        for (method, headers) in [
            (Method::GET, vec![("authorization", bearer.as_str())]),
            (Method::POST, vec![("authorization", bearer.as_str())]),
            (Method::GET, vec![("authorization", bearer.as_str()), ("content-type", "text/plain")]),
        ] {
            assert_eq!(ask(issuer, method, "/userinfo", &headers).await.status, 200);
        }
        let form = [("access_token", access)];
        let post = || http(issuer).post(issuer.at("/userinfo"));
        assert_eq!(post().form(&form).send().await.unwrap().status(), 200);
        assert_eq!(post().form(&form).bearer_auth(access).send().await.unwrap().status(), 400);
        assert_eq!(post().body(format!("access_token={access}")).send().await.unwrap().status(), 401);
        // Never in the address (RFC 9700 §4.3.2).
        assert_eq!(ask(issuer, Method::GET, &format!("/userinfo?access_token={access}"), &[]).await.status, 401);
        for other in [format!("Basic {access}"), format!("DPoP {access}"), "Bearer".to_owned()] {
            assert_eq!(ask(issuer, Method::GET, "/userinfo", &[("authorization", &other)]).await.status, 401, "{other}");
        }
        let twice = http(issuer).get(issuer.at("/userinfo")).header("authorization", &bearer);
        assert_eq!(twice.header("authorization", &bearer).send().await.unwrap().status(), 400);
    }

    async fn the_token_endpoint_takes_forms_by_post(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&APP, &[]).await;
        let page = ask(&stage.house, Method::GET, "/token?grant_type=authorization_code", &[]).await;
        assert_eq!(page.status, 405);
        let good = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", APP.redirect_uri),
            ("client_id", APP.id),
            ("code_verifier", super::party::VERIFIER),
        ];
        let post = |path: &str| http(&stage.house).post(stage.house.at(path));
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(good).finish();
        for (kind, body) in [
            ("text/plain", body.clone()),
            ("application/json", json!({"grant_type": "authorization_code", "code": code}).to_string()),
            ("multipart/form-data; boundary=x", body.clone()),
            ("application/x-www-form-urlencodedx", body.clone()),
        ] {
            let page = Page::of(post("/token").header("content-type", kind).body(body).send().await.unwrap()).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"), "{kind}");
        }
        for path in ["/token?code=x", "/token?client_id=bin-app", &format!("/token?{body}")] {
            let page = Page::of(post(path).form(&good).send().await.unwrap()).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"), "{path}");
        }
        let twice = format!("{body}&grant_type=authorization_code");
        let kind = "application/x-www-form-urlencoded; charset=UTF-8";
        let page = Page::of(post("/token").header("content-type", kind).body(twice).send().await.unwrap()).await;
        assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"));
        for grant in ["password", "implicit", "urn:openid:params:grant-type:ciba"] {
            let form = [("grant_type", grant), ("client_id", APP.id), ("username", "ada"), ("password", "x")];
            let page = Page::of(post("/token").form(&form).send().await.unwrap()).await;
            assert_eq!((page.status, page.error().as_str()), (400, "unsupported_grant_type"), "{grant}");
        }
        let page = Page::of(post("/token").form(&[("client_id", APP.id)]).send().await.unwrap()).await;
        assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"));
        // None of that spent the code.
        let page = Page::of(post("/token").header("content-type", kind).body(body).send().await.unwrap()).await;
        assert_eq!(page.status, 200, "{}", page.body);
    }

    async fn a06_nobody_proves_an_address_or_a_number_by_saying_so(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let before = stage.userinfo(text(&tokens, "access_token")).await.json();
        let said = json!({"email": "eve@example.org", "email_verified": true, "phone_number_verified": true});
        for path in ["/userinfo", "/account", "/account/email"] {
            for method in [Method::PATCH, Method::PUT] {
                let request = http(&stage.house).request(method, stage.house.at(path)).json(&said);
                let answer = request.bearer_auth(text(&tokens, "access_token")).send().await.unwrap();
                assert!(matches!(answer.status().as_u16(), 403 | 405), "{path}: {}", answer.status());
            }
        }
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.json(), before);
    }

    async fn z01_what_is_too_much_is_refused_unread(world: World) {
        let house = house(world).await;
        let kind = "application/x-www-form-urlencoded";
        for path in ["/token", "/introspect", "/revoke", "/userinfo", "/authorize"] {
            let post = || http(&house).post(house.at(path)).header("content-type", kind);
            let huge = post().body(vec![b'x'; 10_000_000]).send().await;
            // Hung up on, or told so before that.
            assert!(huge.is_err() || huge.unwrap().status() == 413, "{path}");
            let zipped = post().header("content-encoding", "gzip").body("token=x").send().await.unwrap();
            assert_eq!(zipped.status(), 415, "{path}");
        }
        for name in ["p", "resource"] {
            let many: String = (0..5_000).map(|n| if name == "p" { format!("p{n}=1&") } else { "resource=x&".into() }).collect();
            for path in ["/token", "/introspect", "/revoke"] {
                let page = http(&house).post(house.at(path)).header("content-type", kind).body(many.clone());
                let page = Page::of(page.send().await.unwrap()).await;
                assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"), "{path}");
            }
        }
        assert_eq!(ask(&house, Method::GET, "/jwks", &[]).await.status, 200);
    }

    async fn pages_of_a_flow_let_forms_lead_back_to_the_service(world: World) {
        let mut stage = Stage::own_device(world).await;
        let page = stage.browser.get(&APP.authorize(&stage.house, &[])).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        let csp = page.header("content-security-policy");
        assert!(csp.contains("form-action 'self' https: http://localhost:* http://127.0.0.1:*;"), "{csp}");
        assert!(csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"), "{csp}");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("server"), "");
        // What the service sent stands on no page of ours.
        assert!(!page.body.contains(STATE) && !page.body.contains(super::party::CHALLENGE));
    }
}
