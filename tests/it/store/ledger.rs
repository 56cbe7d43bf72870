//! The ledger is only added to, and what it comes to is kept beside it: stored standings are the fold of stored lines.

use super::seeds::{NOW, sharing as line};
use super::{done, open};
use crate::ledger::keep;
use portreeve::domain::audit::Basis;
use portreeve::domain::ids::{AccountId, RecordId};
use portreeve::domain::sharing::{Record, RecordState, Standing, fold};
use portreeve::domain::time::When;
use portreeve::service::records;
use portreeve::store::sharing::{self, SharingRow};
use portreeve::store::{Db, Error};
use std::time::Duration;
use uuid::Uuid;

/// Numbers that look drawn, the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

fn drawn(from: &mut Drawn, at: When) -> SharingRow {
    let basis = from.of(&[Basis::Consent, Basis::PublicTask]);
    let state = from.of(RecordState::ALL);
    let mut row = SharingRow {
        id: RecordId(Uuid::new_v4()),
        client_id: from.of(&["garden-waste", "parking-permits"]).to_owned(),
        purpose: from.of(&["one", "other"]).to_owned(),
        basis: basis.as_str().to_owned(),
        state: state.as_str().to_owned(),
        claims: from.of(&["name", "name email", ""]).to_owned(),
        at,
        ..line()
    };
    if state.authorises(Basis::Consent) && from.below(2) == 0 {
        row.how.expires_at = Some(at + Duration::from_secs(90));
    }
    row
}

async fn lines(db: &Db, who: AccountId) -> Vec<Record> {
    records::history(sharing::of_account(&mut db.peek(), who).await.unwrap()).unwrap()
}

async fn standings(db: &Db, who: AccountId) -> Vec<Standing> {
    records::standings(sharing::standings(&mut db.peek(), who).await.unwrap()).unwrap()
}

async fn kept(db: &Db, who: AccountId, row: SharingRow) {
    db.write(async |mut w| {
        keep(&mut w, who, row.clone()).await?;
        done(w, ()).await
    })
    .await
    .unwrap();
}

both! {
    async fn stored_standings_are_the_fold_of_the_stored_lines(world: World) {
        let db = open(&world).await;
        for seed in 1..12 {
            let (who, mut from, mut at) = (AccountId(Uuid::new_v4()), Drawn(seed), NOW);
            let mut then = Vec::new();
            for _ in 0..30 {
                at = at + Duration::from_secs(u64::try_from(from.below(40)).unwrap());
                kept(&db, who, drawn(&mut from, at)).await;
                then.push((at, standings(&db, who).await));
            }
            let lines = lines(&db, who).await;
            assert_eq!(lines.len(), 30);
            // And what stood at any time is the replay up to it.
            for (at, stood) in then.iter().filter(|(at, _)| then.iter().filter(|(other, _)| other == at).count() == 1) {
                let until: Vec<Record> = lines.iter().filter(|line| line.at <= *at).cloned().collect();
                assert_eq!(&fold(&until), stood, "seed {seed} at {at}");
            }
            assert_eq!(fold(&lines), standings(&db, who).await, "seed {seed}");
        }
    }

    async fn of_two_who_saw_the_same_only_one_follows(world: World) {
        let db = open(&world).await;
        let who = AccountId(Uuid::new_v4());
        kept(&db, who, line()).await;
        let before = standings(&db, who).await;
        let next = |state: RecordState| {
            let mut record = records::record(SharingRow { state: state.as_str().to_owned(), ..line() }).unwrap();
            record.id = RecordId(Uuid::new_v4());
            record.how.place = Some(2);
            let after = Standing::after(before.first(), &record);
            (records::line_row(&record), records::standing_row(&after))
        };
        for (state, follows) in [(RecordState::Objected, true), (RecordState::Shown, false)] {
            let (row, standing) = next(state);
            let written = db
                .write(async |mut w| {
                    sharing::append(&mut w, who, &row, &standing, 1)?;
                    done(w, ()).await
                })
                .await;
            assert_eq!(written.is_ok(), follows, "{state:?}");
            assert!(follows || matches!(written, Err(Error::GivenUp)));
        }
        // A first line, too, is written once.
        let (stranger, (row, standing)) = (AccountId(Uuid::new_v4()), next(RecordState::Shown));
        for first in [true, false] {
            let row = SharingRow { id: RecordId(Uuid::new_v4()), ..row.clone() };
            let written = db
                .write(async |mut w| {
                    sharing::append(&mut w, stranger, &row, &standing, 0)?;
                    done(w, ()).await
                })
                .await;
            assert_eq!(written.is_ok(), first);
        }
        assert_eq!(lines(&db, who).await.len(), 2);
        assert_eq!(fold(&lines(&db, who).await), standings(&db, who).await);
    }

    async fn the_migration_fills_standings_as_the_fold_reads_lines_of_before(world: World) {
        let text = include_str!("../../../migrations/sqlite/0025_ledger.sql");
        let fill = &text[text.rfind("INSERT INTO sharing_standing").unwrap()..];
        let other = include_str!("../../../migrations/postgres/0025_ledger.sql");
        assert!(other.ends_with(fill), "both databases fill alike");
        let db = open(&world).await;
        let mut from = Drawn(7);
        let mut people = Vec::new();
        for _ in 0..12 {
            let who = AccountId(Uuid::new_v4());
            people.push(who);
            for _ in 0..10 {
                let at = NOW + Duration::from_secs(u64::try_from(from.below(4)).unwrap());
                let mut row = drawn(&mut from, at);
                row.state = from.of(&["shown", "given", "refused", "withdrawn"]).to_owned();
                let insert = db.write(async |mut w| {
                    w.sql(
                        "INSERT INTO sharing_record (id, account_id, client_id, purpose, basis, state, notice,
                             notice_sha256, language, claims, policy, at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                    )
                    .bind(row.id)
                    .bind(who)
                    .bind(row.client_id.as_str())
                    .bind(row.purpose.as_str())
                    .bind(row.basis.as_str())
                    .bind(row.state.as_str())
                    .bind(row.notice.as_str())
                    .bind(row.notice_sha256.as_slice())
                    .bind(row.language.as_str())
                    .bind(row.claims.as_str())
                    .bind(row.policy.as_str())
                    .bind(row.at)
                    .run()
                    .await?;
                    done(w, ()).await
                });
                insert.await.unwrap();
            }
        }
        db.write(async |mut w| {
            w.sql(fill.trim_end().trim_end_matches(';')).run().await?;
            done(w, ()).await
        })
        .await
        .unwrap();
        for who in people {
            // Lines of no effect leave no standing there; the fold has one that says nothing.
            let lines = lines(&db, who).await;
            let folded = fold(&lines);
            for standing in standings(&db, who).await {
                let same = folded.iter().find(|s| s.purpose == standing.purpose && s.client == standing.client).unwrap();
                assert_eq!((standing.record, &standing.claims), (same.record, &same.claims), "{lines:#?}");
                assert_eq!((standing.state, standing.basis), (same.state, same.basis), "{lines:#?}");
            }
            let stands = |all: &[Standing]| all.iter().filter(|standing| standing.record.is_some()).count();
            assert_eq!(stands(&folded), stands(&standings(&db, who).await));
        }
    }
}
