//! A signed pass in a service's hand, verified without asking us: it lives to its end, and the pages say so.

use super::receiver::Receiver;
use super::{change, round, stage, withdrawn};
use crate::oidc::browser::http;
use crate::oidc::party::LIBRARY;
use crate::oidc::text;
use crate::visitor::Visitor;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use portreeve::jobs::deliver_signals::DeliverSignals;
use serde_json::Value;
use std::time::Duration;

/// As an API does it that never asks: signature, issuer, and `exp` by its own clock (RFC 9068 §4).
fn verified_offline(token: &str, keys: &JwkSet, issuer: &str, now: i64) -> bool {
    let kid = decode_header(token).unwrap().kid.unwrap();
    let mut rules = Validation::new(Algorithm::ES256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.set_issuer(&[issuer]);
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    decode::<Value>(token, &key, &rules).is_ok_and(|token| token.claims["exp"].as_i64().unwrap() > now)
}

both! {
    async fn n04_a_token_in_hand_dies_five_minutes_after_it_was_made_and_the_service_is_told_at_once(world: World) {
        let library = Receiver::default();
        let mut stage = stage(world, &library).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let access = text(&tokens, "access_token");
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        let keys: JwkSet = http(house).get(house.at("/jwks")).send().await.unwrap().json().await.unwrap();
        let issuer = house.app.issuer.as_str();
        let made = house.app.now();
        change(&house.app, ada, withdrawn("library")).await;
        LIBRARY.revoke(house, text(&tokens, "refresh_token")).await;
        round(house, &mut duty).await;
        assert_eq!(library.taken().len(), 1, "told at once");
        // Our own endpoints: dead at once.
        assert_eq!(LIBRARY.introspect(house, access).await["active"], false);
        // Whoever does not ask: alive until the end that it was made with, and not a second longer.
        let died = loop {
            if !verified_offline(access, &keys, issuer, house.app.now().seconds()) {
                break house.app.now().since(made);
            }
            assert!(house.app.now().since(made) < Duration::from_hours(1), "it does not die");
            house.later(Duration::from_secs(1));
        };
        assert_eq!(died, Duration::from_mins(5));
        let page = Visitor::new(house).get("/docs/limits").await.body;
        assert!(page.contains("It works until it runs out, 5 minutes after it was made."), "{page}");
        assert!(page.contains("we tell it, and note when it answered"), "{page}");
    }
}
