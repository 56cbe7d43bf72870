//! RFC 7592: reading, changing and taking back a registration; and secrets, which are shown once.

use super::super::record::{count, everything};
use super::super::{Stage, text};
use super::{CALLBACK, ask, is_known, plain, register, tokens};
use crate::app::{House, Service};
use portreeve::crypto::tokens::TokenHash;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::ClientId;
use portreeve::domain::registration::Metadata;
use portreeve::policy::{Bundle, sample};
use portreeve::service::registration::{Outcome, Rotated, holder, rotate_secret, take_away};
use portreeve::service::{departure, setup};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// A change as RFC 7592 §2.2 wants it.
fn change(client: &Value, other: &Value) -> Value {
    let mut all = plain(other);
    all["client_id"] = client["client_id"].clone();
    all
}

both! {
    /// Between reading the registration and writing it a service's own documents may be waited for.
    async fn a_change_leaves_alone_what_was_decided_while_it_was_prepared(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let client = register(&house, &json!({})).await;
        let id = ClientId::parse(text(&client, "client_id")).unwrap();
        let holder = async |token: &str| holder(app, id.as_str(), token).await.unwrap().unwrap();
        let wanted = |name: &str| {
            let all = change(&client, &json!({"client_name": name}));
            Metadata::parse(all.as_object().unwrap(), &app.issuer).unwrap()
        };
        let before = holder(text(&client, "registration_access_token")).await;
        let (recorder, until) = (app.snapshot().recorder.clone(), app.now() + Duration::from_hours(1));
        let rotated = rotate_secret(&app.db, &recorder, &id, (until, false), app.now()).await.unwrap();
        let Rotated::Secret(rotated) = rotated else { panic!("{rotated:?}") };
        let changed = before.change(app, wanted("Other"), Context::default(), app.now()).await.unwrap();
        let Outcome::Done(changed) = changed else { panic!("{changed:?}") };
        assert!(changed.secret.is_none());
        assert!(is_known(&house, id.as_str(), rotated.as_str()).await, "the new secret works");
        // Whoever takes it back is not told that it had been, for a change that came in between.
        let leaves = holder(changed.access_token.as_str()).await;
        let Outcome::Done(_) = leaves.change(app, wanted("Third"), Context::default(), app.now()).await.unwrap() else {
            panic!("it may be changed")
        };
        assert!(leaves.remove(app, Context::default(), app.now()).await.unwrap());
        assert!(!is_known(&house, id.as_str(), rotated.as_str()).await);
    }

    async fn k08_a_secret_is_shown_once(world: World) {
        let house = House::new(world).await;
        let client = register(&house, &json!({})).await;
        let (address, token) = (text(&client, "registration_client_uri"), text(&client, "registration_access_token"));
        let (id, secret) = (text(&client, "client_id"), text(&client, "client_secret"));
        assert!(is_known(&house, id, secret).await);
        let read = ask(&house, Method::GET, address, token, &Value::Null).await;
        assert_eq!((read.status, read.header("cache-control")), (200, "no-store"));
        let mut wanted = client.clone();
        wanted.as_object_mut().unwrap().retain(|key, _| !key.starts_with("client_secret"));
        assert_eq!(read.json(), wanted, "all that was registered but the secret");
        let changed = ask(&house, Method::PUT, address, token, &change(&client, &json!({"client_name": "Other"}))).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert!(!changed.body.contains("client_secret\""), "{}", changed.body);
        assert!(is_known(&house, id, secret).await, "and it still works");
        let row = portreeve::store::clients::by_id(&mut house.app.db.peek(), id).await.unwrap().unwrap();
        for kept in [everything(&house).await, format!("{row:?}")] {
            assert!(!kept.contains(secret) && !kept.contains(token), "{kept}");
        }
    }

    async fn a_change_replaces_everything_and_the_token(world: World) {
        let house = House::new(world).await;
        let client = register(&house, &json!({"logo_uri": "https://a.example/logo.png"})).await;
        let (address, token) = (text(&client, "registration_client_uri"), text(&client, "registration_access_token"));
        for bad in [
            plain(&json!({})),
            change(&json!({"client_id": "other"}), &json!({})),
            change(&client, &json!({"registration_access_token": token})),
            change(&client, &json!({"registration_client_uri": address})),
            change(&client, &json!({"client_secret_expires_at": 0})),
            change(&client, &json!({"client_id_issued_at": 0})),
            change(&client, &json!({"client_secret": "guessed"})),
            change(&client, &json!({"subject_type": "public"})),
        ] {
            let page = ask(&house, Method::PUT, address, token, &bad).await;
            assert_eq!((page.status, page.error().as_str()), (400, "invalid_client_metadata"), "{bad}");
        }
        let secret = client["client_secret"].clone();
        let good = change(&client, &json!({"client_secret": secret, "redirect_uris": ["http://localhost:9951/cb"]}));
        let changed = ask(&house, Method::PUT, address, token, &good).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let changed = changed.json();
        assert_eq!((changed["redirect_uris"][0].as_str(), changed.get("logo_uri")), (Some("http://localhost:9951/cb"), None));
        let next = text(&changed, "registration_access_token");
        assert_ne!(next, token);
        assert_eq!(ask(&house, Method::GET, address, token, &Value::Null).await.status, 401, "the old token is dead");
        assert_eq!(ask(&house, Method::GET, address, next, &Value::Null).await.status, 200);
        assert_eq!(count(&house, "config.client_changed").await, 1);

        // With keys of its own it needs no secret, and back again it gets another.
        let jwks = json!({"keys": [super::super::party::KEY.jwk("k1")]});
        let by_key = change(&client, &json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": jwks}));
        let by_key = ask(&house, Method::PUT, address, next, &by_key).await.json();
        assert!(!is_known(&house, text(&client, "client_id"), text(&client, "client_secret")).await);
        let next = text(&by_key, "registration_access_token");
        let again = ask(&house, Method::PUT, address, next, &change(&client, &json!({}))).await.json();
        assert_ne!(again["client_secret"], client["client_secret"]);
        assert!(is_known(&house, text(&client, "client_id"), text(&again, "client_secret")).await);
    }

    async fn a_change_that_changes_nothing_is_none_and_there_are_not_many_in_an_hour(world: World) {
        let house = House::new(world).await;
        let client = register(&house, &json!({})).await;
        let (address, token) = (text(&client, "registration_client_uri"), text(&client, "registration_access_token"));
        let put = async |token: &str, name: &str| ask(&house, Method::PUT, address, token, &change(&client, &json!({"client_name": name}))).await;
        let generation = async || portreeve::store::house::generation(&mut house.app.db.peek()).await.unwrap();
        let before = generation().await;
        for _ in 0..3 {
            let same = ask(&house, Method::PUT, address, token, &change(&client, &json!({}))).await;
            assert_eq!((same.status, text(&same.json(), "registration_access_token")), (200, token), "{}", same.body);
        }
        assert_eq!((count(&house, "config.client_changed").await, generation().await), (0, before));

        let mut token = token.to_owned();
        for name in 0..20 {
            let changed = put(&token, &format!("Name {name}")).await;
            assert_eq!(changed.status, 200, "{name}: {}", changed.body);
            text(&changed.json(), "registration_access_token").clone_into(&mut token);
        }
        house.later(Duration::from_mins(10));
        let (before, other) = (generation().await, register(&house, &json!({})).await);
        let often = put(&token, "Another").await;
        assert_eq!((often.status, often.error().as_str(), often.header("retry-after")), (429, "temporarily_unavailable", "3000"));
        assert_eq!((count(&house, "config.client_changed").await, generation().await), (20, before + 1), "the other was registered");
        assert_eq!(put(&token, "Name 19").await.status, 200, "it asks for nothing");
        // Nobody else is kept waiting, nor it for longer than that.
        let mine = ask(&house, Method::PUT, text(&other, "registration_client_uri"), text(&other, "registration_access_token"), &change(&other, &json!({"client_name": "Mine"}))).await;
        assert_eq!(mine.status, 200);
        house.later(Duration::from_mins(50));
        assert_eq!(put(&token, "Another").await.status, 200);
    }

    async fn nobody_reaches_anothers_registration(world: World) {
        let house = House::new(world).await;
        let (one, other) = (register(&house, &json!({})).await, register(&house, &json!({})).await);
        let token = text(&one, "registration_access_token");
        for address in [text(&other, "registration_client_uri"), &house.at("/register/garden-waste"), &house.at("/register/x")] {
            for method in [Method::GET, Method::DELETE] {
                assert_eq!(ask(&house, method.clone(), address, token, &Value::Null).await.status, 401, "{method} {address}");
            }
            assert_eq!(ask(&house, Method::PUT, address, token, &change(&other, &json!({}))).await.status, 401);
            assert_eq!(ask(&house, Method::GET, address, "", &Value::Null).await.status, 401);
        }
        assert_eq!(count(&house, "config.client_removed").await, 0);
    }

    async fn a_client_taken_back_is_dead_with_all_it_was_given(world: World) {
        let mut stage = Stage::own_device(world).await;
        let offline = json!({"grant_types": ["authorization_code", "refresh_token"]});
        let client = register(&stage.house, &offline).await;
        let other = register(&stage.house, &offline).await;
        let gone = tokens(&mut stage, &client, "openid email offline_access").await;
        let kept = tokens(&mut stage, &other, "openid email offline_access").await;
        let house = &stage.house;
        let (address, token) = (text(&client, "registration_client_uri"), text(&client, "registration_access_token"));
        let removed = ask(house, Method::DELETE, address, token, &Value::Null).await;
        assert_eq!((removed.status, removed.body.as_str()), (204, ""));
        assert_eq!(count(house, "config.client_removed").await, 1);
        assert_eq!(ask(house, Method::DELETE, address, token, &Value::Null).await.status, 401);
        assert_eq!(stage.userinfo(text(&gone, "access_token")).await.status, 401);
        assert!(!is_known(house, text(&client, "client_id"), text(&client, "client_secret")).await);
        let alive: i64 = house
            .app
            .db
            .peek()
            .sql("SELECT COUNT(*) FROM grant_record WHERE client_id = $1 AND ended_at IS NULL")
            .bind(text(&client, "client_id"))
            .scalar()
            .await
            .unwrap();
        assert_eq!(alive, 0, "the refresh token with them");
        let visits: i64 = house
            .app
            .db
            .peek()
            .sql("SELECT COUNT(*) FROM session_client WHERE client_id = $1")
            .bind(text(&client, "client_id"))
            .scalar()
            .await
            .unwrap();
        assert_eq!(visits, 0, "nobody calls it at sign-out");
        assert_eq!(stage.userinfo(text(&kept, "access_token")).await.status, 200);
        let id = text(&client, "client_id");
        let query = format!("client_id={id}&redirect_uri={CALLBACK}&response_type=code&scope=openid");
        stage.browser.get(&format!("{}?{query}", stage.house.at("/authorize"))).await.is_told_at_home();
    }

    async fn g03_a_client_that_goes_is_told_of_each_session_and_each_resident_has_her_event(world: World) {
        let mut stage = Stage::own_device(world).await;
        let out = json!({"backchannel_logout_uri": "http://localhost:9950/back"});
        let (first, second) = (register(&stage.house, &out).await, register(&stage.house, &out).await);
        tokens(&mut stage, &first, "openid email").await;
        tokens(&mut stage, &second, "openid email").await;
        let house = &stage.house;
        let waiting = async || {
            let standings = portreeve::store::deliveries::standings(&mut house.app.db.peek()).await.unwrap();
            let mut waiting: Vec<_> = standings.into_iter().map(|one| (one.client_id, one.waiting)).collect();
            waiting.sort();
            waiting
        };
        assert_eq!(waiting().await, []);
        let (address, token) = (text(&first, "registration_client_uri"), text(&first, "registration_access_token"));
        assert_eq!(ask(house, Method::DELETE, address, token, &Value::Null).await.status, 204);
        let mut told = vec![(text(&first, "client_id").to_owned(), 1)];
        assert_eq!(waiting().await, told);
        assert_eq!(count(house, "authorization.service_left").await, 1);

        // An operator does the same, and stands for it by name.
        let (app, id) = (&house.app, ClientId::parse(text(&second, "client_id")).unwrap());
        let by = FullName::parse("Bea Lloyd").unwrap();
        let parted = take_away(app, &id, "conformance", by.clone(), app.now()).await.unwrap();
        assert_eq!(parted, Some(1));
        told.push((id.as_str().to_owned(), 1));
        told.sort();
        assert_eq!(waiting().await, told);
        assert_eq!((count(house, "authorization.service_left").await, count(house, "config.client_removed").await), (2, 2));
        assert!(!is_known(house, text(&second, "client_id"), text(&second, "client_secret")).await);
        assert_eq!(take_away(app, &id, "conformance", by, app.now()).await.unwrap(), None, "once");
        assert_eq!(count(house, "config.client_removed").await, 2);
    }

    async fn g03_a_client_whose_template_is_taken_away_is_told_too(world: World) {
        let mut stage = Stage::own_device(world).await;
        let client = register(&stage.house, &json!({"backchannel_logout_uri": "http://localhost:9950/back"})).await;
        tokens(&mut stage, &client, "openid email").await;
        let (app, now) = (&stage.house.app, stage.house.app.now());
        let files = sample::files("http://localhost:8090", "http://localhost:8091");
        let without = files.into_iter().filter(|(path, _)| !path.starts_with("registrations/"));
        let bundle = Bundle::from_files(without, &app.issuer).unwrap();
        setup::activate(&app.db, &app.roots, &(&bundle).into(), now).await.unwrap();
        app.refresh().await.unwrap();
        for _ in 0..2 {
            assert!(departure::settle(app, now).await.unwrap());
            let told = portreeve::store::deliveries::standings(&mut app.db.peek()).await.unwrap();
            let told: Vec<_> = told.into_iter().map(|one| (one.client_id, one.waiting)).collect();
            assert_eq!(told, [(text(&client, "client_id").to_owned(), 1)], "once");
            assert_eq!(count(&stage.house, "authorization.service_left").await, 1);
        }
    }

    async fn k05_two_secrets_work_until_the_overlap_is_over(world: World) {
        let house = House::new(world).await;
        let client = register(&house, &json!({})).await;
        let (id, old) = (text(&client, "client_id"), text(&client, "client_secret"));
        let named = ClientId::parse(id).unwrap();
        let (app, now) = (&house.app, house.app.now());
        let until = now + Duration::from_hours(48);
        let recorder = app.snapshot().recorder.clone();
        let rotate = async |until, replaces, now| rotate_secret(&app.db, &recorder, &named, (until, replaces), now).await.unwrap();
        let Rotated::Secret(new) = rotate(until, false, now).await else { panic!("it has a secret") };
        assert_eq!(count(&house, "config.client_secret_rotated").await, 1);
        assert!(app.refresh().await.unwrap(), "every node hears of it");
        assert!(is_known(&house, id, old).await && is_known(&house, id, new.as_str()).await);
        assert!(!is_known(&house, id, "wrong").await);
        // What was promised of the first holds: there is no place for a third, unless it takes the first one's.
        let again = rotate(until, false, now).await;
        assert!(matches!(again, Rotated::Promised(day) if day == until), "{again:?}");
        assert!(!app.refresh().await.unwrap() && is_known(&house, id, old).await && is_known(&house, id, new.as_str()).await);
        assert_eq!(count(&house, "config.client_secret_rotated").await, 1);
        house.later(Duration::from_hours(48));
        assert!(!is_known(&house, id, old).await && is_known(&house, id, new.as_str()).await);
        let (now, until) = (app.now(), app.now() + Duration::from_hours(1));
        let Rotated::Secret(third) = rotate(until, false, now).await else { panic!("the first is over") };
        let Rotated::Secret(fourth) = rotate(until, true, now).await else { panic!("the second is replaced") };
        app.refresh().await.unwrap();
        assert!(!is_known(&house, id, new.as_str()).await);
        assert!(is_known(&house, id, third.as_str()).await && is_known(&house, id, fourth.as_str()).await);
        let nobody = ClientId::parse("garden-waste").unwrap();
        let none = rotate_secret(&app.db, &recorder, &nobody, (until, false), now).await.unwrap();
        assert!(matches!(none, Rotated::NoSecret), "{none:?}");
    }

    async fn k05_a_service_file_names_the_secret_before_with_its_last_day(world: World) {
        let hash = |text: &str| TokenHash::of(text).0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let (new, old) = (hash("new"), hash("old"));
        let file = include_str!("../../../../policies/services/garden-waste.toml")
            .replace("\"garden-waste\"", "\"old-bins\"")
            .replace("\"standard\"", "\"legacy\"\nlegacy = { relaxations = [\"client_secret\"], until = 2027-03-31 }")
            .replace(
                "\"private_key_jwt\"\njwks_uri = \"http://localhost:8090/jwks\"",
                &format!("\"client_secret_basic\"\nclient_secret_sha256 = \"{new}\"\nprevious_client_secret = {{ sha256 = \"{old}\", until = 2026-12-02 }}"),
            );
        let house = House::with(world, &[Service { id: "old-bins", toml: &file }], &[]).await;
        assert!(is_known(&house, "old-bins", "old").await && is_known(&house, "old-bins", "new").await);
        // From noon of the first to the end of the second of December.
        house.later(Duration::from_hours(36) - Duration::from_secs(1));
        assert!(is_known(&house, "old-bins", "old").await);
        house.later(Duration::from_secs(1));
        assert!(!is_known(&house, "old-bins", "old").await && is_known(&house, "old-bins", "new").await);
    }
}
