//! A breach at two in the morning: by when is the regulator told, and who was (domain question 35).

use super::{At, leaves, told};
use crate::app::House;
use portreeve::domain::breach::{Decision, Told};
use portreeve::domain::staff::Role;
use portreeve::service::looking::breaches::{self, Facts, Lacks};
use portreeve::service::looking::{Ask, Refused};
use portreeve::store::breaches as rows;
use serde_json::json;
use std::time::Duration;

const WHY: Ask<'_> = Ask { purpose: "security", reason: "security_incident", case: "INC-3", approval: None, who: "" };

both! {
    async fn a_breach_is_written_down_with_its_clock_and_who_was_told(world: World) {
        let house = House::new(world).await;
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let aware = house.app.now() - Duration::from_hours(10);
        let window = Some((aware - Duration::from_hours(30), aware));
        let facts = Facts {
            title: " A laptop was lost ",
            effects: "Names could be read",
            remedies: "Wiped",
            aware_at: Some(aware),
            window,
            subjects: 12,
            categories: "names",
            ..Facts::default()
        };
        let breach = breaches::record(boss.deed(), &WHY, &facts).await.unwrap();
        assert_eq!((breach.title.as_str(), breach.left(aware)), ("A laptop was lost", Some(Duration::from_hours(72))));
        let leaf = &leaves(&house, "breach.recorded").await[0];
        assert_eq!((&leaf["purpose"], &leaf["reason_code"]), (&json!("security"), &json!("security_incident")));
        let payload = told(&house, "breach.recorded").await;
        assert_eq!((&payload["data"]["subjects"], &payload["context"]["case"]), (&json!(12), &json!("INC-3")));
        assert_eq!(payload["data"]["notify_by"], breach.notify_by().timestamp().to_string());
        // As the store has it, to the microsecond.
        assert_eq!(breaches::get(boss.deed(), breach.id).await.unwrap(), Some(breach.clone()));

        let notify = (Told::Regulator, Decision::Notified);
        breaches::decide(boss.deed(), breach.id, &WHY, notify, " IC-99 ").await.unwrap();
        let again = breaches::decide(boss.deed(), breach.id, &WHY, notify, "").await;
        assert!(matches!(again, Err(Refused::Decided)), "it stays as it was written");
        breaches::decide(boss.deed(), breach.id, &WHY, (Told::People, Decision::NotNeeded), "").await.unwrap();
        let kept = breaches::all(boss.deed()).await.unwrap().remove(0);
        let (decision, at, reference) = kept.regulator.unwrap();
        assert_eq!((decision, reference.as_deref()), (Decision::Notified, Some("IC-99")));
        assert!(aware < at && at < house.app.now());
        assert_eq!(kept.people.unwrap().0, Decision::NotNeeded);
        assert_eq!(leaves(&house, "breach.decided").await.len(), 2);
    }

    async fn a_breach_that_cannot_be_is_not_written_down(world: World) {
        let house = House::new(world).await;
        let now = house.app.now();
        let good = Facts { title: "x", aware_at: Some(now), ..Facts::default() };
        let long = "x".repeat(2_001);
        for (facts, lacks) in [
            (Facts { title: "  ", ..good.clone() }, Lacks::Title),
            (Facts { title: &long, ..good.clone() }, Lacks::Title),
            (Facts { effects: &long, ..good.clone() }, Lacks::Effects),
            (Facts { remedies: &long, ..good.clone() }, Lacks::Remedies),
            (Facts { aware_at: None, ..good.clone() }, Lacks::Aware),
            (Facts { aware_at: Some(now + Duration::from_secs(1)), ..good.clone() }, Lacks::Aware),
            (Facts { window: Some((now, now - Duration::from_secs(1))), ..good.clone() }, Lacks::Window),
            (Facts { subjects: -1, ..good.clone() }, Lacks::Subjects),
        ] {
            assert_eq!(breaches::lacks(&facts, now), Some(lacks));
        }
        assert_eq!(breaches::lacks(&good, now), None);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let bad = Facts { title: "", ..good.clone() };
        assert!(matches!(breaches::record(boss.deed(), &WHY, &bad).await, Err(Refused::Decided)));
        assert!(matches!(breaches::record(boss.deed(), &Ask { case: "", ..WHY }, &good).await, Err(Refused::NoCase)));
        let adviser = At::new(&house, &[Role::CustomerService]);
        assert!(matches!(breaches::record(adviser.deed(), &WHY, &good).await, Err(Refused::NotPermitted(_))));
        assert!(matches!(breaches::all(adviser.deed()).await, Err(Refused::NotPermitted(_))));
        assert!(rows::all(&mut house.app.db.peek()).await.unwrap().is_empty());
    }
}
