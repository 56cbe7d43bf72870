//! A run that is killed goes on where it was: each record goes once, and is counted once.

use super::APPROVED;
use crate::app::House;
use crate::disposal::verified;
use crate::log::happen;
use crate::serve::portreeve;
use crate::staff::command::settings;
use crate::temp::TempDir;
use portreeve::domain::ids::AccountId;
use portreeve::store::retention as runs;
use portreeve::store::{Housekeeping, accounts, erasures, sessions};
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;

/// Browsers that nobody used for more than thirteen months: several batches.
const BROWSERS: u32 = 1_500;

/// Accounts that their owners closed long ago.
const CLOSED: usize = 12;

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

both! {
    async fn each_record_goes_once_however_often_the_run_is_killed(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("killed"));
        let settings = settings(&house, folder.path());
        let file = folder.path().join("policies/retention.toml");
        let text = std::fs::read_to_string(&file).unwrap().replace(APPROVED.1, APPROVED.2);
        std::fs::write(&file, text.replace("dry_run_first = true", "dry_run_first = false")).unwrap();
        let file = folder.path().join("policies/retention/record.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(SIGNIN));
        std::fs::write(&file, text.replace(SIGNIN, &SIGNIN.replace("P13M", "P0D"))).unwrap();
        let run = |words: &[&str]| portreeve(&[&["--json"], words, &["--config", &settings]].concat());
        let activate = ["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"];
        assert!(run(&activate).output().unwrap().status.success());
        let closed = plant(&house).await;
        happen(&house.app, ENTRIES).await;
        super::seal(&house).await;
        let planned = run(&["retention", "plan", "--by", "Ole Berg"]).output().unwrap();
        let planned: Value = serde_json::from_slice(&planned.stdout).unwrap();
        let id = planned["run"].as_str().unwrap().to_owned();
        if planned["state"] == "waiting" {
            let two = ["retention", "approve", &id, "--by", "Meg Hale", "--approved-by", "Tom Reed"];
            assert!(run(&two).output().unwrap().status.success());
        }
        // Killed a little later each time, from before it could do anything to somewhere near its end.
        for nth in 0..20 {
            let mut child = run(&["retention", "run"]).stdout(Stdio::null()).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(60 + 25 * nth)).await;
            child.kill().unwrap();
            child.wait().unwrap();
        }
        for _ in 0..20 {
            super::seal(&house).await;
            let said = run(&["retention", "run"]).output().unwrap();
            assert!(said.status.success(), "{said:?}");
            let said: Value = serde_json::from_slice(&said.stdout).unwrap();
            if said["done"] == true || said["run"].is_null() {
                break;
            }
        }
        let app = &house.app;
        let parts = runs::parts(&mut app.db.peek(), id.parse().unwrap()).await.unwrap();
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
}
