//! What the clock ends, and whom it reminds.

use super::{ada, lines, standing};
use crate::app::House;
use portreeve::domain::sharing::{Decider, RecordState};
use portreeve::jobs::end_consents::EndConsents;
use portreeve::jobs::runner::Duty as _;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

async fn round(house: &House) {
    EndConsents.round(&house.app, house.app.now()).await.unwrap();
}

both! {
    async fn a_consent_ends_and_she_is_reminded_once_before(world: World) {
        let house = House::new(world).await;
        let (ada, _) = ada(&house).await;
        house.letters().await;
        house.later(DAY * 650);
        round(&house).await;
        assert_eq!(house.letters().await.len(), 0);
        house.later(DAY * 30);
        round(&house).await;
        round(&house).await;
        let (to, letter) = house.letters().await.remove(0);
        assert_eq!((to.as_str(), house.events("sharing.consent_reminded").await), ("ada@example.org", 1));
        assert!(letter.subject.contains("Parking permits") && letter.subject.contains("1 December 2028"), "{letter:?}");
        assert!(letter.body.lines().any(|line| line == house.at("/account/sharing")), "{}", letter.body);
        assert_eq!(house.letters().await.len(), 0);
        assert!(standing(&house, ada, "permit-newsletter").await.is_in_force(house.app.now()));
        house.later(DAY * 60);
        round(&house).await;
        round(&house).await;
        let stands = standing(&house, ada, "permit-newsletter").await;
        assert_eq!((stands.state, stands.record), (RecordState::Expired, None));
        assert_eq!(house.events("sharing.consent_expired").await, 1);
        let line = lines(&house, ada).await.pop().unwrap();
        assert_eq!((line.how.actor, line.how.reason.as_deref()), (Some(Decider::System), Some("ran_out")));
        // What is no consent does not run out.
        assert!(standing(&house, ada, "issue-resident-permit").await.is_in_force(house.app.now()));
    }

    async fn one_who_said_yes_again_is_not_reminded_of_the_first(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        house.letters().await;
        house.later(DAY * 650);
        super::says(&house, who, "parking-permits", "permit-newsletter").await;
        house.later(DAY * 90);
        round(&house).await;
        assert_eq!((house.letters().await.len(), house.events("sharing.consent_expired").await), (0, 0));
        assert_eq!(house.events("sharing.consent_reaffirmed").await, 1);
    }
}
