//! A run that is killed goes on where it was: each record goes once, and is counted once.

use super::APPROVED;
use crate::app::{Changes, House};
use crate::disposal::verified;
use crate::log::happen;
use crate::serve::portreeve;
use crate::staff::command::settings;
use crate::temp::TempDir;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::AccountId;
use portreeve::service::erasure::{self, Cause, Erased};
use portreeve::service::retention;
use portreeve::store::retention as runs;
use portreeve::store::{Housekeeping, accounts, erasures, sessions};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

/// Browsers that nobody used for more than thirteen months: several batches.
const BROWSERS: u32 = 1_500;

/// Accounts that their owners closed long ago.
const CLOSED: usize = 12;

/// People whose keys are due.
const KEYS: u32 = 24;

/// Entries of the log whose payloads are due: several batches too.
const ENTRIES: usize = 900;

/// How long the payloads of sign-ins are kept.
const SIGNIN: &str = "category = \"event.signin\"\ntrigger = \"event\"\nperiod = \"P13M\"";

async fn plant(house: &House) -> Vec<AccountId> {
    let app = &house.app;
    let long_ago = app.now() - super::DAY * 500;
    let mut closed = Vec::new();
    for nth in 0..CLOSED {
        let who = house.resident("Ada Wójcik", &format!("ada{nth}@example.org"), "turnip lantern cobble").await;
        app.db
            .write(async |mut w| {
                accounts::close(&mut w, who, long_ago).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        closed.push(who);
    }
    let ben = house.resident("Ben Okafor", "ben@example.org", "turnip lantern cobble").await;
    for first in (0..BROWSERS).step_by(100) {
        app.db
            .write(async |mut w| {
                for nth in first..first + 100 {
                    let last = long_ago - Duration::from_secs(u64::from(nth));
                    sessions::know_browser(&mut w, ben, &nth.to_be_bytes(), last).await?;
                }
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
    }
    closed
}

/// A command of a house.
fn command(settings: &str, words: &[&str]) -> Command {
    portreeve(&[&["--json"], words, &["--config", settings]].concat())
}

/// Puts a schedule in force that destroys without waiting, changed so: (file, what stands there, what shall stand there).
fn activate(settings: &str, folder: &Path, changes: Changes<'_>) {
    let quick = ("retention.toml", "dry_run_first = true", "dry_run_first = false");
    for (file, from, to) in [&[APPROVED, quick], changes].concat() {
        let file = folder.join("policies").join(file);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&file, text.replace(from, to)).unwrap();
    }
    let activate = ["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"];
    assert!(command(settings, &activate).output().unwrap().status.success());
}

/// Plans a run that two people let go on; gives it.
fn planned(settings: &str) -> Uuid {
    let planned = command(settings, &["retention", "plan", "--by", "Ole Berg"]).output().unwrap();
    let planned: Value = serde_json::from_slice(&planned.stdout).unwrap();
    let run = planned["run"].as_str().unwrap();
    if planned["state"] == "waiting" {
        let two = ["retention", "approve", run, "--by", "Meg Hale", "--approved-by", "Tom Reed"];
        assert!(command(settings, &two).output().unwrap().status.success());
    }
    run.parse().unwrap()
}

/// Begins to carry it out and is killed, after so long.
async fn is_killed(settings: &str, after: Duration) {
    let mut child = command(settings, &["retention", "run"]).stdout(Stdio::null()).spawn().unwrap();
    tokio::time::sleep(after).await;
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Begins to carry it out and is killed so long after a key of somebody has gone.
async fn is_killed_amidst_keys(house: &House, settings: &str, after: Duration) {
    let before = keys_left(house).await.0;
    let mut child = command(settings, &["retention", "run"]).stdout(Stdio::null()).spawn().unwrap();
    while child.try_wait().unwrap().is_none() && keys_left(house).await.0 == before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    tokio::time::sleep(after).await;
    // Or it has ended by itself.
    drop(child.kill());
    child.wait().unwrap();
}

/// Carries it out to its end, on a machine that may be busy with other things.
async fn ends(house: &House, settings: &str) {
    let mut said = Vec::new();
    for _ in 0..20 {
        super::seal(house).await;
        let output = command(settings, &["retention", "run"]).output().unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        if output.status.success() && (answer["done"] == true || answer["run"].is_null()) {
            return;
        }
        said.push(answer);
    }
    panic!("it does not end: {said:?}");
}

/// People who were erased so long ago that nothing needs their evidence keys.
async fn gone(house: &House) -> Vec<AccountId> {
    let (app, mut people) = (&house.app, Vec::new());
    for nth in 0..KEYS {
        let who = house.resident("Ada Wójcik", &format!("ada{nth}@example.org"), "turnip lantern cobble").await;
        let cause = Cause::Resident(Context::default());
        assert!(matches!(erasure::erase(app, who, &cause, None, app.now()).await.unwrap(), Erased::Done { .. }));
        people.push(who);
    }
    super::seal(house).await;
    retention::finish_erasures(app, app.now()).await.unwrap();
    let long_ago = app.now() - super::DAY * (366 * 8);
    app.db
        .write(async |mut w| {
            w.sql("UPDATE erasure SET erased_at = $1").bind(long_ago).run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
    people
}

/// How many keys are there, and how many payloads of theirs.
async fn keys_left(house: &House) -> (i64, i64) {
    let mut read = house.app.db.read().await.unwrap();
    let keys = "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.person_key";
    let sealed = "SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE person IS NOT NULL";
    (read.sql(keys).scalar().await.unwrap(), read.sql(sealed).scalar().await.unwrap())
}

both! {
    async fn each_record_goes_once_however_often_the_run_is_killed(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("killed"));
        let settings = settings(&house, folder.path());
        activate(&settings, folder.path(), &[("retention/record.toml", SIGNIN, &SIGNIN.replace("P13M", "P0D"))]);
        let closed = plant(&house).await;
        happen(&house.app, ENTRIES).await;
        super::seal(&house).await;
        let run = planned(&settings);
        // Killed a little later each time, from before it could do anything to somewhere near its end.
        for nth in 0..20 {
            is_killed(&settings, Duration::from_millis(60 + 25 * nth)).await;
        }
        ends(&house, &settings).await;
        let app = &house.app;
        let parts = runs::parts(&mut app.db.peek(), run).await.unwrap();
        let part = |rule: &str| parts.iter().find(|part| part.rule == rule).unwrap();
        let counted = |rule: &str| (part(rule).due, part(rule).done);
        assert_eq!(counted("browser"), (i64::from(BROWSERS), i64::from(BROWSERS)));
        assert_eq!(counted("account.closed"), (12, 12));
        let (due, done) = counted("event.signin");
        assert!(due == done && usize::try_from(done).unwrap() >= ENTRIES, "{due} {done}");
        // Each payload that is gone is named by exactly one entry, or both verifiers say so.
        let (findings, destroyed) = verified(&house).await;
        assert!(findings.is_empty() && i64::try_from(destroyed).unwrap() >= done, "{findings:?} {destroyed} {done}");
        for who in closed {
            assert!(!super::is_there(&house, who).await);
            assert!(erasures::get(&mut app.db.peek(), who).await.unwrap().unwrap().finished_at.is_some());
        }
        assert_eq!((house.events("account.erased").await, house.events("account.erasure_finished").await), (CLOSED, CLOSED));
        assert_eq!(house.events("retention.finished").await, 1);
        let left = "SELECT CAST(COUNT(*) AS BIGINT) FROM known_browser";
        assert_eq!(app.db.peek().sql(left).scalar::<i64>().await.unwrap(), 0);
    }
    async fn each_persons_key_goes_once_however_often_the_run_is_killed(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("killed"));
        let settings = settings(&house, folder.path());
        activate(&settings, folder.path(), &[]);
        let people = gone(&house).await;
        super::seal(&house).await;
        let (keys, sealed) = keys_left(&house).await;
        assert_eq!(keys, i64::from(KEYS));
        assert!(sealed >= keys, "{sealed}");
        let before = house.events("person.key_destroyed").await;
        let run = planned(&settings);
        // Most of it lies amidst the keys: each time some of them go.
        let (mut amidst, mut kills) = (0, 0);
        while kills < 60 && keys_left(&house).await.0 > 0 {
            // At another point of what becomes of the next each time.
            is_killed_amidst_keys(&house, &settings, Duration::from_millis(kills * 3 % 20)).await;
            let left = keys_left(&house).await.0;
            amidst += usize::from(0 < left && left < i64::from(KEYS));
            kills += 1;
        }
        assert!(amidst > 0, "no kill came amidst the keys");
        ends(&house, &settings).await;
        assert_eq!(keys_left(&house).await, (0, 0));
        assert_eq!(house.events("person.key_destroyed").await - before, people.len(), "each is said once");
        let parts = runs::parts(&mut house.app.db.peek(), run).await.unwrap();
        let part = parts.iter().find(|part| part.rule == "person_key").unwrap();
        assert!(part.due == i64::from(KEYS) && part.finished_at.is_some(), "{part:?}");
        // Each payload that is gone is named by exactly one entry, or both verifiers say so.
        let (findings, destroyed) = verified(&house).await;
        assert!(findings.is_empty() && i64::try_from(destroyed).unwrap() >= sealed, "{findings:?} {destroyed} {sealed}");
        assert_eq!(house.events("retention.finished").await, 1);
    }
}
