//! The cookies: each that any answer of ours sets is listed on the page of its listener, with how long it lasts, and each
//! that is listed is set (question 37; PECR reg 6). The answers are those of real journeys and of every address there is.

use super::{plain, tables};
use crate::app::House;
use crate::events::rows;
use crate::oidc::party::{self, LIBRARY};
use crate::oidc::upstream::{Desk, doors::travels};
use crate::staff::browser::Officer;
use crate::visitor::{Visitor, code_of};
use portreeve::domain::staff::Role;
use portreeve::routes::desk::DESK;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";
const WORD: &str = "turnip lantern cobble";

/// An address with something in the place of its variables.
fn filled(path: &str) -> String {
    let nobody = "00000000-0000-4000-8000-000000000000";
    path.split('/').map(|part| if part.starts_with('{') { nobody } else { part }).collect::<Vec<_>>().join("/")
}

/// What a `Set-Cookie` line sets: the name, whether it is taken away, how many seconds it lasts, and the rest but the value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Set {
    name: String,
    gone: bool,
    seconds: Option<u64>,
    rest: Vec<String>,
}

fn read(line: &str) -> (Set, String) {
    let mut parts = line.split("; ");
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    let (age, mut rest): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with("Max-Age="));
    rest.sort_unstable();
    let seconds = age.first().map(|age| age.trim_start_matches("Max-Age=").parse().unwrap());
    let rest = rest.into_iter().map(ToOwned::to_owned).collect();
    let gone = value.is_empty() && seconds == Some(0);
    (Set { name: name.to_owned(), gone, seconds, rest }, value.to_owned())
}

/// How long each lasts, as it is set; what takes one away says nothing of that.
fn lasting(lines: &[String]) -> BTreeMap<String, BTreeSet<Option<u64>>> {
    let mut all: BTreeMap<String, BTreeSet<Option<u64>>> = BTreeMap::new();
    for set in lines.iter().map(|line| read(line).0) {
        let of = all.entry(set.name).or_default();
        of.extend((!set.gone).then_some(set.seconds));
    }
    all
}

/// What a page lists, by name: what for, and how long.
fn listed(body: &str) -> BTreeMap<String, (String, String)> {
    // The name is the heading of its row.
    let name = |row: &str| plain(&format!("<{}", row.split("</th>").next().unwrap().split("<th").nth(1).unwrap()));
    let table = body.split("<tbody").nth(1).unwrap().split("</tbody>").next().unwrap();
    let names: Vec<String> = table.split("<tr").skip(1).map(name).collect();
    let rows = &tables(body)[0].1;
    assert_eq!(names.len(), rows.len(), "{body}");
    names.into_iter().zip(rows).map(|(name, row)| (name, (row[0].clone(), row[1].clone()))).collect()
}

/// Each is for this site alone, out of reach of scripts, and comes back with requests of this site alone.
fn strict(lines: &[String], strict: &[&str]) {
    for line in lines {
        let (set, value) = read(line);
        let site = if strict.contains(&set.name.as_str()) { "SameSite=Strict" } else { "SameSite=Lax" };
        assert_eq!(set.rest, ["HttpOnly", "Path=/", site], "{line}");
        // And says nothing of anybody: it is a token that was drawn, or a language.
        let token = value.len() >= 32 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%".contains(&b));
        assert!(set.gone || token || ["en", "cy"].contains(&value.as_str()), "{line}");
        // Words that a token does not hold by chance.
        super::without(line, &["ada@", "Wójcik", "bob@", "Evans", "gwen@"]);
    }
}

/// A newcomer signs up, and signs out.
async fn signs_up(house: &House, visitor: &Visitor) {
    visitor.get("/create-account").await;
    let named = [("full_name", "Ada Wójcik"), ("email", ADA)];
    let journey = visitor.post("/create-account", &named).await.parameter("journey");
    let code = code_of(&house.letter().await);
    visitor.post("/create-account/code", &[("journey", &journey), ("code", &code)]).await;
    visitor.post("/create-account/password", &[("journey", &journey), ("password", WORD)]).await;
    assert_eq!(visitor.get("/account").await.status, 200);
    visitor.get("/logout").await;
    assert_eq!(visitor.post("/logout/confirm", &[]).await.status, 303);
    assert_eq!(visitor.get("/account").await.to, "/sign-in");
}

/// Signs in, on one's own device or not, after a mistake.
async fn signs_in(visitor: &Visitor, email: &str, own: bool) {
    visitor.get("/sign-in").await;
    visitor.post("/sign-in", &[("email", email), ("password", "wrong wrong")]).await;
    let own = if own { "yes" } else { "" };
    visitor.post("/sign-in", &[("email", email), ("password", WORD), ("own_device", own)]).await;
    assert_eq!(visitor.get("/account").await.status, 200);
}

/// A service asks, with a wish for a language, and gets its answer.
async fn goes_to_a_service(house: &House, visitor: &Visitor, email: &str) {
    let ask = LIBRARY.authorize(house, &[("ui_locales", "cy")]);
    let path = |address: &str| address.strip_prefix(house.app.issuer.as_str()).unwrap_or(address).to_owned();
    let door = path(&visitor.get(&path(&ask)).await.to);
    assert!(door.starts_with("/sign-in"), "{door}");
    let flow = door.split("flow=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let typed = [("email", email), ("password", WORD), ("flow", &flow)];
    let onward = path(&visitor.post("/sign-in", &typed).await.to);
    assert!(onward.starts_with("/continue"), "{onward}");
    let seen = visitor.get(&onward).await.hidden("seen");
    let back = visitor.post("/continue", &[("flow", &flow), ("seen", &seen)]).await;
    assert!(back.to.contains("code="), "{back:?}");
}

/// Whatever there is, and what there is not.
async fn everywhere(visitor: &Visitor) {
    let all = rows::ROUTES.iter().filter_map(|(by, _)| by.split_once(' '));
    for (method, path) in all.filter(|(_, path)| *path != "/logout/confirm" && !path.contains("sessions/end")) {
        let path = filled(path);
        if method == "POST" {
            visitor.post(&path, &[]).await;
            visitor.post_from_elsewhere(&path, &[]).await;
        } else if method == "GET" {
            visitor.get(&path).await;
        }
    }
    assert_eq!(visitor.get("/nowhere").await.status, 404);
}

/// Every line that a resident's browser is sent on these ways.
async fn of_residents(house: &House) -> Vec<String> {
    let newcomer = Visitor::new(house);
    signs_up(house, &newcomer).await;
    signs_in(&newcomer, ADA, false).await;
    everywhere(&newcomer).await;
    let known = Visitor::new(house);
    known.get("/?lang=cy").await;
    everywhere(&known).await;
    signs_in(&known, ADA, true).await;
    let other = Visitor::new(house);
    goes_to_a_service(house, &other, BOB).await;
    [newcomer, known, other].iter().flat_map(Visitor::told).collect()
}

/// The words of a page for how long, with the seconds they mean.
type Said<'a> = &'a [(&'a str, [&'a str; 2], &'a [Option<u64>])];

async fn agrees(lines: &[String], pages: [String; 2], said: Said<'_>) {
    let set = lasting(lines);
    let wanted: BTreeMap<_, _> =
        said.iter().map(|(name, _, lasts)| ((*name).to_owned(), lasts.iter().copied().collect())).collect();
    assert_eq!(set, wanted, "what is set, and for how long");
    let names: BTreeSet<&String> = set.keys().collect();
    for (nth, page) in pages.iter().enumerate() {
        let listed = listed(page);
        assert_eq!(listed.keys().collect::<BTreeSet<_>>(), names, "what is listed is what is set: {page}");
        for (name, words, _) in said {
            let (what, lasts) = &listed[*name];
            assert!(!what.is_empty() && lasts == words[nth], "{name}: {what}; {lasts}");
        }
        super::without(page, &[ADA, BOB, "Wójcik", "Evans"]);
    }
}

const YEAR: [&str; 2] = ["13 months", "13 mis"];
const CLOSED: [&str; 2] = ["Until you close your browser", "Nes i chi gau eich porwr"];
const MONTHS: &[Option<u64>] = &[Some(395 * 24 * 3600)];

both! {
    async fn q37_the_cookies_are_listed_and_no_others_are_set(world: World) {
        let house = House::with(world, &party::files(), &[]).await;
        house.resident("Bob Evans", BOB, WORD).await;
        let lines = of_residents(&house).await;
        strict(&lines, &[]);
        let reader = Visitor::new(&house);
        let pages = [reader.get("/cookies?lang=en").await.body, reader.get("/cookies?lang=cy").await.body];
        let own = ["Until you close your browser, or 12 hours on your own device", "Nes i chi gau eich porwr, neu 12 awr ar eich dyfais eich hun"];
        let wish = ["Until you are back at the service, or 1 hour", "Nes i chi ddychwelyd i’r gwasanaeth, neu 1 awr"];
        agrees(&lines, pages, &[
            ("portreeve", own, &[None, Some(12 * 3600)]),
            ("portreeve-browser", YEAR, MONTHS),
            ("portreeve-lang", YEAR, MONTHS),
            ("portreeve-lang-asked", wish, &[Some(3600)]),
        ]).await;
        // Hers is hers: no two browsers got the same.
        let sessions: Vec<String> = lines.iter().map(|line| read(line)).filter(|(set, _)| set.name == "portreeve" && !set.gone).map(|(_, value)| value).collect();
        assert_eq!(sessions.len(), sessions.iter().collect::<BTreeSet<_>>().len(), "{sessions:?}");
        // Each is taken away where its time is over: at the way out, and back at the service.
        let gone: BTreeSet<String> = lines.iter().map(|line| read(line).0).filter(|set| set.gone).map(|set| set.name).collect();
        assert_eq!(gone, BTreeSet::from(["portreeve".to_owned(), "portreeve-lang-asked".to_owned()]));
    }

    async fn q37_another_length_is_another_page_and_another_cookie(world: World) {
        let house = House::with(world, &[], &[("assurance.toml", "absolute = \"12 h\"", "absolute = \"8 h\"")]).await;
        house.resident("Bob Evans", BOB, WORD).await;
        let bob = Visitor::new(&house);
        signs_in(&bob, BOB, true).await;
        assert_eq!(lasting(&bob.told())["portreeve"], BTreeSet::from([Some(8 * 3600)]));
        let page = bob.get("/cookies").await.body;
        assert_eq!(listed(&page)["portreeve"].1, "Until you close your browser, or 8 hours on your own device");
        assert!(!page.contains("12 hours"), "{page}");
    }

    async fn q37_so_are_those_of_the_staff(world: World) {
        let desk = Desk::new(world).await;
        let house = &desk.house;
        let mut lines = Vec::new();
        // With a passkey, after a mistake; to every address; out again, in the other language.
        let (_, invitation) = house.invite("Ada Wójcik", &[Role::InformationGovernance]).await;
        let mut ada = Officer::new(&house.app);
        ada.get("/sign-in?lang=cy").await;
        assert_eq!(ada.enrol(&invitation).await.to, "/sign-in?told=enrolled");
        house.later(Duration::from_secs(1));
        ada.shows_finger(false);
        assert_ne!(ada.show_passkey("/sign-in").await.to, "/");
        ada.shows_finger(true);
        assert_eq!(ada.show_passkey("/sign-in").await.to, "/");
        // By the council's own provider: there and back.
        let mut gwen = Officer::new(&house.app);
        travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        for officer in [&mut ada, &mut gwen] {
            for line in DESK.iter().filter(|line| line.path != "/sign-out") {
                let path = filled(line.path);
                if line.method == http::Method::POST {
                    officer.post(&path, &[]).await;
                    officer.post_from("cross-site", &path, &[]).await;
                } else {
                    officer.get(&path).await;
                }
            }
            assert_eq!(officer.get("/nowhere").await.status, 404);
            assert_eq!(officer.post("/sign-out", &[]).await.status, 303);
            lines.extend(officer.told().iter().cloned());
        }
        strict(&lines, &["portreeve-staff"]);
        let mut reader = Officer::new(&house.app);
        let pages = [reader.get("/cookies?lang=en").await.body, reader.get("/cookies?lang=cy").await.body];
        agrees(&lines, pages, &[
            ("portreeve-staff", CLOSED, &[None]),
            ("portreeve-upstream", ["10 minutes", "10 munud"], &[Some(600)]),
            ("portreeve-staff-browser", YEAR, MONTHS),
            ("portreeve-staff-lang", YEAR, MONTHS),
        ]).await;
        // A resident's are none of theirs, and theirs none of a resident's.
        let public = Visitor::new(house).get("/cookies").await.body;
        assert!(!public.contains("portreeve-staff") && !public.contains("portreeve-upstream"), "{public}");
        assert!(reader.get("/sign-in").await.body.contains("href=\"/cookies\""), "the way there stands below each page");
    }
}
