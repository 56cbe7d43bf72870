//! Four eyes: what hides looks from a resident needs a second person (security row O06).

use super::{At, CALLED, leaves, refusal};
use crate::app::House;
use portreeve::crypto::tokens;
use portreeve::domain::staff::{Approval, Role};
use portreeve::service::looking::{Ask, Refused, approvals};
use std::time::Duration;

/// A reason that hides looks.
const HIDDEN: Ask<'_> = Ask { reason: "crime_prevention", case: "FR-7", ..CALLED };

both! {
    async fn a_look_that_is_hidden_needs_a_second_person_once(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        assert!(matches!(at.open(&HIDDEN).await, Err(Refused::NeedsApproval)));
        let id = approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
        let with = Ask { approval: Some(id), ..HIDDEN };
        assert!(matches!(at.open(&with).await, Err(Refused::NeedsApproval)), "nobody has decided");
        assert_eq!(approvals::waiting(boss.deed()).await.unwrap().len(), 1);
        approvals::decide(boss.deed(), id, true).await.unwrap();
        assert!(approvals::waiting(boss.deed()).await.unwrap().is_empty());
        // It is for this officer, purpose, reason and case, and no other.
        for other in [Ask { case: "FR-8", ..with }, Ask { purpose: "security", ..with }] {
            assert!(matches!(at.open(&other).await, Err(Refused::NeedsApproval)), "{other:?}");
        }
        let colleague = At::new(&house, &[Role::CustomerService]);
        assert!(matches!(colleague.open(&with).await, Err(Refused::NeedsApproval)));
        let enquiry = at.open(&with).await.unwrap();
        assert_eq!(enquiry.approval, Some(id));
        assert!(matches!(at.open(&with).await, Err(Refused::NeedsApproval)), "once");
        let given = &leaves(&house, "officer.approval_given").await[0];
        assert_eq!((&given["actor"]["ref"], &given["reason_code"]), (&boss.officer.pseudonym.into(), &"crime_prevention".into()));
        assert_eq!(leaves(&house, "officer.approval_requested").await.len(), 1);
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

    async fn an_approval_runs_out(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let boss = At::new(&house, &[Role::InformationGovernance]);
        let late = approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
        let unused = approvals::ask_for_enquiry(at.deed(), &HIDDEN).await.unwrap();
        approvals::decide(boss.deed(), unused, true).await.unwrap();
        house.later(Approval::LASTS + Duration::from_secs(1));
        assert!(matches!(approvals::decide(boss.deed(), late, true).await, Err(Refused::Decided)));
        assert!(matches!(at.open(&Ask { approval: Some(unused), ..HIDDEN }).await, Err(Refused::NeedsApproval)));
    }
}
