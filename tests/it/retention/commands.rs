//! How data leaves, from the command line.

use super::{APPROVED, person};
use crate::app::House;
use crate::serve::portreeve;
use crate::staff::command::settings;
use crate::temp::TempDir;
use portreeve::domain::retention::{HoldKind, Scope};
use portreeve::service::retention::{self, NewHold};
use portreeve::store::{Housekeeping, house, lapses};
use serde_json::Value;
use std::process::Output;

fn run(settings: &str, words: &[&str]) -> Output {
    portreeve(&[&["--json"], words, &["--config", settings]].concat()).output().unwrap()
}

fn said(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

both! {
    async fn a_schedule_is_forecast_planned_and_stopped(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("retention"));
        let settings = settings(&house, folder.path());
        let forecast = said(&run(&settings, &["retention", "forecast", "--months", "3"]));
        assert_eq!((forecast["draft"].as_bool(), forecast["months"].as_array().unwrap().len()), (Some(true), 3));
        let html = folder.path().join("forecast.html");
        let policies = folder.path().join("policies");
        let file = policies.join("retention.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("period = \"P13M\"", "period = \"P1M\"")).unwrap();
        let what_if = ["retention", "forecast", "--what-if", policies.to_str().unwrap(), "--html", html.to_str().unwrap()];
        let forecast = said(&run(&settings, &what_if));
        assert_eq!(forecast["what_if"]["rules"].as_array().unwrap().len(), forecast["rules"].as_array().unwrap().len());
        assert!(std::fs::read_to_string(html).unwrap().contains("account.dormant"));

        // A draft plans nothing.
        let refused = run(&settings, &["retention", "plan", "--by", "Ole Berg"]);
        assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stdout).contains("draft"), "{refused:?}");
        let dry = said(&run(&settings, &["retention", "plan", "--by", "Ole Berg", "--dry-run"]));
        assert_eq!((dry["draft"].as_bool(), dry["dry_run"].as_bool()), (Some(true), Some(true)));
        std::fs::write(&file, text.replace(APPROVED.1, APPROVED.2)).unwrap();
        let activate = ["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"];
        let activated = run(&settings, &activate);
        assert!(activated.status.success(), "{activated:?}");
        let planned = said(&run(&settings, &["retention", "plan", "--by", "Ole Berg"]));
        let id = planned["run"].as_str().unwrap().to_owned();
        assert_eq!(planned["state"], "cooling");
        assert!(!run(&settings, &["retention", "plan", "--by", "Ole Berg"]).status.success(), "one at a time");
        let run_now = said(&run(&settings, &["retention", "run"]));
        assert_eq!((run_now["done"].as_bool(), run_now["went"].as_i64()), (Some(false), Some(0)));
        let one = ["retention", "approve", &id, "--by", "Meg Hale", "--approved-by", "meg hale"];
        assert!(!run(&settings, &one).status.success(), "one person");
        let two = ["retention", "approve", &id, "--by", "Meg Hale", "--approved-by", "Tom Reed"];
        assert!(!run(&settings, &two).status.success(), "it does not wait");
        assert_eq!(said(&run(&settings, &["retention", "show"]))["runs"][0]["run"], id.as_str());
        assert!(run(&settings, &["retention", "cancel", &id, "--by", "Ole Berg"]).status.success());
        assert!(!run(&settings, &["retention", "cancel", &id, "--by", "Ole Berg"]).status.success(), "once");
        assert_eq!(said(&run(&settings, &["retention", "certificates"])), Value::Array(vec![]));
        assert_eq!(said(&run(&settings, &["retention", "review", "list"])), Value::Array(vec![]));
        let confirmed = said(&run(&settings, &["retention", "confirm-clock", "--by", "Ole Berg"]));
        assert_eq!(confirmed["confirmed"].as_bool(), Some(false));
    }

    async fn a_run_that_another_schedule_stopped_is_said_to_be_stopped(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("replaced"));
        let settings = settings(&house, folder.path());
        let file = folder.path().join("policies/retention.toml");
        let text = std::fs::read_to_string(&file).unwrap().replace(APPROVED.1, APPROVED.2);
        let activate = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let activated = run(&settings, &["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"]);
            assert!(activated.status.success(), "{activated:?}");
        };
        let goes = || String::from_utf8(portreeve(&["retention", "run", "--config", &settings]).output().unwrap().stdout).unwrap();
        activate(&text);
        assert_eq!(said(&run(&settings, &["retention", "plan", "--by", "Ole Berg"]))["state"], "cooling");
        assert!(goes().contains("its cooling period lasts"));
        house
            .app
            .db
            .write(async |mut w| {
                w.sql("UPDATE retention_run SET not_before = planned_at").run().await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        activate(&text.replace("2026-11-22.1", "2026-11-29.1"));
        let said = goes();
        assert!(said.contains("it is cancelled, for the schedule that it was planned by is not in force any more"), "{said}");
    }

    async fn a_person_looks_at_what_another_schedule_destroys(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("looks"));
        let settings = settings(&house, folder.path());
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let (policies, html) = (folder.path().join("policies"), folder.path().join("forecast.html"));
        let file = policies.join("retention.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let destroys = "period = \"P24M\"\naction = \"destroy\"";
        assert!(text.contains(destroys));
        std::fs::write(&file, text.replace(destroys, &destroys.replace("destroy", "review"))).unwrap();
        let months = ["retention", "forecast", "--months", "25", "--what-if", policies.to_str().unwrap()];
        let forecast = said(&run(&settings, &[&months[..], &["--html", html.to_str().unwrap()]].concat()));
        let sum = |of: &Value| of.as_array().unwrap().iter().map(|one| one.as_i64().unwrap()).sum::<i64>();
        let other = &forecast["what_if"];
        assert_eq!((sum(&forecast["reviewed"]), sum(&other["reviewed"])), (0, 1), "{forecast}");
        assert_eq!(sum(&forecast["totals"]), sum(&other["totals"]) + 1, "{forecast}");
        let rule = |of: &Value| of["rules"].as_array().unwrap().iter().find(|one| one["rule"] == "account.dormant").unwrap().clone();
        assert_eq!((&rule(&forecast)["action"], &rule(other)["action"]), (&"destroy".into(), &"review".into()));
        let page = std::fs::read_to_string(&html).unwrap();
        assert!(!page.contains("Records that a person looks at") && page.contains("(a person looks at them)"), "{page}");
        // Once it is in force, they stand in a table of their own.
        let activate = ["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"];
        assert!(run(&settings, &activate).status.success());
        let words = ["retention", "forecast", "--months", "25", "--html", html.to_str().unwrap(), "--config", &settings];
        let text = String::from_utf8(portreeve(&words).output().unwrap().stdout).unwrap();
        let (goes, looked) = text.split_once("A person looks at these, which stay until then:").unwrap();
        assert!(!goes.contains("account.dormant") && looked.contains("account.dormant"), "{text}");
        let page = std::fs::read_to_string(&html).unwrap();
        let (goes, looked) = page.split_once("Records that a person looks at").unwrap();
        assert!(!goes.contains("account.dormant") && looked.contains("account.dormant"), "{page}");
    }

    async fn a_late_review_is_named_and_a_wrong_schedule_leaves_the_last_one_in_force(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("review"));
        let settings = settings(&house, folder.path());
        let policies = folder.path().join("policies");
        let file = policies.join("retention.toml");
        let day = (house.app.now() - super::DAY * 2).day(&jiff::tz::TimeZone::UTC);
        let text = std::fs::read_to_string(&file).unwrap().replace(APPROVED.1, APPROVED.2);
        let late = text.replace("[engine]", &format!("review_by = {day}\n\n[engine]"));
        std::fs::write(&file, &late).unwrap();
        let lint = || {
            let words = ["--json", "policy", "lint", "--policies", policies.to_str().unwrap()];
            String::from_utf8(portreeve(&words).output().unwrap().stdout).unwrap()
        };
        let named = |what: &str, message: &str, remedy: &str| {
            let lint = lint();
            assert!([what, message, remedy].iter().all(|part| lint.contains(part)), "{what}: {lint}");
        };
        let message = format!("The schedule was to be looked at again by {day}. It goes on being followed.");
        named("retention.review", &message, "Have it looked at, and write who approved it, and the next day, in a new version.");
        let activate = ["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"];
        assert!(run(&settings, &activate).status.success());
        let doctor = String::from_utf8(run(&settings, &["doctor"]).stdout).unwrap();
        assert!(doctor.contains(&message), "{doctor}");
        // What cannot be followed is named too, and never comes to be in force.
        for (from, to, what, remedy) in [
            ("category = \"browser\"", "category = \"signal\"", "retention.two_rules", "Keep one of the two."),
            ("period = \"P24M\"", "period = \"P90D\"", "retention.warnings", "Write a longer period"),
            ("owner = \"Head of Customer Services\"", "owner = \"\"", "retention.empty", "Write who answers for it"),
        ] {
            let wrong = late.replace("2026-11-22.1", "wrong").replacen(from, to, 1);
            std::fs::write(&file, wrong).unwrap();
            named(what, "rule", remedy);
            assert!(!run(&settings, &activate).status.success(), "{what}");
        }
        let planned = said(&run(&settings, &["retention", "plan", "--by", "Ole Berg"]));
        assert_eq!((&planned["schedule"], &planned["state"]), (&"2026-11-22.1".into(), &"cooling".into()), "{planned}");
    }

    async fn the_doctor_says_what_waits_for_somebody(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("doctor"));
        let settings = settings(&house, folder.path());
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let (app, then) = (&house.app, house.app.now() - super::DAY * 40);
        let doctor = || String::from_utf8(run(&settings, &["doctor"]).stdout).unwrap();
        for said in ["for a person before going", "was to be looked at by", "nothing is destroyed"] {
            assert!(!doctor().contains(said), "{said}");
        }
        let clock = then.micros().to_be_bytes();
        let hold = NewHold {
            id: "LIT-1".into(),
            kind: HoldKind::Legal,
            reason: "A claim".into(),
            scope: Scope::default(),
            owner: person("Meg Hale"),
            review_by: then + super::DAY,
        };
        retention::place(app, &hold, &person("Meg Hale"), then).await.unwrap().unwrap();
        app.db
            .write(async |mut w| {
                lapses::ask_review(&mut w, (ada, "account.dormant"), "open_case", (then, app.now())).await?;
                house::set(&mut w, "retention.clock", &clock).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        for said in ["1 account waits for a person before going", "the hold LIT-1 was to be looked at by", "nothing is destroyed"] {
            assert!(doctor().contains(said), "{said}: {}", doctor());
        }
    }

    async fn a_hold_is_placed_by_one_and_released_by_two(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("holds"));
        let settings = settings(&house, folder.path());
        let soon = (house.app.now() + super::DAY * 60).day(&jiff::tz::TimeZone::UTC).to_string();
        let late = (house.app.now() + super::DAY * 400).day(&jiff::tz::TimeZone::UTC).to_string();
        let place = |day: &str, kind: &str| {
            let words = ["retention", "hold", "place", "FOI-1", "--kind", kind, "--reason", "A request", "--category", "officer.access"];
            let more = ["--owner", "Meg Hale", "--review-by", day, "--by", "Meg Hale"];
            run(&settings, &[&words[..], &more[..]].concat())
        };
        assert!(!place(&late, "foi").status.success(), "not within six months");
        assert_eq!(place(&soon, "grudge").status.code(), Some(2));
        assert!(!place(&soon, "foi").status.success(), "looks are held for claims, access, audit and fraud, not for this");
        assert!(place(&soon, "audit").status.success());
        let held = said(&run(&settings, &["retention", "hold", "list"]));
        assert_eq!((held[0]["hold"].as_str(), held[0]["owner"].as_str()), (Some("FOI-1"), Some("Meg Hale")));
        assert!(run(&settings, &["retention", "hold", "keep", "FOI-1", "--review-by", &soon, "--by", "Ole Berg"]).status.success());
        let release = |second: &str| run(&settings, &["retention", "hold", "release", "FOI-1", "--by", "Meg Hale", "--approved-by", second]);
        assert!(!release("Meg Hale").status.success());
        assert!(release("Tom Reed").status.success());
        assert!(!release("Tom Reed").status.success(), "once");
        assert_eq!(said(&run(&settings, &["retention", "hold", "list"])), Value::Array(vec![]));
        assert_eq!(said(&run(&settings, &["retention", "hold", "list", "--all"])).as_array().unwrap().len(), 1);
    }

    async fn an_operator_erases_reopens_and_notes_a_death(world: World) {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("ends"));
        let settings = settings(&house, folder.path());
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await.to_string();
        let ben = house.resident("Ben Okafor", "ben@example.org", "turnip lantern cobble").await.to_string();
        let why = ["--by", "Bea Lloyd", "--reason", "security_incident", "--case", "C-17"];
        let on = |command: &str, who: &str, more: &[&str]| run(&settings, &[&["resident", command, who][..], &why[..], more].concat());
        assert!(!on("reopen", &ada, &[]).status.success(), "it is not closed");
        let dry = said(&on("erase", &ada, &["--dry-run"]));
        assert_eq!(dry["erased"].as_bool(), Some(false));
        assert!(dry["kept"].as_array().unwrap().iter().any(|kept| kept["what"] == "log"), "{dry}");
        assert_eq!(said(&on("erase", &ada, &[]))["erased"].as_bool(), Some(true));
        assert!(!on("erase", &ada, &[]).status.success(), "once");
        assert_eq!(said(&on("death", &ben, &["--dry-run"]))["noted"].as_bool(), Some(false));
        assert_eq!(said(&on("death", &ben, &[]))["noted"].as_bool(), Some(true));
        assert!(!on("death", &ben, &[]).status.success(), "once");
        assert_eq!(house.events("account.death_noted").await, 1);
    }
}
