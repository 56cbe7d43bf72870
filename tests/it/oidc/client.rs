//! Which client is it? One method, the registered one, and an assertion once.

use super::browser::http;
use super::party::{APP, ASSERTION_TYPE, KEY, Key, LIBRARY, OLD_BASIC, OLD_POST, Party, SECRET, STRICT, encoded};
use super::record::{count, refusals};
use super::{Page, Stage, another_node};
use crate::app::House;
use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// What `/token` answers to this form: `invalid_client` says that the client is not known, `invalid_grant` that it is.
async fn answer(house: &House, form: &[(&str, &str)]) -> Page {
    let mut all = vec![("grant_type", "refresh_token"), ("refresh_token", "none")];
    all.extend(form);
    Page::of(http(house).post(house.at("/token")).form(&all).send().await.unwrap()).await
}

async fn asserted(house: &House, assertion: &str) -> String {
    answer(house, &[("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]).await.error()
}

/// What comes of an assertion with these claims changed.
async fn with(house: &House, party: &Party, other: &Value) -> String {
    asserted(house, &party.assertion(house, other)).await
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": "JWT", "kid": "k1"})
}

const KNOWN: &str = "invalid_grant";
const UNKNOWN: &str = "invalid_client";

async fn house(world: World) -> House {
    House::with(world, &super::party::files(), &[]).await
}

both! {
    async fn k01_an_assertion_counts_once_on_every_node(world: World) {
        let house = house(world).await;
        let assertion = LIBRARY.assertion(&house, &json!({}));
        assert_eq!(asserted(&house, &assertion).await, KNOWN);
        assert_eq!(asserted(&house, &assertion).await, UNKNOWN);
        // Another node, or the same after a restart: the memory is in the store.
        let second = another_node(&house).await;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "none"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        let elsewhere = async |form: &[(&str, &str)]| {
            let ask = http(&house).post(format!("http://{second}/token")).header("host", house.app.issuer.as_str().trim_start_matches("http://"));
            Page::of(ask.form(form).send().await.unwrap()).await.error()
        };
        assert_eq!(elsewhere(&form).await, UNKNOWN);
        let fresh = LIBRARY.assertion(&house, &json!({}));
        assert_eq!(elsewhere(&[form[0], form[1], form[2], ("client_assertion", &fresh)]).await, KNOWN);
        // To its end, and then it has expired.
        house.later(Duration::from_secs(59));
        assert_eq!(asserted(&house, &assertion).await, UNKNOWN);
        house.later(Duration::from_secs(2));
        assert_eq!(asserted(&house, &assertion).await, UNKNOWN);
        // The same identifier at another client is another assertion.
        let same = json!({"jti": "same"});
        assert_eq!(with(&house, &LIBRARY, &same).await, KNOWN);
        assert_eq!(with(&house, &STRICT, &same).await, KNOWN);
        assert_eq!(with(&house, &LIBRARY, &same).await, UNKNOWN);
    }

    async fn k01_an_assertion_at_two_doors_at_once_counts_once(world: World) {
        let house = house(world).await;
        let assertion = LIBRARY.assertion(&house, &json!({}));
        let answers = futures_util::future::join_all((0..6).map(|_| asserted(&house, &assertion))).await;
        assert_eq!(answers.iter().filter(|error| *error == KNOWN).count(), 1, "{answers:?}");
    }

    async fn k02_the_audience_is_us_and_nobody_else(world: World) {
        let house = house(world).await;
        let issuer = house.app.issuer.as_str().to_owned();
        let token = house.at("/token");
        for (audience, standard, strict) in [
            (json!(issuer), KNOWN, KNOWN),
            (json!(token), KNOWN, UNKNOWN),
            (json!([issuer]), KNOWN, UNKNOWN),
            (json!([issuer, "https://other.test"]), UNKNOWN, UNKNOWN),
            (json!([]), UNKNOWN, UNKNOWN),
            (json!(format!("{issuer}/")), UNKNOWN, UNKNOWN),
            (json!("https://other.test"), UNKNOWN, UNKNOWN),
            (json!(house.at("/par")), UNKNOWN, UNKNOWN),
            (json!(1), UNKNOWN, UNKNOWN),
            (Value::Null, UNKNOWN, UNKNOWN),
        ] {
            let other = json!({"aud": audience});
            assert_eq!(with(&house, &LIBRARY, &other).await, standard, "{audience}");
            assert_eq!(with(&house, &STRICT, &other).await, strict, "{audience}");
        }
    }

    async fn k03_two_methods_or_a_secret_in_the_address_are_refused(world: World) {
        let house = house(world).await;
        let assertion = OLD_POST.assertion(&house, &json!({}));
        let secret = [("client_id", "old-post"), ("client_secret", SECRET)];
        assert_eq!(answer(&house, &secret).await.error(), KNOWN);
        let both = [secret[0], secret[1], ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)];
        assert_eq!(answer(&house, &both).await.error(), "invalid_request");
        let basic = http(&house).post(house.at("/token")).basic_auth("old-post", Some(encoded(SECRET))).form(&secret);
        assert_eq!(Page::of(basic.send().await.unwrap()).await.error(), "invalid_request");
        let query = format!("/token?client_id=old-post&client_secret={}", encoded(SECRET));
        let by_query = http(&house).post(house.at(&query)).form(&[("grant_type", "refresh_token"), ("refresh_token", "x")]);
        assert_eq!(Page::of(by_query.send().await.unwrap()).await.error(), "invalid_request");
    }

    async fn k04_another_method_than_the_registered_one_is_refused(world: World) {
        let house = house(world).await;
        for id in ["library", "strict", "bin-app", "old-basic", "nobody", "../x", "garden-waste"] {
            let page = answer(&house, &[("client_id", id), ("client_secret", SECRET)]).await;
            assert_eq!((page.status, page.error().as_str()), (401, UNKNOWN), "{id}");
        }
        for id in ["library", "strict", "old-basic", "old-post", "nobody"] {
            assert_eq!(answer(&house, &[("client_id", id)]).await.error(), UNKNOWN, "{id}");
        }
        for party in [OLD_BASIC, OLD_POST, APP] {
            assert_eq!(with(&house, &party, &json!({})).await, UNKNOWN, "{}", party.id);
        }
        let basic = http(&house).post(house.at("/token")).basic_auth("old-post", Some(encoded(SECRET)));
        let page = Page::of(basic.form(&[("grant_type", "refresh_token"), ("refresh_token", "x")]).send().await.unwrap());
        let page = page.await;
        assert_eq!((page.status, page.error().as_str()), (401, UNKNOWN));
        assert_eq!(page.header("www-authenticate"), "Basic realm=\"portreeve\", charset=\"UTF-8\"");
        assert_eq!(answer(&house, &[("client_id", "bin-app")]).await.error(), KNOWN);
        assert_eq!(answer(&house, &[]).await.error(), UNKNOWN);
        // One client, said twice and differently.
        let assertion = LIBRARY.assertion(&house, &json!({}));
        let form = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.as_str()), ("client_id", "strict")];
        assert_eq!(answer(&house, &form).await.error(), UNKNOWN);
    }

    async fn k06_id_and_secret_are_decoded_exactly_once(world: World) {
        let house = house(world).await;
        let try_with = async |id: &str, secret: &str| {
            let ask = http(&house).post(house.at("/token")).basic_auth(id, Some(secret));
            let form = [("grant_type", "refresh_token"), ("refresh_token", "x")];
            Page::of(ask.form(&form).send().await.unwrap()).await.error()
        };
        assert_eq!(try_with("old-basic", &encoded(SECRET)).await, KNOWN);
        assert_eq!(try_with("old%2Dbasic", &encoded(SECRET)).await, KNOWN);
        assert_eq!(try_with("old-basic", SECRET).await, UNKNOWN);
        assert_eq!(try_with("old-basic", &encoded(&encoded(SECRET))).await, UNKNOWN);
        assert_eq!(try_with("old-basic", "").await, UNKNOWN);
        let (first, last) = (format!("x{}", &SECRET[1..]), format!("{}x", &SECRET[..SECRET.len() - 1]));
        assert_eq!(try_with("old-basic", &encoded(&first)).await, UNKNOWN);
        assert_eq!(try_with("old-basic", &encoded(&last)).await, UNKNOWN);
    }

    async fn a_secret_is_excused_until_a_day_and_no_longer(world: World) {
        let house = house(world).await;
        let secret = [("client_id", "old-post"), ("client_secret", SECRET)];
        assert_eq!(answer(&house, &secret).await.error(), KNOWN);
        // 31 March 2027 is the last day.
        house.later(Duration::from_hours(24 * 120));
        assert_eq!(answer(&house, &secret).await.error(), KNOWN);
        house.later(Duration::from_hours(24));
        assert_eq!(answer(&house, &secret).await.error(), UNKNOWN);
    }

    async fn t01_t02_t19_no_other_algorithm_or_key(world: World) {
        let house = house(world).await;
        let claims = || LIBRARY.claims(&house, &json!({})).to_string();
        for alg in ["none", "None", "nOnE", "", "HS256", "HS512", "ES384", "RS256", "PS256", "EdDSA"] {
            let mut header = header();
            header["alg"] = alg.into();
            let signed = KEY.sign(&header, &claims());
            assert_eq!(asserted(&house, &signed).await, UNKNOWN, "{alg}");
            let bare = format!("{}.", signed.rsplit_once('.').unwrap().0);
            assert_eq!(asserted(&house, &bare).await, UNKNOWN, "{alg}");
        }
        // HS256 keyed with what anybody can read of us or of the client.
        let jwk = KEY.jwk("k1").to_string();
        let jwks = Page::of(http(&house).get(house.at("/jwks")).send().await.unwrap()).await.body;
        for secret in [jwk.as_str(), jwks.as_str(), &format!("{jwk}\n")] {
            let input = KEY.sign(&json!({"alg": "HS256", "typ": "JWT", "kid": "k1"}), &claims());
            let input = input.rsplit_once('.').unwrap().0;
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
            let tag = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, input.as_bytes()));
            assert_eq!(asserted(&house, &format!("{input}.{tag}")).await, UNKNOWN);
        }
        // r = s = 0, DER, and another key under the registered name.
        let good = KEY.sign(&header(), &claims());
        let (input, _) = good.rsplit_once('.').unwrap();
        for signature in [vec![0; 64], vec![], vec![0x30, 0x06, 2, 1, 1, 2, 1, 1]] {
            assert_eq!(asserted(&house, &format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))).await, UNKNOWN);
        }
        assert_eq!(asserted(&house, &Key::generate().sign(&header(), &claims())).await, UNKNOWN);
        // Nothing of this burnt the identifier of the good one.
        assert_eq!(asserted(&house, &good).await, KNOWN);
        let mut critical = header();
        critical["crit"] = json!(["b64"]);
        assert_eq!(asserted(&house, &KEY.sign(&critical, &claims())).await, UNKNOWN);
        let mut typed = header();
        typed["typ"] = json!("at+jwt");
        assert_eq!(asserted(&house, &KEY.sign(&typed, &claims())).await, UNKNOWN);
    }

    async fn t03_keys_that_a_token_brings_along_are_not_looked_at(world: World) {
        let house = house(world).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/keys", listener.local_addr().unwrap());
        let knocks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&knocks);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        let thief = Key::generate();
        for (name, value) in [
            ("jku", json!(uri)),
            ("x5u", json!(uri)),
            ("jwk", thief.jwk("k1")),
            ("x5c", json!(["MIIB"])),
            ("kid", json!(uri)),
            ("kid", json!("../../k1")),
        ] {
            let mut header = header();
            header[name] = value;
            let forged = thief.sign(&header, &LIBRARY.claims(&house, &json!({})).to_string());
            assert_eq!(asserted(&house, &forged).await, UNKNOWN, "{name}");
        }
        assert_eq!(knocks.load(Ordering::SeqCst), 0);
    }

    async fn t18_nothing_is_decrypted_or_unpacked(world: World) {
        let mut stage = Stage::own_device(world).await;
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let bomb = URL_SAFE_NO_PAD.encode(vec![0_u8; 9_000]);
        for header in [
            json!({"alg": "PBES2-HS256+A128KW", "enc": "A128CBC-HS256", "p2c": 1_000_000_000, "p2s": "c2FsdA", "kid": "k1"}),
            json!({"alg": "RSA-OAEP", "enc": "A256GCM", "zip": "DEF", "kid": "k1"}),
            json!({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}),
            json!({"alg": "ES256", "enc": "A256GCM", "zip": "DEF", "kid": "k1"}),
        ] {
            // A JWE (RFC 7516 §7.1), and its header on a JWS.
            let sealed = format!("{}.{bomb}.AAAA.{bomb}.AAAA", part(&header));
            let claims = LIBRARY.claims(&stage.house, &json!({}));
            let signed = format!("{}.{}.{}", part(&header), part(&claims), URL_SAFE_NO_PAD.encode([1; 64]));
            for token in [&sealed, &signed] {
                // The quickest of some, beside the quickest refusal of nothing at all: machines have other things to do.
                let mut quickest = [Duration::MAX; 2];
                for _ in 0..8 {
                    for (quickest, shown) in quickest.iter_mut().zip([token.as_str(), "x"]) {
                        let began = std::time::Instant::now();
                        assert_eq!(asserted(&stage.house, shown).await, UNKNOWN, "{header}");
                        *quickest = began.elapsed().min(*quickest);
                    }
                }
                let [theirs, nothing] = quickest;
                assert!(theirs < nothing + Duration::from_millis(50), "{header}: {theirs:?}, {nothing:?}");
            }
            let hinted = LIBRARY.authorize(&stage.house, &[("id_token_hint", &signed)]);
            stage.browser.get(&hinted).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
        }
    }

    async fn t05_times_are_whole_numbers_and_required(world: World) {
        let house = house(world).await;
        let now = house.app.now().seconds();
        for name in ["exp", "nbf", "iat"] {
            for value in [json!("1800000000"), json!(1.5), json!(-1), json!([now]), json!({}), json!(true)] {
                assert_eq!(with(&house, &LIBRARY, &json!({name: value})).await, UNKNOWN, "{name} {value}");
            }
            let huge = LIBRARY.claims(&house, &json!({name: null})).to_string();
            let huge = format!("{},\"{name}\":1e400}}", huge.strip_suffix('}').unwrap());
            assert_eq!(asserted(&house, &KEY.sign(&header(), &huge)).await, UNKNOWN, "{name} 1e400");
        }
        for name in ["exp", "jti", "iss", "sub", "aud"] {
            assert_eq!(with(&house, &LIBRARY, &json!({name: null})).await, UNKNOWN, "{name}");
        }
        for name in ["iss", "sub"] {
            assert_eq!(with(&house, &LIBRARY, &json!({name: "strict"})).await, UNKNOWN, "{name}");
        }
        assert_eq!(with(&house, &LIBRARY, &json!({"exp": now + 3_600})).await, UNKNOWN);
        assert_eq!(with(&house, &LIBRARY, &json!({"exp": now})).await, UNKNOWN);
        assert_eq!(with(&house, &LIBRARY, &json!({"jti": ""})).await, UNKNOWN);
        assert_eq!(with(&house, &LIBRARY, &json!({"iat": null})).await, KNOWN);
    }

    async fn y01_a_clock_may_be_a_little_ahead(world: World) {
        let house = house(world).await;
        let now = house.app.now().seconds();
        assert_eq!(with(&house, &LIBRARY, &json!({"iat": now + 8, "nbf": now + 8})).await, KNOWN);
        assert_eq!(with(&house, &LIBRARY, &json!({"iat": now + 61})).await, UNKNOWN);
        assert_eq!(with(&house, &LIBRARY, &json!({"nbf": now + 61})).await, UNKNOWN);
    }

    async fn a_client_that_is_not_known_leaves_one_event_a_minute(world: World) {
        let stage = Stage::own_device(world).await;
        let house = &stage.house;
        for _ in 0..3 {
            assert_eq!(answer(house, &[("client_id", "old-post"), ("client_secret", "wrong")]).await.error(), UNKNOWN);
        }
        assert_eq!(count(house, "request.refused").await, 1);
        // So do those that name no client of ours, and those whose name cannot be read.
        assert_eq!(answer(house, &[("client_id", "nobody")]).await.error(), UNKNOWN);
        assert_eq!(answer(house, &[]).await.error(), UNKNOWN);
        let ask = http(house).post(house.at("/token")).header("authorization", "Basic %%%");
        assert_eq!(Page::of(ask.form(&[("grant_type", "x")]).send().await.unwrap()).await.error(), UNKNOWN);
        assert_eq!(count(house, "request.refused").await, 2);
        house.later(Duration::from_mins(1));
        assert_eq!(answer(house, &[("client_id", "old-post"), ("client_secret", "wrong")]).await.error(), UNKNOWN);
        assert_eq!(answer(house, &[]).await.error(), UNKNOWN);
        let wanted = [1, 1, 3, 3].map(|count| ("invalid_client".to_owned(), count));
        assert_eq!(refusals(house).await, wanted);
        // A good client's bad code is a refusal too.
        assert_eq!(answer(house, &[("client_id", "bin-app")]).await.error(), KNOWN);
        assert_eq!(refusals(house).await.last().unwrap(), &("invalid_grant".to_owned(), 1));
    }
}
