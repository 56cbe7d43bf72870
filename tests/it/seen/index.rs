//! What she reads of who had her data is found, never searched for: however much there is about others.

use super::{ADA, WORD, look, released, signed_in};
use crate::app::House;
use crate::explain::{analyze, plan};
use crate::log::{happen, seal};
use portreeve::domain::ids::{AccountId, EventId};
use portreeve::domain::time::When;
use portreeve::service::people;
use portreeve::store::seen::{self, By, statements};
use portreeve::store::{Housekeeping, Statement};
use std::time::Duration;
use uuid::Uuid;

/// One of the statements with its parameters, of which not each has them all.
fn bound<'r>(asked: Statement<'r>, sql: &str, (who, subject): (AccountId, &str), now: When) -> Statement<'r> {
    let (subject_named, log_named) = (sql.contains("s.subject = $6"), sql.contains("$7"));
    let asked = asked.bind(who).bind(now).bind(now).bind(EventId(Uuid::nil())).bind(11_i64);
    let asked = if subject_named { asked.bind(subject) } else { asked };
    if log_named { asked.bind("log").bind(0_i64) } else { asked }
}

both! {
    async fn it_is_read_by_the_index_of_subjects(world: World) {
        let house = House::new(world).await;
        let (app, db) = (&house.app, &house.app.db);
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let looked = look(&house, ada, "fault").await;
        released(&house, ada).await;
        happen(app, 1_500).await;
        seal(app).await;
        analyze(db, &["event", "event_search"]).await;
        let keys = people::keys(&mut db.peek(), &app.roots, ada).await.unwrap();
        let subjects = people::pseudonyms(&mut db.peek(), &keys).await.unwrap();
        for by in [By::Staff, By::Services] {
            let [unplaced, behind, placed] = statements(by);
            for (sql, index) in [(unplaced, "event_unsealed"), (behind, "event_place"), (placed, "event_search_subject")] {
                let plan = plan(db, sql, |asked| bound(asked, sql, (ada, &subjects[0]), app.now())).await;
                assert!(plan.contains(index), "{index}: {plan}");
                let bad: &[&str] = if db.name() == "sqlite" { &["SCAN e\n", "SCAN s\n"] } else { &["Seq Scan on event"] };
                assert!(!bad.iter().any(|bad| plan.contains(bad)), "{index}: {plan}");
            }
        }
        let (of, now) = ((ada, &*subjects), app.now() + Duration::from_hours(1));
        let at = (now, EventId(Uuid::max()));
        let rows = seen::before(&mut db.peek(), of, By::Staff, at, now, 10).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [looked]);
    }

    async fn she_reads_what_has_no_place_yet_and_what_cannot_be_searched_yet_each_once(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        let mut all = vec![look(&house, ada, "fault").await.to_string()];
        seal(&house.app).await;
        house.later(Duration::from_secs(1));
        all.insert(0, look(&house, ada, "fault").await.to_string());
        let read = super::entries(&visitor.get("/account/seen").await.body);
        assert_eq!(read, all, "one has its place, and one has none");
        seal(&house.app).await;
        // As a program of before left it: places are given, and nothing can be searched.
        house.app.db
            .write(async |mut w| {
                w.sql("DELETE FROM event_search").run().await?;
                w.sql("UPDATE audit_log SET searchable = 0").run().await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await
            .unwrap();
        assert_eq!(super::entries(&visitor.get("/account/seen").await.body), all);
    }

    async fn what_is_kept_from_her_stays_so_with_its_place_and_without(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        let hidden = look(&house, ada, "crime_prevention").await.to_string();
        for _ in 0..2 {
            let page = visitor.get("/account/seen").await.body;
            assert!(!page.contains(&hidden) && super::entries(&page).is_empty(), "{page}");
            assert_eq!(visitor.get(&format!("/account/seen/{hidden}")).await.status, 404);
            seal(&house.app).await;
        }
    }
}
