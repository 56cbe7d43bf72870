//! What is said of a log that was destroyed by its rule, by whoever looks at the house: that it was, and no false alarm.

use super::{APPROVED, DAY, carry_out, days, open_year};
use crate::app::House;
use crate::backup::{Kept, command, restore};
use crate::disposal::sweep;
use crate::log::year::to_april;
use crate::log::{happen, seal, tamper};
use crate::seen::look;
use crate::temp::TempDir;
use portreeve::app::Clock;
use portreeve::domain::audit::leaf::log_year;
use portreeve::domain::staff::Role;
use portreeve::jobs::remember_head::RememberHead;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::retention::Certificate;
use portreeve::store::log::{self, LogRow};
use serde_json::Value;
use std::time::Duration;

/// A mark that somebody else put there.
const FORGED: &str = "UPDATE audit_log SET destroyed_at = closed_at WHERE destroyed_at IS NOT NULL";

/// A house of nine years by the clock that commands run at, whose first log is destroyed.
struct Old {
    kept: Kept,
    certificate: Certificate,
    gone: LogRow,
    /// The last checkpoint of that log.
    note: String,
}

impl Old {
    async fn new(world: crate::world::World) -> Self {
        let house = House::since(world, &[APPROVED], DAY * 365 * 9).await;
        let app = &house.app;
        days(&house, 0).await;
        let year = i64::from(log_year(app.now()));
        let ada = house.resident("Ada Wójcik", "ada@example.org", crate::seen::WORD).await;
        seal(app).await;
        look(&house, ada, "fault").await;
        happen(app, 5).await;
        seal(app).await;
        to_april(&house).await;
        sweep(app, app.now() - DAY * 10, &|_| false).await;
        happen(app, 5).await;
        seal(app).await;
        let today = Clock::Wall.now();
        house.later((today - DAY * 20).since(app.now()));
        days(&house, 0).await;
        open_year(&house).await;
        let certificate = carry_out(&house).await;
        seal(app).await;
        house.later(today.since(app.now()));
        days(&house, 0).await;
        seal(app).await;
        let gone = log::of_year(&mut app.db.peek(), year).await.unwrap().unwrap();
        assert!(gone.destroyed_at.is_some());
        let note = log::checkpoint(&mut app.db.peek(), &gone.name).await.unwrap().unwrap().note;
        let folder = TempDir::new("old");
        let settings = house.settings(folder.path());
        let schedule = folder.path().join("policies/retention.toml");
        let text = std::fs::read_to_string(&schedule).unwrap();
        std::fs::write(&schedule, text.replace(APPROVED.1, APPROVED.2)).unwrap();
        Self { kept: Kept { house, folder, settings }, certificate, gone, note }
    }

    /// What a command of this house says.
    fn says(&self, words: &[&str]) -> (Option<i32>, Value) {
        command(&[words, &["--config", &self.kept.settings]].concat())
    }
}

both! {
    async fn doctor_says_that_a_log_was_destroyed_and_finds_nothing_wrong_with_it(world: World) {
        let old = Old::new(world).await;
        let (code, said) = old.says(&["doctor"]);
        assert_eq!((code, &said["found"]), (Some(0), &Value::Array(vec![])), "{said}");
        let words = format!("{}: destroyed by its rule at {}", old.gone.name, old.gone.destroyed_at.unwrap());
        let left_out = said["left_out"].as_array().unwrap();
        assert_eq!(left_out.iter().filter(|one| one.as_str().unwrap().starts_with(&words)).count(), 1, "{said}");
        for what in ["log", "rows of the record", "retention"] {
            assert!(said["fine"].as_array().unwrap().contains(&what.into()), "{what}: {said}");
        }
        // Behind a mark that is not ours nobody says so.
        tamper(&old.kept.house.app, &[FORGED]).await;
        let (code, said) = old.says(&["doctor"]);
        assert!(code == Some(1) && !said.to_string().contains("destroyed by its rule"), "{said}");
        assert!(said["found"][0]["what"].as_str().unwrap().contains("(destroyed)"), "{said}");
    }

    async fn a_copy_of_a_house_whose_log_was_destroyed_is_well(world: World) {
        let old = Old::new(world).await;
        let (kept, app) = (&old.kept, &old.kept.house.app);
        RememberHead::into(None).round(app, app.now()).await.unwrap();
        let (data, vault) = kept.back_up("copy");
        let bare = kept.elsewhere("bare").await;
        // Somebody else knows it as it was.
        let note = kept.path("checkpoint");
        std::fs::write(&note, &old.note).unwrap();
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &["--checkpoint", note.to_str().unwrap()]));
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        let words = [
            format!("{} was destroyed by its rule", old.gone.name),
            format!("the checkpoint you brought knows {} with {} entries; they are here, and 0 more", old.gone.name, old.gone.size),
            "the vault knows".to_owned(),
        ];
        for words in words {
            assert!(said.to_string().contains(&words), "{words}: {said}");
        }
        // A mark that somebody else put there explains nothing.
        tamper(app, &[FORGED]).await;
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let (data, vault) = kept.back_up("forged");
        let bare = kept.elsewhere("other").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!((code, said["fine"].as_bool()), (Some(1), Some(false)), "{said}");
        let checks = said["checks"].as_array().unwrap();
        assert!(checks.iter().any(|check| check["what"] == "log" && !check["remedy"].is_null()), "{said}");
    }

    async fn officers_read_that_a_log_was_destroyed_and_when(world: World) {
        let old = Old::new(world).await;
        let house = &old.kept.house;
        let (_, mut eve) = house.officer("Eve Ash", &[Role::Auditor]).await;
        let logs = async |eve: &mut crate::staff::browser::Officer| {
            let page = eve.get("/log").await;
            assert_eq!(page.status, 200, "{}", page.body);
            crate::questions::tables(&page.body).into_iter().find(|(caption, _)| caption == "Logs").unwrap().1
        };
        let rows = logs(&mut eve).await;
        let of = |rows: &[Vec<String>], name: &str| rows.iter().find(|row| row[0] == name).unwrap().clone();
        let row = of(&rows, &old.gone.name);
        assert_eq!(row[1], old.gone.size.to_string());
        assert!(row[4].contains(" at ") || row[4].contains(','), "{row:?}");
        assert!(rows.iter().filter(|row| row[0] != old.gone.name).all(|row| row[4] == "Not destroyed"), "{rows:?}");
        assert_eq!(eve.get("/log/events.svg").await.status, 200);
        tamper(&house.app, &[FORGED]).await;
        assert_eq!(of(&logs(&mut eve).await, &old.gone.name)[4], "Marked as destroyed, but not by this service");
    }

    async fn a_certificate_that_is_printed_names_the_log_and_what_proves_it(world: World) {
        let old = Old::new(world).await;
        let file = old.kept.path("certificate.html");
        let id = old.certificate.id.to_string();
        let (code, said) = old.says(&["retention", "certificates", &id, "--html", file.to_str().unwrap()]);
        assert_eq!((code, &said["signature_holds"]), (Some(0), &true.into()), "{said}");
        let page = std::fs::read_to_string(file).unwrap();
        let [gone] = old.certificate.logs.as_slice() else { panic!("{:?}", old.certificate) };
        let words = [
            "Logs of whole years that were destroyed".to_owned(),
            format!("<code>{}</code>, with {} entries, as <code>{}</code> says", old.gone.name, old.gone.size, gone.event),
            format!("<pre>{}</pre>", old.note),
            "The log’s key signs the digest".to_owned(),
        ];
        for words in words {
            assert!(page.replace("&#x2f;", "/").contains(&words), "{words}: {page}");
        }
        assert!(!page.contains("does not hold"), "{page}");
    }
}
