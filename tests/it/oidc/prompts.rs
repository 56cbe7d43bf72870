//! Who is meant, how long ago she may have proven it, what of her is asked, and whether a page may be shown (OIDC Core
//! §3.1.2.1, §5.5).

use super::browser::Browser;
use super::party::{LIBRARY, MUSEUM, NEWS, files_with};
use super::record::added;
use super::{Stage, text, tokens};
use portreeve::store::{Housekeeping, Write};
use std::time::Duration;

both! {
    async fn q09_prompt_none_answers_at_once_and_changes_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let none = LIBRARY.authorize(&stage.house, &[("prompt", "none")]);
        // She was not told yet.
        let (page, events) = added(&stage.house, stage.browser.get(&none)).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "interaction_required");
        assert_eq!(events, Vec::<String>::new());
        // Nobody is signed in.
        let mut other = Browser::new(&stage.house);
        let page = other.get(&none).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "login_required");
        // All is well.
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let page = stage.browser.get(&none).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
        // The proof is too old for this request.
        stage.house.later(Duration::from_secs(20));
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("prompt", "none"), ("max_age", "5")])).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "login_required");
        // Somebody else is meant.
        let mut ben = Browser::new(&stage.house);
        let account = stage.house.resident("Ben Oak", "ben@havenbrook.example", "saddle-orbit-77").await;
        ben.sign_in(&stage.house, account, true).await;
        let hint = text(&tokens, "id_token");
        let hinted = LIBRARY.authorize(&stage.house, &[("prompt", "none"), ("id_token_hint", hint)]);
        ben.get(&hinted).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "login_required");
        assert!(stage.browser.get(&hinted).await.parameter("code").is_some());
    }

    async fn q09_max_age_and_prompt_login_ask_for_a_new_proof_once(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        for more in [("max_age", "0"), ("max_age", "1"), ("prompt", "login"), ("prompt", "select_account")] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[more])).await;
            assert!(page.leads_to("/sign-in"), "{more:?}: {:?}", page.location());
            let flow = page.parameter("flow").unwrap();
            stage.house.later(Duration::from_secs(1));
            let ada = stage.ada;
            stage.browser.sign_in(&stage.house, ada, true).await;
            // She takes her time to read.
            stage.house.later(Duration::from_secs(40));
            let page = stage.browser.get(&format!("/continue?flow={flow}")).await;
            assert!(page.parameter("code").is_some(), "{more:?}: {:?}", page.location());
        }
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("max_age", "60")])).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
    }

    async fn q09_consent_is_asked_for_by_its_own_name(world: World) {
        let mut stage = Stage::own_device(world).await;
        let none = NEWS.authorize(&stage.house, &[("scope", "openid email"), ("prompt", "none")]);
        let (page, events) = added(&stage.house, stage.browser.get(&none)).await;
        page.is_told_to(&stage.house, NEWS.redirect_uri, "consent_required");
        assert_eq!(events, Vec::<String>::new());
    }

    async fn q09_prompt_none_on_a_shared_device_greets_nobody(world: World) {
        let mut stage = Stage::shared_device(world).await;
        let none = NEWS.authorize(&stage.house, &[("scope", "openid"), ("prompt", "none")]);
        stage.browser.get(&none).await.is_told_to(&stage.house, NEWS.redirect_uri, "interaction_required");
    }

    async fn q09_a_fault_of_ours_is_no_page_under_prompt_none(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let damage = async |mut w: Write| {
            w.sql("UPDATE sharing_standing SET state = 'nonsense'").run().await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        };
        stage.house.app.db.write(damage).await.unwrap();
        let none = LIBRARY.authorize(&stage.house, &[("prompt", "none")]);
        stage.browser.get(&none).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "server_error");
        // She is told on a page, with the other ways of the service.
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(page.status == 500 && page.body.contains("01632 960009"), "{} {}", page.status, page.body);
    }

    async fn an_expired_hint_still_says_who_is_meant(world: World) {
        let mut stage = Stage::own_device(world).await;
        let hint = text(&stage.tokens(&LIBRARY, &[]).await, "id_token").to_owned();
        stage.house.later(Duration::from_mins(10));
        let hinted = [("prompt", "none"), ("id_token_hint", hint.as_str())];
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &hinted)).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
        // Another service's hint says nothing here, nor does one that was changed.
        let page = stage.browser.get(&MUSEUM.authorize(&stage.house, &hinted)).await;
        page.is_told_to(&stage.house, MUSEUM.redirect_uri, "invalid_request");
        let (head, _) = hint.rsplit_once('.').unwrap();
        for bad in [format!("{head}."), format!("{head}.{}", "A".repeat(86))] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("id_token_hint", &bad)])).await;
            page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
        }
    }

    async fn q08_the_claims_parameter_names_the_one_who_is_meant(world: World) {
        let mut stage = Stage::own_device(world).await;
        let given = stage.tokens(&LIBRARY, &[]).await;
        let hint = text(&given, "id_token").to_owned();
        let sub = tokens::claims(&hint)["sub"].as_str().unwrap().to_owned();
        let ask = |place: &str, wish: &str| format!(r#"{{"{place}":{{"sub":{wish}}}}}"#);
        let none = ("prompt", "none");
        for place in ["id_token", "userinfo"] {
            for good in [format!(r#"{{"value":"{sub}"}}"#), format!(r#"{{"values":["x","{sub}"]}}"#), "null".to_owned()] {
                let claims = ask(place, &good);
                let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[none, ("claims", &claims)])).await;
                assert!(page.parameter("code").is_some(), "{claims}: {:?}", page.location());
            }
            for bad in [r#"{"value":"x"}"#, r#"{"values":["x","y"]}"#, r#"{"values":[]}"#, r#"{"value":7}"#] {
                let claims = ask(place, bad);
                let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[none, ("claims", &claims)])).await;
                page.is_told_to(&stage.house, LIBRARY.redirect_uri, "login_required");
                // The hint may fit: both must.
                let more = [none, ("claims", claims.as_str()), ("id_token_hint", hint.as_str())];
                let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &more)).await;
                page.is_told_to(&stage.house, LIBRARY.redirect_uri, "login_required");
            }
        }
    }

    async fn q08_a_value_of_another_person_is_not_released(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let claims = r#"{"userinfo":{"email":{"value":"ben@havenbrook.example"},"email_verified":{"value":true}},
            "id_token":{"name":{"values":["Ben Oak","Ada Wren"]},"email":{"essential":true,"value":"ben@havenbrook.example"}}}"#;
        let given = stage.tokens(&LIBRARY, &[("claims", claims), ("scope", "openid")]).await;
        let said = tokens::claims(text(&given, "id_token"));
        assert_eq!((&said["name"], said.get("email")), (&"Ada Wren".into(), None), "{said}");
        let seen = stage.userinfo(text(&given, "access_token")).await.json();
        assert_eq!((&seen["email_verified"], seen.get("email")), (&true.into(), None), "{seen}");
    }

    async fn what_changes_nothing_is_passed_over(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        for (name, value) in [
            ("display", "page"),
            ("display", "popup"),
            ("display", "touch"),
            ("display", "wap"),
            ("display", "hologram"),
            ("claims_locales", "cy en"),
            ("ui_locales", "fr cy"),
            ("claims", r#"{"userinfo":{"name#cy":null,"picture":{"essential":true},"http://a.test/x":null}}"#),
            ("nobody_knows", "this"),
        ] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[(name, value)])).await;
            assert!(page.parameter("code").is_some(), "{name}={value}: {:?}", page.location());
        }
    }

    async fn a_client_may_say_once_how_old_a_proof_may_be(world: World) {
        let files = files_with(&[("library", "default_max_age = 60\nrequire_auth_time = true")]);
        let mut stage = Stage::with(world, &files).await;
        let given = stage.tokens(&LIBRARY, &[]).await;
        assert!(tokens::claims(text(&given, "id_token"))["auth_time"].is_i64());
        stage.house.later(Duration::from_secs(61));
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(page.leads_to("/sign-in"), "{:?}", page.location());
        // What a request says itself holds.
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("max_age", "600")])).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
    }

    async fn an_account_is_created_whoever_is_signed_in(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        for prompt in ["create", "create login"] {
            let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("prompt", prompt)])).await;
            assert!(page.leads_to("/create-account"), "{prompt}: {:?}", page.location());
            let page = stage.browser.get(page.location().unwrap()).await;
            assert!(page.status == 200 && page.body.contains("name=\"full_name\""), "{}", page.body);
        }
        // What cannot be met is refused before anybody types anything.
        let beyond = [("prompt", "create"), ("claims", r#"{"id_token":{"acr":{"essential":true,"values":["A9"]}}}"#)];
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &beyond)).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "unmet_authentication_requirements");
    }

    async fn what_is_given_is_of_who_created_the_account_not_of_who_was_signed_in(world: World) {
        let mut stage = Stage::own_device(world).await;
        let adas = stage.tokens(&LIBRARY, &[]).await;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("prompt", "create")])).await;
        let flow = page.parameter("flow").unwrap();
        let form = [("full_name", "Ben Oak"), ("email", "ben@havenbrook.example"), ("flow", flow.as_str())];
        let page = stage.browser.post("/create-account", &form).await;
        let journey = page.parameter("journey").unwrap();
        let code = crate::visitor::code_of(&stage.house.letter().await);
        let form = [("journey", journey.as_str()), ("code", &code), ("flow", &flow)];
        let page = stage.browser.post("/create-account/code", &form).await;
        assert!(page.leads_to("/create-account/password"), "{:?}", page.location());
        let form = [("journey", journey.as_str()), ("password", "turnip lantern cobble"), ("flow", &flow)];
        let page = stage.browser.post("/create-account/password", &form).await;
        assert!(page.leads_to("/continue"), "{:?}", page.location());
        let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
        let bens = LIBRARY.redeem(&stage.house, &page.parameter("code").unwrap()).await.json();
        let sub = |tokens: &serde_json::Value| tokens::claims(text(tokens, "id_token"))["sub"].clone();
        assert_ne!(sub(&bens), sub(&adas));
        let told = stage.userinfo(text(&bens, "access_token")).await.json();
        assert_eq!((&told["name"], &told["email"]), (&"Ben Oak".into(), &"ben@havenbrook.example".into()));
        // She is signed in here no more.
        let open = portreeve::store::sessions::list(&mut stage.house.app.db.peek(), stage.ada).await.unwrap();
        assert!(open.is_empty(), "{} of hers", open.len());
    }

    async fn a_hint_stands_where_she_would_type_it(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[("login_hint", "hinted@havenbrook.example"), ("ui_locales", "fr cy")]).await;
        let mut visitor = Browser::new(&stage.house);
        for (prompt, place) in [("login", "/sign-in"), ("create", "/create-account"), ("create login", "/create-account")] {
            let more = [("prompt", prompt), ("login_hint", "hinted\"@havenbrook.example"), ("ui_locales", "fr cy")];
            let page = visitor.get(&LIBRARY.authorize(&stage.house, &more)).await;
            assert!(page.leads_to(place), "{prompt}: {:?}", page.location());
            let page = visitor.get(page.location().unwrap()).await;
            assert!(page.body.contains("value=\"hinted&quot;@havenbrook.example\""), "{}", page.body);
            assert!(page.body.contains("<html lang=\"cy\""), "{}", page.body);
        }
    }
}
