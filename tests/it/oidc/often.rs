//! Details given and corrected again and again: each time is an event that is kept, so there is an end to it.

use super::Stage;
use super::party::{self, LIBRARY};
use super::record::count;
use crate::app::{House, Service};
use crate::sharing::ada;
use crate::visitor::{Answer, Visitor};
use portreeve::crypto::tokens::Token;
use portreeve::domain::account::Detail;
use portreeve::service::{details, sessions};
use std::time::Duration;

const CHANGED: &str = "account.detail_changed";
const BORN: &str = "/account/details/date-of-birth";

/// The library, which needs to know whether she is of age.
fn library() -> Vec<Service<'static>> {
    let mut files = party::files();
    let library = files.iter_mut().find(|file| file.id == LIBRARY.id).unwrap();
    let share = r#"
[[share]]
purpose = "order-garden-waste"
recipient_role = "same_controller"
basis = "contract"
claims = ["over_18"]
notice = "garden-waste-order@1"
recipient_retention = { en = "6 years", cy = "6 blynedd" }
required = true
"#;
    library.toml = String::leak(format!("{}{share}", library.toml));
    files
}

/// A date of birth of the year 1980.
async fn born(visitor: &Visitor, day: usize) -> Answer {
    visitor.post(BORN, &[("day", &day.to_string()), ("month", "3"), ("year", "1980")]).await
}

async fn holds(house: &House, visitor: &Visitor) -> Option<String> {
    let cookie = Token::parse(&visitor.cookie("portreeve").unwrap()).unwrap();
    let who = sessions::find(&house.app, &cookie, house.app.now()).await.unwrap().unwrap();
    let kept = details::own(&house.app, &who).await.unwrap();
    let birthdate = kept.into_iter().find(|kept| kept.detail == Detail::Birthdate).unwrap();
    birthdate.given.map(|(given, _)| given.stored())
}

both! {
    async fn a_detail_is_taken_twenty_times_a_day_and_deleted_at_any_time(world: World) {
        let house = House::new(world).await;
        let (_, hers) = ada(&house).await;
        for day in 1..=20 {
            assert_eq!(born(&hers, day).await.to, "/account/details?news=given", "{day}");
            // What stands there already is no change.
            assert_eq!(born(&hers, day).await.to, "/account/details?news=given", "{day}");
        }
        assert_eq!(house.events(CHANGED).await, 20);
        for day in 21..=23 {
            let refused = born(&hers, day).await;
            assert_eq!(refused.status, 429, "{day}");
            for words in ["There is a problem", "You can change them again on 2 December 2026 at midday.", "href=\"/account/details\""] {
                assert!(refused.body.contains(words), "{words}: {}", refused.body);
            }
        }
        // Another detail is counted with it, and nothing else she has is touched.
        let home = [("line1", "3 Orchard Row"), ("town", "Havenbrook"), ("postcode", "HV1 4QT")];
        assert_eq!(hers.post("/account/details/address", &home).await.status, 429);
        assert_eq!((house.events(CHANGED).await, holds(&house, &hers).await.as_deref()), (20, Some("1980-03-20")));
        hers.get("/account/details?lang=cy").await;
        let welsh = born(&hers, 24).await;
        assert!(welsh.status == 429 && welsh.body.contains("Gallwch eu newid eto ar 2 Rhagfyr 2026 am hanner dydd."), "{}", welsh.body);
        // It is hers to delete.
        assert_eq!(hers.post(&format!("{BORN}/take-away"), &[]).await.to, "/account/details?news=taken_away");
        assert_eq!((house.events(CHANGED).await, holds(&house, &hers).await), (21, None));
        assert_eq!(born(&hers, 25).await.status, 429, "and that is no way round it");
        // Whoever else lives here is not held up.
        house.resident("Ben Oak", "ben@example.org", crate::sharing::WORD).await;
        let his = Visitor::new(&house);
        his.post("/sign-in", &[("email", "ben@example.org"), ("password", crate::sharing::WORD)]).await;
        assert_eq!(born(&his, 1).await.to, "/account/details?news=given");
        // The day ends for her too.
        house.later(Duration::from_hours(24) - Duration::from_secs(1));
        let hers = Visitor::new(&house);
        let sign_in = async |visitor: &Visitor| visitor.post("/sign-in", &[("email", crate::sharing::ADA), ("password", crate::sharing::WORD)]).await;
        sign_in(&hers).await;
        assert_eq!(born(&hers, 26).await.status, 429);
        house.later(Duration::from_secs(1));
        assert_eq!(born(&hers, 26).await.to, "/account/details?news=given");
    }

    async fn changes_at_once_cannot_outrun_it(world: World) {
        let house = House::new(world).await;
        let (_, hers) = ada(&house).await;
        for day in 1..=18 {
            born(&hers, day).await;
        }
        let all = futures_util::future::join_all((19..=26).map(|day| born(&hers, day))).await;
        assert!(all.iter().any(|answer| answer.status == 429));
        assert!(house.events(CHANGED).await <= 20);
    }

    async fn on_her_way_to_a_service_she_is_told_so_and_led_back(world: World) {
        let mut stage = Stage::with(world, &library()).await;
        for day in 1..=20 {
            let form = [("day", &*day.to_string()), ("month", "3"), ("year", "1980")];
            assert_eq!(stage.browser.post(BORN, &form).await.location(), Some("/account/details?news=given"), "{day}");
        }
        stage.browser.post(&format!("{BORN}/take-away"), &[]).await;
        let wish = r#"{"userinfo":{"over_18":null}}"#;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("claims", wish), ("scope", "openid")])).await;
        let flow = page.parameter("flow").unwrap();
        let form = [("flow", flow.as_str()), ("day", "1"), ("month", "3"), ("year", "1980")];
        let refused = stage.browser.post("/continue/details", &form).await;
        assert_eq!(refused.status, 429, "{}", refused.body);
        for words in ["There is a problem", "You have changed your details many times in one day", "Return to The library"] {
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        assert_eq!(count(&stage.house, CHANGED).await, 21);
    }
}
