//! Members of staff sign in at the council's own provider (rows O, U).

mod council;
pub mod doors;

use super::browser::{Browser, Page};
use super::party::{Key, inline};
use super::record;
use crate::app::{House, Service};
use crate::temp::TempDir;
use crate::world::{Place, World};
use council::{CLIENT, Council, TENANT, asked};
use jsonwebtoken::jwk::JwkSet;
use portreeve::app::{App, Parts};
use portreeve::config::Allowed;
use portreeve::crypto::jwt::{AssertionRules, verify_client_assertion};
use portreeve::crypto::tokens;
use portreeve::crypto::weak::WeakPasswords;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{StaffId, StaffSessionId};
use portreeve::domain::staff::Role;
use portreeve::http::address::Networks;
use portreeve::http::outbound::Outbound;
use portreeve::policy::{Bundle, sample};
use portreeve::service::setup;
use portreeve::service::staff::upstream::{self, Arrived, Begun, Provider, Purpose, Refused};
use serde_json::{Value, json};
use std::time::Duration;

const BACK: &str = "http://localhost:8444/sign-in/callback";
const GROUPS: &str = "[[group]]\nvalue = \"g-desk\"\nroles = [\"customer_service\"]\n\
                      [[group]]\nvalue = \"g-both\"\nroles = [\"auditor\", \"information_governance\"]\n";

/// Puts a `staff.toml` with these lines in force.
async fn staff(app: &App, lines: &str) {
    let mut files = sample::files("http://localhost:8090", "http://localhost:8091");
    let (_, text) = files.iter_mut().find(|(path, _)| path == "staff.toml").unwrap();
    *text = text.replace("[session]", &format!("{lines}\n[session]"));
    let bundle = Bundle::from_files(files, &app.issuer).unwrap_or_else(|refused| panic!("{refused}"));
    setup::activate(&app.db, &app.roots, &(&bundle).into(), app.now()).await.unwrap();
    app.refresh().await.unwrap();
}

fn upstream_lines(issuer: &str, more: &str) -> String {
    format!("[upstream]\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\nname = \"Work account\"\n{more}\n{GROUPS}")
}

/// The same house with another way out, and perhaps a secret.
async fn node(app: &App, allowed: &str, secret: Option<&str>) -> App {
    let parts = Parts {
        db: app.db.clone(),
        roots: app.roots.clone(),
        hasher: app.hasher.clone(),
        weak: WeakPasswords::default(),
        clock: app.clock.clone(),
        mail: app.mail.clone(),
        outbound: Outbound::new(&[Allowed::parse(allowed).unwrap()], None).unwrap(),
        upstream: Provider::new(secret.map(Into::into)),
        languages: app.languages,
        issuer: app.issuer.clone(),
        origin: app.origin.clone(),
        staff_origin: app.staff_site().map(|site| site.origin.clone()),
        proxies: Networks::new(&[]),
        kiosks: Networks::default(),
        open_registration: None,
    };
    App::start(parts).await.unwrap()
}

/// A house whose staff sign in at a council's provider.
pub struct Desk {
    pub house: House,
    council: Council,
    key: Key,
}

impl Desk {
    pub async fn new(world: World) -> Self {
        let (house, key) = (House::new(world).await, Key::generate());
        let council = Council::start(&key).await;
        let tenant = format!("tenant = \"{TENANT}\"");
        staff(&house.app, &upstream_lines(&council.issuer, &tenant)).await;
        Self { house, council, key }
    }

    fn seconds(&self) -> i64 {
        self.house.app.now().micros() / 1_000_000
    }

    async fn begins(&self, purpose: Purpose) -> Begun {
        upstream::begin(&self.house.app, BACK, purpose, self.house.app.now()).await.unwrap()
    }

    /// What the provider says of Gwen Pugh, who signed in there a minute ago.
    fn claims(&self, begun: &Begun) -> Value {
        let now = self.seconds();
        json!({
            "iss": self.council.issuer, "aud": CLIENT, "sub": "gwen-1", "nonce": asked(&begun.address, "nonce").unwrap(),
            "iat": now, "exp": now + 300, "auth_time": now - 60, "tid": TENANT, "name": "Gwen Pugh",
            "groups": ["g-desk", "g-elsewhere"],
        })
    }

    fn signed(&self, claims: &Value) -> String {
        self.key.sign(&json!({"alg": "ES256", "kid": "c1", "typ": "JWT"}), &claims.to_string())
    }

    async fn comes_back(&self, begun: &Begun, id_token: String) -> Result<Arrived, Refused> {
        let code = self.council.grants(&begun.address, id_token);
        self.answers(begun, &[("code", &code)]).await
    }

    /// The provider's answer in the browser that began it.
    async fn answers(&self, begun: &Begun, more: &[(&str, &str)]) -> Result<Arrived, Refused> {
        let state = asked(&begun.address, "state").unwrap();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", &state).extend_pairs(more);
        finish(&self.house.app, Some(&begun.pending), query.finish()).await
    }

    /// Somebody of whom the provider says something else comes to sign in.
    async fn with(&self, change: impl FnOnce(&mut Value)) -> Result<Arrived, Refused> {
        let begun = self.begins(Purpose::SignIn { before: None }).await;
        let mut claims = self.claims(&begun);
        change(&mut claims);
        self.comes_back(&begun, self.signed(&claims)).await
    }
}

/// As a door does it, on whatever thread.
async fn finish(app: &App, pending: Option<&str>, query: String) -> Result<Arrived, Refused> {
    let (app, pending) = (app.clone(), pending.map(str::to_owned));
    let finished = tokio::spawn(async move {
        let now = app.now();
        upstream::finish(&app, BACK, pending.as_deref(), &query, &Context::default(), now).await
    });
    finished.await.unwrap().unwrap()
}

fn set(name: &str, value: Value) -> impl FnOnce(&mut Value) {
    let name = name.to_owned();
    move |claims| claims[name.as_str()] = value
}

fn without(name: &str) -> impl FnOnce(&mut Value) {
    let name = name.to_owned();
    move |claims| drop(claims.as_object_mut().unwrap().remove(&name))
}

both! {
    async fn whoever_the_provider_vouches_for_arrives_with_todays_roles(world: World) {
        let desk = Desk::new(world).await;
        let begun = desk.begins(Purpose::SignIn { before: None }).await;
        for (name, value) in [
            ("response_type", "code"), ("client_id", CLIENT), ("redirect_uri", BACK), ("scope", "openid profile"),
            ("code_challenge_method", "S256"), ("max_age", "28800"),
        ] {
            assert_eq!(asked(&begun.address, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(asked(&begun.address, "prompt"), None);
        assert!(begun.address.starts_with(&format!("{}/authorize?", desk.council.issuer)) && begun.pending.len() < 1024);

        let id_token = desk.signed(&desk.claims(&begun));
        let arrived = desk.comes_back(&begun, id_token).await.unwrap();
        assert_eq!((arrived.issuer.as_str(), arrived.subject.as_str()), (desk.council.issuer.as_str(), "gwen-1"));
        assert_eq!((arrived.name.as_str(), arrived.roles.as_slice()), ("Gwen Pugh", &[Role::CustomerService][..]));
        assert_eq!((arrived.auth_time.micros() / 1_000_000, arrived.purpose), (desk.seconds() - 60, Purpose::SignIn { before: None }));

        // We proved who we are by our own key, which the provider finds at /jwks.
        let (form, authorization) = desk.council.last();
        assert_eq!((form["client_id"].as_str(), authorization.as_str()), (CLIENT, ""));
        let keys: JwkSet = serde_json::from_str(desk.house.app.snapshot().keys.jwks_json()).unwrap();
        let endpoint = format!("{}/token", desk.council.issuer);
        let rules = AssertionRules::standard(CLIENT, &[&endpoint]);
        verify_client_assertion(&form["client_assertion"], &keys, &rules, desk.house.app.now()).unwrap();

        let moved = desk.with(set("groups", json!(["g-both", "g-desk"]))).await.unwrap();
        assert_eq!(moved.roles, [Role::CustomerService, Role::InformationGovernance, Role::Auditor]);
        assert_eq!(desk.with(set("groups", json!("g-desk"))).await.unwrap().roles, [Role::CustomerService]);
        assert_eq!(desk.council.keys_asked(), 1, "its keys are kept a while");
        desk.house.later(Duration::from_mins(5));
        desk.with(|_| ()).await.unwrap();
        assert_eq!(desk.council.keys_asked(), 2);
        assert_eq!(record::count(&desk.house, "request.refused").await, 0);
    }

    async fn a_secret_of_the_settings_goes_to_the_token_endpoint(world: World) {
        let mut desk = Desk::new(world).await;
        desk.house.app = node(&desk.house.app, "127.0.0.0/8", Some("s e:cret")).await;
        desk.with(|_| ()).await.unwrap();
        let (form, authorization) = desk.council.last();
        // base64("portreeve-staff:s+e%3Acret"): RFC 6749 §2.3.1 encodes each half first.
        assert_eq!(authorization, "Basic cG9ydHJlZXZlLXN0YWZmOnMrZSUzQWNyZXQ=");
        assert!(!form.contains_key("client_assertion") && !form.contains_key("client_secret"));
        desk.council.takes(json!(["client_secret_post"]));
        desk.house.later(Duration::from_mins(6));
        desk.with(|_| ()).await.unwrap();
        let (form, authorization) = desk.council.last();
        assert_eq!((form["client_secret"].as_str(), authorization.as_str()), ("s e:cret", ""));
    }

    async fn an_id_token_that_does_not_hold_lets_nobody_in(world: World) {
        let desk = Desk::new(world).await;
        let now = desk.seconds();
        let mut refused = 0;
        let mut is_refused = async |reason: &str, what: &str, outcome: Result<Arrived, Refused>| {
            let why = outcome.expect_err(what);
            assert_eq!(why.reason(), reason, "{what}: {why}");
            refused += 1;
            // Every one of them is on record: once a minute for each reason.
            assert_eq!(record::count(&desk.house, "request.refused").await, refused, "{what}");
            let leaf = record::newest(&desk.house, "request.refused").await;
            assert_eq!((leaf["reason_code"].as_str(), leaf["outcome"].as_str()), (Some(reason), Some("denied")), "{leaf}");
            desk.house.later(Duration::from_mins(1));
        };
        // Signed by nothing, by what everybody knows, by somebody else, and changed afterwards.
        let begun = desk.begins(Purpose::SignIn { before: None }).await;
        let good = desk.signed(&desk.claims(&begun));
        let parts: Vec<&str> = good.split('.').collect();
        let head = |header: Value| {
            base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header.to_string())
        };
        let other = Key::generate().sign(&json!({"alg": "ES256", "kid": "c1"}), &desk.claims(&begun).to_string());
        for (what, token) in [
            ("alg none", format!("{}.{}.", head(json!({"alg": "none"})), parts[1])),
            ("alg none with a signature", format!("{}.{}.{}", head(json!({"alg": "none", "kid": "c1"})), parts[1], parts[2])),
            ("alg HS256", format!("{}.{}.{}", head(json!({"alg": "HS256", "kid": "c1"})), parts[1], parts[2])),
            ("another key", other),
            ("no token at all", String::new()),
        ] {
            let begun = desk.begins(Purpose::SignIn { before: None }).await;
            is_refused("id_token", what, desk.comes_back(&begun, token).await).await;
        }
        let later = |by: i64| json!(desk.seconds() + by);
        is_refused("id_token", "nonce", desk.with(set("nonce", json!("another"))).await).await;
        is_refused("id_token", "no nonce", desk.with(without("nonce")).await).await;
        is_refused("id_token", "expired", desk.with(set("exp", json!(now - 1))).await).await;
        is_refused("id_token", "aud", desk.with(set("aud", json!("somebody-else"))).await).await;
        is_refused("id_token", "further aud", desk.with(set("aud", json!([CLIENT, "somebody-else"]))).await).await;
        is_refused("id_token", "iss", desk.with(set("iss", json!("http://127.0.0.1:1/tenant"))).await).await;
        is_refused("id_token", "azp", desk.with(set("azp", json!("somebody-else"))).await).await;
        is_refused("id_token", "nbf", desk.with(set("nbf", later(120))).await).await;
        is_refused("id_token", "old iat", desk.with(set("iat", later(-301))).await).await;
        is_refused("id_token", "future iat", desk.with(set("iat", later(61))).await).await;
        is_refused("id_token", "at_hash", desk.with(set("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"))).await).await;
        is_refused("id_token", "sub", desk.with(set("sub", json!(""))).await).await;
        is_refused("not_fresh", "no auth_time", desk.with(without("auth_time")).await).await;
        is_refused("not_fresh", "old auth_time", desk.with(set("auth_time", later(-8 * 3600 - 61))).await).await;
        is_refused("not_fresh", "future auth_time", desk.with(set("auth_time", later(61))).await).await;
        is_refused("other_tenant", "tid", desk.with(set("tid", json!("5f1d4a52-6d0d-4ad5-8f7a-0c0ffee00002"))).await).await;
        is_refused("other_tenant", "no tid", desk.with(without("tid")).await).await;
        is_refused("no_role", "no groups", desk.with(without("groups")).await).await;
        is_refused("no_role", "other groups", desk.with(set("groups", json!(["G-DESK", 7, {}]))).await).await;
        is_refused("no_name", "no name", desk.with(without("name")).await).await;
        // What is nearest to each of them is let in.
        for (what, change) in [
            ("azp", ("azp", json!(CLIENT))), ("aud", ("aud", json!([CLIENT]))), ("nbf", ("nbf", later(59))),
            ("iat", ("iat", later(-299))), ("auth_time", ("auth_time", later(-8 * 3600))),
            ("name", ("preferred_username", json!("gwen"))),
        ] {
            desk.with(set(change.0, change.1)).await.expect(what);
        }
    }

    async fn an_answer_is_taken_once_in_time_and_in_its_own_browser(world: World) {
        let desk = Desk::new(world).await;
        let (begun, other) = (desk.begins(Purpose::SignIn { before: None }).await, desk.begins(Purpose::SignIn { before: None }).await);
        let code = desk.council.grants(&begun.address, desk.signed(&desk.claims(&begun)));
        let state = asked(&begun.address, "state").unwrap();
        let query = format!("code={code}&state={state}");
        let app = &desk.house.app;
        for (what, pending, query) in [
            ("no cookie", None, query.clone()),
            ("another browser", Some(other.pending.as_str()), query.clone()),
            ("a cookie that nobody sealed", Some("AAAA"), query.clone()),
            ("no state", Some(begun.pending.as_str()), format!("code={code}")),
            ("another state", Some(begun.pending.as_str()), format!("code={code}&state=x")),
            ("two states", Some(begun.pending.as_str()), format!("{query}&state={state}")),
        ] {
            assert_eq!(finish(app, pending, query).await, Err(Refused::State), "{what}");
        }
        assert_eq!(desk.council.redeemed(), 0, "none of them spent the code");
        // Two answers at one moment, on two nodes: one arrives.
        let second = node(app, "127.0.0.0/8", None).await;
        let (one, two) = tokio::join!(
            finish(app, Some(&begun.pending), query.clone()),
            finish(&second, Some(&begun.pending), query.clone())
        );
        let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
        assert_eq!((won.unwrap().subject.as_str(), lost), ("gwen-1", Err(Refused::Spent)));
        assert_eq!(desk.council.redeemed(), 1);
        // The provider takes no code twice either.
        assert_eq!(desk.answers(&other, &[("code", &code)]).await, Err(Refused::Answered("invalid_grant".into())));

        let late = desk.begins(Purpose::SignIn { before: None }).await;
        let code = desk.council.grants(&late.address, desk.signed(&desk.claims(&late)));
        desk.house.later(upstream::LASTS);
        assert_eq!(desk.answers(&late, &[("code", &code)]).await, Err(Refused::Late));

        for (more, refused) in [
            (("error", "access_denied"), Refused::Cancelled),
            (("error", "server_error"), Refused::Answered("server_error".into())),
            (("iss", "http://127.0.0.1:1/tenant"), Refused::Issuer),
            (("nothing", ""), Refused::Answered("no code".into())),
        ] {
            let begun = desk.begins(Purpose::SignIn { before: None }).await;
            assert_eq!(desk.answers(&begun, &[more]).await, Err(refused));
        }
        let begun = desk.begins(Purpose::SignIn { before: None }).await;
        staff(app, &upstream_lines("http://127.0.0.1:1/other", "")).await;
        assert_eq!(desk.answers(&begun, &[("code", "x")]).await, Err(Refused::Issuer), "other policies came into force");
        staff(app, "").await;
        let off = upstream::begin(app, BACK, Purpose::SignIn { before: None }, app.now()).await;
        assert_eq!(off.unwrap_err(), Refused::NotSetUp);
    }

    async fn whoever_proves_again_does_so_now(world: World) {
        let desk = Desk::new(world).await;
        let again = Purpose::ProveAgain { staff: StaffId(tokens::uuid()), session: StaffSessionId(tokens::uuid()) };
        let begun = desk.begins(again).await;
        let prompts = (asked(&begun.address, "prompt"), asked(&begun.address, "max_age"));
        assert_eq!(prompts, (Some("login".to_owned()), Some("0".to_owned())));
        let mut claims = desk.claims(&begun);
        claims["auth_time"] = json!(desk.seconds() - 61);
        assert_eq!(desk.comes_back(&begun, desk.signed(&claims)).await, Err(Refused::NotFresh));
        let begun = desk.begins(again).await;
        desk.house.later(Duration::from_secs(30));
        let mut claims = desk.claims(&begun);
        claims["auth_time"] = json!(desk.seconds() - 5);
        let arrived = desk.comes_back(&begun, desk.signed(&claims)).await.unwrap();
        assert_eq!((arrived.purpose, arrived.auth_time.micros() / 1_000_000), (again, desk.seconds() - 5));
    }

    async fn the_provider_changes_its_keys(world: World) {
        let mut desk = Desk::new(world).await;
        desk.with(|_| ()).await.unwrap();
        desk.house.later(Duration::from_secs(11));
        let next = Key::generate();
        desk.council.publishes(next.jwk("c2"));
        let begun = desk.begins(Purpose::SignIn { before: None }).await;
        let token = next.sign(&json!({"alg": "ES256", "kid": "c2"}), &desk.claims(&begun).to_string());
        desk.comes_back(&begun, token).await.unwrap();
        assert_eq!(desk.council.keys_asked(), 2);
        // Forged tokens do not make us knock.
        for kid in ["x1", "x2", "x3"] {
            let begun = desk.begins(Purpose::SignIn { before: None }).await;
            let token = Key::generate().sign(&json!({"alg": "ES256", "kid": kid}), &desk.claims(&begun).to_string());
            assert_eq!(desk.comes_back(&begun, token).await.unwrap_err().reason(), "id_token");
        }
        assert_eq!(desk.council.keys_asked(), 2);
        desk.key = next;
        // One that is not who its address says is none.
        desk.council.claims_to_be("https://login.elsewhere.example");
        desk.house.later(Duration::from_mins(5));
        let app = &desk.house.app;
        let refused = upstream::begin(app, BACK, Purpose::SignIn { before: None }, app.now()).await.unwrap_err();
        assert_eq!(refused.reason(), "provider_unreachable", "{refused}");
        // And one on a private network is called only where the operator lists it.
        let shut = node(app, "10.0.0.0/8", None).await;
        let refused = upstream::begin(&shut, BACK, Purpose::SignIn { before: None }, app.now()).await.unwrap_err();
        assert!(refused.to_string().contains("may not be called"), "{refused}");
    }

    async fn userinfo_adds_what_the_id_token_does_not_say(world: World) {
        let desk = Desk::new(world).await;
        desk.council.says(json!({"sub": "gwen-1", "name": "Gwen Puw", "groups": ["g-both"], "tid": "x"}));
        let arrived = desk.with(without("name")).await.unwrap();
        assert_eq!((arrived.name.as_str(), arrived.roles.as_slice()), ("Gwen Puw", &[Role::CustomerService][..]));
        let arrived = desk.with(without("groups")).await.unwrap();
        assert_eq!(arrived.name.as_str(), "Gwen Pugh");
        assert_eq!(arrived.roles, [Role::InformationGovernance, Role::Auditor]);
        assert_eq!(desk.with(without("tid")).await, Err(Refused::Tenant), "a tenant is what is signed");
        desk.council.says(json!({"sub": "somebody-else", "groups": ["g-both"]}));
        let refused = Refused::NoRole { subject: "gwen-1".into() };
        assert_eq!(desk.with(without("groups")).await, Err(refused), "about somebody else");
    }

    async fn a_session_from_there_ends_within_the_hour_of_leavers(world: World) {
        let desk = Desk::new(world).await;
        let lifetime = upstream::lifetime(&desk.house.app);
        assert_eq!((lifetime.idle, lifetime.absolute), (Duration::from_mins(15), Duration::from_hours(1)));
        let app = &desk.house.app;
        let mut files = sample::files("http://localhost:8090", "http://localhost:8091");
        for (path, text) in &mut files {
            if path == "assurance.toml" {
                *text = text.replace("leavers = \"60 min\"", "leavers = \"10 min\"");
            }
        }
        let bundle = Bundle::from_files(files, &app.issuer).unwrap();
        setup::activate(&app.db, &app.roots, &(&bundle).into(), app.now()).await.unwrap();
        app.refresh().await.unwrap();
        let lifetime = upstream::lifetime(app);
        assert_eq!((lifetime.idle, lifetime.absolute), (Duration::from_mins(10), Duration::from_mins(10)));
    }

    async fn another_portreeve_can_be_the_provider(world: World) {
        let desk = House::new(World { place: Place::Sqlite(TempDir::new("desk")) }).await;
        let keys: Value = serde_json::from_str(desk.app.snapshot().keys.jwks_json()).unwrap();
        let keys: Vec<String> = keys["keys"].as_array().unwrap().iter().map(inline).collect();
        let toml = CLIENT_FILE.replace("{keys}", &keys.join(", ")).replace("{back}", BACK);
        let council = House::with(world, &[Service { id: CLIENT, toml: &toml }], &[]).await;
        let gwen = council.resident("Gwen Pugh", "gwen@havenbrook.example", "kettle-orbit-49").await;
        let mut browser = Browser::new(&council);
        browser.sign_in(&council, gwen, true).await;
        let address = format!("localhost:{}", council.address.port());
        let app = node(&desk.app, &address, None).await;
        let listed = |value: &str| {
            let lines = upstream_lines(council.app.issuer.as_str(), "groups_claim = \"sub\"");
            lines.replace("g-both", value)
        };
        staff(&app, &listed("nobody")).await;
        let subject = match through(&app, &council, &mut browser).await {
            Err(Refused::NoRole { subject }) => subject,
            other => panic!("{other:?}"),
        };
        // A small council lists its people by what the provider calls them.
        staff(&app, &listed(&subject)).await;
        let arrived = through(&app, &council, &mut browser).await.unwrap();
        assert_eq!((arrived.name.as_str(), arrived.subject), ("Gwen Pugh", subject));
        assert_eq!(arrived.roles, [Role::InformationGovernance, Role::Auditor]);
    }
}

/// Signs in at a real Portreeve, whatever pages stand in the way.
async fn through(app: &App, council: &House, browser: &mut Browser) -> Result<Arrived, Refused> {
    let begun = upstream::begin(app, BACK, Purpose::SignIn { before: None }, app.now()).await.unwrap();
    let mut page: Page = browser.get(&begun.address).await;
    if page.leads_to("/continue") {
        let flow = page.parameter("flow").unwrap();
        page = browser.post(&council.at("/continue"), &[("flow", &flow)]).await;
    }
    let location = page.location().unwrap_or_else(|| panic!("{}: {}", page.status, page.body)).to_owned();
    assert!(location.starts_with(BACK), "{location}");
    finish(app, Some(&begun.pending), location.split_once('?').unwrap().1.to_owned()).await
}

/// The staff listener as a client of another Portreeve.
const CLIENT_FILE: &str = r#"
client_id = "portreeve-staff"
name = { en = "Staff consoles", cy = "Consolau staff" }
start_url = "http://localhost:8444/"
security_profile = "standard"
token_endpoint_auth_method = "private_key_jwt"
jwks = { keys = [{keys}] }
redirect_uris = ["{back}"]
post_logout_redirect_uris = ["http://localhost:8444/"]
sector = "portreeve-staff"
least_assurance = "A0"
scopes = ["openid", "profile"]
account_needed_because = { en = "You work here.", cy = "Rydych chi'n gweithio yma." }

[other_ways]
phone = "01632 960009"
place = { en = "Town Hall", cy = "Neuadd y Dref" }
post = { en = "Town Hall, Havenbrook HV1 1AA", cy = "Neuadd y Dref, Havenbrook HV1 1AA" }

[[share]]
purpose = "collect-garden-waste"
recipient_role = "same_controller"
basis = "contract"
claims = ["name"]
notice = "garden-waste@1"
recipient_retention = { en = "6 years", cy = "6 blynedd" }
"#;
