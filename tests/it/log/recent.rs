//! What was recorded last, as the log holds it: leaves, and nothing of what they are of.

use super::export::answer;
use super::{happen, seal};
use crate::app::House;
use crate::temp::TempDir;
use crate::wording;
use portreeve::domain::time::When;
use portreeve::store::events;
use serde_json::Value;
use std::time::Duration;

both! {
    async fn the_last_leaves_are_shown_newest_first_and_no_payload(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("recent"));
        let app = &house.app;
        let settings = house.settings(folder.path());
        let recent = |more: &[&str]| {
            let (code, said, wrong) = answer(&[&["--json", "audit", "recent", "--config", &settings], more].concat());
            assert_eq!(code, Some(0), "{said}{wrong}");
            serde_json::from_str::<Value>(&said).unwrap()["events"].as_array().unwrap().clone()
        };
        happen(app, 3).await;
        seal(app).await;
        house.later(Duration::from_mins(1));
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let all = recent(&[]);
        assert_eq!(all.len(), events::newest(&mut app.db.peek(), 1_000).await.unwrap().len());
        assert_eq!((&all[0]["leaf"]["type"], &all[0]["index"]), (&"account.created".into(), &Value::Null));
        assert!(all[1]["index"].is_number() && all[1]["log"].is_string(), "{:?}", all[1]);
        let times: Vec<i64> = all.iter().map(|one| one["leaf"]["time_ms"].as_i64().unwrap()).collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
        assert!(all.iter().all(|one| one.as_object().unwrap().len() == 3 && !wording::says(&one.to_string(), "Ada")));
        assert_eq!(recent(&["--last", "2"])[..], all[..2]);

        // For people: a line each, with what it is, and what a leaf alone has left to `--json`.
        let (code, said, wrong) = answer(&["audit", "recent", "--config", &settings]);
        let first = said.lines().next().unwrap();
        assert_eq!((code, said.lines().count()), (Some(0), all.len()), "{said}{wrong}");
        let leaf = &all[0]["leaf"];
        let at = format!("{:.3}", When::from_millis(leaf["time_ms"].as_i64().unwrap()));
        let begins = format!("       -  {at}  account.created           ok  resident ");
        let pseudonym = leaf["actor"]["ref"].as_str().unwrap();
        assert!(first.starts_with(&begins) && first.contains(&format!(" {} (", &pseudonym[..8])), "{first}");
        assert!(!first.contains(&pseudonym[..9]) && !first.contains('{') && !first.contains("about"), "{first}");

        // Of one kind, with a place or without.
        house.resident("Bob Price", "bob@example.org", "turnip lantern cobble").await;
        for _ in 0..2 {
            let created = recent(&["--kind", "account.created"]);
            assert_eq!(created.len(), 2);
            assert!(created.iter().all(|one| one["leaf"]["type"] == "account.created"));
            seal(app).await;
        }
        assert!(recent(&["--kind", "officer.viewed"]).is_empty());
        for wrong in [&["--kind", "no.such"][..], &["--last", "0"], &["--last", "1001"]] {
            assert_eq!(answer(&[&["audit", "recent", "--config", &settings], wrong].concat()).0, Some(2), "{wrong:?}");
        }
    }
}
