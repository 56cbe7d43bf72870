//! "What services get", through the pages.

use super::{ADA, GARDEN, NEWS, PERMIT, WORD, ada, lines, standing};
use crate::app::House;
use crate::visitor::Visitor;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portreeve::domain::sharing::{RecordState, Way};
use portreeve::jobs::end_consents::EndConsents;
use portreeve::jobs::runner::Duty as _;
use serde_json::Value;
use std::time::Duration;

async fn json(visitor: &Visitor, path: &str) -> Value {
    let answer = visitor.get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

both! {
    async fn q05_a_consent_is_taken_back_with_one_press(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = ada(&house).await;
        // From "Your account" itself: giving it took a choice and a button on a page of its own.
        let page = visitor.get("/account").await.body;
        assert!(page.contains(&format!("action=\"{NEWS}/withdraw\"")), "{page}");
        let page = visitor.get("/account/sharing").await.body;
        assert!(page.contains(&format!("action=\"{NEWS}/withdraw\"")) && page.contains(&format!("{PERMIT}/object")), "{page}");
        assert!(page.contains("You cannot stop this here, because Garden waste needs it"), "{page}");
        let done = visitor.post(&format!("{NEWS}/withdraw"), &[]).await;
        assert_eq!((done.status, done.to.as_str()), (303, "/account/sharing?news=stopped"));
        let stands = standing(&house, ada, "permit-newsletter").await;
        assert_eq!((stands.state, stands.record), (RecordState::Withdrawn, None));
        let line = lines(&house, ada).await.pop().unwrap();
        assert_eq!((line.how.channel, line.how.steps), (Some(Way::Web), Some(1)));
        assert_eq!(house.events("sharing.consent_withdrawn").await, 1);
        let page = visitor.get(&done.to).await.body;
        assert!(page.contains("We have stopped sharing these details") && page.contains("This was stopped."), "{page}");
        assert!(!visitor.get("/account").await.body.contains("/withdraw"));
        // Pressed twice.
        let again = visitor.post(&format!("{NEWS}/withdraw"), &[]).await;
        assert_eq!((again.to.as_str(), house.events("sharing.consent_withdrawn").await), ("/account/sharing", 1));
    }

    async fn taking_it_back_is_no_more_work_than_giving_it_was_from_her_account_and_from_a_letter(world: World) {
        let house = House::new(world).await;
        let (_, visitor) = ada(&house).await;
        house.letters().await;
        // Pages opened, and what she does there: each choice, each press of a button.
        let press = async |fields: &[(&str, &str)], hers: usize, path: &str| {
            assert_eq!(visitor.post(path, fields).await.status, 303, "{path}");
            hers + 1
        };
        let withdraw = format!("{NEWS}/withdraw");
        let withdraws = format!("action=\"{withdraw}\"");
        assert!(visitor.get("/account").await.body.contains(&withdraws));
        let from_home = (1, press(&[], 0, &withdraw).await);
        // Nothing is chosen for her where she gives it.
        let page = visitor.get(&format!("{NEWS}/choose")).await;
        assert!(!page.body.contains(" checked"), "{}", page.body);
        let seen = page.hidden("seen");
        let yes = [("seen", seen.as_str()), ("consent", "allow")];
        let giving = (1, press(&yes, 1, &format!("{NEWS}/choose")).await);
        house.later(Duration::from_hours(24 * 680));
        EndConsents.round(&house.app, house.app.now()).await.unwrap();
        let letter = house.letters().await.remove(0).1;
        let home = house.at("");
        let link = letter.body.lines().find_map(|line| line.trim().strip_prefix(home.trim_end_matches('/'))).unwrap();
        visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        assert!(visitor.get(link).await.body.contains(&withdraws), "{link}");
        let from_letter = (1, press(&[], 0, &withdraw).await);
        assert_eq!((giving, from_home, from_letter), ((1, 2), (1, 1), (1, 1)));
    }

    async fn q06_she_says_yes_or_no_in_her_account_when_she_likes(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = ada(&house).await;
        house.later(Duration::from_secs(1));
        visitor.post(&format!("{NEWS}/withdraw"), &[]).await;
        let choose = format!("{NEWS}/choose");
        let page = visitor.get(&choose).await;
        assert!(page.body.contains("ada@example.org") && page.body.contains("consent-allow"), "{}", page.body);
        let seen = page.hidden("seen");
        // Not what she saw; nothing chosen.
        assert_eq!(visitor.post(&choose, &[("consent", "allow")]).await.to, choose);
        let neither = visitor.post(&choose, &[("seen", &seen)]).await;
        assert!(neither.status == 200 && neither.body.contains("There is a problem"), "{}", neither.body);
        assert_eq!(house.events("sharing.consent_given").await, 1, "that of the door");
        let yes = [("seen", seen.as_str()), ("consent", "allow")];
        assert_eq!(visitor.post(&choose, &yes).await.to, "/account/sharing?news=yes");
        let stands = standing(&house, ada, "permit-newsletter").await;
        assert_eq!((stands.state, stands.is_in_force(house.app.now())), (RecordState::Given, true));
        assert_eq!(lines(&house, ada).await.pop().unwrap().how.page_sha256.as_deref(), Some(&*seen));
        // A yes to what stands runs anew, and a no is a no.
        assert_eq!(visitor.post(&choose, &yes).await.to, "/account/sharing?news=yes");
        assert_eq!(house.events("sharing.consent_reaffirmed").await, 1);
        let no = [("seen", seen.as_str()), ("consent", "deny")];
        assert_eq!(visitor.post(&choose, &no).await.to, "/account/sharing?news=no");
        assert_eq!(standing(&house, ada, "permit-newsletter").await.state, RecordState::Refused);
        assert_eq!(house.events("sharing.consent_refused").await, 1);
    }

    async fn an_objection_pauses_at_once_after_a_page_that_says_what_it_does(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = ada(&house).await;
        let page = visitor.get(&format!("{PERMIT}/object")).await.body;
        assert!(page.contains("straight away") && page.contains("within one month"), "{page}");
        let long = "x".repeat(2_001);
        let told = visitor.post(&format!("{PERMIT}/object"), &[("grounds", &long)]).await;
        assert!(told.status == 200 && told.body.contains("2,000 characters or fewer"), "{}", told.body);
        assert_eq!(house.events("sharing.objected").await, 0);
        let done = visitor.post(&format!("{PERMIT}/object"), &[("grounds", "My neighbour works there.\r\nI fear her.")]).await;
        assert_eq!(done.to, "/account/sharing?news=objected");
        assert!(standing(&house, ada, "issue-resident-permit").await.paused.is_some());
        let page = visitor.get(&done.to).await.body;
        assert!(page.contains("while we decide on your objection") && page.contains("1 January 2027"), "{page}");
        // Once is enough.
        assert_eq!(visitor.get(&format!("{PERMIT}/object")).await.to, "/account/sharing");
        assert_eq!(visitor.post(&format!("{PERMIT}/object"), &[]).await.to, "/account/sharing");
        assert_eq!(house.events("sharing.objected").await, 1);
    }

    async fn she_takes_her_objection_back_while_it_waits(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = ada(&house).await;
        let back = format!("{PERMIT}/take-back");
        // There is none to take back yet, and a consent or a contract has none.
        for path in [&back, &format!("{NEWS}/take-back"), &format!("{GARDEN}/take-back")] {
            assert_eq!(visitor.post(path, &[]).await.to, "/account/sharing", "{path}");
        }
        let before = standing(&house, ada, "issue-resident-permit").await;
        visitor.post(&format!("{PERMIT}/object"), &[("grounds", "My neighbour works there.")]).await;
        let page = visitor.get("/account/sharing").await.body;
        assert!(page.contains(&format!("href=\"{PERMIT}#take-back\"")), "{page}");
        let page = visitor.get(PERMIT).await.body;
        assert!(page.contains(&format!("action=\"{back}\"")) && page.contains("gets your details for this again"), "{page}");
        assert_eq!(visitor.post_from_elsewhere(&back, &[]).await.status, 403);
        assert_eq!(Visitor::new(&house).post(&back, &[]).await.to, "/sign-in");
        let done = visitor.post(&back, &[]).await;
        assert_eq!(done.to, "/account/sharing?news=taken_back");
        let page = visitor.get(&done.to).await.body;
        assert!(page.contains("You took back your objection") && page.contains(&format!("{PERMIT}/object")), "{page}");
        let stands = standing(&house, ada, "issue-resident-permit").await;
        assert_eq!((stands.record, stands.since, &stands.claims), (before.record, before.since, &before.claims));
        assert!(stands.is_in_force(house.app.now()) && stands.paused.is_none());
        let line = lines(&house, ada).await.pop().unwrap();
        assert_eq!((line.state, line.how.steps), (RecordState::ObjectionWithdrawn, Some(2)));
        let receipt = json(&visitor, &format!("/account/receipts/{}", line.id.0)).await;
        assert_eq!(receipt["events"][0]["event_state"], "objection_withdrawn");
        // Once is enough; she may object again.
        assert_eq!(visitor.post(&back, &[]).await.to, "/account/sharing");
        assert_eq!(visitor.post(&format!("{PERMIT}/object"), &[]).await.to, "/account/sharing?news=objected");
        assert_eq!((house.events("sharing.objection_withdrawn").await, house.events("sharing.objected").await), (1, 2));
    }

    async fn a_receipt_is_read_in_either_language(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = ada(&house).await;
        let all = lines(&house, ada).await;
        let given = all.iter().find(|line| line.state == RecordState::Given).unwrap();
        let told = all.iter().find(|line| line.purpose == "issue-resident-permit").unwrap();
        let path = format!("/account/receipts/{}/page", given.id.0);
        assert!(visitor.get(NEWS).await.body.contains(&format!("href=\"{path}\"")));
        // What the file says stands on the page.
        let iso = json(&visitor, &format!("/account/receipts/{}", given.id.0)).await;
        let page = visitor.get(&path).await.body;
        let (processing, event) = (&iso["pii_processing"], &iso["events"][0]);
        let purpose = &processing["purposes"][0];
        for fact in [&iso["receipt_id"], &iso["pii_principal_id"], &processing["privacy_notice"], &processing["privacy_notice_version"], &processing["privacy_notice_sha256"], &purpose["purpose"], &purpose["retention_period"], &purpose["service"], &purpose["withdrawal_method"], &iso["parties"][0]["party_name"], &iso["parties"][0]["party_email"], &iso["parties"][0]["party_phone"], &event["log_event_id"], &event["policy_version"]] {
            assert!(page.contains(fact.as_str().unwrap()), "{fact}: {page}");
        }
        assert!(page.contains("You said yes") && page.contains("by choosing an answer, in 2 steps") && page.contains(&house.at("/jwks")), "{page}");
        let welsh = visitor.get(&format!("{path}?lang=cy")).await.body;
        assert!(welsh.contains("Dywedoch chi ie") && welsh.contains("anfon newyddion parcio atoch") && welsh.contains("Saesneg"), "{welsh}");
        let page = visitor.get(&format!("/account/receipts/{}/page?lang=en", told.id.0)).await.body;
        assert!(page.contains("Road Traffic Regulation Act 1984, section 45") && !page.contains("/kantara"), "{page}");
        // It is hers alone.
        house.resident("Ben Oak", "ben@example.org", WORD).await;
        let ben = Visitor::new(&house);
        assert_eq!(ben.get(&path).await.to, "/sign-in");
        ben.post("/sign-in", &[("email", "ben@example.org"), ("password", WORD)]).await;
        assert_eq!((ben.get(&path).await.status, ben.get("/account/receipts/x/page").await.status), (404, 404));
    }

    async fn what_the_basis_does_not_give_is_refused(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = ada(&house).await;
        let before = lines(&house, ada).await.len();
        // A contract is neither withdrawn from nor objected to here; a public task is no consent; a consent is no objection.
        for (path, deed) in [(GARDEN, "withdraw"), (GARDEN, "object"), (PERMIT, "withdraw"), (NEWS, "object")] {
            let said = visitor.post(&format!("{path}/{deed}"), &[("grounds", "no")]).await;
            assert_eq!((said.status, said.to.as_str()), (303, "/account/sharing"), "{path}/{deed}");
        }
        for (path, deed) in [(GARDEN, "choose"), (PERMIT, "choose")] {
            assert_eq!(visitor.get(&format!("{path}/{deed}")).await.status, 404);
            assert_eq!(visitor.post(&format!("{path}/{deed}"), &[("consent", "allow")]).await.status, 404);
        }
        for path in ["/account/sharing/nobody/nothing", "/account/sharing/garden-waste/permit-newsletter"] {
            assert_eq!(visitor.get(path).await.status, 404, "{path}");
            assert_eq!(visitor.post(&format!("{path}/withdraw"), &[]).await.status, 404, "{path}");
        }
        // Nor by somebody who is not signed in, nor from another site.
        let stranger = Visitor::new(&house);
        for path in ["/account/sharing".to_owned(), NEWS.to_owned(), format!("{PERMIT}/object"), format!("{NEWS}/choose")] {
            assert_eq!(stranger.get(&path).await.to, "/sign-in", "{path}");
        }
        for path in [format!("{NEWS}/withdraw"), format!("{PERMIT}/object"), format!("{NEWS}/choose")] {
            assert_eq!(stranger.post(&path, &[]).await.to, "/sign-in", "{path}");
            assert_eq!(visitor.post_from_elsewhere(&path, &[]).await.status, 403, "{path}");
        }
        assert_eq!(lines(&house, ada).await.len(), before);
    }

    async fn q49_each_line_has_a_receipt_that_we_sign(world: World) {
        let house = House::new(world).await;
        let (ada, visitor) = ada(&house).await;
        let all = lines(&house, ada).await;
        let given = all.iter().find(|line| line.state == RecordState::Given).unwrap();
        let told = all.iter().find(|line| line.purpose == "issue-resident-permit").unwrap();
        let page = visitor.get(NEWS).await.body;
        assert!(page.contains("You said yes") && page.contains(&format!("/account/receipts/{}/kantara", given.id.0)), "{page}");
        let iso = json(&visitor, &format!("/account/receipts/{}", given.id.0)).await;
        assert_eq!(iso["schema_version"], "ISO/IEC TS 27560:2023");
        assert_eq!(iso["record_id"], given.id.0.to_string());
        assert_eq!(iso["pii_principal_id"], ada.to_string());
        let purpose = &iso["pii_processing"]["purposes"][0];
        assert_eq!((&purpose["lawful_basis"], &purpose["purpose"]), (&"consent".into(), &"send you parking news".into()));
        assert_eq!(purpose["withdrawal_method"], house.at(NEWS));
        assert_eq!(iso["events"][0]["event_state"], "given");
        assert_eq!(iso["events"][0]["event_time"], given.at.to_string());
        assert!(!iso.to_string().contains(ADA) && !iso.to_string().contains("Wójcik"), "{iso}");
        // The signature is over the rest.
        let signature = iso["receipt_sig"].as_str().unwrap();
        let parts: Vec<&str> = signature.split('.').collect();
        let decode = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        let mut rest = iso.clone();
        rest.as_object_mut().unwrap().remove("receipt_sig");
        assert_eq!((decode(parts[1]), &decode(parts[0])["typ"]), (rest, &"sharing-receipt+jwt".into()));
        let kantara = json(&visitor, &format!("/account/receipts/{}/kantara", given.id.0)).await;
        assert_eq!(kantara["version"], "KI-CR-v1.1.0");
        assert_eq!(kantara["consentTimestamp"], given.at.seconds());
        assert_eq!(kantara["services"][0]["purposes"][0]["consentType"], "EXPLICIT");
        assert_eq!(kantara["services"][0]["purposes"][0]["piiCategory"][0], "2 - Contact");
        // What is no consent has no consent receipt; and a receipt is hers alone.
        let iso = json(&visitor, &format!("/account/receipts/{}", told.id.0)).await;
        assert_eq!(iso["pii_processing"]["purposes"][0]["lawful_basis_power"], "Road Traffic Regulation Act 1984, section 45");
        assert_eq!(visitor.get(&format!("/account/receipts/{}/kantara", told.id.0)).await.status, 404);
        let who = house.resident("Ben Oak", "ben@example.org", WORD).await;
        let ben = Visitor::new(&house);
        assert_eq!(ben.get(&format!("/account/receipts/{}", given.id.0)).await.to, "/sign-in");
        ben.post("/sign-in", &[("email", "ben@example.org"), ("password", WORD)]).await;
        for path in [format!("/account/receipts/{}", given.id.0), "/account/receipts/x".to_owned(), NEWS.to_owned()] {
            assert_eq!(ben.get(&path).await.status, 404, "{path}");
        }
        assert!(ben.get("/account/sharing").await.body.contains("No service gets anything about you."));
        // His own names him and not her, and another word of hers is another receipt.
        super::says(&house, who, "parking-permits", "permit-newsletter").await;
        let line = lines(&house, who).await.pop().unwrap();
        let his = json(&ben, &format!("/account/receipts/{}", line.id.0)).await;
        assert_eq!(his["pii_principal_id"], who.to_string());
        assert!(!his.to_string().contains(&ada.to_string()), "{his}");
        visitor.post(&format!("{NEWS}/withdraw"), &[]).await;
        let line = lines(&house, ada).await.pop().unwrap();
        let event = json(&visitor, &format!("/account/receipts/{}", line.id.0)).await["events"][0].clone();
        assert_eq!((&event["event_state"], &event["previous_record_id"]), (&"withdrawn".into(), &given.id.0.to_string().into()));
    }
}
