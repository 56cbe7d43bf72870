//! What is destroyed is mostly of an earlier year, and what says so stands in the log of a later one.

use super::{RULE, found, odd, sweep};
use crate::app::House;
use crate::log::export::{answer, verdict};
use crate::log::python::python_verdict;
use crate::log::tampered::copy;
use crate::log::year::to_april;
use crate::log::{happen, seal};
use crate::temp::TempDir;
use portreeve::domain::time::When;
use portreeve::service::disposal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A part of a log, exported; gives its key.
pub fn export(settings: &str, out: &Path, more: &[&str]) -> String {
    let who = ["--json", "audit", "export", "--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit"];
    let to = ["--out", out.to_str().unwrap(), "--config", settings];
    let (_, said, wrong) = answer(&[&who[..], &to[..], more].concat());
    let said: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{wrong}"));
    said["key"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
}

/// Proof and index of each finding.
pub type Findings = BTreeSet<(u64, Option<u64>)>;

/// Both verifiers, of an export with others beside: how they end, what they find, and how many payloads are gone as entries say.
pub fn both(folder: &Path, key: &str, beside: &[&PathBuf]) -> (Option<i32>, Findings, Value) {
    let more = beside.iter().flat_map(|folder| ["--beside", folder.to_str().unwrap()]);
    let more: Vec<&str> = ["--without-witness"].into_iter().chain(more).collect();
    let (code, ours) = verdict(folder, key, &more);
    let (theirs, said) = python_verdict(folder, key, &more);
    if ours.get("error").is_some() || said.get("error").is_some() {
        assert!(code != Some(0) && theirs != Some(0), "{ours} {said}");
        return (Some(1), BTreeSet::new(), ours["error"].clone());
    }
    assert_eq!((code, found(&ours)), (theirs, found(&said)), "{ours} {said}");
    for count in ["destroyed", "unexplained", "first_bad_index"] {
        assert_eq!(ours[count], said[count], "{count}");
    }
    assert_eq!(ours["missing"].is_null(), said["missing"].is_null());
    (code, found(&ours), ours)
}

both! {
    async fn the_log_of_a_later_year_explains_what_is_gone_in_an_earlier_one(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("years"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        seal(app).await;
        happen(app, 5).await;
        seal(app).await;
        to_april(&house).await;
        let march = When::from("2027-03-01T12:00:00Z".parse::<jiff::Timestamp>().unwrap());
        assert_eq!(sweep(app, march, &|_| false).await, (5, 0));
        // One batch of two logs: an event for each.
        let (kinds, now) = (disposal::kinds_of("event.signin"), app.now() + Duration::from_secs(1));
        let two = disposal::strip(app, &kinds, (None, now), &|_| false, &RULE, app.now()).await.unwrap();
        assert_eq!((two.count, two.events.len(), two.spans.len(), two.next), (2, 2, 2, None));
        seal(app).await;
        happen(app, 3).await;
        seal(app).await;
        assert_eq!(odd(app).await, Vec::<&str>::new());
        let (old, new) = (folder.path().join("2026"), folder.path().join("2027"));
        let key = export(&settings, &old, &["--year", "2026"]);
        let of_new = export(&settings, &new, &["--year", "2027"]);
        // Alone it does not stand, and says what is missing.
        let (code, findings, said) = both(&old, &key, &[]);
        assert_eq!((code, findings.len(), &said["unexplained"]), (Some(1), 6, &6.into()), "{said}");
        assert!(findings.iter().all(|(proof, _)| *proof == 6));
        assert!(said["missing"].as_str().unwrap().contains("the logs of later years"), "{said}");
        let (code, _, said) = both(&old, &key, &[&new]);
        assert_eq!((code, &said["destroyed"], &said["missing"]), (Some(0), &6.into(), &Value::Null), "{said}");
        // The later one stands alone.
        let (code, _, said) = both(&new, &of_new, &[]);
        assert_eq!((code, &said["destroyed"]), (Some(0), &1.into()), "{said}");
        // Given twice it says everything twice; the earlier one says nothing of the later.
        assert_eq!(both(&old, &key, &[&new, &new]).1.len(), 6);
        let (code, _, error) = both(&new, &of_new, &[&old]);
        assert!(code == Some(1) && error.as_str().unwrap().contains("neither"), "{error}");
        // One that is not proved itself is not taken at its word.
        let hurt = folder.path().join("hurt");
        copy(&new, &hurt);
        let text = std::fs::read_to_string(hurt.join("entries.jsonl")).unwrap();
        std::fs::write(hurt.join("entries.jsonl"), text.replacen("\\\"ok\\\"", "\\\"denied\\\"", 1)).unwrap();
        let (code, findings, said) = both(&old, &key, &[&hurt]);
        assert_eq!((code, findings.len()), (Some(1), 7), "{said}");
        assert!(findings.contains(&(1, None)));
    }

    async fn what_stands_behind_a_part_of_a_log_is_given_beside_it(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("parts"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        seal(app).await;
        happen(app, 5).await;
        seal(app).await;
        sweep(app, app.now() + Duration::from_secs(1), &|_| false).await;
        seal(app).await;
        let (part, rest) = (folder.path().join("part"), folder.path().join("rest"));
        let key = export(&settings, &part, &["--from", "4", "--to", "6"]);
        export(&settings, &rest, &["--from", "6"]);
        let (code, findings, said) = both(&part, &key, &[]);
        assert_eq!((code, findings), (Some(1), [(6, Some(4)), (6, Some(5))].into()));
        assert!(said["missing"].as_str().unwrap().contains("from entry 6 on"), "{said}");
        let (code, _, said) = both(&part, &key, &[&rest]);
        assert_eq!((code, &said["destroyed"]), (Some(0), &2.into()), "{said}");
        // What names more than this part is asked for what lies in it; the rest stands alone.
        let (code, _, said) = both(&rest, &key, &[]);
        assert_eq!((code, &said["destroyed"]), (Some(0), &2.into()), "{said}");
    }
}
