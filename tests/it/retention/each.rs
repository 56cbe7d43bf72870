//! Of each category one overdue, one not due, one held: exactly the overdue goes.

use super::certified::left_alone;
use super::{carry_out, days, house, is_entombed, open_year, person, seal};
use crate::app::House;
use crate::visitor::Visitor;
use portreeve::domain::ids::AccountId;
use portreeve::domain::retention::{CARRIED_OUT, Category, ENTRIES, HoldKind, Scope, TREE};
use portreeve::domain::staff::Role;
use portreeve::domain::time::When;
use portreeve::service::retention::{self, NewHold};
use portreeve::service::staff::members;
use portreeve::store::due::SOURCES;
use portreeve::store::{Error, Housekeeping, Write, erasures, glass, sessions, vault};
use uuid::Uuid;

/// A row of a table: its category, how it is made ($1 its key, $2 whose, $3 when its clock began, $4 some bytes), and how it is
/// counted.
type Seed = (&'static str, &'static str, &'static str);

const SEEDS: &[Seed] = &[
    (
        "contact.history",
        "INSERT INTO contact (id, account_id, kind, blind, address, verified_at, replaced_at) VALUES ($1, $2, 'email', $4, $4, $3, $3)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM contact WHERE id = $1",
    ),
    (
        "contact.history",
        "INSERT INTO attribute (id, account_id, kind, value, source, changed_at, version, replaced_at) VALUES ($1, $2, 'address', $4, 'self', $3, 1, $3)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM attribute WHERE id = $1",
    ),
    (
        "signal",
        "INSERT INTO signal (jti, txn, client_id, person, kind, state, tries, queued_at, due_at) VALUES ($1, $1, 'garden-waste', $2, 'account_closed', 'done', 1, $3, $3)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM signal WHERE jti = $1",
    ),
    (
        "access.question",
        "INSERT INTO access_question (id, account_id, event, asked_at, due_at, answered_at, answer) VALUES ($1, $2, $1, $3, $3, $3, $4)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM access_question WHERE id = $1",
    ),
    (
        "rights.case",
        "INSERT INTO rights_case (id, reference, kind, channel, language, person, account_id, said, received_at, version, closed_at) VALUES ($1, CAST($1 AS TEXT), 'access', 'web', 'en', $2, $2, $4, $3, 1, $3)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM rights_case WHERE id = $1",
    ),
    (
        "rights.bundle",
        "INSERT INTO rights_bundle (case_id, id, account_id, language, state, ordered_at, kept_since, body) VALUES ($1, $1, $2, 'en', 'delivered', $3, $3, $4)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM rights_bundle WHERE case_id = $1",
    ),
    (
        "sharing.consent",
        "INSERT INTO sharing_standing (account_id, client_id, purpose, state, basis, claims, notice, last_id, last_at, version) VALUES ($2, 'c', 'consent', 'withdrawn', 'consent', '', 'n@1', $1, $3, 1)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM sharing_standing WHERE last_id = $1",
    ),
    (
        "sharing.other_basis",
        "INSERT INTO sharing_standing (account_id, client_id, purpose, state, basis, claims, notice, last_id, last_at, version) VALUES ($2, 'c', 'task', 'superseded', 'public_task', '', 'n@1', $1, $3, 1)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM sharing_standing WHERE last_id = $1",
    ),
    (
        "officer.access",
        "INSERT INTO approval (id, kind, asked_by, what, reason, asked_at, until, about) VALUES ($1, 'reveal', $1, 'x', 'r', $3, $3, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM approval WHERE id = $1",
    ),
    (
        "retention.hold",
        "INSERT INTO hold (number, id, kind, reason, account_id, owner, placed_by, placed_at, review_by, released_at) VALUES ($1, CAST($1 AS TEXT), 'legal', 'r', $2, 'o', 'p', $3, $3, $3)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM hold WHERE number = $1",
    ),
    (
        "erasure",
        "INSERT INTO erasure (account_id, cause, txn, erased_at, payloads, finished_at) VALUES ($1, 'resident', $1, $2, 0, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure WHERE account_id = $1",
    ),
    (
        "erasure",
        "INSERT INTO vault.tombstone (person, cause, erased_at) VALUES ($1, 'resident', $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.tombstone WHERE person = $1",
    ),
    (
        "erasure",
        "INSERT INTO vault.revocation (record, what, person, revoked_at) VALUES ($1, 'closed', $1, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.revocation WHERE person = $1",
    ),
];

/// Those of nobody, and those of whom there is no account any more: a hold on their category holds them.
const NOBODYS: &[Seed] = &[
    (
        "officer.access",
        "INSERT INTO enquiry (id, staff_id, purpose, basis, reason, opened_at, until) VALUES ($1, $1, 'p', 'public_task', 'r', $2, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM enquiry WHERE id = $1",
    ),
    (
        "officer.access",
        "INSERT INTO glass (id, staff_id, reason, opened_at, until, closed_at, review_by, reviewed_at) VALUES ($1, $1, 'r', $2, $2, $2, $2, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM glass WHERE id = $1",
    ),
    (
        "officer.access",
        "INSERT INTO notice_delay (event, reason, set_by, approved_by, set_at, review_by, released_at) VALUES ($1, 'r', 's', 'a', $2, $2, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM notice_delay WHERE event = $1",
    ),
    (
        "officer.conflict",
        "INSERT INTO conflict (staff_id, hash, declared_at, withdrawn_at) VALUES ($1, $3, $2, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM conflict WHERE staff_id = $1",
    ),
    (
        "breach.register",
        "INSERT INTO breach (id, title, effects, remedies, aware_at, subjects, categories, recorded_by, recorded_at) VALUES ($1, 't', 'e', 'r', $2, 1, '', $1, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM breach WHERE id = $1",
    ),
    (
        "staff.account",
        "INSERT INTO staff_member (id, kind, name, name_key, roles, state, created_at, removed_at) VALUES ($1, 'upstream', $3, $3, '', 'removed', $2, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM staff_member WHERE id = $1",
    ),
    (
        "retention.record",
        "INSERT INTO disposal_certificate (id, run_id, issued_at, body, note) VALUES ($1, $1, $2, '{}', '')",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM disposal_certificate WHERE id = $1",
    ),
    (
        "retention.record",
        "INSERT INTO retention_run (id, schedule, policy, state, planned_at, not_before, finished_at) VALUES ($1, 's', 'p', 'done', $2, $2, $2)",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM retention_run WHERE id = $1",
    ),
];

/// The categories that such rows are of.
const NOBODYS_CATEGORIES: &[&str] =
    &["breach.register", "erasure", "officer.access", "officer.conflict", "retention.record", "staff.account"];

struct Row {
    seed: &'static Seed,
    key: Uuid,
    account: AccountId,
    at: When,
}

/// Whether a row is nobody's: then $2 is when its clock began.
fn is_nobodys(seed: &Seed) -> bool {
    seed.0 == "erasure" || NOBODYS.iter().any(|other| other.1 == seed.1)
}

async fn plant(house: &House, row: &Row) {
    let (sql, nobodys) = (row.seed.1, is_nobodys(row.seed));
    house
        .app
        .db
        .write(async |mut w| {
            let statement = w.sql(sql).bind(row.key);
            let statement = if nobodys { statement } else { statement.bind(row.account) };
            let statement = statement.bind(row.at);
            let sealed = sql.contains(if nobodys { "$3" } else { "$4" });
            let statement = if sealed { statement.bind(&b"sealed"[..]) } else { statement };
            statement.run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
}

async fn is_kept(house: &House, row: &Row) -> bool {
    house.app.db.peek().sql(row.seed.2).bind(row.key).scalar::<i64>().await.unwrap() == 1
}

fn is_over(house: &House, category: &str, now: When) -> When {
    let snapshot = house.app.snapshot();
    let period = snapshot.policy.retention.rule_for(category).unwrap().period.unwrap();
    period.before(now, &snapshot.policy.controller.time_zone)
}

async fn hold(house: &House, id: &str, scope: Scope) {
    let new = NewHold {
        id: id.into(),
        kind: HoldKind::Legal,
        reason: "A claim".into(),
        scope,
        owner: person("Meg Hale"),
        review_by: house.app.now() + super::DAY * 100,
    };
    retention::place(&house.app, &new, &person("Meg Hale"), house.app.now()).await.unwrap().unwrap();
}

#[test]
fn every_category_that_is_carried_out_has_a_table_or_a_deed_and_a_seed() {
    let deeds = [
        "account_profile",
        "account.closed",
        "account.deceased",
        "event.security",
        "event.signin",
        "person_key",
        ENTRIES,
        TREE,
    ];
    for (category, _) in CARRIED_OUT.iter().filter(|(category, _)| !deeds.contains(category)) {
        assert!(SOURCES.iter().any(|source| source.category == *category), "{category}");
        let seeded = SEEDS.iter().chain(NOBODYS).any(|seed| seed.0 == *category);
        assert!(seeded || *category == "browser", "{category}");
    }
    for source in SOURCES {
        let known = CARRIED_OUT.iter().find(|(category, _)| *category == source.category).unwrap();
        assert_eq!(known.1, source.trigger, "{}", source.category);
    }
}

/// How many payloads of sign-ins are there still, of everybody and of one person.
async fn payloads(house: &House, who: AccountId) -> (i64, i64) {
    let all = "SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE type = 'auth.signin_succeeded' AND payload IS NOT NULL";
    let hers = "SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE type = 'auth.signin_succeeded' AND payload IS NOT NULL AND person = $1";
    let mut read = house.app.db.read().await.unwrap();
    (read.sql(all).scalar().await.unwrap(), read.sql(hers).bind(who).scalar().await.unwrap())
}

both! {
    async fn details_of_sign_ins_go_when_their_time_is_over_and_a_hold_keeps_them(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let ben = house.resident("Ben Okafor", "ben@example.org", "turnip lantern cobble").await;
        for email in ["ada@example.org", "ben@example.org"] {
            let visitor = Visitor::new(&house);
            assert_eq!(visitor.post("/sign-in", &[("email", email), ("password", "turnip lantern cobble")]).await.to, "/account");
        }
        seal(&house).await;
        hold(&house, "LIT-1", Scope { account: Some(ben), ..Scope::default() }).await;
        assert_eq!(payloads(&house, ben).await, (2, 1));
        days(&house, 400).await;
        open_year(&house).await;
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "event.signin").unwrap();
        assert_eq!((part.due, part.destroyed, part.held_when_planned, part.held), (1, 1, 1, 1), "{part:?}");
        assert_eq!(left_alone(part), [("hold", "LIT-1", 1)]);
        assert_eq!((payloads(&house, ada).await, payloads(&house, ben).await), ((1, 0), (1, 1)));
        assert!(house.events("payload.disposed").await >= 1);
    }

    async fn the_last_key_goes_when_nothing_needs_it_any_more(world: World) {
        let house = house(world, &[]).await;
        let (who, visitor) = crate::sharing::ada(&house).await;
        visitor.post("/account/delete", &[("when", "now"), ("current_password", crate::sharing::WORD)]).await;
        seal(&house).await;
        retention::finish_erasures(&house.app, house.app.now()).await.unwrap();
        let evidence = async || vault::keys(&mut house.app.db.peek(), who).await.is_ok_and(|keys| keys.evidence.is_some());
        assert!(evidence().await);
        days(&house, 366 * 6 + 10).await;
        open_year(&house).await;
        carry_out(&house).await;
        assert!(!super::left(&house, who).await.contains(&"sharing_record"), "six years after the account");
        assert!(evidence().await, "who erased it, and who was told, is kept for seven");
        days(&house, 366).await;
        open_year(&house).await;
        carry_out(&house).await;
        assert!(!evidence().await);
        // The row by which the key was found goes last.
        days(&house, 20).await;
        carry_out(&house).await;
        assert!(!is_entombed(&house, who).await);
        assert!(erasures::get(&mut house.app.db.peek(), who).await.unwrap().is_none());
    }

    async fn what_is_of_people_who_never_had_an_account_goes_with_both_their_keys(world: World) {
        let house = house(world, &[]).await;
        let app = &house.app;
        let (bea, _) = house.invite("Bea Lloyd", &[Role::Deputy]).await;
        let request = [("kind", "access"), ("full_name", "Cai Morgan"), ("email", "cai@example.org"), ("words", "")];
        assert_eq!(Visitor::new(&house).post("/your-data-rights", &request).await.status, 303);
        let cai: AccountId = app.db.peek().sql("SELECT person FROM rights_case").scalar().await.unwrap();
        let people = [AccountId(bea.0), cai];
        let now = app.now();
        app.db
            .write(async |mut w| {
                w.sql("UPDATE rights_case SET closed_at = $1").bind(now).run().await?;
                assert!(glass::declare(&mut w, bea, (b"whom she knows", None), now).await?);
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        assert!(members::remove(app, bea, &person("Ole Berg"), now).await.unwrap());
        let known = async || glass::declared(&mut app.db.peek(), bea).await.unwrap();
        assert_eq!(known().await[0].withdrawn_at, Some(now), "who leaves takes back what they declared");
        seal(&house).await;
        let both = async |who: AccountId| vault::keys(&mut app.db.peek(), who).await.is_ok_and(|keys| keys.profile.is_some() && keys.evidence.is_some());
        days(&house, 366 * 7 + 10).await;
        open_year(&house).await;
        assert_eq!(known().await.len(), 1, "as long as looks are kept");
        for who in people {
            assert!(both(who).await);
        }
        carry_out(&house).await;
        assert!(known().await.is_empty());
        for who in people {
            assert!(both(who).await, "their clock began at the end, and the row by which they are found is there now");
        }
        days(&house, 1).await;
        carry_out(&house).await;
        for who in people {
            assert!(matches!(vault::keys(&mut app.db.peek(), who).await, Err(Error::Missing)));
        }
        days(&house, 1).await;
        carry_out(&house).await;
        for who in people {
            assert!(erasures::get(&mut app.db.peek(), who).await.unwrap().is_none(), "the row by which the keys were found goes last");
        }
    }

    async fn a_browser_goes_unless_it_is_held(world: World) {
        let rule = "category = \"browser\"";
        let holds = format!("holds = [\"legal\"]\n{rule}");
        let house = house(world, &[("retention.toml", rule, &holds)]).await;
        let over = is_over(&house, "browser", house.app.now());
        let mut people = Vec::new();
        for (name, at) in [("ada", over), ("ben", over + super::DAY * 20), ("cat", over)] {
            let who = house.resident("Ada Wójcik", &format!("{name}@example.org"), "turnip lantern cobble").await;
            let known = async |mut w: Write| {
                sessions::know_browser(&mut w, who, b"a browser", at).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            };
            house.app.db.write(known).await.unwrap();
            people.push(who);
        }
        hold(&house, "LIT-1", Scope { account: Some(people[2]), category: Some(Category::new("browser")), ..Scope::default() }).await;
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "browser").unwrap();
        assert_eq!((part.due, part.destroyed, part.held_when_planned, part.held), (1, 1, 1, 1), "{part:?}");
        for (who, there) in people.iter().zip([0, 1, 1]) {
            let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM known_browser WHERE account_id = $1";
            assert_eq!(house.app.db.peek().sql(sql).bind(*who).scalar::<i64>().await.unwrap(), there);
        }
    }

    async fn exactly_the_overdue_goes(world: World) {
        let house = house(world, &[]).await;
        let people = [
            house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await,
            house.resident("Ben Okafor", "ben@example.org", "turnip lantern cobble").await,
            house.resident("Cat Price", "cat@example.org", "turnip lantern cobble").await,
        ];
        let now = house.app.now();
        let (mut rows, mut key) = (Vec::new(), 100);
        for seed in SEEDS.iter().chain(NOBODYS) {
            let over = is_over(&house, seed.0, now);
            // What is held by its category is older than what is not.
            let held = if is_nobodys(seed) { over - super::DAY * 10 } else { over };
            for (nth, at) in [over, over + super::DAY * 20, held].into_iter().enumerate() {
                key += 1;
                let row = Row { seed, key: Uuid::from_u128(key), account: people[nth], at };
                plant(&house, &row).await;
                rows.push((nth, row));
            }
        }
        hold(&house, "LIT-1", Scope { account: Some(people[2]), ..Scope::default() }).await;
        for category in NOBODYS_CATEGORIES {
            let until = Some(is_over(&house, category, now) - super::DAY * 5);
            let category = Some(Category::new(category));
            hold(&house, &format!("LIT-{category:?}"), Scope { category, until, ..Scope::default() }).await;
        }
        days(&house, 1).await;
        let certificate = carry_out(&house).await;
        for (nth, row) in &rows {
            assert_eq!(is_kept(&house, row).await, *nth > 0, "{} {nth}: {}", row.seed.0, row.seed.1);
        }
        let destroyed: i64 = certificate.parts.iter().map(|part| part.destroyed).sum();
        let gone = rows.iter().filter(|(nth, _)| *nth == 0).count();
        assert!(destroyed >= i64::try_from(gone).unwrap(), "{certificate:?}");
        for part in &certificate.parts {
            let held = |(nth, row): &&(usize, Row)| *nth == 2 && row.seed.0 == part.category;
            let held = i64::try_from(rows.iter().filter(held).count()).unwrap();
            // Beside them, of those who are held, what is theirs already.
            assert!(part.held >= held && part.held_when_planned >= held, "{held}: {part:?}");
        }
        assert!(house.events("retention.disposed").await >= 10);
        for part in &certificate.parts {
            let by_a_hold = left_alone(part).into_iter().filter(|left| left.0 == "hold" && left.1.starts_with("LIT-"));
            assert_eq!(by_a_hold.map(|left| left.2).sum::<i64>(), part.held, "{part:?}");
        }
        // And nothing is due a second time.
        let schedule = &house.app.snapshot().policy.retention;
        let parts = retention::survey(&house.app, schedule, house.app.now()).await.unwrap();
        assert_eq!(parts.iter().map(|part| part.due).sum::<i64>(), 0, "{parts:?}");
    }
}
