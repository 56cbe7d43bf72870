//! One person's: under one of her keys after the other, and then the key.

use super::{RULE, odd, signs_in, verified};
use crate::app::House;
use crate::log::{happen, seal};
use crate::seen::look;
use portreeve::app::App;
use portreeve::domain::audit::{Context, PersonKey};
use portreeve::domain::ids::AccountId;
use portreeve::service::disposal::{self, Forgotten};
use portreeve::service::erasure::{self, Cause};
use portreeve::service::retention;
use portreeve::store::{Error, Housekeeping, erasures, vault};
use std::collections::BTreeSet;
use std::time::Duration;

/// Until nothing is left under this key; how many payloads went.
pub async fn all_of(app: &App, person: AccountId, key: PersonKey) -> usize {
    let mut went = 0;
    for _ in 0..20 {
        let done = disposal::of_person(app, person, key, &RULE, app.now()).await.unwrap();
        went += done.batch.count;
        if done.is_done() {
            return went;
        }
        seal(app).await;
    }
    panic!("it goes on for ever");
}

/// How many rows name her, and how many have a payload.
async fn rows(app: &App, person: AccountId) -> (i64, i64) {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(payload) AS BIGINT) FROM event WHERE person = $1";
    app.db.peek().sql(sql).bind(person).one().await.unwrap()
}

both! {
    async fn what_her_key_sealed_goes_and_then_the_key(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let bob = house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
        for _ in 0..210 {
            signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
            signs_in(app, bob, "203.0.113.0/24", "Mosaic 2").await;
        }
        look(&house, ada, "fault").await;
        seal(app).await;
        let before = rows(app, bob).await;
        house.later(Duration::from_mins(1));
        signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
        // A batch, what is left, and what waits for its place: the key is needed until then.
        let first = disposal::of_person(app, ada, PersonKey::Profile, &RULE, app.now()).await.unwrap();
        assert_eq!((first.batch.count, first.batch.next.is_some(), first.waiting), (200, true, 1));
        let forget = async |key| disposal::forget_key(app, ada, key, &RULE, app.now()).await.unwrap();
        assert_eq!(forget(PersonKey::Profile).await, Forgotten::StillNeeded);
        let second = disposal::of_person(app, ada, PersonKey::Profile, &RULE, app.now()).await.unwrap();
        assert_eq!((second.batch.count, second.batch.next, second.waiting, second.is_done()), (10, None, 1, false));
        assert_eq!(forget(PersonKey::Profile).await, Forgotten::StillNeeded);
        seal(app).await;
        assert_eq!(all_of(app, ada, PersonKey::Profile).await, 1);
        assert_eq!(forget(PersonKey::Profile).await, Forgotten::Gone);
        assert_eq!(house.events("person.key_destroyed").await, 1);
        assert_eq!(forget(PersonKey::Profile).await, Forgotten::Gone);
        assert_eq!(house.events("person.key_destroyed").await, 1, "once");
        // Her evidence stays: the account's beginning and the look at her. Bob's stays whole.
        let keys = vault::keys(&mut app.db.peek(), ada).await.unwrap();
        assert!(keys.profile.is_none() && keys.evidence.is_some());
        let (named, kept) = rows(app, ada).await;
        assert!(named == kept && kept >= 2, "{named} {kept}");
        assert_eq!(rows(app, bob).await, before);
        assert_eq!(odd(app).await, Vec::<&str>::new());
        let evidence = u64::try_from(kept).unwrap();
        // And then, when the last rule has lapsed, that too.
        assert_eq!(all_of(app, ada, PersonKey::Evidence).await as u64, evidence);
        assert_eq!(forget(PersonKey::Evidence).await, Forgotten::Gone);
        assert_eq!(rows(app, ada).await, (0, 0), "no row says whom it was about");
        assert!(matches!(vault::keys(&mut app.db.peek(), ada).await, Err(Error::Missing)));
        assert_eq!(odd(app).await, Vec::<&str>::new());
        assert_eq!(verified(&house).await, (BTreeSet::new(), 211 + evidence));
    }

    // Whether something waits is asked before hers is looked for: the other way round, what got its place in between is in neither.
    async fn what_gets_its_place_meanwhile_is_found_or_waited_for(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        seal(app).await;
        all_of(app, ada, PersonKey::Profile).await;
        for round in 0..150 {
            signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
            let sealing = async {
                tokio::time::sleep(Duration::from_micros(100 * (round % 20))).await;
                seal(app).await;
            };
            let (done, ()) = tokio::join!(disposal::of_person(app, ada, PersonKey::Profile, &RULE, app.now()), sealing);
            let sealed = "SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE person = $1 AND sealed_under = 'profile'";
            let left: i64 = app.db.peek().sql(sealed).bind(ada).scalar().await.unwrap();
            assert!(!done.unwrap().is_done() || left == 0, "nothing waits, it says in round {round}");
            all_of(app, ada, PersonKey::Profile).await;
        }
    }

    async fn what_a_rule_took_before_no_longer_says_whom_it_was_about(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
        happen(app, 3).await;
        seal(app).await;
        house.later(Duration::from_mins(1));
        assert_eq!(super::sweep(app, app.now(), &|_| false).await, (4, 0));
        assert_eq!(rows(app, ada).await.0, 2);
        assert_eq!(all_of(app, ada, PersonKey::Profile).await, 0);
        let done = disposal::forget_key(app, ada, PersonKey::Profile, &RULE, app.now()).await.unwrap();
        assert_eq!((done, rows(app, ada).await), (Forgotten::Gone, (1, 1)));
        assert_eq!(odd(app).await, Vec::<&str>::new());
        assert_eq!(verified(&house).await, (BTreeSet::new(), 4));
    }

    async fn a_key_whose_file_was_behind_goes_again_and_is_said_once(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        signs_in(app, ada, "198.51.100.0/24", "Netscape 4").await;
        let wrapped = vault::keys(&mut app.db.peek(), ada).await.unwrap().profile.unwrap();
        erasure::erase(app, ada, &Cause::Resident(Context::default()), None, app.now()).await.unwrap();
        let finishes = async || {
            for _ in 0..3 {
                seal(app).await;
                retention::finish_erasures(app, app.now()).await.unwrap();
            }
        };
        finishes().await;
        let has = async || vault::keys(&mut app.db.peek(), ada).await.unwrap().profile.is_some();
        let row = async || erasures::get(&mut app.db.peek(), ada).await.unwrap().unwrap();
        let payloads = row().await.payloads;
        assert!(!has().await && row().await.finished_at.is_some() && payloads > 0, "{payloads}");
        assert_eq!(house.events("person.key_destroyed").await, 1);
        // As a kill between the two files of SQLite leaves it: what was said stands, the key is there.
        let back = app.db.write(async |mut w| {
            w.sql("INSERT INTO vault.person_key (person, kind, wrapped, created_at) VALUES ($1, 'profile', $2, $3)")
                .bind(ada)
                .bind(wrapped.as_slice())
                .bind(app.now())
                .run()
                .await?;
            w.sql("UPDATE erasure SET finished_at = NULL WHERE account_id = $1").bind(ada).run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        back.await.unwrap();
        assert!(has().await);
        finishes().await;
        assert!(!has().await && row().await.finished_at.is_some());
        assert_eq!((house.events("person.key_destroyed").await, row().await.payloads), (1, payloads));
    }
}
