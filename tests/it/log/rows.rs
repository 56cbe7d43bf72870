//! Rows that somebody changed who can write to the database: the leaf says otherwise, and it is found.

use super::{happen, seal, tamper, unguard};
use crate::app::House;
use crate::seen::look;
use portreeve::app::App;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{AccountId, EventId};
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::watch_log::WatchLog;
use portreeve::service::delay;
use portreeve::service::log::{Rounds, delays};
use portreeve::service::post::Text;
use std::time::Duration;

/// A house with two residents, one of whom was looked at.
async fn looked_at(world: crate::world::World) -> (House, AccountId, EventId) {
    let house = House::new(world).await;
    let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
    house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
    let event = look(&house, ada, "fault").await;
    (house, ada, event)
}

/// What is odd, in the order of a walk through all rows.
async fn odd(app: &App) -> Vec<&'static str> {
    let (snapshot, mut rounds, mut all) = (app.snapshot(), Rounds::default(), Vec::new());
    loop {
        let (odd, count) = rounds.step(&mut app.db.peek(), &snapshot.recorder, 3).await.unwrap();
        all.extend(odd.into_iter().map(|odd| odd.what));
        if count == 0 {
            return all;
        }
    }
}

async fn kept_back_oddly(app: &App) -> Vec<EventId> {
    let odd = delays(&mut app.db.peek(), &app.snapshot().recorder).await.unwrap();
    odd.into_iter().map(|odd| odd.event).collect()
}

/// Points the look at somebody else.
const AT_BOB: &str = "UPDATE event SET person = (SELECT a.id FROM account a WHERE a.id <> event.person)
                      WHERE type = 'officer.viewed'";

both! {
    async fn before_it_is_sealed_a_look_is_not_laid_at_anothers_door(world: World) {
        let (house, ada, _) = looked_at(world).await;
        let app = &house.app;
        seal(app).await;
        house.later(Duration::from_secs(1));
        look(&house, ada, "fault").await;
        unguard(app).await;
        tamper(app, &[AT_BOB]).await;
        seal(app).await;
        assert_eq!(house.events("log.tampering_found").await, 1, "the one that was sealed before is found by the walk");
        assert_eq!(odd(app).await, ["person", "person"]);
        house.later(Duration::from_secs(1));
        look(&house, ada, "fault").await;
        tamper(app, &["UPDATE event SET person = NULL WHERE type = 'officer.viewed' AND leaf_index IS NULL"]).await;
        seal(app).await;
        assert_eq!(house.events("log.tampering_found").await, 2);
        house.later(Duration::from_secs(1));
        look(&house, ada, "fault").await;
        seal(app).await;
        assert_eq!(house.events("log.tampering_found").await, 2, "what is as it was is nothing to tell");
    }

    async fn whatever_of_a_row_is_changed_is_found(world: World) {
        let (house, _, _) = looked_at(world).await;
        let app = &house.app;
        house.later(Duration::from_secs(1));
        happen(app, 3).await;
        seal(app).await;
        assert_eq!(odd(app).await, Vec::<&str>::new());
        unguard(app).await;
        tamper(app, &["CREATE TABLE kept AS SELECT * FROM event", "CREATE TABLE found AS SELECT * FROM event_search"]).await;
        for (statement, what) in [
            (AT_BOB, "person"),
            ("UPDATE event SET person = NULL WHERE type = 'officer.viewed'", "person"),
            // Nobody: no key says whose it is.
            ("UPDATE event SET person = id WHERE type = 'officer.viewed'", "person"),
            ("UPDATE event SET person = (SELECT v.id FROM event v WHERE v.type = 'officer.viewed') WHERE type = 'log.opened'", "person"),
            ("UPDATE event SET type = 'account.created' WHERE type = 'officer.viewed'", "type"),
            ("UPDATE event SET at = (SELECT MAX(v.at) FROM event v) WHERE type = 'officer.viewed'", "at"),
            ("UPDATE event SET outcome = 'error' WHERE type = 'officer.viewed'", "outcome"),
            ("UPDATE event SET subject = NULL WHERE type = 'officer.viewed'", "subject"),
            ("UPDATE event SET client_id = 'garden-waste' WHERE type = 'officer.viewed'", "client_id"),
            ("DELETE FROM event_search WHERE type = 'officer.viewed'", "search"),
            ("UPDATE event_search SET officer = NULL, reason = 'audit' WHERE type = 'officer.viewed'", "search"),
        ] {
            tamper(app, &[statement]).await;
            assert_eq!(odd(app).await, [what], "{statement}");
            tamper(app, &["DELETE FROM event", "INSERT INTO event SELECT * FROM kept"]).await;
            tamper(app, &["DELETE FROM event_search", "INSERT INTO event_search SELECT * FROM found"]).await;
            assert_eq!(odd(app).await, Vec::<&str>::new(), "put right");
        }
    }

    async fn the_duty_puts_it_on_record_once_a_day(world: World) {
        let (house, _, _) = looked_at(world).await;
        let (app, mut one, mut other) = (&house.app, WatchLog::default(), WatchLog::default());
        seal(app).await;
        for _ in 0..4 {
            one.round(app, app.now()).await.unwrap();
        }
        assert_eq!(house.events("log.tampering_found").await, 0);
        unguard(app).await;
        tamper(app, &[AT_BOB]).await;
        for _ in 0..6 {
            one.round(app, app.now()).await.unwrap();
            other.round(app, app.now()).await.unwrap();
        }
        assert_eq!(house.events("log.tampering_found").await, 1, "by two nodes, again and again");
        house.later(Duration::from_hours(24));
        for _ in 0..4 {
            one.round(app, app.now()).await.unwrap();
        }
        assert_eq!(house.events("log.tampering_found").await, 2);
    }

    async fn what_keeps_a_look_back_is_ours(world: World) {
        let (house, ada, plain) = looked_at(world).await;
        let app = &house.app;
        house.later(Duration::from_secs(1));
        let hidden = look(&house, ada, "crime_prevention").await;
        seal(app).await;
        assert_eq!(kept_back_oddly(app).await, []);
        let (bea, cai, here) =
            (crate::seen::officer(&house), crate::seen::officer(&house), Context::default());
        house.later(Duration::from_hours(24));
        assert!(delay::renew(app, (&bea, &here, cai.id), hidden, (Some("C-17"), None), app.now()).await.unwrap());
        assert_eq!(kept_back_oddly(app).await, [], "renewed by two, it is ours still");
        // Whoever can write hides a look of their own like one that was hidden, MAC and all.
        tamper(app, &["INSERT INTO notice_delay (event, reason, set_by, approved_by, set_at, review_by, mac)
                       SELECT e.id, d.reason, d.set_by, d.approved_by, d.set_at, d.review_by, d.mac
                       FROM event e, notice_delay d WHERE e.type = 'officer.viewed' AND e.id <> d.event"]).await;
        assert_eq!(kept_back_oddly(app).await, [plain]);
        let mut duty = WatchLog::default();
        for _ in 0..3 {
            duty.round(app, app.now()).await.unwrap();
        }
        assert_eq!(house.events("log.tampering_found").await, 1);
        tamper(app, &["UPDATE notice_delay SET mac = NULL"]).await;
        assert_eq!(kept_back_oddly(app).await.len(), 2);
        tamper(app, &["DELETE FROM notice_delay"]).await;
        // Prolonged, under another reason, or with nobody else's word; and hidden once more after she was let see it.
        house.later(Duration::from_secs(1));
        let hidden = look(&house, ada, "crime_prevention").await;
        tamper(app, &["CREATE TABLE kept AS SELECT * FROM notice_delay"]).await;
        for change in [
            "UPDATE notice_delay SET review_by = set_at",
            "UPDATE notice_delay SET set_at = review_by",
            "UPDATE notice_delay SET reason = 'fraud'",
            "UPDATE notice_delay SET set_by = approved_by",
        ] {
            tamper(app, &[change]).await;
            assert_eq!(kept_back_oddly(app).await, [hidden], "{change}");
            tamper(app, &["DELETE FROM notice_delay", "INSERT INTO notice_delay SELECT * FROM kept"]).await;
            assert_eq!(kept_back_oddly(app).await, [], "put right");
        }
        tamper(app, &["UPDATE notice_delay SET approved_by = set_by"]).await;
        assert_eq!(kept_back_oddly(app).await, [hidden]);
        house.later(Duration::from_secs(1));
        let hidden = look(&house, ada, "crime_prevention").await;
        tamper(app, &["DELETE FROM notice_delay WHERE approved_by = set_by"]).await;
        assert_eq!(kept_back_oddly(app).await, []);
        let compose = |_: &str| Text { subject: "shown".into(), body: "There is one.".into() };
        let shown = delay::release(app, (&bea, &here), (hidden, Some("C-17")), &compose, app.now());
        assert!(shown.await.unwrap());
        assert_eq!(kept_back_oddly(app).await, []);
        tamper(app, &["UPDATE notice_delay SET released_at = NULL"]).await;
        assert_eq!(kept_back_oddly(app).await, [hidden]);
    }

    async fn a_payload_that_does_not_open_takes_no_page_away(world: World) {
        let (house, ada, _) = looked_at(world).await;
        house.later(Duration::from_mins(1));
        look(&house, ada, "complaint").await;
        unguard(&house.app).await;
        tamper(&house.app, &["UPDATE event SET payload = salt WHERE type = 'officer.viewed' AND leaf LIKE '%\"fault\"%'"]).await;
        let page = crate::seen::signed_in(&house, "ada@example.org").await.get("/account/seen").await;
        assert_eq!(page.status, 200);
        for words in ["We put a fault right", "We looked into a complaint"] {
            assert!(page.body.contains(words), "{}", page.body);
        }
    }
}
