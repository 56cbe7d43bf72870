//! What of one person cannot be read keeps nothing of the others back, and is said.

use super::certified::part;
use super::runs::{UNWARNED, dormant, planned};
use super::stopped::{has_key, long_gone};
use super::{DAY, days, house, is_entombed, is_there, seal, to_the_end};
use crate::app::House;
use crate::sharing::{WORD, ada};
use portreeve::domain::audit::Context;
use portreeve::domain::ids::AccountId;
use portreeve::service::erasure::{self, Cause};
use portreeve::service::post::Text;
use portreeve::service::retention::{self, Part};
use portreeve::store::{Housekeeping, erasures};
use std::time::Duration;

/// Her evidence key is no key any more.
pub async fn damage(house: &House, who: AccountId) {
    let damaged = house.app.db.write(async |mut w| {
        w.sql("UPDATE vault.person_key SET wrapped = $2 WHERE person = $1 AND kind = 'evidence'")
            .bind(who)
            .bind([0_u8; 60].as_slice())
            .run()
            .await?;
        w.commit_quietly(Housekeeping::Expire, ()).await
    });
    damaged.await.unwrap();
}

fn failed(part: &Part) -> Vec<&str> {
    part.failed.iter().map(|one| one.why.as_str()).collect()
}

both! {
    async fn a_run_goes_on_behind_an_account_that_cannot_be_read(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 3).await;
        damage(&house, people[0]).await;
        planned(&house).await;
        house.later(DAY * 8);
        let certificate = to_the_end(&house).await;
        let part = part(&certificate, "account.dormant");
        assert_eq!((part.due, part.destroyed, part.still_due), (3, 2, Some(1)), "{part:?}");
        assert_eq!(failed(part), ["key"]);
        assert!(is_there(&house, people[0]).await && !is_there(&house, people[1]).await && !is_there(&house, people[2]).await);
        assert!(!is_entombed(&house, people[0]).await);
    }

    async fn an_erasure_that_was_cut_off_is_finished_behind_one_that_cannot_be(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        let now = house.app.now();
        damage(&house, who).await;
        let begun = house.app.db.write(async |mut w| {
            erasures::entomb(&mut w, who, "resident", now - DAY).await?;
            erasures::entomb(&mut w, ben, "resident", now).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        begun.await.unwrap();
        retention::finish_erasures(&house.app, now).await.unwrap();
        assert!(is_there(&house, who).await && is_entombed(&house, who).await && !is_there(&house, ben).await);
    }

    async fn the_last_of_somebody_goes_behind_one_that_cannot_be_read(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        for account in [who, ben] {
            let cause = Cause::Resident(Context::default());
            erasure::erase(&house.app, account, &cause, None, house.app.now()).await.unwrap();
            house.later(Duration::from_secs(1));
        }
        seal(&house).await;
        damage(&house, who).await;
        assert_eq!(retention::finish_erasures(&house.app, house.app.now()).await.unwrap(), 1);
        let ended = erasures::get(&mut house.app.db.peek(), ben).await.unwrap().unwrap().finished_at;
        assert!(ended.is_some());
    }

    async fn a_key_that_cannot_be_read_ends_no_run(world: World) {
        let house = house(world, &[]).await;
        let who = long_gone(&house).await;
        damage(&house, who).await;
        let certificate = to_the_end(&house).await;
        let part = part(&certificate, "person_key");
        assert_eq!((part.due, part.destroyed, part.still_due), (1, 0, Some(1)), "{part:?}");
        assert_eq!(failed(part), ["key"]);
        assert!(has_key(&house, who).await);
    }

    async fn people_are_warned_behind_one_whose_address_cannot_be_read(world: World) {
        let house = house(world, &[]).await;
        let people = dormant(&house, 2).await;
        let damaged = house.app.db.write(async |mut w| {
            w.sql("UPDATE contact SET address = $2 WHERE account_id = $1").bind(people[0]).bind([0_u8; 40].as_slice()).run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        damaged.await.unwrap();
        days(&house, 1).await;
        let compose = |_: &str, _: jiff::civil::Date| Text { subject: "Your account".into(), body: "It ends.".into() };
        assert_eq!(retention::warn(&house.app, &compose, house.app.now()).await.unwrap(), 1);
        assert_eq!(house.letter().await.subject, "Your account");
    }
}
