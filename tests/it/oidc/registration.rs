//! Services that register themselves (OIDC Dynamic Registration 1.0, RFC 7591) and look after it (RFC 7592).

mod management;
mod sectors;
mod shown;
pub mod suite;

use super::browser::{Browser, http};
use super::library::exchange;
use super::party::{self, CHALLENGE, NONCE, VERIFIER};
use super::record::{count, newest};
use super::{Page, Stage, node, text};
use crate::app::House;
use openidconnect::core::{
    CoreApplicationType, CoreClientAuthMethod, CoreClientMetadata, CoreClientRegistrationRequest, CoreGrantType,
    CoreProviderMetadata, CoreResponseType,
};
use openidconnect::registration::EmptyAdditionalClientMetadata;
use openidconnect::{AccessToken, IssuerUrl, LocalizedClaim, RedirectUrl, ResponseTypes};
use portreeve::domain::ids::ClientId;
use portreeve::jobs::expire;
use portreeve::policy::{Bundle, sample};
use portreeve::service::{registration, setup};
use portreeve::store::clients::ClientRow;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const CALLBACK: &str = "http://localhost:9950/callback";

/// An initial access token of ten days.
async fn initial_token(house: &House, most: Option<i64>) -> String {
    let (app, now) = (&house.app, house.app.now());
    let snapshot = app.snapshot();
    let template = snapshot.policy.templates.get("conformance").unwrap();
    let until = now + Duration::from_hours(240);
    let made = registration::make_token(&app.db, &snapshot.recorder, template, most, until, now).await;
    made.unwrap().as_str().to_owned()
}

/// A request at this address; `Value::Null` has no body.
async fn ask(house: &House, method: Method, address: &str, token: &str, body: &Value) -> Page {
    let mut request = http(house).request(method, address);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if !body.is_null() {
        request = request.json(body);
    }
    Page::of(request.send().await.unwrap()).await
}

/// What a plain client sends, with some members other than usual.
fn plain(other: &Value) -> Value {
    let mut all = json!({"redirect_uris": [CALLBACK], "client_name": "Try-out"});
    for (key, value) in other.as_object().unwrap() {
        all[key] = value.clone();
    }
    all
}

/// Registers a client with a token of its own.
pub async fn register(house: &House, other: &Value) -> Value {
    let token = initial_token(house, Some(1)).await;
    let page = ask(house, Method::POST, &house.at("/register"), &token, &plain(other)).await;
    assert_eq!((page.status, page.header("cache-control")), (201, "no-store"), "{}", page.body);
    page.json()
}

/// Signs Ada in at a registered client that has a secret: her tokens.
async fn tokens(stage: &mut Stage, client: &Value, scope: &str) -> Value {
    let (id, redirect) = (text(client, "client_id"), client["redirect_uris"][0].as_str().unwrap());
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([("client_id", id), ("redirect_uri", redirect), ("response_type", "code"), ("scope", scope)]);
    query.extend_pairs([("nonce", NONCE), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
    let mut page = stage.browser.get(&format!("{}?{}", stage.house.at("/authorize"), query.finish())).await;
    if page.leads_to("/continue") {
        let flow = page.parameter("flow").unwrap();
        page = stage.browser.post("/continue", &[("flow", &flow)]).await;
    }
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {:?} {}", page.location(), page.body));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", redirect),
        ("code_verifier", VERIFIER),
    ];
    let answer = token(&stage.house, id, text(client, "client_secret"), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// What `/token` answers a client that authenticates by Basic.
async fn token(house: &House, id: &str, secret: &str, form: &[(&str, &str)]) -> Page {
    Page::of(http(house).post(house.at("/token")).basic_auth(id, Some(secret)).form(form).send().await.unwrap()).await
}

/// Whether `/token` knows this client by this secret.
async fn is_known(house: &House, id: &str, secret: &str) -> bool {
    match token(house, id, secret, &[("grant_type", "refresh_token"), ("refresh_token", "none")]).await.error().as_str()
    {
        "invalid_grant" => true,
        "invalid_client" => false,
        other => panic!("{other}"),
    }
}

both! {
    async fn a_standard_library_registers_and_its_client_signs_in(world: World) {
        let mut stage = Stage::own_device(world).await;
        let http = exchange(&stage.house);
        let issuer = IssuerUrl::new(stage.house.app.issuer.as_str().to_owned()).unwrap();
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
        let name = LocalizedClaim::from(openidconnect::ClientName::new("The library's".to_owned()));
        let asked: CoreClientMetadata = CoreClientMetadata::new(
            vec![RedirectUrl::new(CALLBACK.to_owned()).unwrap()],
            EmptyAdditionalClientMetadata::default(),
        )
        .set_client_name(Some(name))
        .set_application_type(Some(CoreApplicationType::Web))
        .set_response_types(Some(vec![ResponseTypes::new(vec![CoreResponseType::Code])]))
        .set_grant_types(Some(vec![CoreGrantType::AuthorizationCode]))
        .set_token_endpoint_auth_method(Some(CoreClientAuthMethod::ClientSecretBasic));
        let leave = AccessToken::new(initial_token(&stage.house, None).await);
        let request = CoreClientRegistrationRequest::new(
            vec![RedirectUrl::new(CALLBACK.to_owned()).unwrap()],
            EmptyAdditionalClientMetadata::default(),
        );
        let request = request
            .set_client_name(asked.client_name().cloned())
            .set_application_type(asked.application_type().cloned())
            .set_response_types(asked.response_types().cloned())
            .set_grant_types(asked.grant_types().cloned())
            .set_token_endpoint_auth_method(asked.token_endpoint_auth_method().cloned())
            .set_initial_access_token(Some(leave));
        let registered = request.register_async(metadata.registration_endpoint().unwrap(), &http).await.unwrap();
        assert_eq!(registered.subject_type(), Some(&openidconnect::core::CoreSubjectIdentifierType::Pairwise));
        assert_eq!(registered.client_name().unwrap().get(None).unwrap().as_str(), "The library's");
        assert!(registered.registration_access_token().is_some() && registered.registration_client_uri().is_some());
        // 31 December 2099, the last day of the template, is over.
        assert_eq!(registered.client_secret_expires_at().unwrap().timestamp(), 4_102_444_800);

        let client = json!({
            "client_id": registered.client_id().as_str(), "redirect_uris": [CALLBACK],
            "client_secret": registered.client_secret().unwrap().secret(),
        });
        let answer = tokens(&mut stage, &client, "openid profile email offline_access").await;
        assert_eq!(answer["scope"], "openid profile email", "no refresh token that was not registered for");
        assert!(answer.get("refresh_token").is_none());
        let info = stage.userinfo(text(&answer, "access_token")).await.json();
        assert_eq!((text(&info, "name"), text(&info, "email")), ("Ada Wren", "ada@havenbrook.example"));
        assert_eq!(count(&stage.house, "config.client_registered").await, 1);
        let leaf = newest(&stage.house, "config.client_registered").await;
        assert_eq!(leaf["client_id"], client["client_id"]);
    }

    async fn a_client_gets_refresh_tokens_if_it_registered_for_them(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = register(&stage.house, &json!({"grant_types": ["authorization_code", "refresh_token"]})).await;
        let answer = tokens(&mut stage, &client, "openid offline_access").await;
        assert!(answer["refresh_token"].is_string(), "{answer}");
    }

    async fn g01_without_a_token_nobody_registers(world: World) {
        let house = House::new(world).await;
        let address = house.at("/register");
        let none = ask(&house, Method::POST, &address, "", &plain(&json!({}))).await;
        assert_eq!((none.status, none.header("www-authenticate")), (401, "Bearer"));
        for wrong in ["x", &"A".repeat(43)] {
            let page = ask(&house, Method::POST, &address, wrong, &plain(&json!({}))).await;
            assert_eq!((page.status, page.error().as_str()), (401, "invalid_token"));
            assert_eq!(page.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        }
        assert_eq!(count(&house, "request.refused").await, 1, "one a minute");

        let twice = initial_token(&house, Some(2)).await;
        for wanted in [201, 201, 401] {
            assert_eq!(ask(&house, Method::POST, &address, &twice, &plain(&json!({}))).await.status, wanted);
        }
        let timed = initial_token(&house, None).await;
        let refused = ask(&house, Method::POST, &address, &timed, &plain(&json!({"subject_type": "public"}))).await;
        assert_eq!((refused.status, refused.error().as_str()), (400, "invalid_client_metadata"));
        house.later(Duration::from_hours(240));
        assert_eq!(ask(&house, Method::POST, &address, &timed, &plain(&json!({}))).await.status, 401);
        assert_eq!(count(&house, "config.client_registered").await, 2);
        assert_eq!(count(&house, "config.client_token_made").await, 2);
    }

    async fn g01_a_token_of_one_use_is_used_once_by_any_number_at_once(world: World) {
        let house = House::new(world).await;
        let (token, address) = (initial_token(&house, Some(1)).await, house.at("/register"));
        let body = plain(&json!({}));
        let asked = (0..6).map(|_| ask(&house, Method::POST, &address, &token, &body));
        let mut all: Vec<u16> = futures_util::future::join_all(asked).await.iter().map(|page| page.status).collect();
        all.sort_unstable();
        assert_eq!(all, [201, 401, 401, 401, 401, 401]);
    }

    async fn an_initial_access_token_goes_on_its_time(world: World) {
        let house = House::new(world).await;
        initial_token(&house, None).await;
        let left = async || {
            expire::forget(&house.app, house.app.now()).await.unwrap();
            let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM initial_token";
            house.app.db.peek().sql(sql).scalar::<i64>().await.unwrap()
        };
        assert_eq!(left().await, 1);
        house.later(Duration::from_hours(240 + 23));
        assert_eq!(left().await, 1, "it ran out, and stays for a day");
        house.later(Duration::from_hours(1));
        assert_eq!(left().await, 0);
    }

    async fn g01_a_demo_is_open_and_an_installation_without_template_is_shut(world: World) {
        let house = House::new(world).await;
        let (_, open) = node(&house, Some("conformance")).await;
        let there = async |address: std::net::SocketAddr| {
            let host = house.app.issuer.as_str().trim_start_matches("http://").to_owned();
            let request = http(&house).post(format!("http://{address}/register")).header("host", host);
            Page::of(request.json(&plain(&json!({}))).send().await.unwrap()).await.status
        };
        assert_eq!(there(open).await, 201);
        let (_, elsewhere) = node(&house, Some("nothing")).await;
        assert_eq!(there(elsewhere).await, 401);

        let files = sample::files("http://localhost:8090", "http://localhost:8091");
        let without = files.into_iter().filter(|(path, _)| !path.starts_with("registrations/"));
        let bundle = Bundle::from_files(without, &house.app.issuer).unwrap();
        let token = initial_token(&house, None).await;
        setup::activate(&house.app.db, &house.app.roots, &(&bundle).into(), house.app.now()).await.unwrap();
        house.app.refresh().await.unwrap();
        assert_eq!(ask(&house, Method::POST, &house.at("/register"), &token, &plain(&json!({}))).await.status, 404);
        let document = ask(&house, Method::GET, &house.at("/.well-known/openid-configuration"), "", &Value::Null).await;
        assert_eq!(document.json().get("registration_endpoint"), None);
    }

    async fn g02_r04_what_cannot_be_registered_is_refused_with_what_to_do(world: World) {
        let house = House::new(world).await;
        let (token, address) = (initial_token(&house, None).await, house.at("/register"));
        for (other, code, word) in [
            (json!({"redirect_uris": ["http://localhost:9950/cb#x"]}), "invalid_redirect_uri", "fragment"),
            (json!({"redirect_uris": ["https://*.example/cb"]}), "invalid_redirect_uri", "wildcard"),
            (json!({"redirect_uris": ["http://havenbrook.example/cb"]}), "invalid_redirect_uri", "http"),
            (json!({"redirect_uris": ["javascript:alert(1)"]}), "invalid_redirect_uri", "scheme"),
            (json!({"redirect_uris": ["data:text/html,x"]}), "invalid_redirect_uri", "scheme"),
            (json!({"redirect_uris": ["vbscript:x"]}), "invalid_redirect_uri", "scheme"),
            (json!({"redirect_uris": vec!["https://a.example"; 10_000]}), "", ""),
            (json!({"redirect_uris": vec!["https://a.example"; 21]}), "invalid_redirect_uri", "at most"),
            (json!({"jwks": {"keys": []}, "jwks_uri": "https://a.example/jwks"}), "invalid_client_metadata", "not both"),
            (json!({"grant_types": ["implicit"]}), "invalid_client_metadata", "implicit"),
            (json!({"response_types": ["id_token token"]}), "invalid_client_metadata", "implicit"),
            (json!({"scope": "admin"}), "invalid_client_metadata", "choose among"),
            (json!({"scope": "openid  email"}), "invalid_client_metadata", "one space"),
            (json!({"subject_type": "public"}), "invalid_client_metadata", "pairwise"),
            (json!({"id_token_encrypted_response_alg": "RSA1_5"}), "invalid_client_metadata", "encrypted"),
        ] {
            let page = ask(&house, Method::POST, &address, &token, &plain(&other)).await;
            if code.is_empty() {
                assert!(matches!(page.status, 400 | 413), "{}", page.status);
                continue;
            }
            assert_eq!((page.status, page.error().as_str()), (400, code), "{other}");
            let words = page.json()["error_description"].as_str().unwrap().to_owned();
            assert!(words.contains(word), "{words}");
        }
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "{}"),
            ("application/json", ""),
            ("application/json", "[]"),
            ("application/json", "\"x\""),
            ("application/json", "{\"redirect_uris\":"),
        ] {
            let request = http(&house).post(&address).bearer_auth(&token).header("content-type", kind).body(body);
            let page = Page::of(request.send().await.unwrap()).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_client_metadata"), "{kind} {body}");
        }
        assert_eq!(count(&house, "config.client_registered").await, 0);
    }

    async fn what_a_client_could_never_sign_with_is_refused_and_what_was_registered_before_goes_on(world: World) {
        let fapi2 = ("registrations/conformance.toml", "security_profile = \"legacy\"", "security_profile = \"fapi2\"");
        let none = ("registrations/conformance.toml", "legacy = { relaxations = [\"no_pkce\", \"client_secret\", \"rs256\"], until = 2099-12-31 }\n", "");
        let house = House::with(world, &[], &[fapi2, none]).await;
        let (token, address) = (initial_token(&house, None).await, house.at("/register"));
        let key = party::KEY.jwk("k1");
        let by_key = |more: &Value| {
            let keys = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}});
            let mut all = plain(&keys);
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        };
        let mut encrypts = key.clone();
        encrypts["use"] = json!("enc");
        for (other, word) in [
            (json!({"jwks": {"keys": [{"kty": "EC"}]}}), "jwks: no key in it"),
            (json!({"jwks": {"keys": [encrypts]}}), "jwks: no key in it"),
            (json!({"token_endpoint_auth_signing_alg": "RS256"}), "token_endpoint_auth_signing_alg: FAPI 2.0"),
            (json!({"request_object_signing_alg": "ES384"}), "request_object_signing_alg: FAPI 2.0"),
            (json!({"request_object_signing_alg": "PS256"}), "jwks: no key in it can verify a signature by PS256"),
        ] {
            let page = ask(&house, Method::POST, &address, &token, &by_key(&other)).await;
            let words = page.json()["error_description"].as_str().unwrap_or_default().to_owned();
            assert!(page.status == 400 && words.starts_with(word), "{other}: {} {words}", page.status);
        }
        let page = ask(&house, Method::POST, &address, &token, &by_key(&json!({"request_object_signing_alg": "ES256"}))).await;
        assert_eq!(page.status, 201, "{}", page.body);
        let id = page.json()["client_id"].as_str().unwrap().to_owned();
        // What an earlier version took is read as it was.
        let stored = json!({"redirect_uris": ["https://a.test/cb"], "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "EC"}]}});
        let row = ClientRow { metadata: stored.to_string(), ..crate::client::registered("before") };
        let kept = registration::loaded(&row, &house.app.snapshot().policy, &house.app.issuer);
        assert!(kept.is_ok() && ClientId::parse(&id).is_some_and(|id| house.app.snapshot().client(&id).is_some()), "{kept:?}");
    }

    async fn request_objects_that_nobody_could_verify_are_not_registered(world: World) {
        let house = House::new(world).await;
        let (token, address) = (initial_token(&house, None).await, house.at("/register"));
        let signed = json!({"request_object_signing_alg": "ES256"});
        let page = ask(&house, Method::POST, &address, &token, &plain(&signed)).await;
        assert!(page.status == 400 && page.body.contains("there are none; add jwks or jwks_uri"), "{}", page.body);
        let with_keys = json!({"request_object_signing_alg": "ES256", "jwks": {"keys": [party::KEY.jwk("k1")]}});
        assert_eq!(ask(&house, Method::POST, &address, &token, &plain(&with_keys)).await.status, 201);
    }

    async fn g02_of_the_scopes_asked_those_offered_are_registered_and_told(world: World) {
        let narrower = ("registrations/conformance.toml", "\"phone\", \"address\", ", "");
        let house = House::with(world, &[], &[narrower]).await;
        let ada = house.resident("Ada Wren", "ada@havenbrook.example", "kettle-orbit-49").await;
        let mut browser = Browser::new(&house);
        browser.sign_in(&house, ada, false).await;
        let mut stage = Stage { house, ada, browser };
        let asked = json!({"scope": "openid phone email admin:everything offline_access"});
        let client = register(&stage.house, &asked).await;
        assert_eq!(client["scope"], "openid email", "no more, and no refresh token that was not registered for");
        let (address, token) = (text(&client, "registration_client_uri"), text(&client, "registration_access_token"));
        assert_eq!(ask(&stage.house, Method::GET, address, token, &Value::Null).await.json()["scope"], "openid email");
        let mut fewer = plain(&json!({"scope": "openid phone"}));
        fewer["client_id"] = client["client_id"].clone();
        let changed = ask(&stage.house, Method::PUT, address, token, &fewer).await;
        assert_eq!((changed.status, &changed.json()["scope"]), (200, &json!("openid")), "{}", changed.body);
        // What was left out is not to be had later.
        let answer = tokens(&mut stage, &client, "openid phone email").await;
        assert_eq!(answer["scope"], "openid");
    }

    async fn x01_what_a_client_calls_itself_is_text(world: World) {
        let mut stage = Stage::shared_device(world).await;
        let name = "<img src=x onerror=alert(1)>\"><script>alert(2)</script>";
        let client = register(&stage.house, &json!({"client_name": name})).await;
        let query = format!(
            "client_id={}&redirect_uri={CALLBACK}&response_type=code&scope=openid%20email&code_challenge={CHALLENGE}&code_challenge_method=S256",
            text(&client, "client_id")
        );
        let page = stage.browser.get(&format!("{}?{query}", stage.house.at("/authorize"))).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.body.contains("onerror=alert(1)"), "its name stands there: {}", page.body);
        assert!(!page.body.contains("<img src=x") && !page.body.contains("<script>alert"), "{}", page.body);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe-inline"), "{policy}");
    }

    async fn every_node_follows(world: World) {
        let house = House::new(world).await;
        let (second, _) = node(&house, None).await;
        let client = register(&house, &json!({})).await;
        let id = portreeve::domain::ids::ClientId::parse(text(&client, "client_id")).unwrap();
        assert!(house.app.snapshot().client(&id).is_some(), "at once where it registered");
        assert!(second.snapshot().client(&id).is_none());
        assert!(second.refresh().await.unwrap(), "the generation has moved");
        assert!(second.snapshot().client(&id).is_some());
        assert_eq!(house.app.snapshot().clients().count(), 3);
    }
}
