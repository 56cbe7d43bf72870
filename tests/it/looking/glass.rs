//! Broken glass: an hour, an alert, a review by somebody else.

use super::{At, CALLED, leaves, told};
use crate::app::House;
use portreeve::domain::staff::{Glass, Role};
use portreeve::service::looking::{Ask, Refused, glass, person};
use portreeve::service::post::Text;
use serde_json::json;
use std::time::Duration;

const DANGER: Ask<'_> = Ask { purpose: "", reason: "vital_interests", case: "", approval: None, who: "" };

fn alert() -> Text {
    Text { subject: "Glass was broken".into(), body: "Somebody broke the glass.".into() }
}

both! {
    async fn glass_opens_what_is_closed_else_for_an_hour_and_tells_at_once(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let at = At::new(&house, &[Role::CustomerService]);
        let uncased = Ask { case: "", ..CALLED };
        assert!(matches!(at.open(&uncased).await, Err(Refused::NoCase)));
        let broken = glass::break_it(at.deed(), &DANGER, &alert()).await.unwrap();
        let letters = house.letters().await;
        let mut to: Vec<_> = letters.iter().map(|(to, _)| to.as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["dpo@havenbrook.example", "information@havenbrook.example"]);
        assert!(matches!(glass::break_it(at.deed(), &DANGER, &alert()).await, Err(Refused::Decided)), "it is broken");
        let leaf = &leaves(&house, "officer.breakglass_opened").await[0];
        assert_eq!((&leaf["reason_code"], &leaf["actor"]["ref"]), (&json!("vital_interests"), &json!(at.officer.pseudonym)));

        let enquiry = at.open(&uncased).await.unwrap();
        assert_eq!((enquiry.glass, enquiry.reason.as_str()), (Some(broken.id), "vital_interests"), "the glass's own reason");
        assert_eq!(told(&house, "officer.enquiry_opened").await["data"]["glass"], json!(broken.id));
        assert_eq!(person::search(at.deed(), &enquiry, "ada@example.org").await.unwrap(), Some(ada));
        house.later(Glass::LASTS);
        assert!(matches!(at.open(&uncased).await, Err(Refused::NoCase)), "its hour is over");
        let late = person::search(at.deed(), &enquiry, "ada@example.org").await;
        assert!(matches!(late, Err(Refused::NotPermitted(_))), "also for what was opened behind it");
    }

    async fn holidays_are_no_working_days_and_no_reason_that_hides_breaks_it(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let hides = Ask { reason: "crime_prevention", case: "FR-7", ..DANGER };
        assert!(matches!(glass::break_it(at.deed(), &hides, &alert()).await, Err(Refused::NoReason)));
        // From noon of 1 December to noon of Christmas Eve, a Thursday.
        house.later(Duration::from_hours(24 * 23));
        let at = At::new(&house, &[Role::CustomerService]);
        let broken = glass::break_it(at.deed(), &DANGER, &alert()).await.unwrap();
        assert!(broken.review_by.to_string().starts_with("2026-12-30T12:00:00"), "{:?}", broken.review_by);
        house.later(Duration::from_hours(24 * 5));
        assert_eq!(glass::note_overdue(&house.app, house.app.now()).await.unwrap(), 0, "it is the 29th");
        house.later(Duration::from_hours(24));
        assert_eq!(glass::note_overdue(&house.app, house.app.now()).await.unwrap(), 1);
    }

    async fn of_several_at_one_moment_one_breaks_it(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let tries = (0..4).map(|_| async { glass::break_it(at.deed(), &DANGER, &alert()).await });
        let outcomes = futures_util::future::join_all(tries).await;
        let (broke, others): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
        assert_eq!(broke.len(), 1, "{others:?}");
        assert!(others.iter().all(|one| matches!(one, Err(Refused::Decided))), "{others:?}");
        assert_eq!(house.letters().await.len(), 2);
    }

    async fn a_reason_without_a_case_is_the_glasss_alone(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        for reason in ["vital_interests", "audit"] {
            let ask = Ask { reason, case: "", ..CALLED };
            assert!(matches!(at.open(&ask).await, Err(Refused::NoCase)), "{reason}");
            assert_eq!(leaves(&house, "officer.not_permitted").await.last().unwrap()["reason_code"], "no_case");
            at.open(&Ask { case: "CRM-1", ..ask }).await.unwrap();
        }
        // Whom no case would help is told so.
        let auditor = At::new(&house, &[Role::Auditor]);
        let ask = Ask { reason: "audit", case: "", ..CALLED };
        assert!(matches!(auditor.open(&ask).await, Err(Refused::NotPermitted(_))));
    }

    async fn glass_is_not_broken_again_and_again_without_a_review(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let mut last = None;
        for _ in 0..3 {
            last = Some(glass::break_it(at.deed(), &DANGER, &alert()).await.unwrap());
            glass::close(at.deed(), last.as_ref().unwrap().id).await.unwrap();
        }
        assert!(matches!(glass::break_it(at.deed(), &DANGER, &alert()).await, Err(Refused::Decided)));
        glass::review(boss.deed(), last.unwrap().id, true).await.unwrap();
        glass::break_it(at.deed(), &DANGER, &alert()).await.unwrap();
    }

    async fn glass_is_closed_by_its_officer_and_reviewed_by_another(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::InformationGovernance]);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let broken = glass::break_it(at.deed(), &DANGER, &alert()).await.unwrap();
        assert!(matches!(glass::review(boss.deed(), broken.id, true).await, Err(Refused::Decided)), "it is open");
        assert!(matches!(glass::close(boss.deed(), broken.id).await, Err(Refused::Decided)), "it is not theirs");
        glass::close(at.deed(), broken.id).await.unwrap();
        assert!(matches!(glass::close(at.deed(), broken.id).await, Err(Refused::Decided)));
        assert!(glass::open_of(&house.app, at.officer.id, house.app.now()).await.unwrap().is_none());
        assert!(matches!(glass::review(at.deed(), broken.id, true).await, Err(Refused::Decided)), "nobody reviews their own");
        let adviser = At::new(&house, &[Role::CustomerService]);
        assert!(matches!(glass::review(adviser.deed(), broken.id, true).await, Err(Refused::NotPermitted(_))));
        glass::review(boss.deed(), broken.id, false).await.unwrap();
        assert!(matches!(glass::review(boss.deed(), broken.id, true).await, Err(Refused::Decided)), "once");
        assert_eq!(told(&house, "officer.breakglass_reviewed").await["data"]["justified"], json!(false));
        assert_eq!(glass::all(boss.deed()).await.unwrap()[0].justified, Some(false));
        assert!(matches!(glass::all(adviser.deed()).await, Err(Refused::NotPermitted(_))));
    }

    async fn who_is_not_reviewed_in_time_does_nothing_more_until_somebody_has(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let broken = glass::break_it(at.deed(), &DANGER, &alert()).await.unwrap();
        let bearing = async || glass::bearing(&house.app, at.officer.id, house.app.now()).await.unwrap();
        assert_eq!(bearing().await, (Some(broken.clone()), false));
        let nearly = broken.review_by - Duration::from_secs(1);
        house.later(nearly.since(house.app.now()));
        assert_eq!((bearing().await, glass::note_overdue(&house.app, house.app.now()).await.unwrap()), ((None, false), 0));
        house.later(Duration::from_secs(1));
        assert_eq!(bearing().await, (None, true));
        assert_eq!(glass::note_overdue(&house.app, house.app.now()).await.unwrap(), 1);
        assert_eq!(glass::note_overdue(&house.app, house.app.now()).await.unwrap(), 0, "it is on record once");
        assert_eq!(leaves(&house, "staff.suspended").await.len(), 1);
        glass::review(boss.deed(), broken.id, true).await.unwrap();
        assert_eq!(bearing().await, (None, false));
    }

    async fn glass_takes_a_reason_and_a_fresh_proof(world: World) {
        let house = House::new(world).await;
        let mut at = At::new(&house, &[Role::CustomerService]);
        assert!(matches!(glass::break_it(at.deed(), &Ask { reason: "x", ..DANGER }, &alert()).await, Err(Refused::NoReason)));
        let auditor = At::new(&house, &[Role::Auditor]);
        assert!(matches!(glass::break_it(auditor.deed(), &DANGER, &alert()).await, Err(Refused::NotPermitted(_))));
        at.officer.proved_at = house.app.now() - Duration::from_mins(5);
        assert!(matches!(glass::break_it(at.deed(), &DANGER, &alert()).await, Err(Refused::NotPermitted(_))));
        assert!(house.letters().await.is_empty());
    }
}
