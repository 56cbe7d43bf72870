//! A run from its plan to its certificate.

use super::{APPROVED, DAY, carry_out, days, house, is_entombed, is_there, person, to_the_end};
use crate::app::House;
use crate::visitor::Visitor;
use portreeve::domain::ids::{AccountId, EventId, QuestionId};
use portreeve::domain::retention::{Category, HoldKind, Scope};
use portreeve::service::erasure::{self, Cause, Erased, Seen};
use portreeve::service::retention::{self, NewHold, NotPlaced, Planned, Step};
use portreeve::store::due::FIRST;
use portreeve::store::lapses::{self, AccountClock, AccountRow};
use portreeve::store::questions::{self, QuestionRow};
use portreeve::store::retention as runs;
use portreeve::store::{Error, Housekeeping, Write, accounts};

const WORD: &str = "turnip lantern cobble";

/// Without warnings, so that a test can do without them.
pub const UNWARNED: (&str, &str, &str) = (
    "retention.toml",
    "notify = [\n  { before = \"P90D\", by = [\"email\", \"letter\"] },\n  { before = \"P30D\", by = [\"email\", \"letter\"] },\n  { before = \"P7D\", by = [\"email\"] },\n]\n",
    "",
);

/// So many people whom nobody saw for more than two years.
pub async fn dormant(house: &House, many: usize) -> Vec<AccountId> {
    let mut people = Vec::new();
    for nth in 0..many {
        people.push(house.resident("Ada Wójcik", &format!("ada{nth}@example.org"), WORD).await);
    }
    days(house, 740).await;
    people
}

pub async fn planned(house: &House) -> (runs::RunRow, Vec<runs::PartRow>) {
    match retention::plan(&house.app, Some(&person("Ole Berg")), house.app.now()).await.unwrap() {
        Planned::Run(run, parts) => (run, parts),
        other => panic!("{other:?}"),
    }
}

fn hold(house: &House, id: &str, scope: Scope) -> NewHold {
    NewHold {
        id: id.into(),
        kind: HoldKind::Foi,
        reason: "A request for information".into(),
        scope,
        owner: person("Meg Hale"),
        review_by: house.app.now() + DAY * 60,
    }
}

async fn place(house: &House, hold: &NewHold) -> Result<(), NotPlaced> {
    retention::place(&house.app, hold, &person("Meg Hale"), house.app.now()).await.unwrap()
}

/// She asks who looked at her data, and why: her case is open.
async fn asks(house: &House, account: AccountId) {
    let now = house.app.now();
    let question = QuestionRow {
        id: QuestionId(uuid::Uuid::from_u128(5)),
        account_id: account,
        event: EventId(uuid::Uuid::from_u128(6)),
        asked_at: now,
        due_at: now + DAY * 30,
        answered_at: None,
        answer: None,
    };
    write(house, async |w| questions::insert(w, &question).await.map(drop)).await;
}

async fn write(house: &House, what: impl AsyncFn(&mut Write) -> Result<(), Error>) {
    let written = house.app.db.write(async |mut w| {
        what(&mut w).await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    written.await.unwrap();
}

both! {
    async fn a_draft_counts_and_destroys_nothing(world: World) {
        let house = House::with(world, &[], &[UNWARNED]).await;
        retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
        let people = dormant(&house, 1).await;
        let parts = retention::survey(&house.app, &house.app.snapshot().policy.retention, house.app.now()).await.unwrap();
        assert_eq!(parts.iter().find(|part| part.rule == "account.dormant").unwrap().due, 1);
        assert_eq!(retention::plan(&house.app, None, house.app.now()).await.unwrap(), Planned::Draft);
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
        assert!(is_there(&house, people[0]).await);
    }

    async fn a_schedule_holds_from_its_day_on(world: World) {
        let later = ("retention.toml", "version = \"2026-11-22.1\"", "version = \"2026-11-22.1\"\neffective_from = 2030-01-01");
        let house = house(world, &[UNWARNED, later]).await;
        dormant(&house, 1).await;
        assert_eq!(retention::plan(&house.app, None, house.app.now()).await.unwrap(), Planned::Draft);
        days(&house, 500).await;
        assert!(matches!(retention::plan(&house.app, None, house.app.now()).await.unwrap(), Planned::Run(..)));
    }

    async fn nothing_goes_before_the_cooling_period_is_over_and_who_comes_back_stays(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 3).await;
        let (run, parts) = planned(&house).await;
        assert_eq!(parts.iter().find(|part| part.rule == "account.dormant").unwrap().due, 3);
        assert_eq!(run.state, "cooling");
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
        house.later(DAY * 6);
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
        assert!(matches!(retention::plan(&house.app, None, house.app.now()).await.unwrap(), Planned::Open(_)), "one at a time");
        // The first is back.
        let visitor = Visitor::new(&house);
        assert_eq!(visitor.post("/sign-in", &[("email", "ada0@example.org"), ("password", WORD)]).await.to, "/account");
        house.later(DAY * 2);
        let certificate = to_the_end(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "account.dormant").unwrap();
        assert_eq!((part.due, part.destroyed, part.held), (3, 2, 0));
        assert!(is_there(&house, people[0]).await && !is_there(&house, people[1]).await);
        assert_eq!(certificate.planned_by.as_deref(), Some("Ole Berg"));
        assert_eq!(certificate.schedule_approved_by, ["Meg Hale", "Tom Reed"]);
        assert!(certificate.log_before.is_none() && certificate.checkpoint.is_some());
        // As signed: a digit of it changed, and the signature holds no longer.
        let mut all = retention::certificates(&house.app, 9).await.unwrap();
        assert!(all.len() == 1 && all[0].2);
        all[0].0.body = all[0].0.body.replacen("\"destroyed\":2", "\"destroyed\":1", 1);
        assert!(!retention::verified(&house.app, &all[0].0).await.unwrap());
        assert_eq!(house.events("retention.finished").await, 1);
    }

    async fn more_than_a_run_may_destroy_waits_for_two(world: World) {
        let few = ("retention.toml", "max_destroy_per_run = 5000", "max_destroy_per_run = 1");
        let house = house(world, &[UNWARNED, few]).await;
        let people = dormant(&house, 2).await;
        let (run, _) = planned(&house).await;
        assert_eq!(run.state, "waiting");
        house.later(DAY * 30);
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
        let (meg, tom) = (person("Meg Hale"), person("Tom Reed"));
        assert!(!retention::approve(&house.app, run.id, (&meg, &person("MEG HALE")), house.app.now()).await.unwrap());
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
        assert!(retention::approve(&house.app, run.id, (&meg, &tom), house.app.now()).await.unwrap());
        assert!(!retention::approve(&house.app, run.id, (&meg, &tom), house.app.now()).await.unwrap(), "once");
        let certificate = to_the_end(&house).await;
        assert_eq!(certificate.approved_by, ["Meg Hale", "Tom Reed"]);
        assert!(!is_there(&house, people[0]).await && !is_there(&house, people[1]).await);
    }

    async fn too_large_a_share_of_the_accounts_waits_too(world: World) {
        let house = house(world, &[UNWARNED]).await;
        dormant(&house, 11).await;
        let (run, _) = planned(&house).await;
        assert_eq!(run.state, "waiting", "11 of 11, and a twentieth may go");
        assert!(retention::cancel(&house.app, run.id, &person("Meg Hale"), house.app.now()).await.unwrap());
        assert!(!retention::cancel(&house.app, run.id, &person("Meg Hale"), house.app.now()).await.unwrap());
        house.later(DAY * 30);
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
    }

    async fn a_hold_is_honoured_even_if_it_is_placed_during_a_run(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 3).await;
        let category = Scope { account: Some(people[0]), category: Some(Category::new("contact")), ..Scope::default() };
        place(&house, &hold(&house, "FOI-1", category)).await.unwrap();
        let (_, parts) = planned(&house).await;
        let part = parts.iter().find(|part| part.rule == "account.dormant").unwrap();
        assert_eq!((part.due, part.held), (2, 1));
        house.later(DAY * 8);
        place(&house, &hold(&house, "FOI-2", Scope { account: Some(people[1]), ..Scope::default() })).await.unwrap();
        let certificate = to_the_end(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "account.dormant").unwrap();
        assert_eq!((part.due, part.destroyed, part.held_when_planned, part.held), (2, 1, 1, 2));
        assert_eq!(certificate.holds, [("FOI-1".to_owned(), "foi".to_owned()), ("FOI-2".to_owned(), "foi".to_owned())]);
        assert!(is_there(&house, people[0]).await && is_there(&house, people[1]).await && !is_there(&house, people[2]).await);
    }

    async fn a_hold_that_holds_nothing_or_is_nobodys_is_refused(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let good = hold(&house, "FOI-1", Scope { account: Some(ada), ..Scope::default() });
        let refused = async |change: NewHold| place(&house, &change).await.unwrap_err();
        assert_eq!(refused(NewHold { id: " ".into(), ..good.clone() }).await, NotPlaced::Nameless);
        assert_eq!(refused(NewHold { reason: String::new(), ..good.clone() }).await, NotPlaced::Nameless);
        let late = NewHold { review_by: house.app.now() + DAY * 200, ..good.clone() };
        assert_eq!(refused(late).await, NotPlaced::ReviewedTooLate);
        assert_eq!(refused(NewHold { review_by: house.app.now(), ..good.clone() }).await, NotPlaced::ReviewedTooLate);
        let scope = |category: &str| Scope { category: Some(Category::new(category)), ..Scope::default() };
        let none = NewHold { scope: scope("no.such"), ..good.clone() };
        assert_eq!(refused(none).await, NotPlaced::NoCategory("no.such".into()));
        let idle = NewHold { scope: scope("contact.history"), kind: HoldKind::Inquiry, ..good.clone() };
        assert_eq!(refused(idle).await, NotPlaced::StopsNothing("inquiry"));
        let nobody = Scope { account: Some(AccountId(uuid::Uuid::from_u128(9))), ..Scope::default() };
        assert_eq!(refused(NewHold { scope: nobody, ..good.clone() }).await, NotPlaced::NoAccount);
        let now = house.app.now();
        let backwards = Scope { since: Some(now), until: Some(now - DAY), ..Scope::default() };
        assert_eq!(refused(NewHold { scope: backwards, ..good.clone() }).await, NotPlaced::Backwards);
        place(&house, &good).await.unwrap();
        assert_eq!(refused(good).await, NotPlaced::Taken("FOI-1".into()));
        let meg = person("Meg Hale");
        assert!(retention::keep(&house.app, "FOI-1", now + DAY * 90, &meg, now).await.unwrap());
        assert!(!retention::keep(&house.app, "FOI-1", now + DAY * 200, &meg, now).await.unwrap());
        assert!(!retention::keep(&house.app, "FOI-9", now + DAY * 90, &meg, now).await.unwrap());
    }

    async fn a_clock_that_jumped_destroys_nothing_until_a_person_says_it_is_right(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        // Ten years ahead.
        house.later(DAY * 3_653);
        retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
        assert!(matches!(retention::plan(&house.app, None, house.app.now()).await.unwrap(), Planned::InDoubt(_)));
        assert!(retention::confirm_clock(&house.app, &person("Ole Berg"), house.app.now()).await.unwrap());
        assert!(!retention::confirm_clock(&house.app, &person("Ole Berg"), house.app.now()).await.unwrap(), "nobody doubts it");
        let (run, _) = planned(&house).await;
        assert_eq!(run.state, "cooling");
        house.later(DAY * 40);
        assert!(matches!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::InDoubt(_)));
        assert!(is_there(&house, ada).await);
        assert_eq!(house.events("retention.clock_confirmed").await, 1);
    }

    async fn a_clock_that_was_set_while_the_house_runs_is_doubted_though_it_is_by_less_than_a_month(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let app = &house.app;
        let doubted = async || retention::clock_in_doubt(app, app.now()).await.unwrap();
        let looks = async || retention::look_at_the_clock(app, app.now()).await.unwrap();
        dormant(&house, 1).await;
        planned(&house).await;
        house.sets_the_clock(23);
        assert_eq!(doubted().await, None);
        // Its cooling period would be over by that.
        house.sets_the_clock(24 * 20);
        assert!(matches!(retention::step(app, app.now()).await.unwrap(), Step::InDoubt(_)));
        looks().await;
        // A process that begins then knows it from the store.
        app.clock.believe();
        house.later(DAY);
        looks().await;
        assert!(doubted().await.unwrap().contains("was set to"));
        assert_eq!(retention::stored_clock_in_doubt(&app.db, app.now()).await.unwrap(), doubted().await);
        // Set right again, it is believed, and forgotten.
        house.sets_the_clock(-24 * 21);
        assert_eq!(doubted().await, None);
        looks().await;
        house.later(DAY * 25);
        assert_eq!(doubted().await, None);
        // Or somebody says that it is right, elsewhere: this process believes it too.
        looks().await;
        house.sets_the_clock(24 * 9);
        looks().await;
        assert!(doubted().await.is_some());
        assert!(retention::confirm_clock(app, &person("Ole Berg"), app.now()).await.unwrap());
        assert_eq!((doubted().await, app.clock.set_by().is_zero()), (None, true));
        house.later(DAY * 2);
        assert_eq!(doubted().await, None);
    }

    async fn a_run_of_a_schedule_that_was_replaced_is_carried_out_by_none(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 1).await;
        planned(&house).await;
        // The samples again: a draft.
        house.activate(&[]).await;
        house.later(DAY * 8);
        assert_eq!(retention::step(&house.app, house.app.now()).await.unwrap(), Step::Nothing);
        assert!(is_there(&house, people[0]).await);
        assert_eq!(house.events("retention.cancelled").await, 1);
        assert!(runs::open(&mut house.app.db.peek()).await.unwrap().is_none());
    }

    // Hours may lie between the look at a batch and the end of its last account.
    async fn what_comes_after_the_look_is_asked_for_again_in_the_write(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 5).await;
        let (app, now) = (&house.app, house.app.now());
        let rows = lapses::accounts(&mut app.db.peek(), AccountClock::Used, now, FIRST, 9).await.unwrap();
        assert_eq!(rows.len(), 5);
        let (planned, _) = planned(&house).await;
        let run = planned.id;
        write(&house, async |w| runs::start(w, run, planned.not_before).await.map(|started| assert!(started))).await;
        let erase = async |row: &AccountRow| {
            let seen = Box::new(Seen { clock: AccountClock::Used, row: row.clone(), review: None });
            let cause = Cause::Rule { rule: "account.dormant".into(), schedule: "1".into(), run, seen };
            erasure::erase(app, row.id, &cause, None, now).await.unwrap()
        };
        asks(&house, people[1]).await;
        write(&house, async |w| {
            assert!(lapses::used(w, people[0], now).await?);
            assert!(accounts::close(w, people[2], now).await?);
            lapses::ask_review(w, (people[3], "account.dormant"), "suspended", (now, now)).await
        })
        .await;
        for (nth, id) in people.iter().enumerate() {
            let row = rows.iter().find(|row| row.id == *id).unwrap();
            let became = erase(row).await;
            assert_eq!(became == Erased::Stays, nth < 4, "{nth}: {became:?}");
            assert_eq!(is_there(&house, *id).await, nth < 4, "{nth}");
            assert_eq!(is_entombed(&house, *id).await, nth == 4, "{nth}: nothing brings an end to it later either");
        }
        assert_eq!(house.events("account.erased").await, 1);
    }

    async fn an_account_that_was_closed_waits_while_a_case_of_hers_is_open(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let app = &house.app;
        write(&house, async |w| accounts::close(w, ada, app.now()).await.map(|closed| assert!(closed))).await;
        asks(&house, ada).await;
        days(&house, 40).await;
        carry_out(&house).await;
        let waiting = retention::waiting(app, 9).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].rule.as_str(), waiting[0].why.as_str()), (1, "account.closed", "open_case"));
        assert!(is_there(&house, ada).await);
    }

    async fn an_account_with_an_open_question_waits_for_a_person(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = dormant(&house, 2).await;
        let app = &house.app;
        asks(&house, people[0]).await;
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "account.dormant").unwrap();
        assert_eq!((part.due, part.reviewed, part.destroyed), (1, 1, 1));
        assert!(is_there(&house, people[0]).await);
        let waiting = retention::waiting(app, 9).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].account_id, waiting[0].why.as_str()), (1, people[0], "open_case"));
        // Kept for a while, then looked at again, then it goes.
        let (ole, about) = (person("Ole Berg"), (people[0], "account.dormant"));
        let until = app.now() + DAY * 20;
        assert!(retention::decide(app, about, retention::Decided::KeptUntil(until), &ole, app.now()).await.unwrap());
        assert!(!retention::decide(app, about, retention::Decided::Goes, &ole, app.now()).await.unwrap(), "once");
        carry_out(&house).await;
        assert!(is_there(&house, people[0]).await && retention::waiting(app, 9).await.unwrap().is_empty());
        house.later(DAY * 15);
        carry_out(&house).await;
        assert!(retention::decide(app, about, retention::Decided::Goes, &ole, app.now()).await.unwrap());
        carry_out(&house).await;
        assert!(!is_there(&house, people[0]).await);
    }
}

#[test]
fn the_sample_schedule_is_a_draft() {
    assert!(APPROVED.1.ends_with("[]"));
}
