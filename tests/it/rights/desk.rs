//! Cases at the consoles: written down for who asks by phone, at a desk or by post, and answered step by step.

use super::{again, first_case, governance, letters, only_case, opens, steps};
use crate::app::House;
use crate::looking::leaves;
use crate::seen::{WORD, signed_in};
use crate::sharing::last_used;
use crate::staff::browser::{Officer, says};
use portreeve::domain::staff::Role;
use serde_json::json;
use std::time::Duration;

const ADA: &str = "ada@example.org";

/// Somebody of the help desk.
async fn desk(house: &House) -> Officer {
    house.officer("Bea Lloyd", &[Role::CustomerService]).await.1
}

const CALL: [(&str, &str); 5] = [
    ("kind", "erasure"),
    ("channel", "phone"),
    ("full_name", "Cai Morgan"),
    ("email", "cai@example.org"),
    ("words", "Please erase my old bin order."),
];

fn with<'a>(change: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    CALL.iter().map(|(name, value)| if *name == change.0 { change } else { (*name, *value) }).collect()
}

both! {
    async fn who_calls_without_an_account_is_written_down_and_gets_a_receipt(world: World) {
        let house = House::new(world).await;
        let mut bea = desk(&house).await;
        says(&bea.get("/rights/new").await, 200, &["They need no form", "By phone", "In person", "By post"]);
        says(&bea.post("/rights/new", &[]).await, 200, &["Select what they ask for", "Select how it came in", "Enter the person’s full name", "Enter an email address or a postal address", "Enter what they say"]);
        let long = "x".repeat(4_001);
        for (change, words) in [
            (("channel", "web"), "Select how it came in"),
            (("email", "cai"), "in the right form"),
            (("words", &*long), "4,000 characters or less"),
            (("full_name", " "), "Enter the person’s full name"),
        ] {
            says(&bea.post("/rights/new", &with(change)).await, 200, &["There is a problem", words]);
        }
        for day in ["2026-12-02", "2024-11-30", "yesterday"] {
            let fields = [&CALL[..], &[("received", day)]].concat();
            says(&bea.post("/rights/new", &fields).await, 200, &["Enter a day that is not in the future"]);
        }
        assert_eq!(house.events("rights.received").await, 0);
        // A letter that lay since Friday: its month began then.
        let fields = [&with(("channel", "post"))[..], &[("received", "2026-11-27")]].concat();
        let done = bea.post("/rights/new", &fields).await;
        assert!(done.to.starts_with("/rights/") && done.to.ends_with("/receipt?told=written"), "{} {}", done.to, done.body);
        let receipt = bea.get(&done.to).await;
        says(&receipt, 200, &["We will email the person", "Erase details", "27 November 2026", "29 December 2026", "Information Commissioner", "https://regulator.example/"]);
        assert!(!receipt.body.contains("Cai Morgan") && !receipt.body.contains("bin order"), "{}", receipt.body);
        let wrote = letters(&house, "We have received your request").await;
        assert_eq!((wrote[0].0.as_str(), wrote[0].1.body.contains("29 December 2026")), ("cai@example.org", true));
        let leaf = leaves(&house, "rights.received").await.remove(0);
        assert_eq!((&leaf["actor"]["class"], &leaf["reason_code"]), (&json!("officer"), &json!("resident_asked")), "{leaf}");
        // Who writes down does not read what others wrote.
        let place = done.to.split("/receipt").next().unwrap().to_owned();
        for path in ["/rights", &place] {
            assert_eq!(bea.get(path).await.status, 403, "{path}");
        }
        assert_eq!(bea.post(&place, &[("purpose", "help"), ("reason", "rights_request")]).await.status, 403);
        // Nobody was written to who has no address; the page is printed.
        let fields = [&with(("email", ""))[..], &[("address", "1 Mill Lane, Havenbrook")]].concat();
        let done = bea.post("/rights/new", &fields).await;
        says(&bea.get(&done.to).await, 200, &["print this page for the person"]);
        let none = format!("/rights/{}/receipt", "00000000-0000-4000-8000-000000000000");
        assert_eq!(bea.get(&none).await.status, 404);
    }

    async fn a_resident_whom_an_enquiry_found_finds_it_in_her_account(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        house.later(Duration::from_mins(5));
        let mut bea = desk(&house).await;
        let why = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-12")];
        let enquiry = bea.post("/enquiries", &why).await.to;
        let person = bea.post(&format!("{enquiry}/search"), &[("who", ADA)]).await.to;
        let here = format!("{person}/rights");
        says(&bea.get(&person).await, 200, &[&here]);
        let page = bea.get(&here).await;
        says(&page, 200, &["finds this in their account", "write it down with the choices about sharing"]);
        assert!(!page.body.contains("full_name"), "the account knows who she is");
        let done = bea.post(&here, &[("kind", "restriction"), ("channel", "desk"), ("words", "She says it is wrong.")]).await;
        assert!(done.to.ends_with("/receipt?told=written"), "{} {}", done.to, done.body);
        assert_eq!(last_used(&house, ada).await, house.app.now(), "whoever comes to the desk uses the account");
        let leaf = leaves(&house, "rights.received").await.remove(0);
        assert_eq!((&leaf["actor"]["class"], &leaf["reason_code"]), (&json!("officer"), &json!("resident_asked")), "{leaf}");
        let visitor = signed_in(&house, ADA).await;
        assert!(visitor.get("/account/rights").await.body.contains("Keep details, and do not use them"));
        // Somebody who came to the desk may be asked to show who she is; the case leads to where it is done.
        let mut dee = governance(&house).await;
        let case = only_case(&mut dee).await;
        let here = opens(&mut dee, &case, "rights_request").await;
        let read = dee.get(&here).await;
        says(&read, 200, &["She says it is wrong.", "Ask the person to show who they are", "/restriction"]);
        let record = read.body.split("href=\"/enquiries/").nth(1).unwrap().split('"').next().unwrap();
        says(&dee.get(&format!("/enquiries/{record}")).await, 200, &["Stop or allow the use"]);
    }

    async fn the_list_is_by_urgency_and_names_nobody(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let hers = signed_in(&house, ADA).await;
        for kind in ["erasure", "access"] {
            hers.post("/account/rights", &[("kind", kind), ("words", "Of Wójcik.")]).await;
        }
        let mut dee = governance(&house).await;
        says(&dee.get("/rights").await, 200, &["In time", "4 January 2027", "34 days left"]);
        house.later(Duration::from_hours(24 * 21));
        let mut dee = again(dee).await;
        let list = dee.get("/rights").await;
        says(&list, 200, &["Three weeks old or more", "13 days left"]);
        assert!(!list.body.contains(">Overdue<") && !list.body.contains("Wójcik") && !list.body.contains(ADA), "{}", list.body);
        house.later(Duration::from_hours(24 * 14));
        let mut dee = again(dee).await;
        let list = dee.get("/rights").await;
        says(&list, 200, &["Overdue"]);
        assert!(!list.body.contains("In time"), "{}", list.body);
        let (_, mut eve) = house.officer("Eve Pike", &[Role::Auditor]).await;
        assert_eq!(eve.get("/rights").await.status, 200, "who audits sees that it is late");
        let case = first_case(&list.body);
        let page = eve.get(&case).await;
        says(&page, 200, &["Received"]);
        assert!(!page.body.contains("Read and answer it"), "{}", page.body);
        assert_eq!(eve.post(&case, &[("purpose", "help"), ("reason", "rights_request")]).await.status, 403);
    }

    async fn a_case_is_read_under_a_reason_and_goes_on_step_by_step(world: World) {
        let house = House::new(world).await;
        let mut bea = desk(&house).await;
        bea.post("/rights/new", &with(("kind", "access"))).await;
        letters(&house, "").await;
        let mut dee = governance(&house).await;
        let case = only_case(&mut dee).await;
        let page = dee.get(&case).await;
        says(&page, 200, &["Read and answer it", "By phone", "4 January 2027"]);
        assert!(!page.body.contains("bin order"), "{}", page.body);
        says(&dee.post(&case, &[("purpose", "help")]).await, 200, &["There is a problem"]);
        let hidden = dee.post(&case, &[("purpose", "help"), ("reason", "crime_prevention")]).await;
        assert!(hidden.to.is_empty() && hidden.body.contains("There is a problem"), "{}", hidden.body);
        let here = opens(&mut dee, &case, "rights_request").await;
        assert_eq!(house.events("officer.viewed").await, 0);
        says(&dee.get(&here).await, 200, &["Cai Morgan", "cai@example.org", "Please erase my old bin order.", "Ask the person to show who they are"]);
        let leaf = leaves(&house, "officer.viewed").await.remove(0);
        assert!(leaf["subject"].is_string(), "a look is about her, who has no account: {leaf}");

        // What she has to read needs words, and what is not possible is not done.
        says(&dee.post(&here, &[]).await, 200, &["Select what happens next"]);
        says(&dee.post(&here, &[("step", "identity_asked")]).await, 200, &["Enter what the person is told"]);
        says(&dee.post(&here, &[("step", "identity_asked"), ("words", &"x".repeat(2_001))]).await, 200, &["2,000 characters or less"]);
        for step in ["received", "identity_proven", "clarified", "acknowledged", "progress"] {
            says(&dee.post(&here, &[("step", step), ("words", "x")]).await, 200, &["This was changed meanwhile"]);
        }
        assert_eq!(house.events("rights.step_taken").await, 0);

        assert_eq!(steps(&mut dee, &here, "identity_asked", "Show us a letter of ours.").await, "written");
        let wrote = letters(&house, "Show us that it is you").await.remove(0);
        assert!(wrote.0 == "cai@example.org" && wrote.1.body.contains("Show us a letter of ours."), "{wrote:?}");
        says(&dee.get(&case).await, 200, &["No day yet", "Waits for proof of identity"]);
        // Nothing is handed out to somebody of whom it is not known who it is.
        says(&dee.post(&here, &[("step", "done"), ("words", "Here.")]).await, 200, &["This was changed meanwhile"]);
        house.later(Duration::from_mins(10));
        assert_eq!(steps(&mut dee, &here, "identity_proven", "").await, "noted");
        assert_eq!(letters(&house, "").await.len(), 0, "she knows that herself");
        assert_eq!(steps(&mut dee, &here, "extended", "You asked for nine years of letters.").await, "written");
        let wrote = letters(&house, "We need more time").await.remove(0);
        assert!(wrote.1.body.contains("1 March 2027") && wrote.1.body.contains("nine years"), "{}", wrote.1.body);
        says(&dee.get(&case).await, 200, &["1 March 2027", "We need up to 2 months more"]);
        says(&dee.post(&here, &[("step", "extended"), ("words", "Again.")]).await, 200, &["This was changed meanwhile"]);
        assert_eq!(steps(&mut dee, &here, "refused", "We hold nothing of you.").await, "written");
        let wrote = letters(&house, "Our answer").await.remove(0);
        for words in ["We hold nothing of you.", "Information Commissioner", "information@havenbrook.example", "ask a court"] {
            assert!(wrote.1.body.contains(words), "{}", wrote.1.body);
        }
        let closed = leaves(&house, "rights.closed").await.remove(0);
        assert_eq!((&closed["actor"]["class"], &closed["reason_code"]), (&json!("officer"), &json!("rights_request")), "{closed}");
        says(&dee.get("/rights").await, 200, &["No request and no complaint waits"]);
        assert_eq!(house.events("rights.step_taken").await, 3);
    }

    async fn nobody_acts_under_another_case_or_for_somebody_they_know(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        visitor.post("/account/rights", &[("kind", "erasure"), ("words", "Of Wójcik.")]).await;
        let mut dee = governance(&house).await;
        let case = only_case(&mut dee).await;
        // An enquiry about something else.
        let why = [("purpose", "help"), ("reason", "rights_request"), ("case", "DP-OTHER")];
        let other = dee.post("/enquiries", &why).await.to;
        let other = format!("{case}/enquiries/{}", other.rsplit('/').next().unwrap());
        for said in [dee.get(&other).await, dee.post(&other, &[("step", "refused"), ("words", "No.")]).await] {
            assert!(said.status >= 400 && !said.body.contains("Of Wójcik"), "{} {}", said.status, said.body);
        }
        // Of another officer.
        let here = opens(&mut dee, &case, "rights_request").await;
        let (_, mut gwen) = house.officer("Gwen Price", &[Role::InformationGovernance]).await;
        for said in [gwen.get(&here).await, gwen.post(&here, &[("step", "refused"), ("words", "No.")]).await] {
            assert!(said.status >= 400 && !said.body.contains("Of Wójcik"), "{} {}", said.status, said.body);
        }
        assert_eq!(house.events("rights.closed").await, 0);
        // The form of the record's own page leads to her record, and restriction to where it is done.
        says(&dee.get(&here).await, 200, &["Of Wójcik.", "/people/"]);
        // Whoever knows her leaves it to somebody else.
        assert_eq!(dee.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await.to, "/conflicts");
        house.later(Duration::from_secs(1));
        for said in [dee.get(&here).await, dee.post(&here, &[("step", "refused"), ("words", "No.")]).await] {
            assert!(said.status == 403 && !said.body.contains("Of Wójcik"), "{} {}", said.status, said.body);
        }
        assert_eq!(house.events("rights.closed").await, 0);
    }
}
