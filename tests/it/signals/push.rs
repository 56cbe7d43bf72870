//! By push (RFC 8935).

use super::receiver::{Mood, Receiver};
use super::{PURPOSE, change, corrected, is_readable, only, round, rows, stage, state, withdrawn};
use crate::oidc::party::{LIBRARY, MUSEUM, files_with};
use crate::oidc::record::count;
use crate::oidc::text;
use crate::oidc::tokens::claims;
use portreeve::domain::claims::Claim;
use portreeve::domain::ids::ClientId;
use portreeve::domain::signal::{Kind, State, What};
use portreeve::jobs::deliver_signals::DeliverSignals;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::signals::{self, delivery};
use portreeve::store::signals::of_change;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// One change of each kind, as the library hears of it.
fn every_kind() -> Vec<What> {
    let library = || ClientId::parse("library").unwrap();
    let sharing = |kind| What::Sharing { kind, client: library(), purpose: PURPOSE.into() };
    vec![
        sharing(Kind::SharingPaused),
        sharing(Kind::SharingResumed),
        sharing(Kind::ConsentWithdrawn),
        corrected(),
        What::Restricted,
        What::RestrictionLifted,
        What::Erased(Some([Claim::Name].into())),
        What::Closed,
    ]
}

both! {
    async fn n04_each_kind_is_taken_and_acknowledged(world: World) {
        let library = Receiver::default();
        let mut stage = stage(world, &library).await;
        let sub = claims(text(&stage.tokens(&LIBRARY, &[]).await, "id_token"))["sub"].clone();
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/signals/signal@1.json")).unwrap();
        let schema = schema.replace("https://account.example.gov.uk", house.app.issuer.as_str());
        let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
        for what in every_kind() {
            let (kind, before) = (what.kind(), library.taken().len());
            let txn = change(&house.app, ada, what).await;
            round(house, &mut duty).await;
            let taken = library.taken();
            assert_eq!(taken.len(), before + 1, "{kind:?}");
            let said = taken.last().unwrap();
            schema.validate(said).unwrap_or_else(|error| panic!("{error}: {said}"));
            let event = format!("{}/events/{}", house.app.issuer.as_str(), kind.as_str());
            let shares = &said["events"][&event]["shares"];
            assert_eq!(said["sub_id"], json!({ "format": "iss_sub", "iss": house.app.issuer.as_str(), "sub": sub }));
            assert_eq!((&said["toe"], &said["txn"]), (&json!(house.app.now().seconds()), &json!(txn)));
            assert_eq!(shares[0]["purpose"], PURPOSE, "{said}");
            // Names of claims, and never what they say.
            let text = said.to_string();
            assert!(!text.contains("Ada ") && !text.contains("ada@"), "{text}");
            let jti = said["jti"].as_str().unwrap();
            let form = [("jti", jti), ("outcome", "done")];
            assert_eq!(LIBRARY.post(house, "/signals/done", &form).await.status, 204);
            house.later(Duration::from_secs(1));
        }
        let told = signals::told(&house.app, ada, &ClientId::parse("library").unwrap()).await.unwrap();
        assert_eq!(told.len(), Kind::ALL.len());
        assert!(told.iter().all(|one| one.state == State::Done && one.told_at.is_some() && one.acknowledged_at.is_some()));
        assert_eq!(count(house, "signal.delivered").await, Kind::ALL.len());
        assert_eq!(count(house, "signal.done").await, Kind::ALL.len());
        let answer = library.taken()[3]["events"].clone();
        assert!(answer.to_string().contains("\"claims\":[\"email\"]"), "{answer}");
    }

    async fn an_outage_of_a_day_loses_nothing_and_keeps_the_order(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        library.is(Mood::Down);
        for what in every_kind() {
            change(&house.app, ada, what).await;
            house.later(Duration::from_mins(1));
        }
        for _ in 0..48 {
            round(house, &mut duty).await;
            house.later(Duration::from_mins(30));
        }
        assert_eq!(library.taken(), Vec::<Value>::new());
        assert!(rows(house, ada, "library").await.iter().all(|row| row.state == "waiting"));
        library.is(Mood::Well);
        house.later(Duration::from_hours(2));
        for _ in 0..every_kind().len() {
            round(house, &mut duty).await;
        }
        let kinds: Vec<String> = library
            .taken()
            .iter()
            .map(|said| said["events"].as_object().unwrap().keys().next().unwrap().rsplit('/').next().unwrap().to_owned())
            .collect();
        let wanted: Vec<&str> = every_kind().iter().map(|what| what.kind().as_str()).collect();
        assert_eq!(kinds, wanted, "each once, in the order of the changes");
        assert!(rows(house, ada, "library").await.iter().all(|row| row.state == "delivered"));
        // It is known since when: the time of the change stays that of the change.
        let first = &library.taken()[0];
        assert!(first["toe"].as_i64().unwrap() < house.app.now().seconds() - 86_400, "{first}");
    }

    async fn a_signal_whose_answer_was_lost_is_sent_again_under_its_name(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        change(&house.app, ada, withdrawn("library")).await;
        library.is(Mood::Lost);
        round(house, &mut duty).await;
        library.is(Mood::Well);
        // Not at once again.
        round(house, &mut duty).await;
        assert_eq!(library.calls().len(), 1);
        house.later(Duration::from_secs(7));
        round(house, &mut duty).await;
        let calls = library.calls();
        assert_eq!((calls.len(), library.taken().len()), (2, 1), "sent twice, taken once");
        assert_eq!(claims(&calls[0]), claims(&calls[1]));
        let row = only(house, ada, "library").await;
        assert_eq!((row.state.as_str(), row.tries), ("delivered", 2));
        assert!(!is_readable(house, row.jti).await, "what it said is gone for good");
        house.later(DAY);
        round(house, &mut duty).await;
        assert_eq!(library.calls().len(), 2);
    }

    async fn a_node_that_is_killed_leaves_its_signal_to_the_next(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada) = (&stage.house, stage.ada);
        change(&house.app, ada, withdrawn("library")).await;
        // It took the signal in hand, sent it, and was killed before it wrote anything down.
        let id = ClientId::parse("library").unwrap();
        let taken = delivery::take(&house.app, &id, 4, house.app.now()).await.unwrap();
        assert_eq!(taken.len(), 1);
        drop(taken);
        let mut next = DeliverSignals::default();
        round(house, &mut next).await;
        assert_eq!(library.taken().len(), 0, "it is in another's hand");
        house.later(Duration::from_secs(61));
        round(house, &mut next).await;
        assert_eq!(library.taken().len(), 1);
        assert_eq!(only(house, ada, "library").await.tries, 2);
    }

    async fn after_fourteen_days_it_is_given_up_and_an_answer_still_counts(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        change(&house.app, ada, withdrawn("library")).await;
        for mood in [Mood::Mute, Mood::Fine] {
            library.is(mood);
            round(house, &mut duty).await;
            house.later(Duration::from_mins(1));
        }
        let jti = only(house, ada, "library").await.jti;
        library.is(Mood::Down);
        for _ in 0..28 {
            assert_eq!(state(house, jti).await.0, "waiting");
            house.later(Duration::from_hours(12));
            round(house, &mut duty).await;
        }
        // The try at the very end is the last one, and ends it.
        let row = only(house, ada, "library").await;
        assert_eq!((row.state.as_str(), row.tries), ("no_answer", 2 + 28));
        house.later(DAY);
        round(house, &mut duty).await;
        assert_eq!(only(house, ada, "library").await, row);
        assert_eq!(count(house, "signal.unanswered").await, 1);
        assert!(!is_readable(house, jti).await);
        let jti = jti.to_string();
        let form = [("jti", jti.as_str()), ("outcome", "done")];
        assert_eq!(LIBRARY.post(house, "/signals/done", &form).await.status, 204);
        assert_eq!(only(house, ada, "library").await.state, "done");
    }

    async fn what_a_service_will_not_take_is_not_sent_again(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        change(&house.app, ada, withdrawn("library")).await;
        library.is(Mood::Refuses("access_denied"));
        round(house, &mut duty).await;
        let row = only(house, ada, "library").await;
        assert_eq!((row.state.as_str(), row.reason.as_deref()), ("refused", Some("access_denied")));
        assert_eq!((count(house, "signal.refused").await, count(house, "signal.delivered").await), (1, 0));
        library.is(Mood::Well);
        house.later(DAY);
        round(house, &mut duty).await;
        assert_eq!(library.calls().len(), 1);
    }

    async fn a_slow_service_delays_no_other(world: World) {
        let (slow, quick) = (Receiver::default(), Receiver::default());
        let push = |to: String| format!("signals = {{ delivery = \"push\", endpoint = \"{to}\" }}");
        let (to_slow, to_quick) = (push(slow.open().await), push(quick.open().await));
        let files = files_with(&[("library", to_slow.as_str()), ("museum", to_quick.as_str())]);
        let mut stage = crate::oidc::Stage::with(world, &files).await;
        slow.trusts(&stage.house);
        quick.hears(&stage.house, "museum");
        stage.tokens(&LIBRARY, &[]).await;
        stage.tokens(&MUSEUM, &[]).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        slow.is(Mood::Slow);
        for what in [corrected(), What::Restricted, What::Closed] {
            change(&house.app, ada, what).await;
            house.later(Duration::from_secs(1));
        }
        // As many rounds as there are signals, none of which waits for a call to end.
        for told in 1..=3 {
            duty.round(&house.app, house.app.now()).await.unwrap();
            for _ in 0..400 {
                if rows(house, ada, "museum").await.iter().filter(|row| row.state == "delivered").count() == told {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!((quick.taken().len(), slow.taken().len()), (told, 0));
        }
        slow.is(Mood::Well);
        for _ in 0..3 {
            duty.finish().await;
            duty.round(&house.app, house.app.now()).await.unwrap();
        }
        duty.finish().await;
        assert_eq!(slow.taken().len(), 3);
    }

    async fn services_of_one_change_are_told_apart(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        let txn = change(&house.app, ada, What::Closed).await;
        round(house, &mut duty).await;
        let all = of_change(&mut house.app.db.peek(), txn).await.unwrap();
        let all: Vec<_> = all.iter().map(|one| (one.client_id.as_str(), one.state.as_str())).collect();
        assert_eq!(all, [("library", "delivered"), ("museum", "waiting")]);
        // The others of these tests were never visited.
        assert_eq!(library.taken()[0]["aud"], "library");
    }
}
