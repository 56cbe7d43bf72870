//! Payloads leave, and the log still verifies: by rule, by person, and what is found when it was somebody else.

pub mod by_person;
mod faults;
mod forensic;
mod pages;
pub mod years;

use crate::app::House;
use crate::log::export::{export, verdict};
use crate::log::python::python_verdict;
use crate::log::{happen, seal};
use crate::temp::TempDir;
use portreeve::app::App;
use portreeve::crypto::record::EventSeed;
use portreeve::domain::audit::vocabulary::{self, SigninSucceeded};
use portreeve::domain::audit::{ActorClass, Context, Draft};
use portreeve::domain::ids::{AccountId, EventId};
use portreeve::domain::time::When;
use portreeve::service::disposal::{self, Batch, Cursor, Order};
use portreeve::service::log::Rounds;
use portreeve::service::{Failure, people};
use portreeve::store::disposal::Candidate;
use portreeve::store::{Error, events};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

pub const RULE: Order<'static> = Order { rule: "event.signin", schedule: "2026-11-22.1", certificate: None };

/// When the rule has come to it: how long that takes is the schedule's to say.
const LATER: Duration = Duration::from_hours(24 * 20);

/// A sign-in from this address with this browser.
pub async fn signs_in(app: &App, account: AccountId, address: &str, browser: &str) -> EventId {
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await.unwrap();
    let context =
        Context { address: Some(address.to_owned()), browser: Some(browser.to_owned()), ..Context::default() };
    let payload = SigninSucceeded { amr: vec!["pwd".to_owned()], own_device: false };
    let draft = Draft::new(ActorClass::Resident, payload).about(account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(app.now()), &draft, Some(&keys)).unwrap();
    app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
    event.row.id
}

/// A batch of the rule, from a cursor on.
async fn batch(app: &App, from: Option<Cursor>, before: When, exempt: &(dyn Fn(&Candidate) -> bool + Sync)) -> Batch {
    let kinds = disposal::kinds_of("event.signin");
    disposal::strip(app, &kinds, (from, before), exempt, &RULE, app.now()).await.unwrap()
}

/// The whole sweep: how many went, and how many were exempt.
pub async fn sweep(app: &App, before: When, exempt: &(dyn Fn(&Candidate) -> bool + Sync)) -> (usize, usize) {
    let (mut from, mut went, mut kept) = (None, 0, 0);
    for _ in 0..100 {
        let done = batch(app, from, before, exempt).await;
        assert!(done.count <= 200);
        (went, kept, from) = (went + done.count, kept + done.exempt, done.next);
        if from.is_none() {
            return (went, kept);
        }
    }
    panic!("it goes on for ever");
}

/// What a walk through all rows finds odd.
pub async fn odd(app: &App) -> Vec<&'static str> {
    let (snapshot, mut rounds, mut all) = (app.snapshot(), Rounds::default(), Vec::new());
    loop {
        let (odd, count) = rounds.step(&mut app.db.read().await.unwrap(), &snapshot.recorder, 50).await.unwrap();
        all.extend(odd.into_iter().map(|odd| odd.what));
        if count == 0 {
            return all;
        }
    }
}

/// What stands under these findings.
pub fn found(said: &Value) -> BTreeSet<(u64, Option<u64>)> {
    let findings = said["findings"].as_array().unwrap_or_else(|| panic!("{said}"));
    findings.iter().map(|one| (one["proof"].as_u64().unwrap(), one["index"].as_u64())).collect()
}

/// Both verifiers, of a fresh export: what they find, which is the same, and how many payloads are gone as entries say.
pub async fn verified(house: &House) -> (BTreeSet<(u64, Option<u64>)>, u64) {
    seal(&house.app).await;
    let folder = TempDir::new("disposal");
    let out = folder.path().join("out");
    let key = export(&house.settings(folder.path()), &out);
    let (code, ours) = verdict(&out, &key, &["--without-witness"]);
    let (theirs, said) = python_verdict(&out, &key, &["--without-witness"]);
    assert_eq!((code, found(&ours)), (theirs, found(&said)), "{ours} {said}");
    assert_eq!(code, Some(i32::from(!found(&ours).is_empty())));
    for count in ["first_bad_index", "entries", "payloads", "withheld", "destroyed", "unexplained"] {
        assert_eq!(ours[count], said[count], "{count}");
    }
    (found(&ours), ours["destroyed"].as_u64().unwrap())
}

/// How many events there are, and how many of them have a payload.
async fn counts(app: &App, kind: &'static str) -> (i64, i64) {
    let count = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(payload) AS BIGINT) FROM event WHERE type = $1";
    app.db.peek().sql(count).bind(kind).one().await.unwrap()
}

const STARTED: &str = "account.registration_started";

both! {
    async fn what_a_rule_has_come_to_goes_the_oldest_first_and_the_log_says_so(world: World) {
        let house = House::new(world).await;
        let (app, before) = (&house.app, house.app.now() + Duration::from_mins(1));
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        happen(app, 250).await;
        house.later(Duration::from_secs(1));
        signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
        house.later(Duration::from_mins(2));
        happen(app, 5).await;
        seal(app).await;
        assert_eq!(odd(app).await, Vec::<&str>::new());
        house.later(LATER);
        assert_eq!(disposal::due(app, &disposal::kinds_of("event.signin"), before).await.unwrap(), 251);
        let first = batch(app, None, before, &|_| false).await;
        assert_eq!((first.count, first.exempt, first.events.len()), (200, 0, 1));
        assert_eq!(counts(app, STARTED).await.1, 55, "the oldest: those of one instant in the order of their numbers");
        let second = batch(app, first.next, before, &|_| false).await;
        assert_eq!((second.count, second.next), (51, None), "with the sign-in");
        // What happened since is not due, and what goes by another rule neither.
        assert_eq!(counts(app, STARTED).await, (255, 5));
        assert_eq!(counts(app, "account.created").await, (1, 1));
        assert_eq!(batch(app, None, before, &|_| false).await, Batch::default());
        assert_eq!(disposal::due(app, &disposal::kinds_of("event.signin"), before).await.unwrap(), 0);
        // What the log is proved by never goes, whoever asks.
        let kinds = ["log.opened", "payload.disposed"];
        let none = disposal::strip(app, &kinds, (None, app.now()), &|_| false, &RULE, app.now()).await.unwrap();
        assert_eq!((none, disposal::due(app, &kinds, app.now()).await.unwrap()), (Batch::default(), 0));
        // Each is named once, and the payload of what names them is given.
        assert_eq!(verified(&house).await, (BTreeSet::new(), 251));
        assert_eq!(odd(app).await, Vec::<&str>::new());
        let recorder = &app.snapshot().recorder;
        let mut read = app.db.read().await.unwrap();
        for (log, spans) in first.spans.iter().chain(&second.spans) {
            let why = disposal::explanation(&mut read, recorder, (log, spans[0][0])).await.unwrap().unwrap();
            assert_eq!((why.rule.as_str(), why.schedule.as_str()), ("event.signin", "2026-11-22.1"));
            assert!([&first.events[..], &second.events[..]].concat().contains(&why.event));
        }
        drop(read);
        // She keeps her row: what it says of her is in the leaf too, and her key proves it.
        let row = events::newest(&mut app.db.peek(), 1_000).await.unwrap();
        let row = row.into_iter().find(|row| row.r#type == "auth.signin_succeeded").unwrap();
        assert_eq!((row.person, row.payload, row.salt, row.sealed_under), (Some(ada), None, None, None));
    }

    async fn what_is_exempt_keeps_nothing_behind_it_back(world: World) {
        let house = House::new(world).await;
        let (app, before) = (&house.app, house.app.now() + Duration::from_secs(90));
        happen(app, 230).await;
        house.later(Duration::from_mins(1));
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let held = signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
        let bob = house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
        signs_in(app, bob, "203.0.113.0/24", "Mosaic 2").await;
        // What has no place in the log yet stays until it has.
        seal(app).await;
        signs_in(app, bob, "203.0.113.0/24", "Mosaic 2").await;
        house.later(LATER);
        // A hold on all that began the log, and on Ada's.
        let holds = |row: &Candidate| row.r#type == STARTED || row.person == Some(ada);
        assert_eq!(sweep(app, before, &holds).await, (1, 231));
        assert_eq!(counts(app, "auth.signin_succeeded").await, (3, 2));
        assert_eq!(sweep(app, before, &holds).await, (0, 231), "and is asked for again");
        assert_eq!(sweep(app, before, &|row| row.id == held).await, (230, 1), "one is released");
        seal(app).await;
        assert_eq!(sweep(app, before, &|_| false).await, (2, 0));
        assert_eq!(verified(&house).await, (BTreeSet::new(), 233));
        assert_eq!(odd(app).await, Vec::<&str>::new());
    }

    async fn two_that_sweep_at_once_say_each_thing_once(world: World) {
        let house = House::new(world).await;
        let (app, before) = (&house.app, house.app.now() + Duration::from_mins(1));
        happen(app, 450).await;
        seal(app).await;
        house.later(LATER);
        let sweepers: Vec<_> = (0..3)
            .map(|_| {
                let app = app.clone();
                tokio::spawn(async move {
                    let (kinds, mut went) = (disposal::kinds_of("event.signin"), 0);
                    for _ in 0..50 {
                        let now = app.now();
                        match disposal::strip(&app, &kinds, (None, before), &|_| false, &RULE, now).await {
                            Ok(batch) if batch.count == 0 => return went,
                            Ok(batch) => went += batch.count,
                            // The other one was quicker.
                            Err(Failure::Store(Error::GivenUp | Error::Conflict | Error::Constraint(_))) => {}
                            Err(Failure::Store(error)) if error.is_unavailable() => {}
                            Err(error) => panic!("{error}"),
                        }
                        tokio::task::yield_now().await;
                    }
                    went
                })
            })
            .collect();
        let mut went = 0;
        for sweeper in sweepers {
            went += sweeper.await.unwrap();
        }
        went += sweep(app, before, &|_| false).await.0;
        assert_eq!(went, 450);
        assert_eq!(verified(&house).await, (BTreeSet::new(), 450));
    }
}

#[test]
fn every_kind_of_event_goes_by_a_rule_that_keeps_each_of_its_keys_as_long_as_its_own() {
    use portreeve::domain::retention::{Action, Trigger};
    let issuer = portreeve::domain::client::Issuer::parse("http://localhost:8080").unwrap();
    let files = portreeve::policy::sample::files("http://localhost:8090", "http://localhost:8091");
    let schedule = portreeve::policy::Bundle::from_files(files, &issuer).unwrap().retention;
    let from = When::from_seconds(crate::app::NOON);
    let rule = |category: &str| schedule.rule_for(category).unwrap_or_else(|| panic!("{category} has no rule")).clone();
    for kind in vocabulary::all() {
        let kept = rule(kind.kept);
        for (key, category) in kind.payload {
            let own = rule(category);
            // Of what begins with another moment, or never ends, the event does not know.
            if kept.action == Action::Permanent || own.action == Action::Permanent || own.trigger != Trigger::Event {
                continue;
            }
            let ends = |rule: &portreeve::domain::retention::Rule| {
                rule.period.as_ref().map(|period| period.after(from, &jiff::tz::TimeZone::UTC))
            };
            assert!(kept.trigger != Trigger::Event || ends(&kept) >= ends(&own), "{}.{key}: {category}", kind.name);
        }
    }
    // What strips payloads finds them.
    for category in ["event.signin", "event.security"] {
        assert_eq!(rule(category).action, Action::StripPayload);
        assert!(disposal::kinds_of(category).len() > 5, "{category}");
    }
    assert!(disposal::kinds_of("log.checkpoint").is_empty(), "what the log is proved by is never destroyed");
}
