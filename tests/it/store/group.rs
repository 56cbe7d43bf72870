//! SQLite's one writer: those who wait share a commit, and nobody's mishap is another's.

use super::seeds::NOW;
use super::{done, keep, kept, open_in, patient};
use crate::temp::TempDir;
use portreeve::domain::ids::AccountId;
use portreeve::store::{Committed, Db, Error, Quiet, Settings, Write, accounts, house};
use std::time::Duration;
use tokio::sync::oneshot;
use uuid::Uuid;

/// What a member of a group does with its turn.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Turn {
    /// Writes its name and commits.
    Keeps,
    /// Writes its name and gives up.
    Drops,
    /// Writes its name, has a statement fail, and tries to commit all the same.
    Fails,
    /// Writes its name and holds the writer longer than it may.
    Dawdles,
    /// Writes its name and more than the disk can hold.
    FillsTheDisk,
    /// Writes its name and leaves behind what only COMMIT refuses.
    SpoilsTheCommit,
    /// Writes its name and pulls the transaction away from under the group, so that its RELEASE fails.
    EndsTheTransaction,
    /// The same without waiting for any statement: one text, run as a whole.
    AtOnce(Whole),
}

/// What a member does that waits for nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Whole {
    Keeps,
    /// On a condition that holds.
    KeepsIf,
    /// On a condition that does not, after it has changed something.
    GivesUp,
    /// On a condition that does not, before all else.
    GivesUpFirst,
    Fails,
    FillsTheDisk,
    SpoilsTheCommit,
    EndsTheTransaction,
}

async fn at_once(mut w: Write, name: &str, what: Whole) -> Result<Committed<Quiet, ()>, Error> {
    const NAME: &str = "INSERT INTO house (name, value) VALUES ($1, $2)";
    const LARGE: &str = "INSERT INTO house (name, value) VALUES ('large', zeroblob(1048576))";
    let nobody = async |w: &mut Write| {
        w.deferred("UPDATE house SET value = $1 WHERE name = 'nobody'").bind(&b"x"[..]).or_give_up()
    };
    if what == Whole::GivesUpFirst {
        nobody(&mut w).await?;
    }
    w.deferred(NAME).bind(name).bind(name.as_bytes()).later()?;
    match what {
        Whole::Keeps | Whole::GivesUpFirst => {}
        Whole::KeepsIf => {
            w.deferred("UPDATE house SET value = $2 WHERE name = $1").bind(name).bind(&b"x"[..]).or_give_up()?;
        }
        Whole::GivesUp => {
            nobody(&mut w).await?;
            w.deferred(NAME).bind("too late").bind(&b"x"[..]).later()?;
        }
        Whole::Fails => w.deferred("INSERT INTO no_such_table (x) VALUES (1)").later()?,
        Whole::FillsTheDisk => {
            w.deferred(FULL).later()?;
            w.deferred(LARGE).later()?;
        }
        Whole::SpoilsTheCommit => {
            w.deferred("PRAGMA defer_foreign_keys = ON").later()?;
            w.deferred("INSERT INTO known_browser (account_id, browser, last_at) VALUES (x'00', x'00', 1)").later()?;
        }
        Whole::EndsTheTransaction => w.deferred("ROLLBACK").later()?,
    }
    done(w, ()).await
}

/// The database's size may not grow beyond what it is now, on the connection that says so.
const FULL: &str = "PRAGMA max_page_count = 1";

async fn turn(mut w: Write, name: &str, turn: Turn) -> Result<Committed<Quiet, ()>, Error> {
    if let Turn::AtOnce(what) = turn {
        return at_once(w, name, what).await;
    }
    house::set_once(&mut w, name, name.as_bytes()).await?;
    match turn {
        Turn::Keeps | Turn::AtOnce(_) => {}
        Turn::Drops => return Err(Error::Missing),
        Turn::Fails => assert!(w.sql("INSERT INTO no_such_table (x) VALUES (1)").run().await.is_err()),
        Turn::Dawdles => {
            tokio::time::sleep(Duration::from_millis(900)).await;
            let lost = house::set_once(&mut w, "too late", b"x").await;
            assert!(matches!(lost, Err(Error::LeaseLost)), "{lost:?}");
            return lost.map(|_| unreachable!());
        }
        Turn::FillsTheDisk => {
            w.sql(FULL).scalar::<i64>().await?;
            let full = house::set_once(&mut w, "large", &vec![0; 1 << 20]).await;
            assert!(matches!(full, Err(Error::Unavailable(_))), "{full:?}");
        }
        Turn::SpoilsTheCommit => {
            w.sql("PRAGMA defer_foreign_keys = ON").run().await?;
            accounts::insert_credential(&mut w, AccountId(Uuid::new_v4()), "nobody's", NOW).await?;
        }
        Turn::EndsTheTransaction => {
            w.sql("ROLLBACK").run().await?;
        }
    }
    done(w, ()).await
}

/// Takes the writer until told to give it back, so that others queue behind and make one group.
pub(super) async fn hold(db: &Db) -> oneshot::Sender<()> {
    let (held, holding) = oneshot::channel::<()>();
    let (release, released) = oneshot::channel::<()>();
    tokio::spawn({
        let db = db.clone();
        let ends = std::sync::Mutex::new(Some((held, released)));
        async move {
            let ended: Result<Committed<Quiet, ()>, Error> = db
                .write(async |mut w| {
                    // Whoever has waited for a statement has the writer.
                    w.sql("SELECT CAST(1 AS BIGINT)").scalar::<i64>().await?;
                    let (held, released) = ends.lock().unwrap().take().unwrap();
                    held.send(()).unwrap();
                    released.await.unwrap();
                    drop(w);
                    Err(Error::Missing)
                })
                .await;
            assert!(matches!(ended, Err(Error::Missing)));
        }
    });
    holding.await.unwrap();
    release
}

/// Runs these turns as one group, in this order.
async fn group(db: &Db, turns: &[Turn]) -> Vec<Result<(), Error>> {
    let release = hold(db).await;
    let mut tasks = Vec::new();
    for (n, &what) in turns.iter().enumerate() {
        let db = db.clone();
        tasks.push(tokio::spawn(async move {
            let name = format!("member {n}");
            db.write(async |w| turn(w, &name, what).await).await.map(drop)
        }));
        // So that they queue in this order.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    release.send(()).unwrap();
    let mut ended = Vec::new();
    for task in tasks {
        ended.push(task.await.unwrap());
    }
    ended
}

/// Who is there after a group: exactly those who were told so, now and after opening the database again.
async fn acknowledged_and_only_they(folder: &TempDir, db: Db, ended: &[Result<(), Error>]) {
    let again = open_in(folder.path(), &patient()).await;
    for (n, answer) in ended.iter().enumerate() {
        let name = format!("member {n}");
        assert_eq!(kept(&db, &name).await, answer.is_ok(), "{name}: {answer:?}");
        assert_eq!(kept(&again, &name).await, answer.is_ok(), "{name}, opened again: {answer:?}");
    }
    assert!(!kept(&again, "too late").await);
    let whole: String = again.peek().sql("PRAGMA integrity_check").scalar().await.unwrap();
    assert_eq!(whole, "ok");
    // And the writer goes on, on the connection it has or on a new one.
    keep(&db, "the next").await.unwrap();
    assert!(kept(&again, "the next").await);
    for sql in ["PRAGMA foreign_keys", "PRAGMA synchronous"] {
        let on = db
            .write(async |mut w| {
                let on: i64 = w.sql(sql).scalar().await?;
                done(w, on).await
            })
            .await
            .unwrap();
        assert!(on.value > 0, "{sql} after the group");
    }
}

pub(super) async fn world(hold: Duration) -> (TempDir, Db) {
    let folder = TempDir::new("group");
    let db = open_in(folder.path(), &Settings { hold, ..patient() }).await;
    (folder, db)
}

fn oks(ended: &[Result<(), Error>]) -> Vec<bool> {
    ended.iter().map(Result::is_ok).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_and_more_at_once_are_all_durable() {
    let (folder, db) = world(Duration::from_secs(5)).await;
    let ended = group(&db, &[Turn::Keeps; 150]).await;
    assert!(ended.iter().all(Result::is_ok));
    acknowledged_and_only_they(&folder, db, &ended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_answered_before_the_commit() {
    let (_folder, db) = world(Duration::from_secs(5)).await;
    let release = hold(&db).await;
    let first = tokio::spawn({
        let db = db.clone();
        async move { keep(&db, "first").await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    // The first has committed as far as it goes; the second keeps their group open.
    let (reached, here) = oneshot::channel();
    let (go, gone) = oneshot::channel::<()>();
    let second = tokio::spawn({
        let db = db.clone();
        let ends = std::sync::Mutex::new(Some((reached, gone)));
        async move {
            db.write(async |mut w| {
                let (reached, gone) = ends.lock().unwrap().take().unwrap();
                assert!(house::value(&mut w, "first").await?.is_some(), "not of one group");
                reached.send(()).unwrap();
                gone.await.unwrap();
                done(w, ()).await
            })
            .await
            .map(drop)
        }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    release.send(()).unwrap();
    here.await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!first.is_finished(), "answered before the commit");
    assert!(!kept(&db, "first").await, "visible before the commit");
    go.send(()).unwrap();
    second.await.unwrap().unwrap();
    first.await.unwrap().unwrap();
    assert!(kept(&db, "first").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_drops_or_fails_takes_nobody_with_it() {
    let (folder, db) = world(Duration::from_secs(5)).await;
    let ended = group(&db, &[Turn::Keeps, Turn::Drops, Turn::Keeps, Turn::Fails, Turn::Keeps]).await;
    assert_eq!(oks(&ended), [true, false, true, false, true]);
    assert!(matches!(ended[3], Err(Error::Poisoned)), "{ended:?}");
    acknowledged_and_only_they(&folder, db, &ended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_taken_back_takes_nobody_with_it() {
    let (folder, db) = world(Duration::from_millis(300)).await;
    let ended = group(&db, &[Turn::Keeps, Turn::Dawdles, Turn::Keeps]).await;
    assert_eq!(oks(&ended), [true, false, true]);
    assert!(matches!(ended[1], Err(Error::LeaseLost)), "{ended:?}");
    acknowledged_and_only_they(&folder, db, &ended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_dawdles_alone_is_taken_back() {
    let (folder, db) = world(Duration::from_millis(100)).await;
    let lost = db.write(async |w| turn(w, "member 0", Turn::Dawdles).await).await.map(drop);
    assert!(matches!(lost, Err(Error::LeaseLost)), "{lost:?}");
    // Held without a further statement, it is the commit that finds out.
    let late = db
        .write(async |mut w| {
            w.sql("SELECT CAST(1 AS BIGINT)").scalar::<i64>().await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            done(w, ()).await
        })
        .await;
    assert!(matches!(late, Err(Error::LeaseLost)), "{late:?}");
    acknowledged_and_only_they(&folder, db, &[lost]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_lease_cannot_write_into_the_next_ones_turn() {
    let (_folder, db) = world(Duration::from_millis(100)).await;
    let other = db.clone();
    let lost = db
        .write(async |mut w| {
            w.sql("SELECT CAST(1 AS BIGINT)").scalar::<i64>().await?;
            let (started, start) = oneshot::channel();
            let next = tokio::spawn({
                let other = other.clone();
                let started = std::sync::Mutex::new(Some(started));
                async move {
                    other
                        .write(async |mut w| {
                            house::set_once(&mut w, "next", b"x").await?;
                            started.lock().unwrap().take().unwrap().send(()).unwrap();
                            tokio::time::sleep(Duration::from_millis(50)).await;
                            done(w, ()).await
                        })
                        .await
                        .map(drop)
                }
            });
            start.await.unwrap();
            let astray = house::set_once(&mut w, "astray", b"x").await;
            assert!(matches!(astray, Err(Error::LeaseLost)), "{astray:?}");
            next.await.unwrap()?;
            done(w, ()).await
        })
        .await;
    assert!(lost.is_err());
    assert!(kept(&db, "next").await);
    assert!(!kept(&db, "astray").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_that_wait_for_nothing_share_a_group_with_those_that_do() {
    use Whole::{Fails, GivesUp, GivesUpFirst, Keeps, KeepsIf};
    let whole = [Keeps, GivesUp, KeepsIf, GivesUpFirst, Fails, Keeps].map(Turn::AtOnce);
    for last in [Turn::Keeps, Turn::AtOnce(Keeps), Turn::AtOnce(GivesUp), Turn::AtOnce(GivesUpFirst), Turn::Drops] {
        for first in [Turn::Keeps, Turn::AtOnce(KeepsIf), Turn::AtOnce(GivesUp), Turn::AtOnce(GivesUpFirst)] {
            let (folder, db) = world(Duration::from_secs(5)).await;
            let turns = [&[first][..], &whole, &[last]].concat();
            let ended = group(&db, &turns).await;
            let wanted: Vec<bool> =
                turns.iter().map(|turn| matches!(turn, Turn::Keeps | Turn::AtOnce(Keeps | KeepsIf))).collect();
            assert_eq!(oks(&ended), wanted, "{first:?} {last:?} {ended:?}");
            for given_up in [2, 4] {
                assert!(matches!(ended[given_up], Err(Error::GivenUp)), "{ended:?}");
            }
            acknowledged_and_only_they(&folder, db, &ended).await;
        }
    }
}

/// Nobody else in the group fails: a rollback of it all would hide what was left behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_gives_up_leaves_nothing_behind_and_nobody_else_out() {
    use Whole::{GivesUp, GivesUpFirst, Keeps};
    for gives_up in [GivesUp, GivesUpFirst] {
        let (folder, db) = world(Duration::from_secs(5)).await;
        let ended = group(&db, &[Keeps, gives_up, Keeps].map(Turn::AtOnce)).await;
        assert_eq!(oks(&ended), [true, false, true], "{gives_up:?} {ended:?}");
        assert!(matches!(ended[1], Err(Error::GivenUp)), "{gives_up:?} {ended:?}");
        acknowledged_and_only_they(&folder, db, &ended).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_that_waits_for_nothing_is_durable() {
    let (folder, db) = world(Duration::from_secs(5)).await;
    let ended = group(&db, &[Turn::AtOnce(Whole::Keeps); 150]).await;
    assert!(ended.iter().all(Result::is_ok));
    acknowledged_and_only_they(&folder, db, &ended).await;
}

/// A fault that ends the transaction, or may have, fails every member that has no answer yet; whoever comes after is
/// served by a new connection.
async fn fault(what: Turn) {
    let (folder, db) = world(Duration::from_secs(5)).await;
    keep(&db, "before").await.unwrap();
    // Members queued after a fault of RELEASE or ROLLBACK TO form the next group, which succeeds.
    let ended = group(&db, &[Turn::Keeps, Turn::AtOnce(Whole::Keeps), what]).await;
    assert_eq!(oks(&ended), [false, false, false], "{what:?} {ended:?}");
    for unanswered in ended.iter().take(2) {
        assert!(matches!(unanswered, Err(Error::Unavailable(_))), "{what:?} {unanswered:?}");
    }
    assert!(kept(&db, "before").await);
    acknowledged_and_only_they(&folder, db, &ended).await;
}

/// The same after another failure, when every member has a savepoint; the first was in that one's group, and runs again.
async fn fault_in_careful_days(what: Whole) {
    let (folder, db) = world(Duration::from_secs(5)).await;
    let ended = group(&db, &[Whole::Keeps, Whole::Fails, Whole::Keeps, what].map(Turn::AtOnce)).await;
    assert_eq!(oks(&ended), [true, false, false, false], "{what:?} {ended:?}");
    assert!(matches!(ended[2], Err(Error::Unavailable(_))), "{what:?} {ended:?}");
    acknowledged_and_only_they(&folder, db, &ended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_rollback_to_fails_the_unanswered() {
    // SQLite answers SQLITE_FULL by rolling the whole transaction back: the member's savepoint is gone.
    fault(Turn::FillsTheDisk).await;
    fault_in_careful_days(Whole::FillsTheDisk).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_commit_fails_the_unanswered() {
    fault(Turn::SpoilsTheCommit).await;
    fault_in_careful_days(Whole::SpoilsTheCommit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_release_fails_the_unanswered() {
    fault(Turn::EndsTheTransaction).await;
    fault_in_careful_days(Whole::EndsTheTransaction).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_rollback_fails_the_unanswered() {
    fault(Turn::AtOnce(Whole::FillsTheDisk)).await;
    fault(Turn::AtOnce(Whole::EndsTheTransaction)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rollback_the_others_run_again() {
    for what in [Whole::Fails, Whole::SpoilsTheCommit] {
        let (folder, db) = world(Duration::from_secs(5)).await;
        let ended = group(&db, &[Turn::Keeps, Turn::AtOnce(Whole::Keeps), Turn::AtOnce(what)]).await;
        assert_eq!(oks(&ended), [true, true, false], "{what:?} {ended:?}");
        acknowledged_and_only_they(&folder, db, &ended).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_behind_a_fault_are_served() {
    let (folder, db) = world(Duration::from_secs(5)).await;
    let turns =
        [Turn::Keeps, Turn::FillsTheDisk, Turn::Keeps, Turn::SpoilsTheCommit, Turn::EndsTheTransaction, Turn::Keeps];
    let ended = group(&db, &turns).await;
    // The third is in a group with the fifth's fault; the last begins anew.
    assert_eq!(oks(&ended), [false, false, false, false, false, true], "{ended:?}");
    acknowledged_and_only_they(&folder, db, &ended).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_alone_is_told_and_over() {
    use Whole::{EndsTheTransaction, Fails, FillsTheDisk, GivesUp, SpoilsTheCommit};
    let whole = [GivesUp, Fails, FillsTheDisk, SpoilsTheCommit, EndsTheTransaction].map(Turn::AtOnce);
    let waiting = [Turn::Drops, Turn::Fails, Turn::FillsTheDisk, Turn::SpoilsTheCommit, Turn::EndsTheTransaction];
    for what in [waiting, whole].concat() {
        let (folder, db) = world(Duration::from_secs(5)).await;
        let ended = db.write(async |w| turn(w, "member 0", what).await).await.map(drop);
        assert!(ended.is_err(), "{what:?}");
        acknowledged_and_only_they(&folder, db, &[ended]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_database_cannot_be_opened_writers_are_told_and_then_served() {
    let (folder, db) = world(Duration::from_secs(5)).await;
    let (there, away) = (folder.path().join("portreeve.db"), folder.path().join("away.db"));
    std::fs::rename(folder.path().join("vault.db"), folder.path().join("vault.away")).unwrap();
    std::fs::create_dir(folder.path().join("vault.db")).unwrap();
    std::fs::rename(&there, &away).unwrap();
    std::fs::create_dir(&there).unwrap();
    // The connection there is goes on; once it is broken, none can be opened.
    let broken = db.write(async |w| turn(w, "member 0", Turn::EndsTheTransaction).await).await;
    assert!(broken.is_err());
    let refused = keep(&db, "refused").await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    std::fs::remove_dir(&there).unwrap();
    std::fs::rename(&away, &there).unwrap();
    std::fs::remove_dir(folder.path().join("vault.db")).unwrap();
    std::fs::rename(folder.path().join("vault.away"), folder.path().join("vault.db")).unwrap();
    let mut tries = 0;
    while let Err(error) = keep(&db, "served").await {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        tries += 1;
        assert!(tries < 50, "never opened again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let again = open_in(folder.path(), &patient()).await;
    assert!(kept(&again, "served").await && !kept(&again, "refused").await);
}
