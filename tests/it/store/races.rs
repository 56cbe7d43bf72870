//! Promise 6: what may happen once happens once, however many ask at the same time.

use super::seeds::{self, LATER, NOW, account, fresh, grant};
use super::{done, open};
use portreeve::domain::ids::{AccountId, ChallengeId, ClientId, MessageId};
use portreeve::domain::time::When;
use portreeve::store::challenges::{NewChallenge, RecoveryRow, Spent};
use portreeve::store::outbox::NewMessage;
use portreeve::store::refresh::{Bearer, RefreshRow};
use portreeve::store::registrations::RegistrationRow;
use portreeve::store::{
    Db, Error, Housekeeping, Write, accounts, assertions, challenges, flows, grants, house, outbox, refresh,
    registrations, sessions, sharing, throttle,
};
use std::sync::Arc;
use tokio::sync::Barrier;
use uuid::Uuid;

/// How many messages wait to be taken.
const MESSAGES: usize = 10;

/// How many try at once.
const CROWDS: [usize; 2] = [8, 32];

/// Commits what a seed makes.
async fn seeded<T, F>(db: &Db, seed: impl Fn(Write) -> F) -> T
where
    F: Future<Output = Result<(Write, T), Error>>,
{
    db.write(async |w| {
        let (w, value) = seed(w).await?;
        done(w, value).await
    })
    .await
    .unwrap()
    .value
}

/// What each of a crowd got, each in a task and a write of its own, all let go at once.
async fn crowd<T, F>(db: &Db, n: usize, attempt: impl Fn(Write, usize) -> F + Clone + Send + Sync + 'static) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Result<(Write, T), Error>> + Send,
{
    let barrier = Arc::new(Barrier::new(n));
    let tasks: Vec<_> = (0..n)
        .map(|me| {
            let (db, barrier, attempt) = (db.clone(), Arc::clone(&barrier), attempt.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                let ended = db
                    .write(async |w| {
                        let (w, value) = attempt(w, me).await?;
                        done(w, value).await
                    })
                    .await;
                ended.unwrap().value
            })
        })
        .collect();
    let mut got = Vec::new();
    for task in tasks {
        got.push(task.await.unwrap());
    }
    got
}

/// Which of a crowd spent something: the others' writes are given up.
async fn spenders<F>(db: &Db, n: usize, spend: F) -> Vec<bool>
where
    F: Fn(&mut Write) -> Result<(), Error> + Clone + Send + Sync + 'static,
{
    let barrier = Arc::new(Barrier::new(n));
    let tasks: Vec<_> = (0..n)
        .map(|_| {
            let (db, barrier, spend) = (db.clone(), Arc::clone(&barrier), spend.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                let ended = db.write(|mut w| {
                    let won = spend(&mut w);
                    async move {
                        won?;
                        done(w, ()).await
                    }
                });
                match ended.await {
                    Ok(_) => true,
                    Err(Error::GivenUp) => false,
                    Err(error) => panic!("{error}"),
                }
            })
        })
        .collect();
    let mut got = Vec::new();
    for task in tasks {
        got.push(task.await.unwrap());
    }
    got
}

fn winners(got: &[bool]) -> usize {
    got.iter().filter(|won| **won).count()
}

/// An attempt: a statement of the store that says whether it won.
macro_rules! attempt {
    (|$w:ident, $me:ident| $run:expr) => {
        move |mut $w: Write, $me: usize| {
            let _ = $me;
            async move {
                let won = $run;
                Ok(($w, won))
            }
        }
    };
}

/// Bytes that every member of a crowd may hold.
fn shared(bytes: Vec<u8>) -> &'static [u8] {
    Box::leak(bytes.into_boxed_slice())
}

fn registration(proven_at: Option<When>) -> RegistrationRow {
    RegistrationRow {
        id: AccountId(Uuid::new_v4()),
        flow: None,
        email_blind: fresh(),
        email: fresh(),
        name: fresh(),
        taken: false,
        share: false,
        longer: false,
        sign_in_name: None,
        language: "en".to_owned(),
        notice: "account@1".to_owned(),
        proven_at,
        browser: None,
        finished_at: None,
        expires_at: LATER,
    }
}

both! {
    async fn a_code_is_spent_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let (row, _) = seeded(&db, async |mut w| { let row = grant(&mut w).await?; Ok((w, row)) }).await;
            let got = spenders(&db, n, move |w| grants::spend_code(w, row.id, false, None, NOW)).await;
            assert_eq!(winners(&got), 1);
        }
    }

    async fn who_lost_sees_against_whom(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let (row, _) = seeded(&db, async |mut w| { let row = grant(&mut w).await?; Ok((w, row)) }).await;
            let spend = async || {
                let spent = db
                    .write(async |mut w| {
                        grants::spend_code(&mut w, row.id, false, None, NOW)?;
                        w.commit_quietly(Housekeeping::Expire, ()).await
                    })
                    .await;
                let spent_at: Option<When> = db
                    .peek()
                    .sql("SELECT spent_at FROM grant_record WHERE id = $1")
                    .bind(row.id)
                    .scalar()
                    .await
                    .unwrap();
                (spent.is_ok(), spent_at)
            };
            let seen = futures_util::future::join_all((0..n).map(|_| spend())).await;
            assert_eq!(seen.iter().filter(|(won, _)| *won).count(), 1);
            assert!(seen.iter().all(|(_, spent_at)| spent_at.is_some()), "{seen:?}");
        }
    }

    async fn a_grant_is_ended_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let (row, _) = seeded(&db, async |mut w| { let row = grant(&mut w).await?; Ok((w, row)) }).await;
            let got = crowd(&db, n, attempt!(|w, me| grants::end(&mut w, row.id, NOW).await?)).await;
            assert_eq!(winners(&got), 1);
        }
    }

    async fn a_refresh_token_is_spent_once(world: World) {
        let db = open(&world).await;
        for (n, named) in CROWDS.into_iter().flat_map(|n| [(n, true), (n, false)]) {
            let token: &'static [u8; 32] = shared(fresh()).first_chunk().unwrap();
            let id = seeded(&db, async |mut w| {
                let (grant, _) = grant(&mut w).await?;
                if named {
                    let row = RefreshRow { hash: *token, idle_until: LATER, until: LATER };
                    grants::spend_code(&mut w, grant.id, false, Some(&row), NOW)?;
                } else {
                    w.deferred(
                        "INSERT INTO refresh_token (hash, grant_id, issued_at, idle_until, absolute_until)
                         VALUES ($1, $2, $3, $4, $4)",
                    )
                    .bind(token.as_slice())
                    .bind(grant.id)
                    .bind(NOW)
                    .bind(LATER)
                    .later()?;
                }
                Ok((w, grant.id))
            })
            .await;
            let got = spenders(&db, n, move |w| {
                let next = RefreshRow { hash: fresh().try_into().unwrap(), idle_until: LATER, until: LATER };
                let shown = Bearer { hash: token, grant: named.then_some(id) };
                refresh::rotate(w, (id, shown), &next, false, NOW)
            })
            .await;
            assert_eq!(winners(&got), 1);
        }
    }

    async fn a_one_time_code_is_spent_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let (journey, code) = (shared(fresh()), shared(fresh()));
            seeded(&db, async |mut w| {
                let new = NewChallenge {
                    id: ChallengeId(Uuid::new_v4()),
                    purpose: "sign_up",
                    journey: journey.to_vec(),
                    person: AccountId(Uuid::new_v4()),
                    code: code.to_vec(),
                    expires_at: LATER,
                };
                challenges::insert(&mut w, &new, NOW).await?;
                Ok((w, ()))
            })
            .await;
            let got = crowd(&db, n, attempt!(|w, me| challenges::spend(&mut w, journey, code, NOW).await?)).await;
            assert_eq!(got.iter().filter(|spent| **spent == Spent::Fresh).count(), 1);
            assert_eq!(got.iter().filter(|spent| **spent == Spent::Used).count(), n - 1);
        }
    }

    async fn a_link_is_spent_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let hash = shared(fresh());
            let person = AccountId(Uuid::new_v4());
            seeded(&db, async |mut w| {
                challenges::insert_link(&mut w, hash, "share", person, Some(b"detail"), (NOW, LATER)).await?;
                Ok((w, ()))
            })
            .await;
            let got = crowd(&db, n, attempt!(|w, me| challenges::spend_link(&mut w, hash, "share", NOW).await?)).await;
            let won: Vec<_> = got.into_iter().flatten().collect();
            assert_eq!(won, [(person, Some(b"detail".to_vec()))]);
        }
    }

    async fn a_recovery_is_carried_out_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let (begun, journey) = (shared(fresh()), shared(fresh()));
            seeded(&db, async |mut w| {
                let row = RecoveryRow {
                    purpose: "reset".to_owned(),
                    person: None,
                    flow: None,
                    address: None,
                    language: "en".to_owned(),
                    proven_at: None,
                    spent_at: None,
                    expires_at: LATER,
                };
                challenges::insert_recovery(&mut w, begun, &row, NOW).await?;
                assert!(!challenges::spend_recovery(&mut w, begun, NOW).await?, "spent before it was proven");
                assert!(challenges::prove_recovery(&mut w, begun, journey, None, (NOW, LATER)).await?);
                Ok((w, ()))
            })
            .await;
            let got = crowd(&db, n, attempt!(|w, me| challenges::spend_recovery(&mut w, journey, NOW).await?)).await;
            assert_eq!(winners(&got), 1);
        }
    }

    async fn a_registration_is_finished_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let row = registration(None);
            let id = row.id;
            seeded(&db, async |mut w| {
                registrations::insert(&mut w, &fresh(), &row, NOW).await?;
                assert!(!registrations::finish(&mut w, id, b"browser", NOW).await?, "finished before it was proven");
                registrations::prove(&mut w, id, b"browser", NOW).await?;
                assert!(!registrations::finish(&mut w, id, b"another", NOW).await?, "finished in another browser");
                Ok((w, ()))
            })
            .await;
            let got = crowd(&db, n, attempt!(|w, me| registrations::finish(&mut w, id, b"browser", NOW).await?)).await;
            assert_eq!(winners(&got), 1);
        }
    }

    async fn a_flow_is_answered_once(world: World) {
        let db = open(&world).await;
        let client = ClientId::parse("garden-waste").unwrap();
        for n in CROWDS {
            let hash = shared(fresh());
            seeded(&db, async |mut w| {
                flows::insert(&mut w, hash, b"browser", &client, b"request", (NOW, LATER)).await?;
                Ok((w, ()))
            })
            .await;
            let got = spenders(&db, n, move |w| flows::end(w, hash, NOW)).await;
            assert_eq!(winners(&got), 1);
        }
    }

    async fn a_session_is_ended_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let (session, owner) = seeded(&db, async |mut w| {
                let owner = account(&mut w).await?;
                let session = seeds::session(&mut w, owner).await?;
                Ok((w, (session, owner)))
            })
            .await;
            let got = crowd(&db, n, attempt!(|w, me| sessions::end(&mut w, session, owner, NOW).await?)).await;
            assert_eq!(winners(&got), 1);
        }
    }

    async fn an_identifier_has_one_owner(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let blind = shared(fresh());
            let claim = move |mut w: Write, _| async move {
                let id = account(&mut w).await?;
                let won = accounts::claim_identifier(&mut w, "email", blind, id, NOW).await?;
                Ok((w, won.then_some(id)))
            };
            let got: Vec<_> = crowd(&db, n, claim).await.into_iter().flatten().collect();
            assert_eq!(got.len(), 1);
            let owner = accounts::by_identifier(&mut db.peek(), blind).await.unwrap();
            assert_eq!(owner, got.first().copied());
        }
    }

    async fn an_assertion_is_seen_first_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let jti = shared(fresh());
            let client = ClientId::parse("garden-waste").unwrap();
            let see = move |w: &mut Write| assertions::remember(w, &client, jti, LATER);
            assert_eq!(winners(&spenders(&db, n, see).await), 1);
        }
    }

    async fn a_value_of_the_house_is_set_once(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let name: &'static str = if n == 8 { "eight" } else { "many" };
            let got = crowd(&db, n, attempt!(|w, me| house::set_once(&mut w, name, &me.to_be_bytes()).await?)).await;
            assert_eq!(winners(&got), 1);
            let winner = got.iter().position(|won| *won).unwrap();
            let value = house::value(&mut db.peek(), name).await.unwrap();
            assert_eq!(value, Some(winner.to_be_bytes().to_vec()));
        }
    }

    async fn a_lease_has_one_holder(world: World) {
        let db = open(&world).await;
        // Held by somebody whose time is over, so that the crowd meets on a row that is there.
        seeded(&db, async |mut w| {
            house::lease(&mut w, "sealing", Uuid::new_v4(), seeds::BEFORE, NOW).await?;
            Ok((w, ()))
        })
        .await;
        let got = crowd(&db, 32, attempt!(|w, me| house::lease(&mut w, "sealing", Uuid::new_v4(), NOW, LATER).await?)).await;
        assert_eq!(winners(&got), 1);
    }

    async fn a_password_is_replaced_once_a_version(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let owner = seeded(&db, async |mut w| {
                let owner = account(&mut w).await?;
                accounts::insert_credential(&mut w, owner, "first", NOW).await?;
                Ok((w, owner))
            })
            .await;
            let got = crowd(&db, n, attempt!(|w, me| accounts::replace_credential(&mut w, owner, 1, "next", NOW).await?)).await;
            assert_eq!(winners(&got), 1);
            assert_eq!(accounts::credential(&mut db.peek(), owner).await.unwrap().unwrap().version, 2);
        }
    }

    async fn a_subject_is_one_for_all(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let owner = seeded(&db, async |mut w| { let owner = account(&mut w).await?; Ok((w, owner)) }).await;
            let claim = move |mut w: Write, _| async move {
                let sub = sharing::claim_subject(&mut w, owner, "sector", &Uuid::new_v4().to_string(), NOW).await?;
                Ok((w, sub))
            };
            let mut got = crowd(&db, n, claim).await;
            got.dedup();
            assert_eq!(got.len(), 1, "{got:?}");
        }
    }

    async fn a_counter_counts_everybody(world: World) {
        let db = open(&world).await;
        for n in CROWDS {
            let key = shared(fresh());
            let count = attempt!(|w, me| throttle::raise(&mut w, "kind", key, seeds::BEFORE, NOW).await?.count);
            let mut got = crowd(&db, n, count).await;
            got.sort_unstable();
            assert_eq!(got, (1..=i64::try_from(n).unwrap()).collect::<Vec<_>>());
        }
    }

    async fn a_message_is_taken_by_one(world: World) {
        let db = open(&world).await;
        seeded(&db, async |mut w| {
            for _ in 0..MESSAGES {
                let new = NewMessage {
                    id: MessageId(Uuid::new_v4()),
                    kind: "mail",
                    batch: None,
                    client_id: None,
                    person: None,
                    row_key: fresh(),
                    recipient: fresh(),
                    body: fresh(),
                };
                outbox::queue(&mut w, &new, NOW).await?;
            }
            Ok((w, ()))
        })
        .await;
        let taken = crowd(&db, 8, attempt!(|w, me| outbox::take(&mut w, 3, NOW, LATER).await?)).await;
        let mut ids: Vec<_> = taken.into_iter().flatten().map(|row| { assert_eq!(row.attempts, 1); row.id }).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "a message was taken twice");
        // Takers that met may come away empty-handed; what is left is still to be had.
        let rest = crowd(&db, 1, attempt!(|w, me| outbox::take(&mut w, 100, NOW, LATER).await?)).await;
        assert_eq!(all + rest.into_iter().flatten().count(), MESSAGES);
    }
}
