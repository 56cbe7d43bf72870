//! Accounts nobody uses are warned of three times.

use super::{DAY, carry_out, days, house, is_there, person};
use crate::app::House;
use crate::sharing::client as client_of;
use crate::visitor::Visitor;
use jiff::civil::{Date, date};
use portreeve::domain::audit::Context;
use portreeve::domain::ids::AccountId;
use portreeve::service::post::Text;
use portreeve::service::retention::{self, Decided, Needed};
use portreeve::store::{Housekeeping, accounts, outbox, sharing};
use std::time::Duration;

const WORD: &str = "turnip lantern cobble";

async fn warn(house: &House) -> usize {
    let compose = |_: &str, day: jiff::civil::Date| {
        let letter = house.app.view().letters(portreeve::view::Lang::En).dormant("https://account/sign-in", day);
        Text { subject: letter.subject, body: letter.body }
    };
    retention::warn(&house.app, &compose, house.app.now()).await.unwrap()
}

/// What waits to be sent comes back; how much that was.
async fn bounce(house: &House) -> usize {
    let now = house.app.now();
    let taken = house.app.db.write(async |mut w| {
        let taken = outbox::take(&mut w, 9, now, now).await?;
        for row in &taken {
            outbox::dead(&mut w, row.id, "no such mailbox", now).await?;
        }
        w.commit_quietly(Housekeeping::Delivery, taken.len()).await
    });
    taken.await.unwrap().value
}

/// What waits for a person, and why.
async fn waiting(house: &House) -> Vec<String> {
    retention::waiting(&house.app, 9).await.unwrap().into_iter().map(|row| row.why).collect()
}

async fn decides(house: &House, account: AccountId, decided: Decided) -> bool {
    let rule = "account.dormant";
    retention::decide(&house.app, (account, rule), decided, &person("Ole Berg"), house.app.now()).await.unwrap()
}

async fn subjects(house: &House) -> Vec<String> {
    house.letters().await.into_iter().map(|(_, letter)| letter.subject).collect()
}

both! {
    async fn three_letters_come_before_the_end_and_any_use_cancels_them(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        // Made on 1 December 2026 at noon: the first warning is due on 2 September 2028, an hour earlier by this clock.
        days(&house, 640).await;
        assert_eq!(warn(&house).await, 0);
        house.later(Duration::from_hours(23));
        assert_eq!(warn(&house).await, 2);
        assert_eq!(warn(&house).await, 0, "once");
        let said = "Your account will be deleted on 1 December 2028 unless you use it";
        assert_eq!(subjects(&house).await, [said, said]);
        // Ben uses his.
        let visitor = Visitor::new(&house);
        assert_eq!(visitor.post("/sign-in", &[("email", "ben@example.org"), ("password", WORD)]).await.to, "/account");
        house.letters().await;
        // The clocks change in October.
        days(&house, 60).await;
        assert_eq!(warn(&house).await, 0);
        house.later(Duration::from_hours(1));
        assert_eq!(warn(&house).await, 1);
        days(&house, 23).await;
        assert_eq!(warn(&house).await, 1);
        assert!(subjects(&house).await.iter().all(|subject| subject == said));
        days(&house, 7).await;
        carry_out(&house).await;
        assert!(!is_there(&house, ada).await && is_there(&house, ben).await);
        assert_eq!(house.events("account.dormancy_warned").await, 4);
    }

    async fn an_engine_that_starts_late_gives_all_warnings_their_days(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        days(&house, 2_000).await;
        carry_out_nothing(&house).await;
        assert_eq!(warn(&house).await, 1);
        let first = house.app.now() + DAY * 90;
        let day = first.day(&house.app.snapshot().policy.controller.time_zone);
        assert!(subjects(&house).await[0].contains(&day.day().to_string()));
        // An hour more or less where the clocks change.
        for wait in [61, 24] {
            days(&house, wait).await;
            assert_eq!(warn(&house).await, 1);
        }
        days(&house, 6).await;
        carry_out_nothing(&house).await;
        days(&house, 2).await;
        carry_out(&house).await;
        assert!(!is_there(&house, ada).await);
    }

    async fn a_letter_that_comes_back_is_no_warning(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        days(&house, 700).await;
        assert_eq!(warn(&house).await, 1);
        assert_eq!(bounce(&house).await, 1);
        days(&house, 6).await;
        assert_eq!(warn(&house).await, 0);
        assert_eq!(waiting(&house).await, ["not_reached"]);
        days(&house, 1_000).await;
        assert_eq!(warn(&house).await, 0);
        carry_out_nothing(&house).await;
        assert!(is_there(&house, ada).await, "nobody is deleted unwarned");
        assert!(decides(&house, ada, Decided::Goes).await);
        carry_out(&house).await;
        assert!(!is_there(&house, ada).await);
    }

    async fn the_last_letter_that_comes_back_stops_the_end_until_a_person_has_said(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        // An hour more or less where the clocks change.
        for wait in [641, 61, 24] {
            days(&house, wait).await;
            assert_eq!(warn(&house).await, 1);
        }
        assert_eq!(bounce(&house).await, 3);
        days(&house, 10).await;
        // Before anybody looked at the letters, and after.
        carry_out_nothing(&house).await;
        assert_eq!((warn(&house).await, waiting(&house).await), (0, vec!["not_reached".to_owned()]));
        carry_out_nothing(&house).await;
        // Kept until a day: then she is before a person again, however many letters were lost.
        let until = house.app.now() + DAY * 30;
        assert!(decides(&house, ada, Decided::KeptUntil(until)).await);
        assert_eq!((warn(&house).await, waiting(&house).await.len()), (0, 0));
        days(&house, 31).await;
        carry_out_nothing(&house).await;
        assert_eq!((warn(&house).await, waiting(&house).await), (0, vec!["not_reached".to_owned()]));
        days(&house, 400).await;
        carry_out_nothing(&house).await;
        assert!(is_there(&house, ada).await);
    }

    async fn what_a_person_said_is_over_once_the_account_is_used(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let signs_in = async || {
            house.later(DAY);
            let to = Visitor::new(&house).post("/sign-in", &[("email", "ada@example.org"), ("password", WORD)]).await.to;
            assert_eq!(to, "/account");
            house.letters().await;
        };
        let unreached = async || {
            days(&house, 650).await;
            assert_eq!(warn(&house).await, 1);
            bounce(&house).await;
            assert_eq!((warn(&house).await, waiting(&house).await.len()), (0, 1));
        };
        unreached().await;
        assert!(decides(&house, ada, Decided::Goes).await);
        signs_in().await;
        days(&house, 740).await;
        carry_out_nothing(&house).await;
        // She is warned as if nothing had been.
        assert_eq!((warn(&house).await, waiting(&house).await.len()), (1, 0));
        bounce(&house).await;
        assert_eq!((warn(&house).await, waiting(&house).await.len()), (0, 1));
        // Used before somebody answered: there is nothing to answer any more.
        signs_in().await;
        assert_eq!(waiting(&house).await.len(), 0);
        assert!(!decides(&house, ada, Decided::Goes).await);
        unreached().await;
        assert!(is_there(&house, ada).await);
    }

    async fn whoever_cannot_sign_in_is_not_dormant_without_a_person(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let suspend = async |who: AccountId, suspended: bool| {
            let moved = house.app.db.write(async |mut w| {
                let moved = if suspended {
                    accounts::suspend(&mut w, who, house.app.now()).await?
                } else {
                    accounts::give_back(&mut w, who).await?
                };
                w.commit_quietly(Housekeeping::Flow, moved).await
            });
            assert!(moved.await.unwrap().value);
        };
        suspend(ada, true).await;
        days(&house, 641).await;
        assert_eq!((warn(&house).await, waiting(&house).await), (0, vec!["suspended".to_owned()]));
        assert!(house.letters().await.is_empty(), "nobody is told to sign in who cannot");
        days(&house, 400).await;
        assert_eq!(warn(&house).await, 0);
        carry_out_nothing(&house).await;
        // Suspended when all warnings were given.
        suspend(ada, false).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        for wait in [645, 61, 24] {
            days(&house, wait).await;
            warn(&house).await;
        }
        house.letters().await;
        suspend(ben, true).await;
        days(&house, 10).await;
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "account.dormant").unwrap();
        assert_eq!((part.due, part.destroyed), (0, 0), "{part:?}");
        assert!(is_there(&house, ben).await && waiting(&house).await.contains(&"suspended".to_owned()));
    }

    async fn nobody_is_dormant_while_a_service_needs_the_account(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let permits = client_of(&house, "parking-permits");
        let app = &house.app;
        app.db
            .write(async |mut w| {
                sharing::claim_subject(&mut w, ada, &permits.sector, "her-subject", app.now()).await?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            })
            .await
            .unwrap();
        let says = async |sub: &str, day: Date| {
            retention::needed(app, (&permits, sub), day, &Context::default(), app.now()).await.unwrap()
        };
        let until = date(2029, 11, 30);
        assert_eq!(says("nobody's", until).await, Needed::Nobody);
        assert_eq!(says("her-subject", date(2031, 12, 2)).await, Needed::TooFar);
        assert_eq!(says("her-subject", until).await, Needed::Noted);
        days(&house, 800).await;
        assert_eq!(warn(&house).await, 0);
        carry_out_nothing(&house).await;
        // The permit ended; two years after that, less three months, it is time.
        days(&house, 295 + 731).await;
        assert_eq!(warn(&house).await, 1);
        // It was renewed, and then given back early: from now on it counts as used today.
        assert_eq!(says("her-subject", date(2033, 1, 1)).await, Needed::Noted);
        assert_eq!(says("her-subject", date(2031, 1, 1)).await, Needed::Noted);
        days(&house, 600).await;
        assert_eq!(warn(&house).await, 0);
        days(&house, 131).await;
        assert_eq!(warn(&house).await, 1);
        assert!(is_there(&house, ada).await);
    }
}

/// No account is due.
async fn carry_out_nothing(house: &House) {
    let schedule = &house.app.snapshot().policy.retention;
    let parts = retention::survey(&house.app, schedule, house.app.now()).await.unwrap();
    let accounts = parts.iter().filter(|part| part.rule.starts_with("account."));
    assert_eq!(accounts.map(|part| part.due).collect::<Vec<_>>(), [0, 0, 0], "{parts:?}");
}
