//! The chain of refresh tokens: each used once, a lost answer given again, and a theft ends it all.

use super::party::{APP, LIBRARY, MUSEUM, MUSEUM_API, Party};
use super::record::count;
use super::{Stage, text};
use portreeve::crypto::refresh::RefreshToken;
use portreeve::crypto::tokens::{Token, TokenHash};
use portreeve::store::Housekeeping;
use serde_json::Value;
use std::time::Duration;

async fn good(stage: &Stage, party: &Party, token: &str) -> Value {
    let answer = party.refresh(&stage.house, token, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn refused(stage: &Stage, party: &Party, token: &str) {
    let answer = party.refresh(&stage.house, token, &[]).await;
    assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"), "{}", answer.body);
}

/// Gives a grant's refresh token the row that the version before would have given it, and takes it out of its grant's.
async fn of_before(stage: &Stage, token: &str) -> String {
    let app = &stage.house.app;
    let (new, old) = (RefreshToken::read(&app.roots, token).unwrap(), Token::random());
    let (grant, hash, until) = (new.grant(), old.hash().0, app.now() + Duration::from_hours(24));
    app.db
        .write(async |mut w| {
            w.deferred("UPDATE grant_record SET refresh = NULL, refresh_until = NULL WHERE id = $1")
                .bind(grant)
                .later()?;
            w.deferred(
                "INSERT INTO refresh_token (hash, grant_id, issued_at, idle_until, absolute_until)
                 VALUES ($1, $2, $3, $4, $4)",
            )
            .bind(hash.as_slice())
            .bind(grant)
            .bind(app.now())
            .bind(until)
            .later()?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
    old.as_str().to_owned()
}

both! {
    async fn a_token_of_before_goes_on_where_it_was(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&APP, &[]).await;
        let old = of_before(&stage, text(&tokens, "refresh_token")).await;
        refused(&stage, &APP, text(&tokens, "refresh_token")).await;
        refused(&stage, &LIBRARY, &old).await;
        // A lost answer is given again.
        let lost = good(&stage, &APP, &old).await;
        let again = good(&stage, &APP, &old).await;
        assert_eq!(text(&lost, "refresh_token"), text(&again, "refresh_token"));
        let next = good(&stage, &APP, text(&again, "refresh_token")).await;
        assert_eq!(stage.userinfo(text(&next, "access_token")).await.status, 200);
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
        // And a theft ends it all.
        refused(&stage, &APP, &old).await;
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 1);
        refused(&stage, &APP, text(&next, "refresh_token")).await;
    }

    async fn a_token_of_before_ends_when_it_would_have(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (tokens, left) = (stage.tokens(&APP, &[]).await, stage.tokens(&APP, &[]).await);
        let old = of_before(&stage, text(&tokens, "refresh_token")).await;
        let left = of_before(&stage, text(&left, "refresh_token")).await;
        stage.house.later(Duration::from_secs(86_399));
        let next = good(&stage, &APP, &old).await;
        stage.house.later(Duration::from_secs(1));
        refused(&stage, &APP, text(&next, "refresh_token")).await;
        refused(&stage, &APP, &left).await;
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
    }

    async fn a_token_that_the_version_before_used_a_moment_ago_is_refused_and_ends_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&APP, &[]).await;
        let old = of_before(&stage, text(&tokens, "refresh_token")).await;
        let (app, hash) = (&stage.house.app, TokenHash::of(&old).0);
        app.db
            .write(async |mut w| {
                w.deferred("UPDATE refresh_token SET spent_at = $2 WHERE hash = $1")
                    .bind(hash.as_slice())
                    .bind(app.now())
                    .later()?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            })
            .await
            .unwrap();
        stage.house.later(Duration::from_secs(29));
        refused(&stage, &APP, &old).await;
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 200);
        // Later it is no lost answer.
        stage.house.later(Duration::from_secs(1));
        refused(&stage, &APP, &old).await;
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 1);
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
    }

    async fn a_token_of_before_is_known_and_can_be_given_back(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let old = of_before(&stage, text(&tokens, "refresh_token")).await;
        assert_eq!(LIBRARY.introspect(&stage.house, &old).await["active"], true);
        assert_eq!(LIBRARY.introspect(&stage.house, text(&tokens, "refresh_token")).await["active"], false);
        LIBRARY.revoke(&stage.house, &old).await;
        refused(&stage, &LIBRARY, &old).await;
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
    }

    async fn t13_what_this_house_did_not_make_ends_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&APP, &[]).await;
        let real = text(&tokens, "refresh_token");
        // Of another seed, another tag, another grant.
        for place in [0, 24, 48] {
            let forged = format!("{}{}{}", &real[..place], "A".repeat(12), &real[place + 12..]);
            refused(&stage, &APP, &forged).await;
        }
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
        good(&stage, &APP, real).await;
    }

    async fn t09_a_refresh_token_used_again_ends_its_family(world: World) {
        let mut stage = Stage::own_device(world).await;
        let first = stage.tokens(&LIBRARY, &[]).await;
        let second = good(&stage, &LIBRARY, text(&first, "refresh_token")).await;
        assert_ne!(text(&first, "refresh_token"), text(&second, "refresh_token"));
        let third = good(&stage, &LIBRARY, text(&second, "refresh_token")).await;
        assert_eq!(stage.userinfo(text(&third, "access_token")).await.status, 200);
        // Within the window, but its child was used: this is no lost answer.
        refused(&stage, &LIBRARY, text(&first, "refresh_token")).await;
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 1);
        refused(&stage, &LIBRARY, text(&third, "refresh_token")).await;
        for tokens in [&first, &second, &third] {
            assert_eq!(stage.userinfo(text(tokens, "access_token")).await.status, 401);
        }
        // Other grants of hers at the same service live.
        let other = stage.tokens(&LIBRARY, &[]).await;
        good(&stage, &LIBRARY, text(&other, "refresh_token")).await;
    }

    async fn t09_once_the_childs_access_token_was_used_it_is_no_lost_answer(world: World) {
        let mut stage = Stage::own_device(world).await;
        for introspected in [false, true] {
            let first = stage.tokens(&LIBRARY, &[]).await;
            stage.house.later(Duration::from_secs(1));
            let second = good(&stage, &LIBRARY, text(&first, "refresh_token")).await;
            // What was given before says nothing of this answer.
            assert_eq!(stage.userinfo(text(&first, "access_token")).await.status, 200);
            assert_eq!(text(&good(&stage, &LIBRARY, text(&first, "refresh_token")).await, "refresh_token"), text(&second, "refresh_token"));
            let token = text(&second, "access_token");
            if introspected {
                let shown = LIBRARY.introspect(&stage.house, token).await;
                assert_eq!(shown["active"], true, "{shown}");
            } else {
                assert_eq!(stage.userinfo(token).await.status, 200);
            }
            refused(&stage, &LIBRARY, text(&first, "refresh_token")).await;
            refused(&stage, &LIBRARY, text(&second, "refresh_token")).await;
            assert_eq!(stage.userinfo(token).await.status, 401);
        }
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 2);
        // Shown again and again it fills no record.
        let first = stage.tokens(&LIBRARY, &[]).await;
        good(&stage, &LIBRARY, text(&first, "refresh_token")).await;
        stage.house.later(Duration::from_secs(30));
        for _ in 0..3 {
            refused(&stage, &LIBRARY, text(&first, "refresh_token")).await;
        }
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 3);
    }

    async fn t12_a_lost_answer_is_given_again(world: World) {
        let mut stage = Stage::own_device(world).await;
        let first = stage.tokens(&APP, &[]).await;
        let lost = good(&stage, &APP, text(&first, "refresh_token")).await;
        stage.house.later(Duration::from_secs(29));
        let again = good(&stage, &APP, text(&first, "refresh_token")).await;
        // One branch, however often it is asked for.
        assert_eq!(text(&lost, "refresh_token"), text(&again, "refresh_token"));
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
        assert_eq!(stage.userinfo(text(&again, "access_token")).await.status, 200);
        let next = good(&stage, &APP, text(&again, "refresh_token")).await;
        good(&stage, &APP, text(&next, "refresh_token")).await;
    }

    async fn t12_after_thirty_seconds_it_is_no_retry(world: World) {
        let mut stage = Stage::own_device(world).await;
        let first = stage.tokens(&APP, &[]).await;
        let second = good(&stage, &APP, text(&first, "refresh_token")).await;
        stage.house.later(Duration::from_secs(30));
        refused(&stage, &APP, text(&first, "refresh_token")).await;
        refused(&stage, &APP, text(&second, "refresh_token")).await;
    }

    async fn t12_retries_at_once_never_make_two_branches(world: World) {
        let mut stage = Stage::own_device(world).await;
        let first = stage.tokens(&APP, &[]).await;
        let tries = (0..6).map(|_| APP.refresh(&stage.house, text(&first, "refresh_token"), &[]));
        let answers = futures_util::future::join_all(tries).await;
        let mut children: Vec<String> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .map(|answer| text(&answer.json(), "refresh_token").to_owned())
            .collect();
        assert!(!children.is_empty());
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400)), "{answers:?}");
        children.dedup();
        assert_eq!(children.len(), 1);
        // Nobody stole anything: the family lives.
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
        good(&stage, &APP, &children[0]).await;
    }

    async fn t13_another_client_gets_nothing_and_ends_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        refused(&stage, &MUSEUM, text(&tokens, "refresh_token")).await;
        refused(&stage, &APP, text(&tokens, "refresh_token")).await;
        let next = good(&stage, &LIBRARY, text(&tokens, "refresh_token")).await;
        refused(&stage, &MUSEUM, text(&tokens, "refresh_token")).await;
        good(&stage, &LIBRARY, text(&next, "refresh_token")).await;
        for other in ["", "x", text(&tokens, "access_token"), text(&tokens, "id_token")] {
            let answer = LIBRARY.refresh(&stage.house, other, &[]).await;
            assert_eq!(answer.status, 400, "{}", answer.body);
        }
    }

    async fn t13_a_client_taken_off_the_list_gets_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("resource", MUSEUM_API)]).await;
        let online = stage.tokens(&LIBRARY, &[]).await;
        let code = stage.code(&LIBRARY, &[]).await;
        let (all, access) = (super::party::files(), text(&tokens, "access_token"));
        let others: Vec<_> = all.into_iter().filter(|service| service.id != "library").collect();
        assert_eq!(MUSEUM.introspect(&stage.house, access).await["active"], true);
        stage.house.activate(&others).await;
        for answer in [
            LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await,
            LIBRARY.redeem(&stage.house, &code).await,
            LIBRARY.machine(&stage.house, &[]).await,
        ] {
            assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_client"), "{}", answer.body);
        }
        assert_eq!(stage.userinfo(text(&online, "access_token")).await.status, 401);
        assert_eq!(MUSEUM.introspect(&stage.house, access).await, serde_json::json!({"active": false}));
    }

    async fn t13_an_api_taken_off_the_list_is_no_longer_called(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("resource", MUSEUM_API)]).await;
        let others: Vec<_> = super::party::files().into_iter().filter(|service| service.id != "museum").collect();
        stage.house.activate(&others).await;
        let answer = LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_target"), "{}", answer.body);
    }

    async fn t13_what_a_service_may_ask_for_no_more_its_tokens_are_not_for(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let code = stage.code(&LIBRARY, &[]).await;
        let narrowed = |without: &str| {
            let mut files = super::party::files();
            let library = files.iter_mut().find(|file| file.id == LIBRARY.id).unwrap();
            assert!(library.toml.contains(without), "{}", library.toml);
            library.toml = String::leak(library.toml.replace(without, ""));
            files
        };
        stage.house.activate(&narrowed("\"phone\", ")).await;
        let next = good(&stage, &LIBRARY, text(&tokens, "refresh_token")).await;
        assert_eq!(next["scope"], "openid profile email offline_access");
        // Without offline access there is no refreshing, and no refresh token for a code of before.
        stage.house.activate(&narrowed(", \"offline_access\"")).await;
        refused(&stage, &LIBRARY, text(&next, "refresh_token")).await;
        let given = LIBRARY.redeem(&stage.house, &code).await.json();
        assert_eq!((given.get("refresh_token"), &given["scope"]), (None, &"openid profile email phone".into()));
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
    }

    async fn t13_scope_may_shrink_and_never_grow(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("scope", "openid profile offline_access")]).await;
        let refresh = text(&tokens, "refresh_token");
        let wider = LIBRARY.refresh(&stage.house, refresh, &[("scope", "openid profile email")]).await;
        assert_eq!((wider.status, wider.error().as_str()), (400, "invalid_scope"));
        let unknown = LIBRARY.refresh(&stage.house, refresh, &[("scope", "openid admin")]).await;
        assert_eq!((unknown.status, unknown.error().as_str()), (400, "invalid_scope"));
        // Being refused spent nothing. What is asked for now bounds what this token opens.
        let narrow = LIBRARY.refresh(&stage.house, refresh, &[("scope", "openid")]).await.json();
        assert_eq!(narrow["scope"], "openid");
        let seen = stage.userinfo(text(&narrow, "access_token")).await.json();
        assert_eq!(seen.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"], "{seen}");
        // RFC 6749 §6: the new refresh token is worth what the old one was.
        let whole = good(&stage, &LIBRARY, text(&narrow, "refresh_token")).await;
        assert_eq!(whole["scope"], "openid profile offline_access");
        let seen = stage.userinfo(text(&whole, "access_token")).await.json();
        assert_eq!(seen["name"], "Ada Wren");
        // Without openid there is neither ID token nor userinfo.
        let bare = LIBRARY.refresh(&stage.house, text(&whole, "refresh_token"), &[("scope", "profile")]).await.json();
        assert_eq!(bare.get("id_token"), None);
        let page = stage.userinfo(text(&bare, "access_token")).await;
        assert_eq!((page.status, page.error().as_str()), (403, "insufficient_scope"), "{}", page.body);
    }

    async fn t13_it_ends_unused_after_thirty_days_and_in_any_case_after_ninety(world: World) {
        let mut stage = Stage::own_device(world).await;
        let day = Duration::from_hours(24);
        let left = stage.tokens(&APP, &[]).await;
        let mut kept = stage.tokens(&APP, &[]).await;
        stage.house.later(day * 29);
        kept = good(&stage, &APP, text(&kept, "refresh_token")).await;
        stage.house.later(day * 2);
        refused(&stage, &APP, text(&left, "refresh_token")).await;
        for days in [27, 29] {
            stage.house.later(day * days);
            kept = good(&stage, &APP, text(&kept, "refresh_token")).await;
        }
        // 87 days: the child of this use is good for three more.
        stage.house.later(day * 2 + Duration::from_secs(86_399));
        kept = good(&stage, &APP, text(&kept, "refresh_token")).await;
        stage.house.later(Duration::from_secs(1));
        refused(&stage, &APP, text(&kept, "refresh_token")).await;
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
    }

    async fn without_offline_access_there_is_no_refresh_token(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("scope", "openid profile")]).await;
        assert_eq!(tokens.get("refresh_token"), None);
    }

    async fn each_issue_is_recorded_once(world: World) {
        let mut stage = Stage::own_device(world).await;
        let mut tokens = stage.tokens(&APP, &[]).await;
        assert_eq!(count(&stage.house, "claims.released").await, 1);
        for n in 2..5 {
            tokens = good(&stage, &APP, text(&tokens, "refresh_token")).await;
            assert_eq!(count(&stage.house, "claims.released").await, n);
        }
    }
}
