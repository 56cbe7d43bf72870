//! What goes by itself goes when its time is over, not before; under the same load it takes the same room for ever.

use super::{Endpoint, queue, round};
use crate::app::House;
use crate::oidc::browser::Browser;
use crate::oidc::party::{self, LIBRARY};
use crate::oidc::text;
use crate::visitor::Visitor;
use portreeve::crypto::tokens;
use portreeve::domain::ids::AccountId;
use portreeve::domain::retention::HOUSEKEEPING;
use portreeve::domain::staff::Role;
use portreeve::domain::time::When;
use portreeve::jobs::expire::{self, Expire};
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::send_messages::SendMessages;
use portreeve::store::{self, Db, Housekeeping, clients, columns};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const WORD: &str = "turnip lantern cobble";

/// Longer than a session lasts, shorter than what is kept longest: several rounds are there at a time.
const ROUND: Duration = Duration::from_hours(24 * 40);

/// By then whatever is kept longest after its end has gone once.
const WARM: usize = 4;

const MEASURED: usize = 4;

/// The tables whose rows go by themselves, each with its category.
fn tables() -> Vec<(&'static str, &'static str)> {
    let goes = |category: &str| HOUSEKEEPING.iter().any(|(known, _)| *known == category);
    columns::TABLES
        .iter()
        .filter(|(_, category, _)| goes(category))
        .map(|(table, category, _)| (*table, *category))
        .collect()
}

/// How many rows each table of housekeeping has, and how many keys residents have.
async fn rows(db: &Db) -> BTreeMap<&'static str, i64> {
    let mut rows = BTreeMap::new();
    let counts = tables()
        .into_iter()
        .map(|(table, _)| (table, &*format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {table}").leak()));
    // Those who work here stay.
    let keys = "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.person_key k
        WHERE NOT EXISTS (SELECT 1 FROM staff_member s WHERE s.id = k.person)";
    for (table, sql) in counts.chain([("vault.person_key", keys)]) {
        rows.insert(table, db.peek().sql(sql).scalar::<i64>().await.unwrap());
    }
    rows
}

/// The pages of a file that are not used by tables which grow on purpose: those of housekeeping, and free ones. None on PostgreSQL,
/// which tidies up when it likes.
async fn pages(db: &Db) -> Option<i64> {
    if db.name() != "sqlite" {
        return None;
    }
    let names: BTreeSet<&str> = tables().into_iter().map(|(table, _)| table).collect();
    let mut read = db.read().await.unwrap();
    let all: i64 = read.sql("SELECT page_count FROM pragma_page_count").scalar().await.unwrap();
    let used: Vec<(String, i64)> = read
        .sql(
            "SELECT s.tbl_name, COUNT(*) FROM dbstat d JOIN main.sqlite_schema s ON s.name = d.name GROUP BY s.tbl_name",
        )
        .all()
        .await
        .unwrap();
    Some(all - used.iter().filter(|(table, _)| !names.contains(table.as_str())).map(|(_, pages)| pages).sum::<i64>())
}

/// A day's work, the same each time: sign-ins at services and at ours, what was begun and never finished, letters, calls.
async fn day(house: &House, ada: AccountId, mail: &mut SendMessages, officer: &str) {
    let app = &house.app;
    house.officer(officer, &[Role::Auditor]).await;
    for nth in 0..3 {
        let mut browser = Browser::new(house);
        browser.sign_in(house, ada, nth == 0).await;
        let page = browser.get(&LIBRARY.authorize(house, &[])).await;
        let page = match page.parameter("flow") {
            Some(flow) if page.leads_to("/continue") => browser.post(&house.at("/continue"), &[("flow", &flow)]).await,
            _ => page,
        };
        let code = page.parameter("code").unwrap_or_else(|| panic!("{:?}", page.location()));
        let got = LIBRARY.redeem(house, &code).await.json();
        let again = LIBRARY.refresh(house, text(&got, "refresh_token"), &[]).await;
        assert_eq!(again.status, 200, "{}", again.body);
        let machine = LIBRARY.machine(house, &[("scope", "museum.read")]).await;
        assert_eq!(machine.status, 200, "{}", machine.body);
        let pushed = LIBRARY.parameters();
        let pushed: Vec<(&str, &str)> = pushed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(LIBRARY.post(house, "/par", &pushed).await.status, 201);
        assert!(Browser::new(house).get(&LIBRARY.authorize(house, &[])).await.leads_to("/sign-in"));
        let visitor = Visitor::new(house);
        let email = format!("bob{nth}@example.org");
        visitor.post("/create-account", &[("full_name", "Bob W"), ("email", &email)]).await;
        Visitor::new(house).post("/forgotten-password", &[("email", "ada@example.org")]).await;
        let signs_in = [("email", "ada@example.org"), ("password", WORD)];
        assert_eq!(Visitor::new(house).post("/sign-in", &signs_in).await.to, "/account");
        queue(app, ada, "garden-waste").await;
    }
    let (soon, node, now) = (app.now() + Duration::from_mins(1), tokens::uuid(), app.now());
    let token = clients::InitialTokenRow { template: "conformance".into(), most: None, uses: 0, expires_at: soon };
    app.db
        .write(async |mut w| {
            clients::insert_token(&mut w, node.as_bytes(), &token, now).await?;
            store::house::lease(&mut w, "nobodys", node, now, soon).await?;
            // A refresh token of before, which has a row of its own.
            w.deferred(
                "INSERT INTO refresh_token (hash, grant_id, issued_at, idle_until, absolute_until)
                 SELECT $1, id, $2, $3, $3 FROM grant_record ORDER BY id DESC LIMIT 1",
            )
            .bind(node.as_bytes().as_slice())
            .bind(now)
            .bind(soon)
            .later()?;
            w.commit_quietly(Housekeeping::Lease, ()).await
        })
        .await
        .unwrap();
    house.later(Duration::from_secs(2));
    let waiting = "SELECT CAST(COUNT(*) AS BIGINT) FROM outbox WHERE state = 'waiting'";
    for _ in 0..9 {
        round(app, mail).await;
    }
    assert_eq!(app.db.peek().sql(waiting).scalar::<i64>().await.unwrap(), 0);
}

/// Duties as they are when so much time has gone by, until nothing more goes.
async fn expires(house: &House) {
    let mut duty = Expire::default();
    for _ in 0..5 {
        duty.round(&house.app, house.app.now()).await.unwrap();
    }
}

/// A place of it: what is counted, and when its time is over.
struct Due {
    what: &'static str,
    count: &'static str,
    over: When,
}

async fn moment(house: &House, sql: &'static str) -> When {
    house.app.db.peek().sql(sql).scalar().await.unwrap()
}

both! {
    async fn storage_stays_flat_under_the_same_load(world: World) {
        let garden = Endpoint::default();
        let place = garden.open().await + "/backchannel-logout";
        let there = [("services/garden-waste.toml", "http://localhost:8090/backchannel-logout", place.as_str())];
        let house = House::with(world, &party::files(), &there).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let (app, mut mail) = (&house.app, SendMessages::new());
        let (mut warm, mut busy) = (None::<(BTreeMap<&str, i64>, Option<i64>)>, BTreeSet::new());
        for nth in 0..WARM + MEASURED {
            day(&house, ada, &mut mail, &format!("Dee Har{}", "t".repeat(nth + 1))).await;
            let now = rows(&app.db).await;
            busy.extend(tables().into_iter().filter(|(table, _)| now.get(table) > Some(&0)).map(|(_, category)| category));
            house.later(ROUND);
            expires(&house).await;
            let after = (rows(&app.db).await, pages(&app.db).await);
            if let Some((rows, pages)) = &warm {
                assert_eq!(after.0, *rows, "round {nth}");
                // Keys are drawn: where a page is split, differs.
                let (pages, now) = (pages.unwrap_or(0), after.1.unwrap_or(0));
                assert!(now <= pages + pages / 20, "round {nth}: {now} pages, and {pages} at first");
            } else if nth + 1 == WARM {
                warm = Some(after);
            }
        }
        let known = |category: &&str| tables().iter().any(|(_, known)| known == category);
        let all: BTreeSet<&str> = HOUSEKEEPING.iter().map(|(category, _)| *category).filter(known).collect();
        assert_eq!(busy, all, "something of each kind was there");
    }

    async fn what_a_service_was_given_goes_when_its_time_is_over_and_not_before(world: World) {
        let house = House::with(world, &party::files(), &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let (app, mut browser) = (&house.app, Browser::new(&house));
        browser.sign_in(&house, ada, true).await;
        let page = browser.get(&LIBRARY.authorize(&house, &[])).await;
        let page = match page.parameter("flow") {
            Some(flow) if page.leads_to("/continue") => browser.post(&house.at("/continue"), &[("flow", &flow)]).await,
            _ => page,
        };
        assert_eq!(LIBRARY.redeem(&house, &page.parameter("code").unwrap()).await.status, 200);
        let snapshot = app.snapshot();
        let end = |category: &str, from: When| {
            let period = snapshot.policy.retention.rule_for(category).unwrap().period.unwrap();
            period.after(from, &snapshot.policy.controller.time_zone)
        };
        let refresh = end("refresh_token", moment(&house, "SELECT refresh_until FROM grant_record").await);
        let session = end("session", moment(&house, "SELECT absolute_until FROM session").await);
        let grant = end("auth_code", moment(&house, "SELECT released_at FROM grant_record").await);
        let mut dues = [
            Due {
                what: "assertion",
                count: "SELECT CAST(COUNT(*) AS BIGINT) FROM assertion",
                over: end("client.assertion_jti", moment(&house, "SELECT expires_at FROM assertion").await),
            },
            Due {
                what: "access token",
                count: "SELECT CAST(COUNT(*) AS BIGINT) FROM access_token",
                over: end("access_token", moment(&house, "SELECT expires_at FROM access_token").await),
            },
            Due {
                what: "refresh token",
                count: "SELECT CAST(COUNT(*) AS BIGINT) FROM grant_record WHERE refresh IS NOT NULL",
                over: refresh,
            },
            // A grant goes with its session, which stays as long as anything hangs on it.
            Due {
                what: "grant",
                count: "SELECT CAST(COUNT(*) AS BIGINT) FROM grant_record",
                over: session.max(grant).max(refresh),
            },
            Due {
                what: "session",
                count: "SELECT CAST(COUNT(*) AS BIGINT) FROM session",
                over: session.max(grant).max(refresh),
            },
        ];
        dues.sort_by_key(|due| due.over);
        for (nth, due) in dues.iter().enumerate() {
            assert!(due.over > app.now() || nth > 0, "{}", due.what);
            let second = Duration::from_secs(1);
            if due.over > app.now() {
                house.later((due.over - second).since(app.now()));
                expire::forget(app, app.now()).await.unwrap();
                let there: i64 = app.db.peek().sql(due.count).scalar().await.unwrap();
                assert_eq!(there, 1, "the {} a second before its end", due.what);
                house.later(second);
            }
            expire::forget(app, app.now()).await.unwrap();
            let there: i64 = app.db.peek().sql(due.count).scalar().await.unwrap();
            assert_eq!(there, 0, "the {} at its end", due.what);
        }
    }
}
