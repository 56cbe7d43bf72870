//! Tokens for APIs (RFC 8707), and tokens that say nothing to whoever finds one.

use super::party::{APP, LIBRARY, MUSEUM, MUSEUM_API, NEWS_API, Party, SHELTER};
use super::record::{everything, newest};
use super::tokens::claims;
use super::{Stage, text};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portreeve::crypto::tokens::placed;
use serde_json::json;

/// Its request for several APIs at once.
fn asks(stage: &Stage, party: &Party, resources: &[&str]) -> String {
    let plain = party.authorize(&stage.house, &[]);
    resources.iter().fold(plain, |so_far, resource| so_far + "&resource=" + &super::party::encoded(resource))
}

/// A code for several APIs at once, once she has been there.
async fn code(stage: &mut Stage, party: &Party, resources: &[&str]) -> String {
    stage.code(party, &[]).await;
    stage.browser.get(&asks(stage, party, resources)).await.parameter("code").unwrap()
}

both! {
    async fn a_token_for_an_api_is_for_nothing_else(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[("resource", MUSEUM_API)]).await;
        assert_eq!(claims(text(&tokens, "access_token"))["aud"], MUSEUM_API);
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
        // Nor does a later one of the same grant; and nothing was released that could not be had.
        let again = LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await.json();
        assert_eq!(claims(text(&again, "access_token"))["aud"], MUSEUM_API);
        assert_eq!(stage.userinfo(text(&again, "access_token")).await.status, 401);
        assert_eq!(newest(&stage.house, "authorization.granted").await["client_id"], "library");
        // Without resource it is for us, as ever.
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        assert_eq!(claims(text(&tokens, "access_token"))["aud"], stage.house.app.issuer.as_str());
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 200);
    }

    async fn it_may_be_for_us_too(world: World) {
        let mut stage = Stage::own_device(world).await;
        let issuer = stage.house.app.issuer.as_str().to_owned();
        let code = code(&mut stage, &LIBRARY, &[MUSEUM_API, &issuer, MUSEUM_API]).await;
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let access = text(&tokens, "access_token");
        assert_eq!(claims(access)["aud"], json!([MUSEUM_API, issuer]));
        let seen = stage.userinfo(access).await.json();
        // Each knows her by its own name, whatever stands in the token (OIDC Core §5.3.4).
        assert_eq!((&seen["name"], &seen["sub"]), (&json!("Ada Wren"), &claims(text(&tokens, "id_token"))["sub"]));
        assert_eq!(MUSEUM.introspect(&stage.house, access).await["active"], true);
        // A later token may be for less, and never for more.
        let refresh = text(&tokens, "refresh_token");
        let narrow = LIBRARY.refresh(&stage.house, refresh, &[("resource", MUSEUM_API)]).await.json();
        assert_eq!(claims(text(&narrow, "access_token"))["aud"], MUSEUM_API);
        assert_eq!(stage.userinfo(text(&narrow, "access_token")).await.status, 401);
        let refresh = text(&narrow, "refresh_token");
        for other in [NEWS_API, "https://other.example/", "https://api.museum.example/v1/"] {
            let page = LIBRARY.refresh(&stage.house, refresh, &[("resource", other)]).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_target"), "{other}");
        }
        // Being refused spent nothing.
        let whole = LIBRARY.refresh(&stage.house, refresh, &[]).await.json();
        assert_eq!(claims(text(&whole, "access_token"))["aud"], json!([MUSEUM_API, issuer]));
    }

    async fn an_api_that_the_file_does_not_name_is_refused(world: World) {
        let mut stage = Stage::own_device(world).await;
        for (party, resource) in [
            (LIBRARY, "https://other.example/"),
            (LIBRARY, "https://api.museum.example/v1/"),
            (LIBRARY, "not an address"),
            (SHELTER, NEWS_API),
            (MUSEUM, MUSEUM_API),
            (APP, MUSEUM_API),
        ] {
            let page = stage.browser.get(&party.authorize(&stage.house, &[("resource", resource)])).await;
            page.is_told_to(&stage.house, party.redirect_uri, "invalid_target");
        }
        // Two sectors in one token would tell each what the other knows her by.
        let page = stage.browser.get(&asks(&stage, &LIBRARY, &[MUSEUM_API, NEWS_API])).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_target");
    }

    async fn the_token_request_may_ask_for_less_and_a_refusal_burns_no_code(world: World) {
        let mut stage = Stage::own_device(world).await;
        let plain = stage.code(&LIBRARY, &[]).await;
        // What was not asked of her cannot be had later.
        let page = LIBRARY.redeem_with(&stage.house, &plain, &[("resource", MUSEUM_API)]).await;
        assert_eq!((page.status, page.error().as_str()), (400, "invalid_target"));
        assert_eq!(LIBRARY.redeem(&stage.house, &plain).await.status, 200);
        let issuer = stage.house.app.issuer.as_str().to_owned();
        let code = code(&mut stage, &LIBRARY, &[MUSEUM_API, &issuer]).await;
        let page = LIBRARY.redeem_with(&stage.house, &code, &[("resource", NEWS_API)]).await;
        assert_eq!(page.error(), "invalid_target");
        let tokens = LIBRARY.redeem_with(&stage.house, &code, &[("resource", &issuer)]).await.json();
        assert_eq!(claims(text(&tokens, "access_token"))["aud"], issuer.as_str());
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 200);
        // The grant is still for both.
        let refreshed = LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[("resource", MUSEUM_API)]).await;
        assert_eq!(claims(text(&refreshed.json(), "access_token"))["aud"], MUSEUM_API);
    }

    async fn a_sensitive_services_token_says_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.proved_at(&SHELTER).await;
        let tokens = stage.tokens(&SHELTER, &[]).await;
        let access = text(&tokens, "access_token");
        assert_eq!(URL_SAFE_NO_PAD.decode(access).unwrap().len(), 38, "256 bits, and a time that only we read");
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access.as_bytes());
        let half = URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]);
        assert_eq!(claims(text(&tokens, "id_token"))["at_hash"], half.as_str());
        assert_eq!(stage.userinfo(access).await.status, 200);
        let seen = SHELTER.introspect(&stage.house, access).await;
        assert_eq!((&seen["active"], &seen["token_type"]), (&json!(true), &json!("Bearer")));
        let again = SHELTER.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await.json();
        assert!(!text(&again, "access_token").contains('.'));
        // For an API of another service too, which asks about it.
        let tokens = stage.tokens(&SHELTER, &[("resource", MUSEUM_API)]).await;
        let access = text(&tokens, "access_token");
        assert!(!access.contains('.'));
        assert_eq!(MUSEUM.introspect(&stage.house, access).await["active"], true);
        assert_eq!(SHELTER.revoke(&stage.house, access).await.status, 200);
        assert_eq!(MUSEUM.introspect(&stage.house, access).await, json!({"active": false}));
    }

    async fn c10_the_database_holds_hashes_of_these_too(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.proved_at(&SHELTER).await;
        let tokens = stage.tokens(&SHELTER, &[]).await;
        let machine = SHELTER.machine(&stage.house, &[]).await.json();
        let rows = everything(&stage.house).await;
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        for token in [text(&tokens, "access_token"), text(&machine, "access_token")] {
            assert!(!rows.contains(token) && !rows.contains(&hex(&URL_SAFE_NO_PAD.decode(token).unwrap())));
            assert!(rows.contains(&hex(&placed(&stage.house.app.roots, token).0)));
        }
    }
}
