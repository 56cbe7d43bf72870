//! A value that was put right is told to everybody who was given it (UK GDPR Art 16, 19); details are in `oidc::derived`.

use super::deeds::visited;
use super::rows;
use crate::account::{changed, undo_token};
use crate::app::House;
use crate::sharing::{self as told, says};
use crate::visitor::Visitor;
use portreeve::domain::ids::AccountId;
use std::time::Duration;

async fn kinds(house: &House, who: AccountId, client: &str) -> Vec<String> {
    rows(house, who, client).await.into_iter().map(|row| row.kind).collect()
}

both! {
    async fn an_address_that_changes_and_comes_back_is_told_each_time(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = told::ada(&house).await;
        let bob = house.resident("Bob Evans", "bob@example.org", told::WORD).await;
        says(&house, bob, "garden-waste", "collect-garden-waste").await;
        for who in [ada, bob] {
            visited(&house, who, "garden-waste").await;
        }
        house.later(Duration::from_secs(1));
        let letter = changed(&house, &visitor, "ada.w@example.net").await;
        assert_eq!(kinds(&house, ada, "garden-waste").await, ["attribute_corrected"]);
        // She was told what the permits people would get, and never went there: they have no address of hers.
        assert_eq!(kinds(&house, ada, "parking-permits").await, [""; 0]);
        house.later(Duration::from_secs(1));
        let undone = Visitor::new(&house).post("/account/email/undo", &[("token", &undo_token(&house, &letter))]).await;
        assert_eq!(undone.status, 303);
        assert_eq!(kinds(&house, ada, "garden-waste").await, ["attribute_corrected"; 2]);
        assert_eq!(kinds(&house, bob, "garden-waste").await, [""; 0], "his stands");
        // A code that does not fit changes nothing, and tells nobody.
        visitor.post("/sign-in", &[("email", told::ADA), ("password", told::WORD)]).await;
        let asked = [("email", "ada.x@example.net"), ("current_password", told::WORD)];
        let journey = visitor.post("/account/email", &asked).await.parameter("journey");
        let wrong = visitor.post("/account/email/code", &[("journey", &journey), ("code", "000000")]).await;
        assert_eq!((wrong.status, kinds(&house, ada, "garden-waste").await.len()), (200, 2));
    }
}
