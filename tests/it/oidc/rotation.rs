//! Signing keys from one to the next (row F15): whoever keeps the key set for as long as it says verifies everything.

use super::browser::http;
use super::party::LIBRARY;
use super::record::payloads;
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
use serde_json::{Value, json};
use std::str::FromStr as _;
use std::time::{Duration, Instant};

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

/// How far apart requests begin: 200 a second.
const APART: Duration = Duration::from_millis(5);
/// The requests of a step in which a rotation may be let: half a second of them, with the rotation in the middle.
const MANY: u32 = 100;
/// The requests of every other step.
const FEW: u32 = 10;

/// An operator who rotates as often as she is let; says whether she was.
async fn rotates(house: &House) -> bool {
    let app = &house.app;
    let version = app.snapshot().policy.version().to_owned();
    let rotation = rotate(&app.db, &app.roots, &version, SigningAlg::Es256, false, app.now()).await.unwrap();
    app.refresh().await.unwrap();
    matches!(rotation, Rotation::Done(done) if done.signs.is_some())
}

/// Services that ask for tokens at a pace that waits for no answer, and verify them with the copies they keep.
struct Load {
    kept: reqwest::Client,
    copies: Vec<Copy>,
    /// What is still looked at, with when it was signed: a token lasts five minutes.
    signed: Vec<(When, Vec<String>)>,
    asked: usize,
    /// How often we were short of a connection or the like, and said so: such a request is made again.
    short: usize,
    /// From the beginning of each step's first request to that of its last.
    took: Duration,
    failed: Vec<String>,
}

impl Load {
    /// With copies of every age, so that some are always about to lapse.
    async fn new(house: &House) -> Self {
        let mut copies = Vec::new();
        for _ in 0..5 {
            copies.push(Copy::read(house).await);
            house.later(Duration::from_secs(170));
        }
        let kept = http(house);
        let mut load =
            Self { kept, copies, signed: Vec::new(), asked: 0, short: 0, took: Duration::ZERO, failed: Vec::new() };
        // Connections are made, here and to the database, before they are counted on.
        for _ in 0..10 {
            load.asks(house, FEW).await;
        }
        (load.asked, load.short, load.took) = (0, 0, Duration::ZERO);
        load
    }

    /// So many requests, [`APART`] from each other.
    async fn asks(&mut self, house: &House, number: u32) {
        let (kept, began) = (&self.kept, Instant::now());
        let one = async |nth: u32| {
            tokio::time::sleep(APART * nth).await;
            let begins = began.elapsed();
            let form = [("grant_type", "client_credentials")];
            for short in 0.. {
                let page = LIBRARY.post_by(kept, house, "/token", &form).await;
                if page.status != 503 || short == 5 {
                    return (begins, short, page);
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            unreachable!("six tries and no more");
        };
        let answers = futures_util::future::join_all((0..number).map(one)).await;
        self.asked += answers.len();
        self.short += answers.iter().map(|(_, short, _)| *short).sum::<usize>();
        self.took += answers.iter().map(|(begins, ..)| *begins).max().unwrap();
        let mut tokens = Vec::new();
        for (.., page) in answers {
            match page.status {
                200 => tokens.push(text(&page.json(), "access_token").to_owned()),
                status => self.failed.push(format!("{status}: {}", page.body)),
            }
        }
        self.signed.push((house.app.now(), tokens));
    }

    /// Each copy is as old as it may be; what one verified once it verifies as long as it is the same copy.
    fn verify(&mut self, house: &House) {
        let now = house.app.now();
        self.signed.retain(|(at, _)| now.since(*at) <= Duration::from_mins(5));
        for copy in &self.copies {
            for (at, tokens) in self.signed.iter().filter(|(at, _)| *at == now || copy.read_at == now) {
                let failed = tokens.iter().filter(|token| !copy.verifies(token)).count();
                if failed > 0 {
                    self.failed.push(format!("{failed} signed at {at}, with the copy of {}", copy.read_at));
                }
            }
        }
    }

    /// What was asked, for whoever reads a failure.
    fn said(&self) -> String {
        let rate = f64::from(u32::try_from(self.asked).unwrap()) / self.took.as_secs_f64();
        format!("{} requests at {rate:.0} a second, {} of them made again", self.asked, self.short)
    }
}

/// Verifies an ID token as a library does that nobody here wrote, with the oldest copy.
fn library_verifies(house: &House, metadata: &CoreProviderMetadata, copies: &[Copy], id: &str) {
    let copy = copies.iter().min_by_key(|copy| copy.read_at).unwrap();
    let keys: JsonWebKeySet<_> = serde_json::from_str(&copy.text).unwrap();
    let metadata = metadata.clone().set_jwks(keys);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(LIBRARY.id.into()), None);
    let micros = house.app.now().micros();
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs([openidconnect::core::CoreJwsSigningAlgorithm::EcdsaP256Sha256])
        .set_time_fn(move || chrono::DateTime::from_timestamp_micros(micros).unwrap());
    let any = |_: Option<&Nonce>| Ok::<(), String>(());
    CoreIdToken::from_str(id).unwrap().into_claims(&verifier, any).unwrap();
}

/// The published keys of an algorithm.
async fn published(house: &House) -> Vec<String> {
    let keys = Copy::read(house).await.keys.keys;
    let es256 = keys.into_iter().filter(|key| key.common.key_algorithm == Some(KeyAlgorithm::ES256));
    es256.map(|key| key.common.key_id.unwrap()).collect()
}

both! {
    async fn f15_twenty_rotations_under_load_break_nothing_for_who_keeps_the_key_set(world: World) {
        let mut stage = Stage::own_device(world).await;
        let mut tokens = stage.tokens(&LIBRARY, &[]).await;
        let house = &stage.house;
        let issuer = IssuerUrl::new(house.app.issuer.as_str().to_owned()).unwrap();
        let metadata = Page::of(http(house).get(house.at("/.well-known/openid-configuration")).send().await.unwrap());
        let metadata: CoreProviderMetadata = serde_json::from_str(&metadata.await.body).unwrap();
        assert_eq!(metadata.issuer(), &issuer);
        let mut load = Load::new(house).await;
        let (mut rotations, mut kids) = (0, std::collections::BTreeSet::new());
        // Six steps of the clock are longer than a key has to be published before it signs.
        for step in 0..200 {
            for copy in &mut load.copies {
                copy.now(house).await;
            }
            let number = if step % 6 == 0 { MANY } else { FEW };
            let amidst = async {
                tokio::time::sleep(APART * (number / 2)).await;
                rotates(house).await
            };
            let ((), rotated) = tokio::join!(load.asks(house, number), amidst);
            assert!(!rotated || number == MANY, "a rotation was let without the load that it is for");
            rotations += usize::from(rotated);
            tokens = LIBRARY.refresh(house, text(&tokens, "refresh_token"), &[]).await.json();
            let id = text(&tokens, "id_token").to_owned();
            kids.insert(text(&header(&id), "kid").to_owned());
            library_verifies(house, &metadata, &load.copies, &id);
            load.signed.push((house.app.now(), vec![id]));
            load.verify(house);
            assert!(load.failed.is_empty(), "after {rotations} rotations and {}: {:?}", load.said(), load.failed);
            if rotations >= 20 {
                break;
            }
            house.later(Duration::from_secs(170));
        }
        let said = load.said();
        assert_eq!((rotations, load.failed.len()), (20, 0), "{said}");
        assert!(kids.len() >= 20, "{} keys signed for {said}", kids.len());
        // The pace is that of the first request to the last of each step, however long the answers take; a machine that
        // is busy otherwise may fall behind, but not by half.
        assert!(load.asked >= 20 * MANY as usize && load.took <= APART * 2 * u32::try_from(load.asked).unwrap(), "{said}");
        assert!(load.short <= load.asked / 20, "{said}");
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
        let rotated = payloads(&house, "config.key_rotated").await;
        let told = json!({ "kid": second, "algorithm": "ES256", "retired": [first[0]] });
        assert!(rotated.len() == 2 && rotated.contains(&told), "one for each algorithm: {rotated:?}");
        assert_eq!(round().await, three);
        // Until nothing it signed is looked at.
        house.later(nearly(KEPT_AFTER));
        assert!(round().await.contains(&first[0]));
        assert_eq!(payloads(&house, "config.keys_destroyed").await, Vec::<Value>::new());
        house.later(Duration::from_secs(1));
        let last = round().await;
        assert!(!last.contains(&first[0]) && last.contains(&second), "{last:?}");
        let [destroyed] = &payloads(&house, "config.keys_destroyed").await[..] else { panic!("one for all") };
        let kids = destroyed["kids"].as_array().unwrap();
        assert!(kids.len() == 2 && kids.contains(&json!(first[0])), "{kids:?}");
    }
}
