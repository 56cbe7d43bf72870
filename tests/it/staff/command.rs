//! `portreeve staff`: members as an operator meets them, on a house that runs meanwhile (row O06).

use super::browser::Officer;
use crate::app::{House, STAFF};
use crate::log::{seal, tamper, unguard};
use crate::serve::portreeve;
use crate::temp::TempDir;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::Context;
use portreeve::domain::staff::Role;
use portreeve::service::staff::arrivals;
use portreeve::service::staff::upstream::{Arrived, Purpose};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;

const BY: [&str; 2] = ["--by", "Op Erator"];
const SECOND: [&str; 2] = ["--approved-by", "Se Cond"];

/// A settings file of a house with its staff listener, for commands.
pub fn settings(house: &House, folder: &Path) -> String {
    let settings = house.settings(folder);
    let text = std::fs::read_to_string(&settings).unwrap();
    let text = text.replace("[listen]\n", "[listen]\nstaff = \"127.0.0.1:0\"\n");
    std::fs::write(&settings, format!("staff_origin = \"{STAFF}\"\n{text}")).unwrap();
    settings
}

/// Exit code, and what was said: as JSON, or the lines of what went wrong before anything was done.
fn run(house: &House, command: &str, arguments: &[&str]) -> (i32, Value) {
    let folder = TempDir::new("settings");
    let settings = settings(house, folder.path());
    let all = [&["--json", command], arguments, &["--config", &settings]].concat();
    let output = portreeve(&all).stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    let said = serde_json::from_slice(&output.stdout);
    let said = said.unwrap_or_else(|_| json!({ "error": String::from_utf8_lossy(&output.stderr) }));
    (output.status.code().unwrap(), said)
}

fn staff(house: &House, parts: &[&[&str]]) -> (i32, Value) {
    run(house, "staff", &parts.concat())
}

fn error(said: &(i32, Value)) -> &str {
    assert_ne!(said.0, 0);
    said.1["error"].as_str().unwrap()
}

both! {
    async fn an_operator_invites_changes_and_revokes(world: World) {
        let house = House::new(world).await;
        let ada = ["invite", "--name", "Ada Wójcik", "--role", "customer_service"];
        let (code, said) = staff(&house, &[&ada, &BY, &["--dry-run"]]);
        assert_eq!((code, &said["dry_run"]), (0, &json!(true)), "{said}");
        assert_eq!(staff(&house, &[&["list"]]).1["members"], json!([]));
        let (code, said) = staff(&house, &[&ada, &BY]);
        assert_eq!(code, 0, "{said}");
        let (id, link) = (said["id"].as_str().unwrap().to_owned(), said["link"].as_str().unwrap().to_owned());
        let invitation = link.strip_prefix(&format!("{STAFF}/enrol/")).unwrap();
        assert_eq!(staff(&house, &[&["list"]]).1["members"][0]["state"], "invited");

        let mut officer = Officer::new(&house.app);
        assert_eq!(officer.enrol(invitation).await.status, 303);
        assert_eq!(officer.show_passkey("/sign-in").await.status, 303);
        let listed = staff(&house, &[&["list"]]).1;
        assert_eq!((&listed["members"][0]["state"], &listed["members"][0]["name"]), (&json!("active"), &json!("Ada Wójcik")));

        let auditor = ["roles", &id, "--role", "auditor"];
        assert_eq!(staff(&house, &[&auditor, &BY, &["--dry-run"]]).1["after"], "auditor");
        assert!(officer.get("/").await.body.contains("customer service officer"));
        assert_eq!(staff(&house, &[&auditor, &BY]).0, 0);
        let front = officer.get("/").await.body;
        assert!(front.contains("auditor") && !front.contains("customer service officer"), "{front}");
        assert!(error(&staff(&house, &[&auditor, &BY])).contains("already"));

        assert_eq!(staff(&house, &[&["revoke", &id], &BY, &["--dry-run"]]).1["removed"], false);
        assert_eq!(officer.get("/").await.status, 200);
        assert_eq!(staff(&house, &[&["revoke", &id], &BY]).1["removed"], true);
        assert_eq!(officer.get("/").await.status, 200, "nobody is left: how to invite somebody");
        assert_eq!(officer.get("/prove").await.status, 303);
        assert!(error(&staff(&house, &[&["revoke", &id], &BY])).contains("removed before"));
        assert!(error(&staff(&house, &[&auditor, &BY])).contains("removed before"));
        assert_eq!(staff(&house, &[&["list"]]).1["members"][0]["state"], "removed");
        for (kind, times) in [("staff.invited", 1), ("staff.roles_changed", 1), ("staff.removed", 1)] {
            assert_eq!(house.events(kind).await, times, "{kind}");
        }
    }

    async fn o06_a_role_that_decides_about_others_takes_two_people(world: World) {
        let house = House::new(world).await;
        for role in ["administrator", "information_governance"] {
            let invite = ["invite", "--name", "Ada Wójcik", "--role", role];
            assert!(error(&staff(&house, &[&invite, &BY])).contains("two people"), "{role}");
            for second in ["Op Erator", " op  erator ", "Ada Wójcik"] {
                let said = staff(&house, &[&invite, &BY, &["--approved-by", second]]);
                assert!(error(&said).contains("nobody approves"), "{role} {second}: {}", said.1);
            }
        }
        let (_, said) = staff(&house, &[&["invite", "--name", "Ada Wójcik", "--role", "auditor"], &BY]);
        let id = said["id"].as_str().unwrap().to_owned();
        let more = ["roles", &id, "--role", "auditor", "administrator"];
        assert!(error(&staff(&house, &[&more, &BY])).contains("two people"));
        assert_eq!(staff(&house, &[&more, &BY, &SECOND]).0, 0);
        // What is kept, or taken away, needs no second person.
        assert_eq!(staff(&house, &[&["roles", &id, "--role", "administrator"], &BY]).0, 0);
        assert_eq!(house.events("staff.roles_changed").await, 2);
        assert!(error(&staff(&house, &[&["invite", "--name", "X Y", "--role", "superuser"], &BY])).contains("the roles are"));
    }

    async fn a_name_is_on_the_staff_once(world: World) {
        let house = House::new(world).await;
        let ada = |name: &'static str| ["invite", "--name", name, "--role", "auditor"];
        let (_, said) = staff(&house, &[&ada("Ada Wójcik"), &BY]);
        let id = said["id"].as_str().unwrap().to_owned();
        for more in [&[][..], &["--dry-run"]] {
            let said = staff(&house, &[&ada("ada  wójcik"), &BY, more]);
            assert!(said.0 == 1 && error(&said).contains("under that name already") && error(&said).contains(&id), "{said:?}");
        }
        assert_eq!(house.events("staff.invited").await, 1);
        assert_eq!(staff(&house, &[&["revoke", &id], &BY]).0, 0);
        assert_eq!(staff(&house, &[&ada("Ada Wójcik"), &BY]).0, 0, "who has left takes no name with them");
    }

    async fn somebody_is_invited_again_by_as_many_as_gave_the_roles(world: World) {
        let house = House::new(world).await;
        let (id, mut officer) = house.officer("Ada Wójcik", &[Role::InformationGovernance]).await;
        let id = id.to_string();
        let again = ["invite", "--again", &id];
        assert!(error(&staff(&house, &[&again, &BY])).contains("two people"));
        assert!(error(&staff(&house, &[&again, &BY, &["--approved-by", "Ada Wójcik"]])).contains("nobody approves"));
        let (code, said) = staff(&house, &[&again, &BY, &SECOND, &["--dry-run"]]);
        assert_eq!((code, &said["roles"]), (0, &json!(["information_governance"])), "{said}");
        assert_eq!(officer.get("/conflicts").await.status, 200);
        let (code, said) = staff(&house, &[&again, &BY, &SECOND]);
        assert_eq!((code, &said["id"]), (0, &json!(id)), "{said}");
        assert_eq!(officer.get("/conflicts").await.to, "/sign-in?next=%2Fconflicts");
        assert_eq!(staff(&house, &[&["list"]]).1["members"][0]["state"], "invited");
        let token = said["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        officer.passkey = None;
        assert_eq!(officer.enrol(&token).await.status, 303);
        assert_eq!(house.events("staff.invited_again").await, 1);
        for wrong in [&["invite"][..], &["invite", "--again", &id, "--name", "X Y"], &["invite", "--name", "X Y"]] {
            assert_eq!(staff(&house, &[wrong, &BY]).0, 2, "{wrong:?}");
        }
        let nobody = "00000000-0000-4000-8000-000000000000";
        assert!(error(&staff(&house, &[&["invite", "--again", nobody], &BY])).contains("there is no member"));
        assert_eq!(staff(&house, &[&["revoke", &id], &BY]).0, 0);
        assert!(error(&staff(&house, &[&again, &BY, &SECOND])).contains("removed before"));
    }

    async fn doctor_counts_two_of_one_name_once(world: World) {
        let house = House::new(world).await;
        let arrives = async |subject: &str, name: &str| {
            let arrived = Arrived {
                issuer: "https://login.example".to_owned(),
                subject: subject.to_owned(),
                name: FullName::parse(name).unwrap(),
                roles: vec![Role::InformationGovernance],
                auth_time: house.app.now(),
                purpose: Purpose::SignIn { before: None },
            };
            arrivals::arrive(&house.app, &arrived, "a browser", &Context::default(), house.app.now()).await.unwrap().unwrap();
        };
        let found = || run(&house, "doctor", &[]).1["found"].to_string();
        arrives("a", "Ada Wójcik").await;
        arrives("b", "ada WÓJCIK").await;
        let said = found();
        assert!(said.contains("of one name") && said.contains("fewer than two"), "{said}");
        arrives("c", "Bob Ellis").await;
        let said = found();
        assert!(said.contains("of one name") && !said.contains("fewer than two"), "{said}");
    }

    async fn doctor_finds_a_row_that_was_changed(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        seal(&house.app).await;
        let says = || run(&house, "doctor", &[]).1;
        assert!(says()["fine"].to_string().contains("rows of the record"));
        unguard(&house.app).await;
        tamper(&house.app, &["UPDATE event SET person = NULL WHERE type = 'account.created'"]).await;
        let said = says()["found"].to_string();
        assert!(said.contains("1 rows of the record are not as they were committed") && said.contains("(person)"), "{said}");
        tamper(&house.app, &["INSERT INTO notice_delay (event, reason, set_by, approved_by, set_at, review_by)
                              SELECT id, 'crime_prevention', 'x', 'y', at, at FROM event WHERE type = 'account.created'"]).await;
        let said = says()["found"].to_string();
        assert!(said.contains("2 rows of the record") && said.contains("(delay)"), "{said}");
    }

    async fn doctor_wants_two_who_may_approve(world: World) {
        let house = House::new(world).await;
        let complains = || {
            let (_, said) = run(&house, "doctor", &[]);
            said["found"].as_array().unwrap().iter().any(|one| one["what"].as_str().unwrap().contains("fewer than two"))
        };
        assert!(complains());
        let governance = [Role::InformationGovernance];
        house.officer("Ada Wójcik", &governance).await;
        let (_, invitation) = house.invite("Bob Ellis", &governance).await;
        assert!(complains(), "an invitation approves nothing");
        assert_eq!(Officer::new(&house.app).enrol(&invitation).await.status, 303);
        assert!(!complains());
    }
}
