//! `…/choices` of the staff console: what she says by phone, at a desk or by post is written down for her, and nothing that she
//! could not choose herself; and what she chooses at a kiosk is recorded so.

use super::{ADA, NEWS, PERMIT, WORD, ada, client, last_used, lines, says as tells, standing};
use crate::app::{Changes, House};
use crate::looking::details::{born, gives};
use crate::looking::{At, CALLED, leaves};
use crate::search::newest;
use crate::staff::browser::{Officer, Said, says};
use portreeve::domain::client::Lang;
use portreeve::domain::sharing::{AgeBand, Decider, Method, Record, RecordState, Way};
use portreeve::domain::staff::Role;
use portreeve::service::looking::choices::{self, In};
use portreeve::service::looking::{Ask, Refused, approvals, person};
use portreeve::store::Housekeeping;
use std::time::Duration;

const CALL: [(&str, &str); 3] = [("heard", "phone"), ("decider", "self"), ("check", "call_back")];

/// An enquiry of an officer that found somebody: where her record is.
async fn found(officer: &mut Officer, email: &str) -> String {
    let why = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-88123")];
    let enquiry = officer.post("/enquiries", &why).await.to;
    let person = officer.post(&format!("{enquiry}/search"), &[("who", email)]).await.to;
    assert!(person.contains("/people/"), "{person}");
    person
}

/// Somebody of the help desk with Ada's record open.
async fn desk(house: &House) -> (Officer, String) {
    // Lines of one instant stand in any order.
    house.later(Duration::from_secs(1));
    let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
    let person = found(&mut officer, ADA).await;
    (officer, person)
}

/// Reads to her what is to be read, and writes down what she says.
async fn writes(officer: &mut Officer, here: &str, fields: &[&[(&str, &str)]]) -> Said {
    let page = officer.get(here).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let read = page.hidden("read");
    officer.post(here, &[&[("read", &*read)][..], &fields.concat()].concat()).await
}

fn written(line: &Record) -> (RecordState, Option<Way>, Option<Method>, Option<Decider>, Option<&str>) {
    (line.state, line.how.channel, line.how.method, line.how.actor, line.how.authority_ref.as_deref())
}

async fn letters(house: &House) -> Vec<String> {
    let letters = house.letters().await.into_iter().filter(|(_, letter)| letter.subject.starts_with("A choice about "));
    letters.map(|(to, letter)| format!("{to} {}", letter.body)).collect()
}

/// The newsletter is for those of every age, whose age is asked.
const ASKS_AGE: Changes<'_> =
    &[("services/parking-permits.toml", "expires = \"P24M\"", "expires = \"P24M\"\nconsent_age = \"ask\"")];

both! {
    async fn she_calls_and_takes_her_consent_back(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        says(&officer.get(&person).await, 200, &["Write down a choice about sharing", &format!("{person}/choices")]);
        let list = officer.get(&format!("{person}/choices")).await;
        says(&list, 200, &["Parking permits", "Garden waste", "They agreed", "The service gets the details without consent", &format!("{person}/choices/parking-permits/permit-newsletter")]);
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        says(&officer.get(&here).await, 200, &["If they want to say yes again, read this to the resident", "Email address", "permit-newsletter@1", "until you say stop"]);
        assert!(!list.body.contains("Wójcik") && !list.body.contains(ADA), "masked here too");

        house.later(Duration::from_mins(5));
        let done = writes(&mut officer, &here, &[&[("choice", "stop")], &CALL]).await;
        assert_eq!(last_used(&house, who).await, house.app.now(), "whoever calls uses the account");
        assert!(done.to.starts_with(&format!("{person}/receipts/")) && done.to.ends_with("?told=written"), "{} {}", done.to, done.body);
        says(&officer.get(&done.to).await, 200, &["We will email the resident", "You stopped it", "by phone", "You can change your mind at any time", "1 December 2026"]);
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!(written(&line), (RecordState::Withdrawn, Some(Way::Phone), Some(Method::Verbal), Some(Decider::Resident), None));
        assert!(!standing(&house, who, "permit-newsletter").await.is_in_force(house.app.now()));
        // The choice and who wrote it down: two events of one officer, for the reason and the case of the enquiry.
        for kind in ["sharing.consent_withdrawn", "officer.choice_recorded"] {
            let leaf = leaves(&house, kind).await.pop().unwrap();
            assert_eq!((&leaf["actor"]["class"], &leaf["reason_code"], &leaf["purpose"]), (&"officer".into(), &"resident_asked".into(), &"permit-newsletter".into()), "{leaf}");
            assert!(leaf["actor"]["ref"].is_string() && leaf["subject"].is_string(), "{leaf}");
        }
        let letter = letters(&house).await.pop().unwrap();
        assert!(letter.starts_with(ADA) && letter.contains("by phone") && letter.contains("Stop: Parking permits can no longer use"), "{letter}");
        // She reads it in her account: what she chose, and who looked and wrote.
        let page = visitor.get(NEWS).await.body;
        assert!(page.contains("You stopped it") && page.contains("by phone"), "{page}");
        let seen = visitor.get("/account/seen").await.body;
        assert!(seen.contains("A member of council staff wrote down a choice about your details") && seen.contains("CRM-88123"), "{seen}");
        assert!(seen.contains("What was chosen about sharing"), "{seen}");
        // It stands no more, so there is nothing to take back; she may say yes.
        let again = writes(&mut officer, &here, &[&[("choice", "stop")], &CALL]).await;
        says(&again, 200, &["There is a problem", "Something has changed"]);
        let yes = writes(&mut officer, &here, &[&[("choice", "yes")], &CALL]).await;
        assert!(yes.to.contains("/receipts/"), "{}", yes.body);
        assert!(standing(&house, who, "permit-newsletter").await.is_in_force(house.app.now()));
        assert_eq!(letters(&house).await.len(), 1, "the one of before is taken");
    }

    async fn what_is_missing_is_said_and_nothing_is_written(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let before = lines(&house, who).await.len();
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        let stop = [("choice", "stop")];
        let [phone, herself, back] = CALL;
        let long = "x".repeat(201);
        for (fields, words) in [
            (&[][..], &["Select what they say", "Select how they say it", "Select who decides", "Select how you know"][..]),
            (&[stop[0], herself, back], &["Select how they say it"]),
            (&[stop[0], phone, back], &["Select who decides"]),
            (&[stop[0], phone, herself], &["Select how you know"]),
            (&[stop[0], phone, herself, ("check", "document")], &["that fits how they say it"]),
            (&[stop[0], ("heard", "form"), herself, ("check", "document")], &["Enter where the form or letter is"]),
            (&[stop[0], ("decider", "delegate"), phone, back], &["Enter what gives that person the authority"]),
            (&[stop[0], phone, herself, back, ("evidence", &long)], &["at most 200 characters"]),
            (&[("choice", "yes"), phone, herself, ("check", "word")], &["their word is enough only"]),
            (&[stop[0], phone, herself, back, ("language", "cy")], &["Change the language of this page"]),
            // What she cannot choose as she stands, nobody chooses for her.
            (&[("choice", "object"), phone, herself, back], &["Something has changed"]),
            (&[("choice", "no"), phone, herself, back], &["Something has changed"]),
        ] {
            let said = writes(&mut officer, &here, &[fields]).await;
            says(&said, 200, &[&["There is a problem"], words].concat());
            let again = fields.iter().filter(|(name, _)| *name == "evidence");
            again.for_each(|(_, value)| assert!(said.body.contains(value), "typed again: {}", said.body));
        }
        // What was read to her is no longer what would be asked; or was never read.
        for read in ["", "00"] {
            let said = officer.post(&here, &[&[("read", read)], &stop[..], &CALL].concat()).await;
            says(&said, 200, &["Something has changed"]);
        }
        // In another language it is something else that is read.
        let welsh = officer.get(&format!("{here}?lang=cy")).await;
        says(&welsh, 200, &["darllenwch hyn, neu gwiriwch"]);
        let read = welsh.hidden("read");
        officer.get(&format!("{here}?lang=en")).await;
        let said = officer.post(&here, &[&[("read", &*read)], &stop[..], &CALL].concat()).await;
        says(&said, 200, &["Something has changed"]);
        assert_eq!((lines(&house, who).await.len(), house.events("officer.choice_recorded").await), (before, 0));
        assert!(letters(&house).await.is_empty());
        for gone in ["parking-permits/nothing", "nobody/permit-newsletter", "parking-permits/find-permit-zone"] {
            says(&officer.get(&format!("{person}/choices/{gone}")).await, 404, &["There is a problem"]);
        }
    }

    async fn a_letter_lies_somewhere_and_somebody_else_has_authority(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        officer.get(&format!("{person}?lang=cy")).await;
        let here = format!("{person}/choices/parking-permits/issue-resident-permit");
        let fields = [("choice", "object"), ("grounds", " My neighbour\r\nworks there. "), ("heard", "post"), ("decider", "delegate"), ("authority", "LPA 7000-1234"), ("check", "signature"), ("evidence", "Scan 2026/114")];
        let done = writes(&mut officer, &here, &[&fields]).await;
        assert!(done.to.ends_with("?told=written"), "{} {}", done.to, done.body);
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!(written(&line), (RecordState::Objected, Some(Way::Post), Some(Method::Signed), Some(Decider::Delegate), Some("LPA 7000-1234")));
        assert_eq!(line.lang.as_str(), "cy");
        let (_, said) = newest(&house.app, "officer.choice_recorded").await;
        let said = &said["data"];
        assert_eq!((&said["evidence"], &said["check"], &said["authority"], &said["record"]), (&"Scan 2026/114".into(), &"signature".into(), &"LPA 7000-1234".into(), &line.id.to_string().into()), "{said}");
        let letter = letters_in_welsh(&house).await;
        assert!(letter.contains("drwy’r post") && letter.contains("Gwrthwynebiad i sut mae"), "{letter}");
        assert!(standing(&house, who, "issue-resident-permit").await.paused.is_some());
        // It waits to be decided like one of her own, with the words that were written.
        let (_, mut governance) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let waiting = format!("/objections/{}", line.id);
        let why = [("purpose", "help"), ("reason", "rights_request"), ("case", "IG-41")];
        let opened = governance.post(&waiting, &why).await;
        says(&governance.get(&opened.to).await, 200, &["My neighbour\nworks there."]);
        // She calls, and takes it back.
        officer.get(&format!("{person}?lang=en")).await;
        says(&officer.get(&here).await, 200, &["If you take your objection back"]);
        let done = writes(&mut officer, &here, &[&[("choice", "take_back")], &CALL]).await;
        assert!(done.to.contains("/receipts/"), "{}", done.body);
        assert!(standing(&house, who, "issue-resident-permit").await.is_in_force(house.app.now()));
        let page = visitor.get(PERMIT).await.body;
        assert!(page.contains("You took back your objection") && page.contains("by post"), "{page}");
        let long = "x".repeat(2_001);
        let said = writes(&mut officer, &here, &[&[("choice", "object"), ("grounds", &long)], &CALL]).await;
        says(&said, 200, &["There is a problem", "at most 2,000 characters"]);
    }

    async fn without_an_address_she_is_given_the_receipt(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        house.app.db.write(async |mut w| {
            w.sql("DELETE FROM contact WHERE account_id = $1").bind(who).run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        }).await.unwrap();
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        let desk = [("choice", "stop"), ("heard", "desk"), ("decider", "self"), ("check", "document")];
        let done = writes(&mut officer, &here, &[&desk]).await;
        assert!(done.to.ends_with("?told=unwritten"), "{} {}", done.to, done.body);
        let line = lines(&house, who).await.pop().unwrap();
        says(&officer.get(&done.to).await, 200, &["print this page", "in person", &line.id.to_string(), "Havenbrook Borough Council", "/account/sharing/parking-permits/permit-newsletter"]);
        assert!(letters(&house).await.is_empty());
        // Each of the pages is a look of which she reads.
        for path in [format!("{person}/choices"), here.clone(), done.to] {
            let looks = house.events("officer.viewed").await;
            officer.get(&path).await;
            assert_eq!(house.events("officer.viewed").await, looks + 1, "{path}");
        }
        // A receipt of somebody else is none of hers.
        let ben = house.resident("Ben Oak", "ben@example.org", WORD).await;
        tells(&house, ben, "parking-permits", "permit-newsletter").await;
        let other = lines(&house, ben).await.pop().unwrap().id;
        says(&officer.get(&format!("{person}/receipts/{other}")).await, 404, &["There is a problem"]);
    }

    async fn whoever_is_too_young_has_a_parent_decide(world: World) {
        let house = House::with(world, &[], ASKS_AGE).await;
        let who = house.resident("Ada Wójcik", ADA, WORD).await;
        tells(&house, who, "parking-permits", "issue-resident-permit").await;
        assert!(client(&house, "parking-permits").shares.iter().any(|share| share.asks_age));
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        let (yes, parent) = (("choice", "yes"), [("decider", "parent"), ("authority", "Birth certificate seen")]);
        let [phone, herself, back] = CALL;
        let by_parent = [yes, phone, back, parent[0], parent[1]];
        for (fields, words) in [
            (&[yes, phone, herself, back][..], "Select how old the resident is"),
            (&[yes, phone, herself, back, ("age_band", "under_13")], "cannot agree alone"),
            (&[&by_parent[..], &[("age_band", "adult")]].concat(), "decides alone"),
            (&[&by_parent[..], &[("age_band", "13_15")]].concat(), "decides alone"),
        ] {
            says(&writes(&mut officer, &here, &[fields]).await, 200, &["There is a problem", words]);
        }
        let done = writes(&mut officer, &here, &[&by_parent, &[("age_band", "under_13")]]).await;
        assert!(done.to.contains("/receipts/"), "{}", done.body);
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!(written(&line), (RecordState::Given, Some(Way::Phone), Some(Method::Verbal), Some(Decider::Parent), Some("Birth certificate seen")));
        assert_eq!((line.how.age_band, line.how.age_rule.as_deref()), (Some(AgeBand::Under13), Some("13 from 2018-05-25")));
        says(&officer.get(&done.to).await, 200, &["Someone with parental responsibility for you said yes"]);
        let page = crate::seen::signed_in(&house, ADA).await.get(NEWS).await.body;
        assert!(page.contains("Someone with parental responsibility for you said yes") && !page.contains("You said yes"), "{page}");
        // For somebody grown up no parent decides, not even to stop; for a child they do.
        let stop = ("choice", "stop");
        let by = |band: &'static str| [stop, phone, back, parent[0], parent[1], ("age_band", band)];
        says(&writes(&mut officer, &here, &[&by("adult")]).await, 200, &["decides alone"]);
        let done = writes(&mut officer, &here, &[&by("13_15")]).await;
        assert!(done.to.contains("/receipts/"), "{}", done.body);
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!((written(&line).3, line.how.age_band), (Some(Decider::Parent), None));
        assert!(writes(&mut officer, &here, &[&by_parent, &[("age_band", "under_13")]]).await.to.contains("/receipts/"));
        // To stop it herself needs no age; and where her date of birth is held, that says it, which is a look of its own.
        let done = writes(&mut officer, &here, &[&[("choice", "stop")], &CALL]).await;
        assert!(done.to.contains("/receipts/"), "{}", done.body);
        gives(&house, who, &born("2015-06-01")).await;
        assert!(!officer.get(&here).await.body.contains("age_band"));
        let looks = house.events("officer.viewed").await;
        let said = writes(&mut officer, &here, &[&[yes, ("age_band", "adult")], &CALL]).await;
        says(&said, 200, &["cannot agree alone"]);
        assert_eq!(house.events("officer.viewed").await, looks + 3, "the page, her age, the page again");
    }

    async fn a_parent_decides_for_a_child_whatever_the_share_asks(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        let [phone, _, back] = CALL;
        let parent = [("choice", "yes"), phone, back, ("decider", "parent"), ("authority", "Birth certificate seen")];
        says(&writes(&mut officer, &here, &[&parent]).await, 200, &["Select how old the resident is"]);
        gives(&house, who, &born("1984-09-03")).await;
        says(&writes(&mut officer, &here, &[&parent, &[("age_band", "under_13")]]).await, 200, &["decides alone"]);
        assert_eq!(house.events("officer.choice_recorded").await, 0);
    }

    async fn of_an_account_that_is_not_in_use_only_what_stops_is_written(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        for state in ["closed", "restricted", "frozen"] {
            house.app.db.write(async |mut w| {
                w.sql("UPDATE account SET state = $2 WHERE id = $1").bind(who).bind(state).run().await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            }).await.unwrap();
            let page = officer.get(&here).await;
            says(&page, 200, &["value=\"stop\""]);
            assert!(!page.body.contains("value=\"yes\""), "{state}");
            says(&writes(&mut officer, &here, &[&[("choice", "yes")], &CALL]).await, 200, &["Something has changed"]);
        }
        let done = writes(&mut officer, &here, &[&[("choice", "stop")], &CALL]).await;
        assert!(done.to.ends_with("?told=unwritten"), "no mail goes to it: {}", done.to);
        assert_eq!(lines(&house, who).await.pop().unwrap().state, RecordState::Withdrawn);
        let page = officer.get(&here).await;
        says(&page, 200, &["value=\"no\""]);
        assert!(!page.body.contains("value=\"yes\""), "{}", page.body);
        // An objection cannot be taken back now, and so nothing is left to choose there.
        let permit = format!("{person}/choices/parking-permits/issue-resident-permit");
        assert!(writes(&mut officer, &permit, &[&[("choice", "object")], &CALL]).await.to.contains("/receipts/"));
        assert_eq!(officer.post(&permit, &[("choice", "take_back")]).await.to, format!("{person}/choices"));
        says(&officer.get(&permit).await, 404, &["There is a problem"]);
    }

    async fn a_signed_yes_names_the_notice_in_force_in_its_own_language(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        let form = [("choice", "yes"), ("heard", "form"), ("decider", "self"), ("check", "document"), ("evidence", "Scan 2026/115"), ("language", "cy")];
        for edition in ["", "2", "permit-newsletter@2", "parking-permit@1"] {
            let said = writes(&mut officer, &here, &[&form, &[("edition", edition)]]).await;
            says(&said, 200, &["There is a problem", "has to name the privacy notice", "Scan 2026/115"]);
        }
        let done = writes(&mut officer, &here, &[&form, &[("edition", "permit-newsletter@1")]]).await;
        assert!(done.to.contains("/receipts/"), "{}", done.body);
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!((line.state, line.lang.as_str()), (RecordState::Reaffirmed, "cy"));
        let (_, said) = newest(&house.app, "officer.choice_recorded").await;
        assert_eq!((&said["data"]["edition"], said["data"]["read"].as_str().unwrap().len()), (&"permit-newsletter@1".into(), 64));
        assert!(letters_in_welsh(&house).await.contains("wyneb yn wyneb"));
    }

    async fn what_she_chose_meanwhile_is_not_overrun_and_what_was_typed_is_not_lost(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        let read = officer.get(&here).await.hidden("read");
        house.later(Duration::from_secs(1));
        visitor.post(&format!("{NEWS}/withdraw"), &[]).await;
        let yes = [&[("read", &*read), ("choice", "yes"), ("evidence", "Call 17")], &CALL[..]].concat();
        let said = officer.post(&here, &yes).await;
        says(&said, 200, &["Something has changed", "Call 17"]);
        assert!(!said.body.contains("value=\"yes\" checked"), "the answer is asked for again: {}", said.body);
        assert_eq!(lines(&house, who).await.pop().unwrap().state, RecordState::Withdrawn);
        // The enquiry runs out while she speaks: what is typed is written down all the same, and nothing more is looked at.
        let object = format!("{person}/choices/parking-permits/issue-resident-permit");
        let read = officer.get(&object).await.hidden("read");
        house.later(Duration::from_mins(16));
        officer.show_passkey("/sign-in").await;
        let objects = [("read", &*read), ("choice", "object"), ("grounds", "My neighbour works there.")];
        let said = officer.post(&object, &objects).await;
        says(&said, 200, &["Select how they say it", "My neighbour works there."]);
        let done = officer.post(&object, &[&objects[..], &CALL].concat()).await;
        assert!(done.to.contains("/receipts/"), "{}", done.body);
        says(&officer.get(&done.to).await, 200, &["You objected"]);
        says(&officer.get(&object).await, 410, &["This enquiry is closed"]);
        // But not for ever.
        house.later(Duration::from_hours(1));
        officer.show_passkey("/sign-in").await;
        says(&officer.get(&done.to).await, 410, &["This enquiry is closed"]);
        let back = [&[("read", &*read), ("choice", "take_back")], &CALL[..]].concat();
        says(&officer.post(&object, &back).await, 410, &["This enquiry is closed"]);
    }

    async fn she_says_no_and_allows_again_what_her_objection_ended(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        for (choice, state) in [("stop", RecordState::Withdrawn), ("no", RecordState::Refused)] {
            house.later(Duration::from_secs(1));
            let done = writes(&mut officer, &here, &[&[("choice", choice), ("check", "word")], &CALL[..2]]).await;
            assert!(done.to.contains("/receipts/"), "{choice} {}", done.body);
            let line = lines(&house, who).await.pop().unwrap();
            assert_eq!((line.state, line.how.channel), (state, Some(Way::Phone)));
        }
        assert!(visitor.get(NEWS).await.body.contains("You said no"));
        let permit = format!("{person}/choices/parking-permits/issue-resident-permit");
        house.later(Duration::from_secs(1));
        writes(&mut officer, &permit, &[&[("choice", "object")], &CALL]).await;
        let (_, mut governance) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let objection = lines(&house, who).await.pop().unwrap().id;
        let why = [("purpose", "help"), ("reason", "rights_request"), ("case", "IG-41")];
        let opened = governance.post(&format!("/objections/{objection}"), &why).await.to;
        says(&governance.get(&opened).await, 200, &["They wrote nothing"]);
        governance.post(&opened, &[&[("decision", "upheld")], &why[1..]].concat()).await;
        house.later(Duration::from_secs(1));
        says(&officer.get(&permit).await, 200, &["Stopped after they objected", "If you allow it, the service gets them again"]);
        let allow = [("choice", "allow"), CALL[1]];
        let form = [("heard", "form"), ("check", "document"), ("evidence", "Scan 2026/116")];
        says(&writes(&mut officer, &permit, &[&allow, &form]).await, 200, &["has to name the privacy notice"]);
        let done = writes(&mut officer, &permit, &[&allow, &form, &[("edition", "1")]]).await;
        assert!(done.to.contains("/receipts/"), "{}", done.body);
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!(written(&line), (RecordState::Shown, Some(Way::Desk), Some(Method::Signed), Some(Decider::Resident), None));
        assert!(standing(&house, who, "issue-resident-permit").await.is_in_force(house.app.now()));
    }

    async fn who_knows_her_or_has_no_case_writes_nothing(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let before = lines(&house, who).await.len();
        let (mut officer, person) = desk(&house).await;
        let here = format!("{person}/choices/parking-permits/permit-newsletter");
        let all = [format!("{person}/choices"), here.clone(), format!("{person}/receipts/{}", lines(&house, who).await[0].id)];
        let fields = [&[("choice", "stop"), ("read", "00")], &CALL[..]].concat();
        // An auditor may not, nor an enquiry of somebody else, nor one that did not find her.
        let (_, mut auditor) = house.officer("Cy Mott", &[Role::Auditor]).await;
        let (_, mut other) = house.officer("Eli Frost", &[Role::InformationGovernance]).await;
        for path in &all {
            says(&auditor.get(path).await, 403, &["There is a problem"]);
            says(&other.get(path).await, 410, &["This enquiry is closed"]);
        }
        says(&auditor.post(&here, &fields).await, 403, &["There is a problem"]);
        says(&other.post(&here, &fields).await, 410, &["This enquiry is closed"]);
        let ben = house.resident("Ben Oak", "ben@example.org", WORD).await;
        let enquiry = person.split("/people/").next().unwrap();
        says(&officer.get(&format!("{enquiry}/people/{ben}/choices")).await, 404, &["There is a problem"]);
        // Behind broken glass there may be no case, and without one nothing is written down.
        other.post("/break-glass", &[("reason", "vital_interests")]).await;
        let enquiry = other.post("/enquiries", &[("purpose", "help"), ("reason", "vital_interests")]).await.to;
        let theirs = other.post(&format!("{enquiry}/search"), &[("who", ADA)]).await.to;
        let page = other.get(&theirs).await;
        says(&page, 200, &["A… W…"]);
        assert!(!page.body.contains("/choices"), "{}", page.body);
        says(&other.get(&format!("{theirs}/choices")).await, 403, &["You may not do this"]);
        // Whoever knows her: not behind broken glass either.
        officer.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await;
        officer.post("/break-glass", &[("reason", "vital_interests")]).await;
        for path in &all {
            says(&officer.get(path).await, 403, &["You have declared that you know this person"]);
        }
        says(&officer.post(&here, &fields).await, 403, &["You have declared that you know this person"]);
        assert_eq!(house.events("officer.not_permitted").await, 5);
        assert_eq!((lines(&house, who).await.len(), house.events("officer.choice_recorded").await), (before, 0));
    }

    async fn nothing_that_is_kept_from_her_is_done_about_a_right_of_hers(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let [at, boss] = [Role::InformationGovernance; 2].map(|role| At::new(&house, &[role]));
        let hidden = Ask { reason: "crime_prevention", case: "FR-7", who: ADA, ..CALLED };
        let approval = approvals::ask_for_enquiry(at.deed(), &hidden).await.unwrap();
        approvals::decide(boss.deed(), approval, true).await.unwrap();
        let enquiry = at.open(&Ask { approval: Some(approval), ..hidden }).await.unwrap();
        assert_eq!(person::search(at.deed(), &enquiry, ADA).await.unwrap(), Some(who));
        let looks = house.events("officer.viewed").await;
        let hers = In { enquiry: enquiry.id, account: who, late: false };
        let seen = choices::view(at.deed(), hers).await;
        assert!(matches!(seen, Err(Refused::Closed)), "{seen:?}");
        let one = choices::one(at.deed(), hers, ("parking-permits", "permit-newsletter"), Lang::En).await;
        assert!(matches!(one, Err(Refused::Closed)), "{one:?}");
        assert_eq!(house.events("officer.viewed").await, looks);
    }

    async fn she_chooses_at_a_kiosk(world: World) {
        let house = House::at_a_kiosk(world).await;
        let (who, visitor) = ada(&house).await;
        house.later(Duration::from_secs(1));
        visitor.post(&format!("{NEWS}/withdraw"), &[]).await;
        let line = lines(&house, who).await.pop().unwrap();
        assert_eq!(written(&line), (RecordState::Withdrawn, Some(Way::Kiosk), Some(Method::Page), Some(Decider::Resident), None));
        assert!(visitor.get(NEWS).await.body.contains("at a public screen"));
    }
}

async fn letters_in_welsh(house: &House) -> String {
    let letters = house.letters().await.into_iter().map(|(_, letter)| letter);
    letters.filter(|letter| letter.subject.starts_with("Dewis ynghylch")).map(|letter| letter.body).next_back().unwrap()
}
