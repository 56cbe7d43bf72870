//! What is due is found by an index, in its order: a batch does not sort all that is due, nor look at everybody.

use crate::app::House;
use crate::explain::{analyze, plan};
use crate::log::{happen, seal};
use portreeve::domain::ids::AccountId;
use portreeve::store::Housekeeping;
use portreeve::store::disposal::BEHIND;
use portreeve::store::due::FIRST;
use portreeve::store::lapses::{AccountClock, statement};
use std::time::Duration;
use uuid::Uuid;

const ON_SQLITE: &str = "INSERT INTO account (id, state, name, created_at, last_used_at, closed_at, died_at)
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 5000)
    SELECT randomblob(16), CASE WHEN n % 50 = 0 THEN 'closed' ELSE 'active' END, x'00', $1, $1,
        CASE WHEN n % 50 = 0 THEN $1 END, CASE WHEN n % 99 = 0 THEN $1 END FROM number";
const ON_POSTGRES: &str = "INSERT INTO account (id, state, name, created_at, last_used_at, closed_at, died_at)
    SELECT gen_random_uuid(), CASE WHEN n % 50 = 0 THEN 'closed' ELSE 'active' END, '', $1, $1,
        CASE WHEN n % 50 = 0 THEN $1 END, CASE WHEN n % 99 = 0 THEN $1 END FROM generate_series(1, 5000) n";

both! {
    async fn accounts_whose_time_is_over_come_in_the_order_of_an_index(world: World) {
        let house = House::new(world).await;
        let db = &house.app.db;
        let sqlite = db.name() == "sqlite";
        let long_ago = house.app.now() - Duration::from_hours(24 * 800);
        db.write(async |mut w| {
            w.sql(if sqlite { ON_SQLITE } else { ON_POSTGRES }).bind(long_ago).run().await?;
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await
        .unwrap();
        analyze(db, &["account"]).await;
        for (clock, index) in [
            (AccountClock::Used, "account_used"),
            (AccountClock::Closed, "account_closed"),
            (AccountClock::Died, "account_died"),
        ] {
            let now = house.app.now();
            let plan = plan(db, statement(clock), |asked| asked.bind(now).bind(FIRST.0).bind(FIRST.1).bind(200_i64)).await;
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{plan}");
        }
    }

    async fn what_of_hers_cannot_be_found_yet_is_looked_for_at_the_end_of_the_log(world: World) {
        let house = House::new(world).await;
        let (app, db) = (&house.app, &house.app.db);
        happen(app, 1_500).await;
        seal(app).await;
        analyze(db, &["event"]).await;
        let log: String = db.peek().sql("SELECT name FROM audit_log").scalar().await.unwrap();
        let nobody = AccountId(Uuid::nil());
        let plan = plan(db, BEHIND, |asked| asked.bind(log).bind(1_499_i64).bind(nobody).bind("profile")).await;
        assert!(plan.contains("event_place") && !plan.contains("SCAN"), "{plan}");
    }
}
