//! The record is searched: what is found is what happened, it is on record that somebody searched, and pages hold.

mod events;
mod ranges;
mod reports;
pub mod story;

use crate::log::{seal, tamper};
use portreeve::app::App;
use portreeve::crypto::record::StoredPayload;
use portreeve::domain::audit::vocabulary::all;
use portreeve::domain::disclosure::Disclosure;
use portreeve::domain::ids::{AccountId, EventId};
use portreeve::domain::staff::Officer;
use portreeve::service::log;
use portreeve::service::search_audit::{Ask, Filters, PAGE, Refused, Results, keep, kept, search};
use portreeve::service::standing::WhyError;
use portreeve::store::events::{self as stored, Stored};
use serde_json::{Value, json};
use std::time::Duration;
use story::{ADA, BOB, GARDEN, PARKING, Story, ask, context};
use uuid::Uuid;

fn ids(results: &Results) -> Vec<EventId> {
    results.found.iter().map(|found| found.id).collect()
}

async fn found(story: &Story, filters: &Filters) -> Vec<EventId> {
    let app = story.app();
    story.house.later(Duration::from_secs(1));
    ids(&search(app, (&story.cai, &context()), &ask(), filters, (None, PAGE), app.now()).await.unwrap())
}

async fn page(story: &Story, who: &Officer, filters: &Filters, cursor: Option<&str>) -> Result<Results, Refused> {
    story.house.later(Duration::from_secs(1));
    search(story.app(), (who, &context()), &ask(), filters, (cursor, 10), story.app().now()).await
}

/// The newest event of a kind, with what it says about this person or about nobody.
pub async fn newest(app: &App, kind: &str) -> (Stored, Value) {
    let rows = stored::newest(&mut app.db.peek(), 1_000).await.unwrap();
    let row = rows.into_iter().find(|row| row.r#type == kind).unwrap();
    let (sealed_under, payload) = (row.sealed_under.clone().unwrap(), row.payload.clone().unwrap());
    let event = StoredPayload { id: row.id, person: row.person, sealed_under: &sealed_under, payload: &payload };
    let recorder = &app.snapshot().recorder;
    let text = match row.person {
        None => recorder.open_house_payload(event).unwrap(),
        Some(account) => recorder.open_payload(event, &keys(app, account).await, &look(app, account).await).unwrap(),
    };
    (row.clone(), serde_json::from_str(&text).unwrap())
}

async fn keys(app: &App, account: AccountId) -> portreeve::crypto::seal::PersonKeys {
    portreeve::service::people::keys(&mut app.db.peek(), &app.roots, account).await.unwrap()
}

/// Leave to open what is hers, earned by a look.
async fn look(app: &App, account: AccountId) -> Disclosure {
    use portreeve::domain::audit::vocabulary::RecordViewed;
    use portreeve::domain::audit::{ActorClass, Draft};
    let draft = Draft::new(ActorClass::System, RecordViewed { fields: vec![], by: None }).about(account);
    let seed = portreeve::crypto::record::EventSeed::draw(app.now());
    let event = app.snapshot().recorder.seal(seed, &draft, Some(&keys(app, account).await)).unwrap();
    let looked = app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
    Disclosure::by_look(&looked.receipt().unwrap()).unwrap()
}

async fn count(app: &App, kind: &'static str) -> i64 {
    app.db.peek().sql("SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE type = $1").bind(kind).scalar().await.unwrap()
}

fn by(change: impl FnOnce(&mut Filters)) -> Filters {
    let mut filters = Filters::default();
    change(&mut filters);
    filters
}

both! {
    async fn each_filter_finds_what_happened_and_nothing_else(world: World) {
        let story = Story::begin(world).await;
        let one = story.signs_in(story.ada, PARKING).await;
        let two = story.consents(story.ada, PARKING, "permit-newsletter").await;
        let three = story.is_denied(story.ada, GARDEN).await;
        let four = story.looks(&story.bea, story.ada, "fault").await;
        let other = story.signs_in(story.bob, GARDEN).await;
        let hers = story.looks(&story.cai, story.bob, "rights_request").await;
        let from = |filters: &mut Filters| filters.from = Some(story.began.micros());
        let cases = [
            ("resident", by(|f| { f.resident = Some(" ADA@example.org ".into()); from(f); }), vec![four, three, two, one]),
            ("account", by(|f| { f.resident = Some(story.ada.to_string()); from(f); }), vec![four, three, two, one]),
            ("another resident", by(|f| { f.resident = Some(BOB.into()); from(f); }), vec![hers, other]),
            ("officer", by(|f| f.officer = Some(vec![story.bea.pseudonym.clone()])), vec![four]),
            ("officer of two years", by(|f| f.officer = Some(vec!["00".repeat(32), story.bea.pseudonym.clone()])), vec![four]),
            ("service", by(|f| f.service = Some(PARKING.into())), vec![two, one]),
            ("purpose", by(|f| f.purpose = Some("permit-newsletter".into())), vec![two]),
            ("reason", by(|f| f.reason = Some("fault".into())), vec![four]),
            ("outcome", by(|f| f.outcome = Some("denied".into())), vec![three]),
            ("kind", by(|f| f.kind = Some("auth.signin_succeeded".into())), vec![other, one]),
            ("resident and service", by(|f| { f.resident = Some(ADA.into()); f.service = Some(GARDEN.into()); }), vec![three]),
            ("kind and service", by(|f| { f.kind = Some("auth.signin_succeeded".into()); f.service = Some(GARDEN.into()); }), vec![other]),
            ("resident and officer", by(|f| { f.resident = Some(BOB.into()); f.officer = Some(vec![story.bea.pseudonym.clone()]); }), vec![]),
            ("done", by(|f| { f.outcome = Some("ok".into()); f.service = Some(GARDEN.into()); }), vec![other]),
            ("no officer", by(|f| f.officer = Some(vec![])), vec![]),
        ];
        // Nothing has its place yet, so nothing is found yet.
        assert_eq!(found(&story, &by(from)).await, []);
        seal(story.app()).await;
        for (name, filters, wanted) in cases {
            assert_eq!(found(&story, &filters).await, wanted, "{name}");
        }
        // Of the searches those that have their places by now, and not those about others.
        let at = async |id: EventId| {
            stored::get(&mut story.app().db.peek(), id).await.unwrap().unwrap().event.at.micros()
        };
        let (second, fourth) = (at(two).await, at(four).await);
        let filters = by(|f| { f.from = Some(second); f.to = Some(fourth); });
        assert_eq!(found(&story, &filters).await, vec![three, two], "the end is not within");
    }

    async fn another_story_has_another_answer(world: World) {
        let story = Story::begin(world).await;
        let filters = by(|f| { f.resident = Some(ADA.into()); f.from = Some(story.began.micros()); });
        let first = story.looks(&story.bea, story.ada, "fault").await;
        seal(story.app()).await;
        assert_eq!(found(&story, &filters).await, [first]);
        let next = story.looks(&story.bea, story.ada, "fault").await;
        story.looks(&story.bea, story.bob, "fault").await;
        seal(story.app()).await;
        // Beside it the search before, which is about her.
        let now = found(&story, &filters).await;
        assert!(now.len() == 3 && now[0] == next && now[2] == first, "{now:?}");
    }

    async fn a_search_is_on_record_before_anything_is_shown(world: World) {
        let story = Story::begin(world).await;
        let app = story.app();
        let filters = by(|f| { f.resident = Some("Ada@Example.org".into()); f.service = Some(PARKING.into()); });
        let results = search(app, (&story.cai, &context()), &ask(), &filters, (None, 10), app.now()).await.unwrap();
        let (row, said) = newest(app, "officer.searched").await;
        let leaf: Value = serde_json::from_str(&row.leaf).unwrap();
        assert_eq!((row.id, row.person), (results.event, Some(story.ada)));
        assert_eq!(leaf["subject"], story.pseudonym(story.ada).await);
        assert_eq!((&leaf["actor"]["class"], &leaf["actor"]["ref"]), (&json!("officer"), &json!(story.cai.pseudonym)));
        assert_eq!(leaf["reason_code"], "complaint");
        assert_eq!(said["context"], json!({ "address": "192.0.2.0/24", "browser": "Firefox 140", "case": "C-17" }));
        assert_eq!(said["data"]["filters"], json!(["resident=named", "service=parking-permits"]));
        assert_eq!(said["data"]["page"], 1);
        let hash = said["data"]["sought"].as_str().unwrap().to_owned();
        assert_eq!(hash.len(), 64);
        assert!(!said.to_string().to_lowercase().contains("example.org"), "{said}");
        // The same person sought again is the same hash, another is another; who is sought in vain is nobody's event.
        let again = by(|f| f.resident = Some(ADA.into()));
        found(&story, &again).await;
        assert_eq!(newest(app, "officer.searched").await.1["data"]["sought"], hash);
        // A member of staff has keys like a resident, and is none.
        for typed in ["nobody@example.org", &Uuid::new_v4().to_string(), &story.bea.id.to_string()] {
            let filters = by(|f| f.resident = Some(typed.into()));
            let before = count(app, "officer.searched").await;
            let refused = search(app, (&story.cai, &context()), &ask(), &filters, (None, 10), app.now()).await.unwrap_err();
            assert!(matches!(refused, Refused::NoResident), "{refused}");
            assert_eq!(count(app, "officer.searched").await, before + 1);
            story.house.later(Duration::from_secs(1));
        }
        let rows = stored::newest(&mut app.db.peek(), 1_000).await.unwrap();
        assert!(rows.iter().filter(|row| row.r#type == "officer.searched").any(|row| row.person.is_none()));
    }

    async fn what_is_no_search_is_refused_and_not_done(world: World) {
        let story = Story::begin(world).await;
        let app = story.app();
        let bad = |reason: &str, case: Option<&str>| Ask { purpose: "security".to_owned(), reason: reason.into(), case: case.map(Into::into) };
        for (ask, wanted) in [(bad("curiosity", Some("C-1")), "no such reason"), (bad("complaint", Some(" ")), "case")] {
            let refused = search(app, (&story.cai, &context()), &ask, &Filters::default(), (None, 10), app.now()).await.unwrap_err();
            assert!(matches!(refused, Refused::Why(WhyError::Unknown(_) | WhyError::NoCase)), "{refused}");
            assert!(refused.to_string().contains(wanted), "{refused}");
        }
        for (filters, what) in [
            (by(|f| f.outcome = Some("fine".into())), "outcome"),
            (by(|f| { f.from = Some(5); f.to = Some(5); }), "time"),
            (by(|f| f.officer = Some(vec!["%".into()])), "officer"),
            (by(|f| f.service = Some("Ada Wójcik".into())), "service"),
            (by(|f| f.service = Some("no-such-service".into())), "service"),
            (by(|f| f.purpose = Some("she-owes-me".into())), "purpose"),
            (by(|f| f.reason = Some("ada@example.org".into())), "reason"),
            (by(|f| f.kind = Some("officer.lookd".into())), "kind"),
        ] {
            let refused = page(&story, &story.cai, &filters, None).await.unwrap_err();
            assert!(matches!(refused, Refused::Filter(said) if said == what), "{refused}");
        }
        assert_eq!(count(app, "officer.searched").await, 0);
    }

    async fn what_the_record_has_is_sought_though_no_policy_has_it_any_more(world: World) {
        let story = Story::begin(world).await;
        let left = story.signs_in(story.ada, "left-long-ago").await;
        let filters = by(|f| f.service = Some("left-long-ago".into()));
        let refused = page(&story, &story.cai, &filters, None).await.unwrap_err();
        assert!(matches!(refused, Refused::Filter("service")), "nothing of it has its place yet: {refused}");
        seal(story.app()).await;
        assert_eq!(found(&story, &filters).await, [left]);
    }

    async fn pages_go_on_where_the_one_before_ended(world: World) {
        let story = Story::begin(world).await;
        let filters = by(|f| f.service = Some(PARKING.into()));
        let mut all = Vec::new();
        for _ in 0..25 {
            all.insert(0, story.signs_in(story.ada, PARKING).await);
        }
        seal(story.app()).await;
        let first = page(&story, &story.cai, &filters, None).await.unwrap();
        assert_eq!((ids(&first), &first.newer), (all[..10].to_vec(), &None));
        // What happens meanwhile moves nothing.
        let more = story.signs_in(story.bob, PARKING).await;
        seal(story.app()).await;
        let second = page(&story, &story.cai, &filters, first.older.as_deref()).await.unwrap();
        assert_eq!((ids(&second), second.page), (all[10..20].to_vec(), 2));
        let third = page(&story, &story.cai, &filters, second.older.as_deref()).await.unwrap();
        assert_eq!((ids(&third), &third.older, third.page), (all[20..].to_vec(), &None, 3));
        let back = page(&story, &story.cai, &filters, third.newer.as_deref()).await.unwrap();
        assert_eq!((ids(&back), back.page), (ids(&second), 2));
        let back = page(&story, &story.cai, &filters, back.newer.as_deref()).await.unwrap();
        assert_eq!(ids(&back), ids(&first));
        let top = page(&story, &story.cai, &filters, back.newer.as_deref()).await.unwrap();
        assert_eq!((ids(&top), &top.newer), (vec![more], &None));
        let (row, said) = newest(story.app(), "officer.searched").await;
        assert_eq!((row.id, &said["data"]["page"]), (top.event, &json!(1)));
        // A page has 1 to 100 events.
        for (asked, got) in [(0, 1), (1, 1), (1_000, 26)] {
            let app = story.app();
            let results = search(app, (&story.cai, &context()), &ask(), &filters, (None, asked), app.now()).await.unwrap();
            assert_eq!(results.found.len(), got);
        }
    }

    async fn o09_a_cursor_serves_the_officer_and_the_search_it_was_made_for(world: World) {
        let story = Story::begin(world).await;
        let app = story.app();
        for _ in 0..11 {
            story.signs_in(story.ada, PARKING).await;
        }
        seal(app).await;
        let filters = by(|f| f.service = Some(PARKING.into()));
        let first = page(&story, &story.cai, &filters, None).await.unwrap();
        let (cursor, before) = (first.older.unwrap(), count(app, "officer.searched").await);
        let mut forged = cursor.clone().into_bytes();
        forged[40] = if forged[40] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        let wider = by(|f| f.kind = Some("auth.signin_succeeded".into()));
        let kept_search = keep(app, &story.cai, &ask(), &filters).unwrap();
        for (name, who, filters, cursor) in [
            ("another's", &story.bea, &filters, &cursor),
            ("another search", &story.cai, &wider, &cursor),
            ("forged", &story.cai, &filters, &forged),
            ("none", &story.cai, &filters, &"x".to_owned()),
            ("a kept search", &story.cai, &filters, &kept_search),
        ] {
            let refused = page(&story, who, filters, Some(cursor)).await.unwrap_err();
            assert!(matches!(refused, Refused::Cursor), "{name}: {refused}");
        }
        let other = Ask { purpose: "security".to_owned(), reason: "audit".into(), case: None };
        let refused = search(app, (&story.cai, &context()), &other, &filters, (Some(&cursor), 10), app.now()).await.unwrap_err();
        assert!(matches!(refused, Refused::Cursor), "another reason: {refused}");
        assert_eq!(count(app, "officer.searched").await, before, "nothing was searched");
        assert_eq!(page(&story, &story.cai, &filters, Some(&cursor)).await.unwrap().found.len(), 1);
        // A search that is kept in an address is read back for the same session alone, and shows nobody.
        assert_eq!(kept(app, &story.cai, &kept_search).unwrap(), (ask(), filters));
        for (who, text) in [(&story.bea, &kept_search), (&story.cai, &cursor), (&story.cai, &"x".to_owned())] {
            assert!(matches!(kept(app, who, text), Err(Refused::Cursor)));
        }
    }

    async fn what_was_sealed_before_there_was_a_search_is_found_too(world: World) {
        let story = Story::begin(world).await;
        let app = story.app();
        let mut all = Vec::new();
        for _ in 0..12 {
            all.insert(0, story.signs_in(story.ada, PARKING).await);
        }
        seal(app).await;
        let filters = by(|f| f.service = Some(PARKING.into()));
        // As a store of the version before is: places given, nothing to search by.
        tamper(app, &["DELETE FROM event_search", "UPDATE audit_log SET searchable = 0"]).await;
        let newer = story.signs_in(story.bob, PARKING).await;
        seal(app).await;
        assert_eq!(found(&story, &filters).await, [newer], "new events wait for no old ones");
        assert!(log::index(app).await.unwrap());
        while log::index(app).await.unwrap() {}
        all.insert(0, newer);
        assert_eq!(found(&story, &filters).await, all);
        // And as a node of the version before leaves it that seals beside a new one.
        seal(app).await;
        tamper(app, &[
            "DELETE FROM event_search WHERE leaf_index >= (SELECT size - 3 FROM audit_log)",
            "UPDATE audit_log SET searchable = size - 3",
        ])
        .await;
        while log::index(app).await.unwrap() {}
        let [(size, searchable, rows)]: [(i64, i64, i64); 1] = app.db.peek()
            .sql("SELECT size, searchable, (SELECT CAST(COUNT(*) AS BIGINT) FROM event_search) FROM audit_log")
            .all().await.unwrap().try_into().unwrap();
        assert_eq!((size, size), (searchable, rows));
    }

    async fn every_kind_can_be_sought(world: World) {
        let story = Story::begin(world).await;
        story.looks(&story.bea, story.ada, "fault").await;
        seal(story.app()).await;
        for entry in all() {
            let kind = entry.name;
            let wanted = count(story.app(), kind).await - i64::from(kind.starts_with("officer.searched"));
            let got = found(&story, &by(|f| f.kind = Some(kind.into()))).await.len();
            assert!(kind == "officer.searched" || i64::try_from(got).unwrap() == wanted, "{kind}");
        }
    }
}
