//! `portreeve resident`: accounts as an operator meets them, on a house that runs meanwhile.

use crate::account::visited;
use crate::app::House;
use crate::serve::portreeve;
use crate::temp::TempDir;
use crate::visitor::Visitor;
use portreeve::crypto::record::StoredPayload;
use portreeve::crypto::tokens::Token;
use portreeve::domain::session::SignedIn;
use portreeve::service::{people, sessions};
use portreeve::store::{deliveries, events};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;

const ADA: &str = "ada@example.org";
const WORD: &str = "turnip lantern cobble";

/// What every change is given.
const WHY: [&str; 6] = ["--by", "Bea Lloyd", "--reason", "security_incident", "--case", "C-17"];

/// Exit code, and what was said: as JSON, or the lines of what went wrong before anything was done.
fn run(house: &House, arguments: &[&str], typed: &str) -> (i32, Value) {
    let folder = TempDir::new("settings");
    let settings = house.settings(folder.path());
    let mut all = vec!["--json", "resident"];
    all.extend(arguments);
    all.extend(["--config", &settings]);
    let mut command = portreeve(&all);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = serde_json::from_slice(&output.stdout);
    let said = said.unwrap_or_else(|_| json!({ "error": String::from_utf8_lossy(&output.stderr) }));
    (output.status.code().unwrap(), said)
}

fn act(house: &House, deed: &str, more: &[&str], typed: &str) -> (i32, Value) {
    run(house, &[[deed].as_slice(), &WHY, more].concat(), typed)
}

/// Leaf and payload of the newest event of a type, which is about this person.
async fn event(house: &House, who: &SignedIn, wanted: &str) -> (Value, Value) {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    let row = rows.into_iter().find(|row| row.r#type == wanted).unwrap();
    let (sealed_under, payload) = (row.sealed_under.unwrap(), row.payload.unwrap());
    let stored = StoredPayload { id: row.id, person: row.person, sealed_under: &sealed_under, payload: &payload };
    let keys = people::keys(&mut house.app.db.peek(), &house.app.roots, who.account).await.unwrap();
    let opened = house.app.snapshot().recorder.open_payload(stored, &keys, &who.disclosure()).unwrap();
    (serde_json::from_str(&row.leaf).unwrap(), serde_json::from_str(&opened).unwrap())
}

/// How many calls to services wait.
async fn calls(house: &House) -> i64 {
    let standings = deliveries::standings(&mut house.app.db.peek()).await.unwrap();
    standings.iter().map(|one| one.waiting).sum()
}

async fn sign_in(house: &House) -> Visitor {
    let visitor = Visitor::new(house);
    visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
    visitor
}

both! {
    async fn an_account_is_suspended_and_restored_by_a_named_operator(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let here = sign_in(&house).await;
        assert_eq!(here.get("/account").await.status, 200);
        let cookie = Token::parse(&here.cookie("portreeve").unwrap()).unwrap();
        let who = sessions::find(&house.app, &cookie, house.app.now()).await.unwrap().unwrap();
        visited(&house, ada, who.session).await;

        let (code, said) = act(&house, "suspend", &["--dry-run"], " ADA@example.org\n");
        let wanted = json!({ "account": ada, "suspended": false, "sessions": 1, "told": 1, "dry_run": true });
        assert_eq!((code, &said), (0, &wanted));
        assert_eq!((here.get("/account").await.status, calls(&house).await), (200, 0), "nothing was done");
        let (leaf, payload) = event(&house, &who, "officer.viewed").await;
        assert_eq!((&leaf["reason_code"], &leaf["outcome"]), (&json!("security_incident"), &json!("ok")));
        assert_eq!(payload["data"], json!({ "fields": ["state", "sessions"], "by": "Bea Lloyd" }), "but it was a look");

        let (code, said) = act(&house, "suspend", &[], "ada@example.org\n");
        let wanted = json!({ "account": ada, "suspended": true, "sessions": 1, "told": 1, "dry_run": false });
        assert_eq!((code, &said), (0, &wanted));
        assert_eq!((here.get("/account").await.to.as_str(), calls(&house).await), ("/sign-in", 1));
        assert_eq!(sign_in(&house).await.get("/account").await.to, "/sign-in");
        let (leaf, payload) = event(&house, &who, "account.suspended").await;
        assert_eq!((&leaf["reason_code"], &leaf["channel"]), (&json!("security_incident"), &json!("batch")));
        assert!(!leaf.to_string().contains("Lloyd") && !leaf.to_string().contains("C-17"), "{leaf}");
        assert_eq!((&payload["data"]["by"], &payload["context"]["case"]), (&json!("Bea Lloyd"), &json!("C-17")));

        let id = ada.to_string();
        let (code, said) = act(&house, "suspend", &[&id], "");
        assert!(code == 1 && said["error"].as_str().unwrap().contains("resident restore"), "{said}");
        assert_eq!(house.events("account.suspended").await, 1);

        let (code, said) = act(&house, "restore", &[&id, "--dry-run"], "");
        assert_eq!((code, &said), (0, &json!({ "account": ada, "restored": false, "dry_run": true })));
        assert_eq!(house.events("account.restored").await, 0);
        let (code, said) = act(&house, "restore", &[&id], "");
        assert_eq!((code, &said["restored"]), (0, &json!(true)), "{said}");
        assert_eq!(event(&house, &who, "account.restored").await.1["data"]["by"], json!("Bea Lloyd"));
        assert_eq!(sign_in(&house).await.get("/account").await.status, 200);
        assert_eq!(here.get("/account").await.to, "/sign-in", "what was ended stays ended");
        let (code, said) = act(&house, "restore", &[&id], "");
        assert!(code == 1 && said["error"].as_str().unwrap().contains("resident suspend"), "{said}");
    }

    async fn a_profile_is_shown_once_the_look_is_on_record(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let here = sign_in(&house).await;
        let cookie = Token::parse(&here.cookie("portreeve").unwrap()).unwrap();
        let who = sessions::find(&house.app, &cookie, house.app.now()).await.unwrap().unwrap();
        visited(&house, ada, who.session).await;
        let (code, said) = act(&house, "show", &[], "ada@example.org\n");
        let services = json!([{ "client_id": "garden-waste", "last_received": house.app.now().to_string() }]);
        let wanted =
            json!({ "account": ada, "state": "active", "name": "Ada Wójcik", "email": ADA, "services": services });
        assert_eq!((code, &said), (0, &wanted));
        let (leaf, payload) = event(&house, &who, "officer.viewed").await;
        assert_eq!((&leaf["reason_code"], &leaf["channel"]), (&json!("security_incident"), &json!("batch")));
        let data = json!({ "fields": ["name", "email", "state", "services"], "by": "Bea Lloyd" });
        assert_eq!((&payload["data"], &payload["context"]["case"]), (&data, &json!("C-17")));
        let page = here.get("/account/seen").await.body;
        assert!(page.contains("looked at your record") && page.contains("We kept accounts safe"), "{page}");

        // Under a reason that is kept from her it takes two, and she is shown no more than before.
        let id = ada.to_string();
        let kept = ["show", &id, "--by", "Bea Lloyd", "--reason", "crime_prevention", "--case", "C-18"];
        for second in [&[][..], &["--approved-by", "BEA LLOYD"]] {
            let (code, said) = run(&house, &[&kept[..], second].concat(), "");
            let error = said["error"].as_str().unwrap();
            assert!(code == 1 && error.contains("--approved-by") && !error.contains("Ada"), "{code} {error}");
        }
        assert_eq!(house.events("officer.viewed").await, 1, "nothing was shown");
        let (code, said) = run(&house, &[&kept[..], &["--approved-by", "Cai Morgan"]].concat(), "");
        assert_eq!((code, &said["name"]), (0, &json!("Ada Wójcik")));
        assert_eq!((house.events("officer.viewed").await, house.events("officer.notice_delayed").await), (2, 1));
        let again = here.get("/account/seen").await.body;
        assert_eq!(again.matches("looked at your record").count(), page.matches("looked at your record").count());
    }

    async fn what_is_wrong_with_an_order_is_said_and_nothing_is_done(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let id = ada.to_string();
        let nobody = "8f14e45f-ceea-467f-a8f5-0123456789ab";
        for deed in ["show", "suspend", "restore"] {
            let orders: [(&[&str], &str, i32, &str); 9] = [
                (&[deed, nobody, "--by", "Bea", "--reason", "vital_interests"], "", 1, "no account"),
                (&[deed, "--by", "Bea", "--reason", "vital_interests"], "bob@example.org", 1, "nobody signs in"),
                (&[deed, "--by", "Bea", "--reason", "vital_interests"], " \n", 1, "whose account"),
                (&[deed, &id, "--by", "Bea", "--reason", "whim"], "", 1, "complaint"),
                (&[deed, &id, "--by", "Bea", "--reason", "complaint"], "", 1, "--case"),
                (&[deed, &id, "--by", "Bea", "--reason", "complaint", "--case", " "], "", 1, "--case"),
                (&[deed, &id, "--by", " ", "--reason", "vital_interests"], "", 2, "no name"),
                (&[deed, &id, "--reason", "vital_interests"], "", 2, "--by"),
                (&[deed, ADA, "--by", "Bea", "--reason", "vital_interests"], "", 2, "leave it out"),
            ];
            for (order, typed, ends, says) in orders {
                let (code, said) = run(&house, order, typed);
                let error = said["error"].as_str().unwrap();
                assert!(code == ends && error.contains(says), "{order:?}: {code} {error}");
                assert!(!error.contains("bob@"), "{error}");
            }
        }
        assert_eq!(house.events("account.suspended").await + house.events("account.restored").await, 0);
        assert_eq!(house.events("officer.viewed").await, 0);
        assert_eq!(sign_in(&house).await.get("/account").await.status, 200);
    }
}
