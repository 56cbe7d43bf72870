//! What the law asks of whoever answers for the data: who they are, on which basis each service gets what, why that is no
//! consent, what a resident was shown, whether the record of processing is true today, and all of it in Welsh (questions 1 to
//! 4, 36 and 44).

use super::{Desk, OTHERS, PERSONAL, facts, pairs, plain, tables, without};
use crate::app::House;
use crate::oidc::Stage;
use crate::oidc::browser::Browser;
use crate::oidc::party::LIBRARY;
use crate::policies::Office;
use crate::search::story::Story;
use crate::visitor::Visitor;
use crate::world::World;
use portreeve::domain::ids::RecordId;
use portreeve::domain::staff::Role;
use portreeve::policy::{Severity, lint};
use portreeve::service::setup;
use portreeve::store::sharing::{self, HowRow, SharingRow};
use portreeve::store::{Housekeeping, house as kept};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const PERMITS: &str = "services/parking-permits.toml";

/// Who answers for personal data, signed in.
async fn dee(story: &Story) -> Desk {
    story.desk("Dee Hart", &[Role::InformationGovernance]).await
}

/// The council of a story with these policies.
async fn council(world: World, changes: crate::app::Changes<'_>) -> (House, crate::staff::browser::Officer) {
    let house = House::with(world, &[], changes).await;
    house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
    let (_, dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
    (house, dee)
}

fn named(record: &Value, who: &str) -> [String; 4] {
    ["name", "address", "email", "phone"].map(|key| record[who][key].as_str().unwrap().to_owned())
}

/// The heading and the facts of each share of a service's page.
fn shares(body: &str) -> Vec<(String, Vec<(String, String)>)> {
    let parts = body.split("<h2 class=\"govuk-heading-m\">").skip(1);
    parts.map(|part| part.split_once("</h2>").unwrap()).map(|(title, rest)| (plain(title), facts(rest))).collect()
}

both! {
    async fn q01_who_is_the_controller_and_the_officer_and_how_they_are_reached(world: World) {
        let story = Story::begin(world).await;
        let mut dee = dee(&story).await;
        let privacy = Visitor::new(&story.house).get("/privacy").await;
        let text = plain(&privacy.body);
        for words in [
            "Havenbrook Borough Council is the controller of the information in your Havenbrook account.",
            "contact our data protection officer: Data Protection Officer, dpo@havenbrook.example, 01632 960010",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let office = Office::of(&story.house);
        let record = office.run(&["ropa", "export"]).1["ropa"].clone();
        let controller = ["Havenbrook Borough Council", "Town Hall, Market Street, Havenbrook HV1 1AA", "contact@havenbrook.example", "01632 960000"];
        let officer = ["Data Protection Officer", "Data Protection Officer, Town Hall, Market Street, Havenbrook HV1 1AA", "dpo@havenbrook.example", "01632 960010"];
        assert_eq!((named(&record, "controller"), named(&record, "dpo")), (controller.map(str::to_owned), officer.map(str::to_owned)));
        let page = dee.browser.get("/register").await.body;
        let said = facts(&page);
        let contact = ("How to contact them", "dpo@havenbrook.example, 01632 960010");
        assert!(pairs(&said).contains(&contact), "{said:?}");
        for text in [text, record.to_string(), plain(&page)] {
            without(&text, &["Wójcik", "ada@", "Evans", "bob@", "CRM-"]);
        }
        // Another officer is another answer.
        office.edit("controller.toml", "dpo@havenbrook.example", "privacy@havenbrook.example");
        let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
        assert_eq!(code, 0, "{said}");
        let record = office.run(&["ropa", "export"]).1["ropa"].clone();
        assert_eq!(named(&record, "dpo")[2], "privacy@havenbrook.example");
        assert!(story.house.app.refresh().await.unwrap());
        assert!(dee.browser.get("/register").await.body.contains("privacy@havenbrook.example, 01632 960010"));
    }

    async fn q02_the_lawful_basis_for_each_thing_a_client_receives(world: World) {
        let (house, mut dee) = council(world, &[]).await;
        let row = |cells: [&str; 6]| cells.map(ToOwned::to_owned).to_vec();
        let page = dee.get("/register").await.body;
        // Only a task of the council can be objected to.
        let permit = |claim| row(["Parking permits", "give you a parking permit", claim, "Public task", "told, and can object", "parking-permit@1"]);
        let garden = |claim| row(["Garden waste", "collect your garden waste", claim, "Contract", "told", "garden-waste@1"]);
        let order = row(["Garden waste", "let you order collections", "Aged 18 or over", "Contract", "told", "garden-waste-order@1"]);
        let zone = |claim| row(["Parking permits", "find the parking zone you live in", claim, "Public task", "told, and can object", "parking-zone@1"]);
        let asked = |claim| row(["Parking permits", "send you parking news", claim, "Consent", "asked, and can say no", "permit-newsletter@1"]);
        let (name, email, checked) = ("Full name", "Email address", "Email address checked");
        let whole = ["Address", "In the council’s area", "First part of your postcode"];
        let all = [name, email, checked].map(garden).into_iter().chain([order]).chain([name, email, checked].map(permit));
        let all: Vec<_> = all.chain(whole.map(zone)).chain([email, checked].map(asked)).collect();
        assert_eq!(tables(&page), [("Purpose, service and data".to_owned(), all)]);
        without(&page, OTHERS.iter().filter(|word| **word != "Garden waste").copied().collect::<Vec<_>>().as_slice());

        // The client's own page, with the power and the papers, and nothing of another client.
        let page = dee.get("/register/parking-permits").await.body;
        let said = shares(&page);
        let permit = vec![
            ("What for", "We put your name on the permit, and write to you before it runs out."),
            ("What it gets", name),
            ("What it gets", email),
            ("What it gets", checked),
            ("Lawful basis", "Public task"),
            ("Power or duty", "Road Traffic Regulation Act 1984, section 45"),
            ("Why this basis", "It is a task of the council by law, and it would be done whatever the resident said. Consent would be no free choice."),
            ("Residents are", "told, and can object"),
            ("Recipient", "Havenbrook Borough Council"),
            ("The recipient is", "a service of the council"),
            ("Kept by the recipient for", "6 years after your permit ends"),
            ("Notice", "parking-permit@1"),
            ("Impact assessment", "DPIA-2026-021"),
        ];
        assert_eq!((said[0].0.as_str(), pairs(&said[0].1)), ("give you a parking permit", permit));
        without(&page, &["Garden waste", "Contract", "bob@"]);
        // The matrix says the same.
        let office = Office::of(&house);
        let bases = |said: &Value| {
            let all = said["shares"].as_array().unwrap().iter();
            all.map(|one| (one["purpose"].as_str().unwrap().to_owned(), one["basis"].as_str().unwrap().to_owned())).collect::<Vec<_>>()
        };
        let wanted = [
            ("collect-garden-waste", "contract"),
            ("order-garden-waste", "contract"),
            ("issue-resident-permit", "public_task"),
            ("find-permit-zone", "public_task"),
            ("permit-newsletter", "consent"),
        ];
        let wanted = wanted.map(|(purpose, basis)| (purpose.to_owned(), basis.to_owned()));
        assert_eq!(bases(&office.run(&["policy", "matrix"]).1), wanted);
        // A client that gets less is said to.
        office.edit(PERMITS, "claims = [\"name\", \"email\"]", "claims = [\"name\"]");
        let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
        assert_eq!(code, 0, "{said}");
        assert!(house.app.refresh().await.unwrap());
        let said = shares(&dee.get("/register/parking-permits").await.body);
        assert_eq!(said[0].1.iter().filter(|(key, _)| key == "What it gets").count(), 1);
    }

    async fn q02_the_edition_that_is_read_today_is_named_and_the_next_one_with_its_day(world: World) {
        // It is noon of 1 December 2026.
        let second = "[[notice]]\nid = \"garden-waste\"\nversion = 2\nchange = \"material\"\nwhy = \"x\"\napproved_by = \"x\"\n\
                      approved_ref = \"x\"\neffective_from = 2026-12-02\n\n[[notice]]\nid = \"trying-out\"";
        let changes = [
            ("notices/garden-waste@2.en.md", "", "# Garden waste\n\nNew words.\n"),
            ("notices/garden-waste@2.cy.md", "", "# Gwastraff gardd\n\nGeiriau newydd.\n"),
            ("services/garden-waste.toml", "notice = \"garden-waste@1\"", "notice = \"garden-waste@2\""),
            ("register.toml", "[[notice]]\nid = \"trying-out\"", second),
        ];
        let (house, mut dee) = council(world, &changes).await;
        let notices = |page: &str| tables(page).remove(0).1.into_iter().map(|row| row[5..].to_vec()).collect::<Vec<_>>();
        let rows = notices(&dee.get("/register?lang=en").await.body);
        assert_eq!(rows[0], ["garden-waste@1", "garden-waste@2", "2 December 2026"]);
        assert_eq!(rows[4], ["parking-permit@1", "", ""]);
        let said = |body: &str, start: &str| {
            let facts = shares(body).remove(0).1.into_iter().filter(|(key, _)| key.starts_with(start));
            facts.map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>()
        };
        let page = dee.get("/register/garden-waste?lang=en").await.body;
        assert_eq!(said(&page, "Notice"), ["Notice: garden-waste@1", "Notice garden-waste@2, from: 2 December 2026"]);
        let page = dee.get("/register/garden-waste?lang=cy").await.body;
        assert_eq!(said(&page, "Hysbysiad"), ["Hysbysiad: garden-waste@1", "Hysbysiad garden-waste@2, o: 2 Rhagfyr 2026"]);
        // From midnight it is the one that is read, and no other one comes.
        house.later(Duration::from_hours(12));
        let (_, mut dee) = house.officer("Gwen Pugh", &[Role::InformationGovernance]).await;
        let rows = notices(&dee.get("/register?lang=en").await.body);
        assert_eq!((rows[0].clone(), rows[4].len()), (vec!["garden-waste@2".to_owned()], 1));
        assert_eq!(said(&dee.get("/register/garden-waste?lang=en").await.body, "Notice"), ["Notice: garden-waste@2"]);
    }

    async fn q03_why_is_this_no_consent_and_which_one_is(world: World) {
        let (_, mut dee) = council(world, &[]).await;
        let page = dee.get("/register/parking-permits").await.body;
        let said = shares(&page);
        let of = |nth: usize| {
            let wanted = ["Lawful basis", "Why this basis", "Residents are"];
            let (title, facts) = &said[nth];
            let values = wanted.map(|key| facts.iter().find(|(name, _)| name == key).unwrap().1.as_str());
            (title.as_str(), values)
        };
        let task = "It is a task of the council by law, and it would be done whatever the resident said. Consent would be no free choice.";
        let consent = "The service does not need this, so the resident decides. Saying no costs them nothing.";
        assert_eq!(of(0), ("give you a parking permit", ["Public task", task, "told, and can object"]));
        assert_eq!(of(1), ("find the parking zone you live in", ["Public task", task, "told, and can object"]));
        assert_eq!(of(2), ("send you parking news", ["Consent", consent, "asked, and can say no"]));
        assert_eq!(said.len(), 3);
        let whole = ("Whole data, because", "The permit names the house whose residents it is for");
        assert!(pairs(&said[1].1).contains(&whole) && pairs(&said[2].1).contains(&("Consent lasts", "24 months")), "{said:?}");
        without(&page, PERSONAL);
        let welsh = shares(&dee.get("/register/parking-permits?lang=cy").await.body);
        assert!(pairs(&welsh[2].1).contains(&("Mae cydsyniad yn para", "24 mis")), "{welsh:?}");
        // Garden waste has none.
        let page = dee.get("/register/garden-waste?lang=en").await.body;
        assert!(page.contains("Consent would be no free choice") && !page.contains("asked, and can say no"), "{page}");
        assert_eq!(dee.get("/register/nobody").await.status, 404);
    }

    async fn q03_another_basis_is_another_answer(world: World) {
        let contract = "basis = \"contract\"";
        let (house, mut dee) = council(world, &[
            (PERMITS, "purpose = \"issue-resident-permit\"\nrecipient_role = \"same_controller\"\nbasis = \"public_task\"\npower = \"rtra-1984-s45\"", &format!("purpose = \"issue-resident-permit\"\nrecipient_role = \"same_controller\"\n{contract}")),
            (PERMITS, "expires = \"P24M\"", "expires = \"P1Y\"\nconsent_age = \"ask\""),
        ]).await;
        let said = shares(&dee.get("/register/parking-permits").await.body);
        let has = |nth: usize, key: &str| said[nth].1.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        assert_eq!((has(0, "Lawful basis"), has(0, "Residents are"), has(0, "Power or duty")), (Some("Contract"), Some("told"), None));
        assert_eq!((has(2, "Consent lasts"), has(2, "Age")), (Some("1 year"), Some("asked before consent is, and only its band is kept")));
        let office = Office::of(&house);
        office.edit(PERMITS, "expires = \"P24M\"", "expires = \"P1Y\"\nconsent_age = \"ask\"");
        let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
        assert_eq!(code, 0, "{said}");
        let said = office.run(&["policy", "matrix"]).1["shares"].clone();
        assert_eq!((&said[4]["expires"], &said[4]["asks_age"], &said[3]["raw_because"]), (&json!("P1Y"), &json!(true), &json!("The permit names the house whose residents it is for")));
    }

    async fn q04_what_exactly_she_saw_that_day(world: World) {
        let mut stage = Stage::own_device(world).await;
        let ben = stage.house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
        stage.tokens(&LIBRARY, &[("ui_locales", "cy")]).await;
        let app = &stage.house.app;
        // Bob saw another notice, on the same day.
        let his = SharingRow {
            id: RecordId(Uuid::new_v4()),
            client_id: "news".to_owned(),
            purpose: "permit-newsletter".to_owned(),
            basis: "consent".to_owned(),
            state: "given".to_owned(),
            notice: "permit-newsletter@1".to_owned(),
            notice_sha256: vec![1; 32],
            language: "en".to_owned(),
            claims: "email".to_owned(),
            policy: "policy".to_owned(),
            at: app.now(),
            how: HowRow::default(),
        };
        let written = app.db.write(async |mut w| {
            crate::ledger::keep(&mut w, ben, his.clone()).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        });
        written.await.unwrap();
        let seen = sharing::of_account(&mut app.db.peek(), stage.ada).await.unwrap();
        let [hers] = seen.as_slice() else { panic!("{seen:?}") };
        assert_eq!((hers.notice.as_str(), hers.language.as_str()), ("garden-waste@1", "cy"));
        let hash = crate::planted::search::hex(&hers.notice_sha256);
        // Months later, under other policies, in the language that she read.
        stage.house.later(Duration::from_hours(24 * 100));
        let office = Office::of(&stage.house);
        office.second_edition("editorial");
        let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
        assert_eq!(code, 0, "{said}");
        let (code, shown) = office.run(&["notice", "show", &hers.notice, "--lang", &hers.language]);
        assert_eq!((code, &shown["sha256"]), (0, &json!(hash)), "{shown}");
        assert_eq!(shown["text"], json!(include_str!("../../../policies/notices/garden-waste@1.cy.md")));
        without(&shown.to_string(), &["newyddion", "parcio", "Wren", "Evans"]);
        // Other words have another hash.
        let (_, english) = office.run(&["notice", "show", &hers.notice, "--lang", "en"]);
        assert_ne!(english["sha256"], json!(hash));
    }

    async fn q36_the_record_the_assessments_and_the_processors_are_true_today(world: World) {
        let house = House::new(world).await;
        let office = Office::of(&house);
        let names = |record: &Value| {
            let all = record["ropa"]["processors"].as_array().unwrap().iter();
            all.map(|one| ["name", "agreement", "location"].map(|key| one[key].as_str().unwrap().to_owned())).collect::<Vec<_>>()
        };
        let (code, record) = office.run(&["ropa", "export"]);
        assert_eq!(code, 0, "{record}");
        let two = [["Brookside Hosting Ltd", "DPA-2026-007", "United Kingdom"], ["Fernhill Mail Ltd", "DPA-2026-009", "United Kingdom"]];
        let two: Vec<_> = two.map(|one| one.map(ToOwned::to_owned)).to_vec();
        assert_eq!(names(&record), two);
        assert_eq!(record["ropa"]["digest"], json!(house.app.snapshot().policy.digest_hex()), "it is of what is in force");
        // Each assessment that it names is approved, and none has to be looked at again today; on the day after, it is said.
        let policy = &house.app.snapshot().policy;
        let late = |day| {
            let findings = lint(policy, &setup::held(), day);
            assert!(findings.iter().all(|finding| finding.severity == Severity::Warning), "{findings:?}");
            findings.iter().filter(|finding| finding.rule == "register.review").count()
        };
        assert_eq!(late(jiff::civil::date(2027, 10, 31)), 0);
        assert_eq!(late(jiff::civil::date(2027, 11, 1)), 5, "three powers and two assessments");
        // What lies in the folder and is not in force is not in it; once it is in force, it is.
        office.edit("processing.toml", "[[activity]]", "[[processor]]\nid = \"text\"\nparty = \"larkfield\"\nname = \"Larkfield Texts Ltd\"\ntask = \"Sends texts\"\nagreement = \"DPA-2026-011\"\nlocation = \"Ireland\"\n\n[[activity]]");
        office.edit("register.toml", "[[agreement]]", "[[party]]\nid = \"larkfield\"\nname = \"Larkfield Texts Ltd\"\naddress = \"4 Lark Field\"\ncontact = \"01632 960060\"\nrole = \"processor\"\nvalid_from = 2026-10-01\n\n[[agreement]]\nid = \"DPA-2026-011\"\ntitle = \"Texts\"\nparties = [\"larkfield\"]\nowner = \"Head of Digital\"\napproved_by = \"Monitoring Officer\"\napproved_on = 2026-09-30\nreview_by = 2028-09-30\n\n[[agreement]]");
        assert_eq!(names(&office.run(&["ropa", "export"]).1), two);
        let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
        assert_eq!(code, 0, "{said}");
        let record = office.run(&["ropa", "export"]).1;
        assert_eq!(names(&record)[2], ["Larkfield Texts Ltd", "DPA-2026-011", "Ireland"].map(ToOwned::to_owned));
        let (digest, _) = kept::policy(&mut house.app.db.peek()).await.unwrap().unwrap();
        let hex = crate::planted::search::hex(&digest);
        assert_eq!(record["ropa"]["digest"], json!(hex));
        without(&record.to_string(), PERSONAL);
    }

    async fn q44_in_welsh_the_page_the_notice_and_the_record(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.tokens(&LIBRARY, &[("ui_locales", "cy")]).await;
        let visitor = Visitor::new(&stage.house);
        for (path, words) in [
            ("/privacy?lang=cy", "Cyngor Bwrdeistref Havenbrook yw rheolydd yr wybodaeth"),
            ("/notices/garden-waste@1?lang=cy", "Mae Gwastraff gardd yn cael eich enw"),
        ] {
            let page = visitor.get(path).await;
            assert!(page.body.contains("<html lang=\"cy\"") && plain(&page.body).contains(words), "{path}: {}", page.body);
        }
        let (_, mut dee) = stage.house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let page = plain(&dee.get("/register/museum?lang=cy").await.body);
        assert!(page.contains("Sail gyfreithlon") && page.contains("casglu eich gwastraff gardd"), "{page}");
        let seen = sharing::of_account(&mut stage.house.app.db.peek(), stage.ada).await.unwrap();
        let welsh = include_str!("../../../policies/notices/garden-waste@1.cy.md");
        let policy = &stage.house.app.snapshot().policy;
        let reference = portreeve::domain::sharing::NoticeRef::parse(&seen[0].notice).unwrap();
        let notice = policy.notice(&reference, portreeve::domain::client::Lang::Cy).unwrap();
        let hash = crate::planted::search::hex(&seen[0].notice_sha256);
        assert_eq!((seen[0].language.as_str(), notice.text.as_str(), notice.sha256.as_str()), ("cy", welsh, hash.as_str()));
        // In English it is another page and another record.
        stage.house.later(Duration::from_secs(1));
        stage.tokens(&crate::oidc::party::MUSEUM, &[("ui_locales", "en")]).await;
        let seen = sharing::of_account(&mut stage.house.app.db.peek(), stage.ada).await.unwrap();
        assert_eq!(seen.last().map(|record| record.language.as_str()), Some("en"));
        assert_ne!(seen[0].notice_sha256, seen[1].notice_sha256);
        // Bob reads the same notice in English: his record is another, and none of hers.
        let bob = stage.house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
        let mut his = Browser::new(&stage.house);
        his.sign_in(&stage.house, bob, true).await;
        let page = his.get(&LIBRARY.authorize(&stage.house, &[("ui_locales", "en")])).await;
        his.post("/continue", &[("flow", &page.parameter("flow").unwrap())]).await;
        let read = sharing::of_account(&mut stage.house.app.db.peek(), bob).await.unwrap();
        let [his] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((his.notice.as_str(), his.language.as_str()), (seen[0].notice.as_str(), "en"));
        assert!(his.notice_sha256 != seen[0].notice_sha256 && seen.iter().all(|hers| hers.id != his.id));
        let page = stage.browser.get("/account/sharing?lang=cy").await.body;
        assert!(page.contains("<html lang=\"cy\""), "{page}");
        without(&page, &["Evans", "bob@"]);
    }
}
