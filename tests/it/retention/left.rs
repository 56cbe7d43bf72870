//! Closing and deleting an account, through the pages.

use super::{UNWARNED, carry_out, days, house, is_entombed, is_there, left, person, seal};
use crate::app::House;
use crate::sharing::{ADA, WORD, ada, client as client_of};
use crate::visitor::{Answer, Visitor};
use portreeve::domain::audit::Context;
use portreeve::domain::ids::AccountId;
use portreeve::domain::retention::{HoldKind, Scope};
use portreeve::domain::time::When;
use portreeve::service::erasure::{self, Cause};
use portreeve::service::retention::{self, NewHold};
use portreeve::service::standing::{self, Why};
use portreeve::store::{Housekeeping, accounts, erasures, lapses, sharing, signals, vault};
use std::time::Duration;

async fn deletes(visitor: &Visitor, when: &str, password: &str) -> Answer {
    visitor.post("/account/delete", &[("when", when), ("current_password", password)]).await
}

/// Ada, whom both services know.
async fn goes_to_two_services(house: &House) -> (AccountId, Visitor) {
    let (who, visitor) = ada(house).await;
    let (app, now) = (&house.app, house.app.now());
    app.db
        .write(async |mut w| {
            for client in ["garden-waste", "parking-permits"] {
                let sector = &client_of(house, client).sector;
                sharing::claim_subject(&mut w, who, sector, client, now).await?;
            }
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
    house.letters().await;
    (who, visitor)
}

async fn signs_in(house: &House) -> bool {
    Visitor::new(house).post("/sign-in", &[("email", ADA), ("password", WORD)]).await.to == "/account"
}

/// Whether the link of the letter would open the account again.
async fn opens(house: &House, letter: &str) -> bool {
    let place = letter.lines().map(str::trim).find(|line| line.contains("/account/reopen?token=")).unwrap();
    Visitor::new(house).get(&place[house.app.issuer.as_str().len()..]).await.status == 200
}

/// A hold on her account.
fn claim(who: AccountId, now: When) -> NewHold {
    NewHold {
        id: "LIT-7".into(),
        kind: HoldKind::Legal,
        reason: "A claim about a permit".into(),
        scope: Scope { account: Some(who), ..Scope::default() },
        owner: person("Meg Hale"),
        review_by: now + super::DAY * 60,
    }
}

both! {
    async fn a_resident_deletes_her_account_and_nothing_brings_it_back(world: World) {
        let house = house(world, &[]).await;
        let (who, visitor) = goes_to_two_services(&house).await;
        let page = visitor.get("/account/delete").await;
        assert_eq!(page.status, 200);
        for said in ["Garden waste", "Parking permits", "what services were given and why", "until 17 December 2032", "until 17 April 2034", "until 31 December 2026"] {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        // Nothing chosen, no password, a wrong one: each is said, and she is still there.
        let none = deletes(&visitor, "", "").await;
        for said in ["There is a problem", "Select when we should delete your account", "Enter your current password"] {
            assert!(none.body.contains(said), "{said}");
        }
        let wrong = deletes(&visitor, "now", "another word entirely").await;
        assert!(wrong.body.contains("There is a problem") && is_there(&house, who).await);

        let gone = deletes(&visitor, "now", WORD).await;
        assert!(gone.body.contains("Your account is deleted") && gone.body.contains("2 services"), "{}", gone.body);
        assert!(!is_there(&house, who).await && !signs_in(&house).await);
        assert_eq!(visitor.get("/account").await.to, "/sign-in?next=account".split('?').next().unwrap());
        assert_eq!(house.letter().await.subject, "Your account is deleted");
        assert_eq!(house.events("account.erased").await, 1);
        let app = &house.app;
        assert!(is_entombed(&house, who).await);
        let told = signals::of_account(&mut app.db.peek(), who).await.unwrap();
        assert!(told.iter().any(|signal| signal.kind == "erasure_decided"), "{told:?}");

        // Her last events are sealed, then her profile key goes; what is left is what the page said.
        house.later(Duration::from_secs(1));
        seal(&house).await;
        retention::finish_erasures(app, app.now()).await.unwrap();
        let keys = vault::keys(&mut app.db.peek(), who).await.unwrap();
        assert!(keys.profile.is_none() && keys.evidence.is_some());
        assert_eq!(left(&house, who).await, ["sharing_record", "signal"]);
        assert_eq!(house.events("account.erasure_finished").await, 1);
        assert_eq!(retention::finish_erasures(app, app.now()).await.unwrap(), 0, "once");

        // The address belongs to nobody: whoever signs up with it is somebody else.
        let again = house.resident("Ada Wójcik", ADA, WORD).await;
        assert!(again != who && signs_in(&house).await);
        assert_eq!(left(&house, who).await, ["sharing_record", "signal"]);
    }

    async fn a_closed_account_can_be_opened_again_and_goes_when_its_time_is_over(world: World) {
        let house = house(world, &[]).await;
        let (who, visitor) = goes_to_two_services(&house).await;
        assert!(visitor.get("/privacy").await.body.contains("as long as our retention schedule says"));
        let closed = deletes(&visitor, "later", WORD).await;
        assert!(closed.body.contains("Your account is closed") && closed.body.contains("31 December 2026"), "{}", closed.body);
        assert!(is_there(&house, who).await && !signs_in(&house).await);
        let letter = house.letter().await;
        let place = letter.body.lines().map(str::trim).find(|line| line.contains("/account/reopen?token=")).unwrap();
        let place = &place[house.app.issuer.as_str().len()..];
        let told = signals::of_account(&mut house.app.db.peek(), who).await.unwrap();
        assert!(told.iter().all(|signal| signal.kind == "account_closed") && told.len() == 2, "{told:?}");

        // A look changes nothing; a link that is none is refused.
        let other = Visitor::new(&house);
        assert_eq!(other.get("/account/reopen?token=none").await.status, 410);
        assert_eq!(other.get("/account/reopen").await.status, 410);
        assert!(other.get(place).await.body.contains("Open your account again") && !signs_in(&house).await);
        let token = place.split_once("token=").unwrap().1;
        let opened = other.post("/account/reopen", &[("token", token)]).await;
        assert!(opened.body.contains("Your account is open again") && signs_in(&house).await, "{}", opened.body);
        assert_eq!(other.post("/account/reopen", &[("token", token)]).await.status, 410, "once");

        // Closed anew, and nobody opens it.
        let visitor = Visitor::new(&house);
        visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        deletes(&visitor, "later", WORD).await;
        days(&house, 23).await;
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "account.closed").unwrap();
        assert_eq!((part.due, part.destroyed), (0, 0), "31 days had gone by when it was carried out, 23 when it was planned");
        assert!(is_there(&house, who).await);
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "account.closed").unwrap();
        assert_eq!((part.due, part.destroyed), (1, 1));
        assert!(!is_there(&house, who).await);
    }

    async fn no_day_is_named_while_the_schedule_is_a_draft(world: World) {
        let house = House::with(world, &[], &[]).await;
        let (who, visitor) = goes_to_two_services(&house).await;
        let page = visitor.get("/account/delete").await.body;
        assert!(page.contains("Nobody can sign in any more.") && !page.contains("change your mind until"), "{page}");
        assert!(page.contains("We do not delete on these days yet"), "{page}");
        let privacy = visitor.get("/privacy").await.body;
        assert!(privacy.contains("how long we keep it are not in force yet"), "{privacy}");
        let closed = deletes(&visitor, "later", WORD).await.body;
        assert!(closed.contains("Your account is closed") && closed.contains("We have not set the day"), "{closed}");
        assert!(!closed.contains("We will delete it on") && is_there(&house, who).await, "{closed}");
        let letter = house.letter().await;
        assert!(letter.body.contains("We have not set the day") && !letter.body.contains("We delete it on"), "{}", letter.body);
        assert!(opens(&house, &letter.body).await);
    }

    async fn no_day_is_named_before_the_schedule_is_in_effect(world: World) {
        let later = ("retention.toml", "version = \"2026-11-22.1\"", "version = \"2026-11-22.1\"\neffective_from = 2027-03-01");
        let house = house(world, &[later]).await;
        let (_, visitor) = goes_to_two_services(&house).await;
        let page = visitor.get("/account/delete").await.body;
        assert!(page.contains("change your mind until 1 March 2027") && !page.contains("We do not delete on these days"), "{page}");
        let privacy = visitor.get("/privacy").await.body;
        assert!(privacy.contains("how long we keep it are not in force yet"), "{privacy}");
        // A backup that was made today, until its rule takes it.
        assert!(page.contains("could be read until 8 December 2026 at the latest"), "{page}");
        let closed = deletes(&visitor, "later", WORD).await.body;
        assert!(closed.contains("We will delete it on 1 March 2027"), "{closed}");
        let letter = house.letter().await;
        assert!(letter.body.contains("We delete it on 1 March 2027"), "{}", letter.body);
        // Her link works as long as she was told.
        house.later(super::DAY * 89);
        assert!(opens(&house, &letter.body).await);
        house.later(super::DAY);
        assert!(!opens(&house, &letter.body).await);
    }

    async fn a_hold_stands_against_deletion_and_the_account_is_closed_until_it_may_go(world: World) {
        let house = house(world, &[]).await;
        let (who, visitor) = ada(&house).await;
        let (app, now) = (&house.app, house.app.now());
        let hold = claim(who, now);
        retention::place(app, &hold, &person("Meg Hale"), now).await.unwrap().unwrap();
        let page = deletes(&visitor, "now", WORD).await;
        assert!(page.body.contains("we cannot delete it yet"), "{}", page.body);
        assert!(is_there(&house, who).await && !signs_in(&house).await);
        assert!(!is_entombed(&house, who).await);
        assert!(!retention::release(app, "LIT-7", (&person("Meg Hale"), &person("meg hale")), now).await.unwrap(), "one person");
        assert!(retention::release(app, "LIT-7", (&person("Meg Hale"), &person("Tom Reed")), now).await.unwrap());
        assert!(!retention::release(app, "LIT-7", (&person("Meg Hale"), &person("Tom Reed")), now).await.unwrap(), "once");
        days(&house, 31).await;
        carry_out(&house).await;
        assert!(!is_there(&house, who).await);
    }

    async fn whoever_came_back_after_an_end_by_a_rule_was_cut_off_stays(world: World) {
        let house = house(world, &[]).await;
        let mut people = Vec::new();
        for nth in 0..4 {
            people.push(house.resident("Ada Wójcik", &format!("ada{nth}@example.org"), WORD).await);
        }
        let (app, now) = (&house.app, house.app.now() + super::DAY);
        let causes = ["account.dormant", "account.dormant", "resident", "account.dormant"];
        app.db
            .write(async |mut w| {
                for (who, cause) in people.iter().zip(causes) {
                    erasures::entomb(&mut w, *who, cause, now).await?;
                }
                for who in &people[1..] {
                    assert!(lapses::used(&mut w, *who, now + super::DAY).await?);
                }
                // A backup of before, whose main database says that she went.
                let went = erasures::ErasureRow {
                    account_id: people[3],
                    cause: "account.dormant".into(),
                    run_id: None,
                    began: None,
                    txn: uuid::Uuid::nil(),
                    erased_at: now,
                    payloads: 0,
                    finished_at: None,
                };
                assert!(erasures::begin(&mut w, &went).await?);
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        retention::finish_erasures(app, now + super::DAY * 2).await.unwrap();
        for (nth, who) in people.iter().enumerate() {
            assert_eq!((is_there(&house, *who).await, is_entombed(&house, *who).await), (nth == 1, nth != 1), "{nth}");
        }
    }

    async fn what_was_cut_off_is_found_by_its_tombstone_and_so_is_a_backup_that_brings_her_back(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let (app, now) = (&house.app, house.app.now());
        // The process died between the tombstone and the rows.
        app.db
            .write(async |mut w| {
                erasures::entomb(&mut w, who, "resident", now).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        retention::finish_erasures(app, now).await.unwrap();
        assert!(!is_there(&house, who).await);
        assert_eq!(house.events("account.erased").await, 1);
        let told = signals::of_account(&mut app.db.peek(), who).await.unwrap().len();
        seal(&house).await;
        retention::finish_erasures(app, app.now()).await.unwrap();
        // A backup of before brings her row back, without the keys, which are kept apart.
        app.db
            .write(async |mut w| {
                accounts::insert(&mut w, who, "active", b"sealed", now).await?;
                accounts::claim_identifier(&mut w, "email", &[7; 32], who, now).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        house.later(super::DAY);
        retention::finish_erasures(app, app.now()).await.unwrap();
        assert!(!is_there(&house, who).await);
        assert_eq!(accounts::by_identifier(&mut app.db.peek(), &[7; 32]).await.unwrap(), None);
        assert_eq!(signals::of_account(&mut app.db.peek(), who).await.unwrap().len(), told, "nobody is told twice");
    }

    async fn a_death_that_was_noted_by_mistake_ends_nothing(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let (who, visitor) = ada(&house).await;
        assert!(deletes(&visitor, "later", WORD).await.body.contains("Your account is closed"));
        let why = Why::of(&house.app, person("Bea Lloyd"), "security_incident", Some("C-17")).unwrap();
        assert!(erasure::note_death(&house.app, who, &why, house.app.now()).await.unwrap().is_some());
        assert_eq!(erasure::note_death(&house.app, who, &why, house.app.now()).await.unwrap(), None, "once");
        assert!(!erasure::reopened_by(&house.app, who, &why, house.app.now()).await.unwrap(), "she has died");
        assert!(standing::restore(&house.app, who, &why, house.app.now()).await.unwrap());
        assert!(signs_in(&house).await);
        days(&house, 400).await;
        let schedule = &house.app.snapshot().policy.retention;
        let parts = retention::survey(&house.app, schedule, house.app.now()).await.unwrap();
        let due: i64 = parts.iter().filter(|part| part.category.starts_with("account")).map(|part| part.due).sum();
        assert_eq!(due, 0, "{parts:?}");
        // Noted in earnest, it ends a year on.
        erasure::note_death(&house.app, who, &why, house.app.now()).await.unwrap().unwrap();
        days(&house, 366).await;
        carry_out(&house).await;
        assert!(!is_there(&house, who).await);
    }

    async fn an_erasure_that_was_cut_off_waits_for_a_hold_that_was_placed_since(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let (app, now) = (&house.app, house.app.now());
        let hold = claim(who, now);
        app.db
            .write(async |mut w| {
                erasures::entomb(&mut w, who, "resident", now).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        retention::place(app, &hold, &person("Meg Hale"), now).await.unwrap().unwrap();
        retention::finish_erasures(app, now).await.unwrap();
        assert!(is_there(&house, who).await && signs_in(&house).await);
        retention::release(app, "LIT-7", (&person("Meg Hale"), &person("Tom Reed")), now).await.unwrap();
        retention::finish_erasures(app, now).await.unwrap();
        assert!(!is_there(&house, who).await);
    }

    async fn an_account_that_is_gone_is_not_erased_twice(world: World) {
        let house = house(world, &[]).await;
        let (who, _) = ada(&house).await;
        let cause = Cause::Resident(Context::default());
        let (app, now) = (&house.app, house.app.now());
        let twice = tokio::join!(erasure::erase(app, who, &cause, None, now), erasure::erase(app, who, &cause, None, now));
        let done = [twice.0.unwrap(), twice.1.unwrap()];
        let count = done.iter().filter(|one| matches!(one, erasure::Erased::Done { .. })).count();
        assert_eq!((count, house.events("account.erased").await), (1, 1), "{done:?}");
        assert_eq!(erasure::erase(app, who, &cause, None, now).await.unwrap(), erasure::Erased::Gone);
    }
}
