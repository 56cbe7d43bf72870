//! Four eyes: what hides looks from a resident needs a second person (security row O06).

use super::{At, CALLED, leaves, refusal, told};
use crate::app::House;
use crate::visitor::Visitor;
use portreeve::crypto::tokens;
use portreeve::domain::staff::{Approval, Field, Role};
use portreeve::service::looking::{Ask, Refused, approvals, person};
use std::time::Duration;

/// A reason that hides looks, at one resident.
const HIDDEN: Ask<'_> = Ask { reason: "crime_prevention", case: "FR-7", who: ADA, ..CALLED };
const ADA: &str = "ada@example.org";

both! {
    async fn a_look_that_is_hidden_needs_a_second_person_once(world: World) {
        let house = House::new(world).await;
        let adviser = At::new(&house, &[Role::CustomerService]);
        assert!(matches!(adviser.open(&HIDDEN).await, Err(Refused::NotPermitted(_))), "the desk hides nothing");
        let bare = Ask { who: "", ..HIDDEN };
        assert!(matches!(adviser.open(&bare).await, Err(Refused::NotPermitted(_))), "nor is it asked about whom");
        let asked = approvals::ask_for_enquiry(adviser.deed(), &HIDDEN).await;
        assert!(matches!(asked, Err(Refused::NotPermitted(_))));
        let ada = house.resident("Ada Wójcik", ADA, "turnip lantern cobble").await;
        house.resident("Bob Price", "bob@example.org", "turnip lantern cobble").await;
        let at = At::new(&house, &[Role::InformationGovernance]);
        assert!(matches!(at.open(&Ask { who: " ", ..HIDDEN }).await, Err(Refused::NoPerson)));
        let boss = At::new(&house, &[Role::InformationGovernance]);
        assert!(matches!(at.open(&HIDDEN).await, Err(Refused::NeedsApproval)));
        let id = approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
        let with = Ask { approval: Some(id), ..HIDDEN };
        assert!(matches!(at.open(&with).await, Err(Refused::NeedsApproval)), "nobody has decided");
        assert_eq!(approvals::waiting(boss.deed()).await.unwrap().len(), 1);
        approvals::decide(boss.deed(), id, true).await.unwrap();
        assert!(approvals::waiting(boss.deed()).await.unwrap().is_empty());
        // It is for this officer, purpose, reason and case, and no other.
        for other in [
            Ask { case: "FR-8", ..with },
            Ask { purpose: "security", ..with },
            Ask { who: "bob@example.org", ..with },
        ] {
            assert!(matches!(at.open(&other).await, Err(Refused::NeedsApproval)), "{other:?}");
        }
        let colleague = At::new(&house, &[Role::InformationGovernance]);
        assert!(matches!(colleague.open(&with).await, Err(Refused::NeedsApproval)));
        let enquiry = at.open(&with).await.unwrap();
        assert_eq!(enquiry.approval, Some(id));
        let another = person::search(at.deed(), &enquiry, "bob@example.org").await;
        assert!(matches!(another, Err(Refused::NeedsApproval)), "it is about one resident");
        let refused = leaves(&house, "officer.not_permitted").await.pop().unwrap();
        assert_eq!((&refused["reason_code"], &refused["subject"]), (&"crime_prevention".into(), &serde_json::Value::Null));
        assert_eq!(told(&house, "officer.not_permitted").await["data"]["because"][0], "approved_for_one_resident");
        assert_eq!(person::search(at.deed(), &enquiry, " ADA@example.org").await.unwrap(), Some(ada));
        assert!(matches!(at.open(&with).await, Err(Refused::NeedsApproval)), "once");
        let given = &leaves(&house, "officer.approval_given").await[0];
        assert_eq!((&given["actor"]["ref"], &given["reason_code"]), (&boss.officer.pseudonym.into(), &"crime_prevention".into()));
        assert_eq!(leaves(&house, "officer.approval_requested").await.len(), 1);
    }

    async fn nobody_pushes_what_others_ask_for_from_the_page(world: World) {
        let house = House::new(world).await;
        let (at, other) = (At::new(&house, &[Role::InformationGovernance]), At::new(&house, &[Role::InformationGovernance]));
        let mut last = None;
        for _ in 0..20 {
            last = Some(approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap());
        }
        assert!(matches!(approvals::ask_for_enquiry(at.deed(), &HIDDEN).await, Err(Refused::AskedTooOften)));
        approvals::ask_for_enquiry(other.deed(), &HIDDEN).await.unwrap();
        assert_eq!(leaves(&house, "officer.approval_requested").await.len(), 21);
        approvals::decide(other.deed(), last.unwrap(), false).await.unwrap();
        approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
    }

    async fn nobody_approves_their_own_and_no_means_no(world: World) {
        let house = House::new(world).await;
        let both = At::new(&house, &[Role::CustomerService, Role::InformationGovernance]);
        let id = approvals::ask_for_enquiry(both.deed(), &HIDDEN).await.unwrap();
        assert!(matches!(approvals::decide(both.deed(), id, true).await, Err(Refused::Decided)));
        let adviser = At::new(&house, &[Role::CustomerService]);
        assert!(matches!(approvals::decide(adviser.deed(), id, true).await, Err(Refused::NotPermitted(_))));
        // A deputy stands in, so that a small council is not stuck.
        let deputy = At::new(&house, &[Role::Deputy]);
        approvals::decide(deputy.deed(), id, false).await.unwrap();
        let boss = At::new(&house, &[Role::InformationGovernance]);
        assert!(matches!(approvals::decide(boss.deed(), id, true).await, Err(Refused::Decided)), "it was decided");
        assert!(matches!(both.open(&Ask { approval: Some(id), ..HIDDEN }).await, Err(Refused::NeedsApproval)));
        assert_eq!(leaves(&house, "officer.approval_refused").await.len(), 1);
        assert_eq!(approvals::own(both.deed()).await.unwrap()[0].approved, Some(false));
        assert!(matches!(approvals::decide(boss.deed(), tokens::uuid(), true).await, Err(Refused::Decided)));
        assert!(refusal(deputy.open(&CALLED).await).contains("do not permit"), "a deputy sees nothing else");
    }

    async fn what_is_hidden_is_not_seen_by_the_resident_and_what_is_not_is(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let visitor = Visitor::new(&house);
        visitor.post("/sign-in", &[("email", "ada@example.org"), ("password", "turnip lantern cobble")]).await;
        let at = At::new(&house, &[Role::InformationGovernance]);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let id = approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
        approvals::decide(boss.deed(), id, true).await.unwrap();
        let before = visitor.get("/account/seen").await.shape();
        let hidden = at.open(&Ask { approval: Some(id), ..HIDDEN }).await.unwrap();
        person::search(at.deed(), &hidden, "ada@example.org").await.unwrap();
        person::view(at.deed(), &hidden, ada).await.unwrap();
        person::reveal(at.deed(), &hidden, ada, Field::Email).await.unwrap();
        assert_eq!(leaves(&house, "officer.notice_delayed").await.len(), 3, "each look, and its delay with it");
        assert_eq!(visitor.get("/account/seen").await.shape(), before);

        let open = at.open(&CALLED).await.unwrap();
        person::search(at.deed(), &open, "ada@example.org").await.unwrap();
        person::view(at.deed(), &open, ada).await.unwrap();
        person::reveal(at.deed(), &open, ada, Field::Email).await.unwrap();
        let seen = visitor.get("/account/seen").await.body;
        for words in [
            "A member of council staff searched for you",
            "A member of council staff looked at your record",
            "A member of council staff opened one of your details",
            "You asked us for help",
            "CRM-88123",
            "First letters of your name",
        ] {
            assert!(seen.contains(words), "no {words:?} in {seen}");
        }
        assert!(!seen.contains("crime") || seen.matches("crime").count() == before.body.matches("crime").count());
    }

    async fn an_approval_runs_out(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::InformationGovernance]);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let late = approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
        let unused = approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
        approvals::decide(boss.deed(), unused, true).await.unwrap();
        house.later(Approval::LASTS + Duration::from_secs(1));
        assert!(matches!(approvals::decide(boss.deed(), late, true).await, Err(Refused::Decided)));
        assert!(matches!(at.open(&Ask { approval: Some(unused), ..HIDDEN }).await, Err(Refused::NeedsApproval)));
    }
}
