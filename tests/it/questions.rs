//! What somebody asks who answers for the record, or audits it (questions 1 to 7, 9, 14, 16 to 24, 26, 27, 29 to 37, 40, 44, 47 and 50): each is asked
//! at the door where it is asked, over one story. The exact answer is there, what is of the second resident and the second
//! officer is not, and another story has another answer.

mod choices;
mod cookies;
mod desk;
mod law;
mod leaving;
mod officers;
mod record;
mod taken_out;

use crate::search::story::{ADA, BOB, GARDEN, PARKING, Story};
use crate::seen::signed_in;
use crate::staff::browser::Officer;
use crate::visitor::Visitor;
use crate::wording;
use crate::world::World;
use portreeve::domain::ids::StaffId;
use portreeve::domain::staff::Role;
use std::time::Duration;

/// A member of staff, and their browser.
pub struct Desk {
    pub id: StaffId,
    pub browser: Officer,
}

/// The council of the story.
pub struct Council {
    pub story: Story,
    /// She looks at Ada.
    pub imogen: Desk,
    /// He looks at Bob.
    pub callum: Desk,
    /// She asks the questions.
    pub dee: Desk,
}

/// Of the second resident and the second officer, whatever tells of them.
pub const OTHERS: &[&str] = &["Evans", "bob@", "Callum", "Okafor", "CRM-90001", "Garden waste"];

/// Words that lead to a person, and that never leave the house.
pub const PERSONAL: &[&str] = &["Wójcik", "ada@", "Evans", "bob@", "Imogen", "Vaughan", "Callum", "Okafor", "CRM-"];

/// None of these words is there.
pub fn without(text: &str, words: &[&str]) {
    for word in words {
        assert!(!wording::says(text, word), "{word:?} in {text}");
    }
}

impl Council {
    pub async fn begin(world: World) -> Self {
        let story = Story::begin(world).await;
        let one = &[Role::CustomerService];
        let (imogen, callum) = (story.desk("Imogen Vaughan", one).await, story.desk("Callum Okafor", one).await);
        let dee = story.desk("Dee Hart", &[Role::InformationGovernance]).await;
        Self { story, imogen, callum, dee }
    }

    /// What happened: Imogen helped Ada, whose name and address Parking permits got; Callum looked into a complaint of Bob's,
    /// whose e-mail address Garden waste got.
    pub async fn told(world: World) -> Self {
        let mut council = Self::begin(world).await;
        council.story.looks_at(&mut council.imogen, ADA, ("resident_asked", "CRM-88123")).await;
        council.story.releases(council.story.ada, PARKING, "name address").await;
        council.story.looks_at(&mut council.callum, BOB, ("complaint", "CRM-90001")).await;
        council.story.releases(council.story.bob, GARDEN, "email").await;
        crate::log::seal(council.story.app()).await;
        council
    }
}

impl Story {
    pub async fn desk(&self, name: &str, roles: &[Role]) -> Desk {
        let (id, invitation) = self.house.invite(name, roles).await;
        let mut browser = Officer::new(self.app());
        self.house.later(Duration::from_secs(1));
        assert_eq!(browser.enrol(&invitation).await.to, "/sign-in?told=enrolled");
        self.house.later(Duration::from_secs(1));
        assert_eq!(browser.show_passkey("/sign-in").await.to, "/");
        Desk { id, browser }
    }

    /// An officer opens an enquiry, finds a resident and opens her record. Gives the enquiry's address.
    pub async fn looks_at(&self, desk: &mut Desk, whom: &str, (reason, case): (&str, &str)) -> String {
        let why = [("purpose", "help"), ("reason", reason), ("case", case)];
        self.house.later(Duration::from_secs(1));
        let enquiry = desk.browser.post("/enquiries", &why).await;
        assert_eq!(enquiry.status, 303, "{}", enquiry.body);
        let person = desk.browser.post(&format!("{}/search", enquiry.to), &[("who", whom)]).await;
        assert_eq!(person.status, 303, "{}", person.body);
        self.house.later(Duration::from_secs(1));
        assert_eq!(desk.browser.get(&person.to).await.status, 200);
        enquiry.to
    }
}

/// A text of a page as it is read.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    for (entity, sign) in
        [("&#39;", "'"), ("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
    {
        out = out.replace(entity, sign);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|part| part.split_once(to)).map(|(inside, _)| inside).collect()
}

/// The texts of the cells of each row of each table, its caption first.
pub fn tables(body: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let cells = |row: &str| between(row, "<td", "</td>").iter().map(|cell| plain(&format!("<{cell}"))).collect();
    let rows =
        |table: &str| between(table, "<tr", "</tr>").into_iter().filter(|row| row.contains("<td")).map(cells).collect();
    between(body, "<table", "</table>")
        .into_iter()
        .map(|table| (plain(&format!("<{}", between(table, "<caption", "</caption>")[0])), rows(table)))
        .collect()
}

/// Keys and values of the summary lists.
pub fn facts(body: &str) -> Vec<(String, String)> {
    let texts = |name: &str| {
        let found = between(body, &format!("<{name}"), &format!("</{name}>")).into_iter();
        found.map(|text| plain(&format!("<{text}"))).collect::<Vec<_>>()
    };
    texts("dt").into_iter().zip(texts("dd")).collect()
}

pub fn pairs(facts: &[(String, String)]) -> Vec<(&str, &str)> {
    facts.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// The entries of "Who has seen my data": what was done, and all that is said of it.
fn entries(body: &str) -> Vec<(String, String)> {
    let all = body.split("<h3 class=\"govuk-heading-s\">").skip(1);
    all.map(|part| {
        let (heading, rest) = part.split_once("</h3>").unwrap();
        let said = facts(rest.split_once("</dl>").unwrap().0);
        let said: Vec<_> = said.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        (plain(heading), said.join("; "))
    })
    .collect()
}

const LOOKED: &str = "A member of council staff looked at your record";
const SOUGHT: &str = "A member of council staff searched for you";

both! {
    async fn q09_who_has_had_her_data_what_when_and_why(world: World) {
        let mut council = Council::told(world).await;
        let house = &council.story.house;
        let hers = signed_in(house, ADA).await;
        let page = hers.get("/account/seen").await.body;
        let fields = "What: First letters of your name, Part of your email address, State of your account, Where you are signed in, Whether you use a second step, Services you have used; ";
        let when = "When: 1 December 2026 at 1pm; ";
        let help = "Why: You asked us for help; Case number: CRM-88123";
        let permit = "It uses these details to give you a parking permit. The law lets it use these details for its public duties.";
        let had = vec![
            (LOOKED.to_owned(), format!("{when}{fields}{help}")),
            (SOUGHT.to_owned(), format!("{when}{help}")),
            ("Parking permits received your details".to_owned(), format!("{when}What: Full name, Address; Why: {permit}")),
        ];
        assert_eq!(entries(&page), had);
        without(&page, OTHERS);
        without(&page, &["Imogen", "Vaughan"]);

        // Somebody else looks too, for another reason.
        council.story.looks_at(&mut council.callum, ADA, ("fault", "CRM-7")).await;
        let page = hers.get("/account/seen").await.body;
        let more = entries(&page);
        assert_eq!(more.len(), 5);
        assert_eq!(&more[2..], &had[..]);
        assert!(more[0].0 == LOOKED && more[0].1.ends_with("Why: We put a fault right; Case number: CRM-7"), "{more:?}");
        without(&page, OTHERS);

        // Bob's page is his.
        let his = Visitor::new(house);
        his.post("/sign-in", &[("email", BOB), ("password", "kettle ribbon gravel")]).await;
        let page = his.get("/account/seen").await.body;
        let names: Vec<String> = entries(&page).into_iter().map(|(what, _)| what).collect();
        assert_eq!(names, [LOOKED, SOUGHT, "Garden waste received your details"]);
        assert!(page.contains("CRM-90001") && page.contains("We looked into a complaint"), "{page}");
        without(&page, &["CRM-88123", "Parking permits", "You asked us for help", "CRM-7"]);
    }

    async fn q50_what_this_cannot_prove_is_said_in_both_languages(world: World) {
        let mut council = Council::told(world).await;
        let visitor = Visitor::new(&council.story.house);
        for (lang, title, never, key) in [
            ("en", "What cannot be proven", "It cannot show what was never written down.", "Only the signatures of witnesses outside the council show that."),
            ("cy", "Beth na ellir ei brofi", "Ni all ddangos yr hyn na chafodd ei ysgrifennu erioed.", "Dim ond llofnodion tystion y tu allan i'r cyngor sy'n dangos hynny."),
        ] {
            let page = visitor.get(&format!("/docs/limits?lang={lang}")).await;
            let text = plain(&page.body);
            assert_eq!(page.status, 200);
            for said in [title, never, key] {
                assert!(text.contains(said), "{said}: {text}");
            }
            without(&text, PERSONAL);
        }
        // So do the verifier and the page it writes.
        let (_, said, _) = crate::log::export::answer(&["audit", "verify", "--help"]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("It cannot be proved that an event was never recorded at all."), "{said}");
        let books = record::Books::of(&council);
        let (folder, key) = books.export("with");
        let report = books.at("report.html");
        assert_eq!(crate::log::export::verdict(&folder, &key, &["--without-witness", "--report", report.to_str().unwrap()]).0, Some(0));
        let page = std::fs::read_to_string(&report).unwrap();
        assert!(page.contains("The record is proved.") && page.contains("That something was never recorded at all."), "{page}");
        without(&page, PERSONAL);
        // And it is true. A look that was taken away before it had its place is missed by nobody; once it has one, by everybody.
        let (app, before) = (council.story.app().clone(), record::Books::entries(&folder));
        crate::log::unguard(&app).await;
        let waiting = "DELETE FROM event WHERE leaf_index IS NULL";
        crate::log::tamper(&app, &[waiting]).await;
        council.story.looks_at(&mut council.callum, ADA, ("fault", "CRM-7")).await;
        crate::log::tamper(&app, &[waiting]).await;
        let (never, key) = books.export("never");
        let (code, said) = record::verified(&never, &key, &["--without-witness"]);
        assert_eq!((code, &said["entries"]), (Some(0), &before.into()), "{said}");
        crate::log::tamper(&app, &[waiting]).await;
        council.story.looks_at(&mut council.callum, ADA, ("fault", "CRM-7")).await;
        crate::log::seal(&app).await;
        crate::log::tamper(&app, &["DELETE FROM event WHERE leaf_index = (SELECT MAX(leaf_index) FROM event)"]).await;
        let (gone, key) = books.export("gone");
        let (code, said) = record::verified(&gone, &key, &["--without-witness"]);
        // The enquiry, the search; the look is not there.
        assert_eq!((code, &said["first_bad_index"]), (Some(1), &(before + 2).into()), "{said}");
    }
}
