//! The consoles as officers meet them: a reason first, a second person, broken glass, people one knows, breaches, the log.

use crate::app::House;
use crate::staff::browser::{Officer, says};
use portreeve::domain::staff::Role;
use std::time::Duration;

const ADA: &str = "ada@example.org";
const WHY: [(&str, &str); 3] = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-88123")];

/// Opens an enquiry and finds a resident: where her record is.
async fn found(officer: &mut Officer, why: &[(&str, &str)]) -> String {
    let opened = officer.post("/enquiries", why).await;
    assert_eq!(opened.status, 303, "{}", opened.body);
    let there = officer.post(&format!("{}/search", opened.to), &[("who", ADA)]).await;
    assert_eq!(there.status, 303, "{}", there.body);
    there.to
}

/// Where the first link that begins so leads.
fn first_link(body: &str, begins: &str) -> String {
    let body = body.replace("&#x2f;", "/").replace("&amp;", "&");
    let at = body.find(&format!("href=\"{begins}")).unwrap_or_else(|| panic!("no link {begins} in {body}"));
    body[at + "href=\"".len()..].split('"').next().unwrap().to_owned()
}

/// Where the first form that begins so leads.
fn action(body: &str, begins: &str) -> String {
    let at = body.find(&format!("action=\"{begins}")).unwrap_or_else(|| panic!("no form {begins} in {body}"));
    body[at + "action=\"".len()..].split('"').next().unwrap().to_owned()
}

both! {
    async fn a_record_is_seen_masked_and_a_field_revealed_after_a_fresh_proof(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, "turnip lantern cobble").await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        says(&officer.get("/").await, 200, &["href=\"/enquiries\""]);
        says(&officer.get("/enquiries").await, 200, &["Look at a resident’s record", "You asked us for help"]);
        let bare = officer.post("/enquiries", &[("purpose", "help"), ("reason", "resident_asked")]).await;
        says(&bare, 200, &["There is a problem", "Enter the number of the case", "checked"]);

        let here = found(&mut officer, &WHY).await;
        let seen = officer.get(&here).await;
        says(&seen, 200, &["A… W…", "a•••@example.org", "Show the email address"]);
        assert!(!seen.body.contains("Wójcik") && !seen.body.contains(ADA));
        house.later(Duration::from_mins(6));
        let stale = officer.post(&format!("{here}/reveal"), &[("field", "email")]).await;
        assert!(stale.to.starts_with("/prove?next=%2Fenquiries%2F"), "{}", stale.to);
        assert_eq!(house.events("officer.revealed").await, 0);
        officer.show_passkey("/prove").await;
        assert_eq!(officer.post(&format!("{here}/reveal"), &[("field", "email")]).await.to, here);
        let seen = officer.get(&here).await;
        says(&seen, 200, &[ADA, "A… W…"]);
        says(&officer.post(&format!("{here}/reveal"), &[("field", "birthday")]).await, 404, &["did not find"]);

        let enquiry = here.split("/people/").next().unwrap();
        says(&officer.post(&format!("{enquiry}/search"), &[("who", "bob@example.org")]).await, 200, &["Nobody signs in"]);
        says(&officer.post(&format!("{enquiry}/search"), &[("who", " ")]).await, 200, &["There is a problem"]);
        let (_, mut other) = house.officer("Cy Mott", &[Role::CustomerService]).await;
        says(&other.get(&here).await, 410, &["There is a problem", "This enquiry is closed"]);
        assert_eq!(officer.post(&format!("{enquiry}/close"), &[]).await.to, "/enquiries");
        says(&officer.get(&here).await, 410, &["This enquiry is closed"]);
    }

    async fn who_may_not_look_is_told_so_and_that_is_on_record(world: World) {
        let house = House::new(world).await;
        let (_, mut auditor) = house.officer("Cy Mott", &[Role::Auditor]).await;
        let front = auditor.get("/").await;
        assert!(!front.body.contains("href=\"/enquiries\"") && front.body.contains("href=\"/log\""));
        says(&auditor.get("/enquiries").await, 403, &["There is a problem"]);
        says(&auditor.post("/enquiries", &WHY).await, 403, &["There is a problem"]);
        assert_eq!(house.events("officer.refused").await, 2);
        assert_eq!(house.events("officer.enquiry_opened").await, 0);
    }

    async fn a_hidden_enquiry_waits_for_a_second_person(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, "turnip lantern cobble").await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::InformationGovernance]).await;
        let (_, mut boss) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let bare = [("purpose", "help"), ("reason", "crime_prevention"), ("case", "FR-7")];
        says(&officer.post("/enquiries", &bare).await, 200, &["There is a problem", "Enter whom it is about"]);
        let hidden = [&bare[..], &[("about", ADA)]].concat();
        assert_eq!(officer.post("/enquiries", &hidden).await.to, "/approvals?asked=1");
        says(&officer.get("/approvals?asked=1").await, 200, &["A second person has been asked", "Waiting"]);
        let waiting = boss.get("/approvals").await;
        says(&waiting, 200, &["Bea Lloyd", "FR-7", "Approve", "Looks at one resident"]);
        assert!(!waiting.body.contains(ADA));
        let form = action(&waiting.body, "/approvals/").replace("/person", "");
        says(&officer.post(&form, &[("answer", "yes")]).await, 409, &["There is a problem"]);
        assert_eq!(boss.post(&form, &[("answer", "yes")]).await.to, "/approvals");
        says(&boss.post(&form, &[("answer", "no")]).await, 409, &["Somebody else has decided"]);
        let own = officer.get("/approvals").await;
        says(&own, 200, &["Approved", "name=\"approval\""]);
        let id = form.strip_prefix("/approvals/").unwrap();
        let mut with = hidden.clone();
        with.push(("approval", id));
        let here = found(&mut officer, &with).await;
        says(&officer.post("/enquiries", &with).await, 409, &["A second person has to approve this"]);
        assert_eq!(house.events("officer.notice_delayed").await, 1, "the search is kept from her");
        assert_eq!(officer.post(&format!("{here}/reveal"), &[("field", "name")]).await.to, here);
        assert_eq!(house.events("officer.notice_delayed").await, 2, "and what is revealed");

        assert_eq!(officer.post("/enquiries", &hidden).await.to, "/approvals?asked=1");
        let form = action(&boss.get("/approvals").await.body, "/approvals/").replace("/person", "");
        assert_eq!(boss.post(&form, &[("answer", "no")]).await.to, "/approvals");
        let mut without = hidden.clone();
        without.push(("approval", form.strip_prefix("/approvals/").unwrap()));
        says(&officer.post("/enquiries", &without).await, 409, &["A second person has to approve this"]);
        assert_eq!(house.events("officer.approval_refused").await, 1);
    }

    async fn glass_is_broken_reviewed_and_overdue(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let (_, mut boss) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        says(&officer.post("/break-glass", &[]).await, 200, &["There is a problem", "Select a reason"]);
        let danger = [("reason", "vital_interests")];
        assert_eq!(officer.post("/break-glass", &danger).await.to, "/break-glass");
        let (_, letter) = house.letters().await.remove(0);
        assert!(letter.body.contains("Bea Lloyd broke the glass") && letter.body.contains("/break-glass"), "{letter:?}");
        says(&officer.get("/break-glass").await, 200, &["The glass is broken until"]);
        says(&officer.get("/enquiries").await, 200, &["Everything you do will be reviewed"]);
        let uncased = [("purpose", "help"), ("reason", "vital_interests")];
        assert_eq!(officer.post("/enquiries", &uncased).await.status, 303);

        house.later(Duration::from_hours(49));
        officer.show_passkey("/sign-in").await;
        boss.show_passkey("/sign-in").await;
        says(&officer.get("/enquiries").await, 403, &["You cannot do anything until"]);
        says(&officer.get("/").await, 200, &[]);
        let page = boss.get("/break-glass").await;
        says(&page, 200, &["Bea Lloyd", "Review overdue"]);
        // What was done meanwhile is one search away, which is not made before somebody says why.
        let done = first_link(&page.body, "/record?officer=");
        assert!(done.contains("&from=2026-12-01T12%3A00&to=2026-12-01T13%3A0"), "{done}");
        says(&boss.get(&done).await, 200, &["Search the record", "value=\"2026-12-01T12:00\"", "checked"]);
        assert_eq!(house.events("officer.searched").await, 0);
        let form = action(&page.body, "/break-glass/");
        assert_eq!(boss.post(&form, &[("answer", "yes")]).await.to, "/break-glass");
        says(&boss.get("/break-glass").await, 200, &["Reviewed: justified"]);
        assert_eq!(officer.get("/enquiries").await.status, 200);
    }

    async fn a_reason_that_hides_is_offered_to_those_who_may_hide_and_for_looks_alone(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let (_, mut boss) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let hides = "value=\"crime_prevention\"";
        assert!(boss.get("/enquiries").await.body.contains(hides));
        assert!(!officer.get("/enquiries").await.body.contains(hides));
        let bare = [("purpose", "help"), ("reason", "crime_prevention"), ("case", "FR-7")];
        says(&officer.post("/enquiries", &bare).await, 403, &["You may not do this"]);
        let facts = [("title", "x"), ("aware", "2026-12-01T02:00"), ("from", "2026-12-01T00:00"), ("to", "2026-12-02T00:00")];
        let typed = [&bare[..], &facts[..], &[("resident", ADA)]].concat();
        for path in ["/record", "/record/person", "/officers", "/exports", "/breaches", "/breaches/measure"] {
            let reasons = boss.get(path).await.body;
            let reasons = reasons.split("name=\"reason\"").skip(1).map(|part| part.split('>').next().unwrap());
            assert!(!reasons.clone().any(|reason| reason.contains(hides)) && reasons.count() > 1, "{path}");
            says(&boss.post(path, &typed).await, 200, &["There is a problem", "Select a reason"]);
        }
        assert_eq!(house.events("breach.recorded").await, 0);
    }

    async fn broken_glass_is_a_place_for_those_who_break_or_review_it(world: World) {
        let house = House::new(world).await;
        for (name, role, there) in [
            ("Bea Lloyd", Role::CustomerService, true),
            ("Dee Hart", Role::InformationGovernance, true),
            ("Eve Ash", Role::Auditor, false),
            ("Fay Orr", Role::Deputy, false),
        ] {
            let (_, mut officer) = house.officer(name, &[role]).await;
            assert_eq!(officer.get("/").await.body.contains("href=\"/break-glass\""), there, "{name}");
        }
    }

    async fn glass_is_closed_before_its_hour_is_over(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        officer.post("/break-glass", &[("reason", "vital_interests")]).await;
        let form = action(&officer.get("/break-glass").await.body, "/break-glass/");
        assert!(form.ends_with("/close"), "{form}");
        assert_eq!(officer.post(&form, &[]).await.to, "/break-glass");
        says(&officer.get("/break-glass").await, 200, &["action=\"/break-glass\""]);
        says(&officer.post(&form, &[]).await, 409, &["There is a problem"]);
        assert_eq!(house.events("officer.breakglass_closed").await, 1);
    }

    async fn people_one_knows_are_declared_and_not_listed(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, "turnip lantern cobble").await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        says(&officer.post("/conflicts", &[("how", "declare"), ("who", "")]).await, 200, &["There is a problem"]);
        assert_eq!(officer.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await.to, "/conflicts");
        let page = officer.get("/conflicts").await;
        says(&page, 200, &["You have named one person"]);
        assert!(!page.body.contains(ADA));
        let opened = officer.post("/enquiries", &WHY).await.to;
        says(&officer.post(&format!("{opened}/search"), &[("who", ADA)]).await, 403, &["You have declared that you know this person"]);
        officer.post("/conflicts", &[("how", "withdraw"), ("whom", ADA)]).await;
        says(&officer.get("/conflicts").await, 200, &["You have not named anybody"]);
        says(&officer.post(&format!("{opened}/search"), &[("who", ADA)]).await, 403, &["You have declared that you know this person"]);
        house.later(Duration::from_hours(24));
        officer.show_passkey("/sign-in").await;
        let here = found(&mut officer, &WHY).await;
        assert_eq!(officer.get(&here).await.status, 200);
        // Known after all: what was found does not open any more.
        officer.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await;
        says(&officer.get(&here).await, 403, &["You have declared that you know this person"]);
        says(&officer.post(&format!("{here}/reveal"), &[("field", "name")]).await, 403, &["You have declared"]);
        assert_eq!(house.events("officer.not_permitted").await, 4);
    }

    async fn nobody_names_a_whole_town_as_people_they_know(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        for nth in 0..60 {
            let who = format!("nobody{nth}@example.org");
            assert_eq!(officer.post("/conflicts", &[("how", "declare"), ("who", &who)]).await.to, "/conflicts");
        }
        for (how, field) in [("declare", "who"), ("withdraw", "whom")] {
            let said = officer.post("/conflicts", &[("how", how), (field, ADA)]).await;
            says(&said, 429, &["You have named too many people today"]);
        }
        assert_eq!((house.events("officer.not_permitted").await, house.events("staff.conflict_declared").await), (2, 60));
        house.later(Duration::from_hours(24));
        officer.show_passkey("/sign-in").await;
        assert_eq!(officer.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await.to, "/conflicts");
    }

    async fn a_breach_at_two_in_the_morning(world: World) {
        let house = House::new(world).await;
        let (_, mut boss) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        says(&boss.get("/breaches").await, 200, &["The register is empty", "within 72 hours"]);
        let why = [("purpose", "security"), ("reason", "security_incident"), ("case", "INC-3")];
        // The test's clock stands at noon of 1 December 2026.
        let facts = [("title", "A laptop was lost"), ("aware", "2026-12-01T02:00"), ("subjects", "12")];
        let typed: Vec<_> = why.into_iter().chain(facts).collect();
        let future = [&why[..], &[("title", "x"), ("aware", "2026-12-01T12:30")]].concat();
        says(&boss.post("/breaches", &future).await, 200, &["There is a problem", "not in the future", "value=\"x\""]);
        let kept = boss.post("/breaches", &typed).await;
        assert!(kept.to.starts_with("/breaches/"), "{}", kept.body);
        says(&boss.get(&kept.to).await, 200, &["A laptop was lost", "62 hours and 0 minutes left", "4 December 2026", "2am"]);
        says(&boss.get("/breaches").await, 200, &["A laptop was lost", "62 hours"]);
        house.later(Duration::from_hours(63));
        boss.show_passkey("/sign-in").await;
        says(&boss.get(&kept.to).await, 200, &["Not told, and 72 hours have passed", "reasons for the delay"]);
        let mut told = why.to_vec();
        told.extend([("decision", "regulator-notified"), ("reference", "IC-99")]);
        says(&boss.post(&kept.to, &why).await, 200, &["There is a problem", "Select what was decided"]);
        assert_eq!(boss.post(&kept.to, &told).await.to, kept.to);
        says(&boss.get(&kept.to).await, 200, &["Told after 72 hours", "IC-99"]);
        says(&boss.get("/breaches/8f14e45f-ceea-467f-a8f5-0123456789ab").await, 404, &["There is no such entry"]);
    }

    async fn the_schedule_in_force_is_read_with_who_stands_behind_it(world: World) {
        let people = ("retention.toml", "approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]");
        let house = House::with(world, &[], &[people]).await;
        let (_, mut boss) = house.officer("Gwen Morris", &[Role::InformationGovernance]).await;
        says(&boss.get("/").await, 200, &["/schedule"]);
        let approved = ["Approved by two people or more", "Meg Hale, Tom Reed", "7 days"];
        says(&boss.get("/schedule").await, 200, &approved);
        let dormant = ["(account.dormant)", "24 months", "No longer", "the account was last used", "legal, foi", "Head of Customer Services"];
        says(&boss.get("/schedule").await, 200, &dormant);
        let (_, mut helper) = house.officer("Ann Teale", &[Role::CustomerService]).await;
        says(&helper.get("/schedule").await, 403, &["There is a problem"]);
    }

    async fn the_state_of_the_log_is_seen_with_a_picture(world: World) {
        let house = House::new(world).await;
        let (_, mut keeper) = house.officer("Eve Ash", &[Role::Administrator]).await;
        says(&keeper.get("/log").await, 200, &["Events waiting for their place", "No witness has cosigned"]);
        let picture = keeper.get("/log/events.svg").await;
        says(&picture, 200, &["<svg"]);
        says(&keeper.get("/breaches").await, 403, &["There is a problem"]);
    }
}
