//! The authorization code: spent once, in time, by its own client, with its own verifier.

use super::party::{APP, CHALLENGE, LIBRARY, MUSEUM, OLD_BASIC, OLD_POST, VERIFIER};
use super::record::{added, count};
use super::{Stage, text};
use std::time::Duration;

both! {
    async fn c01_a_code_twice_kills_all_it_gave(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&LIBRARY, &[]).await;
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let access = text(&tokens, "access_token");
        assert_eq!(stage.userinfo(access).await.status, 200);
        let (again, events) = added(&stage.house, LIBRARY.redeem(&stage.house, &code)).await;
        assert_eq!((again.status, again.error().as_str()), (400, "invalid_grant"));
        assert!(events.contains(&"token.reuse_detected".to_owned()), "{events:?}");
        assert_eq!(stage.userinfo(access).await.status, 401);
        assert_eq!(LIBRARY.introspect(&stage.house, access).await, serde_json::json!({"active": false}));
        // Shown again and again it fills no record.
        LIBRARY.redeem(&stage.house, &code).await;
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 1);
        let refreshed = LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await;
        assert_eq!((refreshed.status, refreshed.error().as_str()), (400, "invalid_grant"));
    }

    async fn c01_a_code_shown_twice_at_once_gives_at_most_one_answer(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&APP, &[]).await;
        let tries = (0..6).map(|_| APP.redeem(&stage.house, &code));
        let answers = futures_util::future::join_all(tries).await;
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 400)), "{answers:?}");
        let good: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert!(good.len() <= 1, "{good:?}");
        for answer in good {
            assert_eq!(stage.userinfo(text(&answer.json(), "access_token")).await.status, 401);
        }
        assert!(count(&stage.house, "claims.released").await <= 1);
    }

    async fn c03_c04_c05_the_verifier_is_that_of_the_challenge(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&LIBRARY, &[]).await;
        let (short, long, odd) = ("a".repeat(42), "a".repeat(129), "!".repeat(43));
        for bad in ["-", "", &short, &long, &odd, CHALLENGE, &VERIFIER.to_lowercase(), &format!("{VERIFIER} ")] {
            let answer = LIBRARY.redeem_with(&stage.house, &code, &[("code_verifier", bad)]).await;
            assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"), "{bad:?}");
        }
        assert_eq!(LIBRARY.redeem(&stage.house, &code).await.status, 200);
        // Asked without a challenge: a verifier then is somebody else's.
        let code = stage.code(&OLD_BASIC, &[]).await;
        let answer = OLD_BASIC.redeem_with(&stage.house, &code, &[("code_verifier", VERIFIER)]).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"));
        assert_eq!(OLD_BASIC.redeem(&stage.house, &code).await.status, 200);
        // Who sends a challenge without having to is held to it.
        let more = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
        let code = stage.code(&OLD_BASIC, &more).await;
        assert_eq!(OLD_BASIC.redeem(&stage.house, &code).await.error(), "invalid_grant");
    }

    async fn c06_another_client_or_address_gets_nothing_and_burns_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&LIBRARY, &[]).await;
        for answer in [
            MUSEUM.redeem(&stage.house, &code).await,
            MUSEUM.redeem_with(&stage.house, &code, &[("redirect_uri", LIBRARY.redirect_uri)]).await,
            OLD_POST.redeem(&stage.house, &code).await,
            LIBRARY.redeem_with(&stage.house, &code, &[("redirect_uri", "-")]).await,
            LIBRARY.redeem_with(&stage.house, &code, &[("redirect_uri", "")]).await,
            LIBRARY.redeem_with(&stage.house, &code, &[("redirect_uri", MUSEUM.redirect_uri)]).await,
        ] {
            assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"));
        }
        let good = LIBRARY.redeem(&stage.house, &code).await;
        assert_eq!(good.status, 200, "{}", good.body);
        // Nor does another client's try kill what it gave.
        assert_eq!(MUSEUM.redeem(&stage.house, &code).await.error(), "invalid_grant");
        assert_eq!(stage.userinfo(text(&good.json(), "access_token")).await.status, 200);
    }

    async fn c07_a_code_lasts_a_minute(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&LIBRARY, &[]).await;
        stage.house.later(Duration::from_secs(59));
        assert_eq!(LIBRARY.redeem(&stage.house, &code).await.status, 200);
        let code = stage.code(&LIBRARY, &[]).await;
        stage.house.later(Duration::from_secs(61));
        let answer = LIBRARY.redeem(&stage.house, &code).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"));
        assert_eq!(count(&stage.house, "token.reuse_detected").await, 0);
    }

    async fn c10_the_database_holds_hashes_only(world: World) {
        let mut stage = Stage::own_device(world).await;
        let code = stage.code(&LIBRARY, &[]).await;
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let flow = stage.browser.get(&MUSEUM.authorize(&stage.house, &[])).await.parameter("flow").unwrap();
        let secrets = [
            code.as_str(),
            text(&tokens, "access_token"),
            text(&tokens, "refresh_token"),
            &flow,
            stage.browser.cookie("portreeve").unwrap(),
            stage.browser.cookie("portreeve-browser").unwrap(),
            super::party::SECRET,
            VERIFIER,
            "ada@havenbrook.example",
            "Ada Wren",
        ];
        let held = super::record::everything(&stage.house).await;
        assert!(held.len() > 4_000, "{} characters", held.len());
        // The dump is worth something: it does hold what is no secret.
        assert!(held.contains("library") && held.contains(LIBRARY.redirect_uri));
        for secret in secrets {
            let hex = secret.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            assert!(!held.contains(secret) && !held.contains(&hex), "the database holds {secret}");
        }
    }

    async fn c10_codes_and_tokens_have_no_structure(world: World) {
        let mut stage = Stage::own_device(world).await;
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..12 {
            let code = stage.code(&APP, &[]).await;
            let tokens = APP.redeem(&stage.house, &code).await.json();
            for (secret, length) in [(code.as_str(), 51), (text(&tokens, "refresh_token"), 64)] {
                assert_eq!(secret.len(), length, "256 bits of base64url and more: {secret}");
                // No two share a start, or an end.
                assert!(seen.insert(secret[..8].to_owned()));
                assert!(seen.insert(secret[length - 8..].to_owned()));
            }
            assert!(seen.insert(text(&tokens, "access_token").rsplit('.').next().unwrap()[..8].to_owned()));
        }
    }
}
