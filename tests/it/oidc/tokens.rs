//! What comes of a grant: its record, its audience, and when it is dead.

use super::browser::Browser;
use super::party::{APP, LIBRARY, MUSEUM};
use super::record::{added, count, newest};
use super::{Stage, text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::Context;
use portreeve::service::sessions::{self, Which};
use serde_json::Value;
use std::time::Duration;

/// The claims of a JWT, unverified.
pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The header of a JWT.
pub fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

both! {
    async fn the_hot_path_leaves_one_event_for_each_step(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let address = LIBRARY.authorize(&stage.house, &[("scope", "openid profile email offline_access")]);
        let (page, events) = added(&stage.house, stage.browser.get(&address)).await;
        assert_eq!(events, ["authorization.granted"]);
        let code = page.parameter("code").unwrap();
        let (answer, events) = added(&stage.house, LIBRARY.redeem(&stage.house, &code)).await;
        assert_eq!(events, ["claims.released"]);
        let tokens = answer.json();
        let (_, events) = added(&stage.house, stage.userinfo(text(&tokens, "access_token"))).await;
        assert_eq!(events, Vec::<String>::new());
        let refresh = text(&tokens, "refresh_token");
        let (_, events) = added(&stage.house, LIBRARY.refresh(&stage.house, refresh, &[])).await;
        assert_eq!(events, ["claims.released"]);
        let leaf = newest(&stage.house, "claims.released").await;
        assert_eq!((&leaf["client_id"], &leaf["outcome"]), (&"library".into(), &"ok".into()), "{leaf}");
    }

    async fn the_tokens_say_what_they_must(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let (access, id) = (text(&tokens, "access_token"), text(&tokens, "id_token"));
        let issuer = stage.house.app.issuer.as_str();
        // RFC 9068 §2.1, §2.2.
        assert_eq!((&header(access)["typ"], &header(access)["alg"]), (&"at+jwt".into(), &"ES256".into()));
        let said = claims(access);
        for (name, value) in [("iss", issuer), ("aud", issuer), ("client_id", "library"), ("scope", LIBRARY.scope)] {
            assert_eq!(said[name], value, "{said}");
        }
        assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 300);
        assert_eq!(tokens["expires_in"], 300);
        // OIDC Core §2. Nothing about her stands in it but who she is to this service.
        let said = claims(id);
        let mut names: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let mut wanted = ["iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "amr", "sid", "at_hash", "nonce"];
        wanted.sort_unstable();
        assert_eq!(names, wanted, "{said}");
        assert_eq!((&said["aud"], &said["nonce"]), (&"library".into(), &super::party::NONCE.into()));
        assert_eq!(said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(), 300);
    }

    async fn t08_a_token_of_one_service_is_not_for_another(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (one, two) = (stage.tokens(&LIBRARY, &[]).await, stage.tokens(&MUSEUM, &[]).await);
        let (one, two) = (claims(text(&one, "id_token")), claims(text(&two, "id_token")));
        assert_eq!((&one["aud"], &two["aud"]), (&"library".into(), &"museum".into()));
        assert_ne!(one["sub"], two["sub"]);
        assert_ne!(one["sid"], two["sid"]);
        // And the same again at the same service.
        let again = stage.tokens(&LIBRARY, &[]).await;
        assert_eq!(claims(text(&again, "id_token"))["sub"], one["sub"]);
    }

    async fn x03_x09_a_name_of_any_script_is_shown_and_given_as_it_was_typed(world: World) {
        let mut stage = Stage::own_device(world).await;
        for (place, typed) in ["Siân 𠮷 {{7*7}}", "Ama\u{301} O\u{2019}Ŵyn ${x}", "<%= 1 %> José"].into_iter().enumerate() {
            let email = format!("name.{place}@havenbrook.example");
            stage.ada = stage.house.resident(typed, &email, "kettle-orbit-49").await;
            stage.browser = Browser::new(&stage.house);
            stage.browser.sign_in(&stage.house, stage.ada, true).await;
            stage.house.later(Duration::from_secs(2));
            let kept = FullName::parse(typed).unwrap();
            let shown = stage.browser.get(&stage.house.at("/account")).await;
            let escaped = kept.as_str().replace('<', "&lt;").replace('>', "&gt;");
            assert!(shown.body.contains(&escaped) && !shown.body.contains("<%"), "{typed}: {}", shown.body);
            let tokens = stage.tokens(&LIBRARY, &[("scope", "openid profile")]).await;
            let given = stage.userinfo(text(&tokens, "access_token")).await.json();
            assert_eq!(given["name"], kept.as_str());
        }
    }

    async fn t14_a_disabled_account_is_dead_everywhere_at_once(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let retried = stage.tokens(&LIBRARY, &[]).await;
        let first = text(&retried, "refresh_token");
        assert_eq!(LIBRARY.refresh(&stage.house, first, &[]).await.status, 200);
        let code = stage.code(&LIBRARY, &[]).await;
        stage.is_frozen().await;
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
        let before = count(&stage.house, "claims.released").await;
        for answer in [
            LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await,
            // The honest retry's window is no way round it.
            LIBRARY.refresh(&stage.house, first, &[]).await,
            LIBRARY.redeem(&stage.house, &code).await,
        ] {
            assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"), "{}", answer.body);
        }
        assert_eq!(count(&stage.house, "claims.released").await, before);
        // Nobody used anything twice: the record does not say so.
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(page.leads_to("/sign-in"), "{:?}", page.location());
    }

    async fn signing_out_ends_what_the_session_gave_but_offline_access(world: World) {
        let mut stage = Stage::own_device(world).await;
        let online = stage.tokens(&LIBRARY, &[("scope", "openid profile")]).await;
        let offline = stage.tokens(&LIBRARY, &[]).await;
        let code = stage.code(&LIBRARY, &[]).await;
        stage.signs_out().await;
        assert_eq!(stage.userinfo(text(&online, "access_token")).await.status, 401);
        assert_eq!(stage.userinfo(text(&offline, "access_token")).await.status, 200);
        assert_eq!(LIBRARY.refresh(&stage.house, text(&offline, "refresh_token"), &[]).await.status, 200);
        // A code not redeemed yet belongs to the sign-in that is over.
        assert_eq!(LIBRARY.redeem(&stage.house, &code).await.error(), "invalid_grant");
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
    }

    async fn t13_other_ends_of_a_session_end_offline_access_too(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let (app, ada) = (&stage.house.app, stage.ada);
        sessions::end_for(app, ada, Which::All, "password_changed", Context::default(), app.now()).await.unwrap();
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
        let refreshed = LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await;
        assert_eq!(refreshed.error(), "invalid_grant");
    }

    async fn an_access_token_lasts_five_minutes(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&APP, &[]).await;
        stage.house.later(Duration::from_secs(299));
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 200);
        stage.house.later(Duration::from_secs(1));
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
    }

    async fn only_an_access_token_opens_userinfo(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let access = text(&tokens, "access_token");
        let (start, end) = access.split_at(access.len() - 10);
        let forged = format!("{start}{}", end.chars().rev().collect::<String>());
        for other in [text(&tokens, "id_token"), text(&tokens, "refresh_token"), &forged, "x", &access[..100]] {
            let page = stage.userinfo(other).await;
            assert_eq!((page.status, page.header("www-authenticate")), (401, "Bearer error=\"invalid_token\""));
        }
    }
}
