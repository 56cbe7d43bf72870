//! The governance console: the record is searched and reported on, residents are answered, hidden looks reviewed.

use crate::app::House;
use crate::log::seal;
use crate::looking::told;
use crate::staff::browser::{Officer, says};
use crate::visitor::Visitor;
use crate::wording;
use portreeve::domain::staff::Role;
use std::time::Duration;

const ADA: &str = "ada@example.org";
const WORD: &str = "turnip lantern cobble";
const WHY: [(&str, &str); 3] = [("purpose", "security"), ("reason", "complaint"), ("case", "C-17")];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    WHY.into_iter().chain(more.iter().copied()).collect()
}

/// The value of the first attribute that begins so.
fn first(body: &str, begins: &str) -> String {
    let at = body.find(begins).unwrap_or_else(|| panic!("no {begins} in {body}"));
    let quoted = begins.find('"').unwrap() + 1;
    body[at + quoted..].split('"').next().unwrap().replace("&amp;", "&").replace("&#x2f;", "/")
}

/// An officer looked at a resident, and it is in the log.
async fn looked(house: &House, officer: &mut Officer, why: &[(&str, &str)], who: &str) {
    let opened = officer.post("/enquiries", why).await.to;
    let there = officer.post(&format!("{opened}/search"), &[("who", who)]).await.to;
    assert_eq!(officer.get(&there).await.status, 200);
    house.later(Duration::from_secs(1));
    seal(&house.app).await;
}

const HELP: [(&str, &str); 3] = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-1")];

both! {
    async fn the_record_is_searched_and_an_event_opened_with_its_proof(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        house.resident("Bob Price", "bob@example.org", WORD).await;
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let (_, mut cai) = house.officer("Cai Mott", &[Role::CustomerService]).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        looked(&house, &mut bea, &HELP, ADA).await;
        looked(&house, &mut cai, &HELP, "bob@example.org").await;

        says(&dee.get("/record").await, 200, &["Search the record", "Bea Lloyd", "Cai Mott"]);
        says(&dee.get("/record").await, 200, &["list=\"kind-offers\"", "id=\"kind-offers\"", "<option value=\"officer.viewed\">"]);
        let bare = dee.post("/record", &[("purpose", "security"), ("reason", "complaint")]).await;
        says(&bare, 200, &["There is a problem", "Enter the number of the case"]);
        assert_eq!(house.events("officer.not_permitted").await, 1, "a look without a case leaves a trace");
        says(&dee.post("/record", &with(&[("kind", "officer.lookd")])).await, 200, &["no such kind of event"]);
        for field in ["service", "of_purpose", "of_reason", "outcome"] {
            let typed = dee.post("/record", &with(&[(field, ADA)])).await;
            says(&typed, 200, &["There is a problem", "Select one from the list"]);
        }
        says(&dee.post("/record", &with(&[("from", "yesterday")])).await, 200, &["Enter a date and time"]);
        says(&dee.post("/record", &with(&[("officer", "x")])).await, 200, &["Select a member of staff"]);

        let to = dee.post("/record", &with(&[("resident", ADA), ("kind", "officer.viewed")])).await.to;
        assert!(to.starts_with("/record/results?search=") && !wording::says(&to, "ada"), "{to}");
        let found = dee.get(&to).await;
        says(&found, 200, &["officer.viewed", "Bea Lloyd", "You asked us for help"]);
        assert!(!found.body.contains("Cai Mott"), "somebody else's look");
        says(&cai.get(&to).await, 403, &["There is a problem"]);
        let (_, mut eve) = house.officer("Eve Ash", &[Role::Auditor]).await;
        says(&eve.get(&to).await, 400, &["This page belongs to another search"]);

        let event = first(&found.body, "href=\"/record/events/");
        let shown = dee.get(&event).await;
        says(&shown, 200, &["officer.viewed", "Anybody can check it", "c2sp.org/tlog-proof", "Opening it is recorded"]);
        assert!(!shown.body.contains("CRM-1"), "what is kept beside is closed");
        let opened = dee.get(&format!("{event}&payload=1")).await;
        says(&opened, 200, &["CRM-1", "email_masked"]);
        assert_eq!(house.events("officer.event_viewed").await, 2);
        let nobody = dee.post("/record", &with(&[("resident", "nobody@example.org")])).await.to;
        says(&dee.get(&nobody).await, 404, &["Nobody has this account"]);
        assert_eq!(house.events("officer.searched").await, 2);
    }

    async fn x05_nothing_but_the_known_filters_and_their_known_values_shapes_a_search(world: World) {
        let house = House::new(world).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        seal(&house.app).await;
        for (field, value) in [
            ("kind", "officer.viewed' OR '1'='1"),
            ("kind", "%"),
            ("outcome", "ok; DROP TABLE event"),
            ("service", "1=1"),
            ("of_purpose", "payload"),
            ("of_reason", "reason DESC"),
            ("officer", "actor"),
            ("from", "(SELECT 1)"),
        ] {
            says(&dee.post("/record", &with(&[(field, value)])).await, 200, &["There is a problem"]);
        }
        // No order and no column is asked for by name: what is no filter changes nothing.
        let plain = dee.post("/record", &with(&[("kind", "staff.signed_in")])).await.to;
        let odd = with(&[("kind", "staff.signed_in"), ("sort", "payload"), ("order", "leaf DESC"), ("fields", "salt")]);
        let odd = dee.post("/record", &odd).await.to;
        let [plain, odd] = [dee.get(&plain).await, dee.get(&odd).await];
        let rows = |body: &str| body.matches("href=\"/record/events/").count();
        assert!(rows(&plain.body) > 0 && rows(&plain.body) == rows(&odd.body));
        let to = dee.post("/record", &with(&[("kind", "staff.signed_in")])).await.to;
        let forged = to.replacen("search=", "search=A", 1);
        says(&dee.get(&forged).await, 400, &["There is a problem"]);
    }

    async fn without_a_case_each_form_leaves_a_trace(world: World) {
        let house = House::new(world).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let question = format!("/questions/{}", portreeve::crypto::tokens::uuid());
        let uncased = [("purpose", "security"), ("reason", "complaint"), ("resident", ADA), ("answer", "x")];
        for (nth, path) in (1..).zip(["/record", "/record/person", "/officers", "/breaches/measure", &question]) {
            assert_ne!(dee.post(path, &uncased).await.status, 303, "{path}");
            assert_eq!(house.events("officer.not_permitted").await, nth, "{path}");
        }
    }

    async fn who_looked_what_an_officer_looked_at_and_the_review(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let (id, mut bea) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        looked(&house, &mut bea, &HELP, ADA).await;
        says(&dee.post("/record/person", &with(&[])).await, 200, &["There is a problem"]);
        let to = dee.post("/record/person", &with(&[("resident", ADA)])).await.to;
        says(&dee.get(&to).await, 200, &["Bea Lloyd", "officer.sought", "officer.viewed"]);

        says(&dee.post("/officers", &with(&[])).await, 200, &["Enter two times"]);
        // A month is filled in: what is looked at as a rule.
        says(&dee.get("/officers").await, 200, &["value=\"2026-11-01T12:", "value=\"2026-12-01T12:"]);
        let month = [("from", "2026-12-01T00:00"), ("to", "2027-01-01T00:00")];
        let staff = id.to_string();
        let one = [&month[..], &[("officer", staff.as_str())]].concat();
        let to = dee.post("/officers", &with(&one)).await.to;
        says(&dee.get(&to).await, 200, &["What this member of staff looked at", "You asked us for help", "officer.viewed"]);
        let to = dee.post("/officers", &with(&month)).await.to;
        let review = dee.get(&to).await;
        says(&review, 200, &["Bea Lloyd", "The median is", "Stands out"]);
        let to = dee.post("/breaches/measure", &with(&month)).await.to;
        says(&dee.get(&to).await, 200, &["How far a breach reaches", "officer.access"]);
        assert_eq!(house.events("officer.reported").await, 4);
    }

    async fn a_case_that_is_missing_is_on_record_with_what_was_asked(world: World) {
        let house = House::new(world).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let month = [("from", "2026-12-01T00:00"), ("to", "2027-01-01T00:00")];
        for (place, action) in [
            ("/record", "search_record"),
            ("/record/person", "report_on_person"),
            ("/officers", "report_on_officers"),
            ("/breaches/measure", "measure_breach"),
        ] {
            house.later(Duration::from_secs(1));
            let bare = [&[("purpose", "security"), ("reason", "complaint"), ("resident", ADA)], &month[..]].concat();
            says(&dee.post(place, &bare).await, 200, &["Enter the number of the case"]);
            assert_eq!(told(&house, "officer.not_permitted").await["data"]["action"], action, "{place}");
        }
    }

    async fn looks_at_people_one_knows_stand_out(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        looked(&house, &mut bea, &HELP, ADA).await;
        let month = with(&[("from", "2026-12-01T00:00"), ("to", "2027-01-01T00:00")]);
        let to = dee.post("/officers", &month).await.to;
        let row = |body: &str| body.split("Bea Lloyd").nth(1).unwrap().split("</tr>").next().unwrap().to_owned();
        assert!(row(&dee.get(&to).await.body).contains("No"), "nothing stands out");
        bea.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await;
        assert!(row(&dee.get(&to).await.body).contains("Yes. At people they know.<"), "she knew her all along");
    }

    async fn nobody_looks_up_in_the_record_whom_they_know(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        house.resident("Bob Price", "bob@example.org", WORD).await;
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let (_, mut eve) = house.officer("Eve Ash", &[Role::Auditor]).await;
        looked(&house, &mut bea, &HELP, ADA).await;
        looked(&house, &mut bea, &HELP, "bob@example.org").await;
        for officer in [&mut dee, &mut eve] {
            let hers = officer.post("/record", &with(&[("resident", ADA), ("kind", "officer.viewed")])).await.to;
            let event = first(&officer.get(&hers).await.body, "href=\"/record/events/");
            says(&officer.get(&event).await, 200, &["officer.viewed"]);
            officer.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await;
            let before = house.events("officer.not_permitted").await;
            let number = ada.to_string();
            for (path, who) in [("/record", ADA), ("/record", &number), ("/record/person", ADA)] {
                let to = officer.post(path, &with(&[("resident", who)])).await.to;
                says(&officer.get(&to).await, 403, &["You have declared that you know this person", "Somebody else has to look"]);
            }
            // Also a page that was found before.
            says(&officer.get(&hers).await, 403, &["You have declared that you know this person"]);
            for opens in [event.clone(), format!("{event}&payload=1")] {
                says(&officer.get(&opens).await, 403, &["You have declared that you know this person"]);
            }
            assert_eq!(house.events("officer.not_permitted").await, before + 6);
            // Others are as open as ever.
            let to = officer.post("/record/person", &with(&[("resident", "bob@example.org")])).await.to;
            let found = officer.get(&to).await;
            says(&found, 200, &["officer.viewed"]);
            says(&officer.get(&first(&found.body, "href=\"/record/events/")).await, 200, &[]);
        }
        // She reads that they tried, and what for.
        let visitor = Visitor::new(&house);
        visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        let page = visitor.get("/account/seen").await.body;
        assert!(page.contains("We looked into a complaint"), "{page}");
    }

    async fn that_a_hidden_look_was_asked_for_by_somebody_who_knows_her_is_hidden_too(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let hidden = crate::seen::look(&house, ada, "crime_prevention").await;
        seal(&house.app).await;
        let to = dee.post("/record", &with(&[("kind", "officer.viewed")])).await.to;
        dee.get(&to).await;
        let search = to.split("search=").nth(1).unwrap();
        dee.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await;
        assert_eq!(house.events("officer.notice_delayed").await, 1);
        says(&dee.get(&format!("/record/events/{hidden}?search={search}")).await, 403, &["You have declared"]);
        assert_eq!(house.events("officer.not_permitted").await, 1);
        assert_eq!(house.events("officer.notice_delayed").await, 2);
        let visitor = Visitor::new(&house);
        visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        let page = visitor.get("/account/seen").await.body;
        assert!(!page.contains("href=\"/account/seen/"), "{page}");
    }

    async fn addresses_are_not_tried_out_in_the_record(world: World) {
        let house = House::new(world).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        for (nth, path) in (0..60).zip(["/record", "/record/person"].into_iter().cycle()) {
            let to = dee.post(path, &with(&[("resident", &format!("nobody{nth}@example.org"))])).await.to;
            says(&dee.get(&to).await, 404, &[]);
        }
        for path in ["/record", "/record/person"] {
            let to = dee.post(path, &with(&[("resident", ADA)])).await.to;
            says(&dee.get(&to).await, 429, &["You have named too many residents"]);
        }
        assert_eq!(house.events("officer.not_permitted").await, 2);
        // What names nobody goes on, and so does all of it after a while.
        let to = dee.post("/record", &with(&[("outcome", "denied")])).await.to;
        says(&dee.get(&to).await, 200, &[]);
        house.later(Duration::from_mins(15));
        dee.show_passkey("/sign-in").await;
        let to = dee.post("/record", &with(&[("resident", ADA)])).await.to;
        says(&dee.get(&to).await, 404, &[]);
    }

    async fn a_breach_is_written_down_for_a_case(world: World) {
        let house = House::new(world).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let bare = [("purpose", "security"), ("reason", "complaint"), ("title", "x"), ("aware", "2026-12-01T02:00")];
        says(&dee.post("/breaches", &bare).await, 200, &["Enter the number of the case"]);
        assert_eq!(told(&house, "officer.not_permitted").await["data"]["action"], "record_breach");
        assert_eq!(house.events("breach.recorded").await, 0);
        let facts = with(&[("title", "x"), ("aware", "2026-12-01T02:00")]);
        let there = dee.post("/breaches", &facts).await.to;
        let told = [&bare[..2], &[("decision", "regulator-notified")]].concat();
        says(&dee.post(&there, &told).await, 200, &["Enter the number of the case"]);
        assert_eq!(house.events("officer.not_permitted").await, 2);
        assert_eq!(house.events("breach.decided").await, 0);
    }

    async fn nobody_answers_for_a_look_of_their_own(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let both = [Role::CustomerService, Role::InformationGovernance];
        let (_, mut bea) = house.officer("Bea Lloyd", &both).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        looked(&house, &mut bea, &HELP, ADA).await;
        let ada = Visitor::new(&house);
        ada.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        let one = first(&ada.get("/account/seen").await.body, "href=\"/account/seen/");
        ada.post(&format!("{one}/ask"), &[]).await;
        let question = first(&bea.get("/questions").await.body, "href=\"/questions/");
        let own = bea.post(&question, &with(&[("answer", "All was well.")])).await;
        says(&own, 200, &["There is a problem", "Somebody else has to answer it"]);
        // Neither this year nor in the next, under whose log she has another pseudonym.
        house.later(Duration::from_hours(24 * 40));
        assert_eq!(bea.show_passkey("/sign-in").await.to, "/");
        let own = bea.post(&question, &with(&[("answer", "All was well.")])).await;
        says(&own, 200, &["Somebody else has to answer it"]);
        assert_eq!(house.events("officer.answered").await, 0);
        assert_eq!(dee.show_passkey("/sign-in").await.to, "/");
        assert_eq!(dee.post(&question, &with(&[("answer", "You had phoned us.")])).await.to, "/questions");
    }

    async fn a_resident_who_asks_is_answered(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        looked(&house, &mut bea, &HELP, ADA).await;
        let ada = Visitor::new(&house);
        ada.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        let one = first(&ada.get("/account/seen").await.body, "href=\"/account/seen/");
        ada.post(&format!("{one}/ask"), &[]).await;
        house.letters().await;
        says(&bea.get("/questions").await, 403, &["There is a problem"]);
        let list = dee.get("/questions").await;
        says(&list, 200, &["Waiting for an answer"]);
        let question = first(&list.body, "href=\"/questions/");
        // Whoever knows her leaves the answer to somebody else; that they wanted to give it is on record.
        let (_, mut gwen) = house.officer("Gwen Price", &[Role::InformationGovernance]).await;
        gwen.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await;
        let (refused, mine) = (house.events("officer.not_permitted").await, with(&[("answer", "It was her.")]));
        says(&gwen.post(&question, &mine).await, 200, &["There is a problem", "declared that you know this person"]);
        assert_eq!((house.events("officer.not_permitted").await, house.events("officer.answered").await), (refused + 1, 0));
        let page = dee.get(&question).await;
        says(&page, 200, &["A question about a look", "<textarea", "Search the record for it"]);
        // The link fills in a search that finds it; nothing is searched for before she says why.
        let (searched, form) = (house.events("officer.searched").await, first(&page.body, "href=\"/record?kind="));
        says(&dee.get(&form).await, 200, &["value=\"officer.viewed\"", "value=\"2026-12-01T"]);
        assert_eq!(house.events("officer.searched").await, searched);
        let filled: Vec<(String, String)> = url::form_urlencoded::parse(form.split('?').nth(1).unwrap().as_bytes()).into_owned().collect();
        let filled: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let to = dee.post("/record", &with(&filled)).await.to;
        let about = one.rsplit('/').next().unwrap();
        says(&dee.get(&to).await, 200, &[&format!("/record/events/{about}")]);
        says(&dee.post(&question, &with(&[("answer", " ")])).await, 200, &["Enter an answer"]);
        assert_eq!(dee.post(&question, &with(&[("answer", "You had phoned us.")])).await.to, "/questions");
        says(&dee.get("/questions").await, 200, &["Nobody waits"]);
        says(&dee.post(&question, &with(&[("answer", "Again")])).await, 404, &["There is no such entry"]);
        assert!(ada.get(&one).await.body.contains("You had phoned us."));
        assert_eq!(house.letters().await.len(), 1);
    }

    async fn a_hidden_look_is_reviewed_kept_back_by_two_and_shown_by_one(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::InformationGovernance]).await;
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let (_, mut fay) = house.officer("Fay Orr", &[Role::Deputy]).await;
        let hidden = [("purpose", "help"), ("reason", "crime_prevention"), ("case", "FR-7"), ("about", ADA)];
        assert_eq!(bea.post("/enquiries", &hidden).await.to, "/approvals?asked=1");
        let form = first(&fay.get("/approvals").await.body, "action=\"/approvals/").replace("/person", "");
        assert_eq!(fay.post(&form, &[("answer", "yes")]).await.to, "/approvals");
        let why = [&hidden[..], &[("approval", form.rsplit('/').next().unwrap())]].concat();
        looked(&house, &mut bea, &why, ADA).await;
        let ada = Visitor::new(&house);
        ada.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        assert!(!ada.get("/account/seen").await.body.contains("looked at your record ("), "hidden");

        // Whoever looks that up in the record is kept from her as it is.
        let seen = ada.get("/account/seen").await.shape();
        let to = dee.post("/record", &with(&[("kind", "officer.viewed")])).await.to;
        let found = dee.get(&to).await;
        let delayed = house.events("officer.notice_delayed").await;
        says(&dee.get(&first(&found.body, "href=\"/record/events/")).await, 200, &["officer.viewed"]);
        assert_eq!(house.events("officer.notice_delayed").await, delayed + 1);
        assert_eq!(ada.get("/account/seen").await.shape(), seen);

        says(&fay.get("/delays").await, 403, &["There is a problem"]);
        let list = dee.get("/delays").await;
        says(&list, 200, &["We helped to prevent or detect a crime", "Ask a second person"]);
        // Those who hear the page know which look a button is about.
        let all = list.body.matches("/release\"").count();
        for nth in 1..=all {
            let apart = format!("<span class=\"govuk-visually-hidden\">: Look {nth} of {all}</span>");
            assert_eq!(list.body.matches(&apart).count(), 2, "{apart}: {}", list.body);
        }
        let ask = first(&list.body, "action=\"/delays/").replace("/release", "/ask");
        says(&dee.post(&ask, &[("case", "")]).await, 200, &["Enter the number of the case"]);
        assert_eq!(dee.post(&ask, &[("case", "FR-7")]).await.to, "/approvals?asked=1");
        let renew = ask.replace("/ask", "/renew");
        says(&dee.post(&renew, &[]).await, 409, &["A second person has to approve this"]);
        let form = first(&fay.get("/approvals").await.body, "action=\"/approvals/").replace("/person", "");
        let id = form.rsplit('/').next().unwrap().to_owned();
        says(&dee.post(&renew, &[("approval", &id)]).await, 409, &["A second person has to approve this"]);
        fay.post(&form, &[("answer", "yes")]).await;
        assert_eq!(dee.post(&renew, &[("approval", &id)]).await.to, "/delays");
        says(&dee.post(&renew, &[("approval", &id)]).await, 409, &["A second person has to approve this"]);
        assert_eq!(house.events("officer.notice_renewed").await, 1);

        let before = ada.get("/account/seen").await.body.matches("/account/seen/").count();
        let release = ask.replace("/ask", "/release");
        says(&dee.post(&release, &[]).await, 200, &["Enter the number of the case"]);
        assert_eq!(dee.post(&release, &[("case", "FR-7")]).await.to, "/delays");
        says(&dee.post(&release, &[("case", "FR-7")]).await, 409, &["There is a problem"]);
        let after = ada.get("/account/seen").await.body.matches("/account/seen/").count();
        assert!(after > before, "{before} {after}");
    }

    async fn who_is_on_the_staff_is_seen_by_those_who_may(world: World) {
        let house = House::new(world).await;
        let (_, mut eve) = house.officer("Eve Ash", &[Role::Administrator]).await;
        house.invite("Gil Pym", &[Role::Auditor, Role::Deputy]).await;
        says(&eve.get("/staff").await, 200, &["Eve Ash", "Gil Pym", "auditor", "deputy", "Invited", "Can sign in"]);
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        says(&bea.get("/staff").await, 403, &["There is a problem"]);
    }
}
