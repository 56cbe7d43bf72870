//! What somebody asks who answers for rights (questions 11 to 13 of the demonstration): each over one story, with its exact answer.

use super::{again, first_case, governance, letters, only_case, opens, steps};
use crate::app::House;
use crate::questions::without;
use crate::seen::{WORD, signed_in};
use crate::staff::browser::says;
use crate::visitor::Visitor;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// A story of one resident who asks for a copy on 1 December 2026, and of another who asks for nothing.
async fn asked(world: crate::world::World) -> House {
    let house = House::new(world).await;
    house.resident("Ada Wójcik", "ada@example.org", WORD).await;
    house.resident("Ben Oak", "ben@example.org", WORD).await;
    let hers = signed_in(&house, "ada@example.org").await;
    assert!(hers.post("/account/rights", &[("kind", "access")]).await.to.contains("news=sent"));
    house
}

both! {
    async fn q11_the_clock_is_paused_for_clarification(world: World) {
        let house = asked(world).await;
        letters(&house, "").await;
        house.later(DAY * 4);
        let mut dee = governance(&house).await;
        let case = only_case(&mut dee).await;
        let here = opens(&mut dee, &case, "rights_request").await;
        dee.get(&here).await;
        steps(&mut dee, &here, "clarification_asked", "Do you mean the letters, too?").await;
        house.later(DAY * 10);
        let mut dee = again(dee).await;
        // Ten days on, the day has moved by ten.
        let page = dee.get(&case).await;
        says(&page, 200, &["The clock is stopped: waits for an answer to our question", "11 January 2027", "5 December 2026 at midday", "We asked a question"]);
        without(&page.body, &["Wójcik", "ada@", "letters, too"]);
        let here = opens(&mut dee, &case, "rights_request").await;
        steps(&mut dee, &here, "clarified", "").await;
        house.later(DAY);
        let mut dee = again(dee).await;
        let page = dee.get(&case).await;
        says(&page, 200, &["15 December 2026 at midday", "The question was answered", "11 January 2027", "26 days left"]);
        // Another story: an erasure is not paused by a question.
        let his = signed_in(&house, "ben@example.org").await;
        his.post("/account/rights", &[("kind", "erasure"), ("words", "All of it.")]).await;
        let list = dee.get("/rights").await;
        says(&list, 200, &["18 January 2027"]);
    }

    async fn q12_two_months_more_and_she_was_told_in_month_one(world: World) {
        let house = asked(world).await;
        letters(&house, "").await;
        house.later(DAY * 34);
        // 4 January 2027, the last day of the month.
        let mut dee = governance(&house).await;
        let case = only_case(&mut dee).await;
        says(&dee.get(&case).await, 200, &["Today is the last day"]);
        let here = opens(&mut dee, &case, "rights_request").await;
        steps(&mut dee, &here, "extended", "There are nine years of letters.").await;
        let wrote = letters(&house, "We need more time").await;
        assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, "ada@example.org"));
        for words in ["by 1 March 2027", "There are nine years of letters.", "Information Commissioner"] {
            assert!(wrote[0].1.body.contains(words), "{words}: {}", wrote[0].1.body);
        }
        let page = dee.get(&case).await;
        says(&page, 200, &["4 January 2027 at midday", "We need up to 2 months more", "1 March 2027", "56 days left"]);
        // Another story: he asked on that day too, and a day after his month it cannot be said any more.
        let his = signed_in(&house, "ben@example.org").await;
        his.post("/account/rights", &[("kind", "portability"), ("words", "All of it.")]).await;
        house.later(DAY * 32);
        let mut dee = again(dee).await;
        let list = dee.get("/rights").await.body;
        // What is overdue stands first.
        let his = first_case(&list);
        let here = opens(&mut dee, &his, "rights_request").await;
        says(&dee.post(&here, &[("step", "extended"), ("words", "Late.")]).await, 200, &["This was changed meanwhile"]);
    }

    async fn q13_she_complains_and_thirty_days_begin_with_the_day_itself(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let fields = [("full_name", "Cai Morgan"), ("email", "cai@example.org"), ("words", "You wrote to my old address.")];
        let sent = visitor.post("/data-protection-complaint", &fields).await;
        assert!(visitor.get(&sent.to).await.body.contains("30 December 2026"));
        letters(&house, "").await;
        let mut dee = governance(&house).await;
        let list = dee.get("/rights").await;
        says(&list, 200, &["Complain about how we use data", "30 December 2026", "29 days left"]);
        without(&list.body, &["Cai", "cai@", "old address"]);
        house.later(DAY * 30);
        let mut dee = again(dee).await;
        says(&dee.get("/rights").await, 200, &["Overdue"]);
        let case = only_case(&mut dee).await;
        let here = opens(&mut dee, &case, "complaint").await;
        // Nothing is decided on a complaint that was not acknowledged.
        says(&dee.post(&here, &[("step", "done"), ("words", "Sorry.")]).await, 200, &["This was changed meanwhile"]);
        steps(&mut dee, &here, "acknowledged", "").await;
        let wrote = letters(&house, "We have your complaint").await;
        assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, "cai@example.org"));
        says(&dee.get(&case).await, 200, &["Acknowledged", "No day yet"]);
        steps(&mut dee, &here, "progress", "We have asked the team.").await;
        assert!(letters(&house, "How your complaint gets on").await[0].1.body.contains("We have asked the team."));
        house.later(DAY * 30);
        let mut dee = again(dee).await;
        says(&dee.get("/rights").await, 200, &["Nothing was said to the person for 30 days"]);
        let here = opens(&mut dee, &case, "complaint").await;
        steps(&mut dee, &here, "done", "You are right. We have mended it.").await;
        let wrote = letters(&house, "Our answer").await;
        assert!(wrote[0].1.body.contains("We have mended it.") && wrote[0].1.body.contains("Information Commissioner"));
        says(&dee.get("/rights").await, 200, &["No request and no complaint waits"]);
        without(&dee.get(&case).await.body, &["Cai", "cai@", "old address"]);
    }
}
