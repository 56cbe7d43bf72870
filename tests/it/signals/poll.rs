//! By poll (RFC 8936), as a stock client does it.

use super::receiver::{Receiver, check};
use super::{change, corrected, only, stage, state, withdrawn};
use crate::app::House;
use crate::oidc::browser::{Page, http};
use crate::oidc::party::{APP, ASSERTION_TYPE, LIBRARY, MUSEUM, Party};
use crate::oidc::record::{count, refusals};
use portreeve::domain::signal::What;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A poll of a service that proves itself by its key.
async fn poll(house: &House, party: &Party, members: &Value) -> Page {
    let mut body = json!({
        "client_id": party.id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": party.assertion(house, &json!({})),
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    Page::of(http(house).post(house.at("/signals/poll")).json(&body).send().await.unwrap()).await
}

async fn sets(house: &House, party: &Party, members: &Value) -> (Vec<String>, Value) {
    let page = poll(house, party, members).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{}", page.body);
    let answer = page.json();
    (answer["sets"].as_object().unwrap().keys().cloned().collect(), answer)
}

/// It fetches what waits, and acknowledges it.
pub async fn takes(house: &House, party: &Party) {
    let (taken, _) = sets(house, party, &at_once()).await;
    sets(house, party, &json!({ "returnImmediately": true, "ack": taken })).await;
}

fn at_once() -> Value {
    json!({ "returnImmediately": true })
}

both! {
    async fn what_waits_is_handed_over_until_it_is_acknowledged(world: World) {
        let stage = stage(world, &Receiver::default()).await;
        let (house, ada) = (&stage.house, stage.ada);
        assert_eq!(sets(house, &MUSEUM, &at_once()).await.1, json!({ "sets": {}, "moreAvailable": false }));
        change(&house.app, ada, withdrawn("museum")).await;
        let (first, answer) = sets(house, &MUSEUM, &at_once()).await;
        assert_eq!((first.len(), &answer["moreAvailable"]), (1, &json!(false)), "{answer}");
        let keys = http(house).get(house.at("/jwks")).send().await.unwrap().json().await.unwrap();
        let said = check(answer["sets"][&first[0]].as_str().unwrap(), &keys, house.app.issuer.as_str(), "museum").unwrap();
        assert_eq!(said["jti"], first[0].as_str());
        // Handed over is not taken: it comes again, and is the same.
        let (again, _) = sets(house, &MUSEUM, &at_once()).await;
        assert_eq!(again, first);
        assert_eq!(only(house, ada, "museum").await.state, "waiting");
        let (none, _) = sets(house, &MUSEUM, &json!({ "returnImmediately": true, "ack": first })).await;
        assert_eq!(none, Vec::<String>::new());
        assert_eq!(only(house, ada, "museum").await.state, "delivered");
        // An acknowledgement whose answer was lost is repeated, and changes nothing.
        sets(house, &MUSEUM, &json!({ "maxEvents": 0, "ack": first })).await;
        assert_eq!((count(house, "signal.delivered").await, refusals(house).await.len()), (1, 0));
        let form = [("jti", first[0].as_str()), ("outcome", "done")];
        assert_eq!(MUSEUM.post(house, "/signals/done", &form).await.status, 204);
    }

    async fn of_one_person_there_is_one_thing_at_a_time_and_more_is_said(world: World) {
        let mut stage = stage(world, &Receiver::default()).await;
        let ben = stage.house.resident("Ben Oak", "ben@havenbrook.example", "saddle-orbit-77").await;
        let mut elsewhere = crate::oidc::browser::Browser::new(&stage.house);
        elsewhere.sign_in(&stage.house, ben, true).await;
        std::mem::swap(&mut stage.browser, &mut elsewhere);
        stage.tokens(&MUSEUM, &[]).await;
        let (house, ada) = (&stage.house, stage.ada);
        for what in [withdrawn("museum"), corrected(), What::Closed] {
            change(&house.app, ada, what).await;
            house.later(Duration::from_secs(1));
        }
        change(&house.app, ben, What::Closed).await;
        let (one, answer) = sets(house, &MUSEUM, &json!({ "returnImmediately": true, "maxEvents": 1 })).await;
        assert_eq!((one.len(), &answer["moreAvailable"]), (1, &json!(true)));
        let (both, _) = sets(house, &MUSEUM, &at_once()).await;
        assert_eq!(both.len(), 2, "one of each of them");
        let mut got = Vec::new();
        let mut ack = Vec::new();
        for _ in 0..4 {
            let (now, _) = sets(house, &MUSEUM, &json!({ "returnImmediately": true, "ack": ack })).await;
            got.extend(now.clone());
            ack = now;
        }
        let hers: Vec<String> = super::rows(house, ada, "museum").await.iter().map(|row| row.jti.to_string()).collect();
        got.retain(|jti| hers.contains(jti));
        assert_eq!(got, hers, "hers, in order");
        assert_eq!(sets(house, &MUSEUM, &at_once()).await.1["moreAvailable"], false);
    }

    async fn what_it_cannot_take_it_says(world: World) {
        let stage = stage(world, &Receiver::default()).await;
        let (house, ada) = (&stage.house, stage.ada);
        change(&house.app, ada, withdrawn("museum")).await;
        let (all, _) = sets(house, &MUSEUM, &at_once()).await;
        let errs = json!({ &all[0]: { "err": "invalid_issuer", "description": "Ada Wren is not known here" } });
        sets(house, &MUSEUM, &json!({ "maxEvents": 0, "setErrs": errs })).await;
        let row = only(house, ada, "museum").await;
        assert_eq!((row.state.as_str(), row.reason.as_deref()), ("refused", Some("invalid_issuer")));
        assert_eq!(count(house, "signal.refused").await, 1);
    }

    async fn nobody_fetches_or_acknowledges_what_is_anothers(world: World) {
        let stage = stage(world, &Receiver::default()).await;
        let (house, ada) = (&stage.house, stage.ada);
        change(&house.app, ada, withdrawn("museum")).await;
        let jti = only(house, ada, "museum").await.jti;
        // Its own, before it was handed over: nobody can know of it.
        sets(house, &MUSEUM, &json!({ "maxEvents": 0, "ack": [jti] })).await;
        assert_eq!(state(house, jti).await.0, "waiting");
        let (mine, _) = sets(house, &MUSEUM, &at_once()).await;
        house.later(Duration::from_secs(61));
        for forged in [json!(mine), json!([uuid::Uuid::new_v4()]), json!(["x"])] {
            let (none, _) = sets(house, &LIBRARY, &json!({ "returnImmediately": true, "ack": forged })).await;
            assert_eq!(none, Vec::<String>::new());
        }
        assert_eq!(state(house, jti).await.0, "waiting");
        let on_record = refusals(house).await;
        assert_eq!(on_record, [("signal_unknown".to_owned(), 1), ("signal_unknown".to_owned(), 1)], "one each a minute");
    }

    async fn only_who_proves_itself_may_ask_and_only_in_the_rfcs_words(world: World) {
        let stage = stage(world, &Receiver::default()).await;
        let house = &stage.house;
        let error = |page: &Page| (page.status, page.error());
        let bare = http(house).post(house.at("/signals/poll")).json(&at_once()).send().await.unwrap();
        assert_eq!(error(&Page::of(bare).await), (401, "invalid_client".into()));
        let app = http(house).post(house.at("/signals/poll")).json(&json!({ "client_id": APP.id })).send().await.unwrap();
        assert_eq!(error(&Page::of(app).await), (401, "invalid_client".into()));
        let form = MUSEUM.post(house, "/signals/poll", &[("maxEvents", "1")]).await;
        assert_eq!(error(&form), (400, "invalid_request".into()));
        for bad in [json!({ "maxEvents": "many" }), json!({ "ack": "x" }), json!({ "ack": vec!["x"; 101] })] {
            assert_eq!(error(&poll(house, &MUSEUM, &bad).await), (400, "invalid_request".into()), "{bad}");
        }
        let query = http(house).post(house.at("/signals/poll?x=1")).json(&at_once()).send().await.unwrap();
        assert_eq!(error(&Page::of(query).await), (400, "invalid_request".into()));
        // Members that are not of RFC 8936 are passed over.
        assert_eq!(poll(house, &MUSEUM, &json!({ "returnImmediately": true, "more": 1 })).await.status, 200);
    }

    async fn a_poll_waits_for_its_first_signal_and_no_longer_than_it_has_to(world: World) {
        let stage = stage(world, &Receiver::default()).await;
        let (house, ada) = (&stage.house, stage.ada);
        let began = Instant::now();
        let none = json!({});
        let asked = sets(house, &MUSEUM, &none);
        let later = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            change(&house.app, ada, withdrawn("museum")).await;
        };
        let ((got, _), ()) = tokio::join!(asked, later);
        assert_eq!(got.len(), 1);
        assert!((Duration::from_secs(1)..Duration::from_secs(19)).contains(&began.elapsed()), "{:?}", began.elapsed());
    }
}
