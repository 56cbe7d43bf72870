//! `client why`, `client import-records`, `resident objections` and `resident decide-objection`.

use super::{PERMIT, ada, lines, standing};
use crate::app::House;
use crate::serve::portreeve;
use crate::temp::TempDir;
use portreeve::domain::sharing::{Decider, RecordState};
use serde_json::{Value, json};

const WHY: [&str; 6] = ["--by", "Bea Lloyd", "--reason", "rights_request", "--case", "C-17"];

fn run(house: &House, arguments: &[&str]) -> (i32, Value) {
    let folder = TempDir::new("settings");
    let settings = house.settings(folder.path());
    let output = portreeve(&[&["--json"], arguments, &["--config", &settings]].concat()).output().unwrap();
    let said = serde_json::from_slice(&output.stdout);
    let said = said.unwrap_or_else(|_| json!({ "error": String::from_utf8_lossy(&output.stderr) }));
    (output.status.code().unwrap(), said)
}

fn refused(said: &(i32, Value), code: i32, because: &str) {
    assert!(said.0 == code && said.1["error"].as_str().unwrap().contains(because), "{said:?}");
}

both! {
    async fn q03_why_a_service_gets_this_is_explained_as_a_look(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        let id = who.to_string();
        let (code, said) = run(&house, &["client", "why", "parking-permits"]);
        assert_eq!((code, said["shares"].as_array().unwrap().len()), (0, 3));
        assert_eq!(said["shares"][0]["power"], "rtra-1984-s45");
        assert_eq!(house.events("officer.viewed").await, 0, "of nobody");
        visitor.post(&format!("{}/withdraw", super::NEWS), &[]).await;
        let look = [&["client", "why", "parking-permits", "--resident", &id][..], &WHY].concat();
        let (code, said) = run(&house, &look);
        assert_eq!((code, house.events("officer.viewed").await), (0, 1));
        let claims = said["claims"].as_array().unwrap();
        let found = |claim: &str, purpose: &str| {
            claims.iter().find(|line| line["claim"] == claim && line["purpose"] == purpose).unwrap()
        };
        let name = found("name", "issue-resident-permit");
        assert_eq!((&name["gets"], &name["basis"], &name["because"]), (&json!(true), &json!("public_task"), &Value::Null));
        let news = found("email", "permit-newsletter");
        assert_eq!((&news["gets"], &news["because"], &news["record"]), (&json!(false), &json!("withdrawn"), &Value::Null));
        let page = visitor.get("/account/seen").await.body;
        assert!(page.contains("What services get from your account"), "{page}");

        refused(&run(&house, &["client", "why", "nobody"]), 1, "there is no service");
        refused(&run(&house, &look[..5]), 2, "--by");
        let none = [&["client", "why", "parking-permits", "--resident", &id, "--by", "Bea Lloyd", "--reason"][..], &["nonsense"]].concat();
        refused(&run(&house, &none), 1, "no such reason");
        let without = [&none[..8], &["rights_request"]].concat();
        refused(&run(&house, &without), 1, "case");
        let stranger = [&["client", "why", "parking-permits", "--resident", "8f14e45f-ceea-467f-a8f5-0123456789ab"][..], &WHY].concat();
        refused(&run(&house, &stranger), 1, "there is no account");
        assert_eq!(house.events("officer.viewed").await, 1);
    }

    async fn an_objection_is_decided_once_for_a_reason_that_she_may_know(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        let id = who.to_string();
        assert_eq!(run(&house, &["resident", "objections"]), (0, json!([])));
        let at = ["--client", "parking-permits", "--purpose", "issue-resident-permit"];
        let decide = |more: &[&str]| run(&house, &[&["resident", "decide-objection", &id][..], &at, &WHY, more].concat());
        refused(&decide(&["--uphold"]), 1, "no objection of");
        refused(&decide(&["--uphold", "--dry-run"]), 1, "no objection of");
        visitor.post(&format!("{PERMIT}/object"), &[("grounds", "My neighbour works there.")]).await;
        let (code, said) = run(&house, &["resident", "objections"]);
        assert_eq!((code, &said[0]["account"], &said[0]["purpose"]), (0, &json!(who), &json!("issue-resident-permit")));
        refused(&decide(&[]), 2, "--uphold");
        refused(&decide(&["--uphold", "--go-on"]), 2, "--go-on");
        // What goes on has grounds in words, which she reads.
        let folder = TempDir::new("grounds");
        let file = folder.path().join("grounds.txt");
        let path = file.to_str().unwrap();
        refused(&decide(&["--go-on"]), 2, "--grounds");
        refused(&decide(&["--uphold", "--grounds", path]), 2, "--grounds");
        refused(&decide(&["--go-on", "--grounds", path]), 1, "--grounds");
        for (text, dry) in [(" ", "--dry-run"), (&*"x".repeat(1_001), "--json")] {
            std::fs::write(&file, text).unwrap();
            refused(&decide(&["--go-on", "--grounds", path, dry]), 1, "at most 1,000 characters");
        }
        std::fs::write(&file, "We have to know who may park there.").unwrap();
        let hidden = ["--by", "Bea Lloyd", "--reason", "crime_prevention", "--case", "C", "--approved-by", "Cai Morgan", "--uphold"];
        let hidden = [&["resident", "decide-objection", &id][..], &at, &hidden].concat();
        refused(&run(&house, &hidden), 1, "hers to know");
        assert_eq!(decide(&["--uphold", "--dry-run"]).0, 0);
        assert!(standing(&house, who, "issue-resident-permit").await.paused.is_some());

        let (code, said) = decide(&["--go-on", "--grounds", path]);
        assert_eq!((code, &said["decision"], &said["written"]), (0, &json!("rejected"), &json!(true)));
        let (to, letter) = super::decision_letters(&house).await.remove(0);
        assert_eq!((to.as_str(), &*letter.subject), (super::ADA, "Our decision on your objection"));
        for words in ["Parking permits", "We have to know who may park there.", "Information Commissioner", "information@havenbrook.example"] {
            assert!(letter.body.contains(words), "{words}: {letter:?}");
        }
        let stands = standing(&house, who, "issue-resident-permit").await;
        assert!(stands.is_in_force(house.app.now()) && stands.paused.is_none());
        refused(&decide(&["--uphold"]), 1, "no objection of");
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!((line.how.actor, line.how.authority_ref.as_deref()), (Some(Decider::Officer), Some("C-17")));
        let page = visitor.get(PERMIT).await.body;
        assert!(page.contains("We decided to go on after the objection") && page.contains("who may park there"), "{page}");

        // She objects again, and is right; what is stopped begins again only at her own word.
        visitor.post(&format!("{PERMIT}/object"), &[]).await;
        assert_eq!(decide(&["--uphold"]).0, 0);
        assert_eq!(house.events("sharing.objection_decided").await, 2);
        assert_eq!(standing(&house, who, "issue-resident-permit").await.state, RecordState::ObjectionUpheld);
        let choose = format!("{PERMIT}/choose");
        let page = visitor.get(&choose).await;
        assert!(page.body.contains("get your details again") && !page.body.contains("consent-allow"), "{}", page.body);
        assert_eq!(visitor.post(&choose, &[]).await.to, choose);
        let seen = page.hidden("seen");
        assert_eq!(visitor.post(&choose, &[("seen", &seen)]).await.to, "/account/sharing?news=allowed");
        assert!(standing(&house, who, "issue-resident-permit").await.is_in_force(house.app.now()));
    }

    async fn what_is_imported_is_evidence_and_no_leave(world: World) {
        let house = House::new(world).await;
        let who = house.resident("Ada Wójcik", super::ADA, super::WORD).await;
        let folder = TempDir::new("records");
        let file = folder.path().join("records.jsonl");
        let path = file.to_str().unwrap();
        let line = |change: &dyn Fn(&mut Value)| {
            let mut line = json!({
                "resident": super::ADA, "purpose": "permit-newsletter", "notice": "permit-newsletter@1",
                "claims": ["email"], "evidence": "Box 12, sheet 40", "way": "post", "language": "en",
            });
            change(&mut line);
            line.to_string()
        };
        let import = |text: &str, more: &[&str]| {
            std::fs::write(&file, text).unwrap();
            let command = ["client", "import-records", "parking-permits", path, "--authority", "IG-2026-40"];
            run(&house, &[&command[..], more].concat())
        };
        let good = line(&|_| {});
        for (change, because) in [
            (line(&|line| line["purpose"] = json!("sell-it")), "no share"),
            (line(&|line| line["claims"] = json!(["name"])), "all of these claims"),
            (line(&|line| line["evidence"] = json!("")), "evidence"),
            (line(&|line| line["resident"] = json!("nobody@example.org")), "nobody signs in with that"),
            ("{}".to_owned(), "not a record"),
        ] {
            refused(&import(&format!("{good}\n{change}\n"), &[]), 1, because);
            refused(&import(&format!("{good}\n{change}\n"), &[]), 1, "line 2: nothing was imported");
        }
        assert_eq!(import(&good, &["--dry-run"]).1["imported"], 0);
        assert_eq!(lines(&house, who).await.len(), 0);
        assert_eq!(import(&good, &[]).1, json!({ "read": 1, "imported": 1, "there": 0, "dry_run": false }));
        assert_eq!(import(&good, &[]).1, json!({ "read": 1, "imported": 0, "there": 1, "dry_run": false }));
        assert_eq!(house.events("sharing.imported").await, 1);
        let stands = standing(&house, who, "permit-newsletter").await;
        assert_eq!((stands.record, stands.claims.len()), (None, 0));
        let line = lines(&house, who).await.remove(0);
        assert_eq!((line.state, line.how.authority_ref.as_deref()), (RecordState::Imported, Some("IG-2026-40")));
    }
}
