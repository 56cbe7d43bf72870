//! Every command is run until it has left all that its row says, and leaves nothing else.

use super::record::Record;
use super::rows::{COMMANDS, of};
use crate::account::visited_at;
use crate::app::House;
use crate::client::registered;
use crate::serve::{demo, portreeve};
use crate::sharing::{client as client_of, says, standing};
use crate::staff::command::settings;
use crate::temp::TempDir;
use crate::visitor::Visitor;
use portreeve::app::Clock;
use portreeve::crypto::roots::{RootSecret, Roots};
use portreeve::crypto::tokens::Token;
use portreeve::domain::audit::Context;
use portreeve::domain::audit::leaf::log_year;
use portreeve::domain::client::Lang;
use portreeve::domain::ids::AccountId;
use portreeve::domain::sharing::Method;
use portreeve::domain::staff::Role;
use portreeve::service::backup;
use portreeve::service::log::Sealer;
use portreeve::service::sessions;
use portreeve::service::sharing::{self as deeds, Capture};
use portreeve::store::{
    Db, Housekeeping, Location, Settings, accounts, clients, events, house as stored_house, lapses, sessions as stored,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

const GARDEN: &str = "services/garden-waste.toml";

/// Who, why, and on whose word.
const WHY: [&str; 8] =
    ["--by", "Bea Lloyd", "--reason", "security_incident", "--case", "C-17", "--approved-by", "Cai Morgan"];

/// The same, and it is kept from whom it is about.
const HIDDEN: [&str; 8] =
    ["--by", "Bea Lloyd", "--reason", "crime_prevention", "--case", "FR-7", "--approved-by", "Cai Morgan"];

/// What each command has left so far.
struct Left {
    record: Record,
    kinds: BTreeMap<&'static str, BTreeSet<String>>,
    settings: String,
}

impl Left {
    /// Runs a command with these arguments on the installation; gives what it said.
    async fn run(&mut self, command: &'static str, arguments: &[&str]) -> Value {
        let settings = self.settings.clone();
        self.bare(command, &[arguments, &["--config", &settings]].concat()).await
    }

    /// Runs one that asks for no installation.
    async fn bare(&mut self, command: &'static str, arguments: &[&str]) -> Value {
        self.record.news().await.unwrap();
        let words: Vec<&str> =
            ["--json"].into_iter().chain(command.split(' ')).chain(arguments.iter().copied()).collect();
        let output = portreeve(&words).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let wrong = String::from_utf8(output.stderr).unwrap();
        // Some of them say that something is to be mended: no services answer here.
        let fine = output.status.success()
            || ["doctor", "retention show", "retention review list", "client list", "client unused", "audit verify"]
                .contains(&command);
        assert!(fine, "{command}: {said}{wrong}");
        let kinds = self.record.left_by(COMMANDS, command).await;
        self.kinds.entry(command).or_default().extend(kinds);
        serde_json::from_str(&said).unwrap_or_default()
    }
}

fn edit(folder: &Path, from: &str, to: &str) {
    let file = folder.join("policies").join(GARDEN);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(file, text.replace(from, to)).unwrap();
}

/// The record of a store on SQLite, which a command has made with this root secret.
async fn record(data: &Path, secret: &Path) -> Record {
    let db = Db::open(&Location::Sqlite(data.to_owned()), &Settings::default()).await.unwrap();
    Record::of(&db, &Roots::derive(&RootSecret::from_file(secret).unwrap()).unwrap())
}

/// A client that registered itself, at which a resident is.
async fn client(house: &House) {
    let row = registered("tried-out");
    let app = &house.app;
    app.db
        .write(async |mut w| {
            clients::insert(&mut w, &row, &[1; 32], 10).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
    let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
    let visitor = Visitor::new(house);
    visitor.post("/sign-in", &[("email", "ada@example.org"), ("password", "turnip lantern cobble")]).await;
    let cookie = Token::parse(&visitor.cookie("portreeve").unwrap()).unwrap();
    let who = sessions::find(app, &cookie, app.now()).await.unwrap().unwrap();
    visited_at("tried-out", house, ada, who.session).await;
}

/// Those that look, and change nothing of the installation.
async fn looks(left: &mut Left, folder: &Path) {
    let (policies, list) = (folder.join("policies"), folder.join("list"));
    std::fs::write(&list, "letmein\n").unwrap();
    let (policies, list) = (policies.to_str().unwrap(), list.to_str().unwrap());
    for command in [
        "migrate",
        "doctor",
        "client plan",
        "client list",
        "client deliveries",
        "client signals",
        "keys list",
        "audit checkpoint",
        "audit recent",
    ] {
        left.run(command, &[]).await;
    }
    for command in ["policy book", "policy matrix", "notice list", "ropa export", "client unused"] {
        left.run(command, &[]).await;
    }
    left.run("notice show", &["account@1"]).await;
    left.run("config check", &[]).await;
    left.bare("config example", &[]).await;
    left.bare("policy lint", &["--policies", policies]).await;
    left.bare("policy diff", &[policies, policies]).await;
    left.bare("policy access", &["--policies", policies]).await;
    left.bare("policy sample", &[GARDEN]).await;
    left.bare("audit schema", &[]).await;
    left.bare("passwords import", &[list, "--out", folder.join("filter").to_str().unwrap()]).await;
}

/// A copy was put back, from before somebody took a consent back, objected, and closed her account.
async fn put_back(house: &House) {
    let email = "eve@example.org";
    let eve = house.resident("Eve Hart", email, "turnip lantern cobble").await;
    for purpose in ["issue-resident-permit", "permit-newsletter"] {
        says(house, eve, "parking-permits", purpose).await;
    }
    Visitor::new(house).post("/sign-in", &[("email", email), ("password", "turnip lantern cobble")]).await;
    let of = async |purpose: &str| standing(house, eve, purpose).await.record.unwrap();
    let (told, consent) = (of("issue-resident-permit").await, of("permit-newsletter").await);
    let put_back = house.app.db.write(async |mut w| {
        for (record, what) in [(told.0, "objected"), (consent.0, "withdrawn"), (eve.0, "closed")] {
            w.sql("INSERT INTO vault.revocation (record, what, person, revoked_at) VALUES ($1, $2, $3, $4)")
                .bind(record)
                .bind(what)
                .bind(eve)
                .bind(house.app.now())
                .run()
                .await?;
        }
        stored_house::set(&mut w, backup::OPEN, b"{}").await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    put_back.await.unwrap();
}

/// The log is of a year that is over, and nothing has been signed in it for long.
async fn seal_long_ago(house: &House) {
    let long_ago = Clock::Wall.now() - Duration::from_hours(24 * 366);
    let mut sealer = Sealer::default();
    while events::unsealed(&mut house.app.db.peek()).await.unwrap() > 0 {
        sealer.step(&house.app, long_ago).await.unwrap();
    }
}

/// Those that are about one resident.
async fn resident(left: &mut Left, house: &House) {
    let id = house.app.db.peek().sql("SELECT id FROM account").scalar::<uuid::Uuid>().await.unwrap().to_string();
    let (why, hidden) = ([&[&*id], &WHY[..6]].concat(), [&[&*id], &HIDDEN[..]].concat());
    left.run("resident show", &hidden).await;
    for command in ["resident suspend", "resident restore"] {
        left.run(command, &[&why[..], &["--dry-run"]].concat()).await;
        left.run(command, &hidden).await;
    }
    left.run("resident restrict", &[&why[..], &["--dry-run"]].concat()).await;
    left.run("resident restrict", &why).await;
    left.run("resident lift-restriction", &[&why[..], &["--announce"]].concat()).await;
    left.run("resident lift-restriction", &[&why[..], &["--as-she-asks"]].concat()).await;
    sharing(left, house, &id).await;
}

/// Those about what services get of her.
async fn sharing(left: &mut Left, house: &House, id: &str) {
    left.run("client why", &["garden-waste"]).await;
    left.run("client why", &[&["garden-waste", "--resident", id], &HIDDEN[..]].concat()).await;
    let folder = TempDir::new("records");
    let file = folder.path().join("records.jsonl");
    let record = serde_json::json!({
        "resident": id, "purpose": "collect-garden-waste", "notice": "garden-waste@1", "claims": ["name"],
        "evidence": "Box 12",
    });
    std::fs::write(&file, record.to_string()).unwrap();
    let import = ["garden-waste", file.to_str().unwrap(), "--authority", "IG-40"];
    left.run("client import-records", &import).await;
    let who = AccountId(id.parse().unwrap());
    let (app, now) = (&house.app, house.app.now());
    let (client, page) = (client_of(house, "parking-permits"), Capture::on_page(Lang::En, Method::Page, 2, None));
    crate::sharing::says(house, who, "parking-permits", "issue-resident-permit").await;
    let at = (&*client, "issue-resident-permit");
    deeds::object(app, who, at, "", &page, Context::default(), now).await.unwrap().unwrap();
    left.run("resident objections", &[]).await;
    let about = [id, "--client", "parking-permits", "--purpose", "issue-resident-permit", "--uphold"];
    left.run("resident decide-objection", &[&about[..], &WHY[..6]].concat()).await;
}

/// Those that end accounts, and carry the schedule out.
async fn leaving(left: &mut Left, house: &House, folder: &Path) {
    let app = &house.app;
    let day = |days: u32| (app.now() + Duration::from_hours(24) * days).day(&jiff::tz::TimeZone::UTC).to_string();
    let mut people = Vec::new();
    for name in ["ben", "cat", "dan"] {
        people.push(house.resident("Ben Okafor", &format!("{name}@example.org"), "turnip lantern cobble").await);
    }
    let [ben, cat, dan] = people[..] else { panic!("{people:?}") };
    let (ben, cat, dan_id) = (ben.to_string(), cat.to_string(), dan.to_string());
    left.run("resident erase", &[&[&*ben][..], &HIDDEN[..], &["--dry-run"]].concat()).await;
    left.run("resident erase", &[&[&*ben][..], &WHY[..6]].concat()).await;
    left.run("resident death", &[&[&*cat][..], &WHY[..6]].concat()).await;
    let (now, long_ago) = (app.now(), app.now() - Duration::from_hours(24 * 500));
    app.db
        .write(async |mut w| {
            accounts::close(&mut w, dan, now).await?;
            lapses::ask_review(&mut w, (dan, "account.dormant"), "open_case", (now, now)).await?;
            stored::know_browser(&mut w, dan, b"a browser of old", long_ago).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
    left.run("resident reopen", &[&[&*dan_id][..], &WHY[..6]].concat()).await;
    left.run("retention review list", &[]).await;
    left.run("retention review decide", &[&dan_id, "account.dormant", "--goes", "--by", "Bea Lloyd"]).await;
    let policies = folder.join("policies").join("retention.toml");
    let text = std::fs::read_to_string(&policies).unwrap();
    let text = text.replace("approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]");
    let text = text.replace("dry_run_first = true", "dry_run_first = false");
    std::fs::write(&policies, text.replace("max_destroy_per_run = 5000", "max_destroy_per_run = 0")).unwrap();
    left.run("policy activate", &["--by", "Bea Lloyd", "--approved-by", "Cai Morgan"]).await;
    let (two, bea) = (["--by", "Bea Lloyd", "--approved-by", "Cai Morgan"], ["--by", "Bea Lloyd"]);
    let fay = house.resident("Fay Marsh", "fay@example.org", "turnip lantern cobble").await;
    app.db
        .write(async |mut w| {
            let unused = now - Duration::from_hours(24 * 650);
            w.sql("UPDATE account SET last_used_at = $1 WHERE id = $2").bind(unused).bind(fay).run().await?;
            lapses::ask_review(&mut w, (fay, "account.dormant"), "not_reached", (unused, now)).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await
        .unwrap();
    let (fay, out) = (fay.to_string(), folder.join("letter.html"));
    left.run("retention review letter", &[&fay, "--out", out.to_str().unwrap(), "--by", "Bea Lloyd"]).await;
    left.run("retention forecast", &[]).await;
    left.run("retention plan", &[&bea[..], &["--dry-run"]].concat()).await;
    for carried_out in [false, true] {
        let planned = left.run("retention plan", &bea).await;
        let run = planned["run"].as_str().unwrap_or_else(|| panic!("{planned}")).to_owned();
        if carried_out {
            left.run("retention approve", &[&*run, "--by", "Dee Hart"]).await;
            left.run("retention approve", &[&[&*run][..], &two[..]].concat()).await;
            left.run("retention run", &[]).await;
        } else {
            left.run("retention cancel", &[&[&*run][..], &bea[..]].concat()).await;
        }
    }
    left.run("retention show", &[]).await;
    left.run("retention certificates", &[]).await;
    let (soon, later) = (day(30), day(60));
    let place = ["FOI-1", "--kind", "foi", "--reason", "A request", "--owner", "Bea Lloyd", "--review-by", &soon];
    left.run("retention hold place", &[&place[..], &bea[..]].concat()).await;
    left.run("retention hold list", &[]).await;
    left.run("retention hold keep", &[&["FOI-1", "--review-by", &later][..], &bea[..]].concat()).await;
    left.run("retention hold release", &["FOI-1", "--by", "Dee Hart"]).await;
    left.run("retention hold release", &[&["FOI-1"][..], &two[..]].concat()).await;
    let then = long_ago.micros().to_be_bytes();
    app.db
        .write(async |mut w| {
            portreeve::store::house::set(&mut w, "retention.clock", &then).await?;
            w.commit_quietly(Housekeeping::Lease, ()).await
        })
        .await
        .unwrap();
    left.run("retention confirm-clock", &bea).await;
}

/// Those that are about members of staff.
async fn staff(left: &mut Left) {
    let cy = ["--name", "Cy Mott", "--role", "auditor", "--by", "Bea Lloyd"];
    left.run("staff invite", &[&cy[..], &["--dry-run"]].concat()).await;
    let invited = left.run("staff invite", &cy).await;
    let id = invited["id"].as_str().unwrap();
    left.run("staff list", &[]).await;
    left.run("staff roles", &[id, "--role", "deputy", "--by", "Bea Lloyd", "--approved-by", "Cai Morgan"]).await;
    left.run("staff invite", &["--again", id, "--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--dry-run"]).await;
    left.run("staff invite", &["--again", id, "--by", "Bea Lloyd", "--approved-by", "Cai Morgan"]).await;
    left.run("staff revoke", &[id, "--by", "Bea Lloyd"]).await;
}

both! {
    async fn every_command_leaves_what_its_row_says(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("commands"));
        let (app, path) = (&house.app, folder.path());
        client(&house).await;
        house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        house.officer("Imo Reed", &[Role::Deputy]).await;
        seal_long_ago(&house).await;
        let record_of = Record::of(&app.db, &app.roots);
        let mut left = Left { record: record_of, kinds: BTreeMap::new(), settings: settings(&house, path) };
        looks(&mut left, path).await;

        let event = events::newest(&mut app.db.peek(), 1).await.unwrap().remove(0).id.0.to_string();
        let out = path.join("out");
        let out = out.to_str().unwrap();
        let key = left.run("audit export", &[&WHY[..], &["--out", out]].concat()).await["key"].as_str().unwrap().to_owned();
        left.bare("audit verify", &[out, "--key", &key]).await;
        left.run("audit prove", &[&WHY[..], &[&event]].concat()).await;

        edit(path, "en = \"Garden waste\"", "en = \"Garden bins\"");
        left.run("policy propose", &["--by", "Dee Hart", "--dry-run"]).await;
        left.run("policy propose", &["--by", "Dee Hart"]).await;
        left.run("client apply", &["--by", "Bea Lloyd"]).await;
        edit(path, "en = \"Garden bins\"", "en = \"Garden waste\"");
        left.run("policy activate", &["--by", "Bea Lloyd"]).await;
        let made = left.run("client registration-token", &["--template", "conformance", "--days", "3"]).await;
        let hash = made["hash"].as_str().unwrap();
        left.run("client registration-token", &["--withdraw", hash, "--by", "Bea Lloyd"]).await;
        left.run("client rotate-secret", &["tried-out"]).await;
        left.run("client remove", &["tried-out", "--by", "Bea Lloyd"]).await;
        left.run("keys rotate", &["--at-once"]).await;
        left.run("keys rotate", &["--leaked"]).await;

        left.bare("client new-secret", &[]).await;
        let begun = path.join("begun");
        left.bare("policy init", &[begun.to_str().unwrap()]).await;

        resident(&mut left, &house).await;
        staff(&mut left).await;
        let year = log_year(Clock::Wall.now()).to_string();
        left.run("audit open-year", &[&year, "--by", "Bea Lloyd", "--dry-run"]).await;
        left.run("audit open-year", &[&year, "--by", "Bea Lloyd"]).await;
        leaving(&mut left, &house, path).await;
        left.run("keys rotate", &["--log", "--by", "Bea Lloyd", "--approved-by", "Cai Morgan"]).await;
        put_back(&house).await;
        left.run("restore", &["--check", "--by", "Bea Lloyd"]).await;

        // On a store of its own.
        let (data, secret) = (path.join("first"), path.join("first.secret"));
        RootSecret::generate_to_file(&secret).unwrap();
        let text = std::fs::read_to_string(&left.settings).unwrap();
        let lines = text.lines().filter(|line| !["data", "postgres_url_file", "root_secret_file"].contains(&line.split(' ').next().unwrap()));
        let lines: Vec<&str> = lines.collect();
        let settings = path.join("first.toml");
        let text = format!("data = \"first\"\nroot_secret_file = \"first.secret\"\n{}", lines.join("\n"));
        std::fs::write(&settings, text).unwrap();
        (left.record, left.settings) = (record(&data, &secret).await, settings.to_str().unwrap().to_owned());
        left.run("policy activate", &[]).await;
        let copies = path.join("copies");
        let backup = ["--out", copies.to_str().unwrap(), "--by", "Bea Lloyd"];
        left.run("backup", &backup).await;
        // One that says it is of 1970; the next one's name is of another second.
        let copy = std::fs::read_dir(&copies).unwrap().next().unwrap().unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(copy).unwrap()).replace("\"taken_us\":", "\"taken_us\":0,\"was\":");
        std::fs::write(copies.join("old"), text).unwrap();
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        left.run("backup", &backup).await;
        left.run("restore", &["--check", "--by", "Bea Lloyd"]).await;

        // A witness has no store; the other two are driven by themselves.
        let elsewhere = ["audit witness", "demo", "serve"];
        for (command, kinds) in COMMANDS.iter().filter(|row| !elsewhere.contains(&row.0)) {
            let wanted = kinds.iter().map(|kind| (*kind).to_owned()).collect();
            assert_eq!(left.kinds.remove(command), Some(wanted), "{command}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_leaves_what_its_row_says() {
    let folder = TempDir::new("demo");
    let data = folder.path().join("data");
    let (running, _) = demo(&data);
    // The sealer may still be about to do its first round.
    let mut record = record(&data, &data.join("root.secret")).await;
    for _ in 0..100 {
        if portreeve::store::log::open(&mut record.db.peek()).await.unwrap().is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(running.stop(), Some(0));
    let (_, kinds) = of(COMMANDS, "demo").unwrap();
    assert_eq!(record.left_by(COMMANDS, "demo").await, kinds.iter().map(|kind| (*kind).to_owned()).collect());
}
