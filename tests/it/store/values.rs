//! What goes in comes out on either database, and times sort as times.

use super::seeds::{LATER, NOW, fresh};
use super::{done, open};
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::domain::time::When;
use portreeve::store::registrations::RegistrationRow;
use portreeve::store::throttle::Count;
use portreeve::store::{Db, flows, registrations, throttle};
use std::time::Duration;
use uuid::Uuid;

/// Keeps a flow under each of these times and gives the times that a "before" query finds, in the database's order.
async fn before(db: &Db, times: &[When], limit: When) -> Vec<When> {
    let client = ClientId::parse("garden-waste").unwrap();
    db.write(async |mut w| {
        for at in times {
            flows::insert(&mut w, &fresh(), b"browser", &client, b"sealed", (*at, LATER)).await?;
        }
        done(w, ()).await
    })
    .await
    .unwrap();
    let rows: Vec<(When,)> = db
        .peek()
        .sql("SELECT created_at FROM flow WHERE created_at < $1 ORDER BY created_at")
        .bind(limit)
        .all()
        .await
        .unwrap();
    rows.into_iter().map(|(at,)| at).collect()
}

both! {
    async fn times_sort_below_the_second(world: World) {
        let db = open(&world).await;
        let [whole, quarter, half] = [0, 250_000, 500_000].map(|micros| NOW + Duration::from_micros(micros));
        // As text these sort .25Z, .5Z, Z, and a limit of .3 finds one of the two before it.
        let found = before(&db, &[half, whole, quarter], NOW + Duration::from_millis(300)).await;
        assert_eq!(found, [whole, quarter]);
    }

    async fn times_before_1970_and_far_ahead_are_exact(world: World) {
        let db = open(&world).await;
        let times = [-62_135_596_800_000_000, -1_000_001, -1, 0, 1, 221_845_392_000_000_001].map(When::from_micros);
        assert_eq!(before(&db, &times, When::from_micros(253_402_207_200_000_000)).await, times);
    }

    async fn every_kind_of_value_comes_back(world: World) {
        let db = open(&world).await;
        let full = RegistrationRow {
            id: AccountId(Uuid::from_u128(u128::MAX - 1)),
            flow: Some(vec![0, 255, 0]),
            email_blind: Vec::new(),
            email: (0..=255).collect(),
            name: b"'; DROP TABLE account; --\0".to_vec(),
            taken: true,
            share: false,
            longer: true,
            sign_in_name: None,
            language: "Llŷr 🦊 'quoted' \"double\" $1 %_".to_owned(),
            notice: String::new(),
            proven_at: None,
            browser: None,
            finished_at: None,
            expires_at: When::from_micros(-1),
        };
        let empty = RegistrationRow { id: AccountId(Uuid::nil()), flow: None, taken: false, share: true, longer: false, ..full.clone() };
        for row in [full, empty] {
            let journey = fresh();
            db.write(async |mut w| {
                registrations::insert(&mut w, &journey, &row, NOW).await?;
                done(w, ()).await
            })
            .await
            .unwrap();
            let found = registrations::by_journey(&mut db.peek(), &journey).await.unwrap().unwrap();
            assert_eq!(format!("{found:?}"), format!("{row:?}"));
        }
    }

    async fn whole_numbers_reach_their_ends(world: World) {
        let db = open(&world).await;
        for (key, count) in [(b"least", i64::MIN), (b"great", i64::MAX)] {
            db.write(async |mut w| {
                w.sql("INSERT INTO throttle (kind, key, window_start, count, closed_until) VALUES ($1, $2, $3, $4, $5)")
                    .bind("kind")
                    .bind(key.as_slice())
                    .bind(NOW)
                    .bind(count)
                    .bind(Some(LATER))
                    .run()
                    .await?;
                done(w, ()).await
            })
            .await
            .unwrap();
            let found = throttle::look(&mut db.peek(), "kind", key).await.unwrap();
            assert_eq!(found, Some(Count { count, closed_until: Some(LATER), window_start: NOW }));
        }
    }
}
