//! What members of staff did: who looked at my neighbour, who tried without a case, who broke the glass, who came, moved on and
//! left (questions 30 to 32 and 34).

use super::{Council, Desk, OTHERS, facts, pairs, tables, without};
use crate::log::seal;
use crate::looking::leaves;
use crate::search::story::{ADA, BOB, PARKING};
use crate::seen::signed_in;
use crate::staff::browser::Said;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::leaf::log_year;
use portreeve::domain::ids::AccountId;
use portreeve::domain::staff::Role;
use portreeve::service::people;
use portreeve::service::staff::members::{self, Grant};
use std::time::Duration;

/// Why Dee asks.
const AUDIT: [(&str, &str); 3] = [("purpose", "security"), ("reason", "audit"), ("case", "")];

impl Council {
    /// What Dee is shown for a form of the record: its table, without the times, which are checked.
    pub async fn asked(&mut self, form: &str, fields: &[(&str, &str)]) -> (String, Vec<Vec<String>>) {
        seal(self.story.app()).await;
        self.story.house.later(Duration::from_secs(1));
        let kept = self.dee.browser.post(form, &[&AUDIT[..], fields].concat()).await;
        assert_eq!(kept.status, 303, "{}", kept.body);
        let page = self.dee.browser.get(&kept.to).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let rows = tables(&page.body).pop().map(|(_, rows)| rows).unwrap_or_default();
        let timeless = |row: Vec<String>| {
            assert!(row[0].starts_with("1 December 2026 at "), "{row:?}");
            row[1..].to_vec()
        };
        (page.body, rows.into_iter().map(timeless).collect())
    }
}

fn row(cells: [&str; 6]) -> Vec<String> {
    cells.map(ToOwned::to_owned).to_vec()
}

/// Enough of a pseudonym to tell two apart.
fn short(pseudonym: &str) -> String {
    pseudonym.chars().take(8).collect()
}

/// What a member of staff is called in this year's log.
async fn pseudonym(council: &Council, desk: &Desk) -> String {
    let app = council.story.app();
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(desk.id.0)).await.unwrap();
    keys.pseudonym(log_year(app.now()))
}

async fn declined(desk: &mut Desk, form: &[(&str, &str)]) -> Said {
    let said = desk.browser.post("/enquiries", form).await;
    assert_eq!(said.status, 200, "{}", said.to);
    said
}

both! {
    async fn q30_which_officers_looked_at_my_neighbour_and_why(world: World) {
        let mut council = Council::told(world).await;
        let ada = short(&council.story.pseudonym(council.story.ada).await);
        let (page, rows) = council.asked("/record/person", &[("resident", ADA)]).await;
        let by = |kind: &str, who: &str, service: &str, why: &str| row([kind, "Done", who, &ada, service, why]);
        let help = "You asked us for help";
        let looks = vec![
            by("claims.released", "A service", "Parking permits", ""),
            by("officer.viewed", "Imogen Vaughan", "", help),
            by("officer.sought", "Imogen Vaughan", "", help),
        ];
        assert_eq!(rows, looks);
        without(&page, OTHERS);
        // That it was asked is about her, and is there the next time; so is whoever looked since.
        council.story.looks_at(&mut council.callum, ADA, ("fault", "CRM-7")).await;
        let (_, rows) = council.asked("/record/person", &[("resident", ADA)]).await;
        let more = vec![
            by("officer.viewed", "Callum Okafor", "", "We put a fault right"),
            by("officer.sought", "Callum Okafor", "", "We put a fault right"),
            by("officer.reported", "Dee Hart", "", "Our records were checked by an auditor"),
        ];
        assert_eq!(rows, [more, looks].concat());
        // Bob's neighbours are told of Bob.
        let (page, rows) = council.asked("/record/person", &[("resident", BOB)]).await;
        let all: Vec<_> = rows.iter().map(|row| (row[0].as_str(), row[2].as_str(), row[4].as_str())).collect();
        let wanted = [("claims.released", "A service", "Garden waste"), ("officer.viewed", "Callum Okafor", ""), ("officer.sought", "Callum Okafor", "")];
        assert_eq!(all, wanted);
        without(&page, &["Imogen", "Vaughan", "Parking permits", &ada]);
    }

    async fn q31_a_celebrity_without_a_case_number_is_denied_and_that_is_on_record(world: World) {
        let mut council = Council::told(world).await;
        let house = &council.story.house;
        let events = leaves(house, "officer.not_permitted").await;
        assert!(events.is_empty(), "{events:?}");
        let sought = house.events("officer.sought").await;
        let said = declined(&mut council.imogen, &[("purpose", "help"), ("reason", "resident_asked"), ("case", " ")]).await;
        assert!(said.body.contains("There is a problem") && said.body.contains("Enter the number of the case"), "{}", said.body);
        without(&said.body, &["Wójcik", "ada@"]);
        without(&said.body, OTHERS);
        let denied = leaves(house, "officer.not_permitted").await;
        assert_eq!(denied.len(), 1, "{denied:?}");
        let imogen = pseudonym(&council, &council.imogen).await;
        assert_eq!((&denied[0]["outcome"], &denied[0]["actor"]["ref"]), (&"denied".into(), &imogen.as_str().into()));
        assert_eq!(denied[0]["reason_code"], "no_case");
        assert_eq!((&denied[0]["subject"], house.events("officer.sought").await), (&serde_json::Value::Null, sought));
        // And it is found, as hers.
        let id = council.imogen.id.to_string();
        let (page, rows) = council.asked("/record", &[("officer", &id), ("kind", "officer.not_permitted")]).await;
        assert_eq!(rows.len(), 1, "{page}");
        assert_eq!(rows[0][..3], ["officer.not_permitted", "Refused", "Imogen Vaughan"]);
        without(&page, &["Callum", "Okafor", "Evans", "CRM-9"]);
        // With a case it opens, and nothing more was denied.
        council.story.looks_at(&mut council.imogen, ADA, ("resident_asked", "CRM-88125")).await;
        assert_eq!(leaves(&council.story.house, "officer.not_permitted").await.len(), 1);
    }

    async fn q32_glass_was_broken_and_who_was_told(world: World) {
        let mut council = Council::told(world).await;
        let told = async |council: &Council| {
            let letters = council.story.house.letters().await;
            let mut to: Vec<_> = letters.iter().map(|(to, _)| to.clone()).collect();
            to.sort();
            (to, letters.into_iter().map(|(_, text)| text.body).collect::<Vec<_>>())
        };
        assert!(told(&council).await.0.is_empty());
        let broken = council.imogen.browser.post("/break-glass", &[("reason", "vital_interests"), ("case", "999")]).await;
        assert_eq!(broken.to, "/break-glass", "{}", broken.body);
        // Told at once: the data protection officer and whoever leads information governance.
        let (to, letters) = told(&council).await;
        assert_eq!(to, ["dpo@havenbrook.example", "information@havenbrook.example"]);
        for letter in &letters {
            assert!(letter.contains("Imogen Vaughan broke the glass on 1 December 2026 at 1pm"), "{letter}");
            assert!(letter.contains("http://localhost:8081/break-glass"), "{letter}");
            without(letter, OTHERS);
            without(letter, &["Wójcik"]);
        }
        // And it waits for somebody else's review.
        let page = council.dee.browser.get("/break-glass").await.body;
        let waits = vec![
            ("Who", "Imogen Vaughan"),
            ("Reason", "Somebody’s life or safety was at risk"),
            ("Case number", "999"),
            ("From", "1 December 2026 at 1pm"),
            ("To", "1 December 2026 at 2pm"),
            ("Review by", "3 December 2026 at 1pm"),
            ("State", "Open"),
        ];
        assert_eq!(pairs(&facts(&page)), waits);
        without(&page, OTHERS);
        assert!(!council.callum.browser.get("/break-glass").await.body.contains("Imogen"), "no colleague reads of it");
        // Another one: another letter, another entry.
        council.callum.browser.post("/break-glass", &[("reason", "security_incident")]).await;
        let (to, letters) = told(&council).await;
        assert!(to.len() == 2 && letters.iter().all(|letter| letter.contains("Callum Okafor broke the glass") && !letter.contains("Imogen")));
        let page = council.dee.browser.get("/break-glass").await.body;
        assert_eq!(facts(&page).len(), 14);
    }

    async fn q34_a_joiner_a_mover_and_a_leaver(world: World) {
        let mut council = Council::told(world).await;
        let (by, second) = (FullName::parse("Op Erator").unwrap(), FullName::parse("Se Cond").unwrap());
        let (house, name, id) = (&council.story.house, FullName::parse("Imogen Vaughan").unwrap(), council.imogen.id);
        let (before, after) = (&[Role::CustomerService], &[Role::Auditor]);
        let grant = Grant::of(&house.app, &name, (before, after), &by, Some(&second)).unwrap();
        house.later(Duration::from_secs(1));
        assert!(members::set_roles(&house.app, id, &grant, house.app.now()).await.unwrap());
        // From the next request on: she searches the record now, and residents no more.
        assert_eq!(council.imogen.browser.get("/enquiries").await.status, 403);
        assert_eq!(council.imogen.browser.get("/record").await.status, 200);
        house.later(Duration::from_secs(1));
        assert!(members::remove(&house.app, id, &by, house.app.now()).await.unwrap());
        assert_eq!(council.imogen.browser.get("/record").await.to, "/sign-in?next=%2Frecord");

        let own = short(&pseudonym(&council, &council.imogen).await);
        let hers = id.to_string();
        let (page, rows) = council.asked("/record", &[("member", &hers)]).await;
        let kinds = ["staff.invited", "staff.enrolled", "staff.roles_changed", "staff.removed"];
        let roles: Vec<_> = rows.iter().rev().filter(|row| kinds.contains(&row[0].as_str())).collect();
        assert_eq!(roles.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), kinds);
        assert!(rows.iter().all(|row| row[3] == own), "{rows:?}");
        without(&page, OTHERS);
        // Callum came, and nothing else.
        let his = council.callum.id.to_string();
        let (page, rows) = council.asked("/record", &[("member", &his)]).await;
        let roles: Vec<_> = rows.iter().rev().filter(|row| kinds.contains(&row[0].as_str())).map(|row| row[0].as_str()).collect();
        assert_eq!(roles, kinds[..2]);
        without(&page, &["Imogen", "Vaughan", &own]);
        // What she did stays hers, under her name.
        let (_, rows) = council.asked("/record", &[("officer", &hers), ("kind", "officer.viewed")]).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0][..3], ["officer.viewed", "Done", "Imogen Vaughan"]);
    }

    async fn what_a_service_got_is_no_officers_look(world: World) {
        let mut council = Council::told(world).await;
        council.story.releases(council.story.ada, PARKING, "name").await;
        let page = signed_in(&council.story.house, ADA).await.get("/account/seen").await.body;
        assert_eq!(page.matches("Parking permits received your details").count(), 2);
        let (_, rows) = council.asked("/record", &[("resident", ADA), ("kind", "officer.viewed")]).await;
        assert_eq!(rows.len(), 1);
    }
}
