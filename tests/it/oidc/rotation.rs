//! Signing keys from one to the next (row F15): whoever keeps the key set for as long as it says verifies everything.

use super::browser::http;
use super::party::LIBRARY;
use super::tokens::header;
use super::{Page, Stage, text};
use crate::app::House;
use jsonwebtoken::jwk::{JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use openidconnect::core::{CoreClient, CoreIdToken, CoreProviderMetadata};
use openidconnect::{ClientId, IssuerUrl, JsonWebKeySet, Nonce};
use portreeve::crypto::keys::SigningAlg;
use portreeve::domain::rotation::{KEPT_AFTER, KEY_SET_KEPT, NEXT_AFTER};
use portreeve::domain::time::When;
use portreeve::jobs::rotate_keys::RotateKeys;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::rotation::{Rotation, rotate};
use serde_json::Value;
use std::str::FromStr as _;
use std::time::Duration;

/// A service that keeps its copy of the key set to the last moment, and asks for it no sooner for a key it lacks.
struct Copy {
    keys: JwkSet,
    text: String,
    read_at: When,
}

impl Copy {
    async fn read(house: &House) -> Self {
        let page = Page::of(http(house).get(house.at("/jwks")).send().await.unwrap()).await;
        assert!(page.header("cache-control").contains(&format!("max-age={},", KEY_SET_KEPT.as_secs())));
        Self { keys: serde_json::from_str(&page.body).unwrap(), text: page.body, read_at: house.app.now() }
    }

    async fn now(&mut self, house: &House) {
        if house.app.now().since(self.read_at) > KEY_SET_KEPT {
            *self = Self::read(house).await;
        }
    }

    fn verifies(&self, token: &str) -> bool {
        let header = header(token);
        let Some(key) = self.keys.find(text(&header, "kid")) else { return false };
        let mut rules = Validation::new(Algorithm::from_str(text(&header, "alg")).unwrap());
        (rules.validate_exp, rules.validate_aud) = (false, false);
        rules.required_spec_claims.clear();
        jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &rules).is_ok()
    }
}

/// An operator who rotates as often as she is let; says whether she was.
async fn rotates(house: &House) -> bool {
    let app = &house.app;
    let version = app.snapshot().policy.version().to_owned();
    let rotation = rotate(&app.db, &app.roots, &version, SigningAlg::Es256, false, app.now()).await.unwrap();
    app.refresh().await.unwrap();
    matches!(rotation, Rotation::Done(done) if done.signs.is_some())
}

/// The published keys of an algorithm.
async fn published(house: &House) -> Vec<String> {
    let keys = Copy::read(house).await.keys.keys;
    let es256 = keys.into_iter().filter(|key| key.common.key_algorithm == Some(KeyAlgorithm::ES256));
    es256.map(|key| key.common.key_id.unwrap()).collect()
}

both! {
    async fn f15_twenty_rotations_break_nothing_for_who_keeps_the_key_set(world: World) {
        let mut stage = Stage::own_device(world).await;
        let mut tokens = stage.tokens(&LIBRARY, &[]).await;
        let house = &stage.house;
        let issuer = IssuerUrl::new(house.app.issuer.as_str().to_owned()).unwrap();
        let metadata = Page::of(http(house).get(house.at("/.well-known/openid-configuration")).send().await.unwrap());
        let metadata: CoreProviderMetadata = serde_json::from_str(&metadata.await.body).unwrap();
        assert_eq!(metadata.issuer(), &issuer);
        // Copies of every age, so that some are always about to lapse.
        let mut copies = Vec::new();
        for _ in 0..5 {
            copies.push(Copy::read(house).await);
            house.later(Duration::from_secs(170));
        }
        let (mut rotations, mut signed, mut kids) = (0, Vec::new(), std::collections::BTreeSet::new());
        for _ in 0..200 {
            rotations += usize::from(rotates(house).await);
            for copy in &mut copies {
                copy.now(house).await;
            }
            // All at once, as services come.
            let asked = futures_util::future::join_all((0..8).map(|_| LIBRARY.machine(house, &[]))).await;
            let fresh: Vec<String> = asked.iter().map(|page| text(&page.json(), "access_token").to_owned()).collect();
            tokens = LIBRARY.refresh(house, text(&tokens, "refresh_token"), &[]).await.json();
            let id = text(&tokens, "id_token").to_owned();
            kids.insert(text(&header(&id), "kid").to_owned());
            signed.push((house.app.now(), vec![id.clone()]));
            signed.push((house.app.now(), fresh));
            // A token lasts five minutes; what is older nobody looks at.
            signed.retain(|(at, _)| house.app.now().since(*at) <= Duration::from_mins(5));
            for copy in &copies {
                // What it verified once it verifies as long as it is the same copy.
                let now = house.app.now();
                for (at, tokens) in signed.iter().filter(|(at, _)| *at == now || copy.read_at == now) {
                    assert!(tokens.iter().all(|token| copy.verifies(token)), "signed at {at}, copy of {}", copy.read_at);
                }
            }
            // And by a library that nobody here wrote, with the oldest copy.
            if let Some(copy) = copies.iter().min_by_key(|copy| copy.read_at) {
                let keys: JsonWebKeySet<_> = serde_json::from_str(&copy.text).unwrap();
                let metadata = metadata.clone().set_jwks(keys);
                let client = CoreClient::from_provider_metadata(metadata, ClientId::new(LIBRARY.id.into()), None);
                let micros = house.app.now().micros();
                let verifier = client
                    .id_token_verifier()
                    .set_allowed_algs([openidconnect::core::CoreJwsSigningAlgorithm::EcdsaP256Sha256])
                    .set_time_fn(move || chrono::DateTime::from_timestamp_micros(micros).unwrap());
                let any = |_: Option<&Nonce>| Ok::<(), String>(());
                CoreIdToken::from_str(&id).unwrap().into_claims(&verifier, any).unwrap();
            }
            if rotations >= 20 {
                break;
            }
            house.later(Duration::from_secs(170));
        }
        assert_eq!(rotations, 20);
        assert!(kids.len() >= 20, "{} keys signed", kids.len());
    }

    async fn f15_the_job_publishes_early_and_keeps_the_old_key(world: World) {
        let house = House::with(world, &super::party::files(), &[]).await;
        let round = async || {
            RotateKeys.round(&house.app, house.app.now()).await.unwrap();
            house.app.refresh().await.unwrap();
            published(&house).await
        };
        let first = round().await;
        assert_eq!(first.len(), 1);
        let signs = async || text(&header(text(&LIBRARY.machine(&house, &[]).await.json(), "access_token")), "kid").to_owned();
        assert_eq!(signs().await, first[0]);
        // All but a second of it, and then the second.
        let nearly = |whole: Duration| Duration::from_secs(whole.as_secs() - 1);
        house.later(nearly(NEXT_AFTER));
        assert_eq!(round().await, first);
        house.later(Duration::from_secs(1));
        // Published, and not signing.
        let both = round().await;
        assert_eq!((both.len(), signs().await), (2, first[0].clone()));
        assert_eq!(round().await, both);
        house.later(nearly(Duration::from_hours(7 * 24)));
        assert_eq!((round().await, signs().await), (both.clone(), first[0].clone()));
        house.later(Duration::from_secs(1));
        // Signing; the old one stays published, and the next is there.
        let three = round().await;
        let second = both.iter().find(|kid| **kid != first[0]).unwrap().clone();
        assert!(three.len() == 3 && three.contains(&first[0]), "{three:?}");
        assert_eq!(signs().await, second);
        assert_eq!(round().await, three);
        // Until nothing it signed is looked at.
        house.later(nearly(KEPT_AFTER));
        assert!(round().await.contains(&first[0]));
        house.later(Duration::from_secs(1));
        let last = round().await;
        assert!(!last.contains(&first[0]) && last.contains(&second), "{last:?}");
    }
}
