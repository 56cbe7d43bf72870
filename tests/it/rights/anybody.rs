//! Requests of people without an account, or who do not sign in: the form, its receipt, and what an officer has to mind.

use super::{first_case, governance, letters, only_case, opens, steps};
use crate::app::House;
use crate::looking::leaves;
use crate::seen::{WORD, signed_in};
use crate::staff::browser::says;
use crate::visitor::{Answer, Visitor};
use crate::wording;
use portreeve::store::rights;
use serde_json::json;
use std::time::Duration;

const FORM: &str = "/your-data-rights";
const COMPLAINT: &str = "/data-protection-complaint";

const CAI: [(&str, &str); 4] = [
    ("kind", "access"),
    ("full_name", "Cai Morgan"),
    ("email", "cai@example.org"),
    ("words", "For my son Huw:\r\nthe letters about his bus pass."),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = CAI.into_iter().filter(|(name, _)| changes.iter().all(|(other, _)| name != other));
    kept.chain(changes.iter().copied()).collect()
}

fn shows(answer: &Answer, status: u16, words: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    for word in words {
        assert!(answer.body.contains(word), "no {word:?} in {}", answer.body);
    }
}

/// What a case is called by that was just opened.
fn reference(sent: &Answer) -> String {
    let prefix = format!("{FORM}/received?reference=");
    let reference =
        sent.to.strip_prefix(&prefix).unwrap_or_else(|| panic!("{} {} {}", sent.status, sent.to, sent.body));
    reference.to_owned()
}

both! {
    async fn each_right_is_used_without_an_account(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        for page in ["/privacy", "/complain", COMPLAINT] {
            shows(&visitor.get(page).await, 200, &["href=\"/your-data-rights\""]);
        }
        let form = visitor.get(FORM).await;
        shows(&form, 200, &["href=\"/account/rights\"", "href=\"/data-protection-complaint\"", "You do not need an account", "01632 960011", "for example your child"]);
        assert_eq!(visitor.get("/account/rights").await.to, "/sign-in");
        for (kind, en, cy) in [
            ("access", "A copy of what you hold", "Copi o’r hyn sydd gennych"),
            ("rectification", "Put something right", "Cywiro rhywbeth"),
            ("erasure", "Erase details", "Dileu manylion"),
            ("restriction", "Keep details, and do not use them", "Cadw manylion, heb eu defnyddio"),
            ("objection", "Stop a use of details", "Atal defnydd o fanylion"),
            ("portability", "Details to use somewhere else", "Manylion i’w defnyddio yn rhywle arall"),
        ] {
            assert!(form.body.contains(en), "{kind}: {}", form.body);
            let sent = visitor.post(FORM, &with(&[("kind", kind)])).await;
            let called = reference(&sent);
            let page = visitor.get(&sent.to).await;
            shows(&page, 200, &["We have received your request", en, &called, "4 January 2027", "1 December 2026 at midday", "https://regulator.example/", "ask a court"]);
            assert!(!wording::says(&page.body, "Cai") && !wording::says(&page.body, "Huw"), "{}", page.body);
            let wrote = letters(&house, "We have received your request").await;
            assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, "cai@example.org"), "{kind}");
            for words in [&*called, en, "by 4 January 2027", "Information Commissioner", "ask a court"] {
                assert!(wrote[0].1.body.contains(words), "{words}: {}", wrote[0].1.body);
            }
            assert!(!wrote[0].1.body.contains("Huw"), "{}", wrote[0].1.body);
            let row = rights::by_reference(&mut house.app.db.peek(), &called).await.unwrap().unwrap();
            assert_eq!((&*row.kind, &*row.channel, row.account_id), (kind, "web", None));
            assert!(!String::from_utf8_lossy(&row.said).contains("Huw"), "it is sealed");
            // In Welsh, and by post: no letter goes out, and the page is the receipt.
            let fields = with(&[("kind", kind), ("email", ""), ("address", "1 Mill Lane,\r\nHavenbrook")]);
            let sent = visitor.post(&format!("{FORM}?lang=cy"), &fields).await;
            let called = reference(&sent);
            let page = visitor.get(&format!("{}&lang=cy", sent.to)).await;
            shows(&page, 200, &["Rydym wedi derbyn eich cais", cy, &called, "4 Ionawr 2027", "byddwn yn ei anfon atoch drwy’r post"]);
            assert!(letters(&house, "").await.is_empty(), "{kind}");
            visitor.get(&format!("{FORM}?lang=en")).await;
        }
        let all = leaves(&house, "rights.received").await;
        assert_eq!(all.len(), 12);
        for leaf in all {
            assert_eq!((&leaf["actor"]["class"], leaf["subject"].is_string()), (&json!("visitor"), true), "{leaf}");
        }
    }

    async fn what_lacks_is_said_and_nothing_is_opened(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let empty = ["There is a problem", "Select what you want to ask for", "Enter your full name", "Enter an email address or a postal address", "Tell us what it is about"];
        shows(&visitor.post(FORM, &[]).await, 200, &empty);
        let (name, words, address) = ("x".repeat(101), "x".repeat(4_001), "x".repeat(501));
        for (change, lacks) in [
            (("kind", ""), "Select what you want to ask for"),
            (("kind", "refund"), "Select what you want to ask for"),
            // It has a form of its own.
            (("kind", "complaint"), "Select what you want to ask for"),
            (("full_name", " "), "Enter your full name"),
            (("full_name", &*name), "100 characters or less"),
            (("email", ""), "Enter an email address or a postal address"),
            (("email", "cai"), "in the right form"),
            (("address", &*address), "500 characters or less"),
            (("words", &*words), "4,000 characters or less"),
        ] {
            let page = visitor.post(FORM, &with(&[change])).await;
            shows(&page, 200, &["There is a problem", lacks]);
            if change.0 != "words" {
                assert!(page.body.contains("the letters about his bus pass."), "{change:?}: {}", page.body);
            }
        }
        // A copy says enough by itself; what is to be put right is to be said.
        shows(&visitor.post(FORM, &with(&[("kind", "rectification"), ("words", " ")])).await, 200, &["Tell us what it is about"]);
        assert_eq!((house.events("rights.received").await, letters(&house, "").await.len()), (0, 0));
        for kind in ["access", "portability"] {
            reference(&visitor.post(FORM, &with(&[("kind", kind), ("words", "")])).await);
        }
    }

    async fn a_receipt_is_shown_for_a_day_after_its_own_form(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let called = reference(&visitor.post(FORM, &CAI).await);
        let complaint = visitor.post(COMPLAINT, &CAI).await.to;
        let complaint = complaint.rsplit('=').next().unwrap();
        house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let hers = signed_in(&house, "ada@example.org").await;
        let own = hers.post("/account/rights", &[("kind", "access")]).await.to;
        let own = own.rsplit('/').next().unwrap().split('?').next().unwrap();
        let (_, mut bea) = house.officer("Bea Lloyd", &[portreeve::domain::staff::Role::CustomerService]).await;
        let told = bea.post("/rights/new", &[&CAI[..], &[("channel", "desk")]].concat()).await.to;
        let told = bea.get(&told).await.body;
        let told = &told[told.find("DP-").unwrap()..][..12];
        for other in [own, complaint, told, "DP-2222-2222", "", "DP-%00"] {
            assert_eq!(visitor.get(&format!("{FORM}/received?reference={other}")).await.status, 404, "{other}");
        }
        for other in [own, &*called, told] {
            assert_eq!(visitor.get(&format!("{COMPLAINT}/received?reference={other}")).await.status, 404, "{other}");
        }
        shows(&visitor.get(&format!("{FORM}/received?reference={called}")).await, 200, &[&called]);
        house.later(Duration::from_hours(25));
        assert_eq!(visitor.get(&format!("{FORM}/received?reference={called}")).await.status, 404);
    }

    async fn nobody_learns_whether_there_is_an_account(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        letters(&house, "").await;
        let visitor = Visitor::new(&house);
        let (mut said, mut names) = (Vec::new(), Vec::new());
        for (name, email) in [("Ada Wójcik", "ada@example.org"), ("Eda Wójcik", "eda@example.org")] {
            let sent = visitor.post(FORM, &with(&[("full_name", name), ("email", email)])).await;
            let called = reference(&sent);
            let page = visitor.get(&sent.to).await.body.replace(&called, "DP");
            let mut wrote = letters(&house, "").await;
            assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, email));
            let wrote = wrote.remove(0).1;
            said.push((sent.status, page, wrote.subject.replace(&called, "DP"), wrote.body.replace(&called, "DP")));
            names.push(called);
        }
        assert_eq!(said[0], said[1]);
        // It is not hers before it is known that it is her.
        let hers = signed_in(&house, "ada@example.org").await;
        let page = hers.get("/account/rights").await.body;
        assert!(names.iter().all(|called| !page.contains(called)) && !page.contains("/rights/DP-"), "{page}");
        // Nor is what she sends without her account, though she is signed in.
        shows(&hers.get(FORM).await, 200, &["Ask without signing in"]);
        let called = reference(&hers.post(FORM, &CAI).await);
        assert!(!hers.get("/account/rights").await.body.contains(&called));
    }

    async fn nobody_floods_the_council_with_requests(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let mut taken = 0;
        let last = loop {
            let sent = visitor.post(FORM, &CAI).await;
            if sent.status != 303 {
                break sent;
            }
            taken += 1;
            assert!(taken < 60);
        };
        shows(&last, 429, &["too many requests from your network", "cai@example.org", "value=\"access\" checked", "his bus pass"]);
        assert_eq!(house.events("rights.received").await, taken);
        shows(&visitor.post(COMPLAINT, &CAI).await, 429, &["too many complaints from your network"]);
        house.later(Duration::from_hours(25));
        reference(&visitor.post(FORM, &CAI).await);
    }

    async fn nothing_is_done_before_it_is_known_who_asks(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        reference(&visitor.post(FORM, &CAI).await);
        let mut dee = governance(&house).await;
        says(&dee.get("/rights").await, 200, &["In time", "4 January 2027", "34 days left"]);
        let case = only_case(&mut dee).await;
        says(&dee.get(&case).await, 200, &["Online", "A copy of what you hold"]);
        let here = opens(&mut dee, &case, "rights_request").await;
        let read = dee.get(&here).await;
        says(&read, 200, &["Cai Morgan", "cai@example.org", "the letters about his bus pass.", "do not say whether we hold something", "Ask the person to show who they are", "We know who is asking"]);
        assert!(!read.body.contains("Find the person") && !read.body.contains("Close it: done"), "{}", read.body);
        says(&dee.post(&here, &[("step", "done"), ("words", "Here it is.")]).await, 200, &["This was changed meanwhile"]);
        letters(&house, "").await;

        assert_eq!(steps(&mut dee, &here, "identity_asked", "Show us a letter of ours.").await, "written");
        let wrote = letters(&house, "Show us that it is you").await.remove(0);
        assert!(wrote.0 == "cai@example.org" && wrote.1.body.contains("Show us a letter of ours."), "{wrote:?}");
        says(&dee.get(&case).await, 200, &["No day yet", "Waits for proof of identity"]);
        says(&dee.post(&here, &[("step", "done"), ("words", "Here it is.")]).await, 200, &["This was changed meanwhile"]);
        assert_eq!(steps(&mut dee, &here, "identity_proven", "").await, "noted");
        let read = dee.get(&here).await;
        assert!(!read.body.contains("do not say whether"), "{}", read.body);
        // If she has an account, her request goes on there.
        says(&read, 200, &["Find the person", "write the request down there"]);
        let find = read.body.split("href=\"/enquiries/").nth(1).unwrap().split('"').next().unwrap();
        says(&dee.get(&format!("/enquiries/{find}")).await, 200, &["name=\"who\""]);
        assert_eq!(steps(&mut dee, &here, "done", "Here it is.").await, "written");
        assert_eq!(letters(&house, "Our answer").await[0].0, "cai@example.org");
        says(&dee.get("/rights").await, 200, &["No request and no complaint waits"]);
        assert_eq!(house.events("rights.closed").await, 1);
    }

    async fn who_is_known_is_asked_for_nothing_and_told_by_post(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let fields = with(&[("kind", "objection"), ("email", ""), ("address", "1 Mill Lane, Havenbrook")]);
        reference(&visitor.post(FORM, &fields).await);
        let mut dee = governance(&house).await;
        let list = dee.get("/rights").await;
        let case = first_case(&list.body);
        let here = opens(&mut dee, &case, "rights_request").await;
        let receipt = format!("{case}/receipt");
        says(&dee.get(&here).await, 200, &["1 Mill Lane, Havenbrook", "post them the receipt", &receipt]);
        says(&dee.get(&receipt).await, 200, &["Stop a use of details", "4 January 2027", "https://regulator.example/"]);
        // There is no doubt: the month goes on from the day it came in.
        house.later(Duration::from_mins(10));
        assert_eq!(steps(&mut dee, &here, "identity_proven", "").await, "noted");
        says(&dee.get(&case).await, 200, &["4 January 2027", "34 days left", "We know who is asking"]);
        says(&dee.post(&here, &[("step", "identity_asked"), ("words", "Show us.")]).await, 200, &["This was changed meanwhile"]);
        assert_eq!(steps(&mut dee, &here, "done", "You get no such letters any more.").await, "unwritten");
        assert!(letters(&house, "").await.is_empty());
        let closed = dee.get(&here).await;
        assert!(!closed.body.contains("post them the receipt"), "{}", closed.body);
    }
}
