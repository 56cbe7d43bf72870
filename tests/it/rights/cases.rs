//! Cases that are opened on our pages: in an account, and by anybody.

use super::{letters, only_case, opens, steps};
use crate::app::House;
use crate::looking::leaves;
use crate::seen::{WORD, signed_in};
use crate::visitor::{Answer, Visitor};
use crate::wording;
use portreeve::store::rights;
use portreeve::store::{Error, Housekeeping};
use serde_json::json;
use std::time::Duration;

const ADA: &str = "ada@example.org";
const FORM: &str = "/data-protection-complaint";

fn says(answer: &Answer, status: u16, words: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    for word in words {
        assert!(answer.body.contains(word), "{word}: {}", answer.body);
    }
}

/// What a case is called by, of the address of its page.
fn reference(to: &str) -> String {
    let reference = to.rsplit(['/', '=']).find(|part| part.starts_with("DP-")).unwrap_or_else(|| panic!("{to}"));
    reference.split('?').next().unwrap().to_owned()
}

async fn ada(house: &House) -> Visitor {
    house.resident("Ada Wójcik", ADA, WORD).await;
    signed_in(house, ADA).await
}

both! {
    async fn a_resident_asks_in_her_account_and_has_a_receipt(world: World) {
        let house = House::new(world).await;
        let hers = ada(&house).await;
        says(&hers.get("/account").await, 200, &["Use your data protection rights"]);
        says(&hers.get("/account/rights").await, 200, &["A copy of what you hold", "object on the page about what services get"]);
        says(&hers.post("/account/rights", &[]).await, 200, &["There is a problem", "Select what you want to ask for", "Tell us what it is about"]);
        says(&hers.post("/account/rights", &[("kind", "objection"), ("words", "x")]).await, 200, &["Select what you want to ask for"]);
        says(&hers.post("/account/rights", &[("kind", "erasure")]).await, 200, &["Tell us what it is about"]);
        says(&hers.post("/account/rights", &[("kind", "access"), ("words", &"x".repeat(4_001))]).await, 200, &["4,000 characters or less"]);
        assert_eq!(house.events("rights.received").await, 0);

        let sent = hers.post("/account/rights", &[("kind", "rectification"), ("words", "My name is\r\nWójcik-Hart.")]).await;
        let called = reference(&sent.to);
        assert_eq!(sent.to, format!("/account/rights/{called}?news=sent"));
        let page = hers.get(&sent.to).await;
        says(&page, 200, &["We have received this", &called, "Put something right", "Wójcik-Hart.", "4 January 2027", "1 December 2026 at midday", "Information Commissioner", "information@havenbrook.example"]);
        let wrote = letters(&house, "We have received your request").await;
        assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, ADA));
        for words in [&*called, "Put something right", "by 4 January 2027", "Information Commissioner", "ask a court"] {
            assert!(wrote[0].1.body.contains(words), "{words}: {}", wrote[0].1.body);
        }
        assert!(!wrote[0].1.body.contains("Wójcik-Hart"), "what she wrote stays in her account");
        let leaf = leaves(&house, "rights.received").await.remove(0);
        assert_eq!((&leaf["actor"]["class"], leaf["subject"].is_string()), (&json!("resident"), true), "{leaf}");
        // A copy needs no words.
        let copy = hers.post("/account/rights", &[("kind", "access")]).await;
        assert!(copy.to.contains("news=sent"), "{}", copy.body);
        says(&hers.get("/account/rights").await, 200, &[&called, &reference(&copy.to), "We are working on it"]);
        // It is nobody else's.
        house.resident("Ben Oak", "ben@example.org", WORD).await;
        let his = signed_in(&house, "ben@example.org").await;
        let page = format!("/account/rights/{called}");
        assert_eq!(his.get(&page).await.status, 404);
        assert_eq!(Visitor::new(&house).get(&page).await.to, "/sign-in");
        assert_eq!(Visitor::new(&house).post("/account/rights", &[("kind", "access")]).await.to, "/sign-in");
        assert!(!his.get("/account/rights").await.body.contains(&called));
        // What is stored says nothing in clear.
        let row = rights::by_reference(&mut house.app.db.peek(), &called).await.unwrap().unwrap();
        assert!(!String::from_utf8_lossy(&row.said).contains("Hart"));
        // In Welsh, too, with a letter in Welsh.
        let sent = hers.post("/account/rights?lang=cy", &[("kind", "complaint"), ("words", "Mae’n hwyr.")]).await;
        says(&hers.get(&format!("{}&lang=cy", sent.to)).await, 200, &["Cwyno am sut rydym yn defnyddio data", "30 Rhagfyr 2026"]);
    }

    async fn nobody_floods_the_council(world: World) {
        let house = House::new(world).await;
        let hers = ada(&house).await;
        let mut taken = 0;
        let last = loop {
            let sent = hers.post("/account/rights", &[("kind", "access")]).await;
            if sent.status != 303 {
                break sent;
            }
            taken += 1;
            assert!(taken < 12);
        };
        says(&last, 429, &["Send this tomorrow"]);
        assert_eq!(house.events("rights.received").await, taken);
        house.later(Duration::from_hours(25));
        let hers = signed_in(&house, ADA).await;
        assert_eq!(hers.post("/account/rights", &[("kind", "access")]).await.status, 303);
        let visitor = Visitor::new(&house);
        let fields = [("full_name", "Cai Morgan"), ("email", "cai@example.org"), ("words", "It is late.")];
        let mut taken = 0;
        let last = loop {
            let sent = visitor.post(FORM, &fields).await;
            if sent.status != 303 {
                break sent;
            }
            taken += 1;
            assert!(taken < 60);
        };
        says(&last, 429, &["too many complaints from your network", "cai@example.org"]);
    }

    async fn anybody_complains_without_an_account(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        says(&visitor.get("/complain").await, 200, &[FORM]);
        says(&visitor.get(FORM).await, 200, &["You do not need an account", "01632 960011"]);
        says(&visitor.post(FORM, &[]).await, 200, &["There is a problem", "Enter your full name", "Enter an email address or a postal address", "Tell us what it is about"]);
        let name = ("full_name", "Cai Morgan");
        let words = ("words", "You wrote to my old address.");
        says(&visitor.post(FORM, &[name, words, ("email", "cai")]).await, 200, &["in the right form", "You wrote to my old address."]);
        says(&visitor.post(FORM, &[name, words, ("address", &"x".repeat(501))]).await, 200, &["500 characters or less"]);
        assert_eq!(house.events("rights.received").await, 0);

        let sent = visitor.post(FORM, &[name, words, ("email", "cai@example.org")]).await;
        let called = reference(&sent.to);
        let page = visitor.get(&sent.to).await;
        says(&page, 200, &["We have received your complaint", &called, "30 December 2026", "Information Commissioner", "https://regulator.example/"]);
        assert!(!wording::says(&page.body, "Cai") && !page.body.contains("old address"), "{}", page.body);
        let wrote = letters(&house, "We have received your complaint").await;
        assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, "cai@example.org"));
        assert!(wrote[0].1.body.contains(&called) && wrote[0].1.body.contains("by 30 December 2026"), "{}", wrote[0].1.body);
        // The record names nobody, and yet it is about somebody: keys of her own seal it.
        let leaf = leaves(&house, "rights.received").await.remove(0);
        assert_eq!((&leaf["actor"]["class"], leaf["subject"].is_string()), (&json!("visitor"), true), "{leaf}");
        let row = rights::by_reference(&mut house.app.db.peek(), &called).await.unwrap().unwrap();
        assert!(row.account_id.is_none() && !String::from_utf8_lossy(&row.said).contains("Cai"));
        // By post, who has no e-mail.
        let sent = visitor.post(FORM, &[name, words, ("address", "1 Mill Lane")]).await;
        assert!(sent.to.contains("reference=DP-"), "{}", sent.body);
        assert_eq!(letters(&house, "We have received your complaint").await.len(), 0);
        // The receipt is there for a day, and only of this form.
        let hers = ada(&house).await;
        let own = reference(&hers.post("/account/rights", &[("kind", "access")]).await.to);
        for called in [own.as_str(), "DP-2222-2222", "", "DP-%00"] {
            assert_eq!(visitor.get(&format!("{FORM}/received?reference={called}")).await.status, 404, "{called}");
        }
        house.later(Duration::from_hours(25));
        assert_eq!(visitor.get(&format!("{FORM}/received?reference={called}")).await.status, 404);
    }

    async fn what_she_is_told_she_reads_in_her_account(world: World) {
        let house = House::new(world).await;
        let visitor = ada(&house).await;
        let sent = visitor.post("/account/rights", &[("kind", "access"), ("words", "Everything of this year.")]).await;
        let page = sent.to.split('?').next().unwrap().to_owned();
        let mut dee = super::governance(&house).await;
        let case = only_case(&mut dee).await;
        let here = opens(&mut dee, &case, "rights_request").await;
        says(&visitor.get("/account/seen").await, 200, &[]);
        dee.get(&here).await;
        assert_eq!(steps(&mut dee, &here, "clarification_asked", "Do you mean\r\nletters, too?").await, "written");
        says(&visitor.get(&page).await, 200, &["We wait for your answer", "We asked a question", "letters, too?"]);
        steps(&mut dee, &here, "clarified", "").await;
        steps(&mut dee, &here, "done", "Here it is.").await;
        let told = visitor.get(&page).await;
        says(&told, 200, &["Closed: done", "Here it is.", "The question was answered"]);
        assert!(!told.body.contains("We answer by"), "{}", told.body);
        let seen = visitor.get("/account/seen").await;
        says(&seen, 200, &["What you asked for or complained of", &reference(&page)]);
        // Nothing follows what is closed.
        let again = dee.post(&here, &[("step", "refused"), ("words", "No.")]).await;
        assert!(again.status == 200 && again.body.contains("This was changed meanwhile"), "{}", again.body);
        assert_eq!(house.events("rights.closed").await, 1);
    }

    async fn two_officers_do_not_take_the_same_step(world: World) {
        let house = House::new(world).await;
        let hers = ada(&house).await;
        let sent = hers.post("/account/rights", &[("kind", "access")]).await;
        let row = rights::by_reference(&mut house.app.db.peek(), &reference(&sent.to)).await.unwrap().unwrap();
        let first = rights::steps(&mut house.app.db.peek(), row.id).await.unwrap().remove(0);
        let now = house.app.now();
        let takes = async |step: &str, closes: bool| {
            let row = rights::StepRow { place: row.version, step: step.to_owned(), at: now, ..first.clone() };
            let taken = house.app.db.write(async |mut w| {
                rights::take(&mut w, &row, closes)?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            });
            match taken.await {
                Ok(_) => true,
                Err(Error::GivenUp) => false,
                Err(error) => panic!("{error}"),
            }
        };
        assert!(takes("done", true).await);
        assert!(!takes("refused", true).await, "both read it as open, and one was first");
        let steps = rights::steps(&mut house.app.db.peek(), row.id).await.unwrap();
        assert_eq!(steps.iter().map(|step| &*step.step).collect::<Vec<_>>(), ["received", "done"]);
    }
}
