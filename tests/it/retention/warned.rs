//! Accounts nobody uses are warned of three times.

use super::{DAY, carry_out, days, house, is_there, person};
use crate::app::House;
use crate::sharing::client as client_of;
use crate::visitor::Visitor;
use jiff::civil::{Date, date};
use portreeve::domain::audit::Context;
use portreeve::service::post::Text;
use portreeve::service::retention::{self, Decided, Needed};
use portreeve::store::{Housekeeping, outbox, sharing};
use std::time::Duration;

const WORD: &str = "turnip lantern cobble";

async fn warn(house: &House) -> usize {
    let compose = |_: &str, day: jiff::civil::Date| {
        let letter = house.app.view.letters(portreeve::view::Lang::En).dormant("https://account/sign-in", day);
        Text { subject: letter.subject, body: letter.body }
    };
    retention::warn(&house.app, &compose, house.app.now()).await.unwrap()
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
        let (app, now) = (&house.app, house.app.now());
        let taken = app
            .db
            .write(async |mut w| {
                let taken = outbox::take(&mut w, 9, now, now).await?;
                for row in &taken {
                    outbox::dead(&mut w, row.id, "no such mailbox", now).await?;
                }
                w.commit_quietly(Housekeeping::Delivery, taken.len()).await
            })
            .await
            .unwrap();
        assert_eq!(taken.value, 1);
        days(&house, 6).await;
        assert_eq!(warn(&house).await, 0);
        let waiting = retention::waiting(app, 9).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].why.as_str()), (1, "not_reached"));
        days(&house, 1_000).await;
        assert_eq!(warn(&house).await, 0);
        carry_out_nothing(&house).await;
        assert!(is_there(&house, ada).await, "nobody is deleted unwarned");
        assert!(retention::decide(app, (ada, "account.dormant"), Decided::Goes, &person("Ole Berg"), app.now()).await.unwrap());
        carry_out(&house).await;
        assert!(!is_there(&house, ada).await);
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

/// Nothing is due.
async fn carry_out_nothing(house: &House) {
    let schedule = &house.app.snapshot().policy.retention;
    let parts = retention::survey(&house.app, schedule, house.app.now()).await.unwrap();
    assert_eq!(parts.iter().map(|part| part.due).sum::<i64>(), 0, "{parts:?}");
}
