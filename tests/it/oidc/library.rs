//! Someone else's client library, given no more than issuer, client and key, signs residents in.

use super::browser::http;
use super::party::{APP, ASSERTION_TYPE, LIBRARY, MUSEUM, OLD_BASIC, OLD_POST, Party, Proof, SECRET};
use super::{Page, Stage};
use crate::app::House;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, Scope,
    TokenResponse,
};
use serde_json::json;
use std::str::FromStr as _;

/// Who signed in, as the library found out.
struct SignedIn {
    subject: String,
    name: Option<String>,
    email: Option<String>,
}

pub type Exchange = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send>>;

/// The house's HTTP in the shape that the library calls.
pub fn exchange(house: &House) -> impl Fn(HttpRequest) -> Exchange + use<> {
    let http = http(house);
    move |request| {
        let http = http.clone();
        Box::pin(async move {
            let answer = http.execute(request.try_into()?).await?;
            let mut response = ::http::Response::builder().status(answer.status());
            for (name, value) in answer.headers() {
                response = response.header(name, value);
            }
            Ok(response.body(answer.bytes().await?.to_vec()).unwrap())
        })
    }
}

async fn signs_in(stage: &mut Stage, party: &Party, redirect_uri: &str, alg: CoreJwsSigningAlgorithm) -> SignedIn {
    let http = exchange(&stage.house);
    let issuer = IssuerUrl::new(stage.house.app.issuer.as_str().to_owned()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
    let secret = matches!(party.proof, Proof::Basic | Proof::Post).then(|| ClientSecret::new(SECRET.to_owned()));
    let auth = if party.proof == Proof::Basic { AuthType::BasicAuth } else { AuthType::RequestBody };
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(party.id.to_owned()), secret)
        .set_auth_type(auth)
        .set_redirect_uri(RedirectUrl::new(redirect_uri.to_owned()).unwrap());
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, csrf, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();

    let mut page: Page = stage.browser.get(address.as_str()).await;
    if let Some(flow) = page.parameter("flow") {
        page = stage.browser.post("/continue", &[("flow", &flow)]).await;
    }
    assert!(page.answers_at(redirect_uri), "{:?}", page.location());
    assert_eq!(page.parameter("state").as_ref(), Some(csrf.secret()));

    let mut exchange = client
        .exchange_code(AuthorizationCode::new(page.parameter("code").unwrap()))
        .unwrap()
        .set_pkce_verifier(verifier);
    if party.proof == Proof::Assertion {
        let assertion = party.assertion(&stage.house, &json!({}));
        exchange = exchange
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", assertion);
    }
    let tokens = exchange.request_async(&http).await.unwrap();
    let id_token = tokens.id_token().unwrap();
    let now = stage.house.app.now().micros();
    let now = move || chrono::DateTime::from_timestamp_micros(now).unwrap();
    let verifier =
        client.id_token_verifier().set_allowed_algs([alg]).set_time_fn(now).set_issue_time_verifier_fn(move |issued| {
            if issued == now() { Ok(()) } else { Err("not of now".to_owned()) }
        });
    let claims = id_token.claims(&verifier, &nonce).unwrap();
    let key = id_token.signing_key(&verifier).unwrap();
    let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg().unwrap(), key).unwrap();
    assert_eq!(claims.access_token_hash(), Some(&hash));
    // A nonce of another request is noticed.
    id_token.claims(&verifier, &Nonce::new("other".to_owned())).unwrap_err();

    // The library compares the subjects of ID token and userinfo (OIDC Core §5.3.2).
    let subject = claims.subject().clone();
    let info: openidconnect::core::CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(subject.clone()))
        .unwrap()
        .request_async(&http)
        .await
        .unwrap();
    SignedIn {
        subject: subject.to_string(),
        name: info.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        email: info.email().map(|email| email.to_string()),
    }
}

both! {
    async fn a_standard_library_signs_in_at_every_kind_of_client(world: World) {
        let mut stage = Stage::own_device(world).await;
        let es256 = CoreJwsSigningAlgorithm::EcdsaP256Sha256;
        let rs256 = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        let mut subjects = std::collections::BTreeSet::new();
        for (party, alg) in [(LIBRARY, &es256), (MUSEUM, &es256), (OLD_BASIC, &rs256), (OLD_POST, &es256), (APP, &es256)] {
            let first = signs_in(&mut stage, &party, party.redirect_uri, alg.clone()).await;
            assert_eq!(first.name.as_deref(), Some("Ada Wren"));
            assert_eq!(first.email.as_deref(), Some("ada@havenbrook.example"));
            let again = signs_in(&mut stage, &party, party.redirect_uri, alg.clone()).await;
            assert_eq!(first.subject, again.subject);
            // Nobody can tell from the names that it is one resident.
            assert!(subjects.insert(first.subject), "two services know her by one name");
        }
        assert_eq!(subjects.len(), 5);
    }

    async fn t08_a_token_of_one_service_is_refused_by_the_library_of_another(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let token = CoreIdToken::from_str(super::text(&tokens, "id_token")).unwrap();
        let http = exchange(&stage.house);
        let issuer = IssuerUrl::new(stage.house.app.issuer.as_str().to_owned()).unwrap();
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
        let micros = stage.house.app.now().micros();
        let said_at = |party: &Party| {
            let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(party.id.to_owned()), None);
            let now = move || chrono::DateTime::from_timestamp_micros(micros).unwrap();
            let verifier = client.id_token_verifier().set_time_fn(now);
            let verifier = verifier.set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
            token.claims(&verifier, |_: Option<&Nonce>| Ok::<(), String>(())).map(|claims| claims.subject().to_string())
        };
        assert!(said_at(&LIBRARY).is_ok());
        let refused = said_at(&MUSEUM).unwrap_err();
        assert!(matches!(refused, ClaimsVerificationError::InvalidAudience(_)), "{refused}");
    }

    async fn r05_an_app_gets_its_code_on_the_port_it_got(world: World) {
        let mut stage = Stage::own_device(world).await;
        for port in [1_024, 49_152, 65_535] {
            let redirect_uri = format!("http://127.0.0.1:{port}/cb");
            let es256 = CoreJwsSigningAlgorithm::EcdsaP256Sha256;
            assert!(!signs_in(&mut stage, &APP, &redirect_uri, es256).await.subject.is_empty());
        }
    }
}
