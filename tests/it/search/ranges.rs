//! Ranges of the search itself: bounded, whole, and read by their index.

use crate::app::House;
use crate::explain::{analyze, plan};
use portreeve::domain::ids::EventId;
use portreeve::domain::time::When;
use portreeve::store::search::{Found, Page, Query, SCANNED, Way, add, orders, page};
use portreeve::store::{Db, Housekeeping};
use uuid::Uuid;

const NOON: i64 = 1_796_126_400;

fn event(number: i64) -> Found {
    Found {
        at: When::from_seconds(NOON + number),
        id: EventId(Uuid::new_v4()),
        log: "log".to_owned(),
        leaf_index: number,
        r#type: "auth.signin_succeeded".to_owned(),
        outcome: "ok".to_owned(),
        actor: "resident".to_owned(),
        officer: None,
        subject: Some(format!("{:064x}", number % 7)),
        client_id: Some("parking-permits".to_owned()),
        purpose: None,
        reason: None,
    }
}

async fn put(db: &Db, events: &[Found]) {
    for chunk in events.chunks(512) {
        db.write(async |mut w| {
            add(&mut w, chunk).await?;
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await
        .unwrap();
    }
}

/// Every page from an end of time to the other, and the places found.
async fn walk(db: &Db, query: &Query, way: Way, limit: usize) -> (usize, Vec<i64>) {
    let (mut pages, mut all, mut from) = (0, Vec::new(), None);
    loop {
        let Page { found, next } = page(&mut db.peek(), query, from, way, limit).await.unwrap();
        assert!(found.len() <= limit && found.windows(2).all(|two| two[0].place() > two[1].place()));
        let mut places: Vec<i64> = found.iter().map(|one| one.leaf_index).collect();
        if way == Way::Newer {
            places.reverse();
        }
        all.extend(places);
        pages += 1;
        from = match next {
            Some(next) => Some(next),
            None => return (pages, all),
        };
    }
}

both! {
    async fn a_filter_that_fits_little_reads_so_much_and_says_where_to_go_on(world: World) {
        let house = House::new(world).await;
        let db = &house.app.db;
        let many = 2 * SCANNED + 100;
        let mut events: Vec<Found> = (0..many).map(event).collect();
        // Both filters fit many, and both together three: far from the newest.
        for (number, event) in (0..).zip(&mut events) {
            event.purpose = (number % 2 == 0).then(|| "issue-resident-permit".to_owned());
            if [3, 5, 4_001].contains(&number) {
                event.purpose = Some("rare".to_owned());
            }
        }
        put(db, &events).await;
        let of = |purpose: &str| Query {
            client: Some("parking-permits".to_owned()),
            purpose: Some(purpose.to_owned()),
            ..Query::default()
        };
        // The most selective filter is the range.
        assert_eq!(walk(db, &of("rare"), Way::Older, 100).await, (1, vec![4_001, 5, 3]));
        assert_eq!(walk(db, &of("rare"), Way::Newer, 100).await, (1, vec![3, 5, 4_001]));
        // None is: the page ends where it has looked far enough, with nothing found, and the next goes on.
        let ok = Query { outcome: Some("ok".to_owned()), reason: None, ..of("issue-resident-permit") };
        let none = Query { kinds: Some(vec!["officer.viewed".to_owned(), "auth.locked".to_owned()]), ..ok.clone() };
        assert_eq!(walk(db, &none, Way::Older, 100).await.1, Vec::<i64>::new());
        let late = Query { outcome: Some("ok".to_owned()), kinds: None, ..Query::default() };
        let (_, all) = walk(db, &late, Way::Older, 1_000).await;
        assert_eq!(all, (0..many).rev().collect::<Vec<_>>());
        // Held against time alone, rare ones are beyond what one page looks through.
        let staff = Query { outcome: Some("ok".to_owned()), from: Some(When::from_seconds(NOON)), ..Query::default() };
        put(db, &[Found { outcome: "error".to_owned(), ..event(many) }]).await;
        let page_of = |query: Query| async move { page(&mut db.peek(), &query, None, Way::Older, 10).await.unwrap() };
        assert_eq!(page_of(staff).await.found.len(), 10);
        let error = Query { outcome: Some("error".to_owned()), ..Query::default() };
        assert_eq!(page_of(error).await.found.len(), 1);
    }

    async fn a_short_page_goes_on_until_all_is_found(world: World) {
        let house = House::new(world).await;
        let db = &house.app.db;
        let many = 2 * SCANNED + 10;
        let mut events: Vec<Found> = (0..many).map(event).collect();
        // Every event is of this service and this kind, so that neither range is short; the outcome is held against them.
        let wanted = [1, 2, SCANNED + 3];
        for (number, event) in (0..).zip(&mut events) {
            event.outcome = if wanted.contains(&number) { "ok".to_owned() } else { "denied".to_owned() };
        }
        put(db, &events).await;
        let query = Query { outcome: Some("ok".to_owned()), client: Some("parking-permits".to_owned()), ..Query::default() };
        let (pages, found) = walk(db, &query, Way::Older, 100).await;
        assert_eq!((pages, found), (3, vec![SCANNED + 3, 2, 1]));
        let (pages, found) = walk(db, &query, Way::Newer, 100).await;
        assert_eq!((pages, found), (3, vec![1, 2, SCANNED + 3]));
    }

    async fn a_person_of_several_years_is_found_in_the_order_of_time(world: World) {
        let house = House::new(world).await;
        let db = &house.app.db;
        put(db, &(0..700).map(event).collect::<Vec<_>>()).await;
        let subject = |numbers: &[i64]| Some(numbers.iter().map(|one| format!("{one:064x}")).collect::<Vec<_>>());
        let wanted = |numbers: &[i64]| (0..700).rev().filter(|n| numbers.contains(&(n % 7))).collect::<Vec<i64>>();
        for numbers in [&[3][..], &[3, 5], &[5, 0, 3], &[9]] {
            let query = Query { subject: subject(numbers), ..Query::default() };
            for limit in [1, 33, 1_000] {
                assert_eq!(walk(db, &query, Way::Older, limit).await.1, wanted(numbers), "{numbers:?} by {limit}");
            }
            let mut newer = walk(db, &query, Way::Newer, 33).await.1;
            newer.reverse();
            assert_eq!(newer, wanted(numbers));
        }
        // One that is added again stays as it was, and many at once are all there.
        let twice = event(900);
        put(db, &[twice.clone(), Found { outcome: "denied".to_owned(), ..twice.clone() }]).await;
        let query = Query { from: Some(twice.at), ..Query::default() };
        assert_eq!(page(&mut db.peek(), &query, None, Way::Older, 10).await.unwrap().found, [twice]);
    }

    async fn each_filter_is_read_by_its_index(world: World) {
        let house = House::new(world).await;
        let db = &house.app.db;
        let mut events: Vec<Found> = (0..12_000).map(event).collect();
        for (number, event) in (0_i64..).zip(&mut events) {
            let word = |of: i64| format!("{:064x}", number % of);
            event.subject = Some(word(20));
            if number % 10 == 0 { "officer" } else { "resident" }.clone_into(&mut event.actor);
            event.officer = (number % 10 == 0).then(|| word(20));
            event.client_id = Some(word(20));
            event.purpose = (number % 5 == 0).then(|| word(15));
            event.reason = (number % 10 == 0).then(|| word(20));
            event.r#type = word(12);
            if number % 33 == 0 { "denied" } else { "ok" }.clone_into(&mut event.outcome);
        }
        put(db, &events).await;
        let sqlite = db.name() == "sqlite";
        analyze(db, &["event_search"]).await;
        for (index, statements) in orders() {
            let word = match index {
                "event_search_staff" => "officer".to_owned(),
                "event_search_pkey" => String::new(),
                "event_search_outcome" => "denied".to_owned(),
                _ => format!("{:064x}", 10),
            };
            for (sql, newer) in statements.into_iter().zip([false, true]) {
                let (place, end) = (NOON + 6_000, NOON + if newer { 90_000 } else { 0 });
                let plan = plan(db, sql, |asked| {
                    let asked = asked.bind(&*word).bind(When::from_seconds(end)).bind(When::from_seconds(place));
                    let asked = asked.bind(EventId(Uuid::nil())).bind(11_i64);
                    (0..8).fold(asked, |asked, _| asked.bind("")).bind(11_i64)
                })
                .await;
                // The rows of SQLite's primary key are the table itself.
                let wanted = if sqlite && index == "event_search_pkey" { "USING PRIMARY KEY (" } else { index };
                assert!(plan.contains(wanted), "{index}: {plan}");
                // All of it in the order of the index: nothing is gone through that is not asked for, and nothing sorted.
                let bad: &[&str] = if sqlite { &["SCAN event_search"] } else { &["Seq Scan", "Sort", "Bitmap"] };
                assert!(!bad.iter().any(|bad| plan.contains(bad)), "{index}: {plan}");
                assert!(!sqlite || plan.matches("SEARCH event_search").count() == 1, "{index}: {plan}");
                // The time is part of the range, not held against each row of it.
                let ranged = if sqlite { !plan.contains("(?)") } else { !plan.contains("Filter: (ROW") && !plan.contains("Filter: (at") };
                assert!(ranged && (sqlite || plan.contains("Index Cond: (")), "{index}: {plan}");
            }
        }
    }
}
