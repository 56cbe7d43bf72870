//! A token given back: dead at once, with all that comes of it, for its own client alone.

use super::party::{APP, LIBRARY, MUSEUM, MUSEUM_API};
use super::record::{added, count};
use super::{Stage, text};
use serde_json::json;

both! {
    async fn an_access_token_dies_alone(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let access = text(&tokens, "access_token");
        let (page, events) = added(&stage.house, LIBRARY.revoke(&stage.house, access)).await;
        assert_eq!((page.status, page.body.as_str(), page.header("cache-control")), (200, "", "no-store"));
        assert_eq!(events, ["token.revoked"]);
        assert_eq!(stage.userinfo(access).await.status, 401);
        assert_eq!(LIBRARY.introspect(&stage.house, access).await, json!({"active": false}));
        assert_eq!(LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await.status, 200);
        // Once more it is as good as unknown.
        let (page, events) = added(&stage.house, LIBRARY.revoke(&stage.house, access)).await;
        assert_eq!((page.status, events), (200, Vec::new()));
    }

    async fn a_refresh_token_takes_its_family_along(world: World) {
        let mut stage = Stage::own_device(world).await;
        let first = stage.tokens(&LIBRARY, &[]).await;
        let other = stage.tokens(&LIBRARY, &[]).await;
        let second = LIBRARY.refresh(&stage.house, text(&first, "refresh_token"), &[]).await.json();
        // Whichever of the family is shown: the first is spent.
        let (page, events) = added(&stage.house, LIBRARY.revoke(&stage.house, text(&first, "refresh_token"))).await;
        assert_eq!((page.status, events), (200, vec!["token.revoked".to_owned()]));
        for tokens in [&first, &second] {
            assert_eq!(stage.userinfo(text(tokens, "access_token")).await.status, 401);
            let refreshed = LIBRARY.refresh(&stage.house, text(tokens, "refresh_token"), &[]).await;
            assert_eq!(refreshed.error(), "invalid_grant");
        }
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
        // Other grants live.
        assert_eq!(stage.userinfo(text(&other, "access_token")).await.status, 200);
        assert_eq!(LIBRARY.refresh(&stage.house, text(&other, "refresh_token"), &[]).await.status, 200);
    }

    async fn a_hint_may_be_wrong_and_a_token_unknown(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        for (token, hint) in [(access, "refresh_token"), (refresh, "access_token"), ("x", "access_token"), ("y", "what")] {
            let form = [("token", token), ("token_type_hint", hint)];
            assert_eq!(LIBRARY.post(&stage.house, "/revoke", &form).await.status, 200, "{hint}");
        }
        assert_eq!(stage.userinfo(access).await.status, 401);
        assert_eq!(LIBRARY.refresh(&stage.house, refresh, &[]).await.error(), "invalid_grant");
        assert_eq!(count(&stage.house, "token.revoked").await, 2);
        let page = LIBRARY.post(&stage.house, "/revoke", &[]).await;
        assert_eq!((page.status, page.error().as_str()), (400, "invalid_request"));
    }

    async fn another_clients_token_lives(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("resource", MUSEUM_API)]).await;
        let machine = LIBRARY.machine(&stage.house, &[]).await.json();
        for token in [text(&tokens, "access_token"), text(&tokens, "refresh_token"), text(&machine, "access_token")] {
            // RFC 7009 §2.1: refused, even to the API it is for.
            for other in [MUSEUM, APP] {
                let page = other.revoke(&stage.house, token).await;
                assert_eq!((page.status, page.error().as_str()), (400, "invalid_grant"), "{}", other.id);
            }
            assert_eq!(LIBRARY.introspect(&stage.house, token).await["active"], true);
        }
        assert_eq!(count(&stage.house, "token.revoked").await, 0);
    }

    async fn an_app_gives_back_what_is_its_own(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&APP, &[]).await;
        assert_eq!(APP.revoke(&stage.house, text(&tokens, "refresh_token")).await.status, 200);
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
        let machine = LIBRARY.machine(&stage.house, &[]).await.json();
        let (page, events) = added(&stage.house, LIBRARY.revoke(&stage.house, text(&machine, "access_token"))).await;
        assert_eq!((page.status, events), (200, vec!["token.revoked".to_owned()]));
        assert_eq!(LIBRARY.introspect(&stage.house, text(&machine, "access_token")).await, json!({"active": false}));
    }
}
