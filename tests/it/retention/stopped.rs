//! What a run counts although it was stopped in between: a database that refuses one statement stands for whatever may come there, a
//! kill as well, for nothing of the run is kept but what it committed.

use super::certified::{hold, left_alone, part};
use super::runs::{UNWARNED, dormant, planned};
use super::{DAY, carry_out, days, house, is_entombed, is_there, open_year, seal, to_the_end};
use crate::app::House;
use crate::sharing::ada;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::AccountId;
use portreeve::service::erasure::{self, Cause, Erased};
use portreeve::service::retention::{self, Step};
use portreeve::store::holds;
use portreeve::store::lapses::{self, AccountClock};
use portreeve::store::{Housekeeping, vault};

const FUNCTION: &str = "CREATE OR REPLACE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no more'; END $$";

/// What the database refuses: how SQLite and PostgreSQL say so, and how that ends.
pub struct Refusal {
    pub sqlite: &'static str,
    pub postgres: &'static str,
    pub ends: [&'static str; 2],
}

pub const ERASING: Refusal = Refusal {
    sqlite: "CREATE TRIGGER no_more BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'no more'); END",
    postgres: "CREATE TRIGGER no_more BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION no_more()",
    ends: ["DROP TRIGGER no_more", "DROP TRIGGER no_more ON account"],
};

const COUNTING: Refusal = Refusal {
    sqlite: "CREATE TRIGGER no_more BEFORE UPDATE OF done ON retention_part WHEN NEW.rule = 'person_key'
        BEGIN SELECT RAISE(ABORT, 'no more'); END",
    postgres:
        "CREATE TRIGGER no_more BEFORE UPDATE OF done ON retention_part FOR EACH ROW WHEN (NEW.rule = 'person_key')
        EXECUTE FUNCTION no_more()",
    ends: ["DROP TRIGGER no_more", "DROP TRIGGER no_more ON retention_part"],
};

const FORGETTING: Refusal = Refusal {
    sqlite: "CREATE TRIGGER vault.no_more BEFORE DELETE ON person_key BEGIN SELECT RAISE(ABORT, 'no more'); END",
    postgres: "CREATE TRIGGER no_more BEFORE DELETE ON vault.person_key FOR EACH ROW EXECUTE FUNCTION no_more()",
    ends: ["DROP TRIGGER vault.no_more", "DROP TRIGGER no_more ON vault.person_key"],
};

const DELETING: Refusal = Refusal {
    sqlite: "CREATE TRIGGER no_more BEFORE DELETE ON known_browser BEGIN SELECT RAISE(ABORT, 'no more'); END",
    postgres: "CREATE TRIGGER no_more BEFORE DELETE ON known_browser FOR EACH ROW EXECUTE FUNCTION no_more()",
    ends: ["DROP TRIGGER no_more", "DROP TRIGGER no_more ON known_browser"],
};

fn is_postgres(house: &House) -> bool {
    matches!(house.world().place, crate::world::Place::Postgres(_))
}

async fn say(house: &House, sql: &'static str) {
    let said = house.app.db.write(async |mut w| {
        w.sql(sql).run().await?;
        w.commit_quietly(Housekeeping::Expire, ()).await
    });
    said.await.unwrap();
}

pub async fn refuse(house: &House, what: &Refusal) {
    if is_postgres(house) {
        say(house, FUNCTION).await;
        say(house, what.postgres).await;
    } else {
        say(house, what.sqlite).await;
    }
}

pub async fn relent(house: &House, what: &Refusal) {
    say(house, what.ends[usize::from(is_postgres(house))]).await;
}

/// Carries the open run on until something is refused.
pub async fn to_the_refusal(house: &House) {
    for _ in 0..50 {
        match retention::step(&house.app, house.app.now()).await {
            Err(_) => return,
            Ok(Step::Went(_)) => seal(house).await,
            Ok(other) => panic!("{other:?}"),
        }
    }
    panic!("nothing was refused");
}

/// Somebody who deleted her account more than seven years ago, and whose evidence key is all that is left, in a run that was planned.
pub async fn long_gone(house: &House) -> AccountId {
    let (who, _) = ada(house).await;
    let cause = Cause::Resident(Context::default());
    assert!(matches!(
        erasure::erase(&house.app, who, &cause, None, house.app.now()).await.unwrap(),
        Erased::Done { .. }
    ));
    house.later(DAY);
    seal(house).await;
    retention::finish_erasures(&house.app, house.app.now()).await.unwrap();
    for more in [366 * 6 + 10, 366] {
        days(house, more).await;
        open_year(house).await;
        if more > 366 {
            carry_out(house).await;
        }
    }
    planned(house).await;
    house.later(DAY * 8);
    who
}

pub async fn has_key(house: &House, who: AccountId) -> bool {
    vault::keys(&mut house.app.db.peek(), who).await.is_ok_and(|keys| keys.evidence.is_some())
}

both! {
    async fn a_key_is_counted_once_though_the_run_stops_between_the_key_and_the_count(world: World) {
        let house = house(world, &[]).await;
        let who = long_gone(&house).await;
        refuse(&house, &COUNTING).await;
        to_the_refusal(&house).await;
        assert!(!has_key(&house, who).await, "it is gone, and nothing counted it");
        relent(&house, &COUNTING).await;
        let certificate = to_the_end(&house).await;
        let part = part(&certificate, "person_key");
        assert_eq!((part.due, part.destroyed, part.still_due), (1, 1, Some(0)), "{part:?}");
        assert!(part.oldest.is_some() && part.oldest == part.newest, "{part:?}");
        // Nothing tells of her but that she was erased, which goes with the next run.
        assert!(certificate.stays.iter().any(|one| one.category == "erasure" && one.rows == Some(1)), "{certificate:?}");
    }

    async fn a_key_that_was_to_go_and_stays_is_not_counted(world: World) {
        let house = house(world, &[]).await;
        let who = long_gone(&house).await;
        refuse(&house, &FORGETTING).await;
        to_the_refusal(&house).await;
        relent(&house, &FORGETTING).await;
        // Her account is gone, so that a hold on her is placed as the store has it.
        let row = super::begun::placed(&house, Some(who));
        let placed = house.app.db.write(async |mut w| {
            assert!(holds::place(&mut w, &row).await?);
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        placed.await.unwrap();
        let certificate = to_the_end(&house).await;
        let part = part(&certificate, "person_key");
        assert!(has_key(&house, who).await);
        assert_eq!((part.due, part.destroyed, &part.oldest), (1, 0, &None), "{part:?}");
        assert_eq!(left_alone(part), [("hold", "LIT-1", 1)]);
        assert_eq!(part.failed.iter().map(|one| (one.why.as_str(), one.items)).collect::<Vec<_>>(), [("store", 1)]);
    }

    async fn whoever_was_cut_off_on_the_way_is_counted_by_her_run_with_her_clock(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 2).await;
        hold(&house, "FOI-1", people[1]).await;
        let app = &house.app;
        let began = lapses::account(&mut app.db.peek(), AccountClock::Used, people[0]).await.unwrap().unwrap().since;
        planned(&house).await;
        house.later(DAY * 8);
        refuse(&house, &ERASING).await;
        for _ in 0..2 {
            to_the_refusal(&house).await;
        }
        assert!(is_there(&house, people[0]).await && is_entombed(&house, people[0]).await);
        relent(&house, &ERASING).await;
        // Not the step, but whoever looks for those who were cut off, comes to her first.
        let certificate = to_the_end(&house).await;
        let part = part(&certificate, "account.dormant");
        assert!(!is_there(&house, people[0]).await);
        assert_eq!((part.due, part.destroyed, part.held, part.still_due), (1, 1, 1, Some(0)), "{part:?}");
        assert_eq!((&part.oldest, &part.newest), (&Some(began.to_string()), &Some(began.to_string())));
        assert_eq!(part.failed.iter().map(|one| (one.why.as_str(), one.items)).collect::<Vec<_>>(), [("store", 2)]);
        assert_eq!(certificate.stays[0].rows, Some(1), "{certificate:?}");
    }

    async fn a_batch_that_failed_is_counted_with_all_of_it(world: World) {
        let house = house(world, &[]).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", crate::sharing::WORD).await;
        let long_ago = house.app.now() - DAY * 500;
        let known = house.app.db.write(async |mut w| {
            for nth in 0..3_u32 {
                portreeve::store::sessions::know_browser(&mut w, ben, &nth.to_be_bytes(), long_ago).await?;
            }
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        known.await.unwrap();
        planned(&house).await;
        house.later(DAY * 8);
        refuse(&house, &DELETING).await;
        to_the_refusal(&house).await;
        relent(&house, &DELETING).await;
        let certificate = to_the_end(&house).await;
        let part = part(&certificate, "browser");
        assert_eq!((part.due, part.destroyed, part.still_due), (3, 3, Some(0)), "{part:?}");
        assert_eq!(part.failed.iter().map(|one| (one.why.as_str(), one.items)).collect::<Vec<_>>(), [("store", 3)]);
        // No key went: until the copies of the data are gone, whoever holds both can read it.
        assert_eq!(part.beyond_use_until, certificate.copies.clone().unwrap().data.map(|end| end.until));
    }
}
