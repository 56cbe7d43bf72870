//! Signed userinfo (OIDC Core §5.3.2).

use super::browser::http;
use super::party::{LIBRARY, OLD_BASIC, Party, SHELTER};
use super::tokens::{claims, header};
use super::{Page, Stage, text};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

/// What userinfo says to this client, verified by the published keys.
async fn verified(stage: &mut Stage, party: &Party, alg: Algorithm) -> (Value, Value, String) {
    let tokens = stage.tokens(party, &[]).await;
    let page = stage.userinfo(text(&tokens, "access_token")).await;
    assert_eq!((page.status, page.header("content-type")), (200, "application/jwt"), "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store");
    let jwks = Page::of(http(&stage.house).get(stage.house.at("/jwks")).send().await.unwrap()).await;
    let jwks: JwkSet = serde_json::from_str(&jwks.body).unwrap();
    let key = jwks.find(text(&header(&page.body), "kid")).unwrap();
    let mut rules = Validation::new(alg);
    rules.required_spec_claims.clear();
    rules.set_audience(&[party.id]);
    rules.set_issuer(&[stage.house.app.issuer.as_str()]);
    rules.validate_exp = false;
    let said = jsonwebtoken::decode::<Value>(&page.body, &DecodingKey::from_jwk(key).unwrap(), &rules).unwrap();
    (said.claims, claims(text(&tokens, "id_token")), page.body)
}

both! {
    async fn it_is_signed_as_the_client_registered_it(world: World) {
        let mut stage = Stage::own_device(world).await;
        for (party, alg) in [(SHELTER, Algorithm::ES256), (OLD_BASIC, Algorithm::RS256)] {
            stage.proved_at(&party).await;
            let (said, id, _) = verified(&mut stage, &party, alg).await;
            let wanted = json!({
                "iss": stage.house.app.issuer.as_str(), "aud": party.id, "sub": id["sub"], "name": "Ada Wren",
                "email": "ada@havenbrook.example", "email_verified": true,
            });
            assert_eq!(said, wanted, "{}", party.id);
        }
        // Who registered nothing gets JSON; and a refusal is JSON for all.
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let page = stage.userinfo(text(&tokens, "access_token")).await;
        assert_eq!((page.status, page.header("content-type")), (200, "application/json"));
        assert_eq!((page.json().get("iss"), page.json().get("aud")), (None, None));
        let page = stage.userinfo("x").await;
        assert_eq!((page.status, page.header("content-type")), (401, "application/json"));
    }

    async fn it_never_passes_for_an_id_token(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.proved_at(&SHELTER).await;
        let (_, _, jwt) = verified(&mut stage, &SHELTER, Algorithm::ES256).await;
        let page = stage.browser.get(&SHELTER.authorize(&stage.house, &[("id_token_hint", &jwt)])).await;
        page.is_told_to(&stage.house, SHELTER.redirect_uri, "invalid_request");
    }
}
