//! Where SQLite and PostgreSQL differ when asked the same thing; through the store they do not.

use super::seeds::{self, LATER, NOW, account, fresh, sharing};
use super::{done, keep, kept, open};
use futures_util::FutureExt;
use portreeve::domain::ids::AccountId;
use portreeve::store::{Committed, Db, Error, Quiet, Write, accounts, house, sharing as records};
use std::time::Duration;
use uuid::Uuid;

/// What a write that a failed statement has spoiled says of itself.
async fn is_spoiled(mut w: Write) -> bool {
    let more = w.sql("SELECT number FROM generation").scalar::<i64>().await;
    let end = done(w, ()).await;
    matches!(more, Err(Error::Poisoned)) && matches!(end, Err(Error::Poisoned))
}

/// Runs `deed` after a good statement in one write; the deed gives the write up spoiled, and nothing is kept.
async fn spoils<F>(db: &Db, deed: impl Fn(Write) -> F)
where
    F: Future<Output = Write>,
{
    let ended: Result<Committed<Quiet, ()>, Error> = db
        .write(async |mut w| {
            house::set_once(&mut w, "before", b"x").await?;
            assert!(is_spoiled(deed(w).await).await, "the write goes on");
            Err(Error::Missing)
        })
        .await;
    assert!(matches!(ended, Err(Error::Missing)));
    assert!(!kept(db, "before").await, "half a write was kept");
    keep(db, "after").await.unwrap();
}

both! {
    async fn a_failed_statement_spoils_its_write(world: World) {
        spoils(&open(&world).await, async |mut w| {
            assert!(w.sql("SELECT number FROM no_such_table").scalar::<i64>().await.is_err());
            w
        })
        .await;
    }

    async fn a_refused_row_spoils_its_write(world: World) {
        spoils(&open(&world).await, async |mut w| {
            let id = account(&mut w).await.unwrap();
            let again = accounts::insert(&mut w, id, "active", b"name", NOW).await;
            assert!(matches!(again, Err(Error::Constraint(_))), "{again:?}");
            w
        })
        .await;
    }

    async fn a_statement_nobody_waited_for_spoils_its_write(world: World) {
        // A timeout around a statement drops it halfway; PostgreSQL would answer COMMIT after its failure with Ok.
        spoils(&open(&world).await, async |mut w| {
            let long = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000)
                SELECT CAST(COUNT(*) AS BIGINT) FROM n";
            let left = w.sql(long).scalar::<i64>();
            assert!(left.now_or_never().is_none());
            w
        })
        .await;
    }

    async fn a_missing_parameter_is_an_error(world: World) {
        spoils(&open(&world).await, async |mut w| {
            let sql = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)";
            let few = w.sql(sql).bind("few").bind(Uuid::nil()).run().await;
            assert!(matches!(few, Err(Error::Unreadable(_))), "{few:?}");
            w
        })
        .await;
    }

    async fn a_parameter_too_many_is_an_error(world: World) {
        spoils(&open(&world).await, async |mut w| {
            let many = w.sql("SELECT number FROM generation WHERE id = $1").bind(1_i64).bind(2_i64).scalar::<i64>().await;
            assert!(matches!(many, Err(Error::Unreadable(_))), "{many:?}");
            w
        })
        .await;
    }

    async fn a_mistyped_column_is_an_error(world: World) {
        let db = open(&world).await;
        assert!(db.peek().sql("SELECT nmae FROM house").maybe_scalar::<String>().await.is_err());
    }

    async fn no_row_where_one_must_be_is_told_and_spoils_nothing(world: World) {
        let db = open(&world).await;
        db.write(async |mut w| {
            let missing = accounts::get(&mut w, AccountId(Uuid::nil())).await;
            assert!(matches!(missing, Err(Error::Missing)));
            house::set_once(&mut w, "after", b"x").await?;
            done(w, ()).await
        })
        .await
        .unwrap();
        assert!(kept(&db, "after").await);
    }

    async fn an_expected_conflict_spoils_nothing(world: World) {
        let db = open(&world).await;
        db.write(async |mut w| {
            assert!(house::set_once(&mut w, "name", b"one").await?);
            assert!(!house::set_once(&mut w, "name", b"two").await?);
            house::set_once(&mut w, "after", b"x").await?;
            done(w, ()).await
        })
        .await
        .unwrap();
        assert_eq!(house::value(&mut db.peek(), "name").await.unwrap(), Some(b"one".to_vec()));
        assert!(kept(&db, "after").await);
    }

    async fn a_constraint_is_known_for_what_it_is(world: World) {
        let db = open(&world).await;
        let refusals = [
            ("unique", "INSERT INTO generation (id, number) VALUES (1, 5)", "generation"),
            (
                "foreign key",
                "INSERT INTO credential (account_id, phc, version, changed_at)
                 SELECT holder, 'x', 1, until FROM lease",
                "",
            ),
        ];
        for (what, sql, named) in refusals {
            let ended = db
                .write(async |mut w| {
                    house::lease(&mut w, "name", Uuid::nil(), NOW, LATER).await?;
                    w.sql(sql).run().await?;
                    done(w, ()).await
                })
                .await;
            let Err(Error::Constraint(name)) = ended else { panic!("{what}: {ended:?}") };
            assert!(name.contains(named), "{what}: {name}");
        }
    }

    async fn a_dropped_write_never_happened(world: World) {
        let db = open(&world).await;
        let ended: Result<Committed<Quiet, ()>, _> = db
            .write(async |mut w| {
                house::set_once(&mut w, "name", b"x").await?;
                drop(w);
                Err(Error::Missing)
            })
            .await;
        assert!(matches!(ended, Err(Error::Missing)));
        assert!(!kept(&db, "name").await);
    }

    async fn a_write_whose_caller_left_never_happened(world: World) {
        let db = open(&world).await;
        let (reached, here) = tokio::sync::oneshot::channel();
        let task = tokio::spawn({
            let db = db.clone();
            let reached = std::sync::Mutex::new(Some(reached));
            async move {
                db.write(async |mut w| {
                    house::set_once(&mut w, "name", b"x").await?;
                    if let Some(reached) = reached.lock().unwrap().take() {
                        reached.send(()).unwrap();
                    }
                    std::future::pending::<()>().await;
                    done(w, ()).await
                })
                .await
                .map(|_| ())
            }
        });
        here.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        keep(&db, "name").await.unwrap();
    }

    async fn a_condition_that_does_not_hold_undoes_what_was_put_off_with_it(world: World) {
        let db = open(&world).await;
        let insert = "INSERT INTO house (name, value) VALUES ($1, $2)";
        let condition = "UPDATE signing_key SET state = state WHERE kid = $1";
        for condition_first in [true, false] {
            let ended = db.write(async |mut w| {
                for first in [true, false] {
                    if first == condition_first {
                        w.deferred(condition).bind("nobody's").or_give_up()?;
                    } else {
                        w.deferred(insert).bind("name").bind(b"x".as_slice()).later()?;
                    }
                }
                let quiet = "UPDATE generation SET number = 77";
                w.deferred(quiet).later()?;
                done(w, ()).await
            });
            let ended = ended.await;
            assert!(matches!(ended, Err(Error::GivenUp)), "{ended:?}");
            assert!(!kept(&db, "name").await);
            let number: i64 = db.peek().sql("SELECT number FROM generation").scalar().await.unwrap();
            assert_ne!(number, 77);
        }
        keep(&db, "name").await.unwrap();
    }

    async fn who_leaves_while_a_transaction_begins_leaves_none_open(world: World) {
        let db = open(&world).await;
        let name = |round: u64| format!("round {round}");
        for round in 0..200 {
            let patience = Duration::from_micros(round * 10);
            let _ = tokio::time::timeout(patience, db.read()).await;
            let left = db.write(async |mut w| {
                house::set_once(&mut w, "left", b"x").await?;
                Err::<Committed<Quiet, ()>, _>(Error::Missing)
            });
            let _ = tokio::time::timeout(patience, left).await;
            let name = name(round);
            db.write(async |mut w| {
                let row = w.deferred("INSERT INTO house (name, value) VALUES ($1, $2)");
                row.bind(name.as_str()).bind(b"x".as_slice()).later()?;
                done(w, ()).await
            })
            .await
            .unwrap();
            assert!(kept(&db, &name).await, "{name} is not seen");
        }
        let others = open(&world).await;
        for round in 0..200 {
            assert!(kept(&others, &name(round)).await, "round {round} was never durable");
        }
    }

    async fn no_read_handle_writes(world: World) {
        let db = open(&world).await;
        let write = "INSERT INTO house (name, value) VALUES ($1, $2)";
        for (what, mut handle) in [("read", db.read().await.unwrap()), ("peek", db.peek())] {
            let refused = handle.sql(write).bind(what).bind(b"x".as_slice()).run().await;
            assert!(refused.is_err(), "{what} wrote");
            assert!(!kept(&db, what).await);
        }
        let vault = db.peek().sql("DELETE FROM vault.person_key").run().await;
        assert!(vault.is_err());
    }

    async fn a_snapshot_stays_as_it_was(world: World) {
        let db = open(&world).await;
        let mut snapshot = db.read().await.unwrap();
        let first = house::generation(&mut snapshot).await.unwrap();
        db.write(async |mut w| {
            house::bump(&mut w).await?;
            done(w, ()).await
        })
        .await
        .unwrap();
        assert_eq!(house::generation(&mut snapshot).await.unwrap(), first);
        assert_eq!(house::generation(&mut db.peek()).await.unwrap(), first + 1);
    }

    async fn reading_then_writing_beside_another_writer_works(world: World) {
        // Two handles are two writers, as two processes are. A deferred transaction would fail with 517.
        let handles = [open(&world).await, open(&world).await];
        let first = house::generation(&mut handles[0].peek()).await.unwrap();
        let tasks = handles.map(|db| {
            tokio::spawn(async move {
                for _ in 0..20 {
                    db.write(async |mut w| {
                        house::generation(&mut w).await?;
                        tokio::task::yield_now().await;
                        house::bump(&mut w).await?;
                        done(w, ()).await
                    })
                    .await?;
                }
                Ok::<_, Error>(())
            })
        });
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(house::generation(&mut open(&world).await.peek()).await.unwrap(), first + 40);
    }

    async fn a_deed_is_run_three_times_at_most(world: World) {
        let db = open(&world).await;
        let tries = std::sync::atomic::AtomicU32::new(0);
        let ended: Result<Committed<Quiet, ()>, _> = db
            .write(async |mut w| {
                tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                assert!(house::set_once(&mut w, "name", b"x").await?, "the try before was kept");
                Err(Error::Conflict)
            })
            .await;
        assert!(matches!(ended, Err(Error::Conflict)));
        assert_eq!(tries.into_inner(), 3);
        assert!(!kept(&db, "name").await);
    }

    async fn sharing_records_are_only_added(world: World) {
        let db = open(&world).await;
        let person = AccountId(Uuid::new_v4());
        db.write(async |mut w| {
            crate::ledger::keep(&mut w, person, sharing()).await?;
            done(w, ()).await
        })
        .await
        .unwrap();
        refused(&db, &["UPDATE sharing_record SET state = 'given'", "UPDATE sharing_record SET at = at"]).await;
        assert_eq!(records::of_account(&mut db.peek(), person).await.unwrap()[0].state, "shown");
    }

    async fn events_are_never_changed_or_deleted(world: World) {
        let db = open(&world).await;
        db.write(async |mut w| {
            w.sql(
                "INSERT INTO event (id, at, type, outcome, subject, person, client_id, leaf, mac, sealed_under, salt,
                     payload) VALUES ($1, $2, 'auth.signed_out', 'ok', 's', $1, 'c', '{}', $3, 'profile', $4, $4)",
            )
            .bind(Uuid::new_v4())
            .bind(NOW)
            .bind(fresh())
            .bind(fresh())
            .run()
            .await?;
            done(w, ()).await
        })
        .await
        .unwrap();
        refused(
            &db,
            &[
                "UPDATE event SET id = id",
                "UPDATE event SET at = at",
                "UPDATE event SET type = 'other'",
                "UPDATE event SET outcome = 'denied'",
                "UPDATE event SET subject = NULL",
                "UPDATE event SET client_id = NULL",
                "UPDATE event SET leaf = '[]'",
                "UPDATE event SET mac = salt",
                "DELETE FROM event",
                "UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL",
            ],
        )
        .await;
        // Its place in the log is filled in, and then what a rule destroys goes, whole and for good.
        run(&db, "UPDATE event SET log = '2026', leaf_index = 0").await;
        refused(
            &db,
            &[
                "UPDATE event SET payload = mac",
                "UPDATE event SET salt = mac, payload = mac",
                "UPDATE event SET payload = NULL",
                "UPDATE event SET salt = NULL",
                "UPDATE event SET payload = NULL, salt = NULL",
                "UPDATE event SET sealed_under = 'house'",
                "UPDATE event SET person = NULL",
                "UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL, person = NULL, leaf = '[]'",
            ],
        )
        .await;
        run(&db, "UPDATE event SET payload = payload, person = person").await;
        run(&db, "UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL").await;
        let back = ["UPDATE event SET payload = mac", "UPDATE event SET salt = mac", "UPDATE event SET sealed_under = 'house'"];
        refused(&db, &back).await;
        run(&db, "UPDATE event SET person = NULL").await;
        refused(&db, &["UPDATE event SET person = id"]).await;
    }

    async fn offline_access_outlives_its_session_if_asked_to(world: World) {
        // The one LIKE of the store. It ignores case on SQLite alone, so scopes must be stored as they are registered.
        let db = open(&world).await;
        let ended = db
            .write(async |mut w| {
                let (online, _) = seeds::grant(&mut w).await?;
                let (mut offline, _) = seeds::grant(&mut w).await?;
                offline.id = portreeve::domain::ids::GrantId(Uuid::new_v4());
                offline.session_id = online.session_id;
                offline.scope.push_str(" offline_access");
                portreeve::store::grants::insert(&mut w, &fresh(), &offline, NOW)?;
                let session = online.session_id;
                let online_only = portreeve::store::grants::end_of_session(&mut w, session, true, NOW).await?;
                let rest = portreeve::store::grants::end_of_session(&mut w, session, false, NOW).await?;
                done(w, (online_only, rest)).await
            })
            .await
            .unwrap()
            .value;
        assert_eq!(ended, (1, 1));
    }
}

/// Each of these fails, on its own.
async fn run(db: &Db, sql: &'static str) {
    db.write(async |mut w| {
        assert_eq!(w.sql(sql).run().await?, 1, "{sql}");
        done(w, ()).await
    })
    .await
    .unwrap();
}

async fn refused(db: &Db, statements: &[&'static str]) {
    for sql in statements {
        let ended = db
            .write(async |mut w| {
                let changed = w.sql(sql).run().await?;
                done(w, changed).await
            })
            .await;
        assert!(ended.is_err(), "{sql}: {ended:?}");
    }
}

/// Every file of a folder and of those in it.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let within = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path) } else { vec![path] }
    };
    std::fs::read_dir(folder).unwrap().flat_map(within).collect()
}

/// The store's own SQL: what the two databases take differently does not stand in it.
#[test]
fn the_stores_sql_means_the_same_on_both() {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut like = Vec::new();
    for path in files(&top) {
        let name = path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
        for (n, line) in code.enumerate() {
            let has = |word: &str| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|w| w == word);
            if has("LIKE") {
                like.push(name.clone());
            }
            for word in ["CURRENT_TIMESTAMP", "ILIKE", "GLOB", "strftime"] {
                assert!(!has(word), "{name}, code line {n}: {word}: {line}");
            }
            // The function means the same on both, the statement does not.
            let replaces = line.contains("INSERT OR REPLACE") || line.contains("REPLACE INTO");
            assert!(!replaces, "{name}, code line {n}: REPLACE: {line}");
            // Of how long something takes there is no parameter.
            let now = has("now") && line.replace("Instant::now()", "").contains("now()");
            assert!(!now, "{name}, code line {n}: time is a parameter: {line}");
            let ends = ["ROLLBACK", "COMMIT", "SAVEPOINT", "RELEASE"].iter().any(|word| has(word));
            // The readers end their own snapshots, which write nothing; what is put back into an empty database goes by psql.
            assert!(
                !ends || ["group.rs", "writer.rs", "readers.rs", "dumps.rs"].contains(&&*name),
                "{name}: a transaction is ended by the facade alone: {line}"
            );
        }
    }
    // In these it looks at our own words, which are in small letters.
    like.sort();
    like.dedup();
    let known = ["enquiries.rs", "grants.rs", "seen.rs"];
    assert_eq!(like, known, "LIKE ignores case on SQLite and not on PostgreSQL: store a folded column");
}
