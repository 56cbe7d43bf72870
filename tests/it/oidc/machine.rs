//! Tokens of services' own programs: in nobody's name, for what the service's file names, and good for nothing else.

use super::browser::http;
use super::party::{APP, LIBRARY, MUSEUM, MUSEUM_API, NEWS, NEWS_API, OLD_POST, SHELTER};
use super::record::{added, count, newest};
use super::tokens::{claims, header};
use super::{Page, Stage, text};
use crate::app::{House, Service};
use portreeve::domain::client::Issuer;
use portreeve::policy::{Bundle, sample};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

both! {
    async fn a_program_gets_a_token_in_its_services_name(world: World) {
        let house = House::with(world, &super::party::files(), &[]).await;
        let (page, events) = added(&house, LIBRARY.machine(&house, &[])).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{}", page.body);
        assert_eq!(events, ["token.issued_to_machine"]);
        let leaf = newest(&house, "token.issued_to_machine").await;
        assert_eq!((&leaf["client_id"], &leaf["subject"]), (&json!("library"), &json!(null)), "{leaf}");
        let tokens = page.json();
        let names: BTreeSet<&str> = tokens.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["access_token", "expires_in", "scope", "token_type"]));
        assert_eq!((&tokens["scope"], &tokens["expires_in"]), (&json!("museum.read museum.write"), &json!(300)));
        let (access, now) = (text(&tokens, "access_token"), house.app.now().seconds());
        assert_eq!((&header(access)["typ"], &header(access)["alg"]), (&json!("at+jwt"), &json!("ES256")));
        let (said, issuer) = (claims(access), house.app.issuer.as_str());
        let mut wanted = json!({
            "iss": issuer, "sub": "library", "aud": issuer, "client_id": "library", "iat": now, "exp": now + 300,
            "scope": "museum.read museum.write",
        });
        wanted["jti"] = said["jti"].clone();
        assert_eq!(said, wanted);
        let seen = LIBRARY.introspect(&house, access).await;
        let wanted = json!({
            "active": true, "iss": issuer, "sub": "library", "aud": issuer, "client_id": "library", "iat": now,
            "exp": now + 300, "scope": "museum.read museum.write", "token_type": "Bearer",
        });
        assert_eq!(seen, wanted);
        house.later(Duration::from_mins(5));
        assert_eq!(LIBRARY.introspect(&house, access).await, json!({"active": false}));
    }

    async fn it_may_be_for_apis(world: World) {
        let house = House::with(world, &super::party::files(), &[]).await;
        let form = [("resource", MUSEUM_API), ("scope", "museum.read")];
        let tokens = LIBRARY.machine(&house, &form).await.json();
        let access = text(&tokens, "access_token");
        assert_eq!((&claims(access)["aud"], &claims(access)["scope"]), (&json!(MUSEUM_API), &json!("museum.read")));
        let seen = MUSEUM.introspect(&house, access).await;
        assert_eq!((&seen["active"], &seen["sub"], &seen["aud"]), (&json!(true), &json!("library"), &json!(MUSEUM_API)));
        assert_eq!(NEWS.introspect(&house, access).await, json!({"active": false}));
        for other in ["https://api.museum.example/", "https://api.museum.example/V1", "https://other.example/", "x"] {
            let page = LIBRARY.machine(&house, &[("resource", other)]).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_target"), "{other}");
        }
        let page = SHELTER.machine(&house, &[("resource", NEWS_API)]).await;
        assert_eq!(page.error(), "invalid_target", "an API that its file does not name");
        // A sensitive service's token says nothing by itself.
        let tokens = SHELTER.machine(&house, &[("resource", MUSEUM_API)]).await.json();
        let access = text(&tokens, "access_token");
        assert!(!access.contains('.') && access.len() == 51, "{access}");
        assert_eq!(MUSEUM.introspect(&house, access).await["sub"], "shelter");
    }

    async fn only_what_the_file_names_is_given(world: World) {
        let house = House::with(world, &super::party::files(), &[]).await;
        for scope in ["museum.delete", "museum.read museum.delete", "openid", "museum.read email", "profile"] {
            let page = LIBRARY.machine(&house, &[("scope", scope)]).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_scope"), "{scope}");
        }
        for party in [MUSEUM, OLD_POST, APP] {
            let page = party.machine(&house, &[]).await;
            assert_eq!((page.status, page.error().as_str()), (400, "unauthorized_client"), "{}", party.id);
        }
        let form = [("grant_type", "client_credentials"), ("client_id", "library")];
        let page = Page::of(http(&house).post(house.at("/token")).form(&form).send().await.unwrap()).await;
        assert_eq!((page.status, page.error().as_str()), (401, "invalid_client"));
        assert_eq!(count(&house, "token.issued_to_machine").await, 0);
    }

    async fn t23_it_opens_nothing_of_a_residents(world: World) {
        let stage = Stage::own_device(world).await;
        let tokens = LIBRARY.machine(&stage.house, &[]).await.json();
        let access = text(&tokens, "access_token");
        let page = stage.userinfo(access).await;
        assert_eq!((page.status, page.error().as_str()), (401, "invalid_token"));
        for path in ["/account", "/account/email", "/account/password"] {
            let page = http(&stage.house).get(stage.house.at(path)).bearer_auth(access);
            let page = Page::of(page.send().await.unwrap()).await;
            assert!(page.leads_to("/sign-in"), "{path} {}", page.status);
        }
        let hinted = LIBRARY.authorize(&stage.house, &[("id_token_hint", access)]);
        let mut browser = super::browser::Browser::new(&stage.house);
        browser.get(&hinted).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
        assert_eq!(LIBRARY.refresh(&stage.house, access, &[]).await.error(), "invalid_grant");
    }

    async fn t23_no_service_can_be_called_what_a_resident_is(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let sub = text(&claims(text(&tokens, "id_token")), "sub").to_owned();
        let files = super::party::files();
        let Service { toml, .. } = files.iter().find(|service| service.id == "library").unwrap();
        let issuer = Issuer::parse("http://localhost:8080").unwrap();
        let named = |id: &str| {
            let mut all = sample::files("http://localhost:8090", "http://localhost:8091");
            let toml = toml.replace("client_id = \"library\"", &format!("client_id = \"{id}\""));
            all.push((format!("services/{id}.toml"), toml));
            Bundle::from_files(all, &issuer)
        };
        assert!(named(&sub).is_err());
        assert!(named("library").is_ok() && named(&format!("{sub}x")).is_ok());
    }

    async fn t16_tokens_are_not_exchanged(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let access = text(&tokens, "access_token");
        assert_eq!(LIBRARY.revoke(&stage.house, access).await.status, 200);
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        let kind = ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        for form in [vec![grant, kind, ("subject_token", access)], vec![grant, kind], vec![grant]] {
            let page = LIBRARY.token(&stage.house, &form).await;
            assert_eq!((page.status, page.error().as_str()), (400, "unsupported_grant_type"));
        }
    }
}
