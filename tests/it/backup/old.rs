//! Copies that are over by the schedule: they go, nothing else does, and `doctor` tells of those that stay.

use super::{Kept, command, said};
use crate::serve::portreeve;
use portreeve::domain::account::FullName;
use portreeve::domain::time::When;
use portreeve::service::retention;
use portreeve::store::{Housekeeping, events, house};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

/// Changes a head to that of a copy made so many days ago.
fn aged(days: u64) -> impl FnOnce(&mut Value) {
    move |head| {
        let taken = When::from_micros(head["taken_us"].as_i64().unwrap()) - Duration::from_hours(24 * days);
        head["taken_us"] = json!(taken.micros());
    }
}

fn inside(folder: &Path) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().file_name().to_str().unwrap().to_owned()).filter(|name| name.len() < 20).collect()
}

fn doctor(kept: &Kept) -> String {
    command(&["doctor", "--config", &kept.settings]).1.to_string()
}

both! {
    async fn copies_that_are_over_go_by_the_schedule_and_nothing_else(world: World) {
        let kept = Kept::new(world).await;
        assert!(doctor(&kept).contains("copies: `portreeve backup` made none yet"));
        let (data, vault) = kept.back_up("out");
        assert!(doctor(&kept).contains("\"copies\""), "{}", doctor(&kept));
        for (name, days) in [("out/due", 36), ("out/kept", 34)] {
            kept.told(&data, name, aged(days));
        }
        for (name, days) in [("out-vault/due", 8), ("out-vault/kept", 6), ("out/strayed", 8)] {
            kept.told(&vault, name, aged(days));
        }
        kept.told(&data, "out/foreign", |head| {
            aged(400)(head);
            head["issuer"] = json!("https://elsewhere.example");
        });
        kept.told(&data, "out/other-secret", |head| {
            aged(400)(head);
            let root = head["root"].as_str().unwrap().replace(|c: char| c.is_ascii_digit(), "e");
            head["root"] = json!(root);
        });
        std::fs::write(kept.path("out/letter"), "Dear Ada\n").unwrap();
        assert!(doctor(&kept).contains("2 copies are over and still there"), "{}", doctor(&kept));
        // A day goes by without another.
        let app = &kept.house.app;
        let last = portreeve::service::backup::last(&app.db).await.unwrap().unwrap();
        let older = json!({ "taken_us": last.taken_us - 25 * 3_600_000_000, "folders": last.folders }).to_string();
        app.db
            .write(async |mut w| {
                house::set(&mut w, "backup.last", older.as_bytes()).await?;
                w.commit_quietly(Housekeeping::Seal, ()).await
            })
            .await
            .unwrap();
        assert!(doctor(&kept).contains("the last copies are of"), "{}", doctor(&kept));

        // A name is for a second.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        kept.back_up("out");
        let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(inside(&kept.path("out")), names(&["kept", "foreign", "other-secret", "letter"]));
        assert_eq!(inside(&kept.path("out-vault")), names(&["kept"]));
        assert!(Path::new(&data).exists() && Path::new(&vault).exists());
        let schedule = app.snapshot().policy.retention.version.clone();
        let all = events::newest(&mut app.db.peek(), 50).await.unwrap();
        let gone = all.iter().filter(|event| event.r#type == "house.copies_destroyed");
        let gone: Vec<Value> = gone.map(|event| said(app, event)).collect();
        let told = |what: &str, copies: u64| json!({ "what": what, "copies": copies, "schedule": schedule, "by": "Bea Lloyd" });
        assert!(gone.len() == 2 && gone.contains(&told("data", 1)) && gone.contains(&told("vault", 2)), "{gone:?}");
        assert!(!doctor(&kept).contains("over and still there") && !doctor(&kept).contains("the last copies are of"));
    }

    async fn a_copy_that_did_not_get_its_name_does_not_count_as_made(world: World) {
        let kept = Kept::new(world).await;
        kept.back_up("out");
        let (app, out) = (&kept.house.app, kept.path("full"));
        let before = portreeve::service::backup::last(&app.db).await.unwrap();
        std::fs::create_dir(&out).unwrap();
        // Names that are taken by links to nowhere: a copy sees nothing there, and can be put there by no way.
        for second in 0..120 {
            let taken = (app.now() + Duration::from_secs(second)).timestamp().strftime("%Y%m%dT%H%M%SZ").to_string();
            std::os::unix::fs::symlink("nowhere", out.join(format!("data-{taken}.backup"))).unwrap();
        }
        let arguments = ["backup", "--by", "Bea Lloyd", "--config", &kept.settings, "--out", out.to_str().unwrap()];
        let (code, said) = command(&arguments);
        let error = said["error"].as_str().unwrap();
        assert!(code == Some(1) && error.contains("does not count as made") && error.contains("full/data-"), "{error}");
        assert_eq!(portreeve::service::backup::last(&app.db).await.unwrap(), before);
        // That it was begun is on record all the same.
        let all = events::newest(&mut app.db.peek(), 50).await.unwrap();
        assert_eq!(all.iter().filter(|event| event.r#type == "house.backed_up").count(), 2);
    }

    async fn f11_no_copy_is_destroyed_at_a_clock_that_jumped(world: World) {
        let kept = Kept::new(world).await;
        let (data, vault) = kept.back_up("out");
        kept.told(&data, "out/due", aged(36));
        kept.told(&vault, "out-vault/due", aged(8));
        let are_there = || ["out/due", "out-vault/due"].map(|name| kept.path(name).exists());
        // The server looked at the clock last ten years ago, and has not looked since it jumped.
        let (app, now) = (&kept.house.app, kept.house.app.now());
        retention::look_at_the_clock(app, now - Duration::from_hours(24 * 3_653)).await.unwrap();
        assert!(!doctor(&kept).contains("over and still there"), "{}", doctor(&kept));
        // A name is for a second.
        let second = Duration::from_millis(1_100);
        tokio::time::sleep(second).await;
        let [out, vault_out] = ["out", "out-vault"].map(|name| kept.path(name).to_str().unwrap().to_owned());
        let backup = ["backup", "--config", &kept.settings, "--out", &out, "--vault-out", &vault_out, "--by", "Bea Lloyd"];
        let output = portreeve(&backup).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("The vault as of"), "{text}");
        for words in ["No earlier copy is destroyed", "it has jumped", "`portreeve retention confirm-clock`"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(are_there(), [true; 2]);
        tokio::time::sleep(second).await;
        let (code, answer) = command(&backup);
        assert_eq!((code, &answer["destroyed"]), (Some(0), &json!([])), "{answer}");
        assert!(answer["clock_in_doubt"].as_str().is_some_and(|doubt| doubt.contains("it has jumped")), "{answer}");
        assert_eq!(are_there(), [true; 2]);

        assert!(retention::confirm_clock(app, &FullName::parse("Ole Berg").unwrap(), now).await.unwrap());
        tokio::time::sleep(second).await;
        let (code, answer) = command(&backup);
        assert_eq!((code, &answer["clock_in_doubt"]), (Some(0), &Value::Null), "{answer}");
        assert_eq!(are_there(), [false; 2]);
    }
}
