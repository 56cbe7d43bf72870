//! Signing keys from one to the next (row F15): whoever keeps the key set for as long as it says verifies everything.

mod stock;

use super::browser::http;
use super::party::{LIBRARY, MUSEUM_API};
use super::record::payloads;
use super::tokens::header;
use super::{Page, Stage, text};
use crate::app::House;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jsonwebtoken::jwk::{JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use openidconnect::core::{CoreClient, CoreIdToken, CoreJwsSigningAlgorithm, CoreProviderMetadata};
use openidconnect::{ClientId, IssuerUrl, JsonWebKeySet, Nonce};
use portreeve::app::StartError;
use portreeve::crypto::jwt::verify_own;
use portreeve::crypto::keys::{SigningAlg, TokenType};
use portreeve::domain::rotation::{KEPT_AFTER, KEY_SET_KEPT, NEXT_AFTER};
use portreeve::domain::time::When;
use portreeve::jobs::rotate_keys::RotateKeys;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::Failure;
use portreeve::service::rotation::{How, Rotation, rotate};
use portreeve::store::Error;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;
use std::time::{Duration, Instant};
use stock::{Stock, Taken};
use tokio::time::interval;

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
/// The requests of a step in which a rotation may be let: a quarter of a second of them before it, and one after.
const MANY: u32 = 100;
/// The requests of every other step: one of each client that refreshes.
const FEW: u32 = 20;
/// Every so many-th request is a refresh, for an ID token; the others are for access tokens.
const REFRESHES: u32 = 5;
/// How many may be under way. A machine that keeps the pace never has so many; one that does not asks more slowly.
const MOST: usize = 100;
/// A step of the clock: six are longer than a key has to be published before it signs.
const STEP: Duration = Duration::from_secs(170);

/// An operator who rotates the keys of both algorithms as often as she is let; says whether she was.
async fn rotates(house: &House, how: How) -> bool {
    let app = &house.app;
    let version = app.snapshot().policy.version().to_owned();
    let one = async |alg| {
        // The load has the same few connections to the database. Whoever gets none is told so, and does it again.
        for _ in 0..20 {
            match rotate(&app.db, &app.roots, &version, alg, how, app.now()).await {
                Err(Failure::Store(Error::Unavailable(_))) => tokio::time::sleep(APART * 40).await,
                rotation => return matches!(rotation.unwrap(), Rotation::Done(done) if done.signs.is_some()),
            }
        }
        panic!("the database was never free");
    };
    let done = tokio::join!(one(SigningAlg::Es256), one(SigningAlg::Rs256));
    let mut tries = 0;
    while let Err(busy) = app.refresh().await {
        tries += 1;
        assert!(tries < 20 && matches!(busy, StartError::Store(Error::Unavailable(_))), "{busy:?}");
    }
    assert_eq!(done.0, done.1, "both were published at the same time");
    done.0
}

/// Services that ask for tokens at a pace that waits for no answer (but see [`MOST`]), and verify them with the copies they keep.
struct Load {
    kept: reqwest::Client,
    copies: Vec<Copy>,
    stock: Stock,
    /// What is still looked at, with when it was signed: a token lasts five minutes.
    signed: Vec<(When, Vec<String>)>,
    /// The keys that signed, by algorithm.
    kids: BTreeMap<String, BTreeSet<String>>,
    asked: usize,
    /// How often we were short of a connection or the like, and said so: such a request is made again.
    short: usize,
    /// From the beginning of each step's first request to that of its last.
    took: Duration,
    failed: Vec<String>,
}

impl Load {
    /// With copies of every age, so that some are always about to lapse.
    async fn new(stage: &mut Stage) -> Self {
        let stock = Stock::new(stage).await;
        let (house, kept) = (&stage.house, http(&stage.house));
        let (signed, kids, failed) = (Vec::new(), BTreeMap::new(), Vec::new());
        let mut load =
            Self { kept, copies: Vec::new(), stock, signed, kids, asked: 0, short: 0, took: Duration::ZERO, failed };
        for _ in 0..5 {
            load.copies.push(Copy::read(house).await);
            load.stock.opens(house);
            // Connections are made, here and to the database, before they are counted on.
            for _ in 0..2 {
                load.asks(house, FEW, async {}).await;
                load.hears(house);
            }
            house.later(STEP);
        }
        (load.asked, load.short, load.took) = (0, 0, Duration::ZERO);
        load
    }

    /// So many requests, [`APART`] from each other, and as many more as begin while what is done in their midst lasts.
    /// Whoever gets a token shows it at once.
    async fn asks<T>(&mut self, house: &House, number: u32, amidst: impl Future<Output = T>) -> T {
        let (kept, stock, start) = (&self.kept, &self.stock, Instant::now());
        let one = async |nth: u32| {
            let begins = start.elapsed();
            if nth.is_multiple_of(REFRESHES) {
                stock.refreshes(house, nth / REFRESHES);
                return (begins, 0, None);
            }
            let form = [("grant_type", "client_credentials"), ("resource", MUSEUM_API), ("scope", "museum.read")];
            for short in 0.. {
                let page = LIBRARY.post_by(kept, house, "/token", &form).await;
                if page.status != 503 || short == 5 {
                    if page.status == 200 {
                        stock.sees(house, text(&page.json(), "access_token"));
                    }
                    return (begins, short, Some(page));
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            unreachable!("six tries and no more");
        };
        let (mut turns, mut under_way, mut answers) = (interval(APART), FuturesUnordered::new(), Vec::new());
        let (mut begun, mut last, mut done) = (0, None, None);
        let mut amidst = std::pin::pin!(amidst);
        while last.is_none_or(|last| begun < last) || !under_way.is_empty() {
            tokio::select! {
                _ = turns.tick(), if last.is_none_or(|last| begun < last) && under_way.len() < MOST => {
                    under_way.push(one(begun));
                    begun += 1;
                }
                Some(answer) = under_way.next() => answers.push(answer),
                out = &mut amidst, if done.is_none() && begun >= number / 2 => {
                    (last, done) = (Some(begun + number / 2), Some(out));
                }
            }
        }
        drop(under_way);
        self.asked += answers.len();
        self.short += answers.iter().map(|(_, short, _)| *short).sum::<usize>();
        self.took += answers.iter().map(|(begins, ..)| *begins).max().unwrap();
        let mut tokens = Vec::new();
        for page in answers.into_iter().filter_map(|(.., page)| page) {
            match page.status {
                200 => tokens.push(text(&page.json(), "access_token").to_owned()),
                status => self.failed.push(format!("{status}: {}", page.body)),
            }
        }
        self.gets(house, tokens);
        done.unwrap()
    }

    /// Tokens that were signed now.
    fn gets(&mut self, house: &House, tokens: Vec<String>) {
        for header in tokens.iter().map(|token| header(token)) {
            let (alg, kid) = (text(&header, "alg").to_owned(), text(&header, "kid").to_owned());
            self.kids.entry(alg).or_default().insert(kid);
        }
        self.signed.push((house.app.now(), tokens));
    }

    /// What the stock clients did until now; says what ID tokens they got.
    fn hears(&mut self, house: &House) -> Vec<Taken> {
        let said = self.stock.tells(house);
        self.failed.extend(said.failed);
        self.short += said.again;
        self.gets(house, said.ids.iter().map(|taken| taken.token.clone()).collect());
        said.ids
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
fn library_verifies(house: &House, metadata: &CoreProviderMetadata, copies: &[Copy], taken: &Taken) {
    let copy = copies.iter().min_by_key(|copy| copy.read_at).unwrap();
    let keys: JsonWebKeySet<_> = serde_json::from_str(&copy.text).unwrap();
    let metadata = metadata.clone().set_jwks(keys);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(taken.id.clone()), None);
    let micros = house.app.now().micros();
    let alg: CoreJwsSigningAlgorithm = serde_json::from_value(json!(taken.alg)).unwrap();
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs([alg])
        .set_time_fn(move || chrono::DateTime::from_timestamp_micros(micros).unwrap());
    let any = |_: Option<&Nonce>| Ok::<(), String>(());
    CoreIdToken::from_str(&taken.token).unwrap().into_claims(&verifier, any).unwrap();
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
        let mut load = Load::new(&mut stage).await;
        let house = &stage.house;
        let issuer = IssuerUrl::new(house.app.issuer.as_str().to_owned()).unwrap();
        let metadata = Page::of(http(house).get(house.at("/.well-known/openid-configuration")).send().await.unwrap());
        let metadata: CoreProviderMetadata = serde_json::from_str(&metadata.await.body).unwrap();
        assert_eq!(metadata.issuer(), &issuer);
        let (mut rotations, mut step) = (0, 0);
        while rotations < 20 && step < 200 {
            for copy in &mut load.copies {
                copy.now(house).await;
            }
            // Stock clients whose copies lapse now have new ones before there is a new key.
            load.hears(house);
            let number = if step % 6 == 0 { MANY } else { FEW };
            let rotated = load.asks(house, number, Box::pin(rotates(house, How::InTime))).await;
            assert!(!rotated || number == MANY, "a rotation was let without the load that it is for");
            rotations += usize::from(rotated);
            for taken in load.hears(house).iter().take(2) {
                library_verifies(house, &metadata, &load.copies, taken);
            }
            load.verify(house);
            assert!(load.failed.is_empty(), "after {rotations} rotations and {}: {:?}", load.said(), load.failed);
            house.later(STEP);
            step += 1;
        }
        let (said, counted) = (load.said(), load.stock.tells(house));
        assert_eq!((rotations, &counted.failed[..]), (20, &[][..]), "{said}");
        for alg in ["ES256", "RS256"] {
            assert_eq!(load.kids[alg].len(), 21, "one before and one after each rotation, of {alg}: {said}");
        }
        // Each token was shown twice to four of jose and two of oauth4webapi; every fifth request was openid-client's.
        let asked = u32::try_from(load.asked).unwrap();
        counted.verified_by_each([8 * asked, 3 * asked, asked / REFRESHES]);
        counted.is_of_caches(STEP * (step + 5));
        assert!(load.asked >= 20 * MANY as usize, "{said}");
        println!("{said}");
    }

    /// What the early publication is for; and that the load above would notice if it were missing.
    async fn f15_who_has_just_read_the_key_set_refuses_a_key_that_signs_at_once(world: World) {
        let mut stage = Stage::own_device(world).await;
        let mut load = Load::new(&mut stage).await;
        let house = &stage.house;
        load.asks(house, FEW, async {}).await;
        load.hears(house);
        load.verify(house);
        assert_eq!(load.failed, Vec::<String>::new());
        rotates(house, How::AtOnce).await;
        load.asks(house, FEW, async {}).await;
        load.hears(house);
        let of_openid = ["old-basic", "old-post"].map(|id| format!("openid-client of {id}: OAUTH_KEY_SELECTION_FAILED"));
        let [one, two] = of_openid.each_ref().map(String::as_str);
        for refused in ["jose: ERR_JWKS_NO_MATCHING_KEY", "oauth4webapi: OAUTH_KEY_SELECTION_FAILED", one, two] {
            assert!(load.failed.iter().any(|failed| failed.starts_with(refused)), "{refused} in {:?}", load.failed);
        }
        load.failed.clear();
        // Of the access tokens, and of the ID tokens.
        load.verify(house);
        assert_eq!(load.failed.len(), 2 * load.copies.len(), "no copy of before has the key: {:?}", load.failed);
        load.failed.clear();
        // Until they ask again.
        house.later(STEP);
        load.hears(house);
        load.asks(house, FEW, async {}).await;
        load.hears(house);
        assert_eq!(load.failed, Vec::<String>::new());
    }

    async fn f15_a_key_that_somebody_else_has_is_trusted_no_longer(world: World) {
        let mut stage = Stage::own_device(world).await;
        let before = stage.tokens(&LIBRARY, &[("scope", "openid offline_access")]).await;
        let house = &stage.house;
        rotates(house, How::InTime).await;
        let known = published(house).await;
        assert_eq!(known.len(), 2, "the one that signs, and the one ahead");
        let is_ours = || {
            let (token, issuer, snapshot) = (text(&before, "id_token"), house.app.issuer.as_str(), house.app.snapshot());
            verify_own::<Value>(token, TokenType::Id, issuer, &snapshot.keys, house.app.now()).is_ok()
        };
        assert!(is_ours());
        rotates(house, How::Leaked).await;
        let now = published(house).await;
        assert!(now.len() == 1 && !known.contains(&now[0]), "{now:?}");
        assert!(!is_ours(), "what it signed is a hint still");
        let destroyed = payloads(house, "config.keys_destroyed").await;
        let names = |said: &Value, kid: &String| said["kids"].as_array().unwrap().contains(&json!(kid));
        let told = destroyed.iter().any(|said| known.iter().all(|kid| names(said, kid)));
        assert!(told && destroyed.len() == 2, "one for each algorithm: {destroyed:?}");
        // Whoever had tokens gets others, of the new key.
        let refreshed = LIBRARY.refresh(house, text(&before, "refresh_token"), &[]).await.json();
        assert_eq!(text(&header(text(&refreshed, "access_token")), "kid"), now[0]);
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
