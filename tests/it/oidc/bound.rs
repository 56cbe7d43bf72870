//! Tokens bound to a key of their holder's (RFC 9449, RFC 8705) are not built: nothing says that they are, and a proof
//! changes nothing (rows T20, T21).

use super::browser::http;
use super::party::{APP, KEY, LIBRARY, VERIFIER, files_with};
use super::registration::register;
use super::tokens::claims;
use super::{Page, Stage, text};
use crate::app::House;
use portreeve::domain::client::Issuer;
use portreeve::policy::{Bundle, sample};
use serde_json::{Value, json};

/// What a provider says, or a client asks, where tokens are bound.
const BINDS: [&str; 2] = ["dpop_bound_access_tokens", "tls_client_certificate_bound_access_tokens"];

/// A proof for a place, under an identifier.
fn proof(house: &House, (method, path): (&str, &str), jti: &str) -> String {
    let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": KEY.jwk("k1")});
    let claims = json!({"jti": jti, "htm": method, "htu": house.at(path), "iat": house.app.now().seconds()});
    KEY.sign(&header, &claims.to_string())
}

/// A request at the token endpoint with these proofs.
async fn ask(house: &House, form: &[(&str, &str)], proofs: &[&str]) -> Page {
    let mut request = http(house).post(house.at("/token")).form(form);
    for proof in proofs {
        request = request.header("DPoP", *proof);
    }
    Page::of(request.send().await.unwrap()).await
}

/// That the answer is a plain bearer token.
fn is_bearer(page: &Page) -> Value {
    assert_eq!((page.status, page.header("dpop-nonce")), (200, ""), "{}", page.body);
    let tokens = page.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(claims(text(&tokens, "access_token")).get("cnf"), None);
    tokens
}

both! {
    async fn t20_a_proof_changes_nothing(world: World) {
        let mut stage = Stage::own_device(world).await;
        let good = proof(&stage.house, ("POST", "/token"), "once");
        let elsewhere = proof(&stage.house, ("GET", "/userinfo"), "twice");
        // None, a good one, the same again, one for another place, none at all by its form, and two.
        let all: [&[&str]; 6] = [&[], &[&good], &[&good], &[&elsewhere], &["x"], &[&good, &elsewhere]];
        for proofs in all {
            let code = stage.code(&APP, &[("dpop_jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")]).await;
            let form = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", APP.redirect_uri),
                ("client_id", APP.id),
                ("code_verifier", VERIFIER),
            ];
            let tokens = is_bearer(&ask(&stage.house, &form, proofs).await);
            let form = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token")), ("client_id", APP.id)];
            // Asked for by one key, refreshed by another.
            let tokens = is_bearer(&ask(&stage.house, &form, &[&elsewhere]).await);
            let access = text(&tokens, "access_token");
            assert_eq!(stage.userinfo(access).await.status, 200);
            let with_proof = http(&stage.house).get(stage.house.at("/userinfo")).bearer_auth(access).header("DPoP", "x");
            assert_eq!(with_proof.send().await.unwrap().status(), 200);
        }
    }

    async fn t20_nothing_says_that_a_proof_is_taken(world: World) {
        let stage = Stage::own_device(world).await;
        for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            let page = Page::of(http(&stage.house).get(stage.house.at(path)).send().await.unwrap()).await;
            let said = page.json();
            assert_eq!((page.status, &said["issuer"]), (200, &json!(stage.house.app.issuer.as_str())));
            for word in ["dpop", "mtls", "tls_client", "cnf"] {
                assert!(!page.body.to_lowercase().contains(word), "{word}: {}", page.body);
            }
        }
        let page = Page::of(http(&stage.house).get(stage.house.at("/userinfo")).send().await.unwrap()).await;
        assert_eq!((page.status, page.header("www-authenticate")), (401, "Bearer"));
    }

    async fn t21_no_token_is_bound_to_a_key(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let access = text(&tokens, "access_token");
        let told = LIBRARY.introspect(&stage.house, access).await;
        assert_eq!((&told["token_type"], told.get("cnf")), (&json!("Bearer"), None), "{told}");
        let machine = LIBRARY.machine(&stage.house, &[]).await.json();
        assert_eq!((&machine["token_type"], claims(text(&machine, "access_token")).get("cnf")), (&json!("Bearer"), None));
        // Nor is one taken as if it were.
        let as_bound = http(&stage.house).get(stage.house.at("/userinfo")).header("authorization", format!("DPoP {access}"));
        let page = Page::of(as_bound.header("DPoP", proof(&stage.house, ("GET", "/userinfo"), "once")).send().await.unwrap()).await;
        assert_eq!((page.status, page.header("www-authenticate")), (401, "Bearer"));
    }

    async fn t21_who_registers_for_bound_tokens_is_promised_none(world: World) {
        let stage = Stage::own_device(world).await;
        let client = register(&stage.house, &json!({BINDS[0]: true, BINDS[1]: true})).await;
        assert!(BINDS.iter().all(|member| client.get(member).is_none()), "{client}");
    }
}

#[test]
fn t21_no_file_of_a_service_asks_for_bound_tokens() {
    let issuer = Issuer::parse("http://localhost:8080").unwrap();
    let refused = |line: &str| {
        let mut files = sample::files("http://localhost:8090", "http://localhost:8091");
        let services = files_with(&[("library", line)]);
        files.extend(services.iter().map(|service| (format!("services/{}.toml", service.id), service.toml.to_owned())));
        Bundle::from_files(files, &issuer).is_err()
    };
    assert!(!refused("# As it is."));
    for member in BINDS {
        assert!(refused(&format!("{member} = true")), "{member}");
    }
}
