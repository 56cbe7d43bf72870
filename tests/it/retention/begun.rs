//! What was laid down of an account that a rule was to end: taken back when the run is over or she is kept, left where anything of hers has
//! gone. And whoever comes in between.

use super::certified::hold;
use super::runs::{UNWARNED, dormant, planned};
use super::stopped::{ERASING, Refusal, refuse, relent, to_the_refusal};
use super::{DAY, house, is_entombed, is_there, person, to_the_end};
use crate::app::House;
use crate::sharing::{ada, client as client_of};
use portreeve::domain::audit::Context;
use portreeve::domain::ids::AccountId;
use portreeve::domain::retention::{HoldKind, Scope};
use portreeve::service::erasure::{self, Cause, Erased, Seen};
use portreeve::service::post::Text;
use portreeve::service::retention::{self, Decided, NewHold, NotPlaced, Step};
use portreeve::store::erasures::{self, ErasureRow};
use portreeve::store::holds::{self, HoldRow};
use portreeve::store::lapses::{self, AccountClock};
use portreeve::store::retention as runs;
use portreeve::store::{Error, Housekeeping, Write, accounts, sharing};
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::oneshot::{Sender, channel};
use uuid::Uuid;

const RULE: &str = "account.dormant";

const UNDOING: Refusal = Refusal {
    sqlite: "CREATE TRIGGER vault.no_more BEFORE DELETE ON tombstone BEGIN SELECT RAISE(ABORT, 'no more'); END",
    postgres: "CREATE TRIGGER no_more BEFORE DELETE ON vault.tombstone FOR EACH ROW EXECUTE FUNCTION no_more()",
    ends: ["DROP TRIGGER vault.no_more", "DROP TRIGGER no_more ON vault.tombstone"],
};

/// A run that was cut off between what it laid down of somebody and her rows.
async fn cut_off(house: &House) -> (AccountId, Uuid) {
    let people = dormant(house, 1).await;
    let (run, _) = planned(house).await;
    house.later(DAY * 8);
    refuse(house, &ERASING).await;
    to_the_refusal(house).await;
    relent(house, &ERASING).await;
    assert!(is_there(house, people[0]).await && is_entombed(house, people[0]).await);
    (people[0], run.id)
}

/// Nothing ends her any more.
async fn stays(house: &House, who: AccountId) {
    assert!(!is_entombed(house, who).await);
    retention::finish_erasures(&house.app, house.app.now()).await.unwrap();
    assert!(is_there(house, who).await);
}

async fn cancel(house: &House, run: Uuid) {
    assert!(retention::cancel(&house.app, run, &person("Ole Berg"), house.app.now()).await.unwrap());
}

/// Her end by the rule, as she is.
async fn by_the_rule(house: &House, who: AccountId, run: Uuid) -> Cause {
    let row = lapses::account(&mut house.app.db.peek(), AccountClock::Used, who).await.unwrap().unwrap();
    let seen = Box::new(Seen { clock: AccountClock::Used, row, review: None });
    Cause::Rule { rule: RULE.into(), schedule: "1".into(), run, seen }
}

async fn write(house: &House, what: impl AsyncFn(&mut Write) -> Result<(), Error>) {
    let written = house.app.db.write(async |mut w| {
        what(&mut w).await?;
        w.commit_quietly(Housekeeping::Expire, ()).await
    });
    written.await.unwrap();
}

/// A write in which somebody else is at work for a while: who waits for it begins once it has what it needs.
async fn meanwhile<T>(
    house: &House,
    takes: impl AsyncFn(&mut Write) -> Result<(), Error>,
    does: impl AsyncFn(&mut Write) -> Result<(), Error>,
    other: Pin<Box<dyn Future<Output = T> + '_>>,
) -> T {
    let (says, heard) = channel();
    let says: std::sync::Mutex<Option<Sender<()>>> = std::sync::Mutex::new(Some(says));
    let first = write(house, async |w| {
        takes(w).await?;
        if let Some(says) = says.lock().unwrap().take() {
            says.send(()).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
        does(w).await
    });
    let second = async {
        heard.await.unwrap();
        other.await
    };
    tokio::join!(first, second).1
}

/// A hold as the store has it.
pub(super) fn placed(house: &House, account: Option<AccountId>) -> HoldRow {
    HoldRow {
        number: Uuid::from_u128(7),
        id: "LIT-1".into(),
        kind: HoldKind::Legal.as_str().to_owned(),
        reason: "A claim".into(),
        account_id: account,
        category: account.is_none().then(|| "account_profile".into()),
        since: None,
        until: None,
        owner: "Meg Hale".into(),
        placed_by: "Meg Hale".into(),
        placed_at: house.app.now(),
        review_by: house.app.now() + DAY * 60,
        released_at: None,
    }
}

fn went(who: AccountId, house: &House) -> ErasureRow {
    ErasureRow {
        account_id: who,
        cause: RULE.into(),
        run_id: None,
        began: None,
        txn: Uuid::nil(),
        erased_at: house.app.now(),
        payloads: 0,
        finished_at: None,
    }
}

both! {
    async fn a_run_that_is_stopped_erases_nobody_whom_it_had_in_hand(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, run) = cut_off(&house).await;
        let cause = by_the_rule(&house, who, run).await;
        cancel(&house, run).await;
        stays(&house, who).await;
        // Nor does one who had looked at her before.
        let became = erasure::erase(&house.app, who, &cause, None, house.app.now()).await.unwrap();
        assert_eq!(became, Erased::Stays);
        stays(&house, who).await;
    }

    async fn nothing_is_laid_down_for_a_run_that_was_stopped(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, run) = cut_off(&house).await;
        let cause = by_the_rule(&house, who, run).await;
        cancel(&house, run).await;
        // What would be laid down could not be taken back.
        refuse(&house, &UNDOING).await;
        let became = erasure::erase(&house.app, who, &cause, None, house.app.now()).await;
        assert_eq!(became.unwrap(), Erased::Stays);
        stays(&house, who).await;
    }

    async fn whoever_is_kept_while_what_was_cut_off_goes_on_with_her_stays(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, _) = cut_off(&house).await;
        let finished = meanwhile(
            &house,
            async |w| accounts::hold(w, who).await.map(drop),
            async |w| erasures::exhume(w, (who, RULE)).await,
            Box::pin(retention::finish_erasures(&house.app, house.app.now())),
        )
        .await;
        assert_eq!(finished.unwrap(), 0);
        stays(&house, who).await;
    }

    async fn whoever_comes_while_what_was_cut_off_goes_on_with_her_stays(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, _) = cut_off(&house).await;
        let (app, now) = (&house.app, house.app.now() + Duration::from_secs(1));
        let finished = meanwhile(
            &house,
            async |w| accounts::hold(w, who).await.map(drop),
            async |w| lapses::used(w, who, now).await.map(drop),
            Box::pin(retention::finish_erasures(app, now)),
        )
        .await;
        assert_eq!(finished.unwrap(), 0);
        assert!(is_there(&house, who).await);
        retention::finish_erasures(app, now).await.unwrap();
        stays(&house, who).await;
    }

    async fn whoever_came_back_without_her_key_goes(world: World) {
        let house = house(world, &[]).await;
        let (app, now) = (&house.app, house.app.now());
        let who = house.resident("Ada Price", "ada@example.org", crate::sharing::WORD).await;
        write(&house, async |w| erasures::entomb(w, who, RULE, now).await).await;
        write(&house, async |w| lapses::used(w, who, now + DAY).await.map(drop)).await;
        crate::log::tamper(app, &["DELETE FROM vault.person_key WHERE kind = 'profile'"]).await;
        house.later(DAY * 2);
        assert_eq!(erasure::resume(app, app.now(), 9).await.unwrap(), 1);
        assert!(!is_there(&house, who).await);
    }

    async fn a_run_whose_schedule_is_replaced_erases_nobody_whom_it_had_in_hand(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, _) = cut_off(&house).await;
        // The samples again: a draft.
        house.activate(&[]).await;
        retention::finish_erasures(&house.app, house.app.now()).await.unwrap();
        assert!(is_there(&house, who).await, "no step has stopped it yet");
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
        stays(&house, who).await;
    }

    async fn whoever_is_kept_is_not_erased_by_what_was_cut_off(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, _) = cut_off(&house).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", crate::sharing::WORD).await;
        let (app, now) = (&house.app, house.app.now());
        write(&house, async |w| erasures::entomb(w, ben, "resident", now).await).await;
        for account in [who, ben] {
            let kept = Decided::KeptUntil(now + DAY * 20);
            assert!(retention::decide(app, (account, RULE), kept, &person("Ole Berg"), now).await.unwrap());
        }
        stays(&house, who).await;
        assert!(!is_there(&house, ben).await, "he asked for it himself");
    }

    async fn those_who_are_held_keep_nobody_behind_them_from_going(world: World) {
        let house = house(world, &[]).await;
        let (app, now, mut people) = (&house.app, house.app.now(), Vec::new());
        // Three who are held, and behind them three who are not.
        for n in 0..6 {
            let who = house.resident("Ada Price", &format!("ada{n}@example.org"), crate::sharing::WORD).await;
            write(&house, async |w| erasures::entomb(w, who, "resident", now + Duration::from_secs(n)).await).await;
            if n < 3 {
                hold(&house, &format!("FOI-{n}"), who).await;
            }
            people.push(who);
        }
        assert_eq!(erasure::resume(app, now, 2).await.unwrap(), 2);
        assert_eq!(erasure::resume(app, now, 2).await.unwrap(), 1);
        assert_eq!(erasure::resume(app, now, 2).await.unwrap(), 0);
        for (n, who) in people.into_iter().enumerate() {
            assert_eq!(is_there(&house, who).await, n < 3, "{n}");
            assert!(is_entombed(&house, who).await, "{n}");
        }
        assert_eq!(erasures::count_unfinished(&mut app.db.peek()).await.unwrap(), 3);
    }

    async fn those_who_came_back_stay_however_many_they_are(world: World) {
        let house = house(world, &[]).await;
        let (app, now, mut people) = (&house.app, house.app.now(), Vec::new());
        for n in 0..3 {
            let who = house.resident("Ada Price", &format!("ada{n}@example.org"), crate::sharing::WORD).await;
            write(&house, async |w| erasures::entomb(w, who, RULE, now).await).await;
            write(&house, async |w| lapses::used(w, who, now + DAY).await.map(drop)).await;
            people.push(who);
        }
        house.later(DAY * 2);
        assert_eq!(erasure::resume(app, house.app.now(), 1).await.unwrap(), 0);
        assert_eq!(erasures::count_unfinished(&mut app.db.peek()).await.unwrap(), 0);
        for who in people {
            stays(&house, who).await;
        }
    }

    async fn whoever_is_held_when_the_run_ends_is_erased_by_no_release(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, _) = cut_off(&house).await;
        hold(&house, "FOI-1", who).await;
        to_the_end(&house).await;
        let two = (&person("Meg Hale"), &person("Tom Reed"));
        assert!(retention::release(&house.app, "FOI-1", two, house.app.now()).await.unwrap());
        stays(&house, who).await;
    }

    async fn whoever_was_erased_before_is_erased_again_whatever_run_is_stopped(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, run) = cut_off(&house).await;
        let mut people = vec![who];
        for name in ["ben", "cat", "dan"] {
            people.push(house.resident("Ben Okafor", &format!("{name}@example.org"), crate::sharing::WORD).await);
        }
        let now = house.app.now();
        write(&house, async |w| {
            // Of the first the key has gone; the second was erased before this run, the third in it, and the fourth asked for it.
            w.sql("DELETE FROM vault.person_key WHERE person = $1 AND kind = 'profile'").bind(who).run().await?;
            erasures::entomb(w, people[1], RULE, now - DAY).await?;
            erasures::entomb(w, people[2], RULE, now).await?;
            erasures::begin(w, &went(people[2], &house)).await?;
            erasures::entomb(w, people[3], "resident", now).await?;
            // None of them came back.
            w.sql("UPDATE account SET last_used_at = $1").bind(now - DAY * 30).run().await.map(drop)
        })
        .await;
        cancel(&house, run).await;
        for (nth, account) in people.iter().enumerate() {
            assert!(is_entombed(&house, *account).await, "{nth}");
        }
        retention::finish_erasures(&house.app, house.app.now()).await.unwrap();
        for (nth, account) in people.iter().enumerate() {
            assert!(!is_there(&house, *account).await, "{nth}");
        }
    }

    async fn of_two_who_erase_her_the_second_takes_nothing_back(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, run) = cut_off(&house).await;
        let cause = by_the_rule(&house, who, run).await;
        let became = meanwhile(
            &house,
            async |w| accounts::hold(w, who).await.map(drop),
            async |w| {
                erasures::begin(w, &went(who, &house)).await?;
                erasures::wipe(w, who).await
            },
            Box::pin(erasure::erase(&house.app, who, &cause, None, house.app.now())),
        )
        .await;
        assert_eq!(became.unwrap(), Erased::Gone);
        assert!(is_entombed(&house, who).await, "a backup may bring her back");
        write(&house, async |w| erasures::exhume(w, (who, RULE)).await).await;
        assert!(is_entombed(&house, who).await);
        // An older backup, in which nothing says that she went.
        write(&house, async |w| {
            w.sql("DELETE FROM erasure WHERE account_id = $1").bind(who).run().await?;
            erasures::exhume(w, (who, RULE)).await
        })
        .await;
        assert!(is_entombed(&house, who).await);
    }

    async fn nothing_is_taken_back_of_somebody_who_is_being_erased(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, _) = cut_off(&house).await;
        let gone = async |w: &mut Write| {
            erasures::begin(w, &went(who, &house)).await?;
            erasures::wipe(w, who).await
        };
        let kept = write(&house, async |w| erasures::exhume(w, (who, RULE)).await);
        meanwhile(&house, gone, async |_| Ok(()), Box::pin(kept)).await;
        assert!(!is_there(&house, who).await && is_entombed(&house, who).await);
    }

    async fn a_hold_that_comes_while_she_is_being_erased_keeps_her(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let row = placed(&house, Some(who));
        let cause = Cause::Resident(Context::default());
        let became = meanwhile(
            &house,
            async |w| accounts::hold(w, who).await.map(drop),
            async |w| holds::place(w, &row).await.map(drop),
            Box::pin(erasure::erase(&house.app, who, &cause, None, house.app.now())),
        )
        .await;
        assert!(matches!(became.unwrap(), Erased::Held(hold) if hold.id == "LIT-1"));
        assert!(is_there(&house, who).await && !is_entombed(&house, who).await);
    }

    async fn a_hold_on_all_that_comes_while_a_run_goes_on_with_her_keeps_her(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, run) = cut_off(&house).await;
        let row = placed(&house, None);
        let finished = meanwhile(
            &house,
            async |w| runs::still_runs(w, run).await,
            async |w| holds::place(w, &row).await.map(drop),
            Box::pin(retention::finish_erasures(&house.app, house.app.now())),
        )
        .await;
        assert_eq!(finished.unwrap(), 0);
        assert!(is_there(&house, who).await);
    }

    async fn a_hold_on_somebody_who_is_being_erased_is_not_said_to_be_placed(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let new = NewHold {
            id: "LIT-1".into(),
            kind: HoldKind::Legal,
            reason: "A claim".into(),
            scope: Scope { account: Some(who), ..Scope::default() },
            owner: person("Meg Hale"),
            review_by: house.app.now() + DAY * 60,
        };
        let by = person("Meg Hale");
        let said = meanwhile(
            &house,
            async |w| accounts::hold(w, who).await.map(drop),
            async |w| erasures::wipe(w, who).await,
            Box::pin(retention::place(&house.app, &new, &by, house.app.now())),
        )
        .await;
        assert_eq!(said.unwrap(), Err(NotPlaced::NoAccount));
        assert!(retention::holds(&house.app).await.unwrap().is_empty());
    }

    async fn a_service_that_gets_to_know_him_meanwhile_is_told_and_he_has_his_letter(world: World) {
        let house = house(world, &[]).await;
        let (ada, _) = ada(&house).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", crate::sharing::WORD).await;
        let (app, now) = (&house.app, house.app.now());
        let sector = &client_of(&house, "garden-waste").sector;
        write(&house, async |w| sharing::claim_subject(w, ben, sector, "a-subject", now).await.map(drop)).await;
        house.letters().await;
        let cause = Cause::Resident(Context::default());
        let farewell = Text { subject: "Your account is deleted".into(), body: "It is.".into() };
        let became = meanwhile(
            &house,
            async |w| accounts::hold(w, ben).await.map(drop),
            async |w| {
                // He is told of what Ada was told of.
                w.sql(
                    "INSERT INTO sharing_record (id, account_id, client_id, purpose, basis, state, notice, notice_sha256, language,
                         claims, policy, at)
                     SELECT $1, $2, client_id, purpose, basis, state, notice, notice_sha256, language, claims, policy, at
                     FROM sharing_record WHERE account_id = $3 AND client_id = 'garden-waste'",
                )
                .bind(Uuid::from_u128(9))
                .bind(ben)
                .bind(ada)
                .run()
                .await
                .map(drop)
            },
            Box::pin(erasure::erase(app, ben, &cause, Some(&farewell), now)),
        )
        .await;
        assert_eq!(became.unwrap(), Erased::Done { services: 1, written: true });
        assert_eq!(house.letter().await.subject, "Your account is deleted");
    }
}
