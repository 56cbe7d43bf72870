//! Reports over the record: exact answers over a story, without what others did.

use super::story::{GARDEN, PARKING, Story, ask, context, officer};
use super::{count, ids, newest};
use crate::log::seal;
use portreeve::domain::audit::review::Sign;
use portreeve::domain::ids::AccountId;
use portreeve::domain::staff::Officer;
use portreeve::domain::time::When;
use portreeve::service::search_audit::{
    Ask, BreachScope, Data, OfficerReport, Radius, Refused, Review, blast_radius, officer_report, review, who_saw,
};
use portreeve::store::search::looked_at;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;

/// From the beginning of the story until now.
fn window(story: &Story) -> (When, When) {
    (story.began, story.app().now() + Duration::from_secs(1))
}

async fn report(story: &Story, whose: &Officer, conflicts: &[(&str, &str)]) -> OfficerReport {
    let (whose, conflicts) = ([whose.pseudonym.clone()], pairs(conflicts));
    officer_report(story.app(), (&story.cai, &context()), &ask(), (&whose, conflicts), window(story), story.app().now())
        .await
        .unwrap()
}

fn pairs(conflicts: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    conflicts.iter().map(|(officer, subject)| ((*officer).to_owned(), (*subject).to_owned())).collect()
}

async fn reviewed(story: &Story, conflicts: &[(&str, &str)]) -> Review {
    review(story.app(), (&story.cai, &context()), &ask(), window(story), pairs(conflicts), story.app().now())
        .await
        .unwrap()
}

async fn radius(story: &Story, change: impl FnOnce(&mut BreachScope)) -> Radius {
    let (from, to) = window(story);
    let mut scope = BreachScope { from, to, service: None, officer: None, kinds: None };
    change(&mut scope);
    blast_radius(story.app(), (&story.cai, &context()), &ask(), &scope, story.app().now()).await.unwrap()
}

fn counted(counts: &BTreeMap<String, Data>) -> Vec<(&str, usize, usize)> {
    counts.iter().map(|(name, data)| (name.as_str(), data.events, data.subjects)).collect()
}

fn claims(radius: &Radius) -> Vec<(&str, &str, usize)> {
    radius.by_claim.iter().map(|((service, claim), data)| (service.as_str(), claim.as_str(), data.subjects)).collect()
}

both! {
    async fn who_saw_a_person_is_everybody_who_did_and_nobody_else(world: World) {
        let story = Story::begin(world).await;
        let app = story.app();
        let one = story.releases(story.ada, PARKING, "name address").await;
        let two = story.looks(&story.bea, story.ada, "fault").await;
        let three = story.is_suspended(story.ada).await;
        let four = story.looks(&story.cai, story.ada, "audit").await;
        // What she did herself, what was denied to a service, and what was done to somebody else.
        story.signs_in(story.ada, PARKING).await;
        story.is_denied(story.ada, GARDEN).await;
        story.looks(&story.bea, story.bob, "fault").await;
        story.releases(story.bob, PARKING, "name").await;
        story.is_suspended(story.bob).await;
        seal(app).await;
        story.house.later(Duration::from_secs(1));
        let saw = async |account: AccountId, cursor: Option<&str>| {
            who_saw(app, (&story.cai, &context()), &ask(), &account.to_string(), (cursor, 3), app.now()).await
        };
        let first = saw(story.ada, None).await.unwrap();
        assert_eq!(ids(&first), [four, three, two]);
        let second = saw(story.ada, first.older.as_deref()).await.unwrap();
        assert_eq!((ids(&second), second.page, &second.older), (vec![one], 2, &None));
        // It is about her, and she sees it.
        let (row, said) = newest(app, "officer.reported").await;
        assert_eq!((row.person, &said["data"]["report"]), (Some(story.ada), &json!("who_saw")));
        assert_eq!(said["data"]["sought"].as_str().map(str::len), Some(64), "a hash of what was typed: {said}");
        assert!(matches!(saw(story.bob, first.older.as_deref()).await, Err(Refused::Cursor)));
        let before = count(app, "officer.reported").await;
        assert!(matches!(saw(AccountId(Uuid::new_v4()), None).await, Err(Refused::NoResident)));
        let bad = Ask { purpose: "security".to_owned(), reason: "nonsense".into(), case: None };
        let refused = who_saw(app, (&story.cai, &context()), &bad, &story.ada.to_string(), (None, 3), app.now()).await;
        assert!(matches!(refused, Err(Refused::Why(_))));
        assert_eq!(count(app, "officer.reported").await, before + 1, "that nobody was found is on record");
        seal(app).await;
        story.house.later(Duration::from_secs(1));
        let third = saw(story.ada, None).await.unwrap();
        let mut kinds: Vec<_> = third.found.iter().map(|found| found.r#type.as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["officer.reported", "officer.reported", "officer.viewed"]);
    }

    async fn who_was_looked_at_is_told_in_order_and_whether_it_is_all(world: World) {
        let story = Story::begin(world).await;
        for who in [story.ada, story.bob, story.ada] {
            story.looks(&story.bea, who, "fault").await;
        }
        seal(story.app()).await;
        let whose = [story.bea.pseudonym.clone()];
        let (all, complete) = looked_at(&mut story.app().db.peek(), &whose, window(&story), 2).await.unwrap();
        assert!(all.len() == 2 && all.is_sorted() && complete, "{all:?}");
        let (part, complete) = looked_at(&mut story.app().db.peek(), &whose, window(&story), 1).await.unwrap();
        assert!(part[..] == all[..1] && !complete, "{part:?}");
    }

    async fn a_breach_is_measured_by_words_that_exist(world: World) {
        let story = Story::begin(world).await;
        let (from, to) = window(&story);
        let whole = BreachScope { from, to, service: None, officer: None, kinds: None };
        for (scope, what) in [
            (BreachScope { service: Some("ada@example.org".into()), ..whole.clone() }, "service"),
            (BreachScope { kinds: Some(vec!["officer.lookd".into()]), ..whole }, "kind"),
        ] {
            let refused = blast_radius(story.app(), (&story.cai, &context()), &ask(), &scope, story.app().now()).await;
            assert!(matches!(refused, Err(Refused::Filter(said)) if said == what), "{refused:?}");
        }
        assert_eq!(count(story.app(), "officer.reported").await, 0);
    }

    async fn an_officers_report_counts_what_they_looked_at(world: World) {
        let story = Story::begin(world).await;
        let ada = story.pseudonym(story.ada).await;
        story.looks(&story.bea, story.ada, "fault").await;
        story.looks(&story.bea, story.ada, "fault").await;
        story.looks(&story.bea, story.bob, "vital_interests").await;
        story.looks(&story.cai, story.bob, "fault").await;
        seal(story.app()).await;
        let bea = report(&story, &story.bea, &[(&story.bea.pseudonym, &ada), (&story.cai.pseudonym, &ada)]).await;
        let one = &bea.activity;
        assert_eq!((one.looks, one.persons.len(), one.without_case, one.at_night, one.in_conflict), (3, 2, 1, 0, 2));
        let reasons: Vec<_> = one.by_reason.iter().map(|(code, n)| (code.as_deref().unwrap(), *n)).collect();
        assert_eq!(reasons, [("fault", 2), ("vital_interests", 1)]);
        assert_eq!((bea.by_kind["officer.viewed"], bea.refused, bea.whole), (3, 0, true));
        let (row, said) = newest(story.app(), "officer.reported").await;
        assert_eq!((row.person, &said["data"]["report"]), (None, &json!("officer")));
        assert_eq!(said["data"]["filters"][2], format!("officer={}", story.bea.pseudonym));
        // At midnight, another answer.
        story.house.later(Duration::from_hours(11));
        story.looks(&story.bea, story.bob, "fault").await;
        seal(story.app()).await;
        let bea = report(&story, &story.bea, &[]).await;
        assert_eq!((bea.activity.looks, bea.activity.at_night, bea.activity.in_conflict), (4, 1, 0));
        let refused = officer_report(story.app(), (&story.cai, &context()), &ask(), (&["x".into()], BTreeSet::new()),
            window(&story), story.app().now()).await;
        assert!(matches!(refused, Err(Refused::Filter("officer"))));
        let now = story.app().now();
        let refused = officer_report(story.app(), (&story.cai, &context()), &ask(), (&[], BTreeSet::new()), (now, now), now).await;
        assert!(matches!(refused, Err(Refused::Filter("time"))));
    }

    async fn a_review_shows_who_stands_out_of_the_month(world: World) {
        let story = Story::begin(world).await;
        let (dan, ada) = (officer(story.app()).await, story.pseudonym(story.ada).await);
        for _ in 0..21 {
            story.looks(&story.bea, story.ada, "fault").await;
        }
        for who in [&story.cai, &dan] {
            for _ in 0..6 {
                story.looks(who, story.bob, "complaint").await;
            }
        }
        seal(story.app()).await;
        let all = reviewed(&story, &[]).await;
        let signs = |review: &Review, who: &Officer| {
            let (activity, signs) = &review.officers[&who.pseudonym];
            (activity.looks, signs.iter().copied().collect::<Vec<_>>())
        };
        assert_eq!((all.officers.len(), all.twice_the_median, all.whole), (3, 12, true));
        assert_eq!(signs(&all, &story.bea), (21, vec![Sign::Volume]));
        assert_eq!(signs(&all, &story.cai), (6, vec![]));
        assert_eq!(signs(&all, &dan), (6, vec![]));
        // The others look as much, and one of them at night and at a friend, for no case.
        story.house.later(Duration::from_hours(12));
        for who in [&story.cai, &dan] {
            story.looks(who, story.ada, "vital_interests").await;
        }
        seal(story.app()).await;
        let all = reviewed(&story, &[(&dan.pseudonym, &ada)]).await;
        assert_eq!(all.twice_the_median, 14);
        assert_eq!(signs(&all, &story.bea), (21, vec![]));
        assert_eq!(signs(&all, &story.cai), (7, vec![Sign::WithoutCase, Sign::AtNight]));
        assert_eq!(signs(&all, &dan), (7, vec![Sign::WithoutCase, Sign::AtNight, Sign::Conflict]));
        assert_eq!(newest(story.app(), "officer.reported").await.1["data"]["report"], "review");
    }

    async fn a_breach_reaches_as_far_as_its_window_service_and_officer(world: World) {
        let story = Story::begin(world).await;
        story.releases(story.ada, PARKING, "name address").await;
        story.releases(story.bob, PARKING, "name").await;
        story.releases(story.bob, GARDEN, "email").await;
        story.looks(&story.bea, story.ada, "fault").await;
        story.looks(&story.bea, story.ada, "fault").await;
        story.looks(&story.cai, story.bob, "fault").await;
        seal(story.app()).await;
        story.house.later(Duration::from_secs(5));
        let all = radius(&story, |_| {}).await;
        assert_eq!((all.all, all.whole), (Data { events: 6, subjects: 2 }, true));
        assert_eq!(counted(&all.by_service), [(GARDEN, 1, 1), (PARKING, 2, 2)]);
        assert_eq!(counted(&all.by_kind), [("claims.released", 3, 2), ("officer.viewed", 3, 2)]);
        assert_eq!(counted(&all.by_category), [("officer.access", 3, 2), ("sharing.other_basis", 3, 2)]);
        let wanted = [(GARDEN, "email", 1), (PARKING, "address", 1), (PARKING, "name", 2)];
        assert_eq!(claims(&all), wanted);
        let (row, said) = newest(story.app(), "officer.reported").await;
        assert_eq!((row.person, &said["data"]["report"]), (None, &json!("breach")));
        // One service, one officer, one kind; and what came after.
        let one = radius(&story, |scope| scope.service = Some(PARKING.into())).await;
        assert_eq!((one.all, claims(&one)), (Data { events: 2, subjects: 2 }, vec![(PARKING, "address", 1), (PARKING, "name", 2)]));
        let one = radius(&story, |scope| scope.officer = Some(vec![story.bea.pseudonym.clone()])).await;
        assert_eq!((one.all, one.by_service.len(), one.by_claim.len()), (Data { events: 2, subjects: 1 }, 0, 0));
        let one = radius(&story, |scope| scope.kinds = Some(vec!["officer.viewed".into()])).await;
        assert_eq!(one.all, Data { events: 3, subjects: 2 });
        let later = story.app().now();
        story.releases(story.ada, GARDEN, "email phone_number").await;
        seal(story.app()).await;
        let one = radius(&story, |scope| scope.from = later).await;
        // With the reports above, which are about nobody.
        let released = one.by_kind["claims.released"];
        assert_eq!((released, claims(&one)), (Data { events: 1, subjects: 1 }, vec![(GARDEN, "email", 1), (GARDEN, "phone_number", 1)]));
    }
}
