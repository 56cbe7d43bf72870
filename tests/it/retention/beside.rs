//! The server's own run, which goes beside those who use the service.

use super::runs::{UNWARNED, dormant, planned};
use super::{DAY, house, is_there, seal};
use crate::app::House;
use portreeve::domain::ids::AccountId;
use portreeve::http::shutdown::Shutdown;
use portreeve::jobs::retention::Retention;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::retention::{self, Pace, Step};
use std::time::Duration;

/// A run over so many people that has cooled.
async fn cooled(house: &House, many: usize) -> Vec<AccountId> {
    let people = dormant(house, many).await;
    planned(house).await;
    house.later(DAY * 8);
    retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
    people
}

async fn still_there(house: &House, people: &[AccountId]) -> usize {
    let mut there = 0;
    for account in people {
        there += usize::from(is_there(house, *account).await);
    }
    there
}

both! {
    async fn once_the_time_of_its_pace_is_over_a_step_ends_after_the_account_in_hand(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = cooled(&house, 3).await;
        for left in [2, 1, 0] {
            let mut went = 0;
            while went == 0 {
                let over = Pace::aside(Duration::ZERO);
                let Step::Went(some) = retention::step_at(&house.app, &over, house.app.now()).await.unwrap() else {
                    panic!("the run ended with {left} to go");
                };
                went = some;
            }
            assert_eq!((went, still_there(&house, &people).await), (1, left));
        }
    }

    async fn the_servers_run_comes_to_its_end_beside_others(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = cooled(&house, 2).await;
        let mut duty = Retention::beside_others(&Shutdown::new());
        for _ in 0..20 {
            duty.round(&house.app, house.app.now()).await.unwrap();
            seal(&house).await;
            if !retention::certificates(&house.app, 1).await.unwrap().is_empty() {
                assert_eq!(still_there(&house, &people).await, 0);
                return;
            }
        }
        panic!("the run does not end");
    }

    async fn a_server_that_stops_does_not_wait_for_its_run(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let people = cooled(&house, 3).await;
        let shutdown = Shutdown::new();
        let mut duty = Retention::beside_others(&shutdown);
        let round = duty.round(&house.app, house.app.now());
        let stops = async {
            // The first is erased, and the run rests.
            while still_there(&house, &people).await == 3 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            shutdown.begin();
        };
        let (ended, ()) = tokio::join!(round, stops);
        ended.unwrap();
        assert!(still_there(&house, &people).await > 0, "it went on to its end");
        super::to_the_end(&house).await;
        assert_eq!(still_there(&house, &people).await, 0);
    }
}
