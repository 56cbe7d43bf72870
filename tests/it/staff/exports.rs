//! Entries leave the house from the console: asked for with a reason, approved by a second person, once, and on record first.

use crate::app::House;
use crate::log::export::verdict;
use crate::log::python::python_verdict;
use crate::log::seal;
use crate::looking::{leaves, stop_the_record, told};
use crate::staff::browser::{Officer, says};
use crate::temp::TempDir;
use crate::wording;
use portreeve::domain::staff::Role;
use portreeve::service::log as logs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::time::Duration;

const ADA: &str = "ada@example.org";
const WORD: &str = "turnip lantern cobble";
const WHY: [(&str, &str); 3] = [("purpose", "security"), ("reason", "complaint"), ("case", "C-17")];

/// Where the first form that begins so leads.
fn action(body: &str, begins: &str) -> String {
    let at = body.find(&format!("action=\"{begins}")).unwrap_or_else(|| panic!("no form {begins} in {body}"));
    body[at + "action=\"".len()..].split('"').next().unwrap().to_owned()
}

/// The files of a zip.
fn unpacked(zip: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

fn laid_out(files: &BTreeMap<String, Vec<u8>>, folder: &Path) {
    for (name, bytes) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Asks for it, and the second person says yes: where it is taken.
async fn approved(asker: &mut Officer, second: &mut Officer, more: &[(&str, &str)]) -> String {
    let waits = asker.post("/exports", &[&WHY[..], more].concat()).await;
    assert_eq!(waits.to, "/approvals?asked=1", "{}", waits.body);
    let form = action(&second.get("/approvals").await.body, "/approvals/");
    let form = form.replace("/person", "");
    assert_eq!(second.post(&form, &[("answer", "yes")]).await.to, "/approvals");
    form.replace("/approvals/", "/exports/")
}

async fn key(house: &House) -> String {
    let name = portreeve::store::log::open(&mut house.app.db.peek()).await.unwrap().unwrap().name;
    logs::key_of(&house.app.db, &name).await.unwrap().unwrap().to_string()
}

/// Bea looks at Ada under a reason that hides it, with Fay's word.
async fn hidden_look(house: &House, bea: &mut Officer, fay: &mut Officer) {
    let hidden = [("purpose", "help"), ("reason", "crime_prevention"), ("case", "FR-7"), ("about", ADA)];
    assert_eq!(bea.post("/enquiries", &hidden).await.to, "/approvals?asked=1");
    let form = action(&fay.get("/approvals").await.body, "/approvals/").replace("/person", "");
    fay.post(&form, &[("answer", "yes")]).await;
    let with = [&hidden[..], &[("approval", form.rsplit('/').next().unwrap())]].concat();
    let opened = bea.post("/enquiries", &with).await.to;
    let there = bea.post(&format!("{opened}/search"), &[("who", ADA)]).await.to;
    assert_eq!(bea.get(&there).await.status, 200);
    house.later(Duration::from_secs(1));
    seal(&house.app).await;
}

both! {
    async fn a_log_leaves_the_house_once_by_two_and_proves_itself(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("console-export"));
        house.resident("Ada Wójcik", ADA, WORD).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::Auditor]).await;
        let (_, mut fay) = house.officer("Fay Orr", &[Role::Deputy]).await;
        let (_, mut cai) = house.officer("Cai Mott", &[Role::CustomerService]).await;
        seal(&house.app).await;
        says(&dee.get("/exports").await, 200, &["Take entries out of the record", "cannot be called back"]);
        says(&cai.get("/exports").await, 403, &["You may not do this with your roles"]);
        let bare = [("purpose", "security"), ("reason", "complaint")];
        says(&dee.post("/exports", &bare).await, 200, &["There is a problem", "Enter the number of the case"]);
        let wrong = |name, value| [&WHY[..], &[(name, value)]].concat();
        says(&dee.post("/exports", &wrong("from_index", "x")).await, 200, &["Enter a whole number"]);
        says(&dee.post("/exports", &wrong("from_index", "9999")).await, 200, &["There are no entries there"]);
        says(&dee.post("/exports", &wrong("form", "pdf")).await, 200, &["Select one from the list"]);
        let hides = [("purpose", "security"), ("reason", "crime_prevention"), ("case", "FR-7")];
        says(&dee.post("/exports", &hides).await, 200, &["Select a reason"]);

        assert!(!dee.get("/approvals").await.body.contains("Go on to take it out"));
        let take = approved(&mut dee, &mut fay, &[("form", "csv")]).await;
        says(&dee.get("/approvals").await, 200, &["Approved", "Go on to take it out", "href=\"/exports\""]);
        says(&cai.post(&take, &[]).await, 403, &["You may not do this with your roles"]);
        let (_, mut gil) = house.officer("Gil Pym", &[Role::Auditor]).await;
        says(&gil.post(&take, &[]).await, 409, &["A second person has to approve this"]);
        house.later(Duration::from_mins(6));
        assert_eq!(dee.post(&take, &[]).await.to, "/prove?next=%2Fexports", "the proof has to be fresh");
        assert_eq!(house.events("officer.exported").await, 0);
        dee.show_passkey("/prove").await;
        says(&dee.get("/exports").await, 200, &["Take it out", &take]);
        let zip = dee.post(&take, &[]).await;
        assert_eq!(zip.status, 200, "{}", zip.body);
        says(&dee.post(&take, &[]).await, 409, &["A second person has to approve this"]);
        assert!(!dee.get("/approvals").await.body.contains("Go on to take it out"));
        let exported = &leaves(&house, "officer.exported").await[..];
        assert_eq!((exported.len(), &exported[0]["reason_code"]), (1, &json!("complaint")));
        assert_eq!((&exported[0]["purpose"], &exported[0]["actor"]["role"]), (&json!("security"), &json!("auditor")));
        let said = told(&house, "officer.exported").await;
        assert_eq!((&said["v"], &said["context"]["case"], &said["data"]["forms"]), (&json!(2), &json!("C-17"), &json!(["csv"])));

        let files = unpacked(&zip.bytes);
        laid_out(&files, folder.path());
        let key = key(&house).await;
        for (code, said) in [
            verdict(folder.path(), &key, &["--without-witness"]),
            python_verdict(folder.path(), &key, &["--without-witness"]),
        ] {
            assert_eq!((code, &said["findings"]), (Some(0), &json!([])), "{said}");
        }
        let lines = String::from_utf8_lossy(&files["entries.jsonl"]).lines().count();
        assert_eq!(String::from_utf8_lossy(&files["entries.csv"]).matches("\r\n").count(), lines + 1);
        assert!(!wording::says(&String::from_utf8_lossy(&files["entries.jsonl"]), "Ada"));

        let late = approved(&mut dee, &mut fay, &[("from_index", "0"), ("to_index", "2")]).await;
        house.later(Duration::from_hours(25));
        dee.show_passkey("/sign-in").await;
        says(&dee.post(&late, &[]).await, 409, &["A second person has to approve this"]);
    }

    async fn a_selection_has_what_was_chosen_and_no_look_that_is_hidden(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("console-selection"));
        house.resident("Ada Wójcik", ADA, WORD).await;
        house.resident("Bob Price", "bob@example.org", WORD).await;
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::InformationGovernance]).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::Auditor]).await;
        let (_, mut fay) = house.officer("Fay Orr", &[Role::Deputy]).await;
        hidden_look(&house, &mut bea, &mut fay).await;
        let about_ada = [("resident", ADA), ("form", "syslog")];
        let mut counts = Vec::new();
        for officer in [&mut dee, &mut bea] {
            let take = approved(officer, &mut fay, &about_ada).await;
            let zip = officer.post(&take, &[]).await;
            assert_eq!(zip.status, 200, "{}", zip.body);
            let files = unpacked(&zip.bytes);
            let lines = String::from_utf8(files["entries.jsonl"].clone()).unwrap();
            let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
            assert_eq!((&manifest["format"], &manifest["filters"]), (&json!("portreeve-selection/1"), &json!(["resident=named"])));
            assert_eq!(manifest["entries"], lines.lines().count());
            assert!(lines.contains("account.created") && !wording::says(&lines, "Ada"), "{lines}");
            let proofs: Vec<_> = files.keys().filter(|name| name.starts_with("proofs/")).cloned().collect();
            assert_eq!(proofs.len(), lines.lines().count());
            assert!(!files.keys().any(|name| name.starts_with("tile/")), "nothing of what was not chosen");
            laid_out(&files, folder.path());
            for proof in &proofs {
                assert_eq!(verdict(&folder.path().join(proof), &key(&house).await, &["--without-witness"]).0, Some(0));
            }
            counts.push((lines.contains("crime_prevention"), lines.lines().count()));
        }
        assert!(!counts[0].0 && counts[1].0, "an auditor does not review delays: {counts:?}");
        let exported = leaves(&house, "officer.exported").await;
        assert!(exported.iter().all(|leaf| leaf["subject"].is_string()), "it is about her");

        // Nobody of that name: the second person is told, and nothing leaves.
        let take = approved(&mut bea, &mut fay, &[("resident", "nobody@example.org")]).await;
        says(&bea.post(&take, &[]).await, 404, &["There is a problem"]);
        assert_eq!(house.events("officer.exported").await, 2);
    }

    async fn what_the_record_says_of_somebody_they_know_does_not_leave_by_them(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::Auditor]).await;
        let (_, mut fay) = house.officer("Fay Orr", &[Role::Deputy]).await;
        seal(&house.app).await;
        let take = approved(&mut dee, &mut fay, &[("resident", ADA)]).await;
        assert_eq!(dee.post("/conflicts", &[("who", ADA)]).await.status, 303);
        // Neither what was approved before, nor what is asked for now.
        let known = ["You have declared that you know this person"];
        says(&dee.post(&take, &[]).await, 403, &known);
        says(&dee.post("/exports", &[&WHY[..], &[("resident", ADA)]].concat()).await, 403, &known);
        assert_eq!((house.events("officer.exported").await, house.events("officer.approval_requested").await), (0, 1));
        let refused = leaves(&house, "officer.not_permitted").await;
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().all(|leaf| leaf["subject"].is_string() && leaf["reason_code"] == "complaint"), "{refused:?}");
        // Of others, and of everybody, they may take it still.
        approved(&mut dee, &mut fay, &[("from_index", "0"), ("to_index", "2")]).await;
    }

    async fn what_cannot_be_recorded_does_not_leave(world: World) {
        let house = House::new(world).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::Auditor]).await;
        let (_, mut fay) = house.officer("Fay Orr", &[Role::Deputy]).await;
        seal(&house.app).await;
        let take = approved(&mut dee, &mut fay, &[]).await;
        stop_the_record(&house).await;
        let said = dee.post(&take, &[]).await;
        assert!(said.status >= 500 && said.body.contains("There is a problem"), "{}", said.status);
    }

    async fn who_approves_sees_the_resident_masked_on_record_and_hidden_if_the_look_is(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::InformationGovernance]).await;
        let (_, mut fay) = house.officer("Fay Orr", &[Role::Deputy]).await;
        let hidden = [("purpose", "help"), ("reason", "crime_prevention"), ("case", "FR-7"), ("about", ADA)];
        bea.post("/enquiries", &hidden).await;
        let waiting = fay.get("/approvals").await;
        says(&waiting, 200, &["Bea Lloyd", "FR-7", "See the resident"]);
        assert!(!waiting.body.contains("A… W…"));
        let person = action(&waiting.body, "/approvals/");
        assert!(person.ends_with("/person"), "{person}");
        says(&bea.get(&person).await, 409, &["your own"]);
        let seen = fay.get(&person).await;
        says(&seen, 200, &["A… W…", "a•••@example.org"]);
        assert!(!seen.body.contains("Wójcik") && !seen.body.contains(ADA));
        let viewed = &leaves(&house, "officer.viewed").await[0];
        assert_eq!((&viewed["reason_code"], &viewed["actor"]["role"]), (&json!("crime_prevention"), &json!("deputy")));
        assert_eq!(house.events("officer.notice_delayed").await, 1, "she would learn of the one by the other");
        fay.post(&person.replace("/person", ""), &[("answer", "no")]).await;
        says(&fay.get(&person).await, 409, &["There is a problem"]);
        assert_eq!(house.events("officer.viewed").await, 1);
        // Whoever knows her is not shown her.
        bea.post("/enquiries", &hidden).await;
        let person = action(&fay.get("/approvals").await.body, "/approvals/");
        assert_eq!(fay.post("/conflicts", &[("who", ADA)]).await.status, 303);
        says(&fay.get(&person).await, 403, &["There is a problem"]);
        assert_eq!(house.events("officer.viewed").await, 1);
        assert_eq!(house.events("officer.not_permitted").await, 1);
    }
}
