//! Who reads an entry whose details are gone is told so, and by which rule.

use super::RULE;
use crate::app::House;
use crate::log::{seal, tamper};
use crate::seen::{WORD, look, signed_in};
use crate::staff::browser::says;
use portreeve::domain::staff::Role;
use portreeve::service::disposal::{Order, strip};
use std::time::Duration;

const ADA: &str = "ada@example.org";

/// The first link that begins so.
fn link(body: &str, begins: &str) -> String {
    let found = body.split("href=\"").skip(1).find(|part| part.starts_with(begins)).unwrap_or_else(|| panic!("{body}"));
    found.split('"').next().unwrap().replace("&amp;", "&").replace("&#x2f;", "/")
}

both! {
    async fn an_entry_says_when_its_details_were_destroyed_and_by_which_rule(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        look(&house, ada, "fault").await;
        seal(app).await;
        let visitor = signed_in(&house, ADA).await;
        let before = visitor.get("/account/seen").await.body;
        assert!(before.contains("Full name") && !before.contains("We destroyed them"), "{before}");
        house.later(Duration::from_mins(1));
        let order = Order { rule: "officer.access", ..RULE };
        let done = strip(app, &["officer.viewed"], (None, app.now()), &|_| false, &order, app.now()).await.unwrap();
        assert_eq!(done.count, 1);
        seal(app).await;
        let after = visitor.get("/account/seen").await.body;
        let words = "We destroyed them on 1 December 2026: our schedule says how long we keep them (rule officer.access).";
        assert!(after.contains(words) && !after.contains("Full name"), "{after}");
        assert!(after.contains("We put a fault right"), "what the log itself holds stays");

        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let ask = [("purpose", "security"), ("reason", "complaint"), ("case", "C-17"), ("resident", ADA), ("kind", "officer.viewed")];
        let to = dee.post("/record", &ask).await.to;
        let event = link(&dee.get(&to).await.body, "/record/events/");
        let shown = dee.get(&event).await;
        says(&shown, 200, &["It has been destroyed.", "Destroyed on", "officer.access", "2026-11-22.1", "Anybody can check it"]);
        assert!(!shown.body.contains("Opening it is recorded"), "there is nothing to open");
        let why = link(&shown.body, &format!("/record/events/{}", done.events[0].0));
        says(&dee.get(&why).await, 200, &["payload.disposed", "Payloads of events were destroyed"]);
        // What nobody says was not the house's deed.
        tamper(app, &["DELETE FROM disposed_span"]).await;
        says(&dee.get(&event).await, 200, &["This is not as it was written down"]);
        assert!(!visitor.get("/account/seen").await.body.contains("We destroyed them"));
    }
}
