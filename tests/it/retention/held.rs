//! What goes along with an account, or with a key, is held with it, by the rule that is its own.

use super::certified::left_alone;
use super::runs::{dormant, planned};
use super::{DAY, UNWARNED, carry_out, days, house, is_there, left, open_year, person, seal, to_the_end};
use crate::app::House;
use crate::sharing::{WORD, ada};
use crate::store::{open_in, patient};
use crate::temp::TempDir;
use portreeve::domain::audit::{Context, PersonKey, vocabulary};
use portreeve::domain::ids::{AccountId, EventId};
use portreeve::domain::retention::{Category, Does, HOUSEKEEPING, HoldKind, Keeps, NOT_PERSONAL, Scope};
use portreeve::domain::time::When;
use portreeve::service::erasure::{self, ALONG, Cause, Erased, PROFILE, STATES};
use portreeve::service::retention::{self, Decided, NewHold, NotPlaced, Step};
use portreeve::store::holds::{self, HoldRow};
use portreeve::store::retention as runs;
use portreeve::store::{Housekeeping, columns, erasures, lapses, sessions, vault};
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// The rule of accounts stops for claims alone, so that other holds stand by the rules of what goes along.
const CLAIMS_ALONE: (&str, &str, &str) = (
    "retention.toml",
    "review_if = [\"open_case\"]\nholds = [\"legal\", \"foi\", \"sar\", \"audit\", \"fraud\", \"inquiry\"]\n\n[[rule]]\nid = \"account.closed\"",
    "review_if = [\"open_case\"]\nholds = [\"legal\"]\n\n[[rule]]\nid = \"account.closed\"",
);

/// Browsers are held for requests under FOI.
const BROWSERS_HELD: (&str, &str, &str) = (
    "retention.toml",
    "rationale = \"Keeps the owner in while a stranger guesses\"\nowner = \"Head of Digital\"",
    "rationale = \"Keeps the owner in while a stranger guesses\"\nowner = \"Head of Digital\"\nholds = [\"foi\"]",
);

/// What takes its owner's rows along.
const CASCADES: &str = "SELECT m.name, f.\"table\" FROM main.sqlite_schema m, pragma_foreign_key_list(m.name) f
    WHERE m.type = 'table' AND f.on_delete = 'CASCADE'";

fn of(account: Option<AccountId>, category: &str) -> Scope {
    Scope { account, category: Some(Category::new(category)), ..Scope::default() }
}

async fn place(house: &House, id: &str, kind: HoldKind, scope: Scope) -> Result<(), NotPlaced> {
    let new = NewHold {
        id: id.into(),
        kind,
        reason: "It is looked into".into(),
        scope,
        owner: person("Meg Hale"),
        review_by: house.app.now() + DAY * 100,
    };
    retention::place(&house.app, &new, &person("Meg Hale"), house.app.now()).await.unwrap()
}

async fn release(house: &House, id: &str) {
    let two = (&person("Meg Hale"), &person("Tom Reed"));
    assert!(retention::release(&house.app, id, two, house.app.now()).await.unwrap());
}

async fn erase(house: &House, who: AccountId) -> Erased {
    erasure::erase(&house.app, who, &Cause::Resident(Context::default()), None, house.app.now()).await.unwrap()
}

/// An enquiry that ended then, with those whom it found.
async fn enquiry(house: &House, id: Uuid, found: &[AccountId], until: When) {
    house
        .app
        .db
        .write(async |mut w| {
            w.sql(
                "INSERT INTO enquiry (id, staff_id, purpose, basis, reason, opened_at, until)
                 VALUES ($1, $1, 'p', 'public_task', 'r', $2, $2)",
            )
            .bind(id)
            .bind(until)
            .run()
            .await?;
            for who in found {
                w.sql(
                    "INSERT INTO enquiry_person (enquiry_id, account_id, revealed, found_at) VALUES ($1, $2, '', $3)",
                )
                .bind(id)
                .bind(*who)
                .bind(until)
                .run()
                .await?;
            }
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
}

/// The glass was broken for an enquiry, and a look at somebody kept from her; both ended then. Gives the look.
async fn kept_back(house: &House, enquiry: Uuid, whose: AccountId, until: When) -> EventId {
    let hers = "SELECT id FROM event WHERE person = $1 ORDER BY at, id LIMIT 1";
    let look: EventId = house.app.db.peek().sql(hers).bind(whose).scalar().await.unwrap();
    house
        .app
        .db
        .write(async |mut w| {
            w.sql(
                "INSERT INTO glass (id, staff_id, reason, opened_at, until, closed_at, review_by, reviewed_at)
                 VALUES ($1, $1, 'r', $2, $2, $2, $2, $2)",
            )
            .bind(enquiry)
            .bind(until)
            .run()
            .await?;
            w.sql("UPDATE enquiry SET glass_id = $1 WHERE id = $1").bind(enquiry).run().await?;
            w.sql(
                "INSERT INTO notice_delay (event, reason, set_by, approved_by, set_at, review_by, released_at)
                 VALUES ($1, 'r', 's', 'a', $2, $2, $2)",
            )
            .bind(look)
            .bind(until)
            .run()
            .await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
    look
}

/// How many people it says it found, if it is there.
async fn found(house: &House, id: Uuid) -> i64 {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM enquiry_person WHERE enquiry_id = $1";
    house.app.db.peek().sql(sql).bind(id).scalar().await.unwrap()
}

/// A person looked at her account, and somebody asked for leave to look at her record.
async fn decided(house: &House, who: AccountId, approval: Uuid) {
    let (now, rule) = (house.app.now(), "account.dormant");
    house
        .app
        .db
        .write(async |mut w| {
            lapses::ask_review(&mut w, (who, rule), "open_case", (now, now)).await?;
            w.sql(
                "INSERT INTO approval (id, kind, asked_by, what, reason, asked_at, until, about)
                 VALUES ($1, 'reveal', $1, 'x', 'r', $2, $2, $3)",
            )
            .bind(approval)
            .bind(now)
            .bind(who)
            .run()
            .await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
    let keep = Decided::KeptUntil(now + DAY * 20);
    assert!(retention::decide(&house.app, (who, rule), keep, &person("Ole Berg"), now).await.unwrap());
}

/// How many decisions about her there are, and how many approvals.
async fn about(house: &House, who: AccountId) -> (i64, i64) {
    let reviews = "SELECT CAST(COUNT(*) AS BIGINT) FROM retention_review WHERE account_id = $1";
    let approvals = "SELECT CAST(COUNT(*) AS BIGINT) FROM approval WHERE about = $1";
    let mut read = house.app.db.read().await.unwrap();
    (read.sql(reviews).bind(who).scalar().await.unwrap(), read.sql(approvals).bind(who).scalar().await.unwrap())
}

/// The tables whose rows go with an account's: those that a deletion names, and what refers to any of them.
async fn tables_that_go() -> BTreeSet<String> {
    let folder = TempDir::new("along");
    let db = open_in(folder.path(), &patient()).await;
    let refer: Vec<(String, String)> = db.peek().sql(CASCADES).all().await.unwrap();
    let named = erasures::GONE.iter().filter_map(|sql| sql.strip_prefix("DELETE FROM ")?.split(' ').next());
    let mut gone: BTreeSet<String> = named.chain(["account"]).map(ToOwned::to_owned).collect();
    loop {
        let more: Vec<_> = refer.iter().filter(|(table, of)| gone.contains(of) && !gone.contains(table)).collect();
        if more.is_empty() {
            return gone;
        }
        gone.extend(more.into_iter().map(|(table, _)| table.clone()));
    }
}

#[tokio::test]
async fn every_category_that_goes_with_an_account_is_asked_for_holds() {
    let gone = tables_that_go().await;
    for table in ["contact", "rights_bundle", "refresh_token", "challenge"] {
        assert!(gone.contains(table), "{gone:?}");
    }
    let mut categories = BTreeSet::new();
    for (_, category, others) in columns::TABLES.iter().filter(|(table, ..)| gone.contains(*table)) {
        categories.insert(*category);
        categories.extend(others.iter().map(|(_, other)| *other));
    }
    categories.extend(vocabulary::all().filter(|kind| kind.key == PersonKey::Profile).map(|kind| kind.kept));
    // What has run out goes whatever holds; what was decided about her stays behind where a hold is on it.
    let otherwise =
        |category: &str| category == "retention.hold" || HOUSEKEEPING.iter().any(|(known, _)| *known == category);
    for category in categories {
        let asked = category == PROFILE || ALONG.contains(&category) || STATES.contains(&category);
        assert!(asked || otherwise(category), "{category} goes with the account, and no hold on it is asked for");
    }
}

#[test]
fn what_goes_with_an_account_is_held_by_its_own_rule_or_with_the_account() {
    let held = |category: &str| Does::of(category).unwrap().holds;
    for category in ALONG {
        assert!(held(category) != Keeps::Never, "{category}");
    }
    for (_, category, _) in columns::TABLES.iter().filter(|(_, category, _)| held(category) == Keeps::WithTheAccount) {
        assert!(ALONG.contains(category), "{category}");
    }
}

#[test]
fn every_category_that_is_sealed_as_evidence_is_waited_for_and_asked_for_holds() {
    for kind in vocabulary::all().filter(|kind| kind.key == PersonKey::Evidence) {
        // A breach is nobody's in particular.
        let nobodys = NOT_PERSONAL.contains(&kind.kept) || kind.kept == "breach.register";
        assert!(nobodys || retention::EVIDENCE.contains(&kind.kept), "{} of {}", kind.kept, kind.name);
    }
}

both! {
    async fn a_hold_that_comes_while_a_batch_waits_for_its_write_keeps_it(world: World) {
        let house = house(world, &[BROWSERS_HELD]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let (app, old) = (&house.app, house.app.now() - DAY * 500);
        let planted = app.db.write(async |mut w| {
            for nth in 0..201_u32 {
                let last = old - Duration::from_secs(u64::from(nth));
                sessions::know_browser(&mut w, ada, &nth.to_be_bytes(), last).await?;
            }
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        planted.await.unwrap();
        let left = async || {
            let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM known_browser";
            app.db.peek().sql(sql).scalar::<i64>().await.unwrap()
        };
        let (run, _) = planned(&house).await;
        house.later(DAY * 8);
        let now = app.now();
        while left().await == 201 {
            retention::step(app, now).await.unwrap();
        }
        assert_eq!(left().await, 1);
        // The step has looked at holds and rows, and waits for whoever places the hold.
        let row = HoldRow {
            number: Uuid::from_u128(7),
            id: "FOI-7".into(),
            kind: "foi".into(),
            reason: "It is looked into".into(),
            account_id: Some(ada),
            category: None,
            since: None,
            until: None,
            owner: "Meg Hale".into(),
            placed_by: "Meg Hale".into(),
            placed_at: now,
            review_by: now + DAY * 100,
            released_at: None,
        };
        let (says, heard) = tokio::sync::oneshot::channel();
        let says = std::sync::Mutex::new(Some(says));
        let hold = app.db.write(async |mut w| {
            runs::still_runs(&mut w, run.id).await?;
            if let Some(says) = says.lock().unwrap().take() {
                says.send(()).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(700)).await;
            assert!(holds::place(&mut w, &row).await?);
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        let step = async {
            heard.await.unwrap();
            retention::step(app, now).await
        };
        let (hold, step) = tokio::join!(hold, step);
        hold.unwrap();
        assert_eq!((step.unwrap(), left().await), (Step::Went(0), 1));
        let certificate = to_the_end(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "browser").unwrap();
        assert_eq!((part.destroyed, part.held, left().await), (200, 1, 1));
    }

    async fn an_account_stays_as_long_as_anything_that_would_go_with_it_is_held(world: World) {
        let house = house(world, &[CLAIMS_ALONE]).await;
        let (who, _) = ada(&house).await;
        for (category, kind) in [
            ("contact.history", HoldKind::Fraud),
            ("event.security", HoldKind::Fraud),
            ("event.signin", HoldKind::Fraud),
            ("rights.bundle", HoldKind::Sar),
            ("account.closed", HoldKind::Inquiry),
            ("account.deceased", HoldKind::Inquiry),
            ("account_detail", HoldKind::Legal),
        ] {
            place(&house, category, kind, of(Some(who), category)).await.unwrap();
            assert!(matches!(erase(&house, who).await, Erased::Held(hold) if hold.id == category), "{category}");
            assert!(is_there(&house, who).await);
            release(&house, category).await;
        }
        // A hold on everything of hers is one on that as well; one on a time is on all of it.
        let all = Scope { account: Some(who), until: Some(house.app.now() - DAY * 300), ..Scope::default() };
        place(&house, "FRAUD-1", HoldKind::Fraud, all).await.unwrap();
        assert!(matches!(erase(&house, who).await, Erased::Held(_)));
        release(&house, "FRAUD-1").await;
        // Neither does anything keep her that is about others, or about accounts in a state that hers is not in.
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        place(&house, "FRAUD-2", HoldKind::Fraud, of(Some(ben), "event.signin")).await.unwrap();
        place(&house, "INQ-1", HoldKind::Inquiry, of(None, "account.deceased")).await.unwrap();
        assert!(matches!(erase(&house, who).await, Erased::Done { .. }));
    }

    async fn a_run_leaves_accounts_whose_events_are_held(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 2).await;
        place(&house, "FRAUD-1", HoldKind::Fraud, of(Some(people[0]), "event.signin")).await.unwrap();
        let (_, parts) = planned(&house).await;
        let part = parts.iter().find(|part| part.rule == "account.dormant").unwrap();
        assert_eq!((part.due, part.held), (1, 1));
        house.later(DAY * 8);
        to_the_end(&house).await;
        assert!(is_there(&house, people[0]).await && !is_there(&house, people[1]).await);
    }

    async fn what_a_rule_of_its_own_destroys_is_held_only_if_that_stops(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        for (category, kind) in [("event.signin", HoldKind::Foi), ("browser", HoldKind::Legal)] {
            let refused = place(&house, "H-1", kind, of(Some(who), category)).await.unwrap_err();
            assert_eq!(refused, NotPlaced::StopsNothing(kind.as_str()), "{category}");
        }
        // Neither is what has run out, or stays anyway.
        for category in ["session", "outbox_message", "signing_key", "system"] {
            let refused = place(&house, "H-1", HoldKind::Legal, of(Some(who), category)).await.unwrap_err();
            assert_eq!(refused, NotPlaced::NeverHeld(category.to_owned()));
        }
        place(&house, "H-1", HoldKind::Foi, of(Some(who), "contact")).await.unwrap();
    }

    async fn the_evidence_key_stays_as_long_as_anything_it_sealed_is_held(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        // On a time long before the end: what is sealed is of many times.
        let scope = Scope { until: Some(house.app.now()), ..of(Some(who), "officer.access") };
        place(&house, "SAR-1", HoldKind::Sar, scope).await.unwrap();
        assert!(matches!(erase(&house, who).await, Erased::Done { .. }), "what officers looked at outlives the account");
        house.later(DAY);
        seal(&house).await;
        retention::finish_erasures(&house.app, house.app.now()).await.unwrap();
        let evidence = async || vault::keys(&mut house.app.db.peek(), who).await.is_ok_and(|keys| keys.evidence.is_some());
        days(&house, 366 * 6 + 10).await;
        open_year(&house).await;
        carry_out(&house).await;
        days(&house, 366).await;
        open_year(&house).await;
        let certificate = carry_out(&house).await;
        assert!(evidence().await);
        let part = certificate.parts.iter().find(|part| part.rule == "person_key").unwrap();
        assert_eq!((part.due, part.destroyed, part.held_when_planned, part.held), (0, 0, 1, 1), "{part:?}");
        assert_eq!(left_alone(part), [("hold", "SAR-1", 1)]);
        release(&house, "SAR-1").await;
        carry_out(&house).await;
        assert!(!evidence().await);
    }

    async fn an_enquiry_is_held_with_anybody_whom_it_found(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        let cat = house.resident("Cat Price", "cat@example.org", WORD).await;
        let (both, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let until = house.app.now() - DAY * (366 * 7 + 1);
        enquiry(&house, both, &[ben, who], until).await;
        enquiry(&house, other, &[ben, cat], until).await;
        // One of a kind that the rule does not stop for holds nothing, and hides no other.
        place(&house, "FOI-1", HoldKind::Foi, Scope { account: Some(ben), ..Scope::default() }).await.unwrap();
        place(&house, "SAR-1", HoldKind::Sar, of(Some(who), "officer.access")).await.unwrap();
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "officer.access").unwrap();
        assert_eq!((part.due, part.destroyed, part.held_when_planned, part.held), (1, 1, 1, 1), "{part:?}");
        assert_eq!(left_alone(part), [("hold", "SAR-1", 1)]);
        assert_eq!((found(&house, both).await, found(&house, other).await), (2, 0));
        release(&house, "SAR-1").await;
        carry_out(&house).await;
        assert_eq!(found(&house, both).await, 0);
    }

    async fn broken_glass_and_a_notice_kept_back_are_held_with_whom_they_concern(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        seal(&house).await;
        let until = house.app.now() - DAY * (366 * 7 + 1);
        let rows = [(Uuid::from_u128(1), who), (Uuid::from_u128(2), ben)];
        let mut looks = Vec::new();
        for (id, person) in rows {
            enquiry(&house, id, &[person], until).await;
            looks.push(kept_back(&house, id, person, until).await);
        }
        place(&house, "FOI-1", HoldKind::Foi, Scope { account: Some(ben), ..Scope::default() }).await.unwrap();
        place(&house, "SAR-1", HoldKind::Sar, of(Some(who), "officer.access")).await.unwrap();
        let there = async |nth: usize| {
            let mut read = house.app.db.read().await.unwrap();
            let glass = "SELECT CAST(COUNT(*) AS BIGINT) FROM glass WHERE id = $1";
            let delay = "SELECT CAST(COUNT(*) AS BIGINT) FROM notice_delay WHERE event = $1";
            let glass: i64 = read.sql(glass).bind(rows[nth].0).scalar().await.unwrap();
            (glass, read.sql(delay).bind(looks[nth]).scalar::<i64>().await.unwrap())
        };
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "officer.access").unwrap();
        assert_eq!((part.due, part.destroyed, part.held_when_planned, part.held), (3, 3, 3, 3), "{part:?}");
        assert_eq!((there(0).await, there(1).await), ((1, 1), (0, 0)));
        release(&house, "SAR-1").await;
        carry_out(&house).await;
        assert_eq!(there(0).await, (0, 0));
    }

    async fn what_was_decided_about_her_outlives_her_account_where_it_is_held(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        decided(&house, who, Uuid::from_u128(1)).await;
        decided(&house, ben, Uuid::from_u128(2)).await;
        place(&house, "AUDIT-1", HoldKind::Audit, of(Some(who), "retention.hold")).await.unwrap();
        place(&house, "SAR-1", HoldKind::Sar, of(Some(who), "officer.access")).await.unwrap();
        for person in [who, ben] {
            assert!(matches!(erase(&house, person).await, Erased::Done { .. }));
        }
        assert_eq!((about(&house, who).await, about(&house, ben).await), ((1, 1), (0, 0)));
        assert!(left(&house, who).await.contains(&"retention_review"));
    }
}
