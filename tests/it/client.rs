//! `portreeve client`: the program as an operator meets it, on an installation of each database.

mod earlier;

use crate::serve::portreeve;
use crate::store::location;
use crate::temp::TempDir;
use crate::world::{Place, World};
use portreeve::crypto::record::{Recorder, StoredPayload};
use portreeve::crypto::roots::{RootSecret, Roots};
use portreeve::crypto::tokens::{Token, TokenHash, uuid};
use portreeve::domain::ids::AccountId;
use portreeve::domain::time::When;
use portreeve::policy::sample;
use portreeve::store::clients::{self, ClientRow};
use portreeve::store::{Db, Housekeeping, Settings, accounts, events, sharing};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

const GARDEN: &str = "services/garden-waste.toml";

/// What a change of high impact takes.
const APPROVED: [&str; 4] = ["--by", "Ada Wójcik", "--approved-by", "Bea Lloyd"];

/// An installation whose policies were put in force, and a folder of them to edit.
struct Installed {
    folder: TempDir,
    config: String,
    db: Db,
    _world: World,
}

impl Installed {
    async fn new(world: World) -> Self {
        let folder = TempDir::new("client");
        let path = folder.path();
        sample::write_to(&path.join("policies"), "http://localhost:8090", "http://localhost:8091").unwrap();
        RootSecret::generate_to_file(&path.join("root.secret")).unwrap();
        let database = match &world.place {
            Place::Sqlite(data) => format!("data = \"{}\"", data.path().display()),
            Place::Postgres(url) => {
                std::fs::write(path.join("database"), url).unwrap();
                std::fs::set_permissions(path.join("database"), std::fs::Permissions::from_mode(0o600)).unwrap();
                "postgres_url_file = \"database\"".to_owned()
            }
        };
        let text = format!(
            "issuer = \"http://localhost:8080\"\n{database}\npolicies = \"policies\"\nroot_secret_file = \"root.secret\"\n\
             mail_from = \"no-reply@havenbrook.example\"\nlanguages = [\"en\"]\n\
             [listen]\npublic = \"127.0.0.1:8080\"\n[smtp]\nhost = \"localhost\"\nport = 1\ntls = \"none\"\n"
        );
        let config = path.join("portreeve.toml");
        std::fs::write(&config, text).unwrap();
        let config = config.to_str().unwrap().to_owned();
        let db = Db::open(&location(&world), &Settings::default()).await.unwrap();
        let installed = Self { folder, config, db, _world: world };
        assert_eq!(installed.run(&["policy", "activate"]).0, 0);
        installed
    }

    /// Exit code and what was said, as JSON.
    fn run(&self, command: &[&str]) -> (i32, Value) {
        let mut arguments = vec!["--json"];
        arguments.extend(command);
        arguments.extend(["--config", self.config.as_str()]);
        let Output { status, stdout, stderr } = portreeve(&arguments).output().unwrap();
        let said = serde_json::from_slice(&stdout);
        (status.code().unwrap(), said.unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&stderr).into_owned())))
    }

    /// Changes a policy file.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join("policies").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
    }

    /// Makes residents known in a sector.
    async fn residents(&self, sector: &str, number: usize) {
        let now = When::from_seconds(1_800_000_000);
        for _ in 0..number {
            let (account, sub) = (AccountId(uuid()), Token::random());
            self.db
                .write(async |mut w| {
                    accounts::insert(&mut w, account, "active", b"sealed", now).await?;
                    sharing::claim_subject(&mut w, account, sector, sub.as_str(), now).await?;
                    w.commit_quietly(Housekeeping::Flow, ()).await
                })
                .await
                .unwrap();
        }
    }

    /// The payload of the newest event of a type that is about nobody.
    async fn payload(&self, wanted: &str) -> Value {
        let roots = Roots::derive(&RootSecret::from_file(&self.folder.path().join("root.secret")).unwrap()).unwrap();
        let rows = events::newest(&mut self.db.peek(), 1_000).await.unwrap();
        let row = rows.into_iter().find(|row| row.r#type == wanted).unwrap();
        let (sealed_under, payload) = (row.sealed_under.unwrap(), row.payload.unwrap());
        let stored = StoredPayload { id: row.id, person: row.person, sealed_under: &sealed_under, payload: &payload };
        let opened = Recorder::new(roots, "any").open_house_payload(stored).unwrap();
        serde_json::from_str::<Value>(&opened).unwrap()["data"].clone()
    }

    async fn count(&self, wanted: &str) -> usize {
        let rows = events::newest(&mut self.db.peek(), 1_000).await.unwrap();
        rows.iter().filter(|row| row.r#type == wanted).count()
    }
}

/// A client that registered itself.
pub fn registered(id: &str) -> ClientRow {
    ClientRow {
        id: id.into(),
        template: "conformance".into(),
        sector: "host:a.test".into(),
        metadata: r#"{"redirect_uris":["https://a.test/cb"]}"#.into(),
        secret: Some(vec![7; 32]),
        previous_secret: None,
        previous_until: None,
        created_at: When::from_seconds(1_800_000_000),
    }
}

/// Stores such a client.
async fn keep(house: &Installed, row: &ClientRow) {
    let kept = house.db.write(async |mut w| {
        clients::insert(&mut w, row, &[1; 32], 10).await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    kept.await.unwrap();
}

/// The files that a plan or an activation names.
fn files(said: &Value) -> Vec<&str> {
    said["changes"].as_array().unwrap().iter().map(|change| change["file"].as_str().unwrap()).collect()
}

both! {
    async fn the_files_of_services_are_planned_and_applied_and_no_others(world: World) {
        let house = Installed::new(world).await;
        let (code, said) = house.run(&["client", "plan"]);
        assert_eq!((code, &said["differs"]), (0, &Value::from(false)), "{said}");
        assert_eq!(house.run(&["client", "list"]).0, 0);

        house.edit(GARDEN, "[\"openid\", \"profile\", \"email\", \"offline_access\"]", "[\"openid\", \"profile\", \"email\"]");
        house.edit("reasons.toml", "needs_case = true", "needs_case = false");
        let (code, said) = house.run(&["client", "plan"]);
        assert_eq!((code, files(&said)), (1, vec![GARDEN]), "{said}");
        assert_eq!(said["changes"][0]["words"], "scopes loses offline_access");
        let (code, said) = house.run(&["client", "list"]);
        let states: Vec<&str> = said["clients"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
        assert_eq!((code, states), (1, vec!["in force; its file says something else", "in force"]));

        let (code, said) = house.run(&["client", "apply", "--dry-run"]);
        assert_eq!((code, &said["changed"], files(&said)), (0, &Value::from(true), vec![GARDEN]));
        assert_eq!(house.run(&["client", "plan"]).0, 1, "nothing was done");
        let (code, said) = house.run(&[["client", "apply"].as_slice(), &APPROVED].concat());
        assert_eq!((code, &said["changed"]), (0, &Value::from(true)), "{said}");
        assert_eq!(house.run(&["client", "plan"]).0, 0);
        assert_eq!(house.count("config.policy_activated").await, 2);
        // The other file is as it was in force: only activating all policies takes it.
        let (_, said) = house.run(&["policy", "activate", "--dry-run"]);
        assert!(files(&said).iter().all(|file| *file == "reasons.toml") && !files(&said).is_empty(), "{said}");

        house.edit(GARDEN, "least_assurance = \"A0\"", "least_assurance = \"A9\"");
        for command in ["plan", "apply"] {
            assert_eq!(house.run(&["client", command]).0, 1, "{command} of a broken file");
        }
    }

    async fn files_that_are_applied_while_others_put_policies_in_force_do_not_put_the_earlier_back(world: World) {
        let house = Installed::new(world).await;
        let other = house.folder.path().join("other");
        sample::write_to(&other, "http://localhost:8090", "http://localhost:8091").unwrap();
        let reasons = std::fs::read_to_string(other.join("reasons.toml")).unwrap();
        std::fs::write(other.join("reasons.toml"), reasons.replace("needs_case = true", "needs_case = false")).unwrap();
        let other = other.to_str().unwrap();

        // What is in force is looked at before the files are read, and this one cannot be read before it is written.
        let file = house.folder.path().join("policies").join(GARDEN);
        let text = std::fs::read_to_string(&file).unwrap().replace("en = \"Garden waste\"", "en = \"Garden bins\"");
        std::fs::remove_file(&file).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        let apply = [["--json", "client", "apply"].as_slice(), &APPROVED, &["--config", &house.config]].concat();
        let applying = portreeve(&apply).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let mut pipe = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
        let (code, said) = house.run(&[["policy", "activate", "--policies", other].as_slice(), &APPROVED].concat());
        assert_eq!(code, 0, "{said}");
        std::io::Write::write_all(&mut pipe, text.as_bytes()).unwrap();
        drop(pipe);
        let Output { status, stdout, .. } = applying.wait_with_output().unwrap();
        let said = String::from_utf8(stdout).unwrap();
        assert!(status.code() == Some(1) && said.contains("put in force meanwhile"), "{said}");
        let (_, said) = house.run(&["policy", "activate", "--policies", other, "--dry-run"]);
        assert_eq!(said["changed"], false, "what was put in force meanwhile stays: {said}");
        assert_eq!(house.count("config.policy_activated").await, 2);
    }

    async fn a_change_of_high_impact_takes_a_second_named_person(world: World) {
        let house = Installed::new(world).await;
        let (_, said) = house.run(&["policy", "activate"]);
        assert_eq!((&said["changed"], &said["needs_second_person"]), (&Value::from(false), &Value::from(false)));
        // Words alone are put in force by one, who may be named.
        house.edit(GARDEN, "en = \"Garden waste\"", "en = \"Garden bins\"");
        let (code, said) = house.run(&["policy", "activate", "--by", " Ada  Wójcik "]);
        assert_eq!((code, &said["changed"], &said["by"]), (0, &Value::from(true), &Value::from("Ada Wójcik")), "{said}");
        let before = house.payload("config.policy_activated").await;
        assert_eq!((&before["by"], &before["approved_by"]), (&Value::from("Ada Wójcik"), &Value::Null));

        house.edit(GARDEN, "[\"openid\", \"profile\", \"email\", \"offline_access\"]", "[\"openid\", \"profile\", \"email\"]");
        for command in [["client", "apply"], ["policy", "activate"]] {
            let (code, said) = house.run(&[command.as_slice(), &["--dry-run"]].concat());
            assert_eq!((code, &said["needs_second_person"]), (0, &Value::from(true)), "{said}");
            let too_few: [&[&str]; 6] = [
                &[],
                &["--by", "Ada Wójcik"],
                &["--approved-by", "Bea Lloyd"],
                &["--by", "Ada Wójcik", "--approved-by", " ADA  wójcik"],
                &["--by", "Ada Wójcik", "--approved-by", " "],
                &["--by", "", "--approved-by", "Bea Lloyd"],
            ];
            for names in too_few {
                let (code, said) = house.run(&[command.as_slice(), names].concat());
                assert!(code == 1 && said["error"].is_string(), "{command:?} {names:?}: {said}");
            }
            let (_, said) = house.run(&command);
            let words = said["error"].as_str().unwrap();
            assert!(words.contains("garden-waste.toml: scopes loses offline_access") && words.contains("--approved-by"), "{words}");
        }
        assert_eq!(house.count("config.policy_activated").await, 2, "nothing was changed");
        assert_eq!(house.run(&["client", "plan"]).0, 1, "nothing was changed");

        // So do the policies of the staff.
        house.edit("access.cedar", "when { context.approved };", "when { context.fresh };");
        house.edit("staff.toml", "idle = \"15 min\"", "idle = \"30 min\"");
        let (_, said) = house.run(&["policy", "activate", "--by", "Ada Wójcik"]);
        let words = said["error"].as_str().unwrap();
        assert!(words.contains("delay_notice: with fresh proof now") && words.contains("! staff.toml: session.idle"), "{words}");

        let (code, said) = house.run(&[["policy", "activate"].as_slice(), &APPROVED].concat());
        assert_eq!((code, &said["approved_by"]), (0, &Value::from("Bea Lloyd")), "{said}");
        let named = house.payload("config.policy_activated").await;
        assert_eq!((&named["by"], &named["approved_by"]), (&Value::from("Ada Wójcik"), &Value::from("Bea Lloyd")));
        let rows = events::newest(&mut house.db.peek(), 1_000).await.unwrap();
        assert!(rows.iter().all(|row| !row.leaf.contains("Wójcik")), "the leaf names nobody");
    }

    async fn a_sector_is_not_changed_under_those_it_knows(world: World) {
        let house = Installed::new(world).await;
        house.edit(GARDEN, "sector = \"garden-waste\"", "sector = \"bins\"");
        let (_, said) = house.run(&["client", "plan"]);
        assert_eq!(said["forbidden"], Value::Array(vec![]), "it knows nobody yet");
        house.residents("garden-waste", 2).await;
        house.residents("parking-permits", 1).await;
        let (code, said) = house.run(&["client", "plan"]);
        assert_eq!((code, &said["forbidden"][0]["rule"]), (1, &Value::from("client.sector_changed")));
        for command in [["client", "apply"], ["policy", "activate"]] {
            let (code, said) = house.run(&command);
            let words = said["findings"][0]["message"].as_str().unwrap();
            assert!(code == 1 && words.contains("where 2 residents are known"), "{words}");
        }
        assert_eq!(house.count("config.policy_activated").await, 1);

        // Nor by taking the file out and putting it back.
        let file = house.folder.path().join("policies").join(GARDEN);
        let moved = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let (code, said) = house.run(&[["policy", "activate"].as_slice(), &APPROVED].concat());
        assert_eq!(code, 0, "{said}");
        std::fs::write(&file, &moved).unwrap();
        let (_, said) = house.run(&["policy", "activate"]);
        let words = said["findings"][0]["message"].as_str().unwrap();
        assert!(words.contains("was garden-waste") && words.contains("where 2 residents are known"), "{words}");
        std::fs::write(&file, moved.replace("sector = \"bins\"", "sector = \"garden-waste\"")).unwrap();
        let (code, said) = house.run(&[["policy", "activate"].as_slice(), &APPROVED].concat());
        assert_eq!(code, 0, "{said}");
    }

    async fn a_registration_token_is_shown_once_and_kept_as_a_hash(world: World) {
        let house = Installed::new(world).await;
        let command = ["client", "registration-token", "--template", "conformance", "--days", "3", "--uses", "2"];
        let (code, said) = house.run(&command);
        assert_eq!(code, 0, "{said}");
        let whole = TokenHash::of(said["token"].as_str().unwrap()).0;
        let said_hash = said["hash"].as_str().unwrap().to_owned();
        let now = When::from_seconds(0);
        let row = clients::token(&mut house.db.peek(), &whole, now).await.unwrap().unwrap();
        assert_eq!((row.template.as_str(), row.most, row.uses), ("conformance", Some(2), 0));
        assert_eq!(said["until"], row.expires_at.to_string());
        assert_eq!(house.count("config.client_token_made").await, 1);
        let (code, said) = house.run(&[command.as_slice(), &["--dry-run"]].concat());
        assert_eq!((code, &said["token"]), (0, &Value::Null));
        assert_eq!(house.count("config.client_token_made").await, 1);
        let hash = said_hash;
        let listed = || house.run(&["client", "registration-token", "--list"]).1["tokens"].clone();
        assert_eq!((listed()[0]["hash"].as_str(), listed()[0]["works"].as_bool()), (Some(hash.as_str()), Some(true)));
        let withdraw = |prefix: &str, more: &[&str]| house.run(&[&["client", "registration-token", "--withdraw", prefix], more].concat());
        let by = ["--by", "Bea Lloyd"];
        for (prefix, more, ends) in [(&hash[..], &[][..], 2), (&hash[..5], &by, 2), ("no-hex", &by, 2), ("000000000000", &by, 1)] {
            assert_eq!(withdraw(prefix, more).0, ends, "{prefix} {more:?}");
        }
        let (code, said) = withdraw(&hash[..8], &["--by", "Bea Lloyd", "--dry-run"]);
        assert_eq!((code, said["withdrawn"].as_bool(), listed().as_array().unwrap().len()), (0, Some(false), 1), "{said}");
        let (code, said) = withdraw(&hash[..8].to_uppercase(), &by);
        assert_eq!((code, said["withdrawn"].as_bool(), listed().as_array().unwrap().len()), (0, Some(true), 0), "{said}");
        let payload = house.payload("config.client_token_withdrawn").await;
        assert_eq!(payload, serde_json::json!({"template": "conformance", "token": hash, "by": "Bea Lloyd"}));
        assert!(clients::token(&mut house.db.peek(), &whole, now).await.unwrap().is_none(), "nobody registers by it");
        assert_eq!(withdraw(&hash, &by).0, 1, "once");

        let mut other = command;
        other[3] = "nothing";
        assert_eq!(house.run(&other).0, 1);
        other = command;
        other[5] = "0";
        assert_eq!(house.run(&other).0, 2);
    }

    async fn a_secret_is_replaced_in_the_file_or_at_once(world: World) {
        let house = Installed::new(world).await;
        let rotate = |id: &str, more: &[&str]| house.run(&[&["client", "rotate-secret", id], more].concat());
        assert_eq!(rotate("garden-waste", &[]).0, 1, "it has keys");
        assert_eq!(rotate("nobody", &[]).0, 1);
        assert_eq!(rotate("garden-waste", &["--overlap", "soon"]).0, 2);
        let old = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        house.edit(GARDEN, "security_profile = \"standard\"", "security_profile = \"legacy\"\nlegacy = { relaxations = [\"client_secret\"], until = 2099-03-31 }");
        house.edit(GARDEN, "\"private_key_jwt\"\njwks_uri = \"http://localhost:8090/jwks\"", &format!("\"client_secret_basic\"\nclient_secret_sha256 = \"{old}\""));
        assert_eq!(house.run(&[["client", "apply"].as_slice(), &APPROVED].concat()).0, 0);
        assert_eq!(rotate("garden-waste", &["--dry-run"]).1["client_secret"], Value::Null);
        assert_eq!(house.run(&["client", "plan"]).0, 0, "nothing was done");
        let (code, said) = rotate("garden-waste", &["--overlap", "7d"]);
        assert_eq!(code, 0, "{said}");
        let text = std::fs::read_to_string(house.folder.path().join("policies").join(GARDEN)).unwrap();
        let new = TokenHash::of(said["client_secret"].as_str().unwrap()).0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert!(text.contains(&format!("client_secret_sha256 = \"{new}\"\nprevious_client_secret = {{ sha256 = \"{old}\"")), "{text}");
        assert!(!text.contains(said["client_secret"].as_str().unwrap()));
        assert_eq!(house.run(&["client", "plan"]).0, 1);
        assert_eq!(house.run(&[["client", "apply"].as_slice(), &APPROVED].concat()).0, 0);

        let row = registered("registered");
        keep(&house, &row).await;
        let (_, said) = rotate("registered", &["--overlap", "12h"]);
        let stored = clients::by_id(&mut house.db.peek(), "registered").await.unwrap().unwrap();
        let shown = TokenHash::of(said["client_secret"].as_str().unwrap()).0.to_vec();
        assert_eq!((stored.secret, stored.previous_secret), (Some(shown), Some(vec![7; 32])));
        assert!(stored.previous_until.is_some());
        assert_eq!(house.count("config.client_secret_rotated").await, 1);
        let (code, said) = house.run(&["client", "list"]);
        let listed = &said["clients"][2];
        assert_eq!((code, &listed["from"], &listed["state"]), (0, &Value::from("registrations/conformance.toml"), &Value::from("in force")));
        assert!(!said.to_string().contains("sha256"), "K08: {said}");
        // Its file is that of its template.
        let state = || house.run(&["client", "list"]).1["clients"][2]["state"].as_str().unwrap().to_owned();
        let file = "registrations/conformance.toml";
        house.edit(file, "least_assurance = \"A0\"", "least_assurance = \"A1\"");
        assert_eq!(state(), "in force; its file says something else");
        std::fs::remove_file(house.folder.path().join("policies").join(file)).unwrap();
        assert_eq!((house.run(&["client", "list"]).0, state()), (1, "in force; its file is gone".to_owned()));
    }

    async fn what_a_service_is_excused_from_is_told_before_it_ends_and_refused_after(world: World) {
        let house = Installed::new(world).await;
        let today = portreeve::app::Clock::Wall.now().timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        let day = |days: i64| today.checked_add(jiff::Span::new().days(days)).unwrap().to_string();
        let used = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let state = || house.run(&["client", "list"]).1["clients"][0]["state"].as_str().unwrap().to_owned();
        let doctor = || house.run(&["doctor"]).1["found"].to_string();
        house.edit(GARDEN, "security_profile = \"standard\"", "security_profile = \"legacy\"\nlegacy = { relaxations = [\"client_secret\"], until = 2099-03-31 }");
        house.edit(GARDEN, "\"private_key_jwt\"\njwks_uri = \"http://localhost:8090/jwks\"", &format!("\"client_secret_basic\"\nclient_secret_sha256 = \"{used}\""));
        assert_eq!(house.run(&[["client", "apply"].as_slice(), &APPROVED].concat()).0, 0);
        assert_eq!(state(), "in force");
        assert!(!doctor().contains("excused"), "{}", doctor());
        house.edit(GARDEN, "2099-03-31", &day(30));
        assert_eq!(house.run(&[["client", "apply"].as_slice(), &APPROVED].concat()).0, 0);
        assert_eq!(state(), format!("in force; what it is excused from ends with {}", day(30)));
        assert!(doctor().contains("client_secret) ends with"), "{}", doctor());
        let policies = house.folder.path().join("policies");
        let lint = portreeve(&["policy", "lint", "--policies", policies.to_str().unwrap()]).output().unwrap();
        assert!(String::from_utf8(lint.stdout).unwrap().contains("client.legacy_ends"));

        house.edit(GARDEN, &day(30), &day(-2));
        for command in ["plan", "apply"] {
            let (code, said) = house.run(&["client", command]);
            assert_eq!((code, &said["findings"][0]["rule"]), (1, &Value::from("client.legacy_over")), "{said}");
        }
        let (code, said) = house.run(&["client", "rotate-secret", "garden-waste"]);
        assert!(code == 1 && said["error"].as_str().is_some_and(|error| error.contains("was excused from keys until")), "{said}");
        house.edit("registrations/conformance.toml", "2099-12-31", &day(-2));
        assert!(doctor().contains("client_secret) was") || doctor().contains("rs256) was"), "{}", doctor());
    }

    async fn a_second_rotation_keeps_the_secret_that_is_in_use(world: World) {
        let house = Installed::new(world).await;
        let rotate = |id: &str, more: &[&str]| house.run(&[&["client", "rotate-secret", id, "--overlap", "7d"], more].concat());
        let hash = |said: &Value| TokenHash::of(said["client_secret"].as_str().unwrap()).0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let file = || std::fs::read_to_string(house.folder.path().join("policies").join(GARDEN)).unwrap();
        let lines = |now: &str, before: &str| format!("client_secret_sha256 = \"{now}\"\nprevious_client_secret = {{ sha256 = \"{before}\"");
        let used = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        house.edit(GARDEN, "security_profile = \"standard\"", "security_profile = \"legacy\"\nlegacy = { relaxations = [\"client_secret\"], until = 2099-03-31 }");
        house.edit(GARDEN, "\"private_key_jwt\"\njwks_uri = \"http://localhost:8090/jwks\"", &format!("\"client_secret_basic\"\nclient_secret_sha256 = \"{used}\""));
        assert_eq!(house.run(&[["client", "apply"].as_slice(), &APPROVED].concat()).0, 0);
        rotate("garden-waste", &[]);
        // It was not put in force: the service goes on with the first.
        let (code, said) = rotate("garden-waste", &[]);
        let second = hash(&said);
        assert!(code == 0 && file().contains(&lines(&second, used)), "{}", file());
        assert_eq!(house.run(&[["client", "apply"].as_slice(), &APPROVED].concat()).0, 0);
        // Now it was, and the first is promised for seven days.
        for more in [&[][..], &["--dry-run"]] {
            let (code, said) = rotate("garden-waste", more);
            assert!(code == 1 && said["error"].as_str().is_some_and(|error| error.contains("works until") && error.contains("--replace")), "{said}");
        }
        assert!(file().contains(&lines(&second, used)));
        let (code, said) = rotate("garden-waste", &["--replace"]);
        assert!(code == 0 && file().contains(&lines(&hash(&said), &second)), "{}", file());
        assert_eq!(house.run(&["client", "rotate-secret", "garden-waste", "--overlap", "0d"]).0, 0);
        assert!(!file().contains("previous_client_secret"), "{}", file());

        let row = registered("registered");
        keep(&house, &row).await;
        assert_eq!(rotate("registered", &[]).0, 0);
        for more in [&[][..], &["--dry-run"]] {
            let (code, said) = rotate("registered", more);
            assert!(code == 1 && said["error"].as_str().is_some_and(|error| error.contains("works until") && error.contains("--replace")), "{said}");
        }
        let stored = async || clients::by_id(&mut house.db.peek(), "registered").await.unwrap().unwrap();
        // Nor by somebody who asks at the same moment, and saw no promise yet.
        let twice = house.db.write(async |mut w| {
            let rotated = clients::rotate_secret(&mut w, "registered", &[9; 32], (row.created_at, false), portreeve::app::Clock::Wall.now()).await?;
            w.commit_quietly(Housekeeping::Flow, rotated).await
        });
        assert!(!twice.await.unwrap().value);
        assert_eq!(stored().await.previous_secret, Some(vec![7; 32]), "it was promised");
        assert_eq!(rotate("registered", &["--replace"]).0, 0);
        assert_ne!(stored().await.previous_secret, Some(vec![7; 32]));
        assert_eq!(house.run(&["client", "rotate-secret", "registered", "--overlap", "0d"]).0, 0);
    }

    async fn a_client_that_registered_itself_is_removed_by_a_named_operator(world: World) {
        let house = Installed::new(world).await;
        let row = registered("tried-out");
        keep(&house, &row).await;
        let remove = |id: &str, more: &[&str]| house.run(&[&["client", "remove", id], more].concat());
        let there = async || clients::by_id(&mut house.db.peek(), "tried-out").await.unwrap().is_some();
        for (id, more, ends, says) in [
            ("tried-out", &[][..], 2, "--by"),
            ("tried-out", &["--by", " "], 2, "no name"),
            ("garden-waste", &["--by", "Bea Lloyd"], 1, "services/garden-waste.toml"),
            ("nobody", &["--by", "Bea Lloyd"], 1, "client list"),
            ("no body", &["--by", "Bea Lloyd"], 1, "no client_id"),
        ] {
            let (code, said) = remove(id, more);
            assert!(code == ends && said.to_string().contains(says), "{id} {more:?}: {code} {said}");
        }
        let (code, said) = remove("tried-out", &["--by", "Bea Lloyd", "--dry-run"]);
        assert_eq!((code, &said["removed"], there().await), (0, &Value::from(false), true), "{said}");
        assert_eq!(house.count("config.client_removed").await, 0);
        let (code, said) = remove("tried-out", &["--by", " Bea  Lloyd"]);
        assert_eq!((code, &said["removed"], there().await), (0, &Value::from(true), false), "{said}");
        let payload = house.payload("config.client_removed").await;
        assert_eq!((&payload["by"], &payload["template"]), (&Value::from("Bea Lloyd"), &Value::from("conformance")));
        let rows = events::newest(&mut house.db.peek(), 1_000).await.unwrap();
        assert!(rows.iter().all(|row| !row.leaf.contains("Lloyd")), "the leaf names nobody");
        assert_eq!(remove("tried-out", &["--by", "Bea Lloyd"]).0, 1, "once");
        assert_eq!(house.run(&["client", "plan"]).0, 0, "the files are as they were");
    }
}
