//! What a token is, told to those it concerns and to nobody else.

use super::browser::http;
use super::party::{APP, ASSERTION_TYPE, LIBRARY, MUSEUM, MUSEUM_API, NEWS, OLD_POST, Party, SECRET, VERIFIER};
use super::record::added;
use super::tokens::claims;
use super::{Page, Stage, another_node, text};
use portreeve::domain::audit::Context;
use portreeve::service::erasure::{self, Cause};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

fn dead() -> Value {
    json!({"active": false})
}

both! {
    async fn a_client_is_told_what_its_tokens_are(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("scope", "openid profile offline_access")]).await;
        let (house, now) = (&stage.house, stage.house.app.now().seconds());
        let id = claims(text(&tokens, "id_token"));
        let wanted = json!({
            "active": true, "iss": house.app.issuer.as_str(), "aud": house.app.issuer.as_str(), "client_id": "library",
            "sub": id["sub"], "scope": "openid profile offline_access", "iat": now, "exp": now + 300,
            "token_type": "Bearer", "acr": id["acr"], "auth_time": id["auth_time"],
        });
        assert_eq!(LIBRARY.introspect(house, text(&tokens, "access_token")).await, wanted);
        // A refresh token is not to be taken for an access token.
        let refresh = LIBRARY.introspect(house, text(&tokens, "refresh_token")).await;
        assert_eq!((&refresh["active"], refresh.get("token_type")), (&json!(true), None), "{refresh}");
        assert_eq!(refresh["exp"], now + 30 * 86_400);
        assert_eq!(LIBRARY.introspect(house, text(&tokens, "id_token")).await, dead());
        assert_eq!(LIBRARY.introspect(house, "x").await, dead());
        // RFC 7662 §2.1: a wrong hint changes nothing.
        for hint in ["access_token", "refresh_token", "pat"] {
            let form = [("token", text(&tokens, "access_token")), ("token_type_hint", hint)];
            assert_eq!(LIBRARY.post(house, "/introspect", &form).await.json()["active"], true, "{hint}");
        }
        let page = LIBRARY.post(house, "/introspect", &[]).await;
        assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"));
    }

    async fn asking_leaves_no_event(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&OLD_POST, &[]).await;
        let ask = OLD_POST.introspect(&stage.house, text(&tokens, "access_token"));
        let (answer, events) = added(&stage.house, ask).await;
        assert_eq!((&answer["active"], events), (&json!(true), Vec::new()));
    }

    async fn t07_another_client_is_told_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        for name in ["access_token", "refresh_token", "id_token"] {
            for other in [MUSEUM, NEWS, OLD_POST] {
                assert_eq!(other.introspect(&stage.house, text(&tokens, name)).await, dead(), "{name} {}", other.id);
            }
        }
        let machine = LIBRARY.machine(&stage.house, &[]).await.json();
        assert_eq!(MUSEUM.introspect(&stage.house, text(&machine, "access_token")).await, dead());
    }

    async fn t07_t08_an_api_is_told_what_is_for_it_and_knows_her_by_its_own_name(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("resource", MUSEUM_API)]).await;
        let here = claims(text(&stage.tokens(&MUSEUM, &[]).await, "id_token"))["sub"].clone();
        let (house, access) = (&stage.house, text(&tokens, "access_token"));
        let seen = MUSEUM.introspect(house, access).await;
        assert_eq!((&seen["active"], &seen["aud"], &seen["sub"]), (&json!(true), &json!(MUSEUM_API), &here), "{seen}");
        assert_eq!(seen["client_id"], "library");
        assert_eq!(claims(access)["sub"], here);
        // Its own client sees the name it knows, which is another; and other APIs see nothing.
        let own = LIBRARY.introspect(house, access).await;
        assert_eq!(own["sub"], claims(text(&tokens, "id_token"))["sub"]);
        assert_ne!(own["sub"], seen["sub"]);
        assert_eq!(NEWS.introspect(house, access).await, dead());
        // The refresh token is the client's alone.
        assert_eq!(MUSEUM.introspect(house, text(&tokens, "refresh_token")).await, dead());
    }

    async fn what_is_dead_is_dead_at_once(world: World) {
        let mut stage = Stage::own_device(world).await;
        let first = stage.tokens(&LIBRARY, &[]).await;
        let (access, refresh) = (text(&first, "access_token"), text(&first, "refresh_token"));
        let second = LIBRARY.refresh(&stage.house, refresh, &[]).await.json();
        // A spent refresh token; the access token that came with it lives to its end.
        assert_eq!(LIBRARY.introspect(&stage.house, refresh).await, dead());
        assert_eq!(LIBRARY.introspect(&stage.house, access).await["active"], true);
        stage.house.later(Duration::from_secs(299));
        assert_eq!(LIBRARY.introspect(&stage.house, access).await["active"], true);
        stage.house.later(Duration::from_secs(1));
        assert_eq!(LIBRARY.introspect(&stage.house, access).await, dead());
        let refresh = text(&second, "refresh_token");
        assert_eq!(LIBRARY.introspect(&stage.house, refresh).await["active"], true);
        stage.house.later(Duration::from_hours(30 * 24));
        assert_eq!(LIBRARY.introspect(&stage.house, refresh).await, dead());
    }

    async fn signing_out_ends_what_was_not_for_offline(world: World) {
        let mut stage = Stage::own_device(world).await;
        let online = stage.tokens(&LIBRARY, &[("scope", "openid")]).await;
        stage.signs_out().await;
        assert_eq!(LIBRARY.introspect(&stage.house, text(&online, "access_token")).await, dead());
    }

    async fn t14_a_disabled_account_is_dead_on_every_node(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("resource", MUSEUM_API)]).await;
        let second = another_node(&stage.house).await;
        stage.is_frozen().await;
        for name in ["access_token", "refresh_token"] {
            for party in [LIBRARY, MUSEUM] {
                assert_eq!(party.introspect(&stage.house, text(&tokens, name)).await, dead());
                assert_eq!(elsewhere(&stage, second, &party, text(&tokens, name)).await, dead());
            }
        }
        let machine = LIBRARY.machine(&stage.house, &[]).await.json();
        assert_eq!(elsewhere(&stage, second, &LIBRARY, text(&machine, "access_token")).await["active"], true);
    }

    async fn t14_who_was_erased_is_dead_by_every_grant_on_every_node(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let (access, refresh) = (text(&tokens, "access_token").to_owned(), text(&tokens, "refresh_token").to_owned());
        let code = stage.code(&LIBRARY, &[]).await;
        let second = another_node(&stage.house).await;
        let (app, first) = (&stage.house.app, stage.house.address);
        let cause = Cause::Resident(Context::default());
        erasure::erase(app, stage.ada, &cause, None, app.now()).await.unwrap();
        let host = app.issuer.as_str().trim_start_matches("http://");
        for node in [first, second] {
            let shown = http(&stage.house).get(format!("http://{node}/userinfo")).header("host", host).bearer_auth(&access);
            assert_eq!(shown.send().await.unwrap().status(), 401, "{node}");
            for token in [&access, &refresh] {
                assert_eq!(elsewhere(&stage, node, &LIBRARY, token).await, dead(), "{node}");
            }
            let refreshes = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
            let redeems = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", LIBRARY.redirect_uri),
                ("code_verifier", VERIFIER),
            ];
            for form in [&refreshes[..], &redeems[..]] {
                let answer = at_node(&stage, node, &LIBRARY, ("/token", form)).await;
                assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"), "{node}: {}", answer.body);
            }
        }
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(page.leads_to("/sign-in"), "{:?}", page.location());
    }

    async fn only_who_proves_itself_may_ask(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&APP, &[]).await;
        let (house, token) = (&stage.house, text(&tokens, "access_token"));
        // RFC 7662 §2.1: an app that keeps no secret could be anybody, even about its own token.
        let page = APP.post(house, "/introspect", &[("token", token)]).await;
        assert_eq!((page.status, page.error().as_str()), (401, "invalid_client"));
        assert_eq!(page.header("cache-control"), "no-store");
        let post = || http(house).post(house.at("/introspect"));
        let wrong = [("token", token), ("client_id", "old-post"), ("client_secret", "wrong")];
        assert_eq!(Page::of(post().form(&wrong).send().await.unwrap()).await.status, 401);
        assert_eq!(Page::of(post().form(&[("token", token)]).send().await.unwrap()).await.status, 401);
        assert_eq!(Page::of(post().bearer_auth(token).form(&[("token", token)]).send().await.unwrap()).await.status, 401);
        let query = http(house).post(house.at(&format!("/introspect?token={token}")));
        let query = query.form(&[("client_id", "old-post"), ("client_secret", SECRET)]);
        assert_eq!(Page::of(query.send().await.unwrap()).await.status, 400);
        assert_eq!(Page::of(http(house).get(house.at("/introspect")).send().await.unwrap()).await.status, 405);
        // And no script of another origin reads it.
        let right = [("token", token), ("client_id", "old-post"), ("client_secret", SECRET)];
        let page = Page::of(post().header("origin", "http://localhost:9905").form(&right).send().await.unwrap()).await;
        assert_eq!((page.status, page.header("access-control-allow-origin")), (200, ""));
    }
}

/// What another node tells this client.
async fn elsewhere(stage: &Stage, node: SocketAddr, party: &Party, token: &str) -> Value {
    at_node(stage, node, party, ("/introspect", &[("token", token)])).await.json()
}

/// What a client is answered at that node.
async fn at_node(stage: &Stage, node: SocketAddr, party: &Party, (path, form): (&str, &[(&str, &str)])) -> Page {
    let assertion = party.assertion(&stage.house, &json!({}));
    let proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.as_str())];
    let form: Vec<_> = form.iter().copied().chain(proof).collect();
    let host = stage.house.app.issuer.as_str().trim_start_matches("http://");
    let ask = http(&stage.house).post(format!("http://{node}{path}")).header("host", host).form(&form);
    Page::of(ask.send().await.unwrap()).await
}
