//! Duties: what the outbox delivers, who may do a duty, what a node that dies leaves to the next.

mod expire;
mod flat;
mod mail;

use crate::app::{House, Service};
use crate::temp::TempDir;
use crate::world::World;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portreeve::app::App;
use portreeve::crypto::tokens::{self, Token};
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::domain::time::When;
use portreeve::http::shutdown::Shutdown;
use portreeve::jobs::holder::Holder;
use portreeve::jobs::runner::{self, Duty, Fault};
use portreeve::jobs::send_messages::SendMessages;
use portreeve::service::post::{self as letters, BackChannel};
use portreeve::service::sessions::{self as deeds, Browser};
use portreeve::store::{Housekeeping, deliveries, events, outbox, sessions};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use uuid::Uuid;

/// A service's back-channel endpoint: it keeps the tokens it was sent and answers as told, at last with 200.
#[derive(Clone, Default)]
pub struct Endpoint {
    told: Arc<Mutex<VecDeque<u16>>>,
    seen: Arc<Mutex<Vec<String>>>,
    signals: Arc<Mutex<u16>>,
    slow: Arc<watch::Sender<bool>>,
}

impl Endpoint {
    /// Listens; gives its address, without a path.
    async fn open(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/backchannel-logout", post(receive)).route("/signals", post(signal));
        let routes = routes.with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        format!("http://{address}")
    }

    /// What the next calls are answered with.
    pub fn answer(&self, status: u16, times: usize) {
        self.told.lock().unwrap().extend(std::iter::repeat_n(status, times));
    }

    /// Whether it answers nobody until it is told otherwise.
    fn is_slow(&self, slow: bool) {
        self.slow.send_replace(slow);
    }

    /// What signals are answered with from now on.
    pub fn signals(&self, status: u16) {
        *self.signals.lock().unwrap() = status;
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

async fn receive(State(endpoint): State<Endpoint>, body: String) -> impl IntoResponse {
    let token = url::form_urlencoded::parse(body.as_bytes()).find(|(key, _)| key == "logout_token").unwrap().1;
    endpoint.seen.lock().unwrap().push(token.into_owned());
    let status = endpoint.told.lock().unwrap().pop_front().unwrap_or(200);
    endpoint.slow.subscribe().wait_for(|slow| !slow).await.unwrap();
    http::StatusCode::from_u16(status).unwrap()
}

async fn signal(State(endpoint): State<Endpoint>) -> impl IntoResponse {
    let status = *endpoint.signals.lock().unwrap();
    (http::StatusCode::from_u16(status).unwrap(), r#"{"err": "access_denied"}"#)
}

/// A house whose Garden waste is told at this endpoint, with a resident.
pub async fn house(world: World, garden: &Endpoint) -> (House, AccountId) {
    let place = garden.open().await;
    let place =
        ["/backchannel-logout", "/signals"].map(|path| (format!("http://localhost:8090{path}"), place.clone() + path));
    let changes = place.each_ref().map(|(from, to)| ("services/garden-waste.toml", from.as_str(), to.as_str()));
    let house = House::with(world, &[], &changes).await;
    let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
    (house, ada)
}

/// Queues a call to a service; gives its batch.
pub async fn queue(app: &App, person: AccountId, client: &str) -> Uuid {
    let (batch, now) = (tokens::uuid(), app.now());
    let call = BackChannel { sub: "her-sub".into(), sid: "her-sid".into(), left: None };
    let message = letters::back_channel(&app.roots, person, batch, client, &call).unwrap();
    app.db
        .write(async |mut w| {
            outbox::queue(&mut w, &message, now).await?;
            w.commit_quietly(Housekeeping::Delivery, ()).await
        })
        .await
        .unwrap();
    batch
}

/// One round, and time for what it began to end.
pub async fn round(app: &App, duty: &mut SendMessages) {
    duty.round(app, app.now()).await.unwrap();
    duty.finish().await;
}

async fn state(app: &App, batch: Uuid) -> (String, i64) {
    let rows = outbox::batch(&mut app.db.peek(), batch).await.unwrap();
    (rows[0].1.clone(), rows[0].2)
}

async fn newest(app: &App) -> (String, String) {
    let event = events::newest(&mut app.db.peek(), 1).await.unwrap().remove(0);
    (event.r#type, event.outcome)
}

fn part(token: &str, nth: usize) -> serde_json::Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(nth).unwrap()).unwrap()).unwrap()
}

/// Counts its rounds.
struct Counting(Arc<AtomicUsize>);

impl Duty for Counting {
    const NAME: &'static str = "counting";
    const EVERY: Duration = Duration::from_millis(10);
    const LEASED: bool = true;

    async fn round(&mut self, _: &App, _: When) -> Result<(), Fault> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// The file of a service that is told at this place.
fn service(id: &str, place: &str) -> String {
    let url = "https://service.example/";
    format!(
        r#"client_id = "{id}"
name = {{ en = "{id}", cy = "{id}" }}
start_url = "{url}"
security_profile = "standard"
token_endpoint_auth_method = "private_key_jwt"
jwks_uri = "{url}jwks"
redirect_uris = ["{url}callback"]
backchannel_logout_uri = "{place}"
sector = "{id}"
least_assurance = "A0"
account_needed_because = {{ en = "You can.", cy = "Gallwch." }}
[other_ways]
phone = "01632 960009"
place = {{ en = "Town Hall", cy = "Neuadd y Dref" }}
post = {{ en = "Town Hall", cy = "Neuadd y Dref" }}
"#
    )
}

/// Begins a session that has visited Garden waste; gives its cookie.
pub async fn session(house: &House, account: AccountId, own_device: bool) -> Token {
    let (app, now) = (&house.app, house.app.now());
    let browser = Browser { token: Token::random(), agent: "Firefox 140".into() };
    let (cookie, session) = deeds::draw(app, account, &browser, "en", own_device, now);
    let client = ClientId::parse("garden-waste").unwrap();
    let sid = session.id.0.to_string();
    app.db
        .write(async |mut w| {
            sessions::insert(&mut w, &session, now).await?;
            sessions::visit(&mut w, session.id, &client, &sid, "her-sub", now).await?;
            w.commit_quietly(Housekeeping::LastSeen, ()).await
        })
        .await
        .unwrap();
    cookie
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until a service was told.
async fn delivered(app: &App, batch: Uuid, service: &str) {
    let began = Instant::now();
    loop {
        let rows = outbox::batch(&mut app.db.peek(), batch).await.unwrap();
        if rows.iter().any(|(client, state, _)| client == service && state == "delivered") {
            return;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "never told: {service}: {rows:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

both! {
    async fn l01_a_service_is_told_with_a_fresh_logout_token(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let (app, mut duty) = (&house.app, SendMessages::new());
        garden.answer(500, 1);
        let batch = queue(app, ada, "garden-waste").await;
        round(app, &mut duty).await;
        assert_eq!(state(app, batch).await, ("waiting".into(), 1));
        // Not at once again.
        round(app, &mut duty).await;
        assert_eq!(garden.seen().len(), 1);
        house.later(Duration::from_secs(7));
        round(app, &mut duty).await;
        assert_eq!(state(app, batch).await, ("delivered".into(), 2));
        assert_eq!(newest(app).await, ("auth.logout_confirmed".into(), "ok".into()));

        let seen = garden.seen();
        let (first, second) = (part(&seen[0], 1), part(&seen[1], 1));
        assert_ne!(first["jti"], second["jti"]);
        assert_eq!(part(&seen[1], 0)["typ"], "logout+jwt");
        assert_eq!(part(&seen[1], 0)["alg"], "ES256");
        assert_eq!(second["iss"], app.issuer.as_str());
        assert_eq!(second["aud"], "garden-waste");
        assert_eq!((&second["sub"], &second["sid"]), (&"her-sub".into(), &"her-sid".into()));
        assert_eq!(second["iat"], app.now().seconds());
        assert!(second["exp"].as_i64().unwrap() - second["iat"].as_i64().unwrap() <= 120);
        assert!(second["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
        assert!(second.get("nonce").is_none());
        // Who was told when, how often, and what it answered: for an operator, latest first.
        let tries = deliveries::latest(&mut app.db.peek(), None, 10).await.unwrap();
        let told: Vec<_> =
            tries.iter().map(|row| (row.attempt, row.outcome.as_str(), row.answer.as_str(), row.client_id.as_str())).collect();
        assert_eq!(told, [
            (2, "confirmed", "answered with status 200", "garden-waste"),
            (1, "again", "answered with status 500", "garden-waste"),
        ]);
        let other = ClientId::parse("parking-permits").unwrap();
        assert_eq!(deliveries::latest(&mut app.db.peek(), Some(&other), 10).await.unwrap(), []);
        let standing = deliveries::standings(&mut app.db.peek()).await.unwrap().remove(0);
        assert_eq!((standing.waiting, standing.confirmed, standing.given_up), (0, 1, 0));
        // Nothing of it is left to be delivered, now or ever.
        house.later(Duration::from_hours(48));
        round(app, &mut duty).await;
        assert_eq!(garden.seen().len(), 2);
    }

    async fn f13_a_service_that_never_answers_well_is_given_up_after_an_hour_and_five_tries(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let (app, mut duty) = (&house.app, SendMessages::new());
        garden.answer(500, 100);
        let batch = queue(app, ada, "garden-waste").await;
        let mut passed = Duration::ZERO;
        while state(app, batch).await.0 == "waiting" {
            round(app, &mut duty).await;
            house.later(Duration::from_mins(2));
            passed += Duration::from_mins(2);
            assert!(passed < Duration::from_hours(4));
        }
        let (ended, tries) = state(app, batch).await;
        assert_eq!(ended, "dead");
        assert!(tries >= 5 && passed >= Duration::from_hours(1), "{tries} tries in {passed:?}");
        assert_eq!(newest(app).await, ("auth.logout_undelivered".into(), "error".into()));
        assert_eq!(outbox::counts(&mut app.db.peek()).await.unwrap(), (0, 1));
        let logged = deliveries::latest(&mut app.db.peek(), None, 100).await.unwrap();
        assert_eq!(i64::try_from(logged.len()).unwrap(), tries);
        assert_eq!((logged[0].outcome.as_str(), logged[1].outcome.as_str()), ("given_up", "again"));
        assert_eq!(deliveries::standings(&mut app.db.peek()).await.unwrap()[0].given_up, 1);
        // Each try had a token of its own, none of them good for more than two minutes.
        let tokens: Vec<_> = garden.seen().iter().map(|token| part(token, 1)).collect();
        let numbers: std::collections::BTreeSet<_> = tokens.iter().map(|token| token["jti"].to_string()).collect();
        assert_eq!(numbers.len(), tokens.len());
        assert!(tokens.iter().all(|token| token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap() <= 120));
    }

    async fn f13_down_slow_bad_tls_and_faulty_ones_delay_nobody(world: World) {
        let (garden, slow, faulty) = (Endpoint::default(), Endpoint::default(), Endpoint::default());
        slow.is_slow(true);
        faulty.answer(500, 50);
        let at = async |endpoint: &Endpoint| endpoint.open().await + "/backchannel-logout";
        let plain = at(&faulty).await;
        let down = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            format!("http://{}/backchannel-logout", listener.local_addr().unwrap())
        };
        // https where plain http is spoken.
        let bad_tls = plain.replace("http://", "https://");
        let places = [("down", down), ("slow", at(&slow).await), ("bad-tls", bad_tls), ("faulty", plain)];
        let files: Vec<(String, String)> = places.iter().map(|(id, place)| ((*id).to_owned(), service(id, place))).collect();
        let services: Vec<Service<'_>> = files.iter().map(|(id, toml)| Service { id, toml }).collect();
        let place = at(&garden).await;
        let changes = [("services/garden-waste.toml", "http://localhost:8090/backchannel-logout", place.as_str())];
        let house = House::with(world, &services, &changes).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let (cookie, now) = (session(&house, ada, false).await, app.now());
        let id = sessions::list(&mut app.db.peek(), ada).await.unwrap()[0].id;
        for client in ["down", "slow", "bad-tls", "faulty"] {
            let sid = format!("{client}-sid");
            app.db
                .write(async |mut w| {
                    sessions::visit(&mut w, id, &ClientId::parse(client).unwrap(), &sid, "sub", now).await?;
                    w.commit_quietly(Housekeeping::LastSeen, ()).await
                })
                .await
                .unwrap();
        }
        let who = deeds::find(app, &cookie, now).await.unwrap().unwrap();
        let batch = deeds::sign_out(app, &who, Context::default(), now).await.unwrap();
        let called = [&garden, &slow, &faulty].map(|endpoint| endpoint.seen().len());
        assert_eq!(called, [0; 3], "whoever signs out waits for none of them");
        let mut duty = SendMessages::new();
        duty.round(app, app.now()).await.unwrap();
        delivered(app, batch, "garden-waste").await;
        let logged = deliveries::latest(&mut app.db.peek(), None, 100).await.unwrap();
        assert!(!logged.iter().any(|row| row.client_id == "slow"), "it waited for the slow one: {logged:?}");
        assert_eq!(part(&garden.seen()[0], 1)["sid"], id.0.to_string());
        slow.is_slow(false);
        duty.finish().await;
        // Once more, should this machine have been slower than the slow one.
        house.later(Duration::from_secs(7));
        round(app, &mut duty).await;
        let logged = deliveries::latest(&mut app.db.peek(), None, 100).await.unwrap();
        let of = |client: &str| logged.iter().find(|row| row.client_id == client).map(|row| row.outcome.clone());
        for bad in ["down", "bad-tls", "faulty"] {
            assert_eq!(of(bad).as_deref(), Some("again"), "{bad}: {logged:?}");
        }
        assert_eq!(of("slow").as_deref(), Some("confirmed"));
    }

    async fn f13_a_slow_service_delays_nobody_else(world: World) {
        let (garden, permits) = (Endpoint::default(), Endpoint::default());
        let (slow, quick) = (garden.open().await, permits.open().await);
        let [slow, quick] = [slow, quick].map(|place| place + "/backchannel-logout");
        let changes = [
            ("services/garden-waste.toml", "http://localhost:8090/backchannel-logout", slow.as_str()),
            ("services/parking-permits.toml", "http://localhost:8091/backchannel-logout", quick.as_str()),
        ];
        let house = House::with(world, &[], &changes).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        garden.is_slow(true);
        let mut slow = Vec::new();
        for _ in 0..10 {
            slow.push(queue(app, ada, "garden-waste").await);
        }
        let batch = queue(app, ada, "parking-permits").await;
        let mut duty = SendMessages::new();
        duty.round(app, app.now()).await.unwrap();
        delivered(app, batch, "parking-permits").await;
        let logged = deliveries::latest(&mut app.db.peek(), None, 100).await.unwrap();
        assert_eq!(logged.len(), 1, "it waited for the slow one: {logged:?}");
        // And the slow one has a few lanes, not all that wait for it.
        duty.round(app, app.now()).await.unwrap();
        let mut tries = 0;
        for batch in slow {
            tries += state(app, batch).await.1;
        }
        assert_eq!(tries, 4);
    }

    async fn f30_a_try_that_was_cut_off_is_made_again_once(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let (app, mut duty, now) = (&house.app, SendMessages::new(), house.app.now());
        let batch = queue(app, ada, "garden-waste").await;
        // A node takes it and dies before it has called.
        let taken = app
            .db
            .write(async |mut w| {
                let taken = outbox::take_for(&mut w, Some("garden-waste"), 9, now, now + Duration::from_mins(1)).await?;
                w.commit_quietly(Housekeeping::Delivery, taken).await
            })
            .await
            .unwrap();
        assert_eq!(taken.value.len(), 1);
        round(app, &mut duty).await;
        assert!(garden.seen().is_empty(), "it is the other node's for a minute");
        house.later(Duration::from_secs(61));
        let mut other = SendMessages::new();
        tokio::join!(round(app, &mut duty), round(app, &mut other));
        assert_eq!(garden.seen().len(), 1, "two nodes at once, one call");
        assert_eq!(state(app, batch).await.0, "delivered");
    }

    async fn f30_one_node_does_a_leased_duty_and_the_next_takes_over(world: World) {
        let house = House::new(world).await;
        let runner = || {
            let (count, shutdown) = (Arc::new(AtomicUsize::new(0)), Shutdown::new());
            let duty = Counting(Arc::clone(&count));
            let task = tokio::spawn(runner::run(house.app.clone(), tokens::uuid(), duty, shutdown.clone()));
            (count, shutdown, task)
        };
        let rounds = |count: &Arc<AtomicUsize>| count.load(Ordering::SeqCst);
        let (first, first_stop, first_task) = runner();
        until("the first works", || rounds(&first) > 3).await;
        let (second, _second_stop, second_task) = runner();
        let before = rounds(&first);
        until("the first goes on", || rounds(&first) > before + 10).await;
        assert_eq!(rounds(&second), 0);

        // A clean stop gives the lease back at once.
        first_stop.begin();
        first_task.await.unwrap();
        until("the second takes over", || rounds(&second) > 3).await;

        // One that dies keeps it until the lease has run out.
        second_task.abort();
        let _ = second_task.await;
        let (third, third_stop, third_task) = runner();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(rounds(&third), 0);
        house.later(runner::LEASE + Duration::from_secs(1));
        until("the third takes over", || rounds(&third) > 0).await;
        third_stop.begin();
        third_task.await.unwrap();
    }

    async fn f30_a_node_that_was_killed_has_its_duties_back_at_once_and_no_other_node_has(world: World) {
        let house = House::new(world).await;
        let folder = TempDir::new("instance");
        let begin = async |holder: &Holder| {
            holder.give_back_before(&house.app.db).await.unwrap();
            let (count, shutdown) = (Arc::new(AtomicUsize::new(0)), Shutdown::new());
            let duty = Counting(Arc::clone(&count));
            let task = tokio::spawn(runner::run(house.app.clone(), holder.id(), duty, shutdown));
            (count, task)
        };
        let rounds = |count: &Arc<AtomicUsize>| count.load(Ordering::SeqCst);
        let first = Holder::of(folder.path()).unwrap();
        let (working, task) = begin(&first).await;
        until("the first works", || rounds(&working) > 3).await;

        // Alive, it is not followed: neither on its folder nor on another.
        let elsewhere = TempDir::new("instance");
        for living in [Holder::of(folder.path()).unwrap(), Holder::of(elsewhere.path()).unwrap()] {
            assert_ne!(living.id(), first.id());
            let (count, other) = begin(&living).await;
            let before = rounds(&working);
            until("the first goes on", || rounds(&working) > before + 10).await;
            assert_eq!(rounds(&count), 0);
            other.abort();
        }

        // Killed, which is what the operating system unlocks the folder for. The clock stands still.
        task.abort();
        let _ = task.await;
        drop(first);
        let again = Holder::of(folder.path()).unwrap();
        let (count, task) = begin(&again).await;
        until("it works again", || rounds(&count) > 3).await;
        task.abort();
        let _ = task.await;
        drop(again);

        // A copy of the folder does not follow the name in it, nor does anybody one that is unreadable.
        std::fs::copy(folder.path().join("instance"), elsewhere.path().join("instance")).unwrap();
        std::fs::write(folder.path().join("instance"), "half a na").unwrap();
        for place in [&elsewhere, &folder] {
            let (count, task) = begin(&Holder::of(place.path()).unwrap()).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            assert_eq!(rounds(&count), 0);
            task.abort();
        }
    }
}
