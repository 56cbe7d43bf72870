//! She lets services have something again and again: each time is kept, so there is an end to it. Stopping and objecting has none.

use super::{NEWS, PERMIT, ada, lines, standing};
use crate::app::House;
use crate::visitor::{Answer, Visitor};
use std::time::Duration;

async fn says(visitor: &Visitor, answer: &str) -> Answer {
    let page = visitor.get(&format!("{NEWS}/choose")).await.body;
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    visitor.post(&format!("{NEWS}/choose"), &[("seen", seen), ("consent", answer)]).await
}

both! {
    async fn a_yes_is_taken_twenty_times_a_day_and_a_stop_at_any_time(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        for n in 1..=20 {
            assert!(says(&visitor, "allow").await.to.ends_with("news=yes"), "{n}");
            assert!(visitor.post(&format!("{NEWS}/withdraw"), &[]).await.to.ends_with("news=stopped"), "{n}");
        }
        let before = lines(&house, who).await.len();
        let refused = says(&visitor, "allow").await;
        assert_eq!(refused.status, 429);
        for words in ["There is a problem", "You can say yes again on 2 December 2026 at midday", "/account/sharing"] {
            assert!(refused.body.contains(words), "no {words:?} in {}", refused.body);
        }
        assert_eq!(lines(&house, who).await.len(), before);
        // No, an objection: whatever takes something away goes on.
        assert!(says(&visitor, "deny").await.to.ends_with("news=no"));
        assert!(visitor.post(&format!("{PERMIT}/object"), &[]).await.to.ends_with("news=objected"));
        assert_eq!(visitor.post(&format!("{PERMIT}/take-back"), &[]).await.status, 429);
        assert!(standing(&house, who, "issue-resident-permit").await.paused.is_some());
        // It is hers alone, and over on the next day.
        house.resident("Ben Oak", "ben@example.org", super::WORD).await;
        let ben = Visitor::new(&house);
        ben.post("/sign-in", &[("email", "ben@example.org"), ("password", super::WORD)]).await;
        assert_eq!(ben.post(&format!("{PERMIT}/take-back"), &[]).await.status, 404);
        house.later(Duration::from_hours(24));
        visitor.post("/sign-in", &[("email", super::ADA), ("password", super::WORD)]).await;
        assert!(visitor.post(&format!("{PERMIT}/take-back"), &[]).await.to.ends_with("news=taken_back"));
        assert!(says(&visitor, "allow").await.to.ends_with("news=yes"));
    }
}
