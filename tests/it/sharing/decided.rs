//! `/objections` of the staff console: the list names nobody, what she wrote is read as a look, and she is told the decision.

use super::{ADA, PERMIT, WORD, ada, decision_letters, lines, standing};
use crate::app::House;
use crate::looking::leaves;
use crate::staff::browser::{Officer, says};
use portreeve::domain::ids::AccountId;
use portreeve::domain::sharing::{Decider, RecordState};
use portreeve::domain::staff::Role;
use portreeve::store::{Housekeeping, events};
use std::time::Duration;

const WHY: [(&str, &str); 3] = [("purpose", "help"), ("reason", "rights_request"), ("case", "IG-41")];
const GROUNDS: &str = "My neighbour works there.";

/// A house with an objection of Ada's, where it is at the console, and somebody of information governance.
async fn objected(house: &House) -> (AccountId, crate::visitor::Visitor, String, Officer) {
    let (who, visitor) = ada(house).await;
    visitor.post(&format!("{PERMIT}/object"), &[("grounds", GROUNDS)]).await;
    let record = standing(house, who, "issue-resident-permit").await.paused.unwrap().1;
    let (_, officer) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
    (who, visitor, format!("/objections/{record}"), officer)
}

/// Reads it: where the decision is given.
async fn read(officer: &mut Officer, here: &str) -> String {
    let opened = officer.post(here, &WHY).await;
    assert!(opened.to.starts_with(&format!("{here}/enquiries/")), "{} {}", opened.to, opened.body);
    says(&officer.get(&opened.to).await, 200, &[GROUNDS]);
    opened.to
}

both! {
    async fn the_list_names_nobody_and_what_is_overdue_is_said_first(world: World) {
        let house = House::new(world).await;
        let (_, _, here, mut officer) = objected(&house).await;
        let id = house.resident("Ben Oak", "ben@example.org", WORD).await;
        let list = officer.get("/objections").await;
        says(&list, 200, &["Parking permits", "give you a parking permit", "1 December 2026", "1 January 2027", "31 days", &here]);
        says(&officer.get("/").await, 200, &["href=\"/objections\""]);
        let page = officer.get(&here).await;
        says(&page, 200, &["Parking permits", "Read what the resident wrote", "value=\"rights_request\""]);
        assert!(!page.body.contains("value=\"crime_prevention\""), "what is kept from her is no reason here");
        for body in [&list.body, &page.body] {
            assert!(!body.contains(GROUNDS) && !body.contains("Ada ") && !body.contains("A… W…"), "{body}");
        }
        assert_eq!(house.events("officer.viewed").await, 0);
        // A month and a day later another one comes behind it.
        house.later(Duration::from_hours(24 * 32));
        officer.show_passkey("/sign-in").await;
        let ben = crate::visitor::Visitor::new(&house);
        ben.post("/sign-in", &[("email", "ben@example.org"), ("password", WORD)]).await;
        super::says(&house, id, "parking-permits", "issue-resident-permit").await;
        ben.post(&format!("{PERMIT}/object"), &[]).await;
        let list = officer.get("/objections").await;
        let rows: Vec<&str> = list.body.split("<tr class=\"govuk-table__row\">").skip(2).collect();
        assert!(rows.len() == 2 && rows[0].contains("Overdue") && !rows[1].contains("Overdue"), "{}", list.body);
    }

    async fn what_she_wrote_is_read_as_a_look_with_reason_and_case(world: World) {
        let house = House::new(world).await;
        let (_, visitor, here, mut officer) = objected(&house).await;
        for (fields, words) in [
            (&WHY[..0], "Select what this is for"),
            (&WHY[..1], "Select a reason"),
            (&WHY[..2], "Enter the number of the case"),
            (&[WHY[0], ("reason", "crime_prevention"), WHY[2]][..], "not kept from the resident"),
        ] {
            says(&officer.post(&here, fields).await, 200, &["There is a problem", words]);
        }
        assert_eq!((house.events("officer.enquiry_opened").await, house.events("officer.viewed").await), (0, 0));
        assert_eq!(house.events("officer.not_permitted").await, 1, "without a case");
        let weigh = read(&mut officer, &here).await;
        let look = leaves(&house, "officer.viewed").await.remove(0);
        assert_eq!((&look["reason_code"], &look["purpose"]), (&"rights_request".into(), &"help".into()), "{look}");
        assert!(!look.to_string().contains("neighbour"), "{look}");
        let page = visitor.get("/account/seen").await.body;
        assert!(page.contains("What you wrote when you objected") && page.contains("IG-41"), "{page}");
        // Her record is one step further, in the same enquiry and masked.
        let page = officer.get(&weigh).await;
        let person = page.body.split("href=\"/enquiries/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        says(&officer.get(&format!("/enquiries/{person}")).await, 200, &["A… W…", "a•••@example.org"]);
        // It is that officer's, for as long as the enquiry is open.
        let (_, mut other) = house.officer("Eli Frost", &[Role::InformationGovernance]).await;
        says(&other.get(&weigh).await, 410, &["This enquiry is closed"]);
        says(&other.post(&weigh, &[("decision", "upheld"), WHY[1], WHY[2]]).await, 410, &["This enquiry is closed"]);
        says(&officer.get("/objections/8f14e45f-ceea-467f-a8f5-0123456789ab").await, 404, &["There is a problem"]);
        house.later(Duration::from_mins(16));
        officer.show_passkey("/sign-in").await;
        says(&officer.get(&weigh).await, 410, &["This enquiry is closed"]);
        // What she wrote goes when its time is over; that she objected stays.
        crate::retention::seal(&house).await;
        house.app.db.write(async |mut w| {
            w.sql("UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL WHERE type = 'sharing.objected'").run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        }).await.unwrap();
        let again = officer.post(&here, &WHY).await;
        says(&officer.get(&again.to).await, 200, &["What they wrote is not kept any more"]);
    }

    async fn she_is_told_the_decision_and_the_grounds_in_the_write_that_decides(world: World) {
        let house = House::new(world).await;
        let (who, visitor, here, mut officer) = objected(&house).await;
        let weigh = read(&mut officer, &here).await;
        let why = [WHY[1], ("case", "IG-42")];
        let long = "x".repeat(1_001);
        for (fields, words) in [
            (&[][..], "Select what is decided"),
            (&[("decision", "rejected")][..], "Enter the grounds"),
            (&[("decision", "rejected"), ("grounds", &*long)][..], "Enter the grounds"),
        ] {
            let said = officer.post(&weigh, &[fields, &why].concat()).await;
            says(&said, 200, &["There is a problem", words, GROUNDS, "IG-42"]);
        }
        let upheld = [("decision", "upheld")];
        says(&officer.post(&weigh, &[&upheld[..], &WHY[1..2]].concat()).await, 200, &["Enter the number of the case"]);
        says(&officer.post(&weigh, &[&upheld[..], &[("reason", "nonsense"), why[1]]].concat()).await, 200, &["Select a reason"]);
        says(&officer.post(&weigh, &[&upheld[..], &[("reason", "crime_prevention"), why[1]]].concat()).await, 200, &["not kept from the resident"]);
        assert_eq!(house.events("sharing.objection_decided").await, 0);
        assert!(decision_letters(&house).await.is_empty());

        let grounds = "Two cars share the place.\r\nThe law makes us check.";
        let done = officer.post(&weigh, &[&[("decision", "rejected"), ("grounds", grounds)], &why[..]].concat()).await;
        assert_eq!(done.to, "/objections?decided=written", "{}", done.body);
        says(&officer.get(&done.to).await, 200, &["The resident is written to by email", "No objection waits"]);
        let (to, letter) = decision_letters(&house).await.remove(0);
        assert_eq!(to, ADA);
        for words in ["Parking permits", "Two cars share the place.\nThe law", "1 December 2026", "information@havenbrook.example", "https://regulator.example/", "a court"] {
            assert!(letter.body.contains(words), "{words}: {}", letter.body);
        }
        let leaf = leaves(&house, "sharing.objection_decided").await.remove(0);
        assert_eq!((&leaf["actor"]["class"], &leaf["reason_code"]), (&"officer".into(), &"rights_request".into()), "{leaf}");
        let row = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap().into_iter().find(|row| row.r#type == "sharing.objection_decided").unwrap();
        let payload = row.payload.unwrap();
        assert!(!row.leaf.contains("Two cars") && !payload.windows(8).any(|part| part == b"Two cars"), "in the clear");
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!((line.how.actor, line.how.authority_ref.as_deref()), (Some(Decider::Officer), Some("IG-42")));
        assert_eq!(line.how.actor_ref.as_deref(), leaf["actor"]["ref"].as_str());
        let page = visitor.get(PERMIT).await.body;
        assert!(page.contains("We decided to go on after the objection") && page.contains("Two cars share the place."), "{page}");
        assert!(standing(&house, who, "issue-resident-permit").await.is_in_force(house.app.now()));
        // Once is enough; and it is about the objection that was read, not about one that came behind it.
        says(&officer.post(&weigh, &[&upheld[..], &why].concat()).await, 409, &["Somebody else has decided"]);
        visitor.post(&format!("{PERMIT}/object"), &[]).await;
        says(&officer.post(&weigh, &[&upheld[..], &why].concat()).await, 409, &["Somebody else has decided"]);
        assert!(standing(&house, who, "issue-resident-permit").await.paused.is_some());
    }

    async fn without_an_address_somebody_has_to_tell_her(world: World) {
        let house = House::new(world).await;
        let (who, _, here, mut officer) = objected(&house).await;
        let weigh = read(&mut officer, &here).await;
        house.app.db.write(async |mut w| {
            w.sql("DELETE FROM contact WHERE account_id = $1").bind(who).run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        }).await.unwrap();
        // Weighing takes its time: the enquiry has run out meanwhile.
        house.later(Duration::from_mins(16));
        officer.show_passkey("/sign-in").await;
        let done = officer.post(&weigh, &[("decision", "upheld"), WHY[1], WHY[2]]).await;
        assert_eq!(done.to, "/objections?decided=unwritten", "{}", done.body);
        says(&officer.get(&done.to).await, 200, &["Write to them by post"]);
        assert!(decision_letters(&house).await.is_empty());
        assert_eq!(standing(&house, who, "issue-resident-permit").await.state, RecordState::ObjectionUpheld);
    }

    async fn who_knows_her_neither_reads_nor_decides(world: World) {
        let house = House::new(world).await;
        let (who, _, here, mut officer) = objected(&house).await;
        let weigh = read(&mut officer, &here).await;
        officer.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await;
        says(&officer.get(&weigh).await, 403, &["You have declared that you know this person"]);
        let upheld = [("decision", "upheld"), WHY[1], WHY[2]];
        says(&officer.post(&weigh, &upheld).await, 403, &["You have declared that you know this person"]);
        // Nor behind broken glass: a decision can wait.
        officer.post("/break-glass", &[("reason", "vital_interests")]).await;
        let opened = officer.post(&here, &WHY).await.to;
        says(&officer.get(&opened).await, 403, &["You have declared that you know this person"]);
        says(&officer.post(&opened, &upheld).await, 404, &["There is a problem"]);
        assert_eq!(house.events("officer.not_permitted").await, 3);
        assert!(standing(&house, who, "issue-resident-permit").await.paused.is_some());
        assert_eq!(house.events("officer.viewed").await, 1);
    }

    async fn an_auditor_sees_the_list_and_the_help_desk_nothing(world: World) {
        let house = House::new(world).await;
        let (_, _, here, _) = objected(&house).await;
        let (_, mut auditor) = house.officer("Cy Mott", &[Role::Auditor]).await;
        says(&auditor.get("/objections").await, 200, &[&here]);
        let page = auditor.get(&here).await;
        says(&page, 200, &["Parking permits"]);
        assert!(!page.body.contains("<form method=\"post\" action=\"/objections"), "{}", page.body);
        let (_, mut desk) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        assert!(!desk.get("/").await.body.contains("/objections"));
        let nobody = format!("{here}/enquiries/8f14e45f-ceea-467f-a8f5-0123456789ab");
        for said in [desk.get("/objections").await, desk.get(&here).await, desk.post(&here, &WHY).await, desk.get(&nobody).await, desk.post(&nobody, &[]).await, auditor.post(&here, &WHY).await] {
            says(&said, 403, &["There is a problem"]);
        }
        assert_eq!(house.events("officer.refused").await, 6);
    }
}
